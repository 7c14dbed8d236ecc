//! One form for all versions of the specification, with nothing left out.

use super::*;
use crate::domain::pact::Pact;

/// Returns the outline of the only interaction of a pact, line by line.
fn told(list: &str, interaction: &str) -> Vec<String> {
    let text = format!(
        r#"{{"consumer":{{"name":"Web"}},"provider":{{"name":"Shop"}},"{list}":[{interaction}]}}"#
    );
    let pact = Pact::parse(text.as_bytes()).unwrap();
    let interactions = pact.interactions();
    let outline = Outline::of(pact.kind(), &interactions[0]);
    let said = outline.said().into_iter();
    said.map(|(aspect, place, text)| format!("{aspect} {}: {text}", place.name()))
        .collect()
}

#[test]
fn all_versions_of_the_specification_are_read_alike() {
    let version_2 = r#"{
        "description": "a", "providerState": "s",
        "request": {"method": "get", "path": "/x", "query": "b=2&a=1&b=x%20y",
            "headers": {"Accept": "text/a,text/b"}},
        "response": {"status": 200, "headers": {"Content-Type": "application/json"},
            "body": {"id": 1, "items": [1.0]},
            "matchingRules": {
                "$.body.id": {"match": "type"}, "$.body['items']": {"min": 1},
                "$.headers.Content-Type": {"regex": "json"}}}
    }"#;
    let version_3 = r#"{
        "description": "a", "providerStates": [{"name": "s"}],
        "request": {"method": "GET", "path": "/x", "query": {"a": ["1"], "b": ["2", "x y"]},
            "headers": {"accept": "text/a, text/b"}},
        "response": {"status": 200, "headers": {"Content-Type": "application/json"},
            "body": {"id": 1, "items": [1.00]},
            "matchingRules": {
                "body": {"$.id": {"combine": "AND", "matchers": [{"match": "type"}]},
                    "$.items": {"matchers": [{"match": "type", "min": 1}]}},
                "header": {"Content-Type": {"matchers": [{"match": "regex", "regex": "json"}]}}}}
    }"#;
    let version_4 = r#"{
        "type": "Synchronous/HTTP", "key": "k", "pending": false,
        "description": "a", "providerStates": [{"name": "s"}],
        "request": {"method": "GET", "path": "/x", "query": {"a": ["1"], "b": ["2", "x y"]},
            "headers": {"Accept": ["text/a", "text/b"]}},
        "response": {"status": 200, "headers": {"Content-Type": ["application/json"]},
            "body": {"contentType": "application/json", "encoded": false,
                "content": {"id": 1, "items": [1.00]}},
            "matchingRules": {
                "body": {"$['id']": {"combine": "AND", "matchers": [{"match": "type"}]},
                    "$.items": {"matchers": [{"match": "type", "min": 1}]}},
                "header": {"Content-Type[0]": {"matchers": [{"match": "regex", "regex": "json"}]}}}}
    }"#;
    let expected = [
        r#"value request method: "GET""#,
        r#"value request path: "/x""#,
        r#"value request query a: "1""#,
        r#"value request query b: ["2","x y"]"#,
        r#"value request header accept: "text/a, text/b""#,
        "value response status: 200",
        r#"value response header content-type: "application/json""#,
        r#"value response body $: {"id":1,"items":[1e0]}"#,
        r#"rule response header content-type: {"match":"regex","regex":"json"}"#,
        r#"rule response body $.id: {"match":"type"}"#,
        r#"rule response body $.items: {"match":"type","min":1}"#,
    ];
    for interaction in [version_2, version_3, version_4] {
        assert_eq!(told("interactions", interaction), expected);
    }
}

#[test]
fn messages_are_read_alike_in_version_3_and_4() {
    let version_3 = r#"{"description": "m", "contents": {"id": 1}, "metaData": {"topic": "t"},
        "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}}"#;
    let version_4 = r#"{"type": "Asynchronous/Messages", "description": "m",
        "contents": {"content": {"id": 1}, "contentType": "application/json", "encoded": false},
        "metadata": {"topic": "t"},
        "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}}"#;
    let expected = [
        r#"value message metadata topic: "t""#,
        r#"value message body $: {"id":1}"#,
        r#"rule message body $.id: {"match":"integer"}"#,
    ];
    assert_eq!(told("messages", version_3), expected);
    assert_eq!(told("interactions", version_4), expected);
}

#[test]
fn nothing_is_left_out() {
    let odd = r#"{
        "type": "Synchronous/Messages", "description": "m", "pending": true, "transport": "grpc",
        "comments": {"text": ["x"]}, "pluginConfiguration": {"p": 1}, "new": 1,
        "request": {"contents": {"content": "AA==", "contentType": "x/y", "encoded": "base64"},
            "generators": {"body": {"$.a": {"type": "Uuid"}}}, "odd": 2},
        "response": [
            {"contents": {"content": {"a": 1}, "contentType": "application/json"}},
            {"metadata": {"k": {"a": 1}}, "matchingRules": {"odd": {"x": 1}, "$.odd": {"match": "type"},
                "metadata": {"k": {"combine": "or", "matchers": [{"match": "type"}, {"match": "null"}]}}}}
        ]
    }"#;
    let expected = [
        "value pending: true",
        r#"value pluginConfiguration: {"p":1}"#,
        r#"value transport: "grpc""#,
        "value new: 1",
        r#"value request content type: "x/y""#,
        r#"value request content type encoded: "base64""#,
        r#"value request body $: "AA==""#,
        "value request odd: 2",
        r#"value response body $: {"a":1}"#,
        r#"value response 2 metadata k: {"a":1}"#,
        r#"rule response 2 metadata k: {"combine":"OR","matchers":[{"match":"null"},{"match":"type"}]}"#,
        r#"rule response 2 $.odd: {"match":"type"}"#,
        r#"rule response 2 odd: {"match":"","x":1}"#,
        r#"generator request body $.a: {"type":"Uuid"}"#,
    ];
    assert_eq!(told("interactions", odd), expected);
    let other = r#"{"type": "New/Kind", "description": "m", "request": 7}"#;
    assert_eq!(told("interactions", other), ["value request: 7"]);
}

#[test]
fn a_rule_is_told_in_words() {
    for (json, expected) in [
        (r#"{"match":"type"}"#, "type"),
        (r#"{"match":"type","min":1,"max":2}"#, "type, max 2, min 1"),
        (r#"{"match":"regex","regex":"^a$"}"#, r#"regex "^a$""#),
        (
            r#"{"combine":"AND","matchers":[{"match":"type"},{"match":"include","value":"x"}]}"#,
            r#"include, value "x" and type"#,
        ),
        (
            r#"{"combine":"OR","matchers":[{"match":"type"},{"match":"null"},{"match":"null"}]}"#,
            "null or type",
        ),
    ] {
        let json = Json::parse(json.as_bytes()).unwrap();
        assert_eq!(Rule::read(&json).unwrap().to_string(), expected);
    }
    for nothing in ["{}", r#"{"matchers":[]}"#, "1"] {
        assert_eq!(Rule::read(&Json::parse(nothing.as_bytes()).unwrap()), None);
    }
}

#[test]
fn the_longest_and_most_exact_rule_holds_and_types_are_handed_down() {
    let text = r#"{"consumer":{"name":"Web"},"provider":{"name":"Shop"},"interactions":[{
        "description":"a",
        "response":{"body":{"list":[{"a":1,"b":2}],"free":1,"all":{"x":1},"text":{"x":1}},
            "matchingRules":{"$.body.list":{"min":1},"$.body.list[*].*":{"match":"integer"},
                "$.body.list[*].b":{"match":"decimal"},"$.body.all":{"match":"equality"},
                "$.body.text":{"match":"regex","regex":"x"}}}}]}"#;
    let pact = Pact::parse(text.as_bytes()).unwrap();
    let outline = Outline::of(pact.kind(), &pact.interactions()[0]);
    let held = |path: &str| {
        let place = Place {
            side: Side::Response(0),
            field: Field::Body,
            path: path.to_owned(),
        };
        match outline.held(&place) {
            Held::To(rule) => rule.to_string(),
            held => format!("{held:?}"),
        }
    };
    for (path, expected) in [
        ("$", "ToExample"),
        ("$.free", "ToExample"),
        ("$.list", "type, min 1"),
        ("$.list[0]", "type"),
        ("$.list[0].a", "integer"),
        ("$.list[0].b", "decimal"),
        ("$.list[0].a.deep", "Unclear"),
        ("$.all.x", "ToEquality"),
        ("$.text.x", "Unclear"),
    ] {
        assert_eq!(held(path), expected, "{path}");
    }
}
