//! `rolecall accounts import` as an administrator runs it: the file that it makes is one that `--accounts` reads.

use std::{fs, path::Path, process::Stdio};

use crate::support::{rolecall, run};

fn import(folder: &Path, words: &[&str], status: i32) -> String {
    let mut command = rolecall(folder, &[&["accounts", "import"], words].concat());
    command.current_dir(folder).env_remove("ROLECALL_PASSWORD");
    run(command, status)
}

#[test]
fn the_file_that_is_made_is_read_and_holds_no_password() {
    let folder = tempfile::tempdir().unwrap();
    let list = "old;alice;hunter2;imap.example.com;alice@example.com;hunter2;;\nold;bob;hunter2;imap.example.com;bob's;hunter2;;\nold;bob;hunter2;imap.example.com;bob's;hunter2;;\n";
    fs::write(folder.path().join("list.txt"), list).unwrap();
    let words = [
        "list.txt",
        "--password-command",
        "pass show 'mail/{user}'",
        "--login-as",
        "admin",
        "--output",
        "accounts.csv",
    ];
    let shown = import(folder.path(), &words, 0);
    assert_eq!(
        shown,
        "--- stderr\n2 accounts; left out: 1 repeated entry\nThe list holds passwords or their hashes: none was kept.\n--- status 0"
    );
    let made = fs::read_to_string(folder.path().join("accounts.csv")).unwrap();
    assert_eq!(
        made,
        "\"account\",\"password_command\",\"login_as\"\n\
         \"imaps://alice@example.com@imap.example.com\",\"pass show 'mail/{user}'\",\"admin\"\n\
         \"imaps://bob's@imap.example.com\",\"pass show 'mail/{user}'\",\"admin\"\n"
    );
    let mut check = rolecall(
        folder.path(),
        &["accounts", "check", "--offline", "accounts.csv"],
    );
    let shown = run(
        {
            check.current_dir(folder.path());
            check
        },
        0,
    );
    assert!(shown.contains("2 accounts; no login was tried"), "{shown}");
}

#[test]
fn one_password_of_an_administrator_serves_for_all_accounts_of_a_host() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users"), "alice\nbob\n").unwrap();
    let words = ["users", "--host", "h", "--login-as", "admin"];
    let shown = import(folder.path(), &[&words[..], &["-o", "a.csv"]].concat(), 0);
    assert!(
        shown.contains("gives the password of admin with"),
        "{shown}"
    );
    let check = |words: &[&str], status| {
        let words = [&["accounts", "check", "--offline"], words].concat();
        let mut command = rolecall(folder.path(), &words);
        command
            .current_dir(folder.path())
            .env_remove("ROLECALL_PASSWORD");
        run(command, status)
    };
    assert!(check(&["a.csv"], 0).contains("2 accounts; no login was tried"));
    check(&["a.csv", "--password-env", "ADMIN"], 0);

    // Two administrators have two passwords, and two hosts may.
    for line in ["imaps://c@h,root", "imaps://c@other,admin"] {
        let file = format!("account,login_as\nimaps://a@h,admin\nimaps://b@h,admin\n{line}\n");
        fs::write(folder.path().join("b.csv"), file).unwrap();
        let shown = check(&["b.csv", "--password-env", "ADMIN"], 2);
        assert!(shown.contains("one password for several"), "{shown}");
        assert!(shown.contains("hint: say in the accounts file"), "{shown}");
    }
}

#[test]
fn a_variable_that_no_shell_can_set_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users"), "anna@firma.example\nbob\n").unwrap();
    let words = ["users", "--host", "h", "--password-env", "PW_{user}"];
    let shown = import(folder.path(), &words, 0);
    assert!(
        shown.contains("the password of 1 account is sought in a variable")
            && shown.contains("PW_anna@firma.example"),
        "{shown}"
    );
}

#[test]
fn a_list_may_come_by_a_pipe_and_what_is_missing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let users = folder.path().join("users");
    fs::write(&users, "alice\n").unwrap();
    let words = [
        "accounts",
        "import",
        "-",
        "--host",
        "imap://mail.example.com",
        "--lang",
        "fr",
    ];
    let mut command = rolecall(folder.path(), &words);
    command.stdin(Stdio::from(fs::File::open(users).unwrap()));
    let shown = run(command, 0);
    assert!(
        shown.starts_with("account\nimap://alice@mail.example.com\n--- stderr\n1 compte\n"),
        "{shown}"
    );
    assert!(
        shown.contains("Rien ne dit où sont les mots de passe"),
        "{shown}"
    );
}

#[test]
fn what_cannot_be_used_is_told_with_its_place_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("list"),
        "alice:{PLAIN}hunter2\nhunter2\n",
    )
    .unwrap();
    let shown = import(folder.path(), &["list", "--host", "h", "-o", "out.csv"], 2);
    let told = "error: cannot use the list of accounts:\nlist:2:1: a line of a passwd-file has a colon behind the user's name\n";
    assert!(
        shown.contains(told) && !shown.contains("hunter2"),
        "{shown}"
    );
    assert!(!folder.path().join("out.csv").exists());
    fs::write(folder.path().join("list"), "alice\n").unwrap();
    let words = ["list", "--host", "h", "--password-command", "pass {nobody}"];
    let shown = import(folder.path(), &words, 2);
    assert!(
        shown.contains("error: cannot make an accounts file of this: "),
        "{shown}"
    );
    assert!(!shown.contains("nobody"), "{shown}");
    let shown = import(folder.path(), &["missing", "--host", "h"], 2);
    assert!(
        shown.contains("error: cannot read the list missing: "),
        "{shown}"
    );
}
