//! The rows of the table, one file for each group.

mod gate;
mod network;
mod objects_built;
mod questions;
mod size;
mod writers;
mod writes;
mod yardsticks;

use super::measure::Result;
use super::report::Report;
use super::world::World;

/// A row, or several lines that are asked for by one name.
#[derive(Debug)]
pub(crate) struct Row {
    /// How it is asked for.
    pub(crate) name: &'static str,
    /// What it measures.
    pub(crate) about: &'static str,
    /// Measures it and adds its lines.
    pub(crate) run: fn(&World, &mut Report) -> Result<()>,
}

/// All rows, in the order of the table.
pub(crate) const ROWS: [Row; 14] = [
    Row {
        name: "can-i-deploy",
        about: "the gate, offline, in every shape of store",
        run: gate::can_i_deploy,
    },
    Row {
        name: "kept",
        about: "the gate with what the one before kept unpacked, and with nothing",
        run: gate::kept,
    },
    Row {
        name: "growth",
        about: "the gate in the largest store beside the gate in the smallest, both shallow",
        run: gate::growth,
    },
    Row {
        name: "pull",
        about: "the pacts of a provider, into an empty directory",
        run: questions::pull,
    },
    Row {
        name: "matrix",
        about: "two versions, and all versions of two applications",
        run: questions::matrix,
    },
    Row {
        name: "status",
        about: "what the store holds",
        run: questions::status,
    },
    Row {
        name: "log",
        about: "the history of one application",
        run: questions::log,
    },
    Row {
        name: "publish",
        about: "ten pacts: nothing new, a new version, a changed content",
        run: writes::publish,
    },
    Row {
        name: "record-verification",
        about: "a run with twenty results",
        run: writes::record_verification,
    },
    Row {
        name: "objects-built",
        about: "a publish in process: decided, built and visible, synced and not",
        run: objects_built::objects_built,
    },
    Row {
        name: "fetch",
        about: "a fresh machine: the gate, all tips, all history",
        run: network::fetch,
    },
    Row {
        name: "branches",
        about: "the gate with nothing new, on remotes with many branches",
        run: network::branches,
    },
    Row {
        name: "size",
        about: "what verification results take on disk",
        run: size::size,
    },
    Row {
        name: "writers",
        about: "simultaneous writers of as many applications",
        run: writers::writers,
    },
];
