//! Whatever fails at whatever step, the records are the old ones or the new ones: the method of SQLite's tests.
//!
//! A shim between git-pact and the kernel numbers every call with which it changes the world or hears
//! another process. A command runs again and again, and each time another step goes wrong: killed there,
//! an I/O error there, no space from there on, hung there. After every trial the same has to hold:
//!
//! * the repositories are well (`git fsck --strict`), and what is recorded is as before, or as it is
//!   after the command: nobody else's record is gone;
//! * exit 0 was not given unless it is recorded, and a failure is said to be one, with words;
//! * work tree, index, `HEAD`, configuration, stash and branches of whoever works there are the same;
//! * `git pact doctor` finds nothing, and the command run again ends in the new state.
//!
//! Power may be lost as well: then what was not waited for is taken away, see `power.rs`.
//!
//! `GIT_PACT_TEST_FAULTS=all` tries every step of every command, and a number every so manieth. Otherwise
//! chance chooses where to begin and most are left out; `GIT_PACT_TEST_SEED` repeats a run.

mod files;
mod halves;
mod lines;
mod power;
mod scene;
mod shim;

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::time::Instant;
use std::time::SystemTime;

use self::lines::LINES;
use self::lines::Line;
use self::lines::MANY;
use self::lines::OF_A_CLONE;
use self::lines::ONLINE;
use self::power::Loss;
use self::scene::Place;
use self::scene::Scene;
use self::scene::State;
use self::shim::Fault;
use self::shim::Step;
use crate::support::team::Shop;

/// How a command ends if nothing goes wrong.
struct Expected {
    old: State,
    new: State,
    /// With which status it ends when it is run again.
    again: Option<i32>,
    steps: Vec<Step>,
}

/// How many trials there were, and what came of them.
#[derive(Default)]
struct Tally {
    trials: usize,
    recorded: usize,
    halves: usize,
    locks: usize,
    /// How many steps each command has.
    steps: BTreeMap<&'static str, usize>,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            trials,
            recorded,
            halves,
            locks,
            steps,
        } = self;
        for (line, steps) in steps {
            writeln!(f, "{steps:5} steps  {line}")?;
        }
        write!(
            f,
            "{trials} trials, {recorded} recorded it all the same, {halves} remotes moved half, {locks} locks left"
        )
    }
}

fn number(name: &str) -> Option<usize> {
    env::var(name).ok()?.parse().ok()
}

/// Returns a number to begin with, which is printed.
fn number_of_this_run() -> usize {
    let nanoseconds = SystemTime::UNIX_EPOCH.elapsed().unwrap().subsec_nanos();
    let seed = number("GIT_PACT_TEST_SEED").unwrap_or(nanoseconds as usize);
    println!("GIT_PACT_TEST_SEED={seed}");
    seed
}

/// Runs a command untouched, twice.
fn expected(scene: &Scene, line: &Line, watched: &str) -> Expected {
    scene.begin(line);
    let old = scene.state();
    let tried = scene.attempt(line.text, watched, Fault::None, 0);
    assert_eq!(tried.output.status, Some(0), "{}: {tried:?}", line.text);
    let new = scene.state();
    assert_ne!(old, new, "{} writes nothing", line.text);
    let again = scene.again(line.text).status;
    assert_eq!(scene.state(), new, "{} twice", line.text);
    Expected {
        old,
        new,
        again,
        steps: tried.steps,
    }
}

/// Has one step of a command go wrong and looks at what is left; says which it was, if there was any.
fn trial(
    scene: &Scene,
    line: &Line,
    expected: &Expected,
    (watched, fault, step, loss): (&str, Fault, usize, Option<Loss>),
    tally: &mut Tally,
) -> Option<usize> {
    scene.restore();
    let theirs = scene.theirs();
    let tried = scene.attempt(line.text, watched, fault, step);
    let struck = tried.struck();
    // Power may also be lost when all is done.
    let is_over = struck.is_none() && loss.is_some() && step == tried.steps.len() + 1;
    let struck = if is_over {
        tried.steps.len() - 1
    } else {
        struck?
    };
    if let Some(loss) = loss {
        scene.cut(&tried.steps, loss);
    }
    let at = &tried.steps[struck];
    let told = format!(
        "{:?}: git pact {}\n{fault:?} of {watched} at step {step}, {loss:?}: {} {}\nended with {:?}\n{}",
        scene.place,
        line.text,
        at.what,
        at.path.display(),
        tried.output.status,
        tried.output.stderr,
    );
    if matches!(scene.place, Place::Own | Place::Kept) {
        // Whoever opens the store next completes what was half done.
        let opened = scene.run("list-pacticipants", &["--offline"]);
        assert_eq!(opened.status, Some(0), "{opened:?}\n{told}");
    }
    let state = scene.state();
    let is_new = state.records == expected.new.records
        && (scene.place != Place::Kept || state.kept == expected.new.kept);
    let is_old = state.records == expected.old.records;
    // A remote whose git dies between two of its branches has moved the one and not the other.
    let is_one_of_both = |(name, tree): (&String, &String)| {
        let known = [&expected.old, &expected.new].map(|it| it.records.get(name));
        known.contains(&Some(tree))
    };
    let is_there = |name: &String| state.records.contains_key(name);
    let is_half = watched == "git"
        && !(is_old || is_new)
        && state.records.iter().all(is_one_of_both)
        && expected.old.records.keys().all(is_there);
    assert!(
        is_old || is_new || is_half,
        "neither old nor new\n{state:#?}\n{told}"
    );
    match tried.output.status {
        Some(0) => assert!(is_new, "exit 0, and nothing is recorded\n{told}"),
        Some(4) => assert!(tried.output.stderr.contains("error:"), "{told}"),
        status => {
            let killed = Some(128 + 9);
            assert!(fault.is_deadly() && status == killed, "{told}");
        }
    }
    assert_eq!(scene.theirs(), theirs, "{told}");
    tally.locks += scene.unlock().len();
    if loss.is_none() {
        scene.here().fsck();
    }
    if loss.is_none() && scene.place != Place::Own {
        scene.authority().fsck();
    }
    if scene.place != Place::Kept && !is_half {
        let report = scene.again("doctor");
        let is_well = is_new || line.harm.is_empty();
        assert_eq!(
            report.status,
            Some(i32::from(!is_well)),
            "{report:?}\n{told}"
        );
    }
    // What was given up and kept goes out by a push; the words again may find it done, as a deletion does.
    let is_kept = tried.output.stderr.contains("hint: it is kept here");
    let again = scene.again(if is_kept { "push" } else { line.text });
    let is_known = is_new && again.status == expected.again;
    assert!(again.status == Some(0) || is_known, "{again:?}\n{told}");
    assert_eq!(scene.state(), expected.new, "run again\n{told}");
    assert_eq!(scene.theirs(), theirs, "run again\n{told}");
    if loss.is_some() {
        scene.here().fsck();
    }
    if is_half {
        let report = scene.again("doctor");
        assert_eq!(report.status, Some(0), "{report:?}\n{told}");
    }
    tally.trials += 1;
    tally.halves += usize::from(is_half);
    tally.recorded += usize::from(is_new);
    Some(struck + 1)
}

/// Has one step after the other go wrong until the command is over before.
fn torture(
    scene: &Scene,
    line: &'static Line,
    blows: &[Blow],
    (first, stride): (usize, usize),
    tally: &mut Tally,
) {
    let mut ready: Option<(&str, Expected)> = None;
    for &(watched, fault, loss) in blows {
        if ready.as_ref().is_none_or(|(known, _)| *known != watched) {
            ready = Some((watched, expected(scene, line, watched)));
        }
        let (_, expected) = ready.as_ref().unwrap();
        tally.steps.insert(line.text, expected.steps.len());
        let mut step = 1 + first % stride;
        while let Some(struck) = trial(scene, line, expected, (watched, fault, step, loss), tally) {
            step = struck + stride;
        }
        if loss.is_some() {
            let over = expected.steps.len() + 1;
            let lost = trial(scene, line, expected, (watched, fault, over, loss), tally);
            assert!(
                lost.is_some(),
                "{}: it has another number of steps",
                line.text
            );
        }
    }
}
/// What goes wrong, of which program, and what is lost with it.
type Blow = (&'static str, Fault, Option<Loss>);

/// Has all of it go wrong in a place: at one step of so many, of a command that publishes and of one that
/// chance chooses, or of all if the environment says so.
fn whatever_fails(place: Place, more: &[&'static [Line]], blows: &[Blow], stride: usize) {
    let Some(scene) = Scene::new(place) else {
        return;
    };
    let seed = number_of_this_run();
    let all: Vec<&Line> = LINES.iter().chain(more.iter().copied().flatten()).collect();
    let lines = match env::var_os("GIT_PACT_TEST_FAULTS") {
        Some(_) => all,
        None => vec![all[0], all[1 + seed % (all.len() - 1)]],
    };
    let stride = self::stride(stride);
    let begin = Instant::now();
    let mut tally = Tally::default();
    for line in lines {
        torture(&scene, line, blows, (seed, stride), &mut tally);
    }
    println!("{place:?}\n{tally} in {:.0?}", begin.elapsed());
    assert!(tally.trials > 0, "nothing went wrong");
}

/// Returns which steps are tried, one of so many unless the environment says otherwise.
fn stride(usual: usize) -> usize {
    match env::var("GIT_PACT_TEST_FAULTS").as_deref() {
        Ok("all") => 1,
        Ok(stride) => stride.parse().unwrap(),
        Err(_) => usual,
    }
}

fn of_ours(faults: [Fault; 4]) -> [Blow; 4] {
    faults.map(|fault| ("git-pact", fault, None))
}

#[test]
fn whatever_fails_where_the_repository_is_the_authority() {
    whatever_fails(Place::Own, &[ONLINE], &of_ours(Fault::OWN), 23);
}

#[test]
fn whatever_fails_in_a_clone() {
    whatever_fails(
        Place::Clone,
        &[ONLINE, OF_A_CLONE],
        &of_ours(Fault::OWN),
        23,
    );
}

#[test]
fn whatever_fails_while_a_write_is_kept() {
    whatever_fails(Place::Kept, &[], &of_ours(Fault::OWN), 7);
}

#[test]
fn whatever_fails_with_a_private_clone() {
    whatever_fails(Place::Url, &[ONLINE], &of_ours(Fault::OWN), 47);
}

#[test]
fn whatever_fails_in_git_on_either_side_of_a_push() {
    let faults = [
        Fault::KillAll,
        Fault::Kill,
        Fault::Io,
        Fault::Full,
        Fault::Hang,
    ];
    let blows = faults.map(|fault| ("git", fault, None));
    whatever_fails(Place::Clone, &[ONLINE, OF_A_CLONE], &blows, 53);
}

#[test]
fn whatever_fails_while_a_pack_is_written() {
    let Some(scene) = Scene::new(Place::Own) else {
        return;
    };
    let stride = stride(43);
    let first = number_of_this_run() % stride;
    let expected = expected(&scene, &MANY, "git-pact");
    let steps = expected.steps.iter().enumerate();
    let in_pack = steps.filter(|(_, step)| {
        let path = step.path.to_string_lossy();
        path.contains("/objects/tmp_objdir-git-pact-")
    });
    let places: Vec<usize> = in_pack.map(|(index, _)| index + 1).collect();
    assert!(places.len() > 100, "no pack: {places:?}");
    // That a disk is full is heard from a call: a page of a mapping that does not fit on it kills.
    let maps = expected.steps.iter().filter(|step| step.what == "map");
    assert_eq!(maps.count(), 0, "{:#?}", expected.steps);
    let mut tally = Tally::default();
    for fault in Fault::OWN {
        for &step in places.iter().skip(first).step_by(stride) {
            let blow = ("git-pact", fault, step, None);
            assert!(trial(&scene, &MANY, &expected, blow, &mut tally).is_some());
        }
    }
    println!("{tally}");
}

#[test]
fn power_that_is_lost_takes_nothing_that_was_recorded() {
    let blows = Loss::ALL.map(|loss| ("git-pact", Fault::Kill, Some(loss)));
    whatever_fails(Place::Own, &[ONLINE], &blows, 29);
}

#[test]
fn power_that_is_lost_takes_nothing_that_was_kept() {
    let blows = Loss::ALL.map(|loss| ("git-pact", Fault::Kill, Some(loss)));
    whatever_fails(Place::Kept, &[], &blows, 11);
}

#[test]
fn what_is_not_waited_for_is_lost_with_the_power() {
    for place in [Place::Own, Place::Kept] {
        let Some(scene) = Scene::new(place) else {
            return;
        };
        scene.begin(&LINES[0]);
        for loss in Loss::ALL {
            scene.restore();
            let old = scene.state();
            let tried = scene.attempt(LINES[0].text, "git-pact", Fault::None, 0);
            assert_ne!(scene.state(), old);
            let is_write = |step: &&Step| step.what != "sync";
            let steps: Vec<Step> = tried.steps.iter().filter(is_write).cloned().collect();
            assert_ne!(steps.len(), tried.steps.len(), "nothing is waited for");
            scene.cut(&steps, loss);
            let fsck = scene.here().attempt(&["fsck", "--strict"], b"");
            let is_as_before = fsck.is_ok() && scene.state() == old;
            assert_eq!(is_as_before, loss != Loss::Contents, "{loss:?}: {fsck:?}");
        }
    }
}

#[test]
fn the_shim_sees_what_a_write_does() {
    let Some(scene) = Scene::new(Place::Clone) else {
        return;
    };
    scene.begin(&LINES[0]);
    let count = |steps: &[Step], what: &str, part: &str| {
        let is_it = |step: &&Step| {
            let paths = [&step.path, &step.other].map(|path| path.to_string_lossy().into_owned());
            step.what == what && paths.iter().any(|path| path.contains(part))
        };
        steps.iter().filter(is_it).count()
    };
    let ours = scene
        .attempt(LINES[0].text, "git-pact", Fault::None, 0)
        .steps;
    // Version, list, fetch or push, each heard on two pipes.
    assert!(count(&ours, "run", "/git") >= 3, "{ours:#?}");
    assert!(count(&ours, "read", "pipe:") >= 6, "{ours:#?}");
    for what in ["open", "write", "link", "unlink"] {
        assert!(count(&ours, what, "/objects/") >= 10, "{what}: {ours:#?}");
    }
    // What is remembered of the remote is put in its place without the help of libc.
    assert_eq!(
        count(&ours, "rename", "/git-pact/remote-branches"),
        1,
        "{ours:#?}"
    );
    assert_eq!(count(&ours, "sync", ""), 0, "the remote has it: {ours:#?}");

    scene.restore();
    let theirs = scene.attempt(LINES[0].text, "git", Fault::None, 0).steps;
    let store = "/store.git/refs/heads/pact/app/Web.lock";
    assert_eq!(count(&theirs, "rename", store), 1, "{theirs:#?}");
    assert!(
        count(&theirs, "write", "/store.git/objects/") > 0,
        "{theirs:#?}"
    );
    assert!(count(&theirs, "run", "/sh") > 0, "{theirs:#?}");

    let Some(scene) = Scene::new(Place::Own) else {
        return;
    };
    scene.begin(&LINES[0]);
    let own = scene
        .attempt(LINES[0].text, "git-pact", Fault::None, 0)
        .steps;
    for branch in ["app/Web", "contracts/Orders"] {
        let name = format!("/refs/heads/pact/{branch}");
        assert!(count(&own, "sync", &name) == 1, "{branch}: {own:#?}");
        assert!(count(&own, "rename", &name) == 1, "{branch}: {own:#?}");
    }
    assert!(count(&own, "sync", "/objects/") >= 20, "{own:#?}");
    assert_eq!(count(&own, "unlink", "/git-pact/moving-"), 1, "{own:#?}");
}

#[test]
fn publishing_again_shows_a_contract_that_a_remote_that_died_did_not() {
    let shop = Shop::with_a_remote(&["web"]);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    let publish = "publish 1.json -a 1 --branch main";
    shop.step("web", publish);
    let shown = "pact/contracts/Orders:Orders/Web.json";
    let before = shop.store().run(&["rev-parse", shown]);
    shop.store()
        .run(&["update-ref", "-d", "refs/heads/pact/contracts/Orders"]);
    shop.store().run(&["pack-refs", "--all"]);
    let forget = [
        "update-ref",
        "-d",
        "refs/remotes/origin/pact/contracts/Orders",
    ];
    shop.sandbox.git("web").run(&forget);
    shop.step("web", publish);
    assert_eq!(shop.store().run(&["rev-parse", shown]), before);
    let tips = shop.commits("--all");
    shop.step("web", publish);
    assert_eq!(shop.commits("--all"), tips, "nothing is new");
}
