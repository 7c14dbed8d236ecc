//! `git pact create-environment`, `update-`, `describe-`, `list-` and `delete-environment`

use std::sync::Arc;

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::ui::Ui;
use crate::app::Context;
use crate::app::environments;
use crate::app::site::Site;
use crate::app::write::write;
use crate::domain::deployment::EnvironmentReference;
use crate::domain::deployment::EnvironmentUpdate;
use crate::domain::environment::Contact;
use crate::domain::environment::Environment;
use crate::domain::environment::Uuid;
use crate::domain::fact::EnvironmentFact;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::name::EnvironmentName;
use crate::render::environment::describe;
use crate::render::environment::list;
use crate::render::hal::Address;
use crate::render::hal::environment as hal;

/// How to show what has an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum SavedOutput {
    /// For people
    #[value(alias = "table", alias = "pretty")]
    Text,
    /// For programs
    Json,
    /// The id alone
    Id,
}

/// Whom to ask about an environment.
#[derive(Debug, Args)]
struct ContactArguments {
    /// A person or a team to ask about it
    #[arg(long, value_name = "NAME")]
    contact_name: Option<String>,

    /// Where mail reaches them
    #[arg(long, value_name = "ADDRESS")]
    contact_email_address: Option<String>,
}

impl ContactArguments {
    fn contacts(self) -> Option<Vec<Contact>> {
        let Self {
            contact_name: name,
            contact_email_address: email_address,
        } = self;
        let given = name.is_some() || email_address.is_some();
        given.then(|| vec![Contact::by_email(name, email_address)])
    }
}

/// Create an environment
///
/// It gets a branch of its own, which can be protected: then only who may push that branch can
/// record a deployment there.
#[derive(Debug, Args)]
pub(super) struct Create {
    /// The name, without spaces
    #[arg(long)]
    name: EnvironmentName,

    /// A name for people to read
    #[arg(long)]
    display_name: Option<String>,

    /// It is a production environment
    #[arg(long, overrides_with = "_no_production")]
    production: bool,

    /// It is not a production environment; the default
    #[arg(long = "no-production")]
    _no_production: bool,

    #[command(flatten)]
    contact: ContactArguments,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = SavedOutput::Text)]
    output: SavedOutput,

    #[command(flatten)]
    store: StoreArguments,
}

impl Create {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&self.store)?;
        let intent = Intent::CreateEnvironment(EnvironmentFact {
            name: self.name,
            uuid: None,
            display_name: self.display_name,
            production: self.production,
            contacts: self.contact.contacts().unwrap_or_default(),
            at: outside.now,
        });
        let written = write(&mut site, &context, &[intent])?;
        if let Some(Some(Outcome::Environment(environment))) = written.outcomes.first() {
            let name = &environment.name;
            let place = outside.place(&site);
            let uuid = &environment.uuid;
            let sentence = format!("Created {name} environment in {place} with UUID {uuid}");
            show(environment, self.output, &sentence, ui);
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}

fn show(environment: &Environment, output: SavedOutput, sentence: &str, ui: &mut Ui<'_>) {
    match output {
        SavedOutput::Json => ui.document(&hal::environment(environment, &Address::new(""))),
        SavedOutput::Id => ui.data(environment.uuid.as_str()),
        SavedOutput::Text => ui.success(sentence),
    }
}

/// Returns how an environment is named: by its id, else by its name.
fn reference(uuid: Option<String>, name: Option<EnvironmentName>) -> EnvironmentReference {
    match (uuid, name) {
        (Some(uuid), _) => EnvironmentReference::Uuid(uuid),
        (None, Some(name)) => EnvironmentReference::Name(name),
        (None, None) => unreachable!("one of the two is required"),
    }
}

/// Returns the environment that is named.
fn find(
    reference: &EnvironmentReference,
    site: &Site,
    context: &Context,
    outside: &Outside,
) -> Result<Environment, Failure> {
    let found = environments::environment(site, context, reference);
    let answer = found.map_err(|error| Failure::from(error).of_question(outside.face))?;
    Ok(answer.value)
}

/// Returns the id of the environment that is named. Whether one has an id that is given as such is
/// decided where it is written to.
fn uuid_of(
    reference: &EnvironmentReference,
    site: &Site,
    context: &Context,
    outside: &Outside,
) -> Result<Uuid, Failure> {
    if let EnvironmentReference::Uuid(text) = reference
        && let Ok(uuid) = text.parse()
    {
        return Ok(uuid);
    }
    Ok(find(reference, site, context, outside)?.uuid)
}

/// Change an environment; what is not given stays as it is
#[derive(Debug, Args)]
pub(super) struct Update {
    /// The id of the environment (see list-environments)
    #[arg(long, required_unless_present = "name")]
    uuid: Option<String>,

    /// With --uuid a new name, which everything that is recorded there goes along to; without, the
    /// name of the environment
    #[arg(long)]
    name: Option<EnvironmentName>,

    /// A name for people to read
    #[arg(long)]
    display_name: Option<String>,

    /// It is a production environment
    #[arg(long, conflicts_with = "no_production")]
    production: bool,

    /// It is not a production environment
    #[arg(long)]
    no_production: bool,

    #[command(flatten)]
    contact: ContactArguments,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = SavedOutput::Text)]
    output: SavedOutput,

    #[command(flatten)]
    store: StoreArguments,
}

impl Update {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&self.store)?;
        let production = match (self.production, self.no_production) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        let new_name = self.uuid.as_ref().and(self.name.clone());
        let named = reference(self.uuid, self.name);
        let intent = Intent::UpdateEnvironment(EnvironmentUpdate {
            uuid: uuid_of(&named, &site, &context, outside)?,
            name: new_name,
            display_name: self.display_name,
            production,
            contacts: self.contact.contacts(),
            at: outside.now,
        });
        let written = write(&mut site, &context, &[intent])?;
        if let Some(Some(Outcome::Environment(environment))) = written.outcomes.first() {
            let place = outside.place(&site);
            let (name, uuid) = (&environment.name, &environment.uuid);
            let sentence = match outside.face {
                Face::GitPact => format!("Updated {name} environment in {place} with UUID {uuid}"),
                Face::PactBroker => format!("Updated {name} environment in {place}"),
            };
            show(environment, self.output, &sentence, ui);
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}

/// Show an environment
#[derive(Debug, Args)]
pub(super) struct Describe {
    /// The id of the environment (see list-environments)
    #[arg(long, required_unless_present = "name", conflicts_with = "name")]
    uuid: Option<String>,

    /// The name of the environment
    #[arg(long)]
    name: Option<EnvironmentName>,

    /// How to show it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl Describe {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let named = reference(self.uuid, self.name);
        let environment = find(&named, &site, &context, outside)?;
        match self.output {
            Output::Json => ui.document(&hal::environment(&environment, &Address::new(""))),
            Output::Text => ui.data(&describe(&environment)),
        }
        Ok(Exit::Yes)
    }
}

/// List the environments
#[derive(Debug, Args)]
pub(super) struct List {
    /// How to show them
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl List {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let known = environments::environments(&site, &context)?.value;
        let known: Vec<&Environment> = known.iter().map(Arc::as_ref).collect();
        match self.output {
            Output::Json => ui.document(&hal::environments(&known, &Address::new(""))),
            Output::Text if known.is_empty() && outside.face == Face::GitPact => {
                ui.say("There are no environments yet: git pact create-environment --name NAME");
            }
            Output::Text => ui.data(&list(&known)),
        }
        Ok(Exit::Yes)
    }
}

/// Delete an environment, with all that is recorded there
#[derive(Debug, Args)]
pub(super) struct Delete {
    /// The id of the environment (see list-environments)
    #[arg(long, required_unless_present = "name", conflicts_with = "name")]
    uuid: Option<String>,

    /// The name of the environment
    #[arg(long)]
    name: Option<EnvironmentName>,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl Delete {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&self.store)?;
        let named = reference(self.uuid, self.name);
        let uuid = uuid_of(&named, &site, &context, outside)?;
        let written = write(&mut site, &context, &[Intent::DeleteEnvironment(uuid)])?;
        if let Some(Some(Outcome::EnvironmentDeleted(gone))) = written.outcomes.first() {
            match (self.output, outside.face) {
                (Output::Text, _) => ui.success(&format!(
                    "Deleted environment {} from {}",
                    gone.name,
                    outside.place(&site)
                )),
                (Output::Json, Face::GitPact) => {
                    ui.document(&hal::environment(gone, &Address::new("")));
                }
                // A broker answers a deletion with nothing, and that is what its program prints.
                (Output::Json, Face::PactBroker) => ui.data(""),
            }
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}
