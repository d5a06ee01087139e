//! Measures how well the verdicts agree with bounces that postmasters have judged.
//!
//! ```console
//! $ cargo run --example agreement -- bounces.jsonl
//! $ cargo run --example agreement -- --wrong bounces.jsonl
//! ```
//!
//! The file has one JSON object per line: `text` (what was received), `best` (the best answer: `hard`, `soft`, `block`, or
//! `none`), `ok` (every defensible answer), and `category_ok` (every defensible category). It prints five figures. With
//! `--wrong`, it also prints every row that the crate got wrong, and what decided.

use std::error::Error;
use std::{env, fs};

use bounce_codes::{Verdict, classify};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let (options, files): (Vec<_>, Vec<_>) = env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let [path] = &files[..] else { return Err("expected the path of a file of judged bounces".into()) };
    let shows_wrong = match &options[..] {
        [] => false,
        [option] if option == "--wrong" => true,
        _ => return Err(format!("expected --wrong or no option, not {}", options.join(" ")).into()),
    };
    let mut figures = [
        Figure { name: "defensible", right: 0, of: 0 },
        Figure { name: "hard or not", right: 0, of: 0 },
        Figure { name: "wrongly hard", right: 0, of: 0 },
        Figure { name: "missed hard", right: 0, of: 0 },
        Figure { name: "category", right: 0, of: 0 },
    ];
    for (number, line) in fs::read_to_string(path)?.lines().enumerate() {
        let row: Value = serde_json::from_str(line).map_err(|error| format!("{path}:{}: {error}", number + 1))?;
        let text = row["text"].as_str().ok_or_else(|| format!("{path}:{}: no `text`", number + 1))?;
        let verdict = classify(text);
        let answer = verdict.and_then(|verdict| verdict.bounce()).map_or("none", |bounce| bounce.as_str());
        let category = verdict.map_or("undefined", |verdict| verdict.category().as_str());
        let (ok, category_ok) = (words(&row["ok"]), words(&row["category_ok"]));

        let is_hard = answer == "hard";
        let (defensible, category_right) = (ok.contains(&answer), category_ok.contains(&category));
        let hard_or_not = if is_hard { ok.contains(&"hard") } else { ok != ["hard"] };
        figures[0].count(true, defensible);
        figures[1].count(true, hard_or_not);
        figures[2].count(!ok.contains(&"hard"), is_hard);
        figures[3].count(ok == ["hard"], !is_hard);
        figures[4].count(true, category_right);
        if shows_wrong && !(defensible && hard_or_not && category_right) {
            let by = verdict.map_or("nothing".to_owned(), |verdict| decided_by(&verdict));
            println!(
                "{}: {answer} {category}, but {} {}, by {by}\n    {}",
                number + 1,
                ok.join("|"),
                category_ok.join("|"),
                text.escape_debug()
            );
        }
    }
    for Figure { name, right, of } in &figures {
        println!("{name:<13}{:>6.1} %  {right} of {of}", 100.0 * f64::from(*right) / f64::from(*of).max(1.0));
    }
    Ok(())
}

struct Figure {
    name: &'static str,
    right: u32,
    of: u32,
}

impl Figure {
    /// Counts a row if it counts for this figure.
    fn count(&mut self, counts: bool, right: bool) {
        self.of += u32::from(counts);
        self.right += u32::from(counts && right);
    }
}

fn words(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn decided_by(verdict: &Verdict<'_>) -> String {
    let evidence = verdict.evidence().map(String::from_utf8_lossy).unwrap_or_default();
    format!("`{evidence}` ({} {})", verdict.matched(), verdict.row().key())
}
