//! `git pact push` and `git pact fetch`: the network steps on their own

use clap::Args;

use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::receipt::count;
use super::ui::Ui;
use crate::app::rewritten::accept;
use crate::app::write::write;
use crate::record::path::Branch;

/// Push what was recorded offline
///
/// Everything is decided again on the state of the remote. What is refused now stays pending and
/// is named.
#[derive(Debug, Args)]
pub(super) struct Push {
    #[command(flatten)]
    store: StoreArguments,
}

impl Push {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        if self.store.offline {
            return Err(Failure::usage(
                "a push needs the network: leave out --offline",
            ));
        }
        let (mut site, context) = outside.open(&self.store)?;
        let written = write(&mut site, &context, &[])?;
        receipt::say(&written, &site, ui);
        Ok(if written.refused.is_empty() {
            Exit::Yes
        } else {
            Exit::No
        })
    }
}

/// Fetch what others have recorded
#[derive(Debug, Args)]
pub(super) struct Fetch {
    /// Fetch the history too, for log and --at
    #[arg(long)]
    history: bool,

    /// Take branches that were force-pushed or deleted for what they are now
    ///
    /// What they had is said, and where it still is.
    #[arg(long)]
    accept_rewritten: bool,

    #[command(flatten)]
    store: StoreArguments,
}

impl Fetch {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        if self.store.offline {
            return Err(Failure::usage(
                "a fetch needs the network: leave out --offline",
            ));
        }
        let (site, _) = outside.open(&self.store)?;
        if self.accept_rewritten {
            for loss in accept(&site)? {
                ui.warn(&format!("accepted: {loss}"));
            }
        }
        let Some(tips) = site.remote_tips()? else {
            ui.say(&format!(
                "{} is the store itself: nothing to fetch.",
                site.description
            ));
            return Ok(Exit::Yes);
        };
        let branches: Vec<Branch> = tips.keys().cloned().collect();
        let mut stale = 0;
        for branch in &branches {
            if site.here(branch)?.as_ref() != tips.get(branch) {
                stale += 1;
            }
        }
        // With those that are here and not there any more: that they are gone is to be noticed.
        let all = site.branches()?;
        if self.history {
            site.deepen(&all)?;
        } else {
            site.refresh(&all)?;
        }
        ui.say(&format!(
            "Fetched from {}: {}, {stale} of them new or moved.",
            site.description,
            count(branches.len(), "branch").replace("branchs", "branches"),
        ));
        Ok(Exit::Yes)
    }
}
