//! What came of making a webhook's request, without any secret in it.
//!
//! The request is shown as it is rendered with stars in the place of every secret, so no secret is
//! in it by construction. An answer may repeat what it was sent: whatever a [`Redaction`] knows
//! is taken out of it.

use std::collections::BTreeMap;

use super::secret::{STARS, is_redacted};
use super::template::{Rendered, form_escaped};
use crate::domain::time::Timestamp;

/// A request that was made, or was to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// When.
    pub at: Timestamp,
    /// What for: the name of an event, or `test`.
    pub event: String,
    /// The request.
    pub request: ShownRequest,
    /// What came of it.
    pub outcome: ExecutionOutcome,
}

/// A request as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownRequest {
    /// The method.
    pub method: String,
    /// The address.
    pub url: String,
    /// Headers by name.
    pub headers: BTreeMap<String, String>,
    /// The body, if any.
    pub body: Option<String>,
}

/// An answer as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownResponse {
    /// The status.
    pub status: u16,
    /// Its usual name, e.g. `Created`; empty if it has none.
    pub reason: String,
    /// Names and values of the headers, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body, as text, and not more of it than whoever made the request keeps.
    pub body: String,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecutionOutcome {
    /// Somebody answered.
    Answered {
        /// Whether the answer says that it was done.
        success: bool,
        /// The answer; `None` if it must not be shown.
        response: Option<ShownResponse>,
    },
    /// Nobody answered.
    NoAnswer {
        /// What went wrong; `None` if it must not be shown.
        reason: Option<String>,
    },
    /// It was not even tried.
    NotMade {
        /// Why not, and what to do. It tells nothing that the network would.
        reason: String,
    },
}

impl Execution {
    /// Says whether somebody answered that it was done.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(
            self.outcome,
            ExecutionOutcome::Answered { success: true, .. }
        )
    }
}

/// Says whether a status says that a request was done (spec: semantics §10).
#[must_use]
pub fn is_success(status: u16) -> bool {
    (200..=206).contains(&status)
}

impl From<Rendered> for ShownRequest {
    /// Shows a request that was rendered with [`STARS`] in the place of secrets.
    fn from(rendered: Rendered) -> Self {
        let mut headers = rendered.headers;
        if rendered
            .username
            .is_some_and(|username| !username.is_empty())
        {
            headers.insert("authorization".to_owned(), String::new());
        }
        for (name, value) in &mut headers {
            if is_redacted(name) {
                STARS.clone_into(value);
            }
        }
        Self {
            method: rendered.method,
            url: rendered.url,
            headers,
            body: rendered.body,
        }
    }
}

/// What must not be seen in an answer.
#[derive(Clone, Default)]
pub struct Redaction {
    /// The longest first, so that no part of a secret is left by a shorter one.
    secrets: Vec<String>,
}

impl Redaction {
    /// Returns what takes these texts out, as they are, as they are in an address, and as they are
    /// in a JSON document or in one that is a text in another, as servers repeat what they got.
    #[must_use]
    pub fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let mut all = Vec::new();
        for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
            let quoted = json_escaped(&secret);
            all.extend([form_escaped(&secret), json_escaped(&quoted), quoted, secret]);
        }
        all.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        all.dedup();
        Self { secrets: all }
    }

    /// Returns a text with stars in the place of what must not be seen.
    #[must_use]
    pub fn of(&self, text: &str) -> String {
        let starred = |text: String, secret: &String| text.replace(secret, STARS);
        self.secrets.iter().fold(text.to_owned(), starred)
    }
}

fn json_escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_shown_without_its_credentials() {
        let shown = ShownRequest::from(Rendered {
            method: "POST".to_owned(),
            url: "https://ci.example.org".to_owned(),
            headers: BTreeMap::from([
                ("accept".to_owned(), "*/*".to_owned()),
                ("x-auth-token".to_owned(), "t0p".to_owned()),
            ]),
            body: None,
            username: Some("me".to_owned()),
            password: Some("secret".to_owned()),
        });
        let headers: Vec<(&str, &str)> = shown
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            headers,
            [
                ("accept", "*/*"),
                ("authorization", STARS),
                ("x-auth-token", STARS),
            ]
        );
    }

    #[test]
    fn a_secret_is_taken_out_however_it_is_written() {
        let redaction = Redaction::new(["a \"b\"".to_owned(), String::new(), "a ".to_owned()]);
        for (text, expected) in [
            ("x a \"b\" y", format!("x {STARS} y")),
            (
                "{\"echo\":\"a \\\"b\\\"\"}",
                format!("{{\"echo\":\"{STARS}\"}}"),
            ),
            (
                "{\"data\":\"{\\\"echo\\\":\\\"a \\\\\\\"b\\\\\\\"\\\"}\"}",
                format!("{{\"data\":\"{{\\\"echo\\\":\\\"{STARS}\\\"}}\"}}"),
            ),
            ("q=a+%22b%22&r", format!("q={STARS}&r")),
            ("nothing", "nothing".to_owned()),
        ] {
            assert_eq!(redaction.of(text), expected);
        }
    }

    #[test]
    fn only_a_status_from_200_to_206_is_a_success() {
        for (status, success) in [
            (200, true),
            (206, true),
            (207, false),
            (302, false),
            (500, false),
        ] {
            assert_eq!(is_success(status), success, "{status}");
        }
    }
}
