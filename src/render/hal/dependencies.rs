//! Whether what the server depends on does its work (spec: http-api §4, diagnostics).
//!
//! Why something does not is in the log of the server: it may name places and people.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::template;
use crate::domain::time::Timestamp;

/// How the remote is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteHealth {
    /// When all that it has was last fetched.
    pub fetched: Option<Timestamp>,
    /// When something was last pushed, since the server runs.
    pub pushed: Option<Timestamp>,
    /// When it could not be reached, if it was not since.
    pub failed: Option<Timestamp>,
}

/// What a server depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dependencies {
    /// Whether the store can be read: the broker calls it the database.
    pub readable: bool,
    /// The remote, if there is one that is used.
    pub remote: Option<RemoteHealth>,
}

impl Dependencies {
    /// Says whether all of it does its work.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.readable && self.remote.is_none_or(|remote| remote.failed.is_none())
    }

    /// Returns the document; ages are counted up to `now`.
    #[must_use]
    pub fn document(&self, now: Timestamp, at: &Address) -> Value {
        let mut database = json!({ "ok": self.readable });
        if !self.readable {
            database["error"] = error("The store cannot be read.");
        }
        let mut document = json!({
            "database": database,
            "_links": { "self": { "href": at.to(template::DEPENDENCIES, &[]) } },
        });
        if let Some(remote) = self.remote {
            document["remote"] = remote.document(now);
        }
        document
    }
}

impl RemoteHealth {
    fn document(self, now: Timestamp) -> Value {
        let mut document = json!({ "ok": self.failed.is_none() });
        let mut add = |at: &str, age: &str, moment: Option<Timestamp>| {
            if let Some(moment) = moment {
                document[at] = json!(moment);
                document[age] = (now.epoch_seconds() - moment.epoch_seconds()).max(0).into();
            }
        };
        add("fetchedAt", "secondsSinceFetch", self.fetched);
        add("pushedAt", "secondsSincePush", self.pushed);
        add("failedAt", "secondsSinceFailure", self.failed);
        if self.failed.is_some() {
            document["error"] = error("The remote cannot be reached, or refuses the server.");
        }
        document
    }
}

fn error(what: &str) -> Value {
    json!({ "message": format!("{what} The details are in the log of the server.") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(dependencies: &Dependencies) -> Value {
        let now = Timestamp::clamped(100);
        dependencies.document(now, &Address::new("http://h"))
    }

    #[test]
    fn a_store_that_can_be_read_is_all_that_a_server_without_a_remote_needs() {
        let mut dependencies = Dependencies {
            readable: true,
            remote: None,
        };
        assert!(dependencies.is_ok());
        let links = json!({ "self": { "href": "http://h/diagnostic/status/dependencies" } });
        assert_eq!(
            document(&dependencies),
            json!({ "database": { "ok": true }, "_links": links })
        );
        dependencies.readable = false;
        assert!(!dependencies.is_ok());
        let database = &document(&dependencies)["database"];
        assert_eq!(database["ok"], false);
        assert!(database["error"]["message"].is_string());
    }

    #[test]
    fn a_remote_is_as_it_was_when_last_spoken_to() {
        let mut remote = RemoteHealth {
            fetched: Some(Timestamp::clamped(70)),
            pushed: None,
            failed: None,
        };
        let with = |remote| Dependencies {
            readable: true,
            remote: Some(remote),
        };
        assert!(with(remote).is_ok());
        assert_eq!(
            document(&with(remote))["remote"],
            json!({
                "ok": true,
                "fetchedAt": "1970-01-01T00:01:10+00:00",
                "secondsSinceFetch": 30,
            })
        );
        remote.failed = Some(Timestamp::clamped(99));
        assert!(!with(remote).is_ok());
        assert_eq!(document(&with(remote))["remote"]["secondsSinceFailure"], 1);
    }
}
