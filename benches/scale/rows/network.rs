//! What goes through git's transport, to a bare repository on this machine by a `file://` URL. The
//! CPU time is that of both sides.

use std::cell::RefCell;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use super::gate::ANSWERS;
use super::gate::environment;
use super::yardsticks::Yardsticks;
use super::yardsticks::compare;
use crate::generate::Ask;
use crate::generate::Shape;
use crate::measure::Contestant;
use crate::measure::Result;
use crate::measure::median;
use crate::report::Line;
use crate::report::Report;
use crate::table::Figure;
use crate::table::thousands;
use crate::world::Role;
use crate::world::World;
use crate::world::bytes_below;
use crate::world::file_url;
use crate::world::name;
use crate::world::output;
use crate::world::short;

/// How many branches the remotes have that are asked with nothing new.
const BRANCHES: [usize; 3] = [100, 1000, 5000];

/// A fresh machine, which has nothing yet: the gate, all tips, all history, and a plain clone.
pub(crate) fn fetch(world: &World, report: &mut Report) -> Result<()> {
    const ROW: &str = "fetch";
    for &records in &world.records {
        let made = world.store(records, Shape::Pushed)?;
        let url = file_url(&made.path);
        let clones: [RefCell<Vec<PathBuf>>; 4] = Default::default();
        let fresh = |index: usize| {
            let directory = world.fresh_directory()?;
            clones[index].borrow_mut().push(directory.clone());
            Ok::<_, Box<dyn std::error::Error>>(directory)
        };
        let mut contestants = vec![
            Contestant::new("git clone --mirror", |_| {
                let directory = fresh(0)?;
                let mut command = world.bare_git(&["clone", "--quiet", "--mirror", &url]);
                command.arg(directory);
                Ok(command)
            }),
            Contestant::new("the gate, nothing here yet", |_| {
                Ok(gate(world, &url, &made.ask, &fresh(1)?))
            })
            .may_exit(ANSWERS),
            Contestant::new("all branches, newest state", |_| {
                let mut command = world.pact(&url, &["fetch"]);
                command.env("GIT_PACT_CACHE", fresh(2)?);
                Ok(command)
            }),
            Contestant::new("all branches, all history", |_| {
                let mut command = world.pact(&url, &["fetch", "--history"]);
                command.env("GIT_PACT_CACHE", fresh(3)?);
                Ok(command)
            }),
        ];
        let title = format!("{ROW}, {}", short(records));
        let spreads = world.contest(&title, world.few_rounds(), &mut contestants)?;
        let names: Vec<String> = contestants.iter().map(|it| it.name.clone()).collect();
        drop(contestants);
        for ((case, spread), clones) in names.into_iter().zip(&spreads).zip(&clones) {
            let mut line = Line::new(ROW, case, records);
            name(Shape::Pushed).clone_into(&mut line.shape);
            line.spread = Some(*spread);
            let sizes: Result<Vec<f64>> = clones.borrow().iter().map(|it| megabytes(it)).collect();
            line.figures.push(Figure::new("MB came", median(&sizes?)));
            report.lines.push(line);
        }
    }
    Ok(())
}

/// The gate with nothing new, of remotes with more and more branches; beside it `git ls-remote`.
pub(crate) fn branches(world: &World, report: &mut Report) -> Result<()> {
    const ROW: &str = "branches";
    let Some(&records) = world.records.first() else {
        return Ok(());
    };
    let made = world.store(records, Shape::Pushed)?;
    for number in BRANCHES {
        let remote = world.copy(&made.path, Role::Authority)?;
        let number = add_branches(world, &remote, number)?;
        let (url, cache) = (file_url(&remote), world.fresh_directory()?);
        let yardsticks = Yardsticks::new(world, &made.path, &[])?;
        let mut contestants = yardsticks.contestants()?;
        contestants.push(Contestant::new("git ls-remote", |_| {
            Ok(world.bare_git(&["ls-remote", "--heads", &url, "pact/*"]))
        }));
        // The warm-up round fetches what there is.
        let ask = |_| Ok(gate(world, &url, &made.ask, &cache));
        contestants.push(Contestant::new("the gate, nothing new", ask).may_exit(ANSWERS));
        let title = format!("{ROW}, {number}");
        let spreads = world.contest(&title, world.few_rounds(), &mut contestants)?;
        for (contestant, spread) in contestants.iter().zip(&spreads).skip(yardsticks.count()) {
            let case = format!("{}, {} branches", contestant.name, thousands(number as u64));
            let mut line = Line::new(ROW, case, records);
            name(Shape::Pushed).clone_into(&mut line.shape);
            line.spread = Some(*spread);
            compare(&mut line, &spreads, None);
            report.lines.push(line);
        }
    }
    Ok(())
}

/// Returns the gate of a store by its URL, with what was fetched kept in a directory.
fn gate(world: &World, url: &str, ask: &Ask, cache: &Path) -> Command {
    let mut command = world.pact(url, &["can-i-deploy"]);
    command.args(["--to-environment", environment(ask)]);
    command.args(["--pacticipant", &ask.pacticipant, "--version", &ask.version]);
    command.env("GIT_PACT_CACHE", cache);
    command
}

/// Brings a repository to so many branches, unless it has more, and returns how many it has.
fn add_branches(world: &World, repository: &Path, wanted: usize) -> Result<usize> {
    let list = ["for-each-ref", "--format=%(objectname)", "refs/heads/pact/"];
    let tips = output(&mut world.git(repository, &list), b"")?;
    let tips: Vec<&str> = tips.lines().collect();
    let Some(tip) = tips.first() else {
        return Err("the store has no branch".into());
    };
    let more: Vec<String> = (tips.len()..wanted)
        .map(|index| format!("create refs/heads/pact/app/Bench%20{index} {tip}\n"))
        .collect();
    output(
        &mut world.git(repository, &["update-ref", "--stdin"]),
        more.concat().as_bytes(),
    )?;
    output(&mut world.git(repository, &["pack-refs", "--all"]), b"")?;
    Ok(wanted.max(tips.len()))
}

#[expect(clippy::cast_precision_loss, reason = "no disk holds that many bytes")]
fn megabytes(directory: &Path) -> Result<f64> {
    Ok(bytes_below(directory)? as f64 / 1e6)
}
