//! Reading the rows that stand in a TOML text, each key for itself.

use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::problem::{Problem, did_you_mean, nearest};
use super::{Code, Entry, Located, Place};
use crate::code::{EnhancedCode, ReplyCode};
use crate::vocabulary::{Bounce, Category, Class, Table};

/// The keys of a row: the tables that have them, and what they mean.
pub const KEYS: &[(&str, &[Table], &str)] = &[
    (
        "code",
        Table::ALL,
        "The code. `X` stands for every class; a row for one class says only what is different there.",
    ),
    ("name", Table::ALL, "The label: the article's where it has the code, else the registry's."),
    ("registry_name", &[Table::Group], "The label that the standard has, where it says something else than `name`."),
    ("description", Table::ALL, "One sentence of ours: what happened, as a sender would want to know it."),
    ("category", Table::ALL, "Why. May be left out where it is what the subject, the group or the class says."),
    (
        "bounce",
        &[Table::Class, Table::Subject, Table::Enhanced, Table::Reply],
        "What a permanent failure with this code asks for: `soft` (retry), `hard` (drop the address) or `block` (mend our \
         own side). May be left out where it is what the subject or the class says.",
    ),
    (
        "unspecific",
        &[Table::Reply],
        "True where receivers use the reply code for many reasons, so that an enhanced code which names at least a \
         subject knows more.",
    ),
    (
        "article",
        &[Table::Class, Table::Enhanced, Table::Group, Table::Reply],
        "True for the codes of the article that this project began with: the most frequent ones.",
    ),
    ("reply_codes", &[Table::Enhanced], "The reply codes that usually stand before this enhanced code."),
    ("references", Table::ALL, "The documents that define the code, such as \"RFC 3463\"."),
];

/// Reads the rows of one source.
pub(super) fn read(source: usize, text: &str, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let mut reader = Reader { source, problems };
    let (document, errors) = DeTable::parse_recoverable(text);
    // One `[enhanced]` for `[[enhanced]]` makes every other row a repetition: it is enough to name that one below.
    let are_lists = document
        .get_ref()
        .iter()
        .all(|(name, value)| value.get_ref().is_array() || name.get_ref().parse::<Table>().is_err());
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let problem = match error.message() {
            "duplicate key" if !are_lists => continue,
            "duplicate key" => reader.problem(span, "this key stands twice in its row", "keep one of the two"),
            message => reader.problem(span, "this is not TOML", message),
        };
        problem.hides_others = true;
    }
    let mut entries = Vec::new();
    for (name, value) in document.into_inner() {
        let Ok(table) = name.get_ref().parse::<Table>() else {
            let instead = did_you_mean(name.get_ref(), Table::ALL.iter().map(|table| table.as_str()));
            reader.problem(name.span(), format!("unknown table `{}`", name.get_ref()), instead).hides_others = true;
            continue;
        };
        let instead = format!("begin each row with a line `[[{table}]]`");
        let DeValue::Array(rows) = value.into_inner() else {
            reader.problem(name.span(), format!("`{table}` is not a list of rows"), instead).hides_others = true;
            continue;
        };
        for row in rows {
            let span = row.span();
            match row.into_inner() {
                DeValue::Table(row) => entries.extend(reader.row(table, row, span)),
                _ => {
                    reader.problem(span, format!("this is not a row of `{table}`"), instead.clone());
                }
            }
        }
    }
    entries
}

struct Reader<'a> {
    source: usize,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, span: Range<usize>, what: impl Into<String>, instead: impl Into<String>) -> &mut Problem {
        let place = self.place(span);
        self.problems.push(Problem::new(place, what, instead));
        self.problems.last_mut().expect("one was pushed")
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place { source: self.source, span }
    }

    fn located<T>(&self, value: Spanned<T>) -> Located<T> {
        Located { place: self.place(value.span()), value: value.into_inner() }
    }

    fn row(&mut self, table: Table, row: DeTable<'_>, span: Range<usize>) -> Option<Entry> {
        let keys = || KEYS.iter().filter(|(_, tables, _)| tables.contains(&table)).map(|(key, ..)| *key);
        let mut values = BTreeMap::new();
        let mut unreadable = Vec::new();
        for (key, value) in row {
            if keys().any(|known| known == key.get_ref()) {
                values.insert(key.get_ref().to_string(), value);
            } else {
                let what = format!("unknown key `{}` in a row of `{table}`", key.get_ref());
                self.problem(key.span(), what, did_you_mean(key.get_ref(), keys()));
                // Most likely that is the key, so that nobody need hear that it is missing.
                unreadable.extend(nearest(key.get_ref(), keys()).map(str::to_owned));
            }
        }
        if !values.contains_key("code") {
            self.problem(span, format!("a row of `{table}` has no `code`"), "add a line `code = …`");
        }
        let mut fields = Fields { reader: self, values, unreadable };
        let code = fields.code(table);
        Some(Entry {
            name: fields.take("name", "a string"),
            registry_name: fields.take("registry_name", "a string"),
            description: fields.take("description", "a string"),
            category: fields.take_word("category", Category::ALL.iter().map(|word| word.as_str())),
            bounce: fields.take_word("bounce", Bounce::ALL.iter().map(|word| word.as_str())),
            unspecific: fields.take("unspecific", "true, or leave it out"),
            article: fields.take("article", "true, or leave it out"),
            reply_codes: fields.reply_codes(),
            references: fields.references(),
            unreadable: fields.unreadable,
            overlaid: self.source > 0,
            code: code?,
        })
    }
}

/// The values of one row, taken out one by one.
struct Fields<'a, 'b, 'text> {
    reader: &'a mut Reader<'b>,
    values: BTreeMap<String, Spanned<DeValue<'text>>>,
    unreadable: Vec<String>,
}

impl Fields<'_, '_, '_> {
    fn take<T: for<'de> Deserialize<'de>>(&mut self, key: &str, expected: &str) -> Option<Located<T>> {
        let value = self.values.remove(key)?;
        let span = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => Some(Located { value, place: self.reader.place(span) }),
            Err(error) => {
                let span = error.span().unwrap_or(span);
                self.reader.problem(span, format!("wrong type for `{key}`"), format!("write {expected}"));
                self.unreadable.push(key.to_owned());
                None
            }
        }
    }

    /// A value that is written as a word of a closed list.
    fn take_word<T: FromStr>(
        &mut self,
        key: &str,
        words: impl Iterator<Item = &'static str> + Clone,
    ) -> Option<Located<T>> {
        let Located { value, place } = self.take::<String>(key, "a string")?;
        match value.parse() {
            Ok(value) => Some(Located { value, place }),
            Err(_) => {
                self.reader.problem(place.span, format!("no such {key} `{value}`"), did_you_mean(&value, words));
                self.unreadable.push(key.to_owned());
                None
            }
        }
    }

    fn references(&mut self) -> Option<Located<Vec<Located<String>>>> {
        let list: Located<Vec<Spanned<String>>> =
            self.take("references", "strings in brackets, such as [\"RFC 3463\"]")?;
        let references = list.value.into_iter().map(|text| self.reader.located(text)).collect();
        Some(Located { value: references, place: list.place })
    }

    fn reply_codes(&mut self) -> Option<Located<Vec<Located<ReplyCode>>>> {
        let list: Located<Vec<Spanned<i64>>> = self.take("reply_codes", "numbers in brackets, such as [550, 551]")?;
        let numbers = list.value.into_iter().map(|number| self.reader.located(number));
        let numbers: Vec<Located<i64>> = numbers.collect();
        let codes = numbers.into_iter().filter_map(|number| self.reply_code(number)).collect();
        Some(Located { value: codes, place: list.place })
    }

    fn reply_code(&mut self, number: Located<i64>) -> Option<Located<ReplyCode>> {
        let Some(code) = u16::try_from(number.value).ok().and_then(ReplyCode::new) else {
            let what = format!("{} is not a reply code", number.value);
            self.reader.problem(number.place.span, what, "a reply code is a number from 100 to 599");
            return None;
        };
        Some(Located { value: code, place: number.place })
    }

    fn code(&mut self, table: Table) -> Option<Located<Code>> {
        let (code, place, instead) = match table {
            Table::Class => {
                let number: Located<i64> = self.take("code", "2, 4 or 5")?;
                let class = u8::try_from(number.value).ok().and_then(Class::from_digit);
                (class.map(Code::Class), number.place, "a class is 2, 4 or 5".to_owned())
            }
            Table::Subject => {
                let number: Located<i64> = self.take("code", "a number from 0 to 7")?;
                let subject = u16::try_from(number.value).ok().filter(|subject| *subject <= 999);
                (subject.map(Code::Subject), number.place, "a subject is a number from 0 to 999".to_owned())
            }
            Table::Enhanced => {
                let text: Located<String> = self.take("code", "a string such as \"X.1.1\" or \"5.1.1\"")?;
                match enhanced_code(&text.value) {
                    Ok(code) => (Some(code), text.place, String::new()),
                    Err(instead) => (None, text.place, instead),
                }
            }
            Table::Group => {
                let text: Located<String> = self.take("code", "a string such as \"5xx\"")?;
                let code = match text.value.as_bytes() {
                    [digit @ b'1'..=b'5', b'x', b'x'] => Some(Code::Group(digit - b'0')),
                    _ => None,
                };
                (code, text.place, "a group is 1xx, 2xx, 3xx, 4xx or 5xx".to_owned())
            }
            Table::Reply => {
                let number: Located<i64> = self.take("code", "a number such as 550")?;
                let Located { value, place } = self.reply_code(number)?;
                (Some(Code::Reply(value)), place, String::new())
            }
        };
        if code.is_none() {
            self.reader.problem(place.span.clone(), format!("not a code of table `{table}`"), instead);
        }
        Some(Located { value: code?, place })
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
