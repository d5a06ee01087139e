//! What the command's JSON says about a row beyond what the library needs to know of it.

use std::fmt::Write;

use super::Tables;

/// The source of an expression: for each row its key, whether it is generic, whether it is decisive, and its wordings.
pub fn details(tables: &Tables) -> String {
    let mut source = "&[\n".to_owned();
    for row in &tables.rows {
        writeln!(source, "    ({:?}, {}, {}, &[]),", row.key.to_string(), row.generic, row.decisive).unwrap();
    }
    for phrase in &tables.phrases {
        writeln!(source, "    ({:?}, {}, false, &{:?}),", phrase.name, phrase.generic, phrase.words).unwrap();
    }
    source + "]\n"
}
