//! The gates as the `pact-broker` program shows them: texts, documents and exit codes of the recorded
//! runs of the Ruby program.

use serde_json::Value;

use super::data;
use super::gate;
use super::shop;
use super::succeeds;
use super::verify;
use crate::support::sandbox::Output;
use crate::support::sandbox::Sandbox;

const GATE: &str = "can-i-deploy --pacticipant Web --version 1 --to-environment production";

/// Runs a line of the broker's program.
fn broker(sandbox: &Sandbox, line: &str) -> Output {
    broker_with(sandbox, line, &[])
}

fn broker_with(sandbox: &Sandbox, line: &str, variables: &[(&str, &str)]) -> Output {
    let words = ["broker"].into_iter().chain(line.split(' '));
    // `_` for a name with a space, `''` for an empty word.
    let words = words.map(|word| {
        word.replace("Order_Service", "Order Service")
            .replace("''", "")
    });
    sandbox.run_with("here", &words.collect::<Vec<_>>(), variables)
}

fn document(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

const TABLE: &str = "
CONSUMER | C.VERSION | PROVIDER      | P.VERSION | SUCCESS? | RESULT#
---------|-----------|---------------|-----------|----------|--------
Web      | 1         | Order Service | 5         | ";

fn unknown() -> String {
    format!(
        "Computer says no ¯\\_(ツ)_/¯\n{TABLE}???      |        \n\n\
         There is no verified pact between version 1 of Web and the version of Order Service currently \
         in production (5)\n"
    )
}

fn no() -> String {
    format!(
        "Computer says no ¯\\_(ツ)_/¯\n{TABLE}false    | 1      \n\n\
         VERIFICATION RESULTS\n--------------------\n\
         1. pact/app/Order%20Service: run 1 of version 5, https://ci/5 (failure)\n\n\
         The verification for the pact between version 1 of Web and the version of Order Service \
         currently in production (5) failed\n"
    )
}

fn yes() -> String {
    format!(
        "Computer says yes \\o/ \n{TABLE}true     | 1      \n\n\
         VERIFICATION RESULTS\n--------------------\n\
         1. pact/app/Order%20Service: run 1 of version 5, https://ci/5 (success)\n\n\
         All required verification results are published and successful\n"
    )
}

#[test]
fn the_answer_has_the_ruby_programs_layout_and_its_two_exit_codes() {
    let sandbox = shop();
    let answer = broker(&sandbox, GATE);
    assert_eq!(
        (data(&answer, 1), answer.stderr.as_str()),
        (&*unknown(), "")
    );
    verify(&sandbox, "--fail");
    let answer = broker(&sandbox, GATE);
    assert_eq!((data(&answer, 1), answer.stderr.as_str()), (&*no(), ""));
    let merge = broker(&sandbox, "can-i-merge -a Web -e 1");
    let reason = "The verification for the pact between version 1 of Web and the latest version of \
                  Order Service from branch main (5) failed\n";
    assert!(data(&merge, 1).ends_with(reason), "{merge:?}");

    // What more there is to say is said on request.
    let verbose = broker(&sandbox, &format!("{GATE} -v"));
    assert_eq!(data(&verbose, 1), no());
    assert!(verbose.stderr.contains("\n  git pact pull "), "{verbose:?}");
}

#[test]
fn every_way_to_write_a_question_gets_the_same_answer() {
    let sandbox = shop();
    verify(&sandbox, "--success");
    for (name, version, tag) in [("Web", "1", "dev"), ("Order Service", "5", "live")] {
        let line = [
            "create-or-update-version",
            "-a",
            name,
            "-e",
            version,
            "--tag",
            tag,
        ];
        let _ = succeeds(&sandbox, &line);
    }
    for line in [
        GATE,
        "can_i_deploy -a Web -e 1 --to_environment production",
        "can-i-deploy --pacticipant=Web --version=1 --to-environment=production",
        "can-i-deploy --pacticipant Web --to-environment production --version 1",
        "can-i-deploy -aWeb -e1 --to-environment production --no-main-branch",
        "can-i-deploy -a Web -e 1 --skip-main-branch --to-environment production --no-dry-run",
        "can-i-deploy -a Web -e 1 --to-environment production --limit 5",
        "can-i-deploy -a Web -e 1 --to-environment production -o table",
        "can-i-deploy -a Web -e 1 --to-environment production --output text",
        "can-i-deploy -a Web --branch main --to-environment production",
        "can-i-deploy -a Web --branch=main --to-environment production",
        "can-i-deploy -a Web --main-branch --to-environment production",
        "can-i-deploy -a Web -l --to-environment production",
        "can-i-deploy -a Web -l dev --to-environment production",
        "can-i-deploy -a Web --latest=dev --to live",
        "can-i-deploy -a Web --all dev --to live",
        "can-i-deploy -a Web --tag dev --to-environment production",
        "can-i-merge -a Web -e 1",
        "can-i-merge -a Web --all dev",
        "can-i-merge -a Web --branch main",
        "can-i-merge -a Web --latest",
        "can-i-merge -a Web --main-branch",
        "can-i-deploy -a Web -e 1 -a Order_Service -e 5",
        "can-i-deploy -a Web -e 1 -a Order_Service --latest",
        "can-i-deploy -a Web -l -a Order_Service -l",
        "can-i-deploy -a Web -e 1 -a Web -e 1 --to-environment production",
        "can-i-deploy -a Web -e 1 --to-environment production --ignore Web --version 9",
        "can-i-deploy -a Web -e 1",
    ] {
        let answer = broker(&sandbox, line);
        let (_, reasons) = data(&answer, 0).split_at(yes().len() - REASON.len());
        // A version that may move is warned of; the rest is the same.
        assert!(
            answer
                .stdout
                .starts_with(&yes()[..yes().len() - REASON.len()]),
            "{line}"
        );
        assert!(reasons.ends_with(REASON), "{line}: {reasons}");
        assert_eq!(answer.stderr, "", "{line}");
    }
}

const REASON: &str = "All required verification results are published and successful\n";

#[test]
fn json_is_the_brokers_document_and_nothing_stands_beside_it() {
    let sandbox = shop();
    let unknown = broker(&sandbox, &format!("{GATE} --output json"));
    let first =
        "{\n  \"summary\": {\n    \"deployable\": null,\n    \"reason\": \"There is no verified ";
    assert!(data(&unknown, 1).starts_with(first), "{unknown:?}");
    assert_eq!(unknown.stderr, "");

    verify(&sandbox, "--fail");
    let no = broker(&sandbox, &format!("{GATE} -o json"));
    assert!(
        data(&no, 1).contains("\n    \"deployable\": false,\n"),
        "{no:?}"
    );
    assert_eq!(no.stderr, "");
    let document = document(&no);
    let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 3, "{keys:?}");
    assert_eq!(document["notices"][0]["type"], "error");
    let row = &document["matrix"][0];
    let of_version = "/pacticipants/Web/versions/1";
    assert_eq!(
        row["consumer"]["version"]["_links"]["self"]["href"],
        of_version
    );
    let environment = &row["provider"]["version"]["environments"][0];
    assert_eq!(environment["name"], "production");
    let result = row["verificationResult"]["_links"]["self"]["href"].as_str();
    assert!(
        result
            .unwrap()
            .starts_with("/pacts/provider/Order%20Service/"),
        "{row}"
    );
    let order =
        ["summary", "notices", "matrix"].map(|key| no.stdout.find(&format!("\n  \"{key}\":")));
    assert!(order.is_sorted() && order[0].is_some(), "{order:?}");
}

#[test]
fn the_exit_code_of_a_no_can_be_chosen() {
    let sandbox = shop();
    let with = |code: &str, line: &str| {
        broker_with(
            &sandbox,
            line,
            &[("PACT_BROKER_CAN_I_DEPLOY_EXIT_CODE_BETA", code)],
        )
    };
    let said = "Exiting can-i-deploy with configured exit code 42\n";
    for line in [
        GATE,
        &format!("{GATE} -o json"),
        "can-i-deploy -a Nobody -e 1",
    ] {
        let answer = with("42", line);
        assert_eq!(answer.status, Some(42), "{answer:?}");
        assert!(answer.stderr.starts_with(said), "{answer:?}");
    }
    for (code, complaint) in [
        ("abc", ""),
        ("-1", ""),
        (
            "256",
            "warning: PACT_BROKER_CAN_I_DEPLOY_EXIT_CODE_BETA: 256 is too large for an exit code\n",
        ),
    ] {
        let answer = with(code, GATE);
        assert_eq!(
            (data(&answer, 1), answer.stderr.as_str()),
            (&*unknown(), complaint)
        );
    }
    // Neither the other gate nor a dry run ends so, nor a yes, nor our own face.
    assert_eq!(with("42", "can-i-merge -a Web -e 1").status, Some(1));
    assert_eq!(with("42", &format!("{GATE} --dry-run")).status, Some(0));
    let variable = [("PACT_BROKER_CAN_I_DEPLOY_EXIT_CODE_BETA", "42")];
    assert_eq!(
        sandbox.run_with("here", super::GATE, &variable).status,
        Some(3)
    );
    verify(&sandbox, "--success");
    assert_eq!(data(&with("42", GATE), 0), yes());
}

#[test]
fn a_dry_run_ends_well_whatever_happens() {
    let sandbox = shop();
    verify(&sandbox, "--fail");
    let first = "Computer says no ¯\\_(ツ)_/¯ (but you're ignoring this by enabling dry run)";
    let (_, rest) = no()
        .split_once('\n')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let lines = format!("{first}\n{rest}\nDry run enabled - ignoring any failures");
    let lines = lines.split('\n').map(|line| format!("[dry-run] {line}\n"));
    let expected: String = lines.collect();
    let dry = broker(
        &sandbox,
        &format!("{GATE} --dry-run --retry-while-unknown 9"),
    );
    assert_eq!((data(&dry, 0), dry.stderr.as_str()), (&*expected, ""));
    let variable = [("PACT_BROKER_CAN_I_DEPLOY_DRY_RUN", "true")];
    assert_eq!(data(&broker_with(&sandbox, GATE, &variable), 0), expected);
    let variable = [("PACT_BROKER_CAN_I_MERGE_DRY_RUN", "true")];
    assert_eq!(data(&broker_with(&sandbox, GATE, &variable), 1), no());
    let merge = broker_with(&sandbox, "can-i-merge -a Web -e 1", &variable);
    assert!(
        data(&merge, 0).starts_with("[dry-run] Computer says no"),
        "{merge:?}"
    );

    // JSON is not marked.
    let json = broker(&sandbox, &format!("{GATE} --dry-run -o json"));
    assert_eq!(
        (json.status, &document(&json)["summary"]["failed"]),
        (Some(0), &1.into())
    );

    // What cannot be answered is no reason to stop either.
    let nobody = "can-i-deploy -a Nobody -e 1 --to-environment production --dry-run";
    let expected = "[dry-run] Pacticipant Nobody not found\n[dry-run] \n[dry-run] Dry run enabled - \
                    ignoring any failures\n";
    assert_eq!(data(&broker(&sandbox, nobody), 0), expected);
    let json = broker(&sandbox, &format!("{nobody} -o json"));
    let message = &document(&json)["error"]["message"];
    assert_eq!(
        (json.status, message),
        (Some(0), &"Pacticipant Nobody not found".into())
    );
    // A line that makes no sense is.
    assert_eq!(
        broker(&sandbox, "can-i-deploy -a Web --dry-run").status,
        Some(1)
    );
}

#[test]
fn a_new_broker_has_test_and_production_and_so_it_seems_here() {
    let sandbox = shop();
    let branches = |sandbox: &Sandbox| sandbox.git("remote.git").run(&["for-each-ref"]);
    let before = branches(&sandbox);
    let consumer = broker(&sandbox, "can-i-deploy -a Web -e 1 --to-environment test");
    let reason = "There is no verified pact between version 1 of Web and a version of Order Service \
                  currently in test (no version is currently recorded as deployed/released in this \
                  environment)\n";
    assert!(data(&consumer, 1).ends_with(reason), "{consumer:?}");
    let provider = broker(
        &sandbox,
        "can-i-deploy -a Order_Service -e 5 --to-environment test",
    );
    let expected = "Computer says yes \\o/ \n\nThere are no missing dependencies\n";
    assert_eq!(data(&provider, 0), expected);
    assert_eq!(branches(&sandbox), before, "a question writes nothing");

    let refused = |environment: &str| {
        let line = format!("can-i-deploy -a Web -e 1 --to-environment {environment}");
        let refused = broker(&sandbox, &line);
        let expected = format!("Environment with name '{environment}' does not exist\n");
        assert_eq!(data(&refused, 1), expected);
        refused
    };
    let hint = "hint: create it with `git pact create-environment --name uat`\n";
    assert_eq!(refused("uat").stderr, hint);
    // Whoever deleted it meant it.
    let _ = succeeds(&sandbox, &["create-environment", "--name", "test"]);
    let listed = succeeds(&sandbox, &["list-environments"]).stdout;
    let row = listed
        .lines()
        .find(|line| line.contains("| test "))
        .unwrap();
    let uuid = row.split_whitespace().next().unwrap();
    let _ = succeeds(&sandbox, &["delete-environment", "--uuid", uuid]);
    let _ = refused("test");
}

#[test]
fn a_question_that_cannot_be_answered_says_so_in_a_sentence() {
    let sandbox = shop();
    let refused = broker(
        &sandbox,
        "can-i-deploy -a web -e 1 --to-environment production",
    );
    assert_eq!(data(&refused, 1), "Pacticipant web not found\n");
    assert_eq!(refused.stderr, "hint: did you mean `Web`?\n");
    let json = broker(
        &sandbox,
        "can-i-deploy -a web -e 1 --to-environment production -o json",
    );
    let message = &document(&json)["error"]["message"];
    assert_eq!(
        (json.status, message),
        (Some(1), &"Pacticipant web not found".into())
    );

    let version = "The version must be specified using `--version VERSION`, `--branch BRANCH` `--latest`, \
                   `--latest TAG`, or `--all TAG` for pacticipant Web\n";
    for (line, complaint) in [
        ("can-i-deploy -a Web --to-environment production", version),
        ("can-i-merge -a Web", version),
        (
            "can-i-deploy -a Web -e 1 --to-environment ''",
            "The environment name cannot be blank\n",
        ),
        (
            "can-i-deploy -a Web -e 1 --retry-while-unknown abc",
            "Expected numeric value for '--retry-while-unknown'; got \"abc\"\n",
        ),
        (
            "can-i-merge -a Web -e 1 --retry-interval soon",
            "Expected numeric value for '--retry-interval'; got \"soon\"\n",
        ),
        // The Ruby program would ask about an application of that name.
        (
            "can-i-deploy -a Web 173153ae0 -e 1 --to-environment production",
            "\"pact-broker can-i-deploy\" was called with arguments [\"173153ae0\"]\n",
        ),
        (
            "can-i-deploy --version 1",
            "No value provided for required options '--pacticipant'\n",
        ),
    ] {
        let answer = broker(&sandbox, line);
        assert_eq!(
            (data(&answer, 1), answer.stderr.as_str()),
            ("", complaint),
            "{line}"
        );
    }
}

#[test]
fn at_least_one_row_is_shown() {
    let sandbox = shop();
    for line in [
        "can-i-deploy -a Web -e 1 --limit 0",
        "matrix -a Web --limit=-1",
    ] {
        let refused = broker(&sandbox, line);
        assert_eq!(data(&refused, 1), "");
        let sentence = "The limit must be 1 or greater.";
        assert!(refused.stderr.contains(sentence), "{refused:?}");
    }
}

#[test]
fn what_is_waited_for_is_said_before_the_document() {
    let sandbox = shop();
    let line = format!("{GATE} --retry-while-unknown=2 --retry-interval 0.1 -o json");
    let answer = broker(&sandbox, &line);
    assert_eq!(document(&answer)["summary"]["unknown"], 1);
    let waiting = "Waiting for 1 verification result to be published (maximum of 0.2 seconds)\n";
    assert_eq!((answer.status, answer.stderr.as_str()), (Some(1), waiting));
}

#[test]
fn what_is_to_be_ignored_may_stand_in_the_environment() {
    let sandbox = shop();
    let ignored = broker(&sandbox, &format!("{GATE} --ignore Order_Service"));
    assert!(
        data(&ignored, 0).contains("| ??? [ignored] |"),
        "{ignored:?}"
    );
    let list = "Nobody, Order Service";
    let variable = [("PACT_BROKER_CAN_I_DEPLOY_IGNORE", list)];
    let answer = broker_with(&sandbox, GATE, &variable);
    let warning = "WARN: Cannot ignore any version of Nobody (no such pacticipant exists)\n";
    assert!(data(&answer, 0).contains(warning), "{answer:?}");
    let variable = [("PACT_BROKER_CAN_I_MERGE_IGNORE", list)];
    assert_eq!(broker_with(&sandbox, GATE, &variable).status, Some(1));
    let merge = broker_with(&sandbox, "can-i-merge -a Web -e 1", &variable);
    assert!(data(&merge, 0).contains("[ignored]"), "{merge:?}");
}

#[test]
fn a_verification_is_required_until_there_is_one() {
    let sandbox = shop();
    let line = "verification-required -a Web -e 1 -a Order_Service -e 5";
    let required = broker(&sandbox, line);
    let sentence = "\n\nThere is no verified pact between version 1 of Web and version 5 of Order \
                    Service\n\nVerification is required.\n";
    assert!(
        data(&required, 0).starts_with("CONSUMER | "),
        "{required:?}"
    );
    assert!(required.stdout.ends_with(sentence), "{required:?}");
    verify(&sandbox, "--fail");
    let done = broker(&sandbox, line);
    assert!(
        data(&done, 1).ends_with("\n\nNo verification is required.\n"),
        "{done:?}"
    );
    let json = broker(&sandbox, &format!("{line} -o json"));
    assert_eq!(
        (json.status, &document(&json)["summary"]["failed"]),
        (Some(1), &1.into())
    );

    // Better one verification too many; but our own face says what is wrong.
    let nobody = broker(&sandbox, "verification-required -a Nobody -e 1");
    let expected = "Error determining if a verification already existed (Pacticipant Nobody not found) - \
                    verification should run just in case\n";
    assert_eq!(data(&nobody, 0), expected);
    let nobody = sandbox.run(
        "here",
        &["verification-required", "-a", "Nobody", "-e", "1"],
    );
    assert_eq!(data(&nobody, 2), "");
}

#[test]
fn our_own_face_keeps_its_exit_codes_and_refuses_what_is_not_there() {
    let sandbox = shop();
    assert_eq!(gate(&sandbox, &[]).status, Some(3));
    let test = [
        "can-i-deploy",
        "-a",
        "Web",
        "-e",
        "1",
        "--to-environment",
        "test",
    ];
    assert_eq!(sandbox.run("here", &test).status, Some(2));
}
