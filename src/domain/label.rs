//! *Labels*: words to group applications by, in lists and for webhooks (spec: semantics §10).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ledger::{Ledger, Read};
use super::name::{LabelName, PacticipantName};
use super::pacticipant::{Pacticipant, pacticipants};
use super::time::Timestamp;

/// A label of a pacticipant, given or taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelling {
    /// Which pacticipant; created by its first label if nobody has mentioned it.
    pub pacticipant: PacticipantName,
    /// The label.
    pub label: LabelName,
    /// When this is said.
    pub at: Timestamp,
}

/// Returns a pacticipant as it is once it has a label.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn labelled(ledger: &dyn Ledger, labelling: &Labelling) -> Read<Pacticipant> {
    let name = &labelling.pacticipant;
    let mut pacticipant = Pacticipant::recorded(ledger, name, labelling.at)?;
    let labels = &mut pacticipant.labels;
    labels
        .entry(labelling.label.clone())
        .or_insert(labelling.at);
    Ok(pacticipant)
}

/// Returns a pacticipant as it is once it has no such label, or `None` if it has none now.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn unlabelled(ledger: &dyn Ledger, labelling: &Labelling) -> Read<Option<Pacticipant>> {
    let Some(known) = ledger.pacticipant(&labelling.pacticipant)? else {
        return Ok(None);
    };
    let mut pacticipant = Pacticipant::clone(&known);
    let had = pacticipant.labels.remove(&labelling.label);
    Ok(had.map(|_| pacticipant))
}

/// Returns the pacticipants that have a label, by name whatever its case. Reads them all.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn pacticipants_labelled(
    ledger: &dyn Ledger,
    label: &LabelName,
) -> Read<Vec<Arc<Pacticipant>>> {
    let mut found = pacticipants(ledger)?;
    found.retain(|pacticipant| pacticipant.labels.contains_key(label));
    Ok(found)
}

/// Returns every label that some pacticipant has. Reads them all.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn all_labels(ledger: &dyn Ledger) -> Read<BTreeSet<LabelName>> {
    let pacticipants = pacticipants(ledger)?;
    let labels = pacticipants.iter().flat_map(|it| it.labels.keys().cloned());
    Ok(labels.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fact::Fact;
    use crate::domain::testing::{MemoryLedger, n};

    fn labelling(ledger: &MemoryLedger, name: &str, label: &str) -> Labelling {
        Labelling {
            pacticipant: n(name),
            label: n(label),
            at: ledger.now(),
        }
    }

    fn label(ledger: &mut MemoryLedger, name: &str, label: &str) -> usize {
        let pacticipant = labelled(ledger, &labelling(ledger, name, label)).unwrap();
        ledger.tell(&Fact::Pacticipant(pacticipant))
    }

    fn with(ledger: &MemoryLedger, label: &str) -> Vec<String> {
        let found = pacticipants_labelled(ledger, &n(label)).unwrap();
        found.iter().map(|it| it.name.to_string()).collect()
    }

    #[test]
    fn a_label_creates_its_pacticipant_and_is_given_once() {
        let mut ledger = MemoryLedger::default();
        assert_eq!(label(&mut ledger, "Web", "ios"), 1);
        assert_eq!(label(&mut ledger, "Web", "ios"), 0, "it has it already");
        assert_eq!(label(&mut ledger, "app", "ios"), 1);
        assert_eq!(label(&mut ledger, "Shop", "web"), 1);
        assert_eq!(with(&ledger, "ios"), ["app", "Web"]);
        assert_eq!(with(&ledger, "IOS"), [""; 0]);
        let labels = all_labels(&ledger).unwrap();
        assert_eq!(labels, BTreeSet::from([n("ios"), n("web")]));
    }

    #[test]
    fn a_label_that_is_not_there_cannot_be_taken() {
        let mut ledger = MemoryLedger::default();
        label(&mut ledger, "Web", "ios");
        for (name, label) in [("Web", "android"), ("Nobody", "ios")] {
            let asked = labelling(&ledger, name, label);
            assert_eq!(unlabelled(&ledger, &asked).unwrap(), None, "{name} {label}");
        }
        let asked = labelling(&ledger, "Web", "ios");
        let without = unlabelled(&ledger, &asked).unwrap().unwrap();
        ledger.tell(&Fact::Pacticipant(without));
        assert_eq!(with(&ledger, "ios"), [""; 0]);
    }

    #[test]
    fn who_describes_a_provider_that_only_its_consumers_know_does_not_lose_it() {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        label(&mut ledger, "Orders", "core");
        assert_eq!(with(&ledger, "core"), ["Orders"]);
    }
}
