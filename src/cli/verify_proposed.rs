//! `git pact verify-proposed`
//!
//! Each contract is verified apart from all others. A report names consumers and interactions, and a proposal mostly has
//! the interactions of what is agreed with other contents: side by side neither result would be certain, and a
//! failure would count for both. So it would be for two proposals of one consumer.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::pull::manifest;
use super::receipt;
use super::receipt::count;
use super::record_verification::warn;
use super::run::attendant::Attendant;
use super::ui::Ui;
use super::version_properties::VersionProperties;
use crate::app::ask::Answer;
use crate::app::proposed::proposed;
use crate::app::pull::SelectedContent;
use crate::app::pull_directory::PullDirectory;
use crate::app::site::Site;
use crate::app::verification_results::VerificationResults;
use crate::app::verification_results::read_results;
use crate::app::write::write;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::record_verification::Report;
use crate::domain::record_verification::ReportedResult;
use crate::render::verification::Shown;
use crate::render::verification::text;

/// Verify what consumers propose, each contract apart, and record what came of it
///
/// For a build of the provider's main branch that has verified what is agreed: on any other branch there is nothing to
/// do. Consumers propose the contracts of their branches that are not merged, and `git pact can-i-merge` waits for
/// what the provider says to them; see docs/ci.md. For each that this version does not honour yet, the command is
/// run with that contract alone in the directory, and a manifest beside it, as `git pact pull` leaves them. The report of
/// an earlier run is removed before. All results are recorded as work in progress, with one push.
///
/// Exits with 0 whatever the provider says to a proposal: none may fail its build. Of one for which the report says
/// nothing, nothing is recorded, and it is named. Exits with 4 if the store could not be read or written.
#[derive(Debug, Args)]
pub(super) struct VerifyProposed {
    /// The provider
    #[arg(long)]
    provider: PacticipantName,

    /// The version of the provider, e.g. the commit
    #[arg(short = 'a', long, alias = "provider-version", value_name = "VERSION")]
    provider_app_version: Option<VersionNumber>,

    /// The branch to record the version on
    #[arg(long)]
    branch: Option<BranchName>,

    /// The branch that is built, if the version is not to be recorded on it
    #[arg(long, value_name = "BRANCH")]
    provider_version_branch: Option<BranchName>,

    /// Find out version, branch and build URL from the CI service or git
    #[arg(short = 'r', long)]
    auto_detect_version_properties: bool,

    /// The JSON report that the command writes
    #[arg(long, value_name = "FILE")]
    results: PathBuf,

    /// The directory in which the command finds the contract
    #[arg(long, value_name = "DIR", default_value = "pacts-to-verify")]
    to: PathBuf,

    #[command(flatten)]
    store: StoreArguments,

    /// The command that verifies, after `--`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// What was found out so far.
#[derive(Default)]
struct Found {
    results: Vec<ReportedResult>,
    verified_by: Option<String>,
    /// Whether somebody did not want to wait for the rest.
    is_cut: bool,
}

impl VerifyProposed {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let directory = PullDirectory::new(&self.to, &outside.working_directory)?;
        let properties = VersionProperties {
            number: self.provider_app_version.clone(),
            branch: self.branch.clone(),
            build_url: None,
        };
        let detects = self.auto_detect_version_properties;
        let (version, properties) = properties.of_verified(detects, outside, ui)?;
        let built = self.provider_version_branch.as_ref();
        let Some(built) = built.or(properties.branch.as_ref()) else {
            ui.say("What is proposed is verified on the provider's main branch; this is on none.");
            return Ok(Exit::Yes);
        };
        let (mut site, context) = outside.open(&self.store)?;
        let answer = proposed(&site, &context, &self.provider, built, &version)?;
        if answer.value.is_empty() {
            ui.say(&format!(
                "Nothing is proposed to {} that its version {version} on {built} has yet to verify.",
                self.provider
            ));
            return Ok(Exit::Yes);
        }
        let found = self.verify(&answer, &directory, &site, outside, ui)?;
        if !found.results.is_empty() {
            let report = Report {
                provider: self.provider.clone(),
                version,
                branch: properties.branch.clone(),
                tags: Vec::new(),
                build_url: properties.build_url.clone(),
                verified_by: found.verified_by,
                results: found.results,
                request: None,
                at: outside.now,
            };
            let written = write(&mut site, &context, &[Intent::RecordVerification(report)])?;
            if let Some(Some(Outcome::Verified(results))) = written.outcomes.first() {
                let shown = results.iter().map(|result| Shown {
                    result,
                    forgiven: !result.success,
                });
                ui.data(&text(&shown.collect::<Vec<_>>()));
            }
            receipt::say(&written, &site, ui);
        }
        Ok(if found.is_cut {
            Exit::Failed
        } else {
            Exit::Yes
        })
    }

    /// Runs the command for one contract after the other, and gathers what its reports say.
    fn verify(
        &self,
        answer: &Answer<Vec<SelectedContent>>,
        directory: &PullDirectory,
        site: &Site,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Found, Failure> {
        let mut attendant = Attendant::new().map_err(|error| Failure::of(Exit::Failed, &error))?;
        let mut found = Found::default();
        let total = count(answer.value.len(), "proposed contract");
        ui.say(&format!("{total} of {} to verify.", self.provider));
        for selected in &answer.value {
            let one = std::slice::from_ref(selected);
            let built = self.provider_version_branch.as_ref();
            let about = manifest(
                &self.provider,
                built.or(self.branch.as_ref()),
                one,
                directory,
                site,
                &answer.basis,
            );
            directory.replace(&about, &[Arc::clone(&selected.bytes)])?;
            self.forget_report(outside)?;
            ui.say(&format!("Verifying {}.", title(selected)));
            match attendant.run(&self.command, &outside.raw_environment) {
                // Its status says no more than the report does, and nothing of a command that could not even begin.
                Ok(Some(_)) => {}
                Ok(None) => {
                    found.is_cut = true;
                    break;
                }
                Err(error) => {
                    let program = self.command.first().map(|it| it.to_string_lossy());
                    let message = format!("cannot start `{}`", program.unwrap_or_default());
                    return Err(Failure::new(Exit::Failed, message).because(&error));
                }
            }
            if let Some(more) = self.read(selected, directory, outside, ui) {
                found.results.extend(more.results);
                found.verified_by = Some(more.verified_by);
            }
        }
        Ok(found)
    }

    /// Removes the report of another contract, which the next one must never get.
    fn forget_report(&self, outside: &Outside) -> Result<(), Failure> {
        let report = outside.working_directory.join(&self.results);
        match fs::remove_file(&report) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let message = format!("cannot remove {}", report.display());
                Err(Failure::new(Exit::Failed, message).because(&error))
            }
            _ => Ok(()),
        }
    }

    /// Reads what the report says of a contract; if nothing, says why.
    fn read(
        &self,
        selected: &SelectedContent,
        directory: &PullDirectory,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Option<VerificationResults> {
        let manifest = directory.manifest_path();
        let found = read_results(
            &self.results,
            Some(&manifest),
            &self.provider,
            &outside.working_directory,
        );
        match found {
            Ok(found) => {
                warn(&found, ui);
                Some(found)
            }
            Err(error) => {
                ui.warn(&format!("nothing is recorded for {}", title(selected)));
                Failure::from(error).complain(ui);
                None
            }
        }
    }
}

/// Returns what a proposal is, for people: `Web b07d2e9 (latest from branch feat/JIRA-12), content bcddf0f4`.
fn title(selected: &SelectedContent) -> String {
    let pact = &selected.pact;
    format!(
        "{} {} ({}), content {}",
        pact.consumer,
        pact.version,
        pact.short_description(),
        pact.content.short()
    )
}
