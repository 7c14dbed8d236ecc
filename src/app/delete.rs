//! A look at what a deletion would come to. The deletion itself is the intent `Delete`, which
//! decides again on what is there when it is written.

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::ask::ask;
use super::site::Site;
use super::write::needs;
use crate::domain::deletion::Deletion;
use crate::domain::deletion::DeletionRefusal;
use crate::domain::deletion::going::Going;
use crate::domain::deletion::going::going;
use crate::domain::intent::Intent;
use crate::store::git::Moment;

/// Returns what would go along with what is to be deleted; nothing is written.
///
/// # Errors
///
/// Refuses what the deletion itself would refuse now, or fails if the store cannot be read.
pub fn preview(
    site: &Site,
    context: &Context,
    deletion: &Deletion,
) -> Result<Answer<Going>, AskError<DeletionRefusal>> {
    site.refresh(&needs(site, &Intent::Delete(deletion.clone()))?)?;
    ask(site, context, &Moment::Now, |ledger, rules| {
        going(ledger, deletion, rules)
    })
}
