//! The writer: one thread that writes whatever came in since it last did.
//!
//! Requests that arrive while a commit is pushed wait and share the next one: one commit a branch
//! and one push for all of them, each with an answer of its own. A request is answered when what it
//! says is on the remote, or on disk and synced where the store is the authority or somebody else
//! pushes (promise 1).

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::mpsc;
use std::thread;
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::sync::oneshot;

use super::Opener;
use super::delivering::Waking;
use super::problem::Problem;
use super::readers::Panicked;
use super::reply::Reply;
use super::upkeep::Upkeep;
use super::watch::Level;
use super::watch::Queue;
use super::watch::Waiting;
use super::watch::Watch;
use crate::app::Context;
use crate::app::site::Authority;
use crate::app::site::Site;
use crate::app::site::SiteError;
use crate::app::write::Draft;
use crate::app::write::Request;
use crate::app::write::WriteError;
use crate::app::write::keep_all;
use crate::app::write::write_all;

/// How many requests share one push, at most.
const TOGETHER: usize = 64;

/// How many requests may wait; those beyond are told to try again.
const WAITING: usize = 1024;

type Work = Box<dyn Fn(&mut Draft<'_>) -> Result<Reply, Problem> + Send>;

struct Job {
    work: Work,
    answer: oneshot::Sender<Result<Reply, Problem>>,
    /// Ends when the job is begun.
    waiting: Waiting,
}

/// The thread that writes the store.
#[derive(Clone)]
pub(crate) struct Writer {
    jobs: mpsc::SyncSender<Job>,
    watch: Watch,
}

/// There are too many requests.
#[derive(Debug, thiserror::Error)]
#[error("more than {WAITING} requests wait for the writer")]
struct Busy;

impl Writer {
    /// Starts the writer. It ends when the last clone of this is dropped and all is written.
    ///
    /// Everything that the remote has is fetched first, because readers answer from what is here.
    /// The upkeep, if there is one, is told how much was written, and whoever makes the requests of webhooks
    /// that something was.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be opened, or the remote cannot be reached.
    pub(crate) fn start(
        opener: &Opener,
        upkeep: Option<Upkeep>,
        waking: &Waking,
    ) -> Result<(Self, JoinHandle<()>), SiteError> {
        let (jobs, queue) = mpsc::sync_channel::<Job>(WAITING);
        let watch = opener.watch.clone();
        let (opener, waking) = (opener.clone(), waking.clone());
        let (tell, told) = mpsc::channel();
        let thread = thread::spawn(move || {
            let site = opener.open(&world(&opener)).and_then(|site| {
                fetch(&site, &opener.watch)?;
                Ok(site)
            });
            match site {
                Ok(site) => {
                    drop(tell.send(Ok(())));
                    run(site, &opener, &queue, upkeep.as_ref(), &waking);
                }
                Err(error) => drop(tell.send(Err(error))),
            }
        });
        match told.recv() {
            Ok(Err(error)) => Err(error),
            _ => Ok((Self { jobs, watch }, thread)),
        }
    }

    /// Has something written and returns the answer, once it is where it has to be.
    ///
    /// The work may be done more than once: it is decided again if the store has moved.
    ///
    /// # Errors
    ///
    /// Fails if it is refused, cannot be written, panics, or if too much waits.
    pub(crate) async fn write(
        &self,
        work: impl Fn(&mut Draft<'_>) -> Result<Reply, Problem> + Send + 'static,
    ) -> Result<Reply, Problem> {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(work);
        let job = Job {
            work,
            answer,
            waiting: self.watch.waiting(Queue::Writer),
        };
        if self.jobs.try_send(job).is_err() {
            return Err(Problem::unavailable(&Busy));
        }
        answered.await.map_err(|_| Problem::server(&Panicked))?
    }
}

/// Returns the world of the writer, at this moment.
fn world(opener: &Opener) -> Context {
    if opener.keeps() {
        opener.reading()
    } else {
        opener.writing()
    }
}

/// Brings everything here that the remote has, if there is one, and reports it.
pub(super) fn fetch(site: &Site, watch: &Watch) -> Result<(), SiteError> {
    if site.authority.as_ref().is_none_or(Authority::is_offline) {
        return Ok(());
    }
    let began = Instant::now();
    let fetched = site.refresh_all();
    watch.fetched(fetched.as_ref().copied(), began.elapsed());
    fetched
}

fn run(
    mut site: Site,
    opener: &Opener,
    queue: &mpsc::Receiver<Job>,
    upkeep: Option<&Upkeep>,
    waking: &Waking,
) {
    let mut fetched = Instant::now();
    loop {
        let patience = opener.fetch_every.saturating_sub(fetched.elapsed());
        match queue.recv_timeout(patience) {
            Ok(first) => {
                let mut jobs = vec![first];
                jobs.extend(queue.try_iter().take(TOGETHER - 1));
                let number = jobs.len();
                // Whoever waits is told by its channel; the next ones must still be served.
                let write = AssertUnwindSafe(|| write(&mut site, opener, jobs));
                if catch_unwind(write).is_err() {
                    let text = "a write panicked, and its clients were told so";
                    opener.watch.say(Level::Error, text);
                }
                if let Some(upkeep) = upkeep {
                    upkeep.wrote(number);
                }
                opener.watch.remembers(site.store.remembered_bytes());
                waking.wake();
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
        }
        if fetched.elapsed() >= opener.fetch_every {
            // If it fails, readers go on with what is here; the next write will tell its client.
            drop(fetch(&site, &opener.watch));
            fetched = Instant::now();
            waking.wake();
        }
    }
}

/// Writes what several requests say, and answers them.
fn write(site: &mut Site, opener: &Opener, jobs: Vec<Job>) {
    let begin = |job: Job| {
        drop(job.waiting);
        (job.work, job.answer)
    };
    let (work, answers): (Vec<Work>, Vec<_>) = jobs.into_iter().map(begin).unzip();
    let results = match together(site, opener, &work) {
        Ok(results) => results,
        // One of them may touch a branch that is damaged or protected: that is not the others'
        // fault.
        Err(WriteError::Store(_) | WriteError::Unreadable(_) | WriteError::Push { .. })
            if work.len() > 1 =>
        {
            let alone = |work: &Work| match together(site, opener, std::slice::from_ref(work)) {
                Ok(mut results) => results.pop().unwrap_or(Err(Problem::server(&Panicked))),
                Err(error) => Err(Problem::from(&error)),
            };
            work.iter().map(alone).collect()
        }
        Err(error) => {
            let problem = Problem::from(&error);
            work.iter().map(|_| Err(problem.clone())).collect()
        }
    };
    for (answer, result) in answers.into_iter().zip(results) {
        // Whoever asked may have gone; what was written stays.
        drop(answer.send(result));
    }
}

fn together(
    site: &mut Site,
    opener: &Opener,
    work: &[Work],
) -> Result<Vec<Result<Reply, Problem>>, WriteError> {
    let request = |work| -> Request<'_, Reply, Problem> {
        let work: &Work = work;
        Box::new(move |draft| {
            let done = catch_unwind(AssertUnwindSafe(|| work(draft)));
            done.unwrap_or_else(|_| Err(Problem::server(&Panicked)))
        })
    };
    let requests: Vec<_> = work.iter().map(request).collect();
    let began = Instant::now();
    let context = world(opener);
    let written = if opener.keeps() {
        keep_all(site, &context, &requests)
    } else {
        write_all(site, &context, &requests)
    };
    opener.watch.wrote(work.len(), &written, began.elapsed());
    let written = written?;
    if let Some(witness) = opener
        .witness
        .as_ref()
        .filter(|_| !written.recorded.is_empty())
    {
        witness(&written.recorded);
    }
    Ok(written.outcomes)
}
