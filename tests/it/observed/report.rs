//! Many things tried at once, and all that went wrong told together.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;

/// How many are tried at the same time; some do nothing but wait.
const THREADS: usize = 6;

/// Tries each of many things on a few threads and panics with every complaint there is.
pub(super) fn every<T: Sync>(things: &[T], complaint: impl Fn(&T) -> Option<String> + Sync) {
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(thing) = things.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(complaint) = complaint(thing) {
                        let mut complaints =
                            complaints.lock().unwrap_or_else(PoisonError::into_inner);
                        complaints.push(complaint);
                    }
                }
            });
        }
    });
    let mut complaints = complaints
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    complaints.sort();
    assert!(
        complaints.is_empty(),
        "{} of {} are not as they should be:\n\n{}",
        complaints.len(),
        things.len(),
        complaints.join("\n")
    );
}
