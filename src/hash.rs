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
    first.rotate_left(11) ^ second
}

/// The hash of two words with an argument between them.
#[inline(always)]
pub(crate) const fn across(first: u16, second: u64) -> u64 {
    (first as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ second
}

/// As much of the hash of a word as goes into that of two words with an argument between them; never 0.
#[inline(always)]
pub(crate) const fn part(hash: u64) -> u16 {
    (hash >> 48) as u16 | 1
}

/// The three bits that a word, or two, has in its slot of a set.
#[inline(always)]
pub(crate) const fn bits(hash: u64) -> u64 {
    1 << (hash >> 40 & 63) | 1 << (hash >> 34 & 63) | 1 << (hash >> 28 & 63)
}

/// Whether a word, or two, may be in a set: hardly ever if they are not.
#[inline(always)]
pub(crate) fn is_in<const LENGTH: usize>(set: &[u64; LENGTH], hash: u64) -> bool {
    let bits = bits(hash);
    set[place(hash, LENGTH)] & bits == bits
}

/// Where a word, or two, is in a set of this length, a power of two.
#[inline(always)]
pub(crate) const fn place(hash: u64, length: usize) -> usize {
    (hash >> 46) as usize % length
}

/// Where a word is in a table of this length.
#[inline(always)]
pub(crate) const fn slot(hash: u64, length: usize) -> usize {
    (((hash >> 32) * length as u64) >> 32) as usize
}

/// What tells the words of a slot apart.
#[inline(always)]
pub(crate) const fn tag(hash: u64, seed: u64) -> u16 {
    ((hash ^ hash >> 32).wrapping_mul(seed) >> 48) as u16
}

// The automaton is an array of units. A state is a header and the values that it announces, the words that may follow, and the
// places of the states that they lead to. The unit of a word is its number and, in the two lowest bits, what comes after it.

/// No other word leads to the same state.
pub(crate) const LAST_OF_TARGET: u16 = 1;
/// There is no other word. With [`LAST_OF_TARGET`], the state that it leads to is not among the places: it follows them.
pub(crate) const LAST: u16 = 2;

// The number of a header is the sum of those of its values, which come in this order. A state without any has no header.

/// The place of a row: a wording ends here.
pub(crate) const END: u16 = 1;
/// The place of the state after an argument.
pub(crate) const ARGUMENT: u16 = 2;
/// The place of a state that leads all other words where this one does.
pub(crate) const OTHERWISE: u16 = 4;
/// How many words there are, if there are many. None of them is [`LAST`].
pub(crate) const COUNT: u16 = 8;
/// Words have this number and those after it.
pub(crate) const WORDS: u16 = 16;
