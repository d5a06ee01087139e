//! What a change of the table changes, shown to the person who reviews it.

use bounce_codes::{Row, Table};

/// The rows as they are compiled into the library.
#[test]
fn generated_source() {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("generated_source", include_str!(concat!(env!("OUT_DIR"), "/rows.rs")));
    });
}

/// What each code comes to, one line a code; where the class is `any`, the bounce is that of class 5. The columns are of a fixed width, so that a long name moves no other row.
#[test]
fn verdicts() {
    let order = [Table::Class, Table::Subject, Table::Enhanced, Table::Group, Table::Reply];
    let header =
        format!("{:<8} {:<7} {:<28} {:<5} {:<19} {}\n", "table", "code", "class", "bounce", "category", "name");
    let lines: String = order.into_iter().flat_map(|table| table.rows()).map(line).collect();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("verdicts", header + &lines);
    });
}

fn line(row: &Row) -> String {
    let class = row.class().map_or("any", |class| class.as_str());
    let class = if row.class().is_none() && matches!(row.table(), Table::Group | Table::Reply) { "-" } else { class };
    let bounce = row.bounce().map_or("-", |bounce| bounce.as_str());
    format!("{:<8} {:<7} {class:<28} {bounce:<5} {:<19} {}\n", row.table(), row.code(), row.category(), row.name())
}
