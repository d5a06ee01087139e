//! Looks a code up with nothing but `core`. There is no allocator to link against, so a build is the proof that the
//! library needs none.

#![no_std]
#![no_main]

use bounce_codes::{Bounce, classify};

#[link(name = "c")]
unsafe extern "C" {}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// Called by the C start-up code: 0 if the answer is right.
#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    match classify(b"550 5.1.1 <ada@example.com>: User unknown") {
        Some(verdict) if verdict.bounce() == Some(Bounce::Hard) => 0,
        _ => 1,
    }
}
