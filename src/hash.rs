//! The hash of a word, for the tables of `words.rs`. The build script compiles this file too, so it fills the tables where
//! the library looks.

/// The hash of a word: its first and its last eight bytes (what is missing is zero) and its length. Case is folded where it
/// is one bit. Two words of up to eight bytes have the same hash only if they are the same word, since the product with an
/// odd number loses nothing.
#[inline(always)]
pub(crate) const fn hash(first: u64, last: u64, length: usize) -> u64 {
    let hash = (first | LOWER).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    if length <= 8 {
        hash
    } else {
        hash ^ (last | LOWER).wrapping_mul(0xd6e8_feb8_6659_fd93).rotate_left(32) ^ length as u64
    }
}

const LOWER: u64 = 0x2020_2020_2020_2020;

/// The first bytes of a word of this length, the rest zero.
#[inline(always)]
pub(crate) const fn first(bytes: u64, length: usize) -> u64 {
    let kept = if length < 8 { length } else { 8 };
    bytes & (u64::MAX >> ((64 - 8 * kept as u32) % 64))
}

/// The hash of two words, one after the other.
#[inline(always)]
pub(crate) const fn two(first: u64, second: u64) -> u64 {
    first.rotate_left(32) ^ second
}

/// Which bit of 64 a word, or two, has in its slot of a set.
#[inline(always)]
pub(crate) const fn bit(hash: u64) -> u32 {
    (hash >> 40 & 63) as u32
}

/// Whether a word, or two, may be in a set: hardly ever if they are not.
#[inline(always)]
pub(crate) fn is_in<const LENGTH: usize>(set: &[u64; LENGTH], hash: u64) -> bool {
    set[slot(hash, LENGTH)] >> bit(hash) & 1 != 0
}

/// Where a word is in a table of this length, a power of two.
#[inline(always)]
pub(crate) const fn slot(hash: u64, length: usize) -> usize {
    (hash >> 46) as usize % length
}

/// What tells the words of a slot apart. Slot and tag together are 40 bits and more.
#[inline(always)]
pub(crate) const fn tag(hash: u64) -> u32 {
    (hash ^ hash >> 32) as u32
}

/// The number that ends a wording in the automaton, instead of a word.
pub(crate) const END: u16 = 0;

/// The number of an argument in the automaton. Words have the numbers after it.
pub(crate) const ARGUMENT: u16 = 1;
