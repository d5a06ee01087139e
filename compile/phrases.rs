//! Checks the phrases, and lays those of an overlay over the others.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::problem::nearest;
use super::words::{NEGATION, Part, Synonyms, Tree, variants};
use super::{Located, Phrase, PhraseEntry, Place, Problem, SynonymEntry};
use crate::vocabulary::{Bounce, Category, Scope};

/// The words that stand for others.
pub(super) fn synonyms(entries: Vec<SynonymEntry>, problems: &mut Vec<Problem>) -> Synonyms {
    let mut synonyms: BTreeMap<String, SynonymEntry> = BTreeMap::new();
    for pair in entries.windows(2) {
        let [SynonymEntry { word: before, stands_for }, SynonymEntry { word, stands_for: other }] = pair else { break };
        if stands_for.place == other.place && before.value >= word.value {
            let what = format!("`{}` comes after `{}`", word.value, before.value);
            problems.push(Problem::new(word.place.clone(), what, "sort the words that stand for one, each once"));
        }
    }
    let is_word = |text: &str| text == NEGATION || !text.contains(['*', '{', '}', ',', ' ']) && fold(text) == text;
    for entry in entries {
        let SynonymEntry { word, stands_for } = &entry;
        let mistaken =
            [word, stands_for].into_iter().find(|word| !is_word(&word.value)).or(word.value.is_empty().then_some(word));
        if let Some(Located { value, place }) = mistaken {
            let what = format!("`{value}` is not a word");
            problems.push(Problem::new(place.clone(), what, "write one word in lower case"));
        } else if let Some(first) = synonyms.get(&word.value) {
            let what = format!("`{}` stands for `{}` already", word.value, first.stands_for.value);
            let problem = Problem::new(word.place.clone(), what, "keep one of the two");
            problems.push(problem.also(first.word.place.clone(), "the first is here"));
        } else {
            synonyms.insert(word.value.clone(), entry);
        }
    }
    for SynonymEntry { word, stands_for } in synonyms.values() {
        if let Some(other) = synonyms.get(&stands_for.value) {
            let what = format!("`{}` stands for `{}`, which stands for another word", word.value, stands_for.value);
            let instead = format!("let both stand for `{}`", other.stands_for.value);
            problems.push(Problem::new(word.place.clone(), what, instead));
        }
    }
    Synonyms::new(synonyms.into_values().map(|entry| (entry.word.value, entry.stands_for.value)))
}

/// The phrases of all sources as one table, in the order of precedence: the specific rows first, each kind in the order in
/// which it is written.
pub(super) fn check(sources: Vec<Vec<PhraseEntry>>, synonyms: &Synonyms, problems: &mut Vec<Problem>) -> Vec<Phrase> {
    let mut table: Vec<PhraseEntry> = Vec::new();
    for entries in sources {
        let mut names: BTreeMap<String, Place> = BTreeMap::new();
        for entry in entries {
            let Located { value: name, place } = &entry.name;
            if let Some(first) = names.insert(name.clone(), place.clone()) {
                let problem =
                    Problem::new(place.clone(), format!("`{name}` has a row already"), "keep one of the two rows");
                problems.push(problem.also(first, "the first row is here"));
                continue;
            }
            let means_single_words = is_true(&entry.generic) || is_true(&entry.single_words);
            check_wordings(&entry.words, means_single_words, synonyms, problems);
            match table.iter().position(|under| under.name.value == entry.name.value) {
                Some(under) => {
                    let below = table.remove(under);
                    table.insert(under, over(entry, below, problems));
                }
                None => table.push(entry),
            }
        }
    }
    table.sort_by_key(|entry| is_true(&entry.generic));
    check_overlaps(&table, synonyms, problems);
    let known: Vec<String> = table.iter().filter(|row| !row.overlaid).map(|row| row.name.value.clone()).collect();
    table.into_iter().filter_map(|entry| fill_in(entry, &known, problems)).collect()
}

pub(super) fn is_true(value: &Option<Located<bool>>) -> bool {
    value.as_ref().is_some_and(|value| value.value)
}

/// A row of an overlay over the row of the same name: its keys replace those below, its wordings are added, and those that
/// it switches off are gone.
fn over(entry: PhraseEntry, below: PhraseEntry, problems: &mut Vec<Problem>) -> PhraseEntry {
    let mut words = below.words;
    for without in entry.without {
        match words.iter().position(|wording| wording.value == without.value) {
            Some(found) => drop(words.remove(found)),
            None => {
                let what = format!("`{}` is not a wording of this row", without.value);
                problems.push(Problem::new(without.place, what, "write the wording exactly as the row has it"));
            }
        }
    }
    words.extend(entry.words);
    PhraseEntry {
        name: below.name,
        description: entry.description.or(below.description),
        category: entry.category.or(below.category),
        bounce: entry.bounce.or(below.bounce),
        scope: entry.scope.or(below.scope),
        generic: entry.generic.or(below.generic),
        single_words: entry.single_words.or(below.single_words),
        references: entry.references.or(below.references),
        words,
        without: Vec::new(),
        unreadable: [entry.unreadable, below.unreadable].concat(),
        overlaid: entry.overlaid,
    }
}

/// Each wording by itself: whether it can match, whether it says enough, and whether they are sorted.
pub(super) fn check_wordings(
    words: &[Located<String>],
    means_single_words: bool,
    synonyms: &Synonyms,
    problems: &mut Vec<Problem>,
) {
    for (i, Located { value: wording, place }) in words.iter().enumerate() {
        if let Some(before) = words[..i].last().filter(|before| before.value >= *wording) {
            let what = format!("`{wording}` comes after `{}`", before.value);
            problems.push(Problem::new(place.clone(), what, "sort the wordings of a row, each once"));
        }
        let folded = fold(wording);
        if folded != *wording {
            let what = format!("`{wording}` can never match");
            problems.push(Problem::new(place.clone(), what, format!("write `{folded}`: only words separate words")));
            continue;
        }
        if !is_balanced(wording) {
            let what = format!("`{wording}` has a choice that is not closed, or one inside another");
            problems.push(Problem::new(place.clone(), what, "write choices as {one,other}"));
            continue;
        }
        let choices = synonyms.choices(wording);
        if let Some((one, other)) = same_choices(wording, &choices) {
            let what = format!("`{one}` and `{other}` are the same to the search, in `{wording}`");
            problems.push(Problem::new(place.clone(), what, "keep one of them"));
        }
        let ends_with_filler =
            |parts: &Vec<Part>| matches!(parts.last(), Some(Part::Filler(_))) && (choices.len() > 1 || parts.len() > 1);
        if choices.last().is_some_and(|choice| choice.iter().any(ends_with_filler)) {
            let what = format!("`{wording}` ends with a filler, which matches nothing");
            problems.push(Problem::new(place.clone(), what, "leave it out, or add the word after it"));
        }
        for parts in variants(&choices) {
            let words: Vec<&String> = parts
                .iter()
                .filter_map(|part| match part {
                    Part::Word(word) | Part::Filler(word) => Some(word),
                    Part::Argument => None,
                })
                .collect();
            let edges = [parts.first(), parts.last()];
            let apart = parts.windows(2).all(|pair| pair != [&Part::Argument, &Part::Argument]);
            if edges.contains(&Some(&&Part::Argument)) || !apart || words.is_empty() {
                let what = format!("`{}` begins or ends with `*`, or has two next to each other", spell(&parts));
                problems.push(Problem::new(place.clone(), what, "put `*` between words"));
                break;
            }
            if words.len() == 1 && words[0].is_ascii() && !means_single_words {
                let what = format!("`{}` is a single word, which ordinary prose may contain", spell(&parts));
                let instead = "add a word, or move it to a row with `generic = true` or `single_words = true`";
                problems.push(Problem::new(place.clone(), what, instead));
                break;
            }
        }
    }
}

/// Two choices that leave the same words, since words of them stand for others or for nothing.
fn same_choices<'a>(wording: &'a str, choices: &[Vec<Vec<Part>>]) -> Option<(&'a str, &'a str)> {
    let written = wording.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let parted = choices.iter().enumerate().filter(|(_, choice)| choice.len() > 1);
    written.zip(parted).find_map(|((written, _), (place, choice))| {
        let counts = |part: &&Part| place == 0 || !matches!(part, Part::Filler(_));
        let left: Vec<Vec<&Part>> = choice.iter().map(|parts| parts.iter().filter(counts).collect()).collect();
        let written: Vec<&str> = written.split(',').collect();
        let same = |at: &usize| left[..*at].iter().position(|before| *before == left[*at]);
        (0..left.len()).find_map(|at| Some((written[same(&at)?], written[at])))
    })
}

fn spell(parts: &[&Part]) -> String {
    let words = parts.iter().map(|part| match part {
        Part::Word(word) | Part::Filler(word) => word,
        Part::Argument => "*",
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The wording as the search sees it: in lower case, with single spaces.
pub(super) fn fold(wording: &str) -> String {
    let is_word = |letter: char| match letter {
        'a'..='z' | '0'..='9' | '*' | '{' | '}' | ',' => true,
        '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{2fff}' => false,
        letter => !letter.is_ascii(),
    };
    let lower = wording.to_lowercase();
    let folded: String = lower.chars().map(|letter| if is_word(letter) { letter } else { ' ' }).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_balanced(wording: &str) -> bool {
    let mut is_open = false;
    wording.chars().all(|letter| match letter {
        '{' => !std::mem::replace(&mut is_open, true),
        '}' => std::mem::replace(&mut is_open, false),
        ',' => is_open,
        _ => true,
    }) && !is_open
}

/// A wording decides nothing if another one before it, of its row or of one that takes precedence, always matches the same words: it has the same wording, or one that only adds
/// an argument that may be missing. Of a wording with choices, some may be taken.
fn check_overlaps(table: &[PhraseEntry], synonyms: &Synonyms, problems: &mut Vec<Problem>) {
    let mut tree = Tree::default();
    // The first row with a wording that ends at a node of the tree.
    let mut seen: HashMap<usize, (usize, &Located<String>)> = HashMap::new();
    for (row, entry) in table.iter().enumerate() {
        for wording in &entry.words {
            let choices = synonyms.choices(&wording.value);
            let ends = tree.insert(&choices, |_| true);
            let has_arguments = wording.value.contains('*');
            let without_arguments =
                if has_arguments { tree.insert(&choices, |part| *part != Part::Argument) } else { BTreeSet::new() };
            let taken = |end: &usize| seen.get(end).copied();
            let first = ends.first().and_then(taken).filter(|_| ends.iter().all(|end| taken(end).is_some()));
            // Twice the same is a matter of order.
            if let Some((other, first)) = first.filter(|(other, first)| *other != row || first.value != wording.value) {
                let (what, instead) = if other == row {
                    ("matches nothing that the row does not match anyway".to_owned(), "leave it out")
                } else {
                    let name = &table[other].name.value;
                    let what = format!("is also matched by `{name}`, which takes precedence");
                    (what, "keep it in one of the two rows")
                };
                let problem = Problem::new(wording.place.clone(), format!("`{}` {what}", wording.value), instead);
                problems.push(problem.also(first.place.clone(), "by this wording"));
            }
            for end in without_arguments.into_iter().chain(ends) {
                seen.entry(end).or_insert((row, wording));
            }
        }
    }
}

/// What the category implies is not written.
pub(super) fn check_implied(
    category: Category,
    bounce: &Option<Located<Bounce>>,
    scope: &Option<Located<Scope>>,
    problems: &mut Vec<Problem>,
) {
    let implied = category.bounce().filter(|_| category != Category::Undefined);
    if let Some(bounce) = bounce.as_ref().filter(|bounce| Some(bounce.value) == implied) {
        let what = format!("`{}` is what the category `{category}` implies", bounce.value);
        problems.push(Problem::new(bounce.place.clone(), what, "leave `bounce` out"));
    }
    if let Some(scope) = scope.as_ref().filter(|scope| Some(scope.value) == category.scope()) {
        let what = format!("`{}` is what the category `{category}` implies", scope.value);
        problems.push(Problem::new(scope.place.clone(), what, "leave `scope` out"));
    }
}

fn fill_in(entry: PhraseEntry, known: &[String], problems: &mut Vec<Problem>) -> Option<Phrase> {
    let name = &entry.name;
    for (key, is_missing) in [("description", entry.description.is_none()), ("category", entry.category.is_none())] {
        if is_missing && !entry.unreadable.iter().any(|unreadable| unreadable == key) {
            let what = format!("the row `{}` has no `{key}`", name.value);
            // An overlay may have meant another row.
            let other = known.iter().map(String::as_str).filter(|_| entry.overlaid);
            let instead = match nearest(&name.value, other) {
                Some(other) => format!("did you mean `{other}`? If not, add a line `{key} = …`"),
                None => format!("add a line `{key} = …`"),
            };
            problems.push(Problem::new(name.place.clone(), what, instead));
        }
    }
    let category = entry.category?;
    if category.value == Category::Delivered {
        let what = format!("`{}` cannot be `delivered`", name.value);
        problems.push(Problem::new(category.place.clone(), what, "a phrase says why mail was refused"));
    }
    check_implied(category.value, &entry.bounce, &entry.scope, problems);
    Some(Phrase {
        name: entry.name.value,
        description: entry.description?.value,
        category: category.value,
        bounce: match entry.bounce {
            Some(bounce) => Some(bounce.value),
            None if category.value == Category::Undefined => None,
            None => category.value.bounce(),
        },
        scope: entry.scope.map(|scope| scope.value),
        generic: is_true(&entry.generic),
        overlaid: entry.overlaid,
        references: entry
            .references
            .map_or(Vec::new(), |list| list.value.into_iter().map(|reference| reference.value).collect()),
        words: entry.words.into_iter().map(|wording| wording.value).collect(),
    })
}
