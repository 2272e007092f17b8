//! An e-mail address in the place of a URL: what is shown, what is asked, and that nothing is sent unasked.

use std::{fs, process::Command};

use rolecall::demo::sample;

use crate::support::{
    internet::{Internet, Plan, document, ok},
    rolecall, run,
    sample::SampleAccount,
    terminal::talk,
};

const DOCUMENT: &str = "/mail/config-v1.1.xml?emailaddress=camille@example.test";
const HOSTS: [&str; 3] = [
    "autoconfig.example.test",
    "example.test",
    "imap.example.test",
];

/// The sample account at imap.example.test, and an internet around it.
struct Scene {
    folder: tempfile::TempDir,
    account: SampleAccount,
    internet: Internet,
}

impl Scene {
    fn set(plan: impl FnOnce(u16) -> Plan) -> Self {
        let account = SampleAccount::start();
        let internet = Internet::start(plan(account.port), &HOSTS);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ca.pem"), &internet.authority).unwrap();
        Self {
            folder,
            account,
            internet,
        }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = rolecall(self.folder.path(), words);
        let (web, imap) = (self.internet.web, self.account.port);
        let hosts = format!(
            "autoconfig.example.test={web},example.test={web},imap.example.test=127.0.0.1:{imap},sieve.example.test=127.0.0.1:{imap}"
        );
        command
            .current_dir(self.folder.path())
            .env("ROLECALL_PASSWORD", sample::PASSWORD)
            .env("ROLECALL_TEST_DNS", self.internet.dns.to_string())
            .env("ROLECALL_TEST_HOSTS", hosts);
        command
    }
}

/// A text that was wrapped for a terminal.
fn in_one_line(shown: &str) -> String {
    let words: Vec<&str> = shown.split_whitespace().collect();
    words.join(" ")
}

/// By DNS, at a host of another domain, with filters beside.
fn by_dns(_: u16) -> Plan {
    Plan::default()
        .srv("_imaps._tcp.example.test", 1993, "mail.hoster.test")
        .srv("_sieve._tcp.example.test", 4191, "mail.hoster.test")
}

/// By the domain's document; the user is what stands before the at sign.
fn by_document(port: u16) -> Plan {
    let user = "<username>%EMAILLOCALPART%</username><authentication>OAuth2</authentication>";
    let page = document("imap.example.test", &port.to_string(), "STARTTLS", user);
    Plan::default()
        .page("autoconfig.example.test", DOCUMENT, ok(&page))
        .srv("_sieve._tcp.example.test", 4191, "sieve.example.test")
}

#[test]
fn without_a_terminal_an_address_is_looked_up_and_the_url_is_printed() {
    let scene = Scene::set(by_dns);
    let url = "imaps://camille@example.test@mail.hoster.test:1993";
    for verb in ["audit", "fix --yes", "fix", "clients"] {
        let words: Vec<&str> = verb.split(' ').chain(["camille@example.test"]).collect();
        let shown = run(scene.command(&words), 2);
        for part in [
            "error: cannot log in to a server that was only looked up: there is no terminal to ask on\n",
            &format!(
                "camille@example.test is {url}, by the DNS record _imaps._tcp.example.test.\n"
            ),
            "mail.hoster.test lies outside example.test, and answers of DNS can be forged",
            "Its filters are managed at mail.hoster.test:4191",
            &format!("hint: if that is right, write it instead of the address: {url}\n"),
        ] {
            assert!(shown.contains(part), "{part}\n{shown}");
        }
    }
}

#[test]
fn a_person_is_asked_and_the_default_answer_logs_in_nowhere() {
    let scene = Scene::set(by_dns);
    let question = "Log in at mail.hoster.test? [y/N]";
    let command = scene.command(&["audit", "camille@example.test"]);
    let (shown, status) = talk(command, question, "");
    assert_eq!(status, 1, "{shown}");
    assert!(
        in_one_line(&shown).contains("no password was sent"),
        "{shown}"
    );
    let command = scene.command(&["fix", "--yes", "--lang", "fr", "camille@example.test"]);
    let (shown, status) = talk(
        command,
        "Se connecter à mail.hoster.test\u{202f}? [o/N]",
        "non",
    );
    assert_eq!(status, 1, "{shown}");
    assert!(
        in_one_line(&shown).contains("une réponse DNS peut être falsifiée"),
        "{shown}"
    );
}

#[test]
fn whoever_says_yes_is_logged_in_as_the_document_says() {
    let scene = Scene::set(by_document);
    let words = [
        "audit",
        "--plaintext",
        "--ca-file",
        "ca.pem",
        "camille@example.test",
    ];
    let question = "Log in at imap.example.test? [y/N]";
    let (shown, status) = talk(scene.command(&words), question, "y");
    assert_eq!(status, 1, "{shown}");
    let url = format!("imap://camille@imap.example.test:{}", scene.account.port);
    assert!(
        shown.contains(&format!("camille@example.test is {url}, by the document")),
        "{shown}"
    );
    assert!(
        in_one_line(&shown).contains("takes OAuth tokens and no password"),
        "{shown}"
    );
    assert!(shown.contains("role-split"), "{shown}");
    // The server of the mail listens there too, so the filters were sought at the place that the domain names.
    let filters = "cannot use the filters at sieve.example.test:4191: an IMAP server answers there";
    assert!(in_one_line(&shown).contains(filters), "{shown}");
}

#[test]
fn offline_asks_nobody_but_the_table_and_wants_a_url() {
    let scene = Scene::set(by_dns);
    let shown = run(
        scene.command(&["audit", "--offline", "camille@example.test"]),
        2,
    );
    assert!(
        shown.contains(
            "error: cannot look for the IMAP server of camille@example.test: --offline\n"
        ),
        "{shown}"
    );
    assert!(
        shown.contains("hint: write imaps://camille@example.test@HOST, "),
        "{shown}"
    );
    let shown = run(scene.command(&["audit", "--offline", "camille@gmx.fr"]), 2);
    assert!(shown.contains("hint: if that is right, write it instead of the address: imaps://camille@gmx.fr@imap.gmx.com\n"), "{shown}");
    assert_eq!(scene.internet.asked(), [""; 0]);
}

#[test]
fn a_name_in_the_accounts_file_counts_before_an_address() {
    let scene = Scene::set(by_dns);
    let accounts = format!("account;name\n{};camille@example.test\n", scene.account.url);
    fs::write(scene.folder.path().join("accounts.csv"), accounts).unwrap();
    let words = [
        "clients",
        "--accounts",
        "accounts.csv",
        "camille@example.test",
    ];
    let shown = run(scene.command(&words), 0);
    assert!(shown.contains("Thunderbird"), "{shown}");
    assert_eq!(scene.internet.asked(), [""; 0]);
}

#[test]
fn where_nothing_is_found_every_way_is_told_with_what_came_of_it() {
    let scene = Scene::set(|_| Plan::default());
    let shown = run(
        scene.command(&["audit", "--ca-file", "ca.pem", "camille@example.test"]),
        2,
    );
    let told = "error: cannot find the IMAP server of camille@example.test:
  the DNS record _imaps._tcp.example.test: there is none
  the DNS record _imap._tcp.example.test: there is none
  the document https://autoconfig.example.test/mail/config-v1.1.xml?emailaddress=camille@example.test: the web server answers with status 404
  the document https://example.test/.well-known/autoconfig/mail/config-v1.1.xml: the web server answers with status 404
  rolecall's table of providers: the domain is not in it
hint: write imaps://camille@example.test@HOST, with the host that your provider's help pages name
";
    assert!(shown.contains(told), "{shown}");
}
