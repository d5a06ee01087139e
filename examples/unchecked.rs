//! Lists the rows of providers and block lists that nobody has checked against their source for a year.
//!
//! ```console
//! $ cargo run --example unchecked
//! $ cargo run --example unchecked -- 30
//! ```
//!
//! The argument is another number of days. The exit status is 1 if there are such rows.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use toml::{Table, Value};

#[path = "../compile/day.rs"]
mod day;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let most = env::args().nth(1).map_or(Ok(365), |days| days.parse())?;
    let today = day::today();
    let mut count = 0;
    let mut check = |name: &str, row: &Value| {
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
        if day::day(text("checked")).is_none_or(|checked| today - checked > most) {
            println!("{}  {name}  {}", text("checked"), text("source"));
            count += 1;
        }
    };
    for provider in rows("providers", "provider")? {
        let name = provider.get("name").and_then(Value::as_str).unwrap_or_default();
        for row in provider.get("reply").and_then(Value::as_array).into_iter().flatten() {
            let what = row.get("code").or(row.get("name")).and_then(Value::as_str).unwrap_or_default();
            check(&format!("{name}: {what}"), row);
        }
    }
    for list in rows("blocklists", "blocklist")? {
        check(list.get("name").and_then(Value::as_str).unwrap_or_default(), &list);
    }
    Ok(if count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn rows(file: &str, table: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/{file}.toml"));
    let data: Table = fs::read_to_string(path)?.parse()?;
    Ok(data.get(table).and_then(Value::as_array).cloned().unwrap_or_default())
}
