//! Delivery reports ([RFC 3464]): their fields alone, a whole message, and the texts that mail servers write to people.
//!
//! [RFC 3464]: https://www.rfc-editor.org/rfc/rfc3464

use super::csv::last_error;
use super::parts::{
    address, command_at, contains, find_command, read_enhanced_code, split_at, split_at_last, split_line,
    strip_prefix_ignoring_case,
};
use super::said::{NOTHING, Said};
use super::{exim, log, postfix};
use crate::delivery::Delivery;
use crate::vocabulary::{Command, Outcome};

/// The fields of a delivery report.
const FIELDS: &[&[u8]] = &[
    b"action",
    b"arrival-date",
    b"diagnostic-code",
    b"final-log-id",
    b"final-recipient",
    b"last-attempt-date",
    b"original-envelope-id",
    b"original-recipient",
    b"received-from-mta",
    b"remote-mta",
    b"reporting-mta",
    b"dsn-gateway",
    b"status",
    b"will-retry-until",
];

/// The fields that a message begins with. None of them is anything that a server said.
const HEADERS: &[&[u8]] = &[
    b"auto-submitted",
    b"cc",
    b"content-type",
    b"date",
    b"delivered-to",
    b"dkim-signature",
    b"from",
    b"in-reply-to",
    b"message-id",
    b"mime-version",
    b"received",
    b"references",
    b"reply-to",
    b"return-path",
    b"sender",
    b"subject",
    b"to",
    b"user-agent",
    b"x-failed-recipients",
    b"x-mailer",
];

/// Reads a report. `None` if the text does not begin like one.
pub(super) fn read(text: &[u8]) -> Option<Delivery<'_>> {
    let (name, value) = field(text)?;
    if is_one_of(name, FIELDS) {
        // Fields that somebody has put on one line are read as a sentence.
        let is_line = split_line(text).1.is_empty();
        let are_fields = is_line && (contains(value, b" Status:") || contains(value, b" Diagnostic-Code:"));
        let read = (!are_fields).then(|| fields(text, None));
        return read.filter(|delivery| delivery.outcome.is_some() || !is_line);
    }
    // `From: <a@b> RCPT: <c@d> mx.example.com does not like recipient.` is qmail's notice on one line: nothing follows the
    // address in a header.
    let is_notice = folded(text).1.is_empty() && text.starts_with(b"From: <") && contains(text, b"> RCPT: <");
    (is_one_of(name, HEADERS) && !is_notice).then(|| message(text))
}

fn is_one_of(name: &[u8], names: &[&[u8]]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The name of the field at the start, and what follows its colon.
fn field(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = text.iter().take(40).take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'-').count();
    Some((text.get(..length).filter(|name| !name.is_empty())?, text.get(length..)?.strip_prefix(b":")?))
}

/// A field with its folded lines, and what follows it.
fn folded(text: &[u8]) -> (&[u8], &[u8]) {
    let (_, mut rest) = split_line(text);
    while matches!(rest, [b' ' | b'\t', ..]) {
        rest = split_line(rest).1;
    }
    (text.get(..text.len() - rest.len()).unwrap_or_default(), rest)
}

/// The fields about the first recipient.
fn fields<'a>(text: &'a [u8], command: Option<Command>) -> Delivery<'a> {
    let (mut action, mut status, mut diagnostic, mut recipient, mut original) = (None, None, None, None, None);
    let mut host = &b""[..];
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = folded(rest);
        rest = after;
        let Some((name, value)) = field(line) else {
            // An empty line ends what is said of a recipient; before it are the fields about the message.
            if recipient.is_some() || action.is_some() || diagnostic.is_some() {
                break;
            }
            continue;
        };
        let value = value.trim_ascii();
        let is = |wanted: &[u8]| name.eq_ignore_ascii_case(wanted);
        if is(b"action") {
            action = action.or(Some(value));
        } else if is(b"status") {
            status = status.or(read_enhanced_code(value).map(|(code, _)| code));
        } else if is(b"diagnostic-code") {
            diagnostic = diagnostic.or(Some(value));
        } else if is(b"remote-mta") {
            host = address_of(value).unwrap_or_default();
        } else if is(b"original-recipient") {
            original = original.or(address_of(value));
        } else if is(b"final-recipient") {
            recipient = recipient.or(address_of(value));
        }
    }
    let said = match diagnostic.map(|value| split_at(value, b";").unwrap_or((b"", value))) {
        None => Said::new(b""),
        Some((kind, reply)) => {
            let reply = reply.trim_ascii_start();
            if kind.eq_ignore_ascii_case(b"x-postfix") {
                postfix::reason(reply)
            } else if kind.eq_ignore_ascii_case(b"x-unix") {
                // The exit status of a program.
                Said::new(b"")
            } else {
                Said::new(reply)
            }
        }
    };
    let host = if said.host.is_empty() { host } else { said.host };
    let said = Said { command: said.command.or(command), ..said }.enhanced(status).host(host);
    // The address that the sender wrote to, if it was forwarded.
    let recipient = original.or(recipient);
    let ends_with = |words: &[&[u8]]| {
        action.is_some_and(|action| words.iter().any(|word| strip_prefix_ignoring_case(action, word).is_some()))
    };
    if ends_with(&[b"failed"]) {
        said.ended(Outcome::Failed, recipient)
    } else if ends_with(&[b"delayed"]) {
        said.ended(Outcome::Deferred, recipient)
    } else if ends_with(&[b"delivered", b"relayed", b"expanded"]) {
        said.ended(Outcome::Delivered, recipient)
    } else if diagnostic.is_some() || status.is_some() {
        said.ended_somehow(recipient)
    } else {
        NOTHING
    }
}

/// The address in `rfc822; ada@example.com`, or the host in `dns; mx.example.com`.
fn address_of(value: &[u8]) -> Option<&[u8]> {
    let (kind, address) = split_at(value, b";")?;
    (!kind.eq_ignore_ascii_case(b"unknown")).then(|| address.trim_ascii())
}

/// A whole message. Its header is not the server's word.
fn message(text: &[u8]) -> Delivery<'_> {
    let (mut boundary, mut rest) = (None, text);
    while !rest.is_empty() {
        let (line, after) = folded(rest);
        rest = after;
        let Some((name, value)) = field(line) else { break };
        if name.eq_ignore_ascii_case(b"content-type") {
            let value = value.trim_ascii();
            if strip_prefix_ignoring_case(value, b"multipart/").is_some() {
                boundary = split_at(value, b"boundary=").map(|(_, name)| match name.strip_prefix(b"\"") {
                    Some(name) => split_at(name, b"\"").map_or(name, |(name, _)| name),
                    None => name.split(|byte| byte.is_ascii_whitespace() || *byte == b';').next().unwrap_or_default(),
                });
            }
        }
    }
    match boundary.filter(|name| !name.is_empty()) {
        Some(boundary) => parts(rest, boundary),
        None if field(rest.trim_ascii_start()).is_some_and(|(name, _)| is_one_of(name, FIELDS)) => fields(rest, None),
        None => bounce(rest.trim_ascii()).unwrap_or(NOTHING),
    }
}

/// The parts of a message. The report is one of them, the text before it may name the command, and the original comes last.
fn parts<'a>(text: &'a [u8], boundary: &[u8]) -> Delivery<'a> {
    let (mut command, mut first_text) = (None, None);
    let mut rest = after_boundary(text, boundary);
    while let Some(part) = rest {
        let next = after_boundary(part, boundary);
        // The last part ends with the text if its end is missing.
        let length = next.map_or(part.len(), |next| part.len() - next.len());
        let mut body = part.get(..length).unwrap_or_default();
        let mut kind = &b"text/plain"[..];
        while !body.is_empty() {
            let (line, after) = folded(body);
            let Some((name, value)) = field(line) else { break };
            if name.eq_ignore_ascii_case(b"content-type") {
                kind = value.trim_ascii();
            }
            body = after;
        }
        let is = |wanted: &[u8]| strip_prefix_ignoring_case(kind, wanted).is_some();
        if is(b"message/delivery-status") || is(b"message/global-delivery-status") {
            return fields(body.trim_ascii_start(), command);
        }
        if is(b"message/feedback-report") || is(b"message/disposition-notification") || is(b"message/rfc822") {
            break;
        }
        if is(b"text/plain") && first_text.is_none() {
            first_text = Some(body.trim_ascii());
            command = find_command(body);
        }
        rest = next;
    }
    first_text.and_then(bounce).unwrap_or(NOTHING)
}

/// What follows the next line that is the boundary.
fn after_boundary<'a>(mut text: &'a [u8], boundary: &[u8]) -> Option<&'a [u8]> {
    while !text.is_empty() {
        let (line, rest) = split_line(text);
        if line.strip_prefix(b"--").is_some_and(|line| line.starts_with(boundary)) {
            return Some(rest);
        }
        text = rest;
    }
    None
}

// ---------------------------------------------------------------------------------------------------- texts for people

/// Reads the text that a mail server writes to the sender. `None` if no known server writes like that.
pub(super) fn bounce(text: &[u8]) -> Option<Delivery<'_>> {
    // A text that somebody has put on one line is read as a sentence.
    let is_line = split_line(text).1.is_empty();
    if text.starts_with(exim::BOUNCE) && !is_line {
        return Some(exim::bounce(text));
    }
    if text.starts_with(b"Hi. This is the ") && !is_line {
        return Some(qmail(text));
    }
    if text.starts_with(b"Reason: [{") {
        return Some(last_error(text).ended_somehow(None));
    }
    if text.starts_with(b"Delivery to these recipients has been delayed") {
        let recipient =
            text.split(|byte| *byte == b'\n').map(|line| line.trim_ascii()).find(|line| line.contains(&b'@'));
        let recipient = recipient.map(|line| split_at(line, b" (").map_or(line, |(address, _)| address));
        return Some(Said::new(b"").ended(Outcome::Deferred, recipient));
    }
    if is_line {
        return None;
    }
    // qmail-remote's own output: a letter for the recipient, and the reason.
    if let [b'r' | b'h' | b's', reason @ ..] = text {
        if contains(text.get(..text.len().min(200))?, b"\nRemote host said: ") {
            let outcome = if text.first() == Some(&b's') { Outcome::Deferred } else { Outcome::Failed };
            return Some(log::qmail_reason(reason, outcome, None));
        }
    }
    let start = text.get(..text.len().min(2000)).unwrap_or(text);
    if contains(start, b"----- The following addresses had ") {
        return sendmail(text);
    }
    let own = split_at(text, b"Original message headers:").map_or(text, |(own, _)| own);
    if let Some((_, diagnostics)) = split_at(own, b"Diagnostic information for administrators:") {
        return exchange(diagnostics);
    }
    if text.starts_with(b"Your message did not reach some or all of the intended recipients")
        || contains(start, b" on ")
    {
        if let Some(delivery) = exchange_2003(own) {
            return Some(delivery);
        }
    }
    if contains(start, b"This is the MAILER-DAEMON, please DO NOT REPLY") {
        let (_, list) = split_at(text, b"list of recipients:")?;
        let (line, _) = split_line(list.trim_ascii_start());
        let (recipient, rest) = super::parts::bare_address(line);
        return Some(Said::new(rest.strip_prefix(b": ")?).ended_somehow(Some(recipient)));
    }
    None
}

fn qmail(text: &[u8]) -> Delivery<'_> {
    let own = split_at(text, b"\n--- Below this line is").map_or(text, |(own, _)| own);
    let Some((recipient, reason)) = split_at(own, b"\n<").and_then(|(_, inside)| address(inside)) else {
        return NOTHING;
    };
    log::qmail_reason(reason.strip_prefix(b":").unwrap_or(reason).trim_ascii(), Outcome::Failed, Some(recipient))
}

fn sendmail(text: &[u8]) -> Option<Delivery<'_>> {
    let own = split_at(text, b"----- Original message follows -----").map_or(text, |(own, _)| own);
    let (_, after) = split_at(own, b"----- The following addresses had ")?;
    let outcome = if after.starts_with(b"transient") { Outcome::Deferred } else { Outcome::Failed };
    let (_, rest) = split_line(after);
    let recipient = rest.trim_ascii_start().strip_prefix(b"<").and_then(address).map(|(address, _)| address);
    let (before, transcript) = split_at(rest, b"----- Transcript of session follows -----").unwrap_or((rest, b""));
    // The first answer in the transcript, and the command before it.
    let (mut command, mut reply, mut lines) = (None, None, transcript);
    while !lines.is_empty() && reply.is_none() {
        let (line, rest) = split_line(lines);
        if let Some(sent) = line.strip_prefix(b">>> ") {
            command = command_at(sent);
        }
        reply = line.strip_prefix(b"<<< ");
        lines = rest;
    }
    let reason = split_at(before, b"(reason: ").map(|(_, rest)| rest);
    let reason = reason.and_then(|rest| split_at_last(rest, b")")).map(|(reason, _)| reason);
    Some(Said::new(reason.or(reply).unwrap_or_default()).command(command).ended(outcome, recipient))
}

/// `Remote server returned '550 5.1.1 No'`, `mx.example.com #550 5.1.1 No ##`, `mx #<mx #5.1.1 smtp; 550 5.1.1 No> #SMTP#`
fn exchange(diagnostics: &[u8]) -> Option<Delivery<'_>> {
    let (mut recipient, mut rest) = (None, diagnostics);
    while !rest.is_empty() {
        let (line, after) = split_line(rest);
        rest = after;
        let line = line.trim_ascii();
        if line.starts_with(b"Generating server") || line.is_empty() {
            continue;
        }
        let returned = strip_prefix_ignoring_case(line, b"Remote server returned '");
        let own = returned.map(|reply| reply.strip_suffix(b"'").unwrap_or(reply));
        let marked = || {
            let (host, reply) = split_at(line, b"#").filter(|(host, _)| !host.contains(&b'@'))?;
            let reply =
                split_at_last(reply, b"##").or(split_at_last(reply, b"#SMTP#")).map(|(reply, _)| reply.trim_ascii());
            reply.filter(|_| host.is_empty() || host.ends_with(b" "))
        };
        if let Some(reply) = own.or_else(marked) {
            return Some(Said::new(innermost(reply)).ended_somehow(recipient));
        }
        if line.contains(&b'@') {
            recipient = Some(split_at(line, b" (").map_or(line, |(address, _)| address));
        }
    }
    None
}

/// The reply of the server that is quoted inside of another reply: `<mx.example.com #5.1.1 smtp; 550 5.1.1 No>`.
fn innermost(reply: &[u8]) -> &[u8] {
    let quoted = split_at(reply, b"<").and_then(|(_, inside)| split_at(inside, b" smtp;"));
    match quoted.filter(|(host, _)| host.contains(&b'#') && !host.contains(&b'"')) {
        Some((_, inside)) => inside.strip_suffix(b">").unwrap_or(inside).trim_ascii(),
        None => reply,
    }
}

/// `ada@example.com on 11/24/2026 10:15 AM`, words, and `<mail.example.org #5.1.1 smtp;550 5.1.1 No>`.
fn exchange_2003(text: &[u8]) -> Option<Delivery<'_>> {
    let (mut recipient, mut rest) = (None, text);
    while !rest.is_empty() {
        let (line, after) = split_line(rest);
        rest = after;
        let line = line.trim_ascii();
        if let Some((address, date)) = split_at(line, b" on ") {
            if address.contains(&b'@') && !address.contains(&b' ') && date.first().is_some_and(u8::is_ascii_digit) {
                recipient = Some(address);
            }
        }
        let (code, reply) = match line.strip_prefix(b"<").and_then(|inside| split_at(inside, b" smtp;")) {
            Some((host, reply)) if recipient.is_some() => (split_at(host, b" #"), reply),
            _ => continue,
        };
        let enhanced = code.and_then(|(_, code)| read_enhanced_code(code)).map(|(code, _)| code);
        let reply = reply.strip_suffix(b">").unwrap_or(reply);
        return Some(Said::new(reply).enhanced(enhanced).ended_somehow(recipient));
    }
    None
}
