//! A request, a response or a message: what it consists of, and what may stand in place of each piece.

use std::collections::BTreeMap;

use super::body;
use super::body::Body;
use super::body::Language;
use super::fields::Extra;
use super::fields::Fields;
use super::place::Place;
use super::place::Step;
use super::rule::Rule;
use super::rule::RuleKind;
use super::rule::Subject;
use super::rule::rules;
use crate::domain::json::Json;

/// A request, a response or a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub role: Role,
    /// Which of several answers it is, from 1; nothing if it is the only one.
    pub number: Option<usize>,
    /// The method of a request.
    pub method: Option<Item>,
    /// The path of a request.
    pub path: Option<Item>,
    /// The status of a response.
    pub status: Option<Item>,
    /// The parameters of a query, by name.
    pub query: Vec<Item>,
    /// The headers, by name.
    pub headers: Vec<Item>,
    /// What goes with a message, by name.
    pub metadata: Vec<Item>,
    /// What it carries.
    pub body: Body,
    /// The rules about what it carries, by place.
    pub body_rules: Vec<Rule>,
    /// Rules about something that is not shown, or that nobody knows.
    pub other_rules: Vec<Rule>,
    /// What else is said of it.
    pub extras: Vec<Extra>,
}

/// What a part of an interaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What the consumer sends.
    Request,
    /// What it gets for it.
    Response,
    /// What it gets without asking.
    Message,
}

/// Something with a name and values, such as a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// Its values in the example; none if only rules speak of it.
    pub values: Vec<String>,
    /// What may stand in their place; without a matching rule nothing else may.
    pub rules: Vec<Rule>,
}

/// The form of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The value itself, as in versions 1 to 3.
    Plain,
    /// An object with the content, its type and its encoding, as in version 4.
    Enveloped,
}

impl Item {
    fn new(name: &str, values: Vec<String>) -> Self {
        let name = name.to_owned();
        let rules = Vec::new();
        Self {
            name,
            values,
            rules,
        }
    }

    /// Says whether nothing but the example is accepted.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.rules.iter().any(|it| it.kind == RuleKind::Matching)
    }
}

impl Role {
    /// Returns what it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Message => "message",
        }
    }
}

impl Part {
    /// Returns the request or the response of an interaction over HTTP.
    pub(super) fn of_http(role: Role, mut fields: Fields<'_>, shape: Shape) -> Self {
        let mut part = Self::empty(role);
        let mut line = |key: &str| {
            let value = fields.take_as(key, plain_text)?;
            Some(Item::new(key, vec![value]))
        };
        if role == Role::Request {
            part.method = line("method");
            part.path = line("path");
            part.query = fields.take_as("query", query).unwrap_or_default();
        } else {
            part.status = line("status");
        }
        part.headers = fields.take_as("headers", items).unwrap_or_default();
        let content_type = value_of(&part.headers, &["content-type"]);
        part.read(fields, "body", content_type.as_deref(), shape);
        part
    }

    /// Returns a message, or one of those that ask and answer.
    pub(super) fn of_message(role: Role, mut fields: Fields<'_>, shape: Shape) -> Self {
        let mut part = Self::empty(role);
        let metadata = fields.take_as("metadata", items);
        let metadata = metadata.or_else(|| fields.take_as("metaData", items));
        part.metadata = metadata.unwrap_or_default();
        let content_type = value_of(&part.metadata, &["contenttype", "content-type"]);
        part.read(fields, "contents", content_type.as_deref(), shape);
        part
    }

    fn empty(role: Role) -> Self {
        Self {
            role,
            number: None,
            method: None,
            path: None,
            status: None,
            query: Vec::new(),
            headers: Vec::new(),
            metadata: Vec::new(),
            body: Body::Unsaid,
            body_rules: Vec::new(),
            other_rules: Vec::new(),
            extras: Vec::new(),
        }
    }

    /// Reads the body, the rules and what is left.
    fn read(
        &mut self,
        mut fields: Fields<'_>,
        body_field: &str,
        content_type: Option<&str>,
        shape: Shape,
    ) {
        let content = fields.take(body_field);
        let example = match shape {
            Shape::Plain => content,
            Shape::Enveloped => content.and_then(|it| it.get("content")),
        };
        // What stands in a text, as XML does, is not looked at.
        let example = example.filter(|it| it.as_str().is_none());
        self.body = match shape {
            Shape::Plain => body::plain(content, content_type),
            Shape::Enveloped => body::enveloped(content, content_type, &mut self.extras),
        };
        let mut named = [Vec::new(), Vec::new(), Vec::new()];
        for (kind, key) in [
            (RuleKind::Matching, "matchingRules"),
            (RuleKind::Generator, "generators"),
        ] {
            let listed = fields.object(key).unwrap_or_default();
            for (subject, rule) in rules(kind, &listed, example) {
                match subject {
                    Subject::Query => named[0].push(rule),
                    Subject::Header => named[1].push(rule),
                    Subject::Metadata => named[2].push(rule),
                    _ => self.place(subject, rule),
                }
            }
        }
        let [query, headers, metadata] = named;
        let others = &mut self.other_rules;
        attach(&mut self.query, query, "query", others);
        attach(&mut self.headers, headers, "headers", others);
        attach(&mut self.metadata, metadata, "metadata", others);
        // What is made stands with what is accepted in its place.
        self.body_rules
            .sort_by_cached_key(|rule| rule.place.to_string());
        self.extras.extend(fields.rest());
    }

    /// Puts a rule with what it is about, if that is one thing.
    fn place(&mut self, subject: Subject, mut rule: Rule) {
        let (line, name) = match subject {
            Subject::Body => return self.body_rules.push(rule),
            Subject::Method => (&mut self.method, "method"),
            Subject::Path => (&mut self.path, "path"),
            Subject::Status => (&mut self.status, "status"),
            Subject::Query | Subject::Header | Subject::Metadata | Subject::Other => {
                return self.other_rules.push(rule);
            }
        };
        if let Some(item) = line {
            item.rules.push(rule);
        } else {
            rule.place = Place::field(name).then(rule.place.steps);
            self.other_rules.push(rule);
        }
    }

    /// Returns what holds for that of the body of which no rule speaks.
    ///
    /// A consumer says exactly what it sends; of what it gets, it says what it reads, and there may be more
    /// (the specification: be strict in what is sent, and liberal in what is accepted).
    #[must_use]
    pub fn otherwise(&self) -> &'static str {
        let has_fields = matches!(&self.body, Body::Text(text) if text.language == Language::Json);
        match self.role {
            Role::Response | Role::Message if has_fields => {
                "exactly as in the example; there may be further fields"
            }
            Role::Request | Role::Response | Role::Message => "exactly as in the example",
        }
    }

    /// Returns the items that stand before all others: method and path, or the status.
    pub fn line(&self) -> impl Iterator<Item = &Item> {
        [&self.method, &self.path, &self.status]
            .into_iter()
            .flatten()
    }
}

/// Puts rules with the items that they name, which are added where there is none; those that name none go to
/// `others`. The names of headers are the same whatever their case.
fn attach(items: &mut Vec<Item>, rules: Vec<Rule>, group: &str, others: &mut Vec<Rule>) {
    let key = |name: &str| match group {
        "headers" => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    };
    let keys = items.iter().map(|it| key(&it.name));
    let mut known: BTreeMap<String, usize> = keys.zip(0..).collect();
    for mut rule in rules {
        let Some((name, within)) = rule.place.split_field() else {
            rule.place = Place::field(group).then(rule.place.steps);
            others.push(rule);
            continue;
        };
        let index = *known.entry(key(name)).or_insert_with(|| {
            items.push(Item::new(name, Vec::new()));
            items.len() - 1
        });
        let item = &mut items[index];
        rule.place = within;
        // The first of a single value is that value.
        if item.values.len() <= 1 && rule.place.steps == [Step::Element(0)] {
            rule.place = Place::default();
        }
        item.rules.push(rule);
    }
}

/// Returns the first value of the item with one of some names in lower case.
fn value_of(items: &[Item], names: &[&str]) -> Option<String> {
    let is_meant = |item: &&Item| names.contains(&item.name.to_ascii_lowercase().as_str());
    items.iter().find(is_meant)?.values.first().cloned()
}

/// Returns a text as it is and a number as it is written.
fn plain_text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.as_str().to_owned()),
        _ => None,
    }
}

/// Returns the entries of an object, each with one value or several.
fn items(json: &Json) -> Option<Vec<Item>> {
    let value = |json: &Json| plain_text(json).unwrap_or_else(|| json.compact());
    let item = |(name, json): (&String, &Json)| {
        let values = match json {
            Json::Array(values) => values.iter().map(value).collect(),
            one => vec![value(one)],
        };
        Item::new(name, values)
    };
    Some(json.as_object()?.iter().map(item).collect())
}

/// Returns the parameters of a query: a text, as in versions 1 and 2, or an object.
fn query(json: &Json) -> Option<Vec<Item>> {
    let Some(text) = json.as_str() else {
        return items(json);
    };
    let mut parameters: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for pair in text.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = match pair.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (pair, None),
        };
        parameters.entry(name).or_default().extend(value);
    }
    let parameters = parameters.into_iter();
    let parameters = parameters.map(|(name, values)| Item::new(name, values));
    Some(parameters.collect())
}
