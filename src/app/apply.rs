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
    intents: Result<Vec<Intent>, CannotApply>,
}

/// Records what bundles say, in one commit a branch and one push. Each is recorded whole or not at all, and one
/// that is not does not stop the others.
///
/// Returns what became of each, in the order in which they were given, and of the write as a whole.
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
    let bundles: Vec<Read> = files.iter().map(read).collect();
    let mut needed = Vec::new();
    let mut requests: Vec<Request<'_, (), CannotApply>> = Vec::new();
    let mut origins = Vec::new();
    for bundle in &bundles {
        let Ok(intents) = bundle.intents.as_ref() else {
            continue;
        };
        for intent in intents {
            needed.extend(needs(site, intent)?);
        }
        origins.extend(bundle.said.as_ref().map(|said| origin(&bundle.file, said)));
        requests.push(Box::new(move |draft: &mut Draft<'_>| {
            for intent in intents {
                draft.put(intent.clone())?;
            }
            Ok(())
        }));
    }
    site.refresh(&needed)?;
    let written = write_from(site, context, &requests, &origins.join("\n"))?;
    drop(requests);
    let Written {
        outcomes,
        recorded,
        state,
        sent,
        refused,
    } = written;
    let mut outcomes = outcomes.into_iter();
    let mut applied = Vec::new();
    for Read {
        file,
        said,
        intents,
    } in bundles
    {
        let result = match intents {
            Err(error) => Err(error),
            Ok(_) => outcomes.next().unwrap_or(Ok(())),
        };
        applied.push(Applied { file, said, result });
    }
    let written = Written {
        outcomes: (),
        recorded,
        state,
        sent,
        refused,
    };
    Ok((applied, written))
}

fn read(bench: &Bench, file: &Path, context: &Context, admission: &Admission) -> Read {
    let (said, intents) = match bench.read(&context.working_directory.join(file)) {
        Err(error) => (None, Err(CannotApply::Bundle(error))),
        Ok(bundle) => {
            let intents = admitted(&bundle, admission);
            let lines = intents.as_ref().unwrap_or(&bundle.intents).iter();
            let lines = lines.filter(|it| it.stands_alone());
            let said = Said {
                made_by: visible_on_one_line(&format!(
                    "{} <{}>",
                    bundle.actor.name, bundle.actor.email
                )),
                made_at: bundle.at,
                writes: lines.map(line).collect(),
            };
            (Some(said), intents)
        }
    };
    Read {
        file: file.to_owned(),
        said,
        intents,
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
