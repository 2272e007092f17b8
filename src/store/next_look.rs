//! What can be looked at, and looks that are about to be made, told beforehand so that they can be asked for together.

use crate::model::{
    mailbox::MailboxName,
    uid::{Uid, UidSet},
};

/// How a mailbox is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// EXAMINE.
    ReadOnly,
    /// SELECT.
    ReadWrite,
}

/// Which messages of the open mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// All.
    All,
    /// Those that carry `\Deleted`.
    Deleted,
    /// Those that carry this keyword.
    Keyword(String),
    /// Those of this set that exist.
    Among(UidSet),
    /// Those whose EMAILID (RFC 8474) or X-GM-MSGID is one of these; refused where the server has neither.
    Ids(Vec<Box<str>>),
}

/// How much of a message is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Flags, INTERNALDATE, RFC822.SIZE, EMAILID or X-GM-MSGID where offered.
    Facts,
    /// And a digest of the Message-ID field, for servers without COPYUID.
    MessageId,
    /// And SHA-256 of the whole text, by BODY.PEEK[].
    Content,
}

/// One look of [`super::Store`], as it is going to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextLook {
    /// [`super::Store::find`].
    Find(MailboxName),
    /// [`super::Store::below`].
    Below(MailboxName, Option<char>),
    /// [`super::Store::status`].
    Status(MailboxName),
    /// [`super::Store::rights`].
    Rights(MailboxName),
    /// [`super::Store::open`]. What follows, up to the next one, is of this mailbox.
    Open(MailboxName, Access),
    /// [`super::Store::search`].
    Search(Search),
    /// [`super::Store::since`].
    Since(Uid),
    /// [`super::Store::messages`].
    Messages(UidSet, Depth),
    /// [`super::Store::flags`].
    Flags(UidSet),
    /// [`super::Store::real_mailbox`].
    Real(Uid),
    /// [`super::Store::leave`].
    Leave,
}
