//! The `git-pact` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    git_pact::cli::main()
}
