//! How far long work has come: told by whoever does it, heard by whoever shows it.
//!
//! Nothing is decided by it. What `git` says of its own progress is text for people and no
//! interface: a line that is understood moves a bar and is dropped, any other is kept as what git
//! said. If git's words change, the bar stands still, and that is all.

use std::fmt;
use std::sync::Arc;
use std::sync::Weak;
use std::time::Duration;
use std::time::Instant;

/// What git and the servers that people use call the stages of their work.
const STAGES: &[&str] = &[
    "Enumerating objects",
    "Counting objects",
    "Finding sources",
    "Getting sizes",
    "Compressing objects",
    "Receiving objects",
    "Unpacking objects",
    "Writing objects",
    "Resolving deltas",
    "Checking objects",
    "Checking connectivity",
];

/// The longest line that is looked at; progress is shorter.
const LONGEST_LINE: usize = 1024;

type Listener = dyn Fn(Option<Report<'_>>) + Send + Sync;

/// Where long work reports to. By default nobody listens.
///
/// The listener hears a [`Report`] for each step, from any thread, and `None` when what is shown has
/// to leave the screen: work is over, or other work begins within it and may ask for a password.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<Listener>>);

/// How far a piece of work has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report<'a> {
    /// What is being done, e.g. "fetching 3 branches from origin". Holds no secret.
    pub title: &'a str,
    /// The stage of it, e.g. "Receiving objects"; empty if there is but one.
    pub stage: &'a str,
    /// How much of the stage is done.
    pub done: u64,
    /// How much there is to do, if that is known.
    pub total: Option<u64>,
    /// For how long the work has been going on.
    pub elapsed: Duration,
}

/// A piece of work that is going on; when it is dropped, it is over.
#[must_use]
pub struct Work {
    progress: Progress,
    title: String,
    begin: Instant,
}

impl Progress {
    /// Returns a place to report to.
    #[must_use]
    pub fn new(listener: impl Fn(Option<Report<'_>>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    /// Begins a piece of work. Nothing is shown before it has reported something.
    ///
    /// The title begins in lower case, does not end with a full stop, and holds no secret.
    pub fn begin(&self, title: impl Into<String>) -> Work {
        self.tell(None);
        Work {
            progress: self.clone(),
            title: title.into(),
            begin: Instant::now(),
        }
    }

    /// Says whether anybody listens.
    #[must_use]
    pub(super) fn is_heard(&self) -> bool {
        self.0.is_some()
    }

    fn tell(&self, report: Option<Report<'_>>) {
        if let Some(listener) = &self.0 {
            listener(report);
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heard = if self.is_heard() { "heard" } else { "unheard" };
        write!(f, "Progress({heard})")
    }
}

impl Work {
    /// Reports how much is done, and how much there is to do if that is known.
    pub fn at(&self, done: usize, total: Option<usize>) {
        // A count of things in memory fits; were it not to, the bar would be wrong and no more.
        let wide = |count| u64::try_from(count).unwrap_or(u64::MAX);
        self.stage("", wide(done), total.map(wide));
    }

    /// The same for one stage of several.
    fn stage(&self, stage: &str, done: u64, total: Option<u64>) {
        self.progress.tell(Some(Report {
            title: &self.title,
            stage,
            done,
            total,
            elapsed: self.begin.elapsed(),
        }));
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.progress.tell(None);
    }
}

/// Takes the progress out of what a `git` says: reports it, and leaves the rest.
pub(super) struct Sieve {
    /// Weak, since a process that git leaves behind may hold the pipe long after the work is over.
    work: Weak<Work>,
    /// The beginning of a line whose end was not read yet.
    line: Vec<u8>,
}

impl Sieve {
    /// Returns what takes out the progress of a piece of work.
    pub(super) fn new(work: &Arc<Work>) -> Self {
        Self {
            work: Arc::downgrade(work),
            line: Vec::new(),
        }
    }

    /// Takes in the next bytes, and adds what is no progress to what is kept.
    pub(super) fn pass(&mut self, bytes: &[u8], kept: &mut Vec<u8>) {
        for &byte in bytes {
            self.line.push(byte);
            // Git overwrites its progress by carriage returns.
            if matches!(byte, b'\r' | b'\n') || self.line.len() > LONGEST_LINE {
                self.end_line(kept);
            }
        }
    }

    /// Takes the line read so far for a whole one, since there is no more for now.
    pub(super) fn end_line(&mut self, kept: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        let text = text.strip_prefix("remote:").unwrap_or(text).trim_start();
        if let Some((stage, done, total)) = parse(text) {
            if let Some(work) = self.work.upgrade() {
                work.stage(stage, done, total);
            }
        } else if !is_added(text) {
            kept.extend(line);
        }
    }
}

/// Reads a line of progress: the stage, how much is done, and of how much if that is known.
fn parse(line: &str) -> Option<(&str, u64, Option<u64>)> {
    let (stage, rest) = line.split_once(": ")?;
    if !STAGES.contains(&stage) {
        return None;
    }
    let Some((_, counts)) = rest.split_once("% (") else {
        let count = rest.split(',').next()?;
        return Some((stage, count.trim().parse().ok()?, None));
    };
    let (done, total) = counts.split_once(')')?.0.split_once('/')?;
    Some((stage, done.parse().ok()?, Some(total.parse().ok()?)))
}

/// Says whether a line is what git adds to its progress, and says only together with it.
fn is_added(line: &str) -> bool {
    line.starts_with("Delta compression using up to ")
        || (line.starts_with("Total ") && line.contains(" (delta "))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn progress_is_read_as_git_and_servers_write_it() {
        for (line, expected) in [
            (
                "Receiving objects:  42% (1234/2938), 1.20 MiB | 3.40 MiB/s",
                ("Receiving objects", 1234, Some(2938)),
            ),
            (
                "Resolving deltas: 100% (7/7), completed with 2 local objects.",
                ("Resolving deltas", 7, Some(7)),
            ),
            (
                "Writing objects: 100% (3/3), 212 bytes | 212.00 KiB/s, done.",
                ("Writing objects", 3, Some(3)),
            ),
            (
                "Enumerating objects: 5, done.",
                ("Enumerating objects", 5, None),
            ),
            ("Counting objects: 17", ("Counting objects", 17, None)),
        ] {
            assert_eq!(parse(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_is_no_progress() {
        for line in [
            "",
            "Receiving objects",
            "Receiving objects: ",
            "Receiving objects: many",
            "Receiving objects:  42% (1234 of 2938)",
            "Receiving objects:  42% (1234/",
            "Receiving objects:  42% (a/b)",
            "Receiving objects:  42% (1/99999999999999999999999)",
            "Score: 42",
            "error: failed to push some refs: 5",
            "fatal: Receiving objects: 3",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    /// Returns a place to report to, and what was heard there.
    fn heard() -> (Progress, Arc<Mutex<Vec<String>>>) {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let tape = Arc::clone(&heard);
        let progress = Progress::new(move |report| {
            let text = report.map_or("clear".to_owned(), |report| {
                let Report { stage, done, .. } = report;
                format!("{}|{stage}|{done}|{:?}", report.title, report.total)
            });
            tape.lock().unwrap().push(text);
        });
        (progress, heard)
    }

    #[test]
    fn progress_is_told_and_everything_else_is_kept_wherever_the_bytes_are_cut() {
        let said =
            b"warning: odd\nremote: Counting objects: 5\rremote: Counting objects: 9, done.   \n\
            Delta compression using up to 2 threads\nTotal 3 (delta 0), reused 0 (delta 0)\n\
            remote: Total failures: 1\nReceiving objects:  50% (1/2)\r\
            remote: Score: 42\nfatal: no";
        for size in 1..=said.len() {
            let (progress, heard) = heard();
            let work = Arc::new(progress.begin("fetching"));
            let mut sieve = Sieve::new(&work);
            let mut kept = Vec::new();
            for chunk in said.chunks(size) {
                sieve.pass(chunk, &mut kept);
            }
            sieve.end_line(&mut kept);
            let kept = String::from_utf8(kept).unwrap();
            assert_eq!(
                kept,
                "warning: odd\nremote: Total failures: 1\nremote: Score: 42\nfatal: no"
            );
            drop(work);
            assert_eq!(
                *heard.lock().unwrap(),
                [
                    "clear",
                    "fetching|Counting objects|5|None",
                    "fetching|Counting objects|9|None",
                    "fetching|Receiving objects|1|Some(2)",
                    "clear"
                ]
            );
        }
    }

    #[test]
    fn nothing_is_heard_of_work_that_is_over() {
        let (progress, heard) = heard();
        let work = Arc::new(progress.begin("fetching"));
        let mut sieve = Sieve::new(&work);
        drop(work);
        sieve.pass(b"Receiving objects:  50% (1/2)\r", &mut Vec::new());
        assert_eq!(*heard.lock().unwrap(), ["clear", "clear"]);
    }

    #[test]
    fn a_line_without_end_is_kept_in_pieces() {
        let (progress, _) = heard();
        let work = Arc::new(progress.begin("fetching"));
        let mut sieve = Sieve::new(&work);
        let mut kept = Vec::new();
        sieve.pass(&[b'x'; 5000], &mut kept);
        assert!(kept.len() >= 5000 - LONGEST_LINE);
        sieve.end_line(&mut kept);
        assert_eq!(kept, [b'x'; 5000]);
    }
}
