//! Checks what was read, and fills in what a row inherits from its parents.

use std::collections::BTreeMap;

use super::{Entry, Located, Place, Problem, Row, parent};
use crate::key::Key;
use crate::vocabulary::{Bounce, Category, Class, Table};

/// The rows of all sources as one table. Each source overrides the ones before it.
pub(super) fn check(sources: Vec<Vec<Entry>>, problems: &mut Vec<Problem>) -> Vec<Row> {
    let mut table: BTreeMap<Key, Entry> = BTreeMap::new();
    for entries in sources {
        check_codes(&entries, problems);
        for entry in entries {
            check_bounce(&entry, problems);
            check_category(&entry, problems);
            check_texts(&entry, problems);
            check_references(&entry, problems);
            match table.remove(&entry.key.value) {
                Some(under) => table.insert(under.key.value, entry.over(under)),
                None => table.insert(entry.key.value, entry),
            };
        }
    }
    check_presence(&table, problems);
    for entry in table.values() {
        check_reply_codes(entry, &table, problems);
        check_differs(entry, &table, problems);
    }
    table.values().filter_map(|entry| fill_in(entry, &table, problems)).collect()
}

impl Entry {
    /// This row on top of another one for the same code, key by key.
    fn over(self, under: Entry) -> Entry {
        Entry {
            key: under.key,
            name: self.name.or(under.name),
            registry_name: self.registry_name.or(under.registry_name),
            description: self.description.or(under.description),
            category: self.category.or(under.category),
            bounce: self.bounce.or(under.bounce),
            scope: self.scope.or(under.scope),
            generic: self.generic.or(under.generic),
            decisive: self.decisive.or(under.decisive),
            common: self.common.or(under.common),
            reply_codes: self.reply_codes.or(under.reply_codes),
            references: self.references.or(under.references),
            unreadable: [self.unreadable, under.unreadable].concat(),
            overlaid: self.overlaid,
        }
    }
}

/// Each code appears once in a file, and in order.
fn check_codes(entries: &[Entry], problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<Key, &Place> = BTreeMap::new();
    let mut last: BTreeMap<Table, (Key, &Place)> = BTreeMap::new();
    for Located { value: code, place } in entries.iter().map(|entry| &entry.key) {
        if let Some(first) = seen.get(code) {
            let problem = Problem::new(place.clone(), format!("{code} has a row already"), "keep one of the two rows");
            problems.push(problem.also((*first).clone(), "the first row is here"));
            continue;
        }
        seen.insert(*code, place);
        if let Some((before, its_place)) = last.insert(code.table(), (*code, place)).filter(|(before, _)| before > code)
        {
            let what = format!("{code} comes after {before}");
            let problem = Problem::new(place.clone(), what, "put the rows of a table in code order");
            problems.push(problem.also(its_place.clone(), format!("{before} is here")));
        }
    }
}

/// The rows that other codes fall back to.
fn check_presence(table: &BTreeMap<Key, Entry>, problems: &mut Vec<Problem>) {
    let classes = Class::ALL.iter().map(|class| Key::Class(*class));
    // No gaps, because the library finds subjects by position.
    let last =
        table.keys().filter_map(|code| if let Key::Subject(subject) = code { Some(*subject) } else { None }).max();
    let subjects = (0..=last.unwrap_or(0).max(7)).map(Key::Subject);
    for code in classes.chain(subjects).chain((1..=5).map(Key::Group)).filter(|code| !table.contains_key(code)) {
        let what = format!("table `{}` has no row for {code}", code.table());
        let in_table = || table.values().filter(|entry| entry.key.value.table() == code.table());
        let next = in_table().find(|entry| entry.key.value > code);
        problems.push(match (next, in_table().next_back()) {
            (Some(next), _) => {
                Problem::new(next.key.place.clone(), what, "add it before this row: codes fall back to it")
            }
            (None, Some(last)) => {
                Problem::new(last.key.place.clone(), what, "add it after this row: codes fall back to it")
            }
            (None, None) => Problem::nowhere(what, "add it: other codes fall back to it"),
        });
    }
}

/// Only a permanent failure can choose its bounce.
fn check_bounce(entry: &Entry, problems: &mut Vec<Problem>) {
    let Some(bounce) = &entry.bounce else { return };
    let code = entry.key.value;
    let instead = match (code, code.class()) {
        (Key::Class(Class::PersistentTransientFailure), _) if bounce.value == Bounce::Soft => return,
        (Key::Class(Class::PersistentTransientFailure), _) => "a transient failure is always soft: write \"soft\"",
        (_, Some(Class::PersistentTransientFailure)) => "a transient failure is always soft: leave `bounce` out",
        (_, Some(Class::Success)) => "a success is not a bounce: leave `bounce` out",
        (Key::Reply(_), None) => "this reply is not a failure: leave `bounce` out",
        _ => return,
    };
    problems.push(Problem::new(bounce.place.clone(), format!("{code} cannot be `{}`", bounce.value), instead));
}

/// Counting a failure as `delivered` would lose mail.
fn check_category(entry: &Entry, problems: &mut Vec<Problem>) {
    let Some(category) = &entry.category else { return };
    if category.value == Category::Delivered && entry.key.value.class() != Some(Class::Success) {
        let what = format!("{} cannot be `delivered`", entry.key.value);
        problems.push(Problem::new(category.place.clone(), what, "only class 2 and 2xx replies mean that"));
    }
}

fn check_texts(entry: &Entry, problems: &mut Vec<Problem>) {
    entry.name.iter().for_each(|text| check_text("name", text, problems));
    entry.registry_name.iter().for_each(|text| check_text("registry_name", text, problems));
    entry.description.iter().for_each(|text| check_sentence("description", text, problems));
    if let (Some(name), Some(description)) = (&entry.name, &entry.description) {
        let words = |text: &str| text.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
        if !words(&name.value).is_empty() && words(&name.value) == words(&description.value) {
            let instead = "say what happened, as a sender wants to know it";
            problems.push(Problem::new(description.place.clone(), "`description` only repeats the name", instead));
        }
    }
}

/// A label is one line without a period.
pub(super) fn check_text(key: &str, text: &Located<String>, problems: &mut Vec<Problem>) {
    if check_line(key, text, problems) && text.value.ends_with('.') {
        let what = format!("`{key}` ends with a period");
        problems.push(Problem::new(text.place.clone(), what, "leave the period out: it is a label"));
    }
}

/// A sentence is one line with a period.
pub(super) fn check_sentence(key: &str, text: &Located<String>, problems: &mut Vec<Problem>) {
    if check_line(key, text, problems) && !text.value.ends_with('.') {
        let what = format!("`{key}` does not end with a period");
        problems.push(Problem::new(text.place.clone(), what, "write a whole sentence"));
    }
}

/// Rows have no room for more.
const LONGEST: usize = 4095;

pub(super) fn check_line(key: &str, text: &Located<String>, problems: &mut Vec<Problem>) -> bool {
    if text.value.trim().is_empty() {
        let instead = "say in one sentence what happened, or give the label";
        problems.push(Problem::new(text.place.clone(), format!("`{key}` is empty"), instead));
        return false;
    }
    if text.value.len() > LONGEST {
        let what = format!("`{key}` has more than {LONGEST} bytes");
        problems.push(Problem::new(text.place.clone(), what, "say it in one sentence"));
        return false;
    }
    if text.value.trim() != text.value || text.value.contains(char::is_control) {
        let what = format!("`{key}` begins or ends with a space, or is more than one line");
        problems.push(Problem::new(text.place.clone(), what, "write it as one line without spaces around it"));
        return false;
    }
    true
}

/// References have the usual form.
fn check_references(entry: &Entry, problems: &mut Vec<Problem>) {
    let Some(references) = &entry.references else { return };
    if references.value.is_empty() {
        problems.push(Problem::new(references.place.clone(), "`references` is empty", "say where the code is defined"));
    }
    for (i, reference) in references.value.iter().enumerate() {
        let text = &reference.value;
        let is_rfc = text.strip_prefix("RFC ").is_some_and(|number| {
            !number.starts_with('0') && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        });
        let is_draft = text.strip_prefix("draft-").is_some_and(|name| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        });
        let is_address = text.strip_prefix("https://").is_some_and(|rest| rest.contains('.') && !rest.contains(' '));
        if !is_rfc && !is_draft && !is_address {
            let what = format!("`{text}` is not a reference in the usual form");
            problems.push(Problem::new(
                reference.place.clone(),
                what,
                "write \"RFC 3463\", \"draft-author-topic\" or \"https://…\"",
            ));
        } else if references.value[..i].iter().any(|other| other.value == *text) {
            let what = format!("`{text}` appears twice");
            problems.push(Problem::new(reference.place.clone(), what, "name each document once"));
        }
    }
}

/// Each listed reply code has a row and appears once, in order.
fn check_reply_codes(entry: &Entry, table: &BTreeMap<Key, Entry>, problems: &mut Vec<Problem>) {
    let Some(codes) = &entry.reply_codes else { return };
    for (i, Located { value: code, place }) in codes.value.iter().enumerate() {
        if !table.contains_key(&Key::Reply(*code)) {
            let what = format!("no row explains the reply code {code}");
            problems.push(Problem::new(place.clone(), what, format!("add a row `code = {code}` to table `reply`")));
        }
        if i > 0 && codes.value[i - 1].value >= *code {
            let what = format!("{code} comes after {}", codes.value[i - 1].value);
            problems.push(Problem::new(place.clone(), what, "put the reply codes in order, each once"));
        }
    }
}

/// A row for one class or for a pair of codes has to differ from its parent. In an overlay it does not: there, it may pin
/// the answer in case the table changes.
fn check_differs(entry: &Entry, table: &BTreeMap<Key, Entry>, problems: &mut Vec<Problem>) {
    let code = entry.key.value;
    if entry.overlaid || !matches!(code, Key::Enhanced { class: Some(_), .. } | Key::Pair(..)) {
        return;
    }
    let Some(above) = line(code).skip(1).find_map(|key| table.get(&key)) else { return };
    fn same<T: PartialEq>(own: &Option<Located<T>>, other: &Option<Located<T>>) -> bool {
        own.as_ref().is_none_or(|own| other.as_ref().is_some_and(|other| own.value == other.value))
    }
    let differs = !same(&entry.name, &above.name)
        || !same(&entry.description, &above.description)
        || !same(&entry.category, &above.category)
        || !same(&entry.bounce, &above.bounce)
        || !same(&entry.scope, &above.scope)
        || entry.references.is_some()
        || entry.reply_codes.is_some();
    if !differs {
        let what = format!("{code} says the same as {}", above.key.value);
        let problem = Problem::new(entry.key.place.clone(), what, "leave the row out, or say what differs");
        problems.push(problem.also(above.key.place.clone(), "that row is here"));
    }
}

/// The key of a row and the keys of the rows that it inherits from, closest first.
fn line(key: Key) -> impl Iterator<Item = Key> {
    std::iter::successors(Some(key), |key| parent(*key))
}

/// The row with everything that it inherits.
fn fill_in(entry: &Entry, table: &BTreeMap<Key, Entry>, problems: &mut Vec<Problem>) -> Option<Row> {
    let code = entry.key.value;
    let line: Vec<&Entry> = line(code).filter_map(|key| table.get(&key)).collect();
    // The name and the description come from a row of the same table: a pair, a row for one class, the row for every
    // class.
    let own = || line.iter().filter(|entry| entry.key.value.table() == code.table());

    let name = own().find_map(|entry| entry.name.as_ref());
    let description = own().find_map(|entry| entry.description.as_ref());
    let references = own().find_map(|entry| entry.references.as_ref());
    let reply_codes = own().find_map(|entry| entry.reply_codes.as_ref());
    let category = line.iter().find_map(|entry| entry.category.as_ref());
    let bounce = match code.class() {
        Some(class @ (Class::Success | Class::PersistentTransientFailure)) => {
            table.get(&Key::Class(class)).and_then(|entry| entry.bounce.as_ref())
        }
        _ => line.iter().find_map(|entry| entry.bounce.as_ref()),
    };
    let registry_name = match own().skip(1).last() {
        Some(every_class) => {
            every_class.name.as_ref().filter(|label| name.is_none_or(|name| name.value != label.value))
        }
        None => entry.registry_name.as_ref(),
    };

    let needs_bounce = matches!(code, Key::Class(Class::PersistentTransientFailure | Class::PermanentFailure));
    for (key, is_missing) in [
        ("name", name.is_none()),
        ("description", description.is_none()),
        ("category", category.is_none()),
        ("bounce", needs_bounce && bounce.is_none()),
        // A code that a receiver made up is not defined anywhere.
        ("references", references.is_none() && !entry.overlaid),
    ] {
        let unreadable = line.iter().any(|entry| entry.unreadable.iter().any(|unreadable| unreadable == key));
        if is_missing && !unreadable {
            let what = format!("the row {code} has no `{key}`");
            problems.push(Problem::new(entry.key.place.clone(), what, format!("add a line `{key} = …`")));
        }
    }
    fn values<T: Clone>(list: &Located<Vec<Located<T>>>) -> Vec<T> {
        list.value.iter().map(|item| item.value.clone()).collect()
    }
    Some(Row {
        key: code,
        name: name?.value.clone(),
        registry_name: registry_name.map(|label| label.value.clone()),
        description: description?.value.clone(),
        category: category?.value,
        bounce: bounce.map(|bounce| bounce.value),
        scope: line.iter().find_map(|entry| entry.scope.as_ref()).map(|scope| scope.value),
        generic: entry.generic.as_ref().is_some_and(|generic| generic.value),
        decisive: own().find_map(|entry| entry.decisive.as_ref()).is_some_and(|decisive| decisive.value),
        common: entry.common.as_ref().is_some_and(|common| common.value),
        overlaid: entry.overlaid,
        reply_codes: reply_codes.map_or(Vec::new(), values),
        references: references.map_or(Vec::new(), values),
    })
}
