//! An account that cannot be looked at: every look fails, and nothing is sent.
//!
//! In: why it is out of reach. Out: that reason, whatever is asked. A person may give a run up whose account is gone, and what
//! its journal leaves open is then written down as unknown, the way it is where a look fails.

use crate::{
    language::Phrase,
    model::{
        mailbox::{MailboxName, Status},
        uid::UidSet,
    },
    store::{
        Access, Act, ActError, Answered, Depth, Found, Later, LookError, Message, NextLook, Opened,
        Search, Store,
    },
};

/// An account that is gone, or that lets nobody in any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfReach {
    /// Why nobody can look at it: "cannot …".
    pub why: Phrase,
}

impl OutOfReach {
    fn fails<T>(&self) -> Result<T, LookError> {
        Err(LookError::Lost {
            why: self.why.clone(),
            later: Later::default(),
        })
    }
}

impl Store for OutOfReach {
    fn can(&self, _capability: &str) -> bool {
        false
    }

    fn message_limit(&self) -> Option<usize> {
        None
    }

    async fn find(&mut self, _name: &MailboxName) -> Result<Option<Found>, LookError> {
        self.fails()
    }

    async fn below(
        &mut self,
        _name: &MailboxName,
        _delimiter: Option<char>,
    ) -> Result<Vec<Found>, LookError> {
        self.fails()
    }

    async fn mailboxes(&mut self) -> Result<Vec<Found>, LookError> {
        self.fails()
    }

    async fn status(&mut self, _name: &MailboxName) -> Result<Status, LookError> {
        self.fails()
    }

    async fn open(&mut self, _name: &MailboxName, _access: Access) -> Result<Opened, LookError> {
        self.fails()
    }

    async fn leave(&mut self) -> Result<(), LookError> {
        self.fails()
    }

    async fn search(&mut self, _what: &Search) -> Result<UidSet, LookError> {
        self.fails()
    }

    async fn messages(&mut self, _uids: &UidSet, _depth: Depth) -> Result<Vec<Message>, LookError> {
        self.fails()
    }

    async fn perform(&mut self, _act: &Act, _then: &[NextLook]) -> Result<Answered, ActError> {
        Err(ActError::NotSent {
            why: self.why.clone(),
            later: Later::default(),
        })
    }

    async fn perform_all(&mut self, acts: &[Act]) -> Vec<Result<Answered, ActError>> {
        let mut answers = Vec::with_capacity(acts.len());
        for act in acts {
            answers.push(self.perform(act, &[]).await);
        }
        answers
    }
}
