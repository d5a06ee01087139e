//! Any bytes as the table, and as an overlay of a small one: rows, or problems that can be shown; what is generated of
//! rows is one entry for each.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
#[path = "../../src/code.rs"]
#[allow(dead_code)]
mod code;
#[cfg(fuzzing)]
#[path = "../../compile/mod.rs"]
mod compile;
#[cfg(fuzzing)]
#[path = "../../src/row.rs"]
#[allow(dead_code)]
mod row;
#[cfg(fuzzing)]
#[path = "../../src/vocabulary.rs"]
#[allow(dead_code)]
mod vocabulary;

use crate::compile::{Source, compile, maps, rows};

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check(bytes));

const SMALL: &str = include_str!("../small_table.toml");

pub fn check(bytes: &[u8]) {
    // The build script reads its files as UTF-8 and says so where one is not.
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let small = Source { path: "small_table.toml", text: SMALL };
    let fuzzed = Source { path: "fuzzed.toml", text };
    for sources in [&[fuzzed][..], &[small, fuzzed]] {
        match compile(sources) {
            Ok(table) => {
                assert_eq!(rows(&table).matches("\n    Row {\n").count(), table.len());
                assert!(maps(&table, None).contains("PLACES"));
            }
            Err(problems) => {
                assert!(!problems.is_empty());
                for problem in problems {
                    let shown = problem.show(sources);
                    assert!(sources.iter().any(|source| shown.contains(&format!("--> {}:", source.path))), "{shown}");
                }
            }
        }
    }
}
