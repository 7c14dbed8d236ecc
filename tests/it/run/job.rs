//! A command that waits for the test: it writes down its environment, and ends when it is told.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::support::sandbox::Output;
use crate::support::server::Reply;
use crate::support::server::ask;
use crate::support::team::Shop;

/// What the command does: traps are set by the test before.
const WAIT: &str = "(env; echo COMMAND=$$) > environment.new\n\
                    mv environment.new environment\n\
                    until [ -e end ] || [ ! -e environment ]; do sleep 0.02; done\n\
                    exit $(cat end)";

/// A command that runs, and the broker that it found.
pub(super) struct Job {
    child: Child,
    directory: PathBuf,
    environment: BTreeMap<String, String>,
    address: SocketAddr,
}

/// Writes a program for the shell.
pub(super) fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn kill(signal: &str, whom: &str) {
    let kill = Command::new("kill").args([signal, "--", whom]).status();
    assert!(kill.unwrap().success());
}

impl Job {
    /// Starts a command on a machine, with options of `git pact run`.
    pub(super) fn start(shop: &Shop, machine: &str, options: &[&str]) -> Self {
        Self::start_with(shop, machine, options, "")
    }

    /// The same with something to do for the shell before it waits.
    pub(super) fn start_with(shop: &Shop, machine: &str, options: &[&str], before: &str) -> Self {
        let directory = shop.sandbox.path(machine);
        for left in ["environment", "end"] {
            // There is one only where another command ran before.
            drop(fs::remove_file(directory.join(left)));
        }
        script(&directory.join("job"), &format!("{before}\n{WAIT}"));
        let mut arguments = vec!["run"];
        arguments.extend(options);
        arguments.extend(["--", "./job"]);
        let child = shop
            .sandbox
            .command(machine, &arguments)
            .env("PACT_BROKER_USERNAME", "somebody")
            .env("PACT_BROKER_PASSWORD", "else")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut job = Self {
            child,
            directory,
            environment: BTreeMap::new(),
            address: ([127, 0, 0, 1], 0).into(),
        };
        let environment = job.wait_for("environment");
        let variables = environment.lines().filter_map(|line| line.split_once('='));
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        job.environment = variables.map(owned).collect();
        let base = job.variable("PACT_BROKER_BASE_URL");
        job.address = base.strip_prefix("http://").unwrap().parse().unwrap();
        job
    }

    /// Waits until the command has written a file, and returns what is in it.
    pub(super) fn wait_for(&mut self, name: &str) -> String {
        let path = self.directory.join(name);
        loop {
            if let Ok(text) = fs::read_to_string(&path) {
                return text;
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                let mut said = String::new();
                let mut pipe = self.child.stderr.take().unwrap();
                std::io::Read::read_to_string(&mut pipe, &mut said).unwrap();
                panic!("there is no {name}: {status}: {said}");
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Returns a variable of the command, or nothing.
    pub(super) fn variable(&self, name: &str) -> &str {
        self.environment.get(name).map_or("", String::as_str)
    }

    /// Returns the address of the broker.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Gets a document, as a client of the broker does.
    pub(super) fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, "")
    }

    /// Sends JSON, as a client of the broker does.
    pub(super) fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.ask(method, path, &body.to_string())
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Reply {
        let token = format!("Bearer {}", self.variable("PACT_BROKER_TOKEN"));
        let headers = [
            ("accept", "application/hal+json"),
            ("content-type", "application/json"),
            ("authorization", &token),
        ];
        ask(self.address, method, path, &headers, body)
    }

    /// Sends a signal: to `git pact` alone, or to all, as a terminal does.
    pub(super) fn signal(&self, signal: &str, all: bool) {
        let whom = if all { "-" } else { "" };
        kill(signal, &format!("{whom}{}", self.child.id()));
    }

    /// Sends a signal to the command alone.
    pub(super) fn signal_command(&self, signal: &str) {
        kill(signal, self.variable("COMMAND"));
    }

    /// Waits until `git pact run` has ended, although the command has not.
    pub(super) fn wait_for_end(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Ends the command with a status, and returns what `git pact run` said.
    pub(super) fn end(self, status: u8) -> Output {
        // Whole or not at all: the command looks while we write.
        fs::write(self.directory.join("end.new"), status.to_string()).unwrap();
        fs::rename(self.directory.join("end.new"), self.directory.join("end")).unwrap();
        self.output()
    }

    /// Waits for the end and returns what `git pact run` said.
    pub(super) fn output(self) -> Output {
        let output = self.child.wait_with_output().unwrap();
        Output {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            status: output.status.code(),
        }
    }
}
