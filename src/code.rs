//! Codes as values. The build script compiles this file too, so codes in the table and codes off the wire are parsed by
//! the same rules.

use core::fmt;
use core::num::NonZeroU16;
use core::str::FromStr;

use crate::vocabulary::Class;

/// A reply code: the three digits that every SMTP reply begins with ([RFC 5321 section 4.2]), such as `550`.
///
/// Any number from 100 to 599 is valid, registered or not. The grammar of the standard is narrower
/// (`%x32-35 %x30-35 %x30-39`), but servers do send 571 and 591, and a client has to go by the first digit of a code it
/// does not know. Other numbers do not belong to any group, so they are rejected.
///
/// ```
/// use bounce_codes::ReplyCode;
///
/// const MAILBOX_UNAVAILABLE: ReplyCode = ReplyCode::new(550).unwrap();
///
/// let code: ReplyCode = "550".parse()?;
/// assert_eq!(code, MAILBOX_UNAVAILABLE);
/// assert_eq!(code, 550);
/// # Ok::<(), bounce_codes::ParseCodeError>(())
/// ```
///
/// [RFC 5321 section 4.2]: https://www.rfc-editor.org/rfc/rfc5321#section-4.2
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyCode(NonZeroU16);

impl ReplyCode {
    /// The reply code with this number; `None` unless it is 100 to 599.
    ///
    /// ```
    /// use bounce_codes::ReplyCode;
    ///
    /// assert!(ReplyCode::new(421).is_some());
    /// assert!(ReplyCode::new(660).is_none());
    /// ```
    pub const fn new(number: u16) -> Option<ReplyCode> {
        match NonZeroU16::new(number) {
            Some(number) if number.get() >= 100 && number.get() <= 599 => Some(ReplyCode(number)),
            _ => None,
        }
    }

    /// Parses a reply code: three digits and nothing else.
    ///
    /// To parse a whole reply, see [`Reply::parse`](crate::Reply::parse).
    ///
    /// # Errors
    ///
    /// If there are not exactly three digits, or the first is not 1 to 5.
    ///
    /// ```
    /// use bounce_codes::ReplyCode;
    ///
    /// assert_eq!(ReplyCode::from_bytes(b"250")?, 250);
    /// let error = ReplyCode::from_bytes(b"25O").unwrap_err();
    /// assert_eq!(error.to_string(), "expected a digit at byte 2 of a reply code such as 550");
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn from_bytes(bytes: &[u8]) -> Result<ReplyCode, ParseCodeError> {
        let (mut number, mut rest, mut at) = (0, bytes, 0);
        while at < 3 {
            let [digit @ b'0'..=b'9', after @ ..] = rest else {
                return Err(ParseCodeError::new(Form::Reply, Expected::Digit, at));
            };
            number = number * 10 + (*digit - b'0') as u16;
            (rest, at) = (after, at + 1);
        }
        if !rest.is_empty() {
            return Err(ParseCodeError::new(Form::Reply, Expected::End, 3));
        }
        match ReplyCode::new(number) {
            Some(code) => Ok(code),
            None => Err(ParseCodeError::new(Form::Reply, Expected::FirstDigit, 0)),
        }
    }

    /// The number, 100 to 599.
    ///
    /// ```
    /// use bounce_codes::ReplyCode;
    ///
    /// assert_eq!(ReplyCode::new(550).unwrap().get(), 550);
    /// ```
    pub const fn get(self) -> u16 {
        self.0.get()
    }

    /// The class that the first digit gives ([RFC 5321 section 4.2.1]); `None` for 1yz and 3yz, which are neither success
    /// nor failure.
    ///
    /// ```
    /// use bounce_codes::{Class, ReplyCode};
    ///
    /// assert_eq!(ReplyCode::new(550).unwrap().class(), Some(Class::PermanentFailure));
    /// assert_eq!(ReplyCode::new(354).unwrap().class(), None);
    /// ```
    ///
    /// [RFC 5321 section 4.2.1]: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1
    pub const fn class(self) -> Option<Class> {
        Class::from_digit((self.get() / 100) as u8)
    }
}

impl fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReplyCode({self})")
    }
}

impl FromStr for ReplyCode {
    type Err = ParseCodeError;

    fn from_str(text: &str) -> Result<Self, ParseCodeError> {
        ReplyCode::from_bytes(text.as_bytes())
    }
}

impl TryFrom<&[u8]> for ReplyCode {
    type Error = ParseCodeError;

    fn try_from(bytes: &[u8]) -> Result<Self, ParseCodeError> {
        ReplyCode::from_bytes(bytes)
    }
}

/// Checks a number that an SMTP client has parsed already.
///
/// ```
/// use bounce_codes::ReplyCode;
///
/// assert_eq!(ReplyCode::try_from(550)?, 550);
/// let error = ReplyCode::try_from(660).unwrap_err();
/// assert_eq!(error.to_string(), "expected a number from 100 to 599");
/// # Ok::<(), bounce_codes::ParseCodeError>(())
/// ```
impl TryFrom<u16> for ReplyCode {
    type Error = ParseCodeError;

    fn try_from(number: u16) -> Result<Self, ParseCodeError> {
        ReplyCode::new(number).ok_or(ParseCodeError { form: Form::Number, expected: Expected::FirstDigit, position: 0 })
    }
}

impl From<ReplyCode> for u16 {
    fn from(code: ReplyCode) -> u16 {
        code.get()
    }
}

impl PartialEq<u16> for ReplyCode {
    fn eq(&self, number: &u16) -> bool {
        self.get() == *number
    }
}

impl PartialEq<ReplyCode> for u16 {
    fn eq(&self, code: &ReplyCode) -> bool {
        *self == code.get()
    }
}

/// An enhanced status code: class, subject and detail ([RFC 3463 section 2]), such as `5.1.1`.
///
/// Any code of that form is valid, registered or not: class 2, 4 or 5, subject and detail 0 to 999, no leading zeros.
///
/// ```
/// use bounce_codes::{Class, EnhancedCode};
///
/// const BAD_MAILBOX: EnhancedCode = EnhancedCode::new(Class::PermanentFailure, 1, 1).unwrap();
///
/// let code: EnhancedCode = "5.1.1".parse()?;
/// assert_eq!(code, BAD_MAILBOX);
/// assert_eq!((code.subject(), code.detail()), (1, 1));
/// assert_eq!(code.to_string(), "5.1.1");
/// # Ok::<(), bounce_codes::ParseCodeError>(())
/// ```
///
/// [RFC 3463 section 2]: https://www.rfc-editor.org/rfc/rfc3463#section-2
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedCode {
    pub(crate) class: Class,
    pub(crate) subject: u16,
    pub(crate) detail: u16,
}

impl EnhancedCode {
    /// The code with this class, subject and detail; `None` if subject or detail is over 999.
    ///
    /// ```
    /// use bounce_codes::{Class, EnhancedCode};
    ///
    /// assert!(EnhancedCode::new(Class::PermanentFailure, 7, 606).is_some());
    /// assert!(EnhancedCode::new(Class::PermanentFailure, 7, 1000).is_none());
    /// ```
    pub const fn new(class: Class, subject: u16, detail: u16) -> Option<EnhancedCode> {
        if subject > 999 || detail > 999 {
            return None;
        }
        Some(EnhancedCode { class, subject, detail })
    }

    /// Parses an enhanced status code and nothing else.
    ///
    /// To parse a whole reply, see [`Reply::parse`](crate::Reply::parse).
    ///
    /// # Errors
    ///
    /// If it is not class, subject and detail separated by dots; the error says where it goes wrong.
    ///
    /// ```
    /// use bounce_codes::EnhancedCode;
    ///
    /// assert_eq!(EnhancedCode::from_bytes(b"5.7.26")?.detail(), 26);
    /// let error = EnhancedCode::from_bytes(b"5.1").unwrap_err();
    /// assert_eq!(error.to_string(), "expected a dot at byte 3 of an enhanced code such as 5.1.1");
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn from_bytes(bytes: &[u8]) -> Result<EnhancedCode, ParseCodeError> {
        match EnhancedCode::read_prefix(bytes) {
            Ok((code, [])) => Ok(code),
            Ok((_, rest)) => Err(ParseCodeError::new(Form::Enhanced, Expected::End, bytes.len() - rest.len())),
            Err(error) => Err(error),
        }
    }

    /// Parses the code at the start of `bytes`, and returns what follows.
    #[inline]
    pub(crate) const fn read_prefix(bytes: &[u8]) -> Result<(EnhancedCode, &[u8]), ParseCodeError> {
        let class = match bytes {
            [b'2', ..] => Class::Success,
            [b'4', ..] => Class::PersistentTransientFailure,
            [b'5', ..] => Class::PermanentFailure,
            _ => return Err(ParseCodeError::new(Form::Enhanced, Expected::Class, 0)),
        };
        match EnhancedCode::read_numbers(bytes) {
            Ok((subject, detail, rest)) => Ok((EnhancedCode { class, subject, detail }, rest)),
            Err(error) => Err(error),
        }
    }

    /// Parses the two numbers after a class of one character, and nothing else.
    pub(crate) const fn numbers_from_bytes(bytes: &[u8]) -> Result<(u16, u16), ParseCodeError> {
        match EnhancedCode::read_numbers(bytes) {
            Ok((subject, detail, [])) => Ok((subject, detail)),
            Ok((_, _, rest)) => Err(ParseCodeError::new(Form::Enhanced, Expected::End, bytes.len() - rest.len())),
            Err(error) => Err(error),
        }
    }

    /// Parses subject and detail after a class of one character, and returns what follows.
    #[inline]
    const fn read_numbers(bytes: &[u8]) -> Result<(u16, u16, &[u8]), ParseCodeError> {
        let (subject, rest) = match EnhancedCode::read_subject(bytes) {
            Ok(read) => read,
            Err(error) => return Err(error),
        };
        match read_number(rest) {
            Ok((detail, after)) => Ok((subject, detail, after)),
            Err(expected) => Err(expected.at(bytes.len() - rest.len())),
        }
    }

    /// Parses the subject after a class of one character, and returns what follows.
    #[inline]
    pub(crate) const fn read_subject(bytes: &[u8]) -> Result<(u16, &[u8]), ParseCodeError> {
        let [_, numbers @ ..] = bytes else {
            return Err(ParseCodeError::new(Form::Enhanced, Expected::Class, 0));
        };
        match read_number(numbers) {
            Ok(read) => Ok(read),
            Err(expected) => Err(expected.at(1)),
        }
    }

    /// The class, the first of the three numbers ([RFC 3463 section 3.1]).
    ///
    /// ```
    /// use bounce_codes::{Class, EnhancedCode};
    ///
    /// let code: EnhancedCode = "4.2.2".parse()?;
    /// assert_eq!(code.class(), Class::PersistentTransientFailure);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    ///
    /// [RFC 3463 section 3.1]: https://www.rfc-editor.org/rfc/rfc3463#section-3.1
    pub const fn class(self) -> Class {
        self.class
    }

    /// The subject, the second of the three numbers ([RFC 3463 section 3.2]): 0 to 999, of which 0 to 7 are defined.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// assert_eq!("5.7.26".parse::<EnhancedCode>()?.subject(), 7);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    ///
    /// [RFC 3463 section 3.2]: https://www.rfc-editor.org/rfc/rfc3463#section-3.2
    pub const fn subject(self) -> u16 {
        self.subject
    }

    /// The detail, the last of the three numbers: 0 to 999, where 0 means that the server gave none.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// assert_eq!("5.7.26".parse::<EnhancedCode>()?.detail(), 26);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn detail(self) -> u16 {
        self.detail
    }
}

/// Parses a dot and a number of one to three digits without a leading zero, and returns what follows.
#[inline]
const fn read_number(text: &[u8]) -> Result<(u16, &[u8]), Expected> {
    let [b'.', digits @ ..] = text else { return Err(Expected::Dot) };
    let [first @ b'0'..=b'9', rest @ ..] = digits else { return Err(Expected::Digit) };
    let mut number = (*first - b'0') as u16;
    let mut rest = rest;
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        if number == 0 {
            return Err(Expected::NoLeadingZero);
        }
        if number > 99 {
            return Err(Expected::ThreeDigits);
        }
        number = number * 10 + (*digit - b'0') as u16;
        rest = after;
    }
    Ok((number, rest))
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Through a buffer, so that width and alignment apply to the whole code; the longest is "5.999.999".
        let mut text = [0; 9];
        text[0] = b'0' + self.class.digit();
        let mut length = 1;
        for number in [self.subject, self.detail] {
            text[length] = b'.';
            length += 1;
            for (unit, digit) in [(100, number / 100), (10, number / 10 % 10), (1, number % 10)] {
                if number >= unit || unit == 1 {
                    text[length] = b'0' + digit as u8;
                    length += 1;
                }
            }
        }
        f.pad(core::str::from_utf8(&text[..length]).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EnhancedCode({self})")
    }
}

impl FromStr for EnhancedCode {
    type Err = ParseCodeError;

    fn from_str(text: &str) -> Result<Self, ParseCodeError> {
        EnhancedCode::from_bytes(text.as_bytes())
    }
}

impl TryFrom<&[u8]> for EnhancedCode {
    type Error = ParseCodeError;

    fn try_from(bytes: &[u8]) -> Result<Self, ParseCodeError> {
        EnhancedCode::from_bytes(bytes)
    }
}

/// Takes the three numbers the way `smtp-proto` and `mail-send` store them.
///
/// ```
/// use bounce_codes::EnhancedCode;
///
/// assert_eq!(EnhancedCode::try_from([5, 1, 1])?.to_string(), "5.1.1");
/// assert!(EnhancedCode::try_from([0, 0, 0]).is_err()); // their way of saying that the server sent none
/// # Ok::<(), bounce_codes::ParseCodeError>(())
/// ```
impl TryFrom<[u8; 3]> for EnhancedCode {
    type Error = ParseCodeError;

    fn try_from([class, subject, detail]: [u8; 3]) -> Result<Self, ParseCodeError> {
        Class::from_digit(class)
            .and_then(|class| EnhancedCode::new(class, subject.into(), detail.into()))
            .ok_or(ParseCodeError { form: Form::Number, expected: Expected::Class, position: 0 })
    }
}

/// The error for text or numbers that are not a [`ReplyCode`], an [`EnhancedCode`] or a [`Key`](crate::Key). The message
/// says what was expected, and at which byte.
///
/// ```
/// use bounce_codes::EnhancedCode;
///
/// let error = "6.1.1".parse::<EnhancedCode>().unwrap_err();
/// assert_eq!(error.to_string(), "expected class 2, 4 or 5 at byte 0 of an enhanced code such as 5.1.1");
/// assert_eq!(error.position(), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseCodeError {
    form: Form,
    expected: Expected,
    position: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Reply,
    Enhanced,
    /// Numbers instead of text.
    Number,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Digit,
    FirstDigit,
    Class,
    Dot,
    ThreeDigits,
    NoLeadingZero,
    End,
}

impl Expected {
    /// The error for a dot and the number after it, which start at this byte.
    const fn at(self, dot: usize) -> ParseCodeError {
        let position = if matches!(self, Expected::Dot) { dot } else { dot + 1 };
        ParseCodeError::new(Form::Enhanced, self, position)
    }
}

impl ParseCodeError {
    const fn new(form: Form, expected: Expected, position: usize) -> ParseCodeError {
        ParseCodeError { form, expected, position }
    }

    /// The index of the first byte that cannot be part of a code; 0 for numbers.
    ///
    /// ```
    /// use bounce_codes::ReplyCode;
    ///
    /// assert_eq!("5x0".parse::<ReplyCode>().unwrap_err().position(), 1);
    /// ```
    pub const fn position(&self) -> usize {
        self.position
    }
}

impl fmt::Display for ParseCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = match self.expected {
            Expected::Digit => "a digit",
            Expected::FirstDigit => "a number from 100 to 599",
            Expected::Class => "class 2, 4 or 5",
            Expected::Dot => "a dot",
            Expected::ThreeDigits => "a number of at most three digits",
            Expected::NoLeadingZero => "a number without a leading zero",
            Expected::End => "the end",
        };
        let form = match self.form {
            Form::Reply => "a reply code such as 550",
            Form::Enhanced => "an enhanced code such as 5.1.1",
            Form::Number => return write!(f, "expected {expected}"),
        };
        write!(f, "expected {expected} at byte {} of {form}", self.position)
    }
}

impl core::error::Error for ParseCodeError {}

/// The key of an enhanced code in the perfect-hash map.
pub(crate) const fn map_key(class: Class, subject: u16, detail: u16) -> u32 {
    (class.digit() as u32) << 20 | (subject as u32) << 10 | detail as u32
}
