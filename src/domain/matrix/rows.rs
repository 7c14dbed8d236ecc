//! From the selected versions to rows: pacts, joined with what was found about them
//! (spec: semantics §9.3).

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::facts::Facts;
use super::latest_by::decided;
use super::query::{LatestBy, Query};
use super::resolve::{Resolved, versions_of};
use super::{Row, RowVerification};
use crate::domain::ledger::Read;
use crate::domain::name::{PacticipantName, VersionNumber};
use crate::domain::rules::Rules;
use crate::domain::selector::{Destination, Found, ResolvedSelector};
use crate::domain::signers::Unbelieved;
use crate::domain::version::{Publication, Version};

/// A pact that a selected consumer version published.
#[derive(Clone)]
struct Pact {
    consumer: PacticipantName,
    version: Arc<Version>,
    provider: PacticipantName,
    publication: Publication,
}

/// Names a pact: consumer, its version, provider.
type PactKey = (PacticipantName, VersionNumber, PacticipantName);

impl Pact {
    fn key(&self) -> PactKey {
        let number = self.version.number.clone();
        (self.consumer.clone(), number, self.provider.clone())
    }
}

/// Which versions of a provider are held against a pact.
#[derive(Default)]
struct Selected {
    /// These.
    versions: Vec<Arc<Version>>,
    /// And whichever has a result.
    any: bool,
}

/// Returns the rows of a query.
pub(super) fn rows(
    facts: &mut Facts,
    query: &Query,
    resolved: &Resolved,
    rules: Rules,
) -> Read<Vec<Row>> {
    // The broker looks at one selector alone in a way of its own, also where an application that
    // only consumes itself has a destination. Strict rules hold it against the version asked about.
    let own_way = rules == Rules::PactBroker || query.destination == Destination::None;
    let rows = match resolved.selectors.as_slice() {
        [selector] if own_way => rows_of_one(facts, query, selector, rules)?,
        _ => joined(facts, query, resolved, rules)?,
    };
    Ok(decided(rows, query, resolved, rules))
}

/// Joins the pacts between selected pacticipants with the results of the selected provider
/// versions.
fn joined(facts: &mut Facts, query: &Query, resolved: &Resolved, rules: Rules) -> Read<Vec<Row>> {
    let specified: BTreeSet<_> = resolved
        .selectors
        .iter()
        .filter(|selector| selector.is_specified())
        .map(ResolvedSelector::pacticipant)
        .collect();
    let mut rows = Vec::new();
    for pact in pacts_between(facts, query, resolved, rules)? {
        if !specified.contains(&pact.consumer) && !specified.contains(&pact.provider) {
            continue;
        }
        let selected = selected_versions(resolved, &pact);
        let before = rows.len();
        for version in &selected.versions {
            let found = results(facts, &pact, version, query.latest_by)?;
            let unbelieved = unbelieved(facts, &pact, std::slice::from_ref(version));
            // What somebody says without a signature is not as if it had never been asked for.
            if found.is_empty() && (rules == Rules::Strict || unbelieved.is_some()) {
                rows.push(Row {
                    unbelieved,
                    ..row(&pact, Some(version), None)
                });
            }
            rows.extend(found);
        }
        if selected.any {
            for version in verifiers(facts, &pact)? {
                if !selected.versions.contains(&version) {
                    rows.extend(results(facts, &pact, &version, query.latest_by)?);
                }
            }
        }
        if rows.len() == before {
            rows.push(Row {
                unbelieved: unbelieved(facts, &pact, &selected.versions),
                ..row(&pact, None, None)
            });
        }
    }
    Ok(rows)
}

/// Returns the success for a pact that is not believed, of versions of the provider or of any.
fn unbelieved(facts: &Facts, pact: &Pact, versions: &[Arc<Version>]) -> Option<Unbelieved> {
    let content = &pact.publication.content;
    facts.unbelieved(&pact.provider, &pact.consumer, content, versions)
}

/// Returns the pacts of the selected consumer versions with the selected pacticipants.
///
/// Pact-broker rules take only the newest `limit` of them, counted apart for selectors of a name
/// only and for the others.
fn pacts_between(
    facts: &mut Facts,
    query: &Query,
    resolved: &Resolved,
    rules: Rules,
) -> Read<Vec<Pact>> {
    let providers: BTreeSet<_> = resolved
        .selectors
        .iter()
        .map(|selector| selector.pacticipant().clone())
        .collect();
    let mut seen = BTreeSet::new();
    let mut pacts = Vec::new();
    for by_name in [true, false] {
        let mut found = Vec::new();
        let of_kind = |found: &Found| (*found == Found::EveryVersion) == by_name;
        for selector in resolved.selectors.iter().filter(|it| of_kind(&it.found)) {
            for version in versions_of(facts, selector)? {
                let consumer = selector.pacticipant();
                if seen.insert((consumer, version.number.clone())) {
                    let with_selected = pacts_of(consumer, &version)
                        .filter(|pact| providers.contains(&pact.provider));
                    found.extend(with_selected);
                }
            }
        }
        if rules == Rules::PactBroker {
            newest_first(&mut found);
            found.truncate(query.limit.get());
        }
        pacts.extend(found);
    }
    Ok(pacts)
}

/// Returns the rows of a single selector: its pacts with everything found about them, and all the
/// pacts that it verified.
fn rows_of_one(
    facts: &mut Facts,
    query: &Query,
    selector: &ResolvedSelector,
    rules: Rules,
) -> Read<Vec<Row>> {
    let name = selector.pacticipant();
    let mut own = Vec::new();
    for version in versions_of(facts, selector)? {
        own.extend(pacts_of(name, &version));
    }
    let mut of_consumers = Vec::new();
    for consumer in facts.consumers_of(name)? {
        for version in facts.every_version(&consumer)? {
            let with_it = pacts_of(&consumer, &version).filter(|pact| pact.provider == *name);
            of_consumers.extend(with_it);
        }
    }
    if rules == Rules::PactBroker && !(own.is_empty() && of_consumers.is_empty()) {
        let newest = newest_pacts(facts, query.limit.get())?;
        own.retain(|pact| newest.contains(&pact.key()));
        of_consumers.retain(|pact| newest.contains(&pact.key()));
    }

    let mut rows = Vec::new();
    for pact in own {
        let before = rows.len();
        for verifier in verifiers(facts, &pact)? {
            rows.extend(results(facts, &pact, &verifier, query.latest_by)?);
        }
        if rows.len() == before {
            rows.push(Row {
                unbelieved: unbelieved(facts, &pact, &[]),
                ..row(&pact, None, None)
            });
        }
    }
    let as_consumer = rows.len();
    for pact in of_consumers {
        let verifiers = match &selector.found {
            Found::EveryVersion => verifiers(facts, &pact)?,
            Found::Version { version, .. } => vec![Arc::clone(version)],
            Found::NoVersion | Found::NoPacticipant => Vec::new(),
        };
        for verifier in verifiers {
            let found = results(facts, &pact, &verifier, query.latest_by)?;
            let unbelieved = unbelieved(facts, &pact, std::slice::from_ref(&verifier));
            if found.is_empty() && unbelieved.is_some() {
                rows.push(Row {
                    unbelieved,
                    ..row(&pact, Some(&verifier), None)
                });
            }
            for found in found {
                // What an application verified of its own is there already. All others have
                // thousands of rows, each of which would be compared with each.
                if pact.consumer != *name || !rows[..as_consumer].contains(&found) {
                    rows.push(found);
                }
            }
        }
    }
    Ok(rows)
}

/// Returns the newest `limit` pacts of the whole store, of which alone the broker takes those of
/// a single selector: another hole (spec: semantics §9.6). Reads every version of everybody.
///
/// Which of two consumers published first within one second is not known: then both are taken.
fn newest_pacts(facts: &mut Facts, limit: usize) -> Read<BTreeSet<PactKey>> {
    let mut pacts = Vec::new();
    for name in facts.ledger.pacticipants()? {
        for version in facts.every_version(&name)? {
            pacts.extend(pacts_of(&name, &version));
        }
    }
    newest_first(&mut pacts);
    let mut newest = BTreeSet::new();
    let mut before = 0;
    for second in pacts.chunk_by(|a, b| a.publication.created_at == b.publication.created_at) {
        let mut of_consumer: BTreeMap<&PacticipantName, usize> = BTreeMap::new();
        for pact in second {
            let newer = of_consumer.entry(&pact.consumer).or_default();
            if before + *newer < limit {
                newest.insert(pact.key());
            }
            *newer += 1;
        }
        before += second.len();
    }
    Ok(newest)
}

/// Sorts by publication, the newest first.
fn newest_first(pacts: &mut [Pact]) {
    pacts.sort_by_key(|pact| Reverse((pact.publication.created_at, pact.version.seq)));
}

fn pacts_of(consumer: &PacticipantName, version: &Arc<Version>) -> impl Iterator<Item = Pact> {
    version.pacts.iter().map(|(provider, publication)| Pact {
        consumer: consumer.clone(),
        version: Arc::clone(version),
        provider: provider.clone(),
        publication: publication.clone(),
    })
}

/// Returns the provider versions that a pact is held against.
fn selected_versions(resolved: &Resolved, pact: &Pact) -> Selected {
    let mut selected = Selected::default();
    let of_provider = |name: &PacticipantName| *name == pact.provider;
    for selector in resolved
        .selectors
        .iter()
        .filter(|it| of_provider(it.pacticipant()))
    {
        match &selector.found {
            Found::EveryVersion => selected.any = true,
            Found::Version { version, .. } if !selected.versions.contains(version) => {
                selected.versions.push(Arc::clone(version));
            }
            _ => {}
        }
    }
    selected
}

fn verifiers(facts: &mut Facts, pact: &Pact) -> Read<Vec<Arc<Version>>> {
    facts.verifiers(&pact.provider, &pact.consumer, &pact.publication.content)
}

/// Returns the rows of what a provider version found about a pact: the latest result, or all.
fn results(
    facts: &mut Facts,
    pact: &Pact,
    version: &Arc<Version>,
    latest_by: LatestBy,
) -> Read<Vec<Row>> {
    let runs = facts.runs_of(&pact.provider, &version.number)?;
    let found = runs.iter().filter_map(|run| {
        let result = run.result(&pact.consumer, &pact.publication.content)?;
        let verification = RowVerification {
            success: result.success,
            run: Arc::clone(run),
        };
        Some(row(pact, Some(version), Some(verification)))
    });
    let count = match latest_by {
        LatestBy::None => usize::MAX,
        _ => 1,
    };
    Ok(found.take(count).collect())
}

fn row(
    pact: &Pact,
    provider_version: Option<&Arc<Version>>,
    verification: Option<RowVerification>,
) -> Row {
    Row {
        consumer: pact.consumer.clone(),
        consumer_version: Arc::clone(&pact.version),
        provider: pact.provider.clone(),
        provider_version: provider_version.cloned(),
        content: pact.publication.content.clone(),
        published_at: pact.publication.created_at,
        verification,
        unbelieved: None,
        ignored: false,
        shown: true,
    }
}
