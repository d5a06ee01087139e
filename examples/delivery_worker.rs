//! A delivery worker: sends a message to each address, and decides by the server's reply what becomes of the address.
//!
//! ```console
//! $ cargo run --example delivery_worker -- 127.0.0.1:2525 ada@example.com bob@example.com
//! ada@example.com  done      250 2.0.0   delivered         Requested mail action okay, completed: The server did ...
//! bob@example.com  suppress  550 5.1.1   mailbox-unknown   Bad destination mailbox address: There is no such ...
//! ```
//!
//! It sends the commands one by one, since a bare `550` to `MAIL FROM` is about the sender and must not cost the
//! recipient. `lettre` speaks SMTP, and `reply` turns its results into replies again. What it keeps to itself is lost:
//!
//! - It joins the lines of a refusal, so that an enhanced code counts only on the first of them (RFC 2034 asks for it on
//!   all); without one there, the reply code decides alone.
//! - A reply code with a second digit above 5 (`571`) and a reply that is not UTF-8 are no replies to it: retry.

use std::env;
use std::error::Error as _;
use std::process::ExitCode;

use std::time::Duration;

use bounce_codes::{Bounce, Reply, Verdict};
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

/// What to do with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing: the message is delivered.
    Done,
    /// Queue the message again.
    Retry,
    /// Never send to the address again.
    Suppress,
    /// Call somebody who can mend what is wrong on our side.
    Alarm,
}

/// Decides. Without a reply there is nothing to hold against anybody, and the message goes back into the queue.
pub fn decide(answer: &Result<Verdict, Error>) -> Action {
    match answer.as_ref().map(Verdict::bounce) {
        Ok(None) => Action::Done,
        Ok(Some(Bounce::Soft)) | Err(_) => Action::Retry,
        Ok(Some(Bounce::Hard)) => Action::Suppress,
        Ok(Some(Bounce::Block)) => Action::Alarm,
    }
}

/// Sends a message, and returns what the first refusal means, or else the last reply. The error is that there was none.
pub fn deliver(server: &str, sender: &Address, recipient: &Address) -> Result<Verdict, Error> {
    let message = Message::builder()
        .from(sender.clone().into())
        .to(recipient.clone().into())
        .subject("News")
        .body("There is news.\n".to_owned())
        .expect("it has a sender and a recipient");

    let timeout = Some(Duration::from_secs(60));
    let mut connection = match SmtpConnection::connect(server, timeout, &ClientId::default(), None, None) {
        Ok(connection) => connection,
        Err(error) => return Ok(reply(Err(error))?.to_other_command().verdict()),
    };
    let to_mail = reply(connection.command(Mail::new(Some(sender.clone()), Vec::new())))?.to_other_command().verdict();
    if to_mail.bounce().is_some() {
        return Ok(to_mail);
    }
    let to_rcpt = reply(connection.command(Rcpt::new(recipient.clone(), Vec::new())))?.verdict();
    if to_rcpt.bounce().is_some() {
        return Ok(to_rcpt);
    }
    let to_data = reply(connection.command(Data))?.to_other_command().verdict();
    if to_data.bounce().is_some() {
        return Ok(to_data);
    }
    let to_message = reply(connection.message(&message.formatted()))?.to_other_command().verdict();
    let _ = connection.quit();
    Ok(to_message)
}

/// The reply that the server sent. A refusal is an error to `lettre`, with the reply code as its status and the text, in
/// which the enhanced code is, as its source.
fn reply(sent: Result<Response, Error>) -> Result<Reply, Error> {
    let (code, text) = match sent {
        Ok(response) => (response.code(), response.message().collect::<Vec<_>>().join(" ")),
        Err(error) => match (error.status(), error.source()) {
            (Some(code), Some(text)) => (code, text.to_string()),
            _ => return Err(error),
        },
    };
    Ok(Reply::read(format!("{code} {text}").as_bytes()).expect("a reply begins with its code"))
}

/// What to do and why, in one line.
pub fn describe(answer: &Result<Verdict, Error>) -> String {
    let action = format!("{:?}", decide(answer)).to_lowercase();
    match answer {
        Ok(verdict) => {
            let codes = [verdict.reply().map(|code| code.to_string()), verdict.enhanced().map(|code| code.to_string())];
            let codes = codes.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let (category, row) = (verdict.category(), verdict.row());
            format!("{action:8}  {codes:10}  {category:16}  {}: {}", row.name(), row.description())
        }
        // It may quote the server, and so hold anything.
        Err(error) => format!("{action:8}  {}", error.to_string().escape_debug()),
    }
}

/// Reads the server and the addresses, all of them before anything is sent.
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
