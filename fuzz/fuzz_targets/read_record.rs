//! Puts any bytes where strangers write in records: the answer must not change. The bytes are escaped as the form demands.

#![cfg_attr(fuzzing, no_main)]

use bounce_codes::{Bounce, Delivery, Outcome};

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check(bytes));

pub fn check(bytes: &[u8]) {
    // A log has one line for a record, and replaces what cannot be printed.
    let line: String = String::from_utf8_lossy(bytes).chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    let quoted = line.replace('\\', "\\\\").replace('"', "\\\"");
    let csv = line.replace('"', "\"\"");
    for (record, outcome) in [
        (
            format!(
                "Nov 24 10:15:01 mx1 postfix/smtp[4242]: 4XyZ1q: to=<\"{quoted}\"@example.com>, relay=x, delay=1, delays=0/0/0/1, dsn=5.2.2, status=bounced (host x said: 552 5.2.2 Mailbox full (in reply to RCPT TO command))"
            ),
            Outcome::Failed,
        ),
        (
            format!(
                "Nov 24 10:15:01 mx1 postfix/smtp[4242]: 4XyZ1q: to=<ada@example.com>, relay=x, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {line})"
            ),
            Outcome::Delivered,
        ),
        (
            format!(
                "2026-11-24 10:15:01 1vNabc-00000001Xyz-2abC ** \"{quoted}\"@example.com R=x T=y: SMTP error from remote mail server after RCPT TO:<\"{quoted}\"@example.com>: 552 5.2.2 Mailbox full"
            ),
            Outcome::Failed,
        ),
        (
            format!(
                "2026-11-24 10:15:01 1vNabc-00000001Xyz-2abC => ada@example.com R=x T=y H=x [192.0.2.1] C=\"250 OK {quoted}\""
            ),
            Outcome::Delivered,
        ),
        (
            format!(
                "{{\"type\":\"Bounce\",\"recipient\":\"{quoted}\",\"meta\":{{\"type\":\"{quoted}\"}},\"response\":{{\"code\":552,\"enhanced_code\":{{\"class\":5,\"subject\":2,\"detail\":2}},\"content\":\"Mailbox full\"}},\"headers\":{{\"Subject\":\"{quoted}\"}}}}"
            ),
            Outcome::Failed,
        ),
        (
            format!(
                "{{\"mail\":{{\"headers\":[{{\"value\":\"{quoted}\"}}]}},\"eventType\":\"Delivery\",\"delivery\":{{\"smtpResponse\":\"250 2.0.0 OK {quoted}\"}}}}"
            ),
            Outcome::Delivered,
        ),
        (
            format!(
                "b,2026-11-24 10:15:01+0100,2026-11-24 10:15:00+0100,\"{csv}\",\"{csv}\",\"{csv}\",failed,5.2.2 (mailbox full),smtp;552 5.2.2 Mailbox full,x (192.0.2.10),x,smtp"
            ),
            Outcome::Failed,
        ),
    ] {
        let delivery = Delivery::parse(&record);
        assert_eq!(delivery.outcome(), Some(outcome), "{record}");
        let bounce = delivery.verdict().and_then(|verdict| verdict.bounce());
        assert_eq!(bounce, if outcome == Outcome::Failed { Some(Bounce::Soft) } else { None }, "{record}");
    }
}
