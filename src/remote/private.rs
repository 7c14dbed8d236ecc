//! Refs of a remote that are no branches: what programs remember there about the store.

use std::collections::BTreeMap;

use super::error::RemoteError;
use super::git::Call;
use super::git::Git;
use super::list::parse;
use super::names::ObjectId;
use super::names::RefName;
use super::url::Remote;

impl Git {
    /// Returns where refs of any kind are on a remote, by their full names: the one that is named, or with a
    /// name that ends in a slash all below it.
    ///
    /// # Errors
    ///
    /// Fails if the remote cannot be reached.
    pub fn refs_of(
        &self,
        remote: &Remote,
        name: &str,
    ) -> Result<BTreeMap<RefName, ObjectId>, RemoteError> {
        let is_folder = name.ends_with('/');
        let pattern = if is_folder {
            format!("{name}*")
        } else {
            name.to_owned()
        };
        let stdout = self.succeed(Call {
            remote: Some(remote),
            operands: &[pattern],
            ..Call::new("ls-remote", &["--refs"])
        })?;
        let mut tips = parse("ls-remote", &stdout, '\t')?;
        // A pattern matches the end of a name as well.
        tips.retain(|it, _| it.as_str() == name || (is_folder && it.as_str().starts_with(name)));
        Ok(tips)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::super::testing::Scratch;

    #[test]
    fn refs_that_are_no_branches_are_found_by_name_and_by_folder() {
        let scratch = Scratch::new();
        let (git, remote) = (scratch.git(), scratch.remote());
        let commit = scratch.remote_commit(&[], "1");
        for name in ["a", "b", "x/refs/git-pact/cursors/a"] {
            let name = format!("refs/git-pact/cursors/{name}");
            scratch.plain(&["--git-dir=remote.git", "update-ref", &name, commit.as_str()]);
        }
        scratch.set_remote("x/refs/git-pact/cursors/a", &commit);
        let found = |name: &str| -> Vec<_> {
            let tips = git.refs_of(&remote, name).unwrap();
            assert!(tips.values().all(|at| *at == commit));
            tips.into_keys().map(|name| name.to_string()).collect()
        };
        let one = "refs/git-pact/cursors/a";
        assert_eq!(found(one), [one]);
        assert_eq!(found("refs/git-pact/cursors/").len(), 3);
        assert_eq!(found("refs/git-pact/cursor"), [""; 0]);
    }
}
