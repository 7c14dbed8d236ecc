//! Writes as whole processes, to a copy of the store that is the authority itself: what they cost
//! includes that objects and refs are on disk, synced.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use serde_json::json;

use super::yardsticks::Yardsticks;
use super::yardsticks::compare;
use crate::generate::Made;
use crate::generate::Shape;
use crate::measure::Contestant;
use crate::measure::Result;
use crate::pacts::pacts_of;
use crate::pacts::with_change;
use crate::pacts::with_consumer;
use crate::report::Line;
use crate::report::Report;
use crate::world::Role;
use crate::world::World;
use crate::world::name;
use crate::world::output;
use crate::world::short;

/// How many pacts a publish has, and how many results a run.
const PACTS: usize = 10;
const RESULTS: usize = 20;

/// Ten pacts of an application that has published for years.
pub(crate) fn publish(world: &World, report: &mut Report) -> Result<()> {
    const ROW: &str = "publish";
    for &records in &world.records {
        let made = world.store(records, Shape::Pushed)?;
        let store = world.copy(&made.path, Role::Authority)?;
        let pacts: Vec<Vec<u8>> = pacts_of(&made)?.into_iter().take(PACTS).collect();
        let known = folder(world, &pacts)?;
        let number = pacts.len();
        output(&mut publication(world, &store, &known, "bench-known"), b"")?;

        let yardsticks = Yardsticks::new(world, &made.path, &[])?;
        let mut contestants = yardsticks.contestants()?;
        let nothing_new = |_| Ok(publication(world, &store, &known, "bench-known"));
        let new_version = |round| {
            let version = format!("bench-same-{round}");
            Ok(publication(world, &store, &known, &version))
        };
        let new_content = |round| {
            let mut pacts = pacts.clone();
            if let Some(first) = pacts.first_mut() {
                *first = with_change(first, round)?;
            }
            let changed = folder(world, &pacts)?;
            let version = format!("bench-changed-{round}");
            Ok(publication(world, &store, &changed, &version))
        };
        contestants.extend([
            Contestant::new(format!("{number} pacts, nothing new"), nothing_new),
            Contestant::new(format!("{number} pacts, new version"), new_version),
            Contestant::new(format!("{number} pacts, one changed"), new_content),
        ]);
        finish(world, report, ROW, records, &yardsticks, contestants)?;
    }
    Ok(())
}

/// A run of a provider with twenty results, of a report that names them.
pub(crate) fn record_verification(world: &World, report: &mut Report) -> Result<()> {
    const ROW: &str = "record-verification";
    for &records in &world.records {
        let made = world.store(records, Shape::Pushed)?;
        let store = world.copy(&made.path, Role::Authority)?;
        let pulled = pull_twenty(world, &made, &store)?;
        let provider = &made.ask.provider;
        let record = |round| {
            let mut command = world.pact(&store, &["record-verification", "--branch", "main"]);
            command.args(["--provider", provider, "-a", &format!("bench-{round}")]);
            command.arg("--results").arg(pulled.join("results.json"));
            command
                .arg("--manifest")
                .arg(pulled.join("pacts.git-pact.json"));
            Ok(command)
        };
        let yardsticks = Yardsticks::new(world, &made.path, &[])?;
        let mut contestants = yardsticks.contestants()?;
        contestants.push(Contestant::new(format!("{RESULTS} results"), record));
        finish(world, report, ROW, records, &yardsticks, contestants)?;
    }
    Ok(())
}

/// Publishes twenty pacts with the provider, pulls them, and returns the directory in which they
/// and a report about them lie.
fn pull_twenty(world: &World, made: &Made, store: &Path) -> Result<PathBuf> {
    let (provider, pacts) = (&made.ask.provider, pacts_of(made)?);
    let consumers: Vec<String> = (0..RESULTS).map(|i| format!("Bench {i:02}")).collect();
    let pact = pacts.first().ok_or("the store has no pact to copy")?;
    let published: Result<Vec<Vec<u8>>> = consumers
        .iter()
        .map(|consumer| with_consumer(pact, consumer, provider))
        .collect();
    let folder = folder(world, &published?)?;
    output(&mut publication(world, store, &folder, "bench"), b"")?;

    let directory = world.fresh_directory()?;
    let mut pull = world.pact(store, &["pull", "--branch", "main", "--provider", provider]);
    pull.arg("--to").arg(directory.join("pacts"));
    for consumer in &consumers {
        pull.args(["--consumer", consumer]);
    }
    output(&mut pull, b"")?;
    let results: Vec<Value> = consumers
        .iter()
        .map(|consumer| json!({ "consumer": consumer, "success": true }))
        .collect();
    fs::write(
        directory.join("results.json"),
        Value::from(results).to_string(),
    )?;
    Ok(directory)
}

/// Writes pacts into a folder of their own.
pub(super) fn folder(world: &World, pacts: &[Vec<u8>]) -> Result<PathBuf> {
    let folder = world.fresh_directory()?;
    for (index, pact) in pacts.iter().enumerate() {
        fs::write(folder.join(format!("{index:02}.json")), pact)?;
    }
    Ok(folder)
}

/// Returns the command that publishes a folder of pacts.
fn publication(world: &World, store: &Path, pacts: &Path, version: &str) -> Command {
    let mut command = world.pact(store, &["publish", "--allow-similar-names"]);
    command.args(["--branch", "main", "-a", version]).arg(pacts);
    command
}

/// Runs a contest and adds a line for each write.
fn finish(
    world: &World,
    report: &mut Report,
    row: &'static str,
    records: u64,
    yardsticks: &Yardsticks<'_>,
    mut contestants: Vec<Contestant<'_>>,
) -> Result<()> {
    let title = format!("{row}, {}", short(records));
    let spreads = world.contest(&title, world.rounds, &mut contestants)?;
    for (contestant, spread) in contestants.iter().zip(&spreads).skip(yardsticks.count()) {
        let mut line = Line::new(row, &contestant.name, records);
        name(Shape::Pushed).clone_into(&mut line.shape);
        line.spread = Some(*spread);
        compare(&mut line, &spreads, None);
        report.lines.push(line);
    }
    Ok(())
}
