//! What a decision will read, so that one fetch brings it.

use crate::app::clean;
use crate::app::environments;
use crate::app::site::Site;
use crate::app::site::SiteError;
use crate::domain::deletion::Deletion;
use crate::domain::intent::Intent;
use crate::record::path::Branch;

/// Returns the branches that deciding an intent will read, so that one fetch brings them.
pub(in crate::app) fn needs(site: &Site, intent: &Intent) -> Result<Vec<Branch>, SiteError> {
    let mut branches = vec![Branch::settings()];
    match intent {
        Intent::Publish(request) => {
            for contract in &request.contracts {
                branches.push(Branch::app(&contract.consumer));
                branches.push(Branch::app(&contract.provider));
                branches.push(Branch::contracts(&contract.provider));
            }
        }
        Intent::RecordVerification(report) => {
            branches.push(Branch::app(&report.provider));
            let consumers = report
                .results
                .iter()
                .map(|result| Branch::app(&result.consumer));
            branches.extend(consumers);
        }
        Intent::DescribePacticipant(update) | Intent::CreatePacticipant(update) => {
            branches.push(Branch::app(&update.name));
            // A provider that only its consumers know is no new one.
            branches.push(Branch::contracts(&update.name));
        }
        Intent::AddLabel(asked) | Intent::RemoveLabel(asked) => {
            branches.push(Branch::app(&asked.pacticipant));
        }
        Intent::DescribeVersion(fact) | Intent::OverwriteVersion(fact) => {
            branches.push(Branch::app(&fact.pacticipant));
        }
        Intent::MentionVersion(mention) => branches.push(Branch::app(&mention.pacticipant)),
        Intent::CreateEnvironment(fact) => branches.push(Branch::environment(&fact.name)),
        Intent::UpdateEnvironment(_) | Intent::DeleteEnvironment(_) => {
            branches.extend(environments::branches(site)?);
        }
        Intent::Delete(deletion) => branches.extend(needs_of_deletion(site, deletion)?),
        Intent::RecordDeployment(fact) => {
            branches.push(Branch::environment(&fact.environment));
            branches.push(Branch::app(&fact.pacticipant));
        }
        Intent::RecordRelease(fact) => {
            branches.push(Branch::environment(&fact.environment));
            branches.push(Branch::app(&fact.pacticipant));
        }
        Intent::RecordUndeployment(asked) => {
            branches.push(Branch::environment(&asked.environment));
        }
        Intent::RecordSupportEnded(asked) => {
            branches.push(Branch::environment(&asked.environment));
        }
        Intent::Clean(request) => branches.extend(clean::branches(site, request)?),
        Intent::SaveWebhook(_)
        | Intent::DeleteWebhook(_)
        | Intent::AllowSigner(..)
        | Intent::RemoveSigner(..)
        | Intent::SetRules(_)
        | Intent::ChangePolicy(_) => {}
    }
    Ok(branches)
}

fn needs_of_deletion(site: &Site, deletion: &Deletion) -> Result<Vec<Branch>, SiteError> {
    Ok(match deletion {
        Deletion::Version { pacticipant, .. } => {
            let mut branches = environments::branches(site)?;
            branches.push(Branch::app(pacticipant));
            branches
        }
        Deletion::Tag { pacticipant, .. } | Deletion::BranchVersion { pacticipant, .. } => {
            vec![Branch::app(pacticipant)]
        }
        Deletion::Pact { integration, .. }
        | Deletion::Pacts { integration, .. }
        | Deletion::Result { integration, .. } => vec![
            Branch::app(&integration.consumer),
            Branch::app(&integration.provider),
            Branch::contracts(&integration.provider),
        ],
        // Whoever has to do with them is known only when all is read.
        Deletion::Branch { .. }
        | Deletion::OtherBranches { .. }
        | Deletion::Integration(_)
        | Deletion::Integrations
        | Deletion::Pacticipant(_) => site.branches()?,
    })
}
