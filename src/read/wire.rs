//! Reads a reply off the wire: one line or several.

use super::parts::{
    ends_in_bracket, find, find_command, read_codes, read_last_enhanced_code, read_reply_code, text_after,
};
use crate::reply::{Codes, Reply};

/// Parses a reply that begins with its code. `None` if the text does not begin with one.
pub(super) fn read(text: &[u8]) -> Option<Reply<'_>> {
    let (first, rest) = read_codes(text).or_else(|| read_continued_code(text))?;
    // A reply cut out of a log may end with the log's remark about it.
    let command = if ends_in_bracket(text) { find_command(rest) } else { None };
    Some(Reply { codes: read_lines(text, first), command, input: text, text: text_after(rest) })
}

/// Parses a reply code whose line looks like a phone number, unless the next line has the same code:
/// `550-5 messages were refused`.
fn read_continued_code(text: &[u8]) -> Option<(Codes, &[u8])> {
    let (code, rest @ [b'-', after @ ..]) = read_reply_code(text)? else { return None };
    let (_, next) = split_line(after);
    (read_reply_code(next)?.0 == code).then_some((Codes::Reply(code), rest))
}

/// Parses the lines of a reply up to the last one. The codes of the first line have been parsed.
fn read_lines(text: &[u8], first: Codes) -> Codes {
    let (mut read, mut codes, mut text) = (first, first, text);
    loop {
        let is_last = is_last_line(text);
        if is_last && (codes.enhanced_code().is_some() || !ends_in_bracket(text)) {
            return after(codes, read);
        }
        let (line, mut rest) = split_line(text);
        if codes.enhanced_code().is_none() {
            codes = read_last_enhanced_code(line).map_or(codes, |enhanced| codes.with_enhanced_code(enhanced));
        }
        read = after(codes, read);
        if is_last {
            return read;
        }
        // A line in the middle may lack a code.
        (codes, text) = loop {
            match read_codes(rest) {
                Some((codes, _)) => break (codes, rest),
                None if rest.is_empty() => return read,
                None => rest = split_line(rest).1,
            }
        };
    }
}

/// The codes of the reply so far, once a line with these codes has been read.
fn after(codes: Codes, before: Codes) -> Codes {
    match (before.enhanced_code(), codes.enhanced_code()) {
        _ if before.reply_code() != codes.reply_code() => codes,
        (Some(enhanced), Some(now)) if now.detail() != 0 || enhanced.detail() == 0 => codes,
        (Some(enhanced), _) => codes.with_enhanced_code(enhanced),
        (None, _) => codes,
    }
}

/// Whether the line is the last one of its reply: the others have a hyphen after the code.
fn is_last_line(line: &[u8]) -> bool {
    line.get(3) != Some(&b'-')
}

/// The first line without its line end, and the lines after it.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = find(text, 0, |byte| matches!(byte, b'\r' | b'\n')).unwrap_or(text.len());
    let (line, rest) = text.split_at_checked(end).unwrap_or_default();
    (line, rest.strip_prefix(b"\r\n").or(rest.get(1..)).unwrap_or_default())
}
