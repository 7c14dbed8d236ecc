//! What a verifier's observations prove of the pacts that were pulled.
//!
//! Reports name consumers and interactions, not contents. Where a consumer has several contents
//! (one for each branch or environment) an observation is taken for the content whose interactions
//! it has; if it fits several, a failure counts for each of them, and a success for none unless
//! there are as many observations as contents that it could be.

use std::collections::BTreeSet;

use super::Failure;
use super::InteractionResult;
use super::Parties;
use super::Ran;
use super::Title;
use super::VerifiedPact;
use super::VerifierOutput;
use crate::domain::content::ContentId;
use crate::domain::name::PacticipantName;
use crate::domain::verification::VerificationResult;

/// A pact that was given to the verifier. Each consumer and content stands once in a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PulledPact {
    /// Whose pact it is.
    pub consumer: PacticipantName,
    /// What was agreed.
    pub content: ContentId,
    /// Whether its failures are forgiven.
    pub pending: bool,
    /// Whether it is work in progress (spec: semantics §6.7).
    pub wip: bool,
    /// All its interactions and messages.
    pub interactions: Vec<PulledInteraction>,
}

/// An interaction or a message of a pact that was given to the verifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PulledInteraction {
    /// Its description.
    pub description: String,
    /// The key that the pact gives it (V4).
    pub key: Option<String>,
}

/// What a run proves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// The pacts of which it is known whether they succeeded, in the order in which they were pulled.
    pub results: Vec<PactResult>,
    /// The pulled pacts of which it is not; nothing may be recorded for them.
    pub unverified: Vec<Unverified>,
    /// What was run and is not among the pulled pacts, for people to read.
    pub strangers: Vec<String>,
    /// What the verifier could not even load, for people to read.
    pub problems: Vec<String>,
}

/// What is known of one pact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PactResult {
    /// What to record.
    pub result: VerificationResult,
    /// Whether it failed and all its failures are forgiven, the pact or the interactions being
    /// pending. It is a failure nevertheless, but none that fails the build.
    pub pending: bool,
}

/// A pulled pact of which nothing is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unverified {
    /// Whose pact it is.
    pub consumer: PacticipantName,
    /// What was agreed.
    pub content: ContentId,
    /// What is missing.
    pub why: Why,
}

/// Why nothing is proven of a pact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The report says nothing of the consumer.
    #[error("the report does not mention the consumer")]
    NotMentioned,
    /// The consumer has an entry, but with other interactions.
    #[error("the report is about another content of the consumer")]
    OtherContent,
    /// Some interactions were not run: filtered out, or the run stopped before.
    #[error("not run: {}", .0.join(", "))]
    NotRun(
        /// The descriptions of those that were not run.
        Vec<String>,
    ),
    /// The pact has no interactions, so that running it shows nothing.
    #[error("the pact has no interactions")]
    NoInteractions,
    /// It may have been another content of the consumer that succeeded.
    #[error("several contents of the consumer fit what was run; verify them apart")]
    Indistinguishable,
}

/// How well an observation fits a pulled pact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// It cannot be about it.
    Not,
    /// All that was run belongs to it, but it has more.
    Part,
    /// It has what was run and nothing else.
    Exact,
}

/// An observation, and the pulled pacts that it may be about.
struct Evidence<'a> {
    observed: &'a VerifiedPact,
    /// Places in the list of pulled pacts.
    about: BTreeSet<usize>,
    /// Whether it covers all of each of them.
    complete: bool,
}

/// Decides for each pulled pact of a provider what the output proves.
///
/// * A pact succeeds only if all its interactions were run and passed.
/// * A failure counts for every content that it may belong to, pending or not.
/// * A pact without evidence is unverified, whatever the report says in total.
#[must_use]
pub fn match_results(
    output: &VerifierOutput,
    provider: &PacticipantName,
    pulled: &[PulledPact],
) -> Matched {
    let mut matched = Matched {
        problems: output.problems.clone(),
        ..Matched::default()
    };
    let mut evidence = Vec::new();
    for observed in &output.pacts {
        let found = Evidence::of(observed, provider, pulled);
        if found.about.is_empty() {
            matched.strangers.push(observed.parties.to_string());
        }
        evidence.push(found);
    }
    for (index, pact) in pulled.iter().enumerate() {
        match decide(index, &evidence, provider, pulled) {
            Ok(failures) => matched.results.push(result(pact, failures)),
            Err(why) => matched.unverified.push(Unverified {
                consumer: pact.consumer.clone(),
                content: pact.content.clone(),
                why,
            }),
        }
    }
    matched
}

/// Returns what failed of a pulled pact (`None`: nothing did), or why that is not known.
fn decide(
    index: usize,
    evidence: &[Evidence<'_>],
    provider: &PacticipantName,
    pulled: &[PulledPact],
) -> Result<Option<Vec<Failure>>, Why> {
    let pact = &pulled[index];
    let mine: Vec<_> = evidence
        .iter()
        .filter(|found| found.about.contains(&index))
        .collect();
    let failed: Vec<_> = mine
        .iter()
        .filter(|found| found.observed.failed())
        .collect();
    if !failed.is_empty() {
        let failures = failed.iter().flat_map(|found| found.observed.failures());
        return Ok(Some(failures.collect()));
    }
    let covering: Vec<_> = mine.iter().filter(|found| found.complete).collect();
    if covering.is_empty() {
        let mentioned = |found: &Evidence<'_>| found.observed.parties.are(&pact.consumer, provider);
        return Err(match mine.first() {
            Some(_) if pact.interactions.is_empty() => Why::NoInteractions,
            Some(partly) => Why::NotRun(not_run(partly.observed, pact)),
            None if evidence.iter().any(mentioned) => Why::OtherContent,
            None => Why::NotMentioned,
        });
    }
    let rivals: BTreeSet<_> = covering.iter().flat_map(|found| &found.about).collect();
    let named = covering
        .iter()
        .any(|found| found.observed.content.is_some());
    if covering.len() < rivals.len() || (!named && overshadowed(index, evidence, pulled)) {
        return Err(Why::Indistinguishable);
    }
    Ok(None)
}

/// Says whether what was run of a pact may have been a part of a larger content that has no
/// evidence of its own: the verifier may have been told to leave the rest out.
fn overshadowed(index: usize, evidence: &[Evidence<'_>], pulled: &[PulledPact]) -> bool {
    let pact = &pulled[index];
    let observed = pact.as_observed();
    pulled.iter().enumerate().any(|(place, other)| {
        place != index
            && other.consumer == pact.consumer
            && fit(&observed, other) == Fit::Part
            && !evidence
                .iter()
                .any(|found| found.complete && found.about.contains(&place))
    })
}

/// Returns what to record of a pact.
fn result(pact: &PulledPact, failures: Option<Vec<Failure>>) -> PactResult {
    let success = failures.is_none();
    let failures = failures.unwrap_or_default();
    let forgiven = !failures.is_empty() && failures.iter().all(|failure| failure.pending);
    let mut texts: Vec<String> = Vec::new();
    for failure in failures {
        if !texts.contains(&failure.text) {
            texts.push(failure.text);
        }
    }
    PactResult {
        pending: !success && (pact.pending || forgiven),
        result: VerificationResult {
            consumer: pact.consumer.clone(),
            content: pact.content.clone(),
            success,
            wip: pact.wip,
            failures: texts,
            tests: None,
        },
    }
}

impl<'a> Evidence<'a> {
    /// Finds the pulled pacts that an observation may be about: those that it fits exactly, or
    /// where there is none, those that it is a part of.
    fn of(observed: &'a VerifiedPact, provider: &PacticipantName, pulled: &[PulledPact]) -> Self {
        let fits: Vec<Fit> = pulled
            .iter()
            .map(|pact| {
                let other = |content: &ContentId| *content != pact.content;
                if !observed.parties.are(&pact.consumer, provider)
                    || observed.content.as_ref().is_some_and(other)
                {
                    return Fit::Not;
                }
                match &observed.ran {
                    Ran::Whole { .. } => Fit::Exact,
                    Ran::Interactions(interactions) => fit(interactions, pact),
                }
            })
            .collect();
        let complete = fits.contains(&Fit::Exact);
        let wanted = if complete { Fit::Exact } else { Fit::Part };
        Self {
            observed,
            about: (0..fits.len())
                .filter(|&place| fits[place] == wanted)
                .collect(),
            complete,
        }
    }
}

/// Compares what was run with the interactions of a pact. Nothing run is never all of a pact.
fn fit(ran: &[InteractionResult], pact: &PulledPact) -> Fit {
    match left_over(ran, pact) {
        None => Fit::Not,
        Some(left) if left.is_empty() && !ran.is_empty() => Fit::Exact,
        Some(_) => Fit::Part,
    }
}

/// Pairs each result with an interaction of the pact, the most definite first. Returns the
/// interactions without result, or `None` if a result has no interaction.
fn left_over<'a>(
    ran: &[InteractionResult],
    pact: &'a PulledPact,
) -> Option<Vec<&'a PulledInteraction>> {
    let mut left: Vec<&PulledInteraction> = pact.interactions.iter().collect();
    let mut ran: Vec<&InteractionResult> = ran.iter().collect();
    ran.sort_by_key(|result| (result.title == Title::Unknown, result.key.is_none()));
    for result in ran {
        let (place, _) = left
            .iter()
            .enumerate()
            .filter(|(_, interaction)| result.may_be(interaction))
            .max_by_key(|(_, interaction)| {
                let same_key = interaction.key == result.key;
                (same_key, interaction.description.len())
            })?;
        left.remove(place);
    }
    Some(left)
}

/// Returns the descriptions of the interactions that were not run.
fn not_run(observed: &VerifiedPact, pact: &PulledPact) -> Vec<String> {
    let ran = match &observed.ran {
        Ran::Interactions(interactions) => interactions.as_slice(),
        Ran::Whole { .. } => &[],
    };
    let left = left_over(ran, pact).unwrap_or_default();
    left.iter().map(|one| one.description.clone()).collect()
}

impl InteractionResult {
    /// Says whether it may be the result of an interaction.
    fn may_be(&self, interaction: &PulledInteraction) -> bool {
        let keys_differ = match (&self.key, &interaction.key) {
            (Some(one), Some(other)) => one != other,
            _ => false,
        };
        !keys_differ
            && match &self.title {
                Title::Description(text) => *text == interaction.description,
                Title::Sentence(text) => {
                    let text = text.to_lowercase();
                    text.strip_suffix(&interaction.description.to_lowercase())
                        .is_some_and(|start| start.is_empty() || start.ends_with(' '))
                }
                Title::Unknown => true,
            }
    }
}

impl PulledPact {
    /// Returns its interactions as if they had been run, to compare them with another content.
    /// Keys are left out: they may be all that differs.
    fn as_observed(&self) -> Vec<InteractionResult> {
        let observed = |interaction: &PulledInteraction| InteractionResult {
            title: Title::Description(interaction.description.clone()),
            key: None,
            states: Vec::new(),
            outcome: super::Outcome::Passed,
        };
        self.interactions.iter().map(observed).collect()
    }
}

impl Parties {
    /// Says whether they are this consumer and this provider.
    fn are(&self, consumer: &PacticipantName, provider: &PacticipantName) -> bool {
        match self {
            Self::Named {
                consumer: name,
                provider: other,
            } => {
                name == consumer.as_str()
                    && other
                        .as_ref()
                        .is_none_or(|other| other == provider.as_str())
            }
            Self::Sentence(sentence) => *sentence == format!("{consumer} and {provider}"),
        }
    }
}

impl std::fmt::Display for Parties {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named {
                consumer,
                provider: Some(provider),
            } => write!(f, "{consumer} and {provider}"),
            Self::Named { consumer, .. } => f.write_str(consumer),
            Self::Sentence(sentence) => f.write_str(sentence),
        }
    }
}
