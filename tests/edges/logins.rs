//! The first login of a command that names one account: what passes is waited for, and what lasts is told at once.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use rolecall::demo::{At, Hook, Persona, Point, Server, Verdict, World, sample};

use crate::support::{run, sample::SampleAccount};

/// Refuses the first logins, or shows the door to the first connections, in these words.
struct Doorkeeper {
    command: &'static str,
    words: &'static str,
    refusals: usize,
    came: AtomicUsize,
}

impl Hook for Doorkeeper {
    fn reached(&self, at: &At<'_>, _: &mut World) -> Verdict {
        let is_greeting = self.command.is_empty() && at.point == Point::Opened;
        let is_login = at.command == self.command && at.point == Point::Before;
        if !is_greeting && !is_login {
            return Verdict::GoOn;
        }
        if self.came.fetch_add(1, Ordering::SeqCst) < self.refusals {
            Verdict::Refuse(self.words.to_owned())
        } else {
            Verdict::GoOn
        }
    }
}

/// What `audit` says of the sample account at such a door, and how often it has come there.
fn audited(
    command: &'static str,
    words: &'static str,
    refusals: usize,
    status: i32,
) -> (String, usize) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let keeper = Arc::new(Doorkeeper {
        command,
        words,
        refusals,
        came: AtomicUsize::default(),
    });
    let hook = Arc::clone(&keeper) as Arc<dyn Hook>;
    let world = Arc::new(Mutex::new(sample::world(Persona::dovecot())));
    let server = runtime
        .block_on(Server::start_with(world, hook, 0))
        .unwrap();
    let account = format!("imap://{}@127.0.0.1:{}", sample::USER, server.port());
    let state = tempfile::tempdir().unwrap();
    let command = SampleAccount::command(state.path(), &["audit", &account]);
    let said = run(command, status);
    (said, keeper.came.load(Ordering::SeqCst))
}

#[test]
fn a_login_that_is_refused_in_passing_is_tried_again() {
    for words in [
        "[UNAVAILABLE] Temporary authentication failure.",
        "[TEMPFAIL] Not now",
        "[ALERT] Too many simultaneous connections. (Failure)",
        "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
        "Request is throttled. Suggested Backoff Time: 300 milliseconds",
    ] {
        let (said, came) = audited("AUTHENTICATE", words, 2, 1);
        assert!(came > 2, "{words}: {said}");
    }
}

#[test]
fn a_greeting_that_is_a_goodbye_is_waited_out() {
    let (said, came) = audited("", "[UNAVAILABLE] Too many connections", 2, 1);
    assert!(came > 2, "{said}");
}

#[test]
fn a_login_that_is_refused_for_good_is_tried_once() {
    for words in [
        "[AUTHENTICATIONFAILED] Wrong, try again later",
        "Invalid credentials",
    ] {
        let (said, came) = audited("AUTHENTICATE", words, usize::MAX, 3);
        assert_eq!(came, 1, "{said}");
    }
}
