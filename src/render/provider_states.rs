//! The states that consumers need a provider to be in, for people.

use super::table::table;
use crate::domain::provider_states::NeededState;

/// Returns the table of `provider-states list`; nothing if there are none.
#[must_use]
pub fn list(states: &[NeededState]) -> String {
    let row = |needed: &NeededState| {
        let consumers = needed.consumers.iter().map(ToString::to_string);
        vec![
            needed.state.name.clone(),
            consumers.collect::<Vec<_>>().join(", "),
            needed.state.params.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = states.iter().map(row).collect();
    table(&["PROVIDER STATE", "CONSUMERS", "PARAMETERS"], &rows)
}
