//! After a "no" or an "unknown": what is missing, and the command that would change it.

use super::shell::CommandLine;
use super::table::one_line;
use crate::domain::can_i_deploy::Reason;
use crate::domain::can_i_deploy::Side;
use crate::domain::can_i_deploy::Verdict;
use crate::domain::matrix::Matrix;
use crate::domain::matrix::Row;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::selector::Destination;
use crate::domain::selector::ResolvedSelector;
use crate::domain::signers::Doubt;
use crate::domain::signers::Unbelieved;

/// How many failed interactions are named.
const MOST_FAILURES: usize = 5;

/// A version that only the reader knows; the shell takes it from a variable.
const VERSION_OPTION: &str = "--version \"$VERSION\"";

/// One thing that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// What is missing or wrong, a line or several.
    pub problem: String,
    /// The commands that change it, in their order.
    pub commands: Vec<CommandLine>,
}

/// Returns what stands in the way of a yes; nothing after a yes.
#[must_use]
pub fn next_steps(matrix: &Matrix, verdict: &Verdict) -> Vec<NextStep> {
    if verdict.deployable == Some(true) {
        return Vec::new();
    }
    let absent = verdict.reasons.iter().filter_map(|reason| match reason {
        Reason::NoSuchVersion(selector) => Some(no_such_version(selector)),
        _ => None,
    });
    let absent: Vec<NextStep> = absent.collect();
    if !absent.is_empty() {
        return absent;
    }
    let rows = || matrix.rows.iter().filter(|row| !row.ignored);
    let failed = rows().filter(|row| row.success() == Some(false));
    let mut steps: Vec<NextStep> = failed.map(failed_verification).collect();
    let unknown = || rows().filter(|row| row.success().is_none());
    steps.extend(unknown().filter_map(not_believed));
    steps.extend(not_verified(
        matrix,
        unknown().filter(|row| row.unbelieved.is_none()),
    ));
    steps.extend(verdict.reasons.iter().filter_map(|reason| match reason {
        Reason::NotVerified { consumer, provider } if !has_row(matrix, consumer, provider) => {
            Some(no_row(consumer, provider))
        }
        _ => None,
    }));
    steps
}

fn has_row(matrix: &Matrix, consumer: &Side, provider: &Side) -> bool {
    let of_pair =
        |row: &Row| row.consumer == consumer.pacticipant && row.provider == provider.pacticipant;
    matrix.rows.iter().any(of_pair)
}

fn no_row(consumer: &Side, provider: &Side) -> NextStep {
    NextStep {
        problem: format!(
            "Nothing is known of {} and {} together.",
            consumer.description, provider.description
        ),
        commands: vec![
            CommandLine::new("matrix")
                .option("pacticipant", &consumer.pacticipant)
                .option("pacticipant", &provider.pacticipant),
        ],
    }
}

/// A version that was asked about is not recorded.
fn no_such_version(selector: &ResolvedSelector) -> NextStep {
    let asked = &selector.asked;
    let name = selector.pacticipant();
    let record = CommandLine::new("create-or-update-version").option("pacticipant", name);
    let record_one = record.clone().and(VERSION_OPTION);
    let commands = if let Some(number) = &asked.version {
        vec![
            CommandLine::new("publish ./pacts").option("consumer-app-version", number),
            record.option("version", number),
        ]
    } else if let Some(tag) = &asked.tag {
        vec![record_one.option("tag", tag)]
    } else if let Some(branch) = &selector.branch {
        vec![record_one.option("branch", branch)]
    } else if asked.main_branch {
        let describe = CommandLine::new("create-or-update-pacticipant").option("name", name);
        vec![describe.and("--main-branch \"$BRANCH\"")]
    } else {
        vec![record_one]
    };
    let problem = match &asked.version {
        Some(number) => format!(
            "Version {number} of {name} is not recorded, or was cleaned away. Publish its pacts; only \
             if it has none, record the version:"
        ),
        None => format!("{}. Record one:", selector.does_not_exist()),
    };
    NextStep { problem, commands }
}

fn failed_verification(row: &Row) -> NextStep {
    let mut lines = vec![format!(
        "{} does not honour the pact of {}.",
        provider(row),
        pact(row)
    )];
    if let Some(verification) = &row.verification {
        let run = &verification.run;
        let result = run.result(&row.consumer, &row.content);
        let failures = result.map_or(&[][..], |result| &result.failures);
        let named = failures.iter().take(MOST_FAILURES);
        lines.extend(named.map(|failure| format!("  failed: {}", one_line(failure))));
        if failures.len() > MOST_FAILURES {
            lines.push(format!("  … and {} more", failures.len() - MOST_FAILURES));
        }
        if let Some(url) = &run.build_url {
            lines.push(format!("  build: {}", one_line(url)));
        }
    }
    lines.push("If the run was at fault, verify again and record what comes of it:".to_owned());
    let commands = match row.provider_number() {
        Some(number) => verify(&row.provider, std::slice::from_ref(number), &[row]),
        None => Vec::new(),
    };
    NextStep {
        problem: lines.join("\n"),
        commands,
    }
}

/// A pact that is verified, but nobody who may has signed that.
fn not_believed(row: &Row) -> Option<NextStep> {
    let Unbelieved { version, doubt, .. } = row.unbelieved.as_ref()?;
    let provider = &row.provider;
    let allow = CommandLine::new("signers allow").option("pacticipant", provider);
    let allow = allow.and("--principal \"$NAME\" --key \"$KEY.pub\"");
    let record = CommandLine::new("record-verification --sign")
        .option("provider", provider)
        .option("provider-app-version", version)
        .and("--results results.json");
    let commands = match doubt {
        Doubt::NobodyMaySign => vec![allow, record],
        Doubt::KeyNotAllowed { .. } => vec![CommandLine::new("signers list"), record],
        Doubt::NotPushed => vec![CommandLine::new("push --sign")],
        Doubt::NoHistory => vec![CommandLine::new("fetch --history")],
        Doubt::NotSigned | Doubt::KeyNotValid { .. } | Doubt::OtherKind | Doubt::Bad => {
            vec![record]
        }
    };
    Some(NextStep {
        problem: format!(
            "The pact of {} is verified by {provider} version {version}, but {doubt}:",
            pact(row)
        ),
        commands,
    })
}

/// Pacts that the same versions of a provider are to verify.
struct Unverified<'a> {
    provider: &'a PacticipantName,
    versions: Vec<VersionNumber>,
    rows: Vec<&'a Row>,
}

/// What is to be verified, together for each provider version.
fn not_verified<'a>(matrix: &'a Matrix, rows: impl Iterator<Item = &'a Row>) -> Vec<NextStep> {
    let mut groups: Vec<Unverified<'a>> = Vec::new();
    for row in rows {
        let provider = &row.provider;
        let versions = match row.provider_number() {
            Some(number) => vec![number.clone()],
            None => selected(matrix, provider),
        };
        let mut known = groups.iter_mut();
        match known.find(|group| group.provider == provider && group.versions == versions) {
            Some(group) => group.rows.push(row),
            None => groups.push(Unverified {
                provider,
                versions,
                rows: vec![row],
            }),
        }
    }
    let step = |group: &Unverified<'_>| {
        let (name, versions) = (group.provider, &group.versions);
        let pacts: Vec<String> = group.rows.iter().map(|row| pact(row)).collect();
        let pacts = pacts.join(", ");
        if versions.is_empty() {
            return no_provider(name, &pacts, &matrix.query.destination);
        }
        let numbers: Vec<&str> = versions.iter().map(VersionNumber::as_str).collect();
        let numbers = numbers.join(", ");
        NextStep {
            problem: format!("{name} version {numbers} has not verified the pact of {pacts}:"),
            commands: verify(name, versions, &group.rows),
        }
    };
    groups.iter().map(step).collect()
}

/// Returns the versions of a pacticipant that the question selected.
fn selected(matrix: &Matrix, name: &PacticipantName) -> Vec<VersionNumber> {
    let of_name = matrix
        .selectors
        .iter()
        .filter(|it| it.pacticipant() == name);
    let versions = of_name.filter_map(|selector| selector.version());
    versions.map(|version| version.number.clone()).collect()
}

/// The provider has no version where one is needed.
fn no_provider(name: &PacticipantName, pacts: &str, destination: &Destination) -> NextStep {
    let record = |subcommand: &str| {
        let command = CommandLine::new(subcommand).option("pacticipant", name);
        command.and(VERSION_OPTION)
    };
    let (lacks, command) = match destination {
        Destination::Environment(environment) => (
            format!("is deployed in or released to {environment}"),
            record("record-deployment").option("environment", environment),
        ),
        Destination::Tag { tag, .. } => (
            format!("has the tag {tag}"),
            record("create-or-update-version").option("tag", tag),
        ),
        Destination::MainBranch { .. } => (
            "is on its main branch".to_owned(),
            record("create-or-update-version").and("--branch main"),
        ),
        Destination::Latest | Destination::None => (
            "has verified it".to_owned(),
            CommandLine::new("record-verification")
                .option("provider", name)
                .and("--provider-app-version \"$VERSION\" --results results.json"),
        ),
    };
    NextStep {
        problem: format!("The pact of {pacts} needs {name}, but no version of it {lacks}:"),
        commands: vec![command],
    }
}

/// Returns the commands with which versions of a provider verify pacts.
///
/// The pull asks for the branch of each consumer version, else for a tag of it, else for the
/// latest version: a pull knows no version numbers.
fn verify(name: &PacticipantName, numbers: &[VersionNumber], rows: &[&Row]) -> Vec<CommandLine> {
    let mut criteria: Vec<(&str, &str)> = Vec::new();
    let mut latest = false;
    for row in rows {
        let version = &row.consumer_version;
        criteria.push(("consumer", row.consumer.as_str()));
        match (version.branch(), version.tags.last()) {
            (Some(branch), _) => criteria.push(("branch", branch.as_str())),
            (None, Some(tag)) => criteria.push(("tag", tag.as_str())),
            (None, None) => latest = true,
        }
    }
    criteria.sort_unstable();
    criteria.dedup();
    let mut pull = CommandLine::new("pull").option("provider", name);
    for (option, value) in criteria {
        pull = pull.option(option, &value);
    }
    if latest {
        pull = pull.and("--latest");
    }
    let record = |number| {
        CommandLine::new("record-verification")
            .option("provider", name)
            .option("provider-app-version", number)
            .and("--results results.json")
    };
    let mut commands = vec![pull.and("--to ./verify")];
    commands.extend(numbers.iter().map(record));
    commands
}

fn provider(row: &Row) -> String {
    match row.provider_number() {
        Some(number) => format!("{} version {number}", row.provider),
        None => row.provider.to_string(),
    }
}

fn pact(row: &Row) -> String {
    format!(
        "{} version {} (content {})",
        row.consumer,
        row.consumer_version.number,
        row.content.short()
    )
}

#[cfg(test)]
mod tests;
