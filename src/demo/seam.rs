//! The moments at which a server with quirks does something else than the plain one.
//!
//! In: a command on its way, or the account it works on. Out: what is to be done. The default of each method is what the
//! plain server does, which is all that `rolecall demo` needs; `quirks`, which only tests and benches compile, answers
//! otherwise. docs/testing.md says how a quirk is added.

use std::sync::{Arc, Mutex};

use super::{
    message::{Mailbox, Message},
    mutation::Mutation,
    outcome::{Copied, Done, Goes, Refusal},
    parse::Word,
    reply::{Fault, Reply},
    session::Turn,
    world::World,
};

/// Looks at a command on its way, and may disturb it. Nobody does at the plain server.
pub(super) trait WatchSeam {
    /// The connection is open, and the greeting not yet sent.
    async fn opened(&mut self, _world: &Mutex<World>) -> Goes {
        Goes::On
    }

    /// The command is read and understood, and nothing has been done.
    async fn before(&mut self, _world: &Mutex<World>) -> Goes {
        Goes::On
    }

    /// The command is done or refused, and no octet of its reply has been written.
    async fn after(&mut self, _world: &Mutex<World>) -> Goes {
        Goes::On
    }

    /// The octets to write for a reply, and whether the connection stays.
    async fn replied(&mut self, _world: &Mutex<World>, reply: Vec<u8>) -> (Vec<u8>, bool) {
        (reply, true)
    }

    /// The mutation, unless it is kept to be done when its connection is gone.
    fn now_or_later(
        &self,
        _world: &mut World,
        _user: &str,
        mutation: Mutation,
    ) -> Option<Mutation> {
        Some(mutation)
    }

    /// MOVE has put messages into the target, which are still in the source; says whether it stops here.
    fn arrived(
        &mut self,
        _world: &mut World,
        _user: &str,
        _so_far: &Copied,
        _left_to_do: impl FnOnce() -> Mutation,
    ) -> Result<bool, Refusal> {
        Ok(false)
    }

    /// MOVE has taken them out of the source; says whether it stops here.
    fn left(
        &mut self,
        _world: &mut World,
        _user: &str,
        _so_far: &Copied,
        _left_to_do: impl FnOnce() -> Mutation,
    ) -> Result<bool, Refusal> {
        Ok(false)
    }
}

/// What the world does beside what a client has asked for.
pub(super) trait WorldSeam {
    /// Somebody is about to log in.
    fn before_login(&mut self, _user: &str) {}

    /// An account is new.
    fn after_account(&mut self, _user: &str) {}

    /// The time has gone on.
    fn after_time(&mut self) {}

    /// A command of a connection is about to be done.
    fn before_command(&mut self, _user: &str) {}

    /// A change is about to be made.
    fn before_mutation(&mut self, _user: &str) {}

    /// A change was made.
    fn after_mutation(&mut self, _user: &str) {}

    /// The name under which the mailbox is kept that is meant by this one.
    fn meant(&self, _user: &str, name: Vec<u8>) -> Vec<u8> {
        name
    }

    /// The further names of a mailbox that are listed.
    fn further_names(&self, _name: &[u8]) -> Vec<Vec<u8>> {
        Vec::new()
    }

    /// What is done instead of CREATE.
    fn instead_of_create(&mut self, _user: &str, _name: &[u8]) -> Option<Result<Done, Refusal>> {
        None
    }

    /// What is done instead of DELETE.
    fn instead_of_delete(&mut self, _user: &str, _name: &[u8]) -> Option<Result<Done, Refusal>> {
        None
    }

    /// Why RENAME is refused.
    fn may_rename(&self, _user: &str, _from: &[u8], _to: &[u8]) -> Result<(), Refusal> {
        Ok(())
    }

    /// SETACL.
    fn set_rights(
        &mut self,
        _user: &str,
        _name: &[u8],
        _who: &str,
        _rights: &str,
    ) -> Result<Done, Refusal> {
        Err(Refusal::said("Rights cannot be set"))
    }

    /// A message was appended or delivered.
    fn after_append(&mut self, _user: &str, _into: u64, _message: Message) {}

    /// COPY or MOVE has put messages into a mailbox.
    fn after_copy(&mut self, _user: &str, _into: u64, _of: &[Arc<Message>], _copied: &Copied) {}

    /// Flags were changed in a mailbox.
    fn after_store(&mut self, _user: &str, _of: u64, _uids: &[u32]) {}

    /// Mailboxes by their ids, and the messages that go out of them when these go out of this one.
    fn going(&self, _user: &str, of: u64, uids: &[u32]) -> Vec<(u64, Vec<u32>)> {
        vec![(of, uids.to_vec())]
    }

    /// Messages are about to go.
    fn before_removal(&mut self, _user: &str, _of: u64, _uids: &[u32]) {}

    /// The mailbox that a message of this one is really in.
    fn really_in<'w>(&'w self, _user: &str, _mailbox: &'w Mailbox, _uid: u32) -> Option<&'w [u8]> {
        None
    }
}

/// What a kind of server does with messages and keywords.
pub(super) trait PersonaSeam {
    /// Whether FETCH says anything of a message.
    fn mentions(&self, _mailbox: &[u8], _message: &Message) -> bool {
        true
    }

    /// Whether a new mailbox of this name has a place for keywords.
    fn has_place_for_keywords(&self, _name: &[u8]) -> bool {
        true
    }

    /// Whether FLAGS and PERMANENTFLAGS name the keywords that are in use.
    fn tells_keywords(&self) -> bool {
        true
    }

    /// How many times COPY and MOVE put a message into a mailbox.
    fn times_put(&self, _into: &mut Mailbox, _message: &Message) -> usize {
        1
    }

    /// How many of these messages a MOVE brings that has brought so many already.
    fn brought(&self, _already: usize, messages: usize) -> usize {
        messages
    }

    /// MAILBOXID as STATUS tells it among so many items.
    fn mailbox_id(&self, id: String, _items: usize) -> String {
        id
    }

    /// Whether UID EXPUNGE keeps to its set.
    fn expunges_set_only(&self) -> bool {
        true
    }
}

/// What a mailbox is beside a place for messages that its owner may do everything with.
pub(super) trait MailboxSeam {
    /// Whether the owner has a right (RFC 4314 §2.1).
    fn grants(&self, _right: char) -> bool {
        true
    }

    /// Whether it shows the messages of others and has none itself.
    fn is_view(&self) -> bool {
        false
    }

    /// Somebody has asked for HIGHESTMODSEQ.
    fn count(&mut self) {}

    /// Whether HIGHESTMODSEQ is told of it.
    fn is_counted(&self) -> bool {
        true
    }
}

/// What a session does beside answering commands.
pub(super) trait SessionSeam {
    /// How a command on these messages of the open mailbox fails; none where it is done.
    fn fails(&self, _world: &World, _command: &str, _uids: &[u32]) -> Option<Fault> {
        None
    }

    /// A command that the plain server does not know.
    fn more(
        &mut self,
        _turn: &mut Turn<'_, '_>,
        _name: &str,
        _arguments: &[Word],
    ) -> Option<Reply> {
        None
    }

    /// The session has opened a mailbox.
    fn after_open(&mut self, _world: &World, _id: u64) {}

    /// The session has put something into the mailbox of this name, or given it that name.
    fn after_change(&mut self, _world: &World, _into: &[u8], _renames: bool) {}

    /// The mailbox as this session sees it.
    fn seen<'m>(&'m self, mailbox: &'m Mailbox) -> &'m Mailbox {
        mailbox
    }

    /// The mailbox as this session sees it, where that is not as it is.
    fn seen_otherwise(&self, _id: u64) -> Option<&Mailbox> {
        None
    }

    /// A command is about to be done.
    fn before_command(&mut self, _world: &World) {}

    /// A command was done.
    fn after_command(&mut self, _world: &World) {}

    /// The end of the session, by LOGOUT or without it.
    fn leave(&mut self, _world: &mut World) {}
}
