//! Finds a reply quoted inside other text: a log line, a delivery report ([RFC 3464]), a sentence.
//!
//! Such text is full of digits, so a number counts only if something says that it is a code:
//!
//! - A **reply code** counts if an enhanced code follows it (`550 5.1.1`), or if it is placed the way quotations are: at
//!   the start of a line, or after a colon, a bracket, a quotation mark, an arrow, or a word such as `said`.
//! - An **enhanced code** is *marked* after `#`, `dsn=` or `Status:`, or alone in brackets. Otherwise it is *bare*, and
//!   counts only if it is a failure with a defined subject, which a version number seldom is, and no reply code came
//!   before it.
//!
//! The first reply code that is a failure is what the server said; a marked enhanced code goes with it if it has none of
//! its own. Without a reply code, the first enhanced code with a detail counts.
//!
//! [RFC 3464]: https://www.rfc-editor.org/rfc/rfc3464

use super::parts::{
    address, find, find_command, read_codes, read_enhanced_code, split_line, strip_prefix_ignoring_case, text_after,
};
use crate::code::{EnhancedCode, ReplyCode};
use crate::reply::{Codes, Reply};
use crate::vocabulary::Class;

/// Words that come before a reply code, with a colon or an equals sign in between.
const SPEAKERS: &[&str] = &[
    "answer",
    "answered",
    "bounced",
    "code",
    "data",
    "deferred",
    "error",
    "exception",
    "failed",
    "failure",
    "from",
    "me",
    "message",
    "reason",
    "refused",
    "rejected",
    "remote",
    "reply",
    "response",
    "responsecode",
    "returned",
    "said",
    "server",
    "smtp",
    "status",
    "to",
    "undeliverable",
    "was",
];

/// Words that come before a reply code with nothing but a space in between.
const SPEAKERS_WITHOUT_COLON: &[&str] = &["code", "error", "reply", "response", "returned", "said", "smtp", "with"];

/// Words that make the code after them another one: `exit code 550`.
const OTHER_CODES: &[&str] =
    &["access", "area", "country", "exit", "http", "item", "postal", "product", "promo", "return", "zip"];

/// Words that come before an enhanced code with nothing but a space in between.
const BEFORE_ENHANCED: &[&str] =
    &["code", "error", "of", "reply", "response", "returned", "said", "smtp", "status", "with"];

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
    "employees",
    "eur",
    "days",
    "emails",
    "errors",
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
    "rpm",
    "seconds",
    "sec",
    "times",
    "usd",
    "users",
];

/// The units among them that no server begins its text with.
const MEASURED: &[&str] = &["bytes", "eur", "gb", "kb", "mb", "ms", "octets", "rpm", "usd"];

/// Words that come before a version number, or before something else that is numbered with dots.
const PRODUCTS: &[&str] = &[
    "bug",
    "build",
    "chapter",
    "exchange",
    "exim",
    "issue",
    "openssl",
    "order",
    "paragraph",
    "postfix",
    "release",
    "running",
    "score",
    "section",
    "sendmail",
    "ticket",
    "v",
    "ver",
    "version",
];

/// Finds the reply that the text quotes.
pub(super) fn read(input: &[u8]) -> Option<Reply<'_>> {
    let mut failure: Option<Quoted<'_>> = None;
    let mut success: Option<Quoted<'_>> = None;
    let mut marked: Option<EnhancedCode> = None;
    let mut bare: Option<EnhancedCode> = None;
    let (mut at, mut may_quote) = (0, true);
    while let Some(here) = find(input, at, [b'2', b'4', b'5', b'<', b'\n']) {
        at = here;
        let after = input.get(at..)?;
        match after {
            [b'<', inside @ ..] => {
                at = input.len() - after_address(inside, &mut may_quote).len();
                continue;
            }
            [b'\n', line @ ..] => {
                // What a stranger wrote, or what we sent.
                let is_ours = strip_prefix_ignoring_case(line, b"subject:").is_some() || line.starts_with(b">>> ");
                at = if is_ours { input.len() - split_line(line).1.len() } else { at + 1 };
                // The line end itself may be needed to see that a line begins.
                continue;
            }
            _ => {}
        }
        if !starts_a_number(input, at) {
            at += 1;
            continue;
        }
        let before = input.get(..at)?;
        if let Some((codes, rest)) = codes_at(before, after).filter(|(codes, _)| is_better(failure.as_ref(), *codes)) {
            let fails = !matches!(codes.reply_code().and_then(ReplyCode::class), Some(Class::Success));
            let first = if fails { &mut failure } else { &mut success };
            let is_bare = ends_with_key(without_quote(before), &["code", "responsecode"]);
            if fails || first.is_none() {
                *first = Some(Quoted { codes, rest, is_bare });
            }
            if fails && codes.enhanced_code().is_some_and(|enhanced| enhanced.detail() != 0) {
                break;
            }
            at += after.len() - rest.len();
        } else if let Some((code, length)) = enhanced_at(after) {
            if is_marked(before, after, length) {
                marked = Some(more_specific(marked, code));
            } else if failure.is_none() && is_bare_failure(before, code) {
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
        (Some(Quoted { codes, rest, .. }), Some(enhanced)) if codes.enhanced_code().is_none() => {
            (codes.with_enhanced_code(enhanced), text_after(rest))
        }
        (Some(Quoted { codes, rest, .. }), _) => (codes, text_after(rest)),
        (None, enhanced) => (Codes::Enhanced(enhanced?), input),
    };
    Some(Reply { codes, command: find_command(input), host: b"", input, text })
}

/// The codes of a reply, and the text after them.
struct Quoted<'a> {
    codes: Codes,
    rest: &'a [u8],
    /// Whether it is the value of a key: `code=550`. Then the reply itself may come later.
    is_bare: bool,
}

/// Whether these codes count although others came before them: only if those were a code alone, and this is the full reply.
fn is_better(before: Option<&Quoted<'_>>, codes: Codes) -> bool {
    before.is_none_or(|before| {
        before.is_bare
            && before.codes.enhanced_code().is_none()
            && codes.enhanced_code().is_some()
            && codes.reply_code() == before.codes.reply_code()
    })
}

/// What follows an address in brackets, or the whole text if it does not begin with one. Nothing in an address is a code.
fn after_address<'a>(inside: &'a [u8], may_quote: &mut bool) -> &'a [u8] {
    if inside.first() == Some(&b'"') && *may_quote {
        if let Some((_, rest)) = address(inside) {
            return rest;
        }
        // There is no end to this one, so the next has none either.
        *may_quote = false;
    }
    let end = inside.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'>'));
    match end.and_then(|end| inside.split_at_checked(end)) {
        Some((address, rest @ [b'>', ..])) if address.contains(&b'@') => rest,
        _ => inside,
    }
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
        [next, ..] => !next.is_ascii_alphanumeric() && !matches!(next, b'@' | b'/' | b'%' | b'\\'),
    };
    let glued_to_a_hyphen = before.last() == Some(&b'-');
    if !code_ends || glued_to_a_hyphen {
        return None;
    }
    if codes.enhanced_code().is_some() {
        return Some((codes, rest));
    }
    let is_code = match introduction(before) {
        Introduction::Speaker => !is_followed_by(rest, MEASURED),
        Introduction::Quotation => !is_amount(rest),
        Introduction::Bracket => !is_amount(rest) && matches!(rest, [b' ' | b'-' | b':', ..] | [b')', b':', ..]),
        Introduction::None => false,
    };
    is_code.then_some((codes, rest))
}

/// What comes before a number, as far as it helps to tell whether that is a reply code.
enum Introduction {
    /// `said: 550`, `smtp;550`, `code 550`, `<<< 550`
    Speaker,
    /// `host mx.example.net: 550`, `- 550`, `-> 550`
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
        return Introduction::Quotation;
    }
    match trimmed {
        [.., b';'] | [.., b'<', b'<'] => Introduction::Speaker,
        // In JSON, the value may be in quotes too: `"code":"550"`.
        _ if ends_with_key(without_quote(trimmed), SPEAKERS) => match without_key(without_quote(trimmed)) {
            Some(before) if ends_with_word(before, OTHER_CODES) => Introduction::None,
            _ => Introduction::Speaker,
        },
        [.., b':'] if glued || ends_with_key(trimmed, MEASURES) => Introduction::None,
        [name @ .., b':'] if names_a_host(name) => Introduction::Quotation,
        [.., b':'] => Introduction::None,
        [.., b'>' | b'-'] => Introduction::Quotation,
        [.., b'(' | b'[' | b'{' | b'\'' | b'"' | b'`' | b'<'] if glued => Introduction::Bracket,
        _ if !glued && ends_with_word(trimmed, SPEAKERS_WITHOUT_COLON) => {
            let word = trimmed.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
            let before = trimmed.get(..trimmed.len() - word).unwrap_or_default().trim_ascii_end();
            if ends_with_word(before, OTHER_CODES) { Introduction::None } else { Introduction::Speaker }
        }
        _ => Introduction::None,
    }
}

/// What is before the name of a value.
fn without_key(text: &[u8]) -> Option<&[u8]> {
    let (_, name) = text.trim_ascii_end().split_last()?;
    let name = without_quote(name.trim_ascii_end());
    let word = name.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    Some(name.get(..name.len() - word)?.trim_ascii_end())
}

/// Whether the text ends with a host, an address or something in brackets, which come before what a server said:
/// `mx.example.net [192.0.2.1]:`, `to "ada@example.com":`.
fn names_a_host(text: &[u8]) -> bool {
    let word = text.iter().rev().take(256).take_while(|byte| !byte.is_ascii_whitespace());
    match text {
        [.., b']' | b')' | b'>'] => true,
        _ => word.into_iter().any(|byte| matches!(byte, b'.' | b'@')),
    }
}

/// Whether what follows a number makes it an amount, or part of a longer number: `512 bytes`, `555 1234`.
fn is_amount(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits > 0 {
        return !matches!(rest.get(digits..), Some([b'.' | b':', ..]));
    }
    is_followed_by(rest, UNITS)
}

/// Whether the first word is one of these.
fn is_followed_by(rest: &[u8], words: &[&str]) -> bool {
    let rest = rest.trim_ascii_start();
    let letters = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphabetic()).count();
    is_one_of(rest.get(..letters).unwrap_or_default(), words)
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

fn is_marked(before: &[u8], after: &[u8], length: usize) -> bool {
    match (before, after.get(length)) {
        ([before @ .., b'#'], _) => !ends_with_word(before.trim_ascii_end(), PRODUCTS),
        ([.., b'('], Some(b')')) | ([.., b'['], Some(b']')) => true,
        // The start of a message: `"code":550,"message":"5.1.1 No such user"`, `details = "5.1.1 No such user"`.
        ([key @ .., b'"'], Some(b' ')) if matches!(key.trim_ascii_end(), [.., b':' | b'=']) => true,
        (key @ [.., b'"'], Some(b'"')) => ends_with_key(without_quote(key), ENHANCED_KEYS),
        _ => ends_with_key(before, &["code", "dsn", "enhanced", "status"]),
    }
}

fn is_bare_failure(before: &[u8], code: EnhancedCode) -> bool {
    code.class() != Class::Success
        && code.subject() <= 7
        && !ends_with_word(before.trim_ascii_end(), PRODUCTS)
        && !ends_with_key(without_quote(before), PRODUCTS)
        && match before.trim_ascii_end() {
            [] => true,
            [.., b'#'] => false,
            // A number before it that is no code, but may have been meant for one.
            [.., b'0'..=b'9'] => before.ends_with(b" "),
            [name @ .., b':'] => names_a_host(name) || ends_with_key(before, SPEAKERS),
            // Not a product and its version.
            text @ [.., last] if last.is_ascii_alphabetic() => ends_with_word(text, BEFORE_ENHANCED),
            _ => before.last() != Some(&b'-'),
        }
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
