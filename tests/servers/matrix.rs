//! The table: what each server offers, and how each scene ends on it. Data, compared exactly with what happens.
//!
//! `REFRESH=1` writes it to MATRIX.md; without, that file must say the same.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
    thread,
};

use crate::{
    servers::{
        scenes::{self, Scene},
        server::{Kind, Server},
        stage::Stage,
    },
    support::raw::Raw,
};

/// A row: one cell for each of the first six of [`Kind::EVERY`]; the others are told by [`LIKE`].
type Row = (&'static str, [&'static str; 6]);

/// The other servers: which of the first six each is like, and the rows in which it is not.
type Like = (Kind, Kind, &'static [(&'static str, &'static str)]);

const LIKE: [Like; 13] = [
    (Kind::Dovecot24, Kind::Sdbox, &[]),
    (Kind::Dovecot245, Kind::Sdbox, &[]),
    (Kind::Cyrus310, Kind::Cyrus, &[]),
    (Kind::Cyrus312, Kind::Cyrus, &[]),
    (Kind::Courier6, Kind::Courier, &[]),
    (Kind::Mailutils321, Kind::MailutilsMaildir, &[]),
    (
        Kind::Pymap,
        Kind::Sdbox,
        &[
            ("SPECIAL-USE", "no"),
            ("LIST-EXTENDED", "no"),
            ("OBJECTID", "yes"),
            (
                "trash, `--target` another than `Trash`",
                "done, manual:client-will-create, warned:may-be-purged",
            ),
            ("the marked one is the source", ELSEWHERE),
        ],
    ),
    (
        Kind::Hoodiecrow,
        Kind::Sdbox,
        &[
            ("LIST-EXTENDED", "no"),
            ("merge three", UNMARKED),
            ("merge three, `--remove-without-uidplus`", UNMARKED),
            ("the same fix again", "manual:mark-by-administrator"),
            ("mailboxes below a source follow", UNMARKED),
            (
                "mailboxes below a source cannot follow",
                "left:children-stay, left:mark-by-administrator",
            ),
            ("the kept one is subscribed", UNMARKED),
            (
                "a message marked `\\Deleted`",
                "left:deleted-marked-mail, left:mark-by-administrator",
            ),
            ("keywords", UNMARKED),
            (
                "trash, `--include trash`",
                "done, manual:mark-by-administrator, warned:may-be-purged",
            ),
        ],
    ),
    (
        Kind::Gluon,
        Kind::Sdbox,
        &[
            ("SPECIAL-USE", "no"),
            ("LIST-EXTENDED", "no"),
            ("keywords", "refused:keywords-not-kept"),
            (
                "trash, `--target` another than `Trash`",
                "done, manual:client-will-create, warned:may-be-purged",
            ),
            ("the marked one is the source", ELSEWHERE),
            ("undo", "left:undo-incomplete"),
        ],
    ),
    (
        Kind::GoImap,
        Kind::MailutilsMaildir,
        &[
            ("MOVE", "yes"),
            ("merge three", NO_MOVE),
            ("merge three, `--remove-without-uidplus`", NO_MOVE),
            ("the same fix again", NO_MOVE),
            ("mailboxes below a source follow", NO_MOVE),
            (
                "mailboxes below a source cannot follow",
                "manual:children-stay, refused:move-refused",
            ),
            (
                "a message marked `\\Deleted`",
                "manual:deleted-marked-mail, refused:move-refused",
            ),
            ("keywords", NO_MOVE),
            (
                "trash, `--include trash`",
                "refused:move-refused, warned:may-be-purged",
            ),
            (
                "trash, `--target` another than `Trash`",
                "manual:client-will-create, refused:move-refused, warned:may-be-purged",
            ),
            (
                "the marked one is the source",
                "manual:client-will-create, refused:move-refused",
            ),
            ("undo", NO_MOVE),
            ("cut at the first message, resumed", NO_MOVE),
        ],
    ),
    (
        Kind::Crymap,
        Kind::Cyrus,
        &[
            ("METADATA", "no"),
            ("trash, `--target` another than `Trash`", PURGED_BY_ADMIN),
            ("the marked one is the source", BY_ADMIN),
        ],
    ),
    (Kind::Imapproxy, Kind::Sdbox, &[("audit over TLS", NO_TLS)]),
    (Kind::Perdition, Kind::Sdbox, &[]),
];

fn cell((name, cells): &Row, kind: Kind) -> &'static str {
    let Some((_, like, others)) = LIKE.iter().find(|(other, ..)| *other == kind) else {
        return cells[kind as usize];
    };
    let other = others.iter().find(|(row, _)| row == name);
    other.map_or(cells[*like as usize], |(_, cell)| cell)
}

/// What the servers say they can.
const OFFERS: [Row; 7] = [
    ("MOVE", ["yes", "yes", "yes", "no", "no", "no"]),
    ("UIDPLUS", ["yes", "yes", "yes", "yes", "no", "no"]),
    ("SPECIAL-USE", ["yes", "yes", "yes", "no", "no", "no"]),
    ("CREATE-SPECIAL-USE", ["no", "no", "yes", "no", "no", "no"]),
    ("METADATA", ["no", "no", "yes", "no", "no", "no"]),
    ("LIST-EXTENDED", ["yes", "yes", "yes", "no", "no", "no"]),
    ("OBJECTID", ["no", "no", "yes", "no", "no", "no"]),
];

const NO_TLS: &str = "impossible:no-tls";
const NO_MOVE: &str = "refused:move-refused";
const UNSAFE: &str = "manual:no-safe-removal";
const CHANGES: &str = "refused:changes-messages";
const NOWHERE: &str = "refused:message-gone";
const FLAT: &str = "impossible:no-children";
const ELSEWHERE: &str = "done, manual:client-will-create";
const BY_ADMIN: &str = "done, manual:client-will-create, manual:mark-by-administrator";
const PURGED: &str = "done, warned:may-be-purged";
const PURGED_BY_ADMIN: &str =
    "done, manual:client-will-create, manual:mark-by-administrator, warned:may-be-purged";
const UNMARKED: &str = "done, manual:mark-by-administrator";
const RESERVED: &str = "manual:client-will-create, manual:mark-by-administrator, refused:reserved-name, warned:may-be-purged";

/// How the scenes end.
#[rustfmt::skip]
const ENDS: [Row; 19] = [
    ("audit", ["done"; 6]),
    ("audit over TLS", ["done"; 6]),
    ("dry run", ["done"; 6]),
    ("merge three", ["done", "done", "done", "done", UNSAFE, UNSAFE]),
    ("merge three, `--remove-without-uidplus`", ["done", "done", "done", "done", CHANGES, "done"]),
    ("the same fix again", ["nothing to do", "nothing to do", "nothing to do", "nothing to do", UNSAFE, "nothing to do"]),
    ("rename: `--target` to a new name, `--make-target`", [ELSEWHERE, ELSEWHERE, "done", ELSEWHERE, ELSEWHERE, ELSEWHERE]),
    ("mailboxes below a source follow", ["done", "done", "done", "done", FLAT, "done"]),
    ("mailboxes below a source cannot follow", ["left:children-stay", "left:children-stay", "left:children-stay", "left:children-stay", FLAT, UNSAFE]),
    ("the kept one is subscribed", ["done"; 6]),
    ("a message marked `\\Deleted`", ["left:deleted-marked-mail", "left:deleted-marked-mail", "left:deleted-marked-mail", "left:deleted-marked-mail", UNSAFE, UNSAFE]),
    ("keywords", ["done", "done", "done", "done", "impossible:no-keywords", "impossible:no-keywords"]),
    ("trash, not named", ["left:held-back"; 6]),
    ("trash, `--include trash`", [PURGED, PURGED, PURGED, PURGED, UNSAFE, UNSAFE]),
    ("trash, `--target` another than `Trash`", [PURGED_BY_ADMIN, PURGED_BY_ADMIN, PURGED, RESERVED, UNSAFE, UNSAFE]),
    ("the marked one is the source", [BY_ADMIN, BY_ADMIN, "done", ELSEWHERE, UNSAFE, UNSAFE]),
    ("undo", ["done", "done", "done", "done", CHANGES, "done, left:undo-incomplete, left:undo-leaves-mail"]),
    ("cut at the first message, resumed", ["done", "done", "done", "done", CHANGES, "done"]),
    ("cut, its message moved by another client, resumed", [NOWHERE; 6]),
];

/// Scenes at one time: Courier sleeps two seconds at every RENAME and DELETE, and mailutils serves few at once.
const AT_ONCE: usize = 6;

static STARTING: Mutex<()> = Mutex::new(());

fn column(kind: Kind) {
    if kind.is_left_out() {
        eprintln!(
            "{} is left out: ROLECALL_TESTS_WITHOUT names it",
            kind.heading()
        );
        return;
    }
    let users: Vec<String> = (0..scenes::EVERY.len())
        .map(|at| format!("user{at}"))
        .collect();
    // Where a server has one account, each scene starts one for itself.
    let shared = (!kind.has_one_account()).then(|| Server::start(kind, &users));
    if let Some(server) = &shared {
        offers_what_it_should(server, &users[0]);
    }
    let scenes = Mutex::new(users.iter().zip(scenes::EVERY));
    let ends = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some((user, scene)) = scenes.lock().unwrap().next() else {
                        return;
                    };
                    let end = if let Some(server) = &shared {
                        played(server, user, scene)
                    } else {
                        // One after another, so that no two are given one port.
                        let starting = STARTING.lock().unwrap();
                        let server = Server::start(kind, std::slice::from_ref(user));
                        drop(starting);
                        offers_what_it_should(&server, user);
                        played(&server, user, scene)
                    };
                    ends.lock().unwrap().insert(scene.0, end);
                }
            });
        }
    });
    let ends = ends.into_inner().unwrap();
    let wrong: Vec<String> = ENDS
        .iter()
        .map(|row| (row.0, cell(row, kind), &ends[row.0]))
        .filter(|(_, expected, end)| expected != end)
        .map(|(name, expected, end)| format!("{name}: expected {expected}, but {end}"))
        .collect();
    assert!(wrong.is_empty(), "{kind:?}\n{}", wrong.join("\n"));
}

/// A scene that breaks off does not take the others with it.
fn played(server: &Server, user: &str, (_, scene): Scene) -> String {
    let end = catch_unwind(AssertUnwindSafe(|| scene(&Stage::new(server, user))));
    end.unwrap_or_else(|why| {
        let why = why.downcast_ref::<String>().cloned();
        why.unwrap_or_else(|| "it panicked".to_owned())
    })
}

fn offers_what_it_should(server: &Server, user: &str) {
    let lines = Raw::login(server.port, user).ok("CAPABILITY");
    let line = String::from_utf8_lossy(&lines.concat()).to_ascii_uppercase();
    for row in &OFFERS {
        let is_offered = line.split_whitespace().any(|word| word == row.0);
        let offered = if is_offered { "yes" } else { "no" };
        assert_eq!(offered, cell(row, server.kind), "{}: {line}", row.0);
    }
}

macro_rules! columns {
    ($(fn $name:ident() = $kind:ident;)* long: $(fn $rare:ident() = $rarity:ident;)*) => {
        $(
            #[test]
            fn $name() {
                column(Kind::$kind);
            }
        )*
        $(
            #[test]
            #[ignore = "tests/run --long installs it"]
            fn $rare() {
                column(Kind::$rarity);
            }
        )*
    };
}

columns! {
    fn dovecot_sdbox() = Sdbox;
    fn dovecot_maildir() = Maildir;
    fn cyrus() = Cyrus;
    fn courier() = Courier;
    fn mailutils_mbox() = Mbox;
    fn mailutils_maildir() = MailutilsMaildir;
    fn dovecot_2_4() = Dovecot24;
    long:
    fn dovecot_2_4_5() = Dovecot245;
    fn cyrus_3_10() = Cyrus310;
    fn cyrus_3_12() = Cyrus312;
    fn courier_6() = Courier6;
    fn mailutils_3_21() = Mailutils321;
    fn pymap() = Pymap;
    fn hoodiecrow() = Hoodiecrow;
    fn gluon() = Gluon;
    fn go_imap() = GoImap;
    fn crymap() = Crymap;
    fn dovecot_behind_imapproxy() = Imapproxy;
    fn dovecot_behind_perdition() = Perdition;
}

#[test]
fn every_scene_has_its_row() {
    let scenes = scenes::EVERY.map(|(name, _)| name);
    assert_eq!(scenes, ENDS.map(|(name, _)| name));
}

#[test]
fn the_page_says_what_the_table_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/MATRIX.md");
    let page = page();
    if std::env::var_os("REFRESH").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(written, page, "REFRESH=1 writes it anew");
}

fn page() -> String {
    let mut page = "# What each server lets rolecall do\n\n\
        Written by `tests/servers`, where every cell is compared with what happens on the real server. In no cell has\n\
        any message gone missing.\n"
        .to_owned();
    table(&mut page, "offers", &OFFERS);
    table(&mut page, "what is tried", &ENDS);
    page.push_str(
        "\n\
        - `done`: all that was planned, proven by a fresh read.\n\
        - `left:CODE`: a rule of rolecall's left a mailbox as it is; `rolecall explain CODE` says why.\n\
        - `manual:CODE`: not begun, or not to be finished, without a person; the report says what to do.\n\
        - `warned:CODE`: said before anything was done, and done all the same.\n\
        - `refused:changes-messages`: the server's COPY changes messages. The first one shows it, and the merge stops before\n  \
          any original is touched.\n\
        - `refused:message-gone`: nothing shows who has it, so the merge stops; it is where the other client has put it, and\n  \
          where messages have ids the report names the place. The next `fix` goes on.\n\
        - `refused:reserved-name`: Courier never renames its `Trash`, so it stays, emptied.\n\
        - `refused:keywords-not-kept`: the server says that the target keeps no keywords, and the messages have some.\n\
        - `refused:move-refused`: go-imap's server offers MOVE whether its backend can or not, and this one cannot. Without\n  \
          UIDPLUS nothing else removes exactly what was copied.\n\
        - `impossible:CODE`: the server does not have what is tried (`no-keywords`, `no-children`, `no-tls`).\n",
    );
    page
}

fn table(page: &mut String, first: &str, rows: &[Row]) {
    let heads = Kind::EVERY.map(Kind::heading).join(" | ");
    let rules = "---|".repeat(Kind::EVERY.len());
    write!(page, "\n| {first} | {heads} |\n|---|{rules}\n").unwrap();
    for row in rows {
        let cells = Kind::EVERY.map(|kind| cell(row, kind)).join(" | ");
        writeln!(page, "| {} | {cells} |", row.0).unwrap();
    }
}
