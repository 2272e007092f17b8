//! Finds the function for a command, and refuses commands that the persona or the state of the session does not allow.
//!
//! In: a command's name and words. Out: its reply. `quirks` knows more commands.

use super::{
    login,
    outcome::Refusal,
    parse::Word,
    persona::Persona,
    reply::{Fault, Reply},
    seam::SessionSeam as _,
    session::{Session, Turn},
};

/// What a command that is not known is told.
pub(super) fn unknown() -> Fault {
    Fault::wrong("Unknown command.")
}

/// What a command with wrong arguments is told.
pub(super) fn invalid() -> Fault {
    Fault::wrong("Invalid arguments.")
}

/// The capability without which the command does not exist.
fn needs(command: &str) -> Option<&'static str> {
    Some(match command {
        "MOVE" | "UID MOVE" => "MOVE",
        "UID EXPUNGE" => "UIDPLUS",
        "UNSELECT" => "UNSELECT",
        "NAMESPACE" => "NAMESPACE",
        "ENABLE" => "ENABLE",
        "GETQUOTA" | "GETQUOTAROOT" => "QUOTA",
        "GETMETADATA" | "SETMETADATA" => "METADATA",
        "MYRIGHTS" | "GETACL" | "SETACL" | "DELETEACL" => "ACL",
        // RFC 9051 Appendix E.
        "LSUB" | "CHECK" => "IMAP4rev1",
        _ => return None,
    })
}

fn exists(command: &str, persona: &Persona) -> bool {
    needs(command).is_none_or(|capability| persona.can(capability))
}

impl Session {
    pub(super) fn dispatch(
        &mut self,
        turn: &mut Turn<'_, '_>,
        name: &str,
        arguments: &[Word],
    ) -> Reply {
        match name {
            "CAPABILITY" => {
                let offered = login::capabilities(&turn.world.persona, self.user.is_some());
                turn.say(&format!("* CAPABILITY {offered}"));
                return Ok("Capability completed.".to_owned());
            }
            "NOOP" => return Ok("NOOP completed.".to_owned()),
            "ID" => return Self::id(turn),
            "LOGOUT" => {
                self.leave(turn.world);
                turn.say("* BYE Logging out");
                return Ok("Logout completed.".to_owned());
            }
            _ => {}
        }
        if self.user.is_none() {
            return match name {
                "LOGIN" => self.login(turn, arguments),
                "AUTHENTICATE" => self.authenticate(turn, arguments),
                _ => Err(Fault::bad("Error in IMAP command received by server.")),
            };
        }
        if !exists(name, &turn.world.persona) {
            return Err(unknown());
        }
        let waits = turn.world.persona.can("UTF8=ONLY") && !self.utf8;
        if waits && !matches!(name, "ENABLE" | "NAMESPACE") {
            return Err(Refusal::said("ENABLE UTF8=ACCEPT comes first").into());
        }
        self.dispatch_account(turn, name, arguments)
    }

    /// Commands on the account as a whole; all others need an open mailbox.
    fn dispatch_account(
        &mut self,
        turn: &mut Turn<'_, '_>,
        name: &str,
        arguments: &[Word],
    ) -> Reply {
        match name {
            "ENABLE" => Ok(self.enable(turn, arguments)),
            "NAMESPACE" => {
                let line = super::list::namespace(turn.world);
                turn.say(&line);
                Ok("Namespace completed.".to_owned())
            }
            "LIST" => self.list(turn, arguments),
            "LSUB" => self.lsub(turn, arguments),
            "STATUS" => self.status(turn, arguments),
            "CREATE" => self.create(turn, arguments),
            "DELETE" => self.delete(turn, arguments),
            "RENAME" => self.rename(turn, arguments),
            "SUBSCRIBE" => self.subscribe(turn, arguments, true),
            "UNSUBSCRIBE" => self.subscribe(turn, arguments, false),
            "SELECT" => self.select(turn, arguments, true),
            "EXAMINE" => self.select(turn, arguments, false),
            "APPEND" => self.append(turn, arguments),
            _ => match self.more(turn, name, arguments) {
                Some(reply) => reply,
                None => self.dispatch_open(turn, name, arguments),
            },
        }
    }

    fn enable(&mut self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> String {
        let mut asked = arguments.iter();
        if turn.world.persona.can("UTF8=ONLY")
            && asked.any(|asked| asked.capitals() == "UTF8=ACCEPT")
        {
            self.utf8 = true;
            turn.say("* ENABLED UTF8=ACCEPT");
        }
        "Enabled.".to_owned()
    }

    fn dispatch_open(&mut self, turn: &mut Turn<'_, '_>, name: &str, arguments: &[Word]) -> Reply {
        let uid = name.starts_with("UID ");
        let known = matches!(
            name,
            "CHECK"
                | "UNSELECT"
                | "CLOSE"
                | "EXPUNGE"
                | "UID EXPUNGE"
                | "FETCH"
                | "UID FETCH"
                | "SEARCH"
                | "UID SEARCH"
                | "STORE"
                | "UID STORE"
                | "COPY"
                | "UID COPY"
                | "MOVE"
                | "UID MOVE"
        );
        if !known {
            return Err(unknown());
        }
        if self.open.is_none() {
            return Err(Fault::bad("No mailbox selected."));
        }
        let command = name.strip_prefix("UID ").unwrap_or(name);
        if let (Some(open), Some(set)) = (&self.open, arguments.first().and_then(Word::octets))
            && matches!(command, "FETCH" | "STORE" | "COPY" | "MOVE")
            && let Some(fault) = self.fails(turn.world, command, &open.uids(set, uid)?)
        {
            return Err(fault);
        }
        match command {
            "CHECK" => Ok("Check completed.".to_owned()),
            "UNSELECT" => {
                self.open = None;
                Ok("Unselect completed.".to_owned())
            }
            "CLOSE" => self.close(turn),
            "EXPUNGE" => self.expunge(turn, arguments, uid),
            "FETCH" => self.fetch(turn, arguments, uid),
            "SEARCH" => self.search(turn, arguments, uid),
            "STORE" => self.store(turn, arguments, uid),
            "COPY" => self.copy(turn, arguments, uid, false),
            _ => self.copy(turn, arguments, uid, true),
        }
    }
}
