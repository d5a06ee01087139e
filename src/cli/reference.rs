//! The reference: which rows it shows, in which order, and under which titles.

use bounce_codes::{Bounce, EnhancedCode, Row, Table};

pub const TITLE: &str = "SMTP bounce codes";
pub const INTRODUCTION: &str = "What the code in a mail server's reply means, and what to do about it. If a reply has two \
    codes, such as 550 5.7.1, the longer one says more. A code that is not listed means what its subject says, or else \
    what its class or its first digit says.";
const COLUMNS: &[&str] = &["Code", "Name", "Bounce", "Category", "What happened", "Defined in"];
const PHRASE_COLUMNS: &[&str] = &["Name", "Bounce", "Category", "Scope", "What happened"];

/// One of the tables of the reference.
pub struct Section {
    pub id: String,
    pub title: &'static str,
    pub about: &'static str,
    pub columns: &'static [&'static str],
    pub entries: Vec<Entry>,
}

/// A row as a section shows it.
pub struct Entry {
    /// The code of the row, or `5.1.1` if the section shows the row `X.1.1` for class 5 only; the name of a phrase.
    pub code: String,
    pub row: &'static Row,
}

/// The four tables of the article in their order, then all codes, and then the phrases.
pub fn reference() -> Vec<Section> {
    let common = |table: Table| table.rows().filter(|row| row.is_common());
    let mut enhanced: Vec<Entry> = common(Table::Enhanced).map(Entry::in_class_5).collect();
    enhanced.dedup_by(|one, other| one.code == other.code);
    vec![
        Section::of(Table::Class),
        Section {
            id: "common-enhanced".to_owned(),
            title: "The most common enhanced status codes",
            about: "As permanent failures: class 5.",
            columns: COLUMNS,
            entries: enhanced,
        },
        Section::of(Table::Group),
        Section {
            id: "common-reply".to_owned(),
            title: "The most common reply codes",
            about: "The replies that refuse something.",
            columns: COLUMNS,
            entries: common(Table::Reply).map(Entry::of).collect(),
        },
        Section::of(Table::Enhanced),
        Section::of(Table::Subject),
        Section::of(Table::Reply),
        Section::of(Table::Phrase),
    ]
}

impl Section {
    /// All rows of a table.
    pub fn of(table: Table) -> Section {
        let (title, about) = match table {
            Table::Enhanced => (
                "All enhanced status codes",
                "X means every class that has no row of its own. A pair of codes has a row where the two mean something else together.",
            ),
            Table::Reply => ("All reply codes", "The reply codes of SMTP and its extensions."),
            Table::Class => ("Classes", "The first number of an enhanced status code."),
            Table::Subject => ("Subjects", "The second number of an enhanced status code."),
            Table::Group => ("Groups", "The first digit of a reply code."),
            Table::Phrase => (
                "Phrases",
                "What the words of a reply mean, in the order of precedence. In class 4, every one of them is a soft bounce.",
            ),
            _ => ("", ""),
        };
        let columns = if table == Table::Phrase { PHRASE_COLUMNS } else { COLUMNS };
        Section { id: table.to_string(), title, about, columns, entries: table.rows().map(Entry::of).collect() }
    }
}

impl Entry {
    fn of(row: &'static Row) -> Entry {
        Entry { code: row.key().to_string(), row }
    }

    /// What the row says about the permanent failure, or a row for class 5 only, which takes precedence.
    fn in_class_5(row: &'static Row) -> Entry {
        let code = row.key().to_string().replacen('X', "5", 1);
        let row = code.parse().ok().and_then(EnhancedCode::row).unwrap_or(row);
        Entry { code, row }
    }

    /// Whether the row is about words, so it has no code.
    pub fn is_phrase(&self) -> bool {
        self.row.key().table() == Table::Phrase
    }

    /// Whether the entry also covers class 4, which is soft although the row is not.
    pub fn is_soft_in_class_4(&self) -> bool {
        let every_class = self.code.starts_with('X') || self.row.key().table() == Table::Subject;
        every_class && matches!(self.row.permanent_bounce(), Some(Bounce::Hard | Bounce::Block))
    }
}

/// What to do about a bounce, in a sentence.
pub fn meaning(bounce: Bounce) -> &'static str {
    match bounce {
        Bounce::Soft => "Keep the address: nothing is wrong with it, or the problem is temporary.",
        Bounce::Hard => "Stop mailing the address: its mailbox or its domain does not exist.",
        Bounce::Block => "Keep the address, and fix something on your side before you send the message again.",
    }
}
