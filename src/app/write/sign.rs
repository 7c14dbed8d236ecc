//! Signed writes: a commit that was built gives way to the same one with a signature.
//!
//! Nobody has seen either of them, so where git cannot sign, nothing is written. A write that is decided
//! again is signed again.

use super::WriteError;
use super::object_id;
use crate::app::site::Site;
use crate::remote::Git;
use crate::remote::Unsigned;
use crate::store::Advance;
use crate::store::Note;
use crate::store::Revision;

/// Returns the same moves, to signed commits.
pub(super) fn signed(
    site: &Site,
    git: &Git,
    advances: Vec<Advance>,
    note: &Note,
) -> Result<Vec<Advance>, WriteError> {
    let one = |advance: Advance| {
        let tree = site.store.tree_of(&advance.new)?;
        let commit = git.commit_signed(&Unsigned {
            tree: object_id(&tree)?,
            parent: advance.old.as_ref().map(object_id).transpose()?,
            name: &note.actor.name,
            email: &note.actor.email,
            at: note.at.epoch_seconds(),
            message: &note.message,
        })?;
        Ok(Advance {
            new: Revision(commit.as_str().to_owned()),
            ..advance
        })
    };
    advances.into_iter().map(one).collect()
}
