//! The crate next to what a sender could use instead, on the same inputs and in the same run.
//!
//! ```console
//! $ cargo bench --bench compare
//! ```

mod alternatives;

use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;

use bounce_codes::{Bounce, Category, Class, EnhancedCode, Key, Row, Table, classify};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use regex::bytes::RegexSet;
use rustc_hash::FxHashMap;

/// How many codes or replies are looked up in one iteration.
const INPUTS: usize = 1024;

// ------------------------------------------------------------------------------------------------------------- inputs

/// A small random number generator (xorshift), the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn choose<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

fn registered() -> Vec<(u16, u16)> {
    let every_class = |row: &Row| match row.key() {
        Key::Enhanced { subject, detail, class: None } => Some((subject, detail)),
        _ => None,
    };
    Table::Enhanced.rows().filter_map(every_class).collect()
}

fn codes(of: impl Fn(&mut Numbers) -> (u16, u16)) -> Vec<EnhancedCode> {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut code = || {
        let class = *numbers.choose(&[Class::PersistentTransientFailure, Class::PermanentFailure]);
        let (subject, detail) = of(&mut numbers);
        EnhancedCode::new(class, subject, detail).unwrap()
    };
    (0..INPUTS).map(|_| code()).collect()
}

fn lookups() -> [(&'static str, Vec<EnhancedCode>); 3] {
    let registered = registered();
    let unknown = |code: &(u16, u16)| !registered.contains(code);
    let near: Vec<(u16, u16)> = (0..8).flat_map(|s| (0..32).map(move |d| (s, d))).filter(unknown).collect();
    [
        ("hit", codes(|numbers| *numbers.choose(&registered))),
        ("near miss", codes(|numbers| *numbers.choose(&near))),
        ("far miss", codes(|numbers| (numbers.below(8) as u16, 100 + numbers.below(900) as u16))),
    ]
}

const WORDS: &[&str] = &[
    "<ada@example.com>: Recipient address rejected: User unknown in virtual mailbox table",
    "The email account that you tried to reach is over quota",
    "Service unavailable; Client host [192.0.2.1] blocked using a list",
    "Message content rejected, id=00000-22-225",
    "try again later",
];

/// Replies as they come off the wire.
fn replies(with_enhanced: bool) -> Vec<String> {
    let registered = registered();
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let mut reply = || {
        let class = *numbers.choose(&[4, 5]);
        let reply = class * 100 + *numbers.choose(&[50, 51, 52, 54, 21]);
        let words = *numbers.choose(WORDS);
        if with_enhanced {
            let (subject, detail) = *numbers.choose(&registered);
            format!("{reply} {class}.{subject}.{detail} {words}")
        } else {
            format!("{reply} {words}")
        }
    };
    (0..INPUTS).map(|_| reply()).collect()
}

fn mixes() -> [(&'static str, Vec<String>); 6] {
    let enhanced = replies(true);
    let multi_line = enhanced.iter().map(|reply| {
        let (codes, words) = reply.split_at(reply.match_indices(' ').nth(1).unwrap().0);
        format!("{}{words}\r\n{codes} see https://example.net\r\n", codes.replacen(' ', "-", 1))
    });
    let unknown = enhanced.iter().map(|reply| reply.replacen('.', ".9", 1));
    let log = enhanced.iter().map(|reply| {
        format!(
            "Nov 23 19:23:50 mail postfix/smtp[4711]: 4F1A2B3C4D: to=<ada@example.com>, relay=mx.example.com[192.0.2.1]:25, \
             delay=1.2, delays=0.1/0/0.5/0.6, status=bounced (host mx.example.com[192.0.2.1] said: {reply} (in reply to \
             RCPT TO command))"
        )
    });
    [
        ("multi-line", multi_line.collect()),
        ("unknown", unknown.collect()),
        ("log", log.collect()),
        ("without enhanced", replies(false)),
        ("not a reply", WORDS.iter().cycle().take(INPUTS).map(|words| words.to_string()).collect()),
        ("with enhanced", enhanced),
    ]
}

// ------------------------------------------------------------------------------------------------------- alternatives

/// The rows in an array indexed by the numbers of the code: as fast as a table gets.
struct Direct(Vec<Option<&'static Row>>);

impl Direct {
    fn new() -> Direct {
        let code = |i: usize| EnhancedCode::new(Class::ALL[i / 256], (i / 32 % 8) as u16, (i % 32) as u16).unwrap();
        Direct((0..768).map(|i| code(i).row()).collect())
    }

    fn row(&self, code: EnhancedCode) -> Option<&'static Row> {
        if code.subject() >= 8 || code.detail() >= 32 {
            return None;
        }
        self.0[code.class() as usize * 256 + usize::from(code.subject()) * 32 + usize::from(code.detail())]
    }
}

/// One pattern per answer, the way mail servers classify bounces: all codes with the same bounce and category share one.
struct Patterns {
    set: RegexSet,
    answers: Vec<(Bounce, Category)>,
}

impl Patterns {
    fn new() -> Patterns {
        let mut by_answer: BTreeMap<(Bounce, Category), Vec<String>> = BTreeMap::new();
        for row in Table::Enhanced.rows().chain(Table::Reply.rows()) {
            let Some(bounce) = row.permanent_bounce() else { continue };
            let code = match (row.key().table(), row.key().to_string().strip_prefix('X')) {
                (_, Some(numbers)) => format!("[0-9]{{3}}[ -][45]{} ", numbers.replace('.', "\\.")),
                (Table::Enhanced, None) => format!("[0-9]{{3}}[ -]{} ", row.key().to_string().replace('.', "\\.")),
                (_, None) => format!("{} [^245]", row.key()),
            };
            by_answer.entry((bounce, row.category())).or_default().push(code);
        }
        let patterns = by_answer.values().map(|codes| format!("^(?:{})", codes.join("|")));
        Patterns { set: RegexSet::new(patterns).unwrap(), answers: by_answer.keys().copied().collect() }
    }

    fn bounce(&self, reply: &[u8]) -> Option<Bounce> {
        self.set.matches(reply).iter().next().map(|pattern| self.answers[pattern].0)
    }
}

/// Reads the digits of a reply and runs a `match` on them: what you would write in an afternoon.
fn by_hand(reply: &[u8]) -> Option<Bounce> {
    let number = |digits: &[u8]| {
        digits
            .iter()
            .try_fold(0u16, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u16::from(digit - b'0')))
    };
    let code = number(reply.get(..3)?)?;
    let mut parts = reply.get(4..)?.split(|byte| *byte == b' ').next()?.split(|byte| *byte == b'.');
    let enhanced = (|| Some((number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?)))();
    Some(match (code, enhanced) {
        (_, Some((4, ..))) | (400..500, _) => Bounce::Soft,
        (_, Some((5, subject, detail))) => match alternatives::by_match(subject, detail)? {
            2..=7 | 10 | 15 => Bounce::Hard,
            11..=31 => Bounce::Soft,
            _ => Bounce::Block,
        },
        (550 | 551 | 553 | 556, None) => Bounce::Hard,
        (552, None) => Bounce::Soft,
        (500..600, None) => Bounce::Block,
        _ => return None,
    })
}

// ---------------------------------------------------------------------------------------------------------- benchmarks

fn lookup(criterion: &mut Criterion) {
    let registered = registered();
    let rows: Vec<(EnhancedCode, &'static Row)> = Class::ALL
        .iter()
        .flat_map(|class| registered.iter().map(|(s, d)| EnhancedCode::new(*class, *s, *d).unwrap()))
        .map(|code| (code, code.row().unwrap()))
        .collect();
    let direct = Direct::new();
    let hash_map: HashMap<EnhancedCode, &'static Row> = rows.iter().copied().collect();
    let fx_hash_map: FxHashMap<EnhancedCode, &'static Row> = rows.iter().copied().collect();
    let mut sorted = rows.clone();
    sorted.sort_by_key(|(code, _)| *code);
    let x_rows: Vec<&'static Row> =
        Table::Enhanced.rows().filter(|row| row.key().to_string().starts_with('X')).collect();
    let of_place = |place: Option<u16>| place.map(|place| x_rows[usize::from(place)]);

    for (name, codes) in lookups() {
        for code in &codes {
            let expected = of_place(alternatives::by_match(code.subject(), code.detail()));
            let key = u32::from(code.subject()) * 1000 + u32::from(code.detail());
            assert_eq!(of_place(alternatives::PHF.get(&key).copied()), expected);
            assert_eq!(direct.row(*code), code.row());
            assert_eq!(code.row().is_some(), expected.is_some());
        }
        let mut group = criterion.benchmark_group(format!("lookup, {name}"));
        group.throughput(Throughput::Elements(INPUTS as u64));
        let mut measure = |name: &str, find: &dyn Fn(&[EnhancedCode])| {
            group.bench_with_input(BenchmarkId::from_parameter(name), &codes, |bencher, codes| {
                bencher.iter(|| find(codes))
            });
        };
        macro_rules! each {
            ($name:literal, |$code:ident| $row:expr) => {
                measure($name, &|codes| {
                    for $code in codes {
                        black_box($row);
                    }
                });
            };
        }
        each!("bounce-codes", |code| black_box(*code).row());
        each!("direct table", |code| direct.row(black_box(*code)));
        each!("match", |code| {
            let code = black_box(*code);
            alternatives::by_match(code.subject(), code.detail()).map(|place| x_rows[usize::from(place)])
        });
        each!("phf alone", |code| {
            let code = black_box(*code);
            alternatives::PHF.get(&(u32::from(code.subject()) * 1000 + u32::from(code.detail())))
        });
        each!("HashMap", |code| hash_map.get(&black_box(*code)));
        each!("FxHashMap", |code| fx_hash_map.get(&black_box(*code)));
        each!("binary search", |code| {
            let code = black_box(*code);
            sorted.binary_search_by_key(&code, |(code, _)| *code).ok().map(|place| sorted[place].1)
        });
    }
}

fn classify_replies(criterion: &mut Criterion) {
    let patterns = Patterns::new();
    println!("{} patterns", patterns.answers.len());
    for (name, replies) in mixes() {
        let mut group = criterion.benchmark_group(format!("classify, {name}"));
        group.throughput(Throughput::Elements(INPUTS as u64));
        group.bench_with_input("bounce-codes", &replies, |bencher, replies| {
            bencher.iter(|| {
                replies.iter().for_each(|reply| {
                    black_box(classify(black_box(reply.as_bytes())).map(|verdict| verdict.bounce()));
                })
            });
        });
        group.bench_with_input("by hand with a match", &replies, |bencher, replies| {
            bencher.iter(|| {
                replies.iter().for_each(|reply| {
                    black_box(by_hand(black_box(reply.as_bytes())));
                })
            });
        });
        group.bench_with_input("RegexSet", &replies, |bencher, replies| {
            bencher.iter(|| {
                replies.iter().for_each(|reply| {
                    black_box(patterns.bounce(black_box(reply.as_bytes())));
                })
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = lookup, classify_replies
}
criterion_main!(benches);
