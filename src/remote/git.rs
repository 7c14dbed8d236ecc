//! One `git` program at work on one repository.

use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Duration;

use super::environment;
use super::environment::Wishes;
use super::error::RemoteError;
use super::error::Trouble;
use super::process;
use super::process::Run;
use super::progress::Progress;
use super::progress::Work;
use super::text;
use super::url::Remote;
use super::url::UrlKind;
use super::version::GitVersion;
use super::version::MINIMUM;

/// Starts `git` for one local repository.
///
/// Nothing is asked, nothing is shown and no time is too long unless the builder methods say so.
pub struct Git {
    directory: PathBuf,
    environment: Vec<(OsString, OsString)>,
    prompts: bool,
    progress: Progress,
    limit: Option<Duration>,
    /// The version, once it was found to be new enough.
    version: OnceLock<GitVersion>,
}

/// What a command said, fit to be shown.
pub(super) struct Said {
    pub(super) command: &'static str,
    /// The status, or `None` if the command was stopped because its time was up.
    pub(super) status: Option<ExitStatus>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}

/// One `git` command.
pub(super) struct Call<'a> {
    /// The command, e.g. `fetch`.
    pub(super) command: &'static str,
    /// Settings for this command alone, `key=value`. Like options they are written down in this
    /// program: nothing that came from outside lives as long.
    pub(super) settings: &'a [&'static str],
    /// One more setting, whose value is a file of ours.
    pub(super) with_file: Option<(&'static str, &'a Path)>,
    /// Options.
    pub(super) options: &'a [&'static str],
    /// The remote, which comes after `--`.
    pub(super) remote: Option<&'a Remote>,
    /// What comes after the remote: names that were parsed.
    pub(super) operands: &'a [String],
    /// Variables for this command alone, in the place of others of the same name.
    pub(super) variables: Vec<(String, String)>,
    pub(super) stdin: Vec<u8>,
}

impl<'a> Call<'a> {
    /// Returns a command without anything to it.
    pub(super) fn new(command: &'static str, options: &'a [&'static str]) -> Self {
        Self {
            command,
            settings: &[environment::NO_HOOKS],
            with_file: None,
            options,
            remote: None,
            operands: &[],
            variables: Vec::new(),
            stdin: Vec::new(),
        }
    }
}

impl Git {
    /// Returns the `git` for the repository whose git directory is given: the common one, where
    /// there are several work trees. `environment` is that of our own process, taken at the edge.
    #[must_use]
    pub fn new(git_dir: impl Into<PathBuf>, environment: Vec<(OsString, OsString)>) -> Self {
        Self {
            directory: git_dir.into(),
            environment,
            prompts: false,
            progress: Progress::default(),
            limit: None,
            version: OnceLock::new(),
        }
    }

    /// Lets git and ssh ask for passwords, because somebody sits at a terminal.
    #[must_use]
    pub fn with_prompts(self) -> Self {
        Self {
            prompts: true,
            ..self
        }
    }

    /// Reports there how far git has come while it talks to a remote.
    #[must_use]
    pub fn with_progress(self, progress: Progress) -> Self {
        Self { progress, ..self }
    }

    /// Stops every command that takes longer. Not to be combined with prompts: a command with a
    /// limit is in a process group of its own, which cannot read from the terminal.
    #[must_use]
    pub fn with_time_limit(self, limit: Duration) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    /// Returns the git directory of the local repository.
    #[must_use]
    pub fn git_dir(&self) -> &Path {
        &self.directory
    }

    /// Says whether somebody can be asked for a passphrase.
    pub(super) fn asks(&self) -> bool {
        self.prompts
    }

    /// Returns how long a command may take.
    pub(super) fn limit(&self) -> Option<Duration> {
        self.limit
    }

    /// Returns the option with which a command reports its progress, or nothing.
    pub(super) fn progress_option(&self) -> &'static [&'static str] {
        if self.progress.is_heard() {
            &["--progress"]
        } else {
            &["--no-progress"]
        }
    }

    /// Returns what a command is about to do for people, if it is heard.
    fn work(&self, call: &Call<'_>) -> Option<Arc<Work>> {
        let remote = call.remote.filter(|_| self.progress.is_heard())?;
        let branches = |count: usize| match count {
            1 => "1 branch".to_owned(),
            count => format!("{count} branches"),
        };
        let title = match call.command {
            "fetch" => {
                let refspecs = call.stdin.split_inclusive(|byte| *byte == b'\n').count();
                format!("fetching {} from {remote}", branches(refspecs))
            }
            "push" => format!("pushing {} to {remote}", branches(call.operands.len())),
            _ => format!("asking {remote}"),
        };
        Some(Arc::new(self.progress.begin(title)))
    }

    /// Runs a command to its end, whatever that is.
    pub(super) fn call(&self, call: Call<'_>) -> Result<Said, RemoteError> {
        self.version()?;
        self.start(call)
    }

    /// Runs a command that has to succeed, and returns its standard output.
    pub(super) fn succeed(&self, call: Call<'_>) -> Result<Vec<u8>, RemoteError> {
        let remote = call.remote;
        let said = self.call(call)?;
        if said.succeeded() {
            Ok(said.stdout)
        } else {
            Err(self.failure(&said, remote))
        }
    }

    /// Returns the error that a failed command stands for.
    pub(super) fn failure(&self, said: &Said, remote: Option<&Remote>) -> RemoteError {
        let Some(status) = said.status else {
            return RemoteError::TimedOut {
                command: said.command,
                limit: self.limit.unwrap_or_default(),
            };
        };
        match (remote, Trouble::of(text::said_by_git(&said.stderr))) {
            (Some(remote), Some(trouble)) => RemoteError::Unreachable {
                remote: remote.to_string(),
                trouble,
                said: said.stderr.clone(),
            },
            _ => RemoteError::Failed {
                command: said.command,
                status: status.to_string(),
                said: said.stderr.clone(),
            },
        }
    }

    /// Returns the version of git; looks once whether it is there and new enough.
    pub(super) fn version(&self) -> Result<GitVersion, RemoteError> {
        if let Some(version) = self.version.get() {
            return Ok(*version);
        }
        let said = self.start(Call::new("version", &[]))?;
        let text = String::from_utf8_lossy(&said.stdout);
        match GitVersion::parse(&text) {
            // Two threads may both have looked; both found the same.
            Some(version) if version >= MINIMUM => Ok(*self.version.get_or_init(|| version)),
            Some(version) => Err(RemoteError::GitTooOld {
                found: version.to_string(),
            }),
            None => Err(RemoteError::Unreadable {
                command: "version",
                line: text::shown(&said.stdout, &[]),
            }),
        }
    }

    /// Puts the command line and the environment together and runs the command.
    fn start(&self, call: Call<'_>) -> Result<Said, RemoteError> {
        let failed = |source| RemoteError::Process {
            command: call.command,
            source,
        };
        let ssh_command = self.configured_ssh_command(&call)?;
        let http = match call.remote {
            Some(Remote::Url(url)) => url.credentials().map(|secret| (url.address(), secret)),
            _ => None,
        };
        let environment = environment::child_environment(
            &self.environment,
            &Wishes {
                prompts: self.prompts,
                ssh_command: ssh_command.as_deref(),
                http,
            },
        );
        let environment = environment::with(environment, &call.variables);
        let work = self.work(&call);
        let finished = process::run(Run {
            program: "git".as_ref(),
            arguments: &self.arguments(&call).map_err(failed)?,
            environment: &environment,
            stdin: call.stdin,
            limit: self.limit,
            work,
        });
        let finished = finished.map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => RemoteError::GitMissing { source },
            _ => failed(source),
        })?;
        let secrets = http.map(|(_, secret)| secret.secrets()).unwrap_or_default();
        Ok(Said {
            command: call.command,
            status: finished.status,
            stdout: finished.stdout,
            stderr: text::shown(&finished.stderr, &secrets),
        })
    }

    /// Returns the arguments. Whatever came from outside stands after `--`.
    fn arguments(&self, call: &Call<'_>) -> std::io::Result<Vec<OsString>> {
        let mut arguments: Vec<OsString> = Vec::new();
        let mut git_dir = OsString::from("--git-dir=");
        git_dir.push(&self.directory);
        arguments.push(git_dir);
        let no_upkeep = match call.command {
            "maintenance" => &[],
            _ => environment::NO_UPKEEP,
        };
        let settings = environment::OPTIONS.iter().chain(no_upkeep);
        for setting in settings.chain(call.settings) {
            arguments.extend(["-c".into(), setting.into()]);
        }
        if let Some((key, file)) = call.with_file {
            let mut setting = OsString::from(key);
            setting.push("=");
            setting.push(file);
            arguments.extend(["-c".into(), setting]);
        }
        arguments.push(call.command.into());
        arguments.extend(call.options.iter().map(OsString::from));
        if let Some(remote) = call.remote {
            arguments.push("--".into());
            arguments.push(match remote {
                Remote::Named(name) => name.as_str().into(),
                Remote::Url(url) => match url.path() {
                    Some(path) => std::path::absolute(path)?.into(),
                    None => url.address().into(),
                },
            });
        }
        arguments.extend(call.operands.iter().map(OsString::from));
        Ok(arguments)
    }

    /// Returns the configured `core.sshCommand` if ssh may be used and must not ask: batch mode is
    /// added to it rather than put in its place, since it often names the key.
    fn configured_ssh_command(&self, call: &Call<'_>) -> Result<Option<OsString>, RemoteError> {
        let local =
            |remote: &Remote| matches!(remote, Remote::Url(url) if url.kind() == UrlKind::Local);
        if self.prompts || call.remote.is_none_or(local) {
            return Ok(None);
        }
        let said = self.start(Call::new("config", &["--get", "core.sshCommand"]))?;
        let text = String::from_utf8_lossy(&said.stdout);
        let command = text.trim_end_matches('\n');
        Ok((!command.is_empty()).then(|| command.into()))
    }
}

impl Said {
    /// Tells whether the command ended with status 0.
    pub(super) fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// Tells whether the command died because a program that it had started did not read all that it was told.
    #[cfg(unix)]
    pub(super) fn died_of_a_closed_pipe(&self) -> bool {
        use std::os::unix::process::ExitStatusExt;

        let signal = self.status.and_then(|status| status.signal());
        signal == Some(rustix::process::Signal::PIPE.as_raw())
    }

    /// Nowhere else does anything die of that.
    #[cfg(not(unix))]
    pub(super) fn died_of_a_closed_pipe(&self) -> bool {
        false
    }
}
