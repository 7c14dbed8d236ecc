//! `git pact diff`

use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;

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
use crate::app::diff as app;
use crate::app::diff::NoContract;
use crate::app::site::Site;
use crate::domain::comparison::CannotCompare;
use crate::domain::comparison::Comparison;
use crate::domain::comparison::End;
use crate::domain::comparison::Question;
use crate::domain::comparison::compare_documents;
use crate::domain::diff::Effect;
use crate::domain::diff::Line;
use crate::domain::diff::Mark;
use crate::domain::find_pact::WhichPact;
use crate::domain::name::InvalidName;
use crate::domain::name::PacticipantName;
use crate::domain::pact::Pact;
use crate::render::computed_from::sentence;
use crate::render::diff as render;
use crate::render::pact_text;
use crate::render::sink::markdown;
use crate::render::table::one_line;

/// Show what changed in the contract of a consumer with a provider
///
/// By interaction and field, with a word on what it means to a provider that honours the old contract:
/// whether less is demanded, or more, so that it may break. Without --from and --to it is the current
/// contract, that of the main branch, against the last one before it that was another.
///
/// A contract is named as `current`, `latest`, `main-branch`, `branch:NAME`, `tag:NAME`,
/// `environment:NAME` (deployed or released), `deployed:NAME`, `released:NAME`, `version:NUMBER` or the
/// number alone, or as `file:PATH` if it is not published yet.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The consumer; not needed where a file says it
    #[arg(long)]
    consumer: Option<PacticipantName>,

    /// The provider; not needed where a file says it
    #[arg(long)]
    provider: Option<PacticipantName>,

    /// The contract to begin with; `previous` is the last one that was another
    ///
    /// Without it: `previous`, or `current` if --to is a file.
    #[arg(long, value_name = "CONTRACT")]
    from: Option<Named>,

    /// The contract that became of it
    #[arg(long, value_name = "CONTRACT", default_value = "current")]
    to: Named,

    /// Exit with 1 if there is a difference
    #[arg(long)]
    exit_code: bool,

    /// Exit with 1 if more is demanded of the provider, with 3 if that cannot be told
    #[arg(long, conflicts_with = "exit_code")]
    breaking: bool,

    /// Show a file as `git diff` is to compare it, and nothing else
    ///
    /// A pact place by place, whatever its order and version; anything else as it is. Needs no store. To
    /// have git do so: `git config diff.pact.textconv "git pact diff --textconv"`, and a line such as
    /// `pacts/*.json diff=pact` in .gitattributes.
    #[arg(long, value_name = "FILE", exclusive = true)]
    textconv: Option<PathBuf>,

    /// How to show it
    #[arg(short, long, value_enum, default_value_t = DiffOutput::Text)]
    output: DiffOutput,

    #[command(flatten)]
    at: AtArguments,

    #[command(flatten)]
    store: StoreArguments,
}

/// How to show a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DiffOutput {
    /// For people
    #[value(alias = "table", alias = "pretty")]
    Text,
    /// For programs
    Json,
    /// For a comment on a merge request
    Markdown,
}

/// A contract as a command line names it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Named {
    Previous,
    File(PathBuf),
    Published(WhichPact),
}

impl FromStr for Named {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        match text.strip_prefix("file:") {
            Some(path) => Ok(Self::File(PathBuf::from(path))),
            None if text == "previous" => Ok(Self::Previous),
            None => text.parse().map(Self::Published),
        }
    }
}

impl Diff {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        if let Some(file) = &self.textconv {
            return textconv(file, outside, ui);
        }
        if self.to == Named::Previous {
            return Err(Failure::usage(
                "--to cannot be `previous`: it is what became of --from",
            ));
        }
        let from = self.from.clone().unwrap_or(match self.to {
            Named::File(_) => Named::Published(WhichPact::Current),
            _ => Named::Previous,
        });
        let ends = (end(&from, outside)?, end(&self.to, outside)?);
        match ends {
            (End::Document(from), End::Document(to)) => {
                let comparison = compare_documents(from, to)?;
                self.check_names(&comparison)?;
                Ok(self.show(&comparison, None, ui))
            }
            (from, to) => {
                let (consumer, provider) = self.names(&from, &to)?;
                let question = Question {
                    consumer,
                    provider,
                    from,
                    to,
                };
                let (site, mut context) = outside.open(&self.store)?;
                let moment = self.at.moment(outside, &mut context, ui)?;
                let answer = app::compare(&site, &context, &moment, &question)
                    .map_err(|error| failure(error, &site))?;
                Ok(self.show(&answer.value, Some(&answer.basis), ui))
            }
        }
    }

    /// Returns between whom: as the command line says, else as a file does.
    fn names(&self, from: &End, to: &End) -> Result<(PacticipantName, PacticipantName), Failure> {
        let said = |option: &Option<PacticipantName>, name: fn(&Pact) -> &PacticipantName| {
            let in_file = [to, from].into_iter().find_map(|end| match end {
                End::Document(document) => Some(name(&document.pact).clone()),
                End::Published(_) | End::Previous => None,
            });
            option.clone().or(in_file).ok_or_else(|| {
                Failure::usage("between whom?")
                    .hint("give --consumer and --provider, or a file: --to file:PATH")
            })
        };
        let consumer = said(&self.consumer, Pact::consumer)?;
        Ok((consumer, said(&self.provider, Pact::provider)?))
    }

    /// Fails if two files are not between those that the command line says.
    fn check_names(&self, comparison: &Comparison) -> Result<(), Failure> {
        let is_other = |said: &Option<PacticipantName>, name: &PacticipantName| {
            said.as_ref().is_some_and(|said| said != name)
        };
        let Comparison {
            consumer, provider, ..
        } = comparison;
        if is_other(&self.consumer, consumer) || is_other(&self.provider, provider) {
            return Err(Failure::usage(format!(
                "the files are pacts of {consumer} with {provider}"
            )));
        }
        Ok(())
    }

    fn show(&self, comparison: &Comparison, basis: Option<&Basis>, ui: &mut Ui<'_>) -> Exit {
        let diff = &comparison.diff;
        let effect = diff.effect();
        match self.output {
            DiffOutput::Json => ui.json(&render::DiffJson::new(comparison, basis)),
            DiffOutput::Markdown => ui.data(markdown::diff(comparison, basis).trim_end()),
            DiffOutput::Text => {
                ui.say(&format!("{}.", one_line(&render::headline(comparison))));
                for line in diff.lines() {
                    show(&line, ui);
                }
                if diff.changes.is_empty() {
                    ui.say("There is no difference.");
                } else {
                    ui.say("");
                    ui.say_of(&[in_colour(effect, &render::verdict(effect))]);
                }
                if let Some(basis) = basis.filter(|_| ui.tells_more()) {
                    ui.say(&format!("Computed from {}.", sentence(basis)));
                }
            }
        }
        match effect {
            _ if self.exit_code && !diff.changes.is_empty() => Exit::No,
            Effect::More if self.breaking => Exit::No,
            Effect::Unclear if self.breaking => Exit::Unknown,
            _ => Exit::Yes,
        }
    }
}

/// Writes a line in the colour of its mark, and what it means in that of its effect.
fn show(line: &Line, ui: &mut Ui<'_>) {
    let text = one_line(&line.text);
    let text = match line.mark {
        Mark::Added => Colour::Green.of(&text),
        Mark::Removed => Colour::Red.of(&text),
        Mark::Changed => Colour::Cyan.of(&text),
        Mark::Context => text.as_str().into(),
    };
    match line.effect.map(|effect| (effect, render::remark(effect))) {
        None | Some((_, "")) => ui.data_of(&[text]),
        Some((effect, remark)) => {
            ui.data_of(&[text, "  (".into(), in_colour(effect, remark), ")".into()]);
        }
    }
}

fn in_colour(effect: Effect, text: &str) -> Piece<'_> {
    match effect {
        Effect::None => text.into(),
        Effect::Less => Colour::Green.of(text),
        Effect::Unclear => Colour::Yellow.of(text),
        Effect::More => Colour::Red.of(text),
    }
}

fn end(named: &Named, outside: &Outside) -> Result<End, NoContract> {
    Ok(match named {
        Named::Previous => End::Previous,
        Named::Published(which) => End::Published(which.clone()),
        Named::File(path) => End::Document(app::contract_in(&outside.working_directory, path)?),
    })
}

/// Shows a file as text to compare.
///
/// Whoever compares pacts comes upon other files, and upon broken ones: they are shown as they are, to a
/// terminal without what it would obey.
fn textconv(file: &Path, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
    let bytes = app::bytes(&outside.working_directory, file).map_err(|error| {
        let message = format!("could not read {}", file.display());
        Failure::new(Exit::Failed, message).because(&error)
    })?;
    match Pact::parse(&bytes) {
        Ok(pact) => ui.data(&pact_text::text(&pact)),
        Err(_) if outside.piped => ui.bytes(&bytes),
        Err(_) => ui.data(String::from_utf8_lossy(&bytes).trim_end_matches('\n')),
    }
    Ok(Exit::Yes)
}

fn failure(error: AskError<CannotCompare>, site: &Site) -> Failure {
    let hint = match &error {
        AskError::Question(CannotCompare::NoSuchPact(error)) => who_was_meant(error, site),
        _ => None,
    };
    hint.into_iter().fold(error.into(), Failure::hint)
}

impl From<NoContract> for Failure {
    fn from(error: NoContract) -> Self {
        Self::of(Exit::Usage, &error)
    }
}

impl From<CannotCompare> for Failure {
    fn from(error: CannotCompare) -> Self {
        match error {
            CannotCompare::NoSuchPact(error) => error.into(),
            error @ CannotCompare::OfOthers { .. } => Self::of(Exit::Usage, &error),
        }
    }
}
