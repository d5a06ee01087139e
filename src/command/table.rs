//! `table`: a whole table, to read or to load elsewhere.

use std::io::{self, Write};
use std::process::ExitCode;

use bounce_codes::{Bounce, Row, Table};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::Done;
use super::record::{Record, or_dash};

/// Print a table
#[derive(Args)]
pub struct PrintTable {
    /// Which table
    #[arg(default_value = "enhanced", value_parser = table_parser())]
    name: Table,
    /// A table for a help page, rows for a spreadsheet, or one JSON object a line
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Markdown,
    Csv,
    Json,
}

fn table_parser() -> impl TypedValueParser<Value = Table> {
    PossibleValuesParser::new(Table::ALL.iter().map(|table| table.as_str())).try_map(|name| name.parse::<Table>())
}

impl PrintTable {
    pub fn run(self) -> Done {
        let mut out = io::BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Markdown => write_markdown(&mut out, self.name)?,
            Format::Csv => write_csv(&mut out, self.name)?,
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

fn write_csv(out: &mut impl Write, table: Table) -> io::Result<()> {
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
    for row in table.rows() {
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

fn write_markdown(out: &mut impl Write, table: Table) -> io::Result<()> {
    writeln!(out, "| Code | Name | Bounce | Category | What happened | Defined in |")?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for row in table.rows() {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            row.code(),
            cell(&name(row)),
            bounce(row),
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

/// What to do; for a row that stands for class 4 too, what to do then as well.
fn bounce(row: &Row) -> String {
    match (row.table(), row.class(), row.bounce()) {
        (Table::Enhanced | Table::Subject, None, Some(bounce @ (Bounce::Hard | Bounce::Block))) => {
            format!("{bounce} (class 4: soft)")
        }
        (_, _, bounce) => or_dash(bounce),
    }
}

/// Text that cannot end its cell, or be taken for Markdown or HTML.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('*', "\\*").replace('_', "\\_")
}
