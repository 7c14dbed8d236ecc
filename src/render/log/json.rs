//! What happened, as JSON.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::content::ContentId;
use crate::domain::fact::WhyGone;
use crate::domain::history::Event;
use crate::domain::history::VersionNews;
use crate::domain::name::ApplicationInstance;
use crate::domain::name::BranchName;
use crate::domain::name::EnvironmentName;
use crate::domain::name::Identity;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::policy::BranchPattern;
use crate::domain::rules::Rules;
use crate::domain::verification::VerificationResult;
use crate::domain::webhook::WebhookUuid;
use crate::render::signers::SignerJson;

/// What happened; `event` says what kind of thing.
#[derive(Debug, Serialize)]
#[serde(
    tag = "event",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub(super) enum EventJson<'a> {
    Described {
        pacticipant: &'a PacticipantName,
        #[serde(skip_serializing_if = "Option::is_none")]
        main_branch: Option<&'a BranchName>,
        #[serde(skip_serializing_if = "Option::is_none")]
        display_name: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        repository_url: Option<&'a str>,
    },
    Published {
        pacticipant: &'a PacticipantName,
        version: &'a VersionNumber,
        #[serde(flatten)]
        news: NewsJson<'a>,
        pacts: Vec<PactJson<'a>>,
    },
    VersionRecorded {
        pacticipant: &'a PacticipantName,
        version: &'a VersionNumber,
        #[serde(flatten)]
        news: NewsJson<'a>,
    },
    Verified {
        pacticipant: &'a PacticipantName,
        version: &'a VersionNumber,
        #[serde(flatten)]
        news: NewsJson<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        verified_by: Option<&'a str>,
        results: Vec<ResultJson<'a>>,
    },
    VersionsCleaned {
        pacticipant: &'a PacticipantName,
        versions: &'a [VersionNumber],
        runs: usize,
        contents: usize,
    },
    VersionsDeleted {
        pacticipant: &'a PacticipantName,
        versions: &'a [VersionNumber],
        runs: usize,
        contents: usize,
    },
    TagRemoved {
        pacticipant: &'a PacticipantName,
        version: &'a VersionNumber,
        tag: &'a TagName,
    },
    TakenOffBranch {
        pacticipant: &'a PacticipantName,
        versions: &'a [VersionNumber],
        branch: &'a BranchName,
    },
    BranchDeleted {
        pacticipant: &'a PacticipantName,
        branch: &'a BranchName,
    },
    PactsDeleted {
        pacticipant: &'a PacticipantName,
        provider: &'a PacticipantName,
        versions: &'a [VersionNumber],
    },
    ResultsDeleted {
        pacticipant: &'a PacticipantName,
        version: &'a VersionNumber,
        results: Vec<ResultJson<'a>>,
    },
    PacticipantDeleted {
        pacticipant: &'a PacticipantName,
    },
    EnvironmentCreated {
        environment: &'a EnvironmentName,
        production: bool,
    },
    EnvironmentUpdated {
        environment: &'a EnvironmentName,
        production: bool,
    },
    EnvironmentDeleted {
        environment: &'a EnvironmentName,
        production: bool,
    },
    Deployed {
        environment: &'a EnvironmentName,
        pacticipant: &'a PacticipantName,
        version: &'a VersionNumber,
        #[serde(skip_serializing_if = "Option::is_none")]
        application_instance: Option<&'a ApplicationInstance>,
        #[serde(skip_serializing_if = "Option::is_none")]
        instead_of: Option<&'a VersionNumber>,
    },
    Undeployed {
        environment: &'a EnvironmentName,
        pacticipant: &'a PacticipantName,
        version: &'a VersionNumber,
        #[serde(skip_serializing_if = "Option::is_none")]
        application_instance: Option<&'a ApplicationInstance>,
    },
    Released {
        environment: &'a EnvironmentName,
        pacticipant: &'a PacticipantName,
        version: &'a VersionNumber,
    },
    SupportEnded {
        environment: &'a EnvironmentName,
        pacticipant: &'a PacticipantName,
        version: &'a VersionNumber,
    },
    WebhookSaved {
        webhook: &'a WebhookUuid,
        title: String,
    },
    WebhookDeleted {
        webhook: &'a WebhookUuid,
        title: String,
    },
    SignersChanged {
        pacticipant: &'a PacticipantName,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        allowed: Vec<SignerJson<'a>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        removed: Vec<SignerJson<'a>>,
    },
    RulesSet {
        rules: Rules,
    },
    PolicySet {
        branches: &'a BTreeMap<BranchPattern, BTreeSet<Identity>>,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct NewsJson<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    branches: &'a [BranchName],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [TagName],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PactJson<'a> {
    provider: &'a PacticipantName,
    content_id: &'a ContentId,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultJson<'a> {
    consumer: &'a PacticipantName,
    content_id: &'a ContentId,
    success: bool,
    wip: bool,
    failures: &'a [String],
}

impl<'a> NewsJson<'a> {
    fn new(news: &'a VersionNews) -> Self {
        Self {
            branches: &news.branches,
            tags: &news.tags,
        }
    }
}

impl<'a> ResultJson<'a> {
    fn new(result: &'a VerificationResult) -> Self {
        Self {
            consumer: &result.consumer,
            content_id: &result.content,
            success: result.success,
            wip: result.wip,
            failures: &result.failures,
        }
    }
}

impl<'a> EventJson<'a> {
    #[expect(clippy::too_many_lines, reason = "one arm for each event")]
    pub(super) fn new(event: &'a Event) -> Self {
        match event {
            Event::Described { pacticipant, .. } => Self::Described {
                pacticipant: &pacticipant.name,
                main_branch: pacticipant.main_branch.as_ref(),
                display_name: pacticipant.display_name.as_deref(),
                repository_url: pacticipant.repository_url.as_deref(),
            },
            Event::Version(event) if event.published.is_empty() => Self::VersionRecorded {
                pacticipant: &event.pacticipant,
                version: &event.number,
                news: NewsJson::new(&event.news),
            },
            Event::Version(event) => Self::Published {
                pacticipant: &event.pacticipant,
                version: &event.number,
                news: NewsJson::new(&event.news),
                pacts: event
                    .published
                    .iter()
                    .map(|(provider, content_id)| PactJson {
                        provider,
                        content_id,
                    })
                    .collect(),
            },
            Event::Verified {
                provider,
                run,
                version,
            } => Self::Verified {
                pacticipant: provider,
                version: &run.version,
                news: NewsJson::new(version),
                verified_by: run.verified_by.as_deref(),
                results: run.results.iter().map(ResultJson::new).collect(),
            },
            Event::VersionsGone {
                pacticipant,
                versions,
                why,
                runs,
                contents,
            } => match why {
                WhyGone::Cleaned => Self::VersionsCleaned {
                    pacticipant,
                    versions,
                    runs: *runs,
                    contents: *contents,
                },
                WhyGone::Deleted => Self::VersionsDeleted {
                    pacticipant,
                    versions,
                    runs: *runs,
                    contents: *contents,
                },
            },
            Event::TagRemoved {
                pacticipant,
                version,
                tag,
            } => Self::TagRemoved {
                pacticipant,
                version,
                tag,
            },
            Event::TakenOffBranch {
                pacticipant,
                versions,
                branch,
            } => Self::TakenOffBranch {
                pacticipant,
                versions,
                branch,
            },
            Event::BranchDeleted {
                pacticipant,
                branch,
            } => Self::BranchDeleted {
                pacticipant,
                branch,
            },
            Event::PactsDeleted {
                consumer,
                provider,
                versions,
            } => Self::PactsDeleted {
                pacticipant: consumer,
                provider,
                versions,
            },
            Event::ResultsDeleted {
                provider,
                version,
                results,
            } => Self::ResultsDeleted {
                pacticipant: provider,
                version,
                results: results.iter().map(ResultJson::new).collect(),
            },
            Event::PacticipantDeleted(pacticipant) => Self::PacticipantDeleted {
                pacticipant: &pacticipant.name,
            },
            Event::EnvironmentCreated(environment) => Self::EnvironmentCreated {
                environment: &environment.name,
                production: environment.production,
            },
            Event::EnvironmentUpdated(environment) => Self::EnvironmentUpdated {
                environment: &environment.name,
                production: environment.production,
            },
            Event::EnvironmentDeleted(environment) => Self::EnvironmentDeleted {
                environment: &environment.name,
                production: environment.production,
            },
            Event::Deployed {
                environment,
                deployed,
                instead_of,
            } => Self::Deployed {
                environment,
                pacticipant: &deployed.pacticipant,
                version: &deployed.version,
                application_instance: deployed.instance.as_ref(),
                instead_of: instead_of.as_ref(),
            },
            Event::Undeployed {
                environment,
                deployed,
            } => Self::Undeployed {
                environment,
                pacticipant: &deployed.pacticipant,
                version: &deployed.version,
                application_instance: deployed.instance.as_ref(),
            },
            Event::Released {
                environment,
                released,
            } => Self::Released {
                environment,
                pacticipant: &released.pacticipant,
                version: &released.version,
            },
            Event::SupportEnded {
                environment,
                released,
            } => Self::SupportEnded {
                environment,
                pacticipant: &released.pacticipant,
                version: &released.version,
            },
            Event::WebhookSaved(webhook) => Self::WebhookSaved {
                webhook: &webhook.uuid,
                title: webhook.title(),
            },
            Event::WebhookDeleted(webhook) => Self::WebhookDeleted {
                webhook: &webhook.uuid,
                title: webhook.title(),
            },
            Event::SignersChanged {
                pacticipant,
                allowed,
                removed,
            } => Self::SignersChanged {
                pacticipant,
                allowed: allowed.iter().map(SignerJson::from).collect(),
                removed: removed.iter().map(SignerJson::from).collect(),
            },
            Event::RulesSet(rules) => Self::RulesSet { rules: *rules },
            Event::PolicySet(policy) => Self::PolicySet {
                branches: &policy.rules,
            },
        }
    }
}
