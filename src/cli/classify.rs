//! `classify`: a verdict for each line of a file or of standard input, or a summary.

use std::io::{self, BufWriter, IsTerminal, Read, StdoutLock, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bounce_codes::Delivery;
use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::input::{name, open, unreadable};
use super::lines::{LONGEST, Lines};
use super::output::{Done, printable, report};
use super::record::{Answer, Kind, Record, recipient};
use super::summary::{By, Summary};

/// Classify replies or log lines, one per line
///
/// A reply of several lines (550-… and then 550 …) is one record. Results are written as soon as the input pauses.
#[derive(Args)]
pub struct Classify {
    /// Files to read; `-` or nothing means standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One JSON object per line (the default), tab-separated columns, or counts with bars
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Leave out deliveries, refusals by our own server, and lines that say nothing about a delivery
    #[arg(long)]
    failures: bool,
    /// Count the failures by this, as a summary
    #[arg(long, value_enum)]
    by: Option<By>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Jsonl,
    Tsv,
    Summary,
}

/// Where the records go.
enum Sink<W: Write> {
    /// With the line that is being made.
    Jsonl(W, Vec<u8>),
    Tsv(csv::Writer<W>),
    Summary(W, Box<Summary>),
}

/// What failed: an input, so the next one can still be read, or the output.
enum Failure {
    Read(io::Error),
    Write(io::Error),
}

impl Classify {
    pub fn run(self) -> Done {
        let mut sink = self.sink()?;
        let mut code = ExitCode::SUCCESS;
        let mut line_count = 0;
        let progress = self.progress();
        let standard_input = [PathBuf::from("-")];
        let files = if self.files.is_empty() { &standard_input[..] } else { &self.files };
        for path in files {
            let name = printable(&name(path)).into_owned();
            sink.flush()?;
            let problem = match start(path) {
                Ok(mut lines) => {
                    let done = self.classify(&mut lines, &progress, &mut sink);
                    line_count += lines.lines;
                    if lines.cut > 0 {
                        let (are, them) = if lines.cut == 1 { ("line is", "it") } else { ("lines are", "them") };
                        report(&format!(
                            "{name}: {} {are} longer than {LONGEST} bytes; only that much of {them} was read",
                            lines.cut
                        ));
                    }
                    match done {
                        Ok(says_something) if says_something || lines.lines == 0 => continue,
                        Ok(_) => format!("{name}: no line says anything about a delivery"),
                        Err(Failure::Read(error)) => format!("cannot read {name}: {error}"),
                        Err(Failure::Write(error)) => return Err(error),
                    }
                }
                Err(problem) => format!("cannot read {name}: {problem}"),
            };
            report(&problem);
            code = ExitCode::FAILURE;
        }
        progress.finish_and_clear();
        sink.finish(line_count)?;
        Ok(code)
    }

    /// Classifies the records of one input, and returns whether any of them says something about a delivery.
    fn classify(
        &self,
        lines: &mut Lines<impl Read>,
        progress: &ProgressBar,
        sink: &mut Sink<impl Write>,
    ) -> Result<bool, Failure> {
        let mut says_something = false;
        let mut shown = 0;
        loop {
            while let Some(input) = lines.next() {
                let delivery = Delivery::parse(input);
                let verdict = delivery.verdict();
                let kind = Kind::of(delivery.outcome(), verdict.as_ref());
                says_something |= kind != Kind::Nothing;
                if let Sink::Summary(_, summary) = sink {
                    summary.count(kind, verdict.as_ref(), delivery.recipient());
                } else if kind == Kind::Failure || !self.failures {
                    let text = String::from_utf8_lossy(input);
                    let recipient = recipient(&delivery, input);
                    let answer = verdict.map_or(Answer::Nothing, Answer::Verdict);
                    sink.write(&Record::new(&text, answer, recipient.as_deref())).map_err(Failure::Write)?;
                }
            }
            progress.inc(lines.bytes - shown);
            shown = lines.bytes;
            if lines.ended {
                return Ok(says_something);
            }
            // The next read may have to wait for the input to go on.
            sink.flush().map_err(Failure::Write)?;
            lines.read().map_err(Failure::Read)?;
        }
    }

    /// Where the records go; ends the process if the options contradict each other.
    fn sink(&self) -> io::Result<Sink<BufWriter<StdoutLock<'static>>>> {
        let out = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
        Ok(match (self.format, self.by) {
            (Some(Format::Summary), _) | (None, Some(_)) => Sink::Summary(out, Box::new(Summary::new(self.by))),
            (Some(_), Some(_)) => {
                let mut command = Classify::augment_args(clap::Command::new("bounce-codes classify"));
                command.error(ErrorKind::ArgumentConflict, "`--by` needs `--format summary`").exit()
            }
            (Some(Format::Jsonl) | None, None) => Sink::Jsonl(out, Vec::new()),
            (Some(Format::Tsv), None) => {
                let mut tsv = csv::WriterBuilder::new().delimiter(b'\t').from_writer(out);
                Record::write_columns(&mut tsv)?;
                Sink::Tsv(tsv)
            }
        })
    }

    /// A bar on standard error, if that is a terminal that nothing else writes to and the size of the input is known.
    fn progress(&self) -> ProgressBar {
        let sizes =
            self.files.iter().map(|path| path.metadata().ok().filter(|file| file.is_file()).map(|file| file.len()));
        let total: Option<u64> = sizes.sum();
        let is_free = self.format == Some(Format::Summary) || self.by.is_some() || !io::stdout().is_terminal();
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

/// Opens an input that is text.
fn start(path: &Path) -> Result<Lines<Box<dyn Read>>, String> {
    let mut lines = Lines::new(open(path).map_err(|error| error.to_string())?);
    match unreadable(lines.sample().map_err(|error| error.to_string())?) {
        Some(what) => Err(format!("it is {what}")),
        None => Ok(lines),
    }
}

impl<W: Write> Sink<W> {
    fn write(&mut self, record: &Record<'_>) -> io::Result<()> {
        match self {
            Sink::Jsonl(out, line) => record.write_json(out, line),
            Sink::Tsv(tsv) => Ok(record.write_tsv(tsv)?),
            Sink::Summary(..) => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Jsonl(out, _) => out.flush(),
            Sink::Tsv(tsv) => tsv.flush(),
            Sink::Summary(..) => Ok(()),
        }
    }

    /// Writes what is left. `lines` is how many lines were read.
    fn finish(mut self, lines: u64) -> io::Result<()> {
        if let Sink::Summary(out, summary) = &mut self {
            summary.write(lines, out)?;
            out.flush()?;
        }
        self.flush()
    }
}
