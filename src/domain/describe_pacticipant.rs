//! Describing a pacticipant: a part of it, the whole of it, or only if it is new.

use std::str::FromStr;

use serde_json::Value;

use super::edit::Edit;
use super::invalid_fields::{InvalidField, InvalidFields};
use super::ledger::{Ledger, Read};
use super::name::{BranchName, InvalidName, PacticipantName};
use super::pacticipant::Pacticipant;
use super::time::Timestamp;

/// Changes to a pacticipant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacticipantUpdate {
    /// Which pacticipant; created if nobody has mentioned it.
    pub name: PacticipantName,
    /// A name for people to read.
    pub display_name: Edit<String>,
    /// The branch from which it is released.
    pub main_branch: Edit<BranchName>,
    /// Where its code is.
    pub repository_url: Edit<String>,
    /// What its repository is called where the code is hosted.
    pub repository_name: Edit<String>,
    /// The group, user or organisation to which its repository belongs.
    pub repository_namespace: Edit<String>,
    /// When this is said.
    pub at: Timestamp,
}

impl PacticipantUpdate {
    /// Returns an update that changes nothing, but creates a pacticipant that nobody has mentioned.
    #[must_use]
    pub fn new(name: PacticipantName, at: Timestamp) -> Self {
        Self {
            name,
            display_name: Edit::Keep,
            main_branch: Edit::Keep,
            repository_url: Edit::Keep,
            repository_name: Edit::Keep,
            repository_namespace: Edit::Keep,
            at,
        }
    }

    /// Returns what a `PATCH` says: a field that is absent stays, one that is `null` is cleared.
    ///
    /// A name in the body is checked, and counts for nothing.
    ///
    /// # Errors
    ///
    /// Fails with every message of the broker, by field.
    pub fn from_patch(
        name: PacticipantName,
        body: &Value,
        at: Timestamp,
    ) -> Result<Self, InvalidFields> {
        let mut reader = Reader::new(body);
        reader.name();
        reader.finish(Some(name), at, Absent::Stays)
    }

    /// Returns what a `PUT` says: a field that is absent is cleared. Labels are no field.
    ///
    /// A name in the body is checked, and counts for nothing.
    ///
    /// # Errors
    ///
    /// Fails with every message of the broker, by field.
    pub fn from_put(
        name: PacticipantName,
        body: &Value,
        at: Timestamp,
    ) -> Result<Self, InvalidFields> {
        let mut reader = Reader::new(body);
        reader.name();
        reader.finish(Some(name), at, Absent::Cleared)
    }

    /// Returns what a `POST` says; the name is in the body.
    ///
    /// # Errors
    ///
    /// Fails with every message of the broker, by field.
    pub fn from_post(body: &Value, at: Timestamp) -> Result<Self, InvalidFields> {
        let mut reader = Reader::new(body);
        if body.get(NAME).is_none() {
            reader.complain(NAME, "is missing");
        }
        let name = reader.name();
        reader.finish(name, at, Absent::Stays)
    }

    /// Returns a pacticipant as it is after the update.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn applied(&self, ledger: &dyn Ledger) -> Read<Pacticipant> {
        let before = Pacticipant::recorded(ledger, &self.name, self.at)?;
        let mut after = before.clone();
        let Self {
            name: _,
            display_name,
            main_branch,
            repository_url,
            repository_name,
            repository_namespace,
            at,
        } = self.clone();
        after.display_name = display_name.applied(after.display_name);
        after.main_branch = main_branch.applied(after.main_branch);
        after.repository_url = repository_url.applied(after.repository_url);
        after.repository_name = repository_name.applied(after.repository_name);
        after.repository_namespace = repository_namespace.applied(after.repository_namespace);
        if after != before && ledger.has_own_record(&self.name)? {
            after.updated_at = Some(at);
        }
        Ok(after)
    }

    /// Returns the pacticipant that is there: the one described, or the one that was there before.
    ///
    /// To create what exists changes nothing and is no error: it is the way around the refusal of
    /// similar names (spec: semantics §5).
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn created(&self, ledger: &dyn Ledger) -> Read<Pacticipant> {
        if ledger.has_own_record(&self.name)? {
            Pacticipant::recorded(ledger, &self.name, self.at)
        } else {
            self.applied(ledger)
        }
    }
}

const NAME: &str = "name";

/// What becomes of a field that a body does not mention.
#[derive(Clone, Copy)]
enum Absent {
    Stays,
    Cleared,
}

/// Reads the fields of a body and gathers what is wrong with them.
struct Reader<'a> {
    body: &'a Value,
    errors: Vec<InvalidField>,
}

impl<'a> Reader<'a> {
    fn new(body: &'a Value) -> Self {
        let errors = Vec::new();
        Self { body, errors }
    }

    fn complain(&mut self, field: &'static str, message: impl Into<String>) {
        self.errors.push(InvalidField::new(field, message));
    }

    /// Returns the name, if there is one that can be used.
    fn name(&mut self) -> Option<PacticipantName> {
        let text = match self.body.get(NAME)? {
            Value::String(text) if !text.is_empty() => text,
            Value::String(_) | Value::Null => {
                self.complain(NAME, "must be filled");
                return None;
            }
            _ => {
                self.complain(NAME, "must be a string");
                return None;
            }
        };
        self.line(NAME, text);
        self.not_blank(NAME, text);
        self.parsed(NAME, text)
    }

    fn text(&mut self, field: &'static str, absent: Absent) -> Edit<String> {
        match (self.body.get(field), absent) {
            (None, Absent::Stays) => Edit::Keep,
            (None, Absent::Cleared) | (Some(Value::Null), _) => Edit::Clear,
            (Some(Value::String(text)), _) => {
                self.line(field, text);
                Edit::Set(text.clone())
            }
            (Some(_), _) => {
                self.complain(field, "must be a string");
                Edit::Keep
            }
        }
    }

    fn line(&mut self, field: &'static str, text: &str) {
        if text.contains('\n') {
            self.complain(field, "cannot contain multiple lines");
        }
    }

    fn not_blank(&mut self, field: &'static str, text: &str) {
        if text.trim().is_empty() {
            self.complain(field, "cannot be blank");
        }
    }

    /// Returns a name, unless there is something wrong with it.
    fn parsed<T: FromStr<Err = InvalidName>>(
        &mut self,
        field: &'static str,
        text: &str,
    ) -> Option<T> {
        if self.errors.iter().any(|invalid| invalid.field == field) {
            return None;
        }
        let parsed = text.parse();
        parsed
            .map_err(|invalid| self.complain(field, format!("is not a name: {invalid}")))
            .ok()
    }

    fn main_branch(&mut self, absent: Absent) -> Edit<BranchName> {
        let field = "mainBranch";
        match self.text(field, absent) {
            Edit::Keep => Edit::Keep,
            Edit::Clear => Edit::Clear,
            Edit::Set(text) => {
                if text.contains(' ') {
                    self.complain(field, "cannot contain spaces");
                }
                self.not_blank(field, &text);
                Edit::part(self.parsed(field, &text))
            }
        }
    }

    /// Returns the update, unless there is something wrong with any field.
    fn finish(
        mut self,
        name: Option<PacticipantName>,
        at: Timestamp,
        absent: Absent,
    ) -> Result<PacticipantUpdate, InvalidFields> {
        let display_name = self.text("displayName", absent);
        if let Edit::Set(text) = &display_name {
            self.not_blank("displayName", text);
        }
        let main_branch = self.main_branch(absent);
        let repository_url = self.text("repositoryUrl", absent);
        let repository_name = self.text("repositoryName", absent);
        let repository_namespace = self.text("repositoryNamespace", absent);
        match name {
            Some(name) if self.errors.is_empty() => Ok(PacticipantUpdate {
                name,
                display_name,
                main_branch,
                repository_url,
                repository_name,
                repository_namespace,
                at,
            }),
            _ => Err(InvalidFields(self.errors)),
        }
    }
}

#[cfg(test)]
mod tests;
