//! `git pact matrix`

use std::num::NonZeroUsize;

use clap::Args;
use clap::ValueEnum;

use super::StoreArguments;
use super::at::AtArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt::count;
use super::selectors::SelectorArguments;
use super::ui::Ui;
use super::unknown_name::failure_of_question;
use crate::app::matrix::matrix;
use crate::domain::can_i_deploy::can_i_deploy;
use crate::domain::matrix::DEFAULT_LIMIT;
use crate::domain::matrix::LatestBy;
use crate::domain::matrix::MatrixError;
use crate::domain::matrix::Query;
use crate::domain::matrix::Refusal;
use crate::domain::name::EnvironmentName;
use crate::domain::name::TagName;
use crate::domain::selector::Destination;
use crate::render::computed_from::sentence;
use crate::render::matrix::MatrixJson;
use crate::render::matrix::text;
use crate::render::sink::markdown;

/// Show which versions were verified with which
///
/// One row for each pact and result. An application without a version means all of its versions.
/// Whatever it shows, it exits with 0: can-i-deploy gives a verdict.
#[derive(Debug, Args)]
pub(super) struct Matrix {
    #[command(flatten)]
    selectors: SelectorArguments,

    /// Against what is deployed in or released to an environment
    #[arg(long, value_name = "ENVIRONMENT")]
    to_environment: Option<EnvironmentName>,

    /// Against the latest versions with a tag
    #[arg(long, value_name = "TAG")]
    to: Option<TagName>,

    /// Against the heads of the main branches
    #[arg(long)]
    to_main_branch: bool,

    /// Only the newest of the results that share these versions
    #[arg(long, value_enum, value_name = "WHAT")]
    latest_by: Option<LatestByArgument>,

    /// Only rows with this result; may be given several times
    #[arg(long, value_enum, value_name = "RESULT")]
    success: Vec<SuccessArgument>,

    /// How many rows to show, those in which something happened last
    #[arg(long, value_name = "ROWS", default_value_t = DEFAULT_LIMIT, value_parser = limit)]
    limit: NonZeroUsize,

    /// Believe a success only if it is signed by somebody who may sign for the provider
    #[arg(long)]
    require_signed: bool,

    /// How to show the answer
    #[arg(short, long, value_enum, default_value_t = MatrixOutput::Table)]
    output: MatrixOutput,

    #[command(flatten)]
    at: AtArguments,

    #[command(flatten)]
    store: StoreArguments,
}

/// How to show a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MatrixOutput {
    /// For people
    #[value(alias = "text", alias = "pretty")]
    Table,
    /// For programs
    Json,
    /// For a summary of a build, or a comment on a pull request
    Markdown,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LatestByArgument {
    /// Consumer version and provider version
    Cvpv,
    /// Consumer version and provider
    Cvp,
    /// Consumer and provider
    Cp,
}

impl From<LatestByArgument> for LatestBy {
    fn from(by: LatestByArgument) -> Self {
        match by {
            LatestByArgument::Cvpv => Self::ConsumerVersionAndProviderVersion,
            LatestByArgument::Cvp => Self::ConsumerVersionAndProvider,
            LatestByArgument::Cp => Self::ConsumerAndProvider,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SuccessArgument {
    /// Verified
    True,
    /// Not honoured
    False,
    /// Not verified yet
    Unknown,
}

impl From<SuccessArgument> for Option<bool> {
    fn from(success: SuccessArgument) -> Self {
        match success {
            SuccessArgument::True => Some(true),
            SuccessArgument::False => Some(false),
            SuccessArgument::Unknown => None,
        }
    }
}

/// Parses a number of rows; at least one is to be shown.
pub(super) fn limit(text: &str) -> Result<NonZeroUsize, Refusal> {
    text.parse().map_err(|_| Refusal::LimitTooSmall)
}

impl Matrix {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let selection = self.selectors.of_anything()?;
        let latest = self.to.is_some() || self.to_main_branch;
        let destination =
            Destination::from_options(self.to_environment, self.to, self.to_main_branch, latest)
                .map_err(MatrixError::Refused)?;
        let success: Vec<Option<bool>> = self.success.into_iter().map(Into::into).collect();
        let query = Query {
            ignore: selection.ignore,
            latest_by: self.latest_by.map(Into::into).unwrap_or_default(),
            success: (!success.is_empty()).then_some(success),
            limit: self.limit,
            only_signed: self.require_signed,
            ..Query::matrix(selection.selectors, destination)
        };

        let (site, mut context) = outside.open(&self.store)?;
        let moment = self.at.moment(outside, &mut context, ui)?;
        let answer = matrix(&site, &context, &moment, &query)
            .map_err(|error| failure_of_question(error, &site))?;
        let matrix = &answer.value;
        let shown = matrix.shown().count();
        match self.output {
            MatrixOutput::Json => {
                let verdict = can_i_deploy(matrix);
                ui.json(&MatrixJson::new(matrix, &verdict, &answer.basis));
            }
            MatrixOutput::Markdown => {
                ui.data(markdown::matrix(matrix, &answer.basis).trim_end());
            }
            MatrixOutput::Table if shown == 0 => ui.say("There is no such row."),
            MatrixOutput::Table => ui.data(&text(matrix)),
        }
        if self.output == MatrixOutput::Table {
            ui.say("");
            let hidden = matrix.rows.len() - shown;
            if hidden > 0 {
                ui.say(&format!("{} not shown.", count(hidden, "more row")));
            }
            ui.say(&format!("Computed from {}.", sentence(&answer.basis)));
        }
        Ok(Exit::Yes)
    }
}
