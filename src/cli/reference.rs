//! The reference: which rows it shows, in which order, and under which titles.

use bounce_codes::{Bounce, EnhancedCode, Key, Provider, Row, Table};

pub const TITLE: &str = "SMTP bounce codes";
pub const INTRODUCTION: &str = "What the code in a mail server's reply means, and what to do about it. If a reply has two \
    codes, such as 550 5.7.1, the longer one says more. A code that is not listed means what its subject says, or else \
    what its class or its first digit says.";
const COLUMNS: &[&str] = &["Code", "Name", "Bounce", "Category", "What happened", "Defined in"];
const PHRASE_COLUMNS: &[&str] = &["Name", "Bounce", "Category", "Scope", "What happened"];

const LIST_COLUMNS: &[&str] = &["Name", "Bounce", "Category", "Scope", "What happened", "Where to look"];

/// One of the tables of the reference.
pub struct Section {
    pub id: String,
    pub title: &'static str,
    pub about: String,
    pub columns: &'static [&'static str],
    pub entries: Vec<Entry>,
}

/// A row as a section shows it.
pub struct Entry {
    /// The code of the row, or `5.1.1` if the section shows the row `X.1.1` for class 5 only; the name of a row that words
    /// match.
    pub code: String,
    pub row: &'static Row,
}

/// The four tables of the article in their order, then all codes, the phrases, the providers, and the block lists.
pub fn reference() -> Vec<Section> {
    let common = |table: Table| table.rows().filter(|row| row.is_common());
    let mut enhanced: Vec<Entry> = common(Table::Enhanced).map(Entry::in_class_5).collect();
    enhanced.dedup_by(|one, other| one.code == other.code);
    let mut sections = vec![
        Section::of(Table::Class),
        Section {
            id: "common-enhanced".to_owned(),
            title: "The most common enhanced status codes",
            about: "As permanent failures: class 5.".to_owned(),
            columns: COLUMNS,
            entries: enhanced,
        },
        Section::of(Table::Group),
        Section {
            id: "common-reply".to_owned(),
            title: "The most common reply codes",
            about: "The replies that refuse something.".to_owned(),
            columns: COLUMNS,
            entries: common(Table::Reply).map(Entry::of).collect(),
        },
        Section::of(Table::Enhanced),
        Section::of(Table::Subject),
        Section::of(Table::Reply),
        Section::of(Table::Phrase),
    ];
    sections.extend(sections_of(Table::Provider));
    sections.push(Section::of(Table::Blocklist));
    sections
}

/// A table in sections: one for each provider.
pub fn sections_of(table: Table) -> Vec<Section> {
    let of_provider = |provider: &'static Provider| Section {
        id: format!("provider-{}", slug(provider.name())),
        title: provider.name(),
        about: format!("What the replies of {provider} mean. In class 4, every one of them is a soft bounce."),
        columns: COLUMNS,
        entries: provider.rows().map(Entry::of).collect(),
    };
    match table {
        Table::Provider => Provider::all().map(of_provider).collect(),
        table => vec![Section::of(table)],
    }
}

/// A name as part of an address.
pub fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '.').filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
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
            Table::Blocklist => {
                ("Block lists", "The lists that replies name. In class 4, every one of them is a soft bounce.")
            }
            _ => ("", ""),
        };
        let columns = match table {
            Table::Phrase => PHRASE_COLUMNS,
            Table::Blocklist => LIST_COLUMNS,
            _ => COLUMNS,
        };
        Section {
            id: table.to_string(),
            title,
            about: about.to_owned(),
            columns,
            entries: table.rows().map(Entry::of).collect(),
        }
    }
}

impl Entry {
    fn of(row: &'static Row) -> Entry {
        let code = match row.key() {
            Key::Provider(_, code) => code.to_owned(),
            key => key.to_string(),
        };
        Entry { code, row }
    }

    /// What the row says about the permanent failure, or a row for class 5 only, which takes precedence.
    fn in_class_5(row: &'static Row) -> Entry {
        let code = row.key().to_string().replacen('X', "5", 1);
        let row = code.parse().ok().and_then(EnhancedCode::row).unwrap_or(row);
        Entry { code, row }
    }

    /// Whether the row is about words, so it has no code.
    pub fn is_words(&self) -> bool {
        match self.row.key() {
            Key::Phrase(_) | Key::Blocklist(_) => true,
            Key::Provider(_, code) => code == self.row.name(),
            _ => false,
        }
    }

    /// What happened, and what to do where that differs from the general advice.
    pub fn description(&self) -> String {
        match self.row.advice() {
            Some(advice) => format!("{} {advice}", self.row.description()),
            None => self.row.description().to_owned(),
        }
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
