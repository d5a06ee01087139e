//! Log lines of Postfix. The forms are those of its source: `global/log_adhoc.c` for deliveries, `smtpd/smtpd_check.c` and
//! `cleanup/cleanup_message.c` for refusals, and `smtp/smtp_proto.c` for the reasons.

use super::parts::{address, command_at, contains, find, position_of, read_enhanced_code, split_at, split_at_last};
use super::said::{NOTHING, Said};
use crate::code::EnhancedCode;
use crate::delivery::Delivery;
use crate::vocabulary::{Command, Outcome};

/// Reads the message of a log line, after the name of the program.
pub(super) fn read<'a>(program: &[u8], message: &'a [u8]) -> Delivery<'a> {
    let service = program.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let (has_id, message) = match queue_id(message) {
        Some(rest) => (true, rest),
        None => (false, message),
    };
    if let Some(rest) = message.strip_prefix(b"to=<") {
        return delivery(rest);
    }
    for action in [&b"reject: "[..], b"milter-reject: ", b"proxy-reject: "] {
        if let Some(rest) = message.strip_prefix(action) {
            return refusal(rest);
        }
    }
    match service {
        // The queue manager gave up.
        b"qmgr" => {
            let after = message.strip_prefix(b"from=<").and_then(address).map(|(_, rest)| rest);
            match after.and_then(|rest| rest.strip_prefix(b", status=")) {
                Some(status) if status.starts_with(b"expired") => Said::new(status).ended(Outcome::Failed, None),
                _ => NOTHING,
            }
        }
        // Before the next server is tried: no recipient yet and no status.
        b"smtp" | b"lmtp" if has_id && (message.starts_with(b"host ") || message.starts_with(b"SASL auth")) => {
            let said = reason(message);
            if said.ended_somehow(None).outcome() == Some(Outcome::Delivered) {
                said.ended(Outcome::Delivered, None)
            } else {
                said.ended(Outcome::Deferred, None)
            }
        }
        b"smtp" | b"lmtp" if message.starts_with(b"connect to ") => reason(message).ended(Outcome::Deferred, None),
        _ => NOTHING,
    }
}

/// What follows a queue id, or `NOQUEUE`.
pub(super) fn queue_id(text: &[u8]) -> Option<&[u8]> {
    let length = text.iter().take(32).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if length == 0 {
        return None;
    }
    text.get(length..)?.strip_prefix(b": ")
}

/// A delivery, after `to=<`: fields in a fixed order, and the reason last.
pub(super) fn delivery(text: &[u8]) -> Delivery<'_> {
    match address(text) {
        Some((recipient, rest)) => fields(rest, Some(recipient)),
        None => NOTHING,
    }
}

/// The fields `, name=value` up to the status.
pub(super) fn fields<'a>(mut text: &'a [u8], recipient: Option<&'a [u8]>) -> Delivery<'a> {
    let (mut dsn, mut relay) = (None, &b""[..]);
    loop {
        text = text.strip_prefix(b",").unwrap_or(text).trim_ascii_start();
        if let Some(status) = text.strip_prefix(b"status=") {
            return ended(status, dsn, relay, recipient);
        }
        // Names are short.
        let Some(end) = find(text, 0, [b'=']).filter(|end| *end < 16) else { return NOTHING };
        let (name, value) = (text.get(..end).unwrap_or_default(), text.get(end + 1..).unwrap_or_default());
        text = match value.strip_prefix(b"<") {
            Some(inside) => match address(inside) {
                Some((_, rest)) => rest,
                None => return NOTHING,
            },
            None => match split_at(value, b", ") {
                Some((value, rest)) => {
                    match name {
                        b"dsn" => dsn = read_enhanced_code(value).map(|(code, _)| code),
                        b"relay" => relay = value,
                        _ => {}
                    }
                    rest
                }
                None => return NOTHING,
            },
        };
    }
}

/// `bounced (reason)`
fn ended<'a>(
    status: &'a [u8],
    dsn: Option<EnhancedCode>,
    relay: &'a [u8],
    recipient: Option<&'a [u8]>,
) -> Delivery<'a> {
    let status = status.trim_ascii();
    let (word, rest) = split_at(status, b" ").unwrap_or((status, b""));
    let outcome = match word {
        b"sent" | b"deliverable" => Outcome::Delivered,
        b"bounced" | b"undeliverable" | b"expired" => Outcome::Failed,
        b"deferred" | b"SOFTBOUNCE" => Outcome::Deferred,
        _ => return NOTHING,
    };
    let text = rest.strip_prefix(b"(").unwrap_or(rest);
    let text = text.strip_suffix(b")").unwrap_or(text);
    if outcome == Outcome::Delivered {
        return Said::new(text).enhanced(dsn).host(relay).ended(outcome, recipient);
    }
    let said = match name_not_found(text) {
        // The domain may exist: only the name of its server, or of our relay, does not.
        Some((error, name)) if recipient.is_some_and(|recipient| !is_domain_of(name, recipient)) => Said::new(error),
        _ => reason(text),
    };
    let host = if said.host.is_empty() { relay } else { said.host };
    said.enhanced(dsn).host(host).ended(outcome, recipient)
}

/// `Host or domain name not found. Name service error for name=mx.example.com type=A: Host not found`: the error and the name.
fn name_not_found(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, rest) = split_at(text, b"not found. ")?;
    let (error, name) = split_at(rest, b" for name=")?;
    Some((error, split_at(name, b" ").map_or(name, |(name, _)| name)))
}

/// Whether the address is in this domain.
fn is_domain_of(domain: &[u8], address: &[u8]) -> bool {
    let place = address.len().saturating_sub(domain.len());
    let (before, end) = address.split_at_checked(place).unwrap_or_default();
    before.ends_with(b"@") && end.eq_ignore_ascii_case(domain)
}

/// Why a message was not delivered. Only what the other server said counts, or Postfix's own words.
pub(super) fn reason(text: &[u8]) -> Said<'_> {
    let text = text.strip_prefix(b"delivery temporarily suspended: ").unwrap_or(text);
    if let Some(rest) = text.strip_prefix(b"connect to ") {
        let (_, error) = split_at(rest, b": ").unwrap_or((b"", text));
        return Said::new(error).command(Some(Command::Connect));
    }
    let (text, default) = match text.strip_prefix(b"SASL authentication failed; ") {
        Some(rest) => (rest, Some(Command::Auth)),
        None => (text.strip_prefix(b"TLS is required, but ").unwrap_or(text), None),
    };
    let from_host = text.strip_prefix(b"host ").or(text.strip_prefix(b"server "));
    // Without that word, it is a host only if it says something right away.
    if let Some(rest) = from_host.or(Some(text).filter(|text| says_something(text))) {
        let (host, after_name) = split_at(rest, b" ").unwrap_or_default();
        for (words, command) in [
            (&b"said: "[..], None),
            (b"refused to talk to me: ", Some(Command::Connect)),
            (b"refused to start TLS: ", Some(Command::StartTls)),
        ] {
            if let Some(reply) = after_name.strip_prefix(words) {
                let (reply, named) = without_command(reply);
                return Said::new(reply).host(host).command(named.or(command).or(default));
            }
        }
    }
    if text.starts_with(b"lost connection with ") || text.starts_with(b"conversation with ") {
        let (before, during) = split_at(text, b" while ").unwrap_or((text, b""));
        let command = DURING.iter().find(|(what, _)| during.starts_with(what)).map(|(_, command)| *command);
        let own = match before.strip_suffix(b" timed out") {
            Some(conversation) => before.get(conversation.len() + 1..),
            None => text.get(..b"lost connection".len()),
        };
        return Said::new(own.unwrap_or(text)).command(command);
    }
    if text.starts_with(b"Cannot start TLS") {
        return Said::new(text).command(Some(Command::StartTls));
    }
    // What follows is a stranger's: a local part, a domain, the output of a program.
    for words in [&b"unknown user: \""[..], b" for name=", b" Command output: "] {
        if let Some(own) = position_of(text, words).and_then(|end| text.get(..end)) {
            let own = if own.is_empty() { text.get(..b"unknown user".len()).unwrap_or_default() } else { own };
            return Said::new(own).command(default);
        }
    }
    Said::new(text).command(default)
}

/// Whether the text is a name and what it said.
pub(super) fn says_something(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"host ").unwrap_or(text);
    let space = text.iter().take(300).position(|byte| *byte == b' ');
    let after = space.and_then(|space| text.get(space + 1..)).unwrap_or_default();
    after.starts_with(b"said: ") || after.starts_with(b"refused to talk to me: ")
}

/// What Postfix was doing when the connection broke.
const DURING: &[(&[u8], Command)] = &[
    (b"receiving the initial", Command::Connect),
    (b"performing the EHLO", Command::Ehlo),
    (b"performing the HELO", Command::Ehlo),
    (b"performing the LHLO", Command::Ehlo),
    (b"sending MAIL FROM", Command::MailFrom),
    (b"sending RCPT TO", Command::RcptTo),
    (b"sending DATA command", Command::Data),
    (b"receiving DATA", Command::Data),
    (b"sending message body", Command::EndOfData),
    (b"sending end of data", Command::EndOfData),
    (b"sending final", Command::EndOfData),
];

/// The reply without the remark at its end: `(in reply to RCPT TO command)`.
fn without_command(reply: &[u8]) -> (&[u8], Option<Command>) {
    match reply.ends_with(b")").then(|| split_at_last(reply, b" (in reply to ")).flatten() {
        Some((reply, what)) => (reply, command_at(what)),
        None => (reply, None),
    }
}

/// Where our own server refused a message, as Postfix names it.
const WHERE: &[(&[u8], Option<Command>)] = &[
    (b"CONNECT", Some(Command::Connect)),
    (b"HELO", Some(Command::Ehlo)),
    (b"EHLO", Some(Command::Ehlo)),
    (b"MAIL", Some(Command::MailFrom)),
    (b"RCPT", Some(Command::RcptTo)),
    (b"DATA content", Some(Command::EndOfData)),
    (b"DATA", Some(Command::Data)),
    (b"BDAT", Some(Command::EndOfData)),
    (b"END-OF-MESSAGE", Some(Command::EndOfData)),
    (b"ETRN", None),
    (b"VRFY", None),
    (b"UNKNOWN", None),
];

/// A refusal by our own server: `RCPT from host[192.0.2.1]: 550 5.1.1 <a@b>: no; from=<…> to=<…> proto=ESMTP helo=<…>`.
fn refusal(text: &[u8]) -> Delivery<'_> {
    // The text of a header is a stranger's, and ours comes last.
    if text.starts_with(b"header ") || text.starts_with(b"body ") || text.starts_with(b"mime-header ") {
        let (before, after) = split_at_last(text, b" helo=<").unwrap_or((text, b""));
        let own = split_at(after, b">: ").map(|(_, own)| own).unwrap_or_default();
        let recipient = split_at_last(before, b" to=<").and_then(|(_, rest)| address(rest)).map(|(address, _)| address);
        return Said::new(own).command(Some(Command::EndOfData)).ended(Outcome::Refused, recipient);
    }
    let Some((rest, command)) = WHERE.iter().find_map(|(name, command)| Some((text.strip_prefix(*name)?, *command)))
    else {
        return NOTHING;
    };
    let Some((_, reply)) = split_at(rest, b": ") else { return NOTHING };
    // The reply may begin with an address, and that is a stranger's too.
    let start = split_at(reply, b"<").filter(|(codes, _)| codes.len() < b"550 5.999.999 \"".len());
    let skipped = start.and_then(|(_, inside)| address(inside)).map_or(0, |(_, rest)| reply.len() - rest.len());
    let after = reply.get(skipped..).unwrap_or_default();
    let (end, sender) = match split_at(after, b"; from=<") {
        Some((words, sender)) => (words.len(), sender),
        None => (split_at(after, b"; proto=").map_or(after.len(), |(words, _)| words.len()), &b""[..]),
    };
    let after_sender = address(sender).map(|(_, rest)| rest).unwrap_or_default();
    let to = after_sender.strip_prefix(b" to=<").or(after_sender.strip_prefix(b", to=<"));
    let recipient = to.and_then(address).map(|(address, _)| address);
    let reply = reply.get(..skipped + end).unwrap_or_default();
    Said::new(reply).command(command).ended(Outcome::Refused, recipient)
}

/// Whether a text without the name of a program may be a delivery of Postfix or Sendmail.
pub(super) fn is_fragment(text: &[u8]) -> bool {
    text.starts_with(b"to=<") && (contains(text, b" status=") || contains(text, b" stat="))
}
