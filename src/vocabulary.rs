//! The words that answers are given in. The build script compiles this file too, so that the table and the library
//! cannot disagree about them.

use core::fmt;
use core::str::FromStr;

/// Declares an enum and, once for each variant, the word that stands for it in TOML, JSON and output.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident, $what:literal {
            $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
        }

        impl $name {
            /// Every value, in the order of declaration.
            ///
            /// ```
            #[doc = concat!("use bounce_codes::", stringify!($name), ";")]
            #[doc = concat!("for value in ", stringify!($name), "::ALL {")]
            #[doc = concat!("    assert_eq!(value.as_str().parse::<", stringify!($name), ">(), Ok(*value));")]
            /// }
            /// ```
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The word for this value in TOML, JSON and the command's output; `parse` reads it back.
            ///
            /// ```
            #[doc = concat!("use bounce_codes::", stringify!($name), ";")]
            #[doc = concat!("let words: Vec<&str> = ", stringify!($name), "::ALL.iter().map(|value| value.as_str()).collect();")]
            #[doc = concat!("assert_eq!(words, [", $("\"", $word, "\", ",)* "]);")]
            /// ```
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ParseWordError;

            fn from_str(text: &str) -> Result<Self, ParseWordError> {
                match text {
                    $($word => Ok($name::$variant),)*
                    _ => Err(ParseWordError { what: $what, words: &[$($word,)*] }),
                }
            }
        }
    };
}

words! {
    /// What the standard says of a reply: the first number of an enhanced status code ([RFC 3463 section 3.1]), and
    /// in effect the first digit of a reply code ([RFC 5321 section 4.2.1]).
    ///
    /// What the sender should do about it is [`Bounce`].
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
    /// [RFC 5321 section 4.2.1]: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1
    Class, "class" {
        /// Class 2: it was done.
        Success = "success",
        /// Class 4: not now, but a later attempt may succeed.
        PersistentTransientFailure = "persistent-transient-failure",
        /// Class 5: not as it is.
        PermanentFailure = "permanent-failure",
    }
}

impl Class {
    /// The class with this digit: 2, 4 or 5. `None` for every other digit, since there is no such class.
    ///
    /// ```
    /// use bounce_codes::Class;
    ///
    /// assert_eq!(Class::from_digit(5), Some(Class::PermanentFailure));
    /// assert_eq!(Class::from_digit(3), None);
    /// ```
    pub const fn from_digit(digit: u8) -> Option<Class> {
        match digit {
            2 => Some(Class::Success),
            4 => Some(Class::PersistentTransientFailure),
            5 => Some(Class::PermanentFailure),
            _ => None,
        }
    }

    /// The digit of this class: 2, 4 or 5.
    ///
    /// ```
    /// use bounce_codes::Class;
    ///
    /// assert_eq!(Class::PermanentFailure.digit(), 5);
    /// ```
    pub const fn digit(self) -> u8 {
        match self {
            Class::Success => 2,
            Class::PersistentTransientFailure => 4,
            Class::PermanentFailure => 5,
        }
    }
}

words! {
    /// What the sender should do about a failure, and so whose move it is.
    ///
    /// There will be no fourth: match on all three.
    ///
    /// ```
    /// use bounce_codes::{Bounce, classify};
    ///
    /// let verdict = classify(b"550 5.7.26 Unauthenticated email is not accepted").unwrap();
    /// match verdict.bounce() {
    ///     None => println!("no failure"),
    ///     Some(Bounce::Soft) => println!("try again later"),
    ///     Some(Bounce::Hard) => println!("drop the address"),
    ///     Some(Bounce::Block) => println!("look into our own side"),
    /// }
    /// # assert_eq!(verdict.bounce(), Some(Bounce::Block));
    /// ```
    Bounce, "bounce" {
        /// Time's move: retry later; the address and the message are fine.
        Soft = "soft",
        /// The list's move: stop mailing this address, since the mailbox or its domain is not there.
        Hard = "hard",
        /// The sender's move: the address may be fine; fix the message, its authentication, the connection or the
        /// reputation.
        Block = "block",
    }
}

words! {
    /// Why: the reason for a reply, in one word. The table may come to need more of them.
    ///
    /// ```
    /// use bounce_codes::{Category, classify};
    ///
    /// let verdict = classify(b"552 5.2.2 mailbox full").unwrap();
    /// assert_eq!(verdict.category(), Category::MailboxFull);
    /// assert_eq!(verdict.category().as_str(), "mailbox-full");
    /// ```
    #[non_exhaustive]
    Category, "category" {
        /// Nothing went wrong: the message was delivered or taken charge of.
        Delivered = "delivered",
        /// The mailbox does not exist.
        MailboxUnknown = "mailbox-unknown",
        /// The recipient's domain does not exist or takes no mail.
        DomainUnknown = "domain-unknown",
        /// The mailbox, or its owner, is no longer at this address.
        MailboxMoved = "mailbox-moved",
        /// The mailbox exists and is switched off or locked.
        MailboxDisabled = "mailbox-disabled",
        /// The mailbox is over its quota.
        MailboxFull = "mailbox-full",
        /// The message is larger than is accepted.
        MessageTooLarge = "message-too-large",
        /// The address is a mailing list that could not be expanded, or not for this sender.
        MailingList = "mailing-list",
        /// The sender's address or its domain was refused.
        SenderRejected = "sender-rejected",
        /// The receiving system is out of storage.
        SystemFull = "system-full",
        /// The receiving system is down, busy, in trouble or not for mail.
        SystemUnavailable = "system-unavailable",
        /// The receiving system lacks a feature that the message needs.
        SystemIncapable = "system-incapable",
        /// The connection could not be made or kept.
        Network = "network",
        /// The way to the destination could not be found, or runs in a circle.
        Routing = "routing",
        /// The receiving system or the way to it is overloaded.
        Congestion = "congestion",
        /// The message was in a queue for too long.
        Expired = "expired",
        /// The SMTP dialogue itself.
        Protocol = "protocol",
        /// More recipients than are taken at once.
        TooManyRecipients = "too-many-recipients",
        /// What the message contains or how it is encoded.
        Content = "content",
        /// A policy of the receiver: block lists, spam filters, relaying.
        Policy = "policy",
        /// More mail than the receiver takes in this time.
        RateLimited = "rate-limited",
        /// SPF, DKIM, DMARC, ARC or reverse DNS.
        Authentication = "authentication",
        /// Logging in with SMTP AUTH.
        Credentials = "credentials",
        /// TLS, or cryptography in the message.
        Encryption = "encryption",
        /// The code does not say.
        Undefined = "undefined",
    }
}

words! {
    /// The tables of the crate; [`Verdict::matched`](crate::Verdict::matched) says which of them answered.
    ///
    /// ```
    /// use bounce_codes::{EnhancedCode, Table};
    ///
    /// let known: EnhancedCode = "5.7.26".parse()?;
    /// assert_eq!(known.verdict().matched(), Table::Enhanced);
    /// let unknown: EnhancedCode = "5.7.606".parse()?;
    /// assert_eq!(unknown.verdict().matched(), Table::Subject);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    Table, "table" {
        /// Enhanced status codes: `5.1.1`.
        Enhanced = "enhanced",
        /// Reply codes: `550`.
        Reply = "reply",
        /// The classes of enhanced status codes: `5`.
        Class = "class",
        /// The subjects of enhanced status codes: the `1` of `5.1.1`.
        Subject = "subject",
        /// The groups of reply codes: `5xx`.
        Group = "group",
    }
}

/// A word that stands for no [`Class`], [`Bounce`], [`Category`] or [`Table`]; its message lists those that do.
///
/// ```
/// use bounce_codes::Bounce;
///
/// let error = "medium".parse::<Bounce>().unwrap_err();
/// assert_eq!(error.to_string(), "no such bounce: expected one of soft, hard, block");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseWordError {
    what: &'static str,
    words: &'static [&'static str],
}

impl fmt::Display for ParseWordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no such {}: expected one of ", self.what)?;
        for (i, word) in self.words.iter().enumerate() {
            write!(f, "{}{word}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl core::error::Error for ParseWordError {}
