//! A publish in process: what is left of a write without starting a program and without the
//! network. Decided on the store, built as objects, and made visible.

use std::env;
use std::path::Path;
use std::time::Instant;

use git_pact::app::Context;
use git_pact::app::pending::links;
use git_pact::app::pending::put;
use git_pact::domain::intent::Intent;
use git_pact::domain::pact::Pact;
use git_pact::domain::publish::Contract;
use git_pact::domain::publish::Merging;
use git_pact::domain::publish::PublishRequest;
use git_pact::domain::time::Timestamp;
use git_pact::store::Actor;
use git_pact::store::Note;
use git_pact::store::RecordStore;
use git_pact::store::git::GitStore;
use git_pact::store::git::Moment;
use git_pact::store::git::Place;
use git_pact::store::overlay::Overlay;

use crate::generate::Made;
use crate::generate::Shape;
use crate::measure::Cost;
use crate::measure::Result;
use crate::measure::Spread;
use crate::measure::cpu_of_this_process;
use crate::measure::milliseconds;
use crate::pacts::pacts_of;
use crate::pacts::with_change;
use crate::report::Line;
use crate::report::Report;
use crate::table::Figure;
use crate::world::Role;
use crate::world::World;
use crate::world::name;
use crate::world::short;

/// Publishes one pact with a changed content, in a clone and in the authority itself.
///
/// A clone does not sync: its write counts when the remote has it. The authority waits for the disk.
pub(crate) fn objects_built(world: &World, report: &mut Report) -> Result<()> {
    const ROW: &str = "objects-built";
    for &records in &world.records {
        let made = world.store(records, Shape::Pushed)?;
        for (role, case) in [
            (Role::Clone, "one pact changed, not synced"),
            (Role::Authority, "one pact changed, synced"),
        ] {
            let store = world.copy(&made.path, role)?;
            world
                .progress
                .start(&format!("{ROW}, {case}, {}", short(records)));
            let mut costs = Vec::new();
            for round in 0..=world.rounds {
                let cost = publish(&made, &store, round)?;
                if round > 0 {
                    costs.push(cost);
                }
                world.progress.at(round as u64, world.rounds as u64, "");
            }
            world.progress.finish();
            let mut line = Line::new(ROW, case, records);
            name(Shape::Pushed).clone_into(&mut line.shape);
            let spread = Spread::of(&costs);
            line.spread = Some(spread);
            if (role, records) == (Role::Clone, 100_000) {
                let figure = Figure::new("ms", spread.median.wall);
                line.figures.push(figure.at_most_here(5.0, 2.0));
            }
            report.lines.push(line);
        }
    }
    Ok(())
}

/// Publishes as `app::write` does between a fetch and a push, in a store opened for it: nothing is
/// remembered from the round before.
fn publish(made: &Made, store: &Path, round: usize) -> Result<Cost> {
    let pacts = pacts_of(made)?;
    let bytes = with_change(
        pacts.first().ok_or("the store has no pact to change")?,
        round,
    )?;
    let pact = Pact::parse(&bytes)?;
    let context = Context {
        now: Timestamp::clamped(1_800_000_000),
        offline: true,
        working_directory: env::temp_dir(),
        seed: 1,
        ..Context::default()
    };
    let note = Note {
        actor: Actor {
            name: "Benchmark".to_owned(),
            email: "benchmark@example.com".to_owned(),
        },
        at: context.now,
        message: "publish".to_owned(),
    };
    let intent = Intent::Publish(PublishRequest {
        version: format!("bench-{round}").parse()?,
        branch: Some("main".parse()?),
        tags: Vec::new(),
        build_url: None,
        merging: Merging::Never,
        allow_similar_names: false,
        contracts: vec![Contract {
            consumer: pact.consumer().clone(),
            provider: pact.provider().clone(),
            bytes: bytes.into(),
            pact,
        }],
        at: context.now,
    });

    let store = GitStore::new(Place::at(store)?)?;
    let (cpu, start) = (cpu_of_this_process()?, Instant::now());
    let snapshot = store.at(Moment::Now);
    let mut overlay = Overlay::new(&snapshot);
    put(&intent, &context, &mut overlay, &links())?;
    let advances = store.commit(&snapshot, &overlay.into_changes(), &note)?;
    store.advance(&advances)?;
    let cost = Cost {
        wall: milliseconds(start.elapsed()),
        cpu: milliseconds(cpu_of_this_process()?.saturating_sub(cpu)),
    };
    if advances.is_empty() {
        return Err("a publish of something new wrote nothing".into());
    }
    Ok(cost)
}
