//! Answers that were found, by the two things that they are about, for as long as the state is the same that they
//! were found in. How many are remembered is bounded.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;

/// Answers by two keys: at most `MOST`. With one more it begins anew: whoever asks about so many asks about none of them
/// often.
pub(super) struct Known<const MOST: usize, A, B, V>(RefCell<Answers<A, B, V>>);

struct Answers<A, B, V> {
    by_keys: HashMap<A, HashMap<B, V>>,
    count: usize,
}

impl<const MOST: usize, A, B, V> Default for Known<MOST, A, B, V> {
    fn default() -> Self {
        Self(RefCell::new(Answers {
            by_keys: HashMap::new(),
            count: 0,
        }))
    }
}

impl<const MOST: usize, A, B, V> Known<MOST, A, B, V>
where
    A: Hash + Eq,
    B: Hash + Eq,
    V: Clone,
{
    /// Returns what is known about two keys, or asks and remembers the answer.
    ///
    /// # Errors
    ///
    /// Fails as asking fails; failures are not remembered.
    pub(super) fn recall<P, Q, E>(
        &self,
        one: &P,
        other: &Q,
        ask: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, E>
    where
        A: Borrow<P>,
        B: Borrow<Q>,
        P: ToOwned<Owned = A> + Hash + Eq + ?Sized,
        Q: ToOwned<Owned = B> + Hash + Eq + ?Sized,
    {
        let known = |answers: &Answers<A, B, V>| answers.by_keys.get(one)?.get(other).cloned();
        if let Some(known) = known(&self.0.borrow()) {
            return Ok(known);
        }
        let value = ask()?;
        let mut answers = self.0.borrow_mut();
        if answers.count == MOST {
            answers.by_keys.clear();
            answers.count = 0;
        }
        let of_one = answers.by_keys.entry(one.to_owned()).or_default();
        of_one.insert(other.to_owned(), value.clone());
        answers.count += 1;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    const MOST: usize = 100;

    type ByNames = Known<MOST, String, String, u32>;

    fn recall(known: &ByNames, names: [&str; 2], value: u32) -> u32 {
        let Ok(recalled) = known.recall(names[0], names[1], || Ok::<_, Infallible>(value));
        recalled
    }

    #[test]
    fn what_was_answered_about_two_names_is_known_and_failures_are_not() {
        let known = ByNames::default();
        let failed = known.recall("prod", "Web", || Err("no disk"));
        assert_eq!(failed, Err("no disk"));
        assert_eq!(recall(&known, ["prod", "Web"], 1), 1);
        assert_eq!(recall(&known, ["prod", "Web"], 2), 1);
        assert_eq!(recall(&known, ["prod", "Orders"], 3), 3);
        assert_eq!(recall(&known, ["Web", "prod"], 4), 4);
    }

    #[test]
    fn so_many_are_known_and_no_more() {
        let known = ByNames::default();
        for number in 0..MOST {
            recall(&known, ["prod", &number.to_string()], 1);
        }
        assert_eq!(recall(&known, ["prod", "0"], 2), 1);
        recall(&known, ["prod", "one more"], 1);
        assert_eq!(recall(&known, ["prod", "0"], 2), 2);
        assert_eq!(recall(&known, ["prod", "one more"], 2), 1);
    }
}
