//! The broker that a command finds: a server on a free loopback port, for this command alone.

use std::ffi::OsStr;
use std::ffi::OsString;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::Context;
use crate::app::site::Locator;
use crate::app::webhook::WebhookClient;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::CREDENTIALS;
use crate::cli::outside::Outside;
use crate::cli::ui;
use crate::cli::unguessable::unguessable;
use crate::domain::intent::Intent;
use crate::remote::Credentials;
use crate::server::Access;
use crate::server::Form;
use crate::server::Level;
use crate::server::Log;
use crate::server::Pushes;
use crate::server::Right;
use crate::server::ServeError;
use crate::server::Settings;
use crate::server::Stop;
use crate::server::Stopper;
use crate::server::serve;

/// Variables by which clients know a broker. Those of another broker must not reach them: a client
/// that finds a password beside a token refuses both, or takes the wrong one.
const OF_A_BROKER: &[&str] = &[
    "PACT_BROKER_BASE_URL",
    "PACT_BROKER_TOKEN",
    "PACT_BROKER_USERNAME",
    "PACT_BROKER_PASSWORD",
];

/// Hosts that no proxy can reach for us.
const OUR_HOST: &str = "127.0.0.1";

/// A broker that runs.
pub(super) struct Broker {
    address: SocketAddr,
    /// What the command has to show; `None` if the broker asks nobody for anything.
    token: Option<String>,
    stopper: Stopper,
    server: JoinHandle<Result<(), ServeError>>,
    recorded: Recorded,
}

impl Broker {
    /// Starts the broker of a store. Everything was fetched; what is written is only kept.
    /// Whoever has no token is turned away, unless the broker is open. It may add what consumers propose to what a
    /// build of the provider's main branch has to verify.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be started.
    pub(super) fn start(
        outside: &Outside,
        locator: Locator,
        credentials: Option<Credentials>,
        context: Context,
        is_open: bool,
        adds_proposals: bool,
    ) -> Result<Self, Failure> {
        let token = if is_open { None } else { Some(unguessable()?) };
        let access = Access::default();
        let access = match &token {
            Some(token) => access.with_token(token, Right::Write),
            None => access,
        };
        let stopper = Stopper::default();
        let recorded = Recorded::default();
        let seen = recorded.clone();
        let witness = move |intents: &[Intent]| seen.lock().extend_from_slice(intents);
        let settings = Settings {
            bind: (Ipv4Addr::LOCALHOST, 0).into(),
            base_urls: Vec::new(),
            access,
            locator,
            credentials,
            context,
            clock: Arc::new(outside.clock()),
            fetch_every: Duration::MAX,
            // The command is to leave nothing behind but what is pushed.
            webhooks: Arc::new(WebhookClient::idle()),
            fires: None,
            pushes: Pushes::Elsewhere,
            upkeep: false,
            witness: Some(Arc::new(witness)),
            adds_proposals,
            stop: Stop::When(stopper.clone()),
            log: Some(Log {
                form: Form::Text,
                level: Level::Warn,
                write: Arc::new(ui::log),
            }),
        };
        let (tell, told) = mpsc::channel();
        let server = thread::spawn(move || serve(settings, |address| _ = tell.send(address)));
        let Ok(address) = told.recv() else {
            return Err(match server.join() {
                Ok(Err(error)) => error.into(),
                _ => broken("the server ended before it began"),
            });
        };
        Ok(Self {
            address,
            token,
            stopper,
            server,
            recorded,
        })
    }

    /// Returns the environment for a command that is to find this broker: `parent`, changed.
    ///
    /// `store` is what `GIT_PACT_REPO` names: git-pact itself, within the command, asks the store.
    pub(super) fn environment(
        &self,
        parent: &[(OsString, OsString)],
        store: &OsStr,
    ) -> Vec<(OsString, OsString)> {
        let base = format!("http://{}", self.address);
        environment(parent, &base, self.token.as_deref(), store)
    }

    /// Returns where what is recorded can be seen, also when the broker has ended.
    pub(super) fn recorded(&self) -> Recorded {
        self.recorded.clone()
    }

    /// Finishes what was begun, and ends the broker.
    pub(super) fn end(self) {
        self.stopper.stop();
        // If it ended in disorder, the command was told so by each request that failed.
        drop(self.server.join());
    }
}

/// What a command has recorded so far.
#[derive(Clone, Default)]
pub(super) struct Recorded(Arc<Mutex<Vec<Intent>>>);

impl Recorded {
    /// Returns it.
    pub(super) fn intents(&self) -> Vec<Intent> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Intent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn environment(
    parent: &[(OsString, OsString)],
    base: &str,
    token: Option<&str>,
    store: &OsStr,
) -> Vec<(OsString, OsString)> {
    let value = |wanted: &str| {
        let found = parent.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut set: Vec<(&str, OsString)> = vec![
        ("PACT_BROKER_BASE_URL", base.into()),
        ("GIT_PACT_REPO", store.to_owned()),
    ];
    set.extend(token.map(|token| ("PACT_BROKER_TOKEN", token.into())));
    // What opens the store is not what opens the broker; both names are read by git-pact.
    let is_ours = |name: &OsString| CREDENTIALS.iter().any(|(ours, _)| name == ours);
    let has_ours = parent.iter().any(|(name, _)| is_ours(name));
    for (ours, theirs) in CREDENTIALS {
        set.push((ours, value(if has_ours { ours } else { theirs })));
    }
    for name in ["NO_PROXY", "no_proxy"] {
        let mut hosts = value(name);
        if !hosts.is_empty() {
            hosts.push(",");
        }
        hosts.push(OUR_HOST);
        set.push((name, hosts));
    }
    let is_kept = |name: &OsString| {
        !OF_A_BROKER.iter().any(|known| name == known)
            && !set.iter().any(|(known, _)| name == known)
    };
    let kept = parent.iter().filter(|(name, _)| is_kept(name)).cloned();
    let mut all: Vec<_> = kept.collect();
    all.extend(set.into_iter().map(|(name, value)| (name.into(), value)));
    all
}

fn broken(message: &str) -> Failure {
    Failure::new(Exit::Failed, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(parent: &[(&str, &str)], token: Option<&str>) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| (OsString::from(name), OsString::from(value));
        let parent: Vec<_> = parent.iter().map(owned).collect();
        let all = environment(&parent, "http://127.0.0.1:1", token, OsStr::new("/store"));
        let text = |text: OsString| text.into_string().unwrap();
        let all = all.into_iter();
        all.map(|(name, value)| (text(name), text(value))).collect()
    }

    #[test]
    fn the_command_finds_this_broker_and_no_other() {
        let parent = [
            ("PATH", "/bin"),
            ("PACT_BROKER_BASE_URL", "https://git.example/store.git"),
            ("PACT_BROKER_USERNAME", "me"),
            ("PACT_BROKER_PASSWORD", "secret"),
            ("NO_PROXY", "internal"),
        ];
        let all = given(&parent, Some("one-time"));
        let expected = [
            ("PATH", "/bin"),
            ("PACT_BROKER_BASE_URL", "http://127.0.0.1:1"),
            ("GIT_PACT_REPO", "/store"),
            ("PACT_BROKER_TOKEN", "one-time"),
            ("GIT_PACT_USERNAME", "me"),
            ("GIT_PACT_PASSWORD", "secret"),
            ("GIT_PACT_TOKEN", ""),
            ("NO_PROXY", "internal,127.0.0.1"),
            ("no_proxy", "127.0.0.1"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(all, expected);
    }

    #[test]
    fn without_a_token_the_one_of_another_broker_is_taken_away_all_the_same() {
        let all = given(&[("PACT_BROKER_TOKEN", "of another")], None);
        let of_broker = |(name, _): &&(String, String)| name.starts_with("PACT_BROKER_");
        let found: Vec<_> = all.iter().filter(of_broker).collect();
        let base = (
            "PACT_BROKER_BASE_URL".to_owned(),
            "http://127.0.0.1:1".to_owned(),
        );
        assert_eq!(found, [&base]);
    }
}
