//! The sum of many accounts: how many ended how, what was found, why some failed, what is left.
//!
//! In: each account's end. Out: a few lines for people, one for programs. Never: memory that grows with their number, so only
//! the first failures are told with their account.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    json::line::line,
    text::{count, safe},
};
use crate::{
    language::{Phrase, text},
    model::{error_kind::ErrorKind, finding::Code},
};

/// The schema word of summaries.
pub const SCHEMA: &str = "rolecall.summary/1";

/// How an account ended, as far as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedEnd {
    /// Nothing is left to do.
    Done,
    /// There are findings, or a plan waits.
    Found,
    /// It failed, for this error kind.
    Failed(ErrorKind),
    /// It was cut short, or nobody knows what became of a command.
    Cut,
}

/// What says that several mailboxes play one role.
const SPLIT: [Code; 2] = [Code::RoleSplit, Code::KeeperUnclear];

/// The most failures that are told with their account.
const FAILURES: usize = 20;

/// An account that failed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AccountFailure {
    /// The account's URL.
    pub account: String,
    /// Why it failed.
    pub why: Phrase,
}

/// The sum.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
#[schemars(title = "rolecall summary")]
pub struct Summary {
    /// Which form this is.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The verb.
    pub verb: &'static str,
    /// Which part of a fleet this is, `3 of 8`; null where it is the whole.
    pub shard: Option<String>,
    /// The id shared by the runs; null where nothing is changed.
    pub batch: Option<String>,
    /// Whether a run of the batch has changed anything.
    #[serde(skip)]
    pub can_undo: bool,
    /// Accounts that were to be dealt with.
    pub accounts: u64,
    /// Nothing is left to do there.
    pub done: u64,
    /// With findings, or a plan that waits.
    pub found: u64,
    /// Failed.
    pub failed: u64,
    /// Cut short, or an outcome is unknown.
    pub unknown: u64,
    /// Had no turn.
    pub pending: u64,
    /// Were done in an earlier command, so that this one left them out.
    pub done_before: u64,
    /// Failed in an earlier command for a reason that lasts, so that this one left them out.
    pub failed_before: u64,
    /// Messages moved.
    pub moved: u64,
    /// Findings that the earlier audit had not; null where none was compared with (`--since`).
    pub news: Option<u64>,
    /// Accounts in which several mailboxes play one role; none where the command does not look for that.
    #[serde(skip)]
    pub split: Option<u64>,
    /// Accounts by the code of what was found there.
    pub findings: BTreeMap<&'static str, u64>,
    /// Failed accounts by error kind.
    pub errors: BTreeMap<String, u64>,
    /// The first failures, each with its account; the others stand in `failed.txt` of the report folder.
    pub failures: Vec<AccountFailure>,
    /// Accounts without a turn by the reason.
    pub reasons: BTreeMap<Phrase, u64>,
}

impl Summary {
    /// Nothing has ended yet.
    #[must_use]
    pub fn of(verb: &'static str, accounts: u64) -> Self {
        Self {
            schema: SCHEMA,
            verb,
            accounts,
            ..Self::default()
        }
    }

    /// An account is over.
    pub fn add(&mut self, way: CountedEnd, codes: &BTreeSet<&'static str>, moved: u64) {
        match way {
            CountedEnd::Done => self.done += 1,
            CountedEnd::Found => self.found += 1,
            CountedEnd::Cut => self.unknown += 1,
            CountedEnd::Failed(kind) => {
                self.failed += 1;
                *self.errors.entry(kind.word().to_owned()).or_default() += 1;
            }
        }
        self.moved += moved;
        let is_split = SPLIT.iter().any(|code| codes.contains(code.word()));
        if let Some(split) = self.split.as_mut().filter(|_| is_split) {
            *split += 1;
        }
        for code in codes {
            *self.findings.entry(code).or_default() += 1;
        }
    }

    /// Tells why an account failed.
    pub fn tell(&mut self, account: &str, why: &Phrase) {
        if self.failures.len() < FAILURES {
            self.failures.push(AccountFailure {
                account: account.to_owned(),
                why: why.clone(),
            });
        }
    }

    /// An account had no turn.
    pub fn leave(&mut self, why: &Phrase) {
        self.pending += 1;
        *self.reasons.entry(why.clone()).or_default() += 1;
    }

    /// For programs: one line without its end.
    #[must_use]
    pub fn line(&self) -> String {
        line(self)
    }

    /// For people: a few lines, each with its end.
    #[must_use]
    pub fn text(&self) -> Phrase {
        type Part = fn(u64) -> Phrase;
        let found: Part = match self.verb {
            "fix" | "undo" => text::sum_pending,
            _ => text::sum_found,
        };
        let parts: [(u64, Part); 7] = [
            (self.done, text::sum_done),
            (self.found, found),
            (self.failed, text::sum_failed),
            (self.unknown, text::sum_unfinished),
            (self.pending, text::sum_no_turn),
            (self.done_before, text::sum_done_before),
            (self.failed_before, text::sum_failed_before),
        ];
        let parts = parts.iter().filter(|(number, _)| *number > 0);
        let parts: Vec<Phrase> = parts.map(|(number, say)| say(*number)).collect();
        let accounts = text::accounts(self.accounts);
        let mut lines = vec![if parts.is_empty() {
            text::sum_nothing(accounts)
        } else {
            text::sum_of(accounts, Phrase::joined(parts, ", "))
        }];
        if self.moved > 0 {
            lines.push(text::sum_moved(text::messages_moved(self.moved)));
        }
        lines.extend(
            self.news
                .map(|news| text::sum_news(text::new_findings(news))),
        );
        let findings = self.findings.iter().map(|(code, number)| (*number, *code));
        lines.extend(row(findings.collect(), text::sum_accounts_with));
        let errors = self.errors.iter();
        let errors = errors.map(|(kind, number)| (*number, kind.as_str()));
        lines.extend(row(errors.collect(), text::sum_failed_for));
        lines.extend(
            self.failures.iter().map(|failure| {
                text::reasons_in_brief(safe(&failure.account), failure.why.map(safe))
            }),
        );
        let failed = self.failed.saturating_add(self.failed_before);
        let untold = failed.saturating_sub(self.failures.len() as u64);
        if untold > 0 {
            lines.push(text::sum_and_more_failed(untold));
        }
        for (why, number) in &self.reasons {
            lines.push(text::sum_without_turn(
                text::accounts(*number),
                why.map(safe),
            ));
        }
        lines.push(Phrase::default());
        Phrase::joined(lines, "\n")
    }
}

/// `Accounts with: role-split 812, client-will-create 40.`, the most frequent first.
fn row(mut counts: Vec<(u64, &str)>, say: fn(String) -> Phrase) -> Option<Phrase> {
    if counts.is_empty() {
        return None;
    }
    counts.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    let counts: Vec<String> = counts
        .iter()
        .map(|(number, word)| format!("{word} {}", count(*number)))
        .collect();
    let wrapped = |said: &str| super::wrap::wrap(said, 80).join("\n");
    Some(say(counts.join(", ")).map(wrapped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_an_undo_would_do_something_a_plan_waits() {
        let mut summary = Summary::of("undo", 8);
        for _ in 0..8 {
            summary.add(CountedEnd::Found, &BTreeSet::new(), 0);
        }
        assert_eq!(summary.text(), "8 accounts: 8 with a plan that waits.\n");
    }

    #[test]
    fn many_accounts_are_summed_up_in_a_few_lines() {
        let mut summary = Summary::of("fix", 1_206);
        for _ in 0..1_200 {
            summary.add(CountedEnd::Done, &["role-unmarked"].into(), 10);
        }
        summary.add(
            CountedEnd::Found,
            &["client-will-create", "role-unmarked"].into(),
            0,
        );
        summary.add(CountedEnd::Failed(ErrorKind::Login), &BTreeSet::new(), 0);
        summary.add(CountedEnd::Failed(ErrorKind::Login), &BTreeSet::new(), 0);
        summary.add(CountedEnd::Failed(ErrorKind::Limit), &BTreeSet::new(), 0);
        summary.add(CountedEnd::Cut, &BTreeSet::new(), 3);
        summary.tell("imaps://a@h", &"cannot log in".into());
        summary.leave(&text::interrupted());
        assert_eq!(
            summary.text(),
            "1 206 accounts: 1 200 done, 1 with a plan that waits, 3 failed, 1 unfinished, 1 had no turn.
12 003 messages moved.
Accounts with: role-unmarked 1 201, client-will-create 1.
Failed for: login 2, limit 1.
  imaps://a@h: cannot log in
  and 2 more (failed.txt)
1 account had no turn: interrupted.
"
        );
        let line = summary.line();
        assert!(
            line.contains("\"errors\":{\"limit\":1,\"login\":2}"),
            "{line}"
        );
    }
}
