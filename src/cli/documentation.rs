//! `git pact docs`: the commands as manual pages, and as one document for reading.
//!
//! All of it is made from the definitions that clap reads command lines by, and the list in
//! [`super::commands`]. `docs/cli.md` is what is printed here; a test fails where it is not, and
//! `GIT_PACT_BLESS=1 cargo test --lib documentation` writes it anew.

mod man;
mod manual;
mod outcomes;
mod variables;

use std::path::PathBuf;

use clap::Args;
use clap::ValueEnum;

use super::failure::Exit;
use super::failure::Failure;
use super::files;
use super::outside::Outside;
use super::ui::Ui;

/// Write manual pages, or the reference of all commands
///
/// `git pact docs man --dir ~/.local/share/man/man1` lets `git help pact` and
/// `man git-pact-publish` find what they ask for.
#[derive(Debug, Args)]
pub(super) struct Docs {
    /// What to write
    #[arg(value_enum)]
    form: Form,

    /// The directory to write into; the reference is printed without one
    #[arg(short, long, value_name = "DIR", required_if_eq("form", "man"))]
    dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// git-pact(1), and a page for each command
    Man,
    /// All commands in one document: cli.md
    Markdown,
}

impl Docs {
    pub(super) fn run(self, _: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let files = match self.form {
            Form::Man => man::pages(),
            Form::Markdown => vec![("cli.md".to_owned(), manual::text())],
        };
        if let Some(directory) = self.dir {
            return files::write(&directory, files, ui);
        }
        for (_, text) in files {
            ui.data(text.trim_end());
        }
        Ok(Exit::Yes)
    }
}

#[cfg(test)]
mod tests;
