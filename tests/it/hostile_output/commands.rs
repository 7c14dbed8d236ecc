//! Every command × every output × both faces.

use std::collections::BTreeSet;
use std::fs;

use super::holds;
use super::oracle;
use super::shell;
use super::store;
use super::store::BRANCH;
use super::store::CONSUMER;
use super::store::ENVIRONMENT;
use super::store::Hostile;
use super::store::INSTANCE;
use super::store::LABEL;
use super::store::LINE;
use super::store::PROVIDER;
use super::store::PROVIDER_VERSION;
use super::store::TAG;
use super::store::TEXT;
use super::store::URL;
use super::store::VERSION;
use super::store::WEBHOOK;
use crate::support::sandbox::Output;

/// What `git pact` ends with the first time, and the words behind its name; in order, as some take away
/// what others show.
type Row = (i32, &'static [&'static str]);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // Questions.
    (0, &["help"]), (0, &["help", "publish"]), (0, &["tree"]), (0, &["version"]),
    (0, &["completions", "bash"]), (0, &["docs", "markdown"]), (0, &["generate-uuid"]),
    (3, &["can-i-deploy", "-a", CONSUMER, "-e", VERSION, "--to-environment", ENVIRONMENT]),
    (1, &["can-i-deploy", "-a", CONSUMER, "-e", "2", "--to-environment", ENVIRONMENT]),
    (3, &["can-i-deploy", "-a", PROVIDER, "-e", PROVIDER_VERSION, "--to-environment", ENVIRONMENT]),
    (0, &["can-i-deploy", "-a", CONSUMER, "-e", VERSION, "--to-environment", ENVIRONMENT, "--dry-run"]),
    (1, &["can-i-merge", "-a", CONSUMER, "--branch", BRANCH]),
    (0, &["matrix", "-a", CONSUMER, "-a", PROVIDER]),
    (0, &["verification-required", "-a", CONSUMER, "-e", VERSION, "-a", PROVIDER, "-e", PROVIDER_VERSION]),
    (1, &["owed"]), (1, &["owed", "--provider", PROVIDER, "-o", "json"]), (0, &["owed", "-o", "github-matrix"]),
    (4, &["owed", "--dispatch", "github", "--dry-run"]),
    (0, &["list-latest-pact-versions"]),
    (0, &["get-pacts", "--provider", PROVIDER]), (0, &["get-pacts", "--provider", PROVIDER, "--download", "--download-dir",
        "got"]),
    (0, &["provider-states", "list", "--provider", PROVIDER]),
    (0, &["pull", "--provider", PROVIDER, "--branch", BRANCH, "--provider-version-branch", BRANCH, "--to", "again"]),
    (0, &["describe-environment", "--name", ENVIRONMENT]), (0, &["list-environments"]),
    (0, &["describe-pacticipant", "--name", CONSUMER]), (0, &["describe-pacticipant", "--name", PROVIDER]),
    (0, &["list-pacticipants"]), (0, &["list-pacticipants", "--label", LABEL]),
    (0, &["describe-version", "-a", CONSUMER, "-e", VERSION]), (0, &["describe-version", "-a", CONSUMER]),
    (0, &["describe-version", "-a", PROVIDER, "-e", PROVIDER_VERSION]),
    (0, &["list-versions", "-a", CONSUMER]), (0, &["list-versions", "-a", PROVIDER, "--branch", BRANCH]),
    (0, &["list-branches", "-a", CONSUMER]),
    (0, &["status"]), (0, &["log"]), (0, &["log", "-a", CONSUMER]), (0, &["doctor"]),
    (0, &["events"]), (0, &["events", "-a", CONSUMER]), (2, &["events", "--since", LINE]), (0, &["events", "--cursor", BRANCH]),
    (0, &["events", "--list-cursors"]), (0, &["events", "--remove-cursor", BRANCH]),
    (0, &["network"]), (0, &["network", "-a", CONSUMER, "--depth", "2", "--environment", ENVIRONMENT]),
    (0, &["show", "--consumer", CONSUMER, "--provider", PROVIDER, "--consumer-version", VERSION]),
    (0, &["show", "--consumer", CONSUMER, "--provider", PROVIDER, "--environment", ENVIRONMENT]), (0, &["show", "third.json"]),
    (0, &["show", ODD]), (2, &["show", "third.json", "--interaction", LINE]),
    (2, &["show", "--consumer", PROVIDER, "--provider", CONSUMER]), (2, &["show", "broken.json"]),
    (0, &["ci", "github", "--role", "deploy", "-a", CONSUMER, "--environment", ENVIRONMENT, "--contracts-repo", "x:y"]),
    (0, &["ci", "github", "--role", "contracts", "--provider", PROVIDER, "--commit"]),
    (0, &["site", "readme", "--stdout"]), (0, &["site", "readme"]),
    (0, &["list-webhooks"]), (0, &["describe-webhook", "--uuid", WEBHOOK]),
    (0, &["test-webhook", "--uuid", WEBHOOK, "--webhook-scheme-whitelist", "http", "--webhook-host-whitelist",
        "127.0.0.1"]),
    (0, &["webhooks", "run", "--since", "2020-01-01", "--dry-run"]), (2, &["webhooks", "run", "--since", "::error::x##[y]"]),
    (0, &["webhooks", "run", "--since", "2020-01-01", "--webhook-scheme-whitelist", "http", "--webhook-host-whitelist",
        "127.0.0.1"]),
    (0, &["webhooks", "log"]), (2, &["webhooks", "log", "::error::x##[y]"]),
    (0, &["diff", "--consumer", CONSUMER, "--provider", PROVIDER, "--from", VERSION, "--to", "2"]),
    (1, &["diff", "--consumer", CONSUMER, "--provider", PROVIDER, "--from", "current", "--to", VERSION, "--breaking"]),
    (0, &["diff", "--to", "file:third.json"]), (0, &["diff", "--textconv", "third.json"]),
    (2, &["diff", "--consumer", CONSUMER, "--provider", PROVIDER, "--to", "branch:::error::x##[y]"]),
    (2, &["diff", "--to", "file:::error::x##[y]"]),
    (0, &["fetch"]),
    // Writes.
    (0, &["init"]), (0, &["link", "--dir", "."]), (0, &["push"]),
    (0, &["run", "--", "true"]),
    (0, &["publish", "third.json", "-a", "5", "--branch", BRANCH, "--bundle", "x.bundle"]),
    (0, &["apply", "x.bundle", "-a", CONSUMER, "--tag", TAG, "--build-url", URL, "--dry-run"]),
    (1, &["apply", "x.bundle", "-a", PROVIDER]), (4, &["apply", "broken.json", "--trusted"]),
    (1, &["publish", "third.json", "-a", VERSION, "--branch", BRANCH, "--tag", TAG]),
    (0, &["publish", "third.json", "-a", "3", "--branch", BRANCH, "--build-url", URL, "--offline"]),
    (0, &["status"]), (0, &["push"]),
    (2, &["publish", "broken.json", "-a", "4", "--branch", BRANCH]),
    (0, &["record-verification", "--provider", PROVIDER, "-a", PROVIDER_VERSION, "--branch", BRANCH, "--results",
        "results.json", "--manifest", "verify.git-pact.json"]),
    (2, &["record-verification", "--provider", PROVIDER, "-a", "1", "--results", "broken.json"]),
    (0, &["publish", "again.json", "-a", "::error::9<b>", "--branch", "::error::x##[y]"]),
    (0, &["verify-proposed", "--provider", PROVIDER, "-a", PROVIDER_VERSION, "--provider-version-branch", BRANCH,
        "--results", "proposed.json", "--", "true"]),
    (0, &["owed", "--exit-zero"]),
    (2, &["publish-provider-contract", "broken.json", "--provider", PROVIDER, "-a", "1"]),
    (0, &["record-deployment", "-a", CONSUMER, "-e", "2", "--environment", ENVIRONMENT]),
    (0, &["record-release", "-a", CONSUMER, "-e", "2", "--environment", ENVIRONMENT]),
    (0, &["record-support-ended", "-a", CONSUMER, "-e", "2", "--environment", ENVIRONMENT]),
    (0, &["record-undeployment", "-a", CONSUMER, "--environment", ENVIRONMENT]),
    (0, &["record-undeployment", "-a", PROVIDER, "--environment", ENVIRONMENT, "--application-instance", INSTANCE]),
    (0, &["create-or-update-pacticipant", "--name", "::notice::new|<b>", "--repository-url", URL]),
    (0, &["create-label", "-a", PROVIDER, "--label", "::notice::new|<b>"]),
    (0, &["create-or-update-version", "-a", CONSUMER, "-e", "::notice::<b>", "--branch", BRANCH, "--tag", TAG,
        "--build-url", URL]),
    (0, &["create-version-tag", "-a", CONSUMER, "-e", VERSION, "--tag", TAG]),
    (0, &["create-environment", "--name", "::notice::new|<b>", "--display-name", CONSUMER]),
    (2, &["update-environment", "--uuid", "::error::x##[y]", "--name", ENVIRONMENT]),
    (0, &["create-webhook", "https://x.example/##[x]", "-X", "POST", "--contract-published", "--description", PROVIDER]),
    (0, &["create-or-update-webhook", "https://x.example/@team", "--uuid", WEBHOOK, "-X", "POST", "--contract-published", "--consumer",
        CONSUMER]),
    (0, &["clean", "--keep-days", "1", "--dry-run"]), (0, &["clean", "--keep-days", "1"]),
    (0, &["demo", "played"]),
    // What takes away.
    (0, &["delete-label", "-a", CONSUMER, "--label", LABEL]),
    (0, &["delete-version-tag", "-a", CONSUMER, "-e", VERSION, "--tag", TAG]),
    (0, &["delete-version", "-a", CONSUMER, "-e", "3"]),
    (0, &["delete-branch", "-a", PROVIDER, "--branch", BRANCH]),
    (0, &["delete-webhook", "--uuid", WEBHOOK]),
    (0, &["delete-pacticipant", "--name=--upload-pack=touch X"]),
    (0, &["delete-environment", "--name", ENVIRONMENT]),
    // What is not there, and what makes no sense.
    (2, &["can-i-deploy", "-a", "::error::nobody##[x]<b>", "-e", "1"]),
    (2, &["describe-pacticipant", "--name", "::error::nobody##[x]<b>"]),
    (2, &["describe-environment", "--name", "::error::nobody##[x]<b>"]),
    (1, &["delete-webhook", "--uuid", "::error::x##[y]"]),
    // Hooks, and what they ask. From the policy on, nobody here may write the settings.
    (0, &["hooks", "status"]), (0, &["hooks", "install", "--dry-run"]), (0, &["hooks", "install"]), (0, &["hooks", "remove"]),
    (0, &["hook", "pre-push", "::error::origin##[x]", URL]),
    (0, &["signers", "allow", "-a", CONSUMER, "--principal", "p::error::x", "--key", KEY, "--comment", LABEL]),
    (2, &["signers", "allow", "-a", CONSUMER, "--principal", "::error::p##[x]<b>", "--key", LINE]),
    (0, &["signers", "list"]), (0, &["signers", "remove", "-a", CONSUMER, "--signer", "p::error::x"]),
    (0, &["policy"]),
    (0, &["policy", "allow", "--branch", "pact/settings", "--identity", "::error::i##[x]<b>|$(touch X)"]),
    (0, &["policy"]),
    (1, &["policy", "remove", "--branch", "pact/settings", "--identity", "::error::i##[x]<b>|$(touch X)"]),
];

/// A pact of shapes that nobody expects, with harm in each of them.
const ODD: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/fixtures/pacts/shapes/odd-1.json"
);

/// A public key; nobody has the other half.
const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

/// The commands of which the second word is a part.
const OF_TWO_WORDS: [&str; 6] = [
    "hook",
    "hooks",
    "policy",
    "provider-states",
    "signers",
    "site",
];

/// The commands that are tried out elsewhere: the server with its routes, and who asks whether it is well.
const ELSEWHERE: [&str; 2] = ["heartbeat", "serve"];

/// Returns what the program says that it can do.
fn all(hostile: &Hostile) -> BTreeSet<String> {
    let help = hostile.run(&["help"]).stdout;
    let rows = help.lines().filter_map(|line| line.strip_prefix("  "));
    let names = rows
        .filter_map(|row| row.split_once("  "))
        .map(|(name, _)| name.to_owned());
    names.collect()
}

/// Returns the outputs of a command, by its help; none if it has but one.
fn outputs(hostile: &Hostile, row: &[&str]) -> Vec<String> {
    let is_of_two = OF_TWO_WORDS.contains(&row[0]) && row.len() > 1;
    let depth = 1 + usize::from(is_of_two);
    let help = hostile.run(&[&row[..depth], &["--help"]].concat()).stdout;
    let Some((_, behind)) = help.split_once(" --output <OUTPUT>") else {
        return Vec::new();
    };
    let section = behind.split("\n  -").next().unwrap_or_default();
    let section = section.split("\n      -").next().unwrap_or_default();
    let listed = section
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- "));
    let names = listed
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name.to_owned());
    let names: Vec<String> = names.collect();
    assert!(!names.is_empty(), "{row:?}: {help}");
    names
}

/// Reads what came of a command as whoever asked for that output reads it.
fn read(output: &str, came: &Output, place: &[&str]) {
    let commands: &[&str] = match output {
        "github" => &["::error title=can-i-", "::warning title=can-i-"],
        _ => &[],
    };
    holds(
        oracle::terminal(&came.stdout, commands),
        &place,
        &came.stdout,
    );
    holds(oracle::terminal(&came.stderr, &[]), &place, &came.stderr);
    // On the broker's face a sentence stands in place of a document that there is not.
    let is_sentence = place[0] == "broker" && came.stdout.lines().count() == 1;
    let has_data = !came.stdout.trim().is_empty() && !is_sentence;
    // Events are for pipes: a document on each line.
    let is_of_lines = place.contains(&"events") && oracle::json(&came.stdout).is_err();
    match output {
        "json" if is_of_lines => {
            for line in came.stdout.lines() {
                holds(oracle::json(line).map(drop), &place, line);
            }
        }
        "json" if !came.stdout.trim().is_empty() => {
            holds(oracle::json(&came.stdout).map(drop), &place, &came.stdout);
        }
        "junit" if has_data => holds(oracle::junit(&came.stdout), &place, &came.stdout),
        "markdown" if has_data => holds(oracle::markdown(&came.stdout), &place, &came.stdout),
        _ => {}
    }
}

#[test]
fn nothing_that_a_command_says_is_obeyed() {
    let hostile = Hostile::new();
    let here = hostile.sandbox.path("here");
    fs::write(
        here.join("third.json"),
        store::pact(CONSUMER, &format!("{TEXT} third")),
    )
    .unwrap();
    fs::write(here.join("broken.json"), format!("{{\"{LINE}\": {TEXT}")).unwrap();
    let tried: BTreeSet<String> = ROWS.iter().map(|(_, row)| row[0].to_owned()).collect();
    let known: BTreeSet<String> = all(&hostile)
        .into_iter()
        .filter(|name| !ELSEWHERE.contains(&name.as_str()))
        .collect();
    assert_eq!(
        tried, known,
        "a command without a row here, or a row without a command"
    );

    let mut shown: Vec<String> = Vec::new();
    let mut documents = 0;
    for (status, row) in ROWS {
        let first = hostile.run(row);
        assert_eq!(first.status, Some(*status), "{row:?}: {first:?}");
        read("", &first, row);
        if matches!(
            row[0],
            "demo" | "completions" | "docs" | "help" | "tree" | "version"
        ) {
            continue;
        }
        shown.extend(shell::commands(&first.stdout).map(str::to_owned));
        shown.extend(shell::commands(&first.stderr).map(str::to_owned));
        read("", &hostile.run(&[&["broker"], *row].concat()), row);
        for output in outputs(&hostile, row) {
            for face in [&[][..], &["broker"]] {
                let words = [face, row, &["--output", &output]].concat();
                let came = hostile.run(&words);
                read(&output, &came, &words);
                if output == "json"
                    && oracle::json(&came.stdout).is_ok_and(|it| oracle::says_hostile_words(&it))
                {
                    documents += 1;
                }
            }
        }
    }
    assert!(
        documents > 30,
        "{documents} documents say what was recorded"
    );
    let values = shell::try_out(&hostile.sandbox, &shown);
    assert!(values > 10, "{values} values in {shown:?}");
    nothing_was_executed(&hostile);
    history_says_what_was_done_and_no_more(&hostile);
    for directory in ["verify", "again", "got"] {
        only_plain_files(&hostile, directory);
    }
}

/// What the names would have a shell do.
fn nothing_was_executed(hostile: &Hostile) {
    for directory in ["here", "home", "store.git", ""] {
        let file = hostile.sandbox.path(directory).join("X");
        assert!(!file.exists(), "{}", file.display());
    }
}

/// Who reads the history with `git log` is a reader, too. Names are in it as they are, with what only runners
/// of builds obey.
fn history_says_what_was_done_and_no_more(hostile: &Hostile) {
    let history = hostile
        .store()
        .run(&["log", "--all", "--format=%an%n%ae%n%B"]);
    holds(
        oracle::terminal(&history.replace("::", ":").replace("##", "#"), &[]),
        &"git log",
        &history,
    );
    let trailers = hostile
        .store()
        .run(&["log", "--all", "--format=%(trailers)"]);
    assert_eq!(trailers.trim(), "");
}

/// Names of files are made of nothing that a shell or a terminal takes for more.
fn only_plain_files(hostile: &Hostile, directory: &str) {
    let entries = fs::read_dir(hostile.sandbox.path("here").join(directory)).unwrap();
    let mut files = 0;
    for entry in entries {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.%+".contains(c);
        assert!(
            name.chars().all(is_plain) && !name.starts_with('-'),
            "{name}"
        );
        assert!(
            entry.file_type().unwrap().is_file() || directory == "verify",
            "{name}"
        );
        files += 1;
    }
    assert!(files >= 2, "{files} files in {directory}");
}

#[test]
fn what_makes_no_sense_is_not_obeyed_either() {
    let hostile = Hostile::new();
    for name in all(&hostile) {
        let option = format!("--{LINE}");
        for face in [&[][..], &["broker"]] {
            for words in [
                &[option.as_str()][..],
                &[TEXT],
                &["--output", LINE],
                &["--repo", LINE, "-a", LINE],
            ] {
                let words = [face, &[name.as_str()], words].concat();
                // These would play, write here or stay.
                if !matches!(name.as_str(), "demo" | "serve" | "link" | "run") {
                    read("", &hostile.run(&words), &words);
                }
            }
        }
    }
    for words in [&[LINE][..], &["help", LINE], &["--", TEXT]] {
        read("", &hostile.run(words), words);
    }
    let odd = [("GIT_PACT_NOW", LINE), ("GIT_PACT_REPO", LINE)];
    for variable in odd {
        let came = hostile.sandbox.run_with("here", &["status"], &[variable]);
        assert_ne!(came.status, Some(0), "{came:?}");
        read("", &came, &[variable.0]);
    }
}

#[test]
fn colour_is_ours_alone() {
    let hostile = Hostile::new();
    let gate = [
        "can-i-deploy",
        "-a",
        CONSUMER,
        "-e",
        VERSION,
        "--to-environment",
        ENVIRONMENT,
    ];
    let wrong = ["can-i-deploy", LINE];
    for words in [
        &gate[..],
        &wrong,
        &["publish", "pact.json", "-a", VERSION, "--branch", BRANCH],
    ] {
        for face in [&[][..], &["broker"]] {
            let words = [face, words].concat();
            let came = hostile
                .sandbox
                .run_with("here", &words, &[("CLICOLOR_FORCE", "1")]);
            let Output {
                stdout,
                stderr,
                status,
            } = &came;
            let is_coloured = stdout.contains('\u{1b}') || stderr.contains('\u{1b}');
            assert!(is_coloured || !face.is_empty(), "{came:?}");
            let plain = Output {
                stdout: oracle::without_colour(stdout),
                stderr: oracle::without_colour(stderr),
                status: *status,
            };
            read("", &plain, &words);
        }
    }
}

#[test]
fn a_step_of_github_writes_what_is_ours_alone() {
    let hostile = Hostile::new();
    let here = hostile.sandbox.path("here");
    let files = ["summary", "outputs"].map(|name| here.join(name));
    let [summary, outputs] = files.each_ref().map(|path| path.to_str().unwrap());
    let variables = [
        ("GITHUB_STEP_SUMMARY", summary),
        ("GITHUB_OUTPUT", outputs),
        ("GITHUB_ACTIONS", "true"),
    ];
    let gate = [
        "can-i-deploy",
        "-a",
        CONSUMER,
        "-e",
        "2",
        "--to-environment",
        ENVIRONMENT,
        "-o",
        "github",
    ];
    let came = hostile.sandbox.run_with("here", &gate, &variables);
    read("github", &came, &gate);
    assert!(
        came.stdout
            .starts_with("::error title=can-i-deploy%3A failed::"),
        "{came:?}"
    );
    let [summary, outputs] = files.map(|path| fs::read_to_string(path).unwrap());
    holds(oracle::markdown(&summary), &"summary", &summary);
    let names = oracle::step_outputs(&outputs).unwrap();
    assert_eq!(
        names,
        [
            "verdict",
            "deployable",
            "exit-code",
            "count",
            "commit",
            "reason"
        ],
        "{outputs}"
    );
}
