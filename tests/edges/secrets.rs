//! Secrets: a canary for a password, every verb, a server that repeats it in every way, and a search through all that is left.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::support::{
    files, rolecall,
    script::{Peer, Script},
    shown,
};

const CANARIES: [&str; 3] = ["canary-Tr0ub4dor", "ca\"na\\ry %20 x7", "cänäry-päss-9"];

/// Every form in which a canary could be found again.
fn forms(canary: &str) -> Vec<String> {
    let coded = |text: &str| {
        // What stands around it changes the first and the last letters.
        let code = STANDARD.encode(text);
        let inside = code.trim_end_matches('=');
        inside[4..inside.len() - 4].to_owned()
    };
    vec![
        canary.to_owned(),
        canary.replace('\\', "\\\\").replace('"', "\\\""),
        coded(&format!("\0alice\0{canary}")),
        coded(&format!("user=alice\u{1}auth=Bearer {canary}\u{1}\u{1}")),
        coded(canary),
    ]
}

fn search(place: &str, text: &[u8], canary: &str) {
    let text = String::from_utf8_lossy(text);
    for form in forms(canary) {
        assert!(!text.contains(&form), "{form} is in {place}:\n{text}");
    }
}

fn search_files(folder: &Path, canary: &str) {
    for path in files(folder) {
        if path.file_name().is_some_and(|name| name != "secret") {
            let place = path.display().to_string();
            search(&place, &fs::read(&path).unwrap(), canary);
        }
    }
}

/// What a server does with the password that it was told.
#[derive(Debug, Clone, Copy)]
enum Echo {
    RefusesWithIt,
    RepeatsTheCommand,
    SaysBye,
    InAlertAndCode,
    InNames,
    InFlags,
    InCapabilities,
    InRefusals,
}

const ECHOES: [Echo; 8] = [
    Echo::RefusesWithIt,
    Echo::RepeatsTheCommand,
    Echo::SaysBye,
    Echo::InAlertAndCode,
    Echo::InNames,
    Echo::InFlags,
    Echo::InCapabilities,
    Echo::InRefusals,
];

fn play(peer: &mut Peer, echo: Echo, canary: &str) {
    peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello");
    loop {
        let command = peer.hear();
        let coded = STANDARD.encode(format!("\0alice\0{canary}"));
        match command.split(' ').next().unwrap_or_default() {
            "" => return,
            "AUTHENTICATE" => match echo {
                Echo::RefusesWithIt => {
                    peer.say(&format!(
                        "{{tag}} NO [X-{canary}] {canary} and {coded} are wrong"
                    ));
                }
                Echo::RepeatsTheCommand => peer.say(&format!("{{tag}} BAD {command}")),
                Echo::SaysBye => {
                    peer.say(&format!("* BYE {canary} {coded}"));
                    return;
                }
                Echo::InCapabilities => {
                    peer.say(&format!("{{tag}} OK [CAPABILITY IMAP4rev1 X-{canary}] in"));
                }
                _ => {
                    peer.say(&format!("* OK [ALERT] {canary}"));
                    peer.say(&format!("{{tag}} OK [X-{canary}] hello {coded}"));
                }
            },
            "CAPABILITY" => {
                peer.say("* CAPABILITY IMAP4rev1");
                peer.say("{tag} OK done");
            }
            "LIST" if command.ends_with("\"\"") => {
                peer.say("* LIST (\\Noselect) \"/\" \"\"");
                peer.say("{tag} OK done");
            }
            "LIST" | "LSUB" => {
                let verb = command.split(' ').next().unwrap_or_default().to_owned();
                for name in ["INBOX", "Sent", "Sent Items"] {
                    peer.say(&format!("* {verb} () \"/\" \"{name}\""));
                }
                if matches!(echo, Echo::InNames) {
                    let quoted = canary.replace('\\', "\\\\").replace('"', "\\\"");
                    peer.say(&format!("* {verb} () \"/\" \"Sent/{quoted}\""));
                }
                peer.say("{tag} OK done");
            }
            "STATUS" if matches!(echo, Echo::InRefusals) => {
                peer.say(&format!("{{tag}} NO {canary}"));
            }
            "STATUS" => {
                let name = command.split('"').nth(1).unwrap_or("INBOX").to_owned();
                peer.say(&format!(
                    "* STATUS \"{name}\" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7)"
                ));
                peer.say("{tag} OK done");
            }
            "SELECT" | "EXAMINE" => {
                if matches!(echo, Echo::InFlags) {
                    let word: String = canary.chars().filter(|l| !" \"\\%".contains(*l)).collect();
                    peer.say(&format!("* FLAGS (\\Seen {word} {canary})"));
                }
                peer.say("* 1 EXISTS");
                peer.say("* OK [UIDVALIDITY 7] x");
                peer.say("* OK [UIDNEXT 2] x");
                peer.say("{tag} OK [READ-WRITE] done");
            }
            "LOGOUT" => {
                peer.say(&format!("* BYE {canary}"));
                peer.say("{tag} OK done");
                return;
            }
            _ => peer.say(&format!("{{tag}} NO {canary} {coded} {command}")),
        }
    }
}

/// Runs a command with all that logs there are, and searches what it says.
fn searched(mut command: Command, canary: &str) -> Output {
    command
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full");
    let output = command.output().unwrap();
    let place = format!("{command:?}").replace(canary, "(canary)");
    search(&place, shown(&output).as_bytes(), canary);
    output
}

#[test]
fn a_password_is_nowhere_whatever_the_server_makes_of_it() {
    for (place, echo) in ECHOES.into_iter().enumerate() {
        let canary = CANARIES[place % CANARIES.len()];
        let script = Script::play(move |peer| play(peer, echo, canary));
        let url = format!("imap://alice@127.0.0.1:{}", script.port);
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let trace = folder.path().join("trace").display().to_string();
        fs::write(
            folder.path().join("accounts.csv"),
            format!("account\n{url}\n"),
        )
        .unwrap();
        let accounts = folder.path().join("accounts.csv").display().to_string();
        let reports = folder.path().join("reports").display().to_string();
        let tracing = ["--timeout", "2", "--trace", &trace, "--trace-names"];
        for words in [
            &["audit", "--format", "json", &url][..],
            &["audit", "-v", &url],
            &["clients", &url],
            &["fix", "--dry-run", &url],
            &["fix", "--yes", "--settle", "0", &url],
            &["resume"],
            &["accounts", "check", &accounts],
            &["audit", "--accounts", &accounts, "--report-dir", &reports],
        ] {
            let mut command = rolecall(&state, words);
            command
                .args(tracing)
                .env("ROLECALL_PASSWORD", canary)
                .current_dir(folder.path());
            let output = searched(command, canary);
            assert_ne!(output.status.code(), Some(70), "{}", shown(&output));
            search_files(folder.path(), canary);
        }
    }
}

#[test]
fn a_password_in_the_place_of_something_else_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let canary = "canary-Tr0ub4dor";
    let url = "imap://alice@127.0.0.1:1";
    let accounts = folder.path().join("accounts.csv").display().to_string();
    fs::write(&accounts, format!("account;name\n{url};alice\n")).unwrap();
    for words in [
        &["audit", "--password-env", canary, url][..],
        &["audit", "--password-file", canary, url],
        &["audit", "--password-command", canary, url],
        &["audit", "--oauth-token-command", canary, url],
        &["audit", "--password", canary, url],
        &["audit", "--password=canary-Tr0ub4dor", url],
        &["audit", "--user=canary-Tr0ub4dor", url],
        &["audit", "-p", canary, url],
        &["audit", "-pcanary-Tr0ub4dor", url],
        &["audit", canary],
        &["audit", "imap://alice:canary-Tr0ub4dor@127.0.0.1:1"],
        &["audit", "imap://alice%3Acanary-Tr0ub4dor@127.0.0.1:1"],
        &["audit", "imap://alice@127.0.0.1:canary-Tr0ub4dor"],
        &["audit", "--accounts", &accounts, canary],
        &["audit", "--role", "canary-Tr0ub4dor", url],
        &["audit", "--role", "x=canary-Tr0ub4dor", url],
        &["fix", "--target", "canary-Tr0ub4dor=x", url],
        &["audit", "--tls-fingerprint", canary, url],
        &["audit", "--timeout", canary, url],
        &["audit", "--locale", canary, url],
        &["audit", "--client", canary, url],
        &["canary-Tr0ub4dor"],
    ] {
        let command = rolecall(&folder.path().join("state"), words);
        let output = searched(command, canary);
        assert!(
            matches!(output.status.code(), Some(2 | 3)),
            "{words:?}: {}",
            shown(&output)
        );
    }
    search_files(folder.path(), canary);
}

#[test]
fn children_are_told_no_password_by_arguments_or_variables() {
    let canary = "canary-Tr0ub4dor";
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("secret"), canary).unwrap();
    let (told, secret) = (path("told"), path("secret"));
    let line = format!(
        "sh -c 'cat /proc/$PPID/cmdline /proc/self/cmdline /proc/self/environ > {told}; cat {secret}'"
    );
    let script = Script::play(move |peer| play(peer, Echo::RefusesWithIt, canary));
    let url = format!("imap://alice@127.0.0.1:{}", script.port);
    let mut command = rolecall(
        &folder.path().join("state"),
        &["audit", "--password-command", &line, &url],
    );
    command.env("ROLECALL_PASSWORD", canary);
    searched(command, canary);
    assert!(!fs::read(&told).unwrap().is_empty());
    search_files(folder.path(), canary);
}
