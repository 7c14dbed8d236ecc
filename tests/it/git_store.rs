//! What is true of records in git only: repositories that are refused and why, locks, objects that
//! are missing.

use std::fs;

use git_pact::record::path::Branch;
use git_pact::store::RecordStore;
use git_pact::store::StoreError;
use git_pact::store::git::GitStore;
use git_pact::store::git::Place;
use tempfile::TempDir;

use crate::store_contract::app;
use crate::store_contract::at;
use crate::store_contract::changes;
use crate::store_contract::number;
use crate::store_contract::read;
use crate::store_contract::write;
use crate::support::facts::note;
use crate::support::git::Git;
use crate::support::git::git_version;
use crate::support::shape::Shape;

/// Tries to write a number for the application Web, and returns why that failed.
fn refusal(store: &dyn RecordStore, value: u32) -> StoreError {
    let snapshot = store.snapshot();
    let web = app("Web");
    let before = snapshot.tip(&web).unwrap();
    let list = changes([(&web, "Web/app.json", number(value))]);
    let advances = store.commit(&*snapshot, &list, &note()).unwrap();
    let refusal = store.advance(&advances).unwrap_err();
    assert_eq!(store.snapshot().tip(&web).unwrap(), before);
    refusal
}

#[test]
fn a_branch_that_is_checked_out_is_refused() {
    let shape = Shape::dirty();
    let store = shape.store();
    write(&store, [(&app("Web"), "Web/app.json", number(1))]);
    shape
        .git()
        .run(&["worktree", "add", "../elsewhere", "pact/app/Web"]);
    match refusal(&store, 2) {
        StoreError::CheckedOut { branch, path } => {
            assert_eq!(branch, app("Web"));
            let elsewhere = shape.beside("elsewhere").canonicalize().unwrap();
            assert_eq!(path.canonicalize().unwrap(), elsewhere);
        }
        other => panic!("{other}"),
    }
    // Seen from the linked work tree itself it is no different, and other branches are free.
    let linked = GitStore::new(Place::at(&shape.beside("elsewhere")).unwrap()).unwrap();
    assert!(matches!(refusal(&linked, 2), StoreError::CheckedOut { .. }));
    write(&store, [(&app("Mobile"), "Mobile/app.json", number(2))]);
    shape.git().run(&["worktree", "remove", "../elsewhere"]);
    write(&store, [(&app("Web"), "Web/app.json", number(2))]);
}

#[test]
fn a_branch_that_the_main_work_tree_is_on_is_refused() {
    let shape = Shape::linked();
    let store = shape.store();
    write(&store, [(&app("Web"), "Web/app.json", number(1))]);
    let main = Git::at(shape.beside("shop"));
    main.run(&["symbolic-ref", "HEAD", "refs/heads/pact/app/Web"]);
    let told = refusal(&store, 2);
    assert!(matches!(told, StoreError::CheckedOut { .. }), "{told}");
    main.run(&["symbolic-ref", "HEAD", "refs/heads/main"]);
    write(&store, [(&app("Web"), "Web/app.json", number(2))]);
}

#[test]
fn the_head_of_a_bare_repository_is_no_work_tree() {
    let shape = Shape::bare();
    let store = shape.store();
    write(&store, [(&app("Web"), "Web/app.json", number(1))]);
    shape
        .git()
        .run(&["symbolic-ref", "HEAD", "refs/heads/pact/app/Web"]);
    write(&store, [(&app("Web"), "Web/app.json", number(2))]);
}

#[test]
fn a_branch_in_the_way_of_the_stores_is_named() {
    for name in ["pact", "pact/app", "pact/contracts", "pact/env"] {
        for packed in [false, true] {
            let shape = Shape::dirty();
            shape.git().run(&["branch", name]);
            if packed {
                shape.git().run(&["pack-refs", "--all"]);
            }
            let store = shape.store();
            let told = refusal(&store, 1);
            let clash = matches!(&told, StoreError::NameClash { name: found } if found == name);
            assert!(clash, "{name}: {told}");
            shape.git().run(&["branch", "-m", name, "elsewhere"]);
            write(&store, [(&app("Web"), "Web/app.json", number(1))]);
        }
    }
}

#[test]
fn a_repository_of_another_format_is_refused_with_a_hint() {
    for (option, format, hint) in [
        (
            "--object-format=sha256",
            "object format",
            "git init --object-format=sha1",
        ),
        (
            "--ref-format=reftable",
            "refstorage",
            "git clone --ref-format=files",
        ),
    ] {
        if format == "refstorage" && git_version() < (2, 45) {
            println!("SKIPPED: this git is too old to make a repository with reftables");
            continue;
        }
        for bare in [true, false] {
            let directory = TempDir::new().unwrap();
            let git = Git::at(directory.path());
            let mut args = vec!["init", option];
            args.extend(bare.then_some("--bare"));
            git.run(&args);
            match Place::at(directory.path()).err().unwrap() {
                StoreError::Unsupported { path, reason } => {
                    assert_eq!(path, directory.path());
                    assert!(reason.to_lowercase().contains(format), "{reason}");
                    assert!(reason.contains(hint), "{reason}");
                }
                other => panic!("{option}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_directory_without_a_repository_is_named() {
    let directory = TempDir::new().unwrap();
    for place in [
        Place::at(directory.path()),
        Place::at(&directory.path().join("absent")),
        // Nothing above is searched.
        {
            Git::at(directory.path()).run(&["init"]);
            fs::create_dir(directory.path().join("below")).unwrap();
            Place::at(&directory.path().join("below"))
        },
    ] {
        let told = place.err().unwrap();
        assert!(matches!(told, StoreError::NoRepository { .. }), "{told}");
    }
    assert!(Place::around(&directory.path().join("below"), &[]).is_ok());
}

#[test]
fn a_lock_that_another_program_holds_is_named_and_respected() {
    let shape = Shape::bare();
    let store = shape.store();
    write(&store, [(&app("Web"), "Web/app.json", number(1))]);
    let lock = store.git_dir().join("refs/heads/pact/app/Web.lock");
    fs::write(&lock, "").unwrap();
    let told = refusal(&store, 2);
    let locked = matches!(&told, StoreError::Locked { lock: named, .. } if *named == lock);
    assert!(locked, "{told}");
    assert!(lock.exists());
    fs::remove_file(lock).unwrap();
    write(&store, [(&app("Web"), "Web/app.json", number(2))]);
}

#[test]
fn two_programs_on_one_repository_see_each_other() {
    let shape = Shape::bare();
    let (ours, theirs) = (shape.store(), shape.store());
    let web = app("Web");
    write(&ours, [(&web, "Web/1.json", number(1))]);
    assert_eq!(read(&theirs, &web, "Web/1.json").unwrap(), "1\n");
    write(&theirs, [(&web, "Web/2.json", number(2))]);
    shape.git().run(&["gc", "--quiet"]);
    assert_eq!(read(&ours, &web, "Web/2.json").unwrap(), "2\n");
    write(&ours, [(&web, "Web/3.json", number(3))]);
    assert_eq!(read(&theirs, &web, "Web/1.json").unwrap(), "1\n");
}

#[test]
fn an_object_that_is_missing_is_not_a_file_that_is_absent() {
    let shape = Shape::bare();
    let store = shape.store();
    let web = app("Web");
    write(&store, [(&web, "Web/a/1.json", number(1))]);
    for object in ["pact/app/Web:Web/a/1.json", "pact/app/Web:Web/a"] {
        let id = shape.git().run(&["rev-parse", object]);
        fs::remove_file(
            store
                .git_dir()
                .join("objects")
                .join(&id[..2])
                .join(&id[2..]),
        )
        .unwrap();
        // A store that has read it before may still know it; a new one does not.
        let told = shape.store().snapshot().file(&web, &at("Web/a/1.json"));
        let missing = matches!(&told, Err(StoreError::Missing { id: found, .. }) if *found == id);
        assert!(missing, "{object}: {told:?}");
    }
    let told = shape.store().snapshot().list(&web, &at("Web/a"));
    assert!(matches!(told, Err(StoreError::Missing { .. })), "{told:?}");
}

#[test]
fn what_else_lies_below_pact_is_not_a_branch_of_the_store() {
    let shape = Shape::dirty();
    let store = shape.store();
    write(&store, [(&app("Web"), "Web/app.json", number(1))]);
    for name in ["pact/elsewhere/x", "pact/notes", "pact/app/two/levels"] {
        shape.git().run(&["branch", name]);
    }
    shape.git().run(&["tag", "pact/app/Tagged"]);
    let branches = store.snapshot().branches().unwrap();
    assert_eq!(branches, [app("Web")]);
    assert_eq!(Branch::parse("elsewhere/x"), None);
}

#[test]
fn making_a_repository_where_one_is_opens_it() {
    let shape = Shape::bare();
    write(&shape.store(), [(&app("Web"), "Web/app.json", number(1))]);
    let before = shape.surroundings();
    let again = GitStore::new(Place::init_bare(shape.git().directory()).unwrap()).unwrap();
    assert_eq!(read(&again, &app("Web"), "Web/app.json").unwrap(), "1\n");
    assert_eq!(shape.surroundings(), before);
}

#[test]
fn a_private_clone_is_made_once_and_keeps_what_was_seen() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("deep/down/clone.git");
    let url = "https://example.com/shop.git";
    for round in 1..=2 {
        let place = Place::private_clone(&path, url).unwrap();
        assert_eq!(place.remote().unwrap().0, "origin");
        assert_eq!(place.remote_url("origin").as_deref(), Some(url));
        let store = GitStore::new(place).unwrap();
        assert_eq!(store.prefix(), "refs/remotes/origin/pact/");
        write(&store, [(&app("Web"), "Web/app.json", number(round))]);
    }
    let git = Git::at(&path);
    let refs = git.run(&["for-each-ref", "--format=%(refname)"]);
    assert_eq!(refs, "refs/remotes/origin/pact/app/Web");
    git.fsck();
}

#[test]
fn a_commit_says_who_when_and_in_which_words() {
    let shape = Shape::bare();
    write(&shape.store(), [(&app("Web"), "Web/app.json", number(1))]);
    let format = "--format=%an <%ae> %ad|%cn <%ce> %cd|%B";
    let log = shape
        .git()
        .run(&["log", "--date=raw", format, "pact/app/Web"]);
    let who = "Test <test@example.com> 1790000000 +0000";
    assert_eq!(log, format!("{who}|{who}|Record what a test says"));
}
