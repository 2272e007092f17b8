//! The embedded server, seen from outside: raw lines in, raw lines out.

mod acl;
mod delivery;
mod frozen;
mod surprises;
mod views;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use proptest::prelude::*;
use rolecall::demo::{
    At, Calm, Hook, Persona, Point, Server, Verdict, World,
    persona::{Auto, Claims, Keywords},
    providers::{EXCHANGE_FR, GMAIL, GMAIL_FR},
    sample, serve,
};
use tokio::{
    io::{
        AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader,
        DuplexStream,
    },
    net::TcpStream,
};

type Shared = Arc<Mutex<World>>;

/// A world with one user, `u`, password `p`, and these mailboxes.
fn world(persona: Persona, names: &[&str]) -> Shared {
    let mut world = World::new(persona);
    world.add_account("u", "p");
    for name in names {
        world.add_mailbox("u", name).unwrap();
    }
    Arc::new(Mutex::new(world))
}

fn put(world: &Shared, name: &str, messages: usize) {
    for number in 0..messages {
        let body = format!("Message-ID: <{number}@x>\r\n\r\nhi\r\n").into_bytes();
        let mut world = world.lock().unwrap();
        world.add_message("u", name, &["\\Seen"], 0, body).unwrap();
    }
}

fn uids(world: &Shared, name: &str) -> Vec<u32> {
    let world = world.lock().unwrap();
    let mailbox = world.mailbox("u", name).unwrap();
    mailbox.messages().iter().map(|own| own.uid).collect()
}

struct Client<S> {
    stream: BufReader<S>,
}

impl Client<DuplexStream> {
    async fn raw(world: &Shared, hook: Arc<dyn Hook>) -> Self {
        let (near, far) = tokio::io::duplex(1 << 20);
        tokio::spawn(serve(far, Arc::clone(world), hook));
        let mut client = Self {
            stream: BufReader::new(near),
        };
        client.line().await;
        client
    }

    async fn hooked(world: &Shared, hook: Arc<dyn Hook>) -> Self {
        let mut client = Self::raw(world, hook).await;
        client.say("LOGIN u p").await;
        client
    }

    async fn new(world: &Shared) -> Self {
        Self::hooked(world, Arc::new(Calm)).await
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// One line without its end; empty at the end of the connection.
    async fn line(&mut self) -> String {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await.unwrap();
        String::from_utf8_lossy(&line).trim_end().to_owned()
    }

    async fn send(&mut self, octets: impl AsRef<[u8]>) {
        // The server may have hung up already.
        let _ = self.stream.write_all(octets.as_ref()).await;
    }

    /// Sends a command under the tag `a` and returns all lines up to the tagged one, or to the end.
    async fn say(&mut self, command: &str) -> String {
        self.send(format!("a {command}\r\n")).await;
        self.answer().await
    }

    async fn answer(&mut self) -> String {
        let mut lines = Vec::new();
        loop {
            let line = self.line().await;
            let last = line.starts_with("a ") || line.is_empty();
            lines.push(line);
            if last && lines.last().is_some_and(|line| !line.is_empty()) {
                break;
            }
            if last && self.stream.fill_buf().await.unwrap().is_empty() {
                break;
            }
        }
        lines.join("\n").trim_end().to_owned()
    }

    /// All that still comes.
    async fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).await.unwrap();
        String::from_utf8_lossy(&rest).trim_end().to_owned()
    }
}

fn validity(world: &Shared, name: &str) -> u32 {
    let world = world.lock().unwrap();
    world.mailbox("u", name).unwrap().uid_validity
}

#[tokio::test]
async fn list_comes_in_all_its_forms() {
    let world = world(Persona::dovecot(), &["Sent", "B/C", "a b"]);
    let mut client = Client::new(&world).await;
    client.say("SUBSCRIBE Sent").await;
    for (command, expected) in [
        (
            "LIST \"\" *",
            r#"* LIST (\HasNoChildren) "/" INBOX
* LIST (\Noselect \HasChildren) "/" B
* LIST (\HasNoChildren) "/" B/C
* LIST (\HasNoChildren \Sent) "/" Sent
* LIST (\HasNoChildren) "/" "a b"
a OK List completed."#,
        ),
        (
            "LIST \"\" \"\"",
            "* LIST (\\Noselect) \"/\" \"\"\na OK List completed.",
        ),
        (
            "LIST \"B/\" %",
            "* LIST (\\HasNoChildren) \"/\" B/C\na OK List completed.",
        ),
        (
            "LIST (SUBSCRIBED) \"\" *",
            "* LIST (\\Subscribed) \"/\" Sent\na OK List completed.",
        ),
        (
            "LIST (SPECIAL-USE) \"\" *",
            "* LIST (\\Sent) \"/\" Sent\na OK List completed.",
        ),
        (
            "LIST \"\" (inbox \"B/%\") RETURN (CHILDREN STATUS (UIDNEXT MESSAGES))",
            r#"* LIST (\HasNoChildren) "/" INBOX
* STATUS INBOX (MESSAGES 0 UIDNEXT 1)
* LIST (\HasNoChildren) "/" B/C
* STATUS B/C (MESSAGES 0 UIDNEXT 1)
a OK List completed."#,
        ),
        (
            "LIST \"\" % RETURN (SUBSCRIBED SPECIAL-USE)",
            r#"* LIST () "/" INBOX
* LIST (\Noselect) "/" B
* LIST (\Subscribed \Sent) "/" Sent
* LIST () "/" "a b"
a OK List completed."#,
        ),
        (
            "LIST (FOO) \"\" *",
            "a BAD Error in IMAP command LIST: Unknown select options",
        ),
    ] {
        assert_eq!(client.say(command).await, expected, "{command}");
    }
}

#[tokio::test]
async fn a_name_that_is_only_a_level_keeps_its_mark() {
    let world = world(Persona::dovecot(), &["Sent", "Sent/2023"]);
    let mut client = Client::new(&world).await;
    client.say("DELETE Sent").await;
    assert_eq!(
        client
            .say("LIST (SPECIAL-USE) \"\" * RETURN (CHILDREN)")
            .await,
        "* LIST (\\Noselect \\HasChildren \\Sent) \"/\" Sent\na OK List completed."
    );
}

#[tokio::test]
async fn maildir_lists_implied_levels_below_its_prefix() {
    let world = world(Persona::dovecot_inbox_dot(), &["INBOX.B.C"]);
    let mut client = Client::new(&world).await;
    assert_eq!(
        client.say("NAMESPACE").await,
        "* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\na OK Namespace completed."
    );
    assert_eq!(
        client.say("LIST \"\" % RETURN (CHILDREN)").await,
        "* LIST (\\HasChildren) \".\" INBOX\na OK List completed."
    );
    assert_eq!(
        client.say("LIST \"\" * RETURN (CHILDREN)").await,
        r#"* LIST (\HasChildren) "." INBOX
* LIST (\NonExistent \HasChildren) "." INBOX.B
* LIST (\HasNoChildren) "." INBOX.B.C
a OK List completed."#
    );
}

#[tokio::test]
async fn select_says_what_dovecot_says() {
    let world = world(Persona::dovecot(), &["A"]);
    put(&world, "A", 2);
    let v = validity(&world, "A");
    let mut client = Client::new(&world).await;
    let flags = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";
    assert_eq!(
        client.say("SELECT A").await,
        format!(
            "* FLAGS ({flags})\n* OK [PERMANENTFLAGS ({flags} \\*)] Flags permitted.\n* 2 EXISTS\n* 2 RECENT\n\
             * OK [UIDVALIDITY {v}] UIDs valid\n* OK [UIDNEXT 3] Predicted next UID\na OK [READ-WRITE] Select completed."
        )
    );
    assert_eq!(
        client.say("SELECT Nope").await,
        "* OK [CLOSED] Previous mailbox closed.\na NO Mailbox doesn't exist: Nope"
    );
    assert_eq!(
        client.say("UID FETCH 1 FLAGS").await,
        "a BAD No mailbox selected."
    );
}

#[tokio::test]
async fn move_says_copyuid_before_the_expunges_and_other_sessions_hear_of_it_at_their_next_command()
{
    let world = world(Persona::dovecot(), &["A", "B"]);
    put(&world, "B", 4);
    put(&world, "A", 1);
    let v = validity(&world, "A");
    let mut mover = Client::new(&world).await;
    let mut other = Client::new(&world).await;
    mover.say("SELECT B").await;
    other.say("SELECT B").await;
    assert_eq!(
        mover.say("UID MOVE 1:2,4 A").await,
        format!(
            "* OK [COPYUID {v} 1:2,4 2:4] Moved UIDs.\n* 4 EXPUNGE\n* 2 EXPUNGE\n* 1 EXPUNGE\n* 1 RECENT\na OK Move completed."
        )
    );
    // Until it has been told, the other session's numbers stay, and it can read what it knows of.
    assert_eq!(
        other.say("FETCH 4 (UID)").await,
        "* 4 FETCH (UID 4)\na OK Fetch completed."
    );
    assert_eq!(
        other.say("COPY 1:2 A").await,
        "* 4 EXPUNGE\n* 2 EXPUNGE\n* 1 EXPUNGE\na NO [EXPUNGEISSUED] Some of the requested messages no longer exist"
    );
    assert_eq!(
        other.say("UID FETCH 1:* FLAGS").await,
        "* 1 FETCH (UID 3 FLAGS (\\Seen))\na OK Fetch completed."
    );
    assert_eq!(
        (uids(&world, "B"), uids(&world, "A")),
        (vec![3], vec![1, 2, 3, 4])
    );
}

#[tokio::test]
async fn new_mail_is_not_in_a_session_before_it_has_been_told() {
    let world = world(Persona::dovecot(), &["A", "B"]);
    put(&world, "B", 1);
    let mut client = Client::new(&world).await;
    client.say("SELECT B").await;
    put(&world, "B", 1);
    let reply = client.say("UID MOVE 1:* A").await;
    assert!(reply.contains("* 1 EXPUNGE\n* 1 EXISTS"), "{reply}");
    assert_eq!(uids(&world, "B"), [2]);
}

#[tokio::test]
async fn sequence_numbers_stay_while_fetch_store_and_search_are_answered() {
    let world = world(Persona::dovecot(), &["B"]);
    put(&world, "B", 3);
    let mut client = Client::new(&world).await;
    client.say("SELECT B").await;
    let remove_first = || {
        let mut world = world.lock().unwrap();
        let account = world.account_mut("u").unwrap();
        let mailbox = account.mailboxes.get_mut(b"B".as_slice()).unwrap();
        let first = mailbox.messages()[0].uid;
        mailbox.remove(first);
    };
    remove_first();
    for command in ["FETCH 1:3 UID", "SEARCH ALL", "STORE 3 +FLAGS (\\Flagged)"] {
        let reply = client.say(command).await;
        assert!(!reply.contains("EXPUNGE"), "{command}: {reply}");
        assert!(reply.contains('3'), "{command}: {reply}");
    }
    let reply = client.say("UID SEARCH ALL").await;
    assert!(reply.contains("* 1 EXPUNGE"), "{reply}");
}

#[tokio::test]
async fn what_a_persona_does_not_offer_is_missing() {
    let poor = Persona::dovecot().without(&[
        "MOVE",
        "UIDPLUS",
        "LIST-EXTENDED",
        "NAMESPACE",
        "STATUS=SIZE",
        "UNSELECT",
        "ID",
        "SPECIAL-USE",
    ]);
    let world = world(poor, &["A", "B"]);
    put(&world, "B", 1);
    let mut client = Client::new(&world).await;
    let offered = client.say("CAPABILITY").await;
    assert!(
        !offered.contains("MOVE") && !offered.contains("UIDPLUS"),
        "{offered}"
    );
    client.say("SELECT B").await;
    for command in [
        "UID MOVE 1 A",
        "MOVE 1 A",
        "UID EXPUNGE 1",
        "NAMESPACE",
        "UNSELECT",
        "ID NIL",
        "LIST \"\" * RETURN (CHILDREN)",
        "LIST \"\" (A B)",
        "STATUS A (SIZE)",
        "STATUS A (MAILBOXID)",
        "GETQUOTAROOT INBOX",
        "MYRIGHTS INBOX",
        "SETMETADATA A (/private/specialuse \"\\\\Sent\")",
        "UID FETCH 1 EMAILID",
    ] {
        let reply = client.say(command).await;
        assert!(reply.starts_with("a BAD "), "{command}: {reply}");
    }
    assert_eq!(uids(&world, "B"), [1]);
    assert_eq!(client.say("UID COPY 1 A").await, "a OK Copy completed.");
    assert_eq!(uids(&world, "A"), [1]);
}

#[tokio::test]
async fn subscriptions_outlive_their_mailboxes() {
    let world = world(Persona::dovecot(), &["P", "Q/R", "Q/S"]);
    let mut client = Client::new(&world).await;
    for command in [
        "SUBSCRIBE P",
        "SUBSCRIBE Q/R",
        "SUBSCRIBE Q/S",
        "RENAME P S",
    ] {
        assert!(client.say(command).await.starts_with("a OK"), "{command}");
    }
    assert_eq!(
        client
            .say("LIST (SUBSCRIBED) \"\" * RETURN (CHILDREN)")
            .await,
        r#"* LIST (\Subscribed \NonExistent \HasNoChildren) "/" P
* LIST (\Subscribed \HasNoChildren) "/" Q/R
* LIST (\Subscribed \HasNoChildren) "/" Q/S
a OK List completed."#
    );
    assert_eq!(
        client.say("LSUB \"\" %").await,
        "* LSUB () \"/\" P\n* LSUB (\\Noselect) \"/\" Q\na OK Lsub completed."
    );
    assert_eq!(
        client.say("SUBSCRIBE Nope").await,
        "a NO Mailbox doesn't exist: Nope"
    );
}

#[tokio::test]
async fn rename_carries_children_and_leaves_the_mark_on_the_name() {
    let persona = Persona::dovecot().with_auto(&[("Sent", Auto::Create)]);
    let world = world(persona, &["Sent", "Sent/2023"]);
    put(&world, "Sent", 2);
    let mut client = Client::new(&world).await;
    assert_eq!(
        client.say("RENAME Sent Old").await,
        "a OK Rename completed."
    );
    assert_eq!(
        client
            .say("LIST \"\" * RETURN (SPECIAL-USE STATUS (MESSAGES))")
            .await,
        r#"* LIST () "/" INBOX
* STATUS INBOX (MESSAGES 0)
* LIST () "/" Old
* STATUS Old (MESSAGES 2)
* LIST () "/" Old/2023
* STATUS Old/2023 (MESSAGES 0)
* LIST (\Sent) "/" Sent
* STATUS Sent (MESSAGES 0)
a OK List completed."#
    );
    assert_eq!(
        client.say("RENAME Old Sent").await,
        "a NO [ALREADYEXISTS] Target mailbox already exists"
    );
}

#[tokio::test]
async fn a_session_whose_mailbox_is_renamed_or_deleted_is_dropped() {
    for command in ["RENAME B X", "DELETE B"] {
        let world = world(Persona::dovecot(), &["B"]);
        put(&world, "B", 1);
        let mut first = Client::new(&world).await;
        let mut second = Client::new(&world).await;
        first.say("SELECT B").await;
        second.say("SELECT B").await;
        let reply = first.say(command).await;
        assert!(reply.starts_with("a OK"), "{reply}");
        if command == "DELETE B" {
            // What one does to oneself is told at once.
            let rest = first.rest().await;
            assert!(rest.starts_with("* BYE"), "{rest}");
        } else {
            let reply = first.say("NOOP").await;
            assert!(reply.starts_with("* BYE"), "{reply}");
        }
        assert_eq!(first.rest().await, "");
        // The other reads what it knows of, can change nothing, and hears of it with the next news.
        let reply = second.say("UID STORE 1 +FLAGS (\\Deleted)").await;
        assert!(reply.starts_with("a NO"), "{reply}");
        let reply = second.say("LIST \"\" INBOX").await;
        assert!(reply.contains("\na OK"), "{reply}");
        let reply = second.say("UID FETCH 1 FLAGS").await;
        assert!(
            reply.starts_with("* 1 FETCH (UID 1 ") && reply.contains("\n* BYE"),
            "{reply}"
        );
        assert_eq!(second.rest().await, "");
    }
}

#[tokio::test]
async fn over_quota_is_refused_whole() {
    let world = world(Persona::dovecot().with_quota(80), &["A", "B"]);
    put(&world, "B", 2);
    let mut client = Client::new(&world).await;
    client.say("SELECT B").await;
    for command in [
        "UID COPY 1:2 A",
        "APPEND A {40+}\r\n1234567890123456789012345678901234567890",
    ] {
        assert_eq!(
            client.say(command).await,
            "a NO [OVERQUOTA] Quota exceeded (mailbox for user is full)"
        );
    }
    assert_eq!(
        client.say("GETQUOTAROOT A").await,
        "* QUOTAROOT A \"User quota\"\n* QUOTA \"User quota\" (STORAGE 1 0)\na OK Getquotaroot completed."
    );
    assert!(
        client
            .say("UID MOVE 1:2 A")
            .await
            .ends_with("a OK Move completed.")
    );
    assert_eq!(uids(&world, "A").len(), 2);
}

#[tokio::test]
async fn literals_are_asked_for_unless_they_come_unasked() {
    let world = world(Persona::dovecot(), &[]);
    let mut client = Client::new(&world).await;
    client.send("a CREATE {4}\r\n").await;
    assert_eq!(client.line().await, "+ OK");
    client.send("b\"\\c\r\n").await;
    assert_eq!(client.answer().await, "a OK Create completed.");
    assert_eq!(
        client.say("LIST \"\" {1+}\r\n%").await,
        "* LIST (\\HasNoChildren) \"/\" INBOX\n* LIST (\\HasNoChildren) \"/\" \"b\\\"\\\\c\"\na OK List completed."
    );
}

#[tokio::test]
async fn a_message_is_appended_and_read_back_octet_for_octet() {
    let world = world(Persona::dovecot(), &["A"]);
    let v = validity(&world, "A");
    let mut client = Client::new(&world).await;
    let mail = "Subject: x\r\nMessage-ID: <1@x>\r\n\r\nhi\r\n";
    let append = format!(
        "APPEND A (\\Flagged $Fwd) \"01-Feb-2020 10:11:12 +0200\" {{{}+}}\r\n{mail}",
        mail.len()
    );
    assert_eq!(
        client.say(&append).await,
        format!("a OK [APPENDUID {v} 1] Append completed.")
    );
    client.say("SELECT A").await;
    assert_eq!(
        client
            .say(
                "UID FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (Message-ID)])"
            )
            .await,
        "* 1 FETCH (UID 1 FLAGS (\\Flagged \\Recent $Fwd) INTERNALDATE \"01-Feb-2020 08:11:12 +0000\" RFC822.SIZE 37 \
         BODY[HEADER.FIELDS (MESSAGE-ID)] {21}\nMessage-ID: <1@x>\n\n)\na OK Fetch completed."
    );
    assert_eq!(
        client.say("UID FETCH 1 BODY[]").await,
        format!(
            "* 1 FETCH (UID 1 FLAGS (\\Flagged \\Seen \\Recent $Fwd) BODY[] {{37}}\n{})\na OK Fetch completed.",
            mail.replace('\r', "")
        )
    );
    assert_eq!(
        client.say("APPEND Nope {1+}\r\nx").await,
        "a NO [TRYCREATE] Mailbox doesn't exist: Nope"
    );
}

#[tokio::test]
async fn search_finds_by_set_flag_field_and_day() {
    let world = world(Persona::dovecot(), &["B"]);
    put(&world, "B", 4);
    let mut client = Client::new(&world).await;
    client.say("SELECT B").await;
    client
        .say("UID STORE 2 +FLAGS.SILENT (\\Deleted $label1)")
        .await;
    client.say("UID STORE 1 -FLAGS.SILENT (\\Seen)").await;
    client.say("UID STORE 3 +FLAGS.SILENT (\\Deleted)").await;
    client.say("UID EXPUNGE 3").await;
    for (keys, expected) in [
        ("ALL", " 1 2 4"),
        ("UID 2:3", " 2"),
        ("UID 99:*", " 4"),
        ("3", " 4"),
        ("DELETED", " 2"),
        ("UNDELETED", " 1 4"),
        ("UNSEEN", " 1"),
        ("KEYWORD $LABEL1", " 2"),
        ("UNKEYWORD $label1", " 1 4"),
        ("HEADER message-id \"<3@X>\"", " 4"),
        ("HEADER Message-ID \"\"", " 1 2 4"),
        ("HEADER Subject \"\"", ""),
        ("NOT UID 1 SEEN", " 2 4"),
        ("OR UNSEEN DELETED", " 1 2"),
        ("(SEEN (UNDELETED))", " 4"),
        ("SINCE 1-Jan-1970 BEFORE 2-Jan-1970", " 1 2 4"),
        ("SINCE 2-Jan-1970", ""),
    ] {
        assert_eq!(
            client.say(&format!("UID SEARCH {keys}")).await,
            format!("* SEARCH{expected}\na OK Search completed."),
            "{keys}"
        );
    }
    assert_eq!(
        client.say("SEARCH UID 4").await,
        "* SEARCH 3\na OK Search completed."
    );
    let deep = format!("SEARCH {}ALL", "NOT ".repeat(10_000));
    assert_eq!(
        client.say(&deep).await,
        "a BAD Error in IMAP command SEARCH: Too deep"
    );
}

#[tokio::test]
async fn only_dovecot_moves_out_of_an_examined_mailbox_and_nobody_stores() {
    for (persona, moved) in [(Persona::dovecot(), true), (Persona::cyrus(), false)] {
        let world = world(persona, &["A", "B"]);
        put(&world, "B", 1);
        let mut client = Client::new(&world).await;
        let reply = client.say("EXAMINE B").await;
        assert!(
            reply.contains("[PERMANENTFLAGS ()]") && reply.contains("[READ-ONLY]"),
            "{reply}"
        );
        client.say("UID STORE 1 +FLAGS (\\Deleted)").await;
        client.say("UID FETCH 1 BODY[]").await;
        client.say("EXPUNGE").await;
        assert_eq!(
            client.say("UID FETCH 1 FLAGS").await,
            "* 1 FETCH (UID 1 FLAGS (\\Seen \\Recent))\na OK Fetch completed."
        );
        client.say("UID MOVE 1 A").await;
        assert_eq!(uids(&world, "B").is_empty(), moved);
    }
}

#[tokio::test]
async fn examine_leaves_messages_recent_and_select_takes_that_from_the_next() {
    let world = world(Persona::dovecot(), &["B"]);
    put(&world, "B", 2);
    let mut client = Client::new(&world).await;
    for (command, recent) in [("EXAMINE", 2), ("SELECT", 2), ("SELECT", 0)] {
        let reply = client.say(&format!("{command} B")).await;
        assert!(
            reply.contains(&format!("* {recent} RECENT")),
            "{command}: {reply}"
        );
    }
}

#[tokio::test]
async fn store_tells_only_what_it_has_changed() {
    let world = world(Persona::dovecot(), &["B"]);
    put(&world, "B", 2);
    let mut client = Client::new(&world).await;
    client.say("SELECT B").await;
    client.say("STORE 1 +FLAGS.SILENT (\\Flagged)").await;
    assert_eq!(
        client.say("STORE 1:2 +FLAGS (\\Flagged)").await,
        "* 2 FETCH (FLAGS (\\Flagged \\Seen \\Recent))\na OK Store completed."
    );
}

#[tokio::test]
async fn close_expunges_and_unselect_does_not() {
    for (command, left) in [("CLOSE", 0), ("UNSELECT", 1)] {
        let world = world(Persona::dovecot(), &["B"]);
        put(&world, "B", 1);
        let mut client = Client::new(&world).await;
        client.say("SELECT B").await;
        client.say("STORE 1 +FLAGS (\\Deleted)").await;
        let reply = client.say(command).await;
        assert!(reply.starts_with("a OK"), "{reply}");
        assert_eq!(uids(&world, "B").len(), left, "{command}");
    }
}

#[tokio::test]
async fn cyrus_lets_marks_be_set_and_ids_follow_a_rename() {
    let world = world(Persona::cyrus(), &["S", "T"]);
    put(&world, "S", 1);
    let mut client = Client::new(&world).await;
    let id = client.say("STATUS S (MAILBOXID)").await;
    let beside = client.say("STATUS S (MESSAGES MAILBOXID)").await;
    let told = |reply: &str| reply.split("MAILBOXID (").nth(1).unwrap().to_owned();
    assert_ne!(told(&id), told(&beside), "it is garbage beside other items");
    for (command, expected) in [
        (
            "SETMETADATA S (/private/specialuse \"\\\\Sent\")",
            "a OK Setmetadata completed.",
        ),
        (
            "SETMETADATA T (/private/specialuse {5+}\r\n\\Sent)",
            "a NO SPECIAL-USE flag conflict",
        ),
        (
            "CREATE U (USE (\\Sent))",
            "a NO [USEATTR] SPECIAL-USE flag conflict",
        ),
        ("DELETE S", "a NO SPECIAL-USE flag conflict"),
        ("RENAME S S2", "a OK Rename completed."),
        (
            "LIST (SPECIAL-USE) \"\" *",
            "* LIST (\\Sent) \"/\" \"S2\"\na OK List completed.",
        ),
        (
            "GETMETADATA S2 /private/specialuse",
            "* METADATA \"S2\" (/private/specialuse {5}\n\\Sent)\na OK Getmetadata completed.",
        ),
        (
            "SETMETADATA S2 (/private/specialuse NIL)",
            "a OK Setmetadata completed.",
        ),
    ] {
        assert_eq!(client.say(command).await, expected, "{command}");
    }
    let reply = client.say("CREATE U (USE (\\Sent))").await;
    assert!(reply.starts_with("a OK [MAILBOXID ("), "{reply}");
    let renamed = client.say("STATUS S2 (MAILBOXID)").await;
    assert_eq!(renamed.replace("S2", "S"), id);
    client.say("SELECT S2").await;
    let email_id = client.say("UID FETCH 1 EMAILID").await;
    assert!(email_id.contains("EMAILID (M"), "{email_id}");
    let id = email_id.split(['(', ')']).nth(2).unwrap();
    let told = client.say(&format!("UID SEARCH EMAILID {id}")).await;
    assert!(told.contains("* SEARCH 1\n"), "{told}");
    let told = client
        .say(&format!("UID SEARCH OR EMAILID Mx EMAILID {id}"))
        .await;
    assert!(told.contains("* SEARCH 1\n"), "{told}");
    assert!(
        !client
            .say("UID SEARCH EMAILID Mx")
            .await
            .contains("SEARCH 1")
    );
    client.say("UID MOVE 1 T").await;
    client.say("SELECT T").await;
    assert_eq!(client.say("UID FETCH 1 EMAILID").await, email_id);
}

#[tokio::test]
async fn mailutils_refuses_keywords_and_others_drop_them() {
    let fixed = Persona {
        keywords: Keywords::Only(vec!["$Forwarded"]),
        ..Persona::dovecot()
    };
    let world_of_fixed = world(fixed, &["B"]);
    put(&world_of_fixed, "B", 1);
    let mut client = Client::new(&world_of_fixed).await;
    let reply = client.say("SELECT B").await;
    assert!(reply.contains("\\Draft $Forwarded)]"), "{reply}");
    client.say("STORE 1 +FLAGS ($Forwarded $label1)").await;
    assert_eq!(
        client.say("UID FETCH 1 FLAGS").await,
        "* 1 FETCH (UID 1 FLAGS (\\Seen \\Recent $Forwarded))\na OK Fetch completed."
    );

    let world = world(Persona::mailutils(), &["B"]);
    put(&world, "B", 1);
    let mut client = Client::new(&world).await;
    client.say("SELECT B").await;
    let reply = client.say("STORE 1 +FLAGS ($label1)").await;
    assert!(reply.starts_with("a BAD"), "{reply}");
}

#[tokio::test]
async fn the_master_user_logs_in_for_others_and_nobody_else_does() {
    // Base64 of u NUL admin NUL secret, u NUL u NUL p, x NUL u NUL p.
    let (master, own, other) = ("dQBhZG1pbgBzZWNyZXQ=", "dQB1AHA=", "eAB1AHA=");
    let persona = Persona {
        master: Some(("admin".to_owned(), "secret".to_owned())),
        ..Persona::dovecot()
    };
    let world = world(persona, &["A"]);
    world.lock().unwrap().add_account("x", "y");
    for (response, enters) in [
        (master, true),
        (own, true),
        (other, false),
        ("dQBhZG1pbgBwAA==", false),
    ] {
        let mut client = Client::raw(&world, Arc::new(Calm)).await;
        let reply = client.say(&format!("AUTHENTICATE PLAIN {response}")).await;
        assert_eq!(reply.starts_with("a OK [CAPABILITY"), enters, "{reply}");
        let listed = client.say("LIST \"\" A").await;
        assert_eq!(listed.starts_with("* LIST"), enters, "{listed}");
    }
    let mut client = Client::raw(&world, Arc::new(Calm)).await;
    client.send("a AUTHENTICATE PLAIN\r\n").await;
    assert_eq!(client.line().await, "+");
    client.send(format!("{own}\r\n")).await;
    assert!(client.answer().await.starts_with("a OK"));
}

/// Gives its verdict at one point of one command.
struct On(&'static str, fn(Point<'_>) -> bool, Verdict);

impl Hook for On {
    fn reached(&self, at: &At<'_>, _: &mut World) -> Verdict {
        if at.command == self.0 && (self.1)(at.point) {
            self.2.clone()
        } else {
            Verdict::GoOn
        }
    }
}

async fn disturbed(point: fn(Point<'_>) -> bool, verdict: Verdict) -> (Shared, String) {
    let world = world(Persona::dovecot(), &["A", "B"]);
    put(&world, "B", 2);
    let mut client = Client::hooked(&world, Arc::new(On("UID MOVE", point, verdict))).await;
    client.say("SELECT B").await;
    client.send("a UID MOVE 1:2 A\r\n").await;
    let reply = match tokio::time::timeout(Duration::from_secs(5), client.answer()).await {
        Ok(reply) => reply,
        Err(_) => "(silence)".to_owned(),
    };
    (world, reply)
}

#[tokio::test]
async fn a_command_is_cut_off_before_and_after_its_effect_and_within_its_reply() {
    let before = |point: Point<'_>| point == Point::Before;
    let after = |point: Point<'_>| point == Point::After;
    let reply = |point: Point<'_>| matches!(point, Point::Reply(_));
    for (point, verdict, moved, said) in [
        (before as fn(Point<'_>) -> bool, Verdict::Cut, 0, ""),
        (before, Verdict::CutAndFinish, 2, ""),
        (before, Verdict::CutAndFinishLater, 0, ""),
        (
            before,
            Verdict::Refuse("[INUSE] Busy".to_owned()),
            0,
            "a NO [INUSE] Busy",
        ),
        (after, Verdict::Cut, 2, ""),
        (
            after,
            Verdict::Wait(Duration::from_millis(1)),
            2,
            "* OK [COPYUID",
        ),
        (reply, Verdict::CutAt(4), 2, "* OK"),
        (
            reply,
            Verdict::Say(b"a OK [COPYUID 0 1 1] So it is\r\n".to_vec()),
            2,
            "a OK [COPYUID 0 1 1] So it is",
        ),
        (reply, Verdict::Cut, 2, ""),
    ] {
        let (world, reply) = disturbed(point, verdict.clone()).await;
        assert_eq!(uids(&world, "A").len(), moved, "{verdict:?}");
        assert!(reply.starts_with(said), "{verdict:?}: {reply}");
        assert!(!said.is_empty() || reply.is_empty(), "{verdict:?}: {reply}");
        assert!(verdict != Verdict::CutAt(4) || reply.len() == 4, "{reply}");
        let late = world.lock().unwrap().run_late();
        assert_eq!(late, usize::from(verdict == Verdict::CutAndFinishLater));
        let all = if late == 1 { 2 } else { moved };
        assert_eq!(
            (uids(&world, "A").len(), uids(&world, "B").len()),
            (all, 2 - all)
        );
    }
}

/// Counts how often a command is seen done.
struct Done(Mutex<usize>);

impl Hook for Done {
    fn reached(&self, at: &At<'_>, world: &mut World) -> Verdict {
        if at.point == Point::After && world.mailbox("u", "New").is_some() {
            *self.0.lock().unwrap() += 1;
        }
        match (at.command, at.point) {
            ("CREATE", Point::Before) => Verdict::CutAndFinish,
            _ => Verdict::GoOn,
        }
    }
}

#[tokio::test]
async fn a_hook_sees_the_effect_of_a_command_whose_connection_it_has_cut() {
    let world = world(Persona::dovecot(), &[]);
    let hook = Arc::new(Done(Mutex::default()));
    let mut client = Client::hooked(&world, Arc::clone(&hook) as Arc<dyn Hook>).await;
    assert_eq!(client.say("CREATE New").await, "");
    assert_eq!(*hook.0.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_move_refused_half_way_says_what_it_moved() {
    let world = world(
        Persona {
            move_commit: 1,
            ..Persona::dovecot()
        },
        &["A", "B"],
    );
    put(&world, "B", 2);
    let point = |point: Point<'_>| point == Point::Left { so_far: 1 };
    let hook = On(
        "UID MOVE",
        point,
        Verdict::Refuse("[LIMIT] Enough".to_owned()),
    );
    let mut client = Client::hooked(&world, Arc::new(hook)).await;
    client.say("SELECT B").await;
    let v = validity(&world, "A");
    assert_eq!(
        client.say("UID MOVE 1:2 A").await,
        format!("* OK [COPYUID {v} 1 1] Moved UIDs.\n* 1 EXPUNGE\n* 1 RECENT\na NO [LIMIT] Enough")
    );
}

#[tokio::test]
async fn a_late_rename_and_a_late_delete_are_done_when_they_are_asked_for() {
    let world = world(Persona::dovecot(), &["B", "D"]);
    let before = |point: Point<'_>| point == Point::Before;
    for (command, name) in [("RENAME B C", "RENAME"), ("DELETE D", "DELETE")] {
        let hook = Arc::new(On(name, before, Verdict::CutAndFinishLater));
        let mut client = Client::hooked(&world, hook).await;
        assert_eq!(client.say(command).await, "");
    }
    let there = |name: &str| world.lock().unwrap().mailbox("u", name).is_some();
    assert_eq!((there("B"), there("C"), there("D")), (true, false, true));
    assert_eq!(world.lock().unwrap().run_late(), 2);
    assert_eq!((there("B"), there("C"), there("D")), (false, true, false));
}

#[tokio::test]
async fn a_connection_may_be_refused_at_the_door() {
    let world = world(Persona::dovecot(), &[]);
    let hook = On(
        "",
        |point| point == Point::Opened,
        Verdict::Refuse("[LIMIT] Full".to_owned()),
    );
    let (near, far) = tokio::io::duplex(1_024);
    tokio::spawn(serve(far, Arc::clone(&world), Arc::new(hook)));
    let mut client = Client {
        stream: BufReader::new(near),
    };
    assert_eq!(client.rest().await, "* BYE [LIMIT] Full");
}

#[tokio::test]
async fn the_server_listens_on_this_machine_turns_away_the_sixty_fifth_and_ends_when_dropped() {
    let server = Server::start(sample::world(Persona::dovecot()), 0)
        .await
        .unwrap();
    let address = ("127.0.0.1", server.port());
    let mut clients = Vec::new();
    for number in 1..=65 {
        let mut client = Client {
            stream: BufReader::new(TcpStream::connect(address).await.unwrap()),
        };
        let greeting = client.line().await;
        assert_eq!(
            greeting.starts_with("* OK [CAPABILITY IMAP4rev1 "),
            number <= 64,
            "{number}: {greeting}"
        );
        clients.push(client);
    }
    assert!(
        clients[0]
            .say("LOGIN camille demo")
            .await
            .starts_with("a OK")
    );
    drop(server);
    assert_eq!(clients[0].rest().await, "");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn camille_is_met_by_a_mess() {
    let world = Arc::new(Mutex::new(sample::world(Persona::dovecot_inbox_dot())));
    let mut client = Client::raw(&world, Arc::new(Calm)).await;
    client.say("LOGIN camille demo").await;
    let listed = client.say("LIST (SPECIAL-USE) \"\" *").await;
    assert_eq!(listed.lines().count(), 6, "{listed}");
    assert_eq!(
        client
            .say("LIST \"\" \"INBOX.*nvoy*\" RETURN (SUBSCRIBED STATUS (MESSAGES))")
            .await,
        r#"* LIST (\Subscribed) "." "INBOX.&AMk-l&AOk-ments envoy&AOk-s"
* STATUS "INBOX.&AMk-l&AOk-ments envoy&AOk-s" (MESSAGES 7)
* LIST (\Subscribed) "." "INBOX.&AMk-l&AOk-ments envoy&AOk-s.2023"
* STATUS "INBOX.&AMk-l&AOk-ments envoy&AOk-s.2023" (MESSAGES 5)
* LIST () "." "INBOX.Courrier envoy&AOk-"
* STATUS "INBOX.Courrier envoy&AOk-" (MESSAGES 23)
a OK List completed."#
    );
}

#[tokio::test]
async fn hostile_lines_are_answered_and_nothing_breaks() {
    let world = world(Persona::dovecot(), &["B"]);
    put(&world, "B", 2);
    let long = "x".repeat(70_000);
    let nested = "(".repeat(50_000);
    for line in [
        "",
        " ",
        "a",
        "a ",
        "a UID",
        "a UID FETCH",
        "a FETCH",
        "a FETCH 1",
        "a FETCH 1 BODY[",
        "a FETCH 1 BODY[]<9",
        "a FETCH 1 BODY[]<18446744073709551615.18446744073709551615>",
        "a FETCH 4294967295:1 UID",
        "a FETCH 4294967296 UID",
        "a FETCH 0:* UID",
        "a STORE 1 FLAGS",
        "a STORE 1 +FLAGS (\\Recent)",
        "a SEARCH (",
        "a SEARCH UID",
        "a SEARCH OR ALL",
        "a LIST",
        "a LIST \"\" ((((",
        "a LIST \"\" \"\\",
        "a APPEND",
        "a APPEND B",
        "a APPEND B x",
        "a RENAME B",
        "a STATUS B",
        "a STATUS B (",
        "a CREATE (x)",
        "a CREATE \"\"",
        "* x",
        "+ x",
        "a {99999999999999999999}",
        "a NOOP {3}x",
        "a \u{e9}\u{fffd}",
        "a SELECT {0}",
        "a LOGIN",
        "a SETMETADATA B (",
        "a GETQUOTA",
        "a AUTHENTICATE",
        &format!("a NOOP {long}"),
        &format!("a LIST \"\" {nested}"),
        &long,
        &format!("a LIST \"\" \"{}\"", "*a".repeat(3_000)),
    ] {
        let mut client = Client::new(&world).await;
        client.say("SELECT B").await;
        client.send(format!("{line}\r\n")).await;
        client.send("\r\nb LOGOUT\r\n").await;
        let reply = tokio::time::timeout(Duration::from_secs(20), client.rest()).await;
        let reply = reply.unwrap_or_else(|_| panic!("no end after {line:.60}"));
        assert!(reply.contains("BYE"), "{line:.60}: {reply:.200}");
    }
    assert_eq!(uids(&world, "B"), [1, 2]);
}

#[tokio::test]
async fn a_nul_and_a_huge_literal_end_the_connection_before_anything_is_read() {
    let world = world(Persona::dovecot(), &["B"]);
    for (line, why) in [
        ("a CREATE a\0b", "* BYE NUL in command"),
        ("a CREATE {70000}", "* BYE Literal size too large"),
        ("a APPEND B {33554433}", "* BYE Literal size too large"),
        (
            "a APPEND B {99999999999999999999999}",
            "* BYE Literal size too large",
        ),
    ] {
        let mut client = Client::new(&world).await;
        client.send(format!("{line}\r\n")).await;
        assert_eq!(client.rest().await, why, "{line:?}");
    }
    let mut client = Client::raw(&world, Arc::new(Calm)).await;
    client.send("a APPEND B {70000}\r\n").await;
    assert_eq!(client.rest().await, "* BYE Literal size too large");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn whatever_octets_come_the_server_does_not_panic(
        lines in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                "a (UID )?(FETCH|STORE|SEARCH|COPY|MOVE|EXPUNGE|LIST|STATUS|RENAME|APPEND|SELECT) [ -~]{0,40}".prop_map(String::into_bytes),
                "a (UID )?(FETCH|STORE|SEARCH|COPY|MOVE) [0-9:*,]{1,6} (\\(|BODY\\[|FLAGS|ALL|B|INBOX|\\+FLAGS|NOT|OR|\\)|\\]| ){0,6}".prop_map(String::into_bytes),
            ],
            0..12,
        )
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = world(Persona::cyrus(), &["B"]);
            put(&world, "INBOX", 3);
            let (near, far) = tokio::io::duplex(1 << 20);
            let served = tokio::spawn(serve(far, Arc::clone(&world), Arc::new(Calm)));
            let (mut reader, mut writer) = tokio::io::split(near);
            let mut sent = b"a LOGIN u p\r\na SELECT INBOX\r\n".to_vec();
            for line in lines {
                sent.extend(line);
                sent.extend_from_slice(b"\r\n");
            }
            let _ = writer.write_all(&sent).await;
            let _ = writer.shutdown().await;
            let mut reply = Vec::new();
            reader.read_to_end(&mut reply).await.unwrap();
            served.await.unwrap().unwrap_or_default();
        });
    }
}

// ------------------------------------------------------------------------------------- servers that few have met

#[tokio::test]
async fn a_uid_validity_may_be_zero() {
    let world = world(Persona::uid_validity_zero(), &["A"]);
    let mut client = Client::new(&world).await;
    assert!(client.say("SELECT A").await.contains("[UIDVALIDITY 0]"));
    let told = client.say("STATUS INBOX (UIDVALIDITY)").await;
    assert!(told.contains("(UIDVALIDITY 0)"), "{told}");
}

#[tokio::test]
async fn uids_may_be_new_in_each_session() {
    let world = world(Persona::uids_not_sticky(), &["A"]);
    let mut client = Client::new(&world).await;
    let told = client.say("SELECT A").await;
    assert!(told.contains("* NO [UIDNOTSTICKY]"), "{told}");
}

#[tokio::test]
async fn copyuid_may_lie() {
    for (claims, said) in [
        (Claims::True, "1700000003 2:3 1:2"),
        (Claims::NextUids, "1700000003 2:3 2:3"),
        (Claims::SourceUids, "1700000003 2:3 2:3"),
        (Claims::SourceValidity, "1700000002 2:3 1:2"),
    ] {
        let world = world(Persona::lying_copyuid(claims), &["A", "B"]);
        put(&world, "A", 3);
        let mut client = Client::new(&world).await;
        client.say("SELECT A").await;
        for command in ["UID COPY 2:3 B", "UID MOVE 2:3 B"] {
            let told = client.say(command).await;
            let said = if command.contains("MOVE") {
                said.replace(" 1:2", " 3:4").replace("3 2:3 2:3", "3 2:3 ")
            } else {
                said.to_owned()
            };
            assert!(told.contains(&format!("[COPYUID {said}")), "{told}");
        }
        assert_eq!(uids(&world, "B"), [1, 2, 3, 4]);
    }
}

#[tokio::test]
async fn a_deleted_mailbox_may_stay_with_the_session_that_has_it_open() {
    let world = world(Persona::ghost_delete(), &["A", "B"]);
    put(&world, "A", 2);
    let (mut reader, mut other) = (Client::new(&world).await, Client::new(&world).await);
    reader.say("SELECT A").await;
    assert!(other.say("DELETE A").await.starts_with("a OK"));
    assert!(!other.say("LIST \"\" *").await.contains(" A"));
    assert!(other.say("SELECT A").await.starts_with("a NO"));
    for command in ["CREATE A", "RENAME B A"] {
        let told = other.say(command).await;
        assert!(told.contains("NO Mailbox is still in use"), "{told}");
    }
    assert!(reader.say("NOOP").await.starts_with("a OK"));
    let told = reader.say("UID FETCH 1 BODY.PEEK[]").await;
    assert!(told.contains("Message-ID: <0@x>"), "{told}");
    assert!(reader.say("SELECT A").await.contains("* 2 EXISTS"));
    assert!(
        reader
            .say("UID COPY 1 B")
            .await
            .contains("a OK [COPYUID 1700000003 1 1]")
    );
    reader.say("UNSELECT").await;
    assert!(reader.say("SELECT A").await.starts_with("a NO"));
    assert!(other.say("CREATE A").await.starts_with("a OK"));
    assert!(uids(&world, "A").is_empty());
}

#[tokio::test]
async fn a_ghost_goes_with_the_connection_of_its_last_reader() {
    let world = world(Persona::ghost_delete(), &["A"]);
    let (mut reader, mut other) = (Client::new(&world).await, Client::new(&world).await);
    reader.say("SELECT A").await;
    other.say("RENAME A B").await;
    assert!(
        reader.say("NOOP").await.starts_with("a OK"),
        "RFC 2180 §3.4"
    );
    other.say("DELETE B").await;
    assert!(other.say("CREATE B").await.starts_with("a NO"));
    reader.say("LOGOUT").await;
    reader.rest().await;
    assert!(other.say("CREATE B").await.starts_with("a OK"));
}

#[tokio::test]
async fn names_may_have_no_case() {
    let world = world(Persona::case_folding(), &["Sent", "&AMk-t&AOk-"]);
    put(&world, "SENT", 1);
    let mut client = Client::new(&world).await;
    for command in ["CREATE sent", "RENAME Sent sENT", "CREATE &AOk-T&AMk-"] {
        let told = client.say(command).await;
        assert!(told.starts_with("a NO [ALREADYEXISTS]"), "{told}");
    }
    for command in ["LIST \"\" sent", "LIST \"\" SEN%"] {
        let told = client.say(command).await;
        assert!(
            told.contains("* LIST (\\HasNoChildren) \"/\" Sent"),
            "{told}"
        );
    }
    assert!(client.say("SELECT sENT").await.contains("* 1 EXISTS"));
    client.say("CREATE sent/Old").await;
    client.say("SUBSCRIBE SENT/OLD").await;
    assert!(client.say("LSUB \"\" *").await.contains(" Sent/Old"));
    client.say("DELETE SENT/old").await;
    assert!(!client.say("LIST \"\" *").await.contains("Old"));
}

#[tokio::test]
async fn names_may_be_kept_composed() {
    // "é" as one letter, and as "e" and an accent.
    let (composed, apart) = ("Envoy&AOk-s", "Envoye&AwE-s");
    let world = world(Persona::nfc_normalising(), &[apart]);
    put(&world, apart, 1);
    let mut client = Client::new(&world).await;
    for name in [composed, apart] {
        let told = client.say(&format!("LIST \"\" {name}")).await;
        assert!(told.contains(&format!("\"/\" {composed}\n")), "{told}");
        assert!(
            client
                .say(&format!("SELECT {name}"))
                .await
                .contains("* 1 EXISTS")
        );
        let told = client.say(&format!("CREATE {name}")).await;
        assert!(told.starts_with("a NO [ALREADYEXISTS]"), "{told}");
    }
    let other = Persona::dovecot();
    let world = self::world(other, &[composed, apart]);
    let told = Client::new(&world).await.say("LIST \"\" E*").await;
    assert!(told.contains(composed) && told.contains(apart), "{told}");
}

#[tokio::test]
async fn a_server_may_know_imap4rev2_only() {
    let world = world(Persona::rev2_only(), &["Envoyés & co"]);
    put(&world, "Envoyés & co", 3);
    let mut client = Client::new(&world).await;
    let told = client.say("CAPABILITY").await;
    assert!(told.starts_with("* CAPABILITY IMAP4rev2 ID\n"), "{told}");
    let told = client
        .say("LIST \"\" E* RETURN (STATUS (MESSAGES SIZE))")
        .await;
    assert!(
        told.contains("\"/\" \"Envoyés & co\"\n* STATUS \"Envoyés & co\" (MESSAGES 3"),
        "{told}"
    );
    let told = client.say("SELECT \"Envoyés & co\"").await;
    assert!(
        told.contains("* LIST () \"/\" \"Envoyés & co\"") && !told.contains("RECENT"),
        "{told}"
    );
    let told = client.say("UID SEARCH UNDELETED").await;
    assert!(
        told.starts_with("* ESEARCH (TAG \"a\") UID ALL 1:3\n"),
        "{told}"
    );
    let told = client.say("SEARCH RETURN (ALL) DELETED").await;
    assert!(told.starts_with("* ESEARCH (TAG \"a\")\n"), "{told}");
    put(&world, "Envoyés & co", 1);
    assert!(!client.say("FETCH 1 FLAGS").await.contains("ecent"));
    for gone in ["LSUB \"\" *", "CHECK", "STATUS INBOX (RECENT)"] {
        assert!(client.say(gone).await.starts_with("a BAD"), "{gone}");
    }
    client.send("a CREATE {5+}\r\n\u{c9}t\u{e9}\r\n").await;
    assert!(client.answer().await.starts_with("a OK"));
    client.send(b"a CREATE {3+}\r\n\xc9t\xe9\r\n").await;
    assert!(client.answer().await.starts_with("a NO"));
}

#[tokio::test]
async fn a_server_may_insist_on_utf8() {
    let world = world(Persona::utf8_only(), &["Envoyés"]);
    let mut client = Client::new(&world).await;
    for command in ["SELECT INBOX", "LIST \"\" *", "CREATE x"] {
        assert!(client.say(command).await.starts_with("a NO"), "{command}");
    }
    let told = client.say("ENABLE UTF8=ACCEPT").await;
    assert!(told.starts_with("* ENABLED UTF8=ACCEPT\n"), "{told}");
    assert!(client.say("LIST \"\" E*").await.contains("\"Envoyés\""));
    assert!(client.say("SELECT INBOX").await.contains("* 0 RECENT"));
    let told = client.say("UID SEARCH ALL").await;
    assert!(told.starts_with("* SEARCH\n"), "{told}");
}

#[tokio::test]
async fn what_is_done_without_the_right_may_be_refused() {
    let world = world(Persona::with_rights(), &["A", "B", "A/C"]);
    put(&world, "A", 2);
    let may = |name: &str, rights: &str| {
        let mut world = world.lock().unwrap();
        let account = world.account_mut("u").unwrap();
        account
            .mailboxes
            .get_mut(name.as_bytes())
            .unwrap()
            .quirks
            .rights = Some(rights.to_owned());
    };
    let mut client = Client::new(&world).await;
    may("A", "lrsi");
    assert!(client.say("SELECT A").await.contains("a OK [READ-WRITE]"));
    may("B", "lrswitekx");
    for command in [
        "UID STORE 1 +FLAGS (\\Deleted)",
        "UID MOVE 1 B",
        "EXPUNGE",
        "UID EXPUNGE 1",
        "DELETE A",
        "RENAME A D",
        "CREATE A/E",
        "RENAME B A/B",
    ] {
        let told = client.say(command).await;
        assert!(told.starts_with("a NO [NOPERM]"), "{command}: {told}");
    }
    let told = client.say("UID STORE 1 +FLAGS (\\Deleted \\Seen)").await;
    assert!(told.contains("a OK"), "what may be set is set: {told}");
    may("B", "lr");
    for command in ["UID COPY 1 B", "APPEND B {1+}\r\nx"] {
        let told = client.say(command).await;
        assert!(told.starts_with("a NO [NOPERM]"), "{command}: {told}");
    }
    assert!(client.say("SELECT B").await.contains("a OK [READ-ONLY]"));
    may("B", "x");
    assert!(client.say("SELECT B").await.contains("a NO [NOPERM]"));
    assert!(!client.say("LIST \"\" *").await.contains(" B"));
    assert_eq!(uids(&world, "A"), [1, 2]);
}

#[tokio::test]
async fn the_university_of_washingtons_server_has_none_of_what_came_later() {
    let world = world(Persona::uw_imap(), &["A", "B"]);
    put(&world, "A", 1);
    let mut client = Client::new(&world).await;
    let told = client.say("LIST \"\" A").await;
    assert!(told.starts_with("* LIST () \"/\" A\n"), "{told}");
    client.say("SELECT A").await;
    for command in ["UID MOVE 1 B", "UID EXPUNGE 1", "NAMESPACE", "UNSELECT"] {
        assert!(client.say(command).await.starts_with("a BAD"), "{command}");
    }
    let told = client.say("UID COPY 1 B").await;
    assert!(told.starts_with("a OK Copy"), "{told}");
}

#[tokio::test]
async fn a_command_may_have_a_limit_of_messages() {
    let world = world(Persona::dovecot().with_message_limit(2), &["A", "B"]);
    put(&world, "A", 5);
    let mut client = Client::new(&world).await;
    client.say("SELECT A").await;
    let told = client.say("UID SEARCH ALL").await;
    assert!(
        told.contains("* SEARCH 4 5") && told.contains("a OK [MESSAGELIMIT 2 4]"),
        "{told}"
    );
    assert!(client.say("CAPABILITY").await.contains(" MESSAGELIMIT=2"));
    for command in [
        "UID FETCH 1:* FLAGS",
        "UID STORE 1:* +FLAGS (\\Seen)",
        "UID EXPUNGE 1:*",
    ] {
        let told = client.say(command).await;
        assert!(told.contains("a OK [MESSAGELIMIT 2 4]"), "{told}");
        assert!(!told.contains("* 3 FETCH"), "{told}");
    }
    let told = client.say("UID COPY 1:3 B").await;
    assert!(told.starts_with("a NO [MESSAGELIMIT 2 2]"), "{told}");
    let told = client.say("UID MOVE 1:* B").await;
    assert!(
        told.contains("COPYUID 1700000003 4:5 1:2") && told.contains("a OK [MESSAGELIMIT 2 4]"),
        "{told}"
    );
    assert_eq!((uids(&world, "A").len(), uids(&world, "B").len()), (3, 2));
    let told = client.say("UID MOVE 2:3 B").await;
    assert!(told.contains("a OK Move"), "{told}");
    let told = client.say("UID SEARCH ALL").await;
    assert!(
        told.contains("* SEARCH 1\n") && told.contains("a OK Search"),
        "{told}"
    );
}

#[tokio::test]
async fn names_may_have_no_levels() {
    let world = world(Persona::flat(), &["A/B"]);
    let mut client = Client::new(&world).await;
    let told = client.say("LIST \"\" *").await;
    assert!(told.contains(" NIL A/B") && !told.contains("A\n"), "{told}");
    let told = client.say("NAMESPACE").await;
    assert!(told.contains("((\"\" NIL)) NIL NIL"), "{told}");
}

#[tokio::test]
async fn select_may_open_read_only() {
    let world = world(Persona::cyrus().with_read_only(&["A"]), &["A", "B"]);
    put(&world, "A", 1);
    let mut client = Client::new(&world).await;
    assert!(client.say("SELECT A").await.contains("a OK [READ-ONLY]"));
    let told = client.say("UID MOVE 1 B").await;
    assert!(told.contains("a NO [READ-ONLY]"), "{told}");
    assert!(client.say("SELECT B").await.contains("a OK [READ-WRITE]"));
}

// ---------------------------------------------------------------------------------------------- large providers

#[tokio::test]
async fn gmails_own_mailboxes_lie_below_gmail_in_the_users_language_and_stay() {
    let world = world(Persona::gmail(&GMAIL_FR), &["Work"]);
    let mut client = Client::new(&world).await;
    assert_eq!(
        client.say("LIST \"\" *").await,
        r#"* LIST (\HasNoChildren) "/" "INBOX"
* LIST (\HasNoChildren) "/" "Work"
* LIST (\Noselect \HasChildren) "/" "[Gmail]"
* LIST (\HasNoChildren \Drafts) "/" "[Gmail]/Brouillons"
* LIST (\HasNoChildren \Trash) "/" "[Gmail]/Corbeille"
* LIST (\HasNoChildren \Important) "/" "[Gmail]/Important"
* LIST (\HasNoChildren \Sent) "/" "[Gmail]/Messages envoy&AOk-s"
* LIST (\HasNoChildren \Junk) "/" "[Gmail]/Spam"
* LIST (\HasNoChildren \Flagged) "/" "[Gmail]/Suivis"
* LIST (\HasNoChildren \All) "/" "[Gmail]/Tous les messages"
a OK List completed."#
    );
    for command in [
        "DELETE [Gmail]/Spam",
        "DELETE [Gmail]",
        "RENAME [Gmail]/Spam Junk",
        "RENAME [Gmail] Mail",
        "SELECT [Gmail]",
    ] {
        let reply = client.say(command).await;
        assert!(reply.starts_with("a NO"), "{command}: {reply}");
    }
}

#[tokio::test]
async fn on_gmail_a_mailbox_is_a_label_and_all_mail_keeps_what_loses_its_last_one() {
    let all = "[Gmail]/All Mail";
    let world = world(Persona::gmail(&GMAIL), &["Work", "Home"]);
    put(&world, "Work", 2);
    let v = validity(&world, "Home");
    let mut client = Client::new(&world).await;
    client.say("SELECT Work").await;
    assert_eq!(
        client.say("UID COPY 1 Home").await,
        format!("a OK [COPYUID {v} 1 1] Copy completed.")
    );
    // It is there already: nothing is added, and COPYUID has nothing to say.
    assert_eq!(client.say("UID COPY 1 Home").await, "a OK Copy completed.");
    assert_eq!(uids(&world, "Home"), [1]);
    client.say("UID MOVE 1 Home").await;
    assert_eq!(
        (uids(&world, "Work"), uids(&world, "Home")),
        (vec![2], vec![1])
    );
    client.say("UID STORE 2 +FLAGS (\\Deleted \\Flagged)").await;
    client.say("EXPUNGE").await;
    client.say("SELECT Home").await;
    let told = client.say("UID FETCH 1 (X-GM-MSGID)").await;
    let id = told
        .split([' ', ')'])
        .find(|word| word.len() == 19)
        .unwrap();
    client.say("DELETE Home").await;

    let mut client = Client::new(&world).await;
    client.say(&format!("SELECT \"{all}\"")).await;
    let found = client.say(&format!("UID SEARCH X-GM-MSGID {id}")).await;
    assert_eq!(found, "* SEARCH 1\na OK Search completed.");
    assert_eq!(
        client.say("UID FETCH 2 (FLAGS)").await,
        "* 2 FETCH (UID 2 FLAGS (\\Flagged \\Seen \\Recent))\na OK Fetch completed."
    );
    client.say("UID STORE 1:2 +FLAGS (\\Deleted)").await;
    client.say("EXPUNGE").await;
    assert_eq!(
        (uids(&world, "Work"), uids(&world, all)),
        (vec![], vec![1, 2])
    );
}

#[tokio::test]
async fn on_gmail_trash_takes_a_message_out_of_all_others_and_what_leaves_it_is_in_all_mail_again()
{
    let (trash, all) = ("[Gmail]/Trash", "[Gmail]/All Mail");
    let world = world(Persona::gmail(&GMAIL), &["Work", "Home"]);
    put(&world, "Work", 1);
    let mut client = Client::new(&world).await;
    client.say("SELECT Work").await;
    client.say("UID COPY 1 Home").await;
    client.say(&format!("UID COPY 1 {trash}")).await;
    let counts = |names: [&str; 4]| names.map(|name| uids(&world, name).len());
    assert_eq!(counts(["Work", "Home", all, trash]), [0, 0, 0, 1]);
    client.say(&format!("SELECT {trash}")).await;
    client.say("UID MOVE 1 Home").await;
    assert_eq!(counts(["Work", "Home", all, trash]), [0, 1, 1, 0]);
}

#[tokio::test]
async fn what_a_limit_hides_comes_up_at_a_select_when_the_shown_is_gone() {
    let world = world(Persona::dovecot().showing_at_most(2), &["A", "B"]);
    put(&world, "B", 5);
    let mut client = Client::new(&world).await;
    assert_eq!(
        client.say("STATUS B (MESSAGES UIDNEXT)").await,
        "* STATUS B (MESSAGES 2 UIDNEXT 6)\na OK Status completed."
    );
    for (exists, found) in [(2, " 4 5"), (2, " 2 3"), (1, " 1"), (0, "")] {
        let told = client.say("SELECT B").await;
        assert!(told.contains(&format!("* {exists} EXISTS")), "{told}");
        let expected = format!("* SEARCH{found}\na OK Search completed.");
        assert_eq!(client.say("UID SEARCH ALL").await, expected);
        let told = client.say("UID MOVE 1:* A").await;
        assert!(!told.contains("EXISTS"), "{told}");
    }
    assert_eq!(uids(&world, "A").len(), 5);
}

#[tokio::test]
async fn exchange_marks_in_plain_list_keeps_its_own_mailboxes_and_no_keyword() {
    let world = world(
        Persona::exchange(EXCHANGE_FR),
        &["Sent Items", "INBOX/Work"],
    );
    let mut client = Client::new(&world).await;
    let offered = client.say("CAPABILITY").await;
    for missing in ["SPECIAL-USE", "LIST-EXTENDED", "CONDSTORE", "OBJECTID"] {
        assert!(!offered.contains(missing), "{offered}");
    }
    assert_eq!(
        client.say("LIST \"\" *").await,
        r#"* LIST (\HasChildren) "/" Inbox
* LIST (\HasNoChildren \Sent) "/" "&AMk-l&AOk-ments envoy&AOk-s"
* LIST (\HasNoChildren \Trash) "/" "&AMk-l&AOk-ments supprim&AOk-s"
* LIST (\HasNoChildren) "/" "Bo&AO4-te d'envoi"
* LIST (\HasNoChildren \Drafts) "/" Brouillons
* LIST (\HasNoChildren \Junk) "/" "Courrier ind&AOk-sirable"
* LIST (\HasNoChildren) "/" Inbox/Work
* LIST (\HasNoChildren) "/" "Sent Items"
a OK List completed."#
    );
    for command in ["DELETE Brouillons", "RENAME Brouillons Drafts"] {
        let reply = client.say(command).await;
        assert!(reply.starts_with("a NO"), "{command}: {reply}");
    }
    let told = client.say("SELECT inbox").await;
    let flags = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";
    assert!(
        told.contains(&format!("[PERMANENTFLAGS ({flags})]")),
        "{told}"
    );
}

#[tokio::test]
async fn each_namespace_has_its_own_delimiter_and_no_mailbox_is_renamed_out_of_it() {
    let persona = Persona::two_namespaces("Archives.", b'.');
    let world = world(persona, &["A/B", "Archives.2019.May", "Users/bob/Sent"]);
    let mut client = Client::new(&world).await;
    assert_eq!(
        client.say("NAMESPACE").await,
        "* NAMESPACE ((\"\" \"/\")(\"Archives.\" \".\")) ((\"Users/\" \"/\")) ((\"Shared/\" \"/\"))\na OK Namespace completed."
    );
    assert_eq!(
        client.say("LIST \"\" *").await,
        r#"* LIST (\HasNoChildren) "/" INBOX
* LIST (\Noselect \HasChildren) "/" A
* LIST (\HasNoChildren) "/" A/B
* LIST (\Noselect \HasChildren) "." Archives.2019
* LIST (\HasNoChildren) "." Archives.2019.May
* LIST (\Noselect \HasChildren) "/" Users/bob
* LIST (\HasNoChildren) "/" Users/bob/Sent
a OK List completed."#
    );
    assert_eq!(
        client.say("RENAME Archives.2019 A/2019").await,
        "a NO [CANNOT] Renaming not supported across namespaces."
    );
    client.say("RENAME Archives.2019 Archives.Old").await;
    let told = client.say("LIST \"\" Archives.%.%").await;
    assert!(told.contains("Archives.Old.May"), "{told}");
}
