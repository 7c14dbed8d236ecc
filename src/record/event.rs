//! What a commit says happened, read from the files that it changed.
//!
//! Nothing is read from the message of a commit: that is for people.

use super::Record;
use super::RecordError;
use super::app::AppRecord;
use super::environment::DeployedRecord;
use super::environment::EnvironmentRecord;
use super::environment::ReleasedRecord;
use super::from_bytes;
use super::run::RunRecord;
use super::settings::SettingsRecord;
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
use crate::domain::verification::Run;
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
        gone.add(change, path)?;
        if path == "app.json" {
            described = Some(change.read::<AppRecord, Pacticipant>()?);
        } else if path.starts_with("versions/") {
            let Change { before, after } = change.read::<VersionRecord, Version>()?;
            versions.extend(after.map(|after| version_event(name, before.as_ref(), after)));
        } else if path.starts_with("runs/") && change.after.is_some() {
            runs.extend(change.read::<RunRecord, Run>()?.after);
        }
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
    events.extend(gone.event(name));
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

/// What a commit took off the tip of an application: one event, however many files that were.
#[derive(Default)]
struct Gone {
    versions: Vec<Version>,
    runs: usize,
    contents: usize,
}

impl Gone {
    fn add(&mut self, change: &FileChange<'_>, path: &str) -> Result<(), UnreadableChange> {
        if change.after.is_some() {
            return Ok(());
        }
        if path.starts_with("versions/") {
            let before = change.read::<VersionRecord, Version>()?.before;
            self.versions.extend(before);
        } else if path.starts_with("runs/") {
            self.runs += 1;
        } else if path.starts_with("contents/") {
            self.contents += 1;
        }
        Ok(())
    }

    fn event(mut self, pacticipant: &PacticipantName) -> Option<Event> {
        self.versions.sort_by_key(|version| version.seq);
        let versions: Vec<_> = self.versions.into_iter().map(|it| it.number).collect();
        (!versions.is_empty()).then(|| Event::VersionsGone {
            pacticipant: pacticipant.clone(),
            versions,
            runs: self.runs,
            contents: self.contents,
        })
    }
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
        } else if below(change.path).starts_with("webhooks/") {
            let Change { before, after } = change.read::<WebhookRecord, Webhook>()?;
            let saved = after.map(Event::WebhookSaved);
            events.extend(saved.or(before.map(Event::WebhookDeleted)));
        }
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::content::ContentId;
    use crate::domain::environment::Uuid;
    use crate::domain::rules::Rules;
    use crate::domain::time::Seq;
    use crate::domain::time::Timestamp;
    use crate::domain::version::Publication;
    use crate::record::to_bytes;

    fn version(branches: &[&str], tags: &[&str], pact: Option<u8>) -> Version {
        let mut version = Version::new("1".parse().unwrap(), Seq(1), Timestamp::clamped(0));
        version.branches = branches.iter().map(|name| name.parse().unwrap()).collect();
        version.tags = tags.iter().map(|name| name.parse().unwrap()).collect();
        version.pacts.extend(pact.map(|digest| {
            let publication = Publication {
                content: ContentId::from_digest([digest; 32]),
                created_at: Timestamp::clamped(0),
            };
            ("Orders".parse().unwrap(), publication)
        }));
        version
    }

    fn bytes<R: Record>(record: impl Into<R>) -> Vec<u8> {
        to_bytes::<R>(&record.into())
    }

    /// A path, what was there, what is there.
    type Told<'a> = (&'a str, Option<&'a [u8]>, Option<&'a [u8]>);

    fn app(changes: &[Told<'_>]) -> Vec<Event> {
        on(&Whose::App("Web".parse().unwrap()), changes)
    }

    fn on(whose: &Whose, changes: &[Told<'_>]) -> Vec<Event> {
        let changes: Vec<_> = changes
            .iter()
            .map(|(path, before, after)| FileChange {
                path,
                before: *before,
                after: *after,
            })
            .collect();
        events(whose, &changes).unwrap()
    }

    const VERSION: &str = "Web/versions/6/b/1.json";

    #[test]
    fn a_publication_is_one_event_however_many_files_it_takes() {
        let described = Pacticipant::new("Web".parse().unwrap(), Timestamp::clamped(0));
        let described = bytes::<AppRecord>(described);
        let new = bytes::<VersionRecord>(version(&["main"], &[], Some(7)));
        let found = app(&[
            ("Web/app.json", None, Some(&described)),
            ("Web/contents/Orders/07.json", None, Some(b"{}")),
            ("Web/heads/latest.json", None, Some(b"not even read")),
            (VERSION, None, Some(&new)),
        ]);
        let expected = Event::Version(VersionEvent {
            pacticipant: "Web".parse().unwrap(),
            number: "1".parse().unwrap(),
            published: vec![("Orders".parse().unwrap(), ContentId::from_digest([7; 32]))],
            news: VersionNews {
                branches: vec!["main".parse().unwrap()],
                ..VersionNews::default()
            },
        });
        assert_eq!(found, [expected]);
    }

    #[test]
    fn only_what_is_new_of_a_version_is_told() {
        let before = bytes::<VersionRecord>(version(&["main"], &["a"], Some(7)));
        let after = bytes::<VersionRecord>(version(&["main", "feat"], &["a", "b"], Some(7)));
        let found = app(&[(VERSION, Some(&before), Some(&after))]);
        let [Event::Version(event)] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(event.published, []);
        assert_eq!(event.news.branches, ["feat".parse().unwrap()]);
        assert_eq!(event.news.tags, ["b".parse().unwrap()]);
    }

    #[test]
    fn the_version_that_a_run_mentions_is_part_of_the_run() {
        let run = Run {
            version: "1".parse().unwrap(),
            number: 1,
            seq: Seq(2),
            created_at: Timestamp::clamped(0),
            build_url: None,
            verified_by: None,
            results: Vec::new(),
        };
        let (new, written) = (
            bytes::<VersionRecord>(version(&["main"], &[], None)),
            bytes::<RunRecord>(run.clone()),
        );
        let found = app(&[
            ("Web/runs/6/b/1=1.json", None, Some(&written)),
            (VERSION, None, Some(&new)),
        ]);
        let [
            Event::Verified {
                run: told, version, ..
            },
        ] = found.as_slice()
        else {
            panic!("{found:?}")
        };
        assert_eq!((told, version.branches.len()), (&run, 1));
    }

    #[test]
    fn versions_that_are_gone_are_one_event_oldest_first() {
        let numbered = |number: &str, seq| {
            let version = Version::new(number.parse().unwrap(), Seq(seq), Timestamp::clamped(0));
            bytes::<VersionRecord>(version)
        };
        let (one, two) = (numbered("1", 1), numbered("2", 2));
        let found = app(&[
            ("Web/contents/Orders/07.json", Some(b"{}"), None),
            ("Web/heads/latest.json", Some(b"old"), Some(b"new")),
            ("Web/runs/6/b/1=1.json", Some(b"not even read"), None),
            ("Web/verified/Mobile/07.json", Some(b"{}"), None),
            ("Web/versions/0/0/2.json", Some(&two), None),
            (VERSION, Some(&one), None),
        ]);
        let expected = Event::VersionsGone {
            pacticipant: "Web".parse().unwrap(),
            versions: vec!["1".parse().unwrap(), "2".parse().unwrap()],
            runs: 1,
            contents: 1,
        };
        assert_eq!(found, [expected]);
        // What a clean-up of a consumer takes from its provider is derived, and no event.
        let found = app(&[("Web/verified/Mobile/07.json", Some(b"{}"), None)]);
        assert_eq!(found, []);
    }

    #[test]
    fn a_deleted_environment_takes_what_was_in_it_along() {
        let environment = Environment {
            uuid: Uuid::derived(&["test"]),
            name: "test".parse().unwrap(),
            display_name: None,
            production: false,
            contacts: Vec::new(),
            created_at: Timestamp::clamped(0),
            updated_at: None,
        };
        let deployed = |number: &str| DeployedVersion {
            uuid: Uuid::derived(&[number]),
            pacticipant: "Web".parse().unwrap(),
            version: number.parse().unwrap(),
            instance: None,
            seq: Seq(1),
            created_at: Timestamp::clamped(0),
            build_url: None,
        };
        let described = bytes::<EnvironmentRecord>(environment.clone());
        let (one, two) = (
            bytes::<DeployedRecord>(deployed("1")),
            bytes::<DeployedRecord>(deployed("2")),
        );
        let whose = Whose::Environment("test".parse().unwrap());
        let path = "test/deployed/Web/=.json";
        let found = on(&whose, &[(path, Some(&one), Some(&two))]);
        let [Event::Deployed { instead_of, .. }] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(*instead_of, Some("1".parse().unwrap()));
        let found = on(&whose, &[(path, Some(&two), None)]);
        assert!(
            matches!(found.as_slice(), [Event::Undeployed { .. }]),
            "{found:?}"
        );
        let found = on(
            &whose,
            &[
                (path, Some(&two), None),
                ("test/environment.json", Some(&described), None),
            ],
        );
        assert_eq!(found, [Event::EnvironmentDeleted(environment)]);
    }

    #[test]
    fn a_record_of_a_newer_schema_is_an_error() {
        let change = FileChange {
            path: "settings/store.json",
            before: None,
            after: Some(br#"{"schema": 99}"#),
        };
        let error = events(&Whose::Settings, &[change]).unwrap_err();
        assert_eq!(error.to_string(), "could not read settings/store.json");
        let rules = Rules::PactBroker;
        let known = to_bytes(&SettingsRecord { rules });
        let found = on(
            &Whose::Settings,
            &[("settings/store.json", None, Some(&known))],
        );
        assert_eq!(found, [Event::RulesSet(rules)]);
    }
    #[test]
    fn what_is_saved_and_deleted_of_webhooks_is_told() {
        let path = "settings/webhooks/a-webhook-uuid-1.json";
        let bytes = include_bytes!("../../fixtures/records/1/webhook.json");
        let webhook = Webhook::from(from_bytes::<WebhookRecord>(bytes).unwrap());
        for (before, after, expected) in [
            (None, Some(&bytes[..]), Event::WebhookSaved(webhook.clone())),
            (
                Some(&bytes[..]),
                None,
                Event::WebhookDeleted(webhook.clone()),
            ),
        ] {
            let change = FileChange {
                path,
                before,
                after,
            };
            assert_eq!(events(&Whose::Settings, &[change]).unwrap(), [expected]);
        }
    }
}
