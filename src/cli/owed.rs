//! `git pact owed`

mod dispatch;

use clap::Args;
use clap::ValueEnum;

use self::dispatch::DispatchArguments;
use super::StoreArguments;
use super::at::AtArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::not_found;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::owed::owed;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::owed::Owed as OwedVerification;
use crate::domain::owed::State;
use crate::domain::owed::WantedOwed;
use crate::domain::owed::builds;
use crate::render::computed_from::sentence;
use crate::render::owed as render;

/// List the verifications that are owed, the oldest first
///
/// What the head of a provider's main branch, and each version that is deployed or released, has not verified
/// of the contracts that matter beside it; heads of branches of one name; and what consumers propose on branches
/// that are not merged. Each with why, since when, and whether it will clear by itself, never will, or really failed;
/// see docs/events.md. Exits with 0 if nothing is owed, with 1 if something failed, else with 3; a proposal
/// that failed has its answer and counts as neither.
#[derive(Debug, Args)]
pub(super) struct Owed {
    /// Only what this provider owes; may be given several times
    #[arg(long = "provider", value_name = "NAME")]
    providers: Vec<PacticipantName>,

    /// Only what is owed to this consumer; may be given several times
    #[arg(long = "consumer", value_name = "NAME")]
    consumers: Vec<PacticipantName>,

    /// Only what is owed by versions that are deployed in or released to an environment
    #[arg(long, value_name = "NAME")]
    environment: Option<EnvironmentName>,

    /// Exit with 0 whatever is owed
    #[arg(long)]
    exit_zero: bool,

    /// How to show it
    #[arg(short, long, value_enum, default_value_t = OwedOutput::Text)]
    output: OwedOutput,

    #[command(flatten)]
    dispatch: DispatchArguments,

    #[command(flatten)]
    at: AtArguments,

    #[command(flatten)]
    store: StoreArguments,
}

/// How to show what is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OwedOutput {
    /// For people
    Text,
    /// For programs
    Json,
    /// A line for strategy.matrix: a job for each build that would settle something; exits with 0
    GithubMatrix,
}

impl Owed {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, mut context) = outside.open(&self.store)?;
        let moment = self.at.moment(outside, &mut context, ui)?;
        let wanted = WantedOwed {
            providers: self.providers.iter().cloned().collect(),
            consumers: self.consumers.iter().cloned().collect(),
            environment: self.environment.clone(),
        };
        let answer = owed(&site, &context, &moment, &wanted)
            .map_err(|error| not_found::failure(error, &site, outside))?;
        let found = &answer.value;
        if self.dispatch.is_asked_for() {
            return self
                .dispatch
                .run(&site, &context, found, self.output, outside, ui);
        }
        match self.output {
            OwedOutput::Json => {
                ui.json(&render::OwedListJson::new(
                    found,
                    &answer.basis,
                    outside.now,
                ));
            }
            OwedOutput::GithubMatrix => {
                ui.json_line(&render::GithubMatrix::new(&builds(found)));
                return Ok(Exit::Yes);
            }
            OwedOutput::Text => {
                if found.is_empty() {
                    ui.success("Nothing is owed.");
                } else {
                    ui.data(&render::text(found, outside.now));
                }
                ui.say(&format!("Computed from {}.", sentence(&answer.basis)));
            }
        }
        if self.exit_zero {
            return Ok(Exit::Yes);
        }
        Ok(exit(found))
    }
}

/// Returns what something that is owed comes to, as a pipeline sees it.
fn exit(owed: &[OwedVerification]) -> Exit {
    let is_failed = |owed: &&OwedVerification| matches!(owed.state, State::Failed(_));
    let (failed, open): (Vec<_>, Vec<_>) = owed.iter().partition(is_failed);
    // That a proposal fails is what somebody wanted to know of it: nothing is broken.
    if failed.iter().any(|owed| !owed.is_proposed()) {
        Exit::No
    } else if open.is_empty() {
        Exit::Yes
    } else {
        Exit::Unknown
    }
}
