//! Environments.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::template;
use crate::domain::environment::Environment;
use crate::render::environment::EnvironmentJson;

/// Returns an environment as other documents embed it.
///
/// # Panics
///
/// Never: an environment is JSON.
#[must_use]
pub fn short(environment: &Environment, at: &Address) -> Value {
    let json = EnvironmentJson::from(environment);
    let mut document = serde_json::to_value(json).expect("an environment is JSON");
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
