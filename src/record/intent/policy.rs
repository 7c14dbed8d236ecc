//! A change of who may write, within an intent.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::name::Identity;
use crate::domain::policy::BranchPattern;
use crate::domain::policy::PolicyChange;

/// Who may write which branches, or may not any more.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PolicyForm {
    branches: BTreeSet<BranchPattern>,
    identities: BTreeSet<Identity>,
    removed: bool,
}

impl From<PolicyChange> for PolicyForm {
    fn from(change: PolicyChange) -> Self {
        let removed = matches!(change, PolicyChange::Remove { .. });
        let (PolicyChange::Allow {
            branches,
            identities,
        }
        | PolicyChange::Remove {
            branches,
            identities,
        }) = change;
        Self {
            branches,
            identities,
            removed,
        }
    }
}

impl From<PolicyForm> for PolicyChange {
    fn from(form: PolicyForm) -> Self {
        let PolicyForm {
            branches,
            identities,
            removed,
        } = form;
        if removed {
            Self::Remove {
                branches,
                identities,
            }
        } else {
            Self::Allow {
                branches,
                identities,
            }
        }
    }
}
