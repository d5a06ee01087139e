//! Puts any bytes inside a log line. A code that is found must be in the line, and the bytes must never override a reply
//! that the line quotes before them.

#![cfg_attr(fuzzing, no_main)]

use bounce_codes::Reply;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check(bytes));

pub fn check(bytes: &[u8]) {
    let inside = [b"to=<ada@example.org>, status=bounced (", bytes, b")"].concat();
    if let Some(reply) = Reply::parse(&inside) {
        for code in
            [reply.reply_code().map(|code| code.to_string()), reply.enhanced_code().map(|code| code.to_string())]
        {
            let is_there = |code: String| inside.windows(code.len()).any(|window| window == code.as_bytes());
            assert!(code.is_none_or(is_there), "{reply:?} is not there");
        }
    }

    let quoted = [b"host mx.example.org said: 550 5.1.1 No such user; ", bytes].concat();
    let reply = Reply::parse(&quoted).expect("the reply is there, whatever follows");
    assert_eq!(
        (reply.reply_code().unwrap().get(), reply.enhanced_code().unwrap().to_string()),
        (550, "5.1.1".to_owned())
    );
}
