//! Days, as the build and `examples/unchecked.rs` count them.

use std::time::SystemTime;

/// The days from 1970 to this one, written `2026-11-24`.
pub fn day(text: &str) -> Option<i64> {
    let numbers: Vec<i64> = text.split('-').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let [year @ 2000..=9999, month @ 1..=12, day @ 1..=31] = numbers[..] else { return None };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    // Years begin in March here, so a leap day is the last.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469;
    (text.len() == 10 && day <= length).then_some(days)
}

/// The days from 1970 to today.
pub fn today() -> i64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| (time.as_secs() / 86_400) as i64)
}
