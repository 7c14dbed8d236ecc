//! The states that consumers need a provider to be in.

use serde_json::Value;
use serde_json::json;

use crate::domain::provider_states::NeededState;

/// Returns the list of states.
#[must_use]
pub fn provider_states(states: &[NeededState]) -> Value {
    let states: Vec<Value> = states.iter().map(needed).collect();
    json!({ "providerStates": states })
}

fn needed(needed: &NeededState) -> Value {
    let mut document = json!({ "name": needed.state.name, "consumers": needed.consumers });
    let params = needed.state.params.as_deref();
    // They are canonical JSON.
    if let Some(params) = params.and_then(|text| serde_json::from_str::<Value>(text).ok()) {
        document["params"] = params;
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::pact::ProviderState;

    #[test]
    fn parameters_are_shown_where_there_are_some() {
        let state = |params: Option<&str>| NeededState {
            state: ProviderState {
                name: "a user".to_owned(),
                params: params.map(str::to_owned),
            },
            consumers: vec!["Web".parse().unwrap()],
        };
        let document = provider_states(&[state(None), state(Some(r#"{"id":7}"#))]);
        let expected = json!([
            { "name": "a user", "consumers": ["Web"] },
            { "name": "a user", "consumers": ["Web"], "params": { "id": 7 } },
        ]);
        assert_eq!(document["providerStates"], expected);
    }
}
