//! Turns TOML into checked rows, and the rows into Rust source. The build script and the tests use it.
//!
//! Nothing here stops at the first mistake. Every check reports what it finds and goes on, and [`compile`] returns either
//! all the rows or all the problems.

mod check;
mod day;
// Only the build script needs it.
#[allow(dead_code)]
mod details;
mod generate;
mod phrases;
mod problem;
mod providers;
pub mod read;
mod words;

use crate::code::{EnhancedCode, ReplyCode};
use crate::key::Key;
use crate::vocabulary::{Bounce, Category, Class, Scope};

#[allow(unused_imports)]
pub use details::{details, synonyms};
pub use generate::{maps, providers, rows, words};
pub use problem::Problem;

/// A file of rows: its path, for messages, and its text.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub path: &'a str,
    pub text: &'a str,
    /// Whether its rows go on top of those of the other files.
    pub is_overlay: bool,
}

impl<'a> Source<'a> {
    pub fn new(path: &'a str, text: &'a str) -> Source<'a> {
        Source { path, text, is_overlay: false }
    }

    pub fn overlay(path: &'a str, text: &'a str) -> Source<'a> {
        Source { is_overlay: true, ..Source::new(path, text) }
    }
}

/// What the sources compile to.
#[derive(Debug, Default)]
pub struct Tables {
    /// The rows of codes, in the order of their keys.
    pub rows: Vec<Row>,
    /// The phrases, in the order of their precedence.
    pub phrases: Vec<Phrase>,
    /// The words that stand for others in the wordings.
    pub synonyms: words::Synonyms,
    /// The providers, in the order in which they are written.
    pub providers: Vec<Provider>,
    pub blocklists: Vec<Blocklist>,
}

/// Compiles the sources. Each one goes on top of the ones before it: if a row exists, the new keys replace the old ones;
/// other rows are added.
pub fn compile(sources: &[Source<'_>]) -> Result<Tables, Vec<Problem>> {
    let mut problems = Vec::new();
    let entries: Vec<read::Entries> =
        sources.iter().enumerate().map(|(number, source)| read::read(number, source, &mut problems)).collect();
    // If part of the table could not be read, most of what the checks would report is a consequence of that.
    let mut tables = Tables::default();
    if !problems.iter().any(|problem| problem.hides_others) {
        let (mut codes, mut phrases, mut providers, mut blocklists) = (vec![], vec![], vec![], vec![]);
        let mut synonyms = Vec::new();
        for entries in entries {
            codes.push(entries.codes);
            synonyms.extend(entries.synonyms);
            phrases.push(entries.phrases);
            providers.push(entries.providers);
            blocklists.push(entries.blocklists);
        }
        tables.rows = check::check(codes, &mut problems);
        tables.synonyms = phrases::synonyms(synonyms, &mut problems);
        tables.phrases = phrases::check(phrases, &tables.synonyms, &mut problems);
        (tables.providers, tables.blocklists) =
            providers::check(providers, blocklists, &tables.rows, &tables.synonyms, &mut problems);
    }
    if problems.is_empty() {
        Ok(tables)
    } else {
        problems.sort_by_key(|problem| problem.place.as_ref().map(|place| (place.source, place.span.start)));
        Err(problems)
    }
}

/// A row with everything that it inherits from its parents filled in.
#[derive(Debug)]
pub struct Row {
    pub key: Key,
    pub name: String,
    pub registry_name: Option<String>,
    pub description: String,
    pub category: Category,
    pub bounce: Option<Bounce>,
    /// `None` if it is what the category implies.
    pub scope: Option<Scope>,
    pub generic: bool,
    pub decisive: bool,
    pub common: bool,
    pub overlaid: bool,
    pub reply_codes: Vec<ReplyCode>,
    pub references: Vec<String>,
}

/// A phrase with everything that its category implies filled in.
#[derive(Debug)]
pub struct Phrase {
    pub name: String,
    pub description: String,
    pub category: Category,
    /// `None` if the row decides nothing and only hides other matches.
    pub bounce: Option<Bounce>,
    /// `None` if it is what the category implies.
    pub scope: Option<Scope>,
    pub generic: bool,
    pub overlaid: bool,
    pub references: Vec<String>,
    /// The wordings as they are written.
    pub words: Vec<String>,
}

/// A provider: what recognizes it, and what it means by its codes and words.
#[derive(Debug)]
pub struct Provider {
    pub name: String,
    pub words: Vec<String>,
    pub postmaster: Option<String>,
    pub replies: Vec<Reply>,
}

/// What a provider means by a code or by words.
#[derive(Debug)]
pub struct Reply {
    pub found_by: FoundBy,
    pub reply_codes: Vec<ReplyCode>,
    pub name: String,
    pub description: String,
    pub category: Category,
    pub bounce: Option<Bounce>,
    /// `None` if it is what the category implies.
    pub scope: Option<Scope>,
    pub advice: Option<String>,
    pub retry_after: Option<u32>,
    pub overlaid: bool,
    pub source: String,
    /// Only reviewers see it.
    #[allow(dead_code)]
    pub checked: String,
}

/// What a reply of a provider is found by.
#[derive(Debug)]
pub enum FoundBy {
    /// Enhanced codes from the first to the last, and whether they name the provider.
    Enhanced {
        first: EnhancedCode,
        last: EnhancedCode,
        unique: bool,
    },
    /// A code of its own, as it is written.
    Code(String),
    Words(Vec<String>),
}

/// A DNS block list, or the words of a lookup that failed.
#[derive(Debug)]
pub struct Blocklist {
    pub name: String,
    pub words: Vec<String>,
    pub lists: Listed,
    pub description: String,
    pub lookup: Option<String>,
    pub delist: Option<String>,
    pub closed: Option<String>,
    pub fault: bool,
    pub overlaid: bool,
    pub source: String,
    /// Only reviewers see it.
    #[allow(dead_code)]
    pub checked: String,
}

/// What a block list lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    Ip,
    Domain,
    Url,
}

impl Listed {
    pub const ALL: &'static [(&'static str, Listed)] =
        &[("ip", Listed::Ip), ("domain", Listed::Domain), ("url", Listed::Url)];
}

impl std::str::FromStr for Listed {
    type Err = ();

    fn from_str(label: &str) -> Result<Listed, ()> {
        Listed::ALL.iter().find(|(known, _)| *known == label).map(|(_, listed)| *listed).ok_or(())
    }
}

/// A row as written: only the key is certain to be there.
#[derive(Debug)]
struct Entry {
    key: Located<Key>,
    name: Option<Located<String>>,
    registry_name: Option<Located<String>>,
    description: Option<Located<String>>,
    category: Option<Located<Category>>,
    bounce: Option<Located<Bounce>>,
    scope: Option<Located<Scope>>,
    generic: Option<Located<bool>>,
    decisive: Option<Located<bool>>,
    common: Option<Located<bool>>,
    reply_codes: Option<Located<Vec<Located<ReplyCode>>>>,
    references: Option<Located<Vec<Located<String>>>>,
    /// TOML keys that are present but unreadable, so nobody is told that they are missing.
    unreadable: Vec<String>,
    overlaid: bool,
}

/// A phrase as written: only the name is certain to be there.
#[derive(Debug)]
struct PhraseEntry {
    name: Located<String>,
    description: Option<Located<String>>,
    category: Option<Located<Category>>,
    bounce: Option<Located<Bounce>>,
    scope: Option<Located<Scope>>,
    generic: Option<Located<bool>>,
    single_words: Option<Located<bool>>,
    references: Option<Located<Vec<Located<String>>>>,
    words: Vec<Located<String>>,
    /// Wordings of the original row that an overlay turns off.
    without: Vec<Located<String>>,
    unreadable: Vec<String>,
    overlaid: bool,
}

/// A word, and the one that it stands for; an empty one if it says nothing.
#[derive(Debug)]
struct SynonymEntry {
    word: Located<String>,
    stands_for: Located<String>,
}

/// A provider as written: only the name is certain to be there.
#[derive(Debug)]
struct ProviderEntry {
    name: Located<String>,
    words: Vec<Located<String>>,
    postmaster: Option<Located<String>>,
    replies: Vec<ReplyEntry>,
    unreadable: Vec<String>,
}

/// A reply of a provider as written.
#[derive(Debug)]
struct ReplyEntry {
    code: Option<Located<String>>,
    last: Option<Located<String>>,
    words: Vec<Located<String>>,
    reply_codes: Option<Located<Vec<Located<ReplyCode>>>>,
    name: Option<Located<String>>,
    description: Option<Located<String>>,
    category: Option<Located<Category>>,
    bounce: Option<Located<Bounce>>,
    scope: Option<Located<Scope>>,
    advice: Option<Located<String>>,
    retry_after: Option<Located<i64>>,
    unique: Option<Located<bool>>,
    source: Option<Located<String>>,
    checked: Option<Located<String>>,
    unreadable: Vec<String>,
    overlaid: bool,
    place: Place,
}

/// A block list as written: only the name is certain to be there.
#[derive(Debug)]
struct BlocklistEntry {
    name: Located<String>,
    words: Vec<Located<String>>,
    lists: Option<Located<Listed>>,
    description: Option<Located<String>>,
    lookup: Option<Located<String>>,
    delist: Option<Located<String>>,
    closed: Option<Located<String>>,
    fault: Option<Located<bool>>,
    source: Option<Located<String>>,
    checked: Option<Located<String>>,
    unreadable: Vec<String>,
    overlaid: bool,
}

/// A value and its place.
#[derive(Clone, Debug)]
struct Located<T> {
    value: T,
    place: Place,
}

/// A place in one of the sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub source: usize,
    pub span: std::ops::Range<usize>,
}

/// The row that says what this one leaves out.
fn parent(key: Key) -> Option<Key> {
    match key {
        Key::Class(_) | Key::Phrase(_) | Key::Provider(..) | Key::Blocklist(_) => None,
        Key::Subject(_) => Some(Key::Class(Class::PermanentFailure)),
        Key::Enhanced { subject, detail, class: Some(_) } => Some(Key::Enhanced { subject, detail, class: None }),
        Key::Enhanced { subject, class: None, .. } => Some(Key::Subject(subject)),
        Key::Pair(enhanced, _) => Some(Key::Enhanced {
            subject: enhanced.subject(),
            detail: enhanced.detail(),
            class: Some(enhanced.class()),
        }),
        Key::Group(digit) => Class::from_digit(digit).map(Key::Class),
        Key::Reply(code) => Some(Key::Group((code.get() / 100) as u8)),
    }
}
