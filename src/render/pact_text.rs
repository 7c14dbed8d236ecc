//! A pact as text to compare: what `git diff` shows of one, when it is told to.
//!
//! One line for each place, so that a line that changed says what changed. Two pacts that say the same have
//! the same text, however they are written, and nothing in it depends on the order of the file.

use std::fmt::Write;

use super::table::one_line;
use crate::domain::json::Json;
use crate::domain::json_path::JsonPath;
use crate::domain::json_path::Step;
use crate::domain::outline::Outline;
use crate::domain::outline::Place;
use crate::domain::pact::Pact;

/// Returns the text, without a final newline.
///
/// A pact without interactions that anybody knows is shown as sorted JSON.
#[must_use]
pub fn text(pact: &Pact) -> String {
    let (consumer, provider) = (pact.consumer().as_str(), pact.provider().as_str());
    let mut text = format!(
        "pact of {} with {}\n",
        one_line(consumer),
        one_line(provider)
    );
    if let Some(version) = pact.specification() {
        line(&mut text, &format!("specification {}", one_line(&version)));
    }
    let interactions = pact.interactions();
    if interactions.is_empty() {
        line(&mut text, &pact.document().pretty());
        return text.trim_end().to_owned();
    }
    let kind = pact.kind();
    let mut blocks: Vec<(String, Vec<String>)> = interactions
        .iter()
        .map(|interaction| {
            let outline = Outline::of(kind, interaction);
            let key = one_line(&interaction.key().to_string());
            (format!("{} {key}", outline.kind), lines(&outline))
        })
        .collect();
    blocks.sort();
    for (name, lines) in blocks {
        line(&mut text, "");
        line(&mut text, &one_line(&name));
        for text_line in lines {
            line(&mut text, &format!("  {}", one_line(&text_line)));
        }
    }
    text.trim_end().to_owned()
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("writing to a string does not fail");
}

/// Returns what an interaction says, a line for each value, rule and generator, by place.
fn lines(outline: &Outline) -> Vec<String> {
    let mut lines = Vec::new();
    let mut add = |place: &Place, rank: u8, said: String| {
        // By the steps of a path, so that the tenth element stands behind the second.
        let parsed = JsonPath::parse(&place.path);
        let text = if parsed.is_some() { "" } else { &place.path };
        let key = (place.side, place.field, parsed, text.to_owned(), rank);
        lines.push((key, format!("{}{said}", place.name())));
    };
    for (place, value) in &outline.values {
        let Some(root) = JsonPath::parse(&place.path) else {
            add(place, 0, format!(": {}", value.compact()));
            continue;
        };
        let mut leaves = Vec::new();
        leaves_of(root, value, &mut leaves);
        for (path, leaf) in leaves {
            let place = Place {
                path: path.to_string(),
                ..place.clone()
            };
            add(&place, 0, format!(": {}", leaf.compact()));
        }
    }
    for (place, rule) in &outline.rules {
        add(place, 1, format!(", rule: {rule}"));
    }
    for (place, generator) in &outline.generators {
        add(place, 2, format!(", generator: {}", generator.compact()));
    }
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Adds what is inside a value and holds nothing itself.
fn leaves_of<'a>(path: JsonPath, value: &'a Json, leaves: &mut Vec<(JsonPath, &'a Json)>) {
    match value {
        Json::Object(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                leaves_of(path.then(Step::Key(key.clone())), value, leaves);
            }
        }
        Json::Array(elements) if !elements.is_empty() => {
            for (index, value) in elements.iter().enumerate() {
                leaves_of(path.then(Step::Index(index)), value, leaves);
            }
        }
        leaf => leaves.push((path, leaf)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pact_is_told_place_by_place_whatever_its_order() {
        let pact = |interactions: &str| {
            let text = format!(
                r#"{{"consumer":{{"name":"Web"}},"provider":{{"name":"Orders"}},
                    "interactions":[{interactions}],
                    "metadata":{{"pactSpecification":{{"version":"2.0.0"}}}}}}"#
            );
            text_of(&text)
        };
        let order = r#"{"description":"an order","providerState":"it exists",
            "request":{"method":"get","path":"/orders/1","headers":{"Accept":"application/json"}},
            "response":{"status":200,"body":{"id":1,"items":[{"sku":"TEA"}],"note":{}},
                "matchingRules":{"$.body.items":{"min":1},"$.body.id":{"match":"type"}}}}"#;
        let list = r#"{"description":"a list","request":{"path":"/orders"}}"#;
        let expected = "\
pact of Web with Orders
specification 2.0.0

request \"a list\"
  request path: \"/orders\"

request \"an order\" given \"it exists\"
  request method: \"GET\"
  request path: \"/orders/1\"
  request header accept: \"application/json\"
  response status: 200
  response body $.id: 1
  response body $.id, rule: type
  response body $.items, rule: type, min 1
  response body $.items[0].sku: \"TEA\"
  response body $.note: {}";
        assert_eq!(pact(&format!("{order},{list}")), expected);
        assert_eq!(pact(&format!("{list},{order}")), expected);
    }

    #[test]
    fn elements_stand_in_their_order_and_names_on_one_line() {
        let body: Vec<String> = (0..11).map(|n| n.to_string()).collect();
        let text = format!(
            r#"{{"consumer":{{"name":"Web"}},"provider":{{"name":"Orders"}},
                "messages":[{{"description":"a\nb","contents":[{}]}}]}}"#,
            body.join(",")
        );
        let text = text_of(&text);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2], "message \"a b\"");
        assert_eq!(lines[5], "  message body $[2]: 2");
        assert_eq!(lines[13], "  message body $[10]: 10");
    }

    #[test]
    fn what_has_no_interactions_is_shown_as_it_is_but_sorted() {
        let text = text_of(r#"{"x":1,"provider":{"name":"Orders"},"consumer":{"name":"Web"}}"#);
        assert!(
            text.starts_with("pact of Web with Orders\n{\n  \"consumer\""),
            "{text}"
        );
    }

    fn text_of(json: &str) -> String {
        text(&Pact::parse(json.as_bytes()).unwrap())
    }
}
