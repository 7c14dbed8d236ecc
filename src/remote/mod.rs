//! Repositories elsewhere: the only module that starts `git`.
//!
//! Objects are read and written by a library, but the network belongs to the `git` program: people's
//! credentials, ssh configuration and proxies just work, packs are thin, and a push can be atomic.
//!
//! * Nothing that came from outside reaches a shell or the place of an option: names and addresses
//!   are parsed ([`RefName`], [`RemoteUrl`]) and stand after `--`.
//! * Nothing is forced: branches only grow, so the remote's own check is the compare-and-swap.
//! * The user's hooks, index, work tree, `HEAD` and configuration are neither used nor changed.
//! * Decisions are taken on exit codes, on `push --porcelain` and on where refs are. Words are read
//!   only to tell apart failures that are failures anyway, and to move a progress bar.
//!
//! [`Git`] is where to begin; [`PushOutcome`] is what a writer has to understand.

mod backoff;
mod bundle;
mod config;
mod credentials;
mod environment;
mod error;
mod fetch;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod git;
mod list;
mod maintain;
mod names;
mod other;
mod outcome;
mod private;
mod process;
mod progress;
mod push;
mod received;
mod refs;
mod remembered;
mod signatures;
#[cfg(test)]
mod testing;
mod text;
mod url;
mod version;

pub use backoff::Backoff;
pub use bundle::Bundle;
pub use bundle::NotABundle;
pub use credentials::Credentials;
pub use error::RemoteError;
pub use error::Rewritten;
pub use error::Trouble;
pub use fetch::Depth;
pub use fetch::Fetched;
pub use git::Git;
pub use names::InvalidObjectId;
pub use names::InvalidRefName;
pub use names::ObjectId;
pub use names::RefName;
pub use names::Update;
pub use outcome::NextStep;
pub use outcome::PushOutcome;
pub use progress::Progress;
pub use progress::Report;
pub use progress::Work;
pub use received::InvalidLine;
pub use received::Outgoing;
pub use received::RefMove;
pub use received::outgoing;
pub use received::ref_moves;
pub use remembered::RememberedList;
pub use signatures::Unsigned;
pub use url::InvalidUrl;
pub use url::Remote;
pub use url::RemoteName;
pub use url::RemoteUrl;
pub use url::UrlKind;
