//! A shop to play commands in: a store, a machine for each team, and pacts as short as can be.

use std::fs;
use std::path::Path;

use serde_json::Value;
use serde_json::json;

use super::git::Git;
use super::sandbox::Output;
use super::sandbox::Sandbox;

/// The directory of the store in the sandbox.
pub(crate) const STORE: &str = "contracts.git";

/// The fixtures that tests read.
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

/// A sandbox in which several machines share one store.
pub(crate) struct Shop {
    /// Where it all lies.
    pub(crate) sandbox: Sandbox,
}

impl Shop {
    /// Returns machines that name the store by its path: it is the authority itself.
    pub(crate) fn with_a_store(machines: &[&str]) -> Self {
        let mut shop = Self::with_a_remote(&[]);
        for machine in machines {
            fs::create_dir(shop.sandbox.path(machine)).unwrap();
        }
        let store = shop.sandbox.path(STORE);
        shop.sandbox.set("GIT_PACT_REPO", store.to_str().unwrap());
        shop
    }

    /// Returns machines that have cloned the store and stand in the clone.
    pub(crate) fn with_a_remote(machines: &[&str]) -> Self {
        let sandbox = Sandbox::new();
        sandbox.remote(STORE);
        for machine in machines {
            sandbox.clone_of(STORE, machine);
        }
        Self { sandbox }
    }

    /// Returns the shop with something of every kind in its store, recorded by the machines `web` and
    /// `orders`.
    pub(crate) fn furnished(self) -> Self {
        self.pact("web/1.json", "Web", "Orders", &["an order"]);
        self.pact("web/2.json", "Web", "Orders", &["an order", "an invoice"]);
        for (machine, line) in [
            ("web", "publish 1.json -a 1 --branch main --tag dev"),
            ("web", "publish 2.json -a 2 --branch feat/x --tag dev"),
            (
                "orders",
                "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
            ),
            ("web", "create-environment --name production --production"),
            (
                "web",
                "record-deployment -a Web -e 1 --environment production",
            ),
            (
                "orders",
                "record-release -a Orders -e 7 --environment production",
            ),
            ("web", "init --rules strict"),
        ] {
            self.step(machine, line);
        }
        self
    }

    /// Runs a command line, which has to end with a status; `+` stands for a space in a word, and
    /// `FIXTURES` for the directory of the fixtures.
    pub(crate) fn run(&self, machine: &str, line: &str, status: i32) -> Output {
        self.run_with(machine, line, status, &[])
    }

    /// The same with more in the environment.
    pub(crate) fn run_with(
        &self,
        machine: &str,
        line: &str,
        status: i32,
        variables: &[(&str, &str)],
    ) -> Output {
        let output = self.sandbox.run_with(machine, &words(line), variables);
        assert_eq!(
            output.status,
            Some(status),
            "{machine}$ git pact {line}\n{}{}",
            output.stdout,
            output.stderr
        );
        output
    }

    /// Runs a command line that has to end well.
    pub(crate) fn step(&self, machine: &str, line: &str) {
        let _ = self.run(machine, line, 0);
    }

    /// Runs a command line with `--output json` and returns the document.
    pub(crate) fn json(&self, machine: &str, line: &str, status: i32) -> Value {
        let output = self.run(machine, &format!("{line} --output json"), status);
        match serde_json::from_str(&output.stdout) {
            Ok(value) => value,
            Err(error) => panic!("{line}: {error}\n{}", output.stdout),
        }
    }

    /// Writes a pact in which each interaction is a description.
    pub(crate) fn pact(&self, file: &str, consumer: &str, provider: &str, wanted: &[&str]) {
        self.write(file, pact(consumer, provider, wanted));
    }

    /// Writes a file, with its directory.
    pub(crate) fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let path = self.sandbox.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Copies a fixture.
    pub(crate) fn copy(&self, fixture: &str, file: &str) {
        self.write(file, fs::read(Path::new(FIXTURES).join(fixture)).unwrap());
    }

    /// Returns the names of what lies in a directory, sorted.
    pub(crate) fn list(&self, directory: &str) -> Vec<String> {
        let entries = fs::read_dir(self.sandbox.path(directory)).unwrap();
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<String> = entries
            .map(|entry| name(entry).into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Returns the `git` of the store.
    pub(crate) fn store(&self) -> Git {
        self.sandbox.git(STORE)
    }

    /// Returns how many commits a branch of the store has, or all of them with `--all`.
    pub(crate) fn commits(&self, branch: &str) -> usize {
        let count = self.store().run(&["rev-list", "--count", branch]);
        count.parse().unwrap()
    }
}

/// Returns the words of a command line.
pub(crate) fn words(line: &str) -> Vec<String> {
    let line = line.replace("FIXTURES", FIXTURES);
    line.split_whitespace()
        .map(|word| word.replace('+', " "))
        .collect()
}

/// Returns a pact in which each interaction is a description.
pub(crate) fn pact(consumer: &str, provider: &str, wanted: &[&str]) -> Vec<u8> {
    let interaction = |wanted: &&str| {
        json!({
            "description": wanted,
            "request": { "method": "GET", "path": format!("/{}", wanted.len()) },
            "response": { "status": 200 },
        })
    };
    let interactions: Vec<Value> = wanted.iter().map(interaction).collect();
    let pact = json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    });
    serde_json::to_vec_pretty(&pact).unwrap()
}
