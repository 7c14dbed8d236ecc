//! What the files of a commit tell.

use super::*;
use crate::domain::content::ContentId;
use crate::domain::environment::Uuid;
use crate::domain::fact::WhyGone;
use crate::domain::name::VersionNumber;
use crate::domain::rules::Rules;
use crate::domain::time::Seq;
use crate::domain::time::Timestamp;
use crate::domain::verification::Run;
use crate::domain::verification::VerificationResult;
use crate::domain::version::BranchHead;
use crate::domain::version::Publication;
use crate::record::head::BranchHeadRecord;
use crate::record::head::LatestRecord;
use crate::record::run::RunRecord;
use crate::record::to_bytes;

fn version(branches: &[&str], tags: &[&str], pact: Option<u8>) -> Version {
    let mut version = Version::new("1".parse().unwrap(), Seq(1), Timestamp::clamped(0));
    version.branches = branches.iter().map(|name| name.parse().unwrap()).collect();
    version.tags = tags.iter().map(|name| name.parse().unwrap()).collect();
    version.pacts.extend(pact.map(|digest| {
        let publication = Publication {
            content: ContentId::from_digest([digest; 32]),
            created_at: Timestamp::clamped(0),
        };
        ("Orders".parse().unwrap(), publication)
    }));
    version
}

fn bytes<R: Record>(record: impl Into<R>) -> Vec<u8> {
    to_bytes::<R>(&record.into())
}

/// A path, what was there, what is there.
type Told<'a> = (&'a str, Option<&'a [u8]>, Option<&'a [u8]>);

fn app(changes: &[Told<'_>]) -> Vec<Event> {
    on(&Whose::App("Web".parse().unwrap()), changes)
}

fn on(whose: &Whose, changes: &[Told<'_>]) -> Vec<Event> {
    let changes: Vec<_> = changes
        .iter()
        .map(|(path, before, after)| FileChange {
            path,
            before: *before,
            after: *after,
        })
        .collect();
    events(whose, &changes).unwrap()
}

const VERSION: &str = "Web/versions/6/b/1.json";

#[test]
fn a_publication_is_one_event_however_many_files_it_takes() {
    let described = Pacticipant::new("Web".parse().unwrap(), Timestamp::clamped(0));
    let described = bytes::<AppRecord>(described);
    let new = bytes::<VersionRecord>(version(&["main"], &[], Some(7)));
    let found = app(&[
        ("Web/app.json", None, Some(&described)),
        ("Web/contents/Orders/07.json", None, Some(b"{}")),
        ("Web/heads/latest.json", None, Some(b"not even read")),
        (VERSION, None, Some(&new)),
    ]);
    let expected = Event::Version(VersionEvent {
        pacticipant: "Web".parse().unwrap(),
        number: "1".parse().unwrap(),
        published: vec![("Orders".parse().unwrap(), ContentId::from_digest([7; 32]))],
        news: VersionNews {
            branches: vec!["main".parse().unwrap()],
            ..VersionNews::default()
        },
    });
    assert_eq!(found, [expected]);
}

#[test]
fn only_what_is_new_of_a_version_is_told() {
    let before = bytes::<VersionRecord>(version(&["main"], &["a"], Some(7)));
    let after = bytes::<VersionRecord>(version(&["main", "feat"], &["a", "b"], Some(7)));
    let found = app(&[(VERSION, Some(&before), Some(&after))]);
    let [Event::Version(event)] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(event.published, []);
    assert_eq!(event.news.branches, ["feat".parse().unwrap()]);
    assert_eq!(event.news.tags, ["b".parse().unwrap()]);
}

fn run_of(contents: &[u8]) -> Run {
    let result = |digest: &u8| VerificationResult {
        consumer: "Mobile".parse().unwrap(),
        content: ContentId::from_digest([*digest; 32]),
        success: true,
        wip: false,
        failures: Vec::new(),
        tests: None,
    };
    Run {
        version: "1".parse().unwrap(),
        number: 1,
        seq: Seq(2),
        created_at: Timestamp::clamped(0),
        build_url: None,
        verified_by: None,
        request: None,
        results: contents.iter().map(result).collect(),
    }
}

#[test]
fn what_a_version_has_lost_is_told_and_nothing_else_of_it() {
    let before = bytes::<VersionRecord>(version(&["main", "feat"], &["a", "b"], Some(7)));
    let after = bytes::<VersionRecord>(version(&["main"], &["b"], None));
    let head = bytes::<BranchHeadRecord>(BranchHead {
        branch: "feat".parse().unwrap(),
        version: "1".parse().unwrap(),
        since: Seq(1),
        oldest: Seq(1),
    });
    let pacticipant = || -> PacticipantName { "Web".parse().unwrap() };
    let number = || -> VersionNumber { "1".parse().unwrap() };
    let pacts = Event::PactsDeleted {
        consumer: pacticipant(),
        provider: "Orders".parse().unwrap(),
        versions: vec![number()],
    };
    let off = Event::TakenOffBranch {
        pacticipant: pacticipant(),
        versions: vec![number()],
        branch: "feat".parse().unwrap(),
    };
    let tag = Event::TagRemoved {
        pacticipant: pacticipant(),
        version: number(),
        tag: "a".parse().unwrap(),
    };
    let deleted = Event::BranchDeleted {
        pacticipant: pacticipant(),
        branch: "feat".parse().unwrap(),
    };
    let lost = (VERSION, Some(&before[..]), Some(&after[..]));
    assert_eq!(app(&[lost]), [pacts.clone(), off, tag.clone()]);
    let head = ("Web/heads/branches/9/f/feat.json", Some(&head[..]), None);
    assert_eq!(app(&[head, lost]), [pacts, deleted, tag]);
}

#[test]
fn results_that_are_gone_are_told_of_runs_whose_version_stays() {
    let both = run_of(&[7, 8]);
    let (before, after) = (
        bytes::<RunRecord>(both.clone()),
        bytes::<RunRecord>(run_of(&[8])),
    );
    let path = "Web/runs/6/b/1=1.json";
    let gone = |results: &[VerificationResult]| Event::ResultsDeleted {
        provider: "Web".parse().unwrap(),
        version: "1".parse().unwrap(),
        results: results.to_vec(),
    };
    let found = app(&[(path, Some(&before), Some(&after))]);
    assert_eq!(found, [gone(&both.results[..1])]);
    assert_eq!(app(&[(path, Some(&before), None)]), [gone(&both.results)]);
}

#[test]
fn a_deleted_pacticipant_takes_all_that_it_had_along() {
    let pacticipant = Pacticipant::new("Web".parse().unwrap(), Timestamp::clamped(0));
    let described = bytes::<AppRecord>(pacticipant.clone());
    let one = bytes::<VersionRecord>(version(&["main"], &[], Some(7)));
    let found = app(&[
        ("Web/app.json", Some(&described), None),
        ("Web/contents/Orders/07.json", Some(b"{}"), None),
        (VERSION, Some(&one), None),
    ]);
    assert_eq!(found, [Event::PacticipantDeleted(pacticipant)]);
}

#[test]
fn the_version_that_a_run_mentions_is_part_of_the_run() {
    let run = run_of(&[]);
    let (new, written) = (
        bytes::<VersionRecord>(version(&["main"], &[], None)),
        bytes::<RunRecord>(run.clone()),
    );
    let found = app(&[
        ("Web/runs/6/b/1=1.json", None, Some(&written)),
        (VERSION, None, Some(&new)),
    ]);
    let [
        Event::Verified {
            run: told, version, ..
        },
    ] = found.as_slice()
    else {
        panic!("{found:?}")
    };
    assert_eq!((told, version.branches.len()), (&run, 1));
}

#[test]
fn versions_that_are_gone_are_one_event_oldest_first() {
    let numbered = |number: &str, seq| {
        let version = Version::new(number.parse().unwrap(), Seq(seq), Timestamp::clamped(0));
        bytes::<VersionRecord>(version)
    };
    let (one, two) = (numbered("1", 1), numbered("2", 2));
    let run = bytes::<RunRecord>(run_of(&[7]));
    let latest = |seq| {
        let version = None;
        let seq = Seq(seq);
        to_bytes(&LatestRecord { version, seq })
    };
    let gone = |why| Event::VersionsGone {
        pacticipant: "Web".parse().unwrap(),
        versions: vec!["1".parse().unwrap(), "2".parse().unwrap()],
        why,
        runs: 1,
        contents: 1,
    };
    let mut changes: Vec<Told<'_>> = vec![
        ("Web/contents/Orders/07.json", Some(b"{}"), None),
        ("Web/runs/6/b/1=1.json", Some(&run), None),
        ("Web/verified/Mobile/07.json", Some(b"{}"), None),
        ("Web/versions/0/0/2.json", Some(&two), None),
        (VERSION, Some(&one), None),
    ];
    assert_eq!(app(&changes), [gone(WhyGone::Cleaned)]);
    // A deletion is a fact that is counted, a clean-up is none.
    let (before, after) = (latest(4), latest(5));
    changes.push(("Web/heads/latest.json", Some(&before), Some(&after)));
    assert_eq!(app(&changes), [gone(WhyGone::Deleted)]);
    // What others lose beside it is no fact of theirs.
    let with_tag = bytes::<VersionRecord>(version(&[], &["a"], None));
    let without = bytes::<VersionRecord>(version(&[], &[], None));
    changes.push(("Web/versions/0/0/3.json", Some(&with_tag), Some(&without)));
    assert_eq!(app(&changes)[0], gone(WhyGone::Deleted));
    // What a clean-up of a consumer takes from its provider is derived, and no event.
    let found = app(&[("Web/verified/Mobile/07.json", Some(b"{}"), None)]);
    assert_eq!(found, []);
}

#[test]
fn a_deleted_environment_takes_what_was_in_it_along() {
    let environment = Environment {
        uuid: Uuid::derived(&["test"]),
        name: "test".parse().unwrap(),
        display_name: None,
        production: false,
        contacts: Vec::new(),
        created_at: Timestamp::clamped(0),
        updated_at: None,
    };
    let deployed = |number: &str| DeployedVersion {
        uuid: Uuid::derived(&[number]),
        environment: None,
        pacticipant: "Web".parse().unwrap(),
        version: number.parse().unwrap(),
        instance: None,
        seq: Seq(1),
        created_at: Timestamp::clamped(0),
        build_url: None,
    };
    let described = bytes::<EnvironmentRecord>(environment.clone());
    let (one, two) = (
        bytes::<DeployedRecord>(deployed("1")),
        bytes::<DeployedRecord>(deployed("2")),
    );
    let whose = Whose::Environment("test".parse().unwrap());
    let path = "test/deployed/Web/=.json";
    let found = on(&whose, &[(path, Some(&one), Some(&two))]);
    let [Event::Deployed { instead_of, .. }] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(*instead_of, Some("1".parse().unwrap()));
    let found = on(&whose, &[(path, Some(&two), None)]);
    assert!(
        matches!(found.as_slice(), [Event::Undeployed { .. }]),
        "{found:?}"
    );
    let found = on(
        &whose,
        &[
            (path, Some(&two), None),
            ("test/environment.json", Some(&described), None),
        ],
    );
    assert_eq!(found, [Event::EnvironmentDeleted(environment)]);
}

#[test]
fn a_record_of_a_newer_schema_is_an_error() {
    let change = FileChange {
        path: "settings/store.json",
        before: None,
        after: Some(br#"{"schema": 99}"#),
    };
    let error = events(&Whose::Settings, &[change]).unwrap_err();
    assert_eq!(error.to_string(), "could not read settings/store.json");
    let rules = Rules::PactBroker;
    let known = to_bytes(&SettingsRecord { rules });
    let found = on(
        &Whose::Settings,
        &[("settings/store.json", None, Some(&known))],
    );
    assert_eq!(found, [Event::RulesSet(rules)]);
}
#[test]
fn what_is_saved_and_deleted_of_webhooks_is_told() {
    let path = "settings/webhooks/a-webhook-uuid-1.json";
    let bytes = include_bytes!("../../../fixtures/records/1/webhook.json");
    let webhook = Webhook::from(from_bytes::<WebhookRecord>(bytes).unwrap());
    for (before, after, expected) in [
        (None, Some(&bytes[..]), Event::WebhookSaved(webhook.clone())),
        (
            Some(&bytes[..]),
            None,
            Event::WebhookDeleted(webhook.clone()),
        ),
    ] {
        let change = FileChange {
            path,
            before,
            after,
        };
        assert_eq!(events(&Whose::Settings, &[change]).unwrap(), [expected]);
    }
}

#[test]
fn who_may_sign_and_who_may_not_any_more_is_told() {
    let path = "settings/signers/Order%20Service.json";
    let bytes = include_bytes!("../../../fixtures/records/1/signers.json");
    let signers = Signers::from(from_bytes::<SignersRecord>(bytes).unwrap());
    let changed = AllowedSigner {
        valid_before: None,
        ..signers.allowed[0].clone()
    };
    let other = Signers::new(signers.pacticipant.clone(), vec![changed.clone()]);
    let other = to_bytes(&SignersRecord::from(other));
    let one = &signers.allowed;
    for (before, after, allowed, removed) in [
        (None, Some(&bytes[..]), one.clone(), vec![]),
        (Some(&bytes[..]), None, vec![], one.clone()),
        // A key that is described anew is not removed.
        (Some(&bytes[..]), Some(&other[..]), vec![changed], vec![]),
    ] {
        let expected = Event::SignersChanged {
            pacticipant: signers.pacticipant.clone(),
            allowed,
            removed,
        };
        assert_eq!(on(&Whose::Settings, &[(path, before, after)]), [expected]);
    }
}
