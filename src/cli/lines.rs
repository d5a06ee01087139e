//! Reads records of any length in constant memory: lines, with the lines of one reply together.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use bounce_codes::EnhancedCode;
use memchr::memchr;
use serde::de::IgnoredAny;

/// How much of a line is read. No reply and no log line is longer.
pub const LONGEST: usize = 64 * 1024;

/// How many lines a reply has at most. Whatever has more is a list of replies of which only the first lines were kept.
const MOST_LINES: usize = 64;

/// The records of an input, one after another, in one buffer.
///
/// A reply of several lines (`550-…`, then `550 …`) is one record. If its last line is missing, every line is a record.
pub struct Lines<R> {
    input: R,
    buffer: Box<[u8]>,
    /// The part of the buffer that has been read but not returned.
    start: usize,
    end: usize,
    /// Up to here, each line is a record, because a search for the last line of the reply has failed.
    single_until: usize,
    /// Whether the rest of a line that is too long comes next.
    skipping: bool,
    /// Whether all of the input has been read.
    pub ended: bool,
    /// How many bytes have been read in all.
    pub bytes: u64,
    /// How many lines have been returned, by themselves or in a reply.
    pub lines: u64,
    /// How many lines were longer than [`LONGEST`], so that only their start was returned.
    pub cut: u64,
}

/// Where a line in the buffer ends, and where the next one begins.
#[derive(Clone, Copy)]
struct Line {
    end: usize,
    next: usize,
}

impl<R: Read> Lines<R> {
    pub fn new(input: R) -> Lines<R> {
        let buffer = vec![0; 8 * LONGEST].into_boxed_slice();
        Lines {
            input,
            buffer,
            start: 0,
            end: 0,
            single_until: 0,
            skipping: false,
            ended: false,
            bytes: 0,
            lines: 0,
            cut: 0,
        }
    }

    /// The start of the input: at least its first line, or enough to tell text from anything else. To call before anything
    /// else. The byte order mark of UTF-8 is not part of any line.
    pub fn sample(&mut self) -> io::Result<&[u8]> {
        while !self.ended && self.end < 8 && memchr(b'\n', &self.buffer[..self.end]).is_none() {
            self.read()?;
        }
        if self.buffer[..self.end].starts_with(b"\xef\xbb\xbf") {
            self.start = 3;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    /// The next record among the bytes that have been read, without the line end after it; the last line of the input need not
    /// have one. `None` if the record is not complete yet, and at the end.
    pub fn next(&mut self) -> Option<&[u8]> {
        self.next_place().map(|place| &self.buffer[place])
    }

    /// Where the [`next`](Lines::next) record is in what has been [read](Lines::as_read), until the next call of `read`.
    pub fn next_place(&mut self) -> Option<Range<usize>> {
        if self.skipping {
            let Some(length) = memchr(b'\n', &self.buffer[self.start..self.end]) else {
                self.start = self.end;
                return None;
            };
            self.start += length + 1;
            self.skipping = false;
        }
        let start = self.start;
        let first = self.line(start)?;
        let may_be_reply = start >= self.single_until && first.end - start <= LONGEST;
        let last = if may_be_reply && opens_reply(&self.buffer[start..first.end]) {
            self.last_line(first)?
        } else {
            self.lines += 1;
            first
        };
        self.start = last.next;
        self.skipping = last.end == last.next && !self.ended;
        let record = &self.buffer[start..last.end];
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        if record.len() > LONGEST {
            self.cut += 1;
        }
        Some(start..start + record.len().min(LONGEST))
    }

    /// What has been read.
    pub fn as_read(&self) -> &[u8] {
        &self.buffer
    }

    /// Reads more.
    pub fn read(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.single_until = self.single_until.saturating_sub(self.start);
            (self.start, self.end) = (0, self.end - self.start);
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(length) => {
                    self.end += length;
                    self.bytes += length as u64;
                    self.ended = length == 0;
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The line that begins here, if all of it has been read, or more than is wanted.
    fn line(&self, start: usize) -> Option<Line> {
        let rest = &self.buffer[start..self.end];
        match memchr(b'\n', rest) {
            Some(length) => Some(Line { end: start + length, next: start + length + 1 }),
            // One more, because it may be a carriage return.
            None if rest.len() > LONGEST + 1 || (self.ended && !rest.is_empty()) => {
                Some(Line { end: self.end, next: self.end })
            }
            None => None,
        }
    }

    /// The last line of the reply that begins with this line, or the line itself if there is no such reply. `None` if more
    /// has to be read to know.
    fn last_line(&mut self, first: Line) -> Option<Line> {
        let mut before = first;
        for count in 2..=MOST_LINES {
            let line = match self.line(before.next) {
                Some(line) => line,
                None if self.ended => break,
                None => return None,
            };
            if line.end - self.start > LONGEST {
                break;
            }
            match follows(&self.buffer[self.start..first.end], &self.buffer[before.next..line.end]) {
                Some(Place::Last) => {
                    self.lines += count as u64;
                    return Some(line);
                }
                Some(Place::Middle) => before = line,
                None => break,
            }
        }
        self.lines += 1;
        self.single_until = before.next;
        Some(first)
    }
}

/// The events of a list in JSON, each as a record of its own, and what is left if the list breaks off. Anything else is one
/// record.
pub fn events(record: &[u8]) -> impl Iterator<Item = &[u8]> {
    let list = record.trim_ascii().strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    let list = list.filter(|list| list.starts_with(b"{"));
    let mut rest = Some(list.unwrap_or(record));
    std::iter::from_fn(move || {
        let text = rest.take()?;
        if list.is_none() {
            return Some(text);
        }
        let mut values = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
        let is_whole = matches!(values.next(), Some(Ok(_)));
        let (event, after) = text.split_at(if is_whole { values.byte_offset() } else { text.len() });
        rest = match after.trim_ascii() {
            b"" | b"]" => None,
            [b',', after @ ..] => Some(after.trim_ascii_start()),
            after => Some(after),
        };
        Some(event)
    })
}

/// Whether a line is the first of several of one reply: `550-…`.
fn opens_reply(line: &[u8]) -> bool {
    matches!(line, [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', b'-', ..])
}

/// The place of a line in a reply that it does not begin.
enum Place {
    Middle,
    Last,
}

/// The place of a line in the reply that begins with the first line; `None` if it is not part of that. All lines of a reply
/// have the same enhanced code ([RFC 2034](https://www.rfc-editor.org/rfc/rfc2034)), if any.
fn follows(first: &[u8], line: &[u8]) -> Option<Place> {
    let place = match line.strip_prefix(&first[..3])? {
        [b'-', ..] => Place::Middle,
        [] | [b' ' | b'\r', ..] => Place::Last,
        _ => return None,
    };
    let contradicts = matches!((enhanced_code(first), enhanced_code(line)), (Some(one), Some(other)) if one != other);
    (!contradicts && (line != first || first.len() < 10)).then_some(place)
}

/// The enhanced code after the reply code.
fn enhanced_code(line: &[u8]) -> Option<EnhancedCode> {
    let code = line.get(4..)?;
    let length = code.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    EnhancedCode::from_bytes(&code[..length]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out its bytes in pieces of one size, so every position in a line is the end of a read once.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(self.0.len()).min(buffer.len());
            let (piece, rest) = self.0.split_at(length);
            buffer[..length].copy_from_slice(piece);
            self.0 = rest;
            Ok(length)
        }
    }

    fn read(input: &[u8], size: usize) -> (Vec<Vec<u8>>, u64) {
        let mut lines = Lines::new(Pieces(input, size));
        lines.sample().unwrap();
        let mut read = Vec::new();
        loop {
            while let Some(line) = lines.next() {
                read.push(line.to_vec());
            }
            if lines.ended {
                break;
            }
            lines.read().unwrap();
        }
        assert_eq!(lines.bytes, input.len() as u64);
        (read, lines.cut)
    }

    #[test]
    fn the_same_records_whatever_the_pieces() {
        for (input, expected) in [
            ("", &[][..]),
            ("one", &["one"]),
            ("one\n", &["one"]),
            ("one\r\ntwo", &["one", "two"]),
            ("\n\none\n", &["", "", "one"]),
            ("one\r", &["one"]),
            ("\u{feff}one\n\u{feff}two", &["one", "\u{feff}two"]),
            // One reply.
            ("550-a\n550 b\nc", &["550-a\n550 b", "c"]),
            ("550-5.1.1 a\r\n550-b\r\n550 5.1.1 c\r\n", &["550-5.1.1 a\r\n550-b\r\n550 5.1.1 c"]),
            ("550-a\n550", &["550-a\n550"]),
            ("550-a\n550\n", &["550-a\n550"]),
            ("550-\n550-\n550 b\n", &["550-\n550-\n550 b"]),
            // No reply, or more than one.
            ("550-a", &["550-a"]),
            ("550-a\n550-b\n", &["550-a", "550-b"]),
            ("550-a\n551 b\n", &["550-a", "551 b"]),
            ("550-a\n5501 b\n", &["550-a", "5501 b"]),
            ("550-a\nb\n550 c\n", &["550-a", "b", "550 c"]),
            ("550-a\n550-b\n551-c\n551 d\n", &["550-a", "550-b", "551-c\n551 d"]),
            ("550-5.1.1 a\n550 5.7.1 b\n", &["550-5.1.1 a", "550 5.7.1 b"]),
            ("550-5.1.1 a\n550-5.1.1 a\n550 5.1.1 b\n", &["550-5.1.1 a", "550-5.1.1 a\n550 5.1.1 b"]),
            ("2024-05-01\n2024 b\n", &["2024-05-01", "2024 b"]),
            ("150-a\n150 b\n", &["150-a", "150 b"]),
        ] {
            for size in 1..12 {
                let (read, cut) = read(input.as_bytes(), size);
                let read: Vec<&str> = read.iter().map(|line| std::str::from_utf8(line).unwrap()).collect();
                assert_eq!(read, expected, "{size}");
                assert_eq!(cut, 0);
            }
        }
    }

    #[test]
    fn a_reply_has_a_limit() {
        let line = |i: usize| format!("550-5.1.1 {i}\n");
        for (count, records) in [(MOST_LINES - 1, 1), (MOST_LINES, MOST_LINES + 1), (MOST_LINES + 5, MOST_LINES + 1)] {
            let input = (0..count).map(line).collect::<String>() + "550 5.1.1 end\n";
            assert_eq!(read(input.as_bytes(), 1000).0.len(), records, "{count}");
        }
        let long = format!("550-{}\n", "x".repeat(LONGEST / 2));
        assert_eq!(read((long.clone() + "550 b\n").as_bytes(), 1000).0.len(), 1);
        assert_eq!(read((format!("{long}550-a\n") + &long + "550 b\n").as_bytes(), 1000).0.len(), 3);
    }

    #[test]
    fn lines_around_the_limit() {
        for start in ["", "550-"] {
            for length in [LONGEST - 1, LONGEST, LONGEST + 1, LONGEST + 2, 4 * LONGEST - 1, 4 * LONGEST, 9 * LONGEST] {
                let long = [start.as_bytes(), &vec![b'x'; length - start.len()][..]].concat();
                for end in ["", "\n", "\nlast", "\r\nlast\n"] {
                    for size in [1000, LONGEST, usize::MAX] {
                        let (read, cut) = read(&[b"first\n", &long[..], end.as_bytes()].concat(), size);
                        assert_eq!(read[0], b"first");
                        assert_eq!(read[1], &long[..length.min(LONGEST)]);
                        assert_eq!(read.get(2).map(|line| &line[..]), end.contains("last").then_some(&b"last"[..]));
                        assert_eq!(read.len(), if end.contains("last") { 3 } else { 2 });
                        assert_eq!(cut, u64::from(length > LONGEST), "{length} {end:?} {size}");
                    }
                }
            }
        }
    }
}
