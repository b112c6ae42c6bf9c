//! Parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    policy_ledger::cli::main()
}
