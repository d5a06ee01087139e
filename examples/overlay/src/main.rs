//! Says which rows of the table are our own, and what they make of some replies.

use bounce_codes::{Table, classify, overlay};

fn main() {
    let rows = Table::ALL.iter().flat_map(|table| table.rows());
    let ours: Vec<&str> = rows.filter(|row| row.is_overlaid()).map(|row| row.code()).collect();
    println!("{} changes {}", overlay().unwrap_or("no overlay"), ours.join(", "));

    for reply in ["550 5.2.1 disabled", "452 4.2.1 disabled", "550 5.7.606 banned", "571 no", "550 5.1.1 unknown"] {
        let verdict = classify(reply.as_bytes()).expect("it begins with a code");
        let bounce = verdict.bounce().map_or("no bounce", |bounce| bounce.as_str());
        println!("{reply}: {bounce}, {}, {}", verdict.category(), verdict.row().name());
    }
}
