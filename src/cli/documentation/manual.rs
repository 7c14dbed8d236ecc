//! The commands as one document for reading: `docs/cli.md`.

use std::fmt::Write as _;

use clap::Arg;
use clap::ArgAction;
use clap::Command as Syntax;

use super::outcomes::OUTCOMES;
use super::variables;
use super::variables::Variable;
use crate::cli::commands;
use crate::cli::commands::Command;
use crate::cli::commands::GROUPS;
use crate::cli::commands::Kind;
use crate::cli::commands::Origin;
use crate::cli::face::Face;

/// What is written by hand, with marks where the rest goes.
const TEMPLATE: &str = include_str!("cli.md");

/// The headings of options that many commands share, and where the document describes them.
pub(super) const SHARED: [(&str, &str); 2] = [
    ("Store", "[the store's](#options-of-the-store)"),
    ("Broker", "[the broker's](#options-of-the-broker)"),
];

/// Returns the document.
pub(super) fn text() -> String {
    let mut whole = commands::whole(Face::GitPact);
    whole.build();
    TEMPLATE
        .replace("<!-- contents -->\n", &contents())
        .replace("<!-- outcomes -->\n", &outcomes())
        .replace("<!-- store -->\n", &shared(&whole, "Store"))
        .replace("<!-- broker -->\n", &shared(&whole, "Broker"))
        .replace("<!-- variables -->\n", &of_variables(variables::EVERYWHERE))
        .replace("<!-- gates -->\n", &of_variables(variables::GATES))
        .replace("<!-- serve -->\n", &of_variables(variables::SERVE))
        .replace("<!-- commands -->\n", &of_commands(&whole))
}

fn contents() -> String {
    let mut text = String::new();
    for group in GROUPS {
        // A `String` takes whatever is written to it.
        let _ = writeln!(text, "| **{}** | |\n|---|---|", group.title);
        for Command { name, summary, .. } in group.commands {
            let _ = writeln!(text, "| [`{name}`](#{name}) | {summary} |");
        }
        text.push('\n');
    }
    text
}

fn outcomes() -> String {
    let rows = OUTCOMES.iter();
    let rows = rows.map(|(code, about)| format!("| {code} | {about} |\n"));
    format!("| code | says |\n|--:|---|\n{}", rows.collect::<String>())
}

fn of_variables(variables: &[Variable]) -> String {
    let rows = variables.iter().map(|Variable { names, about }| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("| {} | {} |\n", names.join(", "), marked(about))
    });
    format!(
        "| variable | says |\n|---|---|\n{}",
        rows.collect::<String>()
    )
}

/// Returns the options that commands share under a heading. A test says that they are the same in all.
fn shared(whole: &Syntax, heading: &str) -> String {
    let of_command = |command: &Syntax| table(options(command, Some(heading)));
    let tables = whole.get_subcommands().map(of_command);
    tables.max_by_key(String::len).unwrap_or_default()
}

fn of_commands(whole: &Syntax) -> String {
    let mut text = String::new();
    for group in GROUPS {
        let _ = writeln!(text, "## {}\n", group.title);
        for command in group.commands {
            if let Some(syntax) = whole.find_subcommand(command.name) {
                text.push_str(&section(command, syntax, "###", command.name));
            }
        }
    }
    text
}

/// Returns all there is to know of a command, and of the commands in it.
fn section(command: &Command, syntax: &Syntax, level: &str, name: &str) -> String {
    let mut text = format!("{level} {name}\n\n{}\n\n", about(syntax));
    let usage = syntax.clone().render_usage().to_string();
    let usage = usage
        .trim_start_matches("Usage: ")
        .replace("\n       ", "\n");
    let _ = writeln!(text, "```\n{usage}\n```\n");
    let own = syntax.get_positionals().chain(options(syntax, None));
    let own = table(own);
    if !own.is_empty() {
        let _ = writeln!(text, "{own}");
    }
    let mut others: Vec<&str> = Vec::new();
    for (heading, place) in SHARED {
        if options(syntax, Some(heading)).next().is_some() {
            others.push(place);
        }
    }
    if !others.is_empty() {
        let _ = write!(text, "Takes {} options, too. ", others.join(" and "));
    }
    if !syntax.has_subcommands() {
        let exits: Vec<String> = command.kind.exits().iter().map(u8::to_string).collect();
        let first = match command.kind {
            Kind::Run => "what the command does, or with ",
            Kind::Gate | Kind::Question | Kind::Write => "",
        };
        let _ = write!(text, "Exits with {first}{}. ", either(&exits));
    }
    text.push_str(match command.origin {
        Origin::Broker => "Known to `pact-broker`.",
        Origin::BrokerCli => "Known to `pact-broker-cli`.",
        Origin::GitPact => "New in `git pact`.",
    });
    text.push_str("\n\n");
    for inner in syntax.get_subcommands() {
        let name = format!("{name} {}", inner.get_name());
        text.push_str(&section(command, inner, &format!("{level}#"), &name));
    }
    text
}

/// Returns what a command does: its short text as a sentence, and the long one.
fn about(syntax: &Syntax) -> String {
    let long = syntax.get_long_about().or(syntax.get_about());
    let long = long.map(ToString::to_string).unwrap_or_default();
    let paragraphs: Vec<String> = long.split("\n\n").map(sentence).collect();
    paragraphs.join("\n\n")
}

/// Returns the options of a command under one of the headings that commands share, or under none of
/// them.
pub(super) fn options<'a>(
    syntax: &'a Syntax,
    heading: Option<&'a str>,
) -> impl Iterator<Item = &'a Arg> {
    let is_shared = |it: &str| SHARED.iter().any(|(heading, _)| *heading == it);
    syntax.get_arguments().filter(move |option| {
        let of = option.get_help_heading().filter(|it| is_shared(it));
        !option.is_positional() && option.get_id() != "help" && of == heading
    })
}

fn table<'a>(arguments: impl Iterator<Item = &'a Arg>) -> String {
    let rows: String = arguments.map(row).collect();
    if rows.is_empty() {
        return rows;
    }
    format!("| argument | |\n|---|---|\n{rows}")
}

/// Returns an argument with what it means.
pub(super) fn row(argument: &Arg) -> String {
    let short = argument.get_short().map(|short| format!("`-{short}`, "));
    let name = format!("{}`{argument}`", short.unwrap_or_default());
    let help = argument.get_long_help().or(argument.get_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    let mut says: Vec<String> = help.split("\n\n").map(sentence).collect();
    if argument.get_action().takes_values() {
        says.extend(values(argument));
    }
    if argument.is_required_set() && !argument.is_positional() {
        says.push("Required.".to_owned());
    }
    if is_list(argument) && !help.contains("several") {
        says.push("May be given several times.".to_owned());
    }
    let aliases = argument.get_all_aliases().unwrap_or_default();
    let aliases: Vec<String> = aliases.iter().map(|it| format!("`--{it}`")).collect();
    if !aliases.is_empty() {
        says.push(format!("Also {}.", aliases.join(", ")));
    }
    if argument.is_hide_set() && argument.get_help_heading() != Some("Broker") {
        says.push("For scripts; not in the help.".to_owned());
    }
    says.retain(|it| !it.is_empty());
    let [name, says] = [name, says.join(" ")].map(|cell| cell.replace('|', "\\|"));
    format!("| {name} | {says} |\n")
}

/// Returns what values an option takes: which are possible, and which it has if it is not given.
fn values(option: &Arg) -> Vec<String> {
    let mut says = Vec::new();
    let possible = option.get_possible_values();
    let possible = possible.iter().filter(|value| !value.is_hide_set());
    let possible: Vec<String> = possible
        .map(|value| match value.get_help() {
            Some(help) => format!(
                "`{}` ({})",
                value.get_name(),
                marked(&explanation(value.get_name(), &help.to_string()))
            ),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if !possible.is_empty() {
        says.push(format!("One of {}.", possible.join(", ")));
    }
    let defaults = option.get_default_values().iter();
    let defaults: Vec<String> = defaults
        .map(|value| format!("`{}`", value.to_string_lossy()))
        .collect();
    if !defaults.is_empty() {
        says.push(format!("Without it {}.", defaults.join(", ")));
    }
    says
}

fn is_list(argument: &Arg) -> bool {
    let many = argument
        .get_num_args()
        .is_some_and(|range| range.max_values() > 1);
    !argument.is_positional() && (many || matches!(argument.get_action(), ArgAction::Append))
}

/// Returns a paragraph of help as Markdown that ends with a full stop.
fn sentence(paragraph: &str) -> String {
    let paragraph = paragraph.trim();
    let text = marked(paragraph);
    if paragraph.is_empty() || paragraph.ends_with(['.', ':', '?', '!']) {
        text
    } else {
        text + "."
    }
}

/// Returns a text of help as Markdown: options and variables in the type of code, and nothing in it
/// that Markdown would take for its own.
pub(super) fn marked(text: &str) -> String {
    let mut is_code = false;
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let was_code = is_code;
        is_code ^= word.matches('`').count() % 2 == 1;
        if was_code || word.contains('`') {
            return word.to_owned();
        }
        let core = word.trim_matches(|c: char| c.is_whitespace() || ".,:;()".contains(c));
        let is_option = core.len() > 2 && core.starts_with("--");
        let is_variable = core.contains('_') && !core.contains(char::is_lowercase);
        let is_pattern = core.contains(['<', '*', '{', '$', '~']);
        if is_option || is_variable || is_pattern {
            word.replacen(core, &format!("`{core}`"), 1)
        } else {
            word.to_owned()
        }
    });
    words.collect()
}

/// Returns what is said of a value with its first letter small, unless more of the first word is large or it is
/// the name that the value spells.
fn explanation(value: &str, text: &str) -> String {
    let is_name = text
        .split([' ', ':', ','])
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case(value));
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !is_name && !second.is_uppercase() => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

/// Returns things as they are offered: `a, b or c`.
fn either(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}
