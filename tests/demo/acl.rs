//! Rights: what Cyrus, Dovecot and Courier make of SETACL, and what a mailbox refuses then.

use rolecall::demo::Persona;

use super::{Client, put, uids, world};

async fn lines(client: &mut Client<tokio::io::DuplexStream>, lines: &[(&str, &str)]) {
    for (command, expected) in lines {
        assert_eq!(client.say(command).await, *expected, "{command}");
    }
}

#[tokio::test]
async fn cyrus_takes_the_right_to_put_messages_in_from_everybody() {
    let world = world(Persona::cyrus(), &["T", "A"]);
    put(&world, "T", 3);
    let mut client = Client::new(&world).await;
    assert!(client.say("CAPABILITY").await.contains(" ACL RIGHTS=kxten"));
    lines(
        &mut client,
        &[
            (
                "GETACL T",
                "* ACL \"T\" \"u\" \"lrswipkxtecdan\"\na OK Getacl completed.",
            ),
            ("SETACL T -anyone ip", "a OK Setacl completed."),
            (
                "GETACL T",
                "* ACL \"T\" \"u\" \"lrswipkxtecdan\" \"-anyone\" \"ip\"\na OK Getacl completed.",
            ),
            (
                "MYRIGHTS T",
                "* MYRIGHTS \"T\" lrswkxtecdan\na OK Myrights completed.",
            ),
            ("APPEND T {1+}\r\nx", "a NO Permission denied"),
        ],
    )
    .await;
    client.say("SELECT T").await;
    client.say("UID COPY 1 A").await;
    client.say("SELECT A").await;
    for command in ["UID COPY 1 T", "UID MOVE 1 T"] {
        assert_eq!(client.say(command).await, "a NO Permission denied");
    }
    assert_eq!(uids(&world, "A"), [1]);
    // Draining, RENAME and DELETE go on, and the lock goes along.
    client.say("SELECT T").await;
    assert!(client.say("UID MOVE 1:2 A").await.contains("a OK"));
    client.say("UID STORE 3 +FLAGS (\\Deleted)").await;
    assert!(client.say("UID EXPUNGE 3").await.contains("a OK"));
    client.say("UNSELECT").await;
    lines(
        &mut client,
        &[
            ("RENAME T V", "a OK Rename completed."),
            (
                "MYRIGHTS V",
                "* MYRIGHTS \"V\" lrswkxtecdan\na OK Myrights completed.",
            ),
            ("APPEND V {1+}\r\nx", "a NO Permission denied"),
            ("DELETE V", "a OK Delete completed."),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_entry_is_changed_by_letters_and_goes_with_its_last_one() {
    let world = world(Persona::cyrus(), &["T"]);
    let mut client = Client::new(&world).await;
    for (rights, left) in [
        ("ip", " \"-anyone\" \"ip\""),
        ("+lp", " \"-anyone\" \"ipl\""),
        ("-il", " \"-anyone\" \"p\""),
        ("-p", ""),
    ] {
        client.say(&format!("SETACL T -anyone {rights}")).await;
        let told = client.say("GETACL T").await;
        let expected = format!("* ACL \"T\" \"u\" \"lrswipkxtecdan\"{left}\n");
        assert!(told.starts_with(&expected), "{rights}: {told}");
    }
    client.say("SETACL T -anyone ip").await;
    client.say("DELETEACL T -anyone").await;
    assert!(client.say("MYRIGHTS T").await.contains(" lrswipkxtecdan\n"));
    assert!(client.say("APPEND T {1+}\r\nx").await.starts_with("a OK"));
    for (command, expected) in [
        ("SETACL T -anyone Q", "a BAD"),
        ("SETACL T -anyone", "a BAD"),
        ("SETACL No -anyone ip", "a NO Mailbox doesn't exist"),
        ("GETACL No", "a NO Mailbox doesn't exist"),
    ] {
        let told = client.say(command).await;
        assert!(told.starts_with(expected), "{command}: {told}");
    }
}

#[tokio::test]
async fn what_stood_there_before_stays_beside_what_is_set() {
    let world = world(Persona::cyrus(), &["T"]);
    let mut client = Client::new(&world).await;
    client.say("SETACL T anyone p").await;
    client.say("SETACL T -anyone i").await;
    client.say("RENAME T V").await;
    client.say("SETACL V -bob lr").await;
    assert_eq!(
        client.say("GETACL V").await,
        "* ACL \"V\" \"u\" \"lrswipkxtecdan\" \"anyone\" \"p\" \"-anyone\" \"i\" \"-bob\" \"lr\"\na OK Getacl completed."
    );
    let told = client.say("MYRIGHTS V").await;
    assert!(told.contains(" lrswpkxtecdan\n"), "{told}");
}

#[tokio::test]
async fn dovecot_knows_no_minus_anyone_and_takes_rights_from_its_owner_in_small_letters_only() {
    let world = world(Persona::dovecot_acl(), &["T"]);
    let mut client = Client::new(&world).await;
    let told = client.say("SETACL T -anyone ip").await;
    assert!(told.starts_with("a BAD"), "{told}");
    for (who, rights, shown) in [
        ("OWNER", "-ip", ""),
        ("owner", "-ip", ""),
        ("u", "-ip", ""),
        ("-OWNER", "ip", " -OWNER ip"),
    ] {
        let told = client.say(&format!("SETACL T {who} {rights}")).await;
        assert_eq!(told, "a OK Setacl completed.", "{who}");
        let told = client.say("GETACL T").await;
        let expected = format!("* ACL T u lrwstipekxacd{shown}\na OK Getacl completed.");
        assert_eq!(told, expected, "{who}");
        assert!(client.say("APPEND T {1+}\r\nx").await.starts_with("a OK"));
    }
    assert!(client.say("MYRIGHTS T").await.contains("lrwstipekxacd\n"));
    client.say("DELETEACL T -OWNER").await;
    client.say("SETACL T -owner ip").await;
    let told = client.say("GETACL T").await;
    assert!(told.contains(" u lrwstipekxacd -u ip\n"), "{told}");
    let told = client.say("APPEND T {1+}\r\nx").await;
    assert_eq!(told, "a NO [NOPERM] Permission denied");
    // The session that asked before goes on saying so; a new one does not.
    assert!(client.say("MYRIGHTS T").await.contains("lrwstipekxacd\n"));
    let told = Client::new(&world).await.say("MYRIGHTS T").await;
    assert!(told.contains("* MYRIGHTS T lrwstekxacd\n"), "{told}");
}

#[tokio::test]
async fn courier_refuses_minus_anyone_and_takes_minus_owner() {
    let world = world(Persona::courier(), &["INBOX.T"]);
    let mut client = Client::new(&world).await;
    lines(
        &mut client,
        &[
            (
                "SETACL INBOX.T -anyone ip",
                "a NO Cannot modify ACLs on this mailbox.",
            ),
            ("SETACL INBOX.T -owner i", "a OK Setacl completed."),
            (
                "GETACL INBOX.T",
                "* ACL \"INBOX.T\" \"owner\" \"acdilrsw\" \"-owner\" \"i\"\na OK Getacl completed.",
            ),
            (
                "MYRIGHTS INBOX.T",
                "* MYRIGHTS \"INBOX.T\" acdlrsw\na OK Myrights completed.",
            ),
        ],
    )
    .await;
    client.send("a APPEND INBOX.T {1}\r\n").await;
    assert_eq!(client.line().await, "+ OK");
    client.send("x\r\n").await;
    assert_eq!(client.answer().await, "a NO Permission denied");
}

#[tokio::test]
async fn without_the_right_to_administer_no_right_is_set_or_told() {
    let world = world(Persona::cyrus_without_admin(), &["T"]);
    let mut client = Client::new(&world).await;
    for command in ["SETACL T -anyone ip", "DELETEACL T bob", "GETACL T"] {
        assert_eq!(client.say(command).await, "a NO Permission denied");
    }
    let told = client.say("MYRIGHTS T").await;
    assert!(told.contains(" lrswipkxtecdn\n"), "{told}");
    assert!(client.say("APPEND T {1+}\r\nx").await.starts_with("a OK"));
}

#[tokio::test]
async fn a_server_may_say_ok_to_setacl_and_do_nothing() {
    let world = world(Persona::cyrus_deaf_to_acl(), &["T"]);
    let mut client = Client::new(&world).await;
    let before = client.say("GETACL T").await;
    let told = client.say("SETACL T -anyone ip").await;
    assert_eq!(told, "a OK Setacl completed.");
    assert_eq!(client.say("GETACL T").await, before);
    assert!(client.say("MYRIGHTS T").await.contains(" lrswipkxtecdan\n"));
    assert!(client.say("APPEND T {1+}\r\nx").await.starts_with("a OK"));
}

#[tokio::test]
async fn where_rights_are_only_told_nobody_sets_them() {
    for persona in [Persona::dovecot(), Persona::with_rights()] {
        let world = world(persona, &["T"]);
        let mut client = Client::new(&world).await;
        for command in ["SETACL T -anyone ip", "GETACL T", "DELETEACL T -anyone"] {
            let told = client.say(command).await;
            assert!(told.starts_with("a BAD"), "{command}: {told}");
        }
    }
}
