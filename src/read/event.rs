//! Events in JSON: logs of KumoMTA, Halon and nodemailer, and the webhooks of sending services. Only the keys at the event's
//! own level count. The same keys inside metadata, headers and the like are a stranger's.

use super::json::{Json, Value};
use super::parts::{
    command_at, contains, read_enhanced_code, read_reply_code, split_at_last, strip_prefix_ignoring_case,
};
use super::said::{NOTHING, Said, class};
use crate::code::{EnhancedCode, ReplyCode};
use crate::delivery::Delivery;
use crate::reply::Codes;
use crate::vocabulary::{Class, Command, Outcome};

/// Reads an event, or the first of a list of them. `None` if the text is no JSON at all.
pub(super) fn read(text: &[u8]) -> Option<Delivery<'_>> {
    let object = Json::new(text).first_object()?;
    object.members().next()?;
    Some(event(object).map_or(NOTHING, |(event, values)| known(event, values)))
}

/// The deliveries after the first: those of the other events in a list, and of the other recipients of each event.
pub(super) fn others(text: &[u8]) -> impl Iterator<Item = Delivery<'_>> {
    // Most events are alone and about one recipient. These are the names around a list of recipients.
    let has_recipients =
        contains(text, b"Recipients") || contains(text, b"Delivery") && contains(text, b"smtpResponse");
    let text = if has_recipients || text.starts_with(b"[") { text } else { b"" };
    let events = Json::new(text).objects().enumerate().filter_map(|(place, object)| Some((place, event(object)?)));
    events.flat_map(move |(place, (event, values))| {
        let delivery = (place > 0).then(|| known(event, values));
        delivery.into_iter().chain(has_recipients.then_some(event).into_iter().flat_map(amazon_others))
    })
}

/// An event and its values. A notification of Amazon SNS holds it as a string.
fn event(object: Json<'_>) -> Option<(Json<'_>, [Option<Value<'_>>; KEYS.len()])> {
    let values = object.pick(KEYS);
    match values {
        [Some(Value::Text(b"Notification")), Some(Value::Text(message)), ..] => {
            let event = Json::inside(message).first_object()?;
            Some((event, event.pick(KEYS)))
        }
        _ => Some((object, values)),
    }
}

/// The keys that say whose event it is.
const KEYS: [&[u8]; 12] = [
    b"Type",
    b"Message",
    b"notificationType",
    b"eventType",
    b"msys",
    b"event-data",
    b"RecordType",
    b"payload",
    b"attempt",
    b"response",
    b"type",
    b"event",
];

fn known<'a>(object: Json<'a>, values: [Option<Value<'a>>; KEYS.len()]) -> Delivery<'a> {
    let [_, _, ses, ses_too, msys, mailgun, postmark, payload, attempt, response, kind, event] = values;
    if let Some(event) = ses.or(ses_too).and_then(Value::text) {
        return amazon(object, event);
    }
    if let Some(event) = msys.and_then(Value::nested) {
        let class = event.members().next().and_then(|(_, value)| value.nested());
        return class.map_or(NOTHING, sparkpost);
    }
    if let Some(event) = mailgun.and_then(Value::nested) {
        return mailgun_event(event);
    }
    if let Some(kind) = postmark.and_then(Value::text) {
        return postmark_event(object, kind);
    }
    if let (Some(payload), Some(Value::Text(event))) = (payload.and_then(Value::nested), event) {
        return postal(payload, event);
    }
    if let Some(attempt) = attempt.and_then(Value::nested) {
        return halon(object, attempt);
    }
    match (kind, response) {
        (_, Some(Value::Nested(response))) if response.is_object() => return kumomta(object, kind, response),
        (_, Some(Value::Text(response))) if event.is_none() => {
            if let Some(delivery) = nodemailer(object, response) {
                return delivery;
            }
        }
        _ => {}
    }
    if let Some(event) = event.and_then(Value::text) {
        // An event of Mailgun, as its API gives it.
        let is_mailgun = object.get(b"delivery-status").is_some();
        return if is_mailgun { mailgun_event(object) } else { webhook(object, event) };
    }
    any(object, NESTED).unwrap_or(NOTHING)
}

fn reply_code(value: Option<Value<'_>>) -> Option<ReplyCode> {
    let word = value?.word()?;
    read_reply_code(word).filter(|(_, rest)| rest.is_empty()).map(|(code, _)| code)
}

fn enhanced_code(value: Option<Value<'_>>) -> Option<EnhancedCode> {
    EnhancedCode::from_bytes(value?.text()?).ok()
}

fn small_number(value: Option<Value<'_>>) -> Option<u16> {
    let digits = value?.word().filter(|digits| (1..=3).contains(&digits.len()))?;
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u16::from(*digit - b'0')))
}

fn enhanced_code_of(numbers: [Option<Value<'_>>; 3]) -> Option<EnhancedCode> {
    let [class, subject, detail] = numbers.map(small_number);
    EnhancedCode::new(Class::from_digit(u8::try_from(class?).ok()?)?, subject?, detail?)
}

/// What follows `smtp;` in the diagnostics of a report.
pub(super) fn after_type(text: &[u8]) -> &[u8] {
    strip_prefix_ignoring_case(text, b"smtp;").unwrap_or(text).trim_ascii_start()
}

/// `{"type":"Bounce","recipient":…,"response":{"code":550,"enhanced_code":{…},"content":…,"command":…}}`
fn kumomta<'a>(object: Json<'a>, kind: Option<Value<'a>>, response: Json<'a>) -> Delivery<'a> {
    let [code, enhanced, content, command] = response.pick([b"code", b"enhanced_code", b"content", b"command"]);
    let outcome = match kind.and_then(Value::text) {
        Some(b"Delivery") => Some(Outcome::Delivered),
        Some(b"Bounce" | b"Expiration" | b"AdminBounce" | b"OOB") => Some(Outcome::Failed),
        Some(b"TransientFailure") => Some(Outcome::Deferred),
        Some(b"Rejection") => Some(Outcome::Refused),
        Some(_) => return NOTHING,
        None => None,
    };
    let enhanced = match enhanced {
        Some(Value::Nested(parts)) => enhanced_code_of(parts.pick([b"class", b"subject", b"detail"])),
        other => enhanced_code(other),
    };
    let mut text = content.and_then(Value::text).unwrap_or_default();
    let mut code = reply_code(code);
    if let Some(own) = text.strip_prefix(b"KumoMTA internal: ") {
        text = own;
        // KumoMTA's code for a connection that could not be made.
        code = code.filter(|code| code.get() != 400);
        if own.starts_with(b"failed to connect") {
            text = split_at_last(own, b": ").map_or(own, |(_, error)| error);
        }
    } else if kind.and_then(Value::text) == Some(b"OOB") {
        text = after_type(text);
    }
    let command = command.and_then(Value::text).and_then(sent_command);
    let [recipient, peer] = object.pick([b"recipient", b"peer_address"]);
    let recipient = recipient.and_then(Value::first_text);
    let host =
        peer.and_then(Value::nested).and_then(|peer| peer.get(b"name")).and_then(Value::text).unwrap_or_default();
    // The codes are never in the text, so what looks like one there is not.
    let said = Said::new(text).command(command).host(host);
    let mut delivery = match outcome {
        Some(outcome) => said.code(code).enhanced(enhanced).ended(outcome, recipient),
        None => said.code(code).enhanced(enhanced).ended_somehow(recipient),
    };
    if let (Some(reply), Some(code)) = (&mut delivery.reply, code) {
        if reply.codes.reply_code() != Some(code) {
            reply.codes = enhanced.map_or(Codes::Reply(code), |enhanced| Codes::Both(code, enhanced));
            (reply.input, reply.text) = (text, text);
        }
    }
    delivery
}

/// The command as it was sent, or only its verb. A dot ends the data.
fn sent_command(text: &[u8]) -> Option<Command> {
    match text {
        b"." => Some(Command::EndOfData),
        _ => command_at(text),
    }
}

/// `{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":…,"status":…,"diagnosticCode":…}]}}`
fn amazon<'a>(object: Json<'a>, event: &'a [u8]) -> Delivery<'a> {
    let Some((outcome, part)) = amazon_part(object, event) else { return NOTHING };
    match amazon_recipients(part).next() {
        Some(recipient) => amazon_delivery(outcome, part, recipient),
        None => Said::new(b"").ended(outcome, None),
    }
}

/// What an event says about the other recipients.
fn amazon_others(object: Json<'_>) -> impl Iterator<Item = Delivery<'_>> {
    let [event, event_too] = object.pick([b"notificationType", b"eventType"]);
    let part = event.or(event_too).and_then(Value::text).and_then(|event| amazon_part(object, event));
    part.into_iter().flat_map(|(outcome, part)| {
        amazon_recipients(part).skip(1).map(move |recipient| amazon_delivery(outcome, part, recipient))
    })
}

/// The outcome, and the part of the event that is about it.
fn amazon_part<'a>(object: Json<'a>, event: &[u8]) -> Option<(Outcome, Json<'a>)> {
    let (outcome, key): (Outcome, &[u8]) = match event {
        b"Bounce" => (Outcome::Failed, b"bounce"),
        b"DeliveryDelay" => (Outcome::Deferred, b"deliveryDelay"),
        b"Delivery" => (Outcome::Delivered, b"delivery"),
        b"Reject" => (Outcome::Failed, b"mail"),
        _ => return None,
    };
    Some((outcome, object.get(key).and_then(Value::nested).unwrap_or(Json::new(b"{}"))))
}

/// The recipients in a part of an event: objects, or addresses.
fn amazon_recipients(part: Json<'_>) -> impl Iterator<Item = Value<'_>> {
    let lists = part.pick([b"bouncedRecipients", b"delayedRecipients", b"recipients", b"destination"]);
    let list = lists.into_iter().flatten().next().and_then(Value::nested);
    list.into_iter().flat_map(Json::elements)
}

fn amazon_delivery<'a>(outcome: Outcome, part: Json<'a>, recipient: Value<'a>) -> Delivery<'a> {
    // What Amazon says where the server said nothing: `MailboxFull`.
    let [response, kind, kind_too] = part.pick([b"smtpResponse", b"bounceSubType", b"delayType"]);
    let text = response.or(kind).or(kind_too).and_then(Value::text).unwrap_or_default();
    let Value::Nested(recipient) = recipient else { return Said::new(text).ended(outcome, recipient.text()) };
    let [address, status, diagnostic] = recipient.pick([b"emailAddress", b"status", b"diagnosticCode"]);
    Said::new(diagnostic.and_then(Value::text).map_or(text, after_type))
        .enhanced(enhanced_code(status))
        .ended(outcome, address.and_then(Value::text))
}

fn sparkpost(event: Json<'_>) -> Delivery<'_> {
    let [kind, raw, reason, code, to, raw_to] =
        event.pick([b"type", b"raw_reason", b"reason", b"error_code", b"rcpt_to", b"raw_rcpt_to"]);
    let outcome = match kind.and_then(Value::text) {
        Some(b"bounce" | b"out_of_band" | b"policy_rejection") => Outcome::Failed,
        Some(b"delay") => Outcome::Deferred,
        Some(b"delivery") => Outcome::Delivered,
        _ => return NOTHING,
    };
    let text = raw.and_then(Value::text).or(reason.and_then(Value::text)).unwrap_or_default();
    let recipient = to.and_then(Value::text).or(raw_to.and_then(Value::text));
    Said::new(text).code(reply_code(code)).ended(outcome, recipient)
}

fn mailgun_event(event: Json<'_>) -> Delivery<'_> {
    let [name, severity, recipient, status] = event.pick([b"event", b"severity", b"recipient", b"delivery-status"]);
    let outcome = match (name.and_then(Value::text), severity.and_then(Value::text)) {
        (Some(b"delivered"), _) => Outcome::Delivered,
        (Some(b"failed"), Some(b"temporary")) => Outcome::Deferred,
        (Some(b"failed" | b"rejected"), _) => Outcome::Failed,
        _ => return NOTHING,
    };
    let keys: [&[u8]; 5] = [b"code", b"message", b"description", b"enhanced-code", b"mx-host"];
    let status = status.and_then(Value::nested);
    let [code, message, description, enhanced, host] = status.map_or([None; 5], |status| status.pick(keys));
    let code = reply_code(code);
    // 498 and the like are Mailgun's own: no server said anything.
    let is_own = code.is_some_and(|code| code.get() % 100 > 59);
    let text = message.and_then(Value::text).or(description.and_then(Value::text).filter(|_| code.is_some()));
    let text = match text {
        Some(text) if is_own && text.starts_with(b"No MX for ") => &b"No MX"[..],
        text => text.unwrap_or_default(),
    };
    Said::new(text)
        .code(code.filter(|_| !is_own))
        .enhanced(enhanced_code(enhanced))
        .host(host.and_then(Value::text).unwrap_or_default())
        .ended(outcome, recipient.and_then(Value::text))
}

fn postmark_event<'a>(event: Json<'a>, record: &[u8]) -> Delivery<'a> {
    let [kind, details, email, recipient] = event.pick([b"Type", b"Details", b"Email", b"Recipient"]);
    let details = details.and_then(Value::text).unwrap_or_default();
    let outcome = match (record, kind.and_then(Value::text)) {
        (b"Delivery", _) => Outcome::Delivered,
        (
            b"Bounce",
            Some(b"AutoResponder" | b"AddressChange" | b"Subscribe" | b"Unsubscribe" | b"ChallengeVerification"),
        ) => {
            return NOTHING;
        }
        (b"Bounce", Some(b"Transient")) => Outcome::Deferred,
        (b"Bounce", _) => Outcome::Failed,
        _ => return NOTHING,
    };
    let recipient = email.and_then(Value::text).or(recipient.and_then(Value::text));
    Said::new(after_type(details)).ended(outcome, recipient)
}

fn postal<'a>(payload: Json<'a>, event: &[u8]) -> Delivery<'a> {
    let [status, output, message, original] = payload.pick([b"status", b"output", b"message", b"original_message"]);
    let outcome = match (event, status.and_then(Value::text)) {
        (b"MessageSent", _) | (_, Some(b"Sent")) => Outcome::Delivered,
        (b"MessageDeliveryFailed", _) | (_, Some(b"HardFail")) | (b"MessageBounced", _) => Outcome::Failed,
        (b"MessageDelayed", _) | (_, Some(b"SoftFail")) => Outcome::Deferred,
        _ => return NOTHING,
    };
    let to = message.or(original).and_then(Value::nested).and_then(|message| message.get(b"to")).and_then(Value::text);
    Said::new(output.and_then(Value::text).unwrap_or_default()).ended(outcome, to)
}

fn halon<'a>(object: Json<'a>, attempt: Json<'a>) -> Delivery<'a> {
    let recipient = object.get(b"recipient").and_then(Value::text);
    let [result, error] = attempt.pick([b"result", b"error"]);
    if let Some(result) = result.and_then(Value::nested) {
        let [code, enhanced, reason, state] = result.pick([b"code", b"enhanced", b"reason", b"state"]);
        let enhanced = enhanced.and_then(Value::nested).and_then(|list| {
            let mut numbers = list.elements();
            enhanced_code_of([numbers.next(), numbers.next(), numbers.next()])
        });
        let command = match state.and_then(Value::text) {
            Some(b"CONNECT" | b"BANNER") => Some(Command::Connect),
            Some(b"EOD") => Some(Command::EndOfData),
            Some(b"MAIL") => Some(Command::MailFrom),
            Some(b"RCPT") => Some(Command::RcptTo),
            Some(state) => command_at(state),
            None => None,
        };
        let text = reason.and_then(Value::first_text).unwrap_or_default();
        let said = Said::new(text).code(reply_code(code)).enhanced(enhanced).command(command);
        return said.ended_somehow(recipient);
    }
    let Some(error) = error.and_then(Value::nested) else { return NOTHING };
    let [message, temporary] = error.pick([b"message", b"temporary"]);
    let outcome = match temporary.and_then(Value::word) {
        Some(b"false") => Outcome::Failed,
        _ => Outcome::Deferred,
    };
    let message = message.and_then(Value::text).unwrap_or_default();
    let connecting = [&b"onnection refused"[..], b"onnect"].iter().any(|words| contains(message, words));
    Said::new(message).command(connecting.then_some(Command::Connect)).ended(outcome, recipient)
}

/// The error or the result of nodemailer. `None` if the text of the response is no reply.
fn nodemailer<'a>(object: Json<'a>, response: &'a [u8]) -> Option<Delivery<'a>> {
    let [code, command, accepted, rejected] = object.pick([b"responseCode", b"command", b"accepted", b"rejected"]);
    if code.is_none() && accepted.is_none() && rejected.is_none() {
        return None;
    }
    let (code, _) = read_reply_code(response)?;
    let list = if code.class() == Some(Class::Success) { accepted } else { rejected };
    let command = command.and_then(Value::text).and_then(sent_command);
    Some(Said::new(response).command(command).ended_somehow(list.and_then(Value::first_text)))
}

/// SendGrid, Mailjet and Brevo: `{"event":"bounce","email":…,"reason":…}`.
fn webhook<'a>(object: Json<'a>, event: &[u8]) -> Delivery<'a> {
    let outcome = match event {
        b"delivered" | b"sent" => Outcome::Delivered,
        b"bounce" | b"bounced" | b"dropped" | b"hard_bounce" | b"soft_bounce" | b"blocked" | b"invalid_email"
        | b"error" => Outcome::Failed,
        b"deferred" => Outcome::Deferred,
        _ => return NOTHING,
    };
    let [email, status, reason, response, smtp_reply, comment, error] =
        object.pick([b"email", b"status", b"reason", b"response", b"smtp_reply", b"comment", b"error"]);
    let fields = match outcome {
        Outcome::Delivered => [response, smtp_reply, None, None],
        _ => [reason, response, comment, error],
    };
    let text = fields.into_iter().find_map(|field| field.and_then(Value::text)).unwrap_or_default();
    let text = text.strip_prefix(b"sent (").unwrap_or(text);
    Said::new(text).enhanced(enhanced_code(status)).ended(outcome, email.and_then(Value::text))
}

/// How deep an unknown event is searched.
const NESTED: u32 = 6;

/// Keys whose values strangers write.
const STRANGERS: &[&[u8]] = &[
    b"headers",
    b"header",
    b"meta",
    b"metadata",
    b"Metadata",
    b"user-variables",
    b"tags",
    b"custom",
    b"subject",
    b"mail",
    b"original",
    b"attachments",
    b"rcpt_meta",
    b"payload",
];

/// Any other object with a reply in it: `{"code":550,"message":"5.7.1 No"}`, `{"status":"5.1.1","diagnosticCode":"smtp; …"}`.
fn any(object: Json<'_>, depth: u32) -> Option<Delivery<'_>> {
    const CODES: [&[u8]; 8] = [
        b"code",
        b"smtp_code",
        b"smtp-code",
        b"responseCode",
        b"response_code",
        b"reply",
        b"reply_code",
        b"error_code",
    ];
    const ENHANCED: [&[u8]; 11] = [
        b"enhanced",
        b"enhanced_code",
        b"enhanced-code",
        b"enhancedCode",
        b"enhancedStatusCode",
        b"statusCode",
        b"status_code",
        b"dsn",
        b"status",
        b"smtp-status",
        b"smtp_status",
    ];
    const TEXTS: [&[u8]; 14] = [
        b"diagnosticCode",
        b"diagnostic_code",
        b"raw_reason",
        b"smtp_response",
        b"smtp_reply",
        b"response",
        b"reply",
        b"message",
        b"reason",
        b"description",
        b"details",
        b"diagnostic",
        b"error",
        b"output",
    ];
    if object.is_object() {
        let texts = object.pick(TEXTS).map(|value| value.and_then(Value::text).map(after_type));
        let enhanced = object.pick(ENHANCED).into_iter().find_map(enhanced_code);
        let code = object.pick(CODES).into_iter().find_map(reply_code);
        // A full reply, a text with an enhanced code, any text.
        let full = texts.into_iter().flatten().find(|text| begins_with_codes(text));
        let begun = || texts.into_iter().flatten().find(|text| read_enhanced_code(text).is_some());
        let text = full.or_else(begun).or_else(|| texts.into_iter().flatten().next());
        let is_reply = full.is_some()
            || enhanced.is_some()
            || code.is_some_and(|code| begun().is_some() || (text.is_some() && is_common(code)) || is_bare(object));
        if is_reply {
            let said = Said::new(text.unwrap_or_default()).code(code).enhanced(enhanced);
            let [recipient, email, rcpt_to] = object.pick([b"recipient", b"email", b"rcpt_to"]);
            let recipient = [recipient, email, rcpt_to].into_iter().flatten().find_map(Value::first_text);
            let delivery = said.ended_somehow(recipient);
            if delivery.reply.is_some_and(|reply| class(reply.codes).is_some()) {
                return Some(delivery);
            }
        }
    }
    let depth = depth.checked_sub(1)?;
    let inner =
        object.members().filter(|(key, _)| !STRANGERS.contains(key)).find_map(|(_, value)| any(value.nested()?, depth));
    inner.or_else(|| object.elements().find_map(|value| any(value.nested()?, depth)))
}

fn begins_with_codes(text: &[u8]) -> bool {
    read_reply_code(text).is_some_and(|(code, rest)| {
        code.class().is_some() && matches!(rest, [b' ' | b'-', next, ..] if !next.is_ascii_digit() || read_enhanced_code(rest.get(1..).unwrap_or_default()).is_some())
    })
}

/// Whether a number is one of the codes that servers answer mail with, and not one of HTTP's.
fn is_common(code: ReplyCode) -> bool {
    matches!(code.get(), 421 | 450..=455 | 521..=535 | 550..=559 | 571)
}

/// Whether an object with a code has nothing else that says what it is about: `{"code":"550","port":25}`.
fn is_bare(object: Json<'_>) -> bool {
    object.members().all(|(key, _)| matches!(key, b"code" | b"port" | b"host" | b"smtp_code" | b"reply"))
}
