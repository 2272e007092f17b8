//! The scenes of the matrix: what is tried on every server, and the result in a word.

use crate::{
    servers::{
        server::{Family, Kind},
        stage::{Stage, ended, message},
    },
    support::{
        self,
        account::DATE,
        proxy::Cut,
        raw::quoted,
        strict::{self, Sent},
    },
};

/// A scene and what it is called.
pub type Scene = (&'static str, fn(&Stage<'_>) -> String);

pub const EVERY: [Scene; 19] = [
    ("audit", audit),
    ("audit over TLS", tls),
    ("dry run", dry_run),
    ("merge three", merge),
    (
        "merge three, `--remove-without-uidplus`",
        merge_all_the_same,
    ),
    ("the same fix again", again),
    ("rename: `--target` to a new name, `--make-target`", rename),
    ("mailboxes below a source follow", children_follow),
    ("mailboxes below a source cannot follow", children_stay),
    ("the kept one is subscribed", subscribe),
    ("a message marked `\\Deleted`", deleted),
    ("keywords", keywords),
    ("trash, not named", trash_held_back),
    ("trash, `--include trash`", trash),
    ("trash, `--target` another than `Trash`", trash_goes),
    ("the marked one is the source", marked_source),
    ("undo", undo),
    ("cut at the first message, resumed", resumed),
    ("cut, its message moved by another client, resumed", taken),
];

fn audit(stage: &Stage<'_>) -> String {
    stage.three_sent();
    let (told, status) = stage.tells("audit");
    is_audited(stage, &told, status)
}

fn is_audited(stage: &Stage<'_>, told: &serde_json::Value, status: i32) -> String {
    assert_eq!(status, 1, "{told:#}");
    let sent = &told["roles"]["sent"];
    assert_eq!(sent["keep"], stage.name("Sent"), "{told:#}");
    assert_eq!(sent["members"].as_array().unwrap().len(), 3, "{told:#}");
    "done".to_owned()
}

/// By STARTTLS, or where a server has none from the first octet on.
fn tls(stage: &Stage<'_>) -> String {
    stage.three_sent();
    let mut command = support::rolecall(stage.state.path(), &["audit", "--format", "json"]);
    command.arg("--ca-file").arg(&stage.server.authority);
    let (scheme, port) = match stage.kind() {
        Kind::Crymap => ("imaps", stage.server.tls_port),
        _ => ("imap", stage.server.port),
    };
    command.arg(format!("{scheme}://{}@127.0.0.1:{port}", stage.user));
    let (told, status) = support::told(command);
    let end = is_audited(stage, &told, status);
    if stage.kind() == Kind::Imapproxy {
        // It has none for its clients; on the machine itself rolecall does without.
        return "impossible:no-tls".to_owned();
    }
    end
}

fn dry_run(stage: &Stage<'_>) -> String {
    stage.three_sent();
    let mut raw = stage.raw();
    stage.fill(&mut raw, "Deleted Items", &["\\Seen"]);
    stage.fill(&mut raw, "Trash", &["\\Seen"]);
    // An empty one has no UIDVALIDITY of its own on Courier and mailutils.
    stage.raw().append_asking("INBOX", DATE, &message(1, 300));
    let numbers = || {
        let mut numbers = stage.raw().numbers_of(stage.kind().numbers());
        if stage.kind().is_mailutils_maildir() {
            // They change by being asked for.
            numbers.remove("INBOX");
        }
        numbers
    };
    // Dovecot counts HIGHESTMODSEQ from the first question on.
    numbers();
    let before = (stage.account(), numbers());
    stage.proxy.clear();
    let options = "--include trash --remove-without-uidplus --make-target --target drafts=Concepts";
    let (plan, status) = stage.tells(&format!("fix --dry-run --yes {options}"));
    assert_eq!(status, 1, "{plan:#}");
    assert!(plan["steps"].as_array().unwrap().len() >= 3, "{plan:#}");
    let octets = stage.proxy.octets();
    let sent: Vec<Sent> = octets.iter().flat_map(|one| strict::read(one)).collect();
    assert!(sent.len() >= 5, "{sent:?}");
    for command in &sent {
        assert!(command.is_read_only(), "{command:?}");
    }
    let after = (stage.account(), numbers());
    assert_eq!(after.1, before.1);
    assert_eq!(after.0, before.0);
    "done".to_owned()
}

fn merge(stage: &Stage<'_>) -> String {
    stage.three_sent();
    merged(stage, "")
}

fn merge_all_the_same(stage: &Stage<'_>) -> String {
    stage.three_sent();
    merged(stage, "--remove-without-uidplus")
}

fn merged(stage: &Stage<'_>, options: &str) -> String {
    let ended = stage.fix(options);
    if ended.is_done() {
        assert_eq!(ended.after.messages[&stage.name("Sent")].len(), 7);
        assert_eq!(ended.after.messages.len(), ended.before.messages.len() - 2);
    }
    ended.word
}

fn again(stage: &Stage<'_>) -> String {
    stage.three_sent();
    let options = "--remove-without-uidplus";
    let first = stage.fix(options);
    stage.proxy.clear();
    let second = stage.fix(options);
    if first.is_done() {
        assert_eq!(stage.proxy.mutating(), [""; 0]);
    }
    // What was copied and proven once is not copied again; what a server changes is never proven, and stops the merge at
    // the first message.
    let more = second.after.bag().len() - first.after.bag().len();
    assert!(more <= if stage.kind().is_mailutils() { 2 } else { 0 });
    second.word
}

fn rename(stage: &Stage<'_>) -> String {
    stage.fill(&mut stage.raw(), "Sent", &["\\Seen", ""]);
    let ended = stage.fix("--make-target --target sent=Verzonden");
    if ended.is_done() {
        let name = stage.name("Verzonden");
        assert_eq!(ended.after.messages[&name].len(), 2);
        assert!(!ended.after.messages.contains_key(&stage.name("Sent")));
        assert_eq!(ended.after.subscribed, [name].into());
    }
    ended.word
}

/// Where a mailbox is a file, nothing can be below it.
fn is_flat(stage: &Stage<'_>) -> bool {
    let mut raw = stage.raw();
    let names = ["Parent", "Parent/child"].map(|name| quoted(&stage.name(name)));
    raw.ok(&format!("CREATE {}", names[0]));
    let (_, end) = raw.command(&format!("CREATE {}", names[1]));
    let is_flat = stage.kind() == Kind::Mbox;
    assert!(!is_flat || end.starts_with("NO"), "{end}");
    is_flat
}

fn children_follow(stage: &Stage<'_>) -> String {
    if is_flat(stage) {
        return "impossible:no-children".to_owned();
    }
    let mut raw = stage.raw();
    for name in ["Sent", "Sent Items", "Sent Items/2019"] {
        stage.fill(&mut raw, name, &["\\Seen"]);
    }
    let ended = stage.fix("--remove-without-uidplus");
    if ended.is_done() {
        let names = ["Sent", "Sent/2019"].map(|name| stage.name(name));
        assert_eq!(ended.after.messages[&names[1]].len(), 1);
        let mut subscribed = ended.after.subscribed;
        // gluon subscribes all that is made.
        subscribed.retain(|name| !name.contains("Parent"));
        assert_eq!(subscribed, names.into());
    }
    ended.word
}

fn children_stay(stage: &Stage<'_>) -> String {
    if is_flat(stage) {
        return "impossible:no-children".to_owned();
    }
    let mut raw = stage.raw();
    for name in ["Sent", "Sent/2019", "Sent Items", "Sent Items/2019"] {
        stage.fill(&mut raw, name, &["\\Seen"]);
    }
    stage.fix("").word
}

fn subscribe(stage: &Stage<'_>) -> String {
    let mut raw = stage.raw();
    stage.fill(&mut raw, "Sent", &["\\Seen"]);
    let name = stage.name("Sent");
    raw.ok(&format!("UNSUBSCRIBE {}", quoted(&name)));
    let ended = stage.fix("");
    if ended.is_done() {
        assert_eq!(ended.after.subscribed, [name].into());
    }
    ended.word
}

fn deleted(stage: &Stage<'_>) -> String {
    let mut raw = stage.raw();
    stage.fill(&mut raw, "Sent", &["\\Seen"]);
    stage.fill(&mut raw, "Sent Items", &["\\Seen", "\\Deleted", ""]);
    stage.fix("--target sent=Sent").word
}

fn keywords(stage: &Stage<'_>) -> String {
    let mut raw = stage.raw();
    stage.fill(&mut raw, "Sent", &["\\Seen"]);
    if stage.kind().is_mailutils() {
        let wire = quoted(&stage.name("Sent"));
        raw.ok(&format!("SELECT {wire}"));
        let (_, end) = raw.command("STORE 1 +FLAGS.SILENT ($Forwarded)");
        assert!(end.starts_with("BAD"), "{end}");
        return "impossible:no-keywords".to_owned();
    }
    stage.fill(&mut raw, "Sent Items", &["$Forwarded", "Client-7 \\Seen"]);
    stage.fix("").word
}

fn two_trashes(stage: &Stage<'_>) {
    let mut raw = stage.raw();
    stage.fill(&mut raw, "Trash", &["\\Seen", ""]);
    stage.fill(&mut raw, "Deleted Items", &["\\Seen"]);
}

fn trash_held_back(stage: &Stage<'_>) -> String {
    two_trashes(stage);
    stage.fix("").word
}

fn trash(stage: &Stage<'_>) -> String {
    two_trashes(stage);
    stage.fix("--include trash").word
}

/// A mailbox that Courier keeps for itself.
fn trash_goes(stage: &Stage<'_>) -> String {
    two_trashes(stage);
    stage
        .fix("--include trash --target trash=Deleted_Items")
        .word
}

/// The mark is where the mail shall not be.
fn marked_source(stage: &Stage<'_>) -> String {
    let mut raw = stage.raw();
    stage.fill(&mut raw, "Sent", &["\\Seen"]);
    stage.fill(&mut raw, "Sent Items", &["\\Seen", ""]);
    let ended = stage.fix("--target sent=Sent_Items");
    if stage.kind().family() == Family::Cyrus {
        // It refuses to remove what is marked, so the mark goes first, by a command of its own.
        let (_, end) = raw.command("DELETE \"Sent Items\"");
        assert!(end.starts_with("NO"), "{end}");
        let sent = stage.proxy.mutating();
        let at = |word: &str| sent.iter().position(|line| line.starts_with(word)).unwrap();
        let cleared = at("SETMETADATA \"Sent\" (/private/specialuse NIL)");
        assert!(cleared < at("RENAME"), "{sent:#?}");
    }
    ended.word
}

fn undo(stage: &Stage<'_>) -> String {
    stage.three_sent();
    let mut raw = stage.raw();
    let name = quoted(&stage.name("Sent"));
    raw.ok(&format!("UNSUBSCRIBE {name}"));
    let ended_run = stage.fix("--remove-without-uidplus");
    if !ended_run.is_done() {
        return ended_run.word;
    }
    let words = format!("undo {} --yes", ended_run.run());
    let (plan, _) = stage.tells_without_account(&format!("{words} --dry-run"));
    let (told, status) = stage.tells_without_account(&words);
    let after = stage.account();
    stage.nothing_is_lost(&ended_run.before, &after, "undo");
    if status == 0 && after == ended_run.before {
        return "done".to_owned();
    }
    ended(&plan, &told, status)
}

/// The command by which messages go.
fn going(stage: &Stage<'_>) -> &'static str {
    match stage.kind().family() {
        Family::Mailutils | Family::Courier => "UID COPY",
        _ => "UID MOVE",
    }
}

/// A client moves the very message away. Only a server with ids of messages can tell where it is, and none can tell
/// whether it was not there before.
fn taken(stage: &Stage<'_>) -> String {
    let mut raw = stage.raw();
    stage.fill(&mut raw, "Sent", &["\\Seen", "", ""]);
    stage.fill(&mut raw, "Sent Items", &["\\Seen", ""]);
    stage.fill(&mut raw, "Projets", &[""]);
    let before = stage.cut(going(stage), 0, Cut::Before);
    let name = |name: &str| quoted(&stage.name(name));
    raw.ok(&format!("SELECT {}", name("Sent Items")));
    raw.ok(&format!("COPY 1 {}", name("Projets")));
    raw.ok("STORE 1 +FLAGS.SILENT (\\Deleted)");
    raw.ok("EXPUNGE");
    raw.ok("EXAMINE INBOX");
    let ended = stage.resume(before);
    if stage.kind().family() == Family::Cyrus {
        assert_eq!(ended.after.messages[&stage.name("Projets")].len(), 2);
        let said = ended.receipt["steps"].to_string();
        assert!(said.contains("1 message found by its id"), "{said}");
    }
    ended.word
}

fn resumed(stage: &Stage<'_>) -> String {
    stage.three_sent();
    let before = stage.cut(going(stage), 1, Cut::After);
    stage.nothing_is_lost(&before, &stage.account(), "cut");
    stage.resume(before).word
}
