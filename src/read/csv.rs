//! Logs in comma-separated values: the accounting files of PowerMTA and the message tracking log of Exchange.

use super::event::after_type;
use super::parts::{find, read_enhanced_code, split_at};
use super::said::{NOTHING, Said};
use crate::delivery::Delivery;
use crate::vocabulary::{Command, Outcome};

/// Reads a record. `None` if it is neither.
pub(super) fn read(text: &[u8]) -> Option<Delivery<'_>> {
    let (first, _) = split_at(text.get(..text.len().min(100))?, b",")?;
    match first {
        b"d" | b"b" | b"t" | b"tq" | b"rb" | b"rs" | b"r" | b"f" => power_mta(text, first),
        b"type" => text.starts_with(b"type,time").then_some(NOTHING),
        b"failed" | b"delayed" | b"relayed" | b"delivered" => power_mta_action(text),
        _ => exchange(text, first),
    }
}

/// The fields of a record. One that begins with a quotation mark ends at the next one that is not doubled.
#[derive(Clone, Copy)]
struct Fields<'a>(Option<&'a [u8]>);

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let text = self.0?;
        let (field, rest) = match text.strip_prefix(b"\"") {
            Some(inside) => {
                let mut at = 0;
                loop {
                    match find(inside, at, [b'"']) {
                        Some(mark) if inside.get(mark + 1) == Some(&b'"') => at = mark + 2,
                        Some(mark) => break (inside.get(..mark)?, inside.get(mark + 1..)?),
                        None => break (inside, &b""[..]),
                    }
                }
            }
            None => {
                let end = find(text, 0, [b',', b'\r', b'\n']).unwrap_or(text.len());
                text.split_at_checked(end)?
            }
        };
        self.0 = rest.strip_prefix(b",");
        Some(field)
    }
}

/// An accounting record with the usual fields: type, two times, orig, rcpt, orcpt, dsnAction, dsnStatus, dsnDiag. The
/// administrator may have chosen others, so the action is looked for.
fn power_mta<'a>(text: &'a [u8], kind: &[u8]) -> Option<Delivery<'a>> {
    let mut fields = Fields(Some(text));
    let time = fields.nth(1)?;
    if !(time.len() >= 10 && time.get(4) == Some(&b'-') && time.first()?.is_ascii_digit()) {
        return None;
    }
    let outcome = match kind {
        b"d" => Outcome::Delivered,
        b"b" | b"rb" => Outcome::Failed,
        b"t" | b"tq" => Outcome::Deferred,
        _ => return Some(NOTHING),
    };
    let recipient = fields.nth(2).filter(|address| address.contains(&b'@'));
    let is_action = |field: &[u8]| matches!(field, b"failed" | b"delayed" | b"relayed" | b"delivered" | b"expanded");
    // The field before the action is the original recipient.
    fields.by_ref().take(3).find(|field| is_action(field));
    Some(status_and_diagnostic(fields, outcome, recipient))
}

fn power_mta_action(text: &[u8]) -> Option<Delivery<'_>> {
    let mut fields = Fields(Some(text));
    let outcome = match fields.next()? {
        b"failed" => Outcome::Failed,
        b"delayed" => Outcome::Deferred,
        _ => Outcome::Delivered,
    };
    let status = fields.clone().next()?;
    read_enhanced_code(status)?;
    Some(status_and_diagnostic(fields, outcome, None))
}

fn status_and_diagnostic<'a>(mut fields: Fields<'a>, outcome: Outcome, recipient: Option<&'a [u8]>) -> Delivery<'a> {
    let status = fields.next().unwrap_or_default();
    let diagnostic = after_type(fields.next().unwrap_or_default());
    let enhanced = read_enhanced_code(status).map(|(code, _)| code);
    if diagnostic.is_empty() && outcome != Outcome::Delivered {
        // PowerMTA's own words for the status.
        let words = split_at(status, b" (").map_or(&b""[..], |(_, words)| words.strip_suffix(b")").unwrap_or(words));
        let connecting = status.starts_with(b"4.4.1 ") || status.starts_with(b"5.4.1 ");
        let command = connecting.then_some(Command::Connect);
        return Said::new(words).enhanced(enhanced).command(command).ended(outcome, recipient);
    }
    // PowerMTA guesses the status from the reply code if the reply has no enhanced code, so next to a reply it says nothing
    // but that it succeeded.
    let enhanced = enhanced.filter(|_| outcome == Outcome::Delivered);
    // The host is in the next field, if the administrator has not chosen others.
    let host = fields.next().unwrap_or_default();
    Said::new(diagnostic).enhanced(enhanced).host(host).ended(outcome, recipient)
}

/// A record of the message tracking log. The columns are those since 2016.
fn exchange<'a>(text: &'a [u8], time: &[u8]) -> Option<Delivery<'a>> {
    if !(time.ends_with(b"Z") && time.get(10) == Some(&b'T')) {
        return None;
    }
    let mut fields = Fields(Some(text));
    let outcome = match fields.nth(8)? {
        b"FAIL" => Outcome::Failed,
        b"DEFER" => Outcome::Deferred,
        b"SEND" | b"DELIVER" => Outcome::Delivered,
        b"RECEIVE" | b"DSN" | b"SUBMIT" | b"EXPAND" | b"TRANSFER" | b"REDIRECT" | b"HAREDIRECT" | b"HARECEIVE"
        | b"HADISCARD" | b"AGENTINFO" | b"RESOLVE" | b"DROP" | b"NOTIFYMAPI" | b"LOAD" => return Some(NOTHING),
        _ => return None,
    };
    let first = |field: &'a [u8]| split_at(field, b";").map_or(field, |(first, _)| first);
    let recipient = first(fields.nth(3)?);
    Some(last_error(fields.next()?).ended(outcome, Some(recipient)))
}

/// The reply in `[{LRT=…};{LED=550 5.1.1 No};{FQDN=…};{IP=…}]`.
pub(super) fn last_error(status: &[u8]) -> Said<'_> {
    let Some((_, error)) = split_at(status, b"{LED=") else { return Said::new(status) };
    let error = split_at(error, b"};{").or(split_at(error, b"}]")).map_or(error, |(error, _)| error);
    let connecting = split_at(error, b" [Message=").filter(|(own, _)| own.ends_with(b"annot connect to remote server"));
    match connecting {
        Some((own, _)) => Said::new(own).command(Some(Command::Connect)),
        None => Said::new(error),
    }
}
