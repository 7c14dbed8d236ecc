//! What a verifier found about the pacts that were pulled, as results to record.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use super::pull_directory::PullDirectoryError;
use super::pull_directory::read_manifest;
use super::pull_directory::read_pulled;
use crate::domain::content::ContentId;
use crate::domain::json::Json;
use crate::domain::name::PacticipantName;
use crate::domain::pact::Interaction;
use crate::domain::pact::Pact;
use crate::domain::record_verification::ReportedPact;
use crate::domain::record_verification::ReportedResult;
use crate::record::manifest::Manifest;
use crate::record::manifest::SUFFIX;
use crate::record::verifier_output::PulledInteraction;
use crate::record::verifier_output::PulledPact;
use crate::record::verifier_output::UnreadableOutput;
use crate::record::verifier_output::Unverified;
use crate::record::verifier_output::VerifierOutput;
use crate::record::verifier_output::match_results;

/// What a verifier found.
#[derive(Clone, Debug)]
pub struct VerificationResults {
    /// The program that verified, as far as it says.
    pub verified_by: String,
    /// What can be recorded.
    pub results: Vec<ReportedResult>,
    /// The failures among them that leave the build alone.
    pub forgiven: BTreeSet<(PacticipantName, ContentId)>,
    /// The pulled pacts of which nothing is proven.
    pub unverified: Vec<Unverified>,
    /// What was run and had not been pulled, for people to read.
    pub strangers: Vec<String>,
    /// What the verifier could not even load, for people to read.
    pub problems: Vec<String>,
    /// How many pacts had been pulled.
    pub pulled: usize,
}

/// The results of a verifier cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// Nobody pulled pacts of the provider here.
    #[error(
        "there is no manifest of pulled pacts of {provider} in {}{}",
        directory.display(),
        also(others)
    )]
    NoManifest {
        /// The provider.
        provider: PacticipantName,
        /// Where it was looked for.
        directory: PathBuf,
        /// The manifests of other providers there.
        others: Vec<String>,
    },
    /// Pacts of the provider were pulled into several directories.
    #[error("several manifests are of pulled pacts of {provider}: {}", manifests.join(", "))]
    SeveralManifests {
        /// The provider.
        provider: PacticipantName,
        /// The manifests.
        manifests: Vec<String>,
    },
    /// The manifest is of another provider.
    #[error("{} is about pacts of {found}, not of {expected}", path.display())]
    OtherProvider {
        /// The manifest.
        path: PathBuf,
        /// Whose pacts it is about.
        found: PacticipantName,
        /// Whose results are to be recorded.
        expected: PacticipantName,
    },
    /// What the verifier wrote cannot be understood.
    #[error("could not use {}", path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: UnreadableOutput,
    },
    /// A file cannot be read.
    #[error("could not read {}", path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// What was pulled is not there any more as it was.
    #[error(transparent)]
    Directory(#[from] PullDirectoryError),
}

fn also(others: &[String]) -> String {
    match others {
        [] => String::new(),
        others => format!(" (only of {})", others.join(", ")),
    }
}

/// Returns the results in a verifier's report, tied to what was pulled.
///
/// Without a manifest the only one in the working directory that is about the provider is taken.
///
/// # Errors
///
/// Fails if there is no such manifest or there are several, if a pulled file is gone or changed, or
/// if the report cannot be read.
pub fn read_results(
    report: &Path,
    manifest: Option<&Path>,
    provider: &PacticipantName,
    working_directory: &Path,
) -> Result<VerificationResults, ResultsError> {
    let report = working_directory.join(report);
    let path = match manifest {
        Some(manifest) => working_directory.join(manifest),
        None => find_manifest(provider, working_directory)?,
    };
    let manifest = read_manifest(&path)?;
    if manifest.provider != *provider {
        return Err(ResultsError::OtherProvider {
            path,
            found: manifest.provider,
            expected: provider.clone(),
        });
    }
    let bytes = fs::read(&report).map_err(|source| ResultsError::Unreadable {
        path: report.clone(),
        source,
    })?;
    let output = VerifierOutput::parse(&bytes).map_err(|source| ResultsError::Output {
        path: report,
        source,
    })?;
    let pulled = pulled_pacts(&manifest, &path)?;
    let matched = match_results(&output, provider, &pulled);
    let forgiven = matched.results.iter().filter(|result| result.pending);
    let key = |consumer: &PacticipantName, content: &ContentId| (consumer.clone(), content.clone());
    Ok(VerificationResults {
        verified_by: output.verified_by,
        forgiven: forgiven
            .map(|found| key(&found.result.consumer, &found.result.content))
            .collect(),
        results: matched
            .results
            .into_iter()
            .map(|found| ReportedResult {
                consumer: found.result.consumer,
                pact: ReportedPact::Content(found.result.content),
                success: found.result.success,
                wip: found.result.wip,
                failures: found.result.failures,
                tests: None,
            })
            .collect(),
        unverified: matched.unverified,
        strangers: matched.strangers,
        problems: matched.problems,
        pulled: pulled.len(),
    })
}

/// Returns the only manifest in a directory that is about a provider.
fn find_manifest(provider: &PacticipantName, directory: &Path) -> Result<PathBuf, ResultsError> {
    let unreadable = |source| ResultsError::Unreadable {
        path: directory.to_owned(),
        source,
    };
    let mut found = Vec::new();
    let mut others = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.ends_with(SUFFIX) {
            continue;
        }
        let manifest = read_manifest(&path)?;
        if manifest.provider == *provider {
            found.push(path);
        } else {
            others.push(manifest.provider.to_string());
        }
    }
    found.sort();
    others.sort();
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(ResultsError::NoManifest {
            provider: provider.clone(),
            directory: directory.to_owned(),
            others,
        }),
        several => Err(ResultsError::SeveralManifests {
            provider: provider.clone(),
            manifests: several
                .iter()
                .filter_map(|path| path.file_name())
                .map(|name| name.to_string_lossy().into_owned())
                .collect(),
        }),
    }
}

/// Reads the pulled files, each of which has to be as it was pulled.
fn pulled_pacts(manifest: &Manifest, path: &Path) -> Result<Vec<PulledPact>, PullDirectoryError> {
    let directory = path.with_file_name(&manifest.directory);
    let pulled = manifest.pacts.iter().map(|pulled| {
        let pact = read_pulled(&directory.join(&pulled.file), &pulled.content_id)?;
        Ok(PulledPact {
            consumer: pulled.consumer.clone(),
            content: pulled.content_id.clone(),
            pending: pulled.pending,
            wip: pulled.wip,
            interactions: interactions(&pact),
        })
    });
    pulled.collect()
}

fn interactions(pact: &Pact) -> Vec<PulledInteraction> {
    let pulled = |interaction: &Interaction<'_>| PulledInteraction {
        description: interaction.key().description.clone(),
        key: interaction
            .json()
            .get("key")
            .and_then(Json::as_str)
            .map(str::to_owned),
    };
    pact.interactions().iter().map(pulled).collect()
}
