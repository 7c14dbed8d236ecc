//! What to say to somebody who asks about something that is not there: what may have been meant, and
//! how it comes to be.

use super::failure::Failure;
use crate::app::ask::AskError;
use crate::app::likely_names::likely_environments;
use crate::app::likely_names::likely_pacticipants;
use crate::app::site::Site;
use crate::domain::likely_name::did_you_mean;
use crate::domain::matrix::MatrixError;
use crate::domain::matrix::Refusal;
use crate::render::shell::CommandLine;

/// Returns the failure of a question to the matrix, with hints if it names what is not there.
pub(super) fn failure_of_question(error: AskError<MatrixError>, site: &Site) -> Failure {
    let refusals = match &error {
        AskError::Question(MatrixError::Refused(refusals)) => refusals.clone(),
        _ => Vec::new(),
    };
    let hints = refusals.iter();
    let hints = hints.flat_map(|refusal| hints_for(refusal, site));
    hints.fold(error.into(), Failure::hint)
}

/// Returns what to do about a name that is not known. What cannot be found out is left unsaid: the
/// question failed already.
fn hints_for(refusal: &Refusal, site: &Site) -> Vec<String> {
    match refusal {
        Refusal::UnknownPacticipant(name) => {
            let likely = likely_pacticipants(site, name);
            let nobody = "nobody has published a pact of it or with it: `git pact status` shows who \
                          there is";
            vec![did_you_mean(&likely).unwrap_or_else(|| nobody.to_owned())]
        }
        Refusal::UnknownEnvironment(name) => {
            let likely = likely_environments(site, name);
            let create = CommandLine::new("create-environment").option("name", name);
            let mut hints: Vec<String> = did_you_mean(&likely).into_iter().collect();
            hints.push(format!("create it with `{create}`"));
            hints
        }
        _ => Vec::new(),
    }
}
