//! What came of making a webhook's request, without any secret in it.
//!
//! The request is shown as it is rendered with stars in the place of every secret, so no secret is
//! in it by construction. An answer may repeat what it was sent: whatever a [`Redaction`] knows
//! is taken out of it.

use std::collections::BTreeMap;

use super::secret::{STARS, is_redacted};
use super::template::{Rendered, form_escaped};
use crate::domain::time::Timestamp;

/// How many bytes are kept of an address, a body, or a reason.
const KEPT_TEXT: usize = 4 << 10;

/// How many headers of an answer are kept, and how many bytes of each.
const KEPT_HEADERS: usize = 32;
const KEPT_HEADER: usize = 256;

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

    /// Returns as much of it as is kept, for everybody who can read the store: texts are cut, and headers
    /// of the answer that carry credentials, such as a cookie, are shown as stars.
    #[must_use]
    pub fn kept(mut self) -> Self {
        cut(&mut self.request.url, KEPT_TEXT);
        self.request
            .body
            .iter_mut()
            .for_each(|body| cut(body, KEPT_TEXT));
        for value in self.request.headers.values_mut() {
            cut(value, KEPT_HEADER);
        }
        match &mut self.outcome {
            ExecutionOutcome::Answered {
                response: Some(response),
                ..
            } => {
                cut(&mut response.body, KEPT_TEXT);
                response.headers.truncate(KEPT_HEADERS);
                for (name, value) in &mut response.headers {
                    if is_redacted(name) {
                        STARS.clone_into(value);
                    }
                    cut(name, KEPT_HEADER);
                    cut(value, KEPT_HEADER);
                }
            }
            ExecutionOutcome::NoAnswer {
                reason: Some(reason),
            }
            | ExecutionOutcome::NotMade { reason } => cut(reason, KEPT_TEXT),
            ExecutionOutcome::Answered { response: None, .. }
            | ExecutionOutcome::NoAnswer { reason: None } => {}
        }
        self
    }
}

/// Cuts a text that has more bytes than that, and says how many are missing.
fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        let ends = (0..=most).rev();
        let end = ends.into_iter().find(|end| text.is_char_boundary(*end));
        let end = end.unwrap_or(0);
        let missing = text.len() - end;
        text.truncate(end);
        text.push_str("… (");
        text.push_str(&missing.to_string());
        text.push_str(" bytes more)");
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
    fn no_more_is_kept_of_an_answer_than_what_it_was_and_no_credential_in_it() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut headers = vec![
            header("Set-Cookie", "session=abc"),
            header("x-long", &"y".repeat(1000)),
        ];
        headers.extend((0..1000).map(|number| header("x-many", &number.to_string())));
        let execution = Execution {
            at: Timestamp::clamped(0),
            event: "test".to_owned(),
            request: ShownRequest {
                method: "POST".to_owned(),
                url: "https://ci.example.org".to_owned(),
                headers: BTreeMap::new(),
                body: Some("é".repeat(60_000)),
            },
            outcome: ExecutionOutcome::Answered {
                success: true,
                response: Some(ShownResponse {
                    status: 200,
                    reason: "OK".to_owned(),
                    headers,
                    body: "x".repeat(60_000),
                }),
            },
        };
        let kept = execution.kept();
        let body = kept.request.body.unwrap();
        assert!(body.ends_with("é… (115904 bytes more)"), "{}", body.len());
        let ExecutionOutcome::Answered { response, .. } = kept.outcome else {
            panic!("it was answered");
        };
        let response = response.unwrap();
        assert!(response.body.len() < 5000);
        assert_eq!(response.headers.len(), 32);
        assert_eq!(response.headers[0], header("Set-Cookie", STARS));
        assert!(response.headers[1].1.len() < 300);
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
