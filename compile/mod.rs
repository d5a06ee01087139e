//! Turns TOML into checked rows, and the rows into Rust source. The build script and the tests use it.
//!
//! Nothing here stops at the first mistake. Every check reports what it finds and goes on, and [`compile`] returns either
//! all the rows or all the problems.

mod check;
mod generate;
mod problem;
pub mod read;

use crate::code::ReplyCode;
use crate::row::Key;
use crate::vocabulary::{Bounce, Category, Class};

pub use generate::{maps, rows};
pub use problem::Problem;

/// A file of rows: its path, for messages, and its text.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub path: &'a str,
    pub text: &'a str,
}

/// Compiles the table into its rows, in the order of their keys. Each source is laid over the ones before it: where a row
/// exists, its keys replace those of the row below; other rows are added.
pub fn compile(sources: &[Source<'_>]) -> Result<Vec<Row>, Vec<Problem>> {
    let mut problems = Vec::new();
    let entries: Vec<Vec<Entry>> =
        sources.iter().enumerate().map(|(source, text)| read::read(source, text.text, &mut problems)).collect();
    // If part of the table could not be read, most of what the checks would report is a consequence of that.
    let whole = !problems.iter().any(|problem| problem.hides_others);
    let rows = if whole { check::check(entries, &mut problems) } else { Vec::new() };
    if problems.is_empty() {
        Ok(rows)
    } else {
        problems.sort_by_key(|problem| problem.place.as_ref().map(|place| (place.source, place.span.start)));
        Err(problems)
    }
}

/// A row with everything filled in that it inherits from its parents.
#[derive(Debug)]
pub struct Row {
    pub key: Key,
    pub name: String,
    pub registry_name: Option<String>,
    pub description: String,
    pub category: Category,
    pub bounce: Option<Bounce>,
    pub generic: bool,
    pub common: bool,
    pub overlaid: bool,
    pub reply_codes: Vec<ReplyCode>,
    pub references: Vec<String>,
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
    generic: Option<Located<bool>>,
    common: Option<Located<bool>>,
    reply_codes: Option<Located<Vec<Located<ReplyCode>>>>,
    references: Option<Located<Vec<Located<String>>>>,
    /// TOML keys that are present but could not be read, so nobody is told that they are missing.
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
        Key::Class(_) => None,
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
