//! Tagging a version that has to be there already.

use super::Context;
use super::site::Site;
use super::write::Draft;
use super::write::Request;
use super::write::WriteError;
use super::write::Written;
use super::write::needs;
use super::write::write_all;
use crate::domain::fact::VersionFact;
use crate::domain::intent::Intent;
use crate::domain::intent::Refusal;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Unreadable;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;

/// A version cannot be tagged.
#[derive(Debug, thiserror::Error)]
pub enum CannotTag {
    /// There is no such version. The text is that of the `pact-broker` command line (spec: cli
    /// §4.18).
    #[error("Could not create tag. Version {version} of {pacticipant} does not exist.")]
    NoSuchVersion {
        /// Whose version it was to be.
        pacticipant: PacticipantName,
        /// The version asked for.
        version: VersionNumber,
    },
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<Refusal> for CannotTag {
    fn from(refusal: Refusal) -> Self {
        Self::Write(refusal.into())
    }
}

impl From<Unreadable> for CannotTag {
    fn from(unreadable: Unreadable) -> Self {
        Self::Write(unreadable.into())
    }
}

/// Records what is said of a version if that version exists. Whether it does is decided on the
/// state that is written to; of one that was never fetched nobody knows.
///
/// # Errors
///
/// Refuses a version that does not exist; then nothing was recorded.
pub fn tag_version(
    site: &mut Site,
    context: &Context,
    fact: &VersionFact,
) -> Result<Written, CannotTag> {
    let intent = Intent::DescribeVersion(fact.clone());
    let needed = needs(site, &intent).map_err(WriteError::from)?;
    site.refresh(&needed).map_err(WriteError::from)?;
    let request: Request<'_, _, CannotTag> = Box::new(move |draft: &mut Draft<'_>| {
        let known = draft.ledger().version(&fact.pacticipant, &fact.number)?;
        if known.is_none() {
            return Err(CannotTag::NoSuchVersion {
                pacticipant: fact.pacticipant.clone(),
                version: fact.number.clone(),
            });
        }
        Ok(draft.put(intent.clone())?)
    });
    let written = write_all(site, context, &[request])?;
    let outcomes = written.outcomes.into_iter().collect::<Result<_, _>>()?;
    Ok(Written {
        outcomes,
        recorded: written.recorded,
        state: written.state,
        sent: written.sent,
        refused: written.refused,
    })
}
