//! The vocabulary of a pact broker, and the decisions it makes. No I/O, no clock, no paths.
//!
//! | word | is |
//! |---|---|
//! | pacticipant | an application that takes part in a pact, as *consumer* or as *provider* |
//! | version | what one build of a pacticipant is called |
//! | pact | what a consumer expects of a provider; its *content* is what was agreed |
//! | integration | a consumer and a provider that have a pact |
//! | verification | whether a provider version honours a content |
//! | environment | where versions are *deployed* or to which they are *released* |
//! | selector | a way to point at versions without naming them |
//! | matrix | which versions were verified against which |
//! | pending, WIP | pacts that may fail without failing the provider's build |
//! | label | a word to group pacticipants by |
//! | signer | whose key may sign what is recorded of a pacticipant |
//! | webhook | a request that is made when something happens |
//! | ledger | all that is known at one moment, asked fact by fact |
//! | fact, entry | what somebody says, and what has to be stored for it |

pub mod address;
pub mod admission;
pub mod application_overview;
pub mod broker_diff;
pub mod can_i_deploy;
pub mod checkup;
pub mod clean;
pub mod comparison;
pub mod consumer_version_selector;
pub mod content;
pub mod contract_names;
pub mod contract_overview;
pub mod dashboard;
pub mod deceptive;
pub mod deletion;
pub mod deployment;
pub mod deployments_by_tag;
pub mod describe_pacticipant;
pub mod describe_version;
pub mod details;
pub mod diff;
pub mod dispatch;
pub mod display_name;
pub mod edit;
pub mod entry;
pub mod environment;
pub mod environment_overview;
pub mod events;
pub mod fact;
pub mod find_pact;
pub mod find_version;
pub mod growth;
pub mod history;
pub mod integration;
pub mod integration_list;
pub mod intent;
pub mod invalid_fields;
pub mod json;
pub mod json_path;
pub mod label;
pub mod ledger;
pub mod likely_name;
pub mod marked_section;
pub mod matrix;
pub mod merge;
pub mod metrics;
pub mod moment;
pub mod name;
pub mod network;
pub mod notice;
pub mod outline;
pub mod owed;
pub mod pact;
pub mod pact_change;
pub mod pact_status;
pub mod pacticipant;
pub mod pacts;
pub mod pacts_for_verification;
pub mod part;
pub mod policy;
pub mod presence;
pub mod proposals;
pub mod provider_states;
pub mod publish;
pub mod published;
pub mod readable_pact;
pub mod record_verification;
pub mod remembered;
pub mod rules;
pub mod selector;
pub mod signers;
pub mod similar_name;
pub mod standing;
pub mod surroundings;
pub mod test_report;
pub mod test_results;
#[cfg(test)]
pub(crate) mod testing;
pub mod time;
pub mod verification;
pub mod verification_results;
pub mod version;
pub mod versions;
pub mod webhook;
pub mod whereabouts;
