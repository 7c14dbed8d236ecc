//! The pact between two, as somebody asks for it.

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::ask::ask;
use super::site::Site;
use crate::domain::find_pact::FoundPact;
use crate::domain::find_pact::PactNotFound;
use crate::domain::find_pact::WhichPact;
use crate::domain::find_pact::find_pact;
use crate::domain::name::PacticipantName;
use crate::record::path::Branch;
use crate::store::git::Moment;

/// Returns the pact between two that is meant, as of a moment.
///
/// # Errors
///
/// Fails if there is none, or if the store cannot be read.
pub fn pact(
    site: &Site,
    context: &Context,
    moment: &Moment,
    consumer: &PacticipantName,
    provider: &PacticipantName,
    which: &WhichPact,
) -> Result<Answer<FoundPact>, AskError<PactNotFound>> {
    let mut branches = vec![
        Branch::settings(),
        Branch::app(consumer),
        Branch::app(provider),
        Branch::contracts(provider),
    ];
    if let WhichPact::Environment(name) = which {
        branches.push(Branch::environment(name));
    }
    match moment {
        Moment::Now => site.refresh(&branches)?,
        Moment::At(_) => site.deepen(&branches)?,
        // Commits are fetched one by one, and only those that are not here.
        Moment::Tips(_) => {}
    }
    ask(site, context, moment, |ledger, _| {
        find_pact(ledger, consumer, provider, which)
    })
}
