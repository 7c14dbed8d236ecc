//! Reads a request from the JSON form of the broker, and says what is wrong in its words.

use serde_json::Value;

use super::super::consumer_version_selector::{self, InvalidField, InvalidFields, Refused};
use super::super::ledger::Ledger;
use super::super::name::{BranchName, PacticipantName, TagName};
use super::super::time::Timestamp;
use super::{ProviderBuild, Request};

const BRANCH: &str = "providerVersionBranch";
const TAGS: &str = "providerVersionTags";
const PENDING: &str = "includePendingStatus";
const WIP: &str = "includeWipPactsSince";

const EMPTY_BRANCH: &str = "when pending or WIP pacts are enabled and there are no tags provided, \
    the provider version branch must not be an empty string, as it is used in the calculations for \
    WIP/pending. A value must be provided (recommended), or it must not be set at all.";

impl Request {
    /// Returns what the body of a request to a provider's `for-verification` asks for.
    ///
    /// Fields that are absent, or `null` where that is allowed, are not given; unknown fields are
    /// ignored. `includePendingStatus` is true if it is absent (spec: semantics §6.1). No body asks for what is
    /// proposed: whoever gives the build its broker does.
    ///
    /// # Errors
    ///
    /// Fails with [`Refused::Invalid`] and every message, or with [`Refused::Unreadable`] if an
    /// environment that a selector names cannot be looked up.
    pub fn from_json(
        provider: PacticipantName,
        body: &Value,
        ledger: &dyn Ledger,
    ) -> Result<Self, Refused> {
        let mut errors = Vec::new();
        let branch = branch(body.get(BRANCH), &mut errors);
        let tags = tags(body.get(TAGS), &mut errors);
        let pending = flag(body.get(PENDING), &mut errors);
        let since = moment(body.get(WIP), &mut errors);
        let is_asked = pending == Some(true) || since.is_some();
        if errors.is_empty() && branch == Branch::Empty && tags.is_empty() && is_asked {
            complain(&mut errors, BRANCH, EMPTY_BRANCH);
        }
        let selectors = match body.get(consumer_version_selector::FIELD) {
            None => Ok(Vec::new()),
            Some(value) => consumer_version_selector::parse(value, branch.name(), ledger),
        };
        let selectors = match selectors {
            Ok(selectors) => selectors,
            Err(Refused::Invalid(InvalidFields(more))) => {
                errors.extend(more);
                Vec::new()
            }
            Err(unreadable) => return Err(unreadable),
        };
        if !errors.is_empty() {
            return Err(Refused::Invalid(InvalidFields(errors)));
        }
        Ok(Self {
            provider,
            build: match branch {
                Branch::Empty => ProviderBuild::OnNamelessBranch,
                Branch::Absent => ProviderBuild::new(None, tags),
                Branch::Named(name) => ProviderBuild::OnBranch(name),
            },
            include_pending: pending.unwrap_or(true),
            include_wip_since: since,
            include_proposed: false,
            selectors,
        })
    }
}

#[derive(PartialEq, Eq)]
enum Branch {
    Absent,
    Empty,
    Named(BranchName),
}

impl Branch {
    fn name(&self) -> Option<&BranchName> {
        match self {
            Self::Named(name) => Some(name),
            Self::Absent | Self::Empty => None,
        }
    }
}

fn complain(errors: &mut Vec<InvalidField>, field: &'static str, message: impl Into<String>) {
    errors.push(InvalidField {
        field,
        index: None,
        message: message.into(),
    });
}

fn branch(value: Option<&Value>, errors: &mut Vec<InvalidField>) -> Branch {
    match value {
        None | Some(Value::Null) => Branch::Absent,
        Some(Value::String(text)) if text.is_empty() => Branch::Empty,
        Some(Value::String(text)) if text.trim().is_empty() => {
            complain(errors, BRANCH, "cannot be blank");
            Branch::Absent
        }
        Some(Value::String(text)) => match text.parse() {
            Ok(name) => Branch::Named(name),
            Err(invalid) => {
                complain(errors, BRANCH, format!("is not a name: {invalid}"));
                Branch::Absent
            }
        },
        Some(_) => {
            complain(errors, BRANCH, "must be a string");
            Branch::Absent
        }
    }
}

fn tags(value: Option<&Value>, errors: &mut Vec<InvalidField>) -> Vec<TagName> {
    let items = match value {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(items)) => items,
        Some(_) => {
            complain(errors, TAGS, "must be an array");
            return Vec::new();
        }
    };
    let mut tags = Vec::new();
    for item in items {
        match item.as_str().map(str::parse) {
            Some(Ok(tag)) => tags.push(tag),
            Some(Err(invalid)) => complain(errors, TAGS, format!("must be names: {invalid}")),
            None => complain(errors, TAGS, "must be an array of strings"),
        }
    }
    tags
}

fn flag(value: Option<&Value>, errors: &mut Vec<InvalidField>) -> Option<bool> {
    match value {
        None => None,
        Some(Value::Bool(flag)) => Some(*flag),
        Some(Value::Null) => {
            complain(errors, PENDING, "must be filled");
            None
        }
        Some(_) => {
            complain(errors, PENDING, "must be one of: true, false");
            None
        }
    }
}

fn moment(value: Option<&Value>, errors: &mut Vec<InvalidField>) -> Option<Timestamp> {
    let value = value?;
    let moment = value.as_str().and_then(date_or_time);
    if moment.is_none() {
        let message = if value.is_null() {
            "must be filled"
        } else {
            "must be a date"
        };
        complain(errors, WIP, message);
    }
    moment
}

/// Reads `2026-11-21`, `2026-11-21T17:00:00` or the same with an offset; without one it is UTC.
fn date_or_time(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = Timestamp::try_from(text.to_owned()) {
        return Some(moment);
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    let utc = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Timestamp::from_epoch_seconds(utc.timestamp().as_second())
}
