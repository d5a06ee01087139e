//! Instructions per call, counted by valgrind, which are repeatable when times are not. A count that grows by more than a
//! tenth fails. The number next to each call was counted on x86-64 with Rust 1.95.
//!
//! ```console
//! $ cargo install gungraun-runner --version 0.18.2
//! $ cargo bench --bench instructions
//! ```

use std::hint::black_box;

use bounce_codes::{Bounce, Class, EnhancedCode, ReplyCode, Row, classify};
use gungraun::{Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};

/// Fails if a call takes over a tenth more instructions than this.
fn counted(instructions: u64) -> LibraryBenchmarkConfig {
    let mut callgrind = Callgrind::default();
    callgrind.hard_limits([(EventKind::Ir, instructions + instructions / 10)]);
    LibraryBenchmarkConfig::default().tool(callgrind).clone()
}

const fn code(subject: u16, detail: u16) -> EnhancedCode {
    EnhancedCode::new(Class::PermanentFailure, subject, detail).unwrap()
}

#[library_benchmark]
#[bench::hit(args = (code(1, 1)), config = counted(31))]
#[bench::near_miss(args = (code(1, 30)), config = counted(28))]
#[bench::far_miss(args = (code(7, 606)), config = counted(20))]
fn enhanced_row(code: EnhancedCode) -> Option<&'static Row> {
    black_box(code).row()
}

#[library_benchmark]
#[bench::hit(args = (ReplyCode::new(550).unwrap()), config = counted(16))]
#[bench::miss(args = (ReplyCode::new(571).unwrap()), config = counted(13))]
fn reply_row(code: ReplyCode) -> Option<&'static Row> {
    black_box(code).row()
}

#[library_benchmark]
#[bench::with_enhanced(args = (b"550 5.1.1 <ada@example.com>: User unknown"), config = counted(2593))]
#[bench::without_enhanced(args = (b"550 User unknown"), config = counted(2102))]
#[bench::unknown(args = (b"550 5.7.606 Access denied, banned sending IP"), config = counted(3764))]
#[bench::multi_line(
    args = (
        b"550-5.7.26 This mail has been blocked because the sender is unauthenticated.\r\n550 5.7.26 See"
    ),
    config = counted(1199)
)]
#[bench::not_a_reply(args = (b"the recipient's server has hung up without a word"), config = counted(7381))]
#[bench::log(
    args = (
        b"4F1A2B3C4D: to=<ada@example.com>, dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.1] said: 550 5.1.1 no)"
    ),
    config = counted(3614)
)]
fn bounce(reply: &[u8]) -> Option<Bounce> {
    classify(black_box(reply)).and_then(|verdict| verdict.bounce())
}

library_benchmark_group!(name = all, benchmarks = [enhanced_row, reply_row, bounce]);
main!(library_benchmark_groups = all);
