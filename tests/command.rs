//! The command, run the way a person would run it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use bounce_codes::{Delivery, Key, Outcome, Table, classify};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
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

/// The library's JSON with the input in front and the recipient at the end.
fn json(input: &str, answer: impl serde::Serialize, recipient: Option<&str>) -> String {
    let input = serde_json::to_string(input).unwrap();
    let recipient = serde_json::to_string(&recipient).unwrap();
    let answer = serde_json::to_string(&answer).unwrap();
    let answer = answer.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
    format!("{{\"input\":{input},{answer},\"recipient\":{recipient}}}")
}

/// The recipient that the library reads.
fn recipient(input: &[u8]) -> Option<String> {
    Some(String::from_utf8_lossy(Delivery::parse(input).recipient()?).into_owned())
}

/// Runs the command with this standard input.
fn run_with(arguments: &[&str], input: &[u8]) -> Output {
    let mut child =
        command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    output
}

fn objects(output: &[u8]) -> Vec<Value> {
    std::str::from_utf8(output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn json_is_the_librarys_between_input_and_recipient() {
    let reply = "550-5.1.1 no such user\r\n550 5.1.1 try again";
    let inputs = ["5.0.0", "5.1.5", "4.2.2", "550", "421", "5.7.606", "5.9.9", "2.1.5", "354", "450 5.1.1", reply];
    let output = stdout(&[&["explain", "--format", "json"], &inputs[..]].concat());
    for (line, input) in output.lines().zip(inputs) {
        assert_eq!(line, json(input, classify(input.as_bytes()).unwrap(), None));
    }
    assert_eq!(output.lines().count(), inputs.len());

    for table in Table::ALL {
        let output = stdout(&["table", table.as_str(), "--format", "json"]);
        for (line, row) in output.lines().zip(table.rows()) {
            let start = json(&row.key().to_string(), row, None);
            assert!(line.starts_with(start.strip_suffix('}').unwrap()), "{line}");
        }
        // After the phrases come the synonyms.
        let others = usize::from(*table == Table::Phrase);
        assert_eq!(output.lines().count(), table.rows().len() + others);
    }
}

#[test]
fn a_code_for_every_class() {
    let row = Table::Enhanced.rows().find(|row| row.key().to_string() == "X.2.2").unwrap();
    assert_eq!(stdout(&["explain", "--format", "json", "X.2.2"]).trim_end(), json("X.2.2", row, None));
    let unknown: Value = serde_json::from_str(&stdout(&["explain", "--format", "json", "x.7.606"])).unwrap();
    assert_eq!(unknown["enhanced"], "X.7.606");
    assert_eq!(unknown["matched"], "subject");
    assert_eq!(unknown["class"], Value::Null);
    let subject: Value = serde_json::from_str(&stdout(&["explain", "--format", "json", "X.7"])).unwrap();
    assert_eq!((&subject["enhanced"], &subject["matched"]), (&Value::from("X.7"), &Value::from("subject")));
}

#[test]
fn explain_text_without_a_code() {
    for no_code in ["hello", "660", "X.99.1", "X.99", "", "192.0.2.1", "4.16.55.1"] {
        let output = run(&["explain", "--", no_code, "550"]);
        assert_eq!(output.status.code(), Some(1), "{no_code}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        let no_file = if no_code.is_empty() { "" } else { ", and no file of this name" };
        assert!(
            stderr.starts_with(&format!("bounce-codes: no SMTP code in `{no_code}`{no_file}: expected")),
            "{stderr}"
        );
        assert_eq!(stderr.lines().count(), 1);
        assert!(String::from_utf8(output.stdout).unwrap().starts_with("  550\n"), "the other argument is explained");
    }
    let output = run(&["explain", "--format", "json", "hello"]);
    assert_eq!(output.status.code(), Some(1));
    let object: serde_json::Map<String, Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(object.len(), 18);
    assert!(object.iter().all(|(key, value)| if key == "input" { value == "hello" } else { value.is_null() }));
}

#[test]
fn no_control_character_reaches_the_terminal() {
    // The third one changes the direction of the text; the last one cannot be seen.
    for text in [
        "550 \u{1b}[2J5.1.1 \u{7}\u{9b}31m",
        "hello \u{1b}[2J",
        "550 \u{202e}1.1.5 \u{2066}\u{200f}",
        "550 5.1.1 \u{200b}\u{feff}\u{ad}\u{2060} \u{e0041}\u{3164}",
    ] {
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
                let unseen = "\u{202e}\u{2066}\u{200f}\u{200b}\u{feff}\u{ad}\u{2060}\u{e0041}\u{3164}";
                let obeyed = |c: char| c.is_control() || unseen.contains(c);
                assert!(!shown.chars().any(|c| obeyed(c) && c != '\n' && c != '\t'), "{shown:?}");
            }
        }
        let json: Value = serde_json::from_slice(&run(&["classify", path]).stdout).unwrap();
        assert_eq!(json["input"], text);
    }
}

#[test]
fn the_echo_of_the_input_cannot_be_mistaken_for_the_answer() {
    let forged =
        "550 5.1.1 no\n\nno bounce     Nothing to do: this is not a failure.\r\n\u{2028}category      delivered";
    let spaces = format!("550 5.1.1 {}no bounce     Nothing to do", " ".repeat(70));
    let long = "550 5.1.1 ".to_owned() + &"no bounce ".repeat(5_000);
    let word = "550 5.1.1 ".to_owned() + &"x".repeat(10_000);
    let lines = "550-5.1.1 no bounce\n".repeat(500) + "550 5.1.1 no";
    for input in [forged, &spaces, &long, &word, &lines] {
        let text = stdout(&["explain", input]);
        let answer = text.lines().position(|line| line.starts_with("hard bounce   ")).unwrap();
        for line in text.lines().take(answer).filter(|line| !line.is_empty()) {
            assert!(line.starts_with("  "), "{line}");
            assert!(line.chars().count() <= 80, "{line}");
        }
        assert!(answer <= 18, "{answer} lines of `{input}`");
        assert!(!text.lines().skip(answer).any(|line| line.contains("no bounce")), "{text}");
        let is_whole = input.len() < 200;
        assert_eq!(text.lines().take(answer).any(|line| line == "  …" || line.ends_with('…')), !is_whole, "{text}");
    }
    let (address, path) = ("ada@example.com ".repeat(100), file("long_evidence", b""));
    let reply = format!("550 5.7.1 {address} user unknown in {}", path.display());
    assert!(stdout(&["explain", &reply]).lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn explain_says_when_to_retry_and_which_words_decided() {
    for (wait, expected) in [
        ("5 minutes", "after 5 minutes"),
        ("00:04:56", "after 4 minutes 56 seconds"),
        ("1 hour", "after 1 hour"),
        ("a while", "yes"),
    ] {
        let text = stdout(&["explain", &format!("451 4.7.1 Greylisted, try again in {wait}")]);
        assert!(text.contains(&format!("\nretry         {expected}\n")), "{text}");
    }
    let text = stdout(&["explain", "550 5.7.1 No such user"]);
    assert!(
        text.contains("\nscope         recipient\nretry         no\nwords         \"No such user\": User unknown\n"),
        "{text}"
    );
}

/// The library decides what is a refusal by our own server.
#[test]
fn explain_says_what_was_refused_by_our_own_server() {
    let line = KINDS.lines().find(|line| line.starts_with("NOQUEUE")).unwrap();
    let text = stdout(&["explain", line]);
    let is_refused = kind(line) == Kind::Refused;
    assert_eq!(text.contains("\nrefused       Refused by our own server: not a bounce.\n"), is_refused, "{text}");
    assert_eq!(text.contains("hard bounce"), !is_refused, "{text}");
}

#[test]
fn explain_reads_files_and_standard_input() {
    let expected = stdout(&["explain", "--format", "json", "550 5.1.1 User unknown"]);
    let path = file("reply.txt", b"550 5.1.1 User unknown");
    assert_eq!(stdout(&["explain", "--format", "json", path.to_str().unwrap()]), expected);
    for arguments in [&["explain", "--format", "json"][..], &["explain", "--format", "json", "-"]] {
        let output = run_with(arguments, b"550 5.1.1 User unknown");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
        assert_eq!((output.status.code(), &output.stderr[..]), (Some(0), &b""[..]));
    }

    // A file of replies and log lines, and a text that is no list.
    let list =
        b"550-5.1.1 a\n550 5.1.1 b\n\nto=<c@d>, dsn=4.2.2, status=deferred (host d[192.0.2.1] said: 452 4.2.2 full)\n";
    let objects_of = |input: &[u8]| objects(&run_with(&["explain", "--format", "json"], input).stdout);
    let codes: Vec<Value> = objects_of(list).iter().map(|object| object["reply"].clone()).collect();
    assert_eq!(codes, [550, 452]);
    let text = b"Delivery to ada@example.com failed:\n550 5.1.1 User unknown\n554 5.0.0 Giving up\n";
    assert_eq!(objects_of(text).len(), 1);
    let stderr = String::from_utf8(run_with(&["explain"], text).stderr).unwrap();
    assert!(stderr.starts_with("bounce-codes: standard input was read as one text; to read each line"), "{stderr}");

    let directory = env!("CARGO_TARGET_TMPDIR");
    for (arguments, expected) in [
        (&["explain", directory][..], format!("cannot read {directory}: ")),
        (&["explain", "no/such/user.eml"], "cannot read no/such/user.eml: ".to_owned()),
        (&["explain", file("silent", b"hello").to_str().unwrap()], "silent: nothing about a delivery".to_owned()),
    ] {
        let output = run(arguments);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr.contains(&expected), "{stderr}");
    }
}

#[test]
fn explain_hints_to_quote_a_reply() {
    let output = run(&["explain", "550", "5.1.1", "User", "unknown"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        stderr,
        "bounce-codes: each word was read by itself; quote a reply: bounce-codes explain \"550 5.1.1 User unknown\"\n"
    );
    assert_eq!(output.status.code(), Some(1));
    for arguments in [&["explain", "550", "5.1.1", "X.2.2"][..], &["explain", "550", "554 5.7.1 Spam"]] {
        stdout(arguments);
    }
}

/// A report about two recipients, with an original in which a stranger quotes other ones.
const REPORT: &str = "\
From MAILER-DAEMON Mon Nov 24 10:15:29 2025
Return-Path: <>
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
Subject: Undelivered Mail: 550 5.7.1 said the stranger
To: me@example.com
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary=\"A/mx.example.com\"

This is a MIME-encapsulated message.

--A/mx.example.com
Content-Type: text/plain; charset=us-ascii

<ada@example.com>: host mx.example.org[192.0.2.1] said: 554 5.7.1 not this one

--A/mx.example.com
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
X-Postfix-Sender: rfc822; me@example.com
Arrival-Date: Mon, 24 Nov 2025 10:15:29 +0000

Original-Recipient: rfc822;ada@example.com
Final-Recipient: rfc822; forwarded@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The account does not
    exist. 550 5.1.1 User unknown

Final-Recipient: rfc822;
 bob@example.net
Action: delayed
Status: 4.2.2
Diagnostic-Code: smtp; 452 4.2.2 Mailbox full

--A/mx.example.com
Content-Type: message/rfc822

From: me@example.com
Subject: 550 5.1.1
Content-Type: multipart/report; boundary=\"B\"

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; evil.example

Final-Recipient: rfc822; victim@example.com
Action: failed
Status: 5.1.1

--B--

--A/mx.example.com
Content-Type: text/rfc822-headers

Final-Recipient: rfc822; victim@example.com
Status: 5.1.1

--A/mx.example.com--
";

#[test]
fn explain_gives_a_verdict_for_each_recipient_of_a_report() {
    let without_line = REPORT.split_once('\n').unwrap().1;
    let crlf = REPORT.replace('\n', "\r\n");
    for (name, message) in [("report.eml", without_line), ("report", REPORT), ("crlf.eml", &crlf)] {
        let path = file(name, message.as_bytes());
        let found = objects(stdout(&["explain", "--format", "json", path.to_str().unwrap()]).as_bytes());
        let found: Vec<_> =
            found.iter().map(|object| ["recipient", "enhanced", "bounce"].map(|key| &object[key])).collect();
        assert_eq!(found, [["ada@example.com", "5.1.1", "hard"], ["bob@example.net", "4.2.2", "soft"]], "{name}");
        assert_eq!(objects(&run_with(&["explain", "--format", "json"], message.as_bytes()).stdout).len(), 2);
    }
    let text = stdout(&["explain", file("report.eml", REPORT.as_bytes()).to_str().unwrap()]);
    assert!(
        text.contains("\nrecipient     ada@example.com\n") && text.contains("\nrecipient     bob@example.net\n"),
        "{text}"
    );
    assert!(!text.contains("victim"), "{text}");

    // The report alone, as it is often pasted.
    let (_, report) = REPORT.split_once("delivery-status\n\n").unwrap();
    let (report, _) = report.split_once("\n--A").unwrap();
    assert_eq!(objects(stdout(&["explain", "--format", "json", report]).as_bytes()).len(), 2);

    // A second message in a mailbox.
    let output = run_with(&["explain"], format!("{REPORT}\n{REPORT}").as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr, "bounce-codes: standard input seems to be a mailbox; only its first message was read\n");
}

#[test]
fn explain_reads_the_first_text_of_a_bounce_without_a_report() {
    let read = |head: &str, body: &str| {
        let message = format!("From: MAILER-DAEMON@example.com\nSubject: 554 5.7.1\n{head}\n{body}");
        objects(&run_with(&["explain", "--format", "json"], message.as_bytes()).stdout)
    };
    let text = "  ada@example.com\n    host mx.example.org: 452 4.2.2 Mailbox full\n\n";
    for marker in [
        "------ This is a copy of the message, including all the headers. ------",
        "--- Below this line is a copy of the message.",
        "   ----- Original message follows -----",
        "-----Original Message-----",
        "Original message headers:",
        "   ----- Unsent message follows -----",
        "--- The header of the original message is following. ---",
    ] {
        let found = read(
            "X-Failed-Recipients: ada@example.com\n",
            &format!("{text}{marker}\n\nSubject: 550 5.1.1 no such user\n"),
        );
        assert_eq!(found.len(), 1, "{marker}");
        assert_eq!(found[0]["input"], text.trim(), "{marker}");
        assert_eq!([&found[0]["enhanced"], &found[0]["recipient"]], ["4.2.2", "ada@example.com"], "{marker}");
    }
    let found = read("X-Failed-Recipients: a@example.com,\n b@example.com\n", text);
    assert_eq!(found[0]["recipient"], Value::Null, "there are two");

    // Encoded, and in HTML.
    let base64 = read("Content-Transfer-Encoding: base64\n", "NDUyIDQuMi4yIE1haWxib3ggZnVsbA==\n");
    assert_eq!(base64[0]["input"], "452 4.2.2 Mailbox full");
    let html = read("Content-Type: text/html\n", "<p>Delivery failed:</p><p>452 4.2.2 Mailbox full</p>");
    assert_eq!(html[0]["enhanced"], "4.2.2");

    // Nothing to read: another kind of report, or only an original.
    for (head, body) in [
        (
            "Content-Type: multipart/report; report-type=feedback-report; boundary=x\n",
            "--x\n\n550 5.1.1 no such user\n--x--\n",
        ),
        (
            "Content-Type: multipart/mixed; boundary=x\n",
            "--x\nContent-Type: message/rfc822\n\nSubject: a\n\n550 5.1.1 no\n--x--\n",
        ),
        (
            "Content-Type: multipart/mixed; boundary=x\n",
            "--x\nContent-Type: text/rfc822-headers\n\nSubject: 550 5.1.1 no such user\n--x--\n",
        ),
        ("", "-----Original Message-----\n550 5.1.1 no such user\n"),
    ] {
        let message = format!("From: a@example.com\nSubject: 550 5.1.1\nMIME-Version: 1.0\n{head}\n{body}");
        let output = run_with(&["explain"], message.as_bytes());
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "bounce-codes: standard input: nothing about a delivery\n"
        );
        assert_eq!((output.status.code(), &output.stdout[..]), (Some(1), &b""[..]), "{message}");
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
            "code class bounce category name registry_name description reply_codes references scope provider advice retry_after"
        );
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), table.rows().len());
        for (record, row) in records.iter().zip(table.rows()) {
            let (code, provider) = match row.key() {
                Key::Phrase(_) | Key::Blocklist(_) => (String::new(), ""),
                Key::Provider(provider, name) if name == row.name() => (String::new(), provider),
                Key::Provider(provider, code) => (code.to_owned(), provider),
                key => (key.to_string(), ""),
            };
            assert_eq!((&record[0], &record[10]), (code.as_str(), provider));
            assert_eq!(&record[11], row.advice().unwrap_or_default());
            assert_eq!(record[12].parse().ok(), row.retry_after().map(|wait| wait.as_secs()));
            assert_eq!(&record[1], row.key().class().map_or("", |class| class.as_str()));
            assert_eq!(&record[2], row.permanent_bounce().map_or("", |bounce| bounce.as_str()));
            assert_eq!(&record[3], row.category().as_str());
            assert_eq!(&record[4], row.name());
            assert_eq!(&record[5], row.registry_name().unwrap_or_default());
            assert_eq!(&record[6], row.description());
            assert_eq!(record[7].split_whitespace().count(), row.reply_codes().len());
            assert_eq!(record[8].split_terminator(", ").collect::<Vec<_>>(), row.references());
            assert_eq!(&record[9], row.scope().map_or("", |scope| scope.as_str()));
        }
    }
}

#[test]
fn table_as_markdown() {
    for table in [Table::Class, Table::Subject, Table::Enhanced, Table::Group, Table::Reply] {
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

    let output = stdout(&["table", "phrase"]);
    let mut lines = output.lines();
    assert_eq!(lines.next(), Some("| Name | Bounce | Category | Scope | What happened |"));
    assert_eq!(lines.next(), Some("|---|---|---|---|---|"));
    for row in Table::Phrase.rows() {
        let bounce = row.permanent_bounce().map_or("-", |bounce| bounce.as_str());
        let scope = row.scope().map_or("-", |scope| scope.as_str());
        let (name, category, description) = (row.name(), row.category(), row.description());
        assert_eq!(lines.next().unwrap(), format!("| {name} | {bounce} | {category} | {scope} | {description} |"));
    }
    assert_eq!(lines.next(), None);
}

/// Markdown and HTML are tested in tests/page.rs.
#[test]
fn all_tables_as_rows() {
    let tables = ["class", "subject", "enhanced", "group", "reply", "phrases", "providers", "blocklists"];
    let one_by_one = |format| tables.map(|table| stdout(&["table", table, "--format", format]));
    // The synonyms, which come after the phrases, are last.
    let (synonyms, rows): (Vec<_>, Vec<_>) = {
        let lines = one_by_one("json").concat();
        lines.lines().map(|line| line.to_owned() + "\n").partition(|line| line.contains("\"synonyms\":"))
    };
    assert_eq!(stdout(&["table", "all", "--format", "json"]), rows.concat() + &synonyms.concat());
    let all = stdout(&["table", "all", "--format", "csv"]);
    let (header, rows) = all.split_once('\n').unwrap();
    assert_eq!(rows, one_by_one("csv").map(|csv| csv.strip_prefix(header).unwrap()[1..].to_owned()).concat());
}

#[test]
fn a_closed_pipe_ends_the_command_quietly() {
    let mut child = command(&["table", "providers", "--format", "csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
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
        (&["classify", "--by", "domain", "--format", "tsv"][..], "`--by` needs `--format summary`"),
        (&["classify", "--by", "color"], "[possible values: category, code, provider, domain]"),
        (
            &["table", "colors"],
            "[possible values: enhanced, reply, class, subject, group, phrase, provider, blocklist, all]",
        ),
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
            Some(verdict) => assert_eq!(output, json(&text, verdict, recipient(line).as_deref())),
            None => assert!(output.ends_with("\"evidence\":null,\"recipient\":null}"), "{output}"),
        }
    }
    assert_eq!(jsonl.lines().count(), lines().count());
    assert_eq!(read_tsv(stdout(&["classify", "--format", "tsv", path]).as_bytes()), columns(jsonl.as_bytes()));
}

/// The header and the records of TSV.
fn read_tsv(tsv: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').has_headers(false).from_reader(tsv);
    reader.records().map(|record| record.unwrap().iter().map(escaped).collect()).collect()
}

/// What TSV has to say, made from the JSON of the same input.
fn columns(jsonl: &[u8]) -> Vec<Vec<String>> {
    let objects = objects(jsonl);
    let header = objects.first().and_then(Value::as_object).map(|object| object.keys().cloned().collect());
    let rows = objects.iter().map(|object| object.as_object().unwrap().values().map(column).collect());
    header.into_iter().chain(rows).collect()
}

fn column(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => escaped(text),
        Value::Array(values) => values.iter().map(column).collect::<Vec<_>>().join(", "),
        value => value.to_string(),
    }
}

/// The text with its control characters escaped, as TSV has them. So is everything beyond ASCII, which TSV escapes only if it
/// cannot be seen.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        ' '..='~' => c.to_string(),
        c => c.escape_default().to_string(),
    };
    text.chars().map(escape).collect()
}

/// Inputs that are hard to put into columns: quotes, tabs, control characters, anything that is not UTF-8.
fn hostile_lines() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec!["\"", "\"\"", "\t", ",", "\\", "\r", "\u{b}", "'", " ", "\n", "\r\n", "#", "\u{85}", "\u{ad}", "\u{200b}"])
            .prop_map(|text| text.as_bytes().to_vec()),
        2 => prop::sample::select(vec!["550 5.1.1 ", "550-5.1.1 ", "550 ", "to=<\"a\tb\"@c>, dsn=5.1.1, status=bounced (", "NA", "é", "user unknown"])
            .prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(1..=255u8, 0..4),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tsv_can_be_read_back(lines in hostile_lines()) {
        let lines = [b"550 5.1.1 no\n", &lines[..]].concat();
        let jsonl = run_with(&["classify"], &lines);
        prop_assume!(jsonl.status.success());
        let tsv = run_with(&["classify", "--format", "tsv"], &lines);
        prop_assert_eq!(read_tsv(&tsv.stdout), columns(&jsonl.stdout));
        prop_assert_eq!(tsv.stdout.iter().filter(|byte| **byte == b'\n').count(), 1 + objects(&jsonl.stdout).len());
    }
}

/// Reads TSV the way that the README says, with Python's `csv` and, if it is there, with pandas.
#[test]
#[ignore = "needs Python 3"]
fn python_reads_tsv() {
    const PROGRAM: &str = r#"
import csv, json, sys
csv.field_size_limit(1_000_000)
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = list(csv.reader(file, dialect="excel-tab"))
try:
    import pandas
    frame = pandas.read_csv(sys.argv[1], sep="\t", dtype=str, keep_default_na=False)
    assert [list(frame.columns)] + frame.values.tolist() == rows
except ModuleNotFoundError:
    print("without pandas", file=sys.stderr)
json.dump(rows, sys.stdout)
"#;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..40 {
        let lines = hostile_lines().new_tree(&mut runner).unwrap().current();
        let long = [b"550 5.1.1 \"", &[b'\x1b'; 1000][..], &[b'x'; 100_000]].concat();
        let lines = [b"550 5.1.1 no\n\"\n\"\"\nNA\n550 5.1.1 \"a\n\t\n", &lines[..], b"\n", &long].concat();
        let jsonl = run_with(&["classify"], &lines);
        let tsv = file("python.tsv", &run_with(&["classify", "--format", "tsv"], &lines).stdout);
        let output = Command::new("python3").args(["-c", PROGRAM, tsv.to_str().unwrap()]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let rows: Vec<Vec<String>> = serde_json::from_slice(&output.stdout).unwrap();
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| escaped(cell)).collect()).collect();
        assert_eq!(rows, columns(&jsonl.stdout));
    }
}

#[test]
fn every_event_and_recipient_is_a_record() {
    let list = br#"[{"event":"bounce","email":"a@b.example","reason":"550 5.1.1 No"}, {"event":"delivered","email":"c@d.example","response":"250 OK"}]
[{"event":"bounce","email":"e@f.example","reason":"552 5.2.2 No"},{"event":"bou
{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"g@h.example","diagnosticCode":"smtp; 550 5.1.1 No"},{"emailAddress":"i@j.example","diagnosticCode":"smtp; 552 5.2.2 No"}]}}
"#;
    let records = objects(&run_with(&["classify"], list).stdout);
    let answers: Vec<_> =
        records.iter().map(|record| (record["recipient"].as_str(), record["bounce"].as_str())).collect();
    let (hard, soft) = (Some("hard"), Some("soft"));
    #[rustfmt::skip]
    assert_eq!(answers, [
        (Some("a@b.example"), hard), (Some("c@d.example"), None), (Some("e@f.example"), soft), (None, None),
        (Some("g@h.example"), hard), (Some("i@j.example"), soft),
    ]);
    assert_eq!(records[1]["input"], r#"{"event":"delivered","email":"c@d.example","response":"250 OK"}"#);
    assert_eq!(records[3]["input"], r#"{"event":"bou"#, "what a list that breaks off ends with");
    let explained = run_with(&["explain", "--format", "json"], list.split(|byte| *byte == b'\n').next().unwrap());
    assert_eq!(objects(&explained.stdout).len(), 2);
}

#[test]
fn a_log_is_explained_line_by_line() {
    let log = b"Nov 24 10:15:01 mx1 postfix/qmgr[1]: 4XyZ1q: from=<news@example.org>, size=1, nrcpt=1 (queue active)
Nov 24 10:15:01 mx1 postfix/smtp[1]: 4XyZ1q: to=<a@b.example>, relay=x[192.0.2.1]:25, dsn=5.1.1, status=bounced (host x[192.0.2.1] said: 550 5.1.1 No)
Nov 24 10:15:02 mx1 postfix/smtp[1]: 4XyZ1r: to=<c@d.example>, relay=x[192.0.2.1]:25, dsn=4.2.2, status=deferred (host x[192.0.2.1] said: 452 4.2.2 No)
";
    let output = run_with(&["explain", "--format", "json"], log);
    let records = objects(&output.stdout);
    let answers: Vec<_> =
        records.iter().map(|record| (record["recipient"].as_str(), record["bounce"].as_str())).collect();
    assert_eq!(answers, [(None, None), (Some("a@b.example"), Some("hard")), (Some("c@d.example"), Some("soft"))]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("1 of 3 parts of standard input: nothing about a delivery"), "{error}");
}

#[test]
fn lines_of_one_reply_are_one_record() {
    let input = b"550-5.1.1 <ada@example.com>\r\n550 5.1.1 User unknown\r\n550-5.7.1 no last line\r\n452 4.2.2 full";
    let inputs: Vec<Value> =
        objects(&run_with(&["classify"], input).stdout).into_iter().map(|object| object["input"].clone()).collect();
    assert_eq!(
        inputs,
        ["550-5.1.1 <ada@example.com>\r\n550 5.1.1 User unknown", "550-5.7.1 no last line", "452 4.2.2 full"]
    );
    let summary = run_with(&["classify", "--format", "summary"], input).stdout;
    assert!(String::from_utf8(summary).unwrap().starts_with("4 lines, 3 records\n"));
    assert_eq!(objects(&run_with(&["classify"], b"550-5.1.1 a\n550-5.1.1 b").stdout).len(), 2, "no last line");
}

/// The work is shared between threads, so records could get mixed up or lost.
#[test]
fn many_records_keep_their_order() {
    let line = |i: usize| match i % 7 {
        0 => format!("550-5.1.1 {i}\n550 5.1.1 end\n"),
        1 => "\n".repeat(i % 50 + 1),
        2 => format!("250 2.0.0 {i}\n"),
        _ => format!("45{} 4.2.2 {}{i}\n", i % 3, "x".repeat(i % 50)),
    };
    let input: String = (0..20_000).map(line).collect::<String>() + &"\n".repeat(20_000);
    let found = objects(&run_with(&["classify"], input.as_bytes()).stdout);
    let found: Vec<&str> = found.iter().map(|object| object["input"].as_str().unwrap()).collect();
    assert_eq!(found.join("\n") + "\n", input);
    let tsv = read_tsv(&run_with(&["classify", "--format", "tsv"], input.as_bytes()).stdout);
    let of_tsv: Vec<String> = tsv[1..].iter().map(|row| row[0].replace("\\n", "\n")).collect();
    assert_eq!(of_tsv, found);
    let failures = objects(&run_with(&["classify", "--failures"], input.as_bytes()).stdout);
    assert_eq!(failures.len(), (0..20_000).filter(|i| i % 7 != 1 && i % 7 != 2).count());
}

/// Each line is answered before the next one is written, as by a program that waits for the answer.
#[test]
fn classify_answers_when_the_input_pauses() {
    for format in ["jsonl", "tsv"] {
        let mut child =
            command(&["classify", "--format", format]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let stdout = child.stdout.take().unwrap();
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || BufReader::new(stdout).lines().try_for_each(|line| sender.send(line.unwrap())));
        let answer = || receiver.recv_timeout(Duration::from_secs(10)).expect("an answer in time");
        for (i, line) in ["550 5.1.1 no\n", "hello\n", "450-4.2.1 wait\n450 4.2.1 for it\n"].iter().enumerate() {
            stdin.write_all(line.as_bytes()).unwrap();
            if format == "tsv" && i == 0 {
                assert!(answer().starts_with("input\t"));
            }
            let escaped = line.trim_end().replace('\n', "\\n");
            assert!(answer().contains(&escaped), "{line}");
        }
        drop(stdin);
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

/// Lines of every kind, as the library reads them.
const KINDS: &str = "\
550 5.1.1 <ada@example.com>: User unknown
250 2.0.0 Ok
hello
4A: to=<bob@example.org>, dsn=4.2.2, status=deferred (host mx.example.org[192.0.2.1] said: 452 4.2.2 full)
4B: to=<bob@Example.ORG>, dsn=5.2.2, status=bounced (host mx.example.org[192.0.2.1] said: 552 5.2.2 full)
4C: to=<eve@example.net>, relay=mx.example.net[192.0.2.1]:25, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 550 5.1.1)
NOQUEUE: reject: RCPT from x.example.com[192.0.2.1]: 550 5.1.1 <me@example.com>: User unknown; from=<a@b> to=<c@d>
The email account that you tried to reach does not exist
354 Go ahead
";

#[derive(Debug, PartialEq, Clone, Copy)]
enum Kind {
    Failure,
    Delivered,
    Refused,
    Nothing,
}

fn kind(line: &str) -> Kind {
    match (Delivery::parse(line).outcome(), classify(line)) {
        (Some(Outcome::Delivered), _) => Kind::Delivered,
        (Some(Outcome::Refused), _) => Kind::Refused,
        (Some(_), _) => Kind::Failure,
        (None, Some(verdict)) if verdict.bounce().is_some() => Kind::Failure,
        (None, _) => Kind::Nothing,
    }
}

#[test]
fn failures_are_all_that_is_left() {
    let count = |wanted: Kind| KINDS.lines().filter(|line| kind(line) == wanted).count();
    assert!(count(Kind::Failure) >= 4 && count(Kind::Delivered) >= 1 && count(Kind::Nothing) >= 2);

    let all = run_with(&["classify"], KINDS.as_bytes()).stdout;
    let failures = run_with(&["classify", "--failures"], KINDS.as_bytes()).stdout;
    let expected = KINDS.lines().zip(objects(&all)).filter(|(line, _)| kind(line) == Kind::Failure);
    assert_eq!(objects(&failures), expected.map(|(_, object)| object).collect::<Vec<_>>());
    let tsv = run_with(&["classify", "--failures", "--format", "tsv"], KINDS.as_bytes()).stdout;
    assert_eq!(read_tsv(&tsv), columns(&failures));

    let summary = String::from_utf8(run_with(&["classify", "--format", "summary"], KINDS.as_bytes()).stdout).unwrap();
    let counts: Vec<u64> =
        summary.lines().skip(1).take(4).map(|line| line.split_whitespace().last().unwrap().parse().unwrap()).collect();
    let expected = [Kind::Failure, Kind::Delivered, Kind::Refused, Kind::Nothing].map(|kind| count(kind) as u64);
    assert_eq!(counts, expected, "{summary}");
}

#[test]
fn the_recipient_of_json_is_unescaped() {
    let line =
        r#"{"type":"Bounce","recipient":"\u0061da@example.com","response":{"code":550,"content":"5.1.1 unknown"}}"#;
    let expected = recipient(line.as_bytes()).map_or(Value::Null, |recipient| recipient.replace("\\u0061", "a").into());
    assert_eq!(objects(&run_with(&["classify"], line.as_bytes()).stdout)[0]["recipient"], expected);
}

#[test]
fn a_summary_by_one_thing() {
    let summary = |by| String::from_utf8(run_with(&["classify", "--by", by], KINDS.as_bytes()).stdout).unwrap();
    let shares = |by| -> BTreeMap<String, u64> {
        let summary = summary(by);
        let (_, bars) = summary.split_once("\n\nby ").unwrap();
        let label_and_count = |line: &str| {
            let (label, _) = line.split_once(" % ").or(line.split_once(" %")).unwrap();
            let mut words: Vec<&str> = label.split_whitespace().collect();
            words.pop();
            let count = words.pop().unwrap().parse().unwrap();
            (words.join(" "), count)
        };
        bars.lines().skip(1).map(label_and_count).collect()
    };
    let count = |label: &dyn Fn(&str) -> String| {
        let mut counts = BTreeMap::new();
        for line in KINDS.lines().filter(|line| kind(line) == Kind::Failure) {
            *counts.entry(label(line)).or_default() += 1;
        }
        counts
    };
    assert_eq!(shares("category"), count(&|line| classify(line).unwrap().category().to_string()));
    let domain = |line: &str| match recipient(line.as_bytes()) {
        Some(address) => address.rsplit_once('@').unwrap().1.to_lowercase(),
        None => "no recipient".to_owned(),
    };
    assert_eq!(shares("domain"), count(&domain));
    assert_eq!(shares("provider"), count(&|_| "not recognized".to_owned()));
    let codes = shares("code");
    assert_eq!(codes.keys().next().unwrap(), "- - no code");
    assert_eq!(codes.values().sum::<u64>(), count(&|_| String::new())[""]);
}

#[test]
fn an_input_that_is_not_text_is_said_to_be_that() {
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (what, input) in [
        ("compressed (gzip)", b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec()),
        ("compressed (Zstandard)", b"\x28\xb5\x2f\xfd\x24\x0b".to_vec()),
        ("compressed (bzip2)", b"BZh91AY&SY".to_vec()),
        ("compressed (xz)", b"\xfd7zXZ\0\0\x04".to_vec()),
        ("a ZIP archive", b"PK\x03\x04\x14\0".to_vec()),
        ("UTF-16", utf_16("\u{feff}550 5.1.1 no\n")),
        ("UTF-16", utf_16("\u{feff}邮箱已满")),
        ("UTF-16", utf_16("550 5.1.1 no\n")),
        ("UTF-16", utf_16("550 5.1.1 no\n").chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect()),
        ("binary data", b"550 5.1.1 no\n550 5.1.1 \0 no\n550 5.1.1 no\n".to_vec()),
        ("binary data", b"\x01\x02\x03\x04\x05\x06".to_vec()),
    ] {
        for arguments in [&["classify"][..], &["classify", "--format", "summary"], &["explain"]] {
            let output = run_with(arguments, &input);
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{what}");
            assert!(stderr.starts_with(&format!("bounce-codes: cannot read standard input: it is {what}")), "{stderr}");
            assert_eq!(stderr.lines().count(), 1, "{stderr}");
        }
    }
    let bom = objects(&run_with(&["classify"], b"\xef\xbb\xbf550 5.1.1 no\n").stdout);
    assert_eq!(bom[0]["input"], "550 5.1.1 no");
}

#[test]
fn an_input_without_any_delivery_is_a_failure() {
    let path = file("no_delivery", b"hello\n\n192.0.2.1\n");
    let output = run(&["classify", path.to_str().unwrap(), file("one_delivery", b"x\n550 no\n").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.ends_with("no_delivery: no line says anything about a delivery\n"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert_eq!(objects(&output.stdout).len(), 5);
}

#[test]
fn classify_of_a_message_points_to_explain() {
    let header =
        "Return-Path: <>\r\nReceived: from mx.example.com\r\n\tby mail.example.org\r\nSubject: Undelivered\r\n";
    let (lines, hint) = ("550 5.1.1 User unknown\n", "use `bounce-codes explain`");
    for (input, is_message) in [
        (format!("{header}\r\n{lines}"), true),
        (header.to_owned(), true),
        (lines.to_owned(), false),
        (format!("{lines}{header}"), false),
        ("Subject: not delivered\n550 5.1.1 User unknown\n".to_owned(), false),
    ] {
        let output = run(&["classify", file("message", input.as_bytes()).to_str().unwrap()]);
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(stderr.contains(hint), is_message, "{input}: {stderr}");
        assert_eq!(stdout.lines().count(), input.lines().count(), "{input}");
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
    let classify = |input: &mut dyn Iterator<Item = u8>, code: i32| {
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
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let summary = classify(&mut lines(), 0);
    assert!(summary.contains("1000000"), "{summary}");
    classify(&mut one_line(), 1);
    let unfinished = || b"550-no\n".iter().copied().cycle().take(7 << 20);
    assert!(classify(&mut unfinished(), 0).starts_with("1048576 lines\n"));

    let different = (0..1_000_000).map(|i| format!("550 5.{}.{} No\n", i / 1000, i % 1000));
    let summary = classify(&mut different.flat_map(String::into_bytes), 0);
    assert!(summary.starts_with("1000000 lines\n  failures                     1000000\n"), "{summary}");
    let counts = |label: &str| {
        let line = summary.lines().find(|line| line.trim_start().starts_with(label)).unwrap_or_default();
        line.split_whitespace().find_map(|word| word.parse::<u64>().ok())
    };
    assert_eq!(counts("other codes"), Some(1_000_000 - 65_536), "{summary}");
    let bounces = ["soft", "hard", "block", "unknown"].map(|bounce| counts(bounce).unwrap_or(0));
    assert_eq!(bounces.iter().sum::<u64>(), 1_000_000, "{summary}");
}

/// Who answered: in the summary, in every format of `classify`, and in an explanation.
#[test]
fn providers_and_lists() {
    let path = file(
        "providers",
        b"550-5.1.1 The email account that you tried to reach does not exist\r\n550 5.1.1 a1-2002 - gsmtp\r\n\
        421 4.7.0 Try again later. a1-2002 - gsmtp\n550 5.7.606 Access denied, banned sending IP\n\
        554 5.7.1 blocked using zen.spamhaus.org\n",
    );
    let path = path.to_str().unwrap();
    let summary = stdout(&["classify", "--by", "provider", path]);
    let counts: Vec<String> = summary
        .lines()
        .skip_while(|line| !line.starts_with("by provider"))
        .skip(1)
        .map(|line| line.split_whitespace().take_while(|word| !word.contains('.')).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(counts, ["Gmail 2", "Exchange Online 1", "not recognized 1"]);

    let jsonl = stdout(&["classify", path]);
    let providers: Vec<Value> =
        objects(jsonl.as_bytes()).into_iter().map(|mut object| object["provider"].take()).collect();
    assert_eq!(providers, [Value::from("Gmail"), "Gmail".into(), "Exchange Online".into(), Value::Null]);
    let tsv = stdout(&["classify", "--format", "tsv", path]);
    assert!(tsv.lines().nth(3).unwrap().contains("\tExchange Online\t"), "{tsv}");

    let shown = stdout(&["explain", "550 5.4.1 Access denied [EUR03.prod.protection.outlook.com]"]);
    assert!(
        shown.contains(
            "\nprovider      Exchange Online; https://sender.office.com/\n5.4.1         Recipient address rejected;"
        ),
        "{shown}"
    );
    assert!(shown.contains("\n5.4.1         No answer from host; RFC 3463\n"), "{shown}");
    let shown = stdout(&["explain", "554 5.7.1 blocked using zen.spamhaus.org"]);
    assert!(
        shown.contains("\nwords         \"zen.spamhaus.org\": Spamhaus ZEN; https://check.spamhaus.org/\n"),
        "{shown}"
    );
    assert!(shown.contains("\nblock bounce  Keep the address.\n"), "{shown}");
}
