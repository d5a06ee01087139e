//! `table`: a whole table, or the reference of all of them, to read or to load elsewhere.

use std::io::{self, Write};
use std::process::ExitCode;

use bounce_codes::{Bounce, EnhancedCode, ParseWordError, Row, Table};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::record::{Record, advice, or_dash};
use super::{Done, page};

/// Print a table, or the whole reference
#[derive(Args)]
pub struct PrintTable {
    /// Which table
    #[arg(default_value = "enhanced", value_parser = which_parser())]
    name: Which,
    /// Markdown for a help page, a web page with a search box, rows for a spreadsheet, or one JSON object a line
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
        "all" => Ok::<_, ParseWordError>(Which::All),
        name => name.parse().map(Which::One),
    })
}

impl PrintTable {
    pub fn run(self) -> Done {
        let mut out = io::BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Markdown => match self.name {
                Which::One(table) => write_markdown(&mut out, &Section::of(table).entries)?,
                Which::All => write_reference(&mut out)?,
            },
            Format::Html => match self.name {
                Which::One(table) => out.write_all(page::to_html(&[Section::of(table)]).as_bytes())?,
                Which::All => out.write_all(page::to_html(&reference()).as_bytes())?,
            },
            Format::Csv => write_csv(&mut out, self.name.rows())?,
            Format::Json => {
                for row in self.name.rows() {
                    writeln!(out, "{}", Record::of_row(row.code(), row).to_json()?)?;
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
            Which::All => vec![Table::Class, Table::Subject, Table::Enhanced, Table::Group, Table::Reply],
        };
        tables.into_iter().flat_map(Table::rows)
    }
}

// ----------------------------------------------------------------------------------------------------- the reference

pub const TITLE: &str = "SMTP bounce codes";
pub const INTRODUCTION: &str = "What the code in a mail server's reply means, and whose move it is. Where a reply has \
    two codes, such as 550 5.7.1, the longer one says more. A code that is not listed means what its subject says, else \
    what its class or its first digit says.";
pub const COLUMNS: [&str; 6] = ["Code", "Name", "Bounce", "Category", "What happened", "Defined in"];

/// One of the tables of the reference.
pub struct Section {
    pub id: String,
    pub title: &'static str,
    pub about: &'static str,
    pub entries: Vec<Entry>,
}

/// A row as a section shows it.
pub struct Entry {
    /// The code of the row, or `5.1.1` where the row `X.1.1` stands for class 5 alone.
    pub code: String,
    pub row: &'static Row,
}

/// The four tables of the article in its order, then all that there is.
fn reference() -> Vec<Section> {
    let frequent = |table: Table| table.rows().filter(|row| row.in_article());
    let mut enhanced: Vec<Entry> = frequent(Table::Enhanced).map(Entry::in_class_5).collect();
    enhanced.dedup_by(|one, other| one.code == other.code);
    vec![
        Section::of(Table::Class),
        Section {
            id: "frequent-enhanced".to_owned(),
            title: "The most frequent enhanced status codes",
            about: "As permanent failures: class 5.",
            entries: enhanced,
        },
        Section::of(Table::Group),
        Section {
            id: "frequent-reply".to_owned(),
            title: "The most frequent reply codes",
            about: "Those of refusals.",
            entries: frequent(Table::Reply).map(Entry::of).collect(),
        },
        Section::of(Table::Enhanced),
        Section::of(Table::Subject),
        Section::of(Table::Reply),
    ]
}

impl Section {
    /// All rows of a table.
    fn of(table: Table) -> Section {
        let (title, about) = match table {
            Table::Enhanced => ("All enhanced status codes", "X stands for every class that has no row of its own."),
            Table::Reply => ("All reply codes", "Those of SMTP and its extensions."),
            Table::Class => ("Classes", "The first number of an enhanced status code."),
            Table::Subject => ("Subjects", "The second number of an enhanced status code."),
            Table::Group => ("Groups", "The first digit of a reply code."),
        };
        Section { id: table.to_string(), title, about, entries: table.rows().map(Entry::of).collect() }
    }
}

impl Entry {
    fn of(row: &'static Row) -> Entry {
        Entry { code: row.code().to_owned(), row }
    }

    /// What the row, or one for class 5 alone that goes before it, says of the permanent failure.
    fn in_class_5(row: &'static Row) -> Entry {
        let code = row.code().replacen('X', "5", 1);
        let row = code.parse().ok().and_then(EnhancedCode::row).unwrap_or(row);
        Entry { code, row }
    }

    /// Whether the entry stands for class 4 too, and that asks for less than the bounce of the row.
    pub fn is_soft_in_class_4(&self) -> bool {
        let every_class = self.code.starts_with('X') || self.row.table() == Table::Subject;
        every_class && matches!(self.row.bounce(), Some(Bounce::Hard | Bounce::Block))
    }
}

// ------------------------------------------------------------------------------------------------------- the formats

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
    ])?;
    for row in rows {
        let reply_codes: Vec<String> = row.reply_codes().iter().map(|code| code.to_string()).collect();
        csv.write_record([
            row.code(),
            row.class().map_or("", |class| class.as_str()),
            row.bounce().map_or("", |bounce| bounce.as_str()),
            row.category().as_str(),
            row.name(),
            row.registry_name().unwrap_or_default(),
            row.description(),
            &reply_codes.join(" "),
            &row.references().join(", "),
        ])?;
    }
    csv.flush()
}

fn write_reference(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "# {TITLE}\n\n{INTRODUCTION}\n")?;
    for bounce in Bounce::ALL {
        writeln!(out, "- **{bounce}**: {}", advice(Some(*bounce)))?;
    }
    for section in reference() {
        writeln!(out, "\n## {}\n\n{}\n", section.title, section.about)?;
        write_markdown(out, &section.entries)?;
    }
    Ok(())
}

fn write_markdown(out: &mut impl Write, entries: &[Entry]) -> io::Result<()> {
    writeln!(out, "| {} |", COLUMNS.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(COLUMNS.len()))?;
    for entry in entries {
        let row = entry.row;
        writeln!(
            out,
            "| {} | {} | {}{} | {} | {} | {} |",
            entry.code,
            cell(&name(row)),
            or_dash(row.bounce()),
            if entry.is_soft_in_class_4() { " (class 4: soft)" } else { "" },
            row.category(),
            cell(row.description()),
            row.references().join(", "),
        )?;
    }
    Ok(())
}

fn name(row: &Row) -> String {
    match row.registry_name() {
        Some(registry_name) => format!("{} (in the registry: {registry_name})", row.name()),
        None => row.name().to_owned(),
    }
}

/// Text that cannot end its cell, or be taken for Markdown or HTML.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('*', "\\*").replace('_', "\\_")
}
