//! Feeds the target `push_report` of `src/fuzz.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| git_pact::fuzz::read("push_report", bytes));
