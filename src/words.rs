//! Finds the wordings of the phrase table in a text, all of them in one pass.
//!
//! A text is cut into words: runs of ASCII letters and digits and of letters of other scripts, where each character of a
//! script that is written without spaces is a word of its own. Everything else only separates words. The wordings are an
//! automaton over words, but stepping through it at every word would cost a dependent load each. So the pass over the text
//! only hashes the first eight bytes of each word and asks a few bits: whether any wording starts with the word before and
//! this one (or with this one alone, or has an argument between the two). Only then is the automaton followed from there.
//!
//! The automaton knows words by their numbers, which it finds by 25 bits of their hashes. So one in nine thousand words that
//! occur in no wording passes for one that does. That matters only where just that word would go on with a wording that
//! has begun, which happens once in a million texts that are made of parts of wordings.

use crate::hash::{ARGUMENT, END, HEADERS, IMPLIED, LAST, LAST_OF_TARGET, OTHERWISE, SAME_TARGET};
use crate::hash::{first, hash, is_in, slot, tag, two};

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// A match of a wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The place of the row in the table of phrases. The lower takes precedence.
    pub(crate) phrase: u16,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The matches in a text, as far as they can decide anything: none of them lies inside a match of another row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matches {
    found: [Match; Matches::MOST],
    count: usize,
}

impl Matches {
    /// A bounce has two or three matches. If there are more than this, the rows of least precedence are dropped.
    const MOST: usize = 8;

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Match> {
        self.found.iter().take(self.count)
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
const FARTHEST: usize = 64 * 1024;

/// Finds the wordings in a text.
pub(crate) fn find(text: &[u8]) -> Matches {
    let text = text.get(..FARTHEST).unwrap_or(text);
    let mut search = Search::new(text);
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
        let words = Words::of(piece, text.get(begin.wrapping_sub(1)) == Some(&b'\\'));
        // A word that has begun in the piece before does not begin here, nor what is left to the next piece.
        let mut starts = words.starts & !u64::from(begin == at && in_word && words.continues);
        starts &= u64::MAX << (at - begin);
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
            let bytes = match piece.get(place..).and_then(|rest| rest.first_chunk::<8>()) {
                Some(bytes) => u64::from_le_bytes(*bytes),
                None => piece.last_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes) >> ((place & 7) * 8)),
            };
            let end = match words.ends >> place >> 1 {
                0 => word_end(text, start),
                ends => start + ends.trailing_zeros() as usize + 1,
            };
            search.word(start, end, bytes);
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
    #[inline(always)]
    fn of(piece: &[u8; PIECE], escaped: bool) -> Words {
        let mut mask = bits(piece, |byte| (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10);
        let mut single = 0;
        let is_special = |byte: &u8| *byte >= 0x80 || *byte == b'\\';
        if escaped || piece.iter().fold(false, |found, byte| found | is_special(byte)) {
            (mask, single) = special(piece, mask, escaped);
        }
        let starts = mask & !(mask << 1) | single;
        Words { mask, starts, ends: !mask | starts, continues: single & 1 == 0 }
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
    let mask = (letters | others) & !punctuation & !(escapes << 1 | u64::from(escaped));
    // What follows one of these characters begins a word, too.
    (mask, single | single << 3 & mask)
}

/// The state of the search after each word.
struct Search<'a> {
    text: &'a [u8],
    matches: Matches,
    before: Word,
    /// Wordings that have begun.
    begun: [Begun; Search::MOST],
    count: usize,
    /// Where the first of them goes on: the others may be waiting for the end of an argument.
    wake: u32,
    /// The end of a code that the next line of the reply begins with.
    skip: usize,
}

#[derive(Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    hash: u64,
}

/// A wording that has begun: the state of the automaton, the start of the first word, and where the next has to follow.
#[derive(Clone, Copy)]
struct Begun {
    state: u16,
    start: u32,
    at: u32,
}

/// How a wording may begin: with the word before and this one, or with this one, alone or with an argument after it.
#[derive(Clone, Copy)]
struct Begins {
    after_word: bool,
    alone: bool,
}

impl<'a> Search<'a> {
    /// Hardly ever are there more than four at a time.
    const MOST: usize = 12;

    fn new(text: &'a [u8]) -> Search<'a> {
        let none = Match { phrase: u16::MAX, start: 0, end: 0 };
        let word = Word { start: 0, end: 0, hash: 0 };
        Search {
            text,
            matches: Matches { found: [none; Matches::MOST], count: 0 },
            before: word,
            begun: [Begun { state: 0, start: 0, at: 0 }; Search::MOST],
            count: 0,
            wake: 0,
            skip: 0,
        }
    }

    #[inline(always)]
    fn word(&mut self, start: usize, end: usize, bytes: u64) {
        if start < self.skip {
            return;
        }
        // Between the lines of a reply there is its code again.
        if (bytes as u8).is_ascii_digit() && end - start == 3 {
            if let Some(end) = code_of_line(self.text, start) {
                self.skip = end;
                return;
            }
        }
        let length = end - start;
        let last = if length > 8 { last_bytes(self.text, end) } else { 0 };
        let word = Word { start, end, hash: hash(first(bytes, length), last, length) };
        let begins =
            Begins { after_word: is_in(&PAIRS, two(self.before.hash, word.hash)), alone: is_in(&PAIRS, word.hash) };
        let goes_on = self.count > 0 && start >= self.wake as usize;
        if goes_on | begins.after_word | begins.alone {
            self.follow(word, begins);
        }
        self.before = word;
    }

    /// Takes the wordings that have begun a word further, and begins new ones.
    #[inline(never)]
    fn follow(&mut self, word: Word, begins: Begins) {
        let known_word = known(word.hash);
        if self.count > 0 {
            self.go_on(word, known_word.as_ref().map_or(0, |known| known.number));
        }
        let Some(known_word) = known_word else { return };
        if begins.after_word && is_next(self.text, self.before.end, word.start) {
            if let Some(state) = known(self.before.hash).and_then(|known| known.first) {
                self.step(next(state, known_word.number), self.before.start, word.end);
                // The argument may be missing.
                self.step(next(State::at(state).argument, known_word.number), self.before.start, word.end);
            }
        }
        if begins.alone {
            let state = State::at(known_word.first.unwrap_or(0));
            self.note(state.row, word.start, word.end);
            if let (1.., Some(end)) = (state.argument, argument_end(self.text, word.end)) {
                self.begin(state.argument, word.start, end);
            }
        }
    }

    /// Takes the wordings that have begun a word further, and forgets those that do not go on with it.
    fn go_on(&mut self, word: Word, number: u16) {
        let (begun, count) = (self.begun, self.count);
        (self.count, self.wake) = (0, u32::MAX);
        for begun in begun.iter().take(count) {
            let (start, at) = (begun.start as usize, begun.at as usize);
            if word.start < at {
                // Inside an argument.
                self.begin(begun.state, start, at);
            } else if is_next(self.text, at, word.start) {
                self.step(next(begun.state, number), start, word.end);
            }
        }
    }

    /// Notes what ends in a state, and remembers what may go on.
    fn step(&mut self, place: u16, start: usize, end: usize) {
        let state = State::at(place);
        self.note(state.row, start, end);
        if state.argument != 0 {
            self.begin(state.argument, start, end);
            if let Some(end) = argument_end(self.text, end) {
                self.begin(state.argument, start, end);
            }
        }
        if state.goes_on() {
            self.begin(place, start, end);
        }
    }

    fn begin(&mut self, state: u16, start: usize, at: usize) {
        if let Some(place) = self.begun.get_mut(self.count) {
            *place = Begun { state, start: start as u32, at: at as u32 };
            self.count += 1;
            self.wake = self.wake.min(at as u32);
        }
    }

    fn note(&mut self, row: Option<u16>, start: usize, end: usize) {
        if let Some(phrase) = row {
            self.matches.insert(Match { phrase, start: start as u32, end: end as u32 });
        }
    }
}

/// The last eight bytes of a longer word.
#[inline(always)]
fn last_bytes(text: &[u8], end: usize) -> u64 {
    let word = text.get(..end).and_then(|text| text.last_chunk::<8>());
    word.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// A word that occurs in wordings.
struct Known {
    number: u16,
    /// The place of the state after it, if wordings begin with it.
    first: Option<u16>,
}

fn known(hash: u64) -> Option<Known> {
    let bucket = slot(hash, BUCKETS.len() - 1);
    let &[(from, first), (to, first_end)] = BUCKETS.get(bucket..)?.first_chunk()?;
    let tag = tag(hash, SEED);
    let place = TAGS.get(usize::from(from)..usize::from(to))?.iter().position(|known| *known == tag)?;
    let first = FIRST.get(usize::from(first)..usize::from(first_end)).and_then(|first| first.get(place)).copied();
    Some(Known { number: from + place as u16, first })
}

/// A state of the automaton: see [`crate::hash`] for how it is stored. The one at place 0 leads nowhere.
struct State {
    row: Option<u16>,
    /// The state after an argument.
    argument: u16,
    /// The state that leads the other words where this one does.
    otherwise: u16,
    /// Where the words begin; 0 if there are none.
    words: usize,
}

impl State {
    fn at(place: u16) -> State {
        let mut at = usize::from(place);
        let header = unit(at);
        if header >= HEADERS << 2 {
            return State { row: None, argument: 0, otherwise: 0, words: at };
        }
        let mut value = |which: u16| {
            let has_it = header & which << 2 != 0;
            at += usize::from(has_it);
            has_it.then(|| unit(at))
        };
        let row = value(END);
        let argument = value(ARGUMENT).unwrap_or(0);
        let otherwise = value(OTHERWISE).unwrap_or(0);
        let words = if header & LAST == 0 { at + 1 } else { 0 };
        State { row, argument, otherwise, words }
    }

    fn goes_on(&self) -> bool {
        self.words != 0 || self.otherwise != 0
    }
}

/// Where a word leads from the state at this place; 0 if it leads nowhere.
fn next(mut place: u16, number: u16) -> u16 {
    while place != 0 {
        let state = State::at(place);
        if let Some(next) = target(state.words, number) {
            return next;
        }
        place = state.otherwise;
    }
    0
}

/// Where one of the words that begin there leads.
fn target(words: usize, number: u16) -> Option<u16> {
    if words == 0 {
        return None;
    }
    // Which of the targets it is.
    let mut found = None;
    let (mut at, mut targets) = (words, 0);
    let is_implied = loop {
        let word = unit(at);
        if word >> 2 == number {
            found = Some(targets);
        }
        at += 1;
        match word & 3 {
            SAME_TARGET => {}
            LAST_OF_TARGET => targets += 1,
            after => break after == IMPLIED,
        }
    };
    let found = found?;
    if is_implied && found == targets { Some((at + targets) as u16) } else { Some(unit(at + found)) }
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

/// The end of the argument after `at`: something in quotes or brackets, or anything up to the next white space.
fn argument_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
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
        None => within.take_while(|byte| !byte.is_ascii_whitespace()).count(),
    };
    // Punctuation alone is not an argument, so the end of a sentence is not crossed.
    let argument = rest.get(..length)?;
    argument.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80).then_some(at + start + length)
}
