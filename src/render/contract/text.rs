//! A contract for a terminal.

use super::Contract;
use super::EXACTNESS;
use super::given;
use super::heading;
use super::numbers;
use super::plain;
use super::title;
use crate::domain::readable_pact::Body;
use crate::domain::readable_pact::Extra;
use crate::domain::readable_pact::Item;
use crate::domain::readable_pact::Part;
use crate::domain::readable_pact::ReadableInteraction;
use crate::domain::readable_pact::Rule;
use crate::domain::readable_pact::StateInUse;
use crate::render::sink::terminal::shown_on_one_line as one_line;
use crate::render::table::capped_table;
use crate::render::table::table;

/// The columns of the index, and how wide each may be, in characters: all of it stands below.
const INDEX: [(&str, usize); 4] = [
    ("#", usize::MAX),
    ("INTERACTION", 60),
    ("GIVEN", 40),
    ("WHAT", 60),
];

/// A piece of a text, with the tone in which it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// How it is said.
    pub tone: Tone,
    /// The text; line breaks are part of it.
    pub text: String,
}

/// How something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As usual.
    Plain,
    /// As the heading of what follows.
    Heading,
    /// As something to mind.
    Mind,
}

/// Returns a contract as text, without a final newline.
#[must_use]
pub fn text(contract: &Contract<'_>) -> Vec<Span> {
    let pact = contract.pact;
    let mut page = Page::default();
    let (consumer, provider) = (&pact.consumer, &pact.provider);
    page.heading(&format!("What {consumer} expects of {provider}"));
    let facts = contract.facts();
    page.pairs(
        1,
        facts.iter().map(|(name, value)| (*name, one_line(value))),
    );
    page.blank();
    page.line(1, EXACTNESS);
    if !pact.states.is_empty() {
        page.blank();
        page.heading(&format!("States of {provider}"));
        let row = |it: &StateInUse| {
            let params = it.state.params.clone().unwrap_or_default();
            vec![it.state.name.clone(), params, numbers(&it.interactions)]
        };
        let rows: Vec<_> = pact.states.iter().map(row).collect();
        page.block(1, &table(&["STATE", "PARAMETERS", "INTERACTIONS"], &rows));
    }
    page.blank();
    page.heading("Interactions");
    if pact.interactions.is_empty() {
        page.line(1, "There are none.");
    } else {
        let row = |it: &ReadableInteraction| {
            vec![
                it.number.to_string(),
                title(&it.description).to_owned(),
                given(&it.states),
                one_line(&plain(&it.summary())),
            ]
        };
        let rows: Vec<_> = pact.interactions.iter().map(row).collect();
        page.block(1, &capped_table(&INDEX, &rows));
    }
    for interaction in &pact.interactions {
        page.interaction(interaction);
    }
    for plugin in &pact.plugins {
        page.blank();
        let version = plugin.version.as_deref().unwrap_or_default();
        page.heading(format!("Plugin {} {version}", plugin.name).trim_end());
        page.extras(1, &plugin.configuration);
    }
    if !pact.extras.is_empty() {
        page.blank();
        page.heading("What else the document says");
        page.extras(1, &pact.extras);
    }
    page.finished()
}

/// A text as it grows. Depths are counted in steps of two spaces.
#[derive(Default)]
struct Page {
    spans: Vec<Span>,
}

impl Page {
    fn add(&mut self, tone: Tone, text: &str) {
        match self.spans.last_mut() {
            Some(last) if last.tone == tone => last.text.push_str(text),
            _ => self.spans.push(Span {
                tone,
                text: text.to_owned(),
            }),
        }
    }

    fn heading(&mut self, text: &str) {
        self.add(Tone::Heading, &one_line(text));
        self.add(Tone::Plain, "\n");
    }

    fn line(&mut self, depth: usize, text: &str) {
        let indent = if text.is_empty() { 0 } else { depth };
        self.add(Tone::Plain, &format!("{}{text}\n", "  ".repeat(indent)));
    }

    fn blank(&mut self) {
        self.add(Tone::Plain, "\n");
    }

    /// Adds a text of several lines.
    fn block(&mut self, depth: usize, text: &str) {
        for line in text.split('\n') {
            self.line(depth, line);
        }
    }

    /// Adds names and what belongs to them, one below the other.
    fn pairs<'a>(&mut self, depth: usize, pairs: impl Iterator<Item = (&'a str, String)>) {
        let pairs: Vec<(String, String)> =
            pairs.map(|(name, value)| (one_line(name), value)).collect();
        let widths = pairs.iter().map(|(name, _)| name.chars().count());
        // One long name does not move all others away.
        let width = widths.filter(|it| *it <= 40).max().unwrap_or(0);
        for (name, value) in &pairs {
            self.line(depth, format!("{name:width$}  {value}").trim_end());
        }
    }

    fn interaction(&mut self, interaction: &ReadableInteraction) {
        self.blank();
        self.heading(&format!(
            "{}. {}",
            interaction.number,
            title(&interaction.description)
        ));
        let states = interaction.states.iter();
        let mut facts: Vec<(&str, String)> = states
            .map(|state| ("Given", one_line(&state.to_string())))
            .collect();
        for (name, value) in [
            ("Key", &interaction.key),
            ("Transport", &interaction.transport),
            ("Written by", &interaction.comments.test),
        ] {
            facts.extend(value.as_deref().map(|it| (name, one_line(it))));
        }
        if interaction.is_pending {
            self.add(Tone::Mind, "  Pending: it may fail");
            self.blank();
        }
        self.pairs(1, facts.into_iter());
        for remark in &interaction.comments.remarks {
            self.block(1, remark);
        }
        if let Some(markup) = &interaction.markup {
            self.block(1, markup.trim_end());
        }
        for part in &interaction.parts {
            self.line(1, &heading(part));
            self.part(2, part);
        }
        if !interaction.plugins.is_empty() {
            self.line(1, "For plugins");
            self.extras(2, &interaction.plugins);
        }
        self.extras(1, &interaction.extras);
    }

    fn part(&mut self, depth: usize, part: &Part) {
        self.pairs(depth, part.line().map(|it| (it.name.as_str(), item(it))));
        for (name, items) in [
            ("query", &part.query),
            ("headers", &part.headers),
            ("metadata", &part.metadata),
        ] {
            if !items.is_empty() {
                self.line(depth, name);
                let items = items.iter().map(|it| (it.name.as_str(), item(it)));
                self.pairs(depth + 1, items);
            }
        }
        self.body(depth, part);
        if !part.other_rules.is_empty() {
            self.line(depth, "further rules");
            self.rules(depth + 1, &part.other_rules);
        }
        self.extras(depth, &part.extras);
    }

    fn body(&mut self, depth: usize, part: &Part) {
        let named = |content_type: &Option<String>| match content_type {
            Some(content_type) => format!("body ({})", one_line(content_type)),
            None => "body".to_owned(),
        };
        match &part.body {
            Body::Unsaid if part.body_rules.is_empty() => return,
            Body::Unsaid => self.line(depth, "body: no example"),
            Body::Null => self.line(depth, "body: none, or null"),
            Body::Empty => self.line(depth, "body: empty"),
            Body::Text(text) => {
                let problem = text.problem.map(|it| format!(": {it}")).unwrap_or_default();
                self.line(depth, &format!("{}{problem}", named(&text.content_type)));
                self.block(depth + 1, &text.text);
            }
            Body::Binary(binary) => {
                let named = named(&binary.content_type);
                self.line(depth, &format!("{named}: {} bytes", binary.bytes));
            }
        }
        self.rules(depth + 1, &part.body_rules);
        if matches!(part.body, Body::Text(_) | Body::Binary(_)) {
            let begin = if part.body_rules.is_empty() {
                "all of it"
            } else {
                "all else"
            };
            self.line(depth + 1, &format!("{begin}: {}", part.otherwise()));
        }
    }

    fn rules(&mut self, depth: usize, rules: &[Rule]) {
        let rules: Vec<(String, String)> = rules
            .iter()
            .map(|rule| (place(rule), one_line(&rule.sentence.to_string())))
            .collect();
        let pairs = rules
            .iter()
            .map(|(place, said)| (place.as_str(), said.clone()));
        self.pairs(depth, pairs);
    }

    fn extras(&mut self, depth: usize, extras: &[Extra]) {
        for extra in extras {
            self.line(depth, &one_line(&extra.name));
            self.block(depth + 1, extra.text.trim_end());
        }
    }

    fn finished(mut self) -> Vec<Span> {
        if let Some(last) = self.spans.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        self.spans
    }
}

/// Returns what stands behind the name of an item: its values, and what may stand in their place.
fn item(item: &Item) -> String {
    let values: Vec<String> = item.values.iter().map(|it| one_line(it)).collect();
    let mut said = values.join(", ");
    for rule in &item.rules {
        let place = if rule.place.is_all() {
            String::new()
        } else {
            format!("{}: ", one_line(&rule.place.to_string()))
        };
        let gap = if said.is_empty() { "" } else { " — " };
        let sentence = one_line(&rule.sentence.to_string());
        said = format!("{said}{gap}{place}{sentence}");
    }
    said
}

/// Returns where a rule applies.
fn place(rule: &Rule) -> String {
    if rule.place.is_all() {
        "the whole".to_owned()
    } else {
        rule.place.to_string()
    }
}
