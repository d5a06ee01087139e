//! Replies that nobody sends by accident: huge ones, bytes that are not text, digits that are not ASCII. The answers have
//! to be right, and a parser that took more than linear time would never finish here.

use std::time::{Duration, Instant};

use bounce_codes::{Delivery, EnhancedCode, Reply, ReplyCode};

const MEGABYTE: usize = 1 << 20;

fn repeated(part: &[u8]) -> Vec<u8> {
    part.iter().copied().cycle().take(MEGABYTE).collect()
}

/// The codes of a reply as text.
fn read(bytes: &[u8]) -> String {
    Reply::parse(bytes).map_or("none".to_owned(), |reply| {
        let code = reply.reply_code().map(|code| code.to_string());
        let enhanced = reply.enhanced_code().map(|code| code.to_string());
        [code, enhanced].into_iter().flatten().collect::<Vec<_>>().join(" ")
    })
}

/// It takes milliseconds. If every byte looked at every other byte, it would take an hour.
#[test]
fn a_lot_of_anything() {
    let parts: &[&[u8]] = &[
        b"5",
        b"5.",
        b"5.1.1",
        b"5.5.",
        b"550",
        b"550-",
        b"550 ",
        b"550-1 ",
        b"550-1\r\n",
        b"550-x\r\n",
        b"550 x(",
        b"(",
        b"#",
        b" ",
        b"-",
        b"\0",
        b"\xff",
        b"\r",
        b"\n",
        b"\r\n",
        b":",
        b"_550_",
        b"a",
        b"smtp;",
        b"said: ",
        b"dsn=",
        b"dsn=5.0.0 ",
        b"status: 5.",
        b"in reply to ",
        b"in reply to mail fro",
        b"550 bytes ",
        b"<<< 5",
        b"(550",
        b"1.2.3.4 ",
        b" 550:)",
        b"250 ",
        b": 250 ",
        b"host said: 250 ok; ",
        b"2.0.0 5.0.0 4.0.0 ",
        b"550 550 ",
        b"<",
        b"<\"",
        b" to=<",
        b": ",
        b"]: ",
        b"\"",
        b"\\",
        b"\\\"",
        b"{",
        b"[",
        b"{\"a\":",
        b"\"a\":1,",
        b"'",
        b"\n\n",
        b"\n   ",
        b"\n--",
        b"=",
        b"<a@b>",
        b"<\\\"",
        b"\"@",
        b" rejected ",
        b";",
        b",",
    ];
    for part in parts {
        let long: Vec<u8> = part.iter().copied().cycle().take(MEGABYTE / 8).collect();
        let around: [(&[u8], &[u8]); 15] = [
            (b"", b""),
            (b"550 ", b"(#5.1.1)"),
            (b"550-", b"\r\n550 5.1.1 x"),
            (b"host said: 550 ", b""),
            (b"to=<ada@example.com>, ", b" status=bounced (550 5.1.1 x)"),
            (b"Nov 24 10:15:01 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from ", b"; from=<> to=<ada@example.com>"),
            (b"2026-11-24 10:15:01 1vNabc-00000001Xyz-2abC ** ada@example.com ", b": 550 5.1.1 x"),
            (b"Nov 24 10:15:01 mx sendmail[1]: 5AO: to=<", b">, dsn=5.1.1, stat=User unknown"),
            (b"@40000000692426c51d2e3f4c delivery 1: failure: ", b"/"),
            (b"{\"type\":\"Bounce\",\"a\":\"", b"\",\"response\":{\"code\":550,\"content\":\"x\"}}"),
            (b"{\"Type\":\"Notification\",\"Message\":\"", b"\"}"),
            (b"b,2026-11-24 10:15:01+0100,", b",failed,5.1.1,smtp;550"),
            (b"Reporting-MTA: dns; x\n\n", b"\nFinal-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1\n"),
            (b"From: x\nContent-Type: multipart/report; boundary=\"b\"\n\n--b\n", b"\n--b--"),
            (b"Delivery has failed to these recipients or groups:\n\n", b"\nRemote server returned '554'"),
        ];
        let started = Instant::now();
        for (before, after) in around {
            let _ = Delivery::parse(&[before, &long, after].concat()).verdict();
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{}", part.escape_ascii());
    }
}

#[test]
fn a_code_at_the_end_of_a_megabyte_counts() {
    let words = repeated(b"some words and no digit ");
    assert_eq!(read(&[b"550 ", &words[..], b"(#5.1.1)"].concat()), "550 5.1.1");
    assert_eq!(read(&[b"550-", &words[..], b"\r\n550 5.1.1"].concat()), "550 5.1.1");
    assert_eq!(read(&[&words[..], b"said: 550 5.1.1"].concat()), "550 5.1.1");
    assert_eq!(read(&[&words[..], b"dsn=5.1.1"].concat()), "5.1.1");
    assert_eq!(read(&words), "none");
    assert_eq!(read(&[b"\r\n".repeat(MEGABYTE), b"550 5.1.1 x".to_vec()].concat()), "550 5.1.1");
}

#[test]
fn a_million_lines() {
    let reply = [b"550-5.1.1 x\r\n".repeat(1_000_000), b"550 5.1.2 x\r\n".to_vec()].concat();
    assert_eq!(read(&reply), "550 5.1.2");
    let reply = [b"550-5.1.1 x\r\n".to_vec(), b"no code here\r\n".repeat(1_000_000), b"550 x\r\n".to_vec()].concat();
    assert_eq!(read(&reply), "550 5.1.1");
}

#[test]
fn bytes_that_are_not_text() {
    assert_eq!(read(b"550 5.1.1\0"), "550 5.1.1");
    assert_eq!(read(b"550 \x005.1.1"), "550");
    assert_eq!(read(b"\x00550 5.1.1 No"), "550 5.1.1");
    assert_eq!(read(b"55\x000 5.1.1 No"), "5.1.1");
    assert_eq!(read(b"550 \xff\xfe\x80"), "550");
    assert_eq!(read(b"\xff\xfe"), "none");
}

#[test]
fn too_many_digits() {
    assert_eq!(read(b"99999999999"), "none");
    assert_eq!(read(b"55000000000"), "none");
    assert_eq!(read(b"550 5.0000000001.1 No"), "550");
    assert_eq!(read(b"550 5.1.18446744073709551617 No"), "550");
    assert_eq!(read(b"550 5.65537.1 No"), "550");
    assert_eq!(read(b"550 5.1.1000 No"), "550");
    assert_eq!(read(b"550 55.1.1 No"), "550");
    assert_eq!(read(&repeated(b"5")), "none");
    for text in ["5.0000000001.1", "5.1.65537", "5.1.1.", "5.1.1 ", "+5.1.1", "5.-1.1", "5.1.1e0"] {
        assert!(text.parse::<EnhancedCode>().is_err(), "{text}");
    }
    for text in ["0550", "5500", "65786", "4294967846", "+550", "-550", "550 ", "5e2"] {
        assert!(text.parse::<ReplyCode>().is_err(), "{text}");
    }
}

#[test]
fn digits_from_other_scripts() {
    for text in ["５５０ User unknown", "٥٥٠ User unknown", "²50 Ok", "𝟓𝟓𝟎 𝟓.𝟏.𝟏"] {
        assert_eq!(read(text.as_bytes()), "none", "{text}");
    }
    assert_eq!(read("550 ５.１.１ User unknown".as_bytes()), "550");
    assert!("５５０".parse::<ReplyCode>().is_err());
    assert!("５.１.１".parse::<EnhancedCode>().is_err());
    assert!("5．1．1".parse::<EnhancedCode>().is_err());
}
