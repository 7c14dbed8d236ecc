//! `git pact doctor`

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::failure::restoring;
use super::outside::Outside;
use super::receipt;
use super::receipt::count;
use super::ui::Ui;
use crate::app::doctor::Ailment;
use crate::app::doctor::Report;
use crate::app::doctor::examine;
use crate::app::doctor::repair;
use crate::app::site::Site;
use crate::render::doctor::ReportJson;
use crate::render::doctor::histories;
use crate::render::doctor::text;
use crate::render::doctor::warnings;

/// Check that every record can be read, is in its place, and fits the others
///
/// Looks at all branches of the store, and at how they came to be: each is a line of commits that has only
/// grown. Where somebody may sign for an application, commits that they did not are named; so is what
/// lies beside the records and is nobody's. With --repair, what follows from records (heads, counts, first
/// successes, contracts shown) is rebuilt where it does not say what they do, in one commit a branch. A
/// record itself is never made up: for one that is damaged, the command that shows its history is named.
///
/// Exits with 0 if all is well, and with 1 if something is wrong, or still is.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Rebuild what follows from records
    #[arg(long, conflicts_with = "offline")]
    repair: bool,

    /// How to show it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl Doctor {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&self.store)?;
        let mut report = examine(&site, &context)?;
        let mut before = Vec::new();
        if self.repair && report.ailments.iter().any(Ailment::has_remedy) {
            let written = repair(&mut site, &context)?;
            receipt::say(&written, &site, ui);
            before = written.outcomes;
            report = examine(&site, &context)?;
        }
        let repaired: Vec<&Ailment> = before.iter().filter(|it| it.has_remedy()).collect();
        match self.output {
            Output::Json => ui.json(&ReportJson::new(&report, &repaired)),
            Output::Text => show(&report, &repaired, &site, ui),
        }
        Ok(if report.ailments.is_empty() {
            Exit::Yes
        } else {
            Exit::No
        })
    }
}

/// Says who may sign, what they did not, and what is nobody's: that is no fault of the store.
fn say_warnings(report: &Report, ui: &mut Ui<'_>) {
    if report.signers > 0 {
        let keys = count(report.signers, "key");
        ui.say(&format!("{keys} may sign; see git pact signers list."));
    }
    for warning in warnings(report) {
        ui.warn(&warning);
    }
}

fn show(report: &Report, repaired: &[&Ailment], site: &Site, ui: &mut Ui<'_>) {
    if !repaired.is_empty() {
        let problems = count(repaired.len(), "problem");
        ui.say(&format!("Put right: {problems}."));
    }
    let looked_at = format!(
        "Looked at {} on {} in {}",
        count(report.files, "file"),
        branches(report.branches),
        site.description
    );
    if report.ailments.is_empty() {
        ui.data(&format!("{looked_at}: all is well."));
        say_warnings(report, ui);
        return;
    }
    ui.data(&text(&report.ailments));
    ui.say("");
    let curable = report.ailments.iter().filter(|it| it.has_remedy()).count();
    let problems = count(report.ailments.len(), "problem");
    ui.say(&format!("{looked_at}: {problems}."));
    if curable > 0 {
        ui.say(&format!(
            "{curable} of them can be put right: git pact doctor --repair"
        ));
    }
    say_warnings(report, ui);
    if let Some(history) = &report.rewritten {
        let (whence, commands) = restoring(history);
        ui.say(&format!("Of a branch that did not only grow, {whence}"));
        for command in commands {
            ui.say(&format!("  {command}"));
        }
    }
    let histories = histories(&report.ailments);
    if !histories.is_empty() {
        ui.say("What a file was before is in the history of its branch:");
        for history in histories {
            ui.say(&format!("  {history}"));
        }
    }
}

fn branches(number: usize) -> String {
    if number == 1 {
        "1 branch".to_owned()
    } else {
        format!("{number} branches")
    }
}
