//! Opens inputs, and says what an input is that cannot be read as text.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The bytes at the start of an input that [`unreadable`] looks at.
pub const SAMPLE: usize = 4096;

/// Opens a file, or standard input for `-`.
pub fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    Ok(Box::new(File::open(path)?))
}

/// The name of an input in messages.
pub fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.to_string_lossy().into_owned() }
}

/// What the input is, and what to do, if its start shows that it is not text in ASCII, UTF-8 or a similar encoding.
pub fn unreadable(start: &[u8]) -> Option<&'static str> {
    let sample = &start[..start.len().min(SAMPLE)];
    match sample {
        [0x1f, 0x8b, ..] | [0x1f, 0x9d, ..] => {
            return Some("compressed (gzip); decompress it first, for example with `gzip -dc`");
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            return Some("compressed (Zstandard); decompress it first, for example with `zstd -dc`");
        }
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31 | 0x17, ..] => {
            return Some("compressed (bzip2); decompress it first, for example with `bzip2 -dc`");
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
            return Some("compressed (xz); decompress it first, for example with `xz -dc`");
        }
        [0x04, 0x22, 0x4d, 0x18, ..] => {
            return Some("compressed (LZ4); decompress it first, for example with `lz4 -dc`");
        }
        [b'P', b'K', 3, 4, ..] => return Some("a ZIP archive; unpack it first, for example with `unzip -p`"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Some(UTF_16),
        _ => {}
    }
    let zeros = sample.iter().filter(|byte| **byte == 0).count();
    // Half of the bytes of English text in UTF-16 are zero.
    if zeros > 0 && zeros * 4 >= sample.len() && is_utf_16(sample) {
        return Some(UTF_16);
    }
    let is_odd = |byte: &&u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    let odd = sample.iter().filter(is_odd).count();
    (zeros > 0 || (odd > 1 && odd * 8 > sample.len())).then_some("binary data, not text")
}

const UTF_16: &str = "UTF-16 text; convert it first, for example with `iconv -f UTF-16 -t UTF-8`";

/// Whether the zeros are in one half of each pair of bytes, as in Latin text.
fn is_utf_16(sample: &[u8]) -> bool {
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    even.min(odd) * 8 <= even.max(odd)
}
