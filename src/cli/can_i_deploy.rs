//! `git pact can-i-deploy` and `git pact can-i-merge`

mod actions;
mod answer;

use std::num::NonZeroUsize;
use std::num::ParseFloatError;
use std::time::Duration;

use clap::Args;
use clap::ValueEnum;

use self::answer::Shown;
use super::StoreArguments;
use super::at::AtArguments;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::matrix::limit;
use super::outside::Outside;
use super::receipt::count;
use super::selectors::Selection;
use super::selectors::SelectorArguments;
use super::ui::Ui;
use super::unknown_name::failure_of_question;
use crate::app::ask::Answer;
use crate::app::can_i_deploy::Decision;
use crate::app::can_i_deploy::Polling;
use crate::app::can_i_deploy::can_i_deploy;
use crate::app::matrix::Detail;
use crate::domain::matrix::DEFAULT_LIMIT;
use crate::domain::matrix::MatrixError;
use crate::domain::matrix::Query;
use crate::domain::name::EnvironmentName;
use crate::domain::name::TagName;
use crate::domain::selector::Destination;
use crate::render::sink::github;

/// Ask whether a version may be deployed
///
/// Yes means that everything that has to be verified is: with --to-environment, against what is
/// deployed in or released to that environment; with --to, against the latest versions with a tag;
/// with neither, one application is held against the latest version of everything, and several
/// against each other.
///
/// Exits with 0 for yes, 1 for no, and 3 while something is not verified yet.
#[derive(Debug, Args)]
pub(super) struct CanIDeploy {
    #[command(flatten)]
    selectors: SelectorArguments,

    /// The environment that it is to be deployed to
    #[arg(long, value_name = "ENVIRONMENT")]
    to_environment: Option<String>,

    /// The tag that the other applications have where it is to be deployed
    #[arg(long, value_name = "TAG")]
    to: Option<TagName>,

    #[command(flatten)]
    gate: GateArguments,
}

/// Ask whether a version may be merged
///
/// The same as can-i-deploy, against the head of each application's main branch.
#[derive(Debug, Args)]
pub(super) struct CanIMerge {
    #[command(flatten)]
    selectors: SelectorArguments,

    #[command(flatten)]
    gate: GateArguments,
}

/// How to show the answer of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum GateOutput {
    /// For people
    #[value(alias = "text", alias = "pretty")]
    Table,
    /// For programs
    Json,
    /// A report for CI services: a test case for each integration
    Junit,
    /// For a summary of a build, or a comment on a pull request
    Markdown,
    /// For a step of GitHub Actions: annotations, its summary and its outputs
    Github,
}

/// What both gates take.
#[derive(Debug, Args)]
struct GateArguments {
    /// Ask again that often while something is not verified yet
    #[arg(long, value_name = "TIMES", default_value_t = 0, conflicts_with = "at")]
    retry_while_unknown: u32,

    /// How long to wait before asking again, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    retry_interval: f64,

    /// Believe a success only if it is signed by somebody who may sign for the provider
    ///
    /// See `git pact signers`. What nobody signed who may is unknown, and never a yes; a failure counts
    /// whoever says so.
    #[arg(long)]
    require_signed: bool,

    /// Show the answer, but exit with 0 whatever it is, and do not wait
    #[arg(long)]
    dry_run: bool,

    /// How many rows to show
    #[arg(long, value_name = "ROWS", default_value_t = DEFAULT_LIMIT, value_parser = limit)]
    limit: NonZeroUsize,

    /// How to show the answer
    #[arg(short, long, value_enum, default_value_t = GateOutput::Table)]
    output: GateOutput,

    #[command(flatten)]
    at: AtArguments,

    #[command(flatten)]
    store: StoreArguments,
}

/// Which of the gates it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    Deploy,
    Merge,
}

impl Gate {
    /// Returns the name of the command.
    fn command(self) -> &'static str {
        match self {
            Self::Deploy => "can-i-deploy",
            Self::Merge => "can-i-merge",
        }
    }

    /// Returns the variable with which the environment speaks of this gate (spec: cli §2.3).
    fn variable(self, of: &str) -> String {
        let gate = self.command().replace('-', "_").to_uppercase();
        format!("PACT_BROKER_{gate}_{of}")
    }
}

impl CanIDeploy {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let selection = self.selectors.of_versions()?;
        let environment = self
            .to_environment
            .as_deref()
            .map(environment)
            .transpose()?;
        let to_tag = self.to.is_some();
        let alone = selection.selectors.len() == 1 && environment.is_none();
        let destination = Destination::from_options(environment, self.to, false, to_tag || alone)
            .map_err(MatrixError::Refused)?;
        let question = self
            .gate
            .question(Gate::Deploy, selection, destination, outside)?;
        self.gate.ask(Gate::Deploy, &question, outside, ui)
    }
}

impl CanIMerge {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let selection = self.selectors.of_versions()?;
        let destination = Destination::MainBranch { latest: true };
        let question = self
            .gate
            .question(Gate::Merge, selection, destination, outside)?;
        self.gate.ask(Gate::Merge, &question, outside, ui)
    }
}

impl GateArguments {
    fn question(
        &self,
        gate: Gate,
        mut selection: Selection,
        destination: Destination,
        outside: &Outside,
    ) -> Result<Query, Failure> {
        let variable = gate.variable("IGNORE");
        if let Some(list) = outside.variable(&variable) {
            selection
                .ignore_too(list)
                .map_err(|error| Failure::usage(format!("{variable}: {error}")))?;
        }
        Ok(Query {
            ignore: selection.ignore,
            limit: self.limit,
            only_signed: self.require_signed,
            as_a_new_broker: outside.face == Face::PactBroker,
            ..Query::can_i_deploy(selection.selectors, destination)
        })
    }

    fn ask(
        &self,
        gate: Gate,
        question: &Query,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Exit, Failure> {
        let variable = gate.variable("DRY_RUN");
        let dry_run = self.dry_run || outside.variable(&variable) == Some("true");
        let answer = self.answer(question, dry_run, outside, ui);
        if let (Err(failure), GateOutput::Github) = (&answer, self.output) {
            let message = &failure.message;
            ui.instruct(&github::no_answer(gate.command(), message, dry_run));
        }
        let answer = match answer {
            Ok(answer) => answer,
            Err(failure) if outside.face == Face::PactBroker => {
                return broken(failure, gate, dry_run, outside, ui);
            }
            Err(failure) => return Err(failure),
        };
        let exit = match answer.value.verdict.deployable {
            _ if dry_run => Exit::Yes,
            Some(true) => Exit::Yes,
            Some(false) => Exit::No,
            None => Exit::Unknown,
        };
        let shown = Shown {
            gate,
            answer: &answer,
            dry_run,
            face: outside.face,
        };
        match self.output {
            GateOutput::Table => shown.as_table(ui),
            GateOutput::Json => shown.as_json(ui),
            GateOutput::Junit => shown.as_junit(ui),
            GateOutput::Markdown => shown.as_markdown(ui),
            GateOutput::Github => shown.for_actions(exit.code(outside.face), outside, ui)?,
        }
        Ok(if exit == Exit::Yes {
            exit
        } else {
            configured(exit, gate, outside, ui)
        })
    }

    fn answer(
        &self,
        question: &Query,
        dry_run: bool,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Answer<Decision>, Failure> {
        let times = if dry_run { 0 } else { self.retry_while_unknown };
        let interval = Duration::try_from_secs_f64(self.retry_interval);
        let polling = Polling {
            times,
            interval: interval.unwrap_or(Duration::MAX),
        };
        // Only the broker's document says what versions stand for.
        let detail = match (self.output, outside.face) {
            (GateOutput::Json, Face::PactBroker) => Detail::Standings,
            _ => Detail::Rows,
        };
        let (mut site, mut context) = outside.open(&self.store)?;
        let moment = self.at.moment(outside, &mut context, ui)?;
        let longest = f64::from(times) * self.retry_interval;
        let waiting = |unknown| {
            let results = count(unknown, "verification result");
            ui.say(&format!(
                "Waiting for {results} to be published (maximum of {longest} seconds)"
            ));
        };
        can_i_deploy(
            &mut site, &context, &moment, question, detail, polling, waiting,
        )
        .map_err(|error| failure_of_question(error, &site).of_question(outside.face))
    }
}

/// Returns the environment that a text names; the words for a blank one are the Ruby program's.
fn environment(text: &str) -> Result<EnvironmentName, Failure> {
    if text.trim().is_empty() {
        return Err(Failure::usage("The environment name cannot be blank"));
    }
    text.parse()
        .map_err(|error| Failure::usage(format!("--to-environment: {error}")))
}

/// Parses a number of seconds: digits, perhaps with a fraction.
fn seconds(text: &str) -> Result<f64, ParseFloatError> {
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    // Nothing is no number; `inf`, `-1` and `1e9` are some, but not of seconds.
    if is_plain { text } else { "" }.parse()
}

/// Returns how a gate ends on the broker's face that could not give an answer. With a dry run,
/// that ends well too.
fn broken(
    mut failure: Failure,
    gate: Gate,
    dry_run: bool,
    outside: &Outside,
    ui: &mut Ui<'_>,
) -> Result<Exit, Failure> {
    if failure.exit == Exit::Usage {
        return Err(failure);
    }
    failure.exit = Exit::Failed;
    if !dry_run {
        failure.exit = configured(failure.exit, gate, outside, ui);
        return Err(failure);
    }
    if ui.is_for_programs() {
        failure.show(ui);
    } else {
        answer::say_dry(&[failure.message], ui);
    }
    Ok(Exit::Yes)
}

/// Returns how can-i-deploy ends when it does not say yes: as the environment wishes, if it speaks
/// to the broker's program (spec: cli §2.3).
fn configured(exit: Exit, gate: Gate, outside: &Outside, ui: &mut Ui<'_>) -> Exit {
    let variable = gate.variable("EXIT_CODE_BETA");
    let wish = match (gate, outside.face) {
        (Gate::Deploy, Face::PactBroker) => outside.variable(&variable),
        _ => None,
    };
    let is_number = |wish: &&str| wish.bytes().all(|byte| byte.is_ascii_digit());
    let Some(wish) = wish.filter(is_number) else {
        return exit;
    };
    if let Ok(code) = wish.parse() {
        ui.say(&format!(
            "Exiting can-i-deploy with configured exit code {wish}"
        ));
        Exit::Command(code)
    } else {
        // Systems keep 8 bits of it: 256 would be a yes.
        ui.warn(&format!("{variable}: {wish} is too large for an exit code"));
        exit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_may_have_a_fraction_and_nothing_else() {
        for (text, expected) in [("10", 10.0), ("0.5", 0.5), ("0", 0.0), (".5", 0.5)] {
            assert_eq!(seconds(text), Ok(expected));
        }
        for text in ["", "abc", "inf", "NaN", "-1", "1e9", "1.2.3", "."] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_environment_speaks_of_each_gate() {
        assert_eq!(
            Gate::Deploy.variable("DRY_RUN"),
            "PACT_BROKER_CAN_I_DEPLOY_DRY_RUN"
        );
        assert_eq!(
            Gate::Merge.variable("IGNORE"),
            "PACT_BROKER_CAN_I_MERGE_IGNORE"
        );
    }
}
