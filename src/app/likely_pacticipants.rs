//! Which applications somebody may have meant who named one that is not there.

use super::site::Site;
use crate::domain::likely_name::likely_names;
use crate::domain::name::PacticipantName;
use crate::record::path::Owner;

/// Returns the applications whose names are like the one that was written, the likeliest first; none
/// if there is one of just this name.
///
/// The names of branches are all that is looked at, so nothing is fetched. What they do not tell is left
/// out: a hint is not worth a failure.
#[must_use]
pub fn likely_pacticipants(site: &Site, written: &PacticipantName) -> Vec<PacticipantName> {
    let branches = site.branches().unwrap_or_default();
    let names = branches.iter().filter_map(|branch| match branch.owner() {
        Owner::App(segment) => segment.name()?.parse().ok(),
        _ => None,
    });
    let names: Vec<PacticipantName> = names.collect();
    if names.contains(written) {
        return Vec::new();
    }
    let likely = likely_names(written.as_str(), &names);
    likely.into_iter().cloned().collect()
}
