//! What a file rests on: the commits without which it would not be there, or not be the last word.
//!
//! They are found by walking back from a commit while the file is the same. Directories that are the
//! same in two commits are not looked into, so that a walk costs a few look-ups a commit.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use git2::Oid;

use super::super::Revision;
use super::super::StoreError;
use super::GitStore;
use super::damaged;
use super::history::Commit;
use super::oid;
use super::revision;
use super::tree;
use crate::record::path::Branch;
use crate::record::path::RecordPath;

/// What a file rests on.
#[derive(Clone, Debug)]
pub enum Provenance {
    /// The commit that wrote the file as it is, and before it in this list those that later took away
    /// or changed others of its kind: files beside it whose names are the same up to the last `=`.
    Commits(Vec<Commit>),
    /// The history that would tell is not here.
    CutOff,
    /// There is no such file.
    Absent,
}

/// Files of one kind in a directory: names, and what they are.
type Files = BTreeMap<String, (String, Oid)>;

/// The files of one kind that are asked about, on the way back through history.
struct Kind {
    directory: RecordPath,
    /// What their names begin with.
    beginning: String,
    /// What there was of the kind after the commit that is looked at.
    after: Files,
    /// Of each file whose beginning was not found yet, what it rests on so far.
    open: BTreeMap<String, Vec<Commit>>,
}

/// Where a directory was, and where it is; `None` is nowhere.
type Both = (Option<Oid>, Option<Oid>);

impl GitStore {
    /// Returns the tree of a commit.
    ///
    /// # Errors
    ///
    /// Fails if the commit cannot be read.
    pub fn tree_of(&self, commit: &Revision) -> Result<Revision, StoreError> {
        Ok(revision(self.root(oid(commit)?)?))
    }

    /// Returns what files on a branch rest on, seen from one of its commits.
    ///
    /// A commit with several parents is taken to have written everything: nobody can tell from which of
    /// them a file comes.
    ///
    /// # Errors
    ///
    /// Fails if a commit or a directory cannot be read.
    pub fn provenance(
        &self,
        branch: &Branch,
        at: &Revision,
        files: &[RecordPath],
    ) -> Result<BTreeMap<RecordPath, Provenance>, StoreError> {
        let mut found = BTreeMap::new();
        let mut kinds = self.kinds(branch, at, files, &mut found)?;
        let mut next = Some(at.clone());
        while let Some(at) = next {
            kinds.retain(|kind| !kind.open.is_empty());
            if kinds.is_empty() {
                break;
            }
            let commit = self.find_commit(&at)?;
            if commit.is_cut || commit.parents > 1 {
                for kind in kinds {
                    found.extend(kind.ended_at(&commit));
                }
                return Ok(found);
            }
            for kind in &mut kinds {
                found.extend(self.step(branch, &commit, kind)?);
            }
            next = commit.parent;
        }
        Ok(found)
    }

    /// Returns the files by their kinds; those that are not there are found already.
    fn kinds(
        &self,
        branch: &Branch,
        at: &Revision,
        files: &[RecordPath],
        found: &mut BTreeMap<RecordPath, Provenance>,
    ) -> Result<Vec<Kind>, StoreError> {
        let mut kinds: BTreeMap<(&str, &str), Kind> = BTreeMap::new();
        let root = Some(self.root(oid(at)?)?);
        for file in files {
            let (directory, name) = file
                .as_str()
                .rsplit_once('/')
                .unwrap_or(("", file.as_str()));
            let beginning = name.rfind('=').map_or(name, |end| &name[..=end]);
            let kind = match kinds.entry((directory, beginning)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let path = file.directory();
                    let both = self.descend(branch, (None, root), &path)?;
                    let after = both.and_then(|(_, after)| after);
                    new.insert(Kind {
                        after: self.files(branch, after, &path, beginning)?,
                        directory: path,
                        beginning: beginning.to_owned(),
                        open: BTreeMap::new(),
                    })
                }
            };
            if kind.after.contains_key(name) {
                kind.open.insert(name.to_owned(), Vec::new());
            } else {
                found.insert(file.clone(), Provenance::Absent);
            }
        }
        Ok(kinds.into_values().collect())
    }

    /// Looks at what a commit did to the files of a kind, and returns those that it wrote.
    fn step(
        &self,
        branch: &Branch,
        commit: &Commit,
        kind: &mut Kind,
    ) -> Result<Vec<(RecordPath, Provenance)>, StoreError> {
        let root = |at: &Revision| self.root(oid(at)?);
        let before = commit.parent.as_ref().map(root).transpose()?;
        let after = root(&commit.revision)?;
        let Some((before, _)) = self.descend(branch, (before, Some(after)), &kind.directory)?
        else {
            return Ok(Vec::new());
        };
        let before = self.files(branch, before, &kind.directory, &kind.beginning)?;
        let differs = |name: &str| before.get(name) != kind.after.get(name);
        // What was added beside a file takes nothing away from it.
        let takes_away = before.keys().any(|name| differs(name));
        let mut written = Vec::new();
        for (name, commits) in &mut kind.open {
            let is_its_beginning = differs(name);
            if is_its_beginning || takes_away {
                commits.push(commit.clone());
            }
            if is_its_beginning {
                let commits = std::mem::take(commits);
                written.push((name.clone(), Provenance::Commits(commits)));
            }
        }
        kind.after = before;
        kind.open
            .retain(|name, _| !written.iter().any(|(it, _)| it == name));
        let place = |(name, found): (String, _)| (kind.directory.join(&name), found);
        Ok(written.into_iter().map(place).collect())
    }

    /// Returns where a directory was and is, below the root before and after; `None` if it is the same.
    fn descend(
        &self,
        branch: &Branch,
        (mut before, mut after): Both,
        path: &RecordPath,
    ) -> Result<Option<Both>, StoreError> {
        for segment in path.as_str().split('/') {
            if before == after {
                return Ok(None);
            }
            let inner = |outer: Option<Oid>| -> Result<Option<Oid>, StoreError> {
                let Some(outer) = outer else { return Ok(None) };
                let raw = self.tree(outer)?;
                let malformed = |()| damaged(branch, path.as_str(), "its directory is malformed");
                let entry = tree::find(&raw, segment).map_err(malformed)?;
                let entry = entry.filter(|entry| entry.mode == tree::DIRECTORY);
                Ok(entry.map(|entry| entry.id))
            };
            (before, after) = (inner(before)?, inner(after)?);
        }
        Ok((before != after).then_some((before, after)))
    }

    /// Returns the files in a directory whose names have a beginning.
    fn files(
        &self,
        branch: &Branch,
        directory: Option<Oid>,
        path: &RecordPath,
        beginning: &str,
    ) -> Result<Files, StoreError> {
        let mut files = Files::new();
        let Some(directory) = directory else {
            return Ok(files);
        };
        for entry in tree::entries(&self.tree(directory)?) {
            let entry =
                entry.ok_or_else(|| damaged(branch, path.as_str(), "it is a malformed tree"))?;
            if entry.name.starts_with(beginning) {
                let what = (entry.mode.to_owned(), entry.id);
                files.insert(entry.name.to_owned(), what);
            }
        }
        Ok(files)
    }
}

impl Kind {
    /// Returns what the files rest on where the way back ends at a commit.
    fn ended_at(self, commit: &Commit) -> Vec<(RecordPath, Provenance)> {
        let Self {
            directory, open, ..
        } = self;
        let ended = |(name, mut commits): (String, Vec<Commit>)| {
            let found = if commit.parents > 1 {
                commits.push(commit.clone());
                Provenance::Commits(commits)
            } else {
                Provenance::CutOff
            };
            (directory.join(&name), found)
        };
        open.into_iter().map(ended).collect()
    }
}
