//! Number, branch and build of a version: what a command line gives, completed with what the CI
//! service or git tells.

use std::str::FromStr;

use super::ci;
use super::ci::NoBranch;
use super::ci::NoCommit;
use super::face::Face;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::site::ceilings;
use crate::domain::name::BranchName;
use crate::domain::name::VersionNumber;
use crate::domain::version::means_another;
use crate::store::StoreError;
use crate::store::git::Place;

/// What is known of a version: what was given, and what was found out.
pub(super) struct VersionProperties {
    pub(super) number: Option<VersionNumber>,
    pub(super) branch: Option<BranchName>,
    pub(super) build_url: Option<String>,
}

impl VersionProperties {
    /// Completes what was given with what the CI service or git tells, and says where it is from.
    ///
    /// # Errors
    ///
    /// Fails if what is found cannot be believed, and on the broker's face if no branch is known.
    pub(super) fn detect(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Self, Failure> {
        let detected = detected(outside);
        // Scripts of the broker's program go on to ask about `$GITHUB_SHA`, whatever it is.
        let theirs = match outside.face {
            Face::PactBroker => ci::commit_of_pact(&outside.environment).map(Ok),
            Face::GitPact => None,
        };
        let number = match (self.number, theirs.unwrap_or(detected.commit)) {
            (Some(number), _) => Some(number),
            (None, Ok(found)) => Some(said(found, ui)?),
            (None, Err(why @ (NoCommit::Unknown | NoCommit::Unreadable(_)))) => {
                ui.warn(&why.to_string());
                None
            }
            (None, Err(why)) => return Err(Failure::usage(why.to_string())),
        };
        let branch = match (self.branch, detected.branch) {
            (Some(branch), _) => Some(branch),
            (None, Ok(found)) => Some(said(found, ui)?),
            (None, Err(_)) if number.is_none() => None,
            (None, Err(why)) => without_branch(&why, outside, ui)?,
        };
        let build_url = self
            .build_url
            .or(detected.build_url.map(|found| found.value));
        Ok(Self {
            number,
            branch,
            build_url,
        })
    }

    /// Completes what was given of a version that was verified here, by all that is found out if that is wanted, else by
    /// the address of the build: whichever version it was, it was here. Returns its number, too.
    ///
    /// # Errors
    ///
    /// Fails like [`Self::detect`], and if no number is known.
    pub(super) fn of_verified(
        mut self,
        detects: bool,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<(VersionNumber, Self), Failure> {
        if detects {
            self = self.detect(outside, ui)?;
        } else if self.build_url.is_none() {
            self.build_url = detected(outside).build_url.map(|found| found.value);
        }
        let number = self.number.clone().ok_or_else(|| {
            Failure::usage("no version of the provider")
                .hint("give --provider-app-version, or --auto-detect-version-properties")
        })?;
        Ok((number, self))
    }

    /// Returns the branch that the CI service or git tells, if there is one.
    ///
    /// # Errors
    ///
    /// Fails if it is no name of a branch.
    pub(super) fn git_branch(outside: &Outside) -> Result<Option<BranchName>, Failure> {
        let branch = match detected(outside).branch {
            Ok(found) => Some(found),
            Err(why) => lone_branch(&why, outside),
        };
        branch.as_ref().map(parsed).transpose()
    }
}

/// Warns of a number that people will take for something else.
pub(super) fn warn_of_number(number: &VersionNumber, ui: &mut Ui<'_>) {
    if means_another(number) {
        ui.warn(&format!(
            "the version is called `{number}`, which means the newest version elsewhere: use the \
             commit, or a number of its own for each build"
        ));
    }
}

fn detected(outside: &Outside) -> ci::Detected {
    let ceilings = ceilings(&outside.raw_environment);
    let mut unreadable = None;
    let git = match Place::around(&outside.working_directory, &ceilings) {
        Ok(place) => {
            let (head, branch) = place.head();
            let merge = place.head_merge();
            ci::GitFacts {
                head,
                branch,
                merge,
            }
        }
        Err(error) => {
            unreadable = matches!(error, StoreError::Unsupported { .. }).then(|| error.to_string());
            ci::GitFacts::default()
        }
    };
    let event = |path: &str| std::fs::read(path).ok();
    let mut found = ci::detect(&outside.environment, event, &git);
    if let (Err(NoCommit::Unknown), Some(why)) = (&found.commit, unreadable) {
        found.commit = Err(NoCommit::Unreadable(why));
    }
    found
}

/// Decides what becomes of a version whose branch is not known.
///
/// The broker's program fails where nothing names a branch, so it does here: a version without one
/// would be overlooked by every question about branches. Where the build is known not to be of a
/// branch, such as that of a tag, the version has none, and that is said.
fn without_branch(
    why: &NoBranch,
    outside: &Outside,
    ui: &mut Ui<'_>,
) -> Result<Option<BranchName>, Failure> {
    if let Some(found) = lone_branch(why, outside) {
        return said(found, ui).map(Some);
    }
    let why_not = format!("no branch: {why}");
    let is_accident = matches!(why, NoBranch::Detached | NoBranch::Blank(_));
    if outside.face == Face::PactBroker && is_accident {
        return Err(Failure::usage(why_not).hint("give --branch"));
    }
    ui.warn(&why_not);
    Ok(None)
}

/// Returns the branch that the broker's program would believe where nothing else names one.
fn lone_branch(why: &NoBranch, outside: &Outside) -> Option<ci::Found> {
    let is_asked = outside.face == Face::PactBroker && *why == NoBranch::Detached;
    is_asked
        .then(|| ci::lone_branch(&outside.environment))
        .flatten()
}

/// Returns what was found, and says where.
fn said<T>(found: ci::Found, ui: &mut Ui<'_>) -> Result<T, Failure>
where
    T: FromStr<Err: std::fmt::Display>,
{
    let parsed = parsed(&found)?;
    let ci::Found { value, source } = found;
    ui.say(&format!("Detected {value} from {source}."));
    Ok(parsed)
}

fn parsed<T>(found: &ci::Found) -> Result<T, Failure>
where
    T: FromStr<Err: std::fmt::Display>,
{
    let parsed = found.value.parse();
    parsed.map_err(|error| Failure::usage(format!("{}: {error}", found.source)))
}
