//! Command lines as people and scripts write them, and as clap reads them.

use super::*;
use crate::cli::commands;

fn read_by(face: Face, line: &str) -> Result<Line, Misspelt> {
    let words = line.split_whitespace().map(OsString::from).collect();
    read(words, face, false, &commands::whole(face))
}

/// Returns the words of a line that `pact-broker` reads without a warning.
fn broker(line: &str) -> String {
    let line = read_by(Face::PactBroker, line).unwrap();
    assert_eq!(line.warnings, [""; 0]);
    joined(&line)
}

fn ours(line: &str) -> String {
    joined(&read_by(Face::GitPact, line).unwrap())
}

fn joined(line: &Line) -> String {
    let words: Vec<_> = line
        .words
        .iter()
        .map(|word| word.to_str().unwrap())
        .collect();
    words.join(" ")
}

#[test]
fn values_are_joined_to_their_options_however_they_were_given() {
    let line = "record-deployment --pacticipant=Web --version=1 --environment=test";
    for given in [
        "record-deployment --pacticipant Web --version 1 --environment test",
        "record-deployment --pacticipant=Web --version=1 --environment=test",
        "record-deployment -a Web -e 1 --environment test",
        "record-deployment -aWeb -e=1 --environment test",
        "record_deployment -a Web -e 1 --environment test",
    ] {
        assert_eq!(broker(given), line, "{given}");
        assert_eq!(ours(given), line, "{given}");
    }
    let line = "record-deployment --application-instance=blue";
    assert_eq!(ours("record-deployment --application_instance blue"), line);
    // An empty value is one.
    assert_eq!(
        ours("record-deployment -a="),
        "record-deployment --pacticipant="
    );
    // A value keeps its underscores and equals signs.
    assert_eq!(
        ours("record-deployment --build_url=a_b=c"),
        "record-deployment --build-url=a_b=c"
    );
}

#[test]
fn a_missing_value_is_left_for_clap_to_complain_of() {
    assert_eq!(
        broker("can-i-deploy -a Web --version -b x"),
        "can-i-deploy --pacticipant=Web --version --broker-base-url=x"
    );
    assert_eq!(broker("can-i-deploy -a"), "can-i-deploy --pacticipant");
}

#[test]
fn a_value_that_may_be_left_out_is_taken_if_it_is_there() {
    assert_eq!(
        broker("can-i-deploy -a Web --latest dev -l --to prod"),
        "can-i-deploy --pacticipant=Web --latest=dev --latest --to=prod"
    );
}

#[test]
fn flags_can_be_denied_and_the_last_word_counts() {
    let create = |flags: &str| broker(&format!("create-environment {flags}"));
    assert_eq!(create("--production"), "create-environment --production");
    assert_eq!(
        create("--production --production"),
        "create-environment --production"
    );
    assert_eq!(
        create("--production=true"),
        "create-environment --production"
    );
    assert_eq!(
        create("--production true"),
        "create-environment --production"
    );
    let denied = "create-environment --no-production";
    assert_eq!(create("--no-production"), denied);
    assert_eq!(create("--skip_production"), denied);
    assert_eq!(create("--production --skip-production"), denied);
    assert_eq!(create("--production=false"), denied);
    // Where there is no word for "not", it is said by saying nothing.
    assert_eq!(broker("publish x --merge --no-merge"), "publish x");
    assert_eq!(ours("publish --no-merge x"), "publish x");
    assert_eq!(ours("can-i-deploy --dry-run=false"), "can-i-deploy");
    assert_eq!(ours("publish --merge=maybe"), "publish --merge=maybe");
    // Ours has words beside flags: `true` is a file here.
    assert_eq!(ours("publish --merge true"), "publish --merge true");
}

#[test]
fn the_main_branch_may_be_asked_for_once_for_each_application() {
    assert_eq!(
        broker("can-i-deploy -a A --main-branch -a B --main-branch"),
        "can-i-deploy --pacticipant=A --main-branch --pacticipant=B --main-branch"
    );
}

#[test]
fn lists_are_given_at_once_or_bit_by_bit() {
    let line = "create-or-update-version --tag=a --tag=b";
    assert_eq!(broker("create-or-update-version --tag a b"), line);
    assert_eq!(broker("create-or-update-version -t a --tag=b"), line);
    assert_eq!(broker("create-or-update-version --tag=a b"), line);
    assert_eq!(ours("create-or-update-version -t a b"), line);
    // A comma is a part of a tag, as in the Ruby program.
    assert_eq!(
        broker("create-or-update-version --tag a,b"),
        "create-or-update-version --tag=a,b"
    );
    // Before files, only the broker's program takes all that follows.
    assert_eq!(broker("publish x --tag a b"), "publish x --tag=a --tag=b");
    assert_eq!(ours("publish --tag a ./pacts"), "publish --tag=a ./pacts");
}

#[test]
fn h_stands_for_the_branch_in_publish_and_for_help_elsewhere() {
    assert_eq!(broker("publish x -h main"), "publish x --branch=main");
    assert_eq!(broker("publish x -h"), "publish x --help");
    assert_eq!(broker("can-i-deploy -h"), "can-i-deploy --help");
    assert_eq!(ours("publish -h"), "publish --help");
}

#[test]
fn what_means_nothing_to_git_is_left_out_for_the_broker() {
    let line = "list-environments --custom-header A:b C:d --retries 3 --log-level=debug --enable-otel \
                --otel-exporter otlp -o json";
    assert_eq!(broker(line), "list-environments --output=json");
    let line = "list-environments --retries 3";
    assert_eq!(ours(line), line);
}

#[test]
fn an_unknown_option_is_a_warning_on_the_face_of_the_broker() {
    let line = read_by(Face::PactBroker, "can-i-deploy -a Web --foo bar -e 1 -z").unwrap();
    assert_eq!(joined(&line), "can-i-deploy --pacticipant=Web --version=1");
    assert_eq!(
        line.warnings,
        ["Unknown switches \"--foo\", \"-z\"", ONLY_A_WARNING]
    );
    let line = "can-i-deploy --foo=bar";
    assert_eq!(ours(line), line);

    let words = ["can-i-deploy", "--foo"].map(OsString::from).to_vec();
    let refused = read(
        words,
        Face::PactBroker,
        true,
        &commands::whole(Face::PactBroker),
    )
    .unwrap_err();
    assert_eq!(refused.to_string(), "Unknown switches \"--foo\"");
}

#[test]
fn a_misspelt_option_of_a_gate_is_never_left_out() {
    let refused = read_by(
        Face::PactBroker,
        "can-i-deploy -a Web -e 1 --to-environmnt production",
    );
    let refused = refused.unwrap_err().to_string();
    assert_eq!(
        refused,
        "Unknown switch \"--to-environmnt\"\nDid you mean?  \"--to-environment\"\n\
         It is not left out, as the answer would be to another question."
    );
}

#[test]
fn words_that_belong_to_nothing_are_errors_except_behind_an_unknown_option() {
    let refused = |line: &str| read_by(Face::PactBroker, line).unwrap_err().to_string();
    assert_eq!(
        refused("record-undeployment -a Web --version 1"),
        "Unknown switches \"--version\"\nDid you mean?  \"--verbose\"\n\n\
         \"pact-broker record-undeployment\" was called with arguments [\"--version\", \"1\"]"
    );
    assert_eq!(
        refused("publish x --foo"),
        "Unknown switches \"--foo\"\n\n\
         \"pact-broker publish\" was called with arguments [\"--foo\"]"
    );
    // The Ruby program would ask about the application `2` here.
    assert_eq!(
        refused("can-i-deploy -a Web 2 -e 1"),
        "\"pact-broker can-i-deploy\" was called with arguments [\"2\"]"
    );
    assert_eq!(
        broker("create-or-update-pacticipant --name Web stray"),
        "create-or-update-pacticipant --name=Web"
    );
}

#[test]
fn a_command_that_does_not_exist_is_named_with_what_looks_like_it() {
    let refused = |line: &str| read_by(Face::PactBroker, line).unwrap_err().to_string();
    assert_eq!(
        refused("can-i-depoly -a Web"),
        "Could not find command \"can-i-depoly\".\nDid you mean?  \"can-i-deploy\""
    );
    assert_eq!(refused("zzz"), "Could not find command \"zzz\".");
    // Ours is left to clap.
    assert_eq!(ours("zzz --x"), "zzz --x");
}

#[test]
fn the_dash_of_a_word_processor_is_pointed_out() {
    let refused = read_by(Face::PactBroker, "can-i-deploy \u{2014}pacticipant Web").unwrap_err();
    assert_eq!(refused, Misspelt::EmDash("\u{2014}pacticipant".to_owned()));
}

#[test]
fn the_version_and_help_have_many_names() {
    for read in [broker, ours] {
        assert_eq!(read(""), "help");
        assert_eq!(read("-v"), "--version");
        for line in ["version", "-V", "help", "help publish", "tree"] {
            assert_eq!(read(line), line);
        }
    }
}

#[test]
fn words_behind_two_dashes_are_left_alone() {
    let line = "run -- npm test --some_flag -h";
    assert_eq!(ours(line), line);
}

#[cfg(unix)]
#[test]
fn a_value_need_not_be_text() {
    use std::os::unix::ffi::OsStringExt;

    let path = OsString::from_vec(b"\xff/pacts".to_vec());
    let words = vec!["publish".into(), path.clone(), "--merge".into()];
    let line = read(words, Face::GitPact, false, &commands::whole(Face::GitPact)).unwrap();
    assert_eq!(line.words, ["publish".into(), path, "--merge".into()]);
}
