//! `git pact list-branches`

use std::num::NonZeroUsize;

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::not_found;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::describe;
use crate::domain::name::PacticipantName;
use crate::render::hal::Address;
use crate::render::hal::branch as hal;
use crate::render::hal::page::Page;
use crate::render::hal::template;
use crate::render::pacticipant as render;

/// List the branches of an application, that which came into use last first
#[derive(Debug, Args)]
pub(super) struct ListBranches {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// Show no more than so many
    #[arg(long, value_name = "N", default_value = "100")]
    limit: NonZeroUsize,

    /// How to show them
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl ListBranches {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let name = &self.pacticipant;
        let branches = describe::branches(&site, &context, name);
        let branches = branches.map_err(|error| not_found::failure(error, &site, outside))?;
        let mut branches = branches.value;
        let page = Page {
            number: 1,
            size: self.limit.get(),
            of: branches.len(),
        };
        branches.truncate(page.size);
        match self.output {
            Output::Json => {
                let at = Address::new("");
                let itself = at.to(template::BRANCHES, &[name.as_str()]);
                let shown = branches.into_iter().map(|(head, at)| (head.branch, at));
                let shown: Vec<_> = shown.collect();
                let mut document = hal::branches(name, &shown, &itself, &at);
                page.put_on(&mut document, &itself);
                ui.document(&document);
            }
            Output::Text if branches.is_empty() && outside.face == Face::GitPact => {
                ui.say(&format!("{name} has no branch."));
            }
            Output::Text => ui.data(&render::branches(&branches)),
        }
        if self.output == Output::Text && page.of > page.size {
            ui.say(&format!(
                "{} of {}; see more with --limit.",
                page.size, page.of
            ));
        }
        Ok(Exit::Yes)
    }
}
