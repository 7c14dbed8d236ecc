//! A provider's CI that does not know git-pact: it clones the branch of its contracts and has a
//! Pact verifier verify the directory as it is.
//!
//! Runs where the variable GIT_PACT_TEST_VERIFIER names a `pact` program (`pip install
//! pact-python-cli`), because the rest of the tests needs nothing but git.

use std::env;
use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use crate::support::team::STORE;
use crate::support::team::Shop;

/// The provider of the fixtures, at work until the end of the test.
struct Provider {
    process: Child,
    port: String,
}

impl Provider {
    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/provider/provider.py");
        let mut process = Command::new("python3")
            .arg(script)
            .arg("0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let stdout = process.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut port).unwrap();
        let port = port.trim().to_owned();
        Self { process, port }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Has a verifier verify a directory of pacts with Order Service, and says whether all is well.
fn verify(pact: &str, provider: &Provider, shop: &Shop, directory: &str) -> bool {
    let port = &provider.port;
    let output = Command::new(pact)
        .args(["verifier", "--no-colour", "--hostname", "127.0.0.1"])
        .args(["--port", port, "--provider-name", "Order Service"])
        .args([
            "--state-change-url",
            &format!("http://127.0.0.1:{port}/_states"),
        ])
        .args(["--dir", directory, "--json", "results.json"])
        .current_dir(shop.sandbox.path("ci"))
        .env("PACT_DO_NOT_TRACK", "true")
        .output()
        .unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
    println!("{}", String::from_utf8_lossy(&output.stderr));
    output.status.success()
}

#[test]
fn a_provider_without_the_tool_verifies_a_clone_of_its_contracts_as_it_is() {
    let Some(pact) = env::var_os("GIT_PACT_TEST_VERIFIER") else {
        println!("SKIPPED: set GIT_PACT_TEST_VERIFIER to a `pact` program to have a real verifier");
        println!("SKIPPED: verify the contracts of a clone; see fixtures/README.md");
        return;
    };
    let pact = pact.to_str().unwrap();
    let shop = Shop::with_a_remote(&["consumers"]);
    for (fixture, version) in [
        ("orders/web-1", "web-1"),
        ("orders/mobile-app-1", "app-1"),
        ("messages/mailer-1", "mailer-1"),
        ("v1/till-1", "till-1"),
    ] {
        let line = format!("publish FIXTURES/pacts/{fixture}.json -a {version} --branch main");
        shop.step("consumers", &line);
    }
    let url = format!("file://{}", shop.sandbox.path(STORE).display());
    let branch = "pact/contracts/Order%20Service";
    let clone = |directory: &str| {
        let git = shop.sandbox.git(directory);
        git.run(&["clone", "--quiet", "--depth", "1", "-b", branch, &url, "."]);
        assert_eq!(git.run(&["rev-list", "--count", "HEAD"]), "1");
    };
    clone("ci");
    let expected = ["Mailer.json", "Mobile%20App.json", "Till.json", "Web.json"];
    // git has decoded nothing: the names are those of the branch.
    assert_eq!(shop.list("ci/Order%20Service"), expected);
    let provider = Provider::start();
    assert!(verify(pact, &provider, &shop, "Order%20Service"));
    let results = fs::read_to_string(shop.sandbox.path("ci/results.json")).unwrap();
    assert!(
        results.contains("\"result\":true") || results.contains("\"result\": true"),
        "{results}"
    );

    // The positive control: what the provider does not honour fails, and both can be recorded from
    // the same report once the tool has pulled.
    shop.step(
        "consumers",
        "publish FIXTURES/pacts/orders/web-2.json -a web-2 --branch main",
    );
    fs::remove_dir_all(shop.sandbox.path("ci")).unwrap();
    clone("ci");
    assert!(!verify(pact, &provider, &shop, "Order%20Service"));
    let pull = "pull --provider Order+Service --main-branch --to ./verify";
    shop.step("ci", pull);
    assert!(!verify(pact, &provider, &shop, "verify"));
    let record = "record-verification --provider Order+Service -a 1 --branch main \
                  --results results.json";
    let recorded = shop.run("ci", record, 0);
    assert!(
        recorded
            .stderr
            .contains("4 results of Order Service version 1, 1 failed"),
        "{recorded:?}"
    );
    let invoice = "a request for the invoice of an order";
    assert!(recorded.stdout.contains(invoice), "{recorded:?}");
    for (consumer, status) in [("Web", 1), ("Mobile+App", 0), ("Mailer", 0), ("Till", 0)] {
        let line = format!("can-i-deploy -a {consumer} --latest -a Order+Service -e 1");
        let _ = shop.run("consumers", &line, status);
    }
}
