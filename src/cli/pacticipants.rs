//! `git pact create-or-update-pacticipant`, `describe-pacticipant` and `list-pacticipants`

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::not_found;
use super::outside::Outside;
use super::receipt;
use super::ui::Ui;
use crate::app::describe;
use crate::app::describe::ListedPacticipants;
use crate::app::write::write;
use crate::domain::describe_pacticipant::PacticipantUpdate;
use crate::domain::edit::Edit;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::name::BranchName;
use crate::domain::name::LabelName;
use crate::domain::name::PacticipantName;
use crate::render::hal::Address;
use crate::render::hal::pacticipant as hal;
use crate::render::pacticipant as render;

/// Describe an application: its main branch, its display name, its repository
///
/// What is not given stays as it is. A main branch called main, master or develop is found out
/// when it is first used.
#[derive(Debug, Args)]
pub(super) struct CreateOrUpdatePacticipant {
    /// The name of the application
    #[arg(long)]
    name: PacticipantName,

    /// A name for people to read
    #[arg(long)]
    display_name: Option<String>,

    /// The branch from which it is released
    #[arg(long)]
    main_branch: Option<BranchName>,

    /// Where its code is
    #[arg(long, value_name = "URL")]
    repository_url: Option<String>,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl CreateOrUpdatePacticipant {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&self.store)?;
        let name = self.name.clone();
        let intent = Intent::DescribePacticipant(PacticipantUpdate {
            display_name: Edit::part(self.display_name),
            main_branch: Edit::part(self.main_branch),
            repository_url: Edit::part(self.repository_url),
            ..PacticipantUpdate::new(self.name, outside.now)
        });
        let written = write(&mut site, &context, &[intent])?;
        match self.output {
            Output::Json => {
                let known = describe::pacticipant(&site, &context, &name)?.value;
                ui.document(&hal::pacticipant(&(&known).into(), &Address::new("")));
            }
            Output::Text => {
                let outcome = written.outcomes.first();
                let is_new = matches!(
                    outcome,
                    Some(Some(Outcome::Pacticipant { is_new: true, .. }))
                );
                let done = if is_new { "created" } else { "updated" };
                let place = outside.place(&site);
                ui.success(&format!("Pacticipant \"{name}\" {done} in {place}"));
            }
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}

/// Show an application: what it is, where its branches and tags stand, what of it is where
#[derive(Debug, Args)]
pub(super) struct DescribePacticipant {
    /// The name of the application
    #[arg(long)]
    name: PacticipantName,

    /// How to show it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl DescribePacticipant {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let unknown = |error| not_found::failure(error, &site, outside);
        let at = Address::new("");
        match (self.output, outside.face) {
            (Output::Json, _) => {
                let known = describe::pacticipant(&site, &context, &self.name).map_err(unknown)?;
                ui.document(&hal::pacticipant(&(&known.value).into(), &at));
            }
            (Output::Text, Face::PactBroker) => {
                let known = describe::pacticipant(&site, &context, &self.name).map_err(unknown)?;
                ui.data(&render::yaml(&known.value.pacticipant, &at));
            }
            (Output::Text, Face::GitPact) => {
                let known = describe::pacticipant_in_full(&site, &context, &self.name);
                let (details, around) = known.map_err(unknown)?.value;
                ui.data(&render::text(&details, &around));
            }
        }
        Ok(Exit::Yes)
    }
}

/// List the applications
#[derive(Debug, Args)]
pub(super) struct ListPacticipants {
    /// Only those with this label
    #[arg(long)]
    label: Option<LabelName>,

    /// How to show them
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl ListPacticipants {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let label = self.label.as_ref();
        let listed = describe::all_pacticipants(&site, &context, label)?.value;
        match (self.output, outside.face) {
            (Output::Json, _) => self.document(&listed, ui),
            (Output::Text, Face::PactBroker) => ui.data(&render::list(&listed)),
            (Output::Text, Face::GitPact) => match &self.label {
                _ if !listed.is_empty() => ui.data(&render::overview(&listed)),
                Some(label) => ui.say(&format!("No application has the label {label}.")),
                None => ui.say("No application is known yet: publish a pact, or create one."),
            },
        }
        Ok(Exit::Yes)
    }

    fn document(&self, listed: &ListedPacticipants, ui: &mut Ui<'_>) {
        let shown = listed.iter().map(|(pacticipant, latest)| hal::Shown {
            pacticipant,
            latest: latest.as_ref(),
            deployed: None,
        });
        let shown: Vec<_> = shown.collect();
        let at = Address::new("");
        ui.document(&match self.label {
            Some(_) => hal::pacticipants_labelled(&shown, &at),
            None => hal::pacticipants(&shown, &at),
        });
    }
}
