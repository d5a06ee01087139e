//! Finds a reply quoted inside other text: a log line, a delivery report ([RFC 3464]), a sentence.
//!
//! Such text is full of digits, so a number counts only if something says that it is a code:
//!
//! - A **reply code** counts if an enhanced code follows it (`550 5.1.1`), or if it is placed the way quotations are: at
//!   the start of a line, or after a colon, a bracket, a quotation mark, an arrow, or a word such as `said`.
//! - An **enhanced code** is *marked* after `#`, `dsn=` or `Status:`, or alone in brackets. Otherwise it is *bare*, and
//!   counts only if it is a failure with a defined subject, no reply code came before it, and it follows punctuation or a
//!   word such as `error`. After any other word it is a version: `Redis 5.0.0`.
//!
//! Numbers in headers that anybody may fill in, such as `Subject:`, never count.
//!
//! The first reply code that is a failure is what the server said. If it has no enhanced code of its own, a marked one goes
//! with it, or the one after the same reply code further on. Without a reply code, the first enhanced code with a detail
//! counts.
//!
//! [RFC 3464]: https://www.rfc-editor.org/rfc/rfc3464

use super::parts::{find, find_command, read_codes, read_enhanced_code, text_after};
use crate::code::{EnhancedCode, ReplyCode};
use crate::reply::{Codes, Reply};
use crate::vocabulary::Class;

/// Words that come before a reply code, with a space, a colon or an equals sign in between.
const SPEAKERS: &[&str] =
    &["code", "data", "error", "from", "reply", "response", "responsecode", "returned", "said", "smtp", "status", "to"];

/// Words that come before a number that is not a code.
const MEASURES: &[&str] = &[
    "count", "fax", "id", "length", "limit", "line", "lines", "phone", "pid", "port", "queue", "size", "tel", "time",
    "timeout", "total", "uid",
];

/// The names of the enhanced code in JSON; `enhanced_code` and `smtp-status` end with such a word.
const ENHANCED_KEYS: &[&str] = &["code", "dsn", "enhanced", "enhancedcode", "status", "statuscode"];

/// Words after a number that make it an amount.
const UNITS: &[&str] = &[
    "bytes",
    "connections",
    "days",
    "emails",
    "errors",
    "eur",
    "files",
    "gb",
    "hours",
    "kb",
    "lines",
    "mails",
    "mb",
    "messages",
    "minutes",
    "ms",
    "octets",
    "people",
    "recipients",
    "seconds",
    "sec",
    "times",
    "usd",
    "users",
];

/// Words that come before a version number, or before something else that is numbered with dots.
const PRODUCTS: &[&str] = &[
    "bug", "build", "case", "chapter", "exchange", "exim", "issue", "openssl", "order", "postfix", "release",
    "running", "score", "section", "sendmail", "ticket", "v", "ver", "version",
];

/// Words that come before an enhanced code that is not marked.
const INTRODUCERS: &[&str] = &[
    "and", "as", "at", "because", "code", "error", "is", "of", "reply", "response", "returned", "said", "smtp",
    "status", "was", "with",
];

/// The headers that say nothing about a delivery.
const HEADERS: &[&str] =
    &["from:", "in-reply-to:", "message-id:", "references:", "subject:", "to:", "user-agent:", "x-mailer:"];

/// Finds the reply that the text quotes.
pub(super) fn read(input: &[u8]) -> Option<Reply<'_>> {
    let mut failure: Option<Quoted<'_>> = None;
    let mut success: Option<Quoted<'_>> = None;
    let mut marked: Option<EnhancedCode> = None;
    let mut bare: Option<EnhancedCode> = None;
    let (mut at, mut seen, mut in_header) = (0, 0, is_header(input));
    while let Some(digit) = find(input, at, |byte| matches!(byte, b'2' | b'4' | b'5')) {
        at = digit;
        let after = input.get(at..)?;
        let before = input.get(..at)?;
        if let Some(newline) = input.get(seen..at)?.iter().rposition(|byte| *byte == b'\n') {
            in_header = is_header(input.get(seen + newline + 1..)?);
        }
        seen = at;
        if in_header || !starts_a_number(input, at) {
            at += 1;
            continue;
        }
        let counts = |codes: Codes| failure.as_ref().is_none_or(|failure| completes(codes, failure.codes));
        if let Some((codes, rest)) = codes_at(before, after).filter(|(codes, _)| counts(*codes)) {
            let fails = !matches!(codes.reply_code().and_then(ReplyCode::class), Some(Class::Success));
            if fails {
                failure = Some(Quoted { codes, rest });
            } else {
                success.get_or_insert(Quoted { codes, rest });
            }
            if fails && codes.enhanced_code().is_some_and(|enhanced| enhanced.detail() != 0) {
                break;
            }
            at += after.len() - rest.len();
        } else if let Some(code) = enhanced_in_parts(before, after) {
            marked = Some(more_specific(marked, code));
            at += 1;
        } else if let Some((code, length)) = enhanced_at(after) {
            if is_marked(before, after, length) {
                marked = Some(more_specific(marked, code));
            } else if failure.is_none() && is_bare_failure(before, after.get(length..)?, code) {
                bare = Some(more_specific(bare, code));
            }
            at += length;
        } else {
            at += 1;
        }
    }
    let enhanced = match (marked, bare) {
        (Some(marked), Some(bare)) => Some(more_specific(Some(marked), bare)),
        (marked, bare) => marked.or(bare),
    };
    // A success counts as what the server said only if nothing indicates a failure.
    let fails = enhanced.is_some_and(|enhanced| enhanced.class() != Class::Success);
    let quoted = failure.or(success.filter(|_| !fails));
    let (codes, text) = match (quoted, enhanced) {
        (Some(Quoted { codes, rest }), Some(enhanced)) if codes.enhanced_code().is_none() => {
            (codes.with_enhanced_code(enhanced), text_after(rest))
        }
        (Some(Quoted { codes, rest }), _) => (codes, text_after(rest)),
        (None, enhanced) => (Codes::Enhanced(enhanced?), input),
    };
    Some(Reply { codes, command: find_command(input), input, text })
}

/// The codes of a reply, and the text after them.
struct Quoted<'a> {
    codes: Codes,
    rest: &'a [u8],
}

/// Whether these are the same reply code with the enhanced code that was missing: `"code":550,"message":"550 5.7.1 …"`.
fn completes(codes: Codes, first: Codes) -> bool {
    first.enhanced_code().is_none() && codes.enhanced_code().is_some() && codes.reply_code() == first.reply_code()
}

/// Whether a line is a header of a message in which anybody may write anything.
fn is_header(line: &[u8]) -> bool {
    HEADERS.iter().any(|name| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes())))
}

/// The first of two codes, unless only the other one has a detail.
fn more_specific(first: Option<EnhancedCode>, other: EnhancedCode) -> EnhancedCode {
    match first {
        Some(first) if first.detail() != 0 || other.detail() == 0 => first,
        _ => other,
    }
}

/// Whether the digit there starts a number, rather than being inside a word, an address, a version or another number.
fn starts_a_number(text: &[u8], at: usize) -> bool {
    match text.get(..at) {
        // In qmail's log an underscore replaces each space.
        Some([.., b':', b'_']) => true,
        Some([.., last]) => !(last.is_ascii_alphanumeric() || matches!(last, b'.' | b'_' | b'@' | b'/' | b'+' | b'%')),
        _ => true,
    }
}

// --------------------------------------------------------------------------------------------------------- reply codes

fn codes_at<'a>(before: &[u8], after: &'a [u8]) -> Option<(Codes, &'a [u8])> {
    let (codes, rest) = read_codes(after)?;
    let code_ends = match after.get(3..)? {
        [] => true,
        [b'.', next, ..] => !next.is_ascii_alphanumeric(),
        [b'_', ..] => before.last() == Some(&b'_'),
        [b'/', ..] => codes.enhanced_code().is_some(),
        [next, ..] => !next.is_ascii_alphanumeric() && !matches!(next, b'@' | b'%' | b'\\'),
    };
    let glued_to_a_hyphen = before.last() == Some(&b'-');
    if !code_ends || glued_to_a_hyphen {
        return None;
    }
    if codes.enhanced_code().is_some() {
        return (rest.first() != Some(&b'@')).then_some((codes, rest));
    }
    let is_code = match introduction(before) {
        Introduction::Speaker => !is_amount(rest),
        Introduction::LineStart => !is_amount(rest),
        Introduction::Quotation => !is_amount(rest) && !rest.trim_ascii().is_empty(),
        // `(550, b'5.1.1 …')` is how Python prints a reply.
        Introduction::Bracket => {
            let is_json_number = matches!(rest.trim_ascii_start(), [b',' | b'}' | b']', ..]);
            let is_python = before.last() == Some(&b'(')
                && matches!(rest, [b',', b' ', b'b', b'\'' | b'"', ..] | [b',', b' ', b'\'' | b'"', ..]);
            is_python || (!is_json_number && !is_amount(rest) && matches!(rest, [b' ' | b'-' | b':', ..]))
        }
        Introduction::None => false,
    };
    is_code.then_some((codes, rest))
}

/// What comes before a number, as far as it helps to tell whether that is a reply code.
enum Introduction {
    /// `said: 550`, `smtp;550`, `code 550`, `<<< 550`
    Speaker,
    LineStart,
    /// `host mx.example.net: 550 …`, `- 550 …`, `-> 550 …`
    Quotation,
    /// `(550 …`, `'550 …`
    Bracket,
    None,
}

fn introduction(before: &[u8]) -> Introduction {
    let before = before.strip_suffix(b"_").unwrap_or(before);
    let trimmed = before.trim_ascii_end();
    let (spaces, glued) = (before.get(trimmed.len()..).unwrap_or_default(), trimmed.len() == before.len());
    if trimmed.is_empty() || spaces.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        return Introduction::LineStart;
    }
    match trimmed {
        [.., b';'] | [.., b'<', b'<'] => Introduction::Speaker,
        // In JSON, the value may be in quotes too: `"code":"550"`.
        _ if ends_with_key(without_quote(trimmed), SPEAKERS) => Introduction::Speaker,
        [.., b':'] if glued || ends_with_key(trimmed, MEASURES) => Introduction::None,
        [.., b'"', b':'] => Introduction::Bracket,
        [.., b':' | b'>' | b'-'] => Introduction::Quotation,
        // `permanent error (550): …`
        [text @ .., b'('] if glued && ends_with_word(text.trim_ascii_end(), SPEAKERS) => Introduction::Speaker,
        [.., b'(' | b'[' | b'{' | b'\'' | b'"' | b'`' | b'<'] if glued => Introduction::Bracket,
        _ if !glued && ends_with_word(trimmed, SPEAKERS) && !is_exit_code(trimmed) => Introduction::Speaker,
        _ => Introduction::None,
    }
}

/// Whether the text ends with `exit code` or `exit status`: a program's, not a server's.
fn is_exit_code(text: &[u8]) -> bool {
    let letters = text.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    ends_with_word(text.get(..text.len() - letters).unwrap_or_default().trim_ascii_end(), &["exit", "exited"])
}

/// Whether what follows a number makes it an amount, or part of a longer number: `512 bytes`, `555 1234`.
fn is_amount(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits > 0 {
        return !matches!(rest.get(digits..), Some([b'.' | b':', ..]));
    }
    let letters = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphabetic()).count();
    is_one_of(rest.get(..letters).unwrap_or_default(), UNITS)
}

// ------------------------------------------------------------------------------------------------------ enhanced codes

fn enhanced_at(after: &[u8]) -> Option<(EnhancedCode, usize)> {
    let (code, rest) = read_enhanced_code(after)?;
    let ends = match rest {
        [b'.' | b'-', next, ..] => !next.is_ascii_alphanumeric(),
        [next, ..] => !next.is_ascii_alphanumeric() && !matches!(next, b'_' | b'@' | b'/' | b'%' | b'\\'),
        [] => true,
    };
    ends.then_some((code, after.len() - rest.len()))
}

/// The enhanced code as KumoMTA logs it: `"enhanced_code":{"class":5,"subject":1,"detail":1}`.
fn enhanced_in_parts(before: &[u8], after: &[u8]) -> Option<EnhancedCode> {
    let rest = before.ends_with(br#""class":"#).then(|| after.get(1..))??;
    let (subject, rest) = read_number(rest.strip_prefix(br#","subject":"#)?)?;
    let (detail, _) = read_number(rest.strip_prefix(br#","detail":"#)?)?;
    EnhancedCode::new(Class::from_digit(after.first()? - b'0')?, subject, detail)
}

fn read_number(text: &[u8]) -> Option<(u16, &[u8])> {
    let digits = text.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(digits).filter(|(digits, _)| !digits.is_empty())?;
    Some((digits.iter().fold(0, |number, digit| number * 10 + u16::from(*digit - b'0')), rest))
}

fn is_marked(before: &[u8], after: &[u8], length: usize) -> bool {
    match (before, after.get(length)) {
        ([text @ .., b'#'], _) => !ends_with_word(text.trim_ascii_end(), PRODUCTS),
        // The text of a reply in Python: `(550, b'5.1.1 …')`.
        ([.., b',', b' ', b'b', b'\'' | b'"'] | [.., b',', b' ', b'\'' | b'"'], Some(b' ')) => true,
        ([.., b'('], Some(b')')) | ([.., b'['], Some(b']')) => true,
        // The start of a message in JSON: `"code":550,"message":"5.1.1 No such user"`.
        ([key @ .., b'"'], Some(b' ')) if key.trim_ascii_end().ends_with(b":") => true,
        (key @ [.., b'"'], Some(b'"')) => ends_with_key(without_quote(key), ENHANCED_KEYS),
        _ => ends_with_key(before, ENHANCED_KEYS),
    }
}

fn is_bare_failure(before: &[u8], rest: &[u8], code: EnhancedCode) -> bool {
    let trimmed = before.trim_ascii_end();
    // After any other word, it is the version of that.
    let introduced = !trimmed.last().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'.')
        || before.last() == Some(&b'\n')
        || ends_with_word(trimmed, INTRODUCERS);
    // A value in JSON: `"name":"5.1.1"`.
    let is_value = before.ends_with(b":\"") && rest.first() == Some(&b'"');
    introduced
        && !is_value
        && code.class() != Class::Success
        && code.subject() <= 7
        && !matches!(before.last(), Some(b'-' | b'#'))
        && !ends_with_word(before.trim_ascii_end(), PRODUCTS)
        && !ends_with_key(without_quote(before), PRODUCTS)
}

// --------------------------------------------------------------------------------------------------------------- words

/// Whether the text ends with one of these words as the name of a value: `code:`, `status =`, `"code":`.
fn ends_with_key(text: &[u8], words: &[&str]) -> bool {
    let Some((b':' | b'=', name)) = text.trim_ascii_end().split_last() else { return false };
    let name = name.trim_ascii_end();
    ends_with_word(without_quote(name), words)
}

fn without_quote(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\"").unwrap_or(text)
}

/// Whether the last word of the text is one of these, in upper or lower case.
fn ends_with_word(text: &[u8], words: &[&str]) -> bool {
    let letters = text.iter().rev().take(16).take_while(|byte| byte.is_ascii_alphabetic()).count();
    is_one_of(text.get(text.len() - letters..).unwrap_or_default(), words)
}

fn is_one_of(text: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}
