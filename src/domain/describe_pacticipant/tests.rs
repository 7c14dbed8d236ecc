//! The words of the broker, and what each way to describe leaves as it was.

use serde_json::json;

use super::*;
use crate::domain::fact::Fact;
use crate::domain::label::{Labelling, labelled};
use crate::domain::testing::{MemoryLedger, n};

fn at(minute: i64) -> Timestamp {
    Timestamp::clamped(60 * minute)
}

/// Returns what is wrong with a `PATCH`, or nothing.
fn complaints(body: &Value) -> Value {
    match PacticipantUpdate::from_patch(n("Web"), body, at(0)) {
        Ok(_) => json!({}),
        Err(errors) => json!(errors.messages()),
    }
}

#[test]
fn what_is_wrong_is_said_in_the_words_of_the_broker() {
    for (body, expected) in [
        (json!({}), json!({})),
        (
            json!({"name": "Web", "displayName": "The Web", "other": 1}),
            json!({}),
        ),
        (json!({"mainBranch": null, "displayName": null}), json!({})),
        (json!({"name": ""}), json!({"name": ["must be filled"]})),
        (json!({"name": null}), json!({"name": ["must be filled"]})),
        (json!({"name": 1}), json!({"name": ["must be a string"]})),
        (json!({"name": " "}), json!({"name": ["cannot be blank"]})),
        (
            json!({"name": "a\nb"}),
            json!({"name": ["cannot contain multiple lines"]}),
        ),
        (
            json!({"displayName": ""}),
            json!({"displayName": ["cannot be blank"]}),
        ),
        (
            json!({"displayName": "a\nb"}),
            json!({"displayName": ["cannot contain multiple lines"]}),
        ),
        (
            json!({"mainBranch": " "}),
            json!({"mainBranch": ["cannot contain spaces", "cannot be blank"]}),
        ),
        (
            json!({"mainBranch": "a b"}),
            json!({"mainBranch": ["cannot contain spaces"]}),
        ),
        (
            json!({"mainBranch": "a\u{7}"}),
            json!({"mainBranch": [
                "is not a name: a branch name cannot hold the character U+0007 (at position 2)"
            ]}),
        ),
        (
            json!({"repositoryUrl": 1, "repositoryName": [], "repositoryNamespace": "a\nb"}),
            json!({
                "repositoryUrl": ["must be a string"],
                "repositoryName": ["must be a string"],
                "repositoryNamespace": ["cannot contain multiple lines"],
            }),
        ),
    ] {
        assert_eq!(complaints(&body), expected, "{body}");
    }
}

#[test]
fn a_new_pacticipant_needs_a_name() {
    let errors = PacticipantUpdate::from_post(&json!({"mainBranch": ""}), at(0)).unwrap_err();
    let expected = json!({"name": ["is missing"], "mainBranch": ["cannot be blank"]});
    assert_eq!(json!(errors.messages()), expected);
    let update = PacticipantUpdate::from_post(&json!({"name": "Web"}), at(0)).unwrap();
    assert_eq!(update, PacticipantUpdate::new(n("Web"), at(0)));
}

#[test]
fn a_patch_changes_what_it_names_and_a_put_all_but_the_labels() {
    let mut ledger = MemoryLedger::default();
    let tell = |ledger: &mut MemoryLedger, update: Result<PacticipantUpdate, InvalidFields>| {
        let pacticipant = update.unwrap().applied(ledger).unwrap();
        ledger.tell(&Fact::Pacticipant(pacticipant.clone()));
        pacticipant
    };
    let whole = json!({"displayName": "Shop", "mainBranch": "trunk", "repositoryName": "web"});
    let created = tell(
        &mut ledger,
        PacticipantUpdate::from_put(n("Web"), &whole, at(1)),
    );
    assert_eq!(created.updated_at, None);
    let labelling = Labelling {
        pacticipant: n("Web"),
        label: n("ios"),
        at: at(2),
    };
    let with_label = labelled(&ledger, &labelling).unwrap();
    ledger.tell(&Fact::Pacticipant(with_label));

    let part = json!({"mainBranch": null, "repositoryUrl": "http://git"});
    let patched = tell(
        &mut ledger,
        PacticipantUpdate::from_patch(n("Web"), &part, at(3)),
    );
    assert_eq!(patched.shown_name(), "Shop");
    assert_eq!(patched.main_branch, None);
    assert_eq!(patched.repository_name.as_deref(), Some("web"));
    assert_eq!(
        (patched.created_at, patched.updated_at),
        (at(1), Some(at(3)))
    );

    let again = tell(
        &mut ledger,
        PacticipantUpdate::from_patch(n("Web"), &part, at(4)),
    );
    assert_eq!(again, patched, "nothing is new, so nothing is recorded");

    let replaced = tell(
        &mut ledger,
        PacticipantUpdate::from_put(n("Web"), &json!({}), at(5)),
    );
    assert_eq!(replaced.shown_name(), "Web");
    assert_eq!(replaced.repository_url, None);
    assert_eq!(replaced.labels, [(n("ios"), at(2))].into());
    assert_eq!(replaced.created_at, at(1));
}

#[test]
fn to_create_what_exists_changes_nothing() {
    let mut ledger = MemoryLedger::default();
    let post = |body: &Value| PacticipantUpdate::from_post(body, at(1)).unwrap();
    let first = post(&json!({"name": "Web", "displayName": "Shop"}));
    ledger.tell(&Fact::Pacticipant(first.created(&ledger).unwrap()));
    let second = post(&json!({"name": "Web", "displayName": "Other", "mainBranch": "main"}));
    let known = second.created(&ledger).unwrap();
    assert_eq!(known.shown_name(), "Shop");
    assert_eq!(ledger.tell(&Fact::Pacticipant(known)), 0);
}

#[test]
fn a_provider_that_only_its_consumers_know_can_be_created() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Orders=a"]);
    let body = json!({"name": "Orders", "mainBranch": "trunk"});
    let update = PacticipantUpdate::from_post(&body, at(1)).unwrap();
    let created = update.created(&ledger).unwrap();
    assert_eq!(created.main_branch, Some(n("trunk")));
    assert_eq!((created.created_at, created.updated_at), (at(1), None));
}
