//! Reads a reply off the wire: one line or several.

use super::parts::{
    begins_with_unit, ends_in_bracket, find_command, read_codes, read_last_enhanced_code, read_reply_code, split_line,
    text_after,
};
use crate::reply::{Codes, Reply};
use crate::vocabulary::Class;

/// What separates the lines of a reply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// Line ends.
    Wire,
    /// Line ends, perhaps with blanks after them, or `\n` as a log or JSON writes them.
    Quoted,
    /// The slashes of qmail's log.
    Slashed,
}

/// Parses a reply that begins with its code. `None` if the text does not begin with one.
pub(super) fn read(text: &[u8]) -> Option<Reply<'_>> {
    if text.get(4..).is_some_and(begins_with_unit) {
        return None;
    }
    let (first, rest) = read_codes(text).or_else(|| read_continued_code(text))?;
    // A reply cut out of a log may end with the log's remark about it.
    let command = if ends_in_bracket(text) { find_command(rest) } else { None };
    Some(Reply { codes: read_lines(text, first, Lines::Wire), command, host: b"", input: text, text: text_after(rest) })
}

/// Parses a reply that a log or an event quotes from its start. Returns its codes and the text after the first of them.
pub(super) fn read_quoted(text: &[u8], lines: Lines) -> Option<(Codes, &[u8])> {
    let (first, rest) = read_codes(text)?;
    Some((read_lines(text, first, lines), text_after(rest)))
}

/// Parses a reply code whose line looks like a phone number, unless the next line has the same code:
/// `550-5 messages were refused`.
fn read_continued_code(text: &[u8]) -> Option<(Codes, &[u8])> {
    let (code, rest @ [b'-', after @ ..]) = read_reply_code(text)? else { return None };
    let (_, next) = split_line(after);
    (read_reply_code(next)?.0 == code).then_some((Codes::Reply(code), rest))
}

/// Parses the lines of a reply up to the last one. The codes of the first line have been parsed.
fn read_lines(text: &[u8], first: Codes, lines: Lines) -> Codes {
    // A success is final, whatever its text says.
    if first.reply_code().and_then(|code| code.class()) == Some(Class::Success) && is_last_line(text) {
        return first;
    }
    if lines == Lines::Wire && are_the_same(text, first) {
        return first;
    }
    let (mut read, mut codes, mut text) = (first, first, text);
    loop {
        let is_last = is_last_line(text);
        if is_last && (codes.enhanced_code().is_some() || !ends_in_bracket(text)) {
            return after(codes, read);
        }
        let (line, mut rest) = split_quoted_line(text, lines);
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
                None => rest = split_quoted_line(rest, lines).1,
            }
        };
    }
}

/// Whether every line of a reply begins with these codes, as they are in its first line. Most replies of several lines are
/// like that.
fn are_the_same(mut text: &[u8], codes: Codes) -> bool {
    let Some(digits) = text.first_chunk::<3>() else { return false };
    let enhanced: &[u8] = match codes {
        Codes::Both(..) => {
            let after = text.get(4..).unwrap_or_default();
            let end = after.iter().take(b"5.999.999 ".len()).position(|byte| *byte == b' ');
            match end.and_then(|end| after.get(..end)) {
                Some(code @ [b'2'..=b'5', b'.', ..]) => code,
                _ => return false,
            }
        }
        _ => b"",
    };
    loop {
        let Some((code, [sign, after @ ..])) = text.split_first_chunk::<3>() else { return false };
        let is_same = code == digits
            && match after.strip_prefix(enhanced) {
                Some([b' ', ..]) => true,
                Some([next, ..]) => enhanced.is_empty() && next.is_ascii_alphabetic(),
                _ => false,
            };
        match sign {
            _ if !is_same => return false,
            b' ' => return !enhanced.is_empty() || !ends_in_bracket(text),
            b'-' => {}
            _ => return false,
        }
        let (line, rest) = split_line(after);
        if enhanced.is_empty() && ends_in_bracket(line) {
            return false;
        }
        text = rest;
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

/// The first line, and the lines after it.
fn split_quoted_line(text: &[u8], lines: Lines) -> (&[u8], &[u8]) {
    if lines == Lines::Wire {
        return split_line(text);
    }
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let skip = match (lines, rest) {
            // An address in quotation marks may hold a line break of its own, so nothing counts after it.
            (_, [b'<', after @ ..]) if starts_a_quotation(after) => break,
            (_, [b'\r', b'\n', ..]) => 2,
            (_, [b'\r' | b'\n', ..]) => 1,
            (Lines::Quoted, [b'\\', b'n' | b'r', ..]) => 2,
            (Lines::Slashed, [b'/', next @ ..]) if read_reply_code(next).is_some() => 1,
            _ => 0,
        };
        if skip > 0 {
            let line = text.get(..at).unwrap_or_default();
            return (line, rest.get(skip..).unwrap_or_default().trim_ascii_start());
        }
        at += 1;
    }
    (text, b"")
}

fn starts_a_quotation(text: &[u8]) -> bool {
    text.iter().find(|byte| **byte != b'\\') == Some(&b'"')
}
