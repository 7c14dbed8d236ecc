//! Clients that ask one thing after the other, and what that cost the server.

use std::sync::Barrier;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use serde::Serialize;

use super::client::Client;
use super::client::Request;
use super::measure::Result;
use super::measure::median;
use super::measure::milliseconds;
use super::server::Server;

/// How often whoever writes meanwhile does so.
const PACE: Duration = Duration::from_millis(100);

/// What clients ask: a request for the number of a client.
pub(crate) type Ask<'a> = dyn Fn(usize) -> Request + Sync + 'a;

/// When clients have asked enough.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    /// When so much time is over.
    Time(Duration),
    /// When all together have sent so many requests.
    Requests(usize),
}

/// What some rounds of the same requests cost.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Load {
    /// How many requests were answered in a second: the median of the rounds.
    pub(crate) per_second: f64,
    /// In how many milliseconds half of all were answered.
    pub(crate) median: f64,
    /// In how many 95 of a hundred.
    pub(crate) p95: f64,
    /// In how many 99 of a hundred.
    pub(crate) p99: f64,
    /// Milliseconds of the server's CPU time for a request: the median of the rounds.
    pub(crate) cpu: f64,
    /// The same in the round that took least.
    pub(crate) least_cpu: f64,
    /// How many bytes an answer has, on average.
    pub(crate) bytes: f64,
    /// How much memory the server had afterwards, in MB.
    pub(crate) memory: f64,
}

/// What one client saw.
#[derive(Default)]
struct Seen {
    /// Milliseconds, one for each answer.
    latencies: Vec<f64>,
    bytes: usize,
}

/// Lets clients ask for some rounds. `meanwhile` is sent by one more client, ten times a second; its
/// CPU time counts, its answers do not.
pub(crate) fn drive(
    server: &Server,
    clients: usize,
    rounds: usize,
    until: Until,
    ask: &Ask<'_>,
    meanwhile: Option<&Ask<'_>>,
) -> Result<Load> {
    let (mut rates, mut costs) = (Vec::new(), Vec::new());
    let mut all = Seen::default();
    for _ in 0..rounds {
        let (seen, seconds, cpu) = round(server, clients, until, ask, meanwhile)?;
        let count = number(seen.latencies.len());
        rates.push(count / seconds);
        costs.push(milliseconds(cpu) / count);
        all.latencies.extend(seen.latencies);
        all.bytes += seen.bytes;
    }
    all.latencies.sort_by(f64::total_cmp);
    let count = all.latencies.len();
    let part = |hundredths: usize| all.latencies[(count * hundredths / 100).min(count - 1)];
    Ok(Load {
        per_second: median(&rates),
        median: part(50),
        p95: part(95),
        p99: part(99),
        cpu: median(&costs),
        least_cpu: costs.iter().copied().fold(f64::INFINITY, f64::min),
        bytes: number(all.bytes) / number(count),
        memory: server.memory()?,
    })
}

/// Returns what was seen in one round, how many seconds it took, and the server's CPU time.
fn round(
    server: &Server,
    clients: usize,
    until: Until,
    ask: &Ask<'_>,
    meanwhile: Option<&Ask<'_>>,
) -> Result<(Seen, f64, Duration)> {
    let (warm, go) = (Barrier::new(clients + 1), Barrier::new(clients + 1));
    let (sent, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let one = |index: usize| -> std::result::Result<Seen, String> {
        let connected = Client::connect(server.address).and_then(|mut client| {
            client.send(&ask(index))?;
            Ok(client)
        });
        // Whoever failed has to come to the barriers, or the others wait for ever.
        warm.wait();
        go.wait();
        let mut client = connected.map_err(|error| error.to_string())?;
        let mut seen = Seen::default();
        let began = Instant::now();
        loop {
            let is_over = match until {
                Until::Time(time) => began.elapsed() >= time,
                Until::Requests(most) => sent.fetch_add(1, Ordering::Relaxed) >= most,
            };
            if is_over && !seen.latencies.is_empty() {
                return Ok(seen);
            }
            let request = ask(index);
            let asked = Instant::now();
            let answer = client.send(&request).map_err(|error| error.to_string())?;
            seen.latencies.push(milliseconds(asked.elapsed()));
            seen.bytes += answer.len();
        }
    };
    let other = |ask: &Ask<'_>| -> std::result::Result<(), String> {
        let mut client = Client::connect(server.address).map_err(|error| error.to_string())?;
        while !over.load(Ordering::Relaxed) {
            client.send(&ask(0)).map_err(|error| error.to_string())?;
            thread::sleep(PACE);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let one = &one;
        let threads: Vec<_> = (0..clients)
            .map(|index| scope.spawn(move || one(index)))
            .collect();
        let other = meanwhile.map(|ask| scope.spawn(move || other(ask)));
        warm.wait();
        let (cpu, began) = (server.cpu()?, Instant::now());
        go.wait();
        let mut all = Seen::default();
        let mut failed = None;
        for thread in threads {
            match thread.join().map_err(|_| "a client panicked")? {
                Ok(seen) => {
                    all.latencies.extend(seen.latencies);
                    all.bytes += seen.bytes;
                }
                Err(error) => failed = Some(error),
            }
        }
        let (seconds, cpu) = (
            began.elapsed().as_secs_f64(),
            server.cpu()?.saturating_sub(cpu),
        );
        over.store(true, Ordering::Relaxed);
        if let Some(other) = other {
            other.join().map_err(|_| "the writer panicked")??;
        }
        match failed {
            Some(error) => Err(error.into()),
            None => Ok((all, seconds, cpu)),
        }
    })
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts that far here")]
fn number(count: usize) -> f64 {
    count as f64
}
