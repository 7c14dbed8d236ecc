//! The server under test: a process of its own on any free port, and what it uses.

use std::fs;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Child;
use std::process::Stdio;
use std::time::Duration;

use super::measure::Result;
use super::world::World;

/// How many parts of a second `/proc` counts CPU time in: what Linux shows to programs on every
/// machine of today, whatever it counts in itself.
const TICKS_A_SECOND: u32 = 100;

/// A running server; it ends with this.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts the program under test over a store.
    pub(crate) fn start(world: &World, store: &Path) -> Result<Self> {
        let mut command = world.pact(store, &["serve", "--bind", "127.0.0.1:0"]);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let stderr = child.stderr.take().ok_or("the server cannot be heard")?;
        let mut lines = BufReader::new(stderr);
        let mut said = String::new();
        let address = loop {
            let before = said.len();
            if lines.read_line(&mut said)? == 0 {
                return Err(format!("the server did not start: {said}").into());
            }
            if let Some((_, address)) = said[before..].trim().split_once(" on http://") {
                break address.parse()?;
            }
        };
        // Nobody reads on: what it says from now on must not fill the pipe.
        std::thread::spawn(move || io::copy(&mut lines, &mut io::sink()));
        Ok(Self { child, address })
    }

    /// Returns the CPU time that it has used, user and system, in steps of 10 ms.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // Behind the name, which may hold anything, the 12th and 13th are user and system time.
        let (_, fields) = stat.rsplit_once(')').ok_or("a strange /proc/…/stat")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let (user, system) = (fields.get(11), fields.get(12));
        let ticks = |field: Option<&&str>| field.and_then(|it| it.parse::<u32>().ok());
        let ticks = ticks(user).zip(ticks(system));
        let (user, system) = ticks.ok_or("a strange /proc/…/stat")?;
        Ok(Duration::from_secs(1) * (user + system) / TICKS_A_SECOND)
    }

    /// Returns how much memory it has, in MB.
    pub(crate) fn memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|it| it.trim().strip_suffix(" kB"));
        let kilobytes = kilobytes.ok_or("a strange /proc/…/status")?;
        Ok(kilobytes.trim().parse::<f64>()? * 1024.0 / 1e6)
    }
}

impl Drop for Server {
    /// All that was answered is on disk, so it need not be told politely.
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
