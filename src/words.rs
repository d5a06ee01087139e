//! Finds the wordings of the phrase table in a text, all of them in one pass.
//!
//! A text is cut into words: runs of ASCII letters and digits and of letters of other scripts, where each character of a
//! script that is written without spaces is a word of its own. Everything else only separates words. The wordings are an
//! automaton over words, but stepping through it at every word would cost a dependent load each. So the pass over the text
//! only hashes the first eight bytes of each word and asks a few bits: whether any wording starts with the word before and
//! this one (or with this one alone, or has an argument between the two). Only then is the automaton followed from there.
//!
//! The automaton knows words by their numbers, which it finds by 25 bits of their hashes. So one in ten thousand words that
//! occur in no wording passes for one that does. That matters only where just that word would go on with a wording that
//! has begun: it changed nothing in four million texts that were made of parts of wordings.

use crate::hash::{ARGUMENT, COUNT, END, LAST, LAST_OF_TARGET, OTHERWISE, WORDS};
use crate::hash::{across, first, hash, is_in, part, slot, tag, two};

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// A match of a wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The place of the row in the table of phrases. The lower takes precedence.
    pub(crate) phrase: u16,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Match {
    /// The words in the text.
    pub(crate) fn of<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        text.get(self.start as usize..self.end as usize)
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
    /// The receiver's look-up in a list failed.
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

/// Finds the wordings in a text.
pub(crate) fn find(text: &[u8]) -> Matches {
    let text = text.get(..FARTHEST).unwrap_or(text);
    let mut search = Search::new(text);
    let (mut before, mut before_found, mut was_alone) = (Word { hash: 0, start: 0, end: 0 }, Known::default(), false);
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
        let words = Words::of(piece, at - begin, text.get(begin.wrapping_sub(1)) == Some(&b'\\'));
        // A word that has begun in the piece before does not begin here, nor what is left to the next piece.
        let mut starts = words.starts & !(u64::from(in_word && words.continues) << (at - begin));
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
            let end = match words.ends >> place >> 1 {
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
            } else {
                hash(first(bytes, length), 0, length)
            };
            let word = Word { hash, start: start as u32, end: end as u32 };
            let alone = is_in(&PAIRS, hash);
            let pair = is_in(&PAIRS, two(before.hash, hash));
            let without_argument = was_alone && is_in(&PAIRS, across(part(before.hash), hash));
            let mut found = Known::default();
            if pair | without_argument | alone | (start >= search.wake) {
                found = search.follow(before, before_found, word, Begins { pair, without_argument, alone });
            }
            (before, before_found, was_alone) = (word, found, alone);
        }
        if is_last {
            return search.matches;
        }
        in_word = words.mask >> (step - 1) & 1 != 0;
        at += step;
    }
}

/// Where words are in a piece of the text: a bit for each byte.
struct Words {
    mask: u64,
    starts: u64,
    /// Where a word cannot go on: no word byte, or the start of another.
    ends: u64,
    /// Whether the first byte goes on with a word of the piece before, if there was one.
    continues: bool,
}

impl Words {
    /// The words of a piece from this place on: the piece may begin in the middle of a character, but what is new does not.
    #[inline(always)]
    fn of(piece: &[u8; PIECE], new: usize, escaped: bool) -> Words {
        let mut mask = bits(piece, |byte| (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10);
        let mut single = 0;
        let is_special = |byte: &u8| *byte >= 0x80 || *byte == b'\\';
        if escaped || piece.iter().fold(false, |found, byte| found | is_special(byte)) {
            (mask, single) = special(piece, mask, escaped);
        }
        let before = !(u64::MAX << new);
        let (mask, single) = (mask & !before, single & !before);
        let starts = mask & !(mask << 1) | single;
        Words { mask, starts, ends: !mask | starts, continues: single >> new & 1 == 0 }
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

/// The state of the search after each word.
struct Search<'a> {
    text: &'a [u8],
    matches: Matches,
    /// Wordings that have begun.
    begun: [Begun; Search::MOST],
    count: usize,
    /// Where the first of them goes on: the others may be waiting for the end of an argument.
    wake: usize,
}

#[derive(Clone, Copy)]
struct Word {
    hash: u64,
    start: u32,
    end: u32,
}

/// How wordings may begin: with a word and the one before, with an argument between the two that is missing, and with a word
/// alone or an argument after it.
#[derive(Clone, Copy)]
struct Begins {
    pair: bool,
    without_argument: bool,
    alone: bool,
}

/// A wording that has begun, in one register: the place of the state of the automaton, where its first word starts, what the
/// next word has to follow, and, if there are only the first word and an argument yet, a part of the hash of that word.
#[derive(Clone, Copy)]
struct Begun(u64);

impl Begun {
    fn new(state: u16, start: u32, at: usize, first: u16) -> Begun {
        Begun(u64::from(state) | u64::from(start as u16) << 16 | u64::from(at as u16) << 32 | u64::from(first) << 48)
    }

    fn state(self) -> u16 {
        self.0 as u16
    }

    fn start(self) -> u32 {
        u32::from((self.0 >> 16) as u16)
    }

    fn at(self) -> usize {
        usize::from((self.0 >> 32) as u16)
    }

    fn first(self) -> u16 {
        (self.0 >> 48) as u16
    }
}

impl<'a> Search<'a> {
    /// Hardly ever are there more than four at a time, but until the next word is done, those before it take up space too.
    const MOST: usize = 24;

    fn new(text: &'a [u8]) -> Search<'a> {
        let none = Match { phrase: u16::MAX, start: 0, end: 0 };
        Search {
            text,
            matches: Matches { found: [none; Matches::MOST], count: 0, names: [none; Matches::MOST], name_count: 0 },
            begun: [Begun(0); Search::MOST],
            count: 0,
            wake: usize::MAX,
        }
    }

    /// Takes the wordings that have begun a word further, and begins new ones.
    #[inline(never)]
    fn follow(&mut self, before: Word, before_found: Known, word: Word, begins: Begins) -> Known {
        let start = word.start as usize;
        let goes_on = start >= self.wake && self.may_go_on(word);
        if !(goes_on | begins.pair | begins.without_argument | begins.alone) {
            return Known::default();
        }
        let found = known(word.hash);
        if goes_on {
            self.go_on(word, found.number);
        }
        if found.number == 0 {
            return found;
        }
        if (begins.pair | begins.without_argument) && is_next(self.text, before.end as usize, start) {
            let first = if before_found.number == 0 { known(before.hash).first } else { before_found.first };
            if begins.pair {
                self.step(next(first, found.number), before.start, word.end);
            }
            if begins.without_argument {
                self.step(next(State::at(first).argument, found.number), before.start, word.end);
            }
        }
        if begins.alone {
            let state = State::at(found.first);
            self.note(state.row, word.start, word.end);
            if state.argument != 0 {
                if let Some(end) = argument_end(self.text, word.end as usize) {
                    self.begin(Begun::new(state.argument, word.start, end, part(word.hash)));
                }
            }
        }
        found
    }

    /// Forgets what begins with a word and an argument but does not go on with this word. Whether anything else may.
    #[inline(always)]
    fn may_go_on(&mut self, word: Word) -> bool {
        let (old, mut may_go_on) = (self.count, false);
        (self.count, self.wake) = (0, usize::MAX);
        for place in 0..old {
            let Some(begun) = self.begun.get(place).copied() else { break };
            let waits = (word.start as usize) < begun.at();
            if waits || begun.first() == 0 || is_in(&PAIRS, across(begun.first(), word.hash)) {
                may_go_on |= !waits;
                self.begin(begun);
            }
        }
        may_go_on
    }

    /// Takes the wordings that have begun a word further, and forgets those that do not go on with it.
    #[inline(never)]
    fn go_on(&mut self, word: Word, number: u16) {
        let start = word.start as usize;
        let (old, mut waiting) = (self.count, 0);
        self.wake = usize::MAX;
        for place in 0..old {
            let Some(begun) = self.begun.get(place).copied() else { break };
            if start < begun.at() {
                // Inside an argument.
                self.put(waiting, begun);
                waiting += 1;
            } else if number != 0 && is_next(self.text, begun.at(), start) {
                self.step(next(begun.state(), number), begun.start(), word.end);
            }
        }
        let new = self.count;
        self.count = waiting;
        for place in old..new {
            let Some(begun) = self.begun.get(place).copied() else { break };
            self.begin(begun);
        }
    }

    /// Notes what ends in a state, and remembers what may go on.
    fn step(&mut self, place: u16, start: u32, end: u32) {
        if place == 0 {
            return;
        }
        let state = State::at(place);
        self.note(state.row, start, end);
        let end = end as usize;
        if state.argument != 0 {
            self.begin(Begun::new(state.argument, start, end, 0));
            if let Some(end) = argument_end(self.text, end) {
                self.begin(Begun::new(state.argument, start, end, 0));
            }
        }
        if state.goes_on {
            self.begin(Begun::new(place, start, end, 0));
        }
    }

    fn begin(&mut self, begun: Begun) {
        if self.count < Search::MOST {
            self.put(self.count, begun);
            self.count += 1;
        }
    }

    fn put(&mut self, place: usize, begun: Begun) {
        if let Some(place) = self.begun.get_mut(place) {
            *place = begun;
            self.wake = self.wake.min(begun.at());
        }
    }

    #[inline(always)]
    fn note(&mut self, row: Option<u16>, start: u32, end: u32) {
        if let Some(phrase) = row {
            let found = Match { phrase, start, end };
            if phrase < FIRST_NAME { self.matches.insert(found) } else { self.matches.insert_name(found) }
        }
    }
}

/// The last eight bytes of a longer word.
#[inline(always)]
fn last_bytes(text: &[u8], end: usize) -> u64 {
    let word = text.get(..end).and_then(|text| text.last_chunk::<8>());
    word.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// A word that occurs in wordings; both are 0 if it does not.
#[derive(Clone, Copy, Default)]
struct Known {
    number: u16,
    /// The place of the state after it; 0 if no wording begins with it.
    first: u16,
}

fn known(hash: u64) -> Known {
    let bucket = slot(hash, BUCKETS.len() - 1);
    let Some(&[(from, first), (to, first_end)]) = BUCKETS.get(bucket..).and_then(|buckets| buckets.first_chunk())
    else {
        return Known::default();
    };
    let tags = LANES * u64::from(tag(hash, SEED));
    let mut number = from;
    while let Some([a, b, c, d, e, f, g, h]) = TAGS.get(usize::from(number)..).and_then(|tags| tags.first_chunk::<8>())
    {
        let (one, other) = (equal(lanes(&[*a, *b, *c, *d]), tags), equal(lanes(&[*e, *f, *g, *h]), tags));
        if one | other != 0 {
            number += if one != 0 { one.trailing_zeros() / 16 } else { other.trailing_zeros() / 16 + 4 } as u16;
            break;
        }
        number += 8;
        if number >= to {
            break;
        }
    }
    if number >= to {
        return Known::default();
    }
    let place = first + (number - from);
    let first = if place < first_end { FIRST.get(usize::from(place)).copied().unwrap_or(0) } else { 0 };
    Known { number, first }
}

/// A state of the automaton, as far as its words do not matter: see [`crate::hash`] for how it is stored. The one at place 0
/// leads nowhere.
struct State {
    /// The row of the wording that ends here.
    row: Option<u16>,
    /// The state after an argument.
    argument: u16,
    goes_on: bool,
}

impl State {
    #[inline(always)]
    fn at(place: u16) -> State {
        let (header, units) = header(place);
        State {
            row: value(header, units, END),
            argument: value(header, units, ARGUMENT).unwrap_or(0),
            goes_on: header & (LAST | OTHERWISE << 2) != LAST,
        }
    }
}

/// The header of the state at this place, and where the units begin that it announces.
#[inline(always)]
fn header(place: u16) -> (u16, usize) {
    let header = unit(usize::from(place));
    // A word is no header.
    if header < WORDS << 2 { (header, usize::from(place) + 1) } else { (0, usize::from(place)) }
}

/// One of the values that a header announces.
#[inline(always)]
fn value(header: u16, units: usize, number: u16) -> Option<u16> {
    let before = header & ((number << 2) - 4);
    let place = units + values(before);
    (header & number << 2 != 0).then(|| unit(place))
}

/// How many values there are.
#[inline(always)]
fn values(header: u16) -> usize {
    usize::from((header >> 2 & 1) + (header >> 3 & 1) + (header >> 4 & 1) + (header >> 5 & 1))
}

/// Where a word leads from the state at this place; 0 if it leads nowhere.
fn next(mut place: u16, number: u16) -> u16 {
    while place != 0 {
        let (header, units) = header(place);
        let words = units + values(header);
        let target = match value(header, units, COUNT) {
            Some(count) => target_of_many(words, usize::from(count), number),
            None if header & LAST != 0 => None,
            None => target(words, number),
        };
        if let Some(target) = target {
            return target;
        }
        place = value(header, units, OTHERWISE).unwrap_or(0);
    }
    0
}

/// Where one of so many words leads that begin there.
#[inline(never)]
fn target_of_many(words: usize, count: usize, number: u16) -> Option<u16> {
    let (words, targets) = AUTOMATON.get(words..)?.split_at_checked(count)?;
    let is_word = |unit: &u16| unit >> 2 == number;
    let mut before = 0;
    for piece in words.chunks_exact(16) {
        if piece.iter().fold(false, |found, unit| found | is_word(unit)) {
            break;
        }
        before += 16;
    }
    let place = before + words.get(before..)?.iter().position(is_word)?;
    let target = words.get(..place)?.iter().map(|unit| unit & LAST_OF_TARGET).sum::<u16>();
    targets.get(usize::from(target)).copied()
}

/// Where one of the words leads that begin there.
#[inline(always)]
fn target(words: usize, number: u16) -> Option<u16> {
    let (mut at, mut found, mut targets) = (words, None, 0);
    loop {
        let units = lanes(AUTOMATON.get(at..)?.first_chunk()?);
        // A bit for each of the four: whether it is the last word, the last of its target, the word that is looked for.
        let last = units >> 1 & LANES;
        let last_of_target = units & LANES & !last;
        let up_to_last = last ^ last.wrapping_sub(1);
        let is_word = equal(units & !(LANES * 3), LANES * u64::from(number << 2)) & up_to_last;
        if is_word != 0 {
            found = Some(targets + count(last_of_target & (is_word - 1)));
        }
        if last != 0 {
            let found = found?;
            let targets = targets + count(last_of_target & up_to_last);
            let is_implied = units >> last.trailing_zeros() & 1 != 0 && found == targets;
            let after = at + last.trailing_zeros() as usize / 16 + 1;
            return if is_implied { Some((after + targets) as u16) } else { Some(unit(after + found)) };
        }
        targets += count(last_of_target);
        at += 4;
    }
}

/// Four numbers of 16 bits in one register.
#[inline(always)]
fn lanes(numbers: &[u16; 4]) -> u64 {
    let [a, b, c, d] = numbers.map(u64::from);
    a | b << 16 | c << 32 | d << 48
}

/// The lowest bit of each of them.
const LANES: u64 = 0x0001_0001_0001_0001;

/// The lowest bit of each that is equal.
#[inline(always)]
fn equal(one: u64, other: u64) -> u64 {
    const LOWER: u64 = LANES * 0x7fff;
    let different = one ^ other;
    (!(((different & LOWER) + LOWER) | different) >> 15) & LANES
}

/// How many of these bits are set.
#[inline(always)]
fn count(bits: u64) -> usize {
    (bits.wrapping_mul(LANES) >> 48) as usize
}

#[inline(always)]
fn unit(at: usize) -> u16 {
    AUTOMATON.get(at).copied().unwrap_or(LAST)
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

/// Whether the word that starts there follows `at`: no sentence ends between, and it is not too far away.
#[inline]
fn is_next(text: &[u8], at: usize, start: usize) -> bool {
    start == at + 1 || start == at || is_next_far(text, at, start)
}

fn is_next_far(text: &[u8], at: usize, start: usize) -> bool {
    let after_code = |at: usize| code_of_line(text, at).and_then(|end| skip_separators(text, end));
    skip_separators(text, at).is_some_and(|at| at == start || after_code(at) == Some(start))
}

/// The longest separator that a wording crosses.
const WIDEST: usize = 24;

fn skip_separators(text: &[u8], at: usize) -> Option<usize> {
    let mut start = at;
    while let Character::Separator(length) = character(text, start)? {
        let ends_sentence = matches!(text.get(start), Some(b'.' | b'!' | b'?'))
            && matches!(text.get(start + 1), Some(b' ' | b'\t' | b'\r' | b'\n'));
        if ends_sentence || start - at >= WIDEST {
            return None;
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
    let closing = match rest.first()? {
        b'<' => Some(b'>'),
        b'(' => Some(b')'),
        b'[' => Some(b']'),
        quote @ (b'"' | b'\'' | b'`') => Some(*quote),
        _ => None,
    };
    let within = rest.iter().take(LONGEST);
    let closed = closing.and_then(|closing| within.clone().skip(1).position(|byte| *byte == closing));
    let length = match closed {
        Some(length) => length + 2,
        None => before_white_space(rest),
    };
    // Punctuation alone is not an argument, so the end of a sentence is not crossed.
    let argument = rest.get(..length)?;
    argument.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80).then_some(at + start + length)
}

/// What the search takes.
#[cfg(test)]
pub(crate) fn static_size() -> usize {
    let automaton = size_of_val(&FIRST) + size_of_val(&AUTOMATON);
    let dictionary = size_of_val(&BUCKETS) + size_of_val(&TAGS) + size_of_val(&PAIRS);
    automaton + dictionary + size_of_val(ALSO_PHRASES) + size_of_val(NAME_STARTS) + size_of_val(NAMES)
}
