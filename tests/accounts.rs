//! The accounts file: what it may say, and how its faults are told.

use std::{fmt::Write as _, fs};

use proptest::prelude::*;
use rolecall::{
    config::{
        accounts::{AccountsError, Entry, Inline, read},
        secret::Source,
    },
    model::role::Role,
};
use tempfile::TempDir;

/// A folder with one accounts file.
struct File {
    folder: TempDir,
    name: &'static str,
}

impl File {
    fn new(name: &'static str, content: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), content).unwrap();
        Self { folder, name }
    }

    #[cfg(unix)]
    fn mode(self, mode: u32) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(self.folder.path().join(self.name), mode).unwrap();
        self
    }

    fn read(&self, inline: Inline) -> Result<Vec<Entry>, AccountsError> {
        read(&self.folder.path().join(self.name), inline)
    }

    /// Every fault as the terminal shows it, the folder's name taken away.
    fn told(&self, inline: Inline) -> String {
        let error = self.read(inline).unwrap_err();
        let AccountsError::Faults { faults, more } = &error else {
            panic!("{error}");
        };
        let mut told = String::new();
        for fault in faults {
            writeln!(told, "{fault}\n{}", fault.snippet).unwrap();
        }
        if *more > 0 {
            writeln!(told, "and {more} more").unwrap();
        }
        told.replace(&format!("{}/", self.folder.path().display()), "")
    }
}

fn csv(text: &str) -> Vec<Entry> {
    let entries = File::new("a.csv", text).read(Inline::Refused);
    entries.unwrap_or_else(|error| panic!("{error}"))
}

fn yaml(text: &str) -> Vec<Entry> {
    let entries = File::new("a.yaml", text).read(Inline::Refused);
    entries.unwrap_or_else(|error| panic!("{error}"))
}

fn told_of_csv(text: &str) -> String {
    File::new("a.csv", text).told(Inline::Refused)
}

fn told_of_yaml(text: &str) -> String {
    File::new("a.yaml", text).told(Inline::Refused)
}

fn users(entries: &[Entry]) -> Vec<&str> {
    let users = entries.iter().map(|entry| entry.account.id.user.as_str());
    users.collect()
}

/// What is said of an entry, its line and its file's folder apart.
fn gist(entry: &Entry) -> String {
    let secret = match entry.secret() {
        Some(Source::File(path)) => format!("file {}", path.file_name().unwrap().display()),
        secret => format!("{secret:?}"),
    };
    format!(
        "{} {:?} {secret} {} {:?}",
        entry.account.id.url,
        entry.name,
        entry.is_token(),
        entry.said
    )
}

#[test]
fn csv_is_read_as_spreadsheets_and_scripts_write_it() {
    let text = "\u{feff}# made by hand\r\n\r\nName ; ACCOUNT;\"locale\";role;target\r\n\
        alice; imaps://alice@example.com@imap.example.com ;fr|pt-BR;Courrier=sent|a\\|b=none|x=y=junk;sent=S=t\r\n\
        # bob is on holiday\r\n;;;;\r\n\"the \"\"second\"\"\";imap://bob@[::1]:1143;;\"line\n\";\r\n";
    let error = File::new("a.csv", text).told(Inline::Refused);
    assert!(error.contains("a.csv:7:41: write MAILBOX=ROLE"), "{error}");
    let entries = csv(&text.replace("\"line\n\"", ""));
    let [alice, bob] = &entries[..] else {
        panic!("{entries:?}");
    };
    assert_eq!((alice.line, bob.line), (4, 7));
    assert_eq!(alice.name.as_deref(), Some("alice"));
    assert_eq!(alice.account.id.user, "alice@example.com");
    assert_eq!(alice.said.locales, ["fr", "pt-BR"]);
    assert_eq!(
        alice.said.roles,
        [
            ("Courrier".to_owned(), Some(Role::Sent)),
            ("a|b".to_owned(), None),
            ("x=y".to_owned(), Some(Role::Junk)),
        ]
    );
    assert_eq!(alice.said.targets, [(Role::Sent, "S=t".to_owned())]);
    assert_eq!(bob.name.as_deref(), Some("the \"second\""));
    assert_eq!(bob.account.id.port, 1143);
    assert!(bob.said.roles.is_empty() && bob.secret().is_none());
}

#[test]
fn a_quoted_cell_may_hold_delimiters_and_line_ends_and_later_lines_keep_their_numbers() {
    let entries = csv(
        "account,password_command\nimaps://a@h,\"pass show 'a,\nb'\"\nimaps://b@h,printf \"x y\"\n",
    );
    assert_eq!(
        entries[0].secret(),
        Some(Source::Command("pass show 'a,\nb'".to_owned()))
    );
    assert_eq!(
        entries[1].secret(),
        Some(Source::Command("printf 'x y'".to_owned()))
    );
    assert_eq!((entries[0].line, entries[1].line), (2, 4));
}

#[test]
fn yaml_says_the_same_as_csv() {
    let of_yaml = yaml(
        "defaults:\n  login_as: admin\n  master_separator: '*'\n  locale: [fr]\n  password_env: PW_{name}\naccounts:\n\
         - {account: imaps://a@h, name: 007, role: ['x|y=sent', L=none], locale: no}\n\
         - account: imaps://b@h\n  password_file: b.txt\n  login_as: root\n  locale: []\n",
    );
    let of_csv = csv(
        "account;name;role;locale;login_as;master_separator;password_env;password_file\n\
         imaps://a@h;007;x\\|y=sent|L=none;no;admin;*;PW_{name};\nimaps://b@h;;;;root;*;;b.txt\n",
    );
    let gists = |entries: &[Entry]| entries.iter().map(gist).collect::<Vec<_>>();
    assert_eq!(gists(&of_yaml), gists(&of_csv));
    assert_eq!(of_yaml[0].name.as_deref(), Some("007"));
    assert_eq!(
        of_yaml[0].secret(),
        Some(Source::Variable("PW_007".to_owned()))
    );
}

#[test]
fn an_account_may_be_a_bare_url_and_keys_may_be_merged_in() {
    let entries = yaml(
        "accounts:\n- imaps://a@h\n- &b {account: imaps://b@h, locale: de}\n- {<<: *b, account: imaps://c@h}\n",
    );
    assert_eq!(users(&entries), ["a", "b", "c"]);
    assert_eq!(entries[2].said.locales, ["de"]);
    assert_eq!(entries[1].line, 3);
}

#[test]
fn what_most_accounts_say_is_kept_once() {
    let entries =
        csv("account;locale\nimaps://a@h;fr\nimaps://b@h;de\nimaps://c@h;fr\nimaps://d@h;\n");
    assert!(std::sync::Arc::ptr_eq(&entries[0].said, &entries[2].said));
    let entries = yaml("defaults: {role: [x=sent]}\naccounts: [imaps://a@h, imaps://b@h]\n");
    assert!(std::sync::Arc::ptr_eq(&entries[0].said, &entries[1].said));
}

#[test]
fn placeholders_take_the_accounts_own_words_and_no_shell_or_folder_more() {
    let file = File::new(
        "a.yaml",
        "defaults: {password_command: \"pass 'of {user}' {host}/{{x} {name}\"}\naccounts:\n\
         - {account: 'imaps://a b;$(rm)''@h', name: n m}\n- {account: imaps://c@h, password_file: 's/{user}.txt'}\n",
    );
    let entries = file.read(Inline::Refused).unwrap();
    let Some(Source::Command(line)) = entries[0].secret() else {
        panic!();
    };
    let words = shell_words::split(&line).unwrap();
    assert_eq!(words, ["pass", "of a b;$(rm)'", "h/{x}", "n m"]);
    let path = file.folder.path().join("s/c.txt");
    assert_eq!(entries[1].secret(), Some(Source::File(path)));
}

#[test]
fn a_placeholder_that_would_lead_elsewhere_is_a_fault_at_its_line() {
    for (account, secret) in [
        ("imaps://..@h", "password_file: 's/{user}'"),
        ("imaps://a%2Fb@h", "password_file: '{user}.txt'"),
        ("imaps://a\\b@h", "password_file: '{user}'"),
        ("imaps://-rf@h", "password_command: 'rm {user}'"),
        ("imaps://a=b@h", "password_env: 'P_{user}'"),
    ] {
        let told = told_of_yaml(&format!(
            "defaults: {{{secret}}}\naccounts:\n- imaps://ok@h\n- {account}\n"
        ));
        assert!(
            told.starts_with("a.yaml:4:3: the secret's place has {user}, where"),
            "{told}"
        );
    }
    let told = told_of_yaml("accounts:\n- {account: imaps://a@h, password_env: 'P{name}'}\n");
    assert!(
        told.contains("2:40: the secret's place has {name}, but this account has no name"),
        "{told}"
    );
    for pattern in ["{usr}", "{", "x {user", "{ user}"] {
        let told = told_of_yaml(&format!(
            "defaults: {{password_env: '{pattern}'}}\naccounts: [imaps://a@h]\n"
        ));
        assert!(
            told.contains("a { begins {user}, {host} or {name}"),
            "{told}"
        );
    }
    for command in ["{user} x", "''", "a 'b"] {
        let told = told_of_csv(&format!(
            "account;password_command\nimaps://a@h;{command}\n"
        ));
        assert!(told.starts_with("a.csv:2:13: "), "{told}");
    }
}

#[test]
fn every_fault_of_a_csv_file_is_told_with_its_line_and_a_caret() {
    let told = told_of_csv(
        "account;nmae;locale;role;target;login_as;master_separator\n\
         imaps://a@h;x;fr_FR;Lists;;;\n\
         ;x;;;;;\n\
         imaps://@h;;;x=snet;all=x;;*\n\
         http://a@h\n\
         imaps://b@H;;;;;;;surplus\n\
         imaps://B@h;;;;;\n\
         imaps://b@h;\"x\"y;;;;\n\
         imaps://B@H:993\n",
    );
    assert_eq!(
        told,
        "a.csv:1:9: unknown column \"nmae\", did you mean name? columns here are account, name, password_env, \
         password_file, password_command, oauth_token_command, login_as, master_separator, locale, role, target, password\n\
         1 | account;nmae;locale;role;target;login_as;master_separator\n  |         ^\n\
         a.csv:2:15: a language tag is such as fr or pt-BR\n\
         2 | imaps://a@h;…;…;…;;;\n  |               ^\n\
         a.csv:2:21: write MAILBOX=ROLE\n\
         2 | imaps://a@h;…;…;…;;;\n  |                 ^\n\
         a.csv:4:1: cannot read the account: it names no user; write imaps://USER@HOST\n\
         4 | …;;;x=snet;all=x;;*\n  | ^\n\
         a.csv:4:14: unknown role \"snet\", did you mean sent? roles are inbox, drafts, sent, trash, junk, archive, all, \
         flagged, important, templates, outbox, memos, scheduled, snoozed\n\
         4 | …;;;x=snet;all=x;;*\n  |     ^\n\
         a.csv:4:21: mailboxes of the role all are never merged\n\
         4 | …;;;x=snet;all=x;;*\n  |            ^\n\
         a.csv:4:28: master_separator joins a user with login_as, which is missing\n\
         4 | …;;;x=snet;all=x;;*\n  |                   ^\n\
         a.csv:5:1: cannot read the account: it is not an account URL; write imaps://USER@HOST, for example \
         imaps://alice@example.com@imap.example.com\n\
         5 | …\n  | ^\n\
         a.csv:6:19: 8 cells for 7 columns; a cell that holds the delimiter or a quote is put in quotes\n\
         6 | imaps://b@H;;;;;;;…\n  |                   ^\n\
         a.csv:8:1: this account is on line 6 already\n\
         8 | imaps://b@h;…;;;;\n  | ^\n\
         a.csv:8:16: text behind a closing quote; a quote within is doubled\n\
         8 | imaps://b@h;…;;;;\n  |             ^\n\
         a.csv:9:1: this account is on line 7 already\n\
         9 | imaps://B@H:993\n  | ^\n"
    );
}

#[test]
fn every_fault_of_a_yaml_file_is_told_with_its_line_and_a_caret() {
    let told = told_of_yaml(
        "defalts: {}\n\
         defaults: {account: imaps://a@h, locale: [fr, [de]]}\n\
         accounts:\n\
         - {acount: imaps://a@h}\n\
         - {name: b}\n\
         - {account: imaps://c@h, name: [x], nmae: x}\n\
         - {account: imaps://d@h, name: d, name: e, master_separator: '**'}\n\
         - [imaps://e@h]\n\
         - {account: imaps://f@h, name: d}\n\
         - {account: imaps://g@h, name: 'imaps://f@h', target: [sent]}\n\
         - {account: imaps://h@h, password_env: A, password_file: B}\n\
         -\n",
    );
    let places: Vec<_> = told
        .lines()
        .filter(|line| line.starts_with("a.yaml"))
        .map(|line| line.split(['?', ';']).next().unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "a.yaml:1:1: unknown key \"defalts\", did you mean defaults",
            "a.yaml:2:21: account belongs to one account, not to all",
            "a.yaml:2:47: locale is a list of texts",
            "a.yaml:4:4: unknown key \"acount\", did you mean account",
            "a.yaml:5:3: the account is missing: write imaps://USER@HOST",
            "a.yaml:6:26: name is one text",
            "a.yaml:6:37: unknown key \"nmae\", did you mean name",
            "a.yaml:7:35: \"name\" is there twice",
            "a.yaml:7:62: master_separator is one character, such as *",
            "a.yaml:8:3: keys with values belong here, such as \"locale: fr\"",
            "a.yaml:9:32: the account on line 7 has this name already",
            "a.yaml:10:32: a name that reads like a URL would be taken for one",
            "a.yaml:10:56: write ROLE=MAILBOX",
            "a.yaml:11:58: a second secret: password_env or password_file, not both",
            "a.yaml:12:2: the account is missing: write imaps://USER@HOST",
        ]
    );
    assert!(told.contains("11 | - {account: imaps://h@h, password_env: …, password_file: …}\n"));
}

#[test]
fn no_more_than_fifty_faults_are_told_and_the_rest_is_counted() {
    let told = told_of_csv(&format!("account\n{}", "x\n".repeat(1234)));
    assert!(told.ends_with("and 1184 more\n"), "{told}");
    assert_eq!(told.matches("not an account URL").count(), 50);
}

#[test]
fn what_is_no_accounts_file_is_told_as_such() {
    for (name, content, expected) in [
        ("a.csv", &b""[..], "a.csv:1:1: the file names no account"),
        (
            "a.csv",
            b"account\n# none\n",
            "a.csv:1:1: the file names no account",
        ),
        ("a.yaml", b"", "a.yaml:1:1: the file names no account"),
        (
            "a.yaml",
            b"accounts: []",
            "a.yaml:1:1: the file names no account",
        ),
        (
            "a.yaml",
            b"accounts: {a: b}",
            "a.yaml:1:11: accounts is a list",
        ),
        (
            "a.yaml",
            b"- imaps://a@h",
            "a.yaml:1:1: a file begins with accounts:",
        ),
        (
            "a.csv",
            b"imaps://a@h;x",
            "a.csv:1:1: the first line does not name the columns",
        ),
        (
            "a.csv",
            b"account\nimaps://a\xff@h\n",
            "a.csv:2:10: the file is not UTF-8",
        ),
        (
            "a.csv",
            b"account;name\nimaps://a@h;\"x\nimaps://b@h;\n",
            "a.csv:2:13: this quote is never closed",
        ),
        (
            "a.csv",
            b"account;name;account\nimaps://a@h\n",
            "a.csv:1:14: the column account is there twice",
        ),
        ("a.yaml", b"accounts: [\n", "a.yaml:"),
        (
            "a.yaml",
            b"accounts: [a]\n---\naccounts: [b]\n",
            "a.yaml:3:1: a file holds one document",
        ),
    ] {
        let told = File::new(name, content).told(Inline::Refused);
        assert!(told.starts_with(expected), "{told}");
    }
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        read(folder.path(), Inline::Refused),
        Err(AccountsError::Io { .. })
    ));
    let long = format!("account;name\nimaps://a@h;{}\n", "x".repeat(9000));
    assert!(
        told_of_csv(&long)
            .starts_with("a.csv:2:13: a value has at most 8192 octets\n2 | imaps://a@h;…\n")
    );
}

#[cfg(unix)]
#[test]
fn a_password_may_stand_in_the_file_only_when_allowed_and_read_by_nobody_else() {
    let text = "account,password\nimaps://a@h,\"hun,ter2\"\nimaps://b@h,hunter3\n";
    let file = File::new("a.csv", text).mode(0o600);
    let entries = file.read(Inline::Allowed).unwrap();
    let Some(Source::Given(secret)) = entries[0].secret() else {
        panic!();
    };
    assert_eq!(secret.reveal(), "hun,ter2");
    assert!(!format!("{entries:?}").contains("hun"));
    let refused = file.told(Inline::Refused);
    let open = file.mode(0o640).told(Inline::Allowed);
    assert!(refused.contains("--allow-inline-passwords"), "{refused}");
    assert!(open.contains("chmod 600"), "{open}");
    for told in [refused, open] {
        assert!(told.contains("2 | imaps://a@h,…\n"), "{told}");
        assert_eq!(told.lines().count(), 3, "{told}");
    }
}

/// Files with a fault, each with a password where it may or may not stand.
const TELLING: &[(&str, &str)] = &[
    ("a.csv", "account\nimaps://a:hunter2@h\n"),
    ("a.csv", "account\na:hunter2@h\n"),
    ("a.csv", "account\nimaps:a:hunter2@h\n"),
    ("a.csv", "account\nimaps://a@h:hunter2\n"),
    ("a.csv", "account\nhttps://a:hunter2@h\n"),
    ("a.csv", "account;name\nimaps://x@h;imaps://a:hunter2@h\n"),
    ("a.csv", "imaps://a@h;hunter2\n"),
    ("a.csv", "account;hunter2\nimaps://a@h;x\n"),
    ("a.csv", "account\nhunter2\n"),
    ("a.csv", "account\nimaps://a@hunter2!\n"),
    ("a.csv", "account;locale\nimaps://a@h;hunter2!\n"),
    ("a.csv", "account;role\nimaps://a@h;hunter2\n"),
    ("a.csv", "account;role\nimaps://a@h;x=hunter2\n"),
    ("a.csv", "account;target\nimaps://a@h;hunter2=x\n"),
    ("a.csv", "account;login_as;locale\nimaps://a@h;hunter2;?\n"),
    ("a.csv", "account;name;locale\nimaps://a@h;hunter2;?\n"),
    (
        "a.csv",
        "account;master_separator;login_as\nimaps://a@h;hunter2;x\n",
    ),
    ("a.csv", "imaps://a@h;\"hunter2\n"),
    ("a.csv", "alice;h;hunter2\n"),
    ("a.csv", "account;passwrod\nx;hunter2\n"),
    (
        "a.csv",
        "account;password_env;locale\nimaps://a@h;hunter2;?\n",
    ),
    ("a.csv", "account,password,name\nimaps://a@h,hun,ter2,x\n"),
    (
        "a.csv",
        "account;password;locale\nimaps://a@h;\"hunter2;?\n",
    ),
    (
        "a.csv",
        "account;password;locale\nimaps://a@h;\"x\"hunter2;?\n",
    ),
    (
        "a.csv",
        "account;password;locale\nimaps://a@h;\"x\nhunter2\";?\n",
    ),
    (
        "a.csv",
        "account;password\nimaps://a@h;hunter2\nimaps://a@h;hunter2\n",
    ),
    (
        "a.csv",
        "account;password_command\nimaps://a@h;printf {hunter2}\n",
    ),
    (
        "a.csv",
        "account;password_command\nimaps://a@h;printf 'hunter2\n",
    ),
    ("a.yaml", "accounts: [imaps://a:hunter2@h]\n"),
    ("a.yaml", "accounts:\n- {account: x, passwrod: hunter2}\n"),
    ("a.yaml", "accounts:\n- {account: x, password: [hunter2]}\n"),
    (
        "a.yaml",
        "accounts:\n- {account: x, password: {hunter2: x}}\n",
    ),
    (
        "a.yaml",
        "accounts:\n- {account: x, password: |\n hunter2}\n",
    ),
    (
        "a.yaml",
        "accounts:\n- account: imaps://a@h\n  password: \"hunter2\n",
    ),
    (
        "a.yaml",
        "accounts:\n- account: imaps://a@h\n  password: \"\\qhunter2\"\n",
    ),
    (
        "a.yaml",
        "accounts:\n- account: imaps://a@h\n  password: *hunter2\n",
    ),
    (
        "a.yaml",
        "accounts:\n- account: imaps://a@h\n  password: @hunter2\n",
    ),
    (
        "a.yaml",
        "accounts:\n- account: imaps://a@h\n  password: %hunter2\n",
    ),
    (
        "a.yaml",
        "accounts:\n- account: imaps://a@h\n  password: !hunter2 x\n",
    ),
    (
        "a.yaml",
        "accounts:\n- account: imaps://a@h\n  password: !!int hunter2\n",
    ),
    (
        "a.yaml",
        "accounts:\n- account: imaps://a@h\n  password: a: hunter2\n",
    ),
    (
        "a.yaml",
        "accounts:\n- account: imaps://a@h\n  password: [a, hunter2\n",
    ),
    (
        "a.yaml",
        "accounts:\n- account: imaps://a@h\n  password: &x hunter2\n  name: [*x]\n",
    ),
    (
        "a.yaml",
        "accounts:\n- account: imaps://a@h\n  password: &hunter2\n",
    ),
    (
        "a.yaml",
        "accounts:\n- {password: &hunter2 , account: imaps://a@h}\n",
    ),
    (
        "a.yaml",
        "accounts:\n- {passwd: [&hunter2 a, b], account: imaps://a@h}\n",
    ),
    (
        "a.yaml",
        "accounts:\n- {passwd: &hunter2 {a: b}, account: imaps://a@h}\n",
    ),
    ("a.yaml", "other: hunter2\naccounts: {password: hunter2}\n"),
    ("a.yaml", "hunter2\n"),
    (
        "a.yaml",
        "accounts: [{account: imaps://a@h, locale: '?'}, {account: imaps://b@h, password: hunter2}]\n",
    ),
    (
        "a.yaml",
        "{defaults: {password: hunter2}, accounts: [{account: imaps://a@h, locale: '?'}]}\n",
    ),
];

#[test]
fn no_fault_shows_what_may_be_a_password() {
    for (name, text) in TELLING {
        let file = File::new(name, text);
        for inline in [Inline::Refused, Inline::Allowed] {
            let told = file.told(inline);
            assert!(
                !told.contains("unter2") && !told.contains("ter2,"),
                "{text}\n{told}"
            );
            let error = file.read(inline).unwrap_err();
            assert!(!format!("{error:?}").contains("unter2"), "{text}");
        }
    }
}

#[test]
fn hostile_names_do_not_reach_the_message_raw() {
    let told = told_of_csv(
        "account;na\u{1b}[2Jme;name;role\nimaps://a@h;;\u{202e}x\u{1b}]0;y\u{7};x=\u{1b}[31msent\nimaps://a\u{7}@h;;;\n",
    );
    assert!(told.lines().count() >= 6, "{told}");
    let bad = |letter: char| letter != '\n' && letter.is_control() || letter == '\u{202e}';
    assert!(!told.contains(bad), "{told:?}");
}

/// A cell as a careful writer puts it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

proptest! {
    #[test]
    fn no_csv_input_panics(head in "(account[;,](name|role|password|x)[;,\n])?", rest in "([;,\"\r\n#|=\\\\{}é]|imaps://a@h|\\PC){0,40}") {
        let _ = File::new("a.csv", head + &rest).read(Inline::Allowed);
    }

    #[test]
    fn no_yaml_input_panics(head in "(accounts:\n- |defaults: )?", rest in "([-:{}&*!|>'\"\n ,#\\[\\]]|account: |imaps://a@h|password: |\\PC){0,40}") {
        let _ = File::new("a.yaml", head + &rest).read(Inline::Allowed);
    }

    #[test]
    fn no_octets_panic(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        for name in ["a.csv", "a.yaml"] {
            let _ = File::new(name, &octets).read(Inline::Allowed);
        }
    }

    #[test]
    fn what_is_written_as_csv_reads_back_the_same(
        delimiter in "[,;]",
        end in "(\n|\r\n)",
        rows in prop::collection::vec((
            "[a-zé\",;|'# ]{0,6}",
            "[^\\p{C}\\p{Z}\\\\=]{1,8}",
            "[^\\p{C}\\p{Z}\\\\]{1,8}",
            "[^\\p{C}{}=]{0,12}",
        ), 1..8),
    ) {
        let mut text = ["role", "account", "target", "name", "password_env"].join(&delimiter) + &end;
        let bar = |text: &str| text.replace('|', "\\|");
        for (place, (name, mailbox, target, variable)) in rows.iter().enumerate() {
            let cells = [
                format!("{}=sent|b=none", bar(mailbox)),
                format!("imaps://user{place}@h"),
                format!("junk={}", bar(target)),
                format!("{name}{place}"),
                variable.clone(),
            ];
            text += &(cells.map(|cell| quoted(&cell)).join(&delimiter) + &end);
        }
        let entries = csv(&text);
        prop_assert_eq!(entries.len(), rows.len());
        for (place, (entry, (name, mailbox, target, variable))) in entries.iter().zip(rows).enumerate() {
            prop_assert_eq!(entry.line, place + 2);
            let name = format!("{name}{place}");
            prop_assert_eq!(entry.name.as_deref(), Some(name.trim()));
            let roles = [(mailbox, Some(Role::Sent)), ("b".to_owned(), None)];
            prop_assert_eq!(&entry.said.roles[..], &roles[..]);
            prop_assert_eq!(&entry.said.targets[..], &[(Role::Junk, target)][..]);
            let secret = (!variable.is_empty()).then_some(Source::Variable(variable));
            prop_assert_eq!(entry.secret(), secret);
        }
    }

    #[test]
    fn a_users_name_stays_one_word_of_the_command(user in "[^\\p{C}:/%@-][^\\p{C}:/%]{0,12}") {
        let entries = yaml(&format!(
            "defaults: {{password_command: 'pass {{user}}'}}\naccounts: ['imaps://{}@h']\n",
            user.replace('\'', "''")
        ));
        let Some(Source::Command(line)) = entries[0].secret() else { panic!() };
        prop_assert_eq!(shell_words::split(&line).unwrap(), ["pass", &user]);
    }
}
