//! A delivery worker: sends a message to each address, and uses the server's reply to decide what to do about the message
//! and about the address.
//!
//! ```console
//! $ cargo run --example delivery_worker -- 127.0.0.1:2525 ada@example.com bob@example.com
//! ada@example.com  done      250 2.0.0   delivered         Requested mail action okay, completed: The server did ...
//! bob@example.com  suppress  550 5.1.1   mailbox-unknown   Bad destination mailbox address: The recipient's ...
//! ```
//!
//! It sends the commands one by one, because a bare `550` to `MAIL FROM` is about the sender and must not get the recipient
//! suppressed. `lettre` speaks SMTP, and `verdict` turns its results back into replies. Two things get lost on the way:
//!
//! - `lettre` joins the lines of a refusal, so an enhanced code counts only on the first line (RFC 2034 wants it on every
//!   line). If there is none on the first line, the reply code decides alone.
//! - `lettre` rejects a reply code with a second digit above 5 (`571`) and a reply that is not UTF-8, so the worker retries.

use std::env;
use std::error::Error as _;
use std::process::ExitCode;
use std::time::Duration;

use bounce_codes::{Bounce, Command, Reply, Verdict};
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::{Error, extension::ClientId, response::Response};
use lettre::{Address, Message};

const SENDER: &str = "newsletter@example.org";

fn main() -> ExitCode {
    let (server, recipients) = match read_arguments(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("delivery_worker: {message}");
            return ExitCode::from(2);
        }
    };
    let sender = SENDER.parse().expect("it is an address");
    for recipient in recipients {
        println!("{recipient}  {}", describe(&deliver(&server, &sender, &recipient)));
    }
    ExitCode::SUCCESS
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing: the message was delivered.
    Done,
    /// Queue the message again.
    Retry,
    /// Give up on this message, and keep the address for the next one.
    Drop,
    /// Never send to the address again.
    Suppress,
    /// Alert somebody who can fix the problem on our side.
    Alarm,
}

/// Decides what to do. The bounce is about the address, and `retry` is about the message. If there was no reply, we know
/// nothing, and the message goes back in the queue.
pub fn decide(answer: &Result<Verdict, Error>) -> Action {
    match answer.as_ref().map(|verdict| (verdict.bounce(), verdict.retry())) {
        Ok((None, _)) => Action::Done,
        Ok((Some(Bounce::Soft), true)) | Err(_) => Action::Retry,
        Ok((Some(Bounce::Soft), false)) => Action::Drop,
        Ok((Some(Bounce::Hard), _)) => Action::Suppress,
        Ok((Some(Bounce::Block), _)) => Action::Alarm,
    }
}

/// Sends a message, and returns what the first refusal means, or else the last reply. An error means that there was no
/// usable reply.
pub fn deliver(server: &str, sender: &Address, recipient: &Address) -> Result<Verdict<'static>, Error> {
    let message = Message::builder()
        .from(sender.clone().into())
        .to(recipient.clone().into())
        .subject("News")
        .body("There is news.\n".to_owned())
        .expect("it has a sender and a recipient");

    let timeout = Some(Duration::from_secs(60));
    let mut connection = match SmtpConnection::connect(server, timeout, &ClientId::default(), None, None) {
        Ok(connection) => connection,
        Err(error) => return verdict(Err(error), Command::Connect),
    };
    let to_mail = verdict(connection.command(Mail::new(Some(sender.clone()), Vec::new())), Command::MailFrom)?;
    if to_mail.bounce().is_some() {
        return Ok(to_mail);
    }
    let to_rcpt = verdict(connection.command(Rcpt::new(recipient.clone(), Vec::new())), Command::RcptTo)?;
    if to_rcpt.bounce().is_some() {
        return Ok(to_rcpt);
    }
    let to_data = verdict(connection.command(Data), Command::Data)?;
    if to_data.bounce().is_some() {
        return Ok(to_data);
    }
    let to_message = verdict(connection.message(&message.formatted()), Command::EndOfData)?;
    let _ = connection.quit();
    Ok(to_message)
}

/// What the server's reply to a command means. To `lettre` a refusal is an error: its status is the reply code, and its
/// source is the text, which holds the enhanced code.
fn verdict(sent: Result<Response, Error>, command: Command) -> Result<Verdict<'static>, Error> {
    let (code, text) = match sent {
        Ok(response) => (response.code(), response.message().collect::<Vec<_>>().join(" ")),
        Err(error) => match (error.status(), error.source()) {
            (Some(code), Some(text)) => (code, text.to_string()),
            _ => return Err(error),
        },
    };
    let reply = format!("{code} {text}");
    let reply = Reply::parse(&reply).expect("a reply begins with its code");
    Ok(reply.in_reply_to(command).verdict().without_text())
}

/// What to do and why, in one line.
pub fn describe(answer: &Result<Verdict, Error>) -> String {
    let action = format!("{:?}", decide(answer)).to_lowercase();
    match answer {
        Ok(verdict) => {
            let codes = [
                verdict.reply_code().map(|code| code.to_string()),
                verdict.enhanced_code().map(|code| code.to_string()),
            ];
            let codes = codes.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let (category, row) = (verdict.category(), verdict.row());
            format!("{action:8}  {codes:10}  {category:16}  {}: {}", row.name(), row.description())
        }
        // It may quote the server, so it may contain anything.
        Err(error) => format!("{action:8}  {}", error.to_string().escape_debug()),
    }
}

/// Parses the server and every address before anything is sent.
pub fn read_arguments(arguments: &[String]) -> Result<(String, Vec<Address>), String> {
    let Some((server, recipients @ [_, ..])) = arguments.split_first() else {
        return Err("expected a server and addresses, as in 127.0.0.1:2525 ada@example.com".to_owned());
    };
    if !server.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok()) {
        return Err(format!("`{server}`: expected a host and a port, as in 127.0.0.1:2525"));
    }
    let recipients = recipients
        .iter()
        .map(|text| text.parse().map_err(|_| format!("`{text}`: expected an address, as in ada@example.com")))
        .collect::<Result<_, _>>()?;
    Ok((server.clone(), recipients))
}
