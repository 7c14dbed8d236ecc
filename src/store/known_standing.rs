//! Where versions are, and which ones branches and tags mean, as long as nothing moves.
//!
//! An answer about a version says that of each version in it, in every environment: dozens of look-ups for one
//! question, and the same ones for the next. How many are remembered is bounded, and each is no larger than what
//! it was read from.

use std::cell::OnceCell;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::environment::DeployedVersion;
use crate::domain::environment::Environment;
use crate::domain::environment::ReleasedVersion;
use crate::domain::version::BranchHead;
use crate::domain::version::TagHead;

/// How many answers of a kind are remembered at most. With one more it begins anew: whoever asks about so many
/// asks about none of them often.
const MOST: usize = 10_000;

/// What was found of one state of the store.
#[derive(Default)]
pub struct KnownStanding {
    /// All of them, sorted.
    pub(super) environments: OnceCell<Vec<Arc<Environment>>>,
    /// By environment and pacticipant.
    pub(super) deployed: Known<Vec<DeployedVersion>>,
    /// By environment and pacticipant.
    pub(super) released: Known<Vec<ReleasedVersion>>,
    /// By pacticipant and branch.
    pub(super) branch_heads: Known<Option<BranchHead>>,
    /// By pacticipant and tag.
    pub(super) tag_heads: Known<Option<TagHead>>,
}

/// Answers of one kind, by the two names that they are about.
pub(super) struct Known<V>(RefCell<Answers<V>>);

struct Answers<V> {
    by_names: HashMap<String, HashMap<String, V>>,
    count: usize,
}

impl<V> Default for Known<V> {
    fn default() -> Self {
        Self(RefCell::new(Answers {
            by_names: HashMap::new(),
            count: 0,
        }))
    }
}

impl<V: Clone> Known<V> {
    /// Returns what is known about two names, or asks and remembers the answer.
    ///
    /// # Errors
    ///
    /// Fails as asking fails; failures are not remembered.
    pub(super) fn recall<E>(
        &self,
        names: [&str; 2],
        ask: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, E> {
        let [one, other] = names;
        let known = |answers: &Answers<V>| answers.by_names.get(one)?.get(other).cloned();
        if let Some(known) = known(&self.0.borrow()) {
            return Ok(known);
        }
        let value = ask()?;
        let mut answers = self.0.borrow_mut();
        if answers.count == MOST {
            answers.by_names.clear();
            answers.count = 0;
        }
        let of_one = answers.by_names.entry(one.to_owned()).or_default();
        of_one.insert(other.to_owned(), value.clone());
        answers.count += 1;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn recall(known: &Known<u32>, names: [&str; 2], value: u32) -> u32 {
        let Ok(recalled) = known.recall(names, || Ok::<_, Infallible>(value));
        recalled
    }

    #[test]
    fn what_was_answered_about_two_names_is_known_and_failures_are_not() {
        let known = Known::default();
        assert_eq!(
            known.recall(["prod", "Web"], || Err("no disk")),
            Err("no disk")
        );
        assert_eq!(recall(&known, ["prod", "Web"], 1), 1);
        assert_eq!(recall(&known, ["prod", "Web"], 2), 1);
        assert_eq!(recall(&known, ["prod", "Orders"], 3), 3);
        assert_eq!(recall(&known, ["Web", "prod"], 4), 4);
    }

    #[test]
    fn so_many_are_known_and_no_more() {
        let known = Known::default();
        for number in 0..MOST {
            recall(&known, ["prod", &number.to_string()], 1);
        }
        assert_eq!(recall(&known, ["prod", "0"], 2), 1);
        recall(&known, ["prod", "one more"], 1);
        assert_eq!(recall(&known, ["prod", "0"], 2), 2);
        assert_eq!(recall(&known, ["prod", "one more"], 2), 1);
    }
}
