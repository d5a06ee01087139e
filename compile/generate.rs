//! Turns checked rows into Rust source.
//!
//! There are two files. `rows.rs` holds the rows in the order of their keys and reads like the data, so a reviewer sees it
//! as a snapshot. `maps.rs` holds the index and the perfect-hash maps from a code to the place of its row; one more code
//! may reshuffle all of it, so nobody reads it, and a test looks up every code instead.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};

use super::words::{Wording, choices, tables};
use super::{Phrase, Row};
use crate::code::{EnhancedCode, ReplyCode, map_key};
use crate::row::Key;
use crate::vocabulary::{Class, Table};

/// The subjects and details that the index covers, from 0.
const SUBJECTS: usize = 8;
const DETAILS: usize = 32;

/// The reply codes that the index covers.
const FIRST_REPLY: usize = 200;
const REPLIES: usize = 400;

/// The source of the tables: one static slice of rows for each.
pub fn rows(rows: &[Row]) -> String {
    let mut source = String::new();
    for table in Table::ALL.iter().filter(|table| **table != Table::Phrase) {
        writeln!(source, "pub(crate) static {}: &[Row] = &[", table.as_str().to_uppercase()).unwrap();
        for row in in_table(rows, *table) {
            write_row(&mut source, row);
        }
        source.push_str("];\n");
    }
    source
}

fn in_table(rows: &[Row], table: Table) -> impl Iterator<Item = &Row> {
    rows.iter().filter(move |row| row.key.table() == table)
}

fn write_row(source: &mut String, row: &Row) {
    let reply_codes: Vec<String> = row.reply_codes.iter().map(|code| format!("code({code})")).collect();
    let bounce = option(row.bounce.map(|bounce| format!("Bounce::{bounce:?}")));
    writeln!(source, "    Row {{").unwrap();
    writeln!(source, "        key: {},", key(row.key)).unwrap();
    writeln!(source, "        name: {:?},", row.name).unwrap();
    writeln!(source, "        registry_name: {:?},", row.registry_name).unwrap();
    writeln!(source, "        description: {:?},", row.description).unwrap();
    writeln!(source, "        category: Category::{:?},", row.category).unwrap();
    writeln!(source, "        bounce: {bounce},").unwrap();
    writeln!(source, "        scope: {},", option(row.scope.map(|scope| format!("Scope::{scope:?}")))).unwrap();
    writeln!(source, "        generic: {},", row.generic).unwrap();
    writeln!(source, "        decisive: {},", row.decisive).unwrap();
    writeln!(source, "        common: {},", row.common).unwrap();
    writeln!(source, "        overlaid: {},", row.overlaid).unwrap();
    writeln!(source, "        reply_codes: &[{}],", reply_codes.join(", ")).unwrap();
    writeln!(source, "        references: &{:?},", row.references).unwrap();
    writeln!(source, "    }},").unwrap();
}

fn key(key: Key) -> String {
    match key {
        Key::Class(class) => format!("Key::Class(Class::{class:?})"),
        Key::Enhanced { subject, detail, class } => {
            let class = option(class.map(|class| format!("Class::{class:?}")));
            format!("Key::Enhanced {{ subject: {subject}, detail: {detail}, class: {class} }}")
        }
        Key::Pair(enhanced, code) => {
            let (class, subject, detail) = (enhanced.class(), enhanced.subject(), enhanced.detail());
            format!("Key::Pair(enhanced(Class::{class:?}, {subject}, {detail}), code({code}))")
        }
        Key::Reply(code) => format!("Key::Reply(code({code}))"),
        Key::Subject(_) | Key::Group(_) | Key::Phrase(_) => format!("Key::{key:?}"),
    }
}

/// `Some(…)` with its contents as is. `Debug` would quote them.
fn option(value: Option<String>) -> String {
    value.map_or("None".to_owned(), |value| format!("Some({value})"))
}

/// The source of the rows of phrases.
pub fn phrases(phrases: &[Phrase]) -> String {
    let mut source = "pub(crate) static PHRASE: &[Row] = &[\n".to_owned();
    for phrase in phrases {
        let Phrase { name, description, category, bounce, generic, overlaid, references, .. } = phrase;
        let scope = option(phrase.scope.map(|scope| format!("Scope::{scope:?}")));
        let bounce = option(bounce.map(|bounce| format!("Bounce::{bounce:?}")));
        writeln!(
            source,
            "    Row {{ key: Key::Phrase({name:?}), name: {name:?}, registry_name: None, description: {description:?}, \
             category: Category::{category:?}, bounce: {bounce}, scope: {scope}, generic: {generic}, \
             decisive: false, common: false, overlaid: {overlaid}, reply_codes: &[], references: &{references:?} }},"
        )
        .unwrap();
    }
    source + "];\n"
}

/// The source of the tables that find the wordings of the phrases.
pub fn words(phrases: &[Phrase]) -> String {
    let wordings: Vec<Wording> = phrases
        .iter()
        .enumerate()
        .flat_map(|(place, phrase)| phrase.words.iter().map(move |wording| (choices(wording), place as u16)))
        .collect();
    tables(&wordings)
}

/// The source of the lookup from a code to the place of its row in its table, and the name of the overlay.
pub fn maps(rows: &[Row], overlay: Option<&str>) -> String {
    let enhanced = enhanced_places(rows);
    let mut enhanced_index = vec![vec![vec![u16::MAX; DETAILS]; SUBJECTS]; Class::ALL.len()];
    let mut enhanced_map = phf_codegen::Map::new();
    let mut enhanced_outside_index = false;
    for (code, place) in &enhanced {
        let (class, subject, detail) = (code.class(), code.subject(), code.detail());
        enhanced_map.entry(map_key(class, subject, detail), place.to_string());
        let of_subject = enhanced_index[class as usize].get_mut(usize::from(subject));
        match of_subject.and_then(|of_subject| of_subject.get_mut(usize::from(detail))) {
            Some(indexed) => *indexed = *place,
            None => enhanced_outside_index = true,
        }
    }

    let mut reply_index = vec![u16::MAX; REPLIES];
    let mut reply_map = phf_codegen::Map::new();
    let mut reply_outside_index = false;
    for (code, place) in reply_places(rows) {
        reply_map.entry(code.get(), place.to_string());
        match reply_index.get_mut(usize::from(code.get()).wrapping_sub(FIRST_REPLY)) {
            Some(indexed) => *indexed = place,
            None => reply_outside_index = true,
        }
    }

    let mut source = String::new();
    let mut item = |declaration: &str, value: &dyn Debug| {
        let value = format!("{value:?}").replace("65535", "NOWHERE");
        writeln!(source, "{declaration} = {value};").unwrap();
    };
    let classes = Class::ALL.len();
    item(&format!("static ENHANCED_INDEX: [[[u16; {DETAILS}]; {SUBJECTS}]; {classes}]"), &enhanced_index);
    item(&format!("static REPLY_INDEX: [u16; {REPLIES}]"), &reply_index);
    item("const FIRST_REPLY: usize", &FIRST_REPLY);
    item("const ENHANCED_OUTSIDE_INDEX: bool", &enhanced_outside_index);
    item("const REPLY_OUTSIDE_INDEX: bool", &reply_outside_index);
    item("const OVERLAY: Option<&str>", &overlay);
    writeln!(source, "static PAIRS: &[(u64, u16)] = &[{}];", pairs(rows)).unwrap();
    writeln!(source, "static ENHANCED_PLACES: phf::Map<u32, u16> = {};", enhanced_map.build()).unwrap();
    writeln!(source, "static REPLY_PLACES: phf::Map<u16, u16> = {};", reply_map.build()).unwrap();
    source
}

/// Every enhanced code that has a row, and the place of that row. A row for one class comes after the row for every class
/// and replaces it there.
fn enhanced_places(rows: &[Row]) -> BTreeMap<EnhancedCode, u16> {
    let mut places = BTreeMap::new();
    for (place, row) in in_table(rows, Table::Enhanced).enumerate() {
        let Key::Enhanced { subject, detail, class } = row.key else { continue };
        for class in class.as_ref().map_or(Class::ALL, std::slice::from_ref) {
            let code = EnhancedCode::new(*class, subject, detail).expect("the key was parsed");
            places.insert(code, place as u16);
        }
    }
    places
}

fn reply_places(rows: &[Row]) -> Vec<(ReplyCode, u16)> {
    let places = in_table(rows, Table::Reply).enumerate();
    places
        .filter_map(|(place, row)| if let Key::Reply(code) = row.key { Some((code, place as u16)) } else { None })
        .collect()
}

/// The pairs in the order of their keys, which is the order that the lookup needs.
fn pairs(rows: &[Row]) -> String {
    let places = in_table(rows, Table::Enhanced).enumerate();
    let pairs = places.filter_map(|(place, row)| match row.key {
        Key::Pair(enhanced, code) => {
            let (class, subject, detail) = (enhanced.class(), enhanced.subject(), enhanced.detail());
            Some(format!("(pair_key(code({code}), enhanced(Class::{class:?}, {subject}, {detail})), {place})"))
        }
        _ => None,
    });
    pairs.collect::<Vec<_>>().join(", ")
}
