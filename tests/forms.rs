//! Whatever strangers write into a record, the answer stays the same: into addresses, subjects, message ids, names of hosts,
//! metadata, and the original that is attached to a report.

use bounce_codes::{Bounce, Command, Delivery, EnhancedCode, Outcome, ReplyCode};
use proptest::prelude::*;

/// Records with places for a stranger's text:
///
/// - `{local}`: a local part in quotation marks, as on the wire
/// - `{quoted}`: text in quotation marks, where a backslash escapes them
/// - `{json}` and `{json-local}`: text and a local part in a JSON string
/// - `{sns}`: text in a JSON string in another one
/// - `{csv}`: a field of comma-separated values
/// - `{name}`: a name of a host, a queue or a file
/// - `{line}`: one line of anything
/// - `{lines}`: any number of lines
const FORMS: &[(&str, Option<Outcome>)] = &[
    // Postfix
    (
        "Nov 24 10:15:01 mx1 postfix/smtp[4242]: 4XyZ1q: to=<{local}@example.com>, orig_to=<{local}@example.org>, relay={name}.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host {name}.example.com[192.0.2.10] said: 550 5.1.1 <{local}@example.com>: User unknown (in reply to RCPT TO command))",
        Some(Outcome::Failed),
    ),
    (
        "Nov 24 10:15:01 mx1 postfix/smtp[4242]: 4XyZ1q: to=<{local}@example.com>, relay={name}.example.com[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {line})",
        Some(Outcome::Delivered),
    ),
    (
        "to=<{local}@example.com>, relay=x, delay=1, delays=0/0/0/1, dsn=4.2.2, status=deferred (host x said: 452 4.2.2 <{local}@example.com> Mailbox full (in reply to RCPT TO command))",
        Some(Outcome::Deferred),
    ),
    (
        "Nov 24 10:15:01 mx1 postfix/pipe[1]: 4XyZ1q: to=<ada@example.com>, relay=x, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered via x service ({line}))",
        Some(Outcome::Delivered),
    ),
    (
        "Nov 24 10:15:01 mx1 postfix/local[1]: 4XyZ1q: to=<{local}@example.com>, relay=local, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (unknown user: \"{line}\")",
        Some(Outcome::Failed),
    ),
    ("Nov 24 10:15:01 mx1 postfix/qmgr[1]: 4XyZ1q: from=<{local}@example.com>, size=550, nrcpt=1 (queue active)", None),
    ("Nov 24 10:15:01 mx1 postfix/cleanup[1]: 4XyZ1q: message-id=<{line}>", None),
    (
        "Nov 24 10:15:01 mx1 postfix/cleanup[1]: 4XyZ1q: warning: header Subject: {line} from x[192.0.2.1]; from=<a@b> to=<c@d> proto=ESMTP helo=<x>",
        None,
    ),
    (
        "Nov 24 10:15:01 mx1 postfix/cleanup[1]: 4XyZ1q: reject: header Subject: {line} from x[192.0.2.1]; from=<a@b> to=<c@d> proto=ESMTP helo=<x>: 5.7.1 message content rejected",
        Some(Outcome::Refused),
    ),
    (
        "Nov 24 10:15:01 mx1 postfix/smtpd[1]: NOQUEUE: reject: RCPT from {name}[192.0.2.1]: 450 4.7.1 <{local}@example.com>: Recipient address rejected: Greylisted; from=<{local}@example.net> to=<{local}@example.com> proto=ESMTP helo=<{name}>",
        Some(Outcome::Refused),
    ),
    // Exim
    (
        "2026-11-24 10:15:01 1vNabc-00000001Xyz-2abC ** {local}@example.com F=<{local}@example.org> R=dnslookup T=remote_smtp H={name}.example.com [192.0.2.10] DN=\"{quoted}\": SMTP error from remote mail server after RCPT TO:<{local}@example.com>: 550 5.1.1 <{local}@example.com>: User unknown",
        Some(Outcome::Failed),
    ),
    (
        "2026-11-24 10:15:01 1vNabc-00000001Xyz-2abC == ada@example.com R=x T=y defer (-45) H=mx.example.com [192.0.2.10]: SMTP error from remote mail server after pipelined MAIL FROM:<{local}@example.org> SIZE=550: 451 4.3.0 Try later",
        Some(Outcome::Deferred),
    ),
    (
        "2026-11-24 10:15:01 1vNabc-00000001Xyz-2abC => {local}@example.com R=x T=y H={name} [192.0.2.10] C=\"250 2.0.0 OK {quoted}\"",
        Some(Outcome::Delivered),
    ),
    (
        "2026-11-24 10:15:01 1vNabc-00000001Xyz-2abC <= {local}@example.net H=({line}) [192.0.2.1] P=esmtp S=550 id={name}@x T=\"{quoted}\" for ada@example.com",
        None,
    ),
    (
        "2026-11-24 10:15:01 H=({name}) [192.0.2.1] F=<{local}@example.net> rejected RCPT <{local}@example.com>: relay not permitted",
        Some(Outcome::Refused),
    ),
    (
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  ada@example.com\n    host mx.example.com [192.0.2.10]\n    SMTP error from remote mail server after end of data:\n    554 5.7.1 Spam\n\n------ This is a copy of the message, including all the headers. ------\n\nSubject: {lines}\n\n{lines}",
        Some(Outcome::Failed),
    ),
    // Sendmail
    (
        "Nov 24 10:15:01 mx1 sendmail[1]: 5AO9F1ab: to=<{local}@example.com>, ctladdr=<{local}@example.org> (1/1), delay=00:00:02, xdelay=00:00:01, mailer=esmtp, pri=1, relay={name}. [192.0.2.10], dsn=2.0.0, stat=Sent ({line})",
        Some(Outcome::Delivered),
    ),
    (
        "Nov 24 10:15:01 mx1 sendmail[1]: 5AO9F1ab: to=<{local}@example.com>, delay=00:00:02, xdelay=00:00:01, mailer=esmtp, pri=1, relay={name}. [192.0.2.10], dsn=5.1.1, reply=550 5.1.1 <{local}@example.com>... User unknown, stat=User unknown",
        Some(Outcome::Failed),
    ),
    (
        "The original message was received at Tue\nfrom x\n\n   ----- The following addresses had permanent fatal errors -----\n<ada@example.com>\n    (reason: 554 5.7.1 Spam)\n\n   ----- Transcript of session follows -----\n>>> DATA\n<<< 554 5.7.1 Spam\n\n   ----- Original message follows -----\n\n{lines}",
        Some(Outcome::Failed),
    ),
    // qmail
    ("@40000000692426c51d2e3f4c starting delivery 550: msg 1 to remote {local}@example.com", None),
    ("@40000000692426c51d2e3f4c info msg 1: bytes 2 from <{local}@example.net> qp 3 uid 4", None),
    (
        "@40000000692426c51d2e3f4c delivery 1: success: x_accepted_message./Remote_host_said:_250_ok_{name}/",
        Some(Outcome::Delivered),
    ),
    (
        "Hi. This is the qmail-send program at x.\n\n<{local}@example.com>:\n192.0.2.10 failed after I sent the message.\nRemote host said: 554 5.7.1 Spam\n\n--- Below this line is a copy of the message.\n\n{lines}",
        Some(Outcome::Failed),
    ),
    // OpenSMTPD
    (
        "Nov 24 10:15:01 mx1 smtpd[1]: 1a2b3c4d5e6f7081 mta delivery evpid=a1 from=<{local}@example.org> to=<{local}@example.com> rcpt=<{local}@example.com> source=\"x\" relay=\"x ({name})\" delay=1s result=\"Ok\" stat=\"250 OK {line}\"",
        Some(Outcome::Delivered),
    ),
    (
        "Nov 24 10:15:01 mx1 smtpd[1]: 1a2b3c4d5e6f7081 mta delivery evpid=a1 from=<{local}@example.org> to=<{local}@example.com> rcpt=<-> source=\"x\" relay=\"x\" delay=1s result=\"PermFail\" stat=\"550 5.1.1 <{local}@example.com>: User unknown\"",
        Some(Outcome::Failed),
    ),
    // Exchange
    (
        "2026-11-24T09:15:01.550Z,192.0.2.5,EX01,192.0.2.10,x,,Internet Send,SMTP,SEND,1,<{name}@x>,6f,ada@example.com,250 2.1.5 Recipient OK,5511,1,,,{csv},{csv},{csv},,Originating",
        Some(Outcome::Delivered),
    ),
    (
        "2026-11-24T09:15:01.550Z,192.0.2.5,EX01,192.0.2.10,x,,Internet Send,SMTP,FAIL,1,{csv},6f,ada@example.com,\"[{LED=554 5.7.1 Spam};{FQDN=x}]\",5511,1,,,{csv},{csv},{csv},,Originating",
        Some(Outcome::Failed),
    ),
    (
        "Delivery has failed to these recipients or groups:\n\nada@example.com\n\nDiagnostic information for administrators:\n\nGenerating server: x\n\nada@example.com\nRemote server returned '554 5.7.1 Spam'\n\nOriginal message headers:\n\nSubject: {lines}",
        Some(Outcome::Failed),
    ),
    // PowerMTA
    (
        "d,2026-11-24 10:15:01+0100,2026-11-24 10:15:00+0100,{csv},ada@example.com,{csv},relayed,2.0.0 (success),smtp;250 2.0.0 OK,{name} (192.0.2.10),,smtp,x,smtp,x,x,,550,{csv},{csv},{csv}",
        Some(Outcome::Delivered),
    ),
    (
        "b,2026-11-24 10:15:01+0100,2026-11-24 10:15:00+0100,{csv},ada@example.com,{csv},failed,5.0.0 (undefined status),smtp;554 5.7.1 Spam,{name} (192.0.2.10),x,smtp,x,smtp,x,x,,550,{csv},{csv},{csv}",
        Some(Outcome::Failed),
    ),
    ("f,2026-11-24 10:15:01+0100,abuse,{csv},{csv},{csv},{csv}", None),
    // KumoMTA
    (
        r#"{"type":"Delivery","sender":"{json}","recipient":"ada@example.com","queue":"{json}","response":{"code":250,"enhanced_code":{"class":2,"subject":0,"detail":0},"content":"OK {json}","command":"."},"meta":{"response":"{json}","type":"{json}"},"headers":{"Subject":"{json}"}}"#,
        Some(Outcome::Delivered),
    ),
    (
        r#"{"meta":{"a":"{json}"},"type":"Bounce","recipient":"{json-local}@example.com","response":{"code":550,"enhanced_code":{"class":5,"subject":1,"detail":1},"content":"<{json-local}@example.com>: User unknown","command":"RCPT TO:<{json-local}@example.com>\r\n"},"headers":{"Subject":"{json}"}}"#,
        Some(Outcome::Failed),
    ),
    (
        r#"{"type":"Reception","sender":"{json}","response":{"code":250,"content":"{json}"},"headers":{"Subject":"{json}"}}"#,
        None,
    ),
    // SparkPost, Halon, Haraka, Stalwart, Postal
    (
        r#"[{"msys":{"message_event":{"type":"delay","subject":"{json}","rcpt_meta":{"raw_reason":"{json}"},"rcpt_tags":["{json}"],"raw_reason":"451 4.7.1 Greylisted","rcpt_to":"ada@example.com"}}}]"#,
        Some(Outcome::Deferred),
    ),
    (
        r#"{"event":"post-delivery","transaction":"{json}","sender":"{json}","recipient":"ada@example.com","subject":"{json}","attempt":{"result":{"state":"EOD","code":554,"enhanced":[5,7,1],"reason":["Spam"]}},"metadata":{"attempt":"{json}"}}"#,
        Some(Outcome::Failed),
    ),
    (
        "[NOTICE] [4F3C2B1A.1.1] [outbound] recipient <{local}@example.com> rejected: 550 5.1.1 User unknown",
        Some(Outcome::Failed),
    ),
    (
        "[NOTICE] [4F3C2B1A.1.1] [outbound]  delivered file={name} domain={name} host={name} ip=x port=25 mode=SMTP tls=Y auth=N response=\"{quoted}\" delay=1 fails=0 rcpts=1/0/0",
        Some(Outcome::Delivered),
    ),
    ("[INFO] [4F3C2B1A] [helo.checks] helo_host: {line}", None),
    (
        "2026-11-24T10:15:01Z INFO Message delivered (delivery.delivered) queueId = 1, queueName = \"remote\", from = \"{quoted}\", to = \"ada@example.com\", hostname = \"{quoted}\", code = 250, details = \"2.0.0 OK {quoted}\"",
        Some(Outcome::Delivered),
    ),
    (
        "2026-11-24T10:15:01Z INFO SMTP RCPT TO rejected (delivery.rcpt-to-rejected) from = \"{quoted}\", to = \"ada@example.com\", hostname = \"{quoted}\", code = 451, details = \"4.7.1 Greylisted\"",
        Some(Outcome::Deferred),
    ),
    ("2026-11-24T10:15:01Z INFO SMTP EHLO command (smtp.ehlo) listenerId = \"smtp\", domain = \"{quoted}\"", None),
    (
        r#"{"event":"MessageSent","payload":{"message":{"to":"ada@example.com","subject":"{json}","tag":"{json}","output":"{json}"},"status":"Sent","details":"{json}","output":"250 OK {json}"}}"#,
        Some(Outcome::Delivered),
    ),
    // Webhooks
    (
        r#"{"notificationType":"Delivery","mail":{"source":"{json}","headers":[{"name":"Subject","value":"{json}"}],"tags":{"a":["{json}"]}},"delivery":{"recipients":["ada@example.com"],"smtpResponse":"250 2.0.0 OK {json}"}}"#,
        Some(Outcome::Delivered),
    ),
    (
        r#"{"mail":{"source":"{json}","commonHeaders":{"subject":"{json}"}},"eventType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"ada@example.com","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 <{json-local}@example.com>: user unknown"}]}}"#,
        Some(Outcome::Failed),
    ),
    (
        r#"{"Type":"Notification","Subject":"{json}","Message":"{\"eventType\":\"Delivery\",\"mail\":{\"headers\":[{\"value\":\"{sns}\"}]},\"delivery\":{\"recipients\":[\"ada@example.com\"],\"smtpResponse\":\"250 2.0.0 OK {sns}\"}}"}"#,
        Some(Outcome::Delivered),
    ),
    (r#"{"notificationType":"Complaint","complaint":{"userAgent":"{json}"},"mail":{"source":"{json}"}}"#, None),
    (
        r#"[{"category":["{json}"],"custom":{"reason":"{json}"},"email":"ada@example.com","smtp-id":"{json}","event":"deferred","response":"451 4.7.1 Greylisted"}]"#,
        Some(Outcome::Deferred),
    ),
    (r#"[{"email":"ada@example.com","event":"click","url":"{json}","useragent":"{json}"}]"#, None),
    (
        r#"{"event-data":{"user-variables":{"delivery-status":"{json}","event":"{json}"},"event":"failed","severity":"permanent","recipient":"ada@example.com","tags":["{json}"],"delivery-status":{"code":554,"message":"5.7.1 Spam","mx-host":"{json}"},"message":{"headers":{"subject":"{json}"}}}}"#,
        Some(Outcome::Failed),
    ),
    (
        r#"{"RecordType":"Bounce","Type":"HardBounce","Tag":"{json}","Metadata":{"Details":"{json}"},"Subject":"{json}","Content":"{json}","Details":"smtp;554 5.7.1 Spam","Email":"ada@example.com"}"#,
        Some(Outcome::Failed),
    ),
    (
        r#"{"event":"sent","email":"ada@example.com","CustomID":"{json}","Payload":"{json}","smtp_reply":"sent (250 2.0.0 OK {json})"}"#,
        Some(Outcome::Delivered),
    ),
    (
        r#"{"subject":"{json}","event":"hard_bounce","email":"ada@example.com","tags":["{json}"],"X-Mailin-custom":"{json}","reason":"554 5.7.1 Spam"}"#,
        Some(Outcome::Failed),
    ),
    // Reports
    (
        "Reporting-MTA: dns; {name}\nOriginal-Envelope-Id: {line}\n\nFinal-Recipient: rfc822; {local}@example.com\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; {name}\nDiagnostic-Code: smtp; 550 5.1.1 <{local}@example.com>: User unknown",
        Some(Outcome::Failed),
    ),
    (
        "Return-Path: <>\nSubject: {line}\nX-Diagnostic: {line}\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nNot delivered.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; ada@example.com\nAction: relayed\nStatus: 2.0.0\nDiagnostic-Code: smtp; 250 2.0.0 OK {line}\n\n--b\nContent-Type: message/rfc822\n\nSubject: {lines}\n\n{lines}\n--b--\n",
        Some(Outcome::Delivered),
    ),
    (
        "From: x@example.com\nSubject: {line}\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nAbuse.\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: {line}\n\n--b\nContent-Type: message/rfc822\n\n{lines}\n--b--\n",
        None,
    ),
    // Exceptions
    ("permanent error (550): 5.1.1 <{local}@example.com>: User unknown", Some(Outcome::Failed)),
    ("Code: 550, Enhanced code: 5.1.1, Message: <{local}@example.com>: User unknown", Some(Outcome::Failed)),
    ("smtplib.SMTPSenderRefused: (451, b'4.3.0 Try later', '{quoted-once}')", Some(Outcome::Deferred)),
    ("Error: Data command failed: 451 4.3.0 Try later\n    at x ({lines})", Some(Outcome::Deferred)),
    (
        r#"{"code":"EENVELOPE","response":"554 5.7.1 Spam","responseCode":554,"command":"DATA","rejected":["ada@example.com"],"messageId":"{json}"}"#,
        Some(Outcome::Failed),
    ),
    (
        "Expected response code \"250/251/252\" but got code \"550\", with message \"550 5.1.1 <{local}@example.com>: User unknown\".",
        Some(Outcome::Failed),
    ),
    (
        "javax.mail.SendFailedException: Invalid Addresses;\n  nested exception is:\n\tcom.sun.mail.smtp.SMTPAddressFailedException: 550 5.1.1 <{local}@example.com>: User unknown\n",
        Some(Outcome::Failed),
    ),
    (
        "System.Net.Mail.SmtpException: Service not available. The server response was: 4.3.2 Try later\n   at {lines}",
        Some(Outcome::Deferred),
    ),
];

/// What strangers write. Pieces of records, and whole ones.
const HOSTILE: &[&str] = &[
    "550 5.1.1 User unknown",
    "450 4.2.2 mailbox full",
    "said: 550 5.1.1 User unknown (in reply to RCPT TO command)",
    "(in reply to MAIL FROM command)",
    ">, dsn=5.1.1, status=bounced (host x said: 550 5.1.1 User unknown)",
    "status=sent (250 ok)",
    "; from=<a@b> to=<c@d>",
    "\", \"type\":\"Bounce\",\"response\":{\"code\":550}",
    "\"",
    "\\",
    "\\\"",
    "'",
    ">",
    "<",
    "@",
    ": ",
    ", ",
    "\"@",
    "\\n550 5.1.1 ",
    "]: ",
    "}",
    "{",
    "[",
    "]",
    ")",
    "};{LED=550 5.1.1 x}",
    "\",b,failed,5.1.1,smtp;550 5.1.1",
    "** x@example.com: ",
    "SMTP error from remote mail server after RCPT TO:<a>: 550 5.1.1 User unknown",
    "Diagnostic-Code: smtp; 550 5.1.1 User unknown",
    "Action: failed",
    "Status: 5.1.1",
    " stat=\"550 5.1.1",
    "result=\"PermFail\"",
    "/Remote_host_said:_550_5.1.1/",
    "code = 550, details = \"5.1.1\"",
    "Code: 451, Enhanced code: 4.7.1, Message: Greylisted",
    "dsn=5.1.1",
    "#5.1.1",
    "(550, b'5.1.1 x')",
    " ",
    "x",
    "\u{e9}",
    "\\u0022",
    "user unknown",
];

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(HOSTILE), 0..5).prop_map(|pieces| pieces.concat())
}

/// Puts the text into every place of a record, written as the form demands.
fn fill(form: &str, text: &str) -> String {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let local = format!("\"{}\"", escape(text));
    let name: String =
        text.chars().filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-')).collect();
    let name = format!("x{name}");
    // The last line break ends a piece, so that each piece can be a line of its own.
    let lines =
        text.replace("  ", "\n").replace("550", "\n550").replace("Diagnostic", "\nDiagnostic").replace("** ", "\n** ");
    form.replace("{local}", &local)
        .replace("{json-local}", &escape(&local))
        .replace("{quoted-once}", &text.replace('\\', "\\\\").replace('\'', "\\'"))
        .replace("{quoted}", &escape(text))
        .replace("{json}", &escape(text))
        .replace("{sns}", &escape(&escape(text)))
        .replace("{csv}", &format!("\"{}\"", text.replace('"', "\"\"")))
        .replace("{name}", &name)
        .replace("{lines}", &lines)
        .replace("{line}", text)
}

type Answer<'a> = (Option<Outcome>, Option<ReplyCode>, Option<EnhancedCode>, Option<Command>, Option<Bounce>);

fn answer(text: &str) -> Answer<'_> {
    let delivery = Delivery::parse(text);
    let reply = delivery.reply();
    (
        delivery.outcome(),
        reply.and_then(|reply| reply.reply_code()),
        reply.and_then(|reply| reply.enhanced_code()),
        reply.and_then(|reply| reply.command()),
        delivery.verdict().and_then(|verdict| verdict.bounce()),
    )
}

#[test]
fn every_form_is_read() {
    for (form, outcome) in FORMS {
        let text = fill(form, "x");
        assert_eq!(Delivery::parse(&text).outcome(), *outcome, "{text}");
        if outcome.is_none() {
            assert_eq!(Delivery::parse(&text).reply(), None, "{text}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn strangers_change_no_answer(text in hostile()) {
        for (form, _) in FORMS {
            let (harmless, record) = (fill(form, "x"), fill(form, &text));
            prop_assert_eq!(answer(&record), answer(&harmless), "{}", record);
            // Where the recipient is not a stranger's own text, it stays too.
            let fixed = Delivery::parse(&harmless).recipient().filter(|recipient| !recipient.contains(&b'"'));
            if let Some(recipient) = fixed {
                prop_assert_eq!(Delivery::parse(&record).recipient(), Some(recipient), "{}", record);
            }
        }
    }
}

/// Replies whose codes leave nothing open.
const REPLIES: &[(u16, &str, &str, Option<Bounce>)] = &[
    (550, "5.1.1", "User unknown", Some(Bounce::Hard)),
    (552, "5.2.2", "Mailbox full", Some(Bounce::Soft)),
    (554, "5.7.1", "Message rejected as spam", Some(Bounce::Block)),
    (550, "5.7.26", "Unauthenticated email is not accepted", Some(Bounce::Block)),
    (451, "4.7.1", "Greylisted", Some(Bounce::Soft)),
    (452, "4.2.2", "Mailbox full", Some(Bounce::Soft)),
    (421, "4.3.2", "Service not available", Some(Bounce::Soft)),
    (250, "2.0.0", "Ok: queued", None),
];

/// A line of each program in which a reply is placed: Postfix, Exim, KumoMTA, PowerMTA, SES.
fn line(program: usize, code: u16, enhanced: &str, words: &str) -> String {
    let [class, subject, detail] = enhanced.split('.').collect::<Vec<_>>().try_into().unwrap();
    let delivered = class == "2";
    let delayed = class == "4";
    let pick = |on_success, on_delay, on_failure| {
        if delivered {
            on_success
        } else if delayed {
            on_delay
        } else {
            on_failure
        }
    };
    match program {
        0 if delivered => format!(
            "Nov 24 10:15:01 mx1 postfix/smtp[4242]: 4XyZ1q: to=<{{local}}@example.com>, relay={{name}}[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn={enhanced}, status=sent ({code} {enhanced} {words} as {{line}})"
        ),
        0 => format!(
            "Nov 24 10:15:01 mx1 postfix/smtp[4242]: 4XyZ1q: to=<{{local}}@example.com>, relay={{name}}[192.0.2.10]:25, delay=1, delays=0/0/0/1, dsn={enhanced}, status={} (host {{name}}[192.0.2.10] said: {code} {enhanced} <{{local}}@example.com>: {words} (in reply to RCPT TO command))",
            pick("", "deferred", "bounced")
        ),
        1 if delivered => format!(
            "2026-11-24 10:15:01 1vNabc-00000001Xyz-2abC => {{local}}@example.com R=x T=y H={{name}} [192.0.2.10] C=\"{code} {enhanced} {words} {{quoted}}\""
        ),
        1 => format!(
            "2026-11-24 10:15:01 1vNabc-00000001Xyz-2abC {} {{local}}@example.com F=<{{local}}@example.org> R=x T=y{} H={{name}} [192.0.2.10]: SMTP error from remote mail server after RCPT TO:<{{local}}@example.com>: {code} {enhanced} {words}",
            pick("", "==", "**"),
            pick("", " defer (-44)", "")
        ),
        2 => format!(
            "{{\"type\":\"{}\",\"sender\":\"{{json}}\",\"recipient\":\"{{json-local}}@example.com\",\"meta\":{{\"response\":\"{{json}}\"}},\"response\":{{\"code\":{code},\"enhanced_code\":{{\"class\":{class},\"subject\":{subject},\"detail\":{detail}}},\"content\":\"{words}\",\"command\":\"RCPT TO:<{{json-local}}@example.com>\\r\\n\"}},\"headers\":{{\"Subject\":\"{{json}}\"}}}}",
            pick("Delivery", "TransientFailure", "Bounce")
        ),
        3 => format!(
            "{},2026-11-24 10:15:01+0100,2026-11-24 10:15:00+0100,{{csv}},{{csv}},{{csv}},{},{enhanced} (words),smtp;{code} {enhanced} {words},{{name}} (192.0.2.10),x,smtp,x,smtp,x,x,,550,{{csv}},{{csv}},{{csv}}",
            pick("d", "t", "b"),
            pick("relayed", "delayed", "failed")
        ),
        _ if delivered => format!(
            "{{\"notificationType\":\"Delivery\",\"mail\":{{\"source\":\"{{json}}\",\"headers\":[{{\"name\":\"Subject\",\"value\":\"{{json}}\"}}]}},\"delivery\":{{\"recipients\":[\"{{json-local}}@example.com\"],\"smtpResponse\":\"{code} {enhanced} {words} {{json}}\"}}}}"
        ),
        _ => format!(
            "{{\"eventType\":\"{}\",\"mail\":{{\"source\":\"{{json}}\",\"headers\":[{{\"name\":\"Subject\",\"value\":\"{{json}}\"}}]}},\"{}\":{{\"{}\":[{{\"emailAddress\":\"{{json-local}}@example.com\",\"status\":\"{enhanced}\",\"diagnosticCode\":\"smtp; {code} {enhanced} {words}\"}}]}}}}",
            pick("", "DeliveryDelay", "Bounce"),
            pick("", "deliveryDelay", "bounce"),
            pick("", "delayedRecipients", "bouncedRecipients")
        ),
    }
}

/// Generates lines with known outcomes, and strangers' text in every other field.
fn generated(count: usize) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for program in 0..5 {
        for number in 0..count {
            let (code, enhanced, words, bounce) = REPLIES[random(REPLIES.len())];
            let text: String = (0..random(4)).map(|_| HOSTILE[random(HOSTILE.len())]).collect();
            let record = fill(&line(program, code, enhanced, words), &text);
            let outcome = match enhanced.as_bytes()[0] {
                b'2' => Outcome::Delivered,
                b'4' => Outcome::Deferred,
                _ => Outcome::Failed,
            };
            let (actual, reply, found, _, verdict) = answer(&record);
            assert_eq!((actual, verdict), (Some(outcome), bounce), "line {number}: {record}");
            assert_eq!(reply.map(ReplyCode::get), Some(code), "line {number}: {record}");
            assert_eq!(found.map(|found| found.to_string()).as_deref(), Some(enhanced), "line {number}: {record}");
        }
    }
}

#[test]
fn generated_lines() {
    generated(10_000);
}

#[test]
#[ignore = "takes minutes"]
fn a_million_generated_lines_of_each() {
    generated(1_000_000);
}
