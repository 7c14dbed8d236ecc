//! Who works with whom, as a picture.

use std::str::FromStr;

use crate::domain::name::InvalidName;
use crate::render::page::Page;
use crate::render::page::Place;
use crate::render::page::place::NetworkPlace;
use crate::server::call::Call;
use crate::server::call::PageView;
use crate::server::problem::Problem;

pub(super) fn get(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let application = named(call, "application")?;
    let depth = match filled_in(call, "depth") {
        // Without an application there is nothing to be near to.
        Some(text) if application.is_some() => {
            let depth = text.parse();
            let wrong = |_| Problem::field("depth", format!("`{text}` is no number of contracts"));
            Some(depth.map_err(wrong)?)
        }
        _ => None,
    };
    let shown = NetworkPlace {
        application,
        depth,
        environment: named(call, "environment")?,
    };
    view.page(&Place::Network(shown))
}

/// Returns what somebody filled in, if it is something.
fn filled_in<'a>(call: &'a Call, field: &str) -> Option<&'a str> {
    call.query.text(field).filter(|text| !text.is_empty())
}

fn named<T: FromStr<Err = InvalidName>>(call: &Call, field: &str) -> Result<Option<T>, Problem> {
    let name = filled_in(call, field).map(str::parse).transpose();
    name.map_err(|error: InvalidName| Problem::field(field, error.to_string()))
}
