//! What there is when a play begins: repositories, environments, the files of every role, webhooks.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::programs;
use super::world::App;
use super::world::CONTRACTS;
use super::world::ENVIRONMENTS;
use super::world::Forge;
use super::world::TEAMS;
use super::world::Way;
use super::world::repository;
use crate::support::team::STORE;

impl Forge {
    /// Makes all that there is when a play begins.
    pub(super) fn found(&mut self) {
        self.repository(CONTRACTS);
        self.shop.sandbox.clone_of(STORE, "desk");
        let desk = self.shop.sandbox.git("desk");
        desk.run(&["checkout", "--quiet", "-b", "main"]);
        desk.run(&["commit", "--quiet", "--allow-empty", "-m", "Begin"]);
        desk.run(&["push", "--quiet", "origin", "main"]);
        self.hook();
        for name in TEAMS {
            self.repository(name);
            let app = App {
                name,
                desk: self
                    .shop
                    .sandbox
                    .clone_of(&repository(name), &format!("desk-{name}")),
                branches: BTreeMap::new(),
                heads: BTreeMap::new(),
            };
            self.apps.insert(name, app);
            self.person(&format!(
                "create-or-update-pacticipant --name {name} --main-branch main \
                 --repository-url https://forge.example.org/shop/{name}"
            ));
        }
        for environment in ENVIRONMENTS {
            self.person(&format!("create-environment --name {environment}"));
        }
        let of_the_team = "--test-command ./test --verify-command ./verify --deploy-command ./deploy \
                           --results results.json";
        for (app, role) in [
            ("Web", "consumer"),
            ("Orders", "consumer"),
            ("Orders", "provider"),
            ("Stock", "provider"),
            (CONTRACTS, "contracts"),
        ] {
            let line = format!("ci github --role {role} -a {app} --provider {app} {of_the_team}");
            self.make(app, role, &line);
        }
        // What a build that is asked for is told, as `job` tells it.
        for (name, of) in [
            ("VERSION", "sha || inputs.sha"),
            ("BRANCH", "branch || inputs.branch"),
        ] {
            let line =
                format!("PACT_PROVIDER_{name}: ${{{{ github.event.client_payload.{of} || '' }}}}");
            let text = self.files[&("Orders", "provider")][0]["text"]
                .as_str()
                .unwrap();
            assert!(text.contains(&line), "{line}: {text}");
        }
        for (app, role, environment) in [
            ("Web", "deploy-staging", ENVIRONMENTS[0]),
            ("Web", "deploy-production", ENVIRONMENTS[1]),
            ("Orders", "deploy-staging", ENVIRONMENTS[0]),
            ("Orders", "deploy-production", ENVIRONMENTS[1]),
            ("Stock", "deploy-staging", ENVIRONMENTS[0]),
            ("Stock", "deploy-production", ENVIRONMENTS[1]),
        ] {
            let line = format!(
                "ci github --role deploy -a {app} --environment {environment} {of_the_team}"
            );
            self.make(app, role, &line);
        }
        match self.way {
            Way::Dispatch => {
                self.person("ci github --role contracts --provider Orders --commit");
                self.make(
                    CONTRACTS,
                    "changed",
                    "ci github --role contracts --provider Orders",
                );
            }
            Way::Webhooks => self.webhooks(),
        }
    }

    /// Has the contracts ask the API for a build whenever a contract requires a verification.
    fn webhooks(&self) {
        for name in ["Orders", "Stock"] {
            let body = r#"{"event_type":"contract_requiring_verification_published","client_payload":{"sha":"${pactbroker.providerVersionNumber}","branch":"${pactbroker.providerVersionBranch}"}}"#;
            self.person(&format!(
                "create-webhook {}/repos/shop/{name}/dispatches -X POST --provider {name} \
                 --contract-requiring-verification-published -H Authorization:+Bearer+${{env.FORGE}} \
                 -H Content-Type:+application/json -d {body}",
                self.api_url()
            ));
        }
        // The first run says from where on.
        let variables = [
            ("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http"),
            ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "127.0.0.1"),
        ];
        let now = self.now().to_string();
        let variables = [variables.as_slice(), &[("GIT_PACT_NOW", &now)]].concat();
        let _ = self.shop.run_with("desk", "webhooks run", 0, &variables);
    }

    /// Makes the repository of an application, to which the id of any commit may be asked for, as at GitHub.
    fn repository(&self, app: &str) {
        let git = self.shop.sandbox.git(&repository(app));
        if app != CONTRACTS {
            git.run(&["init", "--quiet", "--bare", "--initial-branch=main"]);
        }
        git.run(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    }

    fn hook(&self) {
        let hook = self
            .shop
            .sandbox
            .path(&format!("{STORE}/hooks/post-receive"));
        fs::write(&hook, programs::POST_RECEIVE).unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Makes the files of a role.
    fn make(&mut self, app: &'static str, role: &'static str, line: &str) {
        let contracts = match app {
            CONTRACTS => String::new(),
            _ => format!("--contracts-repo {}", self.url(CONTRACTS)),
        };
        let made = self.shop.json("desk", &format!("{line} {contracts}"), 0);
        let files = made["files"].as_array().unwrap().clone();
        for file in &files {
            let text = file["text"].as_str().unwrap();
            assert!(!text.contains("CHANGE_ME"), "{app} {role}: {text}");
        }
        self.files.insert((app, role), files);
    }
}
