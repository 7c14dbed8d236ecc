//! The other questions, offline, in the store that teams have: pushed to for years, and packed by
//! git itself now and then.

use std::process::Command;

use git_pact::domain::ledger::Ledger;
use git_pact::domain::matrix::Query;
use git_pact::domain::matrix::matrix as matrix_of;
use git_pact::domain::name::PacticipantName;
use git_pact::domain::pacts_for_verification::Request;
use git_pact::domain::pacts_for_verification::pacts_for_verification;
use git_pact::domain::rules::Rules;
use git_pact::domain::selector::Destination;
use git_pact::domain::selector::Selector;
use serde_json::json;

use super::yardsticks::Yardsticks;
use super::yardsticks::compare;
use crate::generate::Made;
use crate::generate::Shape;
use crate::measure::Contestant;
use crate::measure::Result;
use crate::objects::read_by;
use crate::report::Line;
use crate::report::Report;
use crate::world::World;
use crate::world::name;
use crate::world::short;

/// One question to one store.
struct Question<'a> {
    /// What it asks.
    case: String,
    /// Returns the command that asks it.
    command: Box<dyn Fn() -> Result<Command> + 'a>,
    /// The ids of the objects that it reads, where they are known.
    ids: Option<String>,
}

/// Measures questions, each beside its yardsticks.
fn ask(
    world: &World,
    report: &mut Report,
    row: &'static str,
    questions: impl for<'a> Fn(&'a World, &'a Made) -> Result<Vec<Question<'a>>>,
) -> Result<()> {
    for &records in &world.records {
        let made = world.store(records, Shape::Pushed)?;
        for question in questions(world, &made)? {
            let ids: Vec<String> = question.ids.into_iter().collect();
            let yardsticks = Yardsticks::new(world, &made.path, &ids)?;
            let mut contestants = yardsticks.contestants()?;
            let command = &question.command;
            contestants.push(Contestant::new(&question.case, |_| command()));
            let title = format!("{row}, {}, {}", question.case, short(records));
            let spreads = world.contest(&title, world.rounds, &mut contestants)?;
            let mut line = Line::new(row, &question.case, records);
            name(Shape::Pushed).clone_into(&mut line.shape);
            line.spread = spreads.last().copied();
            let list = (!ids.is_empty()).then_some(0);
            compare(&mut line, &spreads, list);
            report.lines.push(line);
        }
    }
    Ok(())
}

/// The pacts of a provider, into an empty directory each time.
pub(crate) fn pull(world: &World, report: &mut Report) -> Result<()> {
    ask(world, report, "pull", |world, made| {
        let provider = &made.ask.provider;
        let mut number = 0;
        let ids = read_by(world, &made.path, |ledger| {
            number = ledger.consumers_of(&provider.parse()?)?.len();
            read_pacts(ledger, provider)
        })?;
        Ok(vec![Question {
            case: format!("{number} consumers"),
            command: Box::new(move || {
                let mut command = world.pact(&made.path, &["pull", "--offline"]);
                let directory = world.fresh_directory()?.join("pacts");
                command
                    .args(["--provider", provider])
                    .arg("--to")
                    .arg(directory);
                Ok(command)
            }),
            ids: Some(ids),
        }])
    })
}

fn read_pacts(ledger: &dyn Ledger, provider: &str) -> Result<()> {
    let provider: PacticipantName = provider.parse()?;
    let request = Request::from_json(provider.clone(), &json!({}), ledger)?;
    let rules = ledger.rules()?.unwrap_or(Rules::Strict);
    for pact in pacts_for_verification(ledger, &request, rules)? {
        ledger.content(&pact.consumer, &provider, &pact.content)?;
    }
    Ok(())
}

/// Two versions, and all versions of two applications, of which the newest 100 rows are shown.
pub(crate) fn matrix(world: &World, report: &mut Report) -> Result<()> {
    ask(world, report, "matrix", |world, made| {
        let version = &made.ask.version;
        Ok(vec![
            rows_between(world, made, "a version with the latest", Some(version))?,
            rows_between(world, made, "all versions of two", None)?,
        ])
    })
}

/// Returns the question of a consumer with a provider: of one version with the newest of the
/// provider, or of all versions of both.
fn rows_between<'a>(
    world: &'a World,
    made: &'a Made,
    case: &str,
    version: Option<&'a str>,
) -> Result<Question<'a>> {
    let ask = &made.ask;
    let ids = read_by(world, &made.path, |ledger| {
        let consumer = ask.pacticipant.parse()?;
        let consumer = match version {
            Some(version) => Selector::version(consumer, version.parse()?),
            None => Selector::every_version(consumer),
        };
        let provider = Selector {
            latest: version.is_some(),
            ..Selector::every_version(ask.provider.parse()?)
        };
        let query = Query::matrix(vec![consumer, provider], Destination::None);
        let rules = ledger.rules()?.unwrap_or(Rules::Strict);
        matrix_of(ledger, &query, rules)?;
        Ok(())
    })?;
    let mut arguments = vec!["matrix", "--offline", "--pacticipant", &ask.pacticipant];
    arguments.extend(version.iter().flat_map(|version| ["--version", version]));
    arguments.extend(["--pacticipant", &ask.provider]);
    arguments.extend(version.iter().map(|_| "--latest"));
    Ok(Question {
        case: case.to_owned(),
        command: Box::new(move || Ok(world.pact(&made.path, &arguments))),
        ids: Some(ids),
    })
}

/// What the store holds.
pub(crate) fn status(world: &World, report: &mut Report) -> Result<()> {
    ask(world, report, "status", |world, made| {
        Ok(vec![Question {
            case: "the whole store".to_owned(),
            command: Box::new(|| Ok(world.pact(&made.path, &["status", "--offline"]))),
            ids: None,
        }])
    })
}

/// The history of one application.
pub(crate) fn log(world: &World, report: &mut Report) -> Result<()> {
    ask(world, report, "log", |world, made| {
        let question = |case: &str, limit: &'static [&'static str]| Question {
            case: case.to_owned(),
            command: Box::new(move || {
                let mut command = world.pact(&made.path, &["log", "--offline"]);
                command
                    .args(["--pacticipant", &made.ask.pacticipant])
                    .args(limit);
                Ok(command)
            }),
            ids: None,
        };
        Ok(vec![
            question("an application, all of it", &[]),
            question("an application, the last 20", &["-n", "20"]),
        ])
    })
}
