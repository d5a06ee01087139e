//! The JSON of the command, for every type of the library.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use ::serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use ::serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::code::{EnhancedCode, ReplyCode};
use crate::table::Row;
use crate::verdict::Verdict;
use crate::vocabulary::{Bounce, Category, Class, Table};

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

/// What is text in JSON: `Display` writes it, `FromStr` reads it.
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

/// The object that rows and verdicts are written as: all keys, in this order, absent values null.
struct Answer<'a> {
    reply: Option<ReplyCode>,
    enhanced: Option<&'a dyn fmt::Display>,
    class: Option<Class>,
    bounce: Option<Bounce>,
    category: Category,
    row: &'a Row,
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Answer", 10)?;
        object.serialize_field("reply", &self.reply)?;
        object.serialize_field("enhanced", &self.enhanced.map(Text))?;
        object.serialize_field("class", &self.class)?;
        object.serialize_field("bounce", &self.bounce)?;
        object.serialize_field("category", &self.category)?;
        object.serialize_field("name", self.row.name())?;
        object.serialize_field("registry_name", &self.row.registry_name())?;
        object.serialize_field("description", self.row.description())?;
        object.serialize_field("matched", &self.row.table())?;
        object.serialize_field("references", self.row.references())?;
        object.end()
    }
}

struct Text<'a>(&'a dyn fmt::Display);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let enhanced = self.enhanced();
        Answer {
            reply: self.reply(),
            enhanced: enhanced.as_ref().map(|code| code as &dyn fmt::Display),
            class: self.class(),
            bounce: self.bounce(),
            category: self.category(),
            row: self.row(),
        }
        .serialize(serializer)
    }
}

/// A row is its own answer: `matched` is its table, and an enhanced code keeps its `X`.
impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let code = self.code();
        Answer {
            reply: code.parse().ok(),
            enhanced: (self.table() == Table::Enhanced).then_some(&code as &dyn fmt::Display),
            class: self.class(),
            bounce: self.bounce(),
            category: self.category(),
            row: self,
        }
        .serialize(serializer)
    }
}
