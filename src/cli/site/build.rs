//! `git pact site build`: the pages of `serve` as files.

use std::cell::RefCell;
use std::path::PathBuf;

use clap::Args;
use sha2::Digest;
use sha2::Sha256;

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
use crate::domain::comparison::CannotCompare;
use crate::domain::content::hex;
use crate::domain::find_version::NotFound;
use crate::domain::ledger::Unreadable;
use crate::domain::matrix::MatrixError;
use crate::render::page::Footing;
use crate::render::page::Place;
use crate::render::page::asset::ASSETS;
use crate::render::page::asset::Asset;
use crate::render::page::edition::Edition;
use crate::store::Tips;
use crate::store::git::Moment;

mod page;

/// Where this file is, GitHub's Pages take the others as they are.
const NO_JEKYLL: &str = ".nojekyll";

/// Write the pages of `git pact serve` as files that need no server
///
/// Any web server can send them, or Pages of a forge, and they can be opened from a disk: links are
/// relative, and nothing is loaded from elsewhere. The same store gives the same files, byte for byte. Only
/// what changed is written, what is gone is removed, and what else lies in the directory stays.
///
/// A version has a page if it is one of the newest of its application, the head of a branch or a tag, or in
/// an environment. Of a form's answer, such as the matrix of a selection, there is none.
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
    Matrix(#[from] MatrixError),
    #[error(transparent)]
    Network(#[from] NotFound),
    #[error(transparent)]
    Diff(#[from] CannotCompare),
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
        let folder = WebFolder::open(root)?;
        let moment = Moment::Tips(tips.clone());
        let folder = RefCell::new(folder);
        let answer = ask(&site, &context, &moment, |ledger, rules| {
            let made_of = self.made_of(&tips, &format!("{rules:?}"));
            let mut folder = folder.borrow_mut();
            if folder.holds(&made_of) {
                return Ok(None);
            }
            let gathering = site.progress.begin("looking what there is");
            let edition = Edition::read(ledger, self.versions)?;
            drop(gathering);
            let assets = ASSETS.iter().map(Asset::file);
            let pages = edition.files().into_iter().map(str::to_owned);
            folder.expect(pages.chain(assets).chain([NO_JEKYLL.to_owned()]))?;
            let basis = Basis {
                tips: tips.clone(),
                rules,
                pending: 0,
            };
            let footing = Footing::from(&basis);
            let view = page::View {
                ledger,
                rules,
                site: &site,
                context: &context,
                moment: &moment,
            };
            let building = site.progress.begin("building pages");
            for (done, place) in edition.places.iter().enumerate() {
                building.at(done, Some(edition.places.len()));
                let Some(links) = edition.links(place) else {
                    continue;
                };
                // What everything was computed from changes with each commit, so one page says it.
                let footing = (*place == Place::index()).then_some(&footing);
                if let (Some(file), Some(bytes)) =
                    (links.here(), view.bytes(place, &links, footing)?)
                {
                    folder.put(file, &bytes)?;
                }
            }
            for asset in ASSETS {
                folder.put(&asset.file(), asset.text.as_bytes())?;
            }
            folder.put(NO_JEKYLL, b"")?;
            Ok::<_, BuildError>(Some(made_of))
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
            BuildError::Matrix(error) => error.into(),
            BuildError::Network(error) => error.into(),
            BuildError::Diff(error) => error.into(),
            BuildError::Log(error) => error.into(),
            BuildError::Folder(error) => error.into(),
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
