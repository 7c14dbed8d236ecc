//! Old versions leave the tips: first a look at what would go, then one write.

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::ask::ask;
use super::fresh::Fresh;
use super::site::Site;
use super::site::SiteError;
use crate::domain::clean::CannotClean;
use crate::domain::clean::CleanRequest;
use crate::domain::clean::Cleaned;
use crate::domain::clean::clean;
use crate::record::path::Branch;
use crate::record::path::Owner;
use crate::store::Tips;
use crate::store::git::Moment;

/// Returns what a clean-up would come to now; nothing is written.
///
/// The clean-up itself is the intent `Clean`, which decides again on what is there when it is
/// written.
///
/// # Errors
///
/// Fails if a pacticipant that is named does not exist, or if the store cannot be read.
pub fn preview(
    site: &Site,
    context: &Context,
    request: &CleanRequest,
) -> Result<Answer<Cleaned>, AskError<CannotClean>> {
    site.refresh(&branches(site, request)?)?;
    let looking = site.progress.begin("looking for versions to clean");
    ask(site, context, &Moment::Now, |ledger, _| {
        let progress = |done, total| looking.at(done, Some(total));
        clean(ledger, request, &progress).map(|(_, cleaned)| cleaned)
    })
}

/// Returns the branches that a clean-up will read, so that one fetch brings them. Which others a
/// named application has pacts with is known only when it is read.
pub(super) fn branches(site: &Site, request: &CleanRequest) -> Result<Vec<Branch>, SiteError> {
    let mut branches = site.branches()?;
    if !request.pacticipants.is_empty() {
        let named: Vec<_> = request.pacticipants.iter().map(Branch::app).collect();
        branches.retain(|branch| {
            matches!(branch.owner(), Owner::Environment(_)) || named.contains(branch)
        });
    }
    Ok(branches)
}

/// Says whether something was deployed, released or taken down since a clean-up was decided.
///
/// A clean-up does not write to the branches of environments, so no lost race tells it. It may
/// have been decided for a minute; what is left is the time that one push takes.
pub(super) fn is_overtaken(site: &Site, decided_on: &Fresh<'_>) -> Result<bool, SiteError> {
    site.forget_remote();
    let seen = decided_on.tips();
    let mut environments = Tips::new();
    for branch in site.branches()? {
        if !matches!(branch.owner(), Owner::Environment(_)) {
            continue;
        }
        let Some(tip) = seen.get(&branch) else {
            return Ok(true);
        };
        environments.insert(branch, tip.clone());
    }
    Ok(!site.is_one_moment(&environments, false)?)
}
