//! Commands and outputs as literal text, and what must not be obeyed.

use super::*;
use crate::domain::selector::Destination;
use crate::domain::testing::MemoryLedger;
use crate::render::gate::tests::answer;
use crate::render::gate::tests::hostile;
use crate::render::gate::tests::mixed;
use crate::render::gate::tests::to_production;
use crate::render::gate::tests::web;

#[test]
fn what_stands_in_the_way_is_annotated_the_worst_first() {
    let (matrix, verdict) = mixed();
    let expected = [
        "::error title=can-i-deploy%3A failed::Db version 5 does not honour the pact of Web version 1%0Abuild: https://ci.example.com/5?a=b&c=d",
        "::warning title=can-i-deploy%3A not verified::no version of Mail has verified the pact of Web version 1",
    ];
    assert_eq!(
        annotations("can-i-deploy", &matrix, &verdict, false),
        expected
    );
    let dry = annotations("can-i-deploy", &matrix, &verdict, true);
    assert!(
        dry.iter().all(|line| line.starts_with("::warning ")),
        "{dry:?}"
    );
}

#[test]
fn a_yes_is_annotated_only_with_what_to_mind() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &[]);
    let (matrix, verdict) = answer(&ledger, vec![web("1")], Destination::Latest);
    let annotations = annotations("can-i-deploy", &matrix, &verdict, false);
    assert_eq!(annotations.len(), 1);
    let start = "::warning title=can-i-deploy::WARN: It is recommended to specify the environment";
    assert!(annotations[0].starts_with(start), "{annotations:?}");
}

#[test]
fn there_are_at_most_ten() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("production");
    let pacts: Vec<String> = (0..12).map(|it| format!("Api {it}=a{it}")).collect();
    let pacts: Vec<&str> = pacts.iter().map(String::as_str).collect();
    ledger.publish("Web", "1", "main", &pacts);
    let (matrix, verdict) = answer(&ledger, vec![web("1")], to_production());
    let annotations = annotations("can-i-deploy", &matrix, &verdict, false);
    assert_eq!(annotations.len(), 10);
    assert_eq!(annotations[9], "::error title=can-i-deploy::… and 3 more");
}

#[test]
fn nothing_in_a_name_or_an_address_begins_a_command() {
    let (matrix, verdict) = hostile();
    let annotations = annotations("can-i-deploy", &matrix, &verdict, false);
    let [annotation] = annotations.as_slice() else {
        panic!("{annotations:?}");
    };
    assert_eq!(
        annotation,
        "::error title=can-i-deploy%3A failed::Api version 5 does not honour the pact of \
         ::error::W]]>|`@team`<b>&\" version 1%0Abuild: https://ci/1 ::error::x [31m%250A)|`"
    );
    let failure = no_answer("can-i-deploy", "one\n::error::two", false);
    assert_eq!(
        failure,
        "::error title=can-i-deploy%3A no answer::one%0A::error::two"
    );
    // What would end the property or the command is encoded.
    let title = command("error", "a:b,c%\n::", "x");
    assert_eq!(title, "::error title=a%3Ab%2Cc%25%0A%3A%3A::x");
}

#[test]
fn outputs_are_one_line_each_but_the_reason() {
    let (_, verdict) = mixed();
    let expected = "\
verdict=no
deployable=false
exit-code=1
count=5
commit=abc def
json=/tmp/a b.json
reason<<f00
The verification for the pact between version 1 of Web and the version of Db currently in production (5) failed
There is no verified pact between version 1 of Web and a version of Mail currently in production (no version is currently recorded as deployed/released in this environment)
f00
";
    let step = StepOutputs {
        exit_code: 1,
        count: 5,
        commits: vec!["abc", "def"],
        json: Some("/tmp/a\nb.json"),
    };
    assert_eq!(outputs(&verdict, &step, "f00"), expected);
}
