//! Parameters of requests: `${pactbroker.consumerName}` and the like, and references to secrets.
//!
//! A text is read once, from left to right: a value that looks like a parameter is a value. A
//! parameter that nobody knows stays as it is, as the broker does it; a secret that is not known
//! is an error, because a request without it would only fail elsewhere.

use std::collections::BTreeMap;

use serde_json::Value;

use super::secret::{SecretName, referred};
use super::{Body, RequestTemplate};
use crate::domain::name::{BranchName, LabelName, PacticipantName, TagName, VersionNumber};

const BROKER: &str = "pactbroker.";

/// What has happened, as far as a request may speak of it (spec: semantics §10).
///
/// The default is what has not happened: every text is empty, and verification is pending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TriggerContext {
    /// The name of the event; `test` where a webhook is only tried out.
    pub event: String,
    /// The consumer.
    pub consumer: Option<PacticipantName>,
    /// Its labels.
    pub consumer_labels: Vec<LabelName>,
    /// The consumer version that published the pact.
    pub consumer_version: Option<VersionNumber>,
    /// The branch of that version.
    pub consumer_version_branch: Option<BranchName>,
    /// The tags of that version.
    pub consumer_version_tags: Vec<TagName>,
    /// The provider.
    pub provider: Option<PacticipantName>,
    /// Its labels.
    pub provider_labels: Vec<LabelName>,
    /// The provider version that was verified, or has to be.
    pub provider_version: Option<VersionNumber>,
    /// The branch of that version.
    pub provider_version_branch: Option<BranchName>,
    /// The tags of that version.
    pub provider_version_tags: Vec<TagName>,
    /// Why that version has to be verified.
    pub provider_version_descriptions: Vec<String>,
    /// The provider version that is deployed.
    pub currently_deployed_provider_version: Option<VersionNumber>,
    /// Where the pact is.
    pub pact_url: String,
    /// Where the result of the verification is, if there is one.
    pub verification_result_url: Option<String>,
    /// What came out of it; `None` where there is none yet.
    pub verification_success: Option<bool>,
    /// The build that published the pact or the result.
    pub build_url: Option<String>,
}

impl TriggerContext {
    /// Returns the value of one of the broker's parameters, given without `pactbroker.`; `None` if there
    /// is no such parameter.
    #[must_use]
    pub fn value(&self, parameter: &str) -> Option<String> {
        let status = |words: [&str; 3]| {
            let [success, failure, pending] = words;
            let status = |success_| if success_ { success } else { failure };
            self.verification_success.map_or(pending, status).to_owned()
        };
        Some(match parameter {
            "consumerName" => text(self.consumer.as_ref()),
            "consumerVersionNumber" => text(self.consumer_version.as_ref()),
            "consumerVersionBranch" => text(self.consumer_version_branch.as_ref()),
            "consumerVersionTags" => list(&self.consumer_version_tags),
            "consumerLabels" => list(&self.consumer_labels),
            "providerName" => text(self.provider.as_ref()),
            "providerVersionNumber" => text(self.provider_version.as_ref()),
            "providerVersionBranch" => text(self.provider_version_branch.as_ref()),
            "providerVersionTags" => list(&self.provider_version_tags),
            "providerVersionDescriptions" => list(&self.provider_version_descriptions),
            "providerLabels" => list(&self.provider_labels),
            "currentlyDeployedProviderVersionNumber" => {
                text(self.currently_deployed_provider_version.as_ref())
            }
            "pactUrl" => self.pact_url.clone(),
            "verificationResultUrl" => text(self.verification_result_url.as_ref()),
            "githubVerificationStatus" => status(["success", "failure", "pending"]),
            "gitlabVerificationStatus" => status(["success", "failed", "pending"]),
            "azureDevOpsVerificationStatus" => status(["succeeded", "failed", "pending"]),
            "bitbucketVerificationStatus" => status(["SUCCESSFUL", "FAILED", "INPROGRESS"]),
            "eventName" => self.event.clone(),
            "buildUrl" => text(self.build_url.as_ref()),
            _ => return None,
        })
    }
}

fn text(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn list(values: &[impl ToString]) -> String {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    values.join(", ")
}

/// A request as it is made. It may hold secrets: it is not shown and not stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The method, in capitals.
    pub method: String,
    /// The address.
    pub url: String,
    /// Headers by name.
    pub headers: BTreeMap<String, String>,
    /// The body, if any.
    pub body: Option<String>,
    /// Who makes the request; nobody in particular if it is empty or absent.
    pub username: Option<String>,
    /// The password for it.
    pub password: Option<String>,
}

impl Rendered {
    /// Returns the request with the headers that say who makes it, unless the webhook has its own.
    #[must_use]
    pub fn made_by(mut self, program: &str) -> Self {
        for (name, value) in [("accept", "*/*"), ("user-agent", program)] {
            let header = self.headers.entry(name.to_owned());
            header.or_insert_with(|| value.to_owned());
        }
        self
    }
}

/// A webhook refers to a secret that is not kept where it is executed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret `{name}`, to which the webhook refers, is not known here")]
pub struct UnknownSecret {
    /// Its name.
    pub name: SecretName,
}

/// Returns a request with values in the place of its parameters and references.
///
/// In an address they are escaped as in a form (a space is `+`), in a JSON body as JSON, and
/// elsewhere they are put in as they are. A body has a type: where the webhook names none, a JSON
/// body is JSON and a text a form, as `curl --data` has it.
///
/// # Errors
///
/// Fails if `secret` returns nothing for a name that the request refers to.
pub fn render(
    template: &RequestTemplate,
    context: &TriggerContext,
    secret: &dyn Fn(&SecretName) -> Option<String>,
) -> Result<Rendered, UnknownSecret> {
    let values = Values { context, secret };
    let plain = |text: &String| values.put_into(text, str::to_owned);
    let headers = template.headers.iter();
    let headers = headers.map(|(name, value)| Ok((name.clone(), plain(value)?)));
    let mut headers: BTreeMap<String, String> = headers.collect::<Result<_, _>>()?;
    let content_type = match &template.body {
        None => None,
        Some(Body::Json(_)) => Some("application/json"),
        Some(Body::Text(_)) => Some("application/x-www-form-urlencoded"),
    };
    if let Some(content_type) = content_type {
        let header = headers.entry("content-type".to_owned());
        header.or_insert_with(|| content_type.to_owned());
    }
    Ok(Rendered {
        method: template.method.clone(),
        url: values.put_into(&template.url, form_escaped)?,
        headers,
        body: match &template.body {
            None => None,
            Some(Body::Text(text)) => Some(plain(text)?),
            Some(Body::Json(value)) => Some(values.put_into_json(value)?.to_string()),
        },
        username: template.username.as_ref().map(plain).transpose()?,
        password: template.password.as_ref().map(plain).transpose()?,
    })
}

/// Where the values of parameters come from.
struct Values<'a> {
    context: &'a TriggerContext,
    secret: &'a dyn Fn(&SecretName) -> Option<String>,
}

impl Values<'_> {
    fn value(&self, parameter: &str) -> Result<Option<String>, UnknownSecret> {
        if let Some(parameter) = parameter.strip_prefix(BROKER) {
            return Ok(self.context.value(parameter));
        }
        match referred(parameter) {
            Some(name) => match (self.secret)(&name) {
                Some(value) => Ok(Some(value)),
                None => Err(UnknownSecret { name }),
            },
            None => Ok(None),
        }
    }

    fn put_into(&self, text: &str, escape: fn(&str) -> String) -> Result<String, UnknownSecret> {
        replaced(text, |parameter| {
            let value = self.value(parameter)?;
            Ok(value.map(|value| escape(&value)))
        })
    }

    fn put_into_json(&self, value: &Value) -> Result<Value, UnknownSecret> {
        let plain = |text: &str| self.put_into(text, str::to_owned);
        Ok(match value {
            Value::String(text) => Value::String(plain(text)?),
            Value::Array(elements) => {
                let elements = elements.iter().map(|element| self.put_into_json(element));
                Value::Array(elements.collect::<Result<_, _>>()?)
            }
            Value::Object(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| Ok((plain(key)?, self.put_into_json(value)?)));
                Value::Object(entries.collect::<Result<_, _>>()?)
            }
            other => other.clone(),
        })
    }
}

/// Replaces each `${parameter}` for which there is a value, once, from left to right.
fn replaced<E>(text: &str, value: impl Fn(&str) -> Result<Option<String>, E>) -> Result<String, E> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let parameter = after.split_once('}');
        let found = match parameter {
            Some((parameter, behind)) => value(parameter)?.map(|value| (value, behind)),
            None => None,
        };
        if let Some((value, behind)) = found {
            out.push_str(&value);
            rest = behind;
        } else {
            out.push_str("${");
            rest = after;
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Returns a text with the same word in the place of every parameter and reference.
pub(super) fn without_parameters(text: &str, word: &str) -> String {
    let value = |parameter: &str| {
        let known = [BROKER, "user.", "env."].iter().any(|scope| {
            let name = parameter.strip_prefix(scope);
            name.is_some_and(|name| !name.is_empty())
        });
        Ok::<_, std::convert::Infallible>(known.then(|| word.to_owned()))
    };
    match replaced(text, value) {
        Ok(text) => text,
        Err(never) => match never {},
    }
}

/// Says whether there is a parameter of the broker's in a text, one that is known or not.
pub(super) fn has_parameter(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${pactbroker.") {
        if after.find('}').is_some_and(|at| at > 0) {
            return true;
        }
        rest = after;
    }
    false
}

/// Escapes a text as a form does: a space is `+`; letters, digits and `*-._` stay.
pub(super) fn form_escaped(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'*' | b'-' | b'.' | b'_' => out.push(byte.into()),
            _ if byte.is_ascii_alphanumeric() => out.push(byte.into()),
            _ => write!(out, "%{byte:02X}").expect("writing to a string does not fail"),
        }
    }
    out
}
