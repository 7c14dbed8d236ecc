//! What changed between two contents of a pact, for people to read.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use super::json::Json;
use super::pact::{InteractionKey, Pact};

/// How many unchanged lines are shown around a changed one.
const CONTEXT_LINES: usize = 3;

/// What changed between two contents; nothing if they are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PactDiff {
    /// The changes: first those of the whole pact, then its interactions by key.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The pact follows another version of the specification.
    Specification {
        /// The version before.
        before: Option<String>,
        /// The version after.
        after: Option<String>,
    },
    /// An interaction is new.
    Added(InteractionKey),
    /// An interaction is gone.
    Removed(InteractionKey),
    /// An interaction has another content.
    Changed {
        /// What it is known by.
        key: InteractionKey,
        /// The difference, line by line: `-`, `+` or a space, and the text; `@@` where lines are
        /// left out.
        lines: Vec<String>,
    },
    /// Something else in the document counts and differs, such as the order of messages.
    Document {
        /// The difference, as above.
        lines: Vec<String>,
    },
}

impl PactDiff {
    /// Returns what changed from one content to another.
    #[must_use]
    pub fn between(before: &Pact, after: &Pact) -> Self {
        if before.content_id() == after.content_id() {
            return Self::default();
        }
        let mut changes = Vec::new();
        let specification = (before.specification(), after.specification());
        if specification.0 != specification.1 {
            changes.push(Change::Specification {
                before: specification.0,
                after: specification.1,
            });
        }
        changes.extend(interaction_changes(before, after));
        if changes.is_empty() {
            let lines = line_diff(before.document(), after.document());
            changes.push(Change::Document { lines });
        }
        Self { changes }
    }

    /// Returns the changes as text of at most `limit` lines, and a line that says how many more
    /// there are. There is no final newline.
    #[must_use]
    pub fn render(&self, limit: usize) -> String {
        let mut lines = Vec::new();
        for change in &self.changes {
            match change {
                Change::Specification { before, after } => {
                    let name = |version: &Option<String>| {
                        version.clone().unwrap_or_else(|| "none".to_owned())
                    };
                    let (before, after) = (name(before), name(after));
                    lines.push(format!("specification changed: {before} to {after}"));
                }
                Change::Added(key) => lines.push(format!("added: {key}")),
                Change::Removed(key) => lines.push(format!("removed: {key}")),
                Change::Changed { key, lines: diff } => {
                    lines.push(format!("changed: {key}"));
                    lines.extend(diff.iter().map(|line| format!("  {line}")));
                }
                Change::Document { lines: diff } => {
                    lines.push("changed:".to_owned());
                    lines.extend(diff.iter().map(|line| format!("  {line}")));
                }
            }
        }
        let more = lines.len().saturating_sub(limit);
        lines.truncate(limit);
        let mut text = lines.join("\n");
        if more > 0 {
            let unit = if more == 1 { "line" } else { "lines" };
            write!(text, "\n… {more} more {unit}").expect("writing to a string does not fail");
        }
        text
    }
}

/// Returns which interactions are new, gone or changed, by key.
///
/// Equal ones are set aside first, so that one of two with the same key can change alone.
fn interaction_changes(before: &Pact, after: &Pact) -> Vec<Change> {
    let (before, after) = (before.interactions(), after.interactions());
    let mut by_key: BTreeMap<&InteractionKey, [Vec<&Json>; 2]> = BTreeMap::new();
    for (side, interactions) in [&before, &after].into_iter().enumerate() {
        for interaction in interactions {
            by_key.entry(interaction.key()).or_default()[side].push(interaction.json());
        }
    }
    let mut changes = Vec::new();
    for (key, [old, new]) in by_key {
        let (old, new) = without_equal(old, new);
        for index in 0..old.len().max(new.len()) {
            let key = key.clone();
            changes.push(match (old.get(index), new.get(index)) {
                (Some(old), Some(new)) => {
                    let lines = line_diff(old, new);
                    Change::Changed { key, lines }
                }
                (Some(_), None) => Change::Removed(key),
                (None, _) => Change::Added(key),
            });
        }
    }
    changes
}

/// Returns what is on one side only, each in canonical order.
fn without_equal<'a>(old: Vec<&'a Json>, new: Vec<&'a Json>) -> (Vec<&'a Json>, Vec<&'a Json>) {
    let texts = |side: Vec<&'a Json>| -> Vec<(String, &'a Json)> {
        let mut texts: Vec<_> = side.iter().map(|json| (json.canonical(), *json)).collect();
        texts.sort_by(|(one, _), (other, _)| one.cmp(other));
        texts
    };
    let (old, mut new) = (texts(old), texts(new));
    let mut gone = Vec::new();
    for (text, json) in old {
        match new.iter().position(|(other, _)| *other == text) {
            Some(same) => drop(new.remove(same)),
            None => gone.push(json),
        }
    }
    (gone, new.into_iter().map(|(_, json)| json).collect())
}

/// Returns the lines that differ, with a few around them.
fn line_diff(before: &Json, after: &Json) -> Vec<String> {
    let (before, after) = (before.pretty(), after.pretty());
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(CONTEXT_LINES).iter().enumerate() {
        if index > 0 {
            lines.push("@@".to_owned());
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            let text = change.value().trim_end_matches('\n');
            lines.push(format!("{sign}{text}"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pact(more: &str) -> Pact {
        let text =
            format!(r#"{{"consumer":{{"name":"Web"}},"provider":{{"name":"Shop"}},{more}}}"#);
        Pact::parse(text.as_bytes()).unwrap()
    }

    fn diff(before: &str, after: &str) -> String {
        PactDiff::between(&pact(before), &pact(after)).render(40)
    }

    #[test]
    fn equal_contents_have_no_difference() {
        assert_eq!(
            diff(
                r#""interactions":[{"description":"a"},{"description":"b"}],"x":1"#,
                r#""interactions":[{"description":"b"},{"description":"a"}],"x":2"#
            ),
            ""
        );
    }

    #[test]
    fn interactions_are_added_removed_and_changed_by_key() {
        assert_eq!(
            diff(
                r#""interactions":[{"description":"gone"},{"description":"a","providerState":"s","response":{"status":200}},{"description":"kept"}]"#,
                r#""interactions":[{"description":"a","providerState":"s","response":{"status":201}},{"description":"kept"},{"description":"new"}],"metadata":{"pactSpecificationVersion":"2"}"#
            ),
            [
                "specification changed: none to 2",
                "changed: \"a\" given \"s\"",
                "     \"description\": \"a\",",
                "     \"providerState\": \"s\",",
                "     \"response\": {",
                "  -    \"status\": 200",
                "  +    \"status\": 201",
                "     }",
                "   }",
                "removed: \"gone\"",
                "added: \"new\"",
            ]
            .join("\n")
        );
    }

    #[test]
    fn one_of_two_interactions_with_the_same_key_can_change_alone() {
        let before =
            pact(r#""interactions":[{"description":"a","n":1},{"description":"a","n":2}]"#);
        let after = pact(r#""interactions":[{"description":"a","n":2},{"description":"a","n":3}]"#);
        let diff = PactDiff::between(&before, &after);
        assert_eq!(diff.changes.len(), 1);
        let text = diff.render(40);
        assert!(
            text.contains("-  \"n\": 1") && text.contains("+  \"n\": 3"),
            "{text}"
        );
    }

    #[test]
    fn the_order_of_messages_beside_interactions_is_a_difference() {
        let text = diff(
            r#""interactions":[],"messages":[{"description":"a"},{"description":"b"}]"#,
            r#""interactions":[],"messages":[{"description":"b"},{"description":"a"}]"#,
        );
        assert!(text.starts_with("changed:\n"), "{text}");
    }

    #[test]
    fn lines_far_from_a_change_are_left_out() {
        let body = |n: u32| {
            let fields: Vec<_> = (0..30)
                .map(|i| format!("\"f{i:02}\":{}", if i == 2 || i == 25 { n } else { 0 }))
                .collect();
            format!(
                r#""interactions":[{{"description":"a","body":{{{}}}}}]"#,
                fields.join(",")
            )
        };
        let text = diff(&body(1), &body(2));
        assert_eq!(
            text.lines().filter(|line| *line == "  @@").count(),
            1,
            "{text}"
        );
        assert!(text.lines().count() < 20, "{text}");
    }

    #[test]
    fn a_long_difference_is_cut_and_says_so() {
        let many: Vec<_> = (0..9)
            .map(|n| format!(r#"{{"description":"{n}"}}"#))
            .collect();
        let many = pact(&format!(r#""interactions":[{}]"#, many.join(",")));
        let diff = PactDiff::between(&pact(r#""interactions":[]"#), &many);
        assert_eq!(diff.render(2), "added: \"0\"\nadded: \"1\"\n… 7 more lines");
        assert!(diff.render(8).ends_with("\n… 1 more line"));
        assert!(diff.render(9).ends_with("added: \"8\""));
    }
}
