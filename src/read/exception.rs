//! The messages of exceptions that libraries throw: lettre, smtp-proto and mail-send, Python's smtplib and aiosmtplib, Go's
//! net/textproto, nodemailer, PHPMailer, Symfony Mailer, JavaMail, and .NET.

use super::log::smtp_proto;
use super::parts::{bare_address, contains, position_of, quoted, read_reply_code, split_at, split_at_last};
use super::said::{NOTHING, Said};
use crate::code::{EnhancedCode, ReplyCode};
use crate::delivery::Delivery;
use crate::vocabulary::{Class, Command, Outcome};

/// Reads the message of an exception. `None` if it is of no known library.
pub(super) fn read(text: &[u8]) -> Option<Delivery<'_>> {
    match text.first()? {
        b'{' | b'(' | b'[' | b's' | b'a' => python(text).or_else(|| plain(text)),
        _ => plain(text),
    }
}

/// What a library writes before a reply, and the command that it means.
const BEFORE_A_REPLY: &[(&[u8], Option<Command>)] = &[
    (b"Error: Can't send mail - all recipients were rejected: ", Some(Command::RcptTo)),
    (b"Error: Mail command failed: ", Some(Command::MailFrom)),
    (b"Error: Recipient command failed: ", Some(Command::RcptTo)),
    (b"Error: Data command failed: ", Some(Command::Data)),
    (b"Error: Message failed: ", Some(Command::EndOfData)),
    (b"Error: Invalid login: ", Some(Command::Auth)),
    (b"Error: Invalid greeting. response=", Some(Command::Connect)),
    (b"Error: Invalid HELO. response=", Some(Command::Ehlo)),
    (b"javax.mail.AuthenticationFailedException: ", Some(Command::Auth)),
    (b"jakarta.mail.AuthenticationFailedException: ", Some(Command::Auth)),
    (b"MailKit.Net.Smtp.SmtpCommandException: ", None),
];

/// How an exception begins if there was no connection.
const NO_CONNECTION: &[&[u8]] = &[
    b"Connection error: ",
    b"network error: ",
    b"I/O error: ",
    b"Connection timeout",
    b"ConnectionRefusedError: ",
    b"TimeoutError: ",
    b"smtplib.SMTPServerDisconnected: ",
    b"aiosmtplib.errors.SMTPServerDisconnected: ",
    b"aiosmtplib.errors.SMTPConnectTimeoutError: ",
    b"aiosmtplib.errors.SMTPConnectError: ",
    b"dial tcp ",
    b"Error: connect E",
    b"SMTP Error: Could not connect to SMTP host.",
    b"SMTP connect() failed.",
    b"Connection could not be established with host ",
    b"com.sun.mail.util.MailConnectException: ",
    b"org.eclipse.angus.mail.util.MailConnectException: ",
    b"System.Net.Mail.SmtpException: Failure sending mail.",
];

/// How an exception begins if the name of the host was not found.
const NO_HOST: &[&[u8]] = &[
    b"dial tcp: lookup ",
    b"Error: getaddrinfo ENOTFOUND ",
    b"javax.mail.MessagingException: Unknown SMTP host: ",
    b"jakarta.mail.MessagingException: Unknown SMTP host: ",
];

/// Most texts differ in their first letter, which is cheaper to see.
#[inline(always)]
fn begins_with(text: &[u8], start: &[u8]) -> bool {
    text.first() == start.first() && text.starts_with(start)
}

fn plain(text: &[u8]) -> Option<Delivery<'_>> {
    // The host is hardly ever the recipient's: most programs hand their mail to a server of their own.
    if NO_HOST.iter().any(|start| begins_with(text, start)) {
        return Some(Said::new(b"").command(Some(Command::Connect)).ended(Outcome::Deferred, None));
    }
    if let Some(start) = NO_CONNECTION.iter().find(|start| begins_with(text, start)) {
        let connects =
            !text.starts_with(b"network error") && !contains(text.get(..40.min(text.len()))?, b"Disconnected");
        let command = connects.then_some(Command::Connect);
        let error = connection_error(text).or(text.get(..start.len())).unwrap_or(text);
        return Some(Said::new(error).command(command).ended(Outcome::Deferred, None));
    }
    if text == b"response error: incomplete response" {
        return Some(NOTHING);
    }
    if let Some((reply, command)) = BEFORE_A_REPLY
        .iter()
        .find(|(start, _)| begins_with(text, start))
        .and_then(|(start, command)| Some((text.get(start.len()..)?, *command)))
    {
        let reply = first_lines(reply);
        // nodemailer writes the reply twice.
        let reply = match text.starts_with(b"Error: Invalid greeting") || text.starts_with(b"Error: Invalid HELO") {
            true => reply.get(reply.len() / 2 + 1..).filter(|half| reply.starts_with(half)).unwrap_or(reply),
            false => reply,
        };
        return Some(Said::new(reply).command(command).ended_somehow(None));
    }
    lettre(text)
        .or_else(|| mail_send(text))
        .or_else(|| go(text))
        .or_else(|| php_mailer(text))
        .or_else(|| symfony(text))
        .or_else(|| java_mail(text))
        .or_else(|| dot_net(text))
}

/// What went wrong, without the names of hosts and files.
fn connection_error(text: &[u8]) -> Option<&[u8]> {
    const WORDS: &[&[u8]] = &[
        b"Connection refused",
        b"connection refused",
        b"ECONNREFUSED",
        b"Connection reset",
        b"ECONNRESET",
        b"Connection timeout",
        b"Timed out",
        b"i/o timeout",
        b"timed out",
        b"ETIMEDOUT",
        b"Connection unexpectedly closed",
    ];
    WORDS.iter().find_map(|words| text.get(position_of(text, words)?..)?.get(..words.len()))
}

/// The text before a stack trace or the properties of the error.
fn first_lines(text: &[u8]) -> &[u8] {
    let ends = [&b"\n    at "[..], b"\n   at ", b"\n\tat ", b"\n;\n", b"\r\n\tat ", b" {\n  code: "];
    let end = ends.into_iter().filter_map(|end| position_of(text, end)).min();
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

/// `permanent error (550): No`, and what `{:?}` writes.
fn lettre(text: &[u8]) -> Option<Delivery<'_>> {
    for (start, outcome) in [(&b"permanent error ("[..], Outcome::Failed), (b"transient error (", Outcome::Deferred)] {
        if let Some(rest) = text.strip_prefix(start) {
            let (code, rest) = read_reply_code(rest)?;
            let reply = rest.strip_prefix(b")").map(|rest| rest.strip_prefix(b": ").unwrap_or(rest))?;
            return Some(Said::new(reply).code(Some(code)).ended(outcome, None));
        }
    }
    // Roundcube and PHP's PEAR: `SMTP Error (550): Failed to add recipient "a@b" (5.1.1 No).`
    if let Some(rest) = text.strip_prefix(b"SMTP Error (") {
        let (code, rest) = read_reply_code(rest)?;
        let reply = rest.strip_prefix(b"): ")?;
        let said = Said::new(reply).code(Some(code));
        if let Some((recipient, rest)) = reply.strip_prefix(b"Failed to add recipient ").and_then(quoted) {
            let reply = rest.strip_prefix(b" (").unwrap_or(rest);
            let reply = reply.strip_suffix(b").").unwrap_or(reply);
            return Some(Said { text: reply, ..said }.command(Some(Command::RcptTo)).ended_somehow(Some(recipient)));
        }
        return Some(said.ended_somehow(None));
    }
    let (_, rest) = text
        .strip_prefix(b"lettre::transport::smtp::Error { kind: ")
        .or(text.strip_prefix(b"Response { code: "))
        .and_then(|rest| split_at(rest, b"Code { severity: "))?;
    let (severity, rest) = split_at(rest, b", category: ")?;
    let (category, rest) = split_at(rest, b", detail: ")?;
    let (detail, rest) = split_at(rest, b" }")?;
    let class = match severity {
        b"PositiveCompletion" => 2,
        b"TransientNegativeCompletion" => 4,
        b"PermanentNegativeCompletion" => 5,
        _ => return None,
    };
    let category = match category {
        b"Syntax" => 0,
        b"Information" => 1,
        b"Connections" => 2,
        b"Unspecified3" => 3,
        b"Unspecified4" => 4,
        _ => 5,
    };
    let digits = [&b"Zero"[..], b"One", b"Two", b"Three", b"Four", b"Five", b"Six", b"Seven", b"Eight", b"Nine"];
    let detail = u16::try_from(digits.iter().position(|digit| *digit == detail)?).ok()?;
    let (_, message) = split_at(rest, b"\"")?;
    let (message, _) = quoted(rest.get(rest.len() - message.len() - 1..)?)?;
    Some(Said::new(message).code(ReplyCode::new(class * 100 + category * 10 + detail)).ended_somehow(None))
}

fn mail_send(text: &[u8]) -> Option<Delivery<'_>> {
    let (text, command) = match text.strip_prefix(b"Authentication failed: ") {
        Some(rest) => (rest, Some(Command::Auth)),
        None => (text.strip_prefix(b"Unexpected reply: ").unwrap_or(text), None),
    };
    if let Some(said) = smtp_proto(text) {
        return Some(said.command(command).ended_somehow(None));
    }
    let rest = text.strip_prefix(b"UnexpectedReply(").unwrap_or(text);
    let (code, rest) = read_reply_code(rest.strip_prefix(b"Response { code: ")?)?;
    let (numbers, rest) = split_at(rest.strip_prefix(b", esc: [")?, b"], message: ")?;
    let mut numbers = numbers.split(|byte| *byte == b',').map(|number| {
        let digits = number.trim_ascii();
        digits.iter().try_fold(0_u16, |sum, digit| {
            digit.is_ascii_digit().then(|| sum.saturating_mul(10).saturating_add(u16::from(*digit - b'0')))
        })
    });
    let mut next = || numbers.next().flatten();
    let (class, subject, detail) = (next()?, next()?, next()?);
    let class = u8::try_from(class).ok().and_then(Class::from_digit);
    let enhanced = class.and_then(|class| EnhancedCode::new(class, subject, detail));
    Some(Said::new(quoted(rest)?.0).code(Some(code)).enhanced(enhanced).ended_somehow(None))
}

/// `&textproto.Error{Code:550, Msg:"5.1.1 No"}`, and `err="550 5.1.1 No"` in a structured log.
fn go(text: &[u8]) -> Option<Delivery<'_>> {
    if let Some(rest) = text.strip_prefix(b"&textproto.Error{Code:") {
        let (code, rest) = read_reply_code(rest)?;
        return Some(Said::new(quoted(rest.strip_prefix(b", Msg:")?)?.0).code(Some(code)).ended_somehow(None));
    }
    let mut rest = text.strip_prefix(b"time=").filter(|_| contains(text, b" level="))?;
    let mut recipient = None;
    while let Some((_, after)) = split_at(rest, b" ") {
        let (name, value) = split_at(after, b"=")?;
        let (value, after) = match value {
            [b'"', ..] => quoted(value)?,
            _ => value.split_at_checked(value.iter().position(|byte| *byte == b' ').unwrap_or(value.len()))?,
        };
        match name {
            b"to" | b"rcpt" | b"recipient" => recipient = Some(value),
            b"err" | b"error" => {
                return read_reply_code(value).map(|_| Said::new(value).ended_somehow(recipient)).or(Some(NOTHING));
            }
            _ => {}
        }
        rest = after;
    }
    Some(NOTHING)
}

/// `SMTP Error: … SMTP server error: RCPT TO command failed Detail: No SMTP code: 550 Additional SMTP info: 5.1.1`
fn php_mailer(text: &[u8]) -> Option<Delivery<'_>> {
    if let Some((time, rest)) = split_at(text.get(..text.len().min(40))?, b"\t") {
        let rest = text.get(text.len() - (text.len() - time.len() - 1)..).unwrap_or(rest);
        if !time.first()?.is_ascii_digit() {
            return None;
        }
        if rest.starts_with(b"CLIENT -> SERVER: ") {
            return Some(NOTHING);
        }
        if let Some(reply) = rest.strip_prefix(b"SERVER -> CLIENT: ") {
            return Some(Said::new(reply).ended_somehow(None));
        }
        let (command, reply) = split_at(rest.strip_prefix(b"SMTP ERROR: ")?, b" command failed: ")?;
        return Some(Said::new(reply).command(php_command(command)).ended_somehow(None));
    }
    let is_own = text.starts_with(b"SMTP Error: ") || text.starts_with(b"The following From address failed: ");
    if !is_own {
        return None;
    }
    let failed = text.strip_prefix(b"SMTP Error: The following recipients failed: ").map(bare_address);
    let recipient = failed.map(|(recipient, _)| recipient);
    if let Some((_, rest)) = split_at_last(text, b"SMTP server error: ") {
        let (command, rest) = split_at(rest, b" command failed")?;
        let (detail, rest) = split_at(rest.strip_prefix(b" Detail: ").unwrap_or(rest), b" SMTP code: ")?;
        let (code, rest) = read_reply_code(rest)?;
        let info = rest.strip_prefix(b" Additional SMTP info: ").map(<[u8]>::trim_ascii);
        let said =
            Said::new(detail).code(Some(code)).enhanced(info.and_then(|info| EnhancedCode::from_bytes(info).ok()));
        return Some(said.command(php_command(command)).ended_somehow(recipient));
    }
    let (recipient, rest) = failed?;
    Some(
        Said::new(rest.strip_prefix(b": ").unwrap_or(rest))
            .command(Some(Command::RcptTo))
            .ended(Outcome::Failed, Some(recipient)),
    )
}

fn php_command(name: &[u8]) -> Option<Command> {
    match name {
        b"DATA END" => Some(Command::EndOfData),
        _ => super::parts::command_at(name),
    }
}

/// `Expected response code "250/251/252" but got code "550", with message "550 5.1.1 No".`
fn symfony(text: &[u8]) -> Option<Delivery<'_>> {
    let start: &[u8] = b"Expected response code ";
    let (text, login) = match text.strip_prefix(b"Failed to authenticate on SMTP server with username ") {
        Some(rest) => {
            let (_, rest) = quoted(rest)?;
            (rest.get(position_of(rest, start)?..)?, Some(Command::Auth))
        }
        None => (text, None),
    };
    let (expected, got) = split_at(text.strip_prefix(start)?, b" but got ")?;
    let command = login.or(match expected.strip_prefix(b"\"").unwrap_or(expected) {
        [b'2', b'5', b'0', b'/', ..] => Some(Command::RcptTo),
        [b'3', b'5', b'4', ..] => Some(Command::Data),
        [b'2', b'2', b'0', ..] => Some(Command::Connect),
        [b'2', b'3', b'5', ..] | [b'3', b'3', b'4', ..] => Some(Command::Auth),
        _ => None,
    });
    let Some((code, message)) = got.strip_prefix(b"code \"").and_then(|got| split_at(got, b"\", with message \""))
    else {
        return Some(Said::new(got).ended(Outcome::Deferred, None));
    };
    let reply = message.trim_ascii();
    let reply = [&b"\".\"."[..], b"\".", b"\""].iter().find_map(|end| reply.strip_suffix(*end)).unwrap_or(reply);
    Some(Said::new(reply).code(read_reply_code(code).map(|(code, _)| code)).command(command).ended_somehow(None))
}

fn java_mail(text: &[u8]) -> Option<Delivery<'_>> {
    let start = match text.strip_prefix(b"Exception in thread ") {
        Some(thread) => quoted(thread)?.1.trim_ascii_start(),
        None => text,
    };
    let packages = [&b"javax.mail."[..], b"jakarta.mail.", b"com.sun.mail.", b"org.eclipse.angus.mail."];
    if !packages.iter().any(|package| start.starts_with(package)) {
        return None;
    }
    if let Some((_, rest)) = split_at(text, b"Got bad greeting from SMTP host: ") {
        let (_, reply) = split_at(rest, b", response: ")?;
        return Some(Said::new(first_lines(reply)).command(Some(Command::Connect)).ended_somehow(None));
    }
    // The innermost of the nested exceptions. What it quotes comes after its name.
    let mut said = None;
    for line in text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
        if !line.starts_with(b"com.sun.mail.smtp.") && !line.starts_with(b"org.eclipse.angus.mail.smtp.") {
            continue;
        }
        let Some((name, reply)) = split_at(line, b": ") else { continue };
        let command = match name.rsplit(|byte| *byte == b'.').next()? {
            b"SMTPAddressFailedException" => Some(Command::RcptTo),
            b"SMTPSenderFailedException" => Some(Command::MailFrom),
            _ => None,
        };
        said = Some(Said::new(reply).command(command));
    }
    Some(said?.ended_somehow(None))
}

/// `System.Net.Mail.SmtpException: Words. The server response was: 5.1.1 No`. The words are the reply code's, and .NET has no
/// other way to say it.
fn dot_net(text: &[u8]) -> Option<Delivery<'_>> {
    let (name, rest) = split_at(text.strip_prefix(b"System.Net.Mail.")?, b": ")?;
    let (words, reply) = split_at(rest, b"The server response was: ")?;
    let is_recipient = name == b"SmtpFailedRecipientException" || name == b"SmtpFailedRecipientsException";
    let said = Said::new(first_lines(reply)).command(is_recipient.then_some(Command::RcptTo));
    Some(if words.starts_with(b"Service not available") {
        said.ended(Outcome::Deferred, None)
    } else {
        said.ended_somehow(None)
    })
}

/// The exceptions of smtplib and aiosmtplib, and the commands that they mean.
const PYTHON: &[(&[u8], Option<Command>)] = &[
    (b"SMTPRecipientsRefused: ", Some(Command::RcptTo)),
    (b"SMTPRecipientRefused: ", Some(Command::RcptTo)),
    (b"SMTPSenderRefused: ", Some(Command::MailFrom)),
    (b"SMTPDataError: ", Some(Command::EndOfData)),
    (b"SMTPAuthenticationError: ", Some(Command::Auth)),
    (b"SMTPHeloError: ", Some(Command::Ehlo)),
    (b"SMTPConnectError: ", Some(Command::Connect)),
    (b"SMTPConnectResponseError: ", Some(Command::Connect)),
    (b"SMTPResponseException: ", None),
];

/// `{'a@b': (550, b'5.1.1 No')}`, `(554, b'5.7.1 No')`, `[SMTPRecipientRefused(550, 'No', 'a@b')]`
fn python(text: &[u8]) -> Option<Delivery<'_>> {
    let (text, command) = match text
        .strip_prefix(b"smtplib.")
        .or(text.strip_prefix(b"aiosmtplib.errors."))
        .or(text.strip_prefix(b"aiosmtplib."))
    {
        Some(rest) => PYTHON.iter().find_map(|(name, command)| Some((rest.strip_prefix(*name)?, *command)))?,
        None => (text, None),
    };
    if text == b"{}" || text.starts_with(b"({}, ") {
        return Some(NOTHING);
    }
    if let Some(inside) = text.strip_prefix(b"{") {
        let (recipient, rest) = quoted(inside).filter(|_| matches!(inside, [b'\'' | b'"', ..]))?;
        let (said, _) = tuple(rest.strip_prefix(b": ")?)?;
        return Some(said.command(Some(Command::RcptTo)).ended_somehow(Some(recipient)));
    }
    let (tuple_text, command) = match text.strip_prefix(b"[SMTPRecipientRefused") {
        Some(rest) => (rest, Some(Command::RcptTo)),
        None => (text, command),
    };
    let (said, rest) = tuple(tuple_text)?;
    let address = rest.strip_prefix(b", ").and_then(quoted).map(|(address, _)| address);
    let recipient = address.filter(|_| command == Some(Command::RcptTo));
    Some(said.command(command).ended_somehow(recipient))
}

/// `(550, b'text'`, and what follows it.
fn tuple(text: &[u8]) -> Option<(Said<'_>, &[u8])> {
    let (code, rest) = read_reply_code(text.strip_prefix(b"(")?)?;
    let rest = rest.strip_prefix(b", ")?;
    let rest = rest.strip_prefix(b"b").unwrap_or(rest);
    let (message, rest) = quoted(rest).filter(|_| matches!(rest, [b'\'' | b'"', ..]))?;
    Some((Said::new(message).code(Some(code)), rest))
}
