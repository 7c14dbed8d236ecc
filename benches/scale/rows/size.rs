//! What verification results take on disk, with all that belongs to them: contracts, versions,
//! runs, and the history.

use std::fs;
use std::path::Path;

use crate::generate::Shape;
use crate::measure::Result;
use crate::report::Line;
use crate::report::Report;
use crate::table::Figure;
use crate::world::World;
use crate::world::bytes_below;
use crate::world::name;

/// Above this many records nobody keeps loose objects: git packs them long before.
const MOST_LOOSE: u64 = 10_000;

/// From this many records on the bar holds: below it, what there is once weighs too much.
const FROM: u64 = 100_000;

/// The bytes of all objects, loose and packed, for each 10,000 verification results.
#[expect(clippy::cast_precision_loss, reason = "no disk holds that many bytes")]
pub(crate) fn size(world: &World, report: &mut Report) -> Result<()> {
    for &records in &world.records {
        for shape in [Shape::Pushed, Shape::Repacked, Shape::Shallow, Shape::Loose] {
            if matches!(shape, Shape::Loose) && records > MOST_LOOSE {
                continue;
            }
            let made = world.store(records, shape)?;
            let objects = made.path.join("objects");
            let packs = pack_bytes(&objects)? as f64 / 1e6;
            let all = bytes_below(&objects)? as f64 / 1e6;
            let share = 10_000.0 / made.counts.results as f64;
            let figure = Figure::new("MB of packs for 10,000 results", packs * share);
            let mut line = Line::new("size", "all objects", records);
            name(shape).clone_into(&mut line.shape);
            line.figures.push(match shape {
                Shape::Pushed if records >= FROM => figure.at_most(3.5, 2.5),
                _ => figure,
            });
            line.figures.push(Figure::new(
                "MB with indexes and loose objects",
                all * share,
            ));
            line.figures.push(Figure::new("MB on disk", all));
            report.lines.push(line);
        }
    }
    Ok(())
}

/// Returns how long the packs are, without their indexes, bitmaps and reverse indexes.
fn pack_bytes(objects: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(objects.join("pack"))? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|it| it == "pack") {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}
