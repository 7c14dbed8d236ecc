//! Environments.

use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::Address;
use super::link::Named;
use super::link::ToSelf;
use super::template;
use crate::domain::environment::Contact;
use crate::domain::environment::Environment;
use crate::domain::environment::Uuid;
use crate::domain::name::EnvironmentName;
use crate::domain::time::Timestamp;

/// An environment as other documents embed it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Short<'a> {
    uuid: &'a Uuid,
    name: &'a EnvironmentName,
    display_name: String,
    production: bool,
    created_at: Timestamp,
    #[serde(rename = "_links")]
    links: ToSelf<Named<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    contacts: &'a [Contact],
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
}

impl<'a> Short<'a> {
    /// Returns an environment as other documents embed it.
    #[must_use]
    pub fn new(environment: &'a Environment, at: &Address) -> Self {
        Self {
            uuid: &environment.uuid,
            name: &environment.name,
            display_name: environment.shown_name(),
            production: environment.production,
            created_at: environment.created_at,
            links: link(environment, at).into(),
            contacts: &environment.contacts,
            updated_at: environment.updated_at,
        }
    }
}

/// Returns the document of an environment.
#[must_use]
pub fn environment(environment: &Environment, at: &Address) -> Value {
    let mut document = json!(Short::new(environment, at));
    let (uuid, shown) = (&environment.uuid, environment.shown_name());
    document["_links"] = json!({
        "self": link(environment, at),
        "pb:currently-deployed-deployed-versions": {
            "title": format!("Versions currently deployed to {shown} environment"),
            "href": at.uuid(template::CURRENTLY_DEPLOYED, uuid),
        },
        "pb:currently-supported-released-versions": {
            "title": format!("Versions released and supported in {shown} environment"),
            "href": at.uuid(template::CURRENTLY_SUPPORTED, uuid),
        },
        "pb:environments": {
            "title": "Environments",
            "href": at.to(template::ENVIRONMENTS, &[]),
        },
    });
    document
}

fn link<'a>(environment: &'a Environment, at: &Address) -> Named<'a> {
    Named {
        name: environment.name.as_str(),
        href: at.uuid(template::ENVIRONMENT, &environment.uuid),
        title: "Environment",
    }
}

/// Returns the list of all environments.
#[must_use]
pub fn environments(environments: &[&Environment], at: &Address) -> Value {
    let documents: Vec<Value> = environments.iter().map(|it| environment(it, at)).collect();
    let links = environments.iter().map(|it| link(it, at));
    let links: Vec<Named<'_>> = links.collect();
    json!({
        "_embedded": { "environments": documents },
        "_links": {
            "self": { "title": "Environments", "href": at.to(template::ENVIRONMENTS, &[]) },
            "pb:environments": links,
        },
    })
}
