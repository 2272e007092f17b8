//! Every change that a client can make, as data: it can be made at once, by half, or when its connection is long gone.
//!
//! In: the arguments of a command, already understood. Out: the change itself, which is made in `tree` and `mail`.
//! Messages are named by UID, because a sequence number means something to one session only.

use std::sync::Arc;

use super::{
    outcome::{Done, Refusal},
    quirks::Watch,
    seam::{WatchSeam as _, WorldSeam as _},
    world::World,
};

/// How STORE changes flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// `+FLAGS`
    Add,
    /// `-FLAGS`
    Remove,
    /// `FLAGS`
    Replace,
}

/// One change to an account.
///
/// Names are as the client sent them. Mailboxes that were open are known by their id: the handle that a server
/// has on an open mailbox follows it through a RENAME.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the command's own arguments")]
pub enum Mutation {
    Create {
        name: Vec<u8>,
        /// USE (RFC 6154 §3).
        marks: Option<Vec<String>>,
    },
    Delete {
        name: Vec<u8>,
    },
    Rename {
        from: Vec<u8>,
        to: Vec<u8>,
    },
    Subscribe {
        name: Vec<u8>,
    },
    Unsubscribe {
        name: Vec<u8>,
    },
    /// SETMETADATA /private/specialuse.
    Mark {
        name: Vec<u8>,
        marks: Vec<String>,
    },
    /// SETACL, and DELETEACL, which is SETACL to no rights.
    SetAcl {
        name: Vec<u8>,
        who: String,
        rights: String,
    },
    Append {
        to: Vec<u8>,
        flags: Vec<String>,
        date: Option<i64>,
        body: Arc<[u8]>,
    },
    Store {
        of: u64,
        uids: Vec<u32>,
        change: Change,
        flags: Vec<String>,
    },
    Copy {
        from: u64,
        uids: Vec<u32>,
        to: Vec<u8>,
    },
    Move {
        from: u64,
        uids: Vec<u32>,
        to: Vec<u8>,
        /// Those that are in the target already and have only to leave the source.
        leaving: Vec<u32>,
    },
    Expunge {
        of: u64,
        /// Only these; none is all that are marked.
        among: Option<Vec<u32>>,
    },
}

impl Mutation {
    /// The mailbox that something comes into, or that comes to this name.
    pub(super) fn brings_into(&self) -> Option<&[u8]> {
        match self {
            Self::Append { to, .. }
            | Self::Copy { to, .. }
            | Self::Move { to, .. }
            | Self::Rename { to, .. } => Some(to),
            _ => None,
        }
    }

    pub(super) fn run(
        self,
        world: &mut World,
        user: &str,
        watch: &mut Watch<'_>,
    ) -> Result<Done, Refusal> {
        let Some(mutation) = watch.now_or_later(world, user, self) else {
            return Ok(Done::Nothing);
        };
        world.before_mutation(user);
        let done = mutation.done(world, user, watch);
        world.after_mutation(user);
        done
    }

    fn done(self, world: &mut World, user: &str, watch: &mut Watch<'_>) -> Result<Done, Refusal> {
        match self {
            Self::Create { name, marks } => world.create(user, &name, marks.as_deref()),
            Self::Delete { name } => world.delete(user, &name),
            Self::Rename { from, to } => world.rename(user, &from, &to),
            Self::Subscribe { name } => world.subscribe(user, &name),
            Self::Unsubscribe { name } => world.unsubscribe(user, &name),
            Self::Mark { name, marks } => world.mark(user, &name, &marks),
            Self::SetAcl { name, who, rights } => world.set_rights(user, &name, &who, &rights),
            Self::Append {
                to,
                flags,
                date,
                body,
            } => world.append(user, &to, &flags, date, body),
            Self::Store {
                of,
                uids,
                change,
                flags,
            } => world.store(user, of, &uids, change, &flags),
            Self::Copy { from, uids, to } => world.copy(user, from, &uids, &to),
            Self::Move {
                from,
                uids,
                to,
                leaving,
            } => world.move_messages(user, from, uids, &to, &leaving, watch),
            Self::Expunge { of, among } => world.expunge(user, of, among.as_deref()),
        }
    }
}
