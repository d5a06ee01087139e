//! Output for a person: messages, and text that cannot mess up the terminal.

use std::borrow::Cow;
use std::io::{self, Write};
use std::process::ExitCode;

/// The outcome of a subcommand: an exit status, or an error from writing its output.
pub type Done = io::Result<ExitCode>;

/// Prints a line for the person at the terminal. If standard error fails too, there is nothing left to do.
pub fn report(message: &str) {
    let _ = writeln!(anstream::stderr(), "bounce-codes: {message}");
}

/// Text from a stranger, with its control characters made visible so that none reaches the terminal.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !has_control(text) {
        return Cow::Borrowed(text);
    }
    let escape = |mut shown: String, c: char| {
        if is_control(c) {
            shown.extend(c.escape_default())
        } else {
            shown.push(c)
        }
        shown
    };
    Cow::Owned(text.chars().fold(String::with_capacity(text.len() + 16), escape))
}

/// Printable text of at most this many characters. If it is longer, an ellipsis takes the place of the rest.
pub fn excerpt(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", printable(&text[..end])),
        None => printable(text).into_owned(),
    }
}

/// Whether there is any such character in the text.
pub fn has_control(text: &str) -> bool {
    if text.is_ascii() {
        // All bytes without a branch for each, so the compiler can check many at once.
        text.bytes().fold(false, |any, byte| any | byte.is_ascii_control())
    } else {
        text.contains(is_control)
    }
}

/// Whether a terminal would do something other than show it: break the line, obey it, reverse the text direction, or take
/// no space for it.
pub fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Directions and line breaks.
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // What Unicode calls default ignorable, and the marks of interlinear text: nothing to see.
            | '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}
