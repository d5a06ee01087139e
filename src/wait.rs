//! Reads how long a server asks the sender to wait: `try again in 5 minutes`, `come back in 00:04:56`.

use core::time::Duration;

/// Words that say that a time is one to wait for, near the number. Also parts of words.
#[rustfmt::skip]
const CUES: &[&str] = &[
    // English
    "again", "retry", "retri", "later", "wait", "greylist", "graylist", "defer", "resume", "resend", "reconnect", "back in", "come back", "grey list", "gray list",
    // German
    "erneut", "nochmal", "wieder", "später", "spaeter", "warten",
    // French
    "essay", "ultérieur", "ulterieur", "attend", "patient", "plus tard",
    // Spanish
    "intent", "espere", "más tarde", "mas tarde",
    // Portuguese
    "tente", "tentar", "aguarde", "mais tarde",
    // Italian
    "riprov", "ritent", "aspett", "più tardi",
    // Dutch
    "opnieuw", "wacht",
    // Polish
    "ponów", "ponow", "spróbuj", "sprobuj", "później", "pozniej",
    // Russian
    "повтор", "попроб", "Повтор", "Попроб", "позже", "через",
    // Japanese and Chinese
    "再", "後", "お待ち", "重试", "重試", "稍后", "稍後", "之后", "后",
];

/// Units of time in all these languages, with their seconds.
#[rustfmt::skip]
const UNITS: &[(&str, u32)] = &[
    ("s", 1), ("sec", 1), ("secs", 1), ("second", 1), ("seconds", 1), ("sekund", 1), ("sekunde", 1), ("sekunden", 1),
    ("seconde", 1), ("secondes", 1), ("seconden", 1), ("segundo", 1), ("segundos", 1), ("secondo", 1), ("secondi", 1),
    ("секунд", 1), ("сек", 1), ("秒", 1),
    ("m", 60), ("min", 60), ("mins", 60), ("minute", 60), ("minutes", 60), ("minuten", 60), ("minuto", 60),
    ("minutos", 60), ("minuti", 60), ("minuut", 60), ("minut", 60), ("минут", 60), ("мин", 60), ("分", 60),
    ("h", 3600), ("hr", 3600), ("hrs", 3600), ("hour", 3600), ("hours", 3600), ("stunde", 3600), ("stunden", 3600),
    ("heure", 3600), ("heures", 3600), ("hora", 3600), ("horas", 3600), ("ora", 3600), ("ore", 3600), ("uur", 3600),
    ("uren", 3600), ("godzin", 3600), ("час", 3600), ("時間", 3600), ("小时", 3600), ("小時", 3600),
    ("d", 86400), ("day", 86400), ("days", 86400), ("tag", 86400), ("tage", 86400), ("tagen", 86400), ("jour", 86400),
    ("jours", 86400), ("día", 86400), ("días", 86400), ("dia", 86400), ("dias", 86400), ("giorno", 86400),
    ("giorni", 86400), ("dag", 86400), ("dagen", 86400), ("dni", 86400), ("день", 86400), ("дня", 86400),
    ("дней", 86400), ("日", 86400), ("天", 86400),
];

/// How far from the number a cue may be.
const BEFORE: usize = 64;
const AFTER: usize = 40;

/// Nobody waits longer than a week for a retry.
const LONGEST: u32 = 7 * 86400;

/// The time that the text asks to wait; `None` if it names none, or an absurd one.
pub(crate) fn find(text: &[u8]) -> Option<Duration> {
    let mut at = 0;
    while let Some(found) = text.get(at..)?.iter().position(u8::is_ascii_digit) {
        let start = at + found;
        let digits = text.get(start..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        at = start + digits;
        let is_part = matches!(
            text.get(..start),
            Some([.., b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b':' | b'-' | b'@' | b'_' | b'#' | b'/'])
        );
        if is_part {
            continue;
        }
        let Some((seconds, end)) = clock(text, start).or_else(|| amount(text, start, at)) else { continue };
        at = end;
        if seconds == 0 || seconds > LONGEST {
            continue;
        }
        let before = text.get(start.saturating_sub(BEFORE)..start)?;
        let after = text.get(end..text.len().min(end + AFTER))?;
        if CUES.iter().any(|cue| contains(before, cue) || contains(after, cue)) && !contains(after, " ago") {
            return Some(Duration::from_secs(seconds.into()));
        }
    }
    None
}

/// `00:04:56` or `04:56`: hours, minutes and seconds.
fn clock(text: &[u8], start: usize) -> Option<(u32, usize)> {
    let (first, at) = number(text, start)?;
    let (second, at) = number(text, skip(text, at, b':')?)?;
    let third = skip(text, at, b':').and_then(|at| number(text, at));
    let (seconds, end) = match third {
        Some((third, end)) => (first.checked_mul(3600)?.checked_add(second * 60 + third)?, end),
        None => (first * 60 + second, at),
    };
    let is_over = !matches!(text.get(end), Some(b':' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z'));
    // A time of day is not a wait.
    (is_over && second < 60 && first < 24).then_some((seconds, end))
}

/// Up to two digits.
fn number(text: &[u8], at: usize) -> Option<(u32, usize)> {
    let digits = text.get(at..)?.iter().take(3).take_while(|byte| byte.is_ascii_digit());
    let (value, count) = digits.fold((0, 0), |(value, count), digit| (value * 10 + u32::from(digit - b'0'), count + 1));
    matches!(count, 1 | 2).then_some((value, at + count))
}

fn skip(text: &[u8], at: usize, byte: u8) -> Option<usize> {
    (text.get(at) == Some(&byte)).then_some(at + 1)
}

/// `5 minutes`, `300s`.
fn amount(text: &[u8], start: usize, end: usize) -> Option<(u32, usize)> {
    let digits = text.get(start..end).filter(|digits| digits.len() <= 6)?;
    let value = digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    let spaces = text.get(end..)?.iter().take(3).take_while(|byte| matches!(byte, b' ' | b'-' | b'_' | b'(')).count();
    let rest = text.get(end + spaces..)?;
    UNITS.iter().find_map(|(unit, seconds)| {
        let word = rest.get(..unit.len()).filter(|word| word.eq_ignore_ascii_case(unit.as_bytes()))?;
        let is_whole = !word.is_ascii() || !rest.get(unit.len()).is_some_and(u8::is_ascii_alphanumeric);
        is_whole.then_some((value.saturating_mul(*seconds), end + spaces + unit.len()))
    })
}

fn contains(text: &[u8], part: &str) -> bool {
    text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}
