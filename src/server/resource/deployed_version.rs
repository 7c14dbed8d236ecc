//! Versions that are deployed in an environment (spec: http-api §1).

use axum::http::Method;
use serde_json::Map;
use serde_json::Value;

use crate::app::write::Draft;
use crate::domain::deployment::Undeployment;
use crate::domain::deployment::environment_by_uuid;
use crate::domain::display_name::display_name;
use crate::domain::environment::DeployedVersion;
use crate::domain::environment::Ended;
use crate::domain::environment::EndedVersion;
use crate::domain::environment::Environment;
use crate::domain::environment::Uuid;
use crate::domain::fact::DeploymentFact;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::ledger::Ledger;
use crate::domain::name::ApplicationInstance;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;
use crate::domain::whereabouts;
use crate::domain::whereabouts::Placed;
use crate::render::hal::Address;
use crate::render::hal::deployed_version;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::documentation::Parameter;
use crate::server::problem::Fields;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::MERGE_PATCH;
use crate::server::routes::Route;

/// What of an environment is asked for.
const OF_ENVIRONMENT: &[Parameter] = &[
    Parameter::text("pacticipant", "Only deployments of this pacticipant."),
    Parameter::text("applicationInstance", "Only those in this instance."),
    Parameter::text("target", "An older word for `applicationInstance`."),
];

pub(crate) const ROUTES: &[Route] = &[
    Route::get(
        template::CURRENTLY_DEPLOYED,
        "What is deployed in an environment, newest first",
        list,
    )
    .asked(OF_ENVIRONMENT)
    .showing("DeployedVersions"),
    Route::get(
        template::VERSION_DEPLOYED,
        "Where in an environment a version is deployed",
        list_of_version,
    )
    .showing("DeployedVersions"),
    Route::write(
        Method::POST,
        template::VERSION_DEPLOYED,
        "Records that a version is deployed in an environment",
        post,
    )
    .perhaps_taking("DeploymentForm")
    .showing("DeployedVersion")
    .creating(template::DEPLOYED_VERSION, "uuid"),
    Route::get(template::DEPLOYED_VERSION, "A deployment", get).showing("DeployedVersion"),
    Route::write(
        Method::PATCH,
        template::DEPLOYED_VERSION,
        "Records that a deployment has ended",
        patch,
    )
    .consuming(MERGE_PATCH)
    .taking("DeploymentEnd")
    .showing("DeployedVersion")
    .refusing(&[422]),
];

fn list(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let environment = environment_by_uuid(view.ledger, &call.place("uuid")?)?;
    let pacticipants = pacticipants_asked_for(call, view.ledger, &environment)?;
    let mut deployed: Vec<DeployedVersion> = Vec::new();
    for name in &pacticipants {
        deployed.extend(view.ledger.deployed(&environment.name, name)?);
    }
    let instance = call.query.text("applicationInstance");
    if let Some(instance) = instance.or_else(|| call.query.text("target")) {
        // No text is the instance without a name.
        let named = |it: &DeployedVersion| {
            let name = it.instance.as_ref();
            name.map_or("", ApplicationInstance::as_str) == instance
        };
        deployed.retain(named);
    }
    deployed.sort_by_key(|it| std::cmp::Reverse(it.seq));
    let entries = deployed.iter();
    let entries: Vec<Value> = entries
        .map(|it| deployed_version::deployed_entry(it, None, &call.at))
        .collect();
    let title = format!(
        "Currently deployed versions for {}",
        environment.shown_name()
    );
    Reply::hal(&deployed_version::list(
        "deployedVersions",
        &title,
        &entries,
        &call.itself,
    ))
}

/// Returns whose versions in an environment are asked for: everybody's, unless somebody is named.
pub(super) fn pacticipants_asked_for(
    call: &Call,
    ledger: &dyn Ledger,
    environment: &Environment,
) -> Result<Vec<PacticipantName>, Problem> {
    Ok(match call.query.text("pacticipant") {
        Some(name) => name.parse().into_iter().collect(),
        None => ledger.pacticipants_in(&environment.name)?,
    })
}

/// Returns the version and the environment that a path names.
pub(super) fn version_in_environment(
    call: &Call,
    ledger: &dyn Ledger,
) -> Result<(PacticipantName, VersionNumber, Environment), Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    let number: VersionNumber = call.place("version")?;
    let environment = environment_by_uuid(ledger, &call.place("uuid")?)?;
    if ledger.version(&name, &number)?.is_none() {
        return Err(Problem::NotFound);
    }
    Ok((name, number, environment))
}

fn list_of_version(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let (name, number, environment) = version_in_environment(call, view.ledger)?;
    let mut deployed = view.ledger.deployed(&environment.name, &name)?;
    deployed.retain(|it| it.version == number);
    let mut all: Vec<(DeployedVersion, Option<Timestamp>)> =
        deployed.into_iter().map(|it| (it, None)).collect();
    for Ended { what, at } in view.ledger.ended(&environment.name)? {
        if let EndedVersion::Deployed(it) = what
            && (&it.pacticipant, &it.version) == (&name, &number)
        {
            all.push((it, Some(at)));
        }
    }
    all.sort_by_key(|(it, _)| std::cmp::Reverse(it.seq));
    let entries = all.iter().map(|(it, ended_at)| {
        let mut entry = deployed_version::deployed_entry(it, *ended_at, &call.at);
        // Whose it is stands in the path.
        entry.as_object_mut().map(|entry| entry.remove("_embedded"));
        entry
    });
    let title = format!(
        "Deployed versions for {} version {number} in {}",
        display_name(name.as_str()),
        environment.shown_name()
    );
    let entries: Vec<Value> = entries.collect();
    Reply::hal(&deployed_version::list(
        "deployedVersions",
        &title,
        &entries,
        &call.itself,
    ))
}

fn post(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let environment = environment_by_uuid(&draft.ledger(), &call.place("uuid")?)?;
    let body = call.json()?;
    let mut fields = Fields::default();
    let mut instance = None;
    for field in ["applicationInstance", "target"] {
        match body.get(field) {
            Some(Value::String(text)) if instance.is_none() && !text.is_empty() => {
                match text.parse::<ApplicationInstance>() {
                    Ok(name) => instance = Some(name),
                    Err(error) => fields.add(field, error.to_string()),
                }
            }
            None | Some(Value::Null | Value::String(_)) => {}
            Some(_) => fields.add(field, "must be a string"),
        }
    }
    fields.check()?;
    let outcome = draft.put(Intent::RecordDeployment(DeploymentFact {
        environment: environment.name.clone(),
        pacticipant: call.place("pacticipant")?,
        version: call.place("version")?,
        instance,
        build_url: None,
        at: draft.now(),
    }))?;
    let Some(Outcome::Deployed(_, deployed)) = outcome else {
        return Err(Problem::NotFound);
    };
    let location = call.at.uuid(template::DEPLOYED_VERSION, &deployed.uuid);
    let document = deployed_version::deployed(&environment, &deployed, None, &call.at);
    Ok(Reply::hal(&document)?.created(&location))
}

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    document(&found(view.ledger, &call.place("uuid")?)?, &call.at)
}

fn patch(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let mut found = found(&draft.ledger(), &call.place("uuid")?)?;
    let ends = !stays(&call.json()?, "currentlyDeployed")?;
    if ends && found.ended_at.is_none() {
        draft.put(Intent::RecordUndeployment(Undeployment {
            pacticipant: found.version.pacticipant.clone(),
            environment: found.environment.name.clone(),
            instance: found.version.instance.clone(),
            at: draft.now(),
        }))?;
        found.ended_at = Some(draft.now());
    }
    document(&found, &call.at)
}

/// Says whether a body leaves what it is about as it is; what has ended cannot be set back.
pub(super) fn stays(body: &Map<String, Value>, field: &str) -> Result<bool, Problem> {
    let wrong = match body.get(field) {
        None | Some(Value::Null) => return Ok(true),
        Some(Value::Bool(false)) => return Ok(false),
        Some(Value::Bool(true)) => format!(
            "The {field} property cannot be set back to true. Please record a new deployment."
        ),
        // Whoever sends "false" thinks that it has ended.
        Some(_) => "must be true or false".to_owned(),
    };
    let mut fields = Fields::unprocessable();
    fields.add(field, wrong);
    Err(Problem::Fields(fields))
}

fn found(ledger: &dyn Ledger, uuid: &Uuid) -> Result<Placed<DeployedVersion>, Problem> {
    whereabouts::deployment(ledger, uuid)?.ok_or(Problem::NotFound)
}

fn document(found: &Placed<DeployedVersion>, at: &Address) -> Result<Reply, Problem> {
    let (environment, deployed) = (&found.environment, &found.version);
    let document = deployed_version::deployed(environment, deployed, found.ended_at, at);
    Reply::hal(&document)
}
