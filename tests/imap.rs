//! What a server may say, and what rolecall makes of it: scripted servers on loopback.

mod dialogue;
mod order;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use rolecall::{
    imap::{
        Admin, ConnectError, ConnectErrorKind, Credential, Endpoint, Login, Mode, OneByOne,
        Security, Session, Tags, connect,
    },
    model::{
        listing::AccountId,
        mailbox::{MailboxName, Sample, SampleDepth},
        uid::UidSet,
    },
    secret::Secret,
    store::{Access, Act, ActError, Answered, Depth, Later, LookError, Search, Store as _},
};

use crate::script::{Peer, Script};

fn endpoint(port: u16, security: Security) -> Endpoint {
    Endpoint {
        host: "127.0.0.1".to_owned(),
        port,
        security,
        trust: Arc::default(),
        timeout: Duration::from_millis(700),
        one_by_one: OneByOne::default(),
        tags: Tags::FromOne,
        trace: None,
    }
}

fn account(port: u16) -> AccountId {
    AccountId {
        host: "127.0.0.1".to_owned(),
        port,
        user: "alice".to_owned(),
        url: format!("imap://alice@127.0.0.1:{port}"),
    }
}

fn password() -> Login {
    Login {
        user: "alice".to_owned(),
        admin: None,
        credential: Credential::Password(Secret::new("hunter2".to_owned())),
    }
}

async fn enter(script: &Script, login: &Login) -> Result<Session, ConnectError> {
    let endpoint = endpoint(script.port, Security::Plaintext);
    connect(&endpoint, login, account(script.port)).await
}

async fn refused(
    scene: impl Fn(&mut Peer) + Send + Sync + 'static,
    security: Security,
) -> (ConnectError, Script) {
    let script = Script::play(scene);
    let endpoint = endpoint(script.port, security);
    match connect(&endpoint, &password(), account(script.port)).await {
        Ok(_) => panic!("it was let in"),
        Err(error) => (error, script),
    }
}

fn name(wire: &str) -> MailboxName {
    MailboxName::new(wire.as_bytes().to_vec(), wire.to_owned())
}

fn uids(uids: &[u32]) -> UidSet {
    UidSet::new(uids.to_vec())
}

// ---- the wrong service, and servers that cannot be trusted

#[tokio::test]
async fn other_services_on_the_port_are_named() {
    for (greeting, word) in [
        ("+OK POP3 ready\r\n", "POP3"),
        ("220 mx.example.com ESMTP\r\n", "SMTP"),
        ("HTTP/1.1 400 Bad Request\r\n", "web"),
        ("SSH-2.0-OpenSSH_9\r\n", "SSH"),
        ("\x15\x03\x01\x00\x02\x02\x46", "TLS"),
    ] {
        let octets = greeting.as_bytes();
        let (error, script) = refused(
            move |peer| {
                peer.say_octets(octets);
                peer.wait();
            },
            Security::Plaintext,
        )
        .await;
        // A TLS alert has no line end: its end is the end of the wait or of the connection.
        assert!(
            error.message.english().contains(word)
                || word == "TLS" && error.hint.as_ref().unwrap().english().contains("imaps://"),
            "{error:?}"
        );
        assert_eq!(error.kind, ConnectErrorKind::Protocol);
        assert!(script.heard().is_empty());
    }
}

#[tokio::test]
async fn a_plain_service_on_a_tls_port_is_named_too() {
    for (greeting, word) in [
        ("+OK POP3 ready", "POP3"),
        ("* OK IMAP ready", "without TLS"),
    ] {
        let (error, _) = refused(
            move |peer| {
                peer.say(greeting);
                peer.wait();
            },
            Security::ImplicitTls,
        )
        .await;
        assert!(error.message.english().contains(word), "{error:?}");
        assert!(error.hint.is_some());
    }
}

#[tokio::test]
async fn a_silent_server_a_closed_one_and_none_at_all_are_told_apart() {
    let (silent, _) = refused(Peer::wait, Security::Plaintext).await;
    assert!(
        silent.message.english().contains("says nothing"),
        "{silent:?}"
    );
    let (closed, _) = refused(|_| {}, Security::Plaintext).await;
    assert!(closed.message.english().contains("closed"), "{closed:?}");
    let endpoint = endpoint(1, Security::Plaintext);
    let none = connect(&endpoint, &password(), account(1))
        .await
        .err()
        .unwrap();
    assert_eq!(none.kind, ConnectErrorKind::Network);
    assert!(
        none.message.english().contains("nothing listens"),
        "{none:?}"
    );
}

#[tokio::test]
async fn what_may_pass_is_told_from_what_will_not() {
    let some_time = Some(Later::default());
    for (greeting, passing) in [
        ("* BYE Too many connections", some_time),
        (
            "* BYE Maximum connection limit reached for 10.0.0.1",
            some_time,
        ),
        ("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hello", None),
        ("+OK POP3", None),
    ] {
        let (error, _) = refused(
            move |peer| {
                peer.say(greeting);
                peer.wait();
            },
            Security::Plaintext,
        )
        .await;
        assert_eq!(error.passing, passing, "{error:?}");
    }
    let (silent, _) = refused(Peer::wait, Security::Plaintext).await;
    let (closed, _) = refused(|_| {}, Security::Plaintext).await;
    assert_eq!((silent.passing, closed.passing), (some_time, some_time));
    // Nothing listens there now; there is no such host, ever (RFC 6761 §6.4).
    for (host, passing) in [("127.0.0.1", some_time), ("imap.invalid", None)] {
        let endpoint = Endpoint {
            host: host.to_owned(),
            timeout: Duration::from_secs(20),
            ..endpoint(1, Security::Plaintext)
        };
        let error = connect(&endpoint, &password(), account(1))
            .await
            .err()
            .unwrap();
        // Without a resolver nobody knows.
        let is_unknown = error.message.english().contains("for now");
        assert!(error.passing == passing || is_unknown, "{error:?}");
    }
}

#[tokio::test]
async fn preauth_is_refused_and_nothing_is_sent() {
    for security in [Security::Plaintext, Security::StartTls] {
        let (error, script) = refused(
            |peer| {
                peer.say("* PREAUTH [CAPABILITY IMAP4rev1] root");
                peer.wait();
            },
            security,
        )
        .await;
        assert_eq!(error.kind, ConnectErrorKind::Protocol);
        assert!(script.heard().is_empty());
    }
}

#[tokio::test]
async fn without_starttls_no_password_is_sent() {
    for answer in ["NO no", "BAD what", "none"] {
        let (error, script) = refused(
            move |peer| {
                let offer = if answer == "none" { "" } else { "STARTTLS" };
                peer.say("* OK hello");
                peer.answer(&[&format!("* CAPABILITY IMAP4rev1 AUTH=PLAIN {offer}")]);
                peer.hear();
                peer.say(&format!("{{tag}} {answer}"));
                peer.wait();
            },
            Security::StartTls,
        )
        .await;
        assert_eq!(error.kind, ConnectErrorKind::Tls, "{error:?}");
        assert!(
            script
                .heard()
                .iter()
                .all(|line| !line.contains("AUTHENTICATE") && !line.contains("LOGIN"))
        );
    }
}

#[tokio::test]
async fn what_is_said_between_starttls_and_tls_ends_the_connection() {
    let (error, script) = refused(
        |peer| {
            peer.say("* OK hello");
            peer.answer(&["* CAPABILITY IMAP4rev1 STARTTLS"]);
            peer.hear();
            let tag = "R0002";
            peer.say_octets(
                format!("{tag} OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n").as_bytes(),
            );
            peer.wait();
        },
        Security::StartTls,
    )
    .await;
    assert_eq!(error.kind, ConnectErrorKind::Tls, "{error:?}");
    assert_eq!(script.heard().last().unwrap(), "STARTTLS");
}

// ---- logging in

#[tokio::test]
async fn login_takes_the_way_that_the_server_offers() {
    for (offer, heard) in [
        (
            "AUTH=PLAIN SASL-IR",
            "AUTHENTICATE PLAIN AGFsaWNlAGh1bnRlcjI=",
        ),
        ("AUTH=PLAIN", "AUTHENTICATE PLAIN"),
        ("", "LOGIN \"alice\" \"hunter2\""),
    ] {
        let script = Script::play(move |peer| {
            peer.say(&format!("* OK [CAPABILITY IMAP4rev1 {offer}] hello"));
            if peer.hear() == "AUTHENTICATE PLAIN" {
                peer.say("* OK nothing to do with it");
                peer.say("+ Ready for data");
                assert_eq!(peer.hear_line(), "AGFsaWNlAGh1bnRlcjI=");
            }
            peer.say("{tag} OK [CAPABILITY IMAP4rev1 MOVE] in");
            peer.wait();
        });
        let session = enter(&script, &password()).await.unwrap();
        assert!(session.can("MOVE"));
        assert_eq!(script.heard(), [heard]);
    }
}

#[tokio::test]
async fn an_administrators_login_names_both_users() {
    let script = Script::play(|peer| {
        peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] Dovecot ready.");
        peer.hear();
        peer.say("{tag} OK [CAPABILITY IMAP4rev1 MOVE] in");
        peer.wait();
    });
    let login = Login {
        user: "alice".to_owned(),
        admin: Some(Admin::new("master".to_owned(), None)),
        credential: Credential::Password(Secret::new("pä".to_owned())),
    };
    let session = enter(&script, &login).await.unwrap();
    assert_eq!(session.acted_as(), Some("master"));
    // alice NUL master NUL pä
    assert_eq!(
        script.heard(),
        ["AUTHENTICATE PLAIN YWxpY2UAbWFzdGVyAHDDpA=="]
    );
}

/// A server that takes anybody for whoever has the password, and shows everybody one mailbox of their own. It says nothing
/// more to `boss` before it may, and counts the logins of `boss`.
fn forgetful(may_go_on: Arc<AtomicBool>, logins: Arc<AtomicUsize>) -> Script {
    Script::play(move |peer| {
        peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello");
        // NUL boss NUL hunter2
        let is_alone = peer.hear() == "AUTHENTICATE PLAIN AGJvc3MAaHVudGVyMg==";
        if is_alone {
            logins.fetch_add(1, Ordering::SeqCst);
            while !may_go_on.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        peer.say("{tag} OK [CAPABILITY IMAP4rev1] in");
        let of = if is_alone { "boss" } else { "alice" };
        loop {
            let command = peer.hear();
            match command.split(' ').next() {
                Some("LIST") => peer.say(&format!("* LIST () \"/\" {of}")),
                Some("STATUS") => peer.say("* STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3)"),
                Some("LSUB") => {}
                _ => break,
            }
            peer.say("{tag} OK done");
        }
        peer.say("{tag} OK bye");
    })
}

fn by_administrator(admin: &Admin) -> Login {
    Login {
        admin: Some(admin.clone()),
        ..password()
    }
}

#[tokio::test]
async fn a_host_whose_administrator_is_still_looked_at_keeps_no_other_host_waiting() {
    let (free, count) = (Arc::new(AtomicBool::new(true)), Arc::default());
    let held = Arc::new(AtomicBool::new(false));
    let slow = forgetful(Arc::clone(&held), Arc::clone(&count));
    let quick = forgetful(free, Arc::clone(&count));
    let login = by_administrator(&Admin::new("boss".to_owned(), None));
    let patient = Endpoint {
        timeout: Duration::from_secs(30),
        ..endpoint(slow.port, Security::Plaintext)
    };
    let waits = connect(&patient, &login, account(slow.port));
    let goes_on = async {
        // The slow host is being asked by now.
        while count.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        enter(&quick, &login).await
    };
    tokio::pin!(waits);
    tokio::select! {
        other = goes_on => assert!(other.is_ok(), "{:?}", other.err()),
        ended = &mut waits => panic!("it ended before it could: {:?}", ended.err()),
    }
    held.store(true, Ordering::SeqCst);
    assert!(waits.await.is_ok());
    // Each host is asked once, however many accounts it has.
    assert!(enter(&slow, &login).await.is_ok());
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_administrator_whose_own_login_fails_for_good_is_not_tried_again_for_the_next_account() {
    let count: Arc<AtomicUsize> = Arc::default();
    let counted = Arc::clone(&count);
    let script = Script::play(move |peer| {
        peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello");
        if peer.hear() == "AUTHENTICATE PLAIN AGJvc3MAaHVudGVyMg==" {
            counted.fetch_add(1, Ordering::SeqCst);
            peer.say("{tag} NO [AUTHORIZATIONFAILED] not by yourself");
            return peer.wait();
        }
        peer.say("{tag} OK [CAPABILITY IMAP4rev1] in");
        loop {
            let answer = match peer.hear().split(' ').next() {
                Some("STATUS") => "* STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3)",
                Some("LIST" | "LSUB") => "* LIST () \"/\" alice",
                _ => return,
            };
            peer.say(answer);
            peer.say("{tag} OK done");
        }
    });
    let login = by_administrator(&Admin::new("boss".to_owned(), None));
    for _ in 0..3 {
        let error = enter(&script, &login).await.err().unwrap();
        assert_eq!(error.kind, ConnectErrorKind::Authorization, "{error:?}");
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_is_refused_in_the_servers_words_and_without_its_json() {
    for mechanism in ["OAUTHBEARER", "XOAUTH2"] {
        let script = Script::play(move |peer| {
            peer.say(&format!(
                "* OK [CAPABILITY IMAP4rev1 AUTH={mechanism} SASL-IR] hello"
            ));
            assert!(peer.hear().starts_with("AUTHENTICATE"));
            peer.say("+ eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=");
            peer.hear_line();
            peer.say("{tag} NO [AUTHENTICATIONFAILED] expired");
            peer.wait();
        });
        let login = Login {
            user: "alice".to_owned(),
            admin: None,
            credential: Credential::Token(Secret::new("tok3n".to_owned())),
        };
        let error = enter(&script, &login).await.err().unwrap();
        assert_eq!(error.kind, ConnectErrorKind::Login);
        assert!(
            error.message.english().contains("expired") && !format!("{error:?}").contains("tok3n"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn refused_logins_are_of_different_kinds_and_never_tried_twice() {
    use ConnectErrorKind::{Authorization, Limit, Login, Network};
    let after = |milliseconds| Later {
        after: Some(Duration::from_millis(milliseconds)),
    };
    let some_time = Some(Later::default());
    for (answer, kind, passing) in [
        ("NO [AUTHENTICATIONFAILED] wrong", Login, None),
        ("NO wrong", Login, None),
        ("NO [LIMIT] ten connections", Limit, some_time),
        ("NO [UNAVAILABLE] ldap is down", Network, some_time),
        ("NO [CONTACTADMIN] your account is locked", Network, None),
        ("NO [AUTHORIZATIONFAILED] not for you", Authorization, None),
        (
            "NO [ALERT] Too many simultaneous connections. (Failure)",
            Limit,
            some_time,
        ),
        (
            "BAD Request is throttled. Suggested Backoff Time: 89117 milliseconds",
            Limit,
            Some(after(89_117)),
        ),
        ("BAD what", Login, None),
    ] {
        let (error, script) = refused(
            move |peer| {
                peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello");
                peer.hear();
                peer.say(&format!("{{tag}} {answer}"));
                peer.wait();
            },
            Security::Plaintext,
        )
        .await;
        assert_eq!((error.kind, error.passing), (kind, passing), "{answer}");
        assert_eq!(script.heard().len(), 1);
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn a_server_that_repeats_the_secret_is_not_quoted() {
    for answer in [
        "BAD unknown command: AUTHENTICATE PLAIN AGFsaWNlAGh1bnRlcjI=",
        "NO hunter2 is wrong",
    ] {
        let (error, _) = refused(
            move |peer| {
                peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello");
                peer.hear();
                peer.say(&format!("{{tag}} {answer}"));
                peer.wait();
            },
            Security::Plaintext,
        )
        .await;
        let shown = format!("{error:?}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("AGFs"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn no_password_goes_where_logins_are_disabled() {
    let (error, script) = refused(
        |peer| {
            peer.say("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hello");
            peer.wait();
        },
        Security::Plaintext,
    )
    .await;
    assert_eq!(error.kind, ConnectErrorKind::Mechanism);
    assert!(script.heard().is_empty());
}

// ---- listing

#[tokio::test]
async fn a_server_with_the_extensions_is_listed_in_one_go() {
    let script = Script::play(|peer| {
        peer.let_in("LIST-EXTENDED LIST-STATUS SPECIAL-USE NAMESPACE STATUS=SIZE ID");
        // Nothing is answered until all has been heard: a client that waits in between would wait for ever.
        let heard: Vec<String> = (0..4).map(|_| peer.hear_line()).collect();
        let tags: Vec<&str> = heard.iter().map(|line| &line[..5]).collect();
        peer.say(&format!("* ID (\"name\" \"Dovecot\")\r\n{} OK", tags[0]));
        peer.say(&format!(
            "* NAMESPACE ((\"INBOX.\" \".\")) NIL ((\"Shared.\" \".\"))\r\n{} OK",
            tags[1]
        ));
        peer.say("* LIST (\\Subscribed) \".\" INBOX\r\n* STATUS INBOX (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 5 SIZE 99)");
        peer.say(&format!(
            "* LIST (\\Sent) \".\" \"INBOX.Courrier envoy&AOk-\"\r\n{} OK",
            tags[2]
        ));
        peer.say(&format!(
            "* LIST (\\Subscribed \\NonExistent) \".\" INBOX.Gone\r\n{} OK",
            tags[3]
        ));
        peer.refuse_the_rest();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    let listing = session.listing("now".to_owned()).await.unwrap();
    assert_eq!(listing.server.software.as_deref(), Some("Dovecot"));
    assert_eq!(
        (listing.prefix(), listing.delimiter()),
        ("INBOX.", Some('.'))
    );
    assert_eq!(listing.foreign.len(), 1);
    let names: Vec<&str> = listing
        .mailboxes
        .iter()
        .map(|mailbox| mailbox.name.text())
        .collect();
    assert_eq!(names, ["INBOX", "INBOX.Courrier envoyé"]);
    assert_eq!(listing.mailboxes[0].status.size, Some(99));
    assert_eq!(listing.mailboxes[0].subscribed, Some(true));
    assert_eq!(
        listing.mailboxes[1].status.messages, None,
        "not told is not zero"
    );
    assert_eq!(listing.dangling[0].text(), "INBOX.Gone");
}

#[tokio::test]
async fn a_server_without_them_is_asked_plainly_and_its_attributes_count() {
    let script = Script::play(|peer| {
        peer.let_in("XLIST");
        peer.answer(&[
            "* LIST (\\Sent) \"/\" Sent",
            "* LIST () \"/\" INBOX",
            "* LIST (\\Noselect) \"/\" Level",
            "* LIST () \"/\" Spam",
        ]);
        peer.answer(&["* LSUB () \"/\" Sent", "* LSUB () \"/\" Lost"]);
        peer.answer(&["* XLIST (\\Spam) \"/\" Spam"]);
        peer.answer(&["* STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3)"]);
        peer.answer(&["* STATUS \"Sent\" (MESSAGES 4 UIDNEXT 5 UIDVALIDITY 6)"]);
        peer.refuse_the_rest();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    let listing = session.listing("now".to_owned()).await.unwrap();
    let find = |wire: &str| listing.find(wire.as_bytes()).unwrap();
    assert!(find("Sent").has_attribute("\\Sent") && find("Spam").has_attribute("\\Spam"));
    assert!(!find("Level").selectable);
    assert_eq!(find("Sent").status.messages, Some(4));
    assert_eq!(
        find("Spam").status.messages,
        None,
        "a refused STATUS is unknown"
    );
    assert_eq!(listing.dangling.len(), 1);
    assert!(
        script.heard().iter().all(|line| !line.contains("Level")),
        "no STATUS of what cannot be opened"
    );
}

/// As Dovecot 2.3 does with a FETCH and a SEARCH that are on their way together.
#[tokio::test]
async fn what_search_found_is_known_though_it_comes_before_fetch_has_ended() {
    let script = Script::play(|peer| {
        peer.let_in("UNSELECT");
        peer.answer(&["* LIST () \"/\" Sent", "* LIST () \"/\" INBOX"]);
        peer.answer(&[]);
        peer.answer(&["* STATUS INBOX (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 6)"]);
        peer.answer(&["* STATUS Sent (MESSAGES 7 UIDNEXT 8 UIDVALIDITY 6)"]);
        peer.answer(&["* 7 EXISTS", "* OK [UIDVALIDITY 6] ok"]);
        let tags = [1, 2].map(|_| peer.hear_line().split_once(' ').unwrap().0.to_owned());
        peer.say("* 7 FETCH (UID 7 INTERNALDATE \"05-Mar-2024 09:20:30 +0000\" RFC822.SIZE 102)");
        peer.say("* SEARCH 2 5");
        for tag in tags {
            peer.say(&format!("{tag} OK done"));
        }
        peer.answer(&[]);
    });
    let mut session = enter(&script, &password()).await.unwrap();
    let mut listing = session.listing("now".to_owned()).await.unwrap();
    let looks = [(name("Sent"), SampleDepth::default())].into();
    session.sample(&mut listing, &looks).await.unwrap();
    let sample = listing.find(b"Sent").unwrap().sample.as_ref().unwrap();
    assert_eq!(
        (sample.deleted, sample.last.map(|(_, size)| size)),
        (Some(2), Some(102))
    );
}

/// A mailbox with 60 messages whose newest are asked for; `fetch` is what the server says to that, its end with it.
async fn looked_into(fetch: &'static [&'static str]) -> (Sample, String) {
    let script = Script::play(move |peer| {
        peer.let_in("UNSELECT");
        peer.answer(&["* LIST () \"/\" Zoznam", "* LIST () \"/\" INBOX"]);
        peer.answer(&[]);
        peer.answer(&["* STATUS INBOX (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 6)"]);
        peer.answer(&["* STATUS Zoznam (MESSAGES 60 UIDNEXT 99 UIDVALIDITY 6)"]);
        loop {
            let command = peer.hear();
            let lines: &[&str] = match command.split(' ').next().unwrap() {
                "" => return,
                "FETCH" => fetch,
                "EXAMINE" => &["* 60 EXISTS", "* OK [UIDVALIDITY 6] ok", "{tag} OK"],
                "UID" => &["* SEARCH 2 5", "{tag} OK"],
                _ => &["{tag} OK"],
            };
            for line in lines {
                peer.say(line);
            }
        }
    });
    let mut session = enter(&script, &password()).await.unwrap();
    let mut listing = session.listing("now".to_owned()).await.unwrap();
    let looks = [(
        name("Zoznam"),
        SampleDepth {
            messages: 50,
            dates: false,
        },
    )]
    .into();
    session.sample(&mut listing, &looks).await.unwrap();
    let heard = script.heard();
    let asked = heard.iter().find(|line| line.starts_with("FETCH"));
    let sample = listing.find(b"Zoznam").unwrap().sample.clone().unwrap();
    (sample, asked.unwrap().clone())
}

#[tokio::test]
async fn the_newest_messages_are_read_by_number_with_peek_and_counted() {
    let (sample, asked) = looked_into(&[
        "* 59 FETCH (UID 97 FLAGS () INTERNALDATE \"05-Mar-2024 09:20:30 +0000\" RFC822.SIZE 9 BODY[HEADER.FIELDS (FROM TO)]<0> {44}\r\nFrom: A <a@example.com>\r\nTo: b@example.com\r\n)",
        "* 3 FETCH (UID 4 FLAGS (\\Draft))",
        "* 60 FETCH (UID 98 FLAGS (\\Draft) INTERNALDATE \"06-Mar-2024 09:20:30 +0000\" RFC822.SIZE 102 BODY[HEADER.FIELDS (FROM TO)]<0> {2}\r\n\r\n)",
        "{tag} OK done",
    ])
    .await;
    assert!(
        asked.starts_with(
            "FETCH 11:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM TO "
        ),
        "{asked}"
    );
    assert_eq!(
        (sample.deleted, sample.last.map(|(_, size)| size)),
        (Some(2), Some(102))
    );
    let contents = sample.contents.unwrap();
    assert_eq!((contents.looked, contents.drafts), (2, 1));
    assert_eq!(contents.kept, [("a@example.com".to_owned(), 1)].into());
}

#[tokio::test]
async fn a_message_that_is_saved_twice_is_told_by_the_same_fetch() {
    let (sample, asked) = looked_into(&[
        "* 59 FETCH (UID 97 FLAGS (\\Seen) BODY[HEADER.FIELDS (FROM)]<0> {85}\r\nMessage-ID: <1@example.com>\r\nDate: Tue, 5 Mar 2024 09:20:30 +0000\r\nUser-Agent: mutt\r\n)",
        "* 60 FETCH (UID 98 FLAGS () BODY[HEADER.FIELDS (FROM)]<0> {85}\r\nReceived: from x\r\nDate: Tue, 5 Mar 2024 09:20:30 +0000\r\nMessage-ID: <1@example.com>\r\n)",
        "{tag} OK done",
    ])
    .await;
    assert!(
        asked.contains(" MESSAGE-ID DATE USER-AGENT X-MAILER)"),
        "{asked}"
    );
    let twice = sample.contents.unwrap().saved_twice;
    assert_eq!((twice.messages, twice.by_server), (1, 1));
    assert_eq!(twice.programs, [("mutt".to_owned(), 1)].into());
}

/// Mailboxes shrink between STATUS and the look; what is refused is not known, and no reason to stop.
#[tokio::test]
async fn a_look_that_is_refused_tells_nothing_and_hurts_nothing() {
    let (sample, _) = looked_into(&["{tag} BAD Invalid messageset"]).await;
    assert_eq!((sample.contents, sample.deleted), (None, Some(2)));
}

/// A server that knows no part of a text sends it whole.
#[tokio::test]
async fn a_header_longer_than_asked_for_is_read_as_far_as_it_was_asked_for() {
    let long: &'static str = format!(
        "* 60 FETCH (UID 98 FLAGS () RFC822.SIZE 9 BODY[HEADER.FIELDS (FROM TO)]<0> {{{}}}\r\nTo: {}\r\nFrom: a@example.com\r\n)",
        4 + 1_500_000 + 2 + 21,
        "b@example.com, ".repeat(100_000)
    )
    .leak();
    let all: &'static [&'static str] = vec![long, "{tag} OK done"].leak();
    let contents = looked_into(all).await.0.contents.unwrap();
    assert_eq!((contents.looked, contents.kept.len()), (1, 0));
}

#[tokio::test]
async fn a_list_cut_off_is_no_list() {
    let script = Script::play(|peer| {
        peer.let_in("");
        peer.hear();
        peer.say("* LIST () \"/\" INBOX");
    });
    let mut session = enter(&script, &password()).await.unwrap();
    let error = session.listing("now".to_owned()).await.unwrap_err();
    assert!(matches!(error, LookError::Lost { .. }), "{error:?}");
}

#[tokio::test]
async fn a_name_that_is_no_utf8_goes_back_octet_by_octet() {
    let script = Script::play(|peer| {
        peer.let_in("");
        peer.hear();
        peer.say_octets(b"* LIST () \"/\" \"R\xe9sum\xe9\"\r\n* LIST () NIL INBOX\r\n");
        peer.say("{tag} OK");
        peer.answer(&[]);
        peer.answer(&["* STATUS INBOX (MESSAGES 0 UIDVALIDITY 7)"]);
        assert_eq!(peer.hear(), "STATUS {6}");
        peer.say("+ go on");
        assert_eq!(peer.hear_octets(6), b"R\xe9sum\xe9");
        peer.hear_line();
        peer.say_octets(b"* STATUS {6}\r\nR\xe9sum\xe9 (MESSAGES 2 UIDVALIDITY 7)\r\n");
        peer.say("{tag} OK");
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    let listing = session.listing("now".to_owned()).await.unwrap();
    let resume = listing.find(b"R\xe9sum\xe9").unwrap();
    assert_eq!(resume.status.messages, Some(2));
}

// ---- hostile answers

async fn looked(scene: impl Fn(&mut Peer) + Send + Sync + 'static) -> LookError {
    let script = Script::play(move |peer| {
        peer.let_in("UNSELECT");
        peer.hear();
        scene(peer);
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    session
        .open(&name("Sent"), Access::ReadOnly)
        .await
        .unwrap_err()
}

#[tokio::test]
async fn answers_without_end_are_cut_off() {
    let line = looked(|peer| {
        for _ in 0..40 {
            peer.say_octets(&vec![b'a'; 1 << 20]);
        }
    })
    .await;
    assert!(line.to_string().contains("without end"), "{line}");
    for literal in ["{536000000}", "{4294967296}", "{18446744073709551615}"] {
        let huge = looked(move |peer| peer.say(&format!("* 1 FETCH (BODY[] {literal}"))).await;
        assert!(matches!(huge, LookError::Lost { .. }), "{huge}");
    }
}

#[tokio::test]
async fn an_answer_to_a_command_that_was_not_sent_ends_the_connection() {
    for tag in ["R9999", "R0000", "A0001", "r0001", "x"] {
        let error = looked(move |peer| peer.say(&format!("{tag} OK done"))).await;
        assert!(matches!(error, LookError::Lost { .. }), "{tag}: {error}");
    }
}

#[tokio::test]
async fn a_deep_response_and_odd_lines_are_survived() {
    let script = Script::play(|peer| {
        peer.let_in("");
        peer.hear();
        let deep = "(".repeat(200_000);
        peer.say(&format!("* 1 FETCH (BODYSTRUCTURE {deep}"));
        for odd in [
            "* NAMESPACE",
            "* OK [ALERT]été",
            "* 3 FETCH (UID 1 INTERNALDATE NIL)",
            "* METADATA x (/a \"\u{e9}\")",
            "* 2 EXPUNGED",
            "+ what",
            "* NO [ALERT] quota 90%",
            "* 7 EXISTS",
        ] {
            peer.say(odd);
        }
        peer.say("* OK [UIDVALIDITY 4] x");
        peer.say("{tag} OK [READ-WRITE]fini");
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    let opened = session.open(&name("Sent"), Access::ReadOnly).await.unwrap();
    assert_eq!(
        (opened.exists, opened.uid_validity, opened.uid_next),
        (7, Some(4), None)
    );
}

#[tokio::test]
async fn a_server_that_says_nothing_more_is_lost_and_nothing_else_is_sent() {
    let script = Script::play(|peer| {
        peer.let_in("");
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    assert!(matches!(
        session.status(&name("x")).await,
        Err(LookError::Lost { .. })
    ));
    assert!(matches!(
        session.status(&name("y")).await,
        Err(LookError::Lost { .. })
    ));
    assert_eq!(script.heard().len(), 1);
}

// ---- acts

async fn acted(answer: &'static str, mode: Mode) -> (Result<Answered, ActError>, Vec<String>) {
    let script = Script::play(move |peer| {
        peer.let_in("MOVE UIDPLUS");
        peer.answer(&["* 2 EXISTS"]);
        peer.hear();
        for line in answer.lines() {
            peer.say(line);
        }
        if answer.contains("{tag}") {
            peer.wait();
        }
    });
    let mut session = enter(&script, &password()).await.unwrap();
    session.set_mode(mode);
    session
        .open(&name("Sent Items"), Access::ReadWrite)
        .await
        .unwrap();
    let act = Act::Move {
        from: name("Sent Items"),
        uids: uids(&[1, 2]),
        to: name("Sent"),
    };
    let result = session.perform(&act, &[]).await;
    (result, script.heard())
}

#[tokio::test]
async fn a_move_is_answered_refused_or_unknown_and_these_are_never_mixed_up() {
    let (done, heard) = acted(
        "* OK [COPYUID 5 1:2 7:8] Moved\n* 1 EXPUNGE\n{tag} OK done",
        Mode::ReadWrite,
    )
    .await;
    let pairs = done.unwrap().copy_uid.unwrap().pairs;
    assert_eq!(pairs, [(1, 7), (2, 8)]);
    assert_eq!(
        heard[1..],
        ["SELECT \"Sent Items\"", "UID MOVE 1:2 \"Sent\""]
    );
    let (refused, _) = acted("{tag} NO [OVERQUOTA] full", Mode::ReadWrite).await;
    assert!(
        matches!(refused, Err(ActError::Refused { code: Some(code), .. }) if code == "OVERQUOTA")
    );
    for lost in ["* OK [COPYUID 5 1:2 7:8] Moved", "* BYE shutting down"] {
        let (unknown, _) = acted(lost, Mode::ReadWrite).await;
        assert!(matches!(unknown, Err(ActError::Unknown { .. })), "{lost}");
    }
}

#[tokio::test]
async fn a_session_that_only_looks_opens_read_only_and_sends_no_act() {
    let (result, heard) = acted("{tag} OK done", Mode::ReadOnly).await;
    assert!(
        matches!(result, Err(ActError::NotSent { .. })),
        "it was sent: {heard:?}"
    );
    assert_eq!(heard[1..], ["EXAMINE \"Sent Items\""]);
}

#[tokio::test]
async fn an_act_for_a_mailbox_that_is_not_open_is_not_sent() {
    let script = Script::play(|peer| {
        peer.let_in("MOVE");
        peer.answer(&["* 9 EXISTS"]);
        peer.hear();
        peer.say("{tag} NO gone");
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    session.set_mode(Mode::ReadWrite);
    session.open(&name("A"), Access::ReadWrite).await.unwrap();
    session
        .open(&name("B"), Access::ReadWrite)
        .await
        .unwrap_err();
    // After a failed SELECT no mailbox is open, not even the one before.
    for of in ["A", "B"] {
        let act = Act::Expunge {
            of: name(of),
            uids: uids(&[1]),
        };
        assert!(matches!(
            session.perform(&act, &[]).await,
            Err(ActError::NotSent { .. })
        ));
    }
}

#[tokio::test]
async fn use_is_sent_only_where_the_server_takes_it() {
    for (capability, heard) in [
        ("CREATE-SPECIAL-USE", "CREATE \"S\" (USE (\\Sent))"),
        ("", "CREATE \"S\""),
    ] {
        let script = Script::play(move |peer| {
            peer.let_in(capability);
            peer.answer(&["* 9 EXISTS"]);
            peer.wait();
        });
        let mut session = enter(&script, &password()).await.unwrap();
        session.set_mode(Mode::ReadWrite);
        let act = Act::Create {
            name: name("S"),
            role: Some(rolecall::model::role::Role::Sent),
        };
        session.perform(&act, &[]).await.unwrap();
        assert_eq!(script.heard()[1], heard);
    }
}

// ---- looks

#[tokio::test]
async fn a_wildcard_in_a_name_finds_only_that_name() {
    let script = Script::play(|peer| {
        peer.let_in("LIST-EXTENDED");
        peer.answer(&["* LIST () \"/\" Sent", "* LIST () \"/\" \"S*t\""]);
        peer.answer(&["* LIST () \"/\" Sent"]);
        peer.answer(&["* LIST () \"/\" Sent/a", "* LIST () \"/\" \"Sent Items/b\""]);
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    assert_eq!(
        session.find(&name("S*t")).await.unwrap().unwrap().name,
        name("S*t")
    );
    assert_eq!(session.find(&name("S*t")).await.unwrap(), None);
    let below = session.below(&name("Sent"), Some('/')).await.unwrap();
    assert_eq!(below.len(), 1);
}

/// As GNU mailutils 3.15 has it.
#[tokio::test]
async fn below_a_mailbox_that_can_have_none_there_is_nothing_though_the_server_refuses_to_say() {
    let script = Script::play(|peer| {
        peer.let_in("LIST-EXTENDED");
        peer.hear();
        peer.say("{tag} NO LIST The requested item could not be found");
        peer.answer(&["* LIST () \"/\" Sent", "* LIST () \"/\" \"Sent Items/b\""]);
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    let below = session.below(&name("Sent"), Some('/')).await.unwrap();
    assert_eq!(below, []);
    assert!(
        script
            .heard()
            .last()
            .unwrap()
            .starts_with("LIST \"\" \"*\"")
    );
}

/// GNU mailutils 3.15 finds nothing by `n:*`.
#[tokio::test]
async fn what_has_come_since_is_asked_for_without_a_star() {
    let script = Script::play(|peer| {
        peer.let_in("ESEARCH");
        peer.answer(&["* 9 EXISTS"]);
        let command = peer.answer(&["* SEARCH 4 5"]);
        assert!(command.ends_with("UID 4:4294967295"), "{command}");
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    session.open(&name("A"), Access::ReadOnly).await.unwrap();
    assert_eq!(session.since(4).await.unwrap(), uids(&[4, 5]));
}

/// GNU mailutils 3.15 takes the numbers of `UID SEARCH UID` for sequence numbers, those of `UID FETCH` for what they are.
#[tokio::test]
async fn a_server_without_esearch_is_asked_by_fetch_which_numbers_there_are() {
    let script = Script::play(|peer| {
        peer.let_in("");
        peer.answer(&["* 9 EXISTS"]);
        let command = peer.answer(&["* 1 FETCH (UID 3)", "* 2 FETCH (FLAGS (\\Seen))"]);
        assert!(
            command.ends_with("UID FETCH 4:4294967295 (UID)"),
            "{command}"
        );
        let command = peer.answer(&["* 1 FETCH (UID 3)", "* 3 FETCH (UID 9)"]);
        assert!(command.ends_with("UID FETCH 3:4 (UID)"), "{command}");
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    session.open(&name("A"), Access::ReadOnly).await.unwrap();
    assert_eq!(session.since(4).await.unwrap(), uids(&[]));
    let found = session.search(&Search::Among(uids(&[3, 4]))).await.unwrap();
    assert_eq!(found, uids(&[3]));
}

#[tokio::test]
async fn long_sets_are_asked_in_pieces_and_only_what_was_asked_is_believed() {
    let script = Script::play(|peer| {
        peer.let_in("ESEARCH");
        peer.answer(&["* 9 EXISTS"]);
        for uid in [1, 99_999] {
            let command = peer.answer(&[&format!("* SEARCH {uid} 100000")]);
            assert!(command.len() < 8_000);
        }
        peer.hear();
        while !peer.hear().is_empty() {}
    });
    let mut session = enter(&script, &password()).await.unwrap();
    session.open(&name("A"), Access::ReadOnly).await.unwrap();
    // Odd UIDs cannot be written as ranges: 2 000 of them need more than one command.
    let odd: UidSet = (0..2_000).map(|n| 96_001 + n * 2).chain([1]).collect();
    let found = session.search(&Search::Among(odd)).await.unwrap();
    assert_eq!(found, uids(&[1, 99_999]));
}

#[tokio::test]
async fn what_a_limit_held_back_of_a_search_is_asked_for_to_the_end() {
    let script = Script::play(|peer| {
        peer.let_in("");
        peer.answer(&["* 9 EXISTS"]);
        for (asked, found, code) in [
            (
                "UID SEARCH KEYWORD $F",
                "* SEARCH 8 9",
                "[MESSAGELIMIT 2 8]",
            ),
            (
                "UID SEARCH KEYWORD $F UID 1:7",
                "* SEARCH",
                "[MESSAGELIMIT 2 6]",
            ),
            ("UID SEARCH KEYWORD $F UID 1:5", "* SEARCH 1", ""),
        ] {
            assert_eq!(peer.hear(), asked);
            peer.say(found);
            peer.say(&format!("{{tag}} OK {code} done"));
        }
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    session.open(&name("A"), Access::ReadOnly).await.unwrap();
    let search = Search::Keyword("$F".to_owned());
    assert_eq!(session.search(&search).await.unwrap(), uids(&[1, 8, 9]));
}

#[tokio::test]
async fn a_truncated_answer_that_leads_nowhere_is_not_believed() {
    for code in [
        "[MESSAGELIMIT 1]",
        "[MESSAGELIMIT 1 4294967296]",
        "[MESSAGELIMIT 1 x]",
    ] {
        let script = Script::play(move |peer| {
            peer.let_in("ESEARCH");
            peer.answer(&["* 9 EXISTS"]);
            peer.hear();
            peer.say("* SEARCH");
            peer.say(&format!("{{tag}} OK {code} partial"));
            peer.wait();
        });
        let mut session = enter(&script, &password()).await.unwrap();
        session.open(&name("A"), Access::ReadOnly).await.unwrap();
        let search = Search::Among(uids(&[1, 2]));
        let error = session.search(&search).await.unwrap_err();
        assert!(matches!(error, LookError::Protocol { .. }), "{code}");
    }
}

#[tokio::test]
async fn messages_are_found_by_the_ids_that_the_server_gives_them() {
    for (offers, asked) in [
        ("OBJECTID", "UID SEARCH ALL OR EMAILID 17 EMAILID 18"),
        (
            "X-GM-EXT-1 OBJECTID",
            "UID SEARCH ALL OR X-GM-MSGID 17 X-GM-MSGID 18",
        ),
    ] {
        let script = Script::play(move |peer| {
            peer.let_in(offers);
            peer.answer(&["* 9 EXISTS"]);
            assert_eq!(peer.answer(&["* SEARCH 4"]), asked);
            peer.wait();
        });
        let mut session = enter(&script, &password()).await.unwrap();
        session.open(&name("A"), Access::ReadOnly).await.unwrap();
        let search = Search::Ids(vec!["17".into(), "18".into()]);
        assert_eq!(session.search(&search).await.unwrap(), uids(&[4]));
    }
}

#[tokio::test]
async fn ids_that_are_none_and_servers_without_ids_are_not_asked() {
    for (offers, id) in [("OBJECTID", "a ALL"), ("OBJECTID", ""), ("", "17")] {
        let script = Script::play(move |peer| {
            peer.let_in(offers);
            peer.answer(&["* 9 EXISTS"]);
            peer.wait();
        });
        let mut session = enter(&script, &password()).await.unwrap();
        session.open(&name("A"), Access::ReadOnly).await.unwrap();
        let search = Search::Ids(vec![id.into()]);
        assert!(session.search(&search).await.is_err(), "{offers} {id}");
        assert!(script.heard().last().unwrap().starts_with("EXAMINE"));
    }
}

#[tokio::test]
async fn mailboxes_of_others_are_not_among_the_accounts_own() {
    let script = Script::play(|peer| {
        peer.let_in("NAMESPACE");
        peer.answer(&["* NAMESPACE ((\"\" \"/\")) ((\"user/\" \"/\")) ((\"shared/\" \"/\"))"]);
        peer.answer(&[
            "* LIST () \"/\" INBOX",
            "* LIST (\\Noselect) \"/\" a",
            "* LIST () \"/\" a/b",
            "* LIST () \"/\" user/jo",
            "* LIST () \"/\" shared/all",
        ]);
        peer.answer(&[]);
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    let found = session.mailboxes().await.unwrap();
    let names: Vec<&str> = found.iter().map(|found| found.name.text()).collect();
    assert_eq!(names, ["INBOX", "a/b"]);
}

#[tokio::test]
async fn an_announced_limit_is_read_from_the_capabilities() {
    for (offers, limit) in [
        ("MESSAGELIMIT=1000", Some(1_000)),
        ("MESSAGELIMIT=0", None),
        ("MESSAGELIMIT=x", None),
        ("", None),
    ] {
        let script = Script::play(move |peer| {
            peer.let_in(offers);
            peer.wait();
        });
        let session = enter(&script, &password()).await.unwrap();
        assert_eq!(session.message_limit(), limit, "{offers}");
    }
}

#[tokio::test]
async fn messages_that_a_limit_held_back_are_asked_for_again() {
    let script = Script::play(|peer| {
        peer.let_in("");
        peer.answer(&["* 9 EXISTS"]);
        for (uid, code) in [
            (3, "[MESSAGELIMIT 1 3] partial"),
            (2, "[MESSAGELIMIT 1 2] partial"),
            (1, "done"),
        ] {
            peer.hear();
            peer.say(&format!("* {uid} FETCH (UID {uid} FLAGS () RFC822.SIZE 5)"));
            peer.say(&format!("{{tag}} OK {code}"));
        }
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    session.open(&name("A"), Access::ReadOnly).await.unwrap();
    let messages = session
        .messages(&uids(&[1, 2, 3]), Depth::Facts)
        .await
        .unwrap();
    assert_eq!(messages.len(), 3);
    assert!(script.heard().last().unwrap().starts_with("UID FETCH 1 "));
}

#[tokio::test]
async fn messages_are_read_without_marking_them_seen() {
    let script = Script::play(|peer| {
        peer.let_in("");
        peer.answer(&["* 9 EXISTS"]);
        peer.answer(&["* 1 FETCH (UID 3 FLAGS (\\Seen) INTERNALDATE \"01-Jan-2024 00:00:00 +0000\" RFC822.SIZE 5)"]);
        let command = peer.answer(&["* 1 FETCH (UID 3 BODY[] {5}\r\nhello)"]);
        assert!(command.contains("BODY.PEEK[]"));
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    session.open(&name("A"), Access::ReadOnly).await.unwrap();
    let messages = session
        .messages(&uids(&[3, 4]), Depth::Content)
        .await
        .unwrap();
    assert_eq!(messages.len(), 1);
    // printf hello | sha256sum
    assert_eq!(messages[0].digest.as_deref(), Some("2cf24dba5fb0a30e"));
}
