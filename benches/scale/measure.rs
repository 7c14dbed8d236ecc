//! What whole processes cost, measured side by side.
//!
//! Contestants take turns, round by round, so that what else the machine does meets all of them
//! alike. Medians of one contest may be divided by each other; figures of two runs may not.

use std::cmp::Ordering;
use std::error::Error;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::process::ExitCode;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use serde::Serialize;

/// Whatever went wrong: a benchmark has one caller, who reads it.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Returns how a benchmark ends: with 1 if a bar was missed that had to be met, and with 2 and the reason if
/// nothing could be measured.
pub(crate) fn exit(all_met: Result<bool>) -> ExitCode {
    match all_met {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Where nobody listens there is nobody to tell.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

/// What something cost.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cost {
    /// From start to end, in milliseconds.
    pub(crate) wall: f64,
    /// User and system time of the process and of all that it waited for, in milliseconds.
    pub(crate) cpu: f64,
}

/// What something cost over all rounds. Wall and CPU are taken each for itself.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Spread {
    /// The medians.
    pub(crate) median: Cost,
    /// The least.
    pub(crate) least: Cost,
}

impl Spread {
    /// Returns the spread of some costs, at least one.
    pub(crate) fn of(costs: &[Cost]) -> Self {
        let wall: Vec<f64> = costs.iter().map(|cost| cost.wall).collect();
        let cpu: Vec<f64> = costs.iter().map(|cost| cost.cpu).collect();
        let cost = |of: fn(&[f64]) -> f64| Cost {
            wall: of(&wall),
            cpu: of(&cpu),
        };
        Self {
            median: cost(median),
            least: cost(|values| values.iter().copied().fold(f64::INFINITY, f64::min)),
        }
    }
}

/// Returns the middle of some values, or the mean of the two in the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}

/// One of several things that are measured side by side.
pub(crate) struct Contestant<'a> {
    /// What the table calls it.
    pub(crate) name: String,
    /// Returns the commands of a round, run one after the other; making them is not measured.
    commands: Box<dyn FnMut(usize) -> Result<Vec<Command>> + 'a>,
    /// The exit codes that mean that it did its work.
    exits: &'static [i32],
}

impl<'a> Contestant<'a> {
    /// Returns a contestant that runs one command a round and has to end with 0.
    pub(crate) fn new(
        name: impl Into<String>,
        mut command: impl FnMut(usize) -> Result<Command> + 'a,
    ) -> Self {
        Self::of_several(name, move |round| Ok(vec![command(round)?]))
    }

    /// The same with several commands, which count as one.
    pub(crate) fn of_several(
        name: impl Into<String>,
        commands: impl FnMut(usize) -> Result<Vec<Command>> + 'a,
    ) -> Self {
        Self {
            name: name.into(),
            commands: Box::new(commands),
            exits: &[0],
        }
    }

    /// Takes these exit codes for work done as well.
    pub(crate) fn may_exit(self, exits: &'static [i32]) -> Self {
        Self { exits, ..self }
    }

    /// Runs one round. What the commands complain of goes to a file, which costs next to nothing.
    fn run(&mut self, round: usize, complaints: &Path) -> Result<Cost> {
        let mut total = Cost {
            wall: 0.0,
            cpu: 0.0,
        };
        for mut command in (self.commands)(round)? {
            command
                .stdout(Stdio::null())
                .stderr(File::create(complaints)?);
            let cpu = cpu_of_children()?;
            let start = Instant::now();
            let status = command.status()?;
            total.wall += milliseconds(start.elapsed());
            total.cpu += milliseconds(cpu_of_children()?.saturating_sub(cpu));
            if !status.code().is_some_and(|code| self.exits.contains(&code)) {
                let complaints = fs::read_to_string(complaints)?;
                return Err(format!("{command:?} ended with {status}:\n{complaints}").into());
            }
        }
        Ok(total)
    }
}

/// Lets contestants take turns and returns what each cost. A first round warms up and is not
/// counted; it is round 0. `done` is told the number of each round that is over.
pub(crate) fn contest(
    rounds: usize,
    contestants: &mut [Contestant<'_>],
    complaints: &Path,
    done: impl Fn(usize),
) -> Result<Vec<Spread>> {
    let mut costs: Vec<Vec<Cost>> = contestants.iter().map(|_| Vec::new()).collect();
    for round in 0..=rounds {
        for (contestant, costs) in contestants.iter_mut().zip(&mut costs) {
            let cost = contestant.run(round, complaints)?;
            if round > 0 {
                costs.push(cost);
            }
        }
        done(round);
    }
    Ok(costs.iter().map(|costs| Spread::of(costs)).collect())
}

/// Returns a duration in milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Returns the CPU time, user and system, of all child processes that were waited for.
#[cfg(unix)]
fn cpu_of_children() -> io::Result<Duration> {
    cpu(nix::sys::resource::UsageWho::RUSAGE_CHILDREN)
}

/// Returns the CPU time, user and system, of this process.
#[cfg(unix)]
pub(crate) fn cpu_of_this_process() -> io::Result<Duration> {
    cpu(nix::sys::resource::UsageWho::RUSAGE_SELF)
}

#[cfg(unix)]
fn cpu(who: nix::sys::resource::UsageWho) -> io::Result<Duration> {
    let usage = nix::sys::resource::getrusage(who)?;
    let [user, system] = [usage.user_time(), usage.system_time()].map(|time| {
        let seconds = u64::try_from(time.tv_sec()).unwrap_or_default();
        let microseconds = u64::try_from(time.tv_usec()).unwrap_or_default();
        Duration::from_secs(seconds) + Duration::from_micros(microseconds)
    });
    Ok(user + system)
}

#[cfg(not(unix))]
fn cpu_of_children() -> io::Result<Duration> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
pub(crate) fn cpu_of_this_process() -> io::Result<Duration> {
    Err(io::ErrorKind::Unsupported.into())
}
