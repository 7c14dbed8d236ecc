//! What the generator makes is what the store makes.

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::mem;

use git_pact::store::RecordStore;
use git_pact::store::Revision;
use git_pact::store::git::GitStore;
use git_pact::store::git::Place;
use git_pact::store::memory::tips;

use super::*;
use crate::generate::story::Story;

const PLAN: Plan = Plan {
    records: 1_500,
    applications: 100,
    providers: 10,
    seed: 7,
};

fn tips_of(path: &Path) -> BTreeMap<String, Option<Revision>> {
    let store = GitStore::new(Place::at(path).unwrap()).unwrap();
    let tips = tips(&*store.snapshot()).unwrap();
    tips.into_iter()
        .map(|(branch, tip)| (branch.to_string(), tip))
        .collect()
}

#[test]
fn every_commit_is_the_one_that_the_store_makes() {
    let directory = tempfile::tempdir().unwrap();
    let made = make(&PLAN, Shape::Loose, directory.path(), &|_| ()).unwrap();

    let path = directory.path().join("by-the-store.git");
    // A clone's, which does not wait for the disk after each object.
    let place = Place::private_clone(&path, "https://git.example.org/none").unwrap();
    let store = GitStore::new(place).unwrap();
    let mut told = Story::new(&PLAN).unwrap();
    let mut commits = 0;
    let mut kinds = HashSet::new();
    while told.counts.records() < PLAN.records {
        told.tell(&mut |intent, note| {
            kinds.insert(mem::discriminant(intent));
            let snapshot = store.snapshot();
            let changes = eras::decided(&*snapshot, intent)?;
            let advances = store.commit(&*snapshot, &changes, note).unwrap();
            assert!(!advances.is_empty(), "{} says nothing new", note.message);
            commits += advances.len() as u64;
            store.advance(&advances).unwrap();
            Ok(())
        })
        .unwrap();
    }
    assert_eq!(tips_of(&made.path), tips_of(&path));
    assert_eq!(made.counts.commits, commits);
    assert!(kinds.len() >= 6, "{} kinds of intents", kinds.len());
    assert_eq!(made.counts.branches, tips_of(&path).len() as u64);
}
