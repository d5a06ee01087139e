//! From the TOML text to checked rows, and from these to Rust source: what the build script does.
//!
//! Nothing here stops at the first mistake. Every check reports what it finds and goes on, and [`compile`] returns
//! either all the rows or all the problems.

mod check;
mod generate;
mod problem;
pub mod read;

use std::fmt;

use crate::code::ReplyCode;
use crate::vocabulary::{Bounce, Category, Class, Table};

pub use generate::{maps, rows};
pub use problem::Problem;

/// A file of rows: its path, for messages, and its text.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub path: &'a str,
    pub text: &'a str,
}

/// Compiles the table into its rows, in code order. Of several sources, each is laid over those before it: its rows
/// change the keys that they have in rows of the same code, and come in addition otherwise.
pub fn compile(sources: &[Source<'_>]) -> Result<Vec<Row>, Vec<Problem>> {
    let mut problems = Vec::new();
    let entries: Vec<Vec<Entry>> =
        sources.iter().enumerate().map(|(source, text)| read::read(source, text.text, &mut problems)).collect();
    // Without one of its parts the table would seem to lack much more than what has been said already.
    let whole = !problems.iter().any(|problem| problem.hides_others);
    let rows = if whole { check::check(entries, &mut problems) } else { Vec::new() };
    if problems.is_empty() {
        Ok(rows)
    } else {
        problems.sort_by_key(|problem| problem.place.as_ref().map(|place| (place.source, place.span.start)));
        Err(problems)
    }
}

/// The code of a row of any table, in the order in which rows stand: by table, then by number, `X` before a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    Class(Class),
    Subject(u16),
    Enhanced { subject: u16, detail: u16, class: Option<Class> },
    Group(u8),
    Reply(ReplyCode),
}

impl Code {
    pub fn table(self) -> Table {
        match self {
            Code::Class(_) => Table::Class,
            Code::Subject(_) => Table::Subject,
            Code::Enhanced { .. } => Table::Enhanced,
            Code::Group(_) => Table::Group,
            Code::Reply(_) => Table::Reply,
        }
    }

    /// The row that says what this one leaves out.
    fn parent(self) -> Option<Code> {
        match self {
            Code::Class(_) => None,
            Code::Subject(_) => Some(Code::Class(Class::PermanentFailure)),
            Code::Enhanced { subject, detail, class: Some(_) } => Some(Code::Enhanced { subject, detail, class: None }),
            Code::Enhanced { subject, class: None, .. } => Some(Code::Subject(subject)),
            Code::Group(digit) => Class::from_digit(digit).map(Code::Class),
            Code::Reply(code) => Some(Code::Group((code.get() / 100) as u8)),
        }
    }

    /// The class of every answer that the row gives, where there is only one.
    pub fn class(self) -> Option<Class> {
        match self {
            Code::Class(class) => Some(class),
            Code::Subject(_) => None,
            Code::Enhanced { class, .. } => class,
            Code::Group(digit) => Class::from_digit(digit),
            Code::Reply(code) => code.class(),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Code::Class(class) => write!(f, "{}", class.digit()),
            Code::Subject(subject) => write!(f, "{subject}"),
            Code::Enhanced { subject, detail, class: None } => write!(f, "X.{subject}.{detail}"),
            Code::Enhanced { subject, detail, class: Some(class) } => write!(f, "{}.{subject}.{detail}", class.digit()),
            Code::Group(digit) => write!(f, "{digit}xx"),
            Code::Reply(code) => write!(f, "{code}"),
        }
    }
}

/// A row with everything filled in that its parents say.
#[derive(Debug)]
pub struct Row {
    pub code: Code,
    pub name: String,
    pub registry_name: Option<String>,
    pub description: String,
    pub category: Category,
    pub bounce: Option<Bounce>,
    pub unspecific: bool,
    pub article: bool,
    pub overlaid: bool,
    pub reply_codes: Vec<ReplyCode>,
    pub references: Vec<String>,
}

/// A row as it is written: only the code is sure to be there.
#[derive(Debug)]
struct Entry {
    code: Located<Code>,
    name: Option<Located<String>>,
    registry_name: Option<Located<String>>,
    description: Option<Located<String>>,
    category: Option<Located<Category>>,
    bounce: Option<Located<Bounce>>,
    unspecific: Option<Located<bool>>,
    article: Option<Located<bool>>,
    reply_codes: Option<Located<Vec<Located<ReplyCode>>>>,
    references: Option<Located<Vec<Located<String>>>>,
    /// Keys that are there and could not be read, so that nobody is told that they are missing.
    unreadable: Vec<String>,
    overlaid: bool,
}

/// A value, and where it is written.
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
