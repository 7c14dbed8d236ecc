//! Where the server is, as the client of one request sees it.
//!
//! Behind a proxy the server does not know its own address. It is told one or several with
//! `--base-url`; where it is told none, it believes the headers that a proxy sets, and then the
//! header `Host`. What is believed is only ever sent back to the same client.

use axum::http::HeaderMap;

use crate::render::hal::Address;

/// The addresses that the server was told.
#[derive(Clone, Debug, Default)]
pub(crate) struct BaseUrls(Vec<Address>);

impl BaseUrls {
    pub(crate) fn new(urls: Vec<Address>) -> Self {
        Self(urls)
    }

    /// Returns the address to begin links with, for a request with these headers.
    pub(crate) fn of(&self, headers: &HeaderMap) -> Address {
        let seen = seen(headers);
        let same_host = |known: &&Address| is_same(authority(known.as_str()), authority(&seen));
        match self.0.iter().find(same_host).or(self.0.first()) {
            Some(known) => known.clone(),
            None => Address::new(seen),
        }
    }

    /// Returns the names of the hosts, without ports.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|url| name(authority(url.as_str())))
    }

    /// Says whether a URL has the host and the port of one of these.
    pub(crate) fn have_authority_of(&self, url: &str) -> bool {
        let mut known = self.0.iter().map(|known| authority(known.as_str()));
        known.any(|known| is_same(known, authority(url)))
    }

    /// Returns a path without the part of an address that everything lies below, for a proxy
    /// that leaves it on.
    pub(crate) fn below<'a>(&self, path: &'a str) -> &'a str {
        let contexts = self.0.iter().map(Address::context_path);
        let mut below = contexts.filter(|context| !context.is_empty());
        let below = below.find_map(|context| path.strip_prefix(context));
        match below {
            Some("") => "/",
            Some(rest) if rest.starts_with('/') => rest,
            _ => path,
        }
    }
}

/// Returns the host and the port of a URL; the port only if it is an unusual one.
pub(super) fn authority(url: &str) -> &str {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split('/').next().unwrap_or_default();
    let usual = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return authority,
    };
    authority.strip_suffix(usual).unwrap_or(authority)
}

/// Returns a host without its port.
pub(super) fn name(host: &str) -> &str {
    let end = match host.rfind(']') {
        Some(bracket) => bracket + 1,
        None => host.rfind(':').unwrap_or(host.len()),
    };
    host[..end].trim_end_matches('.')
}

/// Says whether two hosts are the same.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Returns the URL that the client of a request seems to have asked, as it or a proxy says.
pub(super) fn seen(headers: &HeaderMap) -> String {
    // A chain of proxies leaves a list; the first is the one that the client spoke to.
    let first = |name: &str| {
        let value = headers.get(name)?.to_str().ok()?;
        let value = value.split(',').next().unwrap_or_default().trim();
        Some(value).filter(|value| !value.is_empty())
    };
    let host = first("x-forwarded-host").or_else(|| first("host"));
    let host = host.filter(|host| is_host(host)).unwrap_or("localhost");
    let scheme = first("x-forwarded-proto").or_else(|| first("x-forwarded-scheme"));
    let scheme = match scheme {
        Some("https") => "https",
        _ if first("x-forwarded-ssl") == Some("on") => "https",
        _ => "http",
    };
    let port = first("x-forwarded-port").filter(|port| port.parse::<u16>().is_ok());
    let usual = if scheme == "https" { "443" } else { "80" };
    let has_port = host.rsplit(']').next().is_some_and(|end| end.contains(':'));
    match port {
        Some(port) if port != usual && !has_port => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    }
}

/// Says whether a text can be a host with a port, and nothing that does harm in a link.
fn is_host(text: &str) -> bool {
    let usual =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    text.chars().all(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(given: &[(&'static str, &'static str)]) -> HeaderMap {
        let parsed = given.iter().map(|(name, value)| {
            let name = axum::http::HeaderName::from_static(name);
            (name, axum::http::HeaderValue::from_static(value))
        });
        parsed.collect()
    }

    fn base(urls: &[&str], given: &[(&'static str, &'static str)]) -> String {
        let urls = urls.iter().map(|url| Address::new(*url)).collect();
        let base = BaseUrls::new(urls).of(&headers(given));
        base.as_str().to_owned()
    }

    #[test]
    fn without_a_base_url_links_begin_with_what_the_client_asked() {
        assert_eq!(base(&[], &[("host", "h:9292")]), "http://h:9292");
        let proxied = [
            ("host", "inner:9292"),
            ("x-forwarded-host", "broker.example, inner"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-port", "8443"),
        ];
        assert_eq!(base(&[], &proxied), "https://broker.example:8443");
        assert_eq!(base(&[], &[("host", "a\"b")]), "http://localhost");
    }

    #[test]
    fn of_several_base_urls_the_one_that_was_asked_is_taken() {
        let urls = ["https://outside.example/pacts", "http://inside:9292"];
        assert_eq!(base(&urls, &[("host", "inside:9292")]), urls[1]);
        assert_eq!(base(&urls, &[("host", "elsewhere")]), urls[0]);
    }

    #[test]
    fn a_context_path_is_taken_off() {
        let urls = BaseUrls::new(vec![Address::new("https://h/pacts")]);
        assert_eq!(urls.below("/pacts/pacticipants"), "/pacticipants");
        assert_eq!(urls.below("/pacts"), "/");
        assert_eq!(urls.below("/pactsy"), "/pactsy");
        assert_eq!(urls.below("/pacticipants"), "/pacticipants");
    }
}
