//! The history of a branch: who changed which files, newest first.

use std::cmp::Ordering;

use git2::ObjectType;
use git2::Oid;

use super::super::Revision;
use super::super::StoreError;
use super::GitStore;
use super::damaged;
use super::odd_mode;
use super::oid;
use super::revision;
use super::tree;
use super::tree::RawEntry;
use crate::domain::time::Timestamp;
use crate::record::path::Branch;
use crate::store::Actor;

/// How deep directories may lie in each other: a record lies five deep, and a reader must not be led
/// down for ever.
pub(super) const DEEPEST: usize = 16;

/// One commit on a branch.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Its id.
    pub revision: Revision,
    /// The commit before it; none for the first one of the branch.
    pub parent: Option<Revision>,
    /// Who made it.
    pub actor: Actor,
    /// When, by the clock of whoever made it.
    pub at: Timestamp,
    /// Whether its history was cut off here by a shallow clone.
    pub is_cut: bool,
    /// How many commits it names that were before it. On a branch of the store it is one at most.
    pub parents: usize,
    /// What kind of signature it has; nobody has looked at it yet.
    pub signature: SignatureKind,
}

/// What kind of signature a commit has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKind {
    /// None.
    Absent,
    /// One of OpenSSH.
    Ssh,
    /// Another kind, several, or something that is none.
    Other,
}

/// One file that a commit changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its path.
    pub path: String,
    /// What was there before, if anything.
    pub before: Option<Vec<u8>>,
    /// What is there after, if anything.
    pub after: Option<Vec<u8>>,
}

impl GitStore {
    /// Returns a commit of a branch.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read.
    pub fn find_commit(&self, at: &Revision) -> Result<Commit, StoreError> {
        let id = oid(at)?;
        let raw = self.object(id, ObjectType::Commit, || "a commit".to_owned())?;
        let commit = self
            .repository
            .find_commit(id)
            .map_err(|error| self.unreadable(id, "a commit", error))?;
        let author = commit.author();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let parents = named_parents(id, &raw)?;
        let parent = parents.first().copied();
        // A shallow clone has the commit but not its parent.
        let odb = self.odb()?;
        let is_cut = parent.is_some_and(|parent| !odb.exists(parent));
        Ok(Commit {
            revision: at.clone(),
            parent: parent.filter(|_| !is_cut).map(revision),
            actor: Actor {
                name: text(author.name_bytes()),
                email: text(author.email_bytes()),
            },
            at: Timestamp::clamped(commit.time().seconds()),
            is_cut,
            parents: parents.len(),
            signature: signature_kind(&raw),
        })
    }

    /// Returns the names of what lies at the root of a commit.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read.
    pub fn at_root(&self, at: &Revision) -> Result<Vec<String>, StoreError> {
        let id = self.root(oid(at)?)?;
        let tree = self.tree(id)?;
        let name = |entry: Option<RawEntry<'_>>| match entry {
            Some(entry) => Ok(entry.name.to_owned()),
            None => Err(StoreError::Unfit {
                id: id.to_string(),
                what: "a directory".to_owned(),
                reason: "it is malformed, or a name in it is no text".to_owned(),
            }),
        };
        tree::entries(&tree).map(name).collect()
    }

    /// Says whether a commit is the tip of a branch or lies below it, as far as its history is here;
    /// the search ends at `since`, which is older.
    ///
    /// # Errors
    ///
    /// Fails if a commit cannot be read.
    pub fn contains(
        &self,
        branch: &Branch,
        commit: &Revision,
        since: Option<&Revision>,
    ) -> Result<bool, StoreError> {
        let mut next = self.tip(branch)?;
        while let Some(at) = next {
            if at == *commit {
                return Ok(true);
            }
            if Some(&at) == since {
                return Ok(false);
            }
            next = self.find_commit(&at)?.parent;
        }
        Ok(false)
    }

    /// Returns the files that differ between two commits of a branch, by path.
    ///
    /// Equal directories are not entered, which is what makes this fast on trees of any size.
    ///
    /// # Errors
    ///
    /// Fails if an object cannot be read.
    pub fn changed(
        &self,
        branch: &Branch,
        before: Option<&Revision>,
        after: &Revision,
    ) -> Result<Vec<Changed>, StoreError> {
        let before = before
            .map(oid)
            .transpose()?
            .map(|id| self.root(id))
            .transpose()?;
        let after = self.root(oid(after)?)?;
        let mut changed = Vec::new();
        self.compare(branch, "", before, Some(after), &mut changed)?;
        changed.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changed)
    }

    fn compare(
        &self,
        branch: &Branch,
        path: &str,
        before: Option<Oid>,
        after: Option<Oid>,
        changed: &mut Vec<Changed>,
    ) -> Result<(), StoreError> {
        if before == after {
            return Ok(());
        }
        if path.split('/').count() > DEEPEST {
            return Err(damaged(branch, path, "no record lies that deep"));
        }
        let empty = || Ok([].into());
        let before = before.map_or_else(empty, |id| self.tree(id))?;
        let after = after.map_or_else(empty, |id| self.tree(id))?;
        let malformed = || damaged(branch, path, "it is a malformed tree");
        let mut names = std::collections::BTreeMap::<&str, [Option<RawEntry<'_>>; 2]>::new();
        let read = |entry: Option<Option<_>>| entry.map(|it| it.ok_or_else(malformed)).transpose();
        let (mut olds, mut news) = (tree::entries(&before), tree::entries(&after));
        let (mut old, mut new) = (read(olds.next())?, read(news.next())?);
        // Almost all of a large directory is the same on both sides, and in the same order.
        loop {
            let order = match (&old, &new) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => old.name.cmp(new.name),
            };
            let is_same = old == new;
            if let Some(entry) = old.filter(|_| order.is_le()) {
                if !is_same {
                    names.entry(entry.name).or_default()[0] = old;
                }
                old = read(olds.next())?;
            }
            if let Some(entry) = new.filter(|_| order.is_ge()) {
                if !is_same {
                    names.entry(entry.name).or_default()[1] = new;
                }
                new = read(news.next())?;
            }
        }
        for (name, [old, new]) in names {
            if old == new {
                continue;
            }
            let path = tree::path(path, name);
            let directory = |entry: Option<RawEntry<'_>>| entry.and_then(RawEntry::directory);
            self.compare(branch, &path, directory(old), directory(new), changed)?;
            let file = |entry: Option<RawEntry<'_>>| match entry {
                None => Ok(None),
                Some(entry) => self.content(branch, &path, entry),
            };
            let (before, after) = (file(old)?, file(new)?);
            if before.is_some() || after.is_some() {
                changed.push(Changed {
                    path,
                    before,
                    after,
                });
            }
        }
        Ok(())
    }

    /// Returns the bytes of a file, or `None` of a directory.
    pub(super) fn content(
        &self,
        branch: &Branch,
        path: &str,
        entry: RawEntry<'_>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        match entry.mode {
            tree::DIRECTORY => Ok(None),
            tree::FILE => {
                let what = || format!("{path} on {branch}");
                let bytes = self.object(entry.id, ObjectType::Blob, what)?;
                Ok(Some(bytes.to_vec()))
            }
            mode => Err(odd_mode(branch, path, mode)),
        }
    }

    /// Returns the newest commit of a branch that was made by a time, walking back from its tip.
    ///
    /// # Errors
    ///
    /// Fails if the history cannot be read, or is cut off before that time.
    pub fn tip_at(&self, branch: &Branch, time: Timestamp) -> Result<Option<Revision>, StoreError> {
        let mut next = self.tip(branch)?;
        while let Some(at) = next {
            let commit = self.find_commit(&at)?;
            if commit.at <= time {
                return Ok(Some(at));
            }
            if commit.is_cut {
                let what = format!("the history of {branch} before {}", commit.at);
                return Err(StoreError::Missing {
                    id: format!("parent of {at}"),
                    what,
                });
            }
            next = commit.parent;
        }
        Ok(None)
    }
}

/// Returns the parents that a raw commit names.
///
/// Read by hand: libgit2 hides the parent of a commit that is shallow, so that its history would
/// seem to begin there, and does not notice when another program has fetched the rest.
pub(super) fn named_parents(id: Oid, commit: &[u8]) -> Result<Vec<Oid>, StoreError> {
    let parents = header(commit).filter_map(|line| line.strip_prefix(b"parent "));
    let read = |hex: &[u8]| Oid::from_str(std::str::from_utf8(hex).ok()?).ok();
    let parents: Option<Vec<Oid>> = parents.map(read).collect();
    parents.ok_or_else(|| StoreError::Unfit {
        id: id.to_string(),
        what: "a commit".to_owned(),
        reason: "it names a parent by what is no id".to_owned(),
    })
}

/// Returns what kind of signature a raw commit has.
///
/// Git ends with an error at one that it does not know, and says nothing of all the others then. So it
/// is shown those alone that begin as one of OpenSSH does.
fn signature_kind(commit: &[u8]) -> SignatureKind {
    let mut signatures = header(commit).filter(|line| line.starts_with(b"gpgsig"));
    match (signatures.next(), signatures.next()) {
        (None, _) => SignatureKind::Absent,
        (Some(b"gpgsig -----BEGIN SSH SIGNATURE-----"), None) => SignatureKind::Ssh,
        _ => SignatureKind::Other,
    }
}

/// Returns the lines of the header of a raw commit.
fn header(commit: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = commit.split(|&byte| byte == b'\n');
    lines.take_while(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_is_shown_no_signature_that_it_does_not_know() {
        let ssh = "gpgsig -----BEGIN SSH SIGNATURE-----\n AAAA\n -----END SSH SIGNATURE-----\n";
        for (lines, expected) in [
            ("", SignatureKind::Absent),
            ("\ngpgsig in a message\n", SignatureKind::Absent),
            (ssh, SignatureKind::Ssh),
            (
                "gpgsig -----BEGIN PGP SIGNATURE-----\n",
                SignatureKind::Other,
            ),
            ("gpgsig rubbish\n", SignatureKind::Other),
            ("gpgsig\n", SignatureKind::Other),
            (&format!("{ssh}{ssh}"), SignatureKind::Other),
            (&format!("{ssh}gpgsig-sha256 x\n"), SignatureKind::Other),
        ] {
            let commit = format!("tree 0\nauthor a <a> 0 +0000\n{lines}\nmessage\n");
            assert_eq!(signature_kind(commit.as_bytes()), expected, "{lines}");
        }
    }

    #[test]
    fn a_parent_is_looked_for_in_the_header_only() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let named = |commit: &str| named_parents(Oid::ZERO_SHA1, commit.as_bytes());
        let first = format!("tree {one}\nauthor a <a> 0 +0000\n\nparent {two}\n");
        assert_eq!(named(&first).unwrap(), []);
        let second = format!("tree {one}\nparent {two}\nauthor a <a> 0 +0000\n\nx\n");
        let [one_id, two_id] = [&one, &two].map(|hex| Oid::from_str(hex).unwrap());
        assert_eq!(named(&second).unwrap(), [two_id]);
        let merge = second.replacen("author", &format!("parent {one}\nauthor"), 1);
        assert_eq!(named(&merge).unwrap(), [two_id, one_id]);
        let none = second.replacen(&two, "none", 1);
        assert!(matches!(named(&none), Err(StoreError::Unfit { .. })));
    }
}
