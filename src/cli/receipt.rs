//! What a write says when it is done: where it is now.

use serde::Serialize;

use super::ui::Ui;
use crate::app::site::Site;
use crate::app::write::State;
use crate::app::write::Written;
use crate::render::shell::quoted;

/// How many branches are named to a person: a clean-up moves hundreds.
const MOST_NAMED: usize = 12;

/// Where a write is now, for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Receipt {
    /// `landed`, `nothing-new`, `kept` or `bundled`.
    state: &'static str,
    /// The branches that moved, with their new commits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    branches: Vec<Moved>,
    /// How often the push was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<u32>,
    /// How many writes wait for the next push.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<usize>,
    /// The bundle that it went into, in place of the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    bundle: Option<String>,
}

#[derive(Debug, Serialize)]
struct Moved {
    branch: String,
    commit: String,
}

impl Receipt {
    pub(super) fn of<D>(written: &Written<D>) -> Self {
        let empty = Self {
            state: "nothing-new",
            branches: Vec::new(),
            attempts: None,
            pending: None,
            bundle: None,
        };
        match &written.state {
            State::NothingNew => empty,
            State::Kept { pending } => Self {
                state: "kept",
                pending: Some(*pending),
                ..empty
            },
            State::Bundled { file, .. } => Self {
                state: "bundled",
                bundle: Some(file.display().to_string()),
                ..empty
            },
            State::Landed { advances, attempts } => Self {
                state: "landed",
                branches: advances
                    .iter()
                    .map(|advance| Moved {
                        branch: advance.branch.to_string(),
                        commit: advance.new.to_string(),
                    })
                    .collect(),
                attempts: Some(*attempts),
                ..empty
            },
        }
    }
}

/// Says where a write is now, and what became of what was pending.
pub(super) fn say<D>(written: &Written<D>, site: &Site, ui: &mut Ui<'_>) {
    match &written.state {
        State::NothingNew | State::Landed { .. } if !ui.tells_more() => {}
        State::NothingNew => ui.say("Nothing new: all of this is recorded already."),
        State::Kept { pending } => {
            // What is kept is no commit yet: it is signed when it becomes one.
            let (sign, signed) = match site.signer {
                Some(_) => (" --sign", ", and signs it"),
                None => ("", ""),
            };
            ui.say(&format!(
                "Kept here, not pushed yet ({pending} pending). Send it with `git pact push{sign}`{signed}."
            ));
        }
        State::Bundled { file, writes } => {
            let (path, writes) = (file.display(), count(*writes, "write"));
            let name = quoted(&file.to_string_lossy());
            let next = if site.is_read_only() {
                "It counts wherever it lies with the other bundles.".to_owned()
            } else {
                format!("Whoever may write the store records them with `git pact apply {name}`.")
            };
            ui.say(&format!(
                "Nothing was pushed: {path} holds {writes}. {next}"
            ));
        }
        State::Landed { advances, attempts } => {
            let mut moved: Vec<String> = advances
                .iter()
                .take(MOST_NAMED)
                .map(|advance| format!("{} {}", advance.branch, short(&advance.new.0)))
                .collect();
            if let Some(more @ 1..) = advances.len().checked_sub(MOST_NAMED) {
                moved.push(format!("and {more} more"));
            }
            let again = match attempts {
                1 => String::new(),
                attempts => format!(" after {attempts} attempts"),
            };
            ui.say(&format!(
                "Recorded in {}{again}: {}",
                site.description,
                moved.join(", ")
            ));
        }
    }
    if written.sent > 0 && ui.tells_more() {
        ui.say(&format!(
            "Pushed {} that had been pending.",
            count(written.sent, "write")
        ));
    }
    let what = match written.state {
        State::Bundled { .. } => "a write that is in the bundle, or pending, would be refused now",
        _ => "a pending write is refused now and stays pending",
    };
    for held in &written.refused {
        ui.warn(&format!("{what}: {}", held.refusal));
    }
}

/// Returns a commit id as people read it.
pub(super) fn short(id: &str) -> &str {
    id.get(..7).unwrap_or(id)
}

/// Returns a number of things: `1 write`, `2 writes`.
pub(super) fn count(number: usize, thing: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{end}")
}
