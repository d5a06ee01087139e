//! The rules: which code decides what a reply means, and what to do about it.

use core::time::Duration;

use crate::code::{EnhancedCode, ReplyCode};
use crate::delivery::Delivery;
use crate::key::Key;
use crate::provider::Provider;
#[cfg(feature = "words")]
use crate::provider::meanings;
#[cfg(feature = "words")]
use crate::read::parts::{is_in_address, is_in_bare_address};
use crate::reply::{Codes, Reply};
use crate::row::Row;
use crate::vocabulary::{Bounce, Category, Class, Command, Outcome, Scope, Table};
#[cfg(feature = "words")]
use crate::words::{Match, Matches, Name};

/// The answer: what a reply means, and what to do about it.
///
/// Get one from [`classify`](crate::classify), or from the `verdict` method of a [`Reply`], a [`ReplyCode`] or an
/// [`EnhancedCode`].
///
/// # Rules
///
/// The codes come first: rules 1 to 5 pick the one that decides. Then the provider or the words may overrule it.
///
/// 1. **An unregistered code** means what the standard makes of it: an enhanced code falls back to its subject, or else to
///    its class; a reply code falls back to its group. [`matched`](Verdict::matched) names the table that decided.
///
///    | code | decided by |
///    |---|---|
///    | `5.7.26` | `enhanced` |
///    | `5.7.99` | `subject` 7, security or policy |
///    | `5.99.1` | `class` 5 |
///    | `571` | `group` 5xx |
///
/// 2. **Of two codes the more specific one decides**, in this order: an enhanced code with a registered detail (`5.7.1`); a
///    reply code with one meaning (`503`); an enhanced code that gives only a subject (`5.7.0`, `5.7.99`); a reply code
///    that receivers use for many reasons (`421`, `450`, `451`, `452`, `550` to `554`); a code that says nothing but its
///    class. Next to a reply code, `5.0.0` is one of those. A few pairs have a row of their own because they mean
///    something different together.
///
///    | reply | decided by |
///    |---|---|
///    | `550 5.7.1` | `5.7.1` |
///    | `503 5.5.0` | `503` |
///    | `550 5.7.0` | `5.7.0` |
///    | `550 5.0.0` | `550` |
///    | `571 5.0.0` | class 5 |
///    | `550 5.1.10` | the pair: recipient not found at Exchange Online |
///
/// 3. **If one code says 4 and the other 5, the bounce is soft**: contradictory evidence is no reason to suppress an
///    address. Class, category and row are still those of the code that decided.
///
/// 4. **A success next to a failure**: the reply code decides, because that is what an SMTP client goes by. If it is the
///    failure, the bounce is soft. [`is_contradictory`](Verdict::is_contradictory) covers both of these cases.
///
/// 5. **A code about the mailbox needs a command that named it.** Before `RCPT TO` (the connection, `EHLO`, `STARTTLS`,
///    `AUTH`, `MAIL FROM`) the server has not heard of the recipient, so a code about the recipient's mailbox says no more
///    than its class. After `DATA` and at the end of the data, that goes for 550, 551, 553 and 5.0.0, which servers also
///    send for content that they refuse; a code that names the mailbox, such as `5.1.1`, still counts, because many
///    servers check the recipient only then. See [`Reply::in_reply_to`].
///
/// 6. **Words that say why override the codes.** Servers send `550 5.1.1` for a full mailbox and `554 5.7.1` for an
///    unknown user, but they hardly ever send the wrong words. A wording matches regardless of case, of what separates its
///    words, and of words that say nothing, such as `the` and `has been`. Some words stand for others: `inbox` for
///    `mailbox`, the end of `isn't` for `not`. A wording may run over the lines of a reply, but not past the end of a
///    sentence. If several rows match:
///
///    - A match inside a longer match of another row does not count: `sender verification failed` hides
///      `verification failed`, and `not blocked` hides `blocked`.
///    - Of the rest, one that says the same about the mailbox as the enhanced code decides: in `5.1.1 User unknown; see our
///      spam policy`, the user is unknown.
///    - Otherwise, the row that comes first in `data/phrases.toml` decides.
///    - A *generic* row (`rejected`, `blocked`, `service unavailable`) counts only if no other row does, and only with a
///      code that gives no reason of its own: 550, 554, `5.0.0`, `5.7.0` and the like.
///
///    | reply | decided by |
///    |---|---|
///    | `550 5.1.1 over quota` | mailbox full |
///    | `554 5.7.1 no such user` | user unknown |
///    | `550 blocked using zen.spamhaus.org` | blocklisted |
///    | `550 5.1.1 rejected` | `5.1.1` |
///
/// 7. **Words do not change the class.** Class 4 stays soft whatever they say, but they give it a category, a scope and a
///    time to [wait](Verdict::retry_after). A success is final. So are codes that servers send only when they mean it
///    (`5.7.20` to `5.7.30`).
///
/// 8. **Words about an address are not about the recipient** if the command came before `RCPT TO` (rule 5), or if the code
///    is about the sender (`5.1.8`).
///
/// 9. **Without a code, only unambiguous words decide**, not generic rows. [`class`](Verdict::class) is then `None`.
///
/// 10. **A provider that is recognized means what it says**, before rules 1, 2 and 6. It is recognized by its signature
///     (`gsmtp`), by the name of one of its hosts or by the address of its postmaster page, anywhere in the input but in an
///     address. Of its rows, a code of its own (`OFR_506`) counts before words, the longest words before shorter ones, and
///     all of them before an enhanced code. An enhanced code that only one provider has (`5.7.606`) names that provider.
///
///     | reply | decided by |
///     |---|---|
///     | `550 5.4.1 Access denied [….prod.protection.outlook.com]` | `5.4.1` of Exchange Online: no such recipient |
///     | `554 5.4.1 Access denied` | `5.4.1`: no answer from host |
///     | `550 5.7.606 Access denied` | `5.7.606` of Exchange Online |
///
/// 11. **A block list counts where mail is refused and no other reason is given.** Next to `User unknown` it is only
///     mentioned. If the list has closed, or refused the receiver's lookup, nobody is listed: the category is
///     `system-incapable`, and the bounce is soft.
///
/// Without the feature `words`, rules 6 to 11 do not apply.
///
/// ```
/// use bounce_codes::{Bounce, Category, classify};
///
/// let verdict = classify("450 5.1.1 not now").unwrap();
/// assert_eq!(verdict.category(), Category::MailboxUnknown);
/// assert_eq!(verdict.bounce(), Some(Bounce::Soft));
/// assert!(verdict.is_contradictory());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Verdict<'a> {
    reply: Reply<'a>,
    row: &'static Row,
    class: Option<Class>,
    contradictory: bool,
    /// The words that decided; empty if a code did.
    words: &'a [u8],
    provider: Option<&'static Provider>,
    /// Whether the text was searched for the provider. If the words cannot change the verdict, that waits until somebody
    /// asks.
    searched: bool,
    /// How long to wait, kept for when the text that says so is gone.
    wait: Option<Duration>,
}

impl<'a> Verdict<'a> {
    /// The reply code; `None` if there was only an enhanced code.
    ///
    /// ```
    /// # use bounce_codes::classify;
    /// assert_eq!(classify("550 5.1.1 No").unwrap().reply_code().unwrap(), 550);
    /// ```
    pub const fn reply_code(&self) -> Option<ReplyCode> {
        self.reply.reply_code()
    }

    /// The enhanced code; `None` if there was only a reply code.
    ///
    /// ```
    /// # use bounce_codes::classify;
    /// assert_eq!(classify("550 5.1.1 No").unwrap().enhanced_code().unwrap().to_string(), "5.1.1");
    /// ```
    pub const fn enhanced_code(&self) -> Option<EnhancedCode> {
        self.reply.enhanced_code()
    }

    /// The class of the code that decided; `None` for 1yz and 3yz replies, which are neither success nor failure, and if words
    /// decided without a code. A record without a code that says that the delivery was deferred is of class 4.
    ///
    /// ```
    /// # use bounce_codes::{Class, classify};
    /// assert_eq!(classify("550 5.1.1 No").unwrap().class(), Some(Class::PermanentFailure));
    /// assert_eq!(classify("354 Go ahead").unwrap().class(), None);
    /// ```
    pub const fn class(&self) -> Option<Class> {
        self.class
    }

    /// What to do about the address; `None` if this is not a failure. Whether to retry the message is a separate
    /// question: see [`retry`](Verdict::retry).
    ///
    /// ```
    /// # use bounce_codes::{Bounce, classify};
    /// assert_eq!(classify("452 4.2.2 Over quota").unwrap().bounce(), Some(Bounce::Soft));
    /// assert_eq!(classify("550 5.1.1 No").unwrap().bounce(), Some(Bounce::Hard));
    /// assert_eq!(classify("554 5.7.1 Spam").unwrap().bounce(), Some(Bounce::Block));
    /// assert_eq!(classify("250 2.1.5 Ok").unwrap().bounce(), None);
    /// ```
    #[inline]
    pub fn bounce(&self) -> Option<Bounce> {
        match self.class {
            Some(Class::Success) => None,
            Some(Class::PermanentFailure) if !self.contradictory => self.row.permanent_bounce(),
            Some(_) => Class::PersistentTransientFailure.row().permanent_bounce(),
            None if matches!(self.matched(), Table::Phrase | Table::Provider | Table::Blocklist) => {
                self.row.permanent_bounce()
            }
            None => None,
        }
    }

    /// Whether this message may be retried. The first digit of the reply code decides ([RFC 5321 section 4.2.1]), or the
    /// class of the enhanced code if there is no reply code, or the words if there is neither. A soft bounce does not always
    /// mean a retry: `552 5.2.2` keeps the address on the list, but this message is done.
    ///
    /// ```
    /// # use bounce_codes::{Bounce, classify};
    /// let busy = classify("452 4.2.2 Over quota").unwrap();
    /// assert_eq!((busy.bounce(), busy.retry()), (Some(Bounce::Soft), true));
    /// let full = classify("552 5.2.2 Over quota").unwrap();
    /// assert_eq!((full.bounce(), full.retry()), (Some(Bounce::Soft), false));
    /// ```
    ///
    /// [RFC 5321 section 4.2.1]: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1
    pub fn retry(&self) -> bool {
        let class = match self.reply.codes {
            Codes::Reply(code) | Codes::Both(code, _) => code.class(),
            Codes::Enhanced(enhanced) => Some(enhanced.class()),
            Codes::None => return self.class.is_some() || passes(self.row.category()),
        };
        class == Some(Class::PersistentTransientFailure)
    }

    /// How long to wait before the next try, if the words name a time or the provider documents one. `None` if there is no
    /// time, if this message may not be [retried](Verdict::retry), or if the time is absurd (over a week). Always `None`
    /// without the feature `words`.
    ///
    /// ```
    /// # use bounce_codes::classify;
    /// # use std::time::Duration;
    /// let verdict = classify("451 4.7.1 Greylisted, please try again in 5 minutes").unwrap();
    /// # #[cfg(feature = "words")]
    /// assert_eq!(verdict.retry_after(), Some(Duration::from_secs(300)));
    /// ```
    pub fn retry_after(&self) -> Option<Duration> {
        #[cfg(feature = "words")]
        if self.wait.is_none() && self.retry() {
            return crate::wait::find(self.reply.input).or(self.row.retry_after());
        }
        self.wait
    }

    /// Why; [`Category::Undefined`] if the server did not say.
    ///
    /// ```
    /// # use bounce_codes::{Category, classify};
    /// assert_eq!(classify("550 5.7.25 No PTR").unwrap().category(), Category::Authentication);
    /// assert_eq!(classify("554 No").unwrap().category(), Category::Undefined);
    /// ```
    #[inline]
    pub fn category(&self) -> Category {
        match (self.matched(), self.class) {
            // A row for every class gives the reason for a failure, which does not apply to a success.
            (Table::Enhanced | Table::Subject, Some(Class::Success)) => Class::Success.row().category(),
            _ => self.row.category(),
        }
    }

    /// What the answer is about; `None` for a success, and if the server did not say.
    ///
    /// ```
    /// # use bounce_codes::{Scope, classify};
    /// assert_eq!(classify("550 5.1.2 No such domain").unwrap().scope(), Some(Scope::RecipientDomain));
    /// assert_eq!(classify("552 5.3.4 Too big").unwrap().scope(), Some(Scope::Message));
    /// assert_eq!(classify("554 No").unwrap().scope(), None);
    /// ```
    pub fn scope(&self) -> Option<Scope> {
        match self.category() {
            Category::Delivered => None,
            _ => self.row.scope(),
        }
    }

    /// What to do next, in a sentence or two for a person.
    ///
    /// ```
    /// # use bounce_codes::classify;
    /// let verdict = classify("552 5.2.2 Over quota").unwrap();
    /// assert_eq!(verdict.advice(), "Keep the address, but do not retry this message.");
    /// ```
    pub fn advice(&self) -> &'static str {
        if let Some(advice) = self.row.advice() {
            return advice;
        }
        match (self.bounce(), self.retry()) {
            (None, _) => "Nothing to do: this is not a failure.",
            (Some(Bounce::Soft), true) => "Keep the address, and retry this message later.",
            (Some(Bounce::Soft), false) => "Keep the address, but do not retry this message.",
            (Some(Bounce::Hard), _) => "Stop mailing this address.",
            (Some(Bounce::Block), _) => match self.category() {
                Category::MessageTooLarge => "Keep the address. Make the message smaller before you send it again.",
                Category::TooManyRecipients => "Keep the address. Send the message to fewer recipients at a time.",
                Category::Content => "Keep the address. Fix the message before you send it again.",
                Category::Authentication => {
                    "Keep the address. Fix SPF, DKIM, DMARC or reverse DNS before you send the message again."
                }
                Category::Credentials => "Keep the address. Fix the user name, the password or the login method.",
                Category::Encryption => "Keep the address. Fix TLS, or the encryption of the message.",
                Category::Protocol => "Keep the address. Fix the SMTP client: the server did not accept its command.",
                Category::SystemIncapable => {
                    "Keep the address. Send the message without the feature the receiver lacks."
                }
                Category::RateLimited => "Keep the address. Send less, or more slowly.",
                Category::SenderRejected => "Keep the address. Fix the sender's address or domain, or use another one.",
                Category::MailingList => "Keep the address. Ask the owner of the list for permission to post.",
                _ => "Keep the address. Find out what the receiver objects to before you send the message again.",
            },
        }
    }

    /// The row that decided, with its name, description and references.
    ///
    /// ```
    /// # use bounce_codes::classify;
    /// assert_eq!(classify("552 5.2.2 Over quota").unwrap().row().name(), "Mailbox full");
    /// ```
    pub const fn row(&self) -> &'static Row {
        self.row
    }

    /// Who answered, if the text shows it: the signature of a provider, the name of one of its hosts, the address of its
    /// postmaster page, or a code that only one provider has. Always `None` without the feature `words`.
    ///
    /// ```
    /// # use bounce_codes::classify;
    /// let verdict = classify("421 4.7.0 Try again later. a1-2002 - gsmtp").unwrap();
    /// # #[cfg(feature = "words")]
    /// assert_eq!(verdict.provider().unwrap().name(), "Gmail");
    /// assert_eq!(classify("421 4.7.0 Try again later").unwrap().provider(), None);
    /// ```
    pub fn provider(&self) -> Option<&'static Provider> {
        #[cfg(feature = "words")]
        if !self.searched && !self.reply.input.is_empty() {
            let mut search = Search::of(self.reply);
            search.read_host();
            return search.provider();
        }
        self.provider
    }

    /// The table of the row that decided: [`Table::Phrase`] if words did, [`Table::Provider`] if they or a code mean
    /// something of their own at a provider, [`Table::Blocklist`] if the reply names a block list. [`Table::Subject`],
    /// [`Table::Class`] and [`Table::Group`] mean that the code is not registered, or cannot be about the recipient.
    ///
    /// ```
    /// # use bounce_codes::{Table, classify};
    /// assert_eq!(classify("550 5.1.1 No").unwrap().matched(), Table::Enhanced);
    /// assert_eq!(classify("571 No").unwrap().matched(), Table::Group);
    /// # #[cfg(feature = "words")]
    /// assert_eq!(classify("571 User unknown").unwrap().matched(), Table::Phrase);
    /// ```
    pub fn matched(&self) -> Table {
        self.row.table()
    }

    /// Whether the reply code and the enhanced code are in different classes.
    ///
    /// ```
    /// # use bounce_codes::classify;
    /// assert!(classify("550 4.2.2 Over quota").unwrap().is_contradictory());
    /// assert!(!classify("552 5.2.2 Over quota").unwrap().is_contradictory());
    /// ```
    pub const fn is_contradictory(&self) -> bool {
        self.contradictory
    }

    /// The same verdict without the text that it was made from, so you can keep it longer. It gives the same answers, but
    /// has no [`evidence`](Verdict::evidence).
    ///
    /// ```
    /// # use bounce_codes::{Bounce, Verdict, classify};
    /// let verdict: Verdict<'static> = {
    ///     let line = String::from("550 5.1.1 No");
    ///     classify(&line).unwrap().without_text()
    /// };
    /// assert_eq!(verdict.bounce(), Some(Bounce::Hard));
    /// assert_eq!(verdict.evidence(), None);
    /// ```
    #[must_use]
    pub fn without_text(&self) -> Verdict<'static> {
        let Reply { codes, command, .. } = self.reply;
        let Verdict { row, class, contradictory, .. } = *self;
        let reply = Reply { codes, command, host: b"", input: b"", text: b"" };
        let (provider, wait) = (self.provider(), self.retry_after());
        Verdict { reply, row, class, contradictory, words: b"", provider, searched: true, wait }
    }

    /// What decided, exactly as it appears in the input: the words, or the code. `None` if the reply was made from codes,
    /// without a text, or if the input writes the code in an unusual way.
    ///
    /// ```
    /// # use bounce_codes::{Reply, ReplyCode, classify};
    /// # #[cfg(feature = "words")]
    /// assert_eq!(classify("550 5.7.1 No such user").unwrap().evidence(), Some(&b"No such user"[..]));
    /// assert_eq!(classify("550 5.7.1 No").unwrap().evidence(), Some(&b"5.7.1"[..]));
    /// assert_eq!(classify("550 No").unwrap().evidence(), Some(&b"550"[..]));
    /// assert_eq!(Reply::from(ReplyCode::new(550).unwrap()).verdict().evidence(), None);
    /// ```
    pub fn evidence(&self) -> Option<&'a [u8]> {
        if !self.words.is_empty() {
            return Some(self.words);
        }
        let input = self.reply.input;
        let starts = (0..input.len()).filter(|at| !matches!(input.get(..*at), Some([.., b'0'..=b'9' | b'.'])));
        let mut rests = starts.filter_map(|at| input.get(at..));
        match (self.row.key(), self.reply.codes) {
            (Key::Reply(_) | Key::Group(_), Codes::Reply(code) | Codes::Both(code, _)) => {
                let found = rests.filter_map(|rest| rest.get(..3));
                found.into_iter().find(|digits| ReplyCode::from_bytes(digits) == Ok(code))
            }
            (_, Codes::Enhanced(code) | Codes::Both(_, code)) => rests.find_map(|rest| {
                let (_, after) = EnhancedCode::read_prefix(rest).ok().filter(|(found, _)| *found == code)?;
                rest.get(..rest.len() - after.len())
            }),
            _ => None,
        }
    }
}

impl<'a> Delivery<'a> {
    /// What the server's answer means: see [`Verdict`] for the rules. `None` if there is no code in it and no plain words.
    ///
    /// ```
    /// # use bounce_codes::{Category, Delivery};
    /// let delivery = Delivery::parse("550 5.7.25 No PTR");
    /// assert_eq!(delivery.verdict().unwrap().category(), Category::Authentication);
    /// ```
    #[inline]
    pub fn verdict(self) -> Option<Verdict<'a>> {
        let reply = self.reply?;
        match reply.codes {
            Codes::None => {
                // A record that says so is as good as a code.
                let is_deferred = self.outcome == Some(Outcome::Deferred);
                let class = is_deferred.then_some(Class::PersistentTransientFailure);
                Verdict::of_words(reply).map(|verdict| Verdict { class, ..verdict })
            }
            _ => Some(reply.verdict()),
        }
    }
}

impl<'a> Reply<'a> {
    /// What the reply means: see [`Verdict`] for the rules.
    ///
    /// ```
    /// # use bounce_codes::{Category, Reply};
    /// let reply = Reply::parse("550 5.7.1 Relaying denied").unwrap();
    /// # #[cfg(feature = "words")]
    /// assert_eq!(reply.verdict().category(), Category::RelayDenied);
    /// ```
    #[inline]
    pub fn verdict(self) -> Verdict<'a> {
        let verdict = self.verdict_of_codes();
        #[cfg(feature = "words")]
        if verdict.leaves_something_open() {
            return verdict.with_words();
        }
        verdict
    }

    #[inline]
    fn verdict_of_codes(self) -> Verdict<'a> {
        match self.codes {
            // The usual case: nothing is more specific than a registered detail, whatever the reply code is.
            Codes::Both(code, enhanced)
                if self.command.is_none() && enhanced.detail() != 0 && code.class() == Some(enhanced.class()) =>
            {
                match enhanced.row_beside(code).or_else(|| enhanced.row()) {
                    Some(row) => self.decided_by(row, code.class()),
                    None => self.weigh(code, enhanced),
                }
            }
            Codes::Both(code, enhanced) => self.weigh(code, enhanced),
            Codes::Reply(code) => self.decided_by(self.reply_row(code), code.class()),
            Codes::Enhanced(enhanced) => self.decided_by(self.enhanced_row(enhanced), Some(enhanced.class())),
            // Only a verdict by words has no codes, and that is made without this.
            Codes::None => self.decided_by(Class::PermanentFailure.row(), None),
        }
    }

    /// Decides which of two codes is more specific.
    fn weigh(self, code: ReplyCode, enhanced: EnhancedCode) -> Verdict<'a> {
        let (of_reply, of_enhanced) = (self.reply_row(code), self.enhanced_row_beside(code, enhanced));
        let contradictory = code.class() != Some(enhanced.class());
        let both_fail = is_failure(code.class()) && is_failure(Some(enhanced.class()));
        let reply_decides =
            (contradictory && !both_fail) || reply_specificity(of_reply) > enhanced_specificity(enhanced, of_enhanced);
        let (row, class) = if reply_decides { (of_reply, code.class()) } else { (of_enhanced, Some(enhanced.class())) };
        Verdict { contradictory, ..self.decided_by(row, class) }
    }

    #[inline]
    fn decided_by(self, row: &'static Row, class: Option<Class>) -> Verdict<'a> {
        Verdict {
            reply: self,
            row,
            class,
            contradictory: false,
            words: b"",
            provider: None,
            searched: false,
            wait: None,
        }
    }

    /// The row of a reply code, or of its group if the code cannot mean what it says.
    fn reply_row(self, code: ReplyCode) -> &'static Row {
        let row = code.nearest_row();
        let refuses_content = matches!(self.command, Some(Command::Data | Command::EndOfData))
            && matches!(row.category(), Category::MailboxUnknown | Category::MailboxMoved);
        if refuses_content || self.precedes_the_recipient(row) { code.group_row() } else { row }
    }

    /// The row of an enhanced code next to a reply code. There, 5.0.0 says no more than its class, because the reply code
    /// is a better guide to what was refused.
    fn enhanced_row_beside(self, code: ReplyCode, enhanced: EnhancedCode) -> &'static Row {
        match enhanced.row_beside(code) {
            Some(row) if self.precedes_the_recipient(row) => enhanced.class().row(),
            Some(row) => row,
            None if enhanced.subject() == 0 => enhanced.class().row(),
            None => self.enhanced_row(enhanced),
        }
    }

    /// The row of an enhanced code, or of its class if the code cannot mean what it says.
    fn enhanced_row(self, enhanced: EnhancedCode) -> &'static Row {
        let row = enhanced.nearest_row();
        let refuses_content =
            matches!(self.command, Some(Command::Data | Command::EndOfData)) && enhanced.subject() == 0;
        if refuses_content || self.precedes_the_recipient(row) { enhanced.class().row() } else { row }
    }

    /// Whether the row is about the recipient, and the server had not heard of one yet.
    fn precedes_the_recipient(self, row: &Row) -> bool {
        let before_recipient = match self.command {
            Some(Command::Connect | Command::Ehlo | Command::StartTls | Command::Auth | Command::MailFrom) => true,
            Some(Command::RcptTo | Command::Data | Command::EndOfData) | None => false,
        };
        before_recipient && row.scope() == Some(Scope::Recipient)
    }
}

impl<'a> Verdict<'a> {
    /// The verdict on a text without a code: unambiguous words decide alone.
    #[inline(never)]
    fn of_words(reply: Reply<'a>) -> Option<Verdict<'a>> {
        #[cfg(feature = "words")]
        {
            let search = Search::of(reply);
            let provider = search.provider();
            let of_provider = search.reply_of_provider(|row| row.found_by_code());
            let (row, words) = of_provider.or_else(|| search.phrase(|row| !row.is_generic(), Category::Undefined))?;
            let list = search.blocklist().filter(|_| row.category() == Category::Blocklisted);
            // A list that is only mentioned refuses nothing.
            if search.blocklists().any(|(.., name)| name.as_ptr_range().contains(&words.as_ptr())) {
                return None;
            }
            let (row, words) = list.unwrap_or((row, words));
            Some(Verdict { reply, row, class: None, contradictory: false, words, provider, searched: true, wait: None })
        }
        #[cfg(not(feature = "words"))]
        {
            let _ = reply;
            None
        }
    }

    /// Whether the words, or the provider, may say more than the codes do.
    #[cfg(feature = "words")]
    #[inline]
    fn leaves_something_open(&self) -> bool {
        is_failure(self.class)
            && match self.reply.input.is_empty() {
                // Only a code that no table has can name a provider.
                true => self.row.table() != Table::Enhanced && self.may_mean_something_else(),
                false => !self.row.is_decisive() || self.may_mean_something_else(),
            }
    }

    /// Whether some provider means something of its own by the enhanced code.
    #[cfg(feature = "words")]
    #[inline]
    fn may_mean_something_else(&self) -> bool {
        self.enhanced_code().is_some_and(|code| !meanings(code).is_empty())
    }

    /// The same verdict, decided by the provider or by the words if they say more.
    #[cfg(feature = "words")]
    #[inline(never)]
    fn with_words(self) -> Verdict<'a> {
        let mut search = Search::of(self.reply);
        let host_matters = !self.reply.host.is_empty() && (search.names_something() || self.may_mean_something_else());
        if host_matters {
            search.read_host();
        }
        if !search.names_somebody() {
            let verdict = Verdict { searched: host_matters || self.reply.host.is_empty(), ..self };
            return verdict.with_meaning().unwrap_or_else(|| verdict.with_phrase(&search));
        }
        let verdict = Verdict { provider: search.provider(), searched: true, ..self };
        let decided = match search.reply_of_provider(|_| true) {
            Some((row, words)) => Verdict { row, words, ..verdict },
            None => verdict.with_meaning().unwrap_or_else(|| verdict.with_phrase(&search)),
        };
        let may_be_listed = decided.matched() != Table::Provider || decided.category() == Category::Blocklisted;
        match search.blocklist().filter(|_| may_be_listed && decided.leaves_room_for_a_list()) {
            // What a provider says about a list counts, unless the list was never asked.
            Some((row, _)) if decided.matched() == Table::Provider && row.category() == Category::Blocklisted => {
                decided
            }
            Some((row, words)) => Verdict { row, words, ..decided },
            None => decided,
        }
    }

    /// The verdict if the enhanced code means something of its own at this provider, or only one provider has it.
    #[cfg(feature = "words")]
    #[inline]
    fn with_meaning(self) -> Option<Verdict<'a>> {
        let enhanced = self.enhanced_code()?;
        let registered = enhanced.row();
        // An overlay knows better, and if nobody is recognized, the registry does.
        if registered.is_some_and(|row| row.is_overlaid() || self.provider.is_none()) {
            return None;
        }
        let counts = |row: &&'static Row| {
            crate::provider::counts_with(row, self.reply_code()) && !self.reply.precedes_the_recipient(row)
        };
        let found = meanings(enhanced).iter().find_map(|meaning| {
            let provider = meaning.provider()?;
            let is_meant = match self.provider {
                Some(recognized) => core::ptr::eq(recognized, provider),
                None => meaning.unique,
            };
            Some((provider, meaning.row().filter(counts)?)).filter(|_| is_meant)
        });
        found.map(|(provider, row)| Verdict { row, class: Some(enhanced.class()), provider: Some(provider), ..self })
    }

    /// The verdict with the phrase that says more than the code, if there is one.
    #[cfg(feature = "words")]
    #[inline]
    fn with_phrase(self, search: &Search<'a>) -> Verdict<'a> {
        if self.row.is_decisive() {
            return self;
        }
        let gives_a_reason = self.gives_a_reason();
        // A code that is about the sender makes words about an address mean the sender's.
        let about_sender = gives_a_reason && self.row.category() == Category::SenderRejected;
        let counts = |row: &Row| {
            let about_recipient = matches!(row.scope(), Some(Scope::Recipient | Scope::RecipientDomain));
            !(row.is_generic() && gives_a_reason || about_sender && about_recipient)
        };
        // `5.1.1` and "user unknown" say the same, whatever else the reply talks about.
        let is_about_mailbox = matches!(self.category(), Category::MailboxUnknown | Category::MailboxFull);
        let agreed = if gives_a_reason && is_about_mailbox { self.category() } else { Category::Undefined };
        match search.phrase(counts, agreed) {
            Some((row, words)) => Verdict { row, words, ..self },
            None => self,
        }
    }

    /// Whether the code says why.
    #[cfg(feature = "words")]
    fn gives_a_reason(&self) -> bool {
        let specificity = match (self.row.table(), self.enhanced_code()) {
            (Table::Enhanced | Table::Subject, Some(enhanced)) => enhanced_specificity(enhanced, self.row),
            _ => reply_specificity(self.row),
        };
        specificity >= Specificity::Reason
    }

    /// Whether a list that the reply names may be the reason. If something else is, the list is only mentioned.
    #[cfg(feature = "words")]
    fn leaves_room_for_a_list(&self) -> bool {
        let is_refusal = matches!(
            self.category(),
            Category::Blocklisted
                | Category::Spam
                | Category::Policy
                | Category::SenderRejected
                | Category::SystemIncapable
                | Category::Undefined
        );
        let says_nothing =
            matches!(self.matched(), Table::Reply | Table::Group | Table::Class) && !self.gives_a_reason();
        is_refusal || says_nothing
    }
}

/// What was found in a reply, and in the input around it.
#[cfg(feature = "words")]
struct Search<'a> {
    reply: Reply<'a>,
    /// What the server said counts before what a log says around it.
    said: Matches,
    around: Option<Matches>,
    /// What the name of the host says about who answered, if that matters.
    host: Option<Matches>,
}

#[cfg(feature = "words")]
impl<'a> Search<'a> {
    #[inline]
    fn of(reply: Reply<'a>) -> Search<'a> {
        let is_quoted = !reply.input.first().is_some_and(u8::is_ascii_digit) && reply.text.len() < reply.input.len();
        let around = if is_quoted { Some(crate::words::find(reply.input)) } else { None };
        Search { reply, said: crate::words::find(reply.text), around, host: None }
    }

    /// Looks for the provider in the name of the host, too.
    fn read_host(&mut self) {
        self.host = Some(crate::words::find(self.reply.host));
    }

    /// Whether there is anything that may mean something else at a provider.
    #[inline]
    fn names_something(&self) -> bool {
        self.said.name_something() || self.around.as_ref().is_some_and(Matches::name_something)
    }

    /// The texts, and what was found in each.
    fn texts(&self) -> impl Iterator<Item = (&'a [u8], &Matches)> {
        let around = self.around.as_ref().map(|found| (self.reply.input, found));
        [Some((self.reply.text, &self.said)), around].into_iter().flatten()
    }

    /// Whether a provider or a list is named. Most replies name none.
    #[inline]
    fn names_somebody(&self) -> bool {
        [Some(&self.said), self.around.as_ref(), self.host.as_ref()].into_iter().flatten().any(Matches::name_somebody)
    }

    /// Whether a row can decide. The server had to hear of the recipient before it can say something about it.
    fn decides(&self, row: &Row) -> bool {
        row.permanent_bounce().is_some() && !self.reply.precedes_the_recipient(row)
    }

    /// The row that takes precedence among those whose wordings are in the reply, and these words. One that says the same as
    /// the code comes first.
    fn phrase(&self, counts: impl Fn(&Row) -> bool, of_code: Category) -> Option<(&'static Row, &'a [u8])> {
        self.texts().find_map(|(text, found)| {
            let rows = found.iter().filter_map(|found| Some((crate::table::phrase(found.phrase)?, found)));
            // A row that gives no reason decides only if there is no other.
            let order = |(row, found): &(&'static Row, &Match)| {
                let category = row.category();
                (category == Category::Undefined, category != of_code, found.phrase, found.start)
            };
            let decides = |row: &Row| self.decides(row) && counts(row);
            let (row, found) = rows.filter(|(row, found)| decides(row) && is_said(text, found)).min_by_key(order)?;
            Some((row, found.of(text)?))
        })
    }

    /// The names in the text or around it, with the text and the place in it.
    fn names(&self) -> impl Iterator<Item = (Name, &'a [u8], &Match)> {
        let host = self.host.as_ref().map(|found| (self.reply.host, found));
        // A host says who answered, and nothing else.
        let in_host = host.into_iter().flat_map(|(text, found)| {
            let names = found.names().filter(|(name, _)| matches!(name, Name::Provider(_)));
            names.map(move |(name, found)| (name, text, found))
        });
        self.texts()
            .flat_map(|(text, found)| found.names().map(move |(name, found)| (name, text, found)))
            .chain(in_host)
            .filter(|(_, text, found)| is_said(text, found) && !is_in_bare_address(text, usize::from(found.start)))
    }

    /// Who answered: the first provider that what the server said names, or else what is around that.
    fn provider(&self) -> Option<&'static Provider> {
        self.names().find_map(|(name, ..)| match name {
            Name::Provider(place) => crate::provider::provider(place),
            _ => None,
        })
    }

    /// What a provider that is named means by a code of its own or by words: codes come first, then the longest words.
    fn reply_of_provider(&self, counts: impl Fn(&Row) -> bool) -> Option<(&'static Row, &'a [u8])> {
        let is_named = |provider| self.names().any(|(name, ..)| name == Name::Provider(provider));
        let mut best: Option<(&'static Row, &'a [u8], bool)> = None;
        for (name, text, found) in self.names() {
            let (place, is_code) = match name {
                Name::Code(row) => (row, true),
                Name::Words(row) => (row, false),
                _ => continue,
            };
            let Some(row) = crate::provider::row(place) else { continue };
            let words = if is_code { as_written(row, text, found) } else { found.of(text) };
            let Some(words) = words.filter(|_| {
                counts(row)
                    && self.decides(row)
                    && crate::provider::counts_with(row, self.reply.reply_code())
                    && row.place_of_provider().is_some_and(is_named)
            }) else {
                continue;
            };
            if best.is_none_or(|(_, other, was_code)| (is_code, words.len()) > (was_code, other.len())) {
                best = Some((row, words, is_code));
            }
        }
        best.map(|(row, words, _)| (row, words))
    }

    /// The first block list that is named, or the lookup that failed, and the words that name it.
    fn blocklist(&self) -> Option<(&'static Row, &'a [u8])> {
        self.blocklists().min_by_key(|(is_fault, start, ..)| (!is_fault, *start)).map(|(.., row, words)| (row, words))
    }

    /// The lists that are named: whether that means a lookup that failed, where, the row, and the words.
    fn blocklists(&self) -> impl Iterator<Item = (bool, u16, &'static Row, &'a [u8])> {
        self.names().filter_map(|(name, text, found)| {
            let (place, is_fault) = match name {
                Name::Blocklist(place) => (place, false),
                Name::Fault(place) => (place, true),
                _ => return None,
            };
            Some((is_fault, found.start, crate::table::blocklist(place)?, found.of(text)?))
        })
    }
}

/// The code of a row as it is in the text, if it is there as the provider writes it.
#[cfg(feature = "words")]
fn as_written<'a>(row: &Row, text: &'a [u8], found: &Match) -> Option<&'a [u8]> {
    let Key::Provider(_, code) = row.key() else { return None };
    let code = code.as_bytes().rsplit(|byte| *byte == b' ').next()?;
    // The brackets around `[TSS04]` may be missing, but those around `[299]` tell it from other numbers.
    let is_bare = |byte: &u8| byte.is_ascii_alphanumeric();
    let code = match (code.iter().position(is_bare), code.iter().rposition(is_bare)) {
        (Some(start), Some(end)) if code.iter().any(u8::is_ascii_alphabetic) => code.get(start..=end)?,
        _ => code,
    };
    let start =
        usize::from(found.start) - code.iter().position(u8::is_ascii_alphanumeric)?.min(usize::from(found.start));
    text.get(start..start + code.len()).filter(|written| written.eq_ignore_ascii_case(code))
}

/// Whether these words are the server's, and not a stranger's.
#[cfg(feature = "words")]
fn is_said(text: &[u8], found: &Match) -> bool {
    !is_in_address(text, usize::from(found.start), usize::from(found.end))
}

/// Whether what was refused for this reason may be accepted later. Used if no code says so.
fn passes(category: Category) -> bool {
    matches!(
        category,
        Category::MailboxFull
            | Category::SystemFull
            | Category::SystemUnavailable
            | Category::Network
            | Category::Congestion
            | Category::Greylisted
            | Category::RateLimited
    )
}

impl ReplyCode {
    /// What this code means on its own. An unregistered code means what its group does.
    ///
    /// ```
    /// # use bounce_codes::{Bounce, ReplyCode, Table};
    /// assert_eq!(ReplyCode::new(550).unwrap().verdict().bounce(), Some(Bounce::Hard));
    /// assert_eq!(ReplyCode::new(571).unwrap().verdict().matched(), Table::Group);
    /// ```
    pub fn verdict(self) -> Verdict<'static> {
        Reply::from(self).verdict()
    }
}

impl EnhancedCode {
    /// What this code means on its own. An unregistered code means what the only provider that sends it means (with the
    /// feature `words`), or else what its subject does, or its class.
    ///
    /// ```
    /// # use bounce_codes::{Bounce, EnhancedCode, Table};
    /// let verdict = "5.7.99".parse::<EnhancedCode>()?.verdict();
    /// assert_eq!(verdict.matched(), Table::Subject);
    /// assert_eq!(verdict.bounce(), Some(Bounce::Block));
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub fn verdict(self) -> Verdict<'static> {
        Reply::from(self).verdict()
    }
}

fn is_failure(class: Option<Class>) -> bool {
    matches!(class, Some(Class::PersistentTransientFailure | Class::PermanentFailure))
}

/// How much a code says beyond its class, from least to most.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Specificity {
    Nothing,
    OneOfManyReasons,
    Subject,
    Reason,
    Detail,
}

fn reply_specificity(row: &Row) -> Specificity {
    match row.table() {
        Table::Reply if row.is_generic() => Specificity::OneOfManyReasons,
        Table::Reply => Specificity::Reason,
        _ => Specificity::Nothing,
    }
}

fn enhanced_specificity(code: EnhancedCode, row: &Row) -> Specificity {
    match row.key() {
        Key::Pair(..) => Specificity::Detail,
        Key::Enhanced { .. } if code.detail() != 0 => Specificity::Detail,
        Key::Enhanced { .. } | Key::Subject(_) if code.subject() != 0 => Specificity::Subject,
        _ => Specificity::Nothing,
    }
}
