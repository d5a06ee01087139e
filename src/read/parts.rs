//! The parts of a reply, in every way that servers and logs write them.

use crate::code::{EnhancedCode, ReplyCode};
use crate::reply::Codes;
use crate::vocabulary::{Class, Command};

/// Parses the reply code at the start of a text, and returns what follows.
#[inline]
pub(super) fn read_reply_code(text: &[u8]) -> Option<(ReplyCode, &[u8])> {
    let [first @ b'2'..=b'5', second @ b'0'..=b'9', third @ b'0'..=b'9', rest @ ..] = text else { return None };
    let value = |digit: &u8| u16::from(*digit - b'0');
    Some((ReplyCode::new(value(first) * 100 + value(second) * 10 + value(third))?, rest))
}

/// Parses the enhanced code at the start of a text, unless more digits follow that make it something else.
#[inline]
pub(super) fn read_enhanced_code(text: &[u8]) -> Option<(EnhancedCode, &[u8])> {
    // Most codes have three digits.
    if let [class, b'.', subject @ b'0'..=b'9', b'.', detail @ b'0'..=b'9', rest @ ..] = text {
        if !matches!(rest, [b'0'..=b'9' | b'.', ..]) {
            let class = Class::from_digit(class.wrapping_sub(b'0'))?;
            let code = EnhancedCode::new(class, u16::from(*subject - b'0'), u16::from(*detail - b'0'))?;
            return Some((code, rest));
        }
    }
    match EnhancedCode::read_prefix(text) {
        Ok((_, [b'.', b'0'..=b'9', ..])) | Err(_) => None,
        Ok(read) => Some(read),
    }
}

/// Parses the reply code at the start of a text and the enhanced code after it, and returns what follows.
pub(super) fn read_codes(text: &[u8]) -> Option<(Codes, &[u8])> {
    let (code, rest) = read_reply_code(text)?;
    if let [b' ' | b'-', after @ ..] = rest {
        if let Some((enhanced, rest)) = read_enhanced_code(after) {
            return Some((Codes::Both(code, enhanced), rest));
        }
    }
    read_unusual_codes(code, text, rest)
}

/// Parses what follows a reply code if it is not just an enhanced code.
fn read_unusual_codes<'a>(code: ReplyCode, text: &[u8], rest: &'a [u8]) -> Option<(Codes, &'a [u8])> {
    let digits = text.get(..3)?;
    let is_code = match rest {
        [] | [b' ' | b'\t', ..] => true,
        // No space between the codes: 5505.1.1
        [b'0'..=b'9', ..] => {
            read_enhanced_code(rest).is_some_and(|(enhanced, _)| Some(enhanced.class()) == code.class())
        }
        // A word right after the code, but not the rest of a queue id: 550User
        [letter, ..] if letter.is_ascii_alphanumeric() => {
            !rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).any(u8::is_ascii_digit)
        }
        // More digits after a sign: the enhanced code or a network address, but not a phone number or a time.
        [sign, after @ ..] if after.first().is_some_and(u8::is_ascii_digit) => {
            // Not a list of numbers: 550,12,33
            let dotted = after.iter().find(|byte| !byte.is_ascii_digit()) == Some(&b'.');
            read_enhanced_code(after).is_some() || (*sign == b'-' && dotted)
        }
        _ => true,
    };
    if !is_code {
        return None;
    }
    let mut text = skip_separators(match rest {
        // Lists of codes: 550,5.7.1,spam and 550/5.7.1
        [b',' | b'/', list @ ..] if read_enhanced_code(list).is_some_and(|(e, _)| Some(e.class()) == code.class()) => {
            list
        }
        _ => rest,
    });
    // Some servers send their code twice: 550 550 5.1.1
    if let Some(again) = text.strip_prefix(digits).filter(|again| matches!(again, [b' ' | b'-', ..])) {
        text = skip_separators(again);
    }
    Some(match read_enhanced_code(text) {
        Some((enhanced, after)) => (Codes::Both(code, enhanced), after),
        None => (Codes::Reply(code), rest),
    })
}

/// Parses the enhanced code that qmail and others put at the end of a reply: `553 sorry, relaying denied (#5.7.1)`.
pub(super) fn read_last_enhanced_code(line: &[u8]) -> Option<EnhancedCode> {
    const LONGEST: usize = "(#5.999.999".len();
    let line = line.trim_ascii_end();
    let line = line.strip_suffix(b")").or(line.strip_suffix(b"]"))?;
    let end = line.get(line.len().saturating_sub(LONGEST)..)?;
    let bracket = end.iter().rposition(|byte| matches!(byte, b'(' | b'['))?;
    let code = end.get(bracket + 1..)?;
    EnhancedCode::from_bytes(code.strip_prefix(b"#").unwrap_or(code)).ok()
}

/// Whether a line may have an enhanced code or a command at its end.
#[inline]
pub(super) fn ends_in_bracket(line: &[u8]) -> bool {
    matches!(line.trim_ascii_end(), [.., b')' | b']'])
}

/// What can come between the codes of a reply: `550 #5.1.0`, `550-5.7.26`, `550: 5.2.2`, `550_5.1.1` in qmail's log.
fn skip_separators(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n' | b'-' | b'_' | b'#' | b':' | b'(' | b'[', rest @ ..] = text {
        text = rest;
    }
    text
}

/// Whether a text after a number begins with a unit that makes it an amount: `550 kB transferred`.
#[inline]
pub(super) fn begins_with_unit(text: &[u8]) -> bool {
    matches!(text, [b'k' | b'K' | b'M' | b'G', b'B', b' ', ..] | [b'm', b's', b' ', ..])
}

/// The text of a reply, without the space that separates it from the codes.
#[inline]
pub(super) fn text_after(rest: &[u8]) -> &[u8] {
    match rest {
        [b' ', text @ ..] => text,
        _ => rest,
    }
}

/// Index of the first of these bytes at or after `at`.
#[inline]
pub(super) fn find<const N: usize>(text: &[u8], at: usize, wanted: [u8; N]) -> Option<usize> {
    // Eight bytes at once: a byte that is wanted becomes zero, and only a zero borrows from its own highest bit. Whatever
    // that does to the bytes after it, the first one is right.
    const ONES: u64 = u64::MAX / 0xff;
    let mut rest = text.get(at..)?;
    while let Some((piece, after)) = rest.split_first_chunk::<8>() {
        let piece = u64::from_le_bytes(*piece);
        let found = wanted.iter().fold(0, |found, byte| {
            let difference = piece ^ (ONES * u64::from(*byte));
            found | (difference.wrapping_sub(ONES) & !difference & (ONES << 7))
        });
        if found != 0 {
            return Some(text.len() - rest.len() + found.trailing_zeros() as usize / 8);
        }
        rest = after;
    }
    Some(text.len() - rest.len() + rest.iter().position(|byte| wanted.contains(byte))?)
}

/// The text before the first place where these bytes occur, and the text after them.
pub(super) fn split_at<'a, const LENGTH: usize>(text: &'a [u8], bytes: &[u8; LENGTH]) -> Option<(&'a [u8], &'a [u8])> {
    let first = *bytes.first()?;
    let mut at = 0;
    loop {
        at = find(text, at, [first])?;
        let (before, here) = text.split_at_checked(at)?;
        if let Some((found, after)) = here.split_first_chunk::<LENGTH>() {
            if found == bytes {
                return Some((before, after));
            }
        }
        at += 1;
    }
}

/// The text before the last place where these bytes occur, and the text after them.
pub(super) fn split_at_last<'a>(text: &'a [u8], bytes: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(bytes.len().max(1)).rposition(|window| window == bytes)?;
    Some((text.get(..at)?, text.get(at + bytes.len()..)?))
}

/// Where these bytes first occur.
pub(super) fn position_of(text: &[u8], bytes: &[u8]) -> Option<usize> {
    let first = *bytes.first()?;
    let mut at = 0;
    loop {
        at = find(text, at, [first])?;
        if text.get(at..)?.starts_with(bytes) {
            return Some(at);
        }
        at += 1;
    }
}

/// Whether these bytes occur in the text.
pub(super) fn contains(text: &[u8], bytes: &[u8]) -> bool {
    position_of(text, bytes).is_some()
}

/// What follows these bytes at the start of the text, in upper or lower case.
pub(super) fn strip_prefix_ignoring_case<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The first line without its line end, and the lines after it.
pub(super) fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = find(text, 0, [b'\r', b'\n']).unwrap_or(text.len());
    let (line, rest) = text.split_at_checked(end).unwrap_or_default();
    (line, rest.strip_prefix(b"\r\n").or(rest.get(1..)).unwrap_or_default())
}

/// The inside of a quoted string and what follows it. The text begins with the quotation mark. A backslash quotes the next
/// byte, in addresses and in most logs.
pub(super) fn quoted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mark = *text.first()?;
    let inside = text.get(1..)?;
    let mut at = 0;
    loop {
        at = find(inside, at, [mark, b'\\'])?;
        if inside.get(at) == Some(&mark) {
            return Some((inside.get(..at)?, inside.get(at + 1..)?));
        }
        at += 2;
    }
}

/// An address in angle brackets and what follows it. The text begins after the opening bracket. A quoted local part may hold
/// anything, closing brackets too: `"x>, status=sent"@example.com`.
pub(super) fn address(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let local = match text {
        [b'"', ..] => quoted(text).map_or(0, |(_, rest)| text.len() - rest.len()),
        _ => 0,
    };
    let end = find(text, local, [b'>'])?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// An address without brackets: everything up to a space, a comma or a colon with a space after it, but not inside quotation
/// marks.
pub(super) fn bare_address(text: &[u8]) -> (&[u8], &[u8]) {
    let local = match text {
        [b'"', ..] => quoted(text).map_or(0, |(_, rest)| text.len() - rest.len()),
        _ => 0,
    };
    let rest = text.get(local..).unwrap_or_default();
    let end = rest.iter().enumerate().position(|(at, byte)| match byte {
        b' ' | b'\t' | b'\r' | b'\n' | b',' => true,
        b':' => rest.get(at + 1).is_none_or(u8::is_ascii_whitespace),
        _ => false,
    });
    text.split_at_checked(local + end.unwrap_or(rest.len())).unwrap_or_default()
}

/// What mail servers write before the command that a reply answered: Postfix and Exim.
const INTRODUCTIONS: &[&str] =
    &["in reply to ", "after pipelined ", "after ", "in response to pipelined ", "in response to "];

/// The commands as they are written there.
const COMMANDS: &[(&str, Command)] = &[
    ("auth", Command::Auth),
    ("data", Command::Data),
    ("ehlo", Command::Ehlo),
    ("end of data", Command::EndOfData),
    ("helo", Command::Ehlo),
    ("initial connection", Command::Connect),
    ("lhlo", Command::Ehlo),
    ("mail from", Command::MailFrom),
    ("rcpt to", Command::RcptTo),
    ("starttls", Command::StartTls),
];

/// Sentences that imply the command: Postfix and qmail.
const SENTENCES: &[(&str, Command)] = &[
    ("failed after i sent the message", Command::EndOfData),
    ("greeting failed", Command::Connect),
    ("refused to start tls", Command::StartTls),
    ("refused to talk to me", Command::Connect),
    ("sender was rejected", Command::MailFrom),
];

/// The command that a text begins with, as mail servers write it.
pub(super) fn command_at(text: &[u8]) -> Option<Command> {
    COMMANDS.iter().find(|(name, _)| skip_words(text, name).is_some()).map(|(_, command)| *command)
}

/// The command that a reply answered, if the text around it says so. What is in an address does not count.
pub(super) fn find_command(text: &[u8]) -> Option<Command> {
    let (mut at, mut in_word, mut may_quote) = (0, false, true);
    while let Some(byte) = text.get(at) {
        if let [b'<', b'"', ..] = text.get(at..)? {
            match may_quote.then(|| address(text.get(at + 1..).unwrap_or_default())).flatten() {
                Some((_, rest)) => {
                    (at, in_word) = (text.len() - rest.len(), false);
                    continue;
                }
                // There is no end to this one, so the next has none either.
                None => may_quote = false,
            }
        }
        let starts_word = byte.is_ascii_alphabetic() && !in_word;
        in_word = byte.is_ascii_alphabetic();
        // The first letters of everything above.
        if starts_word && matches!(byte | 0x20, b'a' | b'f' | b'g' | b'i' | b'r' | b's') {
            let text = text.get(at..)?;
            let found = match INTRODUCTIONS.iter().find_map(|introduction| skip_words(text, introduction)) {
                Some(rest) => command_at(rest),
                None => SENTENCES
                    .iter()
                    .find(|(sentence, _)| skip_words(text, sentence).is_some())
                    .map(|(_, command)| *command),
            };
            if found.is_some() {
                return found;
            }
        }
        at += 1;
    }
    None
}

/// What follows these words. In qmail's log, underscores separate them.
fn skip_words<'a>(text: &'a [u8], words: &str) -> Option<&'a [u8]> {
    let same =
        |(byte, expected): (&u8, u8)| byte.eq_ignore_ascii_case(&expected) || (*byte == b'_' && expected == b' ');
    let (start, rest) = text.split_at_checked(words.len())?;
    start.iter().zip(words.bytes()).all(same).then_some(rest)
}

/// Whether these words of a text are inside an address, and so a stranger's: `<mailbox-full@example.com>`,
/// `<"550 mailbox full"@example.com>`.
#[cfg(feature = "words")]
pub(crate) fn is_in_address(text: &[u8], start: usize, end: usize) -> bool {
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'>');
    let opening = before.iter().rev().take(LONGEST).position(is_end).map_or(0, |length| start - length);
    if before.get(opening.wrapping_sub(1)) == Some(&b'<') {
        let closing = after.iter().take(LONGEST).position(is_end).unwrap_or(0);
        let inside = text.get(opening..end + closing).unwrap_or_default();
        if after.get(closing) == Some(&b'>') && inside.contains(&b'@') && !inside.iter().any(is_end) {
            return true;
        }
    }
    is_in_quoted_address(text, start)
}

/// Whether this is the domain of an address without brackets, `ada@mx.example.com`, and so a stranger's.
#[cfg(feature = "words")]
pub(crate) fn is_in_bare_address(text: &[u8], start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default().iter().rev().take(LONGEST);
    let mut before = before.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    before.next() == Some(&b'@')
}

/// The longest address, RFC 5321 section 4.5.3.1.
#[cfg(feature = "words")]
const LONGEST: usize = 256;

/// Whether this place in a text is inside an address with a quoted local part, which can say anything. Logs and JSON may
/// have escaped the quotation marks.
#[cfg(feature = "words")]
fn is_in_quoted_address(text: &[u8], place: usize) -> bool {
    let before = text.get(..place).unwrap_or_default();
    if !before.contains(&b'"') {
        return false;
    }
    let mut at = 0;
    while let Some(bracket) = find(before, at, [b'<']) {
        at = bracket + 1;
        let inside = text.get(at..).unwrap_or_default();
        let escapes = inside.iter().take_while(|byte| **byte == b'\\').count();
        let Some([b'"', local @ ..]) = inside.get(escapes..) else { continue };
        let mut backslashes = 0_usize;
        let end = local.windows(2).position(|pair| {
            // Each escaped backslash of the address itself is two of them, and each escaping of the text doubles that.
            let ends = pair == b"\"@" && backslashes.checked_rem(2 * (escapes + 1)) == Some(escapes);
            backslashes = if pair.first() == Some(&b'\\') { backslashes + 1 } else { 0 };
            ends
        });
        let Some(end) = end else { return false };
        at += escapes + 1 + end;
        if place < at {
            return true;
        }
    }
    false
}
