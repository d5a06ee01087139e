//! The hash of a word, for the tables of `words.rs`. The build script compiles this file too, so it fills the tables where
//! the library looks.

/// The hash of a word: its first and its last eight bytes (what is missing is zero) and its length. Case is folded where it
/// is one bit. Two words of up to eight bytes have the same hash only if they are the same word, since neither step
/// loses anything.
#[inline(always)]
pub(crate) const fn hash(first: u64, last: u64, length: usize) -> u64 {
    let mut hash = (first | LOWER).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    if length > 8 {
        hash ^= (last | LOWER).wrapping_mul(0xd6e8_feb8_6659_fd93).rotate_left(32) ^ length as u64;
    }
    hash ^ hash >> 32
}

/// The hash of the `t` of `isn't`. In the tables it is a word of its own, spelled `n't`.
pub(crate) const NEGATION: u64 = hash(first(u64::from_le_bytes(*b"n't\0\0\0\0\0"), 3), 0, 3);

const LOWER: u64 = 0x2020_2020_2020_2020;

/// The first bytes of a word of this length, the rest zero.
#[inline(always)]
pub(crate) const fn first(bytes: u64, length: usize) -> u64 {
    let kept = if length < 8 { length } else { 8 };
    bytes & (u64::MAX >> ((64 - 8 * kept as u32) % 64))
}

// The automaton over words is one table of its edges. An edge is found by the state that it leaves and by the hash of a word:
// this key leads to a pilot, and the two of them to the place of the edge.

/// Where all wordings begin.
pub(crate) const ROOT: u16 = 0;

/// The lower bits of an edge are the state that it leads to. The others are from its key, so that it hardly ever passes for
/// that of another.
pub(crate) const STATE_BITS: u32 = 14;

/// The key of an edge.
#[inline(always)]
pub(crate) const fn key(state: u16, hash: u64) -> u64 {
    (hash ^ (state as u64).wrapping_mul(0xa076_1d64_78bd_642f)).wrapping_mul(0xe703_7ed1_a0b4_28db)
}

/// The bits of the key that the edge has. Its place depends on others.
#[inline(always)]
pub(crate) const fn mark(key: u64) -> u32 {
    ((key >> 32) as u32) << STATE_BITS
}

/// Four more bits of the key, which a table of their own has.
#[inline(always)]
pub(crate) const fn second_mark(key: u64) -> u8 {
    (key >> 8) as u8 & 15
}

/// Where the pilot of a key is among so many.
#[inline(always)]
pub(crate) const fn place_of_pilot(key: u64, length: usize) -> usize {
    place((key >> 32) as u32, length)
}

/// Where an edge is among so many.
#[inline(always)]
pub(crate) const fn place_of_edge(key: u64, pilot: u16, length: usize) -> usize {
    place((key as u32).wrapping_mul(2 * pilot as u32 + 1), length)
}

#[inline(always)]
const fn place(hash: u32, length: usize) -> usize {
    ((hash as u64 * length as u64) >> 32) as usize
}
