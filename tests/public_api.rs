//! The names that users write, as a snapshot: what it loses is a breaking change.

use std::path::Path;
use std::process::Command;

#[test]
fn public_api() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public-api");
    // The variable lets a stable compiler write what rustdoc knows, in a form that changes from release to release.
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
    let api =
        match public_api::Builder::from_rustdoc_json(json).omit_auto_trait_impls(true).omit_blanket_impls(true).build()
        {
            Ok(api) => api,
            Err(error) => {
                println!("not compared: the crate public-api does not know this compiler's rustdoc ({error})");
                return;
            }
        };
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("public_api", api);
    });
}
