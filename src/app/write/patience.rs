//! How long a writer goes on after others were first.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::app::Context;
use crate::remote::Backoff;
use crate::store::Advance;
use crate::store::Tips;

/// How often a push loses on tips that do not move before somebody is taken to have left a lock behind.
/// A writer who is alive moves them, or lets go (spec: reliability §3).
const STUCK_AFTER: u32 = 10;

/// How long a write goes on after lost races.
pub(super) struct Patience {
    start: Instant,
    backoff: Backoff,
    /// How often it was tried so far.
    pub(super) attempts: u32,
}

impl Patience {
    pub(super) fn new(context: &Context) -> Self {
        Self {
            start: Instant::now(),
            backoff: Backoff::new(context.seed),
            attempts: 1,
        }
    }

    /// Returns how long it has been since the first attempt began.
    pub(super) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Says whether it has been tried so often that a lock must have been left behind.
    pub(super) fn is_long(&self) -> bool {
        self.attempts > STUCK_AFTER
    }

    /// Waits before the next attempt, or says how many there were in how long.
    pub(super) fn wait(&mut self) -> Result<(), (u32, Duration)> {
        let elapsed = self.start.elapsed();
        let pause = self.backoff.next_within_budget(self.attempts, elapsed);
        thread::sleep(pause.ok_or((self.attempts, elapsed))?);
        self.attempts += 1;
        Ok(())
    }
}

/// Tells a lost race from a lock that was left behind: nobody moves what is raced for.
#[derive(Default)]
pub(super) struct Standstill {
    tips: Tips,
    times: u32,
}

impl Standstill {
    /// Says whether one more loss was one too many.
    pub(super) fn is_reached(&mut self, advances: &[Advance]) -> bool {
        let tips = advances
            .iter()
            .map(|it| (it.branch.clone(), it.old.clone()));
        let tips: Tips = tips.collect();
        if tips == self.tips {
            self.times += 1;
        } else {
            (self.tips, self.times) = (tips, 1);
        }
        self.times > STUCK_AFTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::n;
    use crate::record::path::Branch;
    use crate::store::Revision;

    #[test]
    fn a_race_stands_still_only_if_nobody_moves_for_long() {
        let advance = |old: Option<&str>| Advance {
            branch: Branch::app(&n("Web")),
            old: old.map(|id| Revision(id.to_owned())),
            new: Revision("new".to_owned()),
        };
        let mut standstill = Standstill::default();
        for _ in 0..STUCK_AFTER {
            assert!(!standstill.is_reached(&[advance(Some("a"))]));
        }
        // Somebody moved at last.
        assert!(!standstill.is_reached(&[advance(Some("b"))]));
        for _ in 1..STUCK_AFTER {
            assert!(!standstill.is_reached(&[advance(Some("b"))]));
        }
        assert!(standstill.is_reached(&[advance(Some("b"))]));
    }
}
