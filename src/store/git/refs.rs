//! Refs: where a branch stands, and moving it by compare-and-swap.

use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;

use git2::ErrorCode;
use git2::Oid;
use git2::Repository;
use git2::Transaction;

use super::super::Advance;
use super::super::StoreError;
use super::GitStore;
use super::backend;
use super::journal;
use super::journal::Journal;
use super::journal::Move;
use super::oid;
use crate::record::path::Branch;

/// Returns the name of the ref of a branch.
pub(super) fn ref_name(store: &GitStore, branch: &Branch) -> String {
    [&store.prefix, branch.as_str()].concat()
}

/// Returns the commit that a branch is at.
pub(super) fn tip(store: &GitStore, branch: &Branch) -> Result<Option<Oid>, StoreError> {
    match store.repository.refname_to_id(&ref_name(store, branch)) {
        Ok(id) => Ok(Some(id)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(store.damage(backend(&format!("read {branch}"), error))),
    }
}

/// Returns the branches of the store whose names begin in some way, sorted; refs of other kinds are
/// not the store's.
pub(super) fn branches(store: &GitStore, beginning: &str) -> Result<Vec<Branch>, StoreError> {
    let glob = format!("{}{beginning}*", store.prefix);
    let failed = |error| backend("list the branches", error);
    let mut references = store.repository.references_glob(&glob).map_err(failed)?;
    let mut branches = Vec::new();
    for name in references.names() {
        let name = name.map_err(failed)?;
        branches.extend(name.strip_prefix(&store.prefix).and_then(Branch::parse));
    }
    branches.sort();
    Ok(branches)
}

/// Moves branches to what was built for them, all or none, if they are what they were.
pub(super) fn advance(store: &GitStore, advances: &[Advance]) -> Result<(), StoreError> {
    if advances.is_empty() {
        return Ok(());
    }
    refuse_name_clash(store)?;
    let failed = |error| backend("move the branches", error);
    // What cannot be completed yet is locked, and so is what this is about: it is tried again.
    let _ = journal::recover(&store.repository);
    let mut transaction = store.repository.transaction().map_err(failed)?;
    let checked_out = checked_out(store);
    for Advance { branch, .. } in advances {
        refuse_checked_out(store, branch, &checked_out)?;
        let name = ref_name(store, branch);
        transaction
            .lock_ref(&name)
            .map_err(|error| match error.code() {
                ErrorCode::Locked => StoreError::Locked {
                    what: branch.to_string(),
                    lock: lock_path(store, &name),
                },
                _ => backend(&format!("lock {branch}"), error),
            })?;
    }
    let mut moves = Vec::new();
    for Advance { branch, old, new } in advances {
        let old = old.as_ref().map(oid).transpose()?;
        if tip(store, branch)? != old {
            return Err(StoreError::Moved {
                branch: branch.clone(),
            });
        }
        moves.push(Move {
            name: ref_name(store, branch),
            old,
            new: Some(oid(new)?),
        });
    }
    move_locked(store, transaction, &moves, store.synced)
}

/// Moves refs that are locked, all of them, even if it takes whoever comes after a crash to complete it.
pub(super) fn move_locked(
    store: &GitStore,
    mut transaction: Transaction<'_>,
    moves: &[Move],
    synced: bool,
) -> Result<(), StoreError> {
    let failed = |error| backend("move the branches", error);
    let common = store.repository.commondir();
    refuse_packed_and_locked(common, moves)?;
    for Move { name, new, .. } in moves {
        match new {
            Some(new) => transaction.set_target(name, *new, None, "git-pact"),
            None => transaction.remove(name),
        }
        .map_err(failed)?;
    }
    if !synced {
        return transaction.commit().map_err(failed);
    }
    let journal = Journal::write(&store.repository, moves)?;
    if let Err(error) = transaction.commit() {
        // Some may have moved. It is completed now, or else by whoever comes next. Anew: what libgit2 could
        // not take from the file of packed refs it has forgotten all the same.
        drop(journal);
        let anew = Repository::open(common).map_err(failed)?;
        return journal::recover(&anew).map_err(|_| failed(error));
    }
    sync_named(common, moves.iter().map(|it| it.name.as_str()))?;
    journal.end();
    Ok(())
}

/// Fails if a ref is to be removed from the file of packed refs while that is locked.
///
/// libgit2 would fail as well, but only when the other refs have moved.
fn refuse_packed_and_locked(common: &Path, moves: &[Move]) -> Result<(), StoreError> {
    let lock = common.join("packed-refs.lock");
    let mut removed = moves.iter().filter(|it| it.new.is_none()).peekable();
    if removed.peek().is_none() || !lock.exists() {
        return Ok(());
    }
    let packed = fs::read_to_string(common.join("packed-refs")).unwrap_or_default();
    let is_packed = |name: &str| {
        packed
            .lines()
            .any(|line| line.ends_with(&format!(" {name}")))
    };
    match removed.find(|it| is_packed(&it.name)) {
        Some(it) => Err(StoreError::Locked {
            what: it.name.clone(),
            lock,
        }),
        None => Ok(()),
    }
}

/// Returns the file that git makes to lock a ref.
pub(super) fn lock_path(store: &GitStore, name: &str) -> PathBuf {
    store.repository.commondir().join(format!("{name}.lock"))
}

/// Fails if a branch such as `pact` takes the place of the directory of ours.
fn refuse_name_clash(store: &GitStore) -> Result<(), StoreError> {
    let root = store.prefix.trim_end_matches('/');
    for suffix in ["", "/app", "/contracts", "/env"] {
        let name = format!("{root}{suffix}");
        if store.repository.find_reference(&name).is_ok() {
            let name = name.trim_start_matches("refs/heads/").to_owned();
            return Err(StoreError::NameClash { name });
        }
    }
    Ok(())
}

/// Returns the refs that work trees are on, with the directory of each.
fn checked_out(store: &GitStore) -> Vec<(String, PathBuf)> {
    let mut repositories = Vec::new();
    if let Ok(worktrees) = store.repository.worktrees() {
        let names = worktrees.iter().filter_map(|name| name.ok().flatten());
        let found = names.filter_map(|name| store.repository.find_worktree(name).ok());
        repositories.extend(found.filter_map(|tree| Repository::open_from_worktree(&tree).ok()));
    }
    repositories.extend(Repository::open(store.repository.commondir()).ok());
    let on = |repository: Repository| {
        let head = repository.find_reference("HEAD").ok()?;
        let name = head.symbolic_target().ok().flatten()?.to_owned();
        let path = repository.workdir().unwrap_or(repository.path());
        Some((name, path.to_owned()))
    };
    repositories.retain(|repository| !repository.is_bare());
    repositories.into_iter().filter_map(on).collect()
}

/// Returns the work tree that has a ref checked out, if one has.
pub(super) fn work_tree_on(store: &GitStore, name: &str) -> Option<PathBuf> {
    let mut taken = checked_out(store).into_iter();
    taken.find(|(taken, _)| taken == name).map(|(_, path)| path)
}

/// Fails if a work tree has a branch checked out: its next commit would undo what we write.
fn refuse_checked_out(
    store: &GitStore,
    branch: &Branch,
    checked_out: &[(String, PathBuf)],
) -> Result<(), StoreError> {
    let name = ref_name(store, branch);
    match checked_out.iter().find(|(taken, _)| *taken == name) {
        Some((_, path)) => Err(StoreError::CheckedOut {
            branch: branch.clone(),
            path: path.clone(),
        }),
        None => Ok(()),
    }
}

/// Waits until refs are on disk, with the directories that lead to them: they may be new.
pub(super) fn sync_named<'a>(
    common: &Path,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<(), StoreError> {
    let mut paths = BTreeSet::new();
    for name in names {
        let above = Path::new(name).ancestors();
        paths.extend(above.filter(|path| !path.as_os_str().is_empty()));
    }
    // What is in a directory comes before it.
    let mut paths = paths.into_iter().rev();
    paths.try_for_each(|path| sync(&common.join(path)))
}

/// Waits until a file is on disk; one that is not there (packed, say) needs no waiting.
pub(super) fn sync(path: &Path) -> Result<(), StoreError> {
    // Windows flushes only what may be written, and git makes its objects read-only.
    let file = File::options().read(true).write(cfg!(windows)).open(path);
    let synced = match file {
        Ok(file) => file.sync_all(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) if cfg!(windows) && error.kind() == ErrorKind::PermissionDenied => Ok(()),
        Err(error) => Err(error),
    };
    synced.map_err(|error| StoreError::Backend {
        action: format!("write {} to disk", path.display()),
        source: error.into(),
    })
}
