//! The network as a picture: consumers on the left, providers on the right.
//!
//! It is a document of its own that may also stand in a page: no style sheet, no script, no id, nothing to
//! fetch. Boxes bring their own light ground, and lines have colours that are seen on white and on black,
//! so it fits a page in the light and in the dark. Every box and line may be a link.

mod pieces;
#[cfg(test)]
pub(super) mod tests;

use std::fmt::Write;

use self::pieces::Picture;
use super::headline;
use super::layout::Layout;
use super::layout::layout;
use crate::domain::integration::Integration;
use crate::domain::name::PacticipantName;
use crate::domain::network::BY_URGENCY;
use crate::domain::network::Network;
use crate::domain::pact_status::PactStatus;
use crate::render::html::escaped_for_xml as escaped;

/// The most applications that are drawn: nobody finds anything among more.
pub const MOST_APPLICATIONS: usize = 500;

/// The most contracts that are drawn.
pub const MOST_CONTRACTS: usize = 2_500;

/// The room around everything.
const MARGIN: i32 = 24;

/// How high the explanation of the lines is.
const LEGEND: i32 = 40;

/// Where boxes and lines lead to.
///
/// The addresses are escaped here; that they are of a scheme that does no harm is for who gives them.
#[derive(Clone, Copy)]
pub struct NetworkLinks<'a> {
    /// Returns the address of an application, if it has one.
    pub application: &'a dyn Fn(&PacticipantName) -> Option<String>,
    /// Returns the address of a contract, if it has one.
    pub contract: &'a dyn Fn(&Integration) -> Option<String>,
}

impl NetworkLinks<'_> {
    /// No links.
    pub const NONE: NetworkLinks<'static> = NetworkLinks {
        application: &|_| None,
        contract: &|_| None,
    };
}

/// The network is too large to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{applications} applications and {contracts} contracts are too many for one picture, which shows at \
     most {MOST_APPLICATIONS} and {MOST_CONTRACTS}"
)]
pub struct TooLarge {
    /// How many applications there are.
    pub applications: usize,
    /// How many contracts there are.
    pub contracts: usize,
}

/// Draws the network as an SVG document, with a final newline. Same network and links, same bytes.
///
/// # Errors
///
/// Fails if there is more than a picture can show.
///
/// # Panics
///
/// Never: a text can always be written to.
pub fn svg(network: &Network, links: &NetworkLinks<'_>) -> Result<String, TooLarge> {
    let (applications, contracts) = (network.applications.len(), network.contracts.len());
    if applications > MOST_APPLICATIONS || contracts > MOST_CONTRACTS {
        return Err(TooLarge {
            applications,
            contracts,
        });
    }
    let edges = network.edges();
    let Layout {
        width,
        height,
        boxes,
        routes,
    } = layout(applications, &edges);
    let legend = pieces::legend_width(network);
    let width = width.max(legend) + 2 * MARGIN;
    let whole = height + LEGEND + 2 * MARGIN;
    let title = escaped(&format!("Network: {}", headline(network)));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{whole}\" \
         viewBox=\"0 0 {width} {whole}\" role=\"group\" aria-label=\"{title}\" \
         font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\"><title>{title}</title>\n\
         <g transform=\"translate({MARGIN} {MARGIN})\">\n"
    );
    let mut picture = Picture::new(&mut svg, network, links);
    // What needs somebody to look is drawn last, above what is well.
    for status in BY_URGENCY.into_iter().rev() {
        for (contract, (route, edge)) in network.contracts.iter().zip(routes.iter().zip(&edges)) {
            if contract.status == status {
                let own = &boxes[edge.0];
                picture.line(contract, route, edge.0 == edge.1, own);
            }
        }
    }
    for (application, it) in network.applications.iter().zip(&boxes) {
        picture.application(application, network.environment.is_some(), *it);
    }
    picture.legend(network, height + MARGIN);
    writeln!(svg, "</g></svg>").expect("a text can be written to");
    Ok(svg)
}

/// Returns the pattern of a line, as SVG has it; a line without one is whole.
fn pattern(status: PactStatus) -> Option<&'static str> {
    match status {
        PactStatus::Success | PactStatus::Failed => None,
        PactStatus::Stale => Some("10 4"),
        PactStatus::FailedPending => Some("10 3 2 3"),
        PactStatus::Never => Some("2 4"),
    }
}
