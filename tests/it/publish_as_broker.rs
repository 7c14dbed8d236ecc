//! `pact-broker publish`: what the Ruby program was seen to do with the same arguments
//! (spec: cli §4.1, §7, and the recorded runs `pub*` and `x-publish*`).
//!
//! Left out, as nothing here speaks HTTP: a broker that wants a password, one that finds a request
//! invalid, and the trace of the requests.

use std::fs;

use serde_json::Value;

use crate::support::team::Shop;
use crate::support::team::pact;

const NEXT_STEPS: [&str; 3] = [
    "  Next steps:",
    "    * Add Pact verification tests to the PROVIDER build. See https://docs.pact.io/go/provider_verification",
    "    * Configure separate PROVIDER pact verification build and webhook to trigger it when the pact content changes. See https://docs.pact.io/go/webhooks",
];

/// Returns a shop in which Foo has pacts with Bar and Baz.
fn shop() -> Shop {
    let shop = Shop::with_a_store(&["ci"]);
    shop.pact("ci/pacts/foo-bar.json", "Foo", "Bar", &["a"]);
    shop.pact("ci/pacts/foo-baz.json", "Foo", "Baz", &["b"]);
    shop
}

/// Returns what is said of the first pact of a consumer version with a provider, without its address.
fn of_pact(consumer: &str, version: &str, provider: &str) -> Vec<String> {
    let mut lines = vec![
        format!("Pact successfully published for {consumer} version {version} and provider {provider}."),
        "  View the published pact at".to_owned(),
        "  Events detected: contract_published, contract_content_changed (first time untagged pact \
         published)"
            .to_owned(),
    ];
    lines.extend(NEXT_STEPS.map(|line| line.replace("PROVIDER", provider)));
    lines
}

/// Returns the lines of an output, those with an address without it.
fn lines(stdout: &str) -> Vec<String> {
    let line = |line: &str| match line.split_once(" at pact/app/") {
        Some((before, _)) => format!("{before} at"),
        None => line.to_owned(),
    };
    stdout.lines().map(line).collect()
}

#[test]
fn what_is_published_is_told_in_the_brokers_words() {
    let shop = shop();
    let told = shop.run("ci", "broker publish pacts -a 1 --branch main", 0);
    let mut expected = vec!["Created Foo version 1 with branch main".to_owned()];
    expected.extend(of_pact("Foo", "1", "Bar"));
    expected.extend(of_pact("Foo", "1", "Baz"));
    assert_eq!(lines(&told.stdout), expected);
    assert_eq!(told.stderr, "");
    let again = shop.run("ci", "broker publish pacts -a 1 --branch main", 0);
    let republished =
        "Pact successfully republished for Foo version 1 and provider Bar with no content changes.";
    assert!(
        again
            .stdout
            .starts_with("Updated Foo version 1 with branch main\n"),
        "{again:?}"
    );
    assert!(again.stdout.contains(republished), "{again:?}");
    assert_eq!(shop.commits("pact/app/Foo"), 1);
    let coloured = shop.run_with(
        "ci",
        "broker publish pacts -a 2",
        0,
        &[("CLICOLOR_FORCE", "1")],
    );
    for text in [
        "\nCreated Foo version 2\n",
        "\u{1b}[33m  Next steps:\n    Configure the version branch to be the value of your repository \
         branch.\u{1b}[0m\n",
        "\u{1b}[32mPact successfully published for Foo version 2 and provider Bar.\u{1b}[0m\n",
    ] {
        assert!(
            format!("\n{}", coloured.stdout).contains(text),
            "{text} {coloured:?}"
        );
    }
}

#[test]
fn every_spelling_of_version_branch_and_tags_is_read() {
    for (more, said) in [
        ("--consumer-app-version 1", "Created Foo version 1"),
        ("--consumer_app_version 1", "Created Foo version 1"),
        ("-a +1+", "Created Foo version 1"),
        ("-a 1 -h main", "Created Foo version 1 with branch main"),
        ("-a 1 --build-url http://build", "Created Foo version 1"),
        (
            "-a 1 --branch main --tag a --tag b",
            "Created Foo version 1 with branch main and tags a, b",
        ),
        (
            "-a 1 --tag a b --branch main",
            "Created Foo version 1 with branch main and tags a, b",
        ),
        ("-a 1 --tag a,b", "Created Foo version 1 with tags a,b"),
        ("-a 1 --merge --verbose", "Created Foo version 1"),
    ] {
        let shop = shop();
        let told = shop.run("ci", &format!("broker publish pacts {more}"), 0);
        let first = told.stdout.lines().next();
        assert_eq!(first, Some(said), "{more}");
        let has_prompt = told.stdout.contains("Configure the version branch");
        assert_eq!(has_prompt, !said.contains("branch"), "{more}");
    }
    let shop = shop();
    let help = shop.run("ci", "broker publish -h", 0);
    assert!(help.stdout.contains("--consumer-app-version"), "{help:?}");
}

#[test]
fn json_is_one_line_with_an_element_for_each_consumer() {
    let shop = shop();
    shop.pact("ci/two/zed-bar.json", "Zed", "Bar", &["a"]);
    let line = "broker publish pacts two -a 1 --branch main --tag t -o json";
    let told = shop.run("ci", line, 0);
    assert_eq!((told.stdout.lines().count(), told.stderr.as_str()), (1, ""));
    let document: Value = serde_json::from_str(&told.stdout).unwrap();
    let [foo, zed] = document.as_array().unwrap().as_slice() else {
        panic!("{document}");
    };
    assert_eq!(foo["notices"][0]["type"], "debug");
    let created = "Created Foo version 1 with branch main and tags t";
    assert_eq!(foo["notices"][0]["text"], created);
    assert_eq!(foo["notices"].as_array().unwrap().len(), 13);
    assert_eq!(
        foo["logs"][0],
        serde_json::json!({
            "level": "debug",
            "message": created,
            "deprecationWarning": "Replaced by notices",
        })
    );
    assert_eq!(foo["_embedded"]["pacticipant"]["name"], "Foo");
    assert_eq!(foo["_embedded"]["version"]["number"], "1");
    let links = &foo["_links"];
    assert_eq!(links["pb:pacticipant"]["href"], "/pacticipants/Foo");
    assert_eq!(
        links["pb:pacticipant-version"]["href"],
        "/pacticipants/Foo/versions/1"
    );
    assert_eq!(links["pb:pacticipant-version-tags"][0]["name"], "t");
    let names: Vec<&Value> = links["pb:contracts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| &link["name"])
        .collect();
    assert_eq!(
        names,
        [
            "Pact between Foo (1) and Bar",
            "Pact between Foo (1) and Baz"
        ]
    );
    assert_eq!(zed["_embedded"]["pacticipant"]["name"], "Zed");
    assert_eq!(zed["_links"]["pb:contracts"].as_array().unwrap().len(), 1);
    // Both are in one push all the same.
    for branch in ["pact/app/Foo", "pact/app/Zed", "pact/contracts/Bar"] {
        assert_eq!(shop.commits(branch), 1, "{branch}");
    }
}

#[test]
fn other_content_for_a_version_is_refused_with_the_brokers_difference() {
    let shop = shop();
    shop.step("ci", "broker publish pacts -a 1");
    let before = shop.store().run(&["for-each-ref"]);
    shop.pact("ci/pacts/foo-bar.json", "Foo", "Bar", &["a", "other"]);
    shop.pact("ci/pacts/new.json", "New", "Bar", &["a"]);
    let refused = shop.run("ci", "broker publish pacts -a 1", 1);
    let text = "Cannot change the content of the pact for Foo version 1 and provider Bar, as race \
                conditions will cause unreliable results for can-i-deploy.";
    assert!(refused.stdout.starts_with(text), "{refused:?}");
    assert!(refused.stdout.contains("\n+"), "{refused:?}");
    assert_eq!(refused.stderr, "Nothing of this command was recorded.\n");
    let refused = shop.run("ci", "broker publish pacts -a 1 -o json", 1);
    let document: Value = serde_json::from_str(&refused.stdout).unwrap();
    let answer = &document[0];
    assert!(
        answer["errors"]["contracts"][0]
            .as_str()
            .unwrap()
            .starts_with(text),
        "{answer}"
    );
    assert_eq!(answer["notices"][0]["type"], "error");
    assert_eq!(answer["notices"][1]["type"], "info");
    assert_eq!(shop.store().run(&["for-each-ref"]), before);
}

#[test]
fn files_of_one_consumer_and_provider_are_merged_first() {
    let shop = shop();
    shop.pact("ci/pacts2/foo-bar-2.json", "Foo", "Bar", &["a2"]);
    let line = "broker publish pacts/foo-bar.json pacts2/foo-bar-2.json -a 1";
    let merged = shop.run("ci", line, 0);
    assert_eq!(
        merged.stderr,
        "Merging pacts/foo-bar.json, pacts2/foo-bar-2.json\n"
    );
    let told = lines(&merged.stdout);
    assert_eq!(told[3..], of_pact("Foo", "1", "Bar"));
    let stored = shop
        .store()
        .run(&["show", "pact/contracts/Bar:Bar/Foo.json"]);
    assert!(
        stored.contains("\"a\"") && stored.contains("\"a2\""),
        "{stored}"
    );

    let text = String::from_utf8(pact("Foo", "Bar", &["a"])).unwrap();
    shop.write(
        "ci/pacts3/foo-bar-conflict.json",
        text.replace("\"/1\"", "\"/different\""),
    );
    let line = "broker publish pacts/foo-bar.json pacts3/foo-bar-conflict.json -a 2";
    let refused = shop.run("ci", line, 1);
    assert_eq!(refused.stdout, "");
    for text in [
        "Merging pacts/foo-bar.json, pacts3/foo-bar-conflict.json\n",
        "Two interactions have been found with same description (\"a\") and provider state (nil) but \
         a different request or response.",
        "\"path\":\"/1\"",
        "\"path\":\"/different\"",
    ] {
        assert!(refused.stderr.contains(text), "{text} {refused:?}");
    }
    assert_eq!(shop.commits("pact/app/Foo"), 1);
}

#[test]
fn a_command_line_that_cannot_be_meant_fails_in_the_words_of_the_ruby_program() {
    let shop = shop();
    fs::create_dir(shop.sandbox.path("ci/emptydir")).unwrap();
    shop.write("ci/bad.json", "{\"a\":");
    for (line, said) in [
        (
            "publish -a 1",
            "No value provided for required pact_files\n",
        ),
        (
            "publish pacts",
            "No value provided for required option --consumer-app-version\n",
        ),
        (
            "publish pacts --consumer-app-version=",
            "No value provided for required option --consumer-app-version\n",
        ),
        (
            "publish nofile.json -a 1",
            "Specified pact file 'nofile.json' does not exist. This sometimes indicates one of the \
             arguments has been specified with the wrong name and has been incorrectly identified \
             as a file path. If you are using Docker, check that you have mounted the pact file or \
             directory into the container correctly using `-v`, and have specified the location of \
             the pact file or directory in the *Docker container*, not the *host*.\n",
        ),
        (
            "publish emptydir -a 1",
            "No pact files found\nhint: there is no pact in emptydir\n",
        ),
        (
            "publish no*.json -a 1",
            "No pact files found\nhint: there is no file or folder no*.json that matches\n",
        ),
        (
            "publish bad.json -a 1",
            "bad.json is not a pact that can be published\n",
        ),
        (
            "publish pacts -a 1 --branch=",
            "Version branch cannot be blank",
        ),
        (
            "publish pacts --consumer-version 1",
            "\"pact-broker publish\" was called with arguments [\"--consumer-version\"]",
        ),
        (
            "publish pacts -a 1 --foo bar",
            "\"pact-broker publish\" was called with arguments [\"--foo\"]",
        ),
    ] {
        let failed = shop.run("ci", &format!("broker {line}"), 1);
        assert!(failed.stderr.contains(said), "{line} {failed:?}");
        assert_eq!(failed.stdout, "", "{line}");
    }
    let failed = shop.run("ci", "broker publish bad.json -a 1 -o json", 1);
    let document: Value = serde_json::from_str(&failed.stdout).unwrap();
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("bad.json is not a pact"), "{message}");
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
}

#[test]
fn of_a_folder_only_what_lies_in_it_is_published_and_the_rest_is_named() {
    let shop = shop();
    shop.pact("ci/pacts/old/foo-old.json", "Foo", "Old", &["a"]);
    shop.pact("ci/pacts/foo-new.pact", "Foo", "New", &["a"]);
    shop.write("ci/pacts/README.md", "how to");
    let told = shop.run("ci", "broker publish pacts -a 1 -o json", 0);
    let document: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(
        document[0]["_links"]["pb:contracts"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        told.stderr,
        "warning: pacts/foo-new.pact is not published: its name does not end in `.json`; name it too\n\
         warning: pacts/old/foo-old.json is not published: it is not directly in the folder; name it \
         too\n"
    );
    // A quoted pattern, and the slashes of Windows.
    let told = shop.run("ci", r"broker publish pacts\*.json -a 2", 0);
    assert!(told.stdout.contains("provider Baz."), "{told:?}");
    // git pact takes it all.
    let told = shop.json("ci", "publish pacts -a 3", 0);
    assert_eq!(told["pacts"].as_array().unwrap().len(), 4);
}

#[test]
fn strict_publishes_nothing_of_which_there_is_something_to_warn() {
    let shop = shop();
    let fine = shop.run("ci", "broker publish pacts -a 1 --validate --strict", 0);
    assert_eq!(fine.stderr, "2 pact files looked through.\n");
    let text = String::from_utf8(pact("Foo", "Bar", &["c"])).unwrap();
    shop.write(
        "ci/pacts/foo-bar.json",
        text.replace("pactSpecification", "spec"),
    );
    let refused = shop.run("ci", "broker publish pacts -a 2 --validate --strict", 1);
    let warning = "warning: pacts/foo-bar.json: the pact does not say which version of the \
                   specification it follows\n";
    assert!(refused.stderr.starts_with(warning), "{refused:?}");
    let why = "nothing is published, for there is 1 warning";
    assert!(refused.stderr.contains(why), "{refused:?}");
    assert_eq!(shop.commits("pact/app/Foo"), 1);
    let _ = shop.run("ci", "publish pacts -a 2 --strict", 2);
    let told = shop.run("ci", "broker publish pacts -a 2 --validate", 0);
    assert!(told.stderr.starts_with(warning), "{told:?}");
}

/// A run of `publish -r` in a directory that is no repository: what is more on the command line, the
/// environment, the exit code, and how stdout or else stderr begins.
type Detection<'a> = (&'a str, &'a [(&'a str, &'a str)], i32, &'a str);

const DETECTIONS: &[Detection<'_>] = &[
    (
        "-r",
        &[
            ("GITHUB_HEAD_REF", ""),
            ("GITHUB_REF", "refs/heads/main"),
            ("GITHUB_SHA", "abc123"),
        ],
        0,
        "Created Foo version abc123 with branch main\n",
    ),
    // A container of pactflow/actions, with the version that the action gives.
    (
        "-r -a abc123",
        &[
            ("GITHUB_HEAD_REF", "feat/y"),
            ("GITHUB_BASE_REF", "main"),
            ("GITHUB_REF", "refs/pull/5/merge"),
            ("GITHUB_SHA", "abc123"),
        ],
        0,
        "Created Foo version abc123 with branch feat/y\n",
    ),
    // All that its script can give.
    (
        "--auto-detect-version-properties --build-url https://gh/o/r/actions/runs/7 \
         --consumer-app-version abc --branch main --tag t --tag-with-git-branch",
        &[
            ("GITHUB_HEAD_REF", ""),
            ("GITHUB_BASE_REF", ""),
            ("GITHUB_REF", "refs/heads/main"),
            ("GITHUB_SHA", "abc"),
        ],
        0,
        "Created Foo version abc with branch main and tags t, main\n",
    ),
    // Nobody will ever deploy that merge commit, but scripts go on to ask about it.
    (
        "-r",
        &[
            ("GITHUB_HEAD_REF", "feat/y"),
            ("GITHUB_REF", "refs/pull/5/merge"),
            ("GITHUB_SHA", "abc123"),
        ],
        0,
        "Created Foo version abc123 with branch feat/y\n",
    ),
    // The branch of a tag is not `refs/tags/v1`, as it is for the Ruby program.
    (
        "-r",
        &[("GITHUB_REF", "refs/tags/v1"), ("GITHUB_SHA", "abc123")],
        0,
        "Created Foo version abc123\n",
    ),
    (
        "-r -a 9 --branch b9 --build-url http://b",
        &[("GITHUB_REF", "refs/heads/main"), ("GITHUB_SHA", "abc123")],
        0,
        "Created Foo version 9 with branch b9\n",
    ),
    (
        "-r",
        &[("MY_BRANCH", "mybr"), ("GITHUB_SHA", "abc")],
        0,
        "Created Foo version abc with branch mybr\n",
    ),
    (
        "-r",
        &[
            ("MY_BRANCH", "a"),
            ("YOUR_BRANCH", "b"),
            ("GIT_COMMIT", "abc"),
        ],
        1,
        "Detected abc from GIT_COMMIT.\nno branch: no branch is checked out, and no variable names one\n",
    ),
    // GitLab's own variable for the commit is known, too.
    (
        "-r",
        &[
            ("CI_COMMIT_REF_NAME", "glbranch"),
            ("CI_COMMIT_SHA", "glsha"),
        ],
        0,
        "Created Foo version glsha with branch glbranch\n",
    ),
    (
        "-r",
        &[],
        1,
        "warning: no variable names a commit, and there is none in this directory; give the version\n\
         No value provided for required option --consumer-app-version\n",
    ),
    (
        "-a 1 -g",
        &[("GIT_BRANCH", "feat/x")],
        0,
        "Created Foo version 1 with tags feat/x\n",
    ),
    (
        "-a 1 --tag-with-git-branch --branch main",
        &[("GIT_BRANCH", "feat/x")],
        0,
        "Created Foo version 1 with branch main and tags feat/x\n",
    ),
    ("-a 1 -g", &[], 1, "--tag-with-git-branch needs a branch\n"),
];

#[test]
fn version_and_branch_are_found_where_the_ruby_program_finds_them() {
    for (more, variables, status, said) in DETECTIONS {
        let shop = shop();
        let line = format!("broker publish pacts {more}");
        let output = shop.run_with("ci", &line, *status, variables);
        let shown = if *status == 0 {
            &output.stdout
        } else {
            &output.stderr
        };
        assert!(shown.starts_with(said), "{more} {variables:?} {output:?}");
    }
}

#[test]
fn a_version_without_a_branch_is_never_an_accident() {
    let shop = shop();
    let code = shop.sandbox.git("ci");
    code.run(&["init", "--quiet", "--initial-branch=feat/here"]);
    code.run(&["commit", "--quiet", "--allow-empty", "--message", "begin"]);
    let head = code.run(&["rev-parse", "HEAD"]);
    let told = shop.run("ci", "broker publish pacts -r", 0);
    let said = format!("Created Foo version {head} with branch feat/here\n");
    assert!(told.stdout.starts_with(&said), "{told:?}");
    code.run(&["checkout", "--quiet", "--detach"]);
    let refused = shop.run("ci", "broker publish pacts -r -a 2", 1);
    assert_eq!(
        refused.stderr,
        "no branch: no branch is checked out, and no variable names one\nhint: give --branch\n"
    );
    // Known not to be of a branch.
    let tag = [("GITHUB_ACTIONS", "true"), ("GITHUB_REF", "refs/tags/v1")];
    let told = shop.run_with("ci", "broker publish pacts -r -a 2", 0, &tag);
    let warning = "warning: no branch: this is a build of the tag `v1` (GITHUB_REF)\n";
    assert_eq!(told.stderr, warning);
    // git pact warns.
    let told = shop.run("ci", "publish pacts -r -a 3", 0);
    assert!(
        told.stderr
            .contains("warning: no branch: no branch is checked out"),
        "{told:?}"
    );
}
