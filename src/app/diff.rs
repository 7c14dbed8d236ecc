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
use crate::domain::diff::PactDiff;
use crate::domain::find_pact::NoSuchPact;
use crate::domain::find_pact::WhichPact;
use crate::domain::find_pact::find_only;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Unreadable;
use crate::domain::name::PacticipantName;
use crate::domain::pact::Pact;
use crate::domain::pact::PactError;
use crate::domain::pacts::Among;
use crate::domain::pacts::PactPublication;
use crate::domain::pacts::Pair;
use crate::store::git::Moment;

/// The most bytes of a file that is compared.
const LARGEST: u64 = 100 * 1024 * 1024;

/// One of the two to compare.
#[derive(Clone, Debug)]
pub enum End {
    /// One that was published.
    Published(WhichPact),
    /// The newest before the other that has another content.
    Previous,
    /// One that stands in a file.
    File(FileContract),
}

/// A contract that stands in a file.
#[derive(Clone, Debug)]
pub struct FileContract {
    /// The file, as somebody named it.
    pub path: PathBuf,
    /// What it says.
    pub pact: Pact,
}

/// Between whom, and which two.
#[derive(Clone, Debug)]
pub struct Question {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// The contract to begin with.
    pub from: End,
    /// The contract that became of it; not the one before something.
    pub to: End,
}

/// A contract that is compared.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Where it comes from.
    pub origin: Origin,
    /// What it says.
    pub pact: Pact,
}

/// Where a contract comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A version published it.
    Published(PactPublication),
    /// It stands in a file.
    File(PathBuf),
}

/// Two contracts, and what is between them.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// The contract to begin with; `None` if there is none before the other.
    pub from: Option<Contract>,
    /// The contract that became of it.
    pub to: Contract,
    /// What changed.
    pub diff: PactDiff,
}

/// Two contracts cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum CannotCompare {
    /// One that was published is not there.
    #[error(transparent)]
    NoSuchPact(#[from] NoSuchPact),
    /// A file cannot be read.
    #[error("could not read {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: NotRead,
    },
    /// A file is no pact.
    #[error("{} is not a pact", path.display())]
    NotAPact {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: PactError,
    },
    /// A file is a pact of others.
    #[error("{} is a pact of {} with {}, not of {consumer} with {provider}",
        file.path.display(), file.pact.consumer(), file.pact.provider())]
    OfOthers {
        /// The file.
        file: Box<FileContract>,
        /// The consumer that is asked about.
        consumer: PacticipantName,
        /// The provider that is asked about.
        provider: PacticipantName,
    },
}

impl From<Unreadable> for CannotCompare {
    fn from(error: Unreadable) -> Self {
        NoSuchPact::from(error).into()
    }
}

/// Returns the contract in a file, whose path is relative to a directory.
///
/// # Errors
///
/// Fails if it cannot be read, or is no pact.
pub fn file(directory: &Path, path: &Path) -> Result<FileContract, CannotCompare> {
    let bytes = regular_file::read(&directory.join(path), LARGEST);
    let path = path.to_owned();
    let bytes = bytes.map_err(|source| CannotCompare::File {
        path: path.clone(),
        source,
    })?;
    match Pact::parse(&bytes) {
        Ok(pact) => Ok(FileContract { path, pact }),
        Err(source) => Err(CannotCompare::NotAPact { path, source }),
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

/// Compares the contracts in two files. No store is needed.
///
/// # Errors
///
/// Fails if they are not between the same two.
pub fn of_files(from: FileContract, to: FileContract) -> Result<Comparison, CannotCompare> {
    let (consumer, provider) = (to.pact.consumer().clone(), to.pact.provider().clone());
    let from = contract_of(from, &consumer, &provider)?;
    let to = contract_of(to, &consumer, &provider)?;
    Ok(comparison(consumer, provider, Some(from), to))
}

/// Compares two contracts, of which one at least was published, as of a moment.
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
            End::Previous | End::File(_) => None,
        })
        .collect();
    let pair = (&question.consumer, &question.provider);
    fetch_ahead(site, moment, pair, &wanted)?;
    ask(site, context, moment, |ledger, _| found(ledger, question))
}

fn found(ledger: &dyn Ledger, question: &Question) -> Result<Comparison, CannotCompare> {
    let Question {
        consumer, provider, ..
    } = question;
    let pair = Pair {
        ledger,
        consumer,
        provider,
    };
    let published = |which: &WhichPact| -> Result<Contract, CannotCompare> {
        let publication = find_only(&pair, which)?;
        Ok(Contract {
            pact: pair.stored(&publication.content)?,
            origin: Origin::Published(publication),
        })
    };
    let to = match &question.to {
        End::Published(which) => published(which)?,
        End::Previous => published(&WhichPact::Current)?,
        End::File(file) => contract_of(file.clone(), consumer, provider)?,
    };
    let from = match &question.from {
        End::Published(which) => Some(published(which)?),
        End::File(file) => Some(contract_of(file.clone(), consumer, provider)?),
        End::Previous => {
            let previous = match &to.origin {
                Origin::Published(pact) => pair.previous_distinct(pact)?,
                Origin::File(_) => {
                    let mut all = pair.newest_first(&Among::All)?.into_iter();
                    all.find(|pact| pact.content != *to.pact.content_id())
                }
            };
            match previous {
                Some(pact) => Some(Contract {
                    pact: pair.stored(&pact.content)?,
                    origin: Origin::Published(pact),
                }),
                None => None,
            }
        }
    };
    Ok(comparison(consumer.clone(), provider.clone(), from, to))
}

fn contract_of(
    file: FileContract,
    consumer: &PacticipantName,
    provider: &PacticipantName,
) -> Result<Contract, CannotCompare> {
    if file.pact.consumer() == consumer && file.pact.provider() == provider {
        return Ok(Contract {
            origin: Origin::File(file.path),
            pact: file.pact,
        });
    }
    Err(CannotCompare::OfOthers {
        file: Box::new(file),
        consumer: consumer.clone(),
        provider: provider.clone(),
    })
}

fn comparison(
    consumer: PacticipantName,
    provider: PacticipantName,
    from: Option<Contract>,
    to: Contract,
) -> Comparison {
    let diff = match &from {
        Some(from) => PactDiff::between(&from.pact, &to.pact),
        None => PactDiff::of_first(&to.pact),
    };
    Comparison {
        consumer,
        provider,
        from,
        to,
        diff,
    }
}
