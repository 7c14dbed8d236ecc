//! Environments (spec: http-api §1).

use axum::http::Method;
use serde_json::Map;
use serde_json::Value;

use crate::app::write::Draft;
use crate::domain::deployment::EnvironmentUpdate;
use crate::domain::deployment::environment_by_uuid;
use crate::domain::environment::Contact;
use crate::domain::environment::Environment;
use crate::domain::environment::Uuid;
use crate::domain::fact::EnvironmentFact;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::ledger::Ledger;
use crate::domain::name::EnvironmentName;
use crate::render::hal::environment;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::documentation::Parameter;
use crate::server::problem::Fields;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(template::ENVIRONMENTS, "All environments", list)
        .asked(&[Parameter::text(
            "name",
            "Only the environment of this name.",
        )])
        .showing("Environments"),
    Route::get(template::ENVIRONMENT, "An environment", get).showing("Environment"),
    Route::write(
        Method::POST,
        template::ENVIRONMENTS,
        "Creates an environment",
        post,
    )
    .taking("EnvironmentForm")
    .showing("Environment")
    .creating(template::ENVIRONMENT, "uuid"),
    Route::write(
        Method::PUT,
        template::ENVIRONMENT,
        "Replaces an environment",
        put,
    )
    .taking("EnvironmentForm")
    .showing("Environment")
    .succeeding(&[200]),
    Route::write(
        Method::DELETE,
        template::ENVIRONMENT,
        "Deletes an environment, with all that is recorded there",
        delete,
    ),
];

fn list(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let known = view.ledger.environments()?;
    let asked = call.query.text("name");
    let is_asked = |it: &&Environment| asked.is_none_or(|name| it.name.as_str() == name);
    let known = known.iter().map(AsRef::as_ref).filter(is_asked);
    let known: Vec<&Environment> = known.collect();
    Reply::hal(&environment::environments(&known, &call.at))
}

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let known = environment_by_uuid(view.ledger, &call.place("uuid")?)?;
    Reply::hal(&environment::environment(&known, &call.at))
}

fn post(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let asked = Properties::of(&call.json()?)?;
    // What an intent lets be, so that a pipeline can say it twice, a client is told.
    let known = draft.ledger().environment(&asked.name)?;
    if known.is_some() {
        let text = format!(
            "name '{}' is already used by an existing environment.",
            asked.name
        );
        return Err(Problem::field("name", text));
    }
    let outcome = draft.put(Intent::CreateEnvironment(EnvironmentFact {
        name: asked.name,
        uuid: None,
        display_name: asked.display_name,
        production: asked.production,
        contacts: asked.contacts.unwrap_or_default(),
        at: draft.now(),
    }))?;
    let created = written(outcome)?;
    let reply = Reply::hal(&environment::environment(&created, &call.at))?;
    Ok(reply.created(&call.at.uuid(template::ENVIRONMENT, &created.uuid)))
}

fn put(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let uuid: Uuid = call.place("uuid")?;
    environment_by_uuid(&draft.ledger(), &uuid)?;
    let asked = Properties::of(&call.json()?)?;
    let outcome = draft.put(Intent::UpdateEnvironment(EnvironmentUpdate {
        uuid,
        name: Some(asked.name),
        display_name: asked.display_name,
        production: Some(asked.production),
        contacts: asked.contacts,
        at: draft.now(),
    }))?;
    Reply::hal(&environment::environment(&written(outcome)?, &call.at))
}

fn delete(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    draft.put(Intent::DeleteEnvironment(call.place("uuid")?))?;
    Ok(Reply::no_content())
}

fn written(outcome: Option<Outcome>) -> Result<Environment, Problem> {
    match outcome {
        Some(Outcome::Environment(environment)) => Ok(environment),
        _ => Err(Problem::NotFound),
    }
}

/// What a body says of an environment.
struct Properties {
    name: EnvironmentName,
    display_name: Option<String>,
    production: bool,
    contacts: Option<Vec<Contact>>,
}

impl Properties {
    fn of(body: &Map<String, Value>) -> Result<Self, Problem> {
        let mut fields = Fields::default();
        let name = match body.get("name") {
            None => Err("is missing".to_owned()),
            Some(Value::String(name)) if name.is_empty() => Err("must be filled".to_owned()),
            Some(Value::String(name)) if name.contains(char::is_whitespace) => {
                Err("cannot contain spaces".to_owned())
            }
            Some(Value::String(name)) => {
                let name = name.parse::<EnvironmentName>();
                name.map_err(|error| error.to_string())
            }
            Some(_) => Err("must be a string".to_owned()),
        };
        let name = name.map_err(|text| fields.add("name", text)).ok();
        let display_name = match body.get("displayName") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                fields.add("displayName", "must be a string");
                None
            }
        };
        let production = match body.get("production") {
            None => Err("is missing"),
            Some(Value::Bool(production)) => Ok(*production),
            Some(_) => Err("must be boolean"),
        };
        let production = production.map_err(|text| fields.add("production", text));
        let contacts = match body.get("contacts") {
            None | Some(Value::Null) => None,
            Some(contacts) => {
                let contacts = serde_json::from_value::<Vec<Contact>>(contacts.clone());
                contacts
                    .map_err(|error| fields.add("contacts", error.to_string()))
                    .ok()
            }
        };
        match (fields.check(), name, production) {
            (Err(problem), _, _) => Err(problem),
            (Ok(()), Some(name), Ok(production)) => Ok(Self {
                name,
                display_name,
                production,
                contacts,
            }),
            // Whatever is absent was said to be wrong.
            (Ok(()), _, _) => Err(Problem::NotFound),
        }
    }
}
