//! (being written)

pub mod verifier_output;
