//! The forms in which it is said what went wrong.
//!
//! | body | for |
//! |---|---|
//! | `{"error": ".."}` | one sentence |
//! | `{"errors": {"field": [".."]}}` | what is wrong with a body or a query, field by field |
//! | `{"errors": [".."]}` | what is wrong with selectors |
//!
//! Whoever accepts `application/problem+json` gets the same in that form.

use axum::http::StatusCode;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::Problem;
use crate::render::hal::Address;
use crate::server::reply::Reply;

/// The text of the usual 404.
const NOT_FOUND: &str = "The requested document was not found on this server.";

/// What a client may answer to a 401; the broker's own words, which some people match.
const CHALLENGE: &str = "Basic realm=\"Restricted area\"";

impl Problem {
    /// Returns the answer that says what is wrong: as `application/problem+json` or in the
    /// broker's older form.
    pub(crate) fn reply(&self, as_problem: bool, at: &Address) -> Reply {
        let status = self.status();
        let (kind, body) = match self {
            Self::MethodNotAllowed { allow } => {
                return Reply::empty(status).header("allow", allow);
            }
            Self::NotAcceptable | Self::UnsupportedMedia => return Reply::empty(status),
            Self::Refused { body, .. } => ("application/json;charset=utf-8", body.clone()),
            _ if as_problem => ("application/problem+json;charset=utf-8", self.problem(at)),
            Self::NotFound => ("application/json;charset=utf-8", self.document()),
            _ => ("application/hal+json;charset=utf-8", self.document()),
        };
        let reply = Reply::text(status, kind, body.to_string());
        if status == StatusCode::UNAUTHORIZED {
            reply.header("www-authenticate", CHALLENGE)
        } else {
            reply
        }
    }

    /// Returns the same as people are told it: sentence by sentence.
    pub(crate) fn sentences(&self) -> Vec<String> {
        match self {
            Self::Fields(fields) => {
                let errors = fields.errors.iter();
                errors
                    .map(|error| format!("{}: {error}", error.field))
                    .collect()
            }
            Self::List(errors) => errors.clone(),
            Self::Refused { .. } => vec!["That is refused.".to_owned()],
            _ => vec![self.sentence()],
        }
    }

    /// Returns the sentence that clients are told.
    fn sentence(&self) -> String {
        match self {
            Self::NotFound => NOT_FOUND.to_owned(),
            // What happened inside is for the log: it may name places and people.
            Self::Server { status, .. } if *status == StatusCode::SERVICE_UNAVAILABLE => {
                "The store cannot be reached or is busy. Please try again.".to_owned()
            }
            Self::Server { .. } => {
                "An error has occurred. The details are in the log of the server.".to_owned()
            }
            problem => problem.to_string(),
        }
    }

    fn document(&self) -> Value {
        match self {
            Self::Fields(fields) => {
                let mut errors: Map<String, Value> = Map::new();
                for error in &fields.errors {
                    let field = error.field.clone();
                    let texts = errors.entry(field).or_insert_with(|| json!([]));
                    if let Value::Array(texts) = texts {
                        texts.push(error.to_string().into());
                    }
                }
                json!({ "errors": errors })
            }
            Self::List(errors) => json!({ "errors": errors }),
            _ => json!({ "error": self.sentence() }),
        }
    }

    /// Returns the same as RFC 9457 has it, with the broker's types and titles.
    fn problem(&self, at: &Address) -> Value {
        let base = at.as_str();
        let parameter = |kind: &str, detail: &str| {
            json!({
                "type": format!("{base}/problems/{kind}"),
                "title": "Invalid body parameter",
                "detail": detail,
            })
        };
        let errors: Vec<Value> = match self {
            Self::Fields(fields) => {
                let errors = fields.errors.iter().map(|error| {
                    let kind = match error.text.as_str() {
                        "is missing" => "missing-body-property",
                        _ => "invalid-body-property-value",
                    };
                    let mut pointer = format!("/{}", error.field.replace('.', "/"));
                    if let Some(index) = error.index {
                        pointer = format!("{pointer}/{index}");
                    }
                    let mut document = parameter(kind, &error.text);
                    document["pointer"] = pointer.into();
                    document
                });
                errors.collect()
            }
            Self::List(errors) => {
                let errors = errors.iter();
                errors
                    .map(|text| parameter("invalid-body-property-value", text))
                    .collect()
            }
            _ => return self.simple_problem(base),
        };
        json!({
            "type": format!("{base}/problems/validation-error"),
            "title": "Validation errors",
            "status": self.status().as_u16(),
            "instance": "/",
            "errors": errors,
        })
    }

    fn simple_problem(&self, base: &str) -> Value {
        let status = self.status();
        let reason = status.canonical_reason().unwrap_or_default();
        let (kind, title) = match status {
            StatusCode::NOT_FOUND => ("not-found", "404 Not Found"),
            StatusCode::CONFLICT => ("conflict", "Conflict"),
            // So the broker says of a body that is not JSON, too.
            _ if status.is_server_error() || status == StatusCode::BAD_REQUEST => {
                ("server-error", "Server error")
            }
            _ => ("error", reason),
        };
        let shown = match status {
            StatusCode::BAD_REQUEST => StatusCode::INTERNAL_SERVER_ERROR,
            status => status,
        };
        json!({
            "type": format!("{base}/problem/{kind}"),
            "title": title,
            "status": shown.as_u16(),
            "detail": self.sentence(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::invalid_fields::InvalidField;
    use crate::domain::invalid_fields::InvalidFields;
    use crate::server::problem::Fields;

    fn body(problem: &Problem, as_problem: bool) -> Value {
        let reply = problem.reply(as_problem, &Address::new("http://h"));
        serde_json::from_slice(reply.body()).unwrap()
    }

    #[test]
    fn fields_are_told_with_all_that_is_wrong_with_them() {
        let mut fields = Fields::default();
        fields.add("name", "is missing");
        fields.add("contracts", "must be an array");
        fields.add("name", "cannot be blank");
        let problem = Problem::Fields(fields);
        assert_eq!(
            body(&problem, false),
            json!({ "errors": {
                "name": ["is missing", "cannot be blank"],
                "contracts": ["must be an array"],
            }})
        );
        let problem = body(&problem, true);
        assert_eq!(problem["status"], 400);
        assert_eq!(problem["errors"][0]["pointer"], "/name");
        assert_eq!(
            problem["errors"][0]["type"],
            "http://h/problems/missing-body-property"
        );
    }

    #[test]
    fn an_element_of_a_list_is_pointed_at() {
        let invalid = InvalidField {
            field: "consumerVersionSelectors",
            index: Some(1),
            message: "must be filled".to_owned(),
        };
        let problem = Problem::from(InvalidFields(vec![invalid]));
        let told = body(&problem, false);
        let text = &told["errors"]["consumerVersionSelectors"][0];
        assert_eq!(text, "must be filled (at index 1)");
        let told = body(&problem, true);
        assert_eq!(told["errors"][0]["detail"], "must be filled");
        assert_eq!(told["errors"][0]["pointer"], "/consumerVersionSelectors/1");
    }

    #[test]
    fn what_happened_inside_is_not_told() {
        let problem = Problem::Server {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            detail: "could not read secret/place".to_owned(),
        };
        for as_problem in [false, true] {
            let told = body(&problem, as_problem).to_string();
            assert!(!told.contains("secret"), "{told}");
        }
    }
}
