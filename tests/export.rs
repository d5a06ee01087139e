//! `table --format json` has everything about every row, as `data/table.schema.json` describes it, so that the library can be
//! written again in another language.

use std::fs;
use std::path::Path;
use std::process::Command;

use bounce_codes::{Bounce, Category, Class, Scope, Table};
use serde_json::{Map, Value, json};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn schema() -> Value {
    let mut schema: Value = serde_json::from_str(&read("data/table.schema.json")).unwrap();
    schema["definitions"]["row"].take()
}

/// The rows, and what comes after them.
fn rows() -> Vec<Map<String, Value>> {
    let mut lines = lines();
    lines.pop();
    lines
}

fn lines() -> Vec<Map<String, Value>> {
    let output = Command::new(env!("CARGO_BIN_EXE_bounce-codes")).args(["table", "all", "--format", "json"]).output();
    let output = String::from_utf8(output.unwrap().stdout).unwrap();
    output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Whether a value is what the schema says, as far as ours goes.
fn fits(schema: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().unwrap() {
        "null" => value.is_null(),
        "string" => value.as_str().is_some_and(|text| !text.is_empty()),
        "boolean" => value.is_boolean(),
        "integer" => value.as_u64().is_some_and(|number| {
            (schema["minimum"].as_u64().unwrap()..=schema["maximum"].as_u64().unwrap()).contains(&number)
        }),
        "array" => value.as_array().is_some_and(|items| items.iter().all(|item| fits(&schema["items"], item))),
        name => panic!("unknown type {name}"),
    };
    match (&schema["type"], &schema["enum"], &schema["const"]) {
        (Value::Array(types), Value::Null, Value::Null) => types.iter().any(is),
        (name @ Value::String(_), Value::Null, Value::Null) => is(name),
        (Value::Null, Value::Array(values), Value::Null) => values.contains(value),
        (Value::Null, Value::Null, constant) if !constant.is_null() => constant == value,
        _ => panic!("unknown schema {schema}"),
    }
}

#[test]
fn every_row_is_as_the_schema_says() {
    let schema = schema();
    let properties = schema["properties"].as_object().unwrap();
    let keys: Vec<&String> = properties.keys().collect();
    assert_eq!(schema["required"], json!(keys));
    let rows = rows();
    assert_eq!(rows.len(), Table::ALL.iter().map(|table| table.rows().len()).sum::<usize>());
    for row in rows {
        assert_eq!(row.keys().collect::<Vec<_>>(), keys);
        for (key, value) in &row {
            assert!(fits(&properties[key], value), "{key} of {}: {value}", row["input"]);
        }
    }
}

#[test]
fn the_last_line_has_the_synonyms() {
    let file: Map<String, Value> = toml::from_str(&read("data/phrases.toml")).unwrap();
    let expected = json!({ "format": 1, "synonyms": file["synonyms"] });
    assert_eq!(Value::Object(lines().pop().unwrap()), expected);
}

#[test]
fn the_schema_has_every_label() {
    let schema = schema();
    let values = |key: &str| {
        let values = schema["properties"][key]["enum"].as_array().unwrap().iter();
        values.filter_map(|value| value.as_str()).map(str::to_owned).collect::<Vec<_>>()
    };
    fn labels<T: ToString>(all: &[T]) -> Vec<String> {
        all.iter().map(T::to_string).collect()
    }
    assert_eq!(values("class"), labels(Class::ALL));
    assert_eq!(values("bounce"), labels(Bounce::ALL));
    assert_eq!(values("category"), labels(Category::ALL));
    assert_eq!(values("scope"), labels(Scope::ALL));
    assert_eq!(values("matched"), labels(Table::ALL));
}

#[test]
fn nothing_that_the_files_say_is_missing() {
    let rows = rows();
    let find = |table: Table, key: &str| {
        let is_it = |row: &&Map<String, Value>| row["matched"] == table.as_str() && row["input"] == key;
        rows.iter().find(is_it).unwrap_or_else(|| panic!("no {key} in {table}"))
    };
    let mut count = 0;
    let same = |row: &Map<String, Value>, entry: &Map<String, Value>, others: &[&str]| {
        for (key, value) in entry.iter().filter(|(key, _)| !others.contains(&key.as_str())) {
            assert_eq!(row[key], *value, "{key} of {}", row["input"]);
        }
    };
    for file in ["data/bounce_codes.toml", "data/phrases.toml"] {
        let file: Map<String, Value> = toml::from_str(&read(file)).unwrap();
        for (table, entries) in file.iter().filter(|(table, _)| *table != "synonyms") {
            let table: Table = table.parse().unwrap();
            for entry in entries.as_array().unwrap() {
                let key = match &entry["code"] {
                    Value::Null => entry["name"].as_str().unwrap().to_owned(),
                    Value::Number(number) if table == Table::Subject => format!("X.{number}"),
                    Value::Number(number) => number.to_string(),
                    code => code.as_str().unwrap().to_owned(),
                };
                let row = find(table, &key);
                // Spelled out in the key, or about the file alone.
                same(row, entry.as_object().unwrap(), &["code", "single_words"]);
                count += 1;
            }
        }
    }
    let file: Map<String, Value> = toml::from_str(&read("data/blocklists.toml")).unwrap();
    for list in file["blocklist"].as_array().unwrap() {
        let row = find(Table::Blocklist, list["name"].as_str().unwrap());
        // The pages are the references.
        same(row, list.as_object().unwrap(), &["lookup", "delist", "source"]);
        let pages = ["lookup", "delist"].iter().filter_map(|key| list.get(key));
        assert!(pages.into_iter().all(|page| row["references"].as_array().unwrap().contains(page)), "{}", row["input"]);
        count += 1;
    }
    let file: Map<String, Value> = toml::from_str(&read("data/providers.toml")).unwrap();
    for provider in file["provider"].as_array().unwrap() {
        let is_its = |row: &&Map<String, Value>| row["matched"] == "provider" && row["provider"] == provider["name"];
        let rows = rows.iter().filter(is_its);
        let replies = provider["reply"].as_array().unwrap();
        assert_eq!(rows.clone().count(), replies.len());
        // The rows are in the order of the file.
        for (row, reply) in rows.zip(replies) {
            same(row, reply.as_object().unwrap(), &["code", "last", "source"]);
            assert_eq!(row["provider_words"], provider["words"]);
            assert!(row["references"].as_array().unwrap().contains(&reply["source"]), "{}", row["input"]);
            count += 1;
        }
    }
    assert_eq!(count, rows.len());
}
