//! `git pact publish`

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::Output;
use super::StoreArguments;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::receipt::Receipt;
use super::receipt::count;
use super::ui::Ui;
use super::version_properties::VersionProperties;
use super::version_properties::warn_of_number;
use crate::app::pact_files::Folders;
use crate::app::pact_files::PactFiles;
use crate::app::pact_files::PactFilesError;
use crate::app::write::WriteError;
use crate::app::write::Written;
use crate::app::write::write;
use crate::domain::content::ContentId;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::intent::Refusal as IntentRefusal;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::notice::Notice;
use crate::domain::publish::ConsumerPublication;
use crate::domain::publish::Contract;
use crate::domain::publish::Merging;
use crate::domain::publish::Outcome as PactOutcome;
use crate::domain::publish::PublishError;
use crate::domain::publish::PublishRequest;
use crate::domain::publish::PublishedPact;
use crate::domain::publish::Refusal;
use crate::domain::publish::gathered;
use crate::render::hal::Address;
use crate::render::hal::published;
use crate::render::hal::published::Shown;
use crate::store::LARGEST_FILE;

/// Publish the pacts of a consumer version
///
/// Takes files, folders (with everything below them; as `pact-broker` only the *.json directly in
/// them) and patterns. Several consumers and providers
/// in one command are one commit on each branch and one push. Files of the same consumer and provider
/// are merged first. Publishing the same again changes nothing; other content for the same version is
/// refused, with the difference.
#[derive(Debug, Args)]
pub(super) struct Publish {
    /// Pact files, folders of them, or patterns such as 'pacts/*.json'
    #[arg(value_name = "PACT_FILES_OR_FOLDERS")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    version: VersionArguments,

    #[command(flatten)]
    conditions: Conditions,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

/// Which version is published, and where it comes from.
#[derive(Debug, Args)]
struct VersionArguments {
    /// The version of the consumer, e.g. the commit
    #[arg(short = 'a', long, value_name = "VERSION")]
    consumer_app_version: Option<String>,

    /// The branch of the consumer's repository
    #[arg(long)]
    branch: Option<BranchName>,

    /// A tag for the version; may be given several times
    #[arg(short, long = "tag", value_name = "TAG", num_args = 1..)]
    tags: Vec<TagName>,

    /// Tag the version with the name of the git branch
    #[arg(short = 'g', long)]
    tag_with_git_branch: bool,

    /// The build that made the version
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,

    /// Find out version, branch and build URL from the CI service or git
    #[arg(short = 'r', long)]
    auto_detect_version_properties: bool,
}

/// On what conditions the pacts are published.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
struct Conditions {
    /// Add the interactions to the pact that this version has already
    ///
    /// For tests that run in parallel, each with a part of the pact.
    #[arg(long)]
    merge: bool,

    /// Say that the pacts were looked through; what is odd in them is told anyway
    #[arg(long)]
    validate: bool,

    /// Publish nothing if there is anything to warn of
    #[arg(long)]
    strict: bool,

    /// Allow a new name that looks like a known one
    #[arg(long)]
    allow_similar_names: bool,

    /// How large a pact may be, in MiB, up to 50
    #[arg(
        long,
        value_name = "MIB",
        default_value_t = 10,
        value_parser = clap::value_parser!(u64).range(1..=LARGEST_FILE >> 20)
    )]
    max_pact_size: u64,
}

impl Publish {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let contracts = self.contracts(outside, ui)?;
        let request = self.request(contracts, outside, ui)?;
        let (mut site, context) = outside.open(&self.store)?;
        let intent = Intent::Publish(request.clone());
        match write(&mut site, &context, &[intent]) {
            Err(WriteError::Refused(IntentRefusal::Publish(PublishError::Refused(refusals))))
                if outside.face == Face::PactBroker =>
            {
                self.show_refused(&refusals, ui);
                Ok(Exit::No)
            }
            written => {
                let written = written?;
                if let Some(Some(Outcome::Published(consumers))) = written.outcomes.first() {
                    self.show(consumers, &request, &written, ui);
                }
                receipt::say(&written, &site, ui);
                Ok(Exit::Yes)
            }
        }
    }

    /// Returns the pacts in the files that were named, and says what is odd about them.
    fn contracts(&self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Vec<Contract>, Failure> {
        let face = outside.face;
        if self.paths.is_empty() {
            return Err(match face {
                Face::PactBroker => Failure::usage("No value provided for required pact_files"),
                Face::GitPact => Failure::usage("no pacts to publish")
                    .hint("name pact files, folders of them, or patterns such as 'pacts/*.json'"),
            });
        }
        let folders = match face {
            Face::GitPact => Folders::Deep,
            Face::PactBroker => Folders::Flat,
        };
        let largest = self.conditions.max_pact_size << 20;
        let found = PactFiles::find(&self.paths, &outside.working_directory, folders, largest)
            .map_err(|error| not_found(error, face))?;
        let mut warnings = Vec::new();
        for (path, why) in &found.others {
            warnings.push(format!("{} is not published: {why}", path.display()));
        }
        for (path, contract) in &found.contracts {
            let odd = contract.pact.warnings().iter();
            warnings.extend(odd.map(|warning| format!("{}: {warning}", path.display())));
        }
        for warning in &warnings {
            ui.warn(warning);
        }
        if self.conditions.strict && !warnings.is_empty() {
            let warnings = count(warnings.len(), "warning");
            return Err(
                Failure::usage(format!("nothing is published, for there is {warnings}"))
                    .hint("leave out --strict to publish all the same"),
            );
        }
        if self.conditions.validate {
            let looked_through = count(found.contracts.len(), "pact file");
            ui.say(&format!("{looked_through} looked through."));
        }
        for files in found.several_of_one_pair() {
            let files: Vec<_> = files
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            ui.say(&format!("Merging {}", files.join(", ")));
        }
        let contracts = found.contracts.into_iter();
        let contracts: Vec<Contract> = contracts.map(|(_, contract)| contract).collect();
        if face == Face::PactBroker
            && let Err(refusals) = gathered(&contracts)
        {
            // There it is the client who merges, before anybody is asked.
            let texts: Vec<String> = refusals.iter().map(|refusal| refusal.text("URL")).collect();
            return Err(Failure::usage(texts.join("\n")));
        }
        Ok(contracts)
    }

    fn request(
        &self,
        contracts: Vec<Contract>,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<PublishRequest, Failure> {
        let given = &self.version;
        let number = given.consumer_app_version.as_deref().map(str::trim);
        let number = number.filter(|number| !number.is_empty());
        let number = number.map(str::parse).transpose();
        let mut properties = VersionProperties {
            number: number
                .map_err(|error| Failure::usage(format!("--consumer-app-version: {error}")))?,
            branch: given.branch.clone(),
            build_url: given.build_url.clone(),
        };
        if given.auto_detect_version_properties {
            properties = properties.detect(outside, ui)?;
        }
        let version = properties.number.ok_or_else(|| match outside.face {
            Face::PactBroker => {
                Failure::usage("No value provided for required option --consumer-app-version")
            }
            Face::GitPact => Failure::usage("no version of the consumer")
                .hint("give --consumer-app-version, or --auto-detect-version-properties"),
        })?;
        warn_of_number(&version, ui);
        let mut tags = given.tags.clone();
        if given.tag_with_git_branch {
            let branch = VersionProperties::git_branch(outside)?.or(properties.branch.clone());
            let branch = branch.ok_or_else(|| {
                Failure::usage("--tag-with-git-branch needs a branch").hint("give --branch")
            })?;
            let tag = branch.as_str().parse();
            let tag = tag.map_err(|error| Failure::usage(format!("--tag: {error}")))?;
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        Ok(PublishRequest {
            version,
            branch: properties.branch,
            tags,
            build_url: properties.build_url,
            merging: if self.conditions.merge {
                Merging::Add
            } else {
                Merging::Never
            },
            allow_similar_names: self.conditions.allow_similar_names,
            contracts,
            at: outside.now,
        })
    }

    fn show(
        &self,
        consumers: &[ConsumerPublication],
        request: &PublishRequest,
        written: &Written,
        ui: &mut Ui<'_>,
    ) {
        let notices = consumers.iter().flat_map(|consumer| &consumer.notices);
        let pacts = consumers.iter().flat_map(|consumer| &consumer.pacts);
        match (self.output, ui.face()) {
            (Output::Text, _) => notices.for_each(|notice| ui.notice(notice)),
            (Output::Json, Face::GitPact) => ui.json(&PublishJson {
                pacts: pacts
                    .clone()
                    .map(|pact| PactJson::new(pact, &request.version))
                    .collect(),
                notices: notices.collect(),
                write: Receipt::of(written),
            }),
            (Output::Json, Face::PactBroker) => {
                let document = |publication| {
                    let shown = Shown {
                        publication,
                        number: &request.version,
                        tags: &request.tags,
                    };
                    published::published(&shown, &Address::new(""))
                };
                ui.json_line(&consumers.iter().map(document).collect::<Vec<_>>());
            }
        }
        if ui.tells_more() {
            let pacts = count(pacts.count(), "pact");
            ui.say(&format!("{pacts} of version {}.", request.version));
        }
    }

    /// Shows why the pacts are refused, as the broker answers it.
    fn show_refused(&self, refusals: &[Refusal], ui: &mut Ui<'_>) {
        match self.output {
            Output::Json => ui.json_line(&[published::refused(refusals, &Address::new(""))]),
            Output::Text => {
                let notices = refusals.iter().flat_map(|it| it.broker_notices("URL"));
                notices.for_each(|notice| ui.notice(&notice));
            }
        }
        ui.say("Nothing of this command was recorded.");
    }
}

/// Returns the failure of a command line that names no pacts, in the words of the broker's own
/// program where it has some (spec: cli §4.1).
fn not_found(error: PactFilesError, face: Face) -> Failure {
    match (face, &error) {
        (
            Face::PactBroker,
            PactFilesError::Nothing {
                path,
                is_pattern: false,
            },
        ) => Failure::usage(format!(
            "Specified pact file '{path}' does not exist. This sometimes indicates one of the \
             arguments has been specified with the wrong name and has been incorrectly identified \
             as a file path. If you are using Docker, check that you have mounted the pact file or \
             directory into the container correctly using `-v`, and have specified the location \
             of the pact file or directory in the *Docker container*, not the *host*."
        )),
        (
            Face::PactBroker,
            PactFilesError::Nothing {
                is_pattern: true, ..
            }
            | PactFilesError::NoPact { .. },
        ) => Failure::usage("No pact files found").hint(error.to_string()),
        _ => error.into(),
    }
}

#[derive(Serialize)]
struct PublishJson<'a> {
    pacts: Vec<PactJson<'a>>,
    notices: Vec<&'a Notice>,
    write: Receipt,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PactJson<'a> {
    consumer: &'a PacticipantName,
    provider: &'a PacticipantName,
    version: &'a VersionNumber,
    content_id: &'a ContentId,
    outcome: &'static str,
}

impl<'a> PactJson<'a> {
    fn new(pact: &'a PublishedPact, version: &'a VersionNumber) -> Self {
        Self {
            consumer: &pact.consumer,
            provider: &pact.provider,
            version,
            content_id: &pact.content,
            outcome: match pact.outcome {
                PactOutcome::Published => "published",
                PactOutcome::Unchanged => "unchanged",
                PactOutcome::Merged => "merged",
            },
        }
    }
}
