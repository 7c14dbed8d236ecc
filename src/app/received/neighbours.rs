//! What a push leaves behind, held against what is around it: the check-up of the branches that it
//! touches, and of what others on them point to.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::mem::discriminant;

use super::State;
use crate::app::doctor::Ailment;
use crate::app::doctor::ailments_on;
use crate::app::doctor::misfits;
use crate::app::doctor::owner;
use crate::app::hook::Push;
use crate::app::site::Site;
use crate::domain::checkup::Finding;
use crate::domain::checkup::Problem;
use crate::domain::checkup::contracts;
use crate::domain::entry::Entry;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::name::PacticipantName;
use crate::record::path::Branch;
use crate::record::path::Owner;
use crate::record::path::RecordPath;
use crate::record::stored;
use crate::store::Snapshot;
use crate::store::StoreError;
use crate::store::ledger::StoreLedger;

/// The pairs of consumer and provider whose contract a push may have changed, by provider.
type Pairs = BTreeMap<PacticipantName, BTreeSet<PacticipantName>>;

/// Returns what is wrong after a push and was not before.
pub(super) fn ailments(
    site: &Site,
    push: &Push,
    before: &State<'_>,
    after: &State<'_>,
) -> Result<Vec<Ailment>, StoreError> {
    let mut pairs = Pairs::new();
    let mut branches: BTreeSet<&Branch> = BTreeSet::new();
    let mut environments = BTreeSet::new();
    for moved in &push.moves {
        let Some(new) = &moved.new else {
            continue;
        };
        let changed = site.store.brought(&moved.branch, moved.old.as_ref(), new)?;
        let mut takes_versions = false;
        let owner = owner(after, &moved.branch);
        for file in &changed {
            let path = RecordPath::in_tree(&file.path);
            takes_versions |= path.is_version() && file.after.is_none();
            for bytes in [&file.before, &file.after].into_iter().flatten() {
                let entry = stored::entry(&moved.branch, &path, bytes, owner.as_deref());
                touch(entry.ok(), &mut pairs);
            }
        }
        if matches!(moved.branch.owner(), Owner::App(_) | Owner::Environment(_)) {
            branches.insert(&moved.branch);
        }
        if takes_versions {
            // Nothing may be deployed that is not there any more.
            environments.extend(after.environments()?);
        }
    }
    branches.extend(&environments);
    let found = |state: &State<'_>| -> Result<Vec<Ailment>, StoreError> {
        let mut found = Vec::new();
        for branch in &branches {
            found.extend(ailments_on(state, branch)?);
        }
        for (provider, consumers) in &pairs {
            let findings = contracts_of(state, provider, consumers);
            found.extend(misfits(&Branch::contracts(provider), findings));
        }
        Ok(found)
    };
    let mut new = found(after)?;
    if !new.is_empty() {
        let known = found(before)?;
        new.retain(|ailment| known.iter().all(|it| !is_same(it, ailment)));
    }
    Ok(new)
}

/// Notes whose contracts an entry has to do with.
fn touch(entry: Option<Entry>, pairs: &mut Pairs) {
    let mut pair = |consumer: PacticipantName, provider: PacticipantName| {
        pairs.entry(provider).or_default().insert(consumer);
    };
    match entry {
        Some(Entry::Version(name, version)) => {
            for provider in version.pacts.into_keys() {
                pair(name.clone(), provider);
            }
        }
        Some(Entry::Content(key, _)) => pair(key.consumer, key.provider),
        Some(Entry::Contract {
            provider, consumer, ..
        }) => pair(consumer, provider),
        _ => {}
    }
}

/// Returns what does not fit among the contracts of some consumers that a provider is shown.
fn contracts_of(
    state: &State<'_>,
    provider: &PacticipantName,
    consumers: &BTreeSet<PacticipantName>,
) -> Read<Vec<Finding>> {
    let ledger = StoreLedger::new(state);
    let mut shown = Vec::new();
    let mut publishers = BTreeSet::new();
    for consumer in consumers {
        if let Some(bytes) = ledger.contract(provider, consumer)? {
            shown.push(Entry::Contract {
                provider: provider.clone(),
                consumer: consumer.clone(),
                bytes,
            });
            continue;
        }
        // Reads every version of the consumer, and only where none of them may publish any more.
        let versions = ledger.versions(consumer)?;
        if versions.iter().any(|it| it.content(provider).is_some()) {
            publishers.insert(consumer.clone());
        }
    }
    contracts(provider, &shown, &publishers, &ledger)
}

/// Says whether two ailments are about the same thing: as the store goes on, its words may change.
fn is_same(one: &Ailment, other: &Ailment) -> bool {
    if one.branch() != other.branch() || discriminant(one) != discriminant(other) {
        return false;
    }
    match (one, other) {
        (Ailment::File { path, .. }, Ailment::File { path: other, .. })
        | (Ailment::Unread { path, .. }, Ailment::Unread { path: other, .. }) => path == other,
        (Ailment::Misfit { finding, .. }, Ailment::Misfit { finding: other, .. }) => {
            is_about_the_same(&finding.problem, &other.problem)
        }
        _ => true,
    }
}

fn is_about_the_same(one: &Problem, other: &Problem) -> bool {
    match (one, other) {
        (Problem::Latest { .. }, Problem::Latest { .. })
        | (Problem::EnvironmentSeq { .. }, Problem::EnvironmentSeq { .. }) => true,
        (Problem::BranchHead { branch, .. }, Problem::BranchHead { branch: other, .. }) => {
            branch == other
        }
        (Problem::TagHead { tag, .. }, Problem::TagHead { tag: other, .. }) => tag == other,
        (
            Problem::Contract { consumer, .. },
            Problem::Contract {
                consumer: other, ..
            },
        ) => consumer == other,
        _ => one == other,
    }
}
