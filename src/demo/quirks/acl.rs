//! Who may do what with a mailbox (RFC 4314): SETACL, DELETEACL, GETACL, MYRIGHTS.
//!
//! In: identifiers and rights as clients write them. Out: the entries of a mailbox, and the rights that they take from
//! its owner. An entry for anybody else has no effect, since the owner is the only user who logs in here.
//!
//! What each product does was seen on Cyrus 3.6.1, Dovecot 2.3.19 (acl, imap_acl) and Courier 5.0.

use crate::demo::{
    dispatch::invalid,
    mailbox_commands::name,
    message::Mailbox,
    names,
    outcome::{Code, Done, Refusal},
    parse::Word,
    reply::{Fault, Reply},
    seam::MailboxSeam as _,
    session::{Session, Turn},
    world::World,
};

/// What MYRIGHTS tells where rights are only told.
const ALL: &str = "lrswipkxtea";

/// What becomes of an entry for `-anyone`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MinusAnyone {
    /// It is kept, and takes these rights from everybody (Cyrus).
    Kept,
    /// BAD (Dovecot).
    Wrong,
    /// NO (Courier).
    Refused,
}

/// How rights are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acl {
    /// What the owner has of a mailbox of which nobody has set any rights. Without `a` SETACL is refused.
    pub owner: &'static str,
    /// What becomes of `-anyone`.
    pub minus_anyone: MinusAnyone,
    /// What means the owner beside the user's name.
    pub owner_word: Option<&'static str>,
    /// GETACL calls the owner by that word.
    pub shows_owner_word: bool,
    /// OK to SETACL and DELETEACL, and nothing is done.
    pub is_deaf: bool,
    /// MYRIGHTS says to the end of a session what it first said of a mailbox.
    pub tells_first_rights: bool,
}

impl Acl {
    /// Cyrus 3.6.
    pub const CYRUS: Self = Self {
        owner: "lrswipkxtecdan",
        minus_anyone: MinusAnyone::Kept,
        owner_word: None,
        shows_owner_word: false,
        is_deaf: false,
        tells_first_rights: false,
    };
    /// Dovecot 2.3. `-owner` takes rights from the owner; `OWNER` in capitals is a user of that name, whose rights are
    /// nobody's.
    pub const DOVECOT: Self = Self {
        owner: "lrwstipekxacd",
        minus_anyone: MinusAnyone::Wrong,
        owner_word: Some("owner"),
        shows_owner_word: false,
        is_deaf: false,
        tells_first_rights: true,
    };
    /// Courier 5.0, which has no `p` among the owner's.
    pub const COURIER: Self = Self {
        owner: "acdilrsw",
        minus_anyone: MinusAnyone::Refused,
        owner_word: Some("owner"),
        shows_owner_word: true,
        is_deaf: false,
        tells_first_rights: false,
    };

    /// What GETACL calls the owner.
    fn owner_name<'n>(&'n self, user: &'n str) -> &'n str {
        let word = self.owner_word.filter(|_| self.shows_owner_word);
        word.unwrap_or(user)
    }

    /// An identifier as the mailbox keeps it.
    fn kept(&self, who: &str, user: &str) -> String {
        let (minus, plain) = match who.strip_prefix('-') {
            Some(plain) => ("-", plain),
            None => ("", who),
        };
        let is_owner = Some(plain) == self.owner_word;
        let plain = if is_owner {
            self.owner_name(user)
        } else {
            plain
        };
        format!("{minus}{plain}")
    }

    /// Whether a client may write this right.
    fn knows(&self, right: char) -> bool {
        self.owner.contains(right) || "lrswipkxtecda".contains(right)
    }
}

/// `ip` replaces, `+ip` adds, `-ip` takes away (RFC 4314 §3.1).
fn changed(before: &str, rights: &str) -> String {
    if let Some(more) = rights.strip_prefix('+') {
        let new = more.chars().filter(|right| !before.contains(*right));
        return before.chars().chain(new).collect();
    }
    match rights.strip_prefix('-') {
        Some(less) => before
            .chars()
            .filter(|right| !less.contains(*right))
            .collect(),
        None => rights.to_owned(),
    }
}

impl World {
    pub(super) fn change_acl(
        &mut self,
        user: &str,
        name: &[u8],
        who: &str,
        rights: &str,
    ) -> Result<Done, Refusal> {
        let Some(acl) = self.persona.quirks.acl else {
            return Err(Refusal::said("Rights cannot be set"));
        };
        let mailbox = self.reach(user, name, Some(Code::NonExistent))?;
        if !acl.owner.contains('a') || !mailbox.grants('a') {
            return Err(Refusal::new(Code::NoPerm, "Permission denied"));
        }
        if who == "-anyone" && acl.minus_anyone != MinusAnyone::Kept {
            return Err(Refusal::said("Cannot modify ACLs on this mailbox."));
        }
        let who = acl.kept(who, user);
        let owner = acl.owner_name(user);
        // What the owner has by being the owner is not to be had by SETACL, nor lost.
        if acl.is_deaf || who == owner {
            return Ok(Done::Nothing);
        }
        let place = mailbox
            .quirks
            .acl
            .iter()
            .position(|(other, _)| *other == who);
        let before = place.and_then(|place| mailbox.quirks.acl.get(place));
        let after = changed(before.map_or("", |(_, rights)| rights), rights);
        match place {
            Some(place) if after.is_empty() => {
                mailbox.quirks.acl.remove(place);
            }
            Some(place) => {
                if let Some((_, rights)) = mailbox.quirks.acl.get_mut(place) {
                    *rights = after;
                }
            }
            None if after.is_empty() => {}
            None => mailbox.quirks.acl.push((who, after)),
        }
        let minus_owner = format!("-{owner}");
        let taking = mailbox.quirks.acl.iter();
        let taking = taking.filter(|(who, _)| *who == minus_owner || who == "-anyone");
        mailbox.quirks.taken = taking.map(|(_, rights)| rights.as_str()).collect();
        Ok(Done::Nothing)
    }

    /// What the owner may do with a mailbox.
    fn rights_of(&self, mailbox: &Mailbox) -> String {
        let all = self.persona.quirks.acl.map_or(ALL, |acl| acl.owner);
        let own = mailbox.quirks.rights.as_deref().unwrap_or(all).chars();
        own.filter(|right| mailbox.grants(*right)).collect()
    }
}

impl Session {
    /// The mailbox that a command names.
    fn named(&self, turn: &mut Turn<'_, '_>, word: Option<&Word>) -> Result<Mailbox, Fault> {
        let name = name(word)?;
        let code = Some(Code::NonExistent);
        Ok(turn.world.reach(self.user(), name, code)?.clone())
    }

    fn tell_rights(turn: &mut Turn<'_, '_>, response: &str, name: &[u8], rights: &str) {
        let shown = names::shown(name, turn.world.persona.quotes_names);
        turn.out
            .extend_from_slice(format!("* {response} ").as_bytes());
        turn.out.extend(shown);
        turn.say(&format!(" {rights}"));
    }

    pub(super) fn my_rights(&mut self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let mailbox = self.named(turn, arguments.first())?;
        let now = turn.world.rights_of(&mailbox);
        let acl = turn.world.persona.quirks.acl;
        let rights = if acl.is_some_and(|acl| acl.tells_first_rights) {
            self.quirks
                .told_rights
                .entry(mailbox.id)
                .or_insert(now)
                .clone()
        } else {
            now
        };
        Self::tell_rights(turn, "MYRIGHTS", name(arguments.first())?, &rights);
        Ok("Myrights completed.".to_owned())
    }

    pub(super) fn get_acl(&self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let mailbox = self.named(turn, arguments.first())?;
        let Some(acl) = turn.world.persona.quirks.acl else {
            return Err(invalid());
        };
        if !acl.owner.contains('a') || !mailbox.grants('a') {
            return Err(Refusal::new(Code::NoPerm, "Permission denied").into());
        }
        let own = mailbox.quirks.rights.as_deref().unwrap_or(acl.owner);
        let owner = acl.owner_name(self.user());
        let all = std::iter::once((owner, own));
        let others = mailbox.quirks.acl.iter();
        let all = all.chain(others.map(|(who, rights)| (who.as_str(), rights.as_str())));
        let shown = |word: &str| {
            let shown = names::shown(word.as_bytes(), turn.world.persona.quotes_names);
            String::from_utf8_lossy(&shown).into_owned()
        };
        let all: Vec<String> = all
            .map(|(who, rights)| format!("{} {}", shown(who), shown(rights)))
            .collect();
        Self::tell_rights(turn, "ACL", name(arguments.first())?, &all.join(" "));
        Ok("Getacl completed.".to_owned())
    }

    pub(super) fn set_acl(&mut self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let [named, who, rights] = arguments else {
            return Err(invalid());
        };
        self.set(turn, named, who, rights.text().ok_or_else(invalid)?)?;
        Ok("Setacl completed.".to_owned())
    }

    pub(super) fn delete_acl(&mut self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let [named, who] = arguments else {
            return Err(invalid());
        };
        self.set(turn, named, who, "")?;
        Ok("Deleteacl completed.".to_owned())
    }

    fn set(
        &mut self,
        turn: &mut Turn<'_, '_>,
        named: &Word,
        who: &Word,
        rights: &str,
    ) -> Result<(), Fault> {
        let name = name(Some(named))?.to_vec();
        let who = who.text().ok_or_else(invalid)?.to_owned();
        let Some(acl) = turn.world.persona.quirks.acl else {
            return Err(invalid());
        };
        let anyone = who.trim_start_matches('-') == "anyone";
        if anyone && acl.minus_anyone == MinusAnyone::Wrong {
            return Err(Fault::wrong("'anyone' identifier is disallowed"));
        }
        let letters = rights.trim_start_matches(['+', '-']);
        if let Some(unknown) = letters.chars().find(|right| !acl.knows(*right)) {
            let unknown = unknown.escape_default();
            return Err(Fault::Wrong(format!(
                "The {unknown} right is not supported"
            )));
        }
        let rights = rights.to_owned();
        self.mutate(
            turn,
            crate::demo::mutation::Mutation::SetAcl { name, who, rights },
        )?;
        Ok(())
    }
}
