//! What rows measure in: the stores, a scratch directory, and programs cut off from the machine.

#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark starts what it measures, and looks for it"
)]

use std::cell::RefCell;
use std::collections::HashMap;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::rc::Rc;

use tempfile::TempDir;
use walkdir::WalkDir;

use super::generate;
use super::generate::Made;
use super::generate::Plan;
use super::generate::Shape;
use super::measure::Contestant;
use super::measure::Result;
use super::measure::Spread;
use super::measure::contest;
use super::progress::Progress;

/// What rows measure in.
pub(crate) struct World {
    /// How many records the stores have that were asked for, fewest first.
    pub(crate) records: Vec<u64>,
    /// How often a contest of quick processes goes round.
    pub(crate) rounds: usize,
    /// Who watches.
    pub(crate) progress: Progress,
    /// Where the `git` program is. Called by its name alone it would be started by a fork of this
    /// process, which grows with it and counts as CPU time of the child.
    git: PathBuf,
    /// Where they lie, whatever directory a program is started in.
    pub(crate) stores: PathBuf,
    /// The program under test.
    pact: PathBuf,
    made: RefCell<HashMap<PathBuf, Rc<Made>>>,
    /// Lies beside the stores, so that a copy can share their objects by hard links.
    scratch: TempDir,
}

/// What a copy of a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The authority itself.
    Authority,
    /// A clone that has seen all of the original.
    Clone,
}

impl World {
    /// Returns a world with stores below a directory, which is made if need be.
    pub(crate) fn new(
        stores: &Path,
        pact: &Path,
        records: Vec<u64>,
        rounds: usize,
        progress: Progress,
    ) -> Result<Self> {
        fs::create_dir_all(stores)?;
        let stores = stores.canonicalize()?;
        let scratch = tempfile::Builder::new()
            .prefix("scratch-")
            .tempdir_in(&stores)?;
        fs::create_dir(scratch.path().join("home"))?;
        let world = Self {
            records,
            rounds,
            progress,
            git: program_on_path("git")?,
            stores,
            pact: pact.canonicalize()?,
            made: RefCell::default(),
            scratch,
        };
        world.make_small_repository()?;
        Ok(world)
    }

    /// Returns a repository with one commit, for yardsticks that need a `HEAD`: that of a store
    /// leads nowhere.
    pub(crate) fn small_repository(&self) -> PathBuf {
        self.path("small.git")
    }

    fn make_small_repository(&self) -> Result<()> {
        let small = self.small_repository();
        fs::create_dir(&small)?;
        let git = |arguments: &[&str]| output(&mut self.git(&small, arguments), b"");
        git(&["init", "--quiet", "--bare"])?;
        let tree = git(&["hash-object", "-t", "tree", "-w", "--stdin"])?;
        let commit = output(
            self.git(&small, &["commit-tree", tree.trim(), "-m", "One"])
                .envs([
                    ("GIT_AUTHOR_NAME", "Benchmark"),
                    ("GIT_AUTHOR_EMAIL", "benchmark@example.com"),
                    ("GIT_COMMITTER_NAME", "Benchmark"),
                    ("GIT_COMMITTER_EMAIL", "benchmark@example.com"),
                ]),
            b"",
        )?;
        git(&["update-ref", "HEAD", commit.trim()])?;
        Ok(())
    }

    /// Returns how often a contest of slow processes goes round.
    pub(crate) fn few_rounds(&self) -> usize {
        self.rounds.div_ceil(4)
    }

    /// Returns the store with so many records in a shape; it is made if it is not there.
    pub(crate) fn store(&self, records: u64, shape: Shape) -> Result<Rc<Made>> {
        let directory = self.directory(records, shape);
        if let Some(made) = self.made.borrow().get(&directory) {
            return Ok(Rc::clone(made));
        }
        if !directory.join("made.json").exists() {
            self.make_elsewhere(records, shape)?;
        }
        let made = Rc::new(self.make(records, shape)?);
        self.made.borrow_mut().insert(directory, Rc::clone(&made));
        Ok(made)
    }

    /// Makes a store in this process, or returns what is there if it was made from the same plan.
    pub(crate) fn make(&self, records: u64, shape: Shape) -> Result<Made> {
        let directory = self.directory(records, shape);
        let progress =
            |step: generate::Progress| self.progress.at(step.done, step.total, step.what);
        let made = match shape {
            Shape::Loose | Shape::Pushed => {
                generate::make(&plan(records), shape, &directory, &progress)?
            }
            Shape::Repacked | Shape::Shallow => {
                let pushed = self.directory(records, Shape::Pushed);
                let pushed = generate::make(&plan(records), Shape::Pushed, &pushed, &progress)?;
                generate::reshape(&pushed, shape, &directory, &progress)?
            }
        };
        Ok(made)
    }

    /// Makes a store in a process of its own: what that leaves of the heap would slow down what is
    /// measured in this one.
    fn make_elsewhere(&self, records: u64, shape: Shape) -> Result<()> {
        let mut command = Command::new(env::current_exe()?);
        command.args(["--make", name(shape), "--records", &short(records)]);
        let status = command.arg("--stores").arg(&self.stores).status()?;
        if status.success() {
            return Ok(());
        }
        let records = short(records);
        Err(format!(
            "the {} store with {records} records was not made",
            name(shape)
        )
        .into())
    }

    fn directory(&self, records: u64, shape: Shape) -> PathBuf {
        self.stores
            .join(format!("{}-{}", short(records), name(shape)))
    }

    /// Returns a path in the scratch directory.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// Makes a directory in the scratch directory that was not there before.
    pub(crate) fn fresh_directory(&self) -> Result<PathBuf> {
        let directory = tempfile::Builder::new().tempdir_in(self.scratch.path())?;
        Ok(directory.keep())
    }

    /// Returns the program under test, which uses the store at a path or URL.
    pub(crate) fn pact(&self, store: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
        let mut command = self.program(&self.pact);
        command
            .args(arguments)
            .env("GIT_PACT_REPO", store)
            .env("GIT_PACT_CACHE", self.path("cache"))
            .env("GIT_PACT_ACTOR", "Benchmark <benchmark@example.com>");
        command
    }

    /// Returns `git` in a repository.
    pub(crate) fn git(&self, repository: &Path, arguments: &[&str]) -> Command {
        let mut command = self.program(&self.git);
        command.arg("--git-dir").arg(repository).args(arguments);
        command
    }

    /// Returns `git` outside of any repository.
    pub(crate) fn bare_git(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(&self.git);
        command.args(arguments);
        command
    }

    /// Returns a program that inherits nothing but the search path and runs in an empty place.
    pub(crate) fn program(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("TZ", "UTC")
            .current_dir(self.path("home"))
            .stdin(Stdio::null());
        command
    }

    /// Lets contestants take turns and returns what each cost.
    pub(crate) fn contest(
        &self,
        title: &str,
        rounds: usize,
        contestants: &mut [Contestant<'_>],
    ) -> Result<Vec<Spread>> {
        self.progress.start(title);
        let complaints = self.path("complaints");
        let spreads = contest(rounds, contestants, &complaints, |round| {
            self.progress.at(round as u64, rounds as u64, "");
        });
        self.progress.finish();
        spreads
    }

    /// Returns a bare copy of a store that shares its objects, and may be written to.
    pub(crate) fn copy(&self, store: &Path, role: Role) -> Result<PathBuf> {
        let copy = self.fresh_directory()?;
        output(&mut self.git(&copy, &["init", "--quiet", "--bare"]), b"")?;
        let objects = store.join("objects");
        for entry in WalkDir::new(&objects) {
            let entry = entry?;
            let target = copy
                .join("objects")
                .join(entry.path().strip_prefix(&objects)?);
            if entry.file_type().is_dir() {
                fs::create_dir_all(&target)?;
            } else {
                fs::hard_link(entry.path(), &target)?;
            }
        }
        let format = match role {
            Role::Authority => "create %(refname) %(objectname)",
            Role::Clone => "create refs/remotes/origin/%(refname:lstrip=2) %(objectname)",
        };
        let list = ["for-each-ref", "--format", format, "refs/heads/pact/"];
        let refs = output(&mut self.git(store, &list), b"")?;
        output(
            &mut self.git(&copy, &["update-ref", "--stdin"]),
            refs.as_bytes(),
        )?;
        output(&mut self.git(&copy, &["pack-refs", "--all"]), b"")?;
        if role == Role::Clone {
            let url = file_url(store);
            let remote = ["config", "remote.origin.url", &url];
            output(&mut self.git(&copy, &remote), b"")?;
        }
        Ok(copy)
    }
}

/// Returns where a program is.
fn program_on_path(name: &str) -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut candidates = env::split_paths(&path).map(|directory| directory.join(name));
    let found = candidates.find(|candidate| candidate.is_file());
    found.ok_or_else(|| format!("there is no {name} on the search path").into())
}

/// Runs a command, which has to succeed, and returns what it printed.
pub(crate) fn output(command: &mut Command, input: &[u8]) -> Result<String> {
    let mut file = tempfile::tempfile()?;
    file.write_all(input)?;
    std::io::Seek::rewind(&mut file)?;
    let output = command.stdin(file).output()?;
    if !output.status.success() {
        let complaints = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} ended with {}:\n{complaints}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Returns the URL of a repository on this machine, which goes through all of git's transport.
pub(crate) fn file_url(repository: &Path) -> String {
    format!("file://{}", repository.display())
}

/// Returns how many bytes the files below a directory have.
pub(crate) fn bytes_below(directory: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in WalkDir::new(directory) {
        let entry = entry?;
        if entry.file_type().is_file() {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}

/// Returns what is in a store of so many records: the same for every benchmark of that size.
fn plan(records: u64) -> Plan {
    Plan {
        records,
        applications: 100,
        providers: 10,
        seed: 1,
    }
}

/// Returns the name of a shape, for the table and for directories.
pub(crate) fn name(shape: Shape) -> &'static str {
    match shape {
        Shape::Loose => "loose",
        Shape::Pushed => "pushed",
        Shape::Repacked => "repacked",
        Shape::Shallow => "shallow",
    }
}

/// Returns a number of records as it is given on the command line: `100k`.
pub(crate) fn short(records: u64) -> String {
    match records {
        _ if records > 0 && records.is_multiple_of(1_000_000) => {
            format!("{}m", records / 1_000_000)
        }
        _ if records > 0 && records.is_multiple_of(1000) => format!("{}k", records / 1000),
        _ => records.to_string(),
    }
}

/// Reads a number of records: `500`, `10k`, `1m`.
pub(crate) fn records(text: &str) -> std::result::Result<u64, String> {
    let (digits, unit) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1000),
        None => match text.strip_suffix(['m', 'M']) {
            Some(digits) => (digits, 1_000_000),
            None => (text, 1),
        },
    };
    let number = digits.parse::<u64>().ok();
    number
        .and_then(|number| number.checked_mul(unit))
        .filter(|number| *number > 0)
        .ok_or_else(|| "give a number such as 500, 10k or 1m".to_owned())
}
