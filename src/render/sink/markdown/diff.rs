//! What changed between two contracts, for a comment on a merge request.

use super::LONGEST;
use super::Page;
use super::code;
use crate::app::ask::Basis;
use crate::domain::comparison::Comparison;
use crate::domain::diff::Change;
use crate::domain::diff::Effect;
use crate::domain::diff::FieldChange;
use crate::domain::diff::InteractionChange;
use crate::domain::diff::Known;
use crate::render::computed_from::sentence;
use crate::render::diff::headline;
use crate::render::diff::remark;
use crate::render::diff::verdict;

/// Returns what changed: what it means as a whole, and each change with what it means.
///
/// At most [`LONGEST`] characters, with a final newline.
#[must_use]
pub fn diff(comparison: &Comparison, basis: Option<&Basis>) -> String {
    let diff = &comparison.diff;
    let mut page = Page::default();
    let headline = code(&headline(comparison));
    if diff.changes.is_empty() {
        page.add(&format!("## ➖ The contract is the same\n\n{headline}\n"));
    } else {
        let icon = icon(diff.effect());
        let verdict = verdict(diff.effect());
        page.add(&format!(
            "## {icon} The contract changed\n\n{headline}\n\n{verdict}\n"
        ));
    }
    page.list("### Changes\n\n", diff.changes.iter().map(item), LONGEST);
    if let Some(basis) = basis {
        page.add(&format!("\nComputed from {}.\n", code(&sentence(basis))));
    }
    page.text
}

fn icon(effect: Effect) -> &'static str {
    match effect {
        Effect::None => "➖",
        Effect::Less => "✅",
        Effect::Unclear => "❓",
        Effect::More => "⚠️",
    }
}

/// Returns a change as an item of a list.
fn item(change: &Change) -> String {
    let icon = icon(change.effect());
    match change {
        Change::Specification {
            before,
            after,
            effect,
        } => {
            let name = |version: &Option<String>| code(version.as_deref().unwrap_or("none"));
            let (before, after) = (name(before), name(after));
            format!(
                "- {icon} specification: {before} → {after}{}\n",
                meaning(*effect)
            )
        }
        Change::Document { effect, .. } => match effect {
            Effect::None => format!("- {icon} written otherwise, and says the same\n"),
            _ => format!(
                "- {icon} something that is no interaction{}\n",
                meaning(*effect)
            ),
        },
        Change::Interaction(change) => interaction(icon, change),
    }
}

fn interaction(icon: &str, change: &InteractionChange) -> String {
    let word = change.fate().word();
    let key = change.known.key();
    let before = match &change.known {
        Known::Kept { before, .. } if before.description != key.description => {
            format!("{} → ", code(&before.description))
        }
        _ => String::new(),
    };
    let meaning = if change.fields.is_empty() {
        meaning(change.effect)
    } else {
        String::new()
    };
    let mut item = format!(
        "- {icon} {word}: {before}{}{meaning}\n",
        code(&key.to_string())
    );
    item.extend(change.fields.iter().map(field));
    item
}

fn field(change: &FieldChange) -> String {
    let shown = |value| code(&change.shown(value));
    let values = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!(": {} → {}", shown(before), shown(after)),
        (Some(before), None) => format!(" gone: {}", shown(before)),
        (None, Some(after)) => format!(" new: {}", shown(after)),
        (None, None) => String::new(),
    };
    let values = values.trim_end_matches([' ', ':']);
    let name = code(&change.name());
    format!("  - {name}{values}{}\n", meaning(change.effect))
}

fn meaning(effect: Effect) -> String {
    match remark(effect) {
        "" => String::new(),
        remark => format!(" (**{remark}**)"),
    }
}
