//! What the log of a branch says about a commit, for people who read it with git.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::domain::deletion::Deletion;
use crate::domain::integration::Integration;
use crate::domain::intent::Intent;
use crate::domain::name::PacticipantName;
use crate::domain::policy::PolicyChange;
use crate::domain::publish::PublishRequest;
use crate::domain::record_verification::Report;

/// How many providers of a consumer are named, at most.
const NAMED: usize = 3;

/// Returns the message of a commit that records intents: one line each.
#[must_use]
pub fn commit_message(intents: &[&Intent]) -> String {
    // A mention says nothing that the intent after it does not.
    let said = intents.iter().filter(|intent| intent.stands_alone());
    let lines: Vec<String> = said.map(|intent| line(intent)).collect();
    match lines.as_slice() {
        [] => "record".to_owned(),
        [line] => format!("{line}\n"),
        [first, rest @ ..] => {
            format!("{first}, and {} more\n\n{}\n", rest.len(), rest.join("\n"))
        }
    }
}

/// Returns what an intent records, in a few words.
#[must_use]
pub fn line(intent: &Intent) -> String {
    match intent {
        Intent::Publish(request) => publication(request),
        Intent::RecordVerification(report) => verification(report),
        Intent::DescribePacticipant(update) => format!("describe {}", update.name),
        Intent::CreatePacticipant(update) => format!("create {}", update.name),
        Intent::AddLabel(asked) => format!("label {} {}", asked.pacticipant, asked.label),
        Intent::RemoveLabel(asked) => {
            format!("take label {} from {}", asked.label, asked.pacticipant)
        }
        Intent::MentionVersion(mention) => {
            format!("mention {} version {}", mention.pacticipant, mention.number)
        }
        Intent::DescribeVersion(fact) | Intent::OverwriteVersion(fact) => {
            let branch = fact
                .branch
                .iter()
                .map(|branch| format!(" on branch {branch}"));
            let tags = fact.tags.iter().map(|tag| format!(" tagged {tag}"));
            let what: String = branch.chain(tags).collect();
            format!("record {} version {}{what}", fact.pacticipant, fact.number)
        }
        Intent::CreateEnvironment(fact) => format!("create environment {}", fact.name),
        Intent::UpdateEnvironment(update) => format!("update environment {}", update.uuid),
        Intent::DeleteEnvironment(uuid) => format!("delete environment {uuid}"),
        Intent::RecordDeployment(fact) => {
            format!(
                "deploy {} version {} to {}",
                fact.pacticipant, fact.version, fact.environment
            )
        }
        Intent::RecordUndeployment(asked) => {
            format!("undeploy {} from {}", asked.pacticipant, asked.environment)
        }
        Intent::RecordRelease(fact) => {
            format!(
                "release {} version {} to {}",
                fact.pacticipant, fact.version, fact.environment
            )
        }
        Intent::RecordSupportEnded(asked) => format!(
            "end support of {} version {} in {}",
            asked.pacticipant, asked.version, asked.environment
        ),
        Intent::Delete(deletion) => deleted(deletion),
        Intent::Clean(request) => {
            let names: Vec<&str> = request
                .pacticipants
                .iter()
                .map(PacticipantName::as_str)
                .collect();
            let whose = if names.is_empty() {
                String::new()
            } else {
                format!(" of {}", names.join(", "))
            };
            format!("clean: old versions{whose} leave the tips, the history keeps them")
        }
        Intent::SaveWebhook(save) => match &save.uuid {
            Some(uuid) => format!("save webhook {uuid}"),
            None => "create a webhook".to_owned(),
        },
        Intent::DeleteWebhook(uuid) => format!("delete webhook {uuid}"),
        Intent::AllowSigner(pacticipant, signer) => {
            format!("allow {} to sign for {pacticipant}", signer.principal)
        }
        Intent::RemoveSigner(pacticipant, signer) => {
            format!("no longer allow {signer} to sign for {pacticipant}")
        }
        Intent::SetRules(_) => "set the rules of the store".to_owned(),
        Intent::ChangePolicy(change) => policy(change),
    }
}

fn policy(change: &PolicyChange) -> String {
    fn listed<T: ToString>(names: &BTreeSet<T>) -> String {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        names.join(", ")
    }
    match change {
        PolicyChange::Allow {
            branches,
            identities,
        } => format!("let {} write {}", listed(identities), listed(branches)),
        PolicyChange::Remove {
            branches,
            identities,
        } if identities.is_empty() => format!("open {} to everybody", listed(branches)),
        PolicyChange::Remove {
            branches,
            identities,
        } => format!("let {} not write {}", listed(identities), listed(branches)),
    }
}

fn deleted(deletion: &Deletion) -> String {
    let pair = |it: &Integration| format!("{} with {}", it.consumer, it.provider);
    match deletion {
        Deletion::Version {
            pacticipant,
            version,
        } => format!("delete {pacticipant} version {version}"),
        Deletion::Tag {
            pacticipant,
            version,
            tag,
        } => format!("take tag {tag} from {pacticipant} version {version}"),
        Deletion::Branch {
            pacticipant,
            branch,
        } => format!("delete branch {branch} of {pacticipant}"),
        Deletion::OtherBranches { pacticipant, .. } => {
            format!("delete branches of {pacticipant}")
        }
        Deletion::BranchVersion {
            pacticipant,
            version,
            branch,
        } => format!("take {pacticipant} version {version} off branch {branch}"),
        Deletion::Pact {
            integration,
            version,
        } => format!(
            "delete the pact of version {version}: {}",
            pair(integration)
        ),
        Deletion::Pacts { integration, .. } => format!("delete pacts: {}", pair(integration)),
        Deletion::Result {
            integration,
            version,
            ..
        } => format!(
            "delete a result of {} version {version} for {}",
            integration.provider, integration.consumer
        ),
        Deletion::Integration(integration) => {
            format!("delete integration: {}", pair(integration))
        }
        Deletion::Integrations => "delete all integrations".to_owned(),
        Deletion::Pacticipant(name) => format!("delete {name}"),
    }
}

fn publication(request: &PublishRequest) -> String {
    let contracts = &request.contracts;
    let pairs = contracts.iter().map(|it| (&it.consumer, &it.provider));
    format!(
        "publish version {}: {}",
        request.version,
        who_with_whom(pairs)
    )
}

/// Returns each consumer with its providers. Past a few they are counted: a log shows a line for a commit, and the
/// commit shows which files it changed.
fn who_with_whom<'a>(
    pairs: impl Iterator<Item = (&'a PacticipantName, &'a PacticipantName)>,
) -> String {
    let mut consumers: BTreeMap<&PacticipantName, BTreeSet<&str>> = BTreeMap::new();
    for (consumer, provider) in pairs {
        let providers = consumers.entry(consumer).or_default();
        providers.insert(provider.as_str());
    }
    let each = consumers.into_iter().map(|(consumer, providers)| {
        let others = providers.len().saturating_sub(NAMED);
        let named: Vec<&str> = providers.into_iter().take(NAMED).collect();
        let named = named.join(", ");
        match others {
            0 => format!("{consumer} with {named}"),
            _ => format!("{consumer} with {named} and {others} more"),
        }
    });
    each.collect::<Vec<_>>().join("; ")
}

fn verification(report: &Report) -> String {
    let failed = report
        .results
        .iter()
        .filter(|result| !result.success)
        .count();
    let total = report.results.len();
    let found = match failed {
        0 => format!("{total} verified"),
        _ => format!("{failed} of {total} failed"),
    };
    format!(
        "verify {} version {}: {found}",
        report.provider, report.version
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_consumer_is_named_once_and_of_many_providers_three() {
        let name = |text: &str| text.parse::<PacticipantName>().unwrap();
        let said = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs.iter().map(|(a, b)| (name(a), name(b))).collect();
            who_with_whom(pairs.iter().map(|(a, b)| (a, b)))
        };
        assert_eq!(said(&[("Web", "Orders")]), "Web with Orders");
        let mut pairs = vec![("Web", "Orders"), ("Web", "Users"), ("Web", "Prices")];
        assert_eq!(said(&pairs), "Web with Orders, Prices, Users");
        pairs.extend([("Web", "Stock"), ("App", "Orders"), ("Web", "Search")]);
        pairs.push(("App", "Orders"));
        let expected = "App with Orders; Web with Orders, Prices, Search and 2 more";
        assert_eq!(said(&pairs), expected);
    }
}
