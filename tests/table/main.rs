//! The table on its way from TOML to Rust: what is said of mistakes, what a reviewer sees, what an editor is told.

#[path = "../../src/code.rs"]
#[allow(dead_code)]
mod code;
#[path = "../../compile/mod.rs"]
mod compile;
#[path = "../../src/row.rs"]
#[allow(dead_code)]
mod row;
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

/// As in `tests/fuzz_targets.rs`.
#[test]
fn any_text_is_a_table_or_has_a_mistake() {
    replay::replay("compile_table", compile_table::check);
}

/// The text of the table.
fn table() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/bounce_codes.toml")).unwrap()
}
