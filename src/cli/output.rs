//! Output for a person: messages, and text that cannot mess up the terminal.

use std::io::{self, Write};
use std::process::ExitCode;

/// The outcome of a subcommand: an exit status, or an error from writing its output.
pub type Done = io::Result<ExitCode>;

/// Prints a line for the person at the terminal. If standard error fails too, there is nothing left to do.
pub fn report(message: &str) {
    let _ = writeln!(anstream::stderr(), "bounce-codes: {message}");
}

/// Text from a stranger, with its control characters made visible so that none reaches the terminal.
pub fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        if is_control(c) {
            shown.extend(c.escape_default())
        } else {
            shown.push(c)
        }
        shown
    })
}

/// Whether a terminal would do something other than show it: break the line, obey it, or reverse the text direction.
pub fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
