//! `classify`: a verdict for each line of a file or of standard input, or a summary.

use std::io::{self, IsTerminal, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use bounce_codes::{Delivery, Verdict};
use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::input::{name, open, unreadable};
use super::lines::{LONGEST, Lines, events};
use super::message::is_message;
use super::output::{Done, printable, report};
use super::record::{Answer, Kind, KnownVerdicts, Record, recipient, text_of};
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

/// What failed: an input, so the next one can still be read, or the output.
enum Failure {
    Read(io::Error),
    Write(io::Error),
}

/// How many records are classified before any of them is written.
const BATCH: usize = 4096;

/// How many records are worth a thread.
const FEWEST: usize = 256;

/// More threads would wait for the one that reads.
const MOST_WORKERS: usize = 4;

impl Classify {
    pub fn run(self) -> Done {
        let format = self.format();
        let mut out = io::stdout().lock();
        let mut workers: Vec<Worker> =
            (0..worker_count()).map(|_| Worker::new(format, self.failures, self.by)).collect();
        if format == Format::Tsv {
            out.write_all(&Record::columns()?)?;
        }
        let mut code = ExitCode::SUCCESS;
        let mut line_count = 0;
        let progress = self.progress();
        let standard_input = [PathBuf::from("-")];
        let files = if self.files.is_empty() { &standard_input[..] } else { &self.files };
        for path in files {
            let name = printable(&name(path)).into_owned();
            let problem = match start(path) {
                Ok(mut lines) => {
                    let done = classify(&mut lines, &progress, &mut workers, &mut out);
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
        if format == Format::Summary {
            let mut summary = Summary::new(self.by);
            workers.into_iter().for_each(|worker| summary.add(worker.summary));
            let mut text = Vec::new();
            summary.write(line_count, &mut text)?;
            out.write_all(&text)?;
        }
        out.flush()?;
        Ok(code)
    }

    /// Ends the process if the options contradict each other.
    fn format(&self) -> Format {
        match (self.format, self.by) {
            (Some(Format::Jsonl | Format::Tsv), Some(_)) => {
                let mut command = Classify::augment_args(clap::Command::new("bounce-codes classify"));
                command.error(ErrorKind::ArgumentConflict, "`--by` needs `--format summary`").exit()
            }
            (None, Some(_)) => Format::Summary,
            (format, _) => format.unwrap_or(Format::Jsonl),
        }
    }

    /// A bar on standard error, if that is a terminal that nothing else writes to and the size of the input is known.
    fn progress(&self) -> ProgressBar {
        let sizes =
            self.files.iter().map(|path| path.metadata().ok().filter(|file| file.is_file()).map(|file| file.len()));
        let total: Option<u64> = sizes.sum();
        let is_free = self.format() == Format::Summary || !io::stdout().is_terminal();
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
    let sample = lines.sample().map_err(|error| error.to_string())?;
    if let Some(what) = unreadable(sample) {
        return Err(format!("it is {what}"));
    }
    if is_message(sample) {
        let name = printable(&name(path)).into_owned();
        report(&format!(
            "{name} seems to be a message and was read line by line; to read it as one, use `bounce-codes explain`"
        ));
    }
    Ok(lines)
}

/// Classifies the records of one input, and returns whether any of them says something about a delivery.
fn classify(
    lines: &mut Lines<impl Read>,
    progress: &ProgressBar,
    workers: &mut [Worker],
    out: &mut impl Write,
) -> Result<bool, Failure> {
    workers.iter_mut().for_each(|worker| worker.says_something = false);
    let mut places = Vec::with_capacity(BATCH);
    let mut shown = 0;
    loop {
        places.clear();
        while places.len() < BATCH {
            let Some(place) = lines.next_place() else { break };
            places.push(place);
        }
        share(lines.as_read(), &places, workers);
        for worker in &mut *workers {
            std::mem::replace(&mut worker.done, Ok(())).map_err(Failure::Write)?;
            out.write_all(&worker.output).map_err(Failure::Write)?;
            worker.output.clear();
        }
        if places.len() == BATCH {
            continue;
        }
        progress.inc(lines.bytes - shown);
        shown = lines.bytes;
        if lines.ended {
            return Ok(workers.iter().any(|worker| worker.says_something));
        }
        // The next read may have to wait for the input to go on.
        out.flush().map_err(Failure::Write)?;
        lines.read().map_err(Failure::Read)?;
    }
}

/// Lets every worker classify its share of the records, in order.
fn share(read: &[u8], places: &[Range<usize>], workers: &mut [Worker]) {
    let share = places.len().div_ceil(workers.len()).max(FEWEST);
    let mut shares = workers.iter_mut().zip(places.chunks(share));
    let Some((worker, places)) = shares.next() else { return };
    thread::scope(|scope| {
        for (worker, places) in shares {
            scope.spawn(move || worker.classify(read, places));
        }
        worker.classify(read, places);
    });
}

/// One for each core, as long as there are threads to be had.
fn worker_count() -> usize {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_WORKERS));
    let can_spawn = || thread::Builder::new().spawn(|| ()).is_ok_and(|thread| thread.join().is_ok());
    if cores > 1 && can_spawn() { cores } else { 1 }
}

/// Classifies records in a thread of its own.
struct Worker {
    format: Format,
    failures: bool,
    /// The records to write.
    output: Vec<u8>,
    known: KnownVerdicts,
    summary: Summary,
    says_something: bool,
    done: io::Result<()>,
}

impl Worker {
    fn new(format: Format, failures: bool, by: Option<By>) -> Worker {
        Worker {
            format,
            failures,
            output: Vec::new(),
            known: KnownVerdicts::default(),
            summary: Summary::new(by),
            says_something: false,
            done: Ok(()),
        }
    }

    fn classify(&mut self, read: &[u8], places: &[Range<usize>]) {
        self.done = match self.format {
            Format::Summary => {
                for (_, delivery) in deliveries(read, places) {
                    let (verdict, kind) = judge(&delivery);
                    self.says_something |= kind != Kind::Nothing;
                    self.summary.count(kind, verdict.as_ref(), delivery.recipient());
                }
                Ok(())
            }
            Format::Jsonl => {
                let (mut output, mut known) = (std::mem::take(&mut self.output), std::mem::take(&mut self.known));
                let done = self.write(read, places, |record| record.write_json(&mut output, &mut known));
                (self.output, self.known) = (output, known);
                done
            }
            Format::Tsv => {
                let mut tsv = Record::tsv(std::mem::take(&mut self.output));
                let done = self.write(read, places, |record| Ok(record.write_tsv(&mut tsv)?));
                done.and(tsv.into_inner().map(|output| self.output = output).map_err(|error| error.into_error()))
            }
        };
    }

    /// Hands over each record that is wanted.
    fn write(
        &mut self,
        read: &[u8],
        places: &[Range<usize>],
        mut write: impl FnMut(&Record<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        for (input, delivery) in deliveries(read, places) {
            let (verdict, kind) = judge(&delivery);
            self.says_something |= kind != Kind::Nothing;
            if kind == Kind::Failure || !self.failures {
                let text = text_of(input);
                let recipient = recipient(&delivery, input);
                let answer = verdict.map_or(Answer::Nothing, Answer::Verdict);
                write(&Record::new(&text, answer, recipient.as_deref()))?;
            }
        }
        Ok(())
    }
}

/// Every event and recipient in these records, each with the record or the part of it that it is in.
fn deliveries<'a>(read: &'a [u8], places: &[Range<usize>]) -> impl Iterator<Item = (&'a [u8], Delivery<'a>)> {
    let records = places.iter().flat_map(|place| events(&read[place.clone()]));
    records.flat_map(|record| Delivery::parse_all(record).map(move |delivery| (record, delivery)))
}

fn judge<'a>(delivery: &Delivery<'a>) -> (Option<Verdict<'a>>, Kind) {
    let verdict = delivery.verdict();
    let kind = Kind::of(delivery.outcome(), verdict.as_ref());
    (verdict, kind)
}
