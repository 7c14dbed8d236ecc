//! `git pact apply`

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::ArgGroup;
use clap::Args;
use serde::Serialize;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::receipt::Receipt;
use super::receipt::count;
use super::ui::Ui;
use crate::app::Context;
use crate::app::apply::Applied;
use crate::app::apply::CannotApply;
use crate::app::apply::apply;
use crate::app::scratch;
use crate::app::site::Site;
use crate::app::write::State;
use crate::app::write::Written;
use crate::domain::admission::Admission;
use crate::domain::admission::Author;
use crate::domain::intent::Refusal;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;

/// Record what bundles say
///
/// For the job that may write the store, of what a build wrote with --bundle that may not. Nothing in a bundle is
/// believed: say whom it may speak for, and give version and branch as your CI service knows them. What it says is
/// decided anew on the store as it is now, and recorded in your name, in one push; the commits say where it came
/// from. Each bundle is recorded whole or not at all. To apply one again changes nothing.
///
/// A bundle may say what a build says: versions, contracts and results. With --deployments it may also deploy and
/// release; more than that only with --trusted.
///
/// Exits with 1 when something may not be said or cannot be recorded, with 4 when a bundle cannot be read.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("author").required(true).multiple(true)))]
pub(super) struct Apply {
    /// The bundles
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    #[command(flatten)]
    believed: Believed,

    #[command(flatten)]
    known: Known,

    /// Say what would be recorded, and record nothing
    #[arg(long)]
    dry_run: bool,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

/// Who is believed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Who is believed")]
struct Believed {
    /// An application that the bundles may speak for; may be given several times
    #[arg(
        short = 'a',
        long = "pacticipant",
        value_name = "NAME",
        group = "author"
    )]
    pacticipants: Vec<PacticipantName>,

    /// They may also say what is deployed and released
    #[arg(long, requires = "pacticipants")]
    deployments: bool,

    /// They may say anything: whoever wrote them could have written the store
    #[arg(
        long,
        group = "author",
        conflicts_with = "pacticipants",
        conflicts_with = "deployments"
    )]
    trusted: bool,
}

/// What is known better than by a bundle.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is known better")]
struct Known {
    /// The version that the bundles are about, e.g. the commit
    #[arg(
        long,
        value_name = "VERSION",
        visible_alias = "consumer-app-version",
        visible_alias = "provider-app-version"
    )]
    version: Option<VersionNumber>,

    /// The branch that it is on
    #[arg(long)]
    branch: Option<BranchName>,

    /// A tag that it has; with --version or --branch, it has those given here and no other
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<TagName>,

    /// The build that made it
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,
}

impl Apply {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        if self.dry_run && self.store.bundle.is_some() {
            return Err(Failure::usage(
                "a dry run writes no bundle: leave out --bundle or --dry-run",
            ));
        }
        let author = if self.believed.trusted {
            Author::Trusted
        } else {
            Author::Stranger {
                pacticipants: BTreeSet::from_iter(self.believed.pacticipants),
                deploys: self.believed.deployments,
            }
        };
        let is_believed = self.known.version.is_none() || self.known.branch.is_none();
        if is_believed && !self.believed.trusted {
            ui.warn(
                "version or branch are believed as the bundles say them: give --version and --branch as your CI \
                 service knows them",
            );
        }
        let admission = Admission {
            author,
            version: self.known.version,
            branch: self.known.branch,
            tags: self.known.tags,
            build_url: self.known.build_url,
            now: outside.now,
        };
        let (mut site, context) = outside.open(&self.store)?;
        let (applied, written) = if self.dry_run {
            rehearse(&site, &context, &self.files, &admission)?
        } else {
            apply(&mut site, &context, &self.files, &admission)?
        };
        match self.output {
            Output::Json => ui.json(&ApplyJson {
                bundles: applied.iter().map(BundleJson::from).collect(),
                dry_run: self.dry_run,
                write: (!self.dry_run).then(|| Receipt::of(&written)),
            }),
            Output::Text => show(&applied, ui),
        }
        if self.dry_run {
            ui.say("Dry run: nothing was recorded.");
        } else if written.state == State::NothingNew && applied.iter().any(|it| it.result.is_err())
        {
            ui.say("Nothing was recorded.");
        } else {
            receipt::say(&written, &site, ui);
        }
        let exits: Vec<Exit> = applied.iter().map(|it| exit(&it.result)).collect();
        let worst = [Exit::Failed, Exit::No]
            .into_iter()
            .find(|it| exits.contains(it));
        Ok(worst.unwrap_or(Exit::Yes))
    }
}

/// Applies bundles to a copy of the store as it is now.
fn rehearse(
    site: &Site,
    context: &Context,
    files: &[PathBuf],
    admission: &Admission,
) -> Result<(Vec<Applied>, Written<()>), Failure> {
    site.refresh_all()?;
    let place = tempfile::tempdir().map_err(|error| {
        Failure::new(
            Exit::Failed,
            "cannot make a directory for a copy of the store",
        )
        .because(&error)
    })?;
    let mut copy = scratch::copy(site, context, place.path())?;
    Ok(apply(&mut copy, context, files, admission)?)
}

/// Returns what a bundle comes to: a no, if it may not say what it says or cannot say it any more.
fn exit(result: &Result<(), CannotApply>) -> Exit {
    match result {
        Ok(()) => Exit::Yes,
        Err(CannotApply::Bundle(_) | CannotApply::Refused(Refusal::Unreadable(_))) => Exit::Failed,
        Err(CannotApply::NotAdmitted { .. } | CannotApply::Refused(_)) => Exit::No,
    }
}

fn show(applied: &[Applied], ui: &mut Ui<'_>) {
    for Applied { file, said, result } in applied {
        let file = file.display();
        if let Some(said) = said {
            ui.data(&format!(
                "{file}: {}, which says it is of {}, {}",
                count(said.writes.len(), "write"),
                said.made_by,
                said.made_at
            ));
            for write in &said.writes {
                ui.data(&format!("  * {write}"));
            }
        }
        if let Err(error) = result {
            ui.warn(&format!("nothing of {file} is recorded: {}", why(error)));
        }
    }
}

/// Returns an error with its causes.
fn why(error: &CannotApply) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
        next = error.source();
    }
    texts.join(": ")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApplyJson<'a> {
    bundles: Vec<BundleJson<'a>>,
    dry_run: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    write: Option<Receipt>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BundleJson<'a> {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    made_at: Option<String>,
    writes: &'a [String],
    applied: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why_not: Option<String>,
}

impl<'a> From<&'a Applied> for BundleJson<'a> {
    fn from(applied: &'a Applied) -> Self {
        let said = applied.said.as_ref();
        Self {
            file: applied.file.display().to_string(),
            made_by: said.map(|said| said.made_by.as_str()),
            made_at: said.map(|said| said.made_at.to_string()),
            writes: said.map_or(&[], |said| &said.writes),
            applied: applied.result.is_ok(),
            why_not: applied.result.as_ref().err().map(why),
        }
    }
}
