//! `git pact can-i-deploy` and `git pact can-i-merge`

use std::num::NonZeroUsize;
use std::time::Duration;

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::at::AtArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt::count;
use super::selectors::Selection;
use super::selectors::SelectorArguments;
use super::ui::Colour;
use super::ui::Ui;
use crate::app::can_i_deploy::Decision;
use crate::app::can_i_deploy::Polling;
use crate::app::can_i_deploy::can_i_deploy;
use crate::domain::matrix::DEFAULT_LIMIT;
use crate::domain::matrix::MatrixError;
use crate::domain::matrix::Query;
use crate::domain::name::EnvironmentName;
use crate::domain::name::TagName;
use crate::domain::selector::Destination;
use crate::render::can_i_deploy::paragraphs;
use crate::render::computed_from::sentence;
use crate::render::matrix::MatrixJson;
use crate::render::next_steps::next_steps;

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
    to_environment: Option<EnvironmentName>,

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

/// What both gates take.
#[derive(Debug, Args)]
struct GateArguments {
    /// Ask again that often while something is not verified yet
    #[arg(long, value_name = "TIMES", default_value_t = 0, conflicts_with = "at")]
    retry_while_unknown: u32,

    /// How long to wait before asking again, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    retry_interval: u64,

    /// Show the answer, but exit with 0 whatever it is, and do not wait
    #[arg(long)]
    dry_run: bool,

    /// How many rows to show
    #[arg(long, value_name = "ROWS", default_value_t = DEFAULT_LIMIT, hide = true)]
    limit: NonZeroUsize,

    /// How to show the answer
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    at: AtArguments,

    #[command(flatten)]
    store: StoreArguments,
}

impl CanIDeploy {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let selection = self.selectors.of_versions()?;
        let to_tag = self.to.is_some();
        let alone = selection.selectors.len() == 1 && self.to_environment.is_none();
        let destination =
            Destination::from_options(self.to_environment, self.to, false, to_tag || alone)
                .map_err(MatrixError::Refused)?;
        self.gate.ask("DEPLOY", selection, destination, outside, ui)
    }
}

impl CanIMerge {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let selection = self.selectors.of_versions()?;
        let destination = Destination::MainBranch { latest: true };
        self.gate.ask("MERGE", selection, destination, outside, ui)
    }
}

impl GateArguments {
    /// Asks and shows the answer; the environment speaks of this gate in variables with its name.
    fn ask(
        &self,
        name: &str,
        mut selection: Selection,
        destination: Destination,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Exit, Failure> {
        let variable = format!("PACT_BROKER_CAN_I_{name}_IGNORE");
        if let Some(list) = outside.variable(&variable) {
            selection
                .ignore_too(list)
                .map_err(|error| Failure::usage(format!("{variable}: {error}")))?;
        }
        let variable = format!("PACT_BROKER_CAN_I_{name}_DRY_RUN");
        let dry_run = self.dry_run || outside.variable(&variable) == Some("true");
        let polling = Polling {
            times: if dry_run { 0 } else { self.retry_while_unknown },
            interval: Duration::from_secs(self.retry_interval),
        };
        let query = Query {
            ignore: selection.ignore,
            limit: self.limit,
            ..Query::can_i_deploy(selection.selectors, destination)
        };

        let (mut site, mut context) = outside.open(&self.store)?;
        let moment = self.at.moment(outside, &mut context, ui)?;
        let longest = u64::from(polling.times).saturating_mul(self.retry_interval);
        let waiting = |unknown| {
            let results = count(unknown, "verification result");
            ui.say(&format!(
                "Waiting for {results} to be published (maximum of {longest} seconds)"
            ));
        };
        let answer = can_i_deploy(&mut site, &context, &moment, &query, polling, waiting)?;

        match self.output {
            // Whoever reads both outputs as one finds nothing after the document (spec: cli §9.1).
            Output::Json => {
                explain(&answer.value, ui);
                let Decision { matrix, verdict } = &answer.value;
                ui.json(&MatrixJson::new(matrix, verdict, &answer.basis));
            }
            Output::Text => {
                show(&answer.value, dry_run, ui);
                ui.say("");
                explain(&answer.value, ui);
                ui.say(&format!("Computed from {}.", sentence(&answer.basis)));
            }
        }
        Ok(match answer.value.verdict.deployable {
            _ if dry_run => Exit::Yes,
            Some(true) => Exit::Yes,
            Some(false) => Exit::No,
            None => Exit::Unknown,
        })
    }
}

/// Shows a verdict as data.
fn show(decision: &Decision, dry_run: bool, ui: &mut Ui<'_>) {
    let paragraphs = paragraphs(&decision.matrix, &decision.verdict, dry_run);
    if !dry_run {
        for paragraph in &paragraphs {
            ui.notice(paragraph);
        }
        return;
    }
    let prefix = ui.coloured("[dry-run] ", Colour::Yellow);
    let (last, others) = match paragraphs.split_last() {
        Some((last, others)) => (Some(last), others),
        None => (None, &paragraphs[..]),
    };
    for line in others.iter().flat_map(|it| it.text.split('\n')) {
        ui.data(&format!("{prefix}{line}"));
    }
    if let Some(last) = last {
        let last = ui.coloured(&last.text, Colour::Green);
        ui.data(&format!("{prefix}{last}"));
    }
}

/// Says what would change the answer.
fn explain(decision: &Decision, ui: &mut Ui<'_>) {
    let Decision { matrix, verdict } = decision;
    let hidden = matrix.rows.len() - matrix.shown().count();
    if hidden > 0 {
        let rows = count(hidden, "more row");
        ui.say(&format!(
            "{rows} decided with these: show them with --limit."
        ));
    }
    for step in next_steps(matrix, verdict) {
        ui.say(&step.problem);
        for command in step.commands {
            let command = ui.coloured(&command.to_string(), Colour::Cyan);
            ui.say(&format!("  {command}"));
        }
        ui.say("");
    }
}
