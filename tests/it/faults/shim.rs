//! The shim between a program and the kernel: compiled when it is first needed, and what it wrote down.

use std::env;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use tempfile::NamedTempFile;

/// How long a call hangs before everything is killed, in milliseconds.
const PATIENCE: &str = "60";

/// What the shim ends with where the kernel does not let it.
const CANNOT: i32 = 125;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// Nothing.
    None,
    /// The process is killed; what it started goes on.
    Kill,
    /// Everything is killed.
    KillAll,
    /// One call fails with an I/O error.
    Io,
    /// The disk is full from there on.
    Full,
    /// One call does not return; everything is killed after a while.
    Hang,
}

impl Fault {
    /// All that can go wrong with one's own calls.
    pub(super) const OWN: [Self; 4] = [Self::Kill, Self::Io, Self::Full, Self::Hang];

    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Kill => "kill",
            Self::KillAll => "killall",
            Self::Io => "eio",
            Self::Full => "enospc",
            Self::Hang => "hang",
        }
    }

    /// Says whether it ends the program, which then has no say.
    pub(super) fn is_deadly(self) -> bool {
        matches!(self, Self::Kill | Self::KillAll | Self::Hang)
    }
}

/// One call with which a program changed the world or heard another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Whether this is the one that went wrong.
    pub(super) struck: bool,
    /// What it does, e.g. `rename`.
    pub(super) what: String,
    /// What it does it to.
    pub(super) path: PathBuf,
    /// The second path, of a call with two.
    pub(super) other: PathBuf,
}

/// Returns the compiled shim, or `None` where there can be none; that is said once.
pub(super) fn shim() -> Option<&'static Path> {
    static SHIM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let made = || {
        let made = compile();
        if made.is_none() {
            println!("SKIPPED: no C compiler, or no seccomp notifications: no fault is tried");
        }
        made
    };
    SHIM.get_or_init(made).as_deref()
}

fn compile() -> Option<PathBuf> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/faults/shim.c");
    // Others may be running the one that is there.
    let made = NamedTempFile::new_in(folder).unwrap().into_temp_path();
    let compiled = Command::new("cc")
        .args(["-O1", "-Wall", "-Wextra", "-Werror", "-o"])
        .args([made.as_os_str(), source.as_os_str()])
        .status();
    assert!(compiled.ok()?.success(), "the shim does not compile");
    let program = folder.join("fault-shim");
    made.persist(&program).unwrap();
    let log = NamedTempFile::new_in(folder).unwrap();
    let mut tried = Command::new(&program);
    tried.args(arguments(log.path(), "true", Fault::None, 0));
    let status = tried.arg("true").status().unwrap();
    (status.code() != Some(CANNOT)).then_some(program)
}

/// Returns what the shim wants before the command line: where to write the log, whose calls are steps, and
/// what goes wrong at which.
pub(super) fn arguments(log: &Path, watched: &str, fault: Fault, step: usize) -> Vec<String> {
    let log = log.to_str().unwrap();
    let step = step.to_string();
    let words = [log, watched, fault.word(), &step, PATIENCE];
    words.map(str::to_owned).to_vec()
}

/// Returns the steps of a log.
pub(super) fn steps(log: &Path) -> Vec<Step> {
    let text = fs::read_to_string(log).unwrap();
    let step = |line: &str| {
        let words: Vec<&str> = line.split('\t').collect();
        let [number, what, path, other] = words[..] else {
            panic!("a malformed line in the log: {line}");
        };
        Step {
            struck: number.starts_with('!'),
            what: what.to_owned(),
            path: clean(path),
            other: clean(other),
        }
    };
    text.lines().map(step).collect()
}

/// Takes detours out of a path: `git` likes `./objects`.
fn clean(path: &str) -> PathBuf {
    Path::new(path).components().collect()
}

/// Returns the search path of a trial: `git` is found at once, so that looking for it is one step.
pub(super) fn search_path() -> String {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders = env::split_paths(&path);
    let git = folders.find(|folder| folder.join("git").is_file());
    format!("{}:/usr/bin:/bin", git.unwrap().display())
}
