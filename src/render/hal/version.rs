//! Versions of pacticipants.

use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::Address;
use super::curies;
use super::link::Named;
use super::link::ToSelf;
use super::pact;
use super::pacticipant;
use super::tag;
use super::template;
use crate::domain::details::VersionDetails;
use crate::domain::environment::DeployedVersion;
use crate::domain::environment::Environment;
use crate::domain::environment::ReleasedVersion;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;
use crate::domain::version::Version;

/// A version with what else its document shows.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// Whose version it is.
    pub pacticipant: &'a PacticipantName,
    /// The version.
    pub version: &'a Version,
    /// Its branches of which it is the head.
    pub heads: &'a [BranchName],
    /// Where it can be and is deployed and released; `None` leaves that out, as lists do.
    pub places: Option<Places<'a>>,
}

/// Where a version can be, and is, deployed and released.
#[derive(Clone, Debug, Default)]
pub struct Places<'a> {
    /// All environments, by name.
    pub environments: Vec<&'a Environment>,
    /// Where it is deployed.
    pub deployed: Vec<(&'a Environment, &'a DeployedVersion)>,
    /// Where it is released and supported.
    pub released: Vec<(&'a Environment, &'a ReleasedVersion)>,
}

impl<'a> From<&'a VersionDetails> for Shown<'a> {
    fn from(details: &'a VersionDetails) -> Self {
        let environments = details.environments.iter().map(AsRef::as_ref);
        let deployed = details.deployed.iter();
        let released = details.released.iter();
        Self {
            pacticipant: &details.pacticipant,
            version: &details.version,
            heads: &details.heads,
            places: Some(Places {
                environments: environments.collect(),
                deployed: deployed.map(|(at, it)| (at.as_ref(), it)).collect(),
                released: released.map(|(at, it)| (at.as_ref(), it)).collect(),
            }),
        }
    }
}

/// Returns the document of a version, as found at a URL of its own or at another.
#[must_use]
pub fn version(shown: &Shown<'_>, itself: Option<&str>, at: &Address) -> Value {
    let Shown {
        pacticipant: name,
        version,
        heads,
        places,
    } = shown;
    let number = &version.number;
    let branches: Vec<_> = branch_versions(name, version, heads, at).collect();
    // The broker lists them by name, not in the order in which they were given.
    let mut tags: Vec<_> = version.tags.iter().collect();
    tags.sort();
    let tags: Vec<Value> = tags
        .into_iter()
        .map(|tag| tag::short(name, number, tag, at))
        .collect();
    let mut document = json!({
        "number": number,
        "createdAt": version.created_at,
        "_embedded": { "branchVersions": branches, "tags": tags },
        "_links": links(name, version, at),
    });
    if let Some(updated_at) = version.updated_at {
        document["updatedAt"] = updated_at.to_string().into();
    }
    if let Some(url) = &version.build_url {
        document["buildUrl"] = url.as_str().into();
    }
    if let Some(itself) = itself {
        document["_links"]["self"]["href"] = itself.into();
    }
    if let Some(places) = places {
        add_places(&mut document["_links"], name, number, places, at);
    }
    document
}

/// A branch that a version is on, as documents embed it.
#[derive(Debug, Serialize)]
pub struct BranchVersion<'a> {
    name: &'a BranchName,
    latest: bool,
    #[serde(rename = "_links")]
    links: ToSelf<Named<'a>>,
}

/// Returns the branches that a version is on, of which it is the head of some.
pub fn branch_versions<'a>(
    name: &PacticipantName,
    version: &'a Version,
    heads: &[BranchName],
    at: &Address,
) -> impl Iterator<Item = BranchVersion<'a>> {
    version.branches.iter().map(|branch| BranchVersion {
        name: branch,
        latest: heads.contains(branch),
        links: ToSelf::from(Named {
            name: branch.as_str(),
            href: at.branch_version(name, branch, &version.number),
            title: "Branch version",
        }),
    })
}

fn links(name: &PacticipantName, version: &Version, at: &Address) -> Value {
    let number = &version.number;
    let values = [name.as_str(), number.as_str()];
    let pacts = version.pacts.keys();
    let pacts: Vec<Value> = pacts
        .map(|provider| pact::link("Pact", provider, name, number, at))
        .collect();
    json!({
        "self": link("Version", name, number, at),
        "pb:pacticipant": pacticipant::link("Pacticipant", name, at),
        "pb:tag": {
            "href": at.to(template::TAG, &values),
            "title": "Get, create or delete a tag for this pacticipant version",
            "templated": true,
        },
        "pb:latest-verification-results-where-pacticipant-is-consumer": {
            "title": "Latest verification results for consumer version",
            "href": at.to(template::CONSUMER_VERSION_RESULTS, &values),
        },
        "pb:pact-versions": pacts,
        "curies": curies(at, "version"),
    })
}

fn add_places(
    links: &mut Value,
    name: &PacticipantName,
    number: &VersionNumber,
    places: &Places<'_>,
    at: &Address,
) {
    let deployed = places.deployed.iter().map(|(environment, deployed)| {
        let environment = environment.shown_name();
        json!({
            "title": format!("Version deployed to {environment}"),
            "name": environment,
            "href": at.uuid(template::DEPLOYED_VERSION, &deployed.uuid),
            "currently_deployed": true,
        })
    });
    links["pb:deployed-environments"] = deployed.collect();
    let released = places.released.iter().map(|(environment, released)| {
        let environment = environment.shown_name();
        json!({
            "title": format!("Version released to {environment}"),
            "name": environment,
            "href": at.uuid(template::RELEASED_VERSION, &released.uuid),
            "currently_supported": true,
        })
    });
    links["pb:released-environments"] = released.collect();
    let record = |what: &str, template| {
        let links = places.environments.iter().map(|environment| {
            let values = [name.as_str(), number.as_str(), environment.uuid.as_str()];
            json!({
                "title": format!("Record {what} to {}", environment.shown_name()),
                // By its name clients find the environment that they were told.
                "name": environment.name,
                "href": at.to(template, &values),
            })
        });
        links.collect::<Value>()
    };
    links["pb:record-deployment"] = record("deployment", template::VERSION_DEPLOYED);
    links["pb:record-release"] = record("release", template::VERSION_RELEASED);
}

/// Returns a version as other documents embed it.
#[must_use]
pub fn short(name: &PacticipantName, number: &VersionNumber, at: &Address) -> Value {
    json!({ "number": number, "_links": { "self": link("Version", name, number, at) } })
}

/// Returns a link to a version, as what it is there.
#[must_use]
pub fn link(title: &str, name: &PacticipantName, number: &VersionNumber, at: &Address) -> Value {
    json!({ "title": title, "name": number, "href": at.version(name, number) })
}

/// Returns a list of versions, newest first, with a title, as found at a URL; it need not say whose
/// versions they are.
#[must_use]
pub fn versions(
    name: Option<&PacticipantName>,
    title: &str,
    shown: &[Shown<'_>],
    itself: &str,
    at: &Address,
) -> Value {
    let documents: Vec<Value> = shown.iter().map(|it| version(it, None, at)).collect();
    let links = |title: &dyn Fn(&Version) -> String| {
        let links = shown.iter().map(|it| {
            let href = at.version(it.pacticipant, &it.version.number);
            json!({ "title": title(it.version), "href": href })
        });
        links.collect::<Value>()
    };
    let dated = |it: &Version| format!("Version {} - {}", it.number, day(it.created_at));
    let nobody = || format!("{}/", at.to(template::PACTICIPANTS, &[]));
    let href = name.map_or_else(nobody, |name| at.pacticipant(name));
    json!({
        "_embedded": { "versions": documents },
        "_links": {
            "self": { "title": title, "href": itself },
            "pb:pacticipant": { "title": name, "href": href },
            "pacticipant": { "title": "Deprecated - please use pb:pacticipant", "href": href },
            "pb:versions": links(&dated),
            "versions": links(&|_| "Deprecated - please use pb:versions".to_owned()),
        },
    })
}

/// Returns the day of a time as the broker shows it in titles: `21/11/2026`.
#[must_use]
pub fn day(time: Timestamp) -> String {
    let text = time.to_string();
    let mut parts = text.split(['-', 'T']);
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    format!("{day}/{month}/{year}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_the_broker_writes_it() {
        assert_eq!(day(Timestamp::clamped(1_795_222_730)), "21/11/2026");
    }
}
