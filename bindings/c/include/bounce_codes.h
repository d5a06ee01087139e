#ifndef BOUNCE_CODES_H
#define BOUNCE_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
enum {
  BOUNCE_CODES_CLASS_SUCCESS = 1,
  BOUNCE_CODES_CLASS_PERSISTENT_TRANSIENT_FAILURE = 2,
  BOUNCE_CODES_CLASS_PERMANENT_FAILURE = 3,
};

enum {
  BOUNCE_CODES_BOUNCE_SOFT = 1,
  BOUNCE_CODES_BOUNCE_HARD = 2,
  BOUNCE_CODES_BOUNCE_BLOCK = 3,
};

enum {
  BOUNCE_CODES_CATEGORY_DELIVERED = 1,
  BOUNCE_CODES_CATEGORY_MAILBOX_UNKNOWN = 2,
  BOUNCE_CODES_CATEGORY_DOMAIN_UNKNOWN = 3,
  BOUNCE_CODES_CATEGORY_MAILBOX_MOVED = 4,
  BOUNCE_CODES_CATEGORY_MAILBOX_DISABLED = 5,
  BOUNCE_CODES_CATEGORY_MAILBOX_FULL = 6,
  BOUNCE_CODES_CATEGORY_MESSAGE_TOO_LARGE = 7,
  BOUNCE_CODES_CATEGORY_MAILING_LIST = 8,
  BOUNCE_CODES_CATEGORY_SENDER_REJECTED = 9,
  BOUNCE_CODES_CATEGORY_SYSTEM_FULL = 10,
  BOUNCE_CODES_CATEGORY_SYSTEM_UNAVAILABLE = 11,
  BOUNCE_CODES_CATEGORY_SYSTEM_INCAPABLE = 12,
  BOUNCE_CODES_CATEGORY_NETWORK = 13,
  BOUNCE_CODES_CATEGORY_ROUTING = 14,
  BOUNCE_CODES_CATEGORY_CONGESTION = 15,
  BOUNCE_CODES_CATEGORY_EXPIRED = 16,
  BOUNCE_CODES_CATEGORY_PROTOCOL = 17,
  BOUNCE_CODES_CATEGORY_TOO_MANY_RECIPIENTS = 18,
  BOUNCE_CODES_CATEGORY_CONTENT = 19,
  BOUNCE_CODES_CATEGORY_SPAM = 20,
  BOUNCE_CODES_CATEGORY_BLOCKLISTED = 21,
  BOUNCE_CODES_CATEGORY_GREYLISTED = 22,
  BOUNCE_CODES_CATEGORY_RELAY_DENIED = 23,
  BOUNCE_CODES_CATEGORY_POLICY = 24,
  BOUNCE_CODES_CATEGORY_RATE_LIMITED = 25,
  BOUNCE_CODES_CATEGORY_AUTHENTICATION = 26,
  BOUNCE_CODES_CATEGORY_CREDENTIALS = 27,
  BOUNCE_CODES_CATEGORY_ENCRYPTION = 28,
  BOUNCE_CODES_CATEGORY_UNDEFINED = 29,
};

enum {
  BOUNCE_CODES_SCOPE_RECIPIENT = 1,
  BOUNCE_CODES_SCOPE_RECIPIENT_DOMAIN = 2,
  BOUNCE_CODES_SCOPE_MESSAGE = 3,
  BOUNCE_CODES_SCOPE_SENDER = 4,
  BOUNCE_CODES_SCOPE_SOURCE = 5,
  BOUNCE_CODES_SCOPE_RECEIVER = 6,
};

enum {
  BOUNCE_CODES_COMMAND_CONNECT = 1,
  BOUNCE_CODES_COMMAND_EHLO = 2,
  BOUNCE_CODES_COMMAND_STARTTLS = 3,
  BOUNCE_CODES_COMMAND_AUTH = 4,
  BOUNCE_CODES_COMMAND_MAIL_FROM = 5,
  BOUNCE_CODES_COMMAND_RCPT_TO = 6,
  BOUNCE_CODES_COMMAND_DATA = 7,
  BOUNCE_CODES_COMMAND_END_OF_DATA = 8,
};

enum {
  BOUNCE_CODES_OUTCOME_DELIVERED = 1,
  BOUNCE_CODES_OUTCOME_FAILED = 2,
  BOUNCE_CODES_OUTCOME_DEFERRED = 3,
  BOUNCE_CODES_OUTCOME_REFUSED = 4,
};

enum {
  BOUNCE_CODES_TABLE_ENHANCED = 1,
  BOUNCE_CODES_TABLE_REPLY = 2,
  BOUNCE_CODES_TABLE_CLASS = 3,
  BOUNCE_CODES_TABLE_SUBJECT = 4,
  BOUNCE_CODES_TABLE_GROUP = 5,
  BOUNCE_CODES_TABLE_PHRASE = 6,
  BOUNCE_CODES_TABLE_PROVIDER = 7,
  BOUNCE_CODES_TABLE_BLOCKLIST = 8,
};



// UTF-8 text in static data, which is valid for the life of the program. It does not end with a NUL. `start` is null if
// there is no text.
typedef struct {
  // The first byte.
  const char *start;
  // How many bytes.
  size_t length;
} bounce_codes_text;

// A part of the reply that was passed in. `length` is 0 if it is missing.
typedef struct {
  // Where it starts, in bytes.
  size_t offset;
  // How many bytes.
  size_t length;
} bounce_codes_part;

// What a reply means, and what to do about it. Everything is zero that the reply does not say.
typedef struct {
  // The label of the row that decided, a few words.
  bounce_codes_text name;
  // The standard's label, if it differs from the name.
  bounce_codes_text registry_name;
  // One sentence that says what happened.
  bounce_codes_text description;
  // What to do next, in a sentence or two.
  bounce_codes_text advice;
  // Who answered, if the text shows it.
  bounce_codes_text provider;
  // The page where that provider explains its replies or takes questions.
  bounce_codes_text postmaster;
  // How many documents define the row. `bounce_codes_reference` returns them.
  size_t references;
  // How many seconds the server asks to wait; 0 if it names no time.
  uint32_t retry_after;
  // The reply code, such as 550.
  uint16_t reply;
  // The enhanced code, such as 5, 1, 1.
  uint16_t enhanced[3];
  // The place in its table of the row that decided.
  uint16_t row;
  // The table of the row that decided: a `BOUNCE_CODES_TABLE_…`.
  uint8_t matched;
  // What the standard calls it: a `BOUNCE_CODES_CLASS_…`.
  uint8_t class_;
  // What to do about the address: a `BOUNCE_CODES_BOUNCE_…`.
  uint8_t bounce;
  // Why: a `BOUNCE_CODES_CATEGORY_…`.
  uint8_t category;
  // What it is about: a `BOUNCE_CODES_SCOPE_…`.
  uint8_t scope;
  // How the delivery ended: a `BOUNCE_CODES_OUTCOME_…`. A log line can say this without a code.
  uint8_t outcome;
  // The command that was answered: a `BOUNCE_CODES_COMMAND_…`.
  uint8_t command;
  // Whether this message may be sent again.
  bool retry;
  // Whether the reply code and the enhanced code are in different classes.
  bool contradictory;
  // The words or the code that decided.
  bounce_codes_part evidence;
  // The recipient, if a log line names one. Like the outcome, a log line can say this without a code.
  bounce_codes_part recipient;
} bounce_codes_verdict;

// A row of a table.
typedef struct {
  // What the row is about, ending with a NUL: `550`, `X.1.1`, `5.0.0`, `550 5.1.10`, subject `X.7`, class `5`, group `5xx`.
  // Empty if it is about words, a provider, or a block list.
  char key[16];
  // The provider, if the row says what one means.
  bounce_codes_text provider;
  // The code as the provider writes it, such as `5.7.606-5.7.649`; the name of the row if it is about words.
  bounce_codes_text code;
  // The label, a few words.
  bounce_codes_text name;
  // The standard's label, if it differs from the name.
  bounce_codes_text registry_name;
  // One sentence that says what happened.
  bounce_codes_text description;
  // What to do next, if that differs from the general advice.
  bounce_codes_text advice;
  // How many documents define it. `bounce_codes_reference` returns them.
  size_t references;
  // How many seconds the provider asks to wait; 0 if it documents no time.
  uint32_t retry_after;
  // The class of every code that the row covers, if it is one: a `BOUNCE_CODES_CLASS_…`.
  uint8_t class_;
  // What to do about the address if the failure is permanent: a `BOUNCE_CODES_BOUNCE_…`. Class 4 is always soft.
  uint8_t permanent_bounce;
  // Why: a `BOUNCE_CODES_CATEGORY_…`.
  uint8_t category;
  // What it is about: a `BOUNCE_CODES_SCOPE_…`.
  uint8_t scope;
  // Whether senders see it often.
  bool common;
  // Whether an overlay changed or added it.
  bool overlaid;
} bounce_codes_table_row;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Says what a reply means: a reply off the wire, a log line, a line of a delivery report, or a sentence. `command` is the
// `BOUNCE_CODES_COMMAND_…` that the server answered, or 0 if that is not known or the text says it.
//
// Returns whether it found a code or plain words, and fills in the verdict. Both pointers may be null, and the reply may be
// any bytes.
//
// # Safety
//
// `reply` is null or points to `length` bytes; `verdict` is null or points to a verdict.
bool bounce_codes_classify(const char *reply,
                           size_t length,
                           uint8_t command,
                           bounce_codes_verdict *verdict);

// The same for many replies, one right after the other in a buffer. `lengths` and `verdicts` have an element for each.
// Returns how many replies have a verdict. In the verdict of any other, the category is 0.
//
// # Safety
//
// `lengths` and `verdicts` point to `count` elements, and `replies` to as many bytes as the lengths add up to. If any of
// them is null, there is nothing to do.
size_t bounce_codes_classify_many(const char *replies,
                                  const size_t *lengths,
                                  size_t count,
                                  bounce_codes_verdict *verdicts);

// Fills in a row of a table, `BOUNCE_CODES_TABLE_…`. Places count from 0. Returns whether there is such a row.
//
// # Safety
//
// `row` is null or points to a row.
bool bounce_codes_row(uint8_t table, size_t place, bounce_codes_table_row *row);

// One of the documents that define a row. They count from 0.
bounce_codes_text bounce_codes_reference(uint8_t table, size_t place, size_t index);

// The version of this library.
const char *bounce_codes_version(void);

// The file name of the overlay that this library was built with; null without one.
const char *bounce_codes_overlay(void);

// The name of a `BOUNCE_CODES_CLASS_…`; null if there is no such number.
const char *bounce_codes_class_name(uint8_t number);

// The name of a `BOUNCE_CODES_BOUNCE_…`; null if there is no such number.
const char *bounce_codes_bounce_name(uint8_t number);

// The name of a `BOUNCE_CODES_CATEGORY_…`; null if there is no such number.
const char *bounce_codes_category_name(uint8_t number);

// The name of a `BOUNCE_CODES_SCOPE_…`; null if there is no such number.
const char *bounce_codes_scope_name(uint8_t number);

// The name of a `BOUNCE_CODES_COMMAND_…`; null if there is no such number.
const char *bounce_codes_command_name(uint8_t number);

// The name of a `BOUNCE_CODES_OUTCOME_…`; null if there is no such number.
const char *bounce_codes_outcome_name(uint8_t number);

// The name of a `BOUNCE_CODES_TABLE_…`; null if there is no such number.
const char *bounce_codes_table_name(uint8_t number);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* BOUNCE_CODES_H */
