//! The search for wordings next to a slow one that does what the words of `data/phrases.toml` say, on texts made of parts of
//! wordings and of whatever may stand between words.

#![cfg(feature = "words")]

use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

#[path = "../src/hash.rs"]
mod hash;
#[allow(dead_code)]
#[path = "../src/words.rs"]
mod words;

/// Row, start and end.
type Match = (u16, usize, usize);

/// A wording without choices: the words in lower case, `*` for an argument.
type Wording = Vec<String>;

/// Wordings with their rows, by their first words.
type Wordings = HashMap<Vec<u8>, Vec<(Wording, u16)>>;

static WORDINGS: LazyLock<Wordings> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/phrases.toml");
    let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let mut rows: Vec<&toml::Value> = table["phrase"].as_array().unwrap().iter().collect();
    rows.sort_by_key(|row| row.get("generic").is_some_and(|generic| generic.as_bool().unwrap()));
    let mut wordings = Wordings::new();
    for (row, entry) in rows.iter().enumerate() {
        for wording in entry["words"].as_array().unwrap().iter().flat_map(|wording| expand(wording.as_str().unwrap())) {
            let words: Wording = spaced(&wording).split_whitespace().map(str::to_owned).collect();
            let (first, rest) = words[0].split_at(words[0].chars().next().unwrap().len_utf8());
            for first in [words[0].clone(), first.to_uppercase() + rest] {
                let wordings = wordings.entry(fold(&first)).or_default();
                if !wordings.iter().any(|(other, of)| (other, *of) == (&words, row as u16)) {
                    wordings.push((words.clone(), row as u16));
                }
            }
        }
    }
    wordings
});

fn expand(wording: &str) -> Vec<String> {
    let Some((before, rest)) = wording.split_once('{') else { return vec![wording.to_owned()] };
    let (choices, after) = rest.split_once('}').unwrap();
    let afters = expand(after);
    choices.split(',').flat_map(|choice| afters.iter().map(move |after| format!("{before}{choice}{after}"))).collect()
}

/// Each character of a script without spaces is a word of its own.
fn is_single(letter: char) -> bool {
    ('\u{3000}'..='\u{d7ff}').contains(&letter)
}

fn spaced(wording: &str) -> String {
    wording.chars().map(|letter| if is_single(letter) { format!(" {letter} ") } else { letter.to_string() }).collect()
}

/// Upper case is one bit.
fn fold(word: &str) -> Vec<u8> {
    word.bytes().map(|byte| byte | 0x20).collect()
}

/// The words of a text, and where they start and end.
fn words_of(text: &str) -> Vec<(usize, usize)> {
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut before = None;
    let mut goes_on = false;
    for (start, letter) in text.char_indices() {
        let end = start + letter.len_utf8();
        let is_letter = match letter {
            '\0'..='\x7f' => letter.is_ascii_alphanumeric() && before != Some('\\'),
            '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{2fff}' => false,
            _ => true,
        };
        match words.last_mut().filter(|_| goes_on && is_letter && !is_single(letter)) {
            Some(word) => word.1 = end,
            None if is_letter => words.push((start, end)),
            None => {}
        }
        goes_on = is_letter && !is_single(letter);
        before = Some(letter);
    }
    words
}

/// The end of the argument after this place.
fn argument_end(text: &str, at: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[at..];
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    let start = bytes.iter().take(24).take_while(|byte| is_space(byte) || b":,=-".contains(byte)).count();
    let bytes = &bytes[start..];
    let pairs = [(b'<', b'>'), (b'(', b')'), (b'[', b']'), (b'"', b'"'), (b'\'', b'\''), (b'`', b'`')];
    let closing = pairs.iter().find(|(opening, _)| bytes.first() == Some(opening)).map(|(_, closing)| closing);
    let closed = closing.and_then(|closing| bytes.iter().take(128).skip(1).position(|byte| byte == closing));
    let length = closed.map(|length| length + 2);
    let length = length.unwrap_or_else(|| bytes.iter().take(128).take_while(|byte| !is_space(byte)).count());
    let is_said = bytes[..length].iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    is_said.then_some(at + start + length)
}

/// A text, and the same with [`CODE`] for the codes that its lines begin with.
#[derive(Debug, Default)]
struct Text {
    text: String,
    blank: String,
}

const CODE: char = '\0';

impl Text {
    fn push(&mut self, text: &str) {
        self.text += text;
        // The codes in the separators below.
        let is_code = text.starts_with(['\r', '\n']) && text.contains(|letter: char| letter.is_ascii_digit());
        let blank = |letter: char| if is_code && !matches!(letter, '\r' | '\n') { CODE } else { letter };
        self.blank.extend(text.chars().map(blank));
    }

    /// Whether a wording may go on from one place to the other: at most one code is between them.
    fn is_separator(&self, start: usize, end: usize) -> bool {
        let ends_sentence = |place: usize| {
            let (sign, after) =
                self.text[place..].split_at(self.text[place..].chars().next().map_or(0, char::len_utf8));
            [".", "!", "?"].contains(&sign) && after.starts_with([' ', '\t', '\r', '\n'])
        };
        let is_short = |start: usize, end: usize| {
            self.text[start..end].char_indices().all(|(place, _)| place < 24 && !ends_sentence(start + place))
        };
        // The rest of a code that was taken for an argument is no code.
        let rest = if self.blank[..start].ends_with(CODE) { &self.blank[start..end] } else { "" };
        let rest = start + rest.len() - rest.trim_start_matches(CODE).len();
        if self.text[start..rest].contains(|letter: char| letter.is_ascii_digit()) {
            return false;
        }
        let Some(code) = self.blank[rest..end].find(CODE).map(|place| rest + place) else {
            return is_short(start, end);
        };
        let after = end - self.blank[code..end].trim_start_matches(CODE).len();
        is_short(start, code) && is_short(after, end) && !self.blank[after..end].contains(CODE)
    }

    /// The ends of what goes on with these words after this place.
    fn ends(&self, words: &[(usize, usize)], wording: &[String], at: usize) -> Vec<usize> {
        let Some((first, rest)) = wording.split_first() else { return vec![at] };
        if first == "*" {
            let mut ends = self.ends(words, rest, at);
            ends.extend(argument_end(&self.text, at).into_iter().flat_map(|at| self.ends(words, rest, at)));
            return ends;
        }
        match words.iter().find(|(start, _)| *start >= at) {
            Some((start, end)) if fold(&self.text[*start..*end]) == fold(first) && self.is_separator(at, *start) => {
                self.ends(words, rest, *end)
            }
            _ => Vec::new(),
        }
    }

    /// Every match that does not lie in one of another row, or in a longer one.
    fn matches(&self) -> Vec<Match> {
        let words = words_of(&self.blank);
        let mut matches = Vec::new();
        for (start, end) in &words {
            for (wording, row) in WORDINGS.get(&fold(&self.text[*start..*end])).into_iter().flatten() {
                matches.extend(self.ends(&words, &wording[1..], *end).into_iter().map(|end| (*row, *start, end)));
            }
        }
        matches.sort();
        matches.dedup();
        let covers = |(row, start, end): &Match, other: &Match| {
            let is_longer = end - start > other.2 - other.1;
            (*row, *start, *end) != *other && *start <= other.1 && other.2 <= *end && (is_longer || *row <= other.0)
        };
        matches.iter().filter(|inner| !matches.iter().any(|outer| covers(outer, inner))).copied().collect()
    }
}

fn found(text: &str) -> Vec<Match> {
    let matches = words::find(text.as_bytes());
    let mut found: Vec<Match> = matches.iter().map(|one| (one.phrase, one.start.into(), one.end.into())).collect();
    found.sort();
    found
}

#[rustfmt::skip]
const SEPARATORS: &[&str] = &[
    " ", " ", " ", "  ", "\t", "\r\n", "\n", "-", "_", " - ", ": ", ", ", "=", "/", "\" ", " '", " (", ") ", " <", "> ", ". ", "! ", ".", "",
    "\u{a0}", " \u{201c}", "\u{2014}", "\\n", "\\r\\n", "\\", "\r\n550-", "\r\n550 5.1.1 ", "\n450 ", "                          ",
];

#[rustfmt::skip]
const ARGUMENTS: &[&str] = &[
    "<ada@example.com>", "ada@mail.example.com", "\"some user\"", "[192.0.2.1]", "(the mailbox full)", "'x", "ada", "user", "é", "漢字",
    "\\u00e9", "*", "x-1.y_2", "<a b", "5.1.1",
];

/// A part of a wording: which, how many words from which on, whether in upper case, what separates them, and what comes after.
fn part() -> impl Strategy<Value = (usize, usize, usize, bool, &'static str, &'static str, &'static str)> {
    let separator = || prop::sample::select(SEPARATORS);
    let whole = prop_oneof![Just((0, 99)), (0..4usize, 1..4usize)];
    (any::<usize>(), whole, any::<bool>(), separator(), separator(), prop::sample::select(ARGUMENTS)).prop_map(
        |(wording, (from, count), upper, within, after, argument)| {
            (wording, from, count, upper, within, after, argument)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn finds_what_a_slow_search_finds(filler in 0..140usize, parts in prop::collection::vec(part(), 1..5)) {
        static ALL: LazyLock<Vec<&Wording>> = LazyLock::new(|| {
            let mut all: Vec<&Wording> = WORDINGS.values().flatten().map(|(wording, _)| wording).collect();
            // What looks like a code at the start of a line is one.
            all.retain(|wording| !wording.iter().any(|word| word.len() == 3 && word.starts_with(|digit: char| digit.is_ascii_digit())));
            all.sort();
            all
        });
        let mut text = Text::default();
        text.push(&"x".repeat(filler));
        text.push(" ");
        for (wording, from, count, upper, within, after, argument) in parts {
            for word in ALL[wording % ALL.len()].iter().skip(from).take(count) {
                let word = if word == "*" { argument } else { word };
                text.push(&if upper { word.to_ascii_uppercase() } else { word.to_owned() });
                text.push(within);
            }
            text.push(after);
        }
        let expected = text.matches();
        // If there are more, the search leaves some out.
        prop_assume!(expected.len() <= 6);
        let found = found(&text.text);
        // Rarely, the search takes one word for another: one such text is no mistake yet.
        static MISTAKEN: AtomicUsize = AtomicUsize::new(0);
        if found != expected && MISTAKEN.fetch_add(1, Ordering::Relaxed) > 0 {
            prop_assert_eq!(found, expected, "{:?}", text.text);
        }
    }
}
