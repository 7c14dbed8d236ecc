//! Which pacts the selectors of a request choose (spec: semantics §6.2).
//!
//! A branch or a tag with `latest` means its *head*, and finds nothing if that version has no
//! pact with the provider: an older pact is one that the consumer dropped. `latest` alone means
//! the newest version that has one.

use std::sync::Arc;

use super::super::consumer_version_selector::{ConsumerVersionSelector, Criterion};
use super::super::environment::Environment;
use super::super::ledger::{Ledger, Read};
use super::super::name::{BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber};
use super::super::pacts::{Among, Pair};
use super::super::rules::Rules;
use super::super::version::Version;
use super::choice::{Choice, Place, Reason};
use super::pending::ProviderBuild;

/// A consumer version that has a pact with the provider, and why it was chosen.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) consumer: PacticipantName,
    pub(super) version: Arc<Version>,
    pub(super) choice: Choice,
}

/// A search for pacts of one provider.
pub(super) struct Search<'a> {
    pub(super) ledger: &'a dyn Ledger,
    pub(super) provider: &'a PacticipantName,
    /// The consumers that ever published a pact with the provider.
    pub(super) consumers: Vec<PacticipantName>,
    pub(super) rules: Rules,
}

impl<'a> Search<'a> {
    /// Returns a search among the consumers of a provider.
    pub(super) fn new(
        ledger: &'a dyn Ledger,
        provider: &'a PacticipantName,
        rules: Rules,
    ) -> Read<Self> {
        Ok(Self {
            ledger,
            provider,
            consumers: ledger.consumers_of(provider)?,
            rules,
        })
    }

    /// Returns what the selectors choose for a build; the usual ones if there are none.
    pub(super) fn explicit(
        &self,
        selectors: &[ConsumerVersionSelector],
        build: &ProviderBuild,
    ) -> Read<Vec<Found>> {
        let usual;
        let selectors = if selectors.is_empty() {
            usual = self.usual_selectors(build)?;
            &usual
        } else {
            selectors
        };
        let mut found = Vec::new();
        for selector in selectors {
            for consumer in self.consumers_meant(selector) {
                self.find(selector, consumer, &mut found)?;
            }
        }
        if self.rules == Rules::PactBroker {
            self.global_tag_fallbacks(selectors, &mut found)?;
        }
        Ok(found)
    }

    /// Returns what stands for "no selectors": of each consumer its main branch, else the tag of
    /// that name, else its latest pact; its branch of the same name as that of the build, unless it is its main
    /// branch; and all that is deployed or released.
    fn usual_selectors(&self, build: &ProviderBuild) -> Read<Vec<ConsumerVersionSelector>> {
        let mut selectors = Vec::new();
        for consumer in &self.consumers {
            selectors.push(ConsumerVersionSelector {
                consumer: Some(consumer.clone()),
                criterion: self.usual_criterion(consumer)?,
            });
            if let (Rules::Strict, ProviderBuild::OnBranch(branch)) = (self.rules, build)
                && self.main_branch(consumer)?.as_ref() != Some(branch)
            {
                selectors.push(ConsumerVersionSelector {
                    consumer: Some(consumer.clone()),
                    criterion: Criterion::Branch {
                        branch: branch.clone(),
                        fallback: None,
                    },
                });
            }
        }
        selectors.push(ConsumerVersionSelector::of_all(Criterion::Deployed(None)));
        selectors.push(ConsumerVersionSelector::of_all(Criterion::Released(None)));
        Ok(selectors)
    }

    fn usual_criterion(&self, consumer: &PacticipantName) -> Read<Criterion> {
        let Some(main) = self.main_branch(consumer)? else {
            return Ok(Criterion::Latest);
        };
        if self.ledger.branch_head(consumer, &main)?.is_some() {
            return Ok(Criterion::MainBranch);
        }
        // Those who do not use branches tag their versions with the branch instead.
        let Ok(tag) = main.as_str().parse::<TagName>() else {
            return Ok(Criterion::Latest);
        };
        let is_tag = self.ledger.tag_head(consumer, &tag)?.is_some();
        Ok(if is_tag {
            let fallback = None;
            Criterion::LatestWithTag { tag, fallback }
        } else {
            Criterion::Latest
        })
    }

    fn consumers_meant<'s>(
        &'s self,
        selector: &'s ConsumerVersionSelector,
    ) -> impl Iterator<Item = &'s PacticipantName> {
        let only = selector.consumer.as_ref();
        let consumers = self.consumers.iter();
        consumers.filter(move |consumer| only.is_none_or(|only| only == *consumer))
    }

    /// Adds what a selector chooses of one consumer.
    fn find(
        &self,
        selector: &ConsumerVersionSelector,
        consumer: &PacticipantName,
        found: &mut Vec<Found>,
    ) -> Read<()> {
        let only = selector.consumer.as_ref();
        let mut add = |reason, version| found.extend(self.found(only, consumer, reason, version));
        match &selector.criterion {
            Criterion::MainBranch => {
                if let Some(branch) = self.main_branch(consumer)? {
                    let head = self.ledger.version_at_head(consumer, &branch)?;
                    add(Reason::MainBranch(branch), head);
                }
            }
            Criterion::Branch { branch, fallback } => {
                let head = self.ledger.version_at_head(consumer, branch)?;
                let (reason, head) = match fallback {
                    Some(fallback)
                        if self.rules == Rules::Strict && !self.has_pact(head.as_ref()) =>
                    {
                        let reason = Reason::Branch {
                            branch: fallback.clone(),
                            instead_of: Some(branch.clone()),
                        };
                        (reason, self.ledger.version_at_head(consumer, fallback)?)
                    }
                    _ => (on_branch(branch), head),
                };
                add(reason, head);
            }
            Criterion::EachBranch => {
                for head in self.ledger.branch_heads(consumer)? {
                    let version = self.ledger.version(consumer, &head.version)?;
                    add(on_branch(&head.branch), version);
                }
            }
            Criterion::LatestWithTag { tag, fallback } => {
                let head = self.tag_head(consumer, tag)?;
                let (reason, head) = match fallback {
                    Some(fallback)
                        if self.rules == Rules::Strict && !self.has_pact(head.as_ref()) =>
                    {
                        (
                            instead_of_tag(tag, fallback),
                            self.tag_head(consumer, fallback)?,
                        )
                    }
                    _ => (with_tag(tag), head),
                };
                add(reason, head);
            }
            Criterion::AllWithTag(tag) => {
                for version in self.ledger.versions(consumer)? {
                    if version.has_tag(tag) {
                        add(Reason::AllWithTag(tag.clone()), Some(version));
                    }
                }
            }
            Criterion::Latest => add(Reason::Latest, self.latest_with_pact(consumer)?),
            Criterion::Deployed(environment) => {
                for environment in self.environments(environment.as_ref())? {
                    for version in self.deployed(&environment, consumer)? {
                        add(Reason::Deployed(place(&environment)), Some(version));
                    }
                }
            }
            Criterion::Released(environment) => {
                for environment in self.environments(environment.as_ref())? {
                    for version in self.released(&environment, consumer)? {
                        add(Reason::Released(place(&environment)), Some(version));
                    }
                }
            }
            Criterion::DeployedOrReleased(environment) => {
                for environment in self.environments(environment.as_ref())? {
                    for version in self.deployed(&environment, consumer)? {
                        add(Reason::Deployed(place(&environment)), Some(version));
                    }
                    for version in self.released(&environment, consumer)? {
                        add(Reason::Released(place(&environment)), Some(version));
                    }
                }
            }
            Criterion::InEnvironment(name) => {
                for version in self.in_environment(name, consumer)? {
                    add(Reason::InEnvironment(name.clone()), Some(version));
                }
            }
        }
        Ok(())
    }

    /// The recorded broker's fallback: for all consumers, or for none if one has the tag.
    fn global_tag_fallbacks(
        &self,
        selectors: &[ConsumerVersionSelector],
        found: &mut Vec<Found>,
    ) -> Read<()> {
        let has_tag = |asked: &TagName| {
            let head_of_tag = |reason: &Reason| match reason {
                Reason::LatestWithTag { tag, .. } => tag == asked,
                _ => false,
            };
            found.iter().any(|found| head_of_tag(&found.choice.reason))
        };
        let mut missing = Vec::new();
        for selector in selectors {
            if let Criterion::LatestWithTag {
                tag,
                fallback: Some(fallback),
            } = &selector.criterion
                && !has_tag(tag)
            {
                missing.push((selector, tag, fallback));
            }
        }
        for (selector, tag, fallback) in missing {
            for consumer in self.consumers_meant(selector) {
                let head = self.tag_head(consumer, fallback)?;
                let reason = instead_of_tag(tag, fallback);
                found.extend(self.found(selector.consumer.as_ref(), consumer, reason, head));
            }
        }
        Ok(())
    }

    /// Returns a version as found, if it has a pact with the provider.
    pub(super) fn found(
        &self,
        only: Option<&PacticipantName>,
        consumer: &PacticipantName,
        reason: Reason,
        version: Option<Arc<Version>>,
    ) -> Option<Found> {
        let version = version.filter(|version| self.has_pact(Some(version)))?;
        Some(Found {
            consumer: consumer.clone(),
            choice: Choice {
                reason,
                consumer: only.cloned(),
                seq: version.seq,
                version: version.number.clone(),
            },
            version,
        })
    }

    fn has_pact(&self, version: Option<&Arc<Version>>) -> bool {
        version.is_some_and(|version| version.pacts.contains_key(self.provider))
    }

    fn main_branch(&self, consumer: &PacticipantName) -> Read<Option<BranchName>> {
        let pacticipant = self.ledger.pacticipant(consumer)?;
        Ok(pacticipant.and_then(|pacticipant| pacticipant.main_branch.clone()))
    }

    fn tag_head(&self, consumer: &PacticipantName, tag: &TagName) -> Read<Option<Arc<Version>>> {
        match self.ledger.tag_head(consumer, tag)? {
            Some(head) => self.ledger.version(consumer, &head.version),
            None => Ok(None),
        }
    }

    /// Returns the newest version with a pact. Reads all versions only if the newest has none.
    fn latest_with_pact(&self, consumer: &PacticipantName) -> Read<Option<Arc<Version>>> {
        let pair = Pair {
            ledger: self.ledger,
            consumer,
            provider: self.provider,
        };
        Ok(pair.latest(&Among::All)?.map(|pact| pact.version))
    }

    fn environments(&self, only: Option<&EnvironmentName>) -> Read<Vec<Arc<Environment>>> {
        match only {
            Some(name) => Ok(self.ledger.environment(name)?.into_iter().collect()),
            None => self.ledger.environments(),
        }
    }

    fn deployed(
        &self,
        environment: &Environment,
        consumer: &PacticipantName,
    ) -> Read<Vec<Arc<Version>>> {
        let deployed = self.ledger.deployed(&environment.name, consumer)?;
        self.versions(consumer, deployed.iter().map(|deployed| &deployed.version))
    }

    fn released(
        &self,
        environment: &Environment,
        consumer: &PacticipantName,
    ) -> Read<Vec<Arc<Version>>> {
        let released = self.ledger.released(&environment.name, consumer)?;
        self.versions(consumer, released.iter().map(|released| &released.version))
    }

    /// Returns what is deployed, once for each instance, and what is released; a version that is
    /// released and deployed without an instance counts once.
    fn in_environment(
        &self,
        name: &EnvironmentName,
        consumer: &PacticipantName,
    ) -> Read<Vec<Arc<Version>>> {
        let deployed = self.ledger.deployed(name, consumer)?;
        let released = self.ledger.released(name, consumer)?;
        let again = |version: &VersionNumber| {
            let mut unnamed = deployed
                .iter()
                .filter(|deployed| deployed.instance.is_none());
            unnamed.any(|deployed| deployed.version == *version)
        };
        let released = released.iter().map(|released| &released.version);
        let only_released = released.filter(|version| !again(version));
        let deployed_versions = deployed.iter().map(|deployed| &deployed.version);
        self.versions(consumer, deployed_versions.chain(only_released))
    }

    fn versions<'v>(
        &self,
        consumer: &PacticipantName,
        numbers: impl Iterator<Item = &'v VersionNumber>,
    ) -> Read<Vec<Arc<Version>>> {
        let mut versions = Vec::new();
        for number in numbers {
            versions.extend(self.ledger.version(consumer, number)?);
        }
        Ok(versions)
    }
}

pub(super) fn on_branch(branch: &BranchName) -> Reason {
    Reason::Branch {
        branch: branch.clone(),
        instead_of: None,
    }
}

pub(super) fn with_tag(tag: &TagName) -> Reason {
    Reason::LatestWithTag {
        tag: tag.clone(),
        instead_of: None,
    }
}

fn instead_of_tag(asked: &TagName, fallback: &TagName) -> Reason {
    Reason::LatestWithTag {
        tag: fallback.clone(),
        instead_of: Some(asked.clone()),
    }
}

fn place(environment: &Environment) -> Place {
    Place {
        production: environment.production,
        environment: environment.name.clone(),
    }
}
