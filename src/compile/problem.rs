//! What is wrong in the TOML, shown to the person who has to mend it.

use std::fmt::Write;
use std::ops::Range;

/// One mistake: where it is, what it is and what to write instead.
#[derive(Debug)]
pub struct Problem {
    pub span: Range<usize>,
    what: String,
    instead: String,
    also: Option<(Range<usize>, String)>,
}

impl Problem {
    pub fn new(span: Range<usize>, what: impl Into<String>, instead: impl Into<String>) -> Problem {
        Problem { span, what: what.into(), instead: instead.into(), also: None }
    }

    /// A second place that belongs to the mistake.
    pub fn also(mut self, span: Range<usize>, note: impl Into<String>) -> Problem {
        self.also = Some((span, note.into()));
        self
    }

    /// The mistake as compilers show one: message, file, line and column, the text, and under it what to do.
    pub fn show(&self, file: &str, text: &str) -> String {
        let mut shown = format!("{}\n", self.what);
        let mut places = vec![(&self.span, &self.instead)];
        places.extend(self.also.as_ref().map(|(span, note)| (span, note)));
        for (span, note) in places {
            show_place(&mut shown, file, text, span, note);
        }
        shown
    }
}

fn show_place(shown: &mut String, file: &str, text: &str, span: &Range<usize>, note: &str) {
    let start = span.start.min(text.len());
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let number = text[..line_start].matches('\n').count() + 1;
    let column = text[line_start..start].chars().count();
    let rest = line_start + line.len() - start.min(line_start + line.len());
    let width = text[start..start + rest.min(span.len())].chars().count().max(1);
    let margin = " ".repeat(number.to_string().len());
    writeln!(shown, "{margin}--> {file}:{number}:{}", column + 1).unwrap();
    writeln!(shown, "{margin} |").unwrap();
    writeln!(shown, "{number} | {line}").unwrap();
    writeln!(shown, "{margin} | {}{} {note}", " ".repeat(column), "^".repeat(width)).unwrap();
}

/// The nearest known word if one is near, else all of them.
pub fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let nearest = known.iter().min_by_key(|candidate| strsim::damerau_levenshtein(word, candidate));
    match nearest {
        Some(nearest) if strsim::damerau_levenshtein(word, nearest) <= 1 + word.len() / 4 => {
            format!("did you mean `{nearest}`?")
        }
        _ => format!("expected one of {}", known.join(", ")),
    }
}
