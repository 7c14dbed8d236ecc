//! Stores with one thing wrong.
