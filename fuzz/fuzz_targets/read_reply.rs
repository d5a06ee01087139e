//! Any bytes as a reply: what is read stands in them, white space around them changes nothing, and the verdict keeps
//! its promises.

#![cfg_attr(fuzzing, no_main)]

use bounce_codes::{Bounce, Category, Class, Reply, classify};

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check(bytes));

pub fn check(bytes: &[u8]) {
    let read = Reply::read(bytes);
    assert_eq!(classify(bytes), read.map(Reply::verdict));
    assert_eq!(Reply::read(&[b" \r\n", bytes, b"\r\n"].concat()), read, "with white space around it");
    let Some(reply) = read else { return };

    let codes = [reply.code().map(|code| code.to_string()), reply.enhanced().map(|code| code.to_string())];
    for code in codes.iter().flatten() {
        assert!(bytes.windows(code.len()).any(|window| window == code.as_bytes()), "{code} is not there");
    }
    assert_ne!(codes, [None, None]);

    for verdict in [reply.verdict(), reply.to_other_command().verdict()] {
        let failure = [Class::PersistentTransientFailure, Class::PermanentFailure];
        let fails = |class: Option<Class>| class.is_some_and(|class| failure.contains(&class));
        let classes = [reply.code().and_then(|code| code.class()), reply.enhanced().map(|code| code.class())];
        if verdict.bounce() == Some(Bounce::Hard) {
            assert!(classes.iter().flatten().all(|class| *class == Class::PermanentFailure), "hard on no evidence");
        }
        if fails(verdict.class()) {
            assert!(verdict.bounce().is_some() && verdict.category() != Category::Delivered);
        }
        assert!(reply.code().is_none_or(|_| verdict.bounce().is_none() || classes[0] != Some(Class::Success)));
    }
}
