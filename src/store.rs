//! The port between the hands: what `apply` may ask of an account, and what `imap` answers.
//!
//! In: typed looks and acts. Out: typed facts, or an error that says whether anything can have happened.
//! Never: decisions, octets of a command.
//!
//! `apply` sees nothing of `imap` but this trait, so every rule about losing no mail is written, and tested,
//! against these few verbs. What may be tried again, and when, is in [`later`].

mod act;
mod cost;
pub mod later;
mod next_look;
mod script_text;
mod scripts;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use act::{Act, ActError, Answered, CopyUid, LookError};
pub use cost::{ConnectionCost, SetupCost};
pub use later::{Later, Waits, jittered, says_over_quota};
pub use next_look::{Access, Depth, NextLook, Search};
pub use script_text::ScriptText;
pub(crate) use scripts::no_scripts;
pub use scripts::{Answering, ListedScript, Scripts};

use crate::model::{
    mailbox::{MailboxName, Status},
    role::Role,
    server_traits::ServerTraits,
    uid::{Uid, UidSet},
};

/// What SELECT or EXAMINE said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Messages in it.
    pub exists: u32,
    /// UIDVALIDITY; none where missing or 0, which is illegal.
    pub uid_validity: Option<u32>,
    /// UIDNEXT; Courier leaves it out.
    pub uid_next: Option<u32>,
    /// HIGHESTMODSEQ where offered.
    pub highest_modseq: Option<u64>,
    /// FLAGS: flags and keywords known in the mailbox.
    pub flags: BTreeSet<String>,
    /// PERMANENTFLAGS; none where missing, which means all can be kept (RFC 9051 §7.1).
    pub permanent_flags: Option<BTreeSet<String>>,
    /// Whether it may be changed.
    pub read_write: bool,
    /// False where the server said UIDNOTSTICKY (RFC 4315 §3).
    pub uids_sticky: bool,
}

impl Opened {
    /// What STATUS would have told of it.
    #[must_use]
    pub fn status(&self) -> Status {
        Status {
            messages: Some(self.exists.into()),
            uid_next: self.uid_next,
            uid_validity: self.uid_validity,
            ..Status::default()
        }
    }
}

/// Flags and keywords of a message as sent, `\Recent` taken out.
pub type Flags = Arc<BTreeSet<String>>;

/// What identifies a message and must survive its move.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Message {
    /// Its UID.
    pub uid: Uid,
    /// Its flags and keywords.
    pub flags: Flags,
    /// INTERNALDATE in seconds since 1970; none where unreadable.
    pub internal_date: Option<i64>,
    /// RFC822.SIZE in octets.
    pub size: u64,
    /// EMAILID (RFC 8474) or X-GM-MSGID.
    pub email_id: Option<Box<str>>,
    /// First 16 hexadecimal digits of SHA-256: of the Message-ID field or of the text, as deep as was asked.
    pub digest: Option<Box<str>>,
}

/// What can be told of a message that cannot be read as others are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// INTERNALDATE in seconds since 1970.
    pub date: Option<i64>,
    /// RFC822.SIZE in octets.
    pub size: Option<u64>,
    /// Its Message-ID; hostile until made safe.
    pub message_id: Option<String>,
}

/// Who may do what with a mailbox (RFC 4314).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    /// The access control list: rights by identifier; a `-` before an identifier takes rights away.
    pub entries: BTreeMap<String, String>,
    /// The rights of the user who is logged in.
    pub mine: String,
}

/// One name as LIST shows it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The name.
    pub name: MailboxName,
    /// Attributes as sent, `\Subscribed` taken out.
    pub attributes: BTreeSet<String>,
    /// Whether messages can be in it.
    pub selectable: bool,
    /// Whether it is subscribed.
    pub subscribed: bool,
}

impl Found {
    /// Whether the server marks it with the attribute of a role (RFC 6154).
    #[must_use]
    pub fn is_marked(&self, role: Role) -> bool {
        let mut attributes = self.attributes.iter();
        attributes.any(|attribute| Role::from_attribute(attribute) == Some(role))
    }
}

/// One account, one connection, one command at a time.
///
/// Every look is a fresh read of the server. A failed `open` leaves no mailbox open.
#[expect(
    async_fn_in_trait,
    reason = "used inside this crate only, with concrete types where futures are spawned"
)]
pub trait Store {
    /// Whether a capability is advertised.
    fn can(&self, capability: &str) -> bool;
    /// The administrator who acts for the account's user; none where the user does.
    fn acted_as(&self) -> Option<&str> {
        None
    }
    /// How many messages one command may name, where the server says so.
    fn message_limit(&self) -> Option<usize>;
    /// What is special about the server; by default nothing is known of it.
    fn traits(&self) -> ServerTraits {
        ServerTraits::default()
    }
    /// What the connections to the account have cost so far: this one and those before it.
    fn cost(&self) -> ConnectionCost {
        ConnectionCost::default()
    }
    /// The name as LIST shows it, none where it does not (or is \NonExistent).
    async fn find(&mut self, name: &MailboxName) -> Result<Option<Found>, LookError>;
    /// A name of ours beside the place where it was asked for, as the server has changed it: in other case, cut short.
    async fn find_changed(
        &mut self,
        _name: &MailboxName,
        _delimiter: Option<char>,
    ) -> Result<Option<Found>, LookError> {
        Ok(None)
    }
    /// The names below a name, at any depth.
    async fn below(
        &mut self,
        name: &MailboxName,
        delimiter: Option<char>,
    ) -> Result<Vec<Found>, LookError>;
    /// The mailboxes of the account that can be opened; those of others and shared ones left out.
    async fn mailboxes(&mut self) -> Result<Vec<Found>, LookError>;
    /// STATUS (MESSAGES UIDNEXT UIDVALIDITY) of a mailbox that is not open.
    async fn status(&mut self, name: &MailboxName) -> Result<Status, LookError>;
    /// Opens a mailbox.
    async fn open(&mut self, name: &MailboxName, access: Access) -> Result<Opened, LookError>;
    /// Whether a mailbox is open to be changed.
    fn is_open(&self, _name: &MailboxName) -> bool {
        false
    }
    /// Leaves the open mailbox without expunging (UNSELECT, never CLOSE).
    async fn leave(&mut self) -> Result<(), LookError>;
    /// UIDs in the open mailbox, ascending. One that was empty when it was opened need not be asked.
    async fn search(&mut self, what: &Search) -> Result<UidSet, LookError>;
    /// UIDs in the open mailbox from this one on, ascending. To be asked for by their range, so that a large mailbox is
    /// not told whole.
    async fn since(&mut self, uid: Uid) -> Result<UidSet, LookError> {
        let all = self.search(&Search::All).await?;
        let all = all.as_slice().iter().copied();
        Ok(all.filter(|known| *known >= uid).collect())
    }
    /// Messages of the open mailbox, by ascending UID; those that are gone, or cannot be read, are left out.
    async fn messages(&mut self, uids: &UidSet, depth: Depth) -> Result<Vec<Message>, LookError>;
    /// The flags of messages of the open mailbox, by ascending UID; those that are gone, or cannot be read, are left out. A server
    /// has a fraction of the work with them that [`Self::messages`] makes it.
    async fn flags(&mut self, uids: &UidSet) -> Result<Vec<(Uid, Flags)>, LookError> {
        let messages = self.messages(uids, Depth::Facts).await?.into_iter();
        Ok(messages.map(|one| (one.uid, one.flags)).collect())
    }
    /// What can be told of one message of the open mailbox that cannot be read.
    async fn describe(&mut self, _uid: Uid) -> Result<Description, LookError> {
        Ok(Description::default())
    }
    /// How often it has become more careful after a lost line: what it asks for next is less than what failed.
    fn lessons(&self) -> u64 {
        0
    }
    /// The mailbox that a message of the open mailbox really lies in, where the server tells and it is another one
    /// (Dovecot's X-MAILBOX): the open one is a view.
    async fn real_mailbox(&mut self, _uid: Uid) -> Result<Option<MailboxName>, LookError> {
        Ok(None)
    }
    /// Who may do what with a mailbox that is not open; none where the server does not tell.
    async fn rights(&mut self, _name: &MailboxName) -> Result<Option<Rights>, LookError> {
        Ok(None)
    }
    /// Goes on over a new connection, with no mailbox open: what was logged out of is over, and what the old connection
    /// did not see the new one does. False where there is none to be had.
    async fn renew(&mut self) -> Result<bool, LookError> {
        Ok(false)
    }
    /// Ends the connection, where [`Self::renew`] can open another: nothing is asked for a while.
    async fn rest(&mut self) {}
    /// Says which looks are about to be made, so that they can be asked for together. They are made as ever, and each is as
    /// fresh as if it were sent then: what was asked ahead counts once, and only until anything else is sent.
    async fn ahead(&mut self, _looks: &[NextLook]) {}
    /// The account's filter scripts.
    async fn scripts(&mut self) -> Result<Vec<ListedScript>, LookError> {
        no_scripts()
    }
    /// The text of a filter script; none where there is none of that name.
    async fn script(&mut self, _name: &str) -> Result<Option<Vec<u8>>, LookError> {
        no_scripts()
    }
    /// Asks whether the server would take the text of a filter script.
    async fn check_script(&mut self, _text: &[u8]) -> Result<(), LookError> {
        no_scripts()
    }
    /// Sends one mutating command and waits for its tagged answer. `then` are looks that are about to be made, at other
    /// mailboxes or other messages: they may be on their way with it, and prove nothing about it.
    async fn perform(&mut self, act: &Act, then: &[NextLook]) -> Result<Answered, ActError>;
    /// Sends mutating commands that have nothing to do with each other, together where the server takes them so, and waits for
    /// all their answers. Behind one that has none, nothing more is sent.
    async fn perform_all(&mut self, acts: &[Act]) -> Vec<Result<Answered, ActError>>;
}
