//! What a newcomer meets: the commands that are shown work as they stand there, and what cannot be meant is refused with a
//! hint that helps.

use std::{fs, path::Path, process::Command};

use rolecall::demo::sample::PASSWORD;

use crate::support::{self, run, sample::SampleAccount};

/// The sample account in a folder of its own, with an accounts file that says where its password is.
struct Newcomer {
    folder: tempfile::TempDir,
    account: SampleAccount,
}

impl Newcomer {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let account = SampleAccount::start();
        let accounts = format!(
            "account;name;password_env\n{};camille;PASSWORD\n",
            account.url
        );
        fs::write(folder.path().join("accounts.csv"), accounts).unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        Self { folder, account }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A command whose words stand in one line, as a shell takes them; `URL` is the account's. Only an accounts file says
    /// where its password is.
    fn ask(&self, line: &str) -> Command {
        let line = line.replace("URL", &self.account.url);
        let words = shell_words::split(&line).unwrap();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = support::rolecall(self.path(), &words);
        command
            .current_dir(self.path())
            .env_remove("ROLECALL_PASSWORD")
            .env("PASSWORD", PASSWORD);
        command
    }

    /// The same with the password at hand.
    fn knowing(&self, line: &str) -> Command {
        let mut command = self.ask(line);
        command.env("ROLECALL_PASSWORD", PASSWORD);
        command
    }

    /// The words of the first command in a text that begins so.
    fn next(told: &str, beginning: &str) -> String {
        let begins = format!("rolecall {beginning}");
        let (_, command) = told.split_once(&begins).unwrap_or_else(|| panic!("{told}"));
        format!("{beginning}{}", command.lines().next().unwrap())
    }
}

#[test]
fn what_is_typed_around_plan_and_show_is_understood() {
    let newcomer = Newcomer::new();
    run(newcomer.knowing("fix --save-plan p.yaml URL"), 1);
    for line in ["plan --lang en show p.yaml", "plan -v show p.yaml"] {
        let told = run(newcomer.ask(line), 0);
        assert!(told.contains("fix --plan p.yaml"), "{line}: {told}");
    }
    let told = run(newcomer.knowing("--lang en plan URL"), 1);
    assert!(told.contains("Plan for"), "{told}");
    let told = run(newcomer.ask("plan --lang en --help"), 0);
    assert!(told.contains("Show a saved plan"), "{told}");
}

#[test]
fn commands_about_a_run_find_its_journal_and_its_password_again() {
    let newcomer = Newcomer::new();
    let fix = "fix --yes --settle 0 --only sent --state-dir sd --accounts accounts.csv camille";
    let told = run(newcomer.ask(fix), 0);
    let undo = Newcomer::next(&told, "undo --accounts") + " --yes --settle 0";
    run(newcomer.ask(&undo), 0);
}

#[test]
fn the_command_after_an_audit_judges_as_the_audit_did() {
    let newcomer = Newcomer::new();
    let audit = "audit --accounts accounts.csv camille --role 'Sent Messages=none' --client thunderbird:fr --locale fr --no-sample";
    let told = run(newcomer.ask(audit), 1);
    let next = Newcomer::next(&told, "fix --dry-run");
    for option in [
        "--accounts accounts.csv",
        "--role 'Sent Messages=none'",
        "--client thunderbird:fr",
        "--locale fr",
        "--no-sample",
    ] {
        assert!(next.contains(option), "{option}: {next}");
    }
    run(newcomer.ask(&next), 1);
    let told = run(newcomer.knowing("audit URL"), 1);
    let next = Newcomer::next(&told, "fix --dry-run");
    assert_eq!(next, format!("fix --dry-run {}", newcomer.account.url));
}

#[test]
fn no_source_of_a_password_is_shown_again() {
    let newcomer = Newcomer::new();
    let told = run(newcomer.ask("audit --password-env PASSWORD URL"), 1);
    assert!(!told.contains("PASSWORD"), "{told}");
}

#[test]
fn the_plan_of_one_account_of_a_file_goes_into_the_file_that_is_named() {
    let newcomer = Newcomer::new();
    let saved = "fix --accounts accounts.csv camille --save-plan";
    let told = run(newcomer.ask(&format!("{saved} p.yaml")), 1);
    assert!(newcomer.path().join("p.yaml").is_file(), "{told}");
    let apply = Newcomer::next(&told, "fix --plan p.yaml");
    run(newcomer.ask(&format!("{apply} --yes --settle 0")), 0);
    run(newcomer.ask(&format!("{saved} plans")), 0);
    assert!(newcomer.path().join("plans").is_dir());
}

#[test]
fn what_cannot_be_meant_together_is_refused_before_anything_is_sent() {
    let newcomer = Newcomer::new();
    for (line, said) in [
        ("fix --grace 1h URL", "--remove"),
        ("fix --make-target URL", "--target"),
        ("fix --keep-sources --remove later URL", "--keep-sources"),
        (
            "fix --only sent --include trash URL",
            "name it with --only too",
        ),
        ("audit --role Sent=foo URL", "--role"),
    ] {
        let told = run(newcomer.ask(line), 2);
        assert!(told.contains(said), "{line}: {told}");
    }
}

#[test]
fn hints_are_about_the_command_that_was_typed() {
    let newcomer = Newcomer::new();
    let fix = "fix --yes --settle 0 --only sent --remove later --grace 1h URL";
    let told = run(newcomer.knowing(fix), 0);
    let undo = Newcomer::next(&told, "undo ");
    let give_up = undo.replace("undo", "resume --give-up");
    run(newcomer.knowing("fix --save-plan p.yaml URL"), 1);
    let path = newcomer.path().join("p.yaml");
    let plan = fs::read_to_string(&path).unwrap();
    fs::write(&path, plan.replace("trash", "junk")).unwrap();
    for (line, said, unsaid) in [
        (give_up.as_str(), "--yes gives it up", "--dry-run"),
        (
            "accounts check nofile.csv",
            "hint: name a file",
            "--accounts",
        ),
        ("plan show nofile.yaml", "has written", "--skip-step"),
        ("plan show p.yaml", "fix --plan FILE --skip-step N", "…"),
        (
            "fix --yes --state-dir file URL",
            "is no folder",
            "of that name",
        ),
        ("audit @nolist", "@LIST takes", "…"),
    ] {
        let told = run(newcomer.ask(line), 2);
        assert!(
            told.contains(said) && !told.contains(unsaid),
            "{line}: {told}"
        );
    }
}

#[test]
fn where_a_password_cannot_be_had_that_is_told_with_a_hint() {
    let newcomer = Newcomer::new();
    for (option, said) in [
        (
            "--oauth-token-command 'sh -c \"exit 3\"'",
            "(code de sortie 3)",
        ),
        ("--oauth-token-command false", "jeton"),
        ("--password-command nosuchprogram", "terminal"),
        ("--password-file file", "première et la seule ligne"),
    ] {
        let told = run(newcomer.ask(&format!("audit --lang fr {option} URL")), 2);
        assert!(
            told.contains(said) && told.contains("conseil"),
            "{option}: {told}"
        );
    }
}

#[test]
fn who_wants_it_quiet_is_not_told_where_reports_are() {
    let newcomer = Newcomer::new();
    let audit = "audit --accounts accounts.csv --report-dir new";
    assert!(run(newcomer.ask(audit), 1).contains("the reports are in new"));
    let told = run(newcomer.ask(&format!("{audit} --quiet")), 1);
    assert!(!told.contains("the reports"), "{told}");
}
