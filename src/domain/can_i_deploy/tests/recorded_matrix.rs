//! What the Ruby broker 2.120 was recorded to answer to questions to the matrix, with other names.

use std::num::NonZeroUsize;

use super::{ALL_VERIFIED, NO_NUMBER, NOTHING_MISSING, cvpv, query, says, to};
use crate::domain::matrix::Query;
use crate::domain::selector::Destination;
use crate::domain::selector::written::asked;
use crate::domain::testing::MemoryLedger;

/// Three versions of Till, three of Stock; Stock 5 in prod, 6 in test.
fn shop() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.environment_named("test");
    ledger.publish_tagged("Till", "1", "trunk", &["dev"], &["Stock=a"]);
    ledger.publish_tagged("Till", "2", "trunk", &["dev"], &["Stock=b"]);
    ledger.publish_tagged("Till", "3", "side", &["side"], &["Stock=c"]);
    for number in ["5", "6"] {
        ledger.publish("Stock", number, "trunk", &[]);
    }
    ledger.verify("Stock", "5", "", &["Till=a:yes", "Till=b:yes"]);
    ledger.verify("Stock", "6", "", &["Till=b:no"]);
    ledger.verify("Stock", "7", "side", &["Till=c:yes"]);
    ledger.verify("Stock", "6", "", &["Till=a:yes"]);
    ledger.deploy("Stock", "5", "prod", "");
    ledger.deploy("Till", "1", "prod", "");
    ledger.deploy("Stock", "6", "test", "");
    ledger
}

#[test]
fn a_specified_version_that_does_not_exist_is_the_only_error_named() {
    let ledger = shop();
    let none = Destination::None;
    says(
        &ledger,
        &cvpv(&["Till version=99", "Stock version=5"], none.clone()),
        &[
            "no 0/0/0",
            "- No pacts or verifications have been published for version 99 of Till",
        ],
    );
    says(
        &ledger,
        &cvpv(&["Till version=1", "Stock version=99"], none.clone()),
        &[
            "no 0/0/1",
            "- No pacts or verifications have been published for version 99 of Stock",
        ],
    );
    says(
        &ledger,
        &cvpv(&["Till tag=none latest", "Stock"], none.clone()),
        &[
            "no 0/0/0",
            NO_NUMBER,
            "- No version with tag none exists for Till",
        ],
    );
    says(
        &ledger,
        &cvpv(&["Till branch=none latest", "Stock"], none.clone()),
        &[
            "no 0/0/0",
            NO_NUMBER,
            "- No version of Till from branch none exists",
        ],
    );
    says(
        &ledger,
        &cvpv(&["Till tag=none"], to("prod")),
        &[
            "no 0/0/0",
            NO_NUMBER,
            "- No version with tag none exists for Till",
        ],
    );
    says(
        &ledger,
        &cvpv(&["Till in=nowhere", "Stock"], none),
        &[
            "no 0/0/0",
            NO_NUMBER,
            "- No version of Till is currently recorded as deployed or released in environment nowhere",
        ],
    );
}

#[test]
fn what_cannot_be_ignored_is_warned_about() {
    let mut till = query(&["Till version=1"], to("prod"));
    till.ignore = vec![asked("Nobody")];
    says(
        &shop(),
        &till,
        &[
            "yes 1/0/0 ignored 0",
            "! WARN: Cannot ignore any version of Nobody (no such pacticipant exists)",
            ALL_VERIFIED,
        ],
    );
    till.ignore = vec![asked("Stock version=404")];
    says(
        &shop(),
        &till,
        &[
            "yes 1/0/0 ignored 0",
            "! WARN: Cannot ignore version 404 of Stock (no such version exists)",
            ALL_VERIFIED,
        ],
    );
}

#[test]
fn success_filters_and_limits_come_before_the_verdict() {
    let mut ledger = shop();
    ledger.publish("Till", "4", "trunk", &["Stock=d"]);
    let failed = "- The verification for the pact between any version of Till and any version of Stock failed";
    let missing =
        "- There is no verified pact between any version of Till and any version of Stock";
    let all = cvpv(&["Till", "Stock"], Destination::None);
    let filtered = |success: &[Option<bool>]| Query {
        success: Some(success.to_vec()),
        ..all.clone()
    };
    says(
        &ledger,
        &filtered(&[Some(true)]),
        &["yes 4/0/0", ALL_VERIFIED],
    );
    says(&ledger, &filtered(&[Some(false)]), &["no 0/1/0", failed]);
    says(
        &ledger,
        &filtered(&[Some(true), Some(false)]),
        &["no 4/1/0", failed],
    );
    says(&ledger, &filtered(&[None]), &["unknown 0/0/1", missing]);
    says(
        &ledger,
        &filtered(&[None, Some(false)]),
        &["unknown 0/1/1", failed, missing],
    );
    let limited = |limit: usize| Query {
        limit: NonZeroUsize::new(limit).unwrap(),
        ..all.clone()
    };
    says(&ledger, &limited(1), &["unknown 0/0/1", missing]);
    says(&ledger, &limited(2), &["unknown 1/0/1", missing]);
    says(&ledger, &limited(4), &["unknown 2/1/1", failed, missing]);
    says(&ledger, &limited(100), &["unknown 4/1/1", failed, missing]);
}

#[test]
fn many_selectors_at_once_in_any_order() {
    let mut ledger = shop();
    ledger.publish("Stock", "6", "trunk", &["Db=d"]);
    ledger.verify("Db", "9", "", &["Stock=d:yes"]);
    let failed =
        "- The verification for the pact between version 2 of Till and version 6 of Stock failed";
    for lines in [
        ["Till version=2", "Stock version=6", "Db version=9"],
        ["Db version=9", "Stock version=6", "Till version=2"],
    ] {
        says(
            &ledger,
            &cvpv(&lines, Destination::None),
            &["no 1/1/0", failed],
        );
    }
    let strangers = cvpv(&["Till version=2", "Db version=9"], Destination::None);
    says(&ledger, &strangers, &["yes 0/0/0", NOTHING_MISSING]);
    let twice = ["Till version=1", "Till version=2", "Stock version=6"];
    says(
        &ledger,
        &cvpv(&twice, Destination::None),
        &["no 1/1/0", failed],
    );
    let twice = cvpv(&["Till version=1", "Till version=2"], to("prod"));
    says(&ledger, &twice, &["yes 2/0/0", ALL_VERIFIED]);
    let named = cvpv(&["Till version=2", "Stock version=5"], to("test"));
    says(&ledger, &named, &["yes 1/0/0", ALL_VERIFIED]);
    let lines = ["Till tag=dev", "Stock branch=trunk", "Db"];
    says(
        &ledger,
        &cvpv(&lines, Destination::None),
        &[
            "no 4/1/0",
            NO_NUMBER,
            "- The verification for the pact between a version of Till with tag dev (2) and one of the versions of Stock from branch trunk (6) failed",
        ],
    );
}
