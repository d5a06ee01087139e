//! What is wrong in the TOML, shown to the person who has to fix it.

use std::fmt::Write;

use super::{Place, Source};

/// One mistake: where it is, what it is and what to write instead.
#[derive(Debug)]
pub struct Problem {
    /// `None` if something is missing from the table as a whole.
    pub place: Option<Place>,
    what: String,
    instead: String,
    also: Option<(Place, String)>,
    /// Whether so much is unreadable that the rest cannot be judged.
    pub hides_others: bool,
}

impl Problem {
    pub fn new(place: Place, what: impl Into<String>, instead: impl Into<String>) -> Problem {
        Problem { place: Some(place), ..Problem::nowhere(what, instead) }
    }

    /// A mistake in the table as a whole.
    pub fn nowhere(what: impl Into<String>, instead: impl Into<String>) -> Problem {
        Problem { place: None, what: what.into(), instead: instead.into(), also: None, hides_others: false }
    }

    /// Adds a second place that is part of the mistake.
    pub fn also(mut self, place: Place, note: impl Into<String>) -> Problem {
        self.also = Some((place, note.into()));
        self
    }

    /// The mistake the way compilers show one: message, file, line and column, the source line, and what to do.
    pub fn show(&self, sources: &[Source<'_>]) -> String {
        let mut shown = format!("{}\n", self.what);
        match &self.place {
            Some(place) => show_place(&mut shown, sources, place, &self.instead),
            None => writeln!(shown, "  --> {}: {}", sources[0].path, self.instead).unwrap(),
        }
        if let Some((place, note)) = &self.also {
            show_place(&mut shown, sources, place, note);
        }
        shown
    }
}

fn show_place(shown: &mut String, sources: &[Source<'_>], place: &Place, note: &str) {
    let Source { path, text, .. } = sources[place.source];
    let start = place.span.start.min(text.len());
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let line_end = line_start + line.len();
    let number = text[..line_start].matches('\n').count() + 1;
    let column = text[line_start..start].chars().count();
    let width = text[start..place.span.end.clamp(start, line_end.max(start))].chars().count().max(1);
    let margin = " ".repeat(number.to_string().len());
    writeln!(shown, "{margin}--> {path}:{number}:{}", column + 1).unwrap();
    writeln!(shown, "{margin} |").unwrap();
    writeln!(shown, "{number} | {line}").unwrap();
    writeln!(shown, "{margin} | {}{} {note}", " ".repeat(column), "^".repeat(width)).unwrap();
}

/// The closest known word, if one is close.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |candidate: &&str| strsim::damerau_levenshtein(word, candidate);
    known.min_by_key(distance).filter(|nearest| distance(nearest) <= 1 + word.len() / 4)
}

/// What to write instead of a word: the closest known one, or else any of them.
pub fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("expected one of {}", known.collect::<Vec<_>>().join(", ")),
    }
}
