//! The `git-pact` program.

use std::process::ExitCode;

/// What every Linux can run is linked with musl, whose own allocator is a slow one.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    git_pact::cli::main()
}
