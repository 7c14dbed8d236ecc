//! The answer of can-i-deploy as every sink shows it: the verdict in a sentence, then the cases,
//! those that stand in the way first.

use std::cmp::Reverse;

use crate::domain::can_i_deploy::Reason;
use crate::domain::can_i_deploy::Side;
use crate::domain::can_i_deploy::Verdict;
use crate::domain::matrix::Matrix;
use crate::domain::matrix::Row;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::selector::Destination;
use crate::domain::selector::ResolvedSelector;
use crate::domain::signers::Unbelieved;

/// What came of a case, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// The pact is not honoured, or what was asked about is not there.
    Failed,
    /// Nobody has verified it yet.
    Unknown,
    /// The pact is honoured.
    Verified,
    /// It does not count.
    Ignored,
}

impl State {
    /// Returns what came of a row.
    #[must_use]
    pub fn of(row: &Row) -> Self {
        match row.success() {
            _ if row.ignored => Self::Ignored,
            Some(false) => Self::Failed,
            None => Self::Unknown,
            Some(true) => Self::Verified,
        }
    }

    /// Returns the state in a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Unknown => "not verified",
            Self::Verified => "verified",
            Self::Ignored => "ignored",
        }
    }
}

/// One side of a case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party<'a> {
    /// The application.
    pub name: &'a PacticipantName,
    /// Its version, if one is known.
    pub version: Option<&'a VersionNumber>,
}

/// One thing that decides, or would if it were not ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case<'a> {
    /// What came of it.
    pub state: State,
    /// The consumer; where there is no provider, what was asked about and is not there.
    pub consumer: Party<'a>,
    /// The provider.
    pub provider: Option<Party<'a>>,
    /// The same in a sentence without a full stop.
    pub sentence: String,
    /// The build that found it out.
    pub build_url: Option<&'a str>,
}

/// Returns the cases of an answer, the worst first, then by name and version.
#[must_use]
pub fn cases<'a>(matrix: &'a Matrix, verdict: &'a Verdict) -> Vec<Case<'a>> {
    let has_row = |consumer: &Side, provider: &Side| {
        matrix
            .rows
            .iter()
            .any(|row| row.consumer == consumer.pacticipant && row.provider == provider.pacticipant)
    };
    let without_row = verdict.reasons.iter().filter_map(|reason| match reason {
        Reason::NoSuchVersion(selector) => Some(absent(selector)),
        Reason::NotVerified { consumer, provider } if !has_row(consumer, provider) => Some(Case {
            state: State::Unknown,
            consumer: side(consumer),
            provider: Some(side(provider)),
            sentence: reason.notice().text,
            build_url: None,
        }),
        _ => None,
    });
    let mut cases: Vec<Case<'a>> = matrix.rows.iter().map(Case::of).collect();
    cases.extend(without_row);
    cases.sort_by_cached_key(|case| {
        let lower = |party: &Party<'a>| (party.name.as_str().to_lowercase(), party.version);
        (
            case.state,
            case.provider.is_some(),
            lower(&case.consumer),
            case.provider.as_ref().map(lower),
        )
    });
    cases
}

fn absent(selector: &ResolvedSelector) -> Case<'_> {
    Case {
        state: State::Failed,
        consumer: Party {
            name: selector.pacticipant(),
            version: selector.asked.version.as_ref(),
        },
        provider: None,
        sentence: selector.does_not_exist(),
        build_url: None,
    }
}

fn side(side: &Side) -> Party<'_> {
    let version = match side.versions.as_slice() {
        [version] => Some(version),
        _ => None,
    };
    Party {
        name: &side.pacticipant,
        version,
    }
}

impl<'a> Case<'a> {
    /// Returns what a row says.
    #[must_use]
    pub fn of(row: &'a Row) -> Self {
        let (consumer, provider) = (
            Party {
                name: &row.consumer,
                version: Some(&row.consumer_version.number),
            },
            Party {
                name: &row.provider,
                version: row.provider_number(),
            },
        );
        let (pact, by) = (shown(&consumer), shown(&provider));
        let sentence = match (row.success(), &row.unbelieved) {
            (Some(true), _) => format!("{by} honours the pact of {pact}"),
            (Some(false), _) => format!("{by} does not honour the pact of {pact}"),
            (None, Some(Unbelieved { version, doubt, .. })) => format!(
                "{} version {version} has verified the pact of {pact}, but {doubt}",
                row.provider
            ),
            (None, None) if provider.version.is_some() => {
                format!("{by} has not verified the pact of {pact}")
            }
            (None, None) => format!("no version of {by} has verified the pact of {pact}"),
        };
        let run = row.verification.as_ref().map(|found| &found.run);
        Case {
            state: State::of(row),
            consumer,
            provider: Some(provider),
            sentence,
            build_url: run.and_then(|run| run.build_url.as_deref()),
        }
    }
}

fn shown(party: &Party<'_>) -> String {
    match party.version {
        Some(version) => format!("{} version {version}", party.name),
        None => party.name.to_string(),
    }
}

/// Returns the verdict as a sentence, e.g. `No: version 1 of Web cannot be deployed to production`.
#[must_use]
pub fn headline(matrix: &Matrix, verdict: &Verdict) -> String {
    let (who, what) = question(matrix);
    match verdict.deployable {
        Some(true) => format!("Yes: {who} can be {what}"),
        Some(false) => format!("No: {who} cannot be {what}"),
        None => format!("Unknown: {who} cannot be {what} yet"),
    }
}

/// Returns who is asked about, and what is to become of them.
fn question(matrix: &Matrix) -> (String, String) {
    let asked = matrix.selectors.iter().filter(|it| it.is_specified());
    let asked: Vec<String> = asked.map(ResolvedSelector::description).collect();
    let many = asked.len() > 1;
    let what = match &matrix.query.destination {
        Destination::Environment(environment) => format!("deployed to {environment}"),
        Destination::MainBranch { .. } => "merged".to_owned(),
        Destination::Tag { tag, .. } => format!("deployed with what has the tag {tag}"),
        Destination::Latest => "deployed with the latest version of everything else".to_owned(),
        Destination::None if many => "deployed together".to_owned(),
        Destination::None => "deployed".to_owned(),
    };
    (asked.join(" and "), what)
}

/// Returns how many cases say what, the worst first, e.g. `1 failed, 2 verified`.
#[must_use]
pub fn tally(cases: &[Case<'_>]) -> String {
    let mut counts: Vec<(State, usize)> = Vec::new();
    for case in cases {
        match counts.last_mut() {
            Some((state, count)) if *state == case.state => *count += 1,
            _ => counts.push((case.state, 1)),
        }
    }
    let counted = counts.iter();
    let counted: Vec<String> = counted
        .map(|(state, count)| format!("{count} {}", state.word()))
        .collect();
    if counted.is_empty() {
        "Nothing to verify".to_owned()
    } else {
        counted.join(", ")
    }
}

/// Returns rows with the worst first, then by name and the newest version.
#[must_use]
pub fn worst_first(matrix: &Matrix) -> Vec<&Row> {
    let mut rows: Vec<&Row> = matrix.rows.iter().collect();
    rows.sort_by_cached_key(|row| {
        (
            State::of(row),
            row.consumer.as_str().to_lowercase(),
            row.provider.as_str().to_lowercase(),
            Reverse(row.consumer_version.seq),
            Reverse(row.provider_version.as_ref().map(|version| version.seq)),
        )
    });
    rows
}

#[cfg(test)]
pub(super) mod tests;
