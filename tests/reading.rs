//! Properties of parsing: a reply means the same in every form, and a hard bounce takes evidence. Examples are in
//! `tests/vectors`.

use bounce_codes::{Bounce, EnhancedCode, Reply, ReplyCode, classify};

/// The codes of a reply.
fn codes_of(reply: Reply<'_>) -> (Option<ReplyCode>, Option<EnhancedCode>) {
    (reply.reply_code(), reply.enhanced_code())
}

/// Forms in which text quotes a reply; `{reply}` is the reply, `{dsn}` its enhanced code.
const FORMS: &[&str] = &[
    "{reply}",
    "{reply}\r\n",
    "  {reply}",
    "Diagnostic-Code: smtp; {reply}",
    "smtp;{reply}",
    "Final-Recipient: rfc822; ada@example.com\r\nAction: failed\r\nDiagnostic-Code: smtp; {reply}\r\n",
    "host mx.example.net[192.0.2.1] said: {reply} (in reply to RCPT TO command)",
    "to=<ada@example.com>, relay=mx.example.net[192.0.2.1]:25, dsn={dsn}, status=bounced (host mx.example.net said: {reply})",
    "Nov 23 19:23:50 mail postfix/smtp[450]: 4F1A2B3C4D: host mx.example.net[2001:db8::550]:25 said: {reply}",
    "SMTP error from remote mail server after RCPT TO:<ada@example.com>: host mx.example.net [192.0.2.1]: {reply}",
    "mx.example.net did not like our RCPT TO:{reply}",
    "Remote host said: {reply} Giving up on 192.0.2.1.",
    "Remote Server returned '{reply}'",
    "<<< {reply}",
    "it answered: \"{reply}\"",
    "The following address failed: ada@example.com [{reply}]",
];

mod properties {
    use super::*;
    use bounce_codes::Class;
    use proptest::prelude::*;

    fn enhanced() -> impl Strategy<Value = EnhancedCode> {
        let class = prop::sample::select(Class::ALL);
        let subject = prop_oneof![8 => 0..8u16, 1 => 0..=999u16];
        let detail = prop_oneof![8 => 0..31u16, 1 => 0..=999u16];
        (class, subject, detail).prop_map(|(class, subject, detail)| EnhancedCode::new(class, subject, detail).unwrap())
    }

    fn code() -> impl Strategy<Value = ReplyCode> {
        prop_oneof![Just(2u16), Just(4), Just(5)]
            .prop_flat_map(|digit| digit * 100..digit * 100 + 60)
            .prop_map(|number| ReplyCode::new(number).unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_have_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = classify(&bytes);
        }

        /// Text made of pieces of codes and of what usually surrounds them.
        #[test]
        fn anything_like_codes_has_an_answer(
            parts in prop::collection::vec(
                prop::sample::select(&[
                    "5", "50", "550", "5.1.1", "4.", ".", "-", " ", "\r\n", ":", "#", "(", ")", "said", "smtp;", "dsn=",
                    "Status:", "2.0.0", "999", "1000", "x", "\u{fffd}", "421-", "'", "in reply to MAIL FROM",
                ][..]),
                0..30,
            )
        ) {
            let text = parts.concat();
            let read = Reply::parse(text.as_bytes());
            // A code that was found is really there.
            if let Some(reply) = read {
                for code in [reply.reply_code().map(|code| code.to_string()), reply.enhanced_code().map(|code| code.to_string())] {
                    prop_assert!(code.is_none_or(|code| text.contains(&code)), "{text:?}: {reply:?}");
                }
            }
        }

        #[test]
        fn a_reply_means_the_same_in_every_form(
            code in code(),
            enhanced in prop::option::of(enhanced()),
            words in prop::sample::select(&["See below", "<ada@example.com>: no", "as you like, please", "No."][..]),
        ) {
            let codes = enhanced.map_or(code.to_string(), |enhanced| format!("{code} {enhanced}"));
            let reply = format!("{codes} {words}");
            let expected = enhanced.map_or(Reply::from(code), |enhanced| Reply::from((code, enhanced)));
            let dsn = enhanced.map_or("X".to_owned(), |enhanced| enhanced.to_string());
            // No log says that a message bounced with a success.
            let is_log = |form: &&&str| !form.contains("{dsn}") || code.class() != Some(Class::Success);
            for form in FORMS.iter().filter(is_log) {
                let text = form.replace("{reply}", &reply).replace("{dsn}", &dsn);
                let found = Reply::parse(&text);
                prop_assert_eq!(found.map(codes_of), Some(codes_of(expected)), "{}", text);
                prop_assert_eq!(classify(&text).map(|verdict| verdict.row()), Some(expected.verdict().row()), "{}", text);
            }
        }

        #[test]
        fn a_reply_of_several_lines_means_the_same_as_one_line(
            code in code(),
            enhanced in enhanced(),
            with in prop::collection::vec(any::<bool>(), 1..6),
            end in prop::sample::select(&["\r\n", "\n", "\r"][..]),
        ) {
            let last = with.len() - 1;
            let lines = with.iter().enumerate().map(|(i, with)| {
                let sign = if i == last { ' ' } else { '-' };
                let enhanced = if *with { format!("{enhanced} ") } else { String::new() };
                format!("{code}{sign}{enhanced}some words{end}")
            });
            let expected = if with.contains(&true) { Reply::from((code, enhanced)) } else { Reply::from(code) };
            prop_assert_eq!(Reply::parse(&lines.collect::<String>()).map(codes_of), Some(codes_of(expected)));
        }

        /// Whatever the codes are, no address is suppressed unless both say that the failure is permanent.
        #[test]
        fn hard_only_if_both_codes_are_permanent(code in code(), enhanced in enhanced()) {
            let verdict = Reply::from((code, enhanced)).verdict();
            let both_permanent = code.class() == Some(Class::PermanentFailure) && enhanced.class() == Class::PermanentFailure;
            if verdict.bounce() == Some(Bounce::Hard) {
                prop_assert!(both_permanent);
            }
            prop_assert_eq!(verdict.bounce().is_none(), verdict.class() == Some(Class::Success));
            if code.class() == Some(Class::Success) {
                prop_assert_eq!(verdict.bounce(), None);
            }
        }
    }
}
