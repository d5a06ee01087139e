//! Every code that can be written, looked up beside a plain search through the rows.

use std::collections::HashMap;

use bounce_codes::{Bounce, Category, Class, EnhancedCode, ReplyCode, Row, Table, classify};

/// The rows by class, subject and detail, put there one after the other: X rows first, rows for one class over them.
fn enhanced_rows() -> HashMap<(Class, u16, u16), &'static Row> {
    let mut rows = HashMap::new();
    for only in [false, true] {
        for row in Table::Enhanced.rows() {
            let (class, numbers) = row.code().split_once('.').unwrap();
            let (subject, detail) = numbers.split_once('.').unwrap();
            let (subject, detail) = (subject.parse().unwrap(), detail.parse().unwrap());
            match class {
                "X" if !only => rows.extend(Class::ALL.iter().map(|class| ((*class, subject, detail), row))),
                "X" => {}
                digit if only => {
                    let class = Class::from_digit(digit.parse().unwrap()).unwrap();
                    rows.insert((class, subject, detail), row);
                }
                _ => {}
            }
        }
    }
    rows
}

#[test]
fn every_enhanced_code() {
    let rows = enhanced_rows();
    let subjects: Vec<&Row> = Table::Subject.rows().collect();
    for class in Class::ALL {
        for subject in 0..=999 {
            for detail in 0..=999 {
                let code = EnhancedCode::new(*class, subject, detail).unwrap();
                let exact = rows.get(&(*class, subject, detail)).copied();
                assert_eq!(code.row(), exact, "{code}");

                let verdict = code.verdict();
                let expected = exact.or(subjects.get(usize::from(subject)).copied()).unwrap_or(class.row());
                assert!(std::ptr::eq(verdict.row(), expected), "{code}: {:?}", verdict.row());
                assert_eq!(verdict.class(), Some(*class));
                assert_eq!(verdict.category() == Category::Delivered, *class == Class::Success, "{code}");
                match class {
                    Class::Success => assert_eq!(verdict.bounce(), None, "{code}"),
                    Class::PersistentTransientFailure => assert_eq!(verdict.bounce(), Some(Bounce::Soft), "{code}"),
                    Class::PermanentFailure => assert!(verdict.bounce().is_some(), "{code}"),
                }
            }
        }
    }
}

#[test]
fn every_enhanced_code_reads_back_what_it_writes() {
    for class in Class::ALL {
        for subject in 0..=999 {
            for detail in 0..=999 {
                let code = EnhancedCode::new(*class, subject, detail).unwrap();
                let text = format!("{}.{subject}.{detail}", class.digit());
                assert_eq!(code.to_string(), text);
                assert_eq!(text.parse(), Ok(code));
                assert_eq!(classify(text.as_bytes()).and_then(|verdict| verdict.enhanced()), Some(code));
            }
        }
    }
    assert_eq!(EnhancedCode::new(Class::Success, 1000, 0), None);
    assert_eq!(EnhancedCode::new(Class::Success, 0, 1000), None);
}

#[test]
fn every_number_as_a_reply_code() {
    for number in 0..=999u16 {
        let text = format!("{number:03}");
        let Some(code) = ReplyCode::new(number) else {
            assert!(!(100..=599).contains(&number), "{number}");
            assert!(ReplyCode::try_from(number).is_err());
            assert!(text.parse::<ReplyCode>().is_err());
            assert!(classify(text.as_bytes()).is_none(), "{number}");
            continue;
        };
        assert!((100..=599).contains(&number), "{number}");
        assert_eq!(code.to_string(), text);
        assert_eq!(text.parse(), Ok(code));
        assert_eq!(classify(text.as_bytes()).and_then(|verdict| verdict.reply()), Some(code));

        let exact = Table::Reply.rows().find(|row| row.code() == text);
        assert_eq!(code.row(), exact);
        let group = format!("{}xx", number / 100);
        let expected = exact.or_else(|| Table::Group.rows().find(|row| row.code() == group)).unwrap();
        let verdict = code.verdict();
        assert!(std::ptr::eq(verdict.row(), expected), "{number}: {:?}", verdict.row());
        match number / 100 {
            4 => assert_eq!(verdict.bounce(), Some(Bounce::Soft), "{number}"),
            5 => assert!(verdict.bounce().is_some(), "{number}"),
            _ => assert_eq!(verdict.bounce(), None, "{number}"),
        }
    }
}

#[test]
fn the_tables_are_whole_and_in_order() {
    // The rows that every code falls back to.
    for (table, codes) in
        [(Table::Class, "2 4 5"), (Table::Subject, "0 1 2 3 4 5 6 7"), (Table::Group, "1xx 2xx 3xx 4xx 5xx")]
    {
        assert_eq!(table.rows().map(|row| row.code()).collect::<Vec<_>>().join(" "), codes);
    }
    let classes = |table: Table| table.rows().map(|row| row.class().map(|class| class.digit())).collect::<Vec<_>>();
    assert_eq!(classes(Table::Class), [Some(2), Some(4), Some(5)]);
    assert_eq!(classes(Table::Subject), [None; 8]);
    assert_eq!(classes(Table::Group), [None, Some(2), None, Some(4), Some(5)]);

    let reply: Vec<u16> = Table::Reply.rows().map(|row| row.code().parse().unwrap()).collect();
    assert!(reply.is_sorted());
    let enhanced: Vec<(u16, u16, bool)> = Table::Enhanced
        .rows()
        .map(|row| {
            let numbers: Vec<u16> = row.code().split('.').skip(1).map(|number| number.parse().unwrap()).collect();
            (numbers[0], numbers[1], !row.code().starts_with('X'))
        })
        .collect();
    assert!(enhanced.is_sorted());
}

#[test]
fn what_is_wrong_with_a_code() {
    for (text, message) in [
        ("", "expected a digit at byte 0 of a reply code such as 550"),
        ("5", "expected a digit at byte 1 of a reply code such as 550"),
        ("55x", "expected a digit at byte 2 of a reply code such as 550"),
        ("660", "expected a number from 100 to 599 at byte 0 of a reply code such as 550"),
        ("5501", "expected the end at byte 3 of a reply code such as 550"),
    ] {
        let error = text.parse::<ReplyCode>().unwrap_err();
        assert_eq!(error.to_string(), message, "{text:?}");
        assert!(message.contains(&format!("at byte {} of", error.position())));
    }
    for (text, message) in [
        ("", "expected class 2, 4 or 5 at byte 0 of an enhanced code such as 5.1.1"),
        ("3.1.1", "expected class 2, 4 or 5 at byte 0 of an enhanced code such as 5.1.1"),
        ("5", "expected a dot at byte 1 of an enhanced code such as 5.1.1"),
        ("5.x", "expected a digit at byte 2 of an enhanced code such as 5.1.1"),
        ("5.01.1", "expected a number without a leading zero at byte 2 of an enhanced code such as 5.1.1"),
        ("5.1234.1", "expected a number of at most three digits at byte 2 of an enhanced code such as 5.1.1"),
        ("5.123", "expected a dot at byte 5 of an enhanced code such as 5.1.1"),
        ("5.123.", "expected a digit at byte 6 of an enhanced code such as 5.1.1"),
        ("5.12.00", "expected a number without a leading zero at byte 5 of an enhanced code such as 5.1.1"),
        ("5.12.345 ", "expected the end at byte 8 of an enhanced code such as 5.1.1"),
    ] {
        let error = text.parse::<EnhancedCode>().unwrap_err();
        assert_eq!(error.to_string(), message, "{text:?}");
        assert!(message.contains(&format!("at byte {} of", error.position())));
    }
}

#[test]
fn codes_as_numbers_and_for_debugging() {
    let code = ReplyCode::new(550).unwrap();
    assert_eq!(u16::from(code), 550);
    assert!(code == 550 && code != 551);
    assert_eq!(format!("{code:?} {code:>5}"), "ReplyCode(550)   550");
    let enhanced = EnhancedCode::new(Class::PermanentFailure, 7, 26).unwrap();
    assert_eq!(format!("{enhanced:?} {enhanced:>8}"), "EnhancedCode(5.7.26)   5.7.26");
}
