//! What is said of each kind of event, in words and in fields.

use serde_json::json;

use super::*;
use crate::app::signatures::Signed;
use crate::domain::environment::DeployedVersion;
use crate::domain::environment::Uuid;
use crate::domain::fact::WhyGone;
use crate::domain::history::VersionEvent;
use crate::domain::time::Seq;
use crate::domain::verification::Run;
use crate::record::path::Branch;
use crate::store::Actor;
use crate::store::Revision;

fn log() -> Log {
    let at = Timestamp::clamped(1_800_000_000);
    let content = ContentId::from_digest([0xab; 32]);
    let entry = |branch: &str, event: Event| Entry {
        at,
        actor: Actor {
            name: "Ann\u{1b}[31m".to_owned(),
            email: "ann@example.org".to_owned(),
        },
        branch: Branch::parse(branch).unwrap(),
        revision: Revision("0123456789".to_owned()),
        signed: Signed::nobody(),
        event,
    };
    let deployed = Event::Deployed {
        environment: "production".parse().unwrap(),
        deployed: DeployedVersion {
            uuid: Uuid::derived(&["x"]),
            environment: None,
            pacticipant: "Orders".parse().unwrap(),
            version: "2".parse().unwrap(),
            instance: Some("blue".parse().unwrap()),
            seq: Seq(1),
            created_at: at,
            build_url: Some("https://ci.example.org/9".to_owned()),
        },
        instead_of: Some("1".parse().unwrap()),
    };
    let verified = Event::Verified {
        provider: "Orders".parse().unwrap(),
        run: Run {
            version: "2".parse().unwrap(),
            number: 1,
            seq: Seq(1),
            created_at: at,
            build_url: None,
            verified_by: None,
            request: None,
            results: vec![VerificationResult {
                consumer: "Web".parse().unwrap(),
                content: content.clone(),
                success: false,
                wip: true,
                failures: Vec::new(),
                tests: None,
            }],
        },
        version: VersionNews::default(),
    };
    let published = Event::Version(VersionEvent {
        pacticipant: "Web".parse().unwrap(),
        number: "1".parse().unwrap(),
        published: vec![("Orders".parse().unwrap(), content)],
        news: VersionNews {
            branches: vec!["main".parse().unwrap()],
            tags: vec!["x".parse().unwrap()],
            build_url: None,
        },
    });
    Log {
        entries: vec![
            entry("env/production", deployed),
            entry("app/Orders", verified),
            entry("app/Web", published),
            entry("settings", Event::RulesSet(Rules::Strict)),
        ],
        cut: Vec::new(),
    }
}

#[test]
fn a_history_says_when_where_who_and_what() {
    let expected = "\
2027-01-15T08:00:00+00:00 0123456 Ann [31m: deployed Orders version 2 to production (instance blue) in place of 1
    build https://ci.example.org/9
2027-01-15T08:00:00+00:00 0123456 Ann [31m: verified Orders version 2: Web abababab failed (WIP)
2027-01-15T08:00:00+00:00 0123456 Ann [31m: published Web version 1 (branch main, tag x): pact with Orders abababab
2027-01-15T08:00:00+00:00 0123456 Ann [31m: set the rules of the store to strict";
    assert_eq!(text(&log(), false), expected);
}

#[test]
fn json_says_the_same_in_fields() {
    let log = log();
    let value = serde_json::to_value(LogJson::new(&log, false)).unwrap();
    assert_eq!(
        value["events"][0],
        json!({
            "at": "2027-01-15T08:00:00+00:00",
            "actor": {"name": "Ann\u{1b}[31m", "email": "ann@example.org"},
            "branch": "pact/env/production",
            "commit": "0123456789",
            "event": "deployed",
            "environment": "production",
            "pacticipant": "Orders",
            "version": "2",
            "applicationInstance": "blue",
            "insteadOf": "1",
            "buildUrl": "https://ci.example.org/9",
        })
    );
    assert_eq!(value["events"][2]["branches"], json!(["main"]));
    assert_eq!(value["events"][1]["results"][0]["success"], false);
    assert_eq!(value.get("cutOff"), None);
}

#[test]
fn a_description_says_what_is_new_in_it() {
    let before = Pacticipant::new("Web".parse().unwrap(), Timestamp::clamped(0));
    let mut after = before.clone();
    after.main_branch = Some("main".parse().unwrap());
    assert_eq!(
        described(&after, Some(&before)),
        "described Web: main branch main"
    );
    assert_eq!(described(&before, None), "described Web");
    assert_eq!(
        described(&before, Some(&after)),
        "described Web: main branch none"
    );
}

#[test]
fn versions_that_are_gone_are_counted_and_the_first_and_last_named() {
    let gone = |numbers: &[&str], runs, contents| {
        sentence(&Event::VersionsGone {
            pacticipant: "Web".parse().unwrap(),
            versions: numbers
                .iter()
                .map(|number| number.parse().unwrap())
                .collect(),
            why: WhyGone::Cleaned,
            runs,
            contents,
        })
    };
    assert_eq!(gone(&["1"], 0, 0), "cleaned Web: version 1 left the tip");
    assert_eq!(
        gone(&["1", "2", "3"], 1, 0),
        "cleaned Web: 3 versions (1, 2, 3) left the tip, with 1 run"
    );
    assert_eq!(
        gone(&["1", "2", "3", "4"], 2, 1),
        "cleaned Web: 4 versions (1 to 4) left the tip, with 2 runs and 1 content"
    );
}

#[test]
fn what_was_taken_back_is_told_by_its_name() {
    let web = || -> PacticipantName { "Web".parse().unwrap() };
    let numbers = |numbers: &[&str]| -> Vec<VersionNumber> {
        numbers.iter().map(|it| it.parse().unwrap()).collect()
    };
    let told = [
        sentence(&Event::VersionsGone {
            pacticipant: web(),
            versions: numbers(&["1"]),
            why: WhyGone::Deleted,
            runs: 0,
            contents: 1,
        }),
        sentence(&Event::TagRemoved {
            pacticipant: web(),
            version: "1".parse().unwrap(),
            tag: "prod".parse().unwrap(),
        }),
        sentence(&Event::TakenOffBranch {
            pacticipant: web(),
            versions: numbers(&["1", "2"]),
            branch: "main".parse().unwrap(),
        }),
        sentence(&Event::BranchDeleted {
            pacticipant: web(),
            branch: "main".parse().unwrap(),
        }),
        sentence(&Event::PactsDeleted {
            consumer: web(),
            provider: "Orders".parse().unwrap(),
            versions: numbers(&["1", "2"]),
        }),
        sentence(&Event::PacticipantDeleted(Pacticipant::new(
            web(),
            Timestamp::clamped(0),
        ))),
    ];
    assert_eq!(
        told,
        [
            "deleted Web version 1, with 1 content",
            "took tag prod from Web version 1",
            "took Web 2 versions (1, 2) off branch main",
            "deleted branch main of Web",
            "deleted the pacts of Web 2 versions (1, 2) with Orders",
            "deleted Web",
        ]
    );
}
