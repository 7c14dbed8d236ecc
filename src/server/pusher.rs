//! The pusher: one thread that fetches what others wrote, and pushes what was kept.
//!
//! It is there only where writes are answered before they are pushed (`--push-every`). The writer
//! then keeps intents on disk and never uses the network, so a slow push holds up nobody. What
//! cannot be pushed is kept and tried again; what is refused is kept and said once.

use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;

use super::Opener;
use super::delivering::Waking;
use super::problem::with_causes;
use super::watch::Level;
use super::writer::fetch;
use crate::app::pending;
use crate::app::site::Site;
use crate::app::site::SiteError;
use crate::app::write::write;

/// The thread that pushes. It pushes a last time and ends when this is dropped.
pub(crate) struct Pusher {
    _ends: mpsc::Sender<()>,
}

impl Pusher {
    /// Starts the pusher, once everything that the remote has was fetched.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be opened, or the remote cannot be reached.
    pub(crate) fn start(
        opener: &Opener,
        every: Duration,
        waking: &Waking,
    ) -> Result<(Self, JoinHandle<()>), SiteError> {
        let (ends, ended) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        let (opener, waking) = (opener.clone(), waking.clone());
        let thread = thread::spawn(move || {
            let site = opener.open(&opener.writing()).and_then(|site| {
                fetch(&site, &opener.watch)?;
                Ok(site)
            });
            match site {
                Ok(site) => {
                    drop(tell.send(Ok(())));
                    run(site, &opener, every, &ended, &waking);
                }
                Err(error) => drop(tell.send(Err(error))),
            }
        });
        match told.recv() {
            Ok(Err(error)) => Err(error),
            _ => Ok((Self { _ends: ends }, thread)),
        }
    }
}

fn run(
    mut site: Site,
    opener: &Opener,
    every: Duration,
    ended: &mpsc::Receiver<()>,
    waking: &Waking,
) {
    let (mut fetched, mut pushed) = (Instant::now(), Instant::now());
    let mut said = Vec::new();
    loop {
        let until_fetch = opener.fetch_every.saturating_sub(fetched.elapsed());
        let until_push = every.saturating_sub(pushed.elapsed());
        if let Err(RecvTimeoutError::Disconnected) = ended.recv_timeout(until_fetch.min(until_push))
        {
            return push(&mut site, opener, &mut said);
        }
        if fetched.elapsed() >= opener.fetch_every {
            // If it fails, all go on with what is here.
            drop(fetch(&site, &opener.watch));
            fetched = Instant::now();
        }
        if pushed.elapsed() >= every {
            push(&mut site, opener, &mut said);
            waking.wake();
            pushed = Instant::now();
        }
    }
}

/// Pushes what was kept, and says what became of it. `said` is what was refused the last time.
fn push(site: &mut Site, opener: &Opener, said: &mut Vec<String>) {
    let warn = |text: String| opener.watch.say(Level::Warn, &text);
    let waiting = match pending::read(site) {
        Ok(waiting) => waiting.writes(),
        Err(error) => return warn(format!("could not push: {error}")),
    };
    if waiting == 0 {
        return;
    }
    match write(site, &opener.writing(), &[]) {
        Ok(written) => {
            if written.sent > 0 {
                let text = format!("pushed what was kept: {} writes", written.sent);
                opener.watch.say(Level::Info, &text);
            }
            let refused = written.refused.iter();
            let refused: Vec<String> = refused.map(|it| it.refusal.to_string()).collect();
            for text in refused.iter().filter(|text| !said.contains(text)) {
                warn(format!("refused, and kept: {text}"));
            }
            *said = refused;
        }
        Err(error) => {
            warn(format!(
                "could not push, {waiting} writes are kept: {}",
                with_causes(&error)
            ));
        }
    }
}
