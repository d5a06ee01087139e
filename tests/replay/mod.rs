//! Inputs for the fuzz targets: the ones that have found a bug, and every vector.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

/// Checks every input, and names the one that fails.
pub fn replay(target: &str, check: fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut inputs = Vec::new();
    for directory in [root.join("fuzz/regressions").join(target), root.join("tests/vectors")] {
        // Not every target has found a bug.
        for file in directory.read_dir().into_iter().flatten().map(|file| file.unwrap().path()) {
            let bytes = fs::read(&file).unwrap();
            if file.extension().is_some_and(|extension| extension == "jsonl") {
                for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                    let vector: serde_json::Value = serde_json::from_slice(line).unwrap();
                    let input = vector["input"].as_str().unwrap();
                    inputs.push((input.to_owned(), input.as_bytes().to_vec()));
                    inputs.push((format!("the vector {vector}"), line.to_vec()));
                }
            } else {
                inputs.push((file.display().to_string(), bytes));
            }
        }
    }
    assert!(inputs.len() > 100, "only {} inputs", inputs.len());
    for (name, bytes) in inputs {
        assert!(catch_unwind(|| check(&bytes)).is_ok(), "{name}");
    }
}
