//! Runs the fuzz targets on every input that has found a bug, and on every vector. `tests/table` does the same for
//! `compile_table`.

#[path = "../fuzz/fuzz_targets/find_in_text.rs"]
mod find_in_text;
#[path = "../fuzz/fuzz_targets/parse_codes.rs"]
mod parse_codes;
#[path = "../fuzz/fuzz_targets/read_record.rs"]
mod read_record;
#[path = "../fuzz/fuzz_targets/read_reply.rs"]
mod read_reply;
#[path = "replay/mod.rs"]
mod replay;

use replay::replay;

#[test]
fn read_reply_holds() {
    replay("read_reply", read_reply::check);
}

#[test]
fn find_in_text_holds() {
    replay("find_in_text", find_in_text::check);
}

#[test]
fn read_record_holds() {
    replay("read_record", read_record::check);
}

#[test]
fn parse_codes_holds() {
    replay("parse_codes", parse_codes::check);
}
