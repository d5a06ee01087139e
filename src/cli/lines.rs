//! Reads lines of any length in constant memory.

use std::io::{self, ErrorKind, Read};

use memchr::memchr;

/// How much of a line is read. No reply and no log line is longer.
pub const LONGEST: usize = 64 * 1024;

/// The lines of an input, one after another, in one buffer.
pub struct Lines<R> {
    input: R,
    buffer: Box<[u8]>,
    /// The part of the buffer that has been read but not returned.
    start: usize,
    end: usize,
    /// How many bytes have been read in all.
    pub bytes: u64,
    /// How many lines were longer than [`LONGEST`], so that only their start was returned.
    pub cut: u64,
}

impl<R: Read> Lines<R> {
    pub fn new(input: R) -> Lines<R> {
        let buffer = vec![0; 4 * LONGEST].into_boxed_slice();
        Lines { input, buffer, start: 0, end: 0, bytes: 0, cut: 0 }
    }

    /// The next line without its line end; the last line need not have one.
    pub fn next(&mut self) -> io::Result<Option<&[u8]>> {
        // How much of the line has been searched so far.
        let mut searched = 0;
        loop {
            let (line, end) = (self.start, self.end);
            if let Some(length) = memchr(b'\n', &self.buffer[line + searched..end]) {
                let newline = line + searched + length;
                self.start = newline + 1;
                return Ok(Some(self.cut(line, newline)));
            }
            searched = end - line;
            if searched > LONGEST {
                self.skip_line()?;
                return Ok(Some(self.cut(0, LONGEST + 1)));
            }
            if self.fill()? == 0 {
                // `fill` may have moved the rest to the front.
                let (line, end) = (self.start, self.end);
                self.start = end;
                return Ok(if line < end { Some(self.cut(line, end)) } else { None });
            }
        }
    }

    /// A line without the carriage return at its end, up to the limit.
    fn cut(&mut self, line: usize, end: usize) -> &[u8] {
        let bytes = &self.buffer[line..end];
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if bytes.len() > LONGEST {
            self.cut += 1;
        }
        &bytes[..bytes.len().min(LONGEST)]
    }

    /// Reads more into the buffer, and returns how much.
    fn fill(&mut self) -> io::Result<usize> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        self.read(self.end)
    }

    /// Reads past the end of a line that is too long, and keeps its start at the front of the buffer.
    fn skip_line(&mut self) -> io::Result<()> {
        let kept = LONGEST + 1;
        self.buffer.copy_within(self.start..self.start + kept, 0);
        loop {
            if self.read(kept)? == 0 {
                (self.start, self.end) = (kept, kept);
                return Ok(());
            }
            if let Some(length) = memchr(b'\n', &self.buffer[kept..self.end]) {
                self.start = kept + length + 1;
                return Ok(());
            }
        }
    }

    /// Reads into the buffer at this position, replacing everything after it.
    fn read(&mut self, at: usize) -> io::Result<usize> {
        loop {
            match self.input.read(&mut self.buffer[at..]) {
                Ok(length) => {
                    self.end = at + length;
                    self.bytes += length as u64;
                    return Ok(length);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
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
        let mut read = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            read.push(line.to_vec());
        }
        assert_eq!(lines.bytes, input.len() as u64);
        (read, lines.cut)
    }

    #[test]
    fn the_same_lines_whatever_the_pieces() {
        for (input, expected) in [
            (&b""[..], &[][..]),
            (b"one", &["one"]),
            (b"one\n", &["one"]),
            (b"one\r\ntwo", &["one", "two"]),
            (b"\n\none\n", &["", "", "one"]),
            (b"one\r", &["one"]),
        ] {
            for size in 1..8 {
                let (read, cut) = read(input, size);
                assert_eq!(read, expected.iter().map(|line| line.as_bytes()).collect::<Vec<_>>(), "{size}");
                assert_eq!(cut, 0);
            }
        }
    }

    #[test]
    fn lines_around_the_limit() {
        for length in [LONGEST - 1, LONGEST, LONGEST + 1, 4 * LONGEST - 1, 4 * LONGEST, 4 * LONGEST + 1, 9 * LONGEST] {
            let long = vec![b'x'; length];
            for end in ["", "\n", "\nlast", "\r\nlast\n"] {
                for size in [1000, LONGEST, usize::MAX] {
                    let (read, cut) = read(&[b"first\n", &long[..], end.as_bytes()].concat(), size);
                    assert_eq!(read[0], b"first");
                    assert_eq!(read[1], &long[..length.min(LONGEST)]);
                    assert_eq!(read.get(2).map(|line| &line[..]), end.contains("last").then_some(&b"last"[..]));
                    assert_eq!(cut, u64::from(length > LONGEST), "{length} {end:?} {size}");
                }
            }
        }
    }
}
