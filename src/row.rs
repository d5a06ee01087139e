//! Rows and their keys. The build script compiles this file too, so keys are parsed and printed by one set of rules.

use core::fmt;
use core::str::FromStr;

use crate::code::{EnhancedCode, ParseCodeError, ReplyCode};
use crate::vocabulary::{Bounce, Category, Class, Scope, Table};

/// What a [`Row`] is about: one code, a code in every class, or a whole class, subject or group.
///
/// Keys sort the way rows do: by table, then by number, with `X` before a single class.
///
/// ```
/// use bounce_codes::{Key, Table};
///
/// let key: Key = "X.2.2".parse()?;
/// assert_eq!(key, Key::Enhanced { subject: 2, detail: 2, class: None });
/// assert_eq!(key.table(), Table::Enhanced);
/// assert_eq!(key.to_string(), "X.2.2");
/// # Ok::<(), bounce_codes::ParseCodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Key {
    /// A class of enhanced status codes, written `5`.
    Class(Class),
    /// A subject of enhanced status codes, written `X.7`.
    Subject(u16),
    /// An enhanced status code for every class, written `X.1.1`, or for one class, written `5.0.0`.
    Enhanced {
        /// The second number.
        subject: u16,
        /// The third number.
        detail: u16,
        /// The first number; `None` for `X`, every class.
        class: Option<Class>,
    },
    /// A reply code and an enhanced status code that mean something different together than alone, written `550 5.1.10`.
    Pair(EnhancedCode, ReplyCode),
    /// All reply codes with this first digit, written `5xx`.
    Group(u8),
    /// A reply code, written `550`.
    Reply(ReplyCode),
    /// A phrase, written as its name. Names are not parsed: look for the row in [`Table::rows`].
    Phrase(&'static str),
}

impl Key {
    /// The table that rows with such a key are in. A pair is in the table of its enhanced code.
    ///
    /// ```
    /// use bounce_codes::{Key, Table};
    ///
    /// assert_eq!("5xx".parse::<Key>()?.table(), Table::Group);
    /// assert_eq!("550 5.1.10".parse::<Key>()?.table(), Table::Enhanced);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn table(self) -> Table {
        match self {
            Key::Class(_) => Table::Class,
            Key::Subject(_) => Table::Subject,
            Key::Enhanced { .. } | Key::Pair(..) => Table::Enhanced,
            Key::Group(_) => Table::Group,
            Key::Reply(_) => Table::Reply,
            Key::Phrase(_) => Table::Phrase,
        }
    }

    /// The class of every code that the key covers; `None` if there are several (`X.2.2`, a subject) or none (1yz and
    /// 3yz replies).
    ///
    /// ```
    /// use bounce_codes::{Class, Key};
    ///
    /// assert_eq!("5.0.0".parse::<Key>()?.class(), Some(Class::PermanentFailure));
    /// assert_eq!("X.0.0".parse::<Key>()?.class(), None);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn class(self) -> Option<Class> {
        match self {
            Key::Class(class) => Some(class),
            Key::Subject(_) | Key::Phrase(_) => None,
            Key::Enhanced { class, .. } => class,
            Key::Pair(enhanced, _) => Some(enhanced.class()),
            Key::Group(digit) => Class::from_digit(digit),
            Key::Reply(code) => code.class(),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Class(class) => write!(f, "{}", class.digit()),
            Key::Subject(subject) => write!(f, "X.{subject}"),
            Key::Enhanced { subject, detail, class: None } => write!(f, "X.{subject}.{detail}"),
            Key::Enhanced { subject, detail, class: Some(class) } => write!(f, "{}.{subject}.{detail}", class.digit()),
            Key::Pair(enhanced, code) => write!(f, "{code} {enhanced}"),
            Key::Group(digit) => write!(f, "{digit}xx"),
            Key::Reply(code) => write!(f, "{code}"),
            Key::Phrase(name) => f.write_str(name),
        }
    }
}

/// Parses a key in the form that [`Display`](fmt::Display) writes. The error describes the kind of code that the text
/// resembles.
///
/// ```
/// use bounce_codes::Key;
///
/// for text in ["5", "X.7", "X.1.1", "5.0.0", "550 5.1.10", "4xx", "421"] {
///     assert_eq!(text.parse::<Key>()?.to_string(), text);
/// }
/// assert!("hello".parse::<Key>().is_err());
/// # Ok::<(), bounce_codes::ParseCodeError>(())
/// ```
impl FromStr for Key {
    type Err = ParseCodeError;

    fn from_str(text: &str) -> Result<Self, ParseCodeError> {
        let text = text.as_bytes();
        match text {
            [b'2'] => Ok(Key::Class(Class::Success)),
            [b'4'] => Ok(Key::Class(Class::PersistentTransientFailure)),
            [b'5'] => Ok(Key::Class(Class::PermanentFailure)),
            [digit @ b'1'..=b'5', b'x', b'x'] => Ok(Key::Group(digit - b'0')),
            [first, second, third] if !text.contains(&b'.') => {
                ReplyCode::from_bytes(&[*first, *second, *third]).map(Key::Reply)
            }
            [first, second, third, b' ', enhanced @ ..] => {
                let code = ReplyCode::from_bytes(&[*first, *second, *third])?;
                Ok(Key::Pair(EnhancedCode::from_bytes(enhanced)?, code))
            }
            [b'X', ..] => match EnhancedCode::read_subject(text)? {
                (subject, []) => Ok(Key::Subject(subject)),
                _ => {
                    let (subject, detail) = EnhancedCode::numbers_from_bytes(text)?;
                    Ok(Key::Enhanced { subject, detail, class: None })
                }
            },
            _ => {
                let code = EnhancedCode::from_bytes(text)?;
                Ok(Key::Enhanced { subject: code.subject(), detail: code.detail(), class: Some(code.class()) })
            }
        }
    }
}

/// What one of the tables says about a code.
///
/// Rows are static: a reference to one is valid for the life of the program. Get them from [`Table::rows`],
/// [`EnhancedCode::row`], [`ReplyCode::row`] and [`Verdict::row`](crate::Verdict::row).
///
/// ```
/// use bounce_codes::{Bounce, Category, EnhancedCode};
///
/// let row = "5.2.2".parse::<EnhancedCode>()?.row().unwrap();
/// assert_eq!(row.key().to_string(), "X.2.2");
/// assert_eq!(row.name(), "Mailbox full");
/// assert_eq!(row.category(), Category::MailboxFull);
/// assert_eq!(row.permanent_bounce(), Some(Bounce::Soft));
/// # Ok::<(), bounce_codes::ParseCodeError>(())
/// ```
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Row {
    pub(crate) key: Key,
    pub(crate) name: &'static str,
    pub(crate) registry_name: Option<&'static str>,
    pub(crate) description: &'static str,
    pub(crate) category: Category,
    pub(crate) bounce: Option<Bounce>,
    pub(crate) scope: Option<Scope>,
    pub(crate) generic: bool,
    pub(crate) decisive: bool,
    pub(crate) common: bool,
    pub(crate) overlaid: bool,
    pub(crate) reply_codes: &'static [ReplyCode],
    pub(crate) references: &'static [&'static str],
}

impl Row {
    /// What the row is about: one code, or all the codes that it covers.
    ///
    /// ```
    /// # use bounce_codes::Table;
    /// let keys: Vec<String> = Table::Group.rows().map(|row| row.key().to_string()).collect();
    /// assert_eq!(keys, ["1xx", "2xx", "3xx", "4xx", "5xx"]);
    /// ```
    pub const fn key(&self) -> Key {
        self.key
    }

    /// The label of the code, a few words.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// assert_eq!("5.1.1".parse::<EnhancedCode>()?.row().unwrap().name(), "Bad destination mailbox address");
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The label that the standard gives the code ([RFC 5248] for enhanced codes, [RFC 5321] for groups) where it differs
    /// from [`name`](Row::name); usually `None`.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// let row = "5.4.3".parse::<EnhancedCode>()?.row().unwrap();
    /// assert_eq!((row.name(), row.registry_name()), ("Routing server failure", Some("Directory server failure")));
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    ///
    /// [RFC 5248]: https://www.rfc-editor.org/rfc/rfc5248
    /// [RFC 5321]: https://www.rfc-editor.org/rfc/rfc5321
    pub const fn registry_name(&self) -> Option<&'static str> {
        self.registry_name
    }

    /// One sentence that tells the sender what happened.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// let row = "5.1.1".parse::<EnhancedCode>()?.row().unwrap();
    /// assert!(row.description().ends_with('.'));
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// The reason, in a word. A class 2 enhanced code is always [`Category::Delivered`], whatever its row says, so
    /// prefer [`Verdict::category`](crate::Verdict::category) for an actual reply.
    ///
    /// ```
    /// # use bounce_codes::{Category, EnhancedCode};
    /// assert_eq!("5.7.25".parse::<EnhancedCode>()?.row().unwrap().category(), Category::Authentication);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn category(&self) -> Category {
        self.category
    }

    /// The bounce if the failure is permanent (class 5). A class 4 failure is always [`Bounce::Soft`], so prefer
    /// [`Verdict::bounce`](crate::Verdict::bounce) for an actual reply. `None` if the code is not a failure.
    ///
    /// ```
    /// # use bounce_codes::{Bounce, EnhancedCode, ReplyCode};
    /// let code: EnhancedCode = "4.1.1".parse()?;
    /// assert_eq!(code.row().unwrap().permanent_bounce(), Some(Bounce::Hard)); // what 5.1.1 would be
    /// assert_eq!(code.verdict().bounce(), Some(Bounce::Soft));
    /// assert_eq!(ReplyCode::new(250).unwrap().row().unwrap().permanent_bounce(), None);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn permanent_bounce(&self) -> Option<Bounce> {
        self.bounce
    }

    /// What it is about: what the [category](Category::scope) implies, unless the row says otherwise.
    ///
    /// ```
    /// # use bounce_codes::{EnhancedCode, Scope};
    /// let scope = |code: &str| code.parse::<EnhancedCode>().unwrap().row().unwrap().scope();
    /// assert_eq!(scope("5.7.23"), Some(Scope::Sender)); // SPF
    /// assert_eq!(scope("5.7.25"), Some(Scope::Source)); // reverse DNS
    /// ```
    pub const fn scope(&self) -> Option<Scope> {
        match self.scope {
            Some(scope) => Some(scope),
            None => self.category.scope(),
        }
    }

    /// The reply codes that the registry lists for this enhanced code; empty if it lists none, and in every table but
    /// [`Table::Enhanced`].
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// assert_eq!("5.1.1".parse::<EnhancedCode>()?.row().unwrap().reply_codes(), [451, 550]);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn reply_codes(&self) -> &'static [ReplyCode] {
        self.reply_codes
    }

    /// The documents that define the code, such as `RFC 3463`.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// assert_eq!("5.7.23".parse::<EnhancedCode>()?.row().unwrap().references(), ["RFC 7372", "RFC 7208"]);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn references(&self) -> &'static [&'static str] {
        self.references
    }

    /// Whether this is one of the codes that senders see most often. A row for every class is common in class 5.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// assert!("5.1.1".parse::<EnhancedCode>()?.row().unwrap().is_common());
    /// assert!(!"5.7.30".parse::<EnhancedCode>()?.row().unwrap().is_common());
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn is_common(&self) -> bool {
        self.common
    }

    /// Whether an [`overlay`](crate::overlay) changed or added this row.
    ///
    /// ```
    /// # use bounce_codes::Table;
    /// let overlaid = Table::ALL.iter().flat_map(|table| table.rows()).filter(|row| row.is_overlaid());
    /// # if bounce_codes::overlay().is_none() {
    /// assert_eq!(overlaid.count(), 0, "this build has no overlay");
    /// # }
    /// ```
    pub const fn is_overlaid(&self) -> bool {
        self.overlaid
    }
}
