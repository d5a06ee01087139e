//! `explain`: what a reply or a code means, for a person.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use bounce_codes::{Bounce, Key, Row, Table, classify};
use clap::{Args, ValueEnum};

use super::output::{Done, printable, report};
use super::record::{Answer, Record, or_dash};

/// Explain replies and codes: what happened and what to do about it
#[derive(Args)]
pub struct Explain {
    /// A reply code (550), an enhanced code (5.1.1, or X.1.1 for every class) or a whole reply
    #[arg(required = true, value_name = "REPLY_OR_CODE")]
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

impl Explain {
    pub fn run(self) -> Done {
        let mut out = anstream::stdout().lock();
        let mut code = ExitCode::SUCCESS;
        let mut first = true;
        for input in &self.inputs {
            let text = input.to_string_lossy();
            let written = text.trim().to_ascii_uppercase();
            let answer = find(&written, input.as_encoded_bytes());
            if matches!(answer, Answer::Nothing) {
                report(&format!(
                    "no SMTP code in `{}`: expected a reply code such as 550, an enhanced code such as 5.1.1 (or X.1.1, \
                     for a defined subject), or text that holds one",
                    printable(&text)
                ));
                code = ExitCode::FAILURE;
            }
            match (self.format, answer) {
                (Format::Json, answer) => writeln!(out, "{}", Record::new(&text, answer).to_json()?)?,
                (Format::Text, Answer::Nothing) => {}
                (Format::Text, answer) => {
                    if !std::mem::take(&mut first) {
                        writeln!(out)?;
                    }
                    write_text(&mut out, &text, &answer)?;
                }
            }
        }
        Ok(code)
    }
}

/// What the input means. `written` is the input in upper case, in case it is a code for every class.
fn find<'a>(written: &'a str, input: &'a [u8]) -> Answer<'a> {
    match row_for_every_class(written) {
        Some(row) => Answer::EveryClass(written, row),
        None => classify(input).map_or(Answer::Nothing, Answer::Verdict),
    }
}

/// The row for a code such as `X.7.26`, or else for its subject.
fn row_for_every_class(written: &str) -> Option<&'static Row> {
    let key @ Key::Enhanced { subject, class: None, .. } = written.parse().ok()? else { return None };
    let find = |key: Key| key.table().rows().find(|row| row.key() == key);
    find(key).or_else(|| find(Key::Subject(subject)))
}

// ------------------------------------------------------------------------------------------------------ for a person

/// As wide as the longest word in it, `block bounce`, and two spaces.
const MARGIN: usize = 14;

fn write_text(out: &mut impl Write, input: &str, answer: &Answer<'_>) -> std::io::Result<()> {
    let bold = Style::new().bold();
    for line in input.trim().lines() {
        writeln!(out, "{bold}{}{bold:#}", printable(line))?;
    }
    writeln!(out)?;

    let (row, bounce) = match answer {
        Answer::Verdict(verdict) => (verdict.row(), verdict.bounce()),
        Answer::Row(row) | Answer::EveryClass(_, row) => (*row, row.permanent_bounce()),
        Answer::Nothing => return Ok(()),
    };
    let (headline, color) = match bounce {
        None => ("no bounce", AnsiColor::Green),
        Some(Bounce::Soft) => ("soft bounce", AnsiColor::Yellow),
        Some(Bounce::Hard) => ("hard bounce", AnsiColor::Red),
        Some(Bounce::Block) => ("block bounce", AnsiColor::Magenta),
    };
    let advice = match answer {
        Answer::Verdict(verdict) => verdict.advice(),
        _ if matches!(bounce, Some(Bounce::Hard | Bounce::Block)) => "For class 5; class 4 is a soft bounce.",
        _ => "It depends on the class.",
    };
    write_entry(out, color.on_default().bold(), headline, advice)?;
    write_entry(out, Style::new(), "", row.description())?;
    if matches!(answer, Answer::Verdict(verdict) if verdict.is_contradictory()) {
        let kept = if bounce.is_some() { ", so the address is kept" } else { "" };
        write_entry(out, Style::new(), "", &format!("The two codes contradict each other{kept}."))?;
    }
    writeln!(out)?;

    let plain = Style::new();
    let (category, class) = match answer {
        Answer::Verdict(verdict) => (verdict.category(), verdict.class()),
        _ => (row.category(), row.key().class()),
    };
    write_entry(out, plain, "category", category.as_str())?;
    if let Some(class) = class {
        write_entry(out, plain, "class", &format!("{}, {}", class.digit(), class.row().name().to_lowercase()))?;
    }
    if let Answer::Verdict(verdict) = answer {
        write_entry(out, plain, "scope", &or_dash(verdict.scope()))?;
        write_entry(out, plain, "retry", if verdict.retry() { "yes" } else { "no" })?;
    }
    if let (Answer::Verdict(verdict), Key::Phrase(name)) = (answer, row.key()) {
        let evidence = verdict.evidence().map(String::from_utf8_lossy).unwrap_or_default();
        write_entry(out, plain.bold(), "words", &format!("\"{}\": {name}", printable(&evidence)))?;
    }
    let codes = match answer {
        Answer::Verdict(verdict) => {
            let enhanced = verdict.enhanced_code().map(|code| (code.to_string(), code.verdict().row()));
            let reply = verdict.reply_code().map(|code| (code.to_string(), code.verdict().row()));
            let both = matches!(row.key(), Key::Pair(..)).then(|| (row.key().to_string(), row));
            both.into_iter().chain(enhanced).chain(reply).collect()
        }
        Answer::EveryClass(code, _) => vec![(code.to_string(), row)],
        _ => vec![(row.key().to_string(), row)],
    };
    for (code, described) in codes {
        let style = if described == row { plain.bold() } else { plain };
        write_entry(out, style, &code, &definition(described))?;
    }
    Ok(())
}

/// The name of a row and where it is defined. A fallback goes by the standard's name: the article's "Server Error" is
/// HTTP's word.
fn definition(row: &Row) -> String {
    let references = row.references().join(", ");
    match (row.key().table(), row.registry_name()) {
        (Table::Enhanced | Table::Reply, None) => format!("{}; {references}", row.name()),
        (Table::Enhanced | Table::Reply, Some(label)) => {
            format!("{} (in the registry: {label}); {references}", row.name())
        }
        (table, label) => {
            format!("not registered; {table} {} is: {}; {references}", row.key(), label.unwrap_or(row.name()))
        }
    }
}

/// A word in the margin, and text next to it that is wrapped at the width of the terminal.
fn write_entry(out: &mut impl Write, style: Style, word: &str, text: &str) -> std::io::Result<()> {
    let width = textwrap::termwidth().clamp(MARGIN + 20, 100) - MARGIN;
    for (i, line) in textwrap::wrap(text, width).iter().enumerate() {
        let word = if i == 0 { word } else { "" };
        writeln!(out, "{style}{word:<MARGIN$}{style:#}{line}")?;
    }
    Ok(())
}
