//! Upkeep: one thread that lets git pack what the server wrote.
//!
//! Each write leaves a dozen small files or a small pack. Where only the server writes, nobody else
//! would ever tidy that up. So git is asked to, after a number of writes and once it is quiet; it
//! decides itself whether it is time. Readers and the writer go on meanwhile, and nobody waits for
//! it, not even the end of the server: git leaves a whole repository whenever it is stopped.

use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

use super::Opener;
use super::problem::with_causes;
use super::watch::Level;
use super::watch::Watch;
use crate::app::site::SiteError;
use crate::remote::Git;

/// After how many writes git is asked whether it is time. One leaves ten objects or so, and git
/// waits for 6,700.
const ENOUGH: usize = 100;

/// For how long nothing has to be written before.
const QUIET: Duration = Duration::from_secs(2);

/// After how many writes it is asked even if it is never quiet.
const TOO_MANY: usize = 5_000;

/// The thread that lets git tidy up. It ends when the last clone of this is dropped.
#[derive(Clone)]
pub(super) struct Upkeep {
    writes: mpsc::Sender<usize>,
}

impl Upkeep {
    /// Starts the upkeep, if the repository is one that nobody else looks after.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be opened.
    pub(super) fn start(opener: &Opener) -> Result<Option<Self>, SiteError> {
        let context = opener.reading();
        let Some(git) = opener.open(&context)?.git_for_upkeep(&context) else {
            return Ok(None);
        };
        let (writes, written) = mpsc::channel();
        let watch = opener.watch.clone();
        thread::spawn(move || run(&git, &watch, &written));
        Ok(Some(Self { writes }))
    }

    /// Says that so many requests were written.
    pub(super) fn wrote(&self, number: usize) {
        // A thread that panicked tidies up no more; nothing else depends on it.
        let _ = self.writes.send(number);
    }
}

fn run(git: &Git, watch: &Watch, written: &mpsc::Receiver<usize>) {
    let mut writes = 0;
    loop {
        let told = if writes < ENOUGH {
            written.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            written.recv_timeout(QUIET)
        };
        match told {
            Ok(number) => writes += number,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if writes >= TOO_MANY || told.is_err() {
            if let Err(error) = git.maintain() {
                let text = format!("could not tidy up the repository: {}", with_causes(&error));
                watch.say(Level::Warn, &text);
            }
            writes = 0;
        }
    }
}
