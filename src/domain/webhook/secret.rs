//! Secrets of webhooks: what must not be stored, and what stands in its place.
//!
//! A store is read by everybody who can clone it, and its history is kept for ever. So a password
//! or a token is never stored; a *reference* `${user.NAME}` or `${env.NAME}` is. Whoever makes the request looks
//! the name up where its own secrets are (see `docs/decisions/0012`).

use std::fmt;

use serde_json::Value;

/// What is shown in the place of something that is not shown.
pub const STARS: &str = "**********";

/// The end of the name of something that holds a credential, without `-`, `_` and case.
const CREDENTIALS: [&str; 9] = [
    "authorization",
    "token",
    "password",
    "passwd",
    "secret",
    "apikey",
    "accesskey",
    "privatekey",
    "cookie",
];

/// Names a secret that somebody keeps elsewhere: letters, digits and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretName(String);

impl SecretName {
    /// Returns the name, or `None` if it cannot be one.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
        (!text.is_empty() && text.chars().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Says whether a text is what is shown in the place of another.
pub(super) fn is_starred(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == '*')
}

/// Says whether the broker hides the value of a header.
pub(super) fn is_redacted(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    header.contains("authorization") || header.contains("token") || names_credential(&header)
}

/// Says whether something of this name holds a credential: a header, a parameter of an address,
/// a key of a JSON body.
pub(super) fn names_credential(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    CREDENTIALS.iter().any(|end| plain.ends_with(end))
}

/// Says whether a credential is given as it is: a text of which any word but the first, such as
/// `Bearer`, has no reference in it.
pub(super) fn is_literal(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let secret = match words.as_slice() {
        [_scheme, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    !secret.iter().all(|word| has_reference(word))
}

/// The beginnings of references: the broker's own, and one that says where secrets are kept. Both mean the
/// same, and neither names a variable: whoever makes the request says which secrets there are, not whoever
/// writes the webhook.
const REFERENCES: [&str; 2] = ["user.", "env."];

/// Returns the secret that a parameter refers to, given without `${` and `}`, if it is a reference.
pub(super) fn referred(parameter: &str) -> Option<SecretName> {
    let mut spellings = REFERENCES.into_iter();
    let name = spellings.find_map(|spelling| parameter.strip_prefix(spelling));
    name.and_then(SecretName::new)
}

/// Says whether there is a reference in a text.
fn has_reference(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${") {
        let parameter = after.split_once('}').map(|(parameter, _)| parameter);
        if parameter.and_then(referred).is_some() {
            return true;
        }
        rest = after;
    }
    false
}

/// Returns the first key of a JSON body whose text is a credential given as it is.
pub(super) fn literal_in_body(body: &Value) -> Option<&str> {
    match body {
        Value::Object(entries) => entries.iter().find_map(|(key, value)| match value {
            Value::String(text) if names_credential(key) && is_literal(text) => Some(key.as_str()),
            value => literal_in_body(value),
        }),
        Value::Array(elements) => elements.iter().find_map(literal_in_body),
        _ => None,
    }
}

/// Returns what to do instead of giving a credential as it is.
pub(super) fn advice(what: &str) -> String {
    format!(
        "{what} must be a reference such as ${{user.NAME}}, because a webhook is stored for \
         everybody who can read the repository. Keep the secret in GIT_PACT_SECRET_NAME, where the \
         webhook is executed."
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_credential_is_known_by_the_end_of_its_name() {
        for name in [
            "Authorization",
            "X-Auth-Token",
            "client_secret",
            "apiKey",
            "PRIVATE-TOKEN",
        ] {
            assert!(names_credential(name), "{name}");
        }
        for name in ["author", "token_count", "accept", "keyboard", ""] {
            assert!(!names_credential(name), "{name}");
        }
    }

    #[test]
    fn a_credential_is_a_reference_and_may_have_one_word_before_it() {
        for text in [
            "${user.token}",
            "Bearer ${user.token}",
            "Token token=${user.token}",
            "${user.a}${user.b}",
            "Bearer ${env.TOKEN}",
            "",
        ] {
            assert!(!is_literal(text), "{text}");
        }
        for text in [
            "s3cret",
            "Bearer s3cret",
            "Bearer s3cret ${user.token}",
            "${user.}",
            "${user.a b}",
            "${user.token",
            "${pactbroker.pactUrl}",
            "Bearer ${env.A B}",
            "Bearer ${environment.TOKEN}",
        ] {
            assert!(is_literal(text), "{text}");
        }
    }

    #[test]
    fn a_credential_is_found_at_any_depth_of_a_body() {
        let body = json!({"ref": "main", "list": [{"variables": {"api_token": "abc"}}]});
        assert_eq!(literal_in_body(&body), Some("api_token"));
        let body = json!({"token": "${user.TRIGGER}", "password": 7, "tokens": {"ref": "main"}});
        assert_eq!(literal_in_body(&body), None);
    }
}
