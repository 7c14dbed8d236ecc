//! Which interaction of one contract is which of another.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use super::Change;
use super::FieldChange;
use super::InteractionChange;
use super::Known;
use super::effect::Effect;
use super::fields;
use super::states;
use crate::domain::json::Json;
use crate::domain::outline::Field;
use crate::domain::outline::InteractionKind;
use crate::domain::outline::Outline;
use crate::domain::outline::Place;
use crate::domain::outline::Side;
use crate::domain::pact::InteractionKey;
use crate::domain::pact::Pact;
use crate::domain::pact::ProviderState;

/// An interaction of one of the contracts.
struct Entry {
    key: InteractionKey,
    outline: Outline,
    canonical: String,
}

impl Entry {
    fn kind(&self) -> &InteractionKind {
        &self.outline.kind
    }

    fn is_pending(&self) -> bool {
        let place = Place {
            side: Side::Interaction,
            field: Field::Pending,
            path: String::new(),
        };
        self.outline.values.get(&place) == Some(&Json::Bool(true))
    }

    /// Returns what it is known by, whatever list it stands in: version 4 has one for all.
    fn name(&self) -> (String, InteractionKind, Vec<ProviderState>) {
        let InteractionKey {
            description,
            states,
            ..
        } = &self.key;
        (description.clone(), self.kind().clone(), states.clone())
    }
}

/// Returns the changes of interactions, by description and states.
///
/// Equal ones are set aside first, so that one of two with the same name can change alone. What is left is
/// the same where the name is, then where only the states are others and there is no choice, then where only
/// the description is another.
pub(super) fn changes(before: Option<&Pact>, after: &Pact) -> Vec<Change> {
    let (mut old, mut new) = (before.map(entries).unwrap_or_default(), entries(after));
    drop(pairs(&mut old, &mut new, |it| Some(it.canonical.clone())));
    let mut pairs_found = pairs(&mut old, &mut new, |it| Some(it.name()));
    pairs_found.extend(only_pairs(&mut old, &mut new));
    pairs_found.extend(pairs(&mut old, &mut new, |it| {
        Some((it.key.states.clone(), it.kind().clone(), it.outline.said()))
    }));
    let mut changes: Vec<InteractionChange> = Vec::new();
    for (before, after) in pairs_found {
        let mut fields = states::changes(&before.key.states, &after.key.states);
        fields.extend(fields::changes(&before.outline, &after.outline));
        if fields.is_empty() && before.key.description == after.key.description {
            // Written otherwise, and the same.
            continue;
        }
        changes.push(InteractionChange {
            kind: after.outline.kind,
            known: Known::Kept {
                before: before.key,
                after: after.key,
            },
            effect: worst(&fields),
            fields,
        });
    }
    changes.extend(old.into_iter().map(|it| InteractionChange {
        kind: it.outline.kind,
        known: Known::Gone(it.key),
        fields: Vec::new(),
        effect: Effect::Less,
    }));
    changes.extend(new.into_iter().map(|it| InteractionChange {
        effect: if it.is_pending() {
            Effect::Unclear
        } else {
            Effect::More
        },
        kind: it.outline.kind,
        known: Known::New(it.key),
        fields: Vec::new(),
    }));
    changes.sort_by_cached_key(|change| {
        let key = change.known.key();
        let is_gone = matches!(change.known, Known::Gone(_));
        (key.description.clone(), key.states.clone(), !is_gone)
    });
    changes.into_iter().map(Change::Interaction).collect()
}

fn worst(fields: &[FieldChange]) -> Effect {
    let effects = fields.iter().map(|field| field.effect);
    effects.max().unwrap_or_default()
}

fn entries(pact: &Pact) -> Vec<Entry> {
    let kind = pact.kind();
    let interactions = pact.interactions();
    let mut entries: Vec<Entry> = interactions
        .iter()
        .map(|interaction| Entry {
            key: interaction.key().clone(),
            outline: Outline::of(kind, interaction),
            canonical: interaction.json().canonical(),
        })
        .collect();
    // The order in a document means nothing.
    entries.sort_by(|one, other| one.canonical.cmp(&other.canonical));
    entries
}

/// Takes the pairs out of both sides that are the same by some measure, each in the order of its side.
fn pairs<K: Ord>(
    old: &mut Vec<Entry>,
    new: &mut Vec<Entry>,
    measure: impl Fn(&Entry) -> Option<K>,
) -> Vec<(Entry, Entry)> {
    let mut by_measure: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
    for (index, entry) in new.iter().enumerate() {
        if let Some(key) = measure(entry) {
            by_measure.entry(key).or_default().push_back(index);
        }
    }
    let mut others: Vec<Option<Entry>> = new.drain(..).map(Some).collect();
    let mut found = Vec::new();
    for one in std::mem::take(old) {
        let same = measure(&one).and_then(|key| by_measure.get_mut(&key)?.pop_front());
        match same.and_then(|index| others[index].take()) {
            Some(other) => found.push((one, other)),
            None => old.push(one),
        }
    }
    new.extend(others.into_iter().flatten());
    found
}

/// Takes the pairs out of both sides that have a description and a kind that nothing else there has.
fn only_pairs(old: &mut Vec<Entry>, new: &mut Vec<Entry>) -> Vec<(Entry, Entry)> {
    let about = |entry: &Entry| (entry.key.description.clone(), entry.kind().clone());
    let mut counts: BTreeMap<_, [usize; 2]> = BTreeMap::new();
    for (side, entries) in [&*old, &*new].into_iter().enumerate() {
        for entry in entries {
            counts.entry(about(entry)).or_default()[side] += 1;
        }
    }
    pairs(old, new, |entry| {
        let about = about(entry);
        (counts.get(&about) == Some(&[1, 1])).then_some(about)
    })
}
