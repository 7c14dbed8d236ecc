//! What has to be stored for a fact, so that the next reader finds it by looking up a path.
//!
//! Some entries *are* the facts; others are derived from them: heads, first successes, current
//! contracts. Only [`entries`] makes derived entries, so they cannot disagree with the facts, and
//! `entries` of facts that are known already is empty: every write is idempotent (promise 3).

use std::sync::Arc;

use super::content::ContentId;
use super::environment::{DeployedVersion, Environment, ReleasedVersion, Uuid};
use super::fact::{
    DeploymentFact, EnvironmentFact, Fact, PactFact, ReleaseFact, RunFact, VersionFact,
};
use super::ledger::{Ledger, Read};
use super::name::{
    ApplicationInstance, BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber,
};
use super::pacticipant::{Pacticipant, USUAL_MAIN_BRANCHES};
use super::rules::Rules;
use super::time::Seq;
use super::verification::{FirstSuccess, Run, VerificationResult, Verified};
use super::version::{BranchHead, Publication, TagHead, Version};

/// How many seconds after its creation a version without a branch takes its first tag for one
/// (spec: semantics §3).
const FIRST_TAG_IS_BRANCH_SECONDS: i64 = 10;

/// One thing that is stored, in place of what was stored under the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A pacticipant.
    Pacticipant(Pacticipant),
    /// A version of a pacticipant.
    Version(PacticipantName, Version),
    /// The bytes of a content.
    Content(ContentKey, Arc<[u8]>),
    /// A run of a provider's verification.
    Run(PacticipantName, Run),
    /// Derived: the newest version of a pacticipant, and the sequence of the last fact about it.
    Latest(PacticipantName, VersionNumber, Seq),
    /// Derived: the head of a branch.
    BranchHead(PacticipantName, BranchHead),
    /// Derived: the head of a tag.
    TagHead(PacticipantName, TagHead),
    /// Derived: when a content was first verified.
    Verified(ContentKey, Verified),
    /// Derived: the current contract of a consumer with a provider.
    Contract {
        /// The provider, to whom the contract is shown.
        provider: PacticipantName,
        /// The consumer.
        consumer: PacticipantName,
        /// The contract as published.
        bytes: Arc<[u8]>,
    },
    /// An environment.
    Environment(Environment),
    /// An environment is gone, with all that was in it.
    EnvironmentDeleted(EnvironmentName),
    /// Derived: the sequence of the last fact about an environment.
    EnvironmentSeq(EnvironmentName, Seq),
    /// A deployed version.
    Deployed(EnvironmentName, DeployedVersion),
    /// Nothing is deployed in an instance any more.
    Undeployed(
        EnvironmentName,
        PacticipantName,
        Option<ApplicationInstance>,
    ),
    /// A released version.
    Released(EnvironmentName, ReleasedVersion),
    /// A released version is not supported any more.
    SupportEnded(EnvironmentName, PacticipantName, VersionNumber),
    /// The rules of the store.
    Rules(Rules),
}

/// Names a content: ids are scoped by consumer and provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentKey {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// The content.
    pub content: ContentId,
}

/// Returns what has to be stored for a fact; nothing if it is known already.
///
/// # Errors
///
/// Fails if a record that it builds on cannot be read.
pub fn entries(ledger: &dyn Ledger, fact: &Fact) -> Read<Vec<Entry>> {
    match fact {
        Fact::Pacticipant(pacticipant) => pacticipant_entries(ledger, pacticipant),
        Fact::Version(fact) => version_entries(ledger, fact),
        Fact::Run(fact) => run_entries(ledger, fact),
        Fact::Environment(fact) => environment_entries(ledger, fact),
        Fact::EnvironmentDeleted(name) => match ledger.environment(name)? {
            Some(_) => Ok(vec![
                Entry::EnvironmentDeleted(name.clone()),
                next_environment_seq(ledger, name)?,
            ]),
            None => Ok(Vec::new()),
        },
        Fact::Deployed(fact) => deployment_entries(ledger, fact),
        Fact::Undeployed {
            environment,
            deployed,
        } => {
            let gone = Entry::Undeployed(
                environment.clone(),
                deployed.pacticipant.clone(),
                deployed.instance.clone(),
            );
            let known = ledger.deployed(environment, &deployed.pacticipant)?;
            if known.iter().any(|known| known.uuid == deployed.uuid) {
                Ok(vec![gone, next_environment_seq(ledger, environment)?])
            } else {
                Ok(Vec::new())
            }
        }
        Fact::Released(fact) => release_entries(ledger, fact),
        Fact::SupportEnded {
            environment,
            released,
        } => {
            let ended = Entry::SupportEnded(
                environment.clone(),
                released.pacticipant.clone(),
                released.version.clone(),
            );
            let known = ledger.released(environment, &released.pacticipant)?;
            if known.iter().any(|known| known.uuid == released.uuid) {
                Ok(vec![ended, next_environment_seq(ledger, environment)?])
            } else {
                Ok(Vec::new())
            }
        }
        Fact::Rules(rules) if ledger.rules()? == Some(*rules) => Ok(Vec::new()),
        Fact::Rules(rules) => Ok(vec![Entry::Rules(*rules)]),
    }
}

/// A pacticipant as described; if its main branch changes, so may its current contracts.
fn pacticipant_entries(ledger: &dyn Ledger, pacticipant: &Pacticipant) -> Read<Vec<Entry>> {
    let known = ledger.pacticipant(&pacticipant.name)?;
    if ledger.has_own_record(&pacticipant.name)? && known.as_deref() == Some(pacticipant) {
        return Ok(Vec::new());
    }
    let mut entries = vec![Entry::Pacticipant(pacticipant.clone())];
    let main_before = known.as_ref().and_then(|known| known.main_branch.as_ref());
    if main_before != pacticipant.main_branch.as_ref()
        && let Some(version) = current_version(ledger, pacticipant)?
    {
        let contracts = contract_entries(ledger, &pacticipant.name, &version, &[])?;
        entries.extend(contracts.into_iter().map(|(_, entry)| entry));
    }
    Ok(entries)
}

/// Returns the version whose pacts are current: the last one on the main branch, else the newest.
fn current_version(ledger: &dyn Ledger, pacticipant: &Pacticipant) -> Read<Option<Arc<Version>>> {
    let name = &pacticipant.name;
    if let Some(main) = &pacticipant.main_branch
        && let Some(head) = ledger.branch_head(name, main)?
    {
        return ledger.version(name, &head.version);
    }
    ledger.latest_version(name)
}

fn version_entries(ledger: &dyn Ledger, fact: &VersionFact) -> Read<Vec<Entry>> {
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
        let since = ledger
            .branch_head(name, branch)?
            .map_or(seq, |head| head.since);
        let head = BranchHead {
            branch: branch.clone(),
            version: version.number.clone(),
            since,
        };
        entries.push(Entry::BranchHead(name.clone(), head));
    }

    let new_tags = add_tags(ledger, fact, seq, &mut version, &mut entries)?;
    if fact.build_url.is_some() {
        version.build_url.clone_from(&fact.build_url);
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
        return Ok(Vec::new());
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
    entries.push(Entry::Latest(name.clone(), latest, seq));
    entries.push(Entry::Version(name.clone(), version));
    Ok(entries)
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
    let mut described = match ledger.pacticipant(&fact.pacticipant)? {
        Some(known) if ledger.has_own_record(&fact.pacticipant)? => Pacticipant::clone(&known),
        _ => Pacticipant::new(fact.pacticipant.clone(), fact.at),
    };
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
fn contract_entries(
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

/// Returns the first successes that change because a verified version got a branch or a tag.
fn reassigned_successes(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    version: &Version,
) -> Read<Vec<Entry>> {
    let mut changed: Vec<(ContentKey, Verified)> = Vec::new();
    for run in ledger.runs_of(provider, &version.number)? {
        for result in run.results.iter().filter(|result| result.success) {
            let key = content_key(provider, result);
            let before = match changed.iter().position(|(known, _)| *known == key) {
                Some(index) => changed.swap_remove(index).1,
                None => ledger.verified(provider, &result.consumer, &result.content)?,
            };
            changed.push((key, with_success(before, version, run.seq, result.wip)));
        }
    }
    let mut entries = Vec::new();
    for (key, verified) in changed {
        if ledger.verified(provider, &key.consumer, &key.content)? != verified {
            entries.push(Entry::Verified(key, verified));
        }
    }
    Ok(entries)
}

fn content_key(provider: &PacticipantName, result: &VerificationResult) -> ContentKey {
    ContentKey {
        consumer: result.consumer.clone(),
        provider: provider.clone(),
        content: result.content.clone(),
    }
}

/// Returns the first successes as they are after a version succeeded.
fn with_success(mut verified: Verified, version: &Version, seq: Seq, wip: bool) -> Verified {
    let first = |known: Option<FirstSuccess>| {
        let not_wip = (!wip).then_some(seq);
        match known {
            None => FirstSuccess { any: seq, not_wip },
            Some(known) => FirstSuccess {
                any: known.any.min(seq),
                not_wip: known.not_wip.into_iter().chain(not_wip).min(),
            },
        }
    };
    verified.ever = Some(first(verified.ever));
    for branch in &version.branches {
        let known = verified.branches.get(branch).copied();
        verified.branches.insert(branch.clone(), first(known));
    }
    for tag in &version.tags {
        let known = verified.tags.get(tag).copied();
        verified.tags.insert(tag.clone(), first(known));
    }
    verified
}

fn run_entries(ledger: &dyn Ledger, fact: &RunFact) -> Read<Vec<Entry>> {
    let provider = &fact.provider;
    let runs = ledger.runs_of(provider, &fact.version)?;
    let says_the_same = |run: &Arc<Run>| {
        run.results == fact.results
            && run.build_url == fact.build_url
            && run.verified_by == fact.verified_by
    };
    let still_counts = |run: &Arc<Run>| {
        let newer = runs.iter().filter(|other| other.number > run.number);
        let overruled = |other: &Arc<Run>| {
            let again = |result: &VerificationResult| {
                other.result(&result.consumer, &result.content).is_some()
            };
            run.results.iter().any(again)
        };
        !newer.into_iter().any(overruled)
    };
    if runs
        .iter()
        .any(|run| says_the_same(run) && still_counts(run))
    {
        return Ok(Vec::new());
    }
    let seq = ledger.last_seq(provider)?.next();
    let Some(version) = ledger.version(provider, &fact.version)? else {
        // The use case states the version first; without it there is nothing to hang the run on.
        return Ok(Vec::new());
    };
    let mut entries = Vec::new();
    for result in fact.results.iter().filter(|result| result.success) {
        let before = ledger.verified(provider, &result.consumer, &result.content)?;
        let after = with_success(before.clone(), &version, seq, result.wip);
        if after != before {
            entries.push(Entry::Verified(content_key(provider, result), after));
        }
    }
    let latest = ledger
        .latest_version(provider)?
        .map_or(version.number.clone(), |latest| latest.number.clone());
    entries.push(Entry::Latest(provider.clone(), latest, seq));
    let run = Run {
        version: fact.version.clone(),
        number: runs.iter().map(|run| run.number).max().unwrap_or(0) + 1,
        seq,
        created_at: fact.at,
        build_url: fact.build_url.clone(),
        verified_by: fact.verified_by.clone(),
        results: fact.results.clone(),
    };
    entries.push(Entry::Run(provider.clone(), run));
    Ok(entries)
}

fn next_environment_seq(ledger: &dyn Ledger, name: &EnvironmentName) -> Read<Entry> {
    Ok(Entry::EnvironmentSeq(
        name.clone(),
        ledger.last_environment_seq(name)?.next(),
    ))
}

fn environment_entries(ledger: &dyn Ledger, fact: &EnvironmentFact) -> Read<Vec<Entry>> {
    let known = ledger.environment(&fact.name)?;
    let seq = ledger.last_environment_seq(&fact.name)?.next();
    let fresh = || Uuid::derived(&["environment", fact.name.as_str(), &seq.0.to_string()]);
    let environment = Environment {
        uuid: match (&fact.uuid, &known) {
            (Some(uuid), _) => uuid.clone(),
            (None, Some(known)) => known.uuid.clone(),
            (None, None) => fresh(),
        },
        name: fact.name.clone(),
        display_name: fact.display_name.clone(),
        production: fact.production,
        contacts: fact.contacts.clone(),
        created_at: known.as_ref().map_or(fact.at, |known| known.created_at),
    };
    if known.as_deref() == Some(&environment) {
        return Ok(Vec::new());
    }
    Ok(vec![
        Entry::Environment(environment),
        next_environment_seq(ledger, &fact.name)?,
    ])
}

fn deployment_entries(ledger: &dyn Ledger, fact: &DeploymentFact) -> Read<Vec<Entry>> {
    let deployed = ledger.deployed(&fact.environment, &fact.pacticipant)?;
    let same =
        |known: &DeployedVersion| known.version == fact.version && known.instance == fact.instance;
    let Some(environment) = ledger.environment(&fact.environment)? else {
        return Ok(Vec::new());
    };
    if deployed.iter().any(same) {
        return Ok(Vec::new());
    }
    let seq = ledger.last_environment_seq(&fact.environment)?.next();
    let instance = fact
        .instance
        .as_ref()
        .map_or("", ApplicationInstance::as_str);
    let deployed = DeployedVersion {
        uuid: Uuid::derived(&[
            "deployed",
            environment.uuid.as_str(),
            fact.pacticipant.as_str(),
            fact.version.as_str(),
            instance,
            &seq.0.to_string(),
        ]),
        pacticipant: fact.pacticipant.clone(),
        version: fact.version.clone(),
        instance: fact.instance.clone(),
        seq,
        created_at: fact.at,
        build_url: fact.build_url.clone(),
    };
    Ok(vec![
        Entry::Deployed(fact.environment.clone(), deployed),
        Entry::EnvironmentSeq(fact.environment.clone(), seq),
    ])
}

fn release_entries(ledger: &dyn Ledger, fact: &ReleaseFact) -> Read<Vec<Entry>> {
    let released = ledger.released(&fact.environment, &fact.pacticipant)?;
    let Some(environment) = ledger.environment(&fact.environment)? else {
        return Ok(Vec::new());
    };
    if released.iter().any(|known| known.version == fact.version) {
        return Ok(Vec::new());
    }
    let seq = ledger.last_environment_seq(&fact.environment)?.next();
    let released = ReleasedVersion {
        // The same id when a version is released again: the broker revives the record.
        uuid: Uuid::derived(&[
            "released",
            environment.uuid.as_str(),
            fact.pacticipant.as_str(),
            fact.version.as_str(),
        ]),
        pacticipant: fact.pacticipant.clone(),
        version: fact.version.clone(),
        seq,
        created_at: fact.at,
        build_url: fact.build_url.clone(),
    };
    Ok(vec![
        Entry::Released(fact.environment.clone(), released),
        Entry::EnvironmentSeq(fact.environment.clone(), seq),
    ])
}
