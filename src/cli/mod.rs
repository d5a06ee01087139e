//! The command `bounce-codes`: its arguments and what they do.

mod classify;
mod explain;
mod explanation;
mod input;
mod lines;
mod message;
mod output;
mod page;
mod record;
mod reference;
mod summary;
mod table;

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use output::report;

/// Explains SMTP bounces: what a reply means and what to do about it
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    call: Call,
}

#[derive(Subcommand)]
enum Call {
    Classify(classify::Classify),
    Explain(explain::Explain),
    Table(table::PrintTable),
}

/// Runs the command that the process was called with.
pub fn run() -> ExitCode {
    let done = match Arguments::parse().call {
        Call::Classify(classify) => classify.run(),
        Call::Explain(explain) => explain.run(),
        Call::Table(table) => table.run(),
    };
    match done {
        Ok(code) => code,
        // The reader of the output has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            report(&format!("cannot write the output: {error}"));
            ExitCode::FAILURE
        }
    }
}
