//! What a client wants to get: lenient, as clients are (spec: http-api, server rule 3).
//!
//! `application/hal+json`, `application/json`, `*/*`, several or nothing at all mean the API. An
//! extension at the end of a path stands for a type. Who names `text/html` first is a person.

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Media {
    /// A document of the API.
    Hal,
    /// JSON that is no such document.
    Json,
    /// A table.
    Csv,
    /// A picture.
    Svg,
    /// Text to read as it is.
    Text,
    /// A page.
    Html,
}

impl Media {
    /// Returns the value of the header `Content-Type`.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Hal => "application/hal+json;charset=utf-8",
            Self::Json => "application/json;charset=utf-8",
            Self::Csv => "text/csv;charset=utf-8",
            Self::Svg => "image/svg+xml;charset=utf-8",
            Self::Text => "text/plain;charset=utf-8",
            Self::Html => "text/html;charset=utf-8",
        }
    }

    fn matches(self, range: &str) -> bool {
        let types: &[&str] = match self {
            Self::Hal => &["application/hal+json", "application/json", "application/*"],
            Self::Json => &["application/json", "application/*"],
            Self::Csv => &["text/csv", "text/*"],
            Self::Svg => &["image/svg+xml", "image/*"],
            Self::Text => &["text/plain", "text/*"],
            Self::Html => &["text/html", "text/*", "application/xhtml+xml"],
        };
        range == "*/*" || types.contains(&range)
    }
}

/// What a client accepts, best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accept {
    ranges: Vec<String>,
}

impl Accept {
    /// Returns what the headers `Accept` say, of which there may be several.
    pub(crate) fn of<'a>(headers: impl Iterator<Item = &'a str>) -> Self {
        let mut ranges: Vec<(f32, String)> = Vec::new();
        for range in headers.flat_map(|header| header.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let quality = parts.find_map(|part| part.strip_prefix("q="));
            let quality = quality.and_then(|it| it.parse().ok()).unwrap_or(1.0);
            if !name.is_empty() && quality > 0.0 {
                ranges.push((quality, name));
            }
        }
        // A stable sort: of equals the first named is the best.
        ranges.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        Self {
            ranges: ranges.into_iter().map(|(_, name)| name).collect(),
        }
    }

    /// Returns the path without an extension that stands for a type, and that type instead of
    /// what the headers say.
    pub(crate) fn of_extension(path: &str) -> Option<(&str, Self)> {
        let (stem, extension) = path.rsplit_once('.')?;
        let range = match extension {
            "json" => "application/json",
            "csv" => "text/csv",
            "svg" => "image/svg+xml",
            "yaml" | "yml" => "application/yaml",
            _ => return None,
        };
        let ranges = vec![range.to_owned()];
        Some((stem, Self { ranges }))
    }

    /// Returns the best of the kinds that there are, or `None` if the client wants none of them.
    pub(crate) fn best(&self, offered: &[Media]) -> Option<Media> {
        if self.ranges.is_empty() {
            return offered.first().copied();
        }
        let matching = |range: &String| offered.iter().find(|media| media.matches(range));
        self.ranges.iter().find_map(matching).copied()
    }

    /// Says whether a person asks, with a browser: `text/html` comes first.
    pub(crate) fn is_browser(&self) -> bool {
        self.ranges
            .first()
            .is_some_and(|range| range == "text/html")
    }

    /// Says whether a type is named.
    pub(crate) fn names(&self, part: &str) -> bool {
        self.ranges.iter().any(|range| range.contains(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(accept: &str, offered: &[Media]) -> Option<Media> {
        Accept::of(std::iter::once(accept)).best(offered)
    }

    #[test]
    fn clients_get_the_api_whatever_they_say() {
        for accept in [
            "application/hal+json, application/json",
            "application/hal+json",
            "application/json;charset=utf-8",
            "*/*",
            "text/html, */*;q=0.1",
            "",
        ] {
            assert_eq!(best(accept, &[Media::Hal]), Some(Media::Hal), "{accept}");
        }
        assert_eq!(best("text/html", &[Media::Hal]), None);
        assert_eq!(
            best("application/json;q=0", &[Media::Csv]),
            Some(Media::Csv)
        );
    }

    #[test]
    fn the_best_kind_is_the_one_named_first_or_with_the_higher_quality() {
        let both = [Media::Hal, Media::Text];
        assert_eq!(
            best("text/plain, application/json", &both),
            Some(Media::Text)
        );
        assert_eq!(
            best("text/plain;q=0.5, application/json", &both),
            Some(Media::Hal)
        );
        assert!(Accept::of(["text/html, application/json"].into_iter()).is_browser());
    }

    #[test]
    fn an_extension_stands_for_a_type() {
        let (path, accept) = Accept::of_extension("/matrix.json").unwrap();
        assert_eq!(
            (path, accept.best(&[Media::Hal])),
            ("/matrix", Some(Media::Hal))
        );
        assert_eq!(Accept::of_extension("/pacticipants/a/versions/1.0.0"), None);
    }
}
