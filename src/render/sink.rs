//! Answers for programs that show them to people: each knows what its reader obeys, and lets none
//! of it through from names, sentences and addresses, which anybody may have written.

pub mod github;
pub mod junit;
pub mod markdown;
pub mod terminal;
