//! `git pact create-or-update-pacticipant` and `create-or-update-version`

use clap::Args;

use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::ui::Ui;
use crate::app::write::State;
use crate::app::write::write;
use crate::domain::describe_pacticipant::PacticipantUpdate;
use crate::domain::edit::Edit;
use crate::domain::fact::VersionFact;
use crate::domain::intent::Intent;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;

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
        let done = if written.state == State::NothingNew {
            "is known"
        } else {
            "is described"
        };
        ui.data(&format!(
            "Pacticipant \"{name}\" {done} in {}",
            site.description
        ));
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}

/// Put a version on a branch, or give it tags
#[derive(Debug, Args)]
pub(super) struct CreateOrUpdateVersion {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The version
    #[arg(short = 'e', long)]
    version: VersionNumber,

    /// The branch that it is on
    #[arg(long)]
    branch: Option<BranchName>,

    /// A tag for it; may be given several times
    #[arg(short, long = "tag", value_name = "TAG", num_args = 1..)]
    tags: Vec<TagName>,

    /// The build that made it
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,

    #[command(flatten)]
    store: StoreArguments,
}

impl CreateOrUpdateVersion {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&self.store)?;
        let mut said = format!("Created/updated pacticipant version {}", self.version);
        if let Some(branch) = &self.branch {
            said.push_str(" with branch ");
            said.push_str(branch.as_str());
        }
        if !self.tags.is_empty() {
            let tags: Vec<&str> = self.tags.iter().map(TagName::as_str).collect();
            let joint = if self.branch.is_some() {
                " and tag(s) "
            } else {
                " with tag(s) "
            };
            said.push_str(joint);
            said.push_str(&tags.join(", "));
        }
        let intent = Intent::DescribeVersion(VersionFact {
            pacticipant: self.pacticipant,
            number: self.version,
            branch: self.branch,
            tags: self.tags,
            build_url: self.build_url,
            pacts: Vec::new(),
            at: outside.now,
        });
        let written = write(&mut site, &context, &[intent])?;
        ui.data(&format!("{said} in {}", outside.place(&site)));
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}
