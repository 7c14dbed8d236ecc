//! Pacticipants.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::curies;
use super::label;
use super::template;
use crate::domain::details::PacticipantDetails;
use crate::domain::environment::DeployedVersion;
use crate::domain::environment::Environment;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pacticipant::Pacticipant;

/// A pacticipant with what else its document shows.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// The pacticipant.
    pub pacticipant: &'a Pacticipant,
    /// Its newest version.
    pub latest: Option<&'a VersionNumber>,
    /// What is deployed of it; `None` leaves the relation out, as lists do.
    pub deployed: Option<Vec<(&'a Environment, &'a DeployedVersion)>>,
}

impl<'a> From<&'a PacticipantDetails> for Shown<'a> {
    fn from(details: &'a PacticipantDetails) -> Self {
        let deployed = details.deployed.iter();
        let deployed = deployed.map(|(environment, deployed)| (environment.as_ref(), deployed));
        Self {
            pacticipant: &details.pacticipant,
            latest: details.latest.as_ref().map(|version| &version.number),
            deployed: Some(deployed.collect()),
        }
    }
}

/// Returns the document of a pacticipant.
#[must_use]
pub fn pacticipant(shown: &Shown<'_>, at: &Address) -> Value {
    let Pacticipant {
        name,
        display_name: _,
        main_branch,
        repository_url,
        repository_name,
        repository_namespace,
        labels,
        created_at,
        updated_at,
    } = shown.pacticipant;
    let labels: Vec<Value> = labels.keys().map(|it| label::short(name, it, at)).collect();
    let mut document = json!({
        "name": name,
        "displayName": shown.pacticipant.shown_name(),
        "createdAt": created_at,
        "_embedded": { "labels": labels },
        "_links": links(name, at),
    });
    if let Some(branch) = main_branch {
        document["mainBranch"] = branch.as_str().into();
    }
    for (field, text) in [
        ("repositoryUrl", repository_url),
        ("repositoryName", repository_name),
        ("repositoryNamespace", repository_namespace),
    ] {
        if let Some(text) = text {
            document[field] = text.as_str().into();
        }
    }
    if let Some(at) = updated_at {
        document["updatedAt"] = at.to_string().into();
    }
    if let Some(number) = shown.latest {
        let version = super::version::short(name, number, at);
        let mut deprecated = version.clone();
        deprecated["title"] = "DEPRECATED - please use latestVersion".into();
        deprecated["name"] = "DEPRECATED - please use latestVersion".into();
        document["_embedded"]["latestVersion"] = version;
        document["_embedded"]["latest-version"] = deprecated;
    }
    if let Some(deployed) = &shown.deployed {
        let links = deployed.iter().map(|(environment, deployed)| {
            let environment = environment.shown_name();
            json!({
                "title": format!("Version deployed to {environment}"),
                "name": environment,
                "href": at.uuid(template::DEPLOYED_VERSION, &deployed.uuid),
                "currently_deployed": true,
            })
        });
        document["_links"]["pb:deployed-environments"] = links.collect();
    }
    document
}

fn links(name: &PacticipantName, at: &Address) -> Value {
    let of = |template| at.to(template, &[name.as_str()]);
    let versions = of(template::VERSIONS);
    json!({
        "self": { "href": at.pacticipant(name) },
        "pb:versions": { "href": versions },
        "pb:branches": { "href": of(template::BRANCHES) },
        "pb:version": {
            "title": "Get, create or delete a pacticipant version",
            "href": of(template::VERSION),
            "templated": true,
        },
        "pb:version-tag": {
            "title": format!("Get, create or delete a tag for a version of {name}"),
            "href": of(template::TAG),
            "templated": true,
        },
        "pb:branch-version": {
            "title": format!("Get or add/create a version for a branch of {name}"),
            "href": of(template::BRANCH_VERSION),
            "templated": true,
        },
        "pb:label": {
            "title": format!("Get, create or delete a label for {name}"),
            "href": of(template::LABEL),
            "templated": true,
        },
        "versions": { "title": "Deprecated - use pb:versions", "href": versions },
        "pb:can-i-deploy-badge": {
            "title": format!("Can I Deploy {name} badge"),
            "href": of(template::CAN_I_DEPLOY_BADGE),
            "templated": true,
        },
        "pb:can-i-deploy-branch-to-environment-badge": {
            "title": format!("Can I Deploy {name} from branch to environment badge"),
            "href": of(template::CAN_I_DEPLOY_BRANCH_BADGE),
            "templated": true,
        },
        "curies": curies(at, "pacticipant"),
    })
}

/// Returns a pacticipant as other documents embed it.
#[must_use]
pub fn short(name: &PacticipantName, at: &Address) -> Value {
    json!({ "name": name, "_links": { "self": { "href": at.pacticipant(name) } } })
}

/// Returns a link to a pacticipant, as what it is there: `Consumer`, `Pacticipant` …
#[must_use]
pub fn link(title: &str, name: &PacticipantName, at: &Address) -> Value {
    json!({ "title": title, "name": name, "href": at.pacticipant(name) })
}

/// Returns the list of all pacticipants.
#[must_use]
pub fn pacticipants(shown: &[Shown<'_>], at: &Address) -> Value {
    let mut document = pacticipants_labelled(shown, at);
    let deprecated = shown.iter().map(|it| {
        let mut document = pacticipant(it, at);
        document["title"] = "DEPRECATED - Please use the embedded pacticipants collection".into();
        document
    });
    document["pacticipants"] = deprecated.collect();
    document
}

/// Returns the list of the pacticipants that have a label.
#[must_use]
pub fn pacticipants_labelled(shown: &[Shown<'_>], at: &Address) -> Value {
    let documents: Vec<Value> = shown.iter().map(|it| pacticipant(it, at)).collect();
    let links = shown
        .iter()
        .map(|it| link("Pacticipant", &it.pacticipant.name, at));
    let deprecated = shown.iter().map(|it| {
        let name = &it.pacticipant.name;
        json!({
            "title": name,
            "name": "DEPRECATED - please use pb:pacticipants",
            "href": at.pacticipant(name),
        })
    });
    json!({
        "_embedded": { "pacticipants": documents },
        "_links": {
            // The broker names the list of all, whatever is listed.
            "self": { "href": at.to(template::PACTICIPANTS, &[]) },
            "pb:pacticipants-with-label": {
                "title": "Find pacticipants by label",
                "href": at.to(template::PACTICIPANTS_WITH_LABEL, &[]),
                "templated": true,
            },
            "pb:pacticipants": links.collect::<Vec<_>>(),
            "pacticipants": deprecated.collect::<Vec<_>>(),
        },
    })
}
