//! Looks that are about to be made, told beforehand so that they can be asked for together.

use super::{Access, Depth, Search};
use crate::model::{
    mailbox::MailboxName,
    uid::{Uid, UidSet},
};

/// One look of [`super::Store`], as it is going to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
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
    /// [`super::Store::real_mailbox`].
    Real(Uid),
    /// [`super::Store::leave`].
    Leave,
}
