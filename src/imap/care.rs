//! Care in reading: how many messages one FETCH asks for, and which ones are not asked for any more.
//!
//! In: sets whose FETCH has lost the line. Out: smaller sets, down to one message; a message that has lost the line twice by
//! itself is left out from then on. Kept over connections, so that the next one does not end by the same FETCH.
//!
//! Exchange hangs up on a FETCH that takes it too long, and many servers on a message whose file is damaged. Which of the two
//! it is shows by halving.

use std::collections::BTreeSet;

use crate::model::{
    mailbox::MailboxName,
    uid::{Uid, UidSet},
};

/// Messages in one FETCH.
const MOST: usize = 10_000;

/// What was learnt by lines that were lost.
#[derive(Debug)]
pub(super) struct Care {
    most: usize,
    /// What `most` was before a message was suspected.
    before: Option<usize>,
    /// A message whose FETCH by itself has lost the line, once, and what was asked of it.
    suspect: Option<(MailboxName, Uid)>,
    asked: String,
    /// Messages whose FETCH has done so twice.
    unreadable: BTreeSet<(MailboxName, Uid)>,
    /// Whether a range whose size nobody knows may be asked for.
    bears_ranges: bool,
    lessons: u64,
}

impl Default for Care {
    fn default() -> Self {
        Self {
            most: MOST,
            before: None,
            suspect: None,
            asked: String::new(),
            unreadable: BTreeSet::new(),
            bears_ranges: true,
            lessons: 0,
        }
    }
}

impl Care {
    /// Messages in one FETCH, at the most.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Whether a range whose size nobody knows may be asked for.
    pub fn bears_ranges(&self) -> bool {
        self.bears_ranges
    }

    /// The line was lost while one was.
    pub fn lost_range(&mut self) {
        self.bears_ranges = false;
        self.lessons += 1;
    }

    /// How often something was learnt.
    pub fn lessons(&self) -> u64 {
        self.lessons
    }

    /// Whether a message of a mailbox is not to be asked for.
    pub fn leaves_out(&self, mailbox: &MailboxName, uid: Uid) -> bool {
        // The set is nearly always empty, and a name is not copied for nothing.
        !self.unreadable.is_empty() && self.unreadable.contains(&(mailbox.clone(), uid))
    }

    /// A FETCH of these was answered: where it asked what the line was lost by before, it was none of them.
    pub fn was_answered(&mut self, mailbox: &MailboxName, uids: &UidSet, items: &str) {
        let is_same = self.asked == items;
        self.suspect
            .take_if(|(of, uid)| is_same && of == mailbox && uids.contains(*uid));
    }

    /// The line was lost while these were being read.
    pub fn lost(&mut self, mailbox: &MailboxName, uids: &UidSet, items: &str) {
        if let [only] = uids.as_slice() {
            let suspect = (mailbox.clone(), *only);
            if self.suspect.as_ref() != Some(&suspect) {
                self.suspect = Some(suspect);
                items.clone_into(&mut self.asked);
                return;
            }
            self.suspect = None;
            // What was known before is no lesson: a line that is lost again and again by the same must come to an end.
            self.lessons += u64::from(self.unreadable.insert(suspect));
            // It was this message and not the size of the set.
            self.most = self.before.take().unwrap_or(self.most);
        } else {
            let most = (uids.len() / 2).clamp(1, self.most);
            self.lessons += u64::from(most < self.most);
            self.before.get_or_insert(self.most);
            self.most = most;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: &str = "(UID FLAGS)";

    fn sent() -> MailboxName {
        MailboxName::new(b"Sent".to_vec(), "Sent".to_owned())
    }

    /// Reads so many messages with a server that hangs up on some sets; says how often it has.
    fn read(care: &mut Care, messages: u32, hangs_up: impl Fn(&UidSet) -> bool) -> usize {
        let mut lost = 0;
        let mut rest: Vec<Uid> = (1..=messages).collect();
        while !rest.is_empty() {
            rest.retain(|uid| !care.leaves_out(&sent(), *uid));
            let set: UidSet = rest.iter().copied().take(care.most()).collect();
            if hangs_up(&set) {
                care.lost(&sent(), &set, FACTS);
                lost += 1;
            } else {
                rest.retain(|uid| !set.contains(*uid));
            }
        }
        lost
    }

    #[test]
    fn one_message_among_ten_thousand_is_found_by_halving_and_the_others_are_read_as_before() {
        let mut care = Care::default();
        let lost = read(&mut care, 10_000, |set| set.contains(7_777));
        assert!(lost <= 15, "{lost}");
        assert!(care.leaves_out(&sent(), 7_777));
        assert_eq!(care.most(), MOST);
    }

    #[test]
    fn a_server_that_bears_only_so_many_is_asked_for_no_more_and_no_message_is_suspected() {
        let mut care = Care::default();
        let lost = read(&mut care, 10_000, |set| set.len() > 300);
        assert_eq!((lost, care.most()), (6, 156));
        assert!(care.unreadable.is_empty());
    }

    #[test]
    fn what_is_known_already_is_no_lesson() {
        let mut care = Care::default();
        let one = UidSet::new(vec![7]);
        for _ in 0..10 {
            care.lost(&sent(), &one, FACTS);
        }
        assert_eq!(care.lessons(), 1);
        let many = UidSet::new(vec![1, 2]);
        care.lost(&sent(), &many, FACTS);
        care.lost(&sent(), &many, FACTS);
        assert_eq!((care.lessons(), care.most()), (2, 1));
    }

    #[test]
    fn a_message_that_is_read_in_between_does_not_lose_the_line() {
        let mut care = Care::default();
        let one = UidSet::new(vec![7]);
        for _ in 0..10 {
            care.lost(&sent(), &one, FACTS);
            care.was_answered(&sent(), &one, FACTS);
        }
        assert!(!care.leaves_out(&sent(), 7));
        assert_eq!(care.lessons(), 0);
        // That it is there tells nothing of whether it can be read.
        for _ in 0..2 {
            care.lost(&sent(), &one, FACTS);
            care.was_answered(&sent(), &one, "(UID)");
        }
        assert!(care.leaves_out(&sent(), 7));
    }

    #[test]
    fn a_line_that_is_lost_once_is_no_messages_fault() {
        let mut care = Care::default();
        care.lost(&sent(), &UidSet::new(vec![7]), FACTS);
        assert!(!care.leaves_out(&sent(), 7));
        care.lost(&sent(), &UidSet::new(vec![8]), FACTS);
        assert!(!care.leaves_out(&sent(), 7) && !care.leaves_out(&sent(), 8));
        care.lost(&sent(), &UidSet::new(vec![8]), FACTS);
        assert!(care.leaves_out(&sent(), 8));
    }
}
