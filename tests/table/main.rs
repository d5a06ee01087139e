//! The table on its way from TOML to Rust: what is said of mistakes, what a reviewer sees, what an editor is told.

#[path = "../../src/code.rs"]
#[allow(dead_code)]
mod code;
#[path = "../../src/compile/mod.rs"]
mod compile;
#[path = "../../src/vocabulary.rs"]
#[allow(dead_code)]
mod vocabulary;

mod mistakes;
mod review;
mod schema;

/// The text of the table.
fn table() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/bounce_codes.toml")).unwrap()
}
