//! A document with its members in the order in which the broker writes them.
//!
//! To a program the order says nothing. But people read documents too, and there are scripts that
//! look at them line by line.

use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;
use serde_json::Map;
use serde_json::Value;

/// The members of the matrix in the broker's order, which is the same wherever two of them meet.
const ORDER: [&str; 31] = [
    "summary",
    "notices",
    "matrix",
    "deployable",
    "reason",
    "success",
    "failed",
    "unknown",
    "type",
    "text",
    "consumer",
    "provider",
    "pact",
    "verificationResult",
    "ignored",
    "uuid",
    "name",
    "version",
    "number",
    "branch",
    "branches",
    "branchVersions",
    "environments",
    "latest",
    "displayName",
    "production",
    "createdAt",
    "verifiedAt",
    "href",
    "_links",
    "tags",
];

/// A document that is written in the broker's order; members that the broker does not have come last.
#[derive(Clone, Copy, Debug)]
pub struct InOrder<'a>(pub &'a Value);

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => object(members, serializer),
            Value::Array(items) => serializer.collect_seq(items.iter().map(InOrder)),
            value => value.serialize(serializer),
        }
    }
}

fn object<S: Serializer>(members: &Map<String, Value>, serializer: S) -> Result<S::Ok, S::Error> {
    let place = |name: &str| ORDER.iter().position(|known| *known == name);
    let mut members: Vec<(&String, &Value)> = members.iter().collect();
    members.sort_by_key(|(name, _)| (place(name).unwrap_or(ORDER.len()), *name));
    let mut object = serializer.serialize_map(Some(members.len()))?;
    for (name, value) in members {
        object.serialize_entry(name, &InOrder(value))?;
    }
    object.end()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_stand_as_the_broker_writes_them() {
        let document = json!({
            "matrix": [{
                "verificationResult": null,
                "consumer": { "_links": {}, "version": { "tags": [], "_links": {}, "number": "1" }, "name": "Web" },
            }],
            "summary": { "unknown": 1, "deployable": null, "reason": "", "ignored": 0, "success": 0, "failed": 0 },
            "notices": [{ "zeta": 1, "text": "", "alpha": 2, "type": "error" }],
        });
        let expected = concat!(
            r#"{"summary":{"deployable":null,"reason":"","success":0,"failed":0,"unknown":1,"ignored":0},"#,
            r#""notices":[{"type":"error","text":"","alpha":2,"zeta":1}],"#,
            r#""matrix":[{"consumer":{"name":"Web","version":{"number":"1","_links":{},"tags":[]},"_links":{}},"#,
            r#""verificationResult":null}]}"#
        );
        assert_eq!(
            serde_json::to_string(&InOrder(&document)).unwrap(),
            expected
        );
    }
}
