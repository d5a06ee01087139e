//! Deciding what a reply means: which of its codes counts, and what to do.

use crate::code::{EnhancedCode, ReplyCode};
use crate::reply::{Codes, Reply};
use crate::table::Row;
use crate::vocabulary::{Bounce, Category, Class, Table};

/// The answer: what a reply means, and whose move it is.
///
/// Made by [`classify`](crate::classify), or by the `verdict` of a [`Reply`], a [`ReplyCode`] or an [`EnhancedCode`].
///
/// # How it is decided
///
/// 1. **A code that is not in the tables** means what the standard says of it: an unknown enhanced code what its
///    subject says, else its class; an unknown reply code what its group says. [`matched`](Verdict::matched) tells
///    which table answered.
///
///    | code | answered by |
///    |---|---|
///    | `5.7.26` | `enhanced` |
///    | `5.7.606` | `subject` 7, security or policy |
///    | `5.99.1` | `class` 5 |
///    | `571` | `group` 5xx |
///
/// 2. **Of two codes the more specific one decides**, in this order: an enhanced code with a known detail (`5.7.1`); a
///    reply code with one meaning (`503`); an enhanced code that gives only a subject (`5.7.0`, `5.7.606`); a reply code
///    that receivers use for many reasons (`421`, `450`, `451`, `452`, `550` to `554`); what is left says nothing but its
///    class.
///
///    | reply | decided by |
///    |---|---|
///    | `550 5.7.1` | `5.7.1` |
///    | `503 5.5.0` | `503` |
///    | `550 5.7.0` | `5.7.0` |
///    | `550 5.0.0` | `550` |
///
/// 3. **Where one code says 4 and the other 5, the bounce is soft**: no address should be dropped on contradictory
///    evidence. Class, category and row stay those of the code that decided.
///
/// 4. **A success beside a failure**: the reply code decides, since it is what the SMTP client has to go by. A failure
///    of this kind is soft, too. [`contradictory`](Verdict::contradictory) tells of both cases.
///
/// 5. **A reply to another command than `RCPT TO`** does not mean the recipient's mailbox: 550, 551 and 553 then say no
///    more than their group, and 5.0.0 no more than its class. See [`Reply::to_other_command`].
///
/// ```
/// use bounce_codes::{Bounce, Category, classify};
///
/// let verdict = classify(b"450 5.1.1 try again later").unwrap();
/// assert_eq!(verdict.category(), Category::MailboxUnknown);
/// assert_eq!(verdict.bounce(), Some(Bounce::Soft));
/// assert!(verdict.contradictory());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    reply: Reply,
    row: &'static Row,
    class: Option<Class>,
    contradictory: bool,
}

impl Verdict {
    /// The reply code that was there; `None` for an enhanced code alone.
    ///
    /// ```
    /// # use bounce_codes::classify;
    /// assert_eq!(classify(b"550 5.1.1 No").unwrap().reply().unwrap(), 550);
    /// ```
    pub const fn reply(&self) -> Option<ReplyCode> {
        self.reply.code()
    }

    /// The enhanced code that was there; `None` for a reply code alone.
    ///
    /// ```
    /// # use bounce_codes::classify;
    /// assert_eq!(classify(b"550 5.1.1 No").unwrap().enhanced().unwrap().to_string(), "5.1.1");
    /// ```
    pub const fn enhanced(&self) -> Option<EnhancedCode> {
        self.reply.enhanced()
    }

    /// The class of the code that decided; `None` for 1yz and 3yz replies, which are neither success nor failure.
    ///
    /// ```
    /// # use bounce_codes::{Class, classify};
    /// assert_eq!(classify(b"550 5.1.1 No").unwrap().class(), Some(Class::PermanentFailure));
    /// assert_eq!(classify(b"354 Go ahead").unwrap().class(), None);
    /// ```
    pub const fn class(&self) -> Option<Class> {
        self.class
    }

    /// What to do; `None` where there is no failure.
    ///
    /// ```
    /// # use bounce_codes::{Bounce, classify};
    /// assert_eq!(classify(b"452 4.2.2 Over quota").unwrap().bounce(), Some(Bounce::Soft));
    /// assert_eq!(classify(b"550 5.1.1 No").unwrap().bounce(), Some(Bounce::Hard));
    /// assert_eq!(classify(b"554 5.7.1 Spam").unwrap().bounce(), Some(Bounce::Block));
    /// assert_eq!(classify(b"250 2.1.5 Ok").unwrap().bounce(), None);
    /// ```
    #[inline]
    pub fn bounce(&self) -> Option<Bounce> {
        match self.class? {
            Class::Success => None,
            Class::PermanentFailure if !self.contradictory => self.row.bounce(),
            _ => Class::PersistentTransientFailure.row().bounce(),
        }
    }

    /// Why; [`Category::Undefined`] where the codes do not say.
    ///
    /// ```
    /// # use bounce_codes::{Category, classify};
    /// assert_eq!(classify(b"550 5.7.25 No PTR").unwrap().category(), Category::Authentication);
    /// assert_eq!(classify(b"554 No").unwrap().category(), Category::Undefined);
    /// ```
    #[inline]
    pub fn category(&self) -> Category {
        match (self.row.table(), self.class) {
            // What a row for every class gives as a reason for failing is none for having been delivered.
            (Table::Enhanced | Table::Subject, Some(Class::Success)) => Class::Success.row().category(),
            _ => self.row.category(),
        }
    }

    /// The row that decided, with name, description and references.
    ///
    /// ```
    /// # use bounce_codes::classify;
    /// assert_eq!(classify(b"552 5.2.2 Over quota").unwrap().row().name(), "Mailbox full");
    /// ```
    pub const fn row(&self) -> &'static Row {
        self.row
    }

    /// The table of the row that decided. Anything but [`Table::Enhanced`] and [`Table::Reply`] means that the code is
    /// not in the tables, and that only its subject, class or group is known.
    ///
    /// ```
    /// # use bounce_codes::{Table, classify};
    /// assert_eq!(classify(b"550 5.1.1 No").unwrap().matched(), Table::Enhanced);
    /// assert_eq!(classify(b"571 No PTR").unwrap().matched(), Table::Group);
    /// ```
    pub const fn matched(&self) -> Table {
        self.row.table()
    }

    /// Whether the reply code and the enhanced code are of different classes.
    ///
    /// ```
    /// # use bounce_codes::classify;
    /// assert!(classify(b"550 4.2.2 Over quota").unwrap().contradictory());
    /// assert!(!classify(b"552 5.2.2 Over quota").unwrap().contradictory());
    /// ```
    pub const fn contradictory(&self) -> bool {
        self.contradictory
    }
}

impl Reply {
    /// What the codes mean together: see [`Verdict`] for the rules.
    ///
    /// ```
    /// # use bounce_codes::{Category, Reply};
    /// let reply = Reply::read(b"550 5.7.1 Relaying denied").unwrap();
    /// assert_eq!(reply.verdict().category(), Category::Policy);
    /// ```
    #[inline]
    pub fn verdict(self) -> Verdict {
        match self.codes {
            // The usual case: nothing knows more than a detail, whatever the reply code is.
            Codes::Both(code, enhanced) if enhanced.detail() != 0 && code.class() == Some(enhanced.class()) => {
                match enhanced.row() {
                    Some(row) => self.decided_by(row, Some(enhanced.class())),
                    None => self.weigh(code, enhanced),
                }
            }
            Codes::Both(code, enhanced) => self.weigh(code, enhanced),
            Codes::Reply(code) => self.decided_by(self.reply_row(code), code.class()),
            Codes::Enhanced(enhanced) => self.decided_by(self.enhanced_row(enhanced), Some(enhanced.class())),
        }
    }

    /// Which of two codes decides.
    fn weigh(self, code: ReplyCode, enhanced: EnhancedCode) -> Verdict {
        let (of_reply, of_enhanced) = (self.reply_row(code), self.enhanced_row(enhanced));
        let contradictory = code.class() != Some(enhanced.class());
        let both_fail = is_failure(code.class()) && is_failure(Some(enhanced.class()));
        let reply_decides =
            (contradictory && !both_fail) || reply_specificity(of_reply) > enhanced_specificity(enhanced, of_enhanced);
        let (row, class) = if reply_decides { (of_reply, code.class()) } else { (of_enhanced, Some(enhanced.class())) };
        Verdict { reply: self, row, class, contradictory }
    }

    #[inline]
    fn decided_by(self, row: &'static Row, class: Option<Class>) -> Verdict {
        Verdict { reply: self, row, class, contradictory: false }
    }

    /// The row of the enhanced code, unless that speaks of a mailbox without giving a subject, as 5.0.0 does, and the
    /// mailbox cannot be the recipient's.
    fn enhanced_row(self, enhanced: EnhancedCode) -> &'static Row {
        let row = enhanced.nearest_row();
        if self.to_other_command && enhanced.subject() == 0 && row.category() == Category::MailboxUnknown {
            return enhanced.class().row();
        }
        row
    }

    /// The row of the reply code, unless that speaks of a mailbox that cannot be the recipient's.
    fn reply_row(self, code: ReplyCode) -> &'static Row {
        let row = code.nearest_row();
        if self.to_other_command && matches!(row.category(), Category::MailboxUnknown | Category::MailboxMoved) {
            return code.group_row();
        }
        row
    }
}

impl ReplyCode {
    /// What this code means on its own; an unknown code means what its group does.
    ///
    /// ```
    /// # use bounce_codes::{Bounce, ReplyCode, Table};
    /// assert_eq!(ReplyCode::new(550).unwrap().verdict().bounce(), Some(Bounce::Hard));
    /// assert_eq!(ReplyCode::new(571).unwrap().verdict().matched(), Table::Group);
    /// ```
    pub fn verdict(self) -> Verdict {
        Reply::from(self).verdict()
    }
}

impl EnhancedCode {
    /// What this code means on its own; an unknown code means what its subject does, or else its class.
    ///
    /// ```
    /// # use bounce_codes::{Bounce, EnhancedCode, Table};
    /// let verdict = "5.7.606".parse::<EnhancedCode>()?.verdict();
    /// assert_eq!(verdict.matched(), Table::Subject);
    /// assert_eq!(verdict.bounce(), Some(Bounce::Block));
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub fn verdict(self) -> Verdict {
        Reply::from(self).verdict()
    }
}

fn is_failure(class: Option<Class>) -> bool {
    matches!(class, Some(Class::PersistentTransientFailure | Class::PermanentFailure))
}

/// How much a code tells beyond its class, the least first.
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
        Table::Reply if row.unspecific => Specificity::OneOfManyReasons,
        Table::Reply => Specificity::Reason,
        _ => Specificity::Nothing,
    }
}

fn enhanced_specificity(code: EnhancedCode, row: &Row) -> Specificity {
    match row.table() {
        Table::Enhanced if code.detail() != 0 => Specificity::Detail,
        Table::Enhanced | Table::Subject if code.subject() != 0 => Specificity::Subject,
        _ => Specificity::Nothing,
    }
}
