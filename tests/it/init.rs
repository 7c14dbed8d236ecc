//! `git pact init`: what it sets, and what it leaves as it is.

use crate::support::sandbox::Sandbox;

#[test]
fn a_second_init_does_not_change_the_rules() {
    let sandbox = Sandbox::new();
    sandbox.remote("contracts.git");
    sandbox.clone_of("contracts.git", "web");
    for (arguments, rules) in [
        (&["init"][..], "strict"),
        (&["init", "--rules", "pact-broker"], "pact-broker"),
        (&["init"], "pact-broker"),
        (&["init", "--rules", "strict"], "strict"),
    ] {
        let output = sandbox.run("web", arguments);
        assert_eq!(output.status, Some(0), "{output:?}");
        let expected = format!("its rules are {rules}.");
        assert!(output.stdout.contains(&expected), "{output:?}");
    }
}
