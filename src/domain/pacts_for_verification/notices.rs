//! What a verifier shows about a pact, in the broker's words (spec: semantics §6.5).
//!
//! Test reports and scripts match these sentences, so each is kept as the broker writes it, its
//! slips of grammar included.

use super::SelectedPact;
use super::choice::{Reason, criteria, quoted};
use super::pending::ProviderBuild;

const READ_MORE_PENDING: &str = "Read more at https://docs.pact.io/go/pending";
const READ_MORE_WIP: &str = "Read more at https://docs.pact.io/go/wip";

/// A sentence, and when a verifier is to show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationNotice {
    /// The moment, e.g. `before_verification`.
    pub when: &'static str,
    /// The text.
    pub text: String,
}

/// When a notice is shown that holds whatever comes out.
const BEFORE: &str = "before_verification";

impl VerificationNotice {
    /// Returns the notice that goes before the others if a client asked with `GET`, as the first
    /// clients did.
    #[must_use]
    pub fn for_beta_clients() -> Self {
        let text = "WARNING - this version of the Pact library uses a beta version of the API \
            which will be removed in the future. Please upgrade your Pact library. See \
            https://docs.pact.io/pact_broker/advanced_topics/provider_verification_results/\
            #pacts-for-verification for minimum required versions.";
        Self::new(BEFORE, text)
    }

    fn new(when: &'static str, text: impl Into<String>) -> Self {
        Self {
            when,
            text: text.into(),
        }
    }
}

impl SelectedPact {
    /// Returns the few words that say why the pact was selected, e.g. `latest from main branch`.
    #[must_use]
    pub fn short_description(&self) -> String {
        let descriptions: Vec<_> = self
            .choices
            .iter()
            .map(super::choice::Choice::short_description)
            .collect();
        descriptions.join(", ")
    }

    /// Returns what to tell the user: why the pact is verified and, if pending pacts were asked
    /// for, whether it may fail. `url` is where the pact can be read.
    #[must_use]
    pub fn notices(&self, url: &str) -> Vec<VerificationNotice> {
        let mut notices = vec![VerificationNotice::new(BEFORE, self.inclusion_reason(url))];
        match self.pending {
            None => {}
            Some(false) => notices.push(VerificationNotice::new(BEFORE, self.not_pending_reason())),
            Some(true) => {
                notices.push(VerificationNotice::new(BEFORE, self.pending_reason()));
                notices.extend(self.outcomes());
            }
        }
        notices
    }

    fn inclusion_reason(&self, url: &str) -> String {
        if self.wip {
            return self.wip_reason(url);
        }
        let (version, criterion) = match self.choices.len() {
            1 => ("version", "criterion"),
            _ => ("versions", "criteria"),
        };
        let lines = criteria(&self.choices, &self.provider);
        let list: Vec<_> = lines.iter().map(|line| format!("    * {line}")).collect();
        format!(
            "The pact at {url} is being verified because the pact content belongs to the consumer \
             {version} matching the following {criterion}:\n{}",
            list.join("\n")
        )
    }

    fn wip_reason(&self, url: &str) -> String {
        let mut branches = Vec::new();
        let mut tags = Vec::new();
        for choice in &self.choices {
            match &choice.reason {
                Reason::Branch { branch, .. } if !branches.contains(branch) => {
                    branches.push(branch.clone());
                }
                Reason::LatestWithTag { tag, .. } if !tags.contains(tag) => tags.push(tag.clone()),
                _ => {}
            }
        }
        let mut heads = Vec::new();
        match branches.len() {
            0 => {}
            1 => heads.push(format!("from branch {}", quoted(&branches))),
            _ => heads.push(format!("from branches {}", quoted(&branches))),
        }
        if !tags.is_empty() {
            heads.push(format!("tagged with {}", quoted(&tags)));
        }
        let same_content = match self.choices.len() {
            1 => "",
            2 => " (both have the same content)",
            _ => " (all have the same content)",
        };
        let versions = if branches.len() == 1 || tags.len() == 1 {
            "version"
        } else {
            "versions"
        };
        format!(
            "The pact at {url} is being verified because it is a 'work in progress' pact (ie. it \
             is the pact for the latest {versions} of {} {}{same_content} and it has not yet been \
             successfully verified by {} when the pact's application version was explicitly \
             specified in the consumer version selectors). {READ_MORE_WIP}",
            self.consumer,
            heads.join(" and "),
            self.builds("a"),
        )
    }

    fn pending_reason(&self) -> String {
        let reason = if self.wip {
            "it was included as a 'work in progress' pact".to_owned()
        } else {
            format!(
                "a successful verification result for {} has not yet been published",
                self.builds("a")
            )
        };
        format!(
            "This pact is in pending state for this version of {} because {reason}. If this \
             verification fails, it will not cause the overall build to fail. {READ_MORE_PENDING}",
            self.provider
        )
    }

    fn not_pending_reason(&self) -> String {
        let builds = match &self.judged_by {
            // Where the other sentences say "a versions", this one does not.
            ProviderBuild::Tagged(tags) if !tags.is_empty() => {
                format!("a version of {} with tag {}", self.provider, quoted(tags))
            }
            _ => self.builds("a"),
        };
        format!(
            "This pact has previously been successfully verified by {builds}. If this verification \
             fails, it will fail the build. {READ_MORE_PENDING}"
        )
    }

    /// Returns what to say after a verification of a pending pact, by its outcome.
    fn outcomes(&self) -> [VerificationNotice; 4] {
        let builds = self.builds("any");
        let tagged = match &self.judged_by {
            ProviderBuild::Tagged(tags) if tags.len() == 1 => "with this tag ",
            ProviderBuild::Tagged(tags) if !tags.is_empty() => "with these tags ",
            _ => "",
        };
        let still = format!("This pact is still in pending state for {builds} as");
        let failed =
            format!("{still} a successful verification result {tagged}has not yet been published");
        let unpublished = format!(
            "{still} the successful verification results {tagged}have not yet been published."
        );
        let published = format!(
            "This pact is no longer in pending state for {builds}, as a successful verification \
             result {tagged}has been published. If a verification for a version of {} {tagged}fails \
             in the future, it will fail the build. {READ_MORE_PENDING}",
            self.provider
        );
        [
            (
                "after_verification:success_true_published_false",
                unpublished,
            ),
            (
                "after_verification:success_false_published_false",
                failed.clone(),
            ),
            ("after_verification:success_true_published_true", published),
            ("after_verification:success_false_published_true", failed),
        ]
        .map(|(when, text)| VerificationNotice::new(when, text))
    }

    /// Names the provider builds that the pending state is about; `article` is "a" or "any".
    fn builds(&self, article: &str) -> String {
        let provider = &self.provider;
        match &self.judged_by {
            ProviderBuild::OnBranch(branch) => {
                format!("{article} version of {provider} from branch '{branch}'")
            }
            ProviderBuild::OnNamelessBranch => {
                format!("{article} version of {provider} from branch ''")
            }
            ProviderBuild::Tagged(tags) => match tags.as_slice() {
                [] => provider.to_string(),
                [tag] => format!("{article} version of {provider} with tag '{tag}'"),
                tags => format!("{article} versions of {provider} with tag {}", quoted(tags)),
            },
            ProviderBuild::Unknown => provider.to_string(),
        }
    }
}
