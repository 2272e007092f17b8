//! The forms of results besides tables and JSON, as the program writes them: CSV, Markdown, HTML.

use std::{fs, path::Path, process::Command};

use rolecall::demo::sample;

use crate::support::{run, sample::SampleAccount};

/// The sample account, reachable, and another that is not.
struct Scene {
    folder: tempfile::TempDir,
    account: SampleAccount,
}

impl Scene {
    fn set() -> Self {
        let account = SampleAccount::start();
        let other = format!("imap://nobody@127.0.0.1:{}", account.port);
        let folder = tempfile::tempdir().unwrap();
        let accounts = format!("account;password_env\n{};GOOD\n{other};BAD\n", account.url);
        fs::write(folder.path().join("accounts.csv"), accounts).unwrap();
        Self { folder, account }
    }

    fn command(&self, line: &str) -> Command {
        let line = line.replace("ACCOUNT", &self.account.url);
        let words: Vec<&str> = line.split(' ').collect();
        let mut command = SampleAccount::command(self.folder.path(), &words);
        command
            .env("GOOD", sample::PASSWORD)
            .env("BAD", "wrong")
            .current_dir(self.folder.path());
        command
    }

    /// Standard output.
    fn printed(&self, line: &str, status: i32) -> String {
        let output = self.command(line).output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(status),
            "{line}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn file(&self, path: impl AsRef<Path>) -> String {
        fs::read_to_string(self.folder.path().join(path)).unwrap()
    }
}

fn is_one_page(text: &str) -> bool {
    text.starts_with("<!DOCTYPE html>")
        && text.ends_with("</html>")
        && text.matches("<html").count() == 1
}

#[test]
fn an_account_s_way_from_the_first_look_to_the_last_run_is_told_in_pages() {
    let scene = Scene::set();
    let printed = scene.printed(
        "audit --format html --brand Agence -o audit.html ACCOUNT",
        1,
    );
    assert_eq!(printed, "");
    let page = scene.file("audit.html");
    assert!(is_one_page(&page), "{page}");
    for shown in [
        "<svg",
        "Your mail can be put in order",
        "prepared for you by Agence",
        "Nothing has been changed yet.",
    ] {
        assert!(page.contains(shown), "{shown}\n{page}");
    }
    let page = scene.printed("fix --dry-run --format html --lang fr ACCOUNT", 1);
    assert!(
        is_one_page(&page) && page.contains("Nous proposons"),
        "{page}"
    );
    let page = scene.printed(
        "audit --format html --client ios --client thunderbird ACCOUNT",
        1,
    );
    assert!(
        page.contains("<h3><bdi>"),
        "what to set in each program\n{page}"
    );
    let page = scene.printed("clients --format html ACCOUNT", 0);
    assert!(is_one_page(&page), "{page}");
    let page = scene.printed("fix --yes --watch-seconds 0 --format html ACCOUNT", 0);
    assert!(is_one_page(&page), "{page}");
    // The command moves 62 messages, of 83 in the folders that it touches.
    assert!(
        page.contains("It is done, and no message was lost:")
            && page.contains("<b>62</b>messages put together")
            && page.contains("<h1>Your mail is partly in order</h1>")
            && page.contains("Left as it is unless you ask: Trash"),
        "{page}"
    );
    let run = page
        .split("<code>")
        .nth(1)
        .unwrap()
        .split("</code>")
        .next()
        .unwrap();
    let told = scene.printed(&format!("runs {run} --format html"), 0);
    let verdict = |page: &str| {
        let verdict = page.split("<p class=\"verdict partly\">").nth(1).unwrap();
        verdict.split("</p>").next().unwrap().to_owned()
    };
    assert_eq!(
        verdict(&told),
        verdict(&page),
        "the journal tells what was told"
    );
    let page = scene.printed(
        &format!("undo --yes --watch-seconds 0 --format html {run}"),
        0,
    );
    assert!(
        is_one_page(&page) && page.contains("Your mail is as it was before"),
        "{page}"
    );
}

#[test]
fn many_accounts_have_a_page_each_and_one_that_leads_to_them() {
    let scene = Scene::set();
    let command = "audit --accounts accounts.csv --format html";
    let text = run(scene.command(command), 2);
    assert!(
        text.contains("cannot show several accounts on one page\nhint: --report-dir DIR"),
        "{text}"
    );
    let printed = scene.printed(&format!("{command} --report-dir reports"), 3);
    assert!(
        printed.starts_with(&scene.account.url) && printed.lines().count() == 1,
        "{printed}"
    );
    let index = scene.file("reports/index.html");
    assert!(is_one_page(&index), "{index}");
    let links: Vec<&str> = index
        .split("href=\"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap())
        .collect();
    assert_eq!(links.len(), 2, "{index}");
    let [failed, found] =
        [links[0], links[1]].map(|link| scene.file(Path::new("reports").join(link)));
    assert!(
        is_one_page(&failed) && failed.contains("Your mail could not be examined"),
        "{failed}"
    );
    assert!(is_one_page(&found) && found.contains("<svg"), "{found}");
}

#[test]
fn a_table_of_many_accounts_has_one_head_and_a_row_for_what_failed() {
    let scene = Scene::set();
    let rows = scene.printed(
        "audit --accounts accounts.csv --format csv --report-dir reports",
        3,
    );
    assert_eq!(rows.matches("\"account\",\"mailbox\"").count(), 1, "{rows}");
    assert!(rows.starts_with('\u{feff}'), "{rows}");
    // 21 mailboxes, the head, and the account that could not be reached.
    assert_eq!(rows.lines().count(), 23, "{rows}");
    let failed = rows.lines().find(|line| line.contains("nobody@")).unwrap();
    assert!(failed.contains("cannot log in"), "{failed}");
    let own = fs::read_dir(scene.folder.path().join("reports/accounts")).unwrap();
    for file in own {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(
            text.starts_with("\u{feff}\"account\","),
            "each file has its head\n{text}"
        );
    }
    let french = scene.printed("fix --dry-run --format csv --lang fr ACCOUNT", 1);
    assert!(
        french.starts_with("\u{feff}\"account\";\"run\";"),
        "{french}"
    );
    let receipt = scene.printed("fix --yes --watch-seconds 0 --format csv ACCOUNT", 0);
    assert_eq!(receipt.matches("\"account\",").count(), 1, "{receipt}");
    assert!(receipt.contains("\"applied\""), "{receipt}");
    let runs = scene.printed("runs --format csv", 0);
    assert!(
        runs.lines().nth(1).unwrap().contains("\"finished\""),
        "{runs}"
    );
}

#[test]
fn a_ticket_tells_an_audit_a_plan_a_receipt_and_the_runs() {
    let scene = Scene::set();
    let told = scene.printed("audit --format markdown ACCOUNT", 1);
    assert!(
        told.starts_with("## Audit of `imap://") && told.contains("| sent (kept) | `Sent` |"),
        "{told}"
    );
    let told = scene.printed("fix --dry-run --format markdown ACCOUNT", 1);
    assert!(told.starts_with("## Plan for `imap://"), "{told}");
    let told = scene.printed("fix --yes --watch-seconds 0 --format markdown ACCOUNT", 0);
    assert!(told.starts_with("## Run `"), "{told}");
    let told = scene.printed("runs --format markdown", 0);
    assert!(told.contains("| finished |"), "{told}");
}

#[test]
fn a_form_that_a_command_does_not_have_is_refused_before_anything_is_sent() {
    let scene = Scene::set();
    for (line, told) in [
        (
            "accounts check accounts.csv --format csv",
            "cannot show what `rolecall accounts check` finds in this form",
        ),
        ("runs --format html", "cannot show every run on one page"),
        (
            "clients --format html",
            "cannot show the list of clients in this form",
        ),
        (
            "clients --steps --format csv ACCOUNT",
            "cannot tell steps in this form",
        ),
        (
            "audit --brand Agence ACCOUNT",
            "cannot put a brand on this form of results",
        ),
    ] {
        let text = run(scene.command(line), 2);
        assert!(text.contains(told), "{line}\n{text}");
    }
}

#[test]
fn an_audit_tells_what_is_new_since_an_earlier_one() {
    let scene = Scene::set();
    let json = |line: &str, status| -> serde_json::Value {
        serde_json::from_str(&scene.printed(line, status)).unwrap()
    };
    scene.printed("audit --json -o before.json ACCOUNT", 1);
    let told = scene.printed("audit --since before.json --fail-on new ACCOUNT", 0);
    assert!(
        told.contains("\nSince the earlier audit: 0 new findings, 0 gone\n"),
        "{told}"
    );
    let id = json("fix --yes --watch-seconds 0 --json ACCOUNT", 0)["run"]
        .as_str()
        .unwrap()
        .to_owned();
    let after = json(
        "audit --since before.json --fail-on never --json ACCOUNT",
        0,
    );
    assert!(after["gone"].as_u64().unwrap() > 0, "{after}");
    scene.printed("audit --json --fail-on never -o after.json ACCOUNT", 0);
    scene.printed(&format!("undo --yes --watch-seconds 0 {id}"), 0);
    let again = json("audit --since after.json --fail-on new --json ACCOUNT", 1);
    let findings = again["findings"].as_array().unwrap();
    let is_new = |code: &str| {
        findings
            .iter()
            .any(|one| one["code"] == code && one["new"] == true)
    };
    assert!(is_new("role-split"), "{again}");
    let told = scene.printed("audit --since after.json --fail-on new ACCOUNT", 1);
    assert!(
        told.contains("\nSince the earlier audit: ") && told.contains(" new findings, "),
        "{told}"
    );

    // As if "Sent Items" had been called so only since: its UIDVALIDITY tells that it is the same.
    let before = scene.file("before.json");
    let renamed = before.replace("\"Sent Items\"", "\"Envois\"");
    assert_ne!(before, renamed);
    let nameless = renamed.replace("\"uid_validity\":", "\"uid_validity\":null,\"was\":");
    for (earlier, status) in [(renamed, 0), (nameless, 1)] {
        fs::write(scene.folder.path().join("renamed.json"), earlier).unwrap();
        scene.printed("audit --since renamed.json --fail-on new ACCOUNT", status);
    }

    // A report folder serves as well; of an account that could not be examined then everything is new.
    let all = "audit --accounts accounts.csv --json --report-dir reports";
    scene.printed(all, 3);
    scene.printed("audit --since reports --fail-on new ACCOUNT", 0);
    let plain = json("audit --json ACCOUNT", 1);
    assert!(
        plain["gone"].is_null() && plain["findings"][0]["new"].is_null(),
        "{plain}"
    );
    fs::write(
        scene.folder.path().join("odd.json"),
        "{\"schema\":\"rolecall.plan/1\"}\n",
    )
    .unwrap();
    for (line, told) in [
        (
            "audit --fail-on new ACCOUNT",
            "cannot tell what is new: no earlier audit is named",
        ),
        (
            "audit --since odd.json ACCOUNT",
            "cannot compare with odd.json: line 1 is none that `audit --format json` prints",
        ),
        (
            "audit --since gone.json ACCOUNT",
            "cannot compare with gone.json: there is no such file",
        ),
    ] {
        let text = run(scene.command(line), 2);
        assert!(text.contains(told), "{line}\n{text}");
    }
}
