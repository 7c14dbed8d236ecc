//! What a request, a response or a message carries, as it can be read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::fields::Extra;
use super::fields::Fields;
use crate::domain::json::Json;

/// What is carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The contract does not speak of it: there may be any, or none.
    Unsaid,
    /// There has to be none, or `null`.
    Null,
    /// There has to be one without content.
    Empty,
    /// Something that can be read.
    Text(Text),
    /// Something that cannot.
    Binary(Binary),
}

/// A body that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its content type as written, if it is.
    pub content_type: Option<String>,
    /// What it is written in.
    pub language: Language,
    /// The text: JSON over several lines with its keys sorted, all else as it is.
    pub text: String,
    /// What is wrong with it, if anything is.
    pub problem: Option<&'static str>,
}

/// A body that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binary {
    /// Its content type as written, if it is.
    pub content_type: Option<String>,
    /// How many bytes it has.
    pub bytes: usize,
    /// The bytes in Base64, as the contract has them.
    pub base64: String,
}

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// HTML.
    Html,
    /// YAML.
    Yaml,
    /// Anything else.
    Plain,
}

impl Language {
    /// Returns the name by which it is known to whatever sets code in colours; none for plain text.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Html => "html",
            Self::Yaml => "yaml",
            Self::Plain => "",
        }
    }

    /// Returns what content of a type is written in.
    fn of(content_type: Option<&str>) -> Self {
        let base = content_type.map(base_of).unwrap_or_default();
        let is =
            |name: &str| base.ends_with(&format!("/{name}")) || base.ends_with(&format!("+{name}"));
        if is("json") {
            Self::Json
        } else if is("xml") && base != "application/xhtml+xml" {
            Self::Xml
        } else if is("html") || is("xml") {
            Self::Html
        } else if is("yaml") || is("x-yaml") {
            Self::Yaml
        } else {
            Self::Plain
        }
    }
}

/// Returns a content type without its parameters.
fn base_of(content_type: &str) -> String {
    let base = content_type.split(';').next().unwrap_or_default();
    base.trim().to_ascii_lowercase()
}

/// Says whether content of a type is not made to be read.
fn is_binary(content_type: &str) -> bool {
    let base = base_of(content_type);
    let (family, kind) = base.split_once('/').unwrap_or((&base, ""));
    match family {
        "image" => !kind.ends_with("+xml"),
        "audio" | "video" | "font" => true,
        "application" => matches!(
            kind,
            "octet-stream"
                | "pdf"
                | "zip"
                | "gzip"
                | "protobuf"
                | "x-protobuf"
                | "grpc"
                | "avro"
                | "cbor"
                | "msgpack"
        ),
        _ => false,
    }
}

/// Returns the body that a field holds, in the form of versions 1 to 3: the value itself. Its type stands
/// among the headers, or the metadata.
pub(super) fn plain(json: Option<&Json>, content_type: Option<&str>) -> Body {
    let content_type = content_type.map(str::to_owned);
    match json {
        None => Body::Unsaid,
        Some(Json::Null) => Body::Null,
        Some(Json::String(text)) if text.is_empty() => Body::Empty,
        Some(Json::String(text)) => {
            if content_type.as_deref().is_some_and(is_binary)
                && let Ok(bytes) = STANDARD.decode(text)
            {
                return binary(content_type, &bytes, text);
            }
            of_text(content_type, text)
        }
        Some(value) => of_json(content_type, value),
    }
}

/// Returns the body that a field holds, in the form of version 4: its content with a type and an
/// encoding. What else stands there goes to `extras`.
pub(super) fn enveloped(
    json: Option<&Json>,
    content_type: Option<&str>,
    extras: &mut Vec<Extra>,
) -> Body {
    let Some(mut fields) = json.and_then(Fields::of) else {
        return plain(json, content_type);
    };
    let said = fields.text("contentType");
    let content_type = said.or(content_type).map(str::to_owned);
    let hint = fields.text("contentTypeHint");
    let encoded = fields.take("encoded");
    let content = fields.take("content");
    let more = fields.left().map(|(key, value)| {
        let name = format!("body {key}");
        Extra::of(&name, value)
    });
    extras.extend(more);
    let is_base64 = match encoded {
        Some(Json::String(encoding)) => encoding.eq_ignore_ascii_case("base64"),
        Some(Json::Bool(is_encoded)) => *is_encoded,
        _ => false,
    };
    match content {
        None => Body::Empty,
        Some(Json::String(text)) if is_base64 => match STANDARD.decode(text) {
            Ok(bytes) => of_bytes(content_type, hint, bytes, text),
            Err(_) => Body::Text(Text {
                content_type,
                language: Language::Plain,
                text: text.clone(),
                problem: Some("it is said to be Base64, and is not"),
            }),
        },
        content => plain(content, content_type.as_deref()),
    }
}

/// Returns bytes as a text if they are one.
fn of_bytes(
    content_type: Option<String>,
    hint: Option<&str>,
    bytes: Vec<u8>,
    base64: &str,
) -> Body {
    let is_binary = match hint {
        Some("BINARY") => true,
        Some("TEXT") => false,
        _ => content_type.as_deref().is_some_and(is_binary),
    };
    let is_readable = |text: &String| {
        let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        !text.contains(is_odd)
    };
    let text = String::from_utf8(bytes);
    match text {
        Ok(text) if text.is_empty() => Body::Empty,
        Ok(text) if !is_binary && is_readable(&text) => of_text(content_type, &text),
        Ok(text) => binary(content_type, text.as_bytes(), base64),
        Err(error) => binary(content_type, error.as_bytes(), base64),
    }
}

fn binary(content_type: Option<String>, bytes: &[u8], base64: &str) -> Body {
    Body::Binary(Binary {
        content_type,
        bytes: bytes.len(),
        base64: base64.to_owned(),
    })
}

/// Returns a text as a body. JSON in a text is laid out; a text of JSON keeps its quotation marks.
fn of_text(content_type: Option<String>, text: &str) -> Body {
    let looks_like_xml = content_type.is_none() && text.trim_start().starts_with('<');
    let language = if looks_like_xml {
        Language::Xml
    } else {
        Language::of(content_type.as_deref())
    };
    if language == Language::Json {
        let value = Json::parse(text.as_bytes()).ok();
        let nested = value.filter(|it| matches!(it, Json::Array(_) | Json::Object(_)));
        return of_json(
            content_type,
            &nested.unwrap_or_else(|| Json::String(text.to_owned())),
        );
    }
    Body::Text(Text {
        content_type,
        language,
        text: text.to_owned(),
        problem: None,
    })
}

fn of_json(content_type: Option<String>, value: &Json) -> Body {
    Body::Text(Text {
        content_type,
        language: Language::Json,
        text: value.pretty(),
        problem: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text.as_bytes()).unwrap()
    }

    /// Says what a body is, in short.
    fn said(body: &Body) -> String {
        match body {
            Body::Unsaid => "unsaid".to_owned(),
            Body::Null => "null".to_owned(),
            Body::Empty => "empty".to_owned(),
            Body::Text(text) => {
                let problem = if text.problem.is_some() { "!" } else { "" };
                format!("{:?}{problem} {}", text.language, text.text)
            }
            Body::Binary(binary) => format!("{} bytes", binary.bytes),
        }
    }

    #[test]
    fn a_body_of_versions_1_to_3_is_the_value_itself() {
        assert_eq!(said(&plain(None, None)), "unsaid");
        for (value, content_type, expected) in [
            ("null", None, "null"),
            (r#""""#, None, "empty"),
            (r#""paid""#, Some("text/plain"), "Plain paid"),
            (r#""paid""#, Some("application/json"), "Json \"paid\""),
            (r#""[1]""#, Some("application/json"), "Json [\n  1\n]"),
            (r#""<a/>""#, None, "Xml <a/>"),
            (
                r#""<a/>""#,
                Some("Application/XML; charset=utf-8"),
                "Xml <a/>",
            ),
            (r#""<a/>""#, Some("text/html"), "Html <a/>"),
            (r#""a: 1""#, Some("application/x-yaml"), "Yaml a: 1"),
            (r#""{}""#, Some("application/hal+json"), "Json {}"),
            (r#""iVBORw==""#, Some("image/png"), "4 bytes"),
            (r#""not base64""#, Some("image/png"), "Plain not base64"),
            (r#""<svg/>""#, Some("image/svg+xml"), "Xml <svg/>"),
            ("7", None, "Json 7"),
            ("false", None, "Json false"),
            (
                r#"{"b":1,"a":1.0}"#,
                None,
                "Json {\n  \"a\": 1.0,\n  \"b\": 1\n}",
            ),
        ] {
            let body = plain(Some(&json(value)), content_type);
            assert_eq!(said(&body), expected, "{value}");
        }
    }

    #[test]
    fn a_body_of_version_4_says_how_it_is_encoded() {
        for (value, expected, more) in [
            ("null", "null", 0),
            ("{}", "empty", 0),
            (r#"{"content":null}"#, "null", 0),
            (r#"{"content":""}"#, "empty", 0),
            (
                r#"{"content":{"a":1},"encoded":false}"#,
                "Json {\n  \"a\": 1\n}",
                0,
            ),
            (
                r#"{"content":"aGk=","contentType":"text/plain","encoded":"base64"}"#,
                "Plain hi",
                0,
            ),
            (r#"{"content":"aGk=","encoded":true}"#, "Plain hi", 0),
            (
                r#"{"content":"aGk=","encoded":"base64","contentTypeHint":"BINARY"}"#,
                "2 bytes",
                0,
            ),
            (r#"{"content":"/w==","encoded":"base64"}"#, "1 bytes", 0),
            (r#"{"content":"AAE=","encoded":"base64"}"#, "2 bytes", 0),
            (
                r#"{"content":"eyJhIjoxfQ==","contentType":"application/json","encoded":"base64"}"#,
                "Json {\n  \"a\": 1\n}",
                0,
            ),
            (r#"{"content":"!","encoded":"base64"}"#, "Plain! !", 0),
            (
                r#"{"content":"{\"a\":1}","contentType":"application/json","encoded":"JSON"}"#,
                "Json {\n  \"a\": 1\n}",
                0,
            ),
            (r#"{"content":"x","note":"y"}"#, "Plain x", 1),
            ("[1]", "Json [\n  1\n]", 0),
        ] {
            let mut extras = Vec::new();
            let body = enveloped(Some(&json(value)), None, &mut extras);
            assert_eq!(said(&body), expected, "{value}");
            assert_eq!(extras.len(), more, "{value}");
        }
    }
}
