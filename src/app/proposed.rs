//! What consumers propose, as a build of the provider has yet to verify it.

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::ask::ask;
use super::environments;
use super::pull::CannotPull;
use super::pull::SelectedContent;
use super::pull::fetch_ahead;
use super::pull::with_bytes;
use super::site::Site;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pacts_for_verification::CannotSelect;
use crate::domain::pacts_for_verification::ProviderBuild;
use crate::domain::pacts_for_verification::Request;
use crate::domain::pacts_for_verification::pacts_for_verification;
use crate::domain::verification_results::result_of_version;
use crate::store::git::Moment;

/// Returns the contracts that are proposed to a provider, but for what it verifies anyway and what this version
/// honours already; none if the branch is not its main branch.
///
/// # Errors
///
/// Fails if the provider is not known, or if the store cannot be read.
pub fn proposed(
    site: &Site,
    context: &Context,
    provider: &PacticipantName,
    branch: &BranchName,
    version: &VersionNumber,
) -> Result<Answer<Vec<SelectedContent>>, AskError<CannotPull>> {
    let moment = Moment::Now;
    fetch_ahead(site, &moment, provider, environments::branches(site)?)?;
    let request = Request {
        provider: provider.clone(),
        build: ProviderBuild::OnBranch(branch.clone()),
        include_pending: true,
        include_wip_since: None,
        include_proposed: true,
        selectors: Vec::new(),
    };
    ask(site, context, &moment, |ledger, rules| {
        let selected = pacts_for_verification(ledger, &request, rules)?;
        let mut proposed = Vec::new();
        for pact in selected.into_iter().filter(|pact| pact.wip) {
            let newest =
                result_of_version(ledger, provider, version, &pact.consumer, &pact.content);
            let newest = newest.map_err(CannotSelect::from)?;
            if !newest.is_some_and(|it| it.result.success) {
                proposed.push(with_bytes(ledger, provider, pact)?);
            }
        }
        Ok(proposed)
    })
}
