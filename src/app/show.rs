//! The pact between two, as somebody asks for it.

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::ask::ask;
use super::site::Site;
use super::site::SiteError;
use crate::domain::find_pact::FoundPact;
use crate::domain::find_pact::NoSuchPact;
use crate::domain::find_pact::WhichPact;
use crate::domain::find_pact::find_newest;
use crate::domain::name::PacticipantName;
use crate::domain::pact::Pact;
use crate::domain::pacts::Pair;
use crate::record::path::Branch;
use crate::store::git::Moment;

/// Returns the pact between two that is meant, and what it says, as of a moment.
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
) -> Result<Answer<(FoundPact, Pact)>, AskError<NoSuchPact>> {
    fetch_ahead(site, moment, (consumer, provider), &[which])?;
    ask(site, context, moment, |ledger, _| {
        let pair = Pair {
            ledger,
            consumer,
            provider,
        };
        let found = find_newest(&pair, which)?;
        let pact = pair.stored(&found.publication.content)?;
        Ok((found, pact))
    })
}

/// Fetches in one round trip what questions about pacts between a consumer and a provider will read.
pub(super) fn fetch_ahead(
    site: &Site,
    moment: &Moment,
    (consumer, provider): (&PacticipantName, &PacticipantName),
    wanted: &[&WhichPact],
) -> Result<(), SiteError> {
    let mut branches = vec![
        Branch::settings(),
        Branch::app(consumer),
        Branch::app(provider),
        Branch::contracts(provider),
    ];
    for which in wanted {
        if let WhichPact::Environment { name, .. } = which {
            branches.push(Branch::environment(name));
        }
    }
    match moment {
        Moment::Now => site.refresh(&branches),
        Moment::At(_) => site.deepen(&branches),
        // Commits are fetched one by one, and only those that are not here.
        Moment::Tips(_) => Ok(()),
    }
}
