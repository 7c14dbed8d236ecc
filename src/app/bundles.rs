//! A store that is read from bundles: a file, or a folder of them, on whatever copies files.
//!
//! All bundles together say what a store holds: they are decided one after the other, in the order of the times
//! that they name, then of their names, into a store of our own in the cache directory. Clocks of several
//! machines are never quite alike, so one that builds on another may come before it: it is put back until that
//! one was decided. The same files give the same commits on every machine.
//!
//! The store that comes of it has the name of what it was made of, so it is made again exactly if a file changed.
//! It is read and never written: what is to be added is one more bundle.
//!
//! Nobody answers from a part: if one bundle cannot be read or decided, that is an error.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use sha2::Digest;
use sha2::Sha256;

use super::Context;
use super::bundle::Bench;
use super::bundle::Bundle;
use super::bundle::BundleError;
use super::bundle::Why;
use super::regular_file;
use super::site::Site;
use super::site::SiteError;
use super::write::WriteError;
use super::write::write;
use crate::domain::deceptive::visible_on_one_line;
use crate::domain::intent::Refusal;
use crate::remote::Bundle as GitBundle;
use crate::store::git::Place;

/// How the names of bundles end in a folder.
const ENDING: &str = "bundle";

/// How many of the stores that were made of one folder are left for those who still read one.
const KEPT: usize = 3;

/// The files that a store is read from.
#[derive(Debug)]
pub struct Bundles {
    /// The file or the folder, as it was named.
    name: String,
    /// Where it is.
    path: PathBuf,
    /// The files, by their names.
    files: BTreeMap<String, PathBuf>,
}

/// A store cannot be read from bundles.
#[derive(Debug, thiserror::Error)]
pub enum BundlesError {
    /// One of them cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// One of them says what cannot be recorded beside the others.
    #[error("{file} cannot be recorded beside the other bundles of {folder}")]
    Refused {
        /// Its name.
        file: String,
        /// The folder.
        folder: String,
        /// Why not.
        source: Box<Refusal>,
    },
    /// The store could not be made of them.
    #[error("could not put the bundles of {folder} together")]
    Write {
        /// The folder.
        folder: String,
        /// Why not.
        source: Box<WriteError>,
    },
    /// The disk does not let us.
    #[error("could not look into {}", path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl Bundles {
    /// Returns the bundles that a path names: a file that is one, or a directory that holds files whose names end
    /// in `.bundle`; `None` if it is something else, such as a repository.
    ///
    /// A directory without any is one if `may_be_empty`: then the first is about to be written.
    ///
    /// # Errors
    ///
    /// Fails if the path cannot be looked at.
    pub fn at(path: &Path, may_be_empty: bool) -> Result<Option<Self>, BundlesError> {
        let failed = |source| BundlesError::Disk {
            path: path.to_owned(),
            source,
        };
        let mut files = BTreeMap::new();
        if path.is_file() {
            let mut first = Vec::new();
            let file = fs::File::open(path).map_err(failed)?;
            file.take(16).read_to_end(&mut first).map_err(failed)?;
            let ends_so = path.extension().is_some_and(|it| it == ENDING);
            if !GitBundle::begins(&first) && !ends_so {
                return Ok(None);
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            files.insert(name.into_owned(), path.to_owned());
        } else if path.is_dir() {
            for entry in fs::read_dir(path).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                if path.extension().is_some_and(|it| it == ENDING) {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    files.insert(name.into_owned(), path);
                }
            }
            if files.is_empty() && !may_be_empty {
                return Ok(None);
            }
        } else {
            return Ok(None);
        }
        Ok(Some(Self {
            name: visible_on_one_line(&path.display().to_string()),
            path: path.to_owned(),
            files,
        }))
    }

    /// Returns no bundles at all, where there is no store: only what is written into one counts.
    #[must_use]
    pub fn none(path: &Path) -> Self {
        Self {
            name: "nothing, as there is no repository here".to_owned(),
            path: path.to_owned(),
            files: BTreeMap::new(),
        }
    }

    /// Opens the store that the bundles make, which is to be read only.
    ///
    /// # Errors
    ///
    /// Fails if one of them cannot be read or decided, or if there is no place for the store.
    pub fn open(&self, context: &Context) -> Result<Site, SiteError> {
        let cache = context
            .cache_directory
            .as_deref()
            .ok_or(SiteError::NoCache)?;
        // Where the folder is belongs to the name, so that those of another are not taken for old ones.
        let place = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let of_place = hex(&Sha256::digest(place.as_os_str().as_encoded_bytes()));
        let home = cache.join("bundles").join(&of_place[..16]);
        let digests = self.digests()?;
        let made = home.join(format!("{}.git", &summary(&digests)[..32]));
        if !made.is_dir() {
            self.make(&home, &made, &digests, context)?;
        }
        let site = Site::new(Place::at(&made)?.as_copy(), None, context)?;
        Ok(site.made_of(self.path.clone(), self.description()))
    }

    fn description(&self) -> String {
        match self.files.len() {
            0 => self.name.clone(),
            1 => format!("1 bundle in {}", self.name),
            files => format!("{files} bundles in {}", self.name),
        }
    }

    /// Returns what tells the files from others.
    fn digests(&self) -> Result<BTreeMap<&str, String>, BundlesError> {
        let mut digests = BTreeMap::new();
        for (name, path) in &self.files {
            digests.insert(name.as_str(), hex(&Sha256::digest(read(path)?)));
        }
        Ok(digests)
    }

    /// Makes the store beside its place and puts it there in one step.
    fn make(
        &self,
        home: &Path,
        made: &Path,
        digests: &BTreeMap<&str, String>,
        context: &Context,
    ) -> Result<(), SiteError> {
        let failed = |source| BundlesError::Disk {
            path: home.to_owned(),
            source,
        };
        fs::create_dir_all(home).map_err(failed)?;
        let aside = tempfile::Builder::new()
            .prefix(".git-pact-")
            .tempdir_in(home)
            .map_err(failed)?;
        let store = aside.path().join("store.git");
        let place = Place::init_bare(&store)?.as_copy();
        self.decide(Site::new(place, None, context)?, digests, context)?;
        match fs::rename(&store, made) {
            // Another process was faster, with the same.
            Err(_) if made.is_dir() => {}
            renamed => renamed.map_err(failed)?,
        }
        forget_old_ones(home);
        Ok(())
    }

    /// Decides all bundles, in their order.
    fn decide(
        &self,
        mut site: Site,
        digests: &BTreeMap<&str, String>,
        context: &Context,
    ) -> Result<(), BundlesError> {
        let bench = Bench::new(context).map_err(|error| self.failed(error))?;
        let mut waiting = Vec::new();
        for (name, path) in &self.files {
            let bytes = read(path)?;
            if digests.get(name.as_str()) != Some(&hex(&Sha256::digest(&bytes))) {
                return Err(BundleError::reading(path, Why::Changed).into());
            }
            waiting.push((name, bench.parse(path, &bytes)?));
        }
        waiting.sort_by(|(name, one), (other_name, other)| {
            (one.at, name).cmp(&(other.at, other_name))
        });
        loop {
            let before = waiting.len();
            let mut refused = Vec::new();
            let mut why = None;
            for (name, bundle) in waiting {
                match self.put(&mut site, &bundle, context)? {
                    None => {}
                    Some(refusal) => {
                        why.get_or_insert((name.clone(), refusal));
                        refused.push((name, bundle));
                    }
                }
            }
            match why {
                None => return Ok(()),
                Some((file, refusal)) if refused.len() == before => {
                    return Err(BundlesError::Refused {
                        file: visible_on_one_line(&file),
                        folder: self.name.clone(),
                        source: Box::new(refusal),
                    });
                }
                Some(_) => waiting = refused,
            }
        }
    }

    /// Records a bundle as whoever made it did, when he did; returns why not, if it cannot be.
    fn put(
        &self,
        site: &mut Site,
        bundle: &Bundle,
        context: &Context,
    ) -> Result<Option<Refusal>, BundlesError> {
        let then = Context {
            now: bundle.at,
            actor: Some(bundle.actor.clone()),
            // The store is the same whoever reads it, by whatever rules.
            rules: None,
            bundle: None,
            sign: false,
            ..context.clone()
        };
        match write(site, &then, &bundle.intents) {
            Ok(_) => Ok(None),
            Err(WriteError::Refused(refusal)) => Ok(Some(refusal)),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn failed(&self, error: impl Into<WriteError>) -> BundlesError {
        BundlesError::Write {
            folder: self.name.clone(),
            source: Box::new(error.into()),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, BundleError> {
    regular_file::read(path, super::bundle::LARGEST_BUNDLE)
        .map_err(|error| BundleError::reading(path, error))
}

/// Returns what tells these files from others, in one, and this program from others that may decide otherwise.
fn summary(digests: &BTreeMap<&str, String>) -> String {
    let mut all = Sha256::new();
    all.update(env!("CARGO_PKG_VERSION"));
    for (name, digest) in digests {
        all.update(name.as_bytes());
        all.update([0]);
        all.update(digest);
    }
    hex(&all.finalize())
}

fn hex(bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in bytes {
        // To write into a text cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Removes all but the newest stores that were made of a folder.
///
/// Whether that succeeds is of no matter: the next one tries again.
fn forget_old_ones(home: &Path) {
    let entries = fs::read_dir(home).into_iter().flatten().flatten();
    let stores = entries.filter(|it| it.path().extension().is_some_and(|it| it == "git"));
    let mut stores: Vec<(SystemTime, PathBuf)> = stores
        .filter_map(|it| Some((it.metadata().ok()?.modified().ok()?, it.path())))
        .collect();
    stores.sort();
    stores.reverse();
    for (_, old) in stores.into_iter().skip(KEPT) {
        let _ = fs::remove_dir_all(old);
    }
}

impl From<BundlesError> for SiteError {
    fn from(error: BundlesError) -> Self {
        Self::Bundles(Box::new(error))
    }
}
