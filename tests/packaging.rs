//! What is built around the program: the files of packages, the image, release notes, recipes for timers.

use std::{ffi::OsStr, fs, path::Path, process::Command};

use rolecall::demo::sample;

use crate::support::{rolecall, sample::SampleAccount, shown};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

#[test]
fn what_a_package_holds_is_there_once_the_program_has_told_it() {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new(root().join("packaging/assets"))
        .args([
            env!("CARGO_BIN_EXE_rolecall"),
            &folder.path().display().to_string(),
        ])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let manifest = page("Cargo.toml");
    let assets = manifest.split_once("assets = [").unwrap().1;
    let assets = assets.split("\n]").next().unwrap();
    let sources = assets.lines().filter_map(|line| line.split('"').nth(1));
    let mut held = 0;
    for source in sources {
        let Some(inside) = source.strip_prefix("target/packaging/") else {
            assert!(
                source == "target/release/rolecall" || root().join(source).exists(),
                "{source}"
            );
            continue;
        };
        let (place, name) = inside.split_once('/').unwrap();
        let files = fs::read_dir(folder.path().join(place)).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let fits = |file: &String| match name.strip_prefix('*') {
            Some(ending) => file.ends_with(ending),
            None => file == name,
        };
        held += names.filter(fits).count();
    }
    // A page for each command and for rolecall, and three completions.
    assert!(held > 20, "{held}");
}

/// The output of a command that succeeds.
fn output(program: impl AsRef<OsStr>, arguments: &[&str]) -> String {
    let output = Command::new(&program)
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    let text = shown(&output);
    assert!(
        output.status.success(),
        "{}: {text}",
        program.as_ref().display()
    );
    text
}

/// Built, looked at by apt, and unpacked by dpkg into a folder that it takes for the whole system.
#[test]
#[ignore = "minutes: builds a release; run by tests/run --long"]
fn the_debian_package_brings_the_program_with_its_manual_and_completions() {
    let folder = tempfile::tempdir().unwrap();
    let system = folder.path().join("system");
    let at = |path: &str| folder.path().join(path).display().to_string();
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let target = root().join(target);
    output("cargo", &["build", "--release", "--locked", "--quiet"]);
    let program = target.join("release/rolecall").display().to_string();
    output("packaging/assets", &[&program, "target/packaging"]);
    let package = at("rolecall.deb");
    output(
        target.join("servers/deb/bin/cargo-deb"),
        &["--no-build", "--output", &package],
    );
    // What it depends on can be had.
    output("apt-get", &["install", "--simulate", &package]);

    for folder in ["info", "updates"] {
        fs::create_dir_all(system.join("var/lib/dpkg").join(folder)).unwrap();
    }
    for file in ["status", "available"] {
        fs::write(system.join("var/lib/dpkg").join(file), "").unwrap();
    }
    let in_system = format!("--root={}", system.display());
    let dpkg = |arguments: &[&str]| {
        let all = [&[in_system.as_str(), "--force-depends"], arguments].concat();
        output("dpkg", &all)
    };
    dpkg(&["--install", &package]);
    let installed = at("system/usr/bin/rolecall");
    assert_eq!(
        output(&installed, &["--version"]),
        output(&program, &["--version"])
    );
    output(
        "bash",
        &[
            "-n",
            &at("system/usr/share/bash-completion/completions/rolecall"),
        ],
    );
    let manual = output(
        "man",
        &[
            "--warnings",
            &at("system/usr/share/man/man1/rolecall-fix.1.gz"),
        ],
    );
    assert!(manual.contains("--dry-run"), "{manual}");
    assert!(
        !manual.contains("warning:"),
        "a formatter of manual pages finds fault: {manual}"
    );
    dpkg(&["--purge", "rolecall"]);
    assert!(!system.join("usr/bin/rolecall").exists());
}

#[test]
fn release_notes_are_what_the_changes_say_of_a_version() {
    let notes = |version: &str| {
        let script = root().join("packaging/release-notes");
        Command::new(script).arg(version).output().unwrap()
    };
    let told = notes("Unreleased");
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(
        told.contains("--format html") && page("CHANGELOG.md").contains(told.trim()),
        "{told}"
    );
    assert!(!notes("0.0.0").status.success());
}

#[test]
fn the_image_runs_what_it_builds() {
    let text = page("Containerfile");
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    let known = [
        "FROM ",
        "ARG ",
        "WORKDIR ",
        "COPY ",
        "RUN ",
        "USER ",
        "ENTRYPOINT ",
    ];
    for line in &lines {
        assert!(known.iter().any(|word| line.starts_with(word)), "{line}");
    }
    assert!(lines.contains(&"COPY --from=build /source/target/release/rolecall /usr/bin/rolecall"));
    assert_eq!(lines.last(), Some(&"ENTRYPOINT [\"/usr/bin/rolecall\"]"));
    let group = "USER 1000:1000";
    assert!(lines.contains(&group) && page("docs/many-accounts.md").contains("fsGroup: 1000"));
}

/// The commands of the page, run as cron runs them: with the paths of this machine instead of those of the page.
#[test]
fn the_recipe_for_a_machine_that_starts_again_does_what_it_says() {
    let server = SampleAccount::start();
    let folder = tempfile::tempdir().unwrap();
    let account = server.url.clone();
    fs::write(
        folder.path().join("accounts.csv"),
        format!("account;password_env\n{account};PASSWORD\n"),
    )
    .unwrap();
    let page = page("docs/install.md");
    let commands = page
        .lines()
        .filter_map(|line| line.split_once("/usr/bin/rolecall "));
    let mut run = Vec::new();
    for (_, command) in commands {
        let command = command.replace("/etc/rolecall/", "");
        let words: Vec<&str> = command.split(' ').collect();
        let output = rolecall(folder.path(), &words)
            .env("PASSWORD", sample::PASSWORD)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}: {output:?}");
        run.push(words[0].to_owned());
    }
    assert_eq!(run, ["resume"]);
}
