//! `git pact link`

use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;

use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::link::LinkError;
use crate::app::link::NAMES;
use crate::app::link::link;

/// Make this program answer to pact-broker and pact-broker-cli as well
///
/// Puts links with these names beside the program, so that scripts written for the command lines of
/// the Pact Broker find it. Called by them it speaks as they do. What is there already stays as it
/// is.
#[derive(Debug, Args)]
pub(super) struct Link {
    /// Put the links in this directory
    #[arg(short, long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Replace other programs that have these names there
    #[arg(short, long)]
    force: bool,
}

impl Link {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let program = env::current_exe()
            .map_err(|error| Failure::of(Exit::Failed, &error).hint("name it by its full path"))?;
        let links = link(&program, self.dir.as_deref(), self.force)?;
        for link in &links {
            let path = link.path.display();
            ui.data(&if link.was_there {
                format!("{path} leads to git-pact already.")
            } else {
                format!("{path} leads to git-pact now.")
            });
        }
        let mut variables = outside.raw_environment.iter();
        // Windows writes it `Path`.
        let path = variables.find(|(name, _)| name.eq_ignore_ascii_case("PATH"));
        let path = path.map(|(_, value)| value.as_os_str()).unwrap_or_default();
        let directory = links.first().and_then(|link| link.path.parent());
        let reachable = env::split_paths(path).any(|it| is_same(&it, directory));
        if let (false, Some(directory)) = (reachable, directory) {
            ui.warn(&format!("{} is not on the PATH", directory.display()));
        }
        for link in &links {
            let others = env::split_paths(path).take_while(|it| !is_same(it, directory));
            let name = link.path.file_name().unwrap_or(OsStr::new(NAMES[0]));
            let first = others.map(|it| it.join(name)).find(|it| it.is_file());
            if let Some(first) = first.filter(|first| !is_same(first, Some(&link.path))) {
                ui.warn(&format!(
                    "another {} comes first on the PATH: {}",
                    name.display(),
                    first.display()
                ));
            }
        }
        Ok(Exit::Yes)
    }
}

/// Says whether two paths lead to one file or directory that is there.
fn is_same(path: &Path, other: Option<&Path>) -> bool {
    let real = path.canonicalize().ok();
    real.is_some() && real == other.and_then(|other| other.canonicalize().ok())
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Taken(_) => Self::of(Exit::No, &error)
                .hint("replace it with --force, or name another directory with --dir"),
            LinkError::Directory { .. } => Self::of(Exit::Usage, &error),
            LinkError::Link { .. } => Self::of(Exit::Failed, &error),
        }
    }
}
