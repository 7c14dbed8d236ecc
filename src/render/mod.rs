//! Answers as text and JSON. Pure: what is shown depends on the answer alone.

pub mod environment;
pub mod table;
