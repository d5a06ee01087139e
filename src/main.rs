//! The command `bounce-codes`: explains bounces and prints the tables.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
