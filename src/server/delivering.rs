//! The requests of webhooks that something has triggered: one thread that looks for what is new, and makes
//! what is due.
//!
//! It is told of each write and each push, and looks by itself as often as the remote is asked. No request
//! to the server waits for it, and neither does the writer. What it was triggered to do is in the store
//! (`app::outbox`), so nothing is lost however the server ends, and several servers of one store share it.
//!
//! At the end of the server no further request is begun. What is due then stays in the outbox, for the next
//! server or for `git pact webhooks run`.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;

use super::Opener;
use super::problem::with_causes;
use super::watch::Level;
use crate::app::Context;
use crate::app::cursor::Reached;
use crate::app::outbox;
use crate::app::outbox::Intake;
use crate::app::outbox::OutboxError;
use crate::app::outbox::Postman;
use crate::app::outbox::Round;
use crate::app::outbox::Since;
use crate::app::site::Site;
use crate::app::site::SiteError;
use crate::app::webhook::WebhookClient;
use crate::domain::environment::Uuid;
use crate::domain::webhook::Occasion;
use crate::domain::webhook::Schedule;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::delivery::DeliveryStatus;
use crate::render::delivery::line;
use crate::render::hal::Address;
use crate::render::hal::webhook_execution;

/// For how long more is gathered before a remote is asked and written: each time costs a push or two.
const GATHER: Duration = Duration::from_secs(1);

/// The same where the repository is the store itself.
const GATHER_HERE: Duration = Duration::from_millis(200);

/// How often it is written down that events were looked at which triggered nothing. Who comes later looks at
/// them again.
const NOTE_EVERY: Duration = Duration::from_secs(600);

/// The longest wait, whatever is due: clocks are set, and others write.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// The shortest wait between two looks that nobody asked for.
const PAUSE: Duration = Duration::from_secs(1);

/// What is needed to make the requests of webhooks.
#[derive(Clone)]
pub(super) struct Delivering {
    /// Makes them.
    pub(super) client: Arc<WebhookClient>,
    /// How long to wait after one that failed.
    pub(super) schedule: Schedule,
    /// Where the server is, for the URLs in them, as soon as that is known.
    pub(super) at: Arc<OnceLock<Address>>,
}

/// Tells the thread that something may be new. The thread ends when the last one of these is dropped.
#[derive(Clone)]
pub(super) struct Waker(mpsc::SyncSender<()>);

impl Waker {
    /// Says that something may be new.
    pub(super) fn wake(&self) {
        // Who was told already need not be told again.
        let _ = self.0.try_send(());
    }
}

/// Whom to wake, for threads that are started before it is known.
#[derive(Clone, Default)]
pub(super) struct Waking(Arc<OnceLock<Waker>>);

impl Waking {
    /// Says whom to wake from now on.
    pub(super) fn wakes(&self, waker: Waker) {
        drop(self.0.set(waker));
    }

    /// Says that something may be new.
    pub(super) fn wake(&self) {
        if let Some(waker) = self.0.get() {
            waker.wake();
        }
    }
}

/// The thread that makes requests.
pub(super) struct Deliverer {
    pub(super) waker: Waker,
    ends: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Deliverer {
    /// Starts the thread. What happens from now on is not missed; it looks at it when it is first woken.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be opened or read.
    pub(super) fn start(opener: &Opener, delivering: Delivering) -> Result<Self, SiteError> {
        let site = opener.open(&opener.reading())?;
        let start = outbox::tips(&site)?;
        let (wake, woken) = mpsc::sync_channel(1);
        let ends = Arc::new(AtomicBool::new(false));
        let mut bytes = [0; 16];
        // Without random numbers the time tells servers apart, as far as it can.
        if getrandom::fill(&mut bytes).is_err() {
            bytes[..8].copy_from_slice(&opener.context.seed.to_be_bytes());
        }
        let mut work = Work {
            opener: opener.clone(),
            delivering,
            by: Uuid::random(bytes),
            ends: Arc::clone(&ends),
            start,
            seen: None,
            noted: Instant::now(),
            said: Vec::new(),
        };
        let thread = thread::spawn(move || work.run(&woken));
        Ok(Self {
            waker: Waker(wake),
            ends,
            thread,
        })
    }

    /// Begins no further request, and waits for those that were begun.
    pub(super) fn end(self) {
        self.ends.store(true, Ordering::Relaxed);
        drop(self.waker);
        // A thread that panicked has nothing left to finish.
        drop(self.thread.join());
    }
}

struct Work {
    opener: Opener,
    delivering: Delivering,
    by: Uuid,
    ends: Arc<AtomicBool>,
    /// Where the branches were when the server started: where to begin, if nobody ever looked.
    start: Reached,
    /// Up to where the events were looked at here, which may not be written down.
    seen: Option<Reached>,
    /// When what was looked at was last written down.
    noted: Instant,
    /// What was said of what went wrong the last time.
    said: Vec<String>,
}

impl Work {
    fn run(&mut self, woken: &mpsc::Receiver<()>) {
        if woken.recv().is_err() {
            return;
        }
        loop {
            // If it fails or panics, what was to be done is in the outbox, and is done the next time.
            let round = catch_unwind(AssertUnwindSafe(|| self.round()));
            let pause = match round {
                Ok(Ok(pause)) => pause,
                Ok(Err(error)) => {
                    self.warn(vec![with_causes(&error)]);
                    LOOK_EVERY
                }
                Err(_) => {
                    self.warn(vec!["a thread panicked".to_owned()]);
                    LOOK_EVERY
                }
            };
            match woken.recv_timeout(pause) {
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn is_ending(&self) -> bool {
        self.ends.load(Ordering::Relaxed)
    }

    /// Takes in what is new, makes what is due, and returns how long to wait.
    fn round(&mut self) -> Result<Duration, OutboxError> {
        if self.is_ending() {
            return Ok(PAUSE);
        }
        let context = self.opener.writing();
        let site = self.opener.open(&context)?;
        if site.authority.is_some() {
            thread::sleep(GATHER);
            outbox::bring(&site)?;
        } else {
            thread::sleep(GATHER_HERE);
        }
        let is_noted = self.noted.elapsed() >= NOTE_EVERY;
        let intake = Intake {
            since: match &self.seen {
                Some(seen) => Since::From(seen.clone()),
                None => Since::Unseen {
                    else_from: Some(self.start.clone()),
                },
            },
            is_noted,
        };
        let round = self.fired(&site, &context, &intake)?;
        if is_noted {
            self.noted = Instant::now();
        }
        let watch = &self.opener.watch;
        for uuid in &round.made {
            let delivery = round.outbox.deliveries.get(uuid);
            if let Some(lost) = delivery.filter(|it| it.status() == DeliveryStatus::Failure) {
                watch.say(Level::Warn, format!("webhook {}", line(lost)));
            }
        }
        let now = watch.now();
        let next = round.outbox.next_at(now);
        self.seen = round.seen;
        self.warn(
            round
                .not_told
                .iter()
                .map(|error| with_causes(error))
                .collect(),
        );
        let most = LOOK_EVERY.min(self.opener.fetch_every);
        Ok(next.map_or(most, |next| {
            let seconds = next.epoch_seconds().saturating_sub(now.epoch_seconds());
            Duration::from_secs(u64::try_from(seconds).unwrap_or(0)).clamp(PAUSE, most.max(PAUSE))
        }))
    }

    fn fired(&self, site: &Site, context: &Context, intake: &Intake) -> Result<Round, OutboxError> {
        let Delivering {
            client,
            schedule,
            at,
        } = &self.delivering;
        let nowhere = Address::new("");
        let at = at.get().unwrap_or(&nowhere);
        let watch = &self.opener.watch;
        let postman = Postman {
            client,
            schedule,
            by: &self.by,
            clock: &|| watch.now(),
            firing: &|webhook: &Webhook, occasion: Occasion| {
                webhook_execution::firing(webhook, occasion, at)
            },
            log: &|text: &str| watch.say(Level::Info, text),
        };
        postman.round(site, context, Some(intake), &|| self.is_ending())
    }

    /// Says what went wrong, unless it did so the last time.
    fn warn(&mut self, wrong: Vec<String>) {
        for text in wrong.iter().filter(|text| !self.said.contains(text)) {
            let text = format!("could not make the requests of webhooks: {text}");
            self.opener.watch.say(Level::Warn, text);
        }
        self.said = wrong;
    }
}
