//! The files that pages load: styles, a script for comfort, and an icon.

/// A file that pages load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its name.
    pub name: &'static str,
    /// The value of the header `Content-Type`.
    pub content_type: &'static str,
    /// What is in it.
    pub text: &'static str,
}

impl Asset {
    /// Returns its file in a static site.
    #[must_use]
    pub fn file(&self) -> String {
        format!("assets/{}", self.name)
    }
}

/// How pages look.
pub const STYLE: Asset = Asset {
    name: "style.css",
    content_type: "text/css;charset=utf-8",
    text: include_str!("asset/style.css"),
};

/// What is more comfortable with a script. No page needs it.
pub const SCRIPT: Asset = Asset {
    name: "comfort.js",
    content_type: "text/javascript;charset=utf-8",
    text: include_str!("asset/comfort.js"),
};

/// What stands beside the title of a page.
pub const ICON: Asset = Asset {
    name: "icon.svg",
    content_type: "image/svg+xml;charset=utf-8",
    text: include_str!("asset/icon.svg"),
};

/// All of them.
pub const ASSETS: &[Asset] = &[STYLE, SCRIPT, ICON];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        for asset in ASSETS {
            let text = asset.text.replace("http://www.w3.org/2000/svg", "");
            for word in ["https://", "http://", "url(", "@import", "//cdn"] {
                assert!(!text.contains(word), "{word} in {}", asset.name);
            }
        }
    }

    #[test]
    fn data_never_becomes_markup_or_code() {
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "DOMParser",
            "eval(",
            "new Function",
            ".style",
            "fetch(",
        ] {
            assert!(!SCRIPT.text.contains(word), "{word}");
        }
    }
}
