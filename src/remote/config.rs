//! What a repository is configured to, as git reads it: its own settings, the user's, the system's.

use std::path::PathBuf;

use super::error::RemoteError;
use super::git::Call;
use super::git::Git;
use super::text;

impl Git {
    /// Returns a setting, or `None` if it is not made.
    ///
    /// # Errors
    ///
    /// Fails if the configuration cannot be read.
    pub fn setting(&self, key: &'static str) -> Result<Option<String>, RemoteError> {
        self.configured(&["--get"], key)
    }

    /// Says whether a setting is `true`, in any of the words that git takes for it.
    ///
    /// # Errors
    ///
    /// Fails if the configuration cannot be read, or says neither yes nor no.
    pub fn is_set(&self, key: &'static str) -> Result<bool, RemoteError> {
        let value = self.configured(&["--type=bool", "--get"], key)?;
        Ok(value.is_some_and(|value| value == "true"))
    }

    /// Returns the directory of hooks that the repository is told to use in the place of its own; if it is
    /// not absolute, it is meant from where git runs hooks.
    ///
    /// # Errors
    ///
    /// Fails if the configuration cannot be read.
    pub fn hooks_path(&self) -> Result<Option<PathBuf>, RemoteError> {
        let path = self.configured(&["--type=path", "--get"], "core.hooksPath")?;
        Ok(path.map(PathBuf::from))
    }

    fn configured(
        &self,
        options: &[&'static str],
        key: &'static str,
    ) -> Result<Option<String>, RemoteError> {
        let said = self.call(Call {
            // What keeps hooks from running would be read as the setting.
            settings: &[],
            operands: &[key.to_owned()],
            ..Call::new("config", options)
        })?;
        match said.status.and_then(|status| status.code()) {
            Some(0) => {
                let value = String::from_utf8(said.stdout);
                let value = value.map_err(|error| RemoteError::Unreadable {
                    command: "config",
                    line: text::shown(error.as_bytes(), &[]),
                })?;
                Ok(Some(value.trim_end_matches('\n').to_owned()))
            }
            // There is no such setting.
            Some(1) => Ok(None),
            _ => Err(self.failure(&said, None)),
        }
    }
}
