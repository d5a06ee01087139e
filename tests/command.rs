//! The command, run the way a person would run it.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use bounce_codes::{Table, classify};
use serde_json::Value;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bounce-codes"));
    command.args(arguments).env_remove("CLICOLOR_FORCE").env("COLUMNS", "80");
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// Standard output of a run that succeeds and reports nothing on standard error.
fn stdout(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

macro_rules! assert_output {
    ($name:literal, $output:expr) => {
        insta::with_settings!({
            omit_expression => true,
            prepend_module_to_snapshot => false,
            snapshot_path => "snapshots/command",
        }, {
            insta::assert_snapshot!($name, $output);
        });
    };
}

/// The layout of an explanation. No table has these codes, so adding or editing a code changes nothing here.
#[test]
fn explain_text() {
    let replies = ["571 No PTR record", "5.99.1", "471 5.99.1 come back later", "X.7.606", "2.99.1", "271 5.99.1 Ok"];
    assert_output!("explain_text", stdout(&[&["explain"], &replies[..]].concat()));
}

#[test]
fn explain_text_of_known_codes() {
    let text = stdout(&["explain", "550 5.1.1 <ada@example.com>: User unknown"]);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let verdict = classify(b"550 5.1.1").unwrap();
    let (enhanced, reply) =
        (verdict.enhanced_code().unwrap().row().unwrap(), verdict.reply_code().unwrap().row().unwrap());
    let mut rest = text.as_str();
    for expected in [
        "550 5.1.1 <ada@example.com>: User unknown",
        verdict.bounce().unwrap().as_str(),
        enhanced.description(),
        verdict.category().as_str(),
        "class 5, permanent failure",
        &format!("5.1.1 {}; RFC 3463", enhanced.name()),
        &format!("550 {}; RFC 5321", reply.name()),
    ] {
        let place = rest.find(expected).unwrap_or_else(|| panic!("`{expected}` is not in `{rest}`"));
        rest = &rest[place + expected.len()..];
    }
    assert_eq!(rest, "");
}

/// The library's JSON with the input in front.
fn json(input: &str, answer: impl serde::Serialize) -> String {
    let input = serde_json::to_string(input).unwrap();
    serde_json::to_string(&answer).unwrap().replacen('{', &format!("{{\"input\":{input},"), 1)
}

#[test]
fn json_is_the_librarys_with_the_input_in_front() {
    let reply = "550-5.1.1 no such user\r\n550 5.1.1 try again";
    let inputs = ["5.0.0", "5.1.5", "4.2.2", "550", "421", "5.7.606", "5.9.9", "2.1.5", "354", "450 5.1.1", reply];
    let output = stdout(&[&["explain", "--format", "json"], &inputs[..]].concat());
    for (line, input) in output.lines().zip(inputs) {
        assert_eq!(line, json(input, classify(input.as_bytes()).unwrap()));
    }
    assert_eq!(output.lines().count(), inputs.len());

    for table in Table::ALL {
        let output = stdout(&["table", table.as_str(), "--format", "json"]);
        for (line, row) in output.lines().zip(table.rows()) {
            assert_eq!(line, json(&row.key().to_string(), row));
        }
        assert_eq!(output.lines().count(), table.rows().len());
    }
}

#[test]
fn a_code_for_every_class() {
    let row = Table::Enhanced.rows().find(|row| row.key().to_string() == "X.2.2").unwrap();
    assert_eq!(stdout(&["explain", "--format", "json", "X.2.2"]).trim_end(), json("X.2.2", row));
    let unknown: Value = serde_json::from_str(&stdout(&["explain", "--format", "json", "x.7.606"])).unwrap();
    assert_eq!(unknown["enhanced"], "X.7.606");
    assert_eq!(unknown["matched"], "subject");
    assert_eq!(unknown["class"], Value::Null);
}

#[test]
fn explain_text_without_a_code() {
    for no_code in ["hello", "660", "X.99.1", "X.1", "", "192.0.2.1", "4.16.55.1"] {
        let output = run(&["explain", "--", no_code, "550"]);
        assert_eq!(output.status.code(), Some(1), "{no_code}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with(&format!("bounce-codes: no SMTP code in `{no_code}`: expected")), "{stderr}");
        assert_eq!(stderr.lines().count(), 1);
        assert!(String::from_utf8(output.stdout).unwrap().starts_with("550\n"), "the other argument is explained");
    }
    let output = run(&["explain", "--format", "json", "hello"]);
    assert_eq!(output.status.code(), Some(1));
    let object: serde_json::Map<String, Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(object.len(), 17);
    assert!(object.iter().all(|(key, value)| if key == "input" { value == "hello" } else { value.is_null() }));
}

#[test]
fn no_control_character_reaches_the_terminal() {
    // The last one changes the direction of the text.
    for text in ["550 \u{1b}[2J5.1.1 \u{7}\u{9b}31m", "hello \u{1b}[2J", "550 \u{202e}1.1.5 \u{2066}\u{200f}"] {
        let path = file("control", text.as_bytes());
        let path = path.to_str().unwrap();
        for arguments in [
            &["explain", text][..],
            &["explain", "--format", "json", text],
            &["classify", path],
            &["classify", "--format", "tsv", path],
            &["classify", "--format", "summary", path],
        ] {
            let output = run(arguments);
            for shown in [output.stdout, output.stderr] {
                let shown = String::from_utf8(shown).unwrap();
                let obeyed = |c: char| c.is_control() || "\u{202e}\u{2066}\u{200f}".contains(c);
                assert!(!shown.chars().any(|c| obeyed(c) && c != '\n' && c != '\t'), "{shown:?}");
            }
        }
        let json: Value = serde_json::from_slice(&run(&["classify", path]).stdout).unwrap();
        assert_eq!(json["input"], text);
    }
}

#[test]
fn color_only_when_wanted() {
    assert!(!stdout(&["explain", "550"]).contains('\u{1b}'));
    let forced = command(&["explain", "550"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(String::from_utf8(forced.stdout).unwrap().contains("\u{1b}[1m\u{1b}[31mhard bounce"));
    let refused = command(&["explain", "550"]).env("CLICOLOR_FORCE", "0").env("NO_COLOR", "1").output().unwrap();
    assert!(!String::from_utf8(refused.stdout).unwrap().contains('\u{1b}'));
}

#[test]
fn table_as_csv() {
    for table in Table::ALL {
        let output = stdout(&["table", table.as_str(), "--format", "csv"]);
        let mut reader = csv::Reader::from_reader(output.as_bytes());
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(
            header.join(" "),
            "code class bounce category name registry_name description reply_codes references"
        );
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), table.rows().len());
        for (record, row) in records.iter().zip(table.rows()) {
            assert_eq!(&record[0], row.key().to_string());
            assert_eq!(&record[1], row.key().class().map_or("", |class| class.as_str()));
            assert_eq!(&record[2], row.permanent_bounce().map_or("", |bounce| bounce.as_str()));
            assert_eq!(&record[3], row.category().as_str());
            assert_eq!(&record[4], row.name());
            assert_eq!(&record[5], row.registry_name().unwrap_or_default());
            assert_eq!(&record[6], row.description());
            assert_eq!(record[7].split_whitespace().count(), row.reply_codes().len());
            assert_eq!(record[8].split_terminator(", ").collect::<Vec<_>>(), row.references());
        }
    }
}

#[test]
fn table_as_markdown() {
    for table in Table::ALL {
        let output = stdout(&["table", table.as_str()]);
        let mut lines = output.lines();
        assert_eq!(lines.next(), Some("| Code | Name | Bounce | Category | What happened | Defined in |"));
        assert_eq!(lines.next(), Some("|---|---|---|---|---|---|"));
        for row in table.rows() {
            let cells: Vec<&str> = lines.next().unwrap().split(" | ").collect();
            assert_eq!(cells.len(), 6, "{cells:?}");
            assert_eq!(cells[0], format!("| {}", row.key()));
            assert!(cells[1].starts_with(row.name()), "{cells:?}");
            assert!(cells[2].starts_with(row.permanent_bounce().map_or("-", |bounce| bounce.as_str())), "{cells:?}");
            assert_eq!(cells[4], row.description());
        }
        assert_eq!(lines.next(), None);
    }
    assert!(stdout(&["table"]).contains("\n| X.0.0 |"), "without a name, it prints the enhanced codes");
}

/// Markdown and HTML are tested in tests/page.rs.
#[test]
fn all_tables_as_rows() {
    let tables = ["class", "subject", "enhanced", "group", "reply"];
    let one_by_one = |format| tables.map(|table| stdout(&["table", table, "--format", format]));
    assert_eq!(stdout(&["table", "all", "--format", "json"]), one_by_one("json").concat());
    let all = stdout(&["table", "all", "--format", "csv"]);
    let (header, rows) = all.split_once('\n').unwrap();
    assert_eq!(rows, one_by_one("csv").map(|csv| csv.strip_prefix(header).unwrap()[1..].to_owned()).concat());
}

#[test]
fn a_closed_pipe_ends_the_command_quietly() {
    let mut child =
        command(&["table", "reply", "--format", "csv"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(stderr, "");
    assert_eq!(child.wait().unwrap().code(), Some(0));

    let mut child =
        command(&["table", "--format", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("{\"input\":\"X.0.0\""));
    assert_eq!(child.wait_with_output().unwrap().stderr, b"");
}

#[test]
fn wrong_usage() {
    for (arguments, expected) in [
        (&["explain"][..], "<REPLY_OR_CODE>"),
        (&["table", "colors"], "[possible values: enhanced, reply, class, subject, group, phrase, all]"),
        (&["explain", "--format", "xml", "550"], "[possible values: text, json]"),
        (&["explane"], "'explain'"),
        (&[], "Usage:"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(expected), "{stderr}");
    }
}

/// Creates a file for one test.
fn file(name: &str, content: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path
}

const LINES: &[u8] = b"550 5.1.1 <ada@example.com>: User unknown\r\n\
    to=<bob@example.org>, dsn=4.2.2, status=deferred (host mx.example.org[192.0.2.1] said: 452 4.2.2 full)\n\
    connect to mx.example.com[192.0.2.1]:25: Connection refused\n\
    \n\
    554 5.7.1 \xff\xfe \x1b[2J not \t UTF-8\n\
    554 5.7.1 again\n\
    250 2.0.0 no newline at the end";

#[test]
fn classify_lines() {
    let path = file("lines", LINES);
    let path = path.to_str().unwrap();
    let lines = || LINES.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));

    let jsonl = stdout(&["classify", path]);
    for (line, output) in lines().zip(jsonl.lines()) {
        let text = String::from_utf8_lossy(line);
        match classify(line) {
            Some(verdict) => assert_eq!(output, json(&text, verdict)),
            None => assert!(output.ends_with("\"contradictory\":null,\"evidence\":null}"), "{output}"),
        }
    }
    assert_eq!(jsonl.lines().count(), lines().count());

    let tsv = stdout(&["classify", "--format", "tsv", path]);
    let rows: Vec<Vec<&str>> = tsv.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), 1 + lines().count());
    for (row, line) in rows[1..].iter().zip(jsonl.lines()) {
        let object: Value = serde_json::from_str(line).unwrap();
        for (key, column) in rows[0].iter().zip(row) {
            match &object[key] {
                Value::Null => assert_eq!(*column, ""),
                Value::Number(number) => assert_eq!(*column, number.to_string()),
                Value::Bool(value) => assert_eq!(*column, value.to_string()),
                Value::Array(values) => assert_eq!(column.split_terminator(", ").count(), values.len()),
                value if *key == "input" => {
                    let text = value.as_str().unwrap().replace('\t', "\\t").replace('\u{1b}', "\\u{1b}");
                    assert_eq!(*column, text);
                }
                value => assert_eq!(Some(*column), value.as_str()),
            }
        }
        assert_eq!(row.len(), 17);
    }
}

/// No table has these codes, so adding or editing a code changes nothing here.
#[test]
fn classify_summary() {
    let lines = b"571 5.99.1 no\n571 5.99.1 no\n471 later\n271 ok\nno code\n4.99.2\n571 5.99.1 no\n";
    assert_output!(
        "classify_summary",
        stdout(&["classify", "--format", "summary", file("unknown", lines).to_str().unwrap()])
    );
    assert_output!(
        "classify_summary_of_nothing",
        stdout(&["classify", "--format", "summary", file("nothing", b"").to_str().unwrap()])
    );
}

#[test]
fn classify_standard_input() {
    for arguments in [&["classify"][..], &["classify", "-"]] {
        let mut child = command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(LINES).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 7);
    }
}

#[test]
fn an_unreadable_file_does_not_stop_the_others() {
    let path = file("readable", LINES);
    let output = run(&["classify", "/nowhere/at all", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("bounce-codes: cannot read /nowhere/at all: "), "{stderr}");
    assert_eq!(stderr.lines().count(), 1);
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 7);
}

#[test]
fn a_line_that_is_too_long_is_reported() {
    let line = [b"550 5.1.1 ", &vec![b'x'; 1 << 20][..], b"\n550 5.7.1 short\n"].concat();
    let output = run(&["classify", file("long_line", &line).to_str().unwrap()]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let enhanced: Vec<Value> =
        stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["enhanced"].clone()).collect();
    assert_eq!(enhanced, ["5.1.1", "5.7.1"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.ends_with("long_line: 1 line is longer than 65536 bytes; only that much of it was read\n"),
        "{stderr}"
    );
}

#[test]
fn the_summary_fits_the_terminal() {
    let path = file("summary", LINES);
    let summary = stdout(&["classify", "--format", "summary", path.to_str().unwrap()]);
    assert!(summary.lines().all(|line| line.chars().count() <= 80), "{summary}");
}

/// The command needs little memory, whatever you feed it. Here it gets 64 MB, including the program itself.
#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded() {
    let lines = || b"550 5.1.1 <ada@example.com>: User unknown\n".iter().copied().cycle().take(42 * 1_000_000);
    let one_line = || std::iter::repeat_n(b'5', 100 << 20);
    let classify = |input: &mut dyn Iterator<Item = u8>| {
        let mut child = Command::new("sh")
            .args(["-c", "ulimit -v 65536; exec \"$0\" classify --format summary"])
            .arg(env!("CARGO_BIN_EXE_bounce-codes"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut bytes = input.peekable();
        while bytes.peek().is_some() {
            let piece: Vec<u8> = bytes.by_ref().take(1 << 20).collect();
            stdin.write_all(&piece).unwrap();
        }
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let summary = classify(&mut lines());
    assert!(summary.contains("1000000"), "{summary}");
    classify(&mut one_line());

    let different = (0..1_000_000).map(|i| format!("550 5.{}.{} No\n", i / 1000, i % 1000));
    let summary = classify(&mut different.flat_map(String::into_bytes));
    assert!(summary.starts_with("1000000 lines, 0 without a code\n"), "{summary}");
    let counts = |label: &str| {
        let line = summary.lines().find(|line| line.trim_start().starts_with(label)).unwrap_or_default();
        line.split_whitespace().find_map(|word| word.parse::<u64>().ok())
    };
    assert_eq!(counts("other codes"), Some(1_000_000 - 65_536), "{summary}");
    let bounces = ["soft", "hard", "block", "no bounce"].map(|bounce| counts(bounce).unwrap_or(0));
    assert_eq!(bounces.iter().sum::<u64>(), 1_000_000, "{summary}");
}
