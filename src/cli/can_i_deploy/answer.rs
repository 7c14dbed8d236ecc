//! How a gate shows its answer: in the layout of the Ruby program on the broker's face, on ours with
//! what stands in the way first and what would change it.

use super::Gate;
use super::actions;
use crate::app::ask::Answer;
use crate::app::can_i_deploy::Decision;
use crate::cli::face::Face;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::receipt::count;
use crate::cli::ui::Colour;
use crate::cli::ui::Ui;
use crate::cli::unguessable::unguessable;
use crate::domain::notice::Notice;
use crate::render::can_i_deploy::paragraphs;
use crate::render::computed_from::sentence;
use crate::render::gate;
use crate::render::hal::Address;
use crate::render::hal::matrix::MatrixDocument;
use crate::render::matrix::MatrixJson;
use crate::render::matrix::text;
use crate::render::matrix::text_worst_first;
use crate::render::next_steps::next_steps;
use crate::render::sink::github;
use crate::render::sink::junit;
use crate::render::sink::markdown;

/// What the last line of a dry run says.
const DRY_RUN: &str = "Dry run enabled - ignoring any failures";

/// An answer, about to be shown.
pub(super) struct Shown<'a> {
    pub(super) gate: Gate,
    pub(super) answer: &'a Answer<Decision>,
    pub(super) dry_run: bool,
    pub(super) face: Face,
}

impl Shown<'_> {
    /// Shows the verdict, the rows and the reasons; then, where more is told, what would change the
    /// answer and what it was computed from.
    pub(super) fn as_table(&self, ui: &mut Ui<'_>) {
        if self.dry_run {
            let texts = self.paragraphs().into_iter().map(|it| it.text);
            say_dry(&texts.collect::<Vec<_>>(), ui);
        } else {
            for paragraph in &self.paragraphs() {
                ui.notice(paragraph);
            }
        }
        if ui.tells_more() {
            ui.say("");
            self.explain(ui);
            ui.say(&self.basis());
        }
    }

    /// Shows the broker's document on its face, ours on ours.
    pub(super) fn as_json(&self, ui: &mut Ui<'_>) {
        let Decision {
            matrix,
            verdict,
            standings,
        } = &self.answer.value;
        if ui.tells_more() {
            self.explain(ui);
        }
        match self.face {
            Face::GitPact => ui.json(&MatrixJson::new(matrix, verdict, &self.answer.basis)),
            Face::PactBroker => {
                let at = Address::new("");
                ui.json(&MatrixDocument::new(matrix, verdict, standings, &at));
            }
        }
    }

    /// Shows a JUnit report, and the verdict beside it.
    pub(super) fn as_junit(&self, ui: &mut Ui<'_>) {
        let Decision {
            matrix, verdict, ..
        } = &self.answer.value;
        let report = junit::report(self.gate.command(), matrix, verdict);
        ui.data(report.trim_end());
        self.beside(ui);
    }

    /// Shows a document in Markdown, and the verdict beside it.
    pub(super) fn as_markdown(&self, ui: &mut Ui<'_>) {
        ui.data(self.markdown().trim_end());
        self.beside(ui);
    }

    /// Shows annotations and then the table; adds to the summary and the outputs of the step, if there is
    /// one. `exit_code` is the one to end with.
    ///
    /// # Errors
    ///
    /// Fails if there are no random numbers to be had.
    pub(super) fn for_actions(
        &self,
        exit_code: u8,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<(), Failure> {
        let Decision {
            matrix, verdict, ..
        } = &self.answer.value;
        for line in github::annotations(self.gate.command(), matrix, verdict, self.dry_run) {
            ui.instruct(&line);
        }
        let mut lines: Vec<String> = self.paragraphs().into_iter().map(|it| it.text).collect();
        lines.push(String::new());
        lines.extend(self.explanation().into_iter().map(|line| line.text));
        lines.push(self.basis());
        lines.extend(self.dry_run.then(|| DRY_RUN.to_owned()));
        ui.data(&lines.join("\n"));

        let whole = MatrixJson::new(matrix, verdict, &self.answer.basis);
        let (json, mut complaints) = actions::keep(&whole, &unguessable()?, outside);
        let tips = self.answer.basis.tips.values().flatten();
        let step = github::StepOutputs {
            exit_code,
            count: gate::cases(matrix, verdict).len(),
            commits: tips.map(|tip| tip.0.as_str()).collect(),
            json: json.as_deref(),
        };
        let outputs = github::outputs(verdict, &step, &unguessable()?);
        complaints.extend(actions::add(&self.markdown(), &outputs, outside));
        for complaint in complaints {
            ui.warn(&complaint);
        }
        Ok(())
    }

    fn paragraphs(&self) -> Vec<Notice> {
        let Decision {
            matrix, verdict, ..
        } = &self.answer.value;
        match self.face {
            Face::PactBroker => paragraphs(verdict, None, &text(matrix), self.dry_run),
            Face::GitPact => {
                let table = text_worst_first(matrix);
                paragraphs(verdict, Some(&self.headline()), &table, self.dry_run)
            }
        }
    }

    /// Returns the verdict in a sentence, and how many cases say what.
    fn headline(&self) -> String {
        let Decision {
            matrix, verdict, ..
        } = &self.answer.value;
        let tally = gate::tally(&gate::cases(matrix, verdict));
        format!("{}. {tally}.", gate::headline(matrix, verdict))
    }

    fn markdown(&self) -> String {
        let Decision {
            matrix, verdict, ..
        } = &self.answer.value;
        markdown::gate(matrix, verdict, &self.answer.basis)
    }

    fn basis(&self) -> String {
        format!("Computed from {}.", sentence(&self.answer.basis))
    }

    /// Tells those who watch what goes to a file.
    fn beside(&self, ui: &mut Ui<'_>) {
        ui.say(&self.headline());
        if ui.tells_more() {
            self.explain(ui);
            ui.say(&self.basis());
        }
    }

    /// Says what would change the answer.
    fn explain(&self, ui: &mut Ui<'_>) {
        for Line { text, is_command } in self.explanation() {
            if is_command {
                ui.say_of(&[Colour::Cyan.of(&text)]);
            } else {
                ui.say(&text);
            }
        }
    }

    /// Returns what would change the answer.
    fn explanation(&self) -> Vec<Line> {
        let Decision {
            matrix, verdict, ..
        } = &self.answer.value;
        let mut lines = Vec::new();
        let shown = match self.face {
            Face::PactBroker => matrix.shown().count(),
            Face::GitPact => matrix.rows.len().min(matrix.query.limit.get()),
        };
        let hidden = matrix.rows.len() - shown;
        if hidden > 0 {
            let rows = count(hidden, "more row");
            lines.push(Line::from(format!(
                "{rows} decided with these: show them with --limit."
            )));
        }
        for step in next_steps(matrix, verdict) {
            lines.push(step.problem.into());
            lines.extend(step.commands.iter().map(|command| Line {
                text: format!("  {command}"),
                is_command: true,
            }));
            lines.push(String::new().into());
        }
        lines
    }
}

/// A line of what would change an answer.
struct Line {
    text: String,
    /// Whether it is a command, made to stand out.
    is_command: bool,
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        let is_command = false;
        Self { text, is_command }
    }
}

/// Shows paragraphs as those of a dry run; the last one says that it is one.
pub(super) fn say_dry(paragraphs: &[String], ui: &mut Ui<'_>) {
    let prefix = Colour::Yellow.of("[dry-run] ");
    for line in paragraphs.iter().flat_map(|it| it.split('\n')) {
        ui.data_of(&[prefix, line.into()]);
    }
    ui.data_of(&[prefix]);
    ui.data_of(&[prefix, Colour::Green.of(DRY_RUN)]);
}
