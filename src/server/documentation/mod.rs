//! What the routes say of themselves: an OpenAPI document, and `docs/http.md` for people.
//!
//! Both are functions of the table in `routes`, of the notes that each resource has beside its
//! handlers, and of the JSON schemas in `schemas`. The files in `docs` are what these functions
//! return; a test fails where they are not. `GIT_PACT_BLESS=1 cargo test --lib documentation` writes
//! them anew.

mod families;
mod notes;
pub(super) mod openapi;
mod operation;
mod parameter;
mod places;
mod schemas;

pub(super) use notes::Notes;
pub(super) use parameter::Parameter;

// The manual is a file in `docs`, and no more: whoever runs the tests writes it.
#[cfg(test)]
mod example;
#[cfg(test)]
mod manual;
#[cfg(test)]
pub(crate) mod tests;
