//! The library's types as JSON.

use bounce_codes::{Bounce, Category, Class, Command, EnhancedCode, Key, ReplyCode, Scope, Table, classify};
use serde_json::json;

#[test]
fn a_verdict_has_the_documented_keys_in_order() {
    let verdict = classify(b"550 5.1.1 <ada@example.com>: No").unwrap();
    let description = serde_json::to_string(verdict.row().description()).unwrap();
    assert_eq!(
        serde_json::to_string(&verdict).unwrap().replace(&description, "…"),
        "{\"reply\":550,\"enhanced\":\"5.1.1\",\"class\":\"permanent-failure\",\"bounce\":\"hard\",\
         \"category\":\"mailbox-unknown\",\"name\":\"Bad destination mailbox address\",\"registry_name\":null,\
         \"description\":…,\"matched\":\"enhanced\",\
         \"references\":[\"RFC 3463\"],\"retry\":false,\"retry_after\":null,\"scope\":\"recipient\",\
         \"provider\":null,\"contradictory\":false,\"evidence\":\"5.1.1\"}"
    );
}

#[test]
fn absent_values_are_null() {
    let verdict = classify(b"354 go ahead").unwrap();
    let json = serde_json::to_value(verdict).unwrap();
    assert_eq!(json["enhanced"], json!(null));
    assert_eq!(json["class"], json!(null));
    assert_eq!(json["bounce"], json!(null));
    assert_eq!(json.as_object().unwrap().len(), 16);
}

#[test]
fn a_row_keeps_its_x() {
    let json = serde_json::to_value(Table::Enhanced.rows().next().unwrap()).unwrap();
    assert_eq!(json["enhanced"], json!("X.0.0"));
    assert_eq!(json["class"], json!(null));
    assert_eq!(json["matched"], json!("enhanced"));
}

#[test]
fn codes_and_labels_round_trip() {
    let reply: ReplyCode = serde_json::from_str("550").unwrap();
    assert_eq!(reply, 550);
    let enhanced: EnhancedCode = serde_json::from_str("\"5.7.26\"").unwrap();
    assert_eq!(enhanced.to_string(), "5.7.26");
    assert_eq!(serde_json::from_str::<Class>("\"success\"").unwrap(), Class::Success);
    assert_eq!(serde_json::from_str::<Bounce>("\"hard\"").unwrap(), Bounce::Hard);
    assert_eq!(serde_json::from_str::<Category>("\"rate-limited\"").unwrap(), Category::RateLimited);
    assert_eq!(serde_json::from_str::<Table>("\"group\"").unwrap(), Table::Group);
    assert_eq!(serde_json::from_str::<Scope>("\"source\"").unwrap(), Scope::Source);
    assert_eq!(serde_json::from_str::<Command>("\"mail-from\"").unwrap(), Command::MailFrom);
    assert_eq!(serde_json::from_str::<Key>("\"X.1.1\"").unwrap().to_string(), "X.1.1");
}

#[test]
fn wrong_values_say_what_was_expected() {
    let message = |error: serde_json::Error| error.to_string();
    assert_eq!(
        message(serde_json::from_str::<ReplyCode>("660").unwrap_err()),
        "invalid value: integer `660`, expected a number from 100 to 599"
    );
    assert_eq!(
        message(serde_json::from_str::<EnhancedCode>("511").unwrap_err()),
        "invalid type: integer `511`, expected an enhanced code such as 5.1.1 at line 1 column 3"
    );
    assert_eq!(
        message(serde_json::from_str::<EnhancedCode>("\"6.1.1\"").unwrap_err()),
        "expected class 2, 4 or 5 at byte 0 of an enhanced code such as 5.1.1 at line 1 column 7"
    );
    assert!(
        message(serde_json::from_str::<Bounce>("\"medium\"").unwrap_err())
            .starts_with("no such bounce: expected one of soft, hard, block")
    );
}
