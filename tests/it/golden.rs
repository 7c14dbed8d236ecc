//! Records that were once written are read for ever: one file of each kind and schema.
//!
//! A new schema adds a folder; a file that is here is never changed.

use std::fs;
use std::path::Path;

use git_pact::domain::environment::DeployedVersion;
use git_pact::domain::environment::Ended;
use git_pact::domain::environment::EndedVersion;
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
use git_pact::record::environment::EndedRecord;
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
    let bytes = file(&format!("{}/{name}", R::SCHEMA));
    let record: R = from_bytes(&bytes).unwrap();
    let written = String::from_utf8(to_bytes(&through(record))).unwrap();
    assert_eq!(written, String::from_utf8(bytes).unwrap(), "{name}");
}

/// Returns the bytes of a file of a schema.
fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/records");
    fs::read(folder.join(name)).unwrap()
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
    golden::<EndedRecord>("ended.json", |r| Vec::<Ended>::from(r).into());
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

#[test]
fn a_deployment_of_schema_1_has_the_id_that_it_says_and_keeps_it() {
    let deployed = |bytes: &[u8]| {
        let record: DeployedRecord = from_bytes(bytes).unwrap();
        DeployedVersion::from(record)
    };
    let old = deployed(&file("1/deployed.json"));
    let said = "ec0c7722-68e5-8ded-83b2-074c43bb8660";
    assert_eq!(old.uuid.as_str(), said);
    is_written_again::<DeployedRecord>("deployed.json", |r| DeployedVersion::from(r).into());
    // What ends keeps it, too.
    let record: EndedRecord = from_bytes(&file("1/ended.json")).unwrap();
    let ended = Vec::<Ended>::from(record);
    let [
        Ended {
            what: EndedVersion::Deployed(first),
            ..
        },
        _,
    ] = ended.as_slice()
    else {
        panic!("{ended:?}")
    };
    assert_eq!(*first, old);
    is_written_again::<EndedRecord>("ended.json", |r| Vec::<Ended>::from(r).into());
}

/// Turns a file of schema 1 into what it says and back, and expects all of it, in schema 2.
fn is_written_again<R: Record>(name: &str, through: impl Fn(R) -> R) {
    let old = file(&format!("1/{name}"));
    let written = to_bytes(&through(from_bytes(&old).unwrap()));
    let expected = String::from_utf8(old).unwrap();
    let expected = expected.replace("\"schema\": 1", "\"schema\": 2");
    assert_eq!(String::from_utf8(written).unwrap(), expected, "{name}");
}

#[test]
fn a_deployment_follows_from_its_environment_and_has_some_id() {
    let text = String::from_utf8(file("2/deployed.json")).unwrap();
    let record: DeployedRecord = from_bytes(text.as_bytes()).unwrap();
    let deployed = DeployedVersion::from(record);
    let (environment, instance) = (deployed.environment.as_ref().unwrap(), None);
    let (pacticipant, version) = (&deployed.pacticipant, &deployed.version);
    let id = DeployedVersion::id(environment, pacticipant, version, instance, deployed.seq);
    assert_eq!(deployed.uuid, id);
    let nameless = text.replace("environment", "surroundings");
    assert!(from_bytes::<DeployedRecord>(nameless.as_bytes()).is_err());
}
