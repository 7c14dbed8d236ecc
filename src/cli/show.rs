//! `git pact show`

use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use clap::ValueEnum;

use super::StoreArguments;
use super::at::AtArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::not_found::who_was_meant;
use super::outside::Outside;
use super::ui::Colour;
use super::ui::Piece;
use super::ui::Ui;
use crate::app::ask::AskError;
use crate::app::ask::Basis;
use crate::app::regular_file;
use crate::app::show;
use crate::app::site::Site;
use crate::domain::find_pact::How;
use crate::domain::find_pact::NoSuchPact;
use crate::domain::find_pact::WhichPact;
use crate::domain::name::BranchName;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::pact::Pact;
use crate::domain::pacts::PactPublication;
use crate::domain::readable_pact::ReadablePact;
use crate::render::computed_from;
use crate::render::contract::Contract;
use crate::render::contract::ContractJson;
use crate::render::contract::Span;
use crate::render::contract::Tone;
use crate::render::contract::text;
use crate::render::shell::CommandLine;
use crate::render::sink::markdown;
use crate::store::LARGEST_FILE;

/// Show a contract to people: what is asked, what is answered, and what may differ
///
/// A contract of the store, or a pact file. Matching rules and generators are explained in words, and
/// provider states are listed with the interactions that begin in them. Without further options it is the
/// current contract: the newest on the consumer's main branch.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// A pact file instead of a contract of the store; - is standard input
    #[arg(
        value_name = "FILE",
        conflicts_with_all = ["consumer", "provider", "Which", "at"]
    )]
    file: Option<PathBuf>,

    /// The consumer
    #[arg(long, requires = "provider")]
    consumer: Option<PacticipantName>,

    /// The provider
    #[arg(long, requires = "consumer")]
    provider: Option<PacticipantName>,

    #[command(flatten)]
    which: Which,

    /// Only interactions whose description has this text in it, whatever the case
    #[arg(long, value_name = "TEXT")]
    interaction: Option<String>,

    /// How to show it
    #[arg(short, long, value_enum, default_value_t = ShowOutput::Text)]
    output: ShowOutput,

    #[command(flatten)]
    at: AtArguments,

    #[command(flatten)]
    store: StoreArguments,
}

/// Which contract of the two. One of them at most.
#[derive(Debug, Args)]
#[group(multiple = false, requires = "consumer")]
struct Which {
    /// The one of this version of the consumer
    #[arg(long, value_name = "VERSION")]
    consumer_version: Option<VersionNumber>,

    /// The newest on this branch of the consumer
    #[arg(long)]
    branch: Option<BranchName>,

    /// The newest with this tag
    #[arg(long)]
    tag: Option<TagName>,

    /// The one of the consumer version that is in this environment
    #[arg(long)]
    environment: Option<EnvironmentName>,
}

/// How to show a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ShowOutput {
    /// For people
    #[value(alias = "table", alias = "pretty")]
    Text,
    /// For programs
    Json,
    /// For a wiki, or beside the code
    Markdown,
}

impl From<Which> for WhichPact {
    fn from(which: Which) -> Self {
        let version = which.consumer_version.map(Self::Version);
        let branch = which.branch.map(Self::Branch);
        let tag = which.tag.map(Self::Tag);
        let environment = which.environment.map(|name| Self::Environment {
            name,
            how: How::Either,
        });
        let given = version.or(branch).or(tag).or(environment);
        given.unwrap_or(Self::Current)
    }
}

impl Show {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let view = View {
            interaction: self.interaction,
            output: self.output,
        };
        if let Some(file) = &self.file {
            let pact = read(file, outside)?;
            view.show(&pact, None, ui)?;
            return Ok(Exit::Yes);
        }
        let (Some(consumer), Some(provider)) = (self.consumer, self.provider) else {
            return Err(Failure::usage("no contract to show")
                .hint("give --consumer and --provider, or a pact file"));
        };
        let which = WhichPact::from(self.which);
        let (site, mut context) = outside.open(&self.store)?;
        let moment = self.at.moment(outside, &mut context, ui)?;
        let answer = show::pact(&site, &context, &moment, &consumer, &provider, &which)
            .map_err(|error| failure(error, &site, outside))?;
        let (found, pact) = &answer.value;
        view.show(pact, Some((&found.publication, &answer.basis)), ui)?;
        for other in &found.others {
            let number = &other.version.number;
            let options = CommandLine::new("show")
                .option("consumer", &consumer)
                .option("provider", &provider)
                .option("consumer-version", number);
            ui.say(&format!(
                "Version {number} of {consumer} is there as well, with another contract: {options}"
            ));
        }
        if !ui.is_for_programs() {
            let basis = computed_from::sentence(&answer.basis);
            ui.say(&format!("Computed from {basis}."));
        }
        Ok(Exit::Yes)
    }
}

/// What of a contract is shown, and how.
struct View {
    interaction: Option<String>,
    output: ShowOutput,
}

impl View {
    fn show(
        &self,
        pact: &Pact,
        source: Option<(&PactPublication, &Basis)>,
        ui: &mut Ui<'_>,
    ) -> Result<(), Failure> {
        let mut readable = ReadablePact::of(pact);
        if let Some(wanted) = &self.interaction {
            let all = readable.interactions.len();
            readable = readable.about(wanted);
            if readable.interactions.is_empty() {
                return Err(Failure::usage(format!(
                    "no interaction has `{wanted}` in its description"
                ))
                .hint(format!(
                    "without --interaction all {all} of the contract are shown"
                )));
            }
        }
        let contract = Contract {
            pact: &readable,
            publication: source.map(|(publication, _)| publication),
        };
        match self.output {
            ShowOutput::Json => {
                ui.json(&ContractJson::new(
                    &contract,
                    source.map(|(_, basis)| basis),
                ));
            }
            ShowOutput::Markdown => ui.data(markdown::contract(&contract).trim_end()),
            ShowOutput::Text => {
                let spans = text(&contract);
                let pieces: Vec<Piece<'_>> = spans.iter().map(piece).collect();
                ui.data_of(&pieces);
            }
        }
        Ok(())
    }
}

fn piece(span: &Span) -> Piece<'_> {
    match span.tone {
        Tone::Plain => span.text.as_str().into(),
        Tone::Heading => Colour::Cyan.of(&span.text),
        Tone::Mind => Colour::Yellow.of(&span.text),
    }
}

/// Reads the pact that a file holds.
fn read(file: &Path, outside: &Outside) -> Result<Pact, Failure> {
    let (name, bytes) = if file == Path::new("-") {
        ("standard input".to_owned(), outside.input()?)
    } else {
        let name = file.display().to_string();
        let path = outside.working_directory.join(file);
        let bytes = regular_file::read(&path, LARGEST_FILE)
            .map_err(|error| Failure::usage(format!("cannot read {name}")).because(&error))?;
        (name, bytes)
    };
    let pact = Pact::parse(&bytes);
    pact.map_err(|error| Failure::usage(format!("{name} cannot be shown")).because(&error))
}

/// Returns what to say where there is no such contract, and who may have been meant.
fn failure(error: AskError<NoSuchPact>, site: &Site, outside: &Outside) -> Failure {
    let hint = match &error {
        AskError::Question(error) => who_was_meant(error, site),
        _ => None,
    };
    let failure = Failure::from(error).of_question(outside.face);
    hint.into_iter().fold(failure, Failure::hint)
}
