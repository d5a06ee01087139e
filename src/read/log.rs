//! Log lines: finds out which program wrote a line, and reads those of Sendmail, qmail, OpenSMTPD, Haraka, Stalwart, Halon
//! and Momentum.

use super::parts::{
    address, command_at, contains, find, quoted, read_enhanced_code, read_reply_code, split_at, split_at_last,
};
use super::said::{NOTHING, Said};
use super::wire::Lines;
use super::{exim, postfix};
use crate::delivery::Delivery;
use crate::vocabulary::{Command, Outcome};

/// Reads a log line with its front, the time or the name of the program. `None` if no known program wrote it.
pub(super) fn read(text: &[u8]) -> Option<Delivery<'_>> {
    match text.first()? {
        b'@' => return qmail(split_at(text, b" ")?.1),
        b'[' => return haraka(text),
        b'=' | b'*' | b'<' | b'-' | b'>' if text.get(..3).is_some_and(|flag| flag.ends_with(b" ")) => {
            return exim::event(text).filter(|_| is_event_of_exim(text));
        }
        _ => {}
    }
    if let Some(rest) = date_and_time(text) {
        if let Some(delivery) = exim::read(rest) {
            return Some(delivery);
        }
    }
    if let Some((program, message)) = program(text) {
        return match program {
            _ if program.starts_with(b"postfix") => Some(postfix::read(program, message)),
            _ if program.starts_with(b"exim") => Some(exim::read(message).unwrap_or(NOTHING)),
            b"sendmail" | b"sm-mta" | b"sm-msp-queue" => Some(sendmail(message)),
            b"smtpd" | b"opensmtpd" => Some(opensmtpd(message).or_else(|| halon(message)).unwrap_or(NOTHING)),
            b"qmail" | b"qmail-send" => qmail(message),
            // They log what strangers sent, and refuse on nobody's behalf.
            b"sshd" | b"kernel" | b"systemd" | b"CRON" | b"rspamd" | b"spamd" | b"amavis" | b"opendkim"
            | b"opendmarc" | b"clamd" => Some(NOTHING),
            _ => None,
        };
    }
    stalwart(text)
}

/// A line without its front.
pub(super) fn fragment(text: &[u8]) -> Option<Delivery<'_>> {
    let message = postfix::queue_id(text).unwrap_or(text);
    if postfix::is_fragment(message) {
        return Some(if contains(message, b" stat=") && !contains(message, b" status=") {
            sendmail(text)
        } else {
            postfix::delivery(message.strip_prefix(b"to=<")?)
        });
    }
    if message.starts_with(b"dsn=") || message.starts_with(b"status=") || message.starts_with(b"relay=") {
        return Some(postfix::fields(message, None)).filter(|delivery| delivery.outcome.is_some());
    }
    if message.starts_with(b"NOQUEUE: ") {
        return Some(postfix::read(b"postfix/smtpd", message));
    }
    if text.starts_with(b"delivery ") || text.starts_with(b"starting delivery ") {
        return qmail(text);
    }
    if message.starts_with(b"host ") && postfix::says_something(message) {
        return Some(postfix::reason(message).ended_somehow(None));
    }
    momentum(text)
}

/// What follows `2026-11-24 10:15:01`, with a part of a second and a zone perhaps.
fn date_and_time(text: &[u8]) -> Option<&[u8]> {
    let pattern = b"dddd-dd-dd dd:dd:dd";
    let (start, rest) = text.split_at_checked(pattern.len())?;
    let fits = |(byte, expected): (&u8, &u8)| if *expected == b'd' { byte.is_ascii_digit() } else { byte == expected };
    if !start.iter().zip(pattern).all(fits) {
        return None;
    }
    let (_, rest) = split_at(rest, b" ")?;
    match rest {
        [b'+' | b'-', a, b, c, d, b' ', rest @ ..] if [a, b, c, d].into_iter().all(u8::is_ascii_digit) => Some(rest),
        _ => Some(rest),
    }
}

/// The name of the program and its message: `Nov 24 10:15:01 host postfix/smtp[4242]: message`.
fn program(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = text;
    // The date has up to three words, and the host one.
    for _ in 0..6 {
        let space = find(rest, 0, [b' ']).filter(|space| *space < 200)?;
        let (word, after) = (rest.get(..space)?, rest.get(space + 1..)?.trim_ascii_start());
        if let Some(name) = word.strip_suffix(b":") {
            let name = match name.strip_suffix(b"]") {
                Some(name) => split_at(name, b"[")?.0,
                None => name,
            };
            let is_name = name.first().is_some_and(u8::is_ascii_alphabetic)
                && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.'));
            return is_name.then_some((name, after));
        }
        // The fields of other records.
        if find(word, 0, [b'"', b',']).is_some() {
            return None;
        }
        rest = after;
    }
    None
}

/// Whether a line that begins with one of Exim's arrows is Exim's: an address follows, and a field or a reason.
fn is_event_of_exim(text: &[u8]) -> bool {
    let rest = text.get(3..).unwrap_or_default();
    let (address, rest) = super::parts::bare_address(rest);
    address.contains(&b'@')
        && (rest.starts_with(b": ")
            || [&b" H="[..], b" R=", b" T=", b" C=\"", b" F="].iter().any(|field| contains(rest, field)))
}

// ------------------------------------------------------------------------------------------------------------- Sendmail

/// `to=<a@b>, ctladdr=…, delay=…, relay=…, dsn=5.1.1, reply=550 5.1.1 No, stat=User unknown`. The values are not quoted, so
/// the fields are read in their order.
pub(super) fn sendmail(message: &[u8]) -> Delivery<'_> {
    let message = postfix::queue_id(message).unwrap_or(message);
    if let Some(rest) = message.strip_prefix(b"to=<").and_then(address) {
        return sendmail_delivery(rest.0, rest.1);
    }
    if let Some(rest) = message.strip_prefix(b"ruleset=") {
        let (command, is_recipient) = match split_at(rest, b",").map(|(name, _)| name) {
            Some(b"check_rcpt") => (Some(Command::RcptTo), true),
            Some(b"check_mail") => (Some(Command::MailFrom), false),
            Some(b"check_relay") => (Some(Command::Connect), false),
            _ => (None, false),
        };
        let Some((_, argument)) = split_at(rest, b"arg1=<") else { return NOTHING };
        let Some((argument, rest)) = address(argument) else { return NOTHING };
        let Some((_, reply)) = split_at(rest, b", reject=") else { return NOTHING };
        return Said::new(reply).command(command).ended(Outcome::Refused, is_recipient.then_some(argument));
    }
    if let Some(reply) = message.strip_prefix(b"Milter: ").and_then(|rest| split_at(rest, b", reject=")) {
        let command = match reply.0 {
            b"data" | b"eom" => Some(Command::EndOfData),
            b"helo" => Some(Command::Ehlo),
            b"connect" => Some(Command::Connect),
            what if what.starts_with(b"from") => Some(Command::MailFrom),
            what if what.starts_with(b"to") => Some(Command::RcptTo),
            _ => None,
        };
        return Said::new(reply.1).command(command).ended(Outcome::Refused, None);
    }
    // `<bob@example.org>... User unknown`, to somebody who sent us mail
    if let Some((recipient, rest)) = message.strip_prefix(b"<").and_then(address) {
        if let Some(reason) = rest.strip_prefix(b"... ") {
            return Said::new(reason).command(Some(Command::RcptTo)).ended(Outcome::Refused, Some(recipient));
        }
    }
    // `5AO9F1ac004242: sender notify: Cannot send message for 5 days`
    match postfix::queue_id(message).and_then(|rest| rest.strip_prefix(b"sender notify: ")) {
        Some(reason) if reason.starts_with(b"Cannot send message") => Said::new(reason).ended(Outcome::Failed, None),
        _ => NOTHING,
    }
}

fn sendmail_delivery<'a>(recipient: &'a [u8], mut rest: &'a [u8]) -> Delivery<'a> {
    // More recipients.
    while let Some((_, after)) = rest.strip_prefix(b",<").and_then(address) {
        rest = after;
    }
    let (mut dsn, mut relay) = (None, &b""[..]);
    loop {
        let Some(field) = rest.strip_prefix(b", ") else { return NOTHING };
        if let Some(stat) = field.strip_prefix(b"stat=") {
            return sendmail_status(stat, b"", dsn, relay, recipient);
        }
        if let Some(after) = field.strip_prefix(b"ctladdr=<").and_then(address) {
            rest = after
                .1
                .get(after.1.iter().position(|byte| *byte == b',').unwrap_or(after.1.len())..)
                .unwrap_or_default();
            continue;
        }
        if let Some(value) = field.strip_prefix(b"reply=") {
            // The reply is not quoted either: the status comes last.
            let Some((reply, stat)) = split_at_last(value, b", stat=") else { return NOTHING };
            return sendmail_status(stat, reply, dsn, relay, recipient);
        }
        if let Some(value) = field.strip_prefix(b"dsn=") {
            dsn = read_enhanced_code(value).map(|(code, _)| code);
        }
        let Some((value, after)) = split_at(field, b", ") else { return NOTHING };
        relay = value.strip_prefix(b"relay=").unwrap_or(relay);
        rest = field.get(field.len() - after.len() - 2..).unwrap_or_default();
    }
}

fn sendmail_status<'a>(
    stat: &'a [u8],
    reply: &'a [u8],
    dsn: Option<crate::code::EnhancedCode>,
    relay: &'a [u8],
    recipient: &'a [u8],
) -> Delivery<'a> {
    let recipient = Some(recipient);
    if stat == b"Sent" || stat.starts_with(b"Sent (") {
        return Said::new(reply).enhanced(dsn).ended(Outcome::Delivered, recipient);
    }
    if stat.starts_with(b"queued") {
        return NOTHING;
    }
    let (outcome, stat) = match stat.strip_prefix(b"Deferred") {
        Some(rest) => (Outcome::Deferred, rest.strip_prefix(b":").unwrap_or(rest).trim_ascii()),
        None => (Outcome::Failed, stat),
    };
    let lost = [&b"Connection refused"[..], b"Connection timed out", b"Connection reset", b"No route to host"]
        .into_iter()
        .find_map(|words| stat.get(..words.len()).filter(|start| *start == words));
    let command = lost.map(|_| Command::Connect);
    // A name server's or a host's name is not what the server said.
    let stat = lost.or(split_at(stat, b" (Name server: ").map(|(own, _)| own)).unwrap_or(stat);
    Said::new(if reply.is_empty() { stat } else { reply })
        .enhanced(dsn)
        .command(command)
        .host(relay)
        .ended(outcome, recipient)
}

// ---------------------------------------------------------------------------------------------------------------- qmail

/// `delivery 5: failure: …_does_not_like_recipient./Remote_host_said:_550_No/`. A blank is an underscore there.
fn qmail(text: &[u8]) -> Option<Delivery<'_>> {
    if let Some(rest) = text.strip_prefix(b"delivery ") {
        let (_, rest) = split_at(rest, b": ")?;
        let (outcome, reason) = split_at(rest, b": ")?;
        let outcome = match outcome {
            b"success" => Outcome::Delivered,
            b"failure" => Outcome::Failed,
            b"deferral" => Outcome::Deferred,
            _ => return None,
        };
        return Some(qmail_reason(reason, outcome, None));
    }
    if let Some((_, rest)) = text.strip_prefix(b"CHKUSER rejected rcpt: ").and_then(|rest| split_at(rest, b" rcpt <")) {
        let (recipient, rest) = address(rest)?;
        let reason = rest.strip_prefix(b" : ").unwrap_or(rest);
        return Some(Said::new(reason).command(Some(Command::RcptTo)).ended(Outcome::Refused, Some(recipient)));
    }
    let is_own = [
        &b"starting delivery "[..],
        b"info msg ",
        b"status: ",
        b"end msg ",
        b"new msg ",
        b"bounce msg ",
        b"triple bounce",
    ]
    .iter()
    .any(|start| text.starts_with(start));
    is_own.then_some(NOTHING)
}

/// What qmail-remote says before the reply, and the command that it means.
const QMAIL: &[(&[u8], Command)] = &[
    (b"does not like recipient", Command::RcptTo),
    (b"but sender was rejected", Command::MailFrom),
    (b"failed on DATA command", Command::Data),
    (b"failed after I sent the message", Command::EndOfData),
    (b"but my name was rejected", Command::Ehlo),
    (b"but greeting failed", Command::Connect),
    (b"to establish an SMTP connection", Command::Connect),
];

/// Reads the text of qmail-remote or qmail-local, with blanks or with underscores for them.
pub(super) fn qmail_reason<'a>(text: &'a [u8], outcome: Outcome, recipient: Option<&'a [u8]>) -> Delivery<'a> {
    let said = split_at(text, b"Remote_host_said:_").or(split_at(text, b"Remote host said: "));
    let own = said.map_or(text, |(before, _)| before);
    let command = QMAIL.iter().find(|(words, _)| contains_words(own, words)).map(|(_, command)| *command);
    if let Some((_, reply)) = said {
        let reply = [
            &b"/Giving_up"[..],
            b"/I'm_not_going",
            b"\nGiving up",
            b"\nDGiving up",
            b"\r\nGiving up",
            b" Giving up on ",
            b"\nI'm not going",
        ]
        .iter()
        .find_map(|end| split_at_last(reply, end))
        .map_or(reply, |(reply, _)| reply);
        let said =
            Said { lines: if reply.contains(&b'_') { Lines::Slashed } else { Lines::Quoted }, ..Said::new(reply) };
        let said = Said { text: reply.strip_suffix(b"/").unwrap_or(reply), ..said };
        // In the log, a success reads `250_2.0.0_Ok`.
        return match read_reply_code(reply) {
            Some((code, [b'_', rest @ ..])) if outcome == Outcome::Delivered => {
                let enhanced = read_enhanced_code(rest).map(|(enhanced, _)| enhanced);
                Said::new(b"").code(Some(code)).enhanced(enhanced).ended(outcome, recipient)
            }
            _ => said.command(command).ended(outcome, recipient),
        };
    }
    let text = text.trim_ascii();
    let text = split_at(text, b"\nI'm not going").or(split_at(text, b"/I'm_not_going")).map_or(text, |(own, _)| own);
    let text = text.trim_ascii().strip_suffix(b"/").unwrap_or(text.trim_ascii());
    // qmail's own code comes last. The name of a host may be before it.
    let enhanced = split_at_last(text, b"(#").and_then(|(_, code)| read_enhanced_code(code)).map(|(code, _)| code);
    let text = split_at(text, b" named ").or(split_at(text, b"_named_")).map_or(text, |(own, _)| own);
    if outcome == Outcome::Delivered {
        return Said::new(b"").ended(outcome, recipient);
    }
    Said::new(text).enhanced(enhanced).command(command).ended(outcome, recipient)
}

fn contains_words(text: &[u8], words: &[u8]) -> bool {
    let same = |(byte, wanted): (&u8, &u8)| byte == wanted || (*byte == b'_' && *wanted == b' ');
    // An empty window would panic. No words are empty, but not every compiler proves that.
    text.windows(words.len().max(1)).any(|window| window.iter().zip(words).all(same))
}

// ------------------------------------------------------------------------------------------------------------ OpenSMTPD

/// `SESSION mta delivery evpid=… from=<…> to=<…> rcpt=<…> source="…" relay="…" delay=… result="PermFail" stat="…"`. Nothing
/// is escaped.
fn opensmtpd(message: &[u8]) -> Option<Delivery<'_>> {
    // Before the session had an id in front: `smtp-out: …`
    let (session, rest) = split_at(message, b" ")?;
    if !session.iter().all(u8::is_ascii_hexdigit) || session.len() < 8 {
        return None;
    }
    let is_local = rest.starts_with(b"mda delivery ");
    if is_local || rest.starts_with(b"mta delivery ") {
        let (_, rest) = split_at(rest, b" from=<")?;
        let (_, rest) = address(rest)?;
        let (recipient, rest) = address(rest.strip_prefix(b" to=<")?)?;
        let (_, rest) = address(rest.strip_prefix(b" rcpt=<")?)?;
        let (_, rest) = split_at(rest, b" result=")?;
        let (result, stat) = split_at(rest, b" stat=")?;
        let outcome = match result.strip_prefix(b"\"").unwrap_or(result) {
            ok if ok.starts_with(b"Ok") => Outcome::Delivered,
            failed if failed.starts_with(b"PermFail") => Outcome::Failed,
            failed if failed.starts_with(b"TempFail") => Outcome::Deferred,
            _ => return Some(NOTHING),
        };
        let stat = stat.trim_ascii();
        let stat = stat.strip_prefix(b"Error (\"").unwrap_or(stat.strip_prefix(b"\"").unwrap_or(stat));
        let stat = stat.strip_suffix(b"\")").or(stat.strip_suffix(b"\"")).unwrap_or(stat);
        let stat = split_at(stat, b"LMTP server error: ").filter(|_| is_local).map_or(stat, |(_, reply)| reply);
        return Some(opensmtpd_status(stat).ended(outcome, Some(recipient)));
    }
    if let Some(reason) = rest.strip_prefix(b"mta error reason=") {
        return Some(opensmtpd_status(reason).ended(Outcome::Deferred, None));
    }
    if let Some(rest) = rest.strip_prefix(b"smtp failed-command command=") {
        let (command, rest) = quoted(rest)?;
        let reply = rest.strip_prefix(b" result=\"")?;
        let reply = reply.strip_suffix(b"\"").unwrap_or(reply);
        let known = command_at(command);
        let recipient = (known == Some(Command::RcptTo)).then(|| split_at(command, b"<")).flatten();
        let recipient = recipient.and_then(|(_, inside)| address(inside)).map(|(address, _)| address);
        return Some(Said::new(reply).command(known).ended(Outcome::Refused, recipient));
    }
    Some(NOTHING)
}

fn opensmtpd_status(stat: &[u8]) -> Said<'_> {
    for (words, command) in [
        (&b"BANNER rejected: "[..], Command::Connect),
        (b"EHLO rejected: ", Command::Ehlo),
        (b"HELO rejected: ", Command::Ehlo),
        (b"STARTTLS rejected: ", Command::StartTls),
        (b"AUTH rejected: ", Command::Auth),
    ] {
        if let Some(reply) = stat.strip_prefix(words) {
            return Said::new(reply).command(Some(command));
        }
    }
    let connecting = stat.starts_with(b"Network error") || stat.starts_with(b"IO Error");
    Said::new(stat).command(connecting.then_some(Command::Connect))
}

// -------------------------------------------------------------------------------------------------------- Haraka, Halon

/// `[NOTICE] [uuid] [outbound] recipient <a@b> rejected: 550 No`
fn haraka(text: &[u8]) -> Option<Delivery<'_>> {
    let (level, rest) = split_at(text, b"] [")?;
    if !matches!(
        level,
        b"[DATA"
            | b"[PROTOCOL"
            | b"[DEBUG"
            | b"[INFO"
            | b"[NOTICE"
            | b"[WARN"
            | b"[ERROR"
            | b"[CRIT"
            | b"[ALERT"
            | b"[EMERG"
    ) {
        return None;
    }
    let (_, rest) = split_at(rest, b"] [")?;
    let (plugin, rest) = split_at(rest, b"] ")?;
    let is_recipient = |rest: &'_ [u8]| rest.strip_prefix(b"recipient <").map(|inside| inside.len());
    if let Some(length) = is_recipient(rest) {
        let (recipient, rest) = address(rest.get(rest.len() - length..)?)?;
        let command = Some(Command::RcptTo);
        if let Some(code) = rest.strip_prefix(b" code=") {
            if !code.starts_with(b"DENY") {
                return Some(NOTHING);
            }
            let (_, message) = split_at(code, b" msg=")?;
            let reply = quoted(message).map_or(message, |(reply, _)| reply);
            return Some(Said::new(reply).command(command).ended(Outcome::Refused, Some(recipient)));
        }
        let (outcome, reply) = match rest.strip_prefix(b" rejected: ") {
            Some(reply) => (Outcome::Failed, reply),
            None => (Outcome::Deferred, rest.strip_prefix(b" deferred: ")?),
        };
        return Some(Said::new(reply).command(command).ended(outcome, Some(recipient)));
    }
    if plugin != b"outbound" {
        return Some(NOTHING);
    }
    if rest.trim_ascii_start().starts_with(b"delivered ") {
        return Some(Said::new(b"").ended(Outcome::Delivered, None));
    }
    let (outcome, reason) = if let Some(reason) = rest.strip_prefix(b"bouncing mail: ") {
        (Outcome::Failed, reason)
    } else if let Some(rest) = rest.strip_prefix(b"Temp failing ") {
        (Outcome::Deferred, split_at(rest, b" seconds: ")?.1)
    } else {
        return Some(NOTHING);
    };
    let reason = match reason.strip_prefix(b"Too many failures (") {
        Some(inside) => inside.strip_suffix(b")").unwrap_or(inside),
        None => reason,
    };
    let reason = reason.strip_prefix(b"Upstream error: ").unwrap_or(reason);
    // The names of recipients and domains come after a colon.
    let reason = match read_reply_code(reason) {
        Some(_) => reason,
        None if reason.starts_with(b"Some recipients failed") => b"",
        None => split_at(reason, b": ").map_or(reason, |(own, _)| own),
    };
    Some(Said::new(reason).ended(outcome, None))
}

/// `[4242] [transaction:1] RETRY: 1, Sent to <a@b> failed: 451 No`
fn halon(message: &[u8]) -> Option<Delivery<'_>> {
    let (_, rest) = message.strip_prefix(b"[").and_then(|rest| split_at(rest, b"Sent to <"))?;
    let (recipient, rest) = address(rest)?;
    Some(Said::new(rest.strip_prefix(b" failed: ")?).ended_somehow(Some(recipient)))
}

// ------------------------------------------------------------------------------------------------------------- Stalwart

/// The events of Stalwart that are about a delivery, or about a refusal by our own server.
const STALWART: &[(&[u8], Option<Outcome>, Option<Command>)] = &[
    (b"delivery.rcpt-to-rejected", None, Some(Command::RcptTo)),
    (b"delivery.rcpt-to-failed", None, Some(Command::RcptTo)),
    (b"delivery.mail-from-rejected", None, Some(Command::MailFrom)),
    (b"delivery.ehlo-rejected", None, Some(Command::Ehlo)),
    (b"delivery.lhlo-rejected", None, Some(Command::Ehlo)),
    (b"delivery.greeting-failed", None, Some(Command::Connect)),
    (b"delivery.auth-failed", None, Some(Command::Auth)),
    (b"delivery.message-rejected", None, Some(Command::EndOfData)),
    (b"delivery.start-tls-error", Some(Outcome::Deferred), Some(Command::StartTls)),
    (b"delivery.connect-error", Some(Outcome::Deferred), Some(Command::Connect)),
    (b"delivery.delivered", Some(Outcome::Delivered), None),
    (b"delivery.dsn-success", Some(Outcome::Delivered), None),
    (b"delivery.dsn-temp-fail", Some(Outcome::Deferred), None),
    (b"delivery.dsn-perm-fail", Some(Outcome::Failed), None),
    (b"smtp.mailbox-does-not-exist", Some(Outcome::Refused), Some(Command::RcptTo)),
];

/// `2026-11-24T10:15:01Z INFO Words (delivery.rcpt-to-rejected) to = "a@b", code = 550, details = "5.1.1 No"`
fn stalwart(text: &[u8]) -> Option<Delivery<'_>> {
    if text.get(10) != Some(&b'T') || !text.first()?.is_ascii_digit() {
        return None;
    }
    let (words, rest) = split_at(text.get(..text.len().min(200))?, b" (")?;
    let (event, _) = split_at(rest, b") ")?;
    if words.contains(&b'"')
        || !event.contains(&b'.')
        || !event.iter().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'-'))
    {
        return None;
    }
    let Some((_, outcome, command)) = STALWART.iter().find(|(name, ..)| *name == event) else { return Some(NOTHING) };
    let mut fields = text.get(words.len() + event.len() + 4..)?;
    let (mut code, mut details, mut recipient) = (None, &b""[..], None);
    while let Some((name, value)) = split_at(fields, b" = ") {
        let name = name.strip_prefix(b",").unwrap_or(name).trim_ascii();
        let (value, rest) = match value {
            [b'"', ..] => quoted(value)?,
            _ => split_at(value, b", ").map_or((value, &b""[..]), |(value, rest)| (value, rest)),
        };
        match name {
            b"code" => code = read_reply_code(value).map(|(code, _)| code),
            b"details" | b"reason" => details = value,
            b"to" => recipient = Some(value),
            _ => {}
        }
        fields = rest;
    }
    let said = match smtp_proto(details) {
        Some(said) => said,
        // Of a refusal, only the event's own words say why.
        None if details.is_empty() => Said::new(split_at(words, b"INFO ").map_or(words, |(_, own)| own)).code(code),
        None => Said::new(details).code(code),
    };
    let said = said.command(*command);
    Some(match outcome {
        Some(outcome) => said.ended(*outcome, recipient),
        None => said.ended_somehow(recipient),
    })
}

/// How the crate smtp-proto writes a reply: `Code: 550, Enhanced code: 5.7.1, Message: …`.
pub(super) fn smtp_proto(text: &[u8]) -> Option<Said<'_>> {
    let (code, rest) = read_reply_code(text.strip_prefix(b"Code: ")?)?;
    let (enhanced, message) = split_at(rest.strip_prefix(b", Enhanced code: ")?, b", Message: ")?;
    Some(Said::new(message).code(Some(code)).enhanced(read_enhanced_code(enhanced).map(|(enhanced, _)| enhanced)))
}

// ------------------------------------------------------------------------------------------------------------- Momentum

/// Fields between at signs. Which ones there are depends on the version, so only the kind of line and a field that begins
/// with a reply count.
fn momentum(text: &[u8]) -> Option<Delivery<'_>> {
    let (time, [b'@', _, ..]) = text.split_at_checked(10)? else { return None };
    if !time.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut fields = text.split(|byte| *byte == b'@').skip(4);
    let outcome = match fields.next()? {
        b"D" => Outcome::Delivered,
        b"B" | b"P" => Outcome::Failed,
        b"T" => Outcome::Deferred,
        _ => return Some(NOTHING),
    };
    if outcome == Outcome::Delivered {
        return Some(Said::new(b"").ended(outcome, None));
    }
    let reply = fields.find(|field| matches!(read_reply_code(field), Some((_, [b' ' | b'-', ..]))));
    Some(Said::new(reply.unwrap_or_default()).ended(outcome, None))
}
