//! Which verifications are owed, at a moment.

use super::Context;
use super::ask::ask;
use super::describe::Found;
use super::site::Site;
use crate::domain::owed;
use crate::domain::owed::Owed;
use crate::domain::owed::WantedOwed;
use crate::store::git::Moment;

/// Returns the verifications that are owed, the oldest first.
///
/// # Errors
///
/// Fails if it asks for what is not there, or if the store cannot be read.
pub fn owed(
    site: &Site,
    context: &Context,
    moment: &Moment,
    wanted: &WantedOwed,
) -> Found<Vec<Owed>> {
    // In one go: it depends on what is read which branches are needed.
    match moment {
        Moment::Now => site.refresh(&site.branches()?)?,
        Moment::At(_) | Moment::Tips(_) => site.deepen(&site.branches()?)?,
    }
    ask(site, context, moment, |ledger, _| {
        owed::owed(ledger, wanted)
    })
}
