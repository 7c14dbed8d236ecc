//! Which pacts there are: of a consumer and a provider, of a provider, of everybody.
//!
//! A version has at most one pact with a provider, so a pact is found by finding its version. The
//! newest is found without reading the others where it is the newest of all or the head of its
//! tag; anything else reads every version of the consumer, and says so.

use std::error::Error;
use std::sync::Arc;

use super::content::ContentId;
use super::ledger::Ledger;
use super::ledger::Read;
use super::ledger::Unreadable;
use super::name::BranchName;
use super::name::PacticipantName;
use super::name::TagName;
use super::name::VersionNumber;
use super::pact::Pact;
use super::time::Timestamp;
use super::version::Version;

/// A pact that a consumer version published with a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PactPublication {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// The version of the consumer.
    pub version: Arc<Version>,
    /// What was agreed.
    pub content: ContentId,
    /// When it was published.
    pub created_at: Timestamp,
}

impl PactPublication {
    /// Returns the pact of a version with a provider, if it has one.
    #[must_use]
    pub fn of(
        consumer: &PacticipantName,
        provider: &PacticipantName,
        version: Arc<Version>,
    ) -> Option<Self> {
        let publication = version.pacts.get(provider)?;
        Some(Self {
            consumer: consumer.clone(),
            provider: provider.clone(),
            content: publication.content.clone(),
            created_at: publication.created_at,
            version,
        })
    }

    /// Returns the pacts of the same two.
    #[must_use]
    pub fn pair<'a>(&'a self, ledger: &'a dyn Ledger) -> Pair<'a> {
        Pair {
            ledger,
            consumer: &self.consumer,
            provider: &self.provider,
        }
    }

    /// Returns the name of the pact, as the broker shows it.
    #[must_use]
    pub fn name(&self) -> String {
        format!(
            "Pact between {} ({}) and {}",
            self.consumer, self.version.number, self.provider
        )
    }
}

/// Among which versions of a consumer to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Among {
    /// All.
    All,
    /// Those without a tag.
    Untagged,
    /// Those with a tag.
    Tagged(TagName),
    /// Those on a branch.
    OnBranch(BranchName),
    /// Those on the main branch; none if the consumer has none.
    OnMainBranch,
}

/// The pacts of one consumer with one provider.
#[derive(Clone, Copy)]
pub struct Pair<'a> {
    /// What is known.
    pub ledger: &'a dyn Ledger,
    /// The consumer.
    pub consumer: &'a PacticipantName,
    /// The provider.
    pub provider: &'a PacticipantName,
}

impl Pair<'_> {
    /// Returns the pact of a version. Reads that version.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read, as all that follow.
    pub fn of_version(&self, number: &VersionNumber) -> Read<Option<PactPublication>> {
        let version = self.ledger.version(self.consumer, number)?;
        Ok(version.and_then(|version| self.publication(version)))
    }

    /// Returns the pact of the newest version that has one.
    ///
    /// Reads the newest version, or the head of the tag; all versions if that one has no pact, and
    /// always for a branch, whose head need not be its newest version, and for those without tags.
    ///
    /// # Errors
    ///
    /// See [`Self::of_version`].
    pub fn latest(&self, among: &Among) -> Read<Option<PactPublication>> {
        let newest = match among {
            Among::All => Some(self.ledger.latest_version(self.consumer)?),
            Among::Tagged(tag) => Some(self.tag_head(tag)?),
            Among::Untagged | Among::OnBranch(_) | Among::OnMainBranch => None,
        };
        match newest {
            Some(None) => return Ok(None),
            Some(Some(version)) if version.pacts.contains_key(self.provider) => {
                return Ok(self.publication(version));
            }
            _ => {}
        }
        Ok(self.newest_first(among)?.into_iter().next())
    }

    /// Returns the pacts of all versions, newest first. Reads them all.
    ///
    /// # Errors
    ///
    /// See [`Self::of_version`].
    pub fn newest_first(&self, among: &Among) -> Read<Vec<PactPublication>> {
        let Some(among) = self.resolved(among)? else {
            return Ok(Vec::new());
        };
        let versions = self.ledger.versions(self.consumer)?.into_iter().rev();
        let chosen = versions.filter(|version| is_among(version, &among));
        Ok(chosen
            .filter_map(|version| self.publication(version))
            .collect())
    }

    /// Returns the pact of the newest version that has a content. Reads all versions unless the
    /// newest of all has it.
    ///
    /// # Errors
    ///
    /// See [`Self::of_version`].
    pub fn with_content(&self, content: &ContentId) -> Read<Option<PactPublication>> {
        let latest = self.ledger.latest_version(self.consumer)?;
        let latest = latest.and_then(|version| self.publication(version));
        if latest.as_ref().is_some_and(|pact| pact.content == *content) {
            return Ok(latest);
        }
        let mut pacts = self.newest_first(&Among::All)?.into_iter();
        Ok(pacts.find(|pact| pact.content == *content))
    }

    /// Returns the pact of the newest version before that of another which has a different
    /// content. Reads all versions.
    ///
    /// # Errors
    ///
    /// See [`Self::of_version`].
    pub fn previous_distinct(&self, pact: &PactPublication) -> Read<Option<PactPublication>> {
        let mut pacts = self.newest_first(&Among::All)?.into_iter();
        Ok(pacts
            .find(|other| other.version.seq < pact.version.seq && other.content != pact.content))
    }

    /// Returns the pact of the oldest version after that of another. Reads all versions.
    ///
    /// After the previous distinct pact it is the one with which the change came.
    ///
    /// # Errors
    ///
    /// See [`Self::of_version`].
    pub fn next(&self, pact: &PactPublication) -> Read<Option<PactPublication>> {
        let pacts = self.newest_first(&Among::All)?.into_iter();
        Ok(pacts
            .take_while(|other| other.version.seq > pact.version.seq)
            .last())
    }

    /// Returns what a content says.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read or is another than its id says, and if it is not there: somebody
    /// published it.
    pub fn stored(&self, content: &ContentId) -> Read<Pact> {
        Ok(self.kept(content)?.1)
    }

    /// Returns the bytes of a content, as they were published.
    ///
    /// # Errors
    ///
    /// Fails as [`Self::stored`] does.
    pub fn stored_bytes(&self, content: &ContentId) -> Read<Arc<[u8]>> {
        Ok(self.kept(content)?.0)
    }

    fn kept(&self, content: &ContentId) -> Read<(Arc<[u8]>, Pact)> {
        let bytes = self.ledger.content(self.consumer, self.provider, content)?;
        let bytes =
            bytes.ok_or_else(|| self.unreadable(content, "it is not in the store".into()))?;
        let pact = Pact::parse_kept(&bytes, self.consumer, self.provider, content)
            .map_err(|error| self.unreadable(content, error.into()))?;
        Ok((bytes, pact))
    }

    fn unreadable(&self, content: &ContentId, source: Box<dyn Error + Send + Sync>) -> Unreadable {
        let (consumer, provider) = (self.consumer, self.provider);
        Unreadable {
            what: format!(
                "content {} between {consumer} and {provider}",
                content.short()
            ),
            source,
        }
    }

    /// Returns the pact of the head of a branch, if that version has one: an older pact of the
    /// branch is one that the consumer dropped.
    fn of_branch_head(&self, branch: &BranchName) -> Read<Option<PactPublication>> {
        match self.ledger.branch_head(self.consumer, branch)? {
            Some(head) => self.of_version(&head.version),
            None => Ok(None),
        }
    }

    fn publication(&self, version: Arc<Version>) -> Option<PactPublication> {
        PactPublication::of(self.consumer, self.provider, version)
    }

    fn tag_head(&self, tag: &TagName) -> Read<Option<Arc<Version>>> {
        match self.ledger.tag_head(self.consumer, tag)? {
            Some(head) => self.ledger.version(self.consumer, &head.version),
            None => Ok(None),
        }
    }

    /// Returns the same with the main branch by its name; `None` if there is none.
    fn resolved(&self, among: &Among) -> Read<Option<Among>> {
        if *among != Among::OnMainBranch {
            return Ok(Some(among.clone()));
        }
        let consumer = self.ledger.pacticipant(self.consumer)?;
        let branch = consumer.and_then(|consumer| consumer.main_branch.clone());
        Ok(branch.map(Among::OnBranch))
    }
}

fn is_among(version: &Version, among: &Among) -> bool {
    match among {
        Among::All => true,
        Among::Untagged => version.tags.is_empty(),
        Among::Tagged(tag) => version.has_tag(tag),
        Among::OnBranch(branch) => version.is_on(branch),
        // Resolved before.
        Among::OnMainBranch => false,
    }
}

/// Returns the latest pact of every consumer with every provider, sorted by their names. Reads
/// the newest version of each consumer, and all where that one has no pact.
///
/// # Errors
///
/// Fails if a record cannot be read, as all that follow.
pub fn latest_pacts(ledger: &dyn Ledger) -> Read<Vec<PactPublication>> {
    let mut pacts = Vec::new();
    for provider in ledger.pacticipants()? {
        for consumer in ledger.consumers_of(&provider)? {
            let pair = Pair {
                ledger,
                consumer: &consumer,
                provider: &provider,
            };
            pacts.extend(pair.latest(&Among::All)?);
        }
    }
    sort(&mut pacts);
    Ok(pacts)
}

/// Returns one pact of every consumer of a provider, by name of consumer.
///
/// Of a branch that is the pact of its head, if that has one; of all versions and of those with a
/// tag it is the newest there is. Reads what [`Pair::latest`] does, and for a branch only its head.
///
/// # Errors
///
/// See [`latest_pacts`].
pub fn latest_pacts_of_provider(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    among: &Among,
) -> Read<Vec<PactPublication>> {
    of_provider(ledger, provider, |pair| {
        let latest = match pair.resolved(among)? {
            Some(Among::OnBranch(branch)) => pair.of_branch_head(&branch)?,
            Some(among) => pair.latest(&among)?,
            None => None,
        };
        Ok(latest.into_iter().collect())
    })
}

/// Returns the pacts of all versions of all consumers of a provider, by name of consumer and age
/// of version. Reads them all.
///
/// # Errors
///
/// See [`latest_pacts`].
pub fn pacts_of_provider(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    among: &Among,
) -> Read<Vec<PactPublication>> {
    of_provider(ledger, provider, |pair| pair.newest_first(among))
}

fn of_provider(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    find: impl Fn(&Pair<'_>) -> Read<Vec<PactPublication>>,
) -> Read<Vec<PactPublication>> {
    let mut pacts = Vec::new();
    for consumer in ledger.consumers_of(provider)? {
        let pair = Pair {
            ledger,
            consumer: &consumer,
            provider,
        };
        pacts.extend(find(&pair)?);
    }
    sort(&mut pacts);
    Ok(pacts)
}

/// Sorts as the broker does: by names without regard to case, then by age of the version.
fn sort(pacts: &mut [PactPublication]) {
    pacts.sort_by_cached_key(|pact| {
        let name = |name: &PacticipantName| (name.as_str().to_lowercase(), name.clone());
        (name(&pact.consumer), name(&pact.provider), pact.version.seq)
    });
}

#[cfg(test)]
mod tests;
