//! A history as text, one line an event, and as JSON.

mod json;

use serde::Serialize;

use self::json::EventJson;
use super::signers::SignatureJson;
use super::signers::named_with_key;
use super::signers::signed_by;
use super::table::one_line;
use crate::app::log::Entry;
use crate::app::log::Log;
use crate::domain::content::ContentId;
use crate::domain::environment::Environment;
use crate::domain::fact::WhyGone;
use crate::domain::history::Event;
use crate::domain::history::VersionNews;
use crate::domain::name::ApplicationInstance;
use crate::domain::name::BranchName;
use crate::domain::name::LabelName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pacticipant::Pacticipant;
use crate::domain::rules::Rules;
use crate::domain::signers::AllowedSigner;
use crate::domain::signers::Signature;
use crate::domain::time::Timestamp;
use crate::domain::verification::VerificationResult;

/// Returns a history as text: when, in which commit, who, what; below it the build, if it is known, and who
/// signed it. Of what nobody signed that is said only if `signatures` asks for it.
#[must_use]
pub fn text(log: &Log, signatures: bool) -> String {
    let mut lines = Vec::new();
    for entry in &log.entries {
        let commit = entry.revision.0.get(..7).unwrap_or(&entry.revision.0);
        let (who, what) = (
            one_line(&entry.actor.name),
            one_line(&sentence(&entry.event)),
        );
        lines.push(format!("{} {commit} {who}: {what}", entry.at));
        let build = build_url(&entry.event).map(one_line);
        lines.extend(build.map(|build| format!("    build {build}")));
        if signatures || entry.signed.signature != Signature::Absent {
            lines.push(format!("    {}", one_line(&signed_by(&entry.signed))));
        }
    }
    lines.join("\n")
}

/// Returns what happened, as the end of a sentence that begins with who did it.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one arm for each event")]
pub(super) fn sentence(event: &Event) -> String {
    match event {
        Event::Described {
            pacticipant,
            before,
        } => described(pacticipant, before.as_ref()),
        Event::Version(event) => {
            let (name, number) = (&event.pacticipant, &event.number);
            let news = news(&event.news);
            if event.published.is_empty() {
                return format!("recorded {name} version {number}{news}");
            }
            let pact = |(provider, content): &(PacticipantName, ContentId)| {
                format!("{provider} {}", content.short())
            };
            let pacts: Vec<String> = event.published.iter().map(pact).collect();
            let noun = if pacts.len() == 1 { "pact" } else { "pacts" };
            let pacts = pacts.join(", ");
            format!("published {name} version {number}{news}: {noun} with {pacts}")
        }
        Event::Verified {
            provider,
            run,
            version,
        } => {
            let results: Vec<String> = run.results.iter().map(result).collect();
            format!(
                "verified {provider} version {}{}: {}",
                run.version,
                news(version),
                results.join(", ")
            )
        }
        Event::VersionsGone {
            pacticipant,
            versions,
            why,
            runs,
            contents,
        } => {
            let (which, along) = (some_of(versions), with_them(*runs, *contents));
            match why {
                WhyGone::Cleaned => format!("cleaned {pacticipant}: {which} left the tip{along}"),
                WhyGone::Deleted => format!("deleted {pacticipant} {which}{along}"),
            }
        }
        Event::TagRemoved {
            pacticipant,
            version,
            tag,
        } => format!("took tag {tag} from {pacticipant} version {version}"),
        Event::TakenOffBranch {
            pacticipant,
            versions,
            branch,
        } => format!(
            "took {pacticipant} {} off branch {branch}",
            some_of(versions)
        ),
        Event::BranchDeleted {
            pacticipant,
            branch,
        } => format!("deleted branch {branch} of {pacticipant}"),
        Event::PactsDeleted {
            consumer,
            provider,
            versions,
        } => {
            let noun = if versions.len() == 1 { "pact" } else { "pacts" };
            let which = some_of(versions);
            format!("deleted the {noun} of {consumer} {which} with {provider}")
        }
        Event::ResultsDeleted {
            provider,
            version,
            results,
        } => {
            let gone: Vec<String> = results.iter().map(result).collect();
            let noun = if gone.len() == 1 { "result" } else { "results" };
            let gone = gone.join(", ");
            format!("deleted {noun} of {provider} version {version}: {gone}")
        }
        Event::PacticipantDeleted(pacticipant) => format!("deleted {}", pacticipant.name),
        Event::EnvironmentCreated(environment) => format!("created {}", place(environment)),
        Event::EnvironmentUpdated(environment) => format!("updated {}", place(environment)),
        Event::EnvironmentDeleted(environment) => format!("deleted {}", place(environment)),
        Event::Deployed {
            environment,
            deployed,
            instead_of,
        } => {
            let before = instead_of.as_ref().map_or(String::new(), |version| {
                if *version == deployed.version {
                    " again".to_owned()
                } else {
                    format!(" in place of {version}")
                }
            });
            let (name, version) = (&deployed.pacticipant, &deployed.version);
            let instance = instance(deployed.instance.as_ref());
            format!("deployed {name} version {version} to {environment}{instance}{before}")
        }
        Event::Undeployed {
            environment,
            deployed,
        } => format!(
            "undeployed {} version {} from {environment}{}",
            deployed.pacticipant,
            deployed.version,
            instance(deployed.instance.as_ref())
        ),
        Event::Released {
            environment,
            released,
        } => format!(
            "released {} version {} to {environment}",
            released.pacticipant, released.version
        ),
        Event::SupportEnded {
            environment,
            released,
        } => format!(
            "ended the support of {} version {} in {environment}",
            released.pacticipant, released.version
        ),
        Event::WebhookSaved(webhook) => {
            format!("saved webhook {}: {}", webhook.uuid, webhook.title())
        }
        Event::WebhookDeleted(webhook) => {
            format!("deleted webhook {}: {}", webhook.uuid, webhook.title())
        }
        Event::PolicySet(policy) if policy.is_empty() => {
            "removed the policy: everybody may write every branch".to_owned()
        }
        Event::PolicySet(policy) => {
            let rules: Vec<String> = policy.rules.keys().map(ToString::to_string).collect();
            format!("said who may write {}", rules.join(", "))
        }
        Event::SignersChanged {
            pacticipant,
            allowed,
            removed,
        } => {
            let named = |signers: &[AllowedSigner]| {
                let names = signers.iter().map(named_with_key);
                names.collect::<Vec<_>>().join(", ")
            };
            let allowed = (!allowed.is_empty())
                .then(|| format!("allowed {} to sign for {pacticipant}", named(allowed)));
            let removed = (!removed.is_empty()).then(|| {
                format!(
                    "no longer allowed {} to sign for {pacticipant}",
                    named(removed)
                )
            });
            let said: Vec<String> = allowed.into_iter().chain(removed).collect();
            said.join(" and ")
        }
        Event::RulesSet(rules) => format!("set the rules of the store to {}", rules_name(*rules)),
    }
}

fn described(pacticipant: &Pacticipant, before: Option<&Pacticipant>) -> String {
    let created = Pacticipant::new(pacticipant.name.clone(), pacticipant.created_at);
    let before = before.unwrap_or(&created);
    let mut said = Vec::new();
    let mut say = |what: &str, value: Option<&str>, before: Option<&str>| {
        if value != before {
            said.push(format!("{what} {}", value.unwrap_or("none")));
        }
    };
    let (new, old) = (pacticipant, before);
    let branch = |of: &Option<BranchName>| of.as_ref().map(ToString::to_string);
    let (main, main_before) = (branch(&new.main_branch), branch(&old.main_branch));
    say("main branch", main.as_deref(), main_before.as_deref());
    let (name, name_before) = (&new.display_name, &old.display_name);
    say("display name", name.as_deref(), name_before.as_deref());
    let (url, url_before) = (&new.repository_url, &old.repository_url);
    say("repository", url.as_deref(), url_before.as_deref());
    let labels = |of: &Pacticipant| {
        let labels: Vec<&str> = of.labels.keys().map(LabelName::as_str).collect();
        labels.join(", ")
    };
    let (labels, labels_before) = (labels(new), labels(old));
    say("labels", Some(&labels), Some(&labels_before));
    let said = if said.is_empty() {
        String::new()
    } else {
        format!(": {}", said.join(", "))
    };
    format!("described {}{said}", pacticipant.name)
}

fn news(news: &VersionNews) -> String {
    let branches = news.branches.iter().map(|name| format!("branch {name}"));
    let tags = news.tags.iter().map(|name| format!("tag {name}"));
    let said: Vec<String> = branches.chain(tags).collect();
    if said.is_empty() {
        String::new()
    } else {
        format!(" ({})", said.join(", "))
    }
}

/// Returns how many versions there are, and which; of many, the oldest and the newest.
fn some_of(versions: &[VersionNumber]) -> String {
    match versions {
        [one] => format!("version {one}"),
        [first, .., last] if versions.len() > 3 => {
            format!("{} versions ({first} to {last})", versions.len())
        }
        _ => {
            let numbers: Vec<&str> = versions.iter().map(VersionNumber::as_str).collect();
            format!("{} versions ({})", versions.len(), numbers.join(", "))
        }
    }
}

/// Returns what went along with versions.
fn with_them(runs: usize, contents: usize) -> String {
    let counted = |count: usize, thing: &str| match count {
        0 => None,
        1 => Some(format!("1 {thing}")),
        _ => Some(format!("{count} {thing}s")),
    };
    let both = [counted(runs, "run"), counted(contents, "content")];
    let both: Vec<String> = both.into_iter().flatten().collect();
    if both.is_empty() {
        String::new()
    } else {
        format!(", with {}", both.join(" and "))
    }
}

fn result(result: &VerificationResult) -> String {
    let found = if result.success { "passed" } else { "failed" };
    let wip = if result.wip { " (WIP)" } else { "" };
    format!(
        "{} {} {found}{wip}",
        result.consumer,
        result.content.short()
    )
}

fn place(environment: &Environment) -> String {
    let production = if environment.production {
        " (production)"
    } else {
        ""
    };
    format!("environment {}{production}", environment.name)
}

fn instance(instance: Option<&ApplicationInstance>) -> String {
    instance.map_or(String::new(), |name| format!(" (instance {name})"))
}

/// Returns the build with which something was recorded.
#[must_use]
pub(super) fn build_url(event: &Event) -> Option<&str> {
    let url = match event {
        Event::Version(event) => &event.news.build_url,
        Event::Verified { run, version, .. } => {
            return run.build_url.as_deref().or(version.build_url.as_deref());
        }
        Event::Deployed { deployed, .. } => &deployed.build_url,
        Event::Released { released, .. } => &released.build_url,
        _ => return None,
    };
    url.as_deref()
}

/// Returns the name of a set of rules, as the command line takes it.
#[must_use]
pub(super) fn rules_name(rules: Rules) -> &'static str {
    match rules {
        Rules::Strict => "strict",
        Rules::PactBroker => "pact-broker",
    }
}

/// A history as JSON.
#[derive(Debug, Serialize)]
pub struct LogJson<'a> {
    events: Vec<EntryJson<'a>>,
    /// The branches whose history was cut off, and the oldest commit that is here.
    #[serde(rename = "cutOff", skip_serializing_if = "Vec::is_empty")]
    cut: Vec<CutJson>,
}

#[derive(Debug, Serialize)]
struct CutJson {
    branch: String,
    commit: String,
}

#[derive(Debug, Serialize)]
struct EntryJson<'a> {
    at: Timestamp,
    actor: ActorJson<'a>,
    branch: String,
    commit: &'a str,
    #[serde(flatten)]
    event: EventJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<SignatureJson<'a>>,
    #[serde(rename = "buildUrl", skip_serializing_if = "Option::is_none")]
    build_url: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct ActorJson<'a> {
    name: &'a str,
    email: &'a str,
}

impl<'a> LogJson<'a> {
    /// Returns a history as JSON; of what nobody signed that is said only if `signatures` asks for it.
    #[must_use]
    pub fn new(log: &'a Log, signatures: bool) -> Self {
        let entry = |entry| EntryJson::new(entry, signatures);
        Self {
            events: log.entries.iter().map(entry).collect(),
            cut: log
                .cut
                .iter()
                .map(|(branch, revision)| CutJson {
                    branch: branch.to_string(),
                    commit: revision.to_string(),
                })
                .collect(),
        }
    }
}

impl<'a> EntryJson<'a> {
    fn new(entry: &'a Entry, signatures: bool) -> Self {
        let is_told = signatures || entry.signed.signature != Signature::Absent;
        Self {
            at: entry.at,
            actor: ActorJson {
                name: &entry.actor.name,
                email: &entry.actor.email,
            },
            branch: entry.branch.to_string(),
            commit: &entry.revision.0,
            event: EventJson::new(&entry.event),
            signature: is_told.then(|| SignatureJson::new(&entry.signed)),
            build_url: build_url(&entry.event),
        }
    }
}

#[cfg(test)]
mod tests;
