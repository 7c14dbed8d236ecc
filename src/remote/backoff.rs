//! How long to wait before the next attempt: exponential, with full jitter.
//!
//! Writers that lost the same race must not meet again, so the wait is drawn evenly between
//! nothing and a bound that doubles with every attempt. The draw is a function of seed and
//! attempt: no clock and no global state, so a test can write down what happens.

use std::time::Duration;

/// The bound on the first wait.
const FIRST: Duration = Duration::from_millis(250);

/// The bound that no wait exceeds.
const LONGEST: Duration = Duration::from_secs(8);

/// The waits of one writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    seed: u64,
}

impl Backoff {
    /// How long a writer keeps trying, all attempts and waits together.
    pub const BUDGET: Duration = Duration::from_secs(120);

    /// Returns the waits of the writer with that seed; two writers should have different ones.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Returns how long to wait after the given attempt has failed; the first one is attempt 0.
    #[must_use]
    pub fn next(self, attempt: u32) -> Duration {
        let bound = 2_u32
            .checked_pow(attempt)
            .and_then(|factor| FIRST.checked_mul(factor))
            .map_or(LONGEST, |bound| bound.min(LONGEST));
        let micros = u64::try_from(bound.as_micros()).unwrap_or(u64::MAX - 1);
        Duration::from_micros(mixed(self.seed, attempt) % (micros + 1))
    }

    /// Returns the same, or `None` if the budget would be spent: then it is time to give up.
    /// `elapsed` is counted from the beginning of the first attempt.
    #[must_use]
    pub fn next_within_budget(self, attempt: u32, elapsed: Duration) -> Option<Duration> {
        let wait = self.next(attempt);
        (elapsed + wait <= Self::BUDGET).then_some(wait)
    }
}

/// Returns a number that looks drawn at random (the finaliser of `SplitMix64`).
fn mixed(seed: u64, attempt: u32) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(u64::from(attempt) + 1));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::any;
    use proptest::prop_assert;
    use proptest::prop_assert_eq;
    use proptest::proptest;

    proptest! {
        #[test]
        fn a_wait_keeps_within_its_bound(seed in any::<u64>(), attempt in 0_u32..40) {
            let bound = 250_u64.checked_shl(attempt).filter(|_| attempt < 20).unwrap_or(8_000);
            let wait = Backoff::new(seed).next(attempt);
            prop_assert!(wait <= Duration::from_millis(bound.min(8_000)));
            prop_assert_eq!(wait, Backoff::new(seed).next(attempt));
        }
    }

    #[test]
    fn two_writers_wait_differently() {
        let waits = |seed| (0..8).map(move |n| Backoff::new(seed).next(n));
        assert!(waits(1).zip(waits(2)).all(|(one, two)| one != two));
    }

    #[test]
    fn the_waits_fill_their_range() {
        let waits: Vec<_> = (0..1000).map(|seed| Backoff::new(seed).next(10)).collect();
        let mean = waits.iter().sum::<Duration>() / 1000;
        assert!((Duration::from_millis(3_600)..Duration::from_millis(4_400)).contains(&mean));
    }

    #[test]
    fn when_the_budget_is_spent_it_is_time_to_give_up() {
        let backoff = Backoff::new(7);
        assert!(
            backoff
                .next_within_budget(3, Duration::from_secs(100))
                .is_some()
        );
        assert_eq!(
            backoff.next_within_budget(3, Duration::from_secs(121)),
            None
        );
    }
}
