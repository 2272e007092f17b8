//! A look inside a few mailboxes: dates, what is marked `\Deleted`, whose mail it is, what the newest messages are.
//!
//! In: names, and how deep to look into each. Out: a [`Sample`] in each mailbox of the listing. No message is marked as read,
//! and no more than the newest messages of a mailbox are asked for.
//!
//! The newest message need not have the highest UID: old mail may have been copied in last, and after every merge it has
//! been. So the dates of the last messages are read, and then SEARCH is asked whether anything is newer, until nothing is.

use std::collections::BTreeMap;

use super::{
    command::Command,
    contents,
    entries::is_same,
    read::{self, Fetched},
    reply::Reply,
    session::Session,
};
use crate::{
    model::{
        listing::Listing,
        mailbox::{MailboxName, Sample, SampleDepth},
        uid::{Uid, UidSet},
    },
    store::LookError,
};

/// Messages whose dates are read in the first look.
const LAST: u64 = 200;
/// Messages whose dates are read of those that SEARCH finds.
const FOUND: usize = 500;
/// How often a mailbox is asked for something newer before its newest message counts as unknown.
const ROUNDS: usize = 8;
/// A day in seconds: SEARCH knows days only, by a clock that may be a day off (RFC 9051 §6.4.4).
const DAY: i64 = 86_400;
/// The most commands that one mailbox needs.
const EACH: usize = 4;
/// Mailboxes that are asked about together: in nearly all accounts, all that are.
const TOGETHER: usize = 48;
/// New connections after lost lines: enough to single out two mailboxes that make the server hang up.
const LINES: u32 = 14;

/// What a look into a mailbox has shown.
struct Looked {
    sample: Sample,
    /// The messages whose dates it told.
    dated: UidSet,
    /// Whether these are all.
    is_whole: bool,
}

impl Looked {
    /// The mailbox, where it may hold something newer than what was seen.
    fn sought(&self, name: &MailboxName) -> Option<Sought> {
        Some(Sought {
            name: name.clone(),
            newest: self.sample.newest.filter(|_| !self.is_whole)?,
            dated: self.dated.clone(),
        })
    }
}

/// A mailbox whose newest message is still sought, the newest date known so far, and the messages whose dates are known.
struct Sought {
    name: MailboxName,
    newest: i64,
    dated: UidSet,
}

/// A mailbox, how many messages it has, and how deep to look into it.
type Wanted<'a> = (&'a MailboxName, Option<u64>, SampleDepth);

/// What is asked again, from the last to the first, after the line was lost: halves, down to one mailbox, and that once. One
/// that has lost the line twice by itself keeps no sample.
fn halved<'w, 'a>(
    wanted: &'w [Wanted<'a>],
    suspect: &mut Option<&'a MailboxName>,
) -> Vec<&'w [Wanted<'a>]> {
    match wanted {
        [(name, ..)] if suspect.replace(name) == Some(*name) => Vec::new(),
        [_] => vec![wanted],
        _ => {
            let (first, rest) = wanted.split_at(wanted.len() / 2);
            vec![rest, first]
        }
    }
}

impl Session {
    /// Looks into mailboxes as deep as is said of each. Those that cannot be opened, or make the server hang up, keep no
    /// sample.
    pub async fn sample(
        &mut self,
        listing: &mut Listing,
        looks: &BTreeMap<MailboxName, SampleDepth>,
    ) -> Result<(), LookError> {
        let holds_mail = |name: &MailboxName| {
            let mailbox = listing.find(name.wire())?;
            let messages = mailbox.status.messages;
            (mailbox.selectable && messages != Some(0)).then_some(messages)
        };
        let wanted: Vec<Wanted<'_>> = looks
            .iter()
            .filter_map(|(name, look)| Some((name, holds_mail(name)?, *look)))
            .collect();
        let tells_real = listing.traits().has_views;
        let mut sought = Vec::new();
        let mut todo: Vec<_> = wanted.chunks(TOGETHER).rev().collect();
        let mut lines = LINES;
        let mut suspect = None;
        while let Some(wanted) = todo.pop() {
            let mut commands = Vec::new();
            for (name, messages, look) in wanted {
                commands.extend(look_commands(name, *messages, *look, tells_real)?);
            }
            commands.push(self.leave_command());
            let replies = match self.looks(&commands).await {
                Err(lost @ LookError::Lost { .. }) => {
                    if lines == 0 || !self.reconnect().await? {
                        return Err(lost);
                    }
                    lines -= 1;
                    todo.extend(halved(wanted, &mut suspect));
                    continue;
                }
                replies => replies?,
            };
            let each = replies.chunks_exact(if tells_real { EACH } else { EACH - 1 });
            for ((name, messages, look), replies) in wanted.iter().zip(each) {
                let Some(looked) = self.sampled(name, *messages, replies) else {
                    continue;
                };
                let rest = looked.sought(name);
                let mut sample = looked.sample;
                if look.dates {
                    sought.extend(rest);
                } else if rest.is_some() {
                    // There may be newer ones, for which nobody looks.
                    sample.newest = None;
                }
                keep(listing, name, sample);
            }
        }
        self.open = None;
        let found = self.find_newest(listing, sought).await;
        if let Err(LookError::Lost { .. }) = &found
            && self.reconnect().await?
        {
            // What is newest stays unknown.
            return Ok(());
        }
        found
    }

    /// What the replies to [`look_commands`] tell.
    ///
    /// FETCH and SEARCH that are on their way together may be answered together (RFC 9051 §5.5): Dovecot 2.3 sends what
    /// SEARCH found before FETCH has ended. All that they told stands with what opened the mailbox.
    fn sampled(
        &self,
        name: &MailboxName,
        messages: Option<u64>,
        replies: &[Reply],
    ) -> Option<Looked> {
        let [examine, _, search, ..] = replies else {
            return None;
        };
        if !examine.is_ok() {
            return None;
        }
        let fetched = read::fetched(examine.data.clone());
        let counted = contents::count(fetched.values());
        let dated = fetched.iter();
        let dated = dated.filter(|(_, message)| message.internal_date.is_some());
        let dated: UidSet = dated.map(|(uid, _)| *uid).collect();
        let is_whole = messages.is_some_and(|messages| dated.len() as u64 >= messages);
        let newest = newest(&fetched);
        let last = fetched.values().next_back();
        let deleted = (search.is_ok() && !read::is_truncated(search.code.as_deref()))
            .then(|| read::found(&examine.data, &search.tag).ok())
            .flatten();
        let shows = fetched.values().find_map(|one| one.mailbox.clone());
        let shows = shows.filter(|real| !is_same(real, name.wire()));
        let sample = Sample {
            newest,
            last: last.and_then(|message| Some((message.internal_date?, message.size?))),
            shows: shows.map(|real| self.name(real.into())),
            deleted: deleted.map(|uids| uids.len() as u64),
            contents: (counted.looked > 0).then_some(counted),
        };
        Some(Looked {
            sample,
            dated,
            is_whole,
        })
    }

    /// Asks each mailbox for what is newer than the newest that is known, until nothing is.
    async fn find_newest(
        &mut self,
        listing: &mut Listing,
        mut sought: Vec<Sought>,
    ) -> Result<(), LookError> {
        for round in 0..=ROUNDS {
            if sought.is_empty() {
                return Ok(());
            }
            let newer = self.newer(&sought).await?;
            let dates = self.dates(&newer).await?;
            let mut rest = Vec::new();
            for ((mut one, found), dates) in sought.into_iter().zip(newer).zip(dates) {
                let is_whole = found.is_some_and(|(_, uids)| uids.len() <= FOUND);
                let newest = dates.map(|newest| newest.max(one.newest));
                match newest {
                    Some(newest) if is_whole => keep_newest(listing, &one.name, Some(newest)),
                    // More than is read at once: the newest of those that came last is a later day to ask from.
                    Some(newest) if newest >= one.newest + DAY && round < ROUNDS => {
                        one.newest = newest;
                        rest.push(one);
                    }
                    _ => keep_newest(listing, &one.name, None),
                }
            }
            sought = rest;
        }
        Ok(())
    }

    /// The messages of each mailbox from the day before the newest known one on whose dates are not known; none where that
    /// cannot be told.
    async fn newer(
        &mut self,
        sought: &[Sought],
    ) -> Result<Vec<Option<(MailboxName, UidSet)>>, LookError> {
        let mut found = Vec::new();
        for some in sought.chunks(TOGETHER) {
            let mut commands = Vec::new();
            for one in some {
                commands.push(Command::new("EXAMINE").string(one.name.wire())?);
                let day = read::search_day(one.newest - DAY);
                commands.push(Command::new(&format!("UID SEARCH SINCE {day}")));
            }
            commands.push(self.leave_command());
            let replies = self.looks(&commands).await?;
            for (one, replies) in some.iter().zip(replies.chunks_exact(2)) {
                let uids = match replies {
                    [examine, search] if examine.is_ok() && search.is_ok() => {
                        let is_part = read::is_truncated(search.code.as_deref());
                        let found = read::found(&examine.data, &search.tag);
                        found.ok().filter(|_| !is_part)
                    }
                    _ => None,
                };
                let unknown = uids.map(|uids| -> UidSet {
                    let uids = uids.as_slice().iter().copied();
                    uids.filter(|uid| !one.dated.contains(*uid)).collect()
                });
                found.push(unknown.map(|uids| (one.name.clone(), uids)));
            }
        }
        self.open = None;
        Ok(found)
    }

    /// The newest date among the last of these messages of each mailbox; none where it cannot be told.
    async fn dates(
        &mut self,
        found: &[Option<(MailboxName, UidSet)>],
    ) -> Result<Vec<Option<i64>>, LookError> {
        let mut dates = Vec::new();
        for some in found.chunks(TOGETHER) {
            let mut commands = Vec::new();
            for (name, uids) in some.iter().flatten().filter(|(_, uids)| !uids.is_empty()) {
                let last = uids.as_slice().iter().rev().take(FOUND).copied();
                let last: UidSet = last.collect();
                commands.push(Command::new("EXAMINE").string(name.wire())?);
                let fetch = Command::new("UID FETCH").uids(&last);
                commands.push(fetch.words("(UID INTERNALDATE)"));
            }
            let replies = if commands.is_empty() {
                Vec::new()
            } else {
                commands.push(self.leave_command());
                self.looks(&commands).await?
            };
            let mut replies = replies.chunks_exact(2);
            dates.extend(some.iter().map(|one| match one {
                None => None,
                // Nothing more was found, so the newest date is the one that is known.
                Some((_, uids)) if uids.is_empty() => Some(i64::MIN),
                Some(_) => match replies.next() {
                    Some([examine, fetch]) if examine.is_ok() && fetch.is_ok() => {
                        newest(&read::fetched(examine.data.clone()))
                    }
                    _ => None,
                },
            }));
        }
        self.open = None;
        Ok(dates)
    }
}

fn newest(fetched: &BTreeMap<Uid, Fetched>) -> Option<i64> {
    fetched.values().filter_map(|one| one.internal_date).max()
}

/// Opens a mailbox and looks at its last messages, or at the last one where dates decide nothing; where the server tells it, also in which mailbox they are really.
fn look_commands(
    name: &MailboxName,
    messages: Option<u64>,
    look: SampleDepth,
    tells_real: bool,
) -> Result<Vec<Command>, LookError> {
    let dates = "(UID INTERNALDATE RFC822.SIZE)";
    let fetch = match messages {
        Some(messages) if look.messages > 0 => contents::ask(messages, look.messages),
        Some(messages) => {
            let last = if look.dates { LAST } else { 1 };
            let first = messages.saturating_sub(last).saturating_add(1);
            Command::new(&format!("FETCH {first}:* {dates}"))
        }
        None => Command::new(&format!("UID FETCH * {dates}")),
    };
    let examine = Command::new("EXAMINE").string(name.wire())?;
    let mut commands = vec![examine, fetch, Command::new("UID SEARCH DELETED")];
    if tells_real {
        commands.push(Command::new("UID FETCH * (UID X-MAILBOX)"));
    }
    Ok(commands)
}

fn keep(listing: &mut Listing, name: &MailboxName, sample: Sample) {
    listing
        .mailboxes
        .change(name, |mailbox| mailbox.sample = Some(sample));
}

fn keep_newest(listing: &mut Listing, name: &MailboxName, newest: Option<i64>) {
    listing.mailboxes.change(name, |mailbox| {
        if let Some(sample) = &mut mailbox.sample {
            sample.newest = newest;
        }
    });
}
