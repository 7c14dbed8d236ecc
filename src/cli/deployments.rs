//! `git pact record-deployment`, `record-undeployment`, `record-release`, `record-support-ended`

use clap::Args;
use serde_json::Value;
use serde_json::json;

use super::Output;
use super::StoreArguments;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::ui::Ui;
use crate::app::environments::record_there;
use crate::app::likely_names::likely_pacticipants;
use crate::app::site::Site;
use crate::app::write::WriteError;
use crate::domain::deployment::EnvironmentRefusal;
use crate::domain::deployment::SupportEnd;
use crate::domain::deployment::Undeployment;
use crate::domain::environment::environments_of_a_new_broker;
use crate::domain::fact::DeploymentFact;
use crate::domain::fact::ReleaseFact;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::intent::Refusal;
use crate::domain::likely_name::did_you_mean;
use crate::domain::name::ApplicationInstance;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;
use crate::render::environment;
use crate::render::hal::Address;
use crate::render::hal::deployed_version as hal;

/// Which instance of an application.
#[derive(Debug, Args)]
struct InstanceArguments {
    /// Which instance of the application, where there are several
    #[arg(long, value_name = "INSTANCE")]
    application_instance: Option<ApplicationInstance>,

    /// What the instance was called before
    #[arg(
        long,
        value_name = "INSTANCE",
        hide = true,
        conflicts_with = "application_instance"
    )]
    target: Option<ApplicationInstance>,
}

impl InstanceArguments {
    fn named(self, outside: &Outside, ui: &mut Ui<'_>) -> Option<ApplicationInstance> {
        if self.target.is_some() && outside.face == Face::PactBroker {
            ui.say("WARN: target has been renamed to application-instance");
        }
        self.application_instance.or(self.target)
    }
}

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

    #[command(flatten)]
    instance: InstanceArguments,

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
            instance: self.instance.named(outside, ui),
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

    #[command(flatten)]
    instance: InstanceArguments,

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
            instance: self.instance.named(outside, ui),
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
///
/// A broker has two environments from the start, which scripts count on: for them they are there as
/// soon as something is recorded of them.
fn record(
    intent: Intent,
    store: &StoreArguments,
    output: Output,
    outside: &Outside,
    ui: &mut Ui<'_>,
) -> Result<Exit, Failure> {
    let (mut site, context) = outside.open(store)?;
    let adds = matches!(
        intent,
        Intent::RecordDeployment(_) | Intent::RecordRelease(_)
    );
    let creatable = match outside.face {
        Face::PactBroker if adds => environments_of_a_new_broker(outside.now).to_vec(),
        _ => Vec::new(),
    };
    let usual: Vec<_> = creatable.iter().map(|fact| fact.name.clone()).collect();
    let recorded = match record_there(&mut site, &context, intent, creatable) {
        Ok(recorded) => recorded,
        Err(WriteError::Refused(Refusal::Environment(mut refusal))) => {
            if let EnvironmentRefusal::NoSuchEnvironment { known, .. } = &mut refusal {
                known.extend(usual);
                known.sort();
                known.dedup();
            }
            let hint = hint(&refusal, &site);
            let failure = Failure::from(Refusal::Environment(refusal));
            return Err(hint.into_iter().fold(failure, Failure::hint));
        }
        Err(error) => return Err(error.into()),
    };
    if let Some(created) = &recorded.created {
        ui.say(&format!(
            "Created {created} environment: it was not there, and every Pact Broker has it from \
             the start."
        ));
    }
    let written = recorded.written;
    if let Some(Some(outcome)) = written.outcomes.last() {
        match output {
            Output::Json => ui.document(&document(outcome, outside.now)),
            Output::Text => {
                if let Some(sentence) = environment::recorded(outcome, outside.place(&site)) {
                    ui.success(&sentence);
                }
            }
        }
    }
    receipt::say(&written, &site, ui);
    Ok(Exit::Yes)
}

/// Returns which application may have been meant, if the one named is not there.
fn hint(refusal: &EnvironmentRefusal, site: &Site) -> Option<String> {
    let (EnvironmentRefusal::NoSuchPacticipant { name }
    | EnvironmentRefusal::NoSuchVersion {
        pacticipant: name, ..
    }) = refusal
    else {
        return None;
    };
    did_you_mean(&likely_pacticipants(site, name))
}

/// Returns what was recorded as the broker shows it; a list of what has ended, as several may.
fn document(outcome: &Outcome, now: Timestamp) -> Value {
    let at = Address::new("");
    match outcome {
        Outcome::Deployed(environment, it) => hal::deployed(environment, it, None, &at),
        Outcome::Undeployed(environment, it) => {
            json!([hal::deployed(environment, it, Some(now), &at)])
        }
        Outcome::Released(environment, it) => hal::released(environment, it, None, &at),
        Outcome::SupportEnded(environment, it) => {
            json!([hal::released(environment, it, Some(now), &at)])
        }
        _ => Value::Null,
    }
}
