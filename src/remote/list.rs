//! Which branches a remote has, in one round trip.

use std::collections::BTreeMap;

use super::error::RemoteError;
use super::git::Call;
use super::git::Git;
use super::names::ObjectId;
use super::names::RefName;
use super::text;
use super::url::Remote;

/// The branch that must not exist: with it there can be none below it.
const ROOT: &str = "refs/heads/pact";

impl Git {
    /// Returns git-pact's branches of the remote (`refs/heads/pact/…`) with their tips, and
    /// `refs/heads/pact` itself if somebody has made such a branch: a clash to report.
    ///
    /// # Errors
    ///
    /// Fails if the remote cannot be reached, and on any line that is not an id and a name.
    pub fn list(&self, remote: &Remote) -> Result<BTreeMap<RefName, ObjectId>, RemoteError> {
        let patterns = [ROOT.to_owned(), format!("{ROOT}/*")];
        // `--heads` is called `--branches` since 2.46; the old name is understood by both. It lets
        // the server leave out its tags and pull requests.
        let stdout = self.succeed(Call {
            remote: Some(remote),
            operands: &patterns,
            ..Call::new("ls-remote", &["--heads"])
        })?;
        let mut tips = parse("ls-remote", &stdout, '\t')?;
        // A pattern matches the end of a name: `refs/heads/x/refs/heads/pact` as well.
        tips.retain(|name, _| {
            let rest = name.as_str().strip_prefix(ROOT);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        Ok(tips)
    }

    /// Returns the refs of the local repository that are, or are below, one of those named.
    pub(super) fn local_tips(
        &self,
        patterns: &[String],
    ) -> Result<BTreeMap<RefName, ObjectId>, RemoteError> {
        let stdout = self.succeed(Call {
            operands: patterns,
            ..Call::new("for-each-ref", &["--format=%(objectname) %(refname)", "--"])
        })?;
        parse("for-each-ref", &stdout, ' ')
    }
}

/// Reads lines of an id and a name.
pub(super) fn parse(
    command: &'static str,
    stdout: &[u8],
    separator: char,
) -> Result<BTreeMap<RefName, ObjectId>, RemoteError> {
    let unreadable = |line: &[u8]| RemoteError::Unreadable {
        command,
        line: text::shown(line, &[]),
    };
    let one = |line: &[u8]| {
        let (id, name) = std::str::from_utf8(line).ok()?.split_once(separator)?;
        Some((name.parse().ok()?, id.parse().ok()?))
    };
    let lines = stdout.split_inclusive(|byte| *byte == b'\n');
    lines
        .map(|line| {
            let whole = line.strip_suffix(b"\n").ok_or_else(|| unreadable(line))?;
            one(whole).ok_or_else(|| unreadable(line))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scratch;
    use super::*;

    #[test]
    fn lines_are_read_strictly() {
        let id = "a".repeat(40);
        let good = format!("{id}\trefs/heads/pact/a\n");
        assert_eq!(parse("ls-remote", good.as_bytes(), '\t').unwrap().len(), 1);
        assert!(parse("ls-remote", b"", '\t').unwrap().is_empty());
        for bad in [
            format!("{id}\trefs/heads/pact/a"),
            format!("{id} refs/heads/pact/a\n"),
            format!("{id}\tpact/a\n"),
            "abc\trefs/heads/pact/a\n".to_owned(),
            "warning\n".to_owned(),
            "\n".to_owned(),
        ] {
            assert!(parse("ls-remote", bad.as_bytes(), '\t').is_err(), "{bad:?}");
        }
    }

    #[test]
    fn only_our_branches_are_listed() {
        let scratch = Scratch::new();
        let tip = scratch.remote_grows("pact/app/shop", 2);
        scratch.remote_grows("main", 1);
        scratch.remote_grows("x/refs/heads/pact/y", 1);
        let tips = scratch.git().list(&scratch.remote()).unwrap();
        let shop: RefName = "refs/heads/pact/app/shop".parse().unwrap();
        assert_eq!(tips, BTreeMap::from([(shop, tip)]));
    }

    #[test]
    fn a_branch_named_pact_is_listed_as_the_clash_it_is() {
        let scratch = Scratch::new();
        scratch.remote_grows("pact", 1);
        let tips = scratch.git().list(&scratch.remote()).unwrap();
        let names: Vec<_> = tips.keys().map(RefName::as_str).collect();
        assert_eq!(names, [ROOT]);
    }

    #[test]
    fn an_empty_remote_has_none() {
        let scratch = Scratch::new();
        assert!(scratch.git().list(&scratch.remote()).unwrap().is_empty());
    }
}
