//! Records that were once written are read for ever: one file of each kind and schema.
//!
//! A new schema adds a folder; a file that is here is never changed.

use std::fs;
use std::path::Path;

use git_pact::domain::environment::DeployedVersion;
use git_pact::domain::environment::Environment;
use git_pact::domain::environment::ReleasedVersion;
use git_pact::domain::intent::Intent;
use git_pact::domain::pacticipant::Pacticipant;
use git_pact::domain::policy::Policy;
use git_pact::domain::signers::Signers;
use git_pact::domain::test_results::TestResults;
use git_pact::domain::verification::Run;
use git_pact::domain::verification::Verified;
use git_pact::domain::version::BranchHead;
use git_pact::domain::version::TagHead;
use git_pact::domain::version::Version;
use git_pact::domain::webhook::Webhook;
use git_pact::record::Record;
use git_pact::record::app::AppRecord;
use git_pact::record::environment::DeployedRecord;
use git_pact::record::environment::EnvironmentLatestRecord;
use git_pact::record::environment::EnvironmentRecord;
use git_pact::record::environment::ReleasedRecord;
use git_pact::record::from_bytes;
use git_pact::record::head::BranchHeadRecord;
use git_pact::record::head::LatestRecord;
use git_pact::record::head::TagHeadRecord;
use git_pact::record::intent::IntentRecord;
use git_pact::record::policy::PolicyRecord;
use git_pact::record::run::RunRecord;
use git_pact::record::settings::SettingsRecord;
use git_pact::record::signers::SignersRecord;
use git_pact::record::test_results::TestResultsRecord;
use git_pact::record::to_bytes;
use git_pact::record::verified::VerifiedRecord;
use git_pact::record::version::VersionRecord;
use git_pact::record::webhook::WebhookRecord;

/// Reads a file, turns it into what it says and back, and expects the same bytes.
fn golden<R: Record>(name: &str, through: impl Fn(R) -> R) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/records/1");
    let bytes = fs::read(folder.join(name)).unwrap();
    let record: R = from_bytes(&bytes).unwrap();
    let written = String::from_utf8(to_bytes(&through(record))).unwrap();
    assert_eq!(written, String::from_utf8(bytes).unwrap(), "{name}");
}

#[test]
fn every_kind_of_record_is_read_as_it_was_first_written() {
    golden::<AppRecord>("app.json", |r| Pacticipant::from(r).into());
    golden::<AppRecord>("app-described.json", |r| Pacticipant::from(r).into());
    golden::<VersionRecord>("version.json", |r| Version::from(r).into());
    golden::<RunRecord>("run.json", |r| Run::from(r).into());
    golden::<RunRecord>("run-with-tests.json", |r| Run::from(r).into());
    golden::<TestResultsRecord>("test-results.json", |r| {
        let results = TestResults::from(r);
        // That run finds them by it.
        assert_eq!(results.id().as_str(), "1eea85e48371e10f");
        results.into()
    });
    golden::<LatestRecord>("latest.json", |r| r);
    golden::<BranchHeadRecord>("branch-head.json", |r| BranchHead::from(r).into());
    golden::<TagHeadRecord>("tag-head.json", |r| TagHead::from(r).into());
    golden::<VerifiedRecord>("verified.json", |r| {
        VerifiedRecord::new(Verified::from(r)).unwrap()
    });
    golden::<EnvironmentRecord>("environment.json", |r| Environment::from(r).into());
    golden::<EnvironmentLatestRecord>("environment-latest.json", |r| r);
    golden::<DeployedRecord>("deployed.json", |r| DeployedVersion::from(r).into());
    golden::<ReleasedRecord>("released.json", |r| ReleasedVersion::from(r).into());
    golden::<SettingsRecord>("settings.json", |r| r);
    golden::<PolicyRecord>("policy.json", |r| Policy::from(r).into());
    golden::<SignersRecord>("signers.json", |r| Signers::from(r).into());
    golden::<WebhookRecord>("webhook.json", |r| Webhook::from(r).into());
    for intent in [
        "intent.json",
        "intent-clean.json",
        "intent-delete-version.json",
        "intent-webhook.json",
    ] {
        golden::<IntentRecord>(intent, |r| Intent::try_from(r).unwrap().into());
    }
}
