//! The command as a person calls it.

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

/// Standard output of a call that does what it should and complains of nothing.
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

#[test]
fn explain_text() {
    let replies = [
        "550 5.1.1 <ada@example.com>: User unknown",
        "450 5.7.1 come back later",
        "571 No PTR record",
        "5.7.606",
        "X.7.26",
        "5.0.0",
        "250 2.1.5 Ok",
        "250 5.1.1 Ok",
    ];
    assert_output!("explain_text", stdout(&[&["explain"], &replies[..]].concat()));
}

#[test]
fn explain_json() {
    let codes = ["5.0.0", "5.1.5", "X.2.2", "4.2.2", "550", "421", "5.7.606", "5.9.9", "2.1.5", "X.7.606"];
    let reply = "550-5.1.1 no such user\r\n550 5.1.1 try again";
    let output = stdout(&[&["explain", "--format", "json"], &codes[..], &[reply]].concat());
    assert_output!("explain_json", output);
}

#[test]
fn json_is_that_of_the_library_behind_its_input() {
    let reply = "550 5.7.1 Relaying denied";
    let line = stdout(&["explain", "--format", "json", reply]);
    let library = serde_json::to_string(&classify(reply.as_bytes()).unwrap()).unwrap();
    assert_eq!(line.trim_end(), library.replacen('{', &format!("{{\"input\":\"{reply}\","), 1));
    for (line, row) in stdout(&["table", "enhanced", "--format", "json"]).lines().zip(Table::Enhanced.rows()) {
        let library = serde_json::to_string(row).unwrap();
        assert_eq!(line, library.replacen('{', &format!("{{\"input\":\"{}\",", row.code()), 1));
    }
}

#[test]
fn explain_what_holds_no_code() {
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
    assert_eq!(object.len(), 11);
    assert!(object.iter().all(|(key, value)| if key == "input" { value == "hello" } else { value.is_null() }));
}

#[test]
fn no_control_character_reaches_the_terminal() {
    for text in ["550 \u{1b}[2J5.1.1 \u{7}\u{9b}31m", "hello \u{1b}[2J"] {
        let output = run(&["explain", text]);
        for shown in [output.stdout, output.stderr] {
            let shown = String::from_utf8(shown).unwrap();
            assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
        }
    }
}

#[test]
fn color_only_where_it_is_wanted() {
    assert!(!stdout(&["explain", "550"]).contains('\u{1b}'));
    let forced = command(&["explain", "550"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(String::from_utf8(forced.stdout).unwrap().contains("\u{1b}[1m\u{1b}[31mhard bounce"));
    let refused = command(&["explain", "550"]).env("CLICOLOR_FORCE", "0").env("NO_COLOR", "1").output().unwrap();
    assert!(!String::from_utf8(refused.stdout).unwrap().contains('\u{1b}'));
}

#[test]
fn tables() {
    assert_output!("table_enhanced_markdown", stdout(&["table", "enhanced", "--format", "markdown"]));
    assert_output!("table_group_csv", stdout(&["table", "group", "--format", "csv"]));
    for table in Table::ALL {
        let rows = table.rows().len();
        assert_eq!(stdout(&["table", table.as_str(), "--format", "csv"]).lines().count(), rows + 1);
        assert_eq!(stdout(&["table", table.as_str(), "--format", "json"]).lines().count(), rows);
        assert_eq!(stdout(&["table", table.as_str()]).lines().count(), rows + 2);
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
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
        (&["table", "colors"], "[possible values: enhanced, reply, class, subject, group]"),
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

/// A file for one test.
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
    assert_output!("classify_jsonl", stdout(&["classify", path]));
    assert_output!("classify_tsv", stdout(&["classify", "--format", "tsv", path]));
    assert_output!("classify_summary", stdout(&["classify", "--format", "summary", path, path]));
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
fn every_line_has_a_verdict_as_the_library_gives_it() {
    let output = stdout(&["classify", file("every_line", LINES).to_str().unwrap()]);
    for (line, json) in LINES.split(|byte| *byte == b'\n').zip(output.lines()) {
        let json: Value = serde_json::from_str(json).unwrap();
        assert_eq!(json["input"], String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).as_ref());
        let bounce = classify(line).and_then(|verdict| verdict.bounce());
        assert_eq!(json["bounce"].as_str(), bounce.map(|bounce| bounce.as_str()));
    }
}

#[test]
fn a_file_that_cannot_be_read_is_not_the_end() {
    let path = file("readable", LINES);
    let output = run(&["classify", "/nowhere/at all", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("bounce-codes: cannot read /nowhere/at all: "), "{stderr}");
    assert_eq!(stderr.lines().count(), 1);
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 7);
}

#[test]
fn a_line_that_is_too_long_is_told() {
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
fn the_summary_fits_its_terminal() {
    let path = file("summary", LINES);
    let summary = stdout(&["classify", "--format", "summary", path.to_str().unwrap()]);
    assert!(summary.lines().all(|line| line.chars().count() <= 80), "{summary}");
}
