//! (being written)

pub mod ci;
