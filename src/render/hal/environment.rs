//! Environments.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::template;
use crate::domain::environment::Environment;

/// Returns an environment as other documents embed it.
#[must_use]
pub fn short(environment: &Environment, at: &Address) -> Value {
    let mut document = json!({
        "uuid": environment.uuid,
        "name": environment.name,
        "displayName": environment.shown_name(),
        "production": environment.production,
    });
    if !environment.contacts.is_empty() {
        document["contacts"] = json!(environment.contacts);
    }
    document["createdAt"] = environment.created_at.to_string().into();
    if let Some(updated_at) = environment.updated_at {
        document["updatedAt"] = updated_at.to_string().into();
    }
    document["_links"] = json!({ "self": link(environment, "Environment", at) });
    document
}

/// Returns the document of an environment.
#[must_use]
pub fn environment(environment: &Environment, at: &Address) -> Value {
    let mut document = short(environment, at);
    let (uuid, shown) = (&environment.uuid, environment.shown_name());
    document["_links"] = json!({
        "self": link(environment, "Environment", at),
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

fn link(environment: &Environment, title: &str, at: &Address) -> Value {
    json!({
        "title": title,
        "name": environment.name,
        "href": at.uuid(template::ENVIRONMENT, &environment.uuid),
    })
}

/// Returns the list of all environments.
#[must_use]
pub fn environments(environments: &[&Environment], at: &Address) -> Value {
    let documents: Vec<Value> = environments.iter().map(|it| environment(it, at)).collect();
    let links = environments.iter().map(|it| link(it, "Environment", at));
    let links: Vec<Value> = links.collect();
    json!({
        "_embedded": { "environments": documents },
        "_links": {
            "self": { "title": "Environments", "href": at.to(template::ENVIRONMENTS, &[]) },
            "pb:environments": links,
        },
    })
}
