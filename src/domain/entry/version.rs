//! Versions of an application: branches, tags, pacts, and the current contracts that follow.

use std::sync::Arc;

use super::super::fact::{PactFact, VersionFact, VersionMention};
use super::super::ledger::{Ledger, Read};
use super::super::name::{BranchName, PacticipantName, TagName, VersionNumber};
use super::super::pacticipant::{Pacticipant, USUAL_MAIN_BRANCHES};
use super::super::time::Seq;
use super::super::version::{BranchHead, Publication, TagHead, Version};
use super::run::reassigned_successes;
use super::{ContentKey, Entry};

/// How many seconds after its creation a version without a branch takes its first tag for one
/// (spec: semantics §3).
const FIRST_TAG_IS_BRANCH_SECONDS: i64 = 10;

/// A pacticipant as described; if its main branch changes, so may its current contracts.
///
/// They may also be behind what is known already, if the remote died when it had moved the branch of the
/// application and not yet theirs: then whoever says it again makes it whole (promise 3).
pub(super) fn pacticipant_entries(
    ledger: &dyn Ledger,
    pacticipant: &Pacticipant,
) -> Read<Vec<Entry>> {
    let known = ledger.pacticipant(&pacticipant.name)?;
    let is_known = known.as_deref() == Some(pacticipant);
    let mut entries = Vec::new();
    if !is_known || !ledger.has_own_record(&pacticipant.name)? {
        entries.push(Entry::Pacticipant(pacticipant.clone()));
    }
    let main_before = known.as_ref().and_then(|known| known.main_branch.as_ref());
    if (is_known || main_before != pacticipant.main_branch.as_ref())
        && let Some(version) = current_version(ledger, pacticipant)?
    {
        let contracts = contract_entries(ledger, &pacticipant.name, &version, &[])?;
        entries.extend(contracts.into_iter().map(|(_, entry)| entry));
    }
    Ok(entries)
}

/// Returns the version whose pacts are current: the last one on the main branch, else the newest.
pub(super) fn current_version(
    ledger: &dyn Ledger,
    pacticipant: &Pacticipant,
) -> Read<Option<Arc<Version>>> {
    let name = &pacticipant.name;
    if let Some(main) = &pacticipant.main_branch
        && let Some(head) = ledger.branch_head(name, main)?
    {
        return ledger.version(name, &head.version);
    }
    ledger.latest_version(name)
}

/// Returns what has to be stored for what is said of a version.
pub(super) fn version_entries(ledger: &dyn Ledger, fact: &VersionFact) -> Read<Vec<Entry>> {
    let name = &fact.pacticipant;
    let known = ledger.version(name, &fact.number)?;
    let seq = ledger.last_seq(name)?.next();
    let mut version = match &known {
        Some(known) => Version::clone(known),
        None => Version::new(fact.number.clone(), seq, fact.at),
    };
    let mut entries = Vec::new();

    let branch = fact
        .branch
        .clone()
        .or_else(|| first_tag_as_branch(&version, fact));
    let new_branch = branch.filter(|branch| !version.is_on(branch));
    if let Some(branch) = &new_branch {
        version.branches.push(branch.clone());
        let before = ledger.branch_head(name, branch)?;
        let (since, oldest) = before.map_or((seq, version.seq), |head| (head.since, head.oldest));
        let head = BranchHead {
            branch: branch.clone(),
            version: version.number.clone(),
            since,
            oldest: oldest.min(version.seq),
        };
        entries.push(Entry::BranchHead(name.clone(), head));
    }

    let new_tags = add_tags(ledger, fact, seq, &mut version, &mut entries)?;
    if fact.build_url.is_some() && version.build_url != fact.build_url {
        version.build_url.clone_from(&fact.build_url);
        version.updated_at = known.as_ref().map(|_| fact.at);
    }
    for pact in &fact.pacts {
        if version.content(&pact.provider) == Some(&pact.content) {
            continue;
        }
        let publication = Publication {
            content: pact.content.clone(),
            created_at: fact.at,
        };
        version.pacts.insert(pact.provider.clone(), publication);
        if ledger
            .content(name, &pact.provider, &pact.content)?
            .is_none()
        {
            let key = ContentKey {
                consumer: name.clone(),
                provider: pact.provider.clone(),
                content: pact.content.clone(),
            };
            entries.push(Entry::Content(key, Arc::clone(&pact.bytes)));
        }
    }
    if known.as_deref() == Some(&version) {
        return unshown_contracts(ledger, fact, &version);
    }

    let described = described(ledger, fact, new_branch.as_ref(), &new_tags)?;
    let own = ledger.has_own_record(name)?;
    if !own || ledger.pacticipant(name)?.as_deref() != Some(&described) {
        entries.push(Entry::Pacticipant(described.clone()));
    }

    let is_current = is_current(
        ledger,
        &described,
        &version,
        new_branch.as_ref(),
        known.is_none(),
    )?;
    for (provider, entry) in contract_entries(ledger, name, &version, &fact.pacts)? {
        // The first pact is shown even if it is not current: a provider has to know its consumers.
        if is_current || ledger.contract(&provider, name)?.is_none() {
            entries.push(entry);
        }
    }
    if new_branch.is_some() || !new_tags.is_empty() {
        entries.extend(reassigned_successes(ledger, name, &version)?);
    }
    let latest = match ledger.latest_version(name)? {
        Some(latest) if latest.seq > version.seq => latest.number.clone(),
        _ => version.number.clone(),
    };
    entries.push(Entry::Latest(name.clone(), Some(latest), seq));
    entries.push(Entry::Version(name.clone(), version));
    Ok(entries)
}

/// Returns the contracts that a version which is on record as stated has and its providers are not shown.
///
/// There are none, unless the remote died when it had moved the branch of the application and not yet those
/// of the contracts: then whoever publishes again makes it whole (promise 3).
fn unshown_contracts(
    ledger: &dyn Ledger,
    fact: &VersionFact,
    version: &Version,
) -> Read<Vec<Entry>> {
    let name = &fact.pacticipant;
    if fact.pacts.is_empty() {
        return Ok(Vec::new());
    }
    let pacticipant = Pacticipant::recorded(ledger, name, fact.at)?;
    let is_current = is_current(ledger, &pacticipant, version, None, false)?;
    let mut entries = Vec::new();
    for (provider, entry) in contract_entries(ledger, name, version, &[])? {
        if is_current || ledger.contract(&provider, name)?.is_none() {
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// Returns what has to be stored for a version that is only mentioned.
pub(super) fn mention_entries(ledger: &dyn Ledger, mention: &VersionMention) -> Read<Vec<Entry>> {
    let known = ledger.version(&mention.pacticipant, &mention.number)?;
    if known.is_some() {
        return Ok(Vec::new());
    }
    let mut entries = version_entries(ledger, &mention.into())?;
    for entry in &mut entries {
        if let Entry::Version(_, version) = entry {
            version.updated_at = Some(mention.at);
        }
    }
    Ok(entries)
}

/// A version of which it is not known any more which build made it.
pub(super) fn build_forgotten_entries(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    number: &VersionNumber,
) -> Read<Vec<Entry>> {
    let (Some(version), Some(latest)) =
        (ledger.version(name, number)?, ledger.latest_version(name)?)
    else {
        return Ok(Vec::new());
    };
    if version.build_url.is_none() {
        return Ok(Vec::new());
    }
    let mut version = Version::clone(&version);
    version.build_url = None;
    let seq = ledger.last_seq(name)?.next();
    Ok(vec![
        Entry::Latest(name.clone(), Some(latest.number.clone()), seq),
        Entry::Version(name.clone(), version),
    ])
}

/// Puts tags on a version and returns those that are new to it.
fn add_tags(
    ledger: &dyn Ledger,
    fact: &VersionFact,
    seq: Seq,
    version: &mut Version,
    entries: &mut Vec<Entry>,
) -> Read<Vec<TagName>> {
    let name = &fact.pacticipant;
    let mut new_tags = Vec::new();
    for tag in &fact.tags {
        if version.has_tag(tag) {
            continue;
        }
        version.tags.push(tag.clone());
        new_tags.push(tag.clone());
        let head = match ledger.tag_head(name, tag)? {
            None => TagHead {
                tag: tag.clone(),
                version: version.number.clone(),
                since: seq,
            },
            Some(head) => {
                let tagged = ledger.version(name, &head.version)?;
                if tagged.is_some_and(|tagged| tagged.seq > version.seq) {
                    continue;
                }
                TagHead {
                    version: version.number.clone(),
                    ..head
                }
            }
        };
        entries.push(Entry::TagHead(name.clone(), head));
    }
    Ok(new_tags)
}

/// Returns a pacticipant as it is after a fact: its main branch may just have been mentioned.
fn described(
    ledger: &dyn Ledger,
    fact: &VersionFact,
    new_branch: Option<&BranchName>,
    new_tags: &[TagName],
) -> Read<Pacticipant> {
    let mut described = Pacticipant::recorded(ledger, &fact.pacticipant, fact.at)?;
    if described.main_branch.is_none() {
        let branches = new_branch.into_iter().map(BranchName::as_str);
        let mut mentioned = branches.chain(new_tags.iter().map(TagName::as_str));
        let usual = mentioned.find(|text| USUAL_MAIN_BRANCHES.contains(text));
        described.main_branch =
            usual.map(|text| text.parse().expect("a usual main branch is a branch name"));
    }
    Ok(described)
}

/// Returns the tag that becomes the branch of a version that was only just created without one.
fn first_tag_as_branch(version: &Version, fact: &VersionFact) -> Option<BranchName> {
    let age = fact.at.epoch_seconds() - version.created_at.epoch_seconds();
    let untouched = version.branches.is_empty() && version.tags.is_empty();
    if !untouched || age > FIRST_TAG_IS_BRANCH_SECONDS {
        return None;
    }
    let tag = fact.tags.first()?;
    Some(tag.as_str().parse().expect("a tag name is a branch name"))
}

/// Says whether the pacts of a version are its consumer's current contracts.
fn is_current(
    ledger: &dyn Ledger,
    pacticipant: &Pacticipant,
    version: &Version,
    new_branch: Option<&BranchName>,
    is_new: bool,
) -> Read<bool> {
    if let Some(main) = &pacticipant.main_branch {
        if new_branch == Some(main) {
            return Ok(true);
        }
        if let Some(head) = ledger.branch_head(&pacticipant.name, main)? {
            return Ok(head.version == version.number);
        }
    }
    let latest = ledger.latest_version(&pacticipant.name)?;
    Ok(is_new || latest.is_none_or(|latest| latest.number == version.number))
}

/// Returns the contracts of a version that are not shown to their providers yet, by provider.
pub(super) fn contract_entries(
    ledger: &dyn Ledger,
    consumer: &PacticipantName,
    version: &Version,
    new: &[PactFact],
) -> Read<Vec<(PacticipantName, Entry)>> {
    let mut entries = Vec::new();
    for (provider, publication) in &version.pacts {
        let stored = ledger.content(consumer, provider, &publication.content)?;
        let fresh = || {
            new.iter()
                .find(|pact| pact.provider == *provider)
                .map(|pact| &pact.bytes)
        };
        let Some(bytes) = stored.as_ref().or_else(fresh) else {
            continue;
        };
        if ledger.contract(provider, consumer)?.as_ref() != Some(bytes) {
            let contract = Entry::Contract {
                provider: provider.clone(),
                consumer: consumer.clone(),
                bytes: Arc::clone(bytes),
            };
            entries.push((provider.clone(), contract));
        }
    }
    Ok(entries)
}
