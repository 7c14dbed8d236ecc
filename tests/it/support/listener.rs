//! Somebody else's server on this machine: it answers as it is told, and keeps what it was asked.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;

use rustls::ServerConfig;
use rustls::ServerConnection;
use rustls::StreamOwned;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

/// What it was asked.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// Method, path and version.
    pub(crate) line: String,
    /// The headers, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: String,
}

impl Received {
    /// Returns a header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let header = self.headers.iter().find(|(known, _)| known == name);
        header.map_or("", |(_, value)| value)
    }
}

/// A running listener; its thread ends with the tests.
pub(crate) struct Listener {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Listener {
    /// Starts a listener on a free port that answers every request with a head and a body, which
    /// may depend on what it was asked.
    pub(crate) fn start(answer: impl Fn(&Received) -> String + Send + 'static) -> Self {
        Self::start_with(|stream| stream, answer)
    }

    /// The same behind TLS, with a certificate of the authority in `fixtures/tls`.
    pub(crate) fn start_tls(answer: impl Fn(&Received) -> String + Send + 'static) -> Self {
        let certificate = CertificateDer::from_pem_file(fixture("server.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(fixture("server.key")).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let config = Arc::new(config);
        let wrapped = move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            StreamOwned::new(connection, stream)
        };
        Self::start_with(wrapped, answer)
    }

    fn start_with<S: Read + Write>(
        wrapped: impl Fn(TcpStream) -> S + Send + 'static,
        answer: impl Fn(&Received) -> String + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut stream = wrapped(stream);
                let Some(request) = read(&mut stream) else {
                    continue;
                };
                let text = answer(&request);
                kept.lock().unwrap().push(request);
                // Whoever asked may not want to know.
                drop(stream.write_all(text.as_bytes()));
            }
        });
        Self { address, received }
    }

    /// Returns the port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns what it was asked so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

/// Returns an answer with a status line, headers and a body.
pub(crate) fn answer(status: &str, headers: &[&str], body: &str) -> String {
    let length = format!("content-length: {}", body.len());
    let mut lines = vec![format!("HTTP/1.1 {status}")];
    lines.extend(headers.iter().map(|&line| line.to_owned()));
    lines.extend([
        length,
        "connection: close".to_owned(),
        String::new(),
        String::new(),
    ]);
    format!("{}{body}", lines.join("\r\n"))
}

/// Returns the path of a file in `fixtures/tls`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tls");
    fixtures.join(name)
}

fn read(stream: &mut impl Read) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut next = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        Some(line.trim_end().to_owned())
    };
    let line = next().filter(|line| !line.is_empty())?;
    let mut headers = Vec::new();
    while let Some((name, value)) = next()?.split_once(':') {
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, length)| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Received {
        line,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}
