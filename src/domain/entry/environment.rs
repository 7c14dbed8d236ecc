//! Environments, and what is deployed in them and released to them.

use super::super::environment::{
    DeployedVersion, Ended, EndedVersion, Environment, ReleasedVersion, Uuid,
};
use super::super::fact::{DeploymentFact, EnvironmentFact, ReleaseFact};
use super::super::ledger::{Ledger, Read};
use super::super::name::EnvironmentName;
use super::super::time::{Seq, Timestamp};
use super::Entry;

/// Returns the entry that counts one more fact about an environment.
pub(super) fn next_environment_seq(ledger: &dyn Ledger, name: &EnvironmentName) -> Read<Entry> {
    Ok(Entry::EnvironmentSeq(
        name.clone(),
        ledger.last_environment_seq(name)?.next(),
    ))
}

/// Returns what has to be stored for an environment.
pub(super) fn environment_entries(ledger: &dyn Ledger, fact: &EnvironmentFact) -> Read<Vec<Entry>> {
    let known = match (ledger.environment(&fact.name)?, &fact.uuid) {
        // One that gets a new name is still there under its old one.
        (None, Some(uuid)) => {
            let mut all = ledger.environments()?.into_iter();
            all.find(|known| known.uuid == *uuid)
        }
        (known, _) => known,
    };
    // Under a new name it goes on counting where it stood: what ended before may come back to its place.
    let counted = match known.as_ref().filter(|known| known.name != fact.name) {
        Some(renamed) => ledger.last_environment_seq(&renamed.name)?,
        None => Seq(0),
    };
    let seq = ledger.last_environment_seq(&fact.name)?.max(counted).next();
    let fresh = || Uuid::derived(&["environment", fact.name.as_str(), &seq.0.to_string()]);
    let mut environment = Environment {
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
        updated_at: known.as_ref().and_then(|known| known.updated_at),
    };
    if known.as_deref() == Some(&environment) {
        return Ok(Vec::new());
    }
    if known.is_some() {
        environment.updated_at = Some(fact.at);
    }
    let mut entries = vec![
        Entry::Environment(environment),
        Entry::EnvironmentSeq(fact.name.clone(), seq),
    ];
    if let Some(renamed) = known.filter(|known| known.name != fact.name) {
        entries.push(Entry::Ended(
            fact.name.clone(),
            ledger.ended(&renamed.name)?,
        ));
    }
    Ok(entries)
}

/// Returns the entry that remembers that something has ended, and forgets what ended long ago.
fn ended(ledger: &dyn Ledger, name: &EnvironmentName, new: Ended) -> Read<Entry> {
    let mut ended = ledger.ended(name)?;
    ended.insert(0, new);
    ended.truncate(Ended::KEPT);
    Ok(Entry::Ended(name.clone(), ended))
}

/// Returns what has to be stored once nothing runs in an instance any more.
pub(super) fn undeployment_entries(
    ledger: &dyn Ledger,
    environment: &EnvironmentName,
    deployed: &DeployedVersion,
    at: Timestamp,
) -> Read<Vec<Entry>> {
    let known = ledger.deployed(environment, &deployed.pacticipant)?;
    if !known.iter().any(|known| known.uuid == deployed.uuid) {
        return Ok(Vec::new());
    }
    let (name, instance) = (deployed.pacticipant.clone(), deployed.instance.clone());
    let what = EndedVersion::Deployed(deployed.clone());
    Ok(vec![
        Entry::Undeployed(environment.clone(), name, instance),
        ended(ledger, environment, Ended { what, at })?,
        next_environment_seq(ledger, environment)?,
    ])
}

/// Returns what has to be stored once a released version is not supported any more.
pub(super) fn support_ended_entries(
    ledger: &dyn Ledger,
    environment: &EnvironmentName,
    released: &ReleasedVersion,
    at: Timestamp,
) -> Read<Vec<Entry>> {
    let known = ledger.released(environment, &released.pacticipant)?;
    if !known.iter().any(|known| known.uuid == released.uuid) {
        return Ok(Vec::new());
    }
    let (name, version) = (released.pacticipant.clone(), released.version.clone());
    let what = EndedVersion::Released(released.clone());
    Ok(vec![
        Entry::SupportEnded(environment.clone(), name, version),
        ended(ledger, environment, Ended { what, at })?,
        next_environment_seq(ledger, environment)?,
    ])
}

/// Returns what has to be stored for a deployment.
pub(super) fn deployment_entries(ledger: &dyn Ledger, fact: &DeploymentFact) -> Read<Vec<Entry>> {
    let deployed = ledger.deployed(&fact.environment, &fact.pacticipant)?;
    let same =
        |known: &DeployedVersion| known.version == fact.version && known.instance == fact.instance;
    let Some(environment) = ledger.environment(&fact.environment)? else {
        return Ok(Vec::new());
    };
    if deployed.iter().any(same) {
        return Ok(Vec::new());
    }
    let mut deployed = deployed.into_iter();
    let replaced = deployed.find(|known| known.instance == fact.instance);
    let seq = ledger.last_environment_seq(&fact.environment)?.next();
    let deployed = DeployedVersion {
        uuid: DeployedVersion::id(
            &environment.uuid,
            &fact.pacticipant,
            &fact.version,
            fact.instance.as_ref(),
            seq,
        ),
        environment: Some(environment.uuid.clone()),
        pacticipant: fact.pacticipant.clone(),
        version: fact.version.clone(),
        instance: fact.instance.clone(),
        seq,
        created_at: fact.at,
        build_url: fact.build_url.clone(),
    };
    let mut entries = vec![
        Entry::Deployed(fact.environment.clone(), deployed),
        Entry::EnvironmentSeq(fact.environment.clone(), seq),
    ];
    if let Some(replaced) = replaced {
        let what = EndedVersion::Deployed(replaced);
        entries.push(ended(
            ledger,
            &fact.environment,
            Ended { what, at: fact.at },
        )?);
    }
    Ok(entries)
}

/// Returns what has to be stored for a release.
pub(super) fn release_entries(ledger: &dyn Ledger, fact: &ReleaseFact) -> Read<Vec<Entry>> {
    let released = ledger.released(&fact.environment, &fact.pacticipant)?;
    let Some(environment) = ledger.environment(&fact.environment)? else {
        return Ok(Vec::new());
    };
    if released.iter().any(|known| known.version == fact.version) {
        return Ok(Vec::new());
    }
    let seq = ledger.last_environment_seq(&fact.environment)?.next();
    // The same id when a version is released again: the broker revives the record.
    let uuid = Uuid::derived(&[
        "released",
        environment.uuid.as_str(),
        fact.pacticipant.as_str(),
        fact.version.as_str(),
    ]);
    let mut ended = ledger.ended(&fact.environment)?;
    let is_it = |ended: &Ended| match &ended.what {
        EndedVersion::Released(before) if before.uuid == uuid => {
            Some((before.seq, before.created_at))
        }
        _ => None,
    };
    // It has its old place among what is released, too.
    let first = ended.iter().find_map(is_it);
    ended.retain(|known| is_it(known).is_none());
    let released = ReleasedVersion {
        uuid,
        pacticipant: fact.pacticipant.clone(),
        version: fact.version.clone(),
        seq: first.map_or(seq, |(seq, _)| seq),
        created_at: first.map_or(fact.at, |(_, at)| at),
        build_url: fact.build_url.clone(),
        updated_at: first.map(|_| fact.at),
    };
    let mut entries = vec![
        Entry::Released(fact.environment.clone(), released),
        Entry::EnvironmentSeq(fact.environment.clone(), seq),
    ];
    if first.is_some() {
        entries.push(Entry::Ended(fact.environment.clone(), ended));
    }
    Ok(entries)
}
