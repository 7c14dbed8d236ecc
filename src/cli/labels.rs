//! `git pact create-label`

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::not_found;
use super::outside::Outside;
use super::receipt;
use super::ui::Ui;
use crate::app::describe;
use crate::app::write::write;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::label::Labelling;
use crate::domain::name::LabelName;
use crate::domain::name::PacticipantName;
use crate::render::hal::Address;
use crate::render::hal::label as hal;

/// Label an application, to find it with others by list-pacticipants --label
#[derive(Debug, Args)]
pub(super) struct CreateLabel {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The label
    #[arg(long)]
    label: LabelName,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl CreateLabel {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&self.store)?;
        let (name, label) = (&self.pacticipant, &self.label);
        let intent = Intent::AddLabel(Labelling {
            pacticipant: name.clone(),
            label: label.clone(),
            at: outside.now,
        });
        let written = write(&mut site, &context, &[intent])?;
        if let Some(Some(Outcome::Pacticipant { is_new: true, .. })) = written.outcomes.first() {
            ui.warn(&format!(
                "nobody had mentioned {name} before: it was created"
            ));
        }
        match self.output {
            Output::Json => {
                let given_at = describe::label_given_at(&site, &context, name, label);
                let given_at = given_at.map_err(|error| not_found::failure(error, &site, outside));
                // Somebody may have taken it away by now.
                let given_at = given_at?.value.unwrap_or(outside.now);
                ui.document(&hal::label(name, label, given_at, &Address::new("")));
            }
            Output::Text => {
                let place = outside.place(&site);
                ui.success(&format!(
                    "Labelled pacticipant {name} as {label} in {place}"
                ));
            }
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}
