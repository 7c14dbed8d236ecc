//! What changed between two contracts, in words and as JSON.

use serde::Serialize;
use serde_json::value::RawValue;

use super::computed_from::ComputedFrom;
use crate::app::ask::Basis;
use crate::domain::comparison::Comparison;
use crate::domain::comparison::Contract;
use crate::domain::comparison::Origin;
use crate::domain::diff::Change;
use crate::domain::diff::Effect;
use crate::domain::diff::FieldChange;
use crate::domain::diff::InteractionChange;
use crate::domain::diff::Known;
use crate::domain::json::Json;
use crate::domain::outline::Side;
use crate::domain::pact::InteractionKey;

/// Returns which two are compared, e.g. `Web with Orders, from version 1 (main) to version 2 (main)`.
#[must_use]
pub fn headline(comparison: &Comparison) -> String {
    let Comparison {
        consumer,
        provider,
        from,
        to,
        ..
    } = comparison;
    let to = contract(to);
    match from {
        Some(from) => format!(
            "{consumer} with {provider}, from {} to {to}",
            contract(from)
        ),
        None => format!("{consumer} with {provider}, {to}; there is none before it"),
    }
}

/// Returns what is compared in a few words: a version with its branch, or a file.
fn contract(contract: &Contract) -> String {
    match &contract.origin {
        Origin::Document(name) => format!("the file {name}"),
        Origin::Published(pact) => {
            let number = &pact.version.number;
            match pact.version.branch() {
                Some(branch) => format!("version {number} ({branch})"),
                None => format!("version {number}"),
            }
        }
    }
}

/// Returns what the whole means to the provider, as a sentence.
#[must_use]
pub fn verdict(effect: Effect) -> String {
    let clause = effect.clause();
    let (first, rest) = clause.split_at(1);
    format!("{}{rest}.", first.to_uppercase())
}

/// Returns what a change means in a word or three, to stand behind it; nothing if it means nothing.
#[must_use]
pub fn remark(effect: Effect) -> &'static str {
    match effect {
        Effect::None => "",
        Effect::Less => "demands less",
        Effect::Unclear => "may demand more",
        Effect::More => "demands more",
    }
}

/// A comparison as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DiffJson<'a> {
    consumer: &'a str,
    provider: &'a str,
    from: Option<ContractJson<'a>>,
    to: ContractJson<'a>,
    differs: bool,
    effect: &'static str,
    changes: Vec<ChangeJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    computed_from: Option<ComputedFrom>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ContractJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    branches: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    content_id: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
enum ChangeJson<'a> {
    Specification {
        effect: &'static str,
        before: &'a Option<String>,
        after: &'a Option<String>,
    },
    Document {
        effect: &'static str,
        lines: &'a [String],
    },
    #[serde(untagged)]
    Interaction(InteractionJson<'a>),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InteractionJson<'a> {
    change: &'static str,
    effect: &'static str,
    kind: String,
    interaction: KeyJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<KeyJson<'a>>,
    fields: Vec<FieldJson<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyJson<'a> {
    description: &'a str,
    provider_states: Vec<StateJson<'a>>,
}

#[derive(Debug, Serialize)]
struct StateJson<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<Box<RawValue>>,
}

#[derive(Debug, Serialize)]
struct FieldJson<'a> {
    aspect: &'static str,
    effect: &'static str,
    part: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<usize>,
    field: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Box<RawValue>>,
}

impl<'a> DiffJson<'a> {
    /// Returns a comparison as JSON; without a basis if no store was asked.
    #[must_use]
    pub fn new(comparison: &'a Comparison, basis: Option<&Basis>) -> Self {
        let diff = &comparison.diff;
        Self {
            consumer: comparison.consumer.as_str(),
            provider: comparison.provider.as_str(),
            from: comparison.from.as_ref().map(ContractJson::new),
            to: ContractJson::new(&comparison.to),
            differs: !diff.changes.is_empty(),
            effect: diff.effect().word(),
            changes: diff.changes.iter().map(ChangeJson::new).collect(),
            computed_from: basis.map(ComputedFrom::from),
        }
    }
}

impl<'a> ContractJson<'a> {
    fn new(contract: &'a Contract) -> Self {
        let content_id = contract.pact.content_id().as_str();
        match &contract.origin {
            Origin::Document(name) => Self {
                version: None,
                branches: Vec::new(),
                published_at: None,
                file: Some(name),
                content_id,
            },
            Origin::Published(pact) => Self {
                version: Some(pact.version.number.as_str()),
                branches: pact.version.branches.iter().map(AsRef::as_ref).collect(),
                published_at: Some(pact.created_at.to_string()),
                file: None,
                content_id,
            },
        }
    }
}

impl<'a> ChangeJson<'a> {
    fn new(change: &'a Change) -> Self {
        let effect = change.effect().word();
        match change {
            Change::Specification { before, after, .. } => Self::Specification {
                effect,
                before,
                after,
            },
            Change::Document { lines, .. } => Self::Document { effect, lines },
            Change::Interaction(change) => Self::Interaction(InteractionJson::new(change)),
        }
    }
}

impl<'a> InteractionJson<'a> {
    fn new(change: &'a InteractionChange) -> Self {
        let before = match &change.known {
            Known::Kept { before, after } if before != after => Some(KeyJson::new(before)),
            _ => None,
        };
        Self {
            change: change.fate().word(),
            effect: change.effect.word(),
            kind: change.kind.to_string(),
            interaction: KeyJson::new(change.known.key()),
            before,
            fields: change.fields.iter().map(FieldJson::new).collect(),
        }
    }
}

impl<'a> KeyJson<'a> {
    fn new(key: &'a InteractionKey) -> Self {
        let states = key.states.iter().map(|state| StateJson {
            name: &state.name,
            params: state.params.clone().and_then(raw),
        });
        Self {
            description: &key.description,
            provider_states: states.collect(),
        }
    }
}

impl<'a> FieldJson<'a> {
    fn new(change: &'a FieldChange) -> Self {
        let place = &change.place;
        let value = |value: &Option<Json>| value.as_ref().and_then(|value| raw(value.compact()));
        Self {
            aspect: change.aspect.word(),
            effect: change.effect.word(),
            part: place.side.word(),
            number: match place.side {
                Side::Response(index @ 1..) => Some(index + 1),
                _ => None,
            },
            field: place.field.word().replace(' ', "-"),
            path: &place.path,
            before: value(&change.before),
            after: value(&change.after),
        }
    }
}

/// Returns JSON as it is, with the text of its numbers.
fn raw(text: String) -> Option<Box<RawValue>> {
    RawValue::from_string(text).ok()
}
