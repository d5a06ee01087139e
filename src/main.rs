//! The command `bounce-codes`: explains bounces and prints the tables.

mod command;

use std::process::ExitCode;

fn main() -> ExitCode {
    command::run()
}
