//! What is refused, and the laws of reading and writing.

use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Result<Json, JsonError> {
    Json::parse(text.as_bytes())
}

fn canonical(text: &str) -> String {
    parse(text).unwrap().canonical()
}

#[test]
fn a_document_that_two_readers_could_read_differently_is_refused() {
    for (text, message) in [
        ("", "the document is empty"),
        (" \n", "the document is empty"),
        (
            "{\"a\":\n[1,",
            "the document breaks off at line 2; did the test run die while writing it?",
        ),
        (
            "{\"a\": \"b",
            "the document breaks off at line 1; did the test run die while writing it?",
        ),
        (
            "{\"a\":{\"b c\":1,\"b c\":1}}",
            "the key $.a[\"b c\"] appears twice",
        ),
        (
            "[[{\"a\":1,\"\\u0061\":2}]]",
            "the key $[0][0].a appears twice",
        ),
        (
            "{\"a\":[\"\\ud800\"]}",
            "$.a[0] is not readable: unexpected end of hex escape",
        ),
        (
            "{\"a\":{\"\\udc00\":1}}",
            "$.a is not readable: lone leading surrogate in hex escape",
        ),
        (
            "{} {}",
            "the document is not JSON: trailing characters at line 1 column 4",
        ),
        (
            "[1,]",
            "the document is not JSON: expected value at line 1 column 4",
        ),
        (
            "[NaN]",
            "the document is not JSON: expected value at line 1 column 2",
        ),
        (
            "{\"a\":1e10000000000000000000}",
            "$.a is a number with an exponent of more than 18 digits",
        ),
    ] {
        assert_eq!(parse(text).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_offset() {
    assert_eq!(
        Json::parse(b"{\"a\":\"\xff\"}"),
        Err(JsonError::NotUtf8 {
            offset: 6,
            byte: 0xff
        })
    );
    let utf16: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(matches!(
        Json::parse(&utf16),
        Err(JsonError::NotUtf8 { offset: 0, .. })
    ));
}

#[test]
fn a_document_cut_within_a_character_is_truncated() {
    assert_eq!(
        Json::parse(b"{\n\"\xc3"),
        Err(JsonError::Truncated { line: 2 })
    );
}

#[test]
fn one_byte_order_mark_is_passed_over() {
    assert_eq!(Json::parse(b"\xef\xbb\xbf[]"), parse("[]"));
    assert!(Json::parse(b"\xef\xbb\xbf\xef\xbb\xbf[]").is_err());
    assert_eq!(without_byte_order_mark(b"\xef\xbb\xbf[]"), b"[]");
    assert_eq!(without_byte_order_mark(b"[]"), b"[]");
}

#[test]
fn nesting_has_a_bound_that_no_stack_feels() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    assert!(matches!(
        parse(&nested(MAX_DEPTH + 1)),
        Err(JsonError::TooDeep { .. })
    ));
    assert!(matches!(
        parse(&nested(200_000)),
        Err(JsonError::TooDeep { .. })
    ));
}

#[test]
fn equal_values_have_one_canonical_form() {
    assert_eq!(
        canonical("{ \"b\" : [ 1 , 1.50, -0 ], \"a\":\"\\u00e9\\/\\u0001\" }"),
        "{\"a\":\"é/\\u0001\",\"b\":[1,15e-1,0]}"
    );
    assert_ne!(canonical("[1,2]"), canonical("[2,1]"));
    assert_ne!(canonical("[1]"), canonical("[1.0]"));
    assert_ne!(
        canonical("1.234567890123456789012345"),
        canonical("1.234567890123456789012346")
    );
}

#[test]
fn people_see_numbers_as_they_were_written() {
    let text = "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1.50,\n    1E2\n  ]\n}";
    assert_eq!(parse(text).unwrap().pretty(), text);
    assert_eq!(
        parse(text).unwrap().compact(),
        "{\"a\":[],\"b\":{},\"c\":[1.50,1E2]}"
    );
}

/// Any JSON value of a few levels.
pub(crate) fn any_json() -> impl Strategy<Value = Json> {
    let number = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,18})?";
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number.prop_map(|text| Json::Number(Number::new(&text).unwrap())),
        any::<String>().prop_map(Json::String),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            prop::collection::btree_map(any::<String>(), inner, 0..5).prop_map(Json::Object),
        ]
    })
}

/// Writes a value with its keys backwards and white space everywhere.
fn untidy(json: &Json) -> String {
    match json {
        Json::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(untidy).collect();
            format!("[ {}\n]", elements.join(" ,\t"))
        }
        Json::Object(entries) => {
            let entry = |(key, value): (&String, &Json)| {
                format!(
                    "{} : {}",
                    Json::String(key.clone()).compact(),
                    untidy(value)
                )
            };
            let entries: Vec<_> = entries.iter().rev().map(entry).collect();
            format!(" {{\r\n{} }} ", entries.join(", "))
        }
        scalar => scalar.compact(),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(json in any_json()) {
        prop_assert_eq!(&parse(&json.compact()).unwrap(), &json);
        prop_assert_eq!(&parse(&json.pretty()).unwrap(), &json);
    }

    #[test]
    fn the_canonical_form_is_its_own(json in any_json()) {
        prop_assert_eq!(canonical(&json.canonical()), json.canonical());
    }

    #[test]
    fn the_canonical_form_ignores_key_order_and_white_space(json in any_json()) {
        prop_assert_eq!(canonical(&untidy(&json)), json.canonical());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = Json::parse(&bytes);
    }
}
