//! Many writers at once: what is reported as written is on the remote, and how often it was tried.

use std::fs;
use std::thread;

use serde_json::Value;
use serde_json::json;

use crate::support::sandbox::Sandbox;

fn pact(consumer: &str, path: &str) -> String {
    let pact = json!({
        "consumer": {"name": consumer},
        "provider": {"name": "Shared"},
        "interactions": [{
            "description": "a request",
            "request": {"method": "GET", "path": path},
            "response": {"status": 200}
        }],
        "metadata": {"pactSpecification": {"version": "2.0.0"}}
    });
    pact.to_string()
}

/// Publishes a pact from a machine of its own and returns how often the push was tried.
fn publish(sandbox: &Sandbox, machine: &str, consumer: &str, version: &str, path: &str) -> u64 {
    let folder = sandbox.path(machine);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("pact.json"), pact(consumer, path)).unwrap();
    let url = format!("file://{}", sandbox.path("contracts.git").display());
    let arguments = [
        "publish",
        "pact.json",
        "-a",
        version,
        "--branch",
        "main",
        "--output",
        "json",
        "--repo",
        &url,
    ];
    let output = sandbox.run_with(
        machine,
        &arguments,
        &[("GIT_PACT_CACHE", &format!("{}/cache", folder.display()))],
    );
    assert_eq!(output.status, Some(0), "{machine}: {}", output.stderr);
    let answer: Value = serde_json::from_str(&output.stdout).unwrap();
    answer["write"]["attempts"].as_u64().unwrap()
}

fn versions_on_the_remote(sandbox: &Sandbox, consumer: &str) -> Vec<String> {
    let branch = format!("pact/app/{consumer}");
    let git = sandbox.git("contracts.git");
    let listing = git.run(&["ls-tree", "-r", "--name-only", &branch]);
    let version = |line: &str| {
        let (_, path) = line.split_once("/versions/")?;
        let (number, _) = path.rsplit('/').next()?.split_once(".version-")?;
        Some(number.to_owned())
    };
    let mut versions: Vec<_> = listing.lines().filter_map(version).collect();
    versions.sort();
    versions
}

#[test]
fn thirty_two_writers_of_thirty_two_applications_lose_nothing() {
    const WRITERS: usize = 32;
    let sandbox = Sandbox::new();
    sandbox.remote("contracts.git");
    for writer in 0..WRITERS {
        let (machine, consumer) = (format!("machine-{writer}"), format!("App{writer}"));
        publish(&sandbox, &machine, &consumer, "1", "/old");
    }
    let attempts: u64 = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let sandbox = &sandbox;
                // A tenth of them changes its contract, which is on a branch that all share.
                let path = if writer % 10 == 0 { "/new" } else { "/old" };
                scope.spawn(move || {
                    let (machine, consumer) = (format!("machine-{writer}"), format!("App{writer}"));
                    publish(sandbox, &machine, &consumer, "2", path)
                })
            })
            .collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .sum()
    });
    println!("{attempts} attempts for {WRITERS} successes");
    for writer in 0..WRITERS {
        assert_eq!(
            versions_on_the_remote(&sandbox, &format!("App{writer}")),
            ["1", "2"]
        );
    }
}

#[test]
fn eight_writers_of_one_application_lose_nothing() {
    const WRITERS: usize = 8;
    let sandbox = Sandbox::new();
    sandbox.remote("contracts.git");
    let attempts: u64 = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let sandbox = &sandbox;
                scope.spawn(move || {
                    let (machine, version) = (format!("machine-{writer}"), format!("v{writer}"));
                    publish(sandbox, &machine, "App", &version, &format!("/{writer}"))
                })
            })
            .collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .sum()
    });
    println!("{attempts} attempts for {WRITERS} successes");
    let expected: Vec<String> = (0..WRITERS).map(|writer| format!("v{writer}")).collect();
    assert_eq!(versions_on_the_remote(&sandbox, "App"), expected);
    // Each of them is in the history, one after the other.
    let git = sandbox.git("contracts.git");
    assert_eq!(
        git.run(&["rev-list", "--count", "pact/app/App"]).trim(),
        "8"
    );
}
