//! Administrators who log in for others by SASL PLAIN's authorization identity, on every server of the matrix but Dovecot,
//! which has its own scenes.

use serde_json::Value;

use crate::{
    servers::{
        server::{Kind, Server},
        stage::Stage,
    },
    support::told::mailboxes,
};

/// A server that knows `alice`, an administrator `boss`, `proxy` who may act for others, and `mallory` who may not.
fn started(kind: Kind) -> Option<Server> {
    if kind.is_left_out() {
        eprintln!(
            "{} is left out: ROLECALL_TESTS_WITHOUT names it",
            kind.heading()
        );
        return None;
    }
    let users = ["alice", "boss", "proxy", "mallory"].map(str::to_owned);
    Some(Server::start(kind, &users))
}

/// How often a command was sent.
fn sent(stage: &Stage<'_>, word: &str) -> usize {
    let commands = stage.proxy.commands().into_iter();
    commands.filter(|command| command.starts_with(word)).count()
}

#[test]
fn cyrus_shows_administrators_the_users_own_view_and_the_report_says_who_looked() {
    let Some(server) = started(Kind::Cyrus) else {
        return;
    };
    let stage = Stage::new(&server, "alice");
    stage.three_sent();
    let (own, status) = stage.tells("audit");
    assert_eq!((status, &own["acted_as"]), (1, &Value::Null));
    for admin in ["boss", "proxy"] {
        let (told, status) = stage.tells(&format!("audit --login-as {admin}"));
        assert_eq!(
            (status, &told["acted_as"]),
            (1, &Value::from(admin)),
            "{told:#}"
        );
        assert_eq!(told["account"], own["account"]);
        // An administrator's own view has user/alice/Sent.
        assert_eq!(mailboxes(&told), mailboxes(&own));
    }
    let (receipt, status) = stage.tells("fix --yes --settle 0 --login-as proxy");
    assert_eq!(
        (status, &receipt["acted_as"]),
        (0, &Value::from("proxy")),
        "{receipt:#}"
    );
    assert_eq!(receipt["account"], own["account"]);
    let run = receipt["run"].as_str().unwrap();
    // The run is the account's, whoever acted: the user undoes what the administrator has done.
    let (undone, status) = stage.tells_without_account(&format!("undo --yes --settle 0 {run}"));
    assert_eq!(
        (status, &undone["acted_as"]),
        (0, &Value::Null),
        "{undone:#}"
    );
    assert_eq!(mailboxes(&stage.tells("audit").0), mailboxes(&own));
}

#[test]
fn a_plan_is_the_accounts_and_not_the_administrators() {
    let Some(server) = started(Kind::Cyrus) else {
        return;
    };
    let stage = Stage::new(&server, "alice");
    let file = stage.state.path().join("plan.json").display().to_string();
    for (planner, applier) in [("--login-as boss", ""), ("", "--login-as boss")] {
        let mut raw = stage.raw();
        stage.fill(&mut raw, "Sent Items", &["\\Seen"]);
        let words = format!("fix --save-plan {file} {planner} --make-target --target sent=Sent");
        let (plan, status) = stage.tells(&words);
        assert_eq!(status, 1, "{plan:#}");
        assert_eq!(plan["identity"]["user"], "alice");
        let words = format!("fix --yes --settle 0 --plan {file} {applier}");
        let (receipt, status) = stage.tells(&words);
        assert_eq!(status, 0, "{receipt:#}");
        std::fs::remove_file(&file).unwrap();
    }
    let boss = Stage::new(&server, "boss");
    assert!(!boss.raw().names().contains("Sent"));
}

#[test]
fn cyrus_refuses_who_may_not_act_for_others_and_is_asked_once() {
    let Some(server) = started(Kind::Cyrus) else {
        return;
    };
    let stage = Stage::new(&server, "alice");
    let (told, status) = stage.tells("audit --login-as mallory");
    assert_eq!((status, &told["error"]["kind"]), (3, &Value::from("login")));
    let message = told["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("cannot log in as mallory for alice"),
        "{message}"
    );
    let hint = told["error"]["hint"].as_str().unwrap();
    assert!(hint.contains("for others"), "{hint}");
    assert_eq!(sent(&stage, "AUTHENTICATE"), 1);
}

/// GNU mailutils lets anybody in who says for whom, and shows them their own mailboxes.
#[test]
fn a_server_that_forgets_for_whom_an_administrator_logs_in_is_found_out() {
    for kind in [Kind::Mbox, Kind::MailutilsMaildir] {
        let Some(server) = started(kind) else { return };
        let alice = Stage::new(&server, "alice");
        alice.three_sent();
        let boss = Stage::new(&server, "boss");
        boss.fill(&mut boss.raw(), "Sent Items", &["\\Seen"]);
        let before = (alice.account(), boss.account());
        for verb in ["audit", "fix --yes --settle 0"] {
            let (told, status) = alice.tells(&format!("{verb} --login-as boss"));
            assert_eq!(
                (status, &told["error"]["kind"]),
                (3, &Value::from("login")),
                "{told:#}"
            );
            let message = told["error"]["message"].as_str().unwrap();
            assert!(message.contains("shows the mailboxes of boss"), "{message}");
        }
        assert!(before == (alice.account(), boss.account()), "{kind:?}");
    }
}

#[test]
fn courier_which_offers_no_way_to_name_another_is_not_told_a_password() {
    let Some(server) = started(Kind::Courier) else {
        return;
    };
    let stage = Stage::new(&server, "alice");
    let (told, status) = stage.tells("audit --login-as boss");
    assert_eq!((status, &told["error"]["kind"]), (3, &Value::from("login")));
    let message = told["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("does not offer AUTHENTICATE PLAIN"),
        "{message}"
    );
    assert_eq!(sent(&stage, "AUTHENTICATE") + sent(&stage, "LOGIN"), 0);
}
