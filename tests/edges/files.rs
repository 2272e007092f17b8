//! Files: what is written where, what is believed, and that all of it is known before anything is sent.

use std::{
    fmt::Write as _,
    fs,
    os::unix::fs::{PermissionsExt as _, chown, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use rolecall::demo::sample;
use tempfile::TempDir;

use crate::support::{rolecall, run, sample::SampleAccount, script::Script};

/// A server that remembers what it hears, and a folder with a state folder of mode 0700 in it.
struct Place {
    folder: TempDir,
    script: Script,
}

impl Place {
    fn new() -> Self {
        let script = Script::play(|peer| {
            peer.say("* OK hello");
            peer.hear();
        });
        let folder = tempfile::tempdir().unwrap();
        Self { folder, script }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = rolecall(&self.path("state"), words);
        command.current_dir(self.folder.path());
        command
    }

    fn url(&self) -> String {
        format!("imap://alice@127.0.0.1:{}", self.script.port)
    }

    /// Runs a command about the account; it must be refused as a mistake of usage, before anything is sent.
    fn refused(&self, words: &[&str], why: &str) {
        let url = self.url();
        let words = [words, &[url.as_str()]].concat();
        let said = run(self.command(&words), 2);
        assert!(said.contains(why), "{words:?}: no \"{why}\" in\n{said}");
        assert!(
            said.contains("error: cannot ") && !said.contains("os error"),
            "{said}"
        );
        assert!(
            self.script.heard().is_empty(),
            "{words:?}: {:?}",
            self.script.heard()
        );
    }
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

#[test]
fn results_that_cannot_be_written_are_refused_before_anything_is_sent() {
    let place = Place::new();
    fs::create_dir(place.path("dir")).unwrap();
    fs::write(place.path("file"), "untouched").unwrap();
    symlink("file", place.path("link")).unwrap();
    symlink("nowhere", place.path("broken")).unwrap();
    for (path, why) in [
        ("dir", "it is a folder"),
        ("none/results", "there is no such folder"),
        ("file/results", "no folder"),
        ("new/", "names no file"),
        ("link", "symbolic link"),
        ("broken", "symbolic link"),
    ] {
        for verb in [
            &["audit"][..],
            &["clients"],
            &["fix", "--yes"],
            &["fix", "--dry-run"],
        ] {
            place.refused(&[verb, &["-o", path]].concat(), why);
        }
        place.refused(&["audit", "--trace", path], why);
    }
    for path in ["none/plan.yaml", "link.yaml"] {
        let _ = symlink("file", place.path("link.yaml"));
        place.refused(&["fix", "--dry-run", "--save-plan", path], "cannot write");
    }
    fs::write(
        place.path("accounts.csv"),
        format!("account\n{}\n", place.url()),
    )
    .unwrap();
    let many = ["fix", "--yes", "--accounts", "accounts.csv"];
    place.refused(
        &[&many[..], &["--report-dir", "file"]].concat(),
        "cannot write",
    );
    place.refused(
        &[&many[..], &["--save-plan", "file"]].concat(),
        "cannot make the folder",
    );
    assert_eq!(fs::read_to_string(place.path("file")).unwrap(), "untouched");
}

#[test]
fn a_pipe_that_nobody_reads_is_refused_and_not_replaced() {
    let place = Place::new();
    pipe(&place.path("pipe"));
    place.refused(&["audit", "-o", "pipe"], "nobody reads");
    assert!(!fs::symlink_metadata(place.path("pipe")).unwrap().is_file());
}

#[test]
fn a_state_folder_that_others_can_change_is_not_used() {
    let place = Place::new();
    fs::create_dir(place.path("own")).unwrap();
    chmod(&place.path("own"), 0o700);
    symlink("own", place.path("link")).unwrap();
    fs::write(place.path("file"), "").unwrap();
    let verbs: [&[&str]; 3] = [&["audit"], &["clients"], &["fix", "--yes"]];
    let mut cases = vec![("link", "symbolic link"), ("file", "cannot")];
    for mode in [0o777, 0o770, 0o1777] {
        let name: &'static str = format!("mode-{mode:o}").leak();
        fs::create_dir(place.path(name)).unwrap();
        chmod(&place.path(name), mode);
        cases.push((name, "chmod"));
    }
    if rustix::process::geteuid().is_root() {
        fs::create_dir(place.path("foreign")).unwrap();
        chmod(&place.path("foreign"), 0o700);
        chown(place.path("foreign"), Some(12_345), None).unwrap();
        cases.push(("foreign", "another user"));
    }
    for (folder, why) in cases {
        for verb in verbs {
            place.refused(&[verb, &["--state-dir", folder]].concat(), why);
        }
        for words in [&["runs"][..], &["resume"], &["undo", "run", "--yes"]] {
            let words = [words, &["--state-dir", folder]].concat();
            let said = run(place.command(&words), 2);
            assert!(said.contains(why), "{words:?}: {said}");
        }
    }
    assert_eq!(fs::read_dir(place.path("own")).unwrap().count(), 0);
}

#[test]
fn a_home_that_is_no_whole_path_is_refused() {
    let place = Place::new();
    for home in ["relative", "./here"] {
        let mut command = place.command(&["audit", &place.url()]);
        command.env("HOME", home).env_remove("XDG_STATE_HOME");
        // Nothing of an earlier run is looked for there, so an audit could do without.
        command.output().unwrap();
        let mut command = place.command(&["fix", "--yes", &place.url()]);
        command.env("HOME", home).env("XDG_STATE_HOME", home);
        let said = run(command, 2);
        assert!(
            said.contains("does not begin with /") && said.contains("--state-dir"),
            "{said}"
        );
    }
    assert!(!place.path("relative").exists());
}

#[test]
fn journals_plans_and_accounts_that_others_could_have_written_are_not_believed() {
    let place = Place::new();
    let account = place.path("state/account");
    fs::create_dir_all(&account).unwrap();
    for folder in [place.path("state"), account.clone()] {
        chmod(&folder, 0o700);
    }
    let state = ["--state-dir", "state"];
    let journal = account.join("run.jsonl");
    fs::write(place.path("real.jsonl"), "").unwrap();
    symlink(place.path("real.jsonl"), &journal).unwrap();
    let said = run(place.command(&[&["runs", "run"], &state[..]].concat()), 2);
    assert!(said.contains("symbolic link"), "{said}");
    fs::remove_file(&journal).unwrap();
    pipe(&journal);
    let said = run(place.command(&[&["runs", "run"], &state[..]].concat()), 2);
    assert!(said.contains("regular file"), "{said}");
    fs::remove_file(&journal).unwrap();
    fs::write(&journal, "").unwrap();
    chmod(&journal, 0o666);
    let said = run(place.command(&[&["runs", "run"], &state[..]].concat()), 2);
    assert!(said.contains("chmod go-w"), "{said}");

    fs::write(
        place.path("accounts.csv"),
        format!("account\n{}\n", place.url()),
    )
    .unwrap();
    chmod(&place.path("accounts.csv"), 0o666);
    let said = run(place.command(&["audit", "--accounts", "accounts.csv"]), 2);
    assert!(said.contains("others may write into it"), "{said}");
    fs::write(place.path("plan.yaml"), "schema: rolecall.plan/1\n").unwrap();
    chmod(&place.path("plan.yaml"), 0o622);
    let said = run(place.command(&["fix", "--yes", "--plan", "plan.yaml"]), 2);
    assert!(said.contains("others may write into it"), "{said}");
    pipe(&place.path("pipe.yaml"));
    let said = run(place.command(&["fix", "--yes", "--plan", "pipe.yaml"]), 2);
    assert!(said.contains("no file"), "{said}");
    assert!(place.script.heard().is_empty());
}

#[test]
fn devices_and_pipes_get_the_results_and_stay_what_they_are() {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    let account = server.url.clone();
    let ask = |words: &[&str]| {
        let mut command = SampleAccount::command(&state.path().join("state"), words);
        command.arg(&account);
        command
    };
    let expected = run(ask(&["audit"]), 1);
    run(ask(&["audit", "-o", "/dev/null"]), 1);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    assert_eq!(run(ask(&["audit", "-o", "/dev/stdout"]), 1), expected);
    let fifo = state.path().join("pipe");
    pipe(&fifo);
    let reader = std::thread::spawn({
        let fifo = fifo.clone();
        move || fs::read_to_string(fifo).unwrap()
    });
    run(ask(&["audit", "-o", fifo.to_str().unwrap()]), 1);
    let heard = reader.join().unwrap();
    assert!(expected.starts_with(&heard) && heard.len() > 200, "{heard}");

    // Whatever a file was before, and whatever the umask is, the new one is its owner's only.
    let file = state.path().join("results");
    fs::write(&file, "older").unwrap();
    chmod(&file, 0o644);
    let words = format!(
        "umask 000; exec {} audit -o {} {account}",
        env!("CARGO_BIN_EXE_rolecall"),
        file.display()
    );
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &words])
        .env("HOME", state.path())
        .env("ROLECALL_PASSWORD", sample::PASSWORD);
    assert_eq!(shell.status().unwrap().code(), Some(1));
    assert_eq!(mode(&file), 0o600);
    assert!(fs::read_to_string(&file).unwrap().len() > 200);
}

#[test]
fn names_of_accounts_never_lead_out_of_the_report_folder() {
    let place = Place::new();
    let url = place.url();
    let names = ["../../escape", "/abs", "C:\\x", "con", "..", ".hidden"];
    let mut text = "account;name;password_env\n".to_owned();
    for (place, name) in names.iter().enumerate() {
        let url = url.replace("alice", &format!("user{place}"));
        writeln!(text, "{url};{name};ROLECALL_PASSWORD").unwrap();
    }
    fs::write(place.path("accounts.csv"), text).unwrap();
    let words = [
        "audit",
        "--accounts",
        "accounts.csv",
        "--report-dir",
        "reports",
        "--timeout",
        "1",
    ];
    let output = place.command(&words).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let inside: Vec<String> = fs::read_dir(place.path("reports/accounts"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        inside.iter().all(|name| !name.starts_with('.')
            && mode(&place.path("reports/accounts").join(name)) == 0o600),
        "{inside:?}"
    );
    let mut outside: Vec<String> = fs::read_dir(place.folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    outside.sort();
    outside.retain(|name| name != "state");
    assert_eq!(outside, ["accounts.csv", "reports"]);
    for list in ["done.txt", "failed.txt", "pending.txt"] {
        assert_eq!(mode(&place.path("reports").join(list)), 0o600, "{list}");
    }
}
