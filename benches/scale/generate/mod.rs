//! Makes stores of up to a million records, to measure what git-pact does with them.
//!
//! Nothing in them is a look-alike. What happens is told as the intents of commands
//! ([`story`]); the program's own code decides them, makes the files of them and names the paths;
//! only the building of git's objects is left to `git fast-import`, and a test holds the commits
//! to those of the store itself, id for id. One *record* is a version, a verification result, or
//! something said of an environment. Equal plans make equal commits on every machine.

#![expect(
    clippy::disallowed_methods,
    reason = "`git` is started here: the layer that does so for the program has no use for it"
)]

mod applications;
mod ask;
mod eras;
mod files;
mod pact;
mod random;
mod repository;
mod story;
mod stream;
#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Instant;

use git_pact::domain::intent::Refusal;
use git_pact::domain::ledger::Unreadable;
use git_pact::domain::matrix::MatrixError;
use git_pact::domain::name::InvalidName;
use git_pact::domain::pact::PactError;
use serde::Deserialize;
use serde::Serialize;

pub(crate) use self::ask::Ask;
use self::repository::Repository;

/// Stores of other generators are made anew.
const GENERATOR: u32 = 4;

/// What to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// How many records at least; a round is always told to its end, which may be a dozen more.
    pub(crate) records: u64,
    /// How many applications there are, 100 to 1,000.
    pub(crate) applications: u32,
    /// How many providers each application has, and how many consumers: usually 10.
    pub(crate) providers: u32,
    /// What chance depends on.
    pub(crate) seed: u64,
}

/// In which state the repository is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Shape {
    /// As pushes leave it: every object is a file. Only for few records.
    Loose,
    /// As pushes and an ordinary `git gc` every 25,000 records leave it.
    Pushed,
    /// The same, packed again from nothing with `git repack -adf`.
    Repacked,
    /// A clone of all branches without their history.
    Shallow,
}

/// How far the making of a store is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// How many records are on their way into git.
    pub(crate) done: u64,
    /// How many there will be.
    pub(crate) total: u64,
    /// What is being done.
    pub(crate) what: &'static str,
}

/// A store, and what to ask it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Made {
    /// The bare repository.
    pub(crate) path: PathBuf,
    /// Which generator made it.
    pub(crate) generator: u32,
    /// What was to be made.
    pub(crate) plan: Plan,
    /// The state that it was left in.
    pub(crate) shape: Shape,
    /// What is in it.
    pub(crate) counts: Counts,
    /// How long making it took; a shape made of another store counts what was added.
    pub(crate) seconds: f64,
    /// Names to ask about.
    pub(crate) ask: Ask,
}

/// What a store holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Versions.
    pub(crate) versions: u64,
    /// Verification results.
    pub(crate) results: u64,
    /// The runs that the results are of: one file each.
    pub(crate) runs: u64,
    /// Deployments and releases, and ends of either.
    pub(crate) deployments: u64,
    /// Different contents of pacts.
    pub(crate) contents: u64,
    /// Commits, whether or not the shape still has them.
    pub(crate) commits: u64,
    /// Branches.
    pub(crate) branches: u64,
}

impl Counts {
    /// Returns how many records that is.
    pub(crate) fn records(&self) -> u64 {
        self.versions + self.results + self.deployments
    }
}

/// A store could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The plan makes no sense.
    #[error("cannot plan {0}")]
    Plan(&'static str),
    /// The disk or a pipe failed.
    #[error("could not {action}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// What was said.
        source: io::Error,
    },
    /// A git command failed, and has said why.
    #[error("`git {command}` failed: {status}")]
    Git {
        /// Its arguments.
        command: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// What is known of a store cannot be written.
    #[error("could not write made.json")]
    Json(#[from] serde_json::Error),
    /// The domain refuses something of the story.
    #[error("the domain refuses what is told")]
    Refused(#[from] Refusal),
    /// A record could not be read back.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// A pact is none.
    #[error(transparent)]
    Pact(#[from] PactError),
    /// A name is none.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// What is to be asked has no answer.
    #[error("the store has no answer to what it is made for")]
    Question(#[from] MatrixError),
}

impl Error {
    fn io(action: &'static str, source: io::Error) -> Self {
        Self::Io { action, source }
    }
}

/// Makes a store in a directory, or returns what is there if it was made from the same plan.
///
/// What is there is `store.git` and, last of all, `made.json`; a store that was half made is made
/// anew.
///
/// # Errors
///
/// Fails if the plan makes no sense, the disk is full, or git fails.
pub(crate) fn make(
    plan: &Plan,
    shape: Shape,
    directory: &Path,
    progress: &dyn Fn(Progress),
) -> Result<Made, Error> {
    if let Some(made) = known(plan, shape, directory) {
        return Ok(made);
    }
    if matches!(shape, Shape::Repacked | Shape::Shallow) {
        let below = directory.join("pushed");
        let pushed = make(plan, Shape::Pushed, &below, progress)?;
        let mut made = reshape(&pushed, shape, directory, progress)?;
        made.seconds += pushed.seconds;
        write(&made, directory)?;
        fs::remove_dir_all(&below).map_err(|source| Error::io("remove what is copied", source))?;
        return Ok(made);
    }
    plan.check()?;
    let start = Instant::now();
    let path = empty(directory)?;
    let repository = Repository::init(&path)?;
    let (counts, ask) = eras::tell(plan, shape, &repository, progress)?;
    let made = Made {
        path,
        generator: GENERATOR,
        plan: plan.clone(),
        shape,
        counts,
        seconds: start.elapsed().as_secs_f64(),
        ask,
    };
    write(&made, directory)?;
    Ok(made)
}

/// Makes a store of another shape from one that is [`Shape::Pushed`], which stays as it is.
///
/// # Errors
///
/// Fails if the disk is full, or git fails.
pub(crate) fn reshape(
    pushed: &Made,
    shape: Shape,
    directory: &Path,
    progress: &dyn Fn(Progress),
) -> Result<Made, Error> {
    if let Some(made) = known(&pushed.plan, shape, directory) {
        return Ok(made);
    }
    let start = Instant::now();
    let (done, total) = (pushed.plan.records, pushed.plan.records);
    let path = empty(directory)?;
    let from = Repository::at(&pushed.path);
    match shape {
        Shape::Shallow => {
            let what = "cloning";
            progress(Progress { done, total, what });
            from.clone_to(&path, true)?;
        }
        Shape::Repacked => {
            let what = "packing again";
            progress(Progress { done, total, what });
            from.clone_to(&path, false)?.repack()?;
        }
        Shape::Loose | Shape::Pushed => {
            return Err(Error::Plan(
                "a shape that pushes leave from a store that is made",
            ));
        }
    }
    let made = Made {
        path,
        shape,
        seconds: start.elapsed().as_secs_f64(),
        ..pushed.clone()
    };
    write(&made, directory)?;
    Ok(made)
}

impl Plan {
    fn check(&self) -> Result<(), Error> {
        if !(100..=1_000).contains(&self.applications) {
            return Err(Error::Plan("anything but 100 to 1,000 applications"));
        }
        // Half of the ring, so that no two applications consume each other.
        if self.providers == 0 || self.providers > self.applications / 2 - 1 {
            return Err(Error::Plan(
                "an application without providers, or with half of all",
            ));
        }
        Ok(())
    }
}

/// Returns what is in a directory if it was made from a plan, to its end, by this generator.
fn known(plan: &Plan, shape: Shape, directory: &Path) -> Option<Made> {
    let bytes = fs::read(directory.join("made.json")).ok()?;
    let made: Made = serde_json::from_slice(&bytes).ok()?;
    let same = made.generator == GENERATOR && made.plan == *plan && made.shape == shape;
    let path = directory.join("store.git");
    (same && path.is_dir()).then_some(Made { path, ..made })
}

/// Makes room for a store in a directory and returns its path.
fn empty(directory: &Path) -> Result<PathBuf, Error> {
    let failed = |source| Error::io("make room for a store", source);
    let path = directory.join("store.git");
    fs::create_dir_all(directory).map_err(failed)?;
    match fs::remove_file(directory.join("made.json")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    match fs::remove_dir_all(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(path),
    }
}

/// Says that a store is made.
fn write(made: &Made, directory: &Path) -> Result<(), Error> {
    let mut bytes = serde_json::to_vec_pretty(made)?;
    bytes.push(b'\n');
    fs::write(directory.join("made.json"), bytes)
        .map_err(|source| Error::io("write made.json", source))
}
