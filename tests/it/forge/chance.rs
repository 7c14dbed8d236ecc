//! Chance that comes out the same for the same seed.

use rand_core::Rng;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// What decides whatever nobody does.
pub(super) struct Chance(XorShiftRng);

impl Chance {
    pub(super) fn of(seed: u64) -> Self {
        Self(XorShiftRng::seed_from_u64(seed))
    }

    /// Returns a number below another one.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.0.next_u32() % end
    }

    /// Says yes so many times of a hundred.
    pub(super) fn is(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// Returns one of several.
    pub(super) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        let end = u32::try_from(of.len()).unwrap();
        of[self.below(end) as usize]
    }
}
