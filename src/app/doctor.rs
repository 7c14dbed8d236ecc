//! A check-up of a whole store: every file is a sound record in its place, and the records fit together.
//!
//! Damaged is told from absent, and both from what could not be looked at. What follows from facts can be
//! rebuilt, in one write that is decided again if the store moves meanwhile; a fact never is made up. Where
//! a fact cannot be read, nothing is rebuilt from those around it, which would be less than the truth.

mod past;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use self::past::Past;

use super::Context;
use super::fresh::Fresh;
use super::message::commit_message;
use super::rewritten;
use super::rewritten::Loss;
use super::rewritten::RewrittenHistory;
use super::site::Site;
use super::site::SiteError;
use super::write::Draft;
use super::write::Work;
use super::write::WriteError;
use super::write::Written;
use super::write::work;
use crate::domain::checkup::Finding;
use crate::domain::checkup::application;
use crate::domain::checkup::contracts;
use crate::domain::checkup::environment;
use crate::domain::entry::Entry;
use crate::domain::intent::Intent;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Unreadable;
use crate::domain::name::PacticipantName;
use crate::domain::signers::Doubt;
use crate::record::RecordError;
use crate::record::change::Change;
use crate::record::change::change;
use crate::record::path::Branch;
use crate::record::path::Owner;
use crate::record::path::RecordPath;
use crate::record::path::Segment;
use crate::record::stored;
use crate::record::stored::Unsound;
use crate::store::Revision;
use crate::store::Snapshot;
use crate::store::StoreError;
use crate::store::git::Moment;
use crate::store::ledger::StoreLedger;

/// What a check-up came to.
#[derive(Debug)]
pub struct Report {
    /// How many branches were looked at.
    pub branches: usize,
    /// How many files.
    pub files: usize,
    /// What is wrong, branch by branch.
    pub ailments: Vec<Ailment>,
    /// What is no fault of a record, and yet is to be known.
    pub warnings: Vec<Warning>,
    /// How branches did not only grow, if one did not.
    pub rewritten: Option<Box<RewrittenHistory>>,
    /// How many keys may sign.
    pub signers: usize,
}

/// Something that is to be known, and no fault of a record.
#[derive(Debug)]
pub enum Warning {
    /// Where somebody may sign, somebody else did, or nobody.
    Unsigned(Unsigned),
    /// Something lies beside the records of a branch. Nobody reads it.
    Stranger {
        /// The branch.
        branch: Branch,
        /// Its name, at the root of the branch.
        path: String,
    },
}

/// Commits on the branch of an application that are not signed as its signers would.
#[derive(Debug)]
pub struct Unsigned {
    /// The branch.
    pub branch: Branch,
    /// What is wrong with the newest; the others have the same fault.
    pub doubt: Doubt,
    /// How many there are.
    pub commits: usize,
    /// The newest.
    pub newest: Revision,
}

/// Something that is wrong.
#[derive(Debug)]
pub enum Ailment {
    /// A file is not what it should be.
    File {
        /// The branch.
        branch: Branch,
        /// The path.
        path: RecordPath,
        /// What is wrong with it.
        why: Unsound,
        /// Whether it follows from facts, so that it can be rebuilt or removed.
        is_derived: bool,
    },
    /// A directory or a file could not be read at all.
    Unread {
        /// The branch.
        branch: Branch,
        /// The path.
        path: RecordPath,
        /// Why.
        why: StoreError,
    },
    /// Records do not fit together.
    Misfit {
        /// The branch.
        branch: Branch,
        /// What does not fit.
        finding: Box<Finding>,
    },
    /// How the records of a branch fit others could not be found out.
    Unchecked {
        /// The branch.
        branch: Branch,
        /// What stood in the way.
        why: Unreadable,
    },
    /// A branch is not a line: a commit on it has several parents, so nobody can tell what was before it.
    Merged {
        /// The branch.
        branch: Branch,
        /// The commit.
        revision: Revision,
    },
    /// A branch did not only grow since it was last seen.
    Rewritten(Loss),
}

impl Ailment {
    /// Says whether a repair puts it right.
    #[must_use]
    pub fn has_remedy(&self) -> bool {
        match self {
            Self::File { is_derived, .. } => *is_derived,
            Self::Misfit { finding, .. } => finding.remedy.is_some(),
            Self::Unread { .. }
            | Self::Unchecked { .. }
            | Self::Merged { .. }
            | Self::Rewritten(_) => false,
        }
    }

    /// Returns the branch that it is on.
    #[must_use]
    pub fn branch(&self) -> &Branch {
        match self {
            Self::File { branch, .. }
            | Self::Unread { branch, .. }
            | Self::Misfit { branch, .. }
            | Self::Unchecked { branch, .. }
            | Self::Merged { branch, .. }
            | Self::Rewritten(Loss { branch, .. }) => branch,
        }
    }
}

/// Looks at everything in a store as it is now.
///
/// # Errors
///
/// Fails if the store cannot be brought up to date or opened.
pub fn examine(site: &Site, context: &Context) -> Result<Report, SiteError> {
    let rewritten = rewritten::refresh(site)?;
    let fresh = Fresh::new(site, Moment::Now);
    let looking = site.progress.begin("looking at every record");
    let found = Examination::of(&fresh, &|done, total| looking.at(done, Some(total)))?;
    let past = Past::of(site, context)?;
    let losses = rewritten.iter().flat_map(|history| &history.losses);
    let mut ailments: Vec<_> = losses.cloned().map(Ailment::Rewritten).collect();
    ailments.extend(past.ailments);
    ailments.extend(found.ailments);
    Ok(Report {
        branches: found.branches,
        files: found.files,
        ailments,
        warnings: past.warnings,
        rewritten,
        signers: past.signers,
    })
}

/// Returns what is wrong in a snapshot.
///
/// # Errors
///
/// Fails if the store cannot be read; what is damaged in it is an ailment.
pub fn ailments(snapshot: &dyn Snapshot) -> Result<Vec<Ailment>, StoreError> {
    Ok(Examination::of(snapshot, &|_, _| {})?.ailments)
}

/// Returns what is wrong on the branch of an application or of an environment.
///
/// # Errors
///
/// Fails if the store cannot be read; what is damaged in it is an ailment.
pub(super) fn ailments_on(
    snapshot: &dyn Snapshot,
    branch: &Branch,
) -> Result<Vec<Ailment>, StoreError> {
    let mut examination = Examination::default();
    examination.look(snapshot, branch)?;
    Ok(examination.ailments)
}

/// Returns the ailments that findings on a branch are, or that there could be none.
pub(super) fn misfits(branch: &Branch, found: Result<Vec<Finding>, Unreadable>) -> Vec<Ailment> {
    let branch = branch.clone();
    match found {
        Ok(findings) => findings
            .into_iter()
            .map(|finding| Ailment::Misfit {
                branch: branch.clone(),
                finding: Box::new(finding),
            })
            .collect(),
        Err(why) => vec![Ailment::Unchecked { branch, why }],
    }
}

/// Rebuilds what follows from facts, where it does not say what they do.
///
/// Returns the write and what was wrong before it.
///
/// # Errors
///
/// Fails if it could not be written; then nothing was changed.
pub fn repair(site: &mut Site, context: &Context) -> Result<Written<Vec<Ailment>>, WriteError> {
    work(site, context, &Repair)
}

/// Everything that has a remedy gets it.
struct Repair;

impl Work for Repair {
    type Done = Vec<Ailment>;

    fn needs(&self, site: &Site) -> Result<Vec<Branch>, SiteError> {
        site.branches()
    }

    fn here<'a>(&self, site: &'a Site) -> Box<dyn Snapshot + 'a> {
        Box::new(Fresh::new(site, Moment::Now))
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<Self::Done, WriteError> {
        let found = Examination::of(draft.snapshot(), &|_, _| {})?;
        let mut rebuilt = BTreeSet::new();
        for ailment in &found.ailments {
            if let Ailment::Misfit { finding, .. } = ailment
                && let Some(entry) = &finding.remedy
            {
                let (branch, path, change) = change(entry.clone());
                rebuilt.insert((branch.clone(), path.clone()));
                draft.mend(branch, path, change);
            }
        }
        for ailment in &found.ailments {
            if let Ailment::File { branch, path, .. } = ailment
                && ailment.has_remedy()
                && !rebuilt.contains(&(branch.clone(), path.clone()))
            {
                draft.mend(branch.clone(), path.clone(), Change::NoFile);
            }
        }
        Ok(found.ailments)
    }

    fn message(&self, intents: &[&Intent]) -> String {
        let repaired = "rebuild what follows from the records";
        match intents {
            [] => format!("{repaired}\n"),
            intents => format!("{repaired}\n\n{}", commit_message(intents)),
        }
    }
}

/// How far along it is, of how many branches.
type Tell<'a> = &'a dyn Fn(usize, usize);

/// A look at every branch, in two rounds: each for itself, then beside the others.
#[derive(Default)]
struct Examination {
    branches: usize,
    files: usize,
    ailments: Vec<Ailment>,
    /// Who publishes contracts with each provider.
    publishers: BTreeMap<PacticipantName, BTreeSet<PacticipantName>>,
}

/// What is on a branch.
#[derive(Default)]
struct Holding {
    entries: Vec<Entry>,
    /// Whether every fact on it can be read.
    is_whole: bool,
}

impl Examination {
    fn of(snapshot: &dyn Snapshot, tell: Tell<'_>) -> Result<Self, StoreError> {
        let branches = snapshot.branches()?;
        let mut examination = Self {
            branches: branches.len(),
            ..Self::default()
        };
        let total = branches.len();
        let is_app = |branch: &Branch| matches!(branch.owner(), Owner::App(_));
        let (apps, others): (Vec<_>, Vec<_>) = branches.into_iter().partition(is_app);
        // What the applications hold is let go of one by one: a store is larger than a memory.
        for (done, branch) in apps.iter().chain(&others).enumerate() {
            tell(done, total);
            examination.look(snapshot, branch)?;
        }
        Ok(examination)
    }

    /// Looks at one branch, for itself and beside those that it points to.
    fn look(&mut self, snapshot: &dyn Snapshot, branch: &Branch) -> Result<(), StoreError> {
        let holding = self.read(snapshot, branch)?;
        if !holding.is_whole {
            return Ok(());
        }
        let found = self.compare(branch, &holding.entries, &StoreLedger::new(snapshot));
        self.ailments.extend(misfits(branch, found));
        Ok(())
    }

    /// Reads every file of a branch.
    fn read(&mut self, snapshot: &dyn Snapshot, branch: &Branch) -> Result<Holding, StoreError> {
        let mut holding = Holding {
            entries: Vec::new(),
            is_whole: true,
        };
        let root = root(branch);
        let owner = owner(snapshot, branch);
        let mut directories = vec![root];
        while let Some(directory) = directories.pop() {
            let items = match snapshot.list(branch, &directory) {
                Ok(items) => items,
                Err(why) if why.is_of_the_object() => {
                    holding.is_whole = false;
                    self.unread(branch, directory, why);
                    continue;
                }
                Err(error) => return Err(error),
            };
            for item in items {
                let path = directory.join(&item.name);
                if item.is_directory {
                    directories.push(path);
                    continue;
                }
                self.files += 1;
                let bytes = match snapshot.file(branch, &path) {
                    Ok(Some(bytes)) => bytes,
                    Ok(None) => continue,
                    Err(why) if why.is_of_the_object() => {
                        holding.is_whole &= is_derived(branch, &path);
                        self.unread(branch, path, why);
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                match stored::entry(branch, &path, &bytes, owner.as_deref()) {
                    Ok(entry) => holding.entries.push(entry),
                    Err(why) => {
                        // What a newer program wrote is not ours to judge.
                        let is_newer = matches!(&why, Unsound::Record(RecordError::Newer { .. }));
                        let is_derived = is_derived(branch, &path) && !is_newer;
                        holding.is_whole &= is_derived || is_contract(branch);
                        self.ailments.push(Ailment::File {
                            branch: branch.clone(),
                            path,
                            why,
                            is_derived,
                        });
                    }
                }
            }
        }
        Ok(holding)
    }

    fn unread(&mut self, branch: &Branch, path: RecordPath, why: StoreError) {
        self.ailments.push(Ailment::Unread {
            branch: branch.clone(),
            path,
            why,
        });
    }

    /// Holds the entries of a branch against each other, and against those of others.
    fn compare(
        &mut self,
        branch: &Branch,
        entries: &[Entry],
        ledger: &dyn Ledger,
    ) -> Result<Vec<Finding>, Unreadable> {
        match branch.owner() {
            Owner::App(_) => {
                let owner = entries.iter().find_map(|entry| match entry {
                    Entry::Pacticipant(pacticipant) => Some(&pacticipant.name),
                    Entry::Latest(name, ..) => Some(name),
                    _ => None,
                });
                let Some(name) = owner else {
                    return Ok(Vec::new());
                };
                for entry in entries {
                    if let Entry::Version(name, version) = entry {
                        for provider in version.pacts.keys() {
                            let publishers = self.publishers.entry(provider.clone());
                            publishers.or_default().insert(name.clone());
                        }
                    }
                }
                Ok(application(name, entries))
            }
            Owner::Contracts(segment) => {
                let shown = entries.iter().find_map(|entry| match entry {
                    Entry::Contract { provider, .. } => Some(provider.clone()),
                    _ => None,
                });
                let named = || segment.name()?.parse().ok();
                let Some(provider) = shown.or_else(named) else {
                    return Ok(Vec::new());
                };
                let nobody = BTreeSet::new();
                let publishers = self.publishers.get(&provider).unwrap_or(&nobody);
                contracts(&provider, entries, publishers, ledger)
            }
            Owner::Environment(_) => {
                let name = entries.iter().find_map(|entry| match entry {
                    Entry::Environment(environment) => Some(&environment.name),
                    Entry::EnvironmentSeq(name, _)
                    | Entry::Deployed(name, _)
                    | Entry::Released(name, _) => Some(name),
                    _ => None,
                });
                match name {
                    Some(name) => environment(name, entries, ledger),
                    None => Ok(Vec::new()),
                }
            }
            Owner::Settings => Ok(Vec::new()),
        }
    }
}

/// Returns the directory that everything on a branch lies below.
fn root(branch: &Branch) -> RecordPath {
    match branch.owner() {
        Owner::App(segment) | Owner::Contracts(segment) | Owner::Environment(segment) => {
            crate::record::path::segment(&segment)
        }
        Owner::Settings => crate::record::path::segment(&Segment("settings".to_owned())),
    }
}

/// Returns the true name of a branch's owner where only a record tells it.
pub(super) fn owner(snapshot: &dyn Snapshot, branch: &Branch) -> Option<String> {
    let ledger = StoreLedger::new(snapshot);
    match branch.owner() {
        Owner::App(segment) | Owner::Contracts(segment) if segment.name().is_none() => {
            let is_it = |name: &PacticipantName| {
                [Branch::app(name), Branch::contracts(name)].contains(branch)
            };
            let names = ledger.pacticipants().ok()?;
            names.into_iter().find(is_it).map(|name| name.to_string())
        }
        Owner::Environment(segment) if segment.name().is_none() => {
            let environments = ledger.environments().ok()?;
            let mut names = environments.iter().map(|environment| &environment.name);
            let found = names.find(|name| Branch::environment(name) == *branch);
            found.map(ToString::to_string)
        }
        _ => None,
    }
}

/// Says whether contracts are shown there: nothing is concluded from what cannot be read of them, and
/// what cannot be rebuilt is left where it is.
fn is_contract(branch: &Branch) -> bool {
    matches!(branch.owner(), Owner::Contracts(_))
}

/// Says whether what lies at a path follows from facts.
fn is_derived(branch: &Branch, path: &RecordPath) -> bool {
    let mut segments = path.as_str().split('/').skip(1);
    match branch.owner() {
        Owner::App(_) => matches!(segments.next(), Some("heads" | "verified")),
        Owner::Environment(_) => segments.next() == Some("latest.json"),
        Owner::Contracts(_) | Owner::Settings => false,
    }
}
