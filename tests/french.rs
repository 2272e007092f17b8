//! Nothing that people are told stays English for a French reader: results, errors, hints, remarks, explanations, the demo.
//!
//! Each command is given twice, in English and in French. A line of several words that is the same in both was not
//! translated; options, codes, names and commands to paste are the same on purpose.

use std::{collections::BTreeSet, fs, process::Command};

use clap::CommandFactory as _;
use rolecall::{
    cli::Cli,
    demo::sample,
    language::help::{PAGES, french},
    model::finding::Code,
};

use crate::{
    help::{VERBS, options},
    support::{rolecall, run, sample::SampleAccount, script::Script, shown},
};

/// The languages, as the locale says them.
const LOCALES: [&str; 2] = ["C.UTF-8", "fr_FR.UTF-8"];

/// Whether somebody reads it: three words of small letters behind each other.
fn is_sentence(line: &str) -> bool {
    let is_command = ["rolecall ", "ROLECALL_PASSWORD=", "$ rolecall"]
        .iter()
        .any(|head| line.trim_start().starts_with(head));
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_word = |word: &&str| {
        let word = word.trim_end_matches([',', ';', ':', '.', '?']);
        word.len() > 1 && word.bytes().all(|letter| letter.is_ascii_lowercase())
    };
    !is_command && words.windows(3).any(|three| three.iter().all(is_word))
}

/// The lines of a command that are English although French was asked for.
fn left_english(make: &dyn Fn() -> Command) -> Vec<String> {
    let [english, french] = LOCALES.map(|locale| {
        let mut command = make();
        command.env("LANG", locale);
        shown(&command.output().unwrap())
    });
    assert_eq!(
        english.rsplit("--- status").next(),
        french.rsplit("--- status").next(),
        "{english}\n{french}"
    );
    same_lines(&english, &french)
}

/// The sentences that stand in both.
fn same_lines(english: &str, french: &str) -> Vec<String> {
    let english: BTreeSet<&str> = english.lines().map(str::trim).collect();
    let french = french.lines().map(str::trim);
    let same = french.filter(|line| is_sentence(line) && english.contains(line));
    same.map(str::to_owned).collect()
}

#[test]
fn every_error_of_the_command_line_is_french_for_a_french_reader() {
    let state = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = state.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let faulty = file("faulty.csv", "account,nmae\nimaps://a:b@h,x\npop3://c@h,\n");
    let list = file("list", "nobody\n");
    let accounts = file("good.csv", "account,name\nimaps://a@h,alice\n");
    let plan = file("plan.yaml", "schema: rolecall.plan/9\n");
    let table = file("table.yaml", "locale: fr\nroles:\n  snet:\n    - nme: x\n");
    let old = file("old.json", "{}\n");
    let nowhere = state.path().join("none/at/all").display().to_string();
    let at = format!("@{list}");
    let commands: Vec<Vec<&str>> = vec![
        vec!["explain", "role-spilt"],
        vec!["explain", "role-doubtful"],
        vec!["explain", "4"],
        vec!["explain"],
        vec!["audit", "alice"],
        vec!["audit", "imaps://h"],
        vec!["audit", "imaps://a:secret@h"],
        vec!["audit", "imaps://a@[h"],
        vec!["audit", "imaps://a@h:0"],
        vec!["audit", "imaps://a%zz@h"],
        vec!["audit", "pop3://a@h"],
        vec!["audit", "imap://a@127.0.0.1:1"],
        vec!["audit", "--client", "foo", "imaps://a@h"],
        vec!["audit", "--client", "sogoo", "imaps://a@h"],
        vec!["audit", "--client", "thunderbird:f_r", "imaps://a@h"],
        vec!["audit", "--since", &old, "imaps://a@h"],
        vec!["audit", "--since", &nowhere, "imaps://a@h"],
        vec!["audit", "--fail-on", "new", "imaps://a@h"],
        vec!["audit", "-o", &nowhere, "imaps://a@h"],
        vec!["audit", "--ca-file", &nowhere, "imaps://a@h"],
        vec!["audit", "--trace", &nowhere, "imaps://a@h"],
        vec!["audit", "--brand", "x", "imaps://a@h"],
        vec!["audit", "--format", "html", "imaps://a@h", "imaps://b@h"],
        vec!["audit", "--mappings", &table, "imaps://a@h"],
        vec!["audit", "--mappings", &nowhere, "imaps://a@h"],
        vec!["audit", "--password-file", &nowhere, "imap://a@127.0.0.1:1"],
        vec![
            "audit",
            "--password-command",
            "false",
            "imap://a@127.0.0.1:1",
        ],
        vec!["audit", "--accounts", &faulty],
        vec!["audit", "--accounts", &nowhere],
        vec!["audit", "--accounts", &accounts, &at],
        vec!["audit", "--accounts", &accounts, "alicia"],
        vec!["audit", "imaps://a@h", "imaps://b@h"],
        vec!["fix", "imaps://a@h"],
        vec!["fix", "--plan", &plan, "--yes"],
        vec!["fix", "--plan", &nowhere, "--yes"],
        vec!["fix", "--save-plan", &nowhere, "imaps://a@h"],
        vec!["fix", "--state-dir", &faulty, "--yes", "imaps://a@h"],
        vec!["plan", "show", &nowhere],
        vec!["clients", "--steps"],
        vec!["clients", "--role", "x=sent", "imaps://a@h"],
        vec!["clients", "--format", "csv"],
        vec!["accounts", "check", "--offline", &accounts],
        vec!["runs", "20261124T100203-k3v9"],
        vec!["runs"],
        vec!["runs", "--format", "html"],
        vec!["resume"],
        vec!["resume", "20261124T100203-k3v9"],
        vec!["undo", "--yes", "20261124T100203-k3v9"],
        vec!["undo", "--yes", "--batch", "0123456789ab"],
        vec!["schema", "adit"],
        vec!["mappings", "list", "--locale", "xx"],
        vec!["mappings", "list", "--format", "yaml"],
        vec!["mappings", "check", &table],
        vec!["man", "-o", &faulty],
    ];
    let mut wrong = Vec::new();
    for words in commands {
        let left = left_english(&|| rolecall(state.path(), &words));
        wrong.extend(left.into_iter().map(|line| format!("{words:?}: {line}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_said_of_names_and_of_files_that_cannot_be_read_is_french() {
    let state = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = state.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let good = file(
        "good.yaml",
        "locale: fr\nroles:\n  archive:\n    - name: Corbeille\n    - name: Quittances\n",
    );
    let list_of_words = file("words.yaml", "- a\n- b\n");
    let without_end = file("end.yaml", "locale: \"fr\n");
    let commands: Vec<Vec<&str>> = vec![
        vec!["mappings", "check", &good],
        vec!["mappings", "check", &list_of_words],
        vec!["mappings", "check", &without_end],
        vec!["accounts", "check", "--offline", &without_end],
        vec!["plan", "show", &list_of_words],
        vec!["mappings", "list", "--locale", "fr"],
        vec!["mappings", "list", "--locale", "fr", "-v"],
        vec![
            "mappings",
            "lookup",
            "COURRIER ENVOYE",
            "Lixo",
            "Boîte de réception",
            "Projects",
            "\u{405}ent",
            "Sent to clients",
            "Courrier envoy&AOk-",
            "INBOX.Sent",
            "Sent 2019",
            "Sent (2)",
            "Sent-Items",
        ],
    ];
    let mut wrong = Vec::new();
    for words in commands {
        let left = left_english(&|| rolecall(state.path(), &words));
        wrong.extend(left.into_iter().map(|line| format!("{words:?}: {line}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let words = ["mappings", "lookup", "Sent", "--lang", "fr"];
    let text = run(rolecall(state.path(), &words), 0);
    assert!(text.contains("la plupart des serveurs"), "{text}");
}

#[test]
fn what_servers_that_are_of_no_use_are_told_to_be_is_french() {
    let mut wrong = Vec::new();
    for (said, word) in [
        ("220 mail.example.com ESMTP", "SMTP"),
        ("+OK ready", "POP3"),
        ("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hello", "login"),
    ] {
        let state = tempfile::tempdir().unwrap();
        let script = Script::play(move |peer| {
            peer.say(said);
            while !peer.hear().is_empty() {}
        });
        let account = format!("imap://a@127.0.0.1:{}", script.port);
        let words = ["audit", "--timeout", "2", &account];
        let left = left_english(&|| rolecall(state.path(), &words));
        wrong.extend(left.into_iter().map(|line| format!("{word}: {line}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn results_remarks_and_sums_are_french_for_a_french_reader() {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    let url = server.url.clone();
    let accounts = state.path().join("accounts.csv");
    let wrong_user = url.replace(sample::USER, "nobody");
    fs::write(&accounts, format!("account\n{url}\n{wrong_user}\n")).unwrap();
    fs::write(state.path().join("password"), sample::PASSWORD).unwrap();
    let accounts = accounts.display().to_string();
    let plans = state.path().join("plans").display().to_string();
    let commands: Vec<Vec<&str>> = vec![
        vec!["audit", "-v", &url],
        vec!["audit", "--format", "markdown", &url],
        vec!["audit", "--role", "Nobody=sent", &url],
        vec!["clients", "--client", "thunderbird", &url],
        vec!["clients", "--steps", "--client", "thunderbird", &url],
        vec!["fix", "--dry-run", "-v", &url],
        vec!["fix", "--dry-run", "--include", "trash,junk", &url],
        vec!["fix", "--yes", "--target", "sent=Snet", &url],
        vec!["fix", "--yes", "--skip-step", "99", &url],
        vec![
            "fix",
            "--save-plan",
            &plans,
            "--accounts",
            &accounts,
            "--login-as",
            "x",
            "--jobs",
            "1",
        ],
        vec!["accounts", "check", &accounts],
    ];
    let mut wrong = Vec::new();
    for words in commands {
        let left = left_english(&|| SampleAccount::command(state.path(), &words));
        wrong.extend(left.into_iter().map(|line| format!("{words:?}: {line}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_run_its_story_and_its_undo_are_told_in_french() {
    let told = LOCALES.map(|locale| {
        let state = tempfile::tempdir().unwrap();
        let server = SampleAccount::start();
        let ask = |words: &[&str]| {
            let mut command = SampleAccount::command(state.path(), words);
            command.env("LANG", locale);
            shown(&command.output().unwrap())
        };
        let mut told = ask(&[
            "fix",
            "--yes",
            "--settle",
            "0",
            "--only",
            "sent",
            &server.url,
        ]);
        let run = told.split("rolecall undo ").nth(1).unwrap();
        let run = run.split_whitespace().next().unwrap().to_owned();
        told += &ask(&["runs"]);
        told += &ask(&["runs", &run]);
        told += &ask(&["undo", "--dry-run", &run]);
        told += &ask(&["undo", "--yes", "--settle", "0", &run]);
        told + &ask(&["undo", "--yes", &run])
    });
    let same = same_lines(&told[0], &told[1]);
    assert!(same.is_empty(), "{same:#?}");
    assert!(told[1].contains("est maintenant « "), "{}", told[1]);
}

#[test]
fn a_french_reader_is_told_in_french_of_a_run_that_an_english_one_has_begun() {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    let ask = |words: &[&str], locale: &str| {
        let mut command = SampleAccount::command(state.path(), words);
        command.env("LANG", locale);
        shown(&command.output().unwrap())
    };
    let fix = ["fix", "--yes", "--settle", "0", "--keep-sources"];
    let told = ask(
        &[&fix[..], &["--only", "sent", &server.url]].concat(),
        LOCALES[0],
    );
    let run = told.split("rolecall undo ").nth(1).unwrap();
    let run = run.split_whitespace().next().unwrap();
    let page = ["runs", run, "--format", "html"];
    for words in [&["runs", run][..], &page[..]] {
        let [english, french] = LOCALES.map(|locale| ask(words, locale));
        let same = same_lines(&english, &french);
        assert!(same.is_empty(), "{same:#?}");
        let [said, dit] = ["as planned", "comme prévu"];
        assert!(english.contains(said), "{english}");
        assert!(french.contains(dit) && !french.contains(said), "{french}");
    }
}

#[test]
fn a_plan_that_was_saved_in_french_is_shown_in_french_and_holds_the_same_in_english() {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    let ask = |words: &[&str], locale: &str| {
        let mut command = SampleAccount::command(state.path(), words);
        command.env("LANG", locale).current_dir(state.path());
        shown(&command.output().unwrap())
    };
    for file in ["plan.yaml", "plan.json"] {
        let told = ask(&["fix", "--save-plan", file, &server.url], LOCALES[1]);
        let plan = told.split("\n\n").nth(1).unwrap();
        let show = ["plan", "show", file];
        let [english, french] = LOCALES.map(|locale| ask(&show, locale));
        assert!(french.contains(plan), "{told}\n{french}");
        let same = same_lines(&english, &french);
        assert!(same.is_empty(), "{same:#?}");
        assert!(english.contains("kept: the server marks"), "{english}");
    }
    // One that was saved in English alone is not half French.
    let words = ["fix", "--save-plan", "english.yaml", &server.url];
    ask(&words, LOCALES[0]);
    let told = ask(&["plan", "show", "english.yaml"], LOCALES[1]);
    assert!(told.contains("the emptied"), "{told}");
    assert!(!told.contains(" vidé"), "{told}");
    // What it holds in French is sealed as the rest is.
    let file = state.path().join("plan.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("gardé", "regardé")).unwrap();
    let told = ask(&["plan", "show", "plan.yaml"], LOCALES[1]);
    assert!(told.contains("erreur : "), "{told}");
}

#[test]
fn the_demo_speaks_french_to_a_french_reader() {
    let state = tempfile::tempdir().unwrap();
    let mut command = rolecall(state.path(), &["demo", "--lang", "fr"]);
    command.env("LANG", "C");
    let told = shown(&command.output().unwrap());
    assert!(told.ends_with("--- status 0"), "{told}");
    assert!(
        told.contains("Quels dossiers y a-t-il") && told.contains("À votre compte maintenant"),
        "{told}"
    );
    for english in ["What is here", "mailboxes", "Nothing is changed"] {
        assert!(!told.contains(english), "{english} in\n{told}");
    }
}

#[test]
fn every_code_is_explained_in_french() {
    use rolecall::language::Language::French;
    for code in Code::EVERY {
        let (headline, explanation) = (code.headline(), code.explanation());
        assert_ne!(headline.say(French), headline.english(), "{code}");
        assert_ne!(explanation.say(French), explanation.english(), "{code}");
    }
}

/// What a help shows of a command and of all below it, in English: each text that `language::help` is to have in French.
fn said_in_help(command: &clap::Command, said: &mut BTreeSet<String>) {
    let mut add = |text: String| {
        said.insert(text);
    };
    let texts = [command.get_about(), command.get_long_about()];
    for text in texts.into_iter().flatten() {
        text.to_string()
            .split("\n\n")
            .for_each(|part| add(part.to_owned()));
    }
    for remark in command.get_after_help().iter().flat_map(|ending| {
        let ending = ending.to_string();
        let remarks = ending.lines().filter_map(|line| line.split_once("# "));
        remarks
            .map(|(_, remark)| remark.to_owned())
            .collect::<Vec<_>>()
    }) {
        add(remark);
    }
    for arg in command.get_arguments() {
        let texts = [arg.get_help(), arg.get_long_help()];
        texts
            .into_iter()
            .flatten()
            .for_each(|text| add(text.to_string()));
        arg.get_help_heading()
            .map(str::to_owned)
            .into_iter()
            .for_each(&mut add);
        if !arg.get_action().takes_values() {
            continue;
        }
        let names = arg.get_value_names().into_iter().flatten();
        names.for_each(|name| add(name.to_string()));
        let values = arg.get_possible_values();
        let meanings = values.iter().filter_map(|value| value.get_help());
        meanings.for_each(|meaning| add(meaning.to_string()));
    }
    for below in command.get_subcommands() {
        said_in_help(below, said);
    }
}

#[test]
fn every_text_of_every_help_has_its_french_and_no_french_is_left_over() {
    let mut command = Cli::command();
    command.build();
    let mut said = BTreeSet::new();
    said_in_help(&command, &mut said);
    // clap has these by itself.
    said.extend(["Commands", "Arguments", "Options", "Examples:"].map(str::to_owned));
    let missing: Vec<&String> = said.iter().filter(|text| french(text).is_none()).collect();
    assert!(missing.is_empty(), "without French: {missing:#?}");
    let left_over: Vec<&str> = PAGES
        .into_iter()
        .flatten()
        .map(|(english, _)| *english)
        .filter(|english| !said.contains(*english))
        .collect();
    assert!(left_over.is_empty(), "nothing says: {left_over:#?}");
}

/// What `--help`, or `-h`, shows of a command in 80 columns, in English and in French.
fn helps(verb: &str, flag: &str) -> [String; 2] {
    let state = tempfile::tempdir().unwrap();
    LOCALES.map(|locale| {
        let words: Vec<&str> = verb.split_whitespace().chain([flag]).collect();
        let mut command = rolecall(state.path(), &words);
        command.env("LANG", locale).env("COLUMNS", "80");
        run(command, 0)
    })
}

#[test]
fn every_help_is_french_for_a_french_reader_and_explains_the_same() {
    let groups = ["", "plan", "accounts", "mappings"];
    let mut wrong = Vec::new();
    for verb in VERBS.into_iter().chain(groups) {
        let [english, french] = helps(verb, "--help");
        // A line of a sentence may begin with an option too, but further to the right.
        let explained = |help: &str| {
            let lines = help.lines();
            let lines = lines.filter(|line| line.len() - line.trim_start().len() <= 6);
            options(&lines.collect::<Vec<_>>().join("\n"))
        };
        assert_eq!(explained(&english), explained(&french), "{verb}");
        let same: BTreeSet<&str> = english.lines().map(str::trim).collect();
        for line in french.lines() {
            let is_english = is_sentence(line) && same.contains(line.trim());
            let clap = [
                "Usage:",
                "[default:",
                "ossible values",
                "Print ",
                "Examples",
                "[env",
            ];
            let is_claps = clap.iter().any(|words| line.contains(words));
            if is_english || is_claps || line.chars().count() > 80 {
                wrong.push(format!("{verb}: {line}"));
            }
        }
        let commands = |help: &str| -> Vec<String> {
            let lines = help.lines().filter(|line| line.starts_with("  rolecall "));
            lines
                .map(|line| line.split("  #").next().unwrap().trim().to_owned())
                .collect()
        };
        assert_eq!(commands(&english), commands(&french), "{verb}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_short_help_and_one_that_was_asked_for_by_lang_are_french_too() {
    let [_, short] = helps("audit", "-h");
    assert!(
        short.contains("[par défaut : warning] [valeurs possibles : error"),
        "{short}"
    );
    let state = tempfile::tempdir().unwrap();
    for words in [
        "--lang fr audit --help",
        "audit --help --lang=fr",
        "help audit --lang fr",
        "--lang fr help audit",
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let text = run(rolecall(state.path(), &words), 0);
        assert!(
            text.contains("Utilisation : rolecall audit [OPTIONS] [COMPTE]..."),
            "{text}"
        );
    }
    let mut command = rolecall(state.path(), &["audit", "--help", "--lang", "en"]);
    command.env("LANG", "fr_FR.UTF-8");
    assert!(run(command, 0).contains("Usage: rolecall audit"));
}

#[test]
fn what_is_wrong_with_a_command_line_is_said_in_french_and_repeats_no_secret() {
    let state = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (typed, told) in [
        ("", "Utilisation"),
        ("hunter2", "erreur : commande inconnue"),
        ("audti", "conseil : vouliez-vous dire « audit »"),
        ("accounts hunter2", "erreur : commande inconnue"),
        ("audit", "erreur : il manque : <COMPTE>..."),
        (
            "audit --verbos x",
            "conseil : vouliez-vous dire « --verbose » ?",
        ),
        ("audit --hunter x", "erreur : option --hunter inconnue ici"),
        (
            "audit --fail-on hunter2 x",
            "les valeurs possibles sont error, warning",
        ),
        (
            "audit --fail-on wanring x",
            "conseil : vouliez-vous dire « warning » ?",
        ),
        (
            "audit x --fail-on",
            "erreur : il manque une valeur à --fail-on <GRAVITÉ>",
        ),
        (
            "audit x --brand",
            "erreur : il manque une valeur à --brand <TEXTE>",
        ),
        (
            "audit --json --format csv x",
            "erreur : --json ne va pas avec --format",
        ),
        ("audit --json --json x", "erreur : --json figure deux fois"),
        (
            "audit --jobs hunter2 x",
            "écrivez un nombre entier de 1 à 1000",
        ),
        ("audit --shard hunter2 x", "écrivez K/N avec 1 ≤ K ≤ N"),
        (
            "audit --tls-fingerprint hunter2 x",
            "64 chiffres hexadécimaux",
        ),
        ("audit --role hunter2 x", "écrivez DOSSIER=RÔLE"),
        ("fix --include spam x", "vouliez-vous dire junk ?"),
        ("fix --include sent x", "seuls la corbeille"),
        ("fix --grace hunter2 x", "écrivez un nombre et une unité"),
        ("fix --canary 3 x", "erreur : il manque : --yes"),
        ("explain x hunter2", "erreur : il y a un argument de trop"),
        (
            "audit --login-as a --master-separator hunter2 x",
            "un seul caractère",
        ),
        ("accounts import --host hunter2:x f", "écrivez SERVEUR"),
    ] {
        let words: Vec<&str> = typed.split_whitespace().collect();
        let [english, french] = LOCALES.map(|locale| {
            let mut command = rolecall(state.path(), &words);
            command.env("LANG", locale);
            let text = run(command, 2);
            assert!(!text.contains("hunter2"), "{text}");
            text
        });
        let left = same_lines(&english, &french);
        if !left.is_empty() || !french.contains(told) {
            wrong.push(format!("{typed}: {left:?} in {french}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn signs_that_french_sets_apart_stay_with_their_words_wherever_they_are_told() {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    for (words, told) in [
        (&["explain", "role-unmarked"][..], "celui-ci\u{202f};"),
        (&["audti"], "erreur\u{a0}: commande inconnue"),
        (
            &["fix", "--dry-run", &server.url],
            "«\u{a0}Sent Items\u{a0}»",
        ),
    ] {
        let mut command = SampleAccount::command(state.path(), words);
        command.env("LANG", LOCALES[1]);
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains(told), "{text}");
        for loose in ["« ", " »", " ;", " : "] {
            assert!(!text.contains(loose), "{loose}: {text}");
        }
    }
}
