//! Checking what was read, and filling in what a row leaves to its parents.

use std::collections::BTreeMap;

use super::{Code, Entry, Located, Place, Problem, Row};
use crate::vocabulary::{Bounce, Category, Class, Table};

/// The rows of all sources as one table, each source laid over those before it.
pub(super) fn check(sources: Vec<Vec<Entry>>, problems: &mut Vec<Problem>) -> Vec<Row> {
    let mut table: BTreeMap<Code, Entry> = BTreeMap::new();
    for entries in sources {
        check_codes(&entries, problems);
        for entry in entries {
            check_bounce(&entry, problems);
            check_category(&entry, problems);
            check_texts(&entry, problems);
            check_references(&entry, problems);
            match table.remove(&entry.code.value) {
                Some(under) => table.insert(under.code.value, entry.over(under)),
                None => table.insert(entry.code.value, entry),
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
    /// This row laid over another one of the same code, key by key.
    fn over(self, under: Entry) -> Entry {
        Entry {
            code: under.code,
            name: self.name.or(under.name),
            registry_name: self.registry_name.or(under.registry_name),
            description: self.description.or(under.description),
            category: self.category.or(under.category),
            bounce: self.bounce.or(under.bounce),
            unspecific: self.unspecific.or(under.unspecific),
            article: self.article.or(under.article),
            reply_codes: self.reply_codes.or(under.reply_codes),
            references: self.references.or(under.references),
            unreadable: [self.unreadable, under.unreadable].concat(),
            overlaid: self.overlaid,
        }
    }
}

/// Every code once in a file, and in order.
fn check_codes(entries: &[Entry], problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<Code, &Place> = BTreeMap::new();
    let mut last: BTreeMap<Table, (Code, &Place)> = BTreeMap::new();
    for Located { value: code, place } in entries.iter().map(|entry| &entry.code) {
        if let Some(first) = seen.get(code) {
            let problem = Problem::new(place.clone(), format!("{code} has a row already"), "keep one of the two rows");
            problems.push(problem.also((*first).clone(), "the first row is here"));
            continue;
        }
        seen.insert(*code, place);
        if let Some((before, its_place)) = last.insert(code.table(), (*code, place)).filter(|(before, _)| before > code)
        {
            let what = format!("{code} stands after {before}");
            let problem = Problem::new(place.clone(), what, "put the rows of a table in code order");
            problems.push(problem.also(its_place.clone(), format!("{before} is here")));
        }
    }
}

/// The rows that other codes fall back to.
fn check_presence(table: &BTreeMap<Code, Entry>, problems: &mut Vec<Problem>) {
    let classes = Class::ALL.iter().map(|class| Code::Class(*class));
    // No gap, since the library counts the subjects.
    let last =
        table.keys().filter_map(|code| if let Code::Subject(subject) = code { Some(*subject) } else { None }).max();
    let subjects = (0..=last.unwrap_or(0).max(7)).map(Code::Subject);
    for code in classes.chain(subjects).chain((1..=5).map(Code::Group)).filter(|code| !table.contains_key(code)) {
        let what = format!("table `{}` has no row for {code}", code.table());
        let in_table = || table.values().filter(|entry| entry.code.value.table() == code.table());
        let next = in_table().find(|entry| entry.code.value > code);
        problems.push(match (next, in_table().next_back()) {
            (Some(next), _) => {
                Problem::new(next.code.place.clone(), what, "add it before this row: codes fall back to it")
            }
            (None, Some(last)) => {
                Problem::new(last.code.place.clone(), what, "add it behind this row: codes fall back to it")
            }
            (None, None) => Problem::nowhere(what, "add it: other codes fall back to it"),
        });
    }
}

/// Only a permanent failure has a bounce to choose.
fn check_bounce(entry: &Entry, problems: &mut Vec<Problem>) {
    let Some(bounce) = &entry.bounce else { return };
    let code = entry.code.value;
    let instead = match (code, code.class()) {
        (Code::Class(Class::PersistentTransientFailure), _) if bounce.value == Bounce::Soft => return,
        (Code::Class(Class::PersistentTransientFailure), _) => "a transient failure is always soft: write \"soft\"",
        (_, Some(Class::PersistentTransientFailure)) => "a transient failure is always soft: leave `bounce` out",
        (_, Some(Class::Success)) => "a success is no bounce: leave `bounce` out",
        (Code::Reply(_), None) => "this reply is no failure: leave `bounce` out",
        _ => return,
    };
    problems.push(Problem::new(bounce.place.clone(), format!("{code} cannot be `{}`", bounce.value), instead));
}

/// A failure that was `delivered` would lose mail.
fn check_category(entry: &Entry, problems: &mut Vec<Problem>) {
    let Some(category) = &entry.category else { return };
    if category.value == Category::Delivered && entry.code.value.class() != Some(Class::Success) {
        let what = format!("{} cannot be `delivered`", entry.code.value);
        problems.push(Problem::new(category.place.clone(), what, "only class 2 and 2xx replies mean that"));
    }
}

fn check_texts(entry: &Entry, problems: &mut Vec<Problem>) {
    for (key, text) in
        [("name", &entry.name), ("registry_name", &entry.registry_name), ("description", &entry.description)]
    {
        let Some(text) = text else { continue };
        if text.value.trim().is_empty() {
            let instead = "say in one sentence what happened, or give the label";
            problems.push(Problem::new(text.place.clone(), format!("`{key}` is empty"), instead));
        } else if text.value.trim() != text.value || text.value.contains(char::is_control) {
            let what = format!("`{key}` begins or ends with a space, or is more than one line");
            problems.push(Problem::new(text.place.clone(), what, "write it as one line without spaces around it"));
        } else if key == "description" && !text.value.ends_with('.') {
            let what = "`description` ends without a full stop";
            problems.push(Problem::new(text.place.clone(), what, "write a whole sentence"));
        } else if key != "description" && text.value.ends_with('.') {
            let what = format!("`{key}` ends with a full stop");
            problems.push(Problem::new(text.place.clone(), what, "leave the full stop out: it is a label"));
        }
    }
    if let (Some(name), Some(description)) = (&entry.name, &entry.description) {
        let words = |text: &str| text.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
        if !words(&name.value).is_empty() && words(&name.value) == words(&description.value) {
            let instead = "say what happened, as a sender would want to know it";
            problems.push(Problem::new(description.place.clone(), "`description` only repeats the name", instead));
        }
    }
}

/// References in the form that all the others have.
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
        if !is_rfc && !is_draft {
            let what = format!("`{text}` is not in the form of the other references");
            problems.push(Problem::new(reference.place.clone(), what, "write \"RFC 3463\" or \"draft-name-of-it\""));
        } else if references.value[..i].iter().any(|other| other.value == *text) {
            let what = format!("`{text}` stands there twice");
            problems.push(Problem::new(reference.place.clone(), what, "name every document once"));
        }
    }
}

/// Reply codes that have a row, each once and in order.
fn check_reply_codes(entry: &Entry, table: &BTreeMap<Code, Entry>, problems: &mut Vec<Problem>) {
    let Some(codes) = &entry.reply_codes else { return };
    for (i, Located { value: code, place }) in codes.value.iter().enumerate() {
        if !table.contains_key(&Code::Reply(*code)) {
            let what = format!("no row explains the reply code {code}");
            problems.push(Problem::new(place.clone(), what, format!("add a row `code = {code}` to table `reply`")));
        }
        if i > 0 && codes.value[i - 1].value >= *code {
            let what = format!("{code} stands after {}", codes.value[i - 1].value);
            problems.push(Problem::new(place.clone(), what, "put the reply codes in order, each once"));
        }
    }
}

/// A row for one class says something else than the row for every class. In an overlay it need not: it has its say when the
/// table changes under it.
fn check_differs(entry: &Entry, table: &BTreeMap<Code, Entry>, problems: &mut Vec<Problem>) {
    let code = entry.code.value;
    let Code::Enhanced { class: Some(_), .. } = code else { return };
    if entry.overlaid {
        return;
    }
    let Some(every_class) = code.parent().and_then(|parent| table.get(&parent)) else { return };
    fn same<T: PartialEq>(own: &Option<Located<T>>, other: &Option<Located<T>>) -> bool {
        own.as_ref().is_none_or(|own| other.as_ref().is_some_and(|other| own.value == other.value))
    }
    let differs = !same(&entry.name, &every_class.name)
        || !same(&entry.description, &every_class.description)
        || !same(&entry.category, &every_class.category)
        || !same(&entry.bounce, &every_class.bounce)
        || entry.references.is_some()
        || entry.reply_codes.is_some();
    if !differs {
        let what = format!("{code} says nothing else than {}", every_class.code.value);
        let problem = Problem::new(entry.code.place.clone(), what, "leave the row out, or say what is different");
        problems.push(problem.also(every_class.code.place.clone(), "the row for every class is here"));
    }
}

/// The row with what its parents say where it says nothing itself.
fn fill_in(entry: &Entry, table: &BTreeMap<Code, Entry>, problems: &mut Vec<Problem>) -> Option<Row> {
    let code = entry.code.value;
    let line: Vec<&Entry> =
        std::iter::successors(Some(code), |code| code.parent()).filter_map(|code| table.get(&code)).collect();
    // A row for one class and the row for every class: what these two do not say, nobody does.
    let own = || line.iter().filter(|entry| entry.code.value.table() == code.table());

    let name = own().find_map(|entry| entry.name.as_ref());
    let description = own().find_map(|entry| entry.description.as_ref());
    let references = own().find_map(|entry| entry.references.as_ref());
    let reply_codes = own().find_map(|entry| entry.reply_codes.as_ref());
    let category = line.iter().find_map(|entry| entry.category.as_ref());
    let bounce = match code.class() {
        Some(class @ (Class::Success | Class::PersistentTransientFailure)) => {
            table.get(&Code::Class(class)).and_then(|entry| entry.bounce.as_ref())
        }
        _ => line.iter().find_map(|entry| entry.bounce.as_ref()),
    };
    let registry_name = match own().nth(1) {
        Some(every_class) => {
            every_class.name.as_ref().filter(|label| name.is_none_or(|name| name.value != label.value))
        }
        None => entry.registry_name.as_ref(),
    };

    let needs_bounce = matches!(code, Code::Class(Class::PersistentTransientFailure | Class::PermanentFailure));
    for (key, is_missing) in [
        ("name", name.is_none()),
        ("description", description.is_none()),
        ("category", category.is_none()),
        ("bounce", needs_bounce && bounce.is_none()),
        // A code that a receiver made up is defined nowhere.
        ("references", references.is_none() && !entry.overlaid),
    ] {
        let unreadable = line.iter().any(|entry| entry.unreadable.iter().any(|unreadable| unreadable == key));
        if is_missing && !unreadable {
            let what = format!("the row {code} has no `{key}`");
            problems.push(Problem::new(entry.code.place.clone(), what, format!("add a line `{key} = …`")));
        }
    }
    fn values<T: Clone>(list: &Located<Vec<Located<T>>>) -> Vec<T> {
        list.value.iter().map(|item| item.value.clone()).collect()
    }
    Some(Row {
        code,
        name: name?.value.clone(),
        registry_name: registry_name.map(|label| label.value.clone()),
        description: description?.value.clone(),
        category: category?.value,
        bounce: bounce.map(|bounce| bounce.value),
        unspecific: entry.unspecific.as_ref().is_some_and(|unspecific| unspecific.value),
        article: entry.article.as_ref().is_some_and(|article| article.value),
        overlaid: entry.overlaid,
        reply_codes: reply_codes.map_or(Vec::new(), values),
        references: references.map_or(Vec::new(), values),
    })
}
