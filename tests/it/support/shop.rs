//! Order Service and its consumers: a bare remote, and a clone on each team's machine.

use std::fs;
use std::path::Path;

use super::sandbox::Output;
use super::sandbox::Sandbox;

/// Returns the path of a fixture.
pub(crate) fn fixture(name: &str) -> String {
    format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Returns a remote without records, `contracts.git`, and its clones `web` and `orders`.
pub(crate) fn empty_shop() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.remote("contracts.git");
    sandbox.clone_of("contracts.git", "web");
    sandbox.clone_of("contracts.git", "orders");
    sandbox
}

/// Returns the same with pacts: Web 1 and Mobile App 1 on `main`, Web 2 on `feat`.
pub(crate) fn shop() -> Sandbox {
    let sandbox = empty_shop();
    publish(&sandbox, "orders/web-1.json", "1", "main");
    publish(&sandbox, "orders/mobile-app-1.json", "1", "main");
    publish(&sandbox, "orders/web-2.json", "2", "feat");
    sandbox
}

/// Publishes a pact of the fixtures.
pub(crate) fn publish(sandbox: &Sandbox, pact: &str, version: &str, branch: &str) {
    let pact = fixture(&format!("pacts/{pact}"));
    let line = ["publish", &pact, "-a", version, "--branch", branch];
    let _ = done(sandbox.run("web", &line));
}

/// Runs a command line, given as one text, that has to succeed.
pub(crate) fn run(sandbox: &Sandbox, directory: &str, line: &str) -> Output {
    done(attempt(sandbox, directory, line))
}

/// Runs a command line, given as one text; `Order_Service` stands for the name with a space.
pub(crate) fn attempt(sandbox: &Sandbox, directory: &str, line: &str) -> Output {
    let words = line.split_whitespace();
    let words: Vec<_> = words
        .map(|word| word.replace("Order_Service", "Order Service"))
        .collect();
    sandbox.run(directory, &words)
}

/// Returns an output if it is that of a success.
pub(crate) fn done(output: Output) -> Output {
    assert_eq!(output.status, Some(0), "{output:?}");
    output
}

/// Returns the names of what is in a directory, sorted.
pub(crate) fn listing(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
