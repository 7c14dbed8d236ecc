//! From selectors to versions, and to the integrations that they are part of
//! (spec: semantics §9.2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Integration;
use super::facts::Facts;
use super::query::Query;
use crate::domain::ledger::Read;
use crate::domain::name::{BranchName, EnvironmentName, PacticipantName, VersionNumber};
use crate::domain::selector::{Destination, Found, Origin, ResolvedSelector, Selector};
use crate::domain::version::Version;

/// What a query is about.
pub(super) struct Resolved {
    /// The selectors asked about, then those that follow from the destination.
    pub(super) selectors: Vec<ResolvedSelector>,
    /// What to ignore.
    pub(super) ignore: Vec<ResolvedSelector>,
    /// The pairs that the selected versions are part of, sorted.
    pub(super) integrations: Vec<Integration>,
}

/// Works out what a query is about.
pub(super) fn resolve(facts: &mut Facts, query: &Query) -> Read<Resolved> {
    let mut ignore = Vec::new();
    for asked in &query.ignore {
        ignore.extend(resolve_selector(facts, asked, Origin::Ignore, &[])?);
    }
    let mut selectors = Vec::new();
    for asked in &query.selectors {
        selectors.extend(resolve_selector(facts, asked, Origin::Specified, &ignore)?);
    }

    let integrations = if query.destination == Destination::None && selectors.len() > 1 {
        integrations_between(facts, &selectors)?
    } else {
        integrations_of(facts, &selectors)?
    };
    if query.destination != Destination::None {
        let specified: BTreeSet<_> = query.selectors.iter().map(|s| &s.pacticipant).collect();
        let involved: BTreeSet<_> = integrations
            .iter()
            .flat_map(|integration| [&integration.consumer, &integration.provider])
            .collect();
        for name in involved.difference(&specified) {
            let asked = query.destination.selector((*name).clone());
            selectors.extend(resolve_selector(facts, &asked, Origin::Inferred, &ignore)?);
        }
    }
    Ok(Resolved {
        selectors,
        ignore,
        integrations,
    })
}

fn resolve_selector(
    facts: &mut Facts,
    asked: &Selector,
    origin: Origin,
    ignore: &[ResolvedSelector],
) -> Read<Vec<ResolvedSelector>> {
    let name = &asked.pacticipant;
    let resolved = |found: Found, branch: Option<BranchName>| {
        let number = match &found {
            Found::Version { version, .. } => Some(&version.number),
            _ => None,
        };
        ResolvedSelector {
            ignored: ignore.iter().any(|selector| selector.covers(name, number)),
            asked: asked.clone(),
            origin,
            found,
            branch,
        }
    };
    // The other origins were checked, or come from the store itself.
    if origin == Origin::Ignore && facts.pacticipant(name)?.is_none() {
        return Ok(vec![resolved(Found::NoPacticipant, asked.branch.clone())]);
    }
    if asked.is_name_only() {
        return Ok(vec![resolved(Found::EveryVersion, None)]);
    }

    let main_branch = if asked.main_branch {
        let pacticipant = facts.pacticipant(name)?;
        pacticipant.and_then(|it| it.main_branch.clone())
    } else {
        None
    };
    let versions = selected_versions(facts, asked, main_branch.as_ref())?;
    if versions.is_empty() {
        return Ok(vec![resolved(Found::NoVersion, asked.branch.clone())]);
    }
    let one_of_many = versions.len() > 1;
    let branch = asked.branch.clone().or(main_branch);
    let found = versions.into_iter().map(|version| {
        let found = Found::Version {
            version,
            one_of_many,
        };
        resolved(found, branch.clone())
    });
    Ok(found.collect())
}

/// Returns the versions that meet every criterion, oldest first.
///
/// Starts from the criterion that is cheapest to look up. Reads all versions only where none but
/// tag or branch is given, without latest.
fn selected_versions(
    facts: &mut Facts,
    asked: &Selector,
    main_branch: Option<&BranchName>,
) -> Read<Vec<Arc<Version>>> {
    let name = &asked.pacticipant;
    if asked.main_branch && main_branch.is_none() {
        return Ok(Vec::new());
    }
    let branches: Vec<&BranchName> = asked.branch.iter().chain(main_branch).collect();
    let in_environment = match &asked.environment {
        Some(environment) => Some(numbers_in(facts, environment, name)?),
        None => None,
    };
    let heads = if asked.latest {
        heads_of(facts, name, &branches)?
    } else {
        Vec::new()
    };

    let numbers: Vec<VersionNumber> = if let Some(number) = &asked.version {
        vec![number.clone()]
    } else if let Some(numbers) = &in_environment {
        numbers.iter().cloned().collect()
    } else if asked.latest && !branches.is_empty() {
        heads.iter().flatten().take(1).cloned().collect()
    } else if let (true, Some(tag)) = (asked.latest, &asked.tag) {
        let head = facts.ledger.tag_head(name, tag)?;
        head.into_iter().map(|head| head.version).collect()
    } else if asked.latest {
        return Ok(facts.ledger.latest_version(name)?.into_iter().collect());
    } else {
        let every = facts.every_version(name)?;
        every.iter().map(|version| version.number.clone()).collect()
    };

    let mut versions = Vec::new();
    for number in numbers {
        // A number that somebody typed may not exist; one from another record must.
        let version = match &asked.version {
            Some(_) => facts.version(name, &number)?,
            None => Some(facts.mentioned(name, &number)?),
        };
        versions.extend(version);
    }
    versions.retain(|version| {
        let lives_there = |numbers: &BTreeSet<_>| numbers.contains(&version.number);
        in_environment.as_ref().is_none_or(lives_there)
            && asked.tag.as_ref().is_none_or(|tag| version.has_tag(tag))
            && branches.iter().all(|branch| version.is_on(branch))
            && heads
                .iter()
                .all(|head| head.as_ref() == Some(&version.number))
    });
    versions.sort_by_key(|version| version.seq);
    if asked.latest {
        versions.drain(..versions.len().saturating_sub(1));
    }
    Ok(versions)
}

/// Returns the number at the head of each branch.
fn heads_of(
    facts: &Facts,
    name: &PacticipantName,
    branches: &[&BranchName],
) -> Read<Vec<Option<VersionNumber>>> {
    let heads = branches.iter().map(|branch| {
        let head = facts.ledger.branch_head(name, branch)?;
        Ok(head.map(|head| head.version))
    });
    heads.collect()
}

/// Returns the numbers of the versions that are deployed in, or released to, an environment.
fn numbers_in(
    facts: &Facts,
    environment: &EnvironmentName,
    name: &PacticipantName,
) -> Read<BTreeSet<VersionNumber>> {
    let deployed = facts.ledger.deployed(environment, name)?;
    let released = facts.ledger.released(environment, name)?;
    let deployed = deployed.into_iter().map(|deployed| deployed.version);
    Ok(deployed
        .chain(released.into_iter().map(|released| released.version))
        .collect())
}

/// Returns the versions that a selector means; reads them all if it means every one.
pub(super) fn versions_of(
    facts: &mut Facts,
    selector: &ResolvedSelector,
) -> Read<Vec<Arc<Version>>> {
    match &selector.found {
        Found::EveryVersion => facts.every_version(selector.pacticipant()),
        Found::Version { version, .. } => Ok(vec![Arc::clone(version)]),
        Found::NoVersion | Found::NoPacticipant => Ok(Vec::new()),
    }
}

/// Returns the pairs that the selected versions are part of, with whomever.
///
/// A consumer needs every provider that this very version has a pact with; a provider needs
/// nobody, but must not break whoever is there.
fn integrations_of(facts: &mut Facts, selectors: &[ResolvedSelector]) -> Read<Vec<Integration>> {
    let mut required = BTreeMap::new();
    for selector in selectors {
        for version in versions_of(facts, selector)? {
            for provider in version.pacts.keys() {
                required.insert((selector.pacticipant().clone(), provider.clone()), true);
            }
        }
    }
    let names: BTreeSet<_> = selectors
        .iter()
        .map(ResolvedSelector::pacticipant)
        .collect();
    for provider in names {
        for consumer in facts.consumers_of(provider)? {
            required
                .entry((consumer, provider.clone()))
                .or_insert(false);
        }
    }
    Ok(sorted(required))
}

/// Returns the pairs in which both sides are selected.
fn integrations_between(
    facts: &mut Facts,
    selectors: &[ResolvedSelector],
) -> Read<Vec<Integration>> {
    let names: BTreeSet<_> = selectors
        .iter()
        .map(ResolvedSelector::pacticipant)
        .collect();
    let mut required = BTreeMap::new();
    for selector in selectors {
        for version in versions_of(facts, selector)? {
            for provider in version.pacts.keys().filter(|name| names.contains(name)) {
                required.insert((selector.pacticipant().clone(), provider.clone()), true);
            }
        }
    }
    Ok(sorted(required))
}

fn sorted(required: BTreeMap<(PacticipantName, PacticipantName), bool>) -> Vec<Integration> {
    let integration = |((consumer, provider), required)| Integration {
        consumer,
        provider,
        required,
    };
    required.into_iter().map(integration).collect()
}
