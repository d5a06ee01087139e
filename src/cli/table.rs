//! `table`: a whole table, or the reference with all of them, to read or to load elsewhere.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;

use bounce_codes::{Bounce, Key, ParseLabelError, ReplyCode, Row, Table};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::output::Done;
use super::page;
use super::record::{Answer, Record, or_dash};
use super::reference::{Entry, INTRODUCTION, Section, TITLE, meaning, reference, sections_of};

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
    let name = |table: &Table| {
        let name = PossibleValue::new(table.as_str());
        match table {
            Table::Phrase => name.alias("phrases"),
            Table::Provider => name.alias("providers"),
            Table::Blocklist => name.alias("blocklists"),
            _ => name,
        }
    };
    let names = Table::ALL.iter().map(name).chain([PossibleValue::new("all")]);
    PossibleValuesParser::new(names).try_map(|name| match name.as_str() {
        "all" => Ok::<_, ParseLabelError>(Which::All),
        name => name.parse().or_else(|_| name.trim_end_matches('s').parse()).map(Which::One),
    })
}

impl PrintTable {
    pub fn run(self) -> Done {
        let mut out = io::BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Markdown => match self.name {
                Which::One(Table::Provider) => write_sections(&mut out, &sections_of(Table::Provider))?,
                Which::One(table) => write_markdown(&mut out, &Section::of(table))?,
                Which::All => write_reference(&mut out)?,
            },
            Format::Html => match self.name {
                Which::One(table) => out.write_all(page::to_html(&sections_of(table)).as_bytes())?,
                Which::All => out.write_all(page::to_html(&reference()).as_bytes())?,
            },
            Format::Csv => write_csv(&mut out, self.name.rows()).map_err(|error| match error.into_kind() {
                csv::ErrorKind::Io(error) => error,
                kind => io::Error::other(format!("{kind:?}")),
            })?,
            Format::Json => {
                for row in self.name.rows() {
                    write_json(&mut out, row)?;
                }
                if matches!(self.name, Which::All | Which::One(Table::Phrase)) {
                    write_synonyms(&mut out)?;
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
                let codes = [Table::Class, Table::Subject, Table::Enhanced, Table::Group, Table::Reply];
                codes.into_iter().chain([Table::Phrase, Table::Provider, Table::Blocklist]).collect()
            }
        };
        tables.into_iter().flat_map(Table::rows)
    }
}

/// What the build script knows of a row and the library does not.
#[derive(Clone, serde::Serialize)]
struct Details {
    #[serde(skip)]
    table: Table,
    #[serde(skip)]
    key: &'static str,
    generic: bool,
    decisive: bool,
    /// The wordings of the row.
    words: &'static [&'static str],
    /// The words by which the provider is recognized.
    provider_words: &'static [&'static str],
    /// Whether the code names the provider.
    unique: bool,
    /// What a block list lists.
    lists: Option<&'static str>,
    closed: Option<&'static str>,
    fault: bool,
    checked: Option<&'static str>,
}

static DETAILS: &[Details] = include!(concat!(env!("OUT_DIR"), "/details.rs"));

/// Everything about a row, so that somebody can write the library again in another language. `data/table.schema.json`
/// describes the keys.
#[derive(serde::Serialize)]
struct Complete<'a> {
    #[serde(flatten)]
    record: Record<'a>,
    format: u8,
    reply_codes: &'static [ReplyCode],
    common: bool,
    overlaid: bool,
    advice: Option<&'static str>,
    #[serde(flatten)]
    details: &'static Details,
}

/// The words that stand for others in the wordings, by the word that they stand for.
static SYNONYMS: &[(&str, &[&str])] = include!(concat!(env!("OUT_DIR"), "/synonyms.rs"));

/// The version of the JSON. It changes if a key disappears or means something else.
const FORMAT: u8 = 1;

/// The last line.
fn write_synonyms(out: &mut impl Write) -> io::Result<()> {
    let synonyms: BTreeMap<_, _> = SYNONYMS.iter().copied().collect();
    serde_json::to_writer(&mut *out, &serde_json::json!({ "format": FORMAT, "synonyms": synonyms }))?;
    out.write_all(b"\n")
}

fn write_json(out: &mut impl Write, row: &'static Row) -> io::Result<()> {
    let (key, table) = (row.key().to_string(), row.key().table());
    let details = DETAILS.iter().find(|details| details.table == table && details.key == key);
    let complete = Complete {
        record: Record::new(&key, Answer::Row(row), None),
        format: FORMAT,
        reply_codes: row.reply_codes(),
        common: row.is_common(),
        overlaid: row.is_overlaid(),
        advice: row.advice(),
        details: details.ok_or_else(|| io::Error::other(format!("no details of {key}")))?,
    };
    serde_json::to_writer(&mut *out, &complete)?;
    out.write_all(b"\n")
}

fn write_csv(out: &mut impl Write, rows: impl Iterator<Item = &'static Row>) -> csv::Result<()> {
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
        "provider",
        "advice",
        "retry_after",
    ])?;
    for row in rows {
        let reply_codes: Vec<String> = row.reply_codes().iter().map(|code| code.to_string()).collect();
        let (code, provider) = match row.key() {
            Key::Phrase(_) | Key::Blocklist(_) => (String::new(), ""),
            Key::Provider(provider, code) if code == row.name() => (String::new(), provider),
            Key::Provider(provider, code) => (code.to_owned(), provider),
            key => (key.to_string(), ""),
        };
        let retry_after = row.retry_after().map_or(String::new(), |wait| wait.as_secs().to_string());
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
            provider,
            row.advice().unwrap_or_default(),
            &retry_after,
        ])?;
    }
    Ok(csv.flush()?)
}

fn write_reference(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "# {TITLE}\n\n{INTRODUCTION}\n")?;
    for bounce in Bounce::ALL {
        writeln!(out, "- **{bounce}**: {}", meaning(*bounce))?;
    }
    write_sections(out, &reference())
}

fn write_sections(out: &mut impl Write, sections: &[Section]) -> io::Result<()> {
    sections.iter().try_for_each(|section| {
        writeln!(out, "\n## {}\n\n{}\n", section.title, section.about)?;
        write_markdown(out, section)
    })
}

fn write_markdown(out: &mut impl Write, section: &Section) -> io::Result<()> {
    writeln!(out, "| {} |", section.columns.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(section.columns.len()))?;
    section.entries.iter().try_for_each(|entry| writeln!(out, "| {} |", cells(entry).join(" | ")))
}

fn cells(entry: &Entry) -> Vec<String> {
    let row = entry.row;
    let bounce = or_dash(row.permanent_bounce());
    let (category, description) = (row.category().to_string(), cell(&entry.description()));
    let references = row.references().join(", ");
    match row.key() {
        Key::Phrase(_) => vec![cell(row.name()), bounce, category, or_dash(row.scope()), description],
        Key::Blocklist(_) => vec![cell(row.name()), bounce, category, or_dash(row.scope()), description, references],
        _ => {
            let bounce = bounce + if entry.is_soft_in_class_4() { " (class 4: soft)" } else { "" };
            let code = if entry.is_words() { "words".to_owned() } else { cell(&entry.code) };
            vec![code, cell(&name(row)), bounce, category, description, references]
        }
    }
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
