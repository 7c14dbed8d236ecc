//! Simultaneous writers, each of an application of its own and on a machine of its own, of one
//! bare remote. What they say they wrote has to be there.

use std::path::Path;
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use git_pact::record::path;
use git_pact::record::path::Branch;
use serde_json::Value;

use super::writes::folder;
use crate::generate::Made;
use crate::generate::Shape;
use crate::measure::Result;
use crate::measure::median;
use crate::measure::milliseconds;
use crate::pacts::pacts_of;
use crate::pacts::with_change;
use crate::pacts::with_consumer;
use crate::report::Line;
use crate::report::Report;
use crate::table::Figure;
use crate::world::Role;
use crate::world::World;
use crate::world::file_url;
use crate::world::name;
use crate::world::output;
use crate::world::short;

/// How many write at once.
const WRITERS: [usize; 3] = [1, 8, 32];

/// How many of them change their contract, which lies on a branch that all of them share.
const CHANGING: [Changing; 3] = [Changing::None, Changing::Tenth, Changing::All];

/// Which writers change their contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Changing {
    None,
    Tenth,
    All,
}

impl Changing {
    fn name(self) -> &'static str {
        match self {
            Self::None => "no contract changes",
            Self::Tenth => "a tenth changes its contract",
            Self::All => "all change their contract",
        }
    }

    fn is_changed_by(self, writer: usize) -> bool {
        match self {
            Self::None => false,
            // 3 of 32, 1 of 8.
            Self::Tenth => writer % 10 == 5,
            Self::All => true,
        }
    }
}

/// A writer: an application, and a machine with a clone of its own.
struct Writer {
    application: String,
    cache: PathBuf,
    pact: Vec<u8>,
}

/// What came of one write.
struct Wrote {
    attempts: f64,
    wall: f64,
}

/// Every number of writers with every share of changes.
pub(crate) fn writers(world: &World, report: &mut Report) -> Result<()> {
    let Some(&records) = world.records.first() else {
        return Ok(());
    };
    let made = world.store(records, Shape::Pushed)?;
    for changing in CHANGING {
        for number in WRITERS {
            report
                .lines
                .push(line(world, &made, records, number, changing)?);
        }
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "no test has that many writers")]
fn line(
    world: &World,
    made: &Made,
    records: u64,
    number: usize,
    changing: Changing,
) -> Result<Line> {
    const ROW: &str = "writers";
    let rounds = world.few_rounds();
    let title = format!("{ROW}, {number}, {}, {}", changing.name(), short(records));
    world.progress.start(&title);
    let remote = world.copy(&made.path, Role::Authority)?;
    let writers = (0..number).map(|index| Writer::new(world, made, index));
    let writers: Vec<Writer> = writers.collect::<Result<_>>()?;
    // The first version makes each application and its clone; one after the other.
    for writer in &writers {
        writer.publish(world, &remote, 0, false)?;
    }
    let mut wrote = Vec::new();
    for round in 1..=rounds {
        wrote.extend(race(world, &remote, &writers, round, changing)?);
        world.progress.at(round as u64, rounds as u64, "");
    }
    let mut landed = 0;
    for writer in &writers {
        for round in 1..=rounds {
            landed += usize::from(writer.has_landed(world, &remote, round)?);
        }
    }
    world.progress.finish();

    let walls: Vec<f64> = wrote.iter().map(|it| it.wall).collect();
    let attempts: f64 = wrote.iter().map(|it| it.attempts).sum();
    let attempts = Figure::new("attempts per success", attempts / wrote.len() as f64);
    let lost = Figure::new("lost", (wrote.len() - landed) as f64);
    let mut line = Line::new(
        ROW,
        format!("{number} at once, {}", changing.name()),
        records,
    );
    name(Shape::Pushed).clone_into(&mut line.shape);
    line.figures = vec![
        match (number, changing) {
            (32, Changing::Tenth) => attempts.at_most(1.1, 1.0),
            _ => attempts,
        },
        lost.at_most(0.0, 0.0),
        Figure::new("ms wall, median", median(&walls)),
        Figure::new("ms wall, worst", walls.iter().copied().fold(0.0, f64::max)),
    ];
    Ok(line)
}

/// Lets all writers publish at once.
fn race(
    world: &World,
    remote: &Path,
    writers: &[Writer],
    round: usize,
    changing: Changing,
) -> Result<Vec<Wrote>> {
    let commands: Result<Vec<_>> = writers
        .iter()
        .enumerate()
        .map(|(index, writer)| {
            writer.publication(world, remote, round, changing.is_changed_by(index))
        })
        .collect();
    let outcomes: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = commands?
            .into_iter()
            .map(|mut command| {
                scope.spawn(move || {
                    let start = Instant::now();
                    let printed = output(&mut command, b"").map_err(|error| error.to_string());
                    (printed, milliseconds(start.elapsed()))
                })
            })
            .collect();
        let joined = running.into_iter().map(thread::ScopedJoinHandle::join);
        Ok::<_, Box<dyn std::error::Error>>(joined.collect())
    })?;
    let mut wrote = Vec::new();
    for outcome in outcomes {
        let (printed, wall) = outcome.map_err(|_| "a writer's thread panicked")?;
        let answer: Value = serde_json::from_str(&printed?)?;
        let attempts = answer["write"]["attempts"].as_f64();
        let attempts = attempts.ok_or("a writer had nothing to write")?;
        wrote.push(Wrote { attempts, wall });
    }
    Ok(wrote)
}

impl Writer {
    fn new(world: &World, made: &Made, index: usize) -> Result<Self> {
        let application = format!("Writer {index:02}");
        let pacts = pacts_of(made)?;
        let pact = pacts.first().ok_or("the store has no pact to copy")?;
        Ok(Self {
            pact: with_consumer(pact, &application, &made.ask.provider)?,
            cache: world.fresh_directory()?,
            application,
        })
    }

    fn version(round: usize) -> String {
        format!("v{round}")
    }

    /// Returns the command that publishes the version of a round.
    fn publication(
        &self,
        world: &World,
        remote: &Path,
        round: usize,
        is_changed: bool,
    ) -> Result<std::process::Command> {
        let pact = if is_changed {
            with_change(&self.pact, round)?
        } else {
            self.pact.clone()
        };
        let mut command = world.pact(file_url(remote), &["publish", "--allow-similar-names"]);
        command
            .args(["--branch", "main", "-a", &Self::version(round)])
            .args(["--output", "json"])
            .arg(folder(world, &[pact])?)
            .env("GIT_PACT_CACHE", &self.cache);
        Ok(command)
    }

    fn publish(&self, world: &World, remote: &Path, round: usize, is_changed: bool) -> Result<()> {
        output(
            &mut self.publication(world, remote, round, is_changed)?,
            b"",
        )?;
        Ok(())
    }

    /// Says whether the version of a round is on the remote.
    fn has_landed(&self, world: &World, remote: &Path, round: usize) -> Result<bool> {
        let application = self.application.parse()?;
        let path = path::version(&application, &Self::version(round).parse()?);
        let object = format!("refs/heads/{}:{path}", Branch::app(&application));
        let mut command = world.git(remote, &["cat-file", "-e", &object]);
        Ok(command.output()?.status.success())
    }
}
