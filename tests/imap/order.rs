//! Several commands at once: answers in any order, servers that do not take them together, and what is learned of that.

use std::sync::{Arc, Mutex};

use rolecall::{
    imap::{Endpoint, OneByOne, Security, Tags, connect},
    model::{listing::Listing, mailbox::SampleDepth},
    store::{LookError, Store as _},
};

use super::{account, endpoint, enter, name, password};
use crate::script::{Peer, Script};

/// The data that a small server answers a command with.
fn data(command: &str) -> Vec<String> {
    let lines: &[&str] = match command.split(' ').next().unwrap() {
        "NAMESPACE" => &["* NAMESPACE ((\"\" \"/\")) NIL NIL"],
        "LIST" => &["* LIST () \"/\" INBOX", "* LIST () \"/\" Sent"],
        "LSUB" => &["* LSUB () \"/\" Sent"],
        "STATUS" => {
            let name = command.split('"').nth(1).unwrap_or("INBOX");
            return vec![format!(
                "* STATUS {name} (MESSAGES 2 UIDNEXT 9 UIDVALIDITY 5)"
            )];
        }
        "EXAMINE" => &[
            "* 2 EXISTS",
            "* OK [UIDVALIDITY 5] ok",
            "* OK [UIDNEXT 9] ok",
        ],
        "FETCH" => &[
            "* 1 FETCH (UID 7 INTERNALDATE \"05-Mar-2024 09:20:30 +0000\" RFC822.SIZE 100)",
            "* 2 FETCH (UID 8 INTERNALDATE \"06-Mar-2024 09:20:30 +0000\" RFC822.SIZE 102)",
        ],
        "UID" => &["* SEARCH 7"],
        _ => &[],
    };
    lines.iter().map(|line| (*line).to_owned()).collect()
}

/// Everything that has come and is not read yet, at least one command, each with its tag; none when the client has gone.
fn together(peer: &mut Peer) -> Vec<(String, String)> {
    let mut all = Vec::new();
    loop {
        let line = peer.hear_line();
        let Some((tag, command)) = line.split_once(' ') else {
            return all;
        };
        all.push((tag.to_owned(), command.to_owned()));
        if !peer.reader.buffer().contains(&b'\n') {
            return all;
        }
    }
}

fn say(peer: &mut Peer, lines: &[String]) {
    for line in lines {
        peer.say(line);
    }
}

/// What a server does with the commands that came together.
type Habit = fn(&mut Peer, &[(String, String)]);

/// In order, one after the other.
fn in_order(peer: &mut Peer, commands: &[(String, String)]) {
    for (tag, command) in commands {
        say(peer, &data(command));
        peer.say(&format!("{tag} OK done"));
    }
}

/// How many connections were made, what the listing and a look into Sent have shown, and whether it is known that the host
/// takes one command at a time.
async fn seen(habit: Habit) -> (Result<Listing, LookError>, usize, OneByOne) {
    let connections = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&connections);
    let script = Script::play(move |peer| {
        *counted.lock().unwrap() += 1;
        peer.let_in("NAMESPACE UNSELECT");
        loop {
            let commands = together(peer);
            if commands.is_empty() {
                return;
            }
            habit(peer, &commands);
        }
    });
    let known = OneByOne::default();
    let endpoint = Endpoint {
        one_by_one: known.clone(),
        ..endpoint(script.port, Security::Plaintext)
    };
    let session = connect(&endpoint, &password(), account(script.port)).await;
    let mut session = session.unwrap();
    let listing = async {
        let mut listing = session.listing("now".to_owned()).await?;
        let looks = [(name("Sent"), SampleDepth::default())].into();
        session.sample(&mut listing, &looks).await?;
        Ok(listing)
    }
    .await;
    let connections = *connections.lock().unwrap();
    (listing, connections, known)
}

fn is_whole(listing: &Listing) {
    for name in ["INBOX", "Sent"] {
        let status = &listing.find(name.as_bytes()).unwrap().status;
        assert_eq!(
            (status.messages, status.uid_validity),
            (Some(2), Some(5)),
            "{name}"
        );
    }
    let sent = listing.find(b"Sent").unwrap();
    assert_eq!(sent.subscribed, Some(true));
    let sample = sent.sample.as_ref().unwrap();
    assert_eq!(
        (sample.deleted, sample.last.map(|(_, size)| size)),
        (Some(1), Some(102))
    );
}

#[tokio::test]
async fn answers_may_come_in_any_order_that_the_protocol_allows() {
    // What opens a mailbox is a border; between two of them all is turned round, or all tagged lines come last.
    fn groups(commands: &[(String, String)]) -> Vec<Vec<(String, String)>> {
        let mut groups: Vec<Vec<(String, String)>> = Vec::new();
        for one in commands {
            let opens = one.1.starts_with("EXAMINE") || one.1.starts_with("UNSELECT");
            if opens || groups.is_empty() {
                groups.push(Vec::new());
            }
            groups.last_mut().unwrap().push(one.clone());
            if opens {
                groups.push(Vec::new());
            }
        }
        groups
    }
    let turned: Habit = |peer, commands| {
        for group in groups(commands) {
            let turned: Vec<(String, String)> = group.into_iter().rev().collect();
            in_order(peer, &turned);
        }
    };
    let tags_last: Habit = |peer, commands| {
        for group in groups(commands) {
            for (_, command) in group.iter().rev() {
                say(peer, &data(command));
            }
            for (tag, _) in &group {
                peer.say(&format!("{tag} OK done"));
            }
        }
    };
    for habit in [in_order, turned, tags_last] {
        let (listing, connections, known) = seen(habit).await;
        is_whole(&listing.unwrap());
        assert_eq!(connections, 1);
        assert_eq!(format!("{known:?}"), format!("{:?}", OneByOne::default()));
    }
}

#[tokio::test]
async fn servers_that_do_not_take_commands_together_are_asked_one_by_one_and_the_host_is_known() {
    let habits: [(&str, Habit); 8] = [
        ("reads the first and drops the rest", |peer, commands| {
            in_order(peer, &commands[..1]);
        }),
        ("reads the last and drops the rest", |peer, commands| {
            in_order(peer, &commands[commands.len() - 1..]);
        }),
        ("drops all", |peer, commands| {
            if commands.len() == 1 {
                in_order(peer, commands);
            }
        }),
        ("answers all by the tag of the first", |peer, commands| {
            for (_, command) in commands {
                say(peer, &data(command));
                peer.say(&format!("{} OK done", commands[0].0));
            }
        }),
        ("answers by tags of its own", |peer, commands| {
            for (number, (tag, command)) in commands.iter().enumerate() {
                say(peer, &data(command));
                let tag = if number == 0 {
                    tag.clone()
                } else {
                    format!("A{number}")
                };
                peer.say(&format!("{tag} OK done"));
            }
        }),
        ("takes the rest for one bad command", |peer, commands| {
            in_order(peer, &commands[..1]);
            for (tag, _) in &commands[1..] {
                peer.say(&format!("{tag} BAD one at a time"));
            }
        }),
        ("opens a mailbox without counting it", |peer, commands| {
            for (tag, command) in commands {
                let mut data = data(command);
                if commands.len() > 1 {
                    data.retain(|line| !line.ends_with("EXISTS"));
                }
                say(peer, &data);
                peer.say(&format!("{tag} OK done"));
            }
        }),
        ("closes the connection", |peer, commands| {
            if commands.len() == 1 {
                in_order(peer, commands);
            } else {
                peer.close();
            }
        }),
    ];
    for (what, habit) in habits {
        let (listing, connections, known) = seen(habit).await;
        is_whole(&listing.unwrap_or_else(|error| panic!("{what}: {error}")));
        assert!(connections <= 2, "{what}: {connections} connections");
        assert!(format!("{known:?}").contains("127.0.0.1"), "{what}");
    }
}

#[tokio::test]
async fn a_host_that_takes_one_command_at_a_time_is_known_to_all_its_accounts() {
    let script = Script::play(|peer| {
        peer.let_in("NAMESPACE UNSELECT");
        loop {
            let commands = together(peer);
            match commands.len() {
                0 => return,
                1 => in_order(peer, &commands),
                _ => peer.close(),
            }
        }
    });
    let endpoint = endpoint(script.port, Security::Plaintext);
    for _ in 0..3 {
        let session = connect(&endpoint, &password(), account(script.port)).await;
        session.unwrap().listing("now".to_owned()).await.unwrap();
    }
    let heard = script.heard();
    let logins = heard.iter().filter(|line| line.starts_with("AUTH")).count();
    // The first account found it out and came again; the others knew.
    assert_eq!(logins, 4);
}

#[tokio::test]
async fn a_server_that_refuses_for_good_is_asked_alone_once_and_keeps_its_flights() {
    let (listing, connections, known) = seen(|peer, commands| {
        for (tag, command) in commands {
            if command.starts_with("UID SEARCH") {
                peer.say(&format!("{tag} BAD no searches"));
            } else {
                say(peer, &data(command));
                peer.say(&format!("{tag} OK done"));
            }
        }
    })
    .await;
    let listing = listing.unwrap();
    let sample = listing.find(b"Sent").unwrap().sample.as_ref().unwrap();
    assert_eq!(
        (sample.deleted, sample.last.map(|(_, size)| size)),
        (None, Some(102))
    );
    assert_eq!(connections, 1);
    assert_eq!(format!("{known:?}"), format!("{:?}", OneByOne::default()));
}

// ---- what is no response

#[tokio::test]
async fn lines_that_are_no_responses_are_dropped_wherever_they_come() {
    for stray in [
        "[COPYUID 5 1:2 7:8]",
        "",
        "*",
        "* ",
        "OK",
        "BYE",
        "OK MOVE completed.",
        "[ALERT] maintenance tonight",
        "<html>busy</html>",
        "\u{1}\u{2}\u{ff}",
        "R0001 MAYBE done",
        "Error: 12",
        "-ERR what",
        "{5}",
    ] {
        let script = Script::play(move |peer| {
            peer.let_in("NAMESPACE UNSELECT");
            loop {
                let commands = together(peer);
                if commands.is_empty() {
                    return;
                }
                for (tag, command) in commands {
                    peer.say(stray);
                    say(peer, &data(&command));
                    peer.say(stray);
                    peer.say(&format!("{tag} OK done"));
                }
            }
        });
        let mut session = enter(&script, &password()).await.unwrap();
        let listing = session.listing("now".to_owned()).await;
        let listing = listing.unwrap_or_else(|error| panic!("{stray:?}: {error}"));
        assert_eq!(listing.mailboxes.len(), 2, "{stray:?}");
        assert_eq!(session.strays(), 2 * 5, "{stray:?}");
    }
}

#[tokio::test]
async fn a_text_that_is_longer_than_it_says_ends_the_connection() {
    // Its rest may hold anything: here an answer that would be believed.
    let script = Script::play(|peer| {
        peer.let_in("UNSELECT");
        peer.answer(&["* 1 EXISTS", "* OK [UIDVALIDITY 5] ok"]);
        peer.hear();
        peer.say("* 1 FETCH (UID 7 FLAGS () BODY[] {4}\r\nSubject: x\r\n{tag} OK done");
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    let access = rolecall::store::Access::ReadOnly;
    session.open(&name("Sent"), access).await.unwrap();
    let depth = rolecall::store::Depth::Content;
    let uids = rolecall::model::uid::UidSet::new(vec![7]);
    let error = session.messages(&uids, depth).await.unwrap_err();
    assert!(error.to_string().contains("longer than it says"), "{error}");
}

#[tokio::test]
async fn lines_that_are_no_responses_have_an_end() {
    let script = Script::play(|peer| {
        peer.let_in("UNSELECT");
        peer.hear();
        peer.say_octets(&b"what\r\n".repeat(2_000));
        peer.say("{tag} OK done");
        peer.wait();
    });
    let mut session = enter(&script, &password()).await.unwrap();
    let error = session.status(&name("Sent")).await.unwrap_err();
    assert!(error.to_string().contains("too many lines"), "{error}");
}

// ---- the end of a login

#[tokio::test]
async fn an_answer_to_an_earlier_command_lets_nobody_in() {
    let script = Script::play(|peer| {
        peer.say("* OK hello");
        peer.hear();
        peer.say("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR");
        peer.say("{tag} OK");
        peer.hear();
        peer.say("R0001 OK [CAPABILITY IMAP4rev1] in");
        peer.wait();
    });
    let error = enter(&script, &password()).await.err().unwrap();
    assert!(
        error
            .message
            .english()
            .contains("did not answer to the login"),
        "{error:?}"
    );
    assert_eq!(script.heard().len(), 2);
}

#[tokio::test]
async fn a_goodbye_ends_the_wait_though_the_connection_stays_open() {
    let script = Script::play(|peer| {
        peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello");
        peer.hear();
        peer.say("* BYE [UNAVAILABLE] shutting down");
        peer.wait();
    });
    let patient = Endpoint {
        timeout: std::time::Duration::from_secs(600),
        ..endpoint(script.port, Security::Plaintext)
    };
    let error = connect(&patient, &password(), account(script.port)).await;
    let error = error.err().unwrap();
    assert!(
        error.message.english().contains("shutting down"),
        "{error:?}"
    );
    assert!(error.passing.is_some(), "{error:?}");
}

#[tokio::test]
async fn what_is_said_without_end_is_given_up_in_time_whatever_the_command() {
    for piece in ["+ x\r\n", "x", "* OK [ALERT] wait\r\n", "what\r\n"] {
        let script = Script::play(move |peer| {
            peer.let_in("UNSELECT");
            peer.hear();
            for _ in 0..600 {
                peer.say_octets(piece.as_bytes());
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        });
        let mut session = enter(&script, &password()).await.unwrap();
        let error = session.status(&name("Sent")).await.unwrap_err();
        assert!(
            error.to_string().contains("did not end its answer"),
            "{piece:?}: {error}"
        );
    }
}

#[tokio::test]
async fn what_an_earlier_connection_was_still_to_be_told_answers_nothing_on_the_next() {
    let owed = Mutex::new(None);
    let script = Script::play(move |peer| {
        peer.let_in("UNSELECT");
        let line = peer.hear_line();
        let tag = line.split(' ').next().unwrap();
        let Some(earlier) = owed.lock().unwrap().replace(tag.to_owned()) else {
            return;
        };
        peer.say(&format!("{earlier} NO [NONEXISTENT] no such mailbox"));
        peer.say("* STATUS Sent (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 5)");
        peer.say(&format!("{tag} OK done"));
        peer.wait();
    });
    let endpoint = Endpoint {
        tags: Tags::FromClock,
        ..endpoint(script.port, Security::Plaintext)
    };
    let enter = async || connect(&endpoint, &password(), account(script.port)).await;
    let cut = enter().await.unwrap().status(&name("Sent")).await;
    assert!(cut.is_err(), "{cut:?}");
    let status = enter().await.unwrap().status(&name("Sent")).await.unwrap();
    assert_eq!(status.messages, Some(2));
}
