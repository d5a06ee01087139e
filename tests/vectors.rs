//! Inputs and their correct answers. `tests/vectors/README.md` describes the files.

use std::fs;
use std::path::Path;

use bounce_codes::classify;
use serde_json::{Value, json};

#[test]
fn every_vector() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in directory.read_dir().unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            let expected: Value = serde_json::from_str(line).unwrap();
            let actual = answer(expected["input"].as_str().unwrap());
            // A key that a vector leaves out is not checked.
            let differs = |(key, value): (&String, &Value)| actual.get(key).is_some_and(|actual| actual != value);
            if expected.as_object().unwrap().iter().any(differs) {
                let name = file.file_name().unwrap().to_string_lossy().into_owned();
                wrong.push(format!("{name}:{}\n  expected {expected}\n  but got  {actual}", number + 1));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {count} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 150, "only {count} vectors");
}

fn answer(input: &str) -> Value {
    let verdict = classify(input);
    json!({
        "input": input,
        "reply": verdict.and_then(|verdict| Some(verdict.reply_code()?.get())),
        "enhanced": verdict.and_then(|verdict| Some(verdict.enhanced_code()?.to_string())),
        "bounce": verdict.and_then(|verdict| Some(verdict.bounce()?.as_str())),
        "retry": verdict.map(|verdict| verdict.retry()),
        "category": verdict.map(|verdict| verdict.category().as_str()),
        "scope": verdict.and_then(|verdict| Some(verdict.scope()?.as_str())),
        "provider": verdict.and_then(|verdict| Some(verdict.provider()?.name())),
        "name": verdict.map(|verdict| verdict.row().name()),
        "row": verdict.map(|verdict| verdict.row().key().to_string()),
    })
}
