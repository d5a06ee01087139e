//! The one object that every format is written from.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::sync::LazyLock;

use bounce_codes::{Class, Delivery, Outcome, Provider, Row, Verdict};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::output::{has_control, is_control, printable};

/// An input and the answer to it.
#[derive(serde::Serialize)]
pub struct Record<'a> {
    input: &'a str,
    #[serde(flatten)]
    answer: Answer<'a>,
    recipient: Option<&'a str>,
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
                ANSWER_KEYS.iter().try_for_each(|key| object.serialize_entry(key, &None::<u8>))?;
                object.end()
            }
        }
    }
}

/// The library's keys in order.
static ANSWER_KEYS: LazyLock<Vec<String>> =
    LazyLock::new(|| to_object(&Class::Success.row()).into_iter().map(|(key, _)| key).collect());

fn to_object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

impl<'a> Record<'a> {
    pub fn new(input: &'a str, answer: Answer<'a>, recipient: Option<&'a str>) -> Record<'a> {
        Record { input, answer, recipient }
    }

    /// Writes the record as a line of JSON.
    pub fn write_json(&self, out: &mut Vec<u8>, known: &mut KnownVerdicts) -> io::Result<()> {
        out.extend(b"{\"input\":");
        write_text(out, self.input)?;
        out.push(b',');
        match &self.answer {
            Answer::Verdict(verdict) => {
                out.extend(known.without_evidence(verdict)?);
                match verdict.evidence() {
                    Some(evidence) => write_text(out, &text_of(evidence))?,
                    None => out.extend(b"null"),
                }
            }
            Answer::Nothing => out.extend(NOTHING.as_bytes()),
            answer => write_shown(out, members(&serde_json::to_string(answer)?))?,
        }
        out.extend(b",\"recipient\":");
        match self.recipient {
            Some(recipient) => write_text(out, recipient)?,
            None => out.extend(b"null"),
        }
        out.extend(b"}\n");
        Ok(())
    }

    /// The header of TSV.
    pub fn columns() -> io::Result<Vec<u8>> {
        let mut tsv = Record::tsv(Vec::new());
        tsv.write_record(["input"].into_iter().chain(ANSWER_KEYS.iter().map(String::as_str)).chain(["recipient"]))?;
        tsv.into_inner().map_err(|error| error.into_error())
    }

    /// A writer of TSV.
    pub fn tsv<W: Write>(out: W) -> csv::Writer<W> {
        csv::WriterBuilder::new().delimiter(b'\t').from_writer(out)
    }

    /// Writes the values as columns, absent ones empty. Each control character is escaped, so each record is one line.
    pub fn write_tsv(&self, tsv: &mut csv::Writer<impl Write>) -> csv::Result<()> {
        tsv.write_field(&*printable(self.input))?;
        match &self.answer {
            Answer::Verdict(verdict) => write_fields(tsv, verdict)?,
            _ => ANSWER_KEYS.iter().try_for_each(|_| tsv.write_field(""))?,
        }
        tsv.write_field(&*printable(self.recipient.unwrap_or_default()))?;
        tsv.write_record(None::<&[u8]>)
    }
}

/// The JSON of verdicts that have been written, because most of a log are the same few. All of it follows from the verdict
/// without its text, but for the evidence, which is the last value.
#[derive(Default)]
pub struct KnownVerdicts(HashMap<Known, Vec<u8>>);

/// A verdict without its text. Only what tells most of them apart is hashed, and whatever strangers choose.
#[derive(PartialEq, Eq)]
struct Known(Verdict<'static>);

impl Hash for Known {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Known(verdict) = self;
        (verdict.reply_code(), verdict.enhanced_code(), verdict.retry_after(), verdict.row().name()).hash(state);
    }
}

impl KnownVerdicts {
    /// More would be made up by strangers.
    const MOST: usize = 1024;

    /// The members of the verdict's JSON up to the value of its evidence.
    fn without_evidence(&mut self, verdict: &Verdict<'_>) -> io::Result<&[u8]> {
        if self.0.len() == Self::MOST {
            self.0.clear();
        }
        Ok(match self.0.entry(Known(verdict.without_text())) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let json = serde_json::to_string(&new.key().0)?;
                let mut shown = Vec::new();
                write_shown(&mut shown, members(json.strip_suffix("null}").unwrap_or(&json)))?;
                new.insert(shown)
            }
        })
    }
}

/// The members of the JSON of an input that says nothing.
static NOTHING: LazyLock<String> =
    LazyLock::new(|| members(&serde_json::to_string(&Answer::Nothing).unwrap_or_default()).to_owned());

/// What is between the braces of an object.
fn members(json: &str) -> &str {
    let json = json.strip_prefix('{').unwrap_or(json);
    json.strip_suffix('}').unwrap_or(json)
}

/// Writes a text as JSON.
fn write_text(out: &mut Vec<u8>, text: &str) -> io::Result<()> {
    // All bytes without a branch for each, so the compiler can check many at once.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') & (byte != b'"') & (byte != b'\\');
    if !text.bytes().fold(true, |all, byte| all & is_plain(byte)) {
        return write_shown(out, &serde_json::to_string(text)?);
    }
    out.push(b'"');
    out.extend(text.as_bytes());
    out.push(b'"');
    Ok(())
}

/// Writes JSON. JSON itself permits some control characters that a terminal would act on.
fn write_shown(out: &mut Vec<u8>, json: &str) -> io::Result<()> {
    if !has_control(json) {
        return out.write_all(json.as_bytes());
    }
    let mut units = [0; 2];
    for c in json.chars() {
        if is_control(c) {
            c.encode_utf16(&mut units).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))?;
        } else {
            write!(out, "{c}")?;
        }
    }
    Ok(())
}

/// The verdict in columns: the library's JSON without its keys.
fn write_fields(tsv: &mut csv::Writer<impl Write>, verdict: &Verdict<'_>) -> csv::Result<()> {
    let row = verdict.row();
    let text = |value: Option<&dyn Display>| value.map_or(String::new(), |value| value.to_string());
    tsv.write_field(text(verdict.reply_code().as_ref().map(|code| code as _)))?;
    tsv.write_field(text(verdict.enhanced_code().as_ref().map(|code| code as _)))?;
    tsv.write_field(verdict.class().map_or("", |class| class.as_str()))?;
    tsv.write_field(verdict.bounce().map_or("", |bounce| bounce.as_str()))?;
    tsv.write_field(verdict.category().as_str())?;
    tsv.write_field(row.name())?;
    tsv.write_field(row.registry_name().unwrap_or_default())?;
    tsv.write_field(row.description())?;
    tsv.write_field(verdict.matched().as_str())?;
    tsv.write_field(row.references().join(", "))?;
    tsv.write_field(if verdict.retry() { "true" } else { "false" })?;
    tsv.write_field(text(verdict.retry_after().map(|wait| wait.as_secs()).as_ref().map(|seconds| seconds as _)))?;
    tsv.write_field(verdict.scope().map_or("", |scope| scope.as_str()))?;
    tsv.write_field(verdict.provider().map_or("", Provider::name))?;
    tsv.write_field(if verdict.is_contradictory() { "true" } else { "false" })?;
    tsv.write_field(&*printable(&verdict.evidence().map(String::from_utf8_lossy).unwrap_or_default()))
}

/// How a delivery ended, as far as the summary and `--failures` are concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It failed, for now or for good.
    Failure,
    Delivered,
    /// Our own server refused a message.
    Refused,
    /// The input says nothing about a delivery.
    Nothing,
}

impl Kind {
    pub fn of(outcome: Option<Outcome>, verdict: Option<&Verdict<'_>>) -> Kind {
        match outcome {
            Some(Outcome::Failed | Outcome::Deferred) => Kind::Failure,
            Some(Outcome::Delivered) => Kind::Delivered,
            Some(Outcome::Refused) => Kind::Refused,
            // Words without a code are no outcome.
            _ if verdict.is_some_and(|verdict| verdict.bounce().is_some()) => Kind::Failure,
            _ => Kind::Nothing,
        }
    }
}

/// Bytes as text, with replacement characters for anything that is not UTF-8.
pub fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    // Most bytes are ASCII, which is checked faster here than there.
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The recipient that an input names.
pub fn recipient<'a>(delivery: &Delivery<'a>, input: &[u8]) -> Option<Cow<'a, str>> {
    Some(unescaped(text_of(delivery.recipient()?), input))
}

/// A value from the input as it is meant, which is not how JSON writes it.
fn unescaped<'a>(value: Cow<'a, str>, input: &[u8]) -> Cow<'a, str> {
    if value.contains('\\') && matches!(input.trim_ascii_start(), [b'{' | b'[', ..]) {
        if let Ok(unescaped) = serde_json::from_str(&format!("\"{value}\"")) {
            return Cow::Owned(unescaped);
        }
    }
    value
}

/// A value, or a dash for an absent one.
pub fn or_dash(value: Option<impl Display>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_is_unescaped() {
        for (value, input, expected) in [
            (r"\u0061da@example.com", " {\"a\":1}", "ada@example.com"),
            (r#"\"a b\"@example.com"#, "[{}]", "\"a b\"@example.com"),
            (r#""a\"b"@example.com"#, "to=<>", r#""a\"b"@example.com"#),
            (r"\x@example.com", "{}", r"\x@example.com"),
        ] {
            assert_eq!(unescaped(value.into(), input.as_bytes()), expected);
        }
    }

    #[test]
    fn known_verdicts_change_nothing() {
        let mut known = KnownVerdicts::default();
        let recipients = [None, Some("ada@example.com"), Some("\"a b\"@example.com")];
        let inputs = [
            "550 5.1.1 User unknown",
            "550 5.1.1 No such user",
            "550 5.1.1 No",
            "451 4.7.1 Greylisted, try again in 5 minutes",
            "451 4.7.1 Greylisted, try again in 6 minutes",
            "421 4.7.0 Try again later. a1-2002 - gsmtp",
            "421 4.7.0 Try again later",
            "550 \"evidence\":null}",
            "550 Benutzer ungültig",
            "User unknown",
            "nothing",
            "",
        ];
        for (input, recipient) in inputs.iter().flat_map(|input| recipients.map(|recipient| (input, recipient))) {
            let answer = bounce_codes::classify(input).map_or(Answer::Nothing, Answer::Verdict);
            let record = Record::new(input, answer, recipient);
            let mut written = Vec::new();
            record.write_json(&mut written, &mut known).unwrap();
            assert_eq!(String::from_utf8(written).unwrap(), serde_json::to_string(&record).unwrap() + "\n");
        }
    }

    #[test]
    fn the_outcome_comes_before_the_verdict() {
        let (hard, delivered) = (bounce_codes::classify("550 5.1.1 no"), bounce_codes::classify("250 ok"));
        for (outcome, verdict, expected) in [
            (Some(Outcome::Failed), None, Kind::Failure),
            (Some(Outcome::Deferred), None, Kind::Failure),
            (Some(Outcome::Delivered), hard, Kind::Delivered),
            (Some(Outcome::Refused), hard, Kind::Refused),
            (None, hard, Kind::Failure),
            (None, delivered, Kind::Nothing),
            (None, None, Kind::Nothing),
        ] {
            assert!(Kind::of(outcome, verdict.as_ref()) == expected, "{outcome:?} {verdict:?}");
        }
    }
}
