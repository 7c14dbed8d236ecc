//! `can-i-deploy --offline` of an application with 20 integrations: the question that every
//! deployment asks.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use git_pact::domain::ledger::Ledger;
use git_pact::domain::matrix::Query;
use git_pact::domain::matrix::matrix;
use git_pact::domain::rules::Rules;
use git_pact::domain::selector::Destination;
use git_pact::domain::selector::Selector;

use super::yardsticks::Yardsticks;
use super::yardsticks::compare;
use crate::generate::Ask;
use crate::generate::Shape;
use crate::measure::Contestant;
use crate::measure::Result;
use crate::objects::read_by;
use crate::report::Line;
use crate::report::Report;
use crate::table::Figure;
use crate::world::World;
use crate::world::name;
use crate::world::short;

/// Above this many records a store of loose objects only measures the file system.
const MOST_LOOSE: u64 = 10_000;

/// Where the program keeps what gates read, in a bare repository.
const KEPT: &str = "git-pact/read-objects";

/// The exit codes of an answer: yes, no, unknown.
pub(super) const ANSWERS: &[i32] = &[0, 1, 3];

/// The gate in every shape of store.
pub(crate) fn can_i_deploy(world: &World, report: &mut Report) -> Result<()> {
    for &records in &world.records {
        for shape in [Shape::Pushed, Shape::Repacked, Shape::Shallow, Shape::Loose] {
            if matches!(shape, Shape::Loose) && records > MOST_LOOSE {
                continue;
            }
            in_shape(world, report, records, shape)?;
        }
    }
    Ok(())
}

fn in_shape(world: &World, report: &mut Report, records: u64, shape: Shape) -> Result<()> {
    const ROW: &str = "can-i-deploy";
    let made = world.store(records, shape)?;
    let (repository, ask) = (&made.path, &made.ask);
    let all: Vec<&str> = ask.environments.iter().map(String::as_str).collect();
    let one = [environment(ask)];
    let cases = [&one[..], &all[..]];
    let mut ids = Vec::new();
    for environments in cases {
        ids.push(read_by(world, repository, |ledger| {
            environments
                .iter()
                .try_for_each(|environment| ask_ledger(ledger, ask, environment))
        })?);
    }
    let yardsticks = Yardsticks::new(world, repository, &ids)?;
    let mut contestants = yardsticks.contestants()?;
    for environments in cases {
        let name = match environments.len() {
            1 => "1 environment".to_owned(),
            number => format!("{number} environments, a command each"),
        };
        let commands = move |_| {
            let command = |environment: &&str| gate(world, repository, ask, environment);
            Ok(environments.iter().map(command).collect())
        };
        contestants.push(Contestant::of_several(name, commands).may_exit(ANSWERS));
    }
    let title = format!("{ROW}, {}, {}", short(records), name(shape));
    let spreads = world.contest(&title, world.rounds, &mut contestants)?;
    for (index, (contestant, spread)) in contestants.iter().zip(&spreads).enumerate() {
        let mut line = Line::new(ROW, &contestant.name, records);
        name(shape).clone_into(&mut line.shape);
        line.spread = Some(*spread);
        if let Some(case) = index.checked_sub(yardsticks.count()) {
            compare(&mut line, &spreads, Some(case));
            if let (0, 100_000, Shape::Pushed, Some(ratio)) =
                (case, records, shape, line.to_rev_parse)
            {
                let figure = Figure::new("× CPU of git rev-parse HEAD", ratio);
                line.figures.push(figure.at_most(3.2, 2.5));
            }
        }
        report.lines.push(line);
    }
    Ok(())
}

/// The gate with what earlier questions left unpacked beside the repository, and where they left nothing.
pub(crate) fn kept(world: &World, report: &mut Report) -> Result<()> {
    const ROW: &str = "kept";
    for &records in &world.records {
        let made = world.store(records, Shape::Pushed)?;
        let (repository, ask) = (&made.path, &made.ask);
        let command = move || gate(world, repository, ask, environment(ask));
        let forgetful = move |_| match fs::remove_file(repository.join(KEPT)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(command()),
        };
        let yardsticks = Yardsticks::new(world, repository, &[])?;
        let mut contestants = yardsticks.contestants()?;
        contestants.push(Contestant::new("nothing kept", forgetful).may_exit(ANSWERS));
        contestants.push(
            Contestant::new("kept by the one before", move |_| Ok(command())).may_exit(ANSWERS),
        );
        let title = format!("{ROW}, {}", short(records));
        let spreads = world.contest(&title, world.rounds, &mut contestants)?;
        for (index, (contestant, spread)) in contestants.iter().zip(&spreads).enumerate() {
            let mut line = Line::new(ROW, &contestant.name, records);
            name(Shape::Pushed).clone_into(&mut line.shape);
            line.spread = Some(*spread);
            if index >= yardsticks.count() {
                compare(&mut line, &spreads, None);
            }
            report.lines.push(line);
        }
    }
    Ok(())
}

/// The gate in the largest store beside the gate in the smallest.
pub(crate) fn growth(world: &World, report: &mut Report) -> Result<()> {
    const ROW: &str = "growth";
    let (Some(&fewest), Some(&most)) = (world.records.first(), world.records.last()) else {
        return Ok(());
    };
    if fewest == most {
        return Ok(());
    }
    let stores = [
        world.store(fewest, Shape::Shallow)?,
        world.store(most, Shape::Shallow)?,
    ];
    let mut contestants: Vec<_> = stores
        .iter()
        .map(|made| {
            let command = move |_| Ok(gate(world, &made.path, &made.ask, environment(&made.ask)));
            Contestant::new("1 environment", command).may_exit(ANSWERS)
        })
        .collect();
    let title = format!("{ROW}, {} and {}", short(fewest), short(most));
    let spreads = world.contest(&title, world.rounds, &mut contestants)?;
    for ((contestant, spread), records) in contestants.iter().zip(&spreads).zip([fewest, most]) {
        let mut line = Line::new(ROW, &contestant.name, records);
        name(Shape::Shallow).clone_into(&mut line.shape);
        line.spread = Some(*spread);
        if records == most {
            let ratio = spread.median.cpu / spreads[0].median.cpu;
            let figure = Figure::new(format!("× CPU at {}", short(fewest)), ratio);
            line.figures.push(match (fewest, most) {
                (10_000, 1_000_000) => figure.at_most(2.0, 1.5),
                _ => figure,
            });
        }
        report.lines.push(line);
    }
    Ok(())
}

/// Returns the environment that is asked about: the last one with a yes, if there is one.
pub(super) fn environment(ask: &Ask) -> &str {
    let index = ask.deployable.saturating_sub(1);
    ask.environments.get(index).map_or("", String::as_str)
}

/// Returns the command that asks of a store whether a version may be deployed.
pub(super) fn gate(world: &World, store: &Path, ask: &Ask, environment: &str) -> Command {
    let mut command = world.pact(store, &["can-i-deploy", "--offline"]);
    command.args(["--pacticipant", &ask.pacticipant, "--version", &ask.version]);
    command.args(["--to-environment", environment]);
    command
}

/// Asks the same of a ledger.
fn ask_ledger(ledger: &dyn Ledger, ask: &Ask, environment: &str) -> Result<()> {
    let selector = Selector::version(ask.pacticipant.parse()?, ask.version.parse()?);
    let destination = Destination::Environment(environment.parse()?);
    let query = Query::can_i_deploy(vec![selector], destination);
    let rules = ledger.rules()?.unwrap_or(Rules::Strict);
    matrix(ledger, &query, rules)?;
    Ok(())
}
