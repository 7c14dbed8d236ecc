//! `git pact publish`

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use serde::Serialize;

use super::Output;
use super::StoreArguments;
use super::ci;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::receipt::Receipt;
use super::receipt::count;
use super::ui::Ui;
use crate::app::pact_files::Folders;
use crate::app::pact_files::PactFiles;
use crate::app::site::Site;
use crate::app::write::Written;
use crate::app::write::write;
use crate::domain::content::ContentId;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::notice::Notice;
use crate::domain::publish::Merging;
use crate::domain::publish::Outcome as PactOutcome;
use crate::domain::publish::PublishRequest;
use crate::domain::publish::PublishedPact;
use crate::store::git::Place;

/// Publish the pacts of a consumer version
///
/// Takes files, folders (with everything below them) and patterns. Several consumers and providers
/// in one command are one commit on each branch and one push. Publishing the same again changes
/// nothing; other content for the same version is refused, with the difference.
#[derive(Debug, Args)]
pub(super) struct Publish {
    /// Pact files, folders of them, or patterns such as 'pacts/*.json'
    #[arg(required = true, value_name = "PACT_FILES_OR_FOLDERS")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    version: VersionArguments,

    /// Add the interactions to the pact that this version has already
    ///
    /// For tests that run in parallel, each with a part of the pact.
    #[arg(long)]
    merge: bool,

    /// Allow a new name that looks like a known one
    #[arg(long)]
    allow_similar_names: bool,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

/// Which version is published, and where it comes from.
#[derive(Debug, Args)]
pub(super) struct VersionArguments {
    /// The version of the consumer, e.g. the commit
    #[arg(short = 'a', long, value_name = "VERSION")]
    consumer_app_version: Option<VersionNumber>,

    /// The branch of the consumer's repository
    #[arg(long)]
    branch: Option<BranchName>,

    /// A tag for the version; may be given several times
    #[arg(short, long = "tag", value_name = "TAG", num_args = 1..)]
    tags: Vec<TagName>,

    /// Tag the version with the name of its branch
    #[arg(short = 'g', long)]
    tag_with_git_branch: bool,

    /// The build that made the version
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,

    /// Find out version, branch and build URL from the CI service or git
    #[arg(short = 'r', long)]
    auto_detect_version_properties: bool,
}

/// What is known of a version: what was given, and what was found out.
pub(super) struct VersionProperties {
    pub(super) number: Option<VersionNumber>,
    pub(super) branch: Option<BranchName>,
    pub(super) build_url: Option<String>,
}

impl VersionProperties {
    /// Completes what was given with what the CI service or git tells, and says where it is from.
    pub(super) fn detect(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Self, Failure> {
        let (head, branch) = match Place::around(&outside.working_directory) {
            Ok(place) => place.head(),
            Err(_) => (None, None),
        };
        let event = |path: &str| std::fs::read(path).ok();
        let detected = ci::detect(&outside.environment, event, &ci::GitFacts { head, branch });
        let number = match self.number {
            Some(number) => number,
            None => parsed(
                detected
                    .commit
                    .map_err(|why| Failure::usage(why.to_string()))?,
                ui,
            )?,
        };
        let branch = match (self.branch, detected.branch) {
            (Some(branch), _) => Some(branch),
            (None, Ok(found)) => Some(parsed(found, ui)?),
            (None, Err(why)) => {
                ui.warn(&format!("no branch: {why}"));
                None
            }
        };
        let build_url = self
            .build_url
            .or(detected.build_url.map(|found| found.value));
        Ok(Self {
            number: Some(number),
            branch,
            build_url,
        })
    }
}

fn parsed<T>(found: ci::Found, ui: &mut Ui<'_>) -> Result<T, Failure>
where
    T: FromStr<Err: std::fmt::Display>,
{
    let ci::Found { value, source } = found;
    let parsed = value
        .parse()
        .map_err(|error| Failure::usage(format!("{source}: {error}")))?;
    ui.say(&format!("Detected {value} from {source}."));
    Ok(parsed)
}

impl Publish {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let request = self.request(outside, ui)?;
        let (mut site, context) = outside.open(&self.store)?;
        let written = write(&mut site, &context, &[Intent::Publish(request.clone())])?;
        self.show(&written, &request, &site, ui);
        Ok(Exit::Yes)
    }

    fn request(&self, outside: &Outside, ui: &mut Ui<'_>) -> Result<PublishRequest, Failure> {
        let found = PactFiles::find(&self.paths, &outside.working_directory, Folders::Deep)?;
        for (path, why) in &found.others {
            ui.warn(&format!("{} is not published: {why}", path.display()));
        }
        for (path, contract) in &found.contracts {
            for warning in contract.pact.warnings() {
                ui.warn(&format!("{}: {warning}", path.display()));
            }
        }
        let given = &self.version;
        let mut properties = VersionProperties {
            number: given.consumer_app_version.clone(),
            branch: given.branch.clone(),
            build_url: given.build_url.clone(),
        };
        if given.auto_detect_version_properties {
            properties = properties.detect(outside, ui)?;
        }
        let version = properties.number.ok_or_else(|| {
            Failure::usage("no version of the consumer")
                .hint("give --consumer-app-version, or --auto-detect-version-properties")
        })?;
        let mut tags = given.tags.clone();
        if given.tag_with_git_branch {
            let branch = properties.branch.as_ref().ok_or_else(|| {
                Failure::usage("--tag-with-git-branch needs a branch").hint("give --branch")
            })?;
            let tag = branch
                .as_str()
                .parse()
                .map_err(|e| Failure::usage(format!("--tag: {e}")))?;
            tags.push(tag);
        }
        Ok(PublishRequest {
            version,
            branch: properties.branch,
            tags,
            build_url: properties.build_url,
            merging: if self.merge {
                Merging::Add
            } else {
                Merging::Never
            },
            allow_similar_names: self.allow_similar_names,
            contracts: found
                .contracts
                .into_iter()
                .map(|(_, contract)| contract)
                .collect(),
            at: outside.now,
        })
    }

    fn show(&self, written: &Written, request: &PublishRequest, site: &Site, ui: &mut Ui<'_>) {
        let Some(Some(Outcome::Published(consumers))) = written.outcomes.first() else {
            return;
        };
        let pacts: Vec<_> = consumers.iter().flat_map(|it| &it.pacts).collect();
        let notices: Vec<_> = consumers.iter().flat_map(|it| &it.notices).collect();
        if self.output == Output::Json {
            let pact = |pact: &&PublishedPact| PactJson {
                consumer: pact.consumer.clone(),
                provider: pact.provider.clone(),
                version: request.version.clone(),
                content_id: pact.content.clone(),
                outcome: match pact.outcome {
                    PactOutcome::Published => "published",
                    PactOutcome::Unchanged => "unchanged",
                    PactOutcome::Merged => "merged",
                },
            };
            let pacts = pacts.iter().map(pact).collect();
            ui.json(&PublishJson {
                pacts,
                notices,
                write: Receipt::of(written),
            });
        } else {
            for notice in notices {
                ui.notice(notice);
            }
        }
        ui.say(&format!(
            "{} of version {}.",
            count(pacts.len(), "pact"),
            request.version
        ));
        receipt::say(written, site, ui);
    }
}

#[derive(Serialize)]
struct PublishJson<'a> {
    pacts: Vec<PactJson>,
    notices: Vec<&'a Notice>,
    write: Receipt,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PactJson {
    consumer: PacticipantName,
    provider: PacticipantName,
    version: VersionNumber,
    content_id: ContentId,
    outcome: &'static str,
}
