//! The query of `GET …/for-verification`, as the first clients sent it, in the form of the body
//! that they send today.
//!
//! Words are joined by underscores there, and `true` is a text. What the body would be refused for
//! is refused here, too, in the same words.

use serde_json::Map;
use serde_json::Value as Json;

use crate::server::rack_query::Query;
use crate::server::rack_query::Value;

/// The fields that are true or false.
const FLAGS: &[&str] = &[
    "deployed",
    "deployedOrReleased",
    "includePendingStatus",
    "latest",
    "mainBranch",
    "matchingBranch",
    "released",
];

/// Returns the body that asks the same as a query.
pub(super) fn body(query: &Query) -> Map<String, Json> {
    let fields = query.iter().map(|(key, value)| {
        let key = camel_case(key);
        let value = json(&key, value);
        (key, value)
    });
    fields.collect()
}

fn json(key: &str, value: &Value) -> Json {
    match value {
        Value::Nothing => Json::Null,
        Value::Text(text) => match text.as_str() {
            "true" if FLAGS.contains(&key) => true.into(),
            "false" if FLAGS.contains(&key) => false.into(),
            text => text.into(),
        },
        // What stands in a list is no field.
        Value::List(values) => values.iter().map(|value| json("", value)).collect(),
        Value::Object(query) => body(query).into(),
    }
}

/// Returns `fallback_tag` as `fallbackTag`; what is so already stays.
fn camel_case(key: &str) -> String {
    let mut parts = key.split('_');
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_query_asks_what_a_body_does() {
        let query = "provider_version_tags[]=true&provider_version_tags[]=dev\
            &consumer_version_selectors[][tag]=true&consumer_version_selectors[][latest]=true\
            &consumer_version_selectors[][fallback_tag]=main&include_pending_status=false\
            &include_wip_pacts_since=2020-01-01&providerVersionBranch";
        let expected = json!({
            "providerVersionTags": ["true", "dev"],
            "consumerVersionSelectors": [{ "tag": "true", "latest": true, "fallbackTag": "main" }],
            "includePendingStatus": false,
            "includeWipPactsSince": "2020-01-01",
            "providerVersionBranch": null,
        });
        assert_eq!(Json::from(body(&Query::parse(query).unwrap())), expected);
    }

    #[test]
    fn what_is_neither_true_nor_false_stays_as_it_is() {
        let query = Query::parse("include_pending_status=yes&x_=1").unwrap();
        let expected = json!({ "includePendingStatus": "yes", "x": "1" });
        assert_eq!(Json::from(body(&query)), expected);
    }
}
