//! Questions about applications and versions: what they are, which there are, where they are.
//!
//! What a question reads for sure is fetched in one go before it is asked.

use std::sync::Arc;

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::ask::ask;
use super::fresh::Fresh;
use super::site::Site;
use super::site::SiteError;
use crate::domain::details::PacticipantDetails;
use crate::domain::details::VersionDetails;
use crate::domain::find_version::NotFound;
use crate::domain::find_version::WhichVersion;
use crate::domain::find_version::find_pacticipant;
use crate::domain::find_version::find_version;
use crate::domain::find_version::known_pacticipant;
use crate::domain::label::pacticipants_labelled;
use crate::domain::ledger::Read;
use crate::domain::name::LabelName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pacticipant::Pacticipant;
use crate::domain::pacticipant::pacticipants;
use crate::domain::presence::Presence;
use crate::domain::presence::WantedPresence;
use crate::domain::surroundings::PacticipantSurroundings;
use crate::domain::surroundings::VersionEvidence;
use crate::domain::time::Timestamp;
use crate::domain::version::BranchHead;
use crate::domain::version::Version;
use crate::domain::versions::Heads;
use crate::domain::versions::WantedVersions;
use crate::domain::versions::newest_branches_first;
use crate::domain::versions::newest_first;
use crate::record::path::Branch;
use crate::store::git::Moment;
use crate::store::ledger::StoreLedger;

/// An answer about something that may not exist.
pub type Found<T> = Result<Answer<T>, AskError<NotFound>>;

/// Returns a pacticipant in detail.
///
/// # Errors
///
/// Fails if nobody has mentioned it, or if the store cannot be read, as all that follow.
pub fn pacticipant(
    site: &Site,
    context: &Context,
    name: &PacticipantName,
) -> Found<PacticipantDetails> {
    fetch(site, name)?;
    ask(site, context, &Moment::Now, |ledger, _| {
        find_pacticipant(ledger, name)
    })
}

/// Returns a pacticipant in detail, and what surrounds it.
///
/// # Errors
///
/// See [`pacticipant`].
pub fn pacticipant_in_full(
    site: &Site,
    context: &Context,
    name: &PacticipantName,
) -> Found<(PacticipantDetails, PacticipantSurroundings)> {
    fetch(site, name)?;
    ask(site, context, &Moment::Now, |ledger, _| {
        let details = find_pacticipant(ledger, name)?;
        Ok((details, PacticipantSurroundings::read(ledger, name)?))
    })
}

/// Pacticipants, each with the number of its newest version.
pub type ListedPacticipants = Vec<(Arc<Pacticipant>, Option<VersionNumber>)>;

/// Returns all pacticipants, or those with a label, by name whatever its case.
///
/// # Errors
///
/// See [`pacticipant`].
pub fn all_pacticipants(
    site: &Site,
    context: &Context,
    label: Option<&LabelName>,
) -> Found<ListedPacticipants> {
    site.refresh(&site.branches()?)?;
    ask(site, context, &Moment::Now, |ledger, _| {
        let found = match label {
            Some(label) => pacticipants_labelled(ledger, label)?,
            None => pacticipants(ledger)?,
        };
        let listed = found.into_iter().map(|it| {
            let latest = ledger.latest_version(&it.name)?;
            Ok((it, latest.map(|version| version.number.clone())))
        });
        Ok(listed.collect::<Read<ListedPacticipants>>()?)
    })
}

/// Returns a version in detail.
///
/// # Errors
///
/// See [`pacticipant`].
pub fn version(
    site: &Site,
    context: &Context,
    name: &PacticipantName,
    which: &WhichVersion,
) -> Found<VersionDetails> {
    fetch(site, name)?;
    ask(site, context, &Moment::Now, |ledger, _| {
        find_version(ledger, name, which)
    })
}

/// Returns a version in detail, and how its pacts fare.
///
/// # Errors
///
/// See [`pacticipant`].
pub fn version_in_full(
    site: &Site,
    context: &Context,
    name: &PacticipantName,
    which: &WhichVersion,
) -> Found<(VersionDetails, VersionEvidence)> {
    fetch(site, name)?;
    let snapshot = Fresh::new(site, Moment::Now);
    // Only what is fetched ahead depends on it: what is not found is said below.
    if let Ok(details) = find_version(&StoreLedger::new(&snapshot), name, which) {
        let providers = details.version.pacts.keys().map(Branch::app);
        site.refresh(&providers.collect::<Vec<_>>())?;
    }
    ask(site, context, &Moment::Now, |ledger, _| {
        let details = find_version(ledger, name, which)?;
        let evidence = VersionEvidence::read(ledger, name, &details.version)?;
        Ok((details, evidence))
    })
}

/// Versions of a pacticipant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedVersions {
    /// The versions, newest first.
    pub versions: Vec<Arc<Version>>,
    /// The branches that each is the head of.
    pub heads: Heads,
}

/// Returns the versions of a pacticipant, newest first. Reads them all.
///
/// # Errors
///
/// See [`pacticipant`].
pub fn versions(
    site: &Site,
    context: &Context,
    name: &PacticipantName,
    wanted: &WantedVersions,
) -> Found<ListedVersions> {
    site.refresh(&own(name))?;
    ask(site, context, &Moment::Now, |ledger, _| {
        known_pacticipant(ledger, name)?;
        Ok(ListedVersions {
            versions: newest_first(ledger, name, wanted)?,
            heads: Heads::read(ledger, name)?,
        })
    })
}

/// Returns what of a pacticipant is where, and the versions that are.
///
/// # Errors
///
/// Fails also if there is no such environment.
pub fn presence(
    site: &Site,
    context: &Context,
    name: &PacticipantName,
    wanted: &WantedPresence,
) -> Found<(Presence, ListedVersions)> {
    fetch(site, name)?;
    ask(site, context, &Moment::Now, |ledger, _| {
        known_pacticipant(ledger, name)?;
        let presence = Presence::read(ledger, name, wanted)?;
        let listed = ListedVersions {
            versions: presence.versions(ledger, name)?,
            heads: Heads::read(ledger, name)?,
        };
        Ok((presence, listed))
    })
}

/// Returns the branches of a pacticipant, that which came into use last first, each with when its
/// head was created.
///
/// # Errors
///
/// See [`pacticipant`].
pub fn branches(
    site: &Site,
    context: &Context,
    name: &PacticipantName,
) -> Found<Vec<(BranchHead, Timestamp)>> {
    site.refresh(&own(name))?;
    ask(site, context, &Moment::Now, |ledger, _| {
        known_pacticipant(ledger, name)?;
        let mut branches = Vec::new();
        for head in newest_branches_first(ledger, name)? {
            let version = ledger.version(name, &head.version)?;
            branches.extend(version.map(|version| (head, version.created_at)));
        }
        Ok(branches)
    })
}

/// Returns when a pacticipant got a label; `None` if it does not have it.
///
/// # Errors
///
/// See [`pacticipant`].
pub fn label_given_at(
    site: &Site,
    context: &Context,
    name: &PacticipantName,
    label: &LabelName,
) -> Found<Option<Timestamp>> {
    site.refresh(&own(name))?;
    ask(site, context, &Moment::Now, |ledger, _| {
        Ok(known_pacticipant(ledger, name)?.labels.get(label).copied())
    })
}

/// Returns the branches that tell of a pacticipant itself.
fn own(name: &PacticipantName) -> Vec<Branch> {
    vec![
        Branch::settings(),
        Branch::app(name),
        Branch::contracts(name),
    ]
}

/// Fetches the branches that tell of a pacticipant, and those of all environments.
fn fetch(site: &Site, name: &PacticipantName) -> Result<(), SiteError> {
    let mut branches = site.branches()?;
    branches.retain(Branch::is_environment);
    branches.extend(own(name));
    site.refresh(&branches)
}
