//! A remote that is read from one address and pushed to another (`pushurl`): often one repository, by
//! https and by ssh; sometimes two.
//!
//! What was pushed has to be where it is read, or nobody would find it (promise 1). Addresses do not
//! tell whether they are of one repository, so both are asked: before a push, and after it.

use super::site::Authority;
use super::site::SiteError;
use super::site::redacted;
use super::site::remote_branch;
use crate::remote::ObjectId;
use crate::remote::PushOutcome;
use crate::remote::Remote;
use crate::remote::RemoteUrl;
use crate::remote::Update;

/// How often both are asked: somebody may write between a look at the one and a look at the other.
const LOOKS: u32 = 3;

/// Where a remote is read from, and where it is pushed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Detour {
    pub(super) read_from: String,
    /// One address at least.
    pub(super) pushed_to: Vec<String>,
}

impl Detour {
    /// Returns the detour of a remote, unless it is pushed to where it is read from.
    pub(super) fn of(read_from: Option<String>, pushed_to: Vec<String>) -> Option<Self> {
        let read_from = read_from?;
        let is_one = pushed_to.iter().all(|url| *url == read_from);
        (!is_one).then_some(Self {
            read_from,
            pushed_to,
        })
    }
}

impl Authority {
    /// Pushes commits to where they are read from.
    ///
    /// # Errors
    ///
    /// Fails if `git` cannot be run, or if what is pushed is not where it is read from.
    pub(super) fn push(&self, updates: &[Update]) -> Result<PushOutcome, SiteError> {
        let Some(detour) = &self.detour else {
            return Ok(self.git.push(&self.remote, updates)?);
        };
        let elsewhere = || SiteError::PushedElsewhere {
            remote: self.remote.to_string(),
            read_from: redacted(&detour.read_from),
            pushed_to: detour.pushed_to.iter().map(|url| redacted(url)).collect(),
        };
        let [address] = &detour.pushed_to[..] else {
            return Err(elsewhere());
        };
        let there = RemoteUrl::parse(address).map_err(|source| SiteError::Locator {
            given: redacted(address),
            source,
        })?;
        let there = Remote::Url(there);
        if !self.is_the_same(&there, updates)? {
            return Err(elsewhere());
        }
        // By its address: what is seen of the remote here is what it is read from.
        let outcome = self.git.push(&there, updates)?;
        match outcome {
            PushOutcome::Landed => match self.is_the_same(&there, updates) {
                Ok(true) => Ok(outcome),
                Ok(false) => Err(elsewhere()),
                Err(error) => Ok(PushOutcome::Ambiguous {
                    said: error.to_string(),
                }),
            },
            outcome => Ok(outcome),
        }
    }

    /// Says whether branches are at another address as they are at the one that is read from.
    fn is_the_same(&self, there: &Remote, updates: &[Update]) -> Result<bool, SiteError> {
        let tips = |remote: &Remote| -> Result<Vec<Option<ObjectId>>, SiteError> {
            let mut listed = self.git.list(remote)?;
            let is_other = |update: &&Update| remote_branch(update.name.as_str()).is_none();
            for other in updates.iter().filter(is_other) {
                listed.extend(self.git.refs_of(remote, other.name.as_str())?);
            }
            let tip = |update: &Update| listed.get(&update.name).cloned();
            Ok(updates.iter().map(tip).collect())
        };
        for _ in 0..LOOKS {
            if tips(&self.remote)? == tips(there)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
