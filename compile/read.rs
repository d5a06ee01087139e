//! Reads the rows of a TOML text, each key on its own.

use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::problem::{Problem, did_you_mean, nearest};
use super::{
    BlocklistEntry, Entry, Listed, Located, PhraseEntry, Place, ProviderEntry, ReplyEntry, Source, SynonymEntry,
};
use crate::code::ReplyCode;
use crate::key::Key;
use crate::vocabulary::{Bounce, Category, Scope, Table};

/// The tables whose rows are found by a code.
const CODES: &[Table] = &[Table::Class, Table::Subject, Table::Enhanced, Table::Group, Table::Reply];

/// The TOML keys of a row: the tables that have them, and what they mean.
pub const KEYS: &[(&str, &[Table], &str)] = &[
    (
        "code",
        CODES,
        "The code. `X` means every class. A row for one class, or for a reply code and an enhanced code together \
         (`550 5.1.10`), says only what differs.",
    ),
    (
        "code",
        &[Table::Provider],
        "An enhanced code such as `5.7.606`, or a code of the provider's own, as it writes it: `OFR_506`, `[TSS04]`. Give \
         `words` instead if it has none.",
    ),
    ("last", &[Table::Provider], "The last code of a range of enhanced codes."),
    ("name", Table::ALL, "The label. Of a code: the article's if it has the code, or else the registry's."),
    ("registry_name", &[Table::Group], "The standard's label, where it differs from `name`."),
    ("description", Table::ALL, "One sentence in our own words: what happened, as a sender wants to know it."),
    (
        "category",
        &[Table::Class, Table::Subject, Table::Enhanced, Table::Group, Table::Reply, Table::Phrase, Table::Provider],
        "Why. Leave it out where it is what the subject, the group or the class says.",
    ),
    (
        "bounce",
        &[Table::Class, Table::Subject, Table::Enhanced, Table::Reply, Table::Phrase, Table::Provider],
        "What to do about the address after a permanent failure: `soft` (keep it), `hard` (suppress it) or `block` (keep \
         it, and fix something on the sender's side). Leave it out where it is what the subject or the class says, or \
         for a phrase or a provider what the category implies.",
    ),
    (
        "scope",
        &[Table::Class, Table::Subject, Table::Enhanced, Table::Group, Table::Reply, Table::Phrase, Table::Provider],
        "What it is about. Leave it out where it is what the category implies.",
    ),
    ("advice", &[Table::Provider], "What to do, in a sentence or two, where that differs from the general advice."),
    (
        "retry_after",
        &[Table::Provider],
        "How many seconds to wait before the next try, where the provider documents it.",
    ),
    ("unique", &[Table::Provider], "True if no other provider sends the enhanced code, so it names this one."),
    (
        "generic",
        &[Table::Reply, Table::Phrase],
        "Of a reply code: true if receivers use it for many reasons, so an enhanced code that gives at least a subject \
         says more. Of a phrase: true if its wordings mean little alone, so they count only beside a failing code that \
         gives no reason of its own.",
    ),
    ("decisive", &[Table::Enhanced], "True if servers send the code only when they mean it, so no words say more."),
    (
        "single_words",
        &[Table::Phrase],
        "True if single words are meant as wordings: words that ordinary prose does not contain.",
    ),
    (
        "common",
        &[Table::Class, Table::Enhanced, Table::Group, Table::Reply],
        "True for the codes that senders see most often: those of the article that this project started from.",
    ),
    (
        "reply_codes",
        &[Table::Enhanced, Table::Provider],
        "The reply codes that the registry lists for this enhanced code. Of a provider: the only reply codes with which \
         the row counts.",
    ),
    (
        "references",
        &[Table::Class, Table::Subject, Table::Enhanced, Table::Group, Table::Reply, Table::Phrase],
        "The documents that define the code, such as \"RFC 3463\".",
    ),
    (
        "words",
        &[Table::Phrase, Table::Provider, Table::Blocklist],
        "The wordings, sorted: words in lower case with single spaces between them, whatever separates them in a reply. \
         `*` matches at most one argument (an address, a host name, a number, something in quotes), and `{a,b}` is a \
         choice.",
    ),
    ("without", &[Table::Phrase], "Only in an overlay: wordings of the row of the same name to switch off."),
    ("lists", &[Table::Blocklist], "What is on the list: `ip`, `domain` or `url`."),
    ("lookup", &[Table::Blocklist], "The page where to look up whether something is listed."),
    ("delist", &[Table::Blocklist], "The page where to ask for removal."),
    ("closed", &[Table::Blocklist], "When the list closed: a year, a month, or \"unknown\"."),
    ("fault", &[Table::Blocklist], "True if the words mean that the receiver's lookup failed, so nobody is listed."),
    ("source", &[Table::Provider, Table::Blocklist], "The address of the page that the facts are from."),
    ("checked", &[Table::Provider, Table::Blocklist], "The day on which the row was last checked: \"2026-11-24\"."),
];

/// The TOML keys of a provider itself. Its replies have those of a row of `provider`.
pub const PROVIDER_KEYS: &[(&str, &str)] = &[
    ("name", "The name of the provider."),
    (
        "words",
        "What recognizes it, wherever it is in the input: words in lower case with single spaces between them. A host name \
         is a word for each of its parts.",
    ),
    ("postmaster", "The page where the provider explains its replies, or takes questions."),
    ("reply", "What the provider means by its codes and words."),
];

/// The TOML table of synonyms, and what it says.
pub const SYNONYMS: (&str, &str) = (
    "synonyms",
    "Words, sorted, by the word that they stand for: wherever a wording has that word, a reply may have one of them, and a \
     wording may be written with any of them. Those of `\"\"` are fillers, which stand for nothing: except as its first word, \
     a filler in a wording does not count, and a reply may have fillers between the words of a wording.",
);

/// The rows of one source, as they are written.
#[derive(Default)]
pub(super) struct Entries {
    pub codes: Vec<Entry>,
    pub synonyms: Vec<SynonymEntry>,
    pub phrases: Vec<PhraseEntry>,
    pub providers: Vec<ProviderEntry>,
    pub blocklists: Vec<BlocklistEntry>,
}

/// Reads the rows of one source.
pub(super) fn read(number: usize, source: &Source<'_>, problems: &mut Vec<Problem>) -> Entries {
    let mut reader = Reader { source: number, is_overlay: source.is_overlay, problems };
    let (document, errors) = DeTable::parse_recoverable(source.text);
    // One `[enhanced]` instead of `[[enhanced]]` makes every other row a duplicate key. The mistake itself is reported
    // below.
    let are_lists = document
        .get_ref()
        .iter()
        .all(|(name, value)| value.get_ref().is_array() || name.get_ref().parse::<Table>().is_err());
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let problem = match error.message() {
            "duplicate key" if !are_lists => continue,
            "duplicate key" => reader.problem(span, "this key appears twice in its row", "keep one of the two"),
            message => reader.problem(span, "this is not TOML", message),
        };
        problem.hides_others = true;
    }
    let mut entries = Entries::default();
    for (name, value) in document.into_inner() {
        if name.get_ref() == SYNONYMS.0 {
            entries.synonyms = reader.synonyms(value);
            continue;
        }
        let Ok(table) = name.get_ref().parse::<Table>() else {
            let instead =
                did_you_mean(name.get_ref(), Table::ALL.iter().map(|table| table.as_str()).chain([SYNONYMS.0]));
            reader.problem(name.span(), format!("unknown table `{}`", name.get_ref()), instead).hides_others = true;
            continue;
        };
        for (row, span) in reader.rows(table.as_str(), table.as_str(), name.span(), value.into_inner()) {
            match table {
                Table::Phrase => entries.phrases.extend(reader.phrase(row, span)),
                Table::Provider => entries.providers.extend(reader.provider(row, span)),
                Table::Blocklist => entries.blocklists.extend(reader.blocklist(row, span)),
                _ => entries.codes.extend(reader.row(table, row, span)),
            }
        }
    }
    entries
}

struct Reader<'a> {
    source: usize,
    is_overlay: bool,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn problem(&mut self, span: Range<usize>, what: impl Into<String>, instead: impl Into<String>) -> &mut Problem {
        let place = self.place(span);
        self.problems.push(Problem::new(place, what, instead));
        self.problems.last_mut().expect("one was pushed")
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place { source: self.source, span }
    }

    fn located<T>(&self, value: Spanned<T>) -> Located<T> {
        Located { place: self.place(value.span()), value: value.into_inner() }
    }

    /// The rows of a list. `path` is how a row of it begins: `[[path]]`.
    fn rows<'text>(
        &mut self,
        name: &str,
        path: &str,
        place: Range<usize>,
        value: DeValue<'text>,
    ) -> Vec<(DeTable<'text>, Range<usize>)> {
        let instead = format!("begin each row with a line `[[{path}]]`");
        let DeValue::Array(values) = value else {
            self.problem(place, format!("`{name}` is not a list of rows"), instead).hides_others = true;
            return Vec::new();
        };
        let mut rows = Vec::new();
        for value in values {
            let span = value.span();
            match value.into_inner() {
                DeValue::Table(row) => rows.push((row, span)),
                _ => {
                    self.problem(span, format!("this is not a row of `{name}`"), instead.clone());
                }
            }
        }
        rows
    }

    fn row(&mut self, table: Table, row: DeTable<'_>, span: Range<usize>) -> Option<Entry> {
        let overlaid = self.is_overlay;
        let mut fields = self.fields(table.as_str(), &keys(table), row, span, Some("code"));
        let key = fields.key(table);
        Some(Entry {
            name: fields.take("name", "a string"),
            registry_name: fields.take("registry_name", "a string"),
            description: fields.take("description", "a string"),
            category: fields.take_label("category", Category::ALL.iter().map(|label| label.as_str())),
            bounce: fields.take_label("bounce", Bounce::ALL.iter().map(|label| label.as_str())),
            scope: fields.take_label("scope", Scope::ALL.iter().map(|label| label.as_str())),
            generic: fields.take("generic", "true, or leave it out"),
            decisive: fields.take("decisive", "true, or leave it out"),
            common: fields.take("common", "true, or leave it out"),
            reply_codes: fields.reply_codes(),
            references: fields.strings("references", "strings in brackets, such as [\"RFC 3463\"]"),
            unreadable: fields.unreadable,
            overlaid,
            key: key?,
        })
    }

    fn synonyms(&mut self, value: Spanned<DeValue<'_>>) -> Vec<SynonymEntry> {
        let span = value.span();
        let DeValue::Table(table) = value.into_inner() else {
            let instead = format!("begin it with a line `[{}]`", SYNONYMS.0);
            self.problem(span, format!("`{}` is not a table", SYNONYMS.0), instead).hides_others = true;
            return Vec::new();
        };
        let mut synonyms = Vec::new();
        for (stands_for, words) in table {
            let stands_for = Located { place: self.place(stands_for.span()), value: stands_for.get_ref().to_string() };
            let mut fields =
                Fields { reader: self, values: BTreeMap::from([("words".to_owned(), words)]), unreadable: vec![] };
            let words = fields.words();
            synonyms.extend(words.into_iter().map(|word| SynonymEntry { word, stands_for: stands_for.clone() }));
        }
        synonyms
    }

    fn phrase(&mut self, row: DeTable<'_>, span: Range<usize>) -> Option<PhraseEntry> {
        let overlaid = self.is_overlay;
        let mut fields = self.fields("phrase", &keys(Table::Phrase), row, span, Some("name"));
        let name = fields.take("name", "a string");
        Some(PhraseEntry {
            description: fields.take("description", "a string"),
            category: fields.take_label("category", Category::ALL.iter().map(|label| label.as_str())),
            bounce: fields.take_label("bounce", Bounce::ALL.iter().map(|label| label.as_str())),
            scope: fields.take_label("scope", Scope::ALL.iter().map(|label| label.as_str())),
            generic: fields.take("generic", "true, or leave it out"),
            single_words: fields.take("single_words", "true, or leave it out"),
            references: fields.strings("references", "strings in brackets, such as [\"RFC 3463\"]"),
            words: fields.words(),
            without: fields.wordings("without"),
            unreadable: fields.unreadable,
            overlaid,
            name: name?,
        })
    }

    fn provider(&mut self, row: DeTable<'_>, span: Range<usize>) -> Option<ProviderEntry> {
        let keys: Vec<&str> = PROVIDER_KEYS.iter().map(|(key, _)| *key).collect();
        let mut fields = self.fields("provider", &keys, row, span, Some("name"));
        let name = fields.take("name", "a string");
        let words = fields.words();
        let postmaster = fields.take("postmaster", "a string");
        let unreadable = fields.unreadable;
        let replies = fields
            .values
            .remove("reply")
            .map_or(Vec::new(), |value| self.rows("reply", "provider.reply", value.span(), value.into_inner()));
        let replies = replies.into_iter().map(|(row, span)| self.reply(row, span)).collect();
        Some(ProviderEntry { words, postmaster, replies, unreadable, name: name? })
    }

    fn reply(&mut self, row: DeTable<'_>, span: Range<usize>) -> ReplyEntry {
        let place = self.place(span.clone());
        let overlaid = self.is_overlay;
        let mut fields = self.fields("provider.reply", &keys(Table::Provider), row, span, None);
        ReplyEntry {
            code: fields.take("code", "a string such as \"5.7.606\" or \"OFR_506\""),
            last: fields.take("last", "a string such as \"5.7.649\""),
            words: fields.words(),
            reply_codes: fields.reply_codes(),
            name: fields.take("name", "a string"),
            description: fields.take("description", "a string"),
            category: fields.take_label("category", Category::ALL.iter().map(|label| label.as_str())),
            bounce: fields.take_label("bounce", Bounce::ALL.iter().map(|label| label.as_str())),
            scope: fields.take_label("scope", Scope::ALL.iter().map(|label| label.as_str())),
            advice: fields.take("advice", "a string"),
            retry_after: fields.take("retry_after", "a number of seconds"),
            unique: fields.take("unique", "true, or leave it out"),
            source: fields.take("source", "a string"),
            checked: fields.take("checked", "a string such as \"2026-11-24\""),
            unreadable: fields.unreadable,
            overlaid,
            place,
        }
    }

    fn blocklist(&mut self, row: DeTable<'_>, span: Range<usize>) -> Option<BlocklistEntry> {
        let overlaid = self.is_overlay;
        let mut fields = self.fields("blocklist", &keys(Table::Blocklist), row, span, Some("name"));
        let name = fields.take("name", "a string");
        Some(BlocklistEntry {
            words: fields.words(),
            lists: fields.take_label("lists", Listed::ALL.iter().map(|(label, _)| *label)),
            description: fields.take("description", "a string"),
            lookup: fields.take("lookup", "a string"),
            delist: fields.take("delist", "a string"),
            closed: fields.take("closed", "a string such as \"2024-06\""),
            fault: fields.take("fault", "true, or leave it out"),
            source: fields.take("source", "a string"),
            checked: fields.take("checked", "a string such as \"2026-11-24\""),
            unreadable: fields.unreadable,
            overlaid,
            name: name?,
        })
    }

    /// The values of a row. It must have the key that it is found by.
    fn fields<'b, 'text>(
        &'b mut self,
        table: &str,
        keys: &[&'static str],
        row: DeTable<'text>,
        span: Range<usize>,
        needed: Option<&str>,
    ) -> Fields<'b, 'a, 'text>
    where
        'a: 'b,
    {
        let keys = || keys.iter().copied();
        let mut values = BTreeMap::new();
        let mut unreadable = Vec::new();
        for (key, value) in row {
            if keys().any(|known| known == key.get_ref()) {
                values.insert(key.get_ref().to_string(), value);
            } else {
                let what = format!("unknown key `{}` in a row of `{table}`", key.get_ref());
                self.problem(key.span(), what, did_you_mean(key.get_ref(), keys()));
                // Most likely this is the missing key, so nobody needs to be told that it is missing.
                unreadable.extend(nearest(key.get_ref(), keys()).map(str::to_owned));
            }
        }
        if let Some(needed) = needed.filter(|needed| !values.contains_key(*needed)) {
            self.problem(span, format!("a row of `{table}` has no `{needed}`"), format!("add a line `{needed} = …`"));
        }
        Fields { reader: self, values, unreadable }
    }
}

/// The keys that a row of this table may have.
fn keys(table: Table) -> Vec<&'static str> {
    KEYS.iter().filter(|(_, tables, _)| tables.contains(&table)).map(|(key, ..)| *key).collect()
}

/// The values of one row, taken out one by one.
struct Fields<'a, 'b, 'text> {
    reader: &'a mut Reader<'b>,
    values: BTreeMap<String, Spanned<DeValue<'text>>>,
    unreadable: Vec<String>,
}

impl Fields<'_, '_, '_> {
    fn take<T: for<'de> Deserialize<'de>>(&mut self, key: &str, expected: &str) -> Option<Located<T>> {
        let value = self.values.remove(key)?;
        let span = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => Some(Located { value, place: self.reader.place(span) }),
            Err(error) => {
                let span = error.span().unwrap_or(span);
                self.reader.problem(span, format!("wrong type for `{key}`"), format!("write {expected}"));
                self.unreadable.push(key.to_owned());
                None
            }
        }
    }

    /// A value that is one of a fixed list of labels.
    fn take_label<T: FromStr>(
        &mut self,
        key: &str,
        labels: impl Iterator<Item = &'static str> + Clone,
    ) -> Option<Located<T>> {
        let Located { value, place } = self.take::<String>(key, "a string")?;
        match value.parse() {
            Ok(value) => Some(Located { value, place }),
            Err(_) => {
                self.reader.problem(place.span, format!("no such {key} `{value}`"), did_you_mean(&value, labels));
                self.unreadable.push(key.to_owned());
                None
            }
        }
    }

    fn strings(&mut self, key: &str, expected: &str) -> Option<Located<Vec<Located<String>>>> {
        let list: Located<Vec<Spanned<String>>> = self.take(key, expected)?;
        let strings = list.value.into_iter().map(|text| self.reader.located(text)).collect();
        Some(Located { value: strings, place: list.place })
    }

    fn words(&mut self) -> Vec<Located<String>> {
        self.wordings("words")
    }

    fn wordings(&mut self, key: &str) -> Vec<Located<String>> {
        self.strings(key, "strings in brackets, such as [\"user unknown\"]").map_or(Vec::new(), |list| list.value)
    }

    fn reply_codes(&mut self) -> Option<Located<Vec<Located<ReplyCode>>>> {
        let list: Located<Vec<Spanned<i64>>> = self.take("reply_codes", "numbers in brackets, such as [550, 551]")?;
        let numbers = list.value.into_iter().map(|number| self.reader.located(number));
        let numbers: Vec<Located<i64>> = numbers.collect();
        let codes = numbers.into_iter().filter_map(|number| self.reply_code(number)).collect();
        Some(Located { value: codes, place: list.place })
    }

    fn reply_code(&mut self, number: Located<i64>) -> Option<Located<ReplyCode>> {
        let Some(code) = u16::try_from(number.value).ok().and_then(ReplyCode::new) else {
            let what = format!("{} is not a reply code", number.value);
            self.reader.problem(number.place.span, what, "a reply code is a number from 100 to 599");
            return None;
        };
        Some(Located { value: code, place: number.place })
    }

    /// The key of the row, from `code`.
    fn key(&mut self, table: Table) -> Option<Located<Key>> {
        let (text, expected): (Located<String>, _) = match table {
            Table::Class => (self.number("2, 4 or 5")?, "a class is 2, 4 or 5".to_owned()),
            Table::Subject => {
                let number = self.number("a number from 0 to 7")?;
                let text = format!("X.{}", number.value);
                (Located { value: text, place: number.place }, "a subject is a number from 0 to 999".to_owned())
            }
            Table::Reply => {
                (self.number("a number such as 550")?, "a reply code is a number from 100 to 599".to_owned())
            }
            Table::Group => {
                (self.take("code", "a string such as \"5xx\"")?, "a group is 1xx, 2xx, 3xx, 4xx or 5xx".to_owned())
            }
            _ => {
                let text: Located<String> = self.take("code", "a string such as \"X.1.1\" or \"5.1.1\"")?;
                let expected = match text.value.parse::<Key>() {
                    Ok(key) => format!("{key} belongs in table `{}`", key.table()),
                    Err(error) => format!("{error}, or X.1.1 for every class"),
                };
                (text, expected)
            }
        };
        match text.value.parse::<Key>().ok().filter(|key| key.table() == table) {
            Some(key) => Some(Located { value: key, place: text.place }),
            None => {
                self.reader.problem(text.place.span, format!("not a code of table `{table}`"), expected);
                None
            }
        }
    }

    /// A code that is written as a number.
    fn number(&mut self, expected: &str) -> Option<Located<String>> {
        let number: Located<i64> = self.take("code", expected)?;
        Some(Located { value: number.value.to_string(), place: number.place })
    }
}
