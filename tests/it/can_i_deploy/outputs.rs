//! The outputs that CI services like: reports, Markdown, and what a step of GitHub Actions says.

use std::fs;

use serde_json::Value;

use super::GATE;
use super::NO;
use super::data;
use super::gate;
use super::shop;
use super::succeeds;
use super::verify;

#[test]
fn json_has_a_verdict_in_a_word_and_reasons_with_codes() {
    let sandbox = shop();
    let of = |status: i32| -> Value {
        serde_json::from_str(data(&gate(&sandbox, &["-o", "json"]), status)).unwrap()
    };
    let unknown = of(3);
    assert_eq!(unknown["verdict"], "unknown");
    assert_eq!(unknown["reasons"][0]["code"], "not-verified");
    assert_eq!(unknown["reasons"][0]["provider"]["versions"][0], "5");
    verify(&sandbox, "--fail");
    let no = of(1);
    assert_eq!(
        (&no["verdict"], &no["reasons"][0]["code"]),
        (&"no".into(), &"failed".into())
    );
    assert_eq!(no["reasons"][0]["buildUrl"], "https://ci/5");
    verify(&sandbox, "--success");
    let yes = of(0);
    let all = (&"yes".into(), &"all-verified".into());
    assert_eq!((&yes["verdict"], &yes["reasons"][0]["code"]), all);
}

#[test]
fn a_report_goes_to_a_file_and_its_verdict_to_the_log() {
    let sandbox = shop();
    verify(&sandbox, "--fail");
    let junit = gate(&sandbox, &["-o", "junit"]);
    let start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"can-i-deploy\" tests=\"1\" \
                 failures=\"1\"";
    assert!(data(&junit, 1).starts_with(start), "{junit:?}");
    assert!(junit.stdout.ends_with("\n</testsuites>\n"), "{junit:?}");
    let verdict = "No: version 1 of Web cannot be deployed to production. 1 failed.\n";
    assert!(junit.stderr.starts_with(verdict), "{junit:?}");
    assert!(junit.stderr.contains("\n  git pact pull "), "{junit:?}");

    let merge = [
        "can-i-merge",
        "-a",
        "Web",
        "-e",
        "1",
        "-o",
        "junit",
        "--dry-run",
    ];
    let merge = succeeds(&sandbox, &merge);
    assert!(
        merge.stdout.contains("<testsuites name=\"can-i-merge\""),
        "{merge:?}"
    );
    assert!(
        merge.stdout.contains("<failure "),
        "a dry run hides nothing: {merge:?}"
    );
}

#[test]
fn a_document_in_markdown_says_it_all() {
    let sandbox = shop();
    let markdown = gate(&sandbox, &["--output", "markdown"]);
    let start = "## ❓ Unknown\n\n`version 1 of Web cannot be deployed to production yet`\n\n1 not verified.\n";
    assert!(data(&markdown, 3).starts_with(start), "{markdown:?}");
    assert!(
        markdown.stdout.contains("\n### What would change it\n"),
        "{markdown:?}"
    );

    let matrix = [
        "matrix",
        "-a",
        "Web",
        "-a",
        "Order Service",
        "-o",
        "markdown",
    ];
    let matrix = succeeds(&sandbox, &matrix);
    let row =
        "\n| ❓ | `Web` | `1` | `Order Service` |  | not verified |\n\nComputed from `pact/app/";
    assert!(matrix.stdout.contains(row), "{matrix:?}");
    let json = succeeds(
        &sandbox,
        &["matrix", "-a", "Web", "-a", "Order Service", "-o", "json"],
    );
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["matrix"].as_array().unwrap().len(), 1);
}

#[test]
fn a_step_of_github_gets_annotations_a_summary_and_outputs() {
    let sandbox = shop();
    verify(&sandbox, "--fail");
    let [summary, outputs] = ["summary.md", "outputs"].map(|name| sandbox.path("here").join(name));
    fs::write(&outputs, "before=1\n").unwrap();
    let variables = [
        ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
        ("GITHUB_OUTPUT", outputs.to_str().unwrap()),
        ("RUNNER_TEMP", "."),
    ];
    let words = [GATE, &["-o", "github"]].concat();
    let said = sandbox.run_with("here", &words, &variables);
    let (annotation, rest) = data(&said, 1).split_once('\n').unwrap();
    assert_eq!(
        annotation,
        "::error title=can-i-deploy%3A failed::Order Service version 5 does not honour the pact of Web \
         version 1%0Abuild: https://ci/5"
    );
    assert!(rest.starts_with(NO), "{rest}");
    assert!(
        rest.contains("\n  git pact pull ") && rest.contains("\nComputed from "),
        "{rest}"
    );
    assert_eq!(said.stderr, "");

    let summary = fs::read_to_string(&summary).unwrap();
    assert!(summary.starts_with("## ❌ No\n"), "{summary}");
    let added = fs::read_to_string(&outputs).unwrap();
    let word = added.lines().last().unwrap();
    assert!(
        word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{word}"
    );
    let value = |name: &str| added.lines().find_map(|line| line.strip_prefix(name));
    let (commit, json) = (value("commit=").unwrap(), value("json=").unwrap());
    assert!(commit.split(' ').all(|id| id.len() == 40), "{commit}");
    let whole: Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    assert_eq!(whole["summary"]["deployable"], false);
    let expected = format!(
        "before=1\nverdict=no\ndeployable=false\nexit-code=1\ncount=1\ncommit={commit}\n\
         json={json}\nreason<<{word}\nThe verification for the \
         pact between version 1 of Web and the version of Order Service currently in production (5) \
         failed\n{word}\n"
    );
    assert_eq!(added, expected);
    let _ = sandbox.run_with("here", &words, &variables);
    let again = fs::read_to_string(&outputs).unwrap();
    assert_eq!(again.matches(word).count(), 2, "another word each time");
}

#[test]
fn a_step_without_an_answer_is_told_why() {
    let sandbox = shop();
    let line = ["can-i-deploy", "-a", "web", "-e", "1", "-o", "github"];
    let step = sandbox.run("here", &line);
    let expected = "::error title=can-i-deploy%3A no answer::Pacticipant web not found\n";
    assert_eq!(data(&step, 2), expected);
    assert!(
        step.stderr.ends_with("hint: did you mean `Web`?\n"),
        "{step:?}"
    );
}

#[test]
fn a_step_that_cannot_be_spoken_to_hears_the_verdict_all_the_same() {
    let sandbox = shop();
    let full = sandbox.path("here").join("full.md");
    fs::write(&full, "x".repeat(1024 * 1024 - 10)).unwrap();
    let variables = [
        ("GITHUB_STEP_SUMMARY", full.to_str().unwrap()),
        ("GITHUB_OUTPUT", "no/such/directory"),
    ];
    let words = [GATE, &["-o", "github", "--dry-run"]].concat();
    let step = sandbox.run_with("here", &words, &variables);
    let start =
        "::warning title=can-i-deploy%3A not verified::Order Service version 5 has not verified ";
    assert!(data(&step, 0).starts_with(start), "{step:?}");
    let mut complaints = step.stderr.lines();
    let summary = "warning: GITHUB_STEP_SUMMARY: the summary is full";
    assert_eq!(complaints.next(), Some(summary));
    let outputs = complaints.next().unwrap();
    assert!(
        outputs.starts_with("warning: GITHUB_OUTPUT: $TMP/here/no/such/directory: "),
        "{outputs}"
    );
    assert_eq!(fs::metadata(full).unwrap().len(), 1024 * 1024 - 10);
}
