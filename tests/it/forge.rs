//! A forge in small plays two weeks of three teams, with crashes: every changed contract is verified, nothing twice
//! without a reason, and nothing is lost.
//!
//! Web has a contract with Orders, and Orders with Stock. Each has a repository, whose builds are the shell of the files
//! that `git pact ci github` makes, run in shallow checkouts of one commit with what GitHub says of a build. A token
//! of a job starts no build by what it pushes; the API of the forge, a listener, starts those that it is asked for, and is too busy at
//! times. What is proposed on a branch gets an answer of the provider's main branch, by a build that was asked for. Chance decides what the teams do, and kills one job of five, at any moment, when its push is in, or in the
//! middle of a request: people start some of these again, others are left to the next schedule. One provider is away for three days.
//!
//! `GIT_PACT_TEST_FORGE` says how many days are played, `GIT_PACT_TEST_SEED` repeats a play.

mod chance;
mod founding;
mod job;
mod laws;
mod play;
mod programs;
mod runner;
mod world;

use serde_json::Value;

use self::play::Play;
use self::world::Forge;
use self::world::Way;

/// How many days are played, unless the environment says otherwise; with webhooks half of them.
const DAYS: u32 = 14;

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Plays, and holds what was played to its laws.
fn two_weeks(way: Way) -> Play {
    let usual = if way == Way::Dispatch { DAYS } else { DAYS / 2 };
    let seed = variable("GIT_PACT_TEST_SEED").unwrap_or(7);
    let days = variable("GIT_PACT_TEST_FORGE").map_or(usual, |days| u32::try_from(days).unwrap());
    println!("{way:?} GIT_PACT_TEST_SEED={seed} GIT_PACT_TEST_FORGE={days}");
    let mut play = Play::new(Forge::new(way, seed));
    play.days(days);
    let nights = play.settle();
    play.everybody_ships();
    assert_eq!(play.forge.ask("owed")["owed"], Value::Array(Vec::new()));
    let forge = &play.forge;
    forge.results_are_true();
    let (known, verified) = forge.every_contract_is_known_and_verified();
    let reasons = forge.nothing_is_verified_twice_without_reason();
    let (asked, asked_again) = forge.builds_are_asked_for_no_more_than_needed();
    let tally = &forge.tally;
    println!(
        "{known} contracts were merged, {verified} of them verified; it took {nights} nights to settle"
    );
    println!("verified again: {reasons:?}; {asked} builds asked for, {asked_again} of them again");
    println!(
        "{} deployments, {} refused requests, {} never run, {} started again",
        tally.deployments, tally.refused, tally.never_run, tally.started_again
    );
    println!("jobs {:?}, killed {:?}", tally.builds, tally.killed);
    println!(
        "gates {:?}, may be merged {:?}, once the provider has answered {:?}",
        tally.gates, tally.merges, tally.answers
    );
    assert!(!tally.answers.is_empty());
    forge.is_well();
    forge.holds_no_token();
    play
}

#[test]
fn what_is_owed_is_started_until_every_contract_is_verified_whoever_dies() {
    let mut play = two_weeks(Way::Dispatch);
    // What nobody will ever verify is named as such, and stands in the way of a deployment.
    play.web_wants_mail();
    let owed = play.forge.ask("owed");
    let states: Vec<&Value> = owed["owed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["state"])
        .collect();
    assert_eq!(states, ["unverifiable"], "{owed:#}");
    let before = play.forge.tally.deployments;
    play.forge.deploy("Web", "staging");
    assert_eq!(play.forge.tally.deployments, before);
}

#[test]
fn no_request_of_a_webhook_is_lost_whoever_dies() {
    let play = two_weeks(Way::Webhooks);
    let (events, deliveries) = play.forge.every_webhook_was_delivered();
    println!("{events} events, {deliveries} deliveries");
    assert_eq!(events, deliveries);
}
