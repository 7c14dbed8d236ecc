//! A shop of 50 applications and 5,000 versions, told through the HTTP API as CI would tell it.
//!
//! Each application consumes two others. It publishes both contracts with every version; what is
//! in them changes with every tenth. Each content has a result of a provider's version of that
//! time, and the newest two have those of what is deployed. It is what the Ruby broker was filled
//! with when it was measured, see `docs/performance.md`.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

use super::client::Client;
use super::client::Request;
use super::measure::Result;
use super::server::Server;
use super::world::World;
use super::world::output;

/// How many applications there are.
pub(crate) const APPLICATIONS: usize = 50;

/// How many versions each has; the first is 1.
pub(crate) const VERSIONS: usize = 100;

/// How far away on the ring the providers of an application are.
pub(crate) const PROVIDERS: [usize; 2] = [1, 7];

/// Where versions are deployed, and how far each environment is behind.
pub(crate) const ENVIRONMENTS: [(&str, usize); 3] =
    [("dev", 0), ("staging", 5), ("production", 10)];

/// How many versions have the same contracts.
const BAND: usize = 10;

/// How many interactions a contract has.
const INTERACTIONS: usize = 5;

/// How many clients fill the store.
const FILLERS: usize = 16;

/// Returns the name of an application; they lie on a ring.
pub(crate) fn name(application: usize) -> String {
    format!("svc-{:02}", application % APPLICATIONS)
}

/// Returns the number of a version, which looks like the id of a commit.
pub(crate) fn version(application: usize, index: usize) -> String {
    let text = format!("{}@{index}", name(application));
    let mut hex = String::new();
    for byte in Sha256::digest(text.as_bytes()).iter().take(20) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Returns the contents that are newest in a filled store.
pub(crate) fn newest() -> String {
    band(VERSIONS).to_string()
}

fn band(index: usize) -> usize {
    (index - 1) / BAND
}

/// Returns the request with which a version publishes the contracts of its application;
/// equal revisions have equal contents.
pub(crate) fn publication(
    application: usize,
    version: &str,
    branch: &str,
    revision: &str,
) -> Request {
    let consumer = name(application);
    let contracts = PROVIDERS.map(|away| {
        let provider = name(application + away);
        let pact = pact(&consumer, &provider, revision).to_string();
        json!({
            "consumerName": consumer,
            "providerName": provider,
            "specification": "pact",
            "contentType": "application/json",
            "content": BASE64_STANDARD.encode(pact),
        })
    });
    let body = json!({
        "pacticipantName": consumer,
        "pacticipantVersionNumber": version,
        "branch": branch,
        "buildUrl": format!("https://ci.example.org/{consumer}/{version}"),
        "contracts": contracts,
    });
    Request::post("/contracts/publish", &body)
}

fn pact(consumer: &str, provider: &str, revision: &str) -> Value {
    let interactions: Vec<Value> = (0..INTERACTIONS)
        .map(|index| {
            let revision = if index == 0 { revision } else { "0" };
            let items: Vec<Value> = (0..5)
                .map(|item| json!({ "sku": format!("sku-{item}"), "qty": item, "price": 9.99 }))
                .collect();
            json!({
                "description": format!("a request for thing {index} rev {revision}"),
                "providerState": format!("thing {index} exists"),
                "request": {
                    "method": "GET",
                    "path": format!("/things/{index}"),
                    "headers": { "Accept": "application/json" },
                },
                "response": {
                    "status": 200,
                    "headers": { "Content-Type": "application/json; charset=utf-8" },
                    "body": {
                        "id": index,
                        "name": format!("thing {index}"),
                        "rev": revision,
                        "owner": { "id": 10 + index, "email": "someone@example.org" },
                        "items": items,
                    },
                    "matchingRules": {
                        "$.body.id": { "match": "type" },
                        "$.body.items": { "min": 1 },
                        "$.body.items[*].*": { "match": "type" },
                    },
                },
            })
        })
        .collect();
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    })
}

/// Returns the request with which a provider's version says that it can do what a pact wants;
/// `at` is where the pact has its results.
pub(crate) fn result(at: &str, provider_version: &str) -> Request {
    let body = json!({
        "success": true,
        "providerApplicationVersion": provider_version,
        "verifiedBy": { "implementation": "load", "version": "1" },
    });
    Request::post(at, &body)
}

/// Returns where the results of a pact go, as its document says.
pub(crate) fn results_of(client: &mut Client, pact: &str) -> Result<String> {
    let document = client.json(&Request::get(pact))?;
    let link = &document["_links"]["pb:publish-verification-results"]["href"];
    let url = link.as_str().ok_or("a pact without a place for results")?;
    let path = url.splitn(4, '/').nth(3).ok_or("a URL without a path")?;
    Ok(format!("/{path}"))
}

/// Returns the store, which is filled if it is not there; the next run finds it.
pub(crate) fn store(world: &World) -> Result<PathBuf> {
    let directory = world.stores.join(format!("shop-{APPLICATIONS}x{VERSIONS}"));
    let (store, filled) = (directory.join("store.git"), directory.join("filled"));
    if filled.is_file() {
        return Ok(store);
    }
    if store.exists() {
        fs::remove_dir_all(&store)?;
    }
    fs::create_dir_all(&store)?;
    output(&mut world.git(&store, &["init", "--quiet", "--bare"]), b"")?;
    world
        .progress
        .start("a shop of 50 applications, 5,000 versions");
    let server = Server::start(world, &store)?;
    fill(world, server.address)?;
    drop(server);
    // As the upkeep of a server leaves it.
    output(&mut world.git(&store, &["gc", "--quiet"]), b"")?;
    world.progress.finish();
    fs::write(filled, "")?;
    Ok(store)
}

fn fill(world: &World, address: SocketAddr) -> Result<()> {
    share(world, address, "published", |client, application| {
        for index in 1..=VERSIONS {
            let branch = match index % 5 {
                3 => format!("feat/x{index}"),
                _ => "main".to_owned(),
            };
            let (version, revision) = (version(application, index), band(index).to_string());
            client.send(&publication(application, &version, &branch, &revision))?;
        }
        Ok(())
    })?;
    share(world, address, "verified", verify)?;
    let mut client = Client::connect(address)?;
    for (environment, behind) in ENVIRONMENTS {
        let body = json!({ "name": environment, "production": environment == "production" });
        let made = client.json(&Request::post("/environments", &body))?;
        let id = made["uuid"]
            .as_str()
            .ok_or("an environment without an id")?;
        share(world, address, environment, |client, application| {
            let (name, version) = (name(application), version(application, VERSIONS - behind));
            let path = format!(
                "/pacticipants/{name}/versions/{version}/deployed-versions/environment/{id}"
            );
            client.send(&Request::post(path, &json!({})))?;
            Ok(())
        })?;
    }
    Ok(())
}

/// Records the results of the pacts of an application.
fn verify(client: &mut Client, application: usize) -> Result<()> {
    let last = band(VERSIONS);
    for away in PROVIDERS {
        let (consumer, provider) = (name(application), name(application + away));
        for band in 0..=last {
            let first = version(application, band * BAND + 1);
            let pact = format!("/pacts/provider/{provider}/consumer/{consumer}/version/{first}");
            let at = results_of(client, &pact)?;
            let mut by = BTreeSet::from([band * BAND + BAND / 2 + 1]);
            if band + 1 >= last {
                by.extend(ENVIRONMENTS.map(|(_, behind)| VERSIONS - behind));
            }
            for index in by {
                client.send(&result(&at, &version(application + away, index)))?;
            }
        }
    }
    Ok(())
}

/// Has a few clients do something for all applications, each for one after the other.
fn share(
    world: &World,
    address: SocketAddr,
    what: &'static str,
    work: impl Fn(&mut Client, usize) -> Result<()> + Sync,
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let one = || -> std::result::Result<(), String> {
        let said = |error: Box<dyn std::error::Error>| error.to_string();
        let mut client = Client::connect(address).map_err(said)?;
        loop {
            let application = next.fetch_add(1, Ordering::Relaxed);
            if application >= APPLICATIONS {
                return Ok(());
            }
            work(&mut client, application).map_err(said)?;
        }
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..FILLERS).map(|_| scope.spawn(one)).collect();
        for (done, client) in clients.into_iter().enumerate() {
            client.join().map_err(|_| "a client panicked")??;
            world.progress.at(done as u64 + 1, FILLERS as u64, what);
        }
        Ok(())
    })
}
