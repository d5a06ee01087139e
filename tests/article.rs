//! Every row of the article that this project is based on, looked up by its code. The labels are spelled out here to the
//! letter, except for plain quotes and no period at the end.

use std::collections::BTreeMap;

use bounce_codes::{Class, EnhancedCode, ReplyCode, Table};

const ENHANCED: &[(&str, &str)] = &[
    ("5.0.0", "Address does not exist"),
    ("5.1.0", "Other address status"),
    ("5.1.1", "Bad destination mailbox address"),
    ("5.1.2", "Bad destination system address"),
    ("5.1.3", "Bad destination mailbox address syntax"),
    ("5.1.4", "Destination mailbox address ambiguous"),
    ("5.1.5", "Destination mailbox address invalid"),
    ("5.1.6", "Mailbox has moved"),
    ("5.1.7", "Bad sender's mailbox address syntax"),
    ("5.1.8", "Bad sender's system address"),
    ("5.2.0", "Other or undefined mailbox status"),
    ("5.2.1", "Mailbox disabled, not accepting messages"),
    ("5.2.2", "Mailbox full"),
    ("5.2.3", "Message length exceeds administrative limit"),
    ("5.2.4", "Mailing list expansion problem"),
    ("5.3.0", "Other or undefined mail system status"),
    ("5.3.1", "Mail system full"),
    ("5.3.2", "System not accepting network messages"),
    ("5.3.3", "System not capable of selected features"),
    ("5.3.4", "Message too big for system"),
    ("5.4.0", "Other or undefined network or routing status"),
    ("5.4.1", "No answer from host"),
    ("5.4.2", "Bad connection"),
    ("5.4.3", "Routing server failure"),
    ("5.4.4", "Unable to route"),
    ("5.4.5", "Network congestion"),
    ("5.4.6", "Routing loop detected"),
    ("5.4.7", "Delivery time expired"),
    ("5.5.0", "Other or undefined protocol status"),
    ("5.5.1", "Invalid command"),
    ("5.5.2", "Syntax error"),
    ("5.5.3", "Too many recipients"),
    ("5.5.4", "Invalid command arguments"),
    ("5.5.5", "Wrong protocol version"),
    ("5.6.0", "Other or undefined media error"),
    ("5.6.1", "Media not supported"),
    ("5.6.2", "Conversion required and prohibited"),
    ("5.6.3", "Conversion required but not supported"),
    ("5.6.4", "Conversion with loss performed"),
    ("5.6.5", "Conversion failed"),
    ("5.7.0", "Other or undefined security status"),
    ("5.7.1", "Delivery not authorized, message refused"),
    ("5.7.2", "Mailing list expansion prohibited"),
    ("5.7.3", "Security conversion required but not possible"),
    ("5.7.4", "Security features not supported"),
    ("5.7.5", "Cryptographic failure"),
    ("5.7.6", "Cryptographic algorithm not supported"),
    ("5.7.7", "Message integrity failure"),
];

const REPLY: &[(&str, &str)] = &[
    ("421", "domain service not available, closing transmission channel"),
    ("450", "Requested mail action not taken: mailbox unavailable (e.g., mailbox busy)"),
    ("451", "Requested action aborted: error in processing"),
    ("452", "Requested action not taken: insufficient system storage"),
    ("500", "The server could not recognize the command due to a syntax error"),
    ("501", "A syntax error was encountered in command arguments"),
    ("502", "This command is not implemented"),
    ("503", "The server has encountered a bad sequence of commands"),
    ("504", "A command parameter is not implemented"),
    ("550", "User's mailbox was unavailable (\"not found\")"),
    ("551", "The recipient is not local to the server"),
    ("552", "The action was aborted due to exceeded storage allocation"),
    ("553", "The command was aborted because the mailbox name is invalid"),
    ("554", "The transaction failed for some unstated reason"),
];

const GROUP: &[(&str, &str)] = &[
    ("1xx", "Informational"),
    ("2xx", "Success"),
    ("3xx", "Redirection"),
    ("4xx", "Client Error"),
    ("5xx", "Server Error"),
];

const CLASS: &[(Class, &str)] = &[
    (Class::Success, "Success"),
    (Class::PersistentTransientFailure, "Persistent Transient Failure"),
    (Class::PermanentFailure, "Permanent Failure"),
];

/// Where the standard uses a different label.
const REGISTRY: &[(&str, &str)] = &[
    ("550 5.1.10", "Recipient address has null MX"),
    ("550 5.4.1", "No answer from host"),
    ("5.0.0", "Other undefined Status"),
    ("5.1.5", "Destination address valid"),
    ("5.1.6", "Destination mailbox has moved, No forwarding address"),
    ("5.4.3", "Directory server failure"),
    ("5.4.5", "Mail system congestion"),
    ("4xx", "Transient Negative Completion reply"),
    ("5xx", "Permanent Negative Completion reply"),
];

#[test]
fn enhanced_codes() {
    assert_eq!(ENHANCED.len(), 48);
    for (code, name) in ENHANCED {
        let row = code.parse::<EnhancedCode>().unwrap().row().unwrap_or_else(|| panic!("{code} has no row"));
        assert_eq!(row.name(), *name, "{code}");
    }
}

#[test]
fn reply_codes() {
    assert_eq!(REPLY.len(), 14);
    for (code, name) in REPLY {
        let row = code.parse::<ReplyCode>().unwrap().row().unwrap_or_else(|| panic!("{code} has no row"));
        assert_eq!(row.name(), *name, "{code}");
    }
}

#[test]
fn groups() {
    let rows: Vec<_> = Table::Group.rows().map(|row| (row.key().to_string(), row.name())).collect();
    let expected: Vec<_> = GROUP.iter().map(|(key, name)| (key.to_string(), *name)).collect();
    assert_eq!(rows, expected);
}

#[test]
fn classes() {
    for (class, name) in CLASS {
        assert_eq!(class.row().name(), *name);
    }
}

#[test]
fn the_registry_name_is_set_where_the_name_differs() {
    let rows = Table::ALL.iter().flat_map(|table| table.rows());
    let labels: BTreeMap<String, &str> =
        rows.filter_map(|row| Some((row.key().to_string(), row.registry_name()?))).collect();
    let expected = REGISTRY.iter().map(|(key, label)| (key.to_string(), *label)).collect();
    assert_eq!(labels, expected);
}
