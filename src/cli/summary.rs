//! What `classify --format summary` counts and how it shows that.

use std::collections::BTreeMap;
use std::io::{self, Write};

use bounce_codes::{Bounce, Category, EnhancedCode, Provider, Reply, ReplyCode, Verdict};
use clap::ValueEnum;

use super::output::printable;
use super::record::{Kind, or_dash};

/// What the failures are counted by.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    Category,
    /// The reply code and the enhanced code
    Code,
    /// The provider that answered
    Provider,
    /// The domain of the recipient
    Domain,
}

/// How many different values are counted separately. Mail servers use a few hundred codes. A stranger who makes up codes or
/// domains could use millions, and those must not fill up the memory.
const MOST_VALUES: usize = 1 << 16;

/// The longest domain there is.
const LONGEST_DOMAIN: usize = 255;

/// How many of the codes are listed if nothing else was asked for.
const MOST_CODES: usize = 10;

const BOUNCES: usize = Bounce::ALL.len();
const CATEGORIES: usize = Category::ALL.len();

type Codes = (Option<ReplyCode>, Option<EnhancedCode>);

/// How often each answer was given.
pub struct Summary {
    by: Option<By>,
    records: u64,
    failures: u64,
    delivered: u64,
    refused: u64,
    /// By their place in the vocabulary; last, those without one.
    bounces: [u64; BOUNCES + 1],
    categories: [u64; CATEGORIES + 1],
    codes: Counts<Codes>,
    providers: Counts<Option<&'static str>>,
    domains: Counts<Vec<u8>>,
    /// The domain that is looked up, in lower case.
    domain: Vec<u8>,
}

impl Summary {
    pub fn new(by: Option<By>) -> Summary {
        Summary {
            by,
            records: 0,
            failures: 0,
            delivered: 0,
            refused: 0,
            bounces: [0; BOUNCES + 1],
            categories: [0; CATEGORIES + 1],
            codes: Counts::default(),
            providers: Counts::default(),
            domains: Counts::default(),
            domain: Vec::new(),
        }
    }

    pub fn count(&mut self, kind: Kind, verdict: Option<&Verdict<'_>>, recipient: Option<&[u8]>) {
        self.records += 1;
        match kind {
            Kind::Failure => {}
            Kind::Delivered => return self.delivered += 1,
            Kind::Refused => return self.refused += 1,
            Kind::Nothing => return,
        }
        self.failures += 1;
        let bounce = verdict.and_then(Verdict::bounce);
        self.bounces[bounce.map_or(BOUNCES, |bounce| bounce as usize)] += 1;
        self.categories[verdict.map_or(CATEGORIES, |verdict| verdict.category() as usize)] += 1;
        match self.by {
            None | Some(By::Code) => {
                let codes = verdict.map_or((None, None), |verdict| (verdict.reply_code(), verdict.enhanced_code()));
                self.codes.count(&codes);
            }
            Some(By::Category) => {}
            Some(By::Provider) => self.providers.count(&verdict.and_then(Verdict::provider).map(Provider::name)),
            Some(By::Domain) => {
                self.domain.clear();
                self.domain.extend(recipient.map_or(&b""[..], domain));
                self.domain.make_ascii_lowercase();
                self.domains.count(&self.domain);
            }
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: Summary) {
        self.records += other.records;
        self.failures += other.failures;
        self.delivered += other.delivered;
        self.refused += other.refused;
        self.bounces.iter_mut().zip(other.bounces).for_each(|(count, more)| *count += more);
        self.categories.iter_mut().zip(other.categories).for_each(|(count, more)| *count += more);
        self.codes.add(other.codes);
        self.providers.add(other.providers);
        self.domains.add(other.domains);
    }

    /// Writes the counts. `lines` is how many lines the records are made of.
    pub fn write(&self, lines: u64, out: &mut impl Write) -> io::Result<()> {
        let s = if lines == 1 { "" } else { "s" };
        let replies = match self.records {
            records if records == lines => String::new(),
            1 => ", 1 record".to_owned(),
            records => format!(", {records} records"),
        };
        writeln!(out, "{lines} line{s}{replies}")?;
        let nothing = self.records - self.failures - self.delivered - self.refused;
        let width = self.records.to_string().len();
        for (label, count) in [
            ("failures", self.failures),
            ("delivered", self.delivered),
            ("refused by our own server", self.refused),
            ("say nothing about a delivery", nothing),
        ] {
            writeln!(out, "  {label:<28} {count:>width$}")?;
        }
        if self.failures == 0 {
            return Ok(());
        }

        let bounces = labeled(Bounce::ALL, Bounce::as_str, &self.bounces);
        let categories = labeled(Category::ALL, Category::as_str, &self.categories).into_iter();
        let categories = most_frequent(categories.filter(|(_, count)| *count > 0), usize::MAX);
        let codes = |most| self.codes.list("other codes", label_of_codes, most);
        match self.by {
            None => {
                self.write_bars(out, "by bounce", &bounces)?;
                self.write_bars(out, "by category", &categories)?;
                self.write_bars(out, "most frequent codes", &codes(MOST_CODES))
            }
            Some(By::Category) => self.write_bars(out, "by category", &categories),
            Some(By::Code) => self.write_bars(out, "by code", &codes(usize::MAX)),
            Some(By::Provider) => {
                let label = |provider: &Option<&str>| provider.unwrap_or("not recognized").to_owned();
                self.write_bars(out, "by provider", &self.providers.list("other providers", label, usize::MAX))
            }
            Some(By::Domain) => {
                let label = |domain: &Vec<u8>| match &domain[..] {
                    [] => "no recipient".to_owned(),
                    domain => printable(&String::from_utf8_lossy(domain)).into_owned(),
                };
                self.write_bars(
                    out,
                    "by domain of the recipient",
                    &self.domains.list("other domains", label, usize::MAX),
                )
            }
        }
    }

    /// Counts and shares of the failures, each with a bar, as wide as the terminal.
    fn write_bars(&self, out: &mut impl Write, title: &str, counts: &[(String, u64)]) -> io::Result<()> {
        writeln!(out, "\n{title}")?;
        let width = textwrap::termwidth().clamp(40, 120);
        let count_width = self.failures.to_string().len();
        // The label gets at most half of the line; the share takes 9 columns, and 4 spaces separate the parts.
        let longest = counts.iter().map(|(label, _)| textwrap::core::display_width(label)).max().unwrap_or(0);
        let label_width = longest.min(width / 2);
        let bar_width = width.saturating_sub(label_width + count_width + 9 + 4);
        for (label, count) in counts {
            let label = fit(label, label_width);
            let share = *count as f64 / self.failures as f64;
            let bar = bar(share, bar_width);
            let line = format!("  {label} {count:>count_width$} {:>6.1} % {bar}", 100.0 * share);
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// How often each value occurred; those beyond the limit all count as others.
struct Counts<T> {
    each: BTreeMap<T, u64>,
    others: u64,
}

impl<T> Default for Counts<T> {
    fn default() -> Self {
        Counts { each: BTreeMap::new(), others: 0 }
    }
}

impl<T: Ord + Clone> Counts<T> {
    fn count(&mut self, value: &T) {
        self.count_times(value, 1);
    }

    fn count_times(&mut self, value: &T, times: u64) {
        let has_room = self.each.len() < MOST_VALUES;
        match self.each.get_mut(value) {
            Some(count) => *count += times,
            None if has_room => drop(self.each.insert(value.clone(), times)),
            None => self.others += times,
        }
    }

    fn add(&mut self, other: Counts<T>) {
        other.each.iter().for_each(|(value, count)| self.count_times(value, *count));
        self.others += other.others;
    }

    /// The most frequent ones, and the others last.
    fn list(&self, others: &str, label: impl Fn(&T) -> String, most: usize) -> Vec<(String, u64)> {
        let mut list = most_frequent(self.each.iter().map(|(value, count)| (label(value), *count)), most);
        if self.others > 0 {
            list.push((others.to_owned(), self.others));
        }
        list
    }
}

/// Each value of the vocabulary with its count; last, if there are any, those that have none.
fn labeled<T: Copy>(values: &[T], label: impl Fn(T) -> &'static str, counts: &[u64]) -> Vec<(String, u64)> {
    let mut list: Vec<_> = values.iter().zip(counts).map(|(value, count)| (label(*value).to_owned(), *count)).collect();
    if let Some(unknown @ 1..) = counts.last() {
        list.push(("unknown".to_owned(), *unknown));
    }
    list
}

/// The most frequent first; ties in alphabetical order.
fn most_frequent(counts: impl Iterator<Item = (String, u64)>, most: usize) -> Vec<(String, u64)> {
    let mut counts: Vec<_> = counts.collect();
    counts.sort_by(|(label, count), (other, others)| others.cmp(count).then_with(|| label.cmp(other)));
    counts.truncate(most);
    counts
}

/// The codes and what they mean, apart from the words next to them.
fn label_of_codes((reply, enhanced): &Codes) -> String {
    let meaning = match (*reply, *enhanced) {
        (Some(reply), enhanced) => Reply::from((reply, enhanced)).verdict().row().name(),
        (None, Some(enhanced)) => enhanced.verdict().row().name(),
        (None, None) => "no code",
    };
    format!("{:<3} {:<9} {meaning}", or_dash(*reply), or_dash(*enhanced))
}

/// The domain of an address; empty if it has none.
fn domain(address: &[u8]) -> &[u8] {
    let domain = address.rsplit(|byte| *byte == b'@').next().unwrap_or_default();
    let domain = domain.strip_suffix(b">").unwrap_or(domain);
    let domain = domain.strip_suffix(b".").unwrap_or(domain);
    if domain.len() < address.len() && domain.len() <= LONGEST_DOMAIN { domain } else { b"" }
}

/// The label in exactly this many columns.
fn fit(label: &str, width: usize) -> String {
    let mut used = 0;
    let fits = |c: &char| {
        used += textwrap::core::display_width(c.encode_utf8(&mut [0; 4]));
        used <= width
    };
    let label: String = label.chars().take_while(fits).collect();
    let missing = width - textwrap::core::display_width(&label).min(width);
    label + &" ".repeat(missing)
}

/// A bar of blocks, in eighths of a column.
fn bar(share: f64, width: usize) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share * width as f64 * 8.0).round() as usize;
    "█".repeat(eighths / 8) + PARTS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(recipients: &[&str]) -> Summary {
        let mut summary = Summary::new(Some(By::Domain));
        recipients.iter().for_each(|recipient| summary.count(Kind::Failure, None, Some(recipient.as_bytes())));
        summary
    }

    fn text(summary: &Summary) -> String {
        let mut text = Vec::new();
        summary.write(summary.records, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn domains_in_lower_case() {
        let long = format!("a@{}", "x".repeat(300));
        let mut summary =
            summary(&["a@B.example", "\"c@d\"@b.EXAMPLE.", "<e@b.example>", "f", "", &long, "g@\u{200b}\u{1b}é"]);
        summary.count(Kind::Failure, None, None);
        let text = text(&summary);
        let bars: Vec<Vec<&str>> = text
            .lines()
            .skip_while(|line| !line.starts_with("by"))
            .skip(1)
            .map(|line| line.split(' ').collect())
            .collect();
        let labels: Vec<String> = bars.iter().map(|words| words[2..4].join(" ")).collect();
        assert_eq!(labels[0], "no recipient");
        assert!(labels[1].starts_with("b.example"));
        assert!(labels[2].starts_with("\\u{200b}\\u{1b}é"));
        assert_eq!(labels.len(), 3);
    }

    #[test]
    fn other_domains_come_last() {
        let all: Vec<String> = (0..MOST_VALUES + 10).map(|i| format!("a@{i}.example")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let (first, second) = all.split_at(MOST_VALUES / 2);
        let mut added = summary(first);
        added.add(summary(second));
        for summary in [summary(&all), added] {
            let text = text(&summary);
            let last = text.lines().last().unwrap();
            assert!(last.starts_with("  other domains") && last.contains(" 10 "), "{last}");
        }
    }

    #[test]
    fn summaries_add_up() {
        let line = "550 5.1.1 no";
        let verdict = bounce_codes::classify(line);
        let count = |kinds: &[Kind]| {
            let mut summary = Summary::new(None);
            kinds.iter().for_each(|kind| summary.count(*kind, verdict.as_ref(), None));
            summary
        };
        let kinds = [Kind::Failure, Kind::Delivered, Kind::Delivered, Kind::Refused, Kind::Nothing, Kind::Failure];
        let mut added = count(&kinds[..2]);
        added.add(count(&kinds[2..]));
        let text = text(&added);
        assert_eq!(text, super::tests::text(&count(&kinds)));
        let counts: Vec<&str> = text.lines().skip(1).take(4).filter_map(|line| line.split(' ').next_back()).collect();
        assert_eq!(counts, ["2", "2", "1", "1"]);
    }

    #[test]
    fn labels_have_the_width_of_the_column() {
        for (label, expected) in [("abc", "abc  "), ("abcdef", "abcde"), ("日本語", "日本 "), ("", "     ")] {
            assert_eq!(fit(label, 5), expected);
        }
    }
}
