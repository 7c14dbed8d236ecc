//! `publish-provider-contract`: a plain no, whatever is on the command line.

use serde_json::Value;

use crate::support::team::Shop;

const WHY: &str = "a provider contract cannot be published: comparing it with pacts (bi-directional \
                   contract testing) is a service of PactFlow; no Pact Broker has it";

#[test]
fn a_provider_contract_is_refused_with_what_to_do_instead() {
    // Nothing of this needs a store.
    let shop = Shop::with_a_remote(&[]);
    shop.write("ci/oas.yml", "openapi: 3.0.0");
    for line in [
        "publish-provider-contract",
        "pactflow publish-provider-contract oas.yml --provider Orders -a 1",
        "publish-provider-contract oas.yml --provider Orders --provider-app-version 1 --branch main \
         --tag a --specification oas --content-type application/yaml --verification-success \
         --verification-results r.txt --verification-results-content-type text/plain \
         --verification-results-format text --verifier dredd --verifier-version 1 \
         --build-url http://build -r --tag-with-git-branch",
        "pactflow publish-provider-contract oas.yml --provider Orders -a 1 --no-verification-success \
         --tag a --tag b",
        "publish-provider-contract oas.yml --provider Orders -a 1 --verification-exit-code 1 -o text",
    ] {
        // `pactflow` is a program of the other side, too.
        let status = if line.starts_with("pactflow") { 1 } else { 2 };
        let refused = shop.run("ci", line, status);
        assert!(refused.stderr.contains(WHY), "{line} {refused:?}");
        assert!(
            refused.stderr.contains("git pact record-verification"),
            "{refused:?}"
        );
        let refused = shop.run("ci", &format!("broker {line}"), 1);
        assert!(refused.stderr.contains(WHY), "{line} {refused:?}");
    }
    let line = "broker pactflow publish-provider-contract oas.yml --provider Orders -a 1 -h main --tag a b -o json";
    let refused = shop.run("ci", line, 1);
    let document: Value = serde_json::from_str(&refused.stdout).unwrap();
    assert_eq!(document["error"]["message"], WHY);
}
