//! The one object that every format is written from.

use std::fmt::Display;
use std::sync::LazyLock;

use bounce_codes::{Class, Row, Verdict};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::output::is_control;

/// An input and the answer to it.
#[derive(serde::Serialize)]
pub struct Record<'a> {
    input: &'a str,
    #[serde(flatten)]
    answer: Answer<'a>,
}

/// What is known about an input. The library decides which keys its JSON has.
pub enum Answer<'a> {
    Verdict(Verdict<'a>),
    Row(&'static Row),
    /// The row for a code that is written with an `X`.
    EveryClass(&'a str, &'static Row),
    Nothing,
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Answer::Verdict(verdict) => verdict.serialize(serializer),
            Answer::Row(row) => row.serialize(serializer),
            Answer::EveryClass(code, row) => {
                let mut object = to_object(row);
                object["enhanced"] = Value::from(*code);
                object.serialize(serializer)
            }
            Answer::Nothing => {
                let mut object = serializer.serialize_map(None)?;
                KEYS.iter().skip(1).try_for_each(|key| object.serialize_entry(key, &None::<u8>))?;
                object.end()
            }
        }
    }
}

/// The keys of a record in order, which are also the columns of TSV.
pub static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let any = Record::new("", Answer::Row(Class::Success.row()));
    to_object(&any).into_iter().map(|(key, _)| key).collect()
});

fn to_object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

impl<'a> Record<'a> {
    pub fn new(input: &'a str, answer: Answer<'a>) -> Record<'a> {
        Record { input, answer }
    }

    /// The values as text, absent ones empty.
    pub fn columns(&self) -> Vec<String> {
        fn text(value: Value) -> String {
            match value {
                Value::Null => String::new(),
                Value::String(text) => text,
                Value::Array(values) => values.into_iter().map(text).collect::<Vec<_>>().join(", "),
                value => value.to_string(),
            }
        }
        to_object(self).into_iter().map(|(_, value)| text(value)).collect()
    }

    /// The record as a line of JSON. JSON itself permits some control characters that a terminal would act on.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let json = serde_json::to_string(self)?;
        if !json.contains(is_control) {
            return Ok(json);
        }
        let escape = |c: char| if is_control(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
        Ok(json.chars().map(escape).collect())
    }
}

/// A value, or a dash if there is none.
pub fn or_dash(value: Option<impl Display>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}
