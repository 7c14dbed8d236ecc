//! The rules of identity, and the many shapes of a pact.

use super::*;

const HTTP: &str = r#"{"consumer":{"name":"Web"},"provider":{"name":"Shop"},"interactions":[{"description":"b","request":{"method":"GET","path":"/b"},"response":{"status":200}},{"description":"a","providerState":"s","request":{"method":"GET","path":"/a"},"response":{"status":200}}],"metadata":{"pactSpecification":{"version":"2.0.0"}}}"#;
const MESSAGE: &str = r#"{"consumer":{"name":"Web"},"provider":{"name":"Shop"},"messages":[{"description":"Maß","contents":{"größe":1}}],"metadata":{"pactSpecification":{"version":"3.0.0"}}}"#;

fn pact(text: &str) -> Pact {
    Pact::parse(text.as_bytes()).unwrap()
}

/// A pact between Web and Shop with more in it.
fn with(more: &str) -> Pact {
    pact(&format!(
        r#"{{"consumer":{{"name":"Web"}},"provider":{{"name":"Shop"}},{more}}}"#
    ))
}

fn id(more: &str) -> String {
    with(more).content_id().to_string()
}

#[test]
fn content_ids_are_for_ever() {
    for (text, id) in [
        (
            HTTP,
            "78876510354415f949271c60db5202ef3d9faeff1f0e0a864a9e25ec66c0bf4d",
        ),
        (
            MESSAGE,
            "2db410fecfce9157677e1114c2139777a0e846d455c04a1e0786d0ed32d62c85",
        ),
        (
            r#"{"consumer":{"name":"Web"},"provider":{"name":"Shop"}}"#,
            "9678249f850887596c7a0c405bd326f718cfd69b20833914d9b5ca1521708653",
        ),
        (
            r#"{"consumer":{"name":"Web"},"provider":{"name":"Shop"},"interactions":[]}"#,
            "670e46bbec0e85ed0a964a97c8e1690242380b2cb1ee7a1c121e54afbc976a92",
        ),
    ] {
        assert_eq!(pact(text).content_id().as_str(), id, "{text}");
    }
}

#[test]
fn what_does_not_hold_the_provider_to_anything_does_not_count() {
    let plain = id(
        r#""interactions":[{"description":"a","x":{"p":1,"q":[2,3]}},{"description":"b"}],"metadata":{"pactSpecification":{"version":"2.0.0"}}"#,
    );
    for (what, same) in [
        (
            "order of interactions",
            r#""interactions":[{"description":"b"},{"description":"a","x":{"p":1,"q":[2,3]}}],"metadata":{"pactSpecification":{"version":"2.0.0"}}"#,
        ),
        (
            "order of keys and white space",
            r#""metadata":{"pactSpecification":{"version":"2.0.0"}}, "interactions":[{"x":{"q":[2, 3],"p":1},"description":"a"},{"description":"b"}]"#,
        ),
        (
            "other metadata",
            r#""interactions":[{"description":"a","x":{"p":1,"q":[2,3]}},{"description":"b"}],"metadata":{"client":{"name":"mine"},"pactSpecification":{"version":"2.0.0"}}"#,
        ),
        (
            "where the version stands",
            r#""interactions":[{"description":"a","x":{"p":1,"q":[2,3]}},{"description":"b"}],"metadata":{"pact-specification":{"version":"2.0.0"}}"#,
        ),
        (
            "where the version stands",
            r#""interactions":[{"description":"a","x":{"p":1,"q":[2,3]}},{"description":"b"}],"metadata":{"pactSpecificationVersion":"2.0.0"}"#,
        ),
        (
            "unknown fields at the top",
            r#""createdAt":"now","_links":{},"interactions":[{"description":"a","x":{"p":1,"q":[2,3]}},{"description":"b"}],"metadata":{"pactSpecification":{"version":"2.0.0"}}"#,
        ),
        (
            "escapes",
            r#""interactions":[{"description":"\u0061","x":{"p":1,"q":[2,3]}},{"description":"b"}],"metadata":{"pactSpecification":{"version":"2.0.0"}}"#,
        ),
    ] {
        assert_eq!(id(same), plain, "{what}");
    }
}

#[test]
fn what_holds_the_provider_to_something_counts() {
    let plain = id(
        r#""interactions":[{"description":"a","body":[1,2]}],"metadata":{"pactSpecification":{"version":"2.0.0"}}"#,
    );
    for (what, other) in [
        (
            "version of the specification",
            r#""interactions":[{"description":"a","body":[1,2]}],"metadata":{"pactSpecification":{"version":"3.0.0"}}"#,
        ),
        (
            "no version",
            r#""interactions":[{"description":"a","body":[1,2]}]"#,
        ),
        (
            "order inside a body",
            r#""interactions":[{"description":"a","body":[2,1]}],"metadata":{"pactSpecification":{"version":"2.0.0"}}"#,
        ),
        (
            "1 and 1.0",
            r#""interactions":[{"description":"a","body":[1.0,2]}],"metadata":{"pactSpecification":{"version":"2.0.0"}}"#,
        ),
        (
            "an id of the interaction",
            r#""interactions":[{"_id":"1","description":"a","body":[1,2]}],"metadata":{"pactSpecification":{"version":"2.0.0"}}"#,
        ),
        (
            "comments",
            r#""interactions":[{"comments":{},"description":"a","body":[1,2]}],"metadata":{"pactSpecification":{"version":"2.0.0"}}"#,
        ),
        (
            "messages beside",
            r#""interactions":[{"description":"a","body":[1,2]}],"messages":[],"metadata":{"pactSpecification":{"version":"2.0.0"}}"#,
        ),
    ] {
        assert_ne!(id(other), plain, "{what}");
    }
}

#[test]
fn messages_are_unordered_unless_there_are_interactions_too() {
    let messages = |texts: &str| id(&format!(r#""messages":[{texts}]"#));
    assert_eq!(
        messages(r#"{"description":"a"},{"description":"b"}"#),
        messages(r#"{"description":"b"},{"description":"a"}"#)
    );
    let both = |texts: &str| id(&format!(r#""interactions":[],"messages":[{texts}]"#));
    assert_ne!(
        both(r#"{"description":"a"},{"description":"b"}"#),
        both(r#"{"description":"b"},{"description":"a"}"#)
    );
}

#[test]
fn the_names_do_not_count_unless_there_is_nothing_else() {
    let other = HTTP.replace("Shop", "Store");
    assert_eq!(pact(HTTP).content_id(), pact(&other).content_id());
    let empty = r#"{"consumer":{"name":"Web"},"provider":{"name":"Shop"}}"#;
    assert_ne!(
        pact(empty).content_id(),
        pact(&empty.replace("Shop", "Store")).content_id()
    );
}

#[test]
fn every_version_of_the_specification_is_read() {
    for (more, kind, version) in [
        (
            r#""interactions":[],"metadata":{"pactSpecificationVersion":"1.1.0"}"#,
            Kind::Http,
            Some("1.1.0"),
        ),
        (
            r#""interactions":[],"metadata":{"pactSpecification":{"version":3}}"#,
            Kind::Http,
            Some("3"),
        ),
        (
            r#""messages":[],"metadata":{"pactSpecification":{"version":"3.0.0"}}"#,
            Kind::Messages,
            Some("3.0.0"),
        ),
        (
            r#""interactions":[{"type":"Synchronous/Messages","pluginConfiguration":{}}],"metadata":{"pactSpecification":{"version":"4.0"},"plugins":[]}"#,
            Kind::V4,
            Some("4.0"),
        ),
        (
            r#""interactions":[],"metadata":{"pactSpecification":{"version":"4.0"}}"#,
            Kind::V4,
            Some("4.0"),
        ),
        (r#""metadata":null"#, Kind::Other, None),
    ] {
        let pact = with(more);
        assert_eq!(pact.kind(), kind, "{more}");
        assert_eq!(pact.specification().as_deref(), version, "{more}");
    }
}

#[test]
fn a_key_is_the_description_and_the_states_however_they_are_written() {
    let key = |interaction: &str| {
        let pact = with(&format!(r#""interactions":[{interaction}]"#));
        pact.interactions()[0].key().clone()
    };
    let plain = key(r#"{"description":"a","providerState":"s"}"#);
    assert_eq!(plain.to_string(), "\"a\" given \"s\"");
    assert_eq!(
        key(r#"{"description":"a","provider_state":"s","request":{}}"#),
        plain
    );
    assert_eq!(
        key(r#"{"description":"a","providerStates":[{"name":"s","params":{}}]}"#),
        plain
    );
    let with_params =
        key(r#"{"description":"a","providerStates":[{"name":"s","params":{"n":1}},{"name":"t"}]}"#);
    assert_eq!(with_params.to_string(), "\"a\" given \"s {\"n\":1} and t\"");
    assert_eq!(
        key(r#"{"description":"a","providerState":null}"#).state(),
        None
    );
    assert_ne!(with_params, plain);
}

#[test]
fn an_error_names_what_is_missing_or_what_the_document_is() {
    for (text, message) in [
        (
            r#"{"provider":{"name":"Shop"}}"#,
            "the pact has no consumer.name",
        ),
        (
            r#"{"consumer":"Web","interactions":[]}"#,
            "the pact has no consumer.name",
        ),
        (
            r#"{"consumer":{"name":"Web"},"provider":{}}"#,
            "the pact has no provider.name",
        ),
        (
            r#"{"consumer":{"name":" "},"provider":{"name":"Shop"}}"#,
            "the consumer.name of the pact is not usable: a pacticipant name cannot be blank",
        ),
        (
            r#"{"openapi":"3.0.0","info":{}}"#,
            "this is an OpenAPI document, not a pact",
        ),
        (
            r#"{"name":"x","version":"1","scripts":{}}"#,
            "this is a package.json, not a pact",
        ),
        (r#"[{"consumer":{}}]"#, "this is a JSON array, not a pact"),
        (r#" "pact""#, "this is a JSON string, not a pact"),
        (
            "{}",
            "this is a JSON object without consumer, provider and interactions, not a pact",
        ),
        (
            "{\"consumer\":",
            "the document breaks off at line 1; did the test run die while writing it?",
        ),
    ] {
        assert_eq!(
            Pact::parse(text.as_bytes()).unwrap_err().to_string(),
            message
        );
    }
}

#[test]
fn a_glance_tells_a_pact_from_what_lies_beside_it() {
    for (bytes, expected) in [
        (HTTP.as_bytes(), Recognised::Pact),
        (b"\xef\xbb\xbf{\"consumer\":1}", Recognised::Pact),
        (
            b"{\"swagger\":\"2.0\"}",
            Recognised::SomethingElse("an OpenAPI document"),
        ),
        (b" [1]", Recognised::SomethingElse("a JSON array")),
        (b"-1", Recognised::SomethingElse("a JSON number")),
        (b"null", Recognised::SomethingElse("a JSON null")),
        (b"false", Recognised::SomethingElse("a JSON boolean")),
        (b"[1", Recognised::NotJson),
        (b"{\"consumer\":{}", Recognised::NotJson),
        (b"<html>", Recognised::NotJson),
        (b"", Recognised::NotJson),
    ] {
        assert_eq!(
            recognise(bytes),
            expected,
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn names_given_beside_the_document_need_not_be_in_it() {
    let (web, shop, store) = (
        "Web".parse().unwrap(),
        "Shop".parse().unwrap(),
        "Store".parse().unwrap(),
    );
    let bare = Pact::parse_between(b"{\"interactions\":[]}", &web, &shop).unwrap();
    assert_eq!((bare.consumer(), bare.provider()), (&web, &shop));
    assert!(Pact::parse_between(HTTP.as_bytes(), &web, &shop).is_ok());
    let error = Pact::parse_between(HTTP.as_bytes(), &web, &store).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the provider.name of the pact is `Shop`, but it is published for `Store`"
    );
    assert!(matches!(
        Pact::parse_between(b"[]", &web, &shop),
        Err(PactError::SomethingElse(_))
    ));
}

#[test]
fn somebody_is_told_of_what_is_odd_but_legal() {
    let warnings =
        |pact: &Pact| -> Vec<String> { pact.warnings().iter().map(ToString::to_string).collect() };
    assert!(warnings(&pact(HTTP)).is_empty());
    assert_eq!(
        warnings(&with(
            r#""interactions":[{"description":"a"},{"description":"a"},{"description":"a","x":1}]"#
        )),
        [
            "the pact does not say which version of the specification it follows",
            "the pact has two different interactions \"a\"",
        ]
    );
    let with_mark = format!("\u{feff}{}", HTTP.replace("2.0.0", "9.9"));
    assert_eq!(
        warnings(&pact(&with_mark)),
        [
            "the byte order mark at the start of the pact is not kept",
            "the pact follows version 9.9 of the specification, which is not known",
        ]
    );
    assert_eq!(
        warnings(&pact(&HTTP.replace("Shop", "Sh\u{43e}p"))),
        [
            "the provider.name of the pact mixes letters of scripts that look alike (Latin, Greek, Cyrillic)"
        ]
    );
}

#[test]
fn what_was_kept_is_what_its_id_says() {
    let (web, shop) = ("Web".parse().unwrap(), "Shop".parse().unwrap());
    let kept = |text: &str| Pact::parse_kept(text.as_bytes(), &web, &shop, pact(HTTP).content_id());
    assert!(kept(HTTP).is_ok());
    let changed = kept(&HTTP.replace("200", "201"));
    assert!(
        matches!(changed, Err(PactError::OtherContent { .. })),
        "{changed:?}"
    );
}

/// Two readers that round would take these for one, and a verification of one would hold for both.
#[test]
fn numbers_that_differ_in_their_last_digit_or_in_how_they_are_written_are_other_contents() {
    let of = |number: &str| {
        id(&format!(
            r#""interactions":[{{"description":"a","response":{{"body":{{"x":{number}}}}}}}]"#
        ))
    };
    for (one, other) in [
        ("1", "1.0"),
        ("1", "1e0"),
        ("1.23456789012345678901", "1.23456789012345678902"),
        ("12345678901234567890123", "12345678901234567890124"),
        ("9007199254740993", "9007199254740992"),
        ("1e400", "1e401"),
    ] {
        assert_ne!(of(one), of(other), "{one} and {other}");
    }
    // One value, written twice by one program, is one content (decision 10).
    assert_eq!(of("1.0"), of("1.00"));
    assert_eq!(of("1.0"), of("1e0"));
}
