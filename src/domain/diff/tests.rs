//! The table of effects, row by row, and which interaction is which.

use super::*;

fn pact(more: &str) -> Pact {
    let text = format!(r#"{{"consumer":{{"name":"Web"}},"provider":{{"name":"Shop"}},{more}}}"#);
    match Pact::parse(text.as_bytes()) {
        Ok(pact) => pact,
        Err(error) => panic!("{error}: {text}"),
    }
}

fn diff(before: &str, after: &str) -> PactDiff {
    PactDiff::between(&pact(before), &pact(after))
}

/// Returns each line of a difference with the word for its effect behind it.
fn told(diff: &PactDiff) -> Vec<String> {
    let lines = diff.lines().into_iter();
    lines
        .map(|line| match line.effect {
            Some(effect) => format!("{} [{}]", line.text, effect.word()),
            None => line.text,
        })
        .collect()
}

/// Returns what changed from one interaction `a` to another, without the line that names it.
fn within(before: &str, after: &str) -> Vec<String> {
    let one = |it: &str| format!(r#""interactions":[{{"description":"a",{it}}}]"#);
    let diff = diff(&one(before), &one(after));
    let mut lines = told(&diff);
    if !lines.is_empty() {
        assert!(lines.remove(0).starts_with("changed: \"a\""), "{diff:?}");
    }
    lines
}

#[test]
fn what_does_not_count_is_no_difference() {
    let none = diff(
        r#""interactions":[{"description":"a"},{"description":"b"}],"x":1"#,
        r#""interactions":[{"description":"b"},{"description":"a"}],"x":2"#,
    );
    assert_eq!((none.effect(), told(&none).len()), (Effect::None, 0));
}

#[test]
fn interactions_are_added_removed_changed_and_renamed() {
    let found = diff(
        r#""interactions":[{"description":"gone","request":{"path":"/gone"}},
            {"description":"a","providerState":"s","response":{"status":200}},
            {"description":"old name","request":{"path":"/same"}},{"description":"kept"}]"#,
        r#""interactions":[{"description":"a","providerState":"s","response":{"status":201}},
            {"description":"kept"},{"description":"new","request":{"path":"/new"}},
            {"description":"new name","request":{"path":"/same"}}],
            "metadata":{"pactSpecificationVersion":"2"}"#,
    );
    let expected = [
        "specification changed: none to 2 [unclear]",
        "changed: \"a\" given \"s\" [more]",
        "  ~ response status: 200 to 201 [more]",
        "removed: \"gone\" [less]",
        "added: \"new\" [more]",
        "renamed: \"old name\" to \"new name\" [none]",
    ];
    assert_eq!(told(&found), expected);
    assert_eq!(found.effect(), Effect::More);
}

#[test]
fn a_pact_that_moves_to_another_version_with_the_same_rules_changes_only_that() {
    let body = r#""request":{"method":"get","path":"/","query":"a=1"},"response":{"status":200,
        "body":{"id":1}"#;
    let version_2 = format!(
        r#""interactions":[{{"description":"a","providerState":"s",{body},
            "matchingRules":{{"$.body.id":{{"match":"type"}}}}}}}}],
            "metadata":{{"pactSpecification":{{"version":"2.0.0"}}}}"#
    );
    let version_3 = format!(
        r#""interactions":[{{"description":"a","providerStates":[{{"name":"s"}}],{},
            "matchingRules":{{"body":{{"$.id":{{"matchers":[{{"match":"type"}}]}}}}}}}}}}],
            "metadata":{{"pactSpecification":{{"version":"3.0.0"}}}}"#,
        body.replace(r#""a=1""#, r#"{"a":["1"]}"#)
    );
    let version_4 = version_3
        .replace("3.0.0", "4.0")
        .replace(
            r#""description""#,
            r#""type":"Synchronous/HTTP","pending":false,"key":"1","description""#,
        )
        .replace(
            r#""body":{"id":1}"#,
            r#""body":{"content":{"id":1},"contentType":"application/json","encoded":false}"#,
        );
    let to = |version: &str| vec![format!("specification changed: {version} [none]")];
    assert_eq!(told(&diff(&version_2, &version_3)), to("2.0.0 to 3.0.0"));
    let to_4 = told(&diff(&version_3, &version_4));
    assert_eq!(to_4[..1], to("3.0.0 to 4.0"));
    assert_eq!(
        to_4[1..],
        ["changed: \"a\" given \"s\" [none]", "  + key: \"1\" [none]"]
    );
}

#[test]
fn one_of_two_interactions_with_the_same_key_can_change_alone() {
    let one = |path: &str| format!(r#"{{"description":"a","request":{{"path":"{path}"}}}}"#);
    let two = |one: &str, other: &str| format!(r#""interactions":[{one},{other}]"#);
    let found = diff(&two(&one("/1"), &one("/2")), &two(&one("/2"), &one("/3")));
    let expected = [
        "changed: \"a\" [more]",
        "  ~ request path: \"/1\" to \"/3\" [more]",
    ];
    assert_eq!(told(&found), expected);
}

#[test]
fn a_message_keeps_its_name_where_it_moves_to_the_list_of_version_4() {
    let found = diff(
        r#""messages":[{"description":"m","contents":{"id":1}}],
            "metadata":{"pactSpecification":{"version":"3.0.0"}}"#,
        r#""interactions":[{"type":"Asynchronous/Messages","description":"m",
            "contents":{"content":{"id":1,"new":true},"contentType":"application/json"}}],
            "metadata":{"pactSpecification":{"version":"4.0"}}"#,
    );
    let expected = [
        "specification changed: 3.0.0 to 4.0 [none]",
        "changed: \"m\" [more]",
        "  + message body $.new: true [more]",
    ];
    assert_eq!(told(&found), expected);
}

#[test]
fn the_same_written_otherwise_is_said_to_be_the_same() {
    let found = diff(
        r#""interactions":[],"messages":[{"description":"a"},{"description":"b"}]"#,
        r#""interactions":[],"messages":[{"description":"b"},{"description":"a"}]"#,
    );
    let lines = told(&found);
    assert_eq!(lines[0], "written otherwise, and says the same: [none]");
    assert!(
        lines.iter().any(|line| line.starts_with("  +")),
        "{lines:?}"
    );
    let found = diff(r#""odd":1"#, r#""odd":2"#);
    assert_eq!(told(&found)[0], "changed: [unclear]");
}

/// What changes in an interaction, and what is said of it: the rows of the table in `effect`.
const ROWS: &[(&str, &str, &[&str])] = &[
    // The interaction itself.
    (
        r#""providerState":"s""#,
        r#""providerState":"t""#,
        &[
            "  - provider state \"s\" [unclear]",
            "  + provider state \"t\" [more]",
        ],
    ),
    (
        r#""providerStates":[{"name":"s"},{"name":"t"}]"#,
        r#""providerStates":[{"name":"t"}]"#,
        &["  - provider state \"s\" [unclear]"],
    ),
    (
        r#""providerStates":[{"name":"s","params":{"n":1}}]"#,
        r#""providerStates":[{"name":"s","params":{"n":2}}]"#,
        &[r#"  ~ provider state "s": {"n":1} to {"n":2} [unclear]"#],
    ),
    (
        r#""pending":true"#,
        r#""pending":false"#,
        &["  - pending: true [more]"],
    ),
    (
        r#""pending":false"#,
        r#""pending":true"#,
        &["  + pending: true [less]"],
    ),
    (
        r#""comments":{"a":1}"#,
        r#""interactionMarkup":{"b":1}"#,
        &[
            r#"  - comments: {"a":1} [none]"#,
            r#"  + interactionMarkup: {"b":1} [none]"#,
        ],
    ),
    (
        r#""_id":"1","x":1"#,
        r#""_id":"2","x":2"#,
        &[r#"  ~ _id: "1" to "2" [none]"#, "  ~ x: 1 to 2 [unclear]"],
    ),
    (
        r#""transport":"http""#,
        r#""transport":"grpc""#,
        &[r#"  ~ transport: "http" to "grpc" [unclear]"#],
    ),
    // What is asked.
    (
        r#""request":{"method":"get"}"#,
        r#""request":{"method":"PUT"}"#,
        &[r#"  ~ request method: "GET" to "PUT" [more]"#],
    ),
    (
        r#""request":{"path":"/a"}"#,
        r#""request":{"path":"/b"}"#,
        &[r#"  ~ request path: "/a" to "/b" [more]"#],
    ),
    (
        r#""request":{"query":"a=1&b=1"}"#,
        r#""request":{"query":"b=2&c=1"}"#,
        &[
            r#"  - request query a: "1" [unclear]"#,
            r#"  ~ request query b: "1" to "2" [unclear]"#,
            r#"  + request query c: "1" [unclear]"#,
        ],
    ),
    (
        r#""request":{"headers":{"Accept":"a"}}"#,
        r#""request":{"headers":{"accept":"b"}}"#,
        &[r#"  ~ request header accept: "a" to "b" [unclear]"#],
    ),
    (
        r#""request":{"body":{"a":1}}"#,
        r#""request":{"body":{"a":2,"b":[]}}"#,
        &[
            "  ~ request body $.a: 1 to 2 [unclear]",
            "  + request body $.b: [] [unclear]",
        ],
    ),
    (
        r#""request":{"matchingRules":{"$.path":{"match":"regex","regex":"a"}}}"#,
        r#""request":{}"#,
        &[r#"  - request path, rule: regex "a" [none]"#],
    ),
    (
        r#""request":{}"#,
        r#""request":{"generators":{"path":{"type":"ProviderState"}}}"#,
        &[r#"  + request path, generator: {"type":"ProviderState"} [unclear]"#],
    ),
    // What is expected.
    (
        r#""response":{"status":200}"#,
        r#""response":{"status":201}"#,
        &["  ~ response status: 200 to 201 [more]"],
    ),
    (
        r#""response":{}"#,
        r#""response":{"status":200}"#,
        &["  + response status: 200 [more]"],
    ),
    (
        r#""response":{"status":200}"#,
        r#""response":{}"#,
        &["  - response status: 200 [less]"],
    ),
    (
        r#""response":{"headers":{"A":"1","B":"1"}}"#,
        r#""response":{"headers":{"b":"2","C":"3"}}"#,
        &[
            r#"  - response header a: "1" [less]"#,
            r#"  ~ response header b: "1" to "2" [more]"#,
            r#"  + response header c: "3" [more]"#,
        ],
    ),
    (
        r#""response":{"body":{"a":1,"b":{"c":1}}}"#,
        r#""response":{"body":{"b":{"c":2},"d":{"e":1}}}"#,
        &[
            "  - response body $.a: 1 [less]",
            "  ~ response body $.b.c: 1 to 2 [more]",
            r#"  + response body $.d: {"e":1} [more]"#,
        ],
    ),
    (
        r#""response":{"body":[1]}"#,
        r#""response":{"body":[1,2]}"#,
        &["  + response body $[1]: 2 [more]"],
    ),
    (
        r#""response":{"body":[1,2]}"#,
        r#""response":{"body":[1]}"#,
        &["  - response body $[1]: 2 [more]"],
    ),
    (
        r#""response":{}"#,
        r#""response":{"body":{}}"#,
        &["  + response body $: {} [more]"],
    ),
    (
        r#""response":{"body":{}}"#,
        r#""response":{}"#,
        &["  - response body $: {} [less]"],
    ),
    (
        r#""response":{"odd":1}"#,
        r#""response":{"odd":2}"#,
        &["  ~ response odd: 1 to 2 [unclear]"],
    ),
    (
        r#""response":{"matchingRules":{"odd":{"match":"type"}}}"#,
        r#""response":{}"#,
        &["  - response odd, rule: type [unclear]"],
    ),
    (
        r#""type":"Synchronous/HTTP","response":{"body":{"content":"a","contentType":"a/a"}}"#,
        r#""type":"Synchronous/HTTP","response":{"body":{"content":"a","contentType":"a/b"}}"#,
        &[r#"  ~ response content type: "a/a" to "a/b" [unclear]"#],
    ),
    (
        r#""response":{"body":"<a>1</a>","matchingRules":{"$.body.a['#text']":{"match":"type"}}}"#,
        r#""response":{"body":"<a>2</a>","matchingRules":{"$.body.a['#text']":{"match":"integer"}}}"#,
        &[
            r#"  ~ response body $: "<a>1</a>" to "<a>2</a>" [unclear]"#,
            r##"  ~ response body $.a["#text"], rule: type to integer [unclear]"##,
        ],
    ),
    (
        r#""response":{"body":"a"}"#,
        r#""response":{"body":"b"}"#,
        &[r#"  ~ response body $: "a" to "b" [more]"#],
    ),
    (
        r#""response":{"generators":{"body":{"$.a":{"type":"Uuid"}}}}"#,
        r#""response":{}"#,
        &[r#"  - response body $.a, generator: {"type":"Uuid"} [none]"#],
    ),
];

#[test]
fn every_change_of_an_interaction_has_its_effect() {
    for (before, after, expected) in ROWS {
        assert_eq!(within(before, after), *expected, "{before} {after}");
    }
}

/// What changes in a response whose body has rules, and what is said of it.
#[test]
fn an_example_under_a_rule_may_be_another_example() {
    for (rule, before, after, effect) in [
        (r#"{"match":"type"}"#, "1", "2", "none"),
        (r#"{"match":"type"}"#, "1", r#""1""#, "more"),
        (r#"{"match":"type"}"#, "[1]", "[1,2]", "unclear"),
        (r#"{"match":"type"}"#, r#"{"x":1}"#, r#"{"x":2}"#, "none"),
        (
            r#"{"match":"type"}"#,
            r#"{"x":1}"#,
            r#"{"x":1,"y":1}"#,
            "more",
        ),
        (
            r#"{"match":"type"}"#,
            r#"{"x":1,"y":1}"#,
            r#"{"x":1}"#,
            "less",
        ),
        (
            r#"{"match":"regex","regex":"."}"#,
            r#""a""#,
            r#""b""#,
            "none",
        ),
        (r#"{"match":"equality"}"#, "1", "2", "more"),
        (
            r#"{"match":"equality"}"#,
            r#"{"x":1,"y":1}"#,
            r#"{"x":1}"#,
            "more",
        ),
        (
            r#"{"match":"arrayContains"}"#,
            r#"{"x":1}"#,
            r#"{"y":1}"#,
            "unclear",
        ),
        (r#"{"match":"new"}"#, "1", "2", "unclear"),
    ] {
        let body = |value: &str| {
            format!(
                r#""response":{{"body":{{"a":{value}}},"matchingRules":{{"$.body.a":{rule}}}}}"#
            )
        };
        let lines = within(&body(before), &body(after));
        assert!(!lines.is_empty(), "{rule} {before} {after}");
        let worst = format!("[{effect}]");
        assert!(
            lines.iter().any(|line| line.ends_with(&worst)),
            "{rule} {before} {after}: {lines:?}"
        );
    }
}

#[test]
fn a_rule_is_stricter_looser_or_cannot_be_compared() {
    const TYPE: &str = r#"{"match":"type"}"#;
    const REGEX: &str = r#"{"match":"regex","regex":"a"}"#;
    let all = |matchers: &str| format!(r#"{{"combine":"AND","matchers":[{matchers}]}}"#);
    let any = |matchers: &str| format!(r#"{{"combine":"OR","matchers":[{matchers}]}}"#);
    for (example, before, after, there, back) in [
        (r#""a""#, "", TYPE, "less", "more"),
        (r#""a""#, "", REGEX, "less", "more"),
        (r#""a""#, REGEX, TYPE, "less", "more"),
        (
            r#""a""#,
            r#"{"match":"date","format":"y"}"#,
            TYPE,
            "less",
            "more",
        ),
        (
            r#""a""#,
            REGEX,
            r#"{"match":"regex","regex":"b"}"#,
            "unclear",
            "unclear",
        ),
        (r#""a""#, REGEX, r#"{"match":"equality"}"#, "more", "less"),
        (
            "1",
            r#"{"match":"integer"}"#,
            r#"{"match":"number"}"#,
            "less",
            "more",
        ),
        ("1", r#"{"match":"integer"}"#, TYPE, "less", "more"),
        ("1", r#"{"match":"number"}"#, TYPE, "none", "none"),
        ("1", "", r#"{"match":"equality"}"#, "none", "none"),
        (r#"{"x":1}"#, "", r#"{"match":"equality"}"#, "more", "less"),
        ("[1]", r#"{"min":1}"#, r#"{"min":2}"#, "more", "less"),
        ("[1]", TYPE, r#"{"match":"type","max":2}"#, "more", "less"),
        (
            "[1]",
            r#"{"min":1,"max":2}"#,
            r#"{"min":2,"max":3}"#,
            "more",
            "more",
        ),
        ("[1]", r#"{"match":"new"}"#, TYPE, "unclear", "unclear"),
        (
            r#""a""#,
            TYPE,
            &all(&format!("{TYPE},{REGEX}")),
            "more",
            "less",
        ),
        (
            r#""a""#,
            TYPE,
            &any(&format!("{TYPE},{REGEX}")),
            "less",
            "more",
        ),
        (
            r#""a""#,
            &any(&format!("{TYPE},{REGEX}")),
            &all(&format!("{TYPE},{REGEX}")),
            "unclear",
            "unclear",
        ),
    ] {
        let body = |rule: &str| {
            let rules = match rule {
                "" => String::new(),
                rule => format!(r#""$.body.a":{rule}"#),
            };
            format!(r#""response":{{"body":{{"a":{example}}},"matchingRules":{{{rules}}}}}"#)
        };
        for (one, other, effect) in [(before, after, there), (after, before, back)] {
            let lines = within(&body(one), &body(other));
            let [line] = lines.as_slice() else {
                panic!("{one} {other}: {lines:?}")
            };
            assert!(
                line.ends_with(&format!("[{effect}]")),
                "{one} {other}: {line}"
            );
        }
    }
}

#[test]
fn a_rule_that_came_or_went_with_its_value_has_no_effect_of_its_own() {
    let with = r#""response":{"body":{"a":1,"b":2},"matchingRules":{"$.body.b":{"match":"type"}}}"#;
    let without = r#""response":{"body":{"a":1}}"#;
    let expected = [
        "  + response body $.b: 2 [more]",
        "  + response body $.b, rule: type [none]",
    ];
    assert_eq!(within(without, with), expected);
    let expected = [
        "  - response body $.b: 2 [less]",
        "  - response body $.b, rule: type [none]",
    ];
    assert_eq!(within(with, without), expected);
}

#[test]
fn a_rule_that_says_what_was_handed_down_already_has_no_effect() {
    let body = |more: &str| {
        format!(
            r#""response":{{"body":{{"a":{{"b":1}}}},"matchingRules":{{"$.body.a":{{"match":"type"}}{more}}}}}"#
        )
    };
    let explicit = body(r#","$.body.a.b":{"match":"type"}"#);
    let expected = ["  + response body $.a.b, rule: type [none]"];
    assert_eq!(within(&body(""), &explicit), expected);
    let stricter = body(r#","$.body.a.b":{"match":"integer"}"#);
    let expected = ["  + response body $.a.b, rule: integer [more]"];
    assert_eq!(within(&body(""), &stricter), expected);
}

#[test]
fn a_new_interaction_that_is_pending_may_demand_more() {
    let found = diff(
        r#""interactions":[]"#,
        r#""interactions":[{"type":"Synchronous/HTTP","description":"a","pending":true}]"#,
    );
    assert_eq!(told(&found), ["added: \"a\" [unclear]"]);
}

#[test]
fn all_of_a_first_contract_is_new() {
    let first = PactDiff::of_first(&pact(
        r#""interactions":[{"description":"b"},{"description":"a"}]"#,
    ));
    assert_eq!(told(&first), ["added: \"a\" [more]", "added: \"b\" [more]"]);
}

#[test]
fn a_long_difference_is_cut_and_says_so() {
    let many: Vec<_> = (0..9)
        .map(|n| format!(r#"{{"description":"{n}","n":{n}}}"#))
        .collect();
    let many = pact(&format!(r#""interactions":[{}]"#, many.join(",")));
    let diff = PactDiff::between(&pact(r#""interactions":[]"#), &many);
    assert_eq!(diff.render(2), "added: \"0\"\nadded: \"1\"\n… 7 more lines");
    assert!(diff.render(8).ends_with("\n… 1 more line"));
    assert!(diff.render(9).ends_with("added: \"8\""));
}

#[test]
fn a_long_value_is_cut_in_text_alone() {
    let long = "x".repeat(500);
    let body = |text: &str| format!(r#""response":{{"body":"{text}"}}"#);
    let lines = within(&body("a"), &body(&long));
    assert!(
        lines[0].contains("xxx… [more]") && lines[0].len() < 200,
        "{lines:?}"
    );
}
