//! What a record says that the server said: a reply in one field, its codes in others.

use super::parts::{read_enhanced_code, read_reply_code, text_after};
use super::wire::{self, Lines};
use crate::code::{EnhancedCode, ReplyCode};
use crate::delivery::Delivery;
use crate::reply::{Codes, Reply};
use crate::vocabulary::{Class, Command, Outcome};

/// The parts of a reply as a record gives them. The text counts most: a bare code next to a full reply says the same with
/// less, and an enhanced code outside of the reply is often the reporting program's own.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    /// The reply, or its text without the codes, or the reason in the words of the program that failed.
    pub(super) text: &'a [u8],
    /// The reply code, if it is in a field of its own.
    pub(super) code: Option<ReplyCode>,
    /// The enhanced code, if it is in a field of its own.
    pub(super) enhanced: Option<EnhancedCode>,
    pub(super) command: Option<Command>,
    /// The host that answered.
    pub(super) host: &'a [u8],
    pub(super) lines: Lines,
}

impl<'a> Said<'a> {
    pub(super) const fn new(text: &'a [u8]) -> Said<'a> {
        Said { text, code: None, enhanced: None, command: None, host: b"", lines: Lines::Quoted }
    }

    pub(super) const fn code(self, code: Option<ReplyCode>) -> Said<'a> {
        Said { code, ..self }
    }

    pub(super) const fn enhanced(self, enhanced: Option<EnhancedCode>) -> Said<'a> {
        Said { enhanced, ..self }
    }

    pub(super) const fn host(self, host: &'a [u8]) -> Said<'a> {
        Said { host, ..self }
    }

    pub(super) const fn command(self, command: Option<Command>) -> Said<'a> {
        Said { command, ..self }
    }

    /// The delivery that ended this way.
    pub(super) fn ended(self, outcome: Outcome, recipient: Option<&'a [u8]>) -> Delivery<'a> {
        let reply = if outcome == Outcome::Delivered { self.success() } else { self.failure() };
        Delivery { outcome: Some(outcome), reply, recipient: recipient.filter(|address| !address.is_empty()) }
    }

    /// The delivery, if the record does not say how it ended: the class of the codes does.
    pub(super) fn ended_somehow(self, recipient: Option<&'a [u8]>) -> Delivery<'a> {
        match self.failure().and_then(|reply| class(reply.codes)) {
            Some(Class::Success) => self.ended(Outcome::Delivered, recipient),
            Some(Class::PersistentTransientFailure) => self.ended(Outcome::Deferred, recipient),
            _ => self.ended(Outcome::Failed, recipient),
        }
    }

    /// What the server said of a message that was delivered: a reply of class 2. Its text can say anything, so only what is
    /// right at its start counts.
    fn success(self) -> Option<Reply<'a>> {
        let text = self.text.trim_ascii();
        let succeeds = |code: &EnhancedCode| code.class() == Class::Success;
        let at_start = read_reply_code(text).filter(|(_, rest)| !rest.first().is_some_and(u8::is_ascii_alphanumeric));
        let (code, after) = match at_start {
            Some((code, rest)) if code.class() == Some(Class::Success) => {
                (Some(code), text_after(rest.strip_prefix(b"-").unwrap_or(rest)))
            }
            // The record and the text contradict each other, so the text is of something else.
            Some(_) => (None, &b""[..]),
            None => (self.code.filter(|code| code.class() == Some(Class::Success)), text),
        };
        let inside = read_enhanced_code(after).filter(|_| code.is_some());
        let (enhanced, after) = match inside {
            Some((enhanced, rest)) => (Some(enhanced), text_after(rest)),
            None => (self.enhanced.filter(succeeds), after),
        };
        let (codes, input, text) = match (code, enhanced) {
            (Some(code), Some(enhanced)) => (Codes::Both(code, enhanced), text, after),
            (Some(code), None) => (Codes::Reply(code), text, after),
            (None, Some(enhanced)) => (Codes::Enhanced(enhanced), &b""[..], &b""[..]),
            (None, None) => return None,
        };
        Some(Reply { codes, command: self.command, host: self.host, input, text })
    }

    /// What the server said of a message that was not delivered.
    fn failure(self) -> Option<Reply<'a>> {
        let input = self.text.trim_ascii();
        // After the banner of a server that refuses, `220-mx.example.com 421 4.7.0 Try later`.
        let refusal = || super::text::read(input).filter(|reply| class(reply.codes) != Some(Class::Success));
        let (mut codes, text) = match wire::read_quoted(input, self.lines) {
            Some((codes, text)) if class(codes) == Some(Class::Success) && self.command == Some(Command::Connect) => {
                refusal().map_or((codes, text), |reply| (reply.codes, reply.text))
            }
            Some(read) => read,
            None => match read_enhanced_code(input.strip_prefix(b"#").unwrap_or(input)) {
                Some((enhanced, rest)) if ends_a_code(rest) => {
                    let codes = self.code.map_or(Codes::Enhanced(enhanced), |code| Codes::Both(code, enhanced));
                    (codes, text_after(rest.strip_prefix(b":").unwrap_or(rest)))
                }
                _ => (self.code.map_or(Codes::None, Codes::Reply), input),
            },
        };
        // Many programs write 5.0.0 or 4.0.0 if the server sent no enhanced code, and next to a reply that says nothing.
        let is_filler = |enhanced: &EnhancedCode| {
            let says_something =
                codes.reply_code().is_some() || (enhanced.class() == Class::PermanentFailure && !input.is_empty());
            enhanced.class() != Class::Success && (enhanced.subject(), enhanced.detail()) == (0, 0) && says_something
        };
        if codes.enhanced_code().is_none() {
            codes = match self.enhanced.filter(|enhanced| !is_filler(enhanced)) {
                Some(enhanced) => codes.with_enhanced_code(enhanced),
                None => codes,
            };
        }
        if matches!(codes, Codes::None) && input.is_empty() {
            return None;
        }
        Some(Reply { codes, command: self.command, host: self.host, input, text })
    }
}

fn ends_a_code(rest: &[u8]) -> bool {
    !matches!(rest, [b'.' | b'-' | b'_' | b'@' | b'/' | b'%', next, ..] if next.is_ascii_alphanumeric())
        && !rest.first().is_some_and(u8::is_ascii_alphanumeric)
}

/// The class that decides whether a message may be tried again.
pub(super) fn class(codes: Codes) -> Option<Class> {
    match codes {
        Codes::Reply(code) | Codes::Both(code, _) => code.class(),
        Codes::Enhanced(enhanced) => Some(enhanced.class()),
        Codes::None => None,
    }
}

/// A record that says nothing about a delivery.
pub(super) const NOTHING: Delivery<'static> = Delivery { outcome: None, reply: None, recipient: None };

/// What a class of codes says about the outcome, if the record does not say more.
pub(super) const fn outcome_of(class: Class) -> Outcome {
    match class {
        Class::Success => Outcome::Delivered,
        Class::PersistentTransientFailure => Outcome::Deferred,
        Class::PermanentFailure => Outcome::Failed,
    }
}
