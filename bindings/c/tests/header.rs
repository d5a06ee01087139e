//! The committed header is the one that cbindgen generates from the code, with the numbers of the enumerations from the
//! library. To accept a change, run this test with `INSTA_UPDATE=always`.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use library::{Bounce, Category, Class, Command, Outcome, Scope, Table};

#[test]
fn the_header_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = root.join("include/bounce_codes.h");
    let mut config = cbindgen::Config::from_root_or_default(root);
    config.after_includes = Some(enumerations());
    let source = root.join("src/lib.rs");
    let bindings = cbindgen::Builder::new().with_src(source).with_config(config).generate().unwrap();
    let mut generated = Vec::new();
    bindings.write(&mut generated);
    let generated = String::from_utf8(generated).unwrap();
    if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&file, &generated).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap();
    let different = generated.lines().zip(committed.lines()).find(|(generated, committed)| generated != committed);
    assert!(generated == committed, "include/bounce_codes.h is out of date: {different:?}");
}

/// The numbers of the enumerations as C.
fn enumerations() -> String {
    let mut text = String::new();
    macro_rules! add {
        ($($name:ident),*) => {$(
            let name = stringify!($name).to_uppercase();
            writeln!(text, "enum {{").unwrap();
            for (at, value) in $name::ALL.iter().enumerate() {
                let value = value.as_str().to_uppercase().replace('-', "_");
                writeln!(text, "  BOUNCE_CODES_{name}_{value} = {},", at + 1).unwrap();
            }
            writeln!(text, "}};\n").unwrap();
        )*};
    }
    add!(Class, Bounce, Category, Scope, Command, Outcome, Table);
    text
}
