//! The parts of a picture beside and below each other, and at the end, in rows, the boxes without lines to
//! others.

use super::HEIGHT;
use super::LOOP;
use super::Layout;
use super::Part;
use super::Point;
use super::Rectangle;
use super::WIDTH;
use super::routes::to_itself;

/// How far two parts are apart.
const BETWEEN: i32 = 44;

/// How far two boxes in a row are apart.
const GAP: i32 = 24;

/// How many boxes are in a row, where nothing else says how wide the picture is.
const IN_A_ROW: usize = 6;

/// Returns the whole picture of boxes and lines, of its parts and of the boxes that stand alone.
pub(super) fn pack(
    boxes: usize,
    edges: &[(usize, usize)],
    parts: &[Part],
    alone: &[usize],
) -> Layout {
    let mut whole = Layout {
        width: 0,
        height: 0,
        boxes: vec![Rectangle::default(); boxes],
        routes: vec![Vec::new(); edges.len()],
    };
    let widest = parts.iter().map(|part| part.layout.width).max();
    let few = i32::try_from(alone.len().min(IN_A_ROW)).unwrap_or(0);
    let width = widest.unwrap_or(0).max(few * (WIDTH + GAP) - GAP);
    let mut at = Point { x: 0, y: 0 };
    for part in parts {
        if at.x > 0 && at.x + part.layout.width > width {
            at = below(&whole);
        }
        let mut layout = part.layout.clone();
        layout.shift(at);
        for (member, it) in part.members.iter().zip(layout.boxes) {
            whole.boxes[*member] = it;
        }
        for (line, route) in part.lines.iter().zip(layout.routes) {
            whole.routes[*line] = route;
        }
        whole.width = whole.width.max(at.x + layout.width);
        whole.height = whole.height.max(at.y + layout.height);
        at.x += layout.width + BETWEEN;
    }

    let itself = |it: usize| edges.iter().position(|edge| *edge == (it, it));
    // Those with a contract first, although it is with themselves.
    let (mut row, without): (Vec<usize>, Vec<usize>) =
        alone.iter().copied().partition(|it| itself(*it).is_some());
    row.extend(without);
    at = if parts.is_empty() {
        Point { x: 0, y: 0 }
    } else {
        below(&whole)
    };
    for it in row {
        if at.x > 0 && at.x + WIDTH > width {
            at = Point {
                x: 0,
                y: at.y + LOOP + HEIGHT + GAP,
            };
        }
        let own = Rectangle {
            x: at.x,
            y: at.y + LOOP,
            width: WIDTH,
            height: HEIGHT,
        };
        whole.boxes[it] = own;
        if let Some(line) = itself(it) {
            whole.routes[line] = to_itself(own);
        }
        whole.width = whole.width.max(own.x + own.width);
        whole.height = whole.height.max(own.y + own.height);
        at.x += WIDTH + GAP;
    }
    whole
}

fn below(whole: &Layout) -> Point {
    Point {
        x: 0,
        y: whole.height + BETWEEN,
    }
}
