//! What random facts leave behind is well: every file is a record in its place, and they fit together.

use git_pact::app::doctor::Ailment;
use git_pact::app::doctor::ailments;
use git_pact::domain::checkup::Problem;
use git_pact::record::stored::Unsound;
use git_pact::store::Snapshot;

/// Fails if anything is wrong in a snapshot.
pub(super) fn assert_sound(snapshot: &dyn Snapshot) {
    let ailing = ailments(snapshot).unwrap();
    let ailing: Vec<_> = ailing.into_iter().filter(is_of_the_store).collect();
    assert!(ailing.is_empty(), "{ailing:#?}");
}

/// Leaves out what these facts make up: ids of contents, and places of versions that nobody recorded.
fn is_of_the_store(ailment: &Ailment) -> bool {
    match ailment {
        Ailment::File { why, .. } => !matches!(why, Unsound::OtherContent { .. }),
        Ailment::Misfit { finding, .. } => !matches!(
            finding.problem,
            Problem::NoContent { .. }
                | Problem::Contract { .. }
                | Problem::Dangling { .. }
                | Problem::NoEnvironment(_)
        ),
        Ailment::Unread { .. } | Ailment::Unchecked { .. } => true,
    }
}
