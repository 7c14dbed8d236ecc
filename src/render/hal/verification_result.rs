//! Results of verifications.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::Address;
use super::address::shown;
use super::metadata::Metadata;
use super::template;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pacts::PactPublication;
use crate::domain::test_results::TestResults;
use crate::domain::verification_results::PactResult;
use crate::domain::verification_results::RecordedResult;

/// Returns the URL of a result.
#[must_use]
pub fn href(recorded: &RecordedResult, at: &Address) -> String {
    of_result(template::VERIFICATION_RESULT, recorded, at)
}

/// Returns the document of a result, with what it says of each test; it names a pact with the
/// content that was verified.
#[must_use]
pub fn result(
    recorded: &RecordedResult,
    tests: Option<&TestResults>,
    pact: &PactPublication,
    at: &Address,
) -> Value {
    let RecordedResult {
        provider,
        run,
        result,
    } = recorded;
    let number = recorded.number();
    let metadata = Metadata::of_version(&pact.version.number).encoded();
    let content = shown(&result.content);
    let values = [
        provider.as_str(),
        result.consumer.as_str(),
        content,
        metadata.as_str(),
    ];
    let mut document = json!({
        "providerName": provider,
        "providerApplicationVersion": run.version,
        "success": result.success,
        "verificationDate": run.created_at,
        "verifiedBy": verified_by(run.verified_by.as_deref()),
        "_links": {
            "self": {
                "title": "Verification result",
                "name": format!("Verification result {number} for {}", pact.name()),
                "href": href(recorded, at),
            },
            "pb:pact-version": {
                "title": "Pact",
                "name": pact.name(),
                "href": at.to(template::PACT_CONTENT_WITH_METADATA, &values),
            },
            "pb:triggered-webhooks": {
                "title": "Webhooks triggered by the publication of this verification result",
                "href": of_result(template::RESULT_TRIGGERED_WEBHOOKS, recorded, at),
            },
        },
    });
    if let Some(url) = &run.build_url {
        document["buildUrl"] = url.as_str().into();
    }
    if let Some(tests) = tests {
        document["testResults"] = tests.as_json().clone();
    }
    document
}

fn of_result(template: super::Template, recorded: &RecordedResult, at: &Address) -> String {
    let number = recorded.number().to_string();
    let result = &recorded.result;
    let values = [
        recorded.provider.as_str(),
        result.consumer.as_str(),
        shown(&result.content),
        number.as_str(),
    ];
    at.to(template, &values)
}

/// Returns the program that verified, e.g. `pact_verifier 1.2.3`, in two parts.
fn verified_by(text: Option<&str>) -> Value {
    let mut parts = Map::new();
    if let Some(text) = text {
        let (name, version) = match text.rsplit_once(' ') {
            Some((name, version)) => (name, Some(version)),
            None => (text, None),
        };
        parts.insert("implementation".to_owned(), name.into());
        if let Some(version) = version {
            parts.insert("version".to_owned(), version.into());
        }
    }
    Value::Object(parts)
}

/// Returns the latest results of all pacts of a consumer version, and what they come to.
#[must_use]
pub fn of_consumer_version(
    consumer: &PacticipantName,
    number: &VersionNumber,
    results: &[PactResult],
    at: &Address,
) -> Value {
    let (mut successful, mut failed, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    let mut documents = Vec::new();
    for PactResult {
        pact,
        latest,
        tests,
    } in results
    {
        let list = match latest {
            None => &mut unknown,
            Some(recorded) if recorded.result.success => &mut successful,
            Some(_) => &mut failed,
        };
        list.push(&pact.provider);
        documents.extend(
            latest
                .as_ref()
                .map(|it| result(it, tests.as_deref(), pact, at)),
        );
    }
    let values = [consumer.as_str(), number.as_str()];
    json!({
        "success": failed.is_empty() && unknown.is_empty(),
        "providerSummary": { "successful": successful, "failed": failed, "unknown": unknown },
        "_embedded": { "verificationResults": documents },
        "_links": { "self": {
            "title": format!("Latest verification results for consumer {consumer} version {number}"),
            "href": at.to(template::CONSUMER_VERSION_RESULTS, &values),
        }},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_that_verified_is_shown_in_two_parts() {
        let two = json!({ "implementation": "pact jvm", "version": "4.6" });
        assert_eq!(verified_by(Some("pact jvm 4.6")), two);
        assert_eq!(verified_by(Some("own")), json!({ "implementation": "own" }));
        assert_eq!(verified_by(None), json!({}));
    }
}
