//! The library links into a program without the standard library and without an allocator.

#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command;

#[test]
fn a_program_without_std_looks_up_a_code() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/no_std/Cargo.toml");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no_std");
    let build = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "--locked", "--manifest-path"])
        .arg(&manifest)
        .arg("--target-dir")
        .arg(&target)
        .output()
        .unwrap();
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    let run = Command::new(target.join("release/no-std")).status().unwrap();
    assert_eq!(run.code(), Some(0));
}
