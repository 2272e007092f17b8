//! Views, stores of what was expunged, and mailboxes of more than one name.

use rolecall::demo::{Persona, aliases::Alias, namespaces::Whose, views::View};

use super::{Client, Shared, put, uids, validity, world};

/// Over Sent, which has two messages, and INBOX, which has one.
fn viewed(view: View) -> Shared {
    let world = world(Persona::dovecot_virtual(&[view]), &["Sent", "Other"]);
    put(&world, "INBOX", 1);
    put(&world, "Sent", 2);
    world
}

fn sent_view() -> View {
    View::over("virtual/Sent", &["INBOX", "Sent"])
}

fn counts(world: &Shared, names: &[&str]) -> Vec<usize> {
    names.iter().map(|name| uids(world, name).len()).collect()
}

#[tokio::test]
async fn a_view_shows_the_messages_of_others_and_x_mailbox_says_whose() {
    let world = viewed(sent_view());
    let mut client = Client::new(&world).await;
    assert_eq!(
        client.say("NAMESPACE").await,
        "* NAMESPACE ((\"\" \"/\")(\"virtual/\" \"/\")) NIL NIL\na OK Namespace completed."
    );
    let told = client.say("LIST \"\" *").await;
    assert!(
        told.contains("* LIST (\\HasNoChildren) \"/\" virtual/Sent\n"),
        "{told}"
    );
    let told = client.say("STATUS virtual/Sent (MESSAGES UIDNEXT)").await;
    assert!(told.contains("(MESSAGES 3 UIDNEXT 4)"), "{told}");
    client.say("SELECT virtual/Sent").await;
    assert_eq!(
        client.say("UID FETCH 1:* (X-MAILBOX)").await,
        "* 1 FETCH (UID 1 X-MAILBOX INBOX)\n* 2 FETCH (UID 2 X-MAILBOX Sent)\n* 3 FETCH (UID 3 X-MAILBOX Sent)\na OK Fetch completed."
    );
    client.say("SELECT Sent").await;
    assert_eq!(
        client.say("FETCH 1 (X-MAILBOX UID)").await,
        "* 1 FETCH (X-MAILBOX Sent UID 1)\na OK Fetch completed."
    );
    // A message counts once, however many views show it.
    let census = world.lock().unwrap().account("u").unwrap().census();
    assert!(census.len() == 3 && census.values().all(|count| *count == 1));
    assert!(
        world
            .lock()
            .unwrap()
            .mailbox("u", "virtual/Sent")
            .unwrap()
            .quirks
            .is_view()
    );
}

#[tokio::test]
async fn only_dovecot_knows_x_mailbox() {
    for persona in [Persona::cyrus(), Persona::uw_imap()] {
        let world = world(persona, &[]);
        put(&world, "INBOX", 1);
        let mut client = Client::new(&world).await;
        client.say("SELECT INBOX").await;
        let told = client.say("UID FETCH 1 (X-MAILBOX)").await;
        assert!(told.starts_with("a BAD"), "{told}");
    }
}

#[tokio::test]
async fn a_view_tells_no_highest_modseq_until_somebody_asks_for_it() {
    for ask in [
        "STATUS virtual/Sent (HIGHESTMODSEQ)",
        "SELECT virtual/Sent (CONDSTORE)",
    ] {
        let world = viewed(sent_view());
        let mut client = Client::new(&world).await;
        assert!(client.say("SELECT Sent").await.contains("[HIGHESTMODSEQ"));
        let told = client.say("SELECT virtual/Sent").await;
        assert!(!told.contains("HIGHESTMODSEQ"), "{told}");
        let told = client.say(ask).await;
        assert!(told.contains("HIGHESTMODSEQ"), "{told}");
        let told = Client::new(&world).await.say("SELECT virtual/Sent").await;
        assert!(told.contains("[HIGHESTMODSEQ"), "{told}");
    }
}

#[tokio::test]
async fn what_is_moved_out_of_a_view_leaves_the_mailbox_behind_and_comes_again_where_its_target_is_seen()
 {
    let world = viewed(sent_view());
    let v = validity(&world, "Sent");
    let mut client = Client::new(&world).await;
    client.say("SELECT virtual/Sent").await;
    let told = client.say("UID MOVE 1 Sent").await;
    assert_eq!(
        told,
        format!(
            "* OK [COPYUID {v} 1 3] Moved UIDs.\n* 1 EXPUNGE\n* 3 EXISTS\na OK Move completed."
        )
    );
    assert_eq!(counts(&world, &["INBOX", "Sent"]), [0, 3]);
    assert_eq!(
        client.say("UID SEARCH ALL").await,
        "* SEARCH 2 3 4\na OK Search completed."
    );
    // From the mailbox itself into itself: the same again under yet another UID, for ever.
    client.say("UID MOVE 2 Sent").await;
    assert_eq!(
        client.say("UID SEARCH ALL").await,
        "* SEARCH 3 4 5\na OK Search completed."
    );
    client.say("UID MOVE 3 Other").await;
    assert_eq!(counts(&world, &["Sent", "Other"]), [2, 1]);
}

#[tokio::test]
async fn flags_and_expunge_reach_what_is_behind_and_come_from_it() {
    let world = viewed(sent_view());
    let mut client = Client::new(&world).await;
    let mut other = Client::new(&world).await;
    client.say("SELECT virtual/Sent").await;
    client.say("UID STORE 2 +FLAGS (\\Deleted $kw)").await;
    other.say("SELECT Sent").await;
    let told = other.say("UID FETCH 1 (FLAGS)").await;
    assert!(told.contains("\\Deleted") && told.contains("$kw"), "{told}");
    client.say("UID EXPUNGE 2").await;
    assert_eq!(uids(&world, "Sent"), [2]);
    other.say("NOOP").await;
    other.say("UID STORE 2 +FLAGS (\\Flagged)").await;
    let told = client.say("UID FETCH 3 (FLAGS)").await;
    assert!(told.contains("\\Flagged"), "{told}");
    other.say("UID STORE 2 +FLAGS (\\Deleted)").await;
    other.say("EXPUNGE").await;
    assert!(client.say("NOOP").await.contains("* 2 EXPUNGE"));
}

#[tokio::test]
async fn deleting_a_view_expunges_the_mail_behind_it() {
    let world = viewed(sent_view());
    let mut client = Client::new(&world).await;
    for (command, expected) in [
        ("RENAME virtual/Sent virtual/T", "a OK Rename completed."),
        (
            "RENAME virtual/T T",
            "a NO [CANNOT] Renaming not supported across namespaces.",
        ),
        (
            "CREATE virtual/X",
            "a NO [CANNOT] Can't create virtual mailboxes",
        ),
        (
            "APPEND virtual/T {1+}\r\nx",
            "a NO [CANNOT] Can't save messages to this virtual mailbox",
        ),
        ("DELETE virtual/T", "a OK Delete completed."),
    ] {
        assert_eq!(client.say(command).await, expected, "{command}");
    }
    assert_eq!(counts(&world, &["INBOX", "Sent"]), [0, 0]);
    assert!(!client.say("LIST \"\" *").await.contains("virtual/"));
}

#[tokio::test]
async fn a_view_may_refuse_to_be_renamed_and_say_no_to_a_delete_that_it_has_done() {
    let world = viewed(View {
        is_renamed: false,
        delete_says_no: true,
        ..View::over("virtual/All", &["*"])
    });
    put(&world, "Other", 1);
    let mut client = Client::new(&world).await;
    let told = client.say("STATUS virtual/All (MESSAGES)").await;
    assert!(told.contains("(MESSAGES 4)"), "{told}");
    for (command, expected) in [
        (
            "RENAME virtual/All virtual/T",
            "a NO [CANNOT] Can't rename virtual mailboxes",
        ),
        (
            "DELETE virtual/All",
            "a NO [SERVERBUG] Internal error occurred.",
        ),
    ] {
        assert_eq!(client.say(command).await, expected, "{command}");
    }
    assert_eq!(counts(&world, &["INBOX", "Sent", "Other"]), [0, 0, 0]);
    assert!(client.say("LIST \"\" *").await.contains("virtual/All"));
}

#[tokio::test]
async fn what_is_moved_expunged_or_deleted_leaves_a_copy_in_the_store_of_the_expunged() {
    let persona = Persona::dovecot()
        .with_space(Whose::Own, "Archive/")
        .with_lazy_expunge(".EXPUNGED/");
    let world = world(persona, &["Sent", "Other", "Archive/Sent"]);
    put(&world, "Sent", 3);
    let mut client = Client::new(&world).await;
    assert_eq!(
        client.say("NAMESPACE").await,
        "* NAMESPACE ((\"\" \"/\")(\"Archive/\" \"/\")(\".EXPUNGED/\" \"/\")) NIL NIL\na OK Namespace completed."
    );
    client.say("SELECT Sent").await;
    client.say("UID MOVE 1 Archive/Sent").await;
    client.say("UID COPY 2 Other").await;
    client.say("UID STORE 2 +FLAGS (\\Deleted)").await;
    client.say("EXPUNGE").await;
    client.say("UNSELECT").await;
    assert_eq!(
        counts(&world, &["Archive/Sent", "Other", ".EXPUNGED/Sent"]),
        [1, 1, 2]
    );
    client.say("DELETE Other").await;
    assert_eq!(counts(&world, &[".EXPUNGED/Other"]), [1]);
    // What is expunged there is gone.
    client.say("SELECT .EXPUNGED/Sent").await;
    client.say("UID STORE 1:* +FLAGS (\\Deleted)").await;
    client.say("EXPUNGE").await;
    assert_eq!(counts(&world, &[".EXPUNGED/Sent"]), [0]);
}

#[tokio::test]
async fn two_names_may_be_one_mailbox() {
    let persona = Persona::cyrus().with_aliases(&[Alias::Listed {
        name: "Gesendet",
        of: "Sent",
    }]);
    let world = world(persona, &["Sent"]);
    let mut client = Client::new(&world).await;
    let told = client.say("LIST \"\" *").await;
    assert!(
        told.contains("\"Gesendet\"") && told.contains("\"Sent\""),
        "{told}"
    );
    for messages in 0..2 {
        for items in ["(MESSAGES UIDNEXT UIDVALIDITY)", "(MAILBOXID)"] {
            let one = client.say(&format!("STATUS Sent {items}")).await;
            let other = client.say(&format!("STATUS Gesendet {items}")).await;
            assert_eq!(other.replace("Gesendet", "Sent"), one);
            let counts = format!("MESSAGES {messages} ");
            assert_eq!(one.contains(&counts), items.contains("MESSAGES"), "{one}");
        }
        client.say("APPEND Gesendet {1+}\r\nx").await;
    }
    let told = client.say("LIST \"\" * RETURN (STATUS (MESSAGES))").await;
    assert_eq!(told.matches("(MESSAGES 2)").count(), 2, "{told}");
    client.say("DELETE Gesendet").await;
    let told = client.say("LIST \"\" *").await;
    assert!(
        !told.contains("Gesendet") && !told.contains("Sent"),
        "{told}"
    );
}

#[tokio::test]
async fn a_whole_namespace_may_be_another_name_of_the_first() {
    let persona = Persona::dovecot()
        .with_space(Whose::Own, "mail/")
        .with_aliases(&[Alias::Begins {
            name: "mail/",
            of: "",
        }]);
    let world = world(persona, &["Drafts"]);
    put(&world, "Drafts", 1);
    let mut client = Client::new(&world).await;
    assert_eq!(
        client.say("LIST \"\" *").await,
        r#"* LIST (\HasNoChildren) "/" INBOX
* LIST (\HasNoChildren \Drafts) "/" Drafts
* LIST (\HasNoChildren) "/" mail/Drafts
* LIST (\HasNoChildren) "/" mail/INBOX
a OK List completed."#
    );
    assert!(
        client
            .say("SELECT mail/Drafts")
            .await
            .contains("* 1 EXISTS")
    );
    client.say("UNSELECT").await;
    client.say("RENAME mail/Drafts mail/D").await;
    assert_eq!(uids(&world, "D"), [1]);
}

#[tokio::test]
async fn a_name_that_is_free_again_may_be_anothers_and_a_second_delete_hits_that_one() {
    let persona = Persona::dovecot().with_aliases(&[Alias::WhereFree {
        name: "Sent Items",
        of: "Sent",
    }]);
    let world = world(persona, &["Sent", "T"]);
    put(&world, "Sent", 2);
    let mut client = Client::new(&world).await;
    // Somebody had a mailbox of that name before.
    {
        let mut world = world.lock().unwrap();
        let mailboxes = &mut world.account_mut("u").unwrap().mailboxes;
        let own = mailboxes.remove(b"T".as_slice()).unwrap();
        mailboxes.insert(b"Sent Items".to_vec(), own);
    }
    let status = "STATUS \"Sent Items\" (MESSAGES)";
    assert!(client.say(status).await.contains("(MESSAGES 0)"));
    client.say("RENAME \"Sent Items\" T").await;
    client.say("DELETE T").await;
    // It is not listed, and yet STATUS answers; nor can anything be called so.
    assert!(client.say(status).await.contains("(MESSAGES 2)"));
    let told = client.say("LIST \"\" \"Sent Items\"").await;
    assert_eq!(told, "a OK List completed.");
    client.say("CREATE T").await;
    let told = client.say("RENAME T \"Sent Items\"").await;
    assert!(told.starts_with("a NO [ALREADYEXISTS]"), "{told}");
    // Subscriptions by it are those of the other.
    client.say("SUBSCRIBE Sent").await;
    client.say("UNSUBSCRIBE \"Sent Items\"").await;
    let told = client.say("LIST (SUBSCRIBED) \"\" *").await;
    assert_eq!(told, "a OK List completed.");
    let told = client.say("DELETE \"Sent Items\"").await;
    assert_eq!(told, "a OK Delete completed.");
    assert!(world.lock().unwrap().mailbox("u", "Sent").is_none());
}

#[tokio::test]
async fn a_link_to_another_mailbox_goes_without_harm_and_a_bare_name_is_renamed_with_it() {
    let persona = Persona::dovecot().with_aliases(&[Alias::WhereFree {
        name: "Sent Items",
        of: "Sent",
    }]);
    let world = world(persona, &["Sent"]);
    put(&world, "Sent", 1);
    let mut client = Client::new(&world).await;
    for (command, expected) in [
        ("CREATE \"Sent Items\"", "a OK Create completed."),
        (
            "RENAME \"Sent Items\" X",
            "a NO [CANNOT] Can't rename alias mailboxes",
        ),
        ("DELETE \"Sent Items\"", "a OK Delete completed."),
    ] {
        assert_eq!(client.say(command).await, expected, "{command}");
        assert_eq!(uids(&world, "Sent"), [1], "{command}");
    }
    let told = client.say("RENAME \"Sent Items\" X").await;
    assert_eq!(told, "a OK Rename completed.");
    assert_eq!(uids(&world, "X"), [1]);
}
