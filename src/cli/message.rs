//! Bounce messages: what to read in a whole message, and for which recipient.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

/// What a message says about one recipient, or about all if it does not tell them apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    pub text: Vec<u8>,
    pub recipient: Option<String>,
}

/// Header fields that hardly any message lacks, in lower case. Replies and logs do not have them.
const FIELDS: &[&str] = &[
    "content-type",
    "date",
    "delivered-to",
    "from",
    "message-id",
    "mime-version",
    "received",
    "return-path",
    "subject",
    "to",
];

/// Beginnings of the line before the original message, in lower case, without the dashes and the like around it.
const MARKERS: &[&str] = &[
    "a copy of the original message",
    "a copy of your message",
    "begin forwarded message",
    "below this line is a copy",
    "below this line is the original",
    "below are the message headers",
    "content of the original message",
    "copy of the original message",
    "copy of your message",
    "forwarded message",
    "header of the original message",
    "headers of the original message",
    "here is a copy of",
    "here is your original message",
    "included below is a copy",
    "message header follows",
    "message headers follow",
    "message text follows",
    "original headers",
    "original mail follows",
    "original message attached",
    "original message details",
    "original message follows",
    "original message header",
    "original message text",
    "returned mail follows",
    "returned message follows",
    "the body of the message is",
    "the following is a copy of",
    "the header of the original message",
    "the headers of the original message",
    "the original message follows",
    "the original message header",
    "this is a copy of",
    "undelivered message follows",
    "unsent message follows",
    "your message follows",
    "your original message follows",
];

/// Whether the text is a message with its header.
pub fn is_message(text: &[u8]) -> bool {
    let mut known = 0;
    let mut has_body = false;
    for (i, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            has_body = true;
            break;
        }
        match field_name(line) {
            Some(name) => known += usize::from(FIELDS.contains(&&*name)),
            None if i > 0 && matches!(line, [b' ' | b'\t', ..]) => {}
            None if i == 0 && line.starts_with(b"From ") => {}
            None => return false,
        }
    }
    known > usize::from(!has_body)
}

/// The name of a header field in lower case.
fn field_name(line: &[u8]) -> Option<String> {
    let name = &line[..line.iter().position(|byte| *byte == b':')?];
    let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    is_name.then(|| String::from_utf8_lossy(name).to_ascii_lowercase())
}

/// What a message says: a part for each recipient of its delivery report, or else its first text. Empty if there is nothing to
/// read. Attached messages are not read.
pub fn parts(message: &[u8]) -> Vec<Part> {
    let Some(message) = MessageParser::default().parse(without_mailbox_line(message)) else { return Vec::new() };
    let reports = message.parts.iter().filter(|part| {
        part.content_type().is_some_and(|kind| {
            let is = |name: &str| kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case(name));
            kind.ctype().eq_ignore_ascii_case("message") && (is("delivery-status") || is("global-delivery-status"))
        })
    });
    let parts: Vec<Part> = reports.flat_map(|report| recipients(&String::from_utf8_lossy(report.contents()))).collect();
    if parts.is_empty() && !is_other_report(&message) { text(&message).into_iter().collect() } else { parts }
}

/// Whether more messages seem to follow, as in a mailbox. They are not read: an original that is quoted as it is could look
/// the same.
pub fn is_mailbox(message: &[u8]) -> bool {
    let lines: Vec<&[u8]> =
        without_mailbox_line(message).split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
    message.starts_with(b"From ")
        && lines
            .windows(3)
            .any(|lines| lines[0].is_empty() && lines[1].starts_with(b"From ") && field_name(lines[2]).is_some())
}

/// The message without the line before it that a mailbox has.
fn without_mailbox_line(message: &[u8]) -> &[u8] {
    match message.strip_prefix(b"From ") {
        Some(rest) => rest.iter().position(|byte| *byte == b'\n').map_or(&[][..], |end| &rest[end + 1..]),
        None => message,
    }
}

/// Whether the message is a report about something else, such as a complaint or a receipt.
fn is_other_report(message: &Message<'_>) -> bool {
    let kind = message.content_type().and_then(|kind| kind.attribute("report-type"));
    kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("delivery-status"))
}

/// The fields of a report that say something about a recipient, in lower case.
const REPORT_FIELDS: &[&str] = &["original-recipient", "final-recipient", "action", "status", "diagnostic-code"];

/// The recipients of a text that is a delivery report without the message around it; empty if it is not.
pub fn pasted_report(text: &[u8]) -> Vec<Part> {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let is_field = |line: &[u8]| matches!(line, [] | [b' ' | b'\t', ..]) || field_name(line).is_some();
    if lines.all(is_field) { recipients(&String::from_utf8_lossy(text)) } else { Vec::new() }
}

/// The recipients of a delivery report: its groups of fields, except for the first one, which is about the message.
fn recipients(report: &str) -> Vec<Part> {
    let lines: Vec<&str> = report.lines().map(str::trim_end).collect();
    let groups = lines.split(|line| line.is_empty()).map(|lines| lines.join("\n"));
    groups.filter(|group| REPORT_FIELDS.iter().any(|name| field(group, name).is_some())).map(recipient).collect()
}

fn recipient(group: String) -> Part {
    let recipient = ["original-recipient", "final-recipient"].iter().find_map(|name| address(&field(&group, name)?));
    Part { text: group.into_bytes(), recipient }
}

/// The value of a field, on one line.
fn field(group: &str, wanted: &str) -> Option<String> {
    let mut lines = group.lines().skip_while(|line| field_name(line.as_bytes()).is_none_or(|name| name != wanted));
    let (_, value) = lines.next()?.split_once(':')?;
    Some(lines.take_while(|line| line.starts_with([' ', '\t'])).fold(value.to_owned(), |value, line| value + line))
}

/// The address in a value such as `rfc822; ada@example.com`.
fn address(value: &str) -> Option<String> {
    let (kind, address) = value.split_once(';').unwrap_or(("", value));
    let address = address.trim().trim_start_matches('<').trim_end_matches('>');
    (kind.trim() != "unknown" && !address.is_empty()).then(|| address.to_owned())
}

/// The first text of a message, up to the original message, and the recipient if the header names exactly one.
fn text(message: &Message<'_>) -> Option<Part> {
    let failed = message.header_raw("X-Failed-Recipients").map(str::trim).filter(|list| !list.is_empty());
    let recipient = failed.filter(|list| !list.contains([',', ' ', '\n'])).map(str::to_owned);
    let is_text = |part: &&mail_parser::MessagePart<'_>| match part.body {
        PartType::Text(_) => {
            let subtype = part.content_type().and_then(|kind| kind.subtype());
            subtype.is_none_or(|subtype| subtype.eq_ignore_ascii_case("plain"))
        }
        PartType::Html(_) => true,
        _ => false,
    };
    let text = match &message.parts.iter().find(is_text)?.body {
        PartType::Html(html) => mail_parser::decoders::html::html_to_text(html),
        PartType::Text(text) => text.to_string(),
        _ => return None,
    };
    let text = before_original(&text).trim();
    (!text.is_empty()).then(|| Part { text: text.as_bytes().to_vec(), recipient })
}

/// The text up to the line that announces the original message.
fn before_original(text: &str) -> &str {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if words == "original message" || MARKERS.iter().any(|marker| words.starts_with(marker)) {
            return &text[..start];
        }
        start += line.len();
    }
    text
}
