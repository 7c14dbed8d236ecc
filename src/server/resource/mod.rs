//! The resources, one file each: what a request asks, in words of the domain, and with which
//! document it is answered.

pub(super) mod badge;
pub(super) mod branch;
pub(super) mod can_i_deploy;
pub(super) mod contracts;
pub(super) mod dashboard;
pub(super) mod deployed_version;
pub(super) mod diagnostic;
pub(super) mod environment;
pub(super) mod explorer;
pub(super) mod for_verification;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzz;
pub(super) mod index;
pub(super) mod integration;
pub(super) mod label;
pub(super) mod manual;
pub(super) mod matrix;
pub(super) mod metrics;
pub(super) mod pact;
pub(super) mod pact_diff;
pub(super) mod pacticipant;
pub(super) mod pacts;
pub(super) mod page;
pub(super) mod provider_states;
pub(super) mod relationships;
pub(super) mod released_version;
pub(super) mod tag;
pub(super) mod triggered_webhook;
pub(super) mod verification_result;
pub(super) mod version;
pub(super) mod versions;
pub(super) mod webhook;
pub(super) mod webhook_execution;
