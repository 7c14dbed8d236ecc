//! `git pact verification-required`

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::at::AtArguments;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::selectors::SelectorArguments;
use super::ui::Ui;
use super::unknown_name::failure_of_question;
use crate::app::ask::Answer;
use crate::app::matrix::Detail;
use crate::app::matrix::matrix_in_detail;
use crate::domain::can_i_deploy::can_i_deploy;
use crate::domain::matrix::Matrix;
use crate::domain::matrix::MatrixError;
use crate::domain::matrix::Query;
use crate::domain::name::TagName;
use crate::domain::notice::NoticeKind;
use crate::domain::selector::Destination;
use crate::domain::standing::Standings;
use crate::render::hal::Address;
use crate::render::hal::matrix::MatrixDocument;
use crate::render::matrix::MatrixJson;
use crate::render::matrix::text;

/// Ask whether anything between versions has yet to be verified
///
/// Exits with 0 if a verification is required, so that `verification-required && verify` runs it, and
/// with 1 if all is verified already.
#[derive(Debug, Args)]
pub(super) struct VerificationRequired {
    #[command(flatten)]
    selectors: SelectorArguments,

    /// The tag that the other applications have
    #[arg(long, value_name = "TAG")]
    to: Option<TagName>,

    /// How to show the answer
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    at: AtArguments,

    #[command(flatten)]
    store: StoreArguments,
}

impl VerificationRequired {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let selection = self.selectors.of_versions()?;
        let latest = self.to.is_some() || selection.selectors.len() == 1;
        let destination = Destination::from_options(None, self.to.clone(), false, latest)
            .map_err(MatrixError::Refused)?;
        let question = Query {
            ignore: selection.ignore,
            ..Query::can_i_deploy(selection.selectors, destination)
        };
        let Answer { value, basis } = match self.answer(&question, outside, ui) {
            Ok(answer) => answer,
            // As the Ruby program has it: better one verification too many.
            Err(failure) if outside.face == Face::PactBroker => {
                ui.data(&format!(
                    "Error determining if a verification already existed ({}) - verification should \
                     run just in case",
                    failure.message
                ));
                return Ok(Exit::Yes);
            }
            Err(failure) => return Err(failure),
        };
        let (matrix, standings) = value;
        let verdict = can_i_deploy(&matrix);
        let required = verdict.needs_verification();
        match (self.output, outside.face) {
            (Output::Json, Face::PactBroker) => {
                let at = Address::new("");
                ui.json(&MatrixDocument::new(&matrix, &verdict, &standings, &at));
            }
            (Output::Json, Face::GitPact) => ui.json(&MatrixJson::new(&matrix, &verdict, &basis)),
            (Output::Text, _) => {
                let table = text(&matrix);
                if !table.is_empty() {
                    ui.data(&format!("{table}\n"));
                }
                let notices = verdict.notices.iter();
                for notice in notices.filter(|it| it.kind != NoticeKind::Warning) {
                    ui.data(&notice.text);
                }
                ui.data(if required {
                    "\nVerification is required."
                } else {
                    "\nNo verification is required."
                });
            }
        }
        Ok(if required { Exit::Yes } else { Exit::No })
    }

    fn answer(
        &self,
        question: &Query,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Answer<(Matrix, Standings)>, Failure> {
        let detail = match (self.output, outside.face) {
            (Output::Json, Face::PactBroker) => Detail::Standings,
            _ => Detail::Rows,
        };
        let (site, mut context) = outside.open(&self.store)?;
        let moment = self.at.moment(outside, &mut context, ui)?;
        matrix_in_detail(&site, &context, &moment, question, detail)
            .map_err(|error| failure_of_question(error, &site))
    }
}
