//! Sessions with a server of the test's own: what is sent, what is understood, what is refused.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    task::JoinHandle,
};

use super::{AccountScripts, ScriptSession, Upload, greet_over};
use crate::{
    imap::{
        Admin, ConnectError, ConnectErrorKind, Credential, Endpoint, Login, OneByOne, Security,
        Tags,
    },
    secret::Secret,
    store::{Act, ActError, LookError, ScriptText, Scripts as _},
};

const GREETING: &str = "\"IMPLEMENTATION\" \"Example\"\r\n\"SASL\" \"PLAIN LOGIN\"\r\n\"SIEVE\" \"fileinto Copy\"\r\nOK \"ready\"\r\n";

fn endpoint(security: Security) -> Endpoint {
    Endpoint {
        host: "sieve.example.org".to_owned(),
        port: super::PORT,
        security,
        trust: Arc::default(),
        timeout: Duration::from_secs(30),
        one_by_one: OneByOne::default(),
        tags: Tags::FromOne,
        trace: None,
    }
}

fn login() -> Login {
    Login {
        user: "alice".to_owned(),
        admin: None,
        credential: Credential::Password(Secret::new("Sesame-7731".to_owned())),
    }
}

/// A server that waits for each of these and then says what stands beside it; returns all that it was sent.
fn server(mut line: DuplexStream, talk: Vec<(&'static str, &'static str)>) -> JoinHandle<String> {
    tokio::spawn(async move {
        let mut heard = Vec::new();
        let mut from = 0;
        for (awaited, said) in talk {
            while !String::from_utf8_lossy(&heard[from..]).contains(awaited) {
                if line.read_buf(&mut heard).await.unwrap() == 0 {
                    return String::from_utf8(heard).unwrap();
                }
            }
            from = heard.len();
            line.write_all(said.as_bytes()).await.unwrap();
        }
        let _ = line.read_to_end(&mut heard).await;
        String::from_utf8(heard).unwrap()
    })
}

/// What a client gets from a server that talks so after it was greeted and has let the client in.
async fn session(
    mut talk: Vec<(&'static str, &'static str)>,
) -> (ScriptSession, JoinHandle<String>) {
    talk.insert(0, ("", GREETING));
    talk.insert(1, ("AUTHENTICATE", "OK\r\n"));
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = server(far, talk);
    let endpoint = endpoint(Security::Plaintext);
    let greeted = greet_over(Box::new(near), &endpoint).await.unwrap();
    (greeted.log_in(&login(), &endpoint).await.unwrap(), server)
}

/// Why a client is not let in by a server that talks so.
async fn refused(
    security: Security,
    login: Login,
    talk: Vec<(&'static str, &'static str)>,
) -> (ConnectError, String) {
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = server(far, talk);
    let endpoint = endpoint(security);
    let error = match greet_over(Box::new(near), &endpoint).await {
        Err(error) => error,
        Ok(greeted) => greeted.log_in(&login, &endpoint).await.unwrap_err(),
    };
    (error, server.await.unwrap())
}

#[tokio::test(start_paused = true)]
async fn scripts_are_listed_read_checked_stored_and_activated() {
    let (mut session, server) = session(vec![
        ("LISTSCRIPTS", "\"main\" ACTIVE\r\n{5}\r\nold \"\r\nOK\r\n"),
        (
            "GETSCRIPT {4+}\r\nmain\r\n",
            "{7}\r\nkeep;\r\n\r\nOK \"Getscript completed.\"\r\n",
        ),
        ("GETSCRIPT", "NO (NONEXISTENT) \"There is no script.\"\r\n"),
        ("CHECKSCRIPT", "NO \"line 1: unknown command\"\r\n"),
        (
            "PUTSCRIPT {3+}\r\nnew {5+}\r\nstop;\r\n",
            "OK (WARNINGS) \"well\"\r\n",
        ),
        ("SETACTIVE {3+}\r\nnew\r\n", "OK\r\n"),
    ])
    .await;
    assert_eq!(session.implementation, "Example");
    assert!(session.extensions.contains("copy"));
    let scripts = session.scripts().await.unwrap();
    let scripts: Vec<(&str, bool)> = scripts
        .iter()
        .map(|script| (&*script.name, script.is_active))
        .collect();
    assert_eq!(scripts, [("main", true), ("old \"", false)]);
    let text = session.script("main").await.unwrap();
    assert_eq!(text.as_deref(), Some(&b"keep;\r\n"[..]));
    assert_eq!(session.script("gone").await, Ok(None));
    let check = session.check(b"nonsense").await;
    assert!(
        matches!(check, Err(LookError::Refused { text, .. }) if text.english().contains("line 1"))
    );
    let (name, text) = ("new", &b"stop;"[..]);
    session.put(Upload { name, text }).await.unwrap();
    session.activate("new").await.unwrap();
    session.log_out().await;
    assert!(server.await.unwrap().ends_with("LOGOUT\r\n"));
}

#[tokio::test(start_paused = true)]
async fn what_probably_runs_is_read_in_the_flight_that_lists_what_is_there() {
    let none = "NO (NONEXISTENT) \"none\"\r\n";
    let answers = format!(
        "\"main\" ACTIVE\r\n\"old\"\r\nOK\r\n{none}{none}{none}{none}{{5}}\r\nkeep;\r\nOK\r\n{none}"
    );
    let (mut session, server) = session(vec![("default\r\n", answers.leak())]).await;
    let (scripts, likely) = session.scripts_and_likely().await.unwrap();
    assert_eq!(scripts.len(), 2);
    assert_eq!(likely, [("main".to_owned(), b"keep;".to_vec())].into());
    assert!(session.is_alive());
    session.log_out().await;
    let sent = server.await.unwrap();
    assert_eq!(sent.matches("GETSCRIPT").count(), 6);

    // One that is refused leaves no answer behind for the next question.
    let refused = format!("NO \"not now\"\r\n{}", none.repeat(6));
    let talk = vec![("default\r\n", &*refused.leak()), ("LISTSCRIPTS", "OK\r\n")];
    let (mut session, _server) = self::session(talk).await;
    assert!(session.scripts_and_likely().await.is_err());
    assert_eq!(session.scripts().await, Ok(vec![]));
}

#[tokio::test(start_paused = true)]
async fn an_administrator_logs_in_for_the_user_with_an_authorization_identity() {
    let mut login = login();
    login.admin = Some(Admin::new("boss".to_owned(), None));
    let (near, far) = tokio::io::duplex(1 << 16);
    let server = server(far, vec![("", GREETING), ("AUTHENTICATE", "OK\r\n")]);
    let endpoint = endpoint(Security::Plaintext);
    let greeted = greet_over(Box::new(near), &endpoint).await.unwrap();
    drop(greeted.log_in(&login, &endpoint).await.unwrap());
    // alice NUL boss NUL Sesame-7731
    let sent = server.await.unwrap();
    assert!(
        sent.contains("\r\nYWxpY2UAYm9zcwBTZXNhbWUtNzczMQ==\r\n"),
        "{sent}"
    );
}

#[tokio::test(start_paused = true)]
async fn no_secret_is_sent_before_tls_nor_a_second_time() {
    let (error, heard) = refused(Security::StartTls, login(), vec![("", GREETING)]).await;
    assert_eq!(error.kind, ConnectErrorKind::Tls);
    assert!(error.of_host && error.message.english().contains("does not offer STARTTLS"));
    assert_eq!(heard, "");

    let offers = "\"SASL\" \"PLAIN\"\r\n\"STARTTLS\"\r\nOK\r\n";
    let between = "OK \"begin TLS\"\r\n\"SASL\" \"PLAIN\"\r\nOK\r\n";
    let talk = vec![("", offers), ("STARTTLS", between)];
    let (error, heard) = refused(Security::StartTls, login(), talk).await;
    assert!(
        error.message.english().contains("somebody were in between"),
        "{error}"
    );
    assert_eq!(heard, "STARTTLS\r\n");

    let no = "NO (TRYLATER) \"Sesame-7731 is wrong\"\r\n";
    let talk = vec![("", GREETING), ("AUTHENTICATE", no)];
    let (error, heard) = refused(Security::Plaintext, login(), talk).await;
    assert_eq!(error.kind, ConnectErrorKind::Login);
    assert!(
        !error.message.english().contains("Sesame") && !error.of_host,
        "{error}"
    );
    assert_eq!(heard.matches("AUTHENTICATE").count(), 1);

    let token = Login {
        credential: Credential::Token(Secret::new("Sesame-7731".to_owned())),
        ..login()
    };
    let (error, heard) = refused(Security::Plaintext, token, vec![("", GREETING)]).await;
    assert_eq!(error.kind, ConnectErrorKind::Mechanism);
    assert_eq!(heard, "");
}

#[tokio::test(start_paused = true)]
async fn another_service_on_the_port_is_named_and_a_silent_one_is_given_up() {
    for (greeting, named) in [
        ("* OK IMAP ready\r\n", "an IMAP server"),
        ("+OK POP3 ready\r\n", "a POP3 server"),
        ("220 mail ESMTP\r\n", "an SMTP server"),
        ("BYE \"too many\"\r\n", "too many"),
        ("", "does not answer"),
    ] {
        let (error, _) = refused(Security::Plaintext, login(), vec![("", greeting)]).await;
        assert!(
            error.message.english().contains(named),
            "{greeting}: {error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_no_end_is_not_held() {
    let line = "\"a\" ".repeat(20_000).leak();
    let lines = "\"a\"\r\n".repeat(2_000).leak();
    for endless in ["{2000000}\r\n", line, lines] {
        let (mut session, _server) = session(vec![("LISTSCRIPTS", endless)]).await;
        let listed = session.scripts().await;
        assert!(matches!(listed, Err(LookError::Lost { .. })), "{listed:?}");
        assert!(!session.is_alive());
        let stored = session.activate("main").await;
        assert!(matches!(stored, Err(ActError::NotSent { .. })));
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_change_is_an_unknown_end_and_a_name_that_no_command_carries_is_not_sent()
 {
    let (mut session, server) = session(vec![("SETACTIVE", "")]).await;
    for name in ["", "a\r\nLOGOUT", "a\u{0}"] {
        let sent = session.activate(name).await;
        assert!(matches!(sent, Err(ActError::NotSent { .. })), "{name:?}");
        assert_eq!(session.script(name).await, Ok(None));
    }
    let sent = session.activate("main").await;
    assert!(matches!(sent, Err(ActError::Unknown { .. })), "{sent:?}");
    drop(session);
    assert_eq!(server.await.unwrap().matches("SETACTIVE").count(), 1);
}

#[tokio::test]
async fn a_service_that_is_not_there_is_no_lost_line_for_ever() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut endpoint = endpoint(Security::Plaintext);
    endpoint.host = "127.0.0.1".to_owned();
    endpoint.port = listener.local_addr().unwrap().port();
    drop(listener);
    let mut scripts = AccountScripts::new(endpoint, login());
    assert!(matches!(scripts.list().await, Err(LookError::Lost { .. })));
    let text = ScriptText::new(b"keep;".to_vec());
    let name = "main".to_owned();
    let act = Act::PutScript { name, text };
    let performed = scripts.perform(&act).await;
    assert!(
        matches!(performed, Err(ActError::NotSent { .. })),
        "{performed:?}"
    );
}
