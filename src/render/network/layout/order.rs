//! What stands above what in a layer, so that few lines cross: everything goes where what it is connected
//! with is on average, layer by layer, there and back; then neighbours change places where that helps
//! (Gansner and others, 1993).

use std::cmp::Reverse;

use super::proper::Proper;

/// How often it goes there or back.
const SWEEPS: usize = 24;

/// How often neighbours in a layer are compared in one go.
const ROUNDS: usize = 4;

/// Orders the layers, so that few lines cross.
pub(super) fn reduce_crossings(proper: &mut Proper) {
    let mut best = proper.layers.clone();
    let mut fewest = crossings(proper);
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let rightward = sweep % 2 == 0;
        // What is connected with the same changes places every other time: neither order is the better.
        let turned = sweep % 4 >= 2;
        let count = proper.layers.len();
        for step in 1..count {
            let layer = if rightward { step } else { count - 1 - step };
            sort(proper, layer, rightward, turned);
        }
        swap_neighbours(proper);
        let found = crossings(proper);
        if found < fewest {
            fewest = found;
            best.clone_from(&proper.layers);
        }
    }
    proper.layers = best;
}

/// Sorts a layer by the layer before it or after it.
fn sort(proper: &mut Proper, layer: usize, rightward: bool, turned: bool) {
    let (neighbour, partners) = if rightward {
        (layer - 1, &proper.before)
    } else {
        (layer + 1, &proper.after)
    };
    let mut place = vec![0_u64; proper.layer_of.len()];
    for (index, it) in (0..).zip(&proper.layers[neighbour]) {
        place[*it] = index;
    }
    let size = |layer: usize| proper.layers[layer].len().max(1) as u64;
    let (own_size, their_size) = (size(layer), size(neighbour));
    let mut keyed: Vec<_> = (0_u64..)
        .zip(&proper.layers[layer])
        .map(|(index, it)| {
            let partners = &partners[*it];
            let key = match partners.len() as u64 {
                // What nothing holds stays about where it is.
                0 => (index << 16) * their_size / own_size,
                count => (partners.iter().map(|it| place[*it]).sum::<u64>() << 16) / count,
            };
            (key, index, *it)
        })
        .collect();
    if turned {
        keyed.sort_by_key(|(key, index, _)| (*key, Reverse(*index)));
    } else {
        keyed.sort_by_key(|(key, index, _)| (*key, *index));
    }
    proper.layers[layer] = keyed.into_iter().map(|(_, _, it)| it).collect();
}

/// Lets neighbours change places where fewer lines cross then.
fn swap_neighbours(proper: &mut Proper) {
    let mut places = proper.places();
    for _ in 0..ROUNDS {
        let mut better = false;
        for layer in &mut proper.layers {
            for upper in 0..layer.len().saturating_sub(1) {
                let (one, two) = (layer[upper], layer[upper + 1]);
                let count = |one: usize, two: usize| {
                    inverted(&proper.before[one], &proper.before[two], &places)
                        + inverted(&proper.after[one], &proper.after[two], &places)
                };
                if count(two, one) < count(one, two) {
                    layer.swap(upper, upper + 1);
                    places.swap(one, two);
                    better = true;
                }
            }
        }
        if !better {
            break;
        }
    }
}

/// Returns how many lines cross of two neighbours, the first of which stands above the other.
fn inverted(above: &[usize], below: &[usize], places: &[usize]) -> usize {
    let crossed = |one: &usize| {
        let below = below.iter();
        below.filter(|two| places[**two] < places[*one]).count()
    };
    above.iter().map(crossed).sum()
}

/// Returns how many lines cross.
pub(super) fn crossings(proper: &Proper) -> usize {
    let places = proper.places();
    let mut all = 0;
    for pair in proper.layers.windows(2) {
        let mut ends = Vec::new();
        for it in &pair[0] {
            let from = ends.len();
            ends.extend(proper.after[*it].iter().map(|to| places[*to]));
            ends[from..].sort_unstable();
        }
        all += inversions(&ends, pair[1].len());
    }
    all
}

/// Returns how many pairs of numbers below a limit are in the wrong order, with sums of binary segments
/// (Barth, Mutzel and Jünger, 2004).
fn inversions(numbers: &[usize], limit: usize) -> usize {
    let mut sums = vec![0_usize; limit + 1];
    let mut found = 0;
    for (seen, number) in numbers.iter().enumerate() {
        let mut not_greater = 0;
        let mut place = number + 1;
        while place > 0 {
            not_greater += sums[place];
            place &= place - 1;
        }
        found += seen - not_greater;
        let mut place = number + 1;
        while place <= limit {
            sums[place] += 1;
            place += place & place.wrapping_neg();
        }
    }
    found
}
