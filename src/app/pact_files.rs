//! Finds the pacts that a command line names: files, folders, patterns.
//!
//! Everything that is looked at is accounted for: what is no pact is named, never skipped in
//! silence, and a file that was named itself has to be one. Only regular files are read, no
//! symbolic links, and none that is larger than 10 MiB.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use walkdir::WalkDir;

use crate::domain::json::without_byte_order_mark;
use crate::domain::pact::Pact;
use crate::domain::pact::PactError;
use crate::domain::publish::Contract;

/// The largest pact that is read, in bytes.
const LARGEST: u64 = 10 * 1024 * 1024;

/// The pacts that were found.
#[derive(Debug, Default)]
pub struct PactFiles {
    /// The pacts, in the order of their paths.
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
    /// A file cannot be read.
    #[error("could not read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
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

impl PactFiles {
    /// Returns the pacts that arguments name, relative to a directory.
    ///
    /// # Errors
    ///
    /// Fails if an argument names nothing, a file that is no pact, or a folder without any.
    pub fn find(arguments: &[PathBuf], directory: &Path) -> Result<Self, PactFilesError> {
        let mut found = Self::default();
        for argument in arguments {
            let path = directory.join(argument);
            let shown = argument.display().to_string();
            if path.is_file() || path.is_symlink() {
                found.named(&path)?;
            } else if path.is_dir() {
                found.folder(&path, &shown)?;
            } else {
                found.pattern(&path, &shown)?;
            }
        }
        if !found.broken.is_empty() {
            let files = found.broken;
            return Err(PactFilesError::Broken { files });
        }
        found.contracts.dedup_by(|(a, _), (b, _)| a == b);
        Ok(found)
    }

    fn named(&mut self, path: &Path) -> Result<(), PactFilesError> {
        match read(path) {
            Ok(contract) => self.contracts.push((path.to_owned(), contract)),
            Err(NotRead::NoPact(source)) => {
                return Err(PactFilesError::NotAPact {
                    path: path.to_owned(),
                    source,
                });
            }
            Err(NotRead::TooLarge(why)) => self.broken.push((path.to_owned(), why)),
            Err(NotRead::Io(source)) => {
                return Err(PactFilesError::Unreadable {
                    path: path.to_owned(),
                    source,
                });
            }
        }
        Ok(())
    }

    /// Takes in a file that was not named itself.
    ///
    /// What is no pact is named and passed over. What should be one is not: the tests that wrote it
    /// may have died, and a contract would go missing unnoticed.
    fn found(&mut self, file: PathBuf) {
        match read(&file) {
            Ok(contract) => self.contracts.push((file, contract)),
            Err(NotRead::NoPact(error)) => {
                let is_other = matches!(error, PactError::SomethingElse(_));
                let is_json = file
                    .extension()
                    .is_some_and(|end| end.eq_ignore_ascii_case("json"));
                let passed_over = is_other || !is_json;
                let files = if passed_over {
                    &mut self.others
                } else {
                    &mut self.broken
                };
                files.push((file, error.to_string()));
            }
            Err(NotRead::TooLarge(why)) => self.broken.push((file, why)),
            Err(NotRead::Io(error)) => self.others.push((file, error.to_string())),
        }
    }

    fn folder(&mut self, path: &Path, shown: &str) -> Result<(), PactFilesError> {
        let before = (self.contracts.len(), self.others.len());
        for entry in WalkDir::new(path).sort_by_file_name() {
            let entry = entry.map_err(|error| PactFilesError::Unreadable {
                path: error.path().unwrap_or(path).to_owned(),
                source: error.into(),
            })?;
            if entry.file_type().is_dir() {
                continue;
            }
            let file = entry.path().to_owned();
            self.found(file);
        }
        self.at_least_one(before, shown)
    }

    fn pattern(&mut self, path: &Path, shown: &str) -> Result<(), PactFilesError> {
        let pattern = path.to_string_lossy();
        let is_pattern = shown.contains(['*', '?', '[']);
        let nothing = || PactFilesError::Nothing {
            path: shown.to_owned(),
            is_pattern,
        };
        if !is_pattern {
            return Err(nothing());
        }
        let matches = glob::glob(&pattern).map_err(|source| PactFilesError::Pattern {
            pattern: shown.to_owned(),
            source,
        })?;
        let before = (self.contracts.len(), self.others.len());
        let mut any = false;
        for path in matches {
            let path = path.map_err(|error| PactFilesError::Unreadable {
                path: error.path().to_owned(),
                source: error.into(),
            })?;
            any = true;
            if path.is_dir() {
                self.folder(&path, &path.display().to_string())?;
                continue;
            }
            self.found(path);
        }
        if !any {
            return Err(nothing());
        }
        self.at_least_one(before, shown)
    }

    fn at_least_one(&self, before: (usize, usize), shown: &str) -> Result<(), PactFilesError> {
        if self.contracts.len() > before.0 || !self.broken.is_empty() {
            return Ok(());
        }
        let others = self.others[before.1..].to_vec();
        Err(PactFilesError::NoPact {
            path: shown.to_owned(),
            others,
        })
    }
}

/// Why a file did not give a pact.
enum NotRead {
    NoPact(PactError),
    TooLarge(String),
    Io(io::Error),
}

fn read(path: &Path) -> Result<Contract, NotRead> {
    let about = fs::symlink_metadata(path).map_err(NotRead::Io)?;
    if !about.is_file() {
        let what = if about.is_symlink() {
            "a symbolic link"
        } else {
            "not a regular file"
        };
        return Err(NotRead::Io(io::Error::other(format!("it is {what}"))));
    }
    if about.len() > LARGEST {
        let text = format!(
            "it has {} bytes, more than the {LARGEST} that are read",
            about.len()
        );
        return Err(NotRead::TooLarge(text));
    }
    let bytes = fs::read(path).map_err(NotRead::Io)?;
    let pact = Pact::parse(&bytes).map_err(NotRead::NoPact)?;
    Ok(Contract {
        consumer: pact.consumer().clone(),
        provider: pact.provider().clone(),
        bytes: Arc::from(without_byte_order_mark(&bytes)),
        pact,
    })
}
