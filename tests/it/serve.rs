//! `git pact serve`: the real program, spoken to over a socket.

mod badges;
mod deletes;
mod environments;
mod explorer;
mod heartbeat;
mod lists;
mod manners;
mod matrix;
mod pacticipants;
mod pages;
mod publish;
mod pushing;
mod reads;
mod safety;
mod together;
mod upkeep;
mod verification;
mod watch;
mod webhooks;

use serde_json::Value;
use serde_json::json;

use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

/// Starts a server on an empty bare repository that is the store itself.
fn served(sandbox: &Sandbox) -> Server {
    sandbox.remote("store.git");
    Server::start(sandbox, ".", &["--repo", "store.git"])
}

/// Returns a pact with one interaction, which depends on a text.
fn pact(consumer: &str, provider: &str, text: &str) -> Value {
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": [{
            "description": format!("a request for {text}"),
            "request": { "method": "GET", "path": format!("/{text}") },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    })
}
