//! mailutils' maildirs: the UIDVALIDITY of an empty one is the time of its folder, so it changes as the last message goes,
//! unless all of the mailbox was made within one second.

use std::{thread::sleep, time::Duration};

use crate::{
    servers::{
        server::{Kind, Server},
        stage::Stage,
    },
    support::{proxy::Cut, raw::quoted},
};

const SOURCES: [&str; 2] = ["Sent Items", "Courrier envoy&AOk-"];

/// Three mailboxes of one role, of which the sources were there a second before their mail.
fn three_sent_in_two_seconds(stage: &Stage<'_>) {
    let mut raw = stage.raw();
    for name in SOURCES {
        raw.ok(&format!("CREATE {}", quoted(name)));
        // Asked for, it is written down.
        raw.ok(&format!("STATUS {} (UIDVALIDITY)", quoted(name)));
    }
    sleep(Duration::from_millis(1_100));
    stage.fill(&mut raw, "Sent", &["\\Seen", "", "\\Flagged"]);
    stage.fill_made(&mut raw, SOURCES[0], &["\\Seen \\Answered", "\\Draft"]);
    stage.fill_made(&mut raw, SOURCES[1], &["\\Flagged", ""]);
}

fn on_mailutils(scene: impl FnOnce(&Stage<'_>)) {
    if Kind::MailutilsMaildir.is_left_out() {
        return;
    }
    let server = Server::start(Kind::MailutilsMaildir, &["user".to_owned()]);
    scene(&Stage::new(&server, "user"));
}

#[test]
fn an_emptied_mailbox_that_gets_new_numbers_is_removed_all_the_same() {
    on_mailutils(|stage| {
        three_sent_in_two_seconds(stage);
        let ended = stage.fix("--remove-without-uidplus");
        assert_eq!(ended.word, "done");
        assert_eq!(ended.after.names(), ["INBOX", "Sent"]);
    });
}

#[test]
fn an_emptied_mailbox_that_gets_new_numbers_as_the_line_is_lost_is_removed_by_resume() {
    on_mailutils(|stage| {
        three_sent_in_two_seconds(stage);
        let before = stage.cut("EXPUNGE", 1, Cut::After);
        let ended = stage.resume(before);
        assert_eq!(ended.word, "done", "{:#}", ended.receipt);
        assert_eq!(ended.after.names(), ["INBOX", "Sent"]);
    });
}

#[test]
fn mailboxes_whose_uids_are_no_sequence_numbers_are_merged_once() {
    on_mailutils(|stage| {
        let mut raw = stage.raw();
        stage.fill(&mut raw, "Sent", &["\\Seen", "\\Deleted", ""]);
        stage.fill(
            &mut raw,
            SOURCES[0],
            &["\\Deleted", "\\Seen", "", "\\Flagged"],
        );
        for name in ["Sent", SOURCES[0]] {
            raw.ok(&format!("SELECT {}", quoted(name)));
            raw.ok("EXPUNGE");
        }
        let ended = stage.fix("--remove-without-uidplus");
        assert_eq!(ended.word, "done");
        assert_eq!(ended.after.names(), ["INBOX", "Sent"]);
        assert_eq!(ended.after.messages["Sent"].len(), 5);
    });
}
