//! Checks the providers and the block lists, and lays those of an overlay over the others.

use std::collections::BTreeMap;

use super::check::{check_sentence, check_text};
use super::day::{day, today};
use super::phrases::{check_implied, check_wordings, fold, is_true};
use super::words::Synonyms;
use super::{
    Blocklist, BlocklistEntry, FoundBy, Located, Place, Problem, Provider, ProviderEntry, Reply, ReplyEntry, Row,
};
use crate::code::EnhancedCode;
use crate::key::Key;
use crate::vocabulary::Category;

/// The providers and the block lists of all sources. A later source adds replies and words to a provider, and replaces the
/// replies and the lists that have the same name.
pub(super) fn check(
    providers: Vec<Vec<ProviderEntry>>,
    blocklists: Vec<Vec<BlocklistEntry>>,
    rows: &[Row],
    synonyms: &Synonyms,
    problems: &mut Vec<Problem>,
) -> (Vec<Provider>, Vec<Blocklist>) {
    let mut table: Vec<ProviderEntry> = Vec::new();
    for entries in providers {
        check_names("provider", entries.iter().map(|entry| &entry.name), true, problems);
        for entry in entries {
            check_provider(&entry, synonyms, problems);
            match table.iter_mut().find(|under| under.name.value == entry.name.value) {
                Some(under) => {
                    under.replies.retain(|reply| !entry.replies.iter().any(|over| same_name(over, reply)));
                    under.replies.extend(entry.replies);
                    under.words.extend(entry.words);
                    under.postmaster = entry.postmaster.or(under.postmaster.take());
                }
                None => {
                    check_recognized("provider", &entry.name, &entry.words, &entry.unreadable, synonyms, problems);
                    table.push(entry);
                }
            }
        }
    }
    let mut lists: Vec<BlocklistEntry> = Vec::new();
    for entries in blocklists {
        check_names("blocklist", entries.iter().map(|entry| &entry.name), true, problems);
        for entry in entries {
            check_recognized("blocklist", &entry.name, &entry.words, &entry.unreadable, synonyms, problems);
            match lists.iter_mut().find(|under| under.name.value == entry.name.value) {
                Some(under) => *under = entry,
                None => lists.push(entry),
            }
        }
    }
    let recognizing = table.iter().map(|entry| (&entry.name, &entry.words));
    check_words_apart(recognizing.chain(lists.iter().map(|entry| (&entry.name, &entry.words))), problems);
    check_unique(&table, rows, problems);
    let providers = table.into_iter().map(|entry| fill_in(entry, problems)).collect();
    (providers, lists.into_iter().filter_map(|entry| fill_in_list(entry, problems)).collect())
}

fn same_name(one: &ReplyEntry, other: &ReplyEntry) -> bool {
    matches!((&one.name, &other.name), (Some(one), Some(other)) if one.value == other.value)
}

/// Each name appears once, and in alphabetical order if the table has one.
fn check_names<'a>(
    table: &str,
    names: impl Iterator<Item = &'a Located<String>>,
    is_sorted: bool,
    problems: &mut Vec<Problem>,
) {
    let mut seen: BTreeMap<&str, &Place> = BTreeMap::new();
    let mut last: Option<&Located<String>> = None;
    for name in names {
        check_text("name", name, problems);
        if let Some(first) = seen.insert(&name.value, &name.place) {
            let what = format!("`{}` has a row already", name.value);
            let problem = Problem::new(name.place.clone(), what, "keep one of the two rows");
            problems.push(problem.also(first.clone(), "the first row is here"));
        } else if let Some(before) =
            last.filter(|before| is_sorted && before.value.to_lowercase() > name.value.to_lowercase())
        {
            let what = format!("`{}` comes after `{}`", name.value, before.value);
            let problem = Problem::new(name.place.clone(), what, format!("put the rows of `{table}` in order"));
            problems.push(problem.also(before.place.clone(), "that row is here"));
        }
        last = Some(name);
    }
}

/// What has no words is never recognized.
fn check_recognized(
    table: &str,
    name: &Located<String>,
    words: &[Located<String>],
    unreadable: &[String],
    synonyms: &Synonyms,
    problems: &mut Vec<Problem>,
) {
    if words.is_empty() && !unreadable.iter().any(|key| key == "words") {
        let what = format!("nothing recognizes the {table} `{}`", name.value);
        problems.push(Problem::new(name.place.clone(), what, "add a line `words = [\"…\"]`"));
    }
    // Host names and marks may be single words.
    check_wordings(words, true, synonyms, problems);
}

/// Words that name two providers, or two lists, name none.
fn check_words_apart<'a>(
    all: impl Iterator<Item = (&'a Located<String>, &'a Vec<Located<String>>)>,
    problems: &mut Vec<Problem>,
) {
    let mut seen: BTreeMap<&str, (&Located<String>, &Place)> = BTreeMap::new();
    for (name, words) in all {
        for word in words {
            if let Some((other, first)) = seen.insert(&word.value, (name, &word.place)) {
                let what = format!("`{}` also names `{}`", word.value, other.value);
                let problem = Problem::new(word.place.clone(), what, "keep it where it belongs, or add a word");
                problems.push(problem.also(first.clone(), "it is here, too"));
            }
        }
    }
}

fn check_provider(entry: &ProviderEntry, synonyms: &Synonyms, problems: &mut Vec<Problem>) {
    if let Some(postmaster) = &entry.postmaster {
        check_address("postmaster", postmaster, problems);
    }
    check_names("provider.reply", entry.replies.iter().filter_map(|reply| reply.name.as_ref()), false, problems);
    let mut last = (0, None);
    for (i, reply) in entry.replies.iter().enumerate() {
        let found = check_found_by(reply, synonyms, problems);
        let place = match &found {
            Some(FoundBy::Enhanced { first, .. }) => (0, Some(*first)),
            Some(FoundBy::Code(_)) => (1, None),
            _ => (2, None),
        };
        if place < last {
            let instead = "enhanced codes come first, in order, then codes of the provider's own, then words";
            problems.push(Problem::new(reply.place.clone(), "the rows of this provider are not in order", instead));
        }
        last = place;
        let overlaps = entry.replies[..i].iter().find(|other| {
            let both_count = match (&reply.reply_codes, &other.reply_codes) {
                (Some(own), Some(others)) => {
                    own.value.iter().any(|code| others.value.iter().any(|other| other.value == code.value))
                }
                _ => true,
            };
            both_count && overlap(&found, &found_by(other))
        });
        if let Some(other) = overlaps {
            let what = "this provider has a row for that already";
            let problem =
                Problem::new(reply.found_place(), what, "keep one of the two, or name the reply codes of each");
            problems.push(problem.also(other.found_place(), "that row is here"));
        }
    }
}

impl ReplyEntry {
    /// Where it says what it is found by.
    fn found_place(&self) -> Place {
        let words = self.words.first().map(|wording| &wording.place);
        self.code.as_ref().map(|code| &code.place).or(words).unwrap_or(&self.place).clone()
    }
}

/// Whether two rows are found by the same code or words.
fn overlap(one: &Option<FoundBy>, other: &Option<FoundBy>) -> bool {
    match (one, other) {
        (Some(FoundBy::Enhanced { first, last, .. }), Some(FoundBy::Enhanced { first: other, last: end, .. })) => {
            first <= end && other <= last
        }
        (Some(FoundBy::Code(code)), Some(FoundBy::Code(other))) => code.eq_ignore_ascii_case(other),
        (Some(FoundBy::Words(words)), Some(FoundBy::Words(others))) => words.iter().any(|word| others.contains(word)),
        _ => false,
    }
}

/// What a row is found by, if it says so in a way that can be read.
fn found_by(entry: &ReplyEntry) -> Option<FoundBy> {
    let Some(code) = &entry.code else {
        let words: Vec<String> = entry.words.iter().map(|wording| wording.value.clone()).collect();
        return (!words.is_empty()).then_some(FoundBy::Words(words));
    };
    let Ok(first) = code.value.parse::<EnhancedCode>() else { return Some(FoundBy::Code(code.value.clone())) };
    let last = entry.last.as_ref().map_or(Some(first), |last| last.value.parse().ok())?;
    Some(FoundBy::Enhanced { first, last, unique: is_true(&entry.unique) })
}

fn check_found_by(entry: &ReplyEntry, synonyms: &Synonyms, problems: &mut Vec<Problem>) -> Option<FoundBy> {
    check_wordings(&entry.words, true, synonyms, problems);
    let is_unreadable = entry.unreadable.iter().any(|key| key == "code" || key == "words");
    let instead = "give a `code`, or the `words`";
    match (&entry.code, entry.words.first()) {
        (None, None) if !is_unreadable => {
            problems.push(Problem::new(entry.place.clone(), "nothing finds this row", instead));
        }
        (Some(_), Some(wording)) => {
            let problem = Problem::new(wording.place.clone(), "the row has a code and words", instead);
            problems.push(problem.also(entry.found_place(), "the code is here"));
        }
        (Some(code), None) if code.value.parse::<EnhancedCode>().is_err() && fold(&code.value).is_empty() => {
            let what = format!("`{}` can never match", code.value);
            problems.push(Problem::new(code.place.clone(), what, "write the code as the provider writes it"));
        }
        _ => {}
    }
    let found = found_by(entry);
    let is_enhanced = entry.code.as_ref().is_some_and(|code| code.value.parse::<EnhancedCode>().is_ok());
    if let Some(last) = &entry.last {
        let is_range = matches!(&found, Some(FoundBy::Enhanced { first, last, .. })
            if first < last && (first.class(), first.subject()) == (last.class(), last.subject()));
        if !is_range {
            let what = format!("`{}` does not end a range", last.value);
            let instead = "write a later enhanced code of the same class and subject";
            problems.push(Problem::new(last.place.clone(), what, instead));
        }
    }
    if let Some(unique) = entry.unique.as_ref().filter(|_| !is_enhanced) {
        let instead = "leave it out: only an enhanced code can be `unique`; let `words` recognize the provider";
        problems.push(Problem::new(unique.place.clone(), "this row has no enhanced code", instead));
    }
    found
}

/// A code that names a provider is in no other table, and no other provider has it.
fn check_unique(providers: &[ProviderEntry], rows: &[Row], problems: &mut Vec<Problem>) {
    let ranges = || {
        let replies = providers.iter().flat_map(|entry| entry.replies.iter().map(move |reply| (&entry.name, reply)));
        replies.filter_map(|(name, reply)| match found_by(reply) {
            Some(FoundBy::Enhanced { first, last, .. }) => Some((name, reply, first, last)),
            _ => None,
        })
    };
    for (name, reply, first, last) in ranges() {
        let Some(unique) = reply.unique.as_ref().filter(|unique| unique.value) else { continue };
        let what = format!("{first} does not name `{}`", name.value);
        // An overlay may have a row of its own.
        let registered = rows.iter().filter(|row| !row.overlaid).find(|row| match row.key {
            Key::Enhanced { subject, detail, class } => {
                let class = class.unwrap_or(first.class());
                EnhancedCode::new(class, subject, detail).is_some_and(|code| first <= code && code <= last)
            }
            _ => false,
        });
        if let Some(row) = registered {
            let instead = format!("leave it out: {} has a row of its own", row.key);
            problems.push(Problem::new(unique.place.clone(), what.clone(), instead));
        }
        let other = ranges().find(|(other, _, from, to)| other.value != name.value && *from <= last && first <= *to);
        if let Some((_, other, ..)) = other {
            let problem = Problem::new(unique.place.clone(), what, "leave it out: another provider sends it, too");
            problems.push(problem.also(other.found_place(), "in this row"));
        }
    }
}

fn fill_in(entry: ProviderEntry, problems: &mut Vec<Problem>) -> Provider {
    Provider {
        name: entry.name.value,
        words: entry.words.into_iter().map(|wording| wording.value).collect(),
        postmaster: entry.postmaster.map(|address| address.value),
        replies: entry.replies.into_iter().filter_map(|reply| fill_in_reply(reply, problems)).collect(),
    }
}

fn fill_in_reply(entry: ReplyEntry, problems: &mut Vec<Problem>) -> Option<Reply> {
    check_complete(
        &entry.place,
        &entry.unreadable,
        &[
            ("name", entry.name.is_none()),
            ("description", entry.description.is_none()),
            ("category", entry.category.is_none()),
            ("source", entry.source.is_none()),
            ("checked", entry.checked.is_none()),
        ],
        problems,
    );
    entry.description.iter().for_each(|text| check_sentence("description", text, problems));
    entry.advice.iter().for_each(|text| check_sentence("advice", text, problems));
    check_source(&entry.source, &entry.checked, problems);
    let retry_after = entry.retry_after.as_ref().and_then(|wait| match u32::try_from(wait.value) {
        Ok(seconds @ 1..=604_800) => Some(seconds),
        _ => {
            let what = format!("nobody waits {} seconds", wait.value);
            problems.push(Problem::new(wait.place.clone(), what, "write a number of seconds, up to a week"));
            None
        }
    });
    let category = entry.category.as_ref()?;
    if category.value == Category::Delivered {
        let instead = "a row says why mail was refused";
        problems.push(Problem::new(category.place.clone(), "a refusal cannot be `delivered`", instead));
    }
    check_implied(category.value, &entry.bounce, &entry.scope, problems);
    let found_by = found_by(&entry)?;
    Some(Reply {
        found_by,
        reply_codes: entry.reply_codes.map_or(Vec::new(), |list| list.value.iter().map(|code| code.value).collect()),
        name: entry.name?.value,
        description: entry.description?.value,
        category: category.value,
        bounce: entry.bounce.map_or(category.value.bounce(), |bounce| Some(bounce.value)),
        scope: entry.scope.map(|scope| scope.value),
        advice: entry.advice.map(|advice| advice.value),
        retry_after,
        overlaid: entry.overlaid,
        source: entry.source?.value,
        checked: entry.checked?.value,
    })
}

fn fill_in_list(entry: BlocklistEntry, problems: &mut Vec<Problem>) -> Option<Blocklist> {
    check_complete(
        &entry.name.place,
        &entry.unreadable,
        &[
            ("lists", entry.lists.is_none()),
            ("description", entry.description.is_none()),
            ("source", entry.source.is_none()),
            ("checked", entry.checked.is_none()),
        ],
        problems,
    );
    entry.description.iter().for_each(|text| check_sentence("description", text, problems));
    check_source(&entry.source, &entry.checked, problems);
    entry.lookup.iter().for_each(|address| check_address("lookup", address, problems));
    entry.delist.iter().for_each(|address| check_address("delist", address, problems));
    if let Some(closed) = &entry.closed {
        let numbers: Vec<Option<u32>> = closed.value.split('-').map(|number| number.parse().ok()).collect();
        let is_date = matches!(numbers[..], [Some(1990..=9999)] | [Some(1990..=9999), Some(1..=12)]);
        if !is_date && closed.value != "unknown" {
            let what = format!("`{}` is not a year or a month", closed.value);
            let instead = "write \"2024\", \"2024-06\" or \"unknown\"";
            problems.push(Problem::new(closed.place.clone(), what, instead));
        }
        if is_true(&entry.fault) {
            let what = "a lookup at fault cannot be `closed`";
            problems.push(Problem::new(closed.place.clone(), what, "leave out `closed` or `fault`"));
        }
    }
    Some(Blocklist {
        name: entry.name.value,
        words: entry.words.into_iter().map(|wording| wording.value).collect(),
        lists: entry.lists?.value,
        description: entry.description?.value,
        lookup: entry.lookup.map(|address| address.value),
        delist: entry.delist.map(|address| address.value),
        closed: entry.closed.map(|closed| closed.value),
        fault: is_true(&entry.fault),
        overlaid: entry.overlaid,
        source: entry.source?.value,
        checked: entry.checked?.value,
    })
}

fn check_complete(place: &Place, unreadable: &[String], keys: &[(&str, bool)], problems: &mut Vec<Problem>) {
    for (key, is_missing) in keys {
        if *is_missing && !unreadable.iter().any(|unreadable| unreadable == key) {
            let what = format!("the row has no `{key}`");
            problems.push(Problem::new(place.clone(), what, format!("add a line `{key} = …`")));
        }
    }
}

/// 2026-01-01, in days from 1970.
const FIRST_RELEASE: i64 = 20_454;

/// Where a fact is from, and when somebody last looked.
fn check_source(source: &Option<Located<String>>, checked: &Option<Located<String>>, problems: &mut Vec<Problem>) {
    source.iter().for_each(|source| check_address("source", source, problems));
    let Some(checked) = checked else { return };
    match day(&checked.value) {
        None => {
            let what = format!("`{}` is not a day", checked.value);
            problems.push(Problem::new(checked.place.clone(), what, "write it as \"2026-11-24\""));
        }
        // The clock of a machine may be in another time zone. One that was never set says nothing.
        Some(day) if day > today() + 1 && today() > FIRST_RELEASE => {
            let what = format!("`{}` is in the future", checked.value);
            problems.push(Problem::new(checked.place.clone(), what, "write the day on which you checked the source"));
        }
        Some(_) => {}
    }
}

fn check_address(key: &str, address: &Located<String>, problems: &mut Vec<Problem>) {
    let text = &address.value;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    if !rest.is_some_and(|rest| rest.contains('.') && !rest.contains(|c: char| c.is_whitespace() || c.is_control())) {
        let what = format!("`{key}` is not an address");
        problems.push(Problem::new(address.place.clone(), what, "write an address that begins with https://"));
    }
}
