//! Checks the files under `data/` and compiles them into the tables of the library.
//!
//! `compile/` does the work. This file only reads and writes files, and talks to cargo.

#[path = "src/code.rs"]
#[allow(dead_code)]
mod code;
#[path = "compile/mod.rs"]
mod compile;
#[path = "src/hash.rs"]
#[allow(dead_code)]
mod hash;
#[path = "src/key.rs"]
#[allow(dead_code)]
mod key;
#[path = "src/vocabulary.rs"]
#[allow(dead_code)]
mod vocabulary;

use std::path::{Path, PathBuf};
use std::{env, fs};

use compile::Source;

const FILES: [&str; 4] = ["data/bounce_codes.toml", "data/phrases.toml", "data/providers.toml", "data/blocklists.toml"];

/// The environment variable that names a file of rows from the embedding project.
const OVERLAY: &str = "BOUNCE_CODES_OVERLAY";

fn main() {
    for path in ["build.rs", "compile", "data", "src/code.rs", "src/hash.rs", "src/key.rs", "src/vocabulary.rs"] {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rerun-if-env-changed={OVERLAY}");
    // An error line makes cargo fail the build. If the script itself succeeds, cargo prints these lines and nothing else.
    for line in generate().err().iter().flat_map(|message| message.lines()) {
        println!("cargo::error={line}");
    }
}

fn generate() -> Result<(), String> {
    let overlay = overlay()?;
    // Without the words only the codes count.
    let files = if env::var_os("CARGO_FEATURE_WORDS").is_some() { &FILES[..] } else { &FILES[..1] };
    let mut texts = Vec::new();
    for path in files {
        texts.push((path.to_string(), read(Path::new(path))?));
    }
    let mut overlaid = None;
    if let Some(path) = &overlay {
        println!("cargo::rerun-if-changed={}", path.display());
        let text = read(path).map_err(|error| format!("{error}; {OVERLAY} names it"))?;
        overlaid = Some((path.display().to_string(), text));
    }
    let mut sources: Vec<Source<'_>> = texts.iter().map(|(path, text)| Source::new(path, text)).collect();
    sources.extend(overlaid.iter().map(|(path, text)| Source::overlay(path, text)));
    let tables = compile::compile(&sources)
        .map_err(|problems| problems.iter().map(|problem| problem.show(&sources)).collect::<String>())?;

    let overlay_name = overlay.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
    let out_dir = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for build scripts, and it is not set")?;
    for (file, source) in [
        ("rows.rs", compile::rows(&tables)),
        ("maps.rs", compile::maps(&tables.rows, overlay_name.as_deref())),
        ("providers.rs", compile::providers(&tables.providers)),
        ("words.rs", compile::words(&tables)),
        ("details.rs", compile::details(&tables)),
        ("synonyms.rs", compile::synonyms(&tables)),
    ] {
        let path = Path::new(&out_dir).join(file);
        fs::write(&path, source).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(())
}

/// The path of the overlay, if there is one. It has to be absolute, since the build script does not run in the directory
/// of the embedding project.
fn overlay() -> Result<Option<PathBuf>, String> {
    let Some(path) = env::var_os(OVERLAY).filter(|path| !path.is_empty()).map(PathBuf::from) else { return Ok(None) };
    if path.is_relative() {
        return Err(format!(
            "{OVERLAY} is the relative path {}: write an absolute one, or in .cargo/config.toml\n\
             {OVERLAY} = {{ value = \"{}\", relative = true }}",
            path.display(),
            path.display()
        ));
    }
    Ok(Some(path))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
