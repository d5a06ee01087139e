//! `classify`: a verdict for each line of a file or of standard input, or a summary.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bounce_codes::{Bounce, Category, EnhancedCode, ReplyCode, Row, Verdict, classify};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::lines::{LONGEST, Lines};
use super::output::{Done, printable, report};
use super::record::{Answer, KEYS, Record, or_dash};

/// Classify replies or log lines, one per line
#[derive(Args)]
pub struct Classify {
    /// Files to read; `-` or nothing means standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One JSON object per line, tab-separated columns, or counts with bars
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Jsonl,
    Tsv,
    Summary,
}

impl Classify {
    pub fn run(self) -> Done {
        let mut out = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
        let mut summary = Summary::default();
        let mut code = ExitCode::SUCCESS;
        if self.format == Format::Tsv {
            writeln!(out, "{}", KEYS.join("\t"))?;
        }
        let progress = self.progress();
        let standard_input = [PathBuf::from("-")];
        let files = if self.files.is_empty() { &standard_input[..] } else { &self.files };
        for path in files {
            let cut = match open(path) {
                Ok(input) => self.classify_lines(input, &progress, &mut summary, &mut out),
                Err(error) => Err(Failure::Read(error)),
            };
            match cut {
                Ok(0) => {}
                Ok(cut) => {
                    let (lines, them) = if cut == 1 { ("line is", "it") } else { ("lines are", "them") };
                    let path = printable(&path.to_string_lossy());
                    report(&format!(
                        "{path}: {cut} {lines} longer than {LONGEST} bytes; only that much of {them} was read"
                    ));
                }
                Err(Failure::Write(error)) => return Err(error),
                Err(Failure::Read(error)) => {
                    report(&format!("cannot read {}: {error}", printable(&path.to_string_lossy())));
                    code = ExitCode::FAILURE;
                }
            }
        }
        progress.finish_and_clear();
        if self.format == Format::Summary {
            summary.write(&mut out)?;
        }
        out.flush()?;
        Ok(code)
    }

    /// Classifies the lines of one input, and returns how many were too long to read in full.
    fn classify_lines(
        &self,
        input: Box<dyn Read>,
        progress: &ProgressBar,
        summary: &mut Summary,
        out: &mut impl Write,
    ) -> Result<u64, Failure> {
        let mut lines = Lines::new(input);
        let mut shown = 0;
        loop {
            if lines.bytes - shown > 1 << 20 {
                progress.inc(lines.bytes - shown);
                shown = lines.bytes;
            }
            let Some(line) = lines.next().map_err(Failure::Read)? else { break };
            let verdict = classify(line);
            match self.format {
                Format::Summary => summary.count(verdict),
                Format::Jsonl | Format::Tsv => {
                    let text = String::from_utf8_lossy(line);
                    let record = Record::new(&text, verdict.map_or(Answer::Nothing, Answer::Verdict));
                    self.write_record(out, &record).map_err(Failure::Write)?;
                }
            }
        }
        Ok(lines.cut)
    }

    fn write_record(&self, out: &mut impl Write, record: &Record<'_>) -> io::Result<()> {
        if self.format == Format::Jsonl {
            return writeln!(out, "{}", record.to_json()?);
        }
        let columns: Vec<String> = record.columns().iter().map(|column| printable(column)).collect();
        writeln!(out, "{}", columns.join("\t"))
    }

    /// A bar on standard error, if that is a terminal that nothing else writes to and the size of the input is known.
    fn progress(&self) -> ProgressBar {
        let sizes =
            self.files.iter().map(|path| path.metadata().ok().filter(|file| file.is_file()).map(|file| file.len()));
        let total: Option<u64> = sizes.sum();
        let is_free = self.format == Format::Summary || !io::stdout().is_terminal();
        match total {
            Some(total) if !self.files.is_empty() && is_free && io::stderr().is_terminal() => {
                let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
                let style = ProgressStyle::with_template(
                    "{wide_bar} {bytes} of {total_bytes}, {binary_bytes_per_sec}, {eta} left",
                );
                bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            }
            _ => ProgressBar::hidden(),
        }
    }
}

/// What failed: an input, so the next one can still be read, or the output.
enum Failure {
    Read(io::Error),
    Write(io::Error),
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    Ok(Box::new(File::open(path)?))
}

// ------------------------------------------------------------------------------------------------------------ summary

/// What is counted: the codes of a reply, either of which may be missing, and what they mean.
type Counted = (Option<ReplyCode>, Option<EnhancedCode>, Option<Bounce>, Category);

/// How many different answers are counted separately. Mail servers give a few hundred. A stranger who makes up codes could
/// give millions, and those must not fill up the memory.
const MOST_ANSWERS: usize = 1 << 16;

/// How often each answer was given.
#[derive(Default)]
struct Summary {
    lines: u64,
    without_code: u64,
    answers: HashMap<Counted, (u64, &'static Row)>,
    /// Answers beyond the limit, without their codes.
    others: HashMap<(Option<Bounce>, Category), u64>,
}

impl Summary {
    fn count(&mut self, verdict: Option<Verdict<'_>>) {
        self.lines += 1;
        let Some(verdict) = verdict else {
            self.without_code += 1;
            return;
        };
        let answer = (verdict.reply_code(), verdict.enhanced_code(), verdict.bounce(), verdict.category());
        let is_full = self.answers.len() == MOST_ANSWERS;
        match self.answers.get_mut(&answer) {
            Some((count, _)) => *count += 1,
            None if is_full => *self.others.entry((verdict.bounce(), verdict.category())).or_default() += 1,
            None => drop(self.answers.insert(answer, (1, verdict.row()))),
        }
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let lines = if self.lines == 1 { "line" } else { "lines" };
        writeln!(out, "{} {lines}, {} without a code", self.lines, self.without_code)?;

        let mut bounces: HashMap<Option<Bounce>, u64> = HashMap::new();
        let mut categories: HashMap<String, u64> = HashMap::new();
        let mut codes: HashMap<String, u64> = HashMap::new();
        for ((reply, enhanced, bounce, category), (count, row)) in &self.answers {
            let code = format!("{:<3} {:<9} {}", or_dash(*reply), or_dash(*enhanced), row.name());
            *bounces.entry(*bounce).or_default() += count;
            *categories.entry(category.to_string()).or_default() += count;
            *codes.entry(code).or_default() += count;
        }
        for ((bounce, category), count) in &self.others {
            *bounces.entry(*bounce).or_default() += count;
            *categories.entry(category.to_string()).or_default() += count;
            *codes.entry("other codes".to_owned()).or_default() += count;
        }
        let of = |bounce: Option<Bounce>| bounces.get(&bounce).copied().unwrap_or(0);
        let mut by_bounce: Vec<(String, u64)> =
            Bounce::ALL.iter().map(|bounce| (bounce.to_string(), of(Some(*bounce)))).collect();
        by_bounce.push(("no bounce".to_owned(), of(None)));
        by_bounce.push(("no code".to_owned(), self.without_code));
        self.write_bars(out, "by bounce", &by_bounce)?;
        self.write_bars(out, "by category", &most_frequent(categories, usize::MAX))?;
        self.write_bars(out, "most frequent codes", &most_frequent(codes, 10))
    }

    /// Counts and shares, each with a bar, as wide as the terminal.
    fn write_bars(&self, out: &mut impl Write, title: &str, counts: &[(String, u64)]) -> io::Result<()> {
        if counts.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{title}")?;
        let width = textwrap::termwidth().clamp(40, 120);
        let count_width = self.lines.to_string().len();
        // The label gets at most half of the line; the share takes 9 columns, and 4 spaces separate the parts.
        let longest = counts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
        let label_width = longest.min(width / 2);
        let bar_width = width.saturating_sub(label_width + count_width + 9 + 4);
        for (label, count) in counts {
            let label: String = label.chars().take(label_width).collect();
            let share = *count as f64 / self.lines.max(1) as f64;
            let bar = bar(share, bar_width);
            let line = format!("  {label:<label_width$} {count:>count_width$} {:>6.1} % {bar}", 100.0 * share);
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// The most frequent first; ties in alphabetical order.
fn most_frequent(counts: HashMap<String, u64>, most: usize) -> Vec<(String, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|(label, count), (other, others)| others.cmp(count).then_with(|| label.cmp(other)));
    counts.truncate(most);
    counts
}

/// A bar of blocks, in eighths of a column.
fn bar(share: f64, width: usize) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share * width as f64 * 8.0).round() as usize;
    "█".repeat(eighths / 8) + PARTS[eighths % 8]
}
