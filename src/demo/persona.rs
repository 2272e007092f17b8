//! What kind of server the embedded server is, as data that its code asks.
//!
//! Out: a [`Persona`], which says what is offered and which of the known habits are followed. What a real product does
//! was measured on it; comments name the product where it matters.

use std::sync::Arc;

use super::{
    message::{Mailbox, Message},
    namespaces::Space,
    outcome::Code,
    quirks::PersonaQuirks,
};

/// How special-use attributes stick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marking {
    /// The server has none.
    Nothing,
    /// The configuration names them: whoever has the name has the attribute (Dovecot).
    ByName(Vec<(&'static str, &'static str)>),
    /// An annotation of the mailbox, which follows it and can be set (Cyrus); each attribute once in an account.
    ByMailbox,
}

/// A mailbox that is there whatever a client does: deleted or renamed, it is back, empty (Dovecot `auto`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auto {
    /// Listed and made on first use.
    Create,
    /// And always subscribed.
    Subscribe,
}

/// What the levels above a new mailbox are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parents {
    /// `\Noselect` names that stay when they are empty (Dovecot dbox).
    Noselect,
    /// Names that are only listed as long as something is below them (Maildir++).
    Implied,
    /// Mailboxes (Cyrus).
    Real,
}

/// What becomes of keywords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keywords {
    /// All are kept: PERMANENTFLAGS has `\*`.
    Any,
    /// These are kept, others silently dropped.
    Only(Vec<&'static str>),
    /// BAD (mailutils).
    Refused,
}

/// When two names are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Octet for octet, but for INBOX.
    AsSent,
    /// Whatever the case of their letters; listed as they were made (Exchange).
    CaseBlind,
    /// Whatever the Unicode form; kept and listed as NFC.
    Composed,
}

/// What COPYUID says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claims {
    /// Where the messages are.
    True,
    /// Target UIDs each one too high: the last is nobody's, the others are a neighbour's.
    NextUids,
    /// The source's UIDs as those of the target (GreenMail).
    SourceUids,
    /// The right UIDs with the source's UIDVALIDITY (GreenMail).
    SourceValidity,
}

/// What kind of server it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one habit that some server has and another has not"
)]
pub struct Persona {
    /// Advertised after login; what is missing here is really missing.
    pub capabilities: Vec<&'static str>,
    /// Between levels; none where names are flat.
    pub delimiter: Option<u8>,
    /// What names in the personal namespace begin with: nothing, or `INBOX.`.
    pub prefix: &'static str,
    /// Special-use attributes.
    pub marking: Marking,
    /// Mailboxes that come back, without the prefix.
    pub auto: Vec<(&'static str, Auto)>,
    /// Most octets an account may hold.
    pub quota: Option<u64>,
    /// DELETE of a mailbox with children: refused (Cyrus), or its mail goes and its name stays (most others).
    pub delete_needs_no_children: bool,
    /// Levels above a new mailbox.
    pub parents: Parents,
    /// Keywords.
    pub keywords: Keywords,
    /// COPY forgets all flags (mailutils).
    pub copy_drops_flags: bool,
    /// RENAME gives a new UIDVALIDITY (Courier).
    pub rename_changes_validity: bool,
    /// RENAME INBOX moves its mail into a new mailbox; refused where false.
    pub renames_inbox: bool,
    /// SELECT tells UIDNEXT (Courier does not).
    pub tells_uid_next: bool,
    /// SELECT says CLOSED of the mailbox left.
    pub tells_closed: bool,
    /// MOVE out of a mailbox opened by EXAMINE is done all the same (Dovecot).
    pub moves_when_read_only: bool,
    /// SUBSCRIBE of a name that does not exist (Courier).
    pub subscribes_missing: bool,
    /// A mailbox with an attribute can be neither deleted nor moved to another level (Cyrus).
    pub guards_marked: bool,
    /// Names are always quoted.
    pub quotes_names: bool,
    /// The response codes it sends, beside TRYCREATE.
    pub codes: Vec<Code>,
    /// MOVE commits this many messages to the target, then takes them from the source. With 1, each message
    /// is a point of its own; Dovecot has 1000 (MOVE_COMMIT_INTERVAL).
    pub move_commit: usize,
    /// What COPYUID says.
    pub copy_uid: Claims,
    /// Every UIDVALIDITY is 0, which RFC 9051 §2.3.1.1 forbids.
    pub uid_validity_zero: bool,
    /// SELECT says UIDNOTSTICKY where false (RFC 4315 §3).
    pub uids_sticky: bool,
    /// Most messages in one command (RFC 9738: Yahoo, Stalwart): COPY does none and says NO, all others do the highest
    /// and say OK.
    pub message_limit: Option<usize>,
    /// When two names are one.
    pub names: Names,
    /// DELETE and RENAME leave a mailbox to those who have it open, and its name to nobody until they have gone
    /// (RFC 2180 §3.2, §3.4).
    pub leaves_ghosts: bool,
    /// EXPUNGE, and STORE of nothing but forbidden flags, without the right: NO (RFC 4314 §4), where Dovecot says OK.
    pub says_denied: bool,
    /// Mailboxes that SELECT opens read-only, without the prefix.
    pub read_only: Vec<&'static str>,
    /// Who may log in for others (RFC 4616 §2), and the password.
    pub master: Option<(String, String)>,
    /// Mailboxes that are there from the beginning and can be neither renamed nor deleted, without the prefix.
    pub fixed: Vec<&'static str>,
    /// How LIST spells INBOX.
    pub inbox: &'static str,
    /// STATUS and SELECT show the newest so many messages of a mailbox; the others come up at a SELECT when those are gone.
    pub shows_at_most: Option<usize>,
    /// And what is hidden never comes up: the newest so many UIDs are all that is ever shown.
    pub hides_for_good: bool,
    /// Namespaces beside the one of `prefix` and `delimiter`.
    pub spaces: Vec<Space>,
    /// FETCH knows X-MAILBOX, which names the mailbox that a message is in (Dovecot).
    pub tells_mailbox: bool,
    /// What it does beyond that: only tests and benches compile it.
    pub quirks: PersonaQuirks,
}

/// What IMAP4rev2 brings with it (RFC 9051 Appendix E), as far as this server can do it.
const REV2: [&str; 13] = [
    "CHILDREN",
    "ENABLE",
    "ESEARCH",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "LITERAL-",
    "MOVE",
    "NAMESPACE",
    "SASL-IR",
    "SPECIAL-USE",
    "STATUS=SIZE",
    "UIDPLUS",
    "UNSELECT",
];

/// What Dovecot 2.3 offers of what this server can do.
const DOVECOT: &[&str] = &[
    "IMAP4rev1",
    "SASL-IR",
    "ID",
    "ENABLE",
    "ESEARCH",
    "LITERAL+",
    "NAMESPACE",
    "UNSELECT",
    "CHILDREN",
    "UIDPLUS",
    "MOVE",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "STATUS=SIZE",
    "SPECIAL-USE",
];

const CODES: [Code; 11] = [
    Code::NonExistent,
    Code::AlreadyExists,
    Code::Cannot,
    Code::HasChildren,
    Code::OverQuota,
    Code::ExpungeIssued,
    Code::NoPerm,
    Code::UseAttr,
    Code::Limit,
    Code::ClientBug,
    Code::ServerBug,
];

impl Default for Persona {
    fn default() -> Self {
        Self::dovecot()
    }
}

impl Persona {
    /// Dovecot 2.3 with dbox: attributes by name, nothing created by itself.
    #[must_use]
    pub fn dovecot() -> Self {
        Self {
            capabilities: DOVECOT.to_vec(),
            delimiter: Some(b'/'),
            prefix: "",
            marking: Marking::ByName(vec![
                ("Drafts", "\\Drafts"),
                ("Junk", "\\Junk"),
                ("Trash", "\\Trash"),
                ("Sent", "\\Sent"),
                ("Archive", "\\Archive"),
            ]),
            auto: Vec::new(),
            quota: None,
            delete_needs_no_children: false,
            parents: Parents::Noselect,
            keywords: Keywords::Any,
            copy_drops_flags: false,
            rename_changes_validity: false,
            renames_inbox: true,
            tells_uid_next: true,
            tells_closed: true,
            moves_when_read_only: true,
            subscribes_missing: false,
            guards_marked: false,
            quotes_names: false,
            codes: CODES.to_vec(),
            move_commit: 1_000,
            copy_uid: Claims::True,
            uid_validity_zero: false,
            uids_sticky: true,
            message_limit: None,
            names: Names::AsSent,
            leaves_ghosts: false,
            says_denied: false,
            read_only: Vec::new(),
            master: None,
            fixed: Vec::new(),
            inbox: "INBOX",
            shows_at_most: None,
            hides_for_good: false,
            spaces: Vec::new(),
            tells_mailbox: true,
            quirks: PersonaQuirks::default(),
        }
    }

    /// Dovecot with Maildir++, where everything lies below INBOX.
    #[must_use]
    pub fn dovecot_inbox_dot() -> Self {
        Self {
            delimiter: Some(b'.'),
            prefix: "INBOX.",
            parents: Parents::Implied,
            ..Self::dovecot()
        }
    }

    /// Whether a capability is offered, by itself or by IMAP4rev2.
    #[must_use]
    pub fn can(&self, capability: &str) -> bool {
        let offers = |capability| self.capabilities.contains(&capability);
        offers(capability) || (offers("IMAP4rev2") && REV2.contains(&capability))
    }

    /// Whether names are UTF-8 on the wire, and not modified UTF-7.
    #[must_use]
    pub fn has_utf8_names(&self) -> bool {
        self.can("UTF8=ONLY") || !self.can("IMAP4rev1")
    }

    /// The name's attribute where names have them.
    #[must_use]
    pub fn mark_of_name(&self, name: &[u8]) -> Option<&'static str> {
        let Marking::ByName(marks) = &self.marking else {
            return None;
        };
        let leaf = name.strip_prefix(self.prefix.as_bytes())?;
        let (_, mark) = marks.iter().find(|(known, _)| known.as_bytes() == leaf)?;
        Some(mark)
    }

    /// Whether SELECT opens the name read-only.
    #[must_use]
    pub fn is_read_only(&self, name: &[u8]) -> bool {
        let leaf = name.strip_prefix(self.prefix.as_bytes());
        leaf.is_some_and(|leaf| self.read_only.iter().any(|own| own.as_bytes() == leaf))
    }

    /// The code of a command on more messages than one may have (ascending UIDs), and how many of the lowest it leaves.
    pub(super) fn beyond_limit(&self, uids: &[u32]) -> Option<(usize, String)> {
        let limit = self.message_limit?;
        let left = uids.len().checked_sub(limit).filter(|left| *left > 0)?;
        let lowest = uids.get(left).or(uids.last())?;
        Some((left, format!("[MESSAGELIMIT {limit} {lowest}] ")))
    }

    /// What STATUS and SELECT show of a mailbox.
    pub(super) fn shown<'m>(&self, mailbox: &'m Mailbox) -> &'m [Arc<Message>] {
        let all = mailbox.messages();
        let Some(most) = self.shows_at_most else {
            return all;
        };
        let hidden = if self.hides_for_good {
            let next = usize::try_from(mailbox.uid_next).unwrap_or(usize::MAX);
            let first = next.saturating_sub(most);
            all.partition_point(|message| (message.uid as usize) < first)
        } else {
            all.len().saturating_sub(most)
        };
        all.get(hidden..).unwrap_or_default()
    }

    /// Whether the name comes back by itself.
    #[must_use]
    pub fn auto_of_name(&self, name: &[u8]) -> Option<Auto> {
        let leaf = name.strip_prefix(self.prefix.as_bytes())?;
        let (_, auto) = self.auto.iter().find(|(own, _)| own.as_bytes() == leaf)?;
        Some(*auto)
    }
}
