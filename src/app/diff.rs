//! Compares two contracts of a consumer and a provider: published ones, and files that are not yet.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::ask::ask;
use super::regular_file;
use super::regular_file::NotRead;
use super::show::fetch_ahead;
use super::site::Site;
use crate::domain::comparison;
use crate::domain::comparison::CannotCompare;
use crate::domain::comparison::Comparison;
use crate::domain::comparison::Document;
use crate::domain::comparison::End;
use crate::domain::comparison::Question;
use crate::domain::find_pact::WhichPact;
use crate::domain::pact::Pact;
use crate::domain::pact::PactError;
use crate::store::git::Moment;

/// The most bytes of a file that is compared.
const LARGEST: u64 = 100 * 1024 * 1024;

/// A file is no contract.
#[derive(Debug, thiserror::Error)]
pub enum NoContract {
    /// It cannot be read.
    #[error("could not read {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: NotRead,
    },
    /// It is no pact.
    #[error("{} is not a pact", path.display())]
    NotAPact {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: PactError,
    },
}

/// Returns the contract in a file, whose path is relative to a directory. It is known by that path.
///
/// # Errors
///
/// Fails if it cannot be read, or is no pact.
pub fn contract_in(directory: &Path, path: &Path) -> Result<Document, NoContract> {
    let bytes = regular_file::read(&directory.join(path), LARGEST);
    let bytes = bytes.map_err(|source| NoContract::File {
        path: path.to_owned(),
        source,
    })?;
    match Pact::parse(&bytes) {
        Ok(pact) => Ok(Document {
            name: path.display().to_string(),
            pact,
        }),
        Err(source) => Err(NoContract::NotAPact {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Returns what a file holds, whatever it is and wherever a link leads, relative to a directory: it is
/// only shown.
///
/// # Errors
///
/// Fails if it cannot be read.
pub fn bytes(directory: &Path, path: &Path) -> io::Result<Vec<u8>> {
    fs::read(directory.join(path))
}

/// Compares two contracts, as of a moment.
///
/// # Errors
///
/// Fails if one of them is not there, or the store cannot be read.
pub fn compare(
    site: &Site,
    context: &Context,
    moment: &Moment,
    question: &Question,
) -> Result<Answer<Comparison>, AskError<CannotCompare>> {
    let ends = [&question.from, &question.to].into_iter();
    let wanted: Vec<&WhichPact> = ends
        .filter_map(|end| match end {
            End::Published(which) => Some(which),
            End::Previous | End::Document(_) => None,
        })
        .collect();
    let pair = (&question.consumer, &question.provider);
    fetch_ahead(site, moment, pair, &wanted)?;
    ask(site, context, moment, |ledger, _| {
        comparison::compare(ledger, question)
    })
}
