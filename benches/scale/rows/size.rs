//! What verification results take on disk, with all that belongs to them: contracts, versions,
//! runs, and the history.

use crate::generate::Shape;
use crate::measure::Result;
use crate::report::Figure;
use crate::report::Line;
use crate::report::Report;
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
            let megabytes = bytes_below(&made.path.join("objects"))? as f64 / 1e6;
            let per_results = megabytes / made.counts.results as f64 * 10_000.0;
            let figure = Figure::new("MB for 10,000 results", per_results);
            let mut line = Line::new("size", "all objects", records);
            name(shape).clone_into(&mut line.shape);
            line.figures.push(match shape {
                Shape::Pushed if records >= FROM => figure.at_most(3.5, 2.5),
                _ => figure,
            });
            line.figures.push(Figure::new("MB", megabytes));
            report.lines.push(line);
        }
    }
    Ok(())
}
