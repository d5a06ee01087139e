//! Where the codes of a reply are found, and where none are.

use bounce_codes::{Bounce, Reply, classify};

/// Lines as they occur, invented, each under what it is an example of. The snapshot has the codes beside every one, and the
/// row that decides; what that row says is shown by `tests/table/review.rs`.
const CORPUS: &[(&str, &[&str])] = &[
    (
        "off the wire",
        &[
            "550 5.1.1 <ada@example.com>: Recipient address rejected: User unknown",
            "550 No such user here",
            "550-5.1.1 The account does not exist.\r\n550-5.1.1 Please check the spelling.\r\n550 5.1.1 gsmtp\r\n",
            "550-5.7.1 first line only\r\n550 the rest has none\r\n",
            "550-the first line has none\r\n550 5.7.1 the last one has\r\n",
            "550-5.7.26 with a detail\n550 5.7.0 without\n",
            "550-5.7.0 without\n550 5.7.26 with a detail\n",
            "220-mx.example.net greets you\r\n521 5.7.1 and then does not\r\n",
            "450-first\r450 4.2.1 bare carriage returns",
            "550\t5.1.1 a tab",
            "550User unknown",
            "5505.1.1 no space at all",
            "550 #5.1.0 Address rejected.",
            "550: 5.2.2 over quota",
            "550-5.7.26 only one line, cut off",
            "550 550 5.1.1 said twice",
            "550 [5.7.1] in brackets",
            "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
            "552 sorry, that message is too large (5.3.4)",
            "550 Blocked [5.7.1]",
            "550-192.0.2.1 is on a list",
            "571 Blocked by example.net",
            "250 2.1.5 Ok",
            "354 End data with a dot",
            "421",
            "550 5.1.1 \u{fffd}\u{0}\u{7f} rubbish",
            "550 5.1.1 fine\r\n421 4.4.2 the next reply",
            "550-No\r\nmore of it\r\n550 5.7.1 Bye",
            "550-5.7.1 No\r\n551 Bye",
            "550-5.7.0 No\r\n550 5.2.0 Bye",
            "550-5.7.1 No\r\n550 5.2.0 Bye",
            "550-No\r\n550 Bye\r\n250 2.0.0 Ok",
            "550 5 messages are over the limit",
            "550-5 messages are over the limit\r\n550 Bye",
            "550-192.0.2.1 is blocked",
        ],
    ),
    (
        "delivery reports",
        &[
            "Diagnostic-Code: smtp; 550 5.1.1 <ada@example.com>: User unknown",
            "Diagnostic-Code: smtp;550 No such user",
            "Diagnostic-Code: smtp; 550-5.1.1 The account does not exist.\r\n    550 5.1.1 Please check the spelling.",
            "Diagnostic-Code: smtp; 550\r\n 5.1.1 folded between the codes",
            "Diagnostic-Code: X-Postfix; host mx.example.net[192.0.2.1] said: 552 5.2.2 over quota",
            "Status: 5.1.1",
            "Status: 5.1.1 (bad destination mailbox address)",
            "Action: failed\r\nStatus: 5.0.0\r\nRemote-MTA: dns; mx.example.net\r\nDiagnostic-Code: smtp; 550 5.7.1 no",
            "Action: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 550 no",
            "Status: 2.0.0",
        ],
    ),
    (
        "logs",
        &[
            "Nov 23 19:23:50 mail postfix/smtp[450]: 4F1A2B3C4D: to=<ada@example.com>, relay=mx.example.net[192.0.2.1]:25, \
             delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.1.1, status=bounced (host mx.example.net[192.0.2.1] said: 550 5.1.1 \
             User unknown (in reply to RCPT TO command))",
            "4F1A2B3C4D: to=<ada@example.com>, relay=none, delay=421, dsn=4.4.1, status=deferred (connect to \
             mx.example.net[192.0.2.1]:25: Connection timed out)",
            "421AB34F: to=<ada@example.com>, dsn=5.7.1, status=bounced (host mx.example.net[2001:db8::550]:25 said: 554 no)",
            "to=<ada@example.com>, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5501F2A3)",
            "host mx.example.net [192.0.2.1] SMTP error from remote mail server after RCPT TO:<ada@example.com>: 550 no",
            "host mx.example.net [192.0.2.1] SMTP error from remote mail server after MAIL FROM:<bob@example.org>: 550 no",
            "host mx.example.net[192.0.2.1] said: 550 Content rejected (in reply to end of DATA command)",
            "host mx.example.net[192.0.2.1] refused to talk to me: 550 listed",
            "192.0.2.1 does not like recipient. Remote host said: 550 5.2.1 disabled. Giving up on 192.0.2.1.",
            "Connected to 192.0.2.1 but sender was rejected. Remote host said: 553 no",
            "mx.example.net did not like our RCPT TO:550 5.1.6 moved",
            "bounced: (5.7.1) refused",
            "dsn=5.0.0, status=bounced (host mx.example.net[192.0.2.1] said: 550 no (in reply to end of DATA command))",
            "delivery 5: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_5.1.1_User_unknown/Giving_up./",
            "delivery 5: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_421_busy/Giving_up_on_192.0.2.1./",
            "delivery 5: failure: Connected_to_192.0.2.1_but_sender_was_rejected./Remote_host_said:_550_no/",
            "said: 550 5.0.0 Rejected (in reply to MAIL FROM command)",
            "dsn=5.0.0, status=bounced (No such user here: 5.1.1)",
            "dsn=5.1.1, status=bounced (See 5.7.1 for more)",
            "dsn=5.1.1, status=bounced (mx.example.net said: 550 5.0.0 Rejected)",
            "#5.7.1 or #5.1.1",
            "#5.1.0 or #5.2.0",
            "#5.1.0 or #5.2.2",
            "OFR-550 5.1.1 unknown",
            "mx.example.net said: 550.",
            "mx.example.net said:\r\n550 No",
            "the reply was:  550 No",
            r#"{"type":"Bounce","response":{"code":550,"enhanced_code":{"class":5,"subject":1,"detail":1}}}"#,
            r#"{"delivery-status":{"code":550,"message":"5.1.1 The account does not exist"}}"#,
            r#"{"code": 550, "message": "5.7.1 Rejected", "port": 25}"#,
            r#"{"code": "550", "port": 25}"#,
            r#"{"status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}"#,
            r#"{"reply":550,"enhanced":"5.7.1"}"#,
            r#"{"smtp_code":"550","enhanced_code":"5.7.1","dsn":"5.0.0"}"#,
            r#"{"code":550,"statusCode":"5.7.1"}"#,
            r#"{"response":{"code":550,"enhanced_code":{"class":5,"subject":7,"detail":26},"content":"no"}}"#,
            r#"{"response":{"code":550,"enhanced_code":{"class":5,"subject":7,"detail":1000},"content":"no"}}"#,
            r#"{"response":{"code":250,"enhanced_code":{"class":2,"subject":0,"detail":0},"content":"Ok"}}"#,
            r#"{"response":{"code":550,"enhanced_code":null}}"#,
            r#"{"status":"4.4.7"}"#,
            r#"to "ada@example.com": 550 No such user"#,
            r#"mx.example.net said: 550 No such user; another said "5.7.1 refused""#,
        ],
    ),
    (
        "codes that say different things",
        &[
            "550 5.1.0 an unspecific reply code beside a subject",
            "550 5.0.0 beside a class",
            "556 5.1.0 a reason beside a subject",
            "556 5.1.10 beside a detail",
            "556 4.1.1 beside a detail of another class",
            "556 4.1.0 beside a subject of another class",
            "450 5.1.1 a transient failure beside a permanent detail",
            "571 5.7.999 none of them registered",
            "250 5.1.1 a success beside a failure",
            "550 2.1.5 a failure beside a success",
            "250 2.2.2 a success with the subject of a failure",
        ],
    ),
    (
        "prose",
        &[
            "Sorry, no mailbox here by that name. (#5.1.1)",
            "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found'",
            "5.1.0 - Unknown address error '5.2.2 <ada@example.com>... Mailbox Full' (delivery attempts: 0)",
            "5.1.0 - Unknown address error '550 5.1.1 <ada@example.com>... no'",
            "The error that the other server returned was: 550 550 5.1.1 no such user (state 14)",
            "... while talking to mx.example.net.:\r\n>>> RCPT To:<ada@example.com>\r\n<<< 550 5.1.1 no\r\n<<< 503 5.0.0 Need RCPT",
            "Could not be delivered because of 450 4.2.1 too much mail",
            "it answered with code 421 and hung up",
            "laposte greets: 220-mx 421 4.2.1 try later",
            "The other server answered\r\n550 No such user\r\n",
            "delivery failed - 550 No such user",
            "mx.example.net: 550 192.0.2.1 is on a list",
            "mx.example.net: 550 2026.11.23 refused",
            "the mail was taken (#2.6.0)",
            "the mail was taken [2.6.0]",
            "the mail was taken (2.6.0)",
            "it was to be refused hereafter data, said: 550 No such user",
            "AfterXData mx.example.net said: 550 No such user",
            "mx.example.net said after_data: 550 No such user",
        ],
    ),
    (
        "no code in it",
        &[
            "",
            "hello",
            "connect to 192.0.2.1[192.0.2.1]:25: Connection refused",
            "5.1.1.1 refused the connection",
            "see 4.16.55.1; and 5.7.1.example.net",
            "mx.example.net (2001:db8:550::421:451) timed out",
            "running Postfix 5.1.2, Exim 4.94.2 and version 5.7.1 of it",
            "openssl/5.1.1 v4.2.2 lib-5.2.1",
            "Version: 5.1.1 of it, spam score 5.1.2, see section 5.1.1 of RFC 5321",
            "the limit is 5242880 bytes, and 552 bytes are left",
            "message size: 550, port: 587, timeout: 421",
            "at 12:34:56.450 on 2026-11-23, 23/11/2026, 5.11.2026",
            "call +1 555 123 4567 or 555-1234, tel: 550 1234567",
            "Message-ID: <550.421@example.com> <450@example.net>",
            "queue id 4501F2A3, pid 421, postfix/smtp[550]: gone",
            "after 300 seconds and 550 messages",
            "OFR_506 [506] (550)",
            "550-1234 is the number to call",
            "550:12 and 550,3 and 550a1",
            "mx.example.net said: 550.example and 550/tcp and 550@example.net",
            "to: 550@example.net",
            "port said: 550/tcp",
            "made of: 550%",
            "mx.example.net: 512 bytes were sent, and to mx.example.org: 555 1234",
            "so many :( 550 of them",
            "the mail was taken, 2.6.0",
            "rule 5.1.1/2, 5.1.1@example.net and C:\\5.1.1\\log",
            r#"{"size":550,"port": 552, "attempts": 421}"#,
            r#"{"attempts": "421", "queue": "550"}"#,
            r#"{"subject":"5","detail":5,"version":"5.1.1"}"#,
            "host\r\n",
            "see mx 550 for more",
            "660 is no code and 099 neither",
        ],
    ),
];

#[test]
fn corpus() {
    let mut verdicts = String::new();
    for (title, lines) in CORPUS {
        verdicts.push_str(&format!("== {title}\n\n"));
        for line in *lines {
            let verdict = match classify(line.as_bytes()) {
                None => "-".to_owned(),
                Some(verdict) => {
                    let code = verdict.reply().map_or("-".to_owned(), |code| code.to_string());
                    let enhanced = verdict.enhanced().map_or("-".to_owned(), |code| code.to_string());
                    let row = verdict.row();
                    let note = if verdict.contradictory() { ", contradictory" } else { "" };
                    format!("{code} {enhanced}: decided by {} {}{note}", row.table(), row.code())
                }
            };
            verdicts.push_str(&format!("{}\n    {verdict}\n", line.escape_debug().to_string().replace("\\'", "'")));
        }
        verdicts.push('\n');
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("corpus", verdicts);
    });
}

#[test]
fn no_code_is_found_where_there_is_none() {
    let (title, lines) = CORPUS[CORPUS.len() - 1];
    assert_eq!(title, "no code in it");
    for line in lines {
        assert_eq!(Reply::read(line.as_bytes()), None, "{line}");
    }
}

/// The forms in which a reply stands inside other text; `{reply}` is the reply, `{dsn}` its enhanced code.
const FORMS: &[&str] = &[
    "{reply}",
    "{reply}\r\n",
    "  {reply}",
    "Diagnostic-Code: smtp; {reply}",
    "smtp;{reply}",
    "Final-Recipient: rfc822; ada@example.com\r\nAction: failed\r\nDiagnostic-Code: smtp; {reply}\r\n",
    "host mx.example.net[192.0.2.1] said: {reply} (in reply to RCPT TO command)",
    "to=<ada@example.com>, relay=mx.example.net[192.0.2.1]:25, dsn={dsn}, status=bounced (host mx.example.net said: {reply})",
    "Nov 23 19:23:50 mail postfix/smtp[450]: 4F1A2B3C4D: host mx.example.net[2001:db8::550]:25 said: {reply}",
    "SMTP error from remote mail server after RCPT TO:<ada@example.com>: host mx.example.net [192.0.2.1]: {reply}",
    "mx.example.net did not like our RCPT TO:{reply}",
    "Remote host said: {reply} Giving up on 192.0.2.1.",
    "Remote Server returned '{reply}'",
    "<<< {reply}",
    "it answered: \"{reply}\"",
    "The following address failed: ada@example.com [{reply}]",
];

mod properties {
    use super::*;
    use bounce_codes::{Class, EnhancedCode, ReplyCode};
    use proptest::prelude::*;

    fn enhanced() -> impl Strategy<Value = EnhancedCode> {
        let class = prop::sample::select(Class::ALL);
        let subject = prop_oneof![8 => 0..8u16, 1 => 0..=999u16];
        let detail = prop_oneof![8 => 0..31u16, 1 => 0..=999u16];
        (class, subject, detail).prop_map(|(class, subject, detail)| EnhancedCode::new(class, subject, detail).unwrap())
    }

    fn code() -> impl Strategy<Value = ReplyCode> {
        prop_oneof![Just(2u16), Just(4), Just(5)]
            .prop_flat_map(|digit| digit * 100..digit * 100 + 60)
            .prop_map(|number| ReplyCode::new(number).unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_have_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = classify(&bytes);
        }

        /// Text made of what codes are made of, and of what stands around them.
        #[test]
        fn what_looks_like_codes_has_an_answer(
            parts in prop::collection::vec(
                prop::sample::select(&[
                    "5", "50", "550", "5.1.1", "4.", ".", "-", " ", "\r\n", ":", "#", "(", ")", "said", "smtp;", "dsn=",
                    "Status:", "2.0.0", "999", "1000", "x", "\u{fffd}", "421-", "'", "in reply to MAIL FROM",
                ][..]),
                0..30,
            )
        ) {
            let text = parts.concat();
            let read = Reply::read(text.as_bytes());
            // A code that is found stands there.
            if let Some(reply) = read {
                for code in [reply.code().map(|code| code.to_string()), reply.enhanced().map(|code| code.to_string())] {
                    prop_assert!(code.is_none_or(|code| text.contains(&code)), "{text:?}: {reply:?}");
                }
            }
        }

        #[test]
        fn a_reply_means_the_same_in_every_form(
            code in code(),
            enhanced in prop::option::of(enhanced()),
            words in prop::sample::select(&["User unknown", "<ada@example.com>: no", "try again later, please", "No."][..]),
        ) {
            let codes = enhanced.map_or(code.to_string(), |enhanced| format!("{code} {enhanced}"));
            let reply = format!("{codes} {words}");
            let expected = enhanced.map_or(Reply::from(code), |enhanced| Reply::from((code, enhanced)));
            let dsn = enhanced.map_or("X".to_owned(), |enhanced| enhanced.to_string());
            // No log says that a message bounced with a success.
            let is_log = |form: &&&str| !form.contains("{dsn}") || code.class() != Some(Class::Success);
            for form in FORMS.iter().filter(is_log) {
                let text = form.replace("{reply}", &reply).replace("{dsn}", &dsn);
                prop_assert_eq!(Reply::read(text.as_bytes()), Some(expected), "{}", text);
                prop_assert_eq!(classify(text.as_bytes()), Some(expected.verdict()), "{}", text);
            }
        }

        #[test]
        fn a_reply_of_several_lines_means_the_same_as_one(
            code in code(),
            enhanced in enhanced(),
            with in prop::collection::vec(any::<bool>(), 1..6),
            end in prop::sample::select(&["\r\n", "\n", "\r"][..]),
        ) {
            let last = with.len() - 1;
            let lines = with.iter().enumerate().map(|(i, with)| {
                let sign = if i == last { ' ' } else { '-' };
                let enhanced = if *with { format!("{enhanced} ") } else { String::new() };
                format!("{code}{sign}{enhanced}some words{end}")
            });
            let expected = if with.contains(&true) { Reply::from((code, enhanced)) } else { Reply::from(code) };
            prop_assert_eq!(Reply::read(lines.collect::<String>().as_bytes()), Some(expected));
        }

        /// Whatever the codes: no address is dropped unless both say that the failure is permanent.
        #[test]
        fn hard_only_where_nothing_speaks_against_it(code in code(), enhanced in enhanced()) {
            let verdict = Reply::from((code, enhanced)).verdict();
            let both_permanent = code.class() == Some(Class::PermanentFailure) && enhanced.class() == Class::PermanentFailure;
            if verdict.bounce() == Some(Bounce::Hard) {
                prop_assert!(both_permanent);
            }
            prop_assert_eq!(verdict.bounce().is_none(), verdict.class() == Some(Class::Success));
            if code.class() == Some(Class::Success) {
                prop_assert_eq!(verdict.bounce(), None);
            }
        }
    }
}
