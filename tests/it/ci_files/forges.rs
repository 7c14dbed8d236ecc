//! One day of each forge: publish, verify, ask, deploy; forks; versions that somebody asks for.

use serde_json::Value;

use super::Build;
use super::Checkout;

/// What a service says of a build; `COMMIT` stands for the commit, `EVENT` for the path of the event file.
type Says = &'static [(&'static str, &'static str)];

/// A forge as a runner of its jobs sees it.
struct Runner {
    forge: &'static str,
    /// Whether all steps of a job share a shell.
    one_shell: bool,
    /// The build of a push to `main`.
    push: Says,
    /// The build of what is proposed: a branch, or its pull request.
    proposed: Says,
    /// Whether a build of `proposed` has made a merge that is checked out.
    event: &'static str,
}

const RUNNERS: &[Runner] = &[
    Runner {
        forge: "github",
        one_shell: false,
        push: &[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", "push"),
            ("GITHUB_REF", "refs/heads/main"),
            ("GITHUB_REF_NAME", "main"),
            ("GITHUB_SHA", "COMMIT"),
            ("HEAD_SHA", "COMMIT"),
        ],
        proposed: &[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_EVENT_PATH", "EVENT"),
            ("GITHUB_REF", "refs/pull/7/merge"),
            ("GITHUB_REF_NAME", "7/merge"),
            ("GITHUB_HEAD_REF", "fix/total"),
            ("GITHUB_BASE_REF", "main"),
            ("GITHUB_SHA", "5f2d1c0b9a8e7f6d5c4b3a29181706f5e4d3c2b1"),
            ("HEAD_SHA", "COMMIT"),
        ],
        event: r#"{"pull_request": {"number": 7, "head": {"sha": "COMMIT", "ref": "fix/total", "repo":
            {"full_name": "shop/web"}}, "base": {"ref": "main", "repo": {"full_name": "shop/web"}}}}"#,
    },
    Runner {
        forge: "gitlab",
        one_shell: true,
        push: &[
            ("GITLAB_CI", "true"),
            ("CI_COMMIT_SHA", "COMMIT"),
            ("CI_COMMIT_BRANCH", "main"),
            ("CI_COMMIT_REF_NAME", "main"),
        ],
        proposed: &[
            ("GITLAB_CI", "true"),
            ("CI_COMMIT_SHA", "COMMIT"),
            ("CI_COMMIT_BRANCH", "fix/total"),
            ("CI_COMMIT_REF_NAME", "fix/total"),
        ],
        event: "",
    },
    Runner {
        forge: "jenkins",
        one_shell: false,
        push: &[
            ("JENKINS_URL", "https://jenkins.example.org/"),
            ("GIT_COMMIT", "COMMIT"),
            ("BRANCH_NAME", "main"),
            ("GIT_BRANCH", "main"),
        ],
        proposed: &[
            ("JENKINS_URL", "https://jenkins.example.org/"),
            ("GIT_COMMIT", "COMMIT"),
            ("BRANCH_NAME", "fix/total"),
            ("GIT_BRANCH", "fix/total"),
        ],
        event: "",
    },
    Runner {
        forge: "buildkite",
        one_shell: true,
        push: &[
            ("BUILDKITE", "true"),
            ("BUILDKITE_COMMIT", "HEAD"),
            ("BUILDKITE_BRANCH", "main"),
            ("BUILDKITE_PULL_REQUEST", "false"),
        ],
        proposed: &[
            ("BUILDKITE", "true"),
            ("BUILDKITE_COMMIT", "COMMIT"),
            ("BUILDKITE_BRANCH", "fix/total"),
            ("BUILDKITE_PULL_REQUEST", "7"),
            ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"),
        ],
        event: "",
    },
    Runner {
        forge: "azure",
        one_shell: false,
        push: &[
            ("TF_BUILD", "True"),
            ("BUILD_SOURCEVERSION", "COMMIT"),
            ("BUILD_SOURCEBRANCH", "refs/heads/main"),
            ("BUILD_SOURCEBRANCHNAME", "main"),
        ],
        proposed: &[
            ("TF_BUILD", "True"),
            ("BUILD_SOURCEVERSION", "COMMIT"),
            ("BUILD_SOURCEBRANCH", "refs/heads/fix/total"),
            ("BUILD_SOURCEBRANCHNAME", "total"),
        ],
        event: "",
    },
    Runner {
        forge: "circleci",
        one_shell: false,
        push: &[
            ("CIRCLECI", "true"),
            ("CIRCLE_SHA1", "COMMIT"),
            ("CIRCLE_BRANCH", "main"),
        ],
        proposed: &[
            ("CIRCLECI", "true"),
            ("CIRCLE_SHA1", "COMMIT"),
            ("CIRCLE_BRANCH", "fix/total"),
            ("CIRCLE_PULL_REQUEST", "https://github.com/shop/web/pull/7"),
        ],
        event: "",
    },
    Runner {
        forge: "bitbucket",
        one_shell: true,
        push: &[
            ("BITBUCKET_BUILD_NUMBER", "31"),
            ("BITBUCKET_COMMIT", "SHORT"),
            ("BITBUCKET_BRANCH", "main"),
        ],
        proposed: &[
            ("BITBUCKET_BUILD_NUMBER", "32"),
            ("BITBUCKET_COMMIT", "COMMIT"),
            ("BITBUCKET_BRANCH", "fix/total"),
        ],
        event: "",
    },
];

impl Runner {
    /// Checks out the commit of a build.
    fn checkout<'a>(&self, build: &'a Build, name: &str, commit: &str, says: Says) -> Checkout<'a> {
        let event = build.shop.sandbox.path(&format!("event-{commit}.json"));
        std::fs::write(&event, self.event.replace("COMMIT", commit)).unwrap();
        let says: Vec<(&str, String)> = says
            .iter()
            .map(|(name, value)| {
                let value = match *value {
                    "COMMIT" => commit.to_owned(),
                    "SHORT" => commit[..12].to_owned(),
                    "EVENT" => event.to_str().unwrap().to_owned(),
                    value => value.to_owned(),
                };
                (*name, value)
            })
            .collect();
        let says: Vec<(&str, &str)> = says
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        build.checkout(name, commit).saying(&says)
    }

    fn file(&self, build: &Build, role: &str, more: &[&str]) -> Value {
        build.files(self.forge, role, more).remove(0)
    }
}

#[test]
fn a_version_is_published_verified_asked_about_and_deployed_at_every_forge() {
    for runner in RUNNERS {
        let build = Build::new();
        let commit = build.head("main");
        let consumer = runner.file(&build, "consumer", &[]);
        let provider = runner.file(&build, "provider", &["--results", "results.json"]);
        let deploy_web = runner.file(&build, "deploy", &[]);
        let deploy_orders = runner.file(&build, "deploy", &["-a", "Orders"]);
        let forge = runner.forge;

        let web = runner.checkout(&build, "web", &commit, runner.push);
        let _ = web.succeeds(&consumer, "test", runner.one_shell);
        let _ = web.succeeds(&consumer, "publish", runner.one_shell);
        let known = build.version("Web", &commit);
        let text = known.to_string();
        assert!(text.contains(r#""main""#), "{forge}: {text}");

        // Nobody has verified it, so it is not deployed.
        let early = web.job(&deploy_web, "deploy", runner.one_shell);
        assert!(matches!(early.status, Some(1 | 3)), "{forge}: {early:?}");
        assert!(!build.shop.sandbox.path("web/deployed").exists(), "{forge}");

        let orders = runner.checkout(&build, "orders", &commit, runner.push);
        let verified = orders.succeeds(&provider, "verify", runner.one_shell);
        assert!(verified.stdout.contains("passed"), "{forge}: {verified:?}");
        let again = orders.succeeds(&provider, "verify", runner.one_shell);
        assert!(again.stderr.contains("already"), "{forge}: {again:?}");

        let _ = orders.succeeds(&deploy_orders, "deploy", runner.one_shell);
        let _ = web.succeeds(&deploy_web, "deploy", runner.one_shell);
        assert!(build.shop.sandbox.path("web/deployed").exists(), "{forge}");
        let deployed =
            build
                .shop
                .store()
                .run(&["ls-tree", "-r", "--name-only", "pact/env/production"]);
        for name in ["production/deployed/Web/", "production/deployed/Orders/"] {
            assert!(deployed.contains(name), "{forge}: {deployed}");
        }
        build.shop.step("desk", "fetch");
        build.shop.step("desk", "doctor");
    }
}

#[test]
fn what_is_proposed_is_published_under_what_was_pushed_and_asked_about() {
    for runner in RUNNERS {
        let build = Build::new();
        let (main, proposed) = (build.head("main"), build.head("fix/total"));
        let consumer = runner.file(&build, "consumer", &[]);
        // Nobody waits in a test.
        let consumer: Value = serde_json::from_str(
            &consumer
                .to_string()
                .replace("--retry-while-unknown 30", "--retry-while-unknown 0"),
        )
        .unwrap();
        let provider = runner.file(&build, "provider", &["--results", "results.json"]);
        let forge = runner.forge;
        let web = runner.checkout(&build, "web", &main, runner.push);
        let orders = runner.checkout(&build, "orders", &main, runner.push);
        for job in ["test", "publish"] {
            let _ = web.succeeds(&consumer, job, runner.one_shell);
        }
        let _ = orders.succeeds(&provider, "verify", runner.one_shell);

        let fix = runner.checkout(&build, "fix", &proposed, runner.proposed);
        for job in ["test", "publish"] {
            let _ = fix.succeeds(&consumer, job, runner.one_shell);
        }
        let known = build.version("Web", &proposed).to_string();
        assert!(known.contains(r#""fix/total""#), "{forge}: {known}");
        let unknown = fix.job(&consumer, "can-i-merge", runner.one_shell);
        assert_eq!(unknown.status, Some(3), "{forge}: {unknown:?}");
        // Any build of the provider's main branch verifies it, whatever it was started for.
        let said = orders.succeeds(&provider, "verify", runner.one_shell);
        assert!(said.stdout.contains("passed (WIP)"), "{forge}: {said:?}");
        let _ = fix.succeeds(&consumer, "can-i-merge", runner.one_shell);
    }
}

#[test]
fn a_fork_without_a_token_records_nothing_and_fails_nothing() {
    for (forge, says) in [
        (
            "circleci",
            [("CIRCLE_PR_REPONAME", "web"), ("CIRCLECI", "true")],
        ),
        (
            "bitbucket",
            [("GIT_PACT_TOKEN", ""), ("BITBUCKET_BUILD_NUMBER", "1")],
        ),
    ] {
        let build = Build::new();
        let runner = RUNNERS.iter().find(|it| it.forge == forge).unwrap();
        let consumer = runner.file(&build, "consumer", &[]);
        let provider = runner.file(&build, "provider", &["--results", "results.json"]);
        let web = runner
            .checkout(&build, "web", &build.head("fix/total"), runner.proposed)
            .saying(&says);
        let before = build.shop.commits("--all");
        for (file, job) in [
            (&consumer, "test"),
            (&consumer, "publish"),
            (&consumer, "can-i-merge"),
            (&provider, "verify"),
        ] {
            let said = web.succeeds(file, job, runner.one_shell);
            let is_told = job == "test" || said.stdout.contains("nothing is recorded");
            assert!(is_told, "{forge} {job}: {said:?}");
        }
        assert_eq!(build.shop.commits("--all"), before, "{forge}");
    }
    // The others say it by a condition, which is no shell.
    let build = Build::new();
    for (forge, condition) in [
        (
            "github",
            "github.event.pull_request.head.repo.full_name == github.repository",
        ),
        ("gitlab", "- if: $CI_COMMIT_BRANCH && $GIT_PACT_TOKEN"),
        ("jenkins", "when { not { changeRequest() } }"),
        (
            "buildkite",
            "if: build.pull_request.repository.fork != true",
        ),
        ("azure", "ne(variables['Build.Reason'], 'PullRequest')"),
    ] {
        let file = build.files(forge, "consumer", &[]).remove(0);
        assert!(
            file["text"].as_str().unwrap().contains(condition),
            "{forge}"
        );
    }
}

#[test]
fn a_version_that_somebody_asks_for_is_verified_without_a_word_of_its_branch() {
    for runner in RUNNERS {
        let build = Build::new();
        let deployed = build.head("main");
        let newer = build.commit("main", &["an order", "more"]);
        let provider = runner.file(&build, "provider", &["--results", "results.json"]);
        let consumer = runner.file(&build, "consumer", &[]);
        let web = runner.checkout(&build, "web", &newer, runner.push);
        for job in ["test", "publish"] {
            let _ = web.succeeds(&consumer, job, runner.one_shell);
        }
        let orders = runner.checkout(&build, "orders", &newer, runner.push);
        let orders = orders.saying(&[("PACT_PROVIDER_VERSION", &deployed)]);
        let said = orders.succeeds(&provider, "verify", runner.one_shell);
        assert!(
            said.stderr.contains(&deployed),
            "{}: {said:?}",
            runner.forge
        );
        let known = build.version("Orders", &deployed).to_string();
        assert!(!known.contains(r#""main""#), "{}: {known}", runner.forge);

        let evil = runner.checkout(&build, "evil", &newer, runner.push);
        let evil = evil.saying(&[("PACT_PROVIDER_VERSION", "--upload-pack=touch pwned")]);
        let refused = evil.job(&provider, "verify", runner.one_shell);
        assert_eq!(refused.status, Some(2), "{refused:?}");
        assert!(!build.shop.sandbox.path("evil/pwned").exists());
    }
}

#[test]
fn a_version_that_is_asked_for_as_the_head_of_a_branch_verifies_what_is_on_that_branch() {
    let build = Build::new();
    let (head, proposed) = (build.head("main"), build.head("fix/total"));
    for runner in RUNNERS {
        let provider = runner.file(&build, "provider", &["--results", "results.json"]);
        let consumer = runner.file(&build, "consumer", &[]);
        let name = |part: &str| format!("{}-{part}", runner.forge);
        let fix = runner.checkout(&build, &name("fix"), &proposed, runner.proposed);
        for job in ["test", "publish"] {
            let _ = fix.succeeds(&consumer, job, runner.one_shell);
        }
        let orders = runner.checkout(&build, &name("orders"), &head, runner.push);
        let orders = orders.saying(&[
            ("PACT_PROVIDER_VERSION", &head),
            ("PACT_PROVIDER_BRANCH", "fix/total"),
            ("GIT_PACT_BUILD_URL", "https://ci.example.org/31"),
        ]);
        let said = orders.succeeds(&provider, "verify", runner.one_shell);
        assert!(said.stdout.contains("passed"), "{}: {said:?}", runner.forge);
        let known = build.version("Orders", &head).to_string();
        assert!(!known.contains("fix/total"), "{}: {known}", runner.forge);
    }
    let runs = [
        "grep",
        "-h",
        "buildUrl",
        "pact/app/Orders",
        "--",
        "Orders/runs",
    ];
    let told = build.shop.store().run(&runs);
    assert!(told.contains("https://ci.example.org/31"), "{told}");
}

#[test]
fn tests_that_speak_to_a_broker_find_one_with_what_they_verify() {
    let build = Build::new();
    let commit = build.head("main");
    let verifier = "git pact record-verification --provider Orders -a \"$GIT_COMMIT\" --branch \"$GIT_BRANCH\" \
                    --consumer Web --success && test -n \"$PACT_BROKER_BASE_URL\"";
    for runner in RUNNERS {
        let more = ["--verify-command", verifier];
        let url = build.url();
        let line = [
            "ci",
            runner.forge,
            "--role",
            "provider",
            "--provider",
            "Orders",
            "--contracts-repo",
            &url,
            "--output",
            "json",
        ];
        let output = build
            .shop
            .sandbox
            .run("desk", &[line.as_slice(), &more].concat());
        let document: Value = serde_json::from_str(&output.stdout).unwrap();
        let provider = document["files"][0].clone();
        let consumer = runner.file(&build, "consumer", &[]);
        let web = runner.checkout(
            &build,
            &format!("{}-web", runner.forge),
            &commit,
            runner.push,
        );
        for job in ["test", "publish"] {
            let _ = web.succeeds(&consumer, job, runner.one_shell);
        }
        let orders = runner.checkout(
            &build,
            &format!("{}-orders", runner.forge),
            &commit,
            runner.push,
        );
        let _ = orders.succeeds(&provider, "verify", runner.one_shell);
        let known = build.version("Orders", &commit).to_string();
        assert!(known.contains(r#""main""#), "{}: {known}", runner.forge);
    }
}
