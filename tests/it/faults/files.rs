//! What is written beside the records, and goes wrong at every step: links, hooks, pacts that are pulled,
//! what was last seen of a remote.
//!
//! Several files are not put there at once, but each is the old one or the new one, and run again the
//! command ends with the new ones. The records and what belongs to others stay as they are.

use std::collections::BTreeMap;
use std::fs;

use super::number_of_this_run;
use super::scene::Place;
use super::scene::Scene;
use super::shim::Fault;
use super::stride;

/// A command that writes no record.
pub(super) struct Errand {
    pub(super) text: &'static str,
    /// Command lines that come before it.
    before: &'static [&'static str],
    /// Branches of which somebody takes back the last commit, before it.
    rewound: &'static [&'static str],
}

const fn errand(text: &'static str) -> Errand {
    Errand {
        text,
        before: &[],
        rewound: &[],
    }
}

pub(super) const ERRANDS: &[Errand] = &[
    errand("link --dir ../out"),
    errand("hooks install"),
    errand("hooks install --repo ../store.git"),
    Errand {
        text: "hooks remove --repo ../store.git",
        before: &["hooks install --repo ../store.git"],
        rewound: &[],
    },
    errand("pull --provider Orders --main-branch --to ../out/pacts"),
    errand("site build --to ../out/site"),
    errand("site readme --to ../out/README.md"),
    Errand {
        text: "fetch",
        before: &["create-label -a Web --label other --repo ../store.git"],
        rewound: &[],
    },
    Errand {
        text: "fetch --accept-rewritten",
        before: &["fetch"],
        rewound: &["app/Web", "env/production"],
    },
];

/// What is written beside the records, by where it is.
type Written = BTreeMap<String, Vec<u8>>;

fn written(scene: &Scene) -> Written {
    let mut written = Written::new();
    for place in ["out", "here/.git/hooks", "store.git/hooks"] {
        let files = walkdir::WalkDir::new(scene.now().join(place)).into_iter();
        for entry in files.flatten().filter(|it| !it.file_type().is_dir()) {
            // What a crash left is under a name of its own, and a site says first what it will have.
            let is_left = |path: &std::path::Path| {
                let path = path.to_string_lossy();
                path.contains("/.git-pact-") || path.ends_with("/git-pact-site.json")
            };
            if !is_left(entry.path()) {
                let bytes = fs::read(entry.path()).unwrap();
                let is_link = entry.file_type().is_symlink();
                let bytes = if is_link { b"a link".to_vec() } else { bytes };
                written.insert(entry.path().display().to_string(), bytes);
            }
        }
    }
    let format = "--format=%(refname) %(objectname)";
    let refs = scene.here().run(&["for-each-ref", format, "refs/remotes"]);
    for (name, id) in refs.lines().filter_map(|line| line.split_once(' ')) {
        written.insert(name.to_owned(), id.into());
    }
    written
}

/// Has a step of an errand go wrong; says which one it was, if there was any.
fn trial(
    scene: &Scene,
    errand: &Errand,
    (old, new): (&Written, &Written),
    (watched, fault, step): (&str, Fault, usize),
) -> Option<usize> {
    scene.restore();
    let (theirs, state) = (scene.theirs(), scene.state());
    let tried = scene.attempt(errand.text, watched, fault, step);
    let struck = tried.struck()?;
    let at = &tried.steps[struck];
    let told = format!(
        "git pact {}\n{fault:?} of {watched} at step {step}: {} {}\n{:?}",
        errand.text,
        at.what,
        at.path.display(),
        tried.output,
    );
    let now = written(scene);
    for (place, bytes) in &now {
        let is_known = [old, new].iter().any(|it| it.get(place) == Some(bytes));
        assert!(is_known, "{place} is neither old nor new\n{told}");
    }
    match tried.output.status {
        Some(0) => assert_eq!(&now, new, "exit 0, and it is not there\n{told}"),
        Some(4) => assert!(tried.output.stderr.contains("error:"), "{told}"),
        status => assert!(fault.is_deadly() && status == Some(128 + 9), "{told}"),
    }
    scene.unlock();
    let again = scene.again(errand.text);
    assert_eq!(again.status, Some(0), "{again:?}\n{told}");
    assert_eq!(&written(scene), new, "run again\n{told}");
    assert_eq!(scene.theirs(), theirs, "{told}");
    assert_eq!(scene.state(), state, "{told}");
    scene.here().fsck();
    Some(struck + 1)
}

#[test]
fn whatever_fails_while_files_are_written() {
    let Some(scene) = Scene::new(Place::Clone) else {
        return;
    };
    let first = number_of_this_run();
    let stride = stride(97);
    let mut trials = 0;
    for errand in ERRANDS {
        scene.prepare(|| {
            for line in errand.before {
                assert_eq!(scene.again(line).status, Some(0), "{line}");
            }
            for branch in errand.rewound {
                let reference = format!("refs/heads/pact/{branch}");
                let before = format!("{reference}~1");
                scene.authority().run(&["update-ref", &reference, &before]);
            }
            fs::create_dir(scene.now().join("out")).unwrap();
        });
        let old = written(&scene);
        let done = scene.again(errand.text);
        assert_eq!(done.status, Some(0), "{}: {done:?}", errand.text);
        let new = written(&scene);
        assert_ne!(old, new, "{} writes nothing", errand.text);
        for watched in ["git-pact", "git"] {
            for fault in Fault::OWN {
                let mut step = 1 + first % stride;
                while let Some(struck) = trial(&scene, errand, (&old, &new), (watched, fault, step))
                {
                    step = struck + stride;
                    trials += 1;
                }
            }
        }
    }
    println!("{trials} trials");
    assert!(trials > 0, "nothing went wrong");
}
