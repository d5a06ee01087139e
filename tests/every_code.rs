//! Every possible code, looked up and compared with a plain search through the rows.

use std::collections::HashMap;

use bounce_codes::{Bounce, Category, Class, EnhancedCode, Key, Reply, ReplyCode, Row, Table, classify};

/// The rows by class, subject, and detail: X rows first, then rows for one class in their place.
fn enhanced_rows() -> HashMap<(Class, u16, u16), &'static Row> {
    let mut rows = HashMap::new();
    for row in Table::Enhanced.rows() {
        let Key::Enhanced { subject, detail, class } = row.key() else { continue };
        match class {
            None => rows.extend(Class::ALL.iter().map(|class| ((*class, subject, detail), row))),
            Some(class) => drop(rows.insert((class, subject, detail), row)),
        }
    }
    rows
}

/// The first and the last of each range of codes that only one provider has, and what they mean.
fn unique_codes() -> Vec<(EnhancedCode, EnhancedCode, &'static Row)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/providers.toml");
    let data: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let replies =
        data["provider"].as_array().unwrap().iter().flat_map(|provider| provider["reply"].as_array().unwrap());
    // Without the words there are no providers.
    let rows = replies.zip(Table::Provider.rows());
    let codes = rows.filter(|(reply, _)| reply.get("unique").is_some()).map(|(reply, row)| {
        let code = |key: &str| Some(reply.get(key)?.as_str().unwrap().parse().unwrap());
        (code("code").unwrap(), code("last").or(code("code")).unwrap(), row)
    });
    codes.collect()
}

#[test]
fn every_enhanced_code() {
    let rows = enhanced_rows();
    let subjects: Vec<&Row> = Table::Subject.rows().collect();
    let unique = unique_codes();
    for class in Class::ALL {
        for subject in 0..=999 {
            for detail in 0..=999 {
                let code = EnhancedCode::new(*class, subject, detail).unwrap();
                let exact = rows.get(&(*class, subject, detail)).copied();
                assert_eq!(code.row(), exact, "{code}");

                let verdict = code.verdict();
                let unique =
                    unique.iter().find(|(first, last, _)| (*first..=*last).contains(&code)).map(|(.., row)| *row);
                let expected = exact.or(unique).or(subjects.get(usize::from(subject)).copied()).unwrap_or(class.row());
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
fn every_enhanced_code_round_trips() {
    for class in Class::ALL {
        for subject in 0..=999 {
            for detail in 0..=999 {
                let code = EnhancedCode::new(*class, subject, detail).unwrap();
                let text = format!("{}.{subject}.{detail}", class.digit());
                assert_eq!(code.to_string(), text);
                assert_eq!(text.parse(), Ok(code));
                assert_eq!(classify(text.as_bytes()).and_then(|verdict| verdict.enhanced_code()), Some(code));
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
        assert_eq!(classify(text.as_bytes()).and_then(|verdict| verdict.reply_code()), Some(code));

        let exact = Table::Reply.rows().find(|row| row.key().to_string() == text);
        assert_eq!(code.row(), exact);
        let group = format!("{}xx", number / 100);
        let expected = exact.or_else(|| Table::Group.rows().find(|row| row.key().to_string() == group)).unwrap();
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
fn the_tables_are_complete_and_in_order() {
    // The rows that every code falls back to.
    for (table, keys) in [
        (Table::Class, "2 4 5"),
        (Table::Subject, "X.0 X.1 X.2 X.3 X.4 X.5 X.6 X.7"),
        (Table::Group, "1xx 2xx 3xx 4xx 5xx"),
    ] {
        assert_eq!(table.rows().map(|row| row.key().to_string()).collect::<Vec<_>>().join(" "), keys);
    }
    let classes =
        |table: Table| table.rows().map(|row| row.key().class().map(|class| class.digit())).collect::<Vec<_>>();
    assert_eq!(classes(Table::Class), [Some(2), Some(4), Some(5)]);
    assert_eq!(classes(Table::Subject), [None; 8]);
    assert_eq!(classes(Table::Group), [None, Some(2), None, Some(4), Some(5)]);

    for table in Table::ALL {
        // Phrases are in the order of their precedence, the others by words in the order of names.
        let by_words = matches!(table, Table::Phrase | Table::Provider | Table::Blocklist);
        assert!(by_words || table.rows().map(|row| row.key()).is_sorted(), "{table}");
        assert!(table.rows().all(|row| row.key().table() == *table), "{table}");
    }
}

/// Every pair of codes that has its own row, and the same enhanced codes with every other 5yz reply code.
#[test]
fn every_pair_of_codes() {
    let pairs: Vec<_> = Table::Enhanced
        .rows()
        .filter_map(|row| if let Key::Pair(enhanced, code) = row.key() { Some((enhanced, code, row)) } else { None })
        .collect();
    assert!(!pairs.is_empty());
    for (enhanced, _, _) in &pairs {
        for code in (500..=599).filter_map(ReplyCode::new) {
            let own = pairs.iter().find(|(e, c, _)| e == enhanced && *c == code).map(|(_, _, row)| *row);
            let row = Reply::from((code, *enhanced)).verdict().row();
            assert!(std::ptr::eq(row, own.or(enhanced.row()).unwrap()), "{code} {enhanced}: {}", row.key());
        }
    }
}

#[test]
fn every_key_round_trips() {
    let by_words = [Table::Phrase, Table::Provider, Table::Blocklist];
    for row in Table::ALL.iter().filter(|table| !by_words.contains(table)).flat_map(|table| table.rows()) {
        assert_eq!(row.key().to_string().parse(), Ok(row.key()));
    }
    for text in
        ["", "X", "X.", "X.1.", "X.1.1.", "X.01", "6", "6xx", "660", "5.1", "550 ", "550 5.1", "660 5.1.1", "hello"]
    {
        assert!(text.parse::<Key>().is_err(), "{text}");
    }
}

#[test]
fn errors_say_what_is_wrong_with_a_code() {
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
fn codes_as_numbers_and_in_debug_output() {
    let code = ReplyCode::new(550).unwrap();
    assert_eq!(u16::from(code), 550);
    assert!(code == 550 && code != 551);
    assert!([550, 551].map(|number: u16| number == code) == [true, false]);
    assert_eq!(ReplyCode::try_from(600).unwrap_err().to_string(), "expected a number from 100 to 599");
    assert_eq!(format!("{code:?} {code:>5}"), "ReplyCode(550)   550");
    let enhanced = EnhancedCode::new(Class::PermanentFailure, 7, 26).unwrap();
    assert_eq!(format!("{enhanced:?} {enhanced:>8}"), "EnhancedCode(5.7.26)   5.7.26");
}
