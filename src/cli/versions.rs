//! `git pact create-or-update-version`, `describe-version` and `list-versions`

use std::num::NonZeroUsize;

use clap::ArgAction;
use clap::Args;
use clap::ValueEnum;

use super::Output;
use super::StoreArguments;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::not_found;
use super::outside::Outside;
use super::receipt;
use super::ui::Ui;
use super::version_properties::warn_of_number;
use crate::app::Context;
use crate::app::ask::AskError;
use crate::app::describe;
use crate::app::describe::ListedVersions;
use crate::app::site::Site;
use crate::app::write::write;
use crate::domain::fact::VersionFact;
use crate::domain::find_version::NotFound;
use crate::domain::find_version::WhichVersion;
use crate::domain::intent::Intent;
use crate::domain::name::BranchName;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::presence::WantedPresence;
use crate::domain::versions::WantedVersions;
use crate::render::hal::Address;
use crate::render::hal::page::Page;
use crate::render::hal::template;
use crate::render::hal::version as hal;
use crate::render::version as render;

/// How to show versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum VersionOutput {
    /// For people
    #[value(alias = "table", alias = "pretty")]
    Text,
    /// For programs
    Json,
    /// The number alone
    Id,
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

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl CreateOrUpdateVersion {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        warn_of_number(&self.version, ui);
        let (mut site, context) = outside.open(&self.store)?;
        let said = render::recorded(&self.version, self.branch.as_ref(), &self.tags);
        let (name, which) = (
            self.pacticipant.clone(),
            WhichVersion::Number(self.version.clone()),
        );
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
        match self.output {
            Output::Json => {
                let known = describe::version(&site, &context, &name, &which)?.value;
                ui.document(&hal::version(&(&known).into(), None, &Address::new("")));
            }
            Output::Text => ui.success(&format!("{said} in {}", outside.place(&site))),
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}

/// Show a version, or what of an application is in an environment
///
/// Without --version the newest version is shown.
#[derive(Debug, Args)]
pub(super) struct DescribeVersion {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The version
    #[arg(short = 'e', long)]
    version: Option<VersionNumber>,

    /// The newest version, or the newest with a tag
    #[arg(short, long, value_name = "TAG", action = ArgAction::Set, num_args = 0..=1)]
    latest: Option<Vec<TagName>>,

    #[command(flatten)]
    presence: PresenceArguments,

    /// How to show it
    #[arg(short, long, value_enum, default_value_t = VersionOutput::Text)]
    output: VersionOutput,

    #[command(flatten)]
    store: StoreArguments,
}

/// What of an application is where.
#[derive(Debug, Args)]
#[group(id = "presence", multiple = true, conflicts_with_all = ["version", "latest"])]
struct PresenceArguments {
    /// What of the application is in this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<EnvironmentName>,

    /// What is deployed, there or anywhere
    #[arg(long)]
    deployed: bool,

    /// What is released and supported, there or anywhere
    #[arg(long)]
    released: bool,
}

impl PresenceArguments {
    /// Returns what is wanted, if anything of that kind is.
    fn wanted(&self) -> Option<WantedPresence> {
        let is_asked = self.environment.is_some() || self.deployed || self.released;
        is_asked.then(|| WantedPresence {
            environment: self.environment.clone(),
            deployed: self.deployed,
            released: self.released,
        })
    }
}

impl DescribeVersion {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        // The Ruby program overlooks --latest then.
        if outside.face == Face::GitPact && self.version.is_some() && self.latest.is_some() {
            return Err(Failure::usage("--version and --latest name two versions"));
        }
        let (site, context) = outside.open(&self.store)?;
        let shown = match self.presence.wanted() {
            Some(wanted) => self.show_presence(&wanted, &site, &context, ui),
            None => self.show_version(&site, &context, ui),
        };
        match shown {
            Ok(()) => Ok(Exit::Yes),
            Err(error) => Err(failure(error, &site, outside)),
        }
    }

    fn which(&self) -> WhichVersion {
        let tag = self.latest.iter().flatten().next();
        match (&self.version, tag) {
            (Some(number), _) => WhichVersion::Number(number.clone()),
            (None, Some(tag)) => WhichVersion::LatestTagged(tag.clone()),
            (None, None) => WhichVersion::Latest,
        }
    }

    fn show_version(
        &self,
        site: &Site,
        context: &Context,
        ui: &mut Ui<'_>,
    ) -> Result<(), AskError<NotFound>> {
        let (name, which) = (&self.pacticipant, self.which());
        if self.output == VersionOutput::Text && ui.face() == Face::GitPact {
            let known = describe::version_in_full(site, context, name, &which)?;
            let (details, evidence) = known.value;
            ui.data(&render::text(&details, &evidence));
            return Ok(());
        }
        let details = describe::version(site, context, name, &which)?.value;
        match self.output {
            // Pretty on both faces, as in the Ruby program.
            VersionOutput::Json => {
                ui.json(&hal::version(&(&details).into(), None, &Address::new("")));
            }
            VersionOutput::Id => ui.data(details.version.number.as_str()),
            VersionOutput::Text => ui.data(&render::brief(&details.version)),
        }
        Ok(())
    }

    fn show_presence(
        &self,
        wanted: &WantedPresence,
        site: &Site,
        context: &Context,
        ui: &mut Ui<'_>,
    ) -> Result<(), AskError<NotFound>> {
        let name = &self.pacticipant;
        let (presence, listed) = describe::presence(site, context, name, wanted)?.value;
        let place = match &wanted.environment {
            Some(environment) => format!("environment {environment}"),
            None => "any environment".to_owned(),
        };
        match self.output {
            VersionOutput::Json => {
                let title = format!("Versions for {name} in {place}");
                ui.json(&document(name, &title, &listed));
            }
            VersionOutput::Id => show_numbers(&listed, ui),
            VersionOutput::Text if ui.face() == Face::GitPact && listed.versions.is_empty() => {
                ui.say(&format!("Nothing of {name} is in {place}."));
            }
            VersionOutput::Text => {
                ui.data(&render::places(&presence.deployed, &presence.released));
            }
        }
        Ok(())
    }
}

/// Returns what to say when a version is not found: on the broker's face in the words of the Ruby
/// program, whatever is not there.
fn failure(error: AskError<NotFound>, site: &Site, outside: &Outside) -> Failure {
    let is_other = matches!(
        error,
        AskError::Question(NotFound::Environment(_) | NotFound::Unreadable(_))
    );
    let is_absent = matches!(error, AskError::Question(_)) && !is_other;
    let mut failure = not_found::failure(error, site, outside);
    if is_absent && outside.face == Face::PactBroker {
        "Pacticipant version not found".clone_into(&mut failure.message);
    }
    failure
}

/// List the versions of an application, newest first
#[derive(Debug, Args)]
pub(super) struct ListVersions {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// Only those on this branch
    #[arg(long)]
    branch: Option<BranchName>,

    /// Only those with this tag
    #[arg(short, long)]
    tag: Option<TagName>,

    /// Show no more than so many
    #[arg(long, value_name = "N", default_value = "30")]
    limit: NonZeroUsize,

    /// How to show them
    #[arg(short, long, value_enum, default_value_t = VersionOutput::Text)]
    output: VersionOutput,

    #[command(flatten)]
    store: StoreArguments,
}

impl ListVersions {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let name = &self.pacticipant;
        let wanted = WantedVersions {
            branch: self.branch,
            tag: self.tag,
        };
        let listed = describe::versions(&site, &context, name, &wanted);
        let listed = listed.map_err(|error| not_found::failure(error, &site, outside))?;
        let mut listed = listed.value;
        let page = Page {
            number: 1,
            size: self.limit.get(),
            of: listed.versions.len(),
        };
        listed.versions.truncate(page.size);
        match self.output {
            VersionOutput::Json => {
                let title = format!("All application versions of {name}");
                let mut document = document(name, &title, &listed);
                page.put_on(&mut document, &all_versions(name));
                ui.document(&document);
                return Ok(Exit::Yes);
            }
            VersionOutput::Id => show_numbers(&listed, ui),
            VersionOutput::Text if page.of == 0 && outside.face == Face::GitPact => {
                ui.say(&format!("No version of {name} is like that."));
            }
            VersionOutput::Text => {
                let versions = listed.versions.iter().map(AsRef::as_ref);
                ui.data(&render::list(versions, &listed.heads));
            }
        }
        if page.of > page.size {
            ui.say(&format!(
                "{} of {}; see more with --limit.",
                page.size, page.of
            ));
        }
        Ok(Exit::Yes)
    }
}

fn show_numbers(listed: &ListedVersions, ui: &mut Ui<'_>) {
    for version in &listed.versions {
        ui.data(version.number.as_str());
    }
}

fn document(name: &PacticipantName, title: &str, listed: &ListedVersions) -> serde_json::Value {
    let shown = listed.versions.iter().map(|version| hal::Shown {
        pacticipant: name,
        version,
        heads: listed.heads.of(&version.number),
        places: None,
    });
    let shown: Vec<_> = shown.collect();
    let at = Address::new("");
    hal::versions(Some(name), title, &shown, &all_versions(name), &at)
}

fn all_versions(name: &PacticipantName) -> String {
    Address::new("").to(template::VERSIONS, &[name.as_str()])
}
