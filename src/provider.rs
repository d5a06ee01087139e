//! Providers: who answered, and what its codes mean.

use core::fmt;

#[cfg(feature = "words")]
use crate::code::{EnhancedCode, ReplyCode, map_key};
use crate::row::{PROVIDER, Row};

include!(concat!(env!("OUT_DIR"), "/providers.rs"));

/// A mailbox provider, a filter or a mail server that replies are recognized to be from. There are none without the feature
/// `words`.
///
/// ```
/// # #[cfg(feature = "words")] {
/// use bounce_codes::classify;
///
/// let verdict = classify("550 5.7.606 Access denied, banned sending IP").unwrap();
/// let provider = verdict.provider().unwrap();
/// assert_eq!(provider.name(), "Exchange Online");
/// assert_eq!(provider.postmaster(), Some("https://sender.office.com/"));
/// # }
/// ```
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Provider {
    name: &'static str,
    postmaster: Option<&'static str>,
    /// Where its rows begin and end in their table.
    rows: (u16, u16),
}

impl Provider {
    /// Every provider, in alphabetical order.
    ///
    /// ```
    /// # use bounce_codes::Provider;
    /// assert_eq!(Provider::all().any(|provider| provider.name() == "Gmail"), cfg!(feature = "words"));
    /// ```
    pub fn all() -> core::slice::Iter<'static, Provider> {
        PROVIDERS.iter()
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The address of its postmaster page, where it explains its replies or takes questions.
    pub const fn postmaster(&self) -> Option<&'static str> {
        self.postmaster
    }

    /// What it means by its codes and words: enhanced codes first, then codes of its own, then words.
    ///
    /// ```
    /// # use bounce_codes::Provider;
    /// for provider in Provider::all().filter(|provider| provider.name() == "Gmail") {
    ///     assert!(provider.rows().any(|row| row.name() == "Looks like unwanted mail"));
    /// }
    /// ```
    pub fn rows(&self) -> core::slice::Iter<'static, Row> {
        PROVIDER.get(usize::from(self.rows.0)..usize::from(self.rows.1)).unwrap_or_default().iter()
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What a provider means by an enhanced code.
#[cfg(feature = "words")]
pub(crate) struct Meaning {
    provider: u16,
    row: u16,
    /// Whether no other provider sends the code.
    pub(crate) unique: bool,
}

#[cfg(feature = "words")]
impl Meaning {
    pub(crate) fn provider(&self) -> Option<&'static Provider> {
        provider(self.provider)
    }

    pub(crate) fn row(&self) -> Option<&'static Row> {
        row(self.row)
    }
}

/// What providers mean by an enhanced code; empty if it means the same everywhere.
#[cfg(feature = "words")]
pub(crate) fn meanings(code: EnhancedCode) -> &'static [Meaning] {
    let key = map_key(code.class(), code.subject(), code.detail());
    let place = PIECES.partition_point(|(_, last, ..)| *last < key);
    match PIECES.get(place) {
        Some((first, _, start, end)) if *first <= key => {
            MEANINGS.get(usize::from(*start)..usize::from(*end)).unwrap_or_default()
        }
        _ => &[],
    }
}

/// A provider by its place.
#[cfg(feature = "words")]
pub(crate) fn provider(place: u16) -> Option<&'static Provider> {
    PROVIDERS.get(usize::from(place))
}

/// A row of a provider by its place.
#[cfg(feature = "words")]
pub(crate) fn row(place: u16) -> Option<&'static Row> {
    PROVIDER.get(usize::from(place))
}

/// Whether the row counts next to this reply code.
#[cfg(feature = "words")]
pub(crate) fn counts_with(row: &Row, code: Option<ReplyCode>) -> bool {
    row.reply_codes().is_empty() || code.is_some_and(|code| row.reply_codes().contains(&code))
}

/// What the providers take, without their rows.
#[cfg(test)]
pub(crate) fn static_size() -> usize {
    let texts = PROVIDERS.iter().map(|provider| provider.name.len() + provider.postmaster.map_or(0, str::len));
    #[cfg(feature = "words")]
    let codes = size_of_val(PIECES) + size_of_val(MEANINGS);
    #[cfg(not(feature = "words"))]
    let codes = 0;
    size_of_val(PROVIDERS) + texts.sum::<usize>() + codes
}
