//! Many accounts in one command, some of which cannot be examined: each has exactly one line in the results.

use std::process::Command;

use rolecall::demo::{
    Persona,
    crowd::{Crowd, PASSWORD},
};

use crate::support;

const ACCOUNTS: u32 = 300;

/// Nine of three hundred hang, are refused or dropped after their login.
#[test]
fn every_account_is_told_of_exactly_once_whatever_becomes_of_it() {
    let server = tokio::runtime::Runtime::new().unwrap();
    let crowd_server = server.block_on(Crowd::start(Persona::dovecot())).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.csv");
    std::fs::write(
        &file,
        support::crowd::accounts(crowd_server.port(), ACCOUNTS),
    )
    .unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args("audit --jobs 32 --per-host 32 --timeout 1 --format json --accounts".split(' '))
        .arg(&file)
        .env("FLEET_PASSWORD", PASSWORD)
        .env("XDG_STATE_HOME", folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let tally = support::crowd::check(ACCOUNTS, told.lines().map(str::to_owned));
    let tally: Vec<(&str, usize)> = tally
        .iter()
        .map(|(kind, number)| (&**kind, *number))
        .collect();
    assert_eq!(tally, [("examined", 291), ("login", 3), ("network", 6)]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("300 accounts: 291 with findings, 9 failed."),
        "{said}"
    );
    assert!(said.contains("Failed for: network 6, login 3."), "{said}");
}
