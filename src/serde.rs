//! Serialization: labels and codes as strings and numbers, rows and verdicts as objects.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use ::serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use ::serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::code::{EnhancedCode, ReplyCode};
use crate::key::Key;
use crate::provider::Provider;
use crate::row::Row;
use crate::verdict::Verdict;
use crate::vocabulary::{Bounce, Category, Class, Command, Scope, Table};

impl Serialize for ReplyCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.get())
    }
}

impl<'de> Deserialize<'de> for ReplyCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u16::deserialize(deserializer)?;
        ReplyCode::new(number)
            .ok_or_else(|| Error::invalid_value(Unexpected::Unsigned(number.into()), &"a number from 100 to 599"))
    }
}

/// Types that serialize as text: `Display` writes it, `FromStr` reads it.
macro_rules! as_text {
    ($($name:ident: $expected:literal,)*) => {
        $(
            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_str(TextVisitor { expected: $expected, reads: PhantomData })
                }
            }
        )*
    };
}

as_text! {
    EnhancedCode: "an enhanced code such as 5.1.1",
    Class: "a class",
    Bounce: "a bounce",
    Category: "a category",
    Command: "a command",
    Key: "a key such as X.1.1 or 550",
    Scope: "a scope",
    Table: "the name of a table",
}

struct TextVisitor<T> {
    expected: &'static str,
    reads: PhantomData<T>,
}

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// The object that rows and verdicts serialize as: always the same keys, in this order, with null for absent values. The
/// command's JSON and TSV are made from it.
#[derive(Default)]
struct Answer<'a> {
    reply: Option<ReplyCode>,
    enhanced: Option<&'a dyn fmt::Display>,
    class: Option<Class>,
    bounce: Option<Bounce>,
    category: Option<Category>,
    retry: Option<bool>,
    retry_after: Option<u64>,
    scope: Option<Scope>,
    provider: Option<&'a str>,
    contradictory: Option<bool>,
    evidence: Option<&'a [u8]>,
}

impl Answer<'_> {
    fn serialize<S: Serializer>(&self, row: &Row, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Answer", 17)?;
        object.serialize_field("reply", &self.reply)?;
        object.serialize_field("enhanced", &self.enhanced.map(Text))?;
        object.serialize_field("class", &self.class)?;
        object.serialize_field("bounce", &self.bounce)?;
        object.serialize_field("category", &self.category)?;
        object.serialize_field("name", row.name())?;
        object.serialize_field("registry_name", &row.registry_name())?;
        object.serialize_field("description", row.description())?;
        object.serialize_field("matched", &row.key().table())?;
        object.serialize_field("references", row.references())?;
        object.serialize_field("retry", &self.retry)?;
        object.serialize_field("retry_after", &self.retry_after)?;
        object.serialize_field("scope", &self.scope)?;
        object.serialize_field("provider", &self.provider)?;
        object.serialize_field("contradictory", &self.contradictory)?;
        object.serialize_field("evidence", &self.evidence.map(Lossy).as_ref().map(|text| Text(text)))?;
        object.end()
    }
}

struct Text<'a>(&'a dyn fmt::Display);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

/// Bytes as text, with replacement characters for anything that is not UTF-8.
struct Lossy<'a>(&'a [u8]);

impl fmt::Display for Lossy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.utf8_chunks().try_for_each(|chunk| {
            f.write_str(chunk.valid())?;
            f.write_str(if chunk.invalid().is_empty() { "" } else { "\u{fffd}" })
        })
    }
}

impl Serialize for Verdict<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let enhanced = self.enhanced_code();
        let answer = Answer {
            reply: self.reply_code(),
            enhanced: enhanced.as_ref().map(|code| code as &dyn fmt::Display),
            class: self.class(),
            bounce: self.bounce(),
            category: Some(self.category()),
            retry: Some(self.retry()),
            retry_after: self.retry_after().map(|wait| wait.as_secs()),
            scope: self.scope(),
            provider: self.provider().map(Provider::name),
            contradictory: Some(self.is_contradictory()),
            evidence: self.evidence(),
        };
        answer.serialize(self.row(), serializer)
    }
}

/// A row serializes as the answer that it gives. `matched` is its table, and an enhanced code keeps its `X`.
impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let key = self.key();
        let (reply, enhanced): (_, Option<&dyn fmt::Display>) = match &key {
            Key::Reply(code) => (Some(*code), None),
            Key::Pair(enhanced, code) => (Some(*code), Some(enhanced)),
            Key::Enhanced { .. } => (None, Some(&key)),
            _ => (None, None),
        };
        let answer = Answer {
            reply,
            enhanced,
            class: key.class(),
            bounce: self.permanent_bounce(),
            category: Some(self.category()),
            scope: self.scope(),
            retry_after: self.retry_after().map(|wait| wait.as_secs()),
            provider: if let Key::Provider(provider, _) = key { Some(provider) } else { None },
            ..Answer::default()
        };
        answer.serialize(self, serializer)
    }
}
