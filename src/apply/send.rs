//! The one place that sends a mutating command.
//!
//! In: an act. Out: the server's answer, or a [`Halt`]. Never: an act without its intent on the disk, a DELETE of
//! what is not a tombstone of this run, a RENAME or DELETE of INBOX, whatever a plan says.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{
    Event, Ports,
    journal::{Batch, Record, Reply},
    run::Run,
};
use crate::{
    guard::{Guard, stands},
    language::{Phrase, text},
    model::mailbox::MailboxName,
    store::{Act, ActError, Answered, CopyUid, Later, LookError, Store, Waits},
};

/// How long a wish to stop may go unheard while the server has asked to wait.
const MOMENT: Duration = Duration::from_secs(1);

/// Why a step, or the run, does not go on.
#[derive(Debug)]
pub(super) enum Halt {
    /// A guard or the server's refusal ends this step; the others go on.
    Step(Phrase),
    /// The server has put a command off and not done it, as was seen: the step begins again, as a resume begins it.
    Later(Phrase),
    /// A command was sent and its outcome is not known: nothing more may be sent.
    Unknown(Phrase),
    /// The connection is gone, though no command was under way; what the server has said of another try.
    Lost(Phrase, Later),
    /// The user wishes to stop.
    Stopped,
    /// The journal cannot be written.
    Journal(std::io::Error),
}

impl From<LookError> for Halt {
    fn from(error: LookError) -> Self {
        match (error.passing(), error) {
            // Put off again and again. Nothing speaks against the step itself: a resume takes it up.
            (Some(later), error @ LookError::Refused { .. }) if later.after.is_some() => {
                Self::Lost(error.to_string().into(), later)
            }
            (_, error @ LookError::Refused { .. }) => Self::Step(error.to_string().into()),
            (_, LookError::Lost { why, later }) => Self::Lost(why.into(), later),
            // Nothing that depends on this answer may be done, and the next answer may be as wrong.
            (_, LookError::Protocol { why }) => Self::Lost(text::no_sense(why), Later::default()),
        }
    }
}

impl Halt {
    /// A look failed that was to prove what a command had done: the step is not over, a resume has to find out.
    pub fn unproven(error: impl Into<Self>) -> Self {
        match error.into() {
            Self::Step(why) => Self::Unknown(why),
            other => other,
        }
    }
}

/// A tagged NO or BAD, kept as data: what it means depends on the command.
#[derive(Debug)]
pub(super) struct Refusal {
    pub code: Option<String>,
    pub text: String,
    pub copy_uid: Option<CopyUid>,
    /// The server names a time at which to send the command again. That it was not done has to be seen, as of any other.
    pub put_off: bool,
}

impl Refusal {
    pub fn has_code(&self, code: &str) -> bool {
        self.code.as_deref().is_some_and(|have| {
            have.split(' ')
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case(code))
        })
    }

    /// Ends the step; one that was only put off begins it again.
    pub fn into_halt(self) -> Halt {
        let why = text::server_refused(self.text);
        if self.put_off {
            Halt::Later(why)
        } else {
            Halt::Step(why)
        }
    }
}

/// What the server has asked for since it last did what it was told.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    waits: Waits,
    until: Option<Instant>,
    /// What it has asked for last, where that was too often or for too long.
    too_much: Option<Duration>,
    /// What it has asked for in its last answer or in parting, where nobody has waited for that yet.
    asked: Option<Duration>,
}

impl Throttle {
    /// Hears an answer. One that names no time begins the count anew if the run gets on by its command.
    fn heard(&mut self, later: Option<Later>, gets_on: bool) {
        let Some(later) = later.filter(|later| later.after.is_some()) else {
            if gets_on {
                *self = Self::default();
            }
            return;
        };
        match self.waits.next(Some(later)) {
            Some(time) => self.until = Some(Instant::now() + time),
            None => self.too_much = later.after,
        }
    }

    /// Before when nothing is to be sent.
    fn until(&self) -> Result<Option<Instant>, Halt> {
        if self.too_much.is_some() {
            return Err(Halt::Lost(text::asks_to_wait(), Later::default()));
        }
        Ok(self.until)
    }

    /// How long the server wants to be left alone by whoever goes on with a run that ends so.
    pub fn after(&self, halt: &Halt) -> Option<Duration> {
        let told = match halt {
            Halt::Lost(_, later) => later.after,
            _ => None,
        };
        self.too_much.or(told).or(self.asked)
    }
}

/// Whether a step that begins again would not send it again: else one command that is always put off, and one before it
/// that never is, would take turns for ever.
fn gets_on(act: &Act) -> bool {
    !matches!(
        act,
        Act::AddFlags { .. } | Act::Subscribe { .. } | Act::Unsubscribe { .. }
    )
}

/// A command that was sent and answered.
pub(super) struct Sent {
    pub intent: u64,
    pub answer: Result<Answered, Refusal>,
    /// From the first octet to the answer.
    pub took: Duration,
}

impl<S: Store, P: Ports> Run<'_, S, P> {
    /// Sends one mutating command: intent on the disk, command, result on the disk. There is no other way.
    pub(super) async fn send(
        &mut self,
        step: u32,
        act: Act,
        batch: Option<Batch>,
    ) -> Result<Sent, Halt> {
        self.wait_as_told().await?;
        // A wish to stop is no reason to leave a mailbox locked.
        if self.ports.stopped() && !matches!(act, Act::Unlock { .. }) {
            return Err(Halt::Stopped);
        }
        self.guard(&act)?;
        let intent = self.next_intent();
        self.write(Record::Intent {
            intent,
            step,
            act: act.clone(),
            batch,
        })?;
        let began = Instant::now();
        let performed = self.store.perform(&act).await;
        let took = began.elapsed();
        self.sent |= !matches!(performed, Err(ActError::NotSent { .. }));
        self.unrenewed |= matches!(
            act,
            Act::Move { .. } | Act::Copy { .. } | Act::Rename { .. }
        );
        let later = performed.as_ref().err().and_then(ActError::passing);
        self.throttle.heard(later, gets_on(&act));
        self.throttle.asked = performed.as_ref().err().and_then(ActError::after);
        let (reply, answer) = match performed {
            Ok(answered) => (Reply::Answered(answered.clone()), Ok(answered)),
            Err(ActError::Refused {
                code,
                text,
                copy_uid,
            }) => {
                let refusal = Refusal {
                    code: code.clone(),
                    text,
                    copy_uid,
                    put_off: later.is_some_and(|later| later.after.is_some()),
                };
                (Reply::Refused(code), Err(refusal))
            }
            Err(ActError::NotSent { why, later }) => {
                let reply = Reply::NotSent;
                self.write(Record::Result { intent, reply })?;
                return Err(Halt::Lost(why.into(), later));
            }
            Err(ActError::Unknown { why, .. }) => return Err(Halt::Unknown(why.into())),
        };
        self.write(Record::Result { intent, reply })?;
        Ok(Sent {
            intent,
            answer,
            took,
        })
    }

    /// Sends nothing that changes anything before the time that the server has named; what was put off has been looked at
    /// by then.
    async fn wait_as_told(&mut self) -> Result<(), Halt> {
        let Some(until) = self.throttle.until()? else {
            return Ok(());
        };
        let seconds = until.saturating_duration_since(Instant::now()).as_secs();
        if seconds > 0 {
            let text = text::asks_for_seconds(seconds);
            self.ports.event(&Event::Note { text });
        }
        // In small pieces, so that a wish to stop is heard.
        while Instant::now() < until && !self.ports.stopped() {
            sleep_until(until.min(Instant::now() + MOMENT)).await;
        }
        self.throttle.asked = None;
        Ok(())
    }

    /// What is never sent. Anyone can write a plan and put a digest on it.
    fn guard(&self, act: &Act) -> Result<(), Halt> {
        let is_ours = |name: &MailboxName| self.tombstones.iter().any(|tomb| tomb.name == *name);
        let why = match act {
            Act::Rename { from, to } if from.is_inbox() || to.is_inbox() => {
                text::inbox_never_renamed()
            }
            Act::Delete { name }
            | Act::ExpungeAll { of: name }
            | Act::Lock { name }
            | Act::Unlock { name }
                if !is_ours(name) && stands(Guard::Tombstones) =>
            {
                text::only_emptied_removed()
            }
            _ => return Ok(()),
        };
        Err(Halt::Step(why))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, io};

    use super::*;
    use crate::{
        apply::{Settings, Verify, journal},
        model::{
            listing::AccountId,
            mailbox::Status,
            plan::{Allowances, Basis, Plan},
            uid::{Uid, UidSet},
        },
        store::{Access, Depth, Found, Message, Opened, Search},
    };

    /// A server that must not hear anything.
    struct Nobody;

    impl Store for Nobody {
        fn can(&self, _: &str) -> bool {
            false
        }
        fn message_limit(&self) -> Option<usize> {
            None
        }
        async fn mailboxes(&mut self) -> Result<Vec<Found>, LookError> {
            unreachable!()
        }
        async fn find(&mut self, _: &MailboxName) -> Result<Option<Found>, LookError> {
            unreachable!()
        }
        async fn below(
            &mut self,
            _: &MailboxName,
            _: Option<char>,
        ) -> Result<Vec<Found>, LookError> {
            unreachable!()
        }
        async fn status(&mut self, _: &MailboxName) -> Result<Status, LookError> {
            unreachable!()
        }
        async fn open(&mut self, _: &MailboxName, _: Access) -> Result<Opened, LookError> {
            unreachable!()
        }
        async fn leave(&mut self) -> Result<(), LookError> {
            unreachable!()
        }
        async fn search(&mut self, _: &Search) -> Result<UidSet, LookError> {
            unreachable!()
        }
        async fn since(&mut self, _: Uid) -> Result<UidSet, LookError> {
            unreachable!()
        }
        async fn messages(&mut self, _: &UidSet, _: Depth) -> Result<Vec<Message>, LookError> {
            unreachable!()
        }
        async fn perform(&mut self, act: &Act) -> Result<Answered, ActError> {
            panic!("it was sent: {act:?}")
        }
    }

    impl Ports for () {
        fn now(&self) -> String {
            String::new()
        }
        fn nonce(&mut self) -> [u8; 16] {
            [0; 16]
        }
        fn stopped(&self) -> bool {
            false
        }
        fn event(&mut self, _: &Event) {}
    }

    struct Blank;

    impl journal::Disk for Blank {
        fn append(&mut self, _: &[u8]) -> io::Result<()> {
            Ok(())
        }
        fn sync(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn empty_plan() -> Plan {
        Plan {
            schema: String::new(),
            tool: String::new(),
            account: String::new(),
            identity: AccountId {
                host: String::new(),
                port: 0,
                user: String::new(),
                url: String::new(),
            },
            made: String::new(),
            listing: Basis {
                fingerprint: String::new(),
                mailboxes: Vec::new(),
                subscribed: Vec::new(),
                delimiter: None,
            },
            allow: Allowances::default(),
            undoes: None,
            steps: Vec::new(),
            warnings: Vec::new(),
            manual: Vec::new(),
            digest: String::new(),
        }
    }

    #[test]
    fn how_long_to_wait_is_what_the_server_asked_for_not_what_a_sentence_says() {
        let sentence = || Phrase::from("\"Backoff Time: 9000 milliseconds\" is gone");
        let mut throttle = Throttle::default();
        assert_eq!(throttle.after(&Halt::Unknown(sentence())), None);
        let later = Later {
            after: Some(Duration::from_secs(5)),
        };
        let lost = Halt::Lost(sentence(), later);
        assert_eq!(throttle.after(&lost), later.after);
        throttle.asked = Some(Duration::from_secs(7));
        assert_eq!(throttle.after(&Halt::Unknown(sentence())), throttle.asked);
        assert_eq!(throttle.after(&lost), later.after);
    }

    #[tokio::test]
    async fn nothing_but_a_tombstone_of_this_run_is_removed_whoever_asks() {
        let (mut store, mut ports, plan) = (Nobody, (), empty_plan());
        let settings = Settings {
            settle: Duration::ZERO,
            verify: Verify::Quick,
            batch: String::new(),
            skip: BTreeSet::new(),
            grace: None,
        };
        let journal = journal::Journal::new(Box::new(Blank), 0, String::new());
        let mut run = Run::new(
            &mut store,
            &mut ports,
            &plan,
            &settings,
            String::new(),
            journal,
        );
        // Even one that looks like a tombstone.
        for name in ["Sent Items", "rolecall-aaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            let name = MailboxName::new(name.as_bytes().to_vec(), name.to_owned());
            for act in [
                Act::Delete { name: name.clone() },
                Act::ExpungeAll { of: name },
            ] {
                let refused = run.send(1, act, None).await;
                assert!(matches!(refused, Err(Halt::Step(_))));
            }
        }
    }
}
