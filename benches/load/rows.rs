//! What is asked: each client of an application of its own.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use serde_json::json;

use super::client::Client;
use super::client::Request;
use super::measure::Result;
use super::server::Server;
use super::shop;
use super::shop::APPLICATIONS;
use super::shop::ENVIRONMENTS;
use super::shop::PROVIDERS;
use super::shop::VERSIONS;
use super::shop::name;
use super::shop::version;

/// A row: the same kind of request, with one client and with sixteen.
#[derive(Debug)]
pub(crate) struct Row {
    /// How it is asked for.
    pub(crate) name: &'static str,
    /// What it measures.
    pub(crate) about: &'static str,
    /// Returns the next request of a client.
    pub(crate) ask: fn(&Asker, usize) -> Request,
    /// Whether somebody writes meanwhile.
    pub(crate) is_disturbed: bool,
}

/// The row that says what a request costs that asks nothing.
pub(crate) const HEARTBEAT: &str = "heartbeat";

/// The rows that the bar is about.
pub(crate) const GATES: [&str; 2] = ["can-i-deploy-again", "can-i-deploy"];

/// All rows, those that only read first.
pub(crate) const ROWS: [Row; 13] = [
    row(HEARTBEAT, "what HTTP costs: no question at all", |_, _| {
        Request::get("/diagnostic/status/heartbeat")
    }),
    row("index", "the document with all links", |_, _| {
        Request::get("/")
    }),
    row(
        "can-i-deploy-again",
        "the same question again and again",
        |_, client| gate(client, VERSIONS, ENVIRONMENTS[2].0),
    ),
    row(
        "can-i-deploy",
        "another question each time, of 15,000",
        Asker::gate,
    ),
    Row {
        is_disturbed: true,
        ..row(
            "can-i-deploy-disturbed",
            "another question each time, while somebody publishes ten times a second",
            Asker::gate,
        )
    },
    row("matrix", "two applications, 100 rows", |_, client| {
        let (consumer, provider) = (name(client), name(client + PROVIDERS[0]));
        let path = format!("/matrix?q[][pacticipant]={consumer}&q[][pacticipant]={provider}");
        Request::get(path.replace('[', "%5B").replace(']', "%5D"))
    }),
    row(
        "for-verification",
        "main branch, and deployed or released",
        |_, client| {
            let path = format!("/pacts/provider/{}/for-verification", name(client));
            let selectors = json!([{ "mainBranch": true }, { "deployedOrReleased": true }]);
            Request::post(path, &json!({ "consumerVersionSelectors": selectors }))
        },
    ),
    row("pact", "the latest of two applications", |_, client| {
        Request::get(latest_pact(client))
    }),
    row("badge", "of the latest pact, as a picture", |_, client| {
        Request::get(format!("{}/badge.svg", latest_pact(client)))
    }),
    row(
        "publish-known",
        "a version that is known, with its two contracts",
        |_, client| {
            let revision = shop::newest();
            shop::publication(client, &version(client, VERSIONS), "main", &revision)
        },
    ),
    row(
        "publish",
        "a new version with two contracts that are known",
        |asker, client| {
            let version = asker.fresh("v");
            shop::publication(client, &version, "main", &shop::newest())
        },
    ),
    row(
        "publish-changed",
        "a new version with two contracts that changed",
        Asker::change,
    ),
    row(
        "results",
        "a result of a new version of the provider",
        |asker, client| {
            let at = &asker.results[client % APPLICATIONS];
            shop::result(at, &asker.fresh("r"))
        },
    ),
];

const fn row(name: &'static str, about: &'static str, ask: fn(&Asker, usize) -> Request) -> Row {
    Row {
        name,
        about,
        ask,
        is_disturbed: false,
    }
}

/// Makes requests, no two alike where that matters.
pub(crate) struct Asker {
    next: AtomicUsize,
    /// Where the results of the pact of each application with its first provider go.
    results: Vec<String>,
}

impl Asker {
    /// Returns who asks a server over a filled store.
    pub(crate) fn new(server: &Server) -> Result<Self> {
        let mut client = Client::connect(server.address)?;
        let results =
            (0..APPLICATIONS).map(|index| shop::results_of(&mut client, &latest_pact(index)));
        Ok(Self {
            next: AtomicUsize::new(1),
            results: results.collect::<Result<_>>()?,
        })
    }

    /// Returns a version number that was not there before.
    fn fresh(&self, kind: &str) -> String {
        format!("load-{kind}-{}", self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Returns a question that was asked 15,000 questions ago: of any version of any application,
    /// about any environment.
    fn gate(&self, _client: usize) -> Request {
        // A prime, so that all come in turn, in no order.
        let index = self.next.fetch_add(1, Ordering::Relaxed).wrapping_mul(7919);
        let (application, index) = (index % APPLICATIONS, index / APPLICATIONS);
        let (version, index) = (index % VERSIONS + 1, index / VERSIONS);
        gate(
            application,
            version,
            ENVIRONMENTS[index % ENVIRONMENTS.len()].0,
        )
    }

    /// Returns a publication of contracts that nobody has seen.
    pub(crate) fn change(&self, client: usize) -> Request {
        let version = self.fresh("c");
        shop::publication(client, &version, "main", &version)
    }

    /// Returns what a team asks all day, by turns: mostly questions, and a write in fifty.
    pub(crate) fn mixed(&self, client: usize) -> Request {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let index = if turn.is_multiple_of(50) {
            ROWS.len() - 1 - turn / 50 % 4
        } else {
            turn % (ROWS.len() - 4)
        };
        (ROWS[index].ask)(self, client)
    }
}

fn gate(application: usize, index: usize, environment: &str) -> Request {
    let (name, version) = (name(application), version(application, index));
    Request::get(format!(
        "/can-i-deploy?pacticipant={name}&version={version}&environment={environment}"
    ))
}

fn latest_pact(application: usize) -> String {
    let (consumer, provider) = (name(application), name(application + PROVIDERS[0]));
    format!("/pacts/provider/{provider}/consumer/{consumer}/latest")
}
