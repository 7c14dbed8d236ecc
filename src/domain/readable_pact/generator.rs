//! Generators as sentences: what takes the place of an example each time that the contract is used.

use super::fields::Fields;
use super::matcher::beside;
use super::matcher::text;
use super::matcher::whole_number;
use super::sentence::Sentence;
use crate::domain::json::Json;

/// How every one of them begins that makes something up.
const MADE: &str = "made anew each time: ";

/// Returns what a generator does.
pub(super) fn explained(json: &Json) -> Sentence {
    let as_written =
        || Sentence::words("made by a generator that is not known here: ").code(json.compact());
    let Some(mut fields) = Fields::of(json) else {
        return as_written();
    };
    let known = fields
        .text("type")
        .and_then(|name| known(name, &mut fields));
    known.map_or_else(as_written, |sentence| beside(sentence, &fields))
}

/// Returns what a generator with a name does, or `None` if it is not known or lacks what it needs.
fn known(name: &str, fields: &mut Fields<'_>) -> Option<Sentence> {
    let made = Sentence::words(MADE);
    Some(match name {
        "RandomInt" => {
            let mut limit = |key| fields.take_as(key, text);
            let (min, max) = (limit("min"), limit("max"));
            let between = |sentence: Sentence, words, limit: Option<String>| match limit {
                Some(limit) => sentence.then(words).code(limit),
                None => sentence,
            };
            let made = between(made.then("a random integer"), " from ", min);
            between(made, " to ", max)
        }
        "Uuid" => {
            let made = made.then("a random UUID");
            match fields.text("format") {
                Some(format) => made.then(" in the form ").code(format),
                None => made,
            }
        }
        "RandomDecimal" => sized(made.then("a random decimal number"), "digits", fields),
        "RandomHexadecimal" => sized(made.then("a random hexadecimal number"), "digits", fields),
        "RandomString" => sized(made.then("a random text"), "size", fields),
        "RandomBoolean" => made.then("true or false"),
        "Regex" => {
            let regex = fields.text("regex")?;
            made.then("a text that matches ").code(regex)
        }
        "Date" => moment(made.then("a date"), fields),
        "Time" => moment(made.then("a time"), fields),
        "DateTime" => moment(made.then("a date and time"), fields),
        "ProviderState" => {
            let expression = fields.text("expression")?;
            let taken = Sentence::words("taken from the provider state: ").code(expression);
            match fields.text("dataType") {
                Some(kind) => taken.then(" as ").code(kind),
                None => taken,
            }
        }
        "MockServerURL" => {
            let sentence = Sentence::words("the address of the mock server in place of its own");
            let example = fields.text("example");
            let regex = fields.text("regex");
            let sentence = match example {
                Some(example) => sentence.then(", such as ").code(example),
                None => sentence,
            };
            match regex {
                Some(regex) => sentence.then(", found by ").code(regex),
                None => sentence,
            }
        }
        _ => return None,
    })
}

fn sized(made: Sentence, key: &str, fields: &mut Fields<'_>) -> Sentence {
    let unit = if key == "size" {
        " characters"
    } else {
        " digits"
    };
    match fields.take_as(key, whole_number) {
        Some(size) => made.then(" of ").code(size).then(unit),
        None => made,
    }
}

fn moment(made: Sentence, fields: &mut Fields<'_>) -> Sentence {
    let made = match fields.text("expression") {
        Some(expression) => made.then(", ").code(expression),
        None => made,
    };
    match fields.text("format") {
        Some(format) => made.then(" in the format ").code(format),
        None => made,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generator_of_the_specification_is_a_sentence() {
        for (generator, expected) in [
            (
                r#"{"type":"RandomInt","min":1,"max":9}"#,
                "made anew each time: a random integer from `1` to `9`",
            ),
            (
                r#"{"type":"RandomInt","min":-5}"#,
                "made anew each time: a random integer from `-5`",
            ),
            (r#"{"type":"Uuid"}"#, "made anew each time: a random UUID"),
            (
                r#"{"type":"Uuid","format":"URN"}"#,
                "made anew each time: a random UUID in the form `URN`",
            ),
            (
                r#"{"type":"RandomDecimal","digits":6}"#,
                "made anew each time: a random decimal number of `6` digits",
            ),
            (
                r#"{"type":"RandomString","size":20}"#,
                "made anew each time: a random text of `20` characters",
            ),
            (
                r#"{"type":"RandomBoolean"}"#,
                "made anew each time: true or false",
            ),
            (
                r#"{"type":"Regex","regex":"\\d+"}"#,
                "made anew each time: a text that matches `\\d+`",
            ),
            (
                r#"{"type":"Date","format":"yyyy-MM-dd","expression":"today + 1 day"}"#,
                "made anew each time: a date, `today + 1 day` in the format `yyyy-MM-dd`",
            ),
            (
                r#"{"type":"ProviderState","expression":"${id}","dataType":"INTEGER"}"#,
                "taken from the provider state: `${id}` as `INTEGER`",
            ),
            (
                r#"{"type":"MockServerURL","example":"http://x/1","regex":".*(/1)$"}"#,
                "the address of the mock server in place of its own, such as `http://x/1`, found \
                 by `.*(/1)$`",
            ),
            (
                r#"{"type":"Uuid","seed":7}"#,
                "made anew each time: a random UUID, with `{\"seed\":7}`",
            ),
        ] {
            let said = explained(&Json::parse(generator.as_bytes()).unwrap()).to_string();
            assert_eq!(said, expected, "{generator}");
        }
    }

    #[test]
    fn what_nobody_knows_is_shown_as_it_is_written() {
        for generator in ["7", "{}", r#"{"type":"Colour"}"#, r#"{"type":"Regex"}"#] {
            let said = explained(&Json::parse(generator.as_bytes()).unwrap()).to_string();
            assert_eq!(
                said,
                format!("made by a generator that is not known here: `{generator}`")
            );
        }
    }
}
