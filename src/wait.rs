//! Reads how long a server asks the sender to wait: `try again in 5 minutes`, `come back in 00:04:56`.

use core::time::Duration;

/// Words that say that a time is one to wait for, near the number. Also parts of words.
#[rustfmt::skip]
const CUES: &[&str] = &[
// English
    "again", "retry", "retri", "later", "wait ", "greylist", "graylist", "resume", "resend", "reconnect", "deferred for", "blocked for", "back in", "come back", "grey list", "gray list", "accepted in",
    // German
    "erneut", "nochmal", "wieder", "später", "spaeter", "warten", "gesperrt", "noch einmal",
    // French
    "essay", "ultérieur", "ulterieur", "attend", "patient", "plus tard", "tentative", "renvoy", "bloqu",
    // Spanish
    "intent", "espere", "más tarde", "mas tarde", "vuelva", "nuevo",
    // Portuguese
    " tente", "tentar", "aguarde", "mais tarde", "reenvi",
    // Italian
    "riprov", "ritent", "aspett", "più tardi", "blocc",
    // Dutch
    "opnieuw", "wacht", "nogmaals", "geblokkeerd",
    // Polish
    "ponów", "ponow", "spróbuj", "sprobuj", "później", "pozniej", "odczeka", "zablokow",
    // Russian
    "повтор", "попроб", "Повтор", "Попроб", "позже", "через", "подожд", "Подожд", "заблок",
    // Japanese and Chinese
    "再", "お待ち", "もう一度", "重试", "重試", "稍后", "稍後", "内", "內",
];

/// Units of time in all these languages, with their seconds.
#[rustfmt::skip]
const UNITS: &[(&str, u32)] = &[
    ("s", 1), ("sec", 1), ("secs", 1), ("second", 1), ("seconds", 1), ("sekund", 1), ("sekunde", 1), ("sekunden", 1),
    ("seconde", 1), ("secondes", 1), ("seconden", 1), ("segundo", 1), ("segundos", 1), ("secondo", 1), ("secondi", 1),
    ("секунд", 1), ("секунды", 1), ("сек", 1), ("sek", 1), ("秒", 1),
    ("m", 60), ("min", 60), ("mins", 60), ("minute", 60), ("minutes", 60), ("minuten", 60), ("minuto", 60),
    ("minutos", 60), ("minuti", 60), ("minuut", 60), ("minut", 60), ("minuty", 60), ("минут", 60), ("минуты", 60), ("мин", 60), ("分", 60),
    ("h", 3600), ("hr", 3600), ("hrs", 3600), ("hour", 3600), ("hours", 3600), ("stunde", 3600), ("stunden", 3600),
    ("heure", 3600), ("heures", 3600), ("hora", 3600), ("horas", 3600), ("ora", 3600), ("ore", 3600), ("uur", 3600),
    ("uren", 3600), ("godzin", 3600), ("godziny", 3600), ("час", 3600), ("часа", 3600), ("часов", 3600), ("時間", 3600), ("小时", 3600), ("个小时", 3600), ("個小時", 3600), ("小時", 3600),
    ("d", 86400), ("day", 86400), ("days", 86400), ("tag", 86400), ("tage", 86400), ("tagen", 86400), ("jour", 86400),
    ("jours", 86400), ("día", 86400), ("días", 86400), ("dia", 86400), ("dias", 86400), ("giorno", 86400),
    ("giorni", 86400), ("dag", 86400), ("dagen", 86400), ("dni", 86400), ("день", 86400), ("дня", 86400),
    ("дней", 86400), ("日", 86400), ("天", 86400),
];

/// Times without a number, in two parts: the second begins with a space or an apostrophe. A longer one comes before one that
/// it ends with.
#[rustfmt::skip]
const HOURS: &[(&str, &str, u32)] = &[
    ("half an", " hour", 1800), ("an", " hour", 3600), ("one", " hour", 3600), ("einer", " stunde", 3600),
    ("une", " heure", 3600), ("una", " hora", 3600), ("uma", " hora", 3600), ("un", "'ora", 3600), ("een", " uur", 3600),
    ("", " godzinę", 3600), ("через", " час", 3600),
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
        let Some((seconds, end)) =
            clock(text, start).or_else(|| amounts(text, start)).or_else(|| retry_after(text, start))
        else {
            continue;
        };
        at = end;
        if let Some(wait) = wait(text, start, end, seconds) {
            return Some(wait);
        }
    }
    hours(text).and_then(|(start, end, seconds)| wait(text, start, end, seconds))
}

/// A time without a number: where it starts and ends, and its seconds.
fn hours(text: &[u8]) -> Option<(usize, usize, u32)> {
    let middles = (0..text.len()).filter(|at| matches!(text.get(*at), Some(b' ' | b'\'')));
    middles.flat_map(|at| HOURS.iter().map(move |time| (at, time))).find_map(|(at, (first, second, seconds))| {
        let (start, end) = (at.checked_sub(first.len())?, at + second.len());
        let is_time = text.get(at..end)?.eq_ignore_ascii_case(second.as_bytes())
            && text.get(start..at)?.eq_ignore_ascii_case(first.as_bytes());
        is_time.then_some((start, end, *seconds))
    })
}

/// A time that a cue is near.
fn wait(text: &[u8], start: usize, end: usize, seconds: u32) -> Option<Duration> {
    let before = text.get(start.saturating_sub(BEFORE)..start)?;
    let after = text.get(end..text.len().min(end + AFTER))?;
    let is_wait = CUES.iter().any(|cue| place(before, cue).is_some() || place(after, cue).is_some());
    let is_sane = seconds > 0 && seconds <= LONGEST && place(after, " ago").is_none();
    // `через час` is a cue itself.
    let is_wait = is_wait || place(text.get(start..end)?, "через").is_some();
    (is_wait && is_sane).then(|| Duration::from_secs(seconds.into()))
}

/// `4 minutes and 30 seconds`.
fn amounts(text: &[u8], start: usize) -> Option<(u32, usize)> {
    let (mut seconds, mut end) = amount(text, start)?;
    for separator in [" and ", ", ", " "] {
        let next = end + separator.len();
        if text.get(end..next) == Some(separator.as_bytes()) {
            if let Some((more, after)) = amount(text, next) {
                (seconds, end) = (seconds.saturating_add(more), after);
                break;
            }
        }
    }
    Some((seconds, end))
}

/// `retry-after: 120`.
fn retry_after(text: &[u8], start: usize) -> Option<(u32, usize)> {
    let before = text.get(start.saturating_sub(14)..start)?;
    let says_so = place(before, "retry-after").or_else(|| place(before, "retry after")).is_some();
    let (seconds, end) = digits(text, start)?;
    says_so.then_some((seconds, end))
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
fn amount(text: &[u8], start: usize) -> Option<(u32, usize)> {
    let (value, end) = digits(text, start)?;
    let spaces = text.get(end..)?.iter().take(3).take_while(|byte| matches!(byte, b' ' | b'-' | b'_' | b'(')).count();
    let rest = text.get(end + spaces..)?;
    rest.first().filter(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii())?;
    UNITS.iter().find_map(|(unit, seconds)| {
        let word = rest.get(..unit.len()).filter(|word| word.eq_ignore_ascii_case(unit.as_bytes()))?;
        let is_whole = !word.is_ascii() || !rest.get(unit.len()).is_some_and(u8::is_ascii_alphanumeric);
        is_whole.then_some((value.saturating_mul(*seconds), end + spaces + unit.len()))
    })
}

/// Up to six digits.
fn digits(text: &[u8], start: usize) -> Option<(u32, usize)> {
    let digits = text.get(start..)?.iter().take(7).take_while(|byte| byte.is_ascii_digit());
    let (value, count) = digits.fold((0, 0), |(value, count), digit| (value * 10 + u32::from(digit - b'0'), count + 1));
    (1..=6).contains(&count).then_some((value, start + count))
}

/// Where these words are, in upper or lower case.
fn place(text: &[u8], words: &str) -> Option<usize> {
    // An empty window would panic. No words are empty, but the compiler does not know that.
    text.windows(words.len().max(1)).position(|window| window.eq_ignore_ascii_case(words.as_bytes()))
}
