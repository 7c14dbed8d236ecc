//! A place to run the real program in, cut off from the machine: a home, a clock that ticks by the
//! minute, an actor, a remote and its clones.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use tempfile::TempDir;

use super::git::Git;
use super::git::hermetic;

/// What a command printed and how it ended.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// Data, with the sandbox's directory shown as `$TMP`.
    pub(crate) stdout: String,
    /// Everything else, likewise.
    pub(crate) stderr: String,
    /// The exit code; `None` if a signal ended it.
    pub(crate) status: Option<i32>,
}

/// A directory with everything that a command may see or touch.
pub(crate) struct Sandbox {
    directory: TempDir,
    /// How many minutes have passed.
    minutes: AtomicU32,
    /// What is added to the environment of every command.
    variables: Vec<(String, String)>,
}

impl Sandbox {
    /// Returns an empty sandbox.
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().unwrap();
        fs::create_dir(directory.path().join("home")).unwrap();
        Self {
            directory,
            minutes: AtomicU32::new(0),
            variables: Vec::new(),
        }
    }

    /// Sets a variable for every command from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Returns a path in the sandbox.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Makes a bare repository to push to and returns its `git`.
    pub(crate) fn remote(&self, name: &str) -> Git {
        let git = self.git(name);
        git.run(&["init", "--bare", "--initial-branch=main"]);
        self.guard(name);
        git
    }

    /// Has a bare repository let in only what git-pact itself would write, as on a server with the hook.
    ///
    /// It is what every remote of every test has, so that each of them shows that what it pushes is let in.
    pub(crate) fn guard(&self, name: &str) {
        let hook = self.path(name).join("hooks/pre-receive");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        let program = env!("CARGO_BIN_EXE_git-pact");
        fs::write(
            &hook,
            format!("#!/bin/sh\nexec '{program}' hook pre-receive\n"),
        )
        .unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Has it let in whatever git lets in.
    pub(crate) fn unguard(&self, name: &str) {
        fs::remove_file(self.path(name).join("hooks/pre-receive")).unwrap();
    }

    /// Clones one repository of the sandbox and returns the `git` of the clone.
    pub(crate) fn clone_of(&self, remote: &str, name: &str) -> Git {
        let remote = self.path(remote);
        let git = self.git(name);
        git.run(&["clone", "--quiet", remote.to_str().unwrap(), "."]);
        git
    }

    /// Returns the `git` of a directory, which is made if need be.
    pub(crate) fn git(&self, name: &str) -> Git {
        let path = self.path(name);
        fs::create_dir_all(&path).unwrap();
        Git::at(path)
    }

    /// Runs git-pact in a directory of the sandbox. A minute passes.
    pub(crate) fn run(&self, directory: &str, args: &[impl AsRef<OsStr>]) -> Output {
        self.run_with(directory, args, &[])
    }

    /// The same with more in the environment.
    pub(crate) fn run_with(
        &self,
        directory: &str,
        args: &[impl AsRef<OsStr>],
        variables: &[(&str, &str)],
    ) -> Output {
        let mut command = self.command(directory, args);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        Output {
            stdout: self.scrubbed(output.stdout),
            stderr: self.scrubbed(output.stderr),
            status: output.status.code(),
        }
    }

    /// Returns git-pact in a directory of the sandbox, about to be run. A minute passes.
    pub(crate) fn command(&self, directory: &str, args: &[impl AsRef<OsStr>]) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_git-pact"), directory, args)
    }

    /// The same for a program, which may be git-pact by another name.
    pub(crate) fn command_of(
        &self,
        program: impl AsRef<OsStr>,
        directory: &str,
        args: &[impl AsRef<OsStr>],
    ) -> Command {
        let minutes = self.minutes.fetch_add(1, Ordering::Relaxed);
        let now = format!("2026-11-21T{:02}:{:02}:00Z", minutes / 60, minutes % 60);
        let mut command = hermetic(program, &self.path("home"));
        command
            .current_dir(self.path(directory))
            .env("XDG_CACHE_HOME", self.path("home/cache"))
            .env("GIT_PACT_NOW", now)
            .env("GIT_PACT_ACTOR", "Test <test@example.com>")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .args(args);
        command
    }

    /// Returns a text in which the sandbox's directory is `$TMP`, however it is spelled.
    pub(crate) fn scrubbed(&self, bytes: Vec<u8>) -> String {
        let text = String::from_utf8(bytes).unwrap();
        let given: &Path = self.directory.path();
        let real = given.canonicalize().unwrap();
        let text = text.replace(real.to_str().unwrap(), "$TMP");
        text.replace(given.to_str().unwrap(), "$TMP")
    }
}

#[test]
fn a_command_runs_and_its_output_names_no_path_of_the_machine() {
    let mut sandbox = Sandbox::new();
    sandbox.remote("remote.git");
    let clone = sandbox.clone_of("remote.git", "shop");
    let url = clone.run(&["remote", "get-url", "origin"]);
    assert_eq!(sandbox.scrubbed(url.into_bytes()), "$TMP/remote.git");
    sandbox.set("GIT_PACT_REPO", "../remote.git");
    let output = sandbox.run("shop", &["--version"]);
    assert_eq!(output.status, Some(0), "{output:?}");
    assert_eq!(output.stderr, "");
    let told = format!("{}{}", output.stdout, output.stderr);
    let machine = sandbox.path("");
    assert!(!told.contains(machine.to_str().unwrap()), "{told}");
    assert_eq!(sandbox.minutes.load(Ordering::Relaxed), 1);
}

#[test]
fn a_sandbox_inherits_nothing() {
    let sandbox = Sandbox::new();
    let seen = hermetic("env", &sandbox.path("home")).output().unwrap();
    let seen = sandbox.scrubbed(seen.stdout);
    let names: Vec<_> = seen
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        // That one comes with another git to test with.
        .filter(|name| *name != "GIT_EXEC_PATH")
        .collect();
    assert_eq!(
        names,
        [
            "GIT_CONFIG_GLOBAL",
            "GIT_CONFIG_NOSYSTEM",
            "HOME",
            "PATH",
            "TZ"
        ]
    );
    assert!(seen.contains("HOME=$TMP/home"), "{seen}");
}
