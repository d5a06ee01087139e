//! Log lines and the deliveries that they record: outcome, codes, command and recipient of every vector that names them.

use std::fs;
use std::path::Path;

use bounce_codes::Delivery;
use serde_json::{Value, json};

#[test]
fn every_record() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for name in ["postfix.jsonl", "exim.jsonl"] {
        for (number, line) in fs::read_to_string(directory.join(name)).unwrap().lines().enumerate() {
            let expected: Value = serde_json::from_str(line).unwrap();
            let delivery = Delivery::parse(expected["input"].as_str().unwrap());
            let reply = delivery.reply();
            let actual = json!({
                "outcome": delivery.outcome().map(|outcome| outcome.as_str()),
                "reply": reply.and_then(|reply| Some(reply.reply_code()?.get())),
                "enhanced": reply.and_then(|reply| Some(reply.enhanced_code()?.to_string())),
                "command": reply.and_then(|reply| Some(reply.command()?.as_str())),
                "bounce": delivery.verdict().and_then(|verdict| Some(verdict.bounce()?.as_str())),
                "recipient": delivery.recipient().map(|address| String::from_utf8_lossy(address).into_owned()),
            });
            let differs =
                |(key, actual): (&String, &Value)| expected.get(key).is_some_and(|expected| expected != actual);
            if actual.as_object().unwrap().iter().any(differs) {
                wrong.push(format!("{name}:{}\n  expected {expected}\n  but got  {actual}", number + 1));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {count} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 150, "only {count} records");
}
