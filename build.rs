//! Checks `data/bounce_codes.toml` and compiles it into the tables that the library looks codes up in.
//!
//! The work is done by `src/compile`; here is only what reads and writes files and talks to cargo.

#[path = "src/code.rs"]
#[allow(dead_code)]
mod code;
#[path = "src/compile/mod.rs"]
mod compile;
#[path = "src/vocabulary.rs"]
#[allow(dead_code)]
mod vocabulary;

use std::path::Path;
use std::{env, fs};

const TABLE: &str = "data/bounce_codes.toml";

fn main() {
    for path in ["build.rs", "data", "src/code.rs", "src/compile", "src/vocabulary.rs"] {
        println!("cargo::rerun-if-changed={path}");
    }
    // After an error line cargo fails the build, and prints no more than these lines if the script itself ends well.
    for line in generate().err().iter().flat_map(|message| message.lines()) {
        println!("cargo::error={line}");
    }
}

fn generate() -> Result<(), String> {
    let text = fs::read_to_string(TABLE).map_err(|error| format!("cannot read {TABLE}: {error}"))?;
    let rows = compile::compile(&text)
        .map_err(|problems| problems.iter().map(|problem| problem.show(TABLE, &text)).collect::<String>())?;
    let out_dir = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for build scripts, and it is not set")?;
    for (file, source) in [("rows.rs", compile::rows(&rows)), ("maps.rs", compile::maps(&rows))] {
        let path = Path::new(&out_dir).join(file);
        fs::write(&path, source).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(())
}
