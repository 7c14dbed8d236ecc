//! A ledger that remembers: of many questions about a state that stands still, the first reads a record,
//! and all others get what it read.
//!
//! For those who ask of everything, as a static site does. Whatever is asked for once only, such as the bytes of
//! contracts, is not remembered. Nothing leaves a [`Memory`], so it lives as long as one such piece of work.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use super::content::ContentId;
use super::environment::DeployedVersion;
use super::environment::Ended;
use super::environment::Environment;
use super::environment::ReleasedVersion;
use super::ledger::Ledger;
use super::ledger::Read;
use super::name::BranchName;
use super::name::EnvironmentName;
use super::name::PacticipantName;
use super::name::TagName;
use super::name::VersionNumber;
use super::pacticipant::Pacticipant;
use super::policy::Policy;
use super::rules::Rules;
use super::signers::Signers;
use super::test_results::TestResults;
use super::test_results::TestResultsId;
use super::time::Seq;
use super::verification::Run;
use super::verification::Verified;
use super::version::BranchHead;
use super::version::TagHead;
use super::version::Version;
use super::webhook::Webhook;
use super::webhook::WebhookUuid;

/// A ledger of a state that stands still, and what was read of it before, here or on another thread.
pub struct Remembered<'a> {
    ledger: &'a dyn Ledger,
    memory: &'a Memory,
}

impl<'a> Remembered<'a> {
    /// Returns a ledger that is asked only for what the memory lacks. All that share a memory have to be of one
    /// state.
    #[must_use]
    pub fn new(ledger: &'a dyn Ledger, memory: &'a Memory) -> Self {
        Self { ledger, memory }
    }
}

/// What was read, by what it was asked for.
struct Known<K, V>(Mutex<HashMap<K, Arc<V>>>);

impl<K, V> Default for Known<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq, V: Clone> Known<K, V> {
    /// Returns what is known, or reads it. Nobody waits for somebody else's reading: at worst two read the same.
    fn recall(&self, key: K, read: impl FnOnce() -> Read<V>) -> Read<V> {
        // Whoever panicked with it left whole values behind.
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(&key).cloned();
        if let Some(value) = found {
            return Ok(V::clone(&value));
        }
        let value = read()?;
        known().insert(key, Arc::new(value.clone()));
        Ok(value)
    }
}

/// Has each method of the first list answered from memory, and each of the second by the ledger itself.
macro_rules! remember {
    (
        remembered {$(fn $name:ident($($arg:ident: $type:ty),*) -> $found:ty;)*}
        passed_on {$(fn $other:ident($($other_arg:ident: $other_type:ty),*) -> $other_found:ty;)*}
    ) => {
        /// What was read of one state, for all who look at it.
        #[derive(Default)]
        pub struct Memory {
            $($name: Known<($($type,)*), $found>,)*
        }

        impl Ledger for Remembered<'_> {
            $(fn $name(&self, $($arg: &$type),*) -> Read<$found> {
                self.memory.$name.recall(($($arg.clone(),)*), || self.ledger.$name($($arg),*))
            })*
            $(fn $other(&self, $($other_arg: &$other_type),*) -> Read<$other_found> {
                self.ledger.$other($($other_arg),*)
            })*
        }
    };
}

remember! {
    remembered {
        fn pacticipant(name: PacticipantName) -> Option<Arc<Pacticipant>>;
        fn pacticipants() -> Vec<PacticipantName>;
        fn consumers_of(provider: PacticipantName) -> Vec<PacticipantName>;
        fn version(name: PacticipantName, number: VersionNumber) -> Option<Arc<Version>>;
        fn versions(name: PacticipantName) -> Vec<Arc<Version>>;
        fn latest_version(name: PacticipantName) -> Option<Arc<Version>>;
        fn branch_head(name: PacticipantName, branch: BranchName) -> Option<BranchHead>;
        fn branch_heads(name: PacticipantName) -> Vec<BranchHead>;
        fn tag_head(name: PacticipantName, tag: TagName) -> Option<TagHead>;
        fn tag_heads(name: PacticipantName) -> Vec<TagHead>;
        fn runs_of(provider: PacticipantName, version: VersionNumber) -> Vec<Arc<Run>>;
        fn runs(provider: PacticipantName) -> Vec<Arc<Run>>;
        fn verified(
            provider: PacticipantName,
            consumer: PacticipantName,
            content: ContentId
        ) -> Verified;
        fn environment(name: EnvironmentName) -> Option<Arc<Environment>>;
        fn environments() -> Vec<Arc<Environment>>;
        fn deployed(environment: EnvironmentName, name: PacticipantName) -> Vec<DeployedVersion>;
        fn released(environment: EnvironmentName, name: PacticipantName) -> Vec<ReleasedVersion>;
        fn pacticipants_in(environment: EnvironmentName) -> Vec<PacticipantName>;
        fn signers(pacticipant: PacticipantName) -> Option<Arc<Signers>>;
    }
    passed_on {
        fn has_own_record(name: PacticipantName) -> bool;
        fn last_seq(name: PacticipantName) -> Seq;
        fn content(
            consumer: PacticipantName,
            provider: PacticipantName,
            content: ContentId
        ) -> Option<Arc<[u8]>>;
        fn contract(provider: PacticipantName, consumer: PacticipantName) -> Option<Arc<[u8]>>;
        fn test_results(provider: PacticipantName, id: TestResultsId) -> Option<Arc<TestResults>>;
        fn last_environment_seq(name: EnvironmentName) -> Seq;
        fn ended(environment: EnvironmentName) -> Vec<Ended>;
        fn webhook(uuid: WebhookUuid) -> Option<Arc<Webhook>>;
        fn webhooks() -> Vec<Arc<Webhook>>;
        fn all_signers() -> Vec<Arc<Signers>>;
        fn rules() -> Option<Rules>;
        fn policy() -> Policy;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    #[test]
    fn what_was_read_is_not_asked_for_again_by_whoever_shares_the_memory() {
        let mut shop = MemoryLedger::default();
        shop.publish("Web", "1", "main", &["Orders=a"]);
        let (memory, nothing) = (Memory::default(), MemoryLedger::default());
        let first = Remembered::new(&shop, &memory);
        let web: PacticipantName = n("Web");
        let read = first.versions(&web).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(first.version(&web, &n("2")).unwrap(), None);
        let second = Remembered::new(&nothing, &memory);
        assert_eq!(second.versions(&web).unwrap(), read);
        // What nobody read is asked for, and that there is none is remembered as well.
        assert!(second.latest_version(&web).unwrap().is_none());
        assert!(first.latest_version(&web).unwrap().is_none());
        assert!(first.last_seq(&web).unwrap() > second.last_seq(&web).unwrap());
    }
}
