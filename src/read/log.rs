//! Reads the log lines of Postfix and Exim, field by field: which part is the server's word, and which a stranger's.
//!
//! Addresses, subjects, host names and queue ids may hold anything, so nothing is searched for in the middle of a line. A
//! field counts only where the program writes it, and addresses are skipped as a whole.

use super::parts::{Said, find_bytes, read_codes, read_enhanced_code, read_said, skip_address, split_reply};
use crate::code::EnhancedCode;
use crate::delivery::Delivery;
use crate::reply::{Codes, Reply};
use crate::vocabulary::{Class, Command, Outcome};

/// Reads a line of a log. `None` if it is not from one of these programs.
pub(super) fn read(line: &[u8]) -> Option<Delivery<'_>> {
    exim(line).or_else(|| postfix(line))
}

const NOTHING: Delivery<'static> = Delivery { outcome: None, reply: None, recipient: None };

// ------------------------------------------------------------------------------------------------------------- Postfix

/// The fields of a delivery, in the order in which `log_adhoc.c` writes them: `to=<…>, relay=…, dsn=…, status=… (…)`.
fn postfix(line: &[u8]) -> Option<Delivery<'_>> {
    let (mut recipient, mut dsn, mut at) = (None, None, 0);
    let mut starts_field = true;
    if let Some((program, message)) = postfix_program(line) {
        // After the queue id.
        let message = find_bytes(message, b": ")
            .and_then(|at| message.get(at + 2..))
            .filter(|_| program != b"smtpd" || message.first() != Some(&b'p'))
            .unwrap_or(message);
        if let Some(refusal) = postfix_refusal(message) {
            return Some(refusal);
        }
        // These accept, sort and clean mail, and deliver none.
        if matches!(program, b"smtpd" | b"cleanup" | b"pickup" | b"postscreen" | b"anvil" | b"scache" | b"master") {
            return Some(NOTHING);
        }
    } else if !starts_a_record(line) {
        return None;
    }
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        if starts_field {
            if let Some(address) = rest.strip_prefix(b"to=<") {
                let length = skip_address(address)?;
                recipient = recipient.or(address.get(..length));
                (at, starts_field) = (at + 4 + length + 1, false);
                continue;
            }
            if let Some(code) = rest.strip_prefix(b"dsn=") {
                dsn = read_enhanced_code(code).map(|(code, _)| code);
            }
            if let Some(status) = rest.strip_prefix(b"status=") {
                return postfix_status(status, recipient, dsn);
            }
        }
        let byte = *rest.first()?;
        starts_field = byte == b' ';
        at += if byte == b'<' { skip_address(rest.get(1..)?)? + 2 } else { 1 };
    }
    // What else Postfix logs says nothing about a delivery, unless it quotes the other server.
    if postfix_program(line).is_none()
        || find_bytes(line, b" said: ").is_some()
        || find_bytes(line, b"refused to talk to me: ").is_some()
    {
        return None;
    }
    Some(NOTHING)
}

/// `to=<…>, …` or `4XyZ1qABCDz: to=<…>, …`: a record, or its end, without what syslog writes before it. Further back, the fields would be
/// somebody's text.
fn starts_a_record(line: &[u8]) -> bool {
    let id = line.iter().take(32).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let rest = line.get(id..).and_then(|rest| rest.strip_prefix(b": ")).unwrap_or(line);
    [&b"to=<"[..], b"relay=", b"dsn=", b"status="].iter().any(|field| rest.starts_with(field))
}

/// `Nov 24 10:15:01 mx1 postfix/smtp[4242]: …`: the program, and what it says.
fn postfix_program(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = find_bytes(line, b"postfix").filter(|at| *at < 64)?;
    let rest = line.get(at..)?;
    let end = find_bytes(rest, b"]: ")?;
    let tag = rest.get(..end)?;
    let tag = tag.get(..tag.iter().position(|byte| *byte == b'[')?)?;
    Some((tag.get(tag.iter().rposition(|byte| *byte == b'/')? + 1..)?, rest.get(end + 3..)?))
}

/// `bounced (host mx.example.com[192.0.2.1] said: 550 5.1.1 … (in reply to RCPT TO command))`.
fn postfix_status<'a>(
    status: &'a [u8],
    recipient: Option<&'a [u8]>,
    dsn: Option<EnhancedCode>,
) -> Option<Delivery<'a>> {
    let length = status.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, rest) = status.split_at_checked(length)?;
    let outcome = match word {
        b"sent" | b"deliverable" => Outcome::Delivered,
        b"bounced" | b"undeliverable" | b"expired" => Outcome::Failed,
        b"deferred" | b"SOFTBOUNCE" => Outcome::Deferred,
        _ => return None,
    };
    let reason = rest.strip_prefix(b" (").unwrap_or(status).trim_ascii_end();
    let reason = reason.strip_suffix(b")").unwrap_or(reason);
    let reply = if outcome == Outcome::Delivered {
        // The text of a success is the other server's, but no code in it counts.
        let codes = read_codes(reason).map(|(codes, _)| codes).filter(|codes| codes.reply_code().is_some());
        let codes = match (codes, dsn) {
            (Some(codes), Some(dsn)) if codes.enhanced_code().is_none() => Some(codes.with_enhanced_code(dsn)),
            (codes, dsn) => codes.or(dsn.map(Codes::Enhanced)),
        };
        codes.map(|codes| Reply { codes, command: None, input: b"", text: b"" })
    } else {
        Some(postfix_reason(reason, dsn))
    };
    Some(Delivery { outcome: Some(outcome), reply, recipient })
}

fn postfix_reason(reason: &[u8], dsn: Option<EnhancedCode>) -> Reply<'_> {
    // 5.0.0 and 4.0.0 are what Postfix writes if the server gave no enhanced code.
    let given = dsn.filter(|code| (code.subject(), code.detail()) != (0, 0));
    match read_said(reason) {
        Some(Said { codes, command, input, text }) => {
            let codes = match given {
                Some(enhanced) if codes.enhanced_code().is_none() => codes.with_enhanced_code(enhanced),
                _ => codes,
            };
            Reply { codes, command, input, text }
        }
        None => {
            // The name of an unknown user is a stranger's.
            let reason = reason.strip_prefix(b"unknown user: ").map_or(reason, |_| b"unknown user");
            let quoted = || super::text::read(reason).map(|reply| reply.codes);
            let codes = given.map(Codes::Enhanced).or_else(quoted).or(dsn.map(Codes::Enhanced)).unwrap_or(Codes::None);
            Reply { codes, command: postfix_step(reason), input: reason, text: reason }
        }
    }
}

/// The step at which a connection failed without a reply.
fn postfix_step(reason: &[u8]) -> Option<Command> {
    let while_at = |words: &[u8]| find_bytes(reason, words).is_some();
    Some(match () {
        () if while_at(b"connect to ") || while_at(b"initial server greeting") => Command::Connect,
        () if while_at(b"start TLS") => Command::StartTls,
        () if while_at(b"SASL authentication failed") => Command::Auth,
        () if while_at(b"sending end of data") || while_at(b"sending message body") => Command::EndOfData,
        () if while_at(b"performing the EHLO") || while_at(b"performing the HELO") => Command::Ehlo,
        () if while_at(b"sending MAIL FROM") => Command::MailFrom,
        () if while_at(b"sending RCPT TO") => Command::RcptTo,
        () if while_at(b"sending DATA command") => Command::Data,
        () => return None,
    })
}

/// `reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 …; from=<…> to=<…> proto=ESMTP helo=<…>`: ours, and no bounce.
fn postfix_refusal(message: &[u8]) -> Option<Delivery<'_>> {
    let rest = [&b"reject: "[..], b"milter-reject: ", b"proxy-reject: "]
        .iter()
        .find_map(|word| message.strip_prefix(*word))?;
    let (name, _) = rest.split_at_checked(rest.iter().position(|byte| matches!(byte, b' ' | b':'))?)?;
    let command = match name {
        b"CONNECT" => Some(Command::Connect),
        b"HELO" | b"EHLO" => Some(Command::Ehlo),
        b"MAIL" => Some(Command::MailFrom),
        b"RCPT" => Some(Command::RcptTo),
        b"DATA" => Some(Command::Data),
        _ => Some(Command::EndOfData),
    };
    let end = rfind_bytes(rest, b"; from=<").or_else(|| rfind_bytes(rest, b"; proto=")).unwrap_or(rest.len());
    let recipient = rest.get(end..).and_then(|rest| {
        let sender = rest.strip_prefix(b"; from=<")?;
        let rest = sender.get(skip_address(sender)?..)?;
        // postscreen(8) puts a comma between them.
        let address = rest.strip_prefix(b"> to=<").or_else(|| rest.strip_prefix(b">, to=<"))?;
        address.get(..skip_address(address)?)
    });
    let said = match name {
        // The header is a stranger's, and the text comes last.
        b"header" | b"body" => rest.get(rfind_bytes(rest, b": ")? + 2..),
        _ => rest.get(find_bytes(rest, b": ")? + 2..end),
    };
    let reply = said.and_then(|said| {
        // An IPv6 address or a port may be before it.
        let said = find_bytes(said, b"]: ").filter(|at| *at < 60).and_then(|at| said.get(at + 3..)).unwrap_or(said);
        split_reply(said)
    });
    let reply = reply.map(|reply| Reply { command, ..reply });
    Some(Delivery { outcome: Some(Outcome::Refused), reply, recipient })
}

fn rfind_bytes(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).rposition(|window| window == part)
}

// ---------------------------------------------------------------------------------------------------------------- Exim

/// `2026-11-24 10:15:01 1abcde-0000Ab-Cd ** ada@example.com R=… T=remote_smtp H=mx… [192.0.2.1]: SMTP error from remote mail
/// server after RCPT TO:<ada@example.com>: 550 5.1.1 …`.
fn exim(line: &[u8]) -> Option<Delivery<'_>> {
    // A part of a line may begin with the flag.
    if let [b'<' | b'=' | b'-' | b'>' | b'*', b'=' | b'>' | b'*', b' ', ..] = line {
        let (flag, rest) = line.split_at_checked(2)?;
        return exim_delivery(flag, rest);
    }
    let (date, rest) = line.split_at_checked(10)?;
    let is_date = date
        .iter()
        .enumerate()
        .all(|(at, byte)| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() });
    if !is_date || rest.first() != Some(&b' ') {
        return None;
    }
    let time = rest.trim_ascii_start().split(|byte| *byte == b' ').next()?;
    if time.is_empty() || !time.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.')) {
        return None;
    }
    // The flag comes after the time, the time zone, the process and the message id, whichever are there.
    let (mut rest, mut words) = (rest, 0);
    loop {
        rest = rest.trim_ascii_start();
        let length = rest.iter().take_while(|byte| **byte != b' ').count();
        let (word, after) = rest.split_at_checked(length)?;
        if matches!(word, b"<=" | b"=>" | b"->" | b">>" | b"*>" | b"**" | b"==") {
            return exim_delivery(word, after);
        }
        words += 1;
        if word.is_empty() || words > 5 {
            return exim_refusal(line);
        }
        rest = after;
    }
}

/// What follows the flag.
fn exim_delivery<'a>(flag: &[u8], rest: &'a [u8]) -> Option<Delivery<'a>> {
    let outcome = match flag {
        b"<=" => return Some(NOTHING),
        b"**" => Outcome::Failed,
        b"==" => Outcome::Deferred,
        _ => Outcome::Delivered,
    };
    let rest = rest.trim_ascii_start();
    let recipient = exim_recipient(rest);
    if outcome == Outcome::Delivered {
        let reply = find_bytes(rest, b" C=\"").and_then(|at| read_codes(rest.get(at + 4..)?));
        let reply = reply.map(|(codes, _)| Reply { codes, command: None, input: b"", text: b"" });
        return Some(Delivery { outcome: Some(outcome), reply, recipient });
    }
    let reason = exim_reason(rest).unwrap_or_default();
    let reply = exim_reply(reason).unwrap_or(Reply { codes: Codes::None, command: None, input: reason, text: reason });
    Some(Delivery { outcome: Some(outcome), reply: Some(reply), recipient })
}

/// The first address, or the one in angle brackets after a file, a pipe or a local part.
fn exim_recipient(rest: &[u8]) -> Option<&[u8]> {
    let end = exim_word(rest);
    let first = rest.get(..end)?;
    let is_address = first.contains(&b'@') && !matches!(first.first(), Some(b'|' | b'/'));
    let bracket = rest.get(end..)?.trim_ascii_start().strip_prefix(b"<");
    match bracket {
        Some(address) if !is_address => address.get(..skip_address(address)?),
        _ => Some(first.strip_suffix(b":").unwrap_or(first)),
    }
}

/// The end of the address that a text begins with: a quoted local part may hold blanks.
fn exim_word(text: &[u8]) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    let ends = |byte: &u8| {
        let is_end = !quoted && byte.is_ascii_whitespace();
        quoted ^= *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        is_end
    };
    text.iter().position(ends).unwrap_or(text.len())
}

/// What follows the fields: the text after the first `: ` outside of addresses and quotes.
fn exim_reason(rest: &[u8]) -> Option<&[u8]> {
    let mut at = exim_word(rest).saturating_sub(1);
    loop {
        match rest.get(at..)? {
            [b':', b' ', reason @ ..] => return Some(reason),
            [b'<', address @ ..] => at += skip_address(address)? + 2,
            [b'"', quoted @ ..] => at += 2 + quoted.iter().position(|byte| *byte == b'"').unwrap_or(quoted.len()),
            [] => return None,
            _ => at += 1,
        }
    }
}

/// `SMTP error from remote mail server after RCPT TO:<…>: host mx.example.com [192.0.2.1]: 550 …`.
fn exim_reply(reason: &[u8]) -> Option<Reply<'_>> {
    let at = ["SMTP error from remote mail server after ", "LMTP error after ", "PRDR error after "]
        .iter()
        .find_map(|words| Some(find_bytes(reason, words.as_bytes())? + words.len()))?;
    let rest = reason.get(at..)?;
    let rest = rest.strip_prefix(b"pipelined ").unwrap_or(rest);
    let command = [
        ("initial connection", Command::Connect),
        ("EHLO", Command::Ehlo),
        ("HELO", Command::Ehlo),
        ("LHLO", Command::Ehlo),
        ("STARTTLS", Command::StartTls),
        ("AUTH", Command::Auth),
        ("MAIL FROM", Command::MailFrom),
        ("RCPT TO", Command::RcptTo),
        ("DATA", Command::Data),
        ("end of data", Command::EndOfData),
    ]
    .iter()
    .find(|(name, _)| rest.starts_with(name.as_bytes()))
    .map(|(_, command)| *command);
    // The command ends with `: `, outside of its address.
    let mut reply = exim_reason(rest)?;
    if reply.starts_with(b"host ") {
        reply = reply.get(find_bytes(reply, b": ")? + 2..)?;
    }
    Some(Reply { command, ..split_reply(reply)? })
}

/// `H=… [192.0.2.1] F=<…> rejected RCPT <…>: …`: ours, and no bounce. The text need not have a code.
fn exim_refusal(line: &[u8]) -> Option<Delivery<'_>> {
    find_bytes(line, b" H=")?;
    let rest = line.get(rfind_bytes(line, b" rejected ")? + 10..)?;
    let command = match rest {
        [b'R', b'C', b'P', b'T', ..] => Command::RcptTo,
        [b'M', b'A', b'I', b'L', ..] => Command::MailFrom,
        [b'E', b'H', b'L', b'O', ..] => Command::Ehlo,
        _ => Command::EndOfData,
    };
    let recipient = rest.strip_prefix(b"RCPT <").and_then(|address| address.get(..skip_address(address)?));
    let reply = exim_reason(rest).map(|reason| match split_reply(reason) {
        Some(reply) => Reply { command: Some(command), ..reply },
        None => Reply { codes: Codes::None, command: Some(command), input: reason, text: reason },
    });
    Some(Delivery { outcome: Some(Outcome::Refused), reply, recipient })
}

/// The outcome of codes that have no record around them.
pub(super) fn outcome_of(codes: Codes) -> Option<Outcome> {
    let class = match codes {
        Codes::Reply(code) | Codes::Both(code, _) => code.class(),
        Codes::Enhanced(enhanced) => Some(enhanced.class()),
        Codes::None => None,
    };
    class.map(|class| match class {
        Class::Success => Outcome::Delivered,
        Class::PersistentTransientFailure => Outcome::Deferred,
        Class::PermanentFailure => Outcome::Failed,
    })
}
