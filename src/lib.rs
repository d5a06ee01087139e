//! What an SMTP reply means, and whose move it is.
//!
//! A server refused a message. [`classify`] takes its reply as it came off the wire and returns a [`Verdict`]: the
//! [`Class`] that the standard gives it, the [`Bounce`] that it is for the sender (`soft`: retry; `hard`: drop the
//! address; `block`: look to your own side), the [`Category`] of the reason, and the [`Row`] of the table that says so,
//! with its name, a sentence that explains it, and where it is defined.
//!
//! ```
//! use bounce_codes::{Bounce, Category, classify};
//!
//! let verdict = classify(b"550 5.1.1 <ada@example.com>: User unknown").expect("it holds a code");
//! assert_eq!(verdict.bounce(), Some(Bounce::Hard));
//! assert_eq!(verdict.category(), Category::MailboxUnknown);
//! assert_eq!(verdict.row().name(), "Bad destination mailbox address");
//! ```
//!
//! # What is where
//!
//! - [`classify`] for the usual case; [`Reply`] where the codes have been read already, or are wanted alone.
//! - [`ReplyCode`] (`550`) and [`EnhancedCode`] (`5.1.1`): the codes as values, registered or not. `row` looks up
//!   exactly that code, `verdict` what it means in any case.
//! - [`Table`]: the five tables, to list.
//!
//! # Cost
//!
//! The tables are static data: perfect-hash maps for every code, and in front of them a small index for those that are
//! really sent. Nothing allocates, locks, panics or is set up at the first call, reading takes time in proportion to the
//! reply, the crate is `no_std` without `alloc` and forbids unsafe code, and it depends on [`phf`] alone.
//!
//! # Features
//!
//! - `serde`: codes and words serialize as numbers and strings and back; rows and verdicts as objects with the keys of
//!   the command's JSON.
//! - `cli`: the command `bounce-codes`, with all that it needs. Not for libraries.

#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod code;
mod reply;
mod search;
#[cfg(feature = "serde")]
mod serde;
mod table;
mod verdict;
mod vocabulary;

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use code::{EnhancedCode, ParseCodeError, ReplyCode};
pub use reply::Reply;
pub use table::{Row, overlay};
pub use verdict::Verdict;
pub use vocabulary::{Bounce, Category, Class, ParseWordError, Table};

/// What a reply means: reads it as [`Reply::read`] does, and decides as [`Verdict`] says.
///
/// `None` if no code was found; a code that is in no table still has a meaning.
///
/// ```
/// use bounce_codes::{Bounce, classify};
///
/// let verdict = classify(b"550-5.7.26 This mail has been blocked\r\n550 5.7.26 because of DMARC.\r\n").unwrap();
/// assert_eq!(verdict.bounce(), Some(Bounce::Block));
/// assert_eq!(verdict.row().name(), "Multiple authentication checks failed");
///
/// assert!(classify(b"hello").is_none());
/// ```
#[inline]
pub fn classify(reply: &[u8]) -> Option<Verdict> {
    Reply::read(reply).map(Reply::verdict)
}
