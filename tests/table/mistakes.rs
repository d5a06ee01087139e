//! What the build tells a person who made a mistake in the TOML. Each snapshot is the message as it is printed.

use crate::compile::{Source, compile};
use crate::vocabulary::Bounce;

/// A file with these rows first, and then the classes, subjects, and groups that every file needs.
fn file(rows: &str) -> String {
    let mut text = format!("{}\n\n", rows.trim());
    let mut row = |table: &str, code: &str, rest: &str| {
        text.push_str(&format!(
            "[[{table}]]\ncode = {code}\nname = \"Name\"\ndescription = \"What happened.\"\n\
             category = \"undefined\"\nreferences = [\"RFC 3463\"]\n{rest}\n"
        ));
    };
    row("class", "2", "");
    row("class", "4", "bounce = \"soft\"\n");
    row("class", "5", "bounce = \"block\"\n");
    for subject in 0..8 {
        row("subject", &subject.to_string(), "");
    }
    for digit in 1..6 {
        row("group", &format!("\"{digit}xx\""), "");
    }
    text
}

/// What the build prints for a file; empty if the file is correct.
fn messages(text: &str) -> String {
    let sources = [Source::new("data/bounce_codes.toml", text)];
    match compile(&sources) {
        Ok(_) => String::new(),
        Err(problems) => problems.iter().map(|problem| problem.show(&sources)).collect(),
    }
}

/// Rows for the reply codes that the examples use.
const REPLIES: &str = "
[[reply]]
code = 550
name = \"Mailbox unavailable\"
description = \"The mailbox is not there.\"
references = [\"RFC 5321\"]

[[reply]]
code = 551
name = \"User not local\"
description = \"The mailbox is elsewhere.\"
references = [\"RFC 5321\"]
";

/// Asserts that the file has a mistake and that the messages match the snapshot.
fn assert_messages(name: &str, text: &str) {
    let messages = messages(text);
    assert_ne!(messages, "", "the mistake was not found");
    insta::with_settings!({
        omit_expression => true,
        prepend_module_to_snapshot => false,
        snapshot_path => "snapshots/mistakes",
    }, {
        insta::assert_snapshot!(name, messages);
    });
}

/// One mistake each, and its message as a snapshot.
macro_rules! mistakes {
    ($($name:ident: $rows:expr,)*) => {
        $(
            #[test]
            fn $name() {
                assert_messages(stringify!($name), &file($rows));
            }
        )*
    };
}

#[test]
fn a_correct_file_has_no_messages() {
    assert_eq!(messages(&file("")), "");
    assert_eq!(
        messages(&file(
            r#"
[[enhanced]]
code = "X.1.1"
name = "Bad destination mailbox address"
description = "There is no such mailbox."
category = "mailbox-unknown"
bounce = "hard"
reply_codes = [451, 550]
references = ["RFC 3463"]

[[reply]]
code = 451
name = "Requested action aborted"
description = "Something went wrong."
category = "undefined"
references = ["RFC 5321"]

[[reply]]
code = 550
name = "Mailbox unavailable"
description = "The mailbox is not there."
category = "mailbox-unknown"
bounce = "hard"
generic = true
references = ["RFC 5321"]
"#
        )),
        ""
    );
}

/// A correct row for an enhanced code, with one line added or replaced.
fn row(code: &str, line: &str) -> String {
    let key = line.split(' ').next().unwrap();
    let own = [
        format!("code = \"{code}\""),
        "name = \"Bad destination mailbox address\"".to_owned(),
        "description = \"There is no such mailbox.\"".to_owned(),
        "references = [\"RFC 3463\"]".to_owned(),
    ];
    let own: Vec<String> = own.into_iter().filter(|own| !own.starts_with(&format!("{key} ="))).collect();
    format!("[[enhanced]]\n{}\n{line}\n", own.join("\n"))
}

/// A row for one class has to differ in one key. Any key will do.
#[test]
fn a_row_for_one_class_differs_in_one_key() {
    for own in [
        "name = \"Not here\"",
        "description = \"Nobody of this name is here.\"",
        "category = \"policy\"",
        "bounce = \"hard\"",
        "reply_codes = [550]",
        "references = [\"RFC 5321\"]",
    ] {
        let one_class = format!("[[enhanced]]\ncode = \"5.1.1\"\n{own}\n{REPLIES}");
        assert_eq!(messages(&file(&(row("X.1.1", "") + &one_class))), "", "{own}");
    }
}

#[test]
fn only_a_permanent_failure_has_the_bounce_of_its_row() {
    let text = file(
        &(row("X.1.1", "bounce = \"hard\"")
            + "[[enhanced]]\ncode = \"2.1.1\"\nname = \"Here\"\n\n"
            + "[[enhanced]]\ncode = \"4.1.1\"\nname = \"Not now\"\n\n[[enhanced]]\ncode = \"5.1.1\"\nname = \"Not here\"\n"),
    );
    let compiled = compile(&[Source::new("data/bounce_codes.toml", &text)]).unwrap_or_default();
    let bounce = |code: &str| compiled.rows.iter().find(|row| row.key.to_string() == code).unwrap().bounce;
    assert_eq!(bounce("2.1.1"), None);
    assert_eq!(bounce("4.1.1"), Some(Bounce::Soft));
    assert_eq!(bounce("5.1.1"), Some(Bounce::Hard));
}

/// One letter may be wrong, plus one for every four letters, so a short word is not close to every other word.
#[test]
fn suggestions_are_close() {
    let meant = |key: &str| {
        let messages = messages(&file(&row("X.1.1", &format!("{key} = 1"))));
        messages.split_once("did you mean `").and_then(|(_, word)| Some(word.split_once('`')?.0.to_owned()))
    };
    assert_eq!(meant("nam"), Some("name".to_owned()));
    assert_eq!(meant("refrencs"), Some("references".to_owned()));
    assert_eq!(meant("cat"), None);
    assert_eq!(meant("kinds"), None);
}

#[test]
fn class_4_is_hard() {
    assert_messages("class_4_is_hard", &file("").replace("bounce = \"soft\"", "bounce = \"hard\""));
}

#[test]
fn a_file_without_a_class_a_subject_and_a_group() {
    let text = file("");
    let remove = |text: &str, row: &str| {
        let start = text.find(row).unwrap();
        let length = text[start + 1..].find("[[").map_or(text.len() - start, |next| next + 1);
        text.replace(&text[start..start + length], "")
    };
    let text = remove(&text, "[[class]]\ncode = 4");
    let text = remove(&text, "[[subject]]\ncode = 3");
    let text = remove(&text, "[[group]]\ncode = \"5xx\"");
    assert_messages("missing_class_subject_and_group", &text);
}

mistakes! {
    syntax_error: "[[enhanced]]\ncode = \"X.1.1\nname = \"x\"",
    unknown_table: "[[enhanceds]]\ncode = 1",
    unknown_key: &row("X.1.1", "descripton = \"Twice.\""),
    unknown_key_far_from_any: &row("X.1.1", "colour = \"red\""),
    missing_code: "[[enhanced]]\nname = \"x\"",
    missing_keys: "[[reply]]\ncode = 550\ncategory = \"undefined\"",
    wrong_type: &row("X.1.1", "name = 5"),
    wrong_type_in_a_list: &row("X.1.1", "reply_codes = [550, \"551\"]"),
    code_with_two_numbers: &row("5.1", ""),
    code_of_no_class: &row("6.1.1", ""),
    code_too_long: &row("5.1000.0", ""),
    reply_code_too_high: "[[reply]]\ncode = 660\nname = \"x\"",
    unknown_category: &row("X.1.1", "category = \"mailbox\""),
    unknown_bounce: &row("X.1.1", "bounce = \"medium\""),
    same_code_twice: &(row("X.1.1", "") + &row("X.1.1", "")),
    rows_out_of_order: &(row("X.1.10", "") + &row("X.1.9", "")),
    bounce_of_a_transient_reply: "[[reply]]\ncode = 450\nname = \"x\"\ndescription = \"Y.\"\ncategory = \"undefined\"\nbounce = \"hard\"\nreferences = [\"RFC 5321\"]",
    bounce_of_a_success: "[[reply]]\ncode = 250\nname = \"x\"\ndescription = \"Y.\"\ncategory = \"delivered\"\nbounce = \"hard\"\nreferences = [\"RFC 5321\"]",
    bounce_of_no_failure: "[[reply]]\ncode = 354\nname = \"x\"\ndescription = \"Y.\"\ncategory = \"undefined\"\nbounce = \"hard\"\nreferences = [\"RFC 5321\"]",
    failure_called_delivered: &row("X.1.5", "category = \"delivered\""),
    description_empty: &row("X.1.1", "description = \"\""),
    description_without_full_stop: &row("X.1.1", "description = \"There is no such mailbox\""),
    description_repeats_the_name: &row("X.1.1", "description = \"Bad destination mailbox address.\""),
    name_with_full_stop: &row("X.1.1", "name = \"Bad destination mailbox address.\""),
    text_of_several_lines: &row("X.1.1", "description = \"There is no\\nsuch mailbox.\""),
    reference_in_another_form: &row("X.1.1", "references = [\"rfc3463\", \"RFC 03463\", \"RFC 3463\", \"RFC 3463\"]"),
    draft_in_another_form: &row("X.1.1", "references = [\"draft-\", \"draft-Of-Mine\", \"draft-of-mine-01\"]"),
    references_empty: &row("X.1.1", "references = []"),
    reply_code_without_a_row: &row("X.1.1", "reply_codes = [550]"),
    reply_codes_out_of_order: &(row("X.1.1", "reply_codes = [551, 550, 550]") + REPLIES),
    impossible_reply_code_in_a_list: &row("X.1.1", "reply_codes = [660]"),
    key_twice: &row("X.1.1", "bounce = \"hard\"\nbounce = \"soft\""),
    key_of_another_table: &row("X.1.1", "generic = true"),
    row_in_single_brackets: &(row("X.1.1", "") + &row("X.1.2", "").replace("[[enhanced]]", "[enhanced]") + &row("X.1.3", "")),
    row_that_is_no_row: "enhanced = 5",
    one_class_says_nothing_else: &(row("X.1.1", "bounce = \"hard\"") + "[[enhanced]]\ncode = \"5.1.1\"\nbounce = \"hard\"\n"),
    several_mistakes_at_once: &(row("X.1.1", "bounce = \"medium\"") + &row("5.1", "colour = \"red\"")),
}

// ------------------------------------------------------------------------------------------------------------ phrases

/// A right row of a phrase with these lines, and these wordings.
fn phrase(name: &str, lines: &str, words: &[&str]) -> String {
    let words: String = words.iter().map(|wording| format!("    \"{wording}\",\n")).collect();
    format!(
        "[[phrase]]\nname = \"{name}\"\ndescription = \"What happened.\"\ncategory = \"mailbox-full\"\n{lines}words = [\n{words}]\n\n"
    )
}

#[test]
fn right_phrases_have_no_messages() {
    let rows = phrase("Full", "", &["{box,mailbox} * full", "ящик переполнен", "メールボックスがいっぱい"])
        + &phrase("Also full", "generic = true\n", &["full"])
        + &phrase("Quota", "bounce = \"block\"\nscope = \"sender\"\nsingle_words = true\n", &["overquota"]);
    assert_eq!(messages(&file(&rows)), "");
}

/// An overlay adds wordings to a row, adds rows, and switches wordings off.
#[test]
fn an_overlay_of_phrases() {
    let below = file(&phrase("Full", "", &["mailbox full", "over quota"]));
    let overlay =
        "[[phrase]]\nname = \"Full\"\nbounce = \"block\"\nwords = [\"no room left\"]\nwithout = [\"over quota\"]\n\n"
            .to_owned()
            + &phrase("Ours", "", &["our own words"]);
    let sources = [Source::new("data/phrases.toml", &below), Source::overlay("ours.toml", &overlay)];
    let tables = compile(&sources).unwrap_or_default();
    let shown: Vec<_> =
        tables.phrases.iter().map(|row| (row.name.as_str(), row.bounce, row.words.join("; "))).collect();
    assert_eq!(
        shown,
        [
            ("Full", Some(Bounce::Block), "mailbox full; no room left".to_owned()),
            ("Ours", Some(Bounce::Soft), "our own words".to_owned())
        ]
    );
    assert!(tables.phrases.iter().all(|row| row.overlaid));
}

mistakes! {
    phrase_without_name: "[[phrase]]\ndescription = \"What happened.\"\n",
    phrase_without_category: "[[phrase]]\nname = \"Full\"\nwords = [\"mailbox full\"]\n",
    phrase_twice: &(phrase("Full", "", &["mailbox full"]) + &phrase("Full", "", &["over quota"])),
    phrase_delivered: &phrase("Full", "", &["mailbox full"]).replace("mailbox-full", "delivered"),
    phrase_bounce_is_implied: &phrase("Full", "bounce = \"soft\"\nscope = \"recipient\"\n", &["mailbox full"]),
    wording_in_two_rows: &(phrase("Full", "", &["mailbox full"]) + &phrase("Other", "", &["mailbox full"])),
    wording_covered_by_another: &(phrase("Full", "", &["mailbox * full"]) + &phrase("Other", "", &["mailbox full"])),
    wording_that_never_matches: &phrase("Full", "", &["Mailbox-full: <*> isn't"]),
    wording_of_one_common_word: &phrase("Full", "", &["full"]),
    wordings_not_sorted: &phrase("Full", "", &["over quota", "mailbox full", "over quota"]),
    wording_with_argument_at_its_end: &phrase("Full", "", &["mailbox full *"]),
    wording_of_fillers: &("[synonyms]\n\"\" = [\"has\", \"the\"]\n".to_owned() + &phrase("Full", "", &["full the", "over quota has"])),
    wording_that_says_nothing_new: &("[synonyms]\nmailbox = [\"inbox\"]\n".to_owned() + &phrase("Full", "", &["inbox * full", "mailbox full"])),
    choices_that_are_the_same: &("[synonyms]\n\"\" = [\"has\"]\nmailbox = [\"inbox\"]\n".to_owned() + &phrase("Full", "", &["quota {has been,been} exceeded", "{inbox,mailbox} full"])),
    synonyms_that_contradict: &("[synonyms]\nmail = [\"email\"]\nmailbox = [\"email\"]\nmessage = [\"mail\"]\n".to_owned() + &phrase("Full", "", &["mailbox full"])),
    synonyms_of_several_words: "[synonyms]\n\"mail box\" = [\"inbox\"]\nnot = [\"can not\", \"n't\"]\n",
    synonyms_not_sorted: "[synonyms]\nmail = [\"mails\", \"email\"]\n",
    synonyms_as_a_list: "[[synonyms]]\nmail = [\"email\"]\n",
    wording_with_open_choice: &phrase("Full", "", &["{mail,post box full"]),
    phrase_with_a_code: &phrase("Full", "code = 550\n", &["mailbox full"]),
}

// ------------------------------------------------------------------------------------------ providers and block lists

/// A right provider with these lines, and these replies.
fn provider(name: &str, words: &str, replies: &[String]) -> String {
    format!("[[provider]]\nname = \"{name}\"\nwords = [{words}]\n\n{}", replies.concat())
}

/// A right reply of a provider, with one line added or replaced.
fn reply(name: &str, found_by: &str, line: &str) -> String {
    let key = line.split(' ').next().unwrap();
    let own = [
        found_by.to_owned(),
        format!("name = \"{name}\""),
        "description = \"What happened.\"".to_owned(),
        "category = \"rate-limited\"".to_owned(),
        "source = \"https://example.com/codes\"".to_owned(),
        "checked = \"2026-11-24\"".to_owned(),
    ];
    let own: Vec<String> = own.into_iter().filter(|own| !own.starts_with(&format!("{key} ="))).collect();
    format!("[[provider.reply]]\n{}\n{line}\n\n", own.join("\n"))
}

/// A provider with one reply, found by a code, with one line added or replaced.
fn one_reply(line: &str) -> String {
    provider("Ours", "\"mx ours example\"", &[reply("Slow", "code = \"5.7.606\"", line)])
}

/// A right block list, with one line added or replaced.
fn list(name: &str, line: &str) -> String {
    let key = line.split(' ').next().unwrap();
    let own = [
        format!("name = \"{name}\""),
        format!("words = [\"{} example\"]", name.to_lowercase()),
        "lists = \"ip\"".to_owned(),
        "description = \"The IP is listed.\"".to_owned(),
        "source = \"https://example.com/lists\"".to_owned(),
        "checked = \"2026-11-24\"".to_owned(),
    ];
    let own: Vec<String> = own.into_iter().filter(|own| !own.starts_with(&format!("{key} ="))).collect();
    format!("[[blocklist]]\n{}\n{line}\n\n", own.join("\n"))
}

#[test]
fn right_providers_and_lists_have_no_messages() {
    let rows = [
        reply("One", "code = \"5.7.600\"", "last = \"5.7.620\"\nunique = true"),
        reply("Two", "code = \"5.7.700\"", "reply_codes = [550]"),
        reply("Three", "code = \"5.7.700\"", "reply_codes = [451, 554]\nretry_after = 3600"),
        reply("Four", "code = \"[TSS04]\"", "advice = \"Wait.\""),
        reply("Five", "words = [\"not now\"]", "bounce = \"block\"\nscope = \"sender\""),
    ];
    let text = provider("Ours", "\"mx ours example\", \"ours\"", &rows)
        + &provider("Theirs", "\"mx theirs example\"", &[reply("Six", "words = [\"not now\"]", "")])
        + &list("A", "closed = \"2024-06\"")
        + &list("B", "fault = true")
        + &list("C", "delist = \"http://example.com/\"");
    assert_eq!(messages(&file(&text)), "");
}

/// An overlay adds replies and words to a provider, replaces replies and lists of the same name, and adds others.
#[test]
fn an_overlay_of_providers_and_lists() {
    let below = file(&(one_reply("") + &list("A", "")));
    let overlay = provider(
        "Ours",
        "\"ours\"",
        &[reply("Slow", "code = \"5.7.607\"", ""), reply("New", "words = [\"not now\"]", "")],
    ) + &provider("Theirs", "\"theirs\"", &[])
        + &list("A", "closed = \"2024\"");
    let sources = [Source::new("data/providers.toml", &below), Source::overlay("ours.toml", &overlay)];
    let tables = compile(&sources).unwrap_or_default();
    let [ours, theirs] = &tables.providers[..] else { panic!("{:?}", tables.providers) };
    assert_eq!((ours.words.join("; "), theirs.words.join("; ")), ("mx ours example; ours".into(), "theirs".into()));
    let keys: Vec<String> = ours.replies.iter().map(|row| ours.key_of(row)).collect();
    assert_eq!(keys, ["5.7.607", "New"]);
    assert!(ours.replies.iter().all(|row| row.overlaid));
    assert_eq!(tables.blocklists[0].closed.as_deref(), Some("2024"));
}

mistakes! {
    provider_without_words: "[[provider]]\nname = \"Ours\"\n",
    provider_without_name: "[[provider]]\nwords = [\"mx ours example\"]\n",
    provider_twice: &(provider("Ours", "\"mx ours example\"", &[]) + &provider("Ours", "\"ours\"", &[])),
    providers_out_of_order: &(provider("Theirs", "\"theirs\"", &[]) + &provider("Ours", "\"ours\"", &[])),
    provider_recognized_by_the_words_of_another: &(provider("Ours", "\"mx example\"", &[]) + &provider("Theirs", "\"mx example\"", &[])),
    provider_with_a_code: &one_reply("").replace("words = [\"mx", "code = \"5.7.1\"\nwords = [\"mx"),
    provider_words_that_never_match: &provider("Ours", "\"mx.ours.example\"", &[]),
    provider_postmaster_without_an_address: &provider("Ours", "\"ours\"", &[]).replace("words", "postmaster = \"ours.example\"\nwords"),
    provider_code_in_two_rows: &provider("Ours", "\"ours\"", &[reply("One", "code = \"OFR_506\"", ""), reply("Two", "code = \"ofr_506\"", "")]),
    provider_code_in_two_rows_with_the_same_reply_code: &provider("Ours", "\"ours\"", &[reply("One", "code = \"5.7.1\"", "reply_codes = [550, 554]"), reply("Two", "code = \"5.7.1\"", "reply_codes = [554]")]),
    provider_ranges_that_overlap: &provider("Ours", "\"ours\"", &[reply("One", "code = \"5.7.600\"", "last = \"5.7.620\""), reply("Two", "code = \"5.7.620\"", "last = \"5.7.630\"")]),
    provider_words_in_two_rows: &provider("Ours", "\"ours\"", &[reply("One", "words = [\"not now\"]", ""), reply("Two", "words = [\"not now\", \"not today\"]", "")]),
    provider_rows_out_of_order: &provider("Ours", "\"ours\"", &[reply("One", "code = \"OFR_506\"", ""), reply("Two", "code = \"5.7.1\"", "")]),
    provider_names_twice: &provider("Ours", "\"ours\"", &[reply("One", "code = \"OFR_506\"", ""), reply("One", "code = \"OFR_507\"", "")]),
    range_that_ends_before_it_begins: &one_reply("last = \"5.7.605\""),
    range_over_two_subjects: &one_reply("last = \"5.8.1\""),
    range_of_another_code: &one_reply("last = \"5.7.700\"").replace("5.7.606", "OFR_506"),
    reply_without_code_or_words: &one_reply("").replace("code = \"5.7.606\"\n", ""),
    reply_with_code_and_words: &one_reply("words = [\"not now\"]"),
    reply_code_that_never_matches: &one_reply("").replace("5.7.606", "[#]"),
    reply_with_missing_keys: &provider("Ours", "\"ours\"", &["[[provider.reply]]\ncode = \"5.7.606\"\n".to_owned()]),
    reply_in_single_brackets: &one_reply("").replace("[[provider.reply]]", "[provider.reply]"),
    reply_with_an_unknown_key: &one_reply("retry = 60"),
    unique_code_of_the_registry: &(row("X.7.606", "") + &one_reply("unique = true")),
    unique_code_of_two_providers: &(one_reply("unique = true") + &provider("Theirs", "\"theirs\"", &[reply("One", "code = \"5.7.600\"", "last = \"5.7.606\"")])),
    unique_code_of_its_own: &one_reply("unique = true").replace("5.7.606", "OFR_506"),
    source_without_an_address: &one_reply("source = \"a copy of the page\""),
    checked_on_no_day: &one_reply("checked = \"2026-02-29\""),
    checked_in_the_future: &one_reply("checked = \"2999-01-01\""),
    wait_of_a_month: &one_reply("retry_after = 2592000"),
    advice_without_full_stop: &one_reply("advice = \"Wait\""),
    reply_that_repeats_its_category: &one_reply("bounce = \"soft\"\nscope = \"source\""),
    reply_called_delivered: &one_reply("category = \"delivered\""),
    list_of_something_else: &list("A", "lists = \"asn\""),
    list_closed_at_no_time: &list("A", "closed = \"last year\""),
    list_closed_and_at_fault: &list("A", "closed = \"2024\"\nfault = true"),
    list_with_a_page_without_an_address: &list("A", "delist = \"example.com\""),
    list_named_like_a_provider: &(provider("Ours", "\"a example\"", &[]) + &list("A", "")),
    lists_out_of_order: &(list("B", "") + &list("A", "")),
    list_with_missing_keys: "[[blocklist]]\nname = \"A\"\nwords = [\"a example\"]\n",
}
