//! What a store holds, as text and JSON.

use serde::Deserialize;
use serde::Serialize;
use serde_json::value::RawValue;

use super::computed_from::ComputedFrom;
use super::log::rules_name;
use super::table::one_line;
use super::table::table;
use crate::app::ask::Basis;
use crate::app::status::EnvironmentStatus;
use crate::app::status::Freshness;
use crate::app::status::Kind;
use crate::app::status::Newest;
use crate::app::status::Status;
use crate::domain::name::ApplicationInstance;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;

/// Returns the status as text; ages are counted up to `now`.
#[must_use]
pub fn text(status: &Status, now: Timestamp) -> String {
    let mut lines = vec![format!("Store: {}", one_line(&status.store))];
    lines.push(freshness(status, now));
    let default = match (status.rules_are_set, &status.freshness) {
        (true, _) => "",
        (false, Freshness::Past) => " (not set)",
        (false, _) => " (not set; `git pact init` does)",
    };
    lines.push(format!("Rules: {}{default}", rules_name(status.rules)));
    if status.is_empty() {
        lines.push(String::new());
        lines.extend(
            nothing(&status.freshness)
                .iter()
                .map(|&line| line.to_owned()),
        );
        return lines.join("\n");
    }
    lines.push(format!(
        "Applications: {}, {} of them with contracts as provider",
        status.applications, status.providers
    ));
    if !status.newest.is_empty() {
        let row = |newest: &Newest| {
            vec![
                kind(newest.kind).to_owned(),
                newest.branches.to_string(),
                newest.branch.to_string(),
                age(newest.at, now),
                newest.actor.name.clone(),
            ]
        };
        let rows: Vec<_> = status.newest.iter().map(row).collect();
        lines.push(String::new());
        lines.push(table(&["KIND", "BRANCHES", "NEWEST", "AGE", "BY"], &rows));
    }
    lines.push(String::new());
    let rows: Vec<_> = status.environments.iter().flat_map(place_rows).collect();
    lines.push(if rows.is_empty() {
        "Environments: none".to_owned()
    } else {
        table(&["ENVIRONMENT", "APPLICATION", "VERSION", ""], &rows)
    });
    if !status.pending.is_empty() {
        lines.push(String::new());
        lines.push("Pending here, to be sent with `git pact push`:".to_owned());
        for write in &status.pending {
            lines.push(format!("  * {}", one_line(&write.what)));
            let refusal = write.refusal.as_ref();
            let refusal = refusal.map(|why| one_line(&why.to_string()));
            lines.extend(refusal.map(|why| format!("    would be refused now: {why}")));
        }
    }
    lines.join("\n")
}

/// Says that nothing is known, which is not always because nothing was recorded.
fn nothing(freshness: &Freshness) -> &'static [&'static str] {
    match freshness {
        Freshness::Offline => {
            &["Nothing was fetched yet: run this without --offline, or `git pact fetch`."]
        }
        Freshness::Past => &["Nothing had been recorded then."],
        Freshness::Authority | Freshness::Fetched { .. } => &[
            "It is empty. Begin with a consumer's pacts:",
            "  git pact publish ./pacts --consumer-app-version <version> --branch <branch>",
        ],
    }
}

fn freshness(status: &Status, now: Timestamp) -> String {
    match &status.freshness {
        Freshness::Authority => "This repository is the store itself.".to_owned(),
        Freshness::Fetched { branches: 0, .. } => {
            "The remote has no branch of the store.".to_owned()
        }
        Freshness::Fetched { behind: 0, .. } => "What is here is what the remote has.".to_owned(),
        Freshness::Fetched { branches, behind } => format!(
            "What is here is what the remote has: {behind} of {branches} branches were new or had \
             moved and were fetched."
        ),
        Freshness::Offline => {
            let newest = status.newest.iter().max_by_key(|newest| newest.at);
            let newest = newest.map_or(String::new(), |newest| {
                let age = age(newest.at, now);
                format!(
                    "; the newest record here is {age} old, on {}",
                    newest.branch
                )
            });
            format!("The remote was not asked (--offline){newest}.")
        }
        Freshness::Past => "This is how it was at an earlier moment.".to_owned(),
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Applications => "applications",
        Kind::Contracts => "contracts",
        Kind::Environments => "environments",
        Kind::Settings => "settings",
    }
}

fn place_rows(place: &EnvironmentStatus) -> Vec<Vec<String>> {
    let mut environment = place.environment.name.to_string();
    if place.environment.production {
        environment.push_str(" (production)");
    }
    let deployed = place.deployed.iter().map(|deployed| {
        let instance = deployed.instance.as_ref();
        let instance = instance.map_or(String::new(), |name| format!(" ({name})"));
        vec![
            environment.clone(),
            deployed.pacticipant.to_string(),
            deployed.version.to_string(),
            format!("deployed{instance}"),
        ]
    });
    let released = place.released.iter().map(|released| {
        vec![
            environment.clone(),
            released.pacticipant.to_string(),
            released.version.to_string(),
            "released".to_owned(),
        ]
    });
    let rows: Vec<_> = deployed.chain(released).collect();
    if rows.is_empty() {
        let nothing = String::new;
        return vec![vec![
            environment,
            nothing(),
            nothing(),
            "nothing".to_owned(),
        ]];
    }
    rows
}

/// Returns an age in the largest unit of which there are two, e.g. `36 hours`.
fn age(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.epoch_seconds() - at.epoch_seconds();
    if seconds < 0 {
        return "no time (its clock is ahead)".to_owned();
    }
    let units = [("day", 86_400), ("hour", 3_600), ("minute", 60)];
    let unit = units.iter().find(|(_, length)| seconds >= 2 * length);
    let (name, count) = unit.map_or(("second", seconds), |(name, length)| {
        (*name, seconds / length)
    });
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {name}{plural}")
}

/// What a saved status said of the machine that it was asked on, and of that moment.
#[derive(Debug, Deserialize)]
pub struct SavedStatus {
    store: Box<RawValue>,
    freshness: Box<RawValue>,
}

/// Something that is said now, or repeated letter by letter.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Said<'a, T> {
    Now(T),
    Then(&'a RawValue),
}

impl<'a, T> Said<'a, T> {
    fn of(now: T, then: Option<&'a RawValue>) -> Self {
        then.map_or(Self::Now(now), Self::Then)
    }
}

fn freshness_json(freshness: &Freshness) -> FreshnessJson {
    match *freshness {
        Freshness::Authority => FreshnessJson::Authority,
        Freshness::Fetched { branches, behind } => FreshnessJson::Fetched { branches, behind },
        Freshness::Offline => FreshnessJson::Offline,
        Freshness::Past => FreshnessJson::Past,
    }
}

/// The status as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusJson<'a> {
    store: Said<'a, &'a str>,
    freshness: Said<'a, FreshnessJson>,
    rules_are_set: bool,
    applications: usize,
    providers: usize,
    environments: Vec<EnvironmentJson<'a>>,
    newest: Vec<NewestJson<'a>>,
    pending: Vec<PendingJson<'a>>,
    problems: Vec<String>,
    computed_from: ComputedFrom,
}

#[derive(Debug, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
enum FreshnessJson {
    Authority,
    Fetched { branches: usize, behind: usize },
    Offline,
    Past,
}

#[derive(Debug, Serialize)]
struct EnvironmentJson<'a> {
    name: &'a EnvironmentName,
    production: bool,
    deployed: Vec<VersionJson<'a>>,
    released: Vec<VersionJson<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionJson<'a> {
    pacticipant: &'a PacticipantName,
    version: &'a VersionNumber,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_instance: Option<&'a ApplicationInstance>,
}

#[derive(Debug, Serialize)]
struct NewestJson<'a> {
    kind: &'static str,
    branches: usize,
    branch: String,
    at: Timestamp,
    by: &'a str,
    commit: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PendingJson<'a> {
    what: &'a str,
    refused_because: Option<String>,
}

impl<'a> StatusJson<'a> {
    /// Returns the status as JSON.
    ///
    /// With a saved status, what it said of its machine is repeated: the answer is that of then.
    #[must_use]
    pub fn new(status: &'a Status, saved: Option<&'a SavedStatus>) -> Self {
        let basis = Basis {
            tips: status.tips.clone(),
            rules: status.rules,
            pending: status.pending.len(),
        };
        Self {
            store: Said::of(&status.store, saved.map(|saved| &*saved.store)),
            freshness: Said::of(
                freshness_json(&status.freshness),
                saved.map(|saved| &*saved.freshness),
            ),
            rules_are_set: status.rules_are_set,
            applications: status.applications,
            providers: status.providers,
            environments: status
                .environments
                .iter()
                .map(EnvironmentJson::new)
                .collect(),
            newest: status
                .newest
                .iter()
                .map(|newest| NewestJson {
                    kind: kind(newest.kind),
                    branches: newest.branches,
                    branch: newest.branch.to_string(),
                    at: newest.at,
                    by: &newest.actor.name,
                    commit: &newest.revision.0,
                })
                .collect(),
            pending: status
                .pending
                .iter()
                .map(|write| PendingJson {
                    what: &write.what,
                    refused_because: write.refusal.as_ref().map(ToString::to_string),
                })
                .collect(),
            problems: status.problems.iter().map(ToString::to_string).collect(),
            computed_from: ComputedFrom::from(&basis),
        }
    }
}

impl<'a> EnvironmentJson<'a> {
    fn new(place: &'a EnvironmentStatus) -> Self {
        Self {
            name: &place.environment.name,
            production: place.environment.production,
            deployed: place
                .deployed
                .iter()
                .map(|deployed| VersionJson {
                    pacticipant: &deployed.pacticipant,
                    version: &deployed.version,
                    application_instance: deployed.instance.as_ref(),
                })
                .collect(),
            released: place
                .released
                .iter()
                .map(|released| VersionJson {
                    pacticipant: &released.pacticipant,
                    version: &released.version,
                    application_instance: None,
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::status::PendingWrite;
    use crate::domain::rules::Rules;
    use crate::record::path::Branch;
    use crate::store::Actor;
    use crate::store::Revision;
    use crate::store::Tips;

    fn status() -> Status {
        Status {
            store: "origin (ssh://example.org/contracts)".to_owned(),
            freshness: Freshness::Offline,
            rules: Rules::Strict,
            rules_are_set: false,
            applications: 0,
            providers: 0,
            environments: Vec::new(),
            newest: Vec::new(),
            pending: Vec::new(),
            problems: Vec::new(),
            tips: Tips::new(),
        }
    }

    #[test]
    fn an_empty_store_says_how_to_begin() {
        let expected = "\
Store: origin (ssh://example.org/contracts)
This repository is the store itself.
Rules: strict (not set; `git pact init` does)

It is empty. Begin with a consumer's pacts:
  git pact publish ./pacts --consumer-app-version <version> --branch <branch>";
        let mut status = status();
        status.freshness = Freshness::Authority;
        assert_eq!(text(&status, Timestamp::clamped(0)), expected);
        status.freshness = Freshness::Offline;
        let text = text(&status, Timestamp::clamped(0));
        assert!(text.contains("Nothing was fetched yet"), "{text}");
        assert!(!text.contains("empty"), "{text}");
    }

    #[test]
    fn what_is_pending_and_what_is_newest_is_told() {
        let mut status = status();
        status.newest.push(Newest {
            kind: Kind::Applications,
            branches: 2,
            branch: Branch::parse("app/Web").unwrap(),
            at: Timestamp::clamped(0),
            actor: Actor {
                name: "Ann".to_owned(),
                email: "ann@example.org".to_owned(),
            },
            revision: Revision("01".to_owned()),
        });
        status.applications = 2;
        status.providers = 1;
        status.pending.push(PendingWrite {
            what: "publish version 2".to_owned(),
            refusal: None,
        });
        let expected = "\
Store: origin (ssh://example.org/contracts)
The remote was not asked (--offline); the newest record here is 2 hours old, on pact/app/Web.
Rules: strict (not set; `git pact init` does)
Applications: 2, 1 of them with contracts as provider

KIND         | BRANCHES | NEWEST       | AGE     | BY 
-------------|----------|--------------|---------|----
applications | 2        | pact/app/Web | 2 hours | Ann

Environments: none

Pending here, to be sent with `git pact push`:
  * publish version 2";
        assert_eq!(text(&status, Timestamp::clamped(7_300)), expected);
    }

    #[test]
    fn an_age_is_a_number_one_can_take_in() {
        let ages = [
            (-1, "no time (its clock is ahead)"),
            (1, "1 second"),
            (90, "90 seconds"),
        ];
        let more = [
            (150, "2 minutes"),
            (100_000, "27 hours"),
            (400_000, "4 days"),
        ];
        for (seconds, expected) in ages.into_iter().chain(more) {
            let now = Timestamp::clamped(1_000_000 + seconds);
            assert_eq!(age(Timestamp::clamped(1_000_000), now), expected);
        }
    }
}
