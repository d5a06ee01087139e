//! An explanation for a person at a terminal.

use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use bounce_codes::{Bounce, Key, Outcome, Row, Table, Verdict};
use textwrap::WordSplitter::NoHyphenation;

use super::output::{excerpt, printable};
use super::record::{Answer, or_dash};

/// As wide as the longest word in it, `block bounce`, and two spaces.
const MARGIN: usize = 14;

/// How many lines of the input are shown.
const MOST_LINES: usize = 16;

/// How many characters of the input are shown, and of an address or words in it.
const MOST_CHARACTERS: usize = 4_000;
const MOST_QUOTED: usize = 320;

/// What is known about an input.
pub struct Explanation<'a> {
    pub input: &'a str,
    pub answer: Answer<'a>,
    pub outcome: Option<Outcome>,
    pub recipient: Option<&'a str>,
}

impl Explanation<'_> {
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        self.write_input(out)?;
        writeln!(out)?;
        self.write_headline(out)?;
        let entries = self.entries();
        if !entries.is_empty() {
            writeln!(out)?;
        }
        entries.iter().try_for_each(|(style, word, text)| write_entry(out, *style, word, text))
    }

    /// The input, indented so that no line of it looks like part of the answer.
    fn write_input(&self, out: &mut impl Write) -> io::Result<()> {
        let bold = Style::new().bold();
        let options =
            textwrap::Options::new(width()).initial_indent("  ").subsequent_indent("  ").word_splitter(NoHyphenation);
        let input = excerpt_of_lines(self.input.trim());
        let lines: Vec<_> = input.lines().flat_map(|line| textwrap::wrap(line, &options)).collect();
        for line in lines.iter().take(MOST_LINES) {
            writeln!(out, "{bold}{line}{bold:#}")?;
        }
        if lines.len() > MOST_LINES {
            writeln!(out, "  …")?;
        }
        Ok(())
    }

    /// What to do, and what happened.
    fn write_headline(&self, out: &mut impl Write) -> io::Result<()> {
        let plain = Style::new();
        let bounce = match &self.answer {
            Answer::Verdict(verdict) => verdict.bounce(),
            Answer::Row(row) | Answer::EveryClass(_, row) => row.permanent_bounce(),
            Answer::Nothing => None,
        };
        let (headline, color) = match (bounce, self.outcome) {
            (_, Some(Outcome::Refused)) => ("refused", AnsiColor::Cyan),
            (Some(Bounce::Soft), _) => ("soft bounce", AnsiColor::Yellow),
            (Some(Bounce::Hard), _) => ("hard bounce", AnsiColor::Red),
            (Some(Bounce::Block), _) => ("block bounce", AnsiColor::Magenta),
            (None, Some(Outcome::Failed)) => ("failed", AnsiColor::Yellow),
            (None, Some(Outcome::Deferred)) => ("deferred", AnsiColor::Yellow),
            (None, _) => ("no bounce", AnsiColor::Green),
        };
        let advice = match (&self.answer, self.outcome) {
            (_, Some(Outcome::Refused)) => "Refused by our own server: not a bounce.",
            (Answer::Verdict(verdict), _) if verdict.row().advice().is_some() => match (bounce, verdict.retry()) {
                (Some(Bounce::Hard), _) => "Stop mailing this address.",
                (_, true) => "Keep the address, and retry this message later.",
                (_, false) => "Keep the address.",
            },
            (Answer::Verdict(verdict), _) => verdict.advice(),
            (Answer::Nothing, Some(Outcome::Failed)) => "The message was not delivered. The input does not say why.",
            (Answer::Nothing, Some(Outcome::Deferred)) => "Not delivered yet. The input does not say why.",
            (Answer::Nothing, _) => "Nothing to do: this is not a failure.",
            _ if matches!(bounce, Some(Bounce::Hard | Bounce::Block)) => "For class 5; class 4 is a soft bounce.",
            _ => "It depends on the class.",
        };
        write_entry(out, color.on_default().bold(), headline, advice)?;
        match &self.answer {
            Answer::Verdict(verdict) => {
                write_entry(out, plain, "", verdict.row().description())?;
                verdict.row().advice().map_or(Ok(()), |advice| write_entry(out, plain, "", advice))?;
            }
            Answer::Row(row) | Answer::EveryClass(_, row) => write_entry(out, plain, "", row.description())?,
            Answer::Nothing => {}
        }
        if matches!(&self.answer, Answer::Verdict(verdict) if verdict.is_contradictory()) {
            let kept = if bounce.is_some() { ", so the address is kept" } else { "" };
            write_entry(out, plain, "", &format!("The two codes contradict each other{kept}."))?;
        }
        Ok(())
    }

    /// The details: a word for the margin, and text.
    fn entries(&self) -> Vec<(Style, String, String)> {
        let plain = Style::new();
        let mut entries: Vec<(Style, String, String)> = Vec::new();
        let mut add = |word: &str, text: String| entries.push((plain, word.to_owned(), text));
        if let Some(recipient) = self.recipient {
            add("recipient", excerpt(recipient, MOST_QUOTED));
        }
        let (row, category, class) = match &self.answer {
            Answer::Verdict(verdict) => (verdict.row(), verdict.category(), verdict.class()),
            Answer::Row(row) | Answer::EveryClass(_, row) => (*row, row.category(), row.key().class()),
            Answer::Nothing => return entries,
        };
        add("category", category.to_string());
        if let Some(class) = class {
            add("class", format!("{}, {}", class.digit(), class.row().name().to_lowercase()));
        }
        if let Answer::Verdict(verdict) = &self.answer {
            add("scope", or_dash(verdict.scope()));
            add("retry", retry(verdict));
        }
        if let Answer::Verdict(verdict) = &self.answer {
            if let Some(provider) = verdict.provider() {
                let page = provider.postmaster().map_or(String::new(), |page| format!("; {page}"));
                add("provider", format!("{provider}{page}"));
            }
            entries.extend(decided(verdict).map(|(word, text)| (plain.bold(), word, text)));
        }
        let codes = match &self.answer {
            Answer::Verdict(verdict) => {
                let enhanced = verdict.enhanced_code().map(|code| (code.to_string(), code.verdict().row()));
                // It is shown already if only one provider has it.
                let enhanced = enhanced.filter(|(_, row)| row.key().table() != Table::Provider);
                let reply = verdict.reply_code().map(|code| (code.to_string(), code.verdict().row()));
                let both = matches!(row.key(), Key::Pair(..)).then(|| (row.key().to_string(), row));
                both.into_iter().chain(enhanced).chain(reply).collect()
            }
            Answer::EveryClass(code, _) => vec![((*code).to_owned(), row)],
            _ => vec![(row.key().to_string(), row)],
        };
        entries.extend(codes.into_iter().map(|(code, described)| {
            let style = if described == row { plain.bold() } else { plain };
            (style, code, definition(described))
        }));
        entries
    }
}

/// The words that decided, or the code that means something of its own at the provider, and what they mean.
fn decided(verdict: &Verdict<'_>) -> Option<(String, String)> {
    let row = verdict.row();
    let evidence = verdict.evidence().map(String::from_utf8_lossy).unwrap_or_default();
    let code = verdict.enhanced_code().map(|code| code.to_string());
    match (row.key(), code) {
        (Key::Provider(..), Some(code)) if evidence == code || evidence.is_empty() => Some((code, definition(row))),
        (Key::Phrase(_) | Key::Provider(..) | Key::Blocklist(_), _) => {
            Some(("words".to_owned(), format!("\"{}\": {}", excerpt(&evidence, MOST_QUOTED), definition(row))))
        }
        _ => None,
    }
}

/// The start of a text, with its control characters made visible, except for the ends of its lines.
fn excerpt_of_lines(text: &str) -> String {
    let end = text.char_indices().nth(MOST_CHARACTERS).map(|(end, _)| end);
    let lines: Vec<_> = text[..end.unwrap_or(text.len())].lines().map(printable).collect();
    lines.join("\n") + if end.is_some() { "…" } else { "" }
}

/// Whether the message may be sent again, and when.
fn retry(verdict: &Verdict<'_>) -> String {
    match verdict.retry_after() {
        Some(wait) => format!("after {}", duration(wait)),
        None if verdict.retry() => "yes".to_owned(),
        None => "no".to_owned(),
    }
}

/// A duration in words: `1 hour 30 minutes`.
fn duration(duration: Duration) -> String {
    let mut rest = duration.as_secs();
    let mut parts = Vec::new();
    for (unit, seconds) in [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)] {
        match rest / seconds {
            0 => {}
            1 => parts.push(format!("1 {unit}")),
            count => parts.push(format!("{count} {unit}s")),
        }
        rest %= seconds;
    }
    if parts.is_empty() { "0 seconds".to_owned() } else { parts.join(" ") }
}

/// The name of a row and where it is defined. A fallback goes by the standard's name: the article's "Server Error" is
/// HTTP's word.
fn definition(row: &Row) -> String {
    let references = row.references().join(", ");
    let separator = if references.is_empty() { "" } else { "; " };
    match (row.key().table(), row.registry_name()) {
        (Table::Phrase | Table::Provider | Table::Blocklist, _) => format!("{}{separator}{references}", row.name()),
        (Table::Enhanced | Table::Reply, None) => format!("{}; {references}", row.name()),
        (Table::Enhanced | Table::Reply, Some(label)) => {
            format!("{} (in the registry: {label}); {references}", row.name())
        }
        (table, label) => {
            format!("not registered; {table} {} is: {}; {references}", row.key(), label.unwrap_or(row.name()))
        }
    }
}

/// A word in the margin, and text next to it that is wrapped at the width of the terminal.
fn write_entry(out: &mut impl Write, style: Style, word: &str, text: &str) -> io::Result<()> {
    let width = width() - MARGIN;
    // A link stays whole, so that it can be followed.
    let options = textwrap::Options::new(width).word_splitter(NoHyphenation).break_words(false);
    for (i, line) in textwrap::wrap(text, options).iter().enumerate() {
        let word = if i == 0 { word } else { "" };
        writeln!(out, "{style}{word:<MARGIN$}{style:#}{line}")?;
    }
    Ok(())
}

fn width() -> usize {
    textwrap::termwidth().clamp(MARGIN + 20, 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(answer: Answer<'_>, outcome: Option<Outcome>) -> String {
        let mut text = Vec::new();
        let explanation = Explanation { input: "x", answer, outcome, recipient: Some("a\u{1b}@b\u{200b}") };
        explanation.write(&mut text).unwrap();
        anstream::adapter::strip_str(std::str::from_utf8(&text).unwrap()).to_string()
    }

    #[test]
    fn an_outcome_without_a_verdict() {
        let recipient = "\n\nrecipient     a\\u{1b}@b\\u{200b}\n";
        for (outcome, expected) in [
            (Outcome::Failed, "failed        The message was not delivered. The input does not say why."),
            (Outcome::Deferred, "deferred      Not delivered yet. The input does not say why."),
            (Outcome::Delivered, "no bounce     Nothing to do: this is not a failure."),
        ] {
            assert_eq!(text(Answer::Nothing, Some(outcome)), format!("  x\n\n{expected}{recipient}"));
        }
    }

    #[test]
    fn a_refusal_by_our_own_server_is_no_bounce() {
        let verdict = bounce_codes::classify("550 5.1.1 User unknown").unwrap();
        let text = text(Answer::Verdict(verdict), Some(Outcome::Refused));
        assert!(text.starts_with("  x\n\nrefused       Refused by our own server: not a bounce.\n"), "{text}");
        assert!(!text.contains("hard"), "{text}");
    }

    #[test]
    fn durations() {
        for (seconds, expected) in
            [(0, "0 seconds"), (1, "1 second"), (90_061, "1 day 1 hour 1 minute 1 second"), (7_200, "2 hours")]
        {
            assert_eq!(duration(Duration::from_secs(seconds)), expected);
        }
    }
}
