//! What only the room itself can see, and what holds for every script.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    DEPTH_LIMIT, FiledName, LiteralForm, Met, NameEncoding, NotRewritten, OCTETS_LIMIT, Script,
    TOKENS_LIMIT, read,
};
use crate::model::mutf7;

fn names(script: &Script) -> Vec<String> {
    let filings = script.filings().iter();
    let names = filings.map(|filing| filing.shown(NameEncoding::Utf8));
    names.collect()
}

fn named(text: &str) -> Vec<String> {
    names(&read(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error:?}")))
}

#[test]
fn strings_are_read_as_they_are_escaped() {
    for (text, name) in [
        (r#"fileinto "A";"#, "A"),
        (r#"fileinto "";"#, ""),
        (r#"fileinto "a\"b\\c\d";"#, "a\"b\\cd"),
        ("fileinto \"a\r\nb\";", "a\r\nb"),
        ("fileinto text:\r\nA\r\n.\r\n;", "A\r\n"),
        ("fileinto TEXT: \t# why\n..A\n.b\n..\n.\n;", ".A\n.b\n.\n"),
        ("fileinto text:\n.\n;", ""),
        ("\u{feff}fileinto\"A\";", "A"),
        ("# \"\r\nfileinto /* \" */ :copy /**/ \"A\" /* ; */ ;", "A"),
    ] {
        assert_eq!(named(text), [name], "{text:?}");
    }
    let octets = read(b"fileinto \"\xe9\";").unwrap();
    let literal = octets.filings()[0].literal().unwrap();
    assert_eq!(literal.value, b"\xe9");
    assert_eq!(literal.name(NameEncoding::Utf8), None);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let deep = format!("{}{}", "if a {".repeat(40), "}".repeat(40));
    let deep_tests = format!("if {}true {{}}", "not ".repeat(40));
    for (text, line, column, met) in [
        ("keep;\n fileinto \"a", 2, 11, Met::UnclosedString),
        ("keep;\n\nfileinto text:\na\n.b\n", 3, 10, Met::UnclosedText),
        ("keep; /* a", 1, 7, Met::UnclosedComment),
        ("keep;\r\n  fileinto text: x", 2, 18, Met::Octet(b'x')),
        ("keep;\0", 1, 6, Met::Octet(0)),
        ("keep;\nfileinto \"\0\";", 2, 11, Met::Octet(0)),
        ("keep; é", 1, 7, Met::Octet(0xc3)),
        ("keep; /", 1, 7, Met::Octet(b'/')),
        ("fileinto : \"a\";", 1, 10, Met::Octet(b':')),
        ("keep", 1, 1, Met::End),
        ("keep }", 1, 6, Met::Token),
        ("if true {\nkeep;", 2, 5, Met::End),
        ("fileinto [\"a\" \"b\"];", 1, 15, Met::Token),
        ("fileinto [];", 1, 11, Met::Token),
        ("\"a\";", 1, 1, Met::Token),
        ("}", 1, 1, Met::Token),
        ("if anyof(true,) {}", 1, 15, Met::Token),
        (&deep, 1, 6 * DEPTH_LIMIT + 4, Met::TooDeep),
        (&deep_tests, 1, 4 + 4 * DEPTH_LIMIT, Met::TooDeep),
    ] {
        let error = read(text.as_bytes()).unwrap_err();
        let place = (error.line, error.column, error.met);
        assert_eq!(place, (line, column, met), "{text}");
    }
    let long = vec![b' '; OCTETS_LIMIT + 1];
    assert_eq!(read(&long).unwrap_err().met, Met::TooLong);
    assert!(read(&long[1..]).is_ok());
    let many = "keep;".repeat(TOKENS_LIMIT / 2);
    assert!(read(many.as_bytes()).is_ok());
    let more = format!("{many}keep;");
    assert_eq!(read(more.as_bytes()).unwrap_err().met, Met::TooManyTokens);
}

#[test]
fn a_name_is_only_computed_where_the_script_requires_what_computes_it() {
    let plain = "fileinto \"a${b}\";";
    let variables = format!("require \"variables\";{plain}");
    let encoded = format!("require [\"fileinto\", \"encoded-character\"];{plain}");
    let asked = format!("if ihave \"variables\" {{{plain}}}");
    for (text, is_computed) in [
        (plain, false),
        (&variables, true),
        (&encoded, true),
        (&asked, true),
    ] {
        let script = read(text.as_bytes()).unwrap();
        let is = matches!(script.filings()[0].name, FiledName::Computed(_));
        assert_eq!(is, is_computed, "{text}");
    }
}

fn renamed(text: &str, old: &str, new: &str) -> Result<String, NotRewritten> {
    let script = read(text.as_bytes()).unwrap();
    let renames = BTreeMap::from([(old.to_owned(), new.to_owned())]);
    let rewritten = script.rewritten(&renames, NameEncoding::Utf8);
    rewritten.map(|octets| String::from_utf8(octets).unwrap())
}

#[test]
fn a_new_name_that_would_mean_something_else_is_refused() {
    let variables = "require \"variables\"; fileinto \"A\";";
    for (text, new) in [
        (variables, "${a}"),
        ("fileinto \"A\";", ""),
        ("fileinto \"A\";", "a\r\nb"),
        ("fileinto \"A\";", "a\0"),
    ] {
        let name = new.to_owned();
        let refused = Err(NotRewritten::UnwritableName { name });
        assert_eq!(renamed(text, "A", new), refused, "{new:?}");
    }
    let written = renamed("fileinto \"A\";", "A", "${a}");
    assert_eq!(written.as_deref(), Ok("fileinto \"${a}\";"));
}

#[test]
fn what_a_block_of_lines_says_never_becomes_a_mailbox_s_name() {
    for (text, old) in [
        ("fileinto text:\r\nA\r\n.\r\n;", "A\r\n"),
        ("fileinto text:\n.\n;", ""),
    ] {
        let name = "B".to_owned();
        let refused = Err(NotRewritten::UnwritableName { name });
        assert_eq!(renamed(text, old, "B"), refused, "{text:?}");
        assert_eq!(renamed(text, "A", "B").as_deref(), Ok(text));
    }
}

#[test]
fn a_name_where_extensions_are_required_is_no_extension() {
    let written = renamed("require :fcc \"A\";", "A", "B");
    assert_eq!(written.as_deref(), Ok("require :fcc \"B\";"));
}

#[test]
fn a_comment_whose_rule_its_generator_cannot_read_stops_a_rewriting() {
    let text = "keep;\n/*\nBEGIN:FILTER:a\nBEGIN:HEADER\n!!!\nEND:HEADER\n*/\nfileinto \"A\";";
    let refused = Err(NotRewritten::UnreadableRule { line: 2 });
    assert_eq!(renamed(text, "A", "B"), refused);
}

#[test]
fn the_value_of_a_tag_is_no_name() {
    for tag in ["specialuse", "mailboxid", "flags"] {
        assert_eq!(named(&format!("fileinto :{tag} \"A\";")), [""; 0], "{tag}");
        assert_eq!(named(&format!("fileinto :{tag} \"A\" \"B\";")), ["B"]);
    }
    assert_eq!(named("specialuse_exists \"\\\\Junk\";"), [""; 0]);
    assert_eq!(named("fileinto :unknown 5;"), [""; 0]);
}

/// A rule in SnappyMail's form.
fn stored(rule: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let packed = STANDARD.encode(rule);
    format!("/*\nBEGIN:FILTER:a\nBEGIN:HEADER\n{packed}\nEND:HEADER\n*/\n")
}

#[test]
fn only_what_a_stored_rule_files_into_is_a_mailbox_s_name() {
    let rule = |kind: &str| stored(&format!(r#"{{"ActionType":"{kind}","ActionValue":"A"}}"#));
    let answer = rule("Vacation");
    assert_eq!(renamed(&answer, "A", "B").as_ref(), Ok(&answer));
    let moves = rule("MoveTo");
    assert_ne!(renamed(&moves, "A", "B"), Ok(moves));
    let section = "### Nextcloud Mail: Filters ###\n# FILTER: ";
    let other = format!("{section}[{{\"actions\":[{{\"mailbox\":\"A\",\"type\":\"x\"}}]}}]\r\n");
    assert_eq!(renamed(&other, "A", "B").as_ref(), Ok(&other));
    let files = other.replace("\"x\"", "\"fileinto\"");
    let new = files.replace("\"A\"", "\"B\"");
    assert_eq!(renamed(&files, "A", "B"), Ok(new));
}

#[test]
fn a_disabled_rule_has_the_name_in_the_comment_before_it_alone() {
    let disabled = "/* @Filter is disabled\nfileinto \"A\";*/\n";
    let text = stored(r#"{"Name":"one"}"#) + disabled + disabled;
    let script = read(text.as_bytes()).unwrap();
    let rules = script.rules().iter().map(|rule| rule.name.as_deref());
    assert_eq!(rules.collect::<Vec<_>>(), [Some("one"), None]);
    assert!(script.filings().iter().all(|filing| filing.is_disabled));
}

#[test]
fn a_comment_of_a_person_s_is_no_rule_of_a_generator() {
    let text = "# FILTER: what I do\nfileinto \"A\";";
    let written = renamed(text, "A", "B");
    assert_eq!(
        written.as_deref(),
        Ok("# FILTER: what I do\nfileinto \"B\";")
    );
}

#[test]
fn a_name_that_would_end_the_comment_around_its_rule_is_refused() {
    let text = "/* @Filter is disabled\nfileinto \"A\";*/";
    let written = renamed(text, "A", "B");
    assert_eq!(
        written.as_deref(),
        Ok("/* @Filter is disabled\nfileinto \"B\";*/")
    );
    let name = "B*/".to_owned();
    let refused = Err(NotRewritten::UnwritableName { name });
    assert_eq!(renamed(text, "A", "B*/"), refused);
    let written = renamed("if false { fileinto \"A\"; }", "A", "B*/");
    assert_eq!(written.as_deref(), Ok("if false { fileinto \"B*/\"; }"));
}

/// A string of a script that says this.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Pieces of scripts that any script may be made of.
fn piece() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("Sent".to_owned()),
        Just("Envoyés".to_owned()),
        Just("Envoy&AOk-s".to_owned()),
        "[ -~]{0,12}",
        "\\PC{0,6}",
    ];
    let fixed = prop::sample::select(vec![
        "keep;\r\n",
        "stop;",
        "# fileinto \"Sent\";\r\n",
        "/* fileinto \"Sent\"; */",
        "# rule:[A \"name\"]\n",
        "redirect \"a@example.org\";",
        "vacation text:\r\nfileinto \"Sent\";\r\n..\r\n.\r\n;",
        "require [\"fileinto\", \"copy\"];",
        "if true { discard; } else { keep; }\n",
        "vacation :fcc \"Sent\" \"Sent\";",
        "if false # header \"Sent\"\n{ fileinto \"Sent\"; }",
    ]);
    prop_oneof![
        fixed.prop_map(str::to_owned),
        name.clone()
            .prop_map(|name| format!("fileinto {};\n", quoted(&name))),
        name.clone().prop_map(|name| format!(
            "if anyof(mailboxexists [\"a\",{}], size :over 1K) {{ fileinto :copy {}; }}\r\n",
            quoted(&name),
            quoted(&name)
        )),
        name.prop_map(|name| format!("reject {};", quoted(&name))),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_octets_are_too_strange_to_read(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&octets);
    }

    #[test]
    fn no_part_of_a_script_is_too_strange_to_read(text in text(), start in 0_usize..400, length in 0_usize..400) {
        let octets = text.as_bytes();
        let start = start.min(octets.len());
        let end = (start + length).min(octets.len());
        let _ = read(&octets[start..end]);
    }

    #[test]
    fn each_literal_stands_where_it_is_said_to_stand(text in text()) {
        let script = read(text.as_bytes()).unwrap();
        for filing in script.filings() {
            let literal = filing.literal().unwrap();
            prop_assert_eq!(literal.form, LiteralForm::Quoted);
            let value = String::from_utf8(literal.value.clone()).unwrap();
            let start = literal.content.start - 1;
            let written = &text[start..=literal.content.end];
            prop_assert_eq!(written, quoted(&value));
            prop_assert_eq!(text[..start].split('\n').count(), filing.line);
        }
    }

    #[test]
    fn a_rewriting_changes_the_names_it_is_told_to_and_nothing_else(
        text in text(),
        new in "[ -~é\u{301}]{1,12}",
        takes_mutf7: bool,
    ) {
        let encoding = if takes_mutf7 { NameEncoding::Mutf7 } else { NameEncoding::Utf8 };
        let script = read(text.as_bytes()).unwrap();
        let old = ["Sent", "Envoyés"];
        let renames: BTreeMap<String, String> =
            old.iter().map(|old| ((*old).to_owned(), new.clone())).collect();
        let rewritten = script.rewritten(&renames, encoding).unwrap();
        let again = read(&rewritten).unwrap();
        prop_assert_eq!(again.filings().len(), script.filings().len());
        prop_assert_eq!(again.rules().len(), script.rules().len());
        prop_assert_eq!(again.actions(), script.actions());
        prop_assert_eq!(again.extensions(), script.extensions());
        for (before, after) in script.filings().iter().zip(again.filings()) {
            let was = before.mailbox(encoding);
            let is = after.literal().unwrap();
            if was.as_deref().is_some_and(|name| old.contains(&name)) {
                let was_ascii = before.literal().unwrap().value.is_ascii();
                let written = if takes_mutf7 && was_ascii {
                    mutf7::encode(&new)
                } else {
                    new.clone().into_bytes()
                };
                prop_assert_eq!(&is.value, &written);
            } else {
                prop_assert_eq!(&is.value, &before.literal().unwrap().value);
            }
            prop_assert_eq!((&before.kind, before.rule, before.line), (&after.kind, after.rule, after.line));
        }
        // And back: every octet is as it was, unless the new name stood in the script before.
        let none: BTreeMap<String, String> = BTreeMap::new();
        prop_assert_eq!(again.rewritten(&none, encoding).unwrap(), rewritten);
        prop_assert_eq!(script.rewritten(&none, encoding).unwrap(), text.into_bytes());
    }
}
