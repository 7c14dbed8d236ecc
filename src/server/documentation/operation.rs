//! What can be done at a path with one method: one route, or several that differ in the kinds of
//! document that they answer.

use axum::http::Method;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::families::FAMILIES;
use super::families::Family;
use super::parameter::PAGING;
use super::parameter::Parameter;
use super::places;
use crate::render::hal::Template;
use crate::server::negotiate::Media;
use crate::server::routes::Route;

/// An operation.
pub(super) struct Operation {
    /// What its family is about.
    pub(super) family: &'static str,
    /// Its routes; never empty.
    routes: Vec<&'static Route>,
}

/// Returns all operations of a family, path by path.
pub(super) fn operations(family: &'static Family) -> Vec<Operation> {
    let mut operations: Vec<Operation> = Vec::new();
    for route in family.routes() {
        let is_known =
            |it: &&mut Operation| (it.template(), it.method()) == (route.template, &route.method);
        match operations.iter_mut().find(is_known) {
            Some(known) => known.routes.push(route),
            None => operations.push(Operation {
                family: family.title,
                routes: vec![route],
            }),
        }
    }
    let mut order: Vec<Template> = Vec::new();
    for operation in &operations {
        if !order.contains(&operation.template()) {
            order.push(operation.template());
        }
    }
    let place = |it: &Operation| order.iter().position(|known| *known == it.template());
    operations.sort_by_key(place);
    operations
}

impl Operation {
    fn first(&self) -> &'static Route {
        self.routes[0]
    }

    pub(super) fn method(&self) -> &'static Method {
        &self.first().method
    }

    pub(super) fn template(&self) -> Template {
        self.first().template
    }

    /// Returns what it does, in words.
    pub(super) fn about(&self) -> String {
        let about: Vec<&str> = self.routes.iter().map(|route| route.about).collect();
        about.join("; ")
    }

    pub(super) fn is_deprecated(&self) -> bool {
        self.first().notes.is_deprecated
    }

    /// Returns the parameters of its query.
    pub(super) fn query(&self) -> Vec<&'static Parameter> {
        let notes = &self.first().notes;
        let paging = if notes.is_paged { PAGING } else { &[] };
        notes.query.iter().chain(paging).collect()
    }

    /// Returns the types of its body, the schema, and whether there has to be one.
    pub(super) fn body(&self) -> Option<(&'static [&'static str], &'static str, bool)> {
        let Route {
            consumes, notes, ..
        } = self.first();
        let schema = notes.body?;
        Some((consumes, schema, !notes.body_is_optional))
    }

    /// Returns the statuses of success, lowest first.
    pub(super) fn successes(&self) -> &'static [u16] {
        self.first().successes()
    }

    /// Returns the statuses of refusal, lowest first.
    pub(super) fn refusals(&self) -> Vec<u16> {
        let mut statuses: Vec<u16> = self.routes.iter().flat_map(|it| it.refusals()).collect();
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }

    /// Returns the types of its answers, and the schema of those that are JSON.
    pub(super) fn answers(&self) -> Vec<(&'static str, Option<&'static str>)> {
        let mut answers = Vec::new();
        for route in &self.routes {
            if let Some(types) = route.notes.types {
                answers.extend(types.iter().map(|kind| (*kind, None)));
                continue;
            }
            for media in route.produces {
                let kind = media.content_type().split(';').next().unwrap_or_default();
                let is_json = matches!(media, Media::Hal | Media::Json);
                answers.push((kind, route.notes.document.filter(|_| is_json)));
            }
        }
        answers
    }

    /// Returns its name, which no other one has: `getPacticipantsByPacticipant`.
    pub(super) fn id(&self) -> String {
        let mut id = self.method().as_str().to_ascii_lowercase();
        for word in self.template().as_str().split(['/', '-', '.', '_']) {
            let word = match word.strip_prefix('{') {
                Some(place) => {
                    id.push_str("By");
                    place.trim_end_matches('}')
                }
                None => word,
            };
            let mut letters = word.chars();
            id.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            id.push_str(letters.as_str());
        }
        id
    }

    /// Returns the operation as an OpenAPI document has it.
    pub(super) fn openapi(&self) -> Value {
        let places = places::of(self.template().as_str());
        let places =
            places.map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }));
        let query = self.query().into_iter().map(Parameter::openapi);
        let parameters: Vec<Value> = places.chain(query).collect();
        let mut operation = json!({
            "operationId": self.id(),
            "tags": [self.family],
            "summary": self.about(),
            "responses": self.responses(),
        });
        if !parameters.is_empty() {
            operation["parameters"] = parameters.into();
        }
        if let Some((types, schema, required)) = self.body() {
            let content = types
                .iter()
                .map(|kind| ((*kind).to_owned(), of_schema(schema)));
            let content: Map<String, Value> = content.collect();
            operation["requestBody"] = json!({ "required": required, "content": content });
        }
        if self.is_deprecated() {
            operation["deprecated"] = true.into();
        }
        operation
    }

    fn responses(&self) -> Value {
        let mut responses = Map::new();
        for status in self.successes() {
            responses.insert(status.to_string(), self.success(*status));
        }
        for status in self.refusals() {
            let response = json!({ "$ref": format!("#/components/responses/{status}") });
            responses.insert(status.to_string(), response);
        }
        if self.may_lead_to_the_explorer() {
            let response = json!({ "$ref": "#/components/responses/303" });
            responses.insert("303".to_owned(), response);
        }
        Value::Object(responses)
    }

    /// Says whether a browser is led to the explorer instead.
    fn may_lead_to_the_explorer(&self) -> bool {
        let mut kinds = self.routes.iter().flat_map(|route| route.produces);
        self.method() == Method::GET && kinds.any(|media| *media == Media::Hal)
    }

    fn success(&self, status: u16) -> Value {
        let about = match status {
            201 => "Created",
            202 => "Taken",
            204 => "Done; there is nothing to show",
            303 => "There",
            500 => "Something does not do its work",
            _ => "As asked",
        };
        let mut response = json!({ "description": about });
        if status != 204 && status != 303 {
            let content = self.answers().into_iter().map(|(kind, schema)| {
                let text = || json!({ "schema": { "type": "string" } });
                (kind.to_owned(), schema.map_or_else(text, of_schema))
            });
            response["content"] = Value::Object(content.collect());
        }
        if status == 201 || status == 303 {
            response["headers"]["Location"] = json!({
                "description": "Where it is.",
                "schema": { "type": "string" },
            });
        }
        if status == 201
            && let Some((template, field)) = self.first().notes.creates
        {
            response["links"] = links(template, field);
        }
        response
    }
}

/// Returns the operations on what was created; a field of the answer fills the one place of their
/// path.
fn links(template: Template, field: &str) -> Value {
    let place = places::of(template.as_str()).next().unwrap_or_default();
    let operations = FAMILIES.iter().flat_map(operations);
    let operations = operations.filter(|it| it.template() == template);
    let links = operations.map(|it| {
        let link = json!({
            "operationId": it.id(),
            "parameters": { place: format!("$response.body#/{field}") },
        });
        (it.id(), link)
    });
    Value::Object(links.collect())
}

fn of_schema(name: &str) -> Value {
    json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } })
}
