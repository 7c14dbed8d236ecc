//! In which column each box stands: right of all that lead to it, and as near as it can be.

/// Returns the column of each box, counted from 0, none of them empty. No lines make a circle.
pub(super) fn layers(boxes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let (mut before, mut after) = (vec![Vec::new(); boxes], vec![Vec::new(); boxes]);
    for (from, to) in edges {
        after[*from].push(*to);
        before[*to].push(*from);
    }
    let mut layer = longest_paths(&before, &after);
    // Each move makes the lines shorter by as many pixels as it is worth, so this comes to an end; for
    // that it ends soon, the number of rounds is limited.
    for _ in 0..boxes {
        let mut moved = false;
        for it in 0..boxes {
            let least = before[it].iter().map(|from| layer[*from] + 1).max();
            let most = after[it].iter().map(|to| layer[*to] - 1).min();
            let better = match before[it].len().cmp(&after[it].len()) {
                std::cmp::Ordering::Less => most,
                std::cmp::Ordering::Greater => least,
                std::cmp::Ordering::Equal => None,
            };
            if let Some(better) = better.filter(|better| *better != layer[it]) {
                layer[it] = better;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    without_gaps(&layer)
}

/// Returns the length of the longest path that leads to each box.
fn longest_paths(before: &[Vec<usize>], after: &[Vec<usize>]) -> Vec<usize> {
    let mut open: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..before.len()).filter(|it| open[*it] == 0).collect();
    let mut layer = vec![0; before.len()];
    while let Some(it) = ready.pop() {
        for to in &after[it] {
            layer[*to] = layer[*to].max(layer[it] + 1);
            open[*to] -= 1;
            if open[*to] == 0 {
                ready.push(*to);
            }
        }
    }
    layer
}

fn without_gaps(layer: &[usize]) -> Vec<usize> {
    let mut used = layer.to_vec();
    used.sort_unstable();
    used.dedup();
    let place = |it: &usize| used.partition_point(|known| known < it);
    layer.iter().map(place).collect()
}
