//! Signed commits: git makes the signatures, as it is configured to, and git looks at them.
//!
//! Making one is the user's business: `gpg.format`, `user.signingKey`, agents and their programs are
//! those of the user's own commits. Looking at one is not: which keys count comes from the store, the
//! program is `ssh-keygen`, and nothing that a repository or a user configured can say that a signature
//! holds. Only signatures of OpenSSH are looked at.

use std::collections::BTreeMap;
use std::io;
use std::io::Write;
use std::path::Path;

use super::error::RemoteError;
use super::git::Call;
use super::git::Git;
use super::git::Said;
use super::names::ObjectId;
use super::text;
use crate::domain::signers::PublicKey;
use crate::domain::signers::Signature;

/// A commit that is to be made, and signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned<'a> {
    /// What it holds.
    pub tree: ObjectId,
    /// The commit before it.
    pub parent: Option<ObjectId>,
    /// Who makes it.
    pub name: &'a str,
    /// The address of who makes it.
    pub email: &'a str,
    /// When, in seconds since 1970.
    pub at: i64,
    /// What people read of it.
    pub message: &'a str,
}

/// Settings for making a commit: it is on disk before it is pointed to.
const SETTINGS: &[&str] = &[
    super::environment::NO_HOOKS,
    "core.fsync=committed,loose-object,reference",
    "i18n.commitEncoding=UTF-8",
];

/// What keeps `ssh-keygen` from asking for the passphrase of a key where nobody could answer.
const UNATTENDED: &[(&str, &str)] = &[("SSH_ASKPASS_REQUIRE", "force"), ("SSH_ASKPASS", "false")];

/// What git prints of a commit: its id, what came of its signature, the key, and its owner.
const FORMAT: &str = "--format=%H%x00%G?%x00%GF%x00%GS";

/// What git says where there is no program to look at signatures with.
const NO_PROGRAM: &str = "cannot run ssh-keygen";

impl Git {
    /// Makes a commit that is signed as the user's own are, and returns its id. No ref points to it.
    ///
    /// # Errors
    ///
    /// Fails with [`RemoteError::CannotSign`] if git cannot sign; nothing was made then.
    pub fn commit_signed(&self, commit: &Unsigned<'_>) -> Result<ObjectId, RemoteError> {
        let mut operands = vec![commit.tree.to_string()];
        if let Some(parent) = &commit.parent {
            operands.extend(["-p".to_owned(), parent.to_string()]);
        }
        let date = format!("@{} +0000", commit.at);
        let mut variables = Vec::new();
        for role in ["AUTHOR", "COMMITTER"] {
            variables.push((format!("GIT_{role}_NAME"), commit.name.to_owned()));
            variables.push((format!("GIT_{role}_EMAIL"), commit.email.to_owned()));
            variables.push((format!("GIT_{role}_DATE"), date.clone()));
        }
        if !self.asks() {
            let quiet = UNATTENDED.iter();
            variables.extend(quiet.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        }
        let said = self.call(Call {
            settings: SETTINGS,
            operands: &operands,
            variables,
            stdin: commit.message.as_bytes().to_vec(),
            ..Call::new("commit-tree", &["-S"])
        })?;
        if !said.succeeded() {
            return Err(match said.status {
                None => self.failure(&said, None),
                Some(_) => RemoteError::CannotSign {
                    said: said.stderr.trim_end().to_owned(),
                },
            });
        }
        let line = String::from_utf8_lossy(&said.stdout);
        line.trim_end()
            .parse()
            .map_err(|_| RemoteError::Unreadable {
                command: "commit-tree",
                line: text::shown(&said.stdout, &[]),
            })
    }

    /// Returns what the signatures of commits are worth, which are of OpenSSH: whether they hold, and
    /// whether one of the keys made them. One run of git looks at all of them, if none is broken.
    ///
    /// `ssh-keygen` ends without reading the commit where a signature is nothing that it could hold against
    /// it. Then git, whichever comes first, notes that or dies of the closed pipe, with all that it was asked.
    /// So it is asked about fewer; the one that is left is a signature that nothing can be made of.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be looked at. Then nothing is known of any of them.
    pub fn signatures(
        &self,
        commits: &[ObjectId],
        keys: &[PublicKey],
    ) -> Result<BTreeMap<ObjectId, Signature>, RemoteError> {
        if commits.is_empty() {
            return Ok(BTreeMap::new());
        }
        let failed = |source: io::Error| RemoteError::Process {
            command: "log",
            source,
        };
        // Readable for us alone: who could write it could make any signature one that counts.
        let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
        for (number, key) in keys.iter().enumerate() {
            writeln!(file, "k{number} namespaces=\"git\" {key}").map_err(failed)?;
        }
        file.flush().map_err(failed)?;
        let mut found = BTreeMap::new();
        let mut waiting = vec![commits];
        while let Some(part) = waiting.pop() {
            let said = self.log_of_signatures(part, file.path())?;
            match part {
                [one] if said.died_of_a_closed_pipe() => {
                    found.insert(one.clone(), Signature::Bad);
                }
                _ if said.died_of_a_closed_pipe() => {
                    let (first, second) = part.split_at(part.len() / 2);
                    waiting.extend([first, second]);
                }
                _ if !said.succeeded() => return Err(self.failure(&said, None)),
                _ if said.stderr.contains(NO_PROGRAM) => return Err(RemoteError::CannotVerify),
                _ => found.extend(read(&said.stdout, keys)?),
            }
        }
        match commits.iter().find(|commit| !found.contains_key(*commit)) {
            Some(silent) => Err(RemoteError::Unreadable {
                command: "log",
                line: format!("nothing was said of {silent}"),
            }),
            None => Ok(found),
        }
    }

    /// Has git look at the signatures of commits, with the keys of a file.
    fn log_of_signatures(&self, commits: &[ObjectId], allowed: &Path) -> Result<Said, RemoteError> {
        let asked: Vec<&str> = commits.iter().map(ObjectId::as_str).collect();
        self.call(Call {
            settings: &[
                super::environment::NO_HOOKS,
                "gpg.ssh.program=ssh-keygen",
                // Whatever else a signature says it is, nothing can look at it.
                "gpg.program=false",
                "gpg.openpgp.program=false",
                "gpg.x509.program=false",
                "log.showSignature=false",
            ],
            with_file: Some(("gpg.ssh.allowedSignersFile", allowed)),
            stdin: (asked.join("\n") + "\n").into_bytes(),
            ..Call::new(
                "log",
                &[
                    "--no-walk=unsorted",
                    "--stdin",
                    "--no-patch",
                    "--no-notes",
                    FORMAT,
                ],
            )
        })
    }
}

/// Reads what git prints of the signatures of commits.
fn read(stdout: &[u8], keys: &[PublicKey]) -> Result<BTreeMap<ObjectId, Signature>, RemoteError> {
    let mut found = BTreeMap::new();
    for line in stdout.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            continue;
        }
        let unreadable = || RemoteError::Unreadable {
            command: "log",
            line: text::shown(line, &[]),
        };
        let fields = std::str::from_utf8(line).map_err(|_| unreadable())?;
        let fields: Vec<&str> = fields.split('\0').collect();
        let [commit, status, fingerprint, owner] = fields[..] else {
            return Err(unreadable());
        };
        let commit = commit.parse().map_err(|_| unreadable())?;
        found.insert(commit, signature(status, fingerprint, owner, keys));
    }
    Ok(found)
}

/// Returns what a signature is worth. It is good only if git says so, and names a key that it was
/// given, by its number and by its fingerprint.
fn signature(status: &str, fingerprint: &str, owner: &str, keys: &[PublicKey]) -> Signature {
    let number = owner
        .strip_prefix('k')
        .and_then(|number| number.parse().ok());
    let key = number.and_then(|number: usize| keys.get(number));
    match (status, key) {
        ("G", Some(key)) if key.fingerprint() == fingerprint => Signature::Good {
            fingerprint: fingerprint.to_owned(),
        },
        // It holds, but for a key that counts for nobody.
        ("U", _) if !fingerprint.is_empty() => Signature::Stranger {
            fingerprint: fingerprint.to_owned(),
        },
        _ => Signature::Bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKkO9ayoBz6JbpjJ/c6SVBhVyIOJtKWKQfAxDoPqH8WJ";

    #[test]
    fn a_signature_is_good_if_git_names_the_key_that_it_was_given() {
        let key = PublicKey::parse(KEY).unwrap().0;
        let fingerprint = key.fingerprint();
        let keys = [key];
        let told = |status, print, owner| signature(status, print, owner, &keys);
        let good = Signature::Good {
            fingerprint: fingerprint.clone(),
        };
        assert_eq!(told("G", &fingerprint, "k0"), good);
        for (status, print, owner) in [
            ("G", &*fingerprint, "k1"),
            ("G", &*fingerprint, ""),
            ("G", &*fingerprint, "0"),
            ("G", "SHA256:other", "k0"),
            ("G", "", "k0"),
            ("B", &*fingerprint, "k0"),
            ("E", &*fingerprint, "k0"),
            ("N", "", ""),
            ("U", "", ""),
            ("X", &*fingerprint, "k0"),
            ("Y", &*fingerprint, "k0"),
            ("R", &*fingerprint, "k0"),
        ] {
            assert_eq!(
                told(status, print, owner),
                Signature::Bad,
                "{status} {owner}"
            );
        }
        let stranger = told("U", "SHA256:other", "");
        assert!(matches!(stranger, Signature::Stranger { .. }));
    }
}
