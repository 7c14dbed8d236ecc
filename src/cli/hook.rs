//! `git pact hook <name>`: what the scripts in `hooks/` call, one subcommand for each hook of git.

mod post_receive;
mod pre_push;
mod pre_receive;

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;

use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::Context;
use crate::app::hook::Push;
use crate::app::site::Site;
use crate::remote::ref_moves;

/// Do what a hook of git has to do
///
/// This is for the scripts that `git pact hooks install` writes: git starts them and tells them of the
/// push on standard input.
#[derive(Debug, Args)]
pub(super) struct Hook {
    #[command(subcommand)]
    name: Name,
}

#[derive(Debug, Subcommand)]
enum Name {
    PreReceive(pre_receive::PreReceive),
    PostReceive(post_receive::PostReceive),
    PrePush(pre_push::PrePush),
}

impl Hook {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        match self.name {
            Name::PreReceive(hook) => hook.run(outside, ui),
            Name::PostReceive(hook) => hook.run(outside, ui),
            Name::PrePush(hook) => hook.run(outside, ui),
        }
    }
}

/// Returns what of the push that git tells of concerns the store, read from standard input.
fn push(outside: &Outside) -> Result<Push, Failure> {
    let moves = ref_moves(&outside.input()?);
    let moves = moves.map_err(|error| Failure::of(Exit::Failed, &error))?;
    Ok(Push::of(moves))
}

/// Opens the store in the repository that is pushed to.
///
/// git starts the hooks of a server in the repository, with `GIT_DIR`. Before the push is let in, its
/// objects lie in a directory of their own (`GIT_QUARANTINE_PATH`, which `GIT_OBJECT_DIRECTORY` names as
/// well), and the rest where `GIT_ALTERNATE_OBJECT_DIRECTORIES` says.
fn receiving(outside: &Outside) -> Result<(Site, Context), Failure> {
    let context = outside.context(&StoreArguments::default());
    let git_dir = outside
        .path("GIT_DIR")
        .unwrap_or_else(|| PathBuf::from("."));
    let quarantine = outside.path("GIT_QUARANTINE_PATH");
    let mut objects: Vec<PathBuf> = quarantine.into_iter().collect();
    objects.extend(outside.path("GIT_OBJECT_DIRECTORY"));
    if let Some(alternates) = outside.path("GIT_ALTERNATE_OBJECT_DIRECTORIES") {
        objects.extend(std::env::split_paths(&alternates));
    }
    for directory in &mut objects {
        *directory = outside.working_directory.join(&*directory);
    }
    objects.sort();
    objects.dedup();
    Ok((Site::receiving(&git_dir, &objects, &context)?, context))
}
