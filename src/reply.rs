//! Reading a reply: the codes that stand in what the other server said.

use crate::code::{EnhancedCode, ReplyCode};

/// The codes of a reply: a reply code, an enhanced status code ([RFC 2034]), or both.
///
/// Made by [`Reply::read`] from what came off the wire, or by `from` where an SMTP client has read the codes already.
/// What they mean together is [`Reply::verdict`].
///
/// ```
/// use bounce_codes::{Bounce, EnhancedCode, Reply, ReplyCode};
///
/// let read = Reply::read(b"550 5.1.1 <ada@example.com>: User unknown").unwrap();
/// let made = Reply::from((ReplyCode::new(550).unwrap(), "5.1.1".parse::<EnhancedCode>()?));
/// assert_eq!(read, made);
/// assert_eq!(read.verdict().bounce(), Some(Bounce::Hard));
/// # Ok::<(), bounce_codes::ParseCodeError>(())
/// ```
///
/// [RFC 2034]: https://www.rfc-editor.org/rfc/rfc2034
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reply {
    pub(crate) codes: Codes,
}

/// At least one code, so that there is always something to look up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Codes {
    Reply(ReplyCode),
    Enhanced(EnhancedCode),
    Both(ReplyCode, EnhancedCode),
}

impl Reply {
    /// Reads the codes of a reply as the other server sent it: one line or several ([RFC 5321 section 4.2.1]), with
    /// any line ends, any bytes, and with or without an enhanced code. An enhanced code alone is read too.
    ///
    /// Of several lines with different reply codes the last one counts. Of several enhanced codes beside it the last
    /// counts as well, but not one without a detail (`5.7.0`) where another has one. What follows the last line of the
    /// reply is not looked at.
    ///
    /// `None` if it begins with no code.
    ///
    /// ```
    /// use bounce_codes::Reply;
    ///
    /// let reply = Reply::read(b"550-5.7.1 No.\r\n550 See https://example.net/blocked\r\n").unwrap();
    /// assert_eq!(reply.code().unwrap(), 550);
    /// assert_eq!(reply.enhanced().unwrap().to_string(), "5.7.1");
    ///
    /// assert_eq!(Reply::read(b"hello"), None);
    /// ```
    ///
    /// [RFC 5321 section 4.2.1]: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1
    pub fn read(bytes: &[u8]) -> Option<Reply> {
        let bytes = bytes.trim_ascii();
        match bytes {
            // A group that SMTP does not use: only where nothing else is there that it could be.
            [b'1', _, _] => ReplyCode::from_bytes(bytes).ok().map(Reply::from),
            _ => read_lines(bytes).or_else(|| read_enhanced(bytes).map(Reply::from)),
        }
    }

    /// The reply code; `None` where only an enhanced code was there.
    ///
    /// ```
    /// # use bounce_codes::Reply;
    /// assert_eq!(Reply::read(b"421 Try later").unwrap().code().unwrap(), 421);
    /// assert_eq!(Reply::read(b"5.1.1").unwrap().code(), None);
    /// ```
    pub const fn code(self) -> Option<ReplyCode> {
        match self.codes {
            Codes::Reply(code) | Codes::Both(code, _) => Some(code),
            Codes::Enhanced(_) => None,
        }
    }

    /// The enhanced code; `None` where only a reply code was there.
    ///
    /// ```
    /// # use bounce_codes::Reply;
    /// assert_eq!(Reply::read(b"550 5.1.1 No").unwrap().enhanced().unwrap().to_string(), "5.1.1");
    /// assert_eq!(Reply::read(b"550 No").unwrap().enhanced(), None);
    /// ```
    pub const fn enhanced(self) -> Option<EnhancedCode> {
        match self.codes {
            Codes::Enhanced(enhanced) | Codes::Both(_, enhanced) => Some(enhanced),
            Codes::Reply(_) => None,
        }
    }
}

impl From<ReplyCode> for Reply {
    fn from(code: ReplyCode) -> Reply {
        Reply { codes: Codes::Reply(code) }
    }
}

impl From<EnhancedCode> for Reply {
    fn from(enhanced: EnhancedCode) -> Reply {
        Reply { codes: Codes::Enhanced(enhanced) }
    }
}

impl From<(ReplyCode, EnhancedCode)> for Reply {
    fn from((code, enhanced): (ReplyCode, EnhancedCode)) -> Reply {
        Reply { codes: Codes::Both(code, enhanced) }
    }
}

/// Reads the lines of a reply up to its last one, which has no hyphen after the code.
fn read_lines(bytes: &[u8]) -> Option<Reply> {
    let mut read: Option<Reply> = None;
    for line in bytes.split(|byte| matches!(byte, b'\r' | b'\n')) {
        let Some((code, rest)) = read_code(line) else {
            // Only a line that goes on may be without a code.
            read?;
            continue;
        };
        let before = read.filter(|reply| reply.code() == Some(code)).and_then(Reply::enhanced);
        read = Some(match (before, read_enhanced(skip_separators(rest))) {
            (None, None) => Reply::from(code),
            (Some(before), Some(now)) if now.detail() == 0 && before.detail() != 0 => Reply::from((code, before)),
            (_, Some(now)) => Reply::from((code, now)),
            (Some(before), None) => Reply::from((code, before)),
        });
        if rest.first() != Some(&b'-') {
            break;
        }
    }
    read
}

/// Reads the reply code that a line begins with, and returns the rest of the line.
fn read_code(line: &[u8]) -> Option<(ReplyCode, &[u8])> {
    let (digits @ [b'2'..=b'5', _, _], rest) = line.split_at_checked(3)? else { return None };
    let code = ReplyCode::from_bytes(digits).ok()?;
    let is_code = match rest {
        [] | [b' ' | b'\t', ..] => true,
        // No space between the codes: 5505.1.1
        [b'0'..=b'9', ..] => read_enhanced(rest).is_some_and(|enhanced| Some(enhanced.class()) == code.class()),
        // A word glued to the code, but not the rest of a queue id: 550User
        [letter, ..] if letter.is_ascii_alphanumeric() => {
            !rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).any(u8::is_ascii_digit)
        }
        // More digits behind a sign: a network address, a telephone number, a time, or the enhanced code.
        [sign, after @ ..] if after.first().is_some_and(u8::is_ascii_digit) => {
            let dotted = after.iter().find(|byte| !byte.is_ascii_digit()) == Some(&b'.');
            read_enhanced(after).is_some() || (*sign == b'-' && dotted)
        }
        _ => true,
    };
    is_code.then_some((code, rest))
}

/// Reads the enhanced code that the text begins with, unless more digits follow that make it something else.
fn read_enhanced(text: &[u8]) -> Option<EnhancedCode> {
    let (code, length) = EnhancedCode::read_prefix(text).ok()?;
    match text.get(length..)? {
        [b'0'..=b'9', ..] | [b'.', b'0'..=b'9', ..] => None,
        _ => Some(code),
    }
}

/// What stands between the codes in replies: `550 #5.1.0`, `550-5.7.26`, `550: 5.2.2`.
fn skip_separators(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'-' | b'#' | b':' | b'(' | b'[', rest @ ..] = text {
        text = rest;
    }
    text
}
