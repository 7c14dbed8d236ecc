//! Reads a webhook from the JSON form of the broker, and says what is wrong in its words.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::secret::{advice, is_literal, is_starred, literal_in_body, names_credential};
use super::template::without_parameters;
use super::url::UrlParts;
use super::{Body, Party, RequestTemplate, WebhookPolicy};
use crate::domain::edit::Edit;
use crate::domain::events::EventKind;
use crate::domain::invalid_fields::{InvalidField, InvalidFields, Refused};
use crate::domain::ledger::{Ledger, Read};
use crate::domain::name::PacticipantName;

/// The methods that HTTP knows, as the broker counts them.
const METHODS: [&str; 15] = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "PATCH",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
];

/// A webhook as somebody wants it: checked, without an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookDraft {
    /// What it is for.
    pub(crate) description: Option<String>,
    /// Whether it is made at all.
    pub(crate) enabled: bool,
    /// What it waits for, each once; never empty.
    pub(crate) events: Vec<EventKind>,
    /// The consumers that it is for.
    pub(crate) consumer: Option<Party>,
    /// The providers that it is for.
    pub(crate) provider: Option<Party>,
    /// The request, without its password; values of headers may be stars.
    pub(crate) request: RequestTemplate,
    /// What becomes of the password; stars stand for the one that is known.
    pub(crate) password: Edit<String>,
}

impl WebhookDraft {
    /// Returns the webhook that the body of a request describes.
    ///
    /// # Errors
    ///
    /// Fails with [`Refused::Invalid`] and every message, or with [`Refused::Unreadable`] if an
    /// application that it names cannot be looked up.
    pub fn from_json(
        body: &Value,
        policy: &WebhookPolicy,
        ledger: &dyn Ledger,
    ) -> Result<Self, Refused> {
        let mut errors = Errors(Vec::new());
        let consumer = party(body, "consumer", PARTY_OF_CONSUMER, ledger, &mut errors)?;
        let provider = party(body, "provider", PARTY_OF_PROVIDER, ledger, &mut errors)?;
        let events = events(body.get("events"), &mut errors);
        let enabled = match body.get("enabled") {
            None => true,
            Some(Value::Bool(enabled)) => *enabled,
            Some(Value::Null) => errors.add("enabled", "must be filled").unwrap_or(true),
            Some(_) => errors.add("enabled", "must be boolean").unwrap_or(true),
        };
        let description = errors.text(body.as_object(), "description", "description");
        let request = request(body.get("request"), policy, &mut errors);
        match request {
            Some((request, password)) if errors.0.is_empty() => Ok(Self {
                description,
                enabled,
                events,
                consumer,
                provider,
                request,
                password,
            }),
            _ => Err(Refused::Invalid(InvalidFields(errors.0))),
        }
    }

    /// Returns the webhook for the applications that the path of the request names; what the body
    /// says of them counts for more.
    #[must_use]
    pub fn in_path(
        mut self,
        consumer: Option<PacticipantName>,
        provider: Option<PacticipantName>,
    ) -> Self {
        self.consumer = self.consumer.or(consumer.map(Party::Name));
        self.provider = self.provider.or(provider.map(Party::Name));
        self
    }
}

impl RequestTemplate {
    /// Returns why the request must not be made, in the broker's words; nothing if it may be.
    ///
    /// A webhook was checked when it was saved, but by the policy of somebody else, and anybody
    /// who may push can store one that was not.
    #[must_use]
    pub fn refusal(&self, policy: &WebhookPolicy) -> Option<String> {
        let method = policy.refuses_method(&self.method);
        let wrong = method.or_else(|| wrong_with_url(&self.url, policy));
        wrong.or_else(|| {
            let mut names = self.headers.keys();
            let name = names.find(|name| is_of_connection(name))?;
            Some(of_connection(name))
        })
    }
}

/// What is wrong, in the order in which it was found.
struct Errors(Vec<InvalidField>);

impl Errors {
    /// Takes a message in. Returns nothing, in the place of what could not be read.
    fn add<T>(&mut self, field: &'static str, message: impl Into<String>) -> Option<T> {
        self.0.push(InvalidField::new(field, message));
        None
    }

    /// Returns a text that may be absent or `null`.
    fn text(
        &mut self,
        object: Option<&Map<String, Value>>,
        key: &str,
        field: &'static str,
    ) -> Option<String> {
        match object.and_then(|object| object.get(key)) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => self.add(field, "must be a string"),
        }
    }
}

/// The names of the fields of one party, as messages cite them.
type PartyFields = [&'static str; 2];

const PARTY_OF_CONSUMER: PartyFields = ["consumer.name", "consumer.label"];
const PARTY_OF_PROVIDER: PartyFields = ["provider.name", "provider.label"];

fn party(
    body: &Value,
    role: &'static str,
    [name_field, label_field]: PartyFields,
    ledger: &dyn Ledger,
    errors: &mut Errors,
) -> Read<Option<Party>> {
    let object = match body.get(role) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(object)) => object,
        Some(_) => return Ok(errors.add(role, "must be a hash")),
    };
    let before = errors.0.len();
    let name = errors.text(Some(object), "name", name_field);
    let label = errors.text(Some(object), "label", label_field);
    if errors.0.len() > before {
        return Ok(None);
    }
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    Ok(match (given(name), given(label)) {
        (None, None) => errors.add(name_field, "cannot be blank"),
        (Some(_), Some(_)) => errors.add(
            label_field,
            "name and label cannot be provided at the same time",
        ),
        (Some(name), None) => match name.parse::<PacticipantName>() {
            Ok(name) if ledger.pacticipant(&name)?.is_some() => Some(Party::Name(name)),
            _ => errors.add(name_field, "does not match an existing pacticipant"),
        },
        (None, Some(label)) => match label.parse() {
            Ok(label) => Some(Party::Label(label)),
            Err(invalid) => errors.add(label_field, format!("is not a label: {invalid}")),
        },
    })
}

fn events(given: Option<&Value>, errors: &mut Errors) -> Vec<EventKind> {
    let list = match given {
        None | Some(Value::Null) => return vec![EventKind::ContractContentChanged],
        Some(Value::Array(list)) if list.is_empty() => {
            return errors
                .add("events", "size cannot be less than 1")
                .unwrap_or_default();
        }
        Some(Value::Array(list)) => list,
        Some(_) => {
            return errors.add("events", "must be an array").unwrap_or_default();
        }
    };
    let mut events = Vec::new();
    for (index, event) in list.iter().enumerate() {
        let kind = event.get("name").and_then(Value::as_str);
        let message = match kind.map(EventKind::named) {
            Some(Some(kind)) => {
                if !events.contains(&kind) {
                    events.push(kind);
                }
                continue;
            }
            Some(None) => {
                let names = EventKind::ALL.map(EventKind::as_str).join(", ");
                format!("name must be one of: {names}")
            }
            None if event.get("name").is_none() => "name is missing".to_owned(),
            None => "name must be a string".to_owned(),
        };
        errors.0.push(InvalidField {
            field: "events",
            index: Some(index),
            message,
        });
    }
    events
}

/// Returns the request, and what becomes of its password.
fn request(
    given: Option<&Value>,
    policy: &WebhookPolicy,
    errors: &mut Errors,
) -> Option<(RequestTemplate, Edit<String>)> {
    let object = match given {
        None => return errors.add("request", "is missing"),
        Some(Value::Object(object)) if !object.is_empty() => object,
        Some(Value::Object(_) | Value::Null) => return errors.add("request", "must be filled"),
        Some(_) => return errors.add("request", "must be a hash"),
    };
    let method = filled(object, "method", "request.method", errors);
    let method = method.and_then(|method| checked_method(&method, policy, errors));
    let url = filled(object, "url", "request.url", errors);
    let url = url.and_then(|url| checked_url(url, policy, errors));
    let headers = headers(object.get("headers"), errors);
    let body = body(object.get("body"), errors);
    let username = errors.text(Some(object), "username", "request.username");
    let password = password(object, errors);
    let request = RequestTemplate {
        method: method?,
        url: url?,
        headers,
        body,
        username,
        password: None,
    };
    Some((request, password))
}

fn filled(
    object: &Map<String, Value>,
    key: &str,
    field: &'static str,
    errors: &mut Errors,
) -> Option<String> {
    match object.get(key) {
        None => errors.add(field, "is missing"),
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        Some(Value::String(_) | Value::Null) => errors.add(field, "must be filled"),
        Some(_) => errors.add(field, "must be a string"),
    }
}

fn checked_method(method: &str, policy: &WebhookPolicy, errors: &mut Errors) -> Option<String> {
    let field = "request.method";
    let method = method.to_ascii_uppercase();
    if !METHODS.contains(&method.as_str()) {
        return errors.add(field, "is not a recognised HTTP method");
    }
    match policy.refuses_method(&method) {
        Some(message) => errors.add(field, message),
        None => Some(method),
    }
}

fn checked_url(url: String, policy: &WebhookPolicy, errors: &mut Errors) -> Option<String> {
    match wrong_with_url(&url, policy) {
        Some(message) => errors.add("request.url", message),
        None => Some(url),
    }
}

/// Returns the first thing that is wrong with an address, as the broker does.
fn wrong_with_url(url: &str, policy: &WebhookPolicy) -> Option<String> {
    let plain = without_parameters(url, "placeholder");
    let Some(parts) = UrlParts::new(&plain) else {
        return Some("is not a valid URL eg. http://example.org".to_owned());
    };
    let other = without_parameters(url, "differentplaceholder");
    if UrlParts::new(&other).is_none_or(|other| other.host != parts.host) {
        return Some("cannot have a template parameter in the host".to_owned());
    }
    let refused = policy.refuses_scheme(parts.scheme);
    if let Some(message) = refused.or_else(|| policy.refuses_host(parts.host)) {
        return Some(message);
    }
    if parts.user.is_some() {
        let message = "cannot hold a user or a password: use username and password";
        return Some(message.to_owned());
    }
    literal_in_query(url).map(|name| advice(&format!("the parameter {name}")))
}

/// Returns the first parameter of an address that is a credential given as it is.
fn literal_in_query(url: &str) -> Option<&str> {
    let (_, query) = url.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(name, value)| names_credential(name) && is_literal(value));
    found.map(|(name, _)| name)
}

fn headers(given: Option<&Value>, errors: &mut Errors) -> BTreeMap<String, String> {
    let field = "request.headers";
    let object = match given {
        None | Some(Value::Null) => return BTreeMap::new(),
        Some(Value::Object(object)) => object,
        Some(_) => return errors.add(field, "must be a hash").unwrap_or_default(),
    };
    let mut headers = BTreeMap::new();
    for (name, value) in object {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        let value = match value {
            Value::String(value) if !value.chars().any(char::is_control) => value,
            _ => {
                errors.add::<()>(field, format!("{name} must be one line of text"));
                continue;
            }
        };
        if name.is_empty() || !name.chars().all(allowed) {
            errors.add::<()>(field, format!("{name:?} is not the name of a header"));
        } else if is_of_connection(name) {
            errors.add::<()>(field, of_connection(name));
        } else if names_credential(name) && !is_starred(value) && is_literal(value) {
            errors.add::<()>(field, advice(name));
        } else {
            headers.insert(name.to_ascii_lowercase(), value.clone());
        }
    }
    headers
}

/// The headers that say where a request ends and whom it is for: whoever makes the request sets
/// them, or one request could be read as two, or as meant for another host.
const OF_CONNECTION: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

fn is_of_connection(name: &str) -> bool {
    OF_CONNECTION
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

fn of_connection(name: &str) -> String {
    format!("{name} is set by whoever makes the request and cannot be given")
}

fn body(given: Option<&Value>, errors: &mut Errors) -> Option<Body> {
    match given {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(Body::Text(text.clone())),
        Some(value) => match literal_in_body(value) {
            Some(key) => errors.add("request.body", advice(key)),
            None => Some(Body::Json(value.clone())),
        },
    }
}

/// Returns what becomes of the password: absent or empty, it stays as it is.
fn password(object: &Map<String, Value>, errors: &mut Errors) -> Edit<String> {
    let field = "request.password";
    match object.get("password") {
        None => Edit::Keep,
        Some(Value::Null) => Edit::Clear,
        Some(Value::String(text)) if text.is_empty() => Edit::Keep,
        Some(Value::String(text)) if is_starred(text) || is_reference(text) => {
            Edit::Set(text.clone())
        }
        Some(Value::String(_)) => {
            errors.add::<()>(field, advice("the password"));
            Edit::Keep
        }
        Some(_) => {
            errors.add::<()>(field, "must be a string");
            Edit::Keep
        }
    }
}

/// Says whether a password is references and nothing else.
fn is_reference(text: &str) -> bool {
    !is_literal(text) && without_parameters(text, "").is_empty()
}
