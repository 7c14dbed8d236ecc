//! Chance that comes out the same on every machine and with every version of every library: the
//! words of one named algorithm, and no arithmetic but on integers.

use rand_core::Rng;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// A stream of random numbers that its seed determines.
pub(crate) struct Random(XorShiftRng);

impl Random {
    /// Returns the stream of a seed and of what it is for; no two streams look alike.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        // Never all zero, which the algorithm cannot take.
        bytes[8..].copy_from_slice(&(!purpose).to_le_bytes());
        let mut random = Self(XorShiftRng::from_seed(bytes));
        // Seeds that differ in one bit begin alike.
        for _ in 0..16 {
            random.number();
        }
        random
    }

    /// Returns a number.
    pub(crate) fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Returns a number below a bound, which is not zero.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.number()) * (bound as u128);
        usize::try_from(wide >> 64).expect("it is below the bound")
    }

    /// Returns yes so many times of a hundred.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// Returns one of several, of which there is at least one.
    pub(crate) fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    /// Puts things in some order.
    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }

    /// Returns what git calls a commit: forty hexadecimal digits.
    pub(crate) fn commit(&mut self) -> String {
        let (a, b, c) = (self.number(), self.number(), self.number());
        format!("{a:016x}{b:016x}{:08x}", c >> 32)
    }
}
