//! `explain`: what a reply or a code means, for a person.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use bounce_codes::{Bounce, EnhancedCode, Row, Table, Verdict, classify};
use clap::{Args, ValueEnum};

use super::record::{Record, advice};
use super::{Done, complain, printable};

/// Explain replies and codes: what happened, and whose move it is
#[derive(Args)]
pub struct Explain {
    /// A reply code (550), an enhanced code (5.1.1, or X.1.1 for every class) or a whole reply
    #[arg(required = true, value_name = "REPLY_OR_CODE")]
    inputs: Vec<OsString>,
    /// Text for a person, or one JSON object a line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// What an argument turned out to be.
enum Found {
    Verdict(Verdict),
    /// A code for every class: as it was written, and the row that answers.
    EveryClass(String, &'static Row),
}

impl Explain {
    pub fn run(self) -> Done {
        let mut out = anstream::stdout().lock();
        let mut code = ExitCode::SUCCESS;
        let mut first = true;
        for input in &self.inputs {
            let text = input.to_string_lossy();
            let found = find(input.as_encoded_bytes());
            if found.is_none() {
                complain(&format!(
                    "no SMTP code in `{}`: expected a reply code such as 550, an enhanced code such as 5.1.1 (or X.1.1, \
                     for a defined subject), or text that holds one",
                    printable(&text)
                ));
                code = ExitCode::FAILURE;
            }
            match (self.format, &found) {
                (Format::Json, found) => writeln!(out, "{}", record(&text, found.as_ref()).to_json()?)?,
                (Format::Text, None) => {}
                (Format::Text, Some(found)) => {
                    if !std::mem::take(&mut first) {
                        writeln!(out)?;
                    }
                    write_text(&mut out, &text, found)?;
                }
            }
        }
        Ok(code)
    }
}

fn find(input: &[u8]) -> Option<Found> {
    every_class(input).or_else(|| classify(input).map(Found::Verdict))
}

/// `X.7.26`: the row for every class, or else that of its subject.
fn every_class(input: &[u8]) -> Option<Found> {
    let [b'X' | b'x', numbers @ ..] = input.trim_ascii() else { return None };
    let as_permanent = EnhancedCode::from_bytes(&[b"5", numbers].concat()).ok()?;
    let (subject, detail) = (as_permanent.subject(), as_permanent.detail());
    let code = format!("X.{subject}.{detail}");
    let row = Table::Enhanced
        .rows()
        .find(|row| row.code() == code)
        .or_else(|| Table::Subject.rows().find(|row| row.code() == subject.to_string()))?;
    Some(Found::EveryClass(code, row))
}

fn record<'a>(input: &'a str, found: Option<&Found>) -> Record<'a> {
    match found {
        None => Record::nothing(input),
        Some(Found::Verdict(verdict)) => Record::of_verdict(input, verdict),
        Some(Found::EveryClass(code, row)) => Record { enhanced: Some(code.clone()), ..Record::of_row(input, row) },
    }
}

// ------------------------------------------------------------------------------------------------------ for a person

/// As wide as the longest word in it, `block bounce`, and two spaces.
const MARGIN: usize = 14;

fn write_text(out: &mut impl Write, input: &str, found: &Found) -> std::io::Result<()> {
    let record = record(input, Some(found));
    let bold = Style::new().bold();
    for line in input.trim().lines() {
        writeln!(out, "{bold}{}{bold:#}", printable(line))?;
    }
    writeln!(out)?;

    let (headline, color) = match record.bounce {
        None => ("no bounce", AnsiColor::Green),
        Some(Bounce::Soft) => ("soft bounce", AnsiColor::Yellow),
        Some(Bounce::Hard) => ("hard bounce", AnsiColor::Red),
        Some(Bounce::Block) => ("block bounce", AnsiColor::Magenta),
    };
    let contradictory = matches!(found, Found::Verdict(verdict) if verdict.contradictory());
    let mut verdict = match record.bounce {
        Some(_) if contradictory => "Retry later: contradictory codes are no reason to drop an address.".to_owned(),
        bounce => advice(bounce).to_owned(),
    };
    if let (Found::EveryClass(..), Some(Bounce::Hard | Bounce::Block)) = (found, record.bounce) {
        verdict.push_str(" That is for class 5: with class 4 it is a soft bounce, so retry later.");
    }
    write_entry(out, color.on_default().bold(), headline, &verdict)?;
    write_entry(out, Style::new(), "", record.description.unwrap_or_default())?;
    if contradictory {
        write_entry(out, Style::new(), "", "The two codes contradict each other.")?;
    }
    writeln!(out)?;

    let plain = Style::new();
    if let Some(category) = record.category {
        write_entry(out, plain, "category", category.as_str())?;
    }
    if let Some(class) = record.class {
        write_entry(out, plain, "class", &format!("{}, {}", class.digit(), class.row().name().to_lowercase()))?;
    }
    let deciding = match found {
        Found::Verdict(verdict) => verdict.row(),
        Found::EveryClass(_, row) => row,
    };
    let enhanced = match found {
        Found::EveryClass(code, row) => Some((code.clone(), *row)),
        Found::Verdict(verdict) => verdict.enhanced().map(|code| (code.to_string(), code.verdict().row())),
    };
    let reply = record.reply.map(|code| (code.to_string(), code.verdict().row()));
    for (code, row) in enhanced.into_iter().chain(reply) {
        let style = if row == deciding { plain.bold() } else { plain };
        write_entry(out, style, &code, &definition(row))?;
    }
    Ok(())
}

/// The name of a row and where it is defined.
fn definition(row: &Row) -> String {
    let mut text = match row.table() {
        Table::Enhanced | Table::Reply => row.name().to_owned(),
        table => format!("unknown; its {table} {} is: {}", row.code(), row.name()),
    };
    if let Some(registry_name) = row.registry_name() {
        text.push_str(&format!(" (in the registry: {registry_name})"));
    }
    format!("{text}; {}", row.references().join(", "))
}

/// A word in the margin and, beside it, text that is wrapped at the width of the terminal.
fn write_entry(out: &mut impl Write, style: Style, word: &str, text: &str) -> std::io::Result<()> {
    let width = textwrap::termwidth().clamp(MARGIN + 20, 100) - MARGIN;
    for (i, line) in textwrap::wrap(text, width).iter().enumerate() {
        let word = if i == 0 { word } else { "" };
        writeln!(out, "{style}{word:<MARGIN$}{style:#}{line}")?;
    }
    Ok(())
}
