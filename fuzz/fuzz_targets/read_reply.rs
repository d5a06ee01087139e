//! Parses any bytes as a reply. The codes must be in the bytes, white space around them must not matter, and the verdict
//! must keep its promises.

#![cfg_attr(fuzzing, no_main)]

use bounce_codes::{Bounce, Category, Class, Command, Reply, classify};

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check(bytes));

pub fn check(bytes: &[u8]) {
    let read = Reply::parse(bytes);
    let verdict = classify(bytes);
    // Without a code, words may decide.
    assert!(verdict == read.map(Reply::verdict) || read.is_none());
    let codes = |reply: Reply<'_>| (reply.reply_code(), reply.enhanced_code(), reply.command());
    let spaced = [b" \r\n", bytes, b"\r\n"].concat();
    assert_eq!(Reply::parse(&spaced).map(codes), read.map(codes), "with white space around it");
    let Some(reply) = read else { return };

    let codes = [reply.reply_code().map(|code| code.to_string()), reply.enhanced_code().map(|code| code.to_string())];
    for code in codes.iter().flatten() {
        let is_there = |code: &[u8]| bytes.windows(code.len()).any(|window| window == code);
        // Some programs write the parts of a code: KumoMTA, Halon, mail-send and lettre.
        let in_parts = [&b"\"subject\":"[..], b"\"enhanced\":", b"esc: [", b"severity: "].into_iter().any(is_there);
        assert!(is_there(code.as_bytes()) || in_parts, "{code} is not there");
    }
    assert_ne!(codes, [None, None]);

    for verdict in [reply.verdict(), reply.in_reply_to(Command::MailFrom).verdict()] {
        let failure = [Class::PersistentTransientFailure, Class::PermanentFailure];
        let fails = |class: Option<Class>| class.is_some_and(|class| failure.contains(&class));
        let classes =
            [reply.reply_code().and_then(|code| code.class()), reply.enhanced_code().map(|code| code.class())];
        if verdict.bounce() == Some(Bounce::Hard) {
            assert!(classes.iter().flatten().all(|class| *class == Class::PermanentFailure), "hard without evidence");
        }
        if fails(verdict.class()) {
            assert!(verdict.bounce().is_some() && verdict.category() != Category::Delivered);
        }
        assert!(reply.reply_code().is_none_or(|_| verdict.bounce().is_none() || classes[0] != Some(Class::Success)));
    }
}
