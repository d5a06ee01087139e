//! Parses any bytes as a code or a label. Whatever is accepted must print as it was written, and whatever the grammar
//! allows must be accepted.

#![cfg_attr(fuzzing, no_main)]

use std::fmt::Display;
use std::str::FromStr;

use bounce_codes::{Bounce, Category, Class, EnhancedCode, ReplyCode, Table};

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check(bytes));

pub fn check(bytes: &[u8]) {
    let reply = ReplyCode::from_bytes(bytes);
    let enhanced = EnhancedCode::from_bytes(bytes);
    assert_eq!(reply.is_ok(), is_reply_code(bytes));
    assert_eq!(enhanced.is_ok(), is_enhanced_code(bytes));
    for error in [reply.err(), enhanced.err()].into_iter().flatten() {
        assert!(error.to_string().starts_with("expected "), "{error}");
    }

    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert_eq!(text.parse::<ReplyCode>(), reply);
    assert_eq!(text.parse::<EnhancedCode>(), enhanced);
    written_back(text, reply);
    written_back(text, enhanced);
    word::<Bounce>(text);
    word::<Category>(text);
    word::<Class>(text);
    word::<Table>(text);
}

/// Three digits, the first of them 1 to 5.
fn is_reply_code(bytes: &[u8]) -> bool {
    bytes.len() == 3 && (b'1'..=b'5').contains(&bytes[0]) && bytes.iter().all(u8::is_ascii_digit)
}

/// RFC 3463 section 2: class 2, 4, or 5, and two numbers of one to three digits without leading zeros.
fn is_enhanced_code(bytes: &[u8]) -> bool {
    let parts: Vec<&[u8]> = bytes.split(|byte| *byte == b'.').collect();
    let is_number = |part: &[u8]| {
        (1..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_digit) && (part == b"0" || part[0] != b'0')
    };
    match parts[..] {
        [class, subject, detail] => [&b"2"[..], b"4", b"5"].contains(&class) && is_number(subject) && is_number(detail),
        _ => false,
    }
}

fn word<T: FromStr<Err: Display> + Display>(text: &str) {
    match text.parse::<T>() {
        Ok(word) => assert_eq!(word.to_string(), text),
        Err(error) => assert!(error.to_string().contains("expected one of"), "{error}"),
    }
}

fn written_back(text: &str, read: Result<impl Display, impl Display>) {
    assert!(read.is_err() || read.is_ok_and(|value| value.to_string() == text));
}
