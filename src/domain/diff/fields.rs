//! What changed within an interaction, place by place.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Aspect;
use super::FieldChange;
use super::effect::Changed;
use crate::domain::json::Json;
use crate::domain::json_path::JsonPath;
use crate::domain::json_path::Step;
use crate::domain::outline::Field;
use crate::domain::outline::Outline;
use crate::domain::outline::Place;
use crate::domain::outline::Rule;

/// Returns what changed, sorted by place.
pub(super) fn changes(before: &Outline, after: &Outline) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let mut add = |aspect, place: &Place, old: Option<&Json>, new: Option<&Json>| {
        let change = Changed {
            aspect,
            place,
            before: old,
            after: new,
            outlines: [before, after],
        };
        changes.push(FieldChange {
            aspect,
            place: place.clone(),
            before: old.cloned(),
            after: new.cloned(),
            effect: change.effect(),
        });
    };
    for place in places(&before.values, &after.values) {
        let (old, new) = (before.values.get(place), after.values.get(place));
        match (place.field, old, new) {
            (Field::Body, Some(old), Some(new)) => {
                let mut inside = Vec::new();
                differences(&JsonPath::default(), old, new, &mut inside);
                for Difference { path, old, new } in inside {
                    let path = path.to_string();
                    let place = Place {
                        path,
                        ..place.clone()
                    };
                    add(Aspect::Value, &place, old, new);
                }
            }
            (_, Some(old), Some(new)) if are_equal(old, new) => {}
            _ => add(Aspect::Value, place, old, new),
        }
    }
    for place in places(&before.rules, &after.rules) {
        let (old, new) = (before.rules.get(place), after.rules.get(place));
        if old != new {
            let [old, new] = [old, new].map(|rule| rule.map(Rule::to_json));
            add(Aspect::Rule, place, old.as_ref(), new.as_ref());
        }
    }
    for place in places(&before.generators, &after.generators) {
        let (old, new) = (before.generators.get(place), after.generators.get(place));
        if old.map(Json::canonical) != new.map(Json::canonical) {
            add(Aspect::Generator, place, old, new);
        }
    }
    changes.sort_by(|one, other| {
        let key = |it: &FieldChange| (it.place.clone(), it.aspect);
        key(one).cmp(&key(other))
    });
    changes
}

fn places<'a, T>(
    before: &'a BTreeMap<Place, T>,
    after: &'a BTreeMap<Place, T>,
) -> BTreeSet<&'a Place> {
    before.keys().chain(after.keys()).collect()
}

fn are_equal(one: &Json, other: &Json) -> bool {
    one == other || one.canonical() == other.canonical()
}

/// Where in a body something differs, as far up as one side has nothing of it.
struct Difference<'a> {
    path: JsonPath,
    old: Option<&'a Json>,
    new: Option<&'a Json>,
}

/// Adds where two values differ. Lists are compared by position.
fn differences<'a>(path: &JsonPath, old: &'a Json, new: &'a Json, found: &mut Vec<Difference<'a>>) {
    let mut compare = |step: Step, old: Option<&'a Json>, new: Option<&'a Json>| {
        let path = path.then(step);
        match (old, new) {
            (Some(old), Some(new)) => differences(&path, old, new, found),
            _ => found.push(Difference { path, old, new }),
        }
    };
    match (old, new) {
        (Json::Object(before), Json::Object(after)) => {
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                compare(Step::Key(key.clone()), before.get(key), after.get(key));
            }
        }
        (Json::Array(before), Json::Array(after)) => {
            for index in 0..before.len().max(after.len()) {
                compare(Step::Index(index), before.get(index), after.get(index));
            }
        }
        (old, new) if are_equal(old, new) => {}
        (old, new) => found.push(Difference {
            path: path.clone(),
            old: Some(old),
            new: Some(new),
        }),
    }
}
