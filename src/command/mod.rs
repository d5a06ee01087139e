//! The arguments of the command, and what they do.

mod classify;
mod explain;
mod lines;
mod page;
mod record;
mod table;

use std::io::{self, ErrorKind};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tells what an SMTP reply means and whose move it is.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Classify(classify::Classify),
    Explain(explain::Explain),
    Table(table::PrintTable),
}

/// Runs the command that the process was called with.
pub fn run() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Classify(classify) => classify.run(),
        Command::Explain(explain) => explain.run(),
        Command::Table(table) => table.run(),
    };
    match done {
        Ok(code) => code,
        // Whoever reads the output has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("cannot write the output: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// What a subcommand comes to: an exit status, or an error in writing its output.
type Done = io::Result<ExitCode>;

/// A line for the person at the terminal. Where not even standard error takes it, nothing is left to be done.
fn complain(message: &str) {
    use std::io::Write;
    let _ = writeln!(anstream::stderr(), "bounce-codes: {message}");
}

/// Text from a stranger, with its control characters made visible so that none reaches the terminal.
fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        if is_control(c) {
            shown.extend(c.escape_default())
        } else {
            shown.push(c)
        }
        shown
    })
}

/// Whether a terminal would do something else than show it: break a line, obey, or turn the direction of what follows.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
