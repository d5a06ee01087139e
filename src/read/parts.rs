//! The parts of a reply, in every way that servers and logs write them.

use crate::code::{EnhancedCode, ReplyCode};
use crate::reply::{Codes, Reply};
use crate::vocabulary::Command;

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
            let dotted = after.iter().find(|byte| !byte.is_ascii_digit()) == Some(&b'.');
            read_enhanced_code(after).is_some() || (*sign == b'-' && dotted)
        }
        _ => true,
    };
    if !is_code {
        return None;
    }
    let mut text = skip_separators(rest);
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
    while let [b' ' | b'\t' | b'\r' | b'\n' | b'-' | b'_' | b'#' | b':' | b',' | b'/' | b'(' | b'[', rest @ ..] = text {
        text = rest;
    }
    text
}

/// The text of a reply, without the space that separates it from the codes.
#[inline]
pub(super) fn text_after(rest: &[u8]) -> &[u8] {
    match rest {
        [b' ', text @ ..] => text,
        _ => rest,
    }
}

/// Index of the first matching byte at or after `at`.
pub(super) fn find(text: &[u8], mut at: usize, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    // Whole pieces first, without a branch for each byte, so the compiler can check a piece all at once.
    while text.get(at..at + 16).is_some_and(|piece| !piece.iter().fold(false, |found, byte| found | wanted(*byte))) {
        at += 16;
    }
    Some(at + text.get(at..)?.iter().position(|byte| wanted(*byte))?)
}

/// What the other server said, inside a log.
pub(super) struct Said<'a> {
    pub(super) codes: Codes,
    pub(super) command: Option<Command>,
    pub(super) input: &'a [u8],
    pub(super) text: &'a [u8],
}

/// Reads `host mx.example.com[192.0.2.1] said: 550 … (in reply to RCPT TO command)`. The remark of the log is the last one,
/// since the server's text may quote another.
pub(super) fn read_said(reason: &[u8]) -> Option<Said<'_>> {
    let speakers = [
        ("said: ", None),
        ("refused to talk to me: ", Some(Command::Connect)),
        ("refused to start TLS: ", Some(Command::StartTls)),
    ];
    let (at, length, command) = speakers
        .iter()
        .filter_map(|(words, command)| Some((find_bytes(reason, words.as_bytes())?, words.len(), *command)))
        .min_by_key(|(at, ..)| *at)?;
    let said = reason.get(at + length..)?;
    let remark = said.windows(13).rposition(|window| window == b"(in reply to ");
    let (said, command) = match remark {
        Some(remark) => (said.get(..remark)?.trim_ascii_end(), find_command(said.get(remark..)?)),
        None => (said, command),
    };
    let reply = split_reply(said)?;
    Some(Said { codes: reply.codes, command, input: reply.input, text: reply.text })
}

/// A reply that begins with its code, without looking for anything else.
pub(super) fn split_reply(reply: &[u8]) -> Option<Reply<'_>> {
    let (codes, rest) = read_codes(reply).or_else(|| {
        let (enhanced, rest) = read_enhanced_code(reply)?;
        Some((Codes::Enhanced(enhanced), rest))
    })?;
    let codes = match read_last_enhanced_code(reply) {
        Some(enhanced) if codes.enhanced_code().is_none() => codes.with_enhanced_code(enhanced),
        _ => codes,
    };
    Some(Reply { codes, command: None, input: reply, text: text_after(rest) })
}

/// The length of an address up to the `>` after it. A quoted local part may hold anything, also that.
pub(crate) fn skip_address(text: &[u8]) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    text.iter().position(|byte| {
        let is_end = !quoted && *byte == b'>';
        quoted ^= *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        is_end
    })
}

/// Where these bytes are.
pub(super) fn find_bytes(text: &[u8], part: &[u8]) -> Option<usize> {
    let first = *part.first()?;
    let mut at = 0;
    loop {
        at = find(text, at, |byte| byte == first)?;
        if text.get(at..)?.starts_with(part) {
            return Some(at);
        }
        at += 1;
    }
}

/// What mail servers write before the command that a reply answered: Postfix and Exim.
const INTRODUCTIONS: &[&str] = &["in reply to ", "after "];

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
    ("refused to talk to me", Command::Connect),
    ("sender was rejected", Command::MailFrom),
];

/// The command that a reply answered, if the text around it says so.
pub(super) fn find_command(text: &[u8]) -> Option<Command> {
    let mut in_word = false;
    text.iter().enumerate().find_map(|(at, byte)| {
        let starts_word = byte.is_ascii_alphabetic() && !in_word;
        in_word = byte.is_ascii_alphabetic();
        // The first letters of everything above.
        if !starts_word || !matches!(byte | 0x20, b'a' | b'f' | b'g' | b'i' | b'r' | b's') {
            return None;
        }
        let text = text.get(at..)?;
        let introduced = INTRODUCTIONS.iter().find_map(|introduction| skip_words(text, introduction));
        let introduced = introduced.map(|text| skip_words(text, "pipelined ").unwrap_or(text));
        match introduced {
            Some(rest) => COMMANDS.iter().find(|(name, _)| skip_words(rest, name).is_some()),
            None => SENTENCES.iter().find(|(sentence, _)| skip_words(text, sentence).is_some()),
        }
        .map(|(_, command)| *command)
    })
}

/// What follows these words. In qmail's log, underscores separate them.
fn skip_words<'a>(text: &'a [u8], words: &str) -> Option<&'a [u8]> {
    let same =
        |(byte, expected): (&u8, u8)| byte.eq_ignore_ascii_case(&expected) || (*byte == b'_' && expected == b' ');
    let (start, rest) = text.split_at_checked(words.len())?;
    start.iter().zip(words.bytes()).all(same).then_some(rest)
}
