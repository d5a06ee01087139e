//! Compiles the wordings of the phrases into the tables that `src/words.rs` searches by: an automaton over words, whose edges
//! are found by perfect hashing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use crate::hash::{ROOT, STATE_BITS, first, hash, key, mark, place_of_edge, place_of_pilot, second_mark};

/// One part of a wording.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// `*`: at most one argument.
    Argument,
    Word(String),
    /// A word that stands for nothing: it only counts where a wording begins.
    Filler(String),
}

/// What the `t` of `isn't` is to the search.
pub const NEGATION: &str = "n't";

/// The words that stand for another, or for nothing.
#[derive(Debug, Default)]
pub struct Synonyms(BTreeMap<String, String>);

impl Synonyms {
    pub fn new(words: impl Iterator<Item = (String, String)>) -> Synonyms {
        Synonyms(words.collect())
    }

    /// The words that stand for each word.
    pub fn by_meaning(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut words: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        self.0.iter().for_each(|(word, other)| words.entry(other).or_default().push(word));
        words
    }

    /// What the word is to the search.
    fn part(&self, word: &str) -> Part {
        match self.0.get(word).map(String::as_str) {
            None => Part::Word(word.to_owned()),
            Some("") => Part::Filler(word.to_owned()),
            Some(other) => Part::Word(other.to_owned()),
        }
    }

    /// The parts of a wording without choices, after this word.
    fn parts<'a>(&self, wording: &'a str, mut before: &'a str) -> Vec<Part> {
        let mut parts = Vec::new();
        for word in wording.split_whitespace() {
            if word == "*" {
                parts.push(Part::Argument);
                continue;
            }
            let is_negation = word == "t" && before.ends_with('n');
            before = word;
            if is_negation {
                parts.push(self.part(NEGATION));
                continue;
            }
            let mut letters = String::new();
            for letter in word.chars() {
                // Scripts without spaces: each character is a word.
                if ('\u{3000}'..='\u{d7ff}').contains(&letter) {
                    parts.extend((!letters.is_empty()).then(|| self.part(&std::mem::take(&mut letters))));
                    parts.push(self.part(&letter.to_string()));
                } else {
                    letters.push(letter);
                }
            }
            parts.extend((!letters.is_empty()).then(|| self.part(&letters)));
        }
        parts
    }

    /// A wording one choice after the other, each with the parts that it leaves. A word without choices is a choice of one.
    pub fn choices(&self, wording: &str) -> Vec<Vec<Vec<Part>>> {
        let mut is_open = false;
        let between_choices = |letter: char| {
            is_open = letter == '{' || is_open && letter != '}';
            letter == ' ' && !is_open
        };
        let mut before = "";
        let choices = wording.split(between_choices);
        choices
            .map(|choice| {
                let parts = if choice.contains('{') {
                    expand(choice).iter().map(|one| self.parts(one, before)).collect()
                } else {
                    vec![self.parts(choice, before)]
                };
                before = choice;
                parts
            })
            .collect()
    }
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

/// The parts of every wording that these choices come to.
pub fn variants<'a>(choices: &'a [Vec<Vec<Part>>]) -> Vec<Vec<&'a Part>> {
    let mut variants: Vec<Vec<&'a Part>> = vec![Vec::new()];
    for choice in choices {
        let longer = |before: &Vec<&'a Part>| {
            let add = |mut variant: Vec<&'a Part>, part: &'a Part| {
                if variant.is_empty() || !matches!(part, Part::Filler(_)) {
                    variant.push(part);
                }
                variant
            };
            choice.iter().map(|parts| parts.iter().fold(before.clone(), add)).collect::<Vec<_>>()
        };
        variants = variants.iter().flat_map(longer).collect();
    }
    variants
}

/// What a part is to the search: the hash of a word, or that of no word for an argument.
fn hash_of(part: &Part) -> u64 {
    match part {
        Part::Argument => ARGUMENT,
        Part::Word(word) | Part::Filler(word) => hash_of_word(word),
    }
}

const ARGUMENT: u64 = 0;

fn hash_of_word(word: &str) -> u64 {
    let eight = |bytes: &[u8]| {
        let mut eight = [0; 8];
        let length = bytes.len().min(8);
        eight[..length].copy_from_slice(&bytes[..length]);
        u64::from_le_bytes(eight)
    };
    let length = word.len();
    let last = eight(&word.as_bytes()[length.saturating_sub(8)..]);
    hash(first(eight(word.as_bytes()), length), last, length)
}

/// Wordings as a tree over the hashes of their parts. Node 0 is its root.
pub struct Tree {
    nodes: Vec<Node>,
    /// The words that wordings begin with.
    first: BTreeSet<String>,
}

#[derive(Default)]
struct Node {
    row: Option<u16>,
    next: BTreeMap<u64, usize>,
}

impl Default for Tree {
    fn default() -> Tree {
        Tree { nodes: vec![Node::default()], first: BTreeSet::new() }
    }
}

impl Tree {
    /// The nodes where a wording ends, one for each way to choose, if it has only the parts that the condition holds for.
    pub fn insert(&mut self, choices: &[Vec<Vec<Part>>], condition: fn(&Part) -> bool) -> BTreeSet<usize> {
        let mut ends = BTreeSet::from([0]);
        for choice in choices {
            let starts = std::mem::take(&mut ends);
            if starts.contains(&0) {
                let first = choice.iter().filter_map(|parts| match parts.first() {
                    Some(Part::Word(word) | Part::Filler(word)) => Some(word.clone()),
                    _ => None,
                });
                self.first.extend(first);
            }
            for parts in choice {
                let hashes: Vec<(u64, bool)> = parts
                    .iter()
                    .filter(|part| condition(part))
                    .map(|part| (hash_of(part), matches!(part, Part::Filler(_))))
                    .collect();
                for start in &starts {
                    // A filler counts only where a wording begins.
                    let next = |node, (hash, is_filler): &(u64, bool)| {
                        if *is_filler && node != 0 { node } else { self.next(node, *hash) }
                    };
                    ends.insert(hashes.iter().fold(*start, next));
                }
            }
        }
        ends
    }

    fn next(&mut self, node: usize, hash: u64) -> usize {
        let new = self.nodes.len();
        let next = *self.nodes[node].next.entry(hash).or_insert(new);
        if next == new {
            self.nodes.push(Node::default());
        }
        next
    }

    /// The number of the row or name whose wording ends at a node.
    pub fn row(&mut self, node: usize) -> &mut Option<u16> {
        &mut self.nodes[node].row
    }

    /// The source of the tables.
    pub fn source(mut self, synonyms: &Synonyms) -> String {
        for word in std::mem::take(&mut self.first) {
            if let Some(capital) = capital(&word) {
                let node = self.nodes[0].next[&hash_of_word(&word)];
                self.nodes[0].next.insert(hash_of_word(&capital), node);
            }
        }
        Automaton::new(&self).source(synonyms)
    }
}

/// The same word with the first letter in upper case, if that is more than one bit away.
fn capital(word: &str) -> Option<String> {
    let mut letters = word.chars();
    let first = letters.next().filter(|first| !first.is_ascii())?;
    let capital: String = first.to_uppercase().chain(letters).collect();
    let is_same =
        capital.len() == word.len() && capital.bytes().zip(word.bytes()).all(|(one, other)| one | 0x20 == other | 0x20);
    (!is_same).then_some(capital)
}

/// A state of the automaton: what has been matched when it is reached, and what may follow.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct State {
    /// The row of the wording that ends here.
    row: Option<u16>,
    /// The state after an argument.
    argument: Option<usize>,
    /// The hashes of words in their order, and where each leads.
    words: Vec<(u64, usize)>,
}

/// The smallest automaton that accepts the wordings and nothing else.
struct Automaton {
    /// State 0 leads nowhere. A state comes after those that it leads to.
    states: Vec<State>,
    /// The words that wordings begin with, and the state after each.
    first: Vec<(u64, usize)>,
}

impl Automaton {
    fn new(tree: &Tree) -> Automaton {
        let mut automaton = Automaton { states: vec![State::default()], first: Vec::new() };
        let mut known = HashMap::new();
        for (word, node) in &tree.nodes[0].next {
            let state = automaton.state(tree, *node, &mut known);
            automaton.first.push((*word, state));
        }
        automaton
    }

    /// The state that does what the node does.
    fn state(&mut self, tree: &Tree, node: usize, known: &mut HashMap<State, usize>) -> usize {
        let Node { row, next } = &tree.nodes[node];
        let mut state = State { row: *row, argument: None, words: Vec::new() };
        for (word, node) in next {
            let next = self.state(tree, *node, known);
            match *word {
                ARGUMENT => state.argument = Some(next),
                word => state.words.push((word, next)),
            }
        }
        *known.entry(state).or_insert_with_key(|state| {
            self.states.push(state.clone());
            self.states.len() - 1
        })
    }

    /// The tables as `src/words.rs` reads them.
    fn source(&self, synonyms: &Synonyms) -> String {
        let similar = self.similar();
        // The groups of states that have a row, an argument, or a similar state follow each other.
        let group = |state: &usize| match (&self.states[*state], similar[*state].is_some()) {
            _ if *state == 0 => 0,
            (State { row: Some(_), argument: None, words }, false) if words.is_empty() => 1,
            (State { row: Some(_), argument: None, .. }, false) => 2,
            (State { row: Some(_), argument: None, .. }, true) => 3,
            (State { row: Some(_), argument: Some(_), .. }, true) => 4,
            (State { row: Some(_), argument: Some(_), .. }, false) => 5,
            (State { row: None, argument: Some(_), .. }, false) => 6,
            (State { row: None, argument: Some(_), .. }, true) => 7,
            (State { row: None, argument: None, .. }, true) => 8,
            (State { row: None, argument: None, .. }, false) => 9,
        };
        let mut order: Vec<usize> = (0..self.states.len()).collect();
        order.sort_by_key(|state| (group(state), *state));
        let mut numbers = vec![0; order.len()];
        (0..).zip(&order).for_each(|(number, state)| numbers[*state] = number);
        let begin = |first: usize| order.partition_point(|state| group(state) < first);

        // The words that wordings begin with, and those that stand for others: these lead to a meaning, after all states.
        let mut first: BTreeMap<u64, u16> = self.first.iter().map(|(hash, state)| (*hash, numbers[*state])).collect();
        let mut meanings = Vec::new();
        for (meaning, words) in synonyms.by_meaning() {
            let of = hash_of_word(meaning);
            for word in words.iter().map(|word| hash_of_word(word)) {
                let is_filler = meaning.is_empty();
                let hash = if is_filler { word } else { of };
                let state = first.get(&hash).copied().unwrap_or(0);
                let meaning = format!(
                    "Meaning {{ hash: {}, first: {state}, is_filler: {is_filler} }}",
                    if is_filler { 0 } else { hash }
                );
                first.insert(word, (order.len() + place(&mut meanings, meaning)) as u16);
            }
        }
        assert!(order.len() + meanings.len() <= 1 << STATE_BITS, "an edge has no room for so many states");
        let mut edges: Vec<(u64, u16)> = first.into_iter().map(|(hash, target)| (key(ROOT, hash), target)).collect();
        for (state, State { words, .. }) in self.states.iter().enumerate() {
            let words = similar[state].map_or(words.clone(), |other| difference(words, &self.states[other].words));
            edges.extend(words.iter().map(|(hash, target)| (key(numbers[state], *hash), numbers[*target])));
        }
        // What synonyms stand for, fillers first.
        let (pilots, edges) = perfect_hash(&edges);
        let second_marks = edges.chunks(2).map(|pair| {
            let of = |place: usize| pair.get(place).copied().flatten().map_or(0, |(key, _)| second_mark(key));
            u32::from(of(0) | of(1) << 4)
        });
        let marked = edges.iter().map(|edge| edge.map_or(0, |(key, target)| mark(key) | u32::from(target)));

        let mut source = String::new();
        let mut array = |name: &str, of: &str, values: &mut dyn Iterator<Item = u32>| {
            let values: Vec<String> = values.map(|value| value.to_string()).collect();
            writeln!(source, "static {name}: [{of}; {}] = [{}];", values.len(), values.join(",")).unwrap();
        };
        let states = |first: usize, end: usize| order[begin(first)..begin(end)].iter();
        let number = |state: Option<usize>| state.map_or(0, |state| u32::from(numbers[state]));
        array("EDGES", "u32", &mut marked.into_iter());
        array("SECOND_MARKS", "u8", &mut second_marks.into_iter());
        array("PILOTS", "u16", &mut pilots.into_iter().map(u32::from));
        array("ROWS", "u16", &mut states(0, 6).map(|state| u32::from(self.states[*state].row.unwrap_or(u16::MAX))));
        array("ARGUMENTS", "u16", &mut states(4, 8).map(|state| number(self.states[*state].argument)));
        array("OTHERWISE", "u16", &mut states(3, 9).map(|state| number(similar[*state])));
        writeln!(source, "static MEANINGS: [Meaning; {}] = [{}];", meanings.len(), meanings.join(", ")).unwrap();
        writeln!(source, "const FIRST_MEANING: usize = {};", order.len()).unwrap();
        for (name, first) in [("FIRST_THAT_GOES_ON", 2), ("FIRST_OTHERWISE", 3), ("FIRST_ARGUMENT", 4)] {
            writeln!(source, "const {name}: u16 = {};", begin(first)).unwrap();
        }
        source
    }

    /// For each state one that leads most words to the same states, so that only the others have to be stored.
    fn similar(&self) -> Vec<Option<usize>> {
        /// An edge that more states have says little about how similar they are.
        const COMMON: usize = 50;
        /// How many similar states are looked at closely.
        const CLOSEST: usize = 12;
        /// How many states the search may have to look through for a word.
        const FARTHEST: usize = 2;

        let mut sharing: HashMap<(u64, usize), Vec<usize>> = HashMap::new();
        for (number, state) in self.states.iter().enumerate() {
            state.words.iter().for_each(|edge| sharing.entry(*edge).or_default().push(number));
        }
        let mut shared = vec![0; self.states.len()];
        let mut savings = Vec::new();
        for (number, state) in self.states.iter().enumerate().filter(|(_, state)| state.words.len() > 1) {
            let mut others = Vec::new();
            for edge in &state.words {
                for other in sharing[edge].iter().filter(|others| sharing[edge].len() <= COMMON && **others != number) {
                    if shared[*other] == 0 {
                        others.push(*other);
                    }
                    shared[*other] += 1;
                }
            }
            let unlike = |other: &usize| self.states[*other].words.len() as isize - 2 * shared[*other];
            others.sort_by_key(unlike);
            for other in others.iter().take(CLOSEST) {
                let different = difference(&state.words, &self.states[*other].words);
                // A similar state takes up half as much space as an edge.
                let saved = state.words.len() as isize - different.len() as isize;
                if saved > 0 {
                    savings.push((saved, number, *other));
                }
            }
            others.iter().for_each(|other| shared[*other] = 0);
        }
        savings.sort_by_key(|(saved, ..)| -saved);
        let mut similar: Vec<Option<usize>> = vec![None; self.states.len()];
        // How many states lead to each through others that are similar.
        let mut height = vec![0; self.states.len()];
        for (_, state, other) in savings {
            let chain: Vec<usize> = std::iter::successors(Some(other), |other| similar[*other]).collect();
            if similar[state].is_none() && !chain.contains(&state) && height[state] + chain.len() <= FARTHEST {
                similar[state] = Some(other);
                for (above, state) in chain.iter().enumerate() {
                    height[*state] = height[*state].max(above + 1);
                }
            }
        }
        similar
    }
}

/// What a state leads to that a similar one does not; what only the other leads to leads nowhere.
fn difference(words: &[(u64, usize)], other: &[(u64, usize)]) -> Vec<(u64, usize)> {
    let mut difference: Vec<(u64, usize)> =
        words.iter().filter(|edge| other.binary_search(edge).is_err()).copied().collect();
    let is_missing = |word: &u64| words.binary_search_by_key(word, |(word, _)| *word).is_err();
    difference.extend(other.iter().filter(|(word, _)| is_missing(word)).map(|(word, _)| (*word, 0)));
    difference
}

/// Pilots that lead each key to a place of its own, and the edges at their places.
fn perfect_hash(edges: &[(u64, u16)]) -> (Vec<u16>, Vec<Option<(u64, u16)>>) {
    /// How many edges share a pilot.
    const SHARING: usize = 5;

    let mut pilots = vec![0; edges.len().div_ceil(SHARING)];
    let mut sharing = vec![Vec::new(); pilots.len()];
    edges.iter().for_each(|edge| sharing[place_of_pilot(edge.0, pilots.len())].push(*edge));
    let mut order: Vec<usize> = (0..pilots.len()).collect();
    order.sort_by_key(|pilot| std::cmp::Reverse(sharing[*pilot].len()));
    // If some places stay free, pilots are found even for the last edges.
    let mut placed = vec![None; edges.len() + edges.len() / 32 + 16];
    let mut places = Vec::new();
    for pilot in order {
        let edges = &sharing[pilot];
        let leads_to_free_places = |pilot: &u16| {
            places.clear();
            edges.iter().all(|(key, _)| {
                let place = place_of_edge(*key, *pilot, placed.len());
                let is_free = placed[place].is_none() && !places.contains(&place);
                places.push(place);
                is_free
            })
        };
        pilots[pilot] = (0..=u16::MAX).find(leads_to_free_places).expect("some places are free");
        for (place, edge) in places.iter().zip(edges) {
            placed[*place] = Some(*edge);
        }
    }
    (pilots, placed)
}

/// The place of some source among that of which there is some so far.
pub fn place(lists: &mut Vec<String>, list: String) -> usize {
    lists.iter().position(|other| *other == list).unwrap_or_else(|| {
        lists.push(list);
        lists.len() - 1
    })
}
