//! Inputs and their correct answers. `tests/vectors/README.md` describes the files.

use std::fs;
use std::path::Path;

use bounce_codes::{Bounce, Delivery};
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
            let input = expected["input"].as_str().unwrap();
            let actual = answer(input);
            assert_eq!(Delivery::parse_all(input).next(), Some(Delivery::parse(input)));
            let evidence = Delivery::parse(input).verdict().and_then(|verdict| verdict.evidence());
            let is_outside = |evidence: &[u8]| !input.as_bytes().as_ptr_range().contains(&evidence.as_ptr());
            assert!(!evidence.is_some_and(is_outside), "the evidence is not a part of the input: {line}");
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

#[test]
fn every_event_and_recipient() {
    let recipients = |input: &str| -> Vec<Option<String>> {
        let recipient =
            |delivery: Delivery<'_>| delivery.recipient().map(|to| String::from_utf8_lossy(to).into_owned());
        Delivery::parse_all(input).map(recipient).collect()
    };
    let to =
        |addresses: &[&str]| -> Vec<Option<String>> { addresses.iter().map(|to| Some((*to).to_owned())).collect() };
    let amazon = r#"{"notificationType":"Bounce","bounce":{"bounceSubType":"General","bouncedRecipients":[
        {"emailAddress":"a@example.com","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 No"},
        {"emailAddress":"b@example.com","status":"5.2.2","diagnosticCode":"smtp; 552 5.2.2 No"}]}}"#;
    let bounces: Vec<_> = Delivery::parse_all(amazon).map(|delivery| delivery.verdict().unwrap().bounce()).collect();
    assert_eq!(bounces, [Some(Bounce::Hard), Some(Bounce::Soft)]);
    assert_eq!(recipients(amazon), to(&["a@example.com", "b@example.com"]));
    let notification = json!({"Type": "Notification", "Message": amazon}).to_string();
    assert_eq!(recipients(&notification), to(&["a@example.com", "b@example.com"]));
    let delivered =
        r#"{"eventType":"Delivery","delivery":{"smtpResponse":"250 OK","recipients":["a@b.example","c@d.example"]}}"#;
    assert_eq!(recipients(delivered), to(&["a@b.example", "c@d.example"]));
    let list = r#" [{"event":"bounce","email":"a@b.example","reason":"550 No"}, 7, {"event":"open"},{"event":"bounce","email":"c@d.example","reason":"550 No"}]"#;
    assert_eq!(recipients(list), [Some("a@b.example".to_owned()), None, Some("c@d.example".to_owned())]);
    assert_eq!(recipients("[]").len(), 1);
    assert_eq!(recipients("550 No").len(), 1);
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
