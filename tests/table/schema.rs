//! The schema that editors use to complete, explain, and check the table. It is generated from the list of keys that the
//! build uses, so the two cannot drift apart.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::compile::read::{KEYS, PROVIDER_KEYS, SYNONYMS};
use crate::vocabulary::{Bounce, Category, Scope, Table};

fn schema() -> String {
    let tables = Table::ALL.iter().map(|table| {
        let items = if *table == Table::Provider { provider() } else { row(*table) };
        let rows = json!({ "type": "array", "items": items, "description": about(*table) });
        (table.to_string(), rows)
    });
    let (synonyms, about) = SYNONYMS;
    let word = json!({ "type": "string", "pattern": "^[^A-Z ]+$" });
    let words = json!({ "type": "array", "items": word, "minItems": 1, "uniqueItems": true });
    let synonyms =
        (synonyms.to_owned(), json!({ "type": "object", "additionalProperties": words, "description": about }));
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Bounce codes",
        "type": "object",
        "additionalProperties": false,
        "properties": tables.chain([synonyms]).collect::<Map<String, Value>>(),
    });
    serde_json::to_string_pretty(&schema).unwrap() + "\n"
}

fn about(table: Table) -> &'static str {
    match table {
        Table::Enhanced => "Enhanced status codes, in code order.",
        Table::Reply => "Reply codes, in code order.",
        Table::Class => "The classes of enhanced status codes: 2, 4 and 5.",
        Table::Subject => "The subjects of enhanced status codes, from 0 on.",
        Table::Group => "The groups of reply codes: 1xx to 5xx.",
        Table::Phrase => "The wordings of refusals, one row per meaning, in the order of precedence.",
        Table::Provider => "Mailbox providers, filters and mail servers, in alphabetical order.",
        Table::Blocklist => "DNS block lists, in alphabetical order.",
    }
}

fn provider() -> Value {
    let properties = PROVIDER_KEYS.iter().map(|(key, about)| {
        let mut property = match *key {
            "reply" => json!({ "type": "array", "items": row(Table::Provider) }),
            key => form(Table::Provider, key),
        };
        property["description"] = json!(about);
        (key.to_string(), property)
    });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name"],
        "properties": properties.collect::<Map<String, Value>>(),
    })
}

fn row(table: Table) -> Value {
    let keys = KEYS.iter().filter(|(_, tables, _)| tables.contains(&table));
    let properties = keys.map(|(key, _, about)| {
        let mut property = form(table, key);
        property["description"] = json!(about);
        (key.to_string(), property)
    });
    json!({
        "type": "object",
        "additionalProperties": false,
        // Overlays and rows for one class leave out what they do not change.
        "required": match table {
            Table::Phrase | Table::Blocklist => vec!["name"],
            Table::Provider => vec!["name", "source", "checked"],
            _ => vec!["code"],
        },
        "properties": properties.collect::<Map<String, Value>>(),
    })
}

fn form(table: Table, key: &str) -> Value {
    let reply_code = json!({ "type": "integer", "minimum": 100, "maximum": 599 });
    match (key, table) {
        ("code", Table::Class) => json!({ "enum": [2, 4, 5] }),
        ("code", Table::Subject) => json!({ "type": "integer", "minimum": 0, "maximum": 999 }),
        ("code", Table::Enhanced) => {
            let number = "(0|[1-9][0-9]{0,2})";
            json!({ "type": "string", "pattern": format!("^[X245]\\.{number}\\.{number}$") })
        }
        ("code", Table::Group) => json!({ "enum": ["1xx", "2xx", "3xx", "4xx", "5xx"] }),
        ("code", Table::Reply) => reply_code,
        ("code" | "last", Table::Provider) => json!({ "type": "string", "minLength": 1 }),
        ("category", _) => json!({ "enum": Category::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>() }),
        ("bounce", _) => json!({ "enum": Bounce::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>() }),
        ("generic" | "common" | "decisive" | "single_words" | "unique" | "fault", _) => json!({ "type": "boolean" }),
        ("reply_codes", _) => json!({ "type": "array", "items": reply_code, "minItems": 1, "uniqueItems": true }),
        ("scope", _) => json!({ "enum": Scope::ALL.iter().map(|label| label.as_str()).collect::<Vec<_>>() }),
        ("words" | "without", _) => {
            let wording = json!({ "type": "string", "pattern": "^[^A-Z]+$" });
            json!({ "type": "array", "items": wording, "minItems": 1, "uniqueItems": true })
        }
        ("references", _) => {
            let reference = json!({ "type": "string", "pattern": "^(RFC [1-9][0-9]*|draft-[a-z0-9-]+|https://.+)$" });
            json!({ "type": "array", "items": reference, "minItems": 1, "uniqueItems": true })
        }
        ("source" | "postmaster" | "lookup" | "delist", _) => json!({ "type": "string", "pattern": "^https?://\\S+$" }),
        ("checked", _) => json!({ "type": "string", "pattern": "^20[0-9]{2}-[01][0-9]-[0-3][0-9]$" }),
        ("closed", _) => json!({ "type": "string", "pattern": "^([0-9]{4}(-[01][0-9])?|unknown)$" }),
        ("lists", _) => json!({ "enum": ["ip", "domain", "url"] }),
        ("retry_after", _) => json!({ "type": "integer", "minimum": 1, "maximum": 604_800 }),
        ("description" | "advice", _) => json!({ "type": "string", "pattern": "^\\S.*\\.$" }),
        ("name" | "registry_name", _) => json!({ "type": "string", "pattern": "^\\S(.*[^.\\s])?$" }),
        _ => panic!("define the form of the key `{key}` here"),
    }
}

#[test]
fn the_schema_matches_the_build() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/bounce_codes.schema.json");
    // Like the snapshots.
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, schema()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == schema(), "regenerate the schema: INSTA_UPDATE=always cargo test --all-features --test table");
}

#[test]
fn the_table_names_the_schema() {
    for name in ["bounce_codes", "phrases", "providers", "blocklists"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/{name}.toml"));
        assert!(std::fs::read_to_string(path).unwrap().starts_with("#:schema ./bounce_codes.schema.json\n"), "{name}");
    }
}
