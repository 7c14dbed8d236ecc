//! A request, a response or a message: what it consists of, and what may stand in place of each piece.

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
        for (kind, key) in [
            (RuleKind::Matching, "matchingRules"),
            (RuleKind::Generator, "generators"),
        ] {
            let listed = fields.object(key).unwrap_or_default();
            for (subject, rule) in rules(kind, &listed, example) {
                self.place(subject, rule);
            }
        }
        // What is made stands with what is accepted in its place.
        self.body_rules
            .sort_by_cached_key(|rule| rule.place.to_string());
        self.extras.extend(fields.rest());
    }

    /// Puts a rule with what it is about.
    fn place(&mut self, subject: Subject, mut rule: Rule) {
        let (line, name) = match subject {
            Subject::Body => return self.body_rules.push(rule),
            Subject::Query => return put(&mut self.query, &mut self.other_rules, "query", rule),
            Subject::Header => {
                return put(&mut self.headers, &mut self.other_rules, "headers", rule);
            }
            Subject::Metadata => {
                return put(&mut self.metadata, &mut self.other_rules, "metadata", rule);
            }
            Subject::Other => return self.other_rules.push(rule),
            Subject::Method => (&mut self.method, "method"),
            Subject::Path => (&mut self.path, "path"),
            Subject::Status => (&mut self.status, "status"),
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

/// Puts a rule with the item that it names, which is added if there is none. The names of headers are the
/// same whatever their case.
fn put(items: &mut Vec<Item>, others: &mut Vec<Rule>, group: &str, mut rule: Rule) {
    let Some((name, within)) = rule.place.split_field() else {
        rule.place = Place::field(group).then(rule.place.steps);
        others.push(rule);
        return;
    };
    let name = name.to_owned();
    let is_same = |it: &Item| it.name == name;
    let is_alike = |it: &Item| group == "headers" && it.name.eq_ignore_ascii_case(&name);
    let position = items.iter().position(is_same);
    let position = position.or_else(|| items.iter().position(is_alike));
    rule.place = within;
    let index = position.unwrap_or_else(|| {
        items.push(Item::new(&name, Vec::new()));
        items.len() - 1
    });
    let item = &mut items[index];
    // The first of a single value is that value.
    if item.values.len() <= 1 && rule.place.steps == [Step::Element(0)] {
        rule.place = Place::default();
    }
    item.rules.push(rule);
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
    let mut parameters: Vec<Item> = Vec::new();
    for pair in text.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = match pair.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (pair, None),
        };
        match parameters.iter_mut().find(|it| it.name == name) {
            Some(known) => known.values.extend(value),
            None => parameters.push(Item::new(name, value.into_iter().collect())),
        }
    }
    Some(parameters)
}
