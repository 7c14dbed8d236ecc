//! Runs one program to its end: feeds it, hears it out, and stops it when its time is up.
//!
//! The end is that of the program, not of its pipes: an ssh master connection or a credential
//! daemon that it leaves behind keeps standard error open for hours.

use std::ffi::OsStr;
use std::ffi::OsString;
use std::io;
use std::io::Read;
use std::io::Write;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use super::progress::Sieve;
use super::progress::Work;

/// How much of standard error is kept: its end, where the reason stands.
const KEPT_OF_STDERR: usize = 64 * 1024;

/// How much standard output is taken: a hundred bytes for each of half a million branches.
const MOST_STDOUT: u64 = 64 * 1024 * 1024;

/// How long to wait for the rest of standard error when the program has ended.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// How long a program that was asked to stop may take to clean up.
const GRACE: Duration = Duration::from_secs(2);

/// A program to run.
pub(super) struct Run<'a> {
    pub(super) program: &'a OsStr,
    pub(super) arguments: &'a [OsString],
    /// The whole environment.
    pub(super) environment: &'a [(OsString, OsString)],
    pub(super) stdin: Vec<u8>,
    /// With a limit the program leads a process group of its own, and all of it is stopped.
    pub(super) limit: Option<Duration>,
    /// What the program is at, if it reports its progress on standard error.
    pub(super) work: Option<Arc<Work>>,
}

/// How a program ended, and what it said.
pub(super) struct Finished {
    /// The status, or `None` if it was stopped because its time was up.
    pub(super) status: Option<ExitStatus>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

/// Runs the program to its end.
///
/// # Errors
///
/// Fails if the program cannot be started or waited for; how it ended is not an error here.
pub(super) fn run(run: Run<'_>) -> io::Result<Finished> {
    let mut child = spawn(&run)?;
    let deadline = run.limit.map(|limit| Instant::now() + limit);
    feed(&mut child, run.stdin);
    let stdout = read_stdout(&mut child);
    let (stderr, stderr_ended) = follow_stderr(&mut child, run.work.as_ref());
    let status = wait(&mut child, &stdout.1, deadline)?;
    if status.is_none() {
        stop(&mut child, run.environment)?;
    }
    // Both ends may be held open by a process left behind; what is there is taken all the same.
    let _ = stderr_ended.recv_timeout(LAST_WORDS);
    Ok(Finished {
        status,
        // Half of an answer is not one: a branch that is missing in it does not exist.
        stdout: taken(&stdout.0)?,
        stderr: taken(&stderr).unwrap_or_default(),
    })
}

/// Starts the program. No other place in git-pact starts one.
#[expect(clippy::disallowed_methods, reason = "this is where `git` is started")]
fn spawn(run: &Run<'_>) -> io::Result<Child> {
    let mut command = Command::new(run.program);
    command
        .args(run.arguments)
        .env_clear()
        .envs(run.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    if run.limit.is_some() {
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    command.spawn()
}

/// Writes standard input from a thread, so that neither side waits for the other.
fn feed(child: &mut Child, bytes: Vec<u8>) {
    let mut pipe = child.stdin.take().expect("standard input is piped");
    if bytes.is_empty() {
        return;
    }
    // A program that ends without reading says why in its status.
    thread::spawn(move || drop(pipe.write_all(&bytes)));
}

/// What was heard, or why no more could be.
type Shared = Arc<Mutex<io::Result<Vec<u8>>>>;

/// Collects standard output; the channel tells when it has ended.
fn read_stdout(child: &mut Child) -> (Shared, mpsc::Receiver<()>) {
    let pipe = child.stdout.take().expect("standard output is piped");
    let keep = |chunk: &[u8], kept: &mut Vec<u8>| kept.extend_from_slice(chunk);
    collect(pipe.take(MOST_STDOUT), usize::MAX, keep)
}

/// Collects the end of standard error, without the progress in it, which is reported as it comes.
fn follow_stderr(child: &mut Child, work: Option<&Arc<Work>>) -> (Shared, mpsc::Receiver<()>) {
    let pipe = child.stderr.take().expect("standard error is piped");
    let mut sieve = work.map(Sieve::new);
    collect(pipe, KEPT_OF_STDERR, move |chunk, kept| match &mut sieve {
        Some(sieve) if chunk.is_empty() => sieve.end_line(kept),
        Some(sieve) => sieve.pass(chunk, kept),
        None => kept.extend_from_slice(chunk),
    })
}

/// Reads to the end in a thread, keeping the last `most` bytes of what `keep` keeps of each chunk.
/// An empty chunk is the end.
fn collect(
    mut pipe: impl Read + Send + 'static,
    most: usize,
    mut keep: impl FnMut(&[u8], &mut Vec<u8>) + Send + 'static,
) -> (Shared, mpsc::Receiver<()>) {
    let shared = Arc::new(Mutex::new(Ok(Vec::new())));
    let (ended, receiver) = mpsc::channel();
    let kept = Arc::clone(&shared);
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        loop {
            let read = pipe.read(&mut buffer);
            let mut heard = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let count = match (read, &mut *heard) {
                (Ok(count), Ok(kept)) => {
                    keep(&buffer[..count], kept);
                    let excess = kept.len().saturating_sub(most);
                    kept.drain(..excess);
                    count
                }
                (Err(error), _) if error.kind() == io::ErrorKind::Interrupted => continue,
                // What was heard has been taken, or no more can be heard.
                (Err(error), _) => {
                    *heard = Err(error);
                    0
                }
                (Ok(_), Err(_)) => 0,
            };
            if count == 0 {
                break;
            }
        }
        let _ = ended.send(());
    });
    (shared, receiver)
}

/// Takes what was collected so far.
fn taken(shared: &Shared) -> io::Result<Vec<u8>> {
    let mut heard = shared.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(&mut heard, Ok(Vec::new()))
}

/// Waits for the program, or returns `None` when the deadline has passed.
fn wait(
    child: &mut Child,
    stdout_ended: &mpsc::Receiver<()>,
    deadline: Option<Instant>,
) -> io::Result<Option<ExitStatus>> {
    let Some(deadline) = deadline else {
        // The thread says so also when nobody reads; a failure to receive is an end as well.
        let _ = stdout_ended.recv();
        return child.wait().map(Some);
    };
    let left = deadline.saturating_duration_since(Instant::now());
    let _ = stdout_ended.recv_timeout(left);
    let mut nap = Duration::from_micros(100);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        thread::sleep(nap);
        nap = (nap * 2).min(Duration::from_millis(20));
    }
}

/// Stops the program with all that it started: first asks, so that lock files are removed.
///
/// The standard library signals one process only, so a group is told by the `kill` program.
fn stop(child: &mut Child, environment: &[(OsString, OsString)]) -> io::Result<()> {
    for signal in ["-TERM", "-KILL"] {
        signal_group(child.id(), signal, environment);
        let until = Instant::now() + GRACE;
        while Instant::now() < until {
            if child.try_wait()?.is_some() {
                // The group may outlive its leader.
                signal_group(child.id(), "-KILL", environment);
                return Ok(());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
    child.kill()?;
    child.wait().map(drop)
}

/// Sends a signal to a process group, where there are any.
fn signal_group(leader: u32, signal: &str, environment: &[(OsString, OsString)]) {
    if !cfg!(unix) {
        return;
    }
    let sent = spawn(&Run {
        program: OsStr::new("kill"),
        arguments: &[signal.into(), "--".into(), format!("-{leader}").into()],
        environment,
        stdin: Vec::new(),
        limit: None,
        work: None,
    });
    // Without a `kill` program the leader is killed in the end.
    let _ = sent.and_then(|mut kill| kill.wait());
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(script: &str, stdin: &str, limit: Option<Duration>) -> Finished {
        run(Run {
            program: OsStr::new("sh"),
            arguments: &["-c".into(), script.into()],
            environment: &[("PATH".into(), "/usr/bin:/bin".into())],
            stdin: stdin.into(),
            limit,
            work: None,
        })
        .unwrap()
    }

    #[test]
    fn more_than_a_pipe_holds_passes_both_ways() {
        let big = "x".repeat(1_000_000);
        let finished = shell("cat; echo no >&2; exit 3", &big, None);
        assert_eq!(finished.stdout.len(), big.len());
        assert_eq!(finished.stderr, b"no\n");
        assert_eq!(finished.status.unwrap().code(), Some(3));
    }

    #[test]
    fn the_end_of_a_flood_is_kept() {
        let finished = shell("yes | head -c 500000 >&2; echo why >&2", "", None);
        assert_eq!(finished.stderr.len(), KEPT_OF_STDERR);
        assert!(finished.stderr.ends_with(b"why\n"));
    }

    #[test]
    fn a_child_left_behind_delays_nobody() {
        let begin = Instant::now();
        let finished = shell("sleep 20 >/dev/null & echo done", "", None);
        assert_eq!(finished.stdout, b"done\n");
        assert!(begin.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn when_the_time_is_up_the_whole_group_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("mark");
        let script = format!("(sleep 2; echo late > '{}') & sleep 30", mark.display());
        let begin = Instant::now();
        let finished = shell(&script, "", Some(Duration::from_millis(200)));
        assert!(finished.status.is_none());
        assert!(begin.elapsed() < Duration::from_secs(10));
        thread::sleep(Duration::from_millis(2500));
        assert!(!mark.exists());
    }
}
