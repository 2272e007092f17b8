//! What a server does by itself a while after COPY or MOVE: flags fade, dates change.
//!
//! In: what a command has brought, and the passing of time. Out: the changed messages. Nothing happens unless the
//! persona's [`Surprises`](super::surprises::Surprises) say so.

use std::time::Duration;

use crate::demo::world::World;

/// One change that is still to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Later {
    at: Duration,
    user: String,
    mailbox: u64,
    uid: u32,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// These flags go.
    Fades(Vec<&'static str>),
    /// The date is so many seconds later.
    Redates(i64),
}

impl World {
    /// Arranges what is to happen to these messages, which have just been put into a mailbox.
    pub(super) fn arrange(&mut self, user: &str, mailbox: u64, uids: impl Iterator<Item = u32>) {
        let surprises = &self.persona.quirks.surprises;
        let fades = surprises.fades.clone();
        let fades = fades.map(|(after, flags)| (after, What::Fades(flags)));
        let redates = surprises.redates;
        let redates = redates.map(|(after, by)| (after, What::Redates(by)));
        let whats: Vec<(Duration, What)> = fades.into_iter().chain(redates).collect();
        for uid in uids {
            for (after, what) in whats.clone() {
                self.quirks.to_come.push(Later {
                    at: self.time + after,
                    user: user.to_owned(),
                    mailbox,
                    uid,
                    what,
                });
            }
        }
    }

    /// Does what is due.
    pub(super) fn do_due(&mut self) {
        let time = self.time;
        let all = std::mem::take(&mut self.quirks.to_come);
        let (due, to_come) = all.into_iter().partition(|later| later.at <= time);
        self.quirks.to_come = to_come;
        let due: Vec<Later> = due;
        for later in due {
            // Whatever has gone meanwhile is left alone.
            let Ok(mailbox) = self.open_mut(&later.user, later.mailbox) else {
                continue;
            };
            match later.what {
                What::Fades(gone) => mailbox.flag(later.uid, |flags| {
                    flags.retain(|own| !gone.iter().any(|gone| gone.eq_ignore_ascii_case(own)));
                }),
                What::Redates(by) => {
                    mailbox.change(later.uid, |message| message.internal_date += by);
                }
            }
        }
    }
}
