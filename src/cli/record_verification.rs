//! `git pact record-verification`

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::ArgGroup;
use clap::Args;
use serde::Serialize;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::receipt::Receipt;
use super::receipt::count;
use super::ui::Ui;
use super::version_properties::VersionProperties;
use super::version_properties::warn_of_number;
use crate::app::site::Site;
use crate::app::verification_results::ResultsError;
use crate::app::verification_results::VerificationResults;
use crate::app::verification_results::read_results;
use crate::app::write::Written;
use crate::app::write::write;
use crate::domain::content::ContentId;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::record_verification::Report;
use crate::domain::record_verification::ReportedPact;
use crate::domain::record_verification::ReportedResult;
use crate::record::verifier_output::Unverified;
use crate::render::verification::ResultJson;
use crate::render::verification::Shown;
use crate::render::verification::text;

/// Record what the verification of a provider version found
///
/// Give the JSON report of your verifier with --results: it is tied to what `git pact pull` wrote.
/// A pact counts as verified only if the report shows a result for each of its interactions; what
/// is not proven is named and not recorded. Or say it yourself, for one consumer, with --consumer
/// and --success or --fail. Recording the same again changes nothing; other results for the same
/// version are one more run, and the newest counts.
///
/// Exits with 0 when the results are recorded, failures too: it is the verifier's step that fails
/// your build. Exits with 4 when pacts were pulled and the report proves nothing of any of them.
#[derive(Debug, Args)]
pub(super) struct RecordVerification {
    /// The provider
    #[arg(long)]
    provider: PacticipantName,

    #[command(flatten)]
    version: ProviderVersion,

    #[command(flatten)]
    found: Found,

    /// How to show what was recorded
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

/// Which version was verified, and where it comes from.
#[derive(Debug, Args)]
struct ProviderVersion {
    /// The version of the provider, e.g. the commit
    #[arg(short = 'a', long, alias = "provider-version", value_name = "VERSION")]
    provider_app_version: Option<VersionNumber>,

    /// The branch of the provider's repository
    #[arg(long, alias = "provider-version-branch")]
    branch: Option<BranchName>,

    /// A tag for the version; may be given several times
    #[arg(short, long = "tag", value_name = "TAG")]
    tags: Vec<TagName>,

    /// The build that verified; without it the one that this runs in, if a CI service says so
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,

    /// Find out version, branch and build URL from the CI service or git
    #[arg(short = 'r', long)]
    auto_detect_version_properties: bool,
}

/// What was found.
#[derive(Debug, Args)]
#[command(next_help_heading = "What was found")]
#[command(group(ArgGroup::new("what").required(true)))]
#[command(group(ArgGroup::new("outcome").conflicts_with("results")))]
struct Found {
    /// The JSON report of the verifier
    #[arg(long, value_name = "FILE", group = "what")]
    results: Option<PathBuf>,

    /// The manifest that the pull wrote; without it the only one here that is about the provider
    #[arg(long, value_name = "FILE", requires = "results")]
    manifest: Option<PathBuf>,

    /// The consumer whose pact was verified
    #[arg(long, group = "what", requires = "outcome")]
    consumer: Option<PacticipantName>,

    /// The version of the consumer whose pact was verified; without it the current contract
    #[arg(
        long,
        value_name = "VERSION",
        requires = "consumer",
        conflicts_with = "content"
    )]
    consumer_version: Option<VersionNumber>,

    /// The content that was verified
    #[arg(long, value_name = "ID", requires = "consumer")]
    content: Option<ContentId>,

    /// The provider honours the pact
    #[arg(long, group = "outcome", requires = "consumer")]
    success: bool,

    /// It does not
    #[arg(long, group = "outcome", requires = "consumer")]
    fail: bool,
}

/// What is to be recorded, and what cannot be.
#[derive(Default)]
struct Gathered {
    results: Vec<ReportedResult>,
    verified_by: Option<String>,
    forgiven: BTreeSet<(PacticipantName, ContentId)>,
    unverified: Vec<Unverified>,
}

impl Found {
    /// Gathers what was found, and warns of what is not proven.
    fn gather(
        &self,
        provider: &PacticipantName,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Gathered, Failure> {
        if let Some(consumer) = &self.consumer {
            let pact = match (&self.content, &self.consumer_version) {
                (Some(content), _) => ReportedPact::Content(content.clone()),
                (None, Some(version)) => ReportedPact::OfVersion(version.clone()),
                (None, None) => ReportedPact::Current,
            };
            let result = ReportedResult {
                consumer: consumer.clone(),
                pact,
                success: self.success,
                wip: false,
                failures: Vec::new(),
                tests: None,
            };
            return Ok(Gathered {
                results: vec![result],
                ..Gathered::default()
            });
        }
        let report = self.results.as_deref().ok_or_else(|| {
            Failure::usage("no results").hint("give --results FILE, or --consumer and --success")
        })?;
        let manifest = self.manifest.as_deref();
        let found = read_results(report, manifest, provider, &outside.working_directory)?;
        warn(&found, ui);
        if found.results.is_empty() && found.pulled > 0 {
            let pulled = count(found.pulled, "pulled pact");
            let message =
                format!("the report proves nothing of the {pulled}: nothing was recorded");
            return Err(Failure::new(Exit::Failed, message)
                .hint("is it the report of the run on these files?"));
        }
        Ok(Gathered {
            results: found.results,
            verified_by: Some(found.verified_by),
            forgiven: found.forgiven,
            unverified: found.unverified,
        })
    }
}

/// Names what is not proven, and what else is odd.
pub(super) fn warn(found: &VerificationResults, ui: &mut Ui<'_>) {
    for problem in &found.problems {
        ui.warn(&format!("the verifier had a problem: {problem}"));
    }
    for stranger in &found.strangers {
        ui.warn(&format!(
            "{stranger} was run, but is not what was pulled: not recorded"
        ));
    }
    for unverified in &found.unverified {
        ui.warn(&format!(
            "nothing is recorded for {} ({}): {}",
            unverified.consumer,
            unverified.content.short(),
            unverified.why
        ));
    }
    if found.pulled == 0 {
        ui.warn("no pact was pulled: only the version is recorded");
    }
}

impl RecordVerification {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let given = &self.version;
        let properties = VersionProperties {
            number: given.provider_app_version.clone(),
            branch: given.branch.clone(),
            build_url: given.build_url.clone(),
        };
        let detects = given.auto_detect_version_properties;
        let (version, properties) = properties.of_verified(detects, outside, ui)?;
        warn_of_number(&version, ui);
        let gathered = self.found.gather(&self.provider, outside, ui)?;
        let report = Report {
            provider: self.provider.clone(),
            version: version.clone(),
            branch: properties.branch,
            tags: self.version.tags.clone(),
            build_url: properties.build_url,
            verified_by: gathered.verified_by.clone(),
            results: gathered.results.clone(),
            request: None,
            at: outside.now,
        };
        let (mut site, context) = outside.open(&self.store)?;
        let written = write(&mut site, &context, &[Intent::RecordVerification(report)])?;
        self.show(&written, &version, &gathered, &site, ui);
        Ok(Exit::Yes)
    }

    fn show(
        &self,
        written: &Written,
        version: &VersionNumber,
        gathered: &Gathered,
        site: &Site,
        ui: &mut Ui<'_>,
    ) {
        let Some(Some(Outcome::Verified(results))) = written.outcomes.first() else {
            return;
        };
        let shown: Vec<Shown<'_>> = results
            .iter()
            .map(|result| Shown {
                result,
                forgiven: gathered
                    .forgiven
                    .contains(&(result.consumer.clone(), result.content.clone())),
            })
            .collect();
        if self.output == Output::Json {
            ui.json(&RecordingJson {
                provider: &self.provider,
                version,
                results: shown.iter().copied().map(ResultJson::from).collect(),
                not_recorded: gathered.unverified.iter().map(Into::into).collect(),
                write: Receipt::of(written),
            });
        } else if !shown.is_empty() {
            ui.data(&text(&shown));
        }
        let failed = shown.iter().filter(|shown| !shown.result.success);
        let forgiven = shown.iter().filter(|shown| shown.forgiven).count();
        let failed = match (failed.count(), forgiven) {
            (0, _) => String::new(),
            (failed, 0) => format!(", {failed} failed"),
            (failed, forgiven) if failed == forgiven => {
                format!(", {failed} failed, pending: no reason to fail the build")
            }
            (failed, forgiven) => format!(", {failed} failed, {forgiven} of them pending"),
        };
        ui.say(&format!(
            "{} of {} version {version}{failed}.",
            count(shown.len(), "result"),
            self.provider
        ));
        receipt::say(written, site, ui);
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecordingJson<'a> {
    provider: &'a PacticipantName,
    version: &'a VersionNumber,
    results: Vec<ResultJson<'a>>,
    not_recorded: Vec<NotRecordedJson<'a>>,
    write: Receipt,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NotRecordedJson<'a> {
    consumer: &'a PacticipantName,
    content_id: &'a ContentId,
    why: String,
}

impl<'a> From<&'a Unverified> for NotRecordedJson<'a> {
    fn from(unverified: &'a Unverified) -> Self {
        Self {
            consumer: &unverified.consumer,
            content_id: &unverified.content,
            why: unverified.why.to_string(),
        }
    }
}

impl From<ResultsError> for Failure {
    fn from(error: ResultsError) -> Self {
        match error {
            ResultsError::Directory(error) => error.into(),
            ResultsError::NoManifest { .. } => Self::of(Exit::Usage, &error).hint(
                "run `git pact pull --to <dir>` before the verification, or give --manifest FILE",
            ),
            ResultsError::SeveralManifests { .. } => {
                Self::of(Exit::Usage, &error).hint("give the one to use: --manifest FILE")
            }
            ResultsError::OtherProvider { .. }
            | ResultsError::Unreadable { .. }
            | ResultsError::Output { .. } => Self::of(Exit::Usage, &error),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        _command: RecordVerification,
    }

    #[test]
    fn one_says_either_a_report_or_a_consumer_and_an_outcome() {
        let id = "ab".repeat(32);
        for (line, is_fine) in [
            ("--results r.json", true),
            ("--results r.json --manifest m.json", true),
            ("--consumer C --success", true),
            ("--consumer C --fail --consumer-version 1", true),
            (&format!("--consumer C --fail --content {id}"), true),
            ("", false),
            ("--manifest m.json", false),
            ("--consumer C", false),
            ("--consumer C --success --fail", false),
            ("--results r.json --consumer C --success", false),
            ("--results r.json --success", false),
            (
                &format!("--consumer C --fail --content {id} --consumer-version 1"),
                false,
            ),
        ] {
            let words = format!("x --provider P -a 1 {line}");
            let parsed = Line::try_parse_from(words.split_whitespace());
            assert_eq!(parsed.is_ok(), is_fine, "{line}");
        }
    }
}
