//! The vocabulary of the answers. The build script compiles this file too, so the tables and the library cannot disagree on
//! it.

use core::fmt;
use core::str::FromStr;

/// Declares an enum together with the label of each variant in TOML, JSON and output.
macro_rules! labels {
    (
        $(#[$meta:meta])*
        $name:ident, $what:literal {
            $($(#[$variant_meta:meta])* $variant:ident = $label:literal,)*
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

            /// The label of this value in TOML, JSON and the command's output; `parse` turns it back into the value.
            ///
            /// ```
            #[doc = concat!("use bounce_codes::", stringify!($name), ";")]
            #[doc = concat!("let labels: Vec<&str> = ", stringify!($name), "::ALL.iter().map(|value| value.as_str()).collect();")]
            #[doc = concat!("assert_eq!(labels, [", $("\"", $label, "\", ",)* "]);")]
            /// ```
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $label,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ParseLabelError;

            fn from_str(text: &str) -> Result<Self, ParseLabelError> {
                match text {
                    $($label => Ok($name::$variant),)*
                    _ => Err(ParseLabelError { what: $what, labels: &[$($label,)*] }),
                }
            }
        }
    };
}

labels! {
    /// What the standard calls the answer: the first number of an enhanced status code ([RFC 3463 section 3.1]) and, in
    /// effect, the first digit of a reply code ([RFC 5321 section 4.2.1]).
    ///
    /// What to do about it is in [`Bounce`] and [`Verdict::retry`](crate::Verdict::retry).
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
        /// Class 2: the server accepted the command or the message.
        Success = "success",
        /// Class 4: not now, but a later attempt may succeed.
        PersistentTransientFailure = "persistent-transient-failure",
        /// Class 5: the same message will not succeed without a change.
        PermanentFailure = "permanent-failure",
    }
}

impl Class {
    /// The class with this digit, 2, 4 or 5; `None` for any other.
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

labels! {
    /// What to do about the address after a failure.
    ///
    /// Whether to retry the message is a separate question: see [`Verdict::retry`](crate::Verdict::retry). There will be no
    /// fourth value, so you can match on all three.
    ///
    /// ```
    /// use bounce_codes::{Bounce, classify};
    ///
    /// let verdict = classify("550 5.7.26 Unauthenticated email is not accepted").unwrap();
    /// match verdict.bounce() {
    ///     None => println!("not a failure"),
    ///     Some(Bounce::Soft) => println!("keep the address: nothing is wrong with it, or the problem is temporary"),
    ///     Some(Bounce::Hard) => println!("suppress the address"),
    ///     Some(Bounce::Block) => println!("keep the address, and fix something on your side"),
    /// }
    /// # assert_eq!(verdict.bounce(), Some(Bounce::Block));
    /// ```
    Bounce, "bounce" {
        /// Keep the address: nothing is wrong with it, or the problem is temporary.
        Soft = "soft",
        /// Stop mailing the address: its mailbox or its domain does not exist.
        Hard = "hard",
        /// Keep the address: the sender has to change something first, such as the message, its authentication, the
        /// connection or its reputation.
        Block = "block",
    }
}

labels! {
    /// Why the server answered the way it did, in a word. More may be added.
    ///
    /// ```
    /// use bounce_codes::{Category, classify};
    ///
    /// let verdict = classify("552 5.2.2 mailbox full").unwrap();
    /// assert_eq!(verdict.category(), Category::MailboxFull);
    /// assert_eq!(verdict.category().as_str(), "mailbox-full");
    /// ```
    #[non_exhaustive]
    Category, "category" {
        /// Not a failure: the message was delivered, or the command was accepted.
        Delivered = "delivered",
        /// The mailbox does not exist.
        MailboxUnknown = "mailbox-unknown",
        /// The recipient's domain does not exist or does not accept mail.
        DomainUnknown = "domain-unknown",
        /// The mailbox, or its owner, has moved to another address.
        MailboxMoved = "mailbox-moved",
        /// The mailbox exists but is disabled or locked.
        MailboxDisabled = "mailbox-disabled",
        /// The mailbox is over quota.
        MailboxFull = "mailbox-full",
        /// The message is larger than the receiver allows.
        MessageTooLarge = "message-too-large",
        /// The address is a mailing list that could not be expanded, or that this sender may not post to.
        MailingList = "mailing-list",
        /// The sender's address or domain was refused.
        SenderRejected = "sender-rejected",
        /// The receiving system is out of storage.
        SystemFull = "system-full",
        /// The receiving system is down, busy, broken or does not handle mail.
        SystemUnavailable = "system-unavailable",
        /// The receiving system lacks a feature that the message needs.
        SystemIncapable = "system-incapable",
        /// The connection could not be made or was lost.
        Network = "network",
        /// There is no route to the destination, or the mail is looping.
        Routing = "routing",
        /// The receiving system or the network is congested.
        Congestion = "congestion",
        /// The message was in the queue too long.
        Expired = "expired",
        /// The SMTP dialogue itself went wrong.
        Protocol = "protocol",
        /// The message has more recipients than the receiver accepts at a time.
        TooManyRecipients = "too-many-recipients",
        /// What the message contains, or how it is encoded.
        Content = "content",
        /// The message was judged to be spam by what it contains.
        Spam = "spam",
        /// The sending IP address, the domain or a URL is on a block list or has a bad reputation.
        Blocklisted = "blocklisted",
        /// The receiver defers mail from senders that it does not know yet.
        Greylisted = "greylisted",
        /// The server does not relay to the recipient's domain.
        RelayDenied = "relay-denied",
        /// Any other policy of the receiver.
        Policy = "policy",
        /// The sender sends more, or faster, than the receiver accepts.
        RateLimited = "rate-limited",
        /// SPF, DKIM, DMARC, ARC or reverse DNS.
        Authentication = "authentication",
        /// SMTP AUTH.
        Credentials = "credentials",
        /// TLS, or encryption of the message.
        Encryption = "encryption",
        /// The server did not say.
        Undefined = "undefined",
    }
}

impl Category {
    /// What to do about the address, unless a row says otherwise; `None` for [`Delivered`](Category::Delivered). A class 4
    /// failure is always [`Bounce::Soft`].
    ///
    /// ```
    /// use bounce_codes::{Bounce, Category};
    ///
    /// assert_eq!(Category::MailboxUnknown.bounce(), Some(Bounce::Hard));
    /// assert_eq!(Category::MailboxFull.bounce(), Some(Bounce::Soft));
    /// assert_eq!(Category::Spam.bounce(), Some(Bounce::Block));
    /// ```
    pub const fn bounce(self) -> Option<Bounce> {
        match self {
            Category::Delivered => None,
            Category::MailboxUnknown | Category::DomainUnknown | Category::MailboxMoved => Some(Bounce::Hard),
            Category::MailboxDisabled
            | Category::MailboxFull
            | Category::SystemFull
            | Category::SystemUnavailable
            | Category::Network
            | Category::Routing
            | Category::Congestion
            | Category::Expired
            | Category::Greylisted
            | Category::RateLimited => Some(Bounce::Soft),
            _ => Some(Bounce::Block),
        }
    }

    /// What such an answer is about, unless a row says otherwise; `None` for [`Delivered`](Category::Delivered) and
    /// [`Undefined`](Category::Undefined).
    ///
    /// ```
    /// use bounce_codes::{Category, Scope};
    ///
    /// assert_eq!(Category::MailboxFull.scope(), Some(Scope::Recipient));
    /// assert_eq!(Category::Undefined.scope(), None);
    /// ```
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Category::MailboxUnknown
            | Category::MailboxMoved
            | Category::MailboxDisabled
            | Category::MailboxFull
            | Category::MailingList => Some(Scope::Recipient),
            Category::DomainUnknown | Category::RelayDenied => Some(Scope::RecipientDomain),
            Category::MessageTooLarge
            | Category::Expired
            | Category::TooManyRecipients
            | Category::Content
            | Category::Spam
            | Category::Greylisted
            | Category::Policy => Some(Scope::Message),
            Category::SenderRejected | Category::Authentication | Category::Credentials => Some(Scope::Sender),
            Category::Protocol | Category::Blocklisted | Category::RateLimited => Some(Scope::Source),
            Category::SystemFull
            | Category::SystemUnavailable
            | Category::SystemIncapable
            | Category::Network
            | Category::Routing
            | Category::Congestion
            | Category::Encryption => Some(Scope::Receiver),
            Category::Delivered | Category::Undefined => None,
        }
    }
}

labels! {
    /// What an answer is about, so the sender knows what to hold back. More may be added.
    ///
    /// ```
    /// use bounce_codes::{Scope, classify};
    ///
    /// let verdict = classify("550 5.1.1 User unknown").unwrap();
    /// assert_eq!(verdict.scope(), Some(Scope::Recipient));
    /// ```
    #[non_exhaustive]
    Scope, "scope" {
        /// This recipient's address or mailbox.
        Recipient = "recipient",
        /// Every address of the recipient's domain.
        RecipientDomain = "recipient-domain",
        /// This message.
        Message = "message",
        /// The sender's address, domain or account.
        Sender = "sender",
        /// The sending host or its IP address.
        Source = "source",
        /// The receiving system.
        Receiver = "receiver",
    }
}

labels! {
    /// An SMTP command that a reply can answer ([RFC 5321 section 4.1]). More may be added.
    ///
    /// ```
    /// use bounce_codes::{Command, Reply};
    ///
    /// let reply = Reply::parse("550 Rejected").unwrap().in_reply_to(Command::EndOfData);
    /// assert_eq!(reply.command(), Some(Command::EndOfData));
    /// ```
    ///
    /// [RFC 5321 section 4.1]: https://www.rfc-editor.org/rfc/rfc5321#section-4.1
    #[non_exhaustive]
    Command, "command" {
        /// No command: the greeting, when the connection is made.
        Connect = "connect",
        /// `EHLO`, `HELO` or `LHLO`.
        Ehlo = "ehlo",
        /// `STARTTLS` ([RFC 3207](https://www.rfc-editor.org/rfc/rfc3207)).
        StartTls = "starttls",
        /// `AUTH` ([RFC 4954](https://www.rfc-editor.org/rfc/rfc4954)).
        Auth = "auth",
        /// `MAIL FROM`.
        MailFrom = "mail-from",
        /// `RCPT TO`.
        RcptTo = "rcpt-to",
        /// `DATA`, before the message is sent.
        Data = "data",
        /// The dot at the end of the message, or the last `BDAT`.
        EndOfData = "end-of-data",
    }
}

labels! {
    /// How a delivery ended. More may be added.
    ///
    /// ```
    /// use bounce_codes::{Delivery, Outcome};
    ///
    /// assert_eq!(Delivery::parse("550 5.1.1 User unknown").outcome(), Some(Outcome::Failed));
    /// ```
    #[non_exhaustive]
    Outcome, "outcome" {
        /// The message was delivered, or the next server took it over.
        Delivered = "delivered",
        /// The message was not delivered, and the sender gave up.
        Failed = "failed",
        /// The message was not delivered yet, and the sender will try again.
        Deferred = "deferred",
        /// Our own server refused a message from somebody else. This is not a bounce of ours.
        Refused = "refused",
    }
}

labels! {
    /// The tables of the crate; [`Verdict::matched`](crate::Verdict::matched) says which of them decided. More may be added.
    ///
    /// ```
    /// use bounce_codes::{EnhancedCode, Table};
    ///
    /// let known: EnhancedCode = "5.7.26".parse()?;
    /// assert_eq!(known.verdict().matched(), Table::Enhanced);
    /// let unknown: EnhancedCode = "5.7.99".parse()?;
    /// assert_eq!(unknown.verdict().matched(), Table::Subject);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    #[non_exhaustive]
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
        /// The wordings of refusals, by what they mean. Empty without the feature `words`.
        Phrase = "phrase",
        /// What each provider means by its codes and words. Empty without the feature `words`.
        Provider = "provider",
        /// DNS block lists. Empty without the feature `words`.
        Blocklist = "blocklist",
    }
}

/// The error for text that is not the label of a [`Class`], [`Bounce`], [`Category`], [`Scope`], [`Command`] or [`Table`]. The
/// message lists the labels there are.
///
/// ```
/// use bounce_codes::Bounce;
///
/// let error = "medium".parse::<Bounce>().unwrap_err();
/// assert_eq!(error.to_string(), "no such bounce: expected one of soft, hard, block");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseLabelError {
    what: &'static str,
    labels: &'static [&'static str],
}

impl fmt::Display for ParseLabelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no such {}: expected one of ", self.what)?;
        for (i, label) in self.labels.iter().enumerate() {
            write!(f, "{}{label}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl core::error::Error for ParseLabelError {}
