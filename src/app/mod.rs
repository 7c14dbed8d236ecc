//! The use cases, one file each: the only place where effects are put in order.
//!
//! A use case asks the domain for a decision and has it carried out; it decides nothing itself
//! and prints nothing. [`Context`] holds what the outside world is at the moment of the command:
//! nothing below reads a clock or an environment variable.

pub mod apply;
pub mod ask;
pub mod bundle;
pub mod bundles;
pub mod can_i_deploy;
pub mod ci_files;
pub mod clean;
pub mod cursor;
pub mod delete;
pub mod describe;
mod detour;
pub mod diff;
pub mod disk;
pub mod dispatch;
pub mod doctor;
pub mod environments;
pub mod events;
pub mod fresh;
pub mod heartbeat;
pub mod hook;
pub mod hooks;
pub mod likely_names;
pub mod link;
pub mod log;
pub mod matrix;
pub mod message;
pub mod network;
pub mod outbox;
pub mod owed;
pub mod pact_files;
pub mod pacts;
pub mod page;
pub mod pending;
pub mod private;
pub mod proposed;
pub mod pull;
pub mod pull_directory;
pub mod received;
pub mod regular_file;
pub mod rewritten;
pub mod scratch;
pub mod show;
pub mod signatures;
pub mod site;
pub mod status;
pub mod tag_version;
mod trust;
pub mod verification_results;
pub mod web_folder;
pub mod webhook;
pub mod write;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::domain::rules::Rules;
use crate::domain::time::Timestamp;
use crate::remote::Progress;
use crate::store::Actor;
use crate::store::git::RecentObjects;

/// What the outside world is at the moment of a command: read once, at the edge.
///
/// By default there is nothing to know of it: 1970, nobody in particular, no variables.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The time.
    pub now: Timestamp,
    /// Who speaks, where something other than the repository's configuration says so.
    pub actor: Option<Actor>,
    /// The rules asked for; without them those of the store apply.
    pub rules: Option<Rules>,
    /// Whether what is recorded is to be signed.
    pub sign: bool,
    /// Whether the network is to be left alone.
    pub offline: bool,
    /// The file that a write goes into, in place of the store.
    pub bundle: Option<PathBuf>,
    /// Whether somebody sits at a terminal and can be asked for a password.
    pub interactive: bool,
    /// How long `git` may be busy with a remote in one go; without it as long as it wants.
    pub time_limit: Option<Duration>,
    /// Where work that may take long says how far it has come.
    pub progress: Progress,
    /// What was read of the store lately; shared by all who open it with a clone of this.
    pub objects: RecentObjects,
    /// Where private clones are kept.
    pub cache_directory: Option<PathBuf>,
    /// The directory in which the command runs.
    pub working_directory: PathBuf,
    /// The environment that `git` is started in, before what it must not inherit is taken out.
    pub environment: Vec<(OsString, OsString)>,
    /// Something that differs between processes, to spread their retries.
    pub seed: u64,
}
