//! What a picture is made of: boxes, lines with arrows and marks, and the explanation of them.

use std::fmt::Write;

use super::NetworkLinks;
use super::pattern;
use crate::domain::network::Application;
use crate::domain::network::Contract;
use crate::domain::network::Network;
use crate::domain::pact_status::PactStatus;
use crate::render::badge::width::width;
use crate::render::html::escaped_for_xml as escaped;
use crate::render::network::colour;
use crate::render::network::joined;
use crate::render::network::layout::LOOP;
use crate::render::network::layout::Point;
use crate::render::network::layout::Rectangle;
use crate::render::network::sentence;
use crate::render::network::state;

/// The ground of a box.
const GROUND: &str = "#f6f8fa";

/// The text on it.
const INK: &str = "#1f2328";

/// The edge of a box.
const EDGE: &str = "#848d97";

/// The edge of a box around which the network is.
const FOCUS: &str = "#2f81f7";

/// How much of a box no text reaches, left and right.
const PADDING: i32 = 10;

/// How far before the end of a line its arrow begins.
const ARROW: i32 = 7;

/// How large a mark is, from its middle.
const MARK: i32 = 7;

/// How many contracts make a crowd.
const CROWDED: usize = 100;

/// Why a text can be written.
const WRITTEN: &str = "a text can be written to";

/// A picture that is being drawn.
pub(super) struct Picture<'a> {
    svg: &'a mut String,
    links: &'a NetworkLinks<'a>,
    /// Where marks are.
    marks: Vec<Point>,
    /// How strong a line is that is well: among many, it stands back.
    strength: &'static str,
}

impl<'a> Picture<'a> {
    pub(super) fn new(svg: &'a mut String, network: &Network, links: &'a NetworkLinks<'a>) -> Self {
        let is_crowded = network.contracts.len() > CROWDED;
        Self {
            svg,
            links,
            marks: Vec::new(),
            strength: if is_crowded {
                " stroke-opacity=\".7\""
            } else {
                ""
            },
        }
    }

    fn add(&mut self, text: std::fmt::Arguments<'_>) {
        self.svg.write_fmt(text).expect(WRITTEN);
    }

    /// Draws something that says what it is and may be a link.
    fn linked(
        &mut self,
        class: &str,
        href: Option<String>,
        says: &str,
        draw: impl FnOnce(&mut Self),
    ) {
        let says = escaped(says);
        // A link is called by its title; a label beside it would have to be what is seen, which is shortened.
        let (tag, attributes) = match href {
            Some(href) => ("a", format!("href=\"{}\"", escaped(&href))),
            None => ("g", format!("role=\"img\" aria-label=\"{says}\"")),
        };
        self.add(format_args!(
            "<{tag} {attributes} class=\"{class}\"><title>{says}</title>"
        ));
        draw(self);
        self.add(format_args!("</{tag}>\n"));
    }

    /// Draws a contract along its route.
    pub(super) fn line(
        &mut self,
        contract: &Contract,
        route: &[Point],
        is_loop: bool,
        own: &Rectangle,
    ) {
        let href = (self.links.contract)(&contract.integration);
        let status = contract.status;
        let class = format!("network-contract {}", status.as_str());
        let (path, places, tip) = if is_loop {
            around(route, own)
        } else {
            along(route)
        };
        let mark = self.free(&places);
        self.linked(&class, href, &sentence(contract), |picture| {
            // A line is hard to hit: around it is something that is not seen.
            picture.add(format_args!(
                "<path d=\"{path}\" fill=\"none\" stroke=\"#000\" stroke-opacity=\"0\" stroke-width=\"11\"/>"
            ));
            picture.stroke(&path, status);
            picture.add(format_args!("<path d=\"{tip}\" fill=\"{}\"/>", colour(status)));
            if status != PactStatus::Success {
                picture.marks.push(mark);
                picture.mark(mark, status);
            }
        });
    }

    /// Returns the first place that no mark has taken; if there is none, the first.
    fn free(&self, places: &[Point]) -> Point {
        let is_free = |place: &&Point| {
            let mut marks = self.marks.iter();
            marks.all(|it| (it.x - place.x).abs().max((it.y - place.y).abs()) > 2 * MARK)
        };
        let free = places.iter().find(is_free).or(places.first());
        free.copied().unwrap_or(Point { x: 0, y: 0 })
    }

    fn stroke(&mut self, path: &str, status: PactStatus) {
        let (width, strength) = match status {
            PactStatus::Success => ("1.4", self.strength),
            _ => ("2", ""),
        };
        let pattern = pattern(status);
        let pattern = pattern.map_or(String::new(), |it| format!(" stroke-dasharray=\"{it}\""));
        self.add(format_args!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\"{strength}{pattern}/>",
            colour(status)
        ));
    }

    /// Draws the mark of a status; what is verified is the rule and has none.
    fn mark(&mut self, Point { x, y }: Point, status: PactStatus) {
        let sign = match status {
            PactStatus::Success => return,
            PactStatus::Failed => "M-3-3L3 3M3-3L-3 3",
            PactStatus::FailedPending => "M-3-3L3 3",
            PactStatus::Stale => "M0-4.2L4 3H-4z",
            PactStatus::Never => "M-2-1.6C-2-4.4 2.6-4.4 2.2-1.4C2-.2 0 0 0 1.2M0 3V4",
        };
        self.add(format_args!(
            "<g transform=\"translate({x} {y})\"><circle r=\"{MARK}\" fill=\"{}\"/>\
             <path d=\"{sign}\" fill=\"none\" stroke=\"#fff\" stroke-width=\"1.6\" stroke-linecap=\"round\"/></g>",
            colour(status)
        ));
    }

    /// Draws an application in its box.
    pub(super) fn application(
        &mut self,
        application: &Application,
        in_environment: bool,
        it: Rectangle,
    ) {
        let href = (self.links.application)(&application.name);
        let below = match application.versions.as_slice() {
            _ if !in_environment => None,
            _ if !application.is_here => Some("not here".to_owned()),
            [] => None,
            versions => Some(joined(versions)),
        };
        let says = match &below {
            Some(below) => format!("{} ({below})", application.name),
            None => application.name.to_string(),
        };
        let (edge, thick) = if application.is_asked_for {
            (FOCUS, "3")
        } else {
            (EDGE, "1")
        };
        let dashed = if application.is_here {
            ""
        } else {
            " stroke-dasharray=\"5 3\""
        };
        let Rectangle {
            x,
            y,
            width,
            height,
        } = it;
        let (middle, centre) = (x + width / 2, y + height / 2);
        let room = width - 2 * PADDING;
        self.linked("network-application", href, &says, |picture| {
            picture.add(format_args!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"{GROUND}\" \
                 stroke=\"{edge}\" stroke-width=\"{thick}\"{dashed}/>"
            ));
            let name = application.name.as_str();
            let up = if below.is_some() { 3 } else { -4 };
            picture.text(name, room, Point { x: middle, y: centre - up }, "bold");
            if let Some(below) = &below {
                let y = centre + 11;
                picture.text(below, room, Point { x: middle, y }, "normal");
            }
        });
    }

    /// Writes a text around a point, shortened if it is too wide.
    fn text(&mut self, text: &str, room: i32, Point { x, y }: Point, weight: &str) {
        let text = escaped(&shortened(text, room));
        self.add(format_args!(
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" font-weight=\"{weight}\" fill=\"{INK}\">{text}</text>"
        ));
    }

    /// Explains the lines that there are.
    pub(super) fn legend(&mut self, network: &Network, top: i32) {
        if network.contracts.is_empty() {
            return;
        }
        let whole = legend_width(network);
        let says = escaped(&format!("States: {}", joined(&legend(network))));
        self.add(format_args!(
            "<g class=\"network-legend\" role=\"img\" aria-label=\"{says}\" transform=\"translate(0 {top})\">\
             <rect width=\"{whole}\" height=\"26\" rx=\"6\" fill=\"{GROUND}\" stroke=\"{EDGE}\"/>"
        ));
        let mut x = PADDING;
        for ((status, _), words) in network.counts().into_iter().zip(legend(network)) {
            self.stroke(&format!("M{x} 13h36"), status);
            self.mark(Point { x: x + 18, y: 13 }, status);
            let words = escaped(&words);
            self.add(format_args!(
                "<text x=\"{}\" y=\"17\" fill=\"{INK}\">{words}</text>",
                x + 42
            ));
            x += 42 + pixels(&words) + 2 * PADDING;
        }
        self.svg.push_str("</g>\n");
    }
}

fn legend(network: &Network) -> Vec<String> {
    let counts = network.counts();
    let counts = counts.iter();
    counts
        .map(|(status, count)| format!("{} {count}", state(*status)))
        .collect()
}

/// Returns how wide the explanation of the lines is.
pub(super) fn legend_width(network: &Network) -> i32 {
    let words = legend(network);
    words
        .iter()
        .map(|words| 42 + pixels(words) + 2 * PADDING)
        .sum()
}

fn pixels(text: &str) -> i32 {
    i32::try_from(width(text)).unwrap_or(i32::MAX)
}

/// Returns a text, or as much of its beginning and end as fits into some pixels.
fn shortened(text: &str, room: i32) -> String {
    // Bold letters are wider by about a tenth.
    let fits = |text: &str| pixels(text) * 11 <= room * 10;
    if fits(text) {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let cut = |kept: usize| {
        let end = kept * 2 / 5;
        let (head, tail) = (&chars[..kept - end], &chars[chars.len() - end..]);
        let (head, tail): (String, String) = (head.iter().collect(), tail.iter().collect());
        format!("{head}…{tail}")
    };
    let longest = (1..chars.len()).rev().map(cut).find(|text| fits(text));
    longest.unwrap_or_else(|| "…".to_owned())
}

/// Returns the path of a route, the places where its mark may be, the best first, and the arrow at its end.
fn along(route: &[Point]) -> (String, Vec<Point>, String) {
    let mut path = String::new();
    if let Some(first) = route.first() {
        write!(path, "M{} {}", first.x, first.y).expect(WRITTEN);
    }
    for pair in route.windows(2) {
        let [from, to] = [pair[0], pair[1]];
        let middle = i32::midpoint(from.x, to.x);
        if from.y == to.y {
            write!(path, "H{}", to.x).expect(WRITTEN);
        } else {
            let Point { x, y } = to;
            write!(path, "C{middle} {} {middle} {y} {x} {y}", from.y).expect(WRITTEN);
        }
    }
    // The middle between two columns, then before it and behind it; never beside a box.
    let across: Vec<_> = route.chunks_exact(2).collect();
    let places = [4, 3, 5, 2, 6].into_iter();
    let places = places.flat_map(|eighth| across.iter().map(move |pair| on_curve(pair, eighth)));
    let tip = match route {
        [.., before, end] => {
            let back = if end.x > before.x { -ARROW } else { ARROW };
            format!("M{} {}l{back}-3.5v7z", end.x, end.y)
        }
        _ => String::new(),
    };
    (path, places.collect(), tip)
}

/// Returns a point of the curve between two points, so many eighths of the way.
fn on_curve(pair: &[Point], eighths: i32) -> Point {
    let (from, to) = (pair[0], pair[pair.len() - 1]);
    let (done, left) = (eighths, 8 - eighths);
    // What a cubic curve comes to whose two middle points stand halfway, level with its ends.
    let cube = done * done * done;
    let (right, down) = (cube + 12 * left * done, cube + 3 * left * done * done);
    Point {
        x: from.x + (to.x - from.x) * right / 512,
        y: from.y + (to.y - from.y) * down / 512,
    }
}

/// The same of a line from a box to itself.
fn around(route: &[Point], own: &Rectangle) -> (String, Vec<Point>, String) {
    let [leave, enter] = [route[0], route[route.len() - 1]];
    let top = own.y - LOOP;
    let path = format!("M{} {}V{top}H{}V{}", leave.x, leave.y, enter.x, enter.y);
    let mark = Point {
        x: leave.x - MARK,
        y: top + MARK,
    };
    let tip = format!("M{} {}l-3.5-{ARROW}h7z", enter.x, enter.y);
    (path, vec![mark], tip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_too_wide_keeps_its_beginning_and_its_end() {
        assert_eq!(shortened("Order Service", 170), "Order Service");
        let long = "payments-reconciliation-service-for-europe";
        let short = shortened(long, 170);
        assert!(
            short.starts_with("payments-") && short.ends_with("urope"),
            "{short}"
        );
        assert!(pixels(&short) <= 170, "{short}");
        assert_eq!(shortened("W", 3), "…");
        assert!(shortened(&"字".repeat(200), 170).chars().count() < 20);
    }

    #[test]
    fn an_arrow_points_to_where_its_line_ends() {
        let route =
            |from: (i32, i32), to: (i32, i32)| [from, to].map(|(x, y)| Point { x, y }).to_vec();
        let (path, marks, tip) = along(&route((0, 0), (100, 40)));
        assert_eq!(path, "M0 0C50 0 50 40 100 40");
        let marks: Vec<_> = marks.iter().map(|it| (it.x, it.y)).collect();
        assert_eq!(marks, [(50, 20), (40, 12), (59, 27), (29, 6), (70, 33)]);
        assert_eq!(tip, "M100 40l-7-3.5v7z");
        let (path, _, tip) = along(&route((100, 7), (0, 7)));
        assert_eq!((path.as_str(), tip.as_str()), ("M100 7H0", "M0 7l7-3.5v7z"));
    }
}
