//! Log lines and bounce texts of Exim. The forms are those of its source: `deliver.c` and `transports/smtp.c`.

use super::parts::{address, bare_address, command_at, contains, find, quoted, split_at, split_at_last, split_line};
use super::said::{NOTHING, Said};
use crate::delivery::Delivery;
use crate::vocabulary::{Command, Outcome};

/// Reads a line of the main log after its time, or of the system's log after the name of the program. `None` if it is not
/// Exim's.
pub(super) fn read(text: &[u8]) -> Option<Delivery<'_>> {
    let text = match text {
        [b'[', digit, ..] if digit.is_ascii_digit() => split_at(text, b"] ")?.1,
        _ => text,
    };
    if let Some(rest) = message_id(text) {
        return Some(event(rest).or_else(|| refusal(rest)).unwrap_or(NOTHING));
    }
    refusal(text).or_else(|| CONNECTIONS.iter().any(|start| text.starts_with(start)).then_some(NOTHING))
}

/// How lines begin that are about a connection to this server or about the queue.
const CONNECTIONS: &[&[u8]] = &[
    b"End queue run",
    b"SMTP command timeout on connection from ",
    b"SMTP connection from ",
    b"SMTP syntax error in ",
    b"Start queue run",
    b"TLS error on connection from ",
    b"no IP address found for host ",
    b"no host name found for IP address ",
    b"unexpected disconnection while reading SMTP command from ",
];

/// What follows a message id: 6-6-2 letters and digits, since 4.97 6-11-4.
fn message_id(text: &[u8]) -> Option<&[u8]> {
    [(16, [6, 13]), (23, [6, 18])].into_iter().find_map(|(length, hyphens)| {
        let (id, rest) = text.split_at_checked(length)?;
        let fits = |(at, byte): (usize, &u8)| {
            if hyphens.contains(&at) { *byte == b'-' } else { byte.is_ascii_alphanumeric() }
        };
        id.iter().enumerate().all(fits).then(|| rest.strip_prefix(b" "))?
    })
}

/// What happened to a message: `** ada@example.com R=… T=…: reason`.
pub(super) fn event(text: &[u8]) -> Option<Delivery<'_>> {
    let (flag, rest) = text.split_at_checked(3)?;
    let outcome = match flag {
        b"=> " | b"-> " | b">> " => Outcome::Delivered,
        b"** " => Outcome::Failed,
        b"== " => Outcome::Deferred,
        b"<= " | b"*> " => return Some(NOTHING),
        _ => return None,
    };
    let (first, mut rest) = match rest {
        // A command or a file, and then the address that it is for.
        [b'|' | b'/', ..] => {
            split_at(rest, b" <").map(|(path, _)| (path, rest.get(path.len()..).unwrap_or_default()))?
        }
        _ => bare_address(rest),
    };
    let mut recipient = first;
    if let Some(inside) = rest.strip_prefix(b" <") {
        let (original, after) = address(inside)?;
        if !first.contains(&b'@') || matches!(first, [b'|' | b'/', ..]) {
            recipient = original;
        }
        rest = after;
    }
    let (mut confirmation, mut message, mut host) = (&b""[..], &b""[..], &b""[..]);
    // The fields, up to the colon that ends them.
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(b": ") {
            message = after;
            break;
        }
        let name = split_at(rest.get(..rest.len().min(16))?, b"=")
            .map_or(&b""[..], |(name, _)| name.strip_prefix(b" ").unwrap_or(name));
        let name = if name.contains(&b' ') { b"" } else { name };
        let value = rest.strip_prefix(b" ").unwrap_or(rest).strip_prefix(name)?.strip_prefix(b"=");
        rest = match value {
            Some([b'<', inside @ ..]) if !name.is_empty() => address(inside)?.1,
            Some(value @ [b'"', ..]) if !name.is_empty() => {
                let (inside, after) = quoted(value)?;
                if name == b"C" {
                    confirmation = inside;
                }
                after
            }
            _ => {
                let (field, after) = rest.split_at_checked(end_of_field(rest).max(1))?;
                if name == b"H" {
                    host = field;
                }
                after
            }
        };
    }
    Some(match outcome {
        Outcome::Delivered => Said::new(confirmation).ended(outcome, Some(recipient)),
        _ => reason(message).host(host).ended(outcome, Some(recipient)),
    })
}

/// Where a field ends: before the next blank, or before the colon that ends the fields.
fn end_of_field(text: &[u8]) -> usize {
    let mut at = usize::from(text.first() == Some(&b' '));
    while let Some(found) = find(text, at, [b' ', b':']) {
        if text.get(found) == Some(&b' ') || text.get(found + 1) == Some(&b' ') {
            return found;
        }
        at = found + 1;
    }
    text.len()
}

/// What Exim writes before the command that failed. Only the first three are followed by a reply.
const INTRODUCTIONS: &[(&[u8], bool)] = &[
    (b"SMTP error from remote mail server after ", true),
    (b"SMTP error from remote mailer after ", true),
    (b"LMTP error after ", true),
    (b"PRDR error after ", true),
    (b"SMTP timeout after ", false),
    (b"Remote host closed connection in response to ", false),
];

/// Why a message was not delivered.
pub(super) fn reason(text: &[u8]) -> Said<'_> {
    // That is why Exim gave up, and not what the server said.
    let text = match text.trim_ascii().strip_suffix(b": retry timeout exceeded") {
        Some(reply) => reply,
        None => text,
    };
    // `Connection timed out H=host [192.0.2.1]: SMTP timeout after end of data`
    let (error, text) = match split_at(text, b" H=") {
        Some((own, host)) if !own.contains(&b'<') => (Some(own), split_at(host, b"]: ").map_or(own, |(_, rest)| rest)),
        _ => (None, text),
    };
    let text = text.strip_prefix(b"Delay reason: ").unwrap_or(text);
    let Some((own, after, has_reply)) = INTRODUCTIONS.iter().find_map(|(words, has_reply)| {
        let (own, after) = text.split_at_checked(words.len()).filter(|(own, _)| own == words)?;
        Some((own, after, *has_reply))
    }) else {
        return Said::new(text);
    };
    let after = after.strip_prefix(b"pipelined ").unwrap_or(after);
    let command = command_at(after);
    if !has_reply {
        return Said::new(error.unwrap_or(own.trim_ascii())).command(command);
    }
    // The sender's or the recipient's address comes with the command.
    let bracket =
        matches!(command, Some(Command::MailFrom | Command::RcptTo)).then(|| split_at(after, b":<")).flatten();
    let after = match bracket.and_then(|(_, inside)| address(inside)) {
        Some((_, rest)) => rest,
        None => after,
    };
    let reply = after_colon(after);
    // Before 4.83: `host mx.example.com [192.0.2.1]: 550 No`
    let reply = if reply.starts_with(b"host ") { after_colon(reply) } else { reply };
    Said::new(reply).command(command)
}

/// What follows the first colon with a blank or a line break after it.
fn after_colon(text: &[u8]) -> &[u8] {
    let end = text
        .windows(2)
        .position(|pair| pair.first() == Some(&b':') && pair.last().is_some_and(u8::is_ascii_whitespace));
    end.and_then(|end| text.get(end + 1..)).unwrap_or_default().trim_ascii_start()
}

/// A refusal by our own server: `H=(helo) [192.0.2.1] F=<a@b> rejected RCPT <c@d>: reason`.
fn refusal(text: &[u8]) -> Option<Delivery<'_>> {
    let host = text.strip_prefix(b"H=")?;
    // The name that the client gave is in parentheses and can be anything.
    let (_, mut rest) = split_at(host, b" [")?;
    if host.first() == Some(&b'(') {
        rest = split_at(host, b") [")?.1;
    }
    // What a server said before the next was tried.
    let tried =
        split_at(rest, b"]").map_or(rest, |(_, after)| after.strip_prefix(b":").unwrap_or(after).trim_ascii_start());
    if tried.starts_with(b"SMTP error from remote mail") {
        return Some(reason(tried).ended(Outcome::Deferred, None));
    }
    while !rest.is_empty() {
        let word = rest.trim_ascii_start();
        if let Some(inside) = word.strip_prefix(b"F=<") {
            rest = address(inside)?.1;
            continue;
        }
        if let Some(what) = word.strip_prefix(b"temporarily rejected ").or(word.strip_prefix(b"rejected ")) {
            let (command, recipient, reason) = if let Some(inside) = what.strip_prefix(b"RCPT <") {
                let (recipient, rest) = address(inside)?;
                (Some(Command::RcptTo), Some(recipient), rest)
            } else if let Some(inside) = what.strip_prefix(b"MAIL <") {
                (Some(Command::MailFrom), None, address(inside)?.1)
            } else if what.starts_with(b"EHLO") || what.starts_with(b"HELO") {
                (Some(Command::Ehlo), None, what)
            } else if what.starts_with(b"after DATA") {
                (Some(Command::EndOfData), None, what)
            } else if what.starts_with(b"connection") {
                (Some(Command::Connect), None, what)
            } else {
                (None, None, what)
            };
            return Some(Said::new(after_colon(reason)).command(command).ended(Outcome::Refused, recipient));
        }
        rest = word.get(word.iter().position(|byte| *byte == b' ').unwrap_or(word.len())..)?;
    }
    // A connection of which nothing is known but the host.
    Some(NOTHING)
}

/// How every bounce of Exim begins.
pub(super) const BOUNCE: &[u8] = b"This message was created automatically by mail delivery software";

/// Reads a bounce text. What follows the copy of the message is not Exim's.
pub(super) fn bounce(text: &[u8]) -> Delivery<'_> {
    let own = split_at(text, b"\n------ ").map_or(text, |(own, _)| own);
    let is_delay = contains(own, b"has not yet been delivered") || contains(own, b"has not been delivered");
    let outcome = if is_delay { Outcome::Deferred } else { Outcome::Failed };
    let mut rest = own;
    let recipient = loop {
        if rest.is_empty() {
            return Said::new(b"").ended(outcome, None);
        }
        let (line, after) = split_line(rest);
        rest = after;
        match line {
            [b' ', b' ', first, ..] if !first.is_ascii_whitespace() => break line.trim_ascii(),
            _ => {}
        }
    };
    // The reason runs to the empty line; the lines before it name the host.
    loop {
        let (line, after) = split_line(rest);
        let line = line.trim_ascii();
        if !(line.starts_with(b"host ") && !line.contains(&b':') || line.starts_with(b"(generated from "))
            || after.is_empty()
        {
            break;
        }
        rest = after;
    }
    let block = split_at(rest, b"\n\n").or(split_at(rest, b"\r\n\r\n")).map_or(rest, |(block, _)| block);
    let (recipient, _) = split_at_last(recipient, b" ").unwrap_or((recipient, b""));
    reason(block.trim_ascii()).ended(outcome, Some(recipient))
}
