//! `git pact site build`: the pages of `serve` as files.

use std::cell::RefCell;
use std::path::PathBuf;

use clap::Args;
use sha2::Digest;
use sha2::Sha256;

use self::making::Making;
use super::super::StoreArguments;
use super::super::at::AtArguments;
use super::super::failure::Exit;
use super::super::failure::Failure;
use super::super::outside::Outside;
use super::super::ui::Ui;
use crate::app::Context;
use crate::app::ask::Basis;
use crate::app::ask::ask;
use crate::app::ask::pinned;
use crate::app::log::LogError;
use crate::app::page::push_site;
use crate::app::site::Site;
use crate::app::web_folder::Counts;
use crate::app::web_folder::WebFolder;
use crate::app::web_folder::WebFolderError;
use crate::domain::content::hex;
use crate::domain::ledger::Unreadable;
use crate::domain::remembered::Memory;
use crate::domain::remembered::Remembered;
use crate::render::page::Footing;
use crate::render::page::answer::Unanswered;
use crate::render::page::asset::ASSETS;
use crate::render::page::asset::Asset;
use crate::render::page::edition::Edition;
use crate::render::page::names;
use crate::store::Tips;
use crate::store::git::Moment;

mod making;

/// Where this file is, GitHub's Pages take the others as they are.
const NO_JEKYLL: &str = ".nojekyll";

/// Write the pages of `git pact serve` as files that need no server
///
/// Any web server can send them, or Pages of a forge, and they can be opened from a disk: links are
/// relative, and nothing is loaded from elsewhere. The same store gives the same files, byte for byte. Only
/// what changed is written, what is gone is removed, and what else lies in the directory stays.
///
/// A version has a page if it is one of the newest of its application, the head of a branch or a tag, or in
/// an environment; a verification, if it is the newest of its contract or failed. Of a form's answer, such as
/// the matrix of a selection, there is none.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// The directory; new, empty, or that of an earlier build
    #[arg(long, value_name = "DIR")]
    to: PathBuf,

    /// Push it to a branch of the repository as well, which holds nothing else
    ///
    /// Such as `gh-pages`. In one commit; there is none where nothing is new.
    #[arg(long, value_name = "BRANCH")]
    push: Option<String>,

    /// How many of the newest versions of each application have a page
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    versions: usize,

    #[command(flatten)]
    at: AtArguments,

    #[command(flatten)]
    store: StoreArguments,
}

/// A site was not built.
#[derive(Debug, thiserror::Error)]
enum BuildError {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Page(#[from] Unanswered),
    #[error(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    Folder(#[from] WebFolderError),
}

impl Build {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, mut context) = outside.open(&self.store)?;
        let moment = self.at.moment(outside, &mut context, ui)?;
        let tips = pinned::<BuildError>(&site, &moment)?;
        let root = outside.working_directory.join(&self.to);
        let folder = RefCell::new(WebFolder::open(root)?);
        let made_of = |rules| self.made_of(&tips, &format!("{rules:?}"));
        let moment = Moment::Tips(tips.clone());
        let answer = ask(&site, &context, &moment, |ledger, rules| {
            let mut folder = folder.borrow_mut();
            if folder.holds(&made_of(rules)) {
                return Ok(None);
            }
            let memory = Memory::default();
            let ledger = Remembered::new(ledger, &memory);
            let making = Making {
                site: &site,
                context: &context,
                tips: &tips,
                memory: &memory,
                rules,
            };
            making.read_ahead(&ledger)?;
            let edition = Edition::read(&ledger, self.versions)?;
            let assets = ASSETS.iter().map(Asset::file);
            let pages = edition.files().into_iter().map(str::to_owned);
            let others = [NO_JEKYLL, names::FILE].map(str::to_owned);
            folder.expect(pages.chain(assets).chain(others))?;
            let footing = Footing::from(&Basis {
                tips: tips.clone(),
                rules,
                pending: 0,
            });
            making.pages(&edition, &ledger, &footing, &folder)?;
            for asset in ASSETS {
                folder.put(&asset.file(), asset.text.as_bytes())?;
            }
            folder.put(names::FILE, names::names(&edition, &ledger)?.as_bytes())?;
            folder.put(NO_JEKYLL, b"")?;
            Ok::<_, BuildError>(Some(made_of(rules)))
        })?;
        let folder = folder.into_inner();
        let shown = self.to.display();
        let Some(made_of) = answer.value else {
            let files = folder.earlier();
            ui.say(&format!("Nothing new: {shown} holds all {files} files."));
            return self.push(&site, &context, &folder, ui);
        };
        let (folder, counts) = folder.finish(made_of)?;
        let Counts {
            all,
            written,
            removed,
        } = counts;
        ui.say(&format!(
            "{shown} holds {all} files: {written} written, {removed} removed."
        ));
        self.push(&site, &context, &folder, ui)
    }

    fn push(
        &self,
        site: &Site,
        context: &Context,
        folder: &WebFolder,
        ui: &mut Ui<'_>,
    ) -> Result<Exit, Failure> {
        let Some(branch) = &self.push else {
            return Ok(Exit::Yes);
        };
        let pushing = site.progress.begin("pushing the site");
        let written = push_site(site, context, branch, &folder.read()?)?;
        drop(pushing);
        ui.say(&match &written.commit {
            Some(commit) => {
                let commit = commit.0.get(..7).unwrap_or(&commit.0);
                format!("It is on {branch} ({commit}).")
            }
            None => format!("It is on {branch} already."),
        });
        Ok(Exit::Yes)
    }

    /// Returns what a site is made of, as one word: the state of the store, the program, the options.
    fn made_of(&self, tips: &Tips, rules: &str) -> String {
        let mut hash = Sha256::new();
        let options = format!("{} {} {rules}", env!("CARGO_PKG_VERSION"), self.versions);
        let tips = tips.iter().map(|(branch, tip)| {
            let tip = tip.as_ref().map_or("", |tip| tip.0.as_str());
            format!("{branch} {tip}")
        });
        for line in std::iter::once(options).chain(tips) {
            hash.update(line.as_bytes());
            hash.update(b"\n");
        }
        hex(&hash.finalize())
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::Unreadable(error) => error.into(),
            BuildError::Page(error) => error.into(),
            BuildError::Log(error) => error.into(),
            BuildError::Folder(error) => error.into(),
        }
    }
}

impl From<Unanswered> for Failure {
    fn from(error: Unanswered) -> Self {
        match error {
            Unanswered::Unreadable(error) => error.into(),
            Unanswered::Matrix(error) => error.into(),
            Unanswered::Network(error) => error.into(),
            Unanswered::Diff(error) => error.into(),
        }
    }
}

impl From<WebFolderError> for Failure {
    fn from(error: WebFolderError) -> Self {
        match error {
            error @ WebFolderError::Foreign { .. } => Self::of(Exit::Usage, &error)
                .hint("give the site a directory of its own: a new one, or an empty one"),
            error @ WebFolderError::Manifest { .. } => Self::of(Exit::Failed, &error)
                .hint("remove the directory, and build the site again"),
            error => Self::of(Exit::Failed, &error),
        }
    }
}
