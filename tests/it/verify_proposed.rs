//! `git pact verify-proposed`: what branches of consumers propose, verified each apart from all else.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::sandbox::Output;
use crate::support::team::STORE;
use crate::support::team::Shop;

/// A verifier: the provider honours the statuses in `offers`, and a report is as little precise as that of most.
const VERIFIER: &str = r#"#!/bin/sh
ls pacts-to-verify >> asked
[ ! -e results.json ] || echo 'there is a report' >> asked
success=true
for pact in pacts-to-verify/*; do
    status=$(sed -nE 's/.*"status": ([0-9]+).*/\1/p' "$pact")
    grep -qx "$status" offers || success=false
done
[ "$status" = 500 ] && exit 1
echo "[{\"consumer\": \"Web\", \"success\": $success}]" > results.json
[ "$success" = true ]
"#;

/// Returns a contract of which only the status differs: one interaction, always with the same name.
fn wanting(status: u16) -> String {
    format!(
        r#"{{"consumer": {{"name": "Web"}}, "provider": {{"name": "Orders"}}, "interactions": [
{{"description": "an order", "request": {{"method": "GET", "path": "/"}}, "response": {{
"status": {status}
}}}}]}}"#
    )
}

/// Returns a shop in which Orders 7, its main branch, honours 200, which Web has on its main branch.
fn shop() -> Shop {
    let shop = Shop::with_a_remote(&["web", "orders"]);
    shop.write("orders/verify", VERIFIER);
    let verifier = shop.sandbox.path("orders/verify");
    fs::set_permissions(verifier, fs::Permissions::from_mode(0o755)).unwrap();
    shop.write("orders/offers", "200\n201\n");
    for status in [200, 201, 404, 500] {
        shop.write(&format!("web/{status}.json"), wanting(status));
    }
    shop.step("web", "publish 200.json -a 1 --branch main");
    shop.step(
        "orders",
        "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
    );
    shop
}

/// Verifies what is proposed to a version of Orders.
fn verify(shop: &Shop, version: &str, branch: &str) -> Output {
    let line = format!(
        "verify-proposed --provider Orders -a {version} --branch {branch} --results results.json -- ./verify"
    );
    shop.run("orders", &line, 0)
}

fn merge(shop: &Shop, version: &str, status: i32) {
    shop.step("web", "fetch");
    let _ = shop.run(
        "web",
        &format!("can-i-merge --pacticipant Web --version {version}"),
        status,
    );
}

/// Returns what was given to the verifier since this was asked last.
fn asked(shop: &Shop) -> Vec<String> {
    let path = shop.sandbox.path("orders/asked");
    let text = fs::read_to_string(&path).unwrap_or_default();
    fs::write(path, "").unwrap();
    text.lines().map(str::to_owned).collect()
}

fn states(shop: &Shop, status: i32) -> Vec<String> {
    let owed = shop.json("web", "owed", status);
    let owed = owed["owed"].as_array().unwrap().iter();
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    let line = |it: &Value| {
        let because = it["consumerReasons"][0].as_str().unwrap();
        let (version, state) = (text(it, "providerVersion"), text(it, "state"));
        format!("{version} {because}: {state}")
    };
    let mut lines: Vec<String> = owed.map(line).collect();
    lines.sort();
    lines
}

#[test]
fn each_proposal_gets_its_own_answer_though_no_report_tells_them_apart() {
    let shop = shop();
    shop.step("web", "publish 201.json -a 2 --branch feat/made");
    shop.step("web", "publish 404.json -a 3 --branch feat/wanted");
    merge(&shop, "2", 3);
    assert_eq!(
        states(&shop, 3),
        [
            "7 proposed on branch feat/made: unverified",
            "7 proposed on branch feat/wanted: unverified"
        ]
    );
    let before = shop.commits("pact/app/Orders");
    let said = verify(&shop, "7", "main");
    assert_eq!(asked(&shop), ["Web.json", "Web.json"]);
    assert!(
        said.stdout.contains("passed (WIP)") && said.stdout.contains("failed (pending) (WIP)"),
        "{said:?}"
    );
    // All in one commit; what is agreed is as it was.
    assert_eq!(shop.commits("pact/app/Orders"), before + 1);
    for (version, status) in [("1", 0), ("2", 0), ("3", 1)] {
        merge(&shop, version, status);
    }
    // That one fails is an answer, and nothing that is owed.
    assert_eq!(
        states(&shop, 0),
        ["7 proposed on branch feat/wanted: failed"]
    );
    let said = shop.run("web", "owed", 0).stdout;
    assert!(said.contains("failed, and is only proposed"), "{said}");

    // What is honoured is not asked again of this version; what is not, is, and the same again is no news.
    for _ in 0..2 {
        let _ = verify(&shop, "7", "main");
        assert_eq!(asked(&shop), ["Web.json"]);
        assert_eq!(shop.commits("pact/app/Orders"), before + 2);
    }
    // The next head is another version, and is asked for all of it.
    shop.step(
        "orders",
        "record-verification --provider Orders -a 8 --branch main --consumer Web --success",
    );
    merge(&shop, "2", 3);
    shop.write("orders/offers", "200\n404\n");
    let _ = verify(&shop, "8", "main");
    assert_eq!(asked(&shop).len(), 2);
    for (version, status) in [("1", 0), ("2", 1), ("3", 0)] {
        merge(&shop, version, status);
    }
}

#[test]
fn a_verifier_that_says_nothing_proves_nothing_and_fails_no_build() {
    let shop = shop();
    shop.step("web", "publish 201.json -a 2 --branch feat/a");
    shop.step("web", "publish 500.json -a 3 --branch feat/b");
    // A report that is left of another contract is never taken for one of this.
    shop.write(
        "orders/results.json",
        r#"[{"consumer": "Web", "success": true}]"#,
    );
    let said = verify(&shop, "7", "main");
    assert_eq!(asked(&shop), ["Web.json", "Web.json"]);
    assert!(
        said.stderr
            .contains("nothing is recorded for Web 3 (latest from branch feat/b)"),
        "{said:?}"
    );
    merge(&shop, "2", 0);
    merge(&shop, "3", 3);
    assert_eq!(
        states(&shop, 3),
        ["7 proposed on branch feat/b: unverified"]
    );
    // A command that is not there is a mistake of the build.
    let line = "verify-proposed --provider Orders -a 7 --branch main --results r.json -- ./nothing";
    let failed = shop.run("orders", line, 4);
    assert!(failed.stderr.contains("cannot start `./nothing`"));
}

#[test]
fn only_the_main_branch_is_asked_and_what_is_merged_or_agreed_is_no_proposal() {
    let shop = shop();
    shop.step("web", "publish 201.json -a 2 --branch feat/a");
    let pushed = shop.store().run(&["for-each-ref"]);
    for branch in ["feat/a", "feat/other"] {
        let said = verify(&shop, "9", branch);
        assert!(said.stderr.contains("Nothing is proposed"), "{said:?}");
    }
    let none = "verify-proposed --provider Orders -a 9 --results r.json -- ./verify";
    assert!(
        shop.run("orders", none, 0)
            .stderr
            .contains("this is on none")
    );
    assert_eq!(shop.store().run(&["for-each-ref"]), pushed);
    shop.step("web", "publish 201.json -a 3 --branch main");
    shop.step("web", "publish 200.json -a 4 --branch main");
    // The branch is still there, and its contract was merged once.
    let _ = verify(&shop, "7", "main");
    assert_eq!(asked(&shop), [""; 0]);
    // A version that somebody asks for is said to be on no branch by this.
    shop.step("web", "publish 404.json -a 5 --branch feat/b");
    shop.step(
        "orders",
        "verify-proposed --provider Orders -a 6 --provider-version-branch main --results results.json -- ./verify",
    );
    assert_eq!(asked(&shop).len(), 1);
    let known = shop
        .json("orders", "describe-version -a Orders -e 6", 0)
        .to_string();
    assert!(!known.contains("\"main\""), "{known}");
}

#[test]
fn what_cannot_be_written_is_an_error_of_the_build() {
    let shop = shop();
    shop.step("web", "publish 201.json -a 2 --branch feat/a");
    let hook = shop.sandbox.path(&format!("{STORE}/hooks/pre-receive"));
    fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let line =
        "verify-proposed --provider Orders -a 7 --branch main --results results.json -- ./verify";
    let _ = shop.run("orders", line, 4);
    fs::remove_file(hook).unwrap();
    let _ = verify(&shop, "7", "main");
    merge(&shop, "2", 0);
}
