//! `git pact create-environment`, `update-`, `describe-`, `list-` and `delete-environment`

use std::sync::Arc;

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::ui::Ui;
use crate::app::ask::ask;
use crate::app::site::Site;
use crate::app::write::write;
use crate::domain::deployment::EnvironmentRefusal;
use crate::domain::deployment::EnvironmentUpdate;
use crate::domain::deployment::environment_by_uuid;
use crate::domain::environment::Contact;
use crate::domain::environment::Environment;
use crate::domain::environment::Uuid;
use crate::domain::fact::EnvironmentFact;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::name::EnvironmentName;
use crate::render::environment::EnvironmentJson;
use crate::render::environment::describe;
use crate::render::environment::list;
use crate::store::git::Moment;

/// How to show an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum EnvironmentOutput {
    /// For people
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
    #[arg(short, long, value_enum, default_value_t = EnvironmentOutput::Text)]
    output: EnvironmentOutput,

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
            show(environment, self.output, "Created", &site, ui);
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}

fn show(
    environment: &Environment,
    output: EnvironmentOutput,
    done: &str,
    site: &Site,
    ui: &mut Ui<'_>,
) {
    match output {
        EnvironmentOutput::Json => ui.json(&EnvironmentJson::from(environment)),
        EnvironmentOutput::Id => ui.data(environment.uuid.as_str()),
        EnvironmentOutput::Text => ui.data(&format!(
            "{done} {} environment in {} with UUID {}",
            environment.name, site.description, environment.uuid
        )),
    }
}

/// Change an environment; what is not given stays as it is
#[derive(Debug, Args)]
pub(super) struct Update {
    /// The id of the environment (see list-environments)
    #[arg(long)]
    uuid: Uuid,

    /// A new name; everything that is recorded there goes along
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
    #[arg(short, long, value_enum, default_value_t = EnvironmentOutput::Text)]
    output: EnvironmentOutput,

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
        let intent = Intent::UpdateEnvironment(EnvironmentUpdate {
            uuid: self.uuid,
            name: self.name,
            display_name: self.display_name,
            production,
            contacts: self.contact.contacts(),
            at: outside.now,
        });
        let written = write(&mut site, &context, &[intent])?;
        if let Some(Some(Outcome::Environment(environment))) = written.outcomes.first() {
            show(environment, self.output, "Updated", &site, ui);
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
    uuid: Option<Uuid>,

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
        let answer = ask(&site, &context, &Moment::Now, |ledger, _| {
            match (&self.uuid, &self.name) {
                (Some(uuid), _) => environment_by_uuid(ledger, uuid),
                (None, Some(name)) => match ledger.environment(name)? {
                    Some(environment) => Ok(Environment::clone(&environment)),
                    None => Err(EnvironmentRefusal::NoSuchEnvironment {
                        name: name.clone(),
                        known: names(&ledger.environments()?),
                    }),
                },
                (None, None) => unreachable!("one of the two is required"),
            }
        })?;
        match self.output {
            Output::Json => ui.json(&EnvironmentJson::from(&answer.value)),
            Output::Text => ui.data(&describe(&answer.value)),
        }
        Ok(Exit::Yes)
    }
}

fn names(environments: &[Arc<Environment>]) -> Vec<EnvironmentName> {
    environments
        .iter()
        .map(|environment| environment.name.clone())
        .collect()
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
        let answer = ask(&site, &context, &Moment::Now, |ledger, _| {
            ledger.environments()
        })?;
        let environments: Vec<&Environment> = answer.value.iter().map(Arc::as_ref).collect();
        match self.output {
            Output::Json => {
                let json: Vec<_> = environments
                    .into_iter()
                    .map(EnvironmentJson::from)
                    .collect();
                ui.json(&json);
            }
            Output::Text if environments.is_empty() => {
                ui.say("There are no environments yet: git pact create-environment --name NAME");
            }
            Output::Text => ui.data(&list(&environments)),
        }
        Ok(Exit::Yes)
    }
}

/// Delete an environment, with all that is recorded there
#[derive(Debug, Args)]
pub(super) struct Delete {
    /// The id of the environment (see list-environments)
    #[arg(long)]
    uuid: Uuid,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl Delete {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&self.store)?;
        let written = write(&mut site, &context, &[Intent::DeleteEnvironment(self.uuid)])?;
        if let Some(Some(Outcome::EnvironmentDeleted(environment))) = written.outcomes.first() {
            match self.output {
                Output::Json => ui.json(&EnvironmentJson::from(environment)),
                Output::Text => ui.data(&format!(
                    "Deleted environment {} from {}",
                    environment.name, site.description
                )),
            }
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}
