//! Prints which rows of the table are ours, and what they say about a few replies.

use bounce_codes::{Table, classify, overlay};

// Cargo finds the overlay only if it runs in this directory. Fail the build rather than go without it.
const _: () = assert!(overlay().is_some(), "built without our_bounce_codes.toml");

fn main() {
    let rows = Table::ALL.iter().flat_map(|table| table.rows());
    let ours: Vec<String> = rows.filter(|row| row.is_overlaid()).map(|row| row.key().to_string()).collect();
    println!("{} changes {}", overlay().unwrap_or_default(), ours.join(", "));

    let codes = ours.iter().map(|code| code.replace('X', "5"));
    let replies = ["452 4.2.1 disabled", "550 5.7.990 no", "571 no", "550 5.1.1 no"].map(str::to_owned);
    for reply in codes.chain(replies) {
        // The key of a class, subject, or group is not a code.
        let Some(verdict) = classify(reply.as_bytes()) else { continue };
        let bounce = verdict.bounce().map_or("no bounce", |bounce| bounce.as_str());
        println!("{reply}: {bounce}, {}, {}", verdict.category(), verdict.row().name());
    }
}
