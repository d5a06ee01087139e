//! A project that embeds the crate can change rows without forking it, and is told about its mistakes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/overlay")
}

/// Runs the example in its own directory, so its `.cargo/config.toml` applies. An overlay passed here takes precedence
/// over the one named there.
fn run(overlay: Option<&Path>, target: &str) -> Output {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--locked", "--target-dir"]);
    cargo.arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join(target)).current_dir(directory());
    match overlay {
        Some(path) => cargo.env("BOUNCE_CODES_OVERLAY", path),
        None => cargo.env_remove("BOUNCE_CODES_OVERLAY"),
    };
    cargo.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_rows_of_the_overlay_apply() {
    let output = run(None, "overlay");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(
        text(&output.stdout),
        "our_bounce_codes.toml changes 5.2.1, 5.7.990, 5.7.999, 571\n\
         5.2.1: hard, mailbox-disabled, Mailbox disabled, not accepting messages\n\
         5.7.990: block, policy, Blocked until we register\n\
         5.7.999: block, content, Reserved for our tests\n\
         571: block, policy, Blocked\n\
         452 4.2.1 disabled: soft, mailbox-disabled, Mailbox disabled, not accepting messages\n\
         550 5.7.990 no: block, policy, Blocked until we register\n\
         571 no: block, policy, Blocked\n\
         550 5.1.1 no: hard, mailbox-unknown, Bad destination mailbox address\n"
    );
}

#[test]
fn a_changed_overlay_is_rebuilt_and_its_mistakes_are_explained() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("changing.toml");
    let target = "changing_overlay";

    fs::write(&path, "[[enhanced]]\ncode = \"X.1.1\"\nbounce = \"soft\"\n").unwrap();
    let output = text(&run(Some(&path), target).stdout);
    assert!(output.starts_with("changing.toml changes X.1.1\n"), "{output}");
    assert!(output.contains("550 5.1.1 no: soft, "), "{output}");

    let wrong =
        "[[enhanced]]\ncode = \"X.1.1\"\nbounce = \"medium\"\n\n[[enhanced]]\ncode = \"X.1.99\"\ncolour = \"New\"\n";
    fs::write(&path, wrong).unwrap();
    let output = run(Some(&path), target);
    assert!(!output.status.success());
    let errors = text(&output.stderr);
    for expected in [
        "no such bounce `medium`",
        "changing.toml:3:10",
        "expected one of soft, hard, block",
        "unknown key `colour` in a row of `enhanced`",
        "changing.toml:7:1",
        "expected one of code, name",
        "the row X.1.99 has no `description`",
    ] {
        assert!(errors.contains(expected), "`{expected}` is not in:\n{errors}");
    }
    assert!(!errors.contains("panicked"), "{errors}");

    // One at a time: at the edges of the index, and beyond.
    for (table, row, code) in [
        ("enhanced", "X.7.31", "5.7.31"),
        ("enhanced", "X.7.32", "5.7.32"),
        ("enhanced", "5.8.0", "5.8.0"),
        ("enhanced", "X.999.999", "5.999.999"),
        ("reply", "100", "100"),
        ("reply", "199", "199"),
        ("reply", "200", "200"),
        ("reply", "599", "599"),
    ] {
        let category = if code == "200" { "delivered" } else { "content" };
        fs::write(
            &path,
            format!(
                "[[{table}]]\ncode = {}\nname = \"Ours\"\ndescription = \"A receiver says so.\"\ncategory = \"{category}\"\n",
                if table == "reply" { row.to_owned() } else { format!("\"{row}\"") },
            ),
        )
        .unwrap();
        let output = text(&run(Some(&path), target).stdout);
        let line = output.lines().find(|line| line.starts_with(&format!("{code}: "))).unwrap_or_default();
        assert!(line.ends_with(", Ours"), "{code}:\n{output}");
    }

    fs::write(&path, "").unwrap();
    let output = text(&run(Some(&path), target).stdout);
    assert!(output.starts_with("changing.toml changes \n"), "{output}");
    assert!(output.contains("550 5.1.1 no: hard, "), "{output}");

    for (path, expected) in [
        ("overlay.toml", "BOUNCE_CODES_OVERLAY is the relative path overlay.toml: write an absolute one"),
        ("/nowhere/overlay.toml", "cannot read /nowhere/overlay.toml: "),
    ] {
        let errors = text(&run(Some(Path::new(path)), target).stderr);
        assert!(errors.contains(expected), "{errors}");
    }
}
