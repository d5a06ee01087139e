//! What a reviewer sees when the table changes.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::compile::{self, Blocklist, FoundBy, Phrase, Provider, Row, Source, Tables, compile};
use crate::key::Key;
use crate::table;
use crate::vocabulary::Table;

fn rows_of(text: &str) -> Vec<Row> {
    let sources = [Source::new("data/bounce_codes.toml", text)];
    compile(&sources).unwrap_or_else(|problems| panic!("{}", problems[0].show(&sources))).rows
}

/// The rows of codes as the library has them, but with their texts in place.
fn source(rows: &[Row]) -> String {
    let mut source = String::new();
    for table in Table::ALL {
        let mut rows = rows.iter().filter(|row| row.key.table() == *table).peekable();
        if rows.peek().is_some() {
            writeln!(source, "pub(crate) static {}: &[Row] = &[", table.as_str().to_uppercase()).unwrap();
            rows.for_each(|row| write_row(&mut source, row));
            source.push_str("];\n");
        }
    }
    source
}

fn write_row(source: &mut String, row: &Row) {
    let reply_codes: Vec<String> = row.reply_codes.iter().map(|code| format!("code({code})")).collect();
    let key = match row.key {
        Key::Pair(enhanced, code) => {
            let (class, subject, detail) = (enhanced.class(), enhanced.subject(), enhanced.detail());
            format!("Key::Pair(enhanced(Class::{class:?}, {subject}, {detail}), code({code}))")
        }
        Key::Reply(code) => format!("Key::Reply(code({code}))"),
        Key::Class(class) => format!("Key::Class(Class::{class:?})"),
        Key::Enhanced { subject, detail, class } => {
            let class = option(class.map(|class| format!("Class::{class:?}")));
            format!("Key::Enhanced {{ subject: {subject}, detail: {detail}, class: {class} }}")
        }
        key => format!("Key::{key:?}"),
    };
    writeln!(source, "    Row {{").unwrap();
    writeln!(source, "        key: {key},").unwrap();
    writeln!(source, "        name: {:?},", row.name).unwrap();
    writeln!(source, "        registry_name: {:?},", row.registry_name).unwrap();
    writeln!(source, "        description: {:?},", row.description).unwrap();
    writeln!(source, "        category: Category::{:?},", row.category).unwrap();
    writeln!(source, "        bounce: {},", option(row.bounce.map(|bounce| format!("Bounce::{bounce:?}")))).unwrap();
    writeln!(source, "        scope: {},", option(row.scope.map(|scope| format!("Scope::{scope:?}")))).unwrap();
    writeln!(source, "        generic: {},", row.generic).unwrap();
    writeln!(source, "        decisive: {},", row.decisive).unwrap();
    writeln!(source, "        common: {},", row.common).unwrap();
    writeln!(source, "        overlaid: {},", row.overlaid).unwrap();
    writeln!(source, "        reply_codes: &[{}],", reply_codes.join(", ")).unwrap();
    writeln!(source, "        references: &{:?},", row.references).unwrap();
    writeln!(source, "    }},").unwrap();
}

/// `Some(…)` with its contents as is. `Debug` would quote them.
fn option(value: Option<String>) -> String {
    value.map_or("None".to_owned(), |value| format!("Some({value})"))
}

/// What each code means, one line per code. If the class is `any`, the bounce is the one for class 5. The columns have a
/// fixed width, so a long name does not move any other row.
fn verdicts(rows: &[Row]) -> String {
    let mut lines =
        format!("{:<8} {:<7} {:<28} {:<5} {:<19} {}\n", "table", "code", "class", "bounce", "category", "name");
    for row in rows {
        let (table, code) = (row.key.table(), row.key.to_string());
        let class = match (table, row.key.class()) {
            (_, Some(class)) => class.as_str(),
            (Table::Group | Table::Reply, None) => "-",
            _ => "any",
        };
        let bounce = row.bounce.map_or("-", |bounce| bounce.as_str());
        lines += &format!("{table:<8} {code:<7} {class:<28} {bounce:<5} {:<19} {}\n", row.category, row.name);
    }
    lines
}

macro_rules! assert_reviewed {
    ($name:literal, $value:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($name, $value);
        });
    };
}

/// The rows as they are compiled into the library.
#[test]
fn generated_source() {
    assert_reviewed!("generated_source", source(&rows_of(&table())));
}

#[test]
fn verdict_of_every_row() {
    assert_reviewed!("verdicts", verdicts(&rows_of(&table())));
}

/// The synonyms, and the phrases in the order of their precedence: what each means, and its wordings as they are written.
fn phrases(synonyms: BTreeMap<&str, Vec<&str>>, phrases: &[Phrase]) -> String {
    let mut text = "== Synonyms\n".to_owned();
    for (word, others) in synonyms {
        let word = if word.is_empty() { "nothing" } else { word };
        others.iter().for_each(|other| text += &format!("    {other} is {word}\n"));
    }
    text.push('\n');
    for Phrase { name, description, category, bounce, scope, generic, words, .. } in phrases {
        let bounce = bounce.map_or("only hides others", |bounce| bounce.as_str());
        let scope = scope.or(category.scope()).map_or("-", |scope| scope.as_str());
        let generic = if *generic { ", generic" } else { "" };
        text += &format!("== {name}\n{bounce}, {category}, {scope}{generic}\n{description}\n\n");
        words.iter().for_each(|wording| text += &format!("    {wording}\n"));
        text.push('\n');
    }
    text
}

/// What the files compile to.
fn tables() -> Tables {
    let paths = ["bounce_codes", "phrases", "providers", "blocklists"].map(|name| format!("data/{name}.toml"));
    let texts =
        paths.each_ref().map(|path| std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap());
    let sources: Vec<Source> = paths.iter().zip(&texts).map(|(path, text)| Source::new(path, text)).collect();
    compile(&sources).unwrap_or_else(|problems| panic!("{}", problems[0].show(&sources)))
}

#[test]
fn wordings_of_every_phrase() {
    let tables = tables();
    assert_reviewed!("phrases", phrases(tables.synonyms.by_meaning(), &tables.phrases));
}

/// The providers: what recognizes each, and a line for each of its rows.
fn providers(providers: &[Provider]) -> String {
    let mut text = String::new();
    for provider in providers {
        let Provider { name, words, postmaster, replies } = provider;
        text += &format!("== {name}\n{}\n", postmaster.as_deref().unwrap_or("no postmaster page"));
        words.iter().for_each(|wording| text += &format!("    {wording}\n"));
        text.push('\n');
        for row in replies {
            let (found_by, is_unique) = match &row.found_by {
                FoundBy::Words(words) => (words.join(" | "), false),
                FoundBy::Enhanced { unique, .. } => (provider.key_of(row), *unique),
                FoundBy::Code(_) => (provider.key_of(row), false),
            };
            text += &format!("{found_by}: {}: {}", row.name, row.description);
            text += &format!(" [{}, {}", row.bounce.map_or("-", |bounce| bounce.as_str()), row.category);
            text += &format!(", {}", row.scope.or(row.category.scope()).map_or("-", |scope| scope.as_str()));
            text += if is_unique { ", unique" } else { "" };
            if !row.reply_codes.is_empty() {
                let codes: Vec<String> = row.reply_codes.iter().map(|code| code.to_string()).collect();
                text += &format!(", with {}", codes.join("/"));
            }
            if let Some(wait) = row.retry_after {
                text += &format!(", wait {wait}");
            }
            text += &format!("] {} {} {}\n", row.advice.as_deref().unwrap_or("-"), row.source, row.checked);
        }
        text.push('\n');
    }
    text
}

/// The block lists, one line each.
fn blocklists(lists: &[Blocklist]) -> String {
    let line = |list: &Blocklist| {
        let state = match &list.closed {
            _ if list.fault => "at fault".to_owned(),
            Some(closed) => format!("closed {closed}"),
            None => "open".to_owned(),
        };
        let page = |page: &Option<String>| page.clone().unwrap_or("-".to_owned());
        format!(
            "{}: {}: {} [{:?}, {state}] look up {} delist {} {} {}\n",
            list.words.join(" | "),
            list.name,
            list.description,
            list.lists,
            page(&list.lookup),
            page(&list.delist),
            list.source,
            list.checked
        )
    };
    lists.iter().map(line).collect()
}

#[test]
fn rows_of_every_provider_and_list() {
    let tables = tables();
    assert_reviewed!("providers", providers(&tables.providers));
    assert_reviewed!("blocklists", blocklists(&tables.blocklists));
}

/// Nobody reviews what is generated, because a single row may change all of it. `tests/every_code.rs` looks up every code.
#[test]
fn what_is_reviewed_is_what_is_built() {
    if bounce_codes::overlay().is_some() {
        return;
    }
    let tables = tables();
    assert_eq!(compile::rows(&tables), include_str!(concat!(env!("OUT_DIR"), "/rows.rs")));
    assert_eq!(compile::maps(&tables.rows, None), include_str!(concat!(env!("OUT_DIR"), "/maps.rs")));
    assert_eq!(compile::words(&tables), include_str!(concat!(env!("OUT_DIR"), "/words.rs")));
    assert_eq!(compile::providers(&tables.providers), include_str!(concat!(env!("OUT_DIR"), "/providers.rs")));
    let library = |table: &str| table.parse::<bounce_codes::Table>().unwrap().rows();
    for row in &tables.rows {
        let built =
            library(row.key.table().as_str()).find(|built| built.key().to_string() == row.key.to_string()).unwrap();
        assert_eq!((built.name(), built.registry_name()), (row.name.as_str(), row.registry_name.as_deref()));
        assert_eq!(built.description(), row.description);
        assert_eq!(built.references(), row.references);
        assert_eq!(built.category().as_str(), row.category.as_str());
        assert_eq!(built.permanent_bounce().map(|bounce| bounce.as_str()), row.bounce.map(|bounce| bounce.as_str()));
        let scope = row.scope.or(row.category.scope());
        assert_eq!(built.scope().map(|scope| scope.as_str()), scope.map(|scope| scope.as_str()));
        let reply_codes: Vec<u16> = row.reply_codes.iter().map(|code| code.get()).collect();
        assert_eq!(built.reply_codes().iter().map(|code| code.get()).collect::<Vec<_>>(), reply_codes);
        assert_eq!((built.is_common(), built.is_overlaid()), (row.common, row.overlaid));
    }
    for (row, built) in tables.phrases.iter().zip(library("phrase")) {
        assert_eq!((built.name(), built.description()), (row.name.as_str(), row.description.as_str()));
    }
    let replies = tables.providers.iter().flat_map(|provider| provider.replies.iter().map(move |row| (provider, row)));
    for ((provider, row), built) in replies.zip(library("provider")) {
        let key = format!("{}: {}", provider.name, provider.key_of(row));
        assert_eq!((built.key().to_string(), built.name()), (key, row.name.as_str()));
        assert_eq!((built.description(), built.advice()), (row.description.as_str(), row.advice.as_deref()));
        assert_eq!(built.retry_after().map(|wait| wait.as_secs()), row.retry_after.map(u64::from));
        assert!(built.references().contains(&row.source.as_str()));
    }
    for (row, built) in tables.blocklists.iter().zip(library("blocklist")) {
        assert_eq!((built.name(), built.description()), (row.name.as_str(), row.description.as_str()));
        assert!(row.delist.iter().all(|page| built.references().contains(&page.as_str())));
    }
}

/// No fact can change unnoticed. If a field is changed or deleted, either the build rejects it or the snapshot of the
/// generated source shows it.
#[test]
fn no_field_changes_unnoticed() {
    let text = table();
    let before = source(&rows_of(&text));
    let lines: Vec<&str> = text.lines().collect();
    let mut changes = 0;
    for (at, line) in lines.iter().enumerate() {
        let Some((key, value)) =
            line.split_once(" = ").filter(|(key, _)| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        else {
            continue;
        };
        let changed = match key {
            "category" => Some(if value == "\"policy\"" { "\"routing\"" } else { "\"policy\"" }.to_owned()),
            "scope" => Some("\"message\"".to_owned()),
            "bounce" => Some(if value == "\"soft\"" { "\"block\"" } else { "\"soft\"" }.to_owned()),
            "generic" | "common" | "decisive" => Some(if value == "true" { "false" } else { "true" }.to_owned()),
            "reply_codes" => Some(value.replace(']', ", 500]")),
            "references" => Some(value.replace(']', ", \"RFC 1\"]")),
            "code" => None,
            _ => Some(value.replacen('"', "\"Not ", 1)),
        };
        for changed in [changed.map(|value| format!("{key} = {value}")), Some(String::new())].into_iter().flatten() {
            let mut lines = lines.clone();
            lines[at] = &changed;
            let text = lines.join("\n");
            let sources = [Source::new("data/bounce_codes.toml", &text)];
            if let Ok(Tables { rows, .. }) = compile(&sources) {
                // The row may say what it would inherit anyway.
                let inherited = changed.is_empty() && matches!(key, "category" | "bounce");
                assert!(inherited || source(&rows) != before, "line {}: `{line}` as `{changed}`", at + 1);
            }
            changes += 1;
        }
    }
    assert!(changes > 1000, "{changes}");
}

// ---------------------------------------------------------------------------------------------- the size of a review

/// How many lines a diff from one text to the other removes and adds.
fn changed_lines(before: &str, after: &str) -> (usize, usize) {
    let diff = similar::TextDiff::from_lines(before, after);
    let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    (count(similar::ChangeTag::Delete), count(similar::ChangeTag::Insert))
}

/// How many lines an edit of the table removes and adds in both snapshots.
fn review(edit: impl Fn(&str) -> String) -> (usize, usize) {
    let before = table();
    let after = edit(&before);
    assert_ne!(before, after, "the edit does nothing");
    let (before, after) = (rows_of(&before), rows_of(&after));
    let rows = changed_lines(&source(&before), &source(&after));
    let verdicts = changed_lines(&verdicts(&before), &verdicts(&after));
    (rows.0 + verdicts.0, rows.1 + verdicts.1)
}

/// The text with one line replaced in the row of a code.
fn edit_row(text: &str, table: &str, code: &str, key: &str, value: &str) -> String {
    let row = find_row(text, table, code);
    let line = row + text[row..].find(&format!("\n{key} = ")).unwrap() + 1;
    let end = line + text[line..].find('\n').unwrap();
    format!("{}{key} = {value}{}", &text[..line], &text[end..])
}

/// Where a row starts.
fn find_row(text: &str, table: &str, code: &str) -> usize {
    text.find(&format!("[[{table}]]\ncode = {code}\n")).unwrap_or_else(|| panic!("no row {code}"))
}

/// The lines of a row in the generated source, plus its line among the verdicts.
const ROW: usize = 15 + 1;

#[test]
fn a_changed_key_changes_only_its_own_lines() {
    let edit = |code: &'static str, key: &'static str, value: &'static str| {
        review(move |text| edit_row(text, "enhanced", code, key, value))
    };
    assert_eq!(edit("\"X.1.1\"", "description", "\"Something else happened.\""), (1, 1));
    assert_eq!(edit("\"X.1.1\"", "bounce", "\"soft\""), (2, 2));
    assert_eq!(edit("\"X.1.1\"", "category", "\"policy\""), (2, 2));
    assert_eq!(edit("\"X.7.30\"", "name", "\"A name that is longer than any other name of the whole table\""), (2, 2));
    assert_eq!(edit("\"X.1.1\"", "reply_codes", "[550]"), (1, 1));
    assert_eq!(review(|text| edit_row(text, "reply", "550", "bounce", "\"block\"")), (2, 2));
}

#[test]
fn an_added_row_changes_no_other_row() {
    for (table, before, code) in [
        ("enhanced", "\"X.1.0\"", "X.0.999"),
        ("enhanced", "\"X.5.0\"", "X.4.999"),
        ("enhanced", "\"550 5.1.10\"", "X.7.999"),
    ] {
        let new = format!(
            "[[enhanced]]\ncode = \"{code}\"\nname = \"New\"\ndescription = \"Something new happened.\"\n\
             category = \"policy\"\nreferences = [\"RFC 9999\"]\n\n"
        );
        let added = review(|text| {
            let place = find_row(text, table, before);
            format!("{}{new}{}", &text[..place], &text[place..])
        });
        assert_eq!(added, (0, ROW), "{code}");
    }
}

#[test]
fn a_removed_row_changes_no_other_row() {
    let removed = review(|text| {
        let start = text.rfind("[[enhanced]]").unwrap();
        let end = start + 1 + text[start + 1..].find("[[").unwrap();
        format!("{}{}", &text[..start], &text[end..])
    });
    assert_eq!(removed, (ROW, 0));
}
