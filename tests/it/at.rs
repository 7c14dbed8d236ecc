//! `--at`: what was true at a moment can be asked for ever, and a saved answer is given again byte
//! for byte, on every machine that has the store.

use std::fs;

use crate::support::team::STORE;
use crate::support::team::Shop;

const CAN: &str = "can-i-deploy -a Web -e 1 --to-environment production";
const MATRIX: &str = "matrix -a Web -a Order+Service";
const PULL: &str = "pull --provider Order+Service --provider-version-branch main --main-branch";
const STATUS: &str = "status";

/// Runs a command line that has to end well the day before.
fn yesterday(shop: &Shop, machine: &str, time: &str, line: &str) {
    let now = format!("2026-11-20T{time}Z");
    let _ = shop.run_with(machine, line, 0, &[("GIT_PACT_NOW", &now)]);
}

/// Two consumers and a provider: yesterday Web could go to production, today it cannot.
fn two_days() -> Shop {
    let shop = Shop::with_a_remote(&["web", "orders"]);
    shop.pact("web/1.json", "Web", "Order Service", &["an order"]);
    shop.pact("web/2.json", "Web", "Order Service", &["an invoice"]);
    for (time, machine, line) in [
        ("09:00:00", "web", "publish 1.json -a 1 --branch main"),
        (
            "10:00:00",
            "web",
            "create-environment --name production --production",
        ),
        (
            "11:00:00",
            "orders",
            "record-verification --provider Order+Service -a 1 --branch main --consumer Web --success",
        ),
        (
            "12:00:00",
            "orders",
            "record-deployment -a Order+Service -e 1 --environment production",
        ),
    ] {
        yesterday(&shop, machine, time, line);
    }
    shop
}

/// What happens today.
fn today(shop: &Shop) {
    shop.step("web", "publish 2.json -a 2 --branch main");
    shop.step(
        "orders",
        "record-verification --provider Order+Service -a 2 --consumer Web --consumer-version 1 --fail",
    );
    shop.step(
        "orders",
        "record-deployment -a Order+Service -e 2 --environment production",
    );
    shop.step("web", "create-environment --name staging");
    shop.step("web", "init --rules pact-broker");
}

/// The questions, with what they come to before today.
fn questions() -> [(&'static str, i32); 4] {
    [(CAN, 0), (MATRIX, 0), (PULL, 0), (STATUS, 0)]
}

/// Asks every question on a machine.
fn ask(shop: &Shop, machine: &str, more: &str) -> Vec<String> {
    let ask = |(line, status)| shop.run(machine, &format!("{line} --output json {more}"), status);
    questions().map(ask).map(|output| output.stdout).to_vec()
}

/// Saves an answer to each question and returns them.
fn save(shop: &Shop) -> Vec<String> {
    let answers = ask(shop, "web", "");
    for (number, answer) in answers.iter().enumerate() {
        shop.write(&format!("answers/{number}.json"), answer);
    }
    answers
}

/// Asks for the saved answers on a machine and checks that they are the same.
fn replay(shop: &Shop, machine: &str, more: &str, answers: &[String]) {
    for (number, ((line, status), answer)) in questions().into_iter().zip(answers).enumerate() {
        let line = format!("{line} --output json --at ../answers/{number}.json {more}");
        let again = shop.run(machine, &line, status);
        assert_eq!(again.stdout, *answer, "{line}");
    }
}

#[test]
fn the_answer_of_yesterday_is_still_there_today() {
    let shop = two_days();
    today(&shop);
    let no = shop.run("web", CAN, 1);
    assert!(no.stdout.contains("(2) failed"), "{no:?}");
    for (moment, status) in [
        ("yesterday", 0),
        ("2026-11-20", 0),
        ("2026-11-20T12:00:00Z", 0),
        ("yesterday+11:59", 3),
        // There was no environment yet.
        ("2026-11-20T09:30:00Z", 2),
        ("2026-11-19", 2),
        ("now", 1),
        ("1+minute+ago", 1),
    ] {
        let output = shop.run("web", &format!("{CAN} --at {moment}"), status);
        let said = output.stderr.starts_with("As of 2026-11-");
        assert!(said, "{moment} {output:?}");
    }
    let rows = |moment: &str| {
        let answer = shop.json("web", &format!("{MATRIX} --at {moment}"), 0);
        answer["matrix"].as_array().unwrap().len()
    };
    assert_eq!(
        (rows("yesterday"), rows("yesterday+10:30"), rows("now")),
        (1, 1, 3)
    );

    let contents = |moment: &str| {
        let directory = format!("--to ./{}", moment.replace('+', "-"));
        let _ = shop.run("web", &format!("{PULL} --at {moment} {directory}"), 0);
        let pulled = format!("web/{}/Web.json", moment.replace('+', "-"));
        fs::read_to_string(shop.sandbox.path(&pulled)).unwrap()
    };
    assert!(contents("yesterday").contains("an order"));
    assert!(contents("now").contains("an invoice"));

    let status = shop.run("web", "status --at yesterday", 0);
    assert!(status.stdout.contains("Rules: strict"), "{status:?}");
    assert!(!status.stdout.contains("staging"), "{status:?}");
    let status = shop.run("web", "status", 0);
    assert!(status.stdout.contains("Rules: pact-broker"), "{status:?}");
    assert!(status.stdout.contains("staging"), "{status:?}");
}

#[test]
fn a_saved_answer_is_given_again_byte_for_byte_on_every_machine() {
    let shop = two_days();
    let answers = save(&shop);
    today(&shop);
    assert_ne!(
        shop.run("web", &format!("{MATRIX} --output json"), 0)
            .stdout,
        answers[1]
    );
    replay(&shop, "web", "", &answers);
    replay(&shop, "web", "--offline", &answers);

    let url = format!("file://{}", shop.sandbox.path(STORE).display());
    // A new clone, all there and offline; one that is cut and has to fetch what it lacks; and a
    // private one, which begins with nothing.
    shop.sandbox.clone_of(STORE, "new");
    replay(&shop, "new", "--offline", &answers);
    let shallow = shop.sandbox.git("shallow");
    shallow.run(&[
        "clone",
        "--quiet",
        "--depth=1",
        "--no-single-branch",
        &url,
        ".",
    ]);
    replay(&shop, "shallow", "", &answers);
    replay(&shop, "shallow", "--offline", &answers);
    fs::create_dir(shop.sandbox.path("empty")).unwrap();
    replay(&shop, "empty", &format!("--repo {url}"), &answers);
    let yes = shop.run("empty", &format!("{CAN} --at yesterday --repo {url}"), 0);
    assert!(yes.stdout.starts_with("Computer says yes"), "{yes:?}");
}

#[test]
fn each_question_fetches_the_history_that_it_alone_needs() {
    let shop = two_days();
    let answers = save(&shop);
    today(&shop);
    let url = format!("file://{}", shop.sandbox.path(STORE).display());
    fs::create_dir(shop.sandbox.path("empty")).unwrap();
    for (number, (line, status)) in questions().into_iter().enumerate() {
        // A date for some, an answer for the others; the first is asked both ways.
        let answer = format!("../answers/{number}.json");
        let moments: &[&str] = match number {
            0 => &["yesterday", &answer],
            1 | 2 => &[&answer],
            _ => &["yesterday"],
        };
        for at in moments {
            // A cache of its own, which knows today already.
            let name = at.replace("../answers/", "cache-");
            let cache = shop.sandbox.path(&format!("{name}-{number}"));
            let cache = [("GIT_PACT_CACHE", cache.to_str().unwrap())];
            let _ = shop.run_with("empty", &format!("status --repo {url}"), 0, &cache);
            let line = format!("{line} --output json --at {at} --repo {url}");
            let failed = shop.run_with("empty", &format!("{line} --offline"), 4, &cache);
            assert!(failed.stderr.contains("without --offline"), "{failed:?}");
            assert!(
                !failed.stdout.contains("\"deployable\": true"),
                "{failed:?}"
            );
            let again = shop.run_with("empty", &line, status, &cache);
            if *at == answer {
                assert_eq!(again.stdout, answers[number], "{line}");
            }
        }
    }
}

#[test]
fn what_is_no_moment_is_refused() {
    let shop = two_days();
    shop.write("web/nonsense.json", "{\"deployable\": true}");
    shop.write("web/text.json", "soon");
    let elsewhere = format!(
        "{{\"computedFrom\": {{\"tips\": {{\"main\": \"{}\"}}, \"rules\": \"strict\", \"pending\": 0}}}}",
        "0".repeat(40)
    );
    shop.write("web/elsewhere.json", elsewhere);
    for (moment, word) in [
        ("soon", "neither a time nor the path"),
        ("2026-13-01", "neither a time nor the path"),
        ("missing.json", "neither a time nor the path"),
        ("2026-11-22", "in the future"),
        ("nonsense.json", "is not an answer of git pact"),
        ("text.json", "is not an answer of git pact"),
        ("elsewhere.json", "`main` is not a branch of the store"),
    ] {
        for line in [CAN, MATRIX, &format!("{PULL} --to ./x"), STATUS] {
            let refused = shop.run("web", &format!("{line} --at {moment}"), 2);
            assert!(refused.stderr.contains(word), "{moment} {refused:?}");
            assert_eq!(refused.stdout, "");
        }
    }
}

#[test]
fn an_answer_from_commits_that_are_nowhere_cannot_be_given_again() {
    let shop = two_days();
    let answer = save(&shop).remove(0);
    let tip = shop.store().run(&["rev-parse", "pact/app/Web"]);
    shop.write("answers/0.json", answer.replace(&tip, &"1".repeat(40)));
    let failed = shop.run("web", &format!("{CAN} --at ../answers/0.json"), 4);
    assert!(failed.stderr.contains(&"1".repeat(40)), "{failed:?}");
    // Neither can one that saw what only that machine had.
    shop.step(
        "web",
        "record-deployment -a Web -e 1 --environment production --offline",
    );
    let answer = shop.run("web", &format!("{CAN} --output json --offline"), 0);
    shop.write("answers/0.json", answer.stdout);
    let failed = shop.run("web", &format!("{CAN} --at ../answers/0.json"), 4);
    assert!(failed.stderr.contains("with 1 write pending"), "{failed:?}");
    // The past does not know of it.
    let past = shop.json("web", &format!("{CAN} --offline --at yesterday"), 0);
    assert_eq!(past["computedFrom"]["pending"], 0);
}
