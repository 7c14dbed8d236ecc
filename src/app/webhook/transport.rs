//! One HTTP request to a host that may be anybody's.
//!
//! * A name is looked up once. Every address is held against the policy, and only those that it
//!   allows are connected to, so the name cannot stand for another one a moment later.
//! * Redirects are not followed: where they lead was checked by nobody.
//! * Nothing is taken from the environment: no proxy, no credentials, no cookies.
//! * It ends after [`TIME`], or earlier where somebody waits for it, and keeps no more than [`KEPT`] bytes of an answer.

use std::fmt;
use std::fs;
use std::io::Read;
use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Duration;

use ureq::Agent;
use ureq::config::Config;
use ureq::http::HeaderName;
use ureq::http::HeaderValue;
use ureq::http::Method;
use ureq::http::Request;
use ureq::http::Uri;
use ureq::tls::Certificate;
use ureq::tls::PemItem;
use ureq::tls::RootCerts;
use ureq::tls::TlsConfig;
use ureq::tls::parse_pem;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::resolver::ResolvedSocketAddrs;
use ureq::unversioned::resolver::Resolver;
use ureq::unversioned::transport::DefaultConnector;
use ureq::unversioned::transport::NextTimeout;

use crate::domain::webhook::Rendered;
use crate::domain::webhook::WebhookPolicy;
use crate::domain::webhook::host_of;

/// How long a request may take, from the look-up of the name to the last byte.
pub(super) const TIME: Duration = Duration::from_secs(15);

/// How many bytes of the body of an answer are kept; the rest is not read.
pub(super) const KEPT: u64 = 64 << 10;

/// How many bytes the headers of an answer may have.
const HEADER_BYTES: usize = 32 << 10;

/// Certificates of authorities to trust, besides those that the system trusts.
#[derive(Clone, Default)]
pub struct Authorities(Vec<Certificate<'static>>);

/// There is no certificate where one should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no certificate in PEM form in it")]
pub struct InvalidAuthorities;

impl Authorities {
    /// Adds the certificates that a text in PEM form holds.
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub fn add_pem(&mut self, pem: &[u8]) -> Result<(), InvalidAuthorities> {
        let certificates = certificates(pem);
        if certificates.is_empty() {
            return Err(InvalidAuthorities);
        }
        self.0.extend(certificates);
        Ok(())
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} authorities", self.0.len())
    }
}

fn certificates(pem: &[u8]) -> Vec<Certificate<'static>> {
    let items = parse_pem(pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    items.collect()
}

/// An answer as it came.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) reason: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

/// There is no answer.
pub(super) enum SendError {
    /// The policy allows none of the addresses of the host.
    Refused(RefusedAddress),
    /// Something else went wrong, in words.
    Failed(String),
}

/// A host has no address that may be connected to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{host} is, or stands for, a private address ({address}), and is not in the whitelist of hosts"
)]
pub(super) struct RefusedAddress {
    host: String,
    address: std::net::IpAddr,
}

/// Sends requests.
pub(super) struct Transport {
    time: Duration,
    policy: Arc<WebhookPolicy>,
    authorities: Authorities,
    /// Made when it is first needed, because it reads what the system trusts.
    agent: OnceLock<Agent>,
}

impl Transport {
    pub(super) fn new(policy: WebhookPolicy, authorities: Authorities) -> Self {
        Self {
            time: TIME,
            policy: Arc::new(policy),
            authorities,
            agent: OnceLock::new(),
        }
    }

    /// Gives each request less time than usual.
    pub(super) fn hurry(&mut self, time: Duration) {
        self.time = time.min(TIME);
    }

    /// Sends a request and returns the answer, whatever its status.
    pub(super) fn send(&self, request: &Rendered) -> Result<Answer, SendError> {
        let agent = self.agent.get_or_init(|| self.new_agent());
        let head = head(request).map_err(SendError::Failed)?;
        let body = match &request.body {
            Some(text) => Some(text.as_str()),
            // Servers wait for a length where there usually is a body.
            None if ["POST", "PUT", "PATCH"].contains(&request.method.as_str()) => Some(""),
            None => None,
        };
        let sent = match body {
            Some(text) => agent.run(head.map(|()| text)),
            None => agent.run(head),
        };
        let mut response = sent.map_err(failed)?;
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), value.into_owned())
        });
        let headers = headers.collect();
        let mut bytes = Vec::new();
        // What has arrived is an answer, even if the rest of its body never does.
        drop(
            response
                .body_mut()
                .as_reader()
                .take(KEPT)
                .read_to_end(&mut bytes),
        );
        Ok(Answer {
            status: response.status().as_u16(),
            reason: response
                .status()
                .canonical_reason()
                .unwrap_or_default()
                .to_owned(),
            headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }

    fn new_agent(&self) -> Agent {
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(self.time))
            .max_response_header_size(HEADER_BYTES)
            // A connection that is kept was checked for another request.
            .max_idle_connections(0)
            .max_idle_connections_per_host(0)
            .allow_non_standard_methods(true)
            .tls_config(TlsConfig::builder().root_certs(self.roots()).build())
            .build();
        let resolver = CheckedResolver {
            inner: DefaultResolver::default(),
            policy: Arc::clone(&self.policy),
        };
        Agent::with_parts(config, DefaultConnector::new(), resolver)
    }

    /// Returns whom to trust: whom the system does, or Mozilla's list where the system has no file
    /// of them, and whoever was named.
    fn roots(&self) -> RootCerts {
        let file = openssl_probe::probe().cert_file;
        let system = file
            .and_then(|file| fs::read(file).ok())
            .unwrap_or_default();
        let mut all = certificates(&system);
        all.extend(self.authorities.0.iter().cloned());
        if all.is_empty() {
            RootCerts::WebPki
        } else {
            RootCerts::new_with_certs(&all)
        }
    }
}

/// Returns the head of a request.
fn head(request: &Rendered) -> Result<Request<()>, String> {
    let wrong = |what: &str| format!("the {what} of the request cannot be sent");
    let uri: Uri = request.url.parse().map_err(|_| wrong("address"))?;
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| wrong("method"))?;
    // Two readers of one address must not see two hosts.
    if host_of(&request.url).as_deref() != uri.host().map(bare) {
        return Err(wrong("address"));
    }
    let mut head = Request::new(());
    *head.method_mut() = method;
    *head.uri_mut() = uri;
    for (name, value) in &request.headers {
        let text = format!("header {name}");
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong(&text))?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| wrong(&text))?;
        head.headers_mut().insert(name, value);
    }
    Ok(head)
}

/// Returns a host without the brackets around an IPv6 address.
fn bare(host: &str) -> &str {
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    inner.unwrap_or(host)
}

fn failed(error: ureq::Error) -> SendError {
    match error {
        ureq::Error::Other(error) => match error.downcast::<RefusedAddress>() {
            Ok(refused) => SendError::Refused(*refused),
            Err(error) => SendError::Failed(error.to_string()),
        },
        error => SendError::Failed(error.to_string()),
    }
}

/// Looks names up, and keeps the addresses that the policy allows.
#[derive(Debug)]
struct CheckedResolver {
    inner: DefaultResolver,
    policy: Arc<WebhookPolicy>,
}

impl Resolver for CheckedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = bare(uri.host().unwrap_or_default());
        let mut allowed = self.empty();
        let mut refused = None;
        for address in &self.inner.resolve(uri, config, timeout)? {
            if self.policy.allows_address(host, address.ip()) {
                allowed.push(*address);
            } else {
                refused = Some(address.ip());
            }
        }
        match refused {
            Some(address) if allowed.is_empty() => {
                let host = host.to_owned();
                let refused = RefusedAddress { host, address };
                Err(ureq::Error::Other(Box::new(refused)))
            }
            _ => Ok(allowed),
        }
    }
}
