//! Recording what bundles say: decided anew, on the store as it is, by somebody who may write it.
//!
//! No commit of whoever made a bundle goes anywhere: only what it says, as far as that is believed. So to apply
//! one twice records it once, and a bundle that was made long ago is refused only if what it says cannot be
//! recorded any more.

use std::path::Path;
use std::path::PathBuf;

use super::Context;
use super::bundle::Bench;
use super::bundle::Bundle;
use super::bundle::BundleError;
use super::message::line;
use super::site::Site;
use super::write::Draft;
use super::write::Request;
use super::write::State;
use super::write::WriteError;
use super::write::Written;
use super::write::needs;
use super::write::write_from;
use crate::domain::admission::Admission;
use crate::domain::admission::NotAdmitted;
use crate::domain::deceptive::visible_on_one_line;
use crate::domain::intent::Intent;
use crate::domain::intent::Refusal;
use crate::domain::time::Timestamp;

/// What a bundle came to.
#[derive(Debug)]
pub struct Applied {
    /// The file, as it was named.
    pub file: PathBuf,
    /// What it says, and who says that he made it; `None` if it could not be read.
    pub said: Option<Said>,
    /// Whether all of it is recorded; if not, none of it is.
    pub result: Result<(), CannotApply>,
}

/// What a bundle says. Nobody has looked whether its maker is who it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who made it, as it says: a name and an address.
    pub made_by: String,
    /// When, as it says.
    pub made_at: Timestamp,
    /// What is to be recorded, a line each.
    pub writes: Vec<String>,
}

/// A bundle is not applied.
#[derive(Debug, thiserror::Error)]
pub enum CannotApply {
    /// It cannot be read.
    #[error(transparent)]
    Bundle(BundleError),
    /// It says what it may not.
    #[error("to {write}: {why}")]
    NotAdmitted {
        /// What it says.
        write: String,
        /// Why it may not.
        why: NotAdmitted,
    },
    /// What it says cannot be recorded.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// A bundle on its way into the store.
struct Read {
    file: PathBuf,
    said: Option<Said>,
    /// What is to be recorded of it; nothing, if it is not to be recorded.
    intents: Vec<Intent>,
    result: Result<(), CannotApply>,
}

/// Records what bundles say, in one commit a branch and one push. Each is recorded whole or not at all, and one
/// that is not does not stop the others.
///
/// They are decided in the order of the times that they name. The clocks of several machines are never quite alike,
/// so what is refused is decided once more, in a push of its own, if others were recorded meanwhile.
///
/// Returns what became of each, in the order in which they were given, and of the writes as a whole.
///
/// # Errors
///
/// Fails if the whole could not be written; then nothing of any bundle was recorded.
pub fn apply(
    site: &mut Site,
    context: &Context,
    files: &[PathBuf],
    admission: &Admission,
) -> Result<(Vec<Applied>, Written<()>), WriteError> {
    let bench = Bench::new(context)?;
    let read = |file: &PathBuf| read(&bench, file, context, admission);
    let mut bundles: Vec<Read> = files.iter().map(read).collect();
    let mut waiting: Vec<usize> = (0..bundles.len())
        .filter(|index| bundles[*index].result.is_ok())
        .collect();
    waiting.sort_by_key(|index| bundles[*index].said.as_ref().map(|said| said.made_at));
    let mut whole = Written {
        outcomes: (),
        recorded: Vec::new(),
        state: State::NothingNew,
        sent: 0,
        refused: Vec::new(),
    };
    loop {
        let asked: Vec<&Read> = waiting.iter().map(|index| &bundles[*index]).collect();
        let written = record(site, context, &asked)?;
        whole.recorded.extend(written.recorded);
        whole.sent += written.sent;
        whole.refused = written.refused;
        if written.state != State::NothingNew {
            whole.state = written.state;
        }
        let mut refused = Vec::new();
        for (index, outcome) in waiting.iter().zip(written.outcomes) {
            if matches!(&outcome, Err(CannotApply::Refused(_))) {
                refused.push(*index);
            }
            bundles[*index].result = outcome;
        }
        if refused.is_empty() || refused.len() == waiting.len() {
            break;
        }
        waiting = refused;
    }
    let applied = |Read {
                       file, said, result, ..
                   }| Applied { file, said, result };
    Ok((bundles.into_iter().map(applied).collect(), whole))
}

/// Records what some bundles say, in one push, and returns what became of each of them.
fn record(
    site: &mut Site,
    context: &Context,
    bundles: &[&Read],
) -> Result<Written<Vec<Result<(), CannotApply>>>, WriteError> {
    let mut needed = Vec::new();
    let mut requests: Vec<Request<'_, (), CannotApply>> = Vec::new();
    let mut origins = Vec::new();
    for bundle in bundles {
        for intent in &bundle.intents {
            needed.extend(needs(site, intent)?);
        }
        origins.extend(bundle.said.as_ref().map(|said| origin(&bundle.file, said)));
        requests.push(Box::new(|draft: &mut Draft<'_>| {
            for intent in &bundle.intents {
                draft.put(intent.clone())?;
            }
            Ok(())
        }));
    }
    site.refresh(&needed)?;
    write_from(site, context, &requests, &origins.join("\n"))
}

fn read(bench: &Bench, file: &Path, context: &Context, admission: &Admission) -> Read {
    let file = file.to_owned();
    let bundle = match bench.read(&context.working_directory.join(&file)) {
        Ok(bundle) => bundle,
        Err(error) => {
            return Read {
                file,
                said: None,
                intents: Vec::new(),
                result: Err(CannotApply::Bundle(error)),
            };
        }
    };
    let (intents, result) = match admitted(&bundle, admission) {
        Ok(intents) => (intents, Ok(())),
        Err(error) => (Vec::new(), Err(error)),
    };
    let shown = if result.is_ok() {
        &intents
    } else {
        &bundle.intents
    };
    let writes = shown.iter().filter(|it| it.stands_alone());
    let maker = format!("{} <{}>", bundle.actor.name, bundle.actor.email);
    let said = Some(Said {
        made_by: visible_on_one_line(&maker),
        made_at: bundle.at,
        writes: writes.map(line).collect(),
    });
    Read {
        file,
        said,
        intents,
        result,
    }
}

/// Returns what is to be recorded of a bundle.
fn admitted(bundle: &Bundle, admission: &Admission) -> Result<Vec<Intent>, CannotApply> {
    let admit = |intent: &Intent| {
        let admitted = admission.admitted(intent.clone());
        admitted.map_err(|why| CannotApply::NotAdmitted {
            write: line(intent),
            why,
        })
    };
    bundle.intents.iter().map(admit).collect()
}

/// Returns a line for the log of the branches: where it comes from, as far as anybody knows.
fn origin(file: &Path, said: &Said) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    format!(
        "Applied from {}, which says it is of {}, {}",
        visible_on_one_line(&name),
        said.made_by,
        said.made_at
    )
}
