//! The public names as a snapshot: whatever disappears from it is a breaking change.

use std::path::Path;
use std::process::Command;

#[test]
#[ignore = "needs a compiler whose rustdoc JSON public-api can read"]
fn public_api() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public-api");
    // The variable lets a stable compiler write rustdoc JSON, which changes its format from release to release.
    let output = Command::new(env!("CARGO"))
        .args(["rustdoc", "--lib", "--features", "serde", "--target-dir"])
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("BOUNCE_CODES_OVERLAY")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let json = target.join("doc/bounce_codes.json");
    let builder = public_api::Builder::from_rustdoc_json(json).omit_auto_trait_impls(true).omit_blanket_impls(true);
    let api = builder.build().expect("public-api can read the rustdoc JSON of this compiler");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("public_api", api);
    });
}
