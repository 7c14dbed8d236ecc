//! What happened.

use super::part;
use crate::app::log::log;
use crate::domain::history::Subject;
use crate::render::page;
use crate::render::page::Page;
use crate::render::page::history::FARTHEST;
use crate::render::page::history::PART;
use crate::server::call::Call;
use crate::server::call::PageView;
use crate::server::problem::Problem;
use crate::server::rack_query::Query;

pub(super) fn get(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let subject = subject(&call.query)?;
    let part = part(&call.query).clamp(1, FARTHEST);
    // One more tells whether there is another part.
    let limit = Some(part * PART + 1);
    let found = log(view.site, view.context, &subject, view.moment, limit)?;
    Ok(page::history::page(&subject, part, &found, view.links))
}

/// Returns whose history is asked for: everybody's, if nobody is named.
fn subject(query: &Query) -> Result<Subject, Problem> {
    let [application, environment, consumer, provider] =
        ["application", "environment", "consumer", "provider"].map(|name| query.text(name));
    Ok(match (application, environment, consumer, provider) {
        (Some(name), ..) => Subject::Pacticipant(named(name)?),
        (_, Some(name), ..) => Subject::Environment(named(name)?),
        (.., Some(consumer), Some(provider)) => Subject::Integration {
            consumer: named(consumer)?,
            provider: named(provider)?,
        },
        _ => Subject::Store,
    })
}

fn named<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}
