//! The outside world, read once: the only place that knows the clock and the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use super::BrokerArguments;
use super::StoreArguments;
use super::ci;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::ui::progress;
use crate::app::Context;
use crate::app::site::Locator;
use crate::app::site::Site;
use crate::app::site::SiteError;
use crate::domain::deceptive::visible_on_one_line;
use crate::domain::time::Timestamp;
use crate::remote::Credentials;
use crate::remote::Progress;
use crate::store::Actor;
use crate::store::git::RecentObjects;

/// The variables that open a store, and those of a broker that do so without them: user name,
/// password, token.
pub(super) const CREDENTIALS: [(&str, &str); 3] = [
    ("GIT_PACT_USERNAME", "PACT_BROKER_USERNAME"),
    ("GIT_PACT_PASSWORD", "PACT_BROKER_PASSWORD"),
    ("GIT_PACT_TOKEN", "PACT_BROKER_TOKEN"),
];

/// How long `git` may be busy with a remote when nobody is there to end it. A server that has gone
/// silent is given up much sooner over HTTP and ssh.
const TIME_LIMIT: Duration = Duration::from_secs(600);

/// Reads a time such as `30s` or `5m`; `0` is no limit.
fn time_limit(text: &str) -> Result<Option<Duration>, Failure> {
    if text.trim() == "0" {
        return Ok(None);
    }
    let time = text.trim().parse::<jiff::SignedDuration>().ok();
    let time = time.and_then(|time| Duration::try_from(time).ok());
    match time.filter(|time| !time.is_zero()) {
        Some(time) => Ok(Some(time)),
        None => Err(Failure::usage(format!(
            "GIT_PACT_TIME_LIMIT: `{text}` is no time such as 30s or 5m, nor 0 for no limit"
        ))),
    }
}

/// Who called, as far as it has to be known to read a command line: no clock, no directory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    /// The program that was called.
    pub(super) face: Face,
    /// Whether output may be coloured.
    pub(super) colour: bool,
    /// Whether an option that nobody knows is an error even on the broker's face.
    pub(super) is_strict: bool,
}

impl Caller {
    /// Looks at what is standard output, and at three variables.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the edge: the environment is read here"
    )]
    pub(super) fn look(face: Face) -> Self {
        let said = |name| {
            let value = std::env::var(name).ok();
            value.filter(|value| !value.is_empty())
        };
        let is_forced = said("CLICOLOR_FORCE").is_some_and(|force| force != "0");
        let is_coloured = is_forced || std::io::stdout().is_terminal();
        let is_strict = said("PACT_BROKER_ERROR_ON_UNKNOWN_OPTION");
        Self {
            face,
            colour: is_coloured && said("NO_COLOR").is_none(),
            is_strict: is_strict.is_some_and(|value| value == "true"),
        }
    }
}

/// What a command can know of the world that it runs in.
#[derive(Clone, Debug)]
pub(super) struct Outside {
    /// Who called.
    pub(super) caller: Caller,
    /// The program that was called, again: every command asks for it.
    pub(super) face: Face,
    /// The time.
    pub(super) now: Timestamp,
    /// The environment, as far as it is text.
    pub(super) environment: ci::Environment,
    /// The environment as it is.
    pub(super) raw_environment: Vec<(OsString, OsString)>,
    /// Where the command runs.
    pub(super) working_directory: PathBuf,
    /// Whether somebody sits at a terminal.
    pub(super) interactive: bool,
    /// Whether data goes to a program or a file.
    pub(super) piped: bool,
    /// How long `git` may be busy with a remote in one go.
    pub(super) time_limit: Option<Duration>,
    /// Where work that may take long says how far it has come.
    pub(super) progress: Progress,
    /// Differs between processes.
    pub(super) seed: u64,
}

impl Outside {
    /// Looks at the world.
    ///
    /// `GIT_PACT_NOW` stands in for the clock, so that a run can be repeated.
    ///
    /// # Errors
    ///
    /// Fails if there is no working directory, or `GIT_PACT_NOW` is not a time.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the edge: the clock and the environment are read here"
    )]
    pub(super) fn look(caller: Caller) -> Result<Self, Failure> {
        let raw_environment: Vec<_> = std::env::vars_os().collect();
        let text = raw_environment.iter().filter_map(|(key, value)| {
            Some((key.to_str()?.to_owned(), value.to_str()?.to_owned()))
        });
        let environment: BTreeMap<String, String> = text.collect();
        let now = match environment.get("GIT_PACT_NOW") {
            Some(text) => text
                .clone()
                .try_into()
                .map_err(|error| Failure::usage(format!("GIT_PACT_NOW: {error}")))?,
            None => now(),
        };
        let working_directory = std::env::current_dir()
            .map_err(|error| Failure::usage(format!("no working directory: {error}")))?;
        let is_terminal = std::io::stdout().is_terminal();
        let has_cursor = std::io::stderr().is_terminal()
            && environment.get("TERM").is_none_or(|term| term != "dumb");
        let interactive = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let time_limit = match environment.get("GIT_PACT_TIME_LIMIT") {
            Some(text) if !text.trim().is_empty() => time_limit(text)?,
            // Whoever sits there sees how far it has come, and can end it.
            _ => (!interactive).then_some(TIME_LIMIT),
        };
        let nanoseconds = jiff::Timestamp::now().subsec_nanosecond();
        Ok(Self {
            caller,
            face: caller.face,
            now,
            piped: !is_terminal,
            progress: if has_cursor {
                progress::bar()
            } else {
                progress::lines()
            },
            interactive,
            time_limit,
            seed: u64::from(std::process::id()) << 32 | u64::from(nanoseconds.unsigned_abs()),
            environment,
            raw_environment,
            working_directory,
        })
    }

    /// Returns the world as it is for what must not keep anybody waiting: nobody is asked, and each use
    /// of the network ends after a time.
    #[must_use]
    pub(super) fn in_a_hurry(&self, patience: Duration) -> Self {
        Self {
            interactive: false,
            time_limit: Some(
                self.time_limit
                    .map_or(patience, |limit| limit.min(patience)),
            ),
            ..self.clone()
        }
    }

    /// Returns the world as it is for a command that answers a program: if the answer does not go to
    /// a terminal, nothing is said of progress.
    #[must_use]
    pub(super) fn for_programs(&self) -> Self {
        let mut outside = self.clone();
        if self.piped {
            outside.progress = Progress::default();
        }
        outside
    }

    /// Returns a variable that is set to something.
    #[must_use]
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        let value = self.environment.get(name).map(String::as_str);
        value.filter(|value| !value.trim().is_empty())
    }

    /// Returns a path that a variable is set to, be it text or not.
    #[must_use]
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        let mut variables = self.raw_environment.iter();
        let (_, value) = variables.find(|(key, _)| key == name)?;
        (!value.is_empty()).then(|| PathBuf::from(value))
    }

    /// Returns what git says of a push on standard input, all of it.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read.
    #[expect(clippy::unused_self, reason = "the outside world is asked here alone")]
    pub(super) fn input(&self) -> Result<Vec<u8>, Failure> {
        let mut input = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut input);
        read.map_err(|error| {
            Failure::new(Exit::Failed, "cannot read standard input").because(&error)
        })?;
        Ok(input)
    }

    /// Returns what use cases need to know.
    #[must_use]
    pub(super) fn context(&self, arguments: &StoreArguments) -> Context {
        let cache = self.variable("XDG_CACHE_HOME").map(PathBuf::from);
        let cache = cache.or_else(|| self.variable("LOCALAPPDATA").map(PathBuf::from));
        let home = || {
            self.variable("HOME")
                .map(|home| PathBuf::from(home).join(".cache"))
        };
        let cache = cache.or_else(home).map(|cache| cache.join("git-pact"));
        let cache_directory = self.variable("GIT_PACT_CACHE").map(PathBuf::from).or(cache);
        let mut environment = self.raw_environment.clone();
        let broker = &arguments.broker;
        if let Some(certificate) = &broker.ssl_certificate {
            environment.push(("GIT_SSL_CAINFO".into(), certificate.into()));
        }
        if broker.skip_ssl_verification {
            environment.push(("GIT_SSL_NO_VERIFY".into(), "true".into()));
        }
        let actor = ci::actor(&self.environment).map(|(name, email)| Actor { name, email });
        Context {
            now: self.now,
            actor,
            rules: arguments.rules.map(Into::into),
            sign: self.signs(arguments),
            offline: arguments.offline,
            bundle: arguments.bundle.clone(),
            interactive: self.interactive,
            progress: self.progress.clone(),
            time_limit: self.time_limit,
            objects: RecentObjects::default(),
            cache_directory,
            working_directory: self.working_directory.clone(),
            environment,
            seed: self.seed,
        }
    }

    /// Says whether what is recorded is to be signed: as the command line says, else the environment.
    fn signs(&self, arguments: &StoreArguments) -> bool {
        let by_environment = self.variable("GIT_PACT_SIGN");
        let by_environment = by_environment.is_some_and(|it| !["", "0", "false"].contains(&it));
        // Whoever records what is in a bundle signs it.
        arguments.bundle.is_none() && (arguments.sign || (by_environment && !arguments.no_sign))
    }

    /// Opens the store that the command line, the environment or the working directory names.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or none that can be read.
    pub(super) fn open(&self, arguments: &StoreArguments) -> Result<(Site, Context), Failure> {
        let context = self.context(arguments);
        let credentials = self.credentials(arguments);
        let site = Site::open(&self.locator(arguments), credentials, &context);
        let site = site.map_err(|error| match (error, self.face) {
            (error @ SiteError::Nowhere, Face::PactBroker) => {
                Failure::usage("No value provided for required options '--broker-base-url'")
                    .hint(error.to_string())
            }
            (error, _) => error.into(),
        })?;
        let mut site = site;
        if let Some(file) = &context.bundle {
            // What is recorded is recorded there.
            site.description = visible_on_one_line(&file.to_string_lossy());
        }
        Ok((site, context))
    }

    /// Returns the name of a store in sentences: what was recorded in it, as one says it there.
    #[must_use]
    pub(super) fn place<'a>(&self, site: &'a Site) -> &'a str {
        match self.face {
            Face::GitPact => &site.description,
            Face::PactBroker => "the Pact Broker",
        }
    }

    /// Returns how the store is named, by the command line or the environment.
    #[must_use]
    pub(super) fn locator(&self, arguments: &StoreArguments) -> Locator {
        let given = arguments.repo.as_deref();
        let given = given.or(arguments.broker.broker_base_url.as_deref());
        let given = given.or_else(|| self.variable("GIT_PACT_REPO"));
        let given = given.or_else(|| self.variable("PACT_BROKER_BASE_URL"));
        given.map_or(Locator::Here, |text| Locator::Given(text.to_owned()))
    }

    /// Returns what there is to show to a store that asks who comes: what the command line says, else
    /// the environment.
    ///
    /// Where one of our own variables is there, even an empty one, those of a broker are not for
    /// the store.
    #[must_use]
    pub(super) fn credentials(&self, arguments: &StoreArguments) -> Option<Credentials> {
        let BrokerArguments {
            broker_username,
            broker_password,
            broker_token,
            ..
        } = arguments.broker.clone();
        if broker_username.is_some() || broker_token.is_some() {
            return Credentials::new(broker_username, broker_password, broker_token);
        }
        let is_ours = CREDENTIALS
            .iter()
            .any(|(ours, _)| self.environment.contains_key(*ours));
        let [username, password, token] = CREDENTIALS.map(|(ours, theirs)| {
            let name = if is_ours { ours } else { theirs };
            self.variable(name).map(str::to_owned)
        });
        Credentials::new(username, password, token)
    }

    /// Returns a clock for what outlives a command. One that stands still does so there, too.
    pub(super) fn clock(&self) -> impl Fn() -> Timestamp + Send + Sync + 'static {
        let stands_at = self.variable("GIT_PACT_NOW").map(|_| self.now);
        move || stands_at.unwrap_or_else(now)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the edge: the clock is read here"
)]
fn now() -> Timestamp {
    Timestamp::clamped(jiff::Timestamp::now().as_second())
}
