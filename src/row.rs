//! Rows. Their texts are one string without repetitions, so that a row is small.

use core::fmt;
use core::time::Duration;

use crate::code::{EnhancedCode, ReplyCode};
use crate::key::Key;
use crate::vocabulary::{Bounce, Category, Class, Scope, Table};

include!(concat!(env!("OUT_DIR"), "/rows.rs"));

/// What one of the tables says about a code.
///
/// Rows are static: a reference to one is valid for the life of the program. Get them from
/// [`Table::rows`](crate::Table::rows), [`EnhancedCode::row`], [`ReplyCode::row`] and [`Verdict::row`](crate::Verdict::row).
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
    pub(crate) key: RowKey,
    pub(crate) name: Text,
    pub(crate) description: Text,
    /// The place in `EXTRAS`.
    pub(crate) extra: u16,
    /// The places of the lists in `REPLY_CODES` and `REFERENCES`.
    pub(crate) reply_codes: u16,
    pub(crate) references: u16,
    pub(crate) category: Category,
    pub(crate) bounce: Option<Bounce>,
    pub(crate) scope: Option<Scope>,
    pub(crate) flags: u8,
}

/// What few rows have.
struct Extra {
    /// Empty if the standard has no other label.
    registry_name: Text,
    /// Empty if the general advice will do.
    advice: Text,
    /// In seconds; 0 if no wait is documented.
    retry_after: u32,
}

/// The bits of `flags`. Receivers use the code, or the words, for many reasons.
const GENERIC: u8 = 1;
/// Servers send the code only when they mean it.
#[cfg_attr(not(feature = "words"), allow(dead_code))]
const DECISIVE: u8 = 2;
const COMMON: u8 = 4;
const OVERLAID: u8 = 8;

/// A key without its texts, which the row has.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum RowKey {
    Class(Class),
    Subject(u16),
    Enhanced {
        subject: u16,
        detail: u16,
        class: Option<Class>,
    },
    /// The parts of an [`EnhancedCode`], which would make every row larger, and the reply code.
    Pair(Class, u16, u16, ReplyCode),
    Group(u8),
    Reply(ReplyCode),
    #[cfg_attr(not(feature = "words"), allow(dead_code))]
    Phrase,
    /// The place of the provider, and the code or the name.
    #[cfg_attr(not(feature = "words"), allow(dead_code))]
    Provider(u16, Text),
    #[cfg_attr(not(feature = "words"), allow(dead_code))]
    Blocklist,
}

/// A text of a row: where it begins in `TEXT`, and its length in the lowest 12 bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Text(u32);

impl Text {
    fn get(self) -> &'static str {
        let (start, length) = (self.0 as usize >> 12, self.0 as usize & 0xfff);
        TEXT.get(start..start + length).unwrap_or_default()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// A code in a generated row, which the build script has checked.
pub(crate) const fn code(number: u16) -> ReplyCode {
    ReplyCode::new(number).unwrap()
}

/// Like [`code`].
pub(crate) const fn enhanced(class: Class, subject: u16, detail: u16) -> EnhancedCode {
    EnhancedCode::new(class, subject, detail).unwrap()
}

impl Row {
    /// What the row is about: one code, or all the codes that it covers.
    ///
    /// ```
    /// # use bounce_codes::Table;
    /// let keys: Vec<String> = Table::Group.rows().map(|row| row.key().to_string()).collect();
    /// assert_eq!(keys, ["1xx", "2xx", "3xx", "4xx", "5xx"]);
    /// ```
    pub fn key(&self) -> Key {
        match self.key {
            RowKey::Class(class) => Key::Class(class),
            RowKey::Subject(subject) => Key::Subject(subject),
            RowKey::Enhanced { subject, detail, class } => Key::Enhanced { subject, detail, class },
            RowKey::Pair(class, subject, detail, code) => Key::Pair(EnhancedCode { class, subject, detail }, code),
            RowKey::Group(digit) => Key::Group(digit),
            RowKey::Reply(code) => Key::Reply(code),
            RowKey::Phrase => Key::Phrase(self.name()),
            RowKey::Provider(provider, code) => {
                Key::Provider(PROVIDER_NAMES.get(usize::from(provider)).copied().unwrap_or_default(), code.get())
            }
            RowKey::Blocklist => Key::Blocklist(self.name()),
        }
    }

    /// The table that it is in.
    #[inline]
    pub(crate) const fn table(&self) -> Table {
        match self.key {
            RowKey::Class(_) => Table::Class,
            RowKey::Subject(_) => Table::Subject,
            RowKey::Enhanced { .. } | RowKey::Pair(..) => Table::Enhanced,
            RowKey::Group(_) => Table::Group,
            RowKey::Reply(_) => Table::Reply,
            RowKey::Phrase => Table::Phrase,
            RowKey::Provider(..) => Table::Provider,
            RowKey::Blocklist => Table::Blocklist,
        }
    }

    fn extra(&self) -> Option<&'static Extra> {
        EXTRAS.get(usize::from(self.extra))
    }

    /// The place of the provider whose row it is.
    #[cfg(feature = "words")]
    pub(crate) fn place_of_provider(&self) -> Option<u16> {
        match self.key {
            RowKey::Provider(place, _) => Some(place),
            _ => None,
        }
    }

    /// Whether it is the row of a provider's code, not of words, so it is not called by its name.
    #[cfg(feature = "words")]
    pub(crate) fn found_by_code(&self) -> bool {
        matches!(self.key, RowKey::Provider(_, code) if code != self.name)
    }

    pub(crate) const fn is_generic(&self) -> bool {
        self.flags & GENERIC != 0
    }

    #[cfg(feature = "words")]
    pub(crate) const fn is_decisive(&self) -> bool {
        self.flags & DECISIVE != 0
    }

    /// The label of the code, a few words.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// assert_eq!("5.1.1".parse::<EnhancedCode>()?.row().unwrap().name(), "Bad destination mailbox address");
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub fn name(&self) -> &'static str {
        self.name.get()
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
    pub fn registry_name(&self) -> Option<&'static str> {
        Some(self.extra()?.registry_name.get()).filter(|label| !label.is_empty())
    }

    /// One sentence that tells the sender what happened.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// let row = "5.1.1".parse::<EnhancedCode>()?.row().unwrap();
    /// assert!(row.description().ends_with('.'));
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub fn description(&self) -> &'static str {
        self.description.get()
    }

    /// What to do, where that differs from the general advice: see [`Verdict::advice`](crate::Verdict::advice). Only rows
    /// of providers and block lists have it.
    ///
    /// ```
    /// # use bounce_codes::Table;
    /// let advised = Table::Provider.rows().filter(|row| row.advice().is_some());
    /// assert!(advised.count() < Table::Provider.rows().count() || cfg!(not(feature = "words")));
    /// ```
    pub fn advice(&self) -> Option<&'static str> {
        Some(self.extra()?.advice.get()).filter(|advice| !advice.is_empty())
    }

    /// How long to wait before the next try, if the provider documents it.
    ///
    /// ```
    /// # use bounce_codes::{Table, Verdict};
    /// # use std::time::Duration;
    /// let waits = Table::Provider.rows().filter_map(|row| row.retry_after());
    /// assert!(waits.max() <= Some(Duration::from_secs(7 * 86_400)));
    /// ```
    pub fn retry_after(&self) -> Option<Duration> {
        Some(Duration::from_secs(self.extra()?.retry_after.into())).filter(|wait| !wait.is_zero())
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

    /// The reply codes that the registry lists for this enhanced code; of a provider's row, the only reply codes with which
    /// it counts. Empty if there are none, and in every other table.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// assert_eq!("5.1.1".parse::<EnhancedCode>()?.row().unwrap().reply_codes(), [451, 550]);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub fn reply_codes(&self) -> &'static [ReplyCode] {
        REPLY_CODES.get(usize::from(self.reply_codes)).copied().unwrap_or_default()
    }

    /// The documents that define the code, such as `RFC 3463`. Of a provider, the page that the row is from and its
    /// postmaster page; of a block list, the pages where to look up and to ask for removal.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// assert_eq!("5.7.23".parse::<EnhancedCode>()?.row().unwrap().references(), ["RFC 7372", "RFC 7208"]);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub fn references(&self) -> &'static [&'static str] {
        REFERENCES.get(usize::from(self.references)).copied().unwrap_or_default()
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
        self.flags & COMMON != 0
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
        self.flags & OVERLAID != 0
    }
}

/// What the rows of all tables take.
#[cfg(test)]
pub(crate) fn static_size() -> usize {
    let tables = [ENHANCED, REPLY, CLASS, SUBJECT, GROUP, PHRASE, PROVIDER, BLOCKLIST];
    let rows: usize = tables.iter().map(|rows| size_of_val(*rows)).sum();
    // The compiler keeps one copy of equal texts.
    let references = || REFERENCES.iter().flat_map(|list| list.iter());
    let names = references().enumerate().filter(|(i, name)| references().take(*i).all(|other| other != *name));
    let names: usize = names.map(|(_, name)| name.len()).sum();
    let references = size_of_val(REFERENCES) + references().count() * size_of::<&str>() + names;
    let reply_codes = size_of_val(REPLY_CODES) + REPLY_CODES.iter().map(|list| size_of_val(*list)).sum::<usize>();
    let names = size_of_val(PROVIDER_NAMES) + size_of_val(EXTRAS);
    rows + TEXT.len() + references + reply_codes + names
}
