//! Which new names of a publication could be taken for others.

use std::collections::BTreeSet;

use super::{PublishRequest, Refusal};
use crate::domain::ledger::{Ledger, Read};
use crate::domain::name::PacticipantName;
use crate::domain::rules::Rules;
use crate::domain::similar_name::{are_similar, are_twins};

/// Returns the new names that could be taken for others (spec: semantics §5).
///
/// A name that anybody has mentioned is not new. Twins are refused under both sets of rules;
/// under the broker's they are mostly refused in its own words, as similar.
pub(super) fn refused(
    ledger: &dyn Ledger,
    rules: Rules,
    request: &PublishRequest,
) -> Read<Vec<Refusal>> {
    let mut named: Vec<&PacticipantName> = Vec::new();
    for contract in &request.contracts {
        for name in [&contract.consumer, &contract.provider] {
            if !named.contains(&name) {
                named.push(name);
            }
        }
    }
    let mut fresh = Vec::new();
    for name in &named {
        if ledger.pacticipant(name)?.is_none() {
            fresh.push(*name);
        }
    }
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    let known: BTreeSet<_> = ledger.pacticipants()?.into_iter().collect();
    let mut refusals = Vec::new();
    for name in fresh {
        let similar = known.iter().filter(|known| are_similar(name, known));
        let similar: Vec<_> = similar.cloned().collect();
        let earlier = named.iter().copied().take_while(|other| *other != name);
        let twin = known
            .iter()
            .chain(earlier)
            .find(|other| are_twins(name, other));
        let in_its_words = rules == Rules::PactBroker && !similar.is_empty();
        match twin {
            Some(existing) if request.allow_similar_names || !in_its_words => {
                refusals.push(Refusal::Twin {
                    name: name.clone(),
                    existing: existing.clone(),
                });
            }
            _ if !similar.is_empty() && !request.allow_similar_names => {
                refusals.push(Refusal::SimilarName {
                    name: name.clone(),
                    existing: similar,
                });
            }
            _ => {}
        }
    }
    Ok(refusals)
}
