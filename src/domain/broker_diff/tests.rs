//! Each text here is what the Ruby library gave for the two documents.

use super::*;

fn diff(before: &str, after: &str) -> String {
    let json = |text: &str| Json::parse(text.as_bytes()).unwrap();
    broker_diff(&json(before), &json(after))
}

fn lines(lines: &[&str]) -> String {
    lines.join("\n")
}

#[test]
fn what_the_broker_does_not_look_at_makes_no_difference() {
    let same = |before, after| assert_eq!(diff(before, after), "", "{before} and {after}");
    let seat = r#"{"interactions":[{"description":"a seat","row":1},{"description":"a table"}]}"#;
    same(
        seat,
        r#"{"interactions":[{"description":"a table"},{"description":"a seat","row":1}]}"#,
    );
    same(
        seat,
        r#"{"interactions":[{"description":"a seat","row":1.0},{"description":"a table"}]}"#,
    );
    same(
        seat,
        r#"{"interactions":[{"_id":"7","description":"a seat","new":true,"row":1},{"description":"a table"}],"new":[]}"#,
    );
}

#[test]
fn only_what_differs_is_shown() {
    assert_eq!(
        diff(
            r#"{"interactions":[{"description":"a seat","request":{"path":"/seats/1"},"response":{"status":200}}]}"#,
            r#"{"interactions":[{"description":"a seat","request":{"path":"/seats/2"},"response":{"status":200}}]}"#,
        ),
        lines(&[
            "   \"interactions\": [",
            "     {",
            "       \"request\": {",
            "-        \"path\": \"/seats/1\"",
            "+        \"path\": \"/seats/2\"",
            "       }",
            "     }",
            "   ]",
        ])
    );
}

#[test]
fn an_element_that_is_the_same_is_dots_and_lists_may_end_in_a_comma() {
    assert_eq!(
        diff(
            r#"{"messages":[{"description":"a","rows":[1,2,3]}]}"#,
            r#"{"messages":[{"description":"a","rows":[1,4]}]}"#,
        ),
        lines(&[
            "     {",
            "       \"rows\": [",
            "         ... ,",
            "-        2,",
            "-        3,",
            "+        4",
            "       ]",
            "     }",
            "   ]",
        ])
    );
}

#[test]
fn empty_brackets_are_spread_over_two_lines_even_in_text() {
    assert_eq!(
        diff(
            r#"{"interactions":[{"description":"{}","body":{"seat":1}}]}"#,
            r#"{"interactions":[{"description":"[ ]","body":{}}]}"#,
        ),
        lines(&[
            "   \"interactions\": [",
            "     {",
            "       \"body\": {",
            "-        \"seat\": 1",
            "-      },",
            "-      \"description\": \"{",
            "-  }\"",
            "+  },",
            "+      \"description\": \"[,",
            "+  ]\"",
            "     }",
            "   ]",
            " }",
        ])
    );
}

#[test]
fn what_is_gone_is_shown_whole() {
    assert_eq!(
        diff(
            r#"{"interactions":[{"description":"a"}],"metadata":{"size":2.5}}"#,
            r#"{"interactions":[{"description":"a"},{"description":"b"}]}"#,
        ),
        lines(&[
            " {",
            "   \"interactions\": [",
            "     ... ,",
            "-  ],",
            "-  \"metadata\": {",
            "-    \"size\": 2.5",
            "-  }",
            "+    {",
            "+      \"description\": \"b\"",
            "+    },",
            "+  ]",
            " }",
        ])
    );
}

#[test]
fn a_further_place_has_a_heading_and_an_empty_line_for_each_change_after_its_first() {
    assert_eq!(
        diff(
            r#"{"interactions":[{"description":"1","row":{"seat":{"side":{"name":"left"}}},"sold":{"to":{"whom":"Ada"}}},{"description":"2","row":{"seat":{"side":{"name":"left"}}},"sold":{"to":{"whom":"Bo"}}}]}"#,
            r#"{"interactions":[{"description":"1","row":{"seat":{"side":{"name":"right"}}},"sold":{"to":{"whom":"Ada"}}},{"description":"2","row":{"seat":{"side":{"name":"right"}}},"sold":{"to":{"whom":"Cy"}}}]}"#,
        ),
        lines(&[
            "       \"row\": {",
            "         \"seat\": {",
            "           \"side\": {",
            "-            \"name\": \"left\"",
            "+            \"name\": \"right\"",
            "           }",
            "         }",
            "       }",
            "",
            "@@ -13,13 +13,13 @@",
            "       \"row\": {",
            "         \"seat\": {",
            "           \"side\": {",
            "-            \"name\": \"left\"",
            "+            \"name\": \"right\"",
            "           }",
            "         }",
            "       },",
            "       \"sold\": {",
            "         \"to\": {",
            "-          \"whom\": \"Bo\"",
            "+          \"whom\": \"Cy\"",
            "         }",
            "       }",
            "     },",
        ])
    );
}
