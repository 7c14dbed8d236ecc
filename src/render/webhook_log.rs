//! What came of making the request of a webhook, line by line, in the broker's form.

use std::fmt::Write;

use serde_json::json;

use crate::domain::webhook::WebhookUuid;
use crate::domain::webhook::execution::Execution;
use crate::domain::webhook::execution::ExecutionOutcome;

/// Returns why an answer is not shown, and what to do. `base` is the URL of the server.
#[must_use]
pub fn hidden(base: &str) -> String {
    format!(
        "For security purposes, the answer is not shown where hosts are not restricted: list them \
         with --webhook-host-whitelist. See {base}/doc/webhooks#whitelist for more information."
    )
}

/// Returns the log of an execution, of a webhook that is kept if it has an id.
#[must_use]
pub fn log(execution: &Execution, uuid: Option<&WebhookUuid>, base: &str) -> String {
    let mut log = Log {
        time: execution.at.to_string().replace("+00:00", "Z"),
        text: String::new(),
    };
    let context = json!({ "base_url": base, "event_name": execution.event });
    log.line("DEBUG", &format!("Webhook context {context}"));
    let request = &execution.request;
    log.line(
        "INFO",
        &format!("HTTP/1.1 {} {}", request.method, request.url),
    );
    for (name, value) in &request.headers {
        log.line("INFO", &format!("{name}: {value}"));
    }
    if let Some(body) = &request.body {
        log.line("INFO", body);
    }
    let failed = match uuid {
        Some(uuid) => format!("Error executing webhook {uuid}"),
        None => "Error executing webhook".to_owned(),
    };
    match &execution.outcome {
        ExecutionOutcome::Answered { response, .. } => match response {
            Some(response) => {
                let status = format!("HTTP/1.1 {} {}", response.status, response.reason);
                log.line("INFO", status.trim_end());
                for (name, value) in &response.headers {
                    log.line("INFO", &format!("{name}: {value}"));
                }
                log.line("INFO", &response.body);
            }
            None => log.line("INFO", &hidden(base)),
        },
        ExecutionOutcome::NoAnswer { reason } => match reason {
            Some(reason) => log.line("ERROR", &format!("{failed} - {reason}")),
            None => log.line("ERROR", &format!("{failed}. {}", hidden(base))),
        },
        ExecutionOutcome::NotMade { reason } => {
            log.line("ERROR", &format!("{failed} - {reason}"));
        }
    }
    if !execution.is_success() {
        log.line("INFO", "Webhook execution failed");
    }
    log.text
}

/// A log that grows.
struct Log {
    time: String,
    text: String,
}

impl Log {
    fn line(&mut self, level: &str, text: &str) {
        writeln!(self.text, "[{}] {level}: {text}", self.time)
            .expect("writing to a string does not fail");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::time::Timestamp;
    use crate::domain::webhook::execution::ShownRequest;
    use crate::domain::webhook::execution::ShownResponse;

    fn execution(outcome: ExecutionOutcome) -> Execution {
        Execution {
            at: Timestamp::clamped(0),
            event: "test".to_owned(),
            request: ShownRequest {
                method: "POST".to_owned(),
                url: "https://ci.example.org/build".to_owned(),
                headers: BTreeMap::from([("accept".to_owned(), "*/*".to_owned())]),
                body: Some("{}".to_owned()),
            },
            outcome,
        }
    }

    #[test]
    fn a_log_says_what_was_asked_and_answered() {
        let response = ShownResponse {
            status: 201,
            reason: "Created".to_owned(),
            headers: vec![("location".to_owned(), "/1".to_owned())],
            body: "done".to_owned(),
        };
        let answered = execution(ExecutionOutcome::Answered {
            success: true,
            response: Some(response),
        });
        let lines = [
            "DEBUG: Webhook context {\"base_url\":\"http://b\",\"event_name\":\"test\"}",
            "INFO: HTTP/1.1 POST https://ci.example.org/build",
            "INFO: accept: */*",
            "INFO: {}",
            "INFO: HTTP/1.1 201 Created",
            "INFO: location: /1",
            "INFO: done",
        ];
        let lines = lines.map(|line| format!("[1970-01-01T00:00:00Z] {line}\n"));
        assert_eq!(log(&answered, None, "http://b"), lines.concat());
    }

    #[test]
    fn what_must_not_be_shown_is_not_in_the_log() {
        let uuid = "abcdefgh_-123456".parse().ok();
        for outcome in [
            ExecutionOutcome::Answered {
                success: false,
                response: None,
            },
            ExecutionOutcome::NoAnswer { reason: None },
        ] {
            let text = log(&execution(outcome), uuid.as_ref(), "http://b");
            assert!(text.contains("For security purposes"), "{text}");
            assert!(text.ends_with("INFO: Webhook execution failed\n"), "{text}");
        }
        let refused = ExecutionOutcome::NotMade {
            reason: "the secret is not known".to_owned(),
        };
        let text = log(&execution(refused), uuid.as_ref(), "http://b");
        let expected =
            "ERROR: Error executing webhook abcdefgh_-123456 - the secret is not known\n";
        assert!(text.contains(expected), "{text}");
    }
}
