//! Where the server is, as its clients see it, and from there the URL of everything.

use percent_encoding::AsciiSet;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;

use super::Template;
use super::template;
use crate::domain::content::ContentId;
use crate::domain::environment::Uuid;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;

/// All but what RFC 3986 calls unreserved.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How many digits of a content id the HTTP API shows.
///
/// The broker's ids are SHA-1: clients, scripts and log readers know 40 digits. Ours are the
/// first 40 of 64; within one pair of consumer and provider they name one content as surely.
const CONTENT_DIGITS: usize = 40;

/// The URL that everything of the server lies below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Returns the address of a server, e.g. `https://broker.example/pacts`.
    #[must_use]
    pub fn new(base: impl Into<String>) -> Self {
        let base = base.into();
        Self(base.trim_end_matches('/').to_owned())
    }

    /// Returns the URL itself, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path that everything lies below: empty, or with a slash in front.
    #[must_use]
    pub fn context_path(&self) -> &str {
        let after_scheme = self.0.find("://").map_or(0, |at| at + 3);
        let slash = self.0[after_scheme..].find('/');
        slash.map_or("", |at| &self.0[after_scheme + at..])
    }

    /// Returns the URL of a resource. Values fill the places of its template from the left; the
    /// places that are left over stay, for the client to fill.
    #[must_use]
    pub fn to(&self, template: Template, values: &[&str]) -> String {
        // As long as most become: a document has dozens.
        let mut url = String::with_capacity(self.0.len() + 192);
        url.push_str(&self.0);
        let mut values = values.iter();
        for segment in template.as_str().split('/').skip(1) {
            url.push('/');
            match (segment.starts_with('{'), values.as_slice().first()) {
                (true, Some(value)) => {
                    url.extend(utf8_percent_encode(value, SEGMENT));
                    values.next();
                }
                _ => url.push_str(segment),
            }
        }
        if url.ends_with('/') {
            url.pop();
        }
        url
    }

    /// Returns the URL of a pacticipant.
    #[must_use]
    pub fn pacticipant(&self, name: &PacticipantName) -> String {
        self.to(template::PACTICIPANT, &[name.as_str()])
    }

    /// Returns the URL of a version.
    #[must_use]
    pub fn version(&self, name: &PacticipantName, number: &VersionNumber) -> String {
        self.to(template::VERSION, &[name.as_str(), number.as_str()])
    }

    /// Returns the URL of a tag on a version.
    #[must_use]
    pub fn tag(&self, name: &PacticipantName, number: &VersionNumber, tag: &TagName) -> String {
        let values = [name.as_str(), number.as_str(), tag.as_str()];
        self.to(template::TAG, &values)
    }

    /// Returns the URL of a branch.
    #[must_use]
    pub fn branch(&self, name: &PacticipantName, branch: &BranchName) -> String {
        self.to(template::BRANCH, &[name.as_str(), branch.as_str()])
    }

    /// Returns the URL of a version on a branch.
    #[must_use]
    pub fn branch_version(
        &self,
        name: &PacticipantName,
        branch: &BranchName,
        number: &VersionNumber,
    ) -> String {
        let values = [name.as_str(), branch.as_str(), number.as_str()];
        self.to(template::BRANCH_VERSION, &values)
    }

    /// Returns the URL of the pact that a consumer version has with a provider.
    #[must_use]
    pub fn pact(
        &self,
        provider: &PacticipantName,
        consumer: &PacticipantName,
        number: &VersionNumber,
    ) -> String {
        let values = [provider.as_str(), consumer.as_str(), number.as_str()];
        self.to(template::PACT, &values)
    }

    /// Returns the URL of something about a content.
    #[must_use]
    pub fn content(
        &self,
        template: Template,
        provider: &PacticipantName,
        consumer: &PacticipantName,
        content: &ContentId,
    ) -> String {
        let values = [provider.as_str(), consumer.as_str(), shown(content)];
        self.to(template, &values)
    }

    /// Returns the URL of an environment, a deployment or a release.
    #[must_use]
    pub fn uuid(&self, template: Template, uuid: &Uuid) -> String {
        self.to(template, &[uuid.as_str()])
    }
}

/// Returns a content id as the HTTP API shows it.
#[must_use]
pub fn shown(content: &ContentId) -> &str {
    &content.as_str()[..CONTENT_DIGITS]
}

/// Says whether a text from a URL names a content: what the API shows of its id, or all of it.
#[must_use]
pub fn names(text: &str, content: &ContentId) -> bool {
    text == shown(content) || text == content.as_str()
}

/// Returns a text as a segment of a path or a value of a query.
#[must_use]
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fill_the_places_from_the_left_and_are_encoded() {
        let at = Address::new("http://broker.example/pacts/");
        let name = "Order Service/2".parse().unwrap();
        assert_eq!(
            at.version(&name, &"ä+1".parse().unwrap()),
            "http://broker.example/pacts/pacticipants/Order%20Service%2F2/versions/%C3%A4%2B1"
        );
        assert_eq!(
            at.to(template::TAG, &["a", "1"]),
            "http://broker.example/pacts/pacticipants/a/versions/1/tags/{tag}"
        );
        assert_eq!(at.to(template::INDEX, &[]), "http://broker.example/pacts");
        assert_eq!(at.context_path(), "/pacts");
        assert_eq!(Address::new("http://h:1").context_path(), "");
    }

    #[test]
    fn a_content_is_named_by_what_is_shown_of_it_and_by_all_of_it() {
        let content = ContentId::from_digest([0xab; 32]);
        assert_eq!(shown(&content).len(), 40);
        assert!(names(shown(&content), &content));
        assert!(names(content.as_str(), &content));
        assert!(!names("abab", &content));
    }
}
