//! What went wrong with a request, and how it is said: the only place that knows statuses of
//! errors and the shapes of their bodies (spec: http-api, server rules 5 and 6).
//!
//! | body | for |
//! |---|---|
//! | `{"error": ".."}` | one sentence |
//! | `{"errors": {"field": [".."]}}` | what is wrong with a body or a query, field by field |
//! | `{"errors": [".."]}` | what is wrong with selectors |
//!
//! Whoever accepts `application/problem+json` gets the same in that form.

use axum::http::StatusCode;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::reply::Reply;
use crate::app::ask::AskError;
use crate::app::site::SiteError;
use crate::app::write::WriteError;
use crate::domain::deployment::EnvironmentRefusal;
use crate::domain::intent::Refusal;
use crate::domain::invalid_fields::InvalidFields;
use crate::domain::ledger::Unreadable;
use crate::domain::name::PacticipantName;
use crate::domain::webhook::WebhookRefusal;
use crate::render::hal::Address;

/// The text of the usual 404.
const NOT_FOUND: &str = "The requested document was not found on this server.";

/// Something is wrong with a request, or with the server.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum Problem {
    /// There is no such thing.
    #[error("not found")]
    NotFound,
    /// One sentence says what is wrong.
    #[error("{text}")]
    Said {
        /// The status.
        status: StatusCode,
        /// The sentence.
        text: String,
    },
    /// Fields of the body or of the query are wrong.
    #[error("{0}")]
    Fields(Fields),
    /// Selectors are wrong.
    #[allow(dead_code, reason = "for the matrix, which is not served yet")]
    #[error("{}", .0.join("; "))]
    List(Vec<String>),
    /// What was asked for is refused, with a document of its own.
    #[error("refused: {body}")]
    Refused {
        /// The status.
        status: StatusCode,
        /// The document.
        body: Value,
    },
    /// There is something, but not with this method.
    #[error("method not allowed")]
    MethodNotAllowed {
        /// The methods that there are, as the header `Allow` has them.
        allow: String,
    },
    /// The client wants a kind of document that there is not.
    #[error("not acceptable")]
    NotAcceptable,
    /// The body is of a kind that cannot be read here.
    #[error("unsupported media type")]
    UnsupportedMedia,
    /// The server or its store is to blame: the client is told that, the log all of it.
    #[error("{detail}")]
    Server {
        /// 500, or 503 where trying again may help.
        status: StatusCode,
        /// What happened, for the log.
        detail: String,
    },
}

/// What is wrong with fields, in the order in which it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    /// Such that nothing is wrong with the form, but with what it asks: 422 instead of 400.
    unprocessable: bool,
    errors: Vec<(String, String)>,
}

impl std::fmt::Display for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let texts: Vec<_> = self
            .errors
            .iter()
            .map(|(k, v)| format!("{k} {v}"))
            .collect();
        f.write_str(&texts.join("; "))
    }
}

impl Fields {
    /// Returns nothing yet, of a body that can be read but not be followed.
    pub(crate) fn unprocessable() -> Self {
        Self {
            unprocessable: true,
            ..Self::default()
        }
    }

    /// Adds something that is wrong with a field.
    pub(crate) fn add(&mut self, field: &str, text: impl Into<String>) {
        self.errors.push((field.to_owned(), text.into()));
    }

    /// Says whether something is wrong with a field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.errors.iter().any(|(known, _)| known == field)
    }

    /// Returns what is wrong, without the fields.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.errors.iter().map(|(_, text)| text.as_str())
    }

    /// Fails if something is wrong.
    pub(crate) fn check(self) -> Result<(), Problem> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::Fields(self))
        }
    }
}

impl Problem {
    /// Returns the problem of one field.
    pub(crate) fn field(field: &str, text: impl Into<String>) -> Self {
        let mut fields = Fields::default();
        fields.add(field, text);
        Self::Fields(fields)
    }

    /// Returns the problem that one sentence says.
    pub(crate) fn said(status: StatusCode, text: impl Into<String>) -> Self {
        let text = text.into();
        Self::Said { status, text }
    }

    /// Returns the problem of a pacticipant that nobody knows.
    pub(crate) fn no_pacticipant(name: &PacticipantName) -> Self {
        let text = format!("No pacticipant with name '{name}' found");
        Self::said(StatusCode::NOT_FOUND, text)
    }

    /// Returns the problem of a server that could not do what it should.
    pub(crate) fn server(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::blame(StatusCode::INTERNAL_SERVER_ERROR, error)
    }

    /// Returns the problem of a store that cannot be reached or is busy: try again.
    pub(crate) fn unavailable(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::blame(StatusCode::SERVICE_UNAVAILABLE, error)
    }

    fn blame(status: StatusCode, error: &(dyn std::error::Error + 'static)) -> Self {
        let mut detail = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !detail.ends_with(&text) {
                detail = format!("{detail}: {text}");
            }
            cause = error.source();
        }
        Self::Server { status, detail }
    }

    /// Returns the status.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Said { status, .. }
            | Self::Refused { status, .. }
            | Self::Server { status, .. } => *status,
            Self::Fields(fields) if fields.unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Fields(_) | Self::List(_) => StatusCode::BAD_REQUEST,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    /// Returns the answer that says what is wrong: as `application/problem+json` or in the
    /// broker's older form.
    pub(crate) fn reply(&self, as_problem: bool, at: &Address) -> Reply {
        let status = self.status();
        let (kind, body) = match self {
            Self::MethodNotAllowed { allow } => {
                return Reply::empty(status).header("allow", allow);
            }
            Self::NotAcceptable | Self::UnsupportedMedia => return Reply::empty(status),
            Self::Refused { body, .. } => ("application/json;charset=utf-8", body.clone()),
            _ if as_problem => ("application/problem+json;charset=utf-8", self.problem(at)),
            Self::NotFound => ("application/json;charset=utf-8", self.document()),
            _ => ("application/hal+json;charset=utf-8", self.document()),
        };
        Reply::text(status, kind, body.to_string())
    }

    /// Returns the sentence that clients are told.
    fn sentence(&self) -> String {
        match self {
            Self::NotFound => NOT_FOUND.to_owned(),
            // What happened inside is for the log: it may name places and people.
            Self::Server { status, .. } if *status == StatusCode::SERVICE_UNAVAILABLE => {
                "The store cannot be reached or is busy. Please try again.".to_owned()
            }
            Self::Server { .. } => {
                "An error has occurred. The details are in the log of the server.".to_owned()
            }
            problem => problem.to_string(),
        }
    }

    fn document(&self) -> Value {
        match self {
            Self::Fields(fields) => {
                let mut errors: Map<String, Value> = Map::new();
                for (field, text) in &fields.errors {
                    let texts = errors.entry(field.clone()).or_insert_with(|| json!([]));
                    if let Value::Array(texts) = texts {
                        texts.push(text.as_str().into());
                    }
                }
                json!({ "errors": errors })
            }
            Self::List(errors) => json!({ "errors": errors }),
            _ => json!({ "error": self.sentence() }),
        }
    }

    /// Returns the same as RFC 9457 has it, with the broker's types and titles.
    fn problem(&self, at: &Address) -> Value {
        let base = at.as_str();
        let parameter = |kind: &str, detail: &str| {
            json!({
                "type": format!("{base}/problems/{kind}"),
                "title": "Invalid body parameter",
                "detail": detail,
            })
        };
        let errors: Vec<Value> = match self {
            Self::Fields(fields) => {
                let errors = fields.errors.iter().map(|(field, text)| {
                    let kind = match text.as_str() {
                        "is missing" => "missing-body-property",
                        _ => "invalid-body-property-value",
                    };
                    let mut error = parameter(kind, text);
                    error["pointer"] = format!("/{}", field.replace('.', "/")).into();
                    error
                });
                errors.collect()
            }
            Self::List(errors) => {
                let errors = errors.iter();
                errors
                    .map(|text| parameter("invalid-body-property-value", text))
                    .collect()
            }
            _ => return self.simple_problem(base),
        };
        json!({
            "type": format!("{base}/problems/validation-error"),
            "title": "Validation errors",
            "status": self.status().as_u16(),
            "instance": "/",
            "errors": errors,
        })
    }

    fn simple_problem(&self, base: &str) -> Value {
        let status = self.status();
        let reason = status.canonical_reason().unwrap_or_default();
        let (kind, title) = match status {
            StatusCode::NOT_FOUND => ("not-found", "404 Not Found"),
            StatusCode::CONFLICT => ("conflict", "Conflict"),
            // So the broker says of a body that is not JSON, too.
            _ if status.is_server_error() || status == StatusCode::BAD_REQUEST => {
                ("server-error", "Server error")
            }
            _ => ("error", reason),
        };
        let shown = match status {
            StatusCode::BAD_REQUEST => StatusCode::INTERNAL_SERVER_ERROR,
            status => status,
        };
        json!({
            "type": format!("{base}/problem/{kind}"),
            "title": title,
            "status": shown.as_u16(),
            "detail": self.sentence(),
        })
    }
}

impl From<InvalidFields> for Problem {
    fn from(invalid: InvalidFields) -> Self {
        let mut fields = Fields::default();
        for field in &invalid.0 {
            fields.add(field.field, field.to_string());
        }
        Self::Fields(fields)
    }
}

impl From<Unreadable> for Problem {
    fn from(error: Unreadable) -> Self {
        Self::server(&error)
    }
}

impl From<AskError<Problem>> for Problem {
    fn from(error: AskError<Problem>) -> Self {
        match error {
            AskError::Question(problem) => problem,
            AskError::Restless { .. } => Self::unavailable(&error),
            AskError::Unreadable(_) | AskError::Site(_) | AskError::Store(_) => {
                Self::server(&error)
            }
        }
    }
}

impl From<&WriteError> for Problem {
    fn from(error: &WriteError) -> Self {
        match error {
            WriteError::LostRaces { .. }
            | WriteError::Push { .. }
            | WriteError::Site(SiteError::Remote(_)) => Self::unavailable(error),
            WriteError::Refused(_)
            | WriteError::Unreadable(_)
            | WriteError::Site(_)
            | WriteError::Store(_) => Self::server(error),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Environment(refusal) => refusal.into(),
            Refusal::Unreadable(error) => error.into(),
            Refusal::Clean(_) => Self::NotFound,
            Refusal::Webhook(refusal) => refusal.into(),
            refusal @ (Refusal::Publish(_) | Refusal::Verification(_)) => {
                Self::said(StatusCode::BAD_REQUEST, refusal.to_string())
            }
        }
    }
}

impl From<EnvironmentRefusal> for Problem {
    fn from(refusal: EnvironmentRefusal) -> Self {
        match refusal {
            EnvironmentRefusal::NameTaken { .. } => Self::field("name", format!("{refusal}.")),
            EnvironmentRefusal::Unreadable(error) => error.into(),
            _ => Self::NotFound,
        }
    }
}

impl From<WebhookRefusal> for Problem {
    fn from(refusal: WebhookRefusal) -> Self {
        match refusal {
            WebhookRefusal::NoSuchWebhook { .. } => Self::NotFound,
            WebhookRefusal::Invalid(invalid) => invalid.into(),
            WebhookRefusal::Unreadable(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(problem: &Problem, as_problem: bool) -> Value {
        let reply = problem.reply(as_problem, &Address::new("http://h"));
        serde_json::from_slice(reply.body()).unwrap()
    }

    #[test]
    fn fields_are_told_with_all_that_is_wrong_with_them() {
        let mut fields = Fields::default();
        fields.add("name", "is missing");
        fields.add("contracts", "must be an array");
        fields.add("name", "cannot be blank");
        let problem = Problem::Fields(fields);
        assert_eq!(
            body(&problem, false),
            json!({ "errors": {
                "name": ["is missing", "cannot be blank"],
                "contracts": ["must be an array"],
            }})
        );
        let problem = body(&problem, true);
        assert_eq!(problem["status"], 400);
        assert_eq!(problem["errors"][0]["pointer"], "/name");
        assert_eq!(
            problem["errors"][0]["type"],
            "http://h/problems/missing-body-property"
        );
    }

    #[test]
    fn what_happened_inside_is_not_told() {
        let problem = Problem::Server {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            detail: "could not read secret/place".to_owned(),
        };
        for as_problem in [false, true] {
            let told = body(&problem, as_problem).to_string();
            assert!(!told.contains("secret"), "{told}");
        }
    }
}
