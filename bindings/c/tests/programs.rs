//! Programs in C and C++, linked with the shared and the static library, give the right answer to every vector, and read
//! and write nothing that is not theirs. Needs `cc` and `c++`; uses valgrind if there is one.

#![cfg(target_os = "linux")]

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What the programs are linked with.
#[derive(Clone, Copy)]
enum Library {
    Shared,
    Static,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a command to its end, and returns what it prints. Cargo's own library path would lead to the library of a debug build.
fn run(command: &mut Command, input: &[u8]) -> String {
    if !command.get_envs().any(|(name, _)| name == "LD_LIBRARY_PATH") {
        command.env_remove("LD_LIBRARY_PATH");
    }
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = process.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input));
        process.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Compiles a program with warnings as errors, and runs it in valgrind.
fn compile_and_run(compiler: &[&str], source: &str, library: Library, input: &[u8]) -> String {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("release");
    run(
        Command::new(env!("CARGO"))
            .args(["build", "--release", "--quiet", "--locked", "--target-dir"])
            .arg(target.parent().unwrap())
            .current_dir(root()),
        b"",
    );
    let (kind, link) = match library {
        Library::Shared => (
            "shared",
            vec![
                "-lbounce_codes".into(),
                format!("-L{}", target.display()),
                format!("-Wl,-rpath,{}", target.display()),
            ],
        ),
        Library::Static => ("static", vec![target.join("libbounce_codes.a").display().to_string()]),
    };
    let program = target.join(format!("{source}.{kind}"));
    run(
        Command::new(compiler[0])
            .args(&compiler[1..])
            .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-pthread", "-Iinclude", "-o"])
            .arg(&program)
            .arg(format!("tests/{source}"))
            .args(link)
            .current_dir(root()),
        b"",
    );
    match env::split_paths(&env::var_os("PATH").unwrap()).any(|path| path.join("valgrind").exists()) {
        true => run(
            Command::new("valgrind").args(["--quiet", "--error-exitcode=9", "--leak-check=full"]).arg(program),
            input,
        ),
        false => run(&mut Command::new(program), input),
    }
}

/// Every vector: where it is, and what it says.
fn vectors() -> Vec<(String, Value)> {
    let files = root().join("../../tests/vectors").read_dir().unwrap().map(|file| file.unwrap().path());
    let files: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|extension| extension == "jsonl")).collect();
    let lines = files.iter().flat_map(|file| {
        let name = file.file_name().unwrap().to_string_lossy();
        let text = fs::read_to_string(file).unwrap();
        let lines: Vec<_> = text
            .lines()
            .enumerate()
            .map(|(at, line)| (format!("{name}:{}", at + 1), serde_json::from_str(line).unwrap()))
            .collect();
        lines
    });
    lines.collect()
}

const KEYS: [&str; 12] = [
    "reply",
    "enhanced",
    "bounce",
    "retry",
    "category",
    "scope",
    "outcome",
    "command",
    "recipient",
    "provider",
    "name",
    "row",
];

fn every_vector(library: Library) {
    let vectors = vectors();
    assert!(vectors.len() > 1000, "only {} vectors", vectors.len());
    let mut input = Vec::new();
    for (_, vector) in &vectors {
        let text = vector["input"].as_str().unwrap();
        write!(input, "{}\n{text}", text.len()).unwrap();
    }
    let output = compile_and_run(&["cc", "-std=c99"], "vectors.c", library, &input);
    let answers: Vec<&str> = output.split_terminator('\n').collect();
    assert_eq!(answers.len(), vectors.len());
    let mut wrong = Vec::new();
    for ((place, vector), answer) in vectors.iter().zip(answers) {
        assert_eq!(answer.split('\t').count(), KEYS.len(), "{place}: {answer}");
        for (key, actual) in KEYS.iter().zip(answer.split('\t')) {
            let expected = match vector.get(key) {
                None => continue,
                Some(Value::Null) => String::new(),
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            };
            if *actual != expected {
                wrong.push(format!("{place}: {key} is {actual:?} instead of {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn c_with_the_shared_library() {
    every_vector(Library::Shared);
}

#[test]
fn c_with_the_static_library() {
    every_vector(Library::Static);
}

#[test]
fn cpp_with_both() {
    for library in [Library::Shared, Library::Static] {
        let output = compile_and_run(&["c++", "-std=c++17"], "example.cpp", library, b"");
        assert_eq!(
            output,
            "block: Multiple authentication checks failed\n\
             The message failed more than one of SPF, DKIM, and DMARC; set them up for the sending domain. \
             Keep the address. Fix SPF, DKIM, DMARC or reverse DNS before you send the message again.\n\
             because of: 5.7.26\n\
             RFC 7372\n",
        );
    }
}

#[test]
#[ignore = "needs cargo-c and pkg-config"]
fn installed_with_cargo_c() {
    let installed = Path::new(env!("CARGO_TARGET_TMPDIR")).join("installed");
    let (library, program) = (installed.join("lib"), installed.join("example"));
    run(
        Command::new(env!("CARGO"))
            .args(["cinstall", "--release", "--libdir", "lib", "--prefix"])
            .arg(&installed)
            .current_dir(root()),
        b"",
    );
    let flags = run(
        Command::new("pkg-config")
            .args(["--cflags", "--libs", "bounce_codes"])
            .env("PKG_CONFIG_PATH", library.join("pkgconfig")),
        b"",
    );
    run(
        Command::new("c++")
            .args(["-std=c++17", "-pthread", "-o"])
            .arg(&program)
            .arg("tests/example.cpp")
            .args(flags.split_whitespace())
            .current_dir(root()),
        b"",
    );
    assert!(run(Command::new(program).env("LD_LIBRARY_PATH", library), b"").starts_with("block: "));
}
