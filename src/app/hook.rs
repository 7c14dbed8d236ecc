//! What a push means to the store: the branches of it that the push moves.

use crate::record::path::Branch;
use crate::remote::ObjectId;
use crate::remote::RefMove;
use crate::store::Revision;

/// A push, as far as the store is concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Push {
    /// The branches of the store that it moves, in the order in which git told of them.
    pub moves: Vec<BranchMove>,
    /// The refs below `refs/heads/pact/` that no branch of a store is called, each with its full name.
    pub strangers: Vec<String>,
}

/// A branch of the store that a push moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchMove {
    /// The branch.
    pub branch: Branch,
    /// Where it is, or was; `None` if the push creates it.
    pub old: Option<Revision>,
    /// Where it is to be, or is now; `None` if the push deletes it.
    pub new: Option<Revision>,
}

impl Push {
    /// Returns what of a push concerns the store. Other refs are none of its business.
    #[must_use]
    pub fn of(moves: Vec<RefMove>) -> Self {
        let revision = |id: ObjectId| Revision(id.as_str().to_owned());
        let mut push = Self::default();
        for RefMove { name, old, new } in moves {
            let Some(below) = name.strip_prefix(Branch::REFS) else {
                continue;
            };
            match Branch::parse(below) {
                Some(branch) => push.moves.push(BranchMove {
                    branch,
                    old: old.map(revision),
                    new: new.map(revision),
                }),
                None => push.strangers.push(name),
            }
        }
        push
    }

    /// Says whether nothing of it concerns the store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.moves.is_empty() && self.strangers.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::ref_moves;

    #[test]
    fn a_push_concerns_the_store_by_its_branches_alone() {
        let (none, new) = ("0".repeat(40), "a".repeat(40));
        let names = [
            "refs/heads/main",
            "refs/heads/pact/app/Web",
            "refs/heads/pact/elsewhere/Web",
            "refs/heads/pact/app/a/b",
            "refs/tags/pact/app/Web",
            "refs/heads/pact/settings",
        ];
        let input: String = names.map(|name| format!("{none} {new} {name}\n")).concat();
        let push = Push::of(ref_moves(input.as_bytes()).unwrap());
        let moved: Vec<String> = push.moves.iter().map(|it| it.branch.to_string()).collect();
        assert_eq!(moved, ["pact/app/Web", "pact/settings"]);
        assert_eq!(push.moves[0].old, None);
        assert_eq!(push.moves[0].new, Some(Revision(new)));
        assert_eq!(push.strangers, [names[2], names[3]]);
    }
}
