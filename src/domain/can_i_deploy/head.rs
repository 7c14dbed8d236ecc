//! Whether the head of a branch or of a tag can be deployed: what addresses without a version
//! number ask, and the badges.

use super::super::ledger::{Ledger, Read};
use super::super::matrix::{MatrixError, Query, matrix};
use super::super::name::{BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber};
use super::super::rules::Rules;
use super::super::selector::{Destination, Selector};
use super::can_i_deploy;

/// A question about a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadRequest {
    /// Can the head of a branch be deployed to an environment?
    Branch {
        /// The application.
        pacticipant: PacticipantName,
        /// The branch.
        branch: BranchName,
        /// The environment.
        to: EnvironmentName,
    },
    /// Can the head of a tag be deployed to where the heads of another tag are?
    Tag {
        /// The application.
        pacticipant: PacticipantName,
        /// The tag.
        tag: TagName,
        /// The other tag.
        to: TagName,
    },
    /// Does the head of the main branch go with those of the others (spec: cli §6)?
    MainBranch {
        /// The application.
        pacticipant: PacticipantName,
    },
}

/// What a question is about is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nobody has mentioned the application.
    Pacticipant,
    /// No version is on the branch.
    Branch,
    /// No version has the tag.
    Version,
    /// There is no such environment.
    Environment,
    /// The application has no main branch, or no version is on it.
    MainBranchVersion,
}

impl Missing {
    /// Returns what is not there, in the broker's words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pacticipant => "pacticipant",
            Self::Branch => "branch",
            Self::Version => "version",
            Self::Environment => "environment",
            Self::MainBranchVersion => "main branch version",
        }
    }
}

impl HeadRequest {
    /// Returns the question to the matrix, or what of it is not there.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn query(&self, ledger: &dyn Ledger) -> Read<Result<Query, Missing>> {
        let (Self::Branch { pacticipant, .. }
        | Self::Tag { pacticipant, .. }
        | Self::MainBranch { pacticipant }) = self;
        let Some(known) = ledger.pacticipant(pacticipant)? else {
            return Ok(Err(Missing::Pacticipant));
        };
        let every = Selector::every_version(pacticipant.clone());
        let (selector, destination) = match self {
            Self::Branch { branch, to, .. } => {
                if ledger.branch_head(pacticipant, branch)?.is_none() {
                    return Ok(Err(Missing::Branch));
                }
                if ledger.environment(to)?.is_none() {
                    return Ok(Err(Missing::Environment));
                }
                let selector = Selector {
                    branch: Some(branch.clone()),
                    latest: true,
                    ..every
                };
                (selector, Destination::Environment(to.clone()))
            }
            Self::Tag { tag, to, .. } => {
                if ledger.tag_head(pacticipant, tag)?.is_none() {
                    return Ok(Err(Missing::Version));
                }
                let selector = Selector {
                    tag: Some(tag.clone()),
                    latest: true,
                    ..every
                };
                let (tag, latest) = (to.clone(), true);
                (selector, Destination::Tag { tag, latest })
            }
            Self::MainBranch { .. } => {
                let main = known.main_branch.as_ref();
                let Some(number) = main_version(ledger, pacticipant, main)? else {
                    return Ok(Err(Missing::MainBranchVersion));
                };
                let selector = Selector::version(pacticipant.clone(), number);
                (selector, Destination::MainBranch { latest: true })
            }
        };
        Ok(Ok(Query::can_i_deploy(vec![selector], destination)))
    }

    /// Returns whether the head can be deployed, `None` if that is unknown; or what of the question is not
    /// there.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn deployable(
        &self,
        ledger: &dyn Ledger,
        rules: Rules,
    ) -> Result<Result<Option<bool>, Missing>, MatrixError> {
        Ok(match self.query(ledger)? {
            Ok(query) => Ok(can_i_deploy(&matrix(ledger, &query, rules)?).deployable),
            Err(missing) => Err(missing),
        })
    }
}

/// Returns the head of the main branch, else of the tag of that name: so it was told before there
/// were branches.
fn main_version(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    main: Option<&BranchName>,
) -> Read<Option<VersionNumber>> {
    let Some(main) = main else {
        return Ok(None);
    };
    if let Some(head) = ledger.branch_head(name, main)? {
        return Ok(Some(head.version));
    }
    let tag: Option<TagName> = main.as_str().parse().ok();
    let head = tag.map(|tag| ledger.tag_head(name, &tag)).transpose()?;
    Ok(head.flatten().map(|head| head.version))
}

#[cfg(test)]
mod tests {
    use super::super::super::matrix::matrix;
    use super::super::super::pacticipant::Pacticipant;
    use super::super::super::rules::Rules;
    use super::super::super::testing::{MemoryLedger, n};
    use super::super::can_i_deploy;
    use super::*;
    use crate::domain::fact::Fact;

    /// Says what becomes of a question: `yes`, `no`, `?`, or what is missing.
    fn answer(ledger: &MemoryLedger, request: &HeadRequest) -> &'static str {
        let query = match request.query(ledger).unwrap() {
            Ok(query) => query,
            Err(missing) => return missing.as_str(),
        };
        let verdict = can_i_deploy(&matrix(ledger, &query, Rules::Strict).unwrap());
        match verdict.deployable {
            Some(true) => "yes",
            Some(false) => "no",
            None => "?",
        }
    }

    fn ledger() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.publish("Api", "5", "main", &[]);
        ledger.publish_tagged("Web", "1", "main", &["dev"], &["Api=a"]);
        ledger.publish_tagged("Web", "2", "feat", &["old"], &["Api=b"]);
        ledger.deploy("Api", "5", "prod", "");
        ledger.verify("Api", "5", "main", &["Web=a:yes", "Web=b:no"]);
        ledger
    }

    #[test]
    fn the_head_of_a_branch_is_asked_about_as_far_as_all_is_there() {
        let ledger = ledger();
        for (pacticipant, branch, to, expected) in [
            ("Web", "main", "prod", "yes"),
            ("Web", "feat", "prod", "no"),
            ("Nobody", "main", "prod", "pacticipant"),
            ("Web", "none", "prod", "branch"),
            ("Web", "main", "none", "environment"),
        ] {
            let request = HeadRequest::Branch {
                pacticipant: n(pacticipant),
                branch: n(branch),
                to: n(to),
            };
            assert_eq!(answer(&ledger, &request), expected, "{request:?}");
        }
    }

    #[test]
    fn the_head_of_a_tag_is_held_against_the_heads_of_another() {
        let mut ledger = ledger();
        ledger.publish_tagged("Api", "5", "", &["live"], &[]);
        for (tag, expected) in [("dev", "yes"), ("old", "no"), ("none", "version")] {
            let request = HeadRequest::Tag {
                pacticipant: n("Web"),
                tag: n(tag),
                to: n("live"),
            };
            assert_eq!(answer(&ledger, &request), expected, "{tag}");
        }
    }

    #[test]
    fn a_main_branch_may_be_a_tag() {
        let mut ledger = ledger();
        let request = HeadRequest::MainBranch {
            pacticipant: n("Web"),
        };
        assert_eq!(answer(&ledger, &request), "yes");
        for (main, expected) in [
            ("feat", "no"),
            ("old", "no"),
            ("none", "main branch version"),
        ] {
            let mut described = Pacticipant::new(n("Web"), ledger.now());
            described.main_branch = Some(n(main));
            ledger.tell(&Fact::Pacticipant(described));
            assert_eq!(answer(&ledger, &request), expected, "{main}");
        }
    }
}
