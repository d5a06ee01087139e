//! The reference has every row where it belongs, as Markdown and as a web page. In a browser, the page does its job: it
//! finds rows, links to codes, and fits phones and desktops, in light and dark mode.
//!
//! The browser test needs `chromium` or `chromium-browser` on the path, so it is ignored by default.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use bounce_codes::{Bounce, EnhancedCode, Key, Provider, Row, Scope, Table};
use serde_json::{Value, json};

fn table(name: &str, format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_bounce-codes")).args(["table", name, "--format", format]).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The codes that each section of the reference shows, and their rows.
fn sections() -> Vec<Vec<(String, &'static Row)>> {
    let all = |table: Table| table.rows().map(|row| (row.key().to_string().to_owned(), row)).collect::<Vec<_>>();
    let enhanced = all(Table::Enhanced).into_iter().filter(|(_, row)| row.is_common()).map(|(code, _)| {
        let code: EnhancedCode = code.replace('X', "5").parse().unwrap();
        (code.to_string(), code.row().unwrap())
    });
    let reply = all(Table::Reply).into_iter().filter(|(_, row)| row.is_common());
    let mut sections = vec![
        all(Table::Class),
        enhanced.collect(),
        all(Table::Group),
        reply.collect(),
        all(Table::Enhanced),
        all(Table::Subject),
        all(Table::Reply),
        all(Table::Phrase),
    ];
    let code = |row: &Row| match row.key() {
        Key::Provider(_, code) if code != row.name() => code.to_owned(),
        _ => "words".to_owned(),
    };
    sections.extend(Provider::all().map(|provider| provider.rows().map(|row| (code(row), row)).collect()));
    sections.push(all(Table::Blocklist));
    sections
}

/// The text between each `start` and the next `end`.
fn between<'a>(text: &'a str, start: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(start).skip(1).map(move |rest| rest.split(end).next().unwrap())
}

/// The text of a piece of HTML.
fn text(html: &str) -> String {
    let text: String = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The text in the cells of a row. `aside` formats remarks.
fn cells(code: &str, row: &Row, aside: fn(&str) -> String) -> Vec<String> {
    let references = row.references().join(", ");
    let description = match row.advice() {
        Some(advice) => format!("{} {advice}", row.description()),
        None => row.description().to_owned(),
    };
    if matches!(row.key(), Key::Phrase(_) | Key::Blocklist(_)) {
        let [bounce, scope] = [row.permanent_bounce().map(Bounce::as_str), row.scope().map(Scope::as_str)];
        let cells = [row.name(), bounce.unwrap_or("-"), row.category().as_str(), scope.unwrap_or("-"), &description];
        let list = (row.key().table() == Table::Blocklist).then_some(references);
        return cells.map(str::to_owned).into_iter().chain(list).collect();
    }
    let mut name = row.name().to_owned();
    if let Some(registry_name) = row.registry_name() {
        name += &format!(" {}", aside(&format!("in the registry: {registry_name}")));
    }
    let mut bounce = row.permanent_bounce().map_or("-", |bounce| bounce.as_str()).to_owned();
    let every_class = code.starts_with('X') || row.key().table() == Table::Subject;
    if every_class && matches!(row.permanent_bounce(), Some(Bounce::Hard | Bounce::Block)) {
        bounce += &format!(" {}", aside("class 4: soft"));
    }
    vec![code.into(), name, bounce, row.category().to_string(), description, references]
}

#[test]
fn the_article_comes_first_in_the_markdown_and_then_the_registry() {
    let rows: Vec<usize> = sections().iter().map(Vec::len).collect();
    assert_eq!(rows[..4], [3, 48, 5, 14], "the rows of the article");
    let markdown = table("all", "markdown");
    let mut shown = markdown.split("\n## ").skip(1);
    for expected in sections() {
        let mut rows = shown.next().unwrap().lines().filter(|line| line.starts_with('|')).skip(2);
        for (code, row) in expected {
            let line = rows.next().unwrap().replace("\\_", "_").replace("\\*", "*").replace("&lt;", "<");
            assert_eq!(line, format!("| {} |", cells(&code, row, |remark| format!("({remark})")).join(" | ")));
        }
        assert_eq!(rows.next(), None);
    }
    assert_eq!(shown.next(), None);
}

/// The host of an address.
fn host(address: &str) -> Option<&str> {
    address.strip_prefix("http")?.split_once("://")?.1.split('/').next()
}

#[test]
fn the_page_has_the_same_rows() {
    let page = table("all", "html");
    let mut shown = between(&page, "<section ", "</section>");
    for expected in sections() {
        let mut rows = between(shown.next().unwrap(), "<tr ", "</tr>");
        for (code, row) in expected {
            let html = format!("<tr {}", rows.next().unwrap().replace("</td>", "</th>").replace("<td>", "<th>"));
            let shown: Vec<String> = html.split_terminator("</th>").map(text).collect();
            let mut expected = cells(&code, row, str::to_owned);
            for cell in &mut expected {
                // Only the host of an address is shown.
                let words: Vec<String> = cell
                    .split(' ')
                    .map(|word| {
                        let address = word.trim_end_matches(['.', ',']);
                        format!("{}{}", host(address).unwrap_or(address), &word[address.len()..])
                    })
                    .collect();
                *cell = words.join(" ");
            }
            assert_eq!(shown, expected);
        }
        assert_eq!(rows.next(), None);
    }
    assert_eq!(shown.next(), None);

    for table_alone in Table::ALL {
        let page = table(table_alone.as_str(), "html");
        assert_eq!(between(&page, "<tr ", ">").count(), table_alone.rows().len());
        let sections = if *table_alone == Table::Provider { Provider::all().count() } else { 1 };
        assert_eq!(between(&page, "<section ", ">").count(), sections);
    }
}

/// The codes that someone may look up, each with the row that answers it.
fn codes() -> impl Iterator<Item = (String, &'static Row)> {
    let enhanced = Table::Enhanced.rows().flat_map(|row| {
        let classes = ["2", "4", "5"].map(|class| row.key().to_string().replace('X', class));
        let classes: HashSet<_> = classes.into_iter().filter(|code| *code != row.key().to_string()).collect();
        let answered =
            classes.into_iter().map(|code| (code.clone(), code.parse::<EnhancedCode>().unwrap().row().unwrap()));
        answered.chain([(row.key().to_string().to_owned(), row)]).filter(move |(_, answer)| *answer == row)
    });
    enhanced.chain(Table::Reply.rows().map(|row| (row.key().to_string().to_owned(), row)))
}

#[test]
fn every_code_has_one_anchor() {
    for name in Table::ALL.iter().map(|table| table.as_str()).chain(["all"]) {
        let page = table(name, "html");
        let ids: Vec<&str> = between(&page, " id=\"", "\"").collect();
        let unique: HashSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: duplicate id");
        for (code, row) in codes().filter(|(_, row)| [row.key().table().as_str(), "all"].contains(&name)) {
            let anchor = format!(" id=\"{code}\"");
            let html = between(&page, "<tr", "</tr>").find(|html| html.contains(&anchor));
            let html = text(&format!("<tr{}", html.unwrap_or_else(|| panic!("{name}: {code} has no anchor"))));
            assert!(html.contains(row.description()), "{code} leads to {html}");
        }
        for link in between(&page, "href=\"#", "\"") {
            assert!(unique.contains(link), "{name}: #{link} leads nowhere");
        }
    }
}

#[test]
fn the_page_is_well_formed_and_self_contained() {
    let page = table("all", "html");
    for part in ["<!DOCTYPE html><html lang=\"en\">", "<title>", "name=\"viewport\"", "<label for=\"q\">", "aria-live"]
    {
        assert!(page.contains(part), "no {part}");
    }
    for outside in
        [" src=", "<link", "@import", "url(", "fetch(", "srcset", " style=", " onclick", " oninput", " onload"]
    {
        assert!(!page.contains(outside), "{outside} in the page");
    }
    for address in between(&page, "http", "\"") {
        let is_reference = || {
            let mut references = Table::ALL.iter().flat_map(|table| table.rows()).flat_map(|row| row.references());
            let mut advice = Table::ALL.iter().flat_map(|table| table.rows()).filter_map(Row::advice);
            let address = text(&format!("http{address}"));
            references.any(|reference| *reference == address) || advice.any(|advice| advice.contains(&address))
        };
        assert!(address.starts_with("s://www.rfc-editor.org/rfc/rfc") || is_reference(), "{address}");
    }
    assert_eq!(page.matches("http").count(), page.matches(" href=\"http").count(), "only links lead elsewhere");

    // Every tag that opens is closed in order, so no text contains a raw `<`.
    let (head, rest) = page.split_once("<style>").unwrap();
    let (style, rest) = rest.split_once("</style>").unwrap();
    let (body, script) = rest.split_once("<script>").unwrap();
    assert!(!style.contains('<') && !script.replace("</script></body></html>", "").contains('<'));
    let html = format!("{head}{body}</body></html>");
    let mut open = Vec::new();
    for (tag, text) in html.split('<').skip(2).map(|piece| piece.split_once('>').unwrap()) {
        assert!(!text.contains(['"', '>']), "{text}");
        let name = tag.split(' ').next().unwrap();
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "<{tag}>"),
            None if ["meta", "input"].contains(&name) => {}
            None => open.push(name),
        }
    }
    assert_eq!(open, [""; 0]);
}

// ------------------------------------------------------------------------------------------------------- in a browser

struct Browser(&'static str);

impl Browser {
    fn find() -> Browser {
        let mut names = ["chromium", "chromium-browser"].into_iter();
        let found = names.find(|name| {
            let version = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            version.is_ok_and(|status| status.success())
        });
        Browser(found.expect("Chromium is installed"))
    }

    /// Opens the page and types each text into its search box, or follows it if it is a link. Returns what is visible at
    /// the start and after each step.
    fn look(&self, arguments: &[&str], address: &str, typed: &[&str]) -> Vec<Value> {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        let file = directory.join("page.html");
        let probe = PROBE.replace("TYPED", &serde_json::to_string(typed).unwrap());
        fs::write(&file, table("all", "html").replace("</body>", &format!("<script>{probe}</script></body>"))).unwrap();
        let output = Command::new(self.0)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg(format!("--user-data-dir={}", directory.join("profile").display()))
            .args(["--virtual-time-budget=5000", "--dump-dom"])
            .args(arguments)
            .arg(format!("file://{}{address}", file.display()))
            .output()
            .unwrap();
        let dump = String::from_utf8(output.stdout).unwrap();
        let seen = text(between(&dump, "SEEN", "NEES").next().unwrap_or_else(|| panic!("no probe in:\n{dump}")));
        serde_json::from_str(&seen).unwrap()
    }
}

/// Replaces the page with a report of what was visible.
const PROBE: &str = r##"
addEventListener("load", () => {
  const look = () => {
    const visible = selector => [...document.querySelectorAll(selector)].filter(element => element.checkVisibility());
    const target = document.querySelector(":target");
    const back = getComputedStyle(document.body).backgroundColor;
    return {
      codes: visible("tbody tr").map(row => row.querySelector("th").textContent),
      sections: visible("section").map(section => section.id),
      count: document.getElementById("count").textContent,
      box: document.getElementById("q").value,
      target: target && target.closest("tr").querySelector("th").textContent,
      targetIsInView: target && target.closest("tr").checkVisibility()
        && target.getBoundingClientRect().top >= document.forms[0].getBoundingClientRect().bottom
        && target.getBoundingClientRect().bottom <= innerHeight,
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      layout: getComputedStyle(document.querySelector("tbody tr")).display,
      colors: visible("dt b, small, caption, td, td a, th a").map(element => [getComputedStyle(element).color, back]),
    };
  };
  const settled = () => new Promise(done => setTimeout(done, 300));
  settled().then(async () => {
    const seen = [look()];
    for (const text of TYPED) {
      if (text.startsWith("#")) {
        location.hash = text;
        await settled();
      } else {
        document.getElementById("q").value = text;
        document.getElementById("q").dispatchEvent(new Event("input"));
      }
      seen.push(look());
    }
    document.documentElement.textContent = "SEEN" + JSON.stringify(seen) + "NEES";
  });
});
"##;

/// The WCAG contrast of two `rgb(…)` colors.
fn contrast(colors: &Value) -> f64 {
    let luminance = |color: &Value| -> f64 {
        let numbers = color.as_str().unwrap().trim_start_matches("rgb(").trim_end_matches(')').split(", ");
        let linear = numbers
            .map(|number| number.parse::<f64>().unwrap() / 255.0)
            .map(|value| if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) });
        linear.zip([0.2126, 0.7152, 0.0722]).map(|(value, weight)| value * weight).sum()
    };
    let (one, other) = (luminance(&colors[0]), luminance(&colors[1]));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
#[ignore = "needs Chromium"]
fn in_a_browser() {
    let browser = Browser::find();
    let all: Vec<(String, &Row)> = sections().into_iter().flatten().collect();
    let codes: Vec<&str> = all.iter().map(|(code, _)| code.as_str()).collect();

    for (arguments, layout, background) in [
        (&["--window-size=1280,900"][..], "table-row", "rgb(255, 255, 255)"),
        (&["--window-size=900,900", "--blink-settings=preferredColorScheme=0"], "table-row", "rgb(20, 23, 27)"),
        (&["--window-size=768,900"], "grid", "rgb(255, 255, 255)"),
        (&["--window-size=360,800", "--blink-settings=preferredColorScheme=0"], "grid", "rgb(20, 23, 27)"),
    ] {
        let page = browser.look(arguments, "", &[]).remove(0);
        assert_eq!(page["codes"], json!(codes), "without a query, everything is visible");
        assert_eq!(page["count"], format!("{0} of {0} rows", all.len()));
        assert_eq!(page["layout"], layout, "{arguments:?}");
        assert_eq!(page["overflow"], 0, "{arguments:?}");
        for colors in page["colors"].as_array().unwrap() {
            assert_eq!(colors[1], background);
            assert!(contrast(colors) >= 4.5, "{colors}");
        }
    }

    let row = "5.7.26".parse::<EnhancedCode>().unwrap().row().unwrap();
    let (name, bounce) = (row.name().to_uppercase(), row.permanent_bounce().unwrap());
    let verdict = format!("{} {bounce}", row.category());
    let typed = ["x.7.26", "550", "5.7.2", &name, row.description(), &verdict, "ailbox", "", " <%-"];
    let seen = browser.look(&["--window-size=360,800"], "?q=5.7.26", &typed);
    assert_eq!(seen[0]["box"], "5.7.26");
    for page in &seen[..2] {
        assert_eq!(page["codes"], json!(["X.7.26"]));
        assert_eq!(page["sections"], json!(["enhanced"]));
        assert_eq!(page["count"], format!("1 of {} rows", all.len()));
    }
    let beginning = ["550", "550 5.1.10", "550 5.4.1", "550", "550 5.5.3", "550/554 DT:SPM"];
    assert_eq!(seen[2]["codes"], json!(beginning), "common, in pairs, registered, of providers");
    let beginning = codes.iter().filter(|code| code.starts_with("5.7.2") || code.starts_with("X.7.2"));
    assert_eq!(seen[3]["codes"], json!(beginning.collect::<Vec<_>>()));
    for page in &seen[4..7] {
        let found = page["codes"].as_array().unwrap();
        assert!(found.contains(&json!("X.7.26")) && found.len() * 10 < all.len(), "{found:?}");
    }
    assert_eq!((&seen[7]["codes"], &seen[7]["sections"]), (&json!([]), &json!([])), "not inside a word");
    assert_eq!(seen[7]["count"], "Nothing found");
    for page in &seen[8..] {
        assert_eq!(page["codes"], json!(codes));
    }

    // A link shows its target, whatever the search.
    for (size, address, links) in [
        (
            "--window-size=1280,900",
            "#5.7.26",
            &[("", "X.7.26"), ("#4.1.1", "X.1.1"), ("#phrase-user-unknown", "User unknown")][..],
        ),
        ("--window-size=360,800", "#550", &[("", "550"), ("#5.7.1", "5.7.1")]),
        ("--window-size=360,800", "?q=421#X.7.26", &[("", "X.7.26"), ("421", "X.7.26"), ("#4.4.7", "X.4.7")]),
    ] {
        let typed: Vec<&str> = links[1..].iter().map(|(typed, _)| *typed).collect();
        for (page, (typed, code)) in browser.look(&[size], address, &typed).iter().zip(links) {
            assert_eq!(page["target"], *code, "{address} {typed}");
            assert_eq!(page["targetIsInView"], *typed != "421", "{address} {typed}");
        }
    }
}
