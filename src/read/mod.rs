//! Parsing: bytes to a [`Reply`].

mod csv;
mod event;
mod exception;
mod exim;
mod json;
mod log;
pub(crate) mod parts;
mod postfix;
mod report;
mod said;
mod text;
mod wire;

use crate::code::{EnhancedCode, ReplyCode};
use crate::delivery::Delivery;
use crate::reply::{Codes, Reply};
use parts::{begins_with_unit, ends_in_bracket, read_enhanced_code, read_reply_code, text_after};
use said::{class, outcome_of};

impl<'a> Reply<'a> {
    /// Parses a reply: as the other server sent it, or as it is quoted in a record (a log line, an event, a delivery report)
    /// or a sentence.
    ///
    /// **Off the wire** a reply is one line or several ([RFC 5321 section 4.2.1]), with any line ends, any bytes, and with
    /// or without an enhanced code, after the reply code or in brackets at the end of the line. If the lines have different
    /// reply codes, the last one counts. If they have several enhanced codes, the last one counts too, but a code with a
    /// detail takes precedence over one without (`5.7.0`). Whatever follows the last line is ignored.
    ///
    /// **In a record** only the field that holds the reply counts; [`Delivery`] has the list of forms that are known.
    ///
    /// **Anywhere else** the text is searched. A number counts as a code only if something says that it is one: an enhanced
    /// code after it (`550 5.1.1`), the start of a quotation (`said: 550`, `smtp;550`), or a mark (`dsn=5.1.1`,
    /// `Status: 5.1.1`, `#5.1.1`). The first reply code that is a failure counts, and an enhanced code with a detail takes
    /// precedence over one without.
    ///
    /// `None` if there is no code.
    ///
    /// ```
    /// use bounce_codes::{Command, Reply};
    ///
    /// let reply = Reply::parse("550-5.7.1 No.\r\n550 See https://example.net/blocked\r\n").unwrap();
    /// assert_eq!(reply.reply_code().unwrap(), 550);
    /// assert_eq!(reply.enhanced_code().unwrap().to_string(), "5.7.1");
    ///
    /// let log = "to=<ada@example.com>, dsn=4.2.2, status=deferred (host mx.example.com[192.0.2.1] said: \
    ///            452 Over quota (in reply to RCPT TO command))";
    /// let reply = Reply::parse(log).unwrap();
    /// assert_eq!(reply.reply_code().unwrap(), 452);
    /// assert_eq!(reply.enhanced_code().unwrap().to_string(), "4.2.2");
    /// assert_eq!(reply.command(), Some(Command::RcptTo));
    ///
    /// assert_eq!(Reply::parse("connect to 192.0.2.1 port 587: timed out after 300 seconds"), None);
    /// ```
    ///
    /// [RFC 5321 section 4.2.1]: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1
    #[inline]
    pub fn parse(input: &'a (impl AsRef<[u8]> + ?Sized)) -> Option<Reply<'a>> {
        let reply = Delivery::parse(input).reply?;
        if matches!(reply.codes, Codes::None) { None } else { Some(reply) }
    }
}

impl<'a> Delivery<'a> {
    /// Reads a log line, a report, an event or a bare reply. Never fails: if the input says nothing about a delivery, the
    /// parts are `None`.
    ///
    /// ```
    /// use bounce_codes::{Delivery, Outcome};
    ///
    /// let delivery = Delivery::parse("452 4.2.2 Over quota");
    /// assert_eq!(delivery.outcome(), Some(Outcome::Deferred));
    /// assert_eq!(delivery.reply().unwrap().reply_code().unwrap(), 452);
    /// ```
    #[inline]
    pub fn parse(input: &'a (impl AsRef<[u8]> + ?Sized)) -> Delivery<'a> {
        let input = input.as_ref();
        // The usual case: a single line that says everything at its start, `550 5.1.1 No` or `550 No`.
        if let Some((code, [b' ', after @ ..])) = read_reply_code(input) {
            if !ends_in_bracket(after) {
                if let Some((enhanced, rest)) = read_enhanced_code(after) {
                    let codes = Codes::Both(code, enhanced);
                    return alone(Reply { codes, command: None, host: b"", input, text: text_after(rest) });
                }
                if after.first().is_some_and(u8::is_ascii_alphabetic) && !begins_with_unit(after) {
                    return alone(Reply { codes: Codes::Reply(code), command: None, host: b"", input, text: after });
                }
            }
        }
        parse_in_full(input)
    }

    /// Reads everything that an event says: sending services put several events into a list (SendGrid), and several recipients
    /// into an event (Amazon SES). Any other input gives the one delivery that [`parse`](Delivery::parse) returns.
    ///
    /// ```
    /// use bounce_codes::{Delivery, Outcome};
    ///
    /// let events = br#"[{"event":"bounce","email":"ada@example.com","reason":"550 5.1.1 No such user"},
    ///                   {"event":"delivered","email":"bob@example.com","response":"250 OK"}]"#;
    /// let outcomes: Vec<_> = Delivery::parse_all(events).map(|delivery| delivery.outcome()).collect();
    /// assert_eq!(outcomes, [Some(Outcome::Failed), Some(Outcome::Delivered)]);
    /// assert_eq!(Delivery::parse_all("550 5.1.1 No such user").count(), 1);
    /// ```
    pub fn parse_all(input: &'a (impl AsRef<[u8]> + ?Sized)) -> impl Iterator<Item = Delivery<'a>> {
        let input = input.as_ref();
        let events = input.trim_ascii_start();
        let is_json = matches!(events, [b'{' | b'[', ..]);
        core::iter::once(Delivery::parse(input)).chain(event::others(if is_json { events } else { b"" }))
    }
}

/// A reply without a record around it, so its class is the outcome.
#[inline]
fn alone(reply: Reply<'_>) -> Delivery<'_> {
    let outcome = class(reply.codes).map(outcome_of);
    Delivery { outcome, reply: Some(reply), recipient: None }
}

/// Reads a reply or a record in any form, or text that quotes one. The start says which form it is, never the middle.
#[inline(never)]
fn parse_in_full(input: &[u8]) -> Delivery<'_> {
    let input = input.trim_ascii();
    let input = input.strip_prefix(b"\xef\xbb\xbf").map_or(input, <[u8]>::trim_ascii);
    let Some(first) = input.first() else {
        return Delivery { outcome: None, reply: Some(Reply::from(Codes::None)), recipient: None };
    };
    // A queue id may begin like a reply: `450A1B2C: to=<…`
    let begins_reply = matches!(input, [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', b' ' | b'-', ..]);
    if first.is_ascii_alphanumeric() && !begins_reply {
        if let Some(delivery) = log::fragment(input) {
            return delivery;
        }
    }
    if let Some(reply) = read_codes_alone(input) {
        return alone(reply);
    }
    let record = match first {
        b'{' | b'[' => event::read(input).or_else(|| exception::read(input)).or_else(|| log::read(input)),
        _ => log::read(input)
            .or_else(|| exception::read(input))
            .or_else(|| report::read(input))
            .or_else(|| csv::read(input))
            .or_else(|| report::bounce(input)),
    };
    record.unwrap_or_else(|| {
        alone(text::read(input).unwrap_or(Reply { codes: Codes::None, command: None, host: b"", input, text: input }))
    })
}

/// Reads a reply off the wire, or a code and nothing else.
fn read_codes_alone(input: &[u8]) -> Option<Reply<'_>> {
    let alone = |codes| Some(Reply { codes, command: None, host: b"", input, text: b"" });
    match input {
        // A group that SMTP does not use, so it counts only if there is nothing else.
        [b'1', _, _] => ReplyCode::from_bytes(input).ok().and_then(|code| alone(Codes::Reply(code))),
        [b'2'..=b'5', ..] => {
            wire::read(input).or_else(|| alone(Codes::Enhanced(EnhancedCode::from_bytes(input).ok()?)))
        }
        _ => None,
    }
}
