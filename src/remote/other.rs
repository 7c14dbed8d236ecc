//! A branch of a remote that is not the store's: where the page is that a forge shows of the repository.

use super::error::RemoteError;
use super::git::Call;
use super::git::Git;
use super::list::parse;
use super::names::ObjectId;
use super::names::RefName;
use super::url::Remote;

impl Git {
    /// Returns the branch that a remote shows first; `None` if it has none yet.
    ///
    /// # Errors
    ///
    /// Fails if the remote cannot be reached.
    pub fn shown_branch(&self, remote: &Remote) -> Result<Option<RefName>, RemoteError> {
        let stdout = self.succeed(Call {
            remote: Some(remote),
            operands: &["HEAD".to_owned()],
            ..Call::new("ls-remote", &["--symref"])
        })?;
        // `ref: refs/heads/main`, a tab, and `HEAD`. A remote that shows a commit has no such line.
        let stdout = String::from_utf8_lossy(&stdout);
        let mut lines = stdout.lines();
        let name = lines.find_map(|line| {
            let name = line.strip_prefix("ref: ")?.strip_suffix("\tHEAD")?;
            name.starts_with("refs/heads/").then(|| name.parse().ok())?
        });
        Ok(name)
    }

    /// Returns where a branch of a remote is now, if it is there.
    ///
    /// # Errors
    ///
    /// Fails if the remote cannot be reached.
    pub fn tip_of(&self, remote: &Remote, name: &RefName) -> Result<Option<ObjectId>, RemoteError> {
        let stdout = self.succeed(Call {
            remote: Some(remote),
            operands: &[name.to_string()],
            ..Call::new("ls-remote", &["--heads"])
        })?;
        // The name may be the end of another.
        Ok(parse("ls-remote", &stdout, '\t')?.remove(name))
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::super::Depth;
    use super::super::testing::Scratch;
    use super::*;

    #[test]
    fn a_branch_of_any_kind_is_found_and_brought_here() {
        let scratch = Scratch::new();
        let (git, remote) = (scratch.git(), scratch.remote());
        let name: RefName = "refs/heads/main".parse().unwrap();
        assert_eq!(git.tip_of(&remote, &name).unwrap(), None);
        let one = scratch.remote_commit(&[], "1");
        scratch.set_remote("x/refs/heads/main", &one);
        assert_eq!(git.tip_of(&remote, &name).unwrap(), None);
        let two = scratch.remote_commit(&[&one], "2");
        scratch.set_remote("main", &two);
        assert_eq!(git.tip_of(&remote, &name).unwrap(), Some(two.clone()));
        for depth in [Depth::Tip, Depth::AsIs, Depth::Full] {
            git.fetch_other(&remote, &name, depth).unwrap();
        }
        assert_eq!(scratch.local_tip("refs/heads/main"), None);
        let history = scratch.plain(&["--git-dir=local.git", "rev-list", two.as_str()]);
        assert_eq!(history.lines().count(), 2);
        let absent = "refs/heads/absent".parse().unwrap();
        assert!(git.fetch_other(&remote, &absent, Depth::AsIs).is_err());
    }

    #[test]
    fn the_branch_that_a_remote_shows_is_known_unless_it_shows_a_commit() {
        let scratch = Scratch::new();
        let (git, remote) = (scratch.git(), scratch.remote());
        let one = scratch.remote_commit(&[], "1");
        scratch.set_remote("trunk", &one);
        let head = |target: &[&str]| {
            scratch.plain(&[&["--git-dir=remote.git"], target].concat());
            git.shown_branch(&remote).unwrap().map(|it| it.to_string())
        };
        let shown = head(&["symbolic-ref", "HEAD", "refs/heads/trunk"]);
        assert_eq!(shown.as_deref(), Some("refs/heads/trunk"));
        assert_eq!(
            head(&["update-ref", "--no-deref", "HEAD", one.as_str()]),
            None
        );
    }
}
