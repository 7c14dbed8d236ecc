//! Signals: a command is seen to its end, and what it recorded is pushed.

use super::Job;
use super::pact;
use super::place;
use crate::support::team::Shop;

/// Starts a command that has published a pact, with traps of its shell.
fn published(shop: &Shop, traps: &str) -> Job {
    let job = Job::start_with(shop, "ci", &[], traps);
    assert_eq!(job.send("PUT", &place("1"), &pact("a")).status, 201);
    job
}

#[test]
fn after_ctrl_c_the_command_ends_as_it_likes_and_what_it_recorded_is_pushed() {
    let shop = Shop::with_a_remote(&["ci"]);
    let job = published(&shop, "trap 'exit 9' INT");
    job.signal("-INT", true);
    let ended = job.output();
    assert_eq!(ended.status, Some(9), "{ended:?}");
    assert_eq!(shop.commits("pact/app/Web"), 1);
}

#[test]
fn a_command_that_a_signal_ends_has_the_status_that_shells_give() {
    let shop = Shop::with_a_remote(&["ci"]);
    let job = published(&shop, "");
    // To us alone: it is passed on.
    job.signal("-TERM", false);
    let ended = job.output();
    assert_eq!(ended.status, Some(128 + 15), "{ended:?}");
    assert!(
        ended.stderr.contains("Recorded: 1 pact of Web 1"),
        "{ended:?}"
    );
    assert_eq!(shop.commits("pact/app/Web"), 1);
}

#[test]
fn the_second_ctrl_c_ends_the_waiting_and_what_was_recorded_stays_pending() {
    let shop = Shop::with_a_remote(&["ci"]);
    let mut job = published(&shop, "trap 'echo x >> heard' INT");
    job.signal("-INT", true);
    // Two that come at once would be one.
    job.wait_for("heard");
    job.signal("-INT", true);
    assert_eq!(job.wait_for_end(), Some(130));
    let ended = job.end(0);
    assert!(
        ended.stderr.contains("Not waited for any longer"),
        "{ended:?}"
    );
    assert!(
        ended
            .stderr
            .contains("1 write pending here: 1 pact of Web 1"),
        "{ended:?}"
    );
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
    shop.step("ci", "push");
    assert_eq!(shop.commits("pact/app/Web"), 1);
}
