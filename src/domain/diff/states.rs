//! What changed in the states that a provider has to be in.

use super::Aspect;
use super::FieldChange;
use super::effect::Effect;
use crate::domain::json::Json;
use crate::domain::outline::Field;
use crate::domain::outline::Place;
use crate::domain::outline::Side;
use crate::domain::pact::ProviderState;

/// Returns the changes, by name of the state. Their order counts as little as that of fields: verifiers
/// set them up one after the other, and pacts do not say that one needs another.
pub(super) fn changes(before: &[ProviderState], after: &[ProviderState]) -> Vec<FieldChange> {
    let gone: Vec<_> = before.iter().filter(|it| !after.contains(it)).collect();
    let mut new: Vec<_> = after.iter().filter(|it| !before.contains(it)).collect();
    let mut changes = Vec::new();
    for old in gone {
        let same = new.iter().position(|it| it.name == old.name);
        let other = same.map(|index| new.remove(index));
        changes.push(change(Some(old), other));
    }
    changes.extend(new.into_iter().map(|new| change(None, Some(new))));
    changes.sort_by(|one, other| one.place.cmp(&other.place));
    changes
}

fn change(before: Option<&ProviderState>, after: Option<&ProviderState>) -> FieldChange {
    let name = after.or(before).map(|state| state.name.clone());
    let value = |state: Option<&ProviderState>| {
        let params = state?.params.as_deref().map(str::as_bytes);
        let params = params.and_then(|params| Json::parse(params).ok());
        Some(params.unwrap_or(Json::Object([].into())))
    };
    FieldChange {
        aspect: Aspect::Value,
        place: Place {
            side: Side::Interaction,
            field: Field::States,
            path: name.unwrap_or_default(),
        },
        before: value(before),
        after: value(after),
        effect: match before {
            None => Effect::More,
            Some(_) => Effect::Unclear,
        },
    }
}
