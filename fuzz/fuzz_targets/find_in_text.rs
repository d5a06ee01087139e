//! Any bytes inside a log line: what is found stands in them or around them, and never takes the place of a reply that
//! the line quotes before them.

#![cfg_attr(fuzzing, no_main)]

use bounce_codes::Reply;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check(bytes));

pub fn check(bytes: &[u8]) {
    let inside = [b"to=<ada@example.org>, status=bounced (", bytes, b")"].concat();
    if let Some(reply) = Reply::read(&inside) {
        for code in [reply.code().map(|code| code.to_string()), reply.enhanced().map(|code| code.to_string())] {
            let stands = |code: String| inside.windows(code.len()).any(|window| window == code.as_bytes());
            assert!(code.is_none_or(stands), "{reply:?} is not there");
        }
    }

    let quoted = [b"host mx.example.org said: 550 5.1.1 No such user; ", bytes].concat();
    let reply = Reply::read(&quoted).expect("the reply is there, whatever follows");
    assert_eq!((reply.code().unwrap().get(), reply.enhanced().unwrap().to_string()), (550, "5.1.1".to_owned()));
}
