//! The keys of rows. The build script compiles this file too, so keys are parsed and printed by one set of rules.

use core::fmt;
use core::str::FromStr;

use crate::code::{EnhancedCode, ParseCodeError, ReplyCode};
use crate::vocabulary::{Class, Table};

/// What a [`Row`](crate::Row) is about: one code, a code in every class, or a whole class, subject or group.
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
    /// A provider, and one of its codes as it writes it or the name of a row that words match, written
    /// `Gmail: 5.7.27`. Not parsed, either.
    Provider(&'static str, &'static str),
    /// A block list, written as its name. Not parsed, either.
    Blocklist(&'static str),
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
            Key::Provider(..) => Table::Provider,
            Key::Blocklist(_) => Table::Blocklist,
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
            Key::Subject(_) | Key::Phrase(_) | Key::Provider(..) | Key::Blocklist(_) => None,
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
            Key::Phrase(name) | Key::Blocklist(name) => f.write_str(name),
            Key::Provider(provider, code) => write!(f, "{provider}: {code}"),
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
