//! Compiles any bytes as the table, and as an overlay on a small one. The result must be rows, each of which is generated
//! once, or problems that can be displayed.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
#[path = "../../src/code.rs"]
#[allow(dead_code)]
mod code;
#[cfg(fuzzing)]
#[path = "../../compile/mod.rs"]
mod compile;
#[cfg(fuzzing)]
#[path = "../../src/hash.rs"]
mod hash;
#[cfg(fuzzing)]
#[path = "../../src/key.rs"]
#[allow(dead_code)]
mod key;
#[cfg(fuzzing)]
#[path = "../../src/vocabulary.rs"]
#[allow(dead_code)]
mod vocabulary;

use crate::compile::{Source, compile, maps, providers, rows, words};

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check(bytes));

const SMALL: &str = include_str!("../small_table.toml");

pub fn check(bytes: &[u8]) {
    // The build script rejects files that are not UTF-8 before they get here.
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let small = Source::new("small_table.toml", SMALL);
    let fuzzed = Source::overlay("fuzzed.toml", text);
    for sources in [&[fuzzed][..], &[small, fuzzed]] {
        match compile(sources) {
            Ok(tables) => {
                let replies: usize = tables.providers.iter().map(|provider| provider.replies.len()).sum();
                let count = tables.rows.len() + tables.phrases.len() + replies + tables.blocklists.len();
                assert_eq!(rows(&tables).matches("\n    Row { key: ").count(), count);
                assert!(maps(&tables.rows, None).contains("PLACES"));
                assert!(words(&tables).contains("EDGES"));
                assert_eq!(providers(&tables.providers).matches("\n    Provider {").count(), tables.providers.len());
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
