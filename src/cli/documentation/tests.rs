//! What is said of the commands is complete, and `docs/cli.md` is what is said.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use super::man;
use super::manual;
use super::manual::SHARED;
use super::manual::marked;
use super::manual::options;
use super::manual::row;
use super::variables;
use crate::cli::commands;
use crate::cli::commands::Command;
use crate::cli::face::Face;
use crate::server::documentation::tests::is_in;

#[test]
fn the_reference_is_what_the_commands_say() {
    let text = manual::text();
    assert!(!text.contains("<!-- c"), "a mark is left over");
    is_in("cli.md", &text);
}

#[test]
fn clap_finds_nothing_wrong_with_the_definitions() {
    commands::whole(Face::GitPact).debug_assert();
}

#[test]
fn options_that_are_described_once_are_the_same_everywhere() {
    let mut whole = commands::whole(Face::GitPact);
    whole.build();
    for (heading, _) in SHARED {
        let mut first: Option<(&str, Vec<String>)> = None;
        for command in whole.get_subcommands() {
            let rows = options(command, Some(heading)).map(row);
            // The commands of webhooks have another use for `-u`, and say so themselves.
            let mut rows: Vec<String> = rows.map(|row| row.replace("`-u`, ", "")).collect();
            rows.sort();
            match &first {
                // Fields behind a flattened struct get its heading, too: they belong in front of it.
                Some((name, expected)) if !rows.is_empty() => {
                    assert_eq!(&rows, expected, "{} and {name}", command.get_name());
                }
                None if !rows.is_empty() => first = Some((command.get_name(), rows)),
                _ => {}
            }
        }
        assert!(first.is_some(), "no command has options of {heading}");
    }
}

#[test]
fn every_command_and_option_is_in_the_reference() {
    let mut whole = commands::whole(Face::GitPact);
    whole.build();
    let text = manual::text();
    for command in whole.get_subcommands() {
        let name = command.get_name();
        assert!(text.contains(&format!("\n### {name}\n")), "{name}");
        for long in command.get_arguments().filter_map(clap::Arg::get_long) {
            assert!(
                text.contains(&format!("`--{long}")) || long == "help",
                "{long}"
            );
        }
    }
}

#[test]
fn every_variable_that_is_read_is_described() {
    let tables = [variables::EVERYWHERE, variables::GATES, variables::SERVE];
    let described: Vec<&str> = tables
        .iter()
        .flat_map(|table| table.iter())
        .flat_map(|variable| variable.names)
        .copied()
        .collect();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut read = Vec::new();
    for entry in WalkDir::new(source) {
        let entry = entry.unwrap();
        if entry.path().extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(entry.path()).unwrap();
            read.extend(
                text.split('"')
                    .filter(|it| is_variable(it))
                    .map(str::to_owned),
            );
        }
    }
    assert!(read.len() > 20, "{read:?}");
    // How much is tested concerns nobody else.
    read.retain(|name| !name.starts_with("GIT_PACT_TEST_"));
    for name in read {
        assert!(described.iter().any(|it| it.starts_with(&name)), "{name}");
    }
}

/// Says whether a literal is the name of a variable, or the beginning of one.
fn is_variable(literal: &str) -> bool {
    let is_ours = ["GIT_PACT_", "PACT_BROKER_"]
        .iter()
        .any(|it| literal.starts_with(it));
    let is_name = |it: char| it == '_' || it.is_ascii_uppercase();
    is_ours && literal.chars().all(is_name) && literal != "GIT_PACT_BLESS"
}

#[test]
fn there_is_a_page_for_every_command() {
    let pages = man::pages();
    let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[0], "git-pact.1");
    for Command { name, .. } in commands::all() {
        assert!(
            names.contains(&format!("git-pact-{name}.1").as_str()),
            "{name}"
        );
        assert!(pages[0].1.contains(&name.replace('-', "\\-")), "{name}");
    }
    let (_, page) = pages
        .iter()
        .find(|(name, _)| name == "git-pact-can-i-deploy.1")
        .unwrap();
    for part in [
        ".TH GIT-PACT-CAN-I-DEPLOY 1",
        "git\\-pact\\-can\\-i\\-deploy \\- ",
        "\\fBgit pact can\\-i\\-deploy\\fR",
        ".SH \"EXIT STATUS\"",
        "git\\-pact\\fR(1)",
    ] {
        assert!(page.contains(part), "{part} in\n{page}");
    }
}

#[test]
fn help_becomes_markdown() {
    for (help, markdown) in [
        ("Named by --repo, else here", "Named by `--repo`, else here"),
        ("(GIT_PACT_REPO)", "(`GIT_PACT_REPO`)"),
        (
            "a file <DIR>.json beside it",
            "a file `<DIR>.json` beside it",
        ),
        (
            "run `git pact push --offline` then",
            "run `git pact push --offline` then",
        ),
        (
            "patterns such as 'pacts/*.json'",
            "patterns such as `'pacts/*.json'`",
        ),
        ("in ~/.config/fish, say", "in `~/.config/fish`, say"),
    ] {
        assert_eq!(marked(help), markdown);
    }
}
