//! A delivery: what a log line, a report or an event says about a message and one recipient.

use crate::reply::Reply;
use crate::vocabulary::Outcome;

/// What a log line, a delivery report or an event of a sending service says about the delivery of one message to one
/// recipient.
///
/// Get one from [`Delivery::parse`]. [`classify`](crate::classify) is its [`verdict`](Delivery::verdict).
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
    pub const fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// What the server said; `None` if there is no code in it.
    pub const fn reply(&self) -> Option<Reply<'a>> {
        self.reply
    }

    /// The recipient, as the input writes the address; `None` if it names none.
    pub const fn recipient(&self) -> Option<&'a [u8]> {
        self.recipient
    }
}
