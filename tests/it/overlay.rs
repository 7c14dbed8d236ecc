//! Reading through an overlay is reading what will be there once the changes are written.

use git_pact::record::change::Change;
use git_pact::record::path::Branch;
use git_pact::store::RecordStore;
use git_pact::store::Snapshot;
use git_pact::store::memory::MemoryStore;
use git_pact::store::overlay::Overlay;
use proptest::prelude::*;

use crate::store_contract::app;
use crate::store_contract::at;
use crate::store_contract::number;
use crate::support::facts::note;
use crate::support::shape::Shape;

/// Directories below that of the owner; the empty one is the owner's itself.
const DIRECTORIES: [&str; 5] = ["", "/a", "/a/b", "/a/b/c", "/d"];

const FILES: [&str; 2] = ["1.json", "2.json"];

const OWNERS: [&str; 2] = ["Mobile", "Web"];

/// One change: whose branch, which path, and what becomes of it.
type Put = (&'static str, String, Change);

fn put() -> impl Strategy<Value = Put> {
    let owner = proptest::sample::select(&OWNERS[..]);
    let directory = proptest::sample::select(&DIRECTORIES[..]);
    let file = proptest::sample::select(&FILES[..]);
    let change = prop_oneof![
        4 => (0..3u32).prop_map(number),
        2 => Just(Change::NoFile),
        1 => Just(Change::NoDirectory),
    ];
    (owner, directory, file, change).prop_map(|(owner, directory, file, change)| {
        let path = match change {
            Change::NoDirectory => format!("{owner}{directory}"),
            _ => format!("{owner}{directory}/{file}"),
        };
        (owner, path, change)
    })
}

fn puts(most: usize) -> impl Strategy<Value = Vec<Put>> {
    proptest::collection::vec(put(), 0..most)
}

fn overlaid<'a>(below: &'a dyn Snapshot, puts: &[Put]) -> Overlay<'a> {
    let mut overlay = Overlay::new(below);
    for (owner, path, change) in puts {
        overlay.put(app(owner), at(path), change.clone());
    }
    overlay
}

/// Returns all that a snapshot shows, as text.
fn shown(snapshot: &dyn Snapshot) -> Vec<String> {
    let mut shown = vec![format!("{:?}", snapshot.branches().unwrap())];
    for owner in OWNERS {
        let branch: Branch = app(owner);
        for directory in DIRECTORIES {
            let directory = at(&format!("{owner}{directory}"));
            let items = snapshot.list(&branch, &directory).unwrap();
            shown.push(format!("{directory}: {items:?}"));
            for file in FILES {
                let file = directory.join(file);
                let bytes = snapshot.file(&branch, &file).unwrap();
                shown.push(format!("{file}: {bytes:?}"));
            }
        }
    }
    shown
}

/// Checks that an overlay shows what is there after its changes were committed.
fn shows_what_will_be(store: &dyn RecordStore, before: &[Put], puts: &[Put]) {
    let empty = store.snapshot();
    let changes = overlaid(&*empty, before).into_changes();
    let advances = store.commit(&*empty, &changes, &note()).unwrap();
    store.advance(&advances).unwrap();

    let snapshot = store.snapshot();
    let overlay = overlaid(&*snapshot, puts);
    let through = shown(&overlay);
    let changes = overlay.into_changes();
    let advances = store.commit(&*snapshot, &changes, &note()).unwrap();
    store.advance(&advances).unwrap();
    assert_eq!(through, shown(&*store.snapshot()));
    // Written twice, nothing is new.
    let now = store.snapshot();
    let again = store.commit(&*now, &changes, &note()).unwrap();
    assert_eq!(again, []);
}

proptest! {
    #[test]
    fn an_overlay_shows_what_will_be_in_memory(before in puts(12), after in puts(12)) {
        shows_what_will_be(&MemoryStore::default(), &before, &after);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn an_overlay_shows_what_will_be_in_git(before in puts(12), after in puts(12)) {
        let shape = Shape::bare();
        shows_what_will_be(&shape.store(), &before, &after);
    }
}

#[test]
fn an_overlay_can_lie_on_an_overlay() {
    let store = MemoryStore::default();
    let snapshot = store.snapshot();
    let first = ("Web", "Web/a/1.json".to_owned(), number(1));
    let gone = ("Web", "Web/a".to_owned(), Change::NoDirectory);
    let second = ("Web", "Web/d/2.json".to_owned(), number(2));
    let lower = overlaid(&*snapshot, std::slice::from_ref(&first));
    let upper = overlaid(&lower, &[gone.clone(), second.clone()]);
    assert_eq!(
        shown(&upper),
        shown(&overlaid(&*snapshot, &[first, gone, second]))
    );
    assert_eq!(upper.tip(&app("Web")).unwrap(), None);
}
