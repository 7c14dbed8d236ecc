//! What a commit says happened, read from the files that it changed.
//!
//! Nothing is read from the message of a commit: that is for people.

mod gone;

use self::gone::Gone;
use super::Record;
use super::RecordError;
use super::app::AppRecord;
use super::environment::DeployedRecord;
use super::environment::EnvironmentRecord;
use super::environment::ReleasedRecord;
use super::from_bytes;
use super::policy::PolicyRecord;
use super::settings::SettingsRecord;
use super::signers::SignersRecord;
use super::version::VersionRecord;
use super::webhook::WebhookRecord;
use crate::domain::environment::DeployedVersion;
use crate::domain::environment::Environment;
use crate::domain::environment::ReleasedVersion;
use crate::domain::history::Event;
use crate::domain::history::VersionEvent;
use crate::domain::history::VersionNews;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::pacticipant::Pacticipant;
use crate::domain::policy::Policy;
use crate::domain::signers::AllowedSigner;
use crate::domain::signers::Signers;
use crate::domain::version::Version;
use crate::domain::webhook::Webhook;

/// Whose branch was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// An application's.
    App(PacticipantName),
    /// An environment's.
    Environment(EnvironmentName),
    /// The store's settings.
    Settings,
}

/// One file that a commit changed.
#[derive(Clone, Copy, Debug)]
pub struct FileChange<'a> {
    /// Its path.
    pub path: &'a str,
    /// What was in it before, if it existed.
    pub before: Option<&'a [u8]>,
    /// What is in it after, if it exists.
    pub after: Option<&'a [u8]>,
}

/// A file that a commit changed cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("could not read {path}")]
pub struct UnreadableChange {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    #[source]
    pub source: RecordError,
}

/// A record before and after a commit.
struct Change<T> {
    before: Option<T>,
    after: Option<T>,
}

impl FileChange<'_> {
    fn read<R: Record, T: From<R>>(&self) -> Result<Change<T>, UnreadableChange> {
        let read = |bytes: Option<&[u8]>| {
            let record = bytes.map(from_bytes::<R>).transpose();
            record.map_err(|source| UnreadableChange {
                path: self.path.to_owned(),
                source,
            })
        };
        Ok(Change {
            before: read(self.before)?.map(T::from),
            after: read(self.after)?.map(T::from),
        })
    }
}

/// Returns what happened in a commit, from the files that it changed.
///
/// Files that are derived from others, or of a kind that is not known, say nothing.
///
/// # Errors
///
/// Fails if a record is damaged, or of a newer schema.
pub fn events(whose: &Whose, changes: &[FileChange<'_>]) -> Result<Vec<Event>, UnreadableChange> {
    match whose {
        Whose::App(name) => app_events(name, changes),
        Whose::Environment(name) => environment_events(name, changes),
        Whose::Settings => settings_events(changes),
    }
}

/// Returns the path below the directory of the owner of the branch.
fn below(path: &str) -> &str {
    path.split_once('/').map_or(path, |(_, rest)| rest)
}

fn app_events(
    name: &PacticipantName,
    changes: &[FileChange<'_>],
) -> Result<Vec<Event>, UnreadableChange> {
    let mut described = None;
    let mut versions = Vec::new();
    let mut runs = Vec::new();
    let mut gone = Gone::default();
    for change in changes {
        let path = below(change.path);
        if path == "app.json" {
            described = Some(change.read::<AppRecord, Pacticipant>()?);
        } else if path.starts_with("versions/") {
            let change = change.read::<VersionRecord, Version>()?;
            let has_lost = gone.add_version(&change);
            let Change { before, after } = change;
            let event = after.map(|after| version_event(name, before.as_ref(), after));
            // Who only lost something has no news.
            versions.extend(event.filter(|event| !has_lost || event.is_news()));
        } else if path.starts_with("runs/") {
            runs.extend(gone.add_run(change)?);
        } else {
            gone.add(change, path)?;
        }
    }
    if let Some(Change {
        before: Some(pacticipant),
        after: None,
    }) = described
    {
        // All that it had is gone with it; that is one event.
        return Ok(vec![Event::PacticipantDeleted(pacticipant)]);
    }
    let mut events: Vec<Event> = Vec::new();
    for run in runs {
        // The version that a run mentions first is part of the run, not news of its own.
        let is_it =
            |event: &VersionEvent| event.number == run.version && event.published.is_empty();
        let place = versions.iter().position(is_it);
        events.push(Event::Verified {
            provider: name.clone(),
            run,
            version: place
                .map(|place| versions.remove(place).news)
                .unwrap_or_default(),
        });
    }
    events.splice(0..0, versions.into_iter().map(Event::Version));
    events.extend(gone.events(name));
    if let Some(Change {
        before,
        after: Some(pacticipant),
    }) = described
    {
        let nothing_said = Pacticipant::new(pacticipant.name.clone(), pacticipant.created_at);
        // An application that a version brings with it needs no words.
        if before.is_some() || events.is_empty() || pacticipant != nothing_said {
            events.insert(
                0,
                Event::Described {
                    pacticipant,
                    before,
                },
            );
        }
    }
    Ok(events)
}

fn version_event(
    pacticipant: &PacticipantName,
    before: Option<&Version>,
    after: Version,
) -> VersionEvent {
    let known = before.map_or(&[][..], |before| &before.branches);
    let branches = after.branches.iter();
    let branches = branches.filter(|branch| !known.contains(branch)).cloned();
    let tags = after.tags.iter();
    let tags = tags.filter(|tag| before.is_none_or(|before| !before.has_tag(tag)));
    let build_url = after.build_url.as_ref();
    let build_url =
        build_url.filter(|url| before.is_none_or(|v| v.build_url.as_ref() != Some(url)));
    let news = VersionNews {
        branches: branches.collect(),
        tags: tags.cloned().collect(),
        build_url: build_url.cloned(),
    };
    let published = after.pacts.into_iter().filter(|(provider, publication)| {
        let known = before.and_then(|before| before.content(provider));
        known != Some(&publication.content)
    });
    VersionEvent {
        pacticipant: pacticipant.clone(),
        number: after.number,
        published: published
            .map(|(provider, publication)| (provider, publication.content))
            .collect(),
        news,
    }
}

fn environment_events(
    name: &EnvironmentName,
    changes: &[FileChange<'_>],
) -> Result<Vec<Event>, UnreadableChange> {
    let mut events = Vec::new();
    for change in changes {
        let path = below(change.path);
        if path == "environment.json" {
            match change.read::<EnvironmentRecord, Environment>()? {
                Change {
                    before: None,
                    after: Some(new),
                } => {
                    events.push(Event::EnvironmentCreated(new));
                }
                Change {
                    before: Some(_),
                    after: Some(new),
                } => {
                    events.push(Event::EnvironmentUpdated(new));
                }
                Change {
                    before: Some(gone),
                    after: None,
                } => {
                    // What was in it is gone with it; that is one event.
                    return Ok(vec![Event::EnvironmentDeleted(gone)]);
                }
                Change {
                    before: None,
                    after: None,
                } => {}
            }
        } else if path.starts_with("deployed/") {
            let Change { before, after } = change.read::<DeployedRecord, DeployedVersion>()?;
            let environment = name.clone();
            match (before, after) {
                (before, Some(deployed)) => events.push(Event::Deployed {
                    environment,
                    deployed,
                    instead_of: before.map(|before| before.version),
                }),
                (Some(deployed), None) => events.push(Event::Undeployed {
                    environment,
                    deployed,
                }),
                (None, None) => {}
            }
        } else if path.starts_with("released/") {
            let Change { before, after } = change.read::<ReleasedRecord, ReleasedVersion>()?;
            let environment = name.clone();
            match (before, after) {
                (_, Some(released)) => events.push(Event::Released {
                    environment,
                    released,
                }),
                (Some(released), None) => {
                    events.push(Event::SupportEnded {
                        environment,
                        released,
                    });
                }
                (None, None) => {}
            }
        }
    }
    Ok(events)
}

fn settings_events(changes: &[FileChange<'_>]) -> Result<Vec<Event>, UnreadableChange> {
    let mut events = Vec::new();
    for change in changes {
        if below(change.path) == "store.json" {
            let after = change.read::<SettingsRecord, SettingsRecord>()?.after;
            events.extend(after.map(|settings| Event::RulesSet(settings.rules)));
        } else if below(change.path) == "policy.json" {
            let after = change.read::<PolicyRecord, Policy>()?.after;
            events.push(Event::PolicySet(after.unwrap_or_default()));
        } else if below(change.path).starts_with("webhooks/") {
            let Change { before, after } = change.read::<WebhookRecord, Webhook>()?;
            let saved = after.map(Event::WebhookSaved);
            events.extend(saved.or(before.map(Event::WebhookDeleted)));
        } else if below(change.path).starts_with("signers/") {
            let Change { before, after } = change.read::<SignersRecord, Signers>()?;
            events.extend(signers_event(before, after));
        }
    }
    Ok(events)
}

/// Returns who may sign now and who may not any more, if either is anybody.
fn signers_event(before: Option<Signers>, after: Option<Signers>) -> Option<Event> {
    let pacticipant = after.as_ref().or(before.as_ref())?.pacticipant.clone();
    let of = |signers: Option<Signers>| signers.map_or_else(Vec::new, |it| it.allowed);
    let (before, after) = (of(before), of(after));
    let added = after.iter().filter(|it| !before.contains(it));
    let allowed: Vec<AllowedSigner> = added.cloned().collect();
    let is_gone = |it: &&AllowedSigner| !after.iter().any(|now| now.key == it.key);
    let removed: Vec<AllowedSigner> = before.iter().filter(is_gone).cloned().collect();
    let is_news = !allowed.is_empty() || !removed.is_empty();
    is_news.then_some(Event::SignersChanged {
        pacticipant,
        allowed,
        removed,
    })
}

#[cfg(test)]
mod tests;
