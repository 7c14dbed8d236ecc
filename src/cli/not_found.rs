//! What to say when something that is asked about does not exist.

use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use crate::app::ask::AskError;
use crate::app::likely_names::likely_pacticipants;
use crate::app::site::Site;
use crate::domain::find_pact::NoSuchPact;
use crate::domain::find_version::NotFound;
use crate::domain::likely_name::did_you_mean;
use crate::domain::name::PacticipantName;
use crate::render::shell::CommandLine;

impl From<NotFound> for Failure {
    fn from(error: NotFound) -> Self {
        let failure = Self::of(Exit::Usage, &error);
        match error {
            NotFound::Unreadable(error) => error.into(),
            NotFound::Environment(refusal) => refusal.into(),
            NotFound::Pacticipant { .. } => failure,
            NotFound::Version { pacticipant, .. } | NotFound::Tag { pacticipant, .. } => {
                let list = CommandLine::new("list-versions").option("pacticipant", &pacticipant);
                failure.hint(format!("these are known: {list}"))
            }
            NotFound::AnyVersion(_) => failure.hint(
                "publish its pacts, record its verification, or use create-or-update-version",
            ),
        }
    }
}

impl From<NoSuchPact> for Failure {
    fn from(error: NoSuchPact) -> Self {
        let failure = Self::of(Exit::Usage, &error);
        match error {
            NoSuchPact::NotFound(error) => error.into(),
            NoSuchPact::None { provider, .. } => {
                let list = CommandLine::new("get-pacts").option("provider", &provider);
                failure.hint(format!("these are on the main branches: {list}"))
            }
            NoSuchPact::Several { .. } => failure.hint("name one of these versions"),
        }
    }
}

/// Returns a hint at who may have been meant, where a pact is not there because somebody is not.
pub(super) fn who_was_meant(error: &NoSuchPact, site: &Site) -> Option<String> {
    match error {
        NoSuchPact::NotFound(NotFound::Pacticipant { name }) => Some(meant(name, site)),
        _ => None,
    }
}

/// Returns what to say to a question about an application that has no answer.
///
/// That something does not exist is an answer on the broker's face. On the other the command line
/// makes no sense, and says what may have been meant.
pub(super) fn failure(error: AskError<NotFound>, site: &Site, outside: &Outside) -> Failure {
    let hint = match &error {
        AskError::Question(NotFound::Pacticipant { name }) => Some(meant(name, site)),
        _ => None,
    };
    let failure = Failure::from(error).of_question(outside.face);
    hint.into_iter().fold(failure, Failure::hint)
}

/// Returns a hint at the applications that may have been meant by a name that nobody knows.
pub(super) fn meant(name: &PacticipantName, site: &Site) -> String {
    let question = did_you_mean(&likely_pacticipants(site, name));
    question.unwrap_or_else(|| "these are known: git pact list-pacticipants".to_owned())
}
