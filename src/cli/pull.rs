//! `git pact pull`

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::Output;
use super::StoreArguments;
use super::at::AtArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt::count;
use super::ui::Ui;
use crate::app::ask::Answer;
use crate::app::ask::Basis;
use crate::app::pending::locate_pact;
use crate::app::pull::CannotPull;
use crate::app::pull::SelectedContent;
use crate::app::pull::Selection;
use crate::app::pull::pull;
use crate::app::pull_directory::PullDirectory;
use crate::app::pull_directory::PullDirectoryError;
use crate::app::site::Site;
use crate::domain::consumer_version_selector::FIELD;
use crate::domain::consumer_version_selector::Refused;
use crate::domain::name::BranchName;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::pacts_for_verification::SelectedPact;
use crate::record::manifest::Manifest;
use crate::record::manifest::PulledFile;
use crate::record::manifest::file_names;
use crate::render::computed_from;
use crate::render::pull as render;

/// Write the pacts that a provider build has to verify into a directory
///
/// The directory holds nothing but pact files, as published, one for each content: give it to your
/// verifier as a directory or as files. A manifest beside it, <DIR>.git-pact.json, says what each
/// file is, so that `git pact record-verification --results` can record what the verifier found.
/// Files of an earlier pull are replaced; anything else in the directory is an error.
///
/// Without selectors you get, for each consumer, what is on its main branch, what is on its branch of
/// the same name as --provider-version-branch, and what is deployed or released anywhere. No pact at
/// all is no error.
#[derive(Debug, Args)]
pub(super) struct Pull {
    /// The provider
    #[arg(long)]
    provider: PacticipantName,

    /// The directory to write
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,

    /// The branch of the provider that is built
    #[arg(long, alias = "provider-branch", value_name = "BRANCH")]
    provider_version_branch: Option<BranchName>,

    /// A tag that the provider version will have; may be given several times
    #[arg(
        long = "provider-version-tag",
        alias = "provider-tag",
        value_name = "TAG"
    )]
    provider_version_tags: Vec<TagName>,

    /// Add pacts that were never verified by this branch, if published after this date
    #[arg(long, value_name = "DATE")]
    include_wip_pacts_since: Option<String>,

    /// Take no pact for pending: every failure counts
    #[arg(long)]
    no_pending: bool,

    #[command(flatten)]
    selectors: Selectors,

    /// How to show what was selected; json needs no --to
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    at: AtArguments,

    #[command(flatten)]
    store: StoreArguments,
}

/// Which consumer versions are meant. Several are added up.
#[derive(Debug, Args)]
#[command(next_help_heading = "Consumer version selectors")]
struct Selectors {
    /// Selectors as the broker writes them: a JSON object, or an array of them
    #[arg(long = "consumer-version-selectors", value_name = "JSON")]
    consumer_version: Vec<String>,

    #[command(flatten)]
    criteria: Criteria,

    /// Only this consumer, for the options above; may be given several times
    #[arg(long = "consumer", value_name = "CONSUMER", requires = "Criteria")]
    consumers: Vec<PacticipantName>,
}

/// Selectors that need no JSON.
#[derive(Debug, Args)]
#[group(multiple = true)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
struct Criteria {
    /// The latest version on each consumer's main branch
    #[arg(long)]
    main_branch: bool,

    /// The latest version on the consumer's branch of the same name as the provider's
    #[arg(long, requires = "provider_version_branch")]
    matching_branch: bool,

    /// The latest version on this branch of the consumer; may be given several times
    #[arg(long = "branch", value_name = "BRANCH")]
    branches: Vec<BranchName>,

    /// The latest version with this tag; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<TagName>,

    /// The latest version
    #[arg(long)]
    latest: bool,

    /// What is deployed, in the --environment or anywhere
    #[arg(long)]
    deployed: bool,

    /// What is released and supported, in the --environment or anywhere
    #[arg(long)]
    released: bool,

    /// What is deployed, or released and supported
    #[arg(long)]
    deployed_or_released: bool,

    /// What is in this environment; may be given several times
    #[arg(long = "environment", value_name = "ENVIRONMENT")]
    environments: Vec<EnvironmentName>,
}

impl Criteria {
    /// Returns the selectors in the broker's form.
    fn to_json(&self) -> Vec<Value> {
        let mut selectors = Vec::new();
        if self.main_branch {
            selectors.push(json!({ "mainBranch": true }));
        }
        if self.matching_branch {
            selectors.push(json!({ "matchingBranch": true }));
        }
        let branches = self.branches.iter();
        selectors.extend(branches.map(|branch| json!({ "branch": branch })));
        let tags = self.tags.iter();
        selectors.extend(tags.map(|tag| json!({ "tag": tag, "latest": true })));
        if self.latest {
            selectors.push(json!({ "latest": true }));
        }
        let ways = [
            ("deployed", self.deployed),
            ("released", self.released),
            ("deployedOrReleased", self.deployed_or_released),
        ];
        let ways: Vec<&str> = ways
            .iter()
            .filter(|(_, is_meant)| *is_meant)
            .map(|(field, _)| *field)
            .collect();
        for way in &ways {
            if self.environments.is_empty() {
                selectors.push(json!({ *way: true }));
            }
            let places = self.environments.iter();
            selectors.extend(places.map(|place| json!({ *way: true, "environment": place })));
        }
        if ways.is_empty() {
            let places = self.environments.iter();
            selectors.extend(places.map(|place| json!({ "environment": place })));
        }
        selectors
    }
}

impl Selectors {
    /// Returns all selectors in the broker's form.
    fn to_json(&self) -> Result<Vec<Value>, Failure> {
        let mut selectors = Vec::new();
        for text in &self.consumer_version {
            match serde_json::from_str(text) {
                Ok(Value::Array(several)) => selectors.extend(several),
                Ok(one) => selectors.push(one),
                Err(error) => {
                    let message = format!("--consumer-version-selectors is not JSON: {error}");
                    return Err(Failure::usage(message));
                }
            }
        }
        let criteria = self.criteria.to_json();
        if self.consumers.is_empty() {
            selectors.extend(criteria);
            return Ok(selectors);
        }
        for consumer in &self.consumers {
            for mut selector in criteria.clone() {
                selector["consumer"] = json!(consumer);
                selectors.push(selector);
            }
        }
        Ok(selectors)
    }
}

impl Pull {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let directory = match &self.to {
            Some(to) => Some(PullDirectory::new(to, &outside.working_directory)?),
            None if self.output == Output::Json => None,
            None => {
                return Err(Failure::usage("no directory to write the pacts to")
                    .hint("give --to DIR, or --output json to only look"));
            }
        };
        if let Some(directory) = &directory {
            directory.check()?;
        }
        let body = self.body()?;
        if self.include_wip_pacts_since.is_some()
            && self.provider_version_branch.is_none()
            && self.provider_version_tags.is_empty()
        {
            ui.warn(
                "work in progress is counted for a branch or tags of the provider: give \
                 --provider-version-branch",
            );
        }
        let (site, mut context) = outside.open(&self.store)?;
        let moment = self.at.moment(outside, &mut context, ui)?;
        let answer = pull(&site, &context, &moment, &self.provider, &body)?;
        if let Some(directory) = &directory {
            self.write(&answer, directory, &site)?;
        }
        self.show(&answer, ui);
        Ok(Exit::Yes)
    }

    /// Returns the request in the broker's form (spec: semantics §6.1).
    fn body(&self) -> Result<Value, Failure> {
        let mut body = Map::new();
        if let Some(branch) = &self.provider_version_branch {
            body.insert("providerVersionBranch".to_owned(), json!(branch));
        }
        body.insert(
            "providerVersionTags".to_owned(),
            json!(self.provider_version_tags),
        );
        body.insert("includePendingStatus".to_owned(), json!(!self.no_pending));
        if let Some(date) = &self.include_wip_pacts_since {
            body.insert("includeWipPactsSince".to_owned(), json!(date));
        }
        body.insert(FIELD.to_owned(), Value::Array(self.selectors.to_json()?));
        Ok(Value::Object(body))
    }

    fn write(
        &self,
        answer: &Answer<Selection>,
        directory: &PullDirectory,
        site: &Site,
    ) -> Result<(), Failure> {
        let pacts = &answer.value.pacts;
        let branch = self.provider_version_branch.as_ref();
        let manifest = Manifest {
            provider_version_tags: self.provider_version_tags.clone(),
            ..manifest(
                &self.provider,
                branch,
                pacts,
                directory,
                site,
                &answer.basis,
            )
        };
        let bytes: Vec<Arc<[u8]>> = pacts
            .iter()
            .map(|selected| Arc::clone(&selected.bytes))
            .collect();
        directory.replace(&manifest, &bytes)?;
        Ok(())
    }

    fn show(&self, answer: &Answer<Selection>, ui: &mut Ui<'_>) {
        let selection = &answer.value;
        let url = |pact: &SelectedPact| locate_pact(&pact.consumer, &pact.provider, &pact.content);
        match self.output {
            Output::Json => ui.json(&render::PullJson::new(&self.provider, answer, url)),
            Output::Text if selection.pacts.is_empty() => {}
            Output::Text => ui.data(&render::text(selection, url)),
        }
        if selection.pacts.is_empty() {
            ui.say(&render::why_nothing(selection, &self.provider));
        } else {
            ui.say(&counted(selection));
        }
        if let Some(to) = &self.to {
            let to = shown(to);
            ui.say(&format!(
                "Written to {to}; what they are is in {to}.git-pact.json."
            ));
        }
        if self.output == Output::Text {
            ui.say(&format!(
                "Computed from {}.",
                computed_from::sentence(&answer.basis)
            ));
        }
    }
}

/// Returns what is to lie beside a directory with pacts of a provider, for a build of a branch.
pub(super) fn manifest(
    provider: &PacticipantName,
    branch: Option<&BranchName>,
    pacts: &[SelectedContent],
    directory: &PullDirectory,
    site: &Site,
    basis: &Basis,
) -> Manifest {
    let keys: Vec<_> = pacts
        .iter()
        .map(|selected| (&selected.pact.consumer, &selected.pact.content))
        .collect();
    let files = pacts.iter().zip(file_names(&keys)).map(|(selected, file)| {
        let pact = &selected.pact;
        let mut versions = Vec::new();
        for choice in &pact.choices {
            if !versions.contains(&choice.version) {
                versions.push(choice.version.clone());
            }
        }
        PulledFile {
            file,
            consumer: pact.consumer.clone(),
            consumer_versions: versions,
            content_id: pact.content.clone(),
            pending: pact.pending == Some(true),
            wip: pact.wip,
        }
    });
    Manifest {
        provider: provider.clone(),
        provider_version_branch: branch.cloned(),
        provider_version_tags: Vec::new(),
        store: site.description.clone(),
        directory: directory.name(),
        pacts: files.collect(),
        computed_from: computed_from::tips(basis),
    }
}

/// Returns a path without a slash at its end.
fn shown(path: &Path) -> String {
    path.components().collect::<PathBuf>().display().to_string()
}

/// Returns how many pacts were selected, and how many of them may fail.
fn counted(selection: &Selection) -> String {
    let pacts = &selection.pacts;
    let pending = pacts.iter().filter(|one| one.pact.pending == Some(true));
    let wip = pacts.iter().filter(|one| one.pact.wip);
    let pending = match pending.count() {
        0 => String::new(),
        pending => format!(", {pending} of them pending"),
    };
    let wip = match wip.count() {
        0 => String::new(),
        wip => format!(", {wip} work in progress"),
    };
    format!("{} to verify{pending}{wip}.", count(pacts.len(), "pact"))
}

impl From<CannotPull> for Failure {
    fn from(error: CannotPull) -> Self {
        match error {
            CannotPull::Refused(Refused::Unreadable(error)) => error.into(),
            CannotPull::CannotSelect(error) => error.into(),
            error @ CannotPull::Refused(_) => Self::of(Exit::Usage, &error),
            error @ CannotPull::MissingContent { .. } => Self::of(Exit::Failed, &error),
            error @ CannotPull::OtherContent { .. } => Self::of(Exit::Failed, &error).hint(
                "somebody changed it by hand: `git pact doctor` names the file, and the history of \
                 its branch has what was published",
            ),
        }
    }
}

impl From<PullDirectoryError> for Failure {
    fn from(error: PullDirectoryError) -> Self {
        match &error {
            PullDirectoryError::NoPlace { .. } => Self::of(Exit::Usage, &error),
            PullDirectoryError::Foreign { .. } => {
                Self::of(Exit::Usage, &error).hint("move it away, or pull into another directory")
            }
            PullDirectoryError::Changed { .. } | PullDirectoryError::NotAPact { .. } => {
                Self::of(Exit::Usage, &error)
                    .hint("remove the directory and its manifest, and pull again")
            }
            PullDirectoryError::Manifest { .. } | PullDirectoryError::Disk(_) => {
                Self::of(Exit::Failed, &error)
            }
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
        pull: Pull,
    }

    fn selectors(line: &str) -> Vec<Value> {
        let words = format!("x --provider P {line}");
        let line = Line::try_parse_from(words.split(' ')).unwrap();
        line.pull.selectors.to_json().unwrap()
    }

    #[test]
    fn every_option_is_a_selector_of_the_broker() {
        for (line, expected) in [
            ("--main-branch", json!([{"mainBranch": true}])),
            (
                "--provider-version-branch b --matching-branch",
                json!([{"matchingBranch": true}]),
            ),
            (
                "--branch a --branch b",
                json!([{"branch": "a"}, {"branch": "b"}]),
            ),
            (
                "--tag t --latest",
                json!([{"tag": "t", "latest": true}, {"latest": true}]),
            ),
            ("--environment e", json!([{"environment": "e"}])),
            ("--deployed", json!([{"deployed": true}])),
            (
                "--deployed-or-released --environment e --environment f",
                json!([
                    {"deployedOrReleased": true, "environment": "e"},
                    {"deployedOrReleased": true, "environment": "f"},
                ]),
            ),
            (
                "--main-branch --released --consumer C --consumer D",
                json!([
                    {"mainBranch": true, "consumer": "C"}, {"released": true, "consumer": "C"},
                    {"mainBranch": true, "consumer": "D"}, {"released": true, "consumer": "D"},
                ]),
            ),
            (
                r#"--consumer-version-selectors {"latest":true} --consumer-version-selectors [{"branch":"x"}] --main-branch"#,
                json!([{"latest": true}, {"branch": "x"}, {"mainBranch": true}]),
            ),
            ("--no-pending", json!([])),
        ] {
            assert_eq!(Value::Array(selectors(line)), expected, "{line}");
        }
    }

    #[test]
    fn a_consumer_alone_is_no_selector() {
        let refused = |line: &str| Line::try_parse_from(line.split(' ')).is_err();
        assert!(refused("x --provider P --consumer C"));
        assert!(refused("x --provider P --matching-branch"));
        assert!(!refused("x --provider P --latest --consumer C"));
    }
}
