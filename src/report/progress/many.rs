//! Progress of many accounts, readable for hours: how many are over, how many failed, how long still, who is at work.
//!
//! In: what begins and what is over. Out: two lines. Never: a clock; a raw name; a rate from nothing.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    language::{Phrase, text},
    report::text::safe,
};

/// So many of those at work are named.
const NAMED: usize = 2;
/// So many letters of a name are shown, so that two fit on a line.
const LETTERS: usize = 26;

/// How far many accounts are.
#[derive(Debug, Default)]
pub struct ManyProgress {
    total: u64,
    over: u64,
    failed: u64,
    messages: u64,
    /// Since when each account is at work, by its number.
    at_work: BTreeMap<u32, (Duration, String)>,
}

impl ManyProgress {
    /// Nothing has begun yet.
    #[must_use]
    pub fn of(total: u64) -> Self {
        Self {
            total,
            ..Self::default()
        }
    }

    /// More accounts are to come.
    pub fn more(&mut self, accounts: u64) {
        self.total += accounts;
    }

    /// An account begins.
    pub fn began(&mut self, id: u32, name: &str, now: Duration) {
        let name = name.chars().take(LETTERS).collect::<String>();
        self.at_work.insert(id, (now, safe(&name)));
    }

    /// An account's turn has ended, to come again later.
    pub fn paused(&mut self, id: u32) {
        self.at_work.remove(&id);
    }

    /// An account is over.
    pub fn over(&mut self, id: u32, failed: bool) {
        self.at_work.remove(&id);
        self.over += 1;
        self.failed += u64::from(failed);
    }

    /// So many messages more were moved.
    pub fn moved(&mut self, messages: u64) {
        self.messages += messages;
    }

    /// `812 of 5 000 accounts, 3 failed, 48 210 messages (120/s), about 3 h left`
    #[must_use]
    pub fn line(&self, now: Duration) -> Phrase {
        let mut parts = vec![text::so_many_of(self.over, text::accounts(self.total))];
        if self.failed > 0 {
            parts.push(text::failed_accounts(self.failed));
        }
        if self.messages > 0 {
            let rate = self.messages / now.as_secs().max(1);
            parts.push(text::at_rate(text::messages(self.messages), rate));
        }
        if let Some(left) = self.left(now) {
            parts.push(text::about_left(span(left)));
        }
        Phrase::joined(parts, ", ")
    }

    /// Who is at work, the longest first.
    #[must_use]
    pub fn who(&self, now: Duration) -> Phrase {
        let mut at_work: Vec<&(Duration, String)> = self.at_work.values().collect();
        at_work.sort_unstable();
        let mut named: Vec<Phrase> = at_work
            .iter()
            .take(NAMED)
            .map(|(since, name)| format!("{name} ({})", span(now.saturating_sub(*since))).into())
            .collect();
        if at_work.len() > named.len() {
            let others = at_work.len() - named.len();
            named.push(text::more(others as u64));
        }
        Phrase::joined(named, ", ")
    }

    /// How long the others will take if they are like those that are over.
    fn left(&self, now: Duration) -> Option<Duration> {
        let to_come = self.total.saturating_sub(self.over);
        if self.over == 0 || to_come == 0 {
            return None;
        }
        let millis = now.as_millis() * u128::from(to_come) / u128::from(self.over);
        u64::try_from(millis).ok().map(Duration::from_millis)
    }
}

/// A span of time in its largest unit.
fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..=89 => format!("{seconds} s"),
        90..=5_399 => format!("{} min", (seconds + 30) / 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_line_tells_how_far_it_is_and_how_long_it_takes_still() {
        let mut many = ManyProgress::of(5_000);
        for id in 0..1_000 {
            many.over(id, id % 500 == 0);
        }
        many.moved(48_000);
        assert_eq!(
            many.line(40 * MINUTE),
            "1 000 of 5 000 accounts, 2 failed, 48 000 messages (20/s), about 2 h 40 min left"
        );
        assert_eq!(
            many.line(40 * MINUTE).say(Language::French),
            "1 000 sur 5 000 comptes, 2 échecs, 48 000 messages (20/s), reste environ 2 h 40 min"
        );
    }

    #[test]
    fn those_at_work_longest_are_named_and_made_safe() {
        let mut many = ManyProgress::of(9);
        many.began(1, "bob\u{1b}[2J", MINUTE);
        many.began(2, "carol", 3 * MINUTE);
        many.began(0, "alice", 2 * MINUTE);
        assert_eq!(
            many.who(5 * MINUTE),
            "bob\\u{1b}[2J (4 min), alice (3 min), 1 more"
        );
        many.over(1, false);
        many.paused(0);
        assert_eq!(many.who(5 * MINUTE), "carol (2 min)");
    }

    #[test]
    fn nothing_is_foretold_before_one_is_over() {
        assert_eq!(ManyProgress::of(2).line(MINUTE), "0 of 2 accounts");
    }
}
