//! The directory that pacts are pulled into, and the manifest beside it.
//!
//! The directory holds nothing but pact files, because a verifier takes every file in it for one.
//! It appears as a whole: it is built aside and renamed into its place. What somebody else put
//! there, or changed there, is never replaced.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use super::disk::DiskError;
use super::disk::failed;
use crate::domain::content::ContentId;
use crate::domain::pact::Pact;
use crate::domain::pact::PactError;
use crate::record::RecordError;
use crate::record::from_bytes;
use crate::record::manifest::Manifest;
use crate::record::manifest::PulledFile;
use crate::record::manifest::SUFFIX;
use crate::record::to_bytes;

/// A directory that pacts are pulled into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullDirectory {
    /// The directory.
    path: PathBuf,
    /// Its name, as a command line gave it, for people to read.
    shown: String,
}

/// Pacts cannot be pulled into a directory, or not be read from it.
#[derive(Debug, thiserror::Error)]
pub enum PullDirectoryError {
    /// The path is no place for a directory.
    #[error("cannot pull into {path}: {why}")]
    NoPlace {
        /// The path.
        path: String,
        /// Why not.
        why: &'static str,
    },
    /// Something in the directory was not pulled.
    #[error("cannot pull into {path}: `{name}` in it is not from an earlier pull")]
    Foreign {
        /// The directory.
        path: String,
        /// What lies there.
        name: String,
    },
    /// A file is not what was pulled.
    #[error("{} was changed since it was pulled", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A file is no pact any more.
    #[error("{} is not the pact that was pulled", path.display())]
    NotAPact {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        source: PactError,
    },
    /// The manifest is damaged or of a newer program.
    #[error("cannot use the manifest {}", path.display())]
    Manifest {
        /// Where it lies.
        path: PathBuf,
        /// Why not.
        source: RecordError,
    },
    /// The disk says no.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl PullDirectory {
    /// Returns the directory at a path that a command line gave.
    ///
    /// # Errors
    ///
    /// Fails if the path has no name of its own, or is one that pulling would take away from under
    /// somebody's feet.
    pub fn new(given: &Path, working_directory: &Path) -> Result<Self, PullDirectoryError> {
        let no_place = |why| PullDirectoryError::NoPlace {
            path: given.display().to_string(),
            why,
        };
        let path = working_directory.join(given);
        let has_name = matches!(path.components().next_back(), Some(Component::Normal(_)));
        if !has_name {
            return Err(no_place("give the directory by its name"));
        }
        if let Ok(about) = fs::symlink_metadata(&path) {
            if !about.is_dir() {
                return Err(no_place("it is not a directory"));
            }
            if let (Ok(real), Ok(here)) = (path.canonicalize(), working_directory.canonicalize())
                && here.starts_with(real)
            {
                return Err(no_place("you stand in it, and it would be replaced"));
            }
        }
        // Without a slash at its end.
        let path: PathBuf = path.components().collect();
        Ok(Self {
            path,
            shown: given.display().to_string(),
        })
    }

    /// Returns the name of the directory.
    #[must_use]
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Returns where the manifest lies.
    #[must_use]
    pub fn manifest_path(&self) -> PathBuf {
        self.path.with_file_name(self.name() + SUFFIX)
    }

    /// Fails unless everything in the directory is from an earlier pull and as it was pulled.
    ///
    /// # Errors
    ///
    /// Names what is not, or says what cannot be read.
    pub fn check(&self) -> Result<(), PullDirectoryError> {
        let entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(failed("read", &self.path))?,
        };
        let mut names = BTreeSet::new();
        for entry in entries {
            let entry = entry.map_err(failed("read", &self.path))?;
            names.insert(entry.file_name().to_string_lossy().into_owned());
        }
        if names.is_empty() {
            return Ok(());
        }
        let manifest = self.manifest_path();
        let earlier = match fs::read(&manifest) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            bytes => parse(&bytes.map_err(failed("read", &manifest))?, &manifest)?.pacts,
        };
        let earlier: BTreeMap<&str, &PulledFile> = earlier
            .iter()
            .map(|pulled| (pulled.file.as_str(), pulled))
            .collect();
        for name in names {
            let Some(pulled) = earlier.get(name.as_str()) else {
                let path = self.shown.clone();
                return Err(PullDirectoryError::Foreign { path, name });
            };
            read_pulled(&self.path.join(name), &pulled.content_id)?;
        }
        Ok(())
    }

    /// Replaces what an earlier pull left by these files, all of them or none.
    ///
    /// Between two renames there is no directory, and before and after it no manifest: a program
    /// that dies there leaves none, never one that does not fit its manifest.
    ///
    /// # Errors
    ///
    /// Fails as [`PullDirectory::check`] does, or if the disk cannot be written; then what was
    /// there is there still.
    pub fn replace(
        &self,
        manifest: &Manifest,
        files: &[Arc<[u8]>],
    ) -> Result<(), PullDirectoryError> {
        self.check()?;
        let parent = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(failed("make", parent))?;
        let aside = tempfile::Builder::new()
            .prefix(".git-pact-")
            .tempdir_in(parent)
            .map_err(failed("write in", parent))?;
        let (new, old) = (aside.path().join("new"), aside.path().join("old"));
        fs::create_dir(&new).map_err(failed("make", &new))?;
        for (pulled, bytes) in manifest.pacts.iter().zip(files) {
            let file = new.join(&pulled.file);
            fs::write(&file, bytes).map_err(failed("write", &file))?;
        }
        let beside = aside.path().join("manifest");
        fs::write(&beside, to_bytes(manifest)).map_err(failed("write", &beside))?;

        let manifest_path = self.manifest_path();
        let old_manifest = aside.path().join("old-manifest");
        let had_manifest = moved_away(&manifest_path, &old_manifest)?;
        let swapped = moved_away(&self.path, &old).and_then(|had_directory| {
            let put = fs::rename(&new, &self.path)
                .map_err(failed("write", &self.path))
                .and_then(|()| {
                    fs::rename(&beside, &manifest_path).map_err(failed("write", &manifest_path))
                });
            if put.is_err() && had_directory {
                // The first error is the one to report.
                let _ = fs::rename(&self.path, &new);
                let _ = fs::rename(&old, &self.path);
            }
            put
        });
        if swapped.is_err() && had_manifest {
            let _ = fs::rename(&old_manifest, &manifest_path);
        }
        Ok(swapped?)
    }
}

/// Moves a file or directory away; says whether there was one.
fn moved_away(path: &Path, to: &Path) -> Result<bool, DiskError> {
    match fs::rename(path, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        moved => moved.map(|()| true).map_err(failed("replace", path)),
    }
}

/// Returns the manifest in a file.
///
/// # Errors
///
/// Fails if it cannot be read or is not a manifest.
pub fn read_manifest(path: &Path) -> Result<Manifest, PullDirectoryError> {
    parse(&fs::read(path).map_err(failed("read", path))?, path)
}

fn parse(bytes: &[u8], path: &Path) -> Result<Manifest, PullDirectoryError> {
    from_bytes(bytes).map_err(|source| PullDirectoryError::Manifest {
        path: path.to_owned(),
        source,
    })
}

/// Returns the pact in a file that was pulled.
///
/// # Errors
///
/// Fails if it is gone, or if its content is another than was pulled.
pub fn read_pulled(path: &Path, content: &ContentId) -> Result<Pact, PullDirectoryError> {
    let bytes = fs::read(path).map_err(failed("read", path))?;
    let pact = Pact::parse(&bytes).map_err(|source| PullDirectoryError::NotAPact {
        path: path.to_owned(),
        source,
    })?;
    if pact.content_id() == content {
        Ok(pact)
    } else {
        let path = path.to_owned();
        Err(PullDirectoryError::Changed { path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACT: &str = r#"{"consumer": {"name": "Web"}, "provider": {"name": "Orders"},
        "interactions": [{"description": "an order"}]}"#;

    fn manifest(files: &[(&str, &str)]) -> (Manifest, Vec<Arc<[u8]>>) {
        let pulled = |(file, text): &(&str, &str)| PulledFile {
            file: (*file).to_owned(),
            consumer: "Web".parse().unwrap(),
            consumer_versions: vec!["1".parse().unwrap()],
            content_id: Pact::parse(text.as_bytes()).unwrap().content_id().clone(),
            pending: false,
            wip: false,
        };
        let manifest = Manifest {
            provider: "Orders".parse().unwrap(),
            provider_version_branch: None,
            provider_version_tags: Vec::new(),
            store: "somewhere".to_owned(),
            directory: "verify".to_owned(),
            pacts: files.iter().map(pulled).collect(),
            computed_from: BTreeMap::new(),
        };
        let bytes = files.iter().map(|(_, text)| text.as_bytes().into());
        (manifest, bytes.collect())
    }

    fn listing(path: &Path) -> Vec<String> {
        let entries = fs::read_dir(path).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_pull_replaces_what_an_earlier_one_left_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let directory = PullDirectory::new(Path::new("in/verify/"), place.path()).unwrap();
        let (two, bytes) = manifest(&[("Web.json", PACT), ("Web-1.json", PACT)]);
        directory.replace(&two, &bytes).unwrap();
        assert_eq!(
            listing(&place.path().join("in")),
            ["verify", "verify.git-pact.json"]
        );
        assert_eq!(
            listing(&place.path().join("in/verify")),
            ["Web-1.json", "Web.json"]
        );
        let (one, bytes) = manifest(&[("Web.json", PACT)]);
        directory.replace(&one, &bytes).unwrap();
        assert_eq!(listing(&place.path().join("in/verify")), ["Web.json"]);
        let written = fs::read(place.path().join("in/verify/Web.json")).unwrap();
        assert_eq!(written, PACT.as_bytes());

        fs::write(place.path().join("in/verify/notes.txt"), "mine").unwrap();
        let error = directory.replace(&two, &bytes).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot pull into in/verify/: `notes.txt` in it is not from an earlier pull"
        );
        assert_eq!(
            listing(&place.path().join("in/verify")),
            ["Web.json", "notes.txt"]
        );
        assert_eq!(read_manifest(&directory.manifest_path()).unwrap(), one);
    }

    #[test]
    fn a_pulled_file_that_was_changed_is_not_replaced() {
        let place = tempfile::tempdir().unwrap();
        let directory = PullDirectory::new(Path::new("verify"), place.path()).unwrap();
        let (manifest, bytes) = manifest(&[("Web.json", PACT)]);
        directory.replace(&manifest, &bytes).unwrap();
        let file = place.path().join("verify/Web.json");
        let spaced = PACT.replace(',', " , ");
        fs::write(&file, spaced).unwrap();
        directory.check().unwrap();
        fs::write(&file, PACT.replace("an order", "a change")).unwrap();
        let error = directory.check().unwrap_err();
        assert!(
            matches!(error, PullDirectoryError::Changed { .. }),
            "{error}"
        );
    }

    #[test]
    fn some_paths_are_no_place_to_pull_into() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("file"), "").unwrap();
        let here = place.path().file_name().unwrap().to_str().unwrap();
        for path in ["/", "..", "file", &format!("../{here}"), "."] {
            let refused = PullDirectory::new(Path::new(path), place.path());
            assert!(refused.is_err(), "{path}");
        }
        let fine = PullDirectory::new(Path::new("./verify"), place.path()).unwrap();
        assert_eq!(fine.name(), "verify");
    }
}
