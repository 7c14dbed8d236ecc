//! A history that did not grow: which records it lost, and how to take it as it is all the same.
//!
//! What was last seen is still here, so it can be told, and put back from here. Until somebody decides,
//! nothing is answered from the one history or the other.

use std::fmt;
use std::path::PathBuf;

use super::site::Site;
use super::site::SiteError;
use super::site::remote_branch;
use crate::domain::entry::Entry;
use crate::record::path::Branch;
use crate::record::path::RecordPath;
use crate::record::path::Segment;
use crate::record::path::segment;
use crate::record::stored;
use crate::remote::Rewritten;
use crate::store::Revision;
use crate::store::StoreError;

/// How many records are named for each branch.
const NAMED: usize = 10;

/// Branches of the remote lack commits that they had.
#[derive(Debug, thiserror::Error)]
#[error("history was rewritten on the remote {remote}{}", told(losses))]
pub struct RewrittenHistory {
    /// The remote, without passwords.
    pub remote: String,
    /// The repository in which all that is lost still is, unless it is shallow: then what it has
    /// answers questions, but git takes no commits from it whose parents are not there.
    pub git_dir: Option<PathBuf>,
    /// What each of the branches lost.
    pub losses: Vec<Loss>,
}

/// What a branch lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The branch.
    pub branch: Branch,
    /// Where it was when it was last seen.
    pub old: Revision,
    /// Where it is now, or `None` if it was deleted.
    pub new: Option<Revision>,
    /// Whether it was only put back: all that it has now was there before.
    pub is_put_back: bool,
    /// The records that it had and has no more, or has otherwise, in a few words each; or why they
    /// cannot be told.
    pub records: Result<Vec<String>, String>,
}

impl Loss {
    /// Returns what became of the branch, to go on with behind its name, without a full stop.
    #[must_use]
    pub fn what(&self) -> String {
        let old = &self.old;
        let moved = match &self.new {
            Some(new) => format!("went from {old} to {new}"),
            None => format!("was deleted; it was at {old}"),
        };
        match &self.records {
            Err(why) => format!("{moved} (what is gone cannot be told: {why})"),
            Ok(records) if records.is_empty() => {
                format!("{moved}; no record is gone, but who recorded them, and when, may be")
            }
            Ok(records) => format!(
                "{moved}; gone or changed: {}",
                shortened(records).join(", ")
            ),
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.branch, self.what())
    }
}

fn shortened(records: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = records.iter().take(NAMED).cloned().collect();
    if records.len() > NAMED {
        shown.push(format!("and {} more", records.len() - NAMED));
    }
    shown
}

fn told(losses: &[Loss]) -> String {
    let lines: Vec<String> = losses.iter().map(|loss| format!("\n  {loss}")).collect();
    lines.concat()
}

/// Takes the history of the remote for what it is, in place of what was last seen of it.
///
/// Returns what is gone with that, branch by branch; nothing if every branch grew.
///
/// # Errors
///
/// Fails if the remote cannot be reached, or is rewritten again meanwhile.
pub fn accept(site: &Site) -> Result<Vec<Loss>, SiteError> {
    let Some(history) = refresh(site)? else {
        return Ok(Vec::new());
    };
    site.accept(&history.losses)?;
    match refresh(site)? {
        None => Ok(history.losses),
        Some(again) => Err(SiteError::Rewritten(again)),
    }
}

/// Makes all branches as the remote has them, and returns what those lost that did not only grow since they
/// were last seen. Those stay as they were.
pub(super) fn refresh(site: &Site) -> Result<Option<Box<RewrittenHistory>>, SiteError> {
    site.forget_remote();
    match site.refresh(&site.branches()?) {
        Err(SiteError::Rewritten(history)) => Ok(Some(history)),
        refreshed => refreshed.map(|()| None),
    }
}

impl Site {
    /// Returns what branches of the remote lost.
    pub(super) fn losses(&self, changes: &[Rewritten]) -> Vec<Loss> {
        let branch = |change: &Rewritten| remote_branch(change.name.as_str());
        changes
            .iter()
            .filter_map(|change| Some(self.loss(branch(change)?, change)))
            .collect()
    }

    fn loss(&self, branch: Branch, change: &Rewritten) -> Loss {
        let old = Revision(change.old.to_string());
        let new = change.new.as_ref().map(|id| Revision(id.to_string()));
        let is_put_back = new.as_ref().is_some_and(|new| self.is_below(&old, new));
        Loss {
            records: self
                .lost(&branch, &old, new.as_ref())
                .map_err(|error| error.to_string()),
            branch,
            old,
            new,
            is_put_back,
        }
    }

    /// Says whether a commit lies below another one, as far as its history is here.
    fn is_below(&self, above: &Revision, wanted: &Revision) -> bool {
        let parent = |at: &Revision| self.store.find_commit(at).ok()?.parent;
        let mut commits = std::iter::successors(Some(above.clone()), parent);
        commits.any(|at| at == *wanted)
    }

    fn lost(
        &self,
        branch: &Branch,
        old: &Revision,
        new: Option<&Revision>,
    ) -> Result<Vec<String>, StoreError> {
        let changed = self.store.changed(branch, new, old)?;
        let was = changed
            .iter()
            .filter_map(|changed| Some((&changed.path, changed.after.as_deref()?)));
        Ok(was
            .filter_map(|(path, bytes)| in_words(branch, path, bytes))
            .collect())
    }
}

/// Returns what a file is, in a few words, or `None` if it only follows from others.
fn in_words(branch: &Branch, path: &str, bytes: &[u8]) -> Option<String> {
    let (owner, below) = path.split_once('/').unwrap_or((path, ""));
    let at: RecordPath = segment(&Segment(owner.to_owned())).join(below);
    let Ok(entry) = stored::entry(branch, &at, bytes, None) else {
        // Whatever it was, somebody put it there.
        return Some(path.to_owned());
    };
    Some(match entry {
        Entry::Pacticipant(known) => format!("the description of {}", known.name),
        Entry::Version(name, version) => format!("version {} of {name}", version.number),
        Entry::Content(key, _) => {
            format!("the pact of {} with {}", key.consumer, key.provider)
        }
        Entry::Contract {
            consumer, provider, ..
        } => format!("the contract of {consumer} with {provider}"),
        Entry::Run(name, run) => {
            format!(
                "verification {} of {name} version {}",
                run.number, run.version
            )
        }
        Entry::TestResults(name, _) => format!("test results of {name}"),
        Entry::Environment(known) => format!("environment {}", known.name),
        Entry::Deployed(environment, known) => format!(
            "{} version {} deployed to {environment}",
            known.pacticipant, known.version
        ),
        Entry::Released(environment, known) => format!(
            "{} version {} released to {environment}",
            known.pacticipant, known.version
        ),
        Entry::Ended(environment, _) => format!("what has ended in {environment}"),
        Entry::Webhook(webhook) => format!("webhook {}", webhook.uuid),
        Entry::Rules(_) => "the rules of the store".to_owned(),
        _ => return None,
    })
}
