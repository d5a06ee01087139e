//! Compiles the wordings of the phrases into the tables that `src/words.rs` searches by: a minimal automaton over words, and
//! the bits that say where it is worth following.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use crate::hash::{ARGUMENT, END, bit, first, hash, slot, tag, two};

/// One part of a wording.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// `*`: at most one argument.
    Argument,
    Word(String),
}

/// The parts of a wording without choices.
pub fn parts(wording: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for word in wording.split(' ') {
        if word == "*" {
            parts.push(Part::Argument);
            continue;
        }
        let mut letters = String::new();
        for letter in word.chars() {
            // Scripts without spaces: each character is a word.
            if ('\u{3000}'..='\u{d7ff}').contains(&letter) {
                parts.extend((!letters.is_empty()).then(|| Part::Word(std::mem::take(&mut letters))));
                parts.push(Part::Word(letter.to_string()));
            } else {
                letters.push(letter);
            }
        }
        parts.extend((!letters.is_empty()).then_some(Part::Word(letters)));
    }
    parts
}

/// Every wording that one with choices comes to: `{user,mailbox} unknown`. A choice may be empty.
pub fn expand(wording: &str) -> Vec<String> {
    let single_spaces = |wording: String| wording.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((before, rest)) = wording.split_once('{') else { return vec![single_spaces(wording.to_owned())] };
    let (choices, after) = rest.split_once('}').unwrap_or((rest, ""));
    let afters = expand(after);
    let space = if after.starts_with(' ') { " " } else { "" };
    let choices = choices.split(',');
    choices
        .flat_map(|choice| afters.iter().map(move |after| single_spaces(format!("{before}{choice}{space}{after}"))))
        .collect()
}

/// A wording and the place of its row in the table of phrases.
pub type Wording = (Vec<Part>, u16);

/// The source of the tables.
pub fn tables(wordings: &[Wording]) -> String {
    let variants: BTreeMap<Vec<Part>, u16> = wordings
        .iter()
        .rev()
        .flat_map(|(parts, row)| spellings(parts).into_iter().map(move |parts| (parts, *row)))
        .collect();
    let dictionary = Dictionary::new(&variants);
    let automaton = Automaton::new(&variants, &dictionary);
    let filter = Filter::new(&variants);

    let mut source = String::new();
    let mut array = |name: &str, of: &str, values: Vec<String>| {
        writeln!(source, "static {name}: [{of}; {}] = [{}];", values.len(), values.join(",")).unwrap();
    };
    for (name, set) in [("PAIRS", &filter.pairs), ("STARTS", &filter.starts)] {
        array(name, "u64", set.iter().map(|bits| bits.to_string()).collect());
    }
    array("BUCKETS", "u16", dictionary.buckets.iter().map(|number| number.to_string()).collect());
    array("TAGS", "u32", dictionary.hashes.iter().map(|hash| tag(*hash).to_string()).collect());
    array("FIRST", "u16", automaton.first.iter().map(|state| state.to_string()).collect());
    array("STATES", "u16", automaton.states.iter().map(|edge| edge.to_string()).collect());
    array("EDGES", "(u16, u16)", automaton.edges.iter().map(|edge| format!("{edge:?}")).collect());
    source
}

/// The same with the first letter in upper case, if that is more than one bit away.
fn spellings(parts: &[Part]) -> Vec<Vec<Part>> {
    let mut spellings = vec![parts.to_vec()];
    if let Some(Part::Word(word)) = parts.first() {
        let mut letters = word.chars();
        if let Some(first) = letters.next().filter(|first| !first.is_ascii()) {
            let upper: String = first.to_uppercase().chain(letters).collect();
            if !is_same(&upper, word) {
                let mut capital = parts.to_vec();
                capital[0] = Part::Word(upper);
                spellings.push(capital);
            }
        }
    }
    spellings
}

fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).all(|(one, other)| one | 0x20 == other | 0x20)
}

/// The hash of a word as the search computes it.
fn hash_of(word: &str) -> u64 {
    let eight = |bytes: &[u8]| {
        let mut eight = [0; 8];
        eight.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        u64::from_le_bytes(eight)
    };
    let length = word.len();
    let last = eight(&word.as_bytes()[length.saturating_sub(8)..]);
    hash(first(eight(word.as_bytes()), length), last, length)
}

/// A power of two, for a table of so many entries.
fn table_size(entries: usize) -> usize {
    entries.next_power_of_two().max(8)
}

/// Every word that occurs in wordings, with its number. Numbers are in the order of the buckets that the hash leads to.
struct Dictionary {
    numbers: HashMap<u64, u16>,
    /// The first number in each bucket.
    buckets: Vec<u16>,
    /// The hash of each word, by its number.
    hashes: Vec<u64>,
}

impl Dictionary {
    fn new(wordings: &BTreeMap<Vec<Part>, u16>) -> Dictionary {
        let words: BTreeSet<&String> = wordings
            .keys()
            .flatten()
            .filter_map(|part| match part {
                Part::Word(word) => Some(word),
                Part::Argument => None,
            })
            .collect();
        // Words that the search cannot tell apart, such as `é` and `É`, are one word to it.
        let hashes: BTreeSet<u64> = words.iter().map(|word| hash_of(word)).collect();
        let size = table_size(hashes.len() / 2);
        let mut sorted: Vec<(usize, u64)> = hashes.iter().map(|hash| (slot(*hash, size), *hash)).collect();
        sorted.sort();
        let mut dictionary =
            Dictionary { numbers: HashMap::new(), buckets: Vec::new(), hashes: vec![0; usize::from(ARGUMENT) + 1] };
        for (bucket, hash) in sorted {
            let number = dictionary.hashes.len() as u16;
            while dictionary.buckets.len() <= bucket {
                dictionary.buckets.push(number);
            }
            dictionary.numbers.insert(hash, number);
            dictionary.hashes.push(hash);
        }
        dictionary.buckets.resize(size + 1, dictionary.hashes.len() as u16);
        dictionary
    }
}

/// The smallest automaton that accepts the wordings and nothing else.
struct Automaton {
    /// The state after each word that begins a wording, by the number of the word; 0 if none begins with it.
    first: Vec<u16>,
    /// Where the edges of each state start.
    states: Vec<u16>,
    /// Word and next state, or [`END`] and row, in the order of the words.
    edges: Vec<(u16, u16)>,
}

#[derive(Default)]
struct Node {
    row: Option<u16>,
    next: BTreeMap<u16, Node>,
}

impl Automaton {
    fn new(wordings: &BTreeMap<Vec<Part>, u16>, dictionary: &Dictionary) -> Automaton {
        let mut root = Node::default();
        for (parts, row) in wordings {
            let mut node = &mut root;
            for part in parts {
                let number = match part {
                    Part::Argument => ARGUMENT,
                    Part::Word(word) => dictionary.numbers[&hash_of(word)],
                };
                node = node.next.entry(number).or_default();
            }
            node.row = Some(node.row.map_or(*row, |other| other.min(*row)));
        }
        // State 0 has no edges: nothing leads to it.
        let mut automaton =
            Automaton { first: vec![0; dictionary.hashes.len()], states: vec![0, 0], edges: Vec::new() };
        let mut known = HashMap::new();
        for (word, node) in &root.next {
            automaton.first[usize::from(*word)] = automaton.state(node, &mut known);
        }
        automaton
    }

    /// The state that does what the node does.
    fn state(&mut self, node: &Node, known: &mut HashMap<Vec<(u16, u16)>, u16>) -> u16 {
        // Rows are numbered from 1, since 0 is no state.
        let end = node.row.map(|row| (END, row + 1));
        let next = node.next.iter().map(|(word, node)| (*word, self.state(node, known)));
        let edges: Vec<(u16, u16)> = end.into_iter().chain(next.collect::<Vec<_>>()).collect();
        if let Some(state) = known.get(&edges) {
            return *state;
        }
        let state = (self.states.len() - 1) as u16;
        self.edges.extend(&edges);
        self.states.push(self.edges.len() as u16);
        known.insert(edges, state);
        state
    }
}

/// The sets that say where the automaton is worth following.
struct Filter {
    /// The first two words of wordings.
    pairs: Vec<u64>,
    /// The words that are a wording by themselves, or the start of one with an argument after them.
    starts: Vec<u64>,
}

impl Filter {
    fn new(wordings: &BTreeMap<Vec<Part>, u16>) -> Filter {
        let (mut pairs, mut starts) = (BTreeSet::new(), BTreeSet::new());
        for parts in wordings.keys() {
            match &parts[..] {
                [Part::Word(word)] => drop(starts.insert(hash_of(word))),
                [Part::Word(first), Part::Argument, Part::Word(second), ..] => {
                    starts.insert(hash_of(first));
                    // The argument may be missing.
                    pairs.insert(two(hash_of(first), hash_of(second)));
                }
                [Part::Word(first), Part::Word(second), ..] => drop(pairs.insert(two(hash_of(first), hash_of(second)))),
                _ => {}
            }
        }
        Filter { pairs: set(&pairs), starts: set(&starts) }
    }
}

/// A set of hashes in which hardly any other is found: one bit in sixteen or less is set.
fn set(hashes: &BTreeSet<u64>) -> Vec<u64> {
    let mut set = vec![0; table_size(hashes.len() / 4)];
    let length = set.len();
    hashes.iter().for_each(|hash| set[slot(*hash, length)] |= 1u64 << bit(*hash));
    set
}
