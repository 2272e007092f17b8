//! Keeping accounts in order: the recipes of docs/keep-it-fixed.md do what they say, and metrics are written.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use rolecall::demo::sample;

use crate::support::{rolecall, run, sample::SampleAccount, shown};

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keep-it-fixed.md")).unwrap()
}

/// The blocks of the page in this language.
fn blocks(language: &str) -> Vec<String> {
    let page = page();
    let blocks = page.split("```").skip(1).step_by(2);
    let blocks = blocks.filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n'));
    blocks.map(str::to_owned).collect()
}

/// Runs a script of the page in this folder; `mail` writes what it gets into the file `mailed`.
fn nightly(folder: &Path) -> String {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).unwrap();
    let mail = format!(
        "#!/bin/sh\n{{ echo \"$@\"; cat; }} > {}/mailed\n",
        folder.display()
    );
    fs::write(bin.join("mail"), mail).unwrap();
    fs::set_permissions(bin.join("mail"), fs::Permissions::from_mode(0o755)).unwrap();
    let [script] = &blocks("sh")[..] else {
        panic!("one script");
    };
    let script = script.replace("/var/lib/rolecall", &folder.display().to_string());
    let program = Path::new(env!("CARGO_BIN_EXE_rolecall"));
    let path = std::env::var("PATH").unwrap();
    let path = format!(
        "{}:{}:{path}",
        bin.display(),
        program.parent().unwrap().display()
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        .env_clear()
        .env("PATH", path)
        .env("HOME", folder)
        .env("ROLECALL_PASSWORD", sample::PASSWORD)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    let mailed = fs::read_to_string(folder.join("mailed")).unwrap_or_default();
    let _ = fs::remove_file(folder.join("mailed"));
    mailed
}

#[test]
fn the_script_for_cron_mails_news_and_failures_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let server = SampleAccount::start();
    let accounts = server.list(folder);
    let last = folder.join("last").display().to_string();
    let audit = ["audit", "--accounts", &accounts, "--json", "--report-dir"];
    let first = [&audit[..], &[&last]].concat();
    run(SampleAccount::command(folder, &first), 1);
    assert_eq!(nightly(folder), "", "nothing is new");
    let metrics = fs::read_to_string(folder.join("rolecall.prom")).unwrap();
    assert!(
        metrics.contains("rolecall_new_findings{verb=\"audit\"} 0\n"),
        "{metrics}"
    );
    let mode = fs::metadata(folder.join("rolecall.prom"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o644, "node_exporter is another user");

    // As if that had not been there the day before.
    let reports = fs::read_dir(folder.join("last/accounts")).unwrap();
    for report in reports {
        let path = report.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("\"role-split\"", "\"role-missing\"")).unwrap();
    }
    let mailed = nightly(folder);
    let subject = mailed.lines().next().unwrap();
    assert!(
        subject.starts_with("-s rolecall: 1 account: 1 with findings. root"),
        "{mailed}"
    );
    assert!(
        mailed.contains("5 new findings since the earlier audit.\n"),
        "{mailed}"
    );

    drop(server);
    let mailed = nightly(folder);
    assert!(
        mailed.starts_with("-s rolecall: 1 account: 1 failed. root\n"),
        "{mailed}"
    );
    assert!(mailed.contains("Failed for: network 1.\n"), "{mailed}");
    let reports = fs::read_dir(folder.join("last/accounts")).unwrap();
    let kept: Vec<String> = reports
        .map(|report| fs::read_to_string(report.unwrap().path()).unwrap())
        .collect();
    assert!(
        kept.len() == 1 && kept[0].contains("\"findings\":["),
        "what was known is kept: {kept:?}"
    );
    let metrics = fs::read_to_string(folder.join("rolecall.prom")).unwrap();
    assert!(
        metrics.contains("rolecall_exit_status{verb=\"audit\"} 3\n"),
        "{metrics}"
    );
    assert!(
        metrics.contains("\nrolecall_last_success_timestamp_seconds{verb=\"audit\"} "),
        "{metrics}"
    );
}

#[test]
fn reports_in_another_form_than_json_are_said_to_be_such() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let server = SampleAccount::start();
    let accounts = server.list(folder);
    let audit = |words: &[&str], locale: &str, status: i32| {
        let words = [&["audit", "--accounts", &accounts], words].concat();
        let mut command = SampleAccount::command(folder, &words);
        command.env("LANG", locale);
        command.current_dir(folder);
        run(command, status)
    };
    audit(&["--report-dir", "last"], "C", 1);
    let since = ["--since", "last", "--fail-on", "new"];
    let told = audit(&since, "C", 2);
    assert!(
        told.contains("error: cannot compare with last/accounts: its reports are not JSON\n"),
        "{told}"
    );
    let told = audit(&since, "fr_FR.UTF-8", 2);
    assert!(
        told.contains(
            "impossible de comparer avec last/accounts : ses rapports ne sont pas en JSON\n"
        ),
        "{told}"
    );
}

#[test]
fn the_units_are_such_as_systemd_reads() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["rolecall.service", "rolecall.timer"];
    for (name, unit) in names.iter().zip(blocks("ini")) {
        assert!(page().contains(name), "{name}");
        // Whoever tests has no user of that name.
        let unit = unit.replace("User=rolecall\n", "");
        for line in unit.lines().filter(|line| !line.is_empty()) {
            let is_head = line.starts_with('[') && line.ends_with(']');
            assert!(
                is_head || line.split_once('=').is_some_and(|(key, _)| key.is_ascii()),
                "{line}"
            );
        }
        fs::write(folder.path().join(name), unit).unwrap();
    }
    let paths = names.map(|name| folder.path().join(name));
    let verified = Command::new("systemd-analyze")
        .arg("verify")
        .args(&paths)
        .output();
    if let Ok(verified) = verified {
        let said = shown(&verified);
        let is_ours = |line: &&str| line.contains(&*folder.path().to_string_lossy());
        assert!(said.lines().all(|line| !is_ours(&line)), "{said}");
    }
}

#[test]
fn a_fix_writes_metrics_and_a_file_that_cannot_be_written_is_refused_first() {
    let state = tempfile::tempdir().unwrap();
    let server = SampleAccount::start();
    let file = state.path().join("fix.prom").display().to_string();
    let ask = |words: &[&str]| SampleAccount::command(state.path(), words);
    let none = state.path().join("none/fix.prom").display().to_string();
    let refused = run(ask(&["fix", "--yes", "--metrics", &none, &server.url]), 2);
    assert!(refused.contains("there is no such folder"), "{refused}");
    let own = state.path().join("accounts.csv");
    fs::write(&own, "account\n").unwrap();
    let named = own.display().to_string();
    let refused = run(ask(&["fix", "--yes", "--metrics", &named, &server.url]), 2);
    assert!(refused.contains("would be lost"), "{refused}");
    assert_eq!(fs::read_to_string(&own).unwrap(), "account\n");
    let fix = [
        "fix",
        "--yes",
        "--settle",
        "0",
        "--only",
        "sent",
        "--metrics",
        &file,
        &server.url,
    ];
    run(ask(&fix), 0);
    let metrics = fs::read_to_string(&file).unwrap();
    assert!(
        metrics.contains("rolecall_accounts{verb=\"fix\",end=\"done\"} 1\n"),
        "{metrics}"
    );
    assert!(
        !metrics.contains("rolecall_moved_messages{verb=\"fix\"} 0\n"),
        "{metrics}"
    );
    assert!(
        !metrics.contains("duplicate_roles"),
        "trash and junk are split still, and fix does not count them: {metrics}"
    );
    assert!(
        !metrics.contains(sample::USER) && !metrics.contains("Sent"),
        "{metrics}"
    );
}

#[test]
fn a_language_that_is_not_known_is_refused_with_what_there_is() {
    let state = tempfile::tempdir().unwrap();
    for (option, value, near) in [
        ("--locale", "francais", "did you mean fr? Known are "),
        ("--locale", "xx", "known are "),
        (
            "--client",
            "thunderbird:deutsch",
            "did you mean de? Known are ",
        ),
    ] {
        let text = run(
            rolecall(state.path(), &["audit", option, value, "imaps://a@h"]),
            2,
        );
        let tag = value.split(':').next_back().unwrap();
        let why =
            format!("error: cannot use the language {tag}: no name of it is known\nhint: {near}");
        assert!(text.contains(&why), "{text}");
    }
}
