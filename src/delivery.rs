//! A delivery: what a log line, a report or an event says about a message and one recipient.

use crate::reply::Reply;
use crate::vocabulary::Outcome;

/// What a log line, a delivery report or an event of a sending service says about the delivery of one message to one
/// recipient.
///
/// Get one from [`Delivery::parse`]. [`classify`](crate::classify) is its [`verdict`](Delivery::verdict).
///
/// These forms are read field by field. What strangers write in them (addresses, subjects, names of hosts, metadata, the
/// original message, the text of a success) never counts.
///
/// - **Logs**: Postfix, Exim, Sendmail, qmail, OpenSMTPD, Haraka, Stalwart, Momentum, KumoMTA, Halon, PowerMTA's accounting
///   files, and Exchange's message tracking. A line of the receiving side, such as Postfix's `NOQUEUE: reject`, is
///   [`Outcome::Refused`].
/// - **Events** in JSON: Amazon SES (also inside a notification of SNS), SendGrid, Mailgun, Postmark, Mailjet, Brevo,
///   SparkPost, and Postal. Of a list of events, the first counts, and so does the first
///   recipient: [`Delivery::parse_all`] reads them all.
/// - **Delivery reports** ([RFC 3464]), the fields or the whole message, and the bounce texts of Exim, qmail, Sendmail, and
///   Exchange. Of several recipients, the first counts.
/// - **Errors of SMTP clients**, as they are printed: lettre, smtp-proto, mail-send, smtplib, aiosmtplib, net/textproto,
///   nodemailer, PHPMailer, Symfony Mailer, JavaMail, and .NET.
/// - A **reply**, alone or quoted in any other text. Its class is the outcome.
///
/// [RFC 3464]: https://www.rfc-editor.org/rfc/rfc3464
///
/// ```
/// use bounce_codes::{Bounce, Delivery, Outcome};
///
/// let line = "4F1A2B3C4D: to=<ada@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=1, delays=0/0/0/1, \
///             dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.1] said: 550 5.1.1 User unknown \
///             (in reply to RCPT TO command))";
/// let delivery = Delivery::parse(line);
/// assert_eq!(delivery.verdict().unwrap().bounce(), Some(Bounce::Hard));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delivery<'a> {
    pub(crate) outcome: Option<Outcome>,
    pub(crate) reply: Option<Reply<'a>>,
    pub(crate) recipient: Option<&'a [u8]>,
}

impl<'a> Delivery<'a> {
    /// How the delivery ended; `None` if the input says nothing about a delivery.
    ///
    /// ```
    /// # use bounce_codes::{Delivery, Outcome};
    /// let sent = "4F1A2B3C4D: to=<ada@example.com>, relay=x, dsn=2.0.0, status=sent (250 Ok: queued as 550 5.1.1)";
    /// assert_eq!(Delivery::parse(sent).outcome(), Some(Outcome::Delivered));
    /// assert_eq!(Delivery::parse("Nov 24 10:15:01 mx1 postfix/qmgr[1]: 4F1A2B3C4D: removed").outcome(), None);
    /// ```
    pub const fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// What the server said, or the software that could not reach it; `None` if the input says nothing about a delivery, or
    /// not why it failed. A reply without a code has only words.
    ///
    /// ```
    /// # use bounce_codes::Delivery;
    /// let event = r#"{"event":"bounce","email":"ada@example.com","reason":"550 5.1.1 No such user"}"#;
    /// assert_eq!(Delivery::parse(event).reply().unwrap().reply_code().unwrap(), 550);
    /// ```
    pub const fn reply(&self) -> Option<Reply<'a>> {
        self.reply
    }

    /// The recipient, as the input writes the address, with its quotation marks and escapes; `None` if it names none. If a
    /// report names an original recipient, it is that one. In a log it is the address that the message was sent to, even if
    /// that is another than the original recipient (Postfix's `orig_to`).
    ///
    /// ```
    /// # use bounce_codes::Delivery;
    /// let event = r#"{"event":"bounce","email":"ada@example.com","reason":"550 5.1.1 No such user"}"#;
    /// assert_eq!(Delivery::parse(event).recipient(), Some(&b"ada@example.com"[..]));
    /// assert_eq!(Delivery::parse("550 5.1.1 No such user").recipient(), None);
    /// ```
    pub const fn recipient(&self) -> Option<&'a [u8]> {
        self.recipient
    }
}
