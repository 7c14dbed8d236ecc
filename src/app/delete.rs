//! Taking something back, and a look at what that would come to.
//!
//! That it is not there is no error here: some who delete want to hear of it, others only want it
//! gone.

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::ask::ask;
use super::site::Site;
use super::write::WriteError;
use super::write::Written;
use super::write::needs;
use super::write::write;
use crate::domain::deletion::DeletionRefusal;
use crate::domain::deletion::going::Going;
use crate::domain::deletion::going::going;
use crate::domain::intent::Intent;
use crate::domain::intent::Refusal;
use crate::domain::label::unlabelled;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Unreadable;
use crate::domain::rules::Rules;
use crate::store::git::Moment;

/// Returns what would go along with what an intent takes back; `None` if that is not there.
///
/// Nothing is written. Of an intent that takes nothing back nothing is told.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn preview(
    site: &Site,
    context: &Context,
    intent: &Intent,
) -> Result<Answer<Option<Going>>, AskError<Unreadable>> {
    site.refresh(&needs(site, intent)?)?;
    ask(site, context, &Moment::Now, |ledger, rules| {
        look(ledger, rules, intent)
    })
}

fn look(ledger: &dyn Ledger, rules: Rules, intent: &Intent) -> Result<Option<Going>, Unreadable> {
    match intent {
        Intent::Delete(deletion) => match going(ledger, deletion, rules) {
            Ok(going) => Ok(Some(going)),
            Err(DeletionRefusal::Unreadable(unreadable)) => Err(unreadable),
            Err(_) => Ok(None),
        },
        Intent::RemoveLabel(asked) => {
            let without = unlabelled(ledger, asked)?;
            Ok(without.map(|_| Going::default()))
        }
        _ => Ok(None),
    }
}

/// Takes something back, by an intent that does so; `None` if it is not there.
///
/// # Errors
///
/// Fails if it could not be written.
pub fn delete(
    site: &mut Site,
    context: &Context,
    intent: Intent,
) -> Result<Option<Written>, WriteError> {
    match write(site, context, &[intent]) {
        Ok(written) if written.recorded.is_empty() => Ok(None),
        Ok(written) => Ok(Some(written)),
        Err(WriteError::Refused(Refusal::Deletion(_))) => Ok(None),
        Err(error) => Err(error),
    }
}
