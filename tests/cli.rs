//! The command as a newcomer meets it: what the README says is so, the demo runs to its end, and help fits the
//! terminal.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::PathBuf,
    process::Command,
};

use rolecall::{
    demo::{Persona, Server, World, sample},
    model::{finding::Code, mailbox::MailboxName, mutf7, plan::Plan, role::Role},
};

use crate::{
    help::VERBS,
    support::{self, json, rolecall, run, sample::SampleAccount, script::Script},
};

/// The pages that users read.
const PAGES: [&str; 8] = [
    "README.md",
    "docs/fr.md",
    "docs/install.md",
    "SECURITY.md",
    "docs/clients.md",
    "docs/keep-it-fixed.md",
    "docs/many-accounts.md",
    "docs/safety.md",
];

fn page(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn the_page_of_codes_tells_every_code_as_explain_does() {
    let text = fs::read_to_string(page("docs/codes.md")).unwrap();
    let (before, rest) = text
        .split_once("| code | severity | means |\n|---|---|---|\n")
        .unwrap();
    let (table, after) = rest.split_once("<!-- /codes -->").unwrap();
    let mut expected = String::new();
    for code in Code::EVERY {
        writeln!(
            expected,
            "| `{code}` | {} | {} |",
            code.severity().word(),
            code.headline().english()
        )
        .unwrap();
    }
    if std::env::var_os("REFRESH").is_some() {
        let new = format!(
            "{before}| code | severity | means |\n|---|---|---|\n{expected}<!-- /codes -->{after}"
        );
        fs::write(page("docs/codes.md"), new).unwrap();
        return;
    }
    assert_eq!(
        table, expected,
        "REFRESH=1 cargo nextest run --test command cli:: rewrites it"
    );
}

#[test]
fn every_option_on_the_pages_is_one() {
    let state = tempfile::tempdir().unwrap();
    let mut known = BTreeSet::new();
    for verb in VERBS {
        let words: Vec<&str> = verb.split(' ').chain(["--help"]).collect();
        let help = run(rolecall(state.path(), &words), 0);
        known.extend(options(&help));
    }
    let text = PAGES.map(|name| fs::read_to_string(page(name)).unwrap());
    let text = text.join("\n");
    // What cargo, the test runner and Slurm take is theirs.
    let theirs = |line: &&str| {
        [
            "cargo",
            "tests/run",
            "#SBATCH",
            "podman",
            "systemctl",
            "collector",
        ]
        .iter()
        .any(|word| line.contains(word))
    };
    let ours = text.lines().filter(|line| !theirs(line));
    for option in ours.flat_map(options) {
        assert!(known.contains(&option), "{option} is no option of rolecall");
    }
}

/// The commands in the blocks of a page, without what is said beside them.
fn commands(text: &str) -> Vec<String> {
    let blocks = text.split("```").skip(1).step_by(2);
    let lines = blocks.flat_map(str::lines);
    let commands = lines.filter(|line| line.starts_with("rolecall ") || line.starts_with("cargo "));
    commands
        .map(|line| line.split('#').next().unwrap().trim().to_owned())
        .collect()
}

#[test]
fn the_page_in_french_has_the_commands_options_and_statuses_of_the_readme() {
    let english = fs::read_to_string(page("README.md")).unwrap();
    let french = fs::read_to_string(page("docs/fr.md")).unwrap();
    let known = commands(&english);
    let told = commands(&french);
    assert!(
        told.len() > 5 && told.iter().all(|command| known.contains(command)),
        "{told:?}"
    );
    let missing: Vec<_> = options(&french)
        .difference(&options(&english))
        .cloned()
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    let rows = |text: &str| -> Vec<String> {
        let rows = text.lines().filter_map(|line| line.strip_prefix("| "));
        let numbers = rows.filter_map(|row| row.split(' ').next());
        numbers
            .filter(|word| word.bytes().all(|digit| digit.is_ascii_digit()))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(rows(&french), ["0", "1", "2", "3", "4", "70", "130"]);
    assert!(english.contains("docs/fr.md"), "the README leads to it");
}

fn options(text: &str) -> BTreeSet<String> {
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-'))
        .filter(|word| word.len() > 3 && word.starts_with("--") && !word.starts_with("---"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_page_of_clients_shows_what_the_command_says() {
    let golden =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/clients-stated-80.txt");
    let text = fs::read_to_string(page("docs/clients.md")).unwrap();
    assert!(text.contains(&fs::read_to_string(golden).unwrap()));
}

#[test]
fn an_unknown_client_is_a_mistake_of_usage_and_brings_the_nearest() {
    let state = tempfile::tempdir().unwrap();
    for verb in ["audit", "fix", "clients"] {
        let arguments = [verb, "--client", "outlok-2016:fr", "imaps://a@localhost"];
        let mut command = rolecall(state.path(), &arguments);
        if verb == "fix" {
            command.arg("--dry-run");
        }
        let text = run(command, 2);
        let told = "error: cannot find a client \"outlok-2016:fr\"\nhint: did you mean one of outlook-2016,";
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn a_client_s_language_is_a_tag() {
    let state = tempfile::tempdir().unwrap();
    let text = run(
        rolecall(state.path(), &["clients", "--client", "geary:fr_FR!"]),
        2,
    );
    assert!(
        text.starts_with("--- stderr\nerror: cannot take what you named for a language\n"),
        "{text}"
    );
}

#[test]
fn clients_are_listed_with_their_ids_and_asked_about_by_them() {
    let state = tempfile::tempdir().unwrap();
    let text = run(rolecall(state.path(), &["clients"]), 0);
    assert!(text.contains("\noutlook-2016  "), "{text}");
    let server = SampleAccount::start();
    let account = server.url.clone();
    let ask = |arguments: &[&str]| {
        let mut command = SampleAccount::command(state.path(), arguments);
        command.arg(&account);
        command
    };
    let clients = ["--client", "thunderbird", "--client", "ios"];
    let told = [&["clients", "--only", "sent"], &clients[..]].concat();
    let text = run(ask(&told), 0);
    let row = |mailbox, client| {
        let has = |line: &&str| line.contains(mailbox) && line.contains(client);
        text.lines().any(|line| has(&line))
    };
    assert!(
        row("Sent Messages", "iOS Mail") && row("Sent ", "Thunderbird"),
        "{text}"
    );
    assert!(
        text.contains("sent (differ)") && !text.contains("archive"),
        "{text}"
    );
    let line = json(ask(&[&told[..], &["--format", "json"]].concat()), 0);
    assert_eq!(line["schema"], "rolecall.clients/1");
    assert_eq!(line["roles"]["sent"], "disagree");
    let text = run(ask(&[&["audit"], &clients[..]].concat()), 1);
    assert!(text.contains("warning  clients-disagree"), "{text}");
}

#[test]
fn people_are_told_in_french_json_stays_english_and_journals_have_both() {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    let account = server.url.clone();
    let ask = |arguments: &[&str], locale: &str| {
        let mut command = SampleAccount::command(state.path(), arguments);
        command.env("LANG", locale);
        command
    };
    let french = |arguments: &[&str]| ask(&[arguments, &["--lang", "fr"]].concat(), "fr_FR.UTF-8");

    let text = run(ask(&["audit", &account], "fr_FR.UTF-8"), 1);
    assert!(text.contains(" constats ; "), "{text}");
    assert_eq!(text, run(french(&["audit", &account]), 1));
    let english = ["audit", &account, "--lang", "en"];
    let text = run(ask(&english, "fr_FR.UTF-8"), 1);
    assert!(text.contains(" findings; "), "{text}");
    let told = ["audit", &account, "--format", "json"];
    let [audit, said] = [ask(&told, "C"), french(&told)].map(|command| json(command, 1));
    for part in ["mailboxes", "roles", "findings"] {
        assert_eq!(audit[part], said[part]);
    }

    let plan = |name: &str, command: &dyn Fn(&[&str]) -> Command| {
        let path = state.path().join(name);
        let words = ["fix", &account, "--save-plan", path.to_str().unwrap()];
        let text = run(command(&words), 1);
        let plan: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        fs::remove_file(path).unwrap();
        (text, plan)
    };
    let (_, planned) = plan("plan.json", &|words| ask(words, "C"));
    let (text, said) = plan("plan.json", &french);
    assert!(
        text.contains("gardé : ") && text.contains("À la main"),
        "{text}"
    );
    for part in ["steps", "warnings", "manual"] {
        assert!(planned[part].is_array());
        assert_eq!(planned[part], said[part]);
    }

    let text = run(french(&["fix", &account, "--yes", "--settle", "0"]), 0);
    assert!(text.contains("Terminé : "), "{text}");
    let files = support::files(&state.path().join("rolecall"));
    let files = files.iter().map(|path| fs::read_to_string(path).unwrap());
    let written: String = files.collect();
    assert!(
        written.contains("kept: ") && written.contains("gardé"),
        "{written}"
    );
    let (_, id) = text.split_once("rolecall undo ").unwrap();
    let id = id.lines().next().unwrap();
    let text = run(french(&["undo", id, "--dry-run"]), 1);
    assert!(text.contains("ils en avaient été déplacés"), "{text}");
}

#[test]
fn steps_for_clients_take_the_keepers_that_are_typed() {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    let account = server.url.clone();
    let steps = |arguments: &[&str]| {
        let words = ["clients", "--steps", "--client", "thunderbird", &account];
        let words = [&words, arguments].concat();
        run(SampleAccount::command(state.path(), &words), 0)
    };
    let said = steps(&["--target", "sent=Sent Messages"]);
    assert!(said.contains("sent mail: Sent Messages"), "{said}");
    let made = steps(&["--make-target", "--target", "sent=Envoi", "--lang", "fr"]);
    assert!(made.contains("messages envoyés : Envoi"), "{made}");
    let other = steps(&["--role", "Sent=none"]);
    assert!(!other.contains("sent mail: Sent\n"), "{other}");
}

#[test]
fn steps_without_a_client_are_about_the_common_ones_and_so_is_what_stands_above_them() {
    let (ask, _account) = sample_account();
    for (language, said) in [
        ("en", "7 mail clients: the most common ones."),
        ("fr", "7 logiciels de messagerie : les plus courants."),
    ] {
        let told = run(ask(&format!("clients --steps --lang {language}")), 0);
        assert!(told.contains(said), "{told}");
        assert!(!told.contains("aerc") && !told.contains("KMail"), "{told}");
    }
}

#[test]
fn where_there_is_nothing_to_continue_that_is_said() {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    let accounts = server.list(state.path());
    for (language, said) in [
        (
            "en",
            "so there is nothing to continue: every account is dealt with\n",
        ),
        (
            "fr",
            "il n'y a rien à continuer : tous les comptes sont traités\n",
        ),
    ] {
        let words = ["fix", "--dry-run", "--continue", "--accounts", &accounts];
        let words = [&words[..], &["--lang", language]].concat();
        let told = run(SampleAccount::command(state.path(), &words), 1);
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn of_a_folder_of_plans_the_command_is_named_that_shows_one() {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    let ask = |words: &str| {
        let words: Vec<&str> = words.split(' ').collect();
        let mut command = SampleAccount::command(state.path(), &words);
        command.current_dir(state.path());
        command
    };
    let accounts = format!("account;name\n{};camille\n", server.url);
    fs::write(state.path().join("accounts.csv"), accounts).unwrap();
    fs::create_dir(state.path().join("none")).unwrap();
    let told = run(ask("plan show none"), 2);
    assert!(
        told.contains("plans in none: there is none in it\n"),
        "{told}"
    );
    run(ask("fix --accounts accounts.csv --save-plan plans/"), 1);
    let told = run(ask("plan show plans"), 2);
    let (_, command) = told.split_once("rolecall plan show ").unwrap();
    let file = command.lines().next().unwrap();
    run(ask(&format!("plan show {file}")), 0);
    let told = run(ask("plan show plans --lang fr"), 2);
    assert!(
        told.contains(&format!(
            "indiquez un de ses fichiers : rolecall plan show {file}\n"
        )),
        "{told}"
    );
}

#[test]
fn what_a_run_did_and_what_codes_mean_is_no_wider_than_the_terminal() {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    let ask = |words: &[&str], locale: &str| {
        let mut command = SampleAccount::command(state.path(), words);
        command.env("LANG", locale).env("COLUMNS", "70");
        run(command, 0)
    };
    let fix = [
        "fix",
        "--yes",
        "--settle",
        "0",
        "--only",
        "sent",
        &server.url,
    ];
    let done = ask(&fix, "C.UTF-8");
    let of_run = done.split("rolecall undo ").nth(1).unwrap();
    let of_run = of_run.split_whitespace().next().unwrap();
    for locale in ["C.UTF-8", "fr_FR.UTF-8"] {
        let mut told = vec![ask(&["runs", of_run], locale), ask(&["explain"], locale)];
        let codes = Code::EVERY.iter();
        told.extend(codes.map(|code| ask(&["explain", code.word()], locale)));
        for text in told {
            let wide = text.lines().find(|line| line.chars().count() > 70);
            assert_eq!(wide, None, "{text}");
        }
    }
}

#[test]
fn an_empty_mailbox_of_doubtful_role_is_asked_about_like_any_other_that_waits() {
    let (ask, _state, _account) = unmarked_account(&[("INBOX.Sent", 2), ("INBOX.Sent Items1", 0)]);
    let waits = "1 mailbox of doubtful role waits for your word";
    let told = run(ask("audit"), 1);
    assert!(told.contains(waits), "{told}");
    let talk = [("Role [s]:", ""), ("Apply this plan? [y/N]", "n")];
    let (shown, _) = support::terminal::converse(ask("fix"), &talk);
    assert!(
        shown.contains("INBOX.Sent Items1 (0 messages): what is it?"),
        "{shown}"
    );
}

/// The sample account, and a command about it.
fn sample_account() -> (impl Fn(&str) -> Command, impl Sized) {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    let (account, folder) = (server.url.clone(), state.path().to_owned());
    let ask = move |words: &str| {
        let words = shell_words::split(words).unwrap();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = SampleAccount::command(&folder, &words);
        command.arg(&account);
        command
    };
    (ask, (state, server))
}

#[test]
fn a_trace_is_its_owners_only_and_shows_names_where_they_are_asked_for() {
    let (ask, _server) = sample_account();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trace").display().to_string();
    fs::write(&file, "rolecall trace, an older one").unwrap();
    for (options, is_named) in [("", false), ("--trace-names", true)] {
        run(ask(&format!("audit --trace {file} {options}")), 1);
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with("rolecall trace, format 1, began 20"),
            "{text}"
        );
        assert!(text.contains(" AUTHENTICATE PLAIN …\n"), "{text}");
        assert!(!text.contains(sample::PASSWORD), "{text}");
        for name in ["Sent Items", sample::USER, "127.0.0.1"] {
            assert_eq!(text.contains(name), is_named, "{name} in\n{text}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
    let plan = ask(&format!("fix --yes --settle 0 --remove now --trace {file}"));
    run(plan, 0);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(" > ") && text.contains("UID MOVE"), "{text}");
}

#[test]
fn a_trace_that_cannot_be_written_is_a_mistake_of_usage_and_nothing_is_sent() {
    let script = Script::play(|peer| {
        peer.say("* OK hello");
        peer.hear();
    });
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("none/trace").display().to_string();
    let account = format!("imap://alice@127.0.0.1:{}", script.port);
    let said = run(
        rolecall(state.path(), &["audit", "--trace", &file, &account]),
        2,
    );
    assert!(said.contains("cannot write"), "{said}");
    assert!(script.heard().is_empty());
    run(
        rolecall(state.path(), &["audit", "--trace-names", &account]),
        2,
    );
}

#[test]
fn a_slip_in_a_target_is_refused_with_the_nearest_name_and_nothing_is_renamed() {
    let (ask, _account) = sample_account();
    let mailboxes = || json(ask("audit --format json"), 1)["mailboxes"].take();
    let before = mailboxes();
    for (slip, meant) in [
        ("sent='Sent Itmes'", "\"Sent Items\""),
        ("sent=sent", "\"Sent\""),
        ("sent='elements envoyes'", "\"Éléments envoyés\""),
    ] {
        let text = run(ask(&format!("fix --yes --target {slip}")), 3);
        let (_, typed) = slip.split_once('=').unwrap();
        let typed = typed.trim_matches('\'');
        let why = format!(
            "cannot keep the role sent in \"{typed}\": there is no such mailbox\n\
             hint: did you mean {meant}? --make-target makes a new mailbox\n"
        );
        assert!(text.contains(&why), "{text}");
    }
    let said = json(ask("fix --dry-run --format json --target sent=Envoi"), 3);
    assert_eq!(said["error"]["kind"], "config");
    let hint = said["error"]["hint"].as_str().unwrap();
    assert!(hint.starts_with("--make-target makes it; "), "{hint}");
    assert_eq!(mailboxes(), before);
    let plan = json(
        ask("fix --dry-run --only sent --format json --target sent=Envoi --make-target"),
        1,
    );
    assert_eq!(plan["steps"][0]["target"]["name"], "Envoi", "{plan:#}");
}

#[test]
fn a_slip_in_an_accounts_file_fails_its_account_and_is_found_by_the_check() {
    let (ask, folder, _account) = unmarked_account(&[
        ("INBOX.Sent", 1),
        ("INBOX.Sent Items", 2),
        ("INBOX.Envoyés", 3),
    ]);
    let about_itself = ask("audit");
    let url = about_itself.get_args().last().unwrap().to_str().unwrap();
    let check = |target: &str, words: &str, status| {
        let file = format!("account;target\n{url};{target}\n");
        fs::write(folder.path().join("accounts.csv"), file).unwrap();
        let words: Vec<&str> = words.split(' ').collect();
        let mut command = rolecall(folder.path(), &words);
        command.current_dir(folder.path());
        run(command, status)
    };
    let slip = "cannot keep the role sent in \"Sent Itmes\": there is no such mailbox\n\
                hint: did you mean \"INBOX.Sent Items\"?";
    for words in [
        "accounts check accounts.csv",
        "fix --yes --accounts accounts.csv",
    ] {
        let told = check("sent=Sent Itmes", words, 3);
        assert!(told.contains(slip), "{told}");
        assert!(told.contains(" (line 2): "), "{told}");
    }
    check(
        "sent=Sent Itmes",
        "accounts check --make-target accounts.csv",
        0,
    );
    check("sent=Sent Items", "accounts check accounts.csv", 0);
    let taken = check("drafts=INBOX.Sent", "accounts check accounts.csv", 3);
    assert!(taken.contains("it has the role sent"), "{taken}");
    let words = "fix --dry-run --format json --make-target --accounts accounts.csv";
    assert!(check("sent=Sent Itmes", words, 1).contains("INBOX.Sent Itmes"));
}

#[test]
fn a_target_may_be_written_the_other_way_round() {
    let (ask, _account) = sample_account();
    let plan = |words: &str| json(ask(&format!("fix --dry-run --format json {words}")), 1);
    let (one, other) = (
        plan("--target 'sent=Sent Items'"),
        plan("--target 'Sent Items=sent'"),
    );
    assert_eq!(one["steps"], other["steps"]);
    let kept = one["steps"].as_array().unwrap().iter();
    let mut kept = kept.filter(|step| step["role"] == "sent" && step["action"] == "merge");
    assert!(kept.all(|step| step["target"]["name"] == "Sent Items"));
}

#[test]
fn a_mailbox_of_ones_own_is_no_target_without_a_word_about_it() {
    let (ask, _account) = sample_account();
    let told = |words: &str| {
        let plan = json(ask(&format!("fix --dry-run --format json {words}")), 1);
        let warnings = plan["warnings"].as_array().unwrap().clone();
        let mut slips = warnings.into_iter();
        slips.find(|warning| warning["code"] == "target-ordinary")
    };
    let slip = told("--target sent=Factures").unwrap();
    assert_eq!(slip["role"], "sent");
    let message = slip["message"].as_str().unwrap();
    assert!(message.starts_with("\"Factures\" is a mailbox of your own ("));
    assert_eq!(told("--target 'sent=Sent Items'"), None);
    assert_eq!(told(""), None);

    let (shown, status) = support::terminal::talk(
        ask("fix --only sent --target sent=Factures"),
        "Apply this plan? [y/N]",
        "n",
    );
    let (before, _) = shown.split_once("Apply this plan?").unwrap();
    let (_, asked) = before
        .rsplit_once("no message moves")
        .unwrap_or(("", before));
    assert!(asked.contains("is a mailbox of your own"), "{shown}");
    assert_eq!(status, 1);
}

#[test]
fn a_fix_that_forgets_the_target_of_an_earlier_one_is_told_so() {
    let (ask, state, _server) = unmarked_account(&[("INBOX.Sent", 5), ("INBOX.Sent Items", 3)]);
    let told = || {
        let plan = json(ask("fix --dry-run --format json --only sent"), 1);
        let warnings = plan["warnings"].as_array().unwrap().clone();
        warnings
            .into_iter()
            .find(|warning| warning["code"] == "kept-before")
    };
    assert_eq!(told(), None);
    let target = "--only sent --keep-sources --target 'sent=INBOX.Sent Items'";
    let done = json(
        ask(&format!("fix --yes --settle 0 --format json {target}")),
        0,
    );
    let run_id = done["run"].as_str().unwrap();
    let message = format!(
        "\"INBOX.Sent Items\" has kept sent since run {run_id}, and is now merged into \"INBOX.Sent\"; --target 'sent=INBOX.Sent Items' keeps it"
    );
    assert_eq!(told().unwrap()["message"], message.as_str());
    let mut undo = rolecall(state.path(), &["undo", run_id, "--yes", "--settle", "0"]);
    undo.env("ROLECALL_PASSWORD", support::dovecot::PASSWORD);
    run(undo, 0);
    assert_eq!(told(), None);
}

#[test]
fn on_a_terminal_a_target_that_is_not_there_is_asked_about() {
    let (ask, _account) = sample_account();
    let (shown, status) = support::terminal::talk(
        ask("fix --only sent --target 'sent=Sent Itmes'"),
        "Make \"Sent Itmes\"? [y/N]",
        "",
    );
    assert!(shown.contains("Did you mean \"Sent Items\"?"), "{shown}");
    assert!(shown.contains("there is no such mailbox"), "{shown}");
    assert_eq!(status, 3);
}

#[test]
fn the_plan_stands_before_the_first_question_and_again_where_the_answers_have_changed_it() {
    let (ask, _account) = sample_account();
    let plans = |shown: &str| shown.matches("Plan for imap://").count();
    let keep = ("Keep [1]:", "");
    let (held_back, last) = (("too? [y/N]", ""), ("Apply this plan? [y/N]", "n"));

    let suggested = [keep, keep, keep, held_back, held_back, last];
    let (shown, status) = support::terminal::converse(ask("fix"), &suggested);
    let (before, after) = shown.split_once("Keep [1]:").unwrap();
    assert!(before.contains("Sent Items → Sent "), "{before}");
    assert_eq!((plans(before), plans(after), status), (1, 0, 1), "{shown}");
    assert!(!after.contains("The plan by your answers"), "{shown}");
    assert!(
        before.contains(
            "\r\n  1) Drafts (3 messages, 1.2 KB, newest 2025-06-11; the server marks it"
        )
    );

    let other = [keep, ("Keep [1]:", "2"), keep, held_back, held_back, last];
    let (shown, status) = support::terminal::converse(ask("fix"), &other);
    let (before, after) = shown.split_once("The plan by your answers:").unwrap();
    assert!(before.contains("Sent Items → Sent "), "{before}");
    assert!(after.contains("Sent → Éléments envoyés"), "{after}");
    assert_eq!((plans(before), plans(after), status), (1, 1, 1), "{shown}");
}

#[test]
fn a_program_can_follow_what_goes_on_in_a_file_of_events() {
    let (ask, _account) = sample_account();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.jsonl").display().to_string();
    let moved = json(
        ask(&format!(
            "fix --yes --settle 0 --format json --events {file}"
        )),
        0,
    );
    let moved: u64 = moved["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|step| step["moved"].as_u64())
        .sum();
    let events = fs::read_to_string(&file).unwrap();
    let events: Vec<serde_json::Value> = events
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events.first().unwrap()["event"], "begins");
    assert_eq!(
        (
            &events.last().unwrap()["event"],
            &events.last().unwrap()["failed"]
        ),
        (&"ends".into(), &false.into())
    );
    let mut of_steps = BTreeMap::new();
    for event in events.iter().filter(|event| event["event"] == "moved") {
        of_steps.insert(event["step"].as_u64(), event["messages"].as_u64().unwrap());
    }
    assert_eq!(of_steps.values().sum::<u64>(), moved, "{events:?}");
    assert!(moved > 0);

    let told = run(ask("audit --events /dev/full"), 1);
    assert!(told.contains("cannot write the events: "), "{told}");
    let told = run(ask("audit --events none/events"), 2);
    assert!(
        told.contains("name a file in a folder that you may write to with --events"),
        "{told}"
    );
}

#[test]
fn a_file_that_the_command_needs_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = folder.path().join("accounts.csv");
    let text = "imap://alice@127.0.0.1:1\n";
    fs::write(&accounts, text).unwrap();
    let refused = |words: &str| {
        let words = shell_words::split(words).unwrap();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = rolecall(folder.path(), &words);
        command.current_dir(folder.path());
        let told = run(command, 2);
        let why =
            "this command reads it, or writes something else into it\nhint: name another file\n";
        assert!(told.contains(why), "{told}");
        assert_eq!(fs::read_to_string(&accounts).unwrap(), text);
    };
    refused("audit --accounts accounts.csv -o ./accounts.csv");
    refused("audit --accounts accounts.csv --trace accounts.csv");
    refused("fix --dry-run --accounts accounts.csv --events accounts.csv");
    refused("accounts check accounts.csv -o accounts.csv");
    refused("accounts import accounts.csv -o accounts.csv");
    refused("audit imap://alice@127.0.0.1:1 --password-file accounts.csv -o accounts.csv");
    refused("audit imap://alice@127.0.0.1:1 --events new -o ./new");
    assert!(!folder.path().join("new").exists());
    // What only the accounts file names, and what an earlier command has not written.
    fs::write(folder.path().join("secret"), "hunter2\n").unwrap();
    let text = "account,password_file\nimap://alice@127.0.0.1:1,secret\n";
    fs::write(folder.path().join("other.csv"), text).unwrap();
    for option in ["--events", "--trace"] {
        let words = ["audit", "--accounts", "other.csv", option, "secret"];
        let mut command = rolecall(folder.path(), &words);
        command.current_dir(folder.path());
        let told = run(command, 2);
        assert!(
            told.contains("it holds something else, which would be lost"),
            "{told}"
        );
    }
    // What is read only once somebody logs in.
    let server = SampleAccount::start();
    let text = format!("account,password_file\n{},secret\n", server.url);
    fs::write(folder.path().join("other.csv"), text).unwrap();
    fs::write(folder.path().join("secret"), sample::PASSWORD).unwrap();
    let words = ["audit", "--accounts", "other.csv", "-o", "secret"];
    let mut command = rolecall(folder.path(), &words);
    command.current_dir(folder.path());
    let told = run(command, 3);
    assert!(told.contains("this command reads it"), "{told}");
    let secret = fs::read_to_string(folder.path().join("secret")).unwrap();
    assert_eq!(secret, sample::PASSWORD);
}

/// An account of these mailboxes on a server that marks none, and a command about it.
fn unmarked_account(
    mailboxes: &[(&str, i64)],
) -> (
    impl Fn(&str) -> Command + use<>,
    tempfile::TempDir,
    impl Sized + use<>,
) {
    let state = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut world = World::new(Persona::courier());
    world.add_account("alice", support::dovecot::PASSWORD);
    for (name, messages) in mailboxes {
        let wire = String::from_utf8(mutf7::encode(name)).unwrap();
        world.add_mailbox("alice", &wire).unwrap();
        for number in 0..*messages {
            let text = format!("Subject: {number}\r\n\r\n{name}\r\n").into_bytes();
            let date = 1_700_000_000 + number;
            world.add_message("alice", &wire, &[], date, text).unwrap();
        }
    }
    let server = runtime.block_on(Server::start(world, 0)).unwrap();
    let account = format!("imap://alice@127.0.0.1:{}", server.port());
    let folder = state.path().to_owned();
    let account = account.clone();
    let ask = move |words: &str| {
        let words = shell_words::split(words).unwrap();
        let words = words.iter().map(String::as_str).chain([&*account]);
        let mut command = rolecall(&folder, &words.collect::<Vec<_>>());
        command.current_dir(&folder);
        command
    };
    (ask, state, (server, runtime))
}

#[test]
fn a_mailbox_that_may_be_a_second_inbox_is_asked_about_on_a_terminal() {
    let (ask, _state, _account) = unmarked_account(&[("INBOX.Inbox1", 3)]);
    let talk = [
        ("Role [s]:", "1"),
        ("too? [y/N]", "y"),
        ("Apply this plan? [y/N]", "n"),
    ];
    let (shown, status) = support::terminal::converse(ask("fix"), &talk);
    assert!(
        shown.contains("INBOX.Inbox1 (3 messages): what is it?"),
        "{shown}"
    );
    assert_eq!(
        shown.matches("\"Inbox\" and a number").count(),
        1,
        "{shown}"
    );
    assert!(shown.contains("INBOX.Inbox1 → INBOX"), "{shown}");
    assert_eq!(status, 1);
}

/// The mailboxes that a plan merges mail of this role into.
fn kept_by(plan: &serde_json::Value, role: &str) -> BTreeSet<String> {
    let steps = plan["steps"].as_array().unwrap().iter();
    let merges = steps.filter(|step| step["role"] == role && step["action"] == "merge");
    merges
        .map(|step| step["target"]["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn clients_are_told_to_choose_the_mailbox_that_fix_keeps() {
    // By its mail alone the French one would stay; most clients find the other.
    let mailboxes = [
        ("INBOX.Sent", 1),
        ("INBOX.Envoyés", 9),
        ("INBOX.Quittances", 2),
    ];
    let (ask, folder, _account) = unmarked_account(&mailboxes);
    let told = |options: &str| {
        let plan = json(ask(&format!("fix --dry-run --format json {options}")), 1);
        let steps = format!("clients --steps --client thunderbird {options}");
        (kept_by(&plan, "sent"), run(ask(steps.trim_end()), 0))
    };
    let (kept, steps) = told("--only sent");
    assert_eq!(kept, ["INBOX.Sent".to_owned()].into());
    assert!(steps.contains("sent mail: INBOX.Sent\n"), "{steps}");

    let mine = "locale: fr\nroles:\n  sent:\n    - name: Quittances\n";
    fs::write(folder.path().join("mine.yaml"), mine).unwrap();
    let options = "--only sent --mappings mine.yaml --role INBOX.Sent=none --role INBOX.Envoyés=none --client roundcube";
    let plan = json(ask(&format!("fix --dry-run --format json {options}")), 1);
    assert!(plan["steps"].to_string().contains("INBOX.Quittances"));
    let steps = run(ask(&format!("clients --steps {options}")), 0);
    assert!(steps.contains("Quittances"), "{steps}");

    let unused = run(ask("clients --mappings mine.yaml"), 2);
    assert!(unused.contains("without --steps"), "{unused}");

    // What the accounts file says counts as much as what is typed.
    let url = json(ask("audit --format json"), 1)["account"].clone();
    let file = format!(
        "account;role;target;password_env\n{};INBOX.Quittances=sent;sent=INBOX.Envoyés;ROLECALL_PASSWORD\n",
        url.as_str().unwrap()
    );
    fs::write(folder.path().join("accounts.csv"), file).unwrap();
    let options = "--only sent --accounts accounts.csv";
    let plan = json(ask(&format!("fix --dry-run --format json {options}")), 1);
    assert_eq!(kept_by(&plan, "sent"), ["INBOX.Envoyés".to_owned()].into());
    let steps = format!("clients --steps --client thunderbird {options}");
    let steps = run(ask(&steps), 0);
    assert!(steps.contains("sent mail: INBOX.Envoyés\n"), "{steps}");
}

#[test]
fn clients_are_told_to_choose_the_name_that_fix_gives() {
    // The clients that are stated meet in another name than the mailbox has, so `fix` renames it.
    let (ask, _folder, _account) = unmarked_account(&[("INBOX.Envoyés", 3)]);
    for (clients, name) in [
        ("--client roundcube --client thunderbird", "INBOX.Sent"),
        ("--client ios --client apple-mail", "INBOX.Sent Messages"),
    ] {
        let options = format!("--only sent {clients}");
        let plan = json(ask(&format!("fix --dry-run --format json {options}")), 1);
        assert_eq!(plan["steps"][0]["action"], "rename");
        assert_eq!(plan["steps"][0]["target"]["name"], name);
        let steps = run(ask(&format!("clients --steps {options}")), 0);
        assert!(steps.contains(&format!("sent mail: {name}\n")), "{steps}");
        assert!(!steps.contains("sent mail: INBOX.Envoyés"), "{steps}");
    }
}

#[test]
fn what_cannot_be_seen_in_a_name_is_seen_in_a_saved_plan_and_in_its_table() {
    let hostile = "INBOX.Sen\u{202e}t\u{200b}\u{fe0f}\u{e0041}";
    let (ask, folder, _account) = unmarked_account(&[("INBOX.Sent", 1), (hostile, 2)]);
    for (file, escapes) in [
        ("plan.yaml", "Sen\\u202Et\\u200B\\uFE0F\\U000E0041\""),
        ("plan.json", "Sen\\u202et\\u200b\\ufe0f\\udb40\\udc41\""),
    ] {
        let words = format!("fix --only sent --save-plan {file} --role {hostile}=sent");
        let table = run(ask(&words), 1);
        assert!(table.contains("Sen\\u{202e}t\\u{200b}"), "{table}");
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(text.contains(escapes), "{text}");
        let unseen = |letter: char| letter > '~' && !letter.is_alphanumeric();
        assert_eq!(text.find(unseen), None, "{text}");
        let again = run(ask(&format!("fix --dry-run --plan {file}")), 1);
        assert!(again.contains("Sen\\u{202e}t\\u{200b}"), "{again}");
    }
}

/// A merge of nine messages and one of two.
const LARGE_AND_SMALL: [(&str, i64); 4] = [
    ("INBOX.Sent", 1),
    ("INBOX.Envoyés", 9),
    ("INBOX.Drafts", 1),
    ("INBOX.Brouillons", 2),
];

/// The steps of what is planned, and the number of the large merge.
fn steps_of(plan: &serde_json::Value) -> (&[serde_json::Value], &serde_json::Value) {
    let steps = plan["steps"].as_array().unwrap();
    let large = steps.iter().find(|step| step["messages"] == 9).unwrap();
    (steps, &large["id"])
}

#[test]
fn messages_of_steps_that_are_left_out_do_not_count_for_max_moves() {
    let (ask, _folder, _account) = unmarked_account(&LARGE_AND_SMALL);
    let plan = json(ask("fix --dry-run --format json"), 1);
    let (_, id) = steps_of(&plan);
    let fix = "fix --yes --settle 0 --max-moves 5";
    let told = run(ask(fix), 3);
    assert!(told.contains("--max-moves allows"), "{told}");
    let told = run(ask(&format!("{fix} --skip-step {id}")), 0);
    assert!(told.contains("2 messages moved"), "{told}");
}

#[test]
fn a_step_that_is_left_out_is_in_no_plan_that_is_shown_or_saved() {
    let (ask, folder, _account) = unmarked_account(&LARGE_AND_SMALL);
    let plan = json(ask("fix --dry-run --format json"), 1);
    let (steps, id) = steps_of(&plan);
    let part = json(
        ask(&format!("fix --dry-run --format json --skip-step {id}")),
        1,
    );
    let others = steps.iter().filter(|step| step["id"] != *id);
    assert_eq!(
        part["steps"],
        others.cloned().collect::<serde_json::Value>()
    );
    assert_eq!(
        (&part["totals"]["messages"], &part["partial"]),
        (&2.into(), &true.into())
    );
    let save = format!("fix --save-plan part.json --skip-step {id}");
    let told = run(ask(&save), 1);
    assert!(told.contains("fix --plan part.json"), "{told}");
    let saved = fs::read(folder.path().join("part.json")).unwrap();
    let saved: serde_json::Value = serde_json::from_slice(&saved).unwrap();
    assert_eq!(saved["steps"], part["steps"]);
    let told = run(ask("fix --yes --settle 0 --plan part.json"), 0);
    assert!(told.contains("2 messages moved"), "{told}");
}

#[test]
fn a_table_of_names_that_comes_through_a_pipe_is_read_once() {
    let (ask, folder, _account) = unmarked_account(&[("INBOX.Sent", 1), ("INBOX.Quittances", 2)]);
    let named = ask("fix --yes --settle 0 --accounts all.csv");
    let account = named.get_args().last().unwrap().to_str().unwrap();
    let write = |name, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("all.csv", &format!("account\n{account}\n"));
    write(
        "names.yaml",
        "locale: fr\nroles:\n  sent:\n    - name: Quittances\n",
    );
    let mut shell = Command::new("bash");
    shell
        .args(["-c", "exec \"$0\" \"$@\" --mappings <(cat names.yaml)"])
        .arg(named.get_program())
        .args(named.get_args())
        .current_dir(folder.path());
    for (name, value) in named.get_envs() {
        shell.env(name, value.unwrap());
    }
    let told = run(shell, 0);
    assert!(told.contains("2 messages moved"), "{told}");
}

/// What is put in place of what in a YAML plan, and why it is refused then.
const EDITS: [(&str, &str, &str); 11] = [
    ("schema: ", "schema: !!str ", "line 1: it has a tag"),
    ("steps:", "steps: !x", "line "),
    ("schema: ", "schema: &a ", "line 1: it has an anchor"),
    ("schema: ", "%YAML 1.2\n---\nschema: ", ""),
    (
        "schema: ",
        "# \u{202e}\nschema: ",
        "line 1: it holds U+202E",
    ),
    (
        "schema: ",
        "#\n# \u{200b}\nschema: ",
        "line 2: it holds U+200B",
    ),
    (
        "plan/1",
        "plan/2",
        "it has the schema \"rolecall.plan/2\"; this rolecall knows rolecall.plan/1",
    ),
    (
        "uids: null",
        "uids: \"1:4000000000\"",
        "step 1, uids: only `rolecall undo RUN`",
    ),
    ("undoes: null", "undoes: x", "undoes: `rolecall undo RUN`"),
    (
        "messages: 9",
        "messages: 8",
        "it was changed after it was made",
    ),
    ("steps:", "stops:", ""),
];

#[test]
fn a_plan_file_that_is_not_what_it_looks_like_is_refused_before_anything_is_sent() {
    let (ask, folder, account) = unmarked_account(&[("INBOX.Sent", 1), ("INBOX.Envoyés", 9)]);
    for file in ["plan.yaml", "plan.json"] {
        run(ask(&format!("fix --save-plan {file}")), 1);
    }
    // Whoever connects now fails with 3.
    drop(account);
    run(ask("fix --yes --plan plan.yaml"), 3);
    let refused = |file: &str, text: &[u8], why: &str| {
        fs::write(folder.path().join(file), text).unwrap();
        let told = run(ask(&format!("fix --yes --plan {file}")), 2);
        let begins = format!("--- stderr\nerror: cannot use the plan {file}: {why}");
        assert!(told.starts_with(&begins), "{told}\nnot: {begins}");
    };
    let yaml = fs::read_to_string(folder.path().join("plan.yaml")).unwrap();
    for (from, to, why) in EDITS {
        let text = yaml.replacen(from, to, 1);
        assert_ne!(text, yaml, "{from}");
        refused("plan.yaml", text.as_bytes(), why);
    }
    let alias = yaml.replacen("undoes: null", "undoes: *a", 1);
    refused("plan.yaml", alias.as_bytes(), "");
    refused("plan.yaml", format!("{yaml}---\n{yaml}").as_bytes(), "");
    refused("plan.yaml", b"schema: \xff", "it is not UTF-8");
    for (text, why) in [
        ("schema: [", "line 1: "),
        (
            "schema: x\nschema: y\n",
            "line 2: \"schema\" is there twice",
        ),
        (
            "schema: x\n---\nschema: y\n",
            "line 3: a file holds one document",
        ),
    ] {
        refused("plan.yaml", text.as_bytes(), why);
    }
    let unknown = yaml.replacen("undoes:", "undose:", 1);
    refused("plan.yaml", unknown.as_bytes(), "line ");
    let told = run(ask("fix --yes --plan none.yaml"), 2);
    assert!(
        told.contains("plan none.yaml: there is no such file\n"),
        "{told}"
    );
    let pipe = Command::new("mkfifo")
        .arg(folder.path().join("pipe.yaml"))
        .status();
    assert!(pipe.unwrap().success());
    let told = run(ask("fix --yes --plan pipe.yaml"), 2);
    assert!(told.contains("plan pipe.yaml: it is no file\n"), "{told}");
    let large = yaml.clone() + &"#\n".repeat(9 << 20);
    refused("plan.yaml", large.as_bytes(), "it is larger than 16 MiB");

    let json = fs::read(folder.path().join("plan.json")).unwrap();
    let lie = |change: fn(&mut Plan), why: &str| {
        let mut plan: Plan = serde_json::from_slice(&json).unwrap();
        change(&mut plan);
        let text = serde_json::to_vec(&plan.sealed()).unwrap();
        refused("plan.json", &text, why);
    };
    lie(
        |plan| {
            let drafts = MailboxName::new(b"INBOX.Drafts".to_vec(), "INBOX.Sent".to_owned());
            plan.steps[0].target = Some(drafts);
        },
        "step 1, target: the name \"INBOX.Sent\" is not what \"INBOX.Drafts\" reads as",
    );
    lie(
        |plan| {
            plan.identity.url = plan.identity.url.replace("alice", "mallory");
            plan.account.clone_from(&plan.identity.url);
        },
        "identity: \"imap://mallory@127.0.0.1:",
    );
    lie(
        |plan| plan.listing.mailboxes.clear(),
        "listing, fingerprint: ",
    );
    refused("plan.json", b"{\"schmea\": 1}", "line 1: ");
}

#[test]
fn the_exit_statuses_are_the_same_in_help_readme_and_explain() {
    let state = tempfile::tempdir().unwrap();
    let help = run(rolecall(state.path(), &["--help"]), 0);
    let text = fs::read_to_string(page("README.md")).unwrap();
    for status in ["0", "1", "2", "3", "4", "70", "130"] {
        let told = run(rolecall(state.path(), &["explain", status]), 0);
        let (_, meaning) = told.lines().next().unwrap().split_once(": ").unwrap();
        assert!(
            text.contains(&format!("| {status} | {meaning} |")),
            "{meaning}"
        );
        assert!(help.contains(meaning), "{meaning}");
    }
}

#[test]
fn the_demo_walks_through_and_leaves_everything_as_it_was() {
    for dialect in ["slash", "inbox-dot"] {
        let state = tempfile::tempdir().unwrap();
        let text = run(rolecall(state.path(), &["demo", "--dialect", dialect]), 0);
        assert!(
            text.contains("are in their 21 mailboxes again, with their flags and dates."),
            "{text}"
        );
        assert!(text.contains("62 messages moved"), "{text}");
        assert_eq!(
            fs::read_dir(state.path()).unwrap().count(),
            0,
            "nothing is left in the user's state"
        );
    }
}

#[test]
fn no_line_of_the_demo_is_wider_than_the_terminal() {
    let state = tempfile::tempdir().unwrap();
    let mut command = rolecall(state.path(), &["demo"]);
    command.env("COLUMNS", "80");
    let text = run(command, 0);
    for line in text.lines() {
        // Commands to paste are never broken.
        let is_command = line.contains("rolecall ") && line.contains("://");
        assert!(line.chars().count() <= 80 || is_command, "{line}");
    }
}

#[test]
fn a_reader_that_goes_away_is_nobodys_failure() {
    use std::{io::Read as _, process::Stdio};
    let state = tempfile::tempdir().unwrap();
    let mut child = rolecall(state.path(), &["demo"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs `rolecall mappings` in 80 columns, in a folder that holds this table.
fn mappings(arguments: &[&str], table: &str, status: i32) -> String {
    let state = tempfile::tempdir().unwrap();
    fs::write(state.path().join("mine.yaml"), table).unwrap();
    let words: Vec<&str> = ["mappings"].iter().chain(arguments).copied().collect();
    let mut command = rolecall(state.path(), &words);
    command.current_dir(state.path()).env("COLUMNS", "80");
    let text = run(command, status);
    let hidden = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
    assert!(!text.contains(hidden), "{text:?}");
    text
}

const MINE: &str = "locale: fr
roles:
  sent:
    - name: Envoyés
    - name: Tournée du facteur
      source: our webmail
  archive:
    - name: Corbeille
";

#[test]
fn a_name_is_looked_up_with_everything_there_is_to_say() {
    for (asked, says, status) in [
        ("Courrier envoyé", "\"Courrier envoyé\": sent ", 0),
        (
            "COURRIER ENVOYE",
            "likely sent; it is a known name but for its accents",
            0,
        ),
        ("COURRIER ENVOYE", "compared as \"courrier envoye\" ", 0),
        (
            "Courrier envoyé",
            "without accents as \"courrier envoye\"",
            0,
        ),
        ("Lixo", "ambiguous, since clients differ: trash or junk", 0),
        ("Boîte de réception", "mail arrives in INBOX alone", 0),
        (
            "Projects",
            "\"Projects\": no client or server is known to use it",
            1,
        ),
        (
            "\u{405}ent",
            "it only looks like a name for sent: it is written with Cyrillic U+0405 (\u{405})",
            1,
        ),
        (
            "S\u{202e}ent",
            "\"S\\u{202e}ent\": it only looks like a name for sent: it is written with U+202E",
            1,
        ),
        ("Sent to clients", "its part \"Sent\"", 1),
        ("Courrier envoy&AOk-", "stands for \"Courrier envoyé\"", 0),
        ("INBOX.Sent", "of \"INBOX.Sent\" only the last level", 0),
        ("Clients/Sent", "\"Sent\": sent of \"Clients/Sent\"", 0),
        ("[Gmail]/Sent Mail", "\"Sent Mail\": sent", 0),
    ] {
        let text = mappings(&["lookup", asked], MINE, status);
        let flat = text.replace('\n', " ");
        assert!(flat.contains(says), "{asked}: {text}");
    }
}

#[test]
fn ones_own_table_counts_in_list_and_lookup() {
    let own = ["--mappings", "mine.yaml"];
    let text = mappings(&[&["lookup", "corbeille"], &own[..]].concat(), MINE, 0);
    assert!(text.contains("\"corbeille\": archive\n"), "{text}");
    let text = mappings(
        &[&["list", "-v", "--locale", "fr"], &own[..]].concat(),
        MINE,
        0,
    );
    assert!(text.contains("our webmail"), "{text}");
    let text = mappings(&["lookup", "Tournée du facteur"], MINE, 1);
    assert!(text.contains("no client or server is known"), "{text}");
}

#[test]
fn every_list_fits_80_columns_and_is_sorted_by_role_and_language() {
    for more in [&[][..], &["-v"], &["--role", "junk"], &["--locale", "PT"]] {
        let text = mappings(&[&["list"], more].concat(), MINE, 0);
        let (table, _) = text.split_once("--- stderr").unwrap();
        for line in table.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
        }
    }
    let text = mappings(&["list", "--format", "json"], MINE, 0);
    let (lines, _) = text.split_once("--- stderr").unwrap();
    let order: Vec<(usize, String, String)> = lines
        .lines()
        .map(|line| {
            let one: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(one["schema"], "rolecall.mappings/1");
            let roles = one["roles"].as_array().unwrap();
            let role: Role = serde_json::from_value(roles[0].clone()).unwrap();
            let place = Role::EVERY.iter().position(|one| *one == role).unwrap();
            let more = roles.len().min(2) - 1;
            (
                more * 100 + place,
                roles.len().to_string(),
                one["locale"].to_string(),
            )
        })
        .collect();
    assert!(
        order.len() > 300
            && order
                .is_sorted_by(|one, next| (one.0, &one.2) <= (next.0, &next.2)
                    || one.0 == next.0 && one.0 >= 100)
    );
}

#[test]
fn a_list_in_yaml_is_a_table_of_ones_own_that_passes_the_check() {
    let yaml = mappings(&["list", "--locale", "pt", "--format", "yaml"], MINE, 0);
    let (yaml, _) = yaml.split_once("--- stderr").unwrap();
    let text = mappings(&["check", "mine.yaml"], yaml, 0);
    assert!(
        text.contains("0 new") && text.contains(" 0 with another role"),
        "{text}"
    );
    let text = mappings(&["list", "--format", "yaml"], MINE, 2);
    assert!(text.contains("hint: add --locale TAG"), "{text}");
}

#[test]
fn a_check_tells_what_a_table_changes() {
    let text = mappings(&["check", "mine.yaml"], MINE, 0);
    assert_eq!(
        text,
        "mine.yaml: 3 names, fr
1 new, 1 as in the built-in table, 1 with another role

line  name       built in  yours
────  ─────────  ────────  ───────
   8  Corbeille  trash     archive
--- stderr
--- status 0"
    );
}

#[test]
fn a_check_shows_every_fault_at_its_place_and_what_was_meant() {
    let wrong = "locale: fr_FR
roles:
  snet:
    - name: Envoyés
  junk:
    - nmae: Indésirables
    - name: Spam&AOk-
ambiguous:
  - name: Lixo
    roles: [junk, trahs]
";
    let text = mappings(&["check", "mine.yaml"], wrong, 2);
    for (place, message, line) in [
        (
            "1:9",
            "\"fr_FR\" is not a language tag",
            "1 | locale: fr_FR\n  |         ^",
        ),
        (
            "3:3",
            "unknown role \"snet\", did you mean sent?",
            "3 |   snet:\n  |   ^",
        ),
        (
            "6:7",
            "unknown key \"nmae\", did you mean name?",
            "6 |     - nmae: Indésirables\n  |       ^",
        ),
        (
            "7:13",
            "\"Spam&AOk-\" looks like modified UTF-7",
            "7 |     - name: Spam&AOk-\n  |             ^",
        ),
        (
            "10:19",
            "unknown role \"trahs\", did you mean trash?",
            "10 |     roles: [junk, trahs]\n   |                   ^",
        ),
    ] {
        assert!(
            text.contains(&format!("mine.yaml:{place}: {message}")),
            "{place}: {text}"
        );
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn an_ill_formed_language_tag_is_a_mistake_of_usage() {
    let state = tempfile::tempdir().unwrap();
    for words in [
        &["audit", "imap://a@localhost", "--locale", "!!"][..],
        &["mappings", "list", "--locale", "fr_FR"],
    ] {
        let text = run(rolecall(state.path(), words), 2);
        assert!(
            text.contains("a language tag is such as fr or pt-BR"),
            "{text}"
        );
    }
}
