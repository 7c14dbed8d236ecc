//! All integration tests, in one binary: the layers, the laws of every store, and the commands.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests start programs, read the environment, print what they measured, and panic to say no"
)]

mod architecture;
mod at;
mod bundle_store;
mod bundles;
mod can_i_deploy;
mod ci_files;
mod clean;
mod concurrency;
mod cuts;
mod damaged_copy;
mod deployments;
mod detour;
mod diff;
mod doctor;
mod environments;
mod events;
mod faults;
mod firing;
mod forge;
mod generate_uuid;
mod git_store;
mod golden;
mod group_commit;
mod hooks;
mod hostile;
mod hostile_output;
mod init;
mod kept_objects;
mod kills;
mod ledger;
mod log;
mod log_and_status;
mod matrix_of_shapes;
mod missing_data;
mod names;
mod network;
mod observed;
mod odd_repositories;
mod offline;
mod overlay;
mod owed;
mod pacticipants;
mod pacts;
mod pending_writes;
mod pipeline;
mod private_refs;
mod program;
mod progress;
mod provider;
mod provider_contract;
mod provider_states;
mod publish;
mod publish_as_broker;
mod pull;
mod real_verifier;
mod record_verification;
mod rejections;
mod run;
mod serve;
mod shapes;
mod show;
mod signed;
mod site;
mod stale_locks;
mod status;
mod store_contract;
mod story;
mod support;
mod verify_proposed;
mod versions;
mod webhooks;
