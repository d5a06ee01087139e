//! Instructions of one call each, counted by valgrind: repeatable where times are not.
//!
//! ```console
//! $ cargo install gungraun-runner --version 0.18.2
//! $ cargo bench --bench instructions
//! ```

use std::hint::black_box;

use bounce_codes::{Bounce, Class, EnhancedCode, ReplyCode, Row, classify};
use gungraun::{library_benchmark, library_benchmark_group, main};

const fn code(subject: u16, detail: u16) -> EnhancedCode {
    EnhancedCode::new(Class::PermanentFailure, subject, detail).unwrap()
}

#[library_benchmark]
#[bench::hit(code(1, 1))]
#[bench::near_miss(code(1, 30))]
#[bench::far_miss(code(7, 606))]
fn enhanced_row(code: EnhancedCode) -> Option<&'static Row> {
    black_box(code).row()
}

#[library_benchmark]
#[bench::hit(ReplyCode::new(550).unwrap())]
#[bench::miss(ReplyCode::new(571).unwrap())]
fn reply_row(code: ReplyCode) -> Option<&'static Row> {
    black_box(code).row()
}

#[library_benchmark]
#[bench::with_enhanced(b"550 5.1.1 <ada@example.com>: User unknown")]
#[bench::without_enhanced(b"550 User unknown")]
#[bench::unknown(b"550 5.7.606 Access denied, banned sending IP")]
#[bench::multi_line(b"550-5.7.26 This mail has been blocked because the sender is unauthenticated.\r\n550 5.7.26 See")]
#[bench::rubbish(b"the recipient's server has hung up without a word")]
#[bench::log(
    b"4F1A2B3C4D: to=<ada@example.com>, dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.1] said: 550 5.1.1 no)"
)]
fn bounce(reply: &[u8]) -> Option<Bounce> {
    classify(black_box(reply)).and_then(|verdict| verdict.bounce())
}

library_benchmark_group!(name = all, benchmarks = [enhanced_row, reply_row, bounce]);
main!(library_benchmark_groups = all);
