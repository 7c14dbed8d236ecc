//! The address of a webhook, taken apart as far as its rules need it.

use super::template::without_parameters;

/// An address such as `https://user@host:8080/path?query`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UrlParts<'a> {
    /// What stands before `://`.
    pub(super) scheme: &'a str,
    /// What stands before `@`, if anything does.
    pub(super) user: Option<&'a str>,
    /// The host, without port and brackets.
    pub(super) host: &'a str,
    /// What stands after `?`, if anything does.
    pub(super) query: Option<&'a str>,
}

impl<'a> UrlParts<'a> {
    /// Takes an address without parameters apart; `None` if it is not one with scheme and host.
    pub(super) fn new(url: &'a str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_graphic() && !"<>\"{}|\\^`".contains(c);
        if !url.chars().all(allowed) {
            return None;
        }
        let (scheme, rest) = url.split_once("://")?;
        let mut letters = scheme.chars();
        let begins = letters.next()?.is_ascii_alphabetic();
        if !begins || !letters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) {
            return None;
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, after) = rest.split_at(end);
        let after = after.split_once('#').map_or(after, |(before, _)| before);
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = match place.strip_prefix('[') {
            Some(rest) => rest.split_once(']')?,
            None => place.find(':').map_or((place, ""), |at| place.split_at(at)),
        };
        let is_port = match port.strip_prefix(':') {
            Some("") => true,
            Some(digits) => {
                digits.chars().all(|c| c.is_ascii_digit()) && digits.parse::<u16>().is_ok()
            }
            None => port.is_empty(),
        };
        if host.is_empty() || host.contains(['[', ']', '@']) || !is_port {
            return None;
        }
        Some(Self {
            scheme,
            user,
            host,
            query: after.split_once('?').map(|(_, query)| query),
        })
    }
}

/// Returns the host of an address, parameters or not; `None` if it is not an address.
#[must_use]
pub fn host_of(url: &str) -> Option<String> {
    let plain = without_parameters(url, "placeholder");
    UrlParts::new(&plain).map(|parts| parts.host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        for (url, scheme, user, host, query) in [
            (
                "https://ci.example.org",
                "https",
                None,
                "ci.example.org",
                None,
            ),
            ("http://a:8080/x?y=1#z", "http", None, "a", Some("y=1")),
            ("https://u:p@a/b@c", "https", Some("u:p"), "a", None),
            ("https://[::1]:80/", "https", None, "::1", None),
            ("ftp://a?b?c", "ftp", None, "a", Some("b?c")),
        ] {
            let parts = UrlParts::new(url).unwrap();
            let found = (parts.scheme, parts.user, parts.host, parts.query);
            assert_eq!(found, (scheme, user, host, query), "{url}");
        }
    }

    #[test]
    fn what_has_no_scheme_or_no_host_is_no_address() {
        for url in [
            "",
            "blah",
            "bl ah",
            "https://",
            "https:///path",
            "://host",
            "1s://a",
            "https://a b",
            "https://a:b",
            "https://a:+1",
            "https://a:65536",
            "https://[::1]80",
            "https://[::1",
            "https://a\u{e9}",
            "mailto:a@b",
            "https://a\r\nb",
        ] {
            assert_eq!(UrlParts::new(url), None, "{url}");
        }
    }
}
