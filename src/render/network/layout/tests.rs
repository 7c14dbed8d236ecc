//! Laws of every picture, and a few small ones.

use proptest::prelude::*;

use super::*;

type Edges = Vec<(usize, usize)>;

/// Some boxes, and lines between them, none twice.
fn graphs() -> impl Strategy<Value = (usize, Edges)> {
    (1..26_usize).prop_flat_map(|boxes| {
        let edge = (0..boxes, 0..boxes);
        let edges = proptest::collection::btree_set(edge, 0..60);
        (Just(boxes), edges.prop_map(|it| it.into_iter().collect()))
    })
}

/// Says whether two boxes, or a box and what a line takes, have a point in common.
fn overlap(one: Rectangle, two: Rectangle) -> bool {
    one.x < two.x + two.width
        && two.x < one.x + one.width
        && one.y < two.y + two.height
        && two.y < one.y + one.height
}

fn around(from: Point, to: Point) -> Rectangle {
    Rectangle {
        x: from.x.min(to.x),
        y: from.y.min(to.y),
        width: (from.x - to.x).abs(),
        height: (from.y - to.y).abs(),
    }
}

/// Says whether a point is on the left or right edge of a box.
fn is_on_side(point: Point, it: Rectangle) -> bool {
    (it.y..=it.y + it.height).contains(&point.y) && (point.x == it.x || point.x == it.x + it.width)
}

fn holds(boxes: usize, edges: &Edges) {
    let drawn = layout(boxes, edges);
    assert_eq!(drawn.boxes.len(), boxes);
    assert_eq!(drawn.routes.len(), edges.len());
    for (place, one) in drawn.boxes.iter().enumerate() {
        let mut room = *one;
        if edges.contains(&(place, place)) {
            room.y -= LOOP;
            room.height += LOOP;
        }
        assert!(room.x >= 0 && room.y >= 0, "{room:?}");
        assert!(room.x + room.width <= drawn.width && room.y + room.height <= drawn.height);
        for (other, two) in drawn.boxes.iter().enumerate() {
            assert!(other == place || !overlap(room, *two), "{place} {other}");
        }
    }
    for (&(from, to), route) in edges.iter().zip(&drawn.routes) {
        let ends = (route[0], route[route.len() - 1]);
        assert_eq!(route.len() % 2, 0, "{route:?}");
        if from == to {
            let it = drawn.boxes[from];
            assert!(
                ends.0.y == it.y && ends.1.y == it.y && ends.0.x < ends.1.x,
                "{route:?}"
            );
            continue;
        }
        assert!(is_on_side(ends.0, drawn.boxes[from]), "{from} {route:?}");
        assert!(is_on_side(ends.1, drawn.boxes[to]), "{to} {route:?}");
        let rightward = ends.0.x < ends.1.x;
        for (step, pair) in route.windows(2).enumerate() {
            assert_eq!(pair[0].x < pair[1].x, rightward, "{route:?}");
            let own = around(pair[0], pair[1]);
            assert!(step % 2 == 0 || own.height == 0, "{route:?}");
            // A level line has no height, and must not touch a box either.
            let own = Rectangle {
                y: own.y - 1,
                height: own.height + 2,
                ..own
            };
            let clear = drawn.boxes.iter().all(|it| !overlap(*it, own));
            assert!(clear, "{from} {to} {route:?}");
            let lowest = pair[0].y.max(pair[1].y);
            assert!(
                lowest <= drawn.height && pair[0].y.min(pair[1].y) >= 0,
                "{route:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_two_boxes_overlap_and_every_line_runs_between_its_boxes_and_through_no_other(
        (boxes, edges) in graphs()
    ) {
        holds(boxes, &edges);
    }

    #[test]
    fn the_order_in_which_lines_are_given_changes_nothing(
        (boxes, edges) in graphs(),
        turn in 0..60_usize,
    ) {
        let drawn = layout(boxes, &edges);
        let mut turned = edges.clone();
        turned.rotate_left(turn % edges.len().max(1));
        turned.reverse();
        let other = layout(boxes, &turned);
        prop_assert_eq!(&drawn.boxes, &other.boxes);
        for (edge, route) in turned.iter().zip(&other.routes) {
            let same = edges.iter().position(|it| it == edge).unwrap();
            prop_assert_eq!(route, &drawn.routes[same]);
        }
    }

    #[test]
    fn every_joint_of_a_line_is_in_a_layer_of_its_own((boxes, edges) in graphs()) {
        let between: Edges = edges.into_iter().filter(|(from, to)| from != to).collect();
        let rightward = cycles::broken(boxes, &between);
        let columns = layers::layers(boxes, &rightward);
        for (from, to) in &rightward {
            prop_assert!(columns[*from] < columns[*to]);
        }
        let mut proper = Proper::new(&columns, &rightward);
        let before = order::crossings(&proper);
        order::reduce_crossings(&mut proper);
        prop_assert!(order::crossings(&proper) <= before);
        let mut all: Vec<_> = proper.layers.iter().flatten().copied().collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..proper.layer_of.len()).collect::<Vec<_>>());
        for chain in &proper.chains {
            for pair in chain.windows(2) {
                prop_assert_eq!(proper.layer_of[pair[0]] + 1, proper.layer_of[pair[1]]);
                prop_assert!(proper.after[pair[0]].contains(&pair[1]));
            }
        }
    }
}

/// Returns the boxes of each column, from left to right.
fn columns(boxes: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let drawn = layout(boxes, edges);
    let mut places: Vec<_> = drawn.boxes.iter().map(|it| it.x).collect();
    places.sort_unstable();
    places.dedup();
    let column = |x: i32| (0..boxes).filter(|it| drawn.boxes[*it].x == x).collect();
    places.into_iter().map(column).collect()
}

#[test]
fn consumers_are_left_and_providers_right() {
    assert_eq!(columns(3, &[(0, 1), (1, 2), (0, 2)]), [[0], [1], [2]]);
    assert_eq!(
        columns(4, &[(3, 1), (1, 0), (2, 0)]),
        [vec![3], vec![1, 2], vec![0]]
    );
}

#[test]
fn a_circle_has_one_line_that_leads_back() {
    let edges = [(0, 1), (1, 2), (2, 0)];
    let drawn = layout(3, &edges);
    let leads_back = |route: &&Vec<Point>| route[0].x > route[route.len() - 1].x;
    assert_eq!(drawn.routes.iter().filter(leads_back).count(), 1);
    holds(3, &edges.to_vec());
}

#[test]
fn a_tree_has_no_crossings() {
    let edges: Edges = (1..40).map(|it| ((it - 1) / 3, it)).collect();
    let columns = layers::layers(40, &edges);
    let mut proper = Proper::new(&columns, &edges);
    order::reduce_crossings(&mut proper);
    assert_eq!(order::crossings(&proper), 0);
}

#[test]
fn what_one_line_crosses_is_uncrossed() {
    let edges = [(0, 3), (1, 2)];
    let mut proper = Proper::new(&[0, 0, 1, 1], &edges);
    proper.layers = vec![vec![0, 1], vec![2, 3]];
    assert_eq!(order::crossings(&proper), 1);
    order::reduce_crossings(&mut proper);
    assert_eq!(order::crossings(&proper), 0);
}

#[test]
fn what_stands_alone_is_in_rows_at_the_end() {
    let drawn = layout(12, &[(0, 1), (5, 5)]);
    let bottom = drawn.boxes[0].y.max(drawn.boxes[1].y) + HEIGHT;
    assert!((2..12).all(|it| drawn.boxes[it].y > bottom));
    // The one with a contract is the first of them.
    assert!((2..12).all(|it| it == 5
        || drawn.boxes[5].y < drawn.boxes[it].y
        || drawn.boxes[5].x < drawn.boxes[it].x));
    assert!(drawn.width <= 6 * (WIDTH + 24));
}

#[test]
fn nothing_takes_no_room() {
    assert_eq!(layout(0, &[]).width, 0);
}
