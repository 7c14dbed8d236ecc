//! can-i-deploy, can-i-merge and matrix through the real program: what they print, how they end,
//! and that they answer the same again, from another clone, without a network, about the past.

mod broker;
mod outputs;

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::support::sandbox::Output;
use super::support::sandbox::Sandbox;

const GATE: &[&str] = &[
    "can-i-deploy",
    "--pacticipant",
    "Web",
    "--version",
    "1",
    "--to-environment",
    "production",
];

/// A remote named by its URL, where version 1 of Web waits for version 5 of the Order Service,
/// which is in production. Each command took a minute from midnight.
fn shop() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.remote("remote.git");
    sandbox.git("here");
    let url = format!("file://{}", sandbox.path("remote.git").display());
    sandbox.set("GIT_PACT_REPO", &url);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pacts/orders");
    let pact = fixtures.join("web-1.json");
    let pact = pact.to_str().unwrap();
    let service = "Order Service";
    for command in [
        &["publish", pact, "-a", "1", "--branch", "main"][..],
        &["create-environment", "--name", "production", "--production"],
        &[
            "create-or-update-version",
            "-a",
            service,
            "-e",
            "5",
            "--branch",
            "main",
        ],
        &[
            "record-deployment",
            "-a",
            service,
            "-e",
            "5",
            "--environment",
            "production",
        ],
    ] {
        let _ = succeeds(&sandbox, command);
    }
    sandbox
}

fn succeeds(sandbox: &Sandbox, command: &[&str]) -> Output {
    let output = sandbox.run("here", command);
    assert_eq!(output.status, Some(0), "{command:?}: {output:?}");
    output
}

/// The Order Service verifies the pact of Web.
fn verify(sandbox: &Sandbox, outcome: &str) {
    let about = ["--provider", "Order Service", "--consumer", "Web"];
    let command = [
        "record-verification",
        "-a",
        "5",
        "--build-url",
        "https://ci/5",
        outcome,
    ];
    let _ = succeeds(sandbox, &[&command[..], &about].concat());
}

fn gate(sandbox: &Sandbox, more: &[&str]) -> Output {
    sandbox.run("here", &[GATE, more].concat())
}

/// Returns what a gate printed as data, which ends as it should.
fn data(output: &Output, status: i32) -> &str {
    assert_eq!(output.status, Some(status), "{output:?}");
    &output.stdout
}

const UNKNOWN: &str = "\
Computer says no ¯\\_(ツ)_/¯
Unknown: version 1 of Web cannot be deployed to production yet. 1 not verified.

CONSUMER | C.VERSION | PROVIDER      | P.VERSION | SUCCESS? | RESULT#
---------|-----------|---------------|-----------|----------|--------
Web      | 1         | Order Service | 5         | ???      |        

There is no verified pact between version 1 of Web and the version of Order Service currently in production (5)
";

const NO: &str = "\
Computer says no ¯\\_(ツ)_/¯
No: version 1 of Web cannot be deployed to production. 1 failed.

CONSUMER | C.VERSION | PROVIDER      | P.VERSION | SUCCESS? | RESULT#
---------|-----------|---------------|-----------|----------|--------
Web      | 1         | Order Service | 5         | false    | 1      

VERIFICATION RESULTS
--------------------
1. pact/app/Order%20Service: run 1 of version 5, https://ci/5 (failure)

The verification for the pact between version 1 of Web and the version of Order Service currently in production (5) failed
";

const YES: &str = "\
Computer says yes \\o/ \n\
Yes: version 1 of Web can be deployed to production. 1 verified.

CONSUMER | C.VERSION | PROVIDER      | P.VERSION | SUCCESS? | RESULT#
---------|-----------|---------------|-----------|----------|--------
Web      | 1         | Order Service | 5         | true     | 1      

VERIFICATION RESULTS
--------------------
1. pact/app/Order%20Service: run 2 of version 5, https://ci/5 (success)

All required verification results are published and successful
";

#[test]
fn unknown_then_no_then_yes_each_with_its_exit_code() {
    let sandbox = shop();
    let unknown = gate(&sandbox, &[]);
    assert_eq!(data(&unknown, 3), UNKNOWN);
    let hint =
        "  git pact record-verification --provider 'Order Service' --provider-app-version 5 ";
    assert!(unknown.stderr.contains(hint), "{}", unknown.stderr);

    verify(&sandbox, "--fail");
    let no = gate(&sandbox, &[]);
    assert_eq!(data(&no, 1), NO);
    assert!(
        no.stderr.contains("  build: https://ci/5\n"),
        "{}",
        no.stderr
    );

    verify(&sandbox, "--success");
    assert_eq!(data(&gate(&sandbox, &[]), 0), YES);
    let merge = sandbox.run("here", &["can-i-merge", "-a", "Web", "-e", "1"]);
    let merged = YES.replace("deployed to production", "merged");
    assert_eq!(data(&merge, 0), merged);
    assert!(
        merge
            .stderr
            .starts_with("\nComputed from pact/app/Order%20Service ")
    );
}

#[test]
fn json_says_and_ends_the_same_as_text() {
    let sandbox = shop();
    let json = gate(&sandbox, &["--output", "json"]);
    assert!(data(&json, 3).starts_with("{\n  \"summary\": {\n    \"deployable\": null,"));
    verify(&sandbox, "--success");
    let json = gate(&sandbox, &["-o", "json"]);
    assert!(data(&json, 0).starts_with("{\n  \"summary\": {\n    \"deployable\": true,"));
    assert_eq!(json.stderr, "");
}

#[test]
fn a_saved_answer_is_given_again_byte_for_byte() {
    let sandbox = shop();
    for (name, more) in [
        ("store.json", &[][..]),
        ("asked.json", &["--rules", "pact-broker"]),
    ] {
        let saved = gate(&sandbox, &[&["-o", "json"], more].concat());
        fs::write(sandbox.path("here").join(name), data(&saved, 3)).unwrap();
    }
    verify(&sandbox, "--success");
    for name in ["store.json", "asked.json"] {
        let saved = fs::read_to_string(sandbox.path("here").join(name)).unwrap();
        let question = [GATE, &["-o", "json", "--at", name]].concat();
        assert_eq!(data(&sandbox.run("here", &question), 3), saved);
        // A clone that never saw that state fetches the history for it.
        let other = sandbox.path("other-cache");
        let other = [("GIT_PACT_CACHE", other.to_str().unwrap())];
        let again = sandbox.run_with("here", &question, &other);
        assert_eq!(data(&again, 3), saved);
    }
}

#[test]
fn the_past_is_answered_from_the_history_or_not_at_all() {
    let sandbox = shop();
    verify(&sandbox, "--fail");
    verify(&sandbox, "--success");
    for (time, status, expected) in [
        ("2026-11-21T00:03:30Z", 3, UNKNOWN),
        ("2026-11-21T00:04:30Z", 1, NO),
        ("2026-11-21 00:05", 0, YES),
        ("2026-11-21", 0, YES),
    ] {
        let then = gate(&sandbox, &["--at", time]);
        assert_eq!(data(&then, status), expected, "{time}");
        assert!(
            then.stderr.starts_with("As of 2026-11-21T"),
            "{}",
            then.stderr
        );
    }

    // A shallow clone that cannot fetch does not know, so it says neither yes nor no.
    let shallow = sandbox.path("shallow-cache");
    let shallow = [("GIT_PACT_CACHE", shallow.to_str().unwrap())];
    let now = sandbox.run_with("here", GATE, &shallow);
    assert_eq!(data(&now, 0), YES);
    let past = ["--offline", "--at", "2026-11-21T00:03:30Z"];
    let past = sandbox.run_with("here", &[GATE, &past].concat(), &shallow);
    assert_eq!(data(&past, 4), "");
}

#[test]
fn offline_the_last_answer_needs_no_remote() {
    let sandbox = shop();
    let online = gate(&sandbox, &["-o", "json"]);
    fs::rename(sandbox.path("remote.git"), sandbox.path("gone.git")).unwrap();
    let offline = gate(&sandbox, &["-o", "json", "--offline"]);
    assert_eq!(data(&offline, 3), online.stdout);
    assert_eq!(data(&gate(&sandbox, &[]), 4), "");
}

#[test]
fn what_is_pending_here_is_seen_now_but_not_in_the_past() {
    let sandbox = shop();
    let command = ["record-verification", "-a", "5", "--success", "--offline"];
    let about = ["--provider", "Order Service", "--consumer", "Web"];
    let _ = gate(&sandbox, &[]);
    let _ = succeeds(&sandbox, &[&command[..], &about].concat());
    let now = gate(&sandbox, &["--offline", "-o", "json"]);
    assert!(data(&now, 0).contains("\"pending\": 1\n"), "{}", now.stdout);
    let past = gate(&sandbox, &["--offline", "--at", "now"]);
    assert_eq!(data(&past, 3), UNKNOWN);

    // Nobody else can have this answer again, so nobody is given another in its name.
    fs::write(sandbox.path("here/pending.json"), &now.stdout).unwrap();
    let again = gate(&sandbox, &["--at", "pending.json"]);
    assert_eq!(data(&again, 4), "");
}

#[test]
fn an_unknown_is_waited_for_until_somebody_verifies() {
    let sandbox = shop();
    let patient = ["--retry-while-unknown", "2", "--retry-interval", "1"];
    let given_up = gate(&sandbox, &patient);
    assert_eq!(data(&given_up, 3), UNKNOWN);
    let waiting = "Waiting for 1 verification result to be published (maximum of 2 seconds)\n";
    assert!(given_up.stderr.starts_with(waiting), "{}", given_up.stderr);

    let patient = ["--retry-while-unknown", "60", "--retry-interval", "1"];
    thread::scope(|scope| {
        let waiting = scope.spawn(|| gate(&sandbox, &patient));
        thread::sleep(Duration::from_millis(500));
        verify(&sandbox, "--fail");
        assert_eq!(data(&waiting.join().unwrap(), 1), NO);
    });
}

#[test]
fn a_dry_run_says_no_and_ends_well_without_waiting() {
    let sandbox = shop();
    let patient = [
        "--dry-run",
        "--retry-while-unknown",
        "9",
        "--retry-interval",
        "99",
    ];
    let dry = gate(&sandbox, &patient);
    let first = "[dry-run] Computer says no ¯\\_(ツ)_/¯ (but you're ignoring this by enabling dry \
                 run)\n[dry-run] Unknown: version 1 of Web cannot be deployed to production yet. 1 not \
                 verified.\n[dry-run] \n[dry-run] CONSUMER |";
    assert!(data(&dry, 0).starts_with(first), "{}", dry.stdout);
    let last = "[dry-run] \n[dry-run] Dry run enabled - ignoring any failures\n";
    assert!(dry.stdout.ends_with(last), "{}", dry.stdout);
    let variable = [("PACT_BROKER_CAN_I_DEPLOY_DRY_RUN", "true")];
    assert_eq!(
        data(&sandbox.run_with("here", GATE, &variable), 0),
        dry.stdout
    );
    let of_the_other = [("PACT_BROKER_CAN_I_MERGE_DRY_RUN", "true")];
    assert_eq!(
        data(&sandbox.run_with("here", GATE, &of_the_other), 3),
        UNKNOWN
    );
}

#[test]
fn what_is_ignored_is_marked_and_does_not_decide() {
    let sandbox = shop();
    let ignored = gate(&sandbox, &["--ignore", "Order Service"]);
    assert!(
        data(&ignored, 0).contains("| ??? [ignored] |"),
        "{}",
        ignored.stdout
    );
    let variable = [("PACT_BROKER_CAN_I_DEPLOY_IGNORE", "Order Service")];
    let by_variable = sandbox.run_with("here", GATE, &variable);
    assert_eq!(data(&by_variable, 0), ignored.stdout);
    let other_version = gate(&sandbox, &["--ignore", "Order Service", "--version", "4"]);
    assert_eq!(other_version.status, Some(3), "{other_version:?}");
}

#[test]
fn a_question_that_makes_no_sense_is_the_callers_fault() {
    let sandbox = shop();
    for (question, complaint) in [
        (
            &[
                "can-i-deploy",
                "-a",
                "Web",
                "--to-environment",
                "production",
            ][..],
            "The version must be specified using `--version VERSION`, `--branch BRANCH` \
             `--latest`, `--latest TAG`, or `--all TAG` for pacticipant Web",
        ),
        (
            &["can-i-deploy", "-a", "Nobody", "-e", "1"],
            "Pacticipant Nobody not found\nhint: nobody has published a pact of it or with it: `git \
             pact status` shows who there is",
        ),
        (
            &["matrix", "-a", "order-service"],
            "Pacticipant order-service not found\nhint: did you mean `Order Service`?",
        ),
        (
            &[
                "can-i-deploy",
                "-a",
                "Web",
                "-e",
                "1",
                "--to-environment",
                "prod",
            ],
            "Environment with name 'prod' does not exist\nhint: did you mean `production`?\nhint: \
             create it with `git pact create-environment --name prod`",
        ),
        (
            &[
                "can-i-deploy",
                "-a",
                "Web",
                "-e",
                "1",
                "--to-environment",
                "test",
            ],
            "Environment with name 'test' does not exist\nhint: create it with `git pact \
             create-environment --name test`",
        ),
        (
            &[
                "can-i-deploy",
                "-a",
                "Web",
                "-e",
                "1",
                "--to-environment",
                " ",
            ],
            "The environment name cannot be blank",
        ),
        (
            &["can-i-merge", "-a", "Web", "-e", "1", "--latest"],
            "A version number and latest flag cannot both be specified for Web",
        ),
        (
            &["matrix", "-a", "Web", "--at", "soon"],
            "--at: `soon` is neither a time nor the path of a saved answer; a time is \
             2026-11-20T17:00:00Z, 2026-11-20, '2 days ago' or 'yesterday 17:00'",
        ),
    ] {
        let output = sandbox.run("here", question);
        assert_eq!(data(&output, 2), "");
        assert_eq!(output.stderr, format!("error: {complaint}\n"));
    }
}

#[test]
fn a_matrix_has_no_exit_code_of_its_own() {
    let sandbox = shop();
    verify(&sandbox, "--fail");
    let matrix = succeeds(&sandbox, &["matrix", "-a", "Web", "-a", "Order Service"]);
    let expected = "\
CONSUMER | C.VERSION | PROVIDER      | P.VERSION | SUCCESS? | RESULT#
---------|-----------|---------------|-----------|----------|--------
Web      | 1         | Order Service | 5         | false    | 1      

VERIFICATION RESULTS
--------------------
1. pact/app/Order%20Service: run 1 of version 5, https://ci/5 (failure)
";
    assert_eq!(matrix.stdout, expected);
    let none = succeeds(&sandbox, &["matrix", "-a", "Web", "--success", "unknown"]);
    assert_eq!(none.stdout, "");
}
