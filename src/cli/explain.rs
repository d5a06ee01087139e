//! `explain`: what a reply or a code means, for a person.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use bounce_codes::{Delivery, EnhancedCode, Key, ReplyCode, Row};
use clap::{Args, ValueEnum};

use super::explanation::Explanation;
use super::input::{name, open, unreadable};
use super::lines::{Lines, events};
use super::message::{self, Part};
use super::output::{Done, excerpt, printable, report};
use super::record::{Answer, KnownVerdicts, Record, recipient};

/// Explain replies, codes and bounce messages: what happened and what to do about it
#[derive(Args)]
pub struct Explain {
    /// A reply code (550), an enhanced code (5.1.1, or X.1.1 for every class), a whole reply or log line in quotes, or a file
    /// with replies or a bounce message; `-` or nothing means standard input
    #[arg(value_name = "INPUT")]
    inputs: Vec<OsString>,
    /// Text for a person, or one JSON object per line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// The longest file that is read. `classify` reads longer ones.
const LONGEST: u64 = 64 << 20;

/// The longest input in an error message, in characters.
const LONGEST_QUOTED: usize = 200;

impl Explain {
    pub fn run(self) -> Done {
        let mut explainer = Explainer {
            out: anstream::stdout().lock(),
            format: self.format,
            is_first: true,
            is_unquoted: is_unquoted(&self.inputs),
            code: ExitCode::SUCCESS,
        };
        let standard_input = [OsString::from("-")];
        for input in if self.inputs.is_empty() { &standard_input[..] } else { &self.inputs } {
            if is_file(input) {
                explainer.explain_file(Path::new(input))?;
            } else {
                explainer.explain_argument(input.as_encoded_bytes())?;
            }
        }
        if explainer.is_unquoted {
            let words: Vec<_> = self.inputs.iter().map(|input| input.to_string_lossy()).collect();
            let reply = excerpt(&words.join(" "), LONGEST_QUOTED);
            explainer.fail(&format!("each word was read by itself; quote a reply: bounce-codes explain \"{reply}\""));
        }
        Ok(explainer.code)
    }
}

/// Whether an argument names standard input or something to read. A code is a code, even if there is a file of this name; a
/// message is a file, even if it is missing.
fn is_file(input: &OsString) -> bool {
    let path = Path::new(input);
    input == "-" || is_message_file(path) || (path.exists() && !input.to_str().is_some_and(is_code))
}

fn is_message_file(path: &Path) -> bool {
    let is_one_word = !path.to_string_lossy().contains(char::is_whitespace);
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("eml")) && (is_one_word || path.exists())
}

fn is_code(text: &str) -> bool {
    text.parse::<ReplyCode>().is_ok() || text.parse::<EnhancedCode>().is_ok() || text.parse::<Key>().is_ok()
}

/// Whether the arguments look like a reply that somebody forgot to quote: a code and words.
fn is_unquoted(inputs: &[OsString]) -> bool {
    let is_word = |input: &OsString| {
        let text = input.to_string_lossy();
        text.contains(char::is_alphabetic) && !text.contains(char::is_whitespace) && !is_code(&text) && !is_file(input)
    };
    match inputs {
        [first, rest @ ..] => first.to_str().is_some_and(is_code) && rest.iter().any(is_word),
        [] => false,
    }
}

struct Explainer<W> {
    out: W,
    format: Format,
    /// Whether nothing has been explained yet.
    is_first: bool,
    /// Whether the arguments are the words of one reply, so most of them say nothing.
    is_unquoted: bool,
    code: ExitCode,
}

impl<W: Write> Explainer<W> {
    fn fail(&mut self, problem: &str) {
        report(problem);
        self.code = ExitCode::FAILURE;
    }

    fn explain_argument(&mut self, text: &[u8]) -> io::Result<()> {
        if message::is_message(text) {
            return self.explain_message("the message", text);
        }
        let mut parts = message::pasted_report(text);
        if parts.is_empty() {
            parts.push(Part { text: text.to_vec(), recipient: None });
        }
        for part in parts {
            if !self.explain(&part)? && !self.is_unquoted {
                let text = excerpt(&String::from_utf8_lossy(&part.text), LONGEST_QUOTED);
                let may_be_file = !text.is_empty() && !text.contains(char::is_whitespace);
                let no_file = if may_be_file { ", and no file of this name" } else { "" };
                self.fail(&format!(
                    "no SMTP code in `{text}`{no_file}: expected a reply code such as 550, an enhanced code such as 5.1.1 (or \
                     X.1.1, for a defined subject), text that holds one, or a file",
                ));
            }
        }
        Ok(())
    }

    fn explain_file(&mut self, path: &Path) -> io::Result<()> {
        let name = printable(&name(path)).into_owned();
        if path == Path::new("-") && io::stdin().is_terminal() {
            report("reading from the terminal; end the input with Ctrl-D");
        }
        let content = match read(path) {
            Ok(content) => content,
            Err(problem) => {
                self.fail(&format!("cannot read {name}: {problem}"));
                return Ok(());
            }
        };
        if is_message_file(path) || message::is_message(&content) {
            return self.explain_message(&name, &content);
        }
        let parts = match message::pasted_report(&content) {
            parts if parts.is_empty() => self.records(&name, content),
            parts => parts,
        };
        self.explain_all(&name, &parts)
    }

    fn explain_message(&mut self, name: &str, message: &[u8]) -> io::Result<()> {
        if message::is_mailbox(message) {
            self.fail(&format!("{name} seems to be a mailbox; only its first message was read"));
        }
        self.explain_all(name, &message::parts(message))
    }

    fn explain_all(&mut self, name: &str, parts: &[Part]) -> io::Result<()> {
        let mut silent = if parts.is_empty() { 1 } else { 0 };
        for part in parts {
            silent += u64::from(!self.explain(part)?);
        }
        if silent > 0 {
            let of = if parts.len() > 1 { format!("{silent} of {} parts of ", parts.len()) } else { String::new() };
            self.fail(&format!("{of}{name}: nothing about a delivery"));
        }
        Ok(())
    }

    /// The records in a file: each line, if it is a log or if each of them is a reply by itself, or else the whole text.
    fn records(&mut self, name: &str, content: Vec<u8>) -> Vec<Part> {
        let mut lines = Lines::new(&content[..]);
        let mut records: Vec<Part> = Vec::new();
        loop {
            while let Some(record) = lines.next() {
                if !record.trim_ascii().is_empty() {
                    records.push(Part { text: record.to_vec(), recipient: None });
                }
            }
            if lines.ended || lines.read().is_err() {
                break;
            }
        }
        let speaks = |record: &&Part| {
            let reply = Delivery::parse(&record.text).reply();
            reply.is_some_and(|reply| reply.reply_code().is_some() || reply.enhanced_code().is_some())
        };
        let speaking = records.iter().filter(speaks).count();
        let names_recipient = |record: &&Part| Delivery::parse(&record.text).recipient().is_some();
        let is_log = records.iter().filter(names_recipient).count() > 1;
        let is_indented = records.iter().any(|record| record.text[0].is_ascii_whitespace());
        if records.len() > 1 && (is_log || speaking == records.len()) && !is_indented {
            return records;
        }
        if records.len() > 1 && speaking > 1 {
            report(&format!("{name} was read as one text; to read each line by itself, use `bounce-codes classify`"));
        }
        vec![Part { text: content, recipient: None }]
    }

    /// Explains one input, with every event and recipient in it, and returns whether there was anything to explain.
    fn explain(&mut self, part: &Part) -> io::Result<bool> {
        let mut says_something = false;
        for record in events(&part.text) {
            for delivery in Delivery::parse_all(record) {
                says_something |= self.explain_delivery(record, &delivery, part.recipient.as_deref())?;
            }
        }
        Ok(says_something)
    }

    fn explain_delivery(&mut self, record: &[u8], delivery: &Delivery<'_>, of_part: Option<&str>) -> io::Result<bool> {
        let text = String::from_utf8_lossy(record);
        let written = text.trim().to_ascii_uppercase();
        let answer = match row_for_every_class(&written) {
            Some(row) => Answer::EveryClass(&written, row),
            None => delivery.verdict().map_or(Answer::Nothing, Answer::Verdict),
        };
        let outcome = delivery.outcome();
        let says_something = !matches!(answer, Answer::Nothing) || outcome.is_some();
        let recipient = recipient(delivery, record).or(of_part.map(Cow::Borrowed));
        let recipient = recipient.as_deref();
        match self.format {
            Format::Json => {
                let mut line = Vec::new();
                Record::new(&text, answer, recipient).write_json(&mut line, &mut KnownVerdicts::default())?;
                self.out.write_all(&line)?;
            }
            Format::Text if says_something => {
                if !std::mem::take(&mut self.is_first) {
                    writeln!(self.out)?;
                }
                Explanation { input: &text, answer, outcome, recipient }.write(&mut self.out)?;
            }
            Format::Text => {}
        }
        Ok(says_something)
    }
}

/// The whole input, if it is text.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    let input = open(path).map_err(|error| error.to_string())?;
    input.take(LONGEST + 1).read_to_end(&mut content).map_err(|error| error.to_string())?;
    if let Some(what) = unreadable(&content) {
        return Err(format!("it is {what}"));
    }
    if content.len() as u64 > LONGEST {
        return Err(format!(
            "it is longer than {} MiB; `bounce-codes classify` reads logs of any length",
            LONGEST >> 20
        ));
    }
    if content.starts_with(b"\xef\xbb\xbf") {
        content.drain(..3);
    }
    Ok(content)
}

/// The row for a code such as `X.7.26`, or else for its subject, `X.7`.
fn row_for_every_class(written: &str) -> Option<&'static Row> {
    let find = |key: Key| key.table().rows().find(|row| row.key() == key);
    match written.parse().ok()? {
        key @ Key::Enhanced { subject, class: None, .. } => find(key).or_else(|| find(Key::Subject(subject))),
        key @ Key::Subject(_) => find(key),
        _ => None,
    }
}
