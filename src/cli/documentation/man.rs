//! The commands as manual pages: git-pact(1), and a page for each command.

use clap::Command as Syntax;
use clap_mangen::Man;
use clap_mangen::roff::Roff;
use clap_mangen::roff::bold;
use clap_mangen::roff::roman;

use super::outcomes::OUTCOMES;
use super::variables;
use super::variables::Variable;
use crate::cli::commands;
use crate::cli::commands::Command;
use crate::cli::commands::GROUPS;
use crate::cli::commands::Kind;

/// What the pages belong to.
const MANUAL: &str = "git-pact Manual";

/// What the program is, with its version.
const SOURCE: &str = concat!("git-pact ", env!("CARGO_PKG_VERSION"));

/// The pages have no date, so that they are the same whenever they are made; nothing at all would be taken
/// for a place that is left out.
const NO_DATE: &str = " ";

/// Returns all pages, each with the name of its file.
pub(super) fn pages() -> Vec<(String, String)> {
    let mut pages = vec![("git-pact.1".to_owned(), overview())];
    for command in commands::all() {
        let called = format!("git pact {}", command.name);
        pages_of(command.kind, command.syntax(), &called, &mut pages);
    }
    pages
}

fn overview() -> String {
    let mut page = Roff::new();
    page.control("TH", ["GIT-PACT", "1", NO_DATE, SOURCE, MANUAL]);
    page.control("SH", ["NAME"]);
    page.text([roman("git-pact - "), roman(env!("CARGO_PKG_DESCRIPTION"))]);
    page.control("SH", ["SYNOPSIS"]);
    page.text([bold("git pact"), roman(" <command> [options]")]);
    page.control("br", []);
    page.text([bold("pact-broker"), roman(" <command> [options]")]);
    page.control("SH", ["DESCRIPTION"]);
    page.text([roman(
        "The store is the repository that --repo, GIT_PACT_REPO or PACT_BROKER_BASE_URL names (a URL \
         or a path), else the one you stand in.",
    )]);
    page.control("PP", []);
    page.text([roman(
        "Called as pact-broker or pact-broker-cli, or as `git pact broker`, the same commands speak as \
         those programs do, and exit with 0 and 1 alone; see git-pact-link(1).",
    )]);
    for group in GROUPS {
        page.control("SH", [group.title.to_uppercase().as_str()]);
        for Command { name, summary, .. } in group.commands {
            page.control("TP", []);
            page.text([bold(format!("git-pact-{name}")), roman("(1)")]);
            page.text([roman(*summary)]);
        }
    }
    let exits: Vec<u8> = OUTCOMES.iter().map(|(code, _)| *code).collect();
    exit_status(&mut page, &exits);
    page.control("SH", ["ENVIRONMENT"]);
    for Variable { names, about } in variables::EVERYWHERE {
        page.control("TP", []);
        page.text([bold(names.join(", "))]);
        page.text([roman(*about)]);
    }
    page.render()
}

/// Adds the page of a command, called by these words, and those of the commands in it.
fn pages_of(kind: Kind, syntax: Syntax, called: &str, pages: &mut Vec<(String, String)>) {
    for inner in syntax.get_subcommands() {
        let called = format!("{called} {}", inner.get_name());
        pages_of(kind, inner.clone(), &called, pages);
    }
    let name = called.replace(' ', "-");
    let syntax = syntax.display_name(&name).bin_name(called);
    let man = Man::new(syntax.disable_help_subcommand(true))
        .title(name.to_uppercase())
        .date(NO_DATE)
        .source(SOURCE)
        .manual(MANUAL);
    let mut text = Vec::new();
    man.render(&mut text)
        .expect("a vector takes whatever is written to it");
    let mut rest = Roff::new();
    exit_status(&mut rest, kind.exits());
    rest.control("SH", ["SEE ALSO"]);
    rest.text([bold("git-pact"), roman("(1)")]);
    let text = String::from_utf8_lossy(&text).into_owned() + &rest.to_roff();
    pages.push((format!("{name}.1"), text));
}

fn exit_status(page: &mut Roff, exits: &[u8]) {
    page.control("SH", ["EXIT STATUS"]);
    for (code, about) in OUTCOMES.iter().filter(|(code, _)| exits.contains(code)) {
        page.control("TP", []);
        page.text([bold(code.to_string())]);
        page.text([roman(*about)]);
    }
}
