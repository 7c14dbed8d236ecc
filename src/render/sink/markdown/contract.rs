//! A contract as Markdown, to be kept beside code or put on a page of a wiki.
//!
//! It is as long as it needs to be. What the contract says stands in code, as everywhere here; bodies stand
//! between fences that are longer than any run of back-ticks in them. What a terminal or a build would obey
//! is shown by its code.

use super::cell;
use super::fence;
use super::quotation;
use crate::domain::readable_pact::Body;
use crate::domain::readable_pact::Extra;
use crate::domain::readable_pact::Item;
use crate::domain::readable_pact::Part;
use crate::domain::readable_pact::Piece;
use crate::domain::readable_pact::ReadableInteraction;
use crate::domain::readable_pact::Rule;
use crate::domain::readable_pact::Sentence;
use crate::domain::readable_pact::StateInUse;
use crate::render::contract::Contract;
use crate::render::contract::EXACTNESS;
use crate::render::contract::given;
use crate::render::contract::heading;
use crate::render::contract::title;
use crate::render::sink::terminal::shown;
use crate::render::sink::terminal::shown_on_one_line;

/// Returns a contract as Markdown, with a final newline.
#[must_use]
pub fn contract(contract: &Contract<'_>) -> String {
    let pact = contract.pact;
    let mut page = Page::default();
    let consumer = code(pact.consumer.as_str());
    let provider = code(pact.provider.as_str());
    page.paragraph(&format!("# What {consumer} expects of {provider}"));
    let facts = contract.facts().into_iter();
    page.table(
        ["", ""],
        facts.map(|(name, value)| [name.to_owned(), code(&value)]),
    );
    page.paragraph(EXACTNESS);
    if !pact.states.is_empty() {
        page.paragraph("## States of the provider");
        let row = |it: &StateInUse| {
            let links: Vec<String> = it.interactions.iter().map(|it| link(*it)).collect();
            let params = it.state.params.as_deref().unwrap_or_default();
            [code(&it.state.name), code(params), links.join(", ")]
        };
        page.table(
            ["State", "Parameters", "Interactions"],
            pact.states.iter().map(row),
        );
    }
    page.paragraph("## Interactions");
    if pact.interactions.is_empty() {
        page.paragraph("There are none.");
    }
    let row = |it: &ReadableInteraction| {
        let states = given(&it.states);
        [
            link(it.number),
            code(title(&it.description)),
            code(&states),
            sentence(&it.summary()),
        ]
    };
    page.table(
        ["", "Interaction", "Given", "What"],
        pact.interactions.iter().map(row),
    );
    for interaction in &pact.interactions {
        page.interaction(interaction);
    }
    for plugin in &pact.plugins {
        let version = plugin.version.as_deref().unwrap_or_default();
        let plugin_heading = format!("## Plugin {} {}", code(&plugin.name), code(version));
        page.paragraph(plugin_heading.trim_end());
        page.extras(&plugin.configuration);
    }
    if !pact.extras.is_empty() {
        page.paragraph("## What else the document says");
        page.extras(&pact.extras);
    }
    page.text
}

/// Returns a text as code on one line, all of it.
fn code(text: &str) -> String {
    quotation(&shown_on_one_line(text))
}

/// Returns a link to an interaction. Every renderer makes the same anchor of a heading of plain words.
fn link(number: usize) -> String {
    format!("[{number}](#interaction-{number})")
}

fn sentence(sentence: &Sentence) -> String {
    let pieces = sentence.pieces.iter().map(|piece| match piece {
        Piece::Words(words) => words.to_string(),
        Piece::Code(text) => code(text),
    });
    pieces.collect()
}

/// Returns what a rule says, and where it applies if that is not all of it.
fn rule(rule: &Rule) -> String {
    let said = sentence(&rule.sentence);
    if rule.place.is_all() {
        said
    } else {
        format!("{}: {said}", code(&rule.place.to_string()))
    }
}

/// A document as it grows.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    /// Adds a paragraph, with an empty line before it.
    fn paragraph(&mut self, markdown: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(markdown);
        self.text.push('\n');
    }

    /// Adds a table; nothing if there are no rows.
    fn table<const N: usize>(
        &mut self,
        header: [&str; N],
        rows: impl Iterator<Item = [String; N]>,
    ) {
        let row = |cells: [String; N]| format!("| {} |", cells.map(|it| cell(&it)).join(" | "));
        let rows: Vec<String> = rows.map(row).collect();
        if rows.is_empty() {
            return;
        }
        let rule = format!("|{}", "---|".repeat(N));
        let header = format!("| {} |", header.join(" | "));
        self.paragraph(&[header, rule, rows.join("\n")].join("\n"));
    }

    /// Adds a text between fences.
    fn fenced(&mut self, language: &str, text: &str) {
        let text = shown(text.strip_suffix('\n').unwrap_or(text));
        let fence = fence(&text);
        self.paragraph(&format!("{fence}{language}\n{text}\n{fence}"));
    }

    fn extras(&mut self, extras: &[Extra]) {
        for extra in extras {
            self.paragraph(&code(&extra.name));
            self.fenced(if extra.is_json { "json" } else { "" }, &extra.text);
        }
    }

    fn interaction(&mut self, interaction: &ReadableInteraction) {
        self.paragraph(&format!("### Interaction {}", interaction.number));
        self.paragraph(&format!("**{}**", code(title(&interaction.description))));
        let mut facts: Vec<String> = Vec::new();
        for state in &interaction.states {
            facts.push(format!("- Given {}", code(&state.to_string())));
        }
        if interaction.is_pending {
            facts.push("- Pending: it may fail".to_owned());
        }
        for (name, value) in [
            ("Key", &interaction.key),
            ("Transport", &interaction.transport),
            ("Written by", &interaction.comments.test),
        ] {
            let value = value.as_ref();
            facts.extend(value.map(|value| format!("- {name} {}", code(value))));
        }
        if !facts.is_empty() {
            self.paragraph(&facts.join("\n"));
        }
        if !interaction.comments.remarks.is_empty() {
            self.fenced("", &interaction.comments.remarks.join("\n"));
        }
        if let Some(markup) = &interaction.markup {
            self.fenced("", markup);
        }
        for part in &interaction.parts {
            self.paragraph(&format!("#### {}", heading(part)));
            self.part(part);
        }
        if !interaction.plugins.is_empty() {
            self.paragraph("#### For plugins");
            self.extras(&interaction.plugins);
        }
        self.extras(&interaction.extras);
    }

    fn part(&mut self, part: &Part) {
        let item = |kind: &'static str| {
            move |item: &Item| {
                let values: Vec<String> = item.values.iter().map(|it| code(it)).collect();
                let rules: Vec<String> = item.rules.iter().map(rule).collect();
                let name = match kind {
                    "" => item.name.clone(),
                    kind => format!("{kind} {}", code(&item.name)),
                };
                [name, values.join(", "), rules.join("; ")]
            }
        };
        let line = part.line().map(item(""));
        let query = part.query.iter().map(item("query"));
        let headers = part.headers.iter().map(item("header"));
        let metadata = part.metadata.iter().map(item("metadata"));
        self.table(
            ["", "Example", "Rule"],
            line.chain(query).chain(headers).chain(metadata),
        );
        self.body(part);
        self.rules(&part.other_rules, None);
        self.extras(&part.extras);
    }

    fn body(&mut self, part: &Part) {
        let named = |content_type: &Option<String>| match content_type {
            Some(content_type) => format!("Body ({})", code(content_type)),
            None => "Body".to_owned(),
        };
        let mut otherwise = None;
        match &part.body {
            Body::Unsaid if part.body_rules.is_empty() => {}
            Body::Unsaid => self.paragraph("Body: no example"),
            Body::Null => self.paragraph("Body: none, or null"),
            Body::Empty => self.paragraph("Body: empty"),
            Body::Text(text) => {
                let problem = text.problem.map(|it| format!(", {it}"));
                let named = named(&text.content_type);
                self.paragraph(&format!("{named}{}:", problem.unwrap_or_default()));
                self.fenced(text.language.name(), &text.text);
                otherwise = Some(part.otherwise());
            }
            Body::Binary(binary) => {
                let named = named(&binary.content_type);
                self.paragraph(&format!("{named}: {} bytes", binary.bytes));
                otherwise = Some(part.otherwise());
            }
        }
        self.rules(&part.body_rules, otherwise);
    }

    /// Adds rules, and what holds where none does.
    fn rules(&mut self, rules: &[Rule], otherwise: Option<&str>) {
        let row = |rule: &Rule| {
            let place = if rule.place.is_all() {
                "the whole".to_owned()
            } else {
                code(&rule.place.to_string())
            };
            [place, sentence(&rule.sentence)]
        };
        let begin = if rules.is_empty() {
            "all of it"
        } else {
            "all else"
        };
        let otherwise = otherwise.map(|it| [begin.to_owned(), it.to_owned()]);
        self.table(["Where", "Rule"], rules.iter().map(row).chain(otherwise));
    }
}

#[cfg(test)]
mod tests;
