//! The directory that a static site is written into.
//!
//! It is the site's own: a manifest says which files are ours, and whatever else lies there is left as it
//! is. A directory that holds something and has no manifest is refused. Each file is the old or the new one;
//! the manifest
//! names files of ours that may be there before the first is written, and what they hold when the last is.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use sha2::Digest;
use sha2::Sha256;

use super::disk::DiskError;
use super::disk::failed;
use super::disk::put_in_place;
use super::regular_file;
use super::regular_file::NotRead;
use crate::domain::content::hex;
use crate::record::RecordError;
use crate::record::from_bytes;
use crate::record::site_manifest::FILE;
use crate::record::site_manifest::SiteManifest;
use crate::record::to_bytes;

/// The most bytes of a manifest.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A directory that a site is written into.
#[derive(Debug)]
pub struct WebFolder {
    root: PathBuf,
    before: SiteManifest,
    files: Mutex<BTreeMap<String, String>>,
    written: AtomicUsize,
}

/// What became of the files of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// How many there are.
    pub all: usize,
    /// How many are new, or have changed.
    pub written: usize,
    /// How many were taken away.
    pub removed: usize,
}

/// A site cannot be written into a directory.
#[derive(Debug, thiserror::Error)]
pub enum WebFolderError {
    /// It holds something that no site has.
    #[error("cannot build in {}: `{name}` in it is not from an earlier build", path.display())]
    Foreign {
        /// The directory.
        path: PathBuf,
        /// What lies there.
        name: String,
    },
    /// The manifest cannot be read.
    #[error("could not read {}", path.display())]
    Unread {
        /// Where it lies.
        path: PathBuf,
        /// Why not.
        source: NotRead,
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

impl WebFolder {
    /// Opens a directory for a site, and makes it if it is not there.
    ///
    /// # Errors
    ///
    /// Fails if it holds something but no site, and if it cannot be read or made.
    pub fn open(root: PathBuf) -> Result<Self, WebFolderError> {
        fs::create_dir_all(&root).map_err(failed("make", &root))?;
        let path = root.join(FILE);
        let before = match fs::symlink_metadata(&path) {
            Ok(_) => {
                let bytes = regular_file::read(&path, LARGEST);
                let bytes = bytes.map_err(|source| WebFolderError::Unread {
                    path: path.clone(),
                    source,
                })?;
                from_bytes(&bytes).map_err(|source| WebFolderError::Manifest { path, source })?
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                refuse_foreign(&root)?;
                SiteManifest::default()
            }
            Err(error) => return Err(failed("read", &path)(error).into()),
        };
        Ok(Self {
            root,
            before,
            files: Mutex::default(),
            written: AtomicUsize::new(0),
        })
    }

    /// Says whether it holds what is made of something, with none of its files gone.
    #[must_use]
    pub fn holds(&self, made_of: &str) -> bool {
        let is_there = |file: &String| fs::symlink_metadata(self.root.join(file)).is_ok();
        self.before.made_of == made_of && self.before.files.keys().all(is_there)
    }

    /// Returns how many files an earlier build has left.
    #[must_use]
    pub fn earlier(&self) -> usize {
        self.before.files.len()
    }

    /// Says which files the site will have, by their paths with slashes, before the first is put there:
    /// whatever comes in between, the next build knows them for ours.
    ///
    /// # Errors
    ///
    /// Fails if the manifest cannot be written.
    pub fn expect(&mut self, files: impl Iterator<Item = String>) -> Result<(), WebFolderError> {
        let known = &mut self.before;
        known.made_of.clear();
        for file in files {
            known.files.entry(file).or_default();
        }
        put_in_place(&self.root.join(FILE), &to_bytes(known))?;
        Ok(())
    }

    /// Puts a file into the site, by its path with slashes; nothing is written if it is there already. Several
    /// threads may put files at once.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written; then the file is as it was.
    pub fn put(&self, file: &str, bytes: &[u8]) -> Result<(), WebFolderError> {
        let hash = hex(&Sha256::digest(bytes));
        let path = self.root.join(file);
        // Its length tells what a power cut left of it.
        let is_whole =
            || fs::symlink_metadata(&path).is_ok_and(|it| it.len() == bytes.len() as u64);
        if self.before.files.get(file) != Some(&hash) || !is_whole() {
            put_in_place(&path, bytes)?;
            self.written.fetch_add(1, Ordering::Relaxed);
        }
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(file.to_owned(), hash);
        Ok(())
    }

    /// Takes away what an earlier build has left and this one has not, and says what the site is made of.
    ///
    /// # Errors
    ///
    /// Fails if something cannot be removed, or the manifest not be written.
    pub fn finish(mut self, made_of: String) -> Result<(Self, Counts), WebFolderError> {
        let files = std::mem::take(&mut self.files).into_inner();
        let files = files.unwrap_or_else(PoisonError::into_inner);
        let gone = self.before.files.keys();
        let gone: Vec<&String> = gone.filter(|file| !files.contains_key(*file)).collect();
        for file in &gone {
            self.remove(file)?;
        }
        let counts = Counts {
            all: files.len(),
            written: self.written.load(Ordering::Relaxed),
            removed: gone.len(),
        };
        let manifest = SiteManifest { made_of, files };
        put_in_place(&self.root.join(FILE), &to_bytes(&manifest))?;
        self.before = manifest;
        Ok((self, counts))
    }

    /// Returns all files of the site that is there, its manifest among them, by path with slashes.
    ///
    /// # Errors
    ///
    /// Fails if one cannot be read.
    pub fn read(&self) -> Result<BTreeMap<String, Vec<u8>>, WebFolderError> {
        let own = std::iter::once(FILE);
        let files = own.chain(self.before.files.keys().map(String::as_str));
        let file = |file: &str| {
            let path = self.root.join(file);
            match regular_file::read(&path, LARGEST) {
                Ok(bytes) => Ok((file.to_owned(), bytes)),
                Err(source) => Err(WebFolderError::Unread { path, source }),
            }
        };
        files.map(file).collect()
    }

    /// Removes a file of ours, and the directories that are empty then.
    fn remove(&self, file: &str) -> Result<(), WebFolderError> {
        // A manifest that somebody changed leads nowhere but into the directory.
        let is_inside = file.split('/').all(|name| !matches!(name, "" | "." | ".."));
        if !is_inside {
            return Ok(());
        }
        let path = self.root.join(file);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed("remove", &path)(error).into()),
        }
        let above = path.ancestors().skip(1);
        for directory in above.take_while(|it| *it != self.root) {
            // One that is not empty stays.
            if fs::remove_dir(directory).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// Fails if a directory holds anything but the repository that it may be the work tree of.
fn refuse_foreign(root: &Path) -> Result<(), WebFolderError> {
    for entry in fs::read_dir(root).map_err(failed("read", root))? {
        let name = entry.map_err(failed("read", root))?.file_name();
        if name != ".git" {
            return Err(WebFolderError::Foreign {
                path: root.to_owned(),
                name: name.to_string_lossy().into_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(root: &Path) -> Vec<String> {
        let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter();
        let files = entries.flatten().filter(|it| it.file_type().is_file());
        let inside = |path: &Path| path.strip_prefix(root).unwrap().display().to_string();
        files.map(|it| inside(it.path())).collect()
    }

    fn build(root: &Path, made_of: &str, files: &[(&str, &str)]) -> Counts {
        let mut folder = WebFolder::open(root.to_owned()).unwrap();
        assert!(!folder.holds(made_of));
        let expected = files.iter().map(|(file, _)| (*file).to_owned());
        folder.expect(expected).unwrap();
        for (file, text) in files {
            folder.put(file, text.as_bytes()).unwrap();
        }
        folder.finish(made_of.to_owned()).unwrap().1
    }

    #[test]
    fn only_what_changed_is_written_and_what_is_gone_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("site");
        let first = build(&root, "1", &[("index.html", "a"), ("x/y/1.html", "b")]);
        let counts = |all, written, removed| Counts {
            all,
            written,
            removed,
        };
        assert_eq!(first, counts(2, 2, 0));
        fs::write(root.join("CNAME"), "shop.example").unwrap();
        let second = build(&root, "2", &[("index.html", "a"), ("x/2.html", "c")]);
        assert_eq!(second, counts(2, 1, 1));
        assert_eq!(files(&root), ["CNAME", FILE, "index.html", "x/2.html"]);
        assert!(WebFolder::open(root.clone()).unwrap().holds("2"));
        fs::remove_file(root.join("index.html")).unwrap();
        assert!(!WebFolder::open(root.clone()).unwrap().holds("2"));
        fs::write(root.join("x/2.html"), "").unwrap();
        let third = build(&root, "3", &[("index.html", "a"), ("x/2.html", "c")]);
        assert_eq!(third, counts(2, 2, 0));
    }

    #[test]
    fn a_build_that_did_not_end_is_taken_up_and_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("site");
        let mut folder = WebFolder::open(root.clone()).unwrap();
        let expected = ["index.html", "x.html"].map(str::to_owned);
        folder.expect(expected.into_iter()).unwrap();
        folder.put("x.html", b"a").unwrap();
        drop(folder);
        build(&root, "1", &[("index.html", "a")]);
        assert_eq!(files(&root), [FILE, "index.html"]);
    }

    #[test]
    fn a_directory_of_somebody_else_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("thesis.txt"), "years").unwrap();
        let error = WebFolder::open(place.path().to_owned()).unwrap_err();
        assert!(error.to_string().contains("thesis.txt"), "{error}");
        assert_eq!(files(place.path()), ["thesis.txt"]);
    }

    #[test]
    fn a_manifest_leads_nowhere_else() {
        let place = tempfile::tempdir().unwrap();
        let (root, other) = (place.path().join("site"), place.path().join("other"));
        fs::create_dir(&root).unwrap();
        fs::write(&other, "mine").unwrap();
        let manifest = SiteManifest {
            made_of: "1".to_owned(),
            files: [("../other".to_owned(), String::new())].into(),
        };
        fs::write(root.join(FILE), to_bytes(&manifest)).unwrap();
        build(&root, "2", &[("index.html", "a")]);
        assert_eq!(fs::read_to_string(&other).unwrap(), "mine");
    }
}
