//! The guards that keep mail, by name, so that each can be taken away and be missed.
//!
//! In: a guard. Out: whether it stands. Never: a guard that is down outside a test build.
//!
//! A guard that no test misses may as well not be there, and nobody would notice the day it is gone. With the
//! feature `mutants`, `ROLECALL_WITHOUT=LastLook` removes that one, and `tests/mutants.sh` demands that the test which
//! `tests/mutants.tsv` names turns red, by the assertion it names. Without the feature all of this is compiled away.

/// Each is asked for at one place in the code.
#[derive(Debug, Clone, Copy)]
pub enum Guard {
    /// A session that only looks sends nothing that could change anything.
    ReadOnly,
    /// One process at a time changes an account.
    Lock,
    /// An account is not changed while an earlier run on it is open.
    Unfinished,
    /// An intent is on the disk before its command leaves.
    Sync,
    /// A mailbox must have the UIDVALIDITY that it had.
    Identity,
    /// What was renamed must have the MAILBOXID of what was emptied.
    MailboxId,
    /// Keywords that the target does not keep stop a merge before its first message.
    Keywords,
    /// Messages marked `\Deleted` stay where they are.
    Deleted,
    /// A source counts as empty only when it was opened and searched afresh.
    FreshLook,
    /// What EXISTS counts and SEARCH does not show is there all the same.
    Exists,
    /// A tombstone in which STATUS counts messages is not removed, whatever else shows it to be empty.
    Count,
    /// A mailbox that has shown a round number of messages may hold more, and is not removed.
    RoundLimits,
    /// COPYUID is evidence, not proof: both mailboxes are read.
    CopyUid,
    /// Copies are looked at again before any original goes.
    Copies,
    /// The first original of a target goes alone, and its copy must stay as it was.
    TwoMessages,
    /// Each RENAME to a tombstone has a name of its own.
    Nonce,
    /// Every name that was ever asked for is looked for until the run ends.
    Sweep,
    /// A tombstone must stay as it is for the settle time.
    Settle,
    /// A tombstone is looked at once more just before it is removed.
    LastLook,
    /// That look is made by a connection that was opened after the RENAME.
    NewConnection,
    /// Where the server lets us, nobody can put mail into a tombstone while it is looked at and removed.
    InsertLock,
    /// A mailbox that shows the mail of others is not emptied.
    View,
    /// A run is done only when every mailbox that it touched adds up.
    Balance,
    /// Flags and dates are compared once more at the end.
    LateLook,
    /// Nothing but a tombstone of this run is ever removed.
    Tombstones,
    /// A resume waits until what it sees stands still.
    Quiescence,
    /// A run that goes on over a new connection finds out first what became of its last command.
    Recovery,
}

/// Whether a guard stands.
#[cfg(not(feature = "mutants"))]
#[must_use]
pub const fn stands(_: Guard) -> bool {
    true
}

/// Whether a guard stands; the environment may name one that does not.
#[cfg(feature = "mutants")]
#[must_use]
pub fn stands(guard: Guard) -> bool {
    use std::sync::LazyLock;
    static WITHOUT: LazyLock<Option<String>> =
        LazyLock::new(|| std::env::var("ROLECALL_WITHOUT").ok());
    WITHOUT
        .as_ref()
        .is_none_or(|removed| *removed != format!("{guard:?}"))
}
