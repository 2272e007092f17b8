//! Listings of accounts on which a role or a plan was wrong once, and what comes out of each.
//!
//! `replayed.txt` has them. What comes out is told in lines: `NAME: role certainty`, `merge NAME into NAME`, `by hand: code
//! count`.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use rolecall::{
    judge::Judged,
    model::{
        finding::Code,
        listing::{Listing, Namespace},
        mailbox::{Mailbox, MailboxName, Status},
        plan::{Action, Plan},
    },
    planner::Policy,
};

use crate::imagined;

/// An account as the file has it.
struct Account {
    what: String,
    told: String,
    delimiter: char,
    prefixes: Vec<String>,
    capabilities: BTreeSet<String>,
    mailboxes: Vec<String>,
    comes_out: Vec<String>,
}

impl Account {
    fn read(block: &str) -> Self {
        let told: Vec<&str> = block
            .lines()
            .filter(|line| !line.starts_with('>'))
            .collect();
        let mut head = told[1].split_whitespace();
        let delimiter = head.next().unwrap().chars().next().unwrap();
        let prefixes = head.next().unwrap().split(',');
        let always = ["IMAP4REV1", "MOVE", "UIDPLUS", "NAMESPACE", "CHILDREN"];
        Self {
            what: told[0].trim_start_matches("# ").to_owned(),
            told: told.join("\n"),
            delimiter,
            prefixes: prefixes.map(|prefix| prefix.replace('-', "")).collect(),
            capabilities: head.chain(always).map(str::to_owned).collect(),
            mailboxes: told[2..].iter().map(|line| (*line).to_owned()).collect(),
            comes_out: block
                .lines()
                .filter_map(|line| line.strip_prefix("> "))
                .map(str::to_owned)
                .collect(),
        }
    }

    fn listing(&self) -> Listing {
        let mut listing = imagined::account();
        let prefixes = self.prefixes.iter().cloned();
        let delimiter = Some(self.delimiter);
        listing.personal = prefixes
            .map(|prefix| Namespace::told(prefix, delimiter, delimiter))
            .collect();
        listing.server.capabilities.clone_from(&self.capabilities);
        let numbered = (1..).zip(&self.mailboxes);
        listing.mailboxes = numbered.map(|(at, line)| self.mailbox(at, line)).collect();
        listing
    }

    fn mailbox(&self, uid_validity: u32, line: &str) -> Mailbox {
        let (told, messages) = line.split_once(" |").unwrap();
        let mut mailbox = imagined::told(told);
        mailbox.delimiter = Some(self.delimiter);
        mailbox.selectable = !mailbox.has_attribute("\\Noselect");
        let messages: u32 = messages.parse().unwrap();
        mailbox.status = Status {
            messages: Some(messages.into()),
            uid_next: Some(messages + 1),
            uid_validity: Some(uid_validity),
            ..Status::default()
        };
        mailbox
    }

    /// What comes out of it now.
    fn judged(&self) -> Vec<String> {
        let judged = imagined::judged(&self.listing());
        let plan = imagined::criteria().plan(&judged, &Policy::default());
        let mut lines = roles(&judged);
        lines.extend(merges(&plan));
        lines.extend(by_hand(&plan));
        lines
    }
}

/// Every mailbox with a role or a doubt.
fn roles(judged: &Judged) -> Vec<String> {
    let entries = judged.roll.entries.iter();
    let told = entries.filter_map(|entry| {
        let certainty = entry.certainty?;
        let role = entry.role.map_or("?", |role| role.word());
        Some(format!(
            "{}: {role} {}",
            entry.name.text(),
            certainty.word()
        ))
    });
    told.collect()
}

fn merges(plan: &Plan) -> impl Iterator<Item = String> {
    let steps = plan.steps.iter();
    steps
        .filter(|step| matches!(step.action, Action::Merge | Action::Rename))
        .filter_map(|step| {
            let name =
                |name: &Option<MailboxName>| name.as_ref().map(|name| name.text().to_owned());
            Some(format!(
                "{} {} into {}",
                step.action.word(),
                name(&step.source)?,
                name(&step.target)?
            ))
        })
}

/// What waits for a person's word, by code.
fn by_hand(plan: &Plan) -> Vec<String> {
    const TOLD: [Code; 4] = [
        Code::RoleDoubtful,
        Code::SecondInbox,
        Code::MarkOnUnknownName,
        Code::MailTree,
    ];
    let mut counts: Vec<(Code, usize)> = Vec::new();
    for manual in plan.manual.iter().filter(|one| TOLD.contains(&one.code)) {
        match counts.iter_mut().find(|(code, _)| *code == manual.code) {
            Some((_, count)) => *count += 1,
            None => counts.push((manual.code, 1)),
        }
    }
    let counts = counts.into_iter();
    counts
        .map(|(code, count)| format!("by hand: {code} {count}"))
        .collect()
}

#[test]
fn accounts_that_were_judged_wrong_once_are_judged_right() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replayed.txt");
    let text = fs::read_to_string(&file).unwrap();
    let mut blocks = text.split("\n\n");
    let mut new = blocks.next().unwrap().to_owned();
    let mut wrong = Vec::new();
    for account in blocks.map(Account::read) {
        let judged = account.judged();
        let _ = write!(new, "\n\n{}", account.told);
        for line in &judged {
            let _ = write!(new, "\n> {line}");
        }
        if judged != account.comes_out {
            wrong.push((account.what, judged));
        }
    }
    if std::env::var_os("REFRESH").is_some() {
        fs::write(file, new + "\n").unwrap();
    } else {
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
