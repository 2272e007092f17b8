//! One account on one of the servers, and the result of a run on it in one word.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    servers::server::{Family, Kind, Server},
    support::{
        account::{Account, DATE},
        proxy::Cut,
        raw::{Raw, Seen, quoted, text},
        scene::Scene,
        told,
    },
};

/// An account of a server of any kind.
pub type Stage<'s> = Scene<&'s Server>;

impl<'s> Stage<'s> {
    pub fn new(server: &'s Server, user: &str) -> Self {
        Self::at(server.port, server, user)
    }

    pub fn kind(&self) -> Kind {
        self.server.kind
    }

    /// A name as this server has it: `Sent/2019` or `INBOX.Sent.2019`.
    pub fn name(&self, name: &str) -> String {
        let (prefix, delimiter) = self.kind().place();
        format!("{prefix}{}", name.replace('/', &delimiter.to_string()))
    }

    pub fn raw(&self) -> Raw {
        let mut raw = Raw::login(self.server.port, &self.user);
        if self.kind() == Kind::Imapproxy {
            // What one client has turned on stays on for the next that is given its connection.
            raw.ok("ENABLE QRESYNC");
        }
        raw
    }

    pub fn account(&self) -> Account {
        let mut raw = self.raw();
        let mut names = raw.names();
        let trash = self.name("Trash");
        names.remove(&trash);
        // mailutils lists the file by which another session locks an mbox for a moment.
        names.retain(|name| self.kind() != Kind::Mbox || !name.as_bytes().ends_with(b".lock"));
        let contents = names.into_iter().map(|name| {
            let contents = raw.contents_of_listed(&name);
            (name, contents)
        });
        let mut messages: BTreeMap<String, Vec<Seen>> = contents.collect();
        // Dovecot lists what it will make when it is first opened; a Courier account has a Trash from the beginning.
        let seen = raw.contents_if_any(&trash);
        messages.extend(
            seen.ok()
                .filter(|seen| !seen.is_empty())
                .map(|seen| (trash, seen)),
        );
        for seen in messages.values_mut().flatten() {
            if self.kind().is_mailutils_maildir() {
                // It tells the time of the asking.
                seen.date.clear();
            }
            if self.kind() == Kind::Gluon {
                // A second after a MOVE, its stand-in for Proton's service brings all flags but two back to none.
                seen.flags
                    .retain(|flag| flag != "\\Answered" && flag != "\\Draft");
            }
        }
        let made = self.kind().makes();
        messages.retain(|name, seen| !(made.contains(&name.as_str()) && seen.is_empty()));
        let subscribed = raw.subscriptions().into_iter();
        let subscribed = subscribed
            // Cyrus subscribes it by itself.
            .filter(|name| name != "INBOX")
            .filter(|name| !made.contains(&name.as_str()) || messages.contains_key(name));
        Account {
            subscribed: subscribed.collect(),
            messages,
        }
    }

    /// Makes and subscribes a mailbox with one message for each list of flags.
    ///
    /// The flags are set afterwards: mailutils does not keep those of APPEND.
    pub fn fill(&self, raw: &mut Raw, name: &str, flags: &[&str]) {
        let wire = self.name(name);
        let (_, end) = raw.command(&format!("CREATE {}", quoted(&wire)));
        let is_there = name == "Trash" || self.kind().makes().contains(&name);
        let is_there = is_there || end.starts_with("OK");
        assert!(is_there, "CREATE {wire}: {end}");
        self.fill_made(raw, name, flags);
    }

    /// The same for one that is there.
    pub fn fill_made(&self, raw: &mut Raw, name: &str, flags: &[&str]) {
        let wire = self.name(name);
        let (_, end) = raw.command(&format!("SUBSCRIBE {}", quoted(&wire)));
        // gluon subscribes what it makes, and refuses to do so again.
        let is_subscribed = end.starts_with("OK") || end == "NO already subscribed to this mailbox";
        assert!(is_subscribed, "SUBSCRIBE {wire}: {end}");
        // No two of a size: mailboxes made in one second that are alike in all that Courier tells of them count as one.
        let seed: u32 = name.bytes().map(u32::from).sum();
        for (number, _) in (1..).zip(flags) {
            let length = 300 + 40 * (name.len() + 20 * number as usize);
            let body = message(1_000 * seed + number, length);
            raw.append_asking(&wire, DATE, &body);
        }
        raw.ok(&format!("SELECT {}", quoted(&wire)));
        for (number, flags) in (1..).zip(flags) {
            if !flags.is_empty() {
                raw.ok(&format!("STORE {number} +FLAGS.SILENT ({flags})"));
            }
        }
        // Not every server has UNSELECT.
        raw.ok("EXAMINE INBOX");
        let mark = format!(
            "SETMETADATA {} (/private/specialuse \"\\\\{name}\")",
            quoted(&wire)
        );
        if self.kind().family() == Family::Cyrus && matches!(name, "Sent" | "Trash") {
            raw.ok(&mark);
        }
    }

    /// Three mailboxes of one role, with flags of every sort.
    pub fn three_sent(&self) {
        let mut raw = self.raw();
        self.fill(&mut raw, "Sent", &["\\Seen", "", "\\Flagged"]);
        self.fill(&mut raw, "Sent Items", &["\\Seen \\Answered", "\\Draft"]);
        self.fill(&mut raw, "Courrier envoy&AOk-", &["\\Flagged", ""]);
    }

    /// Runs and returns the one object that was printed, whatever the exit status; that too.
    pub fn tells(&self, words: &str) -> (Value, i32) {
        told(self.command(&format!("{words} --format json")))
    }

    /// The same for verbs that know the account from a journal.
    pub fn tells_without_account(&self, words: &str) -> (Value, i32) {
        told(self.command_without_account(&format!("{words} --format json")))
    }

    /// Plans and applies; says what it came to. Nothing is missing afterwards; after `done`, nothing has changed either
    /// but where the messages are.
    pub fn fix(&self, options: &str) -> Ended {
        let before = self.account();
        let (plan, _) = self.tells(&format!("fix --dry-run {options}"));
        let receipt = self.tells(&format!("fix --yes --settle 0 {options}"));
        self.ended(before, &plan, receipt)
    }

    /// A run whose connection is cut at one of these commands; the account as it was before.
    pub fn cut(&self, word: &str, nth: usize, when: Cut) -> Account {
        let before = self.account();
        self.proxy.cut_at(word, nth, when);
        let (told, status) = self.tells("fix --yes --settle 0 --remove-without-uidplus");
        assert!(self.proxy.was_cut(), "{told:#}");
        assert_eq!(status, 4, "{told:#}");
        before
    }

    /// Resumes it, and says what it came to.
    pub fn resume(&self, before: Account) -> Ended {
        self.ended(before, &Value::Null, self.tells_without_account("resume"))
    }

    fn ended(&self, before: Account, plan: &Value, (receipt, status): (Value, i32)) -> Ended {
        let word = ended(plan, &receipt, status);
        let after = self.account();
        self.nothing_is_lost(&before, &after, &word);
        Ended {
            word,
            receipt,
            before,
            after,
        }
    }

    pub fn nothing_is_lost(&self, before: &Account, after: &Account, word: &str) {
        let all = after.holds_all_of(before);
        assert!(all, "{word}: {before:#?}\nbecame {after:#?}");
        if word.starts_with("done") {
            assert_eq!(before.bag(), after.bag(), "{:?}", self.kind());
        }
    }
}

/// A message with a date in its header, which gluon demands.
pub fn message(number: u32, length: usize) -> Vec<u8> {
    let date = b"Date: Tue, 12 Mar 2019 07:30:00 +0100\r\n";
    [date, text(number, length).as_slice()].concat()
}

/// What a run came to.
pub struct Ended {
    pub word: String,
    pub receipt: Value,
    pub before: Account,
    pub after: Account,
}

impl Ended {
    /// The run's id.
    pub fn run(&self) -> &str {
        self.receipt["run"].as_str().unwrap()
    }

    pub fn is_done(&self) -> bool {
        self.word.starts_with("done")
    }
}

/// `done` where all that was planned is applied; the rest tells what was not, and why: `refused:CODE` (the server or a
/// guard stopped it), `left:CODE` (a rule did), `manual:CODE` (a person has to). `warned:CODE` was said and done all the same.
pub fn ended(plan: &Value, receipt: &Value, status: i32) -> String {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let codes = |field: &str| -> BTreeSet<String> {
        list(&plan[field])
            .iter()
            .map(|entry| entry["code"].as_str().unwrap().to_owned())
            .collect()
    };
    let manual = codes("manual");
    let steps = list(&receipt["steps"]);
    let mut words = BTreeSet::new();
    let mut is_left = false;
    for step in &steps {
        match (
            step["outcome"].as_str().unwrap(),
            step["source_after"].as_str(),
        ) {
            ("applied", None | Some("removed")) => {}
            ("applied", Some("left")) => is_left = true,
            ("applied", Some(after)) => drop(words.insert(format!("left:{after}"))),
            (outcome, _) => {
                let why = step["message"].as_str().unwrap_or_default();
                words.insert(format!("{outcome}:{}", reason(why)));
            }
        }
    }
    if let (true, Some(error)) = (words.is_empty(), receipt["error"].as_object()) {
        let why = error["message"].as_str().unwrap();
        words.insert(format!(
            "{}:{}",
            error["kind"].as_str().unwrap(),
            reason(why)
        ));
    }
    let is_done = words.is_empty() && !is_left && !steps.is_empty();
    let kind = if is_left { "left" } else { "manual" };
    words.extend(manual.iter().map(|code| format!("{kind}:{code}")));
    words.extend(codes("warnings").iter().map(|code| match code.as_str() {
        "may-be-purged" => format!("warned:{code}"),
        _ => format!("left:{code}"),
    }));
    // The exit status tells the same.
    let is_said = |word: &String| {
        let mut kinds = ["left:", "manual:", "warned:"].into_iter();
        kinds.any(|kind| word.starts_with(kind))
    };
    let failed = !words.iter().all(is_said) || words.contains("left:undo-leaves-mail");
    assert_eq!(status, if failed { 3 } else { 0 }, "{words:?}");
    let first = if is_done {
        "done"
    } else if words.is_empty() {
        "nothing to do"
    } else {
        ""
    };
    let words = words.iter().map(String::as_str);
    let told: Vec<&str> = [first]
        .into_iter()
        .chain(words)
        .filter(|word| !word.is_empty())
        .collect();
    told.join(", ")
}

/// A code for what a receipt says in words; the words themselves where there is none.
fn reason(why: &str) -> String {
    const REASONS: [(&str, &str); 5] = [
        (
            "the server changes messages while it moves them",
            "changes-messages",
        ),
        ("cannot be found in either mailbox", "message-gone"),
        ("Reserved folder name", "reserved-name"),
        ("cannot keep the keywords", "keywords-not-kept"),
        ("offers MOVE and refuses it", "move-refused"),
    ];
    let known = REASONS.iter().find(|(text, _)| why.contains(text));
    known.map_or(why, |(_, code)| code).to_owned()
}
