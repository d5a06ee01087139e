//! Measures how well the verdicts agree with bounces that somebody else has judged.
//!
//! ```console
//! $ cargo run --example agreement -- bounces.jsonl
//! ```
//!
//! The file has one JSON object a line: `text` (what was said), `has_code`, `reason` (a word) and `hard` (whether the
//! address is at fault). It prints the share of lines with a code on which "hard or not" is the same, beside what going by
//! the class alone would give, and what the disagreements have in common.

use std::collections::BTreeMap;
use std::error::Error;
use std::{env, fs};

use bounce_codes::{Bounce, Class, classify};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("expected the path of a file of judged bounces")?;
    let (mut lines, mut agreed, mut by_class, mut not_found, mut invented) = (0, 0, 0, 0, 0);
    let mut disagreements: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (number, line) in fs::read_to_string(&path)?.lines().enumerate() {
        let row: Value = serde_json::from_str(line).map_err(|error| format!("{path}:{}: {error}", number + 1))?;
        let text = row["text"].as_str().ok_or_else(|| format!("{path}:{}: no `text`", number + 1))?;
        let verdict = classify(text.as_bytes());
        if row["has_code"] != true {
            invented += usize::from(verdict.is_some());
            continue;
        }
        lines += 1;
        let hard = row["hard"] == true;
        not_found += usize::from(verdict.is_none());
        let says_hard = verdict.is_some_and(|verdict| verdict.bounce() == Some(Bounce::Hard));
        let permanent = verdict.is_some_and(|verdict| verdict.class() == Some(Class::PermanentFailure));
        agreed += usize::from(says_hard == hard);
        by_class += usize::from(permanent == hard);
        if says_hard != hard {
            let codes = verdict.map_or("no code found".to_owned(), |verdict| {
                let code = verdict.reply_code().map_or(String::new(), |code| code.to_string());
                let enhanced = verdict.enhanced_code().map_or(String::new(), |code| code.to_string());
                format!("{code} {enhanced}").trim().to_owned()
            });
            let judged = if hard { "hard" } else { "not hard" };
            let kind = format!("{codes}, judged {judged} ({})", row["reason"].as_str().unwrap_or("no reason"));
            disagreements.entry(kind).or_default().push(text.chars().take(110).collect());
        }
    }

    let share = |count: usize| format!("{count} of {lines} ({:.1} %)", 100.0 * count as f64 / lines.max(1) as f64);
    println!("hard or not agrees:           {}", share(agreed));
    println!("going by the class alone:     {}", share(by_class));
    println!("no code found:                {}", share(not_found));
    println!("found where there is said to be none: {invented}\n");
    let mut kinds: Vec<_> = disagreements.into_iter().collect();
    kinds.sort_by_key(|(kind, texts)| (std::cmp::Reverse(texts.len()), kind.clone()));
    for (kind, texts) in kinds {
        println!("{:3}  {kind}", texts.len());
        for text in texts {
            println!("       {text}");
        }
    }
    Ok(())
}
