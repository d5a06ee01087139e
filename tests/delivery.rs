//! The example delivery worker does the right thing with the replies of a real SMTP server.
//!
//! The server is aiosmtpd. The test looks for it in the Python named by the environment variable `PYTHON`, in
//! `target/python`, and in the `python3` on the path. To install it and run the test:
//!
//! ```console
//! $ python3 -m venv target/python && target/python/bin/pip install aiosmtpd
//! $ cargo test --test delivery -- --include-ignored
//! ```

use std::env;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use bounce_codes::{Bounce, Category};
use delivery_worker::{Action, decide, deliver, describe, read_arguments};
use lettre::Address;

#[path = "../examples/delivery_worker.rs"]
#[allow(dead_code)] // Its `main`.
mod delivery_worker;

struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start() -> Server {
        let python = python_with_aiosmtpd().expect("Python with aiosmtpd is installed");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/delivery/server.py");
        let process = Command::new(python).arg(script).stdout(Stdio::piped()).spawn().unwrap();
        let mut server = Server { process, port: 0 };
        let mut line = String::new();
        BufReader::new(server.process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        server.port = line.trim_end().parse().expect("the server prints its port");
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn python_with_aiosmtpd() -> Option<PathBuf> {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/python");
    let pythons = [env::var_os("PYTHON").map(PathBuf::from), Some(venv), Some("python3".into())];
    pythons.into_iter().flatten().find(|python| {
        let import = Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        import.is_ok_and(|status| status.success())
    })
}

/// The worker's arguments for one message, parsed.
fn arguments(port: u16, local_part: &str) -> (String, Address) {
    let arguments = [format!("127.0.0.1:{port}"), format!("{local_part}@example.com")];
    let (server, mut recipients) = read_arguments(&arguments).unwrap();
    (server, recipients.pop().unwrap())
}

#[test]
#[ignore = "needs Python with aiosmtpd"]
fn each_refusal_gets_the_right_action() {
    use Action::{Alarm, Done, Drop, Retry, Suppress};
    use Bounce::{Block, Hard, Soft};

    let Server { port, .. } = &Server::start();
    let send = |sender: &str, recipient| {
        let (server, recipient) = arguments(*port, recipient);
        deliver(&server, &sender.parse().unwrap(), &recipient)
    };

    for (sender, recipient, action, bounce, codes, category) in [
        ("news", "ada", Done, None, "250 2.0.0", Category::Delivered),
        // The address is bad. Only these may be suppressed.
        ("news", "unknown", Suppress, Some(Hard), "550 5.1.1", Category::MailboxUnknown),
        ("news", "bare", Suppress, Some(Hard), "550", Category::MailboxUnknown),
        ("news", "moved", Suppress, Some(Hard), "551 5.1.6", Category::MailboxMoved),
        // Soft, and the reply code says that the message may be retried.
        ("news", "over-quota", Retry, Some(Soft), "452 4.2.2", Category::MailboxFull),
        ("news", "greylisted", Retry, Some(Soft), "421 4.7.0", Category::SystemUnavailable),
        ("busy", "ada", Retry, Some(Soft), "451 4.3.0", Category::SystemUnavailable),
        // Soft, and the reply code says that this message is done.
        ("news", "full", Drop, Some(Soft), "552 5.2.2", Category::MailboxFull),
        // One code says 4 and the other 5: the address gets the benefit of the doubt.
        ("news", "come-back", Retry, Some(Soft), "450 5.1.1", Category::SystemUnavailable),
        // Something is wrong on our side: our authentication, our reputation, our message.
        ("news", "unauthenticated", Alarm, Some(Block), "550 5.7.26", Category::Authentication),
        // A 550 before RCPT TO is not about the recipient's mailbox.
        ("banned", "ada", Alarm, Some(Block), "550", Category::Policy),
        ("news", "invented", Alarm, Some(Block), "550 5.7.606", Category::Blocklisted),
        ("news", "spam", Alarm, Some(Block), "554 5.7.1", Category::Spam),
        ("news", "too-large", Alarm, Some(Block), "552 5.3.4", Category::MessageTooLarge),
    ] {
        let answer = send(&format!("{sender}@example.org"), recipient);
        assert_eq!(decide(&answer), action, "{sender} to {recipient}: {answer:?}");
        let verdict = answer.unwrap();
        let enhanced = verdict.enhanced_code().map_or(String::new(), |code| format!(" {code}"));
        assert_eq!(format!("{}{enhanced}", verdict.reply_code().unwrap()), codes, "{sender} to {recipient}");
        assert_eq!((verdict.bounce(), verdict.category()), (bounce, category), "{sender} to {recipient}");
    }

    let shown = describe(&send("news@example.org", "unauthenticated"));
    let expected = "alarm     550 5.7.26  authentication    Multiple authentication checks failed: ";
    assert!(shown.starts_with(expected), "{shown}");

    // If `lettre` cannot parse the reply, that is no reason to suppress the address or to let control characters through.
    let answer = send("news@example.org", "no-such-reply");
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(decide(&answer), Retry);
    let shown = describe(&answer);
    assert!(shown.starts_with("retry     response error") && !shown.contains(char::is_control), "{shown:?}");
}

#[test]
fn a_server_that_hangs_up_gets_a_retry() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (server, recipient) = arguments(listener.local_addr().unwrap().port(), "ada");
    let hang_up = thread::spawn(move || drop(listener.accept().unwrap()));
    let answer = deliver(&server, &recipient, &recipient);
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(decide(&answer), Action::Retry);
    hang_up.join().unwrap();
}

#[test]
fn wrong_arguments_say_what_was_expected() {
    for (arguments, expected) in [
        (&[][..], "expected a server and addresses"),
        (&["127.0.0.1:2525"], "expected a server and addresses"),
        (&["127.0.0.1", "ada@example.com"], "`127.0.0.1`: expected a host and a port"),
        (&["127.0.0.1:smtp", "ada@example.com"], "`127.0.0.1:smtp`: expected a host and a port"),
        (&["127.0.0.1:2525", "ada@example.com", "bob"], "`bob`: expected an address"),
    ] {
        let arguments: Vec<String> = arguments.iter().map(|argument| argument.to_string()).collect();
        let error = read_arguments(&arguments).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}
