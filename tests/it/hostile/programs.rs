//! Which programs are started, and what they are given. A test like those of the layers: it reads the
//! source, so that nobody adds a way around the one place where `git` is started.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Returns every source file, by its path below `src`, without its tests.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut directories: Vec<PathBuf> = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).unwrap();
            let name = name.to_str().unwrap().replace('\\', "/");
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("\nmod tests {").next().unwrap().to_owned();
            if !name.ends_with("tests.rs") && name != "remote/testing.rs" {
                sources.push((name, code));
            }
        }
    }
    sources.sort();
    sources
}

/// Returns the files in which one of the texts stands.
fn with(sources: &[(String, String)], texts: &[&str]) -> Vec<String> {
    let has = |code: &String| texts.iter().any(|text| code.contains(text));
    let found = sources.iter().filter(|(_, code)| has(code));
    found.map(|(name, _)| name.clone()).collect()
}

#[test]
fn programs_are_started_in_two_places_and_git_in_one() {
    let sources = sources();
    assert!(sources.len() > 300, "{}", sources.len());
    // The command that a user gives to `run`, and `git`.
    assert_eq!(
        with(
            &sources,
            &["Command::new(program", "Command::new(run.program"]
        ),
        ["cli/run/attendant.rs", "remote/process.rs"]
    );
    let starts = [".spawn()", ".output()", ".status()?"];
    assert_eq!(
        with(&sources, &starts),
        ["cli/run/attendant.rs", "remote/process.rs"]
    );
    assert_eq!(with(&sources, &["process::run("]), ["remote/git.rs"]);
    // No shell anywhere.
    for shell in ["\"sh\"", "\"bash\"", "\"/bin/sh\"", "\"cmd\""] {
        assert_eq!(with(&sources, &[&format!("Command::new({shell}")]), [""; 0]);
    }
}

/// What git is given as options lives for ever, so it is written down in this program: the compiler
/// sees to that, as long as these types stay and nothing is leaked to get around them.
#[test]
fn git_is_given_options_that_are_written_in_this_program() {
    let sources = sources();
    let (_, git) = sources
        .iter()
        .find(|(name, _)| name == "remote/git.rs")
        .unwrap();
    for field in [
        "settings: &'a [&'static str]",
        "options: &'a [&'static str]",
    ] {
        assert!(git.contains(field), "{field}");
    }
    assert_eq!(with(&sources, &["::leak(", ".leak()"]), [""; 0]);
    // What comes from outside is a remote, after `--`, or an operand behind it; both are parsed.
    let remote = git.find("arguments.push(\"--\".into());").unwrap();
    let operands = git.find("arguments.extend(call.operands").unwrap();
    assert!(remote < operands);
    for (name, code) in sources
        .iter()
        .filter(|(name, _)| name.starts_with("remote/"))
    {
        for (at, _) in code.match_indices("Call::new(") {
            let rest = &code[at + "Call::new(".len()..];
            assert!(
                rest.trim_start().starts_with('"'),
                "{name}: {}",
                &rest[..40]
            );
        }
    }
}
