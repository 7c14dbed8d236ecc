//! What `GET /can-i-deploy` is asked in words: one version, and one place to deploy it to
//! (spec: semantics §9.1).

use crate::domain::invalid_fields::InvalidField;
use crate::domain::invalid_fields::InvalidFields;
use crate::domain::invalid_fields::Refused;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::matrix::Query;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::selector::Destination;
use crate::domain::selector::Selector;

/// The field of what is wrong with several fields at once.
const ALL: &str = "";

/// The words of a request; what is blank counts as not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request<'a> {
    /// Whose version.
    pub pacticipant: Option<&'a str>,
    /// Its number.
    pub version: Option<&'a str>,
    /// The environment to deploy it to.
    pub environment: Option<&'a str>,
    /// The tag that stands for the environment.
    pub to: Option<&'a str>,
}

impl Request<'_> {
    /// Returns the question that a request asks.
    ///
    /// # Errors
    ///
    /// Fails with all that is wrong with its fields, in the broker's words, or if a record cannot
    /// be read.
    pub fn query(&self, ledger: &dyn Ledger) -> Result<Query, Refused> {
        let mut wrong = Vec::new();
        let selector = self.selector(ledger, &mut wrong)?;
        let destination = self.destination(ledger, &mut wrong)?;
        match (selector, destination) {
            (Some(selector), Some(destination)) if wrong.is_empty() => {
                Ok(Query::can_i_deploy(vec![selector], destination))
            }
            _ => Err(Refused::Invalid(InvalidFields(wrong))),
        }
    }

    fn selector(
        &self,
        ledger: &dyn Ledger,
        wrong: &mut Vec<InvalidField>,
    ) -> Read<Option<Selector>> {
        let mut name: Option<PacticipantName> = None;
        match given(self.pacticipant) {
            None => wrong.push(InvalidField::new("pacticipant", "is missing")),
            Some(text) => {
                name = text.parse().ok();
                if let Some(known) = &name
                    && ledger.pacticipant(known)?.is_none()
                {
                    name = None;
                }
                if name.is_none() {
                    let text = "does not match an existing pacticipant";
                    wrong.push(InvalidField::new("pacticipant", text));
                }
            }
        }
        let number = match given(self.version).map(str::parse::<VersionNumber>) {
            Some(Ok(number)) => Some(number),
            Some(Err(error)) => {
                wrong.push(InvalidField::new("version", error.to_string()));
                None
            }
            None => {
                wrong.push(InvalidField::new("version", "is missing"));
                None
            }
        };
        Ok(name
            .zip(number)
            .map(|(name, number)| Selector::version(name, number)))
    }

    fn destination(
        &self,
        ledger: &dyn Ledger,
        wrong: &mut Vec<InvalidField>,
    ) -> Read<Option<Destination>> {
        match (given(self.environment), given(self.to)) {
            (Some(text), None) => {
                let name: Option<EnvironmentName> = text.parse().ok();
                if let Some(name) = name
                    && ledger.environment(&name)?.is_some()
                {
                    return Ok(Some(Destination::Environment(name)));
                }
                let text = format!("with name '{text}' does not exist");
                wrong.push(InvalidField::new("environment", text));
            }
            (None, Some(text)) => match text.parse::<TagName>() {
                Ok(tag) => return Ok(Some(Destination::Tag { tag, latest: true })),
                Err(error) => wrong.push(InvalidField::new("to", error.to_string())),
            },
            (None, None) => {
                let text = "Must specify either an environment or a 'to' tag.";
                wrong.push(InvalidField::new(ALL, text));
            }
            (Some(_), Some(_)) => {
                let text = "Cannot specify both a 'to' tag and an environment.";
                wrong.push(InvalidField::new(ALL, text));
            }
        }
        Ok(None)
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}
