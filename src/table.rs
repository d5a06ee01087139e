//! The rows that the build script generated, and how a code finds its own.

use crate::code::{EnhancedCode, ReplyCode, key};
use crate::vocabulary::{Bounce, Category, Class, Table};

/// What one of the tables says of a code.
///
/// Rows are static: a reference to one lives as long as the program. They come from [`Table::rows`], from
/// [`EnhancedCode::row`], [`ReplyCode::row`] and [`Verdict::row`](crate::Verdict::row).
///
/// ```
/// use bounce_codes::{Bounce, Category, EnhancedCode};
///
/// let row = "5.2.2".parse::<EnhancedCode>()?.row().unwrap();
/// assert_eq!(row.code(), "X.2.2");
/// assert_eq!(row.name(), "Mailbox full");
/// assert_eq!(row.category(), Category::MailboxFull);
/// assert_eq!(row.bounce(), Some(Bounce::Soft));
/// # Ok::<(), bounce_codes::ParseCodeError>(())
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    pub(crate) table: Table,
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) registry_name: Option<&'static str>,
    pub(crate) description: &'static str,
    pub(crate) category: Category,
    pub(crate) bounce: Option<Bounce>,
    pub(crate) unspecific: bool,
    pub(crate) article: bool,
    pub(crate) overlaid: bool,
    pub(crate) reply_codes: &'static [ReplyCode],
    pub(crate) references: &'static [&'static str],
}

impl Row {
    /// The table that the row stands in.
    ///
    /// ```
    /// # use bounce_codes::{ReplyCode, Table};
    /// assert_eq!(ReplyCode::new(550).unwrap().row().unwrap().table(), Table::Reply);
    /// ```
    pub const fn table(&self) -> Table {
        self.table
    }

    /// The code as the table writes it: `X.2.2` (every class) or `5.0.0`, `550`, class `5`, subject `7`, group `4xx`.
    ///
    /// ```
    /// # use bounce_codes::Table;
    /// let codes: Vec<&str> = Table::Group.rows().map(|row| row.code()).collect();
    /// assert_eq!(codes, ["1xx", "2xx", "3xx", "4xx", "5xx"]);
    /// ```
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The class of every code that the row stands for; `None` where there are several (`X.2.2`, a subject) or none (1yz
    /// and 3yz replies).
    ///
    /// ```
    /// # use bounce_codes::{Class, EnhancedCode};
    /// assert_eq!("5.0.0".parse::<EnhancedCode>()?.row().unwrap().class(), Some(Class::PermanentFailure));
    /// assert_eq!("4.0.0".parse::<EnhancedCode>()?.row().unwrap().class(), None);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn class(&self) -> Option<Class> {
        match (self.table, self.code.as_bytes()) {
            (Table::Subject, _) => None,
            (_, [digit @ b'0'..=b'9', ..]) => Class::from_digit(*digit - b'0'),
            _ => None,
        }
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

    /// The label that the registry of the standard ([RFC 5248]) has for the code, where it says something else than
    /// [`name`](Row::name); mostly `None`.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// let row = "5.4.3".parse::<EnhancedCode>()?.row().unwrap();
    /// assert_eq!((row.name(), row.registry_name()), ("Routing server failure", Some("Directory server failure")));
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    ///
    /// [RFC 5248]: https://www.rfc-editor.org/rfc/rfc5248
    pub const fn registry_name(&self) -> Option<&'static str> {
        self.registry_name
    }

    /// What happened, in one sentence for the one who sent the message.
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

    /// Why, in one word. A success of an enhanced code is always [`Category::Delivered`], whatever the row says: ask
    /// the [verdict](crate::Verdict::category).
    ///
    /// ```
    /// # use bounce_codes::{Category, EnhancedCode};
    /// assert_eq!("5.7.25".parse::<EnhancedCode>()?.row().unwrap().category(), Category::Authentication);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn category(&self) -> Category {
        self.category
    }

    /// What to do. For a row that stands for every class (`X.1.1`, a subject) this is about the permanent failure,
    /// since a class 4 code is always [`Bounce::Soft`]; `None` if the code is no failure.
    ///
    /// ```
    /// # use bounce_codes::{Bounce, EnhancedCode, ReplyCode};
    /// let code: EnhancedCode = "4.1.1".parse()?;
    /// assert_eq!(code.row().unwrap().bounce(), Some(Bounce::Hard)); // as 5.1.1
    /// assert_eq!(code.verdict().bounce(), Some(Bounce::Soft));
    /// assert_eq!(ReplyCode::new(250).unwrap().row().unwrap().bounce(), None);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn bounce(&self) -> Option<Bounce> {
        self.bounce
    }

    /// The reply codes that usually stand before this enhanced code; empty where the registry names none, and for rows
    /// of the other tables.
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
}

impl Row {
    /// Whether the code is one of those that the article lists which this project began with: the most frequent ones.
    /// A row that stands for every class is in it for class 5.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// assert!("5.1.1".parse::<EnhancedCode>()?.row().unwrap().in_article());
    /// assert!(!"5.7.26".parse::<EnhancedCode>()?.row().unwrap().in_article());
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    pub const fn in_article(&self) -> bool {
        self.article
    }

    /// Whether an overlay has changed or added this row: see [`overlay`].
    ///
    /// ```
    /// # use bounce_codes::Table;
    /// let touched = Table::ALL.iter().flat_map(|table| table.rows()).filter(|row| row.is_overlaid());
    /// # if bounce_codes::overlay().is_none() {
    /// assert_eq!(touched.count(), 0, "there is no overlay here");
    /// # }
    /// ```
    pub const fn is_overlaid(&self) -> bool {
        self.overlaid
    }
}

/// The file name of the overlay that the crate was built with; `None` without one.
///
/// An overlay changes and adds rows at build time: the environment variable `BOUNCE_CODES_OVERLAY` names its file. The
/// README shows how.
///
/// ```
/// if let Some(file) = bounce_codes::overlay() {
///     let rows = bounce_codes::Table::ALL.iter().flat_map(|table| table.rows());
///     let touched: Vec<&str> = rows.filter(|row| row.is_overlaid()).map(|row| row.code()).collect();
///     println!("{file} changes {touched:?}");
/// }
/// ```
pub const fn overlay() -> Option<&'static str> {
    OVERLAY
}

impl Table {
    /// The rows of this table, in code order.
    ///
    /// ```
    /// use bounce_codes::{Bounce, Table};
    ///
    /// let hard = Table::Enhanced.rows().filter(|row| row.bounce() == Some(Bounce::Hard));
    /// assert!(hard.count() < 20, "few codes are a reason to drop an address");
    /// ```
    pub fn rows(self) -> core::slice::Iter<'static, Row> {
        match self {
            Table::Enhanced => ENHANCED,
            Table::Reply => REPLY,
            Table::Class => CLASS,
            Table::Subject => SUBJECT,
            Table::Group => GROUP,
        }
        .iter()
    }
}

impl Class {
    /// What the standard says of every code of this class.
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
    /// The row of exactly this code; `None` if it has none. A row for one class (`5.0.0`) comes before the one for
    /// every class (`X.0.0`).
    ///
    /// What an unknown code means all the same, [`verdict`](EnhancedCode::verdict) says.
    ///
    /// ```
    /// # use bounce_codes::EnhancedCode;
    /// assert_eq!("5.0.0".parse::<EnhancedCode>()?.row().unwrap().code(), "5.0.0");
    /// assert_eq!("4.0.0".parse::<EnhancedCode>()?.row().unwrap().code(), "X.0.0");
    /// assert_eq!("5.7.606".parse::<EnhancedCode>()?.row(), None);
    /// # Ok::<(), bounce_codes::ParseCodeError>(())
    /// ```
    #[inline]
    pub fn row(self) -> Option<&'static Row> {
        // `get` all the way: nothing of it can panic.
        let of_class = ENHANCED_INDEX.get(self.class() as usize);
        let of_subject = of_class.and_then(|of_class| of_class.get(usize::from(self.subject())));
        let place = match of_subject.and_then(|of_subject| of_subject.get(usize::from(self.detail()))) {
            Some(place) => place,
            None if ENHANCED_OUTSIDE_INDEX => ENHANCED_PLACES.get(&key(self.class(), self.subject(), self.detail()))?,
            None => return None,
        };
        ENHANCED.get(usize::from(*place))
    }

    /// The row of this code; else that of its subject, as [RFC 3463 section 2] asks; else that of its class.
    ///
    /// [RFC 3463 section 2]: https://www.rfc-editor.org/rfc/rfc3463#section-2
    pub(crate) fn nearest_row(self) -> &'static Row {
        self.row().or_else(|| SUBJECT.get(usize::from(self.subject()))).unwrap_or(self.class().row())
    }
}

impl ReplyCode {
    /// The row of exactly this code; `None` if it has none.
    ///
    /// What an unknown code means all the same, [`verdict`](ReplyCode::verdict) says.
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

    /// The row of this code; else that of its group, since a client that does not know a code has to go by the first
    /// digit ([RFC 5321 section 4.3.2]).
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

/// A reply code of the table, which the build script has checked.
const fn code(number: u16) -> ReplyCode {
    ReplyCode::new(number).unwrap()
}

include!(concat!(env!("OUT_DIR"), "/rows.rs"));
include!(concat!(env!("OUT_DIR"), "/maps.rs"));

// ------------------------------------------------------------------------------------------------------------- index
//
// Nearly all codes that are sent lie close together. For these a place in an array is found faster than a hash is
// computed, so that an index stands in front of the perfect-hash maps. It is made from the very same rows.

/// Subjects and details that the index covers, from 0 on.
const SUBJECTS: usize = 8;
const DETAILS: usize = 32;

/// Reply codes that the index covers: 200 to 599.
const FIRST_REPLY: usize = 200;
const REPLIES: usize = 400;

/// No row has this place.
const NOWHERE: u16 = u16::MAX;

static ENHANCED_INDEX: [[[u16; DETAILS]; SUBJECTS]; Class::ALL.len()] = index_enhanced();
static REPLY_INDEX: [u16; REPLIES] = index_reply();

/// Whether there are rows that the index does not cover. Without an overlay there are none, and then the compiler leaves
/// the maps out.
const ENHANCED_OUTSIDE_INDEX: bool = enhanced_outside_index();
const REPLY_OUTSIDE_INDEX: bool = reply_outside_index();

const fn index_enhanced() -> [[[u16; DETAILS]; SUBJECTS]; Class::ALL.len()] {
    let mut index = [[[NOWHERE; DETAILS]; SUBJECTS]; Class::ALL.len()];
    let mut place = 0;
    while place < ENHANCED.len() {
        let (only, subject, detail) = ENHANCED[place].enhanced_numbers();
        let mut class = 0;
        while class < Class::ALL.len() && subject < SUBJECTS && detail < DETAILS {
            // The row for every class comes first, and the rows for one class then take its place.
            if only.is_none() || matches!(only, Some(only) if only as usize == class) {
                index[class][subject][detail] = place as u16;
            }
            class += 1;
        }
        place += 1;
    }
    index
}

const fn index_reply() -> [u16; REPLIES] {
    let mut index = [NOWHERE; REPLIES];
    let mut place = 0;
    while place < REPLY.len() {
        let code = REPLY[place].reply_number();
        if code >= FIRST_REPLY {
            index[code - FIRST_REPLY] = place as u16;
        }
        place += 1;
    }
    index
}

const fn reply_outside_index() -> bool {
    let mut place = 0;
    while place < REPLY.len() {
        if REPLY[place].reply_number() < FIRST_REPLY {
            return true;
        }
        place += 1;
    }
    false
}

const fn enhanced_outside_index() -> bool {
    let mut place = 0;
    while place < ENHANCED.len() {
        let (_, subject, detail) = ENHANCED[place].enhanced_numbers();
        if subject >= SUBJECTS || detail >= DETAILS {
            return true;
        }
        place += 1;
    }
    false
}

impl Row {
    /// Class, subject and detail of a row of the enhanced codes; no class for `X`.
    const fn enhanced_numbers(&self) -> (Option<Class>, usize, usize) {
        match EnhancedCode::read_numbers(self.code.as_bytes()) {
            Ok((subject, detail, _)) => (self.class(), subject as usize, detail as usize),
            Err(_) => panic!("the build script has checked the codes"),
        }
    }

    /// The number of a row of the reply codes.
    const fn reply_number(&self) -> usize {
        match ReplyCode::from_bytes(self.code.as_bytes()) {
            Ok(code) => code.get() as usize,
            Err(_) => panic!("the build script has checked the codes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/every_code.rs` looks every code up beside a search through the rows, by way of the index; the maps behind it
    /// have to say the same.
    #[test]
    fn the_maps_agree_with_the_index() {
        for class in Class::ALL {
            for subject in 0..=999 {
                for detail in 0..=999 {
                    let code = EnhancedCode::new(*class, subject, detail).unwrap();
                    let place = ENHANCED_PLACES.get(&key(*class, subject, detail));
                    assert_eq!(code.row(), place.map(|place| &ENHANCED[usize::from(*place)]), "{code}");
                }
            }
        }
        for code in (0..=999).filter_map(ReplyCode::new) {
            let place = REPLY_PLACES.get(&code.get());
            assert_eq!(code.row(), place.map(|place| &REPLY[usize::from(*place)]), "{code}");
        }
    }

    /// What the crate adds to a program, and what of it one lookup may touch.
    #[test]
    fn static_size() {
        let index = [size_of_val(&ENHANCED_INDEX), size_of_val(&REPLY_INDEX)];
        assert_eq!(index, [1536, 800]);
        assert!(index.iter().all(|index| index + size_of::<Row>() <= 2048), "what a lookup may touch");

        let text = |row: &Row| {
            let references: usize = row.references.iter().map(|text| size_of::<&str>() + text.len()).sum();
            let names = row.name.len() + row.registry_name.map_or(0, str::len);
            row.code.len() + names + row.description.len() + references + size_of_val(row.reply_codes)
        };
        let tables = [ENHANCED, REPLY, CLASS, SUBJECT, GROUP];
        let rows: usize = tables.iter().map(|rows| size_of_val(*rows)).sum();
        let texts: usize = tables.iter().flat_map(|rows| rows.iter()).map(text).sum();
        // An entry of a map is a key and a place; phf adds displacements of 8 bytes for each five entries.
        let maps = ENHANCED_PLACES.len() * (8 + 2) + REPLY_PLACES.len() * (4 + 2);
        let size = index.iter().sum::<usize>() + rows + texts + maps;
        assert!(size <= 64 * 1024, "{size} bytes: rows {rows}, texts {texts}, maps {maps}");
    }
}
