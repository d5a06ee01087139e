//! Looks up codes with nothing but `core`. There is no allocator to link against, so a build proves that the library does
//! not need one. The function that a panic would call does not exist either, so a build also proves that nothing left in
//! the program can panic.

#![no_std]
#![no_main]

use bounce_codes::{Bounce, EnhancedCode, ReplyCode, classify};

#[link(name = "c")]
unsafe extern "C" {
    /// Not defined anywhere, so a program that can panic does not link.
    safe fn something_can_panic() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    something_can_panic()
}

/// Called by the C startup code; returns 0 if the answers are right. The number of arguments keeps the compiler from
/// computing them at build time.
#[unsafe(no_mangle)]
extern "C" fn main(count: i32, _arguments: *const *const u8) -> i32 {
    let replies: [&[u8]; 4] = [
        b"550 5.1.1 <ada@example.com>: User unknown",
        b"550-5.1.1 no\r\n550 5.1.1 such user",
        b"dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.1] said: 550 no such user)",
        b"550 5.4.1 Access denied [DM6NAM12FT011.eop-nam12.prod.protection.outlook.com]",
    ];
    // With one argument, the program's name, the replies stay whole.
    let whole = count.unsigned_abs() as usize;
    let right = replies.iter().all(|reply| {
        let reply = reply.get(whole.wrapping_sub(1)..).unwrap_or_default();
        let verdict = classify(core::hint::black_box(reply));
        // Everything that reads the text again, and the row.
        let read = verdict.map(|verdict| (verdict.evidence(), verdict.retry_after(), verdict.advice(), verdict.provider()));
        core::hint::black_box((read, verdict.map(|verdict| verdict.row().key())));
        verdict.and_then(|verdict| verdict.bounce()) == Some(Bounce::Hard)
    });
    let code = ReplyCode::from_bytes(core::hint::black_box(b"550")).ok();
    let enhanced = EnhancedCode::from_bytes(core::hint::black_box(b"5.7.26")).ok();
    let looked_up = code.and_then(ReplyCode::row).is_some() && enhanced.and_then(EnhancedCode::row).is_some();
    if right && looked_up { 0 } else { 1 }
}
