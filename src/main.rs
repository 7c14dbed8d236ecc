//! The `git-pact` program.

use std::process::ExitCode;

/// Much of a question is to ask for memory and to give it back, from several threads in a server.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    git_pact::cli::main()
}
