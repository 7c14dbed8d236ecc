//! What browsers may be made to do by pages of other sites, and is refused.
//!
//! * A page can make the name of its own host mean this machine ("DNS rebinding"), and then read
//!   all that is said without credentials. So a server that is open to its machine answers to names
//!   that cannot be made to mean it: `localhost`, addresses, and those of its base URLs.
//! * A page can send forms to other sites, with the credentials that the browser knows. So a write
//!   that a browser sends has to come from a page of this server.
//!
//! Everything else sends neither `Origin` nor `Sec-Fetch-Site`, and is not concerned.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header;

use super::base_url::BaseUrls;
use super::base_url::authority;
use super::base_url::is_same;
use super::base_url::name;
use super::base_url::seen;

/// A request is one that a page of another site may have made a browser send.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Foreign {
    /// The host is none that this server is known by.
    #[error(
        "this server does not answer to the host '{0}'; if it should, start it with \
         --base-url http://{0}"
    )]
    Host(String),
    /// The page is none of this server's.
    #[error(
        "a page of {0} may not write here; if that is this server, start it with --base-url and \
         the URL that browsers use"
    )]
    Page(String),
}

/// Checks that the host that is asked for is this machine, or one of the base URLs'.
///
/// Whoever says no host is no browser.
///
/// # Errors
///
/// Fails if it is the name of something else.
pub(crate) fn check_host(headers: &HeaderMap, base_urls: &BaseUrls) -> Result<(), Foreign> {
    for host in headers.get_all(header::HOST) {
        let host = String::from_utf8_lossy(host.as_bytes());
        let name = name(&host);
        if !is_fixed(name) && !base_urls.names().any(|known| is_same(known, name)) {
            return Err(Foreign::Host(host.into_owned()));
        }
    }
    Ok(())
}

/// Checks that a browser sends this for a page of this server, if a browser sends it.
///
/// # Errors
///
/// Fails if it is for another site's.
pub(crate) fn check_page(headers: &HeaderMap, base_urls: &BaseUrls) -> Result<(), Foreign> {
    let text = |name: &str| {
        let value = headers.get(name)?.as_bytes();
        Some(String::from_utf8_lossy(value).into_owned())
    };
    if let Some(origin) = text("origin") {
        return if is_ours(&origin, headers, base_urls) {
            Ok(())
        } else {
            Err(Foreign::Page(origin))
        };
    }
    match text("sec-fetch-site").as_deref() {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) => Err(Foreign::Page("another site".to_owned())),
    }
}

/// Says whether an origin is this server: one of its base URLs, or else what is asked for. Where
/// there are base URLs, a name that is none of them counts for nothing.
fn is_ours(origin: &str, headers: &HeaderMap, base_urls: &BaseUrls) -> bool {
    if base_urls.have_authority_of(origin) {
        return true;
    }
    let asked = seen(headers);
    let can_be_trusted = base_urls.names().next().is_none() || is_fixed(name(authority(origin)));
    can_be_trusted && is_same(authority(origin), authority(&asked))
}

/// Says whether nobody can make a host mean another machine than it does: an address, or a name
/// that stands for this machine everywhere.
fn is_fixed(name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let lower = name.to_ascii_lowercase();
    address.parse::<IpAddr>().is_ok() || lower == "localhost" || lower.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::hal::Address;

    fn headers(given: &[(&'static str, &str)]) -> HeaderMap {
        let parsed = given.iter().map(|(name, value)| {
            let name = axum::http::HeaderName::from_static(name);
            (name, axum::http::HeaderValue::try_from(*value).unwrap())
        });
        parsed.collect()
    }

    fn known(urls: &[&str]) -> BaseUrls {
        BaseUrls::new(urls.iter().map(|url| Address::new(*url)).collect())
    }

    #[test]
    fn an_open_server_answers_to_names_that_mean_this_machine() {
        for host in [
            "localhost:9292",
            "LOCALHOST",
            "localhost.:9292",
            "shop.localhost:80",
            "127.0.0.1:9292",
            "192.168.0.7",
            "[::1]:9292",
            "[::1]",
        ] {
            let checked = check_host(&headers(&[("host", host)]), &known(&[]));
            assert_eq!(checked, Ok(()), "{host}");
        }
        for host in [
            "evil.example:9292",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "notlocalhost",
            "broker",
            "",
        ] {
            let checked = check_host(&headers(&[("host", host)]), &known(&[]));
            assert_eq!(checked, Err(Foreign::Host(host.to_owned())), "{host}");
        }
        assert_eq!(check_host(&headers(&[]), &known(&[])), Ok(()));
        let two = headers(&[("host", "localhost"), ("host", "evil.example")]);
        assert!(check_host(&two, &known(&[])).is_err());
    }

    #[test]
    fn an_open_server_answers_to_the_hosts_of_its_base_urls() {
        let urls = known(&["http://broker:9292", "https://pacts.example/broker"]);
        for (host, is_known) in [
            ("broker", true),
            ("Broker:80", true),
            ("pacts.example", true),
            ("localhost", true),
            ("example", false),
        ] {
            let checked = check_host(&headers(&[("host", host)]), &urls);
            assert_eq!(checked.is_ok(), is_known, "{host}");
        }
        // A page can say this, so it is not believed.
        let forwarded = headers(&[("host", "evil.example"), ("x-forwarded-host", "broker")]);
        assert!(check_host(&forwarded, &urls).is_err());
    }

    #[test]
    fn who_is_no_browser_may_write() {
        assert_eq!(check_page(&headers(&[]), &known(&[])), Ok(()));
        let container = headers(&[("host", "git-pact:9292")]);
        assert_eq!(
            check_page(&container, &known(&["https://b.example"])),
            Ok(())
        );
    }

    #[test]
    fn a_browser_writes_for_pages_of_this_server_only() {
        let none: &[&str] = &[];
        let urls: &[&str] = &["https://b.example/pacts", "http://c.example:8080"];
        for (urls, host, origin, is_ours) in [
            (none, "b.example", "https://b.example", true),
            (none, "localhost:9292", "http://localhost:9292", true),
            (none, "localhost:9292", "http://localhost:3000", false),
            (none, "b.example", "https://evil.example", false),
            (none, "b.example", "null", false),
            (urls, "inner:9292", "https://b.example", true),
            (urls, "inner:9292", "http://C.example:8080", true),
            (urls, "inner:9292", "http://c.example", false),
            (urls, "127.0.0.1:9292", "http://127.0.0.1:9292", true),
            // The host may be a name that somebody made mean this machine.
            (urls, "evil.example", "http://evil.example", false),
        ] {
            let headers = headers(&[
                ("host", host),
                ("origin", origin),
                ("sec-fetch-site", "cross-site"),
            ]);
            let checked = check_page(&headers, &known(urls));
            assert_eq!(checked.is_ok(), is_ours, "{urls:?} {host} {origin}");
        }
        let proxied = headers(&[
            ("host", "inner:9292"),
            ("x-forwarded-host", "b.example"),
            ("x-forwarded-proto", "https"),
            ("origin", "https://b.example"),
        ]);
        assert_eq!(check_page(&proxied, &known(none)), Ok(()));
    }

    #[test]
    fn without_an_origin_a_browser_says_whose_page_it_is() {
        for (site, is_ours) in [
            ("none", true),
            ("same-origin", true),
            ("same-site", false),
            ("cross-site", false),
        ] {
            let headers = headers(&[("host", "h"), ("sec-fetch-site", site)]);
            assert_eq!(check_page(&headers, &known(&[])).is_ok(), is_ours, "{site}");
        }
    }
}
