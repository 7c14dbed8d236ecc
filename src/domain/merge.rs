//! One pact out of several for the same consumer and provider: of the files of one test run, or
//! of test shards that publish one after the other.
//!
//! By content, merging is commutative, associative and idempotent, so it does not matter which
//! shard is first (spec: cli §4.1, `--merge`). Unknown fields and the text of numbers survive.

use std::collections::BTreeMap;

use super::json::Json;
use super::pact::{Interaction, InteractionKey, List, Pact};

/// The fields of `metadata` that may say which version of the specification a pact follows.
const SPECIFICATION_FIELDS: [&str; 3] = [
    "pactSpecification",
    "pact-specification",
    "pactSpecificationVersion",
];

/// Two pacts cannot be made one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// They give one interaction two contents. The text is the Ruby client's.
    #[error(
        "Two interactions have been found with same description ({:?}) and provider state ({}) \
         but a different request or response. Please use a different description or provider \
         state, or hard-code any random data.\n\n{first}\n\n{second}",
        key.description,
        key.state().map_or("nil".to_owned(), |state| format!("{state:?}"))
    )]
    Conflict {
        /// What both are known by.
        key: InteractionKey,
        /// The one, as JSON on one line.
        first: String,
        /// The other.
        second: String,
    },
    /// They differ, and one has nothing that could be put together.
    #[error("a pact without interactions and messages cannot be merged with another")]
    NothingToMerge,
}

/// A pact that was put together, and how it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The pact.
    pub pact: Pact,
    /// Its document.
    pub bytes: Vec<u8>,
}

/// Returns the pact that holds the interactions of both: equal ones once, others in turn.
///
/// Where the documents disagree on anything that is no interaction, the one that follows the
/// higher version of the specification is right, or else the first.
///
/// # Errors
///
/// Fails if they disagree on an interaction.
pub fn merge(first: &Pact, second: &Pact) -> Result<Merged, MergeError> {
    if first.content_id() == second.content_id() {
        return Ok(stored(first.clone()));
    }
    let (Some(_), Some(_)) = (lists(first).next(), lists(second).next()) else {
        return Err(MergeError::NothingToMerge);
    };
    let interactions = merged_interactions(first, second)?;
    let (base, other) = if rank(second) > rank(first) {
        (second, first)
    } else {
        (first, second)
    };
    let mut fields = match base.document() {
        Json::Object(fields) => fields.clone(),
        _ => BTreeMap::new(),
    };
    if let Json::Object(others) = without_specification(other.document().clone()) {
        add_missing(&mut fields, others);
    }
    for list in lists(first).chain(lists(second)) {
        let elements = interactions.get(&list).cloned().unwrap_or_default();
        fields.insert(list.field().to_owned(), Json::Array(elements));
    }
    Ok(stored(first.with_document(Json::Object(fields))))
}

/// Returns a pact with the interactions of another put in: one that is there already, with the same
/// request, is replaced. All else stays as it is (spec: semantics §5, `PATCH`).
///
/// # Errors
///
/// Fails if one of them has no list of interactions, or if they disagree on a request.
pub fn patched(existing: &Pact, patch: &Pact) -> Result<Merged, MergeError> {
    let has_interactions = |pact: &Pact| lists(pact).any(|list| list == List::Interactions);
    if !has_interactions(existing) || !has_interactions(patch) {
        return Err(MergeError::NothingToMerge);
    }
    let is_interaction = |it: &Interaction<'_>| it.key().list == List::Interactions;
    let of_patch = patch.interactions();
    let mut elements = existing.interactions();
    elements.retain(is_interaction);
    for new in of_patch.iter().filter(|it| is_interaction(it)) {
        let same: Vec<usize> = (0..elements.len())
            .filter(|index| elements[*index].key() == new.key())
            .collect();
        for index in &same {
            let known = elements[*index].json();
            if !same_request(known, new.json()) {
                return Err(MergeError::Conflict {
                    key: new.key().clone(),
                    first: known.compact(),
                    second: new.json().compact(),
                });
            }
        }
        match same.first() {
            Some(index) => elements[*index] = new.clone(),
            None => elements.push(new.clone()),
        }
    }
    let elements = elements.iter().map(|it| it.json().clone()).collect();
    let mut fields = match existing.document() {
        Json::Object(fields) => fields.clone(),
        _ => BTreeMap::new(),
    };
    let list = List::Interactions.field().to_owned();
    fields.insert(list, Json::Array(elements));
    Ok(stored(existing.with_document(Json::Object(fields))))
}

/// Says whether two interactions ask for the same.
fn same_request(one: &Json, other: &Json) -> bool {
    let part = |interaction: &Json, name| {
        let part = interaction.get("request").and_then(|it| it.get(name));
        part.filter(|part| **part != Json::Null)
            .map(Json::canonical)
    };
    let mut names = ["method", "path", "query", "body", "headers"].into_iter();
    names.all(|name| part(one, name) == part(other, name))
}

fn stored(pact: Pact) -> Merged {
    let mut bytes = pact.document().pretty().into_bytes();
    bytes.push(b'\n');
    Merged { pact, bytes }
}

/// Returns the lists that a pact has, even if they are empty.
fn lists(pact: &Pact) -> impl Iterator<Item = List> {
    let is_there = |list: &List| matches!(pact.document().get(list.field()), Some(Json::Array(_)));
    [List::Interactions, List::Messages]
        .into_iter()
        .filter(is_there)
}

/// Returns the elements of each list of the merged pact.
fn merged_interactions(
    first: &Pact,
    second: &Pact,
) -> Result<BTreeMap<List, Vec<Json>>, MergeError> {
    let mut known: BTreeMap<InteractionKey, &Json> = BTreeMap::new();
    let mut elements: BTreeMap<List, Vec<Json>> = BTreeMap::new();
    let (of_first, of_second) = (first.interactions(), second.interactions());
    for interaction in of_first.iter().chain(&of_second) {
        let (key, json) = (interaction.key(), interaction.json());
        match known.get(key) {
            None => {
                known.insert(key.clone(), json);
                elements.entry(key.list).or_default().push(json.clone());
            }
            Some(same) if same.canonical() == json.canonical() => {}
            Some(other) => {
                return Err(MergeError::Conflict {
                    key: key.clone(),
                    first: other.compact(),
                    second: json.compact(),
                });
            }
        }
    }
    if lists(first)
        .chain(lists(second))
        .any(|list| list == List::Interactions)
        && let Some(messages) = elements.get_mut(&List::Messages)
    {
        // Beside interactions the order of messages is content (spec: semantics §4), and it must
        // not depend on who is first.
        messages.sort_by_cached_key(Json::canonical);
    }
    Ok(elements)
}

/// Returns by what the versions of the specification are compared.
fn rank(pact: &Pact) -> (Vec<u64>, Option<String>) {
    let version = pact.specification();
    let parts = version.iter().flat_map(|version| version.split('.'));
    let numbers = parts.map(|part| part.parse().unwrap_or(0)).collect();
    (numbers, version)
}

fn without_specification(mut document: Json) -> Json {
    if let Json::Object(fields) = &mut document
        && let Some(Json::Object(metadata)) = fields.get_mut("metadata")
    {
        for field in SPECIFICATION_FIELDS {
            metadata.remove(field);
        }
    }
    document
}

/// Adds what is missing, at every depth of objects; what is there stays.
fn add_missing(fields: &mut BTreeMap<String, Json>, others: BTreeMap<String, Json>) {
    for (key, other) in others {
        match (fields.get_mut(&key), other) {
            (None, other) => {
                fields.insert(key, other);
            }
            (Some(Json::Object(fields)), Json::Object(others)) => add_missing(fields, others),
            (Some(_), _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pact(more: &str) -> Pact {
        let text =
            format!(r#"{{"consumer":{{"name":"Web"}},"provider":{{"name":"Shop"}},{more}}}"#);
        Pact::parse(text.as_bytes()).unwrap()
    }

    fn id(merged: &Merged) -> String {
        merged.pact.content_id().to_string()
    }

    #[test]
    fn equal_interactions_are_kept_once_and_others_in_turn() {
        let a = pact(r#""interactions":[{"description":"a","n":1.0},{"description":"b"}],"x":1"#);
        let b = pact(r#""interactions":[{"n":1.00,"description":"a"},{"description":"c"}],"y":2"#);
        let merged = merge(&a, &b).unwrap();
        let expected = r#"{"consumer":{"name":"Web"},"interactions":[{"description":"a","n":1.0},{"description":"b"},{"description":"c"}],"provider":{"name":"Shop"},"x":1,"y":2}"#;
        assert_eq!(merged.pact.document().compact(), expected);
        assert_eq!(Pact::parse(&merged.bytes).unwrap(), merged.pact);
        assert!(merged.bytes.ends_with(b"}\n"));
    }

    #[test]
    fn a_patch_replaces_what_asks_for_the_same_and_adds_what_is_new() {
        let known = pact(
            r#""interactions":[{"description":"a","request":{"path":"/a"},"response":1},{"description":"b"}],"x":1"#,
        );
        let patch = pact(
            r#""interactions":[{"description":"c"},{"description":"a","request":{"path":"/a","body":null},"response":2}],"x":2"#,
        );
        let patched = patched(&known, &patch).unwrap();
        let expected = r#"{"consumer":{"name":"Web"},"interactions":[{"description":"a","request":{"body":null,"path":"/a"},"response":2},{"description":"b"},{"description":"c"}],"provider":{"name":"Shop"},"x":1}"#;
        assert_eq!(patched.pact.document().compact(), expected);
    }

    #[test]
    fn a_patch_that_asks_for_something_else_is_a_conflict() {
        let with = |request: &str| {
            pact(&format!(
                r#""interactions":[{{"description":"a","request":{request}}}]"#
            ))
        };
        let known = with(r#"{"path":"/a"}"#);
        for request in [r#"{"path":"/b"}"#, r#"{"path":"/a","query":"q=1"}"#, "{}"] {
            assert!(patched(&known, &with(request)).is_err(), "{request}");
        }
        // What the broker does not look at makes no other request.
        assert!(patched(&known, &with(r#"{"path":"/a","matchingRules":{}}"#)).is_ok());
        let nothing = pact(r#""x":1"#);
        assert!(patched(&known, &nothing).is_err());
        assert!(patched(&nothing, &known).is_err());
    }

    #[test]
    fn the_same_interaction_with_other_content_is_a_conflict() {
        let a = pact(
            r#""interactions":[{"description":"a","providerState":"s","request":{"path":"/a"}}]"#,
        );
        let b = pact(
            r#""interactions":[{"description":"a","providerState":"s","request":{"path":"/b"}}]"#,
        );
        assert_eq!(
            merge(&a, &b).unwrap_err().to_string(),
            "Two interactions have been found with same description (\"a\") and provider state \
             (\"s\") but a different request or response. Please use a different description or \
             provider state, or hard-code any random data.\n\n\
             {\"description\":\"a\",\"providerState\":\"s\",\"request\":{\"path\":\"/a\"}}\n\n\
             {\"description\":\"a\",\"providerState\":\"s\",\"request\":{\"path\":\"/b\"}}"
        );
        let without_state = pact(r#""interactions":[{"description":"a","request":{"path":"/b"}}]"#);
        assert!(merge(&a, &without_state).is_ok());
    }

    #[test]
    fn the_higher_version_of_the_specification_wins_from_either_side() {
        let two = pact(
            r#""interactions":[{"description":"a"}],"metadata":{"pactSpecification":{"version":"2.0.0"},"x":1}"#,
        );
        let four = pact(
            r#""interactions":[{"description":"b"}],"metadata":{"pactSpecificationVersion":"4.0"}"#,
        );
        let merged = merge(&two, &four).unwrap();
        assert_eq!(merged.pact.specification().as_deref(), Some("4.0"));
        let metadata = merged.pact.document().get("metadata").unwrap();
        assert_eq!(
            metadata.compact(),
            r#"{"pactSpecificationVersion":"4.0","x":1}"#
        );
        assert_eq!(id(&merge(&four, &two).unwrap()), id(&merged));
    }

    #[test]
    fn a_pact_without_interactions_merges_with_its_like_only() {
        let empty = pact(r#""x":1"#);
        let other = pact(r#""interactions":[]"#);
        assert_eq!(merge(&empty, &other), Err(MergeError::NothingToMerge));
        assert_eq!(merge(&other, &empty), Err(MergeError::NothingToMerge));
        assert!(merge(&empty, &empty.clone()).is_ok());
    }

    /// Pacts that never disagree: the content of an interaction follows from its description.
    fn any_pact() -> impl Strategy<Value = Pact> {
        let list = || prop::option::of(prop::collection::btree_set("[a-d]", 0..4));
        let version = prop::option::of("[1-4](\\.[0-9])?");
        (list(), list(), version).prop_filter_map("no list", |(interactions, messages, version)| {
            interactions.as_ref().or(messages.as_ref())?;
            let field = |name: &str, keys: std::collections::BTreeSet<String>| {
                let one = |key: &String| format!(r#"{{"description":"{key}","n":1.50}}"#);
                let all: Vec<_> = keys.iter().rev().map(one).collect();
                format!(r#""{name}":[{}]"#, all.join(","))
            };
            let version = version
                .map(|v| format!(r#""metadata":{{"pactSpecification":{{"version":"{v}"}}}}"#));
            let parts = [
                interactions.map(|keys| field("interactions", keys)),
                messages.map(|keys| field("messages", keys)),
                version,
            ];
            let parts: Vec<_> = parts.into_iter().flatten().collect();
            Some(pact(&parts.join(",")))
        })
    }

    proptest! {
        #[test]
        fn merging_is_commutative(a in any_pact(), b in any_pact()) {
            prop_assert_eq!(id(&merge(&a, &b).unwrap()), id(&merge(&b, &a).unwrap()));
        }

        #[test]
        fn merging_is_associative(a in any_pact(), b in any_pact(), c in any_pact()) {
            let left = merge(&merge(&a, &b).unwrap().pact, &c).unwrap();
            let right = merge(&a, &merge(&b, &c).unwrap().pact).unwrap();
            prop_assert_eq!(id(&left), id(&right));
        }

        #[test]
        fn merging_is_idempotent(a in any_pact(), b in any_pact()) {
            prop_assert_eq!(&merge(&a, &a).unwrap().pact, &a);
            let merged = merge(&a, &b).unwrap().pact;
            prop_assert_eq!(id(&merge(&merged, &a).unwrap()), merged.content_id().to_string());
        }
    }
}
