//! The records of a journal: every fact that a run writes down, in the form in which it stands in the file.
//!
//! In: nothing. Out: plain data that serde turns into JSON and back. Never: what a record means for a run; that is said
//! in one place, `books`.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    apply::settings::Verify,
    language::Phrase,
    model::{
        mailbox::MailboxName,
        plan::Plan,
        receipt::{Balance, LeftMessage, StepReceipt},
        uid::{Uid, UidSet},
        unknown::UnknownMessages,
    },
    store::{Act, Answered, Message},
};

/// The format's number: a journal with a higher one is refused, one with a lower one is read. Since 2 it says where
/// messages are that left both mailboxes; since 3 it says so in a record of its own, and why a batch stopped its step;
/// since 4 it has what is needed to balance the accounts, the lock of a set-aside mailbox, and removal in a later run; since
/// 5 it has the remarks on steps, what a person has given up, the messages that were left, and which refusals may pass; since
/// 6 it has the messages that were moved and that their target does not give out; since 7 it has the commands that change filters; since
/// 8 it says where filters are managed, and which flags messages have got on their way; since 9 sentences are in both languages.
pub const FORMAT: u32 = 9;

/// A batch as it was before its command, so that a resume can tell what became of each message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// UIDVALIDITY of the source.
    pub from_validity: u32,
    /// UIDVALIDITY of the target.
    pub to_validity: u32,
    /// A lower bound of every UID that the batch can get in the target.
    pub to_uid_next: Uid,
    /// How long the command will take, judged by the one before, in milliseconds; none where there was none to judge by.
    pub expected_ms: Option<u64>,
    /// The messages; the books and whoever proves the batch share them.
    pub messages: Arc<[Snap]>,
}

/// A message in a batch: UID, size, INTERNALDATE, EMAILID, digest, flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snap(
    pub Uid,
    pub u64,
    pub Option<i64>,
    pub Option<Box<str>>,
    pub Option<Box<str>>,
    pub Arc<BTreeSet<String>>,
);

impl From<&Message> for Snap {
    fn from(message: &Message) -> Self {
        Self(
            message.uid,
            message.size,
            message.internal_date,
            message.email_id.clone(),
            message.digest.clone(),
            Arc::clone(&message.flags),
        )
    }
}

impl From<&Snap> for Message {
    fn from(snap: &Snap) -> Self {
        Self {
            uid: snap.0,
            size: snap.1,
            internal_date: snap.2,
            email_id: snap.3.clone(),
            digest: snap.4.clone(),
            flags: Arc::clone(&snap.5),
        }
    }
}

/// Messages that left the source and did not arrive, and whose ids were found in another mailbox, or in the target: a
/// copy, which may have been there before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// The UID in the source, and the one there.
    pub pairs: Vec<(Uid, Uid)>,
}

/// What became of a batch, seen by fresh reads of both mailboxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// Which intent.
    pub intent: u64,
    /// The plan's step.
    pub step: u32,
    /// The mailbox the messages were in, by its name at that time.
    pub from: MailboxName,
    /// UIDVALIDITY of that mailbox.
    pub from_validity: u32,
    /// Where they are.
    pub to: MailboxName,
    /// UIDVALIDITY of that mailbox.
    pub to_validity: u32,
    /// Old UID to new UID, each seen in the target, the same as it was.
    pub pairs: Vec<(Uid, Uid)>,
    /// Octets of those.
    pub octets: u64,
    /// Old UID to new UID of those that the server has rewritten: their size or text differs.
    pub changed: Vec<(Uid, Uid)>,
    /// Whether the messages are in the source too, as after a COPY, until `expunged` says otherwise.
    pub copied: bool,
    /// Old UID to new UID of messages that are in the source as well though they should not be: duplicates that we made,
    /// unless the source lets them go late.
    pub doubled: Vec<(Uid, Uid)>,
    /// Old UID to UID in the target of messages that were there before under the same id: where mailboxes are labels
    /// (Gmail), they lost one label and gained none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub there: Vec<(Uid, Uid)>,
    /// Old UID to new UID of those that the target lists and does not give out, so that nothing of them was compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<(Uid, Uid)>,
    /// Messages that are in neither mailbox.
    pub gone: UidSet,
    /// Where copies of them were found, as format 2 said it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Elsewhere>,
    /// Why the step must stop after this batch: a resume stops it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stops: Option<Phrase>,
    /// Flags and keywords that the target did not keep.
    pub flags_lost: Vec<String>,
    /// Flags that the server has set on what it moved, and does not take back; none before format 8.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags_gained: Vec<String>,
    /// Messages whose INTERNALDATE changed.
    pub dates_changed: u64,
}

/// What the server answered to an intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// Tagged OK.
    Answered(Answered),
    /// Tagged NO or BAD, with the response code.
    Refused(Option<String>),
    /// The same, and the server says that it may pass.
    RefusedInPassing(Option<String>),
    /// Nothing left this machine.
    NotSent,
    /// A resume found out what became of it, and recorded that beside this.
    Recovered,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of rolecall.
    pub tool: String,
    /// The run's id.
    pub run: String,
    /// The id shared by the runs of one command.
    #[serde(rename = "batch")]
    pub command: String,
    /// The plan, whole.
    pub plan: Box<Plan>,
    /// Steps that the user left out.
    pub skip: Vec<u32>,
    /// How much of each message is compared: a resume compares the same.
    pub verify: Verify,
    /// How long a tombstone must stay empty, in milliseconds.
    pub settle_ms: u64,
    /// Tombstones are removed by a later run, when they have stood for so long, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_ms: Option<u64>,
    /// Where filters are managed, if not where every account's are expected: host and port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filters_at: Option<(String, u16)>,
}

/// A command is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// The intent's number within the run, from 1.
    pub intent: u64,
    /// The plan's step.
    pub step: u32,
    /// The command.
    pub act: Act,
    /// What it moves or copies.
    pub batch: Option<Batch>,
}

/// The server has answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Which intent.
    pub intent: u64,
    /// What it said.
    pub reply: Reply,
}

/// What left both mailboxes was looked for by id everywhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sought {
    /// The intent of the batch.
    pub intent: u64,
    /// The plan's step.
    pub step: u32,
    /// How many were looked for.
    pub messages: usize,
    /// Where they were found.
    pub places: Vec<Elsewhere>,
}

/// Copied messages are out of their source: from here on they are only in the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expunged {
    /// The plan's step.
    pub step: u32,
    /// The mailbox they are out of, by its name at that time.
    pub from: MailboxName,
    /// Where they are.
    pub to: MailboxName,
    /// UIDVALIDITY of that mailbox.
    pub to_validity: u32,
    /// Old UID to new UID.
    pub pairs: Vec<(Uid, Uid)>,
}

/// What stood in a mailbox before anything was moved out of it or into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stood {
    /// The plan's step.
    pub step: u32,
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// Its UIDVALIDITY.
    pub validity: u32,
    /// Messages in it.
    pub messages: u64,
    /// Its UIDNEXT; none where the server did not tell.
    pub uid_next: Option<Uid>,
}

/// Messages that have left a mailbox by no command of this run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// The plan's step.
    pub step: u32,
    /// Which mailbox, by the name that its owner knows.
    pub mailbox: MailboxName,
    /// Their UIDs.
    pub uids: UidSet,
}

/// A message that cannot be moved stays where it is; the others go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Left {
    /// The plan's step.
    pub step: u32,
    /// UIDVALIDITY of its mailbox.
    pub validity: u32,
    /// Which one, and why.
    pub message: LeftMessage,
}

/// Whether a mailbox that the run touched adds up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Balanced {
    /// What stood and stands there.
    pub balance: Balance,
}

/// A source is proven to be under its tombstone's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tombstone {
    /// The plan's step.
    pub step: u32,
    /// The source's own name.
    pub of: MailboxName,
    /// The name it has now.
    pub name: MailboxName,
    /// Its UIDVALIDITY now (Courier changes it at RENAME).
    pub validity: u32,
}

/// A tombstone has its own name again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restored {
    /// The plan's step.
    pub step: u32,
    /// The tombstone's name.
    pub name: MailboxName,
}

/// Something that the receipt of a step has to tell, beside how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remarked {
    /// The plan's step.
    pub step: u32,
    /// One sentence.
    pub remark: Phrase,
}

/// A person gives up finding out where these messages are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GaveUp {
    /// The intent of their batch; null where their mailbox is not found.
    pub intent: Option<u64>,
    /// Which they are.
    pub unknown: UnknownMessages,
}

/// A step is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepEnd {
    /// What became of it.
    pub receipt: StepReceipt,
    /// Why it ended so, without what is counted and remarked; none where it was done, and before format 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Phrase>,
}

/// A resume took over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resumed {
    /// [`FORMAT`] from here on; journals of format 1 did not say.
    #[serde(default = "first_format")]
    pub format: u32,
    /// The version of rolecall.
    pub tool: String,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Record {
    /// The first line.
    Begin(Begin),
    /// A command is about to be sent.
    Intent(Intent),
    /// The server has answered.
    Result(Answer),
    /// A move or copy was checked by fresh reads.
    Moved(Moved),
    /// What left both mailboxes was looked for by id everywhere else.
    Sought(Sought),
    /// Copied messages are out of their source: from here on they are only in the target.
    Expunged(Expunged),
    /// What stood in a mailbox before anything was moved out of it or into it.
    Stood(Stood),
    /// Messages that have left a mailbox by no command of this run.
    Missing(Missing),
    /// A message that cannot be moved stays where it is; the others go on.
    Left(Left),
    /// Whether a mailbox that the run touched adds up.
    Balanced(Balanced),
    /// A source is proven to be under its tombstone's name.
    Tombstone(Tombstone),
    /// A tombstone has its own name again.
    Restored(Restored),
    /// Something that the receipt of a step has to tell, beside how it ended.
    Remarked(Remarked),
    /// A person gives up finding out where these messages are.
    GaveUp(GaveUp),
    /// A step is over.
    StepEnd(StepEnd),
    /// A resume took over.
    Resumed(Resumed),
    /// The run waits: its tombstones are removed later.
    Waits {},
    /// The run is over.
    End {},
    /// The run is over, for a person has given it up.
    GivenUp {},
}

fn first_format() -> u32 {
    1
}
