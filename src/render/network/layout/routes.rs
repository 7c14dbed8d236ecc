//! The boxes in their columns, and the lines between them: from one side of a box, along the joints, to the
//! side of another. Lines that end at the same side share it out among them.

use super::LOOP;
use super::Layout;
use super::Point;
use super::Rectangle;
use super::WIDTH;
use super::proper::Proper;

/// Returns where everything is. `edges` are the lines as they lead, with those from a box to itself;
/// `rightward` those between boxes, as they are drawn.
pub(super) fn routed(
    proper: &Proper,
    edges: &[(usize, usize)],
    rightward: &[(usize, usize)],
    heights: &[i32],
    centres: &[i32],
) -> Layout {
    let lefts = columns(proper);
    let left = |it: usize| lefts[proper.layer_of[it]];
    let boxes: Vec<_> = (0..proper.boxes)
        .map(|it| Rectangle {
            x: left(it),
            y: centres[it] - heights[it] / 2,
            width: WIDTH,
            height: heights[it],
        })
        .collect();
    let leaving = ends(proper, &boxes, centres, Side::Right);
    let entering = ends(proper, &boxes, centres, Side::Left);
    let drawn = |line: usize| {
        let chain = &proper.chains[line];
        let (first, last) = (chain[0], chain[chain.len() - 1]);
        let mut points = vec![Point {
            x: left(first) + WIDTH,
            y: leaving[line],
        }];
        for joint in &chain[1..chain.len() - 1] {
            let (x, y) = (left(*joint), centres[*joint]);
            points.extend([x, x + WIDTH].map(|x| Point { x, y }));
        }
        points.push(Point {
            x: left(last),
            y: entering[line],
        });
        points
    };
    let mut between = 0..rightward.len();
    let route = |&(from, to): &(usize, usize)| {
        if from == to {
            return to_itself(boxes[from]);
        }
        let line = between.next().unwrap_or_default();
        let mut points = drawn(line);
        if rightward[line].0 != from {
            points.reverse();
        }
        points
    };
    let routes: Vec<Vec<Point>> = edges.iter().map(route).collect();
    let bottoms = boxes.iter().map(|it| it.y + it.height);
    let lowest = routes.iter().flatten().map(|point| point.y);
    Layout {
        width: lefts.last().map_or(0, |last| last + WIDTH),
        height: bottoms.chain(lowest).max().unwrap_or(0),
        boxes,
        routes,
    }
}

/// Returns the line of a box to itself: from its upper edge, near the right corner, back to it.
pub(super) fn to_itself(it: Rectangle) -> Vec<Point> {
    let right = it.x + it.width;
    let y = it.y;
    let [leave, enter] = [right - 2 * LOOP, right - LOOP].map(|x| Point { x, y });
    vec![leave, enter]
}

/// Returns the left edge of each column. The more lines there are between two, the farther apart they are.
fn columns(proper: &Proper) -> Vec<i32> {
    let mut lefts = Vec::new();
    let mut left = 0;
    for layer in &proper.layers {
        lefts.push(left);
        let lines: usize = layer.iter().map(|it| proper.after[*it].len()).sum();
        let lines = i32::try_from(lines).unwrap_or(i32::MAX);
        left += WIDTH + lines.saturating_mul(3).saturating_add(50).clamp(70, 240);
    }
    lefts
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Returns how far down each line meets a side of its box: those to what is above, above.
fn ends(proper: &Proper, boxes: &[Rectangle], centres: &[i32], side: Side) -> Vec<i32> {
    let mut lines_of = vec![Vec::new(); proper.boxes];
    for (line, chain) in proper.chains.iter().enumerate() {
        let (own, next) = match side {
            Side::Right => (chain[0], chain[1]),
            Side::Left => (chain[chain.len() - 1], chain[chain.len() - 2]),
        };
        lines_of[own].push((centres[next], line));
    }
    let mut found = vec![0; proper.chains.len()];
    for (it, mut lines) in boxes.iter().zip(lines_of) {
        lines.sort_unstable();
        let count = i32::try_from(lines.len()).unwrap_or(i32::MAX);
        for (index, (_, line)) in (1..).zip(lines) {
            found[line] = it.y + it.height * index / (count + 1);
        }
    }
    found
}
