//! Turns checked rows into Rust source.
//!
//! `rows.rs` holds the rows, `providers.rs` the providers, and `maps.rs` and `words.rs` the lookups. Nobody reads them:
//! `tests/table/review.rs` shows a reviewer the rows, and compares them with what the library says; `tests/every_code.rs` looks
//! up every code.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::{Debug, Write};

use super::phrases::fold;
use super::words::{Part, Tree, place, variants};
use super::{Blocklist, FoundBy, Listed, Phrase, Provider, Reply, Row, Tables};
use crate::code::{EnhancedCode, ReplyCode, map_key};
use crate::key::Key;
use crate::vocabulary::{Bounce, Category, Class, Scope, Table};

/// The subjects and details that the index covers, from 0.
const SUBJECTS: usize = 8;
const DETAILS: usize = 32;

/// The reply codes that the index covers.
const FIRST_REPLY: usize = 200;
const REPLIES: usize = 400;

fn in_table(rows: &[Row], table: Table) -> impl Iterator<Item = &Row> {
    rows.iter().filter(move |row| row.key.table() == table)
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
            format!("Key::Pair(Class::{class:?}, {subject}, {detail}, code({code}))")
        }
        Key::Reply(code) => format!("Key::Reply(code({code}))"),
        _ => format!("Key::{key:?}"),
    }
}

/// `Some(…)` with its contents as is. `Debug` would quote them.
fn option(value: Option<String>) -> String {
    value.map_or("None".to_owned(), |value| format!("Some({value})"))
}

/// The source of the rows of all tables.
pub fn rows(tables: &Tables) -> String {
    let mut source = String::new();
    // In the order of the providers, so that one number is the place of both.
    let providers = tables.providers.iter().map(|provider| format!("{:?}", provider.name)).collect();
    let mut pool = Pool { providers, ..Pool::default() };
    let mut table = |table: Table, rows: Vec<Parts<'_>>| {
        writeln!(source, "pub(crate) static {}: &[Row] = &[", table.as_str().to_uppercase()).unwrap();
        rows.iter().for_each(|row| pool.write_row(&mut source, row));
        source.push_str("];\n");
    };
    for of_codes in Table::ALL.iter().filter(|table| !BY_WORDS.contains(table)) {
        table(*of_codes, in_table(&tables.rows, *of_codes).map(Parts::of_code).collect());
    }
    table(Table::Phrase, tables.phrases.iter().map(Parts::of_phrase).collect());
    let replies =
        tables.providers.iter().flat_map(|provider| provider.replies.iter().map(move |reply| (provider, reply)));
    table(Table::Provider, replies.map(|(provider, reply)| Parts::of_reply(provider, reply)).collect());
    table(Table::Blocklist, tables.blocklists.iter().map(Parts::of_blocklist).collect());
    pool.write(&mut source);
    source
}

/// The tables whose rows are found by words.
const BY_WORDS: [Table; 3] = [Table::Phrase, Table::Provider, Table::Blocklist];

/// What all rows have, of whatever table.
struct Parts<'a> {
    key: RowKey<'a>,
    name: &'a str,
    registry_name: &'a str,
    description: &'a str,
    advice: &'a str,
    retry_after: u32,
    reply_codes: &'a [ReplyCode],
    references: Vec<&'a str>,
    category: Category,
    bounce: Option<Bounce>,
    scope: Option<Scope>,
    generic: bool,
    decisive: bool,
    common: bool,
    overlaid: bool,
}

enum RowKey<'a> {
    Code(Key),
    Phrase,
    Provider(&'a str, String),
    Blocklist,
}

impl<'a> Parts<'a> {
    fn of_code(row: &'a Row) -> Parts<'a> {
        Parts {
            key: RowKey::Code(row.key),
            name: &row.name,
            registry_name: row.registry_name.as_deref().unwrap_or_default(),
            description: &row.description,
            advice: "",
            retry_after: 0,
            reply_codes: &row.reply_codes,
            references: row.references.iter().map(String::as_str).collect(),
            category: row.category,
            bounce: row.bounce,
            scope: row.scope,
            generic: row.generic,
            decisive: row.decisive,
            common: row.common,
            overlaid: row.overlaid,
        }
    }

    fn of_phrase(row: &'a Phrase) -> Parts<'a> {
        Parts {
            key: RowKey::Phrase,
            name: &row.name,
            registry_name: "",
            description: &row.description,
            advice: "",
            retry_after: 0,
            reply_codes: &[],
            references: row.references.iter().map(String::as_str).collect(),
            category: row.category,
            bounce: row.bounce,
            scope: row.scope,
            generic: row.generic,
            decisive: false,
            common: false,
            overlaid: row.overlaid,
        }
    }

    fn of_reply(provider: &'a Provider, row: &'a Reply) -> Parts<'a> {
        let mut references = vec![row.source.as_str()];
        references.extend(provider.postmaster.as_deref().filter(|postmaster| *postmaster != row.source));
        Parts {
            key: RowKey::Provider(&provider.name, provider.key_of(row)),
            name: &row.name,
            registry_name: "",
            description: &row.description,
            advice: row.advice.as_deref().unwrap_or_default(),
            retry_after: row.retry_after.unwrap_or(0),
            reply_codes: &row.reply_codes,
            references,
            category: row.category,
            bounce: row.bounce,
            scope: row.scope,
            generic: false,
            decisive: false,
            common: false,
            overlaid: row.overlaid,
        }
    }

    fn of_blocklist(row: &'a Blocklist) -> Parts<'a> {
        let pages = [row.delist.as_deref(), row.lookup.as_deref().filter(|page| Some(*page) != row.delist.as_deref())];
        let mut references: Vec<&str> = pages.into_iter().flatten().collect();
        if references.is_empty() {
            references.push(&row.source);
        }
        let nobody_is_listed = row.fault || row.closed.is_some();
        // The receiver's system cannot do what it is set up to do.
        let category = if nobody_is_listed { Category::SystemIncapable } else { Category::Blocklisted };
        let advice = match row.lists {
            _ if row.fault => "There is nothing to fix on your side. Tell the receiver that its lookup is at fault.",
            _ if nobody_is_listed => {
                "There is nothing to fix on your side. Tell the receiver that the list has closed."
            }
            Listed::Ip => "Look your IP address up, fix what it is listed for, and ask for removal.",
            Listed::Domain => "Look your domain up, fix what it is listed for, and ask for removal.",
            Listed::Url => "Look the domains of your links up, and leave out what is listed.",
        };
        Parts {
            key: RowKey::Blocklist,
            name: &row.name,
            registry_name: "",
            description: &row.description,
            advice,
            retry_after: 0,
            reply_codes: &[],
            references,
            category,
            // There is nothing that the sender has to change.
            bounce: Some(if nobody_is_listed { Bounce::Soft } else { Bounce::Block }),
            scope: (!nobody_is_listed && row.lists != Listed::Ip).then_some(Scope::Sender),
            generic: false,
            decisive: false,
            common: false,
            overlaid: row.overlaid,
        }
    }
}

impl Provider {
    /// What a row of the provider is called: its code, with the reply codes if it has several rows for the code, or its
    /// name.
    pub fn key_of(&self, row: &Reply) -> String {
        let code = |row: &Reply| match &row.found_by {
            FoundBy::Enhanced { first, last, .. } if first == last => Some(first.to_string()),
            FoundBy::Enhanced { first, last, .. } => Some(format!("{first}-{last}")),
            FoundBy::Code(code) => Some(code.clone()),
            FoundBy::Words(_) => None,
        };
        match code(row) {
            Some(own) if self.replies.iter().filter(|other| code(other).as_ref() == Some(&own)).count() > 1 => {
                let reply_codes: Vec<String> = row.reply_codes.iter().map(|code| code.to_string()).collect();
                format!("{} {own}", reply_codes.join("/"))
            }
            Some(own) => own,
            None => row.name.clone(),
        }
    }
}

/// What rows share: their texts in one string, each once, and their lists.
#[derive(Default)]
struct Pool {
    text: String,
    places: HashMap<String, usize>,
    reply_codes: Vec<String>,
    references: Vec<String>,
    providers: Vec<String>,
    extras: Vec<String>,
}

impl Pool {
    fn text(&mut self, text: &str) -> String {
        let start = match self.places.get(text) {
            Some(start) => *start,
            None => {
                let start = self.text.len();
                self.text.push_str(text);
                self.places.insert(text.to_owned(), start);
                start
            }
        };
        format!("Text({})", start << 12 | text.len())
    }

    fn write_row(&mut self, source: &mut String, row: &Parts<'_>) {
        let key = match &row.key {
            RowKey::Code(key) => format!("Row{}", self::key(*key)),
            RowKey::Phrase => "RowKey::Phrase".to_owned(),
            RowKey::Provider(provider, code) => {
                let names = &mut self.providers;
                let provider = place(names, format!("{provider:?}"));
                format!("RowKey::Provider({provider}, {})", self.text(code))
            }
            RowKey::Blocklist => "RowKey::Blocklist".to_owned(),
        };
        let reply_codes: Vec<String> = row.reply_codes.iter().map(|code| format!("code({code})")).collect();
        let reply_codes = place(&mut self.reply_codes, format!("&[{}]", reply_codes.join(", ")));
        let references = place(&mut self.references, format!("&{:?}", row.references));
        let (name, description) = (self.text(row.name), self.text(row.description));
        let (registry_name, advice) = (self.text(row.registry_name), self.text(row.advice));
        let retry_after = row.retry_after;
        let extra = format!("Extra {{ registry_name: {registry_name}, advice: {advice}, retry_after: {retry_after} }}");
        let extra = place(&mut self.extras, extra);
        let bounce = option(row.bounce.map(|bounce| format!("Bounce::{bounce:?}")));
        let scope = option(row.scope.map(|scope| format!("Scope::{scope:?}")));
        let flags =
            [(row.generic, "GENERIC"), (row.decisive, "DECISIVE"), (row.common, "COMMON"), (row.overlaid, "OVERLAID")];
        let flags: Vec<&str> = flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| *flag).collect();
        let flags = if flags.is_empty() { "0".to_owned() } else { flags.join(" | ") };
        let category = row.category;
        writeln!(
            source,
            "    Row {{ key: {key}, name: {name}, description: {description}, extra: {extra}, \
             reply_codes: {reply_codes}, references: {references}, category: Category::{category:?}, bounce: {bounce}, scope: {scope}, flags: {flags} }},"
        )
        .unwrap();
    }

    fn write(&self, source: &mut String) {
        writeln!(source, "static TEXT: &str = {:?};", self.text).unwrap();
        writeln!(source, "static EXTRAS: &[Extra] = &[{}];", self.extras.join(", ")).unwrap();
        writeln!(source, "static REPLY_CODES: &[&[ReplyCode]] = &[{}];", self.reply_codes.join(", ")).unwrap();
        writeln!(source, "static PROVIDER_NAMES: &[&str] = &[{}];", self.providers.join(", ")).unwrap();
        writeln!(source, "static REFERENCES: &[&[&str]] = &[{}];", self.references.join(", ")).unwrap();
    }
}

/// The source of the tables that find the wordings of the phrases, and the names: the words of providers and block lists.
pub fn words(tables: &Tables) -> String {
    let mut names: BTreeMap<Vec<Part>, BTreeSet<String>> = BTreeMap::new();
    let mut add = |wording: &str, name: &str| {
        for parts in variants(&tables.synonyms.choices(wording)) {
            names.entry(parts.into_iter().cloned().collect()).or_default().insert(name.to_owned());
        }
    };
    let mut row = 0;
    for (place, provider) in tables.providers.iter().enumerate() {
        provider.words.iter().for_each(|wording| add(wording, &format!("Name::Provider({place})")));
        for reply in &provider.replies {
            match &reply.found_by {
                FoundBy::Enhanced { .. } => {}
                FoundBy::Code(code) => add(&fold(code), &format!("Name::Code({row})")),
                FoundBy::Words(words) => {
                    words.iter().for_each(|wording| add(wording, &format!("Name::Words({row})")));
                }
            }
            row += 1;
        }
    }
    for (place, list) in tables.blocklists.iter().enumerate() {
        let kind = if list.fault { "Fault" } else { "Blocklist" };
        list.words.iter().for_each(|wording| add(wording, &format!("Name::{kind}({place})")));
    }
    let mut tree = Tree::default();
    for (place, phrase) in tables.phrases.iter().enumerate() {
        for wording in &phrase.words {
            for end in tree.insert(&tables.synonyms.choices(wording), |_| true) {
                tree.row(end).get_or_insert(place as u16);
            }
        }
    }
    // Names that mean the same share a number. Those that are also wordings of a phrase come first.
    let mut groups: BTreeMap<(u16, &BTreeSet<String>), Vec<usize>> = BTreeMap::new();
    for (wording, names) in &names {
        for end in tree.insert(&[vec![wording.clone()]], |_| true) {
            groups.entry((tree.row(end).unwrap_or(u16::MAX), names)).or_default().push(end);
        }
    }
    let (mut starts, mut list, mut also) = (vec!["0".to_owned()], Vec::new(), Vec::new());
    let first = tables.phrases.len();
    for (number, ((phrase, names), ends)) in groups.into_iter().enumerate() {
        ends.into_iter().for_each(|end| *tree.row(end) = Some((first + number) as u16));
        also.extend((phrase != u16::MAX).then(|| phrase.to_string()));
        list.extend(names.iter().cloned());
        starts.push(list.len().to_string());
    }
    let mut source = tree.source(&tables.synonyms);
    writeln!(source, "const FIRST_NAME: u16 = {first};").unwrap();
    writeln!(source, "static ALSO_PHRASES: &[u16] = &[{}];", also.join(", ")).unwrap();
    writeln!(source, "static NAME_STARTS: &[u16] = &[{}];", starts.join(", ")).unwrap();
    writeln!(source, "static NAMES: &[Name] = &[{}];", list.join(", ")).unwrap();
    source
}

/// The source of the providers, and of the lookup from an enhanced code to what providers mean by it.
pub fn providers(providers: &[Provider]) -> String {
    let mut source = "static PROVIDERS: &[Provider] = &[\n".to_owned();
    let mut row = 0;
    // The first and the last key, the provider, the row, and whether the code names the provider.
    let mut ranges: Vec<(u32, u32, String)> = Vec::new();
    for (place, provider) in providers.iter().enumerate() {
        let (name, postmaster, end) = (&provider.name, &provider.postmaster, row + provider.replies.len());
        writeln!(source, "    Provider {{ name: {name:?}, postmaster: {postmaster:?}, rows: ({row}, {end}) }},")
            .unwrap();
        for (row, reply) in (row..).zip(&provider.replies) {
            if let FoundBy::Enhanced { first, last, unique } = reply.found_by {
                let key = |code: EnhancedCode| map_key(code.class(), code.subject(), code.detail());
                ranges.push((
                    key(first),
                    key(last),
                    format!("Meaning {{ provider: {place}, row: {row}, unique: {unique} }}"),
                ));
            }
        }
        row = end;
    }
    source.push_str("];\n");
    // Ranges that overlap are cut where one of them begins or ends.
    let cuts: BTreeSet<u32> = ranges.iter().flat_map(|(first, last, _)| [*first, last + 1]).collect();
    let cuts: Vec<u32> = cuts.into_iter().collect();
    let (mut pieces, mut meanings) = (Vec::new(), Vec::new());
    for piece in cuts.windows(2) {
        let covers = |(first, last, _): &&(u32, u32, String)| *first <= piece[0] && piece[0] <= *last;
        let start = meanings.len();
        meanings.extend(ranges.iter().filter(covers).map(|(.., meaning)| meaning.clone()));
        if meanings.len() > start {
            pieces.push(format!("({}, {}, {start}, {})", piece[0], piece[1] - 1, meanings.len()));
        }
    }
    writeln!(source, "#[cfg(feature = \"words\")]\nstatic PIECES: &[(u32, u32, u16, u16)] = &[{}];", pieces.join(", "))
        .unwrap();
    writeln!(source, "#[cfg(feature = \"words\")]\nstatic MEANINGS: &[Meaning] = &[{}];", meanings.join(", ")).unwrap();
    source
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
