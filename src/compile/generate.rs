//! From checked rows to Rust source.
//!
//! Two files come out of it. `rows.rs` holds the rows in code order and reads like the data: a reviewer sees it as a
//! snapshot. `maps.rs` holds the perfect-hash maps from a code to the place of its row; adding one code may reshuffle
//! all of it, so it is checked by looking every code up and shown to nobody.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{Code, Row};
use crate::vocabulary::{Class, Table};

/// The source of the tables: one static slice of rows for each.
pub fn rows(rows: &[Row]) -> String {
    let mut source = String::new();
    for table in Table::ALL {
        writeln!(source, "pub(crate) static {}: &[Row] = &[", table.as_str().to_uppercase()).unwrap();
        for row in rows.iter().filter(|row| row.code.table() == *table) {
            write_row(&mut source, row);
        }
        source.push_str("];\n");
    }
    source
}

fn write_row(source: &mut String, row: &Row) {
    let reply_codes: Vec<String> = row.reply_codes.iter().map(|code| format!("code({code})")).collect();
    let bounce = row.bounce.map(|bounce| format!("Bounce::{bounce:?}"));
    // `Some(Bounce::Soft)`, but `Some("…")` with the label quoted: Debug of an Option does both only for strings.
    let bounce = bounce.map_or("None".to_owned(), |bounce| format!("Some({bounce})"));
    writeln!(source, "    Row {{").unwrap();
    writeln!(source, "        table: Table::{:?},", row.code.table()).unwrap();
    writeln!(source, "        code: \"{}\",", row.code).unwrap();
    writeln!(source, "        name: {:?},", row.name).unwrap();
    writeln!(source, "        registry_name: {:?},", row.registry_name).unwrap();
    writeln!(source, "        description: {:?},", row.description).unwrap();
    writeln!(source, "        category: Category::{:?},", row.category).unwrap();
    writeln!(source, "        bounce: {bounce},").unwrap();
    writeln!(source, "        unspecific: {},", row.unspecific).unwrap();
    writeln!(source, "        article: {},", row.article).unwrap();
    writeln!(source, "        overlaid: {},", row.overlaid).unwrap();
    writeln!(source, "        reply_codes: &[{}],", reply_codes.join(", ")).unwrap();
    writeln!(source, "        references: &{:?},", row.references).unwrap();
    writeln!(source, "    }},").unwrap();
}

/// The source of the perfect-hash maps, from every code that has a row to the place of that row in its table, and of the
/// name of the overlay.
pub fn maps(rows: &[Row], overlay: Option<&str>) -> String {
    let codes: BTreeSet<Code> = rows.iter().map(|row| row.code).collect();
    let mut enhanced = phf_codegen::Map::new();
    for class in Class::ALL {
        for (place, row) in rows.iter().filter(|row| row.code.table() == Table::Enhanced).enumerate() {
            let Code::Enhanced { subject, detail, class: only } = row.code else { continue };
            let replaced = Code::Enhanced { subject, detail, class: Some(*class) };
            // An X row stands for every class that has no row of its own.
            let answers = match only {
                Some(only) => only == *class,
                None => !codes.contains(&replaced),
            };
            if answers {
                enhanced.entry(crate::code::key(*class, subject, detail), place.to_string());
            }
        }
    }
    let mut reply = phf_codegen::Map::new();
    for (place, row) in rows.iter().filter(|row| row.code.table() == Table::Reply).enumerate() {
        let Code::Reply(code) = row.code else { continue };
        reply.entry(code.get(), place.to_string());
    }
    format!(
        "pub(crate) static ENHANCED_PLACES: phf::Map<u32, u16> = {};\n\
         pub(crate) static REPLY_PLACES: phf::Map<u16, u16> = {};\n\
         pub(crate) const OVERLAY: Option<&str> = {overlay:?};\n",
        enhanced.build(),
        reply.build()
    )
}
