//! What can go wrong between here and a remote repository.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::names::InvalidRefName;
use super::names::ObjectId;
use super::names::RefName;
use super::text;
use super::version::MINIMUM;
use super::version::REFETCH;

/// Why a remote could not be used. None of these texts holds a password.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// There is no `git` program.
    #[error("the git program was not found; install git {MINIMUM} or newer")]
    GitMissing {
        /// What the operating system said.
        source: io::Error,
    },
    /// The `git` program cannot do what is needed.
    #[error("git {found} is too old; install git {MINIMUM} or newer")]
    GitTooOld {
        /// What it calls itself.
        found: String,
    },
    /// The `git` program cannot fetch what a partial clone left out.
    #[error(
        "git {found} cannot fetch what this partial clone lacks; install git {REFETCH} or newer, or \
         name the store by its URL with --repo"
    )]
    GitTooOldForPartial {
        /// What it calls itself.
        found: String,
    },
    /// The operating system would not run `git`, or would not pass on what it said.
    #[error("could not run git {command}")]
    Process {
        /// The command, e.g. `fetch`.
        command: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// The time was up, and `git` was stopped.
    #[error("git {command} was stopped after {} seconds without an end", limit.as_secs())]
    TimedOut {
        /// The command, e.g. `fetch`.
        command: &'static str,
        /// How long it was given.
        limit: Duration,
    },
    /// The remote could not be reached or would not talk to us.
    #[error("could not use the remote {remote}: {trouble}\n{said}")]
    Unreachable {
        /// The remote, without passwords.
        remote: String,
        /// What kind of trouble it is.
        trouble: Trouble,
        /// What git and the server said.
        said: String,
    },
    /// Commits that were seen on the remote are not in its history any more.
    #[error("history was rewritten on the remote {remote}: {}", list(changes))]
    HistoryRewritten {
        /// The remote, without passwords.
        remote: String,
        /// The branches that did not grow. Their tracking refs still are where they were.
        changes: Vec<Rewritten>,
    },
    /// git has no key to sign with, or could not use it.
    #[error("git could not sign what was to be recorded\n{said}")]
    CannotSign {
        /// What it said.
        said: String,
    },
    /// There is no program that looks at signatures.
    #[error("signatures cannot be looked at without ssh-keygen; install OpenSSH")]
    CannotVerify,
    /// Another process holds the lock of the local repository.
    #[error("could not lock {}", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// What is remembered of the remote cannot be read.
    #[error("could not read {}; remove it, and run `git pact fetch`", path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The name made of a prefix and a branch is no name of a ref.
    #[error(transparent)]
    InvalidRefName(#[from] InvalidRefName),
    /// What git printed is not what its manual promises.
    #[error("could not read a line of git {command}: {line}")]
    Unreadable {
        /// The command, e.g. `ls-remote`.
        command: &'static str,
        /// The line, escaped.
        line: String,
    },
    /// Anything else; git's own words say what.
    #[error("git {command} failed ({status})\n{said}")]
    Failed {
        /// The command, e.g. `update-ref`.
        command: &'static str,
        /// How it ended, e.g. `exit status: 128`.
        status: String,
        /// What it said.
        said: String,
    },
}

impl RemoteError {
    /// Says whether `git` found an object or a ref of the local repository damaged, as a loss of power leaves
    /// them (spec: reliability §4).
    #[must_use]
    pub fn is_of_damage(&self) -> bool {
        const WORDS: &[&str] = &["is empty", "is corrupt", "bad object", "broken ref"];
        let (Self::Failed { said, .. } | Self::Unreachable { said, .. }) = self else {
            return false;
        };
        text::said_by_git(said).any(|line| WORDS.iter().any(|words| line.contains(words)))
    }
}

/// A branch of the remote that was moved to where it did not grow to, or was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// The branch on the remote.
    pub name: RefName,
    /// Where it was when last seen; its commits are still here.
    pub old: ObjectId,
    /// Where it is now, or `None` if it was deleted.
    pub new: Option<ObjectId>,
}

/// Says which branches lost their history.
fn list(changes: &[Rewritten]) -> String {
    let one = |change: &Rewritten| match &change.new {
        Some(new) => format!("{} went from {} to {new}", change.name, change.old),
        None => format!("{} was deleted (it was at {})", change.name, change.old),
    };
    let all: Vec<_> = changes.iter().map(one).collect();
    all.join("; ")
}

/// Why a remote cannot be used, as far as can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It does not believe who we are, or we may not do this.
    #[error("access was refused; check the credentials and their permissions")]
    Auth,
    /// There is no such repository, or we may not know of it.
    #[error("the repository was not found; check its address and the credentials")]
    NotFound,
    /// No connection, or it broke. Trying again may help.
    #[error("the network or the server failed; try again")]
    Network,
    /// Its objects have another kind of id.
    #[error(
        "one of the two repositories names its objects by SHA-256, and git-pact uses SHA-1: keep the \
         contracts in a repository made with `git init --bare --object-format=sha1`"
    )]
    ObjectFormat,
    /// The other side lacks something that is needed, e.g. atomic pushes.
    #[error("it does not support what is needed")]
    Unsupported,
}

impl Trouble {
    /// Tells what kind of trouble git's words mean (they are English: `LC_MESSAGES=C`), or `None`
    /// for words not known. Lines of the server's hooks must have been taken out.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Self> {
        const KNOWN: &[(Trouble, &[&str])] = &[
            (
                Trouble::ObjectFormat,
                &["hash algorithm", "mismatched algorithms"],
            ),
            (
                Trouble::Unsupported,
                &["the receiving end does not support", "not allowed"],
            ),
            (
                Trouble::Auth,
                &[
                    "Authentication failed",
                    "could not read Username",
                    "could not read Password",
                    "terminal prompts disabled",
                    "Permission denied",
                    "Host key verification failed",
                    "returned error: 401",
                    "returned error: 403",
                    "Access denied",
                    "access denied",
                ],
            ),
            (
                Trouble::NotFound,
                &[
                    "does not appear to be a git repository",
                    "epository not found",
                    "returned error: 404",
                    "' not found",
                    "could not be found",
                    "no such repository",
                ],
            ),
            (
                Trouble::Network,
                &[
                    "Could not resolve",
                    "ould not resolve hostname",
                    "unable to look up",
                    "Failed to connect",
                    "Couldn't connect",
                    "unable to connect",
                    "Connection refused",
                    "Connection timed out",
                    "Network is unreachable",
                    "No route to host",
                    "hung up",
                    "early EOF",
                    "RPC failed",
                    "Connection reset",
                    "Connection closed",
                    "connection unexpectedly closed",
                    "Operation too slow",
                    "imed out",
                    "returned error: 5",
                    "returned error: 429",
                    "SSL",
                    "TLS",
                    "Broken pipe",
                    "disconnect",
                ],
            ),
        ];
        let text = lines.collect::<Vec<_>>().join("\n");
        let matches = |needles: &&[&str]| needles.iter().any(|needle| text.contains(needle));
        let found = KNOWN.iter().find(|(_, needles)| matches(needles));
        found.map(|(trouble, _)| *trouble)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts printed by git 2.47, curl and OpenSSH; those of forges are from their documentation.
    #[test]
    fn the_trouble_is_told_from_gits_own_words() {
        for (text, expected) in [
            (
                "fatal: '/x/nowhere' does not appear to be a git repository\n\
                 fatal: Could not read from remote repository.",
                Some(Trouble::NotFound),
            ),
            (
                "fatal: unable to access 'https://no-such-host.invalid/x.git/': Could not resolve \
                 host: no-such-host.invalid",
                Some(Trouble::Network),
            ),
            (
                "fatal: unable to access 'https://127.0.0.1:1/x.git/': Failed to connect to \
                 127.0.0.1 port 1 after 0 ms: Couldn't connect to server",
                Some(Trouble::Network),
            ),
            (
                "ssh: connect to host 127.0.0.1 port 1: Connection refused\n\
                 fatal: Could not read from remote repository.",
                Some(Trouble::Network),
            ),
            (
                "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
                Some(Trouble::Auth),
            ),
            (
                "git@github.com: Permission denied (publickey).\n\
                 fatal: Could not read from remote repository.",
                Some(Trouble::Auth),
            ),
            (
                "fatal: unable to access 'https://github.com/o/r/': The requested URL returned \
                 error: 403",
                Some(Trouble::Auth),
            ),
            (
                "fatal: repository 'https://github.com/o/r/' not found",
                Some(Trouble::NotFound),
            ),
            ("ERROR: Repository not found.", Some(Trouble::NotFound)),
            (
                "fatal: the receiving end does not support --atomic push\n\
                 fatal: the remote end hung up unexpectedly",
                Some(Trouble::Unsupported),
            ),
            (
                "fatal: the receiving end does not support this repository's hash algorithm\n\
                 fatal: the remote end hung up unexpectedly",
                Some(Trouble::ObjectFormat),
            ),
            (
                "fatal: mismatched algorithms: client sha1; server sha256",
                Some(Trouble::ObjectFormat),
            ),
            (
                "fatal: transport 'ext' not allowed",
                Some(Trouble::Unsupported),
            ),
            ("fatal: early EOF", Some(Trouble::Network)),
            ("error: something else", None),
        ] {
            assert_eq!(Trouble::of(text.lines()), expected, "{text}");
        }
    }
}
