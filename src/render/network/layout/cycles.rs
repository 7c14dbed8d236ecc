//! Which lines are drawn from right to left, so that the others all run from left to right.
//!
//! The heuristic of Eades, Lin and Smyth (1993): boxes are put in a row, those that nothing leads to from
//! the left, those that lead nowhere from the right, and of the rest the one that most lead away from.

use std::collections::BTreeSet;

/// Returns the lines in the order given, each turned around if it would close a circle.
pub(super) fn broken(boxes: usize, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let place = places(boxes, edges);
    let turned = |&(from, to): &(usize, usize)| {
        if place[from] < place[to] {
            (from, to)
        } else {
            (to, from)
        }
    };
    edges.iter().map(turned).collect()
}

/// Returns the place of each box in the row.
fn places(boxes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut rest: BTreeSet<usize> = (0..boxes).collect();
    let (mut before, mut after) = (vec![Vec::new(); boxes], vec![Vec::new(); boxes]);
    for (from, to) in edges {
        after[*from].push(*to);
        before[*to].push(*from);
    }
    let mut entering: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut leaving: Vec<usize> = after.iter().map(Vec::len).collect();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    while !rest.is_empty() {
        let end = rest.iter().copied().find(|it| leaving[*it] == 0);
        let start = || rest.iter().copied().find(|it| entering[*it] == 0);
        let most = || {
            let surplus = |it: &usize| leaving[*it].cast_signed() - entering[*it].cast_signed();
            let order = |it: &usize| (surplus(it), std::cmp::Reverse(*it));
            rest.iter().copied().max_by_key(order)
        };
        let next = if let Some(end) = end {
            last.push(end);
            end
        } else if let Some(start) = start().or_else(most) {
            first.push(start);
            start
        } else {
            break;
        };
        rest.remove(&next);
        for it in &after[next] {
            entering[*it] -= 1;
        }
        for it in &before[next] {
            leaving[*it] -= 1;
        }
    }
    let mut place = vec![0; boxes];
    for (index, it) in first.into_iter().chain(last.into_iter().rev()).enumerate() {
        place[it] = index;
    }
    place
}
