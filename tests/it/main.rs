//! All integration tests, in one binary: the layers, the laws of every store, and the commands.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests start programs and read the environment, and a panic is how a test says no"
)]

mod architecture;
mod git_store;
mod ledger;
mod names;
mod overlay;
mod store_contract;
mod support;
