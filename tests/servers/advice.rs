//! What administrators are told to paste is pasted into a real cyradm, a real Courier and a real Dovecot 2.4.
//!
//! In: the lines of `advice::server` for one account, unchanged. Out: what the server then says of the account. That
//! Courier purges after seven days is not tested, because nobody can set a file's ctime.

use rolecall::{
    advice::{Kept, server::by_administrator},
    model::{
        listing::{AccountId, ListedMailboxes, Listing, Namespace, Server as Said},
        mailbox::MailboxName,
        mutf7,
        role::Role,
    },
};

use crate::{
    servers::server::{ADMIN, Kind, Server},
    support::raw::{Raw, quoted, text},
};

const USER: &str = "alice";

/// What the administrator is told about mailboxes of this account: names without prefix.
fn told(kind: Kind, capability: &str, software: &str, kept: &[(Role, &str)]) -> String {
    let (prefix, delimiter) = kind.place();
    let listing = Listing {
        acted_as: None,
        account: AccountId {
            host: "127.0.0.1".to_owned(),
            port: 143,
            user: USER.to_owned(),
            url: format!("imap://{USER}@127.0.0.1"),
        },
        taken: String::new(),
        server: Said {
            software: Some(software.to_owned()),
            greeting: None,
            capabilities: [capability.to_owned()].into(),
        },
        personal: vec![Namespace {
            prefix: prefix.to_owned(),
            delimiter: Some(delimiter),
        }],
        foreign: vec![],
        mailboxes: ListedMailboxes::default(),
        dangling: vec![],
    };
    let kept = kept.iter().map(|(role, name)| {
        let text = format!("{prefix}{name}");
        Kept {
            role: *role,
            name: MailboxName::new(mutf7::encode(&text), text),
            needs_mark: true,
        }
    });
    let kept: Vec<Kept> = kept.collect();
    let told = by_administrator(&listing, &kept, false);
    told.last()
        .unwrap()
        .snippet
        .as_ref()
        .unwrap()
        .english()
        .to_owned()
        + "\n"
}

fn wire(text: &str) -> String {
    String::from_utf8(mutf7::encode(text)).unwrap()
}

fn attributes(raw: &mut Raw, text: &str) -> String {
    let answer = raw.ok(&format!(
        "LIST \"\" {} RETURN (SPECIAL-USE)",
        quoted(&wire(text))
    ));
    let line = String::from_utf8(answer[0].clone()).unwrap();
    line.split_once(')').unwrap().0.to_owned()
}

#[test]
fn cyradm_marks_what_it_is_told_and_the_user_sees_it() {
    if Kind::Cyrus.is_left_out() {
        return;
    }
    let users = [USER.to_owned(), ADMIN.to_owned()];
    let server = Server::start(Kind::Cyrus, &users);
    let mut raw = Raw::login(server.port, USER);
    let marks = [
        (Role::Sent, "Courrier envoyé", "\\Sent"),
        (Role::Trash, "it's $HOME", "\\Trash"),
    ];
    for (_, name, _) in marks {
        raw.create(&wire(name));
    }
    let kept = marks.map(|(role, name, _)| (role, name));
    let lines = told(Kind::Cyrus, "SPECIAL-USE", "Cyrus IMAP 3.6.1", &kept);
    let said = server.cyradm(USER, &lines);
    for (_, name, attribute) in marks {
        let seen = attributes(&mut raw, name);
        assert!(seen.contains(attribute), "{name}: {seen}\n{lines}\n{said}");
    }
}

#[test]
fn courier_protects_the_trash_that_it_is_told_and_no_other() {
    if Kind::Courier.is_left_out() {
        return;
    }
    let trash = "Éléments supprimés";
    let lines = told(Kind::Courier, "ACL2=UNION", "", &[(Role::Trash, trash)]);
    let told = format!("INBOX.{}", wire(trash));
    let protected = |pasted: &str, name: &str| {
        let server = Server::pasted(Kind::Courier, &[USER.to_owned()], pasted);
        let mut raw = Raw::login(server.port, USER);
        raw.command(&format!("CREATE \"{name}\""));
        raw.append_asking(name, "05-Mar-2024 10:20:30 +0100", &text(1, 300));
        let (_, end) = raw.command(&format!("DELETE \"{name}\""));
        end == "NO Cannot delete this folder."
    };
    for (pasted, is_told) in [("", false), (lines.as_str(), true)] {
        assert_eq!(protected(pasted, &told), is_told, "{pasted}");
        assert_eq!(protected(pasted, "INBOX.Trash"), !is_told, "{pasted}");
    }
}

#[test]
fn dovecot_2_4_loads_what_2_3_is_told_and_marks_the_names() {
    if Kind::Dovecot24.is_left_out() {
        return;
    }
    let marks = [
        (Role::Sent, "Courrier envoyé", "\\Sent"),
        (Role::Trash, "a \\ b } # 'x' $y", "\\Trash"),
    ];
    let kept = marks.map(|(role, name, _)| (role, name));
    let lines = told(Kind::Sdbox, "SPECIAL-USE", "Dovecot", &kept);
    let server = Server::pasted(Kind::Dovecot24, &[USER.to_owned()], &lines);
    let mut raw = Raw::login(server.port, USER);
    let capabilities = raw.ok("CAPABILITY").concat();
    let capabilities = String::from_utf8(capabilities).unwrap();
    assert!(
        capabilities.contains("INPROGRESS"),
        "not 2.4: {capabilities}"
    );
    for (_, name, attribute) in marks {
        raw.create(&wire(name));
        let seen = attributes(&mut raw, name);
        assert!(seen.contains(attribute), "{name}: {seen}");
    }
}
