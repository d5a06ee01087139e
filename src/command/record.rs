//! The one object that every format is written from.

use std::fmt::Display;

use bounce_codes::{Bounce, Category, Class, ReplyCode, Row, Table, Verdict};
use serde::Serialize;

use super::is_control;

/// What is known of one input; the fields, in this order, are the keys of the JSON.
#[derive(Default, Serialize)]
pub struct Record<'a> {
    pub input: &'a str,
    pub reply: Option<ReplyCode>,
    pub enhanced: Option<String>,
    pub class: Option<Class>,
    pub bounce: Option<Bounce>,
    pub category: Option<Category>,
    pub name: Option<&'static str>,
    pub registry_name: Option<&'static str>,
    pub description: Option<&'static str>,
    pub matched: Option<Table>,
    pub references: Option<&'static [&'static str]>,
}

impl<'a> Record<'a> {
    /// An input that holds no code.
    pub fn nothing(input: &'a str) -> Record<'a> {
        Record { input, ..Record::default() }
    }

    /// An input that holds codes.
    pub fn of_verdict(input: &'a str, verdict: &Verdict) -> Record<'a> {
        Record {
            reply: verdict.reply(),
            enhanced: verdict.enhanced().map(|code| code.to_string()),
            class: verdict.class(),
            bounce: verdict.bounce(),
            category: Some(verdict.category()),
            ..Record::described_by(input, verdict.row())
        }
    }

    /// A row for itself.
    pub fn of_row(input: &'a str, row: &'static Row) -> Record<'a> {
        Record {
            reply: row.code().parse().ok(),
            enhanced: (row.table() == Table::Enhanced).then(|| row.code().to_owned()),
            class: row.class(),
            bounce: row.bounce(),
            category: Some(row.category()),
            ..Record::described_by(input, row)
        }
    }

    /// What a row says whoever asks for it.
    fn described_by(input: &'a str, row: &'static Row) -> Record<'a> {
        Record {
            input,
            name: Some(row.name()),
            registry_name: row.registry_name(),
            description: Some(row.description()),
            matched: Some(row.table()),
            references: Some(row.references()),
            ..Record::default()
        }
    }

    /// The names of the columns.
    pub const KEYS: [&'static str; 11] = [
        "input",
        "reply",
        "enhanced",
        "class",
        "bounce",
        "category",
        "name",
        "registry_name",
        "description",
        "matched",
        "references",
    ];

    /// The values as text, absent ones empty.
    pub fn columns(&self) -> [String; 11] {
        fn text(value: Option<impl Display>) -> String {
            value.map_or(String::new(), |value| value.to_string())
        }
        [
            self.input.to_owned(),
            text(self.reply),
            text(self.enhanced.as_ref()),
            text(self.class),
            text(self.bounce),
            text(self.category),
            text(self.name),
            text(self.registry_name),
            text(self.description),
            text(self.matched),
            self.references.unwrap_or_default().join(", "),
        ]
    }

    /// The record as a line of JSON. JSON itself lets some control characters pass, and a terminal would obey them.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let json = serde_json::to_string(self)?;
        if !json.contains(is_control) {
            return Ok(json);
        }
        let escape = |c: char| if is_control(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
        Ok(json.chars().map(escape).collect())
    }
}

/// What to do, in a sentence.
pub fn advice(bounce: Option<Bounce>) -> &'static str {
    match bounce {
        None => "Nothing to do: this is no failure.",
        Some(Bounce::Soft) => "Retry later, and keep the address: this may pass.",
        Some(Bounce::Hard) => "Stop mailing this address: the mailbox or its domain is not there.",
        Some(Bounce::Block) => {
            "Keep the address: it may be fine. Fix the message, its authentication, the connection or the reputation."
        }
    }
}

/// A value, or a dash where there is none.
pub fn or_dash(value: Option<impl Display>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}
