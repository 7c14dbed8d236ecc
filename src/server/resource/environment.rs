//! Environments (spec: http-api §1).

use axum::http::Method;
use serde_json::Map;
use serde_json::Value;

use crate::app::write::Draft;
use crate::domain::deployment::EnvironmentUpdate;
use crate::domain::deployment::environment_by_uuid;
use crate::domain::display_name::display_name;
use crate::domain::environment::Contact;
use crate::domain::environment::Environment;
use crate::domain::environment::Uuid;
use crate::domain::fact::EnvironmentFact;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::ledger::Ledger;
use crate::domain::name::EnvironmentName;
use crate::domain::name::InvalidName;
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
    // What an intent lets be, so that a pipeline can say it twice, a client is told.
    let asked = Properties::of(&call.json()?, &draft.ledger(), None)?;
    let outcome = draft.put(Intent::CreateEnvironment(EnvironmentFact {
        name: asked.name,
        uuid: None,
        display_name: asked.display_name,
        production: asked.production,
        contacts: asked.contacts,
        at: draft.now(),
    }))?;
    let created = written(outcome)?;
    let reply = Reply::hal(&environment::environment(&created, &call.at))?;
    Ok(reply.created(&call.at.uuid(template::ENVIRONMENT, &created.uuid)))
}

/// Says the whole of an environment: what is not said is as if it had been created so.
fn put(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let uuid: Uuid = call.place("uuid")?;
    environment_by_uuid(&draft.ledger(), &uuid)?;
    let asked = Properties::of(&call.json()?, &draft.ledger(), Some(&uuid))?;
    let shown_name = asked.display_name;
    let shown_name = shown_name.unwrap_or_else(|| display_name(asked.name.as_str()));
    let outcome = draft.put(Intent::UpdateEnvironment(EnvironmentUpdate {
        uuid,
        name: Some(asked.name),
        display_name: Some(shown_name),
        production: Some(asked.production),
        contacts: Some(asked.contacts),
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
    contacts: Vec<Contact>,
}

const NO_LIST: &str = "must be an array";
const NO_TEXT: &str = "must be a string";
const LINES: &str = "cannot contain multiple lines";

impl Properties {
    /// Returns what is said of an environment that is new, or has an id.
    ///
    /// # Errors
    ///
    /// Fails with everything that is wrong, in the broker's words.
    fn of(
        body: &Map<String, Value>,
        ledger: &dyn Ledger,
        uuid: Option<&Uuid>,
    ) -> Result<Self, Problem> {
        let mut fields = Fields::default();
        let name = name(body.get("name")).map_err(|text| fields.add("name", text));
        if let Ok(name) = &name
            && let Some(known) = ledger.environment(name)?
            && Some(&known.uuid) != uuid
        {
            let text = format!("name '{name}' is already used by an existing environment.");
            fields.add("name", text);
        }
        let display_name = match body.get("displayName") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => {
                if text.contains('\n') {
                    fields.add("displayName", LINES);
                }
                Some(text.clone()).filter(|text| !text.trim().is_empty())
            }
            Some(_) => {
                fields.add("displayName", NO_TEXT);
                None
            }
        };
        let production = match body.get("production") {
            Some(Value::Bool(production)) => Ok(*production),
            None => Err("is missing"),
            Some(Value::Null) => Err("must be filled"),
            Some(Value::String(text)) if text.is_empty() => Err("must be filled"),
            Some(_) => Err("must be one of: true, false"),
        };
        let production = production.map_err(|text| fields.add("production", text));
        let contacts = contacts(body.get("contacts"), &mut fields);
        match (fields.check(), name, production) {
            (Err(problem), _, _) => Err(problem),
            (Ok(()), Ok(name), Ok(production)) => Ok(Self {
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

fn name(value: Option<&Value>) -> Result<EnvironmentName, String> {
    let text = match value {
        None => return Err("is missing".to_owned()),
        Some(Value::String(text)) => text,
        Some(_) => return Err(NO_TEXT.to_owned()),
    };
    Err(if text.is_empty() {
        "must be filled".to_owned()
    } else if text.contains('\n') {
        LINES.to_owned()
    } else if text.contains(char::is_whitespace) {
        "cannot contain spaces".to_owned()
    } else {
        return text.parse().map_err(|error: InvalidName| error.to_string());
    })
}

/// Returns whom to ask about an environment, and gathers what is wrong with that.
fn contacts(value: Option<&Value>, fields: &mut Fields) -> Vec<Contact> {
    const FIELD: &str = "contacts";
    let list = match value {
        None => return Vec::new(),
        Some(Value::Array(list)) => list,
        Some(_) => {
            fields.add(FIELD, NO_LIST);
            return Vec::new();
        }
    };
    let mut contacts = Vec::new();
    for (index, element) in list.iter().enumerate() {
        let mut wrong = |text: &str| fields.add_at(FIELD, index, text);
        let Value::Object(contact) = element else {
            wrong("must be a hash");
            continue;
        };
        match contact.get("name") {
            None => wrong("name is missing"),
            Some(Value::String(name)) if name.is_empty() => wrong("name must be filled"),
            Some(Value::String(name)) if name.contains('\n') => wrong(&format!("name {LINES}")),
            Some(Value::String(_)) => {}
            Some(_) => wrong(&format!("name {NO_TEXT}")),
        }
        match contact.get("details") {
            None | Some(Value::Object(_)) => {}
            Some(_) => wrong("details must be a hash"),
        }
        contacts.extend(serde_json::from_value::<Contact>(element.clone()));
    }
    contacts
}
