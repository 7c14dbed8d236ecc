//! What happens in a server, as its log tells it.

use std::time::Duration;

use serde::Serialize;

use crate::app::site::SiteError;
use crate::app::write::State;
use crate::app::write::WriteError;
use crate::app::write::Written;
use crate::remote::PushOutcome;

/// How much an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Only of interest to whoever looks for something.
    Debug,
    /// What the server is there for.
    Info,
    /// Something to look after; the server goes on.
    Warn,
    /// A request could not be answered, and its client is not to blame.
    Error,
}

impl Level {
    /// Returns the name, as lines of the log have it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// Something happened. Its fields are those of the log's JSON; a field that is not known is left
/// out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Event {
    /// Requests are answered from now on.
    Serving { message: String },
    /// A request was answered, or its client went away.
    Request(Request),
    /// All that the remote has is here.
    Fetched { milliseconds: f64 },
    /// The remote could not be fetched.
    NotFetched { error: String, milliseconds: f64 },
    /// Several requests were written together.
    Wrote(Wrote),
    /// Several requests could not be written.
    NotWritten {
        requests: usize,
        error: String,
        milliseconds: f64,
    },
    /// Something that has no form of its own.
    Note {
        #[serde(skip)]
        level: Level,
        message: String,
    },
}

/// One request. Neither the query nor any header is here: they may hold secrets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Request {
    pub(super) id: String,
    pub(super) method: String,
    /// The path, without the query.
    pub(super) path: String,
    /// The template of the route; none where the path leads nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) route: Option<&'static str>,
    /// None if the client went away first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    /// The size of the answer's body.
    pub(super) bytes: u64,
    /// From the last byte of the head of the request to the first of the answer.
    pub(super) milliseconds: f64,
    /// Who asked, as far as that was checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    /// What the client is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    /// Whether it came from something that asks all day long.
    #[serde(skip)]
    pub(super) is_routine: bool,
}

/// What became of requests that were written together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Wrote {
    pub(super) outcome: Outcome,
    pub(super) requests: usize,
    /// How many of them were refused.
    pub(super) refused: usize,
    /// How many branches moved.
    pub(super) branches: usize,
    /// How often others wrote first.
    pub(super) lost_races: u32,
    pub(super) milliseconds: f64,
}

/// Where something that was written is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// On the remote, or in the repository that is the authority.
    Landed,
    /// Where it was: all of it was known.
    NothingNew,
    /// On this disk, for a later push.
    Kept,
    /// Nowhere.
    Failed,
}

impl Outcome {
    /// Returns the name, as the log and the measurements have it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Landed => "landed",
            Self::NothingNew => "nothing_new",
            Self::Kept => "kept",
            Self::Failed => "failed",
        }
    }
}

impl Wrote {
    /// Returns what a write came to.
    pub(super) fn of<T, E>(written: &Written<Vec<Result<T, E>>>, took: Duration) -> Self {
        let (outcome, branches, attempts) = match &written.state {
            State::Landed { advances, attempts } => (Outcome::Landed, advances.len(), *attempts),
            State::NothingNew => (Outcome::NothingNew, 0, 1),
            State::Kept { .. } | State::Bundled { .. } => (Outcome::Kept, 0, 1),
        };
        Self {
            outcome,
            requests: written.outcomes.len(),
            refused: written.outcomes.iter().filter(|it| it.is_err()).count(),
            branches,
            lost_races: attempts.saturating_sub(1),
            milliseconds: milliseconds(took),
        }
    }
}

/// Returns how often others wrote first before a write was given up.
pub(super) fn lost_races(error: &WriteError) -> u32 {
    match error {
        WriteError::LostRaces { attempts, .. } | WriteError::Stuck { attempts, .. } => *attempts,
        _ => 0,
    }
}

/// Says whether a write failed because the remote could not be reached, or could not take it.
pub(super) fn blames_remote(error: &WriteError) -> bool {
    match error {
        WriteError::Site(SiteError::Remote(_) | SiteError::Rewritten(_))
        | WriteError::Unsure { .. } => true,
        WriteError::Push { outcome } => matches!(
            outcome,
            PushOutcome::Unreachable { .. } | PushOutcome::Unpacker { .. }
        ),
        _ => false,
    }
}

/// Returns a duration in milliseconds, to the microsecond.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

impl Event {
    /// Returns how much the event matters.
    pub(super) fn level(&self) -> Level {
        match self {
            Self::Request(request) => match request.status {
                Some(500..) => Level::Error,
                Some(_) if request.is_routine => Level::Debug,
                _ => Level::Info,
            },
            Self::Fetched { .. } => Level::Debug,
            Self::Wrote(wrote) if wrote.outcome == Outcome::NothingNew => Level::Debug,
            Self::Wrote(_) | Self::Serving { .. } => Level::Info,
            Self::Note { level, .. } => *level,
            Self::NotFetched { .. } => Level::Warn,
            Self::NotWritten { .. } => Level::Error,
        }
    }
}
