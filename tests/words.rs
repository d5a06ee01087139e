//! What the words say, and what they must not: the properties of matching, and how long a server asks to wait. Examples
//! are in `tests/vectors`.

#![cfg(feature = "words")]

use std::time::Duration;

use bounce_codes::{Bounce, Category, Table, classify};
use proptest::prelude::*;

/// Wordings of a row that decides, without arguments, with the row's name.
const WORDINGS: &[(&str, Category)] = &[
    ("user unknown", Category::MailboxUnknown),
    ("mailbox full", Category::MailboxFull),
    ("relaying denied", Category::RelayDenied),
    ("virus detected", Category::Content),
];

fn category(text: &str) -> Option<Category> {
    classify(text).filter(|verdict| verdict.matched() == Table::Phrase).map(|verdict| verdict.category())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Case, separators and what surrounds it do not matter.
    #[test]
    fn a_wording_is_found_however_it_is_written(
        (wording, expected) in prop::sample::select(WORDINGS),
        separator in prop::sample::select(&[" ", "  ", "\t", "\r\n ", "-", "_", " - ", ": ", ", ", "\" ", " '", "\u{a0}"][..]),
        upper in any::<bool>(),
        before in "(\\PC{0,70} )?",
        after in "( \\PC{0,70})?",
    ) {
        let written = wording.replace(' ', separator);
        let written = if upper { written.to_uppercase() } else { written };
        // Only what is before and after decides whether another row takes precedence.
        prop_assume!(category(&format!("{before}x{after}")).is_none());
        let text = format!("{before}{written}{after}");
        prop_assert_eq!(category(&text), Some(expected), "{}", text);
    }

    /// A part of a word is not a word, and a sentence end is not crossed.
    #[test]
    fn a_wording_is_not_found_inside_other_words((wording, _) in prop::sample::select(WORDINGS), letter in "[x0-9]") {
        let (first, last) = wording.split_once(' ').unwrap();
        for text in [
            format!("{letter}{wording}"),
            format!("{wording}{letter}"),
            format!("{first}{letter} {last}"),
            format!("{first}. {last}"),
            format!("{first}! {last}"),
            format!("{first}{}{last}", " ".repeat(40)),
        ] {
            prop_assert_eq!(category(&text), None, "{}", text);
        }
    }

    /// Whatever the words say, class 4 is soft, and a success is no bounce.
    #[test]
    fn words_do_not_change_the_class((wording, expected) in prop::sample::select(WORDINGS), code in prop::sample::select(&[250, 354, 421, 450, 451, 550, 554u16][..])) {
        let text = format!("{code} {wording}");
        let verdict = classify(&text).unwrap();
        match code / 100 {
            2 | 3 => prop_assert_eq!(verdict.bounce(), None),
            4 => prop_assert_eq!((verdict.bounce(), verdict.category()), (Some(Bounce::Soft), expected)),
            _ => prop_assert_eq!((verdict.bounce(), verdict.category()), (expected.bounce(), expected)),
        }
        prop_assert_eq!(verdict.retry(), code / 100 == 4);
    }
}

/// A wording is found wherever the pieces end that the search looks at.
#[test]
fn a_wording_is_found_at_every_place() {
    for (wording, expected) in WORDINGS {
        for length in 0..200 {
            for filler in ["x", "é", "漢", "\\", "7"] {
                let before = filler.repeat(length);
                let text = format!("{before} {wording}");
                assert_eq!(category(&text), Some(*expected), "{text}");
                assert_eq!(category(&format!("{text} {before}")), Some(*expected), "{text} {before}");
            }
        }
    }
}

/// Every wording of the table, as it is written, is found: by its row, or by one that takes precedence.
#[test]
fn the_evidence_is_in_the_text() {
    for (wording, _) in WORDINGS {
        let text = format!("550 5.0.0 <ada@example.com>: {}; see http://example.net/", wording.to_uppercase());
        let verdict = classify(&text).unwrap();
        assert_eq!(verdict.evidence(), Some(wording.to_uppercase().as_bytes()));
    }
}

/// An argument is skipped as a whole, whatever words are in it.
#[test]
fn an_argument_may_hold_anything() {
    for argument in [
        "<ada@example.com>",
        "ada@mail.host.example.com",
        "<mail@host.com>",
        "\"user mailbox\"",
        "(the server)",
        "[192.0.2.1]",
        "<account.user@message.example>",
        "ada",
        "'no such account'",
        "<x-1.y_2@sender.recipient.example>",
    ] {
        let text = format!("550 user {argument} unknown");
        let verdict = classify(&text).unwrap();
        assert_eq!((verdict.bounce(), verdict.category()), (Some(Bounce::Hard), Category::MailboxUnknown), "{text}");
        let text = format!("552 mailbox {argument} full");
        assert_eq!(category(&text), Some(Category::MailboxFull), "{text}");
    }
}

#[test]
fn a_reply_of_several_lines_is_read_as_one_text() {
    for text in [
        "550-5.1.1 We refuse this since the user\r\n550 5.1.1 unknown to us",
        "550-the user\n550 unknown",
        "550-5.1.1 user 550-5.1.1 unknown",
        r"550-5.1.1 user\r\n550 5.1.1 unknown",
    ] {
        assert_eq!(category(text), Some(Category::MailboxUnknown), "{text}");
    }
}

#[test]
fn how_long_to_wait() {
    for (text, seconds) in [
        ("451 4.7.1 Greylisted, try again in 5 minutes", Some(300)),
        ("450 4.2.0 <ada@example.com>: Recipient address rejected: Greylisted for 300 seconds", Some(300)),
        ("451 Greylisted, please come back in 00:04:56", Some(296)),
        ("450 4.7.1 please retry in 1 hour", Some(3600)),
        ("421 Too many connections, retry within 15 mins", Some(900)),
        ("421 wait 2h before you try again", Some(7200)),
        ("450 Bitte versuchen Sie es in 10 Minuten erneut", Some(600)),
        ("450 Veuillez réessayer dans 5 minutes", Some(300)),
        ("450 Intente de nuevo en 20 minutos", Some(1200)),
        ("450 Повторите попытку через 5 минут", Some(300)),
        ("450 5分後に再試行してください", Some(300)),
        ("450 请在 30 分钟后重试", Some(1800)),
        ("450 Please try again in an hour", Some(3600)),
        ("451 Resources restricted, retry in half an hour", Some(1800)),
        ("421 retry-after: 120", Some(120)),
        ("450 Greylisted, will be accepted in 4 minutes and 30 seconds", Some(270)),
        ("450 Повторите попытку через час", Some(3600)),
        ("450 Riprovare tra un'ora", Some(3600)),
        ("450 请在2个小时后重试", Some(7200)),
        // What a provider documents, unless the words name a time.
        ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred", Some(14_400)),
        ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred, try again in 5 minutes", Some(300)),
        ("553 5.7.1 [TSS04] Messages from 192.0.2.1 deferred", None),
        // Not a wait, or an absurd one.
        ("451 try again later", None),
        ("451 try again in 0 seconds", None),
        ("451 try again in 8 days", None),
        ("451 message delayed for 4 hours", None),
        ("421 timeout after 300 seconds", None),
        ("421 4.4.2 Timeout after 300 seconds waiting for data", None),
        ("451 delay=00:04:56, status=deferred", None),
        ("450 Votre message est en attente depuis 4 heures", None),
        ("451 4.3.0 1 error 5 minutes ago", None),
        // This message may not be tried again.
        ("550 try again in 5 minutes", None),
        ("250 try again in 5 minutes", None),
    ] {
        let wait = classify(text).unwrap().retry_after();
        assert_eq!(wait, seconds.map(Duration::from_secs), "{text}");
        assert_eq!(classify(text).unwrap().without_text().retry_after(), wait, "{text}");
    }
}

/// A row of a provider or a list may say what to do; the rest is the general advice.
#[test]
fn advice_of_a_row() {
    let advice = |text: &str| classify(text).unwrap().advice();
    assert_eq!(advice("451 4.7.1 [TSS99] no"), "Keep the address, and retry this message later.");
    let list = advice("554 5.7.1 blocked using zen.spamhaus.org");
    assert_eq!(list, "Look your IP address up, fix what it is listed for, and ask for removal.");
    let closed = classify("554 5.7.1 blocked using dnsbl.sorbs.net").unwrap();
    assert_eq!((closed.bounce(), closed.category()), (Some(Bounce::Soft), Category::SystemIncapable));
    assert!(closed.advice().starts_with("There is nothing to fix on your side."));
    assert_eq!(closed.without_text().advice(), closed.advice());
}

/// A verdict that outlives the text still knows who answered.
#[test]
fn the_provider_outlives_the_text() {
    for text in [
        "250 2.0.0 OK a1-2002 - gsmtp",
        "550 5.7.26 no - gsmtp",
        "550 5.7.1 no - gsmtp",
        "550 5.1.1 user unknown - gsmtp",
    ] {
        let verdict = classify(text).unwrap();
        assert_eq!(verdict.provider().unwrap().to_string(), "Gmail", "{text}");
        assert_eq!(verdict.without_text().provider(), verdict.provider(), "{text}");
    }
}
