//! The explorer: one page that shows the documents of the API and follows their links.
//!
//! It is here whole: nothing is loaded from elsewhere, no markup is made of data, and neither
//! scripts nor styles stand in the page itself, so that a browser can be told to run nothing but
//! these files.

/// What a browser may do with the page and with those that look like it: load the files beside
/// it, and ask the server that it came from.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The page.
pub const PAGE: &str = include_str!("explorer/browser.html");

/// A file that the page consists of besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, as the page has it.
    pub name: &'static str,
    /// The value of the header `Content-Type`.
    pub content_type: &'static str,
    /// What is in it.
    pub text: &'static str,
}

const JAVASCRIPT: &str = "text/javascript;charset=utf-8";

/// The files beside the page.
pub const FILES: &[File] = &[
    File {
        name: "explorer.css",
        content_type: "text/css;charset=utf-8",
        text: include_str!("explorer/explorer.css"),
    },
    File {
        name: "explorer.js",
        content_type: JAVASCRIPT,
        text: include_str!("explorer/explorer.js"),
    },
    File {
        name: "hal.js",
        content_type: JAVASCRIPT,
        text: include_str!("explorer/hal.js"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> &'static str {
        let file = FILES.iter().find(|file| file.name == name);
        file.unwrap().text
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        for text in FILES.iter().map(|file| file.text).chain([PAGE]) {
            for word in ["https://", "http://", "url(", "@import", "//cdn"] {
                assert!(!text.contains(word), "{word}");
            }
        }
    }

    #[test]
    fn data_never_becomes_markup_or_code() {
        for file in FILES {
            for word in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "DOMParser",
                "eval(",
                "new Function",
                ".style",
            ] {
                assert!(!file.text.contains(word), "{word} in {}", file.name);
            }
        }
        // The policy forbids scripts and styles in the page itself.
        for word in ["onclick", "onload", "<style", "style=", "<script>"] {
            assert!(!PAGE.contains(word), "{word}");
        }
    }

    #[test]
    fn the_page_has_what_its_script_looks_for_and_a_label_for_each_field() {
        let ids: Vec<&str> = text("explorer.js")
            .split("at(\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert!(ids.contains(&"address"), "{ids:?}");
        for id in ids {
            assert!(PAGE.contains(&format!("id=\"{id}\"")), "{id}");
        }
        for field in ["<input id=\"", "<select id=\"", "<textarea id=\""] {
            for rest in PAGE.split(field).skip(1) {
                let id = rest.split('"').next().unwrap();
                assert!(PAGE.contains(&format!("for=\"{id}\"")), "{id}");
            }
        }
        for file in FILES {
            let mut others = FILES.iter().map(|other| other.text).chain([PAGE]);
            assert!(
                others.any(|other| other.contains(file.name)),
                "{}",
                file.name
            );
        }
    }
}
