//! The `git` program, cut off from whoever runs the tests.

use std::env;
use std::ffi::OsStr;
use std::ffi::OsString;
use std::io::Write;
use std::iter;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

/// Names the directory of another `git` to test with; `GIT_EXEC_PATH`, if it is set, is where the
/// rest of that git lies.
const OTHER_GIT: &str = "GIT_PACT_TEST_GIT";

/// Returns where programs are looked for.
fn search_path() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let Some(other) = env::var_os(OTHER_GIT) else {
        return path;
    };
    let first = PathBuf::from(other);
    env::join_paths(iter::once(first).chain(env::split_paths(&path))).unwrap()
}

/// Returns the version of the `git` that tests use, as two numbers.
pub(crate) fn git_version() -> (u32, u32) {
    let output = hermetic("git", Path::new("/")).arg("version").output();
    let said = String::from_utf8(output.unwrap().stdout).unwrap();
    let number = said.strip_prefix("git version ").unwrap();
    let mut parts = number.split(['.', '-', ' ', '\n']);
    let mut part = || parts.next().unwrap().parse().unwrap();
    (part(), part())
}

/// Returns a program that inherits nothing but the search path.
///
/// Its home is the directory given; it sees no configuration but a repository's own.
pub(crate) fn hermetic(program: impl AsRef<OsStr>, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", search_path())
        .env("HOME", home)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("TZ", "UTC");
    if let (Some(_), Some(rest)) = (env::var_os(OTHER_GIT), env::var_os("GIT_EXEC_PATH")) {
        command.env("GIT_EXEC_PATH", rest);
    }
    command
}

/// `git`, in one directory.
#[derive(Clone, Debug)]
pub(crate) struct Git {
    directory: PathBuf,
}

impl Git {
    /// Returns the `git` of a directory.
    pub(crate) fn at(directory: impl Into<PathBuf>) -> Self {
        let directory = directory.into();
        Self { directory }
    }

    /// Returns the directory.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Runs `git`, which has to succeed, and returns what it printed without the last line break.
    pub(crate) fn run(&self, args: &[&str]) -> String {
        self.feed(args, b"")
    }

    /// The same, with something to read.
    pub(crate) fn feed(&self, args: &[&str], input: &[u8]) -> String {
        match self.attempt(args, input) {
            Ok(output) => output,
            Err(message) => panic!("git {} failed: {message}", args.join(" ")),
        }
    }

    /// Runs `git` and returns what it printed, or what it complained of.
    pub(crate) fn attempt(&self, args: &[&str], input: &[u8]) -> Result<String, String> {
        let mut child = hermetic("git", &self.directory)
            .current_dir(&self.directory)
            .args(args)
            .envs([
                ("GIT_AUTHOR_NAME", "Test"),
                ("GIT_AUTHOR_EMAIL", "test@example.com"),
                ("GIT_COMMITTER_NAME", "Test"),
                ("GIT_COMMITTER_EMAIL", "test@example.com"),
                // Looking must not rewrite the index.
                ("GIT_OPTIONAL_LOCKS", "0"),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        if output.status.success() {
            Ok(text(output.stdout).trim_end_matches('\n').to_owned())
        } else {
            Err(text(output.stderr))
        }
    }

    /// Fails unless every object is whole and well formed.
    pub(crate) fn fsck(&self) {
        let complaints = self.run(&["fsck", "--strict", "--full", "--no-dangling"]);
        assert_eq!(complaints, "", "fsck complains");
    }

    /// Commits files, in place of all that was there, on a ref; each is a mode, a path and bytes.
    ///
    /// Writes what the store would not: any mode, any name, any bytes.
    pub(crate) fn plant(&self, reference: &str, files: &[(&str, &str, &[u8])]) {
        let mut stream = format!("commit {reference}\n").into_bytes();
        stream.extend(b"committer Test <test@example.com> 0 +0000\ndata 5\nPlant\ndeleteall\n");
        for (mode, path, bytes) in files {
            stream.extend(format!("M {mode} inline {path}\ndata {}\n", bytes.len()).bytes());
            stream.extend(*bytes);
            stream.push(b'\n');
        }
        self.feed(&["fast-import", "--force", "--quiet"], &stream);
    }

    /// Commits one file on top of a branch, or its end if there are no bytes.
    pub(crate) fn amend(&self, branch: &str, path: &str, bytes: Option<&[u8]>) {
        let reference = format!("refs/heads/{branch}");
        let mut stream = format!("commit {reference}\n").into_bytes();
        stream.extend(b"committer Test <test@example.com> 0 +0000\ndata 5\nAmend\n");
        stream.extend(format!("from {reference}^0\n").bytes());
        match bytes {
            Some(bytes) => {
                stream.extend(format!("M 100644 inline {path}\ndata {}\n", bytes.len()).bytes());
                stream.extend(bytes);
                stream.push(b'\n');
            }
            None => stream.extend(format!("D {path}\n").bytes()),
        }
        self.feed(&["fast-import", "--quiet"], &stream);
    }
}
