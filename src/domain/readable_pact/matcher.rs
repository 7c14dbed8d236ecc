//! Matching rules as sentences: what is accepted in place of an example.
//!
//! The names are those of the specification (versions 2 to 4) and of its reference implementation. What
//! nobody knows, and what a known rule says beyond what it is known to say, is shown as it is written.

use super::fields::Fields;
use super::generator;
use super::sentence::Sentence;
use crate::domain::json::Json;

/// Returns what several rules for one place say together, or one that stands alone. `example` is what the
/// example has there, if that is known.
pub(super) fn all(json: &Json, example: Option<&Json>) -> Sentence {
    let Some(mut fields) = Fields::of(json) else {
        return as_written(json);
    };
    let Some(matchers) = fields.take_as("matchers", Json::as_array) else {
        return one(json, example);
    };
    let between = match fields.take_as("combine", Json::as_str) {
        Some("OR") => ", or ",
        Some("AND") | None => ", and ",
        // Nobody knows how these go together.
        Some(_) => return as_written(json),
    };
    if matchers.is_empty() {
        return as_written(json);
    }
    let matchers = matchers.iter().map(|it| one(it, example));
    let matchers: Vec<Sentence> = matchers.collect();
    beside(Sentence::joined(matchers, between), &fields)
}

/// Returns what one rule says.
fn one(json: &Json, example: Option<&Json>) -> Sentence {
    let Some(mut fields) = Fields::of(json) else {
        return as_written(json);
    };
    let name = match fields
        .text("match")
        .or_else(|| fields.text("pact:matcher:type"))
    {
        Some(name) => name,
        None if fields.has("match") => return as_written(json),
        None => match guessed(&fields) {
            Some(name) => name,
            None => return as_written(json),
        },
    };
    match known(name, &mut fields, example) {
        Some(sentence) => beside(sentence, &fields),
        None => as_written(json),
    }
}

/// Returns the rule that an object without its name stands for, as version 2 has them.
fn guessed(fields: &Fields<'_>) -> Option<&'static str> {
    let names = ["regex", "min", "max", "timestamp", "time", "date"];
    names.into_iter().find(|name| fields.has(name))
}

/// Returns what a rule with a name says, or `None` if it is not known or lacks what it needs.
fn known(name: &str, fields: &mut Fields<'_>, example: Option<&Json>) -> Option<Sentence> {
    let words = |words: &'static str| Some(Sentence::words(words));
    match name {
        "equality" | "equalTo" => words("equal to the example"),
        "type" | "min" | "max" | "min-type" | "max-type" | "min-max-type" => {
            Some(like(fields, example))
        }
        "regex" => {
            let regex = fields.text("regex")?;
            Some(Sentence::words("any text that matches ").code(regex))
        }
        "include" => {
            let value = fields.take_as("value", text)?;
            Some(Sentence::words("any text that contains ").code(value))
        }
        "number" => words("any number"),
        "integer" => words("any integer"),
        "decimal" | "real" => words("any number with decimal places"),
        "boolean" => words("true or false"),
        "null" => words("null"),
        "notEmpty" | "not-empty" => words("anything of the type of the example that is not empty"),
        "semver" => words("any semantic version, such as 1.2.3"),
        "date" => Some(moment("any date", name, fields)),
        "time" => Some(moment("any time", name, fields)),
        "datetime" | "timestamp" => Some(moment("any date and time", name, fields)),
        "values" => words("any keys, with values like the example"),
        "contentType" | "content-type" => {
            let value = fields.text("value")?;
            Some(Sentence::words("content of the type ").code(value))
        }
        "statusCode" | "status-code" => fields.take_as("status", status),
        "arrayContains" | "array-contains" => {
            let count = fields.take_as("variants", Json::as_array)?.len();
            let variants = if count == 1 { "variant" } else { "variants" };
            Some(Sentence::words(format!(
                "in any order and among others, an element for each of {count} {variants}"
            )))
        }
        "eachKey" | "each-key" => Some(each("each key", fields)),
        "eachValue" | "each-value" => Some(each("each value", fields)),
        _ => None,
    }
}

/// Returns what a rule about types says, which may limit the length of lists.
///
/// In a list or an object it holds for everything in it that has no rule of its own.
fn like(fields: &mut Fields<'_>, example: Option<&Json>) -> Sentence {
    let mut limit = |key| fields.take_as(key, whole_number);
    let count = |limit: &str| match limit {
        "1" => "1 element".to_owned(),
        more => format!("{more} elements"),
    };
    let length = match (limit("min"), limit("max")) {
        (Some(min), Some(max)) if min == max => format!("exactly {}", count(&max)),
        (Some(min), Some(max)) => format!("{min} to {}", count(&max)),
        (Some(min), None) => format!("at least {}", count(&min)),
        (None, Some(max)) => format!("at most {}", count(&max)),
        (None, None) => {
            return Sentence::words(match example {
                Some(Json::String(_)) => "any text",
                Some(Json::Number(_)) => "any number",
                Some(Json::Bool(_)) => "true or false",
                Some(Json::Null) => "null",
                Some(Json::Array(_) | Json::Object(_)) | None => {
                    "of the same type as the example, and so is all that is in it"
                }
            });
        }
    };
    Sentence::words(format!("{length}, each like the example"))
}

/// Returns what a rule about dates or times says.
fn moment(what: &'static str, name: &str, fields: &mut Fields<'_>) -> Sentence {
    let format = fields.text("format").or_else(|| fields.text(name));
    match format {
        Some(format) if !format.is_empty() => {
            Sentence::words(what).then(" in the format ").code(format)
        }
        _ => Sentence::words(what).then(" in the form of ISO 8601"),
    }
}

/// Returns what the keys, or the values, of a map have to be.
fn each(which: &'static str, fields: &mut Fields<'_>) -> Sentence {
    let rules = fields.take_as("rules", Json::as_array).unwrap_or_default();
    let example = fields.take_as("value", text).filter(|it| !it.is_empty());
    let made = fields.take_as("generator", |it| it.as_object().map(|_| it));
    let rules: Vec<Sentence> = rules.iter().map(|it| one(it, None)).collect();
    let mut sentence = if rules.is_empty() {
        Sentence::words(which).then(" is like the example")
    } else {
        let rules = Sentence::joined(rules, ", and ");
        Sentence::words(which).then(" is ").with(rules)
    };
    if let Some(example) = example {
        sentence = sentence.then(", such as ").code(example);
    }
    if let Some(made) = made {
        sentence = sentence.then(", ").with(generator::explained(made));
    }
    sentence
}

/// Returns which status codes are meant: one of the classes of version 4, or those of a list.
fn status(json: &Json) -> Option<Sentence> {
    let class = match json {
        Json::String(class) => class.as_str(),
        Json::Array(codes) => {
            let codes = codes.iter().map(whole_number).collect::<Option<Vec<_>>>()?;
            let codes = codes.into_iter().map(|it| Sentence::default().code(it));
            let codes: Vec<Sentence> = codes.collect();
            return Some(Sentence::words("one of ").with(Sentence::joined(codes, ", ")));
        }
        _ => return None,
    };
    let words = match class {
        "info" => "any informational status (1xx)",
        "success" => "any status of success (2xx)",
        "redirect" => "any redirection (3xx)",
        "clientError" => "any error of the client (4xx)",
        "serverError" => "any error of the server (5xx)",
        "nonError" => "any status that is no error (below 400)",
        "error" => "any error (400 and above)",
        _ => return None,
    };
    Some(Sentence::words(words))
}

/// Returns a sentence with what a rule says beyond it.
pub(super) fn beside(sentence: Sentence, fields: &Fields<'_>) -> Sentence {
    match fields.rest_on_one_line() {
        Some(rest) => sentence.then(", with ").code(rest),
        None => sentence,
    }
}

/// Returns a rule that nobody knows.
pub(super) fn as_written(json: &Json) -> Sentence {
    Sentence::words("a rule that is not known here: ").code(json.compact())
}

/// Returns an integer from 0 on, as it is written.
pub(super) fn whole_number(json: &Json) -> Option<String> {
    match json {
        Json::Number(number) if number.as_str().bytes().all(|it| it.is_ascii_digit()) => {
            Some(number.as_str().to_owned())
        }
        _ => None,
    }
}

/// Returns a text as it is, and any other value that is not nested as JSON.
pub(super) fn text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Array(_) | Json::Object(_) => None,
        plain => Some(plain.compact()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(json: &str) -> String {
        all(&Json::parse(json.as_bytes()).unwrap(), None).to_string()
    }

    #[test]
    fn the_type_of_an_example_that_is_known_is_named() {
        for (example, expected) in [
            (r#""a""#, "any text"),
            ("1.5", "any number"),
            ("false", "true or false"),
            ("null", "null"),
            (
                "[]",
                "of the same type as the example, and so is all that is in it",
            ),
        ] {
            let example = Json::parse(example.as_bytes()).unwrap();
            let rule = Json::parse(br#"{"matchers":[{"match":"type"}]}"#).unwrap();
            assert_eq!(all(&rule, Some(&example)).to_string(), expected);
        }
    }

    #[test]
    fn every_rule_of_the_specification_is_a_sentence() {
        for (rule, expected) in [
            (r#"{"match":"equality"}"#, "equal to the example"),
            (
                r#"{"match":"type"}"#,
                "of the same type as the example, and so is all that is in it",
            ),
            (
                r#"{"match":"type","min":1}"#,
                "at least 1 element, each like the example",
            ),
            (r#"{"min":2}"#, "at least 2 elements, each like the example"),
            (
                r#"{"match":"type","max":3}"#,
                "at most 3 elements, each like the example",
            ),
            (
                r#"{"match":"type","min":2,"max":3}"#,
                "2 to 3 elements, each like the example",
            ),
            (
                r#"{"match":"type","min":1,"max":1}"#,
                "exactly 1 element, each like the example",
            ),
            (
                r#"{"match":"regex","regex":"^\\d+$"}"#,
                "any text that matches `^\\d+$`",
            ),
            (r#"{"regex":"a"}"#, "any text that matches `a`"),
            (
                r#"{"match":"include","value":"a`b"}"#,
                "any text that contains `a`b`",
            ),
            (
                r#"{"match":"include","value":7}"#,
                "any text that contains `7`",
            ),
            (r#"{"match":"number"}"#, "any number"),
            (r#"{"match":"integer"}"#, "any integer"),
            (r#"{"match":"decimal"}"#, "any number with decimal places"),
            (r#"{"match":"boolean"}"#, "true or false"),
            (r#"{"match":"null"}"#, "null"),
            (
                r#"{"match":"notEmpty"}"#,
                "anything of the type of the example that is not empty",
            ),
            (
                r#"{"match":"semver"}"#,
                "any semantic version, such as 1.2.3",
            ),
            (
                r#"{"match":"date","format":"yyyy-MM-dd"}"#,
                "any date in the format `yyyy-MM-dd`",
            ),
            (
                r#"{"match":"time","time":"HH:mm"}"#,
                "any time in the format `HH:mm`",
            ),
            (
                r#"{"match":"timestamp","timestamp":"yyyy"}"#,
                "any date and time in the format `yyyy`",
            ),
            (
                r#"{"match":"datetime","format":""}"#,
                "any date and time in the form of ISO 8601",
            ),
            (r#"{"date":"yyyy"}"#, "any date in the format `yyyy`"),
            (
                r#"{"match":"values"}"#,
                "any keys, with values like the example",
            ),
            (
                r#"{"match":"contentType","value":"image/jpeg"}"#,
                "content of the type `image/jpeg`",
            ),
            (
                r#"{"match":"statusCode","status":"success"}"#,
                "any status of success (2xx)",
            ),
            (
                r#"{"match":"statusCode","status":[200,201]}"#,
                "one of `200`, `201`",
            ),
            (
                r#"{"match":"arrayContains","variants":[{},{}]}"#,
                "in any order and among others, an element for each of 2 variants",
            ),
            (
                r#"{"match":"eachKey","rules":[{"match":"regex","regex":"a"}],"value":"abc"}"#,
                "each key is any text that matches `a`, such as `abc`",
            ),
            (
                r#"{"match":"eachValue","rules":[{"match":"integer"}],"generator":{"type":"Uuid"}}"#,
                "each value is any integer, made anew each time: a random UUID",
            ),
            (r#"{"match":"eachValue"}"#, "each value is like the example"),
        ] {
            assert_eq!(said(rule), expected, "{rule}");
        }
    }

    #[test]
    fn several_rules_all_hold_or_one_of_them() {
        let two = r#""matchers":[{"match":"integer"},{"match":"null"}]"#;
        assert_eq!(said(&format!("{{{two}}}")), "any integer, and null");
        let combined = |how: &str| said(&format!(r#"{{"combine":"{how}",{two}}}"#));
        assert_eq!(combined("AND"), "any integer, and null");
        assert_eq!(combined("OR"), "any integer, or null");
        assert!(combined("XOR").starts_with("a rule that is not known here: `{\"combine\""));
    }

    #[test]
    fn what_nobody_knows_is_shown_as_it_is_written() {
        for rule in [
            "7",
            "null",
            "[]",
            "{}",
            r#""type""#,
            r#"{"match":7}"#,
            r#"{"match":null,"min":1}"#,
            r#"{"match":"colour","of":"red"}"#,
            r#"{"match":"regex"}"#,
            r#"{"match":"regex","regex":7}"#,
            r#"{"match":"include","value":{}}"#,
            r#"{"match":"statusCode","status":"odd"}"#,
            r#"{"match":"statusCode","status":["a"]}"#,
            r#"{"match":"arrayContains","variants":7}"#,
            r#"{"combine":"AND","matchers":[]}"#,
        ] {
            let expected = format!("a rule that is not known here: `{rule}`");
            assert_eq!(said(rule), expected, "{rule}");
        }
        assert_eq!(
            said(r#"{"match":"integer","why":"ids"}"#),
            "any integer, with `{\"why\":\"ids\"}`"
        );
        assert_eq!(
            said(r#"{"match":"type","min":-1}"#),
            "of the same type as the example, and so is all that is in it, with `{\"min\":-1}`"
        );
        assert_eq!(
            said(r#"{"matchers":[7,{"match":"null"}],"note":1}"#),
            "a rule that is not known here: `7`, and null, with `{\"note\":1}`"
        );
    }
}
