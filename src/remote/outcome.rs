//! What came of a push, and what to do next. Pure: told from what `git push --porcelain` printed.
//!
//! The lines of `--porcelain` are the server's report and are never translated: a flag, the ref, and
//! in brackets who refused and why. They decide (spec: reliability §3). Two things are told from
//! standard error, where no line says them: which names clash in an atomic push, and that nothing
//! was sent at all. Whatever is not known to have failed is [`PushOutcome::Ambiguous`]: with the
//! connection cut after sending, most pushes had landed.

use std::fmt;

use super::error::Trouble;
use super::names::RefName;
use super::text;
use crate::domain::deceptive::visible;

/// What came of a push. All refs have moved, or none has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum PushOutcome {
    /// Every ref is on the remote, where it should be.
    Landed,
    /// Another writer was faster, or holds the lock of the ref at this moment.
    LostRace {
        /// The refs that were lost.
        refs: Vec<RefName>,
        /// What the server said. After many losses to a tip that does not move, its lock file may
        /// have been left behind: this text names it.
        said: String,
    },
    /// A hook, a protected branch or another rule of the server says no.
    Refused {
        /// The refs that were refused.
        refs: Vec<RefName>,
        /// The reason in brackets, e.g. `pre-receive hook declined`.
        reason: String,
        /// What the hook or the forge itself said, line by line; control characters are escaped.
        policy: String,
    },
    /// A branch such as `pact` or `pact/app` is in the way: there can be none below it.
    NameClash {
        /// The branch that could not be made, where the server names it.
        wanted: Option<RefName>,
        /// The branch that is in the way, where the server names it.
        existing: Option<RefName>,
    },
    /// The remote could not store what was sent.
    Unpacker {
        /// Its disk is full; otherwise it has found something wrong with the objects.
        full: bool,
        /// What it said.
        said: String,
    },
    /// The remote is not a bare repository, and has this branch checked out.
    CheckedOut {
        /// The branches.
        refs: Vec<RefName>,
    },
    /// The remote does not have the commits that a shallow repository ends at.
    ShallowNotAllowed,
    /// Nothing was sent: access refused, no such repository, no connection.
    Unreachable {
        /// What kind of trouble it is.
        trouble: Trouble,
        /// What git said.
        said: String,
    },
    /// It may have landed or not. Only the remote can tell.
    Ambiguous {
        /// What git said.
        said: String,
    },
}

/// What a writer does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Nothing: it is done.
    Done,
    /// Fetch the refs it writes, decide again on the new tips, push again after a wait.
    DecideAgain,
    /// Look whether its records are on the remote, then either be done or decide again.
    Look,
    /// Push the same again after a wait: nothing was sent.
    TryAgain,
    /// Give up: the same would happen again.
    GiveUp,
}

impl PushOutcome {
    /// Returns what a writer does next.
    #[must_use]
    pub fn next_step(&self) -> NextStep {
        match self {
            Self::Landed => NextStep::Done,
            Self::LostRace { .. } => NextStep::DecideAgain,
            Self::Ambiguous { .. } => NextStep::Look,
            Self::Unreachable {
                trouble: Trouble::Network,
                ..
            } => NextStep::TryAgain,
            Self::Refused { .. }
            | Self::NameClash { .. }
            | Self::Unpacker { .. }
            | Self::CheckedOut { .. }
            | Self::ShallowNotAllowed
            | Self::Unreachable { .. } => NextStep::GiveUp,
        }
    }
}

impl fmt::Display for PushOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |refs: &[RefName]| {
            let names: Vec<_> = refs.iter().map(RefName::as_str).collect();
            names.join(", ")
        };
        match self {
            Self::Landed => f.write_str("the push has landed"),
            Self::LostRace { refs, .. } => {
                write!(f, "another writer was faster on {}", names(refs))
            }
            Self::Refused {
                refs,
                reason,
                policy,
            } => write!(f, "the remote refused {} ({reason})\n{policy}", names(refs)),
            Self::NameClash { wanted, existing } => {
                let name = |name: &Option<RefName>, other| {
                    name.as_ref().map_or(other, RefName::as_str).to_owned()
                };
                let (wanted, existing) = (
                    name(wanted, "git-pact's branches"),
                    name(existing, "a branch of the same beginning"),
                );
                write!(
                    f,
                    "the remote cannot hold {wanted}: {existing} is in the way"
                )
            }
            Self::Unpacker { full: true, said } => write!(f, "the remote's disk is full\n{said}"),
            Self::Unpacker { full: false, said } => {
                write!(f, "the remote could not store the objects\n{said}")
            }
            Self::CheckedOut { refs } => write!(
                f,
                "the remote is not a bare repository and has {} checked out",
                names(refs)
            ),
            Self::ShallowNotAllowed => {
                f.write_str("the remote lacks commits that this shallow repository lacks as well")
            }
            Self::Unreachable { trouble, said } => write!(f, "{trouble}\n{said}"),
            Self::Ambiguous { said } => {
                write!(
                    f,
                    "the connection ended before the remote had answered\n{said}"
                )
            }
        }
    }
}

/// What one line of the report means.
enum Line<'a> {
    Fine,
    Lost,
    /// Held back because another ref of the set failed.
    Companion,
    Clash,
    Unpacker,
    CheckedOut,
    Shallow,
    NoReport,
    Refused(&'a str),
}

/// Tells what came of a push of those refs.
///
/// `stdout` is what `--porcelain` printed, `stderr` what git and the server said, made fit to be
/// shown. The exit status adds nothing: a ref without a line of its own has no report.
pub(super) fn verdict(refs: &[RefName], stdout: &str, stderr: &str) -> PushOutcome {
    let lines: Vec<(RefName, Line<'_>)> = stdout.lines().filter_map(line).collect();
    let which = |wanted: fn(&Line<'_>) -> bool| -> Vec<RefName> {
        let found = lines.iter().filter(|(_, line)| wanted(line));
        found.map(|(name, _)| name.clone()).collect()
    };
    let said = || stderr.to_owned();
    let clash = clashing_names(stdout).or_else(|| clashing_names(stderr));
    let lost = which(|line| matches!(line, Line::Lost | Line::Companion));
    let clashes = !which(|line| matches!(line, Line::Clash)).is_empty();
    // A lock that could not be taken because of a clash is reported like a lost race.
    if clashes || (!lost.is_empty() && clash.is_some()) {
        let (existing, wanted) = clash.unwrap_or_default();
        return PushOutcome::NameClash { wanted, existing };
    }
    let refused = lines.iter().find_map(|(_, line)| match line {
        Line::Refused(reason) => Some(*reason),
        _ => None,
    });
    if let Some(reason) = refused {
        return PushOutcome::Refused {
            refs: which(|line| matches!(line, Line::Refused(_))),
            reason: visible(reason).into_owned(),
            policy: text::said_by_server(stderr),
        };
    }
    let checked_out = which(|line| matches!(line, Line::CheckedOut));
    if !checked_out.is_empty() {
        return PushOutcome::CheckedOut { refs: checked_out };
    }
    if !which(|line| matches!(line, Line::Shallow)).is_empty() {
        return PushOutcome::ShallowNotAllowed;
    }
    if !which(|line| matches!(line, Line::Unpacker)).is_empty() {
        let full = ["No space left", "quota exceeded", "Disk quota"]
            .iter()
            .any(|words| stderr.contains(words));
        return PushOutcome::Unpacker { full, said: said() };
    }
    if !which(|line| matches!(line, Line::NoReport)).is_empty() {
        return PushOutcome::Ambiguous { said: said() };
    }
    if !lost.is_empty() {
        return PushOutcome::LostRace {
            refs: lost,
            said: said(),
        };
    }
    let fine = which(|line| matches!(line, Line::Fine));
    if refs.iter().all(|name| fine.contains(name)) {
        return PushOutcome::Landed;
    }
    without_report(stderr)
}

/// Tells what it means that the server has reported nothing.
fn without_report(stderr: &str) -> PushOutcome {
    /// The words of git, curl and OpenSSH for a connection that was never made.
    const NEVER_CONNECTED: &[&str] = &[
        "Could not resolve",
        "ould not resolve hostname",
        "unable to look up",
        "Failed to connect",
        "Couldn't connect",
        "unable to connect",
        "Connection refused",
        "Network is unreachable",
        "No route to host",
    ];
    let said = stderr.to_owned();
    let never_connected = text::said_by_git(stderr)
        .any(|line| NEVER_CONNECTED.iter().any(|words| line.contains(words)));
    match Trouble::of(text::said_by_git(stderr)) {
        Some(Trouble::Network) if !never_connected => PushOutcome::Ambiguous { said },
        Some(trouble) => PushOutcome::Unreachable { trouble, said },
        None => PushOutcome::Ambiguous { said },
    }
}

/// Reads a line of the report: `<flag> TAB <from>:<to> TAB <summary> (<reason>)`.
fn line(text: &str) -> Option<(RefName, Line<'_>)> {
    let mut fields = text.splitn(3, '\t');
    let (flag, refspec, summary) = (fields.next()?, fields.next()?, fields.next()?);
    let name = refspec.rsplit_once(':')?.1.parse().ok()?;
    let meaning = match flag {
        " " | "*" | "=" => Line::Fine,
        _ => refusal(summary),
    };
    Some((name, meaning))
}

/// Tells what a refusal means from who refuses and why.
fn refusal(summary: &str) -> Line<'_> {
    let (who, reason) = summary.split_once(" (").unwrap_or((summary, ""));
    let reason = reason.strip_suffix(')').unwrap_or(reason);
    let holds = |words: &[&str]| words.iter().any(|words| reason.contains(words));
    match who {
        "[remote failure]" => Line::NoReport,
        "[rejected]" => match reason {
            "atomic push failed" => Line::Companion,
            "fetch first"
            | "non-fast-forward"
            | "stale info"
            | "needs force"
            | "already exists"
            | "remote ref updated since checkout" => Line::Lost,
            _ => Line::Refused(reason),
        },
        _ if holds(&["exists; cannot create", "refname conflict"]) => Line::Clash,
        _ if reason == "atomic push failure" => Line::Companion,
        _ if reason == "unpacker error" => Line::Unpacker,
        _ if reason == "branch is currently checked out" => Line::CheckedOut,
        _ if reason == "shallow update not allowed" => Line::Shallow,
        // A forge that had trouble of its own.
        _ if holds(&["Internal Server Error"]) => Line::NoReport,
        _ if holds(&[
            "failed to update ref",
            "atomic transaction failed",
            "but expected",
            "reference already exists",
            "incorrect old value provided",
            "failed to lock",
            "lock failure",
            "LOCK_FAILURE",
            "Unable to create",
        ]) =>
        {
            Line::Lost
        }
        _ => Line::Refused(reason),
    }
}

/// Returns the existing and the wanted name of `'…' exists; cannot create '…'`.
fn clashing_names(text: &str) -> Option<(Option<RefName>, Option<RefName>)> {
    let (before, after) = text.split_once("' exists; cannot create '")?;
    let existing = before.rsplit('\'').next()?.parse().ok();
    let wanted = after.split('\'').next()?.parse().ok();
    Some((existing, wanted))
}

#[cfg(test)]
mod tests;
