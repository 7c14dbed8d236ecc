//! A remote whose git dies between two branches of one push has moved some and not the others: git moves them
//! one by one, whatever it says of `--atomic`. In which order is its own affair, so every half there can
//! be is made here, without a fault.
//!
//! `doctor` names what of it does not fit, and the command run again ends in the new state. Of each command
//! chance chooses one half; with `GIT_PACT_TEST_FAULTS=all` there is every one.

use std::collections::BTreeMap;

use super::lines::LINES;
use super::lines::OF_A_CLONE;
use super::lines::ONLINE;
use super::number_of_this_run;
use super::scene::Place;
use super::scene::Scene;
use super::stride;

/// The commit that each branch of the remote is at.
type Tips = BTreeMap<String, String>;

fn tips(scene: &Scene) -> Tips {
    let format = "--format=%(refname) %(objectname)";
    let refs = scene.authority();
    let refs = refs.run(&["for-each-ref", format, "refs/heads/pact"]);
    let refs = refs.lines().filter_map(|line| line.split_once(' '));
    refs.map(|(name, id)| (name.to_owned(), id.to_owned()))
        .collect()
}

/// Returns every part of what was moved that is neither nothing nor all of it.
fn halves<'a>(moved: &'a [&'a String]) -> impl Iterator<Item = Vec<&'a String>> {
    (1..(1_u32 << moved.len()) - 1).map(move |half| {
        let stayed = moved.iter().enumerate();
        let stayed = stayed.filter(move |(index, _)| half & (1 << index) == 0);
        stayed.map(|(_, name)| *name).collect()
    })
}

#[test]
fn half_of_a_write_on_the_remote_is_made_whole_by_writing_it_again() {
    let Some(scene) = Scene::new(Place::Clone) else {
        return;
    };
    let first = number_of_this_run();
    let (mut count, mut ill) = (0, 0);
    for line in [LINES, ONLINE, OF_A_CLONE].into_iter().flatten() {
        scene.begin(line);
        let old = tips(&scene);
        let done = scene.again(line.text);
        assert_eq!(done.status, Some(0), "{}: {done:?}", line.text);
        let (new, expected) = (tips(&scene), scene.state());
        let moved = new.keys().filter(|name| old.get(*name) != new.get(*name));
        let moved: Vec<&String> = moved.collect();
        scene.remember_authority();
        let halves: Vec<_> = halves(&moved).collect();
        let stride = stride(halves.len().max(1));
        for stayed in halves.iter().skip(first % stride).step_by(stride) {
            scene.restore();
            scene.recall_authority();
            for name in stayed {
                match old.get(*name) {
                    Some(id) => scene.authority().run(&["update-ref", name, id]),
                    None => scene.authority().run(&["update-ref", "-d", name]),
                };
            }
            scene.guard_authority();
            let told = format!("{}: of {moved:?} {stayed:?} stayed", line.text);
            let half = scene.again("doctor");
            assert!(matches!(half.status, Some(0 | 1)), "{told}\n{half:?}");
            let again = scene.again(line.text);
            assert_eq!(scene.state(), expected, "{told}\n{half:?}\n{again:?}");
            assert_eq!(again.status, Some(0), "{told}\n{again:?}");
            let whole = scene.again("doctor");
            assert_eq!(whole.status, Some(0), "{told}\n{whole:?}");
            count += 1;
            ill += usize::from(half.status == Some(1));
        }
    }
    println!("{count} halves, of which doctor named {ill}");
    assert!(count > 0, "every write is one branch");
}
