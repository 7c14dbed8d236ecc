//! What every store promises, whatever it keeps its records in.
//!
//! Each law is a function over any store; each store, and each shape of repository, obeys each
//! law. In a repository nothing but the store's own refs and objects may change, commits form one
//! line, and git itself has to find nothing wrong.

use std::sync::Arc;

use git_pact::domain::name::PacticipantName;
use git_pact::record::change::Change;
use git_pact::record::change::Changes;
use git_pact::record::path;
use git_pact::record::path::Branch;
use git_pact::record::path::RecordPath;
use git_pact::record::path::Segment;
use git_pact::store::Advance;
use git_pact::store::RecordStore;
use git_pact::store::Snapshot;
use git_pact::store::StoreError;
use git_pact::store::memory::MemoryStore;

use crate::support::facts::n;
use crate::support::facts::note;
use crate::support::shape::Shape;

/// Runs every law on every store.
macro_rules! every_store_obeys {
    ($($law:ident)*) => {
        mod memory {
            $(#[test] fn $law() { super::$law(&super::MemoryStore::default()); })*
        }
        mod bare_repository {
            $(#[test] fn $law() { super::in_git(&super::Shape::bare(), super::$law); })*
        }
        mod repository_with_a_dirty_work_tree {
            $(#[test] fn $law() { super::in_git(&super::Shape::dirty(), super::$law); })*
        }
        mod linked_work_tree {
            $(#[test] fn $law() { super::in_git(&super::Shape::linked(), super::$law); })*
        }
        mod clone_of_a_remote {
            $(#[test] fn $law() { super::in_git(&super::Shape::clone_of_a_remote(), super::$law); })*
        }
        mod repository_packed_after_every_write {
            $(#[test] fn $law() { super::in_packed_git(super::$law); })*
        }
    };
}

every_store_obeys! {
    what_is_advanced_can_be_read
    nothing_is_visible_before_it_is_advanced
    the_second_writer_is_told_and_nothing_of_its_batch_is_there
    all_branches_move_or_none
    a_commit_is_advanced_once
    a_branch_on_which_nothing_is_new_gets_no_commit
    a_removed_file_is_gone_and_so_are_the_directories_it_leaves_empty
    a_removed_directory_is_gone_and_can_be_filled_again
    a_branch_that_is_emptied_stays
    a_listing_is_sorted_by_name
    a_snapshot_never_changes_though_the_store_does
    what_is_absent_is_none_or_empty
    a_file_is_no_directory_and_a_directory_no_file
    bytes_survive_unchanged
    the_tip_holds_everything_ever_written
}

type Law = fn(&dyn RecordStore);

/// Runs a law in a repository, and looks at the repository with other eyes afterwards.
fn in_git(shape: &Shape, law: Law) {
    let before = shape.surroundings();
    let store = shape.store();
    law(&store);
    let after = shape.surroundings();
    let names = before.keys().chain(after.keys());
    let touched: Vec<_> = names
        .filter(|name| before.get(*name) != after.get(*name))
        .collect();
    assert!(touched.is_empty(), "touched: {touched:?}");
    looks_sound(shape, store.prefix());
}

/// Runs a law in a repository in which refs and objects are packed after every write.
fn in_packed_git(law: Law) {
    let shape = Shape::dirty();
    let before = shape.other_refs();
    law(&shape.tended_store());
    assert_eq!(before, shape.other_refs());
    looks_sound(&shape, shape.store().prefix());
}

fn looks_sound(shape: &Shape, prefix: &str) {
    shape.git().fsck();
    let history = shape
        .git()
        .run(&["rev-list", "--parents", &format!("--glob={prefix}*")]);
    for line in history.lines() {
        assert!(line.split(' ').count() <= 2, "two parents: {line}");
    }
}

pub(crate) fn app(name: &str) -> Branch {
    Branch::app(&n(name))
}

/// Returns a path on a branch.
pub(crate) fn at(path: &str) -> RecordPath {
    path::segment(&Segment(path.to_owned()))
}

/// Returns a change that makes a file hold a number.
pub(crate) fn number(number: u32) -> Change {
    Change::File(format!("{number}\n").into_bytes().into())
}

pub(crate) fn changes<const N: usize>(list: [(&Branch, &str, Change); N]) -> Changes {
    let mut changes = Changes::new();
    for (branch, path, change) in list {
        let files = changes.entry(branch.clone()).or_default();
        files.insert(at(path), change);
    }
    changes
}

/// Builds and advances changes on top of what is there now.
pub(crate) fn write<const N: usize>(
    store: &dyn RecordStore,
    list: [(&Branch, &str, Change); N],
) -> Vec<Advance> {
    let snapshot = store.snapshot();
    let advances = store.commit(&*snapshot, &changes(list), &note()).unwrap();
    store.advance(&advances).unwrap();
    advances
}

pub(crate) fn read(store: &dyn RecordStore, branch: &Branch, path: &str) -> Option<String> {
    read_in(&*store.snapshot(), branch, path)
}

fn read_in(snapshot: &dyn Snapshot, branch: &Branch, path: &str) -> Option<String> {
    let bytes = snapshot.file(branch, &at(path)).unwrap()?;
    Some(String::from_utf8(bytes.to_vec()).unwrap())
}

/// Returns the names in a directory, those of directories with a slash behind them.
fn list(store: &dyn RecordStore, branch: &Branch, path: &str) -> Vec<String> {
    let items = store.snapshot().list(branch, &at(path)).unwrap();
    let shown = |is_directory| if is_directory { "/" } else { "" };
    let name = |item: git_pact::store::Item| format!("{}{}", item.name, shown(item.is_directory));
    items.into_iter().map(name).collect()
}

fn what_is_advanced_can_be_read(store: &dyn RecordStore) {
    let (web, live) = (app("Web"), Branch::environment(&n("live")));
    let advances = write(
        store,
        [
            (&web, "Web/app.json", number(1)),
            (&web, "Web/versions/a/b/1.json", number(2)),
            (&live, "live/environment.json", number(3)),
        ],
    );
    assert_eq!(advances.len(), 2);
    assert_eq!(read(store, &web, "Web/app.json").unwrap(), "1\n");
    assert_eq!(read(store, &web, "Web/versions/a/b/1.json").unwrap(), "2\n");
    assert_eq!(read(store, &live, "live/environment.json").unwrap(), "3\n");
    assert_eq!(list(store, &web, "Web"), ["app.json", "versions/"]);
    assert_eq!(list(store, &web, "Web/versions/a"), ["b/"]);
    let snapshot = store.snapshot();
    assert_eq!(snapshot.branches().unwrap(), [web.clone(), live]);
    let tip = snapshot.tip(&web).unwrap();
    assert_eq!(tip.as_ref(), Some(&advances[0].new));
}

fn nothing_is_visible_before_it_is_advanced(store: &dyn RecordStore) {
    let (web, mobile) = (app("Web"), app("Mobile"));
    write(store, [(&web, "Web/app.json", number(1))]);
    let snapshot = store.snapshot();
    let list = [
        (&web, "Web/app.json", number(2)),
        (&mobile, "Mobile/app.json", number(3)),
    ];
    let advances = store.commit(&*snapshot, &changes(list), &note()).unwrap();
    assert_eq!(advances.len(), 2);
    assert_eq!(read(store, &web, "Web/app.json").unwrap(), "1\n");
    let now = store.snapshot();
    assert_eq!(now.branches().unwrap(), std::slice::from_ref(&web));
    assert_eq!(now.tip(&mobile).unwrap(), None);
    assert_eq!(now.tip(&web).unwrap(), snapshot.tip(&web).unwrap());
    store.advance(&advances).unwrap();
    assert_eq!(read(store, &web, "Web/app.json").unwrap(), "2\n");
}

fn the_second_writer_is_told_and_nothing_of_its_batch_is_there(store: &dyn RecordStore) {
    let web = app("Web");
    // Once on a branch that is new to both, once on one that is there.
    for (round, path) in [(1, "Web/a.json"), (2, "Web/b.json")] {
        let (first, second) = (store.snapshot(), store.snapshot());
        let ours = changes([(&web, path, number(round))]);
        let theirs = changes([(&web, "Web/theirs.json", number(round))]);
        let ours = store.commit(&*first, &ours, &note()).unwrap();
        let theirs = store.commit(&*second, &theirs, &note()).unwrap();
        store.advance(&ours).unwrap();
        let told = store.advance(&theirs);
        let moved = matches!(&told, Err(StoreError::Moved { branch }) if *branch == web);
        assert!(moved, "{told:?}");
        assert_eq!(read(store, &web, "Web/theirs.json"), None);
        assert_eq!(read(store, &web, path).unwrap(), format!("{round}\n"));
        assert_eq!(store.snapshot().tip(&web).unwrap().unwrap(), ours[0].new);
    }
}

fn all_branches_move_or_none(store: &dyn RecordStore) {
    let (contested, first, last) = (app("Mobile"), app("Android"), app("Web"));
    write(store, [(&last, "Web/app.json", number(0))]);
    let snapshot = store.snapshot();
    let batch = [
        (&first, "Android/app.json", number(1)),
        (&contested, "Mobile/app.json", number(1)),
        (&last, "Web/app.json", number(1)),
    ];
    let advances = store.commit(&*snapshot, &changes(batch), &note()).unwrap();
    assert_eq!(advances.len(), 3);
    write(store, [(&contested, "Mobile/app.json", number(2))]);
    let backwards = advances.iter().rev().cloned().collect();
    for advances in [advances, backwards] {
        let told = store.advance(&advances);
        let moved = matches!(&told, Err(StoreError::Moved { branch }) if *branch == contested);
        assert!(moved, "{told:?}");
        assert_eq!(read(store, &first, "Android/app.json"), None);
        assert_eq!(read(store, &contested, "Mobile/app.json").unwrap(), "2\n");
        assert_eq!(read(store, &last, "Web/app.json").unwrap(), "0\n");
    }
    // After a failure the branches are as free as they were.
    write(store, [(&first, "Android/app.json", number(3))]);
    assert_eq!(read(store, &first, "Android/app.json").unwrap(), "3\n");
}

fn a_commit_is_advanced_once(store: &dyn RecordStore) {
    let web = app("Web");
    for round in 1..=2 {
        let advances = write(store, [(&web, "Web/app.json", number(round))]);
        let told = store.advance(&advances);
        assert!(matches!(told, Err(StoreError::Moved { .. })), "{told:?}");
    }
    assert!(store.advance(&[]).is_ok());
}

fn a_branch_on_which_nothing_is_new_gets_no_commit(store: &dyn RecordStore) {
    let (web, mobile) = (app("Web"), app("Mobile"));
    write(store, [(&web, "Web/a/1.json", number(1))]);
    let tip = store.snapshot().tip(&web).unwrap();
    for (path, change) in [
        ("Web/a/1.json", number(1)),
        ("Web/a/2.json", Change::NoFile),
        ("Web/b/1.json", Change::NoFile),
        ("Web/b", Change::NoDirectory),
    ] {
        let nothing = write(store, [(&web, path, change)]);
        assert_eq!(nothing, [], "{path}");
    }
    // Nor does a branch come into being for what it does not hold.
    let list = [
        (&mobile, "Mobile/app.json", Change::NoFile),
        (&mobile, "Mobile/a", Change::NoDirectory),
    ];
    assert_eq!(write(store, list), []);
    // One branch of two.
    let some = write(
        store,
        [
            (&web, "Web/a/1.json", number(1)),
            (&mobile, "Mobile/app.json", number(1)),
        ],
    );
    let moved: Vec<_> = some.iter().map(|advance| &advance.branch).collect();
    assert_eq!(moved, [&mobile]);
    assert_eq!(store.snapshot().tip(&web).unwrap(), tip);
}

fn a_removed_file_is_gone_and_so_are_the_directories_it_leaves_empty(store: &dyn RecordStore) {
    let web = app("Web");
    write(
        store,
        [
            (&web, "Web/a/b/1.json", number(1)),
            (&web, "Web/a/b/2.json", number(2)),
            (&web, "Web/c.json", number(3)),
        ],
    );
    write(store, [(&web, "Web/a/b/1.json", Change::NoFile)]);
    assert_eq!(read(store, &web, "Web/a/b/1.json"), None);
    assert_eq!(list(store, &web, "Web/a/b"), ["2.json"]);
    write(store, [(&web, "Web/a/b/2.json", Change::NoFile)]);
    assert_eq!(list(store, &web, "Web/a/b"), [""; 0]);
    assert_eq!(list(store, &web, "Web/a"), [""; 0]);
    assert_eq!(list(store, &web, "Web"), ["c.json"]);
}

fn a_removed_directory_is_gone_and_can_be_filled_again(store: &dyn RecordStore) {
    let live = Branch::environment(&n("live"));
    write(
        store,
        [
            (&live, "live/environment.json", number(1)),
            (&live, "live/deployed/Web/=.json", number(2)),
            (&live, "live/deployed/Web/blue.json", number(3)),
        ],
    );
    write(store, [(&live, "live/deployed/Web", Change::NoDirectory)]);
    assert_eq!(read(store, &live, "live/deployed/Web/=.json"), None);
    assert_eq!(list(store, &live, "live"), ["environment.json"]);
    // Gone and filled again in one write, as when an environment is deleted.
    write(
        store,
        [
            (&live, "live", Change::NoDirectory),
            (&live, "live/latest.json", number(4)),
        ],
    );
    assert_eq!(list(store, &live, "live"), ["latest.json"]);
    write(store, [(&live, "live/deployed/Web/=.json", number(5))]);
    assert_eq!(
        read(store, &live, "live/deployed/Web/=.json").unwrap(),
        "5\n"
    );
    assert_eq!(list(store, &live, "live"), ["deployed/", "latest.json"]);
}

fn a_branch_that_is_emptied_stays(store: &dyn RecordStore) {
    let live = Branch::environment(&n("live"));
    write(store, [(&live, "live/environment.json", number(1))]);
    let emptied = write(store, [(&live, "live", Change::NoDirectory)]);
    let snapshot = store.snapshot();
    assert_eq!(snapshot.tip(&live).unwrap().unwrap(), emptied[0].new);
    assert_eq!(snapshot.branches().unwrap(), std::slice::from_ref(&live));
    assert_eq!(list(store, &live, "live"), [""; 0]);
    write(store, [(&live, "live/environment.json", number(1))]);
    assert_eq!(list(store, &live, "live"), ["environment.json"]);
}

fn a_listing_is_sorted_by_name(store: &dyn RecordStore) {
    let web = app("Web");
    // git sorts the directory `a` behind `a.json`; a listing does not.
    write(
        store,
        [
            (&web, "Web/b.json", number(1)),
            (&web, "Web/a.json", number(2)),
            (&web, "Web/a/1.json", number(3)),
            (&web, "Web/a-b.json", number(4)),
            (&web, "Web/B.json", number(5)),
            (&web, "Web/%C3%A9.json", number(6)),
            (&web, "Web/10.json", number(7)),
            (&web, "Web/9.json", number(8)),
        ],
    );
    let sorted = [
        "%C3%A9.json",
        "10.json",
        "9.json",
        "B.json",
        "a/",
        "a-b.json",
        "a.json",
        "b.json",
    ];
    assert_eq!(list(store, &web, "Web"), sorted);
}

fn a_snapshot_never_changes_though_the_store_does(store: &dyn RecordStore) {
    let (web, mobile) = (app("Web"), app("Mobile"));
    write(store, [(&web, "Web/a/1.json", number(1))]);
    let snapshot = store.snapshot();
    // A store may put off reading a branch until it is first asked for.
    let seen = |snapshot: &dyn Snapshot| {
        (
            snapshot.branches().unwrap(),
            snapshot.tip(&web).unwrap(),
            snapshot.tip(&mobile).unwrap(),
            read_in(snapshot, &web, "Web/a/1.json"),
            read_in(snapshot, &web, "Web/a/2.json"),
            snapshot.list(&web, &at("Web/a")).unwrap(),
        )
    };
    let before = seen(&*snapshot);
    write(
        store,
        [
            (&web, "Web/a/1.json", Change::NoFile),
            (&web, "Web/a/2.json", number(2)),
            (&mobile, "Mobile/app.json", number(3)),
        ],
    );
    assert_eq!(seen(&*snapshot), before);
    assert_ne!(seen(&*store.snapshot()), before);
    // And a write on top of it is refused.
    let late = changes([(&web, "Web/a/3.json", number(3))]);
    let late = store.commit(&*snapshot, &late, &note()).unwrap();
    let told = store.advance(&late);
    assert!(matches!(told, Err(StoreError::Moved { .. })), "{told:?}");
}

fn what_is_absent_is_none_or_empty(store: &dyn RecordStore) {
    let (web, absent) = (app("Web"), app("Absent"));
    assert_eq!(store.snapshot().branches().unwrap(), []);
    write(store, [(&web, "Web/a/1.json", number(1))]);
    let snapshot = store.snapshot();
    assert_eq!(snapshot.tip(&absent).unwrap(), None);
    assert_eq!(read(store, &absent, "Absent/app.json"), None);
    assert_eq!(list(store, &absent, "Absent"), [""; 0]);
    for path in ["Web/a/2.json", "Web/b/1.json", "Mobile/a/1.json", "Web/a/1"] {
        assert_eq!(read(store, &web, path), None, "{path}");
        assert_eq!(list(store, &web, path), [""; 0], "{path}");
    }
    assert_eq!(read(store, &web, "Web/a/1.json/below"), None);
}

fn a_file_is_no_directory_and_a_directory_no_file(store: &dyn RecordStore) {
    let web = app("Web");
    write(store, [(&web, "Web/a/1.json", number(1))]);
    let snapshot = store.snapshot();
    let file = snapshot.file(&web, &at("Web/a"));
    assert!(matches!(file, Err(StoreError::Damaged { .. })), "{file:?}");
    let list = snapshot.list(&web, &at("Web/a/1.json"));
    assert!(matches!(list, Err(StoreError::Damaged { .. })), "{list:?}");
}

fn bytes_survive_unchanged(store: &dyn RecordStore) {
    let orders: PacticipantName = n("Orders");
    let branch = Branch::contracts(&orders);
    let all: Vec<u8> = (0..=255).collect();
    let long = vec![b'x'; 300_000];
    for bytes in [&b""[..], b"\r\n", b" {\"a\": 1.0}", b"\0\0", &all, &long] {
        let path = path::contract(&orders, &n("Web"));
        let change = Change::File(bytes.into());
        write(store, [(&branch, path.as_str(), change)]);
        let read = store.snapshot().file(&branch, &path).unwrap();
        assert_eq!(read, Some(Arc::from(bytes)));
    }
}

fn the_tip_holds_everything_ever_written(store: &dyn RecordStore) {
    let web = app("Web");
    let path = |n: u32| format!("Web/versions/{}/{}/{n}.json", n % 3, n % 2);
    for n in 1..=12 {
        let advances = write(store, [(&web, &path(n), number(n))]);
        assert_eq!(advances.len(), 1);
    }
    for n in 1..=12 {
        assert_eq!(read(store, &web, &path(n)).unwrap(), format!("{n}\n"));
    }
    assert_eq!(list(store, &web, "Web/versions"), ["0/", "1/", "2/"]);
}

/// The memory store refuses what git would take and the record layer never writes.
mod strictness_of_memory {
    use super::*;

    fn refused(branch: &Branch, path: &str, bytes: &[u8]) -> bool {
        let store = MemoryStore::default();
        let list = changes([(branch, path, Change::File(bytes.into()))]);
        let told = store.commit(&*store.snapshot(), &list, &note());
        match told {
            Ok(_) => false,
            Err(StoreError::Damaged { .. }) => true,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_path_lies_in_its_owners_directory() {
        assert!(refused(&app("Web"), "Mobile/app.json", b"1\n"));
        assert!(refused(&app("Web"), "app.json", b"1\n"));
        assert!(!refused(&app("Web"), "Web/app.json", b"1\n"));
        assert!(!refused(&Branch::settings(), "settings/store.json", b"1\n"));
    }

    #[test]
    fn a_record_is_canonical_json() {
        let web = app("Web");
        let canonical = b"{\n  \"a\": 1,\n  \"b\": 2\n}\n";
        assert!(!refused(&web, "Web/app.json", canonical));
        for bytes in [
            &b"{\n  \"b\": 2,\n  \"a\": 1\n}\n"[..],
            b"{\n  \"a\": 1,\n  \"b\": 2\n}",
            b"{\"a\":1,\"b\":2}\n",
            b"not JSON\n",
        ] {
            assert!(refused(&web, "Web/app.json", bytes), "{bytes:?}");
            // A contract is kept as it was published.
            assert!(!refused(&web, "Web/contents/Orders/1.json", bytes));
            let orders = Branch::contracts(&n("Orders"));
            assert!(!refused(&orders, "Orders/Web.json", bytes));
        }
    }

    #[test]
    #[should_panic(expected = "Web/a is a directory")]
    fn a_file_does_not_take_the_place_of_a_directory() {
        let store = MemoryStore::default();
        write(&store, [(&app("Web"), "Web/a/1.json", number(1))]);
        write(&store, [(&app("Web"), "Web/a", number(1))]);
    }

    #[test]
    #[should_panic(expected = "Web/a is a file")]
    fn a_directory_does_not_take_the_place_of_a_file() {
        let store = MemoryStore::default();
        write(&store, [(&app("Web"), "Web/a", number(1))]);
        write(&store, [(&app("Web"), "Web/a/1.json", number(1))]);
    }
}
