//! Sieve scripts as Pigeonhole's own compiler reads them: the names of mailboxes that it finds are those that we find, and
//! after a renaming it finds the new name there and all others as before.

#[path = "compiled/author.rs"]
mod author;
#[path = "fuzz/chance.rs"]
mod chance;

use std::{
    collections::BTreeMap, fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command,
};

use rolecall::sieve::{FilingKind, NameEncoding, read};
use tempfile::TempDir;

use crate::support::dovecot::is_root;
use author::Author;
use chance::Chance;

const SCRIPTS: usize = 200;

/// What a script names: whether it is filed into, and the name.
type Names = Vec<(bool, String)>;

fn ours(script: &str) -> Names {
    let script = read(script.as_bytes()).unwrap_or_else(|error| panic!("{error:?}: {script}"));
    let filings = script.filings().iter();
    filings
        .map(|filing| {
            let files = matches!(filing.kind, FilingKind::FileInto(_));
            (files, filing.mailbox(NameEncoding::Utf8).unwrap())
        })
        .collect()
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).unwrap();
    let errors = text(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    text(&output.stdout)
}

/// The names in each of these scripts as the server's compiler reads them.
fn compiled(scripts: &[String]) -> Vec<Names> {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    // As root, the compiler becomes another user.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    let user = if is_root() {
        "mail_uid = nobody\nmail_gid = nogroup\n"
    } else {
        ""
    };
    let place = folder.display();
    let config = format!(
        "base_dir = {place}/run\nmail_location = maildir:{place}/mail\nmail_home = {place}\nlog_path = /dev/stderr\nprotocols =\n{user}"
    );
    fs::write(folder.join("dovecot.conf"), config).unwrap();
    for (number, script) in scripts.iter().enumerate() {
        fs::write(folder.join(format!("{number}.sieve")), script).unwrap();
    }
    let mut compiler = Command::new("sievec");
    output(
        compiler
            .arg("-c")
            .arg(folder.join("dovecot.conf"))
            .arg(folder)
            .env("HOME", folder),
    );
    (0..scripts.len())
        .map(|number| dumped(&folder.join(format!("{number}.svbin"))))
        .collect()
}

/// The names in a compiled script.
fn dumped(binary: &Path) -> Names {
    let dump = output(Command::new("sieve-dump").arg(binary).arg("-"));
    let mut names = Names::new();
    let mut is_test = false;
    for line in dump.lines() {
        // `00000008:    2: FILEINTO`, and below it `0000000f:         folder: STR[3] "abc"`.
        let Some((_, code)) = line.split_once(": ") else {
            continue;
        };
        let is_margin = |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | ':');
        let code = code.trim_start_matches(is_margin);
        let string = || {
            let (_, string) = code.split_once("STR[")?;
            let (_, string) = string.split_once("] \"")?;
            string.strip_suffix('"').map(str::to_owned)
        };
        if code.starts_with("folder: ") {
            names.push((true, string().unwrap()));
        } else if code.starts_with("mailbox-names: ") || code.starts_with("STR[") {
            names.extend(string().filter(|_| is_test).map(|name| (false, name)));
        } else {
            is_test = code == "MAILBOXEXISTS";
        }
    }
    names
}

#[test]
fn the_server_s_compiler_finds_the_same_names_before_and_after_a_renaming() {
    let mut author = Author(Chance::new(18));
    let scripts: Vec<String> = (0..SCRIPTS).map(|_| author.script()).collect();
    let before = compiled(&scripts);
    let mut rewritten = Vec::new();
    let mut expected = Vec::new();
    for (script, mut names) in scripts.iter().zip(before) {
        assert_eq!(ours(script), names, "{script}");
        let Some((_, old)) = names.get(names.len() / 2).cloned() else {
            continue;
        };
        let new = "Reçu \"é\\ /*#";
        let renames = BTreeMap::from([(old.clone(), new.to_owned())]);
        let script = read(script.as_bytes()).unwrap();
        let script = script.rewritten(&renames, NameEncoding::Utf8).unwrap();
        rewritten.push(String::from_utf8(script).unwrap());
        for (_, name) in names.iter_mut().filter(|(_, name)| *name == old) {
            new.clone_into(name);
        }
        expected.push(names);
    }
    assert!(rewritten.len() > SCRIPTS / 2);
    let after = compiled(&rewritten);
    for ((names, expected), script) in after.iter().zip(&expected).zip(&rewritten) {
        assert_eq!(names, expected, "{script}");
    }
    let names: usize = expected.iter().map(Vec::len).sum();
    println!(
        "{SCRIPTS} scripts with {names} names, {} of them renamed",
        rewritten.len()
    );
}
