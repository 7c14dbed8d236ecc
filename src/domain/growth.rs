//! What one commit may do to the records of a branch: facts are added in order, and never changed.
//!
//! What git-pact itself writes is the measure: nothing that it writes is forbidden here. Facts may leave
//! the tip, since a deletion and a clean-up take them away, and what was taken away may be said anew, even
//! in the same commit; then it has a new place in the order. Derived entries are not judged here: they
//! follow from the facts ([`super::checkup`]).

use std::collections::{BTreeMap, BTreeSet};

use super::content::ContentId;
use super::entry::{ContentKey, Entry};
use super::environment::{DeployedVersion, Ended, EndedVersion, ReleasedVersion, Uuid};
use super::name::PacticipantName;
use super::time::Seq;
use super::verification::{Run, Verified};
use super::version::Version;

/// How far the count of facts may go on in one commit. A job's worth of records is thousands at most; a
/// count that has leapt to the end of all numbers could never go on.
const LONGEST_STEP: u64 = 1 << 20;

/// What a commit did to one file.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What the file stored before, as far as it could be read.
    pub before: Option<Entry>,
    /// What it stores now, if it is there.
    pub after: Option<Entry>,
}

/// What there is to know of a commit besides the files that it touches; asked only where they do not tell.
pub trait Surroundings {
    /// Says whether a content holds all of another one of the same pair: whether a merge can have made it.
    fn holds(&self, was: &ContentKey, is: &ContentId) -> bool;

    /// Says whether a run with a place in the order is there after the commit, and found a content to be
    /// honoured.
    fn has_run(&self, of: &ContentKey, at: Seq) -> bool;
}

/// Something that a commit may not do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// The count of facts is gone.
    #[error("the count of what was recorded is gone: places in the order would be given twice")]
    Uncounted,
    /// The count of facts goes back.
    #[error("the count of what was recorded goes back from {was} to {is}")]
    CountsBack {
        /// What it was.
        was: Seq,
        /// What it is now.
        is: Seq,
    },
    /// The count of facts leaps.
    #[error("the count of what was recorded leaps from {was} to {is}")]
    Leaps {
        /// What it was.
        was: Seq,
        /// What it is now.
        is: Seq,
    },
    /// A new fact has no new place in the order.
    #[error("{what} has place {seq} in the order, and new ones are after {last} and up to {count}")]
    OutOfOrder {
        /// The fact.
        what: String,
        /// Its place.
        seq: Seq,
        /// The last place before.
        last: Seq,
        /// The last place now.
        count: Seq,
    },
    /// Two new facts have the same place.
    #[error("{what} has place {seq} in the order, and so has {other}")]
    SamePlace {
        /// The fact.
        what: String,
        /// The other one.
        other: String,
        /// Their place.
        seq: Seq,
    },
    /// A fact was changed.
    #[error("{what} was recorded before, and its {field} was changed")]
    Changed {
        /// The fact.
        what: String,
        /// What about it.
        field: &'static str,
    },
    /// A success is counted that nobody had.
    #[error("content {} of {} is said to be verified first by fact {seq}, which is no such run", key.content.short(), key.consumer)]
    NeverRan {
        /// What is said to be verified.
        key: ContentKey,
        /// The place in the order of what is said to have verified it.
        seq: Seq,
    },
    /// Something is said to have ended that never was.
    #[error("{what} is said to have ended, and was not there")]
    NeverWas {
        /// What.
        what: String,
    },
}

/// Returns what a commit may not do, each with the place of its edit.
///
/// `is_new` says that the branch begins with it.
#[must_use]
pub fn forbidden(
    edits: &[Edit],
    is_new: bool,
    around: &dyn Surroundings,
) -> Vec<(usize, Forbidden)> {
    let mut found = Vec::new();
    let count = Count::of(edits, &mut found);
    let mut taken: BTreeMap<Seq, String> = BTreeMap::new();
    for (index, edit) in edits.iter().enumerate() {
        let judged = judge(edit, edits, count, is_new, around);
        let placed = judged.and_then(|new| match new {
            Some((what, seq)) => count.place(what, seq, &mut taken),
            None => Ok(()),
        });
        found.extend(placed.err().map(|forbidden| (index, forbidden)));
    }
    found
}

/// The count of facts on a branch, before and after.
#[derive(Clone, Copy)]
struct Count {
    before: Seq,
    after: Seq,
}

impl Count {
    /// Returns the count as a commit has it. Where it is not touched, nothing new is recorded, and it
    /// does not matter what it is.
    fn of(edits: &[Edit], found: &mut Vec<(usize, Forbidden)>) -> Self {
        let seq = |entry: &Option<Entry>| match entry {
            Some(Entry::Latest(_, _, seq) | Entry::EnvironmentSeq(_, seq)) => Some(*seq),
            _ => None,
        };
        let mut count = Self {
            before: Seq(0),
            after: Seq(0),
        };
        for (index, edit) in edits.iter().enumerate() {
            let (before, after) = (seq(&edit.before), seq(&edit.after));
            let was = before.unwrap_or_default();
            match after {
                None if before.is_some() => found.push((index, Forbidden::Uncounted)),
                None => {}
                Some(is) => {
                    count = Self {
                        before: was,
                        after: is,
                    };
                    if is < was {
                        found.push((index, Forbidden::CountsBack { was, is }));
                    } else if is.0 - was.0 > LONGEST_STEP {
                        found.push((index, Forbidden::Leaps { was, is }));
                    }
                }
            }
        }
        count
    }

    /// Says whether it goes on by more than one: whether something can have been taken back and said anew.
    fn goes_on_by_more(self) -> bool {
        self.after.0 > self.before.0.saturating_add(1)
    }

    /// Gives a new fact its place.
    fn place(
        self,
        what: String,
        seq: Seq,
        taken: &mut BTreeMap<Seq, String>,
    ) -> Result<(), Forbidden> {
        if seq <= self.before || seq > self.after {
            return Err(Forbidden::OutOfOrder {
                what,
                seq,
                last: self.before,
                count: self.after,
            });
        }
        match taken.insert(seq, what.clone()) {
            Some(other) => Err(Forbidden::SamePlace { what, other, seq }),
            None => Ok(()),
        }
    }
}

/// Judges an edit, and returns the fact that is new by it and its place.
fn judge(
    edit: &Edit,
    edits: &[Edit],
    count: Count,
    is_new: bool,
    around: &dyn Surroundings,
) -> Result<Option<(String, Seq)>, Forbidden> {
    let before = edit.before.as_ref();
    Ok(match (&edit.after, before) {
        (Some(Entry::Version(name, version)), Some(Entry::Version(_, was)))
            if version.seq == was.seq =>
        {
            same_version(name, was, version, count, around)?;
            None
        }
        (Some(Entry::Version(_, version)), _) => {
            Some((format!("version {}", version.number), version.seq))
        }
        (Some(Entry::Run(_, run)), Some(Entry::Run(_, was))) if run.seq == was.seq => {
            same_run(was, run)?;
            None
        }
        (Some(Entry::Run(_, run)), _) => Some((name_of(run), run.seq)),
        (Some(Entry::Content(key, bytes)), Some(Entry::Content(_, was)))
            if bytes != was && !count.goes_on_by_more() =>
        {
            let what = format!("content {} with {}", key.content.short(), key.provider);
            let field = "text";
            return Err(Forbidden::Changed { what, field });
        }
        (Some(Entry::Verified(key, verified)), before) => {
            let known = match before {
                Some(Entry::Verified(_, known)) => seqs(known),
                _ => BTreeSet::new(),
            };
            let new = seqs(verified);
            for seq in new.difference(&known) {
                if !has_run(key, *seq, edits, count) && !around.has_run(key, *seq) {
                    let (key, seq) = (key.clone(), *seq);
                    return Err(Forbidden::NeverRan { key, seq });
                }
            }
            None
        }
        (Some(Entry::Deployed(_, deployed)), Some(Entry::Deployed(_, was)))
            if deployed.seq == was.seq =>
        {
            let (what, field) = (deployment(deployed), "record");
            return Err(Forbidden::Changed { what, field });
        }
        (Some(Entry::Deployed(_, deployed)), _) => Some((deployment(deployed), deployed.seq)),
        (Some(Entry::Released(_, released)), before) => {
            if released.seq > count.before {
                Some((release(released), released.seq))
            } else {
                again(released, before, edits, is_new)?;
                None
            }
        }
        (Some(Entry::Ended(_, ended)), before) => {
            let known = match before {
                Some(Entry::Ended(_, known)) => known.as_slice(),
                _ => &[],
            };
            if !is_new {
                were_there(ended, known, edits, count)?;
            }
            None
        }
        _ => None,
    })
}

/// A version keeps its time, and what it has published, unless more was added to it.
fn same_version(
    name: &PacticipantName,
    was: &Version,
    is: &Version,
    count: Count,
    around: &dyn Surroundings,
) -> Result<(), Forbidden> {
    let changed = |field| Forbidden::Changed {
        what: format!("version {}", is.number),
        field,
    };
    if was.created_at != is.created_at {
        return Err(changed("time"));
    }
    for (provider, before) in &was.pacts {
        let Some(after) = is.pacts.get(provider) else {
            continue;
        };
        let is_same = before.content == after.content || count.goes_on_by_more();
        let key = || ContentKey {
            consumer: name.clone(),
            provider: provider.clone(),
            content: before.content.clone(),
        };
        if !is_same && !around.holds(&key(), &after.content) {
            return Err(changed("pact"));
        }
    }
    Ok(())
}

/// Returns the places of all first successes.
fn seqs(verified: &Verified) -> BTreeSet<Seq> {
    let named = verified.branches.values().chain(verified.tags.values());
    let all = named.chain(&verified.ever);
    all.flat_map(|first| [Some(first.any), first.not_wip])
        .flatten()
        .collect()
}

/// Says whether a commit itself shows that a run verified a content; one that came and went with its
/// version cannot be shown any more.
fn has_run(key: &ContentKey, seq: Seq, edits: &[Edit], count: Count) -> bool {
    let is_it = |edit: &Edit| match &edit.after {
        Some(Entry::Run(_, run)) => run.seq == seq && has_verified(run, key),
        _ => false,
    };
    let takes_version = |edit: &Edit| {
        matches!(
            (&edit.before, &edit.after),
            (Some(Entry::Version(..)), None)
        )
    };
    let is_new = seq > count.before && seq <= count.after;
    edits.iter().any(is_it) || (is_new && edits.iter().any(takes_version))
}

/// Says whether a run found a content to be honoured.
#[must_use]
pub fn has_verified(run: &Run, key: &ContentKey) -> bool {
    let result = run.result(&key.consumer, &key.content);
    result.is_some_and(|result| result.success)
}

/// Of a run nothing but results can go.
fn same_run(was: &Run, is: &Run) -> Result<(), Forbidden> {
    let mut left = was.results.iter();
    let are_left = is.results.iter().all(|result| left.any(|it| it == result));
    let mut rest = is.clone();
    rest.results.clone_from(&was.results);
    let field = if !are_left {
        "result"
    } else if rest != *was {
        "record"
    } else {
        return Ok(());
    };
    let what = name_of(is);
    Err(Forbidden::Changed { what, field })
}

/// What is released again has its old place, and was there before.
fn again(
    released: &ReleasedVersion,
    before: Option<&Entry>,
    edits: &[Edit],
    is_new: bool,
) -> Result<(), Forbidden> {
    let is_it = |it: &ReleasedVersion| {
        (&it.uuid, it.seq, it.created_at) == (&released.uuid, released.seq, released.created_at)
    };
    let ended = edits.iter().flat_map(|edit| match &edit.before {
        Some(Entry::Ended(_, ended)) => ended.as_slice(),
        _ => &[],
    });
    let mut ended = ended.filter_map(|it| match &it.what {
        EndedVersion::Released(it) => Some(it),
        EndedVersion::Deployed(_) => None,
    });
    let was_there = match before {
        Some(Entry::Released(_, was)) => is_it(was),
        _ => false,
    };
    if was_there || is_new || ended.any(is_it) {
        return Ok(());
    }
    let (what, field) = (release(released), "place in the order");
    Err(Forbidden::Changed { what, field })
}

/// What has ended was there: it is remembered already, or the commit takes it away, or it came and went.
fn were_there(
    ended: &[Ended],
    known: &[Ended],
    edits: &[Edit],
    count: Count,
) -> Result<(), Forbidden> {
    for new in ended.iter().filter(|ended| !known.contains(ended)) {
        let (uuid, seq, what) = match &new.what {
            EndedVersion::Deployed(it) => (&it.uuid, it.seq, deployment(it)),
            EndedVersion::Released(it) => (&it.uuid, it.seq, release(it)),
        };
        let takes = |edit: &Edit| edit.before.as_ref().and_then(place_of) == Some(uuid);
        let was_known = known.iter().any(|it| match &it.what {
            EndedVersion::Deployed(it) => it.uuid == *uuid,
            EndedVersion::Released(it) => it.uuid == *uuid,
        });
        let came_and_went = seq > count.before && seq <= count.after;
        if !came_and_went && !was_known && !edits.iter().any(takes) {
            return Err(Forbidden::NeverWas { what });
        }
    }
    Ok(())
}

/// Returns the id of what an entry says is in an environment.
fn place_of(entry: &Entry) -> Option<&Uuid> {
    match entry {
        Entry::Deployed(_, it) => Some(&it.uuid),
        Entry::Released(_, it) => Some(&it.uuid),
        _ => None,
    }
}

fn name_of(run: &Run) -> String {
    format!("run {} of version {}", run.number, run.version)
}

fn deployment(it: &DeployedVersion) -> String {
    format!(
        "the deployment of {} version {}",
        it.pacticipant, it.version
    )
}

fn release(it: &ReleasedVersion) -> String {
    format!("the release of {} version {}", it.pacticipant, it.version)
}

#[cfg(test)]
mod tests;
