//! `git pact policy`

use clap::Args;
use clap::Subcommand;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::receipt::Receipt;
use super::ui::Ui;
use crate::app::ask::ask;
use crate::app::write::write;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::name::Identity;
use crate::domain::policy::BranchPattern;
use crate::domain::policy::PolicyChange;
use crate::render::policy::PolicyJson;
use crate::render::policy::text;
use crate::store::git::Moment;

/// Show who may write which branch, or say so
///
/// A server that lets pushes in by `git pact hook pre-receive` asks the policy of the store; see
/// `git pact hooks install`. A branch that no rule names is open to everybody who may push. Of several
/// rules that name a branch the most specific counts.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Policy {
    #[command(subcommand)]
    command: Option<PolicyCommand>,

    #[command(flatten)]
    show: Show,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    Allow(Allow),
    Remove(Remove),
}

#[derive(Debug, Args)]
struct Show {
    /// How to show it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

/// Say who may write some branches, beside those who may already
///
/// The first rule of all has to come with one for pact/settings, where the policy itself is.
#[derive(Debug, Args)]
struct Allow {
    /// The branch as git shows it, such as pact/env/production, or a pattern such as pact/app/*; may be
    /// given several times
    #[arg(long = "branch", value_name = "BRANCH", required = true)]
    branches: Vec<BranchPattern>,

    /// Who may write it, as the server knows them; may be given several times
    #[arg(long = "identity", value_name = "NAME", required = true)]
    identities: Vec<Identity>,

    #[command(flatten)]
    show: Show,
}

/// Take somebody from a rule, or a rule away
#[derive(Debug, Args)]
struct Remove {
    /// The branch or pattern, as the rule names it; may be given several times
    #[arg(long = "branch", value_name = "BRANCH", required = true)]
    branches: Vec<BranchPattern>,

    /// Who may not write it any more; without it the rule goes, and the branch is open
    #[arg(long = "identity", value_name = "NAME")]
    identities: Vec<Identity>,

    #[command(flatten)]
    show: Show,
}

impl Policy {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        match self.command {
            None => self.show.run(outside, ui),
            Some(PolicyCommand::Allow(allow)) => {
                let change = PolicyChange::Allow {
                    branches: allow.branches.into_iter().collect(),
                    identities: allow.identities.into_iter().collect(),
                };
                allow.show.change(change, outside, ui)
            }
            Some(PolicyCommand::Remove(remove)) => {
                let change = PolicyChange::Remove {
                    branches: remove.branches.into_iter().collect(),
                    identities: remove.identities.into_iter().collect(),
                };
                remove.show.change(change, outside, ui)
            }
        }
    }
}

impl Show {
    fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let known = ask(&site, &context, &Moment::Now, |ledger, _| ledger.policy())?.value;
        match self.output {
            Output::Json => ui.json(&PolicyJson::from(&known)),
            Output::Text if known.is_empty() => ui.say(
                "Everybody who may push may write every branch. To say who may: git pact policy allow \
                 --branch pact/settings --identity NAME",
            ),
            Output::Text => ui.data(&text(&known)),
        }
        Ok(Exit::Yes)
    }

    fn change(
        self,
        change: PolicyChange,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&self.store)?;
        let written = write(&mut site, &context, &[Intent::ChangePolicy(change)])?;
        match self.output {
            Output::Json => ui.json(&Receipt::of(&written)),
            Output::Text => {
                if let [Some(Outcome::Policy(policy))] = written.outcomes.as_slice()
                    && !policy.is_empty()
                {
                    ui.data(&text(policy));
                }
            }
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}
