//! The outbox of the webhooks: which events were looked at, what they triggered, and what became of it.
//!
//! It lies on one private ref (`app::private`), and every step replaces it by compare-and-swap:
//!
//! 1. What is new is turned into deliveries, and that it was looked at is written in the same commit. So an
//!    event triggers all of its webhooks once, whoever else looks at it, and whenever anybody dies.
//! 2. In the same commit, or a later one, deliveries that are due are claimed.
//! 3. Their requests are made.
//! 4. What came of them is written, and more are claimed.
//!
//! Who dies between 2 and 4 has made requests of which nobody knows. They are made again when the claim has
//! run out, each with the id that it had ([`DELIVERY_HEADER`]): at least once, that is.

mod fire;
mod step;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cursor::Reached;
use super::private;
use super::private::PrivateError;
use super::site::Site;
use super::site::SiteError;
use crate::domain::environment::Uuid;
use crate::domain::ledger::Unreadable;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::delivery::Delivery;
use crate::record::RecordError;
use crate::record::about;
use crate::record::delivery::DeliveryRecord;
use crate::record::from_bytes;
use crate::record::outbox::OutboxRecord;
use crate::record::path::Branch;
use crate::record::private_ref::PrivateRef;
use crate::record::to_bytes;
use crate::store::Revision;
use crate::store::StoreError;
use crate::store::git::Files;

pub use self::fire::DELIVERY_HEADER;
pub use self::fire::Postman;
pub use self::fire::Round;
pub use self::step::Intake;
pub use self::step::Since;
pub use self::step::Step;
pub use self::step::Stepping;
pub use self::step::preview;
pub use self::step::step;
pub use self::step::tips;

/// The file that says how far the events were looked at.
const SEEN: &str = "outbox.json";

/// The directory of the deliveries, each in a file of its id below one of the first two digits of it.
const DELIVERIES: &str = "deliveries/";

/// What webhooks were triggered, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outbox {
    /// Up to where all events were looked at; `None` before anybody did.
    pub seen: Option<Reached>,
    /// How many deliveries there ever were.
    pub taken: u64,
    /// The deliveries that are kept, by id.
    pub deliveries: BTreeMap<Uuid, Delivery>,
}

/// A delivery whose request is to be made, and the webhook that has it.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// What the request speaks of.
    pub delivery: Delivery,
    /// The webhook, as the settings have it.
    pub webhook: Arc<Webhook>,
}

/// The outbox cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// A file of it is not what it should be.
    #[error("{} holds a file {path} that cannot be read", PrivateRef::webhooks())]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: RecordError,
    },
    /// The webhooks cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The private ref could not be read or moved.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// The remote could not be used.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The repository could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Outbox {
    /// Returns what files hold.
    fn of(files: &Files) -> Result<Self, OutboxError> {
        let mut outbox = Self::default();
        for (path, bytes) in files {
            let damaged = |source| OutboxError::Damaged {
                path: path.clone(),
                source,
            };
            if path == SEEN {
                let record: OutboxRecord = from_bytes(bytes).map_err(damaged)?;
                outbox.taken = record.taken;
                outbox.seen = record.seen.map(|seen| {
                    let seen = seen.into_iter();
                    seen.filter_map(|(name, commit)| {
                        Some((Branch::parse(&name)?, Revision(commit)))
                    })
                    .collect()
                });
            } else if path.starts_with(DELIVERIES) {
                let record: DeliveryRecord = from_bytes(bytes).map_err(damaged)?;
                let uuid = record.uuid().clone();
                about(&place(&uuid), path).map_err(damaged)?;
                outbox.deliveries.insert(uuid, record.into());
            }
        }
        Ok(outbox)
    }

    /// Returns the files that hold it.
    fn files(&self) -> Files {
        let seen = self.seen.as_ref().map(|seen| {
            let seen = seen.iter();
            seen.map(|(branch, commit)| (branch.as_str().to_owned(), commit.0.clone()))
                .collect()
        });
        let record = OutboxRecord {
            taken: self.taken,
            seen,
        };
        let mut files = Files::from([(SEEN.to_owned(), to_bytes(&record))]);
        for (uuid, delivery) in &self.deliveries {
            let record = DeliveryRecord::from(delivery.clone());
            files.insert(place(uuid), to_bytes(&record));
        }
        files
    }

    /// Returns when the next request is due, if one is to be made.
    #[must_use]
    pub fn next_at(&self, now: Timestamp) -> Option<Timestamp> {
        let open = self.deliveries.values();
        open.filter_map(|delivery| delivery.due_at(now)).min()
    }

    /// Returns the deliveries that are kept, newest first.
    #[must_use]
    pub fn newest_first(&self) -> Vec<&Delivery> {
        let mut all: Vec<&Delivery> = self.deliveries.values().collect();
        all.sort_by_key(|delivery| std::cmp::Reverse(delivery.number));
        all
    }
}

/// Returns the path of a delivery.
fn place(uuid: &Uuid) -> String {
    let uuid = uuid.as_str();
    let shard = uuid.get(..2).unwrap_or_default();
    format!("{DELIVERIES}{shard}/{uuid}.json")
}

/// Brings everything here that causes events, or that says what was known when they happened.
///
/// # Errors
///
/// Fails if the remote cannot be reached.
pub fn bring(site: &Site) -> Result<(), SiteError> {
    site.forget_remote();
    site.refresh_all()?;
    site.deepen(&site.branches()?)
}

/// Returns what webhooks were triggered, as the remote has it if there is one and it may be asked.
///
/// # Errors
///
/// Fails if it cannot be read.
pub fn read(site: &Site) -> Result<Outbox, OutboxError> {
    let kept = private::read(site, &PrivateRef::webhooks())?;
    Outbox::of(&kept.files)
}
