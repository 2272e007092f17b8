//! The command as a newcomer meets it: the README's words hold, the demo walks, help fits.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic
)]

mod support;

use std::{collections::BTreeSet, fmt::Write as _, fs, path::PathBuf};

use rolecall::{
    demo::{Persona, Server, sample},
    model::finding::Code,
};
use support::{json, rolecall, run};

fn readme() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

#[test]
fn the_readme_tells_every_code_as_explain_does() {
    let text = fs::read_to_string(readme()).unwrap();
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
            code.headline()
        )
        .unwrap();
    }
    if std::env::var_os("REFRESH").is_some() {
        let new = format!(
            "{before}| code | severity | means |\n|---|---|---|\n{expected}<!-- /codes -->{after}"
        );
        fs::write(readme(), new).unwrap();
        return;
    }
    assert_eq!(
        table, expected,
        "REFRESH=1 cargo nextest run --test cli rewrites it"
    );
}

#[test]
fn the_readme_shows_what_each_server_lets_us_do() {
    let matrix = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/servers/MATRIX.md");
    let matrix = fs::read_to_string(matrix).unwrap();
    let table: String = matrix
        .lines()
        .skip_while(|line| !line.starts_with("| what is tried |"))
        .take_while(|line| line.starts_with('|'))
        .fold(String::new(), |table, line| table + line + "\n");
    let text = fs::read_to_string(readme()).unwrap();
    let start = "<!-- matrix: tests/cli.rs holds this table to tests/servers/MATRIX.md -->\n";
    let (before, rest) = text.split_once(start).unwrap();
    let (shown, after) = rest.split_once("<!-- /matrix -->").unwrap();
    if std::env::var_os("REFRESH").is_some() {
        let new = format!("{before}{start}{table}<!-- /matrix -->{after}");
        fs::write(readme(), new).unwrap();
        return;
    }
    assert_eq!(
        shown, table,
        "REFRESH=1 cargo nextest run --test cli rewrites it"
    );
}

#[test]
fn every_option_in_the_readme_is_one() {
    let state = tempfile::tempdir().unwrap();
    let mut known = BTreeSet::new();
    for verb in [
        "audit", "fix", "clients", "runs", "resume", "undo", "demo", "explain",
    ] {
        let help = run(rolecall(state.path(), &[verb, "--help"]), 0);
        known.extend(options(&help));
    }
    let text = fs::read_to_string(readme()).unwrap();
    // What cargo and the test runner take is theirs.
    let ours = text
        .lines()
        .filter(|line| !line.contains("cargo") && !line.contains("tests/run"));
    for option in ours.flat_map(options) {
        assert!(known.contains(&option), "{option} is no option of rolecall");
    }
}

fn options(text: &str) -> BTreeSet<String> {
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-'))
        .filter(|word| word.len() > 3 && word.starts_with("--") && !word.starts_with("---"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_readme_shows_what_clients_do_as_the_command_does() {
    let golden =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/clients-stated-80.txt");
    let text = fs::read_to_string(readme()).unwrap();
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
fn clients_are_listed_with_their_ids_and_asked_about_by_them() {
    let state = tempfile::tempdir().unwrap();
    let text = run(rolecall(state.path(), &["clients"]), 0);
    assert!(text.contains("\noutlook-2016  "), "{text}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = sample::world(Persona::dovecot());
    let server = runtime.block_on(Server::start(world, 0)).unwrap();
    let account = format!("imap://{}@127.0.0.1:{}", sample::USER, server.port());
    let ask = |arguments: &[&str]| {
        let mut command = rolecall(state.path(), arguments);
        command.arg(&account);
        command.env("ROLECALL_PASSWORD", sample::PASSWORD);
        command
    };
    let clients = ["--client", "thunderbird", "--client", "outlook-2016:fr"];
    let told = [&["clients", "--only", "archive"], &clients[..]].concat();
    let text = run(ask(&told), 0);
    let row = |mailbox, client| {
        let has = |line: &&str| line.contains(mailbox) && line.contains(client);
        text.lines().any(|line| has(&line))
    };
    assert!(
        row("Archives", "Thunderbird") && row("Archive ", "Outlook 2016 (fr)"),
        "{text}"
    );
    assert!(
        text.contains("archive (differ)") && !text.contains("sent"),
        "{text}"
    );
    let line = json(ask(&[&told[..], &["--format", "json"]].concat()), 0);
    assert_eq!(line["schema"], "rolecall.clients/1");
    assert_eq!(line["roles"]["archive"], "disagree");
    let text = run(ask(&[&["audit"], &clients[..]].concat()), 1);
    assert!(text.contains("warning  clients-disagree"), "{text}");
}

#[test]
fn the_exit_statuses_are_the_same_in_help_readme_and_explain() {
    let state = tempfile::tempdir().unwrap();
    let help = run(rolecall(state.path(), &["--help"]), 0);
    let text = fs::read_to_string(readme()).unwrap();
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
