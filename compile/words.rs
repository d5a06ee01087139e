//! Compiles the wordings of the phrases into the tables that `src/words.rs` searches by: an automaton over words, and the
//! bits that say where it is worth following.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use crate::hash::{ARGUMENT, COUNT, END, LAST, LAST_OF_TARGET, OTHERWISE, WORDS};
use crate::hash::{across, bits, first, hash, part, place, slot, tag, two};

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
    for word in wording.split_whitespace() {
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

/// A wording one choice after the other, each with the parts that it leaves. A word without choices is a choice of one.
pub fn choices(wording: &str) -> Vec<Vec<Vec<Part>>> {
    let mut is_open = false;
    let between_choices = |letter: char| {
        is_open = letter == '{' || is_open && letter != '}';
        letter == ' ' && !is_open
    };
    wording.split(between_choices).map(|choice| expand(choice).iter().map(|one| parts(one)).collect()).collect()
}

/// The parts of every wording that these choices come to.
pub fn variants<'a>(choices: &'a [Vec<Vec<Part>>]) -> Vec<Vec<&'a Part>> {
    let mut variants: Vec<Vec<&'a Part>> = vec![Vec::new()];
    for choice in choices {
        let longer = |before: &Vec<&'a Part>| {
            choice.iter().map(|parts| before.iter().copied().chain(parts).collect()).collect::<Vec<_>>()
        };
        variants = variants.iter().flat_map(longer).collect();
    }
    variants
}

/// Wordings as a tree over the numbers of their words. Node 0 is its root.
pub struct Tree {
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    row: Option<u16>,
    next: BTreeMap<u16, usize>,
}

impl Tree {
    pub fn new() -> Tree {
        Tree { nodes: vec![Node::default()] }
    }

    /// The nodes where a wording ends, one for each way to choose.
    pub fn insert(&mut self, choices: &[Vec<Vec<u16>>]) -> BTreeSet<usize> {
        let mut ends = BTreeSet::from([0]);
        for choice in choices {
            let starts = std::mem::take(&mut ends);
            for start in starts {
                ends.extend(choice.iter().map(|words| words.iter().fold(start, |node, word| self.next(node, *word))));
            }
        }
        ends
    }

    fn next(&mut self, node: usize, word: u16) -> usize {
        let new = self.nodes.len();
        let next = *self.nodes[node].next.entry(word).or_insert(new);
        if next == new {
            self.nodes.push(Node::default());
        }
        next
    }
}

/// A wording, one choice after the other, and the number of its row or name.
pub type Wording = (Vec<Vec<Vec<Part>>>, u16);

/// The source of the tables. If several wordings are the same, the first of them counts.
pub fn tables(wordings: &[Wording]) -> String {
    let dictionary = Dictionary::new(wordings);
    let mut tree = Tree::new();
    for (choices, row) in wordings {
        let numbers = dictionary.numbers(choices);
        for node in tree.insert(&numbers) {
            tree.nodes[node].row.get_or_insert(*row);
        }
    }
    for (word, capital) in &dictionary.capitals {
        let node = tree.nodes[0].next[word];
        tree.nodes[0].next.insert(*capital, node);
    }
    let pairs = pairs(&tree, &dictionary);
    let (automaton, first) = Automaton::new(&tree).lay_out();

    let mut source = String::new();
    let mut array = |name: &str, of: &str, values: &mut dyn Iterator<Item = u64>| {
        let values: Vec<String> = values.map(|value| value.to_string()).collect();
        writeln!(source, "static {name}: [{of}; {}] = [{}];", values.len(), values.join(",")).unwrap();
    };
    array("PAIRS", "u64", &mut pairs.into_iter());
    array(
        "TAGS",
        "u16",
        &mut dictionary.hashes.iter().chain(&[0; 7]).map(|hash| u64::from(tag(*hash, dictionary.seed))),
    );
    array("FIRST", "u16", &mut first.into_iter().map(u64::from));
    array("AUTOMATON", "u16", &mut automaton.into_iter().map(u64::from));
    writeln!(source, "static BUCKETS: [(u16, u16); {}] = {:?};", dictionary.buckets.len(), dictionary.buckets).unwrap();
    writeln!(source, "const SEED: u64 = {};", dictionary.seed).unwrap();
    source
}

/// The words that a wording may begin with.
fn first_words(choices: &[Vec<Vec<Part>>]) -> impl Iterator<Item = &str> {
    let may_be_missing = |choice: &Vec<Vec<Part>>| choice.iter().any(Vec::is_empty);
    let count = choices.iter().take_while(|choice| may_be_missing(choice)).count();
    choices.iter().take(count + 1).flatten().filter_map(|parts| match parts.first() {
        Some(Part::Word(word)) => Some(word.as_str()),
        _ => None,
    })
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

/// Every word that occurs in wordings, with its number. Numbers are in the order of the buckets that the hash leads to; in
/// each bucket, the words that wordings begin with come first.
struct Dictionary {
    numbers: HashMap<u64, u16>,
    /// The first number in each bucket, and how many words that wordings begin with are in the buckets before.
    buckets: Vec<(u16, u16)>,
    /// The hash of each word, by its number.
    hashes: Vec<u64>,
    /// The number of a word that begins wordings, and that of the same word with its first letter in upper case, if that
    /// is more than one bit away.
    capitals: Vec<(u16, u16)>,
    /// What makes the tags of the words in each bucket differ.
    seed: u64,
}

impl Dictionary {
    fn new(wordings: &[Wording]) -> Dictionary {
        let parts = wordings.iter().flat_map(|(choices, _)| choices).flatten().flatten();
        let words = parts.filter_map(|part| match part {
            Part::Word(word) => Some(word.as_str()),
            Part::Argument => None,
        });
        let first: BTreeSet<&str> = wordings.iter().flat_map(|(choices, _)| first_words(choices)).collect();
        let capitals: Vec<(&str, String)> = first.iter().filter_map(|word| Some((*word, capital(word)?))).collect();
        // Words that the search cannot tell apart, such as `é` and `É`, are one word to it.
        let first: BTreeSet<u64> =
            first.iter().copied().chain(capitals.iter().map(|(_, capital)| capital.as_str())).map(hash_of).collect();
        let hashes: BTreeSet<u64> =
            words.collect::<BTreeSet<_>>().into_iter().map(hash_of).chain(first.iter().copied()).collect();

        let size = hashes.len().div_ceil(6);
        let mut sorted: Vec<_> = hashes.iter().map(|hash| (slot(*hash, size), !first.contains(hash), *hash)).collect();
        sorted.sort_unstable();
        let tells_apart = |seed: &u64| {
            let tags: BTreeSet<_> = sorted.iter().map(|(bucket, _, hash)| (bucket, tag(*hash, *seed))).collect();
            tags.len() == sorted.len()
        };
        let seed = (1..).step_by(2).map(|odd: u64| odd.wrapping_mul(0xd6e8_feb8_6659_fd93)).find(tells_apart).unwrap();

        let mut dictionary = Dictionary {
            numbers: HashMap::new(),
            buckets: Vec::new(),
            hashes: vec![0; usize::from(WORDS)],
            capitals: Vec::new(),
            seed,
        };
        let mut first_before = 0;
        for (bucket, is_other, hash) in sorted {
            let number = dictionary.hashes.len() as u16;
            while dictionary.buckets.len() <= bucket {
                dictionary.buckets.push((number, first_before));
            }
            first_before += u16::from(!is_other);
            dictionary.numbers.insert(hash, number);
            dictionary.hashes.push(hash);
        }
        dictionary.buckets.resize(size + 1, (dictionary.hashes.len() as u16, first_before));
        let number = |word: &str| dictionary.numbers[&hash_of(word)];
        dictionary.capitals = capitals.iter().map(|(word, capital)| (number(word), number(capital))).collect();
        dictionary
    }

    fn numbers(&self, choices: &[Vec<Vec<Part>>]) -> Vec<Vec<Vec<u16>>> {
        let number = |part: &Part| match part {
            Part::Argument => ARGUMENT,
            Part::Word(word) => self.numbers[&hash_of(word)],
        };
        let numbers = |choice: &Vec<Vec<Part>>| choice.iter().map(|parts| parts.iter().map(number).collect()).collect();
        choices.iter().map(numbers).collect()
    }
}

/// A state of the automaton: what has been matched when it is reached, and what may follow.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct State {
    /// The row of the wording that ends here.
    row: Option<u16>,
    /// The state after an argument.
    argument: Option<usize>,
    /// Words in the order of their numbers, and where each leads.
    words: Vec<(u16, usize)>,
}

/// The smallest automaton that accepts the wordings and nothing else.
struct Automaton {
    /// State 0 leads nowhere. A state comes after those that it leads to.
    states: Vec<State>,
    /// The words that wordings begin with, in the order of their numbers, and the state after each.
    first: Vec<(u16, usize)>,
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

    /// The automaton as `src/words.rs` reads it, and where in it the state after each first word is.
    fn lay_out(&self) -> (Vec<u16>, Vec<u16>) {
        let records = self.records();
        let mut places = vec![0; records.len()];
        let mut place = 0;
        for record in &records {
            places[record.state] = u16::try_from(place).expect("128 KiB are enough for the automaton");
            place += record.units(&places).len();
        }
        let first = self.first.iter().map(|(_, state)| places[*state]).collect();
        // The search reads four units at a time.
        let end = [LAST; 3];
        (records.iter().flat_map(|record| record.units(&places)).chain(end).collect(), first)
    }

    /// The states in the order in which they are stored: if possible, each before one that it leads to.
    fn records(&self) -> Vec<Record> {
        let similar = self.similar();
        let mut records: Vec<Record> = Vec::new();
        let mut is_stored = vec![false; self.states.len()];
        for head in std::iter::once(0).chain((1..self.states.len()).rev()) {
            let mut next = (!is_stored[head]).then_some(head);
            while let Some(state) = next {
                is_stored[state] = true;
                let State { row, argument, words } = &self.states[state];
                let otherwise = similar[state];
                let words = otherwise.map_or(words.clone(), |other| difference(words, &self.states[other].words));
                let mut targets: BTreeMap<usize, Vec<u16>> = BTreeMap::new();
                words.iter().for_each(|(word, target)| targets.entry(*target).or_default().push(*word));
                let is_followed = words.len() < MANY;
                next = targets.keys().rev().copied().find(|target| is_followed && !is_stored[*target]);
                let mut targets: Vec<(usize, Vec<u16>)> = targets.into_iter().collect();
                targets.sort_by_key(|(target, _)| next == Some(*target));
                let ends_before_target = next.is_some();
                records.push(Record { state, row: *row, argument: *argument, otherwise, targets, ends_before_target });
            }
        }
        records
    }

    /// For each state one that leads most words to the same states, so that only the others have to be stored.
    fn similar(&self) -> Vec<Option<usize>> {
        /// An edge that more states have says little about how similar they are.
        const COMMON: usize = 50;
        /// How many similar states are looked at closely.
        const CLOSEST: usize = 12;
        /// How many states the search may have to look through for a word.
        const FARTHEST: usize = 3;

        let mut sharing: HashMap<(u16, usize), Vec<usize>> = HashMap::new();
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
                let saved = cost(&state.words) as isize - cost(&different) as isize - 2;
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
fn difference(words: &[(u16, usize)], other: &[(u16, usize)]) -> Vec<(u16, usize)> {
    let mut difference: Vec<(u16, usize)> =
        words.iter().filter(|edge| other.binary_search(edge).is_err()).copied().collect();
    let is_missing = |word: &u16| words.binary_search_by_key(word, |(word, _)| *word).is_err();
    difference.extend(other.iter().filter(|(word, _)| is_missing(word)).map(|(word, _)| (*word, 0)));
    difference
}

/// How many units it takes to store these words and where they lead.
fn cost(words: &[(u16, usize)]) -> usize {
    let mut targets: Vec<usize> = words.iter().map(|(_, target)| *target).collect();
    targets.sort_unstable();
    targets.dedup();
    words.len() + targets.len()
}

/// Of so many words the number is stored, so that the search can look at many at a time.
const MANY: usize = 16;

/// A state as it is stored: see [`crate::hash`].
struct Record {
    state: usize,
    row: Option<u16>,
    argument: Option<usize>,
    /// The state that knows the other words.
    otherwise: Option<usize>,
    targets: Vec<(usize, Vec<u16>)>,
    /// Whether the last target is the next record.
    ends_before_target: bool,
}

impl Record {
    fn units(&self, places: &[u16]) -> Vec<u16> {
        let mut units = Vec::new();
        let place = |state: &Option<usize>| state.map(|state| places[state]);
        let count = self.targets.iter().map(|(_, words)| words.len()).sum::<usize>();
        let is_many = count >= MANY;
        let header = [
            (END, self.row),
            (ARGUMENT, place(&self.argument)),
            (OTHERWISE, place(&self.otherwise)),
            (COUNT, is_many.then_some(count as u16)),
        ];
        let numbers: u16 = header.iter().filter(|(_, value)| value.is_some()).map(|(number, _)| number).sum();
        if numbers != 0 || self.targets.is_empty() {
            units.push(numbers << 2 | if self.targets.is_empty() { LAST } else { 0 });
            units.extend(header.iter().filter_map(|(_, value)| *value));
        }
        for (place, (_, words)) in self.targets.iter().enumerate() {
            let after = match place + 1 == self.targets.len() && !is_many {
                false => LAST_OF_TARGET,
                true if self.ends_before_target => LAST | LAST_OF_TARGET,
                true => LAST,
            };
            units.extend(words.iter().map(|word| word << 2));
            if let Some(last) = units.last_mut() {
                *last |= after;
            }
        }
        let stored = self.targets.len() - usize::from(self.ends_before_target);
        units.extend(self.targets[..stored].iter().map(|(target, _)| places[*target]));
        units
    }
}

/// A set of the first two words of wordings, and of words that are a wording by themselves or the start of one with an
/// argument after them. It says where the automaton is worth following.
fn pairs(tree: &Tree, dictionary: &Dictionary) -> Vec<u64> {
    let mut hashes = BTreeSet::new();
    for (first, node) in &tree.nodes[0].next {
        let first = dictionary.hashes[usize::from(*first)];
        let node = &tree.nodes[*node];
        let argument = node.next.get(&ARGUMENT);
        if node.row.is_some() || argument.is_some() {
            hashes.insert(first);
        }
        let seconds = |node: &Node| {
            node.next
                .keys()
                .filter(|word| **word != ARGUMENT)
                .map(|word| dictionary.hashes[usize::from(*word)])
                .collect::<Vec<u64>>()
        };
        hashes.extend(seconds(node).into_iter().map(|second| two(first, second)));
        if let Some(argument) = argument {
            hashes.extend(seconds(&tree.nodes[*argument]).into_iter().map(|second| across(part(first), second)));
        }
    }
    // Six to twelve bits for each, three of them set: three in a hundred of other pairs are found too.
    let mut set = vec![0; (hashes.len() * 3 / 32).next_power_of_two()];
    let length = set.len();
    hashes.iter().for_each(|hash| set[place(*hash, length)] |= bits(*hash));
    set
}
