//! Finds the wordings of the phrase table in a text, all of them in one pass.
//!
//! A text is cut into words: runs of ASCII letters and digits and of letters of other scripts, where each character of a
//! script that is written without spaces is a word of its own. Everything else only separates words. The wordings are an
//! automaton over words. Its edges are in one table with a perfect hash, so that a step from a state with a word takes two
//! loads, as does the question whether any wording begins with the word, or whether it stands for another.
//!
//! Of an edge, 22 bits of its hash are kept. So one in four million words that do not go on with a wording passes for one
//! that does.

use crate::hash::{NEGATION, ROOT, STATE_BITS, first, hash, key, mark, place_of_edge, place_of_pilot, second_mark};

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// A match of a wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The place of the row in the table of phrases. The lower takes precedence.
    pub(crate) phrase: u16,
    pub(crate) start: u16,
    pub(crate) end: u16,
}

impl Match {
    /// The words in the text.
    pub(crate) fn of<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        let mut start = usize::from(self.start);
        // Half a word: of `doesn't`, the search takes the second for `not`.
        if let Some(before) = text.get(..start).and_then(|before| before.strip_suffix(b"'")) {
            start = before.iter().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |place| place + 1);
        }
        text.get(start..self.end.into())
    }
}

/// What the words of a match name, if they are not just a phrase. The number is the place of the provider or of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// They recognize a provider.
    Provider(u16),
    /// A code of a provider's own.
    Code(u16),
    /// Words with a meaning of their own at a provider.
    Words(u16),
    Blocklist(u16),
    /// The receiver's lookup in a list failed.
    Fault(u16),
}

/// The matches in a text, as far as they can decide anything: none of them lies inside a match of another row. And the
/// names in it, each once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matches {
    found: [Match; Matches::MOST],
    count: usize,
    names: [Match; Matches::MOST],
    name_count: usize,
}

impl Matches {
    /// A bounce has two or three matches. If there are more than this, the rows of least precedence are dropped.
    const MOST: usize = 8;

    const NONE: Matches = {
        let none = Match { phrase: 0, start: 0, end: 0 };
        Matches { found: [none; Matches::MOST], count: 0, names: [none; Matches::MOST], name_count: 0 }
    };

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Match> {
        self.found.iter().take(self.count)
    }

    /// Whether a provider or a list is named. If not, what providers mean by their words does not matter.
    #[inline]
    pub(crate) fn name_somebody(&self) -> bool {
        self.name_count > 0 && self.names().any(|(name, _)| !matches!(name, Name::Code(..) | Name::Words(..)))
    }

    /// Whether anything has a meaning at a provider, or names one or a list.
    #[inline]
    pub(crate) fn name_something(&self) -> bool {
        self.name_count > 0
    }

    /// The names in the order of the text.
    pub(crate) fn names(&self) -> impl Iterator<Item = (Name, &Match)> {
        let named = |found: &Match| {
            let group = usize::from(found.phrase - FIRST_NAME);
            let (start, end) = (NAME_STARTS.get(group)?, NAME_STARTS.get(group + 1)?);
            NAMES.get(usize::from(*start)..usize::from(*end))
        };
        let found = self.names.iter().take(self.name_count);
        found.flat_map(move |found| named(found).unwrap_or_default().iter().map(move |name| (*name, found)))
    }

    #[cold]
    fn insert_name(&mut self, new: Match) {
        let known = self.names.iter().take(self.name_count);
        if known.into_iter().all(|old| old.phrase != new.phrase) {
            if let Some(place) = self.names.get_mut(self.name_count) {
                *place = new;
                self.name_count += 1;
            }
        }
        if let Some(phrase) = ALSO_PHRASES.get(usize::from(new.phrase - FIRST_NAME)) {
            self.insert(Match { phrase: *phrase, ..new });
        }
    }

    fn insert(&mut self, new: Match) {
        let covers = |one: &Match, other: &Match| {
            one.start <= other.start
                && other.end <= one.end
                && (one.end - one.start > other.end - other.start || one.phrase <= other.phrase)
        };
        if self.iter().any(|old| covers(old, &new)) {
            return;
        }
        let mut kept = 0;
        for at in 0..self.count {
            let Some(old) = self.found.get(at).copied() else { break };
            if !covers(&new, &old) {
                if let Some(place) = self.found.get_mut(kept) {
                    *place = old;
                }
                kept += 1;
            }
        }
        self.count = kept;
        if let Some(place) = self.found.get_mut(kept) {
            *place = new;
            self.count = kept + 1;
        } else if let Some(worst) =
            self.found.iter_mut().max_by_key(|old| old.phrase).filter(|old| old.phrase > new.phrase)
        {
            *worst = new;
        }
    }
}

/// How many bytes are looked at in one go. The last eight of them only so that a word that begins before has its head.
const PIECE: usize = 64;
const STEP: usize = PIECE - 8;

/// No more of a text is searched than this.
const FARTHEST: usize = 64 * 1024 - 1;

/// So many words are looked at together. Most bounces have no more.
const MOST: usize = 64;

/// A wording has no more words than this, those in its arguments included.
const LONGEST_WORDING: usize = 32;

/// Finds the wordings in a text.
pub(crate) fn find(text: &[u8]) -> Matches {
    let text = text.get(..FARTHEST).unwrap_or(text);
    let mut search = Search { text, matches: Matches::NONE };
    let mut words = [Word { hash: 0, first: 0, is_filler: false, start: 0, end: 0 }; MOST];
    let mut count = 0;
    // The end of a code that the next line of the reply begins with.
    let mut skip = 0;
    let (mut at, mut in_word) = (0, false);
    let mut padded = [0; PIECE];
    loop {
        let rest = text.get(at..).unwrap_or_default();
        // The last piece ends with the text: it begins before `at`, or is filled up if the text is too short for that.
        let (piece, begin, is_last) = match (rest.first_chunk::<PIECE>(), text.last_chunk::<PIECE>()) {
            (Some(piece), _) => (piece, at, rest.len() == PIECE),
            (None, Some(piece)) => (piece, text.len() - PIECE, true),
            (None, None) => {
                if let Some(start) = padded.get_mut(..text.len()) {
                    start.copy_from_slice(text);
                }
                (&padded, 0, true)
            }
        };
        let masks = Masks::of(piece, at - begin, text.get(begin.wrapping_sub(1)) == Some(&b'\\'));
        // A word that has begun in the piece before does not begin here, nor what is left to the next piece.
        let mut starts = masks.starts & !(u64::from(in_word && masks.continues) << (at - begin));
        let mut step = STEP;
        if !is_last {
            // A character is not split.
            while step > STEP - 4 && matches!(piece.get(step), Some(0x80..0xc0)) {
                step -= 1;
            }
            starts &= (1 << step) - 1;
        }
        while starts != 0 {
            let place = starts.trailing_zeros() as usize;
            starts &= starts - 1;
            let start = begin + place;
            if start < skip {
                continue;
            }
            let bytes = match piece.get(place..).and_then(|rest| rest.first_chunk::<8>()) {
                Some(bytes) => u64::from_le_bytes(*bytes),
                None => piece.last_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes) >> ((place & 7) * 8)),
            };
            let end = match masks.ends >> place >> 1 {
                0 if is_last => text.len(),
                0 => word_end(text, start),
                ends => start + ends.trailing_zeros() as usize + 1,
            };
            let length = end - start;
            // Between the lines of a reply there is its code again.
            if (length == 3) & (bytes as u8).is_ascii_digit() {
                if let Some(end) = code_of_line(text, start) {
                    skip = end;
                    continue;
                }
            }
            let hash = if length > 8 {
                hash(bytes, last_bytes(text, end), length)
            } else if length == 1 && bytes as u8 | 0x20 == b't' && ends_negation(text, start) {
                NEGATION
            } else {
                hash(first(bytes, length), 0, length)
            };
            if let Some(word) = words.get_mut(count) {
                let first = target(ROOT, hash).unwrap_or(0);
                let meaning = match MEANINGS.get(usize::from(first).wrapping_sub(FIRST_MEANING)) {
                    Some(meaning) => *meaning,
                    None => Meaning { hash, first, is_filler: false },
                };
                let Meaning { hash, first, is_filler } = meaning;
                *word = Word { hash, first, is_filler, start: start as u16, end: end as u16 };
                count += 1;
            }
            if count == MOST {
                const DONE: usize = MOST - LONGEST_WORDING;
                search.begin(&words, DONE);
                words.copy_within(DONE.., 0);
                count = LONGEST_WORDING;
            }
        }
        if is_last {
            search.begin(words.get(..count).unwrap_or_default(), count);
            return search.matches;
        }
        in_word = masks.mask >> (step - 1) & 1 != 0;
        at += step;
    }
}

/// Whether the `t` that starts there is that of `isn't`. Some programs lose the apostrophe.
#[cold]
fn ends_negation(text: &[u8], start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let before = ["'", "’", " "].iter().find_map(|apostrophe| before.strip_suffix(apostrophe.as_bytes()));
    before.is_some_and(|before| matches!(before.last(), Some(b'n' | b'N')))
}

/// Where words are in a piece of the text: a bit for each byte.
struct Masks {
    mask: u64,
    starts: u64,
    /// Where a word cannot go on: no word byte, or the start of another.
    ends: u64,
    /// Whether the first byte goes on with a word of the piece before, if there was one.
    continues: bool,
}

impl Masks {
    /// The words of a piece from this place on: the piece may begin in the middle of a character, but what is new does not.
    #[inline(always)]
    fn of(piece: &[u8; PIECE], new: usize, escaped: bool) -> Masks {
        let mut mask = bits(piece, |byte| (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10);
        let mut single = 0;
        let is_special = |byte: &u8| *byte >= 0x80 || *byte == b'\\';
        if escaped || piece.iter().fold(false, |found, byte| found | is_special(byte)) {
            (mask, single) = special(piece, mask, escaped);
        }
        let before = !(u64::MAX << new);
        let (mask, single) = (mask & !before, single & !before);
        let starts = mask & !(mask << 1) | single;
        Masks { mask, starts, ends: !mask | starts, continues: single >> new & 1 == 0 }
    }
}

/// A bit for each byte that the condition holds for.
#[inline(always)]
fn bits(piece: &[u8; PIECE], condition: impl Fn(u8) -> bool) -> u64 {
    let flags = piece.map(|byte| u8::from(condition(byte)));
    // The product moves the lowest bit of each byte into the highest byte.
    flags.chunks_exact(8).rev().fold(0, |mask, flags| {
        let word = flags.first_chunk::<8>().map_or(0, |flags| u64::from_le_bytes(*flags));
        mask << 8 | word.wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

/// The word bytes with those beyond ASCII, but without punctuation (U+0080 to U+00BF, U+2000 to U+2FFF) and without the
/// letter of an escape in JSON; and where characters begin that are a word of their own.
#[inline(never)]
fn special(piece: &[u8; PIECE], letters: u64, escaped: bool) -> (u64, u64) {
    let escapes = bits(piece, |byte| byte == b'\\');
    let others = bits(piece, |byte| byte >= 0x80);
    let two = bits(piece, |byte| byte == 0xc2);
    let three = bits(piece, |byte| byte == 0xe2);
    let single = bits(piece, |byte| (0xe3..=0xed).contains(&byte));
    let punctuation = two | two << 1 | three | three << 1 | three << 2;
    let mask = (letters & !(escapes << 1 | u64::from(escaped)) | others) & !punctuation;
    // What follows one of these characters begins a word, too.
    (mask, single | single << 3 & mask)
}

/// A word of the text, with its meaning.
#[derive(Clone, Copy)]
struct Word {
    hash: u64,
    first: u16,
    is_filler: bool,
    start: u16,
    end: u16,
}

/// What a word is to the search, or the word that it stands for.
#[derive(Clone, Copy)]
struct Meaning {
    hash: u64,
    /// The state that it leads to from the root; 0 if no wording begins with it.
    first: u16,
    /// Whether it stands for nothing.
    is_filler: bool,
}

/// The hash of `not`.
const NOT: u64 = hash(first(u64::from_le_bytes(*b"not\0\0\0\0\0"), 3), 0, 3);

/// What has been found in a text.
struct Search<'a> {
    text: &'a [u8],
    matches: Matches,
}

impl Search<'_> {
    /// Finds the wordings that begin with one of the first so many words.
    #[inline(never)]
    fn begin(&mut self, words: &[Word], count: usize) {
        for place in 0..count {
            let words = words.get(place..).unwrap_or_default();
            if let Some(Word { first: state @ 1.., start, .. }) = words.first() {
                self.follow(*state, words, *start);
            }
        }
    }

    /// Goes on from the state that the first of these words has led to, and notes the wordings that end on the way.
    fn follow(&mut self, mut state: u16, mut words: &[Word], start: u16) {
        while let [Word { end, .. }, rest @ ..] = words {
            if let Some(row) = ROWS.get(usize::from(state)).filter(|row| **row != u16::MAX) {
                self.note(Match { phrase: *row, start, end: *end });
            }
            if state < FIRST_THAT_GOES_ON {
                break;
            }
            let argument = among(&ARGUMENTS, FIRST_ARGUMENT, state);
            if argument != 0 {
                self.follow_argument(argument, *end, rest, start);
            }
            (state, words) = self.next(state, *end, rest);
            if state == 0 {
                break;
            }
        }
    }

    /// Goes on from a state that an argument leads to. It may be missing.
    #[inline(never)]
    fn follow_argument(&mut self, argument: u16, mut end: u16, mut words: &[Word], start: u16) {
        let (state, after) = self.next(argument, end, words);
        if state != 0 {
            self.follow(state, after, start);
        }
        while let [word @ Word { is_filler: true, .. }, rest @ ..] = words {
            if !is_next(self.text, end.into(), word.start.into()) {
                break;
            }
            (end, words) = (word.end, rest);
        }
        // What is said of something is not what is not said of it.
        if words.first().is_some_and(|word| word.hash == NOT) {
            return;
        }
        if let Some(end) = argument_end(self.text, end.into()) {
            let within = words.iter().take_while(|word| usize::from(word.start) < end).count();
            let words = words.get(within..).unwrap_or_default();
            let (state, words) = self.next(argument, end as u16, words);
            if state != 0 {
                self.follow(state, words, start);
            }
        }
    }

    /// Where the first of these words leads from a state, if nothing separates it from what ends there, and the words from it
    /// on. Fillers before it do not count.
    #[inline(always)]
    fn next<'w>(&self, state: u16, mut end: u16, mut words: &'w [Word]) -> (u16, &'w [Word]) {
        while let [word, rest @ ..] = words {
            if !is_next(self.text, end.into(), word.start.into()) {
                break;
            }
            if !word.is_filler {
                return (next(state, word.hash), words);
            }
            (end, words) = (word.end, rest);
        }
        (0, words)
    }

    #[inline]
    fn note(&mut self, found: Match) {
        if found.phrase < FIRST_NAME { self.matches.insert(found) } else { self.matches.insert_name(found) }
    }
}

/// The last eight bytes of a longer word.
#[inline(always)]
fn last_bytes(text: &[u8], end: usize) -> u64 {
    let word = text.get(..end).and_then(|text| text.last_chunk::<8>());
    word.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Where a word leads from a state; 0 if it leads nowhere.
#[inline(always)]
fn next(mut state: u16, hash: u64) -> u16 {
    loop {
        if let Some(target) = target(state, hash) {
            return target;
        }
        // There may be a state that leads all other words where this one does.
        state = among(&OTHERWISE, FIRST_OTHERWISE, state);
        if state == 0 {
            return 0;
        }
    }
}

/// Where the edge with this word leads from a state; 0 if that is nowhere, whatever a similar state says.
#[inline(always)]
fn target(state: u16, hash: u64) -> Option<u16> {
    let key = key(state, hash);
    let pilot = PILOTS.get(place_of_pilot(key, PILOTS.len()))?;
    let place = place_of_edge(key, *pilot, EDGES.len());
    let state = EDGES.get(place)? ^ mark(key);
    if state >> STATE_BITS != 0 {
        return None;
    }
    let second_marks = SECOND_MARKS.get(place / 2)? >> (place % 2 * 4);
    (second_marks & 15 == second_mark(key)).then_some(state as u16)
}

/// What a table says about a state that begins with this one; 0 if it is not in there.
#[inline(always)]
fn among(table: &[u16], first: u16, state: u16) -> u16 {
    table.get(usize::from(state.wrapping_sub(first))).copied().unwrap_or(0)
}

// ----------------------------------------------------------------------------------------------- words, one at a time

/// The bytes that a character takes that is not ASCII, and what it is.
enum Character {
    /// A letter or digit of a script with spaces.
    Letter(usize),
    /// A word of its own.
    Single(usize),
    Separator(usize),
}

fn character(text: &[u8], at: usize) -> Option<Character> {
    let byte = *text.get(at)?;
    Some(match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' if at == 0 || text.get(at - 1) != Some(&b'\\') => Character::Letter(1),
        0xc2 => Character::Separator(2),
        0xe2 => Character::Separator(3),
        0xe3..=0xed => Character::Single(3),
        0x80.. => Character::Letter(1),
        _ => Character::Separator(1),
    })
}

/// The end of the word that begins there.
#[cold]
fn word_end(text: &[u8], start: usize) -> usize {
    let mut end = match character(text, start) {
        Some(Character::Single(length)) => return (start + length).min(text.len()),
        _ => start + 1,
    };
    while let Some(Character::Letter(length)) = character(text, end) {
        end += length;
    }
    end.min(text.len())
}

/// Whether the next word after `at`, which starts there, goes on with what ends at `at`: no sentence ends between, and it is
/// not too far away.
#[inline(always)]
fn is_next(text: &[u8], at: usize, start: usize) -> bool {
    start <= at + 1 || is_next_far(text, at, start)
}

fn ends_sentence(first: u8, second: u8) -> bool {
    matches!(first, b'.' | b'!' | b'?') && matches!(second, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_next_far(text: &[u8], at: usize, start: usize) -> bool {
    if let Some([first, second]) = text.get(at..start) {
        return !ends_sentence(*first, *second);
    }
    let after_code = |at: usize| code_of_line(text, at).and_then(|end| skip_separators(text, end));
    skip_separators(text, at).is_some_and(|at| at == start || after_code(at) == Some(start))
}

/// The longest separator that a wording crosses.
const WIDEST: usize = 24;

fn skip_separators(text: &[u8], at: usize) -> Option<usize> {
    let mut start = at;
    while let Character::Separator(length) = character(text, start)? {
        if let Some([first, second]) = text.get(start..start + 2) {
            if ends_sentence(*first, *second) || start - at >= WIDEST {
                return None;
            }
        }
        start += length;
    }
    Some(start)
}

/// The end of the reply code, and of the enhanced code after it, that a line in the middle of a text begins with. Some logs
/// join the lines, so a code that a hyphen or an enhanced code follows counts anywhere.
fn code_of_line(text: &[u8], at: usize) -> Option<usize> {
    let before = text.get(..at).filter(|before| !before.is_empty())?;
    let begins_line = before.ends_with(b"\n") || before.ends_with(b"\r") || before.ends_with(br"\n");
    let [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', sign @ (b' ' | b'-'), rest @ ..] = text.get(at..)? else { return None };
    let code = rest.iter().take(12).take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let is_enhanced = rest.get(1) == Some(&b'.') && rest.get(code) == Some(&b' ');
    let counts = begins_line || is_enhanced || (*sign == b'-' && rest.first().is_some_and(u8::is_ascii_alphabetic));
    counts.then_some(at + 4 + if is_enhanced { code } else { 0 })
}

/// The longest argument.
const LONGEST: usize = 128;

/// How many bytes there are before the next white space, up to the longest argument.
fn before_white_space(text: &[u8]) -> usize {
    let text = text.get(..LONGEST).unwrap_or(text);
    let mut length = 0;
    while let Some(bytes) = text.get(length..).and_then(|rest| rest.first_chunk()) {
        // The highest bit of each byte up to the first that is a space or a control character.
        let bytes = u64::from_le_bytes(*bytes);
        let found = bytes.wrapping_sub(0x2121_2121_2121_2121) & !bytes & 0x8080_8080_8080_8080;
        length += found.trailing_zeros() as usize / 8;
        if found != 0 {
            break;
        }
    }
    let rest = text.get(length..).unwrap_or_default();
    length + rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count()
}

/// The end of the argument after `at`: something in quotes or brackets, or anything up to the next white space.
fn argument_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    if let [b' ', argument @ ..] = rest {
        if argument.first()?.is_ascii_alphanumeric() {
            return Some(at + 1 + before_white_space(argument));
        }
    }
    let spaces = rest
        .iter()
        .take(WIDEST)
        .take_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b':' | b',' | b'=' | b'-'));
    let start = spaces.count();
    let rest = rest.get(start..)?;
    let closing = match rest {
        [b'<', ..] => ">",
        [b'(', ..] => ")",
        [b'[', ..] => "]",
        [b'"', ..] => "\"",
        [b'`', ..] => "`",
        // Right after a word it is an apostrophe.
        [b'\'', ..] if start > 0 => "'",
        [0xc2, 0xab, ..] => "»",
        [0xe2, 0x80, 0x98, ..] => "’",
        [0xe2, 0x80, 0x9c, ..] => "”",
        [0xe2, 0x80, 0x9e, ..] => "“",
        _ => "",
    };
    let within = rest.get(..LONGEST).unwrap_or(rest);
    let inside = within.get(1..).unwrap_or_default();
    let closed = inside.windows(closing.len().max(1)).position(|bytes| bytes == closing.as_bytes());
    let length = match closed {
        Some(length) => length + 1 + closing.len(),
        None => before_white_space(rest),
    };
    // Punctuation alone is not an argument, so the end of a sentence is not crossed.
    let argument = rest.get(..length)?;
    argument.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80).then_some(at + start + length)
}

/// What the search takes.
#[cfg(test)]
pub(crate) fn static_size() -> usize {
    let states = size_of_val(&ROWS) + size_of_val(&ARGUMENTS) + size_of_val(&OTHERWISE) + size_of_val(&MEANINGS);
    let automaton = size_of_val(&EDGES) + size_of_val(&SECOND_MARKS) + size_of_val(&PILOTS) + states;
    automaton + size_of_val(ALSO_PHRASES) + size_of_val(NAME_STARTS) + size_of_val(NAMES)
}
