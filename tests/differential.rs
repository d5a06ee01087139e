//! Our parser next to two others: the grammar of the standards, copied from them rule by rule, and the parser of another
//! crate, `smtp-proto`.

use bounce_codes::{Class, EnhancedCode, Reply};
use proptest::prelude::*;
use smtp_proto::response::parser::ResponseReceiver;

/// What a parser gets out of a reply: the reply code, and the enhanced code if there is one.
type Codes = (u16, Option<(u16, u16, u16)>);

fn ours(bytes: &[u8]) -> Option<Codes> {
    let reply = Reply::parse(bytes)?;
    let numbers = |code: EnhancedCode| (u16::from(code.class().digit()), code.subject(), code.detail());
    Some((reply.reply_code()?.get(), reply.enhanced_code().map(numbers)))
}

/// `smtp-proto` keeps each number of an enhanced code in a byte, and uses 0.0.0 if there is none.
fn theirs(bytes: &[u8]) -> Option<Codes> {
    let response = ResponseReceiver::default().parse(&mut bytes.iter()).ok()?;
    let [class, subject, detail] = response.esc.map(u16::from);
    Some((response.code, (class != 0).then_some((class, subject, detail))))
}

/// The grammar of RFC 5321 section 4.2 for replies, and of RFC 2034 section 4 for the enhanced codes in their text.
mod grammar {
    use super::{Class, Codes};
    use winnow::Result;
    use winnow::ascii::{crlf, dec_uint};
    use winnow::combinator::{alt, eof, opt, peek, preceded, repeat, terminated};
    use winnow::prelude::*;
    use winnow::token::{one_of, take_while};

    type Enhanced = (u16, u16, u16);
    type Line = (u16, Option<Enhanced>);

    /// `Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF`. Every line has the
    /// same code (section 4.2.1), and either every line has the same enhanced code or none has one.
    pub fn read(bytes: &[u8]) -> Option<Codes> {
        let lines: (Vec<Line>, Line) = (repeat(0.., line('-')), alt((line(' '), bare))).parse(bytes).ok()?;
        let (before, last) = lines;
        before.iter().all(|line| *line == last).then_some(last)
    }

    fn line<'a>(sign: char) -> impl Parser<&'a [u8], Line, winnow::error::ContextError> {
        move |input: &mut &'a [u8]| {
            let code = terminated(code, sign).parse_next(input)?;
            let enhanced = opt(enhanced).parse_next(input)?;
            // An enhanced code of another class does not count: RFC 2034 section 4 requires the same class.
            let enhanced = enhanced.filter(|(class, ..)| *class == code / 100);
            (take_while(0.., (b'\t', b' '..=b'~')), crlf).parse_next(input)?;
            Ok((code, enhanced))
        }
    }

    fn bare(input: &mut &[u8]) -> Result<Line> {
        terminated(code, crlf).map(|code| (code, None)).parse_next(input)
    }

    /// `Reply-code = %x32-35 %x30-35 %x30-39`
    fn code(input: &mut &[u8]) -> Result<u16> {
        (one_of(b'2'..=b'5'), one_of(b'0'..=b'5'), one_of(b'0'..=b'9'))
            .take()
            .and_then(dec_uint::<_, u16, _>)
            .parse_next(input)
    }

    /// `status-code = ("2" / "4" / "5") "." subject "." detail`, and whatever ends it.
    fn enhanced(input: &mut &[u8]) -> Result<Enhanced> {
        let class =
            one_of([b'2', b'4', b'5']).map(|digit: u8| u16::from(Class::from_digit(digit - b'0').unwrap().digit()));
        let end = alt((b" ".void(), b"\r".void(), eof.void()));
        (class, preceded('.', number), preceded('.', number), peek(end))
            .map(|(a, b, c, ())| (a, b, c))
            .parse_next(input)
    }

    /// One to three digits without leading zeros: RFC 3463 section 2.
    fn number(input: &mut &[u8]) -> Result<u16> {
        let digits = take_while(1..=3, b'0'..=b'9').verify(|digits: &[u8]| digits == b"0" || digits[0] != b'0');
        digits.and_then(dec_uint::<_, u16, _>).parse_next(input)
    }
}

/// A reply from a server that follows the standards.
fn valid() -> impl Strategy<Value = String> {
    let code = (2..=5u16, 0..=5u16, 0..=9u16);
    let enhanced = prop::option::of((0..8u16, 0..256u16));
    let texts = prop::collection::vec("[A-Za-z<>@.,;!?/ ]{0,40}", 1..5);
    (code, enhanced, texts).prop_map(|((first, second, third), enhanced, texts)| {
        let enhanced = enhanced.filter(|_| first != 3);
        let enhanced = enhanced.map_or(String::new(), |(subject, detail)| format!("{first}.{subject}.{detail} "));
        let last = texts.len() - 1;
        let line = |(at, text): (usize, &String)| {
            format!("{first}{second}{third}{}{enhanced}{text}\r\n", if at == last { ' ' } else { '-' })
        };
        texts.iter().enumerate().map(line).collect()
    })
}

/// The same with a few bytes removed, inserted, or replaced.
fn broken() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::sample::select(b"0123456789 .-\r\n\0#:([Aa\xc3\xff".to_vec());
    (valid(), prop::collection::vec((any::<prop::sample::Index>(), bytes, 0..3), 1..4)).prop_map(|(reply, changes)| {
        let mut reply = reply.into_bytes();
        for (index, byte, kind) in changes {
            // The codes are at the start.
            let at = index.index(reply.len().min(16));
            match kind {
                0 => reply[at] = byte,
                1 => reply.insert(at, byte),
                _ if reply.len() > 1 => drop(reply.remove(at)),
                _ => {}
            }
        }
        reply
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_three_agree_on_valid_replies(reply in valid()) {
        let expected = grammar::read(reply.as_bytes());
        prop_assert!(expected.is_some(), "the grammar rejects {reply:?}");
        prop_assert_eq!(ours(reply.as_bytes()), expected, "{:?}", reply);
        prop_assert_eq!(theirs(reply.as_bytes()), expected, "{:?}", reply);
    }

    /// We read whatever is still valid the way the grammar does, but we may find an enhanced code where it finds none.
    #[test]
    fn what_the_grammar_accepts_is_read_the_same_way(reply in broken()) {
        if let Some((code, enhanced)) = grammar::read(&reply) {
            let read = ours(&reply);
            prop_assert_eq!(read.map(|(code, _)| code), Some(code), "{}", reply.escape_ascii());
            if enhanced.is_some() {
                prop_assert_eq!(read, Some((code, enhanced)), "{}", reply.escape_ascii());
            }
        }
    }
}

/// Where the three differ, and who is right.
const DIFFERENCES: &[(&str, &str)] = &[
    ("571 5.7.1 No\r\n", "The grammar ends at x59. A client goes by the first digit all the same (section 4.3.2)."),
    ("660 No\r\n", "No group could answer for it."),
    ("550 5.1.1 No\n", "The grammar wants CRLF. Logs and clients have cut it off, or put something else."),
    ("550 5.1.1 No", "As above."),
    (
        "550 5.1.1 Caf\u{e9}\r\n",
        "The grammar is ASCII; RFC 6531 section 3.7.4.2 allows UTF-8 where the client can take it.",
    ),
    (
        "550-5.7.1 No\r\n550 5.7.26 No\r\n",
        "RFC 2034 does not say what two codes mean. We take the last, as smtp-proto does.",
    ),
    ("550-5.7.1 No\r\n551 5.7.1 No\r\n", "Section 4.2.1 wants the same code on every line. We take the last one's."),
    ("550-5.7.1 No\r\n550 Bye\r\n", "RFC 2034 section 4 wants the code on every line. We take it from any."),
    ("550 4.2.2 Full\r\n", "RFC 2034 section 4 wants the same class. We keep both codes; the verdict is soft."),
    ("550 5.7.606 No\r\n", "RFC 3463 section 2 allows three digits; smtp-proto has room for 255."),
    ("550 5.07.1 No\r\n", "RFC 3463 section 2 allows no leading zeros."),
    ("550 5.1.1\r\n", "A code without text: RFC 2034 wants a space behind it, and nobody is in doubt."),
    ("550 (#5.1.1) No\r\n", "No code by RFC 2034, but qmail and others send it."),
    ("550 No (#5.1.1)\r\n", "As above."),
    ("550 #5.1.0 No\r\n", "As above."),
    ("550: 5.2.2 Full\r\n", "No reply by section 4.2, but servers send it."),
    ("5505.1.1 No\r\n", "As above."),
    ("550 550 5.1.1 No\r\n", "No enhanced code by RFC 2034; servers that pass a reply on send it."),
    ("550 5.1.1: No\r\n", "RFC 2034 wants a space behind the code; servers put a colon."),
    ("550-5 messages\r\n550 refused\r\n", "All three take the digit for text."),
    ("550-5 messages\r\n", "A reply without its last line. Alone it could as well be a telephone number."),
    ("220 mx.example.net ESMTP\r\n", "No difference."),
    ("250-mx.example.net\r\n250-PIPELINING\r\n250 HELP\r\n", "No difference."),
];

#[test]
fn differences() {
    let shown = |codes: Option<Codes>| match codes {
        None => "no reply".to_owned(),
        Some((code, None)) => code.to_string(),
        Some((code, Some((class, subject, detail)))) => format!("{code} {class}.{subject}.{detail}"),
    };
    let mut text = String::new();
    for (reply, note) in DIFFERENCES {
        let bytes = reply.as_bytes();
        let columns = [grammar::read(bytes), theirs(bytes), ours(bytes)].map(shown);
        let [grammar, theirs, ours] = columns;
        text.push_str(&format!(
            "{}\n    grammar: {grammar}; smtp-proto: {theirs}; ours: {ours}\n    {note}\n",
            reply.escape_debug()
        ));
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("differences", text);
    });
}
