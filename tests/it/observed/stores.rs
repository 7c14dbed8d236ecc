//! The stores that cases meet: each is built once, and copied for whoever needs it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;

use serde::Deserialize;
use serde_json::Value;

use super::super::support::git::Git;
use super::super::support::sandbox::Output;
use super::super::support::sandbox::Sandbox;
use super::super::support::shop::fixture;
use super::table::read;

/// How a store comes about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recipe {
    /// The store to begin with; without it an empty one.
    from: Option<String>,
    /// The commands that follow, as words.
    #[serde(default)]
    steps: Vec<Vec<String>>,
    /// There is no store at all.
    #[serde(default)]
    missing: bool,
}

/// The environments whose ids are wanted.
const ENVIRONMENTS: [&str; 2] = ["test", "production"];

/// A store that was built.
#[derive(Clone, Debug)]
struct Store {
    place: PathBuf,
    uuids: Uuids,
}

/// The ids of environments, as `$UUID(name)`.
pub(super) type Uuids = Vec<(String, String)>;

/// A store, if it is not one that is missing; or why it could not be built.
type Built = Result<Option<Store>, String>;

/// The stores, as far as somebody asked for them.
pub(super) struct Stores {
    recipes: BTreeMap<String, Recipe>,
    workshop: Sandbox,
    built: Mutex<BTreeMap<String, Built>>,
}

impl Stores {
    /// Returns the stores of `fixtures/cli`, none of them built.
    pub(super) fn read() -> Self {
        let workshop = Sandbox::new();
        copy(Path::new(&fixture("cli/work")), &workshop.path("work"));
        Self {
            recipes: read("stores.json"),
            workshop,
            built: Mutex::default(),
        }
    }

    /// Puts a copy of a store into a place, and returns the ids of its environments; does nothing if
    /// the store is one that is missing.
    ///
    /// Fails if a command fails that builds it.
    pub(super) fn put(&self, name: &str, place: &Path) -> Result<Uuids, String> {
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        let store = self.store(name, &mut built);
        drop(built);
        let Some(store) = store? else {
            return Ok(Uuids::new());
        };
        copy(&store.place, place);
        Ok(store.uuids)
    }

    fn store(&self, name: &str, built: &mut BTreeMap<String, Built>) -> Built {
        if let Some(store) = built.get(name) {
            return store.clone();
        }
        let Some(recipe) = self.recipes.get(name) else {
            panic!("there is no store `{name}` in stores.json");
        };
        let store = self.build(name, recipe, built);
        built.insert(name.to_owned(), store.clone());
        store
    }

    fn build(&self, name: &str, recipe: &Recipe, built: &mut BTreeMap<String, Built>) -> Built {
        if recipe.missing {
            return Ok(None);
        }
        let place = self.workshop.path(name);
        let from = match &recipe.from {
            Some(from) => self.store(from, built)?,
            None => None,
        };
        match from {
            Some(from) => copy(&from.place, &place),
            None => drop(self.workshop.remote(name)),
        }
        let work = self.workshop.path("work");
        let work = work.to_str().unwrap();
        let variables = [("GIT_PACT_REPO", place.to_str().unwrap())];
        for step in &recipe.steps {
            let words = step.iter().map(|word| word.replace("$WORK", work));
            let words: Vec<String> = words.collect();
            let output = self.workshop.run_with("work", &words, &variables);
            if output.status != Some(0) {
                let step = step.join(" ");
                let Output { stdout, stderr, .. } = output;
                return Err(format!("no store `{name}`: {step}: {stdout}{stderr}"));
            }
        }
        let uuids = uuids(&Git::at(&place));
        Ok(Some(Store { place, uuids }))
    }
}

/// Returns the ids of the environments that a store has a record of.
fn uuids(git: &Git) -> Uuids {
    let uuid = |name: &str| {
        let record = format!("refs/heads/pact/env/{name}:{name}/environment.json");
        let record = git.attempt(&["show", &record], b"").ok()?;
        let record: Value = serde_json::from_str(&record).unwrap();
        let uuid = record["uuid"].as_str().unwrap().to_owned();
        Some((format!("$UUID({name})"), uuid))
    };
    ENVIRONMENTS.into_iter().filter_map(uuid).collect()
}

/// Copies a directory with everything in it.
pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
