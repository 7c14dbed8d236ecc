//! How far down everything in a layer stands: in its order, with room between, and as level as may be with
//! what it is connected with. Long lines are to be straight before others.
//!
//! A layer is placed in one go: the places that have the least squares of differences from the wished
//! ones, which "pool adjacent violators" finds.

use super::LOOP;
use super::proper::Proper;

/// How often the layers are placed, there or back.
const SWEEPS: usize = 32;

/// Returns the middle of everything, in pixels from the top; at the least, a box touches the top.
pub(super) fn centres(proper: &Proper, heights: &[i32], has_loop: &[bool]) -> Vec<i32> {
    let room = |above: usize, below: usize| room(proper, heights, has_loop, above, below);
    let mut centre = vec![0.0; proper.layer_of.len()];
    for layer in &proper.layers {
        let mut y = 0.0;
        for (index, it) in layer.iter().enumerate() {
            if let Some(above) = index.checked_sub(1) {
                y += f64::from(room(layer[above], *it));
            }
            centre[*it] = y;
        }
    }
    let count = proper.layers.len();
    for sweep in 0..SWEEPS {
        // The last look both ways: one way alone pulls everything to that side.
        let sides = match (sweep + 4 >= SWEEPS, sweep % 2 == 0) {
            (true, _) => (true, true),
            (false, rightward) => (rightward, !rightward),
        };
        for step in 0..count {
            let layer = if sweep % 2 == 0 {
                step
            } else {
                count - 1 - step
            };
            let layer = &proper.layers[layer];
            let wishes: Vec<_> = layer
                .iter()
                .map(|it| wish(proper, &centre, *it, sides))
                .collect();
            let rooms: Vec<_> = layer
                .windows(2)
                .map(|pair| f64::from(room(pair[0], pair[1])))
                .collect();
            for (it, y) in layer.iter().zip(placed(&wishes, &rooms)) {
                centre[*it] = y;
            }
        }
    }
    whole(proper, &centre, heights, has_loop, room)
}

/// Returns how far apart the middles of two neighbours are at least.
fn room(proper: &Proper, heights: &[i32], has_loop: &[bool], above: usize, below: usize) -> i32 {
    let half = |it: usize| heights.get(it).map_or(0, |height| height / 2 + 1);
    let between = match (proper.is_joint(above), proper.is_joint(below)) {
        (true, true) => 9,
        (true, false) | (false, true) => 12,
        (false, false) => 20,
    };
    let above_it = if has_loop.get(below) == Some(&true) {
        LOOP
    } else {
        0
    };
    half(above) + half(below) + between + above_it
}

/// Returns where something would like to be, and how much: in the middle of what it is connected with.
fn wish(proper: &Proper, centre: &[f64], it: usize, (left, right): (bool, bool)) -> (f64, f64) {
    let partners = |list: &[Vec<usize>], wanted: bool| {
        let list = wanted.then(|| list[it].clone());
        list.unwrap_or_default()
    };
    let mut partners_of = partners(&proper.before, left);
    partners_of.extend(partners(&proper.after, right));
    let (mut sum, mut weight) = (0.0, 0.0);
    for partner in partners_of {
        let pull = match (proper.is_joint(it), proper.is_joint(partner)) {
            (true, true) => 24.0,
            (true, false) | (false, true) => 3.0,
            (false, false) => 1.0,
        };
        sum += pull * centre[partner];
        weight += pull;
    }
    if weight > 0.0 {
        (sum / weight, weight)
    } else {
        (centre[it], 0.1)
    }
}

/// Returns places in order, at least the given room apart, nearest to the wished ones by their weights.
fn placed(wishes: &[(f64, f64)], rooms: &[f64]) -> Vec<f64> {
    /// Neighbours that stand as close as they may: the place of the first, less the room before it.
    struct Block {
        place: f64,
        weight: f64,
        count: usize,
    }
    let mut before = vec![0.0];
    for room in rooms {
        before.push(before[before.len() - 1] + room);
    }
    let mut blocks: Vec<Block> = Vec::new();
    for ((wish, weight), before) in wishes.iter().zip(&before) {
        let mut block = Block {
            place: wish - before,
            weight: *weight,
            count: 1,
        };
        while let Some(last) = blocks.pop_if(|last| last.place > block.place) {
            let weight = last.weight + block.weight;
            block.place = (last.place * last.weight + block.place * block.weight) / weight;
            block.weight = weight;
            block.count += last.count;
        }
        blocks.push(block);
    }
    let places = blocks.iter();
    let places = places.flat_map(|block| std::iter::repeat_n(block.place, block.count));
    places
        .zip(&before)
        .map(|(place, before)| place + before)
        .collect()
}

/// Returns whole pixels, from the top.
fn whole(
    proper: &Proper,
    centre: &[f64],
    heights: &[i32],
    has_loop: &[bool],
    room: impl Fn(usize, usize) -> i32,
) -> Vec<i32> {
    #[expect(clippy::cast_possible_truncation, reason = "no picture is that high")]
    let mut found: Vec<i32> = centre.iter().map(|y| y.round() as i32).collect();
    for layer in &proper.layers {
        for pair in layer.windows(2) {
            let least = found[pair[0]] + room(pair[0], pair[1]);
            found[pair[1]] = found[pair[1]].max(least);
        }
    }
    let tops = found.iter().enumerate().map(|(it, y)| {
        let half = heights.get(it).map_or(0, |height| height / 2);
        let above_it = if has_loop.get(it) == Some(&true) {
            LOOP
        } else {
            0
        };
        y - half - above_it
    });
    let top = tops.min().unwrap_or(0);
    for y in &mut found {
        *y -= top;
    }
    found
}
