//! From the TOML text to checked rows: what the build script does before it generates anything.
//!
//! Nothing here stops at the first mistake. Every check reports what it finds and goes on, and [`compile`] returns
//! either all the rows or all the problems.

mod generate;
mod problem;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::code::{EnhancedCode, ReplyCode};
use crate::vocabulary::{Bounce, Category, Class, Table};

pub use generate::{maps, rows};
pub use problem::Problem;

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
    fn class(self) -> Option<Class> {
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
    pub table: Table,
    pub code: Code,
    pub name: String,
    pub registry_name: Option<String>,
    pub description: String,
    pub category: Category,
    pub bounce: Option<Bounce>,
    pub unspecific: bool,
    pub reply_codes: Vec<ReplyCode>,
    pub references: Vec<String>,
}

/// A row as it is written: only the code is sure to be there.
#[derive(Debug)]
struct Entry {
    table: Table,
    code: Spanned<Code>,
    name: Option<Spanned<String>>,
    registry_name: Option<Spanned<String>>,
    description: Option<Spanned<String>>,
    category: Option<Spanned<Category>>,
    bounce: Option<Spanned<Bounce>>,
    unspecific: Option<Spanned<bool>>,
    reply_codes: Option<Spanned<Vec<Spanned<ReplyCode>>>>,
    references: Option<Spanned<Vec<Spanned<String>>>>,
}

/// Compiles the text of the table into its rows, in code order.
pub fn compile(text: &str) -> Result<Vec<Row>, Vec<Problem>> {
    let mut problems = Vec::new();
    let entries = read(text, &mut problems);
    let rows = check(&entries, &mut problems);
    if problems.is_empty() {
        Ok(rows)
    } else {
        problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
        Err(problems)
    }
}

// ------------------------------------------------------------------------------------------------------------ reading

/// The keys of a row, and whether a table has them.
const KEYS: &[(&str, &[Table])] = &[
    ("code", Table::ALL),
    ("name", Table::ALL),
    ("registry_name", &[Table::Group]),
    ("description", Table::ALL),
    ("category", Table::ALL),
    ("bounce", &[Table::Class, Table::Subject, Table::Enhanced, Table::Reply]),
    ("unspecific", &[Table::Reply]),
    ("reply_codes", &[Table::Enhanced]),
    ("references", Table::ALL),
];

fn read(text: &str, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        problems.push(Problem::new(error.span().unwrap_or(0..0), "this is not TOML", error.message()));
    }
    let mut entries = Vec::new();
    for (name, value) in document.into_inner() {
        let Ok(table) = name.get_ref().parse::<Table>() else {
            let instead = problem::did_you_mean(name.get_ref(), Table::ALL.iter().map(|table| table.as_str()));
            problems.push(Problem::new(name.span(), format!("unknown table `{}`", name.get_ref()), instead));
            continue;
        };
        let DeValue::Array(rows) = value.into_inner() else {
            problems.push(Problem::new(
                name.span(),
                format!("`{table}` is not a list of rows"),
                format!("begin each row with a line `[[{table}]]`"),
            ));
            continue;
        };
        for row in rows {
            let span = row.span();
            match row.into_inner() {
                DeValue::Table(row) => entries.extend(read_row(table, row, span, problems)),
                _ => problems.push(Problem::new(
                    span,
                    format!("this is not a row of `{table}`"),
                    format!("begin each row with a line `[[{table}]]`"),
                )),
            }
        }
    }
    entries
}

/// The keys and values of one row, taken out one by one.
struct Fields<'a, 'text> {
    row: BTreeMap<String, (Range<usize>, Spanned<DeValue<'text>>)>,
    problems: &'a mut Vec<Problem>,
}

impl Fields<'_, '_> {
    fn take<T: for<'de> Deserialize<'de>>(&mut self, key: &str, expected: &str) -> Option<Spanned<T>> {
        let (_, value) = self.row.remove(key)?;
        let span = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => Some(Spanned::new(span, value)),
            Err(error) => {
                let span = error.span().unwrap_or(span);
                self.problems.push(Problem::new(span, format!("wrong type for `{key}`"), format!("write {expected}")));
                None
            }
        }
    }

    /// A value that is written as a string and means something.
    fn take_word<T: std::str::FromStr<Err: fmt::Display>>(&mut self, key: &str) -> Option<Spanned<T>> {
        let word: Spanned<String> = self.take(key, "a string")?;
        match word.get_ref().parse() {
            Ok(value) => Some(Spanned::new(word.span(), value)),
            Err(error) => {
                let error: T::Err = error;
                let (what, instead) = split_message(&error.to_string());
                self.problems.push(Problem::new(word.span(), format!("{what} `{}`", word.get_ref()), instead));
                None
            }
        }
    }
}

/// "no such bounce: expected one of soft, hard, block" as what is wrong and what to do.
fn split_message(message: &str) -> (String, String) {
    let (what, instead) = message.split_once(": ").unwrap_or((message, ""));
    (what.to_owned(), instead.to_owned())
}

fn read_row(table: Table, row: DeTable<'_>, span: Range<usize>, problems: &mut Vec<Problem>) -> Option<Entry> {
    let keys = || KEYS.iter().filter(|(_, tables)| tables.contains(&table)).map(|(key, _)| *key);
    let mut fields = Fields { row: BTreeMap::new(), problems };
    for (key, value) in row {
        if keys().any(|known| known == key.get_ref()) {
            fields.row.insert(key.get_ref().to_string(), (key.span(), value));
        } else {
            let instead = problem::did_you_mean(key.get_ref(), keys());
            let what = format!("unknown key `{}` in a row of `{table}`", key.get_ref());
            fields.problems.push(Problem::new(key.span(), what, instead));
        }
    }
    let code = read_code(table, &mut fields, span);
    let name = fields.take("name", "a string");
    let registry_name = fields.take("registry_name", "a string");
    let description = fields.take("description", "a string");
    let category = fields.take_word("category");
    let bounce = fields.take_word("bounce");
    let unspecific = fields.take("unspecific", "true, or leave it out");
    let reply_codes = fields.take::<Vec<Spanned<i64>>>("reply_codes", "reply codes in brackets, such as [550, 551]");
    let references = fields.take("references", "strings in brackets, such as [\"RFC 3463\"]");
    let reply_codes = reply_codes.map(|codes| {
        let span = codes.span();
        let codes = codes.into_inner().into_iter().filter_map(|code| reply_code(code, fields.problems));
        Spanned::new(span, codes.collect())
    });
    Some(Entry {
        table,
        code: code?,
        name,
        registry_name,
        description,
        category,
        bounce,
        unspecific,
        reply_codes,
        references,
    })
}

fn read_code(table: Table, fields: &mut Fields<'_, '_>, row: Range<usize>) -> Option<Spanned<Code>> {
    if !fields.row.contains_key("code") {
        let what = format!("a row of `{table}` has no `code`");
        fields.problems.push(Problem::new(row, what, "add a line `code = …`"));
        return None;
    }
    let (span, code, instead) = match table {
        Table::Class => {
            let number: Spanned<i64> = fields.take("code", "2, 4 or 5")?;
            let class = u8::try_from(*number.get_ref()).ok().and_then(Class::from_digit);
            (number.span(), class.map(Code::Class), "a class is 2, 4 or 5".to_owned())
        }
        Table::Subject => {
            let number: Spanned<i64> = fields.take("code", "a number from 0 to 7")?;
            let subject = u16::try_from(*number.get_ref()).ok().filter(|subject| *subject <= 999);
            (number.span(), subject.map(Code::Subject), "a subject is a number from 0 to 7".to_owned())
        }
        Table::Enhanced => {
            let text: Spanned<String> = fields.take("code", "a string such as \"X.1.1\" or \"5.1.1\"")?;
            match enhanced_code(text.get_ref()) {
                Ok(code) => (text.span(), Some(code), String::new()),
                Err(instead) => (text.span(), None, instead),
            }
        }
        Table::Group => {
            let text: Spanned<String> = fields.take("code", "a string such as \"5xx\"")?;
            let code = match text.get_ref().as_bytes() {
                [digit @ b'1'..=b'5', b'x', b'x'] => Some(Code::Group(digit - b'0')),
                _ => None,
            };
            (text.span(), code, "a group is one of 1xx, 2xx, 3xx, 4xx and 5xx".to_owned())
        }
        Table::Reply => {
            let number: Spanned<i64> = fields.take("code", "a number such as 550")?;
            return reply_code(number, fields.problems).map(|code| {
                let span = code.span();
                Spanned::new(span, Code::Reply(code.into_inner()))
            });
        }
    };
    match code {
        Some(code) => Some(Spanned::new(span, code)),
        None => {
            fields.problems.push(Problem::new(span, format!("not a code of table `{table}`"), instead));
            None
        }
    }
}

/// A code as the registry writes it, with `X` for every class, or for one class.
fn enhanced_code(text: &str) -> Result<Code, String> {
    let any_class = text.strip_prefix('X').map(|rest| format!("5{rest}"));
    let code: EnhancedCode =
        any_class.as_deref().unwrap_or(text).parse().map_err(|error| format!("{error}, or X.1.1 for every class"))?;
    Ok(Code::Enhanced {
        subject: code.subject(),
        detail: code.detail(),
        class: if any_class.is_some() { None } else { Some(code.class()) },
    })
}

fn reply_code(number: Spanned<i64>, problems: &mut Vec<Problem>) -> Option<Spanned<ReplyCode>> {
    match u16::try_from(*number.get_ref()).ok().and_then(ReplyCode::new) {
        Some(code) => Some(Spanned::new(number.span(), code)),
        None => {
            let what = format!("{} is not a reply code", number.get_ref());
            problems.push(Problem::new(number.span(), what, "a reply code is a number from 100 to 599"));
            None
        }
    }
}

// ----------------------------------------------------------------------------------------------------------- checking

fn check(entries: &[Entry], problems: &mut Vec<Problem>) -> Vec<Row> {
    let by_code = check_codes(entries, problems);
    for entry in entries {
        check_bounce(entry, problems);
        check_category(entry, problems);
    }
    by_code.values().filter_map(|entry| fill_in(entry, &by_code, problems)).collect()
}

/// Every code once, in order, and none missing of those that the others fall back to.
fn check_codes<'a>(entries: &'a [Entry], problems: &mut Vec<Problem>) -> BTreeMap<Code, &'a Entry> {
    let mut by_code: BTreeMap<Code, &Entry> = BTreeMap::new();
    let mut last: BTreeMap<Table, Code> = BTreeMap::new();
    for entry in entries {
        let code = *entry.code.get_ref();
        if let Some(first) = by_code.get(&code) {
            problems.push(
                Problem::new(entry.code.span(), format!("{code} has a row already"), "keep one of the two rows")
                    .also(first.code.span(), "the first row is here"),
            );
            continue;
        }
        by_code.insert(code, entry);
        match last.get(&entry.table) {
            Some(last) if *last > code => {
                let what = format!("{code} stands after {last}");
                problems.push(Problem::new(entry.code.span(), what, "put the rows of a table in code order"));
            }
            _ => {}
        }
        last.insert(entry.table, code);
    }
    let classes = [Class::Success, Class::PersistentTransientFailure, Class::PermanentFailure].map(Code::Class);
    let needed = classes.into_iter().chain((0..=7).map(Code::Subject)).chain((1..=5).map(Code::Group));
    for code in needed.filter(|code| !by_code.contains_key(code)) {
        let table = match code {
            Code::Class(_) => Table::Class,
            Code::Subject(_) => Table::Subject,
            _ => Table::Group,
        };
        let what = format!("the row {code} of table `{table}` is missing");
        problems.push(Problem::new(0..0, what, "add it: other codes fall back to it"));
    }
    by_code
}

/// Only a permanent failure has a bounce to choose.
fn check_bounce(entry: &Entry, problems: &mut Vec<Problem>) {
    let Some(bounce) = &entry.bounce else { return };
    let class = entry.code.get_ref().class();
    let instead = match (entry.code.get_ref(), class) {
        (Code::Class(Class::PersistentTransientFailure), _) if *bounce.get_ref() == Bounce::Soft => return,
        (_, Some(Class::PersistentTransientFailure)) => "a transient failure is always soft: leave `bounce` out",
        (_, Some(Class::Success)) => "a success is no bounce: leave `bounce` out",
        (Code::Reply(_), None) => "this reply is no failure: leave `bounce` out",
        _ => return,
    };
    let what = format!("{} cannot be `{}`", entry.code.get_ref(), bounce.get_ref());
    problems.push(Problem::new(bounce.span(), what, instead));
}

/// A failure that was `delivered` would lose mail.
fn check_category(entry: &Entry, problems: &mut Vec<Problem>) {
    let Some(category) = &entry.category else { return };
    if *category.get_ref() == Category::Delivered && entry.code.get_ref().class() != Some(Class::Success) {
        let what = format!("{} cannot be `delivered`", entry.code.get_ref());
        problems.push(Problem::new(category.span(), what, "only class 2 and 2xx replies mean that"));
    }
}

/// The row with what its parents say where it says nothing itself.
fn fill_in(entry: &Entry, by_code: &BTreeMap<Code, &Entry>, problems: &mut Vec<Problem>) -> Option<Row> {
    let code = *entry.code.get_ref();
    let line: Vec<&Entry> =
        std::iter::successors(Some(entry), |entry| by_code.get(&entry.code.get_ref().parent()?).copied()).collect();
    // The X row of a row for one class: what these two do not say, nobody does.
    let own = line.iter().filter(|entry| entry.table == line[0].table);

    let mut missing = |key: &str| {
        let what = format!("the row {code} has no `{key}`");
        problems.push(Problem::new(entry.code.span(), what, format!("add a line `{key} = …`")));
    };
    let name = own.clone().find_map(|entry| entry.name.as_ref()).map(|name| name.get_ref().clone());
    let description = own.clone().find_map(|entry| entry.description.as_ref()).map(|text| text.get_ref().clone());
    let references = own.clone().find_map(|entry| entry.references.as_ref()).map(strings);
    let category = line.iter().find_map(|entry| entry.category.as_ref()).map(|category| *category.get_ref());
    if name.is_none() {
        missing("name");
    }
    if description.is_none() {
        missing("description");
    }
    if category.is_none() {
        missing("category");
    }
    if references.is_none() {
        missing("references");
    }
    let bounce = match code.class() {
        Some(class @ (Class::Success | Class::PersistentTransientFailure)) => {
            by_code.get(&Code::Class(class)).and_then(|entry| entry.bounce.as_ref())
        }
        _ => line.iter().find_map(|entry| entry.bounce.as_ref()),
    };
    if matches!(code, Code::Class(Class::PersistentTransientFailure | Class::PermanentFailure)) && bounce.is_none() {
        missing("bounce");
    }
    let registry_name = match own.clone().nth(1) {
        Some(every_class) => every_class.name.as_ref().filter(|label| Some(label.get_ref()) != name.as_ref()),
        None => entry.registry_name.as_ref(),
    };
    Some(Row {
        table: entry.table,
        code,
        registry_name: registry_name.map(|label| label.get_ref().clone()),
        name: name?,
        description: description?,
        category: category?,
        bounce: bounce.map(|bounce| *bounce.get_ref()),
        unspecific: entry.unspecific.as_ref().is_some_and(|unspecific| *unspecific.get_ref()),
        reply_codes: own
            .clone()
            .find_map(|entry| entry.reply_codes.as_ref())
            .map_or(Vec::new(), |codes| codes.get_ref().iter().map(|code| *code.get_ref()).collect()),
        references: references?,
    })
}

fn strings(list: &Spanned<Vec<Spanned<String>>>) -> Vec<String> {
    list.get_ref().iter().map(|text| text.get_ref().clone()).collect()
}
