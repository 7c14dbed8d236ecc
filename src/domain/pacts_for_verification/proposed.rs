//! What consumers [propose](super::super::proposals), as work in progress of a build of the provider's main branch.
//!
//! The broker starts a build for such a content by a webhook, with the URL of that one pact. Here the build that
//! comes finds it among what it has to verify, whatever started it. Unlike other work in progress it is asked about again and again,
//! also if an earlier version has honoured it: a result is that of one version, and `can-i-merge` asks for the head.

use std::collections::BTreeSet;

use super::super::content::ContentId;
use super::super::ledger::Read;
use super::super::name::PacticipantName;
use super::super::proposals::are_for;
use super::super::proposals::proposals;
use super::pending::ProviderBuild;
use super::select::Search;
use super::select::on_branch;
use super::wip::InProgress;

/// Returns what is proposed to a build and not known as something that it verifies anyway, oldest version first.
pub(super) fn proposed(
    search: &Search<'_>,
    build: &ProviderBuild,
    known: &BTreeSet<(PacticipantName, ContentId)>,
) -> Read<Vec<InProgress>> {
    let Some(branch) = build.branch() else {
        return Ok(Vec::new());
    };
    if !are_for(search.ledger, search.provider, branch)? {
        return Ok(Vec::new());
    }
    let mut proposed = Vec::new();
    for consumer in &search.consumers {
        for proposal in proposals(search.ledger, search.provider, consumer)? {
            if !known.contains(&(proposal.consumer, proposal.content)) {
                let reason = on_branch(&proposal.branch);
                let found = search.found(None, consumer, reason, Some(proposal.version));
                proposed.extend(found.map(|found| InProgress { found, tag: None }));
            }
        }
    }
    proposed.sort_by_key(|it| it.found.version.seq);
    Ok(proposed)
}
