//! What a reviewer sees when the table changes.

use crate::compile::{self, Phrase, Row, Source, Tables, compile};
use crate::table;
use crate::vocabulary::Table;

fn rows_of(text: &str) -> Vec<Row> {
    let sources = [Source::new("data/bounce_codes.toml", text)];
    compile(&sources).unwrap_or_else(|problems| panic!("{}", problems[0].show(&sources))).rows
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
    assert_reviewed!("generated_source", compile::rows(&rows_of(&table())));
}

#[test]
fn verdict_of_every_row() {
    assert_reviewed!("verdicts", verdicts(&rows_of(&table())));
}

/// The phrases in the order of their precedence: what each means, and its wordings as they are written.
fn phrases(phrases: &[Phrase]) -> String {
    let mut text = String::new();
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

#[test]
fn wordings_of_every_phrase() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/phrases.toml");
    let (codes, words) = (table(), std::fs::read_to_string(path).unwrap());
    let sources = [Source::new("data/bounce_codes.toml", &codes), Source::new("data/phrases.toml", &words)];
    let tables = compile(&sources).unwrap_or_else(|problems| panic!("{}", problems[0].show(&sources)));
    assert_reviewed!("phrases", phrases(&tables.phrases));
    if bounce_codes::overlay().is_none() {
        assert_eq!(compile::words(&tables.phrases), include_str!(concat!(env!("OUT_DIR"), "/words.rs")));
        assert_eq!(compile::phrases(&tables.phrases), include_str!(concat!(env!("OUT_DIR"), "/phrases.rs")));
    }
}

/// Nobody reviews the perfect-hash maps, because a single code may change all of them. `tests/every_code.rs` looks up every
/// code in them.
#[test]
fn what_is_reviewed_is_what_is_built() {
    let rows = rows_of(&table());
    if bounce_codes::overlay().is_none() {
        assert_eq!(compile::rows(&rows), include_str!(concat!(env!("OUT_DIR"), "/rows.rs")));
        assert_eq!(compile::maps(&rows, None), include_str!(concat!(env!("OUT_DIR"), "/maps.rs")));
    }
}

/// No fact can change unnoticed. If a field is changed or deleted, either the build rejects it or the snapshot of the
/// generated source shows it.
#[test]
fn no_field_changes_unnoticed() {
    let text = table();
    let before = compile::rows(&rows_of(&text));
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
                assert!(inherited || compile::rows(&rows) != before, "line {}: `{line}` as `{changed}`", at + 1);
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
    let source = changed_lines(&compile::rows(&before), &compile::rows(&after));
    let verdicts = changed_lines(&verdicts(&before), &verdicts(&after));
    (source.0 + verdicts.0, source.1 + verdicts.1)
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
