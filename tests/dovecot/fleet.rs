//! Many accounts of one Dovecot in one command: no account is left out, and a failure of one changes nothing for the
//! others.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    dovecot::{
        admins::{MASTER, with_master},
        scene::{Account, DATE, Scene, set},
    },
    support::{
        self,
        dovecot::{Dovecot, PASSWORD, Setup},
        proxy::Cut,
        raw::{Raw, text},
    },
};

/// Accounts on one server, behind one proxy, and an accounts file that names them.
pub struct Fleet {
    pub scene: Scene,
    pub users: Vec<String>,
}

impl Fleet {
    /// So many accounts, each with `Sent`, marked, and `Sent Items`: 1 + 2 messages, or as many as are said.
    pub fn of(number: usize) -> Self {
        Self::with(number, 2)
    }

    pub fn with(number: usize, messages: u32) -> Self {
        Self::on(&Setup::default(), number, messages)
    }

    pub fn on(setup: &Setup, number: usize, messages: u32) -> Self {
        let server = Arc::new(Dovecot::start(setup));
        let users: Vec<String> = (1..=number).map(|user| format!("user{user}")).collect();
        for user in &users {
            let mut raw = Raw::login(server.port, user);
            raw.create("Sent");
            raw.create("Sent Items");
            raw.append("Sent", "\\Seen", DATE, &text(0, 300));
            let letters: Vec<_> = (1..=messages)
                .map(|number| (String::new(), DATE.to_owned(), text(number, 300)))
                .collect();
            raw.append_many("Sent Items", &letters);
        }
        let fleet = Self {
            scene: Scene::for_user(&server, "user1"),
            users,
        };
        fleet.write(&fleet.users, "");
        fleet
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.scene.state.path().join(name)
    }

    /// Writes the accounts file: these users, each named as on the server, and more lines.
    pub fn write(&self, users: &[String], more: &str) {
        let lines = users
            .iter()
            .map(|user| self.line(user, "ROLECALL_TEST_PASSWORD"));
        let lines: String = lines.collect();
        let file = format!("account;name;password_env\n{lines}{more}");
        fs::write(self.path("accounts.csv"), file).unwrap();
    }

    /// An account's line, its password in this variable.
    pub fn line(&self, user: &str, variable: &str) -> String {
        let port = self.scene.proxy.port;
        format!("imap://{user}@127.0.0.1:{port};{user};{variable}\n")
    }

    /// `rolecall VERB … --accounts FILE`.
    pub fn command(&self, words: &str) -> Command {
        let mut command = self.scene.command_without_account(words);
        command
            .arg("--accounts")
            .arg(self.path("accounts.csv"))
            .env_remove("ROLECALL_PASSWORD")
            .env("ROLECALL_TEST_PASSWORD", PASSWORD);
        command
    }

    pub fn shows(&self, words: &str, status: i32) -> String {
        support::run(self.command(words), status)
    }

    pub fn fix(&self, words: &str, status: i32) -> String {
        self.shows(&format!("fix --yes --settle 0 {words}"), status)
    }

    /// The summary that `--report-dir report` has left.
    pub fn summary(&self) -> Value {
        let summary = fs::read_to_string(self.path("report/summary.json")).unwrap();
        serde_json::from_str(&summary).unwrap()
    }

    pub fn list(&self, name: &str) -> BTreeSet<String> {
        let text = fs::read_to_string(self.path(name)).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    pub fn account(&self, user: &str) -> Account {
        Account::of(Raw::login(self.scene.server.port, user))
    }

    pub fn accounts(&self) -> BTreeMap<String, Account> {
        let users = self.users.iter();
        users
            .map(|user| (user.clone(), self.account(user)))
            .collect()
    }

    /// Users whose mail is all in `Sent`.
    pub fn merged(&self) -> BTreeSet<String> {
        let accounts = self.accounts().into_iter();
        let merged = accounts.filter(|(_, account)| account.names() == ["INBOX", "Sent"]);
        merged.map(|(user, _)| user).collect()
    }

    /// Asserts that every message is there once, wherever it is.
    pub fn nothing_is_lost_since(&self, before: &BTreeMap<String, Account>) {
        for (user, account) in self.accounts() {
            assert_eq!(account.bag(), before[&user].bag(), "{user}");
        }
    }
}

fn all_end_well(children: Vec<Child>) {
    for mut child in children {
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn all_accounts_of_a_file_are_merged_and_a_second_command_changes_nothing() {
    let fleet = Fleet::of(12);
    let before = fleet.accounts();
    let report = fleet.path("report");
    let words = format!("--report-dir {}", report.display());
    let shown = fleet.fix(&words, 0);
    assert!(shown.contains("12 accounts: 12 done."), "{shown}");
    assert!(shown.contains("24 messages moved."), "{shown}");
    fleet.nothing_is_lost_since(&before);
    assert_eq!(fleet.merged().len(), 12);

    let summary = fleet.summary();
    assert_eq!(
        (&summary["done"], &summary["moved"]),
        (&12.into(), &24.into())
    );
    assert_eq!(fleet.list("report/done.txt").len(), 12);
    assert_eq!(fleet.list("report/failed.txt"), set(&[]));
    assert_eq!(fs::read_dir(report.join("accounts")).unwrap().count(), 12);

    let runs = support::run(
        support::rolecall(fleet.scene.state.path(), &["runs", "--format", "json"]),
        0,
    );
    let states = runs.lines().filter(|line| line.starts_with('{'));
    let finished = states.filter(|line| line.contains("\"state\":\"finished\""));
    assert_eq!(finished.count(), 12, "{runs}");
    assert!(!runs.contains("damaged"), "{runs}");

    fleet.scene.proxy.clear();
    fleet.fix("", 0);
    assert_eq!(fleet.scene.proxy.mutating(), [""; 0]);
}

#[test]
fn accounts_that_wait_for_their_settle_time_hold_no_connection_and_no_more_than_may_be_are_open() {
    let fleet = Fleet::of(4);
    let before = fleet.accounts();
    fleet.shows(
        "fix --yes --jobs 9 --per-host 1 --settle 3 --format json",
        0,
    );
    let sent = fleet.scene.proxy.mutating();
    let is = |word: &str| sent.iter().filter(|line| line.starts_with(word)).count();
    assert_eq!((is("RENAME"), is("DELETE")), (4, 4), "{sent:?}");
    // The next account begins when the one before it begins to wait.
    let until_then = sent.iter().take_while(|line| !line.starts_with("DELETE"));
    let set_aside = until_then.filter(|line| line.starts_with("RENAME")).count();
    assert!(set_aside > 1, "{sent:?}");
    assert_eq!(fleet.scene.proxy.most_open(), 1);
    fleet.nothing_is_lost_since(&before);
    assert_eq!(fleet.merged().len(), 4);
}

#[test]
fn every_account_is_one_line_of_json_the_moment_it_ends() {
    let fleet = Fleet::of(5);
    let output = fleet
        .command("audit --format json --jobs 3")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let accounts: BTreeSet<String> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|line| line["account"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!((text.lines().count(), accounts.len()), (5, 5));
}

#[test]
fn what_fails_changes_nothing_for_the_others_and_its_list_is_fed_back_in() {
    let fleet = Fleet::of(6);
    fleet.write(&fleet.users[..5], &fleet.line("user6", "ROLECALL_WRONG"));
    let report = fleet.path("report");
    let words = format!("fix --yes --settle 0 --report-dir {}", report.display());
    let mut command = fleet.command(&words);
    command.env("ROLECALL_WRONG", "wrong");
    let shown = support::run(command, 3);
    assert!(shown.contains("user6@127.0.0.1"), "{shown}");
    assert!(shown.contains("(line 7)"), "{shown}");
    assert!(shown.contains("Failed for: login 1."), "{shown}");
    assert_eq!(fleet.merged().len(), 5);
    assert_eq!(fleet.list("report/failed.txt"), set(&["user6"]));

    let again = format!(
        "fix --yes --settle 0 @{}",
        report.join("failed.txt").display()
    );
    let mut command = fleet.command(&again);
    command.env("ROLECALL_WRONG", PASSWORD);
    support::run(command, 0);
    assert_eq!(fleet.merged().len(), 6);
}

/// Starts a command and returns once so many accounts are merged.
fn start_until(fleet: &Fleet, words: &str, merged: usize) -> Child {
    let child = fleet
        .command(words)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let since = Instant::now();
    let removed = || {
        let commands = fleet.scene.proxy.commands();
        commands
            .iter()
            .filter(|line| line.starts_with("DELETE"))
            .count()
    };
    while removed() < merged {
        assert!(since.elapsed() < Duration::from_secs(60), "nothing happens");
        thread::sleep(Duration::from_millis(5));
    }
    child
}

#[test]
fn a_killed_fleet_goes_on_where_it_was_and_leaves_alone_what_is_done() {
    let fleet = Fleet::with(16, 40);
    let before = fleet.accounts();
    let mut child = start_until(&fleet, "fix --yes --settle 0 --jobs 2", 4);
    child.kill().unwrap();
    child.wait().unwrap();
    let done = fleet.merged();
    assert!(done.len() < 16, "it was too quick to be killed");

    let shown = fleet.fix("--continue", 0);
    let merged = fleet.merged();
    assert_eq!(merged.len(), 16, "{shown}");
    assert!(shown.contains("done before"), "{shown}");
    fleet.nothing_is_lost_since(&before);

    fleet.scene.proxy.clear();
    let shown = fleet.fix("--continue", 0);
    assert!(shown.contains("16 done before"), "{shown}");
    assert_eq!(fleet.scene.proxy.commands(), [""; 0], "it logged in again");
}

#[test]
fn a_signal_lets_those_at_work_come_to_a_good_end() {
    let fleet = Fleet::with(12, 40);
    let before = fleet.accounts();
    let words = format!(
        "fix --yes --settle 0 --jobs 2 --report-dir {}",
        fleet.path("report").display()
    );
    let mut child = start_until(&fleet, &words, 2);
    let id = child.id().to_string();
    let killed = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    fleet.nothing_is_lost_since(&before);
    let lists = ["done", "failed", "pending"].map(|name| fleet.list(&format!("report/{name}.txt")));
    assert_eq!(
        lists.iter().map(BTreeSet::len).sum::<usize>(),
        12,
        "{lists:?}"
    );
    assert!(!lists[2].is_empty(), "{lists:?}");
    let told = fs::read_to_string(fleet.path("report/summary.txt")).unwrap();
    let finish = "Finish first what was cut short: rolecall resume --batch";
    assert_eq!(told.contains("unfinished"), told.contains(finish), "{told}");

    let again = format!("--continue --report-dir {}", fleet.path("again").display());
    fleet.fix(&again, 0);
    let moved = ["report", "again"].map(|folder| {
        let summary = fs::read_to_string(fleet.path(folder).join("summary.json")).unwrap();
        let summary: Value = serde_json::from_str(&summary).unwrap();
        summary["moved"].as_u64().unwrap()
    });
    assert_eq!(moved.iter().sum::<u64>(), 12 * 40, "{moved:?}");
    assert_eq!(fleet.merged().len(), 12);
    fleet.nothing_is_lost_since(&before);
}

#[test]
fn canaries_are_changed_and_looked_at_before_the_others() {
    let fleet = Fleet::of(6);
    let shown = fleet.fix("--canary 2", 0);
    assert!(
        shown.contains("2 accounts have no step left; going on"),
        "{shown}"
    );
    assert_eq!(fleet.merged().len(), 6);
}

#[test]
fn a_canary_that_does_not_end_well_saves_the_others() {
    let fleet = Fleet::of(4);
    let good: String = fleet.users[..3]
        .iter()
        .map(|user| fleet.line(user, "ROLECALL_TEST_PASSWORD"))
        .collect();
    fleet.write(&[], &(fleet.line("user4", "ROLECALL_WRONG") + &good));
    let mut command = fleet.command("fix --yes --settle 0 --canary 1");
    command.env("ROLECALL_WRONG", "wrong");
    let shown = support::run(command, 3);
    assert!(shown.contains("3 accounts had no turn"), "{shown}");
    assert_eq!(fleet.merged().len(), 0);
}

#[test]
fn fuses_stop_a_fleet_before_more_goes_wrong() {
    let fleet = Fleet::of(6);
    let shown = fleet.fix("--max-moves 5 --jobs 1", 3);
    assert!(shown.contains("--max-moves"), "{shown}");
    assert_eq!(fleet.merged().len(), 2);

    let good: String = fleet
        .users
        .iter()
        .map(|user| fleet.line(user, "ROLECALL_TEST_PASSWORD"))
        .collect();
    fleet.write(&[], &(fleet.line("nobody", "ROLECALL_WRONG") + &good));
    let mut command =
        fleet.command("fix --yes --settle 0 --max-accounts-failed 0 --jobs 1 --per-host 1");
    command.env("ROLECALL_WRONG", "wrong");
    let shown = support::run(command, 3);
    assert!(shown.contains("--max-accounts-failed"), "{shown}");
    assert_eq!(fleet.merged().len(), 2);
}

#[test]
fn only_empty_duplicates_can_be_removed_first() {
    let fleet = Fleet::of(2);
    let mut raw = Raw::login(fleet.scene.server.port, "user1");
    raw.create("Sent Messages");
    let before = fleet.accounts();
    fleet.fix("--only-empty", 0);
    let after = fleet.account("user1");
    assert_eq!(after.names(), ["INBOX", "Sent", "Sent Items"]);
    assert_eq!(
        after.messages["Sent Items"],
        before["user1"].messages["Sent Items"]
    );
    assert_eq!(fleet.account("user2"), before["user2"]);
}

#[test]
fn the_plans_of_all_are_reviewed_once_and_applied_as_they_are() {
    let fleet = Fleet::of(4);
    let plans = fleet.path("plans");
    let save = format!("fix --save-plan {}", plans.display());
    fleet.shows(&save, 1);
    assert_eq!(fs::read_dir(&plans).unwrap().count(), 4);
    assert_eq!(fleet.merged().len(), 0);

    // Of one account the plan was thrown away, another has changed since.
    fs::remove_file(plans.join("user1.yaml")).unwrap();
    let mut raw = Raw::login(fleet.scene.server.port, "user2");
    raw.ok("RENAME \"Sent Items\" Elsewhere");
    let report = fleet.path("report");
    let words = format!(
        "--plan {} --report-dir {}",
        plans.display(),
        report.display()
    );
    let shown = fleet.fix(&words, 3);
    assert!(shown.contains("Failed for: stale 1."), "{shown}");
    assert!(
        shown.contains("1 account has no plan and no turn: user1\n"),
        "{shown}"
    );
    assert!(
        shown.contains("4 accounts: 2 done, 1 failed, 1 had no turn.\n"),
        "{shown}"
    );
    assert_eq!(fleet.list("report/pending.txt").len(), 1);
    assert_eq!(fleet.merged(), set(&["user3", "user4"]));
}

#[test]
fn an_account_with_nothing_to_do_has_a_plan_that_says_so() {
    let fleet = Fleet::of(3);
    fleet.fix("user1", 0);
    let plans = fleet.path("plans");
    fleet.shows(&format!("fix --save-plan {}", plans.display()), 1);
    assert_eq!(fs::read_dir(&plans).unwrap().count(), 3);
    let words = format!("--plan {} --canary 2", plans.display());
    let shown = fleet.fix(&words, 0);
    assert!(shown.contains("3 accounts: 3 done."), "{shown}");
    assert!(!shown.contains("no plan"), "{shown}");
    assert_eq!(fleet.merged().len(), 3);
}

#[test]
fn a_changed_plan_among_many_is_refused_before_anything_is_sent() {
    let fleet = Fleet::of(2);
    let plans = fleet.path("plans");
    fleet.shows(&format!("fix --save-plan {}", plans.display()), 1);
    let path = plans.join("user2.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("remove: true", "remove: false", 1)).unwrap();
    fleet.scene.proxy.clear();
    let shown = fleet.fix(&format!("--plan {}", plans.display()), 2);
    assert!(
        shown.contains("it was changed after it was made"),
        "{shown}"
    );
    assert_eq!(fleet.scene.proxy.commands(), [""; 0]);
}

#[test]
fn a_whole_command_is_undone_by_its_batch() {
    let fleet = Fleet::of(4);
    let before = fleet.accounts();
    let report = format!("--report-dir {}", fleet.path("report").display());
    fleet.fix(&report, 0);
    assert_eq!(fleet.merged().len(), 4);
    let summary = fleet.summary();
    let batch = summary["batch"].as_str().unwrap();
    let shown = fleet.shows(&format!("undo --yes --settle 0 --batch {batch}"), 0);
    assert!(shown.contains("4 accounts: 4 done."), "{shown}");
    assert_eq!(fleet.accounts(), before);
}

#[test]
fn parts_of_a_fleet_run_side_by_side_and_their_reports_lie_together() {
    let fleet = Fleet::of(9);
    let before = fleet.accounts();
    let report = fleet.path("report");
    let children: Vec<_> = (1..=3)
        .map(|part| {
            let words = format!(
                "fix --yes --settle 0 --shard {part}/3 --report-dir {}",
                report.display()
            );
            fleet
                .command(&words)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    all_end_well(children);
    assert_eq!(fleet.merged().len(), 9);
    fleet.nothing_is_lost_since(&before);
    let lists: Vec<BTreeSet<String>> = (1..=3)
        .map(|part| fleet.list(&format!("report/done-{part}-of-3.txt")))
        .collect();
    assert_eq!(lists.iter().map(BTreeSet::len).sum::<usize>(), 9);
    assert_eq!(lists.iter().flatten().collect::<BTreeSet<_>>().len(), 9);
    assert_eq!(fs::read_dir(report.join("accounts")).unwrap().count(), 9);
}

#[test]
fn a_check_tells_which_lines_would_fail_and_changes_nothing() {
    let fleet = Fleet::of(3);
    fleet.write(&fleet.users, &fleet.line("user9", "ROLECALL_WRONG"));
    let mut command = support::rolecall(fleet.scene.state.path(), &["accounts", "check"]);
    command
        .arg(fleet.path("accounts.csv"))
        .arg("--plaintext")
        .env_remove("ROLECALL_PASSWORD")
        .env("ROLECALL_TEST_PASSWORD", PASSWORD)
        .env("ROLECALL_WRONG", "wrong");
    let shown = support::run(command, 3);
    assert!(shown.contains("(line 5)"), "{shown}");
    assert!(shown.contains("4 accounts: 3 done, 1 failed."), "{shown}");
    assert_eq!(fleet.scene.proxy.mutating(), [""; 0]);
}

#[test]
fn one_password_is_for_many_accounts_only_where_a_master_logs_in() {
    let fleet = Fleet::of(2);
    let file = fs::read_to_string(fleet.path("accounts.csv")).unwrap();
    let file = file.replace(";ROLECALL_TEST_PASSWORD", ";");
    fs::write(fleet.path("accounts.csv"), file).unwrap();
    let mut command = fleet.command("audit");
    command.env("ROLECALL_PASSWORD", PASSWORD);
    let shown = support::run(command, 2);
    assert!(
        shown.contains("one password for several accounts"),
        "{shown}"
    );
    assert_eq!(fleet.scene.proxy.commands(), [""; 0]);
}

/// Accounts whose file says nothing of passwords, on a server with a master user.
fn fleet_of_a_master(number: usize) -> Fleet {
    let setup = with_master();
    let setup = Setup {
        extra: setup.extra + "auth_failure_delay = 0\n",
        ..setup
    };
    let fleet = Fleet::on(&setup, number, 2);
    let path = fleet.path("accounts.csv");
    let file = fs::read_to_string(&path).unwrap();
    fs::write(path, file.replace(";ROLECALL_TEST_PASSWORD", ";")).unwrap();
    fleet
}

#[test]
fn one_master_logs_in_for_all_and_the_reports_say_so() {
    let fleet = fleet_of_a_master(4);
    let mut command = fleet.command("fix --yes --settle 0 --login-as boss");
    command.env("ROLECALL_PASSWORD", MASTER);
    let shown = support::run(command, 0);
    assert!(shown.contains("4 accounts: 4 done."), "{shown}");
    assert!(shown.contains("Logged in as boss"), "{shown}");
    assert_eq!(fleet.merged().len(), 4);
}

#[test]
fn a_masters_wrong_password_is_tried_three_times_and_not_for_every_account() {
    let fleet = fleet_of_a_master(8);
    let mut command = fleet.command("audit --login-as boss");
    command.env("ROLECALL_PASSWORD", "wrong");
    let shown = support::run(command, 3);
    assert!(
        shown.contains("5 accounts had no turn: the login of boss was refused too often."),
        "{shown}"
    );
    let commands = fleet.scene.proxy.commands();
    let logins = commands
        .iter()
        .filter(|line| line.starts_with("AUTHENTICATE"));
    assert_eq!(logins.count(), 3, "{commands:#?}");
}

/// A block of docs/many-accounts.md that holds this text.
fn of_the_page(word: &str) -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/many-accounts.md");
    let text = fs::read_to_string(page).unwrap();
    let mut blocks = text.split("\n```");
    let block = blocks.find(|block| block.contains(word)).unwrap();
    block.split_once('\n').unwrap().1.to_owned()
}

/// Runs a script of that page in the state folder; `rolecall fix` is the fleet's own.
fn script(fleet: &Fleet, text: &str) -> Command {
    let rolecall = env!("CARGO_BIN_EXE_rolecall");
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(text.replace(
            "rolecall fix",
            &format!("{rolecall} fix --plaintext --settle 0"),
        ))
        .current_dir(fleet.scene.state.path())
        .env("HOME", fleet.scene.state.path())
        .env("XDG_STATE_HOME", fleet.scene.state.path())
        .env("ROLECALL_TEST_PASSWORD", PASSWORD)
        .stdin(Stdio::null());
    command
}

#[test]
fn the_pages_line_of_gnu_parallel_deals_with_every_account_once() {
    let fleet = Fleet::of(10);
    let before = fleet.accounts();
    support::run(script(&fleet, &of_the_page("parallel rolecall")), 0);
    assert_eq!(fleet.merged().len(), 10);
    fleet.nothing_is_lost_since(&before);
    let lists: Vec<_> = (1..=4)
        .map(|part| fleet.list(&format!("report/done-{part}-of-4.txt")))
        .collect();
    assert_eq!(lists.iter().map(BTreeSet::len).sum::<usize>(), 10);
}

#[test]
fn the_pages_slurm_array_deals_with_every_account_once() {
    let fleet = Fleet::of(10);
    let text = of_the_page("#SBATCH --array").replace("exec ", "");
    let children: Vec<_> = (1..=8)
        .map(|task| {
            let mut command = script(&fleet, &text);
            command
                .env("SLURM_ARRAY_TASK_ID", task.to_string())
                .env("SLURM_ARRAY_TASK_MIN", "1")
                .env("SLURM_ARRAY_TASK_COUNT", "8")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    all_end_well(children);
    assert_eq!(fleet.merged().len(), 10);
}

#[test]
fn the_pages_kubernetes_job_is_what_kubernetes_takes() {
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let validator = PathBuf::from(target).join("servers/kubernetes");
    assert!(
        validator.is_dir(),
        "tests/servers/install.sh brings kubernetes-validate"
    );
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str| {
        let path = folder.path().join("job.yaml");
        fs::write(&path, text).unwrap();
        Command::new("python3")
            .args(["-m", "kubernetes_validate", "--strict"])
            .arg(&path)
            .env("PYTHONPATH", &validator)
            .output()
            .unwrap()
    };
    let job = of_the_page("completionMode: Indexed");
    let output = check(&job);
    assert!(output.status.success(), "{}", support::shown(&output));
    assert!(
        !check(&job.replace("completions: 8", "completion: 8"))
            .status
            .success()
    );
}

#[test]
fn a_list_of_nobody_is_not_everybody() {
    let fleet = Fleet::of(2);
    fs::write(fleet.path("failed.txt"), "").unwrap();
    let words = format!("@{}", fleet.path("failed.txt").display());
    let shown = fleet.fix(&words, 0);
    assert!(shown.contains("the list names no account"), "{shown}");
    assert_eq!(fleet.merged().len(), 0);
}

#[test]
fn a_line_that_is_lost_amid_a_reviewed_plan_is_found_out_about_by_the_same_command() {
    let fleet = Fleet::of(2);
    let before = fleet.accounts();
    let plans = fleet.path("plans");
    fleet.shows(&format!("fix --save-plan {}", plans.display()), 1);
    fleet.scene.proxy.cut_once_at("UID MOVE", 1, Cut::After);
    let shown = fleet.fix(&format!("--plan {}", plans.display()), 0);
    assert!(fleet.scene.proxy.was_cut(), "{shown}");
    assert!(shown.contains("2 accounts: 2 done."), "{shown}");
    assert_eq!(fleet.merged().len(), 2);
    fleet.nothing_is_lost_since(&before);

    // The same command from the start says what has become of the plans, and the next one goes on.
    let shown = fleet.fix(&format!("--plan {}", plans.display()), 3);
    assert!(shown.contains(" has applied it already"), "{shown}");
    let shown = fleet.fix(&format!("--continue --plan {}", plans.display()), 0);
    assert!(shown.contains("2 done before"), "{shown}");
}

#[test]
fn what_was_done_with_other_options_or_undone_is_not_left_out() {
    let fleet = Fleet::of(2);
    let before = fleet.accounts();
    fleet.fix("--only drafts", 0);
    // With these roles nothing is left to merge, which says nothing about a command without them.
    let mut command = fleet.command("fix --yes --settle 0");
    command.args(["--role", "Sent=none", "--role", "Sent Items=none"]);
    support::run(command, 0);
    assert_eq!(fleet.accounts(), before);
    fleet.fix(
        &format!("--continue --report-dir {}", fleet.path("report").display()),
        0,
    );
    assert_eq!(fleet.merged().len(), 2);
    let summary = fleet.summary();
    let batch = summary["batch"].as_str().unwrap();
    fleet.shows(&format!("undo --yes --settle 0 --batch {batch}"), 0);
    assert_eq!(fleet.accounts(), before);
    fleet.fix("--continue", 0);
    assert_eq!(fleet.merged().len(), 2);
}
