//! Readers: a few threads, each with the store open for itself.
//!
//! What reads from disk must not hold up a thread that serves sockets, and a store belongs to one
//! thread. So a question goes to a reader that is free and the answer comes back. Readers never
//! wait for the writer: they ask whatever the branches hold at the moment.
//!
//! Memory: readers and writer share at most 128 MiB of objects and records (`store::git`). Beside them a reader
//! remembers where things lie, and what stands where, as long as no ref moves: some ten megabytes at most. Nothing
//! else outlives a question.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::Opener;
use super::hand_out::Jobs;
use super::hand_out::hand_out;
use super::problem::Problem;
use super::watch::Queue;
use super::watch::Watch;
use crate::app::Context;
use crate::app::site::Site;
use crate::app::site::SiteError;

/// How many questions may wait; those beyond are told to try again.
const WAITING: usize = 1024;

type Job = Box<dyn FnOnce(&Site, &Context) + Send>;

/// Threads that read the store.
#[derive(Clone)]
pub(crate) struct Readers {
    jobs: Arc<Jobs<Job>>,
    watch: Watch,
}

/// There are too many questions.
#[derive(Debug, thiserror::Error)]
#[error("more than {WAITING} questions wait for a reader")]
struct Busy;

/// A question ended without an answer.
#[derive(Debug, thiserror::Error)]
#[error("a request panicked")]
pub(super) struct Panicked;

impl Readers {
    /// Starts a number of readers. They end when the last clone of this is dropped.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be opened.
    pub(crate) fn start(
        opener: &Opener,
        number: usize,
    ) -> Result<(Self, Vec<JoinHandle<()>>), SiteError> {
        let (jobs, workers) = hand_out::<Job>(WAITING);
        let mut threads = Vec::new();
        for _ in 0..number {
            let (opener, workers) = (opener.clone(), workers.clone());
            let (tell, told) = mpsc::channel();
            threads.push(thread::spawn(move || {
                let mut context = opener.reading();
                let site = match opener.open(&context) {
                    Ok(site) => site,
                    Err(error) => return drop(tell.send(Err(error))),
                };
                drop(tell.send(Ok(())));
                workers.work(|job| {
                    context.now = (opener.clock)();
                    job(&site, &context);
                    opener.watch.remembers(site.store.remembered_bytes());
                });
            }));
            if let Ok(Err(error)) = told.recv() {
                return Err(error);
            }
        }
        let readers = Self {
            jobs: Arc::new(jobs),
            watch: opener.watch.clone(),
        };
        Ok((readers, threads))
    }

    /// Has a reader do something and returns what came of it.
    ///
    /// # Errors
    ///
    /// Fails if there are too many questions, or if this one panicked.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Site, &Context) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (answer, answered) = oneshot::channel();
        let waiting = self.watch.waiting(Queue::Reader);
        let job: Job = Box::new(move |site, context| {
            drop(waiting);
            let asked = catch_unwind(AssertUnwindSafe(|| question(site, context)));
            if let Ok(value) = asked {
                // Whoever asked may have gone.
                drop(answer.send(value));
            }
        });
        if self.jobs.give(job).is_err() {
            return Err(Problem::unavailable(&Busy));
        }
        answered.await.map_err(|_| Problem::server(&Panicked))
    }
}
