//! The hooks that git calls in a repository: small scripts, each of which only calls `git pact hook`.
//!
//! Nothing that somebody else put there is replaced, and nobody ever finds half a hook.

use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use super::Context;
use super::site::ceilings;
use super::site::git;
use crate::remote::RemoteError;
use crate::store::StoreError;
use crate::store::git::Place;

/// What only a hook of ours has in it.
const MARK: &str = "git pact hooks install";

/// The line of the script that says whom to believe who pushes.
const BELIEVES: &str = "identity_from=''";

/// The line of the script that says whether the requests of webhooks are made.
const FIRES: &str = "fires_webhooks=''";

/// A hook of git.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hook {
    /// Before a push is let in, where everybody pushes to.
    PreReceive,
    /// After it was.
    PostReceive,
    /// Before a push, where somebody works.
    PrePush,
}

impl Hook {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::PreReceive, Self::PostReceive, Self::PrePush];

    /// Returns the name that git calls it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PreReceive => "pre-receive",
            Self::PostReceive => "post-receive",
            Self::PrePush => "pre-push",
        }
    }

    /// Returns the script.
    fn script(self, choices: &Choices) -> String {
        let script = match self {
            Self::PreReceive => include_str!("../../hooks/pre-receive"),
            Self::PostReceive => include_str!("../../hooks/post-receive"),
            Self::PrePush => include_str!("../../hooks/pre-push"),
        };
        let mut script = script.to_owned();
        if let Some(Variable(name)) = &choices.identity_from {
            script = script.replace(BELIEVES, &format!("identity_from='{name}'"));
        }
        if choices.fires_webhooks {
            script = script.replace(FIRES, "fires_webhooks='yes'");
        }
        script
    }
}

/// What hooks are told when they are installed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The variable that says who pushes, for pre-receive.
    pub identity_from: Option<Variable>,
    /// Whether post-receive makes the requests of webhooks.
    pub fires_webhooks: bool,
}

/// The name of a variable of the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable(String);

/// The text given is no name of a variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not the name of a variable: letters, digits and _ make one")]
pub struct InvalidVariable {
    /// The text.
    pub text: String,
}

impl std::str::FromStr for Variable {
    type Err = InvalidVariable;

    fn from_str(text: &str) -> Result<Self, InvalidVariable> {
        let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_plain && text.starts_with(|c: char| !c.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            let text = text.to_owned();
            Err(InvalidVariable { text })
        }
    }
}

/// Where the hooks of a repository are.
#[derive(Clone, Debug)]
pub struct Home {
    /// The directory.
    pub directory: PathBuf,
    /// Whether it is a repository that people push to rather than work in.
    pub is_bare: bool,
}

/// What is there under the name of a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// Our hook, as this program writes it.
    Ours,
    /// Our hook, with other options or of another version.
    OursChanged,
    /// Somebody else's.
    Foreign,
}

/// A hook of a repository.
#[derive(Clone, Debug)]
pub struct Installed {
    /// Which one.
    pub hook: Hook,
    /// Where it is, or would be.
    pub path: PathBuf,
    /// What was there.
    pub before: Found,
}

/// The hooks of a repository could not be changed; then none of them was, unless the disk failed.
#[derive(Debug, thiserror::Error)]
pub enum HooksError {
    /// There is no repository, or it cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its configuration cannot be read.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// Somebody else's hook is there.
    #[error("{} is there already, and not of git-pact", path.display())]
    Taken {
        /// Which one.
        hook: Hook,
        /// Where.
        path: PathBuf,
    },
    /// The disk failed.
    #[error("cannot write {}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Home {
    /// Finds the hooks of the repository at a path, or around the working directory.
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub fn find(repository: Option<&Path>, context: &Context) -> Result<Self, HooksError> {
        let here = &context.working_directory;
        let place = match repository {
            Some(path) => Place::at(&here.join(path))?,
            None => Place::around(here, &ceilings(&context.environment))?,
        };
        let git = git(place.common_dir(), context);
        // git runs hooks at the top of the work tree, or in the repository if it is bare.
        let runs_in = place.work_tree().unwrap_or_else(|| place.git_dir());
        Ok(Self {
            is_bare: place.work_tree().is_none(),
            directory: match git.hooks_path()? {
                Some(path) => runs_in.join(path),
                None => place.common_dir().join("hooks"),
            },
        })
    }

    /// Returns the hooks that belong into such a repository.
    #[must_use]
    pub fn usual(&self) -> &'static [Hook] {
        if self.is_bare {
            &[Hook::PreReceive, Hook::PostReceive]
        } else {
            &[Hook::PrePush]
        }
    }

    /// Returns what is there of some hooks.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be read.
    pub fn look(&self, hooks: &[Hook], choices: &Choices) -> Result<Vec<Installed>, HooksError> {
        let look = |hook: &Hook| {
            let path = self.directory.join(hook.name());
            let before = match fs::read(&path) {
                Ok(bytes) if bytes == hook.script(choices).as_bytes() => Found::Ours,
                Ok(bytes) if String::from_utf8_lossy(&bytes).contains(MARK) => Found::OursChanged,
                Ok(_) => Found::Foreign,
                Err(error) if error.kind() == io::ErrorKind::NotFound => Found::Nothing,
                Err(source) => return Err(HooksError::Disk { path, source }),
            };
            Ok(Installed {
                hook: *hook,
                path,
                before,
            })
        };
        hooks.iter().map(look).collect()
    }

    /// Writes hooks and returns what was there before; those that are there are left.
    ///
    /// # Errors
    ///
    /// Fails if somebody else's hook is there, or the directory cannot be written.
    pub fn install(&self, hooks: &[Hook], choices: &Choices) -> Result<Vec<Installed>, HooksError> {
        let found = self.look(hooks, choices)?;
        ours(&found)?;
        for it in found.iter().filter(|it| it.before != Found::Ours) {
            write(&self.directory, &it.path, &it.hook.script(choices)).map_err(|source| {
                let path = it.path.clone();
                HooksError::Disk { path, source }
            })?;
        }
        Ok(found)
    }

    /// Removes hooks and returns what was there.
    ///
    /// # Errors
    ///
    /// Fails if somebody else's hook is there, or the directory cannot be written.
    pub fn remove(&self, hooks: &[Hook]) -> Result<Vec<Installed>, HooksError> {
        let found = self.look(hooks, &Choices::default())?;
        ours(&found)?;
        for it in found.iter().filter(|it| it.before != Found::Nothing) {
            fs::remove_file(&it.path).map_err(|source| {
                let path = it.path.clone();
                HooksError::Disk { path, source }
            })?;
        }
        Ok(found)
    }
}

/// Fails if one of the hooks is somebody else's.
fn ours(found: &[Installed]) -> Result<(), HooksError> {
    match found.iter().find(|it| it.before == Found::Foreign) {
        Some(it) => Err(HooksError::Taken {
            hook: it.hook,
            path: it.path.clone(),
        }),
        None => Ok(()),
    }
}

/// Writes a script under a name of its own, and gives it its name when it is whole.
fn write(directory: &Path, path: &Path, script: &str) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let mut file = tempfile::Builder::new()
        .prefix(".git-pact-")
        .tempfile_in(directory)?;
    file.write_all(script.as_bytes())?;
    allow_to_run(file.path())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(unix)]
fn allow_to_run(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn allow_to_run(_: &Path) -> io::Result<()> {
    Ok(())
}
