//! Receipts: what a run did, step by step, as far as the server proved it.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    mailbox::MailboxName,
    uid::{Uid, UidSet},
    unknown::UnknownMessages,
};
use crate::language::Phrase;

/// The schema word of receipts.
pub const SCHEMA: &str = "rolecall.run/1";

/// How a step ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Done, and seen to be done by a fresh read.
    Applied,
    /// The server said no, or a guard stopped it; what was moved so far is in the target.
    Refused,
    /// Sent without an answer, or not to be proven: `rolecall resume` finds out and finishes it.
    Unknown,
    /// Not over, for the user has stopped it; all that was sent was answered and seen, and `rolecall resume` goes on.
    Stopped,
    /// Not begun.
    Skipped,
}

impl Outcome {
    /// The outcome's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Stopped => "stopped",
            Self::Skipped => "skipped",
        }
    }
}

/// What became of a merge's source.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SourceAfter {
    /// Removed.
    Removed,
    /// Still there.
    Left,
    /// Removed, and made again by the server or another client.
    CameBack,
    /// Emptied and set aside; it is removed by a later run.
    Waits,
}

impl SourceAfter {
    /// Whether a mailbox of its name is there.
    #[must_use]
    pub fn is_there(self) -> bool {
        matches!(self, Self::Left | Self::CameBack)
    }

    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Left => "left",
            Self::CameBack => "came-back",
            Self::Waits => "waits",
        }
    }
}

/// What of each message was the same before and after.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// Size, and the server's own message id where it has one; date and flags, but for what is said beside it.
    Facts,
    /// And the whole text, by SHA-256.
    Text,
}

/// What was proven of the messages of a merge, by fresh reads of the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proven {
    /// What was compared.
    pub by: Proof,
    /// Octets of the messages that were seen in the target.
    pub octets: u64,
    /// Messages whose date the server changed.
    pub dates_changed: u64,
    /// Flags and keywords that the target did not keep.
    pub flags_lost: Vec<String>,
    /// Flags that the server has set on what it moved, and does not take back; none in receipts of former versions.
    #[serde(default)]
    pub flags_gained: Vec<String>,
}

impl Proven {
    /// Whether dates and flags are what they were.
    #[must_use]
    pub fn is_all_kept(&self) -> bool {
        self.dates_changed == 0 && self.flags_lost.is_empty() && self.flags_gained.is_empty()
    }
}

/// What stood in a mailbox before a run and stands there after it, and how the two differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// The plan's step that touched it last.
    pub step: u32,
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// Messages that stood there before.
    pub stood: u64,
    /// Messages that the run moved in.
    pub moved_in: u64,
    /// Messages that the run moved out.
    pub moved_out: u64,
    /// Messages that others have put in meanwhile.
    pub others_in: u64,
    /// Messages gone from trash or junk, where servers purge.
    pub purged: u64,
    /// Messages that are gone or there twice, and nothing shows why.
    pub unexplained: u64,
    /// Messages that stand there now; null where the mailbox was removed.
    pub stands: Option<u64>,
    /// The UIDs of those that are purged or unexplained, as far as they have any; the first hundred.
    pub uids: UidSet,
    /// The mailbox whose messages were given new numbers meanwhile, this one or the one that its messages went to: which message
    /// is which cannot be told there any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renumbered: Option<MailboxName>,
}

impl Balance {
    /// Whether there is anything to tell of it.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.purged > 0 || self.unexplained > 0
    }
}

/// Why a message was left where it was.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum WhyLeft {
    /// The server does not bring what it is compared by.
    Unreadable,
    /// The server refuses to move or copy it, or says OK and does not.
    Refused,
    /// The server hangs up on the command that moves or copies it.
    LineLost,
    /// It was moved; the server lists it in its new mailbox and does not give it out there.
    Withheld,
    /// It was copied; the server lists the copy and does not give it out, so both stay.
    CopyWithheld,
}

/// A message that could not be moved and stays where it was, or of which nobody can see whether it is the same in its new
/// mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeftMessage {
    /// The mailbox that it is in, by the name that its owner knows.
    pub mailbox: MailboxName,
    /// Its UID there.
    pub uid: Uid,
    /// When it arrived, RFC 3339; null where the server does not tell.
    pub date: Option<String>,
    /// Its size in octets; null where the server does not tell.
    pub size: Option<u64>,
    /// Its Message-ID; null where it has none or the server does not tell.
    pub message_id: Option<String>,
    /// Why it was left.
    pub because: WhyLeft,
    /// The server's words, where it has refused to move the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Phrase>,
}

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepReceipt {
    /// The step's id in the plan.
    pub id: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// Messages proven to be in the target; none for a step that moves none.
    pub moved: Option<u64>,
    /// What was proven of them; none for a step that moves none.
    pub proven: Option<Proven>,
    /// What became of the source.
    pub source_after: Option<SourceAfter>,
    /// Messages that could not be moved and were left, each by itself, and those that were moved and cannot be read there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LeftMessage>,
    /// One sentence: why it ended so.
    pub message: Option<Phrase>,
}

impl StepReceipt {
    /// Whether it was a person who ended the step, by stopping the run or giving it up: the server has refused nothing, and
    /// whoever takes the run up again may go on with it.
    #[must_use]
    pub fn is_by_a_person(&self) -> bool {
        matches!(self.outcome, Outcome::Stopped | Outcome::Unknown)
    }
}

/// Where the time of a run went, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeSpent {
    /// Connecting: finding the host, TCP, TLS, the greeting and logging in.
    pub connecting_ms: u64,
    /// The server's own work: what answers took longer than the way there and back.
    pub server_ms: u64,
    /// The network: a round trip each time that something was sent and waited for.
    pub network_ms: u64,
    /// Writing the journal to the disk.
    pub disk_ms: u64,
    /// Waiting for set-aside mailboxes to settle, for names and messages to show, or because the server asked for it.
    pub waiting_ms: u64,
    /// rolecall itself, from the beginning of the run on.
    pub own_ms: u64,
    /// Connections.
    pub connections: u64,
    /// How often something was sent and waited for after the login.
    pub round_trips: u64,
    /// The quickest of these, in microseconds: no round trip takes longer.
    pub round_trip_us: u64,
    /// Octets that were sent, without TLS.
    pub octets_sent: u64,
    /// Octets that were received, without TLS.
    pub octets_received: u64,
}

/// What became of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The run's id.
    pub run: String,
    /// The id shared by the runs of one command.
    pub command: String,
    /// The account as a URL.
    pub account: String,
    /// The administrator who acted on behalf of its user; none where the user did.
    pub acted_as: Option<String>,
    /// One entry a step, in the plan's order.
    pub steps: Vec<StepReceipt>,
    /// One entry for each mailbox that messages were moved out of or into.
    pub balances: Vec<Balance>,
    /// Whether the run ended; otherwise `rolecall resume` finishes it.
    pub finished: bool,
    /// Until when it waits to remove what it has set aside, RFC 3339; none where it does not.
    pub waits: Option<String>,
    /// The messages of which nobody knows any more where they are, where a person has given the run up; none where nobody has.
    pub given_up: Option<Vec<UnknownMessages>>,
    /// Whether the user interrupted it.
    pub interrupted: bool,
    /// How long the server wants to be left alone before a resume; none where it named no time.
    pub after: Option<Duration>,
    /// Where its time went; none where it did nothing but tell what was done before.
    pub time: Option<TimeSpent>,
}

impl Receipt {
    /// Whether any step's outcome is unknown.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.steps
            .iter()
            .any(|step| step.outcome == Outcome::Unknown)
    }

    /// How many messages are given up, as far as is known.
    #[must_use]
    pub fn unknown(&self) -> u64 {
        let unknown = self.given_up.iter().flatten();
        unknown.map(|messages| messages.count).sum()
    }

    /// Whether the server refused anything that was planned.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.steps
            .iter()
            .any(|step| step.outcome == Outcome::Refused)
    }

    /// Whether a mailbox that was touched does not add up, and nothing shows why: the run is then not done.
    #[must_use]
    pub fn is_unexplained(&self) -> bool {
        self.balances.iter().any(|balance| balance.unexplained > 0)
    }

    /// Octets proven moved in all, and what was compared of every message.
    #[must_use]
    pub fn proven(&self) -> Option<(u64, Proof)> {
        let proven = self.steps.iter().filter_map(|step| step.proven.as_ref());
        let octets = proven.clone().map(|proven| proven.octets).sum();
        let by = proven.map(|proven| proven.by).min()?;
        Some((octets, by))
    }

    /// Messages moved in all.
    #[must_use]
    pub fn moved(&self) -> u64 {
        self.steps.iter().filter_map(|step| step.moved).sum()
    }
}
