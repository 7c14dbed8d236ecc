//! The entry that a file stores: [`change`] backwards.
//!
//! A file of the store is sound if it decodes to an entry, and that entry is stored as this very file: on
//! this branch, at this path, in these bytes. One law for all kinds of records: nothing that a reader
//! relies on can be wrong in a single file without breaking it.

use super::Record;
use super::RecordError;
use super::app::AppRecord;
use super::change::Change;
use super::change::change;
use super::environment::DeployedRecord;
use super::environment::EndedRecord;
use super::environment::EnvironmentLatestRecord;
use super::environment::EnvironmentRecord;
use super::environment::ReleasedRecord;
use super::from_bytes;
use super::head::BranchHeadRecord;
use super::head::LatestRecord;
use super::head::TagHeadRecord;
use super::path::Branch;
use super::path::Owner;
use super::path::RecordPath;
use super::path::Segment;
use super::policy::PolicyRecord;
use super::run::RunRecord;
use super::settings::SettingsRecord;
use super::signers::SignersRecord;
use super::test_results::TestResultsRecord;
use super::verified::VerifiedRecord;
use super::version::VersionRecord;
use super::webhook::WebhookRecord;
use crate::domain::content::ContentId;
use crate::domain::entry::ContentKey;
use crate::domain::entry::Entry;
use crate::domain::name::InvalidName;
use crate::domain::name::PacticipantName;
use crate::domain::pact::Pact;
use crate::domain::pact::PactError;

/// A file of the store is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
    /// Nothing is stored at such a path.
    #[error("nothing of a store lies at such a path")]
    Stranger,
    /// It is not the record that its path says.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// It is no pact.
    #[error("it is no pact")]
    Pact(#[from] PactError),
    /// A name in its path is none.
    #[error("a name in its path cannot be one")]
    Name(#[from] InvalidName),
    /// The bytes of a content are not those that its id stands for.
    #[error("its content is {found}")]
    OtherContent {
        /// What the content is.
        found: ContentId,
    },
    /// It is about something else than its path says.
    #[error("it belongs at {path} on {branch}")]
    Misplaced {
        /// The branch where it belongs.
        branch: Branch,
        /// The path there.
        path: RecordPath,
    },
    /// It says what it should, in other bytes than this program writes.
    #[error("it was not written by git-pact: its keys, white space or defaults are others")]
    Foreign,
    /// Its name had to be cut, and nothing here tells the whole.
    #[error("whose it is cannot be told: its name was cut, and no record tells the whole")]
    Nameless,
}

/// Returns the entry that a file stores.
///
/// `owner` is whose branch it is on, where the name of the branch does not tell because it was cut.
///
/// # Errors
///
/// Fails unless the entry is stored as this file.
pub fn entry(
    branch: &Branch,
    path: &RecordPath,
    bytes: &[u8],
    owner: Option<&str>,
) -> Result<Entry, Unsound> {
    let entry = decoded(branch, path, bytes, owner)?;
    let (its_branch, its_path, its_bytes) = change(entry.clone());
    if (&its_branch, &its_path) != (branch, path) {
        return Err(Unsound::Misplaced {
            branch: its_branch,
            path: its_path,
        });
    }
    match its_bytes {
        Change::File(its_bytes) if *its_bytes == *bytes => Ok(entry),
        _ => Err(Unsound::Foreign),
    }
}

fn decoded(
    branch: &Branch,
    path: &RecordPath,
    bytes: &[u8],
    owner: Option<&str>,
) -> Result<Entry, Unsound> {
    let segments: Vec<&str> = path.as_str().split('/').collect();
    let (root, below) = segments.split_first().ok_or(Unsound::Stranger)?;
    let whole = |segment: &Segment| {
        let name = owner.map(str::to_owned).or_else(|| segment.name());
        name.filter(|_| segment.0 == *root)
            .ok_or(if segment.0 == *root {
                Unsound::Nameless
            } else {
                Unsound::Stranger
            })
    };
    match branch.owner() {
        Owner::App(segment) => of_application(&whole(&segment)?.parse()?, below, bytes),
        Owner::Environment(segment) => of_environment(&whole(&segment)?, below, bytes),
        Owner::Contracts(segment) => {
            let provider = whole(&segment)?.parse()?;
            let [file] = below else {
                return Err(Unsound::Stranger);
            };
            contract(provider, file, bytes)
        }
        Owner::Settings => match (*root, below) {
            ("settings", ["store.json"]) => Ok(Entry::Rules(read::<SettingsRecord>(bytes)?.rules)),
            ("settings", ["policy.json"]) => Ok(Entry::Policy(read::<PolicyRecord>(bytes)?.into())),
            ("settings", ["webhooks", _]) => {
                Ok(Entry::Webhook(read::<WebhookRecord>(bytes)?.into()))
            }
            ("settings", ["signers", _]) => {
                Ok(Entry::Signers(read::<SignersRecord>(bytes)?.into()))
            }
            _ => Err(Unsound::Stranger),
        },
    }
}

fn of_application(owner: &PacticipantName, below: &[&str], bytes: &[u8]) -> Result<Entry, Unsound> {
    let name = owner.clone();
    Ok(match below {
        ["app.json"] => Entry::Pacticipant(read::<AppRecord>(bytes)?.into()),
        ["versions", _, _, _] => Entry::Version(name, read::<VersionRecord>(bytes)?.into()),
        ["runs", _, _, _] => Entry::Run(name, read::<RunRecord>(bytes)?.into()),
        ["tests", _, _, _] => Entry::TestResults(name, read::<TestResultsRecord>(bytes)?.into()),
        ["heads", "latest.json"] => {
            let LatestRecord { version, seq } = read(bytes)?;
            Entry::Latest(name, version, seq)
        }
        ["heads", "branches", _, _, _] => {
            Entry::BranchHead(name, read::<BranchHeadRecord>(bytes)?.into())
        }
        ["heads", "tags", _, _, _] => Entry::TagHead(name, read::<TagHeadRecord>(bytes)?.into()),
        ["contents", provider, file] => {
            let provider = counterpart(provider, bytes, Pact::provider)?;
            let key = content_key(name, provider, file)?;
            let pact = Pact::parse_between(bytes, &key.consumer, &key.provider)?;
            if *pact.content_id() != key.content {
                let found = pact.content_id().clone();
                return Err(Unsound::OtherContent { found });
            }
            Entry::Content(key, bytes.into())
        }
        ["verified", consumer, file] => {
            let consumer = Segment((*consumer).to_owned()).name();
            let consumer = consumer.ok_or(Unsound::Nameless)?.parse()?;
            let key = content_key(consumer, name, file)?;
            Entry::Verified(key, read::<VerifiedRecord>(bytes)?.into())
        }
        _ => return Err(Unsound::Stranger),
    })
}

fn of_environment(owner: &str, below: &[&str], bytes: &[u8]) -> Result<Entry, Unsound> {
    let name = owner.parse()?;
    Ok(match below {
        ["environment.json"] => Entry::Environment(read::<EnvironmentRecord>(bytes)?.into()),
        ["latest.json"] => Entry::EnvironmentSeq(name, read::<EnvironmentLatestRecord>(bytes)?.seq),
        ["deployed", _, _] => Entry::Deployed(name, read::<DeployedRecord>(bytes)?.into()),
        ["released", _, _] => Entry::Released(name, read::<ReleasedRecord>(bytes)?.into()),
        ["ended.json"] => Entry::Ended(name, read::<EndedRecord>(bytes)?.into()),
        _ => return Err(Unsound::Stranger),
    })
}

fn contract(provider: PacticipantName, file: &str, bytes: &[u8]) -> Result<Entry, Unsound> {
    let segment = file.strip_suffix(".json").ok_or(Unsound::Stranger)?;
    let consumer = counterpart(segment, bytes, Pact::consumer)?;
    Pact::parse_between(bytes, &consumer, &provider)?;
    Ok(Entry::Contract {
        provider,
        consumer,
        bytes: bytes.into(),
    })
}

/// Returns the other side of a pact: from its path, or from itself if its name had to be cut there.
fn counterpart(
    segment: &str,
    bytes: &[u8],
    side: impl Fn(&Pact) -> &PacticipantName,
) -> Result<PacticipantName, Unsound> {
    match Segment(segment.to_owned()).name() {
        Some(name) => Ok(name.parse()?),
        None => Ok(side(&Pact::parse(bytes)?).clone()),
    }
}

fn content_key(
    consumer: PacticipantName,
    provider: PacticipantName,
    file: &str,
) -> Result<ContentKey, Unsound> {
    let id = file.strip_suffix(".json").and_then(|id| id.parse().ok());
    Ok(ContentKey {
        consumer,
        provider,
        content: id.ok_or(Unsound::Stranger)?,
    })
}

fn read<R: Record>(bytes: &[u8]) -> Result<R, Unsound> {
    Ok(from_bytes(bytes)?)
}
