//! The least HTTP client: one connection, kept open, one request after the other.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use super::measure::Result;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    method: &'static str,
    path: String,
    accept: &'static str,
    body: Option<Vec<u8>>,
}

/// What programs like best.
const DOCUMENT: &str = "application/hal+json, */*;q=0.5";

impl Request {
    /// Asks for a document.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            method: "GET",
            path: path.into(),
            accept: DOCUMENT,
            body: None,
        }
    }

    /// Asks for a page, as a browser does.
    pub(crate) fn page(path: impl Into<String>) -> Self {
        Self {
            accept: "text/html",
            ..Self::get(path)
        }
    }

    /// Puts something there that needs no words.
    pub(crate) fn put(path: impl Into<String>) -> Self {
        Self {
            method: "PUT",
            body: Some(b"{}".to_vec()),
            ..Self::get(path)
        }
    }

    /// Sends JSON.
    pub(crate) fn post(path: impl Into<String>, body: &Value) -> Self {
        Self {
            method: "POST",
            path: path.into(),
            accept: DOCUMENT,
            body: Some(body.to_string().into_bytes()),
        }
    }
}

/// A connection to the server.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Client {
    /// Connects.
    pub(crate) fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream: BufReader::new(stream),
            host: address.to_string(),
        })
    }

    /// Sends a request, which has to succeed, and returns the body of the answer.
    pub(crate) fn send(&mut self, request: &Request) -> Result<Vec<u8>> {
        let Request {
            method,
            path,
            accept,
            body,
        } = request;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.host);
        for part in ["Accept: ", accept, "\r\n"] {
            head.push_str(part);
        }
        if let Some(body) = body {
            head.push_str("Content-Type: application/json\r\nContent-Length: ");
            head.push_str(&body.len().to_string());
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend(body.iter().flatten());
        self.stream.get_mut().write_all(&bytes)?;
        self.answer()
            .map_err(|error| format!("{method} {path}: {error}").into())
    }

    fn answer(&mut self) -> Result<Vec<u8>> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let status: u16 = status.ok_or_else(|| format!("`{line}` is no status"))?;
        let mut length = None;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.trim().parse()?);
            }
        }
        let length = length.ok_or("an answer without a length")?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        if !(200..300).contains(&status) {
            return Err(format!("answered {status}: {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(body)
    }

    /// Sends a request and returns the JSON of the answer.
    pub(crate) fn json(&mut self, request: &Request) -> Result<Value> {
        Ok(serde_json::from_slice(&self.send(request)?)?)
    }
}
