//! `git pact site`

mod build;

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;

use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::files;
use super::not_found;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::network::network;
use crate::app::page;
use crate::app::page::PageError;
use crate::domain::integration::Integration;
use crate::domain::marked_section::Unplaceable;
use crate::domain::marked_section::placed;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::network::WantedNetwork;
use crate::render::hal::Address;
use crate::render::hal::template;
use crate::render::network::readme::section;
use crate::render::network::svg::NetworkLinks;
use crate::store::git::Moment;

/// Show the contracts where people look who do not ask a broker
#[derive(Debug, Args)]
pub(super) struct Site {
    #[command(subcommand)]
    command: SiteCommand,
}

#[derive(Debug, Subcommand)]
enum SiteCommand {
    Build(build::Build),
    Readme(Readme),
}

/// Show the network in the README.md of the repository that keeps the contracts
///
/// As a diagram and a table, on the branch that the forge shows, in one commit; there is none where nothing
/// is new. A README.md that is there already has to say where it belongs, by the lines
/// `<!-- git-pact:begin -->` and `<!-- git-pact:end -->`: all else in it stays as it is.
#[derive(Debug, Args)]
struct Readme {
    /// The branch; without it, the one that the repository shows
    #[arg(long, value_name = "BRANCH", conflicts_with_all = ["stdout", "to"])]
    branch: Option<String>,

    /// Only print it
    #[arg(long, conflicts_with = "to")]
    stdout: bool,

    /// Write it into a file here, and not into the repository
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,

    /// Only what is deployed in or released to an environment
    #[arg(long)]
    environment: Option<EnvironmentName>,

    /// Link applications and contracts to the broker at this address
    #[arg(long, value_name = "URL")]
    link_to: Option<String>,

    #[command(flatten)]
    store: StoreArguments,
}

impl Site {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        match self.command {
            SiteCommand::Build(build) => build.run(outside, ui),
            SiteCommand::Readme(readme) => readme.run(outside, ui),
        }
    }
}

impl Readme {
    fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let wanted = WantedNetwork {
            environment: self.environment,
            ..WantedNetwork::default()
        };
        let (site, context) = outside.open(&self.store)?;
        let found = network(&site, &context, &Moment::Now, &wanted)
            .map_err(|error| not_found::failure(error, &site, outside))?
            .value;
        let broker = self
            .link_to
            .as_deref()
            .map(|url| Address::new(url.trim_end_matches('/')));
        let application = |name: &PacticipantName| Some(broker.as_ref()?.pacticipant(name));
        let contract = |it: &Integration| {
            let names = [it.provider.as_str(), it.consumer.as_str()];
            Some(broker.as_ref()?.to(template::LATEST_PACT, &names))
        };
        let links = NetworkLinks {
            application: &application,
            contract: &contract,
        };
        let section = section(&found, &links);

        if self.stdout {
            ui.data(section.trim_end());
            return Ok(Exit::Yes);
        }
        if let Some(path) = &self.to {
            let path = outside.working_directory.join(path);
            let file = match fs::read(&path) {
                Ok(bytes) => Some(bytes),
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => {
                    let what = format!("cannot read {}", path.display());
                    return Err(Failure::new(Exit::Failed, what).because(&error));
                }
            };
            let whole = placed(file.as_deref(), &section)?;
            files::write_one(&path, &whole, ui)?;
            return Ok(Exit::Yes);
        }
        let written = page::write(&site, &context, self.branch.as_deref(), &section)?;
        let (file, branch) = (page::FILE, &written.branch);
        ui.say(&match &written.commit {
            Some(commit) => {
                let commit = commit.0.get(..7).unwrap_or(&commit.0);
                format!("Wrote {file} on {branch} ({commit}).")
            }
            None => format!("Nothing new: {file} on {branch} says all of this already."),
        });
        Ok(Exit::Yes)
    }
}

impl From<Unplaceable> for Failure {
    fn from(error: Unplaceable) -> Self {
        Self::of(Exit::No, &error)
    }
}

impl From<PageError> for Failure {
    fn from(error: PageError) -> Self {
        let failure = |exit| Self::of(exit, &error);
        match error {
            PageError::Name { .. } => failure(Exit::Usage),
            PageError::OfStore(_) => failure(Exit::Usage).hint(
                "name another one with --branch, such as main, and have the forge show that one first",
            ),
            PageError::Offline => failure(Exit::Usage).hint("leave --offline away, or write it here only"),
            PageError::CheckedOut { .. } => failure(Exit::No).hint("name another branch, or write it here only"),
            PageError::NotOurs { .. } => failure(Exit::No),
            PageError::Differs { .. } => failure(Exit::No).hint("to have it replaced, give --force"),
            PageError::NotASite(_) => failure(Exit::No).hint("name a branch that there is not yet"),
            PageError::LostRaces(_) => failure(Exit::Failed).hint("run it again"),
            PageError::Push(_) => failure(Exit::Failed),
            PageError::Site(error) => error.into(),
            PageError::Store(error) => error.into(),
        }
    }
}
