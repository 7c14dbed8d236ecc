//! Jobs for a few threads. Who became free last gets the next one: of all of them it has most of what it needs in
//! its caches still, and where jobs come one after the other, no other thread is woken.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc;

use crate::store::recent::lock;

/// Returns who hands jobs out, of which so many may wait, and who takes them.
pub(super) fn hand_out<T>(most_waiting: usize) -> (Jobs<T>, Workers<T>) {
    let state = State {
        waiting: VecDeque::new(),
        free: Vec::new(),
        is_over: false,
    };
    let state = Arc::new(Mutex::new(state));
    let workers = Workers(Arc::clone(&state));
    let jobs = Jobs {
        state,
        most_waiting,
    };
    (jobs, workers)
}

/// Hands out jobs. When it is dropped, those that wait are still done, and then all threads are let go.
pub(super) struct Jobs<T> {
    state: Arc<Mutex<State<T>>>,
    most_waiting: usize,
}

/// Takes jobs, one for each thread.
pub(super) struct Workers<T>(Arc<Mutex<State<T>>>);

struct State<T> {
    /// Jobs that nobody was free for, those that came first before the others.
    waiting: VecDeque<T>,
    /// The threads that wait for a job, who became free last at the end.
    free: Vec<Place<T>>,
    is_over: bool,
}

/// Where a thread waits. It comes back to it with each job: nobody else keeps it, so if it is dropped, the thread
/// knows that there will be no more.
struct Place<T>(mpsc::Sender<(T, Place<T>)>);

impl<T> Jobs<T> {
    /// Gives a job to a thread that is free, or has it wait until one is.
    ///
    /// # Errors
    ///
    /// Returns the job if too many wait.
    pub(super) fn give(&self, job: T) -> Result<(), T> {
        let mut state = lock(&self.state);
        let Some(place) = state.free.pop() else {
            if state.waiting.len() >= self.most_waiting {
                return Err(job);
            }
            state.waiting.push_back(job);
            return Ok(());
        };
        drop(state);
        let thread = place.0.clone();
        thread.send((job, place)).map_err(|unsent| unsent.0.0)
    }
}

impl<T> Drop for Jobs<T> {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.is_over = true;
        state.free.clear();
    }
}

impl<T> Clone for Workers<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Workers<T> {
    /// Does one job after the other, until there are no more.
    pub(super) fn work(self, mut job: impl FnMut(T)) {
        let (place, jobs) = mpsc::channel();
        let mut place = Place(place);
        loop {
            let mut state = lock(&self.0);
            if let Some(next) = state.waiting.pop_front() {
                drop(state);
                job(next);
                continue;
            }
            if state.is_over {
                return;
            }
            state.free.push(place);
            drop(state);
            let Ok((next, own)) = jobs.recv() else {
                return;
            };
            place = own;
            job(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// A job that tells when it has begun, and ends when it is told to.
    type Told = (mpsc::Sender<u8>, mpsc::Receiver<()>);

    fn worker(workers: &Workers<Told>, name: u8) -> thread::JoinHandle<()> {
        let workers = workers.clone();
        thread::spawn(move || {
            workers.work(|(begun, end)| {
                begun.send(name).unwrap();
                let _ = end.recv();
            });
        })
    }

    /// Waits until so many threads are free.
    fn wait_for(jobs: &Jobs<Told>, free: usize) {
        while lock(&jobs.state).free.len() != free {
            thread::yield_now();
        }
    }

    #[test]
    fn who_became_free_last_gets_the_next_job() {
        let (jobs, workers) = hand_out(1);
        let (begun, begins) = mpsc::channel();
        let mut threads = Vec::new();
        for name in 0..3 {
            threads.push(worker(&workers, name));
            wait_for(&jobs, usize::from(name) + 1);
        }
        let give = || {
            let (end, told) = mpsc::channel();
            jobs.give((begun.clone(), told)).map_err(drop).unwrap();
            end
        };
        for _ in 0..3 {
            drop(give());
            assert_eq!(begins.recv(), Ok(2));
            wait_for(&jobs, 3);
        }
        let first = give();
        assert_eq!(begins.recv(), Ok(2));
        let second = give();
        assert_eq!(begins.recv(), Ok(1));
        drop(first);
        wait_for(&jobs, 2);
        let third = give();
        assert_eq!(begins.recv(), Ok(2));
        drop((second, third));
        drop(jobs);
        for thread in threads {
            thread.join().unwrap();
        }
    }

    #[test]
    fn what_waits_is_done_in_order_and_only_so_much_may() {
        let (jobs, workers) = hand_out(2);
        let (begun, begins) = mpsc::channel();
        let ends: Vec<_> = (0..2)
            .map(|_| {
                let (end, told) = mpsc::channel();
                jobs.give((begun.clone(), told)).map_err(drop).unwrap();
                end
            })
            .collect();
        let (_end, told) = mpsc::channel();
        assert!(jobs.give((begun.clone(), told)).is_err());
        // Nobody gives any more, and what waits is done.
        drop(jobs);
        let thread = worker(&workers, 7);
        drop(ends);
        assert_eq!((begins.recv(), begins.recv()), (Ok(7), Ok(7)));
        thread.join().unwrap();
    }
}
