//! Which requests whoever executes webhooks is willing to make.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::fmt;
use std::str::FromStr;

/// What a request may be; the default is the broker's, but for private addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookPolicy {
    /// The methods allowed.
    pub methods: Vec<String>,
    /// The schemes allowed.
    pub schemes: Vec<String>,
    /// The hosts allowed; any host if there is none.
    pub hosts: Vec<HostRule>,
    /// Whether a host may be an address of a private network or of the machine itself. A host
    /// that is in the list is allowed in any case. What a name stands for is known only when the
    /// request is made, and has to be checked with [`WebhookPolicy::allows_address`] then.
    pub allow_private_addresses: bool,
}

impl Default for WebhookPolicy {
    fn default() -> Self {
        Self {
            methods: vec!["POST".to_owned()],
            schemes: vec!["https".to_owned()],
            hosts: Vec::new(),
            allow_private_addresses: false,
        }
    }
}

impl WebhookPolicy {
    /// Returns the policy of who stores webhooks and makes none of their requests: it stands in the
    /// way of nothing that somebody else, elsewhere, may be willing to request.
    #[must_use]
    pub fn widest() -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            methods: owned(&["GET", "POST", "PUT", "PATCH", "DELETE"]),
            schemes: owned(&["http", "https"]),
            hosts: Vec::new(),
            allow_private_addresses: true,
        }
    }
}

/// A host that requests may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostRule {
    /// The host of this name.
    Name(String),
    /// The hosts one label below this domain: `*.example.org`.
    Below(String),
    /// The addresses that begin with so many bits of this one.
    Range(IpAddr, u8),
}

/// The text given is no rule for hosts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a host, a domain such as *.example.org or a network such as 10.0.0.0/8")]
pub struct InvalidHostRule(String);

impl FromStr for HostRule {
    type Err = InvalidHostRule;

    fn from_str(text: &str) -> Result<Self, InvalidHostRule> {
        let invalid = || InvalidHostRule(text.to_owned());
        let bits = |address: IpAddr| if address.is_ipv4() { 32 } else { 128 };
        if let Ok(address) = text.parse() {
            return Ok(Self::Range(address, bits(address)));
        }
        if let Some((address, prefix)) = text.split_once('/') {
            let address = address.parse().map_err(|_| invalid())?;
            let prefix = prefix.parse().map_err(|_| invalid())?;
            if prefix > bits(address) {
                return Err(invalid());
            }
            return Ok(Self::Range(address, prefix));
        }
        let (domain, is_below) = match text.strip_prefix("*.") {
            Some(domain) => (domain, true),
            None => (text, false),
        };
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if domain.is_empty() || !domain.chars().all(allowed) {
            return Err(invalid());
        }
        let domain = domain.to_ascii_lowercase();
        Ok(if is_below {
            Self::Below(domain)
        } else {
            Self::Name(domain)
        })
    }
}

impl fmt::Display for HostRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Below(domain) => write!(f, "*.{domain}"),
            Self::Range(address, 32) if address.is_ipv4() => write!(f, "{address}"),
            Self::Range(address, 128) => write!(f, "{address}"),
            Self::Range(address, bits) => write!(f, "{address}/{bits}"),
        }
    }
}

impl HostRule {
    /// Says whether a host is meant. A name is not looked up.
    fn fits(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        match self {
            Self::Name(name) => host == *name,
            Self::Below(domain) => host
                .split_once('.')
                .is_some_and(|(label, rest)| !label.is_empty() && rest == domain),
            Self::Range(network, bits) => host
                .parse()
                .is_ok_and(|address| is_within(address, *network, *bits)),
        }
    }
}

fn is_within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let same = |address: u128, network: u128, width: u8| {
        let rest = u32::from(width - bits);
        address.checked_shr(rest).unwrap_or(0) == network.checked_shr(rest).unwrap_or(0)
    };
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            same(address.to_bits().into(), network.to_bits().into(), 32)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            same(address.to_bits(), network.to_bits(), 128)
        }
        _ => false,
    }
}

/// The IPv4 networks that no server of the public internet is in, besides those that the standard
/// library knows: "this network" (RFC 791), shared by the customers of one provider (RFC 6598),
/// for protocols (RFC 6890), for benchmarks (RFC 2544), reserved (RFC 1112).
const NOT_PUBLIC: [(Ipv4Addr, u8); 5] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// Says whether an address belongs to a private network, to the machine itself or to nobody.
fn is_private(address: IpAddr) -> bool {
    let v4 = |address: Ipv4Addr| {
        address.is_private()
            || address.is_loopback()
            || address.is_link_local()
            || address.is_multicast()
            || NOT_PUBLIC
                .iter()
                .any(|(network, bits)| is_within(address.into(), (*network).into(), *bits))
    };
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => {
            carried(address).is_some_and(v4)
                || address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_multicast()
                // Of one site (RFC 3879), and translated within a network (RFC 8215).
                || address.segments()[0] & 0xffc0 == 0xfec0
                || address.segments().starts_with(&[0x64, 0xff9b, 1])
        }
    }
}

/// Returns the IPv4 address that is reached through an IPv6 address: mapped (`::ffff:10.0.0.1`),
/// in the old compatible form, by 6to4, or by translation (RFC 6052).
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0x2002, high, low, ..] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(of(high, low)),
        _ => address.to_ipv4(),
    }
}

impl WebhookPolicy {
    /// Says whether a request may be made to an address that a host's name stands for.
    #[must_use]
    pub fn allows_address(&self, host: &str, address: IpAddr) -> bool {
        self.allow_private_addresses || self.lists(host) || !is_private(address)
    }

    /// Says whether what a host answers may be shown to whoever has a webhook executed: only if
    /// hosts are listed, so that a webhook is no way to look around in the server's network.
    #[must_use]
    pub fn shows_responses(&self) -> bool {
        !self.hosts.is_empty()
    }

    fn lists(&self, host: &str) -> bool {
        self.hosts.iter().any(|rule| rule.fits(host))
    }

    /// Returns what is wrong with a method that HTTP knows.
    pub(super) fn refuses_method(&self, method: &str) -> Option<String> {
        let fits = |allowed: &String| allowed.eq_ignore_ascii_case(method);
        if self.methods.iter().any(fits) {
            return None;
        }
        let allowed = match self.methods.as_slice() {
            [only] => format!("must be {only}"),
            methods => format!("must be one of {}", methods.join(", ")),
        };
        Some(explained(&allowed))
    }

    /// Returns what is wrong with a scheme.
    pub(super) fn refuses_scheme(&self, scheme: &str) -> Option<String> {
        let fits = |allowed: &String| allowed.eq_ignore_ascii_case(scheme);
        let schemes = || format!("scheme must be {}", self.schemes.join(", "));
        (!self.schemes.iter().any(fits)).then(|| explained(&schemes()))
    }

    /// Returns what is wrong with a host.
    pub(super) fn refuses_host(&self, host: &str) -> Option<String> {
        if self.lists(host) {
            return None;
        }
        if !self.hosts.is_empty() {
            let rules: Vec<String> = self
                .hosts
                .iter()
                .map(|rule| format!("\"{rule}\""))
                .collect();
            let listed = format!("host must be in the whitelist {}", rules.join(", "));
            return Some(explained(&listed));
        }
        let address = if host.eq_ignore_ascii_case("localhost") {
            Ok(Ipv4Addr::LOCALHOST.into())
        } else {
            host.parse()
        };
        let refused = address.is_ok_and(|address| !self.allows_address(host, address));
        refused.then(|| explained("host must not be a private address"))
    }
}

fn explained(rule: &str) -> String {
    format!("{rule}. See /doc/webhooks#whitelist for more information.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(hosts: &[&str]) -> WebhookPolicy {
        WebhookPolicy {
            hosts: hosts.iter().map(|rule| rule.parse().unwrap()).collect(),
            ..WebhookPolicy::default()
        }
    }

    #[test]
    fn a_host_is_one_that_is_listed() {
        let listed = policy(&["ci.example.org", "*.shop.example", "10.0.0.0/8", "fd00::/8"]);
        for (host, allowed) in [
            ("ci.example.org", true),
            ("CI.example.org", true),
            ("example.org", false),
            ("a.shop.example", true),
            ("shop.example", false),
            ("a.b.shop.example", false),
            ("evilshop.example", false),
            ("10.1.2.3", true),
            ("11.1.2.3", false),
            ("fd00::1", true),
            ("fe80::1", false),
        ] {
            assert_eq!(
                listed.refuses_host(host),
                (!allowed).then(|| {
                    "host must be in the whitelist \"ci.example.org\", \"*.shop.example\", \
                 \"10.0.0.0/8\", \"fd00::/8\". See /doc/webhooks#whitelist for more information."
                        .to_owned()
                }),
                "{host}"
            );
        }
    }

    #[test]
    fn without_a_list_any_host_but_a_private_address_is_allowed() {
        for (host, allowed) in [
            ("example.org", true),
            ("93.184.216.34", true),
            ("localhost", false),
            ("127.0.0.1", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("::1", false),
            ("::ffff:10.0.0.1", false),
            ("::ffff:93.184.216.34", true),
            ("::10.0.0.1", false),
            ("64:ff9b::7f00:1", false),
            ("64:ff9b:1::a00:1", false),
            ("64:ff9b::5db8:d822", true),
            ("2002:a00:1::1", false),
            ("2002:5db8:d822::1", true),
            ("fe80::1", false),
            ("fec0::1", false),
            ("fd00::1", false),
            ("255.255.255.255", false),
            ("198.19.0.1", false),
            ("2606:2800:220:1::1", true),
        ] {
            assert_eq!(policy(&[]).refuses_host(host).is_none(), allowed, "{host}");
        }
        let open = WebhookPolicy {
            allow_private_addresses: true,
            ..WebhookPolicy::default()
        };
        assert_eq!(open.refuses_host("127.0.0.1"), None);
    }

    #[test]
    fn a_name_that_stands_for_a_private_address_is_refused_unless_it_is_listed() {
        let address = IpAddr::from([10, 0, 0, 1]);
        assert!(!policy(&[]).allows_address("ci.example.org", address));
        assert!(policy(&["ci.example.org"]).allows_address("ci.example.org", address));
        assert!(policy(&[]).allows_address("ci.example.org", [93, 184, 216, 34].into()));
    }

    #[test]
    fn a_rule_for_hosts_is_read_as_it_is_written() {
        for text in [
            "ci.example.org",
            "*.example.org",
            "10.0.0.0/8",
            "10.0.0.1",
            "::1",
            "fd00::/8",
        ] {
            assert_eq!(text.parse::<HostRule>().unwrap().to_string(), text);
        }
        for text in ["", "*.", "a b", "10.0.0.0/33", "x/8", "/.*/"] {
            assert!(text.parse::<HostRule>().is_err(), "{text}");
        }
    }
}
