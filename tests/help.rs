//! Help, completions, the manual and the published schemas: what somebody meets who has nothing but the program.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use rolecall::report::json::PUBLISHED;

use crate::support::{json, rolecall, run, sample::SampleAccount};

/// Every command that has a help of its own.
pub const VERBS: [&str; 17] = [
    "audit",
    "fix",
    "plan show",
    "clients",
    "accounts check",
    "accounts import",
    "runs",
    "resume",
    "undo",
    "mappings list",
    "mappings lookup",
    "mappings check",
    "demo",
    "explain",
    "completions",
    "man",
    "schema",
];

fn help_of(state: &Path, verb: &str) -> String {
    let words: Vec<&str> = verb.split(' ').chain(["--help"]).collect();
    run(rolecall(state, &words), 0)
}

/// The commands under "Examples" of a help.
fn examples(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty() && !line.starts_with("--- "));
    let lines = lines.inspect(|line| {
        assert!(line.starts_with("  rolecall ") && line.len() < 80, "{line}");
    });
    let commands = lines.map(|line| line.split("  #").next().unwrap());
    commands.map(|line| line.trim().to_owned()).collect()
}

/// A sample account, and a folder with the files that the examples name.
struct Scene {
    folder: tempfile::TempDir,
    account: SampleAccount,
}

impl Scene {
    fn set() -> Self {
        let account = SampleAccount::start();
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write(
            "accounts.csv",
            &format!("account;name\n{};demo\n", account.url),
        );
        write("users.txt", "alice@example.com\nbob@example.com\n");
        write(
            "mine.yaml",
            "locale: fr\nroles:\n  archive:\n    - name: Quittances\n",
        );
        Self { folder, account }
    }

    /// A command as an example has it, with the account, and the newest run, put in.
    fn command(&self, line: &str) -> Command {
        let line = line.replace("imaps://USER@HOST", &self.account.url);
        // Nobody here could be asked about the server of an address.
        let line = line.replace("alice@example.com", &self.account.url);
        let line = line.replace("RUN", &self.newest_run());
        let words = shell_words::split(&line).unwrap();
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let mut command = SampleAccount::command(self.folder.path(), &words);
        command.current_dir(self.folder.path());
        command
    }

    fn newest_run(&self) -> String {
        let output = rolecall(self.folder.path(), &["runs", "--json"]).output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap();
        let newest = text.lines().last().map(|line| {
            let run: serde_json::Value = serde_json::from_str(line).unwrap();
            run["run"].as_str().unwrap().to_owned()
        });
        newest.unwrap_or_default()
    }
}

#[test]
fn every_example_of_every_help_does_what_it_says() {
    let scene = Scene::set();
    let state = tempfile::tempdir().unwrap();
    for verb in VERBS {
        let examples = examples(&help_of(state.path(), verb));
        assert!(!examples.is_empty(), "{verb} has no example");
        for example in examples {
            if example.contains("demo") {
                // The walk has a test of its own, and the server waits for Ctrl-C.
                continue;
            }
            let is_wanting = example.contains("audit")
                || example.contains("--dry-run")
                || example.contains("--save-plan")
                || (example.contains("fix --target") && !example.contains("--yes"));
            let status = match example.as_str() {
                // Nobody is there to ask.
                line if line.contains("fix --target") => 2,
                _ if is_wanting => 1,
                _ => 0,
            };
            run(scene.command(&example), status);
        }
    }
}

#[test]
fn commands_of_other_tools_are_understood() {
    let scene = Scene::set();
    for (typed, status, shown) in [
        ("rolecall list imaps://USER@HOST", 1, "drafts (kept)"),
        ("rolecall plan imaps://USER@HOST", 1, "Plan for imap://"),
        (
            "rolecall apply --dry-run imaps://USER@HOST",
            1,
            "Plan for imap://",
        ),
        ("rolecall status", 0, "no runs yet"),
        (
            "rolecall apply --yes --settle 0 imaps://USER@HOST",
            0,
            "Run ",
        ),
    ] {
        let text = run(scene.command(typed), status);
        assert!(text.contains(shown), "{typed}\n{text}");
    }
    let help = run(scene.command("rolecall --help"), 0);
    assert!(
        !help.contains("status, "),
        "aliases are for those who type them"
    );
}

#[test]
fn json_is_asked_for_by_one_word_or_two_and_not_by_both() {
    let scene = Scene::set();
    let [long, short] = ["--format json", "--json"].map(|option| {
        json(
            scene.command(&format!("rolecall audit {option} imaps://USER@HOST")),
            1,
        )
    });
    // Each was made at its own time.
    let without_time = |mut audit: serde_json::Value| {
        audit.as_object_mut().map(|audit| {
            audit.remove("made");
            audit.clone()
        })
    };
    assert_eq!(without_time(long), without_time(short));
    run(
        scene.command("rolecall audit --json --format table imaps://USER@HOST"),
        2,
    );
}

#[test]
fn a_saved_plan_is_shown_without_an_account_as_the_dry_run_shows_it() {
    let scene = Scene::set();
    let shown = |line: &str, status| {
        let output = scene.command(line).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{line}");
        let [out, error] =
            [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        (out, error)
    };
    let (made, told) = shown("rolecall fix --save-plan plan.yaml imaps://USER@HOST", 1);
    assert!(told.contains("rolecall fix --plan plan.yaml"), "{told}");
    let (again, next) = shown("rolecall plan show plan.yaml", 0);
    assert_eq!(made, again);
    assert_eq!(next, "Apply it:  rolecall fix --plan plan.yaml\n");
    let (line, next) = shown("rolecall plan show plan.yaml --json", 0);
    let plan: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(plan["schema"], "rolecall.plan/1");
    assert_eq!(next, "");
    let (_, error) = shown("rolecall plan show gone.yaml", 2);
    assert!(
        error.contains("cannot use the plan gone.yaml: there is no such file"),
        "{error}"
    );
}

#[test]
fn the_schemas_are_printed_as_they_are_published() {
    let state = tempfile::tempdir().unwrap();
    let list = rolecall(state.path(), &["schema", "--list"])
        .output()
        .unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    assert_eq!(
        list.lines().collect::<Vec<_>>(),
        PUBLISHED.map(|(name, _)| name)
    );
    for (name, schema) in PUBLISHED {
        let printed = rolecall(state.path(), &["schema", name]).output().unwrap();
        assert_eq!(printed.stdout, schema.as_bytes(), "{name}");
    }
    let text = run(rolecall(state.path(), &["schema", "plna"]), 2);
    assert!(text.contains("hint: did you mean plan?"), "{text}");
}

/// What can be completed, and what the manual has, is what can be typed.
#[test]
fn completions_and_manual_know_every_command_and_option() {
    let state = tempfile::tempdir().unwrap();
    let pages = state.path().join("pages");
    let folder = pages.display().to_string();
    run(rolecall(state.path(), &["man", "-o", &folder]), 0);
    let names: BTreeSet<String> = fs::read_dir(&pages)
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    let scripts = ["bash", "zsh", "fish", "powershell", "elvish"].map(|shell| {
        (
            shell,
            run(rolecall(state.path(), &["completions", shell]), 0),
        )
    });
    for verb in VERBS {
        let name = format!("rolecall-{}.1", verb.replace(' ', "-"));
        assert!(names.contains(&name), "{name} of {names:?}");
        let page = fs::read_to_string(pages.join(name))
            .unwrap()
            .replace('\\', "");
        let help = help_of(state.path(), verb);
        let usage = help.split_once("Usage: ").unwrap().1;
        let usage = usage.lines().next().unwrap();
        let synopsis = page.split_once(".SH SYNOPSIS\n").unwrap().1;
        let synopsis = synopsis.split_once(".SH ").unwrap().0;
        let plain = synopsis.replace("fB", "").replace("fR", "");
        assert_eq!(
            plain.trim(),
            usage,
            "{verb}: what is to be typed has a name"
        );
        assert!(!page.contains(".SH EXTRA"), "{verb}");
        assert_eq!(
            page.contains(".SH EXAMPLES"),
            help.contains("\nExamples:\n"),
            "{verb}"
        );
        for option in options(&help) {
            assert!(page.contains(&option), "{verb} {option} is not in its page");
            for (shell, script) in &scripts {
                // fish writes the words of an option without its dashes.
                let word = option.trim_start_matches('-');
                assert!(script.contains(word), "{option} is not in {shell}");
            }
        }
    }
    let own = run(rolecall(state.path(), &["man"]), 0);
    assert!(own.contains(".TH rolecall 1"), "{own}");
}

/// The options at the beginnings of lines: those that a help documents.
pub fn options(help: &str) -> BTreeSet<String> {
    let lines = help.lines().map(str::trim_start);
    let lines = lines.filter(|line| line.starts_with('-'));
    let words = lines.flat_map(|line| line.split([' ', ',']));
    words
        .filter(|word| word.starts_with("--") && !word.starts_with("---"))
        .map(|word| word.split(['=', '[', '.']).next().unwrap().to_owned())
        .collect()
}

/// A shell must be able to read what it is given.
#[test]
fn bash_reads_its_completions() {
    let state = tempfile::tempdir().unwrap();
    let script = rolecall(state.path(), &["completions", "bash"])
        .output()
        .unwrap();
    let file = state.path().join("completions");
    fs::write(&file, script.stdout).unwrap();
    for (typed, completed) in [
        ("audit --fail", "--fail-on"),
        ("fix --include tr", "trash"),
        ("clients --only dra", "drafts"),
        ("audit --client thunderbird-a", "thunderbird-android"),
        ("fix --client gea", "geary"),
        ("explain role-sp", "role-split"),
        ("schema summ", "summary"),
    ] {
        let words: Vec<&str> = typed.split(' ').collect();
        let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
        let question = format!(
            ". {} && COMP_WORDS=(rolecall {typed}) COMP_CWORD={} && _rolecall rolecall {last} {before} && echo \"${{COMPREPLY[@]}}\"",
            file.display(),
            words.len(),
        );
        let output = Command::new("bash")
            .args(["-c", &question])
            .output()
            .unwrap();
        let answer = String::from_utf8_lossy(&output.stdout);
        assert_eq!(answer.trim(), completed, "{typed}: {output:?}");
    }
}

#[test]
fn the_version_is_the_package_s_with_the_commit_where_it_is_known() {
    let state = tempfile::tempdir().unwrap();
    let output = rolecall(state.path(), &["--version"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let rest = text
        .trim()
        .strip_prefix(concat!("rolecall ", env!("CARGO_PKG_VERSION")));
    let rest = rest.unwrap();
    let commit = rest
        .strip_prefix(" (")
        .and_then(|rest| rest.strip_suffix(')'));
    let is_commit = |text: &str| text.bytes().all(|digit| digit.is_ascii_hexdigit());
    assert!(rest.is_empty() || commit.is_some_and(is_commit), "{text}");
}

#[test]
fn zsh_takes_no_part_of_a_values_name_for_a_command() {
    let state = tempfile::tempdir().unwrap();
    let script = run(rolecall(state.path(), &["completions", "zsh"]), 0);
    let values = script.lines().filter_map(|line| line.split_once("]:"));
    let split = values.filter(|(_, value)| {
        value
            .split_once(":(")
            .is_some_and(|(name, _)| name.contains(':'))
    });
    assert_eq!(split.collect::<Vec<_>>(), []);
}
