//! Who may write, as somebody may say it, also that everybody may.

use git_pact::domain::name::Identity;
use git_pact::domain::policy::BranchPattern;
use git_pact::domain::policy::Policy;
use proptest::collection::btree_map;
use proptest::collection::btree_set;
use proptest::prelude::Strategy;

use super::names;

/// Returns policies of a few rules, and that there is none.
pub(super) fn policy() -> impl Strategy<Value = Policy> {
    let patterns = names::<BranchPattern>(&["pact/settings", "pact/app/*", "pact/env/live"]);
    let identities = btree_set(names::<Identity>(&["ada", "web-ci"]), 1..3);
    btree_map(patterns, identities, 0..3).prop_map(|rules| Policy { rules })
}
