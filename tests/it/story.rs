//! The main job, end to end: consumers, a provider, environments, and the question whether a
//! version can be deployed, asked on several machines against one store.

use std::fs;

use crate::support::sandbox::Output;
use crate::support::sandbox::Sandbox;

/// The question of the story.
const CAN_WEB_1: &str =
    "can-i-deploy --pacticipant Web --version web-1 --to-environment production";

/// Several machines and the store that they share.
struct Story {
    sandbox: Sandbox,
    fixtures: String,
}

impl Story {
    /// Prepares a bare remote and a machine for each team; `store` names the store to them.
    fn new(store: impl Fn(&Sandbox) -> Option<String>) -> Self {
        let mut sandbox = Sandbox::new();
        sandbox.remote("contracts.git");
        for machine in ["web", "orders"] {
            sandbox.clone_of("contracts.git", machine);
        }
        if let Some(store) = store(&sandbox) {
            sandbox.set("GIT_PACT_REPO", &store);
        }
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures").to_owned();
        Self { sandbox, fixtures }
    }

    /// Runs a command line on a machine and returns its output if it ends as expected.
    fn run(&self, machine: &str, line: &str, status: i32) -> Output {
        let line = line.replace("FIXTURES", &self.fixtures);
        let words: Vec<String> = line
            .split_whitespace()
            .map(|word| word.replace('+', " "))
            .collect();
        let output = self.sandbox.run(machine, &words);
        assert_eq!(
            output.status,
            Some(status),
            "{line}\n{}{}",
            output.stdout,
            output.stderr
        );
        output
    }

    /// Runs a command line that has to end well.
    fn step(&self, machine: &str, line: &str) {
        let _ = self.run(machine, line, 0);
    }

    fn copy(&self, fixture: &str, to: &str) {
        fs::copy(
            format!("{}/{fixture}", self.fixtures),
            self.sandbox.path(to),
        )
        .unwrap();
    }

    fn play(&self) {
        self.step("web", "init");
        let line = "publish FIXTURES/pacts/orders/web-1.json --consumer-app-version web-1 \
                    --branch main --build-url https://ci.example/1 --tag dev";
        let published = self.run("web", line, 0);
        assert!(
            published
                .stdout
                .contains("Created Web version web-1 with branch main and tags dev")
        );
        let line = "publish FIXTURES/pacts/orders/mobile-app-1.json -a app-1 --branch main";
        self.step("web", line);
        self.step(
            "orders",
            "create-environment --name production --production",
        );
        let unknown = self.run("web", CAN_WEB_1, 3);
        assert!(
            unknown.stdout.contains("There is no verified pact between"),
            "{unknown:?}"
        );

        let line = "pull --provider Order+Service --provider-version-branch main --main-branch --to ./verify";
        self.step("orders", line);
        let mut pulled: Vec<_> = fs::read_dir(self.sandbox.path("orders/verify"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        pulled.sort();
        assert_eq!(pulled, ["Mobile%20App.json", "Web.json"]);
        let bytes = fs::read(self.sandbox.path("orders/verify/Web.json")).unwrap();
        let published = fs::read(format!("{}/pacts/orders/web-1.json", self.fixtures)).unwrap();
        assert_eq!(bytes, published, "the bytes as published");

        self.copy("verifier/rust-pass.json", "orders/results.json");
        let record = "record-verification --provider Order+Service --branch main \
                      --provider-app-version orders-1 --results results.json";
        self.step("orders", record);
        let again = self.run("orders", record, 0);
        assert!(again.stderr.contains("Nothing new"), "{again:?}");
        let line = "record-deployment --pacticipant Order+Service --version orders-1 \
                    --environment production";
        self.step("orders", line);

        let yes = self.run("web", CAN_WEB_1, 0);
        assert!(yes.stdout.starts_with("Computer says yes \\o/"), "{yes:?}");
        let offline = self.run("web", &format!("{CAN_WEB_1} --offline"), 0);
        assert_eq!(offline.stdout, yes.stdout);
        let line = "record-deployment -a Web -e web-1 --environment production";
        self.step("web", line);
        self.step("orders", &format!("{CAN_WEB_1} --output json"));

        self.no();
        self.history();
    }

    /// The next version of the consumer wants what the provider does not have.
    fn no(&self) {
        let line = "publish FIXTURES/pacts/orders/web-2.json -a web-2 --branch main";
        self.step("web", line);
        let refused = self.run(
            "web",
            "publish FIXTURES/pacts/orders/web-1.json -a web-2 --branch main",
            1,
        );
        assert!(
            refused
                .stderr
                .contains("Cannot change the content of the pact for Web version web-2")
        );
        assert!(
            refused
                .stderr
                .contains("removed: \"a request for the invoice of an order\"")
        );
        let line = "pull --provider Order+Service --provider-version-branch main --main-branch --to ./verify";
        self.step("orders", line);
        self.copy("verifier/rust-fail.json", "orders/results.json");
        let line = "record-verification --provider Order+Service --branch main \
                    --provider-app-version orders-1 --results results.json";
        self.step("orders", line);
        let line = "can-i-deploy --pacticipant Web --version web-2 --to-environment production";
        let no = self.run("web", line, 1);
        assert!(
            no.stdout.contains(
                "The verification for the pact between version web-2 of Web and the version of \
                 Order Service currently in production (orders-1) failed"
            ),
            "{no:?}"
        );
        // What was true of the first version still is.
        self.step("web", CAN_WEB_1);
    }

    /// What was said is in the history, and any past answer can be given again.
    fn history(&self) {
        let answer = self.run("web", &format!("{CAN_WEB_1} --output json"), 0);
        fs::write(self.sandbox.path("web/answer.json"), &answer.stdout).unwrap();
        self.step(
            "orders",
            "record-undeployment -a Order+Service --environment production",
        );
        let _ = self.run("web", CAN_WEB_1, 3);
        let replayed = self.run(
            "web",
            &format!("{CAN_WEB_1} --output json --at answer.json"),
            0,
        );
        assert_eq!(replayed.stdout, answer.stdout, "byte for byte");
        let log = self.run("web", "log --environment production", 0);
        let first = log.stdout.lines().next().unwrap_or_default().to_owned();
        assert!(log.stdout.contains("Order Service"), "{first}");
        self.step(
            "web",
            "matrix --pacticipant Web --pacticipant Order+Service",
        );
        self.step("web", "status");
        let fsck = self.sandbox.git("contracts.git").run(&["fsck", "--strict"]);
        assert!(!fsck.contains("error"), "{fsck}");
    }
}

#[test]
fn two_machines_share_a_bare_remote_that_they_have_cloned() {
    Story::new(|_| None).play();
}

#[test]
fn the_store_may_be_named_by_a_file_url() {
    let url = |sandbox: &Sandbox| {
        Some(format!(
            "file://{}",
            sandbox.path("contracts.git").display()
        ))
    };
    Story::new(url).play();
}

#[test]
fn the_store_may_be_named_by_a_path() {
    let path = |sandbox: &Sandbox| Some(sandbox.path("contracts.git").display().to_string());
    Story::new(path).play();
}
