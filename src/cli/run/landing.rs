//! Where what a command recorded is in the end, for people, for programs and as an exit code.

use serde::Serialize;

use crate::app::message::line;
use crate::app::pending::HeldBack;
use crate::app::pending::is_same;
use crate::app::write::State;
use crate::app::write::Written;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::receipt::Receipt;
use crate::cli::receipt::count;
use crate::cli::receipt::short;
use crate::cli::ui::Ui;
use crate::domain::intent::Intent;
use crate::render::recorded::Recorded;
use crate::store::Advance;

/// Where it is.
pub(super) enum Place {
    /// There is nothing that was not known.
    Nowhere,
    /// Nowhere: it was a rehearsal.
    Rehearsed,
    /// In the repository, which is the store itself.
    Written,
    /// It was pushed, or turned out to be there.
    Pushed(Box<Written>),
    /// On disk here, because the network was to be left alone.
    Kept,
    /// On disk here, because it could not be pushed.
    Stuck(Failure),
    /// On disk here, because nobody waited any longer.
    Abandoned,
}

/// What a command recorded, and where that is.
pub(super) struct Landing {
    /// What the store is called.
    pub(super) store: String,
    /// What was recorded.
    pub(super) recorded: Vec<Intent>,
    /// Where it is.
    pub(super) place: Place,
    /// How many writes wait here to be pushed.
    pub(super) pending: usize,
}

/// The same for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    /// The exit status of the command; none if it was not waited for, or did not start.
    command: Option<u8>,
    /// `landed`, `nothing-new`, `kept` or `dry-run`.
    state: &'static str,
    recorded: Recorded,
    #[serde(skip_serializing_if = "Option::is_none")]
    push: Option<Receipt>,
    /// What was refused, and is kept here.
    refused: Vec<RefusedJson>,
    /// Why it could not be pushed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// How many writes wait here to be pushed.
    pending: usize,
}

#[derive(Debug, Serialize)]
struct RefusedJson {
    write: String,
    reason: String,
}

impl Landing {
    /// Returns what of this command's was refused; what others had left here is not its fault.
    fn refused(&self) -> Vec<&HeldBack> {
        let Place::Pushed(written) = &self.place else {
            return Vec::new();
        };
        let is_ours = |held: &&HeldBack| self.recorded.iter().any(|it| is_same(it, &held.intent));
        written.refused.iter().filter(is_ours).collect()
    }

    /// Returns what was recorded and not refused.
    fn accepted(&self) -> Recorded {
        let refused = self.refused();
        let is_accepted = |intent: &&Intent| !refused.iter().any(|it| is_same(&it.intent, intent));
        Recorded::of(self.recorded.iter().filter(is_accepted))
    }

    /// Returns what the whole comes to, where the command itself ended well.
    pub(super) fn exit(&self) -> Exit {
        match &self.place {
            Place::Stuck(failure) => failure.exit,
            Place::Pushed(_) if !self.refused().is_empty() => Exit::NotRecorded,
            _ => Exit::Yes,
        }
    }

    /// Says where it is.
    pub(super) fn say(&self, ui: &mut Ui<'_>) {
        let recorded = self.accepted();
        let what = recorded.text();
        let pending = count(self.pending, "write");
        match &self.place {
            _ if recorded.is_empty() && self.refused().is_empty() && self.pending == 0 => {
                ui.say("Nothing new was recorded.");
            }
            Place::Nowhere => ui.say("Nothing new was recorded."),
            Place::Rehearsed => ui.say(&format!(
                "Dry run, nothing is pushed or kept. This would be recorded: {what}"
            )),
            Place::Written => ui.say(&format!("Recorded in {}: {what}", self.store)),
            Place::Pushed(written) => {
                if !recorded.is_empty() {
                    ui.say(&format!("Recorded: {what}"));
                }
                match &written.state {
                    State::Landed { advances, .. } => ui.say(&pushed(advances, &self.store)),
                    State::NothingNew | State::Kept { .. } | State::Bundled { .. } => {}
                }
            }
            Place::Kept => ui.say(&format!(
                "Kept here, not pushed yet ({pending} pending): {what}. Send it with \
                 `git pact push`."
            )),
            Place::Stuck(failure) => {
                ui.say(&format!("Not pushed: {what}"));
                failure.show(ui);
            }
            Place::Abandoned => ui.say(&format!(
                "Not waited for any longer. Nothing was pushed, {pending} pending here: {what}. \
                 Send it with `git pact push`."
            )),
        }
        for held in self.refused() {
            ui.warn(&format!(
                "refused, and kept here: {}: {}",
                line(&held.intent),
                held.refusal
            ));
        }
    }

    /// Returns the same for programs. `command` is the exit status of the command.
    pub(super) fn report(&self, command: Option<u8>) -> Report {
        let refused = self.refused();
        let recorded = self.accepted();
        let json = |held: &&HeldBack| RefusedJson {
            write: line(&held.intent),
            reason: held.refusal.to_string(),
        };
        Report {
            command,
            state: match &self.place {
                Place::Nowhere => "nothing-new",
                Place::Rehearsed => "dry-run",
                Place::Written | Place::Pushed(_) if recorded.is_empty() => "nothing-new",
                Place::Written | Place::Pushed(_) => "landed",
                Place::Kept | Place::Stuck(_) | Place::Abandoned => "kept",
            },
            recorded,
            push: match &self.place {
                Place::Pushed(written) => Some(Receipt::of(written)),
                _ => None,
            },
            refused: refused.iter().map(json).collect(),
            error: match &self.place {
                Place::Stuck(failure) => Some(failure.message.clone()),
                _ => None,
            },
            pending: self.pending,
        }
    }
}

/// Says which branches were pushed.
fn pushed(advances: &[Advance], store: &str) -> String {
    let tip = |it: &Advance| format!("{} {}", it.branch, short(&it.new.0));
    let tips: Vec<String> = advances.iter().map(tip).collect();
    let how = match advances.len() {
        1 => "in one commit",
        _ => "in one push, one commit each",
    };
    format!("Pushed to {store} {how}: {}", tips.join(", "))
}
