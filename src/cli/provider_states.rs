//! `git pact provider-states`

use clap::Args;
use clap::Subcommand;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::pacts::states;
use crate::domain::name::BranchName;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::provider_states::Scope;
use crate::render::computed_from;
use crate::render::hal::provider_states::provider_states;
use crate::render::provider_states as render;

/// Show the states that consumers need a provider to be in
#[derive(Debug, Args)]
pub(super) struct ProviderStates {
    #[command(subcommand)]
    command: ProviderStatesCommand,
}

#[derive(Debug, Subcommand)]
enum ProviderStatesCommand {
    List(List),
}

/// List the states, each with its parameters and the consumers that need it
///
/// They are those of the pacts on the main branch of each consumer, on another branch, or of what is
/// deployed in an environment or released to it.
#[derive(Debug, Args)]
struct List {
    /// The provider
    #[arg(short = 'r', long)]
    provider: PacticipantName,

    /// The branch of the consumers
    #[arg(long, conflicts_with = "environment")]
    branch: Option<BranchName>,

    /// The environment that consumers are in
    #[arg(long)]
    environment: Option<EnvironmentName>,

    /// Show them as --output json does
    #[arg(long)]
    json: bool,

    /// How to show them
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl ProviderStates {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        match self.command {
            ProviderStatesCommand::List(command) => command.run(outside, ui),
        }
    }
}

impl List {
    fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let (scope, where_from) = match (self.branch, self.environment) {
            (Some(branch), _) => {
                let where_from = format!("on branch {branch}");
                (Scope::Branch(branch), where_from)
            }
            (None, Some(environment)) => {
                let where_from = format!("in {environment}");
                (Scope::Environment(environment), where_from)
            }
            (None, None) => (Scope::MainBranches, "on the main branches".to_owned()),
        };
        let answer = states(&site, &context, &self.provider, &scope)?;
        let states = &answer.value;
        if self.json || self.output == Output::Json {
            ui.json(&provider_states(states));
        } else if !states.is_empty() {
            ui.data(&render::list(states));
        }
        if states.is_empty() {
            let provider = &self.provider;
            ui.say(&format!(
                "No consumer {where_from} needs {provider} to be in a state."
            ));
        }
        if ui.tells_more() && !ui.is_for_programs() {
            let basis = computed_from::sentence(&answer.basis);
            ui.say(&format!("Computed from {basis}."));
        }
        Ok(Exit::Yes)
    }
}
