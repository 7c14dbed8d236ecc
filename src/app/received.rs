//! Whether a push may be let in: it only adds sound records, in order, and they fit those that are there.
//!
//! Everything that git-pact itself pushes is let in. What was wrong before a push is not held against it.
//! Branches that are pushed together are looked at together, so that they may refer to each other.

mod neighbours;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::doctor::Ailment;
use super::doctor::owner;
use super::hook::BranchMove;
use super::hook::Push;
use super::site::Site;
use crate::domain::content::ContentId;
use crate::domain::entry::ContentKey;
use crate::domain::entry::Entry;
use crate::domain::growth::Edit;
use crate::domain::growth::Forbidden;
use crate::domain::growth::Surroundings;
use crate::domain::growth::forbidden;
use crate::domain::growth::has_verified;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Unreadable;
use crate::domain::merge::merge;
use crate::domain::merge::patched;
use crate::domain::name::Identity;
use crate::domain::pact::Pact;
use crate::domain::policy::NotAllowed;
use crate::domain::policy::PolicyRefusal;
use crate::domain::time::Seq;
use crate::record::path::Branch;
use crate::record::path::Owner;
use crate::record::path::RecordPath;
use crate::record::stored;
use crate::record::stored::Unsound;
use crate::store::Directory;
use crate::store::Item;
use crate::store::Revision;
use crate::store::Snapshot;
use crate::store::StoreError;
use crate::store::git::GitSnapshot;
use crate::store::git::Moment;
use crate::store::git::NotGrown;
use crate::store::git::history::Changed;
use crate::store::ledger::StoreLedger;

/// How many objections are enough to refuse a push; more would only be longer to read.
const ENOUGH: usize = 20;

/// A reason not to let a push in.
#[derive(Debug)]
pub struct Objection {
    /// The branch as git names it, e.g. `pact/app/Web`.
    pub branch: String,
    /// The commit that brings it.
    pub commit: Option<Revision>,
    /// The file.
    pub path: Option<String>,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong with a push.
#[derive(Debug)]
pub enum Why {
    /// The store has no such kind of branch.
    NoSuchBranch,
    /// A branch is not what whoever pushes takes it for: somebody else was faster.
    Moved,
    /// A branch is to be deleted.
    Deleted,
    /// A branch has not only grown.
    NotGrown(NotGrown),
    /// A commit, a tree or a file is not as a store has it, or larger than what is read.
    Damaged(StoreError),
    /// A file is no record in its place.
    Unsound(Unsound),
    /// A record does what no record may.
    Forbidden(Forbidden),
    /// Records do not fit together any more.
    Ailing(Box<Ailment>),
    /// Whoever pushes may not write the branch.
    NotAllowed(NotAllowed),
    /// It cannot be read who may write, so nobody may.
    NoPolicy(Unreadable),
    /// It says who may write in a way that nobody may say it.
    Policy(PolicyRefusal),
}

/// Returns the reasons not to let a push in that comes from somebody; none if it may.
///
/// Who may write is what the store says before the push, so that nobody lets himself in. A branch that
/// moved since whoever pushes looked at it is a reason: what was judged would not be what comes to be.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn objections(
    site: &Site,
    push: &Push,
    who: Option<&Identity>,
) -> Result<Vec<Objection>, StoreError> {
    let mut objections = Vec::new();
    for name in &push.strangers {
        objections.push(Objection {
            branch: name.trim_start_matches("refs/heads/").to_owned(),
            commit: None,
            path: None,
            why: Why::NoSuchBranch,
        });
    }
    // Whoever pushes says what a branch was, and git believes it until the hook has spoken.
    let now = site.store.at(Moment::Now);
    owned(&StoreLedger::new(&now), push, who, &mut objections);
    for BranchMove { branch, old, .. } in &push.moves {
        if now.tip(branch)? != *old {
            objections.push(Objection {
                branch: branch.to_string(),
                commit: None,
                path: None,
                why: Why::Moved,
            });
        }
    }
    if !objections.is_empty() {
        return Ok(objections);
    }
    let [before, after] = [
        State::of(site, push, |moved| moved.old.clone()),
        State::of(site, push, |moved| moved.new.clone()),
    ];
    for moved in &push.moves {
        let mut inspection = Inspection {
            site,
            moved,
            // Whose branch it is may be told by what is pushed with it.
            owner: owner(&after, &moved.branch),
            objections: &mut objections,
        };
        inspection.grows()?;
    }
    if objections.is_empty() {
        let new = neighbours::ailments(site, push, &before, &after)?;
        let objection = |ailment: Ailment| Objection {
            branch: ailment.branch().to_string(),
            commit: None,
            path: None,
            why: Why::Ailing(Box::new(ailment)),
        };
        objections.extend(new.into_iter().map(objection));
    }
    objections.truncate(ENOUGH);
    Ok(objections)
}

/// Objects to what somebody may not write.
fn owned(
    ledger: &dyn Ledger,
    push: &Push,
    who: Option<&Identity>,
    objections: &mut Vec<Objection>,
) {
    let mut object = |branch: &Branch, why| {
        objections.push(Objection {
            branch: branch.to_string(),
            commit: None,
            path: None,
            why,
        });
    };
    match ledger.policy() {
        Err(why) => object(&Branch::settings(), Why::NoPolicy(why)),
        Ok(policy) => {
            for BranchMove { branch, .. } in &push.moves {
                if let Err(why) = policy.allows(&branch.to_string(), who) {
                    object(branch, Why::NotAllowed(why));
                }
            }
        }
    }
}

/// What a store holds before or after a push: the branches that it moves as it has them, others as they
/// are.
struct State<'a> {
    moved: GitSnapshot<'a>,
    names: BTreeMap<Branch, bool>,
    others: GitSnapshot<'a>,
}

impl<'a> State<'a> {
    fn of(site: &'a Site, push: &Push, end: impl Fn(&BranchMove) -> Option<Revision>) -> Self {
        let moves = push.moves.iter();
        let tips = moves.map(|moved| (moved.branch.clone(), end(moved)));
        let tips: BTreeMap<_, _> = tips.collect();
        let names = tips
            .iter()
            .map(|(branch, tip)| (branch.clone(), tip.is_some()));
        Self {
            names: names.collect(),
            moved: site.store.at(Moment::Tips(tips)),
            others: site.store.at(Moment::Now),
        }
    }

    fn holder(&self, branch: &Branch) -> &GitSnapshot<'a> {
        if self.names.contains_key(branch) {
            &self.moved
        } else {
            &self.others
        }
    }

    fn with_moved(&self, mut branches: Vec<Branch>, of: impl Fn(&Branch) -> bool) -> Vec<Branch> {
        branches.retain(|branch| !self.names.contains_key(branch));
        let moved = self
            .names
            .iter()
            .filter(|(branch, is_there)| **is_there && of(branch));
        branches.extend(moved.map(|(branch, _)| branch.clone()));
        branches.sort();
        branches
    }
}

impl Snapshot for State<'_> {
    fn tip(&self, branch: &Branch) -> Result<Option<Revision>, StoreError> {
        self.holder(branch).tip(branch)
    }

    fn branches(&self) -> Result<Vec<Branch>, StoreError> {
        Ok(self.with_moved(self.others.branches()?, |_| true))
    }

    fn environments(&self) -> Result<Vec<Branch>, StoreError> {
        Ok(self.with_moved(self.others.environments()?, Branch::is_environment))
    }

    fn file(&self, branch: &Branch, path: &RecordPath) -> Result<Option<Arc<[u8]>>, StoreError> {
        self.holder(branch).file(branch, path)
    }

    fn list(&self, branch: &Branch, path: &RecordPath) -> Result<Vec<Item>, StoreError> {
        self.holder(branch).list(branch, path)
    }

    fn directories(
        &self,
        branch: &Branch,
        path: &RecordPath,
        depth: u8,
    ) -> Result<Option<Vec<Directory>>, StoreError> {
        self.holder(branch).directories(branch, path, depth)
    }
}

/// A look at what a push does to one branch, commit by commit.
struct Inspection<'a> {
    site: &'a Site,
    moved: &'a BranchMove,
    owner: Option<String>,
    objections: &'a mut Vec<Objection>,
}

impl Inspection<'_> {
    /// Objects unless the branch only grows, by sound records.
    fn grows(&mut self) -> Result<(), StoreError> {
        let Some(new) = &self.moved.new else {
            self.object(None, None, Why::Deleted);
            return Ok(());
        };
        let old = self.moved.old.as_ref();
        let commits = match self.site.store.growth(old, new)? {
            Ok(commits) => commits,
            Err(why) => {
                self.object(None, None, Why::NotGrown(why));
                return Ok(());
            }
        };
        let mut parent = old.cloned();
        for commit in commits {
            if self.objections.len() >= ENOUGH {
                break;
            }
            self.commit(parent.as_ref(), &commit)?;
            parent = Some(commit);
        }
        Ok(())
    }

    fn commit(&mut self, parent: Option<&Revision>, commit: &Revision) -> Result<(), StoreError> {
        let branch = &self.moved.branch;
        let changed = match self.site.store.brought(branch, parent, commit) {
            Ok(changed) => changed,
            Err(why) if why.is_of_the_object() => {
                self.object(Some(commit), None, Why::Damaged(why));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let mut edits = Vec::new();
        let mut paths = Vec::new();
        for file in changed {
            if is_of_the_provider(branch, &file.path) {
                continue;
            }
            match self.edit(&file) {
                Ok(edit) => {
                    if let Some(Entry::Policy(policy)) = &edit.after
                        && let Err(why) = policy.protects_itself()
                    {
                        self.object(Some(commit), Some(file.path.clone()), Why::Policy(why));
                    }
                    edits.push(edit);
                    paths.push(file.path);
                }
                Err(why) => self.object(Some(commit), Some(file.path), Why::Unsound(why)),
            }
        }
        let around = Around {
            site: self.site,
            branch,
            commit,
            parent,
        };
        for (index, why) in forbidden(&edits, parent.is_none(), &around) {
            let path = paths.get(index).cloned();
            self.object(Some(commit), path, Why::Forbidden(why));
        }
        Ok(())
    }

    /// Returns what a commit did to a record.
    fn edit(&self, file: &Changed) -> Result<Edit, Unsound> {
        let path = RecordPath::in_tree(&file.path);
        let owner = self.owner.as_deref();
        let read = |bytes: &Vec<u8>| stored::entry(&self.moved.branch, &path, bytes, owner);
        Ok(Edit {
            // What was damaged may be put right.
            before: file.before.as_ref().and_then(|bytes| read(bytes).ok()),
            after: file.after.as_ref().map(read).transpose()?,
        })
    }

    fn object(&mut self, commit: Option<&Revision>, path: Option<String>, why: Why) {
        self.objections.push(Objection {
            branch: self.moved.branch.to_string(),
            commit: commit.cloned(),
            path,
            why,
        });
    }
}

/// A commit on a branch, and the one before it, to look up what the changes alone do not tell.
struct Around<'a> {
    site: &'a Site,
    branch: &'a Branch,
    commit: &'a Revision,
    parent: Option<&'a Revision>,
}

impl Around<'_> {
    /// Returns what a commit holds.
    fn at(&self, commit: &Revision) -> GitSnapshot<'_> {
        let tip = (self.branch.clone(), Some(commit.clone()));
        self.site.store.at(Moment::Tips([tip].into()))
    }

    /// Returns a content of a pair that the commit has, or the one before.
    fn pact(&self, of: &ContentKey, content: &ContentId) -> Option<Pact> {
        let commits = [Some(self.commit), self.parent];
        commits.into_iter().flatten().find_map(|commit| {
            let snapshot = self.at(commit);
            let ledger = StoreLedger::new(&snapshot);
            let bytes = ledger.content(&of.consumer, &of.provider, content).ok()??;
            Pact::parse_between(&bytes, &of.consumer, &of.provider).ok()
        })
    }
}

impl Surroundings for Around<'_> {
    fn holds(&self, was: &ContentKey, is: &ContentId) -> bool {
        let (Some(one), Some(other)) = (self.pact(was, &was.content), self.pact(was, is)) else {
            return false;
        };
        [merge(&one, &other), patched(&one, &other)]
            .into_iter()
            .flatten()
            .any(|merged| merged.pact.content_id() == other.content_id())
    }

    /// Reads all runs of the provider. Only what makes up for a loss has to be looked for so.
    fn has_run(&self, of: &ContentKey, at: Seq) -> bool {
        let snapshot = self.at(self.commit);
        let runs = StoreLedger::new(&snapshot).runs(&of.provider);
        let mut runs = runs.unwrap_or_default().into_iter();
        runs.any(|run| run.seq == at && has_verified(&run, of))
    }
}

/// Says whether a file is the provider's own: beside the directory of the contracts that it is shown, its
/// branch may carry the workflow that a forge starts with a push.
fn is_of_the_provider(branch: &Branch, path: &str) -> bool {
    match branch.owner() {
        Owner::Contracts(segment) => path.split('/').next() != Some(segment.0.as_str()),
        _ => false,
    }
}
