//! `git pact init`

use clap::Args;

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
use crate::domain::ledger::Unreadable;
use crate::store::git::Moment;

/// Prepare a repository to be a store, and set its rules
///
/// Not needed: the first write prepares the store as well. It shows at once whether you may push
/// there, and records whose rules decide: those of --rules, else what the store was set to before,
/// else strict.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl Init {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&self.store)?;
        // Without --rules those that the store was set to stay.
        let known = ask(&site, &context, &Moment::Now, |_, rules| {
            Ok::<_, Unreadable>(rules)
        });
        let rules = known?.value;
        let written = write(&mut site, &context, &[Intent::SetRules(rules)])?;
        match self.output {
            Output::Json => ui.json(&Receipt::of(&written)),
            Output::Text => {
                let name = serde_json::to_value(rules).unwrap_or_default();
                let name = name.as_str().unwrap_or_default();
                ui.data(&format!(
                    "{} is a store of git-pact; its rules are {name}.",
                    site.description
                ));
            }
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}
