//! From TOML to Rust: the messages for mistakes, what a reviewer sees, and what an editor knows.

#[path = "../../src/code.rs"]
#[allow(dead_code)]
mod code;
#[path = "../../compile/mod.rs"]
mod compile;
#[path = "../../src/hash.rs"]
#[allow(dead_code)]
mod hash;
#[path = "../../src/key.rs"]
#[allow(dead_code)]
mod key;
#[path = "../../src/vocabulary.rs"]
#[allow(dead_code)]
mod vocabulary;

#[path = "../../fuzz/fuzz_targets/compile_table.rs"]
mod compile_table;
mod mistakes;
#[path = "../replay/mod.rs"]
mod replay;
mod review;
mod schema;

/// Like `tests/fuzz_targets.rs`.
#[test]
fn any_text_is_a_table_or_has_problems() {
    replay::replay("compile_table", compile_table::check);
}

/// The text of the table.
fn table() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/bounce_codes.toml")).unwrap()
}
