//! The rules of the house that no compiler checks: which layer may name which, who may touch the
//! outside world, and what a file looks like.
//!
//! The check is a function of a path and a text, so that it can be shown to fail.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// Each layer and the layers that it may name, besides itself. Lowest first.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("record", &["domain"]),
    ("store", &["domain", "record"]),
    ("remote", &["domain", "record", "store"]),
    ("app", &["domain", "record", "store", "remote"]),
    ("render", &["domain", "record", "store", "remote", "app"]),
    (
        "server",
        &["domain", "record", "store", "remote", "app", "render"],
    ),
    (
        "cli",
        &[
            "domain", "record", "store", "remote", "app", "render", "server",
        ],
    ),
];

/// Words of code, where alone they may stand, and why.
const BANS: &[(&[&str], &[&str], &str)] = &[
    (
        &["git2"],
        &["store/git/"],
        "libgit2 is a detail of store/git",
    ),
    (
        &["process::Command", "process::{", "Command::new("],
        &["remote/", "cli/run/attendant.rs"],
        "only remote starts git, and `run` the command that it was given",
    ),
    (
        &["std::process"],
        &["remote/", "cli/", "server/", "main.rs", "bin/"],
        "only the edge has an exit code",
    ),
    (
        &["println!", "print!", "eprintln!", "eprint!", "dbg!"],
        &["cli/ui.rs", "main.rs", "bin/"],
        "only cli/ui.rs prints",
    ),
    (
        &["SystemTime::now", "Timestamp::now", "Zoned::now"],
        &["cli/"],
        "the time is read once, at the edge",
    ),
    (
        &["env::var", "env::{"],
        &["cli/"],
        "the environment is read once, at the edge",
    ),
];

/// Words that no code in the domain or in the records holds.
const IMPURE: &[&str] = &["std::fs", "std::env", "std::time::SystemTime", "std::net"];

/// Words that no file holds, in code or in comments; split, so that this file passes too.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!"),
    concat!("unimpl", "emented!"),
];

/// Names of files that say nothing.
const NAMELESS: &[&str] = &["util", "utils", "common", "helpers", "misc", "manager"];

/// The most lines of code that a file may have.
const MAX_CODE_LINES: usize = 600;

#[test]
fn the_house_is_in_order() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = below(&source, problems);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_tests_are_files_like_any_other() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let found = below(&tests, problems_of_form);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_tests_that_hold_the_promises_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let promised = fs::read_to_string(root.join("docs/reliability.md")).unwrap();
    let sources = [root.join("src"), root.join("tests")];
    let files = sources.iter().flat_map(WalkDir::new).map(Result::unwrap);
    let files = files.filter(|it| it.path().extension().is_some_and(|it| it == "rs"));
    let code: String = files
        .map(|it| fs::read_to_string(it.path()).unwrap())
        .collect();
    let names = promised.split('`').skip(1).step_by(2);
    let is_test = |name: &&str| name.matches('_').count() > 2 && name.to_lowercase() == **name;
    let names: Vec<&str> = names.filter(is_test).collect();
    assert!(names.len() > 50, "{names:?}");
    let is_gone = |name: &&str| !code.contains(&format!("fn {name}("));
    let gone: Vec<&str> = names.into_iter().filter(is_gone).collect();
    assert_eq!(gone, [""; 0], "named in docs/reliability.md");
}

#[test]
fn what_is_out_of_order_is_noticed() {
    for (path, text, expected) in [
        (
            "domain/a.rs",
            "use crate::store::Item;",
            "domain names store",
        ),
        (
            "record/a.rs",
            "fn f() { crate::app::run() }",
            "record names app",
        ),
        (
            "store/a.rs",
            "use crate::remote::Git;",
            "store names remote",
        ),
        ("server/a.rs", "use crate::cli::ui::Ui;", "server names cli"),
        (
            "domain/a/b.rs",
            "use super::super::super::store::Item;",
            "domain names store",
        ),
        (
            "domain/a/mod.rs",
            "use super::super::store::Item;",
            "domain names store",
        ),
        (
            "domain/a.rs",
            "mod tests {\n    use super::super::super::store::Item;\n}",
            "domain names store",
        ),
        ("app/a.rs", "use crate::{cli, domain};", "app names {"),
        ("elsewhere/a.rs", "use std::fmt;", "elsewhere is no layer"),
        ("store/memory.rs", "use git2::Oid;", "`git2`"),
        (
            "cli/publish.rs",
            "use std::process::Command;",
            "`process::Command`",
        ),
        (
            "app/a.rs",
            "let git = Command::new(\"git\");",
            "`Command::new(`",
        ),
        ("app/a.rs", "use std::process;", "`std::process`"),
        ("cli/publish.rs", "println!(\"published\");", "`println!`"),
        ("render/a.rs", "eprintln!(\"!\");", "`eprintln!`"),
        (
            "app/a.rs",
            "let now = SystemTime::now();",
            "`SystemTime::now`",
        ),
        (
            "remote/a.rs",
            "let home = std::env::var(\"HOME\");",
            "`env::var`",
        ),
        ("domain/a.rs", "use std::fs;", "`std::fs`"),
        (
            "domain/a.rs",
            "use std::time::SystemTime;",
            "`std::time::SystemTime`",
        ),
    ] {
        let found = problems(path, &format!("//! A file.\n\n{text}\n"));
        assert!(
            found.iter().any(|problem| problem.contains(expected)),
            "{path}: {text}: {found:?}"
        );
    }
}

#[test]
fn a_file_that_looks_wrong_is_noticed() {
    let long = format!("//! A file.\n{}", "let x = 1;\n".repeat(601));
    for (path, text, expected) in [
        ("app/util.rs", "//! A file.\n", "says nothing"),
        ("app/helpers/mod.rs", "//! A file.\n", "says nothing"),
        ("app/a.rs", "use std::fmt;\n", "does not open with `//!`"),
        (
            "app/a.rs",
            concat!("//! A file.\n// TO", "DO: later\n"),
            "unfinished",
        ),
        (
            "app/a.rs",
            concat!("//! A file.\nfn f() { to", "do!() }\n"),
            "unfinished",
        ),
        ("app/a.rs", &long, "601 lines of code"),
    ] {
        let found = problems_of_form(path, text);
        assert!(
            found.iter().any(|problem| problem.contains(expected)),
            "{path}: {found:?}"
        );
    }
}

#[test]
fn what_is_in_order_is_left_alone() {
    for (path, text) in [
        (
            "domain/a.rs",
            "use crate::domain::name::TagName;\nuse super::b::C;",
        ),
        ("domain/a.rs", "mod tests {\n    use super::super::b::C;\n}"),
        ("store/git/tree.rs", "use git2::Oid;"),
        ("store/a.rs", "// Unlike git2 and println!, this is fine."),
        ("remote/process.rs", "use std::process::Command;"),
        ("cli/ui.rs", "println!(\"yes\");"),
        ("cli/mod.rs", "use std::process::ExitCode;"),
        ("cli/clock.rs", "let now = SystemTime::now();"),
        ("main.rs", "use git_pact::cli;\nuse std::process::ExitCode;"),
        ("lib.rs", "pub mod domain;"),
        ("record/a/tests.rs", "use std::fs;"),
        (
            "record/a.rs",
            "use crate::domain::name::TagName;\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}",
        ),
    ] {
        let found = problems(path, &format!("//! A file.\n\n{text}\n"));
        assert!(found.is_empty(), "{path}: {found:?}");
    }
}

/// Returns what is wrong with every Rust file below a directory.
fn below(directory: &Path, check: fn(&str, &str) -> Vec<String>) -> Vec<String> {
    let mut files = 0;
    let mut found = Vec::new();
    for entry in WalkDir::new(directory).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        files += 1;
        let text = fs::read_to_string(path).unwrap();
        let relative = path.strip_prefix(directory).unwrap().to_str().unwrap();
        found.extend(check(&relative.replace('\\', "/"), &text));
    }
    assert!(files > 0, "no files below {}", directory.display());
    found
}

/// Returns what is wrong with a file of the library or of its programs.
fn problems(path: &str, text: &str) -> Vec<String> {
    let mut found = problems_of_form(path, text);
    found.extend(names_upwards(path, text));
    let effects = code(without_tests(path, text));
    for (words, places, why) in BANS {
        if places.iter().any(|place| path.starts_with(place)) {
            continue;
        }
        let word = words.iter().find(|word| holds(&effects, word));
        found.extend(word.map(|word| format!("{path} holds `{word}`: {why}")));
    }
    if path.starts_with("domain/") || path.starts_with("record/") {
        let word = IMPURE.iter().find(|word| holds(&effects, word));
        found.extend(word.map(|word| format!("{path} holds `{word}`: this layer is pure")));
    }
    found
}

/// Returns what is wrong with a file whatever it is for.
fn problems_of_form(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let names = path.trim_end_matches(".rs").split('/');
    if let Some(name) = names.into_iter().find(|name| NAMELESS.contains(name)) {
        found.push(format!("{path}: the name `{name}` says nothing"));
    }
    if !text.starts_with("//! ") {
        found.push(format!("{path} does not open with `//!`"));
    }
    if let Some(word) = UNFINISHED.iter().find(|word| text.contains(**word)) {
        found.push(format!("{path} is unfinished: {word}"));
    }
    let code = code(text);
    let lines = code.lines().filter(|line| !line.trim().is_empty()).count();
    if lines > MAX_CODE_LINES {
        found.push(format!("{path} has {lines} lines of code: split it"));
    }
    found
}

/// Returns each layer that a file names and may not.
fn names_upwards(path: &str, text: &str) -> Vec<String> {
    let Some((layer, _)) = path.split_once('/').filter(|(top, _)| *top != "bin") else {
        return Vec::new();
    };
    let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![format!("{path}: {layer} is no layer")];
    };
    let allowed = |named: &str| named == layer || below.contains(&named);
    let named = roots(path, &code(text));
    let up = named.into_iter().filter(|named| !allowed(named));
    up.map(|named| format!("{path}: {layer} names {named}; it may only name {below:?}"))
        .collect()
}

/// Returns what stands behind each `crate::`, and behind each `super::` that leads as far up.
fn roots(path: &str, code: &str) -> Vec<String> {
    let module = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let depth = module.split('/').count();
    let mut named = Vec::new();
    let mut inline = 0;
    for line in code.lines() {
        match line {
            "}" => inline = 0,
            line if line.contains("mod ") && line.ends_with('{') => inline = 1,
            _ => {}
        }
        for (at, _) in line.match_indices("crate::") {
            named.push(first_word(&line[at + "crate::".len()..]));
        }
        let chain = "super::".repeat(depth + inline);
        for (at, _) in line.match_indices(&chain) {
            named.push(first_word(&line[at + chain.len()..]));
        }
    }
    named
}

/// Returns the name at the beginning of a text, or the brace of a group of names.
fn first_word(text: &str) -> String {
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    let word: String = text.chars().take_while(is_word).collect();
    if word.is_empty() {
        text.chars().take(1).collect()
    } else {
        word
    }
}

/// Says whether a text holds a word that does not begin in the middle of another.
fn holds(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// Returns a file without its unit tests, which come last or have a file of their own.
fn without_tests<'a>(path: &str, text: &'a str) -> &'a str {
    if path.ends_with("/tests.rs") || path.contains("/tests/") {
        return "";
    }
    let tests = text.find("\n#[cfg(test)]\nmod tests {");
    &text[..tests.unwrap_or(text.len())]
}

/// Returns a text without its comments.
fn code(text: &str) -> String {
    let comment = |line: &str| line.trim_start().starts_with("//");
    let lines = text.lines().filter(|line| !comment(line));
    let without = lines.map(|line| line.split_once(" // ").map_or(line, |(code, _)| code));
    without.collect::<Vec<_>>().join("\n")
}
