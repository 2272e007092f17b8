//! What moves messages: the sender, and what this process has seen of the mailboxes between which it moves.
//!
//! In: a plan. Out: messages moved batch by batch (`batch`), until a source is empty (`drain`). Sources are renamed and
//! removed elsewhere, by the run.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    batch_size::BatchSizer,
    books::{Books, UidPairs, UidRanges},
    journal::{Record, record},
    ports::Event,
    route::Route,
    sender::Sender,
    settings::Verify,
    stop::StopReason,
    unproven::Unproven,
};
use crate::{
    language::Phrase,
    model::{
        mailbox::MailboxName,
        plan::{Path, Plan},
        uid::Uid,
    },
    store::{Depth, Store},
};

/// What was learnt about messages that make commands fail.
#[derive(Debug, Default)]
pub(super) struct Suspicion {
    /// The message by which the line was lost last, by its mailbox's own name, and how often in a row.
    pub alone: Option<(MailboxName, Uid, u32)>,
    /// Messages that were left since one was moved.
    pub in_a_row: u32,
}

/// What moves messages.
///
/// What the records say is in the books. What is here beside them was seen by this very process, and a resume sees it
/// anew.
pub(super) struct Mover<'a, S> {
    pub sender: Sender<'a, S>,
    pub plan: &'a Plan,
    pub verify: Verify,
    pub sizer: BatchSizer,
    /// UIDVALIDITY of mailboxes that neither the plan nor the records know, as it was when they were first opened.
    pub first_seen: BTreeMap<MailboxName, u32>,
    /// A lower bound of the UIDs that targets give next.
    pub uid_next: BTreeMap<MailboxName, Uid>,
    /// The flags that each target keeps; none where it keeps all.
    pub kept_flags: BTreeMap<MailboxName, Option<BTreeSet<String>>>,
    /// UIDNEXT of each source when it was last opened.
    pub source_next: BTreeMap<MailboxName, Uid>,
    /// The UIDs that each source showed at the last look, by its UIDVALIDITY.
    pub shown: BTreeMap<(MailboxName, u32), UidRanges>,
    /// Copies that earlier runs have left in sources; not looked at yet.
    pub inherited: BTreeMap<MailboxName, UidPairs>,
    /// Copies of the books that were looked for and not found, by source: these messages are copied again.
    pub unproven: BTreeMap<MailboxName, UidRanges>,
    /// Targets into which messages were seen to come as they were.
    pub shown_targets: BTreeSet<MailboxName>,
    /// Targets in which a copy was seen to outlive its original, or not to.
    pub outlived: BTreeMap<MailboxName, bool>,
    /// UIDNEXT of each source as the last proof has seen it.
    pub source_next_since: BTreeMap<MailboxName, Option<Uid>>,
    /// Batches that were answered and are not proven yet, in the order in which they were sent.
    pub unproven_batches: VecDeque<Unproven>,
    /// Messages that are suspected of making commands fail.
    pub suspicion: Suspicion,
    /// Mailboxes whose UIDVALIDITY was seen to have changed, by their own names.
    pub renumbered: BTreeSet<MailboxName>,
    /// How often batches were made smaller after a lost line, or a message was found to be the cause.
    pub lessons: u64,
}

impl<'a, S: Store> Mover<'a, S> {
    pub fn new(sender: Sender<'a, S>, plan: &'a Plan, verify: Verify) -> Self {
        let sizer = BatchSizer::new(sender.store.message_limit());
        Self {
            sender,
            plan,
            verify,
            sizer,
            first_seen: BTreeMap::new(),
            uid_next: BTreeMap::new(),
            kept_flags: BTreeMap::new(),
            source_next: BTreeMap::new(),
            shown: BTreeMap::new(),
            inherited: BTreeMap::new(),
            unproven: BTreeMap::new(),
            shown_targets: BTreeSet::new(),
            outlived: BTreeMap::new(),
            source_next_since: BTreeMap::new(),
            unproven_batches: VecDeque::new(),
            suspicion: Suspicion::default(),
            renumbered: BTreeSet::new(),
            lessons: 0,
        }
    }

    /// What was seen over a connection that is gone counts no more, but for what mailboxes are known by.
    pub fn forget_what_was_seen(&mut self) {
        self.uid_next.clear();
        self.kept_flags.clear();
        self.source_next.clear();
        self.shown.clear();
        self.unproven.clear();
        self.source_next_since.clear();
        self.shown_targets.clear();
        self.unproven_batches.clear();
    }

    /// All that the run's records say.
    pub fn books(&self) -> &Books {
        self.sender.books()
    }

    /// Shows a sentence and writes it down for the step's receipt, once.
    pub fn remark(&mut self, step: u32, remark: Phrase) -> Result<(), StopReason> {
        self.sender.ports.event(&Event::Note {
            text: remark.clone(),
        });
        let book = self.books().step(step);
        if book.is_some_and(|book| book.remarks.contains(&remark)) {
            return Ok(());
        }
        let remark = record::Remarked { step, remark };
        self.sender.record(Record::Remarked(remark))
    }

    /// The way that is open now: a server may offer MOVE and refuse it as a command, and then copies where it can expunge
    /// exactly what was copied.
    pub fn open_way(&self, route: &Route) -> Route {
        let store = &self.sender.store;
        let copies = route.path == Path::MoveUidplus && !store.can("MOVE") && store.can("UIDPLUS");
        let path = if copies {
            Path::CopyUidplus
        } else {
            route.path
        };
        Route {
            path,
            ..route.clone()
        }
    }

    /// How much of each message is read, so that it is known again.
    pub fn depth(&self, path: Path) -> Depth {
        match (self.verify, path) {
            (Verify::Full, _) => Depth::Content,
            // A message that has left its source is told by what left; the server's own word helps.
            (Verify::Quick, Path::MoveUidplus) => Depth::Facts,
            // Where the original is expunged on the word of a comparison, or the server says nothing, a message must be
            // known by itself.
            (Verify::Quick, Path::Move | Path::CopyUidplus | Path::CopyOnly) => Depth::MessageId,
        }
    }
}
