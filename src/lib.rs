//! A Pact Broker whose server, database and accounts are a git repository.

pub mod app;
pub mod cli;
pub mod domain;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
pub mod record;
pub mod remote;
pub mod render;
pub mod server;
pub mod store;
