//! The repository that a store lies in, as the `git` program sees it.

use std::ffi::OsStr;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;

use super::Error;

/// A bare repository.
pub(crate) struct Repository(PathBuf);

impl Repository {
    /// Makes a repository.
    pub(crate) fn init(path: &Path) -> Result<Self, Error> {
        let repository = Self(path.to_owned());
        repository.run(&["init", "--quiet", "--bare", "--initial-branch=main"])?;
        Ok(repository)
    }

    /// Returns the repository that is at a path.
    pub(crate) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Starts to read a stream of commits on so many branches. Every object becomes a file of its
    /// own, as a small push leaves it.
    pub(crate) fn import(&self, branches: usize) -> Result<Child, Error> {
        let mut git = self.git();
        // Everything that is in a stream is unpacked, however much it is.
        git.args(["-c", "fastimport.unpackLimit=2147483647"]);
        git.args(["fast-import", "--quiet", "--done", "--date-format=raw"]);
        // It forgets the trees of the others, and then has to read them back.
        git.arg(format!("--active-branches={branches}"));
        git.stdin(Stdio::piped());
        git.spawn()
            .map_err(|source| Error::io("start git fast-import", source))
    }

    /// Waits until a stream, which has come to its end, is read and unpacked.
    pub(crate) fn imported(mut import: Child) -> Result<(), Error> {
        let status = import
            .wait()
            .map_err(|source| Error::io("wait for git", source))?;
        ended("fast-import".to_owned(), status)
    }

    /// Packs what lies around, as git does by itself from time to time.
    pub(crate) fn collect(&self) -> Result<(), Error> {
        self.run(&["gc", "--quiet"])
    }

    /// Packs everything again, taking nothing over from earlier packs.
    pub(crate) fn repack(&self) -> Result<(), Error> {
        self.run(&["repack", "--quiet", "-a", "-d", "-f"])
    }

    /// Makes a clone of all branches, with their history or without. It is no longer attached to
    /// where it came from, so that it answers for itself.
    pub(crate) fn clone_to(&self, to: &Path, shallow: bool) -> Result<Self, Error> {
        let failed = |source| Error::io("find the store to clone", source);
        let from = self.0.canonicalize().map_err(failed)?;
        let mut git = command();
        git.args(["clone", "--quiet", "--bare"]);
        if shallow {
            // Only a URL is asked for less than everything.
            let mut url = OsStr::new("file://").to_owned();
            url.push(from);
            git.args(["--depth=1", "--no-single-branch"]).arg(url);
        } else {
            git.arg(from);
        }
        finish(git.arg(to))?;
        let clone = Self(to.to_owned());
        clone.run(&["remote", "remove", "origin"])?;
        Ok(clone)
    }

    fn run(&self, arguments: &[&str]) -> Result<(), Error> {
        finish(self.git().args(arguments))
    }

    fn git(&self) -> Command {
        let mut git = command();
        git.arg("--git-dir").arg(&self.0);
        git
    }
}

/// Returns `git` as it is without anybody's configuration.
fn command() -> Command {
    let mut git = Command::new("git");
    git.env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    git.stdin(Stdio::null());
    git
}

fn finish(git: &mut Command) -> Result<(), Error> {
    let status = git
        .status()
        .map_err(|source| Error::io("start git", source))?;
    let arguments: Vec<_> = git.get_args().map(OsStr::to_string_lossy).collect();
    ended(arguments.join(" "), status)
}

fn ended(command: String, status: ExitStatus) -> Result<(), Error> {
    if status.success() {
        Ok(())
    } else {
        Err(Error::Git { command, status })
    }
}
