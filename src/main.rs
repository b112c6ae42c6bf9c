//! Parse, run, exit.

use std::process::ExitCode;

/// Answers about everything are made of very many small pieces.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    policy_ledger::cli::main()
}
