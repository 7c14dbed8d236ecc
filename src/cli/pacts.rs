//! `git pact get-pacts`, `list-latest-pact-versions`

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt::count;
use super::ui::Ui;
use crate::app::ask::Answer;
use crate::app::ask::Basis;
use crate::app::pacts::CannotList;
use crate::app::pacts::Listed;
use crate::app::pacts::Wanted;
use crate::app::pacts::latest;
use crate::app::pacts::of_provider;
use crate::app::pull_directory::PullDirectory;
use crate::app::site::Site;
use crate::domain::likely_name::did_you_mean;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::record::manifest::Manifest;
use crate::record::manifest::PulledFile;
use crate::record::manifest::file_names;
use crate::render::computed_from;
use crate::render::hal::Address;
use crate::render::hal::pacts::latest as latest_document;
use crate::render::pacts as render;

/// List the pacts of a provider, and write them into a directory if asked to
///
/// They are those on the main branch of each consumer, or on another branch. To have what a build of
/// the provider must verify, use `pull`.
#[derive(Debug, Args)]
pub(super) struct GetPacts {
    /// The provider
    #[arg(long)]
    provider: PacticipantName,

    /// Only the pacts of this consumer
    #[arg(long)]
    consumer: Option<PacticipantName>,

    /// The branch of the consumers; without it, the main branch of each
    #[arg(long)]
    branch: Option<BranchName>,

    /// Only the newest pact of each consumer
    #[arg(long)]
    latest: bool,

    /// Write the pacts into a directory, as published
    ///
    /// It holds nothing else then. Files of an earlier download are replaced; anything else in the
    /// directory is an error.
    #[arg(long)]
    download: bool,

    /// The directory to write
    #[arg(long, value_name = "DIR", default_value = "./pacts")]
    download_dir: PathBuf,

    /// How to show them
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

/// List the newest pact of every consumer with every provider
#[derive(Debug, Args)]
pub(super) struct ListLatestPactVersions {
    /// How to show them
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl GetPacts {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let given = || PullDirectory::new(&self.download_dir, &outside.working_directory);
        let directory = self.download.then(given).transpose()?;
        if let Some(directory) = &directory {
            directory.check()?;
        }
        let wanted = Wanted {
            provider: self.provider,
            consumer: self.consumer,
            branch: self.branch,
            latest: self.latest,
            bytes: self.download,
        };
        let (site, context) = outside.open(&self.store)?;
        let answer = of_provider(&site, &context, &wanted)?;
        let listed = &answer.value;
        if let Some(directory) = &directory {
            let files = download(&wanted, &answer, directory, &site)?;
            let files = count(files, "file");
            let directory = directory.name();
            ui.say(&format!(
                "{files} written to {directory}; what they are is in {directory}.git-pact.json."
            ));
        }
        match self.output {
            Output::Json => ui.json(&render::document(&wanted, &listed.pacts)),
            Output::Text if listed.pacts.is_empty() => {}
            Output::Text => ui.data(&render::list(&listed.pacts)),
        }
        if listed.pacts.is_empty() {
            ui.say(&why_nothing(&wanted, listed));
        } else if let (None, 1..) = (&wanted.consumer, listed.missing()) {
            let missing = count(listed.missing(), "consumer");
            let branch = on_branch(&wanted);
            ui.say(&format!("Left out: {missing} without a pact {branch}."));
        }
        say_basis(&answer.basis, ui);
        Ok(Exit::Yes)
    }
}

/// Writes the pacts, one file for each content, and returns how many there are.
fn download(
    wanted: &Wanted,
    answer: &Answer<Listed>,
    directory: &PullDirectory,
    site: &Site,
) -> Result<usize, Failure> {
    let Listed {
        pacts, contents, ..
    } = &answer.value;
    let mut versions: BTreeMap<_, Vec<VersionNumber>> = BTreeMap::new();
    let mut keys = Vec::new();
    for pact in pacts {
        let key = (&pact.consumer, &pact.content);
        if !versions.contains_key(&key) {
            keys.push(key);
        }
        let number = pact.version.number.clone();
        versions.entry(key).or_default().push(number);
    }
    let files = keys.iter().zip(file_names(&keys)).map(|(key, file)| {
        let (consumer, content) = *key;
        PulledFile {
            file,
            consumer: consumer.clone(),
            consumer_versions: versions[key].clone(),
            content_id: content.clone(),
            pending: false,
            wip: false,
        }
    });
    let manifest = Manifest {
        provider: wanted.provider.clone(),
        provider_version_branch: None,
        provider_version_tags: Vec::new(),
        store: site.description.clone(),
        directory: directory.name(),
        pacts: files.collect(),
        computed_from: computed_from::tips(&answer.basis),
    };
    let bytes = keys.iter().filter_map(|(consumer, content)| {
        let bytes = contents.get(&((*consumer).clone(), (*content).clone()));
        bytes.map(Arc::clone)
    });
    let bytes: Vec<Arc<[u8]>> = bytes.collect();
    directory.replace(&manifest, &bytes)?;
    Ok(bytes.len())
}

/// Returns why there are no pacts.
fn why_nothing(wanted: &Wanted, listed: &Listed) -> String {
    let Wanted {
        provider,
        consumer,
        branch,
        ..
    } = wanted;
    if listed.consumers == 0 {
        return format!("Nobody has published a pact with {provider}.");
    }
    let whose = match consumer {
        Some(consumer) => consumer.to_string(),
        None => "its consumers".to_owned(),
    };
    let nothing = format!(
        "There is no pact with {provider} {} of {whose}",
        on_branch(wanted)
    );
    match branch {
        Some(_) => format!("{nothing}."),
        None => format!("{nothing}; name another with --branch."),
    }
}

fn on_branch(wanted: &Wanted) -> String {
    match &wanted.branch {
        Some(branch) => format!("on the branch {branch}"),
        None => "on the main branch".to_owned(),
    }
}

impl ListLatestPactVersions {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let answer = latest(&site, &context)?;
        let pacts = &answer.value;
        match (self.output, outside.face) {
            (Output::Json, Face::GitPact) => ui.json(&latest_document(pacts, &Address::new(""))),
            (Output::Json, Face::PactBroker) => {
                ui.json_line(&latest_document(pacts, &Address::new("")));
            }
            (Output::Text, Face::PactBroker) => ui.data(&render::latest_versions(pacts)),
            (Output::Text, Face::GitPact) if pacts.is_empty() => {
                ui.say("Nobody has published a pact.");
            }
            (Output::Text, Face::GitPact) => ui.data(&render::list(pacts)),
        }
        say_basis(&answer.basis, ui);
        Ok(Exit::Yes)
    }
}

fn say_basis(basis: &Basis, ui: &mut Ui<'_>) {
    if ui.tells_more() && !ui.is_for_programs() {
        let basis = computed_from::sentence(basis);
        ui.say(&format!("Computed from {basis}."));
    }
}

impl From<CannotList> for Failure {
    fn from(error: CannotList) -> Self {
        match error {
            CannotList::Unreadable(error) => error.into(),
            CannotList::Environment(error) => error.into(),
            CannotList::NoSuchPacticipant { ref likely, .. } => {
                let failure = Self::of(Exit::Usage, &error);
                did_you_mean(likely).into_iter().fold(failure, Self::hint)
            }
        }
    }
}
