//! `git pact record-deployment`, `record-undeployment`, `record-release`, `record-support-ended`

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::ui::Ui;
use crate::app::site::Site;
use crate::app::write::write;
use crate::domain::deployment::SupportEnd;
use crate::domain::deployment::Undeployment;
use crate::domain::fact::DeploymentFact;
use crate::domain::fact::ReleaseFact;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::name::ApplicationInstance;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::render::environment::DeployedJson;
use crate::render::environment::ReleasedJson;

/// Record that a version was deployed to an environment
///
/// It takes the place of the version that the same instance of the application ran before. To
/// record a rollback, record the deployment of the old version.
#[derive(Debug, Args)]
pub(super) struct RecordDeployment {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The version
    #[arg(short = 'e', long)]
    version: VersionNumber,

    /// The environment
    #[arg(long)]
    environment: EnvironmentName,

    /// Which instance of the application, where there are several
    #[arg(long, alias = "target", value_name = "INSTANCE")]
    application_instance: Option<ApplicationInstance>,

    /// The build that deployed it
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl RecordDeployment {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let intent = Intent::RecordDeployment(DeploymentFact {
            environment: self.environment,
            pacticipant: self.pacticipant,
            version: self.version,
            instance: self.application_instance,
            build_url: self.build_url,
            at: outside.now,
        });
        record(intent, &self.store, self.output, outside, ui)
    }
}

/// Record that an application does not run in an environment any more
#[derive(Debug, Args)]
pub(super) struct RecordUndeployment {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The environment
    #[arg(long)]
    environment: EnvironmentName,

    /// Which instance of the application, where there are several
    #[arg(long, alias = "target", value_name = "INSTANCE")]
    application_instance: Option<ApplicationInstance>,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl RecordUndeployment {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let intent = Intent::RecordUndeployment(Undeployment {
            pacticipant: self.pacticipant,
            environment: self.environment,
            instance: self.application_instance,
            at: outside.now,
        });
        record(intent, &self.store, self.output, outside, ui)
    }
}

/// Record that a version was released to an environment, beside others
#[derive(Debug, Args)]
pub(super) struct RecordRelease {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The version
    #[arg(short = 'e', long)]
    version: VersionNumber,

    /// The environment
    #[arg(long)]
    environment: EnvironmentName,

    /// The build that released it
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl RecordRelease {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let intent = Intent::RecordRelease(ReleaseFact {
            environment: self.environment,
            pacticipant: self.pacticipant,
            version: self.version,
            build_url: self.build_url,
            at: outside.now,
        });
        record(intent, &self.store, self.output, outside, ui)
    }
}

/// Record that a released version is not supported any more
#[derive(Debug, Args)]
pub(super) struct RecordSupportEnded {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The version
    #[arg(short = 'e', long)]
    version: VersionNumber,

    /// The environment
    #[arg(long)]
    environment: EnvironmentName,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl RecordSupportEnded {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let intent = Intent::RecordSupportEnded(SupportEnd {
            pacticipant: self.pacticipant,
            version: self.version,
            environment: self.environment,
            at: outside.now,
        });
        record(intent, &self.store, self.output, outside, ui)
    }
}

/// Has an intent recorded and shows what became of it.
fn record(
    intent: Intent,
    store: &StoreArguments,
    output: Output,
    outside: &Outside,
    ui: &mut Ui<'_>,
) -> Result<Exit, Failure> {
    let (mut site, context) = outside.open(store)?;
    let written = write(&mut site, &context, &[intent])?;
    if let Some(Some(outcome)) = written.outcomes.first() {
        match output {
            Output::Json => show_json(outcome, ui),
            Output::Text => ui.data(&sentence(outcome, &site)),
        }
    }
    receipt::say(&written, &site, ui);
    Ok(Exit::Yes)
}

fn show_json(outcome: &Outcome, ui: &mut Ui<'_>) {
    match outcome {
        Outcome::Deployed(environment, deployed) => {
            ui.json(&DeployedJson::new(environment, deployed, true));
        }
        Outcome::Undeployed(environment, deployed) => {
            ui.json(&[DeployedJson::new(environment, deployed, false)]);
        }
        Outcome::Released(environment, released) => {
            ui.json(&ReleasedJson::new(environment, released, true));
        }
        Outcome::SupportEnded(environment, released) => {
            ui.json(&[ReleasedJson::new(environment, released, false)]);
        }
        _ => {}
    }
}

/// Says what was recorded, as the `pact-broker` command line does (spec: cli §4.4 to §4.7).
fn sentence(outcome: &Outcome, site: &Site) -> String {
    let place = &site.description;
    let instance = |instance: &Option<ApplicationInstance>| match instance {
        Some(instance) => format!(" (application instance {instance})"),
        None => String::new(),
    };
    match outcome {
        Outcome::Deployed(environment, deployed) => format!(
            "Recorded deployment of {} version {} to {environment} environment{} in {place}.",
            deployed.pacticipant,
            deployed.version,
            instance(&deployed.instance)
        ),
        Outcome::Undeployed(environment, deployed) => format!(
            "Recorded undeployment of {} version {} from {environment} environment{} in {place}.",
            deployed.pacticipant,
            deployed.version,
            instance(&deployed.instance)
        ),
        Outcome::Released(environment, released) => format!(
            "Recorded release of {} version {} to {environment} environment in {place}.",
            released.pacticipant, released.version
        ),
        Outcome::SupportEnded(environment, released) => format!(
            "Recorded support ended for {} version {} in {environment} environment in {place}.",
            released.pacticipant, released.version
        ),
        _ => String::new(),
    }
}
