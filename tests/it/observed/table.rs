//! The tables of `fixtures/cli`, as they are written.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::support::shop::fixture;

/// One command line, and what is expected of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// What it is called.
    pub(super) name: String,
    /// The store that it meets; without it an empty one.
    pub(super) given: Option<String>,
    /// What the program is called as; without it `git-pact broker`.
    pub(super) program: Option<String>,
    /// More in the environment.
    #[serde(default)]
    pub(super) env: BTreeMap<String, String>,
    /// The words of the command line.
    pub(super) args: Vec<String>,
    /// What somebody else does as soon as the program says something on stderr.
    #[serde(default)]
    pub(super) meanwhile: Vec<String>,
    /// The exit code of the Ruby program, if this was observed.
    pub(super) ruby: Option<i32>,
    /// The exit code of the Rust program, if this was observed.
    #[serde(rename = "rust")]
    _rust: Option<i32>,
    /// The exit code.
    pub(super) exit: i32,
    /// Lines that stand on stdout in this order, others between them.
    #[serde(default)]
    pub(super) stdout: Vec<String>,
    /// All lines of stdout.
    pub(super) stdout_exactly: Option<Vec<String>>,
    /// Lines that stand on stderr in this order, others between them.
    #[serde(default)]
    pub(super) stderr: Vec<String>,
    /// Lines that do not stand on stderr.
    #[serde(default)]
    pub(super) no_stderr: Vec<String>,
    /// Whether there is colour.
    #[serde(default)]
    pub(super) colour: bool,
    /// Values of the document that stdout is.
    #[serde(default)]
    pub(super) json: BTreeMap<String, Value>,
    /// What another command finds when it is over.
    pub(super) afterwards: Option<Afterwards>,
    /// Why something else is expected than was observed.
    pub(super) differs: Option<String>,
}

/// A command that looks at what another has done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Afterwards {
    /// The words of the command line.
    pub(super) args: Vec<String>,
    /// Values of the document that it prints.
    pub(super) json: BTreeMap<String, Value>,
}

/// Reads a table.
pub(super) fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = fixture(&format!("cli/{name}"));
    let text = fs::read_to_string(&path).unwrap();
    match serde_json::from_str(&text) {
        Ok(table) => table,
        Err(error) => panic!("{path}: {error}"),
    }
}

/// Returns what is expected of the runs that were observed.
pub(super) fn observed() -> Vec<Case> {
    let folder = fixture("cli/observed");
    let entries = fs::read_dir(Path::new(&folder)).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut files: Vec<String> = entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect();
    files.sort();
    files
        .iter()
        .flat_map(|file| read::<Vec<Case>>(&format!("observed/{file}")))
        .collect()
}

/// Returns what is expected of the command lines that actions and packages build.
pub(super) fn calls() -> Vec<Case> {
    read("calls.json")
}

/// Returns what is expected where nobody recorded anything.
pub(super) fn unrecorded() -> Vec<Case> {
    read("unrecorded.json")
}

/// Returns the names of all runs that were observed.
pub(super) fn names() -> BTreeSet<String> {
    let text = fs::read_to_string(fixture("cli/observed.txt")).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// Returns the runs that are no cases, with the reasons.
pub(super) fn left_out() -> BTreeMap<String, String> {
    read("left-out.json")
}

/// Blocks of lines that many cases have in common.
pub(super) struct Texts(BTreeMap<String, Vec<String>>);

impl Texts {
    /// Reads them.
    pub(super) fn read() -> Self {
        Self(read("texts.json"))
    }

    /// Returns lines with `@block` replaced by the lines of the block.
    ///
    /// In `@block: Foo, 1` what follows the colon takes the places of `{1}` and `{2}` there.
    pub(super) fn expanded(&self, lines: &[String]) -> Vec<String> {
        lines.iter().flat_map(|line| self.line(line)).collect()
    }

    fn line(&self, line: &str) -> Vec<String> {
        let Some(reference) = line.strip_prefix('@') else {
            return vec![line.to_owned()];
        };
        let (name, values) = reference.split_once(": ").unwrap_or((reference, ""));
        let Some(block) = self.0.get(name) else {
            panic!("there is no block `{name}` in texts.json");
        };
        let mut lines = self.expanded(block);
        for (index, value) in values.split(", ").enumerate() {
            let place = format!("{{{}}}", index + 1);
            for line in &mut lines {
                *line = line.replace(&place, value);
            }
        }
        lines
    }
}
