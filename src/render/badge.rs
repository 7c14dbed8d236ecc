//! Badges: small pictures with a label and a word, for README files.
//!
//! What they say, and in which colour, is what the broker has others draw (spec: semantics §11).
//! They are drawn here, so that no other service learns who works with whom.

pub(super) mod width;

use std::fmt::Write;

use self::width::width;
use super::html::escaped_for_xml as escaped;
use crate::domain::can_i_deploy::Missing;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::pact_status::PactStatus;

/// A label, and a word about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    label: String,
    message: String,
    colour: Colour,
}

/// What a word says at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colour {
    BrightGreen,
    Red,
    Orange,
    LightGrey,
}

impl Colour {
    /// Returns the colour as HTML has it: the ones that people know from other badges.
    fn as_str(self) -> &'static str {
        match self {
            Self::BrightGreen => "#4c1",
            Self::Red => "#e05d44",
            Self::Orange => "#fe7d37",
            Self::LightGrey => "#9f9f9f",
        }
    }
}

/// Whose names stand on the badge of a pact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// Those of both.
    #[default]
    Both,
    /// That of the consumer.
    Consumer,
    /// That of the provider.
    Provider,
}

/// Whom the badge of a pact names, and how.
#[derive(Clone, Copy, Debug)]
pub struct PactLabel<'a> {
    /// The consumer.
    pub consumer: &'a PacticipantName,
    /// The provider.
    pub provider: &'a PacticipantName,
    /// Whose name to show.
    pub names: Names,
    /// Whether to show initials of names that have several words.
    pub initials: bool,
    /// The tags of the consumer and of the provider, to show behind their names.
    pub tags: Option<(&'a TagName, &'a TagName)>,
}

impl Badge {
    /// Returns the badge of a pact, or of one that there is not.
    #[must_use]
    pub fn pact(label: &PactLabel<'_>, status: Option<PactStatus>) -> Self {
        let (message, colour) = match status {
            None | Some(PactStatus::Never) => ("unknown", Colour::LightGrey),
            Some(PactStatus::Success) => ("verified", Colour::BrightGreen),
            Some(PactStatus::Stale) => ("changed", Colour::Orange),
            Some(PactStatus::Failed) => ("failed", Colour::Red),
            Some(PactStatus::FailedPending) => ("failed (pending)", Colour::Red),
        };
        let label = match status {
            Some(_) => label.text(),
            None => "pact not found".to_owned(),
        };
        Self::new(label, message, colour)
    }

    /// Returns the badge that says whether something can be deployed from somewhere to somewhere.
    #[must_use]
    pub fn can_i_deploy(label: Option<&str>, from: &str, to: &str, deployable: bool) -> Self {
        let colour = if deployable {
            Colour::BrightGreen
        } else {
            Colour::Red
        };
        let label = label.unwrap_or("can-i-deploy");
        Self::new(label, format!("{from} to {to}"), colour)
    }

    /// Returns the badge that says whether a main branch goes with those of the others.
    #[must_use]
    pub fn can_i_merge(deployable: Option<bool>) -> Self {
        let (message, colour) = match deployable {
            Some(true) => ("success", Colour::BrightGreen),
            Some(false) => ("failed", Colour::Red),
            None => ("unknown", Colour::LightGrey),
        };
        Self::new("can-i-merge", message, colour)
    }

    /// Returns the badge that says that something is not there.
    #[must_use]
    pub fn missing(what: Missing) -> Self {
        Self::new(what.as_str(), "not found", Colour::LightGrey)
    }

    fn new(label: impl Into<String>, message: impl Into<String>, colour: Colour) -> Self {
        Self {
            label: label.into(),
            message: message.into(),
            colour,
        }
    }

    /// Draws the badge as an SVG document.
    ///
    /// # Panics
    ///
    /// Never: a text can always be written to.
    #[must_use]
    pub fn svg(&self) -> String {
        let (label, message) = (escaped(&self.label), escaped(&self.message));
        let (left, right) = (width(&self.label), width(&self.message));
        // Five pixels stand on either side of each text.
        let (split, whole) = (left + 10, left + right + 20);
        let colour = self.colour.as_str();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}\" height=\"20\" \
             role=\"img\" aria-label=\"{label}: {message}\"><title>{label}: {message}</title>\
             <clipPath id=\"r\"><rect width=\"{whole}\" height=\"20\" rx=\"3\"/></clipPath>\
             <g clip-path=\"url(#r)\"><rect width=\"{split}\" height=\"20\" fill=\"#555\"/>\
             <rect x=\"{split}\" width=\"{}\" height=\"20\" fill=\"{colour}\"/></g>\
             <g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">",
            right + 10
        );
        for (x, length, text) in [(5, left, label), (split + 5, right, message)] {
            // The shadow makes white readable on every colour; the length makes any font fit.
            for (y, of) in [(15, " fill=\"#010101\" fill-opacity=\".3\""), (14, "")] {
                write!(
                    svg,
                    "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\"{of}>{text}</text>"
                )
                .expect("a text can be written to");
            }
        }
        svg.push_str("</g></svg>\n");
        svg
    }
}

impl PactLabel<'_> {
    fn text(&self) -> String {
        let name = |name: &PacticipantName, tag: Option<&TagName>| {
            let initials = self.initials.then(|| initials(name.as_str())).flatten();
            let name = initials.unwrap_or_else(|| name.as_str().to_owned());
            tag.map_or(name.clone(), |tag| format!("{name} ({tag})"))
        };
        let (consumer_tag, provider_tag) = self.tags.unzip();
        let consumer = name(self.consumer, consumer_tag);
        let provider = name(self.provider, provider_tag);
        let text = match self.names {
            Names::Both => format!("{consumer}/{provider} pact"),
            Names::Consumer => format!("{consumer} pact"),
            Names::Provider => format!("{provider} pact"),
        };
        text.to_lowercase()
    }
}

/// Returns the first letters of the words of a name, or `None` if it is one word.
///
/// Words are apart by white space, `-` and `_`; where there are none, by capitals.
fn initials(name: &str) -> Option<String> {
    let joints = |c: char| c.is_whitespace() || matches!(c, '-' | '_');
    let words = name.split(joints).filter(|word| !word.is_empty());
    let mut firsts: String = words.filter_map(|word| word.chars().next()).collect();
    if firsts.chars().count() == 1 {
        firsts = capital_words(name);
    }
    (firsts.chars().count() > 1).then_some(firsts)
}

/// Returns the first letters of words like those of `OrderAPIService`: `OAS`.
fn capital_words(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let begins = |place: usize| {
        let Some(before) = place.checked_sub(1).map(|before| chars[before]) else {
            return true;
        };
        let after = chars.get(place + 1);
        chars[place].is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase))
    };
    let places = (0..chars.len()).filter(|place| begins(*place));
    places.map(|place| chars[place]).collect()
}

#[cfg(test)]
mod tests;
