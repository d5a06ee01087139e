//! `table`: a whole table, or the reference with all of them, to read or to load elsewhere.

use std::io::{self, Write};
use std::process::ExitCode;

use bounce_codes::{Bounce, Key, ParseLabelError, ReplyCode, Row, Table};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::output::Done;
use super::page;
use super::record::{Answer, Record, or_dash};
use super::reference::{Entry, INTRODUCTION, Section, TITLE, meaning, reference};

/// Print a table, or the whole reference
#[derive(Args)]
pub struct PrintTable {
    /// Which table
    #[arg(default_value = "enhanced", value_parser = which_parser())]
    name: Which,
    /// Markdown for a help page, a web page with a search box, rows for a spreadsheet, or one JSON object per line
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
}

#[derive(Clone, Copy)]
enum Which {
    One(Table),
    All,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Markdown,
    Html,
    Csv,
    Json,
}

fn which_parser() -> impl TypedValueParser<Value = Which> {
    let names = Table::ALL.iter().map(|table| table.as_str()).chain(["all"]);
    PossibleValuesParser::new(names).try_map(|name| match name.as_str() {
        "all" => Ok::<_, ParseLabelError>(Which::All),
        name => name.parse().map(Which::One),
    })
}

impl PrintTable {
    pub fn run(self) -> Done {
        let mut out = io::BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Markdown => match self.name {
                Which::One(table) => write_markdown(&mut out, &Section::of(table))?,
                Which::All => write_reference(&mut out)?,
            },
            Format::Html => match self.name {
                Which::One(table) => out.write_all(page::to_html(&[Section::of(table)]).as_bytes())?,
                Which::All => out.write_all(page::to_html(&reference()).as_bytes())?,
            },
            Format::Csv => write_csv(&mut out, self.name.rows())?,
            Format::Json => {
                for row in self.name.rows() {
                    write_json(&mut out, row)?;
                }
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Which {
    /// Every row once.
    fn rows(self) -> impl Iterator<Item = &'static Row> {
        let tables = match self {
            Which::One(table) => vec![table],
            Which::All => {
                vec![Table::Class, Table::Subject, Table::Enhanced, Table::Group, Table::Reply, Table::Phrase]
            }
        };
        tables.into_iter().flat_map(Table::rows)
    }
}

/// What the build script knows of each row: its key, whether it is generic, whether it is decisive, and its wordings.
static DETAILS: &[(&str, bool, bool, &[&str])] = include!(concat!(env!("OUT_DIR"), "/details.rs"));

/// Everything about a row, so that somebody can write the library again in another language. `data/table.schema.json`
/// describes the keys.
#[derive(serde::Serialize)]
struct Complete<'a> {
    #[serde(flatten)]
    record: Record<'a>,
    /// The version of this format. It changes if a key disappears or means something else.
    format: u8,
    reply_codes: &'static [ReplyCode],
    generic: bool,
    decisive: bool,
    common: bool,
    overlaid: bool,
    words: &'static [&'static str],
}

fn write_json(out: &mut impl Write, row: &'static Row) -> io::Result<()> {
    let key = row.key().to_string();
    let (_, generic, decisive, words) = DETAILS.iter().find(|(of, ..)| *of == key).unwrap_or(&("", false, false, &[]));
    let complete = Complete {
        record: Record::new(&key, Answer::Row(row), None),
        format: 1,
        reply_codes: row.reply_codes(),
        generic: *generic,
        decisive: *decisive,
        common: row.is_common(),
        overlaid: row.is_overlaid(),
        words,
    };
    serde_json::to_writer(&mut *out, &complete)?;
    out.write_all(b"\n")
}

fn write_csv(out: &mut impl Write, rows: impl Iterator<Item = &'static Row>) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "code",
        "class",
        "bounce",
        "category",
        "name",
        "registry_name",
        "description",
        "reply_codes",
        "references",
        "scope",
    ])?;
    for row in rows {
        let reply_codes: Vec<String> = row.reply_codes().iter().map(|code| code.to_string()).collect();
        let code = match row.key() {
            Key::Phrase(_) => String::new(),
            key => key.to_string(),
        };
        csv.write_record([
            code.as_str(),
            row.key().class().map_or("", |class| class.as_str()),
            row.permanent_bounce().map_or("", |bounce| bounce.as_str()),
            row.category().as_str(),
            row.name(),
            row.registry_name().unwrap_or_default(),
            row.description(),
            &reply_codes.join(" "),
            &row.references().join(", "),
            row.scope().map_or("", |scope| scope.as_str()),
        ])?;
    }
    csv.flush()
}

fn write_reference(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "# {TITLE}\n\n{INTRODUCTION}\n")?;
    for bounce in Bounce::ALL {
        writeln!(out, "- **{bounce}**: {}", meaning(*bounce))?;
    }
    for section in reference() {
        writeln!(out, "\n## {}\n\n{}\n", section.title, section.about)?;
        write_markdown(out, &section)?;
    }
    Ok(())
}

fn write_markdown(out: &mut impl Write, section: &Section) -> io::Result<()> {
    writeln!(out, "| {} |", section.columns.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(section.columns.len()))?;
    section.entries.iter().try_for_each(|entry| writeln!(out, "| {} |", cells(entry).join(" | ")))
}

fn cells(entry: &Entry) -> Vec<String> {
    let row = entry.row;
    let bounce = or_dash(row.permanent_bounce());
    let (category, description) = (row.category().to_string(), cell(row.description()));
    if entry.is_phrase() {
        return vec![cell(row.name()), bounce, category, or_dash(row.scope()), description];
    }
    let bounce = bounce + if entry.is_soft_in_class_4() { " (class 4: soft)" } else { "" };
    vec![entry.code.clone(), cell(&name(row)), bounce, category, description, row.references().join(", ")]
}

fn name(row: &Row) -> String {
    match row.registry_name() {
        Some(registry_name) => format!("{} (in the registry: {registry_name})", row.name()),
        None => row.name().to_owned(),
    }
}

/// Text that cannot end its cell or be mistaken for Markdown or HTML.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('*', "\\*").replace('_', "\\_")
}
