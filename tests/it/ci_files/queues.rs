//! Builds of what is not there yet, in queues and trains, and a repository that is everything in one.

use serde_json::Value;

use super::Build;

#[test]
fn a_merge_queue_publishes_its_own_commit_on_no_branch_and_asks_about_it() {
    let build = Build::new();
    let consumer = build.files("github", "consumer", &[]).remove(0);
    let group = build.commit(
        "gh-readonly-queue/main/pr-7-0a1b2c3",
        &["an order", "a total"],
    );
    let reference = "refs/heads/gh-readonly-queue/main/pr-7-0a1b2c3";
    let event =
        format!(r#"{{"merge_group": {{"head_sha": "{group}", "head_ref": "{reference}"}}}}"#);
    build.shop.write("event.json", event);
    let event = build.shop.sandbox.path("event.json");
    let web = build.checkout("web", &group).saying(&[
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "merge_group"),
        ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
        ("GITHUB_REF", reference),
        ("GITHUB_REF_NAME", &reference["refs/heads/".len()..]),
        ("GITHUB_SHA", &group),
        ("HEAD_SHA", &group),
    ]);
    for job in ["test", "publish"] {
        let _ = web.succeeds(&consumer, job, false);
    }
    let known = build.version("Web", &group);
    assert!(!known.to_string().contains("gh-readonly-queue"), "{known}");
    let line = format!(
        "record-verification --provider Orders -a {group} --branch main --consumer Web --consumer-version {group} --success"
    );
    build.shop.step("desk", &line);
    let _ = web.succeeds(&consumer, "can-i-merge", false);
}

#[test]
fn a_merge_train_asks_about_what_was_pushed() {
    let build = Build::new();
    let consumer = build.files("gitlab", "consumer", &[]).remove(0);
    let pushed = build.head("fix/total");
    let branch = build.checkout("branch", &pushed).saying(&[
        ("GITLAB_CI", "true"),
        ("CI_COMMIT_SHA", &pushed),
        ("CI_COMMIT_BRANCH", "fix/total"),
    ]);
    for job in ["test", "publish"] {
        let _ = branch.succeeds(&consumer, job, true);
    }
    let line = format!(
        "record-verification --provider Orders -a 7 --branch main --consumer Web --consumer-version {pushed} --success"
    );
    build.shop.step("desk", &line);
    let merged = build.commit("train", &["an order", "a total", "more"]);
    let train = build.checkout("train", &merged).saying(&[
        ("GITLAB_CI", "true"),
        ("CI_COMMIT_SHA", &merged),
        ("CI_MERGE_REQUEST_IID", "7"),
        ("CI_MERGE_REQUEST_EVENT_TYPE", "merge_train"),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", &pushed),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "fix/total"),
    ]);
    let _ = train.succeeds(&consumer, "can-i-merge", true);
}

#[test]
fn a_repository_can_be_consumer_provider_and_contracts_in_one() {
    let build = Build::new();
    let sandbox = &build.shop.sandbox;
    let line = [
        "ci",
        "gitlab",
        "--role",
        "monorepo",
        "-a",
        "Web",
        "--provider",
        "Orders",
        "--test-command",
        "cp -r wanted pacts",
        "--verify-command",
        "cp passes.json results.json",
        "--results",
        "results.json",
        "--output",
        "json",
    ];
    let made = sandbox.run("desk", &line);
    let document: Value = serde_json::from_str(&made.stdout).unwrap();
    let file = document["files"][0].clone();
    let pushed = build.head("fix/total");
    let checkout = build.checkout("job", &pushed).with_store_here().saying(&[
        ("GITLAB_CI", "true"),
        ("CI_COMMIT_SHA", &pushed),
        ("CI_COMMIT_BRANCH", "fix/total"),
    ]);
    for job in ["test", "publish", "verify", "can-i-merge"] {
        let _ = checkout.succeeds(&file, job, true);
    }
    let app = sandbox.git("app.git");
    let branches = app.run(&[
        "for-each-ref",
        "--format=%(refname:short)",
        "refs/heads/pact",
    ]);
    assert_eq!(
        branches,
        "pact/app/Orders\npact/app/Web\npact/contracts/Orders"
    );
    // The checkout is as it was: on no branch, with nothing changed that is tracked.
    let job = sandbox.git("job");
    assert_eq!(job.run(&["rev-parse", "HEAD"]), pushed);
    assert_eq!(
        job.run(&["status", "--porcelain", "--untracked-files=no"]),
        ""
    );
}

#[test]
fn a_merge_that_jenkins_made_is_not_published_for_what_was_pushed() {
    let build = Build::new();
    let consumer = build.files("jenkins", "consumer", &[]).remove(0);
    let pushed = build.head("fix/total");
    let git = build.shop.sandbox.clone_of("app.git", "job");
    git.run(&["checkout", "--quiet", "--detach", "origin/fix/total~1"]);
    let other = build.commit("other", &["an order"]);
    git.run(&["fetch", "--quiet", "origin"]);
    let as_jenkins = [
        "-c",
        "user.name=Jenkins",
        "-c",
        "user.email=nobody@nowhere",
        "merge",
        "--quiet",
        "--no-ff",
    ];
    git.run(
        &[
            as_jenkins.as_slice(),
            &["--no-edit", "-X", "ours", other.as_str()],
        ]
        .concat(),
    );
    let merged = git.run(&["rev-parse", "HEAD"]);
    let checkout = super::Checkout {
        build: &build,
        directory: "job".to_owned(),
        store: Some(build.url()),
        says: Vec::new(),
    };
    let checkout = checkout.saying(&[
        ("JENKINS_URL", "https://jenkins.example.org/"),
        ("GIT_COMMIT", &merged),
        ("BRANCH_NAME", "PR-7"),
        ("CHANGE_ID", "7"),
        ("CHANGE_BRANCH", "fix/total"),
        ("CHANGE_TARGET", "main"),
    ]);
    let _ = checkout.succeeds(&consumer, "test", false);
    let refused = checkout.job(&consumer, "publish", false);
    assert_eq!(refused.status, Some(2), "{refused:?}");
    assert!(
        refused.stderr.contains("a merge commit that Jenkins made"),
        "{refused:?}"
    );
    let checkout = checkout.saying(&[("GIT_PACT_COMMIT", &pushed)]);
    let _ = checkout.succeeds(&consumer, "publish", false);
}
