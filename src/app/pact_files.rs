//! Finds the pacts that a command line names: files, folders, patterns.
//!
//! Everything that is looked at is accounted for: what is no pact is named, never skipped in
//! silence, and a file that was named itself has to be one. Only regular files are read, no symbolic
//! links, and none that is larger than whoever asks allows.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use walkdir::WalkDir;

use super::regular_file;
use super::regular_file::NotRead as FileNotRead;
use crate::domain::json::without_byte_order_mark;
use crate::domain::pact::Pact;
use crate::domain::pact::PactError;
use crate::domain::publish::Contract;

/// The pacts that were found.
#[derive(Debug, Default)]
pub struct PactFiles {
    /// The pacts in the order in which they were found, by paths as people name them.
    pub contracts: Vec<(PathBuf, Contract)>,
    /// What else lay in the folders, and why it is no pact.
    pub others: Vec<(PathBuf, String)>,
    /// What looks like a pact in the folders and cannot be read as one, and why.
    broken: Vec<(PathBuf, String)>,
}

/// What a command line names is not there, or is no pact.
#[derive(Debug, thiserror::Error)]
pub enum PactFilesError {
    /// There is no such file, folder or match.
    #[error(
        "there is no file or folder {path}{}", if *.is_pattern { " that matches" } else { "" }
    )]
    Nothing {
        /// What was named.
        path: String,
        /// Whether it is a pattern.
        is_pattern: bool,
    },
    /// The pattern makes no sense.
    #[error("`{pattern}` is not a pattern")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why not.
        source: glob::PatternError,
    },
    /// A file that was named is no pact.
    #[error("{} is not a pact that can be published", path.display())]
    NotAPact {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: PactError,
    },
    /// A folder or a pattern cannot be read.
    #[error("could not read {}", path.display())]
    Unreadable {
        /// What cannot be read.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file that was named cannot be read.
    #[error("could not read {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: FileNotRead,
    },
    /// Files in a folder look like pacts that something went wrong with.
    #[error(
        "nothing is published, for there are files that cannot be read as pacts:{}",
        listed(files)
    )]
    Broken {
        /// The files, and why they cannot be read.
        files: Vec<(PathBuf, String)>,
    },
    /// A folder has no pact in it.
    #[error("there is no pact in {path}{}", listed(others))]
    NoPact {
        /// The folder or pattern.
        path: String,
        /// What lies there instead.
        others: Vec<(PathBuf, String)>,
    },
}

fn listed(others: &[(PathBuf, String)]) -> String {
    const MOST: usize = 5;
    let shown = others.iter().take(MOST);
    let mut lines: Vec<String> = shown
        .map(|(path, why)| format!("\n  {}: {why}", path.display()))
        .collect();
    if others.len() > MOST {
        lines.push(format!("\n  … and {} more", others.len() - MOST));
    }
    lines.concat()
}

/// What of a folder is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folders {
    /// Every pact in it and below it.
    Deep,
    /// What lies directly in it and is called `*.json`, as `pact-broker` takes it (spec: cli §4.1).
    /// Other pacts are named, so that none goes missing unnoticed.
    Flat,
}

impl PactFiles {
    /// Returns the pacts that arguments name, relative to a directory.
    ///
    /// In an argument that names nothing, backslashes are taken for slashes. A pact has at most
    /// `largest` bytes.
    ///
    /// # Errors
    ///
    /// Fails if an argument names nothing, a file that is no pact, or a folder without any.
    pub fn find(
        arguments: &[PathBuf],
        directory: &Path,
        folders: Folders,
        largest: u64,
    ) -> Result<Self, PactFilesError> {
        let mut search = Search {
            directory,
            folders,
            largest,
            seen: BTreeSet::new(),
            pacts: 0,
            found: Self::default(),
        };
        for argument in arguments {
            search.argument(argument)?;
        }
        let mut found = search.found;
        if !found.broken.is_empty() {
            let files = found.broken;
            return Err(PactFilesError::Broken { files });
        }
        // Another argument may name what a folder did not give.
        let taken: BTreeSet<&PathBuf> = found.contracts.iter().map(|(path, _)| path).collect();
        found.others.retain(|(path, _)| !taken.contains(path));
        Ok(found)
    }

    /// Returns the files of each consumer and provider that have more than one, in the order in
    /// which they were found: they are published as one pact.
    #[must_use]
    pub fn several_of_one_pair(&self) -> Vec<Vec<&Path>> {
        let mut pairs: BTreeMap<_, (usize, Vec<&Path>)> = BTreeMap::new();
        for (index, (path, contract)) in self.contracts.iter().enumerate() {
            let pair = (&contract.consumer, &contract.provider);
            let (_, files) = pairs.entry(pair).or_insert((index, Vec::new()));
            files.push(path);
        }
        let mut several: Vec<_> = pairs.into_values().collect();
        several.retain(|(_, files)| files.len() > 1);
        several.sort_unstable();
        several.into_iter().map(|(_, files)| files).collect()
    }
}

/// A search for pacts that is under way.
struct Search<'a> {
    /// What paths are relative to, and shown without.
    directory: &'a Path,
    folders: Folders,
    /// How many bytes a pact may have.
    largest: u64,
    /// The files that were looked at: arguments may overlap.
    seen: BTreeSet<PathBuf>,
    /// How often a pact was come upon.
    pacts: usize,
    found: PactFiles,
}

impl Search<'_> {
    fn argument(&mut self, argument: &Path) -> Result<(), PactFilesError> {
        let mut text = argument.display().to_string();
        let mut path = self.directory.join(argument);
        if text.contains('\\') && fs::symlink_metadata(&path).is_err() {
            text = text.replace('\\', "/");
            path = self.directory.join(&text);
        }
        // A link to a folder is followed if it was named itself, one to a file never.
        if path.is_dir() {
            self.folder(&path, &text)
        } else if fs::symlink_metadata(&path).is_ok() {
            self.named(&path)
        } else {
            self.pattern(&path, &text)
        }
    }

    /// Returns a path as people name it.
    fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.directory).unwrap_or(path).to_owned()
    }

    /// Says whether a file is looked at for the first time.
    fn is_new(&mut self, path: &Path) -> bool {
        let is_new = self.seen.insert(path.to_owned());
        if !is_new {
            let shown = self.shown(path);
            let mut pacts = self.found.contracts.iter();
            self.pacts += usize::from(pacts.any(|(path, _)| *path == shown));
        }
        is_new
    }

    fn named(&mut self, path: &Path) -> Result<(), PactFilesError> {
        if !self.is_new(path) {
            return Ok(());
        }
        let shown = self.shown(path);
        match self.read(path) {
            Ok(contract) => {
                self.take(shown, contract);
                Ok(())
            }
            Err(NotRead::NoPact(source)) => Err(PactFilesError::NotAPact {
                path: shown,
                source,
            }),
            Err(NotRead::File(source)) => Err(PactFilesError::File {
                path: shown,
                source,
            }),
        }
    }

    fn read(&self, path: &Path) -> Result<Contract, NotRead> {
        let bytes = regular_file::read(path, self.largest).map_err(NotRead::File)?;
        let pact = Pact::parse(&bytes).map_err(NotRead::NoPact)?;
        Ok(Contract {
            consumer: pact.consumer().clone(),
            provider: pact.provider().clone(),
            bytes: Arc::from(without_byte_order_mark(&bytes)),
            pact,
        })
    }

    fn take(&mut self, shown: PathBuf, contract: Contract) {
        self.pacts += 1;
        self.found.contracts.push((shown, contract));
    }

    /// Takes in a file that was not named itself.
    ///
    /// What is no pact is named and passed over. What should be one is not: the tests that wrote it
    /// may have died, and a contract would go missing unnoticed.
    fn found(&mut self, file: &Path) {
        if !self.is_new(file) {
            return;
        }
        let shown = self.shown(file);
        let read = self.read(file);
        let found = &mut self.found;
        match read {
            Ok(contract) => self.take(shown, contract),
            Err(NotRead::NoPact(error)) => {
                let is_other = matches!(error, PactError::SomethingElse(_));
                let is_json = file
                    .extension()
                    .is_some_and(|end| end.eq_ignore_ascii_case("json"));
                let passed_over = is_other || !is_json;
                let files = if passed_over {
                    &mut found.others
                } else {
                    &mut found.broken
                };
                files.push((shown, error.to_string()));
            }
            Err(NotRead::File(error @ FileNotRead::NoFile(_))) => {
                found.others.push((shown, error.to_string()));
            }
            Err(NotRead::File(error)) => found.broken.push((shown, error.to_string())),
        }
    }

    /// Names a file that is not taken, if it is a pact.
    fn not_taken(&mut self, file: &Path, why: &str) {
        if self.read(file).is_ok() {
            let shown = self.shown(file);
            self.found.others.push((shown, why.to_owned()));
        }
    }

    fn folder(&mut self, path: &Path, text: &str) -> Result<(), PactFilesError> {
        let before = (self.pacts, self.found.others.len());
        for entry in WalkDir::new(path).sort_by_file_name() {
            let entry = entry.map_err(|error| PactFilesError::Unreadable {
                path: self.shown(error.path().unwrap_or(path)),
                source: error.into(),
            })?;
            if entry.file_type().is_dir() {
                continue;
            }
            let file = entry.path();
            let is_json = file.extension().is_some_and(|end| end == "json");
            match self.folders {
                Folders::Flat if entry.depth() > 1 => {
                    self.not_taken(file, "it is not directly in the folder; name it too");
                }
                Folders::Flat if !is_json => {
                    self.not_taken(file, "its name does not end in `.json`; name it too");
                }
                Folders::Flat | Folders::Deep => self.found(file),
            }
        }
        self.at_least_one(before, text)
    }

    fn pattern(&mut self, path: &Path, text: &str) -> Result<(), PactFilesError> {
        let is_pattern = text.contains(['*', '?', '[', '{']);
        let nothing = || PactFilesError::Nothing {
            path: text.to_owned(),
            is_pattern,
        };
        if !is_pattern {
            return Err(nothing());
        }
        let before = (self.pacts, self.found.others.len());
        let mut any = false;
        for pattern in alternatives(&path.to_string_lossy()) {
            let matches = glob::glob(&pattern).map_err(|source| PactFilesError::Pattern {
                pattern: text.to_owned(),
                source,
            })?;
            for path in matches {
                let path = path.map_err(|error| PactFilesError::Unreadable {
                    path: self.shown(error.path()),
                    source: error.into(),
                })?;
                any = true;
                if path.is_dir() {
                    let text = self.shown(&path).display().to_string();
                    self.folder(&path, &text)?;
                } else {
                    self.found(&path);
                }
            }
        }
        if !any {
            return Err(nothing());
        }
        self.at_least_one(before, text)
    }

    fn at_least_one(&self, before: (usize, usize), text: &str) -> Result<(), PactFilesError> {
        let found = &self.found;
        if self.pacts > before.0 || !found.broken.is_empty() {
            return Ok(());
        }
        let others = found.others[before.1..].to_vec();
        Err(PactFilesError::NoPact {
            path: text.to_owned(),
            others,
        })
    }
}

/// Returns the patterns that one with alternatives in braces stands for, as shells and Ruby read them:
/// `{a,b}.json` is `a.json` and `b.json`. Braces that do not close stay.
fn alternatives(pattern: &str) -> Vec<String> {
    let inner = |(before, rest): (&str, &str)| {
        // The last that opens before the first that closes has none inside.
        let (inside, after) = rest.split_once('}')?;
        let (before, inside) = match inside.rsplit_once('{') {
            Some((more, inside)) => (format!("{before}{{{more}"), inside),
            None => (before.to_owned(), inside),
        };
        Some((before, inside.to_owned(), after.to_owned()))
    };
    let Some((before, inside, after)) = pattern.split_once('{').and_then(inner) else {
        return vec![pattern.to_owned()];
    };
    let chosen = inside.split(',');
    chosen
        .flat_map(|one| alternatives(&format!("{before}{one}{after}")))
        .collect()
}

/// Why a file did not give a pact.
enum NotRead {
    NoPact(PactError),
    File(FileNotRead),
}

#[cfg(test)]
mod tests;
