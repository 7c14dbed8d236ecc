//! Which of two matching rules is the stricter one, as far as that can be told.
//!
//! | from | to | is |
//! |---|---|---|
//! | no rule | equality, of a list or an object | stricter, and back looser |
//! | no rule, or equality | a rule that has the same example | looser |
//! | no rule, or equality | `type`, with another example of the same type | looser |
//! | no rule, or equality | another, with another example | unclear |
//! | any rule | no rule, or equality | stricter |
//! | `integer`, `decimal` | `number`, `type` | looser, and back stricter |
//! | `boolean`, `number` | `type` | the same |
//! | `regex`, `include`, `date`, `time`, `semver`, … | `type` | looser, and back stricter |
//! | `type` | with a greater `min`, a smaller `max`, or one that it had not | stricter, and back looser |
//! | all of several matchers | fewer of them | looser, and back stricter |
//! | any of several matchers | fewer of them | stricter, and back looser |
//! | anything | anything else, e.g. another `regex` | unclear |
//!
//! Where the types of the examples differ, a looser rule is stricter: it asks for the other type.

use super::effect::Effect;
use crate::domain::json::Json;
use crate::domain::outline::Combine;
use crate::domain::outline::Held;
use crate::domain::outline::Matcher;
use crate::domain::outline::Rule;

/// What is known of the examples that two rules are for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Samples {
    are_equal: bool,
    are_of_one_type: bool,
    have_members: bool,
}

impl Samples {
    /// Compares the examples before and after, of which there are some.
    pub(super) fn new(before: &[&Json], after: &[&Json]) -> Self {
        let texts = |side: &[&Json]| {
            let texts = side.iter().map(|it| it.canonical());
            texts.collect::<std::collections::BTreeSet<_>>()
        };
        let types = |side: &[&Json]| {
            let types = side.iter().map(|it| type_of(it));
            types.collect::<std::collections::BTreeSet<_>>()
        };
        Self {
            are_equal: texts(before) == texts(after),
            are_of_one_type: types(before) == types(after),
            have_members: after
                .iter()
                .any(|it| matches!(it, Json::Object(_) | Json::Array(_))),
        }
    }
}

/// Returns the name of the type of a value; all numbers are of one.
fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "text",
        Json::Array(_) => "list",
        Json::Object(_) => "object",
    }
}

/// Returns what it means that something is held to another rule.
pub(super) fn of(before: &Held<'_>, after: &Held<'_>, samples: Samples) -> Effect {
    match (before, after) {
        (Held::Unclear, _) | (_, Held::Unclear) => Effect::Unclear,
        (Held::ToExample, Held::ToEquality) if samples.have_members => Effect::More,
        (Held::ToEquality, Held::ToExample) if samples.have_members => Effect::Less,
        (Held::ToExample | Held::ToEquality, Held::ToExample | Held::ToEquality) => Effect::None,
        (Held::To(_), Held::ToExample | Held::ToEquality) => Effect::More,
        (Held::ToExample | Held::ToEquality, Held::To(rule)) => match rule.only() {
            _ if samples.are_equal => Effect::Less,
            Some(only) if is_bare(only, "type") && samples.are_of_one_type => Effect::Less,
            Some(only) if is_bare(only, "type") => Effect::More,
            _ => Effect::Unclear,
        },
        (Held::To(before), Held::To(after)) => between(before, after, samples),
    }
}

/// Returns what it means that an example changed under a rule that holds for it afterwards.
///
/// What became of the rule itself is another change.
pub(super) fn takes_another(rule: &Rule, before: &Json, after: &Json) -> Effect {
    let of_one_type = type_of(before) == type_of(after);
    let names = rule.matchers.iter().map(|matcher| matcher.name.as_str());
    let mut effect = Effect::None;
    for name in names {
        effect = effect.max(match name {
            "type" | "number" | "boolean" if of_one_type => Effect::None,
            "type" => Effect::More,
            name if LOOKS_AT_VALUE.contains(&name) => Effect::None,
            _ => Effect::Unclear,
        });
    }
    effect
}

/// The matchers that look at the value alone, and never at the example.
const LOOKS_AT_VALUE: [&str; 14] = [
    "boolean",
    "contentType",
    "date",
    "datetime",
    "decimal",
    "include",
    "integer",
    "null",
    "number",
    "regex",
    "semver",
    "statusCode",
    "time",
    "timestamp",
];

/// The matchers that take some texts, where `type` takes them all.
const TEXTS: [&str; 7] = [
    "date",
    "datetime",
    "include",
    "regex",
    "semver",
    "time",
    "timestamp",
];

fn is_bare(matcher: &Matcher, name: &str) -> bool {
    matcher.name == name && matcher.details.is_empty()
}

fn between(before: &Rule, after: &Rule, samples: Samples) -> Effect {
    if before == after {
        return Effect::None;
    }
    if let (Some(before), Some(after)) = (before.only(), after.only()) {
        return between_two(before, after, samples);
    }
    let has_all = |one: &Rule, other: &Rule| {
        let mut matchers = other.matchers.iter();
        matchers.all(|matcher| one.matchers.contains(matcher))
    };
    // A rule of one goes together as the other does.
    let combine = if before.only().is_some() {
        after.combine
    } else {
        before.combine
    };
    let is_comparable = after.only().is_some() || after.combine == combine;
    let (more, less) = match combine {
        Combine::And => (Effect::More, Effect::Less),
        Combine::Or => (Effect::Less, Effect::More),
    };
    match () {
        () if !is_comparable => Effect::Unclear,
        () if has_all(after, before) => more,
        () if has_all(before, after) => less,
        () => Effect::Unclear,
    }
}

fn between_two(before: &Matcher, after: &Matcher, samples: Samples) -> Effect {
    let (narrow, wide) = (is_narrower(before, after), is_narrower(after, before));
    match (narrow, wide) {
        _ if before.name == after.name => bounds(before, after),
        (true, true) if samples.are_of_one_type => Effect::None,
        (true, _) if samples.are_of_one_type => Effect::Less,
        (true, _) | (_, true) => Effect::More,
        (false, false) => Effect::Unclear,
    }
}

/// Says whether all that one matcher takes, the other takes, too, if it has an example of that type.
fn is_narrower(one: &Matcher, other: &Matcher) -> bool {
    if !matches!(other.name.as_str(), "type" | "number" | "boolean") || !other.details.is_empty() {
        return false;
    }
    match (one.name.as_str(), other.name.as_str()) {
        ("integer" | "decimal", "number" | "type") | ("boolean" | "number", "type") => true,
        ("type", "boolean" | "number") => one.details.is_empty(),
        (name, "type") => TEXTS.contains(&name),
        _ => false,
    }
}

/// Compares two matchers of one name by how many elements they ask for; all else cannot be told.
fn bounds(before: &Matcher, after: &Matcher) -> Effect {
    let others = |matcher: &Matcher| {
        let mut details = matcher.details.clone();
        details.retain(|name, _| name != "min" && name != "max");
        details
    };
    if others(before) != others(after) {
        return Effect::Unclear;
    }
    let number = |matcher: &Matcher, name: &str, default: u64| match matcher.details.get(name) {
        Some(Json::Number(number)) => number.as_str().parse().ok(),
        Some(_) => None,
        None => Some(default),
    };
    let both = |name, default| {
        Some((
            number(before, name, default)?,
            number(after, name, default)?,
        ))
    };
    let (Some((old_min, min)), Some((old_max, max))) = (both("min", 0), both("max", u64::MAX))
    else {
        return Effect::Unclear;
    };
    if min > old_min || max < old_max {
        Effect::More
    } else if min < old_min || max > old_max {
        Effect::Less
    } else {
        Effect::None
    }
}
