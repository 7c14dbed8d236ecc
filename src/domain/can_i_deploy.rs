//! *Can I deploy*: the verdict of a matrix, and the reasons for it (spec: semantics §9.4, §9.5).

mod head;
mod reason;
mod request;
#[cfg(test)]
mod tests;

pub use head::{HeadRequest, Missing};
pub use reason::{Reason, Side};
pub use request::Request;

use super::matrix::{Integration, Matrix, Row};
use super::name::{PacticipantName, VersionNumber};
use super::notice::Notice;
use super::rules::Rules;
use super::selector::{Destination, Found, ResolvedSelector};

/// Whether the versions asked about may be deployed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Yes, no, or not known yet.
    pub deployable: Option<bool>,
    /// How many rows say what.
    pub counts: Counts,
    /// Warnings, then what stands in the way, else why nothing does.
    pub reasons: Vec<Reason>,
    /// The reasons as sentences in the broker's words.
    pub notices: Vec<Notice>,
}

/// How many rows say what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Verified with success.
    pub success: usize,
    /// Verified without.
    pub failed: usize,
    /// Not verified, and integrations without a row.
    pub unknown: usize,
    /// Ignored rows; `None` unless something was to be ignored.
    pub ignored: Option<usize>,
}

impl Verdict {
    /// Returns the verdict in a word: `yes`, `no` or `unknown`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.deployable {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        }
    }

    /// Says whether there is anything that somebody has yet to verify.
    #[must_use]
    pub fn needs_verification(&self) -> bool {
        self.counts.unknown > 0
    }

    /// Returns the sentences as one text, a line each.
    #[must_use]
    pub fn reason(&self) -> String {
        let texts: Vec<_> = self.notices.iter().map(|it| it.text.as_str()).collect();
        texts.join("\n")
    }
}

/// Decides from the rows alone: the same matrix gives the same verdict.
#[must_use]
pub fn can_i_deploy(matrix: &Matrix) -> Verdict {
    let evidence = Evidence::of(matrix);
    let reasons = evidence.reasons();
    let mut notices: Vec<Notice> = Vec::new();
    for notice in reasons.iter().map(Reason::notice) {
        // The broker repeats a sentence that several rows give; strict rules say it once.
        if matrix.rules == Rules::PactBroker || !notices.contains(&notice) {
            notices.push(notice);
        }
    }
    Verdict {
        deployable: evidence.deployable(),
        counts: evidence.counts(),
        reasons,
        notices,
    }
}

/// The parts of a matrix that decide.
struct Evidence<'a> {
    matrix: &'a Matrix,
    /// Selectors that were asked about and mean no version.
    absent: Vec<&'a ResolvedSelector>,
    /// Integrations that are needed and of which there is no row.
    missing: Vec<&'a Integration>,
    /// The rows that are not ignored.
    considered: Vec<&'a Row>,
}

impl<'a> Evidence<'a> {
    fn of(matrix: &'a Matrix) -> Self {
        let is_absent = |selector: &&ResolvedSelector| {
            // What was asked about must exist, even where its rows are ignored: strict rules.
            let counts = matrix.rules == Rules::Strict || !selector.ignored;
            selector.is_specified() && selector.found == Found::NoVersion && counts
        };
        let has_row = |integration: &Integration| {
            matrix.rows.iter().any(|row| {
                row.consumer == integration.consumer && row.provider == integration.provider
            })
        };
        let needed = matrix.integrations.iter().filter(|it| it.required);
        Self {
            matrix,
            absent: matrix.selectors.iter().filter(is_absent).collect(),
            missing: needed.filter(|integration| !has_row(integration)).collect(),
            considered: matrix.rows.iter().filter(|row| !row.ignored).collect(),
        }
    }

    fn rows_with(&self, success: Option<bool>) -> impl Iterator<Item = &'a Row> {
        let rows = self.considered.iter().copied();
        rows.filter(move |row| row.success() == success)
    }

    /// Absent versions first. Then the broker looks for what is unknown before what failed;
    /// a failure is final, so strict rules look for it first.
    fn deployable(&self) -> Option<bool> {
        if !self.absent.is_empty() {
            return Some(false);
        }
        let failed = self.rows_with(Some(false)).next().is_some();
        if failed && self.matrix.rules == Rules::Strict {
            return Some(false);
        }
        let unknown = self.rows_with(None).next().is_some() || !self.missing.is_empty();
        (!unknown).then_some(!failed)
    }

    fn counts(&self) -> Counts {
        let ignored = self.matrix.rows.len() - self.considered.len();
        Counts {
            success: self.rows_with(Some(true)).count(),
            failed: self.rows_with(Some(false)).count(),
            unknown: self.rows_with(None).count() + self.missing.len(),
            ignored: (!self.matrix.ignore.is_empty()).then_some(ignored),
        }
    }

    fn reasons(&self) -> Vec<Reason> {
        let mut reasons = self.warnings();
        let before = reasons.len();
        let absent = self.absent.iter();
        reasons.extend(absent.map(|selector| Reason::NoSuchVersion((*selector).clone())));
        if self.absent.is_empty() {
            for integration in &self.missing {
                let (consumer, provider) = (&integration.consumer, &integration.provider);
                reasons.push(Reason::NotVerified {
                    consumer: self.side(consumer, None),
                    provider: self.side(provider, None),
                });
            }
            for row in self.rows_with(Some(false)) {
                let build_url = row
                    .verification
                    .as_ref()
                    .and_then(|it| it.run.build_url.clone());
                reasons.push(Reason::Failed {
                    consumer: self.consumer_side(row),
                    provider: self.side(&row.provider, row.provider_number()),
                    build_url,
                });
            }
            for row in self.rows_with(None) {
                let consumer = self.consumer_side(row);
                let provider = self.side(&row.provider, row.provider_number());
                reasons.push(match &row.unbelieved {
                    Some(unbelieved) => Reason::NotBelieved {
                        consumer,
                        provider,
                        doubt: unbelieved.doubt.clone(),
                    },
                    None => Reason::NotVerified { consumer, provider },
                });
            }
        }
        if reasons.len() == before {
            reasons.push(if self.considered.is_empty() {
                Reason::NoDependencies
            } else {
                Reason::AllVerified
            });
        }
        reasons
    }

    fn warnings(&self) -> Vec<Reason> {
        let matrix = self.matrix;
        let unknown =
            |it: &&ResolvedSelector| matches!(it.found, Found::NoVersion | Found::NoPacticipant);
        let unknown = matrix.ignore.iter().filter(unknown);
        let mut warnings: Vec<_> = unknown.cloned().map(Reason::CannotIgnore).collect();

        let specified = || matrix.selectors.iter().filter(|it| it.is_specified());
        let nowhere = matches!(
            matrix.query.destination,
            Destination::None | Destination::Latest
        );
        if specified().count() == 1 && nowhere {
            warnings.push(Reason::NoEnvironment);
        }
        let only_names = specified().all(|it| it.asked.is_name_only());
        if !only_names && specified().all(|it| it.asked.version.is_none()) {
            warnings.push(Reason::NoVersionNumber);
        }
        warnings
    }

    fn consumer_side(&self, row: &Row) -> Side {
        self.side(&row.consumer, Some(&row.consumer_version.number))
    }

    /// Returns the words for a side of a row, after the selector that brought it in.
    fn side(&self, name: &PacticipantName, number: Option<&VersionNumber>) -> Side {
        let of_name = || {
            let selectors = self.matrix.selectors.iter();
            selectors.filter(|selector| selector.pacticipant() == name)
        };
        let found = |selector: &&ResolvedSelector| {
            let version = selector.version().map(|version| &version.number);
            version.or(selector.asked.version.as_ref()) == number
        };
        let selector = match number {
            _ if of_name().count() == 1 => of_name().next(),
            Some(_) => of_name().find(found),
            None => None,
        };
        let versions = match number {
            Some(number) => vec![number.clone()],
            None => of_name()
                .filter_map(|selector| selector.version())
                .map(|version| version.number.clone())
                .collect(),
        };
        let description = match selector {
            Some(selector) => selector.description(),
            None => self.stand_in(name),
        };
        Side {
            pacticipant: name.clone(),
            versions,
            description,
        }
    }

    /// Returns the words for a pacticipant where no selector fits.
    ///
    /// The broker takes those of the first row that has the pacticipant on either side, even if
    /// that row is about another version.
    fn stand_in(&self, name: &PacticipantName) -> String {
        if self.matrix.rules == Rules::PactBroker {
            for row in &self.considered {
                if row.consumer == *name {
                    return reason::version_of(name, &row.consumer_version.number);
                }
                if row.provider == *name {
                    return match row.provider_number() {
                        Some(number) => reason::version_of(name, number),
                        None => reason::any_version_of(name),
                    };
                }
            }
        }
        reason::any_version_of(name)
    }
}
