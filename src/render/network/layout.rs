//! Where the boxes and lines of a picture of a network are: in layers, from left to right, as Sugiyama,
//! Tagawa and Toda drew hierarchies (1981).
//!
//! Every line runs from the left to the right, but for the few that close a circle. Lines that pass a
//! column have a place of their own between its boxes, so that no line runs through a box. Parts that
//! nothing connects stand one after the other, and what has no lines at the end. Everything is counted in
//! whole pixels and decided by the numbers of the boxes: same input, same picture.

mod coordinates;
mod cycles;
mod layers;
mod order;
mod pack;
mod proper;
mod routes;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::proper::Proper;

/// How wide a box is.
pub(super) const WIDTH: i32 = 190;

/// How high a box is at least; the more lines end at it, the higher it is.
const HEIGHT: i32 = 34;

/// How high a box is at most.
const MOST_HEIGHT: i32 = 170;

/// How much a line takes of the height of its box.
const LINE: i32 = 7;

/// How much room a line from a box to itself takes above it.
pub(super) const LOOP: i32 = 14;

/// A place, from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) x: i32,
    pub(super) y: i32,
}

/// A box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rectangle {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// Where everything is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) width: i32,
    pub(super) height: i32,
    /// The boxes, in the order of their numbers.
    pub(super) boxes: Vec<Rectangle>,
    /// The lines, in the order given. Each crosses the space between two columns from an even point to
    /// the odd one after it, and a column, level, from an odd one to the even one after it.
    pub(super) routes: Vec<Vec<Point>>,
}

impl Layout {
    /// Moves everything.
    fn shift(&mut self, by: Point) {
        for it in &mut self.boxes {
            it.x += by.x;
            it.y += by.y;
        }
        for point in self.routes.iter_mut().flatten() {
            point.x += by.x;
            point.y += by.y;
        }
    }
}

/// Returns where to draw a number of boxes and lines between them, each from one box to another or to
/// itself, none twice.
pub(super) fn layout(boxes: usize, edges: &[(usize, usize)]) -> Layout {
    let mut parts = Vec::new();
    let mut alone = Vec::new();
    for members in components(boxes, edges) {
        if members.len() == 1 {
            alone.extend(members);
        } else {
            parts.push(Part::new(members, edges));
        }
    }
    // The largest first; of equal ones, that with the least number.
    parts.sort_by_key(|part| std::cmp::Reverse(part.members.len()));
    pack::pack(boxes, edges, &parts, &alone)
}

/// Boxes that lines connect, drawn on their own.
struct Part {
    /// The numbers of its boxes.
    members: Vec<usize>,
    /// The places of its lines among all.
    lines: Vec<usize>,
    layout: Layout,
}

impl Part {
    fn new(members: Vec<usize>, edges: &[(usize, usize)]) -> Self {
        let places = members.iter().enumerate();
        let places: BTreeMap<usize, usize> =
            places.map(|(place, member)| (*member, place)).collect();
        let mut lines: Vec<_> = (0..edges.len()).collect();
        lines.retain(|line| places.contains_key(&edges[*line].0));
        // Not the order in which they were given decides.
        lines.sort_by_key(|line| edges[*line]);
        let own = |line: &usize| (places[&edges[*line].0], places[&edges[*line].1]);
        let own: Vec<_> = lines.iter().map(own).collect();
        Self {
            layout: connected(members.len(), &own),
            members,
            lines,
        }
    }
}

/// Returns where to draw boxes that lines connect.
fn connected(boxes: usize, edges: &[(usize, usize)]) -> Layout {
    let between: Vec<_> = edges
        .iter()
        .copied()
        .filter(|(from, to)| from != to)
        .collect();
    let rightward = cycles::broken(boxes, &between);
    let layers = layers::layers(boxes, &rightward);
    let mut proper = Proper::new(&layers, &rightward);
    order::reduce_crossings(&mut proper);
    let heights = heights(boxes, &rightward);
    let mut has_loop = vec![false; boxes];
    for (from, _) in edges.iter().filter(|(from, to)| from == to) {
        has_loop[*from] = true;
    }
    let centres = coordinates::centres(&proper, &heights, &has_loop);
    routes::routed(&proper, edges, &rightward, &heights, &centres)
}

/// Returns how high each box is, so that its lines do not end on top of each other.
fn heights(boxes: usize, rightward: &[(usize, usize)]) -> Vec<i32> {
    let (mut left, mut right) = (vec![0_i32; boxes], vec![0_i32; boxes]);
    for (from, to) in rightward {
        right[*from] += 1;
        left[*to] += 1;
    }
    let height = |(left, right): (&i32, &i32)| {
        let lines = left.max(right).saturating_mul(LINE).saturating_add(LINE);
        lines.clamp(HEIGHT, MOST_HEIGHT)
    };
    left.iter().zip(&right).map(height).collect()
}

/// Returns the boxes by what lines connect, each group and all of them by the least number.
fn components(boxes: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut partners = vec![Vec::new(); boxes];
    for (from, to) in edges {
        partners[*from].push(*to);
        partners[*to].push(*from);
    }
    let mut seen = vec![false; boxes];
    let mut found = Vec::new();
    for first in 0..boxes {
        if seen[first] {
            continue;
        }
        seen[first] = true;
        let mut members = vec![first];
        let mut next = 0;
        while let Some(member) = members.get(next).copied() {
            next += 1;
            for partner in &partners[member] {
                if !std::mem::replace(&mut seen[*partner], true) {
                    members.push(*partner);
                }
            }
        }
        members.sort_unstable();
        found.push(members);
    }
    found
}
