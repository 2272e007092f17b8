//! The commands of looks, each as it is sent when the look is made.
//!
//! In: [`NextLook`]s. Out: commands, to be put in order by [`super::visits`]. What cannot be told beforehand, or by place,
//! has none.

use super::{
    command::{Command, Unsendable},
    session::Session,
};
use crate::{
    model::{
        mailbox::MailboxName,
        uid::{Uid, UidSet},
    },
    store::{Access, NextLook, Search},
};

impl Session {
    /// The commands of looks, as they will be made.
    pub(super) fn look_commands(&self, looks: &[NextLook]) -> Vec<Command> {
        let mut commands = Vec::new();
        let mut mailbox = self.open_name().cloned();
        let mut searched = false;
        let mut opened = None;
        for look in looks {
            let made = match look {
                NextLook::Find(name) => self.pattern_commands(name.wire()).ok(),
                NextLook::Below(name, delimiter) => below_pattern(name, *delimiter)
                    .and_then(|pattern| self.pattern_commands(&pattern).ok()),
                NextLook::Status(name) => self.status_commands(name).ok(),
                NextLook::Rights(name) if self.server.can("ACL") => rights_commands(name).ok(),
                NextLook::Open(name, access) => {
                    mailbox = Some(name.clone());
                    searched = false;
                    opened = self.open_command(name, *access).ok();
                    opened.clone().map(|one| vec![one])
                }
                // By place nobody can tell whose an answer to SEARCH is (RFC 4731 has tags for that).
                NextLook::Search(_) | NextLook::Since(_) if searched && !self.names_searches() => {
                    let what = std::slice::from_ref(look);
                    let again = opened.clone().map(|open| self.search_again(open, what));
                    again.flatten()
                }
                NextLook::Search(what) => {
                    let is_plain = self.traits.searches_by_uid || !matches!(what, Search::Among(_));
                    let made = is_plain.then(|| self.search_commands(what).ok()).flatten();
                    searched |= made.is_some();
                    made
                }
                NextLook::Since(uid) => {
                    searched |= self.traits.searches_by_uid;
                    let made = self
                        .traits
                        .searches_by_uid
                        .then(|| self.since_command(*uid));
                    made.map(|one| vec![one])
                }
                NextLook::Messages(uids, depth) => {
                    Some(self.message_commands(mailbox.as_ref(), uids, *depth))
                }
                NextLook::Flags(uids) => Some(self.flag_commands(mailbox.as_ref(), uids)),
                NextLook::Real(uid) if self.traits.has_views => Some(vec![real_command(*uid)]),
                NextLook::Leave => Some(vec![self.leave_command()]),
                NextLook::Rights(_) | NextLook::Real(_) => None,
            };
            commands.extend(made.unwrap_or_default());
        }
        commands
    }

    /// A search in a mailbox that is opened once more for it.
    fn search_again(&self, open: Command, what: &[NextLook]) -> Option<Vec<Command>> {
        let search = match what {
            [NextLook::Search(what)] => self.search_commands(what).ok()?,
            [NextLook::Since(uid)] => vec![self.since_command(*uid)],
            _ => return None,
        };
        let is_plain = self.traits.searches_by_uid
            || matches!(what, [NextLook::Search(Search::All | Search::Deleted)]);
        is_plain.then(|| std::iter::once(open).chain(search).collect())
    }

    /// The commands that list the names that match a pattern.
    pub(super) fn pattern_commands(&self, pattern: &[u8]) -> Result<Vec<Command>, Unsendable> {
        if !self.server.can("LIST-EXTENDED") {
            return plainly(pattern);
        }
        let special = if self.server.can("SPECIAL-USE") {
            "RETURN (SUBSCRIBED SPECIAL-USE)"
        } else {
            "RETURN (SUBSCRIBED)"
        };
        let list = Command::new("LIST \"\"").string(pattern)?;
        Ok(vec![list.words(special)])
    }

    pub(super) fn status_commands(&self, name: &MailboxName) -> Result<Vec<Command>, Unsendable> {
        let status = Command::new("STATUS").string(name.wire())?;
        let mut commands = vec![status.clone().words("(MESSAGES UIDNEXT UIDVALIDITY)")];
        if self.server.can("OBJECTID") {
            // On its own: Cyrus 3.6 and 3.10 garble MAILBOXID beside other items.
            commands.push(status.words("(MAILBOXID)"));
        }
        Ok(commands)
    }

    pub(super) fn open_command(
        &self,
        name: &MailboxName,
        access: Access,
    ) -> Result<Command, Unsendable> {
        let writes = access == Access::ReadWrite && !self.only_looks();
        let verb = if writes { "SELECT" } else { "EXAMINE" };
        Command::new(verb).string(name.wire())
    }
}

/// The same in the words that every server knows.
pub(super) fn plainly(pattern: &[u8]) -> Result<Vec<Command>, Unsendable> {
    let verbs = ["LIST \"\"", "LSUB \"\""].into_iter();
    verbs
        .map(|verb| Command::new(verb).string(pattern))
        .collect()
}

/// What lies below a name; none where the server has no levels, or one that no command can carry.
pub(super) fn below_pattern(name: &MailboxName, delimiter: Option<char>) -> Option<Vec<u8>> {
    let separator = u8::try_from(delimiter?).ok()?;
    Some([name.wire(), &[separator, b'*']].concat())
}

pub(super) fn rights_commands(name: &MailboxName) -> Result<Vec<Command>, Unsendable> {
    let verbs = ["GETACL", "MYRIGHTS"].into_iter();
    verbs
        .map(|verb| Command::new(verb).string(name.wire()))
        .collect()
}

/// Which mailbox a message really lies in (Dovecot).
pub(super) fn real_command(uid: Uid) -> Command {
    let uids = UidSet::new(vec![uid]);
    Command::new("UID FETCH")
        .uids(&uids)
        .words("(UID X-MAILBOX)")
}
