//! Sends commits to a remote: all refs or none, never by force, and no local branch moves.

use super::environment;
use super::error::RemoteError;
use super::git::Call;
use super::git::Git;
use super::names::RefName;
use super::names::Update;
use super::outcome::PushOutcome;
use super::outcome::verdict;
use super::url::Remote;

impl Git {
    /// Pushes each new commit to its ref in one push, and tells what came of it.
    ///
    /// The remote takes a commit only if it descends from what the remote has, and checks that
    /// nobody has been faster: this is the compare-and-swap, and `old` is not sent. (A lease would
    /// drop history: it forces.) Hooks of the local repository do not run.
    ///
    /// # Errors
    ///
    /// Fails only if `git` cannot be run. That the remote cannot be reached, or that the time was
    /// up, are outcomes: the second is [`PushOutcome::Ambiguous`].
    pub fn push(&self, remote: &Remote, updates: &[Update]) -> Result<PushOutcome, RemoteError> {
        if updates.is_empty() {
            return Ok(PushOutcome::Landed);
        }
        let refspecs: Vec<_> = updates
            .iter()
            .map(|update| format!("{}:{}", update.new, update.name))
            .collect();
        let mut options = vec![
            "--porcelain",
            "--no-verify",
            "--no-signed",
            "--no-follow-tags",
            "--recurse-submodules=no",
        ];
        // One ref is atomic on its own, and not every server knows how to say it of several.
        if updates.len() > 1 {
            options.push("--atomic");
        }
        options.extend(self.progress_option());
        let said = self.call(Call {
            settings: &[
                environment::NO_HOOKS,
                "core.fsync=committed,loose-object,reference",
            ],
            remote: Some(remote),
            operands: &refspecs,
            ..Call::new("push", &options)
        })?;
        let refs: Vec<RefName> = updates.iter().map(|update| update.name.clone()).collect();
        let stdout = String::from_utf8_lossy(&said.stdout);
        let outcome = verdict(&refs, &stdout, &said.stderr);
        Ok(match (said.status, outcome) {
            // Stopped in the middle: what was said so far does not tell how it ended.
            (None, PushOutcome::Unreachable { said, .. }) => PushOutcome::Ambiguous { said },
            (_, outcome) => outcome,
        })
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
