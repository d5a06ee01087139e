//! Reading a reply: the codes that stand in what the other server said.

use crate::code::{EnhancedCode, ReplyCode};
use crate::search::search;

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
    pub(crate) to_other_command: bool,
}

/// At least one code, so that there is always something to look up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Codes {
    Reply(ReplyCode),
    Enhanced(EnhancedCode),
    Both(ReplyCode, EnhancedCode),
}

impl Reply {
    /// Reads the codes of a reply: as the other server sent it, or wherever they stand in a log line, a delivery report
    /// ([RFC 3464]) or a sentence.
    ///
    /// **Off the wire** a reply is one line or several ([RFC 5321 section 4.2.1]), with any line ends, any bytes, and with
    /// or without an enhanced code, behind the reply code or in brackets at the end of the line. Of several lines with
    /// different reply codes the last one counts. Of several enhanced codes beside it the last counts as well, but not one
    /// without a detail (`5.7.0`) where another has one. What follows the last line of the reply is not looked at.
    ///
    /// **Anywhere else** the text is searched only if it does not begin with a reply code. A number counts as a code
    /// where something says so: an enhanced code behind it (`550 5.1.1`), what introduces a quotation (`said: 550`,
    /// `smtp;550`, `"code":550`), or a mark (`dsn=5.1.1`, `Status: 5.1.1`, `#5.1.1`). The first reply code that is a
    /// failure counts, and an enhanced code with a detail before one without.
    ///
    /// `None` if there is no code.
    ///
    /// ```
    /// use bounce_codes::Reply;
    ///
    /// let reply = Reply::read(b"550-5.7.1 No.\r\n550 See https://example.net/blocked\r\n").unwrap();
    /// assert_eq!(reply.code().unwrap(), 550);
    /// assert_eq!(reply.enhanced().unwrap().to_string(), "5.7.1");
    ///
    /// let log = b"to=<ada@example.com>, dsn=4.2.2, status=deferred (host mx.example.com[192.0.2.1] said: 452 Over quota)";
    /// let reply = Reply::read(log).unwrap();
    /// assert_eq!(reply.code().unwrap(), 452);
    /// assert_eq!(reply.enhanced().unwrap().to_string(), "4.2.2");
    ///
    /// assert_eq!(Reply::read(b"connect to 192.0.2.1 port 587: timed out after 300 seconds"), None);
    /// ```
    ///
    /// [RFC 3464]: https://www.rfc-editor.org/rfc/rfc3464
    /// [RFC 5321 section 4.2.1]: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1
    #[inline]
    pub fn read(bytes: &[u8]) -> Option<Reply> {
        // The usual case: the only line says all at its beginning, `550 5.1.1 No` or `550 No`.
        if let Some((code, [b' ', behind @ ..])) = read_reply_code(bytes) {
            if let Some((enhanced, _)) = read_enhanced(behind) {
                return Some(Reply::from((code, enhanced)));
            }
            if behind.first().is_some_and(u8::is_ascii_alphabetic) && !ends_in_bracket(behind) {
                return Some(Reply::from(code));
            }
        }
        read_in_full(bytes.trim_ascii())
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

impl Reply {
    /// The same reply, known to answer something else than `RCPT TO`: the connection, `EHLO`, `MAIL FROM` or `DATA`.
    ///
    /// A reply code that complains of a mailbox (550, 551, 553) then does not mean the recipient's, and says no more than
    /// its group; 5.0.0 says no more than its class. Where a log line tells the command, as those of Postfix, Exim and qmail do, [`Reply::read`] has seen to
    /// it already.
    ///
    /// ```
    /// # use bounce_codes::{Bounce, Reply};
    /// let reply = Reply::read(b"550 Rejected").unwrap();
    /// assert_eq!(reply.verdict().bounce(), Some(Bounce::Hard));
    /// assert_eq!(reply.to_other_command().verdict().bounce(), Some(Bounce::Block));
    ///
    /// let log = b"host mx.example.net[192.0.2.1] said: 550 Rejected (in reply to MAIL FROM command)";
    /// assert_eq!(Reply::read(log), Some(reply.to_other_command()));
    /// let log = b"dsn=5.0.0, status=bounced (host mx.example.net said: 550 Rejected (in reply to MAIL FROM command))";
    /// assert_eq!(Reply::read(log).unwrap().verdict().bounce(), Some(Bounce::Block));
    /// ```
    #[must_use]
    pub const fn to_other_command(self) -> Reply {
        Reply { to_other_command: true, ..self }
    }

    /// The same reply with this enhanced code.
    pub(crate) fn with_enhanced(self, enhanced: EnhancedCode) -> Reply {
        let codes = self.code().map_or(Codes::Enhanced(enhanced), |code| Codes::Both(code, enhanced));
        Reply { codes, ..self }
    }
}

impl From<ReplyCode> for Reply {
    fn from(code: ReplyCode) -> Reply {
        Reply { codes: Codes::Reply(code), to_other_command: false }
    }
}

impl From<EnhancedCode> for Reply {
    fn from(enhanced: EnhancedCode) -> Reply {
        Reply { codes: Codes::Enhanced(enhanced), to_other_command: false }
    }
}

impl From<(ReplyCode, EnhancedCode)> for Reply {
    fn from((code, enhanced): (ReplyCode, EnhancedCode)) -> Reply {
        Reply { codes: Codes::Both(code, enhanced), to_other_command: false }
    }
}

/// What an SMTP client holds, where not every server sends enhanced codes.
///
/// ```
/// # use bounce_codes::{EnhancedCode, Reply, ReplyCode};
/// let code = ReplyCode::new(550).unwrap();
/// let enhanced: Option<EnhancedCode> = "5.7.1".parse().ok();
/// assert_eq!(Reply::from((code, enhanced)).enhanced(), enhanced);
/// assert_eq!(Reply::from((code, None)), Reply::from(code));
/// ```
impl From<(ReplyCode, Option<EnhancedCode>)> for Reply {
    fn from((code, enhanced): (ReplyCode, Option<EnhancedCode>)) -> Reply {
        enhanced.map_or(Reply::from(code), |enhanced| Reply::from((code, enhanced)))
    }
}

/// Reads a reply of any form, or what else the codes stand in.
#[inline(never)]
fn read_in_full(text: &[u8]) -> Option<Reply> {
    if let Some(first) = read_reply(text).map(|(first, _)| first).or_else(|| read_continued_code(text)) {
        return Some(read_lines(text, first));
    }
    match text {
        // A group that SMTP does not use: only where nothing else is there that it could be.
        [b'1', _, _] => ReplyCode::from_bytes(text).ok().map(Reply::from),
        // A code alone has nothing around it that could make it something else.
        _ => EnhancedCode::from_bytes(text).map_or_else(|_| search(text), |code| Some(Reply::from(code))),
    }
}

/// Reads a reply code whose line would look like a telephone number, if the next line did not go on with the same code:
/// `550-5 messages were refused`.
fn read_continued_code(text: &[u8]) -> Option<Reply> {
    let (code, [b'-', behind @ ..]) = read_reply_code(text)? else { return None };
    let (_, next) = split_line(behind);
    (read_reply_code(next)?.0 == code).then_some(Reply::from(code))
}

/// Reads the lines of a reply up to the last one. The first of them has been read.
fn read_lines(text: &[u8], first: Reply) -> Reply {
    let (mut read, mut reply, mut text) = (first, first, text);
    loop {
        let is_last = is_last_line(text);
        if is_last && (reply.enhanced().is_some() || !ends_in_bracket(text)) {
            return reply.after(read);
        }
        let (line, mut rest) = split_line(text);
        if reply.enhanced().is_none() {
            reply = read_last_enhanced(line).map_or(reply, |enhanced| reply.with_enhanced(enhanced));
        }
        read = reply.after(read);
        if is_last {
            return read;
        }
        // A line in between may be without a code.
        (reply, text) = loop {
            match read_reply(rest) {
                Some((reply, _)) => break (reply, rest),
                None if rest.is_empty() => return read,
                None => rest = split_line(rest).1,
            }
        };
    }
}

impl Reply {
    /// What this line makes of the lines before it.
    fn after(self, before: Reply) -> Reply {
        match (before.enhanced(), self.enhanced()) {
            _ if before.code() != self.code() => self,
            (Some(enhanced), Some(now)) if now.detail() != 0 || enhanced.detail() == 0 => self,
            (Some(enhanced), _) => self.with_enhanced(enhanced),
            (None, _) => self,
        }
    }
}

/// Whether the line is the last one of its reply: the others have a hyphen after the code.
fn is_last_line(line: &[u8]) -> bool {
    line.get(3) != Some(&b'-')
}

/// The first line without its end, and the lines behind it.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = find(text, 0, |byte| matches!(byte, b'\r' | b'\n')).unwrap_or(text.len());
    let (line, rest) = text.split_at_checked(end).unwrap_or_default();
    (line, rest.strip_prefix(b"\r\n").or(rest.get(1..)).unwrap_or_default())
}

/// Where the next byte is, from a place on, that is looked for.
pub(crate) fn find(text: &[u8], mut at: usize, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    // Whole pieces first, without a branch for each byte: the compiler looks at all of a piece at once.
    while text.get(at..at + 16).is_some_and(|piece| !piece.iter().fold(false, |found, byte| found | wanted(*byte))) {
        at += 16;
    }
    Some(at + text.get(at..)?.iter().position(|byte| wanted(*byte))?)
}

/// Reads the reply code that a text begins with and the enhanced code behind it, and returns what follows.
pub(crate) fn read_reply(text: &[u8]) -> Option<(Reply, &[u8])> {
    let (code, rest) = read_reply_code(text)?;
    if let [b' ' | b'-', behind @ ..] = rest {
        if let Some((enhanced, rest)) = read_enhanced(behind) {
            return Some((Reply::from((code, enhanced)), rest));
        }
    }
    read_unusual_reply(code, text, rest)
}

#[inline]
fn read_reply_code(text: &[u8]) -> Option<(ReplyCode, &[u8])> {
    let [first @ b'2'..=b'5', second @ b'0'..=b'9', third @ b'0'..=b'9', rest @ ..] = text else { return None };
    let value = |digit: &u8| u16::from(*digit - b'0');
    Some((ReplyCode::new(value(first) * 100 + value(second) * 10 + value(third))?, rest))
}

/// Reads what follows a reply code where it is not just an enhanced code.
fn read_unusual_reply<'a>(code: ReplyCode, text: &[u8], rest: &'a [u8]) -> Option<(Reply, &'a [u8])> {
    let digits = text.get(..3)?;
    let is_code = match rest {
        [] | [b' ' | b'\t', ..] => true,
        // No space between the codes: 5505.1.1
        [b'0'..=b'9', ..] => read_enhanced(rest).is_some_and(|(enhanced, _)| Some(enhanced.class()) == code.class()),
        // A word glued to the code, but not the rest of a queue id: 550User
        [letter, ..] if letter.is_ascii_alphanumeric() => {
            !rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).any(u8::is_ascii_digit)
        }
        // More digits behind a sign: the enhanced code or a network address, but no telephone number and no time.
        [sign, after @ ..] if after.first().is_some_and(u8::is_ascii_digit) => {
            let dotted = after.iter().find(|byte| !byte.is_ascii_digit()) == Some(&b'.');
            read_enhanced(after).is_some() || (*sign == b'-' && dotted)
        }
        _ => true,
    };
    if !is_code {
        return None;
    }
    let mut text = skip_separators(rest);
    // Some servers say their code twice: 550 550 5.1.1
    if let Some(again) = text.strip_prefix(digits).filter(|again| matches!(again, [b' ' | b'-', ..])) {
        text = skip_separators(again);
    }
    Some(match read_enhanced(text) {
        Some((enhanced, after)) => (Reply::from((code, enhanced)), after),
        None => (Reply::from(code), rest),
    })
}

/// Reads the enhanced code that the text begins with, unless more digits follow that make it something else.
#[inline]
pub(crate) fn read_enhanced(text: &[u8]) -> Option<(EnhancedCode, &[u8])> {
    match EnhancedCode::read_prefix(text) {
        Ok((_, [b'.', b'0'..=b'9', ..])) | Err(_) => None,
        Ok(read) => Some(read),
    }
}

/// Reads the enhanced code that qmail and others put at the end of a reply: `553 sorry, relaying denied (#5.7.1)`.
fn read_last_enhanced(line: &[u8]) -> Option<EnhancedCode> {
    const LONGEST: usize = "(#5.999.999".len();
    let line = line.trim_ascii_end();
    let line = line.strip_suffix(b")").or(line.strip_suffix(b"]"))?;
    let end = line.get(line.len().saturating_sub(LONGEST)..)?;
    let bracket = end.iter().rposition(|byte| matches!(byte, b'(' | b'['))?;
    let code = end.get(bracket + 1..)?;
    EnhancedCode::from_bytes(code.strip_prefix(b"#").unwrap_or(code)).ok()
}

/// Whether a line may have an enhanced code at its end.
#[inline]
fn ends_in_bracket(line: &[u8]) -> bool {
    matches!(line.trim_ascii_end(), [.., b')' | b']'])
}

/// What stands between the codes in replies: `550 #5.1.0`, `550-5.7.26`, `550: 5.2.2`, `550_5.1.1` in qmail's log.
fn skip_separators(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n' | b'-' | b'_' | b'#' | b':' | b'(' | b'[', rest @ ..] = text {
        text = rest;
    }
    text
}
