//! What each relation of the documents means: the target of their `curies`.
//!
//! One table, from which come the page for people and the document for the explorer. A test asks a
//! server for every relation that the program names.

mod table;

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::template;
use crate::render::html;

use self::table::ALIASES;
pub use self::table::HELP;

/// What a relation means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Help {
    /// The relation, without what is in front of the colon.
    pub name: &'static str,
    /// What is there.
    pub text: &'static str,
    /// What can be done there: a method, and what it does.
    pub uses: &'static [(&'static str, &'static str)],
}

/// Returns what a relation means; what is in front of a colon is passed over.
#[must_use]
pub fn help(name: &str) -> Option<&'static Help> {
    let name = name.split_once(':').map_or(name, |(_, name)| name);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = alias.map_or(name, |(_, name)| name);
    HELP.iter().find(|help| help.name == name)
}

impl Help {
    /// Returns the page for people.
    #[must_use]
    pub fn page(&self, at: &Address) -> String {
        let uses = self.uses.iter().map(|(method, what)| {
            let what = html::escaped(what);
            format!("<dt><code>{method}</code></dt><dd>{what}</dd>\n")
        });
        let body = format!(
            "<p>{}</p>\n<dl>\n{}</dl>\n",
            html::escaped(self.text),
            uses.collect::<String>()
        );
        page(&format!("pb:{}", self.name), &body, at)
    }

    /// Returns the document for programs.
    #[must_use]
    pub fn document(&self, at: &Address) -> Value {
        let uses = self.uses.iter();
        let uses: Value = uses
            .map(|(method, text)| json!({ "method": method, "text": text }))
            .collect();
        json!({
            "name": self.name,
            "text": self.text,
            "uses": uses,
            "_links": { "self": { "href": at.to(template::DOC, &[self.name]) } },
        })
    }
}

/// Returns the page for a relation that nobody knows: those that there are.
#[must_use]
pub fn unknown(at: &Address) -> String {
    let known = HELP.iter().map(|help| {
        let href = html::escaped(&at.to(template::DOC, &[help.name]));
        format!(
            "<dt><a href=\"{href}\">pb:{}</a></dt><dd>{}</dd>\n",
            help.name,
            html::escaped(help.text)
        )
    });
    let body = format!(
        "<p>No document here has such a relation. These are the ones that there are:</p>\n\
         <dl>\n{}</dl>\n",
        known.collect::<String>()
    );
    page("Unknown relation", &body, at)
}

fn page(title: &str, body: &str, at: &Address) -> String {
    let style = at.to(template::HAL_BROWSER_FILE, &["explorer.css"]);
    let explorer = at.to(template::HAL_BROWSER, &[]);
    let (style, explorer) = (html::escaped(&style), html::escaped(&explorer));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"{style}\">\n</head>\n<body>\n\
         <header><h1>{title}</h1></header>\n<main>\n{body}\
         <p><a href=\"{explorer}\">Explore the API</a></p>\n</main>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::render::hal::index::RELATIONS;

    #[test]
    fn every_relation_of_the_index_is_explained() {
        for relation in RELATIONS {
            assert!(help(relation.name).is_some(), "{}", relation.name);
        }
    }

    #[test]
    fn a_relation_is_explained_once_in_sentences() {
        let mut seen = BTreeSet::new();
        for help in HELP {
            assert!(seen.insert(help.name), "{} is there twice", help.name);
            let texts = help.uses.iter().map(|(_, text)| text);
            for text in texts.chain([&help.text]) {
                assert!(text.ends_with('.'), "{}: {text}", help.name);
                assert!(!text.contains("  "), "{}: {text}", help.name);
            }
            assert!(!help.uses.is_empty(), "{}", help.name);
        }
        for (alias, name) in ALIASES {
            assert!(seen.insert(alias), "{alias} is there twice");
            assert_eq!(help(alias).map(|help| help.name), Some(*name));
        }
    }

    #[test]
    fn a_page_has_its_style_below_the_address_of_the_server() {
        let at = Address::new("http://h/\"pacts");
        let page = help("pb:webhooks").unwrap().page(&at);
        assert!(page.contains("<h1>pb:webhooks</h1>"), "{page}");
        let style = "href=\"http://h/&quot;pacts/hal-browser/explorer.css\"";
        assert!(page.contains(style), "{page}");
        assert!(unknown(&at).contains("/doc/webhooks\">pb:webhooks</a>"));
        assert_eq!(help("no-such-thing"), None);
    }
}
