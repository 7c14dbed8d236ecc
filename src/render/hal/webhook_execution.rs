//! What came of making the request of a webhook.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::Address;
use super::address::shown;
use super::metadata::Metadata;
use super::template;
use crate::app::webhook::Firing;
use crate::domain::webhook::Occasion;
use crate::domain::webhook::TriggerContext;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::WebhookUuid;
use crate::domain::webhook::execution::Execution;
use crate::domain::webhook::execution::ExecutionOutcome;
use crate::render::webhook_log;

/// Returns what a webhook is told of an occasion: with the URLs of the pact and of the result.
///
/// The pact is told as work in progress, so that a build that the webhook starts does not fail
/// the provider (spec: semantics §10).
#[must_use]
pub fn context(occasion: Occasion, at: &Address) -> TriggerContext {
    let Occasion {
        mut context,
        content,
        result,
    } = occasion;
    let (Some(consumer), Some(provider)) = (&context.consumer, &context.provider) else {
        return context;
    };
    let pair = [provider.as_str(), consumer.as_str(), shown(&content)];
    let metadata = Metadata {
        versions: context.consumer_version.iter().cloned().collect(),
        wip: true,
    };
    let metadata = metadata.encoded();
    let values = [pair[0], pair[1], pair[2], &metadata];
    let pact_url = at.to(template::PACT_CONTENT_WITH_METADATA, &values);
    let result_url = result.map(|number| {
        let number = number.to_string();
        let values = [pair[0], pair[1], pair[2], &number];
        at.to(template::VERIFICATION_RESULT, &values)
    });
    context.pact_url = pact_url;
    context.verification_result_url = result_url;
    context
}

/// Returns the request of a webhook, to be made for an occasion.
#[must_use]
pub fn firing(webhook: &Webhook, occasion: Occasion, at: &Address) -> Firing {
    Firing {
        request: webhook.request.clone(),
        context: context(occasion, at),
    }
}

/// Returns the document of an execution of a webhook; of one that is kept if it has an id.
#[must_use]
pub fn execution(
    execution: &Execution,
    uuid: Option<&WebhookUuid>,
    itself: &str,
    at: &Address,
) -> Value {
    let mut document = Map::new();
    let mut add = |key: &str, value: Value| document.insert(key.to_owned(), value);
    let request = &execution.request;
    let mut sent = json!({ "headers": request.headers, "url": path(&request.url) });
    if let Some(body) = &request.body {
        sent["body"] = json_or_text(body);
    }
    add("request", sent);
    match &execution.outcome {
        ExecutionOutcome::Answered {
            response: Some(response),
            ..
        } => {
            // Of several headers of one name the broker makes one.
            let mut headers = Map::<String, Value>::new();
            for (name, value) in &response.headers {
                let joined = match headers.get(name).and_then(Value::as_str) {
                    Some(before) => format!("{before}, {value}"),
                    None => value.clone(),
                };
                headers.insert(name.clone(), joined.into());
            }
            let response = json!({
                "status": response.status,
                "headers": headers,
                "body": json_or_text(&response.body),
            });
            add("response", response);
        }
        ExecutionOutcome::NoAnswer {
            reason: Some(reason),
        }
        | ExecutionOutcome::NotMade { reason } => {
            add("error", json!({ "message": reason }));
        }
        ExecutionOutcome::Answered { response: None, .. }
        | ExecutionOutcome::NoAnswer { reason: None } => {
            add("message", webhook_log::hidden(at.as_str()).into());
        }
    }
    add(
        "logs",
        webhook_log::log(execution, uuid, at.as_str()).into(),
    );
    add("success", execution.is_success().into());
    let mut links = json!({
        "try-again": { "title": "Execute the webhook again", "href": itself },
    });
    if let Some(uuid) = uuid {
        let href = at.to(template::WEBHOOK, &[uuid.as_str()]);
        links["webhook"] = json!({ "href": href });
    }
    add("_links", links);
    Value::Object(document)
}

fn json_or_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// Returns the path and the query of an address, as the broker shows what it requested.
fn path(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let end = url[after_scheme..].find(['/', '?']);
    let path = end.map_or("/", |end| &url[after_scheme + end..]);
    path.split('#').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_requested_is_a_path_and_a_query() {
        for (url, expected) in [
            ("https://ci.example.org", "/"),
            ("https://ci.example.org/a/b?c=d#e", "/a/b?c=d"),
            ("https://ci.example.org?c=d", "?c=d"),
        ] {
            assert_eq!(path(url), expected);
        }
    }
}
