//! Inputs and their correct answers. `tests/vectors/README.md` describes the files.

use std::fs;
use std::path::Path;

use bounce_codes::Delivery;
use serde_json::{Map, Value, json};

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
            let expected: Map<String, Value> = serde_json::from_str(line).unwrap();
            let actual = answer(expected["input"].as_str().unwrap());
            for (key, expected) in &expected {
                // The other keys are for people.
                let Some(actual) = actual.get(key) else { continue };
                if actual != expected {
                    let name = file.file_name().unwrap().to_string_lossy().into_owned();
                    wrong.push(format!("{name}:{} {key}: expected {expected}, but got {actual}\n  {line}", number + 1));
                }
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{} answers to {count} vectors are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 1000, "only {count} vectors");
}

/// Everything that a vector may say.
fn answer(input: &str) -> Value {
    let delivery = Delivery::parse(input);
    let (reply, verdict) = (delivery.reply(), delivery.verdict());
    json!({
        "outcome": delivery.outcome().map(|outcome| outcome.as_str()),
        "reply": reply.and_then(|reply| Some(reply.reply_code()?.get())),
        "enhanced": reply.and_then(|reply| Some(reply.enhanced_code()?.to_string())),
        "command": reply.and_then(|reply| Some(reply.command()?.as_str())),
        "recipient": delivery.recipient().map(String::from_utf8_lossy),
        "bounce": verdict.and_then(|verdict| Some(verdict.bounce()?.as_str())),
        "retry": verdict.map(|verdict| verdict.retry()),
        "category": verdict.map(|verdict| verdict.category().as_str()),
        "scope": verdict.and_then(|verdict| Some(verdict.scope()?.as_str())),
        "provider": verdict.and_then(|verdict| Some(verdict.provider()?.name())),
        "name": verdict.map(|verdict| verdict.row().name()),
        "row": verdict.map(|verdict| verdict.row().key().to_string()),
    })
}
