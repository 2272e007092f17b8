//! The embedded server says what Dovecot says: the same scenarios are played on both and compared line by line.
//!
//! `tests/scenarios/*.txt` are the scenarios, `support/scenario.rs` has their form, `support/transcript.rs` what is
//! normalised. With `SHOW=name` the transcript of one scenario is printed.

use std::{fmt::Write as _, path::Path};

use rolecall::demo::{Persona, Server, World, persona::Auto};

use crate::support::{
    self,
    dovecot::{Dovecot, PASSWORD, Setup},
    scenario::{self, Allowed, Scenario},
    transcript::play,
};

const SETUPS: [&str; 4] = [
    "dovecot",
    "dovecot_inbox_dot",
    "dovecot_auto",
    "dovecot_quota",
];
/// Octets that an account of `dovecot_quota` may hold.
const QUOTA: u64 = 20 * 1_024;

fn on_both(setup: &str) -> (Setup, Persona) {
    match setup {
        "dovecot" => (Setup::default(), Persona::dovecot()),
        "dovecot_inbox_dot" => (Setup::inbox_dot(), Persona::dovecot_inbox_dot()),
        "dovecot_auto" => (
            Setup {
                special: vec![
                    ("Drafts", "\\Drafts", "create"),
                    ("Sent", "\\Sent", "subscribe"),
                    ("Trash", "\\Trash", "no"),
                ],
                ..Setup::default()
            },
            Persona::dovecot().with_auto(&[("Drafts", Auto::Create), ("Sent", Auto::Subscribe)]),
        ),
        "dovecot_quota" => (
            Setup {
                quota: Some(u32::try_from(QUOTA / 1_024).unwrap()),
                ..Setup::default()
            },
            Persona::dovecot().with_quota(QUOTA),
        ),
        other => panic!("no setup {other}"),
    }
}

fn compare(setup: &str) {
    let (real, persona) = on_both(setup);
    let dovecot = Dovecot::start(&real);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let mut complaints = String::new();
    let (mut commands, mut lines, mut scenarios) = (0, 0, 0);
    for scenario in scenario::all(Path::new("tests/scenarios")) {
        assert!(SETUPS.contains(&&*scenario.setup), "{}", scenario.setup);
        if scenario.setup != setup {
            continue;
        }
        let mut world = World::new(persona.clone());
        world.add_account(&scenario.name, PASSWORD);
        let server = runtime.block_on(Server::start(world, 0)).unwrap();
        let on_dovecot = play(&scenario, dovecot.port, &scenario.name);
        let on_demo = play(&scenario, server.port(), &scenario.name);
        scenarios += 1;
        commands += scenario.turns.len();
        lines += on_dovecot.iter().map(Vec::len).sum::<usize>();
        if std::env::var("SHOW").is_ok_and(|name| name == scenario.name) {
            show(&scenario, &on_dovecot);
        }
        complaints.push_str(&differences(&scenario, &on_dovecot, &on_demo));
    }
    println!("{setup}: {scenarios} scenarios, {commands} commands, {lines} lines compared");
    assert!(scenarios > 0, "no scenario for {setup}");
    assert!(complaints.is_empty(), "\n{complaints}");
}

fn show(scenario: &Scenario, replies: &[Vec<String>]) {
    for (turn, reply) in scenario.turns.iter().zip(replies) {
        println!("{}\n    {}", turn.text, reply.join("\n    "));
    }
}

/// Every difference that is not allowed, and every allowance that is not needed, beside its command: `<` is what only
/// Dovecot says, `>` what only the embedded server says.
fn differences(scenario: &Scenario, on_dovecot: &[Vec<String>], on_demo: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (turn, (real, demo)) in scenario.turns.iter().zip(on_dovecot.iter().zip(on_demo)) {
        let allowed = turn.allowed.clone().unwrap_or_default();
        let found = diff(real, demo);
        let as_allowed =
            found.only_dovecot == allowed.only_dovecot && found.only_demo == allowed.only_demo;
        let differs = !(found.only_dovecot.is_empty() && found.only_demo.is_empty());
        if as_allowed && differs == turn.allowed.is_some() {
            continue;
        }
        writeln!(
            text,
            "tests/scenarios/{}.txt:{}: {}",
            scenario.name, turn.line, turn.text
        )
        .unwrap();
        for line in &found.only_dovecot {
            writeln!(text, "< {line}").unwrap();
        }
        for line in &found.only_demo {
            writeln!(text, "> {line}").unwrap();
        }
        if turn.allowed.is_some() {
            writeln!(text, "  (another difference than the one allowed, or none)").unwrap();
        }
    }
    text
}

/// The lines that are not part of the longest sequence that both have.
fn diff(real: &[String], demo: &[String]) -> Allowed {
    // common[i][j]: how long that sequence is from line i and line j on.
    let mut common = vec![vec![0; demo.len() + 1]; real.len() + 1];
    for i in (0..real.len()).rev() {
        for j in (0..demo.len()).rev() {
            common[i][j] = if real[i] == demo[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let mut found = Allowed::default();
    let (mut i, mut j) = (0, 0);
    while i < real.len() || j < demo.len() {
        if i < real.len() && j < demo.len() && real[i] == demo[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == demo.len() || (i < real.len() && common[i + 1][j] >= common[i][j + 1]) {
            found.only_dovecot.push(real[i].clone());
            i += 1;
        } else {
            found.only_demo.push(demo[j].clone());
            j += 1;
        }
    }
    found
}

#[test]
fn with_slashes_and_no_prefix() {
    compare("dovecot");
}

#[test]
fn with_dots_below_inbox() {
    compare("dovecot_inbox_dot");
}

#[test]
fn with_mailboxes_that_come_back() {
    compare("dovecot_auto");
}

#[test]
fn with_a_quota() {
    compare("dovecot_quota");
}

#[test]
fn the_embedded_server_offers_nothing_that_dovecot_does_not() {
    let (real, persona) = on_both("dovecot_quota");
    let dovecot = Dovecot::start(&real);
    let mut raw = support::raw::Raw::login(dovecot.port, "test");
    let lines = raw.ok("CAPABILITY");
    let offered = String::from_utf8_lossy(&lines[0]).into_owned();
    let offered: Vec<&str> = offered.split_whitespace().collect();
    for capability in persona.capabilities {
        assert!(offered.contains(&capability), "{capability}: {offered:?}");
    }
}
