//! Commands on names by which the line is lost: how often each was, and which is not tried any more.
//!
//! In: commands that had no answer. Out: a refusal in the place of the next try. Never: a command that names messages; those
//! are singled out one by one (`left`).
//!
//! Some servers hang up on one command and do nothing of it, however often it is sent. A run that went on trying would never
//! end; what is left where it is has a reason that can be told.

use std::collections::BTreeMap;

use super::stop::Refusal;
use crate::{language::text, store::Act};

/// How often the line may be lost by one command.
const MOST: u32 = 3;

/// A command on a name: which, and of what, in octets.
type Lost = (&'static str, Vec<u8>);

/// How often the line was lost by each command, and by which.
#[derive(Debug, Default)]
pub(super) struct LostCommands {
    counts: BTreeMap<Lost, u32>,
}

impl LostCommands {
    /// The line was lost by it.
    pub fn add(&mut self, act: &Act) {
        if let Some(command) = command(act) {
            *self.counts.entry(command).or_default() += 1;
        }
    }

    /// Whether the line was ever lost by it.
    pub fn knows(&self, act: &Act) -> bool {
        self.count(act) > 0
    }

    /// What is said in the place of the server where it is not tried any more; none where it may be sent.
    pub fn refuses(&self, act: &Act) -> Option<Refusal> {
        (self.count(act) >= MOST).then(|| Refusal {
            code: None,
            text: text::hangs_up_on_it(),
            copy_uid: None,
            put_off: false,
        })
    }

    /// How often something was learnt: the more often the line was lost by a command, the nearer is its end.
    pub fn lessons(&self) -> u64 {
        let counts = self.counts.values();
        counts.map(|count| u64::from((*count).min(MOST))).sum()
    }

    fn count(&self, act: &Act) -> u32 {
        let count = command(act).and_then(|command| self.counts.get(&command));
        count.copied().unwrap_or_default()
    }
}

/// Which command it is. The new name of a RENAME is another one each time.
fn command(act: &Act) -> Option<Lost> {
    let (command, name) = match act {
        Act::Create { name, .. } => ("CREATE", name),
        Act::Rename { from, .. } => ("RENAME", from),
        Act::Delete { name } => ("DELETE", name),
        Act::Subscribe { name } => ("SUBSCRIBE", name),
        Act::Unsubscribe { name } => ("UNSUBSCRIBE", name),
        Act::Lock { name } => ("SETACL", name),
        Act::Unlock { name } => ("DELETEACL", name),
        Act::Mark { name, .. } => ("SETMETADATA", name),
        Act::PutScript { name, .. } => return Some(("PUTSCRIPT", name.clone().into_bytes())),
        Act::ActivateScript { name } => return Some(("SETACTIVE", name.clone().into_bytes())),
        Act::AddFlags { of, flags, .. } if !flags.iter().any(|flag| flag == "\\Deleted") => {
            ("STORE", of)
        }
        Act::RemoveFlags { of, .. } => ("STORE", of),
        Act::AddFlags { .. }
        | Act::Move { .. }
        | Act::Copy { .. }
        | Act::Expunge { .. }
        | Act::ExpungeAll { .. } => return None,
    };
    Some((command, name.wire().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{mailbox::MailboxName, uid::UidSet};

    fn named(name: &str) -> MailboxName {
        MailboxName::new(name.as_bytes().to_vec(), name.to_owned())
    }

    #[test]
    fn a_command_by_which_the_line_is_lost_three_times_is_not_sent_again_and_others_are() {
        let rename = |from: &str, to: &str| Act::Rename {
            from: named(from),
            to: named(to),
        };
        let mut lost = LostCommands::default();
        for attempt in ["a", "b", "c"] {
            assert!(lost.refuses(&rename("Sent Items", attempt)).is_none());
            lost.add(&rename("Sent Items", attempt));
        }
        assert!(lost.refuses(&rename("Sent Items", "d")).is_some());
        assert!(lost.refuses(&rename("Envoyes", "d")).is_none());
        let name = named("Sent Items");
        assert!(lost.refuses(&Act::Delete { name }).is_none());
        let lessons = lost.lessons();
        lost.add(&rename("Sent Items", "e"));
        assert_eq!((lessons, lost.lessons()), (3, 3));
    }

    #[test]
    fn commands_that_take_messages_away_are_not_counted_here() {
        let mut lost = LostCommands::default();
        let act = Act::Expunge {
            of: named("Sent Items"),
            uids: UidSet::new(vec![1]),
        };
        for _ in 0..10 {
            lost.add(&act);
        }
        assert!(!lost.knows(&act) && lost.refuses(&act).is_none());
    }
}
