//! A reply: its codes, the command that it answered, and the text that the server wrote.

use crate::code::{EnhancedCode, ReplyCode};
use crate::vocabulary::Command;

/// A reply from the other server: a reply code, an enhanced status code ([RFC 2034]) or both, and the text after them.
///
/// Get one from [`Reply::parse`], or with `from` if an SMTP client has parsed the codes already. [`Reply::verdict`] says
/// what it means.
///
/// ```
/// use bounce_codes::{Bounce, EnhancedCode, Reply, ReplyCode};
///
/// let parsed = Reply::parse("550 5.1.1 <ada@example.com>: User unknown").unwrap();
/// assert_eq!(parsed.verdict().bounce(), Some(Bounce::Hard));
///
/// // What a client such as lettre or smtp-proto returns.
/// let code = ReplyCode::try_from(550)?;
/// let enhanced = EnhancedCode::try_from([5, 1, 1]).ok();
/// let made = Reply::from((code, enhanced)).with_text("<ada@example.com>: User unknown");
/// assert_eq!(made.verdict().bounce(), Some(Bounce::Hard));
/// # Ok::<(), bounce_codes::ParseCodeError>(())
/// ```
///
/// [RFC 2034]: https://www.rfc-editor.org/rfc/rfc2034
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reply<'a> {
    pub(crate) codes: Codes,
    pub(crate) command: Option<Command>,
    /// The host that answered, if a record names it apart from the reply.
    pub(crate) host: &'a [u8],
    /// What the codes and the text were read from.
    pub(crate) input: &'a [u8],
    pub(crate) text: &'a [u8],
}

/// The codes of a reply. There are none only if words alone decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Codes {
    None,
    Reply(ReplyCode),
    Enhanced(EnhancedCode),
    Both(ReplyCode, EnhancedCode),
}

impl Codes {
    pub(crate) const fn reply_code(self) -> Option<ReplyCode> {
        match self {
            Codes::Reply(code) | Codes::Both(code, _) => Some(code),
            Codes::Enhanced(_) | Codes::None => None,
        }
    }

    pub(crate) const fn enhanced_code(self) -> Option<EnhancedCode> {
        match self {
            Codes::Enhanced(enhanced) | Codes::Both(_, enhanced) => Some(enhanced),
            Codes::Reply(_) | Codes::None => None,
        }
    }

    /// The same codes with this enhanced code.
    pub(crate) const fn with_enhanced_code(self, enhanced: EnhancedCode) -> Codes {
        match self {
            Codes::Reply(code) | Codes::Both(code, _) => Codes::Both(code, enhanced),
            Codes::Enhanced(_) | Codes::None => Codes::Enhanced(enhanced),
        }
    }
}

impl<'a> Reply<'a> {
    /// The reply code; `None` if there was only an enhanced code.
    ///
    /// ```
    /// # use bounce_codes::Reply;
    /// assert_eq!(Reply::parse("421 Try later").unwrap().reply_code().unwrap(), 421);
    /// assert_eq!(Reply::parse("5.1.1").unwrap().reply_code(), None);
    /// ```
    pub const fn reply_code(self) -> Option<ReplyCode> {
        self.codes.reply_code()
    }

    /// The enhanced code; `None` if there was only a reply code.
    ///
    /// ```
    /// # use bounce_codes::Reply;
    /// assert_eq!(Reply::parse("550 5.1.1 No").unwrap().enhanced_code().unwrap().to_string(), "5.1.1");
    /// assert_eq!(Reply::parse("550 No").unwrap().enhanced_code(), None);
    /// ```
    pub const fn enhanced_code(self) -> Option<EnhancedCode> {
        self.codes.enhanced_code()
    }

    /// What follows the codes. If the reply has several lines, those after the first are here with their codes. If it was
    /// found inside other text, this runs to the end of that text. Empty if the reply was made from codes alone.
    ///
    /// ```
    /// # use bounce_codes::{Reply, ReplyCode};
    /// assert_eq!(Reply::parse("550 5.1.1 User unknown").unwrap().text(), b"User unknown");
    /// assert_eq!(Reply::from(ReplyCode::new(550).unwrap()).text(), b"");
    /// ```
    pub const fn text(self) -> &'a [u8] {
        self.text
    }

    /// The command that the reply answered; `None` if that is not known.
    ///
    /// ```
    /// # use bounce_codes::{Command, Reply};
    /// let reply = Reply::parse("host mx.example.net said: 550 No (in reply to MAIL FROM command)").unwrap();
    /// assert_eq!(reply.command(), Some(Command::MailFrom));
    /// assert_eq!(Reply::parse("550 No").unwrap().command(), None);
    /// ```
    pub const fn command(self) -> Option<Command> {
        self.command
    }

    /// The same reply, in answer to this command.
    ///
    /// A 550 is hard only if it can be about the recipient. See rule 5 of [`Verdict`](crate::Verdict) for what each command
    /// changes. Log lines often name the command, and then [`Reply::parse`] has already set it.
    ///
    /// ```
    /// # use bounce_codes::{Bounce, Command, Reply};
    /// let reply = Reply::parse("550 No").unwrap();
    /// assert_eq!(reply.verdict().bounce(), Some(Bounce::Hard));
    /// assert_eq!(reply.in_reply_to(Command::MailFrom).verdict().bounce(), Some(Bounce::Block));
    /// ```
    #[must_use]
    pub const fn in_reply_to(self, command: Command) -> Reply<'a> {
        Reply { command: Some(command), ..self }
    }

    /// The same codes with this text after them. For clients that keep the two separate.
    ///
    /// ```
    /// # use bounce_codes::{Reply, ReplyCode};
    /// let reply = Reply::from(ReplyCode::new(550).unwrap()).with_text("User unknown");
    /// assert_eq!(reply.text(), b"User unknown");
    /// ```
    #[must_use]
    pub fn with_text<'b>(self, text: &'b (impl AsRef<[u8]> + ?Sized)) -> Reply<'b> {
        Reply { codes: self.codes, command: self.command, host: b"", input: text.as_ref(), text: text.as_ref() }
    }
}

impl From<Codes> for Reply<'_> {
    fn from(codes: Codes) -> Self {
        Reply { codes, command: None, host: b"", input: b"", text: b"" }
    }
}

impl From<ReplyCode> for Reply<'_> {
    fn from(code: ReplyCode) -> Self {
        Reply::from(Codes::Reply(code))
    }
}

impl From<EnhancedCode> for Reply<'_> {
    fn from(enhanced: EnhancedCode) -> Self {
        Reply::from(Codes::Enhanced(enhanced))
    }
}

impl From<(ReplyCode, EnhancedCode)> for Reply<'_> {
    fn from((code, enhanced): (ReplyCode, EnhancedCode)) -> Self {
        Reply::from(Codes::Both(code, enhanced))
    }
}

/// What an SMTP client has, since not every server sends enhanced codes.
///
/// ```
/// # use bounce_codes::{EnhancedCode, Reply, ReplyCode};
/// let code = ReplyCode::new(550).unwrap();
/// let enhanced: Option<EnhancedCode> = "5.7.1".parse().ok();
/// assert_eq!(Reply::from((code, enhanced)).enhanced_code(), enhanced);
/// assert_eq!(Reply::from((code, None)), Reply::from(code));
/// ```
impl From<(ReplyCode, Option<EnhancedCode>)> for Reply<'_> {
    fn from((code, enhanced): (ReplyCode, Option<EnhancedCode>)) -> Self {
        enhanced.map_or(Reply::from(code), |enhanced| Reply::from((code, enhanced)))
    }
}
