//! Getting from a reply to a verdict never allocates. This is a single test in its own process, because the counting
//! allocator applies to the whole program.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write;
use std::hint::black_box;

use bounce_codes::{Bounce, Class, EnhancedCode, ReplyCode, Table, classify};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: passes every call to the system allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

/// A fixed-size buffer to format into.
struct Buffer {
    text: [u8; 256],
    length: usize,
}

impl Write for Buffer {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        self.text.get_mut(self.length..end).ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

#[test]
fn nothing_allocates() {
    // Make sure that the counter counts. Otherwise this test could not fail.
    assert_eq!(allocations(|| drop(black_box(Box::new(1)))), 1);

    let lookups = allocations(|| {
        for number in 0..=999 {
            black_box(ReplyCode::new(number).map(|code| (code.row(), code.verdict())));
        }
        for class in Class::ALL {
            for (subject, detail) in (0..20).flat_map(|subject| (0..50).map(move |detail| (subject, detail))) {
                let code = EnhancedCode::new(*class, subject, detail).unwrap();
                black_box((code.row(), code.verdict().bounce(), code.verdict().category()));
            }
        }
        for table in Table::ALL {
            black_box(table.rows().filter(|row| row.permanent_bounce() == Some(Bounce::Hard)).count());
        }
    });
    assert_eq!(lookups, 0, "lookups");

    let replies: &[&[u8]] = &[
        b"550 5.1.1 <ada@example.com>: User unknown",
        b"550-5.7.26 first\r\n550-5.7.26 second\r\n550 5.7.26 last\r\n",
        b"421 try later",
        b"5.7.606",
        b"hello \xff\xfe",
        b"dsn=5.0.0, status=bounced (host mx.example.net[192.0.2.1] said: 550 no (in reply to MAIL FROM command))",
        b"5.1.0 - Unknown address error '5.2.2 full' at 12:34:56, 550 bytes, (#5.2.2)",
        b"",
    ];
    let classifying = allocations(|| {
        for reply in replies {
            black_box(classify(reply).map(|verdict| (verdict.bounce(), verdict.category(), verdict.row())));
        }
    });
    assert_eq!(classifying, 0, "classifying");

    let formatting = allocations(|| {
        let mut buffer = Buffer { text: [0; 256], length: 0 };
        let verdict = classify(b"550 5.1.1 no").unwrap();
        let (reply, enhanced) = (verdict.reply_code().unwrap(), verdict.enhanced_code().unwrap());
        write!(buffer, "{reply} {enhanced:>9} {:?} {}", verdict.bounce(), verdict.category()).unwrap();
        write!(buffer, "{} {:?}", "5.1".parse::<EnhancedCode>().unwrap_err(), "x".parse::<Bounce>().is_err()).unwrap();
        black_box(buffer.text);
    });
    assert_eq!(formatting, 0, "formatting");
}
