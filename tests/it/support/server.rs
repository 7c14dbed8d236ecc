//! The real server on a free port, and a client that speaks to it as plainly as can be.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::process::Child;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::sandbox::Sandbox;

/// A running server; it ends with this.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    /// What it said before it was ready.
    pub(crate) said: String,
    /// What it said since.
    log: Arc<Mutex<String>>,
}

/// What the server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The status.
    pub(crate) status: u16,
    /// The headers, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: String,
}

impl Reply {
    /// Returns the body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns a header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let header = self.headers.iter().find(|(known, _)| known == name);
        header.map_or("", |(_, value)| value)
    }
}

impl Server {
    /// Starts the server in a directory of a sandbox, on any free port.
    pub(crate) fn start(sandbox: &Sandbox, directory: &str, args: &[&str]) -> Self {
        Self::start_at(sandbox, directory, "127.0.0.1:0", args)
    }

    /// The same at an address that may be that of all interfaces.
    pub(crate) fn start_at(sandbox: &Sandbox, directory: &str, bind: &str, args: &[&str]) -> Self {
        let mut all = vec!["serve", "--bind", bind];
        all.extend(args);
        let mut child = sandbox
            .command(directory, &all)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut address: SocketAddr = loop {
            let mut line = String::new();
            let read = lines.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "the server did not start: {said}");
            said.push_str(&line);
            if let Some((_, address)) = line.trim().split_once(" on http://") {
                // It may end a text in JSON.
                break address.trim_end_matches(['"', '}']).parse().unwrap();
            }
        };
        if address.ip().is_unspecified() {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        // What it says later must not hold it up.
        let log = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&log);
        thread::spawn(move || {
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
                kept.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
        Self {
            child,
            address,
            said,
            log,
        }
    }

    /// Returns where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL that everything lies below.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns what it has said since it was ready, as soon as a text is there.
    pub(crate) fn log_with(&self, text: &str) -> String {
        for _ in 0..3000 {
            let log = self.log.lock().unwrap().clone();
            if log.contains(text) {
                return log;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("{text} is not in the log: {}", self.log.lock().unwrap());
    }

    /// Returns the id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the server has ended and returns its exit code.
    pub(crate) fn wait(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Gets a document of the API.
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[("accept", "application/hal+json")], "")
    }

    /// Sends JSON.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        let kind = match method {
            "PATCH" => "application/merge-patch+json",
            _ => "application/json",
        };
        let headers = [("accept", "application/hal+json"), ("content-type", kind)];
        self.ask(method, path, &headers, &body.to_string())
    }

    /// Sends a request and returns the answer.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        ask(self.address, method, path, headers, body)
    }
}

/// Sends a request to whoever listens at an address, and returns the answer.
pub(crate) fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Reply {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut all = vec![("connection", "close")];
    let host = address.to_string();
    if !headers.iter().any(|(name, _)| *name == "host") {
        all.push(("host", &host));
    }
    let length = body.len().to_string();
    all.push(("content-length", &length));
    all.extend(headers);
    let lines = all
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"));
    let head: String = lines.collect();
    let request = format!("{method} {path} HTTP/1.1\r\n{head}\r\n{body}");
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    };
    Reply {
        status: status.parse().unwrap(),
        headers: lines.map(header).collect(),
        body: body.to_owned(),
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
