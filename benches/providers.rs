//! What providers cost: the lookup of an enhanced code among those that mean something of their own somewhere, in the ways
//! that there are, and replies from providers that are recognized and from others.
//!
//! ```console
//! $ cargo bench --bench providers
//! ```

use std::hint::black_box;

use bounce_codes::{EnhancedCode, Key, Table, classify};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rustc_hash::FxHashMap;

/// The first and the last code of each row that has enhanced codes.
fn ranges() -> Vec<(EnhancedCode, EnhancedCode)> {
    let range = |key: Key| {
        let Key::Provider(_, codes) = key else { return None };
        let codes = codes.rsplit(' ').next()?;
        let (first, last) = codes.split_once('-').unwrap_or((codes, codes));
        Some((first.parse().ok()?, last.parse().ok()?))
    };
    let mut ranges: Vec<_> = Table::Provider.rows().filter_map(|row| range(row.key())).collect();
    ranges.sort();
    ranges.dedup();
    ranges
}

fn key(code: EnhancedCode) -> u32 {
    u32::from(code.class().digit()) << 20 | u32::from(code.subject()) << 10 | u32::from(code.detail())
}

/// A perfect-hash map of every code, as the build script would make it.
fn perfect_hash(keys: &[u32]) -> phf::Map<u32, u16> {
    let state = phf_generator::generate_hash(keys);
    let entries: Vec<(u32, u16)> = state.map.iter().map(|place| (keys[*place], *place as u16)).collect();
    phf::Map { key: state.key, disps: Box::leak(state.disps.into()), entries: Box::leak(entries.into()) }
}

fn lookups(criterion: &mut Criterion) {
    let ranges = ranges();
    let pairs: Vec<(u32, u32)> = ranges.iter().map(|(first, last)| (key(*first), key(*last))).collect();
    let all: Vec<u32> = pairs.iter().flat_map(|(first, last)| *first..=*last).collect();
    let map = perfect_hash(&all);
    let fast: FxHashMap<u32, u16> = all.iter().zip(0..).map(|(key, place)| (*key, place)).collect();
    let size = size_of_val(map.entries) + size_of_val(map.disps);
    println!("{} ranges of {} codes: phf {size} bytes, ranges {}", pairs.len(), all.len(), pairs.len() * 12);

    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |end: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % end as u64) as usize
    };
    let hits: Vec<u32> = (0..1024).map(|_| all[below(all.len())]).collect();
    let misses: Vec<u32> = (0..1024).map(|_| 5 << 20 | (below(8) as u32) << 10 | below(999) as u32).collect();
    for (name, codes) in [("hit", &hits), ("any code", &misses)] {
        let mut group = criterion.benchmark_group(format!("codes of providers, {name}"));
        group.throughput(Throughput::Elements(codes.len() as u64));
        let count = |found: &dyn Fn(u32) -> bool| codes.iter().filter(|code| found(**code)).count();
        let sorted = |code: u32| {
            let place = pairs.partition_point(|(_, last)| *last < code);
            pairs.get(place).is_some_and(|(first, _)| *first <= code)
        };
        assert_eq!(count(&sorted), count(&|code| map.contains_key(&code)), "all find the same");
        group.bench_function("sorted ranges", |bencher| {
            bencher.iter(|| codes.iter().filter(|code| sorted(black_box(**code))).count())
        });
        group.bench_function("phf", |bencher| {
            bencher.iter(|| codes.iter().filter(|code| map.contains_key(black_box(*code))).count())
        });
        group.bench_function("binary search of every code", |bencher| {
            bencher.iter(|| codes.iter().filter(|code| all.binary_search(black_box(code)).is_ok()).count())
        });
        group.bench_function("FxHashMap", |bencher| {
            bencher.iter(|| codes.iter().filter(|code| fast.contains_key(black_box(*code))).count())
        });
        group.finish();
    }
}

const REPLIES: &[(&str, &str)] = &[
    (
        "unknown provider",
        "550 5.1.1 <ada@example.com>: Recipient address rejected: User unknown in virtual mailbox table",
    ),
    (
        "unknown provider, a word that no row knows",
        "550 5.7.1 <ada@example.com>: we would rather not have this here today",
    ),
    ("code of one provider", "550 5.7.606 Access denied, banned sending IP [192.0.2.1]"),
    (
        "host of a provider",
        "550 5.4.1 Recipient address rejected: Access denied [DB5EUR03FT012.eop-EUR03.prod.protection.outlook.com]",
    ),
    (
        "mark and code of a provider",
        "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume",
    ),
    ("block list", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org"),
];

fn replies(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("replies");
    for (name, reply) in REPLIES {
        group.bench_function(*name, |bencher| {
            bencher.iter(|| classify(black_box(*reply)).map(|verdict| verdict.category()))
        });
    }
    group.finish();
}

criterion_group!(benches, lookups, replies);
criterion_main!(benches);
