//! What an SMTP reply means, and what to do about it.
//!
//! A server refused a message. [`classify`] takes its reply as it came off the wire and returns a [`Verdict`]: what to do
//! about the address (the [`Bounce`]: `soft`, `hard` or `block`), whether to retry the message, why it was refused (the
//! [`Category`]), what that is about (the [`Scope`]), and the [`Row`] of the table that says so, with a name, a sentence
//! of explanation and the documents that define it.
//!
//! ```
//! use bounce_codes::{Bounce, Category, classify};
//!
//! let verdict = classify("550 5.1.1 <ada@example.com>: User unknown").expect("it has a code");
//! assert_eq!(verdict.bounce(), Some(Bounce::Hard));
//! assert_eq!(verdict.retry(), false);
//! assert_eq!(verdict.category(), Category::MailboxUnknown);
//! # #[cfg(feature = "words")]
//! assert_eq!(verdict.row().name(), "User unknown");
//! ```
//!
//! # Where to look
//!
//! - [`classify`] for the usual case. [`Reply`] if a client has parsed the codes already, or if you know which
//!   [`Command`] was answered.
//! - [`Verdict`] for the rules that decide.
//! - [`ReplyCode`] (`550`) and [`EnhancedCode`] (`5.1.1`): codes as values, registered or not. `row` looks up exactly that
//!   code; `verdict` says what it means in any case.
//! - [`Table`]: the tables themselves, to list their rows. [`Provider`]: who answered, and what it means by its codes.
//!
//! # Cost
//!
//! The tables are static data: a small index for the codes that servers usually send, and perfect-hash maps for the rest.
//! Nothing allocates, locks, panics or is set up on first use, and parsing takes time proportional to the length of the
//! reply. Every type is `Send` and `Sync`. The tables take up 260 KB, and a [`Verdict`] 120 bytes. The crate is `no_std`
//! without `alloc`, forbids unsafe code, and depends on [`phf`] alone.
//!
//! # Features
//!
//! - `words`, on by default: the words, providers and block lists. Without it, the codes alone decide.
//! - `serde`: codes and labels serialize as numbers and strings, and deserialize; rows and verdicts serialize as objects
//!   with the keys of the command's JSON.
//! - `cli`: the command `bounce-codes` and what it needs. Not for libraries.

#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod code;
mod delivery;
#[cfg(feature = "words")]
mod hash;
mod key;
mod provider;
mod read;
mod reply;
mod row;
#[cfg(feature = "serde")]
mod serde;
mod table;
mod verdict;
mod vocabulary;
#[cfg(feature = "words")]
mod wait;
#[cfg(feature = "words")]
mod words;

/// Runs the examples of the README as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use code::{EnhancedCode, ParseCodeError, ReplyCode};
pub use delivery::Delivery;
pub use key::Key;
pub use provider::Provider;
pub use reply::Reply;
pub use row::Row;
pub use table::overlay;
pub use verdict::Verdict;
pub use vocabulary::{Bounce, Category, Class, Command, Outcome, ParseLabelError, Scope, Table};

/// What a reply means: [parses](Reply::parse) it, and decides by the rules of [`Verdict`].
///
/// `None` if there is no code in it and no plain words. An unregistered code still has a meaning.
///
/// ```
/// use bounce_codes::{Bounce, classify};
///
/// let verdict = classify("550-5.7.26 This mail has been blocked\r\n550 5.7.26 because of DMARC.\r\n").unwrap();
/// assert_eq!(verdict.bounce(), Some(Bounce::Block));
/// assert_eq!(verdict.row().name(), "Multiple authentication checks failed");
///
/// assert!(classify("hello").is_none());
/// assert!(classify(b"550 \xff any bytes").is_some());
/// ```
#[inline]
pub fn classify<'a>(reply: &'a (impl AsRef<[u8]> + ?Sized)) -> Option<Verdict<'a>> {
    Delivery::parse(reply).verdict()
}
