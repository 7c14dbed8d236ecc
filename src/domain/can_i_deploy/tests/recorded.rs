//! What the Ruby broker 2.120 was recorded to answer to `can-i-deploy`, with other names: the facts
//! are told to a ledger, and the answers must agree word for word under pact-broker rules.

use super::{
    ALL_VERIFIED, NO_ENVIRONMENT, NO_NUMBER, NOTHING_MISSING, cvpv, query, says, to, to_latest,
    undeploy,
};
use crate::domain::fact::Fact;
use crate::domain::ledger::Ledger;
use crate::domain::matrix::{LatestBy, Query};
use crate::domain::pacticipant::Pacticipant;
use crate::domain::selector::Destination;
use crate::domain::selector::written::asked;
use crate::domain::testing::{MemoryLedger, n};

/// Asks whether one version may go to an environment.
fn may_go(selector: &str, environment: &str) -> Query {
    query(&[selector], to(environment))
}

const NOBODY_THERE: &str = "- There is no verified pact between version 1 of Till and a version \
     of Stock currently in prod (no version is currently recorded as deployed/released in this \
     environment)";

#[test]
fn deployed_undeployed_and_deployed_again() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish("Till", "1", "trunk", &["Stock=a"]);
    ledger.verify("Stock", "5", "", &["Till=a:yes"]);
    let till = may_go("Till version=1", "prod");
    says(&ledger, &till, &["unknown 0/0/1", NOBODY_THERE]);
    ledger.deploy("Stock", "5", "prod", "");
    says(&ledger, &till, &["yes 1/0/0", ALL_VERIFIED]);
    undeploy(&mut ledger, "Stock", "prod");
    says(&ledger, &till, &["unknown 0/0/1", NOBODY_THERE]);
    ledger.publish("Stock", "6", "trunk", &[]);
    ledger.deploy("Stock", "6", "prod", "");
    says(
        &ledger,
        &till,
        &[
            "unknown 0/0/1",
            "- There is no verified pact between version 1 of Till and the version of Stock currently in prod (6)",
        ],
    );
    ledger.deploy("Stock", "5", "prod", "");
    says(&ledger, &till, &["yes 1/0/0", ALL_VERIFIED]);
}

#[test]
fn a_provider_is_free_until_its_consumers_are_there() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish("Till", "1", "trunk", &["Stock=a"]);
    ledger.publish("Kiosk", "1", "trunk", &["Stock=k"]);
    ledger.verify("Stock", "5", "", &["Till=a:yes"]);
    let stock = may_go("Stock version=5", "prod");
    says(&ledger, &stock, &["yes 0/0/0", NOTHING_MISSING]);
    ledger.deploy("Till", "1", "prod", "");
    says(&ledger, &stock, &["yes 1/0/0", ALL_VERIFIED]);
    ledger.deploy("Kiosk", "1", "prod", "");
    says(
        &ledger,
        &stock,
        &[
            "unknown 1/0/1",
            "- There is no verified pact between the version of Kiosk currently in prod (1) and version 5 of Stock",
        ],
    );
    ledger.verify("Stock", "5", "", &["Kiosk=k:no"]);
    says(
        &ledger,
        &stock,
        &[
            "no 1/1/0",
            "- The verification for the pact between the version of Kiosk currently in prod (1) and version 5 of Stock failed",
        ],
    );
}

#[test]
fn to_a_tag_the_latest_version_with_it_counts() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Till", "1", "trunk", &["Stock=a", "Post=p"]);
    ledger.verify("Stock", "5", "", &["Till=a:yes"]);
    let till = query(&["Till version=1"], to_latest("live"));
    let no_post = "- There is no verified pact between version 1 of Till and the latest version of Post with tag live (no such version exists)";
    says(
        &ledger,
        &till,
        &[
            "unknown 0/0/2",
            no_post,
            "- There is no verified pact between version 1 of Till and the latest version of Stock with tag live (no such version exists)",
        ],
    );
    ledger.publish_tagged("Stock", "5", "", &["live"], &[]);
    says(&ledger, &till, &["unknown 1/0/1", no_post]);
    ledger.verify("Post", "3", "", &["Till=p:no"]);
    ledger.publish_tagged("Post", "3", "", &["live"], &[]);
    ledger.verify("Post", "4", "", &["Till=p:yes"]);
    says(
        &ledger,
        &till,
        &[
            "no 1/1/0",
            "- The verification for the pact between version 1 of Till and the latest version of Post with tag live (3) failed",
        ],
    );
    ledger.publish_tagged("Post", "4", "", &["live"], &[]);
    says(&ledger, &till, &["yes 2/0/0", ALL_VERIFIED]);
    ledger.publish_tagged("Stock", "6", "", &["live"], &[]);
    ledger.publish_tagged("Till", "1", "", &["live"], &[]);
    says(
        &ledger,
        &query(&["Stock version=6"], to_latest("live")),
        &[
            "unknown 0/0/1",
            "- There is no verified pact between the latest version of Till with tag live (1) and version 6 of Stock",
        ],
    );
    says(
        &ledger,
        &query(&["Till tag=live latest"], to_latest("live")),
        &[
            "unknown 1/0/1",
            NO_NUMBER,
            "- There is no verified pact between the latest version of Till with tag live (1) and the latest version of Stock with tag live (6)",
        ],
    );
}

#[test]
fn one_of_two_live_provider_versions_is_enough_until_the_other_fails() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish("Till", "1", "trunk", &["Stock=a"]);
    ledger.verify("Stock", "5", "", &["Till=a:yes"]);
    ledger.deploy("Stock", "5", "prod", "blue");
    ledger.publish("Stock", "6", "trunk", &[]);
    ledger.deploy("Stock", "6", "prod", "green");
    let till = may_go("Till version=1", "prod");
    says(&ledger, &till, &["yes 1/0/0", ALL_VERIFIED]);
    ledger.verify("Stock", "6", "", &["Till=a:no"]);
    let failed = "- The verification for the pact between version 1 of Till and one of the versions of Stock currently in prod (6) failed";
    says(&ledger, &till, &["no 1/1/0", failed]);
    let mut merged = till.clone();
    merged.latest_by = LatestBy::ConsumerVersionAndProvider;
    says(&ledger, &merged, &["no 0/1/0", failed]);
    ledger.verify("Stock", "6", "", &["Till=a:yes"]);
    says(&ledger, &till, &["yes 2/0/0", ALL_VERIFIED]);
    ledger.publish("Stock", "7", "", &[]);
    ledger.release("Stock", "7", "prod");
    says(&ledger, &till, &["yes 2/0/0", ALL_VERIFIED]);
}

/// Two live versions of Stock, of which the newer failed.
fn half_broken() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish("Till", "1", "main", &["Stock=a"]);
    ledger.verify("Stock", "10", "", &["Till=a:yes"]);
    ledger.verify("Stock", "11", "", &["Till=a:no"]);
    ledger.deploy("Stock", "10", "prod", "");
    ledger.deploy("Stock", "11", "prod", "blue");
    ledger
}

#[test]
fn ignored_rows_are_counted_apart() {
    let ledger = half_broken();
    let mut till = may_go("Till version=1", "prod");
    till.ignore = vec![asked("Stock")];
    says(&ledger, &till, &["yes 0/0/0 ignored 2", NOTHING_MISSING]);
    till.ignore = vec![asked("Stock version=11")];
    says(&ledger, &till, &["yes 1/0/0 ignored 1", ALL_VERIFIED]);
    // Ignoring the very application asked about hides that its version does not exist.
    let mut unknown = may_go("Till version=404", "prod");
    unknown.ignore = vec![asked("Till")];
    says(&ledger, &unknown, &["yes 0/0/0 ignored 0", NOTHING_MISSING]);
}

#[test]
fn without_an_environment_or_a_number_the_answer_is_not_reliable() {
    let ledger = half_broken();
    says(
        &ledger,
        &query(&["Till version=1"], Destination::Latest),
        &[
            "no 0/1/0",
            NO_ENVIRONMENT,
            "- The verification for the pact between version 1 of Till and the latest version of Stock (11) failed",
        ],
    );
    says(
        &ledger,
        &may_go("Till latest", "prod"),
        &[
            "no 1/1/0",
            NO_NUMBER,
            "- The verification for the pact between the latest version of Till (1) and one of the versions of Stock currently in prod (11) failed",
        ],
    );
    says(
        &ledger,
        &query(
            &["Till version=1"],
            Destination::MainBranch { latest: true },
        ),
        &[
            "unknown 0/0/1",
            "- There is no verified pact between version 1 of Till and the latest version of Stock from the main branch (no versions exist for this branch)",
        ],
    );
}

#[test]
fn names_alone_are_a_look_at_everything_and_warn_of_nothing() {
    let mut ledger = half_broken();
    ledger.verify("Stock", "11", "", &["Till=a:yes"]);
    ledger.verify("Stock", "11", "", &["Till=a:no"]);
    let failed = "- The verification for the pact between any version of Till and any version of Stock failed";
    let all = cvpv(&["Till", "Stock"], Destination::None);
    says(&ledger, &all, &["no 1/1/0", failed]);
    let every_result = Query {
        latest_by: LatestBy::None,
        ..all
    };
    says(&ledger, &every_result, &["no 2/2/0", failed, failed]);
}

#[test]
fn a_failure_beside_an_unknown_is_unknown() {
    let mut ledger = half_broken();
    ledger.publish("Till", "1", "main", &["Post=p"]);
    says(
        &ledger,
        &may_go("Till version=1", "prod"),
        &[
            "unknown 1/1/1",
            "- The verification for the pact between version 1 of Till and one of the versions of Stock currently in prod (11) failed",
            "- There is no verified pact between version 1 of Till and a version of Post currently in prod (no version is currently recorded as deployed/released in this environment)",
        ],
    );
}

#[test]
fn what_is_required_changes_with_the_consumer_version() {
    let mut ledger = half_broken();
    ledger.publish("Till", "2", "main", &["Stock=a"]);
    ledger.publish("Till", "3", "main", &["Post=p"]);
    ledger.publish("Till", "4", "main", &[]);
    says(
        &ledger,
        &query(&["Till version=2", "Stock version=10"], Destination::None),
        &["yes 1/0/0", ALL_VERIFIED],
    );
    says(
        &ledger,
        &may_go("Till version=3", "prod"),
        &[
            "unknown 0/0/1",
            "- There is no verified pact between version 3 of Till and a version of Post currently in prod (no version is currently recorded as deployed/released in this environment)",
        ],
    );
    says(
        &ledger,
        &may_go("Till version=4", "prod"),
        &["yes 0/0/0", NOTHING_MISSING],
    );
}

#[test]
fn where_no_selector_fits_the_words_of_another_row_are_used() {
    let mut ledger = half_broken();
    ledger.publish("Till", "2", "main", &["Stock=z"]);
    says(
        &ledger,
        &may_go("Till version=2", "prod"),
        &[
            "unknown 0/0/1",
            "- There is no verified pact between version 2 of Till and any version of Stock",
        ],
    );
    // Till 1 comes after Till 2 and fails; the first row names no version of Stock.
    let both = cvpv(&["Till version=1", "Till version=2"], to("prod"));
    says(
        &ledger,
        &both,
        &[
            "unknown 1/1/1",
            "- The verification for the pact between version 1 of Till and one of the versions of Stock currently in prod (11) failed",
            "- There is no verified pact between version 2 of Till and any version of Stock",
        ],
    );
}

#[test]
fn a_main_branch_is_named_once_it_is_known() {
    let mut ledger = half_broken();
    ledger.publish("Stock", "12", "trunk", &[]);
    let known = ledger.pacticipant(&n("Stock")).unwrap().unwrap();
    let mut stock = Pacticipant::clone(&known);
    stock.main_branch = Some(n("trunk"));
    ledger.tell(&Fact::Pacticipant(stock));
    says(
        &ledger,
        &query(
            &["Till version=1"],
            Destination::MainBranch { latest: true },
        ),
        &[
            "unknown 0/0/1",
            "- There is no verified pact between version 1 of Till and the latest version of Stock from branch trunk (12)",
        ],
    );
}
