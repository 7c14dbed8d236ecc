//! Facts for tests, and the way they take into a store.

use std::fmt::Debug;
use std::str::FromStr;
use std::sync::Arc;

use git_pact::domain::content::ContentId;
use git_pact::domain::entry::entries;
use git_pact::domain::fact::Fact;
use git_pact::domain::time::Timestamp;
use git_pact::record::change::change;
use git_pact::store::Actor;
use git_pact::store::Note;
use git_pact::store::RecordStore;
use git_pact::store::ledger::StoreLedger;
use git_pact::store::overlay::Overlay;
use sha2::Digest;
use sha2::Sha256;

/// Parses a name.
pub(crate) fn n<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Returns the id of a made-up content.
pub(crate) fn content_id(text: &str) -> ContentId {
    ContentId::from_digest(Sha256::digest(text).into())
}

/// Returns a made-up pact, as published: not as this program would write JSON.
pub(crate) fn pact(consumer: &str, provider: &str, text: &str) -> Arc<[u8]> {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let (consumer, provider, text) = (quoted(consumer), quoted(provider), quoted(text));
    let pact = format!(
        "{{ \"provider\": {{\"name\": {provider}}},\r\n\t\"consumer\": {{\"name\": {consumer}}}, \
         \"what\": {text}, \"number\": 1.0 }}"
    );
    pact.into_bytes().into()
}

/// Returns the moment so many seconds after the first day of the tests.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_epoch_seconds(1_790_000_000 + seconds).unwrap()
}

/// Returns what the commits of tests say.
pub(crate) fn note() -> Note {
    Note {
        actor: Actor {
            name: "Test".to_owned(),
            email: "test@example.com".to_owned(),
        },
        at: at(0),
        message: "Record what a test says".to_owned(),
    }
}

/// Puts what has to be stored for a fact on top of what is there; returns how much that is.
pub(crate) fn put_fact(overlay: &mut Overlay<'_>, fact: &Fact) -> usize {
    let entries = entries(&StoreLedger::new(overlay), fact).unwrap();
    let count = entries.len();
    for entry in entries {
        let (branch, path, what) = change(entry);
        overlay.put(branch, path, what);
    }
    count
}

/// Records facts, one commit a branch, and returns how many branches moved.
pub(crate) fn record(store: &dyn RecordStore, facts: &[Fact]) -> usize {
    let snapshot = store.snapshot();
    let mut overlay = Overlay::new(&*snapshot);
    for fact in facts {
        put_fact(&mut overlay, fact);
    }
    let changes = overlay.into_changes();
    let advances = store.commit(&*snapshot, &changes, &note()).unwrap();
    store.advance(&advances).unwrap();
    advances.len()
}
