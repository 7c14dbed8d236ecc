//! Bundles: files in which git carries commits where nothing can be pushed.
//!
//! A bundle may come from anybody. Its head is read here, by hand, before git sees any of it: one commit
//! under one name, and nothing that it needs from elsewhere. Then git unpacks it, into a repository of its own,
//! with bounds on what it may take from the machine.

use super::environment;
use super::error::RemoteError;
use super::git::Call;
use super::git::Git;
use super::names::ObjectId;
use super::names::RefName;

/// How many bytes the head of a bundle may have; one of ours has less than 200.
const LONGEST_HEAD: usize = 4096;

/// How much memory git may want in one piece while it unpacks a bundle: an object may claim any size.
const LARGEST_PIECE: &str = "256m";

/// The head of a bundle, and what is behind it.
#[derive(Debug, PartialEq, Eq)]
pub struct Bundle<'a> {
    /// The one commit that it is about.
    pub tip: ObjectId,
    pack: &'a [u8],
}

/// The bytes are not a bundle that is read here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotABundle {
    /// They do not begin like a bundle.
    #[error("it is no git bundle")]
    NoBundle,
    /// The head does not end, or a line of it is none.
    #[error("it is damaged: its head is not one of a git bundle")]
    Head,
    /// It is of a kind that we do not write.
    #[error("it is a bundle of another kind, with {0}")]
    Extension(
        /// What it asks for, escaped.
        String,
    ),
    /// It cannot be read alone.
    #[error("it needs commits that are not in it")]
    Incomplete,
    /// It holds other refs than one.
    #[error("it holds {found}, and what git-pact writes holds {expected} and nothing else")]
    Refs {
        /// What it holds, escaped.
        found: String,
        /// What it should hold.
        expected: String,
    },
}

impl<'a> Bundle<'a> {
    /// How a file begins that is a bundle.
    const SIGNATURES: [&'static [u8]; 2] = [b"# v2 git bundle\n", b"# v3 git bundle\n"];

    /// Says whether a file that begins so is a bundle.
    #[must_use]
    pub fn begins(bytes: &[u8]) -> bool {
        Self::SIGNATURES.iter().any(|it| bytes.starts_with(it))
    }

    /// Reads the head of a bundle of one ref, with all that it needs in it.
    ///
    /// # Errors
    ///
    /// Fails if the bytes are something else.
    pub fn parse(bytes: &'a [u8], expected: &RefName) -> Result<Self, NotABundle> {
        if !Self::begins(bytes) {
            return Err(NotABundle::NoBundle);
        }
        let mut found = Vec::new();
        let mut at = Self::SIGNATURES[0].len();
        loop {
            let rest = &bytes[at..bytes.len().min(LONGEST_HEAD)];
            let end = rest.iter().position(|&byte| byte == b'\n');
            let line = &rest[..end.ok_or(NotABundle::Head)?];
            at += line.len() + 1;
            let shown = || String::from_utf8_lossy(line).escape_debug().to_string();
            match line.first() {
                None => break,
                Some(b'@') if line == b"@object-format=sha1" => {}
                Some(b'@') => return Err(NotABundle::Extension(shown())),
                Some(b'-') => return Err(NotABundle::Incomplete),
                Some(_) => found.push(line),
            }
        }
        let names = |line: &&[u8]| -> Option<(ObjectId, String)> {
            let (id, name) = std::str::from_utf8(line).ok()?.split_once(' ')?;
            Some((id.parse().ok()?, name.to_owned()))
        };
        let refs: Option<Vec<_>> = found.iter().map(names).collect();
        let refs = refs.ok_or(NotABundle::Head)?;
        match refs.as_slice() {
            [(tip, name)] if name == expected.as_str() => Ok(Self {
                tip: tip.clone(),
                pack: &bytes[at..],
            }),
            refs => {
                let names: Vec<String> = refs
                    .iter()
                    .map(|(_, name)| name.escape_debug().to_string())
                    .collect();
                Err(NotABundle::Refs {
                    found: match names.as_slice() {
                        [] => "nothing".to_owned(),
                        names => names.join(", "),
                    },
                    expected: expected.to_string(),
                })
            }
        }
    }
}

impl Git {
    /// Returns the bytes of a bundle of a ref of the repository, with all of its history.
    ///
    /// # Errors
    ///
    /// Fails if git does: if there is no such ref, for one.
    pub fn bundle(&self, name: &RefName) -> Result<Vec<u8>, RemoteError> {
        self.succeed(Call {
            // With several threads the same objects make another pack now and then.
            settings: &[environment::NO_HOOKS, "pack.threads=1"],
            operands: &[name.to_string()],
            ..Call::new("bundle", &["create", "--version=2", "-"])
        })
    }

    /// Takes the objects of a bundle into the repository. No ref moves.
    ///
    /// Whoever wrote it may wish us ill, so the repository should hold nothing else. What the objects are is
    /// for the reader to see: git has made sure that all of them are there, and well formed.
    ///
    /// # Errors
    ///
    /// Fails if it is damaged, incomplete, or asks for too much memory.
    pub fn unbundle(&self, bundle: &Bundle<'_>) -> Result<(), RemoteError> {
        let unpacked = self.succeed(Call {
            settings: &[
                environment::NO_HOOKS,
                "pack.threads=1",
                // What is larger is not held in memory.
                "core.bigFileThreshold=1m",
            ],
            variables: vec![("GIT_ALLOC_LIMIT".to_owned(), LARGEST_PIECE.to_owned())],
            stdin: bundle.pack.to_vec(),
            ..Call::new("index-pack", &["--stdin", "--strict"])
        });
        unpacked.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIP: &str = "1234567890123456789012345678901234567890";

    fn parse(head: &str) -> Result<ObjectId, NotABundle> {
        let name = "refs/git-pact/bundle".parse().unwrap();
        Bundle::parse(head.as_bytes(), &name).map(|bundle| bundle.tip)
    }

    #[test]
    fn a_bundle_of_ours_holds_one_ref_and_needs_nothing() {
        let ours = format!("{TIP} refs/git-pact/bundle\n\nPACK");
        assert_eq!(
            parse(&format!("# v2 git bundle\n{ours}")).unwrap().as_str(),
            TIP
        );
        let v3 = format!("# v3 git bundle\n@object-format=sha1\n{ours}");
        assert_eq!(parse(&v3).unwrap().as_str(), TIP);
        let name = "refs/git-pact/bundle".parse().unwrap();
        let bytes = format!("# v2 git bundle\n{ours}");
        assert_eq!(
            Bundle::parse(bytes.as_bytes(), &name).unwrap().pack,
            b"PACK"
        );
    }

    #[test]
    fn what_is_none_of_ours_is_refused_before_git_sees_it() {
        let refused = |head: &str| parse(head).unwrap_err();
        for text in ["", "PK", "# v4 git bundle\n", "# v2 git bundle"] {
            assert_eq!(refused(text), NotABundle::NoBundle, "{text}");
        }
        let long = format!("# v2 git bundle\n{TIP} {}\n\n", "x".repeat(5000));
        for text in [
            "# v2 git bundle\n",
            "# v2 git bundle\nabc\n\n",
            &long,
            &format!("# v2 git bundle\n{TIP} refs/git-pact/bundle\n"),
        ] {
            assert_eq!(refused(text), NotABundle::Head, "{text}");
        }
        let thin = format!("# v2 git bundle\n-{TIP} base\n{TIP} refs/git-pact/bundle\n\n");
        assert_eq!(refused(&thin), NotABundle::Incomplete);
        let filtered = "# v3 git bundle\n@filter=blob:none\n\n";
        assert!(matches!(refused(filtered), NotABundle::Extension(_)));
        for refs in [
            String::new(),
            format!("{TIP} refs/heads/pact/app/Web\n"),
            format!("{TIP} refs/git-pact/bundle\n{TIP} refs/heads/main\n"),
        ] {
            let other = refused(&format!("# v2 git bundle\n{refs}\n"));
            assert!(matches!(other, NotABundle::Refs { .. }), "{refs}: {other}");
        }
    }
}
