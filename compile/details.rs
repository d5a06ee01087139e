//! What the command's JSON says about the tables beyond what the library needs to know of them.

use std::fmt::Write;

use super::{FoundBy, Listed, Tables};

/// The source of an expression: the details of each row.
pub fn details(tables: &Tables) -> String {
    let mut source = "&[\n".to_owned();
    for row in &tables.rows {
        let details = Details { generic: row.generic, decisive: row.decisive, ..Details::default() };
        details.write(&format!("{:?}", row.key.table()), &row.key.to_string(), &mut source);
    }
    for phrase in &tables.phrases {
        let details = Details { generic: phrase.generic, words: &phrase.words, ..Details::default() };
        details.write("Phrase", &phrase.name, &mut source);
    }
    for provider in &tables.providers {
        for reply in &provider.replies {
            let (words, unique) = match &reply.found_by {
                FoundBy::Words(words) => (&words[..], false),
                FoundBy::Enhanced { unique, .. } => (&[][..], *unique),
                FoundBy::Code(_) => (&[][..], false),
            };
            let checked = Some(&*reply.checked);
            let details = Details { words, provider_words: &provider.words, unique, checked, ..Details::default() };
            details.write("Provider", &format!("{}: {}", provider.name, provider.key_of(reply)), &mut source);
        }
    }
    for list in &tables.blocklists {
        let lists = Listed::ALL.iter().find(|(_, listed)| *listed == list.lists).map(|(label, _)| *label);
        let (closed, checked) = (list.closed.as_deref(), Some(&*list.checked));
        let details = Details { words: &list.words, lists, closed, fault: list.fault, checked, ..Details::default() };
        details.write("Blocklist", &list.name, &mut source);
    }
    source + "]\n"
}

/// The source of an expression: the synonyms, by the word that they stand for.
pub fn synonyms(tables: &Tables) -> String {
    let synonyms = tables.synonyms.by_meaning();
    let entries: Vec<String> = synonyms.iter().map(|(word, others)| format!("({word:?}, &{others:?})")).collect();
    format!("&[{}]\n", entries.join(", "))
}

#[derive(Default)]
struct Details<'a> {
    generic: bool,
    decisive: bool,
    words: &'a [String],
    provider_words: &'a [String],
    unique: bool,
    lists: Option<&'a str>,
    closed: Option<&'a str>,
    fault: bool,
    checked: Option<&'a str>,
}

impl Details<'_> {
    fn write(self, table: &str, key: &str, source: &mut String) {
        let Details { generic, decisive, words, provider_words, unique, lists, closed, fault, checked } = self;
        writeln!(
            source,
            "    Details {{ table: Table::{table}, key: {key:?}, generic: {generic}, decisive: {decisive}, words: &{words:?}, \
             provider_words: &{provider_words:?}, unique: {unique}, lists: {lists:?}, closed: {closed:?}, fault: {fault}, \
             checked: {checked:?} }},"
        )
        .unwrap();
    }
}
