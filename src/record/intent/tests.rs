//! What was wanted is what is read again.

use serde_json::json;

use super::*;
use crate::domain::describe_pacticipant::PacticipantUpdate;
use crate::domain::describe_version::put_version;
use crate::domain::integration::Integration;
use crate::domain::pacts::Among;
use crate::domain::signers::AllowedSigner;
use crate::domain::signers::Signers;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::content;
use crate::domain::testing::n;
use crate::domain::webhook::WebhookDraft;
use crate::domain::webhook::WebhookPolicy;
use crate::domain::webhook::WebhookSave;
use crate::record::from_bytes;
use crate::record::signers::SignersRecord;
use crate::record::to_bytes;

fn webhook(uuid: Option<&str>, password: &serde_json::Value) -> Intent {
    let body = json!({
        "events": [{"name": "contract_published"}, {"name": "provider_verification_failed"}],
        "consumer": {"label": "ios"},
        "request": {
            "method": "POST",
            "url": "https://ci.example.org",
            "body": {"pact": "${pactbroker.pactUrl}", "n": 1},
            "headers": {"Authorization": "Bearer ${user.CI}"},
            "password": password,
        },
    });
    let ledger = MemoryLedger::default();
    let draft = WebhookDraft::from_json(&body, &WebhookPolicy::default(), &ledger).unwrap();
    Intent::SaveWebhook(WebhookSave {
        uuid: uuid.map(n),
        draft,
        at: Timestamp::clamped(60),
    })
}

/// Returns somebody who may sign.
fn signer() -> AllowedSigner {
    let bytes = include_bytes!("../../../fixtures/records/1/signers.json");
    let signers = Signers::from(from_bytes::<SignersRecord>(bytes).unwrap());
    signers.allowed[0].clone()
}

#[test]
fn what_the_http_api_wants_survives_its_file() {
    let at = Timestamp::clamped(60);
    let update = |body| PacticipantUpdate::from_patch(n("Web"), &body, at).unwrap();
    let labelling = || Labelling {
        pacticipant: n("Web"),
        label: n("ios"),
        at,
    };
    let build = json!({"buildUrl": "https://ci/1", "tags": [{"name": "prod"}]});
    for intent in [
        Intent::DescribePacticipant(update(json!({"mainBranch": null, "displayName": "Shop"}))),
        Intent::CreatePacticipant(update(json!({"repositoryName": "web"}))),
        Intent::AddLabel(labelling()),
        Intent::RemoveLabel(labelling()),
        put_version(n("Web"), n("1"), &build, at).unwrap(),
        webhook(None, &json!(null)),
        webhook(Some("a-webhook-uuid-1"), &json!("")),
        webhook(Some("a-webhook-uuid-1"), &json!("${user.PASSWORD}")),
        Intent::DeleteWebhook(n("a-webhook-uuid-1")),
        Intent::AllowSigner(n("Web"), signer()),
        Intent::RemoveSigner(n("Web"), "ci@web".to_owned()),
    ] {
        survives(intent);
    }
}

#[test]
fn what_is_taken_back_survives_its_file() {
    let integration = || Integration {
        consumer: n("Web"),
        provider: n("Order Service"),
    };
    let pacts = |among| Deletion::Pacts {
        integration: integration(),
        among,
        latest: true,
    };
    for deletion in [
        Deletion::Version {
            pacticipant: n("Web"),
            version: n("1"),
        },
        Deletion::Tag {
            pacticipant: n("Web"),
            version: n("1"),
            tag: n("prod"),
        },
        Deletion::Branch {
            pacticipant: n("Web"),
            branch: n("main"),
        },
        Deletion::OtherBranches {
            pacticipant: n("Web"),
            but: [n("main"), n("feat/x")].into(),
        },
        Deletion::BranchVersion {
            pacticipant: n("Web"),
            version: n("1"),
            branch: n("main"),
        },
        Deletion::Pact {
            integration: integration(),
            version: n("1"),
        },
        pacts(Among::All),
        pacts(Among::Untagged),
        pacts(Among::Tagged(n("prod"))),
        pacts(Among::OnBranch(n("main"))),
        pacts(Among::OnMainBranch),
        Deletion::Result {
            integration: integration(),
            version: n("7"),
            run: 2,
            content: content("a"),
        },
        Deletion::Integration(integration()),
        Deletion::Integrations,
        Deletion::Pacticipant(n("Web")),
    ] {
        survives(Intent::Delete(deletion));
    }
}

fn survives(intent: Intent) {
    let told = format!("{intent:?}");
    let bytes = to_bytes(&IntentRecord::from(intent));
    let record: IntentRecord = from_bytes(&bytes).unwrap();
    let read = Intent::try_from(record).unwrap();
    assert_eq!(format!("{read:?}"), told);
}
