//! What the body of a `PUT` or `PATCH` says of a version.
//!
//! Branches are no field: a version is put on one through the branch. Tags that are given are
//! added; to take one away is another request.

use serde_json::Value;

use super::fact::VersionFact;
use super::intent::Intent;
use super::invalid_fields::{InvalidField, InvalidFields};
use super::name::{PacticipantName, TagName, VersionNumber};
use super::time::Timestamp;

/// Returns what a `PUT` says: a build that is not given is forgotten.
///
/// # Errors
///
/// Fails with what is wrong, by field.
pub fn put_version(
    pacticipant: PacticipantName,
    number: VersionNumber,
    body: &Value,
    at: Timestamp,
) -> Result<Intent, InvalidFields> {
    let (fact, _) = read(pacticipant, number, body, at)?;
    Ok(Intent::OverwriteVersion(fact))
}

/// Returns what a merge patch says: a build that is not given stays, `null` forgets it.
///
/// # Errors
///
/// Fails with what is wrong, by field.
pub fn patch_version(
    pacticipant: PacticipantName,
    number: VersionNumber,
    body: &Value,
    at: Timestamp,
) -> Result<Intent, InvalidFields> {
    let (fact, forgets) = read(pacticipant, number, body, at)?;
    Ok(if forgets {
        Intent::OverwriteVersion(fact)
    } else {
        Intent::DescribeVersion(fact)
    })
}

/// Returns what is said, and whether the build is `null`.
fn read(
    pacticipant: PacticipantName,
    number: VersionNumber,
    body: &Value,
    at: Timestamp,
) -> Result<(VersionFact, bool), InvalidFields> {
    let mut errors = Vec::new();
    let given = body.get("buildUrl");
    let build_url = match given {
        Some(Value::String(url)) => Some(url.clone()),
        None | Some(Value::Null) => None,
        Some(_) => {
            errors.push(InvalidField::new("buildUrl", "must be a string"));
            None
        }
    };
    let tags = tags(body.get("tags"), &mut errors);
    if !errors.is_empty() {
        return Err(InvalidFields(errors));
    }
    let fact = VersionFact {
        pacticipant,
        number,
        branch: None,
        tags,
        build_url,
        pacts: Vec::new(),
        at,
    };
    Ok((fact, given.is_some_and(Value::is_null)))
}

/// Returns the tags of a list of objects with a name.
fn tags(given: Option<&Value>, errors: &mut Vec<InvalidField>) -> Vec<TagName> {
    let tags = match given {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(tags)) => tags,
        Some(_) => {
            errors.push(InvalidField::new("tags", "must be an array"));
            return Vec::new();
        }
    };
    let mut named = Vec::new();
    for (index, tag) in tags.iter().enumerate() {
        let name = match tag.get("name") {
            None => Err("name is missing".to_owned()),
            Some(Value::String(name)) => name
                .parse()
                .map_err(|invalid| format!("name is not a name: {invalid}")),
            Some(_) => Err("name must be a string".to_owned()),
        };
        match name {
            Ok(name) => named.push(name),
            Err(message) => errors.push(InvalidField {
                field: "tags",
                index: Some(index),
                message,
            }),
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::ledger::Ledger;
    use crate::domain::publish::Links;
    use crate::domain::rules::Rules;
    use crate::domain::testing::{MemoryLedger, n};

    type Request =
        fn(PacticipantName, VersionNumber, &Value, Timestamp) -> Result<Intent, InvalidFields>;

    fn tell(ledger: &mut MemoryLedger, request: Request, body: &Value) {
        let intent = request(n("Web"), n("1"), body, ledger.now()).unwrap();
        let links = Links {
            pact: &|_, _| String::new(),
            webhook_log: None,
        };
        let decision = intent.decide(ledger, Rules::Strict, &links).unwrap();
        for fact in &decision.facts {
            ledger.tell(fact);
        }
    }

    #[test]
    fn a_build_is_forgotten_by_a_null_and_by_a_put_without_one() {
        for (request, body, expected) in [
            (put_version as Request, json!({}), None),
            (put_version, json!({"buildUrl": null}), None),
            (
                put_version,
                json!({"buildUrl": "http://2"}),
                Some("http://2"),
            ),
            (patch_version, json!({}), Some("http://1")),
            (patch_version, json!({"buildUrl": null}), None),
            (
                patch_version,
                json!({"buildUrl": "http://2"}),
                Some("http://2"),
            ),
        ] {
            let mut ledger = MemoryLedger::default();
            tell(&mut ledger, put_version, &json!({"buildUrl": "http://1"}));
            let before = ledger.last_seq(&n("Web")).unwrap();
            tell(&mut ledger, request, &body);
            let version = ledger.version(&n("Web"), &n("1")).unwrap().unwrap();
            assert_eq!(version.build_url.as_deref(), expected, "{body}");
            let moved = ledger.last_seq(&n("Web")).unwrap() != before;
            assert_eq!(moved, expected != Some("http://1"), "{body}");
        }
    }

    #[test]
    fn a_tag_named_like_an_environment_is_a_deployment_by_the_rules_of_the_broker_only() {
        for (rules, deployed) in [(Rules::PactBroker, 1), (Rules::Strict, 0)] {
            let mut ledger = MemoryLedger::default();
            ledger.environment_named("prod");
            let body = json!({"tags": [{"name": "prod"}, {"name": "a tag"}]});
            let intent = patch_version(n("Web"), n("1"), &body, ledger.now()).unwrap();
            let links = Links {
                pact: &|_, _| String::new(),
                webhook_log: None,
            };
            for fact in &intent.decide(&ledger, rules, &links).unwrap().facts {
                ledger.tell(fact);
            }
            let found = ledger.deployed(&n("prod"), &n("Web")).unwrap();
            assert_eq!(found.len(), deployed, "{rules:?}");
        }
    }

    #[test]
    fn both_create_the_version_and_give_it_tags() {
        for request in [put_version as Request, patch_version] {
            let mut ledger = MemoryLedger::default();
            tell(&mut ledger, request, &json!({"tags": [{"name": "prod"}]}));
            let version = ledger.version(&n("Web"), &n("1")).unwrap().unwrap();
            assert_eq!(version.tags, [n("prod")]);
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let body = json!({"buildUrl": 1, "tags": [{"name": "a"}, {}, {"name": 2}]});
        let errors = put_version(n("Web"), n("1"), &body, Timestamp::clamped(0)).unwrap_err();
        let expected = json!({
            "buildUrl": ["must be a string"],
            "tags": ["name is missing (at index 1)", "name must be a string (at index 2)"],
        });
        assert_eq!(json!(errors.messages()), expected);
    }
}
