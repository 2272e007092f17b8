//! Messages and the mailboxes that hold them.
//!
//! In: flags, dates, text. Out: messages in order of UID. A mailbox does not know its name, which belongs to the
//! account.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use super::quirks::MailboxQuirks;

/// The flags that every server knows, in the order in which Dovecot tells them.
pub const SYSTEM_FLAGS: [&str; 5] = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];

/// Where Gmail's ids begin here: they have nineteen digits.
const GMAIL_IDS: u64 = 1_278_455_344_230_334_000;

/// Most keywords a mailbox remembers.
const KEYWORDS: usize = 500;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Ascending within its mailbox, never used twice.
    pub uid: u32,
    /// Flags and keywords.
    pub flags: BTreeSet<String>,
    /// INTERNALDATE in seconds since 1970.
    pub internal_date: i64,
    /// The text, shared by all its copies.
    pub body: Arc<[u8]>,
    /// The same for all copies of what was once appended: EMAILID (RFC 8474), and what conservation is counted by.
    pub email_id: u64,
    /// When it came into the mailbox that it is in, by the server's own time.
    pub(super) saved: Duration,
}

impl Message {
    /// Whether it carries the flag.
    #[must_use]
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own.eq_ignore_ascii_case(flag))
    }

    /// X-GM-MSGID: 64 bits, the same in every mailbox.
    #[must_use]
    pub fn gmail_id(&self) -> u64 {
        GMAIL_IDS + self.email_id
    }

    /// EMAILID.
    #[must_use]
    pub fn object_id(&self) -> String {
        format!("Mdemo{:08}", self.email_id)
    }

    /// RFC822.SIZE.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.body.len() as u64
    }
}

/// A mailbox, whatever its name is at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// MAILBOXID; the same after RENAME.
    pub id: u64,
    /// UIDVALIDITY.
    pub uid_validity: u32,
    /// UIDNEXT.
    pub uid_next: u32,
    /// Keywords ever used in it, in order of appearance.
    pub keywords: Vec<String>,
    /// Attributes set on it, where they are the mailbox's own.
    pub marks: BTreeSet<String>,
    /// False for a level that is only a name.
    pub selectable: bool,
    /// Whether it has a place for keywords.
    pub keeps_keywords: bool,
    /// What it is beyond that at a server with quirks.
    pub quirks: MailboxQuirks,
    /// How often anything was changed in it (HIGHESTMODSEQ).
    pub(super) modseq: u64,
    /// From this UID on no session has been told `\Recent`.
    pub(super) recent_from: u32,
    messages: Vec<Arc<Message>>,
    octets: u64,
}

impl Mailbox {
    pub(super) fn new(id: u64, uid_validity: u32, selectable: bool) -> Self {
        Self {
            id,
            uid_validity,
            uid_next: 1,
            keywords: Vec::new(),
            marks: BTreeSet::new(),
            selectable,
            keeps_keywords: true,
            quirks: MailboxQuirks::default(),
            modseq: 1,
            recent_from: 1,
            messages: Vec::new(),
            octets: 0,
        }
    }

    /// By ascending UID.
    #[must_use]
    pub fn messages(&self) -> &[Arc<Message>] {
        &self.messages
    }

    /// Sum of the sizes.
    #[must_use]
    pub fn octets(&self) -> u64 {
        self.octets
    }

    /// The message with this UID.
    #[must_use]
    pub fn find(&self, uid: u32) -> Option<&Arc<Message>> {
        self.messages.get(self.place(uid)?)
    }

    /// Whether a message is in it, whatever its UID.
    #[must_use]
    pub fn holds(&self, email_id: u64) -> bool {
        self.messages.iter().any(|own| own.email_id == email_id)
    }

    fn place(&self, uid: u32) -> Option<usize> {
        self.messages.binary_search_by_key(&uid, |own| own.uid).ok()
    }

    /// Puts a message in, whatever UID it had elsewhere, and returns the one it has here.
    pub fn add(&mut self, mut message: Message) -> u32 {
        message.uid = self.uid_next;
        self.uid_next = self.uid_next.saturating_add(1);
        self.learn(&message.flags);
        self.octets += message.size();
        self.modseq += 1;
        let uid = message.uid;
        self.messages.push(Arc::new(message));
        uid
    }

    /// Takes a message out.
    pub fn remove(&mut self, uid: u32) -> Option<Arc<Message>> {
        let message = self.messages.remove(self.place(uid)?);
        self.octets = self.octets.saturating_sub(message.size());
        self.modseq += 1;
        Some(message)
    }

    /// Takes messages out, however many, in one pass.
    pub(super) fn remove_all(&mut self, uids: &[u32]) {
        let mut doomed = uids.to_vec();
        doomed.sort_unstable();
        let gone = |own: &Arc<Message>| doomed.binary_search(&own.uid).is_ok();
        for message in self.messages.extract_if(.., |own| gone(own)) {
            self.octets = self.octets.saturating_sub(message.size());
            self.modseq += 1;
        }
    }

    /// Changes a message's flags.
    pub fn flag(&mut self, uid: u32, change: impl FnOnce(&mut BTreeSet<String>)) {
        let Some(message) = self.find(uid) else {
            return;
        };
        let mut flags = message.flags.clone();
        change(&mut flags);
        if flags != message.flags {
            self.learn(&flags);
            self.change(uid, |message| message.flags = flags);
        }
    }

    /// Changes a message, and counts that.
    pub fn change(&mut self, uid: u32, change: impl FnOnce(&mut Message)) {
        let place = self.place(uid);
        if let Some(message) = place.and_then(|place| self.messages.get_mut(place)) {
            change(Arc::make_mut(message));
            self.modseq += 1;
        }
    }

    /// Lets all messages have come now.
    pub(super) fn save_again(&mut self, now: Duration) {
        for message in &mut self.messages {
            Arc::make_mut(message).saved = now;
        }
    }

    fn learn(&mut self, flags: &BTreeSet<String>) {
        for keyword in flags.iter().filter(|flag| !flag.starts_with('\\')) {
            if !self.keywords.contains(keyword) && self.keywords.len() < KEYWORDS {
                self.keywords.push(keyword.clone());
            }
        }
    }

    /// A flag as this mailbox spells it: flags have no case, the first spelling stays.
    #[must_use]
    pub fn spelled(&self, flag: &str) -> String {
        SYSTEM_FLAGS
            .iter()
            .copied()
            .chain(self.keywords.iter().map(String::as_str))
            .find(|known| known.eq_ignore_ascii_case(flag))
            .unwrap_or(flag)
            .to_owned()
    }
}
