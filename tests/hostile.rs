//! Classes of attack (`classes.tsv`) by servers, played line by line.

use std::{net::TcpListener, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rolecall::{
    imap::{
        ConnectError, ConnectErrorKind, Credential, Endpoint, Login, Mode, OneByOne, Security,
        Session, Tags, connect,
    },
    model::{listing::AccountId, mailbox::MailboxName, uid::UidSet},
    secret::Secret,
    store::{Access, Act, Store as _},
};

use crate::script::{Peer, Script};

/// What a server says after STARTTLS.
type Scene = fn(&mut Peer);

const PASSWORD: &str = "hunter2-canary";

async fn tried(
    script: &Script,
    security: Security,
    password: &str,
) -> Result<Session, ConnectError> {
    let endpoint = Endpoint {
        host: "127.0.0.1".to_owned(),
        port: script.port,
        security,
        trust: Arc::default(),
        timeout: Duration::from_millis(1_500),
        trace: None,
        one_by_one: OneByOne::default(),
        tags: Tags::FromOne,
    };
    let login = Login {
        user: "alice".to_owned(),
        admin: None,
        credential: Credential::Password(Secret::new(password.to_owned())),
    };
    let account = AccountId {
        host: "127.0.0.1".to_owned(),
        port: script.port,
        user: "alice".to_owned(),
        url: format!("imap://alice@127.0.0.1:{}", script.port),
    };
    connect(&endpoint, &login, account).await
}

fn name(wire: &str) -> MailboxName {
    MailboxName::new(wire.as_bytes().to_vec(), wire.to_owned())
}

#[tokio::test]
async fn starttls_that_is_answered_too_early_or_not_at_all_gets_no_password() {
    let scenes: [(&str, Scene); 5] = [
        ("refused", |peer| peer.say("{tag} NO not now")),
        ("not known", |peer| peer.say("{tag} BAD what")),
        ("an answer and more in one piece", |peer| {
            peer.say(
                "{tag} OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nR0002 OK done\r\nR0003 OK in",
            );
        }),
        ("an answer to what was not asked", |peer| {
            peer.say("R9999 OK go");
        }),
        ("nothing", |_| {}),
    ];
    for (what, scene) in scenes {
        let script = Script::play(move |peer| {
            // The second answer is there before its command is.
            peer.say("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hello");
            peer.hear();
            scene(peer);
            peer.wait();
        });
        let error = tried(&script, Security::StartTls, PASSWORD).await.err();
        let error = error.unwrap_or_else(|| panic!("{what}: it was let in"));
        assert_ne!(error.kind, ConnectErrorKind::Login, "{what}: {error:?}");
        let heard = script.heard().join("\n");
        assert!(
            !heard.contains("AUTH") && !heard.contains("LOGIN"),
            "{what}: {heard}"
        );
    }
    // An answer that is there before the question is none.
    let script = Script::play(|peer| {
        peer.say("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hello\r\nR0001 OK go");
        peer.wait();
    });
    assert!(tried(&script, Security::StartTls, PASSWORD).await.is_err());
    let heard = script.heard().join("\n");
    assert!(
        !heard.contains("AUTH") && !heard.contains("LOGIN"),
        "{heard}"
    );
}

/// Plays an account with INBOX and Sent; `before` is said before the login is answered.
fn account(peer: &mut Peer, before: &[&str]) {
    peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello");
    loop {
        let command = peer.hear();
        match command.split(' ').next().unwrap_or_default() {
            "" => return,
            "AUTHENTICATE" => {
                for line in before {
                    peer.say(line);
                }
                peer.say("{tag} OK [CAPABILITY IMAP4rev1 UIDPLUS MOVE] in");
            }
            "LIST" if !command.ends_with("\"\"") => {
                peer.say("* LIST () \"/\" INBOX");
                peer.say("* LIST () \"/\" Sent");
                peer.say("{tag} OK done");
            }
            "SELECT" => {
                peer.say("* 9 EXISTS");
                peer.say("* OK [UIDVALIDITY 7] x");
                peer.say("* OK [UIDNEXT 20000] x");
                peer.say("{tag} OK [READ-WRITE] done");
            }
            _ => peer.say("{tag} OK done"),
        }
    }
}

#[tokio::test]
async fn what_is_said_before_the_login_is_in_no_listing() {
    let script = Script::play(|peer| {
        account(
            peer,
            &[
                "* LIST (\\Sent) \"/\" Forged",
                "* STATUS Forged (MESSAGES 9 UIDNEXT 10 UIDVALIDITY 1)",
                "* OK [ALERT] call this number",
                "* OK [COPYUID 7 1 2] moved",
                "* NAMESPACE ((\"Forged/\" \"/\")) NIL NIL",
            ],
        );
    });
    let mut session = tried(&script, Security::Plaintext, PASSWORD)
        .await
        .ok()
        .unwrap();
    let listing = session
        .listing("2026-11-29T00:00:00Z".to_owned())
        .await
        .unwrap();
    let names: Vec<&str> = listing
        .mailboxes
        .iter()
        .map(|one| one.name.text())
        .collect();
    assert_eq!(names, ["INBOX", "Sent"]);
    assert!(!format!("{listing:?}").contains("Forged"));
    assert!(!format!("{listing:?}").contains("this number"));
}

#[tokio::test]
async fn a_referral_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let port = elsewhere.local_addr().unwrap().port();
    let script = Script::play(move |peer| {
        peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR LOGIN-REFERRALS MAILBOX-REFERRALS] hello");
        peer.hear();
        peer.say(&format!(
            "{{tag}} NO [REFERRAL imap://alice@127.0.0.1:{port}/] try there"
        ));
        peer.wait();
    });
    let error = tried(&script, Security::Plaintext, PASSWORD)
        .await
        .err()
        .unwrap();
    assert_eq!(error.kind, ConnectErrorKind::Login);
    assert_eq!(script.heard().len(), 1);
    let came = elsewhere.accept();
    assert!(came.is_err(), "{came:?}");
}

#[tokio::test]
async fn a_server_with_everything_to_offer_is_asked_for_little() {
    let script = Script::play(|peer| {
        peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR ID COMPRESS=DEFLATE URLAUTH CATENATE] hello");
        loop {
            let command = peer.hear();
            match command.split(' ').next().unwrap_or_default() {
                "" => return,
                "AUTHENTICATE" => peer.say(
                    "{tag} OK [CAPABILITY IMAP4rev1 ID COMPRESS=DEFLATE QRESYNC CONDSTORE URLAUTH CATENATE] in",
                ),
                "ID" => {
                    peer.say("* ID (\"name\" \"Hostile\")");
                    peer.say("{tag} OK done");
                }
                "LIST" => {
                    peer.say("* LIST () \"/\" INBOX");
                    peer.say("{tag} OK done");
                }
                _ => peer.say("{tag} OK done"),
            }
        }
    });
    let mut session = tried(&script, Security::Plaintext, PASSWORD)
        .await
        .ok()
        .unwrap();
    session
        .listing("2026-11-29T00:00:00Z".to_owned())
        .await
        .unwrap();
    session.logout().await;
    let heard = script.heard();
    let ids: Vec<&String> = heard.iter().filter(|line| line.starts_with("ID")).collect();
    // Nothing of the machine, the user, the version.
    assert!(
        !ids.is_empty() && ids.iter().all(|id| *id == "ID (\"name\" \"rolecall\")"),
        "{ids:?}"
    );
    for word in [
        "COMPRESS",
        "ENABLE",
        "URLFETCH",
        "GENURLAUTH",
        "CATENATE",
        "IDLE",
        "NOTIFY",
    ] {
        assert!(
            !heard.iter().any(|line| line.starts_with(word)),
            "{heard:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_with_another_tag_is_no_login() {
    for answer in [
        "R0000 OK in",
        "R9999 OK in",
        "r0001 OK in",
        "R00010 OK in",
        "R000 OK in",
        "A1 OK in",
        "* OK in",
        "+ OK in",
        "OK in",
    ] {
        let script = Script::play(move |peer| {
            peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello");
            peer.hear();
            peer.say(answer);
            peer.wait();
        });
        let session = tried(&script, Security::Plaintext, PASSWORD).await;
        let error = session
            .err()
            .unwrap_or_else(|| panic!("{answer} let us in"));
        assert!(!error.message.english().contains(PASSWORD), "{error:?}");
        // Nothing is asked of a mailbox on such a connection.
        let heard = script.heard();
        assert!(
            !heard.iter().any(|line| line.starts_with("LIST")),
            "{answer}: {heard:?}"
        );
    }
}

#[tokio::test]
async fn a_server_that_opens_nothing_before_it_was_told_who_we_are_is_told_in_any_session() {
    let script = Script::play(|peer| {
        peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR ID] hello");
        let mut is_told = false;
        loop {
            let command = peer.hear();
            match command.split(' ').next().unwrap_or_default() {
                "" => return,
                "AUTHENTICATE" => peer.say("{tag} OK [CAPABILITY IMAP4rev1 ID UIDPLUS MOVE] in"),
                "ID" => {
                    is_told = true;
                    peer.say("* ID NIL");
                    peer.say("{tag} OK done");
                }
                "SELECT" if !is_told => peer.say("{tag} NO SELECT Unsafe Login."),
                "SELECT" => {
                    peer.say("* 1 EXISTS");
                    peer.say("* OK [UIDVALIDITY 7] x");
                    peer.say("{tag} OK [READ-WRITE] done");
                }
                _ => peer.say("{tag} OK done"),
            }
        }
    });
    let session = tried(&script, Security::Plaintext, PASSWORD).await;
    let mut session = session.ok().unwrap();
    session.set_mode(Mode::ReadWrite);
    // As a resume does, which lists nothing.
    let opened = session.open(&name("INBOX"), Access::ReadWrite).await;
    assert_eq!(opened.unwrap().exists, 1);
}

#[tokio::test]
async fn copyuid_is_found_among_ten_thousand_expunges() {
    for is_before in [true, false] {
        let script = Script::play(move |peer| {
            account_that_moves(peer, is_before);
        });
        let mut session = tried(&script, Security::Plaintext, PASSWORD)
            .await
            .ok()
            .unwrap();
        session.set_mode(Mode::ReadWrite);
        session
            .open(&name("INBOX"), Access::ReadWrite)
            .await
            .unwrap();
        let act = Act::Move {
            from: name("INBOX"),
            uids: UidSet::new((1..=10_000).collect()),
            to: name("Sent"),
        };
        let answered = session.perform(&act, &[]).await.unwrap();
        let copied = answered.copy_uid.expect("COPYUID is lost");
        assert_eq!(copied.pairs.len(), 10_000);
        assert_eq!(copied.pairs.last(), Some(&(10_000, 30_000)));
    }
}

fn account_that_moves(peer: &mut Peer, is_before: bool) {
    peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello");
    loop {
        let command = peer.hear();
        match command.split(' ').next().unwrap_or_default() {
            "" => return,
            "AUTHENTICATE" => peer.say("{tag} OK [CAPABILITY IMAP4rev1 UIDPLUS MOVE] in"),
            "SELECT" => {
                peer.say("* 10000 EXISTS");
                peer.say("* OK [UIDVALIDITY 7] x");
                peer.say("{tag} OK [READ-WRITE] done");
            }
            "UID" => {
                let copied = "* OK [COPYUID 7 1:10000 20001:30000] moved\r\n";
                let gone = "* 1 EXPUNGE\r\n".repeat(10_000);
                let said = if is_before {
                    copied.to_owned() + &gone
                } else {
                    gone + copied
                };
                peer.say_octets(said.as_bytes());
                peer.say("{tag} OK done");
            }
            _ => peer.say("{tag} OK done"),
        }
    }
}

#[tokio::test]
async fn passwords_of_every_kind_reach_the_server_as_they_are() {
    let long = "x".repeat(4_000);
    for password in ["a \"b\" \\c\\", "pässwörd", "p", " ", "{5}", "&AOk-", &long] {
        for sasl_ir in ["SASL-IR", ""] {
            let script = Script::play(move |peer| {
                peer.say(&format!(
                    "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN {sasl_ir}] hello"
                ));
                if peer.hear() == "AUTHENTICATE PLAIN" {
                    peer.say("+ ");
                    let line = peer.hear_line();
                    peer.say(&format!("* OK heard {line}"));
                }
                peer.say("{tag} NO [AUTHENTICATIONFAILED] wrong");
                peer.wait();
            });
            let error = tried(&script, Security::Plaintext, password)
                .await
                .err()
                .unwrap();
            assert_eq!(error.kind, ConnectErrorKind::Login, "{error:?}");
            let message = STANDARD.encode(format!("\0alice\0{password}"));
            let heard = script.heard().join("\n");
            let is_whole = heard == format!("AUTHENTICATE PLAIN {message}");
            assert!(
                is_whole || sasl_ir.is_empty() && heard == "AUTHENTICATE PLAIN",
                "{heard}"
            );
        }
    }
}
