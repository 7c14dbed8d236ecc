//! What went wrong with a request, and how it is said: the only place that knows statuses of
//! errors (spec: http-api, server rules 5 and 6).

mod shape;

use axum::http::StatusCode;
use serde_json::Value;

use super::access::Denied;
use super::origin::Foreign;
use crate::app::ask::AskError;
use crate::app::log::LogError;
use crate::app::site::SiteError;
use crate::app::write::WriteError;
use crate::domain::comparison::CannotCompare;
use crate::domain::deletion::DeletionRefusal;
use crate::domain::deployment::EnvironmentRefusal;
use crate::domain::find_pact::NoSuchPact;
use crate::domain::find_version::NotFound;
use crate::domain::intent::Refusal;
use crate::domain::invalid_fields::InvalidFields;
use crate::domain::invalid_fields::Refused;
use crate::domain::ledger::Unreadable;
use crate::domain::matrix::MatrixError;
use crate::domain::name::PacticipantName;
use crate::domain::pacts_for_verification::CannotSelect;
use crate::domain::webhook::WebhookRefusal;
use crate::render::page::answer::Unanswered;

/// Something is wrong with a request, or with the server.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum Problem {
    /// There is no such thing.
    #[error("not found")]
    NotFound,
    /// Whoever asks has not the right to.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A page of another site may have made a browser ask.
    #[error(transparent)]
    Foreign(#[from] Foreign),
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
    errors: Vec<FieldError>,
}

/// Something that is wrong with a field, or with one element of it, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FieldError {
    field: String,
    index: Option<usize>,
    text: String,
}

impl std::fmt::Display for FieldError {
    /// Writes the text, with the index at its end.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.index {
            Some(index) => write!(f, "{} (at index {index})", self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl std::fmt::Display for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let texts: Vec<_> = self
            .errors
            .iter()
            .map(|error| format!("{} {error}", error.field))
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
        self.errors.push(FieldError {
            field: field.to_owned(),
            index: None,
            text: text.into(),
        });
    }

    /// Adds something that is wrong with an element of a field, counted from 0.
    pub(crate) fn add_at(&mut self, field: &str, index: usize, text: impl Into<String>) {
        self.errors.push(FieldError {
            field: field.to_owned(),
            index: Some(index),
            text: text.into(),
        });
    }

    /// Says whether something is wrong with a field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.errors.iter().any(|known| known.field == field)
    }

    /// Returns what is wrong, without the fields.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.errors.iter().map(|error| error.text.as_str())
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
        Self::nobody("pacticipant", name)
    }

    /// Returns the problem of a pacticipant that nobody knows, as what it was looked for.
    pub(crate) fn nobody(role: &str, name: &PacticipantName) -> Self {
        let text = format!("No {role} with name '{name}' found");
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
        let detail = with_causes(error);
        Self::Server { status, detail }
    }

    /// Returns the status.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Denied(Denied::Unknown) => StatusCode::UNAUTHORIZED,
            Self::Denied(Denied::ReadOnly | Denied::NobodyWrites) | Self::Foreign(_) => {
                StatusCode::FORBIDDEN
            }
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
}

/// Returns what an error says, and what its causes say, for the log.
pub(super) fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut detail = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !detail.ends_with(&text) {
            detail = format!("{detail}: {text}");
        }
        cause = error.source();
    }
    detail
}

impl From<InvalidFields> for Problem {
    fn from(invalid: InvalidFields) -> Self {
        let errors = invalid.0.into_iter().map(|invalid| FieldError {
            field: invalid.field.to_owned(),
            index: invalid.index,
            text: invalid.message,
        });
        Self::Fields(Fields {
            errors: errors.collect(),
            ..Fields::default()
        })
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Invalid(invalid) => invalid.into(),
            Refused::Unreadable(error) => error.into(),
        }
    }
}

impl From<CannotSelect> for Problem {
    fn from(error: CannotSelect) -> Self {
        match error {
            CannotSelect::UnknownProvider(name) => Self::nobody("provider", &name),
            CannotSelect::Unreadable(error) => error.into(),
        }
    }
}

impl From<MatrixError> for Problem {
    fn from(error: MatrixError) -> Self {
        match error {
            MatrixError::Refused(refusals) => {
                Self::List(refusals.iter().map(ToString::to_string).collect())
            }
            MatrixError::Unreadable(error) => error.into(),
        }
    }
}

impl From<NotFound> for Problem {
    fn from(error: NotFound) -> Self {
        match error {
            NotFound::Unreadable(error) => error.into(),
            not_there => Self::said(StatusCode::NOT_FOUND, not_there.to_string()),
        }
    }
}

impl From<CannotCompare> for Problem {
    fn from(error: CannotCompare) -> Self {
        let status = match error {
            CannotCompare::NoSuchPact(NoSuchPact::NotFound(error)) => return error.into(),
            CannotCompare::NoSuchPact(NoSuchPact::None { .. }) => StatusCode::NOT_FOUND,
            CannotCompare::NoSuchPact(NoSuchPact::Several { .. })
            | CannotCompare::OfOthers { .. } => StatusCode::BAD_REQUEST,
        };
        Self::said(status, error.to_string())
    }
}

impl From<Unanswered> for Problem {
    fn from(error: Unanswered) -> Self {
        match error {
            Unanswered::Unreadable(error) => error.into(),
            Unanswered::Matrix(error) => error.into(),
            Unanswered::Network(error) => error.into(),
            Unanswered::Diff(error) => error.into(),
        }
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

impl From<LogError> for Problem {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Unknown { .. } => Self::said(StatusCode::NOT_FOUND, error.to_string()),
            LogError::Change { .. }
            | LogError::Unreadable(_)
            | LogError::Site(_)
            | LogError::Store(_) => Self::server(&error),
        }
    }
}

impl From<&WriteError> for Problem {
    fn from(error: &WriteError) -> Self {
        match error {
            WriteError::LostRaces { .. }
            | WriteError::Stuck { .. }
            | WriteError::Unsure { .. }
            | WriteError::Push { .. }
            | WriteError::Site(SiteError::Remote(_) | SiteError::Rewritten(_)) => {
                Self::unavailable(error)
            }
            // What is read from bundles is not written by anybody.
            WriteError::Site(SiteError::ReadOnly { .. }) => {
                Self::said(StatusCode::FORBIDDEN, error.to_string())
            }
            WriteError::Refused(_)
            | WriteError::Bundle(_)
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
            Refusal::Deletion(refusal) => refusal.into(),
            Refusal::Webhook(refusal) => refusal.into(),
            // No request says who may write or sign.
            refusal @ (Refusal::Publish(_)
            | Refusal::Verification(_)
            | Refusal::Policy(_)
            | Refusal::Signers(_)) => Self::said(StatusCode::BAD_REQUEST, refusal.to_string()),
        }
    }
}

impl From<DeletionRefusal> for Problem {
    fn from(refusal: DeletionRefusal) -> Self {
        match refusal {
            DeletionRefusal::NoSuchPacticipant { .. } => {
                Self::said(StatusCode::NOT_FOUND, refusal.to_string())
            }
            DeletionRefusal::Unreadable(error) => error.into(),
            _ => Self::NotFound,
        }
    }
}

impl From<EnvironmentRefusal> for Problem {
    fn from(refusal: EnvironmentRefusal) -> Self {
        match refusal {
            EnvironmentRefusal::NameTaken { .. } => Self::field("name", refusal.to_string()),
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
