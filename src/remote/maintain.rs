//! Upkeep of the local repository: git's own, when git finds that it is time.

use super::environment;
use super::error::RemoteError;
use super::git::Call;
use super::git::Git;

impl Git {
    /// Lets git put objects into packs, if it finds enough of them; what is configured in the
    /// repository (`gc.auto` and the like) holds. Returns when that is done. Refs stay as they are.
    ///
    /// Others may read and write meanwhile. What no ref leads to stays for two weeks, unless
    /// configured otherwise: it may be about to be used.
    ///
    /// # Errors
    ///
    /// Fails if git is missing, too old, or says that it failed.
    pub fn maintain(&self) -> Result<(), RemoteError> {
        let settings = [
            environment::NO_HOOKS,
            // Whoever waits for it wants to know when it has ended, and how.
            "gc.autoDetach=false",
            "maintenance.autoDetach=false",
            // It locks refs and clears away their directories, under whoever is about to write one.
            "gc.packRefs=false",
            // What was answered is on disk, and has to stay so when it moves into packs.
            "core.fsync=all",
        ];
        let said = self.succeed(Call {
            settings: &settings,
            ..Call::new("maintenance", &["run", "--auto", "--quiet"])
        });
        said.map(drop)
    }
}
