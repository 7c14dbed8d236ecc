//! How long a writer goes on after others were first.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::app::Context;
use crate::remote::Backoff;

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

    /// Waits before the next attempt, or says how many there were in how long.
    pub(super) fn wait(&mut self) -> Result<(), (u32, Duration)> {
        let elapsed = self.start.elapsed();
        let pause = self.backoff.next_within_budget(self.attempts, elapsed);
        thread::sleep(pause.ok_or((self.attempts, elapsed))?);
        self.attempts += 1;
        Ok(())
    }
}
