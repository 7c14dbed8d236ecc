//! What is believed of writes that somebody else wrote down: those of whom they may speak for, and no more.
//!
//! A pull request from a fork runs code of a stranger. What its build wrote down is what that stranger says, and
//! whoever applies it says what of it may be believed: which applications it may speak for, and what is known
//! better here, such as the commit and the branch.

use std::collections::BTreeSet;

use super::fact::{VersionFact, VersionMention};
use super::intent::Intent;
use super::name::{BranchName, PacticipantName, TagName, VersionNumber};
use super::publish::PublishRequest;
use super::record_verification::Report;
use super::time::Timestamp;

/// Who is believed, and what is known better.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Who wrote it, as far as it matters.
    pub author: Author,
    /// The version that it is about, whatever it says itself.
    pub version: Option<VersionNumber>,
    /// The branch that the version is on, whatever it says itself.
    pub branch: Option<BranchName>,
    /// The tags of the version, whatever it says itself.
    pub tags: Vec<TagName>,
    /// The build that made it, whatever it says itself.
    pub build_url: Option<String>,
    /// The time: nothing was said later than now.
    pub now: Timestamp,
}

/// Who wrote down what is to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// Somebody who may speak for some applications only, of their versions, contracts and results.
    Stranger {
        /// The applications.
        pacticipants: BTreeSet<PacticipantName>,
        /// Whether deployments and releases of them are believed as well.
        deploys: bool,
    },
    /// Somebody who could have written it into the store.
    Trusted,
}

/// A write is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdmitted {
    /// It speaks for somebody else.
    #[error("it speaks for {who}, and it may not")]
    SpeaksFor {
        /// For whom.
        who: PacticipantName,
    },
    /// It deploys or releases.
    #[error("it says what is deployed or released, and it may not")]
    Deploys,
    /// It does more than to say what an application did.
    #[error("it changes more than versions, contracts and results, and nobody but the trusted may")]
    Administers,
}

impl Admission {
    /// Returns what is to be recorded of a write, with what is known better in its place.
    ///
    /// A tag says as much as a branch, where `prod` is one. So as soon as version or branch are known better, the
    /// tags are, too. Of a stranger, new names that look like known ones are never new names.
    ///
    /// # Errors
    ///
    /// Fails if whoever wrote it may not say it.
    pub fn admitted(&self, mut intent: Intent) -> Result<Intent, NotAdmitted> {
        if let Author::Stranger {
            pacticipants,
            deploys,
        } = &self.author
        {
            for who in speaks_for(&intent, *deploys)? {
                if !pacticipants.contains(who) {
                    return Err(NotAdmitted::SpeaksFor { who: who.clone() });
                }
            }
            match &mut intent {
                Intent::Publish(request) => request.allow_similar_names = false,
                // Who was told the id of a request could repeat it, and nothing would be recorded.
                Intent::RecordVerification(report) => report.request = None,
                _ => {}
            }
        }
        self.correct(&mut intent);
        Ok(intent.without_passwords())
    }

    /// Puts what is known better in its place.
    fn correct(&self, intent: &mut Intent) {
        match intent {
            Intent::Publish(PublishRequest {
                version,
                branch,
                tags,
                build_url,
                at,
                ..
            })
            | Intent::RecordVerification(Report {
                version,
                branch,
                tags,
                build_url,
                at,
                ..
            })
            | Intent::DescribeVersion(VersionFact {
                number: version,
                branch,
                tags,
                build_url,
                at,
                ..
            })
            | Intent::OverwriteVersion(VersionFact {
                number: version,
                branch,
                tags,
                build_url,
                at,
                ..
            }) => {
                self.number(version);
                if self.branch.is_some() {
                    branch.clone_from(&self.branch);
                }
                if self.version.is_some() || self.branch.is_some() || !self.tags.is_empty() {
                    tags.clone_from(&self.tags);
                }
                self.build(build_url);
                self.time(at);
            }
            Intent::MentionVersion(VersionMention { number, at, .. }) => {
                self.number(number);
                self.time(at);
            }
            Intent::RecordDeployment(fact) => {
                self.number(&mut fact.version);
                self.build(&mut fact.build_url);
                self.time(&mut fact.at);
            }
            Intent::RecordRelease(fact) => {
                self.number(&mut fact.version);
                self.build(&mut fact.build_url);
                self.time(&mut fact.at);
            }
            Intent::RecordUndeployment(asked) => self.time(&mut asked.at),
            Intent::RecordSupportEnded(asked) => {
                self.number(&mut asked.version);
                self.time(&mut asked.at);
            }
            _ => {}
        }
    }

    fn number(&self, number: &mut VersionNumber) {
        if let Some(version) = &self.version {
            number.clone_from(version);
        }
    }

    fn build(&self, build_url: &mut Option<String>) {
        if self.build_url.is_some() {
            build_url.clone_from(&self.build_url);
        }
    }

    fn time(&self, at: &mut Timestamp) {
        *at = (*at).min(self.now);
    }
}

/// Returns whom a write of a stranger speaks for.
fn speaks_for(intent: &Intent, deploys: bool) -> Result<Vec<&PacticipantName>, NotAdmitted> {
    let if_deploys = |who| {
        if deploys {
            Ok(vec![who])
        } else {
            Err(NotAdmitted::Deploys)
        }
    };
    match intent {
        Intent::Publish(request) => Ok(request.contracts.iter().map(|it| &it.consumer).collect()),
        Intent::RecordVerification(report) => Ok(vec![&report.provider]),
        Intent::DescribeVersion(fact) | Intent::OverwriteVersion(fact) => {
            Ok(vec![&fact.pacticipant])
        }
        Intent::MentionVersion(mention) => Ok(vec![&mention.pacticipant]),
        Intent::RecordDeployment(fact) => if_deploys(&fact.pacticipant),
        Intent::RecordUndeployment(asked) => if_deploys(&asked.pacticipant),
        Intent::RecordRelease(fact) => if_deploys(&fact.pacticipant),
        Intent::RecordSupportEnded(asked) => if_deploys(&asked.pacticipant),
        Intent::DescribePacticipant(_)
        | Intent::CreatePacticipant(_)
        | Intent::AddLabel(_)
        | Intent::RemoveLabel(_)
        | Intent::CreateEnvironment(_)
        | Intent::UpdateEnvironment(_)
        | Intent::DeleteEnvironment(_)
        | Intent::Delete(_)
        | Intent::Clean(_)
        | Intent::SaveWebhook(_)
        | Intent::DeleteWebhook(_)
        | Intent::AllowSigner(..)
        | Intent::RemoveSigner(..)
        | Intent::SetRules(_)
        | Intent::ChangePolicy(_) => Err(NotAdmitted::Administers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fact::DeploymentFact;
    use crate::domain::rules::Rules;

    fn version(of: &str) -> Intent {
        Intent::DescribeVersion(VersionFact {
            pacticipant: of.parse().unwrap(),
            number: "1".parse().unwrap(),
            branch: Some("main".parse().unwrap()),
            tags: vec!["prod".parse().unwrap()],
            build_url: Some("https://user:secret@ci.example/1".to_owned()),
            pacts: Vec::new(),
            at: Timestamp::clamped(500),
        })
    }

    fn deployment(of: &str) -> Intent {
        Intent::RecordDeployment(DeploymentFact {
            environment: "production".parse().unwrap(),
            pacticipant: of.parse().unwrap(),
            version: "1".parse().unwrap(),
            instance: None,
            build_url: None,
            at: Timestamp::clamped(500),
        })
    }

    fn stranger(deploys: bool) -> Admission {
        Admission {
            author: Author::Stranger {
                pacticipants: ["Web".parse().unwrap()].into(),
                deploys,
            },
            version: None,
            branch: None,
            tags: Vec::new(),
            build_url: None,
            now: Timestamp::clamped(100),
        }
    }

    #[test]
    fn a_stranger_speaks_for_those_named_and_changes_nothing_else() {
        let may = |intent: Intent, deploys| stranger(deploys).admitted(intent).is_ok();
        assert!(may(version("Web"), false));
        assert!(!may(version("Orders"), false));
        assert!(!may(deployment("Web"), false));
        assert!(may(deployment("Web"), true));
        assert!(!may(deployment("Orders"), true));
        assert!(!may(Intent::SetRules(Rules::PactBroker), true));
        let trusted = Admission {
            author: Author::Trusted,
            ..stranger(false)
        };
        assert!(trusted.admitted(Intent::SetRules(Rules::Strict)).is_ok());
    }

    #[test]
    fn what_is_known_better_takes_the_place_of_what_was_said() {
        let Ok(Intent::DescribeVersion(as_said)) = stranger(false).admitted(version("Web")) else {
            panic!("a version stays one")
        };
        assert_eq!(as_said.number.as_str(), "1");
        assert_eq!(as_said.tags.len(), 1);
        assert_eq!(
            as_said.at,
            Timestamp::clamped(100),
            "nothing is said in the future"
        );
        let address = as_said.build_url.unwrap();
        assert!(!address.contains("secret"), "{address}");

        let better = Admission {
            version: Some("2".parse().unwrap()),
            branch: Some("fork".parse().unwrap()),
            build_url: Some("https://ci.example/2".to_owned()),
            ..stranger(false)
        };
        let Ok(Intent::DescribeVersion(known)) = better.admitted(version("Web")) else {
            panic!("a version stays one")
        };
        assert_eq!(known.number.as_str(), "2");
        assert_eq!(known.branch, better.branch);
        assert_eq!(known.tags, [], "a tag could say that it is in production");
        assert_eq!(known.build_url, better.build_url);
    }
}
