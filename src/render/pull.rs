//! The pacts that a provider build has to verify, as text and JSON.

use serde::Serialize;

use super::computed_from::ComputedFrom;
use super::table::one_line;
use crate::app::ask::Answer;
use crate::app::pull::SelectedContent;
use crate::app::pull::Selection;
use crate::domain::content::ContentId;
use crate::domain::name::BranchName;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::pacts_for_verification::Choice;
use crate::domain::pacts_for_verification::ProviderBuild;
use crate::domain::pacts_for_verification::Reason;
use crate::domain::pacts_for_verification::SelectedPact;
use crate::domain::pacts_for_verification::VerificationNotice;

/// What the notices that go before a verification are marked with.
const BEFORE: &str = "before_verification";

/// Returns what was selected as text: for each pact its name, why it was chosen, whether it may
/// fail, and what a verifier shows before it begins.
#[must_use]
pub fn text(selection: &Selection, url: impl Fn(&SelectedPact) -> String) -> String {
    let pact = |selected: &SelectedContent| {
        let pact = &selected.pact;
        let mut marks = vec![one_line(&pact.short_description())];
        if pact.pending == Some(true) {
            marks.push("pending".to_owned());
        }
        if pact.wip {
            marks.push("WIP".to_owned());
        }
        let mut lines = vec![format!("{} ({})", one_line(&pact.name()), marks.join("; "))];
        for notice in pact.notices(&url(pact)) {
            if notice.when == BEFORE {
                let text = notice.text.split('\n').map(one_line);
                lines.extend(text.map(|line| format!("  {line}")));
            }
        }
        lines.join("\n")
    };
    let pacts: Vec<String> = selection.pacts.iter().map(pact).collect();
    pacts.join("\n\n")
}

/// Returns why nothing was selected, as a sentence.
#[must_use]
pub fn why_nothing(selection: &Selection, provider: &PacticipantName) -> String {
    let why = match selection.consumers {
        0 => format!("no consumer has published a pact with {provider}"),
        1 => format!(
            "the one consumer of {provider} has no version with a pact with it that the \
             selectors match"
        ),
        consumers => format!(
            "none of the {consumers} consumers of {provider} has a version with a pact with it \
             that the selectors match"
        ),
    };
    format!("Nothing to verify: {why}.")
}

/// What was selected, as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PullJson<'a> {
    provider: &'a PacticipantName,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_version_branch: Option<&'a BranchName>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    provider_version_tags: &'a [TagName],
    pacts: Vec<PactJson<'a>>,
    computed_from: ComputedFrom,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PactJson<'a> {
    name: String,
    consumer: &'a PacticipantName,
    consumer_version: &'a VersionNumber,
    content_id: &'a ContentId,
    short_description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<bool>,
    wip: bool,
    choices: Vec<ChoiceJson<'a>>,
    notices: Vec<NoticeJson>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChoiceJson<'a> {
    consumer_version: &'a VersionNumber,
    #[serde(flatten)]
    reason: ReasonJson<'a>,
    /// The consumer that the selector was limited to, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    consumer: Option<&'a PacticipantName>,
}

/// Why a version was chosen; `reason` says what kind of thing speaks for it.
#[derive(Debug, Serialize)]
#[serde(
    tag = "reason",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
enum ReasonJson<'a> {
    Latest,
    Branch {
        branch: &'a BranchName,
        #[serde(skip_serializing_if = "Option::is_none")]
        fallback_for: Option<&'a BranchName>,
    },
    MainBranch {
        branch: &'a BranchName,
    },
    LatestWithTag {
        tag: &'a TagName,
        #[serde(skip_serializing_if = "Option::is_none")]
        fallback_for: Option<&'a TagName>,
    },
    AllWithTag {
        tag: &'a TagName,
    },
    Deployed {
        environment: &'a EnvironmentName,
    },
    Released {
        environment: &'a EnvironmentName,
    },
    InEnvironment {
        environment: &'a EnvironmentName,
    },
}

#[derive(Debug, Serialize)]
struct NoticeJson {
    when: &'static str,
    text: String,
}

impl<'a> PullJson<'a> {
    /// Returns what was selected as JSON; `url` says where a pact can be read.
    #[must_use]
    pub fn new(
        provider: &'a PacticipantName,
        answer: &'a Answer<Selection>,
        url: impl Fn(&SelectedPact) -> String,
    ) -> Self {
        let pacts = answer.value.pacts.iter();
        Self {
            provider,
            provider_version_branch: answer.value.build.branch(),
            provider_version_tags: tags(&answer.value.build),
            pacts: pacts
                .map(|selected| PactJson::new(&selected.pact, &url(&selected.pact)))
                .collect(),
            computed_from: ComputedFrom::from(&answer.basis),
        }
    }
}

/// Returns the tags of a build.
#[must_use]
pub fn tags(build: &ProviderBuild) -> &[TagName] {
    match build {
        ProviderBuild::Tagged(tags) => tags,
        ProviderBuild::OnBranch(_) | ProviderBuild::OnNamelessBranch | ProviderBuild::Unknown => {
            &[]
        }
    }
}

impl<'a> PactJson<'a> {
    fn new(pact: &'a SelectedPact, url: &str) -> Self {
        let notice = |notice: VerificationNotice| NoticeJson {
            when: notice.when,
            text: notice.text,
        };
        Self {
            name: pact.name(),
            consumer: &pact.consumer,
            consumer_version: &pact.version,
            content_id: &pact.content,
            short_description: pact.short_description(),
            pending: pact.pending,
            wip: pact.wip,
            choices: pact.choices.iter().map(ChoiceJson::new).collect(),
            notices: pact.notices(url).into_iter().map(notice).collect(),
        }
    }
}

impl<'a> ChoiceJson<'a> {
    fn new(choice: &'a Choice) -> Self {
        let reason = match &choice.reason {
            Reason::Latest => ReasonJson::Latest,
            Reason::Branch { branch, instead_of } => ReasonJson::Branch {
                branch,
                fallback_for: instead_of.as_ref(),
            },
            Reason::MainBranch(branch) => ReasonJson::MainBranch { branch },
            Reason::LatestWithTag { tag, instead_of } => ReasonJson::LatestWithTag {
                tag,
                fallback_for: instead_of.as_ref(),
            },
            Reason::AllWithTag(tag) => ReasonJson::AllWithTag { tag },
            Reason::Deployed(place) => ReasonJson::Deployed {
                environment: &place.environment,
            },
            Reason::Released(place) => ReasonJson::Released {
                environment: &place.environment,
            },
            Reason::InEnvironment(environment) => ReasonJson::InEnvironment { environment },
        };
        Self {
            consumer_version: &choice.version,
            reason,
            consumer: choice.consumer.as_ref(),
        }
    }
}
