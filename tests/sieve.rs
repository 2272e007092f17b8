//! Sieve scripts in the shapes of real generators: what files where, every place found and none invented, and the same
//! scripts with other names.

use std::{collections::BTreeMap, fs, path::Path};

use rolecall::sieve::{
    FiledName, Filing, FilingKind, Generator, NameEncoding, NamedMailboxes, NotRewritten, Script,
    SieveActionKind, Standing, read,
};

use NameEncoding::{Mutf7, Utf8};
use Standing::{Mailbox, Missing, OtherEncoding, OtherForm};

fn octets(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sieve");
    fs::read(folder.join(format!("{name}.sieve"))).unwrap()
}

fn script(name: &str) -> Script {
    read(&octets(name)).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

/// A filing in words: what it is, and `off` where it never runs.
fn kind(filing: &Filing) -> String {
    let (word, options) = match &filing.kind {
        FilingKind::FileInto(options) => ("fileinto", Some(options)),
        FilingKind::Fcc(options) => ("fcc", Some(options)),
        FilingKind::Snooze(options) => ("snooze", Some(options)),
        FilingKind::Keep(options) => ("keep", Some(options)),
        FilingKind::Test => ("test", None),
    };
    let off = if filing.is_disabled { "off " } else { "" };
    let mut words = format!("{off}{word}");
    if let Some(options) = options.filter(|_| word != "fcc") {
        words += if options.copy { " :copy" } else { "" };
        words += if options.create { " :create" } else { "" };
        for flag in &options.flags {
            words += " ";
            words += flag;
        }
        for (tag, value) in [
            ("mailboxid", &options.mailbox_id),
            ("specialuse", &options.special_use),
        ] {
            if let Some(value) = value {
                words += &[" :", tag, " ", value].concat();
            }
        }
    }
    words
}

/// Each script, how its server takes names, what wrote it, and its filings: line, rule, what, mailbox.
type Row = (usize, &'static str, &'static str, &'static str);
const SCRIPTS: &[(&str, NameEncoding, Generator, &[Row])] = &[
    (
        "roundcube",
        Utf8,
        Generator::Roundcube,
        &[
            (5, "Newsletters", "fileinto", "Lettres d'information"),
            (11, "Copies of what I send", "fileinto :copy", "Envoyés"),
            (17, "Old [2019]", "off fileinto", "Envoyés"),
            (30, "Forward the bills", "fileinto", "Factures \"2024\""),
        ],
    ),
    (
        "roundcube-mutf7",
        Mutf7,
        Generator::Roundcube,
        &[
            (
                6,
                "Sent from the phone",
                "fileinto",
                "INBOX.Courrier envoyé",
            ),
            (12, "Questions", "fileinto", "INBOX.Q&A"),
            (18, "Spam", "fileinto", "INBOX.Indésirables"),
            (23, "Spam", "fileinto", "INBOX.Junk"),
        ],
    ),
    (
        "snappymail",
        Utf8,
        Generator::SnappyMail,
        &[
            (20, "Sent by others", "fileinto", "Envoyés"),
            (40, "Old archive", "off fileinto", "Archives/2019"),
            (60, "To the office", "fileinto", "INBOX"),
            (78, "All the rest", "fileinto", "Q&A"),
        ],
    ),
    (
        "rainloop",
        Utf8,
        Generator::RainLoop,
        &[
            (21, "Papierkorb", "fileinto", "Gelöscht"),
            (41, "Drafts", "off fileinto", "Entwürfe"),
        ],
    ),
    (
        "sogo",
        Utf8,
        Generator::Unknown,
        &[
            (4, "", "fileinto", "Commandes"),
            (9, "", "fileinto", "INBOX/Listes"),
        ],
    ),
    (
        "ingo",
        Mutf7,
        Generator::Ingo,
        &[
            (15, "Spam Filter", "fileinto", "INBOX.Spam"),
            (
                22,
                "Bills and # receipts",
                "fileinto",
                "INBOX.Récépisses\\2024",
            ),
        ],
    ),
    (
        "nextcloud",
        Utf8,
        Generator::Nextcloud,
        &[
            (12, "", "fileinto :copy", "Important"),
            (18, "Travel", "fileinto", "Voyages/Été"),
            (23, "Shop", "fileinto", "Commandes"),
        ],
    ),
    (
        "by-hand",
        Utf8,
        Generator::Unknown,
        &[
            (
                10,
                "",
                "fileinto :create \\Seen $Lists",
                "Lists/Développement",
            ),
            (16, "", "test", "Sent"),
            (16, "", "test", "Envoyés"),
            (17, "", "fileinto :copy", "Sent"),
            (18, "", "fileinto :copy", "Envoye\u{301}s"),
            (28, "", "fcc", "Sent"),
        ],
    ),
    (
        "includes",
        Utf8,
        Generator::Unknown,
        &[(6, "", "fileinto", "Sent Items")],
    ),
    (
        "variables",
        Utf8,
        Generator::Unknown,
        &[
            (4, "", "fileinto :create", "Lists.${list}"),
            (7, "", "test", "INBOX.Spam"),
            (8, "", "fileinto :specialuse \\Junk", "INBOX.Spam"),
            (10, "", "test", "INBOX.Archive"),
            (11, "", "fileinto :mailboxid F352ae03", "INBOX.Archive"),
            (16, "", "test", "INBOX.Spam"),
            (19, "", "fileinto :copy", "INBOX.{literal}"),
        ],
    ),
    (
        "open-xchange",
        Utf8,
        Generator::OpenXchange,
        &[(7, "To the archive", "fileinto", "INBOX/Archiv")],
    ),
    (
        "cypht",
        Utf8,
        Generator::Cypht,
        &[(8, "", "fileinto", "Travail")],
    ),
];

#[test]
fn every_filing_of_the_scripts_is_found_and_none_is_invented() {
    for (name, encoding, generator, rows) in SCRIPTS {
        let script = script(name);
        assert_eq!(script.generator(), *generator, "{name}");
        let filings = script.filings().iter().map(|filing| {
            let rule = script.rule(filing.rule).unwrap();
            (
                filing.line,
                rule.name.clone().unwrap_or_default(),
                kind(filing),
                filing.shown(*encoding),
            )
        });
        let expected = rows.iter().map(|(line, rule, kind, mailbox)| {
            let words = [rule, kind, mailbox].map(|word| (*word).to_owned());
            let [rule, kind, mailbox] = words;
            (*line, rule, kind, mailbox)
        });
        assert_eq!(
            filings.collect::<Vec<_>>(),
            expected.collect::<Vec<_>>(),
            "{name}"
        );
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sieve");
    assert_eq!(fs::read_dir(folder).unwrap().count(), SCRIPTS.len());
}

#[test]
fn what_scripts_do_besides_filing_is_found_and_what_texts_say_is_not() {
    let lines = |name: &str, kind: SieveActionKind| -> Vec<usize> {
        let script = script(name);
        script.does(kind).map(|action| action.line).collect()
    };
    assert_eq!(lines("roundcube", SieveActionKind::Forward), [31]);
    assert_eq!(lines("roundcube", SieveActionKind::Answer), [22]);
    assert_eq!(lines("snappymail", SieveActionKind::Forward), [61]);
    assert_eq!(lines("sogo", SieveActionKind::Forward), [2]);
    assert_eq!(lines("sogo", SieveActionKind::Answer), [11]);
    assert_eq!(lines("nextcloud", SieveActionKind::Answer), [31]);
    assert_eq!(lines("by-hand", SieveActionKind::Reject), [22]);
    assert_eq!(lines("by-hand", SieveActionKind::Forward), [20]);
    assert_eq!(lines("variables", SieveActionKind::Discard), [20]);
    assert!(lines("ingo", SieveActionKind::Reject).is_empty());
}

#[test]
fn a_filing_knows_whether_its_own_rule_also_forwards() {
    let beside = |name: &str| -> Vec<bool> {
        let script = script(name);
        let filings = script.filings().iter();
        filings
            .map(|filing| script.does_beside(filing, SieveActionKind::Forward))
            .collect()
    };
    assert_eq!(beside("roundcube"), [false, false, false, true]);
    assert_eq!(beside("snappymail"), [false, false, true, false]);
    assert_eq!(beside("sogo"), [false, false]);
    // An `elsif` is of its `if`; the last one is a rule of its own.
    assert_eq!(beside("by-hand"), [true, true, true, true, true, false]);
}

#[test]
fn includes_shared_variables_and_questions_about_the_place_are_found() {
    let including = script("includes");
    let included: Vec<_> = including
        .includes()
        .iter()
        .map(|include| (include.line, include.script.as_str(), include.is_global))
        .collect();
    assert_eq!(included, [(3, "lists", false), (4, "spam", true)]);
    assert_eq!(including.globals(), [2]);
    let variables = script("variables");
    assert_eq!(variables.environments(), [13, 16]);
    assert!(variables.requires("imapsieve") && !including.requires("imapsieve"));
}

#[test]
fn a_generator_without_traces_is_known_by_its_script_s_name() {
    let sogo = script("sogo");
    assert_eq!(sogo.generator_of("sogo"), Generator::Sogo);
    assert_eq!(sogo.generator_of("mine"), Generator::Unknown);
    let roundcube = script("roundcube");
    assert_eq!(roundcube.generator_of("sogo"), Generator::Roundcube);
}

#[test]
fn generators_are_known_by_their_comments() {
    for (comment, generator) in [
        (
            "# Erzeugt durch Ingo (http://www.horde.org/ingo/) (x)",
            Generator::Ingo,
        ),
        ("# rule:[a]\n# Generated by Ingo", Generator::Ingo),
        ("## Flag: |UniqueId:0|Rulename: a", Generator::OpenXchange),
        ("#sieve_filter:1;0;0;a;3;Sent", Generator::AfterLogic),
        ("#START_SIEVE_RULEabcEND_SIEVE_RULE", Generator::Avelsieve),
        (
            "#rule&&13&&ENABLED&&&&&&&&folder&&Sent&&0&&a&&b&&0",
            Generator::SmartSieve,
        ),
        ("### BEGIN FILTER_ID:5", Generator::IspConfig),
        ("# RAINLOOP:SIEVE", Generator::SnappyMail),
        (
            "/*\nBEGIN:FILTER:a\nBEGIN:HEADER\ne30=\nEND:HEADER\n*/",
            Generator::SnappyMail,
        ),
        ("# rule:[a]", Generator::Roundcube),
        ("# mails about rule:[a]", Generator::Unknown),
        ("keep; # rule of thumb", Generator::Unknown),
    ] {
        let script = read(comment.as_bytes()).unwrap();
        assert_eq!(script.generator(), generator, "{comment}");
    }
}

#[test]
fn a_rule_has_the_name_that_its_generator_writes_before_it() {
    let name = |text: &str| {
        let script = read(format!("{text}\nfileinto \"A\";").as_bytes()).unwrap();
        script.rule(script.filings()[0].rule).unwrap().name.clone()
    };
    for (text, rule) in [
        ("# rule:[a [b] c]", "a [b] c"),
        ("# rule:[a]\n# a remark", "a"),
        ("## Flag: vacation|UniqueId:2|Rulename: a | b", "a | b"),
        ("# Filter: a\n# Description: b", "a"),
        (
            "# Generated by Ingo\nrequire \"fileinto\";\n# a # b",
            "a # b",
        ),
    ] {
        assert_eq!(name(text).as_deref(), Some(rule), "{text}");
    }
    for text in [
        "",
        "# a remark",
        "# rule:[]",
        "# rule:[a]\nkeep; # b",
        "/* rule:[a] */",
    ] {
        assert_eq!(name(text), None, "{text}");
    }
}

fn renames(names: &[(&str, &str)]) -> BTreeMap<String, String> {
    let names = names.iter();
    names
        .map(|(old, new)| ((*old).to_owned(), (*new).to_owned()))
        .collect()
}

/// What stands on the lines that differ: before, after.
fn changed(name: &str, encoding: NameEncoding, names: &[(&str, &str)]) -> Vec<(String, String)> {
    let old = octets(name);
    let new = script(name).rewritten(&renames(names), encoding).unwrap();
    let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).unwrap();
    let (old, new) = (text(&old), text(&new));
    let lines = old.split('\n').zip(new.split('\n'));
    let changed = lines.filter(|(old, new)| old != new);
    let changed = changed.map(|(old, new)| (old.trim().to_owned(), new.trim().to_owned()));
    for line_end in ["\n", "\r\n"] {
        let ends = |text: &str| text.matches(line_end).count();
        assert_eq!(ends(&old), ends(&new), "{name}");
    }
    changed.collect()
}

fn line(old: &str, new: &str) -> (String, String) {
    (old.to_owned(), new.to_owned())
}

#[test]
fn nothing_to_rename_leaves_every_octet() {
    for (name, encoding, generator, _) in SCRIPTS {
        let is_refused = generator.is_generated_elsewhere() || *name == "includes";
        let names = renames(&[("Nowhere", "Elsewhere")]);
        let rewritten = script(name).rewritten(&names, *encoding);
        assert_eq!(rewritten.is_err(), is_refused, "{name}");
        assert!(is_refused || rewritten.unwrap() == octets(name), "{name}");
    }
}

#[test]
fn only_the_strings_that_name_a_mailbox_change() {
    assert_eq!(
        changed(
            "roundcube",
            Utf8,
            &[("Envoyés", "Sent"), ("Factures \"2024\"", "A \"B\\C\"")]
        ),
        [
            line("fileinto :copy \"Envoyés\";", "fileinto :copy \"Sent\";"),
            line("fileinto \"Envoyés\";", "fileinto \"Sent\";"),
            line(
                "fileinto \"Factures \\\"2024\\\"\";",
                "fileinto \"A \\\"B\\\\C\\\"\";"
            ),
        ]
    );
    assert_eq!(
        changed("by-hand", Utf8, &[("Sent", "Gesendet")]),
        [
            line(
                "if mailboxexists [\"Sent\", \"Envoyés\"] {",
                "if mailboxexists [\"Gesendet\", \"Envoyés\"] {"
            ),
            line("fileinto :copy \"Sent\";", "fileinto :copy \"Gesendet\";"),
            line(
                "vacation :fcc \"Sent\" :handle \"h\" \"Away; fileinto \\\"Answer\\\";\";keep;",
                "vacation :fcc \"Gesendet\" :handle \"h\" \"Away; fileinto \\\"Answer\\\";\";keep;"
            ),
        ]
    );
}

#[test]
fn a_name_is_written_as_its_server_takes_it() {
    let names = [
        ("INBOX.Courrier envoyé", "INBOX.Éléments envoyés"),
        ("INBOX.Junk", "INBOX.Indésirables"),
    ];
    assert_eq!(
        changed("roundcube-mutf7", Mutf7, &names),
        [
            line(
                "fileinto \"INBOX.Courrier envoy&AOk-\";",
                "fileinto \"INBOX.&AMk-l&AOk-ments envoy&AOk-s\";"
            ),
            line(
                "fileinto \"INBOX.Junk\";",
                "fileinto \"INBOX.Ind&AOk-sirables\";"
            ),
        ]
    );
    // To a server that takes UTF-8, the same octets name no mailbox that people see.
    let names = [
        ("INBOX.Courrier envoyé", "INBOX.Sent"),
        ("INBOX.Q&A", "INBOX.Asked"),
    ];
    assert_eq!(changed("roundcube-mutf7", Utf8, &names), []);
    // A name in UTF-8 stays so: nothing else can be meant, and the server may be set to take it.
    assert_eq!(
        changed("roundcube", Mutf7, &[("Envoyés", "Été")]),
        [
            line("fileinto :copy \"Envoyés\";", "fileinto :copy \"Été\";"),
            line("fileinto \"Envoyés\";", "fileinto \"Été\";"),
        ]
    );
}

/// The JSON of SnappyMail's comments, decoded.
fn stored(script: &[u8]) -> Vec<serde_json::Value> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let text = String::from_utf8(script.to_vec()).unwrap();
    let parts = text.split("BEGIN:HEADER").skip(1);
    let parts = parts.map(|part| part.split("END:HEADER").next().unwrap());
    parts
        .map(|part| {
            let packed: String = part.split_whitespace().collect();
            serde_json::from_slice(&STANDARD.decode(packed).unwrap()).unwrap()
        })
        .collect()
}

#[test]
fn the_rules_that_a_generator_keeps_in_comments_change_along() {
    for (name, old, new, old_json, new_json) in [
        ("snappymail", "Envoyés", "Sent", "Envoyés", "Sent"),
        ("snappymail", "Archives/2019", "Alt", "Archives/2019", "Alt"),
        ("rainloop", "Gelöscht", "Müll", "Gel&APY-scht", "M&APw-ll"),
        ("rainloop", "Entwürfe", "Drafts", "Entw&APw-rfe", "Drafts"),
    ] {
        let before = octets(name);
        let after = script(name)
            .rewritten(&renames(&[(old, new)]), Utf8)
            .unwrap();
        let mut expected = stored(&before);
        let mut changed = 0;
        for rule in &mut expected {
            if rule["ActionValue"] == old_json {
                rule["ActionValue"] = new_json.into();
                changed += 1;
            }
        }
        assert_eq!(changed, 1, "{name}");
        assert_eq!(stored(&after), expected, "{name}");
        // Apart from the JSON one string has changed, and the lines are as long as their generator writes them.
        let plain = |octets: &[u8]| {
            let text = String::from_utf8(octets.to_vec()).unwrap();
            assert!(text.lines().all(|line| line.len() <= 74), "{name}");
            let parts = text.split("BEGIN:HEADER").map(|part| {
                part.split_once("END:HEADER")
                    .map_or(part, |(_, rest)| rest)
                    .to_owned()
            });
            parts.collect::<Vec<_>>().concat()
        };
        let (old, new) = (format!("\"{old}\""), format!("\"{new}\""));
        assert_eq!(plain(&before).replace(&old, &new), plain(&after), "{name}");
        assert_ne!(plain(&before), plain(&after), "{name}");
    }
    let names = [("Voyages/Été", "Voyages"), ("Trash", "Corbeille")];
    let changed = changed("nextcloud", Utf8, &names);
    let [(_, json), (_, literal)] = &changed[..] else {
        panic!("{changed:?}");
    };
    assert_eq!(literal, "fileinto \"Voyages\";");
    let json: serde_json::Value =
        serde_json::from_str(json.strip_prefix("# FILTER: ").unwrap()).unwrap();
    let mailboxes = [0, 1, 2].map(|rule: usize| json[rule]["actions"][0]["mailbox"].clone());
    assert_eq!(mailboxes, ["Voyages", "Corbeille", "Commandes"]);
    assert_eq!(json[1]["name"], "Switched off");
}

#[test]
fn a_script_that_cannot_be_changed_safely_is_refused() {
    let refused = |name: &str| {
        let names = renames(&[("Sent Items", "Sent"), ("Lists.Dev", "Dev")]);
        script(name).rewritten(&names, Utf8).unwrap_err()
    };
    assert_eq!(refused("includes"), NotRewritten::Include { line: 3 });
    assert_eq!(refused("variables"), NotRewritten::ComputedName { line: 4 });
    for (name, generator) in [
        ("ingo", Generator::Ingo),
        ("open-xchange", Generator::OpenXchange),
        ("cypht", Generator::Cypht),
    ] {
        assert_eq!(refused(name), NotRewritten::GeneratedElsewhere(generator));
    }
}

#[test]
fn a_computed_name_is_in_the_way_only_of_what_it_may_be() {
    let may_name = |written: &str, mailbox: &str| {
        let text = format!("require \"variables\"; fileinto \"{written}\";");
        read(text.as_bytes()).unwrap().filings()[0].may_name(mailbox)
    };
    for (written, mailbox) in [
        ("${a}", "Sent"),
        ("Lists.${a}", "Lists.Dev"),
        ("Lists.${a}", "Lists."),
        ("${a}.Dev.${b}", "Lists.Dev.Dev.x"),
        ("inbox.${a}", "INBOX.Sent"),
        ("Envoy&AOk-s.${a}", "Envoyés.x"),
        ("Envoyés.${a}", "Envoyés.x"),
        ("S${a}nt", "Sent"),
        ("a${b", "Sent"),
        ("${${a}}", "Sent"),
    ] {
        assert!(may_name(written, mailbox), "{written} {mailbox}");
    }
    for (written, mailbox) in [
        ("Lists.${a}", "Sent"),
        ("Lists.${a}", "Lists"),
        ("${a}.Dev.${b}", "Lists.Dev"),
        ("${a}x${b}", "Sent"),
        ("S${a}ent${b}t", "Sent"),
        ("Sent${a}Sent", "Sent"),
    ] {
        assert!(!may_name(written, mailbox), "{written} {mailbox}");
    }
    assert_eq!(
        changed("variables", Utf8, &[("INBOX.Archive", "Archive")]),
        [
            line(
                "if metadata :is \"INBOX.Archive\" \"/private/vendor/x\" \"yes\" {",
                "if metadata :is \"Archive\" \"/private/vendor/x\" \"yes\" {"
            ),
            line(
                "fileinto :mailboxid \"F352ae03\" \"INBOX.Archive\";",
                "fileinto :mailboxid \"F352ae03\" \"Archive\";"
            ),
        ]
    );
}

#[test]
fn a_name_is_a_mailbox_s_only_if_its_server_reads_it_so() {
    let names = ["inbox", "Sent", "Envoyés", "INBOX.Courrier envoyé", "R&D"];
    let mailboxes = NamedMailboxes::of(names);
    let standing = |text: &str, encoding: NameEncoding| {
        let script = read(format!("fileinto \"{text}\";").as_bytes()).unwrap();
        mailboxes.standing(&script.filings()[0], encoding)
    };
    for (text, utf8, mutf7) in [
        (
            "inbox.Courrier envoyé",
            Mailbox("INBOX.Courrier envoyé"),
            Mailbox("INBOX.Courrier envoyé"),
        ),
        ("Courrier envoyé", Missing, Missing),
        ("Sent", Mailbox("Sent"), Mailbox("Sent")),
        ("sent", Missing, Missing),
        ("iNbOx", Mailbox("inbox"), Mailbox("inbox")),
        ("Envoyés", Mailbox("Envoyés"), Mailbox("Envoyés")),
        ("Envoye\u{301}s", OtherForm("Envoyés"), OtherForm("Envoyés")),
        (
            "INBOX.Courrier envoy&AOk-",
            OtherEncoding("INBOX.Courrier envoyé"),
            Mailbox("INBOX.Courrier envoyé"),
        ),
        ("R&-D", OtherEncoding("R&D"), Mailbox("R&D")),
        ("R&D", Mailbox("R&D"), OtherEncoding("R&D")),
        ("Elsewhere", Missing, Missing),
    ] {
        assert_eq!(standing(text, Utf8), utf8, "{text}");
        assert_eq!(standing(text, Mutf7), mutf7, "{text}");
    }
    let script = script("variables");
    let computed = &script.filings()[0];
    assert!(matches!(computed.name, FiledName::Computed(_)));
    assert_eq!(mailboxes.standing(computed, Utf8), Standing::Computed);
}
