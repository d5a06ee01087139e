//! The tables that the build script generated, and the lookup of a code in them.
//!
//! Nearly all codes that servers send are close together. Those are found in an index, an array that costs less than
//! computing a hash; the perfect-hash maps answer for the rest.

use crate::code::{EnhancedCode, ReplyCode, map_key};
use crate::row::{BLOCKLIST, CLASS, ENHANCED, GROUP, PHRASE, PROVIDER, REPLY, Row, SUBJECT, code, enhanced};
use crate::vocabulary::{Class, Table};

include!(concat!(env!("OUT_DIR"), "/maps.rs"));

/// What the index holds for a code without a row.
const NOWHERE: u16 = u16::MAX;

/// The file name of the overlay that the crate was built with; `None` without one.
///
/// An overlay changes and adds rows at build time: the environment variable `BOUNCE_CODES_OVERLAY` names its file. The
/// README shows how.
///
/// ```
/// if let Some(file) = bounce_codes::overlay() {
///     let rows = bounce_codes::Table::ALL.iter().flat_map(|table| table.rows());
///     let overlaid: Vec<String> = rows.filter(|row| row.is_overlaid()).map(|row| row.key().to_string()).collect();
///     println!("{file} changes {overlaid:?}");
/// }
/// ```
pub const fn overlay() -> Option<&'static str> {
    OVERLAY
}

impl Table {
    /// The rows of this table, in the order of their keys; phrases in the order of their precedence, providers and block
    /// lists by name.
    ///
    /// ```
    /// use bounce_codes::{Bounce, Table};
    ///
    /// let hard = Table::Enhanced.rows().filter(|row| row.permanent_bounce() == Some(Bounce::Hard));
    /// assert!(hard.count() < 20, "few codes are a reason to suppress an address");
    /// ```
    pub fn rows(self) -> core::slice::Iter<'static, Row> {
        match self {
            Table::Enhanced => ENHANCED,
            Table::Reply => REPLY,
            Table::Class => CLASS,
            Table::Subject => SUBJECT,
            Table::Group => GROUP,
            Table::Phrase => PHRASE,
            Table::Provider => PROVIDER,
            Table::Blocklist => BLOCKLIST,
        }
        .iter()
    }
}

/// The row of a phrase by its place.
#[cfg(feature = "words")]
pub(crate) fn phrase(place: u16) -> Option<&'static Row> {
    PHRASE.get(usize::from(place))
}

/// The row of a block list by its place.
#[cfg(feature = "words")]
pub(crate) fn blocklist(place: u16) -> Option<&'static Row> {
    BLOCKLIST.get(usize::from(place))
}

impl Class {
    /// What the standard says about every code of this class.
    ///
    /// ```
    /// # use bounce_codes::Class;
    /// assert_eq!(Class::PersistentTransientFailure.row().name(), "Persistent Transient Failure");
    /// ```
    pub const fn row(self) -> &'static Row {
        match self {
            Class::Success => &CLASS[0],
            Class::PersistentTransientFailure => &CLASS[1],
            Class::PermanentFailure => &CLASS[2],
        }
    }
}

impl EnhancedCode {
    /// The row of exactly this code; `None` if it has none. A row for one class (`5.0.0`) takes precedence over the row
    /// for every class (`X.0.0`).
    ///
    /// For unregistered codes use [`verdict`](EnhancedCode::verdict), which falls back to the subject and the class.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// assert_eq!("5.0.0".parse::<EnhancedCode>()?.row().unwrap().key().to_string(), "5.0.0");
    /// assert_eq!("4.0.0".parse::<EnhancedCode>()?.row().unwrap().key().to_string(), "X.0.0");
    /// assert_eq!("5.7.99".parse::<EnhancedCode>()?.row(), None);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    #[inline]
    pub fn row(self) -> Option<&'static Row> {
        // `get` throughout, so that nothing here can panic.
        let of_class = ENHANCED_INDEX.get(self.class() as usize);
        let of_subject = of_class.and_then(|of_class| of_class.get(usize::from(self.subject())));
        let place = match of_subject.and_then(|of_subject| of_subject.get(usize::from(self.detail()))) {
            Some(place) => place,
            None if ENHANCED_OUTSIDE_INDEX => {
                ENHANCED_PLACES.get(&map_key(self.class(), self.subject(), self.detail()))?
            }
            None => return None,
        };
        ENHANCED.get(usize::from(*place))
    }

    /// The row of this code and this reply code together, if the pair has its own.
    #[inline]
    pub(crate) fn row_beside(self, code: ReplyCode) -> Option<&'static Row> {
        let key = pair_key(code, self);
        if PAIR_FILTER & pair_bit(key) == 0 {
            return None;
        }
        let found = PAIRS.binary_search_by(|(pair, _)| pair.cmp(&key)).ok()?;
        ENHANCED.get(usize::from(PAIRS.get(found)?.1))
    }

    /// The row of this code, or else of its subject, as [RFC 3463 section 2] asks, or else of its class.
    ///
    /// [RFC 3463 section 2]: https://www.rfc-editor.org/rfc/rfc3463#section-2
    pub(crate) fn nearest_row(self) -> &'static Row {
        self.row().unwrap_or_else(|| self.subject_row())
    }

    /// The row of the subject, or else of the class.
    pub(crate) fn subject_row(self) -> &'static Row {
        SUBJECT.get(usize::from(self.subject())).unwrap_or(self.class().row())
    }
}

impl ReplyCode {
    /// The row of exactly this code; `None` if it has none.
    ///
    /// For unregistered codes use [`verdict`](ReplyCode::verdict), which falls back to the group.
    ///
    /// ```
    /// # use bounce_codes::ReplyCode;
    /// assert_eq!(ReplyCode::new(556).unwrap().row().unwrap().name(), "Domain does not accept mail");
    /// assert_eq!(ReplyCode::new(571).unwrap().row(), None);
    /// ```
    #[inline]
    pub fn row(self) -> Option<&'static Row> {
        let place = match REPLY_INDEX.get(usize::from(self.get()).wrapping_sub(FIRST_REPLY)) {
            Some(place) => place,
            None if REPLY_OUTSIDE_INDEX => REPLY_PLACES.get(&self.get())?,
            None => return None,
        };
        REPLY.get(usize::from(*place))
    }

    /// The row of this code, or else of its group: a client has to go by the first digit of a code that it does not know
    /// ([RFC 5321 section 4.3.2]).
    ///
    /// [RFC 5321 section 4.3.2]: https://www.rfc-editor.org/rfc/rfc5321#section-4.3.2
    pub(crate) fn nearest_row(self) -> &'static Row {
        self.row().unwrap_or(self.group_row())
    }

    /// What the first digit says.
    pub(crate) fn group_row(self) -> &'static Row {
        match self.get() {
            ..200 => &GROUP[0],
            200..300 => &GROUP[1],
            300..400 => &GROUP[2],
            400..500 => &GROUP[3],
            500.. => &GROUP[4],
        }
    }
}

/// The key that the list of pairs is sorted by.
const fn pair_key(code: ReplyCode, enhanced: EnhancedCode) -> u64 {
    (map_key(enhanced.class(), enhanced.subject(), enhanced.detail()) as u64) << 16 | code.get() as u64
}

/// A bit for every pair, so that one comparison rules out nearly every other reply.
const PAIR_FILTER: u64 = {
    let (mut filter, mut at) = (0, 0);
    while at < PAIRS.len() {
        filter |= pair_bit(PAIRS[at].0);
        at += 1;
    }
    filter
};

const fn pair_bit(key: u64) -> u64 {
    // Five bits of the detail and one of the subject.
    1 << (key >> 16 & 31 | key >> 21 & 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/every_code.rs` compares lookups, which go through the index, with a search through the rows. The maps must give
    /// the same answers.
    #[test]
    fn the_maps_agree_with_the_index() {
        for class in Class::ALL {
            for subject in 0..=999 {
                for detail in 0..=999 {
                    let code = EnhancedCode::new(*class, subject, detail).unwrap();
                    let place = ENHANCED_PLACES.get(&map_key(*class, subject, detail));
                    assert_eq!(code.row(), place.map(|place| &ENHANCED[usize::from(*place)]), "{code}");
                }
            }
        }
        for code in (0..=999).filter_map(ReplyCode::new) {
            let place = REPLY_PLACES.get(&code.get());
            assert_eq!(code.row(), place.map(|place| &REPLY[usize::from(*place)]), "{code}");
        }
    }

    /// What the crate adds to a program, and how much of it one lookup can touch.
    #[test]
    fn static_size() {
        let index = [size_of_val(&ENHANCED_INDEX), size_of_val(&REPLY_INDEX)];
        assert_eq!(index, [1536, 800]);
        assert!(index.iter().all(|index| index + size_of::<Row>() <= 2048), "what a lookup can touch");

        // An entry of a map is a key and a place; phf adds displacements of 8 bytes for every five entries.
        let maps = ENHANCED_PLACES.len() * (8 + 2) + REPLY_PLACES.len() * (4 + 2);
        let codes = index.iter().sum::<usize>() + size_of_val(PAIRS) + maps;
        let (rows, providers) = (crate::row::static_size(), crate::provider::static_size());
        #[cfg(feature = "words")]
        let (words, most) = (crate::words::static_size(), 256 * 1024);
        #[cfg(not(feature = "words"))]
        let (words, most) = (0, 40_000);
        let size = codes + rows + providers + words;
        assert!(size <= most, "{size} bytes: codes {codes}, rows {rows}, providers {providers}, words {words}");
    }
}
