//! The body of `POST /contracts/publish`, read field by field: everything that is wrong with it
//! is told at once, in the broker's words (spec: semantics §5).

use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Map;
use serde_json::Value;

use crate::domain::json::Json;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::pact::Pact;
use crate::domain::publish::Contract;
use crate::domain::publish::Merging;
use crate::server::problem::Fields;
use crate::server::problem::Problem;

/// What a client wants to publish.
pub(super) struct Form {
    pub(super) version: VersionNumber,
    pub(super) branch: Option<BranchName>,
    pub(super) tags: Vec<TagName>,
    pub(super) build_url: Option<String>,
    pub(super) merging: Merging,
    pub(super) contracts: Vec<Contract>,
}

impl Form {
    /// Returns what a body says.
    ///
    /// # Errors
    ///
    /// Fails with everything that is wrong with it.
    pub(super) fn of(body: &Map<String, Value>) -> Result<Self, Problem> {
        let mut fields = Fields::default();
        let consumer: Option<PacticipantName> = name(body, "pacticipantName", &mut fields);
        let version = name(body, "pacticipantVersionNumber", &mut fields);
        let branch = branch(body, &mut fields);
        let tags = tags(body, &mut fields);
        let build_url = match body.get("buildUrl") {
            Some(Value::String(url)) => Some(url.clone()),
            None | Some(Value::Null) => None,
            Some(_) => {
                fields.add("buildUrl", "must be a string");
                None
            }
        };
        let given = body.get("pacticipantName").and_then(Value::as_str);
        let given = given.filter(|given| !given.is_empty());
        let mut merging = Merging::Never;
        let mut contracts = Vec::new();
        match body.get("contracts") {
            None => fields.add("contracts", "is missing"),
            Some(Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let mut wrong = Vec::new();
                    if item.get("onConflict").and_then(Value::as_str) == Some("merge") {
                        merging = Merging::Add;
                    }
                    contracts.extend(contract(item, given, &mut wrong));
                    for text in wrong {
                        fields.add("contracts", format!("{text} (at index {index})"));
                    }
                }
            }
            Some(_) => fields.add("contracts", "must be an array"),
        }
        if contracts.is_empty() && !fields.has("contracts") {
            fields.add("contracts", "must be filled");
        }
        fields.check()?;
        match (consumer, version) {
            (Some(_), Some(version)) => Ok(Self {
                version,
                branch,
                tags,
                build_url,
                merging,
                contracts,
            }),
            // Whatever is absent was said to be wrong.
            _ => Err(Problem::NotFound),
        }
    }
}

/// Returns why a text can be no name, in the broker's words where it has some.
fn unusable(text: &str, why: &impl ToString) -> String {
    if text.trim().is_empty() {
        "cannot be blank".to_owned()
    } else if text.contains('\n') {
        "cannot contain multiple lines".to_owned()
    } else {
        why.to_string()
    }
}

fn name<T>(body: &Map<String, Value>, field: &str, fields: &mut Fields) -> Option<T>
where
    T: FromStr<Err: ToString>,
{
    match body.get(field) {
        None => fields.add(field, "is missing"),
        Some(Value::String(text)) if text.is_empty() => fields.add(field, "must be filled"),
        Some(Value::Null) => fields.add(field, "must be filled"),
        Some(Value::String(text)) => match text.parse() {
            Ok(name) => return Some(name),
            Err(why) => fields.add(field, unusable(text, &why)),
        },
        Some(_) => fields.add(field, "must be a string"),
    }
    None
}

fn branch(body: &Map<String, Value>, fields: &mut Fields) -> Option<BranchName> {
    match body.get("branch") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => match text.parse() {
            Ok(branch) => Some(branch),
            Err(why) => {
                fields.add("branch", unusable(text, &why));
                None
            }
        },
        Some(_) => {
            fields.add("branch", "must be a string");
            None
        }
    }
}

fn tags(body: &Map<String, Value>, fields: &mut Fields) -> Vec<TagName> {
    let mut tags = Vec::new();
    match body.get("tags") {
        None | Some(Value::Null) => {}
        Some(Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                let text = match item {
                    Value::String(text) if text.is_empty() => Err("must be filled".to_owned()),
                    Value::String(text) => {
                        let tag = text.parse::<TagName>();
                        tag.map_err(|why| unusable(text, &why))
                    }
                    _ => Err("must be a string".to_owned()),
                };
                match text {
                    Ok(tag) => tags.push(tag),
                    Err(text) => fields.add("tags", format!("{text} (at index {index})")),
                }
            }
        }
        Some(_) => fields.add("tags", "must be an array"),
    }
    tags
}

/// Returns one contract, or nothing and what is wrong with it.
fn contract(item: &Value, published_by: Option<&str>, wrong: &mut Vec<String>) -> Option<Contract> {
    let Value::Object(item) = item else {
        wrong.push("must be a hash".to_owned());
        return None;
    };
    let consumer = contract_name(item, "consumerName", wrong);
    let provider = contract_name(item, "providerName", wrong);
    one_of(item, "specification", &["pact"], true, wrong);
    one_of(item, "contentType", &["application/json"], true, wrong);
    one_of(item, "onConflict", &["overwrite", "merge"], false, wrong);
    let content = content(item, wrong);
    if let Some((_, document)) = &content {
        let sides = [("consumer", &consumer), ("provider", &provider)];
        for (side, given) in sides {
            let found = document.get(side).and_then(|it| it.get("name"));
            let found = found.and_then(Json::as_str);
            let given = given.as_ref().map(PacticipantName::as_str);
            if let (Some(found), Some(given)) = (found, given)
                && found != given
            {
                wrong.push(format!(
                    "{side} name in contract content ('{found}') must match {side}Name in \
                     contract params ('{given}')"
                ));
            }
        }
    }
    if let (Some(consumer), Some(publisher)) = (&consumer, published_by)
        && consumer.as_str() != publisher
    {
        wrong.push(format!(
            "consumerName ('{consumer}') must match pacticipantName ('{publisher}')"
        ));
    }
    let (consumer, provider, (bytes, _)) = (consumer?, provider?, content?);
    if !wrong.is_empty() {
        return None;
    }
    match Pact::parse_between(&bytes, &consumer, &provider) {
        Ok(pact) => Some(Contract {
            consumer,
            provider,
            bytes: bytes.into(),
            pact,
        }),
        Err(error) => {
            wrong.push(error.to_string());
            None
        }
    }
}

fn contract_name(
    item: &Map<String, Value>,
    field: &str,
    wrong: &mut Vec<String>,
) -> Option<PacticipantName> {
    let mut fields = Fields::default();
    let name = name(item, field, &mut fields);
    wrong.extend(fields.texts().map(|text| format!("{field} {text}")));
    name
}

fn one_of(
    item: &Map<String, Value>,
    field: &str,
    known: &[&str],
    required: bool,
    wrong: &mut Vec<String>,
) {
    match item.get(field) {
        None if required => wrong.push(format!("{field} is missing")),
        None => {}
        Some(Value::String(text)) if known.contains(&text.as_str()) => {}
        Some(_) => wrong.push(format!("{field} must be one of: {}", known.join(", "))),
    }
}

/// Returns the bytes of a contract and the document that they are.
fn content(item: &Map<String, Value>, wrong: &mut Vec<String>) -> Option<(Vec<u8>, Json)> {
    const UNREADABLE: &str = "content could not be parsed as application/json";
    let decoded = match item.get("content") {
        None => {
            wrong.push("content is missing".to_owned());
            Err(())
        }
        Some(Value::String(text)) if text.is_empty() => {
            wrong.push("content must be filled".to_owned());
            wrong.push(UNREADABLE.to_owned());
            return None;
        }
        Some(Value::String(text)) => STANDARD.decode(text).map_err(drop),
        Some(_) => {
            wrong.push("content must be a string".to_owned());
            Err(())
        }
    };
    let Ok(bytes) = decoded else {
        wrong.push("is not valid Base64".to_owned());
        wrong.push(UNREADABLE.to_owned());
        return None;
    };
    // Editors begin files with a mark that is no part of the pact.
    let bytes = crate::domain::json::without_byte_order_mark(&bytes).to_vec();
    match Json::parse(&bytes) {
        Ok(document @ Json::Object(_)) => Some((bytes, document)),
        Ok(other) => {
            let class = match other {
                Json::Null => "NilClass",
                Json::Bool(true) => "TrueClass",
                Json::Bool(false) => "FalseClass",
                Json::Number(_) => "Numeric",
                Json::String(_) => "String",
                Json::Array(_) | Json::Object(_) => "Array",
            };
            wrong.push(format!(
                "parsed content was expected to be a Hash but was a {class}"
            ));
            None
        }
        Err(_) => {
            wrong.push(UNREADABLE.to_owned());
            None
        }
    }
}
