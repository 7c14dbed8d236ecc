//! The readers of what `git` says, opened for fuzzers.

use std::sync::Arc;

use super::list;
use super::names::RefName;
use super::outcome::PushOutcome;
use super::outcome::verdict;
use super::progress::Progress;
use super::progress::Sieve;
use super::text::shown;
use crate::domain::deceptive::deceives;

/// A push has landed only if the report says so of every ref; whatever was said can be shown. The bytes are
/// what git printed and, behind a NUL, what it and the server said.
///
/// # Panics
///
/// If that does not hold.
pub(crate) fn push_report(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let [stdout, stderr] = [parts.next(), parts.next()].map(Option::unwrap_or_default);
    let stdout = String::from_utf8_lossy(stdout);
    let stderr = shown(stderr, &["hunter2".to_owned()]);
    assert!(!stderr.contains("hunter2"), "{stderr}");
    let is_obeyed = |c: char| deceives(c) && !matches!(c, '\n' | '\t');
    assert!(!stderr.contains(is_obeyed), "{stderr:?}");
    let refs = [
        "refs/heads/pact/app/Web",
        "refs/heads/pact/contracts/Orders",
    ];
    let names = refs.map(|name| name.parse::<RefName>().expect("it is the name of a ref"));
    let outcome = verdict(&names, &stdout, &stderr);
    drop((outcome.to_string(), outcome.next_step()));
    if outcome == PushOutcome::Landed {
        for name in refs {
            let mut lines = stdout.lines().filter(|line| line.contains(name));
            assert!(lines.any(|line| !line.starts_with('!')), "{stdout}");
        }
    }
}

/// A list of refs is read whole or not at all: what is written of it is read the same.
///
/// # Panics
///
/// If that does not hold.
pub(crate) fn listing(bytes: &[u8]) {
    for separator in ['\t', ' '] {
        let Ok(listed) = list::parse("ls-remote", bytes, separator) else {
            continue;
        };
        let lines = bytes.split_inclusive(|byte| *byte == b'\n').count();
        assert!(listed.len() <= lines);
        let line = |(name, id)| format!("{id}{separator}{name}\n");
        let written: String = listed.iter().map(line).collect();
        let again = list::parse("ls-remote", written.as_bytes(), separator);
        assert_eq!(again.expect("it was written so"), listed);
    }
}

/// What is left when progress is taken out does not depend on how the bytes arrive.
///
/// # Panics
///
/// If that does not hold.
pub(crate) fn progress(bytes: &[u8]) {
    let kept = |size: usize| {
        let heard = Progress::new(|_| ());
        let work = Arc::new(heard.begin("fetching"));
        let mut sieve = Sieve::new(&work);
        let mut kept = Vec::new();
        for part in bytes.chunks(size.max(1)) {
            sieve.pass(part, &mut kept);
        }
        sieve.end_line(&mut kept);
        kept
    };
    let whole = kept(bytes.len());
    assert_eq!(kept(1), whole);
    assert_eq!(kept(7), whole);
    assert!(whole.len() <= bytes.len());
}
