//! A write in the making: what is there, with what is to be written on top.
//!
//! A draft is only a draft: nothing of it is seen by anybody until it is committed, and all of it
//! is made again if the store has moved by then. Who decides on one must therefore be able to do
//! so more than once.

use super::Work;
use super::WriteError;
use crate::app::Context;
use crate::app::ask::rules;
use crate::app::fresh::Fresh;
use crate::app::message;
use crate::app::pending;
use crate::app::site::Site;
use crate::app::site::SiteError;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::intent::Refusal;
use crate::domain::ledger::Unreadable;
use crate::domain::publish::Links;
use crate::domain::record_verification::Report;
use crate::domain::record_verification::ReportedPact;
use crate::domain::rules::Rules;
use crate::domain::time::Timestamp;
use crate::domain::verification::RequestId;
use crate::record::change::Change;
use crate::record::change::Changes;
use crate::record::path::Branch;
use crate::record::path::RecordPath;
use crate::store::Snapshot;
use crate::store::git::Moment;
use crate::store::ledger::StoreLedger;
use crate::store::overlay::Overlay;
use crate::store::overlay::Savepoint;

/// Somebody's request: looks at a draft, puts intents on it, and says what came of it.
///
/// It is asked again whenever the store has moved, so it changes nothing but the draft.
pub type Request<'a, T, E> = Box<dyn Fn(&mut Draft<'_>) -> Result<T, E> + 'a>;

/// A write in the making.
pub struct Draft<'a> {
    overlay: Overlay<'a>,
    context: &'a Context,
    /// Those that say something that was not known.
    intents: Vec<Intent>,
}

/// What a draft has come to.
pub(super) struct Drafted {
    /// What is to be recorded.
    pub(super) intents: Vec<Intent>,
    /// The files that follow from it, and from what is pending.
    pub(super) changes: Changes,
}

impl<'a> Draft<'a> {
    pub(super) fn new(overlay: Overlay<'a>, context: &'a Context) -> Self {
        Self {
            overlay,
            context,
            intents: Vec::new(),
        }
    }

    /// Returns everything that is known, with what was put on top.
    #[must_use]
    pub fn ledger(&self) -> StoreLedger<'_> {
        StoreLedger::new(&self.overlay)
    }

    /// Returns the rules that decide.
    ///
    /// # Errors
    ///
    /// Fails if the settings cannot be read.
    pub fn rules(&self) -> Result<Rules, Unreadable> {
        rules(&self.ledger(), self.context)
    }

    /// Returns the time of the write.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.context.now
    }

    /// Decides an intent and puts what follows from it on top.
    ///
    /// # Errors
    ///
    /// Refuses what cannot be recorded.
    pub fn put(&mut self, intent: Intent) -> Result<Option<Outcome>, Refusal> {
        self.put_with(intent, &pending::links())
    }

    /// Does the same, with other addresses in what is said to people.
    ///
    /// # Errors
    ///
    /// Refuses what cannot be recorded.
    pub fn put_with(
        &mut self,
        intent: Intent,
        links: &Links<'_>,
    ) -> Result<Option<Outcome>, Refusal> {
        let intent = self.to_be_signed(intent.without_passwords());
        let put = pending::put(&intent, self.context, &mut self.overlay, links)?;
        if put.is_new {
            self.intents.push(pinned(intent, put.outcome.as_ref()));
        }
        Ok(put.outcome)
    }

    /// Returns an intent as it is recorded where commits are signed: results that were recorded before,
    /// perhaps without a signature, are recorded again.
    fn to_be_signed(&self, intent: Intent) -> Intent {
        match intent {
            Intent::RecordVerification(report) if self.context.sign && report.request.is_none() => {
                Intent::RecordVerification(Report {
                    request: Some(RequestId::to_be_signed()),
                    ..report
                })
            }
            intent => intent,
        }
    }

    /// Returns what is there, with what was put on top.
    pub(in crate::app) fn snapshot(&self) -> &dyn Snapshot {
        &self.overlay
    }

    /// Puts a file in order that does not say what the facts do. Nothing new is recorded by that.
    pub(in crate::app) fn mend(&mut self, branch: Branch, path: RecordPath, change: Change) {
        self.overlay.put(branch, path, change);
    }

    pub(super) fn into_parts(self) -> Drafted {
        Drafted {
            intents: self.intents,
            changes: self.overlay.into_changes(),
        }
    }

    fn savepoint(&self) -> (Savepoint, usize) {
        (self.overlay.savepoint(), self.intents.len())
    }

    fn go_back(&mut self, (savepoint, intents): (Savepoint, usize)) {
        self.overlay.go_back(savepoint);
        self.intents.truncate(intents);
    }
}

/// Returns results with the contents that they are about: the contract that is current now, or that a version
/// has, may be another one when what was kept is decided again.
fn pinned(mut intent: Intent, outcome: Option<&Outcome>) -> Intent {
    if let (Intent::RecordVerification(report), Some(Outcome::Verified(recorded))) =
        (&mut intent, outcome)
    {
        for result in &mut report.results {
            let mut of_consumer = recorded.iter().filter(|it| it.consumer == result.consumer);
            // Of several contents of one consumer nobody says here which is which.
            if let (Some(only), None) = (of_consumer.next(), of_consumer.next()) {
                result.pact = ReportedPact::Content(only.content.clone());
            }
        }
    }
    intent
}

/// Requests that share one commit a branch and one push, each with a result of its own.
pub(super) struct Group<'g, 'r, T, E> {
    /// The requests.
    pub(super) requests: &'g [Request<'r, T, E>],
    /// Whether all that the remote has is here, so that what is not here does not exist.
    pub(super) all_is_here: bool,
    /// Where it comes from, if the commits are to say so.
    pub(super) origin: Option<&'g str>,
}

impl<T, E: From<Refusal>> Work for Group<'_, '_, T, E> {
    type Done = Vec<Result<T, E>>;

    fn needs(&self, _: &Site) -> Result<Vec<Branch>, SiteError> {
        // A request says what it looks at only by looking.
        Ok(Vec::new())
    }

    fn here<'a>(&self, site: &'a Site) -> Box<dyn Snapshot + 'a> {
        // A refusal is an answer here, so it must not come from what was not fetched.
        Box::new(if self.all_is_here {
            Fresh::as_far_as_here(site, Moment::Now)
        } else {
            Fresh::new(site, Moment::Now)
        })
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<Self::Done, WriteError> {
        let mut results = Vec::new();
        for request in self.requests {
            let before = draft.savepoint();
            let result = request(draft);
            if result.is_err() {
                draft.go_back(before);
            }
            results.push(result);
        }
        Ok(results)
    }

    fn message(&self, intents: &[&Intent]) -> String {
        let message = message::commit_message(intents);
        match self.origin {
            None | Some("") => message,
            Some(origin) => format!("{}\n\n{origin}\n", message.trim_end()),
        }
    }
}
