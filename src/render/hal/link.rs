//! Links that documents have by the hundred.

use serde::Serialize;

/// The links of something that has one only: to itself.
#[derive(Debug, Serialize)]
pub struct ToSelf<L> {
    #[serde(rename = "self")]
    link: L,
}

impl<'a> From<Named<'a>> for ToSelf<Named<'a>> {
    fn from(link: Named<'a>) -> Self {
        Self { link }
    }
}

/// A link that says no more than where it leads.
#[derive(Debug, Serialize)]
pub struct Href {
    /// Where it leads.
    pub href: String,
}

impl From<String> for ToSelf<Href> {
    fn from(href: String) -> Self {
        Self {
            link: Href { href },
        }
    }
}

/// A link that says what it leads to.
#[derive(Debug, Serialize)]
pub struct Named<'a> {
    /// What this one is called.
    pub name: &'a str,
    /// Where it leads.
    pub href: String,
    /// What kind of thing it is.
    pub title: &'static str,
}
