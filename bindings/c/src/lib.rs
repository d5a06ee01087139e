//! The C interface: what an SMTP reply means, as a plain struct.
//!
//! The only place with unsafe code. It reads what the caller's pointers point to, and writes the struct that the caller
//! provides. Everything else that crosses the border is a number, or a pointer to static data.

// Tests need the standard library, and are the only builds that unwind.
#![cfg_attr(panic = "abort", no_std)]
#![deny(missing_docs)]

use core::ffi::c_char;
use core::time::Duration;
use core::{mem, ptr, slice};

use library::{Bounce, Category, Class, Command, Delivery, Key, Outcome, Provider, Row, Scope, Table};

/// UTF-8 text in static data, which is valid for the life of the program. It does not end with a NUL. `start` is null if
/// there is no text.
#[repr(C)]
pub struct Text {
    /// The first byte.
    pub start: *const c_char,
    /// How many bytes.
    pub length: usize,
}

/// A part of the reply that was passed in. `length` is 0 if it is missing.
#[repr(C)]
pub struct Part {
    /// Where it starts, in bytes.
    pub offset: usize,
    /// How many bytes.
    pub length: usize,
}

/// What a reply means, and what to do about it. Everything is zero that the reply does not say.
#[repr(C)]
pub struct Verdict {
    /// The label of the row that decided, a few words.
    pub name: Text,
    /// The standard's label, if it differs from the name.
    pub registry_name: Text,
    /// One sentence that says what happened.
    pub description: Text,
    /// What to do next, in a sentence or two.
    pub advice: Text,
    /// Who answered, if the text shows it.
    pub provider: Text,
    /// The page where that provider explains its replies or takes questions.
    pub postmaster: Text,
    /// How many documents define the row. `bounce_codes_reference` returns them.
    pub references: usize,
    /// How many seconds the server asks to wait; 0 if it names no time.
    pub retry_after: u32,
    /// The reply code, such as 550.
    pub reply: u16,
    /// The enhanced code, such as 5, 1, 1.
    pub enhanced: [u16; 3],
    /// The place in its table of the row that decided.
    pub row: u16,
    /// The table of the row that decided: a `BOUNCE_CODES_TABLE_…`.
    pub matched: u8,
    /// What the standard calls it: a `BOUNCE_CODES_CLASS_…`.
    pub class: u8,
    /// What to do about the address: a `BOUNCE_CODES_BOUNCE_…`.
    pub bounce: u8,
    /// Why: a `BOUNCE_CODES_CATEGORY_…`.
    pub category: u8,
    /// What it is about: a `BOUNCE_CODES_SCOPE_…`.
    pub scope: u8,
    /// How the delivery ended: a `BOUNCE_CODES_OUTCOME_…`. A log line can say this without a code.
    pub outcome: u8,
    /// The command that was answered: a `BOUNCE_CODES_COMMAND_…`.
    pub command: u8,
    /// Whether this message may be sent again.
    pub retry: bool,
    /// Whether the reply code and the enhanced code are in different classes.
    pub contradictory: bool,
    /// The words or the code that decided.
    pub evidence: Part,
    /// The recipient, if a log line names one. Like the outcome, a log line can say this without a code.
    pub recipient: Part,
}

/// A row of a table.
#[repr(C)]
pub struct TableRow {
    /// What the row is about, ending with a NUL: `550`, `X.1.1`, `5.0.0`, `550 5.1.10`, subject `X.7`, class `5`, group `5xx`.
    /// Empty if it is about words, a provider, or a block list.
    pub key: [c_char; 16],
    /// The provider, if the row says what one means.
    pub provider: Text,
    /// The code as the provider writes it, such as `5.7.606-5.7.649`; the name of the row if it is about words.
    pub code: Text,
    /// The label, a few words.
    pub name: Text,
    /// The standard's label, if it differs from the name.
    pub registry_name: Text,
    /// One sentence that says what happened.
    pub description: Text,
    /// What to do next, if that differs from the general advice.
    pub advice: Text,
    /// How many documents define it. `bounce_codes_reference` returns them.
    pub references: usize,
    /// How many seconds the provider asks to wait; 0 if it documents no time.
    pub retry_after: u32,
    /// The class of every code that the row covers, if it is one: a `BOUNCE_CODES_CLASS_…`.
    pub class: u8,
    /// What to do about the address if the failure is permanent: a `BOUNCE_CODES_BOUNCE_…`. Class 4 is always soft.
    pub permanent_bounce: u8,
    /// Why: a `BOUNCE_CODES_CATEGORY_…`.
    pub category: u8,
    /// What it is about: a `BOUNCE_CODES_SCOPE_…`.
    pub scope: u8,
    /// Whether senders see it often.
    pub common: bool,
    /// Whether an overlay changed or added it.
    pub overlaid: bool,
}

/// Says what a reply means: a reply off the wire, a log line, a line of a delivery report, or a sentence. `command` is the
/// `BOUNCE_CODES_COMMAND_…` that the server answered, or 0 if that is not known or the text says it.
///
/// Returns whether it found a code or plain words, and fills in the verdict. Both pointers may be null, and the reply may be
/// any bytes.
///
/// # Safety
///
/// `reply` is null or points to `length` bytes; `verdict` is null or points to a verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bounce_codes_classify(
    reply: *const c_char,
    length: usize,
    command: u8,
    verdict: *mut Verdict,
) -> bool {
    // Safety: the caller keeps both promises.
    let answer = classify(unsafe { bytes(reply, length) }, command);
    let found = answer.category != 0;
    if !verdict.is_null() {
        // Safety: it is not null, so it points to a verdict. That may be uninitialized, and `write` does not read it.
        unsafe { verdict.write(answer) };
    }
    found
}

/// The same for many replies, one right after the other in a buffer. `lengths` and `verdicts` have an element for each.
/// Returns how many replies have a verdict. In the verdict of any other, the category is 0.
///
/// # Safety
///
/// `lengths` and `verdicts` point to `count` elements, and `replies` to as many bytes as the lengths add up to. If any of
/// them is null, there is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bounce_codes_classify_many(
    replies: *const c_char,
    lengths: *const usize,
    count: usize,
    verdicts: *mut Verdict,
) -> usize {
    if replies.is_null() || lengths.is_null() || verdicts.is_null() {
        return 0;
    }
    let (mut found, mut start) = (0, replies);
    for at in 0..count {
        // Safety: `at` is less than `count`, so the length and the verdict are the caller's, and the bytes of each reply
        // follow those of the one before.
        found += unsafe {
            let length = *lengths.add(at);
            let reply = start;
            start = start.wrapping_add(length);
            usize::from(bounce_codes_classify(reply, length, 0, verdicts.add(at)))
        };
    }
    found
}

/// Fills in a row of a table, `BOUNCE_CODES_TABLE_…`. Places count from 0. Returns whether there is such a row.
///
/// # Safety
///
/// `row` is null or points to a row.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bounce_codes_row(table: u8, place: usize, row: *mut TableRow) -> bool {
    let Some(found) = find_row(table, place) else { return false };
    if !row.is_null() {
        // Safety: it is not null, so it points to a row.
        unsafe { row.write(describe(found)) };
    }
    true
}

/// One of the documents that define a row. They count from 0.
#[unsafe(no_mangle)]
pub extern "C" fn bounce_codes_reference(table: u8, place: usize, index: usize) -> Text {
    Text::from(find_row(table, place).and_then(|row| row.references().get(index)).copied())
}

/// The version of this library.
#[unsafe(no_mangle)]
pub extern "C" fn bounce_codes_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The file name of the overlay that this library was built with; null without one.
#[unsafe(no_mangle)]
pub extern "C" fn bounce_codes_overlay() -> *const c_char {
    const LENGTH: usize = match library::overlay() {
        Some(file) => file.len() + 1,
        None => 0,
    };
    static FILE: Option<[u8; LENGTH]> = match library::overlay() {
        Some(file) => Some(padded(file)),
        None => None,
    };
    FILE.as_ref().map_or(ptr::null(), |file| file.as_ptr().cast())
}

/// The name of a `BOUNCE_CODES_CLASS_…`; null if there is no such number.
#[unsafe(no_mangle)]
pub extern "C" fn bounce_codes_class_name(number: u8) -> *const c_char {
    name::<Class>(number)
}

/// The name of a `BOUNCE_CODES_BOUNCE_…`; null if there is no such number.
#[unsafe(no_mangle)]
pub extern "C" fn bounce_codes_bounce_name(number: u8) -> *const c_char {
    name::<Bounce>(number)
}

/// The name of a `BOUNCE_CODES_CATEGORY_…`; null if there is no such number.
#[unsafe(no_mangle)]
pub extern "C" fn bounce_codes_category_name(number: u8) -> *const c_char {
    name::<Category>(number)
}

/// The name of a `BOUNCE_CODES_SCOPE_…`; null if there is no such number.
#[unsafe(no_mangle)]
pub extern "C" fn bounce_codes_scope_name(number: u8) -> *const c_char {
    name::<Scope>(number)
}

/// The name of a `BOUNCE_CODES_COMMAND_…`; null if there is no such number.
#[unsafe(no_mangle)]
pub extern "C" fn bounce_codes_command_name(number: u8) -> *const c_char {
    name::<Command>(number)
}

/// The name of a `BOUNCE_CODES_OUTCOME_…`; null if there is no such number.
#[unsafe(no_mangle)]
pub extern "C" fn bounce_codes_outcome_name(number: u8) -> *const c_char {
    name::<Outcome>(number)
}

/// The name of a `BOUNCE_CODES_TABLE_…`; null if there is no such number.
#[unsafe(no_mangle)]
pub extern "C" fn bounce_codes_table_name(number: u8) -> *const c_char {
    name::<Table>(number)
}

/// An enumeration that C sees as numbers. They start at 1, because 0 means that there is no value.
trait Number: Sized {
    /// The name of each value, with at least one NUL after it.
    const NAMES: &'static [[u8; 32]];

    fn number(self) -> u8;
}

macro_rules! numbers {
    ($($name:ident),*) => {$(
        impl Number for $name {
            const NAMES: &'static [[u8; 32]] = &{
                let (mut names, mut at) = ([[0; 32]; $name::ALL.len()], 0);
                while at < names.len() {
                    names[at] = padded($name::ALL[at].as_str());
                    at += 1;
                }
                names
            };

            fn number(self) -> u8 {
                self as u8 + 1
            }
        }
    )*};
}

numbers!(Class, Bounce, Category, Scope, Command, Outcome, Table);

fn number(value: Option<impl Number>) -> u8 {
    value.map_or(0, Number::number)
}

fn name<T: Number>(number: u8) -> *const c_char {
    T::NAMES.get(usize::from(number).wrapping_sub(1)).map_or(ptr::null(), |name| name.as_ptr().cast())
}

/// Text that ends with at least one NUL. Evaluated at build time, so text that does not fit is an error of the build.
const fn padded<const N: usize>(text: &str) -> [u8; N] {
    let (mut bytes, mut at) = ([0; N], 0);
    assert!(text.len() < N);
    while at < text.len() {
        bytes[at] = text.as_bytes()[at];
        at += 1;
    }
    bytes
}

impl From<Option<&'static str>> for Text {
    fn from(text: Option<&'static str>) -> Text {
        text.map_or(Text { start: ptr::null(), length: 0 }, |text| Text {
            start: text.as_ptr().cast(),
            length: text.len(),
        })
    }
}

impl Part {
    /// Missing, too, if it is somewhere else: a caller would read past the end of the reply.
    fn of(part: Option<&[u8]>, whole: &[u8]) -> Part {
        let within = |part: &[u8]| {
            let offset = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
            let length = whole.get(offset..)?.get(..part.len())?.len();
            Some(Part { offset, length })
        };
        part.and_then(within).unwrap_or(Part { offset: 0, length: 0 })
    }
}

/// The bytes that a caller passes. Nothing can be that long if it is more than half of the memory.
///
/// # Safety
///
/// `start` is null or points to `length` bytes, which nobody changes while the result is in use.
unsafe fn bytes<'a>(start: *const c_char, length: usize) -> &'a [u8] {
    if start.is_null() || length > isize::MAX.unsigned_abs() {
        return b"";
    }
    // Safety: it is not null, and the length is one that a slice can have.
    unsafe { slice::from_raw_parts(start.cast(), length) }
}

fn classify(input: &[u8], command: u8) -> Verdict {
    let delivery = Delivery::parse(input);
    let mut reply = delivery.reply();
    let mut verdict = delivery.verdict();
    if let (Some(command), Some(found)) = (Command::ALL.get(usize::from(command).wrapping_sub(1)), reply) {
        reply = Some(found.in_reply_to(*command));
        // Words without a code have no verdict but the delivery's.
        if found.reply_code().is_some() || found.enhanced_code().is_some() {
            verdict = reply.map(|reply| reply.verdict());
        }
    }
    let row = verdict.map(|verdict| verdict.row());
    let provider = verdict.and_then(|verdict| verdict.provider());
    Verdict {
        name: Text::from(row.map(|row| row.name())),
        registry_name: Text::from(row.and_then(|row| row.registry_name())),
        description: Text::from(row.map(|row| row.description())),
        advice: Text::from(verdict.map(|verdict| verdict.advice())),
        provider: Text::from(provider.map(Provider::name)),
        postmaster: Text::from(provider.and_then(Provider::postmaster)),
        references: row.map_or(0, |row| row.references().len()),
        retry_after: seconds(verdict.and_then(|verdict| verdict.retry_after())),
        reply: verdict.and_then(|verdict| verdict.reply_code()).map_or(0, |code| code.get()),
        enhanced: verdict
            .and_then(|verdict| verdict.enhanced_code())
            .map_or([0; 3], |code| [code.class().digit().into(), code.subject(), code.detail()]),
        row: verdict.map_or(0, |verdict| place(verdict.row())),
        matched: number(verdict.map(|verdict| verdict.matched())),
        class: number(verdict.and_then(|verdict| verdict.class())),
        bounce: number(verdict.and_then(|verdict| verdict.bounce())),
        category: number(verdict.map(|verdict| verdict.category())),
        scope: number(verdict.and_then(|verdict| verdict.scope())),
        outcome: number(delivery.outcome()),
        command: number(reply.and_then(|reply| reply.command())),
        retry: verdict.is_some_and(|verdict| verdict.retry()),
        contradictory: verdict.is_some_and(|verdict| verdict.is_contradictory()),
        evidence: Part::of(verdict.and_then(|verdict| verdict.evidence()), input),
        recipient: Part::of(delivery.recipient(), input),
    }
}

/// The place of a row in its table.
fn place(row: &'static Row) -> u16 {
    let first = row.key().table().rows().as_slice().as_ptr().addr();
    (ptr::from_ref(row).addr().wrapping_sub(first) / mem::size_of::<Row>()) as u16
}

fn seconds(wait: Option<Duration>) -> u32 {
    wait.map_or(0, |wait| wait.as_secs() as u32)
}

fn find_row(table: u8, place: usize) -> Option<&'static Row> {
    Table::ALL.get(usize::from(table).wrapping_sub(1))?.rows().as_slice().get(place)
}

fn describe(row: &'static Row) -> TableRow {
    let (provider, code) = match row.key() {
        Key::Provider(provider, code) => (Some(provider), Some(code)),
        _ => (None, None),
    };
    TableRow {
        key: KeyText::of(row.key()),
        provider: Text::from(provider),
        code: Text::from(code),
        name: Text::from(Some(row.name())),
        registry_name: Text::from(row.registry_name()),
        description: Text::from(Some(row.description())),
        advice: Text::from(row.advice()),
        references: row.references().len(),
        retry_after: seconds(row.retry_after()),
        class: number(row.key().class()),
        permanent_bounce: number(row.permanent_bounce()),
        category: row.category().number(),
        scope: number(row.scope()),
        common: row.is_common(),
        overlaid: row.is_overlaid(),
    }
}

/// A key as it is written, with a NUL after it. (What `Display` calls can panic, as far as the linker can tell.)
struct KeyText {
    text: [c_char; 16],
    length: usize,
}

impl KeyText {
    fn of(key: Key) -> [c_char; 16] {
        let mut text = KeyText { text: [0; 16], length: 0 };
        match key {
            Key::Class(class) => text.push(b'0' + class.digit()),
            Key::Subject(subject) => text.push_all(b"X.").push_number(subject),
            Key::Enhanced { subject, detail, class } => text.push_enhanced(class, subject, detail),
            Key::Pair(enhanced, code) => {
                text.push_number(code.get());
                text.push(b' ');
                text.push_enhanced(Some(enhanced.class()), enhanced.subject(), enhanced.detail());
            }
            Key::Group(digit) => {
                text.push(b'0' + digit);
                text.push_all(b"xx");
            }
            Key::Reply(code) => text.push_number(code.get()),
            _ => {}
        }
        text.text
    }

    fn push_enhanced(&mut self, class: Option<Class>, subject: u16, detail: u16) {
        self.push(class.map_or(b'X', |class| b'0' + class.digit()));
        for number in [subject, detail] {
            self.push(b'.');
            self.push_number(number);
        }
    }

    fn push_number(&mut self, number: u16) {
        for unit in [100, 10, 1] {
            if number >= unit || unit == 1 {
                self.push(b'0' + (number / unit % 10) as u8);
            }
        }
    }

    fn push_all(&mut self, bytes: &[u8]) -> &mut Self {
        bytes.iter().for_each(|byte| self.push(*byte));
        self
    }

    fn push(&mut self, byte: u8) {
        if let Some(free) = self.text.get_mut(self.length) {
            *free = byte as c_char;
            self.length += 1;
        }
    }
}

/// The function that a panic would call does not exist, so programs link only because nothing can panic.
#[cfg(panic = "abort")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    #[cfg_attr(not(target_family = "wasm"), link(name = "c"))]
    unsafe extern "C" {
        safe fn bounce_codes_can_panic() -> !;
    }
    bounce_codes_can_panic()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    fn text(text: &Text) -> &str {
        // Safety: it is static UTF-8, or null with a length of 0.
        std::str::from_utf8(unsafe { bytes(text.start, text.length) }).unwrap()
    }

    fn text_at(name: *const c_char) -> Option<&'static str> {
        // Safety: it is null or static text that ends with a NUL.
        (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_str().unwrap())
    }

    #[test]
    fn every_row_by_its_place() {
        for table in Table::ALL {
            let number = table.number();
            for (at, expected) in table.rows().enumerate() {
                let row = describe(find_row(number, at).unwrap());
                assert_eq!(usize::from(place(expected)), at);
                let key = match table {
                    Table::Provider => format!("{}: {}", text(&row.provider), text(&row.code)),
                    Table::Phrase | Table::Blocklist => text(&row.name).to_owned(),
                    _ => text_at(row.key.as_ptr()).unwrap().to_owned(),
                };
                assert_eq!(key, expected.key().to_string());
                assert_eq!(row.provider.start.is_null(), *table != Table::Provider);
                assert_eq!(row.key[0] == 0, matches!(table, Table::Phrase | Table::Provider | Table::Blocklist));
                assert_eq!(text(&row.name), expected.name());
                assert_eq!(text(&row.registry_name), expected.registry_name().unwrap_or_default());
                assert_eq!(text(&row.description), expected.description());
                assert_eq!(text(&row.advice), expected.advice().unwrap_or_default());
                assert_eq!(u64::from(row.retry_after), expected.retry_after().map_or(0, |wait| wait.as_secs()));
                let references: Vec<_> =
                    (0..row.references).map(|index| bounce_codes_reference(number, at, index)).collect();
                assert_eq!(references.iter().map(text).collect::<Vec<_>>(), expected.references());
                assert!(bounce_codes_reference(number, at, row.references).start.is_null());
            }
            assert!(find_row(number, table.rows().len()).is_none());
        }
        assert!(find_row(0, 0).is_none() && find_row(u8::MAX, 0).is_none() && find_row(1, usize::MAX).is_none());
    }

    #[test]
    fn every_name() {
        assert_eq!(text_at(bounce_codes_category_name(0)), None);
        for category in Category::ALL {
            assert_eq!(text_at(bounce_codes_category_name(category.number())), Some(category.as_str()));
        }
        assert_eq!(text_at(bounce_codes_category_name(u8::MAX)), None);
        assert_eq!(text_at(bounce_codes_command_name(1)), Some("connect"));
        assert_eq!(text_at(bounce_codes_version()), Some(env!("CARGO_PKG_VERSION")));
        assert_eq!(text_at(bounce_codes_overlay()), library::overlay());
    }

    #[test]
    fn the_command_counts() {
        let answer = |reply: &str, command: Option<Command>| {
            let verdict = classify(reply.as_bytes(), number(command));
            (text_at(bounce_codes_bounce_name(verdict.bounce)), text_at(bounce_codes_command_name(verdict.command)))
        };
        assert_eq!(answer("550 No", None), (Some("hard"), None));
        assert_eq!(answer("550 No", Some(Command::MailFrom)), (Some("block"), Some("mail-from")));
        assert_eq!(answer("550 No (in reply to MAIL FROM command)", None), (Some("block"), Some("mail-from")));
        assert_eq!(answer("mailbox is full", Some(Command::EndOfData)), (Some("soft"), Some("end-of-data")));
        assert_eq!(classify(b"550 No", u8::MAX).command, 0, "no such command");
    }

    #[test]
    fn the_page_of_the_provider() {
        let page = |reply: &[u8]| text(&classify(reply, 0).postmaster).to_owned();
        assert_eq!(page(b"550 5.7.606 Access denied, banned sending IP"), "https://sender.office.com/");
        assert_eq!(page(b"550 5.7.1 Access denied"), "");
    }

    #[test]
    fn a_part_is_within_the_reply() {
        let part = |part, whole| {
            let found = Part::of(part, whole);
            (found.offset, found.length)
        };
        let reply = b"550 No such user";
        assert_eq!(part(Some(&reply[4..]), reply), (4, 12));
        assert_eq!(part(Some(&reply[16..]), reply), (16, 0));
        assert_eq!(part(None, reply), (0, 0));
        for (elsewhere, whole) in
            [(&b"Connection refused"[..], &reply[..]), (&reply[..], &reply[4..]), (&reply[4..], &reply[..8])]
        {
            assert_eq!(part(Some(elsewhere), whole), (0, 0));
        }
    }

    #[test]
    fn any_pointer_and_any_length() {
        // Safety: nothing is read through a null pointer, and no more than half of the memory.
        unsafe {
            assert!(!bounce_codes_classify(ptr::null(), 5, 0, ptr::null_mut()));
            assert!(!bounce_codes_classify(c"550 No".as_ptr(), usize::MAX, 0, ptr::null_mut()));
            assert!(bounce_codes_classify(c"550 No".as_ptr(), 6, 0, ptr::null_mut()));
            assert_eq!(bounce_codes_classify_many(ptr::null(), ptr::null(), 5, ptr::null_mut()), 0);
            assert!(!bounce_codes_row(0, 0, ptr::null_mut()) && bounce_codes_row(1, 0, ptr::null_mut()));
        }
    }

    #[test]
    fn many_are_the_same_as_each() {
        let replies = ["550 5.1.1 No", "", "hello", "452 4.2.2 mailbox full, try again in 5 minutes"];
        let (joined, lengths) = (replies.concat(), replies.map(str::len));
        let mut verdicts = replies.map(|_| classify(b"", 0));
        // Safety: the lengths and the verdicts are as many as the replies.
        let found =
            unsafe { bounce_codes_classify_many(joined.as_ptr().cast(), lengths.as_ptr(), 4, verdicts.as_mut_ptr()) };
        assert_eq!(found, 2);
        for (reply, verdict) in replies.iter().zip(&verdicts) {
            let alone = classify(reply.as_bytes(), 0);
            assert_eq!((verdict.category, verdict.reply, verdict.row), (alone.category, alone.reply, alone.row));
            assert_eq!((verdict.evidence.offset, verdict.retry_after), (alone.evidence.offset, alone.retry_after));
        }
        assert_eq!(verdicts[3].retry_after, 300);
    }
}
