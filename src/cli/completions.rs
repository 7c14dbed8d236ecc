//! `git pact completions`
//!
//! The scripts are made by clap from the definitions of the commands. They serve all names of the program;
//! and where the shell's completion of git hands over what comes after `git pact`, they are there to
//! take it.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Generator as _;
use clap_complete::Shell;
use clap_complete::generate;

use super::commands;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::files;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::link::NAMES;

/// What the scripts are about.
const PROGRAM: &str = "git-pact";

/// The same without its dash.
const UNDASHED: &str = "gitpact";

/// What is added for bash.
const BASH: &str = include_str!("completions/git-pact.bash");

/// Print the script with which a shell completes commands and options
///
/// It is about git-pact, pact-broker and pact-broker-cli; in bash and zsh about `git pact`, too, where
/// git's own completion is there.
///
/// To have it in this session: `source <(git-pact completions bash)` or
/// `git-pact completions fish | source`.
///
/// To keep it, have the files written where the shell looks for them: for bash
/// ~/.local/share/bash-completion/completions, for fish ~/.config/fish/completions, for zsh a
/// directory of $fpath.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,

    /// Write files with the names that the shell looks for into this directory
    #[arg(short, long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Completions {
    pub(super) fn run(self, _: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        if let Some(directory) = self.dir {
            return files::write(&directory, scripts(self.shell), ui);
        }
        ui.data(script(self.shell).trim_end());
        Ok(Exit::Yes)
    }
}

/// Returns what a shell has to read to complete all names of the program.
fn script(shell: Shell) -> String {
    let mut made = Vec::new();
    // In bash clap_complete 4.6 mixes up the commands of a program with a dash in its name.
    let called = if shell == Shell::Bash {
        UNDASHED
    } else {
        PROGRAM
    };
    generate(
        shell,
        &mut commands::whole(Face::GitPact),
        called,
        &mut made,
    );
    let made = String::from_utf8_lossy(&made).into_owned();
    let all = format!("{PROGRAM} {}", NAMES.join(" "));
    let others = NAMES.iter();
    match shell {
        Shell::Bash => made.replace(&format!(" {UNDASHED}\n"), &format!(" {all}\n")) + BASH,
        Shell::Zsh => {
            let opening = format!("#compdef {all}\n#description git as a Pact Broker\n");
            made.replacen(&format!("#compdef {PROGRAM}\n"), &opening, 1)
                .replace(
                    &format!("compdef _{PROGRAM} {PROGRAM}"),
                    &format!("compdef _{PROGRAM} {all}"),
                )
        }
        Shell::Fish => others.fold(made, |script, name| script + &follow(name)),
        Shell::PowerShell => {
            let quoted = |name: &str| format!("'{name}'");
            let all = [PROGRAM].into_iter().chain(NAMES).map(quoted);
            let all: Vec<String> = all.collect();
            let one = format!("-CommandName {} ", quoted(PROGRAM));
            made.replacen(&one, &format!("-CommandName {} ", all.join(", ")), 1)
        }
        Shell::Elvish => others.fold(made, |script, name| {
            let of = |name: &str| format!("edit:completion:arg-completer[{name}]");
            script + &format!("set {} = ${}\n", of(name), of(PROGRAM))
        }),
        _ => made,
    }
}

/// Returns files for a directory in which a shell looks for the name of what it completes.
fn scripts(shell: Shell) -> Vec<(String, String)> {
    let mut files = vec![(shell.file_name(PROGRAM), script(shell))];
    let others = NAMES.iter().map(|name| {
        let text = match shell {
            Shell::Bash => format!(
                ". \"${{BASH_SOURCE[0]%/*}}/{}\"\n",
                shell.file_name(PROGRAM)
            ),
            _ => follow(name),
        };
        (shell.file_name(name), text)
    });
    if matches!(shell, Shell::Bash | Shell::Fish) {
        files.extend(others);
    }
    files
}

/// Returns what has fish complete another name as it does the program's.
fn follow(name: &str) -> String {
    format!("complete -c {name} -w {PROGRAM}\n")
}
