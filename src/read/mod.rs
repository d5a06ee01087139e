//! Parsing: bytes to a [`Reply`].

mod log;
mod parts;
mod text;
mod wire;

use crate::code::{EnhancedCode, ReplyCode};
use crate::delivery::Delivery;
use crate::reply::{Codes, Reply};
#[cfg(feature = "words")]
pub(crate) use parts::skip_address;
use parts::{ends_in_bracket, read_enhanced_code, read_reply_code, text_after};

impl<'a> Reply<'a> {
    /// Parses a reply: as the other server sent it, or as it is quoted in a log line, a delivery report ([RFC 3464]) or a
    /// sentence.
    ///
    /// **Off the wire** a reply is one line or several ([RFC 5321 section 4.2.1]), with any line ends, any bytes, and with
    /// or without an enhanced code, after the reply code or in brackets at the end of the line. If the lines have different
    /// reply codes, the last one counts. If they have several enhanced codes, the last one counts too, but a code with a
    /// detail takes precedence over one without (`5.7.0`). Whatever follows the last line is ignored.
    ///
    /// **Anywhere else** the text is searched, but only if it does not begin with a reply code. A number counts as a code
    /// only if something says that it is one: an enhanced code after it (`550 5.1.1`), the start of a quotation (`said: 550`,
    /// `smtp;550`, `"code":550`), or a mark (`dsn=5.1.1`, `Status: 5.1.1`, `#5.1.1`). The first reply code that is a failure
    /// counts, and an enhanced code with a detail takes precedence over one without.
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
    /// [RFC 3464]: https://www.rfc-editor.org/rfc/rfc3464
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
                    return alone(Reply { codes, command: None, input, text: text_after(rest) });
                }
                if after.first().is_some_and(u8::is_ascii_alphabetic) {
                    return alone(Reply { codes: Codes::Reply(code), command: None, input, text: after });
                }
            }
        }
        let input = input.trim_ascii();
        let input = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
        let is_reply = read_reply_code(input).is_some_and(|(_, rest)| !rest.first().is_some_and(u8::is_ascii_digit));
        if !is_reply {
            if let Some(delivery) = log::read(input) {
                return delivery;
            }
        }
        alone(parse_in_full(input).unwrap_or(Reply { codes: Codes::None, command: None, input, text: input }))
    }
}

/// A reply without a record around it, so its class is the outcome.
#[inline]
fn alone(reply: Reply<'_>) -> Delivery<'_> {
    Delivery { outcome: log::outcome_of(reply.codes), reply: Some(reply), recipient: None }
}

/// Parses a reply in any form, or text that quotes one.
#[inline(never)]
fn parse_in_full(input: &[u8]) -> Option<Reply<'_>> {
    let alone = |codes| Some(Reply { codes, command: None, input, text: b"" });
    match input {
        // A group that SMTP does not use, so it counts only if there is nothing else.
        [b'1', _, _] => ReplyCode::from_bytes(input).ok().and_then(|code| alone(Codes::Reply(code))),
        _ => wire::read(input).or_else(|| match EnhancedCode::from_bytes(input) {
            Ok(code) => alone(Codes::Enhanced(code)),
            Err(_) => text::read(input),
        }),
    }
}
