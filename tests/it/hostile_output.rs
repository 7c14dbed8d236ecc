//! Output is somebody's input: a store in which whatever can be said is said with intent to harm, and then
//! every command, in every output and on both faces, and every route of the server. What comes out is read
//! as its reader would read it (spec: reliability §7).

mod commands;
mod markup;
mod oracle;
mod routes;
mod shell;
mod store;

use std::fmt::Debug;

/// What a reader holds against what it read, if anything.
type Complaint = Result<(), String>;

/// Fails with where it was unless a reader is content.
#[track_caller]
fn holds(complaint: Complaint, place: &impl Debug, text: &str) {
    if let Err(complaint) = complaint {
        panic!("{place:?}: {complaint}\n{}", text.escape_debug());
    }
}
